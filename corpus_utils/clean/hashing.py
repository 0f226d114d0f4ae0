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


def hash_stretches(folded: Array, start: Array, length: Array) -> tuple[Array, Array, Array]:
    """Hash of each word, of its first HEAD and its first STEM letters: sums of code times prime ** place, as differences of one sum."""
    powers, inverse = _powers_to(1 << max(12, len(folded).bit_length()))
    sums = np.zeros(len(folded) + 1, dtype=np.uint32)
    np.cumsum(folded * powers[: len(folded)], dtype=np.uint32, out=sums[1:])
    below, back = sums[start], inverse[start]

    def hashed(size: Array) -> Array:
        return mix(((sums[start + size] - below) * back) ^ (size.astype(np.uint32) * np.uint32(0x9E3779B1)))

    return hashed(length), hashed(np.minimum(length, HEAD)), hashed(np.minimum(length, STEM))


@lru_cache(maxsize=4)
def _powers_to(size: int) -> tuple[Array, Array]:
    """Powers of the hash's prime and of its inverse modulo 2 ** 32."""
    result = []
    for base in (_PRIME, pow(_PRIME, -1, 1 << 32)):
        steps = np.full(size, base, dtype=np.uint32)
        steps[0] = 1
        result.append(np.cumprod(steps, dtype=np.uint32))
    return result[0], result[1]


def mix(h: Array) -> Array:
    """Spread 32-bit hashes over all their bits (the finaliser of MurmurHash3)."""
    h = h ^ (h >> np.uint32(16))
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h
