"""Lines in title case ("Minister Rejects New Harbour Plan"): in them a capital says nothing of a word.

Words are counted line by line for a whole batch of texts, as array work on code points; the few lines that may be in title case are
looked at again one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus_utils.tokens import batches

_ENDS = frozenset('.!?…:;,"”»')  # a line of a heading ends like no sentence
_LENGTHS = range(13, 302)  # characters of such a line
_MOST = 400  # characters of a heading
_LEAST, _SHARE = 3, 0.7  # long words, and those of them with a capital
_LONG = 4  # characters of a long word
_SPACE, _ALPHABETIC, _UPPER = 1, 2, 4


def title_case(text: str) -> bool:
    """Have most long words a capital?"""
    long = [word[0].isupper() for word in text.split() if len(word) >= _LONG and word[0].isalpha()]
    return len(long) >= _LEAST and len(text) < _MOST and sum(long) > _SHARE * len(long)


def title_lines(texts: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
    """Number of a text -> [start, end) of its lines in title case, for texts that have some."""
    found: dict[int, list[tuple[int, int]]] = {}
    for first, last in batches(texts):
        joined = "\n".join(texts[first:last])
        edges = np.cumsum([0, *(len(text) + 1 for text in texts[first:last])])
        for start, end in _likely(joined):
            if joined[end - 1] not in _ENDS and title_case(joined[start:end]):
                number = int(np.searchsorted(edges, start, side="right")) - 1
                before = int(edges[number])
                found.setdefault(first + number, []).append((start - before, end - before))
    return found


def _likely(text: str) -> list[tuple[int, int]]:
    """[start, end) of lines of the length of a heading with enough long words, most of which have a capital."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.int32)
    kinds = np.full(len(points) + _LONG, _SPACE, dtype=np.uint8)  # one blank before, some behind
    kinds[1 : len(points) + 1] = _kinds().take(points)
    space = (kinds & _SPACE) > 0
    long = space[: len(points)] & ((kinds[1 : len(points) + 1] & _ALPHABETIC) > 0)
    for ahead in range(2, _LONG + 1):
        long &= ~space[ahead : len(points) + ahead]
    words = np.flatnonzero(long)
    capitals = np.concatenate([[0], np.cumsum((kinds[words + 1] & _UPPER) > 0)])
    ends = np.append(np.flatnonzero(points == ord("\n")), len(points))
    edges = np.searchsorted(words, ends)
    starts, counts, upper = np.append(0, ends[:-1] + 1), np.diff(edges, prepend=0), np.diff(capitals[edges], prepend=0)
    sizes = ends - starts
    chosen = (sizes >= _LENGTHS.start) & (sizes < _LENGTHS.stop) & (counts >= _LEAST) & (upper > _SHARE * counts)
    return list(zip(starts[chosen].tolist(), ends[chosen].tolist()))


@cache
def _kinds() -> np.ndarray:
    """What every code point is, as `str` says: the bits above."""
    points = np.arange(sys.maxunicode + 1, dtype=np.uint32).view("U1")
    spaces = np.strings.isspace(points) * _SPACE
    return (spaces | np.strings.isalpha(points) * _ALPHABETIC | np.strings.isupper(points) * _UPPER).astype(np.uint8)
