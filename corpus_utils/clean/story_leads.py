"""How the paragraph below a possible headline begins, and whether it speaks of people as news that is new or as text that goes on.

Conventions
    `cuts` are numbers of paragraphs (see `story_units.Units`); results have one entry per cut. Word lists stand for patterns that are tried
    only where one of their words stands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from corpus_utils.clean.briefs import DATELINE, OFFICES, WEEKDAYS, opens_like_news
from corpus_utils.clean.hashing import STEM, mix
from corpus_utils.clean.pages import Words, stretches
from corpus_utils.clean.story_units import Units
from corpus_utils.clean.story_words import Entries

Array = np.ndarray
BEFORE = 30  # paragraphs above in which a name may have been introduced
_GOES_ON = (
    "he she it they this these that those but and so also however his her their its we you i "
    "él ella ellos esto esta este pero y además ele ela eles isso mas e também il elle ils ce cette mais et er sie es "
    "dies diese dieser dieses aber und auch он она они это но и также"
).split()


@cache
def _openers() -> tuple[Words, Words, Words]:
    """Words with which text goes on; stems of offices and weekdays; weekdays."""
    return Words(_GOES_ON), Words([word[:STEM] for word in (*OFFICES, *WEEKDAYS)]), Words(WEEKDAYS)


def lead_openings(units: Units, cuts: Array) -> dict[str, Array]:
    """Flags: the lead begins with a word that goes on from something, names a weekday, opens with a dateline, opens like news."""
    pages, looks = units.pages, units.looks
    lines = units.line[units.paragraph[cuts]]
    goes_on, speaking, weekdays = _openers()
    first = np.minimum(pages.first_word[lines], max(0, len(pages.word_hash) - 1))
    pronoun = (pages.size[lines] > 0) & goes_on.among(pages.word_hash[first])
    words = stretches(pages.first_word[lines], pages.size[lines])
    number = np.repeat(np.arange(len(lines)), pages.size[lines])
    at = pages.word_start[words] - pages.start[lines][number]
    days = (at < 400) & looks.capital[words] & weekdays.among(pages.word_hash[words])
    said = (at < 300) & speaking.among(pages.stem_hash[words])
    may_open = np.bincount(number[said], minlength=len(lines)) > 0
    dashed = looks.holds("–—-", lines, until=90)
    texts = [pages.text[a : min(b, a + 300)] for a, b in zip(pages.start[lines].tolist(), pages.stop[lines].tolist(), strict=True)]
    return {
        "lead pronoun": pronoun,
        "lead weekday": np.bincount(number[days], minlength=len(lines)) > 0,
        "lead dateline": _found(lambda text: DATELINE.match(text) is not None, texts, dashed),
        "opens like news": _found(opens_like_news, texts, may_open),
    }


def _found(look: Callable[[str], bool], texts: list[str], where: Array) -> Array:
    found = np.zeros(len(texts), dtype=bool)
    for number in np.flatnonzero(where).tolist():
        found[number] = look(texts[number])
    return found


def lead_names(units: Units, cuts: Array) -> dict[str, Array]:
    """Flags: the lead has a full name that is new, one that was said above, a surname alone that a full name above introduced."""
    pages, looks = units.pages, units.looks
    near = np.bincount(np.maximum(cuts - BEFORE, 0), minlength=len(units.paragraph) + 1)
    near -= np.bincount(cuts + 1, minlength=len(near))
    paragraphs = np.flatnonzero(np.cumsum(near))
    lines = units.line[units.paragraph[paragraphs]]
    words = stretches(pages.first_word[lines], pages.size[lines])
    where = np.repeat(paragraphs, pages.size[lines])
    joined, high = looks.between == ord(" "), looks.capital & (pages.word_length >= 2)  # joined: by one blank to the word before
    long = high & (pages.word_length >= 3)
    full = high & np.append((joined & long)[1:], False)  # the first word of a full name
    last = joined & long & np.append(False, high[:-1])
    follows = np.append((joined & looks.capital)[1:], False)
    bare = long & ~follows & ~(joined & np.append(False, looks.capital[:-1]))

    def some(which: Array, upto: int) -> tuple[Array, Array, Array]:
        """Number, paragraph and whether it stands among the first `upto` characters, of words of a kind."""
        found = np.flatnonzero(which[words])
        number = words[found]
        return number, where[found], pages.word_start[number] - pages.start[pages.word_line[number]] < upto

    number, where_full, opens = some(full, 500)
    names = mix(pages.word_hash[number] * np.uint32(0x9E3779B1) ^ pages.word_hash[number + 1])
    new, old = _said_above(units, cuts, (names[opens], where_full[opens]), Entries(names, where_full))
    number, where_last, _ = some(last, 0)
    surnames = Entries(pages.word_hash[number], where_last)
    number, where_bare, opens = some(bare, 400)
    number, where_bare = number[opens], where_bare[opens]
    told, _ = surnames.around(pages.word_hash[number], where_bare + 1, where_bare, where_bare + 1)
    alone = told < 0  # not a surname that the lead itself introduces
    again = _said_above(units, cuts, (pages.word_hash[number[alone]], where_bare[alone]), surnames)[1]
    return {"lead full name": new, "full name again": old, "last name alone": again}


def _said_above(units: Units, cuts: Array, asked: tuple[Array, Array], entries: Entries) -> tuple[Array, Array]:
    """Whether a lead has names that no paragraph above has, and whether it has one that some paragraph above has.

    `asked`: names and the paragraph of each; `entries`: the names that paragraphs tell.
    """
    lead = np.full(len(units.paragraph), -1)
    lead[cuts] = np.arange(len(cuts))
    number = lead[asked[1]]
    names, number = asked[0][number >= 0], number[number >= 0]
    cut = cuts[number]
    low = np.maximum(cut - BEFORE, units.first_paragraph[units.document[units.paragraph[cut]]])
    before, _ = entries.around(names, cut, low, cut)
    new, old = (np.bincount(number[which], minlength=len(cuts)) > 0 for which in (before < 0, before >= 0))
    return new, old
