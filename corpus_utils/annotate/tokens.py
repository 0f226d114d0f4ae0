"""Texts as arrays of token ids, made once and counted many times: cue coding, keyness, collocations and KWIC stand on this.

Conventions
    A token is a run of letters and digits, or a number with inner points and commas ("1.2"), joined over inner apostrophes ("don't",
    "l'état"); typographic and straight apostrophes give the same token. A hyphen separates.
    Offsets are code points, half open [start, end), into the text the token stands in.
    The vocabulary holds lower-cased forms in alphabetical order, so ids do not depend on the order of the texts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.tokens import Pieces, Spread, hash_words, split_pieces, spread, take_pieces
from corpus_utils.tokens.scan import batches

Array = np.ndarray[Any, np.dtype[Any]]

_WORD = r"\w[\w\u0300-\u036f]*"  # combining accents belong to their letter
_TOKEN = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*)")
_APOSTROPHES, _POINTS = "'’ʼ", ".,"
_CLAUSE_ENDS, _SENTENCE_ENDS = ",.;:!?…()[]–—¿¡", ".!?…¿¡"  # and line ends, which no piece holds
_LETTER, _MARK, _DIGIT, _APOSTROPHE, _POINT, _CLAUSE, _SENTENCE, _DASH = (1 << place for place in range(8))
_LAST_LETTER = 0x34000  # no script is written beyond
_CHARACTERS_AT_ONCE = 1 << 19


@dataclass(frozen=True)
class Tokens:
    """All tokens of `n_texts` texts, one after the other.

    ids[t] is the vocabulary id of token t, clause[t] and sentence[t] running numbers that grow at punctuation and at each new text;
    text u holds the tokens bounds[u]:bounds[u + 1]. Where tokens stand is told on demand: few of them are ever shown.
    """

    ids: Array
    clause: Array
    sentence: Array
    bounds: Array
    vocabulary: list[str]
    pieces: Pieces
    stand: Spread  # of the tokens of all kinds of pieces
    inner: tuple[Array, Array]  # starts and ends of the tokens of all kinds, in their kind

    @property
    def n_texts(self) -> int:
        """Number of the texts."""
        return len(self.bounds) - 1

    @cached_property
    def index(self) -> dict[str, int]:
        """Vocabulary form -> id."""
        return {word: number for number, word in enumerate(self.vocabulary)}

    @cached_property
    def lengths(self) -> Array:
        """Number of tokens of each text, shape (n_texts,)."""
        return np.diff(self.bounds)

    @cached_property
    def unit(self) -> Array:
        """Number of the text of each token."""
        return np.repeat(np.arange(self.n_texts), self.lengths)

    def units_of(self, tokens: Array) -> Array:
        """Number of the text of some tokens, which are given by their numbers."""
        return np.searchsorted(self.bounds, tokens, side="right") - 1

    def starts_of(self, tokens: Array | slice = slice(None)) -> Array:
        """Offsets at which some tokens (all) begin in their texts."""
        return self.pieces.starts[self.stand.pieces[tokens]] + self.inner[0][self.stand.at[tokens]]

    def ends_of(self, tokens: Array | slice = slice(None)) -> Array:
        """Offsets at which some tokens (all) end in their texts."""
        return self.pieces.starts[self.stand.pieces[tokens]] + self.inner[1][self.stand.at[tokens]]

    def words(self, unit: int) -> list[str]:
        """The lower-cased tokens of one text."""
        return [self.vocabulary[i] for i in self.ids[self.bounds[unit] : self.bounds[unit + 1]]]


def tokenise(texts: Sequence[str]) -> Tokens:
    """Turn texts into token ids with offsets.

    The expression above says what a token is; it is carried out as array work on the code points of each distinct piece between white
    space, which no token leaves, and only numbers with points or commas in them are read by the expression itself.
    """
    pieces = split_pieces(texts)
    return _tokens(texts, pieces, _read(pieces.kinds))


def tokenise_lots(texts: Sequence[str]) -> Iterator[Tokens]:
    """The same a few texts at a time, under one vocabulary: what is done with them stays in the processor's cache."""
    pieces = split_pieces(texts)
    read = _read(pieces.kinds)
    for first, last in batches(texts, _CHARACTERS_AT_ONCE):
        yield _tokens(texts[first:last], take_pieces(pieces, first, last), read)


def _tokens(texts: Sequence[str], pieces: Pieces, read: _Read) -> Tokens:
    stand = spread(pieces, read.bounds)
    marks = read.marks[stand.at]
    if len(marks):
        opens = np.flatnonzero(
            np.concatenate(([True], stand.pieces[1:] != stand.pieces[:-1]))
        )  # the first token of each piece that has one
        since = np.concatenate(([0], stand.pieces[opens[:-1]] + 1))  # pieces without any before it hand on what they hold
        marks[opens] |= np.bitwise_or.reduceat(_marks_before(texts, pieces, read)[: stand.pieces[-1] + 1], since)
    clause, sentence = (np.cumsum(marks & bit > 0, dtype=np.int32) for bit in (_CLAUSE, _SENTENCE))
    return Tokens(read.ids[stand.at], clause, sentence, stand.bounds, read.vocabulary, pieces, stand, (read.starts, read.ends))


class _Read(NamedTuple):
    """The tokens of the kinds of pieces, one kind after the other; kind k has bounds[k]:bounds[k + 1] of them."""

    ids: Array
    starts: Array  # offset in the kind
    ends: Array
    marks: Array  # bits: whether a clause or sentence ends before the token, inside the kind
    tails: Array  # the same behind the last token of each kind, for a kind without any of all it holds
    bounds: Array
    vocabulary: list[str]


def _read(kinds: Sequence[str]) -> _Read:
    import pandas as pd

    joined = "\n".join(kinds)  # no token holds a line end, so the kinds stay apart
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.intp)
    what = _kinds().take(points)
    starts, ends = _numbers(joined, what, *_runs(what))
    lengths = np.fromiter(map(len, kinds), np.int64, len(kinds))
    begins = np.cumsum(lengths + 1) - lengths - 1
    bounds = np.searchsorted(starts, np.append(begins, len(points) + 1))
    shift = np.repeat(begins, np.diff(bounds))
    before = np.maximum(np.concatenate(([0], ends))[: len(starts)], shift)
    last = begins.copy()
    last[np.diff(bounds) > 0] = ends[bounds[1:][np.diff(bounds) > 0] - 1]
    marks, tails = np.zeros(len(starts), np.uint8), np.zeros(len(kinds), np.uint8)
    for bit in (_CLAUSE, _SENTENCE):
        until = np.concatenate(([0], np.cumsum(what & bit > 0)))
        marks[until[starts] > until[before]] |= bit
        tails[until[begins + lengths] > until[last]] |= bit
    tails[[kind for kind in np.flatnonzero(points[begins] == ord("-")).tolist() if not kinds[kind].strip("-")]] |= _DASH
    codes, distinct = pd.factorize(hash_words(points, starts, ends))
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # written backwards, so the first use of a form stays
    vocabulary, mapping = _normalise([joined[low:high] for low, high in zip(starts[first].tolist(), ends[first].tolist())])
    ids = mapping[codes] if len(codes) else np.zeros(0, np.int64)
    return _Read(ids, starts - shift, ends - shift, marks, tails, bounds, vocabulary)


def _marks_before(texts: Sequence[str], pieces: Pieces, read: _Read) -> Array:
    """Bits: whether a clause or sentence ends between each piece and the one before it, or behind that one's last token."""
    marks = np.zeros(len(pieces.ids) + 1, np.uint8)
    marks[1:] = read.tails[pieces.ids]
    marks[:-1][pieces.opens] = _CLAUSE | _SENTENCE
    for place in np.flatnonzero(marks[1:] & _DASH).tolist():  # hyphens between blanks end a clause
        text = texts[int(np.searchsorted(pieces.bounds, place, side="right")) - 1]
        start = int(pieces.starts[place])
        end = start + len(pieces.kinds[pieces.ids[place]])
        if start and text[start - 1] == text[end : end + 1] == " ":
            marks[place + 1] |= _CLAUSE
    return marks[:-1]


def _runs(kinds: Array) -> tuple[Array, Array]:
    """Words by the second half of the expression: letters with their marks, joined over apostrophes."""
    inside = np.zeros(len(kinds) + 2, dtype=bool)  # one more on both sides, so that neighbours need no special case
    letter = (kinds & _LETTER) > 0
    inside[1:-1] = letter
    marks = np.flatnonzero(kinds & _MARK) + 1
    if len(marks):  # those in a row belong to the letter before the first
        opens = np.concatenate(([True], np.diff(marks) > 1))
        belongs = inside[marks[opens] - 1]
        inside[marks[belongs[np.cumsum(opens) - 1]]] = True
    joiners = np.flatnonzero(kinds & _APOSTROPHE) + 1
    joiners = joiners[~inside[joiners]]
    inside[joiners[inside[joiners - 1] & np.append(letter, False)[joiners]]] = True
    changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a word and out of it, in turn
    return changes[::2], changes[1::2]


def _numbers(text: str, kinds: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
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
    found = [match.span() for low, high in zip(starts[firsts].tolist(), ends[lasts].tolist()) for match in _TOKEN.finditer(text, low, high)]
    inside = np.zeros(len(starts) + 1, dtype=np.int64)
    np.add.at(inside, firsts, 1)
    np.add.at(inside, lasts + 1, -1)
    alone = np.cumsum(inside)[:-1] == 0
    read = np.array(found, dtype=np.int64).reshape(-1, 2)
    all_starts, all_ends = np.concatenate([starts[alone], read[:, 0]]), np.concatenate([ends[alone], read[:, 1]])
    order = np.argsort(all_starts, kind="stable")
    return all_starts[order], all_ends[order]


@cache
def _kinds() -> Array:
    """What every code point is, as bits."""
    kinds = np.zeros(sys.maxunicode + 1, dtype=np.uint8)
    characters = "".join(map(chr, range(_LAST_LETTER)))
    for pattern, bit in ((r"\w+", _LETTER), (r"\d+", _DIGIT)):
        for match in re.finditer(pattern, characters):
            kinds[match.start() : match.end()] |= bit
    kinds[0x300:0x370] |= _MARK
    listed = (_APOSTROPHES, _APOSTROPHE), (_POINTS, _POINT), (_CLAUSE_ENDS, _CLAUSE), (_SENTENCE_ENDS, _SENTENCE)
    for chars, bit in listed:
        for char in chars:
            kinds[ord(char)] |= bit
    return kinds


def _normalise(forms: list[str]) -> tuple[list[str], Array]:
    """Sorted vocabulary of the forms (lower case, straight apostrophes), and the id in it of each form."""
    normal = "\n".join(forms).lower().replace("’", "'").replace("ʼ", "'").split("\n")  # no form holds a line end
    vocabulary = sorted(set(normal))
    index = {word: number for number, word in enumerate(vocabulary)}
    return vocabulary if forms else [], np.array([index[word] for word in normal], np.int64)
