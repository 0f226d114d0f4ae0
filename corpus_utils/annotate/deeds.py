"""What actors do and what is done to them: the verb beside a mention, read without a parser. English only.

Conventions
    role "by": the actor does it ("Rivas accused the bank"; "was accused by Rivas"). role "to": it is done to the actor ("the bank accused
    Rivas"; "Rivas was accused"). `verb` is the word as written, `lemma` its base form, with the preposition that belongs to it.
    Only verbs of the list `cues/classes/deeds.yaml` and of the reporting verbs count, and only where nothing but an insert, adverbs,
    auxiliaries, titles or other names stands between verb and actor: what a rule cannot see is left out, not guessed.
Measured on sentences written for the project (tests/test_deeds.py): precision .95 or more, recall about two thirds.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate.reporting_cues import CUES, english_forms, load_cues
from corpus_utils.tokens import split_pieces, spread

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["mention_id", "actor", "article_id", "sentence_id", "verb", "lemma", "role"]
SUPPORTED = frozenset({"en"})
_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")
_BE = frozenset("is are was were be been being get gets got getting 's 're".split())
_AUXILIARIES = _BE | frozenset("has have had do does did will would can could may might must shall should to n't not never".split())
_ADVERBS = frozenset(
    "also again now still already then soon once later even just only first finally instead not never ever always often both".split()
)
_BEFORE_NAME = frozenset(
    "the a an his her its their former then late longtime incumbent embattled ousted fellow rival mr mrs ms dr sen rep gov gen president"
    " minister prime vice deputy foreign senator governor king queen pope general judge chancellor mayor ambassador secretary".split()
)
_RELATIVES = frozenset(("who", "which", "that"))
_FINITE = _AUXILIARIES - {"to", "not", "never"}
_GOING_ON = frozenset(("and", "or", "&", ",", "("))
_CONTROL = frozenset(
    "want plan try begin agree refuse vow threaten seek decide fail intend hope need promise offer decline pledge manage".split()
)


class _Verb(NamedTuple):
    lemma: str
    kinds: frozenset[str]  # of base, fin, part, ing
    prepositions: frozenset[str]  # with which it also makes a verb of its own


class _Word(NamedTuple):
    start: int  # in its piece
    end: int
    low: str
    capital: bool
    verb: _Verb | None
    helps: bool  # an auxiliary or an adverb
    leads: bool  # right before a name: may a deed stand there, or be told of from there? See `_before`
    joins: bool  # the same, where a capital, a verb or a title stands before it
    follows: bool  # right behind a name; see `_after`


class _Words(NamedTuple):
    """The words of some texts, one after the other; text n has words[bounds[n]:bounds[n + 1]]."""

    words: list[_Word]
    starts: np.ndarray  # in their text
    ends: np.ndarray
    bounds: np.ndarray
    leads: np.ndarray  # bool: right before a name, may a deed stand there or be told of from there?
    follows: np.ndarray  # the same right behind a name


@cache
def _verbs() -> dict[str, _Verb]:
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
        form: _Verb(
            lemma,
            frozenset(kinds | ({"part"} if form.endswith("ed") else set())),
            frozenset(with_preposition.get(lemma, ())),
        )
        for form, (lemma, kinds) in found.items()
    }


@cache
def _linking() -> frozenset[str]:
    """Words between a name and what tells of a deed before it."""
    return frozenset({"and", "or", "&", ",", ".", "by"}.union(*(verb.prepositions for verb in _verbs().values())))


def find_deeds(placed: pd.DataFrame) -> pd.DataFrame:
    """Deeds of the mentions of `mentions.place_mentions`: mention_id, actor, article_id, sentence_id, verb, lemma, role ("by", "to").

    One row per verb and mention, in the order of the mentions; a mention without a verb beside it has none.
    """
    import pandas as pd

    rows, deeds = deed_rows(placed)
    whose = placed[["id", *COLUMNS[1:4]]].iloc[rows].reset_index(drop=True).astype("str").set_axis(COLUMNS[:4], axis=1)
    return pd.concat([whose, pd.DataFrame(deeds, columns=COLUMNS[4:]).astype("str")], axis=1)


def deed_rows(placed: pd.DataFrame) -> tuple[list[int], list[tuple[str, str, str]]]:
    """Of each deed the row of `placed` whose it is, and verb, lemma, role; in order."""
    import pandas as pd

    english = np.flatnonzero(placed["language"].isin(SUPPORTED))
    owners, texts = pd.factorize(placed["text"].to_numpy(dtype=object)[english])
    read = _read_words(texts.tolist())
    first, last = _word_places(read, owners, *(placed[name].to_numpy(np.int64)[english] for name in ("start", "end")))
    low, high = read.bounds[owners], read.bounds[owners + 1]
    leads, follows = np.append(read.leads, False), np.append(read.follows, False)  # beside the last word of all, too
    beside = ((first > low) & leads[first - 1]) | ((last + 1 < high) & follows[last + 1])
    asked = np.flatnonzero(beside & (first <= last))
    rows, deeds = [], []
    for row, *places in zip(*(column.tolist() for column in (english[asked], *(c[asked] for c in (low, high, first, last, owners))))):
        begin, end, one, other, owner = places
        for place, lemma, role in deeds_beside(read.words[begin:end], one - begin, other - begin):
            rows.append(row)
            deeds.append((texts[owner][read.starts[begin + place] : read.ends[begin + place]], lemma, role))
    return rows, deeds


@lru_cache(maxsize=1 << 16)
def _read_piece(piece: str) -> tuple[_Word, ...]:
    """The words of what stands between white space, which no word leaves."""
    words = []
    for match in _TOKEN.finditer(piece):
        word = match.group()
        low, capital = word.lower().replace("’", "'"), word[0].isupper()
        verb, helps = _verbs().get(low), low in _AUXILIARIES or low in _ADVERBS or _adverb(low)
        leads, follows = verb is not None or low in _BEFORE_NAME, verb is not None or helps or low in _RELATIVES or low in _GOING_ON
        words.append(_Word(*match.span(), low, capital, verb, helps, leads, low in _linking(), follows))
    return tuple(words)


def _read_words(texts: list[str]) -> _Words:
    """Each distinct piece between white space is read once."""
    pieces = split_pieces(texts)
    read = [_read_piece(kind) for kind in pieces.kinds]
    words = [word for one in read for word in one]
    stand = spread(pieces, np.cumsum([0, *map(len, read)]))
    at, offsets = stand.at, pieces.starts[stand.pieces].astype(np.int64)
    starts, ends, _, capital, _, _, leads, joins, follows = zip(*words, strict=True) if words else [()] * 9
    starts, ends = (offsets + np.array(column, dtype=np.int64)[at] for column in (starts, ends))
    capital, leads, joins, follows = (np.array(column, dtype=bool)[at] for column in (capital, leads, joins, follows))
    held = np.concatenate([[False], (capital | leads)[:-1]])
    held[stand.bounds[:-1][stand.bounds[:-1] < len(held)]] = False
    return _Words(list(map(words.__getitem__, at.tolist())), starts, ends, stand.bounds, leads | (joins & held), follows)


def _word_places(read: _Words, owners: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the first and last word of what stands at [start, end) in text `owner`; last < first where no word does."""
    span = 1 + max((int(column.max()) for column in (read.ends, ends) if len(column)), default=0)
    base = np.repeat(np.arange(len(read.bounds) - 1), np.diff(read.bounds)) * span
    first = np.searchsorted(base + read.ends, owners * span + starts, side="right")
    return first, np.searchsorted(base + read.starts, owners * span + ends, side="left") - 1


def deeds_beside(words: list[_Word], first: int, last: int) -> list[tuple[int, str, str]]:
    """(place of the verb, lemma, role) of the name that is words first to last of a sentence, left to right, each verb once."""
    if words[last].low.endswith(("'s", "s'")) or (last + 1 < len(words) and words[last + 1].low in ("'s", "'")):
        return []  # "Rivas's lawyers sued"
    found = _before(words, first)
    if not found or all(role == "by" for _, _, role in found):
        found = found + _after(words, last, governed=first > 0 and words[first - 1].low in _PREPOSITIONS)
    return sorted(set(found))


_PREPOSITIONS = frozenset(
    "of in on at by for from with against about to under over near between after before since into via than as".split()
)


def _after(words: list[_Word], last: int, *, governed: bool) -> list[tuple[int, str, str]]:
    """The actor as the subject: "NAME (, insert,) (auxiliaries) VERB"."""
    at = _past_names(words, last + 1)
    if governed and not (at < len(words) and words[at].low in _RELATIVES):
        return []  # "a spokesman for Rivas said": the verb belongs to somebody else
    at = _past_insert(words, at)
    if at < len(words) and words[at].low in _RELATIVES:
        at += 1
    passive = progressive = False
    while at < len(words) and words[at].helps:
        passive |= words[at].low in _BE
        progressive |= words[at].low in ("being",)
        at += 1
    verb = _verb_at(words, at)
    if verb is None or words[at].capital or (at == last + 1 and _plural_noun(words, at)):
        return []
    if at == last + 1 and verb.kinds <= {"base"} and not _plural(words[last].low):
        return []  # "the Rivas campaign": a form without -s right behind the name of one is a noun
    behind = words[at + 1].low if at + 1 < len(words) else ""
    if passive and "part" in verb.kinds and "ing" not in verb.kinds:
        return [(at, verb.lemma, "to")]
    if not passive and verb.kinds <= {"ing"}:
        return []
    found = [(at, f"{verb.lemma} {behind}" if behind in verb.prepositions else verb.lemma, "by")]
    further = at + 2
    if verb.lemma in _CONTROL and behind == "to":
        found += [(further, lemma.lemma, "by")] if (lemma := _verb_at(words, further)) and "base" in lemma.kinds else []
    elif behind == "and" and (lemma := _verb_at(words, further)) and lemma.kinds & verb.kinds and not words[further].capital:
        found.append((further, lemma.lemma, "by"))
    return found


def _plural(low: str) -> bool:
    """ "Republicans", "police": a name that stands for several."""
    return (low.endswith("s") and low not in ("news", "congress", "times") and not low.endswith("ss")) or low in ("police", "people")


def _before(words: list[_Word], first: int) -> list[tuple[int, str, str]]:
    """The actor as the object: "VERB (titles) NAME"; as the agent: "VERBed by NAME"."""
    at = _back_over_names(words, first - 1)
    while at >= 0 and (words[at].low in _BEFORE_NAME or (words[at].low == "." and at and words[at - 1].low in _BEFORE_NAME)):
        at -= 1
    if at < 0:
        return []
    if words[at].low == "by":
        verb = _verb_at(words, at - 1)
        return [(at - 1, verb.lemma, "by")] if verb and "part" in verb.kinds and not words[at - 1].capital else []
    verb = _verb_at(words, at - 1)
    if verb is not None and words[at].low in verb.prepositions and not words[at - 1].capital and not _noun(words, at - 1):
        return [(at - 1, f"{verb.lemma} {words[at].low}", "to")]
    verb = _verb_at(words, at)
    if verb is None or words[at].capital or _noun(words, at):
        return []
    if at > 0 and words[at - 1].low in _BE and "ing" not in verb.kinds:
        return []  # "was named Rivas"
    return [(at, verb.lemma, "to")]


def _noun(words: list[_Word], at: int) -> bool:
    """Is this form a noun here: behind a determiner, a possessive or a preposition other than "to"?"""
    before = words[at - 1].low if at else ""
    return before in ("the", "a", "an", "this", "his", "her", "its", "their", "of", "no", "any", "for", "with") or before.endswith("'s")


def _plural_noun(words: list[_Word], at: int) -> bool:
    """ "Norland sanctions hit": a form in -s right behind a name, with another verb behind it, is a noun."""
    behind = _verb_at(words, at + 1)
    return words[at].low.endswith("s") and (
        (at + 1 < len(words) and words[at + 1].low in _FINITE) or (behind is not None and "fin" in behind.kinds)
    )


def _verb_at(words: list[_Word], at: int) -> _Verb | None:
    return words[at].verb if 0 <= at < len(words) else None


def _adverb(low: str) -> bool:
    return low.endswith("ly") and low not in _verbs() and len(low) > 4


def _past_insert(words: list[_Word], at: int) -> int:
    """Behind ", an insert," or "(an insert)" of up to fourteen words; the place itself where there is none."""
    if at >= len(words) or words[at].low not in (",", "("):
        return at
    stop = ")" if words[at].low == "(" else ","
    for place in range(at + 2, min(len(words), at + 15)):
        if words[place].low == stop:
            return place + 1
        if words[place].low in (".", ";", ":", '"', "“", "”"):
            break
    return at


def _past_names(words: list[_Word], at: int) -> int:
    """Behind "and NAME": who acts together acts each."""
    place = at
    while place + 1 < len(words) and words[place].low in ("and", "or", "&") and words[place + 1].capital:
        place += 1
        while place < len(words) and words[place].capital:
            place += 1
        at = place
    return at


def _back_over_names(words: list[_Word], at: int) -> int:
    """Before "NAME, NAME and": to whom it is done together, it is done each."""
    place = at
    while place > 0 and (words[place].low in ("and", "or", "&", ",")) and words[place - 1].capital:
        place -= 1
        while place >= 0 and words[place].capital:
            place -= 1
        while place >= 0 and words[place].low in _BEFORE_NAME:
            place -= 1
        at = place
    return at
