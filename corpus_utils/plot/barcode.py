"""Barcodes: each document as one bar in reading order, so that one sees what was read and what was set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus_utils.plot import labels, tables
from corpus_utils.plot.canvas import Canvas
from corpus_utils.plot.figure import Figure, draw, nothing
from corpus_utils.plot.style import SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

# group: (what a reader calls it, fill, stripes, their slope); told apart by pattern and label, not by colour alone
GROUPS = {
    "article": ("article text", "accent", "", 0.0),
    "heading": ("headlines, subheadings", "ink", "", 0.0),
    "about": ("set aside: captions, bylines, credits", "soft", "accent", 0.0),
    "aside": ("set aside: all else", "faint", "context", 1.0),
}
_ROLES = {
    "body": "article", "title": "heading", "subheading": "heading", "caption": "about", "byline": "about", "dateline": "about",
    "credit": "about", "blank": "",
}  # fmt: skip


@dataclass(frozen=True)
class _Stretch:
    """Part of a bar: from and to as shares of the document."""

    start: float
    end: float
    group: str
    role: str
    story: int


@dataclass(frozen=True)
class _Bar:
    name: str
    stretches: list[_Stretch]
    stories: int
    length: int
    read: float


def plot_barcode(spans: pd.DataFrame, *, name: str, caption: str, top: int = 12) -> Figure:
    """One bar per document, as long as the document, split by what each stretch is.

    spans   the table `spans`: `document_id`, `start`, `end`, `role`, `story`. Documents are drawn in order of appearance
    top     bars drawn; the others are counted
    """
    names = spans["document_id"].drop_duplicates() if "document_id" in spans else []
    some = spans[spans["document_id"].isin(names[: 2 * top + 2])] if len(names) > 2 * top + 2 else spans  # some may be without text
    data = tables.prepare(
        some, required=("document_id", "start", "end", "role"), numeric=("start", "end", "story"), text=("document_id", "role"),
        chart="plot_barcode",
    )  # fmt: skip
    data = data[data["end"] > data["start"]]
    if data.empty:
        return nothing("No picture here: no document has any text.", data=data, name=name)
    more = len(names) - top if len(names) > top + 1 else 0
    drawn = data[data["document_id"].isin(data["document_id"].drop_duplicates()[:top])] if more else data
    shown = [_bar(str(document), rows) for document, rows in drawn.groupby("document_id", sort=False)]

    def draw_on(kind: str, width: float) -> str:
        return _mini(shown, Canvas(width)) if kind == "mini" else _draw(shown, Canvas(width), more, narrow=kind == "narrow")

    alt = f"One bar per document, split by role. {'; '.join(_said(bar) for bar in shown)}{f'; and {more} more documents' if more else ''}."
    return draw(draw_on, alt=alt, caption=caption, data=_summary(drawn), name=name)


def _summary(data: pd.DataFrame) -> pd.DataFrame:
    """Characters by document and role: the numbers drawn."""
    sized = data.assign(characters=(data["end"] - data["start"]).astype(int))
    return sized.groupby(["document_id", "role"], sort=False)["characters"].sum().reset_index()


def _bar(name: str, rows: pd.DataFrame) -> _Bar:
    start, end = float(rows["start"].min()), float(rows["end"].max())
    merged: list[_Stretch] = []
    for row in rows.sort_values("start").itertuples():
        group = _ROLES.get(row.role, "aside")
        story = int(row.story) if row.story == row.story else 0
        a, b = (row.start - start) / (end - start), (row.end - start) / (end - start)
        last = merged[-1] if merged else None
        if not group:
            continue
        if last and (last.group, last.story) == (group, story) and a - last.end < 0.02:
            role = last.role if last.role == row.role or last.end - last.start >= b - a else row.role
            merged[-1] = _Stretch(last.start, b, group, role, story)
        else:
            merged.append(_Stretch(a, b, group, row.role, story))
    sizes = rows["end"] - rows["start"]
    filled = float(sizes[rows["role"] != "blank"].sum())
    read = float(sizes[rows["role"].isin(["body", "subheading"])].sum())
    stories = len({s.story for s in merged if s.story})
    return _Bar(name, merged, stories, round(end - start), read / filled if filled else 0.0)


def _said(bar: _Bar) -> str:
    counted = f"{bar.stories} {'story' if bar.stories == 1 else 'stories'}"
    return f"{bar.name}: {counted}, {bar.read:.0%} of {bar.length:,} characters are article text"


def _mini(bars: list[_Bar], sheet: Canvas) -> str:
    for number, bar in enumerate(bars[:6]):
        _stretches(sheet, bar, 4, 8 + number * 20, sheet.width - 8, 14)
    return sheet.finish(margin=8)


def _draw(bars: list[_Bar], sheet: Canvas, more: int, *, narrow: bool) -> str:
    y = _key(sheet)
    for bar in bars:
        counted = f"{bar.stories} {'story' if bar.stories == 1 else 'stories'}" if bar.stories else "no story"
        facts = f"{counted} · {bar.read:.0%} article text · {bar.length:,} characters"
        if narrow:
            sheet.text(0, y + 12, labels.fit(bar.name, sheet.width, TEXT, bold=True), bold=True)
            sheet.text(0, y + 28, facts, role="muted", size=SMALL)
            y += 34
        else:
            room = (sheet.width - 16) / labels.WIDEST - labels.width(facts, SMALL)
            sheet.text(0, y + 12, labels.fit(bar.name, room, TEXT, bold=True), bold=True)
            sheet.text(sheet.width, y + 12, facts, role="muted", size=SMALL, align="right")
            y += 18
        _stretches(sheet, bar, 0, y, sheet.width, 24)
        y += 24
        y += 32 if _under(sheet, bar, y) else 20
    if more:
        sheet.text(0, y + 8, f"and {more:,} more documents", role="muted", size=SMALL)
    return sheet.finish(margin=4)


def _key(sheet: Canvas) -> float:
    x, y = 0.0, 6.0
    for group, (label, *_) in GROUPS.items():
        step = labels.width(label, SMALL) * labels.WIDEST + 38
        if x and x + step - 16 > sheet.width:
            x, y = 0.0, y + 20
        _fill(sheet, group, x, y, 16, 11)
        sheet.text(x + 21, y + 10, label, role="muted", size=SMALL)
        x += step
    return y + 28


def _stretches(sheet: Canvas, bar: _Bar, x: float, y: float, w: float, h: float) -> None:
    sheet.rect(x, y, w, h, "faint")
    for part in bar.stretches:
        _fill(sheet, part.group, x + part.start * w, y, max((part.end - part.start) * w, 1.0), h)
    before = 0
    for part in bar.stretches:  # a notch of paper where a new story begins
        if part.story and before and part.story != before:
            sheet.rect(x + part.start * w - 1.5, y - 2, 3, h + 4, "paper")
        before = part.story or before


def _fill(sheet: Canvas, group: str, x: float, y: float, w: float, h: float) -> None:
    _, fill, stripes, slope = GROUPS[group]
    sheet.rect(x, y, w, h, fill)
    if stripes:
        sheet.stripes(x, y, w, h, stripes, gap=4, slope=slope)


def _under(sheet: Canvas, bar: _Bar, y: float) -> bool:
    """Names of the stretches that are not article text, below the bar, where there is room; True if any was written."""
    free = 0.0
    for part in bar.stretches:
        if part.group in ("article", "heading"):
            continue
        x, w = part.start * sheet.width, (part.end - part.start) * sheet.width
        wide = labels.width(part.role, SMALL) * labels.WIDEST
        at = min(x, sheet.width - wide)
        if w < 5 or at < free:
            continue
        sheet.line([(x + 0.5, y), (x + 0.5, y + 5)], "context")
        sheet.text(at, y + 15, part.role, role="muted", size=SMALL)
        free = at + wide + 8
    return free > 0
