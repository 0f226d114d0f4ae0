"""Where sentences begin among the words of an index: runs and neighbours of words do not reach across a full stop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus_utils.tokens.index import TokenIndex
from corpus_utils.tokens.scan import batches

MARKS = ".!?…\n¿¡。！？"


def sentence_numbers(texts: Sequence[str], index: TokenIndex) -> np.ndarray:
    """For every word of `index` (made of `texts`) a running number that grows at each new text and where a mark of `MARKS` stands."""
    opens = np.zeros(len(index.ids) + 1, dtype=bool)
    opens[index.bounds] = True
    for first, last in batches(texts):
        points = np.frombuffer("\n".join(texts[first:last]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        marks = np.flatnonzero(_marks().take(points.astype(np.intp)))
        edges = np.cumsum([0, *(len(text) + 1 for text in texts[first:last])])
        low, high = index.bounds[first], index.bounds[last]
        begins = index.starts[low:high] + np.repeat(edges[:-1], np.diff(index.bounds[first : last + 1]))
        opens[low + np.searchsorted(begins, marks)] = True  # the word after the mark; the one past the last is no word of these texts
    return np.cumsum(opens[:-1], dtype=np.int32)


@cache
def _marks() -> np.ndarray:
    table = np.zeros(0x110000, dtype=bool)
    table[[ord(char) for char in MARKS]] = True
    return table
