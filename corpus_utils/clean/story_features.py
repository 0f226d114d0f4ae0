"""What a heading-like line and the text around it tell about whether a new story begins there, for the pages of a sheet at once.

Conventions
    A candidate is a unit that could be a headline (`story_units`); its features are numbers named in `FEATURES`, in that order, each
    roughly between -1 and 3. A cut is the paragraph below a candidate: several candidates may stand above one. What a candidate heads ends
    at the next one that is no full sentence.
    The features are about layout, about how words repeat on either side (lexical cohesion, Hearst 1997) and about how news
    begins (full names, weekdays, datelines); none is a word of one language except the weekday and opening-word tables.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from corpus_utils.clean.characters import is_one
from corpus_utils.clean.looks import NUMBERS
from corpus_utils.clean.pages import Words
from corpus_utils.clean.story_leads import lead_names, lead_openings
from corpus_utils.clean.story_units import Units, words_of
from corpus_utils.clean.story_words import Chains, Entries, Likeness, weigh

Array = np.ndarray
Columns = dict[str, Array]
Stretch = tuple[Array, Array]
AROUND = 40  # paragraphs on either side of a cut that are read
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*–—\-]|\(?\d{1,3}[.):]|[a-z]\))\s*")
_CLOCK = re.compile(r"^\W*(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?[ap]\.?m)|\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m|uhr|GMT|CET|ET|UTC|h)\b", re.I)
RISING = (
    "depth", "title right", "title contrast", "rank cohesion", "goes on", "title rare right", "opens like news", "lead dateline",
    "lead weekday", "lead full name", "byline below", "words", "capitals",
)  # fmt: skip
FALLING = (
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "names shared", "names lead", "title left", "rare shared",
    "rare shared near", "resumes", "title rare left", "first words above", "last name alone", "numbered", "closed", "lead pronoun",
    "full name again", "clock",
)  # fmt: skip
FEATURES = (
    "words", "few words", "many words", "capitals", "closed", "question", "colon", "quotes", "digit first", "numbered", "clock",
    "byline below", "heading below", "heading above", "above closed", "density", "spacing up", "spacing down", "like others",
    "capitals stand out", "longest near", "lead length", "lead pronoun", "lead weekday", "lead dateline", "opens like news",
    "lead full name", "full name again", "last name alone", "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "depth",
    "rank cohesion", "goes on", "resumes", "names shared", "names lead", "rare shared", "rare shared near", "first words above",
    "title right", "title left", "title contrast", "title rare right", "title rare left", "lead in title",
)  # fmt: skip


def page_features(units: Units) -> Array:
    """Matrix with a row per candidate of the units and the columns `FEATURES`."""
    found = units.candidates
    if not len(found):
        return np.zeros((0, len(FEATURES)))
    columns = _own(units, found)
    open_ = found[~columns["closed"]]
    page = _Cuts(units, found, open_)
    columns |= _layout(units, found, open_)
    cuts, back = np.unique(page.cut, return_inverse=True)
    leads = units.paragraph[cuts]
    columns["lead length"] = (np.minimum(units.size[leads], 60) / 30)[back]
    columns |= {name: values[back] for name, values in (lead_openings(units, cuts) | lead_names(units, cuts)).items()}
    columns |= _cohesion(page, units, found)
    return np.stack([columns[name] for name in FEATURES], axis=1).astype(np.float64)


# -- the line and where it stands ------------------------------------------------------------------------------------------


def _own(units: Units, found: Array) -> Columns:
    looks, pages, lines = units.looks, units.pages, units.line[found]
    size, capitals = units.size[found], units.capitals(found)
    mark = looks.mark[lines]
    number = looks.number[np.minimum(pages.first_word[lines], max(0, len(looks.number) - 1))] if len(looks.number) else size > 99
    digit_first = number & (pages.word_start[np.minimum(pages.first_word[lines], max(0, len(pages.word_start) - 1))] == pages.start[lines])
    listed, timed = (np.zeros(len(found), dtype=bool) for _ in range(2))
    for i in np.flatnonzero(digit_first | looks.begins("•·▪◦‣*–—-(")[lines]).tolist():
        listed[i] = _BULLET.match(units.text(found[i])) is not None
    for i in np.flatnonzero(looks.digits[lines] > 0).tolist():
        timed[i] = _CLOCK.search(units.text(found[i])) is not None
    document = units.document[found]
    total, many = np.bincount(document, weights=capitals), np.bincount(document)
    return {
        "words": np.minimum(size, 24) / 10, "few words": size <= 3, "many words": size > 18, "capitals": capitals,
        "closed": is_one(mark, ".!?…。:;,") & ~looks.asks[lines], "question": mark == ord("?"),
        "colon": looks.holds(":", lines, but_last=1), "quotes": looks.holds("“\"«‘", lines), "digit first": digit_first,
        "numbered": listed, "clock": timed, "capitals stand out": capitals - (total / np.maximum(many, 1))[document],
    }  # fmt: skip


def _layout(units: Units, found: Array, open_: Array) -> Columns:
    document = units.document[found]
    first, end = units.first[document], units.first[document + 1]
    many, many_open = (np.bincount(units.document[which], minlength=len(units.first) - 1)[document] for which in (found, open_))
    size = units.size[found]
    total = np.bincount(document, weights=size)[document]
    others = np.where(many > 1, ((size - (total - size) / np.maximum(many - 1, 1)) / 8).clip(-1.0, 1.5), 0.0)
    above = np.maximum(np.append(open_, 0)[np.searchsorted(open_, found) - 1], first)
    longest = size.copy()
    for step in range(1, 13):
        for this, that in ((slice(step, None), slice(None, -step)), (slice(None, -step), slice(step, None))):
            near = (np.abs(found[this] - found[that]) <= 12) & (document[this] == document[that])
            longest[this] = np.maximum(longest[this], np.where(near, size[that], 0))
    paragraphs = np.diff(units.first_paragraph)[document]
    below = np.minimum(found + 1, end - 1)
    return {
        "byline below": _byline(units, found + 1, end) | _byline(units, found + 2, end),
        "heading below": ~units.long[below] & (below > found), "heading above": ~units.long[found - 1],
        "above closed": units.closed[found - 1],
        "density": np.minimum(1.0, 3 * many_open / np.maximum(1, paragraphs)), "spacing up": np.log1p(found - above) / 2,
        "spacing down": np.log1p(_until(units, found, open_) - found) / 2, "like others": others, "longest near": longest <= size,
    }  # fmt: skip


def _until(units: Units, found: Array, open_: Array) -> Array:
    """The next candidate that is no sentence and does not stand directly below, else the end of the document."""
    end = units.first[units.document[found] + 1]
    after = np.append(open_, len(units) + 1)[np.searchsorted(open_, found + 1, side="right")]
    return np.minimum(after, end)


def _byline(units: Units, at: Array, end: Array) -> Array:
    """A unit begins with "by" and a capital."""
    pages, looks = units.pages, units.looks
    lines = units.line[np.minimum(at, len(units) - 1)]
    some = (at < end) & (pages.size[lines] > 1)
    word = np.where(some, pages.first_word[lines], 0)
    opens = _by().among(pages.word_hash[word])
    return some & opens & looks.capital[np.minimum(word + 1, len(looks.capital) - 1)] & (pages.word_start[word] == pages.start[lines])


@cache
def _by() -> Words:
    return Words(["by", "por", "par", "von", "автор", "di"])


# -- words on either side --------------------------------------------------------------------------------------------------


class _Cuts:
    """Stretches of paragraphs on either side of each candidate's cut, clipped to the document; `open_` are the candidates that end one."""

    def __init__(self, units: Units, found: Array, open_: Array) -> None:
        document = units.document[found]
        self.cut = units.above[found + 1]
        self.low, self.high = units.first_paragraph[document], units.first_paragraph[document + 1]
        self.after = units.above[_until(units, found, open_)]  # first paragraph below the next candidate
        self.stop = np.maximum(self.after, self.cut + 1)

    def left(self, number: int) -> Stretch:
        """So many paragraphs above."""
        return np.maximum(self.cut - number, self.low), self.cut

    def right(self, number: int) -> Stretch:
        """So many paragraphs below."""
        return self.cut, np.minimum(self.cut + number, self.high)

    def own(self, number: int) -> Stretch:
        """So many paragraphs below, down to the next candidate."""
        return self.cut, np.minimum(self.stop, self.cut + number)

    def ahead(self) -> Stretch:
        """Twelve paragraphs below the next candidate, as far as they are near."""
        return self.after, np.minimum(np.minimum(self.after + 12, self.cut + 30), self.high)


def _cohesion(page: _Cuts, units: Units, found: Array) -> Columns:
    stems, names = _read(page, units)
    document = units.document[units.paragraph]
    weight, common = weigh(stems.stem)
    rare = Chains(stems.some(~common & (stems.stem < NUMBERS)), document)
    like, named = Likeness(stems, weight, document), Chains(names, document)
    left12, own12, ahead = page.left(12), page.own(12), page.ahead()
    wide, back = like.cosine(left12, page.right(12)), like.cosine(left12, own12)
    some = ahead[1] > ahead[0]
    first = np.searchsorted(found, units.first)
    many = np.diff(first)[units.document[found]]
    total = np.bincount(units.document[found], weights=wide, minlength=len(first) - 1)[units.document[found]]
    others = np.where(many > 1, (total - wide) / np.maximum(many - 1, 1), wide)
    inner = np.where(page.stop - page.cut > 3, like.inner((page.cut, np.minimum(page.stop, page.cut + AROUND))), 0.3)
    columns = {
        "cohesion 1": 4 * like.cosine(page.left(1), page.right(1)), "cohesion 3": 3 * like.cosine(page.left(3), page.right(3)),
        "cohesion 12": 2 * wide, "cohesion all": 2 * like.cosine(page.left(AROUND), page.own(AROUND)),
        "depth": 2 * (inner - wide), "rank cohesion": 2 * (others - wide),
        "goes on": np.where(some, 2 * (like.cosine(own12, ahead) - back), 0.0),
        "resumes": np.where(some, 3 * like.cosine(left12, ahead), 0.3),
        "names shared": _share(named, page.left(25), page.own(8)), "names lead": _share(named, page.left(25), page.right(1)),
        "rare shared": 3 * _rare_shared(rare, left12, own12), "rare shared near": 3 * _rare_shared(rare, page.left(4), page.right(4)),
        "first words above": _rare_shared(rare, page.left(25), page.right(1)),
    }  # fmt: skip
    lead_weight = np.bincount(stems.paragraph, weights=weight, minlength=len(document))[page.cut]
    return columns | _title(page, units, found, stems, lead_weight, (rare.distinct(page.own(8)), rare.distinct(left12)))


def _share(chains: Chains, above: Stretch, below: Stretch) -> Array:
    """Share of what stands below that stands above, too; .3 where nothing does."""
    number = chains.distinct(below)
    return np.where(number > 0, chains.shared(above, below) / np.maximum(number, 1), 0.3)


def _rare_shared(rare: Chains, above: Stretch, below: Stretch) -> Array:
    """Share of the rare stems of the smaller of two stretches that the other one has too."""
    return rare.shared(above, below) / np.maximum(4, np.minimum(rare.distinct(above), rare.distinct(below)))


def _title(page: _Cuts, units: Units, found: Array, stems: Entries, lead_weight: Array, rare_near: tuple[Array, Array]) -> Columns:
    """Where the stems of the candidates stand again."""
    words = words_of(units, found)
    number = np.repeat(np.arange(len(found)), units.pages.size[units.line[found]])
    kept = units.has_stem[words]
    pair = np.sort((number[kept].astype(np.uint64) << np.uint64(32)) | units.looks.stem[words[kept]])
    pair = pair[np.append(True, pair[1:] != pair[:-1])[: len(pair)]]
    number, stem = (pair >> np.uint64(32)).astype(np.int64), (pair & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    weight, common = weigh(stem)
    rare = ~common & (stem < NUMBERS)
    cut, high = page.cut[number], page.high[number]
    before, after = stems.around(stem, cut, page.low[number], high)
    right, left = after < np.minimum(page.own(6)[1][number], high), before >= np.maximum(cut - 8, 0)

    def total(which: Array, values: Array) -> Array:
        return np.bincount(number[which], weights=values[which], minlength=len(found))

    whole, one = np.maximum(total(weight > 0, weight), 1e-9), np.ones(len(stem))
    covered_right, covered_left = total(right, weight) / whole, total(left, weight) / whole
    own_rare = total(rare, one)
    return {
        "title right": covered_right, "title left": covered_left, "title contrast": covered_right - covered_left,
        "title rare right": total(rare & (after < page.own(8)[1][number]), one) / np.maximum(4, np.minimum(own_rare, rare_near[0])),
        "title rare left": total(rare & (before >= np.maximum(cut - 12, 0)), one) / np.maximum(4, np.minimum(own_rare, rare_near[1])),
        "lead in title": total(after == cut, weight) / np.maximum(lead_weight, 1e-9),
    }  # fmt: skip


def _read(page: _Cuts, units: Units) -> tuple[Entries, Entries]:
    """Stems and names of the paragraphs near the cuts. Names are words capitalised inside sentences."""
    pages, looks = units.pages, units.looks
    near = np.zeros(len(units.paragraph) + 1, dtype=np.int64)
    np.add.at(near, np.maximum(page.cut - AROUND, page.low), 1)
    np.add.at(near, np.minimum(page.cut + AROUND, page.high), -1)
    chosen = np.flatnonzero(np.cumsum(near)[:-1])
    words = words_of(units, units.paragraph[chosen])
    where = np.repeat(chosen, pages.size[units.line[units.paragraph[chosen]]])
    kept = np.flatnonzero(units.has_stem[words])
    named = np.flatnonzero((looks.capital & (pages.word_length >= 3))[words])
    start = pages.word_start[words[named]]
    inside = start > pages.start[pages.word_line[words[named]]]
    opened = is_one(pages.codes[start - 1], " ") & is_one(pages.codes[np.maximum(start - 2, 0)], '.!?:“"«')
    named = named[inside & ~opened]
    return Entries(looks.stem[words[kept]], where[kept]), Entries(pages.word_hash[words[named]], where[named])
