"""Texts cut at white space, each distinct piece read once: what words, frame cues and tone are read from.

News repeats itself: of a million pieces some tens of thousands differ. Whatever holds of a piece by itself (its words, marks, case, lexicon
value) is found once for each `kind` and spread over its uses as array work (`spread`).

How
    A batch of texts becomes UTF-8 bytes; one table tells which are white space. Pieces of one hash (`byte_hash`) are one kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from corpus_utils.tokens.byte_hash import AT_ONCE, hash_bytes
from corpus_utils.tokens.first_uses import DISTINCT, first_uses
from corpus_utils.tokens.scan import batches

_CONTINUES = -64  # as signed bytes, those that continue a character are below


class Pieces(NamedTuple):
    """The pieces of some texts, in order; text n has bounds[n]:bounds[n + 1] of them. Kinds are numbered by their first use."""

    texts: Sequence[str]
    ids: np.ndarray  # int64: number of the kind
    starts: np.ndarray  # int32: offset of the piece in its text, in code points
    bounds: np.ndarray  # int64, one more than there are texts
    keys: np.ndarray  # uint64: the hash of each kind, the same in all texts
    first: np.ndarray  # int64: piece of its first use
    ends: np.ndarray  # int32: where that ends

    def kinds(self, numbers: np.ndarray | slice = slice(None)) -> list[str]:
        """Some (all) of the distinct pieces."""
        first = self.first[numbers]
        owners = np.searchsorted(self.bounds, first, side="right") - 1
        places = zip(owners.tolist(), self.starts[first].tolist(), self.ends[numbers].tolist())
        return [self.texts[owner][start:end] for owner, start, end in places]


class Spread(NamedTuple):
    """Things found in kinds (words, say) as they stand in the texts: `at[n]` is the number of the n-th among those of all kinds."""

    at: np.ndarray  # int64
    pieces: np.ndarray  # int64: the piece it stands in
    bounds: np.ndarray  # int64: text n has bounds[n]:bounds[n + 1] of them


def split_pieces(texts: Sequence[str]) -> Pieces:
    """Cut texts as `str.split` does."""
    import pandas as pd

    found = [_cut(texts[first:last]) for first, last in batches(texts)]
    if not found:
        nothing = np.zeros(0, dtype=np.int64)
        return Pieces(texts, nothing, nothing, np.zeros(len(texts) + 1, dtype=np.int64), nothing, nothing, nothing)
    hashes, starts, ends, counts = (np.concatenate(column) for column in zip(*found))
    ids, distinct = pd.factorize(hashes, size_hint=DISTINCT)
    first = first_uses(ids, len(distinct))
    return Pieces(texts, ids, starts, np.concatenate([[0], np.cumsum(counts)]), distinct, first, ends[first])


def spread(ids: np.ndarray, texts: np.ndarray, bounds: np.ndarray) -> Spread:
    """Bring what was found in the kinds (kind k has bounds[k]:bounds[k + 1] of it) to every piece of a kind.

    `ids` has the kind of each piece, and text n has the pieces texts[n]:texts[n + 1].
    """
    many = np.diff(bounds)[ids]
    ends = np.cumsum(many)
    owners = np.repeat(np.arange(len(many)), many)
    at = bounds[ids[owners]]
    again = np.flatnonzero(owners[1:] == owners[:-1]) + 1  # few pieces hold more than one: these are counted on from the first
    at[again] += again - (ends - many)[owners[again]]
    return Spread(at, owners, np.concatenate([[0], ends])[texts])


def _cut(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Hash, start, end of each piece, and the number of pieces of each text."""
    joined = "\n".join(texts)
    plain = joined.isascii()
    if not plain:
        for space in _wide_spaces():
            joined = joined.replace(space, " ")
    data = b" " + joined.encode("utf-8", "surrogatepass") + b" " * AT_ONCE  # one before, so that neighbours need no special case
    inside = np.frombuffer(data.translate(_table()), dtype=bool)
    changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a piece and out of it, in turn
    starts, ends = changes[::2] + 1, changes[1::2] + 1
    hashes = hash_bytes(data, starts, ends)
    if plain:
        starts, ends = starts - 1, ends - 1
    else:
        more = np.flatnonzero(np.frombuffer(data, dtype=np.int8) < _CONTINUES)  # bytes of a character after its first
        starts, ends = (places - 1 - _before(more, places) for places in (starts, ends))
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
    edges = np.cumsum(lengths)
    counts = np.diff(np.searchsorted(starts, edges), prepend=0)
    before = np.repeat(edges - lengths, counts)
    return hashes, (starts - before).astype(np.int32), (ends - before).astype(np.int32), counts


def _before(some: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How many of `some` numbers are smaller than each of the places; both are in order, and the places differ."""
    return np.cumsum(np.bincount(np.searchsorted(places, some, side="right"), minlength=len(places) + 1))[:-1]


@cache
def _table() -> bytes:
    """0 for white space of one byte, 1 for any other byte."""
    return bytes(not (value < 0x80 and chr(value).isspace()) for value in range(256))


@cache
def _wide_spaces() -> tuple[str, ...]:
    """White space of more than one byte: no-break spaces and others."""
    return tuple(chr(point) for point in range(0x80, 0x3001) if chr(point).isspace())
