"""Tests and intervals of keyness: articles change groups, words stay in their articles.

How a table of thousands of words keeps power
    A table of real news holds mostly words that stand in too few articles to differ at any rate, and words so frequent that they need
    no help. The correction may know both, because neither depends on which article is in which group: `family_weights` gives words
    that could not reach significance nothing, and more to those for which a log ratio of `EFFECT` is within reach.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.tokens import Array
from corpus_utils.stats import LARGE

FIRST_ROUND = 199
ENOUGH = 20  # permutations with a larger difference after which a word's p is known well enough (Besag & Clifford 1991)
BATCH = 200
LEAST_PERMUTATIONS, MOST_PERMUTATIONS = 999, 99_999
MOST_DEALS = 200_000_000  # articles dealt to groups, over all permutations: bounds the time of a large corpus
USERS_FOR_NORMAL = 100  # articles that use a word, in a corpus beyond `stats.LARGE`, from which its p is computed instead of drawn
EXPECTED_USERS = 10  # of them in the smaller side, on average: below it the limit is far off in the tail
LEAST_USERS = 5  # articles of either side that use a word, before its log ratio has an interval
LEVEL = 0.05  # of the false discovery rate that weights and numbers of permutations are made for
EFFECT = 1.0  # log ratio that the weights are best for: twice as frequent
EVEN = 0.25  # share of the weight that is spread evenly, so that a rare word that differs a lot is still found


def permutations_for(words: int, articles: int) -> int:
    """How many permutations a table of `words` needs so that its smallest p, alone, could pass Benjamini-Hochberg at .05.

    The smallest p of B permutations is 1 / (B + 1); among m words it passes where B >= m / .05.
    """
    affordable = max(LEAST_PERMUTATIONS, MOST_DEALS // max(articles, 1))
    return min(max(LEAST_PERMUTATIONS, 20 * words), MOST_PERMUTATIONS, affordable)


def permutation_p(
    matrix: Any, lengths: Array, inside: Array, *, permutations: int | None = None, seed: int, whole: Margins | None = None
) -> Array:
    """p of each word, two-sided: is its count in the group further from what the group's length leads one to expect than when the same
    articles are dealt to groups at random?

    `matrix`: articles x words (sparse counts), `inside`: mask of the group. p = (b + 1) / (B + 1) over all permutations drawn for the
    word (Phipson & Smyth 2010); a word is drawn for until `ENOUGH` permutations beat it or `permutations` (None: as many as
    `permutations_for` says) are through. NaN throughout where either side has fewer than two articles. `whole`: `margins_of` the matrix,
    where they are known.

    The statistic is the group's count less rate times length, the score of a log ratio of 0; all permutations of a batch are one
    sparse product. Beyond `stats.LARGE` articles words in many of them get the normal limit of the same test (Hájek 1960).
    """
    from scipy.special import ndtr

    articles, words = matrix.shape
    most = permutations_for(words, articles) if permutations is None else permutations
    size_in = int(inside.sum())
    if min(size_in, articles - size_in) < 2 or most < 1:
        return np.full(words, np.nan)
    generator = np.random.default_rng(seed)
    whole = whole or margins_of(matrix, lengths)
    rates, users = whole.uses / max(float(lengths.sum()), 1.0), whole.users
    observed = np.abs(np.asarray(matrix[inside].sum(axis=0)).ravel() - rates * lengths[inside].sum())
    larger, drawn = np.zeros(words), np.zeros(words)
    share = min(size_in, articles - size_in) / articles
    known = (users >= USERS_FOR_NORMAL) & (users * share >= EXPECTED_USERS) & (articles > LARGE)
    open_words = np.flatnonzero(~known)
    fewer, left = min(size_in, articles - size_in), most
    exact = np.float32 if whole.uses.max(initial=0) < 1 << 24 else np.float64  # in which whole numbers add up without a rounding
    part = matrix.T.tocsr()[open_words].astype(exact)
    while left > 0 and len(open_words):
        batch = min(FIRST_ROUND if left == most else BATCH, left)
        dealt = _deal(generator, articles, fewer, batch)  # the smaller side: the other one differs by as much
        permuted = rates[open_words, None] * lengths.take(dealt).sum(axis=1)
        permuted -= _sums(part, dealt)
        np.abs(permuted, out=permuted)
        larger[open_words] += np.count_nonzero(permuted >= observed[open_words, None] - 1e-9, axis=1)
        drawn[open_words] += batch
        left -= batch
        still = larger[open_words] < ENOUGH
        if not still.all():
            open_words, part = open_words[still], part[still]
    p = (larger + 1) / (drawn + 1)
    if known.any():
        p[known] = 2 * ndtr(-observed[known] / permuted_deviation(whole, lengths, size_in)[known])
    return p


def _deal(generator: np.random.Generator, articles: int, size: int, batch: int) -> Array:
    """`batch` random sets of `size` of the articles, as rows; of a small share by drawing again what was drawn twice."""
    if size * 4 > articles:
        return generator.random((batch, articles), dtype=np.float32).argpartition(size - 1, axis=1)[:, :size]
    drawn = np.sort(generator.integers(0, articles, (batch, size), dtype=np.int32), axis=1)
    rows = np.arange(batch)
    while len(rows):
        some = drawn[rows]
        twice = np.zeros(some.shape, dtype=bool)
        twice[:, 1:] = some[:, 1:] == some[:, :-1]
        some[twice] = generator.integers(0, articles, int(twice.sum()), dtype=np.int32)
        drawn[rows] = np.sort(some, axis=1)
        rows = rows[twice.any(axis=1)]
    return drawn


def _sums(counts: Any, dealt: Array) -> Array:
    """The count of each word (a row of `counts`, CSR) in each set of articles (a row of `dealt`): shape (words, sets)."""
    from scipy import sparse

    words, articles = counts.shape
    used = np.zeros(articles, dtype=bool)
    used[counts.indices] = True  # the others have none of the words: most, when few words are left
    place = np.cumsum(used, dtype=np.int32) - 1
    at = np.flatnonzero(used[dealt])
    inside = np.zeros((int(used.sum()), len(dealt)), dtype=counts.dtype)
    inside[place[dealt.ravel()[at]], at // dealt.shape[1]] = 1
    return np.asarray(sparse.csr_matrix((counts.data, place[counts.indices], counts.indptr), shape=(words, len(inside))) @ inside)


class Margins(NamedTuple):
    """Of each word over some articles: its uses, the articles with it, the sum of its squared counts, and of its counts times lengths."""

    uses: Array
    users: Array
    squares: Array
    weighed: Array

    def less(self, part: Margins) -> Margins:
        """Those of the articles that are not in `part`: whole numbers, so nothing is lost."""
        return Margins(*(whole - some for whole, some in zip(self, part)))


def margins_of(matrix: Any, lengths: Array) -> Margins:
    """`matrix`: articles x words (CSR, counts), `lengths` of the articles."""
    data, words = matrix.data.astype(float), matrix.shape[1]
    weighed = data * np.repeat(lengths, np.diff(matrix.indptr))
    return Margins(*(np.bincount(matrix.indices, values, minlength=words) for values in (data, data > 0, data * data, weighed)))


def family_weights(matrix: Any, lengths: Array, inside: Array, *, whole: Margins | None = None) -> Array:
    """Weights of the words in the correction for many tests; only the group's size is looked at, not who is in it. Mean 1.

    Words whose smallest attainable p could not pass weigh nothing (Tarone 1990; Gilbert 2005 for false discovery rates). Of the rest
    a quarter is spread evenly, the others as is best for a log ratio of `EFFECT` (Roeder & Wasserman 2009, equation 9): w = m / level *
    P(Z > x / 2 + c / x) for an expected z of x, c such that the mean is 1.
    """
    words, size, whole = matrix.shape[1], int(inside.sum()), whole or margins_of(matrix, lengths)
    able = _able(attainable_p(whole.users, matrix.shape[0], size))
    if not able.any():
        return np.ones(words)
    best = _best_weights(_expected_z(whole, lengths, size)) * able
    return words * (EVEN * able / able.sum() + (1 - EVEN) * best / max(best.sum(), 1e-12))


def _able(smallest: Array) -> Array:
    """Words whose smallest attainable p could pass among those of which that is true (Tarone 1990)."""
    tests = np.arange(1, len(smallest) + 1)
    within = np.searchsorted(np.sort(smallest), LEVEL / tests, side="right") <= tests
    return np.asarray(smallest <= LEVEL / tests[np.argmax(within)])


def attainable_p(users: Array, articles: int, size: int) -> Array:
    """Smallest probability that chance can give a word in `users` articles: that all of them fall on one side (hypergeometric).

    Where there are more of them than the side has articles, their counts decide, and one arrangement alone may be the most extreme.
    """
    from scipy.special import gammaln

    def log_choose(n: Any, k: Any) -> Any:
        return gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)

    sides = [
        np.where(users <= side, log_choose(np.maximum(articles - users, 0), np.maximum(side - users, 0)), 0.0)
        for side in (size, articles - size)
    ]
    return np.exp(np.minimum(*sides) - log_choose(articles, size))


def _expected_z(whole: Margins, lengths: Array, size: int) -> Array:
    """Expected z of the permutation statistic at a log ratio of `EFFECT`, for groups of this size (to first order)."""
    share = size / len(lengths)
    return EFFECT * np.log(2) * whole.uses * share * (1 - share) / permuted_deviation(whole, lengths, size)


def permuted_deviation(whole: Margins, lengths: Array, size: int) -> Array:
    """Standard deviation of the permutation statistic of each word over all ways to deal `size` of the articles to a group."""
    articles, share = len(lengths), size / len(lengths)
    rates = whole.uses / max(float(lengths.sum()), 1.0)
    spread = whole.squares - 2 * rates * whole.weighed + rates**2 * float((lengths**2).sum())
    return np.sqrt(np.maximum(spread, 1e-12) * share * (1 - share) * articles / max(articles - 1, 1))


def _best_weights(expected: Array) -> Array:
    from scipy.optimize import brentq
    from scipy.special import ndtr

    x = np.clip(expected, 0.01, 100.0)

    def mean(c: float) -> float:
        return float(ndtr(-(x / 2 + c / x)).sum() / LEVEL)

    c = brentq(lambda value: mean(value) - 1, -1e4, 1e4, xtol=1e-6)
    return np.asarray(len(x) / LEVEL * ndtr(-(x / 2 + c / x)))


def log_ratio_ends(matrix: Any, lengths: Array, inside: Array, estimate: Array, *, whole: Margins | None = None) -> tuple[Array, Array]:
    """Ends of a 95 % interval of each word's log ratio, with articles as what varies; NaN where too few articles use the word.

    The variance of a log rate is that of a ratio of two article totals, linearised (Cochran 1977): sum of (count - rate * length)^2
    over the squared count, times m / (m - 1) for m articles; the two sides add. Student's t with the smaller side's m - 1.
    """
    from scipy.special import stdtrit

    own = margins_of(matrix[inside], lengths[inside])
    rest = (whole or margins_of(matrix, lengths)).less(own)
    sides = [_log_rate_variance(margins, lengths[side]) for margins, side in ((own, inside), (rest, ~inside))]
    smaller = int(min(inside.sum(), (~inside).sum()))
    if smaller < LEAST_USERS:
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    half = float(stdtrit(smaller - 1, 0.975)) * np.sqrt(sides[0] + sides[1]) / np.log(2)
    return estimate - half, estimate + half


def _log_rate_variance(margins: Margins, lengths: Array) -> Array:
    articles = len(lengths)
    rate = margins.uses / max(lengths.sum(), 1.0)
    spread = margins.squares - 2 * rate * margins.weighed + rate**2 * float((lengths**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(spread, 0.0) / margins.uses**2 * articles / max(articles - 1, 1)
    return np.where(margins.users >= LEAST_USERS, variance, np.nan)
