"""NMF on TF-IDF with repeats on resamples, matched and averaged: the arrays behind `topics`.

Everything runs on one BLAS thread: sums in another order differ in their last bits, and topics must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus_utils.analyse.counts import Counts
from corpus_utils.annotate.tokens import Array

ITERATIONS = 300


@dataclass(frozen=True)
class Found:
    """components (topics x words, rows of length 1), shares (texts x topics, rows sum to 1 or 0), stability per topic."""

    components: Array
    shares: Array
    stability: Array


@contextmanager
def one_thread() -> Iterator[None]:
    """Arithmetic on one thread, so that results do not depend on the machine."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

    with threadpool_limits(limits=1):
        yield


def weigh(counts: Counts) -> Any:
    """TF-IDF with sublinear term frequency, rows of length 1 (CSR)."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts.matrix.astype(float))


def nmf(table: Any, k: int, *, seed: int, init: str = "nndsvda") -> Array:
    """Components of length 1, shape (k, words)."""
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # repeats measure what a run that stopped early would cost
        model = NMF(n_components=k, init=init, random_state=seed, max_iter=ITERATIONS, tol=1e-3).fit(table)
    return unit_rows(model.components_)


def unit_rows(table: Array) -> Array:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return np.divide(table, length, out=np.zeros_like(table), where=length > 0)


def match(reference: Array, other: Array) -> tuple[Array, Array]:
    """For each reference topic the number of the other's topic matched to it, and their cosine similarity."""
    from scipy.optimize import linear_sum_assignment

    similarity = reference @ other.T
    _, columns = linear_sum_assignment(-similarity)
    return columns, similarity[np.arange(len(reference)), columns]


def consensus(table: Any, k: int, *, seed: int, repeats: int, sample: float) -> Found:
    """Reference on all texts, repeats on samples, matched, averaged; then shares of each text under the consensus."""
    reference = nmf(table, k, seed=seed)
    total, similar = reference.copy(), []
    generator = np.random.default_rng(seed)
    for repeat in range(repeats):
        rows = np.sort(generator.choice(table.shape[0], size=max(k, round(sample * table.shape[0])), replace=False))
        other = nmf(table[rows], k, seed=seed + 1 + repeat)
        columns, similarity = match(reference, other)
        total += other[columns]
        similar.append(similarity)
    components = unit_rows(total)
    stability = np.mean(similar, axis=0) if similar else np.ones(k)
    return Found(components, shares(table, components), stability)


def shares(table: Any, components: Array, *, iterations: int = 100) -> Array:
    """Share of each topic in each text under fixed components: non-negative least squares by multiplicative updates."""
    projected = np.asarray(table @ components.T)
    gram = components @ components.T
    weights = projected + 1e-12
    for _ in range(iterations):
        weights *= projected / (weights @ gram + 1e-12)
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 1e-9)
