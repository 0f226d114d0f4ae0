"""Which pairs of texts to compare, and which shingles are stock: boilerplate and background that many different texts share.

How
    Sampled shingles of all texts are sorted once; texts under the same shingle share it. Every pair is counted where few share a
    shingle; where many do, each text is paired with the next NEIGHBOURS in one shuffled order, so that a family of a thousand
    copies costs a thousand times NEIGHBOURS pairs and stays connected. What a pair shares is counted where it may be enough: the bits
    that shingles set in a row of MARKS bits tell how much two texts share at most (Bloom 1970).
    A shingle is stock where STOCK texts or more share it and most pairs of them share little else. Copies of one report share
    nearly everything, so what only they share is not stock, however many they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from corpus_utils.families.sketch import BITS, Sketches, ranges

NEIGHBOURS = 6
STOCK = 4  # texts: three versions of one report are no evidence of boilerplate
LITTLE = 0.4  # sampled share of the shorter text below which a pair shares little
AT_ONCE = 20_000_000  # pairs under shingles sorted together: some 300 MB
LEAST_SHARE, LEAST_SHINGLES = 0.25, 2  # below these a pair is not worth comparing
MARKS = 4096  # bits for the shingles of a text
_MASKED, _COUNTED = 2_000, 5_000  # pairs looked at together: what they need stays in a processor's memory
_HASH, _RANK, _LOW = np.uint64((1 << BITS) - 1), np.uint64((1 << 64 - BITS) - 1), np.uint64(0xFFFFFFFF)


class Candidates(NamedTuple):
    """Pairs of text numbers (first < second), best first, and the stock shingles: `stock[bounds[n]:bounds[n + 1]]` are those of text n,
    upper BITS bits of their hashes, sorted."""

    first: np.ndarray
    second: np.ndarray
    stock: np.ndarray
    bounds: np.ndarray

    def stock_of(self, number: int) -> np.ndarray:
        """The stock shingles of a text."""
        return self.stock[self.bounds[number] : self.bounds[number + 1]]


class _Shared(NamedTuple):
    """Shingles that several texts have, an entry a shingle and text, sorted: the hash, a number for the shingle, the text's place in the
    shuffled order. `alike`: of every shingle the first that the same texts have, as those of a sentence that is printed again."""

    hashes: np.ndarray
    groups: np.ndarray
    ranks: np.ndarray
    alike: np.ndarray

    def paired(self) -> _Paired:
        """Those of the first of the shingles that the same texts have."""
        sizes, times = np.bincount(self.groups), np.bincount(self.alike, minlength=len(self.alike))
        groups = np.flatnonzero(times)
        ends = np.cumsum(sizes)
        entries = ranges(ends[groups] - sizes[groups], sizes[groups])
        held = np.repeat(groups.astype(np.int32), sizes[groups])
        after = np.zeros(len(held), dtype=np.uint8)
        for stride in range(1, NEIGHBOURS + 1):
            after[:-stride] += held[stride:] == held[:-stride]
        return _Paired(held, self.ranks[entries], after, times >= LEAST_SHINGLES)


class _Paired(NamedTuple):
    """Shingles whose texts are paired, an entry a shingle and text: the shingle's number, the text's place in the shuffled order, and how
    many entries of the same shingle come after, at most NEIGHBOURS. `often`, by shingle: it stands for LEAST_SHINGLES or more."""

    groups: np.ndarray
    ranks: np.ndarray
    after: np.ndarray
    often: np.ndarray


def find_candidates(sketches: Sketches, alive: np.ndarray) -> Candidates:
    """Pairs worth comparing among the texts where `alive` is true."""
    texts = np.arange(len(sketches) + 1, dtype=np.uint64)
    bounds = np.searchsorted(sketches.sample, texts << np.uint64(BITS))
    # one sort brings together what shares a shingle, in an order of texts that has nothing to do with who they are
    shuffle = np.argsort(_mix(texts[:-1]), kind="stable")
    rank = np.empty_like(texts[:-1])
    rank[shuffle] = texts[:-1]
    shared = _shared(sketches.sample, np.diff(bounds), rank, alive)
    paired = shared.paired()
    keys = _often_paired(paired, len(sketches))
    texts_of = shuffle.astype(np.int32)  # there are tens of millions of pairs
    one, other = texts_of[(keys >> np.uint64(32)).astype(np.int32)], texts_of[(keys & _LOW).astype(np.int32)]
    shares = _shares(sketches.sample, bounds, one, other)
    near = np.flatnonzero(shares >= LEAST_SHARE)
    keys, shares, one, other = keys[shares >= LITTLE], shares[near], one[near].astype(np.int64), other[near].astype(np.int64)
    first, second = np.minimum(one, other), np.maximum(one, other)
    stock = _is_stock(shared, paired, keys)
    owned = shuffle[shared.ranks[stock]].astype(np.uint64) << np.uint64(BITS) | shared.hashes[stock]
    owned.sort()
    order = np.lexsort((second, first, -shares))
    return Candidates(first[order], second[order], owned & _HASH, np.searchsorted(owned, texts << np.uint64(BITS)))


def _shared(sample: np.ndarray, sizes: np.ndarray, rank: np.ndarray, alive: np.ndarray) -> _Shared:
    joined = sample << np.uint64(64 - BITS)  # the number of the text falls out at the top
    joined |= np.repeat(rank, sizes)
    if not alive.all():
        joined = joined[np.repeat(alive, sizes)]
    joined.sort()
    same = joined[1:] ^ joined[:-1] <= _RANK
    joined = joined[np.append(same, False) | np.append(False, same)] if len(joined) else joined
    hashes, ranks = joined >> np.uint64(64 - BITS), (joined & _RANK).astype(np.uint32)
    starts = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)])
    groups = np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(np.append(starts, len(hashes))))
    return _Shared(hashes, groups, ranks, _alike(ranks, starts))


def _alike(ranks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Of the texts from each of `starts` on the first run that holds the same, told by the sum of their hashes."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    sums = np.add.reduceat(_mix(_mix(np.arange(int(ranks.max()) + 1, dtype=np.uint64)))[ranks], starts)
    order = np.argsort(sums, kind="stable")
    new = np.append(True, sums[order[1:]] != sums[order[:-1]])
    first = np.empty(len(starts), dtype=np.int64)
    first[order] = order[new][np.cumsum(new) - 1]
    return first


def _often_paired(paired: _Paired, texts: int) -> np.ndarray:
    """Pairs that LEAST_SHINGLES show, as lower rank << 32 | higher rank, sorted; for some of the texts after the other, which bounds
    memory."""
    rounds = len(paired.ranks) * NEIGHBOURS // AT_ONCE + 1
    found = []
    for low, high in pairwise(np.linspace(0, texts, rounds + 1).astype(np.int64).tolist()):
        own = np.flatnonzero(paired.ranks - np.uint32(low) < high - low)  # below the first, numbers begin again at the highest
        keys, count = np.empty(int(paired.after[own].sum(dtype=np.int64)), dtype=np.uint64), 0
        for held, some in _pairs(paired, own, NEIGHBOURS):
            keys[count : count + len(some)] = some << np.uint64(1) | paired.often[paired.groups[held]]  # the last bit: enough by itself
            count += len(some)
        keys.sort()
        same = keys[1:] ^ keys[:-1] <= 1
        shown = np.append(same, False)[: len(keys)] | (keys & np.uint64(1) == 1)  # by LEAST_SHINGLES, which are 2
        shown[1:] &= ~same  # once
        found.append(keys[shown] >> np.uint64(1))
    return np.concatenate(found)


def _pairs(paired: _Paired, entries: np.ndarray, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For 1, 2, ... `most`: of some entries those that share their shingle with the one that many further on, and the pairs."""
    for stride in range(1, most + 1):
        entries = entries[paired.after[entries] >= stride]
        yield entries, paired.ranks[entries].astype(np.uint64) << np.uint64(32) | paired.ranks[entries + stride]


def _shares(sample: np.ndarray, bounds: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Share of the shorter text's sampled shingles that the other has, too; 0 where it is below LEAST_SHARE for certain."""
    from scipy import sparse

    sizes, marks = np.diff(bounds), _marks(sample, bounds)
    spare = sizes - np.bitwise_count(marks).sum(axis=1, dtype=np.int64)  # shingles under a bit that another of the text has set
    out, likely = np.zeros(len(first)), np.zeros(len(first), dtype=bool)
    for start in range(0, len(first), _MASKED):
        one, other = first[start : start + _MASKED], second[start : start + _MASKED]
        most = np.bitwise_count(marks[one] & marks[other]).sum(axis=1, dtype=np.int64) + np.minimum(spare[one], spare[other])
        likely[start : start + _MASKED] = most >= LEAST_SHARE * np.maximum(1, np.minimum(sizes[one], sizes[other]))
    for rows in np.array_split(np.flatnonzero(likely), np.count_nonzero(likely) // _COUNTED + 1):
        one, other = first[rows], second[rows]
        texts, places = np.unique(np.concatenate([one, other]), return_inverse=True)
        ends = np.append(0, np.cumsum(sizes[texts]))
        shingles = np.arange(ends[-1]) + np.repeat(bounds[texts] - ends[:-1], sizes[texts])
        columns = (sample[shingles] & _HASH).astype(np.int64)
        held = sparse.csr_matrix((np.ones(len(columns), dtype=np.int8), columns, ends), shape=(len(texts), 1 << BITS))
        both = held[places[: len(rows)]].multiply(held[places[len(rows) :]]).tocsr()
        out[rows] = np.diff(both.indptr) / np.maximum(1, np.minimum(sizes[one], sizes[other]))
    return out


def _marks(sample: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """For every text a row of MARKS bits, in words of 64: those that its shingles set."""
    out = np.zeros((len(bounds) - 1, MARKS // 64), dtype=np.uint64)
    for start in range(0, len(out), 4096):
        rows = out[start : start + 4096]
        part = sample[bounds[start] : bounds[start + len(rows)]]
        bits = np.zeros((len(rows), MARKS), dtype=bool)
        bits[(part >> np.uint64(BITS)).astype(np.int64) - start, (part & np.uint64(MARKS - 1)).astype(np.int64)] = True
        rows[:] = np.packbits(bits, axis=1).view(np.uint64)
    return out


def _is_stock(shared: _Shared, paired: _Paired, alike: np.ndarray) -> np.ndarray:
    """Entries whose shingle STOCK texts share of whom most neighbours in the shuffled order are not `alike` (sorted pairs)."""
    texts = np.bincount(shared.groups)
    close = np.zeros(len(texts), dtype=np.int64)
    entries = np.flatnonzero((texts >= STOCK)[paired.groups])
    for some in np.array_split(entries, len(entries) * NEIGHBOURS // AT_ONCE + 1):
        for held, keys in _pairs(paired, some, 3):
            close += np.bincount(paired.groups[held[_among(keys, alike)]], minlength=len(texts))
    stock = (texts >= STOCK) & (close[shared.alike] < 0.5 * (3 * texts - 6))
    return np.flatnonzero(stock[shared.groups])


def _among(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of many keys are among the few known, which are sorted: most are not even of one remainder with any of them."""
    size = 1 << 22
    near = np.zeros(size, dtype=bool)
    near[_mix(known) & np.uint64(size - 1)] = True
    found = np.flatnonzero(near[_mix(keys) & np.uint64(size - 1)])
    if not len(found):
        return found
    return found[known[np.minimum(np.searchsorted(known, keys[found]), len(known) - 1)] == keys[found]]


def _mix(values: np.ndarray) -> np.ndarray:
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
