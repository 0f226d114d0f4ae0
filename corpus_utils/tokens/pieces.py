"""Texts cut at white space, each distinct piece read once: what words, frame cues and tone are read from.

News repeats itself: of a million pieces some tens of thousands differ. Whatever holds of a piece by itself (its words, marks, case, lexicon
value) is found once for each `kind` and spread over its uses as array work (`spread`).

How
    A batch of texts becomes UTF-8 bytes; one table tells which are white space. A piece's hash mixes its bytes, eight at a time; pieces of
    one hash are one kind (of a billion distinct pieces two share a hash with a chance of about one in forty).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from corpus_utils.tokens.scan import batches

USES = 8  # of a kind, about: a table of hashes that starts at this size need not grow
_BYTES = 8  # mixed at a time
_LONG = 64  # bytes; longer pieces are rare, and hashed one by one
_LENGTHS = np.uint64(0x9E3779B97F4A7C15)  # times the length: zeros at the end of a piece count
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)  # odd
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_BYTES + 1)], dtype=np.uint64)
_LINE_END = 0x0A
_CONTINUES = -64  # as signed bytes, those that continue a character are below


class Pieces(NamedTuple):
    """The pieces of some texts, in order; text n has the pieces bounds[n]:bounds[n + 1]."""

    ids: np.ndarray  # int64: number of the kind
    starts: np.ndarray  # int32: offset of the piece in its text, in code points
    opens: np.ndarray  # bool: the piece is the first of its text or of a line
    bounds: np.ndarray  # int64, one more than there are texts
    kinds: list[str]  # the distinct pieces, in the order of their first use


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
        nothing = np.zeros(0, dtype=np.int32)
        return Pieces(nothing.astype(np.int64), nothing, nothing.astype(bool), np.zeros(len(texts) + 1, dtype=np.int64), [])
    hashes, starts, ends, opens, counts = (np.concatenate(column) for column in zip(*found))
    bounds = np.concatenate([[0], np.cumsum(counts)])
    ids, distinct = pd.factorize(hashes, size_hint=len(hashes) // USES)
    first = np.empty(len(distinct), dtype=np.int64)
    first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)  # written backwards, so the first use of a kind stays
    owners = np.searchsorted(bounds, first, side="right") - 1
    places = zip(owners.tolist(), starts[first].tolist(), ends[first].tolist())
    return Pieces(ids, starts, opens, bounds, [texts[owner][start:end] for owner, start, end in places])


def take_pieces(pieces: Pieces, first: int, last: int) -> Pieces:
    """Those of the texts first to last - 1; the kinds stay all."""
    low, high = pieces.bounds[first], pieces.bounds[last]
    return Pieces(
        pieces.ids[low:high], pieces.starts[low:high], pieces.opens[low:high], pieces.bounds[first : last + 1] - low, pieces.kinds
    )


def spread(pieces: Pieces, bounds: np.ndarray) -> Spread:
    """Bring what was found in the kinds (kind k has bounds[k]:bounds[k + 1] of it) to every piece of a kind."""
    many = np.diff(bounds)[pieces.ids]
    ends = np.cumsum(many)
    owners = np.repeat(np.arange(len(many)), many)
    at = bounds[pieces.ids[owners]]
    again = np.flatnonzero(owners[1:] == owners[:-1]) + 1  # few pieces hold more than one: these are counted on from the first
    at[again] += again - (ends - many)[owners[again]]
    return Spread(at, owners, np.concatenate([[0], ends])[pieces.bounds])


def _cut(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Hash, start, end of each piece, whether it opens a text or line, and the number of pieces of each text."""
    joined = "\n".join(texts)
    plain = joined.isascii()
    if not plain:
        for space in _wide_spaces():
            joined = joined.replace(space, " ")
    data = b" " + joined.encode("utf-8", "surrogatepass") + b" " * _BYTES  # one before, so that neighbours need no special case
    inside = np.frombuffer(data.translate(_table()), dtype=bool)
    changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a piece and out of it, in turn
    starts, ends = changes[::2] + 1, changes[1::2] + 1
    hashes = _hash(data, starts, ends)
    values = np.frombuffer(data, dtype=np.uint8)
    opens = np.zeros(len(starts) + 1, dtype=bool)
    opens[np.searchsorted(starts, np.flatnonzero(values == _LINE_END))] = True  # the one past the last is no piece
    opens[0] = True
    if plain:
        starts, ends = starts - 1, ends - 1
    else:
        more = np.flatnonzero(values.view(np.int8) < _CONTINUES)  # bytes of a character after its first
        starts, ends = (places - 1 - _before(more, places) for places in (starts, ends))
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
    edges = np.cumsum(lengths)
    counts = np.diff(np.searchsorted(starts, edges), prepend=0)
    before = np.repeat(edges - lengths, counts)
    return hashes, (starts - before).astype(np.int32), (ends - before).astype(np.int32), opens[:-1], counts


def _before(some: np.ndarray, places: np.ndarray) -> np.ndarray:
    """How many of `some` numbers are smaller than each of the places; both are in order, and the places differ."""
    return np.cumsum(np.bincount(np.searchsorted(places, some, side="right"), minlength=len(places) + 1))[:-1]


def _hash(data: bytes, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The hash of each stretch of bytes."""
    words = np.ndarray((len(data) - _BYTES + 1,), dtype="<u8", buffer=data, strides=(1,))  # the eight bytes from each place on
    sizes = ends - starts
    hashes = _mix((words[starts] & _MASKS.take(sizes, mode="clip")) + sizes.view(np.uint64) * _LENGTHS)
    for place in np.flatnonzero(sizes > _LONG).tolist():  # a page without a blank
        digest = blake2b(data[starts[place] : ends[place]], digest_size=_BYTES).digest()
        hashes[place] = int.from_bytes(digest, "little")
    more = np.flatnonzero((sizes > _BYTES) & (sizes <= _LONG))
    done = _BYTES
    while len(more):
        left = sizes[more] - done
        hashes[more] = _mix(hashes[more] ^ (words[starts[more] + done] & _MASKS.take(left, mode="clip")))
        done += _BYTES
        more = more[left > _BYTES]
    return hashes


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread the bits: one product and its upper half, which is undone by no other number."""
    values = values * _FACTOR
    return values ^ (values >> np.uint64(32))


@cache
def _table() -> bytes:
    """0 for white space of one byte, 1 for any other byte."""
    return bytes(not (value < 0x80 and chr(value).isspace()) for value in range(256))


@cache
def _wide_spaces() -> tuple[str, ...]:
    """White space of more than one byte: no-break spaces and others."""
    return tuple(chr(point) for point in range(0x80, 0x3001) if chr(point).isspace())
