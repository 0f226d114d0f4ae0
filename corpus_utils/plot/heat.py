"""Heat tables: a number in every cell, tinted by its size, with its interval drawn below it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus_utils import wording
from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import HEAT_DARK_FROM, HEAT_STEPS, SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS = {"wide": 9, "narrow": 5, "mini": 8}


@dataclass(frozen=True)
class _Grid:
    """Row and column names in order of appearance, cells by (row, column), the largest value and the highest end of an interval."""

    rows: list[str]
    columns: list[str]
    cells: dict[tuple[str, str], Any]
    largest: float
    reach: float
    more_rows: int


def plot_heat(
    table: pd.DataFrame, *, name: str, caption: str, form: str = "share", rows: str = "", columns: str = "", unit: str = "", top: int = 15
) -> Figure:
    """A heat table.

    table    a row per cell: `row`, `column`, `value`; optional `low`, `high`, `n` (units behind it), `note` (why there is no value).
             Rows and columns stand in order of appearance; a combination without a row, or with NaN, is drawn as "no figure"
    rows     what the rows are ("frame"), columns: what the columns are ("voice"), unit: what `n` counts
    form     one of wording.FORMATS; tints run from nought to the largest value
    """
    data = tables.prepare(
        table, required=("row", "column", "value"), numeric=("value", "low", "high", "n"), text=("row", "column", "note"), chart="plot_heat"
    )
    if data["value"].isna().all():
        why = next((note for note in data["note"] if note), "no cell has a value.")
        return nothing(f"No picture here: {why}", data=data, name=name)
    names = list(dict.fromkeys(data["row"]))
    more = len(names) - top if len(names) > top + 1 else 0
    names = names[:top] if more else names
    kept = data[data["row"].isin(names)]
    largest = max(abs(value) for value in kept["value"] if math.isfinite(value)) or 1.0
    reach = max([largest] + [value for value in kept["high"] if math.isfinite(value)])
    grid = _Grid(names, list(dict.fromkeys(data["column"])), {(c.row, c.column): c for c in kept.itertuples()}, largest, reach, more)

    def draw_on(kind: str, width: float) -> str:
        return _mini(grid, Canvas(width)) if kind == "mini" else _draw(grid, kind, Canvas(width), form, unit, rows, columns)

    return draw(draw_on, alt=_alt(grid, form, rows, columns), caption=caption, data=data, name=name)


def _alt(grid: _Grid, form: str, rows: str, columns: str) -> str:
    what = f"Table of {rows or 'rows'} by {columns or 'columns'}. "
    lines = []
    for row in grid.rows:
        cells = []
        for column in grid.columns:
            cell = grid.cells.get((row, column))
            value = "" if cell is None else wording.number(cell.value, form)
            cells.append(f"{column} {value or 'no figure'}")
        lines.append(f"{row}: {', '.join(cells)}")
    return what + "; ".join(lines) + (f"; and {grid.more_rows} more rows" if grid.more_rows else "") + "."


def _step(value: float, largest: float) -> int:
    return min(HEAT_STEPS - 1, max(0, int(abs(value) / largest * HEAT_STEPS)))


def _mini(grid: _Grid, sheet: Canvas) -> str:
    rows, columns = grid.rows[:7], grid.columns[: MAX_COLUMNS["mini"]]
    w, h = (sheet.width - 8) / len(columns), 18.0
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            cell = grid.cells.get((row, column))
            value = math.nan if cell is None else cell.value
            role = f"heat{_step(value, grid.largest)}" if math.isfinite(value) else "faint"
            sheet.rect(4 + j * w, 6 + i * h, w - 2, h - 2, role)
    return sheet.finish(margin=6)


def _draw(grid: _Grid, kind: str, sheet: Canvas, form: str, unit: str, rows: str, columns: str) -> str:
    narrow = kind == "narrow"
    shown = grid.columns[: MAX_COLUMNS[kind]]
    left_out = len(grid.columns) - len(shown)
    named = max(labels.width(labels.plain(row), TEXT) for row in grid.rows) * labels.WIDEST
    left = 0.0 if narrow else min(max(named, 60.0), 220.0) + 14
    w = min((sheet.width - left) / len(shown), 150.0)
    h, lead = 48.0, 20.0 if narrow else 0.0
    heads = [labels.wrap(column, w - 8, SMALL, lines=3) for column in shown]
    y = 16.0
    if columns or rows:
        what = " by ".join(part for part in (rows, columns) if part)
        sheet.text(left, y, labels.fit(what, sheet.width - left, SMALL), role="muted", size=SMALL)
        y += 8
    deepest = max(len(head) for head in heads)
    for j, head in enumerate(heads):
        for k, line in enumerate(head):
            sheet.text(left + j * w + w / 2, y + 14 * (k + 1 + deepest - len(head)), line, size=SMALL, align="center")
    y += 14 * deepest + 8
    for row in grid.rows:
        if narrow:
            sheet.text(0, y + 14, labels.fit(row, sheet.width, TEXT), bold=True)
        else:
            for k, line in enumerate(lines := labels.wrap(row, (left - 14) / labels.WIDEST, TEXT)):
                sheet.text(left - 12, y + h / 2 + 4.5 + 15 * (k - (len(lines) - 1) / 2), line, align="right")
        for j, column in enumerate(shown):
            _cell(sheet, grid.cells.get((row, column)), left + j * w, y + lead, w - 2, h - 2, grid, form)
        y += h + lead + (4 if narrow else 0)
    notes = [f"and {grid.more_rows} more rows"] if grid.more_rows else []
    if any(math.isfinite(cell.low) for cell in grid.cells.values()):
        end = wording.tick_labels([round(grid.reach, 2)], form)[0]
        notes.append(f"line in a cell: interval, from 0 to {end}")
    if unit and w > 100 and any(math.isfinite(cell.n) for cell in grid.cells.values()):
        notes.append(f"small number: {unit}")
    notes += [f"{left_out} more columns, on a wider screen or in the table" if narrow else f"{left_out} more columns"] if left_out else []
    if notes:
        for k, line in enumerate(labels.wrap("; ".join(notes), sheet.width - left, SMALL, lines=3)):
            sheet.text(left, y + 14 + 15 * k, line, role="muted", size=SMALL)
    return sheet.finish()


def _cell(sheet: Canvas, cell: Any, x: float, y: float, w: float, h: float, grid: _Grid, form: str) -> None:
    if cell is None or not math.isfinite(cell.value):
        sheet.rect(x + 0.5, y + 0.5, w - 1, h - 1, "paper", line="rule")
        sheet.stripes(x, y, w, h, "grid", gap=7)
        note = labels.fit((cell.note if cell is not None else "") or "no figure", w - 12, SMALL)
        sheet.rect(x + w / 2 - labels.width(note, SMALL) / 2 - 4, y + h / 2 - 9, labels.width(note, SMALL) + 8, 18, "paper")
        sheet.text(x + w / 2, y + h / 2 + 4, note, role="muted", size=SMALL, align="center")
        return
    step = _step(cell.value, grid.largest)
    ink = "paper" if step >= HEAT_DARK_FROM else "ink"
    sheet.rect(x, y, w, h, f"heat{step}")
    interval = math.isfinite(cell.low) and math.isfinite(cell.high)
    baseline = y + h / 2 + (1 if interval else 5)
    told = wording.number(cell.value, form).replace("under ", "<")  # a cell has no room for the word
    sheet.text(x + w / 2, baseline, told, role=ink, size=14.5, align="center", bold=True)
    if math.isfinite(cell.n) and w > 100:
        sheet.text(x + w - 6, y + 14, _short(cell.n), role=ink, size=10, align="right")
    if not interval:
        return
    inner, base = w - 20, y + h - 10  # the whisker's own scale: nought to the largest value, across the cell

    def at(value: float) -> float:
        return x + 10 + inner * min(max(value / grid.reach, 0.0), 1.0)

    sheet.line([(x + 10, base), (x + 10 + inner, base)], ink, weight=0.5, dash=(1, 2))
    sheet.line([(at(cell.low), base), (at(cell.high), base)], ink, weight=2)
    sheet.line([(at(cell.value), base - 4), (at(cell.value), base + 4)], ink, weight=2)


def _short(count: float) -> str:
    """`9,525`, `595k`, `1.2M`: a longer number would stand in the figure of the cell; the table has it in full."""
    if count < 10_000:
        return f"{count:,.0f}"
    return f"{count / 1e3:.0f}k" if count < 999_500 else f"{count / 1e6:.1f}M"
