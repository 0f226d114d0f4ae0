"""Files of cells as people hand them back: CSV in any dialect, XLSX, JSON lines; every cell as text.

Spreadsheets change what they save: semicolons, tabs, byte order marks, UTF-16, `sep=` lines, 1 as 1.0, rows of blanks at the end,
titles above the header. None of it is an error here. What the cells mean is for `sheets` to say.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus_utils.text import fold

READABLE = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json")
HEADER_WITHIN = 20  # rows in which the header is looked for
LARGEST = 200_000_000  # bytes a sheet may hold, unpacked; more is no coding sheet
MOST_COLUMNS = 256  # what stands further right is no code
_DISARMED = re.compile(r"'(?=[=+\-@\t\r\n＝＋－＠])")


class SheetError(ValueError):
    """A coding sheet cannot be used; the message names file, row, what is wrong and what would be right."""


class Row(dict[str, str]):
    """Column name -> cell text of one row; `number` is its row in the file, counted as a spreadsheet counts."""

    number: int = 0


def read_cells(path: str | Path, *, needs: Sequence[Sequence[str]]) -> list[Row]:
    """Rows below the header that are not blank. `needs`: for each column needed, the names it may have (folded, see `column_name`).

    Raises SheetError where the file cannot be read or has no such header.
    """
    path = Path(path)
    if path.suffix.lower() not in READABLE:
        raise SheetError(f"{path}: cannot read {path.suffix or 'a file without suffix'}; use one of .csv, .tsv, .xlsx, .jsonl")
    try:
        raw = path.read_bytes() if path.suffix.lower() not in (".xlsx", ".xlsm") else b""
        tables = _workbook(path) if not raw and path.suffix.lower() in (".xlsx", ".xlsm") else None
    except FileNotFoundError:
        raise SheetError(f"{path}: there is no such file") from None
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML, zip and date code raises
        raise SheetError(f"{path}: cannot be opened: {error}") from error
    if len(raw) > LARGEST:
        raise SheetError(f"{path}: larger than {LARGEST} bytes; this is no coding sheet")
    if tables is None:
        tables = _json_rows(raw, path) if path.suffix.lower() in (".jsonl", ".ndjson", ".json") else [_separated(_decode(raw))]
    best: list[str] = []
    for table in tables:
        for number, cells in enumerate(table[:HEADER_WITHIN]):
            names = [column_name(cell) for cell in cells]
            if all(any(name in names for name in options) for options in needs):
                return _below(table, number, names)
            best = max(best, [name for name in names if name], key=len)
    wanted = " and ".join(repr(options[0]) for options in needs)
    raise SheetError(f"{path}: needs a header with columns {wanted}; it has {', '.join(best[:12]) or 'none'}. Rename them")


def column_name(cell: str) -> str:
    """A header as it is compared: "Unit ID " -> "unit_id"."""
    return re.sub(r"[\s\-]+", "_", fold(cell))


def _below(table: list[list[str]], header: int, names: list[str]) -> list[Row]:
    rows = []
    for number, cells in enumerate(table[header + 1 :], start=header + 2):
        row = Row({name: cell for name, cell in zip(names, cells) if name})
        row.number = number
        if any(row.values()):
            rows.append(row)
    return rows


def tidy(value: Any) -> str:
    """A cell as text: no blanks around it, whole numbers without a point, the apostrophe that disarms a formula gone."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = str(value).replace("\u00a0", " ").strip().strip("\ufeff\u200b").strip()
    return _DISARMED.sub("", text, count=1) if text.startswith("'") else text


def _decode(raw: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _separated(text: str) -> list[list[str]]:
    """Rows of a CSV: the separator is the one that its `sep=` line names, or the one that stands most often in the header."""
    text = text.replace("\x00", "")
    named = re.match(r"sep=(.)\r?\n", text, re.I)
    if named:
        text = text[named.end() :]
    lines = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    head = max(lines, key=lambda line: max(line.count(mark) for mark in ";,\t|")) if lines else ""
    first = next((line for line in lines if re.search(r"\b(unit[_ ]?id|id|unit)\b", line, re.I)), head)
    separator = named[1] if named else max(",;\t|", key=first.count)
    limit = csv.field_size_limit(10_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise SheetError(f"not readable as CSV: {error}") from error
    finally:
        csv.field_size_limit(limit)
    return [[tidy(cell) for cell in row] for row in rows]


def _json_rows(raw: bytes, path: Path) -> list[list[list[str]]]:
    text = _decode(raw)
    try:
        whole = path.suffix.lower() == ".json"
        data = json.loads(text) if whole else [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise SheetError(f"{path}: not readable as JSON: {error}") from error
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise SheetError(f"{path}: should hold one JSON object a line, each with a unit and its code")
    names = list(dict.fromkeys(str(name) for item in data for name in item))
    return [[names, *([_json_cell(item.get(name)) for name in names] for item in data)]]


def _json_cell(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return json.dumps([tidy(item) for item in value], ensure_ascii=False)
    return tidy(value)


def _workbook(path: Path) -> list[list[list[str]]]:
    """The cells of each worksheet, the one called "coding" first. Formulas count by the value they were saved with."""
    import openpyxl

    from corpus_utils.load.limits import Options
    from corpus_utils.load.records import office_problem

    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > LARGEST:
            raise SheetError(f"{path}: larger than {LARGEST} bytes when unpacked; this is no coding sheet")
    if why := office_problem(path.read_bytes(), Options()):
        raise SheetError(f"{path}: {why}")
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheets = sorted(book.worksheets, key=lambda sheet: column_name(sheet.title) != "coding")
        return [_trimmed(_tidied(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True))) for sheet in sheets]
    finally:
        book.close()


def _tidied(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Cells as text. One cell far below the others makes a million blank rows, which are all the same tuple: looked at once."""
    blank: object = None
    for row in rows:
        if row is blank or not any(cell is not None for cell in row):
            blank = row
            yield []
        else:
            yield [tidy(cell) for cell in row]


def _trimmed(rows: Iterable[list[str]]) -> list[list[str]]:
    kept = list(rows)
    while kept and not any(kept[-1]):
        kept.pop()
    return kept
