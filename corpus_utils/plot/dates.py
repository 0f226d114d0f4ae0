"""Publication dates as far as they are known: a day, a choice of days, bounds, or nothing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus_utils import wording
from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

PERIODS = (("day", 10, 1.0), ("month", 7, 30.4), ("year", 4, 365.25))  # name, length of its ISO text, days
_READ = ("id", "label", "title", "date_earliest", "date_latest", "date_bounds", "date_evidence")
CROWD = 24  # more dated articles than this are drawn as counts per period


@dataclass(frozen=True)
class _Dated:
    """What is known of one article's date, as day numbers; `kind` is day, span, bounds or none."""

    label: str
    kind: str
    low: int = 0
    high: int = 0
    candidates: list[int] = field(default_factory=list)
    text: str = "undated"


def plot_dates(articles: pd.DataFrame, *, name: str, caption: str, top: int = 12) -> Figure:
    """Articles on a line of time; those without a date are listed below it, never placed on it.

    articles  `id`, `title`, `date_earliest`, `date_latest`; optional `label` (used instead of the title), `date_bounds` (JSON
              [earliest, latest]) and `date_evidence` (JSON array whose entries may have `candidates`, a list of ISO days)
    One row per article up to 24 dated ones; above that, counts per day, month or year (articles whose period is open are only counted).
    """
    data = tables.prepare(
        articles, required=("id", "date_earliest", "date_latest"), numeric=(), chart="plot_dates",
        text=("id", "label", "title", "date_earliest", "date_latest", "date_bounds"),
    )  # fmt: skip
    if data.empty:
        return nothing("No picture here: there are no stories.", data=data, name=name)
    rows = _all_dated(data, top)
    placed = [row for row in rows if row.kind != "none"]
    exact = sum(row.kind == "day" for row in rows)
    if not placed:
        return nothing(f"No picture here: none of the {len(rows)} stories states a date.", data=data, name=name)
    undated = [row for row in rows if row.kind == "none"]
    alt = f"{exact} of {len(rows)} stories are dated to the day. " + "; ".join(f"{row.label}: {row.text}" for row in placed[:top]) + "."
    alt += f" Undated: {'; '.join(row.label for row in undated[:top])}." if undated else ""

    def draw_on(kind: str, width: float) -> str:
        sheet = Canvas(width)
        if sum(row.kind in ("day", "span") for row in rows) > CROWD:
            return _counts(rows, sheet, mini=kind == "mini")
        return _draw(placed, undated, sheet, kind, top)

    columns = [column for column in ("id", "title", "date_earliest", "date_latest", "date_bounds") if column in data]
    return draw(draw_on, alt=alt, caption=caption, data=data[columns], name=name)


def _day(text: Any) -> int | None:
    try:
        return date.fromisoformat(str(text)[:10]).toordinal()
    except ValueError:
        return None


def _all_dated(data: pd.DataFrame, named: int) -> list[_Dated]:
    """What is known of each date; beyond those that may be `named`, articles of one day share what is known of it."""
    columns = [name for name in _READ if name in data]
    known, rows, placed = dict[tuple[str, str], _Dated](), list[_Dated](), 0
    for values in zip(*(data[name].tolist() for name in columns)):
        row = dict(zip(columns, values))
        day = (row["date_earliest"], row["date_latest"])
        made = known[day] if placed >= named and day in known else _dated(row)
        placed += made.kind != "none"
        if made.kind == "day":
            known[day] = made
        rows.append(made)
    return rows


def _dated(row: dict[str, Any]) -> _Dated:
    label = labels.plain(row["label"]) or labels.plain(row["title"]) or f"{labels.plain(row['id'])} (untitled)"
    low, high = _day(row["date_earliest"]), _day(row["date_latest"])
    if low is not None and (high is None or high == low):
        return _Dated(label, "day", low, low, [low], wording.day(row["date_earliest"]))
    if low is not None and high is not None:
        evidence = tables.loads(row.get("date_evidence", "[]"))
        found = {_day(day) for entry in evidence if isinstance(entry, dict) for day in entry.get("candidates") or []}
        inside = sorted(day for day in found if day is not None and low <= day <= high) or [low, high]
        return _Dated(label, "span", low, high, inside, wording.days(row["date_earliest"], row["date_latest"]))
    bounds = tables.loads(row.get("date_bounds", ""))
    ends = [_day(day) for day in bounds] if isinstance(bounds, (list, tuple)) and len(bounds) == 2 else [None, None]
    if ends[0] is None and ends[1] is None:
        return _Dated(label, "none")
    if ends[0] is None or ends[1] is None:
        said = f"after {wording.day(bounds[0])}" if ends[0] is not None else f"before {wording.day(bounds[1])}"
        return _Dated(label, "none", text=f"undated; by the text, {said}")
    years = (str(bounds[0])[:4], str(bounds[1])[:4]) if str(bounds[0])[4:] == "-01-01" and str(bounds[1])[4:] == "-12-31" else ()
    said = f"{years[0]} and {years[1]}" if years else f"{wording.day(bounds[0])} and {wording.day(bounds[1])}"
    return _Dated(label, "bounds", ends[0], ends[1], [], f"undated; by its text, between {said}")


def _ticks(low: int, high: int, room: float) -> list[tuple[int, str]]:
    """Years, months or days, as many as `room` px carry."""
    first, last = date.fromordinal(low), date.fromordinal(high)
    most = max(2, int(room / 56))
    years = last.year - first.year + 1
    if years > 2 or (last - first).days > 400:
        step = math.ceil((years + 1) / most)
        return [(date(year, 1, 1).toordinal(), str(year)) for year in range(first.year, last.year + 2, step)]
    months = [(y, m) for y in range(first.year, last.year + 2) for m in range(1, 13)]
    months = [(y, m) for y, m in months if date(y, m, 1).toordinal() >= date(first.year, first.month, 1).toordinal()]
    months = months[: next(i for i, (y, m) in enumerate(months) if date(y, m, 1).toordinal() > high) + 1]
    if len(months) > 3:
        step = math.ceil(len(months) / most)
        named = [(wording.day(f"{y}-{m:02d}")[:3], y if m == 1 or i == 0 else "") for i, (y, m) in enumerate(months)]
        return [(date(y, m, 1).toordinal(), f"{word} {year}".strip()) for (y, m), (word, year) in zip(months, named)][::step]
    step = max(1, math.ceil((high - low + 1) / most))
    days = [date.fromordinal(day) for day in range(low - (low == high), high + step + (low == high), step)]
    words = [wording.day(day.isoformat()).split() for day in days]
    return [(day.toordinal(), f"{d} {m[:3]} {y if i == 0 else ''}".strip()) for i, (day, (d, m, y)) in enumerate(zip(days, words))]


def _draw(placed: list[_Dated], undated: list[_Dated], sheet: Canvas, kind: str, top: int) -> str:
    mini, narrow = kind == "mini", kind == "narrow"
    left = 6.0 if mini or narrow else 310.0
    x0, x1 = left + 8, sheet.width - (14.0 if mini or narrow else 24.0)
    ticks = _ticks(min(row.low for row in placed), max(row.high for row in placed), x1 - x0)
    low, high = min(ticks[0][0], *(row.low for row in placed)), max(ticks[-1][0], *(row.high for row in placed))
    step = 20.0 if mini else 56.0 if narrow else 40.0

    def at(day: int) -> float:
        return x0 + (day - low) / max(high - low, 1) * (x1 - x0)

    y = 8.0 if mini else 28.0
    for day, text in ticks:
        sheet.line([(at(day), y), (at(day), y + step * len(placed[:top]))], "grid")
        if not mini:
            sheet.tick(at(day), y - 8, text)
    for row in placed[:top]:
        middle = y + step / 2 + (13 if narrow else 0)
        if narrow:
            sheet.text(0, middle - 24, labels.fit(row.label, sheet.width / labels.WIDEST, TEXT))
            sheet.text(0, middle - 10, labels.fit(row.text, sheet.width / labels.WIDEST, SMALL), role="muted", size=SMALL)
        elif not mini:
            sheet.text(0, middle - 1, labels.fit(row.label, (left - 4) / labels.WIDEST, TEXT))
            sheet.text(0, middle + 14, labels.fit(row.text, (left - 4) / labels.WIDEST, SMALL), role="muted", size=SMALL)
        if row.kind == "bounds":
            sheet.line([(at(row.low), middle), (at(row.high), middle)], "context", weight=1.5, dash=(3, 3))
        elif row.kind == "span":
            sheet.line([(at(row.low), middle), (at(row.high), middle)], "accent", weight=1.5)
            for day in row.candidates:
                sheet.dot(at(day), middle, 5, "paper", line="accent")
        else:
            sheet.dot(at(row.low), middle, 5.5, "accent")
        y += step
    if mini:
        return sheet.finish()
    if len(placed) > top:
        sheet.text(0, y + 12, f"and {len(placed) - top} more", role="muted", size=SMALL)
        y += 20
    if undated:
        _list_undated(sheet, undated, y + 14, top, narrow)
    return sheet.finish()


def _list_undated(sheet: Canvas, undated: list[_Dated], y: float, top: int, narrow: bool) -> None:
    sheet.line([(0, y), (sheet.width, y)], "rule")
    y += 20
    sheet.text(0, y, f"Undated, so not on the line: {len(undated):,}", size=TEXT, bold=True)
    columns = 1 if narrow else 2
    room = (sheet.width - 24 * (columns - 1)) / columns
    shown = undated[: top if len(undated) > top + 1 else len(undated)]
    deep = math.ceil(len(shown) / columns)
    for number, row in enumerate(shown):
        column, line = divmod(number, deep)
        label = labels.fit(row.label, (room - 4) / labels.WIDEST, SMALL + 0.5)
        sheet.text(column * (room + 24), y + 19 * (line + 1), label, role="muted", size=SMALL + 0.5)
    if len(undated) > len(shown):
        sheet.text(0, y + 19 * (deep + 1), f"and {len(undated) - len(shown):,} more", role="muted", size=SMALL)


def _counts(rows: list[_Dated], sheet: Canvas, *, mini: bool) -> str:
    """Bars of articles per day, month or year: the finest period that leaves each bar 4 px."""
    known = [row for row in rows if row.kind in ("day", "span")]
    low, high = min(row.low for row in known), max(row.high for row in known)
    x0, x1, base = 4.0 if mini else 34.0, sheet.width - 8, 90.0 if mini else 170.0
    fits = [period for period in PERIODS if (high - low + 1) / period[2] * 4 <= x1 - x0]
    unit, length, days = fits[0] if fits else PERIODS[-1]
    tally: dict[str, int] = {}
    open_ = 0
    for (start, end), count in Counter((row.low, row.high) for row in known).items():
        a, b = (date.fromordinal(day).isoformat()[:length] for day in (start, end))
        if a == b:
            tally[a] = tally.get(a, 0) + count
        else:
            open_ += count
    largest = max(tally.values(), default=1)
    wide = max(1.0, (x1 - x0) / max((high - low + 1) / days, 1) - 1)
    ticks = _ticks(low, high, x1 - x0)
    first, last = min(low, ticks[0][0]), max(high, ticks[-1][0])
    wide = min(wide * (high - low + 1) / (last - first + 1), 40.0)

    def at(day: int) -> float:
        return x0 + (day - first) / max(last - first, 1) * (x1 - x0)

    scale = wording.ticks(0, largest, 3)
    for value in [] if mini else scale:
        y = base - value / scale[-1] * (base - 30)
        sheet.line([(x0, y), (x1, y)], "grid")
        sheet.text(x0 - 6, y + 4, f"{value:,.0f}", role="muted", size=SMALL, align="right")
    for period, count in sorted(tally.items()):
        start = date.fromisoformat(period + "-01-01"[: 10 - length] if length < 10 else period).toordinal()
        h = count / scale[-1] * (base - 30)
        sheet.rect(min(at(start), x1 - wide), base - h, wide, h, "accent")
    sheet.line([(x0, base), (x1, base)], "ink")
    if mini:
        return sheet.finish()
    for day, text in ticks:
        sheet.tick(at(day), base + 16, text)
    sheet.text(0, 16, f"stories per {unit}", role="muted", size=SMALL)
    undated = len(rows) - len(known)
    notes = [f"{undated:,} undated"] if undated else []
    notes += [f"{open_:,} dated only to a longer period"] if open_ else []
    if notes:
        sheet.text(0, base + 40, "Not drawn: " + ", ".join(notes), role="muted", size=SMALL)
    return sheet.finish()
