"""Find and hash the words of many texts at once, as array work on code points.

How
    One table says of every code point whether it is a letter, a mark, a joiner or a letter of a script without blanks, another
    what it is in lower case. A word's hash is the polynomial sum of its letters modulo 2**64 (Karp & Rabin 1987), mixed: it depends
    on the word alone, so hashes of different parts, processes and machines can be compared.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

BATCH = 1 << 16  # code points scanned together: what the processor's cache still holds
OTHER, LETTER, JOINER, MARK, ALONE = range(5)  # what a code point is
_JOINERS = "-'’ʼ"
_BASE = 0x9E3779B97F4A7C15  # odd, no pattern in its bits
_ALONE_RANGES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x323AF),
)  # fmt: skip


class Words(NamedTuple):
    """Every word of the texts, in order: its hash, where it starts and ends in its text; `bounds[n]` is the first word of text n."""

    hashes: np.ndarray  # uint64
    starts: np.ndarray  # int32
    ends: np.ndarray  # int32
    bounds: np.ndarray  # int64, one more than there are texts


def scan_words(texts: Sequence[str]) -> Words:
    """The words of `texts`, hashed. An unpaired surrogate is no letter."""
    return join_words([scan_batch(texts[first:last]) for first, last in batches(texts)], len(texts))


def join_words(found: Sequence[Words], texts: int) -> Words:
    """The words of several runs of texts, `texts` in all, as one."""
    if not found:
        nothing = np.zeros(0, dtype=np.int32)
        return Words(np.zeros(0, dtype=np.uint64), nothing, nothing, np.zeros(texts + 1, dtype=np.int64))
    hashes, starts, ends = (np.concatenate(column) for column in list(zip(*found))[:3])
    counts = np.concatenate([np.diff(words.bounds) for words in found])
    return Words(hashes, starts, ends, np.concatenate([[0], np.cumsum(counts)]))


def batches(texts: Sequence[str], size: int = BATCH) -> Iterator[tuple[int, int]]:
    """Runs [first, last) of texts that are worked on together: as many as reach `size` code points."""
    first = taken = 0
    for number, text in enumerate(texts, start=1):
        taken += len(text) + 1
        if taken >= size or number == len(texts):
            yield first, number
            first, taken = number, 0


def scan_batch(texts: Sequence[str]) -> Words:
    """The words of a few texts: all of them are worked on together."""
    kinds, lower = tables()
    points = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.int32)
    inside = np.zeros(len(points) + 2, dtype=bool)  # one more on both sides, so that neighbours need no special case
    kind = kinds.take(points.astype(np.intp))  # as `take` wants them
    inside[1:-1] = kind == LETTER
    joiners = np.flatnonzero(kind == JOINER) + 1
    inside[joiners[inside[joiners - 1] & inside[joiners + 1]]] = True
    if (kind >= MARK).any():
        begins, stops = _with_marks_and_lone_letters(kind)
        starts, ends = np.flatnonzero(begins), np.flatnonzero(stops) + 1
    else:
        changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a word and out of it, in turn
        starts, ends = changes[::2], changes[1::2]
    hashes = hash_words(points, starts, ends, lower)
    edges = np.cumsum([0, *(len(text) + 1 for text in texts)])
    counts = np.diff(np.searchsorted(starts, edges))
    before = np.repeat(edges[:-1], counts)
    return Words(hashes, (starts - before).astype(np.int32), (ends - before).astype(np.int32), np.concatenate([[0], np.cumsum(counts)]))


def hash_words(points: np.ndarray, starts: np.ndarray, ends: np.ndarray, numbers: np.ndarray | None = None) -> np.ndarray:
    """The hash of each stretch [start, end) of code points: the stretches are in order and do not overlap.

    `numbers` says what each code point counts as (None: itself). All polynomial sums are one sparse product, of stretches (words and
    what is between them) with the numbers.
    """
    from scipy import sparse

    numbers = _themselves() if numbers is None else numbers
    powers, inverses = _powers(len(points))
    stretches = np.zeros(2 * len(starts) + 2, dtype=np.int32)  # what is before a word, the word, and so on; what is after the last
    stretches[1:-1:2], stretches[2:-1:2], stretches[-1] = starts, ends, len(points)
    shape = (len(stretches) - 1, len(numbers))
    parts = sparse.csr_matrix((powers[: len(points)], points.astype(np.int32, copy=False), stretches), shape=shape) @ numbers
    return _mix(parts[1::2] * inverses[starts])


@cache
def _themselves() -> np.ndarray:
    return np.arange(sys.maxunicode + 1, dtype=np.uint64)


def stands_alone(word: str) -> bool:
    """Whether a word is a letter of a script written without blanks, with its marks."""
    return bool(word) and any(first <= ord(word[0]) <= last for first, last in _ALONE_RANGES)


def _with_marks_and_lone_letters(kind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where words begin and stop where some letters carry marks or stand for a word of their own."""
    kind = np.concatenate([[OTHER], kind, [OTHER]])
    solid, alone, mark = (kind == LETTER) | (kind == MARK), kind == ALONE, kind == MARK
    inside = solid | alone
    inside[1:-1] |= (kind[1:-1] == JOINER) & solid[:-2] & solid[2:]
    for _ in range(4):  # a mark begins no word; more than a few in a row are no writing
        inside[1:-1] &= ~(mark[1:-1] & ~inside[:-2])
    # a letter written alone is a word with its marks, and the next letter begins another
    last_alone = alone.copy()
    for _ in range(4):
        last_alone[1:-1] |= mark[1:-1] & last_alone[:-2]
    begins = inside & (alone | np.concatenate([[True], ~inside[:-1]]) | (np.concatenate([[False], last_alone[:-1]]) & ~mark))
    stops = inside & np.concatenate([~inside[1:] | begins[1:], [True]])
    return begins[1:-1], stops[1:-1]


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread the bits (finaliser of splitmix64, Steele et al. 2014): low and high bits can then both be sampled."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@cache
def _power_table(size: int) -> tuple[np.ndarray, np.ndarray]:
    powers = np.full(size, _BASE, dtype=np.uint64)
    inverses = np.full(size, pow(_BASE, -1, 1 << 64), dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers), np.cumprod(inverses)


def _powers(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Powers of the base and of its inverse modulo 2**64: dividing by a power moves a sum to the front of its word."""
    return _power_table(1 << max(16, (size - 1).bit_length()))


@cache
def tables() -> tuple[np.ndarray, np.ndarray]:
    """Kind and lower-case letter of every code point."""
    size = sys.maxunicode + 1
    kinds = np.zeros(size, dtype=np.uint8)
    lower = np.arange(1, size + 1, dtype=np.uint64)  # from 1, so that no letter weighs nothing
    for point in range(0x30000):  # no letters beyond, but for rare Han, which the ranges name
        char = chr(point)
        if char.isalnum():
            kinds[point] = LETTER
            small = char.lower()
            if len(small) == 1:
                lower[point] = ord(small) + 1
        elif point >= 0x300 and unicodedata.category(char) in ("Mn", "Mc"):
            kinds[point] = MARK
    for first, last in _ALONE_RANGES:
        span = kinds[first : last + 1]
        span[span == LETTER] = ALONE
        if first >= 0x20000:
            span[:] = ALONE
    for char in _JOINERS:
        kinds[ord(char)] = JOINER
    for curly in "’ʼ":
        lower[ord(curly)] = ord("'") + 1
    return kinds, lower
