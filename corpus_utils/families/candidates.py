"""Which pairs of texts to compare, and which shingles are stock: boilerplate and background that many different texts share.

How
    Sampled shingles of all texts are sorted once; texts under the same shingle share it. Every pair is counted where few share a
    shingle; where many do, each text is paired with the next NEIGHBOURS in one shuffled order, so that a family of a thousand
    copies costs a thousand times NEIGHBOURS pairs and stays connected.
    A shingle is stock where STOCK texts or more share it and most pairs of them share little else. Copies of one report share
    nearly everything, so what only they share is not stock, however many they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corpus_utils.families.sketch import BITS, Sketches

NEIGHBOURS = 6
STOCK = 4  # texts: three versions of one report are no evidence of boilerplate
LITTLE = 0.4  # sampled share of the shorter text below which a pair shares little
LEAST_SHARE, LEAST_SHINGLES = 0.25, 2  # below these a pair is not worth comparing
_HASH, _RANK = np.uint64((1 << BITS) - 1), np.uint64((1 << 64 - BITS) - 1)
_LOW = np.uint64(0xFFFFFFFF)


class Candidates(NamedTuple):
    """Pairs of text numbers (first < second), best first, and the stock shingles, sorted."""

    first: np.ndarray
    second: np.ndarray
    stock: np.ndarray  # upper BITS bits of their hashes


def find_candidates(sketches: Sketches, alive: np.ndarray) -> Candidates:
    """Pairs worth comparing among the texts where `alive` is true."""
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
    keys, counts = _count_pairs(hashes, owners)
    first, second = (keys >> np.uint64(32)).astype(np.int64), (keys & _LOW).astype(np.int64)
    often = counts >= LEAST_SHINGLES
    keys, first, second = keys[often], first[often], second[often]
    shares = _shared(sketches, first, second) / np.maximum(1, np.minimum(sizes[first], sizes[second]))
    stock = _stock(hashes, owners, keys[shares >= LITTLE])
    near = np.flatnonzero(shares >= LEAST_SHARE)
    near = near[np.lexsort((second[near], first[near], -shares[near]))]
    return Candidates(first[near], second[near], stock)


def _count_pairs(hashes: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs as first << 32 | second, sorted, and how many shingles showed each."""
    found = [_pairs_at(hashes, owners, stride) for stride in range(1, NEIGHBOURS + 1)]
    keys = np.concatenate(found)
    keys.sort()
    new = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, dtype=np.int64)
    return keys[new], np.diff(np.append(new, len(keys)))


def _pairs_at(hashes: np.ndarray, owners: np.ndarray, stride: int) -> np.ndarray:
    same = hashes[stride:] == hashes[:-stride]
    return _key(owners[:-stride][same], owners[stride:][same])


def _key(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.minimum(one, other).astype(np.uint64) << np.uint64(32) | np.maximum(one, other).astype(np.uint64)


def _shared(sketches: Sketches, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Number of sampled shingles that both texts of each pair have."""
    sample = sketches.sample
    edges = np.searchsorted(sample, np.arange(len(sketches) + 1, dtype=np.uint64) << np.uint64(BITS))
    sizes = np.diff(edges)
    short, long = np.where(sizes[first] <= sizes[second], [first, second], [second, first])
    out = np.zeros(len(first), dtype=np.int64)
    for start in range(0, len(first), 20_000):
        part = slice(start, start + 20_000)
        lengths = sizes[short[part]]
        total = int(lengths.sum())
        offsets = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        wanted = sample[np.repeat(edges[short[part]], lengths) + offsets] & _HASH
        wanted |= np.repeat(long[part].astype(np.uint64) << np.uint64(BITS), lengths)
        spots = np.searchsorted(sample, wanted)
        hit = sample[np.minimum(spots, len(sample) - 1)] == wanted
        sums = np.concatenate([[0], np.cumsum(hit)])
        ends = np.cumsum(lengths)
        out[part] = sums[ends] - sums[ends - lengths]
    return out


def _stock(hashes: np.ndarray, owners: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Shingles that STOCK texts share of whom most neighbours in the shuffled order are not `alike` (sorted keys)."""
    if not len(hashes):
        return hashes
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
    return hashes[starts[(texts >= STOCK) & (close < 0.5 * pairs)]]


def _mix(values: np.ndarray) -> np.ndarray:
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))
