"""Words in contrast: how often, and how much more in one group than in the other; for a few stories, their distinctive words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

DRAWN = 300  # dots; words beyond them, the least telling ones, stand in the data only


def plot_words(table: pd.DataFrame, *, name: str, caption: str, groups: tuple[str, str], most: int = 40) -> Figure:
    """Frequency by log ratio, labelled.

    table   `word`, `frequency` (uses in both groups), `log_ratio` (binary logarithm; positive: more in the second group);
            optional `marked` (true: drawn in the accent colour, e.g. those that pass the test)
    groups  names of the first (left) and the second (right) group
    most    words labelled at most: marked ones first, then the surest, as far as labels do not collide
    """
    data = tables.prepare(
        table, required=("word", "frequency", "log_ratio"), numeric=("frequency", "log_ratio"), text=("word",), chart="plot_words"
    )
    drawn = data[(data["frequency"] > 0) & data["log_ratio"].map(math.isfinite)]
    if drawn.empty:
        return nothing("No picture here: no word is used often enough in both groups to be compared.", data=data, name=name)
    rows = drawn.to_dict("records")
    # those that passed a test first, then by about how sure a difference is: rare words are extreme by chance
    rows.sort(key=lambda row: (row.get("marked") in (False, 0), -abs(row["log_ratio"]) * math.sqrt(row["frequency"]), row["word"]))

    def draw_on(kind: str, width: float) -> str:
        return _scatter(rows, Canvas(width), kind, groups, most if kind == "wide" else most // 2)

    left = [row["word"] for row in rows if row["log_ratio"] < 0][:8]
    right = [row["word"] for row in rows if row["log_ratio"] > 0][:8]
    alt = f"{len(rows)} words by frequency and log ratio. More in {groups[0]}: {', '.join(left) or 'none'}. "
    alt += f"More in {groups[1]}: {', '.join(right) or 'none'}."
    return draw(draw_on, alt=alt, caption=caption, data=data, name=name)


def _scatter(rows: list[dict[str, Any]], sheet: Canvas, kind: str, groups: tuple[str, str], most: int) -> str:
    mini = kind == "mini"
    x0, x1 = (6.0, sheet.width - 6) if mini else (40.0, sheet.width - 12)
    y0, y1 = (6.0, 120.0) if mini else (34.0, 430.0 if kind == "wide" else 470.0)
    reach = max(1.0, *(abs(row["log_ratio"]) for row in rows)) * 1.08
    low, high = (math.log10(f(row["frequency"] for row in rows)) for f in (min, max))
    high = max(high, low + 0.3)

    def place(row: dict[str, Any]) -> tuple[float, float]:
        x = (x0 + x1) / 2 + row["log_ratio"] / reach * (x1 - x0) / 2
        return x, y1 - 10 - (math.log10(row["frequency"]) - low) / (high - low) * (y1 - y0 - 20)

    middle = (x0 + x1) / 2
    if not mini:
        for frequency in _decades(low, high):
            y = y1 - 10 - (math.log10(frequency) - low) / (high - low) * (y1 - y0 - 20)
            sheet.line([(x0, y), (x1, y)], "grid")
            sheet.text(x0 - 6, y + 4, f"{frequency:,.0f}", role="muted", size=SMALL, align="right")
        step = math.ceil(reach / 4)
        for ratio in (i * step for i in range(-4, 5) if abs(i * step) <= reach):
            said = "even" if ratio == 0 else f"{2 ** abs(ratio):,.0f}×"
            sheet.tick(middle + ratio / reach * (x1 - x0) / 2, y1 + 16, said)
        lead = "more in " if kind == "wide" else ""
        room = (x1 - x0) / 2 - labels.width(f"← {lead}", TEXT, bold=True) - 10
        sheet.text(x0, 14, f"← {lead}{labels.fit(groups[0], room, TEXT, bold=True)}", bold=True)
        sheet.text(x1, 14, f"{lead}{labels.fit(groups[1], room, TEXT, bold=True)} →", bold=True, align="right")
        sheet.text(0, y0 - 4, "uses", role="muted", size=SMALL)
    sheet.line([(middle, y0), (middle, y1)], "rule")
    points = [(*place(row), row) for row in rows]
    for x, y, row in points[:DRAWN]:
        sheet.dot(x, y, 2.5 if not mini else 2.0, _role(row))
    if not mini:
        _label(sheet, points, x0, x1, most)
        sheet.rect(0, y1 + 20, 0.1, 0.1, "paper")
    return sheet.finish()


def _role(row: dict[str, Any]) -> str:
    return "accent" if row.get("marked", True) in (True, 1) else "context"


def _decades(low: float, high: float) -> list[float]:
    out = [m * 10**power for power in range(math.floor(low), math.ceil(high) + 1) for m in (1, 2, 5)]
    return [value for value in out if low - 1e-9 <= math.log10(value) <= high + 1e-9]


def _label(sheet: Canvas, points: list[tuple[float, float, dict[str, Any]]], x0: float, x1: float, most: int) -> None:
    """Words beside their dots, surest first, each only where it covers no other label and no other dot."""
    taken: list[tuple[float, float, float, float]] = [(x - 3, y - 3, x + 3, y + 3) for x, y, _ in points[:DRAWN]]
    written = 0
    for x, y, row in points:
        text = labels.fit(row["word"], 140, SMALL)
        wide = labels.width(text, SMALL)
        for left in (x + 5, x - 5 - wide):
            box = (left, y - 7, left + wide, y + 6)
            own = (x - 3, y - 3, x + 3, y + 3)
            if box[0] < x0 or box[2] > x1 or any(_overlap(box, other) for other in taken if other != own):
                continue
            sheet.text(left, y + 4, text, size=SMALL, role="ink" if _role(row) == "accent" else "muted")
            taken.append(box)
            written += 1
            break
        if written == most:
            return


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def plot_story_words(table: pd.DataFrame, *, name: str, caption: str, words: int = 7, top: int = 15) -> Figure:
    """The distinctive words of each story, as rows: what a small corpus can show instead of topics.

    table   a row per story and word, best first: `story` (its title or id), `word`, `score` (any positive measure of distinctiveness);
            optional `n` (uses). The bar under a word is as thick as its score is high among all shown.
    """
    data = tables.prepare(
        table, required=("story", "word", "score"), numeric=("score", "n"), text=("story", "word"), chart="plot_story_words"
    )
    data = data[data["score"].map(math.isfinite)]
    if data.empty:
        return nothing("No picture here: no story has words of its own.", data=data, name=name)
    stories = [(str(story), rows.head(words).to_dict("records")) for story, rows in data.groupby("story", sort=False)]
    more = len(stories) - top if len(stories) > top + 1 else 0
    shown = stories[:top] if more else stories
    largest = max(row["score"] for _, rows in shown for row in rows) or 1.0

    def draw_on(kind: str, width: float) -> str:
        return _rows(shown, Canvas(width), kind, largest, more)

    alt = "Distinctive words per story. " + "; ".join(f"{story}: {', '.join(row['word'] for row in rows)}" for story, rows in shown)
    return draw(draw_on, alt=alt + (f"; and {more} more stories." if more else "."), caption=caption, data=data, name=name)


def _rows(stories: list[tuple[str, list[dict[str, Any]]]], sheet: Canvas, kind: str, largest: float, more: int) -> str:
    mini, narrow = kind == "mini", kind == "narrow"
    left = 0.0 if narrow else 4.0 if mini else 250.0
    y = 0.0
    for story, rows in stories[: 6 if mini else None]:
        if mini:
            x = 4.0
            for row in rows[:5]:
                w = 14 + 3.4 * min(len(row["word"]), 10)
                if x + w > sheet.width:
                    break
                sheet.rect(x, y + 8, w - 4, 2 + 8 * row["score"] / largest, "accent")
                x += w
            y += 20
            continue
        sheet.line([(0, y), (sheet.width, y)], "grid")
        titles = labels.wrap(story, (sheet.width if narrow else left - 12) / labels.WIDEST, TEXT, bold=True)
        for number, line in enumerate(titles):
            sheet.text(0, y + 19 + 16 * number, line, bold=True)
        x, line_y = left, y + 19 + (16 * len(titles) + 6 if narrow else 0)
        for row in rows:
            text = labels.fit(row["word"], 170, TEXT)
            wide = labels.width(text, TEXT) * 0.94  # readers' fonts are narrower than the one measured with: the bar follows the word
            if x > left and x + wide > sheet.width:
                x, line_y = left, line_y + 28
            sheet.text(x, line_y, text)
            sheet.rect(x, line_y + 5, wide, 1 + 4 * row["score"] / largest, "accent")
            x += wide + 16
        y = max(line_y + 20, y + 19 + 16 * (len(titles) - 1) + 14)
    if more and not mini:
        sheet.text(0, y + 18, f"and {more} more stories", role="muted", size=SMALL)
    return sheet.finish()
