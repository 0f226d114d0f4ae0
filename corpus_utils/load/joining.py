"""Tables of single files joined into one `documents` table, with the ids the whole source would give."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from corpus_utils import schema
from corpus_utils.load.documents import document_id, dump_json, unique_ids
from corpus_utils.load.limits import Row

if TYPE_CHECKING:
    import pandas as pd


def join_parts(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate parts in the order of their sources, make ids unique as `load_documents` does, sort by id.

    The parts may lack columns of `documents`, or have others: what is needed are `id`, `source` and `extra`.
    """
    import pandas as pd

    tables = [part for part in parts if len(part)]
    if not tables:
        return schema.empty("documents")
    joined = pd.concat(tables, ignore_index=True).sort_values("source", kind="stable", ignore_index=True)
    extras = [json.loads(extra) for extra in joined["extra"]]
    rows = [_row(name, source, extra) for name, source, extra in zip(joined["id"], joined["source"], extras, strict=True)]
    names = unique_ids(rows)
    for (_, as_given), extra in zip(names, extras, strict=True):
        extra.pop("id_as_given", None)
        if as_given:
            extra["id_as_given"] = as_given
    joined["id"] = pd.Series([name for name, _ in names], dtype="str")
    joined["extra"] = pd.Series([dump_json(extra) for extra in extras], dtype="str")
    return joined.sort_values("id", kind="stable", ignore_index=True)


def _row(name: str, source: str, extra: dict) -> Row:
    """What `unique_ids` needs to know of a row: its record id, or, where the id came from the path, the record number."""
    name = extra.get("id_as_given", name)
    for base in (document_id(source), document_id(source, with_suffix=True)):
        if name == base:
            return Row(source, "")
        if name.startswith(base) and (numbered := re.fullmatch(r":(\d{6,})", name[len(base) :])):
            return Row(source, "", number=int(numbered[1]))
    return Row(source, "", key=name)
