"""Clusters of texts by latent semantic analysis, with repeats on resamples, matched and averaged: the arrays behind `topics`.

Chosen over NMF and LDA by comparison on news with known sections (benchmarks/topics.py): nearer to the sections and steadier.

Everything runs on one BLAS thread: sums in another order differ in their last bits, and topics must not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus_utils.analyse.counts import Counts
from corpus_utils.annotate.tokens import Array
from corpus_utils.annotate.vectors import one_thread

__all__ = ["Found", "assign", "clusters", "components", "consensus", "match", "one_thread", "reduced", "shares", "unit_rows", "weigh"]

DIMENSIONS = 50
TRIES = 10  # runs of k-means for the reference; the best is kept
TRIES_AGAIN = 3
SOFTNESS = 0.1  # difference in cosine that makes one topic e times as strong as another


@dataclass(frozen=True)
class Found:
    """components (topics x words, rows of length 1), shares (texts x topics, rows sum to 1 or 0), stability per topic."""

    components: Array
    shares: Array
    stability: Array


def weigh(counts: Counts) -> Any:
    """TF-IDF with sublinear term frequency, rows of length 1 (CSR)."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts.matrix.astype(float))


def reduced(table: Any, *, seed: int) -> Array:
    """Texts in `DIMENSIONS` directions of latent semantic analysis (Deerwester et al. 1990), rows of length 1."""
    from sklearn.decomposition import TruncatedSVD

    most = min(DIMENSIONS, min(table.shape) - 1)
    return unit_rows(TruncatedSVD(most, random_state=seed, n_iter=7).fit_transform(table))


def clusters(points: Array, k: int, *, seed: int, tries: int) -> Array:
    """Centres of length 1 of the best of `tries` runs of k-means on the unit sphere, shape (k, dimensions)."""
    from sklearn.cluster import KMeans

    return unit_rows(KMeans(k, n_init=tries, random_state=seed).fit(points).cluster_centers_)


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
    """Reference on all texts, repeats on samples with other seeds, matched and averaged; words and shares under the consensus."""
    points = reduced(table, seed=seed)
    reference = clusters(points, k, seed=seed, tries=TRIES)
    words = components(table, assign(points, reference), k)
    total, similar = reference.copy(), []
    generator = np.random.default_rng(seed)
    for repeat in range(repeats):
        rows = np.sort(generator.choice(len(points), size=max(k, round(sample * len(points))), replace=False))
        other = clusters(points[rows], k, seed=seed + 1 + repeat, tries=TRIES_AGAIN)
        columns, _ = match(reference, other)
        other_words = components(table[rows], assign(points[rows], other[columns]), k)
        total += other[columns]
        similar.append((words * other_words).sum(axis=1))
    centres = unit_rows(total)
    stability = np.mean(similar, axis=0) if similar else np.ones(k)
    return Found(components(table, assign(points, centres), k), shares(points, centres), stability)


def assign(points: Array, centres: Array) -> Array:
    """Number of the nearest centre of each text."""
    return np.asarray((points @ centres.T).round(9).argmax(axis=1))


def components(table: Any, assignment: Array, k: int) -> Array:
    """Mean TF-IDF of each topic's texts less the mean of all, negative weights cut to 0, rows of length 1: (k, words)."""
    from scipy import sparse

    member = sparse.csr_matrix((np.ones(len(assignment)), (assignment, np.arange(len(assignment)))), shape=(k, len(assignment)))
    sizes = np.maximum(np.asarray(member.sum(axis=1)), 1)
    means = np.asarray((member @ table).todense()) / sizes
    return unit_rows(np.maximum(means - np.asarray(table.mean(axis=0)).ravel(), 0.0))


def shares(points: Array, centres: Array) -> Array:
    """Share of each topic in each text: softmax of the cosines over `SOFTNESS`; 0 throughout for a text without known words."""
    cosine = points @ centres.T
    powers = np.exp((cosine - cosine.max(axis=1, keepdims=True)) / SOFTNESS)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True) * (np.linalg.norm(points, axis=1, keepdims=True) > 1e-9))
