"""Texts as a sparse table of word counts: what topics, descriptions and keyness stand on.

Conventions
    Rows are texts, columns words in alphabetical order. A word is lower case, without an English possessive 's and without an
    elided article ("l'accord" counts as "accord"), whichever apostrophe was typed. Hyphenated words stay in one piece.
    Function words are dropped by the language of each text, so German "die" goes and English "die" stays. Numbers are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from corpus_utils.analyse.function_words import function_words
from corpus_utils.annotate.tokens import Array, Tokens, tokenise

_ELIDED = tuple("l' d' s' n' qu' j' m' t' c' un' dell' all' dall' nell' sull' jusqu' lorsqu' puisqu'".split())


@dataclass(frozen=True)
class Counts:
    """`matrix` (texts x words, whole numbers, CSR), its `vocabulary`, and the `lengths` of the texts in counted words."""

    matrix: Any
    vocabulary: list[str]

    @property
    def lengths(self) -> Array:
        return np.asarray(self.matrix.sum(axis=1)).ravel()

    @property
    def document_frequency(self) -> Array:
        """In how many texts each word stands."""
        return np.diff(self.matrix.tocsc().indptr)

    def keep(self, columns: Array) -> Counts:
        """Only the words whose column is given (numbers or a mask), in alphabetical order."""
        numbers = np.flatnonzero(columns) if columns.dtype == bool else np.sort(columns)
        return Counts(self.matrix[:, numbers], [self.vocabulary[i] for i in numbers])


def count_words(texts: Sequence[str], languages: Sequence[str] | str = "en", *, stop: bool = True, shortest: int = 2) -> Counts:
    """Count the words of each text. `languages`: one code for all, or one per text. `stop=False` keeps function words."""
    tokens = tokenise(texts, hyphens=True)
    codes = [languages] * len(texts) if isinstance(languages, str) else list(languages)
    if len(codes) != len(texts):
        raise ValueError(f"{len(texts)} texts, but {len(codes)} languages")
    known = sorted(set(codes))
    forms = [base_form(word) for word in tokens.vocabulary]
    vocabulary = sorted({form for form in forms if len(form) >= shortest and any(map(str.isalpha, form))})
    index = {word: number for number, word in enumerate(vocabulary)}
    column = np.array([index.get(form, -1) for form in forms] or [-1], np.int64)
    return _table(tokens, column, vocabulary, codes, known if stop else [])


def _table(tokens: Tokens, column: Array, vocabulary: list[str], codes: list[str], stopped: list[str]) -> Counts:
    columns = column[tokens.ids]
    keep = columns >= 0
    if stopped and len(vocabulary):
        number = {code: n for n, code in enumerate(stopped)}
        mask = np.zeros((len(stopped), len(vocabulary)), bool)
        for code, n in number.items():
            words = function_words(code)
            mask[n] = [word in words for word in vocabulary]
        of_text = np.array([number[code] for code in codes] or [0])
        keep &= ~mask[of_text[tokens.unit], np.maximum(columns, 0)]
    shape = (tokens.n_texts, len(vocabulary))
    ones = np.ones(int(keep.sum()), np.int32)
    matrix = sparse.csr_matrix((ones, (tokens.unit[keep], columns[keep])), shape=shape, dtype=np.int32)
    matrix.sum_duplicates()
    used = np.asarray(matrix.sum(axis=0)).ravel() > 0
    return Counts(matrix[:, used], [word for word, seen in zip(vocabulary, used.tolist()) if seen])


def base_form(word: str) -> str:
    """A vocabulary form without possessive 's or elided article: "government's" -> "government", "l'accord" -> "accord"."""
    if "'" not in word:
        return word.strip("_")
    for elided in _ELIDED:
        if word.startswith(elided) and len(word) > len(elided) + 1:
            return word[len(elided) :]
    return word[:-2] if word.endswith("'s") else word
