"""Which pairs of texts to compare, and which shingles are stock: boilerplate and background that many different texts share.

How
    Sampled shingles of all texts are sorted once; texts under the same shingle share it. Every pair is counted where few share a
    shingle; where many do, each text is paired with the next NEIGHBOURS in one shuffled order, so that a family of a thousand
    copies costs a thousand times NEIGHBOURS pairs and stays connected.
    A shingle is stock where STOCK texts or more share it and most pairs of them share little else. Copies of one report share
    nearly everything, so what only they share is not stock, however many they are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.families.sketch import BITS, Sketches

NEIGHBOURS = 6
STOCK = 4  # texts: three versions of one report are no evidence of boilerplate
LITTLE = 0.4  # sampled share of the shorter text below which a pair shares little
AT_ONCE = 40_000_000  # pairs under shingles sorted together: some 600 MB
LEAST_SHARE, LEAST_SHINGLES = 0.25, 2  # below these a pair is not worth comparing
_HASH, _RANK = np.uint64((1 << BITS) - 1), np.uint64((1 << 64 - BITS) - 1)
_LOW = np.uint64(0xFFFFFFFF)


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


def find_candidates(sketches: Sketches, alive: np.ndarray) -> Candidates:
    """Pairs worth comparing among the texts where `alive` is true."""
    from scipy import sparse

    owners = (sketches.sample >> np.uint64(BITS)).astype(np.int64)
    kept = alive[owners]
    sizes = np.bincount(owners[kept], minlength=len(sketches))
    # one sort brings together what shares a shingle, in an order of texts that has nothing to do with who they are
    shuffle = np.argsort(_mix(np.arange(len(sketches), dtype=np.uint64)), kind="stable")
    rank = np.empty(len(shuffle), dtype=np.uint64)
    rank[shuffle] = np.arange(len(shuffle), dtype=np.uint64)
    joined = (sketches.sample[kept] & _HASH) << np.uint64(64 - BITS) | rank[owners[kept]]
    joined.sort()
    hashes, owners = joined >> np.uint64(64 - BITS), shuffle[(joined & _RANK).astype(np.int64)]
    keys = _often_paired(hashes, owners, len(sketches))
    first, second = (keys >> np.uint64(32)).astype(np.int64), (keys & _LOW).astype(np.int64)
    groups = np.cumsum(np.concatenate([[False], hashes[1:] != hashes[:-1]])) if len(hashes) else np.zeros(0, dtype=np.int64)
    held = sparse.csr_matrix((np.ones(len(groups), dtype=np.int8), (owners, groups)), shape=(len(sketches), int(groups.max(initial=0)) + 1))
    shares = _shared(held, first, second) / np.maximum(1, np.minimum(sizes[first], sizes[second]))
    stock = _is_stock(hashes, owners, keys[shares >= LITTLE])
    near = np.flatnonzero(shares >= LEAST_SHARE)
    near = near[np.lexsort((second[near], first[near], -shares[near]))]
    by_text = np.flatnonzero(stock)[np.argsort(owners[stock], kind="stable")]
    bounds = np.concatenate([[0], np.cumsum(np.bincount(owners[stock], minlength=len(sketches)))])
    return Candidates(first[near], second[near], hashes[by_text], bounds)


def _often_paired(hashes: np.ndarray, owners: np.ndarray, texts: int) -> np.ndarray:
    """Pairs as first << 32 | second, sorted, that LEAST_SHINGLES show; for some of the texts after the other, which bounds memory."""
    rounds = len(hashes) * NEIGHBOURS // AT_ONCE + 1
    edges = np.linspace(0, texts, rounds + 1).astype(np.uint64) << np.uint64(32)
    found = []
    for low, high in pairwise(edges):
        keys = np.concatenate([_pairs_at(hashes, owners, stride, low, high) for stride in range(1, NEIGHBOURS + 1)])
        keys.sort()
        new = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, dtype=np.int64)
        found.append(keys[new[np.diff(np.append(new, len(keys))) >= LEAST_SHINGLES]])
    return np.concatenate(found)


def _pairs_at(hashes: np.ndarray, owners: np.ndarray, stride: int, low: np.uint64, high: np.uint64) -> np.ndarray:
    same = hashes[stride:] == hashes[:-stride]
    keys = _key(owners[:-stride][same], owners[stride:][same])
    return keys[(keys >= low) & (keys < high)]


def _key(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.minimum(one, other).astype(np.uint64) << np.uint64(32) | np.maximum(one, other).astype(np.uint64)


def _shared(held: Any, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Number of sampled shingles that both texts of each pair have; `held`: texts x shingles, sparse, ones."""
    out = np.zeros(len(first), dtype=np.int64)
    for start in range(0, len(first), 20_000):
        part = slice(start, start + 20_000)
        out[part] = np.diff(held[first[part]].multiply(held[second[part]]).tocsr().indptr)
    return out


def _is_stock(hashes: np.ndarray, owners: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Whether each is a shingle that STOCK texts share of whom most neighbours in the shuffled order are not `alike` (sorted keys)."""
    if not len(hashes):
        return np.zeros(0, dtype=bool)
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    texts = np.diff(np.append(starts, len(hashes)))
    group = np.repeat(np.arange(len(starts)), texts)
    pairs, close = np.zeros(len(starts)), np.zeros(len(starts))
    for stride in (1, 2, 3):
        same = hashes[stride:] == hashes[:-stride]
        keys = _key(owners[:-stride][same], owners[stride:][same])
        spots = np.minimum(np.searchsorted(alike, keys), max(0, len(alike) - 1))
        near = alike[spots] == keys if len(alike) else np.zeros(len(keys), dtype=bool)
        pairs += np.bincount(group[stride:][same], minlength=len(starts))
        close += np.bincount(group[stride:][same], weights=near, minlength=len(starts))
    return ((texts >= STOCK) & (close < 0.5 * pairs))[group]


def _mix(values: np.ndarray) -> np.ndarray:
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
