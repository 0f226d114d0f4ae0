"""Permutation tests of keyness: articles change groups, words stay in their articles."""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

FIRST_ROUND = 199
STILL_OPEN = 0.1  # words whose first p lies under this get all permutations
SMOOTH = 0.5
BATCH = 200


def permutation_p(matrix: Any, lengths: Array, inside: Array, *, permutations: int, seed: int) -> Array:
    """p of each word, two-sided: is |log ratio| larger than when the same articles are dealt to groups at random?

    `matrix`: articles x words (sparse counts), `inside`: mask of the group. p = (b + 1) / (B + 1) over all permutations drawn for the
    word (Phipson & Smyth 2010). NaN throughout where either side has fewer than two articles.

    The group's counts under all permutations of a batch are one sparse product; rates depend on the permuted group's own length.
    """
    words = matrix.shape[1]
    if min(inside.sum(), (~inside).sum()) < 2 or permutations < 1:
        return np.full(words, np.nan)
    generator = np.random.default_rng(seed)
    totals, size = np.asarray(matrix.sum(axis=0)).ravel().astype(float), float(lengths.sum())
    observed = _difference(np.asarray(matrix[inside].sum(axis=0)).ravel()[None, :], np.array([lengths[inside].sum()]), totals, size)[0]
    larger, drawn = np.zeros(words), np.zeros(words)
    open_words = np.arange(words)
    columns = matrix.tocsc()
    left = permutations
    while left > 0 and len(open_words):
        batch = min(BATCH - 1 if left == permutations else BATCH, left)
        chosen = np.zeros((batch, matrix.shape[0]))
        for row in range(batch):
            chosen[row, generator.permutation(matrix.shape[0])[: int(inside.sum())]] = 1.0
        part = columns[:, open_words]
        counts = np.asarray((part.T @ chosen.T).T)
        permuted = _difference(counts, chosen @ lengths, totals[open_words], size)
        larger[open_words] += (permuted >= observed[open_words] - 1e-12).sum(axis=0)
        drawn[open_words] += batch
        left -= batch
        open_words = open_words[(larger[open_words] + 1) / (drawn[open_words] + 1) < STILL_OPEN]
    return (larger + 1) / (drawn + 1)


def _difference(counts: Array, size_in: Array, totals: Array, size: float) -> Array:
    """|log ratio| of smoothed rates, shape (permutations, words)."""
    inside = (counts + SMOOTH) / np.maximum(size_in, 1.0)[:, None]
    outside = (totals - counts + SMOOTH) / np.maximum(size - size_in, 1.0)[:, None]
    return np.asarray(np.abs(np.log2(inside) - np.log2(outside)))
