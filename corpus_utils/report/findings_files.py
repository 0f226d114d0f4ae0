"""Findings as files: CSV that a spreadsheet opens as data and never as a formula, and JSON.

A cell that starts with = + - @, a tab or a line end is a formula to a spreadsheet. Such cells get an apostrophe in front, unless they
are numbers.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus_utils import schema
from corpus_utils.text import csv_safe

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")


def findings_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as UTF-8 CSV with the columns of the schema first, then any others; "" where there is no number."""
    columns = columns_of(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Columns of the schema's findings, then what else the rows have, in order of appearance."""
    return list(dict.fromkeys([*schema.columns("findings"), *(key for row in rows for key in row)]))


def columns_csv() -> bytes:
    """The data dictionary of findings: column, kind, meaning, and what it may hold."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ("column", "kind", "meaning", "one_of"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(schema.data_dictionary("findings"))
    return out.getvalue().encode("utf-8")


def findings_json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as a JSON array; null where there is no number."""
    return (json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def cell(value: Any) -> str:
    """One value as a CSV cell: lists and objects as JSON, text made harmless."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    return text if _NUMBER.match(text) else str(csv_safe(text))
