"""A text as numbers for the trained coder: sentence vectors, words, and cues of a codebook, each block scaled to a common length.

    mean       mean of the sentence vectors, centred          extremes   their maxima and minima, centred
    lead       mean of the first sentences, centred           words      TF-IDF          cues   rates of cue groups, standardised

Fit on the training texts only; what was learned (vocabulary, weights of words, means) is plain arrays, so a coder is saved without pickle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from corpus_utils.annotate.tokens import Array, tokenise
from corpus_utils.annotate.vectors import SIZE, pooled

MOST_WORDS = 6000
LEAST_DF = 2
MOST_DF = 0.6


@dataclass(frozen=True)
class Raw:
    """What is computed once per text, whatever the training sample: pooled vectors, counts of words, matches per cue group.

    `lower` is the share of each word's tokens that begin with a small letter: it tells names from other words.
    """

    vectors: Array
    words: Any
    vocabulary: list[str]
    lower: Array
    cues: Array

    def take(self, rows: Array) -> Raw:
        return Raw(self.vectors[rows], self.words[rows], self.vocabulary, self.lower, self.cues[rows])


@dataclass(frozen=True)
class Features:
    """A fitted feature map. `weights`: how much each block counts (mean, extremes, lead, words, cues)."""

    weights: tuple[float, ...]
    center: Array  # of the vectors
    vocabulary: list[str]
    idf: Array
    cue_mean: Array
    cue_scale: Array

    def transform(self, raw: Raw) -> Array:
        """Dense features, shape (texts, vectors + words + cues)."""
        centred = raw.vectors.astype(float) - self.center
        blocks = [centred[:, :SIZE], centred[:, SIZE : 3 * SIZE], centred[:, 3 * SIZE :]]
        cues = (cue_rates(raw) - self.cue_mean) * self.cue_scale
        parts = [*map(unit_rows, blocks), self._tfidf(raw), cues]
        return np.hstack([weight * part for weight, part in zip(self.weights, parts)])

    def _tfidf(self, raw: Raw) -> Array:
        position = {word: number for number, word in enumerate(raw.vocabulary)}
        columns = np.array([position.get(word, -1) for word in self.vocabulary], np.int64)
        table = np.zeros((raw.words.shape[0], len(self.vocabulary)))
        known = columns >= 0
        if known.any():
            table[:, known] = np.asarray(raw.words[:, columns[known]].todense())
        return unit_rows(np.where(table > 0, 1 + np.log(np.maximum(table, 1)), 0.0) * self.idf)


def read(texts: Sequence[str], cue_language: str = "") -> Raw:
    """The raw numbers of texts. `cue_language`: count the generic codebook's cues in this language; "" for none."""
    tokens = tokenise(texts)
    shape = (tokens.n_texts, len(tokens.vocabulary))
    words = sparse.csr_matrix((np.ones(len(tokens.ids)), (tokens.unit, tokens.ids)), shape=shape)
    words.sum_duplicates()
    cues = np.zeros((len(texts), 0))
    if cue_language:
        from corpus_utils.annotate.codebook import load_codebook
        from corpus_utils.annotate.frame_cues import CueCoder

        coder = CueCoder(load_codebook("generic"), cue_language)
        matches = coder.find(tokens)
        cues = np.zeros((len(texts), len(coder.groups)))
        np.add.at(cues, (matches.unit, matches.group), 1)
    small = [texts[unit][start].islower() for unit, start in zip(tokens.unit.tolist(), tokens.starts.tolist())]
    seen = np.bincount(tokens.ids, minlength=shape[1])
    lower = np.bincount(tokens.ids, weights=np.array(small, float), minlength=shape[1]) / np.maximum(seen, 1)
    return Raw(pooled(texts), words, tokens.vocabulary, lower, cues)


def fit(raw: Raw, weights: tuple[float, ...], *, names: bool = True) -> Features:
    """Learn means, vocabulary and word weights from training texts. `names=False`: no words that mostly begin with a capital."""
    n = raw.words.shape[0]
    df = np.diff(raw.words.tocsc().indptr)
    usable = np.flatnonzero((df >= min(LEAST_DF, n)) & (df <= max(MOST_DF * n, 1)) & (names | (raw.lower >= 0.5)))
    usable = np.sort(usable[np.argsort(-df[usable], kind="stable")][:MOST_WORDS])
    rates = cue_rates(raw)
    spread = rates.std(axis=0)
    scale = np.divide(1.0, spread * np.sqrt(max(1, rates.shape[1])), out=np.zeros_like(spread), where=spread > 1e-9)
    return Features(
        weights, raw.vectors.mean(axis=0).astype(float), [raw.vocabulary[i] for i in usable],
        np.log((1 + n) / (1 + df[usable])) + 1, rates.mean(axis=0), scale,
    )  # fmt: skip


def cue_rates(raw: Raw) -> Array:
    """Square root of cue matches per 600 words (of at least 100): rates of long and short texts become comparable."""
    lengths = np.maximum(np.asarray(raw.words.sum(axis=1)).ravel(), 100)
    return np.sqrt(raw.cues / lengths[:, None] * 600)


def unit_rows(table: Array) -> Array:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(np.divide(table, length, out=np.zeros_like(table), where=length > 1e-12))
