"""Noun phrases beside a reporting expression: who says it, in front or behind.

Conventions: token positions are inclusive, among the tokens of one sentence.
"""

from __future__ import annotations

from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import PUNCTUATION, QUOTE, WORD, Token


def subject_before(tokens: list[Token], position: int, cues: Cues) -> tuple[int, int] | None:
    """Noun phrase that is the subject of a verb at `position`, as (first, last) token; None where there is none."""
    at = position - 1
    while at >= 0 and tokens[at].kind == WORD and _skipped(tokens[at].low, cues):
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
    if cues.has("stops", token.low) and not cues.has("relatives", token.low):
        return None
    if cues.has("relatives", token.low):
        head = _phrase_left(tokens, at - 1 - (at > 0 and tokens[at - 1].low == ","), cues)
        return (head[0], at) if head else (at, at)
    return _phrase_left(tokens, at, cues)


def _skipped(low: str, cues: Cues) -> bool:
    if cues.has("pronouns", low):
        return False
    return (
        cues.has("auxiliaries", low)
        or cues.has("times", low)
        or (cues.language == "en" and low.endswith("ly") and low not in ("family", "rally", "ally", "italy"))
    )


def _before_insert(tokens: list[Token], comma: int, cues: Cues) -> tuple[int, int] | None:
    """The subject of "Name, an insert of any length, said": the phrase before the insert's first comma."""
    pair = "(" if tokens[comma].low == ")" else tokens[comma].low
    for at in range(comma - 1, max(-1, comma - 45), -1):
        token = tokens[at]
        if token.kind == QUOTE or token.low in (":", ";"):
            return None
        if token.low == pair and at < comma - 1:
            head = _phrase_left(tokens, at - 1, cues) if at else None
            if head and (tokens[head[1]].capital or cues.has("pronouns", tokens[head[1]].low) or _definite(tokens, head, cues)):
                return head
            if pair == "(":
                return head
    return None


def _definite(tokens: list[Token], phrase: tuple[int, int], cues: Cues) -> bool:
    return cues.has("determiners", tokens[phrase[0]].low) or any(tokens[k].capital for k in range(phrase[0], phrase[1] + 1))


def _phrase_left(tokens: list[Token], last: int, cues: Cues) -> tuple[int, int] | None:
    """The noun phrase that ends with token `last`."""
    if last < 0 or tokens[last].kind != WORD:
        return None
    if cues.has("pronouns", tokens[last].low) and not (last > 0 and cues.has("determiners", tokens[last].low) and tokens[last - 1].capital):
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
        elif cues.has("auxiliaries", token.low) and not cues.has("determiners", token.low) and token.low not in ("first", "now", "then"):
            if cues.has("prepositions", tokens[first].low):  # "who has in the past described"
                return subject_before(tokens, first - 1, cues)
            break
        elif (
            cues.has("stops", token.low)
            or (cues.has("pronouns", token.low) and not cues.has("determiners", token.low))
            or (token.low in cues.verbs and not token.capital and not _noun_there(tokens, first - 1, cues))
        ):
            break
        first -= 1
        if last - first > 14:
            break
    return _trim(tokens, first, last, cues)


def _noun_there(tokens: list[Token], position: int, cues: Cues) -> bool:
    """A form of a cue verb that is a noun here: behind a determiner, a preposition or a possessive."""
    before = tokens[position - 1] if position > 0 else None
    if before is None or before.kind != WORD:
        return False
    return cues.has("determiners", before.low) or cues.has("prepositions", before.low) or before.low.endswith(("'s", "’s"))


def _titled(tokens: list[Token], first: int, last: int) -> bool:
    """A comma inside a phrase: "D., R-Ariz" style additions only."""
    return first == last and tokens[first].low.startswith(("jr", "sr"))


def _trim(tokens: list[Token], first: int, last: int, cues: Cues) -> tuple[int, int] | None:
    """Cut adverbials before the phrase: "In Iowa on Monday Mr. Trump" is "Mr. Trump"."""
    if cues.has("prepositions", tokens[first].low) and first > 0 and cues.has("stops", tokens[first - 1].low):
        return None  # "but in an interview said": an adverbial, the subject stands before
    if cues.has("prepositions", tokens[first].low) or cues.has("times", tokens[first].low):
        for at in range(last, first, -1):
            if cues.has("times", tokens[at].low) or (cues.has("prepositions", tokens[at].low) and not _inside(tokens, at, cues)):
                if at < last and not cues.has("prepositions", tokens[at].low):
                    return at + 1, last
                if at + 1 <= last and at == first:
                    return at + 1, last
    while first < last and (cues.has("auxiliaries", tokens[first].low) or cues.has("times", tokens[first].low)):
        first += 1
    return first, last


def _inside(tokens: list[Token], at: int, cues: Cues) -> bool:
    """A preposition inside a noun phrase rather than before it."""
    return at > 0 and tokens[at - 1].kind == WORD and not cues.has("times", tokens[at - 1].low)


def subject_after(tokens: list[Token], position: int, cues: Cues) -> tuple[int, int] | None:
    """Noun phrase behind an inverted verb or behind "according to", as (first, last) token; None where there is none."""
    first = position + 1
    count = len(tokens)
    while first < count and tokens[first].kind == WORD and (cues.has("times", tokens[first].low) and not tokens[first].capital):
        first += 1
    if first >= count or tokens[first].kind != WORD:
        return None
    if cues.has("pronouns", tokens[first].low) and not cues.has("determiners", tokens[first].low):
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
        if cues.has("stops", token.low) and not (
            token.low in ("and", "y", "e", "et", "и", "und") and last + 2 < count and tokens[last + 2].capital and tokens[last].capital
        ):
            break
        if cues.has("times", token.low) or (token.low in cues.verbs and not token.capital and not _noun_there(tokens, last + 1, cues)):
            break
        if cues.has("auxiliaries", token.low) and not cues.has("determiners", token.low):
            break
        if cues.has("prepositions", token.low) and not cues.has("of", token.low) and (named or last > first + 2):
            break
        if token.capital:
            named = True
        elif named and not _runs_on(tokens, last + 1, cues):
            break
        last += 1
    while last > first and (cues.has("stops", tokens[last].low) or cues.has("prepositions", tokens[last].low)):
        last -= 1
    return first, last


def _runs_on(tokens: list[Token], position: int, cues: Cues) -> bool:
    """Does a phrase with a name go on through this small word: "Trump campaign manager Corey", "University of Iowa"?"""
    low = tokens[position].low
    if cues.has("of", low) or cues.has("bodies", low) or cues.has("titles", low) or cues.has("stops", low):
        return True
    return any(
        token.capital for token in tokens[position + 1 : position + 3] if token.kind == WORD and not low.endswith("ed")
    ) and not cues.has("prepositions", low)
