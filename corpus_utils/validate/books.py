"""Workbooks and CSV files that coders fill in: drop-down lists, the codebook on a second page, nothing that a spreadsheet would run.

Every cell is written as text. In CSV a cell that would be a formula gets an apostrophe in front (reading takes it away again); in XLSX it
is typed as text and marked as quoted, so that no program runs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_utils.text import csv_safe, strip_controls
from corpus_utils.validate.cells import SheetError

MOST = 32_000  # characters a spreadsheet cell holds; Excel's limit is 32,767
CUT = " […]"
WIDTHS = {"unit_id": 10, "title": 28, "before": 38, "text": 70, "after": 38, "note": 30}
LISTED = 250  # characters a drop-down list may hold inside its cell rule; longer ones refer to the codebook page


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """UTF-8 with a byte order mark, which is what spreadsheets need to read accents."""
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_safe(cell_text(row.get(name, ""))) for name in columns])
    _write(path, out.getvalue().encode("utf-8-sig"))


def cell_text(value: Any) -> str:
    """What a cell holds: no control characters, no more than a cell can hold."""
    text = strip_controls("" if value is None else str(value))
    return text if len(text) <= MOST else text[: MOST - len(CUT)] + CUT


def write_book(
    path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, choices: Mapping[str, Sequence[str]],
    codebook: Sequence[Mapping[str, str]] = (), locked: Sequence[str] = (),
) -> None:  # fmt: skip
    """An XLSX with the pages "coding" and "codebook". `choices`: column -> what may be chosen; `locked`: columns shown in grey.

    The same rows give the same bytes. Raises SheetError where the file cannot be written.
    """
    import io

    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    page = book.active
    page.title = "coding"
    grey, wrap = PatternFill("solid", fgColor="F2F2F2"), Alignment(wrap_text=True, vertical="top")
    _row(page, 1, columns)
    for number, row in enumerate(rows, start=2):
        _row(page, number, [cell_text(row.get(name, "")) for name in columns])
    for place, name in enumerate(columns, start=1):
        page.cell(1, place).font = Font(bold=True)
        page.column_dimensions[page.cell(1, place).column_letter].width = WIDTHS.get(name, 16)
        for number in range(2, len(rows) + 2):
            cell = page.cell(number, place)
            cell.alignment = wrap
            if name in locked:
                cell.fill = grey
    page.freeze_panes = "B2"
    _codebook_page(book, codebook)
    for name, allowed in choices.items():
        _drop_down(page, columns.index(name) + 1, len(rows), allowed, book)
    out = io.BytesIO()
    book.save(out)
    _write(path, _settled(out.getvalue()))


def _row(page: Any, number: int, values: Sequence[str]) -> None:
    for place, value in enumerate(values, start=1):
        cell = page.cell(number, place)
        cell.value = value or None
        if value:
            cell.data_type = "s"  # text, whatever it starts with
            if csv_safe(value) != value:
                cell.style = "Normal"
                cell.quotePrefix = True


def _codebook_page(book: Any, codebook: Sequence[Mapping[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font

    if not codebook:
        return
    page = book.create_sheet("codebook")
    names = list(codebook[0])
    _row(page, 1, names)
    for number, row in enumerate(codebook, start=2):
        _row(page, number, [cell_text(row[name]) for name in names])
    for place, name in enumerate(names, start=1):
        page.cell(1, place).font = Font(bold=True)
        page.column_dimensions[page.cell(1, place).column_letter].width = 22 if name == "code" else 60
        for number in range(2, len(codebook) + 2):
            page.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")


def _drop_down(page: Any, column: int, rows: int, allowed: Sequence[str], book: Any) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if not rows or not allowed:
        return
    listed = ",".join(allowed)
    if len(listed) <= LISTED and not any('"' in code or "," in code for code in allowed):
        formula = f'"{listed}"'
    else:
        if "choices" not in book.sheetnames:
            book.create_sheet("choices").sheet_state = "hidden"
        extra = book["choices"]
        place = extra.max_column + (1 if extra.cell(1, 1).value else 0)
        for number, code in enumerate(allowed, start=1):
            extra.cell(number, place).value, extra.cell(number, place).data_type = code, "s"
        letter = get_column_letter(place)
        formula = f"choices!${letter}$1:${letter}${len(allowed)}"
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = "Not a code", "Choose one from the list; the codebook page explains them."
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{rows + 1}")
    page.add_data_validation(rule)


def _settled(data: bytes) -> bytes:
    """The workbook without the time of writing, so that the same rows give the same bytes."""
    import io
    import re
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    """The file appears whole or not at all."""
    staged = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(data)
        staged.replace(path)
    except OSError as error:
        raise SheetError(f"{path}: cannot be written: {error.strerror or error}") from error
