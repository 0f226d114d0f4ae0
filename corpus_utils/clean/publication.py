"""Clues to the publication date of one story: record, address, file name, the lines around its headline, its dateline, its text.

Conventions
    Each function returns `dates.Clue`s; offsets are code points into `documents.text`, -1 for what stands outside it.
    A date beside "updated" is a clue to the latest day only. A date inside running text never dates the story.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, count
from operator import attrgetter

from corpus_utils.clean.date_candidates import HAS_YEAR, Candidate, find_candidates
from corpus_utils.clean.date_choice import OTHER, choose_clues
from corpus_utils.clean.date_context import american_spelling, lead_weekday, text_clues
from corpus_utils.clean.date_forms import find_dates, page_order
from corpus_utils.clean.date_lines import read_rules
from corpus_utils.clean.date_marks import FULL_DATE, NUMERIC, YEAR
from corpus_utils.clean.date_rank import RULES, Setting, rank_dates
from corpus_utils.clean.dates import Clue, clue_of, open_year_clue, parse_window, solve_date, spans_of
from corpus_utils.clean.header import Frame
from corpus_utils.clean.lines import Piece

FEWEST = 6  # digits of a year, a month and a day
FAR_OFF = "markup, far off"  # what `load.page_dates` calls dates in side columns
_ROLE, _END = attrgetter("role"), attrgetter("end")
_DAY_FIRST = ("es", "pt", "fr", "ru", "de", "it", "nl", "pl", "uk", "ro", "tr", "el", "cs", "ar")


def record_clues(given: Mapping[str, str], language: str = "") -> list[Clue]:
    """The date a record or page states. Other days that a page states of itself (`date_candidates`) are kept beside it; where none was
    chosen among them, all are used, and the answer holds them all."""
    stated, candidates = given.get("date", "").strip(), _candidates(given.get("date_candidates", ""))
    if not stated:
        days = tuple((day, day) for day in sorted({day for source, day in candidates if source != FAR_OFF}))
        told = "; ".join(f"{source}: {day}" for source, day in candidates)
        return [Clue("record", told, -1, -1, days, "the page states days far apart, all kept")] if days else []
    mentions = [m for m in find_dates(stated, order="dmy" if language in _DAY_FIRST else "") if m.year is not None]
    if not mentions:
        return [Clue("record", stated, -1, -1, (), "not understood as a date")]
    clue = clue_of(mentions[0], "record")
    others = {day: source for source, day in reversed(candidates) if ((day, day),) != clue.spans}
    return [
        Clue("record", stated, -1, -1, clue.spans, clue.reading),
        *(Clue(OTHER, day.isoformat(), -1, -1, ((day, day),), f"stated by the page, too ({others[day]})") for day in sorted(others)),
    ]


def _candidates(told: str) -> list[tuple[str, date]]:
    """[source, day] pairs of a page, in order of trust; [] where it tells none, or nothing that is understood."""
    try:
        return [(str(source), date.fromisoformat(day)) for source, day in json.loads(told or "[]")]
    except (ValueError, TypeError):
        return []


def address_clues(url: str, source: str = "") -> list[Clue]:
    """A date in the page's address or in the file's name: /2024/02/28/, 2024-02-28, 20240228."""
    clues = []
    for name, where in (("address", url), ("file name", source)):
        dates = find_dates(where) if sum(map(str.isdigit, where)) >= FEWEST else ()
        mentions = [m for m in dates if m.form in ("iso", "compact") and (m.year or 0) >= 1990]
        if mentions:
            clue = clue_of(mentions[0], name)
            clues.append(Clue(name, mentions[0].text, -1, -1, clue.spans, clue.reading))
        elif name == "address" and (match := re.search(r"/(19\d\d|20\d\d)/(0?[1-9]|1[0-2])/", where)):
            year, month = int(match.group(1)), int(match.group(2))
            last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
            clues.append(Clue(name, match.group(), -1, -1, ((date(year, month, 1), date.fromordinal(last)),), "month only"))
    return clues


@dataclass(frozen=True)
class Page:
    """One story as the readers of dates see it: the document's text, the story's frame, pieces and language."""

    text: str
    frame: Frame
    pieces: Sequence[Piece]
    language: str


def header_clues(page: Page, *, collected: tuple[str, str] | None, weigh: bool = True) -> list[Clue]:
    """Clues from byline, date lines and datelines, and what the running text bounds.

    With `weigh`, the days read in the lines around the text are weighed against each other (`date_rank`), and only what is sure enough
    stays a clue; the others are kept as "other date". Without, all stay clues: then something stronger decides between them.
    """
    order = order_of(page)
    ruled, text = read_rules(page.frame, order), read_text(page, order, collected)
    if weigh and (found := find_candidates(page.frame, order)):
        ranked = rank_dates(found, page.frame, setting_of(page, order, (ruled, text), found, collected))
        ruled = choose_clues(ruled, ranked, page.frame)
    return [*ruled, *text]


def read_text(page: Page, order: str, collected: tuple[str, str] | None) -> list[Clue]:
    """Datelines, and dates in running text."""
    clues = []
    for at, may_be_full in _dated_pieces(page).items():
        piece = page.pieces[at]
        stretch = page.text[piece.start : piece.end]
        if piece.role == "dateline":
            clues.extend(_dateline_clues(stretch, piece.start, lead_day(page), order, collected))
        elif piece.role in ("body", "caption") and HAS_YEAR.search(stretch):
            dates = may_be_full or "\n" in stretch.strip()
            clues.extend(text_clues(stretch, at=piece.start, order=order, language=page.language, dates=dates))
    return clues


def _dated_pieces(page: Page) -> dict[int, bool]:
    """Numbers of the datelines and of the pieces with a year, in reading order, and whether the first row with it may hold a full date."""
    pieces, rows = page.pieces, page.frame.rows
    found = dict.fromkeys(compress(count(), map("dateline".__eq__, map(_ROLE, pieces))), True)
    marked, ends = rows.marked(YEAR), list(map(_END, pieces))
    for (start, end), full in zip(rows.extents(marked), (rows.marks[marked] & FULL_DATE).tolist(), strict=True):
        at = bisect_right(ends, start)
        while at < len(pieces) and pieces[at].start < end:
            found.setdefault(at, bool(full))
            at += 1
    return dict(sorted(found.items()))


def setting_of(
    page: Page,
    order: str,
    read: tuple[Sequence[Clue], Sequence[Clue]],
    found: Sequence[Candidate],
    collected: tuple[str, str] | None,
) -> Setting:
    """What the ranking of dates is told beside the rows. `read`: what rules and what the running text say; `found`: what is ranked."""
    ruled, text = read
    open_order = not order and page.language in ("en", "") and any(len(spans_of(c.mention)) > 1 for c in found)
    said = {rule: frozenset(a for c in ruled if c.source == rule for a, b in c.spans if a == b) for rule in RULES}
    settled = solve_date([*ruled, *text])
    return Setting(
        window=parse_window(collected), american=american_spelling(page.text) if open_order else None, lead=lead_day(page),
        past=max((c.spans[0][0] for c in text if c.source == "text, past" and c.spans), default=None),
        ruled={rule: days for rule, days in said.items() if days},
        settled=date.fromisoformat(settled.earliest) if settled.exact else None,
    )  # fmt: skip


def order_of(page: Page) -> str:
    """How the page writes dates in numbers: "dmy", "mdy", or "" where that is open."""
    rows = page.frame.page
    return "dmy" if page.language in _DAY_FIRST else page_order(rows[position].text for position in rows.marked(NUMERIC))


def lead_day(page: Page) -> int | None:
    """The weekday that the first paragraph reports on."""
    lead = next((page.text[p.start : p.end] for p in page.pieces if p.role == "body"), "")
    weekday = lead_weekday(lead, page.language)
    return weekday[2] if weekday else None


def _dateline_clues(stretch: str, at: int, weekday: int | None, order: str, collected: tuple[str, str] | None) -> list[Clue]:
    clues = []
    for mention in find_dates(stretch, order=order):
        if mention.year is not None:
            clues.append(clue_of(mention, "dateline", at))
        else:
            clues.append(open_year_clue(mention, "dateline", at, lead_weekday=weekday, collected=collected))
    return clues
