"""What a line looks like, as numbers: layout, wording and surroundings, computed for a whole document at once.

Everything is array work on code points, because a page dump has tens of thousands of lines to the megabyte.

Conventions
    `read_page(text)` finds the lines that are not blank and their words. `line_features(page)` gives a float32 matrix, one row
    per such line, with the columns `NAMES`. Values are bounded (shares, logarithms, flags), so that no page can swamp a model.
    Words are hashed to 32 bits (lower case, digits as 0): the model knows words only as numbers, in any alphabet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, QUOTE, SYMBOL = 1, 2, 4, 8, 16, 32, 64, 128
_LAST = 0xFFFF  # code points beyond are looked up as this one: emoji and rare scripts count as symbols
_STOPS, _COMMAS = ".!?…。！？؟।", ",;:，、；：،"
_QUOTES = "\"'“”‘’«»„‹›「」"
_SYMBOLS = "|•·▪◦‣*→»›©®™@#_/\\+=<>{}[]&~^%$€£►▶★✓✔×–—-"
_PRIME = 0x01000193
HEAD = 5
Array = np.ndarray


@cache
def _tables() -> tuple[Array, Array]:
    """Class bits and folded code for every code point up to `_LAST`."""
    classes = np.zeros(_LAST + 1, dtype=np.uint8)
    folded = np.arange(_LAST + 1, dtype=np.uint32)
    for code in range(_LAST + 1):
        char = chr(code)
        if char.isalpha():
            classes[code] = UPPER if char.isupper() else LOWER
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
    classes[_LAST] = SYMBOL
    return classes, folded


@cache
def _packed() -> tuple[Array, Array]:
    """For each class byte, its bits as four 16-bit counters of one number: (upper, digit, symbol, comma) and (quote, stop, letter)."""
    byte = np.arange(256)
    groups = ((UPPER, DIGIT, SYMBOL, COMMA), (QUOTE, STOP, LOWER | UPPER))
    return tuple(sum((((byte & bits) != 0).astype(np.uint64) << np.uint64(16 * i)) for i, bits in enumerate(group)) for group in groups)


def _powers(size: int) -> tuple[Array, Array]:
    """Powers of the hash's prime and of its inverse modulo 2 ** 32, at least `size` of each."""
    return _powers_to(1 << max(12, (size - 1).bit_length()))


@lru_cache(maxsize=4)
def _powers_to(size: int) -> tuple[Array, Array]:
    result = []
    for base in (_PRIME, pow(_PRIME, -1, 1 << 32)):
        steps = np.full(size, base, dtype=np.uint32)
        steps[0] = 1
        result.append(np.cumprod(steps, dtype=np.uint32))
    return result[0], result[1]


@dataclass(frozen=True)
class Page:
    """Lines that are not blank: `start` and `stop` bound their visible characters; words belong to `word_line`."""

    classes: Array  # per code point
    start: Array
    stop: Array
    above: Array  # blank lines above
    indent: Array  # blanks before the first visible character
    word_line: Array
    word_start: Array
    word_length: Array
    word_hash: Array
    head_hash: Array  # of the word's first HEAD letters
    first_word: Array  # index of each line's first word (lines without words: of the next line's)

    def __len__(self) -> int:
        return len(self.start)


def read_page(text: str, line_starts: Array, line_stops: Array) -> Page:
    """Find visible lines and words. `line_starts` and `line_stops` bound all lines of the text, without their line ends."""
    table, folded = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(codes, _LAST)
    classes = table[codes]
    seen = np.flatnonzero(classes != SPACE)
    low, high = np.searchsorted(seen, line_starts), np.searchsorted(seen, line_stops)
    kept = np.flatnonzero(high > low)
    start, stop = seen[low[kept]], seen[high[kept] - 1] + 1
    above = np.diff(kept, prepend=-1) - 1
    in_word = (classes & (LOWER | UPPER | DIGIT)) != 0
    edges = np.flatnonzero(np.diff(in_word.astype(np.int8), prepend=np.int8(0), append=np.int8(0)))
    word_start, word_end = edges[0::2], edges[1::2]
    length = word_end - word_start
    word_hash, head_hash = _hash_words(folded[codes], word_start, length)
    word_line = np.searchsorted(start, word_start, side="right") - 1
    first = np.searchsorted(word_start, start)
    return Page(classes, start, stop, above, start - line_starts[kept], word_line, word_start, length, word_hash, head_hash, first)


def _hash_words(folded: Array, start: Array, length: Array) -> tuple[Array, Array]:
    """Hash of each word and of its first HEAD letters: the sum of code times prime ** place, by differences of one running sum."""
    powers, inverse = _powers(len(folded) + 1)
    sums = np.zeros(len(folded) + 1, dtype=np.uint32)
    np.cumsum(folded * powers[: len(folded)], dtype=np.uint32, out=sums[1:])
    below, back = sums[start], inverse[start]

    def hashed(size: Array) -> Array:
        return mix(((sums[start + size] - below) * back) ^ (size.astype(np.uint32) * np.uint32(0x9E3779B1)))

    return hashed(length), hashed(np.minimum(length, HEAD))


def hash_word(word: str) -> int:
    """The number `read_page` gives to this word."""
    return int(read_page(word, np.array([0]), np.array([len(word)])).word_hash[0])


def mix(h: Array) -> Array:
    """Spread 32-bit hashes over all their bits (the finaliser of MurmurHash3)."""
    h = h ^ (h >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


# -- columns -----------------------------------------------------------------------------------------------------------


def line_features(page: Page) -> tuple[Array, list[str]]:
    """Matrix (lines, columns) of float32 and the columns' names: the line itself, then its surroundings, then the page."""
    own = _own(page)
    columns = dict(own)
    columns.update(_position(page, own))
    columns.update(_paragraphs(page, own))
    columns.update(_shared_words(page, own))
    columns.update(_page_level(page, own))
    names = list(columns)
    matrix = np.empty((len(page), len(names)), dtype=np.float32)
    for i, name in enumerate(names):
        matrix[:, i] = columns[name]
    return matrix, names


def _counts(page: Page) -> list[Array]:
    """Per line the numbers of upper case, digits, symbols, commas, quotes, stops and letters (modulo 65,536: longer lines are no lines)."""
    counts = []
    for packed, fields in zip(_packed(), (4, 3), strict=True):
        sums = np.zeros(len(page.classes) + 1, dtype=np.uint64)
        np.cumsum(packed[page.classes], out=sums[1:])
        line = sums[page.stop] - sums[page.start]
        counts += [((line >> np.uint64(16 * i)) & np.uint64(0xFFFF)).astype(np.float64) for i in range(fields)]
    return counts


def _own(page: Page) -> dict[str, Array]:
    c, start, stop = page.classes, page.start, page.stop
    n = len(page)
    chars = (stop - start).astype(np.float64)
    words = np.bincount(page.word_line, minlength=n).astype(np.float64) if len(page.word_line) else np.zeros(n)
    safe = np.maximum(words, 1)
    upper, digits, symbols, commas, quotes, stops, letters = _counts(page)
    opening = c[page.word_start] if len(page.word_start) else np.zeros(0, np.uint8)
    capital = np.bincount(page.word_line, weights=(opening & UPPER) != 0, minlength=n) if len(opening) else np.zeros(n)
    small = ((opening & LOWER) != 0) & (page.word_length <= 3)
    short_low = np.bincount(page.word_line, weights=small, minlength=n) if len(opening) else np.zeros(n)
    first, last = c[start], c[stop - 1]
    before = c[np.maximum(stop - 2, start)]
    ends = ((last & STOP) != 0) | (((last & QUOTE) != 0) & ((before & STOP) != 0))
    ratio = 1.0 / np.maximum(chars, 1)
    return {
        "log_chars": np.log1p(chars),
        "log_words": np.log1p(words),
        "word_length": np.minimum(letters / safe, 15) / 5,
        "upper_share": upper / np.maximum(letters, 1),
        "digit_share": digits * ratio,
        "symbol_share": symbols * ratio,
        "capital_share": capital / safe,
        "small_words": short_low / safe,
        "commas": np.minimum(commas, 8) / 4,
        "stops": np.minimum(stops, 8) / 4,
        "quotes": np.minimum(quotes, 6) / 3,
        "ends_sentence": ends.astype(float),
        "ends_comma": ((last & COMMA) != 0).astype(float),
        "ends_word": ((last & (LOWER | UPPER)) != 0).astype(float),
        "starts_upper": ((first & UPPER) != 0).astype(float),
        "starts_lower": ((first & LOWER) != 0).astype(float),
        "starts_digit": ((first & DIGIT) != 0).astype(float),
        "starts_symbol": ((first & SYMBOL) != 0).astype(float),
        "starts_quote": ((first & QUOTE) != 0).astype(float),
        "starts_stop": ((first & (STOP | COMMA)) != 0).astype(float),
        "indent": np.log1p(page.indent) / 3,
        "gap_above": np.log1p(page.above),
        "gap_below": np.log1p(np.append(page.above[1:], 3)),
        "copies": np.log1p(_copies(page) - 1),
    }


def line_hashes(page: Page) -> Array:
    """One 64-bit number per line from its words in order; lines without words share their visible length."""
    n = len(page)
    rank = np.arange(len(page.word_line)) - page.first_word[page.word_line] if len(page.word_line) else np.zeros(0, int)
    spread = page.word_hash.astype(np.uint64) * (np.uint64(0x9E3779B97F4A7C15) * (2 * rank.astype(np.uint64) + np.uint64(1)))
    total = np.zeros(n, dtype=np.uint64)
    np.add.at(total, page.word_line, spread)
    return total + (page.stop - page.start).astype(np.uint64) * (np.bincount(page.word_line, minlength=n) == 0).astype(np.uint64)


def _copies(page: Page) -> Array:
    _, inverse, counts = np.unique(line_hashes(page), return_inverse=True, return_counts=True)
    return counts[inverse]


def _position(page: Page, own: dict[str, Array]) -> dict[str, Array]:
    n = len(page)
    words = np.expm1(own["log_words"])
    prose = words * (words >= 12) * np.maximum(own["ends_sentence"], words >= 25)
    total, seen = prose.sum(), np.cumsum(prose) - prose
    best = int(np.argmax(smooth(prose, 8))) if n else 0
    away = np.arange(n) - best
    return {
        "line_share": np.arange(n) / max(n, 1),
        "prose_before": seen / max(total, 1),
        "log_prose_before": np.log1p(seen) / 3,
        "log_prose_after": np.log1p(total - seen - prose) / 3,
        "from_core": np.sign(away) * np.log1p(np.abs(away)) / 3,
        "log_line": np.log1p(np.arange(n)) / 3,
        "log_line_end": np.log1p(np.arange(n)[::-1]) / 3,
        "density_2": smooth(prose, 2) / 10,
        "density_8": smooth(prose, 8) / 10,
        "density_up": np.log1p(_decay(prose, 0.7)),
        "density_down": np.log1p(_decay(prose[::-1], 0.7)[::-1]),
    }


def smooth(values: Array, reach: int) -> Array:
    """Mean over a window of `reach` lines to either side (fewer at the ends are not made up for)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    return (sums[np.minimum(at + reach + 1, len(values))] - sums[np.maximum(at - reach, 0)]) / (2 * reach + 1)


def _decay(values: Array, keep: float) -> Array:
    """Sum of the values before each line, each line further away counting `keep` times as much."""
    out = np.zeros(len(values))
    factor, shift = keep, 1
    part = np.concatenate([[0.0], values[:-1]]) if len(values) else out
    for _ in range(5):  # doubling: 32 lines back are enough at any `keep` used here
        out = part.copy()
        out[shift:] += factor * part[:-shift] if len(part) > shift else 0
        part, factor, shift = out, factor * factor, shift * 2
    return out


def _paragraphs(page: Page, own: dict[str, Array]) -> dict[str, Array]:
    """Dumps break lines inside sentences: what the line is part of, when broken pieces are read as one paragraph."""
    n = len(page)
    if not n:
        return {k: np.zeros(0) for k in ("block_words", "block_lines", "para_words", "para_ends", "para_parts", "continues", "goes_on")}
    words = np.expm1(own["log_words"])
    tight = page.above == 0
    block = np.cumsum(~tight | (np.arange(n) == 0)) - 1
    open_above = np.append([False], own["ends_sentence"][:-1] == 0)
    lower_above, comma_above = (np.append([0.0], own[name][:-1]) > 0 for name in ("starts_lower", "ends_comma"))
    opens = own["starts_lower"] + own["starts_stop"] > 0
    joins = open_above & (page.above <= 1) & (opens | lower_above | comma_above)
    joins[0] = False
    para = np.cumsum(~joins) - 1
    sizes = np.bincount(para)
    last = np.cumsum(sizes) - 1
    return {
        "block_words": np.log1p(np.bincount(block, weights=words)[block]),
        "block_lines": np.log1p(np.bincount(block)[block]),
        "para_words": np.log1p(np.bincount(para, weights=words)[para]),
        "para_ends": own["ends_sentence"][last][para],
        "para_parts": np.log1p(sizes[para] - 1),
        "continues": joins.astype(float),
        "goes_on": np.append(joins[1:], False).astype(float),
    }


def _shared_words(page: Page, own: dict[str, Array]) -> dict[str, Array]:
    """How much of a line's longer words the page's long lines use too, the line itself left out."""
    n = len(page)
    words = np.expm1(own["log_words"])
    heavy = words >= 20
    chosen = (page.word_length >= 4) if len(page.word_length) else np.zeros(0, bool)
    lines, hashes = page.word_line[chosen], page.word_hash[chosen]
    if not len(lines):
        return {"shared": np.zeros(n), "rare_shared": np.zeros(n), "shared_much": np.zeros(n)}
    _, ids = np.unique(hashes, return_inverse=True)
    in_heavy = heavy[lines]
    uses = np.bincount(ids, weights=in_heavy, minlength=int(ids.max()) + 1)
    key = np.unique(ids.astype(np.int64) * n + lines)
    pairs_id, pairs_line = key // n, key % n
    order = ids.astype(np.int64) * n + lines
    _, repeat = np.unique(order, return_counts=True)
    own_uses = repeat * heavy[pairs_line]
    others = uses[pairs_id] - own_uses
    size = np.maximum(np.bincount(pairs_line, minlength=n), 1)
    return {
        "shared": np.bincount(pairs_line, weights=others > 0, minlength=n) / size,
        "rare_shared": np.bincount(pairs_line, weights=np.where(others > 0, 1 / np.sqrt(np.maximum(others, 1)), 0), minlength=n) / size,
        "shared_much": np.bincount(pairs_line, weights=others > 2, minlength=n) / size,
    }


def _page_level(page: Page, own: dict[str, Array]) -> dict[str, Array]:
    n = len(page)
    words = np.expm1(own["log_words"])
    prose = words * (words >= 12)
    gaps = np.log1p(page.above)
    values = {
        "page_lines": np.log1p(n) / 3,
        "page_words": np.log1p(words.sum()) / 3,
        "page_prose": prose.sum() / max(words.sum(), 1),
        "page_long_lines": float((words >= 12).mean()) if n else 0.0,
        "page_gap": float(gaps.mean()) if n else 0.0,
        "page_tight": float((page.above == 0).mean()) if n else 0.0,
        "page_indent": float((page.indent > 0).mean()) if n else 0.0,
        "page_open_lines": float((1 - own["ends_sentence"]).mean()) if n else 0.0,
    }
    return {name: np.full(n, value) for name, value in values.items()}
