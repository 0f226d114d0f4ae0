"""Texts as arrays of token ids, made once and counted many times: cue coding, keyness, collocations and KWIC stand on this.

Conventions
    A token is a run of letters and digits, or a number with inner points and commas ("1.2"), joined over inner apostrophes ("don't",
    "l'état"); typographic and straight apostrophes give the same token. A hyphen separates unless `hyphens=True`.
    Offsets are code points, half open [start, end), into the text the token stands in.
    The vocabulary holds lower-cased forms in alphabetical order, so ids do not depend on the order of the texts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from corpus_utils.tokens import hash_words
from corpus_utils.tokens.scan import batches

Array = np.ndarray[Any, np.dtype[Any]]

_WORD = r"\w[\w\u0300-\u036f]*"  # combining accents belong to their letter
_PLAIN = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*)")
_JOINED = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ\-‐‑]{_WORD})*)")
_APOSTROPHES, _HYPHENS, _POINTS = "'’ʼ", "-‐‑", ".,"
_CLAUSE_ENDS, _SENTENCE_ENDS = ",.;:!?…()[]–—\n¿¡", ".!?…\n¿¡"
_DASH = re.compile(r" -+(?= )")
_LETTER, _MARK, _DIGIT, _APOSTROPHE, _HYPHEN, _POINT, _CLAUSE, _SENTENCE = (1 << place for place in range(8))
_LAST_LETTER = 0x34000  # no script is written beyond
_CHARACTERS_AT_ONCE = 1 << 18  # cut together: what the processor's cache still holds


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
    """Turn texts into token ids with offsets. `hyphens` keeps "cross-border" in one piece.

    The expressions above say what a token is; they are carried out as array work on code points, and only numbers with points or
    commas in them are read by the expression itself.
    """
    import pandas as pd

    parts = [_split(texts[first:last], hyphens) for first, last in batches(texts, _CHARACTERS_AT_ONCE)]
    hashes, starts, ends, clause, sentence, counts = (
        np.concatenate([part[k] for part in parts]) if parts else np.zeros(0, np.int64) for k in range(6)
    )
    unit = np.repeat(np.arange(len(texts), dtype=np.int64), counts)
    codes, distinct = pd.factorize(hashes)
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # written backwards, so the first use of a form stays
    forms = [texts[n][low:high] for n, low, high in zip(unit[first].tolist(), starts[first].tolist(), ends[first].tolist())]
    vocabulary, mapping = _normalise(forms)
    opens = np.zeros(len(codes), bool)
    opens[(np.cumsum(counts) - counts)[counts > 0]] = True
    return Tokens(
        ids=mapping[codes] if len(codes) else np.zeros(0, np.int64),
        unit=unit,
        starts=starts,
        ends=ends,
        clause=np.cumsum(clause.astype(bool) | opens),
        sentence=np.cumsum(sentence.astype(bool) | opens),
        vocabulary=vocabulary,
        n_texts=len(texts),
    )


def _split(texts: Sequence[str], hyphens: bool) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Hash, start and end of every token, whether a clause or a sentence ends before it, and the number of tokens of each text."""
    joined = "\n".join(texts)  # no token holds a line end, so the texts stay apart
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.intp)
    kinds = _kinds().take(points)
    starts, ends = _runs(kinds, hyphens)
    starts, ends = _numbers(joined, kinds, starts, ends, _JOINED if hyphens else _PLAIN)
    clause, sentence = ((kinds & bit) > 0 for bit in (_CLAUSE, _SENTENCE))
    clause |= _dashes(joined, points)
    before = np.concatenate(([0], ends[:-1]))
    told = []
    for marks in (clause, sentence):
        until = np.concatenate(([0], np.cumsum(marks)))
        told.append(until[starts] > until[before] if len(starts) else np.zeros(0, bool))
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    first = np.cumsum(lengths) - lengths  # where each text begins
    counts = np.diff(np.searchsorted(starts, np.append(first, len(points) + 1)))
    shift = np.repeat(first, counts)
    return hash_words(points, starts, ends), starts - shift, ends - shift, told[0], told[1], counts


def _runs(kinds: Array, hyphens: bool) -> tuple[Array, Array]:
    """Words by the second half of the expression: letters with their marks, joined over apostrophes (and hyphens)."""
    inside = np.zeros(len(kinds) + 2, dtype=bool)  # one more on both sides, so that neighbours need no special case
    letter = (kinds & _LETTER) > 0
    inside[1:-1] = letter
    marks = np.flatnonzero(kinds & _MARK) + 1
    if len(marks):  # those in a row belong to the letter before the first
        opens = np.concatenate(([True], np.diff(marks) > 1))
        belongs = inside[marks[opens] - 1]
        inside[marks[belongs[np.cumsum(opens) - 1]]] = True
    joiners = np.flatnonzero(kinds & (_APOSTROPHE | _HYPHEN if hyphens else _APOSTROPHE)) + 1
    joiners = joiners[~inside[joiners]]
    inside[joiners[inside[joiners - 1] & np.append(letter, False)[joiners]]] = True
    changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a word and out of it, in turn
    return changes[::2], changes[1::2]


def _numbers(text: str, kinds: Array, starts: Array, ends: Array, pattern: re.Pattern[str]) -> tuple[Array, Array]:
    """The tokens with those read anew where a number goes on behind a point or a comma."""
    digit = (kinds & _DIGIT) > 0
    places = np.flatnonzero(kinds & _POINT)
    places = places[(places > 0) & (places < len(kinds) - 1)]
    places = places[digit[places - 1] & digit[places + 1]]
    if not len(places):
        return starts, ends
    left = np.searchsorted(ends, places)  # the run that ends at each place; the next one begins behind it
    chain = np.concatenate(([True], np.diff(left) > 1))  # runs in a row make one stretch
    firsts, lasts = left[chain], left[np.append(chain[1:], True)] + 1
    found = [
        match.span() for low, high in zip(starts[firsts].tolist(), ends[lasts].tolist()) for match in pattern.finditer(text, low, high)
    ]
    inside = np.zeros(len(starts) + 1, dtype=np.int64)
    np.add.at(inside, firsts, 1)
    np.add.at(inside, lasts + 1, -1)
    alone = np.cumsum(inside)[:-1] == 0
    read = np.array(found, dtype=np.int64).reshape(-1, 2)
    all_starts, all_ends = np.concatenate([starts[alone], read[:, 0]]), np.concatenate([ends[alone], read[:, 1]])
    order = np.argsort(all_starts, kind="stable")
    return all_starts[order], all_ends[order]


def _dashes(text: str, points: Array) -> Array:
    """True where hyphens between blanks begin: they end a clause."""
    marks = np.zeros(len(points), bool)
    if " -" in text:
        marks[[match.start() for match in _DASH.finditer(text)]] = True
    return marks


@cache
def _kinds() -> Array:
    """What every code point is, as bits."""
    kinds = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    characters = "".join(map(chr, range(_LAST_LETTER)))
    for pattern, bit in ((r"\w+", _LETTER), (r"\d+", _DIGIT)):
        for match in re.finditer(pattern, characters):
            kinds[match.start() : match.end()] |= bit
    kinds[0x300:0x370] |= _MARK
    listed = (_APOSTROPHES, _APOSTROPHE), (_HYPHENS, _HYPHEN), (_POINTS, _POINT), (_CLAUSE_ENDS, _CLAUSE), (_SENTENCE_ENDS, _SENTENCE)
    for chars, bit in listed:
        for char in chars:
            kinds[ord(char)] |= bit
    return kinds


def normalise_word(word: str) -> str:
    """The vocabulary form of a word: lower case, straight apostrophes, plain hyphens."""
    return word.lower().replace("’", "'").replace("ʼ", "'").replace("‐", "-").replace("‑", "-")


def _normalise(forms: list[str]) -> tuple[list[str], Array]:
    """Sorted vocabulary of the forms, and the id in it of each form."""
    normal = [normalise_word(form) for form in forms]
    vocabulary = sorted(set(normal))
    index = {word: number for number, word in enumerate(vocabulary)}
    return vocabulary, np.array([index[word] for word in normal] or [0], np.int64)
