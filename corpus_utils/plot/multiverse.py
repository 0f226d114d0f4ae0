"""The multiverse as a specification curve: every combination's estimate in order of size, and below which options made it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from corpus_utils import wording
from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

_OWN = ("universe", "main", "estimate", "low", "high", "problem")
MOST = 120  # columns drawn; more would be a smear, and are thinned evenly


def plot_multiverse(table: pd.DataFrame, *, name: str, caption: str, form: str = "decimal", reference: tuple[float, str] | None = None,
                    axis: str = "") -> Figure:  # fmt: skip
    """Estimates from lowest to highest, one column per combination of choices, the main one in the accent colour.

    table      `universe`, `main`, `estimate`; optional `low`, `high`; every other column is a choice, its cells the option taken
    form       one of wording.FORMATS; reference: a value and what it is; axis: what is measured
    """
    data = tables.prepare(table, required=("main", "estimate"), numeric=("estimate", "low", "high"), chart="plot_multiverse")
    known = data[data["estimate"].map(math.isfinite)]
    if len(known) < 2:
        return nothing("No picture here: fewer than two combinations of choices gave a number.", data=data, name=name)
    if known["estimate"].max() - known["estimate"].min() < 1e-9:
        same, what = wording.number(float(known["estimate"].iat[0]), form), axis[:1].lower() + axis[1:] or "the estimate"
        return nothing(f"No picture here: {what} is {same} under all {len(known)} combinations of choices.", data=data, name=name)
    choices = [str(column) for column in data.columns if column not in _OWN and known[column].astype(str).nunique() > 1]
    ordered = known.sort_values(["estimate", "universe"] if "universe" in known else ["estimate"], kind="stable")
    rows = ordered.to_dict("records")
    if len(rows) > MOST:
        kept = {round(n * (len(rows) - 1) / (MOST - 1)) for n in range(MOST)}
        rows = [row for n, row in enumerate(rows) if n in kept or row["main"]]

    def draw_on(kind: str, width: float) -> str:
        return _draw(rows, choices, Canvas(width), kind, form=form, reference=reference, axis=axis)

    return draw(draw_on, alt=_alt(rows, choices, form, axis, len(data) - len(known)), caption=caption, data=data, name=name)


def _alt(rows: list[dict[str, Any]], choices: list[str], form: str, axis: str, lost: int) -> str:
    main = [row for row in rows if row["main"]]
    said = f"{axis or 'The estimate'} over {len(rows)} combinations of {', '.join(choices) or 'choices'}: "
    said += f"from {wording.number(rows[0]['estimate'], form)} ({_options(rows[0], choices)}) "
    said += f"to {wording.number(rows[-1]['estimate'], form)} ({_options(rows[-1], choices)})."
    said += f" The main analysis gives {wording.number(main[0]['estimate'], form)}." if main else ""
    return said + (f" {lost} combinations gave no number." if lost else "")


def _options(row: dict[str, Any], choices: list[str]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in choices)


def _draw(rows: list[dict[str, Any]], choices: list[str], sheet: Canvas, kind: str, *, form: str, reference: tuple[float, str] | None,
          axis: str) -> str:  # fmt: skip
    mini, narrow = kind == "mini", kind == "narrow"
    left = 6.0 if mini else 104.0 if narrow else 190.0
    right, top = sheet.width - (6.0 if mini else 12.0), 8.0 if mini else 44.0
    height = 100.0 if mini else 150.0
    ends = [v for row in rows for v in (row["estimate"], row["low"], row["high"]) if math.isfinite(v)]
    scale = wording.ticks(min(ends + ([reference[0]] if reference else [])), max(ends + ([reference[0]] if reference else [])), 4)
    step = (right - left) / len(rows)

    def across(n: int) -> float:
        return left + step * (n + 0.5)

    def down(value: float) -> float:
        return top + height - (value - scale[0]) / (scale[-1] - scale[0]) * height

    if not mini:
        sheet.text(0, 14, labels.fit(axis, sheet.width, SMALL), role="muted", size=SMALL)
        for value, said in zip(scale, wording.tick_labels(scale, form), strict=True):
            sheet.line([(left, down(value)), (right, down(value))], "grid")
            sheet.text(left - 8, down(value) + 4, said, role="muted", size=SMALL, align="right")
    if reference and scale[0] <= reference[0] <= scale[-1]:
        sheet.line([(left, down(reference[0])), (right, down(reference[0]))], "context", dash=(3, 3))
        if not mini:
            sheet.text(right, down(reference[0]) - 5, reference[1], role="muted", size=SMALL, align="right")
    radius = max(1.5, min(4.5, step / 2.6))
    for n, row in enumerate(rows):
        role = "accent" if row["main"] else "context"
        if math.isfinite(row["low"]) and math.isfinite(row["high"]):
            sheet.line([(across(n), down(row["low"])), (across(n), down(row["high"]))], role, weight=1.4)
        sheet.dot(across(n), down(row["estimate"]), radius + (1.5 if row["main"] else 0), role)
    if mini:
        return sheet.finish()
    main = next((n for n, row in enumerate(rows) if row["main"]), None)
    if main is not None:
        said = f"main analysis: {wording.number(rows[main]['estimate'], form)}"
        half = labels.width(said, SMALL, bold=True) / 2
        sheet.text(min(max(across(main), left + half), right - half), 34, said, role="accent", size=SMALL, bold=True, align="center")
    _panel(sheet, rows, choices, across, top + height + 24, left, right, step)
    return sheet.finish()


def _panel(sheet: Canvas, rows: list[dict[str, Any]], choices: list[str], across: Any, y: float, left: float, right: float,
           step: float) -> None:  # fmt: skip
    """Which option of each choice every column took."""
    for name in choices:
        sheet.text(0, y, labels.fit(name, left - 8, TEXT, bold=True), bold=True)
        for option in dict.fromkeys(str(row[name]) for row in sorted(rows, key=lambda row: row.get("universe", 0))):
            y += 17
            sheet.text(10, y, labels.fit(option, left - 22, SMALL), role="muted", size=SMALL)
            sheet.line([(left, y - 4), (right, y - 4)], "grid")
            for n, row in enumerate(rows):
                if str(row[name]) == option:
                    wide = max(2.0, min(step - 1.5, 12.0))
                    sheet.rect(across(n) - wide / 2, y - 9, wide, 10, "accent" if row["main"] else "context")
        y += 22
