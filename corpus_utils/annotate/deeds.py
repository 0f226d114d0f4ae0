"""What actors do and what is done to them: the verb beside a mention, read without a parser. English only.

Conventions
    role "by": the actor does it ("Rivas accused the bank"; "was accused by Rivas"). role "to": it is done to the actor ("the bank accused
    Rivas"; "Rivas was accused"). `verb` is the word as written, `lemma` its base form, with the preposition that belongs to it.
    Only verbs of the list `cues/classes/deeds.yaml` and of the reporting verbs count, and only where nothing but an insert, adverbs,
    auxiliaries, titles or other names stands between verb and actor: what a rule cannot see is left out, not guessed.
Measured on sentences written for the project (tests/test_deeds.py): precision .95 or more, recall about two thirds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate.deed_words import AUXILIARIES, BE, BEFORE_NAME, RELATIVES, Verb, Word, read_words, word_places, worth_reading

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["mention_id", "actor", "article_id", "sentence_id", "verb", "lemma", "role"]
SUPPORTED = frozenset({"en"})
_FINITE = AUXILIARIES - {"to", "not", "never"}
_CONTROL = frozenset(
    "want plan try begin agree refuse vow threaten seek decide fail intend hope need promise offer decline pledge manage".split()
)


def find_deeds(placed: pd.DataFrame) -> pd.DataFrame:
    """Deeds of the mentions of `mentions.place_mentions`: mention_id, actor, article_id, sentence_id, verb, lemma, role ("by", "to").

    One row per verb and mention, in the order of the mentions; a mention without a verb beside it has none.
    """
    import pandas as pd

    english = np.flatnonzero(placed["language"].isin(SUPPORTED))
    owners, texts = pd.factorize(placed["text"].to_numpy(dtype=object)[english])
    told = read_deeds(texts.tolist(), owners, *(placed[name].to_numpy(np.int64)[english] for name in ("start", "end")))
    whose = placed[["id", *COLUMNS[1:4]]].iloc[english[told.names]].reset_index(drop=True).astype("str").set_axis(COLUMNS[:4], axis=1)
    written = [texts[owner][start:end] for owner, start, end in zip(owners[told.names].tolist(), told.starts.tolist(), told.ends.tolist())]
    deeds = {"verb": written, "lemma": told.lemmas, "role": told.roles}
    return pd.concat([whose, pd.DataFrame(deeds, columns=COLUMNS[4:]).astype("str")], axis=1)


class Deeds(NamedTuple):
    """Deeds of names, in order: the number of the name, where the verb stands in its text, its base form, the role."""

    names: list[int]
    starts: np.ndarray
    ends: np.ndarray
    lemmas: list[str]
    roles: list[str]


def read_deeds(texts: list[str], owners: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> Deeds:
    """Deeds of names at [start, end) in the texts with the numbers `owners`."""
    read = read_words(texts)
    first, last = word_places(read, owners, starts, ends)
    asked = np.flatnonzero(worth_reading(read, owners, first, last))
    low, high = read.bounds[owners], read.bounds[owners + 1]
    found: list[tuple[int, int, str, str]] = []
    current, words = -1, list[Word]()
    columns = (asked, *(column[asked] for column in (owners, low, high, first, last)))
    for name, owner, begin, end, one, other in zip(*(column.tolist() for column in columns)):
        if owner != current:
            current, words = owner, list(map(read.kinds.__getitem__, read.at[begin:end].tolist()))
        found += [(name, begin + place, lemma, role) for place, lemma, role in deeds_beside(words, one - begin, other - begin)]
    names, places, lemmas, roles = map(list, zip(*found)) if found else ([], [], [], [])
    at = np.array(places, dtype=np.int64)
    return Deeds(names, read.starts[at], read.ends[at], lemmas, roles)


def deeds_beside(words: list[Word], first: int, last: int) -> list[tuple[int, str, str]]:
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


def _after(words: list[Word], last: int, *, governed: bool) -> list[tuple[int, str, str]]:
    """The actor as the subject: "NAME (, insert,) (auxiliaries) VERB"."""
    at = _past_names(words, last + 1)
    if governed and not (at < len(words) and words[at].low in RELATIVES):
        return []  # "a spokesman for Rivas said": the verb belongs to somebody else
    at = _past_insert(words, at)
    if at < len(words) and words[at].low in RELATIVES:
        at += 1
    passive = progressive = False
    while at < len(words) and words[at].helps:
        passive |= words[at].low in BE
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


def _before(words: list[Word], first: int) -> list[tuple[int, str, str]]:
    """The actor as the object: "VERB (titles) NAME"; as the agent: "VERBed by NAME"."""
    at = _back_over_names(words, first - 1)
    while at >= 0 and (words[at].low in BEFORE_NAME or (words[at].low == "." and at and words[at - 1].low in BEFORE_NAME)):
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
    if at > 0 and words[at - 1].low in BE and "ing" not in verb.kinds:
        return []  # "was named Rivas"
    return [(at, verb.lemma, "to")]


def _noun(words: list[Word], at: int) -> bool:
    """Is this form a noun here: behind a determiner, a possessive or a preposition other than "to"?"""
    before = words[at - 1].low if at else ""
    return before in ("the", "a", "an", "this", "his", "her", "its", "their", "of", "no", "any", "for", "with") or before.endswith("'s")


def _plural_noun(words: list[Word], at: int) -> bool:
    """ "Norland sanctions hit": a form in -s right behind a name, with another verb behind it, is a noun."""
    behind = _verb_at(words, at + 1)
    return words[at].low.endswith("s") and (
        (at + 1 < len(words) and words[at + 1].low in _FINITE) or (behind is not None and "fin" in behind.kinds)
    )


def _verb_at(words: list[Word], at: int) -> Verb | None:
    return words[at].verb if 0 <= at < len(words) else None


def _past_insert(words: list[Word], at: int) -> int:
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


def _past_names(words: list[Word], at: int) -> int:
    """Behind "and NAME": who acts together acts each."""
    place = at
    while place + 1 < len(words) and words[place].low in ("and", "or", "&") and words[place + 1].capital:
        place += 1
        while place < len(words) and words[place].capital:
            place += 1
        at = place
    return at


def _back_over_names(words: list[Word], at: int) -> int:
    """Before "NAME, NAME and": to whom it is done together, it is done each."""
    place = at
    while place > 0 and (words[place].low in ("and", "or", "&", ",")) and words[place - 1].capital:
        place -= 1
        while place >= 0 and words[place].capital:
            place -= 1
        while place >= 0 and words[place].low in BEFORE_NAME:
            place -= 1
        at = place
    return at
