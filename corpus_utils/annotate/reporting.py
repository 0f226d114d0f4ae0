"""Where reporting expressions stand among the tokens of a sentence, and whether they are used as ones.

Conventions: cue lists and their classes in `reporting_cues`, tokens in `reporting_tokens`.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import QUOTE, WORD, Token

_NOUN = frozenset({"noun"})


class Hit(NamedTuple):
    """A cue among tokens first..last (inclusive): `form` is fin, ing or part for verbs, else the class."""

    first: int
    last: int
    classes: frozenset[str]
    form: str
    lemma: str


def find_hits(tokens: list[Token], cues: Cues) -> list[Hit]:
    """All cues among the tokens, verbs before nouns, left to right, not overlapping."""
    opening = cues.opening
    places = [place for place, token in enumerate(tokens) if token.low in opening and token.kind == WORD]
    hits: list[Hit] = []
    if not places:
        return hits
    free = 0
    for position in places:
        if position < free:
            continue
        low = tokens[position].low
        entries = cues.verbs.get(low)
        hit = None
        if entries is not None and (not _name_part(tokens, position) or _headline(tokens)):
            hit = _verb(tokens, position, entries, cues)
        if hit is None and low in cues.nouns:
            hit = Hit(position, position, _NOUN, "noun", low)
        if hit is None:
            hit = _frame(tokens, position, cues)
        if hit is not None:
            hits.append(hit)
            free = hit.last + 1
    return hits


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
        return Hit(position, position, frozenset({"adverb"}), "adverb", low)
    if (
        low in cues.behind_comma
        and 0 < position < len(tokens) - 1
        and (tokens[position - 1].kind == QUOTE or tokens[position - 1].low == ",")
    ):
        follows = tokens[position + 1]
        if follows.capital or cues.has("determiners", follows.low):
            return Hit(position, position, frozenset({"frame"}), "frame", low)
    for phrase in cues.frames:
        if phrase[0] == low and all(position + k < len(tokens) and tokens[position + k].low == word for k, word in enumerate(phrase)):
            return Hit(position, position + len(phrase) - 1, frozenset({"frame"}), "frame", " ".join(phrase))
    return None


def _verb(tokens: list[Token], position: int, entries: tuple, cues: Cues) -> Hit | None:
    """The verb reading of a form, unless its left neighbour makes it a noun or an adjective."""
    kinds = cues.kinds[tokens[position].low]
    if not _verbal(tokens, position, kinds, cues):
        return None
    particles_best: tuple[str, ...] = ()
    classes: set[str] = set()
    lemma = ""
    for _kind, name, groups, particles in entries:
        if len(particles) < len(particles_best) or not _follow(tokens, position, particles):
            continue
        if not lemma or len(particles) > len(particles_best):
            lemma, particles_best, classes = name, particles, set()
        classes |= groups
    if not lemma:
        return None
    if cues.language == "en" and kinds == {"part"} and not _assisted(tokens, position, cues):
        return None
    form = "fin" if "fin" in kinds else "base" if "base" in kinds else "ing" if "ing" in kinds else "part"
    return Hit(position, position + len(particles_best), frozenset(classes), form, lemma)


def _assisted(tokens: list[Token], position: int, cues: Cues) -> bool:
    """Does an auxiliary stand close before this participle?"""
    near = tokens[max(0, position - 4) : position]
    return any(cues.has("auxiliaries", token.low) and token.low not in ("now", "then", "also", "to") for token in near)


def _likely_subject(before: Token, cues: Cues) -> bool:
    """A word before "claims" that makes it a verb: a name, a person, a body, a document, an adverb."""
    low = before.low
    if before.capital or any(cues.has(group, low) for group in ("auxiliaries", "titles", "bodies", "documents", "persons")):
        return True
    return low.endswith(("er", "or", "ist", "ian", "ant", "man", "ly"))


def _plural(tokens: list[Token], position: int, cues: Cues) -> bool:
    """Can the base form here be a verb: behind "to", an auxiliary, a plural, or at the opening of a clause?"""
    before = tokens[position - 1]
    low = before.low
    if before.kind != WORD or cues.has("auxiliaries", low) or cues.has("pronouns", low) or cues.has("relatives", low):
        return True
    if low in ("people", "police", "men", "women", "media", "and", "or", "n't", "who") or low.endswith("ly"):
        return True
    if low.endswith("s") and not low.endswith(("'s", "’s", "ss")):
        return True
    return any(tokens[k].low == "and" for k in range(max(0, position - 4), position - 1))


def _follow(tokens: list[Token], position: int, particles: tuple[str, ...]) -> bool:
    return all(position + 1 + k < len(tokens) and tokens[position + 1 + k].low == particle for k, particle in enumerate(particles))


def _verbal(tokens: list[Token], position: int, kinds: frozenset[str], cues: Cues) -> bool:
    """Not a noun ("his claim", "of reports") nor an attribute ("the alleged plot"): judged by the word before."""
    if position == 0:
        return tokens[0].capital is False or "ing" in kinds or cues.language != "en"
    before = tokens[position - 1]
    if before.kind != WORD:
        return True
    low = before.low
    if cues.has("pronouns", low) or cues.has("relatives", low):
        return True
    if cues.has("also_nouns", tokens[position].low) and not _likely_subject(before, cues):
        return False
    if low.endswith(("'s", "’s", "s'", "s’")) and tokens[position].low not in ("said", "told"):
        return False
    if cues.has("determiners", low):
        return False
    if tokens[position].low in cues.nouns_too and kinds <= {"base", "part"} and not _plural(tokens, position, cues):
        return False
    return not (cues.has("prepositions", low) and not cues.has("to", low) and "ing" not in kinds)
