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
    """All tokens of `n_texts` texts, one after the other; text u holds the tokens bounds[u]:bounds[u + 1].

    Where tokens stand, in which clause and sentence, and how they are spelled is told on demand: few of them are ever asked.
    """

    texts: Sequence[str]
    bounds: Array
    scan: Scan
    codes: Array  # of each token the number of its form, in the order of first use; a word may have two forms
    keys: Array  # of each form, as `Scan` has them

    @cached_property
    def ids(self) -> Array:
        """Of each token its word's number in `vocabulary`."""
        return self._words[1][self.codes]

    @property
    def vocabulary(self) -> list[str]:
        """The words there are, sorted."""
        return self._words[0]

    @cached_property
    def _words(self) -> tuple[list[str], Array]:
        return _sorted(self.forms(np.arange(len(self.keys))))

    def forms(self, numbers: Array) -> list[str]:
        """Some forms as words are written in the vocabulary: lower case, straight apostrophes."""
        first = self._first[numbers]
        owners = self.units_of(first)
        before = self.scan.begins[owners]
        places = zip(owners.tolist(), (self.scan.starts[first] - before).tolist(), (self.scan.ends[first] - before).tolist())
        joined = "\n".join([self.texts[owner][start:end] for owner, start, end in places])  # no form holds a line end
        return joined.lower().replace("’", "'").replace("ʼ", "'").split("\n") if len(first) else []

    @cached_property
    def _first(self) -> Array:
        return first_uses(self.codes, len(self.keys))

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
        opens = np.zeros(len(self.codes) + 1, bool)
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
    """Turn texts into tokens with offsets; each distinct form is read once."""
    import pandas as pd

    scan = scan_tokens(texts)
    bounds = np.searchsorted(scan.starts, scan.begins)
    return Tokens(texts, bounds, scan, *pd.factorize(scan.keys, size_hint=_DISTINCT))


def _sorted(forms: list[str]) -> tuple[list[str], Array]:
    """The words among the forms in alphabetical order, and the number of each form among them."""
    order = sorted(range(len(forms)), key=forms.__getitem__)
    words = [forms[row] for row in order]
    new = np.fromiter(map(ne, words, ["", *words]), bool, len(order))
    mapping = np.empty(len(order), np.int64)
    mapping[order] = np.cumsum(new) - 1
    return words if new.all() else list(compress(words, new)), mapping
