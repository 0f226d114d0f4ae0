"""The words of English texts as `deeds` reads them: verbs with their base form, auxiliaries, titles, marks; and which names to look at.

Most mentions have no verb beside them. Which may have one is told for all at once from arrays (`worth_reading`); the rules read these.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np

from corpus_utils.annotate.reporting_cues import CUES, english_forms, load_cues
from corpus_utils.annotate.word_types import WordTypes, batch
from corpus_utils.tokens import spread

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")
BE = frozenset("is are was were be been being get gets got getting 's 're".split())
AUXILIARIES = BE | frozenset("has have had do does did will would can could may might must shall should to n't not never".split())
_ADVERBS = frozenset(
    "also again now still already then soon once later even just only first finally instead not never ever always often both".split()
)
BEFORE_NAME = frozenset(
    "the a an his her its their former then late longtime incumbent embattled ousted fellow rival mr mrs ms dr sen rep gov gen president"
    " minister prime vice deputy foreign senator governor king queen pope general judge chancellor mayor ambassador secretary".split()
)
RELATIVES = frozenset(("who", "which", "that"))
_INSERT = 15  # words from the mark that opens an insert within which it ends
_VERB, _HELPS, _RELATIVE, _AND, _COMMA, _OPENS, _CLOSES, _BREAKS, _CAPITAL, _TITLE, _STOP, _LINKS = (1 << place for place in range(12))
_MARKS = dict.fromkeys(("and", "or", "&"), _AND) | {",": _COMMA, "(": _OPENS, ")": _CLOSES}
_MARKS |= dict.fromkeys(';:"“”', _BREAKS) | {".": _BREAKS | _STOP}


class Verb(NamedTuple):
    """A form of a verb."""

    lemma: str
    kinds: frozenset[str]  # of base, fin, part, ing
    prepositions: frozenset[str]  # with which it also makes a verb of its own


class Word(NamedTuple):
    """A word or a mark."""

    start: int  # in its piece
    end: int
    low: str
    capital: bool
    verb: Verb | None
    helps: bool  # an auxiliary or an adverb
    bits: int  # the above and more, for `worth_reading`


class Words(NamedTuple):
    """The words of some texts, one after the other; text n has those from bounds[n] to bounds[n + 1]."""

    kinds: list[Word]  # the different ones
    at: np.ndarray  # of each word the number of its kind
    starts: np.ndarray  # in their text
    ends: np.ndarray
    bits: np.ndarray
    bounds: np.ndarray


@cache
def verbs() -> dict[str, Verb]:
    """form -> verb. Reporting verbs come along without those of several words."""
    import yaml

    data = yaml.safe_load((CUES / "classes" / "deeds.yaml").read_text(encoding="utf-8"))
    irregular = {lemma: forms.split() for lemma, forms in data["irregular"].items()}
    found: dict[str, tuple[str, set[str]]] = {}
    for lemma in sorted({*data["regular"].split(), *irregular}):
        for form, kind in english_forms(lemma, irregular.get(lemma)):
            found.setdefault(form, (lemma, set()))[1].add(kind)
            if kind == "fin" and form not in irregular.get(lemma, ())[:1] and form == english_forms(lemma, irregular.get(lemma))[-2][0]:
                found[form][1].add("part")
    for form, entries in load_cues("en").verbs.items():
        for kind, lemma, _, particles in entries:
            if not particles:
                found.setdefault(form, (lemma, set()))[1].add(kind)
    with_preposition: dict[str, set[str]] = {}
    for phrase in data["verbs_with_preposition"].split():
        lemma, *rest = phrase.split("_")
        with_preposition.setdefault(lemma, set()).add(" ".join(rest))
        for form, kind in english_forms(lemma, irregular.get(lemma)):
            found.setdefault(form, (lemma, set()))[1].add(kind)
    return {
        form: Verb(
            lemma,
            frozenset(kinds | ({"part"} if form.endswith("ed") else set())),
            frozenset(with_preposition.get(lemma, ())),
        )
        for form, (lemma, kinds) in found.items()
    }


@cache
def _prepositions() -> frozenset[str]:
    """Words between a verb and the name that it tells of."""
    return frozenset({"by"}.union(*(verb.prepositions for verb in verbs().values())))


def _read_piece(piece: str) -> tuple[Word, ...]:
    """The words of what stands between white space, which no word leaves."""
    words = []
    for match in _TOKEN.finditer(piece):
        word = match.group()
        low, capital = word.lower().replace("’", "'"), word[0].isupper()
        verb, helps = verbs().get(low), low in AUXILIARIES or low in _ADVERBS or _adverb(low)
        bits = _MARKS.get(low, 0) | _VERB * (verb is not None and not capital) | _HELPS * helps | _CAPITAL * capital
        bits |= _RELATIVE * (low in RELATIVES) | _TITLE * (low in BEFORE_NAME) | _LINKS * (low in _prepositions())
        words.append(Word(*match.span(), low, capital, verb, helps, bits))
    return tuple(words)


def _adverb(low: str) -> bool:
    return low.endswith("ly") and low not in verbs() and len(low) > 4


class _Reader:
    """What was read of the types of a table: each is read where it is first used, and remembered as rows of arrays."""

    def __init__(self, types: WordTypes) -> None:
        self.types = types
        self.kinds: list[Word] = []
        self.rank = np.zeros(0, dtype=np.int64)  # of each type its number among those read, -1 for others
        self.bounds = np.zeros(1, dtype=np.int64)  # type number n of those read has the kinds from bounds[n] to bounds[n + 1]
        self.columns = np.zeros((3, 0), dtype=np.int64)  # start, end and bits of each kind

    def read(self, ids: np.ndarray) -> np.ndarray:
        """The numbers of these types, read now where they were not."""
        self.rank = np.append(self.rank, np.full(len(self.types) - len(self.rank), -1))
        found = self.rank[ids]
        if (new := np.unique(ids[found < 0])).size:
            tokens = self.types.tokens()
            read = [_read_piece(tokens[number]) for number in new.tolist()]
            kinds = [word for one in read for word in one]
            self.rank[new] = np.arange(len(self.bounds) - 1, len(self.bounds) - 1 + len(new))
            self.bounds = np.append(self.bounds, self.bounds[-1] + np.cumsum(list(map(len, read))))
            self.columns = np.append(self.columns, [[word[place] for word in kinds] for place in (0, 1, -1)], axis=1).astype(np.int64)
            self.kinds += kinds
            found = self.rank[ids]
        return found


_reader = _Reader(WordTypes())


def read_words(texts: list[str]) -> Words:
    """The words of the texts; each distinct piece between white space is read once."""
    global _reader
    cut = batch(texts)
    if cut.types is not _reader.types:
        _reader = _Reader(cut.types)
    stand = spread(_reader.read(cut.ids), np.append(cut.starts, len(cut.ids)), _reader.bounds)
    starts, ends, bits = _reader.columns[:, stand.at]
    before = cut.offsets[stand.pieces]
    return Words(_reader.kinds, stand.at, starts + before, ends + before, bits, stand.bounds)


def word_places(read: Words, owners: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the first and last word of what stands at [start, end) in text `owner`; last < first where no word does."""
    span = 1 + max((int(column.max()) for column in (read.ends, ends) if len(column)), default=0)
    base = np.repeat(np.arange(len(read.bounds) - 1), np.diff(read.bounds)) * span
    first = np.searchsorted(base + read.ends, owners * span + starts, side="right")
    return first, np.searchsorted(base + read.starts, owners * span + ends, side="left") - 1


def worth_reading(read: Words, owners: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Which names may have a verb beside them: words `first` to `last` of text `owner`. No other has one by the rules of `deeds`."""
    low, high = read.bounds[owners], read.bounds[owners + 1]
    return (first <= last) & (_told_before(read.bits, first - 1, low) | _told_behind(read.bits, last + 1, high))


def _told_before(bits: np.ndarray, at: np.ndarray, low: np.ndarray) -> np.ndarray:
    """The actor as the object or the agent: behind the verb, or its preposition, stand titles at most. Beside other names it may be one."""
    titles = (bits & _TITLE) > 0
    titles[1:] |= ((bits[1:] & _STOP) > 0) & titles[:-1]  # "Sen."
    known = np.maximum.accumulate(np.where(titles, -1, np.arange(len(bits))))
    bits = np.append(bits, 0)  # what stands before the first word of all
    place = np.append(known, -1)[at]
    verb, linked = (bits[place] & _VERB) > 0, ((bits[place] & _LINKS) > 0) & (place > low) & ((bits[place - 1] & _VERB) > 0)
    joined = (at > low) & ((bits[at] & (_AND | _COMMA)) > 0) & ((bits[at - 1] & _CAPITAL) > 0)
    return joined | ((place >= low) & (verb | linked))


def _told_behind(bits: np.ndarray, at: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The actor as the subject: before the verb stand an insert, "who" and auxiliaries at most. Beside other names it may be one."""
    bits = np.append(bits, [0] * 3)  # what stands behind the last word of all

    def following(wanted: np.ndarray) -> np.ndarray:
        """For each place that one or the next where `wanted` holds."""
        return np.minimum.accumulate(np.where(wanted, np.arange(len(bits)), len(bits) - 1)[::-1])[::-1]

    unhelped = following((bits & _HELPS) == 0)

    def verb_at(place: np.ndarray) -> np.ndarray:
        verb = unhelped[place + ((place < high) & ((bits[place] & _RELATIVE) > 0))]
        return (verb < high) & ((bits[verb] & _VERB) > 0)

    joined = (at + 1 < high) & ((bits[at] & _AND) > 0) & ((bits[at + 1] & _CAPITAL) > 0)
    closes, breaks = (following((bits & mark) > 0) for mark in (_CLOSES, _BREAKS))
    end = np.where((bits[at] & _OPENS) > 0, closes[at + 2], following((bits & _COMMA) > 0)[at + 2])
    insert = ((bits[at] & (_COMMA | _OPENS)) > 0) & (end < np.minimum(high, at + _INSERT)) & (end < breaks[at + 2])
    return (at < high) & (joined | verb_at(at) | (insert & verb_at(np.minimum(end + 1, len(bits) - 2))))
