"""Two texts side by side: is one the other republished, or do they only share boilerplate or background?

Conventions
    Shares are of words, 0 to 1. A word is covered where a shingle both texts have lies over it. Stock words (see `candidates`) count
    neither as words nor as covered.
    A swap is a place where both texts go on with words of their own between the same shared runs, in the same order: its length is
    the shorter of the two. A page frame around two stories, and two reports over the same background paragraphs, have a long swap;
    a republished story has new words here and there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from corpus_utils.families.candidates import Candidates
from corpus_utils.families.sketch import BITS, RATE, SHINGLE, Sketches, ranges, shingle_words

LEAST_SHARE = 0.8  # of the shorter text's words; background paragraphs reach .72, lightly edited copies start at .88
SHORT = 6  # words by which a short text must be surer than that
LEAST_WORDS = 20  # shorter texts agree by chance: a one-line notice is nobody's copy
LEAST_INSIDE = 40  # and fewer words inside a longer text are a notice on its page
LONGEST_SWAP = 60  # words: two stories differ by more, two versions of one by less
TITLED_SHARE = 0.6  # enough where title and days agree too
_GAP = 4  # words around a sampled stock shingle that are taken to be stock too


class Text(NamedTuple):
    """One text ready to be compared: the hashes of its shingles, sorted, with the word each begins at, the number of the first that is
    equal and whether it is the only one; how many words there are and which of them are stock."""

    ranked: np.ndarray
    places: np.ndarray
    equal: np.ndarray
    single: np.ndarray
    size: int
    stock: np.ndarray


class Comparison(NamedTuple):
    """What two texts share."""

    first: float  # share of the first text's words found in the second
    second: float  # share of the second's found in the first
    words: int  # words of the shorter, stock left out
    swap: int  # words
    covered: np.ndarray  # which words of the second the first covers

    @property
    def shorter(self) -> float:
        """The overlap: share of the shorter text found in the longer."""
        return max(self.first, self.second)


def texts_of(sketches: Sketches, numbers: np.ndarray, found: Candidates) -> dict[int, Text]:
    """Some texts (numbers ascend), with the words near one of their stock shingles marked."""
    sizes = np.diff(sketches.bounds)[numbers]
    bounds = np.append(0, np.cumsum(sizes))
    shingles, whole = shingle_words(sketches.words.of(numbers), bounds)
    marked = _near_stock(shingles, whole, bounds, numbers, found)
    texts = {}
    for number, start, end in zip(numbers.tolist(), bounds.tolist(), bounds[1:].tolist()):
        own = shingles[start : max(start, end - SHINGLE + 1)]
        places = np.argsort(own, kind="stable")
        ranked = own[places]
        new = np.ones(len(own) + 1, dtype=bool)
        np.not_equal(ranked[1:], ranked[:-1], out=new[1:-1])
        single = new[1:] & new[:-1]
        equal = np.arange(len(own)) if single.all() else np.flatnonzero(new[:-1])[np.cumsum(new[:-1]) - 1]
        texts[number] = Text(ranked, places, equal, single, end - start, marked[start:end])
    return texts


def _near_stock(shingles: np.ndarray, whole: np.ndarray, bounds: np.ndarray, numbers: np.ndarray, found: Candidates) -> np.ndarray:
    """Which words of some texts, which lie one after the other between `bounds`, are stock."""
    sampled = np.flatnonzero(whole & (shingles & np.uint64(RATE - 1) == 0))
    text = np.repeat(np.arange(len(numbers)), np.diff(bounds))[sampled]
    held = np.diff(found.bounds)[numbers]
    stock = np.repeat(np.arange(len(numbers), dtype=np.uint64) << np.uint64(BITS), held) | found.stock[ranges(found.bounds[numbers], held)]
    known = _in(text.astype(np.uint64) << np.uint64(BITS) | shingles[sampled] >> np.uint64(64 - BITS), stock)
    # from one stock shingle to the next with no other sampled between, all is stock
    goes_on = np.append(known[1:] & (text[1:] == text[:-1]), False)[: len(known)]
    ends = np.where(goes_on, np.append(sampled[1:], 0)[: len(known)], sampled + SHINGLE + _GAP)[known]
    starts, text = sampled[known] - _GAP, text[known]
    edges = np.bincount(np.maximum(starts, bounds[text]), minlength=len(shingles) + 1)
    edges -= np.bincount(np.minimum(ends, bounds[text + 1]), minlength=len(shingles) + 1)
    return np.cumsum(edges[:-1]) > 0


def compare_texts(one: Text, other: Text) -> Comparison:
    """Coverage both ways, and the longest swap."""
    if not len(one.ranked) or not len(other.ranked):
        spots, both = np.zeros(len(one.ranked), dtype=np.int64), np.zeros(len(one.ranked), dtype=bool)
    else:
        spots = np.minimum(np.searchsorted(other.ranked, one.ranked), len(other.ranked) - 1)
        both = other.ranked[spots] == one.ranked
    met = np.zeros(len(other.ranked), dtype=bool)
    met[spots[both]] = True  # of equal shingles the first
    covered_one, covered_other = _cover(one, both), _cover(other, met[other.equal])
    news_one, news_other = ~one.stock, ~other.stock
    n_one, n_other = int(np.count_nonzero(news_one)), int(np.count_nonzero(news_other))
    shares = [
        np.count_nonzero(covered & news) / count if count else 0.0
        for covered, news, count in ((covered_one, news_one, n_one), (covered_other, news_other, n_other))
    ]
    once = np.flatnonzero(both & one.single & other.single[spots]) if len(other.ranked) else spots[:0]
    left, right = _in_order(one.places[once], other.places[spots[once]])
    swap = _longest_swap((left, one.size, news_one & ~covered_one), (right, other.size, news_other & ~covered_other))
    return Comparison(shares[0], shares[1], min(n_one, n_other), swap, covered_other)


def is_republished(found: Comparison, titled: Callable[[], bool]) -> bool:
    """Whether one text is the other: copied, edited, updated or contained. `titled`: whether the titles agree and the days are near, which
    is asked where it decides."""
    inside = min(found.first, found.second) < LEAST_SHARE
    if found.words < (LEAST_INSIDE if inside else LEAST_WORDS) or found.swap > LONGEST_SWAP:
        return False
    sure = found.shorter >= min(1.0, LEAST_SHARE + SHORT / found.words)
    return sure or (found.shorter >= TITLED_SHARE and titled())


def _in(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of some values are among those known, which are sorted."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


def _cover(text: Text, shared: np.ndarray) -> np.ndarray:
    """Words under a shingle that is shared; `shared` in the order of the hashes."""
    begins = np.zeros(len(shared), dtype=bool)
    begins[text.places] = shared
    out = np.zeros(text.size, dtype=bool)
    for step in range(SHINGLE):
        out[step : step + len(begins)] |= begins
    return out


def _longest_swap(*sides: tuple[np.ndarray, int, np.ndarray]) -> int:
    """Of (places of shared runs, words, which are the text's own) of two texts."""
    gaps = []
    for places, size, own in sides:
        sums = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(own, out=sums[1:])
        cuts = np.empty(len(places) + 2, dtype=np.int64)
        cuts[0], cuts[1:-1], cuts[-1] = 0, sums[places], sums[size]
        gaps.append(cuts[1:] - cuts[:-1])
    return int(np.minimum(*gaps).max(initial=0))


def _in_order(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of what both texts have once, the longest series of them that is in the same order in both."""
    order = np.argsort(left)
    left, right = left[order], right[order]
    if (right[1:] > right[:-1]).all():
        return left, right
    series = _longest_rise(right.tolist())
    return left[series], right[series]


def _longest_rise(values: list[int]) -> list[int]:
    """Positions of a longest increasing series (patience sorting)."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        pile = bisect_left(tops, value)
        if pile == len(tops):
            tops.append(value)
            holders.append(position)
        else:
            tops[pile] = value
            holders[pile] = position
        before.append(holders[pile - 1] if pile else -1)
    series = []
    at = holders[-1] if holders else -1
    while at >= 0:
        series.append(at)
        at = before[at]
    return series[::-1]
