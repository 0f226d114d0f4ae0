"""Tests and intervals of keyness: articles change groups, words stay in their articles."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

FIRST_ROUND = 199
ENOUGH = 20  # permutations with a larger difference after which a word's p is known well enough (Besag & Clifford 1991)
SMOOTH = 0.5
BATCH = 200
LEAST_PERMUTATIONS, MOST_PERMUTATIONS = 999, 99_999
MOST_DEALS = 200_000_000  # articles dealt to groups, over all permutations: bounds the time of a large corpus
LEAST_USERS = 5  # articles of either side that use a word, before its log ratio has an interval


def permutations_for(words: int, articles: int) -> int:
    """How many permutations a table of `words` needs so that its smallest p, alone, could pass Benjamini-Hochberg at .05.

    The smallest p of B permutations is 1 / (B + 1); among m words it passes where B >= m / .05.
    """
    affordable = max(LEAST_PERMUTATIONS, MOST_DEALS // max(articles, 1))
    return min(max(LEAST_PERMUTATIONS, 20 * words), MOST_PERMUTATIONS, affordable)


def permutation_p(matrix: Any, lengths: Array, inside: Array, *, permutations: int | None = None, seed: int) -> Array:
    """p of each word, two-sided: is |log ratio| larger than when the same articles are dealt to groups at random?

    `matrix`: articles x words (sparse counts), `inside`: mask of the group. p = (b + 1) / (B + 1) over all permutations drawn for the
    word (Phipson & Smyth 2010); a word is drawn for until `ENOUGH` permutations beat it or `permutations` (None: as many as
    `permutations_for` says) are through. NaN throughout where either side has fewer than two articles.

    The group's counts under all permutations of a batch are one sparse product; rates depend on the permuted group's own length.
    """
    articles, words = matrix.shape
    most = permutations_for(words, articles) if permutations is None else permutations
    size_in = int(inside.sum())
    if min(size_in, articles - size_in) < 2 or most < 1:
        return np.full(words, np.nan)
    generator = np.random.default_rng(seed)
    totals, size = np.asarray(matrix.sum(axis=0)).ravel().astype(float), float(lengths.sum())
    observed = _difference(np.asarray(matrix[inside].sum(axis=0)).ravel()[None, :], np.array([lengths[inside].sum()]), totals, size)[0]
    larger, drawn = np.zeros(words), np.zeros(words)
    open_words = np.arange(words)
    by_word = matrix.T.tocsr().astype(float)
    part, left = by_word, most
    while left > 0 and len(open_words):
        batch = min(FIRST_ROUND if left == most else BATCH, left)
        chosen = np.zeros((batch, articles))
        dealt = generator.random((batch, articles)).argpartition(size_in - 1, axis=1)[:, :size_in]
        np.put_along_axis(chosen, dealt, 1.0, axis=1)
        permuted = _difference(np.asarray((part @ chosen.T).T), chosen @ lengths, totals[open_words], size)
        larger[open_words] += (permuted >= observed[open_words] - 1e-12).sum(axis=0)
        drawn[open_words] += batch
        left -= batch
        still = larger[open_words] < ENOUGH
        if not still.all():
            open_words = open_words[still]
            part = by_word[open_words]
    return (larger + 1) / (drawn + 1)


def _difference(counts: Array, size_in: Array, totals: Array, size: float) -> Array:
    """|log ratio| of smoothed rates, shape (permutations, words)."""
    inside = (counts + SMOOTH) / np.maximum(size_in, 1.0)[:, None]
    outside = (totals - counts + SMOOTH) / np.maximum(size - size_in, 1.0)[:, None]
    return np.asarray(np.abs(np.log2(inside) - np.log2(outside)))


def log_ratio_ends(matrix: Any, lengths: Array, inside: Array, estimate: Array) -> tuple[Array, Array]:
    """Ends of a 95 % interval of each word's log ratio, with articles as what varies; NaN where too few articles use the word.

    The variance of a log rate is that of a ratio of two article totals, linearised (Cochran 1977): sum of (count - rate * length)^2
    over the squared count, times m / (m - 1) for m articles; the two sides add. Student's t with the smaller side's m - 1.
    """
    from scipy.stats import t

    sides = [_log_rate_variance(matrix[side], lengths[side]) for side in (inside, ~inside)]
    smaller = int(min(inside.sum(), (~inside).sum()))
    if smaller < LEAST_USERS:
        return np.full(len(estimate), np.nan), np.full(len(estimate), np.nan)
    half = float(t.ppf(0.975, smaller - 1)) * np.sqrt(sides[0] + sides[1]) / np.log(2)
    return estimate - half, estimate + half


def _log_rate_variance(matrix: Any, lengths: Array) -> Array:
    articles = matrix.shape[0]
    counts = matrix.astype(float)
    totals = np.asarray(counts.sum(axis=0)).ravel()
    users = np.asarray((counts > 0).sum(axis=0)).ravel()
    rate = totals / max(lengths.sum(), 1.0)
    squares = np.asarray(counts.multiply(counts).sum(axis=0)).ravel()
    spread = squares - 2 * rate * np.asarray(counts.T @ lengths).ravel() + rate**2 * float((lengths**2).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(spread, 0.0) / totals**2 * articles / max(articles - 1, 1)
    return np.where(users >= LEAST_USERS, variance, np.nan)
