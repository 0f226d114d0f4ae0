"""Where numbers that were given in the order of their first use are used first."""

from __future__ import annotations

import numpy as np

DISTINCT = 1 << 16  # words or pieces of a part, about: a table of hashes that starts at this size seldom grows, and stays in the cache
_AT_ONCE = 1 << 15  # read together


def first_uses(codes: np.ndarray, kinds: int) -> np.ndarray:
    """For each of the codes 0 to `kinds` - 1 the place of its first use; `codes` as `pandas.factorize` gives them."""
    found: list[np.ndarray] = []
    known = 0
    for begin in range(0, len(codes), _AT_ONCE):
        if known == kinds:
            break
        some = codes[begin : begin + _AT_ONCE]
        new = np.flatnonzero(some >= known)  # few, but at the beginning
        highest = np.maximum.accumulate(some[new])
        opens = np.flatnonzero(np.diff(highest, prepend=known - 1))
        found.append(begin + new[opens])
        known += len(opens)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
