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
from corpus_utils.tokens import spell_words

_PIECE = re.compile(r"[^\W_]+")  # what no joiner, stop or mark divides: "répondit-elle" has two

_ALONE, _OPENS, _FOLLOWS = 1, 2, 4  # an expression by itself; the verb of one with a particle; its particle


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
    words, codes, spelled = spell_words(texts)
    flags = {language: _flags(spelled, _pieces(language)) for language in set(languages)}
    places = []
    for number, language in enumerate(languages):
        first, last = int(words.bounds[number]), int(words.bounds[number + 1])
        told = flags[language][codes[first:last]]
        kept = (told & _ALONE) > 0
        kept[:-1] |= ((told[:-1] & _OPENS) > 0) & ((told[1:] & _FOLLOWS) > 0)
        places.append(CuePlaces(words.starts[first:last][kept], words.ends[first:last][kept]))
    return places


@lru_cache(maxsize=16)
def _pieces(language: str) -> dict[str, int]:
    """What each piece may be: of verbs that report with a particle ("go after") both words, which stand beside each other; of any other
    expression the longest word ("in the words of" cannot stand where "words" does not).
    """
    cues = load_cues(language)
    verbs = [(form, *entry[3]) for form, entries in cues.verbs.items() for entry in entries]
    pairs = [words for words in verbs if len(words) > 1 and words[0].isalnum() and words[1].isalnum()]
    phrases = [phrase for phrases in cues.frames.values() for phrase in phrases]
    single = [(word,) for word in cues.nouns | cues.adverbs | cues.behind_comma]
    longest = [max(words, key=_longest_piece) for words in {*verbs, *phrases, *single}.difference(pairs)]
    told = dict.fromkeys((piece for word in longest for piece in _PIECE.findall(word)), _ALONE)
    for opening, following, *_ in pairs:
        told[opening] = told.get(opening, 0) | _OPENS
        told[following] = told.get(following, 0) | _FOLLOWS
    return told


def _longest_piece(word: str) -> int:
    return max(map(len, _PIECE.findall(word)), default=0)


def _flags(vocabulary: list[str], pieces: dict[str, int]) -> np.ndarray:
    """What each word of a vocabulary may be. A word that is joined to others may hold what follows it, too."""
    return np.fromiter((pieces.get(word, 0) if word.isalnum() else _joined(word, pieces) for word in vocabulary), np.uint8, len(vocabulary))


def _joined(word: str, pieces: dict[str, int]) -> int:
    told = 0
    for piece in _PIECE.findall(word):
        told |= pieces.get(piece, 0)
    return told | _ALONE if told & _OPENS else told
