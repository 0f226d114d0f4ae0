"""Where a sorted list is cut into parts so that a few additions change a few parts, wherever they fall.

A cut stands before every name whose hash says so (content-defined chunking, Muthitacharoen et al. 2001): it depends on the name
alone, so a new name moves no other cut. Fixed runs of a thousand would all shift by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32


def cut_names(names: Sequence[str], size: int) -> list[tuple[int, int]]:
    """Half-open ranges of `names` with about `size` names each, and at most four times as many."""
    if not names:
        return []
    starts = [0]
    for number, name in enumerate(names):
        length = number - starts[-1]
        if length and (crc32(name.encode("utf-8", "surrogatepass")) % size == 0 or length >= 4 * size):
            starts.append(number)
    return list(zip(starts, [*starts[1:], len(names)]))
