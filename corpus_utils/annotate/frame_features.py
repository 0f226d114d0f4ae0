"""A text as numbers for the trained coder, in blocks: sentence vectors, words, letters, and cues of a codebook.

    mean, extremes   mean of the sentence vectors; their maxima and minima      words          TF-IDF of words and pairs of words
    lead, opening    mean of the first sentences; title, or the first sentence  opening_words  the same, of title or first sentence
    read, heading    the beginning as the transformer reads it; title, or the   letters        TF-IDF of runs of three to five letters
                     first sentence, in the same way                            cues           rates of the generic codebook's cue groups

Rows of every block have length one, but those of the cues, which are standardised; how much a block counts is a weight
(`frame_training` chooses among a few sets of them). Fit on the training texts only; what was learned (vocabularies, weights of words,
means) is plain arrays, so a coder is saved without pickle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
from scipy import sparse

from corpus_utils.annotate.tokens import Array, Tokens, tokenise
from corpus_utils.annotate.transformer import WIDTH
from corpus_utils.annotate.vectors import SIZE, first_sentence_end, pooled

VECTORS = {
    "mean": slice(0, SIZE),
    "extremes": slice(SIZE, 3 * SIZE),
    "lead": slice(3 * SIZE, 4 * SIZE),
    "opening": slice(4 * SIZE, 5 * SIZE),
    "read": slice(5 * SIZE, 5 * SIZE + WIDTH),
    "heading": slice(5 * SIZE + WIDTH, 5 * SIZE + 2 * WIDTH),
}
LENGTH = 5 * SIZE + 2 * WIDTH  # of a text's vectors side by side
COUNTED = {"words": 8000, "opening_words": 4000, "letters": 20_000}  # forms kept, the most widespread first
BLOCKS = (*VECTORS, *COUNTED, "cues")
LEAST_DF = 2
MOST_DF = 0.6
MOST_LETTERS = 6000  # characters of a text read for runs of letters
Matrix = Any  # numpy array or scipy sparse matrix


@dataclass(frozen=True)
class Counts:
    """How often each form stands in each text. `lower`: share of a form's uses that begin with a small letter (it tells names)."""

    table: Any
    vocabulary: list[str]
    lower: Array
    position: Mapping[str, int]  # form -> its place in the vocabulary


def counted(table: Any, vocabulary: list[str], lower: Array, least: int) -> Counts:
    """Counts of the forms that stand in at least so many texts."""
    kept = np.flatnonzero(np.bincount(table.indices, minlength=table.shape[1]) >= least)
    forms = [vocabulary[number] for number in kept.tolist()]
    return Counts(table.tocsc()[:, kept].tocsr(), forms, lower[kept], {form: number for number, form in enumerate(forms)})


@dataclass(frozen=True)
class Raw:
    """What is computed once per text, whatever the training sample: pooled vectors, counts of forms, matches per cue group."""

    vectors: Array
    counts: Mapping[str, Counts]
    cues: Array
    lengths: Array

    def take(self, rows: Array) -> Raw:
        counts = {name: replace(one, table=one.table[rows]) for name, one in self.counts.items()}
        return Raw(self.vectors[rows], counts, self.cues[rows], self.lengths[rows])


@dataclass(frozen=True)
class Features:
    """A fitted feature map; `weights` says which blocks it has and how much each counts."""

    weights: Mapping[str, float]
    center: Array  # of the vectors
    vocabulary: Mapping[str, list[str]]
    idf: Mapping[str, Array]
    cue_mean: Array
    cue_scale: Array

    @property
    def blocks(self) -> tuple[str, ...]:
        return tuple(name for name in BLOCKS if self.weights.get(name, 0.0) > 0)

    def transform(self, raw: Raw) -> dict[str, Matrix]:
        """Block -> features, shape (texts, features of the block), not yet weighted."""
        return {name: self._block(name, raw) for name in self.blocks}

    def _block(self, name: str, raw: Raw) -> Matrix:
        if name in VECTORS:
            return unit_rows((raw.vectors[:, VECTORS[name]] - self.center[VECTORS[name]]).astype(float))
        if name == "cues":
            return (cue_rates(raw) - self.cue_mean) * self.cue_scale
        return _tfidf(raw.counts[name], self.vocabulary[name], self.idf[name])

    def size(self, name: str) -> int:
        """Number of features of a block."""
        if name in VECTORS:
            return len(range(*VECTORS[name].indices(LENGTH)))
        return len(self.cue_mean) if name == "cues" else len(self.idf[name])


def _tfidf(counts: Counts, vocabulary: list[str], idf: Array) -> Any:
    columns = np.array([counts.position.get(form, -1) for form in vocabulary], np.int64)
    known = np.flatnonzero(columns >= 0)
    chosen = counts.table[:, columns[known]].tocoo()
    values = (1 + np.log(np.maximum(chosen.data, 1))) * idf[known][chosen.col]
    table = sparse.csr_matrix((values, (chosen.row, known[chosen.col])), shape=(chosen.shape[0], len(vocabulary)))
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ table


def read(
    texts: Sequence[str], cue_language: str = "", blocks: Collection[str] = BLOCKS, *, titles: Sequence[str] = (), least: int = 1
) -> Raw:
    """The raw numbers of texts. `titles`: one per text, "" where there is none, if they stand apart.

    `cue_language`: count the generic codebook's cues in this language; "" for none. Forms in fewer than `least` of the texts are left
    out: a coder learns nothing from them.
    """
    from corpus_utils.annotate.opening_vectors import read_openings

    tokens = tokenise(texts)
    counts = {}
    if "words" in blocks:
        counts["words"] = _count_words(tokens, texts, least)
    openings = [title if title.strip() else text[: first_sentence_end(text)] for text, title in zip_longest(texts, titles, fillvalue="")]
    if "opening_words" in blocks:
        counts["opening_words"] = _count_words(tokenise(openings), openings, least)
    if "letters" in blocks:
        counts["letters"] = _count_letters(texts, least)
    cues = np.zeros((len(texts), 0))
    if cue_language:
        from corpus_utils.annotate.codebook import load_codebook
        from corpus_utils.annotate.frame_cues import CueCoder

        coder = CueCoder(load_codebook("generic"), cue_language)
        matches = coder.find(tokens)
        cues = np.zeros((len(texts), len(coder.groups)))
        np.add.at(cues, (matches.unit, matches.group), 1)
    in_context = [
        read_openings(one) if name in blocks else np.zeros((len(texts), WIDTH), np.float32)
        for name, one in (("read", texts), ("heading", openings))
    ]
    return Raw(np.hstack([pooled(texts, titles), *in_context]), counts, cues, tokens.lengths)


def _count_words(tokens: Tokens, texts: Sequence[str], least: int) -> Counts:
    """Words and pairs of neighbouring words of one sentence."""
    size, ids = len(tokens.vocabulary), tokens.ids
    first = np.flatnonzero(tokens.sentence[1:] == tokens.sentence[:-1])
    small = np.array([texts[unit][start].islower() for unit, start in zip(tokens.unit.tolist(), tokens.starts_of().tolist())], bool)
    keys = np.concatenate([ids, size + ids[first].astype(np.int64) * size + ids[first + 1]])
    rows = np.concatenate([tokens.unit, tokens.unit[first]])
    begins = np.concatenate([small, small[first] & small[first + 1]])
    found, column = np.unique(keys, return_inverse=True)
    table = sparse.csr_matrix((np.ones(len(rows)), (rows, column)), shape=(tokens.n_texts, len(found)))
    table.sum_duplicates()
    words = tokens.vocabulary
    forms = [words[key] if key < size else f"{words[(key - size) // size]} {words[(key - size) % size]}" for key in found.tolist()]
    seen = np.bincount(column, minlength=len(found))
    lower = np.bincount(column, weights=begins.astype(float), minlength=len(found)) / np.maximum(seen, 1)
    return counted(table, forms, lower, least)


def _count_letters(texts: Sequence[str], least: int) -> Counts:
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float64)
    short = [text[:MOST_LETTERS] for text in texts]
    if not any(text.strip() for text in short):
        return Counts(sparse.csr_matrix((len(texts), 0)), [], np.zeros(0), {})
    table = counter.fit_transform(short)
    forms = counter.get_feature_names_out().tolist()
    return counted(table.tocsr(), forms, np.ones(len(forms)), least)


def fit(raw: Raw, weights: Mapping[str, float], *, names: bool = True) -> Features:
    """Learn means, vocabularies and word weights from training texts. `names=False`: no words that mostly begin with a capital."""
    vocabulary, idf = {}, {}
    for name, counts in raw.counts.items():
        if weights.get(name, 0.0) > 0:
            usable, idf[name] = _usable(counts, COUNTED[name], names)
            vocabulary[name] = [counts.vocabulary[i] for i in usable.tolist()]
    rates = cue_rates(raw)
    spread = rates.std(axis=0)
    scale = np.divide(1.0, spread * np.sqrt(max(1, rates.shape[1])), out=np.zeros_like(spread), where=spread > 1e-9)
    return Features(dict(weights), raw.vectors.mean(axis=0), vocabulary, idf, rates.mean(axis=0), scale)


def _usable(counts: Counts, most: int, names: bool) -> tuple[Array, Array]:
    """Numbers of the forms kept, and their weights."""
    n = counts.table.shape[0]
    df = np.diff(counts.table.tocsc().indptr)
    usable = np.flatnonzero((df >= min(LEAST_DF, n)) & (df <= max(MOST_DF * n, 1)) & (names | (counts.lower >= 0.5)))
    usable = np.sort(usable[np.argsort(-df[usable], kind="stable")][:most])
    return usable, np.log((1 + n) / (1 + df[usable])) + 1


def cue_rates(raw: Raw) -> Array:
    """Square root of cue matches per 600 words (of at least 100): rates of long and short texts become comparable."""
    return np.sqrt(raw.cues / np.maximum(raw.lengths, 100)[:, None] * 600)


def unit_rows(table: Array) -> Array:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(np.divide(table, length, out=np.zeros_like(table), where=length > 1e-12))
