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

import numpy as np

from corpus_utils.clean.characters import DIGIT, LAST, LINE_END, LOWER, SPACE, UPPER, character_tables
from corpus_utils.clean.hashing import hash_stretches
from corpus_utils.clean.lines import Line, split_lines
from corpus_utils.clean.wrapping import MAX_WIDTH, MIN_LINES, MIN_WIDTH, join_wrapped

Array = np.ndarray
BATCH = 400_000  # code points read at a time
MOST = 2_000  # documents read at a time


@dataclass(frozen=True)
class Pages:
    """Visible lines of documents, end to end: document d has the lines `first[d]:first[d + 1]`, line i the words
    `first_word[i]:first_word[i + 1]`."""

    text: str
    offset: Array  # (documents + 1,) where each document begins in the joined text
    first: Array  # (documents + 1,)
    codes: Array  # per code point of the joined text, as all of classes and traits
    classes: Array
    traits: Array
    low: Array  # the whole line with its line end: [low, high)
    high: Array
    start: Array  # its visible characters: [start, stop)
    stop: Array
    above: Array  # blank lines above
    first_word: Array  # (lines + 1,)
    word_line: Array
    word_start: Array
    word_length: Array
    word_hash: Array
    head_hash: Array  # of the word's first HEAD letters
    stem_hash: Array  # of the word's first STEM letters

    def __len__(self) -> int:
        return len(self.start)

    @property
    def document(self) -> Array:
        """Document of each line."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    @property
    def size(self) -> Array:
        """Words of each line."""
        return np.diff(self.first_word)

    def holds(self, where: Array, start: Array, stop: Array) -> Array:
        """Whether one of some characters (a mask over the joined text) stands in [start, stop)."""
        places = np.flatnonzero(where)
        result: Array = np.searchsorted(places, stop) > np.searchsorted(places, start)
        return result

    def string(self, line: int) -> str:
        """The visible characters of a line."""
        return self.text[self.start[line] : self.stop[line]]


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
    table, folded, trait_table = character_tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not text.isascii():
        codes = np.minimum(codes, LAST)
    places = codes.astype(np.intp)  # numpy looks things up four times faster by numbers of this size
    classes, traits = table[places], trait_table[places]
    offset = np.concatenate([[0], np.cumsum([len(part) + 1 for part in texts], dtype=np.int64)])
    lines = _lines(codes, classes, traits, offset)
    lines = _joined_lines(lines, texts, offset)
    low, high, start, stop, above = lines
    in_word = (classes & (LOWER | UPPER | DIGIT)) != 0
    padded = np.zeros(len(in_word) + 2, dtype=bool)
    padded[1:-1] = in_word
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    word_start, word_end = edges[0::2], edges[1::2]
    length = word_end - word_start
    word_hash, head_hash, stem_hash = hash_stretches(folded[places], word_start, length)
    first_word = np.append(np.searchsorted(word_start, start), len(word_start))
    return Pages(
        text=text, offset=offset, first=np.searchsorted(start, offset), codes=codes, classes=classes, traits=traits,
        low=low, high=high, start=start, stop=stop, above=above, first_word=first_word,
        word_line=np.repeat(np.arange(len(start)), np.diff(first_word)),
        word_start=word_start, word_length=length, word_hash=word_hash, head_hash=head_hash, stem_hash=stem_hash,
    )  # fmt: skip


Lines = tuple[Array, Array, Array, Array, Array]


def _lines(codes: Array, classes: Array, traits: Array, offset: Array) -> Lines:
    """low, high, start, stop and above (see Pages) of every visible line."""
    ends = np.flatnonzero(traits & LINE_END)
    pair = np.flatnonzero((codes[ends[:-1]] == 13) & (codes[ends[1:]] == 10) & (np.diff(ends) == 1))
    ends = np.delete(ends, pair[~np.isin(ends[pair] + 2, offset[1:])])  # "\r\n" is one, unless the "\n" stands between two documents
    begins = np.concatenate([[0], ends + 1])
    ends = np.append(ends, len(codes))
    seen = np.flatnonzero(classes != SPACE)
    low, high = np.searchsorted(seen, begins), np.searchsorted(seen, ends)
    kept = np.flatnonzero(high > low)
    start, stop = seen[low[kept]], seen[high[kept] - 1] + 1
    document = np.searchsorted(offset, start, side="right") - 1
    first = np.searchsorted(begins, offset[document])  # number of the document's first line
    before = np.concatenate([[-1], kept[:-1]])
    above = kept - np.maximum(before, first - 1) - 1
    return begins[kept], np.minimum(ends[kept] + 1, offset[document + 1] - 1), start, stop, above


def _joined_lines(lines: Lines, texts: Sequence[str], offset: Array) -> Lines:
    """The lines with hard-wrapped paragraphs put together, in the few documents that have some."""
    start, stop = lines[2], lines[3]
    first = np.searchsorted(start, offset)
    counts = np.diff(first)
    live = np.flatnonzero(counts)
    if not len(live):
        return lines
    widest = np.maximum.reduceat(stop - start, first[live])
    parts: list[Sequence[Array]] = []
    done = 0
    for number in live[(counts[live] >= MIN_LINES) & (widest >= MIN_WIDTH) & (widest <= MAX_WIDTH)].tolist():
        split = split_lines(texts[number])
        joined = join_wrapped(texts[number], split)
        if len(joined) == len(split):
            continue
        parts.append([column[done : first[number]] for column in lines])
        parts.append(_placed(joined, int(offset[number])))
        done = first[number + 1]
    if not parts:
        return lines
    parts.append([column[done:] for column in lines])
    low, high, start, stop, above = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return low, high, start, stop, above


def _placed(lines: Sequence[Line], at: int) -> Lines:
    """Lines of one document as arrays, placed at its offset."""
    rows, blank = [], 0
    for line in lines:
        text = line.text.strip()
        if not text:
            blank += 1
            continue
        start = line.start + line.text.index(text)
        rows.append((line.start, line.end, start, start + len(text), blank))
        blank = 0
    array = np.array(rows, dtype=np.int64).reshape(-1, 5)
    array[:, :4] += at
    return array[:, 0], array[:, 1], array[:, 2], array[:, 3], array[:, 4]


def hash_words(words: Sequence[str]) -> Array:
    """The numbers `read_pages` gives to these words (each of letters and digits only)."""
    return read_pages(list(words)).word_hash


class Words:
    """Some words (each of letters and digits only) to be found among the hashes of others."""

    def __init__(self, words: Sequence[str]) -> None:
        self._hashes = np.unique(hash_words(words))
        self._may_be = np.zeros(1 << 16, dtype=bool)
        self._may_be[self._hashes & np.uint32(0xFFFF)] = True

    def among(self, hashes: Array) -> Array:
        """Which of these hashes are one of the words."""
        found = self._may_be[hashes & np.uint32(0xFFFF)]  # most are not, and this says so
        close = np.flatnonzero(found)
        at = np.searchsorted(self._hashes, hashes[close]).clip(max=len(self._hashes) - 1)
        found[close] = self._hashes[at] == hashes[close]
        return found


def stretches(first: Array, size: Array) -> Array:
    """The numbers of all stretches `first[i]:first[i] + size[i]`, one after the other."""
    size = np.maximum(size, 0)
    ends = np.cumsum(size)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - size), size)
