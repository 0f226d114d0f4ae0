"""Hashes of stretches of bytes, eight bytes at a time: the cheapest number that tells the pieces or words of a run of texts apart.

The number depends on the bytes alone. Of a billion distinct stretches two share one with a chance of about one in forty.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

AT_ONCE = 8  # bytes mixed together; so many must follow the last stretch
_LONG = 64  # bytes; longer stretches are rare, and hashed one by one
_LENGTHS = np.uint64(0x9E3779B97F4A7C15)  # times the length: zeros at the end of a stretch count
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)  # odd
_HALF = np.uint64(32)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(AT_ONCE + 1)], dtype=np.uint64)


def hash_bytes(data: bytes, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The hash of each stretch [start, end) of `data`, uint64."""
    words = np.ndarray((len(data) - AT_ONCE + 1,), dtype="<u8", buffer=data, strides=(1,))  # the eight bytes from each place on
    sizes = ends - starts
    hashes = words[starts]
    hashes &= _MASKS.take(sizes, mode="clip")
    hashes += sizes.view(np.uint64) * _LENGTHS
    hashes *= _FACTOR
    hashes ^= hashes >> _HALF
    more = np.flatnonzero(sizes > AT_ONCE)
    longest = sizes[more] > _LONG
    for place in more[longest].tolist():  # a page without a blank
        digest = blake2b(data[starts[place] : ends[place]], digest_size=AT_ONCE).digest()
        hashes[place] = int.from_bytes(digest, "little")
    more = more[~longest]
    done = AT_ONCE
    while len(more):
        left = sizes[more] - done
        hashes[more] = _mix(hashes[more] ^ (words[starts[more] + done] & _MASKS.take(left, mode="clip")))
        done += AT_ONCE
        more = more[left > AT_ONCE]
    return hashes


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread the bits: one product and its upper half, which is undone by no other number."""
    values = values * _FACTOR
    return values ^ (values >> _HALF)
