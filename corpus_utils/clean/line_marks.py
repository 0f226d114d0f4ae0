"""What lines hold that readers of metadata look for: marks, found for the lines of many documents at once.

A mark says that a reader may find something in the line, not that it will. Most lines have none, and no reader cuts them out of their
text, let alone tries a pattern on them.

Conventions
    `find_marks` gives one number per visible line, with a bit for each mark.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_utils.clean.looks import Looks
from corpus_utils.clean.names import may_open
from corpus_utils.clean.pages import DIGIT, HEAD, Pages, hash_words

Array = np.ndarray
YEAR = 1  # a full date: a year, or three numbers with marks between them
NUMERIC = 2  # numbers like 03/04/2023
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
    pages = looks.pages
    marks = np.zeros(len(pages), dtype=np.uint8)
    if not len(pages):
        return marks
    said = _words()[pages.head_hash & _LOW]
    hits = np.flatnonzero(said)
    np.bitwise_or.at(marks, pages.word_line[hits], said[hits])
    marks[may_open(looks.prefix)] |= BYLINE
    codes = np.append(pages.codes, np.zeros(6, dtype=np.uint32))  # so that one may look six places ahead
    digits = np.flatnonzero(pages.classes & DIGIT)
    years, numeric = _dates(codes, digits)
    for bit, places in ((WHEN, digits), (YEAR, years), (NUMERIC, numeric), (SLOGAN, _slogans(codes)), (RIGHTS, _rights(codes))):
        _mark(marks, bit, places, pages)
    return marks


def _mark(marks: Array, bit: int, places: Array, pages: Pages) -> None:
    marks[np.searchsorted(places, pages.stop) > np.searchsorted(places, pages.start)] |= bit


def _dates(codes: Array, digits: Array) -> tuple[Array, Array]:
    """Digits at which a year or a date in numbers begins, and those of the latter kind; digits of other scripts may begin anything."""
    ahead = [codes[digits + i] for i in range(7)]
    digit = [(code - np.uint32(48)) < 10 for code in ahead]
    apart = [(code >= 45) & (code <= 47) for code in ahead]  # - . /
    year = (ahead[0] == 49) & (ahead[1] >= 53) | (ahead[0] == 50) & (ahead[1] == 48)
    year &= digit[1] & digit[2] & digit[3]
    one, two = (apart[2 + i] & digit[3 + i] & digit[4 + i] for i in (1, 2))
    numeric = apart[1] & digit[2] & (one | digit[3] & two)
    return digits[year | numeric | ~digit[0]], digits[numeric & digit[0]]


def _slogans(codes: Array) -> Array:
    blanks = np.flatnonzero(codes[1:] == 32)
    before = codes[blanks]
    return blanks[(before == 8211) | (before == 8212) | (before == 124) | (before == 58) | (before == 45)]  # – — | : -


def _rights(codes: Array) -> Array:
    """Copyright signs, and "(c)"."""
    signs, brackets = np.flatnonzero(codes == 169), np.flatnonzero(codes == 40)
    letter = codes[brackets + 1]
    return np.sort(np.append(signs, brackets[((letter == 99) | (letter == 67)) & (codes[brackets + 2] == 41)]))


@cache
def _words() -> Array:
    """Bits of the marks at the low half of the hash of each word's first letters; a chance hit only costs a look."""
    table = np.zeros(int(_LOW) + 1, dtype=np.uint8)
    for bit, words in _WORDS.items():
        table[hash_words([word[:HEAD] for word in words]) & _LOW] |= bit
    return table
