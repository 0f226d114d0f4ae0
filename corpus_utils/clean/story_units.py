"""The lines of a page as the story model sees them: units, and which of them could be headlines.

Conventions
    A page is a list of `Unit`s: its lines that are not blank and not set aside. What a unit's words are is found out when it is first
    asked for, because only the lines around a possible headline are ever read word by word.
    A stem is the first six letters of a longer word or of a capitalised one, in lower case; function words have none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

LONGEST = 6000  # code points of a line that are read for words
_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+")
_NAME = re.compile(r"(?<![.!?:“\"«] )(?<!^)\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,}")
_FULL_NAME = re.compile(r"\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]+ (?:[A-Z]\. )?(?:(?:de|van|von|al|el|bin|da) )?([A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,})")
SENTENCE_CLOSED = re.compile(r"[.!?…。:][\"'”’»)\]]*$")
_SMALL = frozenset(
    "a an and as at but by for from in into is nor of on or over the to up via with vs how what why who after it its de del la"
    " las los el y e o u en con "
    "por para un una do da dos das no na em que le les et ou à au aux des du dans sur pour der die das und von zu im den dem mit auf für "
    "и в на с по о об из за к у от до не что как".split()
)
ROLES = ("title", "body", "subheading", "teaser", "caption", "navigation", "boilerplate", "promotion")  # may turn out to be a headline
TEXT = ("body", "subheading", "title", "teaser")  # what running text may have been labelled


@dataclass(eq=False)
class Unit:
    """A line of the page: offsets, stripped text and the role given so far."""

    start: int
    end: int
    text: str
    role: str

    @cached_property
    def size(self) -> int:
        """Words, counted by the blanks between them."""
        return self.text.count(" ") + 1

    @cached_property
    def closed(self) -> bool:
        """The line ends like a sentence."""
        return SENTENCE_CLOSED.search(self.text, max(0, len(self.text) - 8)) is not None

    @cached_property
    def long(self) -> bool:
        """A paragraph of running text rather than a heading."""
        return self.role in TEXT and (self.size > 22 or (self.size > 8 and self.closed))

    @cached_property
    def tokens(self) -> list[str]:
        """Words and numbers as written."""
        return _TOKEN.findall(self.text[:LONGEST])

    @cached_property
    def stems(self) -> list[str]:
        """Stems of words of more than three letters, of capitalised words and of numbers, repeated as often as they stand there."""
        return [stem for stem in map(_stem, self.tokens) if stem]

    @cached_property
    def names(self) -> frozenset[str]:
        """Words capitalised inside sentences."""
        return frozenset(_NAME.findall(self.text[:LONGEST]))

    @cached_property
    def surnames(self) -> frozenset[str]:
        """Last words of full names."""
        return frozenset(_FULL_NAME.findall(self.text[:3000]))

    @cached_property
    def full_names(self) -> list[str]:
        """Full names at the beginning of the line, in order."""
        return [m.group() for m in _FULL_NAME.finditer(self.text[:500])]

    @cached_property
    def capitals(self) -> float:
        """Share of words that are capitalised although they need not be: headline case. All capitals count as one half."""
        words = [w for w in self.tokens[1:] if w[0].isalpha() and w.lower() not in _SMALL]
        if not words:
            return 0.3
        share = sum([w[0].isupper() for w in words]) / len(words)
        return share / 2 if self.text.isupper() else share


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    kept = len(word) > 3 or word.isdigit() or (len(word) > 1 and word[:1].isupper())
    return word.lower()[:6] if kept and word.lower() not in _SMALL else ""


def candidates(units: Sequence[Unit]) -> list[int]:
    """Positions of units that could be headlines of a second or later story: heading-like, below a paragraph and above one."""
    long = [position for position, unit in enumerate(units) if unit.long]
    found, after = [], 0
    for position in range(long[0] + 1 if long else len(units), len(units)):
        while after < len(long) and long[after] <= position:
            after += 1
        if after == len(long):
            break
        if long[after] <= position + 5 and could_be_headline(units[position]):
            found.append(position)
    return found


def could_be_headline(unit: Unit) -> bool:
    """Heading-like by itself: two to thirty-six words, at most 260 characters, no bullet, not starting in lower case.

    Lines that end in a full stop count while they are short.
    """
    text, words = unit.text, unit.size
    if unit.role not in ROLES or not 2 <= words <= 36 or len(text) > 260 or text[:1].islower():
        return False
    if text[-1:] in ",;:–—-(" or (text[:1] in "•·▪◦‣*" and text[1:2].isspace()):
        return False
    return words <= 22 or text[-1:] in "?!" or not unit.closed
