"""A matrix of counts as discs: who quotes whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

MAX_COLUMNS = {"wide": 10, "narrow": 5, "mini": 8}


def plot_matrix(
    table: pd.DataFrame, *, name: str, caption: str, rows: str = "speaker", columns: str = "outlet", unit: str = "words", top: int = 15
) -> Figure:
    """Counts as discs whose area is the count, with the number beside each and row totals at the right.

    table    a row per cell: `row`, `column`, `value` (a count). Combinations without a row are empty. Rows are sorted by total, largest
             first, then by name; columns stand in order of appearance
    """
    data = tables.prepare(table, required=("row", "column", "value"), numeric=("value",), text=("row", "column"), chart="plot_matrix")
    data = data[data["value"] > 0]
    if data.empty:
        return nothing(f"No picture here: no {rows} is quoted.", data=data, name=name)
    cells = data.groupby(["row", "column"], sort=False)["value"].sum().to_dict()
    totals: dict[str, float] = {}
    for (row, _), value in cells.items():
        totals[row] = totals.get(row, 0.0) + value
    order = sorted(totals, key=lambda row: (-totals[row], row))
    more = len(order) - top if len(order) > top + 1 else 0
    order = order[:top] if more else order
    names = list(dict.fromkeys(data["column"]))

    def draw_on(kind: str, width: float) -> str:
        return _draw(Canvas(width), kind, order, names, cells, totals, more)

    said = "; ".join(
        f"{row}: " + ", ".join(f"{column} {cells[row, column]:,.0f}" for column in names if (row, column) in cells) for row in order
    )
    alt = f"{unit.capitalize()} by {rows} and {columns}. {said}{f'; and {more} more' if more else ''}."
    return draw(draw_on, alt=alt, caption=caption, data=data, name=name)


def _draw(
    sheet: Canvas, kind: str, order: list[str], names: list[str], cells: dict[tuple[str, str], float], totals: dict[str, float], more: int
) -> str:  # fmt: skip
    mini, narrow = kind == "mini", kind == "narrow"
    shown = names[: MAX_COLUMNS[kind]]
    order = order[:6] if mini else order
    left = 4.0 if mini or narrow else min(max(labels.width(labels.plain(row), TEXT) for row in order), 200.0) + 16
    right = sheet.width - (4.0 if mini else 54.0)
    w = min((right - left) / len(shown), 130.0)
    right = left + w * len(shown)
    step = 20.0 if mini else 52.0 if narrow else 34.0
    largest = max(cells.values())
    biggest = min(15.0 if not mini else 8.0, w * 0.24)
    y = 8.0
    if not mini:
        heads = [labels.wrap(column, w - 6, SMALL, lines=3) for column in shown]
        deepest = max(len(head) for head in heads)
        for j, head in enumerate(heads):
            for k, line in enumerate(head):
                sheet.text(left + j * w + 2, 14 + 14 * (k + deepest - len(head)), line, size=SMALL, role="muted")
        sheet.text(right + 50, 14 + 14 * (deepest - 1), "all", size=SMALL, role="muted", align="right")
        y = 14 * deepest + 10
    for row in order:
        middle = y + step / 2 + (9 if narrow else 0)
        if not mini:
            sheet.line([(0, y), (right + 50, y)], "grid")
            where = (0.0, y + 16) if narrow else (0.0, middle + 4.5)
            sheet.text(where[0], where[1], labels.fit(row, sheet.width - 60 if narrow else left - 14, TEXT))
            sheet.text(right + 50, where[1], f"{totals[row]:,.0f}", align="right", bold=True)
        for j, column in enumerate(shown):
            value = cells.get((row, column))
            if not value:
                continue
            radius = max(1.5, biggest * math.sqrt(value / largest))
            x = left + j * w + 2 + biggest
            sheet.dot(x, middle, radius, "accent")
            if not mini:
                sheet.text(x + radius + 4, middle + 4, f"{value:,.0f}", size=SMALL, role="muted")
        y += step
    notes = [f"and {more} more"] if more else []
    notes += [f"{len(names) - len(shown)} more columns, counted in “all”"] if len(names) > len(shown) else []
    if notes and not mini:
        sheet.text(0, y + 16, "; ".join(notes), role="muted", size=SMALL)
    return sheet.finish()
