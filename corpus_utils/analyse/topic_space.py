"""Texts as points: what every topic method starts from, computed once for all repeats.

words    latent semantic analysis of TF-IDF (Deerwester et al. 1990): near where texts use the same words
vectors  sentence vectors of the texts' openings: near where texts say alike things in other words
joined   both side by side

Everything runs on one BLAS thread: sums in another order differ in their last bits, and topics must not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from corpus_utils.analyse.counts import Counts
from corpus_utils.annotate.tokens import Array

DIMENSIONS = 50
JOINED = 100  # dimensions kept of words and vectors side by side
VECTOR_WEIGHT = 1.5  # of a sentence vector beside the words' one
OPENING = 70  # words of a text that are encoded: news says first what it is about


@dataclass(frozen=True)
class Space:
    """n texts: their counts, TF-IDF `table` (n x words), and points of length 1: `words`, `vectors`, `joined` (None: no vectors)."""

    counts: Counts
    table: Any
    words: Array
    vectors: Array | None = None
    joined: Array | None = None


def make_space(counts: Counts, vectors: Array | None = None, *, seed: int = 0, points: bool = True) -> Space:
    """The space of counted texts; `vectors`: one sentence vector a text (see `opening_vectors`), or None.

    points  False for a model that reads counts and TF-IDF only: then texts are no points, and `words` has no dimensions
    """
    table = weigh(counts)
    space = Space(counts, table, reduced(table, DIMENSIONS, seed=seed) if points else np.zeros((table.shape[0], 0)))
    return space if vectors is None else with_vectors(space, vectors)


def with_vectors(space: Space, vectors: Array) -> Space:
    """The space with the sentence vectors of its texts."""
    centred = unit_rows(np.asarray(vectors, float) - np.asarray(vectors, float).mean(axis=0))
    return replace(space, vectors=centred, joined=joined(space.words, centred))


def take(space: Space, rows: Array) -> Space:
    """The same space with fewer texts."""
    parts = [None if part is None else part[rows] for part in (space.vectors, space.joined)]
    return Space(Counts(space.counts.matrix[rows], space.counts.vocabulary), space.table[rows], space.words[rows], *parts)


class Openings:
    """Encodes the openings of texts when they are first asked for, and remembers them: `openings(rows)` has shape (rows, 512)."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._known: dict[int, Array] = {}

    def __call__(self, rows: Array) -> Array:
        """The vectors of some texts, given by their numbers. Raises annotate.vectors.VectorsMissingError."""
        new = [row for row in rows.tolist() if row not in self._known]
        self._known |= dict(zip(new, opening_vectors([self.texts[row] for row in new])))
        return np.stack([self._known[row] for row in rows.tolist()])


def opening_vectors(texts: Sequence[str]) -> Array:
    """Sentence vectors of the first `OPENING` words of each text, shape (texts, 512). Raises annotate.vectors.VectorsMissingError."""
    from corpus_utils.annotate.vectors import embed

    return embed([" ".join(text.split()[:OPENING]) for text in texts])


def weigh(counts: Counts) -> Any:
    """TF-IDF with sublinear term frequency, rows of length 1 (CSR)."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts.matrix.astype(float))


def reduced(table: Any, dimensions: int, *, seed: int) -> Array:
    """Texts in the first directions of latent semantic analysis, rows of length 1."""
    from sklearn.decomposition import TruncatedSVD

    most = max(1, min(dimensions, min(table.shape) - 1))
    return unit_rows(TruncatedSVD(most, random_state=seed, n_iter=7).fit_transform(table))


def joined(words: Array, vectors: Array) -> Array:
    """Words and vectors side by side in their first principal directions, rows of length 1.

    The directions come from the exact eigenvectors of the covariance, with the largest entry of each made positive.
    """
    both = np.hstack([words, VECTOR_WEIGHT * vectors])
    both -= both.mean(axis=0)
    _, directions = np.linalg.eigh(both.T @ both)
    directions = directions[:, ::-1][:, :JOINED]
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])])
    return unit_rows(both @ (directions * signs))


def unit_rows(table: Array) -> Array:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return np.divide(table, length, out=np.zeros_like(table), where=length > 0)
