"""Which of the dates on a page is the day of its publication, and how sure that is: a small model over everything that might be.

A page shows many dates: of other stories, of comments, of today, of changes, of events. The model (conditional logit; McFadden 1974)
weighs for each candidate where it stands, what is said before it, how it is written, what dates are near and what the rules of
`publication` make of it, against the chance that none of them is the publication date. A logistic model of each date by itself would not
know that only one of them can be right. Weights, threshold and card are in `weights/dates.json`, made by `benchmarks/train_dates.py`.

Conventions
    Probabilities of a page's candidates and of "none of them" add up to 1. The probability of a day is the sum of its candidates'.
    Dates of changes have no probability: they date nothing.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import mul
from pathlib import Path

from corpus_utils.clean.date_candidates import FORMS, HAS_YEAR, ZONES, Candidate, form_of, words_beside
from corpus_utils.clean.date_words import fold_text
from corpus_utils.clean.dates import spans_of
from corpus_utils.clean.header import Frame, Row

WEIGHTS = Path(__file__).parent / "weights" / "dates.json"
NEAR = 6  # rows to either side whose dates are neighbours
RULES = ("published line", "byline", "date line", "date nearby")
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dt\d\d:\d\d")
_POST = re.compile(r"\(@\w|^@\w|@\w+\)?$")  # the signature of a quoted post

FEATURES = (
    "bias", "candidates", *(f"{zone}, {form}" for zone in ZONES for form in FORMS), "from headline", "from text", "no headline",
    "clock", "weekday", "weekday wrong", "two readings", "day first", "spelling agrees", "stamp", "numeric", "words", "not first in row",
    "post", "neighbours", "neighbour same", "neighbour earlier", "neighbour later", "adjacent earlier", "adjacent later", "change near",
    "day of change", "later change near", "same day", "other days", "newest", "only day", "only in zone", "first below headline",
    "last above text", "nearest headline", "lead fits", "lead misfits", "before past", *(f"rule: {rule}" for rule in RULES), "rule: day",
    "rules silent",
)  # fmt: skip
_AT = {name: i for i, name in enumerate(FEATURES)}


@dataclass(frozen=True)
class Setting:
    """What is known beside the rows: the days possible at all, whether the spelling is American (None: not told), the weekday the lead
    reports on, the latest day told as past, days that rules read as the publication, by rule, and the one day they settle on."""

    window: tuple[date, date] = (date.min, date.max)
    american: bool | None = None
    lead: int | None = None
    past: date | None = None
    ruled: Mapping[str, frozenset[date]] = field(default_factory=dict)
    settled: date | None = None


def rank_dates(found: Sequence[Candidate], frame: Frame, setting: Setting) -> list[tuple[Candidate, float]]:
    """Each candidate with its probability, in the order of the page; [] for a page without candidates. `found`: those of the page."""
    first, last = setting.window
    everything = [c for c in found if first <= c.day <= last]
    candidates = [c for c in everything if c.label != "updated"]
    if not candidates:
        return []
    weights, _ = load_weights()
    scores = [sum(map(mul, weights, values)) for values in candidate_features(everything, frame, setting)]
    top = max(0.0, *scores)
    parts = [math.exp(score - top) for score in scores]
    whole = math.exp(-top) + math.fsum(parts)
    return [(candidate, part / whole) for candidate, part in zip(candidates, parts, strict=True)]


@lru_cache(maxsize=1)
def load_weights() -> tuple[tuple[float, ...], float]:
    """Weights in the order of FEATURES, and the probability from which a day is given."""
    card = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(card["weights"][name] for name in FEATURES), float(card["threshold"])


def candidate_features(everything: Sequence[Candidate], frame: Frame, setting: Setting) -> list[list[float]]:
    """Values in the order of FEATURES for each candidate that is not the day of a change."""
    candidates = [c for c in everything if c.label != "updated"]
    page, crowd = _page_values(candidates, frame), _Crowd(candidates, [c for c in everything if c.label == "updated"])
    result = []
    for candidate in candidates:
        values = dict(page[candidate.row])
        values |= _writing(candidate, frame.rows, setting) | crowd.around(candidate) | _context(candidate, setting)
        values[f"{candidate.zone}, {form_of(candidate, frame.rows[candidate.row])}"] = 1.0
        row = [0.0] * len(FEATURES)
        for name, value in values.items():
            row[_AT[name]] = float(value)
        result.append(row)
    return result


def _page_values(candidates: Sequence[Candidate], frame: Frame) -> dict[int, dict[str, float]]:
    """Per row: what depends on the row's place among all candidates of the page."""
    if not candidates:
        return {}
    rows = sorted({c.row for c in candidates})
    below = next((row for row in rows if 0 <= frame.title < row), -1)
    above = next((row for row in reversed(rows) if row < frame.first), -1)
    nearest = min(rows, key=lambda row: abs(row - frame.title)) if frame.title >= 0 else -1
    shared = {"bias": 1.0, "candidates": math.log(len(candidates)), "no headline": frame.title < 0, "rules silent": 0.0}
    return {
        row: {
            **shared,
            "from headline": math.log1p(abs(row - frame.title)) if frame.title >= 0 else 0.0,
            "from text": math.log1p(abs(row - frame.first)) if frame.first >= 0 else 0.0,
            "first below headline": row == below, "last above text": row == above, "nearest headline": row == nearest,
        }
        for row in rows
    }  # fmt: skip


def _writing(candidate: Candidate, rows: Sequence[Row], setting: Setting) -> dict[str, float]:
    row, mention = rows[candidate.row], candidate.mention
    values: dict[str, float] = {
        "clock": mention.clock,
        "stamp": _STAMP.match(fold_text(row.text[:20])) is not None,
        "numeric": mention.form in ("dmy", "mdy", "numeric"),
        "words": math.log1p(words_beside(candidate, row)),
        "not first in row": candidate.label != "published" and HAS_YEAR.search(row.text, 0, mention.start) is not None,
        "post": any(_signs_post(rows[near].text) for near in range(max(0, candidate.row - 1), candidate.row + 1)),
    }
    if mention.weekday is not None:
        values["weekday" if mention.weekday == candidate.day.weekday() else "weekday wrong"] = 1.0
    if len(spans_of(mention)) > 1:
        day_first = int(re.findall(r"\d+", mention.text)[0]) == candidate.day.day
        values |= {"two readings": 1.0, "day first": day_first}
        if setting.american is not None:
            values["spelling agrees"] = 1.0 if setting.american != day_first else -1.0
    return values


def _signs_post(text: str) -> bool:
    return text.startswith("—") or ("@" in text and _POST.search(text) is not None)


class _Crowd:
    """The candidates of a page, in its order, as company of each other: a list of other stories has many, a change stands beside the
    publication."""

    def __init__(self, candidates: Sequence[Candidate], changes: Sequence[Candidate]) -> None:
        self.candidates, self.changes = candidates, changes
        self.rows = [c.row for c in candidates]
        self.days = Counter(c.day for c in candidates)
        self.newest = max(self.days, default=None)
        self.changed = {c.day for c in changes}
        self.zones: dict[str, set[date]] = {}
        for c in candidates:
            self.zones.setdefault(c.zone, set()).add(c.day)

    def around(self, candidate: Candidate) -> dict[str, float]:
        """Dates in the rows around, and on the page."""
        low, high = bisect_left(self.rows, candidate.row - NEAR), bisect_right(self.rows, candidate.row + NEAR)
        near = [c for c in self.candidates[low:high] if c.block == candidate.block and c.mention is not candidate.mention]
        days = {c.day for c in near}
        close = {c.day for c in near if abs(c.row - candidate.row) <= 1}
        changed = [c for c in self.changes if abs(c.row - candidate.row) <= 4]
        return {
            "neighbours": math.log1p(len(near)),
            "neighbour same": candidate.day in days,
            "neighbour earlier": min(days, default=candidate.day) < candidate.day,
            "neighbour later": max(days, default=candidate.day) > candidate.day,
            "adjacent earlier": min(close, default=candidate.day) < candidate.day,
            "adjacent later": max(close, default=candidate.day) > candidate.day,
            "change near": bool(changed),
            "later change near": any(c.day > candidate.day for c in changed),
            "day of change": candidate.day in self.changed,
            "same day": math.log(self.days[candidate.day]),
            "other days": math.log(len(self.days)),
            "newest": candidate.day == self.newest,
            "only day": len(self.days) == 1,
            "only in zone": len(self.zones[candidate.zone]) == 1,
        }


def _context(candidate: Candidate, setting: Setting) -> dict[str, float]:
    """What the running text and the rules say."""
    values: dict[str, float] = {f"rule: {rule}": candidate.day in days for rule, days in setting.ruled.items() if rule in RULES}
    values["before past"] = setting.past is not None and candidate.day < setting.past
    values["rule: day"] = candidate.day == setting.settled
    values["rules silent"] = not setting.ruled
    if setting.lead is not None:
        values["lead fits" if (candidate.day.weekday() - setting.lead) % 7 in (0, 1) else "lead misfits"] = 1.0
    return values
