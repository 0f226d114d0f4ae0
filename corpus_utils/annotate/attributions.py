"""Attributions of one sentence: which stretch is reported, by which cue, of which speaker.

Conventions: token positions inclusive; offsets are code points into the sentence. Rules are named; the name of the rule
that found an attribution travels into the `quotes` table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from typing import NamedTuple

from corpus_utils.annotate.contents import adverbial, clause_end, clause_start, comma_inside, contents_of, goes_on, title_marks
from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting import Hit, behind_comma, find_hits
from corpus_utils.annotate.reporting_cues import load_cues
from corpus_utils.annotate.reporting_tokens import PUNCTUATION, WORD, tokenize
from corpus_utils.annotate.sentence_view import Found, Sentence, first_of
from corpus_utils.annotate.subjects import subject_after, subject_before

_SENTENCES = 20_000  # remembered: what agencies and outlets print again and again is read once
_QUOTING = frozenset({"say", "think", "act"})
_NAMING = frozenset({"call", "dub", "label", "brand", "describe", "characterize"})  # names given are words said
_TELLING = frozenset({"tell", "remind", "assure", "inform", "advise", "warn"})  # "told CBS" names the hearer
SPOKEN = frozenset({"say", "frame", "marks", "think"})  # rules that tell who speaks
_RANK = {"say": 0, "frame": 0, "think": 1, "noun": 1, "marks": 2, "show": 3, "act": 4, "will": 5}


class Reading(NamedTuple):
    """What a sentence says of itself; offsets are code points into it."""

    found: list[Found]  # its attributions, in reading order
    subject: tuple[int, int] | None  # the noun phrase that opens it, where nobody in it is sure to speak
    tokens: int  # how many
    only_marks: bool  # nothing but words in marks and punctuation
    introduces: bool  # it ends with a colon


@lru_cache(maxsize=_SENTENCES)
def read_sentence(text: str, marked: tuple[Marked, ...], language: str) -> Reading | None:
    """A sentence with stretches in marks as its own words tell it; None where nothing is quoted or reported."""
    cues, tokens = load_cues(language), tokenize(text, marked, language)
    hits = find_hits(tokens.tokens, cues)
    if not marked and not hits:
        return None
    s = Sentence(text, tokens, hits, cues)
    found, count = _attributions(s), len(s.tokens)
    if not marked and not found:
        return None
    spoken = any(f.kind == "indirect" and f.speaker is not None and f.rule.partition(":")[0] in SPOKEN for f in found)
    return Reading(found, None if spoken else s.span(s.subject), count, len(s.marks) == count, s.low(count - 1) == ":")


def subject_of(text: str, language: str) -> tuple[int, int] | None:
    """Offsets of the noun phrase that opens a sentence without stretches in marks."""
    s = Sentence(text, tokenize(text, (), language), [], load_cues(language))
    return s.span(s.subject)


def _attributions(sentence: Sentence) -> list[Found]:
    sentence.claims = _claims(sentence) if sentence.quotes else {}
    previous: tuple[int, int] | None = None
    for hit in sentence.hits:
        if "noun" in hit.classes:
            _noun(sentence, hit)
        elif "adverb" in hit.classes:
            continue
        elif "frame" in hit.classes:
            _frame(sentence, hit)
        else:
            previous = _verb(sentence, hit, previous)
    _loose_quotes(sentence)
    return _without_doubles(sentence.found)


def _without_doubles(found: list[Found]) -> list[Found]:
    """One row for words in marks: the cue of speech before the cue of blame, and not again inside what speech reports."""
    if len(found) < 2:
        return found
    ordered = sorted(found, key=lambda f: (f.start, f.end, _RANK[f.rule.split(":")[0]], f.rule))
    kept: list[Found] = []
    for number, item in enumerate(ordered):
        rank = _RANK[item.rule.split(":")[0]]
        doubled = any(
            other is not item
            and other.kind != "indirect"
            and other.start <= item.start
            and item.end <= other.end
            and _RANK[other.rule.split(":")[0]] <= min(rank, 1)
            and (rank > 1 or ((other.start, other.end) == (item.start, item.end) and other in kept))
            for other in ordered[max(0, number - 30) : number + 30]  # sorted by place: doubles are neighbours
        )
        if item.kind == "indirect" or not doubled:
            kept.append(item)
    return kept


def _claims(s: Sentence) -> dict[int, Hit]:
    """Quotations with a cue of speech right in front: `he said, “...`; no other content may swallow them."""
    found = {}
    for hit in s.hits:
        if "say" in hit.classes:
            at = hit.last + 1
            if s.low(at) in (",", ":"):
                at += 1
            if s.is_quote(at):
                found[at] = hit
    return found


def _verb(s: Sentence, hit: Hit, previous: tuple[int, int] | None) -> tuple[int, int] | None:
    """Read one verbal cue; returns its subject, which serves a following verb joined by "and"."""
    tokens, cues = s.tokens, s.cues
    inverted = None
    subject = None
    before = hit.first - 1
    if hit.form != "ing" or cues.language != "en":
        subject = subject_before(tokens, hit.first, cues)
        after_break = before < 0 or tokens[before].kind != WORD or s.quote_before(hit.first) >= 0
        if cues.language != "en" and (subject is None or "prepositions" in tokens[subject[0]].groups):
            after_break, subject = True, None
        elif cues.language != "en" and before > 1 and tokens[before].low == "," and "say" in hit.classes and "act" not in hit.classes:
            behind = subject_after(tokens, hit.last, cues)  # ", dijo el ministro": the insert's comma or the report's
            if behind is not None and _may_invert(s, behind, before):
                after_break, subject = True, None
        if after_break and not hit.classes.isdisjoint(_QUOTING):
            candidate = subject_after(tokens, hit.last, cues)
            if (
                candidate
                and (subject is None or before < 0 or s.is_quote(before) or hit.lemma not in _TELLING)
                and _may_invert(s, candidate, before)
            ):
                inverted = candidate
    elif hit.form == "ing" and before >= 0 and tokens[before].kind == WORD:
        near = subject_before(tokens, hit.first, cues)
        if near and (tokens[near[1]].capital or "pronouns" in tokens[near[1]].groups):
            subject = near
    if inverted is not None:
        subject = inverted
    if subject is None:
        subject = previous or s.subject
        if subject is not None and subject[0] <= hit.first <= subject[1]:
            subject = None
    passive = hit.form in ("fin", "part") and first_of("be", tokens, max(0, hit.first - 3), hit.first) >= 0
    name = _first_class(hit.classes)
    if passive:
        subject = _agent(s, hit)
    left = min(hit.first, subject[0]) if subject and (inverted is not None or subject[1] < hit.first) else hit.first
    if inverted is None and subject and subject[1] < hit.first - 8:
        left = hit.first
    right = max(hit.last, inverted[1]) if inverted else hit.last
    content = contents_of(s, hit, left, right, name, inverted is not None, subject)
    for first, last, rule in content:
        _emit(s, first, last, subject, hit, f"{name}:{rule}" + (":passive" if passive else ""))
    if content:
        s.taken = max(s.taken, right)
    return subject if not passive else previous


@cache
def _first_class(classes: frozenset[str]) -> str:
    return next((name for name in ("say", "think", "act", "will", "show", "seem") if name in classes), "")


def _agent(s: Sentence, hit: Hit) -> tuple[int, int] | None:
    for k in range(hit.last + 1, min(len(s.tokens), hit.last + 6)):
        if "by" in s.groups(k):
            return subject_after(s.tokens, k, s.cues)
        if s.tokens[k].kind != WORD:
            break
    return None


def _may_invert(s: Sentence, candidate: tuple[int, int], before: int) -> bool:
    """ "said Perry": after a quotation or a comma, followed by a name or a definite phrase, not by a clause."""
    tokens, cues = s.tokens, s.cues
    opening = tokens[candidate[0]]
    if not (opening.capital or "determiners" in opening.groups or "pronouns" in opening.groups):
        return s.quote_before(before + 1) >= 0 and "stops" not in opening.groups
    if s.quote_before(before + 1) >= 0:
        return True
    if cues.language != "en":
        last = candidate[1] + 1
        return last >= len(tokens) or s.is_quote(last) or s.low(last) in (",", ":", ".") or "that" in s.groups(last)
    last = candidate[1] + 1
    stops = last >= len(tokens) or tokens[last].low in (".", ",", ";", ":")
    return before >= 0 and tokens[before].low == "," and stops and (candidate[0] > 3 or s.is_quote(last + 1))


def _emit(s: Sentence, first: int, last: int, subject: tuple[int, int] | None, hit: Hit | None, rule: str) -> None:
    """Record the content tokens first..last: direct where it is one marked stretch, mixed where it holds one."""
    quotes = [k for k in s.quotes if first <= k <= last] if s.quotes else []
    words = last + 1 - first - (bisect_right(s.marks, last) - bisect_left(s.marks, first))
    if not quotes and not words:
        return
    cue = s.span((hit.first, hit.last)) if hit else None
    speaker = s.span(subject)
    if not quotes:
        s.found.append(Found(s.starts[first], s.end(last), "indirect", speaker, cue, rule))
        return
    s.used.update(quotes)
    if not words or (words == 1 and any("that" in t.groups for t in s.tokens[first : last + 1] if t.kind == WORD)):
        for k in quotes:
            s.found.append(Found(s.starts[k], s.end(k), "direct", speaker, cue, rule))
        return
    spoken = rule.startswith(("say", "think", "frame")) or (hit is not None and hit.lemma in _NAMING)
    kind = "mixed" if spoken or any(not title_marks(s, k) for k in quotes) else "indirect"
    s.found.append(Found(s.starts[first], s.end(last), kind, speaker, cue, rule))


def _frame(s: Sentence, hit: Hit) -> None:
    """ "According to X, CLAUSE" and "CLAUSE, according to X"."""
    subject = subject_after(s.tokens, hit.last, s.cues)
    if subject is None:
        return
    if hit.first <= 1:
        comma = next((k for k in range(subject[1] + 1, len(s.tokens)) if s.tokens[k].low == ","), subject[1])
        start = comma + 1
        end = clause_end(s, start, "say") if start < len(s.tokens) else -1
        if start <= end:
            _emit(s, start, end, subject, hit, "frame:after")
            s.taken = max(s.taken, subject[1])
        return
    last = hit.first - 1
    first = clause_start(s, last)
    while last > first and s.tokens[last].kind == PUNCTUATION and s.tokens[last].low in (",", "—", "–", "-"):
        last -= 1
    rest = goes_on(s, subject[1] + 1) if s.low(subject[1] + 1) == "," else len(s.tokens)
    end = clause_end(s, rest, "say", hit) if rest < len(s.tokens) else -1
    if first <= last and not (rest <= end and adverbial(s, first, last)):
        _emit(s, first, last, subject, hit, "frame:before")
    if rest <= end:
        _emit(s, rest, end, subject, hit, "frame:around")
    s.taken = max(s.taken, subject[1])


def _noun(s: Sentence, hit: Hit) -> None:
    """ "X's claim that CLAUSE"."""
    after = behind_comma(s.tokens, hit.last + 1, s.cues)
    if "that" in s.groups(after) and s.low(after) != "if":
        subject = None
        before = s.low(hit.first - 1)
        owned = "determiners" in s.groups(hit.first - 1) and before in ("his", "her", "their", "its", "my", "our")
        if before.endswith(("'s", "’s")) or owned:
            subject = (hit.first - 1, hit.first - 1)
        elif s.subject and s.subject[1] < hit.first:
            subject = s.subject
        end = clause_end(s, after, "noun")
        if after < end:
            _emit(s, after, end, subject, hit, "noun:that")


def _loose_quotes(s: Sentence) -> None:
    """Marked stretches that no cue governs: by the shape of what follows them, else left to the article's context."""
    for k in s.quotes:
        if k in s.used:
            continue
        stretch = s.quotes[k]
        speaker, rule = None, "marks"
        if comma_inside(s, k) and k + 2 < len(s.tokens) and s.tokens[k + 1].kind == WORD:
            subject = subject_after(s.tokens, k, s.cues) if s.tokens[k + 1].capital else subject_after(s.tokens, k + 1, s.cues)
            if "pronouns" in s.groups(k + 1):
                subject = (k + 1, k + 1)
            speaker, rule = s.span(subject), "marks:tail"
        elif s.subject and s.subject[1] < k:
            near = next((p for p in range(k - 1, max(s.subject[1], k - 25), -1) if s.low(p) in ("he", "she")), None)
            speaker, rule = s.span((near, near) if near is not None else s.subject), "marks:subject"
        s.found.append(Found(stretch.start, stretch.end, "direct", speaker, None, rule))
