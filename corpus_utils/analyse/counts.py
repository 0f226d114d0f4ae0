"""Texts as a sparse table of word counts: what topics, descriptions and keyness stand on.

Conventions
    Rows are texts, columns words in alphabetical order. A word is lower case, without an English possessive 's and without an
    elided article ("l'accord" counts as "accord"), whichever apostrophe was typed. Hyphenated words stay in one piece; in scripts
    without blanks every letter is a word (`tokens`).
    Function words are dropped by the language of each text, so German "die" goes and English "die" stays. Numbers are dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from corpus_utils.analyse.function_words import function_words
from corpus_utils.annotate.tokens import Array
from corpus_utils.tokens import TokenIndex, index_texts, stands_alone, take_texts
from corpus_utils.tokens import count_words as count_tokens

TEXTS_AT_ONCE = 5_000
_ELIDED = tuple("l' d' s' n' qu' j' m' t' c' un' dell' all' dall' nell' sull' jusqu' lorsqu' puisqu'".split())


@dataclass(frozen=True)
class Counts:
    """`matrix` (texts x words, whole numbers, CSR), its `vocabulary`, and the `lengths` of the texts in counted words."""

    matrix: Any
    vocabulary: list[str]

    @property
    def lengths(self) -> Array:
        return np.asarray(self.matrix.sum(axis=1)).ravel()

    @cached_property
    def present(self) -> Any:
        """1 where a text has a word, by columns (CSC)."""
        return (self.matrix > 0).astype(float).tocsc()

    @property
    def document_frequency(self) -> Array:
        """In how many texts each word stands."""
        return np.diff(self.matrix.tocsc().indptr)

    def keep(self, columns: Array) -> Counts:
        """Only the words whose column is given (numbers or a mask), in alphabetical order."""
        numbers = np.flatnonzero(columns) if columns.dtype == bool else np.sort(columns)
        return Counts(self.matrix[:, numbers], [self.vocabulary[i] for i in numbers])


def count_words(
    texts: Sequence[str], languages: Sequence[str] | str = "en", *, stop: bool = True, shortest: int = 2, index: TokenIndex | None = None
) -> Counts:
    """Count the words of each text. `languages`: one code for all, or one per text. `stop=False` keeps function words.

    `shortest`: letters of the shortest word that counts, in scripts that set words apart. `index`: the texts' words, where they are known.
    """
    codes = [languages] * len(texts) if isinstance(languages, str) else list(languages)
    if len(codes) != len(texts):
        raise ValueError(f"{len(texts)} texts, but {len(codes)} languages")
    lots = [slice(n, n + TEXTS_AT_ONCE) for n in range(0, max(len(texts), 1), TEXTS_AT_ONCE)]
    # the words of all texts at once would take several times the memory of the texts
    indexes = ((index_texts(texts[lot]) if index is None else take_texts(index, lot)) for lot in lots)
    return _stacked([_counted(one, codes[lot], stop, shortest) for one, lot in zip(indexes, lots)])


def _counted(index: TokenIndex, codes: list[str], stop: bool, shortest: int) -> Counts:
    table = count_tokens(index)
    forms = [base_form(word) if "'" in word else word for word in index.vocabulary]
    vocabulary = sorted({form for form in forms if (len(form) >= shortest or stands_alone(form)) and has_letter(form)})
    number = {word: column for column, word in enumerate(vocabulary)}
    columns = np.array([number.get(form, -1) for form in forms] or [-1], np.int64)[table.indices]
    rows = np.repeat(np.arange(len(index)), np.diff(table.indptr))
    keep = columns >= 0
    if stop and len(vocabulary):
        known = sorted(set(codes))
        words = [function_words(code) for code in known]
        stopped = np.array([[word in listed for word in vocabulary] for listed in words])
        keep &= ~stopped[np.array([known.index(code) for code in codes] or [0])[rows], np.maximum(columns, 0)]
    matrix = sparse.csr_matrix((table.data[keep], (rows[keep], columns[keep])), shape=(len(index), len(vocabulary)), dtype=np.int32)
    return _used(matrix, vocabulary)


def _stacked(parts: list[Counts]) -> Counts:
    """Counts of several lots of texts as one, over the words of all."""
    if len(parts) == 1:
        return parts[0]
    vocabulary = sorted({word for part in parts for word in part.vocabulary})
    number = {word: column for column, word in enumerate(vocabulary)}
    tables = []
    for part in parts:
        columns = np.array([number[word] for word in part.vocabulary] or [0], np.int32)  # alphabetical, so order within a row stays
        matrix = part.matrix
        tables.append(sparse.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=(matrix.shape[0], len(vocabulary))))
    return Counts(sparse.vstack(tables, format="csr"), vocabulary)


def _used(matrix: Any, vocabulary: list[str]) -> Counts:
    used = np.bincount(matrix.indices, minlength=len(vocabulary)) > 0
    return Counts(matrix[:, used], [word for word, seen in zip(vocabulary, used.tolist()) if seen])


def has_letter(word: str) -> bool:
    """Whether a word of an index is more than a number."""
    return word.isalpha() or any(map(str.isalpha, word))


def base_form(word: str) -> str:
    """A vocabulary form without possessive 's or elided article: "government's" -> "government", "l'accord" -> "accord"."""
    if "'" not in word:
        return word.strip("_")
    for elided in _ELIDED:
        if word.startswith(elided) and len(word) > len(elided) + 1:
            return word[len(elided) :]
    return word[:-2] if word.endswith("'s") else word
