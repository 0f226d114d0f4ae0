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
from typing import NamedTuple

import numpy as np

from corpus_utils.families.sketch import BITS, RATE, SHINGLE, Sketches, shingle_words

LEAST_SHARE = 0.8  # of the shorter text's words; background paragraphs reach .72, lightly edited copies start at .88
SHORT = 6  # words by which a short text must be surer than that
LEAST_WORDS = 20  # shorter texts agree by chance: a one-line notice is nobody's copy
LEAST_INSIDE = 40  # and fewer words inside a longer text are a notice on its page
LONGEST_SWAP = 60  # words: two stories differ by more, two versions of one by less
TITLED_SHARE = 0.6  # enough where title and days agree too
_GAP = 4  # words around a sampled stock shingle that are taken to be stock too


class Text(NamedTuple):
    """One text ready to be compared: the hashes of its shingles, sorted, the word each begins at, and which words are stock."""

    ranked: np.ndarray
    places: np.ndarray
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


def text_of(sketches: Sketches, number: int, stock: np.ndarray) -> Text:
    """Text `number`, with words near one of its stock shingles (sorted) marked."""
    words = sketches.words[sketches.bounds[number] : sketches.bounds[number + 1]]
    shingles, whole = shingle_words(words, np.array([0, len(words)]))
    shingles = shingles[whole]
    marked = np.zeros(len(words), dtype=bool)
    if len(stock) and len(shingles):
        sampled = np.flatnonzero(shingles & np.uint64(RATE - 1) == 0)
        short = shingles[sampled] >> np.uint64(64 - BITS)
        known = stock[np.minimum(np.searchsorted(stock, short), len(stock) - 1)] == short
        # from one stock shingle to the next with no other sampled between, all is stock
        following = np.append(known[1:], False)
        ends = np.where(following, np.append(sampled[1:], len(words)), sampled + SHINGLE + _GAP)[known]
        edges = np.bincount(np.maximum(sampled[known] - _GAP, 0), minlength=len(words) + 1)
        edges -= np.bincount(np.minimum(ends, len(words)), minlength=len(words) + 1)
        marked = np.cumsum(edges[:-1]) > 0
    places = np.argsort(shingles, kind="stable")
    return Text(shingles[places], places, len(words), marked)


def compare_texts(one: Text, other: Text) -> Comparison:
    """Coverage both ways, and the longest swap."""
    covered_one, covered_other = _cover(one, other), _cover(other, one)
    news_one, news_other = ~one.stock, ~other.stock
    n_one, n_other = int(news_one.sum()), int(news_other.sum())
    shares = [
        float((covered & news).sum()) / count if count else 0.0
        for covered, news, count in ((covered_one, news_one, n_one), (covered_other, news_other, n_other))
    ]
    swap = _longest_swap(one, other, ~covered_one & news_one, ~covered_other & news_other)
    return Comparison(shares[0], shares[1], min(n_one, n_other), swap, covered_other)


def is_republished(found: Comparison, *, titled: bool = False) -> bool:
    """Whether one text is the other: copied, edited, updated or contained. `titled`: the titles agree and the days are near."""
    inside = min(found.first, found.second) < LEAST_SHARE
    if found.words < (LEAST_INSIDE if inside else LEAST_WORDS) or found.swap > LONGEST_SWAP:
        return False
    if titled and found.shorter >= TITLED_SHARE:
        return True
    return found.shorter >= min(1.0, LEAST_SHARE + SHORT / found.words)


def _in(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of some values are among those known; both sorted."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


def _cover(one: Text, other: Text) -> np.ndarray:
    """Words of the first under a shingle that the second has, too."""
    shared = np.zeros(len(one.ranked), dtype=bool)
    shared[one.places] = _in(one.ranked, other.ranked)
    out = np.zeros(one.size, dtype=bool)
    for step in range(SHINGLE):
        out[step : step + len(shared)] |= shared
    return out


def _longest_swap(one: Text, other: Text, own_one: np.ndarray, own_other: np.ndarray) -> int:
    left, right = _aligned(one, other)
    sums_one, sums_other = np.concatenate([[0], np.cumsum(own_one)]), np.concatenate([[0], np.cumsum(own_other)])
    cuts_one = np.concatenate([[0], left, [one.size]])
    cuts_other = np.concatenate([[0], right, [other.size]])
    gaps = np.minimum(np.diff(sums_one[cuts_one]), np.diff(sums_other[cuts_other]))
    return int(gaps.max(initial=0))


def _aligned(one: Text, other: Text) -> tuple[np.ndarray, np.ndarray]:
    """Places of shingles that both texts have exactly once, the longest series of them that is in the same order in both."""
    (mine, at_mine), (theirs, at_theirs) = _once(one), _once(other)
    if not len(mine) or not len(theirs):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    spots = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    both = theirs[spots] == mine
    left, right = at_mine[both], at_theirs[spots[both]]
    order = np.argsort(left)
    left, right = left[order], right[order]
    if not (np.diff(right) > 0).all():
        series = _longest_rise(right.tolist())
        left, right = left[series], right[series]
    return left, right


def _once(text: Text) -> tuple[np.ndarray, np.ndarray]:
    """The shingles a text has exactly once, sorted, and their places."""
    differs = np.concatenate([[True], text.ranked[1:] != text.ranked[:-1], [True]])
    single = differs[1:] & differs[:-1] if len(text.ranked) else np.zeros(0, dtype=bool)
    return text.ranked[single], text.places[single]


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
