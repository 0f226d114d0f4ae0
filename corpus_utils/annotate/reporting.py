"""Where reporting expressions stand among the tokens of a sentence, and whether they are used as ones.

Conventions: cue lists and their classes in `reporting_cues`, tokens in `reporting_tokens`.
"""

from __future__ import annotations

from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import QUOTE, WORD, Token

_OPENS = itemgetter(Token._fields.index("opens"))

_NOUN, _ADVERB, _FRAME = frozenset({"noun"}), frozenset({"adverb"}), frozenset({"frame"})
_SUBJECTS = frozenset({"auxiliaries", "titles", "bodies", "documents", "persons"})
_BEFORE_VERBS = frozenset({"auxiliaries", "pronouns", "relatives"})


class Hit(NamedTuple):
    """A cue among tokens first..last (inclusive): `form` is fin, ing or part for verbs, else the class."""

    first: int
    last: int
    classes: frozenset[str]
    form: str
    lemma: str


def find_hits(tokens: list[Token], cues: Cues) -> list[Hit]:
    """All cues among the tokens, verbs before nouns, left to right, not overlapping; nouns only where they open a clause."""
    hits: list[Hit] = []
    free = 0
    for position in compress(range(len(tokens)), map(_OPENS, tokens)):
        if position < free:
            continue
        low = tokens[position].low
        hit = None
        if tokens[position].verb and (not _name_part(tokens, position) or _headline(tokens)):
            hit = _verb(tokens, position, cues)
        if hit is None and low in cues.nouns:
            clause = behind_comma(tokens, position + 1, cues)
            if clause < len(tokens) and "that" in tokens[clause].groups:
                hit = Hit(position, position, _NOUN, "noun", low)
        elif hit is None and low in cues.others:
            hit = _frame(tokens, position, cues)
        if hit is not None:
            hits.append(hit)
            free = hit.last + 1
    return hits


def behind_comma(tokens: list[Token], position: int, cues: Cues) -> int:
    """Where the clause of a noun opens: German sets a comma in front of it ("die Warnung, dass ...")."""
    return position + (cues.language == "de" and position < len(tokens) and tokens[position].low == ",")


def _headline(tokens: list[Token]) -> bool:
    """Most long words with a capital: a headline, whose verbs have capitals too."""
    long = [token.capital for token in tokens if token.kind == WORD and len(token.low) > 3]
    return len(long) > 2 and sum(long) > 0.7 * len(long)


def _name_part(tokens: list[Token], position: int) -> bool:
    """A capital in mid-sentence makes "Post" or "States" part of a name."""
    return position > 0 and tokens[position].capital and tokens[position - 1].kind == WORD


def _frame(tokens: list[Token], position: int, cues: Cues) -> Hit | None:
    low = tokens[position].low
    if low in cues.adverbs:
        return Hit(position, position, _ADVERB, "adverb", low)
    if (
        low in cues.behind_comma
        and 0 < position < len(tokens) - 1
        and (tokens[position - 1].kind == QUOTE or tokens[position - 1].low == ",")
    ):
        follows = tokens[position + 1]
        if follows.capital or "determiners" in follows.groups:
            return Hit(position, position, _FRAME, "frame", low)
    for phrase in cues.frames.get(low, ()):
        if _follow(tokens, position, phrase[1:]):
            return Hit(position, position + len(phrase) - 1, _FRAME, "frame", " ".join(phrase))
    return None


def _verb(tokens: list[Token], position: int, cues: Cues) -> Hit | None:
    """The verb reading of a form, unless its left neighbour makes it a noun or an adjective."""
    low = tokens[position].low
    kinds = cues.kinds[low]
    if not _verbal(tokens, position, kinds, cues):
        return None
    (lemma, classes), longest = cues.bare[low], 0
    if low in cues.phrasal and position + 1 < len(tokens):
        behind = tokens[position + 1].low
        for _kind, name, groups, particles in cues.phrasal[low]:  # those with most particles first
            if len(particles) < longest:
                break
            if particles[0] == behind and _follow(tokens, position, particles):
                lemma, classes = (lemma, classes | groups) if longest else (name, groups)
                longest = len(particles)
    if not lemma:
        return None
    if cues.language == "en" and kinds == {"part"} and not _assisted(tokens, position):
        return None
    return Hit(position, position + longest, classes, cues.form[low], lemma)


def _assisted(tokens: list[Token], position: int) -> bool:
    """Does an auxiliary stand close before this participle?"""
    near = tokens[max(0, position - 4) : position]
    return any("auxiliaries" in token.groups and token.low not in ("now", "then", "also", "to") for token in near)


def _likely_subject(before: Token) -> bool:
    """A word before "claims" that makes it a verb: a name, a person, a body, a document, an adverb."""
    if before.capital or not before.groups.isdisjoint(_SUBJECTS):
        return True
    return before.low.endswith(("er", "or", "ist", "ian", "ant", "man", "ly"))


def _plural(tokens: list[Token], position: int) -> bool:
    """Can the base form here be a verb: behind "to", an auxiliary, a plural, or at the opening of a clause?"""
    before = tokens[position - 1]
    low = before.low
    if before.kind != WORD or not before.groups.isdisjoint(_BEFORE_VERBS):
        return True
    if low in ("people", "police", "men", "women", "media", "and", "or", "n't", "who") or low.endswith("ly"):
        return True
    if low.endswith("s") and not low.endswith(("'s", "’s", "ss")):
        return True
    return any(tokens[k].low == "and" for k in range(max(0, position - 4), position - 1))


def _follow(tokens: list[Token], position: int, particles: tuple[str, ...]) -> bool:
    """Do these words stand right behind the position?"""
    return tuple([token.low for token in tokens[position + 1 : position + 1 + len(particles)]]) == particles


def _verbal(tokens: list[Token], position: int, kinds: frozenset[str], cues: Cues) -> bool:
    """Not a noun ("his claim", "of reports") nor an attribute ("the alleged plot"): judged by the word before."""
    if position == 0:
        return tokens[0].capital is False or "ing" in kinds or cues.language != "en"
    before = tokens[position - 1]
    if before.kind != WORD:
        return True
    low, groups = before.low, before.groups
    if "pronouns" in groups or "relatives" in groups:
        return True
    if "also_nouns" in tokens[position].groups and not _likely_subject(before):
        return False
    if low.endswith(("'s", "’s", "s'", "s’")) and tokens[position].low not in ("said", "told"):
        return False
    if "determiners" in groups:
        return False
    if tokens[position].low in cues.nouns_too and kinds <= {"base", "part"} and not _plural(tokens, position):
        return False
    return not ("prepositions" in groups and "to" not in groups and "ing" not in kinds)
