"""Where reporting expressions may stand in many texts: every distinct word is looked up once, whatever the number of its uses.

A place is only a candidate: sentences without one need not be read any further, and those with one are read with all their grammar.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from corpus_utils.annotate.reporting_cues import load_cues
from corpus_utils.tokens import index_texts

_PIECE = re.compile(r"[^\W_]+")  # what no joiner, stop or mark divides: "répondit-elle" has two


class CuePlaces:
    """Words of one text that may be (part of) a reporting expression: offsets of their starts and ends, in order."""

    def __init__(self, starts: np.ndarray, ends: np.ndarray) -> None:
        self.starts, self.ends = starts.tolist(), ends.tolist()

    def any_in(self, start: int, end: int) -> bool:
        """Does one of them touch text[start:end]?"""
        at = bisect_right(self.ends, start)
        return at < len(self.starts) and self.starts[at] < end


def find_cue_places(texts: Sequence[str], languages: Sequence[str]) -> list[CuePlaces]:
    """The candidates of each text; `languages` are ISO 639-1 codes, and one without a list of cues has none."""
    index = index_texts(texts)
    wanted = {language: _flagged(index.vocabulary, _pieces(language)) for language in set(languages)}
    places = []
    for number, language in enumerate(languages):
        first, last = int(index.bounds[number]), int(index.bounds[number + 1])
        kept = wanted[language][index.ids[first:last]]
        places.append(CuePlaces(index.starts[first:last][kept], index.ends[first:last][kept]))
    return places


@lru_cache(maxsize=16)
def _pieces(language: str) -> frozenset[str]:
    """Pieces of the longest word of every expression: "in the words of" cannot stand where "words" does not."""
    cues = load_cues(language)
    verbs = ((form, *entry[3]) for form, entries in cues.verbs.items() for entry in entries)
    phrases = (phrase for phrases in cues.frames.values() for phrase in phrases)
    single = ((word,) for word in cues.nouns | cues.adverbs | cues.behind_comma)
    longest = (max(words, key=lambda word: max(map(len, _PIECE.findall(word)), default=0)) for words in (*verbs, *phrases, *single))
    return frozenset(piece for word in longest for piece in _PIECE.findall(word))


def _flagged(vocabulary: list[str], pieces: frozenset[str]) -> np.ndarray:
    """Which words of a vocabulary hold one of the pieces."""
    found = (word in pieces if word.isalnum() else not pieces.isdisjoint(_PIECE.findall(word)) for word in vocabulary)
    return np.fromiter(found, dtype=bool, count=len(vocabulary))
