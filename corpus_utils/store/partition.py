"""Where a sorted list is cut into parts so that a few additions change a few parts, wherever they fall.

A cut stands before a name whose hash says so (content-defined chunking, Muthitacharoen et al. 2001): a new name moves no other cut but
those that follow it closely. Fixed runs of a thousand would all shift by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32


def cut_names(names: Sequence[str], size: int) -> list[tuple[int, int]]:
    """Half-open ranges of `names` with about `size` names each, at least half and at most twice as many (the last may be shorter)."""
    if not names:
        return []
    least, starts = max(1, size // 2), [0]
    for number, name in enumerate(names):
        length = number - starts[-1]
        if length >= least and (crc32(name.encode("utf-8", "surrogatepass")) % least == 0 or length >= 2 * size):
            starts.append(number)
    return list(zip(starts, [*starts[1:], len(names)]))
