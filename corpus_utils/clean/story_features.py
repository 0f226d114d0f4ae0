"""What a heading-like line and the text around it tell about whether a new story begins there.

Conventions
    A page is a list of `Unit`s: its lines that are not blank and not set aside. A candidate is a unit that could be a headline; its
    features are numbers named in `FEATURES`, in that order, each roughly between -1 and 3 so that one set of weights serves.
    The features are about layout, about how words repeat on either side (lexical cohesion, Hearst 1997) and about how news
    begins (full names, weekdays, datelines); none is a word of one language except the weekday and opening-word tables.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from .briefs import DATELINE, OPENING
from .date_forms import find_weekdays
from .story_units import Unit
from .story_words import Words

_CLOSED = re.compile(r"[.!?…。:;,][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*–—\-]|\(?\d{1,3}[.):]|[a-z]\))\s*")
_CLOCK = re.compile(r"^\W*(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?[ap]\.?m)|\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m|uhr|GMT|CET|ET|UTC|h)\b", re.I)
_PRONOUN = re.compile(
    r"^[\"“«‘']?(?:he|she|it|they|this|these|that|those|but|and|so|also|however|the (?:two|latter|former)|his|her|their|its|we|you|i|"
    r"él|ella|ellos|esto|esta|este|pero|y|además|sin embargo|ele|ela|eles|isso|mas|e|também|il|elle|ils|ce|cette|mais|et|er|sie|es|"
    r"dies\w*|aber|und|auch|он|она|они|это|но|и|также)(?!\w)",
    re.I,
)
_BYLINE = re.compile(r"^(?:by|por|par|von|автор|di)\s+[A-ZÀ-ÝА-ЯЁ]", re.I)
_BARE = re.compile(r"(?<![A-ZÀ-ÝА-ЯЁ\w] )(?<!\w)[A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,}(?! [A-ZÀ-ÝА-ЯЁ])")
LEFT, RIGHT = 40, 40  # paragraphs on either side of a candidate that are read
FEATURES = (
    "bias", "words", "few words", "many words", "capitals", "closed", "question", "colon", "quotes", "digit first", "numbered", "clock",
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "depth", "names shared", "names lead", "title right", "title"
    " left", "title contrast",
    "lead pronoun", "lead weekday", "lead dateline", "lead full name", "lead length", "byline below", "heading below", "heading above",
    "above closed", "density", "spacing up", "spacing down", "rank cohesion", "like others", "last name alone", "lead in title",
    "rare shared", "rare shared near", "goes on", "resumes", "capitals stand out", "longest near", "title rare right", "title"
    " rare left", "first words above",
    "full name again", "opens like news",
)  # fmt: skip


def page_features(units: Sequence[Unit], found: Sequence[int]) -> list[list[float]]:
    """One row of feature values per candidate; `found` are the positions of the page's candidates."""
    texts = [p for p, unit in enumerate(units) if unit.long]
    cuts = [bisect_right(texts, position) for position in found]
    paragraphs = [units[p] for p in texts]
    near = {number for cut in cuts for number in range(max(0, cut - LEFT), min(len(texts), cut + RIGHT))}
    words = Words(paragraphs, near, [*(units[p] for p in found), *(paragraphs[cut] for cut in cuts)])
    wide = [words.cosine(words.bag(cut - 12, cut), words.bag(cut, cut + 12)) for cut in cuts]
    total = sum(wide)
    styles = [units[p].capitals for p in found[:60]]
    page = _Page(units, found, texts, paragraphs, words, sum(styles) / max(1, len(styles)), sum([units[p].size for p in found]))
    at, rows = None, []
    for number, (position, cut) in enumerate(zip(found, cuts, strict=True)):
        at = at if at is not None and at.number == cut else _Cut(page, cut)  # neighbours are often above one paragraph
        others = (total - wide[number]) / (len(found) - 1) if len(found) > 1 else wide[number]
        rows.append(_features(page, position, at, wide[number], others))
    return rows


@dataclass(frozen=True)
class _Page:
    """The units of a page, its candidates, the positions and units of its paragraphs, their words; of the candidates the mean share of
    capitals and the number of words."""

    units: Sequence[Unit]
    found: Sequence[int]
    texts: Sequence[int]
    paragraphs: Sequence[Unit]
    words: Words
    capitals: float
    size: int


class _Cut:
    """What is the same for all candidates above one paragraph: how that one begins, and what stands to its left."""

    def __init__(self, page: _Page, cut: int) -> None:
        words = page.words
        self.number = cut
        self.lead = lead = page.paragraphs[cut]
        left = page.paragraphs[max(0, cut - 30) : cut]
        self.left, self.bag = words.bag(cut - 12, cut), words.bag(cut, cut + 1)
        self.names = frozenset().union(*[u.names for u in left[-25:]])
        told = "\n".join([u.text for u in left]) if lead.full_names else ""
        again = [name in told for name in lead.full_names]
        self.new_name, self.old_name = float(not all(again)), float(any(again))
        self.cohesion = (
            4 * words.cosine(words.bag(cut - 1, cut), self.bag),
            3 * words.cosine(words.bag(cut - 3, cut), words.bag(cut, cut + 3)),
        )
        self.rare_near = 3 * words.rare_shared(words.bag(cut - 4, cut), words.bag(cut, cut + 4))
        self.above = words.rare_shared(self.bag, words.bag(cut - 25, cut))
        self.pronoun = 1.0 if _PRONOUN.match(lead.text) else 0.0
        self.weekday = 1.0 if _weekday_in(lead.text) else 0.0
        self.dateline = 1.0 if DATELINE.match(lead.text) else 0.0
        self.surname = 1.0 if _surname_alone(lead, left) else 0.0
        self.opens = 1.0 if OPENING.search(lead.text[:300]) else 0.0


def _features(page: _Page, position: int, at: _Cut, wide: float, others: float) -> list[float]:
    units, found, texts, words = page.units, page.found, page.texts, page.words
    unit, lead, cut = units[position], at.lead, at.number
    size = unit.size
    until, before = _until(units, position, found), _since(position, found)
    stop = max(bisect_left(texts, until), cut + 1)  # the candidate's own paragraphs are [cut, stop)
    after = bisect_left(texts, until)
    beyond = (after, min(after + 12, cut + 30)) if after < min(len(texts), cut + 30) else None
    left12, own12 = at.left, words.bag(cut, min(stop, cut + 12))
    own8 = words.bag(cut, min(stop, cut + 8))
    title = words.heading(unit)
    title_bag = words.as_bag(title)
    own_names = frozenset().union(*[u.names for u in page.paragraphs[cut : min(stop, cut + 8)]])
    title_right = words.covered(title, words.bag(cut, min(stop, cut + 6)))
    title_left = words.covered(title, words.bag(cut - 8, cut))
    inner = _inner(words, cut, stop) if stop - cut > 3 else 0.3
    ahead = words.bag(*beyond) if beyond else None
    close = found[bisect_left(found, position - 12) : bisect_right(found, position + 12)]
    end = unit.text.rstrip("”\"'’)")
    return [
        1.0,
        min(size, 24) / 10,
        1.0 if size <= 3 else 0.0,
        1.0 if size > 18 else 0.0,
        unit.capitals,
        1.0 if _CLOSED.search(unit.text, max(0, len(unit.text) - 8)) and unit.text[-1] not in "?!" else 0.0,
        1.0 if end.endswith("?") else 0.0,
        1.0 if ":" in unit.text[:-1] else 0.0,
        1.0 if any(mark in unit.text for mark in '“"«‘') else 0.0,
        1.0 if unit.text[:1].isdigit() else 0.0,
        1.0 if _BULLET.match(unit.text) else 0.0,
        1.0 if any(c.isdigit() for c in unit.text) and _CLOCK.search(unit.text) else 0.0,
        *at.cohesion,
        2 * wide,
        2 * words.cosine(words.bag(cut - LEFT, cut), words.bag(cut, min(stop, cut + LEFT))),
        2 * (inner - wide),
        share(own_names, at.names),
        share(lead.names, at.names),
        title_right,
        title_left,
        title_right - title_left,
        at.pronoun,
        at.weekday,
        at.dateline,
        at.new_name,
        min(lead.size, 60) / 30,
        1.0 if any(_BYLINE.match(u.text) for u in units[position + 1 : position + 3]) else 0.0,
        1.0 if position + 1 < len(units) and not units[position + 1].long else 0.0,
        1.0 if not units[position - 1].long else 0.0,
        1.0 if units[position - 1].closed else 0.0,
        min(1.0, 3 * len(found) / max(1, len(texts))),
        math.log1p(position - before) / 2,
        math.log1p(until - position) / 2,
        2 * (others - wide),
        _alike(size, page.size - size, len(found) - 1),
        at.surname,
        words.covered(words.heading(lead), title_bag),
        3 * words.rare_shared(left12, own12),
        at.rare_near,
        2 * (words.cosine(own12, ahead) - words.cosine(own12, left12)) if ahead is not None else 0.0,
        3 * words.cosine(left12, ahead) if ahead is not None else 0.3,
        unit.capitals - page.capitals,
        1.0 if max([units[p].size for p in close]) <= size else 0.0,
        words.rare_shared(title_bag, own8),
        words.rare_shared(title_bag, left12),
        at.above,
        at.old_name,
        at.opens,
    ]


def _inner(words: Words, first: int, last: int) -> float:
    """How alike the even and the odd paragraphs of a stretch are."""
    bags = [words.bag(number, number + 1) for number in range(first, min(last, first + LEFT))]
    return words.cosine(words.sum_of(bags[::2]), words.sum_of(bags[1::2]))


def _until(units: Sequence[Unit], position: int, found: Sequence[int]) -> int:
    after = bisect_right(found, position + 1)
    return found[after] if after < len(found) else len(units)


def _since(position: int, found: Sequence[int]) -> int:
    before = bisect_left(found, position)
    return found[before - 1] if before else 0


def _weekday_in(text: str) -> bool:
    return next(find_weekdays(text[:400], "en"), None) is not None


def share(names: frozenset[str], known: frozenset[str]) -> float:
    """Share of names that are known; .3 where there is none."""
    return len(names & known) / len(names) if names else 0.3


def _surname_alone(lead: Unit, left: Sequence[Unit]) -> bool:
    """The lead uses a bare surname that a full name introduced above: the story goes on."""
    bare = frozenset(_BARE.findall(lead.text[:400])) - lead.surnames
    return any(not bare.isdisjoint(u.surnames) for u in left)


def _alike(size: int, others: int, number: int) -> float:
    """How much longer a heading is than the mean of others with so many words together."""
    return max(-1.0, min(1.5, (size - others / number) / 8)) if number else 0.0


RISING = (
    "depth", "title right", "title contrast", "rank cohesion", "goes on", "title rare right", "opens like news", "lead dateline",
    "lead weekday",
    "lead full name", "byline below", "words", "capitals",
)  # fmt: skip
FALLING = (
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "names shared", "names lead", "title left", "rare shared", "rare"
    " shared near", "resumes",
    "title rare left", "first words above", "last name alone", "numbered", "closed", "lead pronoun", "full name again", "clock",
)  # fmt: skip
