"""Which words the patterns of cues look for: every form is read once, however many texts and parts of a corpus hold it.

Conventions
    A word that some pattern or negation asks for has a number from 1; all other words, which are nearly all, are 0.
    A form stands under its own spelling, without an English possessive 's, and without an elided article ("l'église").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from corpus_utils.annotate.cue_patterns import Slot
from corpus_utils.annotate.tokens import Array, Tokens

_SAMPLED = 8  # every eighth token tells which words are rare
_MOST_FORMS = 1_000_000  # beyond this the table starts anew, so that memory stays bounded

# Function words that reverse what follows. Closed classes, written down from grammars, not from any corpus.
NEGATORS: dict[str, tuple[str, ...]] = {
    "en": (
        "not", "no", "never", "neither", "nor", "without", "hardly", "barely", "cannot", "nobody", "nothing", "none", "don't", "doesn't",
        "didn't", "isn't", "aren't", "wasn't", "weren't", "won't", "wouldn't", "can't", "couldn't", "shouldn't", "hasn't",
        "haven't", "hadn't",
    ),
    "es": ("no", "nunca", "jamás", "ni", "sin", "tampoco", "nadie", "nada", "ningún", "ninguna", "ninguno"),
    "fr": ("ne", "n", "pas", "jamais", "sans", "ni", "aucun", "aucune", "non", "personne"),
    "pt": ("não", "nunca", "jamais", "nem", "sem", "tampouco", "ninguém", "nenhum", "nenhuma"),
    "de": ("nicht", "kein", "keine", "keinen", "keiner", "keinem", "keines", "nie", "niemals", "ohne", "weder", "noch"),
    "ru": ("не", "нет", "ни", "никогда", "без", "нельзя", "никто", "ничто"),
}  # fmt: skip
# French n' is not here: it negates, so "n'accuse" is no cue.
_ELISIONS = {"fr": ("l'", "d'", "s'", "qu'", "j'", "m'", "t'", "c'"), "pt": ("d'",), "it": ("l'", "d'", "un'", "dell'", "all'")}

Pattern = tuple[Slot, ...]
_Place = tuple[int, int]  # number of a pattern and of one of its slots
_NOWHERE: list[_Place] = []


class Numbers(NamedTuple):
    """Numbers of the words of some tokens: few tokens are ever asked for theirs."""

    numbers: Array  # of each form of the tokens
    codes: Array  # of each token the form

    def of(self, tokens: Array) -> Array:
        """The numbers of the words of some tokens, which are given by their place."""
        return self.numbers[self.codes[tokens]]


class Plan:
    """Patterns under numbered words: by which words they are found, and which word each place of a pattern may be."""

    def __init__(self, patterns: Sequence[Pattern], words: list[list[list[int]]], uses: list[int], negators: Sequence[int]) -> None:
        """`words`: of each pattern and place the numbers of the words it may be; `uses`: about how often each word is used."""
        self.size = np.array([len(slots) for slots in patterns], np.int64)
        self.anchor = _anchors(patterns, words, uses)
        finding = _Members([slots[k] for slots, k in zip(words, self.anchor.tolist())], len(uses))
        word, self.pattern = (column[np.lexsort((finding.pattern, finding.word))] for column in (finding.word, finding.pattern))
        self.begins = np.searchsorted(word, np.arange(len(uses)))  # patterns that word w finds: pattern[begins[w]:begins[w] + many[w]]
        self.many = np.bincount(word, minlength=len(uses))
        self.finds = finding.met
        longest = int(self.size.max(initial=0))
        self.members = [_Members([slots[k] if len(slots) > k else [] for slots in words], len(uses)) for k in range(longest)]
        self.gaps = [np.array([len(slots) > k and slots[k].gap for slots in patterns], bool) for k in range(longest)]
        self.negators = np.zeros(len(uses), bool)
        self.negators[list(negators)] = True

    def uses(self, words_of: Numbers) -> tuple[Array, Array]:
        """Every token paired with every pattern that looks for its word: (pattern, token)."""
        tokens = np.flatnonzero(self.finds[words_of.numbers][words_of.codes])
        words = words_of.of(tokens)
        per_token = self.many[words]
        shift = self.begins[words] - np.cumsum(per_token) + per_token
        return self.pattern[np.arange(per_token.sum()) + np.repeat(shift, per_token)], np.repeat(tokens, per_token)


def _anchors(patterns: Sequence[Pattern], words: list[list[list[int]]], uses: list[int]) -> Array:
    """Of each pattern the word by which it is looked for: the rarest of those before the first gap, as "side" of "the other side"."""
    chosen = []
    for slots, places in zip(patterns, words):
        fixed = next((k for k, slot in enumerate(slots) if slot.gap), len(slots))
        found = [sum(map(uses.__getitem__, ids)) for ids in places[:fixed]] if fixed > 1 else [0]
        chosen.append(found.index(min(found)))
    return np.array(chosen, np.int64)


class _Members:
    """Words that stand for patterns, as pairs (pattern, word), asked in bulk."""

    def __init__(self, words: list[list[int]], vocabulary: int) -> None:
        self.pattern = np.repeat(np.arange(len(words)), np.fromiter(map(len, words), np.int64, len(words)))
        self.word = np.fromiter(chain.from_iterable(words), np.int64, len(self.pattern))
        self.met = np.zeros(vocabulary, bool)
        self.met[self.word] = True
        self._words = vocabulary
        self._keys = np.sort(self.pattern * vocabulary + self.word)

    def has(self, pattern: Array, word: Array) -> Array:
        rows = np.flatnonzero(self.met[word])  # few words stand for anything
        wanted = pattern[rows] * self._words + word[rows]
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = np.zeros(len(pattern), bool)
        found[rows] = self._keys[at] == wanted
        return found


class CueWords:
    """The words that the patterns of a language ask for, among all forms met so far."""

    def __init__(self, patterns: tuple[Pattern, ...], language: str) -> None:
        self._patterns, self._language = patterns, language
        self._negators = frozenset(NEGATORS.get(language, ()))
        self._beginnings = _Beginnings(patterns)
        self._heads = frozenset(form[:3] for form in (*self._beginnings.whole, *self._beginnings.begun, *self._negators))
        self._short_heads = frozenset(form for form in self._beginnings.begun if len(form) < 3)
        self._forget()

    def _forget(self) -> None:
        self._number_of: dict[int, int] = {}  # key of a form -> number of the word
        self._found: list[list[list[int]]] = [[[] for _ in slots] for slots in self._patterns]  # numbers of words by pattern and place
        self._reversing: list[int] = []
        self._size = 1
        self._plan: Plan | None = None

    def read(self, tokens: Tokens) -> tuple[Numbers, Plan]:
        """Numbers of the words of some tokens, and the plan that knows these."""
        if len(self._number_of) > _MOST_FORMS:
            self._forget()
        keys = tokens.keys.tolist()
        numbers = np.fromiter(map(self._number_of.get, keys, repeat(-1)), np.int64, len(keys))
        new = np.flatnonzero(numbers < 0)
        if len(new):
            numbers[new] = self._add(tokens.keys[new].tolist(), tokens.forms(new))
        if self._plan is None:  # rare words are told by these texts: which are chosen changes no match
            uses = np.bincount(numbers[tokens.codes[::_SAMPLED]], minlength=self._size).tolist()
            self._plan = Plan(self._patterns, self._found, uses, self._reversing)
        return Numbers(numbers, tokens.codes), self._plan

    def _add(self, keys: list[int], forms: list[str]) -> list[int]:
        """The numbers of forms that were not met before."""
        numbers, heads, short = [0] * len(forms), self._heads, self._short_heads
        asked = [row for row, form in enumerate(forms) if form[:3] in heads or "'" in form or (short and form[:2] in short)]
        for row in asked:  # nothing more is asked of most
            form = forms[row]
            places = self._beginnings.of(form)
            reverses = form in self._negators
            if "'" in form:
                places = [*places, *(place for part in _variants(form, self._language) for place in self._beginnings.of(part))]
                reverses |= self._language == "fr" and form.startswith("n'")  # "n'est": the elided negator is part of it
            if places or reverses:
                numbers[row] = self._size
                for pattern, k in set(places):
                    self._found[pattern][k].append(self._size)
                self._reversing += [self._size] * reverses
                self._size += 1
                self._plan = None
        self._number_of.update(zip(keys, numbers))
        return numbers


class _Beginnings:
    """Places of patterns by the words and beginnings of words that may stand there."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.whole: dict[str, list[_Place]] = {}
        self.begun: dict[str, list[_Place]] = {}
        for pattern, slots in enumerate(patterns):
            for k, slot in enumerate(slots):
                for word in slot.words:
                    self.whole.setdefault(word, []).append((pattern, k))
                for beginning in slot.prefixes:
                    self.begun.setdefault(beginning, []).append((pattern, k))
        self._sorted = sorted(self.begun)
        self._places = [self.begun[beginning] for beginning in self._sorted]
        self._shorter: list[int] = []  # of each beginning the next shorter one that it begins with
        for number, beginning in enumerate(self._sorted):
            self._shorter.append(self._last(beginning, number))

    def _last(self, form: str, number: int) -> int:
        """The longest beginning of a form among those before a number, -1 where there is none."""
        number -= 1
        while number >= 0 and not form.startswith(self._sorted[number]):
            number = self._shorter[number]
        return number

    def of(self, form: str) -> list[_Place]:
        """The places where a form may stand."""
        found = self.whole.get(form, _NOWHERE)
        number = self._last(form, bisect_right(self._sorted, form))
        while number >= 0:
            found = found + self._places[number]
            number = self._shorter[number]
        return found


def _variants(word: str, language: str) -> list[str]:
    if language == "en":
        return [word[:-2]] if word.endswith("'s") else []
    return [word[len(elided) :] for elided in _ELISIONS.get(language, ()) if word.startswith(elided) and len(word) > len(elided)]


@lru_cache(maxsize=8)
def cue_words(patterns: tuple[Pattern, ...], language: str) -> CueWords:
    """The words of some patterns, with what is known of them from other texts."""
    return CueWords(patterns, language)
