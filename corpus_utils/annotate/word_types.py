"""Texts as arrays of word types: white-space tokens become integers once, and each distinct token is examined once.

Conventions
    A *type* is a token as `str.split` gives it, punctuation and case kept; type 0 is the empty token, which has no property.
    `Batch.ids` holds the types of all texts one after the other; text `t` owns ids[starts[t] : starts[t] + lengths[t]].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import count, islice, repeat
from typing import NamedTuple

import numpy as np

from corpus_utils.tokens import Pieces, split_pieces

_MOST_TYPES = 400_000  # beyond this the table starts anew, so that memory stays bounded


Features = Callable[[list[str]], list[np.ndarray]]  # tokens -> columns, each with one number per token


class WordTypes(defaultdict[str, int]):
    """token -> type number; an unknown token gets the next number, without a line of Python being run for it."""

    def __init__(self) -> None:
        super().__init__(count().__next__)
        self.number("")
        self._by_key: dict[int, int] = {}  # key of a token (see `tokens.Pieces`) -> its type
        self._tokens: list[str] = []
        self._columns: dict[Features, list[np.ndarray]] = {}

    def number(self, token: str) -> int:
        """The type of a token."""
        return self[token]

    def numbers(self, pieces: Pieces) -> np.ndarray:
        """The types of the kinds of pieces; only those that were never met are spelled."""
        keys = pieces.keys.tolist()
        types = np.fromiter(map(self._by_key.get, keys, repeat(-1)), dtype=np.int32, count=len(keys))
        new = np.flatnonzero(types < 0)
        if len(new):
            types[new] = list(map(self.__getitem__, pieces.kinds(new)))
            self._by_key.update(zip(pieces.keys[new].tolist(), types[new].tolist()))
        return types

    def tokens(self) -> list[str]:
        """The tokens of all types by their number, not to be changed: a dict keeps the order in which they came."""
        if len(self._tokens) < len(self):
            self._tokens += islice(self, len(self._tokens), None)
        return self._tokens

    def columns(self, features: Features) -> list[np.ndarray]:
        """The columns `features` gives for all types so far; each type is examined once."""
        known = self._columns.get(features)
        done = len(known[0]) if known else 0
        if known is None or done < len(self):
            new = features(self.tokens()[done:])
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
        """Number of the text each position of `ids` belongs to; the positions ascend."""
        if len(positions) < len(self.lengths):
            return np.searchsorted(self.starts + self.lengths, positions, side="right")
        return np.repeat(np.arange(len(self.lengths)), self.tally(positions))

    def tally(self, positions: np.ndarray) -> np.ndarray:
        """How many of the positions, which ascend, each text has."""
        return np.diff(np.searchsorted(positions, self.starts + self.lengths), prepend=0)

    def neighbour(self, positions: np.ndarray, texts: np.ndarray, offset: int) -> np.ndarray:
        """Types `offset` words away from `positions`, 0 where that is outside the text."""
        wanted = positions + offset
        inside = wanted >= self.starts[texts] if offset < 0 else wanted < (self.starts + self.lengths)[texts]
        return np.where(inside, self.ids.take(wanted, mode="clip"), 0) if len(positions) else positions

    def take(self, texts: np.ndarray) -> tuple[Batch, np.ndarray]:
        """The batch of some of the texts, given by their numbers, and the position in this one of each of its words."""
        lengths = self.lengths[texts]
        starts = np.cumsum(lengths) - lengths
        at = np.arange(lengths.sum()) + np.repeat(self.starts[texts] - starts, lengths)
        return Batch(self.types, self.ids[at], self.offsets[at], starts, lengths), at

    def others(self, texts: Sequence[str]) -> Batch:
        """Other texts under the types of this one: `batch` may have begun a new table since."""
        return _cut(texts, self.types)


_shared = WordTypes()
_kept: tuple[dict[str, int], Batch] = ({}, Batch(_shared, *(np.zeros(0, dtype=np.int64) for _ in range(4))))


def batch(texts: Sequence[str], *, keep: bool = False) -> Batch:
    """The texts as a batch. The table of types is shared between calls, so that a corpus in parts pays for a type once.

    `keep`: the texts are remembered until others are kept, and whoever asks for some of them gets them without cutting them again.
    """
    global _shared, _kept
    known, whole = _kept
    try:
        numbers = list(map(known.__getitem__, texts))
    except KeyError:
        pass
    else:
        return whole.take(np.array(numbers, dtype=np.int64))[0]
    if len(_shared) > _MOST_TYPES:
        _shared = WordTypes()
    made = _cut(texts, _shared)
    if keep:
        _kept = {text: number for number, text in enumerate(texts)}, made
    return made


def _cut(texts: Sequence[str], types: WordTypes) -> Batch:
    pieces = split_pieces(texts)
    return Batch(types, types.numbers(pieces)[pieces.ids], pieces.starts, pieces.bounds[:-1], np.diff(pieces.bounds))
