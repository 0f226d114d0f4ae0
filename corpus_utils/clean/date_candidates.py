"""Which dates on a page might be the day of publication: full dates in short lines, each with where it stands and how it is written.

Conventions
    Rows are those of a `header.Frame`. A mention that can be read two ways gives two candidates. Dates said to be of a change ("updated")
    are candidates, too, with that label: they are company for the others, and never chosen (see `date_rank`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from corpus_utils.clean.date_forms import Mention, find_dates
from corpus_utils.clean.date_marks import FULL_DATE
from corpus_utils.clean.date_words import PUBLISHED_WORDS, UPDATED_WORDS, fold_text
from corpus_utils.clean.dates import spans_of
from corpus_utils.clean.header import Frame, Row
from corpus_utils.clean.names import has_opening

READ = 240  # code points of a row that are searched
MOST = 120  # candidates weighed on one page: those nearest to headline and text
PARAGRAPH = 20  # blanks in a row that is a paragraph
ZONES = ("above headline", "header", "opening", "text", "below text", "far")
FORMS = ("published", "by", "bare", "clock", "few words", "other")
# A part of every full date. Patterns that begin with one class of characters are searched several times faster.
HAS_YEAR = re.compile(r"[0-9](?:(?<=1)9[0-9]{2}|(?<=2)0[0-9]{2}|[./\-][0-9]{1,2}[./\-][0-9]{2})")
DATED = re.compile(r"^\W*(?:date|fecha|data|datum|дата)\s*:\s*")
_WORDS = re.compile(r"[^\W\d_]{2,}")


def words_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Any of these folded words or phrases, longest first."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w)))) + r")(?!\w)")


PUBLISHED, UPDATED = words_pattern(PUBLISHED_WORDS), words_pattern(UPDATED_WORDS)


class Candidate(NamedTuple):
    """One reading of a date: row and mention, the day, what is said before it ("published", "updated" or ""), where the row stands.

    Rows of one `block` have no paragraph between them: dates of a list do, those above and below a text do not."""

    row: int
    mention: Mention
    day: date
    label: str
    zone: str
    block: int


def find_candidates(frame: Frame, order: str) -> list[Candidate]:
    """All candidates in the order of the page; on pages with very many, those nearest to headline and text."""
    found: list[Candidate] = []
    rows = frame.rows
    paragraphs = np.flatnonzero(rows.blanks >= PARAGRAPH).tolist()
    for position in rows.marked(FULL_DATE):
        row = rows[position]
        if not HAS_YEAR.search(row.text, 0, READ) or not _may_date(row):
            continue
        mentions = [m for m in find_dates(row.text[:READ], order=order) if m.year is not None and m.form != "month"]
        block = bisect_right(paragraphs, position)
        for mention in mentions:
            label, zone = label_before(rows, position, mention.start), zone_of(position, frame)
            days = (first for first, _ in spans_of(mention) if first.year >= 1970)
            found.extend(Candidate(position, mention, day, label, zone, block) for day in days)
    if len(found) > MOST:
        marks = [mark for mark in (frame.title, frame.first, frame.last) if mark >= 0] or [0]
        found = sorted(sorted(found, key=lambda c: (min(abs(c.row - mark) for mark in marks), c.row))[:MOST], key=lambda c: c.row)
    return found


def _may_date(row: Row) -> bool:
    """Short lines; longer ones that begin by saying "published" or "date:", or that are neither text nor caption."""
    if len(row.text) <= 140:
        return True
    opening = fold_text(row.text[:60])
    says = DATED.match(opening) or PUBLISHED.match(opening) or UPDATED.match(opening)
    return says is not None or (len(row.text) <= READ and row.role not in ("body", "caption", "promotion"))


def label_before(rows: Sequence[Row], position: int, upto: int = READ) -> str:
    """ "published", "updated" or "": the last such word before an offset of the row, or all that a short row above says."""
    before = fold_text(rows[position].text[:upto])
    if (said := DATED.match(before)) and upto <= said.end() + 8:
        return "published"
    published, updated = _last(PUBLISHED, before), _last(UPDATED, before)
    if published < 0 and updated < 0 and position:
        above = rows[position - 1].text
        if len(above) <= 24 and not HAS_YEAR.search(above):
            published, updated = (_last(pattern, fold_text(above)) for pattern in (PUBLISHED, UPDATED))
    return "" if published < 0 and updated < 0 else "updated" if updated > published else "published"


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((m.start() for m in pattern.finditer(text)), default=-1)


def zone_of(row: int, frame: Frame) -> str:
    """Where a row stands to the headline and the text, one of ZONES."""
    title, first, last = frame.title, frame.first, frame.last
    if first < 0:
        return "far" if title < 0 or not -4 <= row - title <= 12 else "header" if row >= title else "above headline"
    if row > last:
        return "below text" if row - last <= 16 else "far"
    if title < 0 or title > first:
        return "far" if row < first - 8 else "header" if row <= first else "opening" if row - first <= 4 else "text"
    if row >= first:
        return "opening" if row - first <= 4 else "text"
    if row >= title:
        return "header" if row - title <= 40 else "far"
    return "above headline" if title - row <= 4 else "far"


def form_of(candidate: Candidate, row: Row) -> str:
    """How a candidate is written, one of FORMS."""
    if candidate.label == "published":
        return "published"
    if has_opening(row.text):
        return "by"
    words = words_beside(candidate, row)
    return "bare" if words == 0 else "clock" if candidate.mention.clock else "few words" if words <= 6 else "other"


def words_beside(candidate: Candidate, row: Row) -> int:
    """Words of a row beside the date."""
    mention = candidate.mention
    return _count_words(row.text[: mention.start] + " " + row.text[mention.end : READ])


@lru_cache(maxsize=4096)
def _count_words(text: str) -> int:
    return len(_WORDS.findall(text))
