"""Formulas of words in contrast: how sure a difference is, how large, how evenly a word is spread. Arrays in, arrays out.

Conventions: `a`, `b` are counts of words in two groups, `n_a`, `n_b` the groups' sizes in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

ZERO = 0.5  # added to every count inside the log ratio (Hardie 2014 gives zero cells a constant; this one is 0.5)
PRIOR = 500.0  # tokens of pseudo-text drawn like the whole corpus (Fighting Words)


def signed_g2(a: Any, b: Any, n_a: Any, n_b: Any) -> Array:
    """Log-likelihood of a 2 x 2 table, all four cells (Dunning 1993); negative where the first group has relatively fewer.

    `a`, `b`: counts of the word in the two groups; `n_a`, `n_b`: their sizes in words.
    """
    first, second = np.asarray(a, float), np.asarray(b, float)
    both, size = first + second, n_a + n_b
    total = np.zeros_like(both)
    for observed, row, column in (
        (first, both, n_a),
        (second, both, n_b),
        (n_a - first, size - both, n_a),
        (n_b - second, size - both, n_b),
    ):
        expected = row * column / size
        with np.errstate(divide="ignore", invalid="ignore"):
            total += np.where(observed > 0, observed * np.log(observed / expected), 0.0)
    return np.where(first / n_a >= second / n_b, 1.0, -1.0) * np.maximum(2 * total, 0.0)


def log_ratio(a: Any, b: Any, n_a: float, n_b: float) -> Array:
    """log2 of the ratio of relative frequencies, `ZERO` added to both counts (Hardie 2014)."""
    return np.log2((np.asarray(a, float) + ZERO) / n_a) - np.log2((np.asarray(b, float) + ZERO) / n_b)


def fighting_words(a: Array, b: Array, n_a: float, n_b: float) -> Array:
    """`log_odds` of the first group with the whole corpus as prior, which weighs as much as `PRIOR` words."""
    return log_odds(a, b, (a + b) * (PRIOR / max(n_a + n_b, 1.0)), n_a, n_b)


def log_odds(first: Array, second: Array, prior: Array, n_first: Any, n_second: Any, all_prior: float | None = None) -> Array:
    """z of the difference in log odds of each word, with a Dirichlet prior (Monroe, Colaresi & Quinn 2008, equations 16 and 22).

    `all_prior`: the sum of the prior over all words, where only some of them are given.
    """
    total = prior.sum() if all_prior is None else all_prior
    a, b = first + prior, second + prior
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a / (n_first + total - a)) - np.log(b / (n_second + total - b))
        z = delta / np.sqrt(1 / a + 1 / b)
    return np.where(prior > 0, np.nan_to_num(z), 0.0)


def dispersion(matrix: Any, lengths: Any) -> Array:
    """Gries' deviation of proportions of each word over texts, normalised: 0 as the texts' sizes, 1 all in the smallest text.

    Gries (2008); Lijffijt & Gries (2012). `matrix`: texts x words, counts. DP = half the sum over texts of |share of the word's
    tokens - share of all tokens|, divided by 1 - the smallest text's share. NaN: the word is absent, or there is only one text.
    """
    sizes = np.asarray(lengths, float)
    total = np.asarray(matrix.sum(axis=0)).ravel().astype(float)
    if matrix.shape[0] < 2 or sizes.sum() <= 0:
        return np.full(matrix.shape[1], np.nan)
    share = sizes / sizes.sum()
    columns = matrix.tocsc()
    rows, owner = columns.indices, np.repeat(np.arange(matrix.shape[1]), np.diff(columns.indptr))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = columns.data / total[owner]
        # texts without the word add their whole share: start from 1 and correct those that have it
        differences = np.abs(part - share[rows]) - share[rows]
        out = (1 + np.bincount(owner, weights=differences, minlength=matrix.shape[1])) / 2 / (1 - share[share > 0].min())
    return np.where(total > 0, np.clip(out, 0, 1), np.nan)
