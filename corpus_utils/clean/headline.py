"""The line above the text that reads like its headline: a first guess from layout and shared words, for many documents at once.

Conventions
    Works on `Rows`; `titles` has the last word in the cleaned corpus, this is what the labels of a single page rest on.
"""

from __future__ import annotations

import numpy as np

from corpus_utils.clean.body import CUE_CODES
from corpus_utils.clean.characters import DIGIT, is_one
from corpus_utils.clean.features import count_words
from corpus_utils.clean.hashing import are_among
from corpus_utils.clean.pages import stretches
from corpus_utils.clean.rows import Rows

Array = np.ndarray
WINDOW, LEAD = 60, 15  # rows above the text that are looked at; rows of the text whose words count
LONGEST = 260
NEEDED = 1.0
_MAY_END = "?!…”\"’'»"


def find_titles(rows: Rows, first: Array, which: Array) -> Array:
    """Row numbers of the titles, at most one per document. `first` is, for every row, its document's first paragraph."""
    place = np.arange(len(rows))
    possible = which & (place < first) & (place >= first - WINDOW) & (first < rows.first[rows.document + 1]) & _looks(rows)
    found = np.flatnonzero(possible)
    if not len(found):
        return found
    score = _scores(rows, found, first)
    found, score = found[score >= NEEDED], score[score >= NEEDED]
    order = np.lexsort((found, -score, rows.document[found]))
    best = found[order]
    document = rows.document[best]
    return best[np.append(True, document[1:] != document[:-1])[: len(best)]]


def _looks(rows: Rows) -> Array:
    good = rows.uncued & (rows.size >= 2) & (rows.size <= 32) & (rows.chars <= LONGEST) & ~rows.bulleted
    good &= ~rows.ends | is_one(rows.final, _MAY_END) | _dotted(rows)
    return good & ~(rows.body & (rows.loose | rows.below(rows.starts_small)))


def _dotted(rows: Rows) -> Array:
    """Two points or more among the last four characters: an ellipsis, an abbreviation."""
    points = np.zeros(len(rows), dtype=np.int64)
    for back in range(1, 5):
        points += (rows.pages.codes[np.maximum(rows.pages.stop - back, rows.pages.start)] == ord(".")) & (rows.chars >= back)
    return points > 1


def _scores(rows: Rows, found: Array, first: Array) -> Array:
    pages, place = rows.pages, np.arange(len(rows))
    long = pages.word_length > 3
    keys = pages.owner | pages.word_hash
    lead = rows.body & (place >= first) & (place < first + LEAD)
    known = keys[long & lead[pages.word_line]]
    asked = stretches(pages.first_word[found], pages.size[found])
    asked = asked[long[asked]]
    hit = asked[are_among(keys[asked], known)]
    hit = hit[(pages.classes[pages.word_start[hit]] & DIGIT) == 0]  # all numbers of one length have one hash
    number, shared = count_words(pages, asked)[found], count_words(pages, hit)[found]
    size = rows.size[found]
    score = 1.2 * shared / np.maximum(number, 1) + np.minimum(size, 10) / 12 - 0.03 * np.minimum(first[found] - found, 20)
    score -= 0.5 * (rows.starts_small[found] | (size < 4))
    score += 0.3 * rows.top[found]
    score -= 1.0 * ((rows.gap == 0) & (rows.above(rows.cue) == CUE_CODES["boilerplate"]) & ~rows.top)[found]
    score -= 0.6 * (rows.below(rows.cue, otherwise=-1) == CUE_CODES["credit"])[found]
    score += 0.5 * _opens_page(rows, found)
    score -= 0.3 * ((rows.copies[found] > 2) | _separated(rows)[found])
    return score


def _opens_page(rows: Rows, found: Array) -> Array:
    """One of the document's first three lines, above the line, begins with it: the page's title in the browser."""
    pages, result = rows.pages, np.zeros(len(found), dtype=bool)
    for step in range(3):
        other = rows.first[rows.document[found]] + step
        other = np.minimum(other, found)
        may = (other < found) & (rows.chars[other] >= rows.chars[found])
        may &= pages.codes[pages.start[other]] == pages.codes[pages.start[found]]
        for i in np.flatnonzero(may & ~result).tolist():
            result[i] = pages.text.startswith(pages.string(int(found[i])), int(pages.start[other[i]]))
    return result


def _separated(rows: Rows) -> Array:
    """A bar or a double angle between blanks stands in the line."""
    pages, codes, marks = rows.pages, rows.pages.codes, rows.pages.marks[0]
    bars = np.flatnonzero((marks == ord("|")) | (marks == ord("»")))
    places = pages.marked[bars]
    inside = (places > 0) & (places < len(codes) - 1)
    bars, places = bars[inside], places[inside]
    return pages.with_marks(bars[(codes[places - 1] == 32) & (codes[places + 1] == 32)])
