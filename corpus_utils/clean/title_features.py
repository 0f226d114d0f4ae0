"""What tells a page's headline from its other lines, as numbers, for the lines of many documents at once.

The headline stands nearest above the text, shares its words, is often repeated in the page's title line ("Headline | Name"), and has
the byline and the date below it. The features are exactly that.

Conventions
    `title_features(looks, cue)` gives line numbers, ascending, and a matrix with a row per line and the columns `FEATURES`: for every line
    that could be a headline, which are the lines above the text, a few of its first, and the page's first. Line numbers count over
    all documents. Nothing here uses the roles of lines, so that a page whose lines were labelled badly still gets its headline.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from corpus_utils.clean.body import NO_CUE
from corpus_utils.clean.characters import SMALL, SPACE, is_one
from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.date_marks import FULL_DATE
from corpus_utils.clean.features import count_words, per_line
from corpus_utils.clean.hashing import are_among, mix
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.names import has_opening, may_open
from corpus_utils.clean.pages import stretches

Array = np.ndarray
WINDOW, LEAD = 60, 12  # lines above the text in which the headline is looked for; lines of the text that are its lead
SHORT = 200  # code points up to which a line is looked at for a date, a byline and other wording
_DASHES = "|–—·»•:~-"

FEATURES = (
    "words", "few words", "many words", "ended", "capitals", "lower start", "first row", "repeated", "in first row", "extended above",
    "extended anywhere", "share of lead", "share of text", "distance", "after text", "byline below", "date below", "just above date",
    "byline above", "longest near", "menu", "cue", "is date", "is byline", "bulleted", "digits", "separator", "next is long",
    "nearest long", "crowd", "share above", "share below", "line above",
)  # fmt: skip


def title_features(looks: Looks, cue: Array, *, without: Collection[int] = ()) -> tuple[Array, Array]:
    """Numbers of the lines that could be headlines, and their features. `cue`: what each line's wording speaks for (`body.find_cues`);
    `without`: numbers of documents in which no headline is looked for."""
    page = _Page(looks, cue, without)
    lines = np.flatnonzero(page.may_be)
    if not len(lines):
        return lines, np.zeros((0, len(FEATURES)))
    place, count = looks.place[lines], looks.words[lines]
    distance = page.first[lines] - lines
    longer, anywhere, in_first = _said_again(page, lines)
    columns = (
        np.minimum(count, 16) / 8, count <= 3, count > 20, looks.closed[lines] & ~looks.asks[lines], _capitals(looks, lines),
        (looks.pages.traits(looks.pages.start[lines]) & SMALL) != 0, place == 0, looks.pages.copies[lines] > 1, in_first, longer,
        anywhere, page.share(page.lead, lines), page.share(page.text, lines), np.log1p(np.abs(distance)) / 2, distance < 0,
        page.among(page.by, lines, 1, 8) > 0, page.among(page.dated, lines, 1, 8) > 0, page.next_to(page.by | page.dated, lines, 1),
        page.among(page.by, lines, -4, -1) > 0, page.longest_near(lines) <= count,
        page.among(page.view & (looks.words <= 3), lines, -4, -1) >= 3, page.cued[lines], page.dated[lines], page.by[lines],
        _bulleted(looks)[lines], np.minimum(1.0, looks.digits[lines] / 6), _separated(looks)[lines], page.next_to(page.long, lines, 1),
        (distance > 0) & (distance <= LEAD), (page.among(page.rival, lines, -6, 6) - page.rival[lines]) / 6,
        page.next_to(page.known, lines, -1), page.next_to(page.known, lines, 1), page.next_to(page.plain, lines, -1),
    )  # fmt: skip
    return lines, np.stack(columns, axis=1).astype(np.float64)


def text_extent(long: Array, size: Array, first: Array) -> tuple[Array, Array]:
    """First and last line of each document's running text, by length of lines alone: the stretch with the most words in long lines per
    line (the stretch of largest sum, Bentley 1984); -1 and -1 where there is none. Document d has the lines `first[d]:first[d + 1]`."""
    documents = np.repeat(np.arange(len(first) - 1), np.diff(first))
    gain = np.where(long, np.minimum(size, 80), -6)
    total = np.cumsum(gain)
    start = (total - gain)[first[:-1].clip(max=max(0, len(gain) - 1))] if len(gain) else np.zeros(len(first) - 1, dtype=np.int64)
    total = total - start[documents]
    apart = 100 * (len(gain) + 1)  # keeps the running minimum of a document from reaching into the next
    before = total - gain
    lowest = np.minimum.accumulate(before - apart * documents) + apart * documents
    fresh = np.append(True, (lowest[1:] != lowest[:-1]) | (documents[1:] != documents[:-1]))[: len(gain)]
    begins = np.maximum.accumulate(np.where(fresh, np.arange(len(gain)), 0))
    worth = np.where(long, total - lowest, 0)
    firsts, lasts = np.full(len(first) - 1, -1), np.full(len(first) - 1, -1)
    order = np.lexsort((np.arange(len(gain)), -worth, documents))
    best = order[np.append(True, documents[order][1:] != documents[order][:-1])[: len(order)]]
    best = best[worth[best] > 0]
    firsts[documents[best]], lasts[documents[best]] = begins[best], best
    return firsts, lasts


class _Page:
    """The lines looked at: around the head of the text of each document, and its paragraphs."""

    def __init__(self, looks: Looks, cue: Array, without: Collection[int]) -> None:
        self.looks, pages = looks, looks.pages
        here = np.arange(len(pages))
        self.long = (looks.size >= 30) | ((looks.size >= 14) & looks.closed)
        first, last = text_extent(self.long, looks.size, pages.first)
        self.first, last = first[looks.document], last[looks.document]
        open_ = np.ones(len(pages.first) - 1, dtype=bool)
        open_[list(without)] = False
        some, top = (self.first >= 0) & open_[looks.document], looks.place < 3
        text = some & self.long & (here >= self.first) & (here <= last)
        head = some & (here >= self.first - WINDOW) & (here < self.first + LEAD)
        self.view = some & (head | top | text)
        count = looks.words
        usable = ((count > 1) & (count <= 40) & (looks.chars <= 280)) | ((count == 1) & (looks.chars > 7))
        self.may_be = (head | (top & some)) & (here <= self.first + 3) & usable
        short = self.view & (looks.chars <= SHORT)
        self.cued = short & (cue != NO_CUE)
        self.dated, self.by = _dated(looks, short), _byline(looks, short)
        self.rival = self.view & (count >= 5) & (count <= 25) & ~(self.long | self.cued | self.dated | self.by)
        self.plain = self.view & (count >= 4) & ~(self.long | self.cued | self.dated | self.by)
        self._content = looks.length > 3
        self._number = np.maximum(3, per_line(pages, self._content))
        asked = np.flatnonzero(self._content & (self.may_be | (self.view & ~self.long))[pages.word_line])
        said = np.flatnonzero(self._content & text[pages.word_line])
        asked, self.text = self._hits(asked, said)
        said = said[(here <= self.first + LEAD)[pages.word_line[said]]]
        _, self.lead = self._hits(asked, said)  # only what stands in the text may stand in its lead
        self.known = np.where(self.view & ~self.long, self.text / self._number, 0.0)

    def _hits(self, asked: Array, said: Array) -> tuple[Array, Array]:
        """Which of some words are among others of their document, and how many these are per line."""
        pages, keys = self.looks.pages, self.looks.owned_stem
        found = asked[are_among(keys[asked], keys[said])]
        return found, np.bincount(pages.word_line[found], minlength=len(pages))

    def share(self, hits: Array, lines: Array) -> Array:
        """Those hits as a share of the content words."""
        shared: Array = hits[lines] / self._number[lines]
        return shared

    def among(self, which: Array, lines: Array, low: int, high: int) -> Array:
        """How many of the lines from `low` to `high` places further on, in the same document, are of a kind."""
        first = self.looks.pages.first
        sums = np.append(0, np.cumsum(which))
        begin, end = first[self.looks.document[lines]], first[self.looks.document[lines] + 1]
        number: Array = sums[np.minimum(lines + high + 1, end)] - sums[np.maximum(lines + low, begin).clip(max=end)]
        return np.maximum(number, 0)

    def next_to(self, values: Array, lines: Array, step: int) -> Array:
        """The value of the line above (-1) or below (1), 0 where that is not looked at."""
        at = (lines + step).clip(0, len(values) - 1)
        near = self.view[at] & (self.looks.document[at] == self.looks.document[lines]) & (at != lines)
        return np.where(near, values[at], 0)

    def longest_near(self, lines: Array) -> Array:
        """Most words of a line, itself included, that is no paragraph and at most six lines away."""
        words = np.where(self.view & ~self.long, self.looks.words, 0)
        longest = np.zeros(len(lines), dtype=np.int64)
        for step in range(-6, 7):
            at = (lines + step).clip(0, len(words) - 1)
            longest = np.maximum(longest, np.where(self.looks.document[at] == self.looks.document[lines], words[at], 0))
        return longest


def _dated(looks: Looks, which: Array) -> Array:
    """Lines with a date that names its year."""
    found = np.zeros(len(which), dtype=bool)
    for line in np.flatnonzero(which & ((looks.dates & FULL_DATE) != 0)).tolist():
        found[line] = any(mention.year is not None for mention in find_dates(looks.pages.string(line)))
    return found


def _byline(looks: Looks, which: Array) -> Array:
    """Lines that begin like a byline."""
    found = np.zeros(len(which), dtype=bool)
    for line in np.flatnonzero(which & may_open(looks.prefix)).tolist():
        found[line] = has_opening(looks.pages.string(line))
    return found


def _capitals(looks: Looks, lines: Array) -> Array:
    """Share of the longer words, behind the first, that begin with a capital letter; one half where there is none."""
    pages = looks.pages
    rest = stretches(pages.first_word[lines] + 1, pages.size[lines] - 1)
    rest = rest[looks.length[rest] > 3]
    number, capital = count_words(pages, rest)[lines], count_words(pages, rest[looks.capital[rest]])[lines]
    return np.where(number > 0, capital / np.maximum(number, 1), 0.5)


def _bulleted(looks: Looks) -> Array:
    bullets = "•·▪◦‣*+#o○–-"
    return looks.begins(bullets) & looks.is_blank(1)


def _separated(looks: Looks) -> Array:
    """A bar, or a dash, dot or colon between blanks."""
    pages, codes = looks.pages, looks.pages.marks[0]
    bars = np.flatnonzero(codes == ord("|"))
    dashes = np.flatnonzero(is_one(codes, _DASHES))
    places = pages.marked[dashes]
    inside = (places > 0) & (places < len(pages.classes) - 1)
    dashes, places = dashes[inside], places[inside]
    return pages.with_marks(np.append(bars, dashes[(pages.classes[places - 1] & pages.classes[places + 1] & SPACE) != 0]))


# -- a line said again as a part of another --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Found:
    """Where the words of a candidate (its place among the candidates) stand again: number of the first of those words."""

    candidate: Array
    word: Array


def _said_again(page: _Page, lines: Array) -> tuple[Array, Array, Array]:
    """Per candidate: a short line begins with its words and goes on; another short line holds its words; the first line does."""
    looks, pages = page.looks, page.looks.pages
    found = _occurrences(page, lines)
    line, own = pages.word_line[found.word], lines[found.candidate]
    hashes = pages.line_hash
    other = (line != own) & (hashes[line] != hashes[own])
    short = (looks.size[line] < 40) & other
    opens = (found.word == pages.first_word[line]) & (pages.size[line] > pages.size[own])
    ways = (short & opens, short, (looks.place[line] == 0) & (line != own))
    longer, anywhere, in_first = (np.bincount(found.candidate[way], minlength=len(lines)) > 0 for way in ways)
    return longer, anywhere, in_first


def _occurrences(page: _Page, lines: Array) -> _Found:
    """Stretches of words in short lines, or in a first line, that are those of a candidate with more than two words."""
    looks, pages = page.looks, page.looks.pages
    asked = np.flatnonzero((looks.words[lines] > 2) & (pages.size[lines] > 1))
    where = np.flatnonzero(((looks.size < 40) | (looks.place == 0)) & (page.first >= 0))
    where = stretches(pages.first_word[where], pages.size[where] - 1)  # words that have another one behind them
    pairs = _pairs(looks, where)
    keys = _pairs(looks, pages.first_word[lines[asked]])
    seen = np.zeros(1 << 16, dtype=bool)  # most words begin no candidate: these are looked at no further
    seen[keys & np.uint64(0xFFFF)] = True
    hit = np.flatnonzero(seen[pairs & np.uint64(0xFFFF)])
    where, pairs = where[hit], pairs[hit]
    order = np.argsort(keys, kind="stable")
    low, high = np.searchsorted(keys[order], pairs, side="left"), np.searchsorted(keys[order], pairs, side="right")
    candidate = asked[order[stretches(low, high - low)]]
    word = np.repeat(where, high - low)
    own = pages.first_word[lines[candidate]]
    size = pages.size[lines[candidate]]
    fits = word + size <= pages.first_word[pages.word_line[word] + 1]
    candidate, word, own, size = candidate[fits], word[fits], own[fits], size[fits]
    same = pages.word_hash[stretches(word, size)] == pages.word_hash[stretches(own, size)]
    matched = np.bincount(np.repeat(np.arange(len(size)), size)[same], minlength=len(size)) == size
    return _Found(candidate[matched], word[matched])


def _pairs(looks: Looks, word: Array) -> Array:
    """A number for document, word and next word."""
    pages = looks.pages
    h = pages.word_hash
    both = mix(h[word] * np.uint32(0x9E3779B1) ^ h[np.minimum(word + 1, len(h) - 1)])
    return pages.owner[word] | both
