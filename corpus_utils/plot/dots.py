"""Dots with intervals: estimates side by side, one row each, in small multiples where there are groups."""

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

ROW = 30.0


def plot_dots(
    table: pd.DataFrame,
    *,
    name: str,
    caption: str,
    form: str = "decimal",
    reference: tuple[float, str] | None = None,
    axis: str = "",
    unit: str = "",
    ends: tuple[str, str] = ("", ""),
    top: int = 20,
) -> Figure:
    """Estimates as dots on one scale, with their intervals.

    table      a row per dot, in the order drawn: `label`, `estimate`; optional `low`, `high` (no interval: a ring),
               `n` (units behind it), `group` (rows of a group stand together under its name), `kind` ("context" is grey),
               `note` (why there is no estimate)
    form       one of wording.FORMATS
    reference  a value and what it is: a thin line through all rows
    axis       what is measured; unit: what `n` counts ("sentences"); ends: what the left and the right end mean
    top        rows drawn; more are counted in a line below
    """
    data = tables.prepare(
        table, required=("label", "estimate"), numeric=("estimate", "low", "high", "n"), text=("group", "kind", "note"), chart="plot_dots"
    )
    if data["estimate"].isna().all():
        why = next((note for note in data["note"] if note), "there is no estimate to draw.")
        return nothing(f"No picture here: {why}", data=data, name=name)
    shown, more = tables.first(data, top)
    without = shown["low"].isna() & shown["estimate"].notna()
    if without.any() and shown["low"].notna().any():
        caption = f"{caption} A ring marks an estimate without an interval."
    scale = _scale(shown, form, reference)
    alt = _alt(shown, axis, form, more)

    def draw_on(kind: str, width: float) -> str:
        return _draw(shown, kind, Canvas(width), form=form, scale=scale, reference=reference, axis=axis, unit=unit, ends=ends, more=more)

    return draw(draw_on, alt=alt, caption=caption, data=data, name=name)


def _scale(shown: pd.DataFrame, form: str, reference: tuple[float, str] | None) -> list[float]:
    """Ticks that hold every estimate and interval; shares start at nought."""
    values = [v for column in ("estimate", "low", "high") for v in shown[column] if math.isfinite(v)]
    values += [reference[0]] if reference else []
    values += [0.0] if form in ("share", "count", "signed", "ratio") else []
    return wording.ticks(min(values), max(values), 5)


def _alt(shown: pd.DataFrame, axis: str, form: str, more: int) -> str:
    parts = []
    for row in shown.itertuples():
        lead = f"{row.group}, {row.label}" if row.group else str(row.label)
        value = wording.number(row.estimate, form)
        span = wording.between(row.low, row.high, form)
        text = f"{lead}: {value or row.note or 'no estimate'}"
        text += f" ({span})" if span and value else ""
        parts.append(text)
    tail = f"; and {more} more" if more else ""
    return f"{axis or 'Estimates'}{', intervals in brackets' if shown['low'].notna().any() else ''}. " + "; ".join(parts) + tail + "."


def _draw(shown: pd.DataFrame, kind: str, sheet: Canvas, *, form: str, scale: list[float], reference: Any, axis: str, unit: str,
          ends: tuple[str, str], more: int) -> str:  # fmt: skip
    mini, narrow = kind == "mini", kind == "narrow"
    row_height = 18.0 if mini else ROW + 14 if narrow else ROW
    named = max((labels.width(labels.plain(text), TEXT) for text in shown["label"]), default=0.0)
    left = 10.0 if mini else 8.0 if narrow else min(max(named, 60.0), 230.0) + 22
    texts = [_value(row, form, unit) for row in shown.itertuples()]
    behind = max(labels.width(small, SMALL) for _, small in texts) + 20  # width of the column of units
    right = 10.0 if mini else 58.0 if narrow else max(labels.width(big, TEXT, bold=True) for big, _ in texts) + behind + 18
    x0, x1 = left + 6, sheet.width - right
    low, high = scale[0], scale[-1]

    def at(value: float) -> float:
        return x0 + (min(max(value, low), high) - low) / (high - low) * (x1 - x0)

    y = 10.0 if mini else 22.0
    if axis and not mini:
        sheet.text(0 if narrow else x0, y, labels.fit(axis, sheet.width - (0 if narrow else x0), SMALL), role="muted", size=SMALL)
        y += 18
    if any(ends) and not mini:
        sheet.text(x0, y, f"← {ends[0]}" if ends[0] else "", role="muted", size=SMALL)
        sheet.text(x1, y, f"{ends[1]} →" if ends[1] else "", role="muted", size=SMALL, align="right")
        y += 18
    if not mini:
        for value, text in zip(scale, wording.tick_labels(scale, form), strict=True):
            sheet.tick(at(value), y, text)
        y += 8
    top_y, group = y, ""
    places = []
    for row in shown.itertuples():
        if row.group != group and not mini:
            group = row.group
            y += 26 if group else 0
            places.append((y - 6, None, group))
        places.append((y + row_height / 2, row, ""))
        y += row_height
    for value in [] if mini else scale:
        sheet.line([(at(value), top_y), (at(value), y)], "rule" if value == 0 else "grid")
    if reference and not mini:
        sheet.line([(at(reference[0]), top_y), (at(reference[0]), y)], "context", dash=(3, 3))
        sheet.tick(at(reference[0]), y + 14, labels.fit(reference[1], sheet.width * 0.6, SMALL))
        y += 18
    elif mini:
        sheet.line([(at(0.0), top_y), (at(0.0), y)], "rule")
    for (middle, entry, heading), _ in zip(places, places, strict=True):
        if entry is None:
            sheet.text(0, middle, labels.fit(heading, sheet.width, TEXT, bold=True), bold=True)
        else:
            _row(sheet, entry, middle, at, kind=kind, left=left, behind=behind, text=_value(entry, form, unit))
    if more and not mini:
        sheet.text(0, y + 16, f"and {more} more, in the table", role="muted", size=SMALL)
    if mini:
        sheet.rect(0, y + 6, 0.1, 0.1, "paper")
    return sheet.finish()


def _value(row: Any, form: str, unit: str) -> tuple[str, str]:
    """What stands right of a row: the number, and behind it the units it rests on."""
    big = wording.number(row.estimate, form)
    small = f"{wording.number(row.n, 'count')} {unit}".strip() if math.isfinite(row.n) else ""
    return (big, small) if big else ("", labels.fit(row.note or "no estimate", 150, SMALL))


def _row(sheet: Canvas, row: Any, middle: float, at: Any, *, kind: str, left: float, behind: float, text: tuple[str, str]) -> None:
    mini, narrow = kind == "mini", kind == "narrow"
    role, ink = ("context", "muted") if row.kind == "context" else ("accent", "ink")
    y = middle + (9 if narrow else 0)
    if not mini:
        room = sheet.width - 110 if narrow else left - 16
        place = (0.0, middle - 7, "left") if narrow else (left - 10, middle + 4.5, "right")
        sheet.text(place[0], place[1], labels.fit(row.label, room, TEXT), role=ink, align=place[2])
    if math.isfinite(row.estimate):
        interval = math.isfinite(row.low) and math.isfinite(row.high)
        if interval:
            sheet.line([(at(row.low), y), (at(row.high), y)], role, weight=2.0)
        radius = 4.0 if mini else 5.5
        sheet.dot(at(row.estimate), y, radius, role if interval else "paper", line=None if interval else role)
    if mini:
        return
    big, small = text
    if narrow:
        sheet.text(sheet.width, y + 4.5, big, role=ink, bold=row.kind != "context", align="right")
        sheet.text(sheet.width, middle - 7, small, role="muted", size=SMALL, align="right")
        return
    sheet.text(sheet.width - behind, middle + 4.5, big, role=ink, bold=row.kind != "context", align="right")
    sheet.text(sheet.width, middle + 4.5, small, role="muted", size=SMALL, align="right")
