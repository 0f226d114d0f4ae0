"""The date solver: earliest and latest possible publication date of a story, with every clue kept.

Conventions
    A `Clue` is one thing that speaks about the publication date; `spans` are the days it allows, as closed intervals.
    Clues have a rank by their source (`RANKS`, lower is stronger). Clues that agree narrow each other down. A weaker clue that
    disagrees with a stronger one is kept in the evidence and not used; equally strong clues that disagree are both used, so the
    answer widens to hold both. Nothing is chosen between candidates: a day and month without a year stays as many days as there
    are years in which it is possible.
    `collected` is the period in which the corpus says publication is possible. It rules out candidates read from the text, it
    does not overrule a date stated by the record itself, and it never dates an undated story.
    What the text merely rules out (a past event bounds publication below) goes to `bounds`, never into the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from corpus_utils.clean.date_forms import Mention

Span = tuple[date, date]

RANKS = {
    "metadata file": 0, "record": 1, "published line": 2, "address": 2, "file name": 3, "byline": 3, "date line": 3,
    "dateline": 4, "date nearby": 5, "relative word": 6,
}  # fmt: skip
STATED = ("metadata file", "record")  # these hold even outside the collection period
DAY = timedelta(days=1)


class Clue(NamedTuple):
    """A clue to the publication date: where it stands (-1, -1 when not in the text), what it allows, how it was read."""

    source: str
    text: str
    start: int
    end: int
    spans: tuple[Span, ...]
    reading: str
    used: bool = False

    def row(self) -> dict[str, object]:
        """The clue as a row of `date_evidence`: an interval of several days is written first/last."""
        days = [f"{a.isoformat()}/{b.isoformat()}" if a != b else a.isoformat() for a, b in self.spans]
        return {
            "source": self.source, "text": self.text[:200], "start": self.start, "end": self.end, "reading": self.reading,
            "candidates": days, "used": self.used,
        }  # fmt: skip


@dataclass(frozen=True)
class Solution:
    """Publication date as an interval ("" when undated), what the text rules out, and all evidence."""

    earliest: str = ""
    latest: str = ""
    bounds: tuple[str | None, str | None] = (None, None)
    evidence: tuple[Clue, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether a single day is left."""
        return bool(self.earliest) and self.earliest == self.latest


def solve_date(clues: Iterable[Clue], *, collected: tuple[str, str] | None = None) -> Solution:
    """Combine clues by the rules in the module's docstring. Clues named in neither `RANKS` nor "text ..." only bear on bounds."""
    window = parse_window(collected)
    dating: list[Clue] = []
    other: list[Clue] = []
    for clue in clues:
        (dating if clue.source in RANKS else other).append(clue)
    dating.sort(key=lambda clue: RANKS[clue.source])
    possible: tuple[Span, ...] = ()
    rank = -1
    judged: list[Clue] = []
    for clue in dating:
        inside = clip(clue.spans, window)
        if clue.source in STATED and not inside and clue.spans:
            inside = clue.spans
            clue = clue._replace(reading=clue.reading + "; outside the collection period")
        if not inside:
            why = "; outside the collection period" if clue.spans else ""
            judged.append(clue._replace(reading=clue.reading + why))
            continue
        clue = clue._replace(spans=inside)
        if not possible:
            possible, rank = inside, RANKS[clue.source]
            judged.append(clue._replace(used=True))
            continue
        common = overlap(possible, inside)
        if common:
            possible = common
            judged.append(clue._replace(used=True))
        elif _is_lag(possible, inside, clue.source):
            judged.append(clue._replace(reading=clue.reading + "; a few days before publication, as is usual"))
        elif RANKS[clue.source] == rank:
            possible = tuple(sorted({*possible, *inside}))
            judged.append(clue._replace(reading=clue.reading + "; in conflict, both kept", used=True))
        else:
            judged.append(clue._replace(reading=clue.reading + "; in conflict with stronger evidence"))
    lower, upper, bounding = _bounds(other, possible, window)
    evidence = (*judged, *bounding)
    if not possible:
        return Solution("", "", (lower, upper), evidence)
    return Solution(min(a for a, _ in possible).isoformat(), max(b for _, b in possible).isoformat(), (lower, upper), evidence)


def _is_lag(possible: Sequence[Span], inside: Sequence[Span], source: str) -> bool:
    """A dateline names the day of writing: publication follows within days."""
    return source == "dateline" and any(timedelta(0) < later[0] - early[1] <= 4 * DAY for later in possible for early in inside)


def _bounds(clues: Sequence[Clue], possible: Sequence[Span], window: Span) -> tuple[str | None, str | None, list[Clue]]:
    """Lower bounds: the latest start of what is told as past. Upper: the earliest end of what is still to come."""
    lows = [c for c in clues if c.source == "text, past" and c.spans and c.spans[0][0] <= window[1]]
    highs = [c for c in clues if c.source in ("text, to come", "updated line") and c.spans]
    low = max((c.spans[0][0] for c in lows), default=None)
    high = min((c.spans[-1][1] for c in highs), default=None)
    latest = max((b for _, b in possible), default=None)
    earliest = min((a for a, _ in possible), default=None)
    if low and ((high and low > high) or (latest and low > latest)):
        low = None
    if high and earliest and high < earliest:
        high = None
    kept = []
    for clue in clues:
        decides = (low is not None and clue in lows and clue.spans[0][0] == low) or (
            high is not None and clue in highs and clue.spans[-1][1] == high
        )
        if decides or clue.source not in ("text, past", "text, to come"):
            kept.append(clue._replace(reading=clue.reading + ("; bounds the date" if decides else "")))
    return (low.isoformat() if low else None), (high.isoformat() if high else None), kept


def parse_window(collected: tuple[str, str] | None) -> Span:
    """The collection period as days; an open end reaches as far as dates go. Raises ValueError for a text that is no date."""
    first, last = collected or ("", "")
    window = (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
    )
    if window[0] > window[1]:
        raise ValueError(f"collected: {first} is after {last}")
    return window


def clip(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """The parts of the intervals that lie inside a window."""
    return tuple((max(a, window[0]), min(b, window[1])) for a, b in spans if a <= window[1] and b >= window[0])


def overlap(one: Sequence[Span], two: Sequence[Span]) -> tuple[Span, ...]:
    """Days allowed by both, as sorted intervals."""
    return tuple(sorted({(max(a, c), min(b, d)) for a, b in one for c, d in two if a <= d and c <= b}))


@lru_cache(maxsize=4096)  # several readers ask of one mention
def spans_of(mention: Mention, *, years: Iterable[int] = ()) -> tuple[Span, ...]:
    """The days a mention can mean. A missing year is filled with each of `years`; a missing day gives the whole month."""
    found: set[Span] = set()
    for year, month, day in mention.readings:
        for each in [year] if year is not None else years:
            try:
                if day is not None:
                    found.add((date(each, month, day),) * 2)
                else:
                    after = date(each + month // 12, month % 12 + 1, 1)
                    found.add((date(each, month, 1), after - DAY))
            except ValueError:  # 29 February of a common year
                continue
    kept = sorted(found)
    if mention.weekday is not None and any(year is None for year, _, _ in mention.readings):
        kept = [span for span in kept if span[0].weekday() == mention.weekday]
    elif mention.weekday is not None and len(kept) > 1:
        kept = [span for span in kept if span[0].weekday() == mention.weekday] or kept
    return tuple(kept)


def open_year_clue(mention: Mention, source: str, at: int, *, lead_weekday: int | None, collected: tuple[str, str] | None) -> Clue:
    """A clue from a day and month without a year: every year of the collection period that the weekdays allow.

    `lead_weekday` is the weekday the lead reports on ("On Friday, ..."): it was that day or the day before. Without a collection
    period the year stays open and the clue has no candidates. `at` is added to the mention's offsets.
    """
    _, month, day = mention.readings[0]
    stated = f"day and month {month:02d}-{day:02d}, year not stated"
    where = (mention.text, mention.start + at, mention.end + at)
    if lead_weekday is not None and mention.weekday is None:
        stated += f"; the lead speaks of {_DAYS[lead_weekday]}: that day or the day before"
    if not collected or not collected[0] or not collected[1]:
        return Clue(source, *where, (), stated + "; open without a collection period")
    first, last = parse_window(collected)
    spans = clip(spans_of(mention, years=range(first.year, last.year + 1)), (first, last))
    if lead_weekday is not None and mention.weekday is None:
        fitting = tuple(span for span in spans if (span[0].weekday() - lead_weekday) % 7 in (0, 1))
        if fitting:
            spans = fitting
        else:
            stated += "; no year fits, the weekday was set aside"
    return Clue(source, *where, spans, stated)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clue_of(mention: Mention, source: str, at: int = 0) -> Clue:
    """A clue from a mention with a year, at offset `at`; the reading says what was open and whether the weekday agrees."""
    spans = spans_of(mention)
    notes = [mention.form if mention.form not in ("dmy", "mdy") else "numeric"]
    if len(spans) > 1:
        notes.append("day and month can be read two ways")
    if any(a != b for a, b in spans):
        notes.append("month only")
    if mention.weekday is not None and spans and all(a.weekday() != mention.weekday for a, b in spans if a == b):
        notes.append(f"the weekday named is {_DAYS[mention.weekday]}, which disagrees")
    return Clue(source, mention.text, mention.start + at, mention.end + at, spans, "; ".join(notes))
