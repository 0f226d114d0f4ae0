"""Lines in which a date may be written, found for the lines of many documents at once, so that no pattern is tried on others.

Conventions
    `mark_dates` gives one number per visible line, with a bit for each mark. A mark says that a reader may find something, no more.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_utils.clean.characters import DIGIT, LAST, LOWER, UPPER, character_tables
from corpus_utils.clean.date_words import fold_text, month_numbers
from corpus_utils.clean.pages import Pages, Words

Array = np.ndarray
YEAR = 1  # a year, or three numbers with marks between them
NUMERIC = 2  # numbers like 03/04/2023
FULL_DATE = 128  # a full date: a year, and a month's name or digits as dates have them
_OTHER_LETTERS = 0x2000  # letters from here on are taken for ones that may be folded


def mark_dates(pages: Pages) -> Array:
    """The marks of each line, as bits of one number."""
    marks = np.zeros(len(pages), dtype=np.uint8)
    if not len(pages):
        return marks
    kinds = _kinds()[pages.marks[0]]
    some = np.flatnonzero(kinds != 0)
    places, kinds = pages.marked[some], kinds[some]
    codes, classes = pages.ahead
    digits = places[kinds == _DIGIT]
    ahead = [codes[digits + i] for i in range(7)]
    digit = [(code - np.uint32(48)) < 10 for code in ahead]
    apart = [(code >= 45) & (code <= 47) for code in ahead]  # - . /
    year = (ahead[0] == 49) & (ahead[1] >= 53) | (ahead[0] == 50) & (ahead[1] == 48)
    year &= digit[1] & digit[2] & digit[3]
    one, two = (apart[2 + i] & digit[3 + i] & digit[4 + i] for i in (1, 2))
    numeric = apart[1] & digit[2] & (one | digit[3] & two)
    foreign = ~digit[0]  # digits of other scripts may begin anything
    written = foreign | (apart[1] & digit[2]) | np.logical_and.reduce(digit[1:])
    joined = ((classes[digits - 1] | classes[digits + 1]) & (LOWER | UPPER)) != 0  # "5May", "may2023": no words of their own
    may_be = np.zeros(len(pages), dtype=bool)
    may_be[pages.word_line[_months().among(pages.word_hash)]] = True
    for found in (digits[written | joined], places[kinds == _FOLDED]):
        may_be[_lines_of(pages, found)] = True
    marks[_lines_of(pages, digits[year | numeric | foreign])] = YEAR
    marks[may_be & (marks == YEAR)] |= FULL_DATE
    marks[_lines_of(pages, digits[numeric & digit[0]])] |= NUMERIC
    return marks


def _lines_of(pages: Pages, places: Array) -> Array:
    """The lines in which some places are."""
    return np.searchsorted(pages.start, places, side="right") - 1


_DIGIT, _FOLDED = 1, 2


@cache
def _kinds() -> Array:
    """Digits; letters that are folded to others, and the signs for a year in Chinese and Korean; 0 for all other code points."""
    classes, lower, _ = character_tables()
    kinds = np.zeros(LAST + 1, dtype=np.uint8)
    kinds[(classes & (LOWER | UPPER)) != 0] = _FOLDED
    plain = np.array([ord(char) for char in fold_text("".join(map(chr, range(_OTHER_LETTERS))))], dtype=np.uint32)
    kinds[:_OTHER_LETTERS][plain == lower[:_OTHER_LETTERS]] = 0
    kinds[(classes & DIGIT) != 0] = _DIGIT
    return kinds


@cache
def _months() -> Words:
    return Words([word for word in month_numbers() if word.isalpha()])
