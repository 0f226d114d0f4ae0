"""What lines look like, as numbers: layout, wording and surroundings, for the lines of many documents at once.

Conventions
    `line_features(pages)` gives a float32 matrix, one row per visible line, and the columns' names. Values are bounded (shares, logarithms,
    flags), so that no page can swamp a model, and those of one document do not depend on the documents around it: counts are summed as
    whole numbers, everything else is computed line by line.
"""

from __future__ import annotations

import numpy as np

from corpus_utils.clean.characters import COMMA, DIGIT, LOWER, QUOTE, STOP, SYMBOL, UPPER
from corpus_utils.clean.pages import Pages
from corpus_utils.clean.surroundings import layout_of, page_level, paragraphs, position, shared_words

Array = np.ndarray
Columns = dict[str, Array]


def line_features(pages: Pages) -> tuple[Array, list[str]]:
    """Matrix (lines, columns) of float32 and the columns' names: the line itself, then its surroundings, then the page."""
    layout = layout_of(pages)
    columns = _own(pages)
    prose = pages.size * (pages.size >= 12) * ((columns["ends_sentence"] > 0) | (pages.size >= 25))
    columns.update(position(prose.astype(np.float64), layout))
    columns.update(paragraphs(pages, columns, layout))
    columns.update(shared_words(pages, layout))
    columns.update(page_level(pages, columns, layout))
    names = list(columns)
    matrix = np.empty((len(names), len(pages)), dtype=np.float32)
    for row, name in zip(matrix, names, strict=True):
        row[:] = columns[name]
    return matrix.T, names


# -- the line itself -----------------------------------------------------------------------------------------------------


def per_line(pages: Pages, values: Array) -> Array:
    """Sums over the words of each line of whole numbers or flags."""
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return np.diff(sums[pages.first_word])


def count_words(pages: Pages, words: Array) -> Array:
    """How many of some words (their numbers) each line has: for few words."""
    return np.bincount(pages.word_line[words], minlength=len(pages))


def _own(pages: Pages) -> Columns:
    c, start, stop, words = pages.classes, pages.start, pages.stop, pages.size
    chars = (stop - start).astype(np.float64)
    safe = np.maximum(words, 1)
    upper, digits, symbols, commas, quotes, stops = (count.astype(np.float64) for count in pages.class_counts)
    opening = c[pages.word_start]
    few = ((opening & LOWER) != 0) & (pages.word_length <= 3)
    # three sums in one number; a line of more than a million words that begin alike is no line any more
    packed = per_line(pages, pages.word_length + (((opening & UPPER) != 0).astype(np.int64) << 24) + (few.astype(np.int64) << 44))
    letters = np.maximum((packed & 0xFFFFFF) - digits, 0)
    capital, small = (packed >> 24) & 0xFFFFF, packed >> 44
    first, last = c[start], c[stop - 1]
    before = c[np.maximum(stop - 2, start)]
    ends = ((last & STOP) != 0) | (((last & QUOTE) != 0) & ((before & STOP) != 0))
    ratio = 1.0 / np.maximum(chars, 1)
    # blanks before the first visible character: visible characters are what is not SPACE and nothing else
    indent = start - pages.low
    return {
        "log_chars": np.log1p(chars),
        "log_words": np.log1p(words),
        "word_length": np.minimum(letters / safe, 15) / 5,
        "upper_share": upper / np.maximum(letters, 1),
        "digit_share": digits * ratio,
        "symbol_share": symbols * ratio,
        "capital_share": capital / safe,
        "small_words": small / safe,
        "commas": np.minimum(commas, 8) / 4,
        "stops": np.minimum(stops, 8) / 4,
        "quotes": np.minimum(quotes, 6) / 3,
        "ends_sentence": ends,
        "ends_comma": (last & COMMA) != 0,
        "ends_word": (last & (LOWER | UPPER)) != 0,
        "starts_upper": (first & UPPER) != 0,
        "starts_lower": (first & LOWER) != 0,
        "starts_digit": (first & DIGIT) != 0,
        "starts_symbol": (first & SYMBOL) != 0,
        "starts_quote": (first & QUOTE) != 0,
        "starts_stop": (first & (STOP | COMMA)) != 0,
        "indent": np.log1p(indent) / 3,
        "gap_above": np.log1p(pages.above),
        "gap_below": np.log1p(_below(pages)),
        "copies": np.log1p(pages.copies - 1),
    }


def _below(pages: Pages) -> Array:
    """Blank lines below each line; 3 below the last of a document."""
    below = np.append(pages.above[1:], 3)
    ends = pages.first[1:][np.diff(pages.first) > 0] - 1
    below[ends] = 3
    return below
