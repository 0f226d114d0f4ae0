"""Pairs and runs of neighbouring words, counted by sorting whole numbers (see `words` for what the measures mean)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus_utils.analyse.counts import has_letter
from corpus_utils.analyse.function_words import function_words
from corpus_utils.annotate.tokens import Array
from corpus_utils.tokens import TokenIndex, index_texts, sentence_numbers


@dataclass(frozen=True)
class Running:
    """The words of texts in order: `ids` into the alphabetical `vocabulary`, the number of each one's text and of its sentence."""

    ids: Array
    unit: Array
    sentence: Array
    vocabulary: list[str]
    texts: int


@dataclass(frozen=True)
class PairCounts:
    """Distinct pairs (first, second), how often and in how many texts they stand together, and what they are compared with."""

    first: Array
    second: Array
    count: Array
    texts: Array
    frequency_first: Array  # of the first word, as a possible first of a pair
    frequency_second: Array
    total: int

    def rows(self, vocabulary: list[str], *, most: int) -> list[tuple[str, str, int, float, float, float, int]]:
        """Rows for `words.collocations`, strongest logDice first, ties in alphabetical order."""
        from corpus_utils.analyse.word_measures import signed_g2

        f, s, n = self.frequency_first.astype(float), self.frequency_second.astype(float), self.count.astype(float)
        log_dice = 14 + np.log2(2 * n / (f + s))
        order = np.lexsort((self.second, self.first, -log_dice.round(9)))[:most]
        pmi = np.log2(self.total * n / (f * s))
        g2 = signed_g2(n, s - n, f, np.maximum(self.total - f, 1e-9))
        return [
            (vocabulary[self.first[o]], vocabulary[self.second[o]], int(n[o]), float(log_dice[o]), float(pmi[o]), float(g2[o]),
             int(self.texts[o]))
            for o in order.tolist()
        ]  # fmt: skip


def running_words(texts: Sequence[str], index: TokenIndex | None = None) -> Running:
    """The running words of texts; `index`: theirs, where there is one already."""
    made = index_texts(texts) if index is None else index
    unit = np.repeat(np.arange(len(made), dtype=np.int64), np.diff(made.bounds))
    return Running(made.ids, unit, sentence_numbers(texts, made), made.vocabulary, len(made))


def pairs(words: Running, *, least: int, language: str) -> PairCounts:
    """Adjacent words of the same sentence, in order, met `least` times. Frequencies count a word as first and as second of such a pair.

    `language` leaves out pairs with one of its function words ("": none); a pair has no part without a letter.
    """
    size = len(words.vocabulary)
    here = np.flatnonzero(words.sentence[1:] == words.sentence[:-1])
    first, second = words.ids[here], words.ids[here + 1] if len(here) else here
    as_first, as_second = np.bincount(first, minlength=size), np.bincount(second, minlength=size)
    shown = _shown(words.vocabulary, np.maximum(as_first, as_second) >= least, language)
    kept = shown[first] & shown[second] & (as_first[first] >= least) & (as_second[second] >= least)
    one, two, count, texts = _counted([first[kept], second[kept]], words.unit[here[kept]], least, words.texts)
    return PairCounts(one, two, count, texts, as_first[one], as_second[two], max(len(here), 1))


def neighbours(words: Running, node: str, window: int, *, least: int, language: str) -> PairCounts:
    """Words up to `window` away from `node` in its sentence. A word's frequency is its number of tokens; the total is all tokens."""
    size = len(words.vocabulary)
    frequency = np.bincount(words.ids, minlength=size)
    wanted = index_texts([node])
    number = words.vocabulary.index(wanted.vocabulary[0]) if len(wanted.ids) == 1 and wanted.vocabulary[0] in words.vocabulary else -1
    at = np.flatnonzero(words.ids == number)
    found: list[Array] = []
    for step in [step for step in range(-window, window + 1) if step]:
        other = at + step
        other = other[(other >= 0) & (other < len(words.ids))]
        found.append(other[words.sentence[other] == words.sentence[other - step]])
    position = np.concatenate(found) if found else np.zeros(0, np.int64)
    second = words.ids[position]
    kept = _shown(words.vocabulary, frequency >= least, language)[second]
    one, two, count, texts = _counted([np.full(int(kept.sum()), number), second[kept]], words.unit[position[kept]], least, words.texts)
    return PairCounts(one, two, count, texts, frequency[one], frequency[two], max(len(words.ids), 1))


def runs(words: Running, n: int, *, least: int, most: int) -> list[tuple[str, int, int]]:
    """Runs of n words inside sentences: (words, count, texts), most frequent first. Numbers are no words: a run ends before them."""
    if len(words.ids) < n:
        return []
    start = np.flatnonzero(words.sentence[n - 1 :] == words.sentence[: len(words.ids) - n + 1])
    shown = _shown(words.vocabulary, np.bincount(words.ids, minlength=len(words.vocabulary)) >= least, "")[words.ids]
    for step in range(n):
        start = start[shown[start + step]]
    *columns, count, texts = _counted([words.ids[start + step] for step in range(n)], words.unit[start], least, words.texts)
    order = np.lexsort((*columns[::-1], -count))[:most]
    return [(" ".join(words.vocabulary[column[row]] for column in columns), int(count[row]), int(texts[row])) for row in order.tolist()]


def _shown(vocabulary: list[str], often: Array, language: str) -> Array:
    """Words of the vocabulary that a table shows: those that are `often` used, with a letter, and no function words of the language."""
    stop = function_words(language) if language else frozenset()
    shown = often.copy()
    for row in np.flatnonzero(often).tolist():
        shown[row] = vocabulary[row] not in stop and has_letter(vocabulary[row])
    return shown


def _counted(columns: list[Array], unit: Array, least: int, texts: int) -> list[Array]:
    """Distinct rows of `columns` met `least` times; then how often and in how many texts each was met."""
    import pandas as pd

    codes = np.zeros(len(unit), np.int64)
    for column in columns:  # rows get whole numbers below their count, so the next column still fits in
        codes = pd.factorize(codes * (int(column.max(initial=0)) + 1) + column)[0]
    count = np.bincount(codes)
    cells = np.sort(codes * max(texts, 1) + unit)
    spread = np.bincount(cells[np.diff(cells, prepend=-1) != 0] // max(texts, 1), minlength=len(count))
    kept = np.flatnonzero(count >= least)
    place = np.empty(len(count), np.int64)
    place[codes] = np.arange(len(codes))  # any place where the row stands
    return [*(column[place[kept]] for column in columns), count[kept], spread[kept]]
