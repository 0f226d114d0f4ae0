"""Texts as arrays of word types: white-space tokens become integers once, and each distinct token is examined once.

Conventions
    A *type* is a token as `str.split` gives it, punctuation and case kept; type 0 is the empty token, which has no property.
    `Batch.ids` holds the types of all texts one after the other; text `t` owns ids[starts[t] : starts[t] + lengths[t]].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count, islice
from typing import NamedTuple

import numpy as np

from corpus_utils.tokens import split_pieces

_MOST_TYPES = 400_000  # beyond this the table starts anew, so that memory stays bounded


Features = Callable[[list[str]], list[np.ndarray]]  # tokens -> columns, each with one number per token


class WordTypes(defaultdict[str, int]):
    """token -> type number; an unknown token gets the next number, without a line of Python being run for it."""

    def __init__(self) -> None:
        super().__init__(count().__next__)
        self.number("")
        self._columns: dict[Features, list[np.ndarray]] = {}

    def number(self, token: str) -> int:
        """The type of a token."""
        return self[token]

    def tokens(self, first: int = 0) -> list[str]:
        """The tokens of all types from number `first` on: a dict keeps the order in which they came."""
        return list(islice(self, first, None))

    def columns(self, features: Features) -> list[np.ndarray]:
        """The columns `features` gives for all types so far; each type is examined once."""
        known = self._columns.get(features)
        done = len(known[0]) if known else 0
        if known is None or done < len(self):
            new = features(self.tokens(done))
            known = new if known is None else [np.concatenate(pair) for pair in zip(known, new, strict=True)]
            self._columns[features] = known
        return known


class Batch(NamedTuple):
    """Texts as types: `types` names them, `ids` and `offsets` (int32), `starts` and `lengths` (int64) are arrays."""

    types: WordTypes
    ids: np.ndarray
    offsets: np.ndarray  # where each token stands in its text, in code points
    starts: np.ndarray
    lengths: np.ndarray

    def text_of(self, positions: np.ndarray) -> np.ndarray:
        """Number of the text each position of `ids` belongs to."""
        return np.searchsorted(self.starts + self.lengths, positions, side="right")

    def tally(self, positions: np.ndarray) -> np.ndarray:
        """How many of the positions each text has."""
        return np.bincount(self.text_of(positions), minlength=len(self.lengths))

    def neighbour(self, positions: np.ndarray, texts: np.ndarray, offset: int) -> np.ndarray:
        """Types `offset` words away from `positions`, 0 where that is outside the text."""
        wanted = positions + offset
        inside = (wanted >= self.starts[texts]) & (wanted < (self.starts + self.lengths)[texts])
        return np.where(inside, self.ids[np.where(inside, wanted, 0)], 0)


_shared = WordTypes()


def batch(texts: Sequence[str]) -> Batch:
    """The texts as a batch. The table of types is shared between calls, so that a corpus in parts pays for a type once."""
    global _shared
    if len(_shared) > _MOST_TYPES:
        _shared = WordTypes()
    pieces = split_pieces(texts)
    numbers = np.fromiter(map(_shared.__getitem__, pieces.kinds), dtype=np.int32, count=len(pieces.kinds))
    ids = numbers[pieces.ids] if len(numbers) else np.zeros(0, dtype=np.int32)
    return Batch(_shared, ids, pieces.starts, pieces.bounds[:-1], np.diff(pieces.bounds))
