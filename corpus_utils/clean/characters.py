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
    classes = np.zeros(LAST + 1, dtype=np.uint8)
    folded = np.arange(LAST + 1, dtype=np.uint32)
    traits = np.zeros(LAST + 1, dtype=np.uint8)
    for code in range(LAST + 1):
        char = chr(code)
        if char.isalpha():
            classes[code] = UPPER if char.isupper() else LOWER
            traits[code] = SMALL if char.islower() else 0
            lower = char.lower()
            folded[code] = ord(lower) if len(lower) == 1 else code
        elif char.isdigit():
            classes[code] = DIGIT
            folded[code] = 48
        elif char.isspace():
            classes[code] = SPACE
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
