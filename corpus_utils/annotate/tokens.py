"""Texts as arrays of token ids, made once and counted many times: cue coding, keyness, collocations and KWIC stand on this.

Conventions
    A token is a run of letters and digits, or a number with inner points and commas ("1.2"), joined over inner apostrophes ("don't",
    "l'état"); typographic and straight apostrophes give the same token. A hyphen separates (`token_scan.TOKEN`).
    Offsets are code points, half open [start, end), into the text the token stands in.
    The vocabulary holds lower-cased forms in alphabetical order, so ids do not depend on the order of the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import ne

import numpy as np

from corpus_utils.annotate.token_scan import Array, Scan, scan_tokens
from corpus_utils.tokens import first_uses

_DISTINCT = 1 << 16  # forms of some texts, about: a table of this size seldom grows, and stays in the cache


@dataclass(frozen=True)
class Tokens:
    """All tokens of `n_texts` texts, one after the other.

    ids[t] is the vocabulary id of token t; text u holds the tokens bounds[u]:bounds[u + 1]. Where tokens stand, and in which clause and
    sentence, is told on demand: few of them are ever asked.
    """

    ids: Array
    bounds: Array
    vocabulary: list[str]
    scan: Scan

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

    @cached_property
    def sentence(self) -> Array:
        """Of each token a running number that grows at the marks that end a sentence and at each new text."""
        opens = np.zeros(len(self.ids) + 1, bool)
        opens[np.searchsorted(self.scan.starts, self.scan.sentences)] = True
        return np.cumsum(opens[:-1], dtype=np.int32)

    def units_of(self, tokens: Array) -> Array:
        """Number of the text of some tokens, which are given by their numbers."""
        return np.searchsorted(self.bounds, tokens, side="right") - 1

    def starts_of(self, tokens: Array | slice = slice(None)) -> Array:
        """Offsets at which some tokens (all) begin in their texts."""
        return self.scan.starts[tokens] - self._begins(tokens)

    def ends_of(self, tokens: Array | slice = slice(None)) -> Array:
        """Offsets at which some tokens (all) end in their texts."""
        return self.scan.ends[tokens] - self._begins(tokens)

    def same_clause(self, tokens: Array, others: Array) -> Array:
        """Whether nothing that ends a clause stands between each token and its fellow."""
        return self._together(self.scan.clauses, tokens, others)

    def same_sentence(self, tokens: Array, others: Array) -> Array:
        """Whether nothing that ends a sentence stands between each token and its fellow."""
        return self._together(self.scan.sentences, tokens, others)

    def words(self, unit: int) -> list[str]:
        """The lower-cased tokens of one text."""
        return [self.vocabulary[i] for i in self.ids[self.bounds[unit] : self.bounds[unit + 1]]]

    def _begins(self, tokens: Array | slice) -> Array:
        return self.scan.begins[self.unit[tokens] if isinstance(tokens, slice) else self.units_of(tokens)]

    def _together(self, marks: Array, tokens: Array, others: Array) -> Array:
        starts = self.scan.starts
        return np.asarray(np.searchsorted(marks, starts[tokens]) == np.searchsorted(marks, starts[others]))


def tokenise(texts: Sequence[str]) -> Tokens:
    """Turn texts into token ids with offsets; each distinct form is read once."""
    import pandas as pd

    scan = scan_tokens(texts)
    bounds = np.searchsorted(scan.starts, scan.begins)
    codes, distinct = pd.factorize(scan.keys, size_hint=_DISTINCT)
    first = first_uses(codes, len(distinct))
    owners = np.searchsorted(bounds, first, side="right") - 1
    before = scan.begins[owners]
    places = zip(owners.tolist(), (scan.starts[first] - before).tolist(), (scan.ends[first] - before).tolist())
    vocabulary, mapping = _normalise([texts[owner][start:end] for owner, start, end in places])
    return Tokens(mapping[codes], bounds, vocabulary, scan)


def _normalise(forms: list[str]) -> tuple[list[str], Array]:
    """Sorted vocabulary of the forms (lower case, straight apostrophes), and the id in it of each form."""
    normal = "\n".join(forms).lower().replace("’", "'").replace("ʼ", "'").split("\n") if forms else []  # no form holds a line end
    order = sorted(range(len(normal)), key=normal.__getitem__)
    vocabulary = [normal[row] for row in order]
    new = np.fromiter(map(ne, vocabulary, ["", *vocabulary]), bool, len(order))
    mapping = np.empty(len(order), np.int64)
    mapping[order] = np.cumsum(new) - 1
    return vocabulary if new.all() else list(compress(vocabulary, new)), mapping
