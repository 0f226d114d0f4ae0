"""What titles and stories ask of lines, for many documents at once: their length in blanks, how they end, their words and stems.

Conventions
    `Looks(pages)` works on the visible lines of `pages`; every property is an array with an entry per line, or per word where it says
    so, and is found out when first asked for. What is found for a document does not depend on the documents around it.
    A stem is the first six letters of a word, in lower case, as a number of 31 bits; numbers are stems as written, from `NUMBERS` on.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from corpus_utils.clean.characters import DIGIT, SPACE, UPPER, fold_codes, is_one, table_of
from corpus_utils.clean.date_marks import mark_dates
from corpus_utils.clean.features import per_line
from corpus_utils.clean.hashing import STEM, mix
from corpus_utils.clean.pages import Pages, stretches

Array = np.ndarray
NUMBERS = np.uint32(1 << 31)
_ENDS = ".!?…。:"
_GLUE = "'’-"  # marks inside a word
_WIDE = (0x2E80, 0x9FFF)  # characters of Chinese and Japanese


class Looks:
    """Arrays over the lines and words of some pages."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.document = pages.document

    @cached_property
    def place(self) -> Array:
        """Number of each line in its document."""
        return np.arange(len(self.pages)) - self.pages.first[self.document]

    @cached_property
    def chars(self) -> Array:
        """Visible length."""
        return self.pages.stop - self.pages.start

    @cached_property
    def size(self) -> Array:
        """Words, counted by the blanks between them, and in Chinese and Japanese by their characters."""
        return self.pages.count(np.flatnonzero(self.pages.codes == 32)) + 1 + self._unspaced

    @cached_property
    def digits(self) -> Array:
        """Digits in the line."""
        return self.pages.class_counts[1]

    @cached_property
    def dates(self) -> Array:
        """Which dates may be written in each line (`date_marks`)."""
        return mark_dates(self.pages)

    def holds(self, chars: str, lines: Array, *, until: int = 0, but_last: int = 0) -> Array:
        """Whether some lines have one of some characters, among the first `until` ones where that is given, without the last ones."""
        start, stop = self.pages.start[lines], self.pages.stop[lines] - but_last
        return self.number_in(table_of(chars), start, np.minimum(stop, start + until) if until else stop) > 0

    def number_in(self, table: Array, start: Array, stop: Array) -> Array:
        """How many characters of each [start, stop) a table over code points says yes to."""
        size = np.maximum(stop - start, 0)
        said = table[self.pages.codes[stretches(start, size)]]
        return np.bincount(np.repeat(np.arange(len(start)), size)[said], minlength=len(start))

    @cached_property
    def mark(self) -> Array:
        """Code point of the last character that is no closing quotation mark or bracket."""
        return self.pages.codes[self.pages.mark]

    @cached_property
    def closed(self) -> Array:
        """The line ends like a sentence."""
        return is_one(self.mark, _ENDS)

    @cached_property
    def asks(self) -> Array:
        """The last character is a question mark or an exclamation mark."""
        return is_one(self.pages.codes[self.pages.stop - 1], "?!")

    def code(self, back: int) -> Array:
        """Code point of the character so many places behind the first one; 0 beyond the line."""
        at = self.pages.start + back
        return np.where(at < self.pages.stop, self.pages.codes[np.minimum(at, len(self.pages.codes) - 1)], 0)

    def is_blank(self, back: int) -> Array:
        """Whether that character is white space."""
        at = self.pages.start + back
        blank: Array = (self.pages.classes[np.minimum(at, len(self.pages.classes) - 1)] & SPACE) != 0
        return blank & (at < self.pages.stop)

    def begins(self, chars: str) -> Array:
        """Whether the first character is one of some."""
        return is_one(self.pages.codes[self.pages.start], chars)

    # -- words

    @cached_property
    def between(self) -> Array:
        """Per word: code point of the one character between it and the word before in its line; 0 where there is no such word."""
        pages = self.pages
        ends = pages.word_start + pages.word_length
        between = np.zeros(len(ends), dtype=np.uint32)
        if len(ends):
            close = (pages.word_start[1:] == ends[:-1] + 1) & (pages.word_line[1:] == pages.word_line[:-1])
            between[1:] = pages.codes[ends[:-1]] * close
        return between

    @cached_property
    def apart(self) -> Array:
        """Per word: it is no further part of a word with a hyphen or an apostrophe."""
        return ~is_one(self.between, _GLUE)

    @cached_property
    def words(self) -> Array:
        """Words of each line; those with a hyphen or an apostrophe count once."""
        return per_line(self.pages, self.apart) + self._unspaced

    @cached_property
    def _unspaced(self) -> Array:
        """Words of scripts without blanks between them: about one for two characters."""
        marks = self.pages.marks[0]
        wide = (marks >= _WIDE[0]) & (marks <= _WIDE[1])
        return self.pages.sum_marks(wide) // 2 if wide.any() else np.zeros(len(self.pages), dtype=np.int64)

    @cached_property
    def length(self) -> Array:
        """Per word: its letters, further parts included (of those parts themselves: 0)."""
        heads = np.flatnonzero(self.apart)
        tails = np.append(heads[1:], len(self.apart))[: len(heads)] - 1
        pages, length = self.pages, np.zeros(len(self.apart), dtype=np.int64)
        length[heads] = pages.word_start[tails] + pages.word_length[tails] - pages.word_start[heads]
        return length

    @cached_property
    def capital(self) -> Array:
        """Per word: it begins with a capital letter."""
        return (self.pages.classes[self.pages.word_start] & UPPER) != 0

    @cached_property
    def number(self) -> Array:
        """Per word: it begins with a digit."""
        return (self.pages.classes[self.pages.word_start] & DIGIT) != 0

    @cached_property
    def stem(self) -> Array:
        """Per word: its stem, as 32 bits."""
        pages, stem = self.pages, self.pages.stem_hash & (NUMBERS - np.uint32(1))
        numbers = np.flatnonzero(self.number)
        written = np.zeros(len(numbers), dtype=np.uint32)
        for back in range(STEM):
            code = pages.codes[np.minimum(pages.word_start[numbers] + back, len(pages.codes) - 1)]
            written = written * np.uint32(31) + np.where(back < pages.word_length[numbers], code, 0)
        stem[numbers] = mix(written) | NUMBERS
        return stem

    @cached_property
    def owned_stem(self) -> Array:
        """Per word: document (high bits) and stem."""
        return self.pages.owner | self.stem

    @cached_property
    def prefix(self) -> Array:
        """The first three letters of the line's first word as one number (see `prefix_of`); 0 where it has no word."""
        pages = self.pages
        packed = np.zeros(len(pages), dtype=np.int64)
        worded = np.flatnonzero(pages.size)
        at, length = pages.word_start[pages.first_word[:-1][worded]], pages.word_length[pages.first_word[:-1][worded]]
        for back in range(3):
            code = fold_codes(pages.codes[np.minimum(at + back, len(pages.codes) - 1)]).astype(np.int64)
            packed[worded] |= np.where(back < length, code, 0) << (16 * back)
        return packed


def prefix_of(word: str) -> int:
    """The first three letters of a word in lower case as one number."""
    return sum(ord(char) << (16 * back) for back, char in enumerate(word[:3].lower()))
