"""The lines of a page as the story model sees them: units, which of them could be headlines, and how their words compare.

Conventions
    A page is a list of `Unit`s: its lines that are not blank and not set aside. A bag counts stems (first six letters of longer words and
    of capitalised ones); stems that news uses everywhere weigh less (`common_stems`, inverse document frequency).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+")
SENTENCE_CLOSED = re.compile(r"[.!?…。:][\"'”’»)\]]*$")
_SMALL = frozenset(
    "a an and as at but by for from in into is nor of on or over the to up via with vs how what why who after it its de del la"
    " las los el y e o u en con "
    "por para un una do da dos das no na em que le les et ou à au aux des du dans sur pour der die das und von zu im den dem mit auf für "
    "и в на с по о об из за к у от до не что как".split()
)
ROLES = ("title", "body", "subheading", "teaser", "caption", "navigation", "boilerplate", "promotion")  # may turn out to be a headline
TEXT = ("body", "subheading", "title", "teaser")  # what running text may have been labelled


@dataclass
class Unit:
    """A line of the page: offsets, stripped text, role given so far, and its words."""

    start: int
    end: int
    text: str
    role: str
    bag: Counter[str] = field(default_factory=Counter)
    names: frozenset[str] = frozenset()
    tokens: list[str] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """A paragraph of running text rather than a heading."""
        return self.role in TEXT and (len(self.tokens) > 22 or (len(self.tokens) > 8 and bool(SENTENCE_CLOSED.search(self.text))))


def make_unit(start: int, end: int, text: str, role: str) -> Unit:
    """A unit with its words: a bag of stems (first six letters of longer words) and the words capitalised inside sentences."""
    tokens = _TOKEN.findall(text[:6000])
    bag = Counter(_stem(word) for word in tokens if len(word) > 3 or (word[:1].isupper() and len(word) > 1) or word.isdigit())
    for word in tokens:
        if word.lower() in _SMALL:
            bag.pop(_stem(word), None)
    names = frozenset(m.group() for m in re.finditer(r"(?<=[^\W\d_][ ,] )?(?<![.!?:“\"«] )(?<!^)\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,}", text[:6000]))
    return Unit(start, end, text, role, bag, names, tokens)


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return word.lower()[:6]


def candidates(units: Sequence[Unit]) -> list[int]:
    """Positions of units that could be headlines of a second or later story: heading-like, below a paragraph and above one."""
    found = []
    seen_text = False
    for position, unit in enumerate(units):
        if seen_text and could_be_headline(unit) and _text_below(units, position):
            found.append(position)
        seen_text = seen_text or unit.long
    return found


def could_be_headline(unit: Unit) -> bool:
    """Heading-like by itself: two to thirty-two words, at most 230 characters, no bullet, not starting in lower case.

    Lines that end in a full stop count while they are short.
    """
    words = len(unit.tokens)
    if unit.role not in ROLES or not 2 <= words <= 36 or len(unit.text) > 260 or unit.text[:1].islower():
        return False
    if unit.text[-1:] in ",;:–—-(" or re.match(r"^\s*[•·▪◦‣*]\s", unit.text):
        return False
    return not SENTENCE_CLOSED.search(unit.text) or unit.text[-1:] in "?!" or words <= 22


def _text_below(units: Sequence[Unit], position: int) -> bool:
    return any(unit.long for unit in units[position + 1 : position + 6])


COMMON = Path(__file__).parent / "weights" / "common_stems.json"
RAREST = 5.0  # weight of a stem that is not among the common ones


@lru_cache(maxsize=1)
def common_stems() -> dict[str, float]:
    """Inverse document frequency of stems that news uses everywhere, in several languages; all others weigh `RAREST`."""
    return json.loads(COMMON.read_text(encoding="utf-8"))["idf"] if COMMON.exists() else {}


def add_bags(units: Sequence[Unit]) -> Counter[str]:
    total: Counter[str] = Counter()
    for unit in units:
        for stem, count in unit.bag.items():  # three times as fast as Counter.update for small bags
            total[stem] = total.get(stem, 0) + count
    return total


def cosine(one: Counter[str], two: Counter[str]) -> float:
    """Cosine of two bags: square-root counts times inverse document frequency; 0 where either is empty."""
    idf = common_stems()
    if len(one) > len(two):
        one, two = two, one
    product = sum(math.sqrt(n * two[w]) * idf.get(w, RAREST) ** 2 for w, n in one.items() if w in two)
    if not product:
        return 0.0
    return product / math.sqrt(_size(one, idf) * _size(two, idf))


def _size(bag: Counter[str], idf: dict[str, float]) -> float:
    return sum(n * idf.get(w, RAREST) ** 2 for w, n in bag.items())


def covered(bag: Counter[str], other: Counter[str]) -> float:
    """Share of a bag's words, by weight, that occur in another."""
    idf = common_stems()
    total = sum(idf.get(w, RAREST) for w in bag)
    return sum(idf.get(w, RAREST) for w in bag if w in other) / total if total else 0.0


def rare_shared(one: Counter[str], two: Counter[str]) -> float:
    """Share of the rare words of the smaller bag that the other one has too."""
    idf = common_stems()
    first, second = ({w for w in bag if w not in idf and not w.isdigit()} for bag in (one, two))
    return len(first & second) / max(4, min(len(first), len(second)))


def share(names: set[str] | frozenset[str], known: set[str]) -> float:
    return len(names & known) / len(names) if names else 0.3


def capitals(unit: Unit) -> float:
    """Share of words that are capitalised although they need not be: headline case. All capitals count as one half."""
    words = [w for w in unit.tokens[1:] if w.lower() not in _SMALL and w[0].isalpha()]
    if not words:
        return 0.3
    share = sum(1 for w in words if w[0].isupper()) / len(words)
    return share / 2 if unit.text.isupper() else share
