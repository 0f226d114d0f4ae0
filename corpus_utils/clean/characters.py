"""What characters are: classes and traits, as bits in tables over code points.

Conventions
    Code points beyond `LAST` are looked up as `LAST`: emoji and rare scripts count as symbols. Folding is lower case, digits as 0, one code
    point for one.
"""

from __future__ import annotations

from functools import cache

import numpy as np

Array = np.ndarray
# Classes of a character, one bit each.
LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, QUOTE, SYMBOL = 1, 2, 4, 8, 16, 32, 64, 128
# Traits: what rules ask about single characters. SMALL: a letter with a capital form, written small.
SMALL, DASH, OPENS, CLOSES, LOOSE, BULLET, MARK, LINE_END = 1, 2, 4, 8, 16, 32, 64, 128
LAST = 0xFFFF  # code points beyond are looked up as this one: emoji and rare scripts count as symbols
_STOPS, _COMMAS = ".!?…。！？؟।", ",;:，、；：،"
_QUOTES = "\"'“”‘’«»„‹›「」"
_SYMBOLS = "|•·▪◦‣*→»›©®™@#_/\\+=<>{}[]&~^%$€£►▶★✓✔×–—-"
_TRAITS = ("–—―-", "“\"«„'‘", "”\"»“'’)", ",;:-–—(", "•·▪◦‣*–—-", "/©[(", "\n\r\x0b\x0c\u2028\u2029")  # DASH ... LINE_END


@cache
def character_tables() -> tuple[Array, Array, Array]:
    """Class bits, folded code and trait bits of every code point up to `LAST`."""
    every = list(map(chr, range(LAST + 1)))
    letter, capital, small, digit, blank = (
        np.fromiter(map(kind, every), dtype=bool, count=LAST + 1)
        for kind in (str.isalpha, str.isupper, str.islower, str.isdigit, str.isspace)
    )
    classes = np.select([letter & capital, letter, digit, blank], [UPPER, LOWER, DIGIT, SPACE], 0).astype(np.uint8)
    traits = np.where(letter & small, SMALL, 0).astype(np.uint8)
    lower = [low if len(low) == 1 else char for char, low in zip(every, map(str.lower, every), strict=True)]
    own = np.arange(LAST + 1, dtype=np.uint32)
    folded = np.where(letter, np.fromiter(map(ord, lower), dtype=np.uint32, count=LAST + 1), np.where(digit, np.uint32(48), own))
    for chars, bit in ((_STOPS, STOP), (_COMMAS, COMMA), (_QUOTES, QUOTE), (_SYMBOLS, SYMBOL)):
        for char in chars:
            classes[ord(char)] |= bit
    for chars, bit in zip(_TRAITS, (DASH, OPENS, CLOSES, LOOSE, BULLET, MARK, LINE_END), strict=True):
        for char in chars:
            traits[ord(char)] |= bit
    classes[LAST] = SYMBOL
    return classes, folded, traits


def fold_codes(codes: Array) -> Array:
    """Code points in lower case, digits as 0."""
    return character_tables()[1][codes]


@cache
def table_of(chars: str) -> Array:
    """For every code point whether it is one of some characters."""
    table = np.zeros(LAST + 1, dtype=bool)
    table[[ord(char) for char in chars]] = True
    return table


def is_one(codes: Array, chars: str) -> Array:
    """Whether code points are among some characters."""
    found: Array = table_of(chars).take(codes, mode="clip")  # twice as fast as by index: no place needs to be checked
    return found


# Counters of one 64-bit number: class and bits of each. A line with more than `SURELY_COUNTED` such characters may overflow one.
_COUNTED = ((UPPER, 14), (DIGIT, 12), (SYMBOL, 10), (COMMA, 10), (QUOTE, 9), (STOP, 9))
SURELY_COUNTED = 511


@cache
def packed_classes() -> Array:
    """For each class byte, its bits as counters of one number."""
    byte = np.arange(256)
    packed, shift = np.zeros(256, dtype=np.uint64), 0
    for bit, width in _COUNTED:
        packed += ((byte & bit) != 0).astype(np.uint64) << np.uint64(shift)
        shift += width
    return packed


def unpack_counts(packed: Array, classes: Array, low: Array, high: Array) -> list[Array]:
    """How many characters of each counted class lines have: from their sums of `packed_classes`, and one by one from the class bytes
    `classes[low:high]` of those that may have overflowed a counter, such as a table or a book in one line."""
    counts, shift = [], 0
    many = np.flatnonzero(high - low > SURELY_COUNTED).tolist()
    for bit, width in _COUNTED:
        found = ((packed >> np.uint64(shift)) & np.uint64((1 << width) - 1)).astype(np.int64)
        for line in many:
            found[line] = np.count_nonzero(classes[low[line] : high[line]] & bit)
        counts.append(found)
        shift += width
    return counts
