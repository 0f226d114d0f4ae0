"""The words of texts in Western letters, found among bytes: half the work of code points, and the same words.

A batch is narrow where each of its letters stands in Latin-1; quotation marks, dashes and other signs may be any. It then becomes one byte
a code point: the small letter, a hyphen, an apostrophe, or nothing. Any other batch is left to `scan`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus_utils.tokens.byte_hash import AT_ONCE, hash_bytes
from corpus_utils.tokens.scan import JOINER, LETTER, OTHER, Words, batches, join_words, scan_batch, tables

_NOTHING, _HYPHEN, _APOSTROPHE, _WIDE = range(4)  # below every letter


def key_words(texts: Sequence[str]) -> Words:
    """The words as `scan_words` finds them, under numbers that tell those of these texts apart.

    A word may have two numbers, one in narrow batches and one in others; two words have never the same.
    """
    return join_words([_key_batch(texts[first:last]) for first, last in batches(texts)], len(texts))


def _key_batch(texts: Sequence[str]) -> Words:
    joined = "\n".join(texts)
    table, narrow = _bytes_of()
    try:
        data = joined.encode("latin-1").translate(narrow)
    except UnicodeEncodeError:
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.int32)
        values = table.take(points.astype(np.intp))  # as `take` wants them
        if (values == _WIDE).any():
            return scan_batch(texts)
        data = values.tobytes()
    data = b"".join((b"\0", data, bytes(AT_ONCE)))  # one before, so that neighbours need no special case
    values = np.frombuffer(data, dtype=np.uint8)
    inside = values > _WIDE
    joiners = np.flatnonzero(values - np.uint8(_HYPHEN) < _WIDE - _HYPHEN)  # below the hyphen numbers begin again at the highest
    inside[joiners[inside[joiners - 1] & inside[joiners + 1]]] = True
    changes = np.flatnonzero(inside[1:] != inside[:-1]) + 1  # into a word and out of it, in turn
    starts, ends = changes[::2], changes[1::2]
    edges = np.cumsum([1, *(len(text) + 1 for text in texts)])
    counts = np.diff(np.searchsorted(starts, edges))
    before = np.repeat(edges[:-1], counts)
    keys = hash_bytes(data, starts, ends)
    return Words(keys, (starts - before).astype(np.int32), (ends - before).astype(np.int32), np.concatenate([[0], np.cumsum(counts)]))


@cache
def _bytes_of() -> tuple[np.ndarray, bytes]:
    """The byte each code point becomes; of those below 256 once more, for `bytes.translate`."""
    kinds, lower = tables()
    table = np.full(sys.maxunicode + 1, _WIDE, dtype=np.uint8)
    table[kinds == OTHER] = _NOTHING
    table[kinds == JOINER] = _APOSTROPHE
    table[ord("-")] = _HYPHEN
    letters = np.flatnonzero(kinds[:256] == LETTER)
    table[letters] = lower[letters] - np.uint64(1)
    return table, bytes(table[:256])
