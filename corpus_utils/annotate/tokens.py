"""Texts as arrays of token ids, made once and counted many times: cue coding, keyness, collocations and KWIC stand on this.

Conventions
    A token is a run of letters and digits, or a number with inner points and commas ("1.2"), joined over inner apostrophes ("don't",
    "l'état"); typographic and straight apostrophes give the same token. A hyphen separates unless `hyphens=True`.
    Offsets are code points, half open [start, end), into the text the token stands in.
    The vocabulary holds lower-cased forms in alphabetical order, so ids do not depend on the order of the texts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_WORD = r"\w[\w\u0300-\u036f]*"  # combining accents belong to their letter
_PLAIN = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*)")
_JOINED = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ\-‐‑]{_WORD})*)")
_CLAUSE = re.compile(r"[,.;:!?…()\[\]–—\n¿¡]| -+ ")
_SENTENCE = re.compile(r"[.!?…\n¿¡]")
_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Tokens:
    """All tokens of `n_texts` texts, one after the other.

    ids[t] is the vocabulary id of token t, unit[t] the number of its text, starts[t] and ends[t] its offsets, clause[t] and
    sentence[t] running numbers that grow at punctuation and at each new text. All arrays have one entry per token.
    """

    ids: Array
    unit: Array
    starts: Array
    ends: Array
    clause: Array
    sentence: Array
    vocabulary: list[str]
    n_texts: int

    @cached_property
    def index(self) -> dict[str, int]:
        """Vocabulary form -> id."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def lengths(self) -> Array:
        """Number of tokens of each text, shape (n_texts,)."""
        return np.bincount(self.unit, minlength=self.n_texts)

    @cached_property
    def bounds(self) -> Array:
        """Text u holds the tokens bounds[u]:bounds[u + 1]; shape (n_texts + 1,)."""
        return np.concatenate(([0], np.cumsum(self.lengths)))

    def words(self, unit: int) -> list[str]:
        """The lower-cased tokens of one text."""
        return [self.vocabulary[i] for i in self.ids[self.bounds[unit] : self.bounds[unit + 1]]]


def tokenise(texts: Sequence[str], *, hyphens: bool = False) -> Tokens:
    """Turn texts into token ids with offsets. `hyphens` keeps "cross-border" in one piece."""
    raw: defaultdict[str, int] = defaultdict()
    raw.default_factory = raw.__len__
    gaps: defaultdict[str, int] = defaultdict()
    gaps.default_factory = gaps.__len__
    pattern = _JOINED if hyphens else _PLAIN
    parts = [_split(texts[i : i + _TEXTS_AT_ONCE], pattern, raw, gaps) for i in range(0, len(texts), _TEXTS_AT_ONCE)]
    ids, starts, ends, gap, counts = (np.concatenate([part[k] for part in parts]) if parts else np.zeros(0, np.int64) for k in range(5))
    vocabulary, mapping = _normalise(list(raw))
    unit = np.repeat(np.arange(len(texts), dtype=np.int64), counts)
    first = np.zeros(len(ids), bool)
    first[(np.cumsum(counts) - counts)[counts > 0]] = True
    clause_gap = np.array([bool(_CLAUSE.search(text)) for text in gaps] or [False])
    sentence_gap = np.array([bool(_SENTENCE.search(text)) for text in gaps] or [False])
    return Tokens(
        ids=mapping[ids] if len(ids) else ids,
        unit=unit,
        starts=starts,
        ends=ends,
        clause=np.cumsum(clause_gap[gap] | first),
        sentence=np.cumsum(sentence_gap[gap] | first),
        vocabulary=vocabulary,
        n_texts=len(texts),
    )


def _split(
    texts: Sequence[str], pattern: re.Pattern[str], raw: defaultdict[str, int], gaps: defaultdict[str, int]
) -> tuple[Array, Array, Array, Array, Array]:
    """Ids, starts, ends and preceding gap of every token, and the number of tokens per text.

    `split` with a group alternates gap, token, gap, ...: its lengths, summed up, are the offsets; no loop over tokens.
    """
    words: list[str] = []
    before: list[str] = []
    counts = np.zeros(len(texts), np.int64)
    starts: list[Array] = []
    ends: list[Array] = []
    for number, text in enumerate(texts):
        pieces = pattern.split(text)
        edges = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
        starts.append(edges[:-1:2])
        ends.append(edges[1::2])
        words += pieces[1::2]
        before += pieces[:-1:2]
        counts[number] = len(pieces) // 2
    ids = np.fromiter(map(raw.__getitem__, words), np.int64, len(words))
    gap = np.fromiter(map(gaps.__getitem__, before), np.int64, len(before))
    return ids, np.concatenate(starts), np.concatenate(ends), gap, counts


def normalise_word(word: str) -> str:
    """The vocabulary form of a word: lower case, straight apostrophes, plain hyphens."""
    return word.lower().replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")


def _normalise(forms: list[str]) -> tuple[list[str], Array]:
    """Sorted vocabulary of the forms, and the id in it of each form."""
    normal = [normalise_word(form) for form in forms]
    vocabulary = sorted(set(normal))
    index = {word: number for number, word in enumerate(vocabulary)}
    return vocabulary, np.array([index[word] for word in normal] or [0], np.int64)
