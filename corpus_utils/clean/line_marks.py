"""What lines hold that readers of metadata look for: marks, found for the lines of many documents at once.

A mark says that a reader may find something in the line, not that it will. Most lines have none, and no reader cuts them out of their
text, let alone tries a pattern on them.

Conventions
    `find_marks` gives one number per visible line, with a bit for each mark; those of dates are in `date_marks`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_utils.clean.characters import LAST
from corpus_utils.clean.hashing import HEAD
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.names import may_open
from corpus_utils.clean.pages import hash_words

Array = np.ndarray
BYLINE = 4  # begins as bylines do, or names somebody "as told to" somebody
WHEN = 8  # says when: a digit, or "yesterday"
SLOGAN = 16  # a dash, bar or colon before a blank: what stands between a name and its slogan
RIGHTS = 32  # a claim of copyright
CALL = 64  # a word of those with which a page asks to follow it, or names its source
_WORDS = {
    BYLINE: ("told",), WHEN: ("yesterday",), RIGHTS: ("copyright",),
    CALL: (
        "support", "stand", "subscribe", "follow", "donate", "welcome", "about", "contact", "join", "more", "read", "apoya", "suscríbete",
        "síguenos", "soutenez", "abonnez", "unterstützen", "translation", "traducción", "source", "fuente",
    ),
}  # fmt: skip
_LOW = np.uint32(0xFFFF)


def find_marks(looks: Looks) -> Array:
    """The marks of each line, as bits of one number."""
    pages, marks = looks.pages, looks.dates.copy()
    if not len(pages):
        return marks
    said = _words()[pages.head_hash & _LOW]
    hits = np.flatnonzero(said != 0)
    np.bitwise_or.at(marks, pages.word_line[hits], said[hits])
    marks[may_open(looks.prefix)] |= BYLINE
    marks[looks.digits > 0] |= WHEN
    kinds = _kinds()[pages.marks[0]]
    some = np.flatnonzero(kinds != 0)
    places, kinds = pages.marked[some], kinds[some]
    codes = pages.ahead[0]
    names, claims = places[kinds == _NAMING], places[kinds == _CLAIMING]
    names, claims = names[codes[names + 1] == ord(" ")], claims[(codes[claims] == ord("©")) | _is_letter_c(codes, claims)]
    for bit, found in ((SLOGAN, names), (RIGHTS, claims)):
        marks[np.searchsorted(pages.start, found, side="right") - 1] |= bit
    return marks


_NAMING, _CLAIMING = 1, 2


@cache
def _kinds() -> Array:
    """Marks behind a name, beginnings of a claim of copyright; 0 for all other code points."""
    kinds = np.zeros(LAST + 1, dtype=np.uint8)
    for chars, kind in (("–—|:-", _NAMING), ("©(", _CLAIMING)):
        kinds[[ord(char) for char in chars]] = kind
    return kinds


def _is_letter_c(codes: Array, brackets: Array) -> Array:
    letter = codes[brackets + 1]
    found: Array = ((letter == ord("c")) | (letter == ord("C"))) & (codes[brackets + 2] == ord(")"))
    return found


@cache
def _words() -> Array:
    """Bits of the marks at the low half of the hash of each word's first letters; a chance hit only costs a look."""
    table = np.zeros(int(_LOW) + 1, dtype=np.uint8)
    for bit, words in _WORDS.items():
        table[hash_words([word[:HEAD] for word in words]) & _LOW] |= bit
    return table
