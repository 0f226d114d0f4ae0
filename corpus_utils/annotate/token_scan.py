"""Where the tokens of texts stand, and where clauses and sentences end, found as array work on their characters.

`TOKEN` says what a token is. A batch of texts becomes one byte a character, the small letter or what kind of sign it is, wherever its
letters are Western (Latin-1; signs may be any); other batches are read as code points, at twice the cost.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.tokens import AT_ONCE, batches, hash_bytes, hash_words

Array = np.ndarray[Any, np.dtype[Any]]

_WORD = r"\w[\w\u0300-\u036f]*"  # combining accents belong to their letter
TOKEN = re.compile(rf"(\d+(?:[.,]\d+)+|{_WORD}(?:['’ʼ]{_WORD})*)")
_AT_ONCE = 1 << 17  # characters scanned together: what the processor's cache still holds
_LAST_LETTER = 0x34000  # no script is written beyond
# What a byte stands for. A small Western letter or digit is itself, from 0x30 on
_HYPHEN, _APOSTROPHE, _CLAUSE, _COMMA, _POINT, _SENTENCE, _MARK = range(7)
_ENDS_CLAUSE, _ENDS_SENTENCE = ",;:()[]–—", ".!?…¿¡\n"  # the second end a clause, too
_BLANK, _NOTHING, _LETTER, _WIDE_DIGIT, _WIDE_LETTER = (
    0x20,
    0x2F,
    0x30,
    0x3A,
    0x3B,
)  # the third is the first of the letters and digits, then those of other writing
_DIGITS = _WIDE_LETTER - _LETTER  # so many bytes from 0x30 on are digits


class Scan(NamedTuple):
    """Tokens of some texts in order. Places are code points into all texts, each followed by one line end."""

    keys: Array  # uint64: the same for the same letters; a form may have two, two forms never one
    starts: Array  # int32 unless there are too many
    ends: Array
    clauses: Array  # places of the marks that end a clause
    sentences: Array  # of those that end a sentence, too
    begins: Array  # place of each text, and behind the last


def scan_tokens(texts: Sequence[str]) -> Scan:
    """All tokens of the texts. An unpaired surrogate is no letter."""
    begins = np.concatenate(([0], np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)))
    begins = begins.astype(np.int32 if begins[-1] < 1 << 31 else np.int64)
    parts = [_scan("\n".join(texts[first:last]) + "\n", begins[first]) for first, last in batches(texts, _AT_ONCE)]
    if not parts:
        none = begins[:0]
        return Scan(np.zeros(0, np.uint64), none, none, none, none, begins)
    keys, starts, ends, clauses, sentences = (np.concatenate(column) for column in zip(*parts))
    return Scan(keys, starts, ends, clauses, sentences, begins)


def _scan(text: str, base: np.integer[Any]) -> tuple[Array, ...]:
    """The columns of a `Scan` of one batch, which stands at `base`."""
    data, points = _bytes_of(text)
    values = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(values <= _MARK)
    signs = values[places]
    inside = _inside(values, places, signs)
    within, cuts = _join_numbers(values, inside, places[(signs == _COMMA) | (signs == _POINT)])
    changes = np.flatnonzero(inside[1:] != inside[:-1])  # into a token and out of it, in turn
    if len(cuts):
        changes = np.insert(changes, np.repeat(np.searchsorted(changes, cuts), 2), np.repeat(cuts, 2))
    starts, ends = changes[::2], changes[1::2]
    stops = (signs >= _CLAUSE) & (signs <= _SENTENCE)
    stops[np.searchsorted(places, within)] = False
    hyphens = np.flatnonzero(signs == _HYPHEN)
    hyphens = hyphens[values[places[hyphens] + 1] == _BLANK]
    stops[hyphens[[_opens_behind_blank(values, at) for at in places[hyphens].tolist()]]] = True
    sentences = places[stops & (signs >= _POINT)]
    keys = hash_bytes(data + b"\0" * AT_ONCE, starts, ends) if points is None else hash_words(points, starts, ends)
    return keys, *(column.astype(base.dtype) + base for column in (starts, ends, places[stops], sentences))


def _bytes_of(text: str) -> tuple[bytes, Array | None]:
    """A byte for each character, and the code points where these do not tell all letters apart."""
    table, western = _byte_of()
    try:
        return text.encode("latin-1").translate(western), None
    except UnicodeEncodeError:
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        values = table.take(points.astype(np.intp))  # as `take` wants them
        wide = (values - np.uint8(_WIDE_DIGIT) <= _WIDE_LETTER - _WIDE_DIGIT) | (
            values == _MARK
        )  # below the first, numbers begin again at the highest
        return values.tobytes(), points if wide.any() else None


def _opens_behind_blank(values: Array, at: int) -> bool:
    """Does a row of hyphens, one or more, that ends here begin behind a blank? Between blanks they end a clause."""
    while at and values[at] == _HYPHEN:
        at -= 1
    return bool(values[at] == _BLANK)


def _inside(values: Array, places: Array, signs: Array) -> Array:
    """What stands in words, letters with their marks joined over apostrophes; one more on both sides, so that no neighbour is missing."""
    inside = np.zeros(len(values) + 2, dtype=bool)
    letter = inside[1:-1]
    np.greater_equal(values, _LETTER, out=letter)
    joiners = places[signs == _APOSTROPHE] + 1
    joiners = joiners[letter[joiners]]  # before a letter
    marks = places[signs == _MARK] + 1
    if len(marks):  # those in a row belong to the letter before the first
        opens = np.concatenate(([True], np.diff(marks) > 1))
        belongs = inside[marks[opens] - 1]
        inside[marks[belongs[np.cumsum(opens) - 1]]] = True
    inside[joiners[inside[joiners - 1]]] = True
    return inside


def _join_numbers(values: Array, inside: Array, points: Array) -> tuple[Array, Array]:
    """Put the points and commas of numbers inside. Those, and where a number ends right before a letter."""
    points = points[_is_digit(values[points - 1]) & _is_digit(values[points + 1])]  # the last character is a line end
    joins = ~inside[_last_digit(values, points, -1)]  # a token of figures alone is before them
    points, others = points[joins], points[~joins]
    ends = _last_digit(values, points, 1) + 1
    ends = ends[inside[ends + 1]]
    inside[points + 1] = True
    cuts, loose = ends[values[ends] >= _LETTER], ends[values[ends] < _LETTER]
    if not len(loose):
        return points, cuts
    for end in loose.tolist():  # a number has no marks, and nothing is joined to it by an apostrophe
        while inside[end + 1] and values[end] < _LETTER:
            inside[end + 1] = False
            end += 1
    more = _join_numbers(values, inside, others)
    return np.sort(np.concatenate((points, more[0]))), np.sort(np.concatenate((cuts, more[1])))


def _last_digit(values: Array, places: Array, step: int) -> Array:
    """The last of the digits beside each place, to the left or right."""
    found = places.copy()
    going = np.arange(len(places))
    while len(going):
        found[going] += step
        going = going[_is_digit(values[found[going] + step])]
    return found


def _is_digit(values: Array) -> Array:
    return np.asarray(values - np.uint8(_LETTER) < _DIGITS)


@cache
def _byte_of() -> tuple[Array, bytes]:
    """The byte of every code point; of those below 256 once more, for `bytes.translate`."""
    table = np.full(sys.maxunicode + 1, _NOTHING, dtype=np.uint8)
    characters = "".join(map(chr, range(_LAST_LETTER)))
    for pattern, value in ((r"\w+", _WIDE_LETTER), (r"\d+", _WIDE_DIGIT)):
        for match in re.finditer(pattern, characters):
            table[match.start() : match.end()] = value
    for point in np.flatnonzero(table[:256] >= _LETTER).tolist():
        table[point] = ord(chr(point).lower())
    table[0x300:0x370] = _MARK
    signs = (
        ("-", _HYPHEN),
        (" ", _BLANK),
        ("'’", _APOSTROPHE),
        (_ENDS_CLAUSE, _CLAUSE),
        (_ENDS_SENTENCE, _SENTENCE),
        (",", _COMMA),
        (".", _POINT),
    )
    for chars, value in signs:
        for char in chars:
            table[ord(char)] = value
    return table, table[:256].tobytes()
