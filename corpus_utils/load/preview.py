"""The preview behind `inspect`: what every file of a source is taken for, before anything is computed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from corpus_utils.load.columns import guess_columns
from corpus_utils.load.documents import READERS, read_blob, sniff
from corpus_utils.load.files import below, format_of, list_source
from corpus_utils.load.limits import Blob, Options
from corpus_utils.load.records import Broken
from corpus_utils.load.unpack import read_path

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("file", "format", "encoding", "records", "usable", "columns", "note")
SHOWN = 3  # problems of one file that are spelled out


def inspect_source(source: Path | str, options: Options) -> pd.DataFrame:
    """One row a file (or archive member), left-aside files last: file, format, encoding, records, usable (counts of documents),
    columns (JSON object: input column -> ours, "" for those that ride along), note (problems, or why it was left aside)."""
    import pandas as pd

    listing = list_source(source)
    rows = [_inspect(blob, options) for path in listing.files for blob in read_path(path, listing.root, options)]
    rows += [_aside(below(path, listing.root), why) for path, why in listing.aside]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _aside(name: str, why: str) -> dict:
    return dict(zip(COLUMNS, (name, "", "", 0, 0, "{}", f"left aside: {why}"), strict=True))


def _inspect(blob: Blob, options: Options) -> dict:
    if blob.aside:
        return _aside(blob.name, blob.aside)
    rows = list(read_blob(blob, options))
    problems = [row.problem for row in rows if row.problem]
    note = "; ".join(problems[:SHOWN]) + (f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else "")
    if twice := [name for name, count in Counter(row.key for row in rows if row.key).items() if count > 1]:
        told = f"{len(twice)} ids occur more than once (the first is {twice[0]!r}): later ones get ~2, ~3 ..."
        note = f"{note}; {told}" if note else told
    columns = json.dumps(_columns(blob, options), ensure_ascii=False)
    records = sum(1 for row in rows if not row.problem or row.number)
    values = (blob.name, rows[0].format, rows[0].encoding, records, len(rows) - len(problems), columns, note)
    return dict(zip(COLUMNS, values, strict=True))


def _columns(blob: Blob, options: Options) -> dict[str, str]:
    """Input columns of a file of records in their order, over its first thousand records, with what each is taken for."""
    kind = format_of(blob.name) or sniff(blob)
    if kind not in READERS or kind == "rss" or blob.problem:
        return {}
    found: dict[str, str] = {}
    for seen, (_, record) in enumerate(READERS[kind](blob.data, options)[1]):
        if seen >= 1000:
            break
        if not isinstance(record, Broken):
            guessed = guess_columns(record, options.columns)
            for name in record:
                found[name] = found.get(name) or guessed.get(name, "")
    return found
