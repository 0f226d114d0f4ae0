"""Topics as rows: name, distinctive words, prevalence with its interval, stability, and where it is strongest."""

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

STEADY, SHAKY = 0.8, 0.6  # stability from which a topic is called stable, and below which unstable
STRIP = 6  # outlets in the strip


def plot_topics(topics: pd.DataFrame, *, name: str, caption: str, top: int = 15) -> Figure:
    """Topics as rows, in the order given.

    topics  `name`, `words` (list, or text separated by commas), `prevalence` (0 to 1); optional `low`, `high`, `n` (articles),
            `stability` (0 to 1: similarity of the topic over seeds and resamples), `outlets` (dict or JSON: outlet -> prevalence)
    """
    data = tables.prepare(
        topics, required=("name", "words", "prevalence"), numeric=("prevalence", "low", "high", "stability", "n"), text=("name",),
        chart="plot_topics",
    )  # fmt: skip
    if data["prevalence"].isna().all():
        return nothing("No picture here: no topic was fitted.", data=data, name=name)
    shown, more = tables.first(data, top)
    rows = shown.to_dict("records")
    for row in rows:
        row["words"] = list(row["words"]) if isinstance(row["words"], (list, tuple)) else [w.strip() for w in str(row["words"]).split(",")]
        strip = tables.loads(row.get("outlets"))
        row["outlets"] = {str(k): float(v) for k, v in strip.items()} if isinstance(strip, dict) else {}

    def draw_on(kind: str, width: float) -> str:
        return _mini(rows, Canvas(width)) if kind == "mini" else _draw(rows, Canvas(width), more, narrow=kind == "narrow")

    return draw(draw_on, alt=_alt(rows, more), caption=caption, data=data, name=name)


def stability_word(value: float) -> str:
    """Stable, fairly stable or unstable; empty where it was not measured."""
    if math.isnan(value):
        return ""
    return "stable" if value >= STEADY else "fairly stable" if value >= SHAKY else "unstable"


def _alt(rows: list[dict[str, Any]], more: int) -> str:
    parts = []
    for row in rows:
        span = wording.between(row["low"], row["high"], "share")
        text = f"{row['name']} ({', '.join(row['words'][:5])}): {wording.number(row['prevalence'], 'share') or 'no estimate'}"
        text += f", {span}" if span else ""
        text += f", {stability_word(row['stability'])}" if stability_word(row["stability"]) else ""
        parts.append(text)
    return f"Topics with their words and share. {'; '.join(parts)}{f'; and {more} more' if more else ''}."


def _scale(rows: list[dict[str, Any]]) -> list[float]:
    highest = max(max(v for v in (row["prevalence"], row["high"], 0.0) if math.isfinite(v)) for row in rows)
    return wording.ticks(0.0, highest, 4)


def _mini(rows: list[dict[str, Any]], sheet: Canvas) -> str:
    top, y = _scale(rows)[-1], 8.0
    for row in rows[:7]:
        value = row["prevalence"] if math.isfinite(row["prevalence"]) else 0.0
        sheet.line([(4, y + 7), (sheet.width - 4, y + 7)], "grid")
        sheet.line([(4, y + 7), (4 + value / top * (sheet.width - 16), y + 7)], "accent", weight=2)
        sheet.dot(8 + value / top * (sheet.width - 16), y + 7, 4, "accent")
        y += 18
    return sheet.finish()


def _draw(rows: list[dict[str, Any]], sheet: Canvas, more: int, *, narrow: bool) -> str:
    scale = _scale(rows)
    strips = not narrow and any(row["outlets"] for row in rows)
    stable = any(math.isfinite(row["stability"]) for row in rows)
    text_w = sheet.width if narrow else 290.0 if strips else 360.0
    x0 = 8.0 if narrow else text_w + 26
    x1 = sheet.width - (64.0 if narrow else 66.0 + (92 if stable else 0) + (120 if strips else 0))

    def at(value: float) -> float:
        return x0 + min(value / scale[-1], 1.0) * (x1 - x0)

    y = 30.0
    sheet.text(x0 if not narrow else 0, 12, "share of the coverage", role="muted", size=SMALL)
    for value, text in zip(scale, wording.tick_labels(scale, "share"), strict=True):
        sheet.tick(at(value), y, text)
    if stable and not narrow:
        sheet.text(x1 + 66, y, "on refitting", role="muted", size=SMALL)
    if strips:
        sheet.text(sheet.width - 108, y, "strongest in", role="muted", size=SMALL)
    y += 10
    for row in rows:
        y = _row(sheet, row, y, at, scale, text_w=text_w, narrow=narrow, x1=x1, strips=strips)
    if more:
        sheet.text(0, y + 14, f"and {more} more topics", role="muted", size=SMALL)
    return sheet.finish()


def _row(
    sheet: Canvas, row: dict[str, Any], y: float, at: Any, scale: list[float], *, text_w: float, narrow: bool, x1: float, strips: bool
) -> float:
    words = labels.wrap(", ".join(labels.plain(word) for word in row["words"]), text_w, SMALL + 0.5, lines=2)
    sheet.line([(0, y), (sheet.width, y)], "grid")
    sheet.text(0, y + 19, labels.fit(row["name"], text_w, TEXT, bold=True), bold=True)
    for number, line in enumerate(words):
        sheet.text(0, y + 35 + 15 * number, line, role="muted", size=SMALL + 0.5)
    bottom = y + 35 + 15 * len(words)
    middle = bottom + 6 if narrow else y + 30
    for value in scale:
        sheet.line([(at(value), middle - 9), (at(value), middle + 9)], "grid")
    shaky = math.isfinite(row["stability"]) and row["stability"] < SHAKY
    role = "context" if shaky else "accent"
    if math.isfinite(row["prevalence"]):
        interval = math.isfinite(row["low"]) and math.isfinite(row["high"])
        if interval:
            sheet.line([(at(row["low"]), middle), (at(row["high"]), middle)], role, weight=2)
        sheet.dot(at(row["prevalence"]), middle, 5.5, role if interval else "paper", line=None if interval else role)
        end = sheet.width if narrow else x1 + 50
        sheet.text(end, middle + 4.5, wording.number(row["prevalence"], "share"), bold=True, align="right")
    said = stability_word(row["stability"])
    if said and narrow:
        whole = f"{said} on refitting ({wording.number(row['stability'])})"
        sheet.text(0, middle + 24, whole, role="warn" if shaky else "muted", size=SMALL)
        return middle + 38
    if said:
        sheet.text(x1 + 66, middle + 1, said, role="warn" if shaky else "ink", size=SMALL, bold=shaky)
        sheet.text(x1 + 66, middle + 15, wording.number(row["stability"]), role="muted", size=SMALL)
    if strips:
        _strip(sheet, row["outlets"], sheet.width - 108, y + 14)
    return max(bottom + 6, middle + 22)


def _strip(sheet: Canvas, outlets: dict[str, float], x: float, y: float) -> None:
    """A small bar per outlet, and the name of the one where the topic is strongest."""
    if not outlets:
        return
    names = list(outlets)[:STRIP]
    largest = max(outlets.values()) or 1.0
    w = min(108 / len(names), 24.0)
    strongest = max(outlets, key=lambda key: outlets[key])
    for number, outlet in enumerate(names):
        h = max(1.0, 22 * outlets[outlet] / largest)
        sheet.rect(x + number * w, y + 22 - h, w - 2, h, "accent" if outlet == strongest else "context")
    sheet.text(x, y + 36, labels.fit(strongest, 108, SMALL - 0.5), role="muted", size=SMALL - 0.5)
