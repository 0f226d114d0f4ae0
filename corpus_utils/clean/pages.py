"""Documents as arrays: their visible lines, their words and what their first and last characters are, for many documents at once.

A page dump has tens of thousands of lines to the megabyte, so nothing here is done line by line.

Conventions
    `read_pages(texts)` joins the texts with one line end between them and works on the code points of the whole. Offsets in `Pages` are
    into the joined text; `Pages.offset` leads back. Lines that are blank are not counted; hard-wrapped paragraphs are one line.
    What is found for a document does not depend on the documents around it.
    Words are hashed to 32 bits (lower case, digits as 0): the model knows words only as numbers, in any alphabet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from corpus_utils.clean.characters import DIGIT, LAST, LOWER, SPACE, UPPER, character_tables, packed_classes, unpack_counts
from corpus_utils.clean.hashing import HEAD, PLACE, PLACES, STEM, Hashes, sort_keys
from corpus_utils.clean.page_lines import find_lines, join_wrapped_lines

Array = np.ndarray
AHEAD = 8  # places looked ahead at most
BATCH = 800_000  # code points read at a time
MOST = 2_000  # documents read at a time


@dataclass(frozen=True)
class Pages:
    """Visible lines of documents, end to end: document d has the lines `first[d]:first[d + 1]`, line i the words
    `first_word[i]:first_word[i + 1]`."""

    text: str
    offset: Array  # (documents + 1,) where each document begins in the joined text
    first: Array  # (documents + 1,)
    codes: Array  # per code point of the joined text, as classes
    classes: Array
    ahead: tuple[Array, Array]  # both, with `AHEAD` empty places behind, so that one may look past the end
    low: Array  # the whole line with its line end: [low, high)
    high: Array
    start: Array  # its visible characters: [start, stop)
    stop: Array
    above: Array  # blank lines above
    first_word: Array  # (lines + 1,)
    word_line: Array
    word_start: Array
    word_length: Array
    hashes: Hashes

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def document(self) -> Array:
        """Document of each line."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    @cached_property
    def size(self) -> Array:
        """Words of each line."""
        return np.diff(self.first_word)

    @cached_property
    def owner(self) -> Array:
        """Per word its document, in the high half of 64 bits."""
        numbers = np.arange(len(self.first) - 1, dtype=np.uint64) << np.uint64(32)
        return np.repeat(numbers, np.diff(self.first_word[self.first]))

    @cached_property
    def word_hash(self) -> Array:
        """Hash of each word."""
        return self.hashes.of()

    @cached_property
    def head_hash(self) -> Array:
        """Hash of each word's first HEAD letters."""
        return self.hashes.of(HEAD)

    @cached_property
    def stem_hash(self) -> Array:
        """Hash of each word's first STEM letters."""
        return self.hashes.of(STEM)

    def traits(self, places: Array) -> Array:
        """Traits of the characters at some places."""
        return character_tables()[2][self.codes[places]]

    @cached_property
    def marked(self) -> Array:
        """Where something else stands than a blank or one of the letters a to z, ascending."""
        return np.flatnonzero(((self.codes - np.uint32(ord("a"))) > np.uint32(25)) & (self.codes != np.uint32(ord(" "))))

    @cached_property
    def marks(self) -> tuple[Array, Array, Array]:
        """Codes, classes and traits of the characters at `marked`: a tenth of a Latin text, and all in it that is no plain letter."""
        codes = self.codes[self.marked]
        return codes, self.classes[self.marked], character_tables()[2][codes]

    @cached_property
    def mark(self) -> Array:
        """Per line, where its last character stands that is no closing quotation mark or bracket; at most seven are passed over."""
        at, floor = self.stop - 1, np.maximum(self.start, self.stop - 8)
        live = np.flatnonzero(_closers()[self.codes[at]])
        for _ in range(7):
            if not len(live):
                break
            at[live] = np.maximum(at[live] - 1, floor[live])
            live = live[_closers()[self.codes[at[live]]]]
        return at

    @cached_property
    def line_hash(self) -> Array:
        """A number of 64 bits for the words of each line (case and digits apart)."""
        return line_hashes(self, self.word_hash)

    @cached_property
    def copies(self) -> Array:
        """How often each line stands in its document, itself included (case and digits apart)."""
        h, first = self.line_hash, self.first[:-1]
        at = np.arange(len(self)) - first[self.document]
        key = np.sort(sort_keys(self.document, (h ^ (h >> np.uint64(32))) & np.uint64(0xFFFFFFFF), at))
        new = np.append(True, (key[1:] >> PLACE) != (key[:-1] >> PLACE)) if len(key) else np.zeros(0, bool)
        which = np.cumsum(new) - 1
        result = np.ones(len(self), dtype=np.int64)
        result[first[(key >> np.uint64(52)).astype(np.int64)] + (key & PLACES).astype(np.int64)] = np.bincount(which)[which]
        return result

    @cached_property
    def _marks_of(self) -> tuple[Array, Array]:
        """Per line the number of its first place in `marked`, and that after its last."""
        return np.searchsorted(self.marked, self.start), np.searchsorted(self.marked, self.stop)

    def sum_marks(self, values: Array) -> Array:
        """Per line the sum of whole numbers or flags at its places in `marked`."""
        sums = np.zeros(len(self.marked) + 1, dtype=np.uint64 if values.dtype == np.uint64 else np.int64)
        np.cumsum(values, out=sums[1:])
        low, high = self._marks_of
        return sums[high] - sums[low]

    @cached_property
    def class_counts(self) -> list[Array]:
        """Per line the numbers of upper case, digits, symbols, commas, quotes and stops."""
        classes = self.marks[1]
        return unpack_counts(self.sum_marks(packed_classes()[classes]), classes, *self._marks_of)

    def count(self, places: Array) -> Array:
        """How many of some places (ascending) each line has."""
        return np.searchsorted(places, self.stop) - np.searchsorted(places, self.start)

    def with_marks(self, which: Array) -> Array:
        """The lines that have one of a few places in `marked`, all of visible characters: `which` are their numbers."""
        found = np.zeros(len(self), dtype=bool)
        found[np.searchsorted(self.start, self.marked[which], side="right") - 1] = True
        return found

    def holds(self, places: Array, start: Array, stop: Array) -> Array:
        """Whether one of some places (ascending) is in [start, stop)."""
        result: Array = np.searchsorted(places, stop) > np.searchsorted(places, start)
        return result

    def string(self, line: int) -> str:
        """The visible characters of a line."""
        return self.text[self.start[line] : self.stop[line]]


@cache
def _closers() -> Array:
    closers = np.zeros(LAST + 1, dtype=bool)
    closers[[ord(char) for char in "\"'”’»)]"]] = True
    return closers


def batches(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs [first, last) of documents of these sizes that are read together: few code points, but at least one document."""
    first, total = 0, 0
    for i, size in enumerate(sizes):
        if i > first and (total + size > BATCH or i - first >= MOST):
            yield first, i
            first, total = i, 0
        total += size
    if first < len(sizes):
        yield first, len(sizes)


def read_pages(texts: Sequence[str]) -> Pages:
    """Find the visible lines and the words of some documents."""
    text = "\n".join(texts)
    table, folded, _ = character_tables()
    ahead = np.frombuffer((text + "\0" * AHEAD).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not text.isascii():
        ahead = np.minimum(ahead, LAST)
    places = ahead.astype(np.intp)  # numpy looks things up four times faster by numbers of this size
    classes_ahead = table[places]
    codes, classes, places = ahead[:-AHEAD], classes_ahead[:-AHEAD], places[:-AHEAD]
    offset = np.concatenate([[0], np.cumsum([len(part) + 1 for part in texts], dtype=np.int64)])
    apart = np.flatnonzero((classes & (LOWER | UPPER | DIGIT)) == 0)  # what stands between words
    low, high, start, stop, above = join_wrapped_lines(find_lines(codes, apart[classes[apart] == SPACE], offset), texts, offset)
    edges = np.concatenate([[-1], apart, [len(codes)]])
    word_start = edges[:-1] + 1
    length = edges[1:] - word_start
    words = np.flatnonzero(length > 0)  # flags are found three times faster than numbers that are not 0
    word_start, length = word_start[words], length[words]
    first_word = np.append(np.searchsorted(word_start, start), len(word_start))
    return Pages(
        text=text, offset=offset, first=np.searchsorted(start, offset), codes=codes, classes=classes, ahead=(ahead, classes_ahead),
        low=low, high=high, start=start, stop=stop, above=above, first_word=first_word,
        word_line=np.repeat(np.arange(len(start)), np.diff(first_word)),
        word_start=word_start, word_length=length, hashes=Hashes(folded[places], word_start, length),
    )  # fmt: skip


def line_hashes(pages: Pages, words: Array) -> Array:
    """One 64-bit number per line from hashes of its words in order; lines without words share their visible length."""
    rank = np.arange(len(pages.word_line)) - pages.first_word[pages.word_line]
    spread = words.astype(np.uint64) * (np.uint64(0x9E3779B97F4A7C15) * (2 * rank.astype(np.uint64) + np.uint64(1)))
    sums = np.zeros(len(spread) + 1, dtype=np.uint64)
    np.cumsum(spread, out=sums[1:])
    total = np.diff(sums[pages.first_word])
    return total + (pages.stop - pages.start).astype(np.uint64) * (pages.size == 0)


def hash_words(words: Sequence[str]) -> Array:
    """The numbers `read_pages` gives to these words (each of letters and digits only)."""
    return read_pages(list(words)).word_hash


class Words:
    """Some words (each of letters and digits only) to be found among the hashes of others."""

    def __init__(self, words: Sequence[str]) -> None:
        hashes = np.unique(hash_words(words))
        bits = 16  # the last ones of a hash, by which it is looked up: enough to tell the words apart
        while len(np.unique(hashes & np.uint32((1 << bits) - 1))) < len(hashes):
            bits += 1
        self._last = np.uint32((1 << bits) - 1)
        self._words = np.arange(1 << bits, dtype=np.uint32) ^ np.uint32(1)  # where no word is, a number that is never looked up there
        self._words[hashes & self._last] = hashes

    def among(self, hashes: Array) -> Array:
        """Which of these hashes are one of the words."""
        found: Array = self._words[hashes & self._last] == hashes
        return found


def stretches(first: Array, size: Array) -> Array:
    """The numbers of all stretches `first[i]:first[i] + size[i]`, one after the other."""
    size = np.maximum(size, 0)
    ends = np.cumsum(size)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - size), size)
