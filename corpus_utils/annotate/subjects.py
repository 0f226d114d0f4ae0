"""Noun phrases beside a reporting expression: who says it, in front or behind.

Conventions: token positions are inclusive, among the tokens of one sentence.
"""

from __future__ import annotations

from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import PUNCTUATION, QUOTE, WORD, Token

_RUN_ON = frozenset({"of", "bodies", "titles", "stops"})


def subject_before(tokens: list[Token], position: int, cues: Cues) -> tuple[int, int] | None:
    """Noun phrase that is the subject of a verb at `position`, as (first, last) token; None where there is none."""
    at = position - 1
    while at >= 0 and tokens[at].kind == WORD and _skipped(tokens[at], cues):
        at -= 1
    if at < 0:
        return None
    token = tokens[at]
    if token.kind == QUOTE:
        return None
    if token.kind == PUNCTUATION:
        if token.low in (",", ")", "—", "–", "-"):
            return _before_insert(tokens, at, cues)
        return None
    if "stops" in token.groups and "relatives" not in token.groups:
        return None
    if "relatives" in token.groups:
        head = _phrase_left(tokens, at - 1 - (at > 0 and tokens[at - 1].low == ","), cues)
        return (head[0], at) if head else (at, at)
    return _phrase_left(tokens, at, cues)


def _skipped(token: Token, cues: Cues) -> bool:
    groups = token.groups
    if "pronouns" in groups:
        return False
    adverb = cues.language == "en" and token.low.endswith("ly") and token.low not in ("family", "rally", "ally", "italy")
    return adverb or "auxiliaries" in groups or "times" in groups


def _before_insert(tokens: list[Token], comma: int, cues: Cues) -> tuple[int, int] | None:
    """The subject of "Name, an insert of any length, said": the phrase before the insert's first comma."""
    pair = "(" if tokens[comma].low == ")" else tokens[comma].low
    for at in range(comma - 1, max(-1, comma - 45), -1):
        token = tokens[at]
        if token.kind == QUOTE or token.low in (":", ";"):
            return None
        if token.low == pair and at < comma - 1:
            head = _phrase_left(tokens, at - 1, cues) if at else None
            if head and (tokens[head[1]].capital or "pronouns" in tokens[head[1]].groups or _definite(tokens, head)):
                return head
            if pair == "(":
                return head
    return None


def _definite(tokens: list[Token], phrase: tuple[int, int]) -> bool:
    return "determiners" in tokens[phrase[0]].groups or any(tokens[k].capital for k in range(phrase[0], phrase[1] + 1))


def _phrase_left(tokens: list[Token], last: int, cues: Cues) -> tuple[int, int] | None:
    """The noun phrase that ends with token `last`."""
    if last < 0 or tokens[last].kind != WORD:
        return None
    if "pronouns" in tokens[last].groups and not (last > 0 and "determiners" in tokens[last].groups and tokens[last - 1].capital):
        return last, last
    first = last
    while first > 0:
        token = tokens[first - 1]
        if token.kind != WORD:
            joins = token.low in ("&", ".", "(", ")", "%", "$") or (token.low == "," and first >= 2 and _titled(tokens, first, last))
            if not joins:
                break
        elif token.low in ("and", "y", "e", "et", "и", "und"):
            if not (first > 1 and tokens[first - 2].kind == WORD and tokens[first].capital and tokens[first - 2].capital):
                break
        elif "auxiliaries" in token.groups and "determiners" not in token.groups and token.low not in ("first", "now", "then"):
            if "prepositions" in tokens[first].groups:  # "who has in the past described"
                return subject_before(tokens, first - 1, cues)
            break
        elif (
            "stops" in token.groups
            or ("pronouns" in token.groups and "determiners" not in token.groups)
            or (token.verb and not token.capital and not _noun_there(tokens, first - 1))
        ):
            break
        first -= 1
        if last - first > 14:
            break
    return _trim(tokens, first, last)


def _noun_there(tokens: list[Token], position: int) -> bool:
    """A form of a cue verb that is a noun here: behind a determiner, a preposition or a possessive."""
    before = tokens[position - 1] if position > 0 else None
    if before is None or before.kind != WORD:
        return False
    return "determiners" in before.groups or "prepositions" in before.groups or before.low.endswith(("'s", "’s"))


def _titled(tokens: list[Token], first: int, last: int) -> bool:
    """A comma inside a phrase: "D., R-Ariz" style additions only."""
    return first == last and tokens[first].low.startswith(("jr", "sr"))


def _trim(tokens: list[Token], first: int, last: int) -> tuple[int, int] | None:
    """Cut adverbials before the phrase: "In Iowa on Monday Mr. Trump" is "Mr. Trump"."""
    if "prepositions" in tokens[first].groups and first > 0 and "stops" in tokens[first - 1].groups:
        return None  # "but in an interview said": an adverbial, the subject stands before
    if "prepositions" in tokens[first].groups or "times" in tokens[first].groups:
        for at in range(last, first, -1):
            if "times" in tokens[at].groups or ("prepositions" in tokens[at].groups and not _inside(tokens, at)):
                if at < last and "prepositions" not in tokens[at].groups:
                    return at + 1, last
                if at + 1 <= last and at == first:
                    return at + 1, last
    while first < last and ("auxiliaries" in tokens[first].groups or "times" in tokens[first].groups):
        first += 1
    return first, last


def _inside(tokens: list[Token], at: int) -> bool:
    """A preposition inside a noun phrase rather than before it."""
    return at > 0 and tokens[at - 1].kind == WORD and "times" not in tokens[at - 1].groups


def subject_after(tokens: list[Token], position: int, cues: Cues) -> tuple[int, int] | None:
    """Noun phrase behind an inverted verb or behind "according to", as (first, last) token; None where there is none."""
    first = position + 1
    count = len(tokens)
    while first < count and tokens[first].kind == WORD and ("times" in tokens[first].groups and not tokens[first].capital):
        first += 1
    if first >= count or tokens[first].kind != WORD:
        return None
    if "pronouns" in tokens[first].groups and "determiners" not in tokens[first].groups:
        return first, first
    last = first
    named = tokens[first].capital and tokens[first].low not in cues.closed
    while last + 1 < count and last - first < 14:
        token = tokens[last + 1]
        if token.kind != WORD:
            if token.low in ("&", ".") and last + 2 < count and tokens[last + 2].capital:
                last += 1
                continue
            break
        if "stops" in token.groups and not (
            token.low in ("and", "y", "e", "et", "и", "und") and last + 2 < count and tokens[last + 2].capital and tokens[last].capital
        ):
            break
        if "times" in token.groups or (token.verb and not token.capital and not _noun_there(tokens, last + 1)):
            break
        if "auxiliaries" in token.groups and "determiners" not in token.groups:
            break
        if "prepositions" in token.groups and "of" not in token.groups and (named or last > first + 2):
            break
        if token.capital:
            named = True
        elif named and not _runs_on(tokens, last + 1):
            break
        last += 1
    while last > first and ("stops" in tokens[last].groups or "prepositions" in tokens[last].groups):
        last -= 1
    return first, last


def _runs_on(tokens: list[Token], position: int) -> bool:
    """Does a phrase with a name go on through this small word: "Trump campaign manager Corey", "University of Iowa"?"""
    low, groups = tokens[position].low, tokens[position].groups
    if not groups.isdisjoint(_RUN_ON):
        return True
    if low.endswith("ed") or "prepositions" in groups:
        return False
    return any(token.capital and token.kind == WORD for token in tokens[position + 1 : position + 3])


def main_subject(tokens: list[Token], cues: Cues) -> tuple[int, int] | None:
    """The noun phrase that opens the sentence, behind an opening adverbial that ends with a comma."""
    first = 0
    while first < len(tokens) and tokens[first].kind == PUNCTUATION:
        first += 1
    if first >= len(tokens) or tokens[first].kind != WORD:
        return None
    low, groups = tokens[first].low, tokens[first].groups
    if (
        "prepositions" in groups
        or ("stops" in groups and low not in ("and", "but", "that"))
        or (low.endswith("ing") and cues.language == "en")
    ):
        comma = next((k for k in range(first, min(len(tokens), first + 30)) if tokens[k].low == ","), None)
        if comma is None or comma + 1 >= len(tokens) or tokens[comma + 1].kind != WORD:
            return None
        first = comma + 1
    elif low in ("and", "but"):
        first += 1
    subject = subject_after(tokens, first - 1, cues) if first < len(tokens) else None
    if subject is not None and subject[0] == subject[1] and tokens[subject[0]].low in cues.closed:
        return subject if "pronouns" in tokens[subject[0]].groups else None  # "The", "Just": the phrase was cut short
    return subject
