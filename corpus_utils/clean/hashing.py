"""Words as numbers of 32 bits, many at once: the model knows words only as these, in any alphabet.

Conventions
    Code points are folded (`characters`) before they are hashed. A word's hash is the sum of code times prime to the power of its place,
    taken as a difference of running sums, mixed with the word's length.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

Array = np.ndarray
_PRIME = 0x01000193
HEAD, STEM = 5, 6  # letters
PLACE = np.uint64(20)  # bits for a line's number in its document, in keys that sort by document, hash and line
PLACES = np.uint64((1 << 20) - 1)


class Hashes:
    """Hashes of words, or of their first letters: sums of code times prime ** place, as differences of one sum."""

    def __init__(self, folded: Array, start: Array, length: Array) -> None:
        powers, inverse = _powers_to(1 << max(12, len(folded).bit_length()))
        self._sums = np.zeros(len(folded) + 1, dtype=np.uint32)
        np.cumsum(folded * powers[: len(folded)], dtype=np.uint32, out=self._sums[1:])
        self._start, self._length = start, length
        self._below, self._back = self._sums[start], inverse[start]

    def of(self, letters: int = 0) -> Array:
        """Hash of each word's first letters, of all of them where no number is told."""
        size = np.minimum(self._length, letters) if letters else self._length
        return mix(((self._sums[self._start + size] - self._below) * self._back) ^ (size.astype(np.uint32) * np.uint32(0x9E3779B1)))


@lru_cache(maxsize=4)
def _powers_to(size: int) -> tuple[Array, Array]:
    """Powers of the hash's prime and of its inverse modulo 2 ** 32, as many as some power of two."""
    result = []
    for base in (_PRIME, pow(_PRIME, -1, 1 << 32)):
        powers, done = np.ones(size, dtype=np.uint32), 1
        while done < size:  # doubled each time: ten times faster than one after the other
            powers[done : 2 * done] = powers[:done] * np.uint32(pow(base, done, 1 << 32))
            done *= 2
        result.append(powers)
    return result[0], result[1]


def mix(h: Array) -> Array:
    """Spread 32-bit hashes over all their bits (the finaliser of MurmurHash3)."""
    h = h ^ (h >> np.uint32(16))
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def are_among(keys: Array, known: Array) -> Array:
    """Which of some numbers are among others: most are not, and a table of the known ones' last bits says so."""
    known = np.sort(known)
    if not len(known):
        return np.zeros(len(keys), dtype=bool)
    low = keys.dtype.type((1 << (8 * len(known)).bit_length()) - 1)
    may_be = np.zeros(int(low) + 1, dtype=bool)
    may_be[(known & low).astype(np.intp)] = True
    found: Array = may_be[(keys & low).astype(np.intp)]
    close = np.flatnonzero(found)
    at = np.searchsorted(known, keys[close])
    found[close] = known[np.minimum(at, len(known) - 1)] == keys[close]
    return found


def sort_keys(group: Array, h: Array, at: Array) -> Array:
    """Numbers that sort by document (12 bits), hash (32) and place (20)."""
    place = np.minimum(at, int(PLACES)).astype(np.uint64)
    return (group.astype(np.uint64) << np.uint64(52)) | (h.astype(np.uint64) << PLACE) | place
