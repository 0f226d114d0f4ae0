"""One topic model out of many: fitted on all texts and on resamples with other seeds, matched, averaged, and compared.

Matching is one to one (Hungarian algorithm) on the cosine of topics' word weights. A topic's *stability* is the mean cosine with its
matches (Greene, O'Callaghan & Cunningham 2014 and Maier et al. 2018 compare top words; weights use all of them). The *consensus* is the
mean of the matched shares: every run votes on every text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus_utils.analyse.topic_models import Method
from corpus_utils.analyse.topic_space import Space, unit_rows
from corpus_utils.annotate.tokens import Array

SAMPLE = 0.8
STABLE = 0.7  # similarity from which two topics of different runs are called the same


@dataclass(frozen=True)
class Found:
    """components (topics x words, rows of length 1), shares (texts x topics, rows sum to 1 or 0), stability per topic, `agreement`: the
    mean share of texts that a run puts where the consensus does, and `runs`: the components of each run."""

    components: Array
    shares: Array
    stability: Array
    agreement: float
    runs: list[Array]


def consensus(space: Space, method: Method, k: int, *, seed: int, repeats: int, sample: float = SAMPLE) -> Found:
    """A run on all texts and `repeats` on samples with other seeds, matched to the most typical of them and averaged."""
    size = space.table.shape[0]
    generator = np.random.default_rng(seed)
    runs = [method(space, np.arange(size), k, seed=seed)]
    for repeat in range(repeats):
        rows = np.sort(generator.choice(size, size=max(k + 1, round(sample * size)), replace=False))
        runs.append(method(space, rows, k, seed=seed + 1 + repeat))
    words = [components(space.table, assign(run), k) for run in runs]
    typical = _typical(words)
    matched = [match(words[typical], other) for other in words]
    # a topic that a run did not find is not voted for
    shares = _rows_to_one(np.sum([run[:, columns] * likeness for run, (columns, likeness) in zip(runs, matched)], axis=0))
    if len(np.unique(assign(shares)[shares.sum(axis=1) > 0])) < k:  # the runs disagree so much that a topic has no text left
        shares = runs[typical]
    final = assign(shares)
    others = [number for number in range(len(runs)) if number != typical]
    stability = np.mean([matched[number][1] for number in others], axis=0) if others else np.ones(k)
    placed = [np.mean(final == assign(runs[number][:, matched[number][0]])) for number in others]
    return Found(components(space.table, final, k), shares, stability, float(np.mean(placed)) if placed else 1.0, words)


def _typical(words: list[Array]) -> int:
    """Number of the run whose topics are, on average, most like those of the others: an odd run must not be what all are matched to."""
    if len(words) < 3:
        return 0
    likeness = np.zeros((len(words), len(words)))
    for first in range(len(words)):
        for second in range(first):
            likeness[first, second] = likeness[second, first] = match(words[first], words[second])[1].mean()
    return int(likeness.sum(axis=1).round(9).argmax())


def _rows_to_one(table: Array) -> Array:
    totals = table.sum(axis=1, keepdims=True)
    return np.divide(table, totals, out=np.zeros_like(table), where=totals > 1e-12)


def assign(shares: Array) -> Array:
    """Number of the strongest topic of each text; the shares' width for a text without any (one past the last topic)."""
    return np.where(shares.max(axis=1) > 0, shares.round(9).argmax(axis=1), shares.shape[1])


def match(reference: Array, other: Array) -> tuple[Array, Array]:
    """For each reference topic the number of the other's topic matched to it, and their cosine similarity."""
    from scipy.optimize import linear_sum_assignment

    similarity = reference @ other.T
    _, columns = linear_sum_assignment(-similarity.round(12))
    return columns, similarity[np.arange(len(reference)), columns]


def components(table: Any, assignment: Array, k: int) -> Array:
    """Mean TF-IDF of each topic's texts less the mean of all, negative weights cut to 0, rows of length 1: (k, words)."""
    from scipy import sparse

    member = sparse.csr_matrix((np.ones(len(assignment)), (assignment, np.arange(len(assignment)))), shape=(k + 1, len(assignment)))
    sizes = np.maximum(np.asarray(member.sum(axis=1)), 1)
    means = np.asarray((member @ table).todense()) / sizes
    return unit_rows(np.maximum(means - np.asarray(table.mean(axis=0)).ravel(), 0.0))[:k]
