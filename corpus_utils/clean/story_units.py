"""The lines of pages as the story model sees them: units, and which of them could be headlines of a later story.

Conventions
    Units are the lines of a `sheet.Sheet` that are not blank and not set aside; arrays have one entry per unit, and numbers count over all
    documents: `first[d]:first[d + 1]` are those of document d. Paragraphs are the units that are running text, numbered likewise.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, cached_property

import numpy as np

from corpus_utils.clean.characters import SMALL, UPPER, is_one
from corpus_utils.clean.pages import Words, stretches
from corpus_utils.clean.rows import have_role
from corpus_utils.clean.sheet import Sheet

Array = np.ndarray
NOT_STORY = ("interface", "credit", "reference", "blank", "byline", "dateline")  # lines the model does not look at
ROLES = ("title", "body", "subheading", "teaser", "caption", "navigation", "boilerplate", "promotion")  # may turn out to be a headline
TEXT = ("body", "subheading", "title", "teaser")  # what running text may have been labelled
BELOW = 5  # units below a headline within which its text begins
SMALL_WORDS = (
    "a an and as at but by for from in into is nor of on or over the to up via with vs how what why who after it its de del la"
    " las los el y e o u en con "
    "por para un una do da dos das no na em que le les et ou à au aux des du dans sur pour der die das und von zu im den dem mit auf für "
    "и в на с по о об из за к у от до не что как"
).split()


class Units:
    """Units, paragraphs and candidates of the documents of a sheet."""

    def __init__(self, sheet: Sheet, *, whole: Collection[int] = ()) -> None:
        """`whole`: numbers of documents in which there are no candidates, whatever stands there."""
        self.sheet, self.looks, self.pages = sheet, sheet.looks, sheet.pages
        documents = len(sheet.pieces)
        self._open = np.ones(documents, dtype=bool)
        self._open[list(whole)] = False
        self.line = np.flatnonzero(~have_role(sheet.roles, NOT_STORY))
        self.role = sheet.roles[self.line]
        self.document = self.looks.document[self.line]
        self.first = np.searchsorted(self.document, np.arange(documents + 1))
        self.size, self.closed = self.looks.size[self.line], self.looks.closed[self.line]
        self.long = have_role(self.role, TEXT) & ((self.size > 22) | ((self.size > 8) & self.closed))
        self.above = np.append(0, np.cumsum(self.long))  # paragraphs before each unit
        self.paragraph = np.flatnonzero(self.long)
        self.first_paragraph = self.above[self.first]

    def __len__(self) -> int:
        return len(self.line)

    @cached_property
    def candidates(self) -> Array:
        """Units that could be headlines of a second or later story: heading-like, below a paragraph and above one."""
        here = np.arange(len(self))
        told = self.above[:-1] > self.first_paragraph[self.document]
        following = np.append(self.paragraph, len(self) + BELOW + 1)[self.above[1:]]
        near = (following <= here + BELOW) & (following < self.first[self.document + 1])
        return np.flatnonzero(told & near & self._open[self.document] & self.like_headline)

    @cached_property
    def like_headline(self) -> Array:
        """Heading-like by itself: two to thirty-six words, at most 260 characters, no bullet, not starting in lower case.

        Lines that end in a full stop count while they are short.
        """
        pages, looks, line = self.pages, self.looks, self.line
        good = have_role(self.role, ROLES) & (self.size >= 2) & (self.size <= 36) & (looks.chars[line] <= 260)
        good &= (pages.traits(pages.start[line]) & SMALL) == 0
        good &= ~is_one(pages.codes[pages.stop[line] - 1], ",;:–—-(") & ~(looks.begins("•·▪◦‣*") & looks.is_blank(1))[line]
        return good & ((self.size <= 22) | looks.asks[line] | ~self.closed)

    @cached_property
    def has_stem(self) -> Array:
        """Per word of the pages: it has a stem, being of more than three letters, a capitalised word or a number, and no function word."""
        looks, length = self.looks, self.pages.word_length
        kept = (length > 3) | looks.number | ((length > 1) & looks.capital)
        return kept & ~small_words().among(self.pages.word_hash)

    def capitals(self, units: Array) -> Array:
        """Share of words of some units that are capitalised although they need not be: headline case. All capitals count as one half."""
        pages, looks = self.pages, self.looks
        lines = self.line[units]
        asked = words_of(self, units)
        number = np.repeat(np.arange(len(units)), pages.size[lines])
        counted = looks.apart[asked] & ~looks.number[asked] & ~small_words().among(pages.word_hash[asked])
        counted &= asked != pages.first_word[:-1][lines][number]
        total = np.bincount(number[counted], minlength=len(units))
        high = np.bincount(number[counted & looks.capital[asked]], minlength=len(units))
        shouted = np.zeros(len(units), dtype=bool)
        asked = np.flatnonzero((pages.traits(np.minimum(pages.start[lines] + 1, pages.stop[lines] - 1)) & SMALL) == 0)  # most begin "The"
        size = pages.stop[lines[asked]] - pages.start[lines[asked]]
        places, number = stretches(pages.start[lines[asked]], size), np.repeat(asked, size)
        shouted[number[(pages.classes[places] & UPPER) != 0]] = True
        shouted[number[(pages.traits(places) & SMALL) != 0]] = False
        return np.where(total > 0, high / np.maximum(total, 1) / np.where(shouted, 2, 1), 0.3)

    def text(self, unit: int) -> str:
        """The visible characters of a unit."""
        return self.pages.string(int(self.line[unit]))


def words_of(units: Units, chosen: Array) -> Array:
    """Numbers of the words of some units, unit by unit."""
    lines = units.line[chosen]
    return stretches(units.pages.first_word[lines], units.pages.size[lines])


@cache
def small_words() -> Words:
    """Function words, which have no stem."""
    return Words(SMALL_WORDS)
