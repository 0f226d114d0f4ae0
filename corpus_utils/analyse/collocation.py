"""Pairs and runs of neighbouring words, counted in arrays of token ids (see `words` for what the measures mean)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus_utils.analyse.function_words import function_words
from corpus_utils.annotate.tokens import Array, Tokens, normalise_word


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

    def rows(self, tokens: Tokens, *, least: int, most: int, language: str) -> list[tuple[str, str, int, float, float, float, int]]:
        """Rows for `words.collocations`: pairs met `least` times, strongest logDice first, ties in alphabetical order."""
        from corpus_utils.analyse.words import signed_g2

        stop = function_words(language) if language else frozenset()
        plain = np.array([word not in stop and any(map(str.isalpha, word)) for word in tokens.vocabulary] or [False])
        keep = self.count >= least
        if language:
            keep &= plain[self.first] & plain[self.second]
        rows = np.flatnonzero(keep)
        f, s, n = self.frequency_first[rows].astype(float), self.frequency_second[rows].astype(float), self.count[rows].astype(float)
        log_dice = 14 + np.log2(2 * n / (f + s))
        pmi = np.log2(self.total * n / (f * s))
        g2 = signed_g2(n, s - n, f, np.maximum(self.total - f, 1e-9))
        order = np.lexsort((self.second[rows], self.first[rows], -log_dice.round(9)))[:most]
        word = tokens.vocabulary
        return [
            (word[self.first[rows[o]]], word[self.second[rows[o]]], int(n[o]), float(log_dice[o]), float(pmi[o]), float(g2[o]),
             int(self.texts[rows[o]]))
            for o in order
        ]  # fmt: skip


def pairs(tokens: Tokens) -> PairCounts:
    """Adjacent words of the same sentence, in order. Frequencies count a word as first and as second of such a pair."""
    here = np.flatnonzero(tokens.sentence[1:] == tokens.sentence[:-1]) if len(tokens.ids) else np.zeros(0, np.int64)
    first, second, unit = tokens.ids[here], tokens.ids[here + 1] if len(here) else here, tokens.unit[here]
    size = max(1, len(tokens.vocabulary))
    as_first, as_second = np.bincount(first, minlength=size), np.bincount(second, minlength=size)
    return _counted(first, second, unit, size, as_first, as_second, len(here), tokens.n_texts)


def neighbours(tokens: Tokens, node: str, window: int) -> PairCounts:
    """Words up to `window` away from `node` in its sentence. A word's frequency is its number of tokens; the total is all tokens."""
    size = max(1, len(tokens.vocabulary))
    frequency = np.bincount(tokens.ids, minlength=size)
    number = tokens.index.get(normalise_word(node.strip()), -1)
    at = np.flatnonzero(tokens.ids == number)
    found: list[Array] = []
    for step in [step for step in range(-window, window + 1) if step]:
        other = at + step
        other = other[(other >= 0) & (other < len(tokens.ids))]
        found.append(other[tokens.sentence[other] == tokens.sentence[other - step]])
    position = np.concatenate(found) if found else np.zeros(0, np.int64)
    first = np.full(len(position), max(number, 0))
    return _counted(first, tokens.ids[position], tokens.unit[position], size, frequency, frequency, len(tokens.ids), tokens.n_texts)


def _counted(first: Array, second: Array, unit: Array, size: int, as_first: Array, as_second: Array, total: int, texts: int) -> PairCounts:
    keys = first * size + second
    distinct, count = np.unique(keys, return_counts=True)
    in_text = np.unique(keys * max(1, texts) + unit)
    _, spread = np.unique(in_text // max(1, texts), return_counts=True)
    one, two = distinct // size, distinct % size
    return PairCounts(one, two, count, spread, as_first[one], as_second[two], max(total, 1))


def runs(tokens: Tokens, n: int, *, least: int, most: int) -> list[tuple[str, int, int]]:
    """Runs of n words inside sentences: (words, count, texts), most frequent first."""
    if len(tokens.ids) < n:
        return []
    start = np.flatnonzero(tokens.sentence[n - 1 :] == tokens.sentence[: len(tokens.ids) - n + 1])
    table = np.column_stack([tokens.ids[start + step] for step in range(n)])
    distinct, inverse, count = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    inverse = inverse.ravel()
    spread = np.bincount(np.unique(inverse * tokens.n_texts + tokens.unit[start]) // tokens.n_texts, minlength=len(distinct))
    rows = np.flatnonzero(count >= least)
    order = rows[np.lexsort((rows, -count[rows]))][:most]  # distinct rows are sorted, so their number is alphabetical order
    return [(" ".join(tokens.vocabulary[i] for i in distinct[row]), int(count[row]), int(spread[row])) for row in order]
