"""What lines look like, as numbers: layout, wording and surroundings, for the lines of many documents at once.

Conventions
    `line_features(pages)` gives a float32 matrix, one row per visible line, and the columns' names. Values are bounded (shares, logarithms,
    flags), so that no page can swamp a model, and those of one document do not depend on the documents around it: counts are summed as
    whole numbers, everything else is computed line by line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from corpus_utils.clean.pages import COMMA, DIGIT, LOWER, QUOTE, STOP, SYMBOL, UPPER, Pages

Array = np.ndarray
Columns = dict[str, Array]
_PLACE = np.uint64(20)  # bits for a line's number in its document, in keys that sort by document, hash and line
_PLACES = np.uint64((1 << 20) - 1)


def line_features(pages: Pages) -> tuple[Array, list[str]]:
    """Matrix (lines, columns) of float32 and the columns' names: the line itself, then its surroundings, then the page."""
    layout = _layout(pages)
    columns = _own(pages)
    prose = pages.size * (pages.size >= 12) * ((columns["ends_sentence"] > 0) | (pages.size >= 25))
    columns.update(_position(prose.astype(np.float64), layout))
    columns.update(_paragraphs(pages, columns, layout))
    columns.update(_shared_words(pages, layout))
    columns.update(_page_level(pages, columns, layout))
    names = list(columns)
    matrix = np.empty((len(names), len(pages)), dtype=np.float32)
    for row, name in zip(matrix, names, strict=True):
        row[:] = columns[name]
    return matrix.T, names


@dataclass(frozen=True)
class Layout:
    """Where documents begin and end, for documents that have lines: `group` numbers them per line."""

    begin: Array
    lines: Array
    group: Array
    at: Array  # place of each line in its document

    def edges(self) -> tuple[Array, Array]:
        """First line of each line's document, and the one after its last."""
        first = self.begin[self.group]
        return first, first + self.lines[self.group]

    def totals(self, values: Array) -> Array:
        """Sums over documents."""
        return np.bincount(self.group, weights=values, minlength=len(self.begin))


def _layout(pages: Pages) -> Layout:
    lines = np.diff(pages.first)
    begin, lines = pages.first[:-1][lines > 0], lines[lines > 0]
    group = np.repeat(np.arange(len(begin)), lines)
    return Layout(begin, lines, group, np.arange(len(pages)) - begin[group])


# -- the line itself -----------------------------------------------------------------------------------------------------


# Counters of one 64-bit number: class and bits of each. A line that overflows one is no line any more.
_FIELDS = ((UPPER, 14), (DIGIT, 12), (SYMBOL, 10), (COMMA, 10), (QUOTE, 9), (STOP, 9))


@cache
def _packed() -> Array:
    """For each class byte, its bits as counters of one number."""
    byte = np.arange(256)
    packed, shift = np.zeros(256, dtype=np.uint64), 0
    for bit, width in _FIELDS:
        packed += ((byte & bit) != 0).astype(np.uint64) << np.uint64(shift)
        shift += width
    return packed


def _counts(pages: Pages) -> list[Array]:
    """Per line the numbers of upper case, digits, symbols, commas, quotes and stops."""
    packed = _packed()
    counted = np.flatnonzero(pages.classes & np.uint8(sum(bit for bit, _ in _FIELDS)))  # a tenth of the characters
    sums = np.zeros(len(counted) + 1, dtype=np.uint64)
    np.cumsum(packed[pages.classes[counted]], out=sums[1:])
    line = sums[np.searchsorted(counted, pages.stop)] - sums[np.searchsorted(counted, pages.start)]
    counts, shift = [], 0
    for _, width in _FIELDS:
        counts.append(((line >> np.uint64(shift)) & np.uint64((1 << width) - 1)).astype(np.float64))
        shift += width
    return counts


def per_line(pages: Pages, values: Array) -> Array:
    """Sums over the words of each line of whole numbers or flags."""
    sums = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=sums[1:])
    return np.diff(sums[pages.first_word])


def _own(pages: Pages) -> Columns:
    c, start, stop, words = pages.classes, pages.start, pages.stop, pages.size
    chars = (stop - start).astype(np.float64)
    safe = np.maximum(words, 1)
    upper, digits, symbols, commas, quotes, stops = _counts(pages)
    letters = np.maximum(per_line(pages, pages.word_length) - digits, 0)
    opening = c[pages.word_start]
    capital = per_line(pages, (opening & UPPER) != 0)
    small = per_line(pages, ((opening & LOWER) != 0) & (pages.word_length <= 3))
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
        "copies": np.log1p(copies(pages) - 1),
    }


def _below(pages: Pages) -> Array:
    """Blank lines below each line; 3 below the last of a document."""
    below = np.append(pages.above[1:], 3)
    ends = pages.first[1:][np.diff(pages.first) > 0] - 1
    below[ends] = 3
    return below


def line_hashes(pages: Pages, words: Array | None = None) -> Array:
    """One 64-bit number per line from (hashes of) its words in order; lines without words share their visible length."""
    hashes = pages.word_hash if words is None else words
    rank = np.arange(len(pages.word_line)) - pages.first_word[pages.word_line]
    spread = hashes.astype(np.uint64) * (np.uint64(0x9E3779B97F4A7C15) * (2 * rank.astype(np.uint64) + np.uint64(1)))
    sums = np.zeros(len(spread) + 1, dtype=np.uint64)
    np.cumsum(spread, out=sums[1:])
    total = np.diff(sums[pages.first_word])
    return total + (pages.stop - pages.start).astype(np.uint64) * (pages.size == 0)


def copies(pages: Pages) -> Array:
    """How often each line stands in its document, itself included (case and digits apart)."""
    layout = _layout(pages)
    h = line_hashes(pages)
    key = np.sort(_keys(layout.group, (h ^ (h >> np.uint64(32))) & np.uint64(0xFFFFFFFF), layout.at))
    new = np.append(True, (key[1:] >> _PLACE) != (key[:-1] >> _PLACE)) if len(key) else np.zeros(0, bool)
    which = np.cumsum(new) - 1
    result = np.ones(len(pages), dtype=np.int64)
    result[layout.begin[(key >> np.uint64(52)).astype(np.int64)] + (key & _PLACES).astype(np.int64)] = np.bincount(which)[which]
    return result


def _keys(group: Array, h: Array, at: Array) -> Array:
    """Numbers that sort by document (12 bits), hash (32) and place (20)."""
    place = np.minimum(at, int(_PLACES)).astype(np.uint64)
    return (group.astype(np.uint64) << np.uint64(52)) | (h.astype(np.uint64) << _PLACE) | place


# -- its surroundings ----------------------------------------------------------------------------------------------------


def _position(prose: Array, layout: Layout) -> Columns:
    n = layout.lines[layout.group]
    before = np.cumsum(prose) - prose
    seen = before - before[layout.begin][layout.group] if len(prose) else prose
    total = layout.totals(prose)[layout.group]
    wide = smooth(prose, 8, layout)
    away = layout.at - _first_highest(wide, layout)[layout.group]
    return {
        "line_share": layout.at / n,
        "prose_before": seen / np.maximum(total, 1),
        "log_prose_before": np.log1p(seen) / 3,
        "log_prose_after": np.log1p(total - seen - prose) / 3,
        "from_core": np.sign(away) * np.log1p(np.abs(away)) / 3,
        "log_line": np.log1p(layout.at) / 3,
        "log_line_end": np.log1p(n - 1 - layout.at) / 3,
        "density_2": smooth(prose, 2, layout) / 10,
        "density_8": wide / 10,
        "density_up": np.log1p(_decay(prose, 0.7, layout.group)),
        "density_down": np.log1p(_decay(prose[::-1], 0.7, layout.group[::-1])[::-1]),
    }


def _first_highest(values: Array, layout: Layout) -> Array:
    """Place of the first highest value in each document."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    top = np.flatnonzero(values == np.maximum.reduceat(values, layout.begin)[layout.group])
    group = layout.group[top]
    return layout.at[top[np.append(True, group[1:] != group[:-1])]]


def smooth(values: Array, reach: int, layout: Layout) -> Array:
    """Mean over a window of `reach` lines to either side (fewer at the ends are not made up for) of whole numbers."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    here = np.arange(len(values))
    first, last = layout.edges()
    return (sums[np.minimum(here + reach + 1, last)] - sums[np.maximum(here - reach, first)]) / (2 * reach + 1)


def _decay(values: Array, keep: float, group: Array) -> Array:
    """Sum of the values before each line of a document, each line further away counting `keep` times as much."""
    part = np.zeros(len(values))
    part[1:] = values[:-1] * (group[1:] == group[:-1])
    factor, shift = keep, 1
    for _ in range(5):  # doubling: 32 lines back are enough at any `keep` used here
        if len(part) <= shift:
            break
        out = part.copy()
        out[shift:] += factor * part[:-shift] * (group[shift:] == group[:-shift])
        part, factor, shift = out, factor * factor, shift * 2
    return part


def _paragraphs(pages: Pages, own: Columns, layout: Layout) -> Columns:
    """Dumps break lines inside sentences: what the line is part of, when broken pieces are read as one paragraph."""
    top = layout.at == 0
    block = np.cumsum((pages.above > 0) | top) - 1
    opens = own["starts_lower"] | own["starts_stop"]
    joins = np.zeros(len(pages), dtype=bool)
    above = {name: own[name][:-1] for name in ("ends_sentence", "starts_lower", "ends_comma")}
    joins[1:] = ~above["ends_sentence"] & (pages.above[1:] <= 1) & (opens[1:] | above["starts_lower"] | above["ends_comma"])
    joins &= ~top
    para = np.cumsum(~joins) - 1
    sizes = np.bincount(para)
    last = np.cumsum(sizes) - 1
    return {
        "block_words": np.log1p(np.bincount(block, weights=pages.size)[block]),
        "block_lines": np.log1p(np.bincount(block)[block]),
        "para_words": np.log1p(np.bincount(para, weights=pages.size)[para]),
        "para_ends": own["ends_sentence"][last][para],
        "para_parts": np.log1p(sizes[para] - 1),
        "continues": joins,
        "goes_on": np.append(joins[1:], False),
    }


def _shared_words(pages: Pages, layout: Layout) -> Columns:
    """How much of a line's longer words the page's long lines use too, the line itself left out."""
    n = len(pages)
    heavy = pages.size >= 20
    chosen = np.flatnonzero(pages.word_length >= 4)
    if not len(chosen):
        return {name: np.zeros(n) for name in ("shared", "rare_shared", "shared_much")}
    lines = pages.word_line[chosen]
    key = np.sort(_keys(layout.group[lines], pages.word_hash[chosen], layout.at[lines]))
    new_pair = np.append(True, key[1:] != key[:-1])
    pairs = key[new_pair]
    repeat = np.diff(np.append(np.flatnonzero(new_pair), len(key)))
    line = layout.begin[(pairs >> np.uint64(52)).astype(np.int64)] + (pairs & _PLACES).astype(np.int64)
    word = pairs >> _PLACE
    new = np.append(True, word[1:] != word[:-1])
    which = np.cumsum(new) - 1
    own_uses = repeat * heavy[line]
    others = np.bincount(which, weights=own_uses)[which] - own_uses
    size = np.maximum(np.bincount(line, minlength=n), 1)
    return {
        "shared": np.bincount(line, weights=others > 0, minlength=n) / size,
        "rare_shared": np.bincount(line, weights=(others > 0) / np.sqrt(np.maximum(others, 1)), minlength=n) / size,
        "shared_much": np.bincount(line, weights=others > 2, minlength=n) / size,
    }


def _page_level(pages: Pages, own: Columns, layout: Layout) -> Columns:
    words = pages.size
    total, lines = layout.totals(words), layout.lines
    values = {
        "page_lines": np.log1p(lines) / 3,
        "page_words": np.log1p(total) / 3,
        "page_prose": layout.totals(words * (words >= 12)) / np.maximum(total, 1),
        "page_long_lines": layout.totals(words >= 12) / lines,
        "page_gap": layout.totals(own["gap_above"]) / lines,
        "page_tight": layout.totals(pages.above == 0) / lines,
        "page_indent": layout.totals(pages.start > pages.low) / lines,
        "page_open_lines": layout.totals(~own["ends_sentence"]) / lines,
    }
    return {name: value[layout.group] for name, value in values.items()}
