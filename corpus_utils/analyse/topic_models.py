"""The topic models behind one interface: `method(space, rows, k, seed=...) -> shares`.

Each is fitted on the texts `rows` and gives every text of the space its shares of k topics: shape (texts, k), rows sum to 1, or to 0
for a text without known words. The order of topics is the model's own; `topic_consensus` matches it.

mixture  many small clusters of words and sentence vectors together, merged by average linkage, then refined as a mixture of
         multinomials over words (Nigam et al. 2000): one topic a text, topics of very different size
words    k-means clusters in the words' space: one topic a text, topics of like size
nmf      non-negative factors of TF-IDF (Lee & Seung 1999): texts are mixtures
vectors  k-means clusters of sentence vectors alone
lda      latent Dirichlet allocation (Blei, Ng & Jordan 2003): texts are mixtures
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from corpus_utils.analyse.topic_space import Space, unit_rows
from corpus_utils.annotate.tokens import Array

SOFTNESS = 0.1  # difference in cosine that makes one topic e times as strong as another
TRIES = 3  # runs of k-means; the best is kept
SMALL_CLUSTERS = 40  # before merging; at least three a topic
STEPS, SMOOTH = 15, 0.5  # of the mixture: rounds of expectation maximisation, and uses added to every word of every topic
FACTORED_DF = 3  # texts of those fitted that use a word, from which it has a weight in a factor
LDA_ITERATIONS = 10
LDA_WORDS = 2000  # most frequent words by texts: rarer ones cost time and tell little

Method = Callable[..., Array]


def by_words(space: Space, rows: Array, k: int, *, seed: int) -> Array:
    """Clusters in the words' space."""
    return cluster_shares(space.words, _centres(space.words[rows], k, seed))


def by_vectors(space: Space, rows: Array, k: int, *, seed: int) -> Array:
    """Clusters of sentence vectors."""
    return cluster_shares(_need(space.vectors), _centres(_need(space.vectors)[rows], k, seed))


def by_mixture(space: Space, rows: Array, k: int, *, seed: int) -> Array:
    """A mixture of multinomials over words, started from merged clusters of words and, where there are any, vectors."""
    points = space.words if space.joined is None else space.joined
    return mixture_shares(space.counts.matrix, rows, merged_clusters(points[rows], k, seed))


def merged_clusters(points: Array, k: int, seed: int) -> Array:
    """Number of the cluster of each point: small clusters, merged by the mean cosine of their centres."""
    from sklearn.cluster import AgglomerativeClustering, KMeans

    small = min(max(SMALL_CLUSTERS, 3 * k), len(points) - 1)
    model = KMeans(small, n_init=TRIES, random_state=seed).fit(points)
    joint = AgglomerativeClustering(k, metric="cosine", linkage="average").fit_predict(_moved(unit_rows(model.cluster_centers_)))
    return np.asarray(joint[model.labels_])


def mixture_shares(matrix: Any, rows: Array, start: Array) -> Array:
    """Posterior of each topic for every text after `STEPS` of expectation maximisation on the texts `rows`, from a hard `start`.

    Counts enter as log(1 + count): a word's second use tells less than its first.
    """
    damped = _damped(matrix)
    fitted, shares = damped[rows], np.eye(int(start.max()) + 1)[start]
    for _ in range(STEPS):
        shares = _posterior(fitted, shares, fitted)
    return _posterior(fitted, shares, damped)


def posterior_shares(matrix: Any, rows: Array, shares: Array) -> Array:
    """Shares of all texts under the multinomial model that the `shares` of the texts `rows` make: for texts that were not fitted."""
    damped = _damped(matrix)
    return _posterior(damped[rows], shares, damped)


def _damped(matrix: Any) -> Any:
    damped = matrix.astype(float)
    damped.data = np.log1p(damped.data)
    return damped


def _posterior(fitted: Any, shares: Array, matrix: Any) -> Array:
    """Posterior for the texts of `matrix`, by the word and topic frequencies of the `fitted` texts; 0 for a text without words."""
    words = np.asarray((fitted.T @ shares).T) + SMOOTH
    sizes = np.log((shares.sum(axis=0) + 1) / (shares.sum() + shares.shape[1]))
    logs = np.asarray(matrix @ np.log(words / words.sum(axis=1, keepdims=True)).T) + sizes
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    known = np.asarray(matrix.sum(axis=1)).ravel() > 0
    return np.asarray(powers / powers.sum(axis=1, keepdims=True) * known[:, None])


def by_factors(space: Space, rows: Array, k: int, *, seed: int, rounds: int = 150) -> Array:
    """Non-negative matrix factorisation of TF-IDF, in at most so many `rounds`."""
    from sklearn.decomposition import NMF

    table = space.table[rows]
    used = np.flatnonzero(table.getnnz(axis=0) >= FACTORED_DF)
    model = NMF(k, init="nndsvda", random_state=seed, max_iter=rounds, tol=1e-3)
    model.fit(table[:, used].astype(np.float32))  # in single precision: the topics agree to six digits, in two thirds of the time
    factors = np.zeros((k, table.shape[1]))
    factors[:, used] = model.components_
    return _rows_to_one(factor_weights(space.table, factors, rounds) * np.linalg.norm(factors, axis=1))


def factor_weights(table: Any, factors: Array, rounds: int, *, tolerance: float = 1e-3) -> Array:
    """Non-negative weights of the texts (rows of `table`) on the `factors` (k x words), by coordinate descent from nought: (texts, k).

    The steps and the end are those of `sklearn.decomposition.NMF.transform`, which multiplies texts and factors anew in each of them
    (Cichocki & Phan 2009).
    """
    product, mixed = factors @ factors.T, np.ascontiguousarray(np.asarray(table @ factors.T).T)
    weights = np.zeros_like(mixed)
    first = 0.0
    for turn in range(rounds):
        violated = 0.0
        for number, own in enumerate(weights):
            slope = product[number] @ weights - mixed[number]
            violated += float(np.abs(np.where(own == 0, np.minimum(slope, 0), slope)).sum())
            if product[number, number]:
                weights[number] = np.maximum(own - slope / product[number, number], 0)
        first = first if turn else violated
        if violated <= tolerance * first:
            break
    return weights.T


def by_allocation(space: Space, rows: Array, k: int, *, seed: int, rounds: int = 100) -> Array:
    """Latent Dirichlet allocation by variational Bayes, with at most so many `rounds` for the shares of a text."""
    from sklearn.decomposition import LatentDirichletAllocation

    df = space.counts.document_frequency
    kept = np.sort(np.argsort(-df, kind="stable")[:LDA_WORDS])
    matrix = space.counts.matrix[:, kept]
    model = LatentDirichletAllocation(k, random_state=seed, learning_method="batch", max_iter=LDA_ITERATIONS, max_doc_update_iter=rounds)
    model.fit(matrix[rows])
    known = np.asarray(matrix.sum(axis=1)).ravel() > 0
    return np.asarray(model.transform(matrix) * known[:, None])


def by_seeds(columns: Sequence[Sequence[int]]) -> Method:
    """A method whose first topics start from seed words (numbers of columns of the counts), the others from what is left.

    A seeded topic starts at the mean of the texts in which its words weigh most (seeded k-means, Basu, Banerjee & Mooney 2002).
    """

    def seeded(space: Space, rows: Array, k: int, *, seed: int) -> Array:
        from sklearn.cluster import KMeans

        points = space.words
        weight = np.column_stack([np.asarray(space.table[:, list(chosen)].sum(axis=1)).ravel() for chosen in columns])
        own = weight * (weight >= weight.max(axis=1, keepdims=True))  # a text starts one topic only
        starts = unit_rows(own[rows].T @ points[rows])
        if k > len(starts):
            free = np.flatnonzero(weight[rows].max(axis=1) <= np.median(weight[rows].max(axis=1)))
            starts = np.vstack([starts, _centres(points[rows][free], k - len(starts), seed)])
        model = KMeans(k, init=starts, n_init=1, random_state=seed).fit(points[rows])
        return cluster_shares(points, unit_rows(model.cluster_centers_))

    return seeded


METHODS: dict[str, Method] = {"mixture": by_mixture, "words": by_words, "nmf": by_factors, "vectors": by_vectors, "lda": by_allocation}
NEED_VECTORS = ("vectors",)
USE_VECTORS = ("mixture", "vectors")
NEED_NO_POINTS = ("nmf", "lda")
MEANINGS = {
    "mixture": "mixture of multinomials, started from clusters of words and sentence vectors",
    "words": "clusters of texts by their words (latent semantic analysis)",
    "vectors": "clusters of sentence vectors",
    "nmf": "non-negative matrix factorisation",
    "lda": "latent Dirichlet allocation",
    "seeded": "clusters started from your seed words",
}


def _need(points: Array | None) -> Array:
    if points is None:
        raise ValueError("this topic method needs sentence vectors, and the space has none")
    return points


def _moved(centres: Array) -> Array:
    """No centre at the origin, where a cosine is not defined."""
    return np.where(np.linalg.norm(centres, axis=1, keepdims=True) > 0, centres, 1.0 / np.sqrt(centres.shape[1]))


def _centres(points: Array, k: int, seed: int) -> Array:
    from sklearn.cluster import KMeans

    return unit_rows(KMeans(k, n_init=TRIES, random_state=seed).fit(points).cluster_centers_)


def cluster_shares(points: Array, centres: Array) -> Array:
    """Share of each centre in each text: softmax of the cosines over `SOFTNESS`; 0 throughout for a text at the origin."""
    cosine = points @ centres.T
    powers = np.exp((cosine - cosine.max(axis=1, keepdims=True)) / SOFTNESS)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True) * (np.linalg.norm(points, axis=1, keepdims=True) > 1e-9))


def _rows_to_one(table: Any) -> Array:
    totals = table.sum(axis=1, keepdims=True)
    return np.divide(table, totals, out=np.zeros_like(table), where=totals > 1e-12)
