"""Attributions of one sentence: which stretch is reported, by which cue, of which speaker.

Conventions: token positions inclusive; offsets are code points into the whole text. Rules are named; the name of the rule
that found an attribution travels into the `quotes` table.
"""

from __future__ import annotations

from typing import NamedTuple

from corpus_utils.annotate.clauses import subject_after, subject_before
from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting import PUNCTUATION, QUOTE, WORD, Cues, Hit, Token

_QUOTING = frozenset({"say", "think", "act"})
_NAMING = frozenset({"call", "dub", "label", "brand", "describe", "characterize"})  # names given are words said
_TELLING = frozenset({"tell", "remind", "assure", "inform", "advise", "warn"})  # "told CBS" names the hearer


_MARKS = "“”„‟«»‹›\"‘’‚'`.,!?…:; "
_LINKS = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "and",
        "in",
        "on",
        "to",
        "for",
        "with",
        "is",
        "at",
        "by",
        "from",
        "or",
        "as",
        "de",
        "la",
        "el",
        "los",
        "las",
        "y",
        "del",
        "en",
        "le",
        "les",
        "des",
        "du",
        "et",
        "u",
        "и",
        "в",
        "на",
        "der",
        "die",
        "das",
        "und",
    ]
)


def is_title(text: str) -> bool:
    """Is this written like the title of a work: every word with a capital but for small ones?"""
    words = text.strip(_MARKS).split()
    if not words or len(words) > 12 or not words[0][:1].isupper():
        return False
    return all(not w[0].isalpha() or w[0].isupper() or w.lower() in _LINKS for w in words)


class Found(NamedTuple):
    """One attribution: content, kind, mention of the speaker, cue (offset pairs, None where there is none), rule."""

    start: int
    end: int
    kind: str
    speaker: tuple[int, int] | None
    cue: tuple[int, int] | None
    rule: str


class Sentence:
    """Tokens, cues and marked stretches of one sentence, and what has been found in it."""

    def __init__(self, text: str, tokens: list[Token], hits: list[Hit], marked: list[Marked], cues: Cues) -> None:
        self.text, self.tokens, self.hits, self.marked, self.cues = text, tokens, hits, marked, cues
        self.found: list[Found] = []
        self.used: set[int] = set()  # positions of quote tokens that belong to an attribution
        self.subject: tuple[int, int] | None = None
        self.claims: dict[int, Hit] = {}  # quote position -> the cue right beside it
        self.taken = -1  # last token that belongs to an attribution read so far

    def span(self, phrase: tuple[int, int] | None) -> tuple[int, int] | None:
        """Offsets of a phrase given by its first and last token."""
        return None if phrase is None else (self.tokens[phrase[0]].start, self.tokens[phrase[1]].end)

    def low(self, position: int) -> str:
        """Lower-case word at a position, "" beyond the ends."""
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def dashed(self, start: int) -> bool:
        """Is the marked stretch that starts at this offset one of dialogue with dashes?"""
        return any(t.kind == QUOTE and t.start == start and self.marked[t.quote].dash for t in self.tokens)

    def quote_before(self, position: int) -> int:
        """Position of the quotation right before `position`, auxiliaries, commas and dashes set aside; -1 where none."""
        at = position - 1
        while at >= 0 and (
            (self.tokens[at].kind == WORD and self.cues.has("auxiliaries", self.low(at))) or self.low(at) in (",", "—", "–", "-", "―")
        ):
            at -= 1
        return at if self.is_quote(at) else -1

    def is_quote(self, position: int) -> bool:
        """Does a marked stretch stand at this position?"""
        return 0 <= position < len(self.tokens) and self.tokens[position].kind == QUOTE


def attribute(sentence: Sentence) -> list[Found]:
    """All attributions of the sentence, in reading order."""
    sentence.subject = main_subject(sentence)
    sentence.claims = _claims(sentence)
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


_RANK = {"say": 0, "frame": 0, "think": 1, "noun": 1, "marks": 2, "show": 3, "act": 4, "will": 5}


def _without_doubles(found: list[Found]) -> list[Found]:
    """One row for words in marks: the cue of speech before the cue of blame, and not again inside what speech reports."""
    ordered = sorted(found, key=lambda f: (f.start, f.end, _RANK[f.rule.split(":")[0]], f.rule))
    kept: list[Found] = []
    for item in ordered:
        rank = _RANK[item.rule.split(":")[0]]
        doubled = any(
            other is not item
            and other.kind != "indirect"
            and other.start <= item.start
            and item.end <= other.end
            and _RANK[other.rule.split(":")[0]] <= min(rank, 1)
            and (rank > 1 or ((other.start, other.end) == (item.start, item.end) and other in kept))
            for other in ordered
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


def main_subject(s: Sentence) -> tuple[int, int] | None:
    """The noun phrase that opens the sentence, behind an opening adverbial that ends with a comma."""
    tokens, cues = s.tokens, s.cues
    first = 0
    while first < len(tokens) and tokens[first].kind == PUNCTUATION:
        first += 1
    if first >= len(tokens) or tokens[first].kind != WORD:
        return None
    low = tokens[first].low
    if (
        cues.has("prepositions", low)
        or (cues.has("stops", low) and low not in ("and", "but", "that"))
        or (low.endswith("ing") and cues.language == "en")
    ):
        comma = next((k for k in range(first, min(len(tokens), first + 30)) if tokens[k].low == ","), None)
        if comma is None or comma + 1 >= len(tokens) or tokens[comma + 1].kind != WORD:
            return None
        first = comma + 1
    elif low in ("and", "but"):
        first += 1
    return subject_after(tokens, first - 1, cues) if first < len(tokens) else None


def _verb(s: Sentence, hit: Hit, previous: tuple[int, int] | None) -> tuple[int, int] | None:
    """Read one verbal cue; returns its subject, which serves a following verb joined by "and"."""
    tokens, cues = s.tokens, s.cues
    inverted = None
    subject = None
    before = hit.first - 1
    if hit.form != "ing" or cues.language != "en":
        subject = subject_before(tokens, hit.first, cues)
        after_break = before < 0 or tokens[before].kind != WORD or s.quote_before(hit.first) >= 0
        if cues.language != "en" and (subject is None or cues.has("prepositions", tokens[subject[0]].low)):
            after_break, subject = True, None
        if (subject is None or tokens[subject[1]].kind != WORD or after_break) and hit.classes & _QUOTING and after_break:
            candidate = subject_after(tokens, hit.last, cues)
            if (
                candidate
                and (subject is None or before < 0 or s.is_quote(before) or hit.lemma not in _TELLING)
                and _may_invert(s, hit, candidate, before)
            ):
                inverted = candidate
    elif hit.form == "ing" and before >= 0 and tokens[before].kind == WORD:
        near = subject_before(tokens, hit.first, cues)
        if near and (tokens[near[1]].capital or cues.has("pronouns", tokens[near[1]].low)):
            subject = near
    if inverted is not None:
        subject = inverted
    if subject is None:
        subject = previous or s.subject
        if subject is not None and subject[0] <= hit.first <= subject[1]:
            subject = None
    passive = (
        hit.first > 0 and any(cues.has("be", s.low(k)) for k in range(max(0, hit.first - 3), hit.first)) and hit.form in ("fin", "part")
    )
    name = next((c for c in ("say", "think", "act", "will", "show", "seem") if c in hit.classes), "")
    if passive:
        subject = _agent(s, hit)
    left = min(hit.first, subject[0]) if subject and (inverted is not None or subject[1] < hit.first) else hit.first
    if inverted is None and subject and subject[1] < hit.first - 8:
        left = hit.first
    right = max(hit.last, inverted[1]) if inverted else hit.last
    content = _contents(s, hit, left, right, name, inverted is not None, subject)
    for first, last, rule in content:
        _emit(s, first, last, subject, hit, f"{name}:{rule}" + (":passive" if passive else ""))
    if content:
        s.taken = max(s.taken, right)
    return subject if not passive else previous


def _agent(s: Sentence, hit: Hit) -> tuple[int, int] | None:
    for k in range(hit.last + 1, min(len(s.tokens), hit.last + 6)):
        if s.cues.has("by", s.low(k)):
            return subject_after(s.tokens, k, s.cues)
        if s.tokens[k].kind != WORD:
            break
    return None


def _may_invert(s: Sentence, hit: Hit, candidate: tuple[int, int], before: int) -> bool:
    """ "said Perry": after a quotation or a comma, followed by a name or a definite phrase, not by a clause."""
    tokens, cues = s.tokens, s.cues
    opening = tokens[candidate[0]]
    if not (opening.capital or cues.has("determiners", opening.low) or cues.has("pronouns", opening.low)):
        return s.quote_before(before + 1) >= 0 and not cues.has("stops", opening.low)
    if s.quote_before(before + 1) >= 0:
        return True
    if cues.language != "en":
        last = candidate[1] + 1
        return last >= len(tokens) or s.is_quote(last) or s.low(last) in (",", ":", ".") or cues.has("that", s.low(last))
    last = candidate[1] + 1
    stops = last >= len(tokens) or tokens[last].low in (".", ",", ";", ":")
    return before >= 0 and tokens[before].low == "," and stops and (candidate[0] > 3 or s.is_quote(last + 1))


def _contents(
    s: Sentence, hit: Hit, left: int, right: int, name: str, inverted: bool, subject: tuple[int, int] | None
) -> list[tuple[int, int, str]]:
    """Token ranges of the content: before the cue, behind it, or on both sides."""
    tokens, count = s.tokens, len(s.tokens)
    found: list[tuple[int, int, str]] = []
    quoted = s.quote_before(left)
    before, after = quoted if quoted >= 0 else left - 1, _past_adverbials(s, right + 1)
    closes_left = (
        before >= 0
        and before not in s.used
        and (tokens[before].kind == QUOTE or (tokens[before].low in (",", "—", "–", "-") and before > s.taken + 1))
    )
    if closes_left and subject is not None and not inverted and s.cues.has("relatives", s.low(subject[1])):
        closes_left = False  # "the fee, which he said ...", "the film, which recounts"
    if closes_left and s.cues.has("that", s.low(after)) and (tokens[before].kind != QUOTE or _title_marks(s, before)):
        closes_left = False
    stops = after >= count or tokens[after].low in (".", ",", ";", ")", "—", "–", "!", "?") or inverted
    if (
        closes_left
        and (stops or (tokens[before].kind == QUOTE and _comma_inside(s, before)))
        and (name in ("say", "think") or (name == "act" and quoted >= 0))
    ):
        first = _clause_start(s, before)
        last = before if tokens[before].kind == QUOTE else before - 1
        if last >= first:
            found.append((first, last, "before"))
            follow = after
            while follow < count and tokens[follow].low in (",", ":", "—", "–", "-"):
                follow += 1
            if follow < count and s.is_quote(follow) and not (_title_marks(s, follow) and not inverted and follow != right + 2):
                found.append((follow, follow, "around"))
            elif quoted < 0 and s.low(after) == "," and (rest := _goes_on(s, after)) <= (end := _clause_end(s, rest, name, hit)):
                if _adverbial(s, first, last):
                    found.clear()
                found.append((rest, end, "around"))
            elif inverted or not stops:
                mark = _next_comma_quote(s, after)
                if mark is not None and not _title_marks(s, mark):
                    found.append((mark, mark, "around"))
            return found
    if inverted and not closes_left:
        return found
    start = _content_start(s, hit, right + 1, name)
    end = _clause_end(s, start, name, hit)
    if "that" in hit.classes and "act" not in hit.classes and not _clausal(s, start, end):
        return found
    if start <= end:
        found.append((start, end, "after"))
    return found


def _goes_on(s: Sentence, comma: int) -> int:
    """First token of a report that goes on behind an inserted cue ("Compaq, she predicted, would come"); beyond the end if none."""
    at = comma + 1
    if at >= len(s.tokens) or s.tokens[at].kind == PUNCTUATION:
        return len(s.tokens)
    low = s.low(at)
    held = s.cues.has("stops", low) or s.cues.has("prepositions", low) or s.cues.has("relatives", low) or low.endswith("ing")
    if held or (low in s.cues.verbs and not s.cues.has("finite", low)) or low == "according":
        return len(s.tokens)
    return at


def _adverbial(s: Sentence, first: int, last: int) -> bool:
    """A short opening phrase such as "In both cases": no report of its own."""
    return last - first < 6 and (s.cues.has("prepositions", s.low(first)) or s.cues.has("openers", s.low(first)))


def _clausal(s: Sentence, start: int, end: int) -> bool:
    """Words in marks, or a clause: it opens with "that" or the like, or holds a finite auxiliary near its opening."""
    if start > end:
        return False
    if s.is_quote(start) or s.cues.has("clause", s.low(start)):
        return True
    return any(s.is_quote(k) or s.cues.has("finite", s.low(k)) for k in range(start + 1, min(end, start + 10) + 1))


def _title_marks(s: Sentence, position: int) -> bool:
    """Is the marked stretch here written like the title of a work?"""
    return s.is_quote(position) and is_title(s.text[s.tokens[position].start : s.tokens[position].end])


def _next_comma_quote(s: Sentence, start: int) -> int | None:
    for k in range(start, len(s.tokens) - 1):
        if s.tokens[k].kind == QUOTE:
            return None
        if s.tokens[k].low in (",", ":") and s.is_quote(k + 1):
            return k + 1
    return None


def _comma_inside(s: Sentence, position: int) -> bool:
    stretch = s.marked[s.tokens[position].quote]
    return stretch.inner_end > stretch.inner_start and s.text[stretch.inner_end - 1] in ",?!.…—-–"


def _past_adverbials(s: Sentence, position: int) -> int:
    """Skip days and short prepositional phrases behind a cue: "said Tuesday in an interview"."""
    tokens, cues = s.tokens, s.cues
    at = position
    while at < len(tokens) and tokens[at].kind == WORD and cues.has("times", tokens[at].low):
        at += 1
    if at < len(tokens) and tokens[at].kind == WORD and (cues.has("prepositions", tokens[at].low) or cues.has("receivers", tokens[at].low)):
        for k in range(at, min(len(tokens), at + 14)):
            if (tokens[k].kind == PUNCTUATION and tokens[k].low in (".", ",", ":", ";")) or tokens[k].kind == QUOTE:
                return k
            if cues.has("that", tokens[k].low):
                return k
            if tokens[k].kind == WORD and cues.has("stops", tokens[k].low) and tokens[k].low not in ("and", "or"):
                return at
        return at if at + 14 < len(tokens) else len(tokens)
    return at


def _clause_start(s: Sentence, before: int) -> int:
    """Where the content before a cue begins: behind the last attribution of this sentence, else at its first word."""
    first = s.taken + 1
    while first < before and s.tokens[first].kind == PUNCTUATION and s.tokens[first].low not in "([$¿¡#":
        first += 1
    return first


def _content_start(s: Sentence, hit: Hit, position: int, name: str) -> int:
    """First token of the content behind a cue: past the person told, past days, at "that" or a quotation if near."""
    tokens, cues = s.tokens, s.cues
    at = position
    if name in ("say", "think", "show"):
        for k in range(position, min(len(tokens), position + 14)):
            if tokens[k].kind == QUOTE and (k == position or tokens[k - 1].kind == PUNCTUATION):
                return k
            if cues.has("that", tokens[k].low) and k - position < 12 and not (k > position and tokens[k - 1].low == ","):
                return k
            if k >= position and (tokens[k].kind == QUOTE or cues.has("finite", tokens[k].low)):
                break  # the clause has begun without "that"
            if tokens[k].low == ":":
                return k + 1
            if tokens[k].low in (".", ";") or (tokens[k].low in cues.verbs and k > position + 1):
                break
        while at < len(tokens) and tokens[at].kind == WORD and cues.has("times", tokens[at].low):
            at += 1
        if hit.lemma in ("tell", "remind", "assure", "inform", "warn", "ask", "advise") and at < len(tokens):
            if cues.has("receivers", tokens[at].low):
                at += 1
            elif tokens[at].capital:
                while at < len(tokens) and tokens[at].kind == WORD and tokens[at].capital:
                    at += 1
            elif cues.has("determiners", tokens[at].low):
                at += 2
    while at < len(tokens) and tokens[at].kind == PUNCTUATION and tokens[at].low in (",", ":", "-", "—", "–"):
        at += 1
    return at


def _clause_end(s: Sentence, start: int, name: str, hit: Hit | None = None) -> int:
    """Last token of a content that begins at `start`."""
    tokens, cues = s.tokens, s.cues
    last = len(tokens) - 1
    opening = _opening_comma(s)
    claimed = next((k for k in range(start + 1, len(tokens)) if k in s.claims and s.claims[k] is not hit), None)
    if claimed is not None:
        subject = subject_before(tokens, s.claims[claimed].first, cues)
        last = (subject[0] if subject and subject[0] > start else s.claims[claimed].first) - 1
        while last > start and (tokens[last].kind == PUNCTUATION or cues.has("stops", tokens[last].low)):
            last -= 1
    frame = next((h.first for h in s.hits if "frame" in h.classes and start + 1 < h.first <= last), None)
    if frame is not None and not (hit is not None and "frame" in hit.classes):
        last = frame - 1
    nested = hit is not None and any(cues.has("subordinators", s.low(k)) for k in range(max(0, hit.first - 7), hit.first))
    for k in range(start, last + 1):
        token = tokens[k]
        if token.kind == QUOTE and k + 1 < len(tokens) and tokens[k + 1].kind == WORD and _ends_clause(s, k, name):
            return k
        if k == start:
            continue
        if k == opening and start < k:
            last = k - 1
            break
        if token.kind != PUNCTUATION:
            continue
        if token.low in (";", ":") and k > start + 2:
            last = k - 1
            break
        if token.low == "," and k + 1 < len(tokens):
            follow = tokens[k + 1]
            if follow.low in ("but", "while", "although", "though", "whereas", "according") or (
                follow.kind == WORD and follow.low in cues.verbs and follow.low.endswith("ing")
            ):
                last = k - 1
                break
            if (
                name not in ("say", "think", "show")
                and follow.kind == WORD
                and (cues.has("stops", follow.low) or follow.low.endswith("ing"))
            ):
                last = k - 1
                break
            if nested and follow.kind == WORD and (cues.has("pronouns", follow.low) or follow.capital):
                last = k - 1
                break
            if follow.low == "and" and k + 2 < len(tokens) and (cues.has("pronouns", tokens[k + 2].low)):
                last = k - 1
                break
    while last > start and tokens[last].kind == PUNCTUATION and tokens[last].low not in ")%":
        last -= 1
    return last if (tokens[last:] and tokens[last].kind != PUNCTUATION) or last > start else start - 1


def _ends_clause(s: Sentence, position: int, name: str) -> bool:
    """A quotation that ends with a comma and is followed by a new clause closes the content."""
    stretch = s.marked[s.tokens[position].quote]
    if s.text[stretch.inner_end - 1 : stretch.inner_end] != ",":
        return False
    follow = s.tokens[position + 1]
    if follow.low in ("according", "according to"):
        return True
    return not (follow.low in ("and", "or", "to") and s.is_quote(position + 2))


def _opening_comma(s: Sentence) -> int:
    """The comma that closes an opening subordinate clause ("When asked about it, ..."); -1 where there is none."""
    tokens, cues = s.tokens, s.cues
    if not tokens or tokens[0].kind != WORD or not (cues.has("openers", tokens[0].low) or tokens[0].low.endswith("ing")):
        return -1
    return next((k for k in range(1, len(tokens)) if tokens[k].low == ","), -1)


def _emit(s: Sentence, first: int, last: int, subject: tuple[int, int] | None, hit: Hit | None, rule: str) -> None:
    """Record the content tokens first..last: direct where it is one marked stretch, mixed where it holds one."""
    quotes = [k for k in range(first, last + 1) if s.is_quote(k)]
    words = [k for k in range(first, last + 1) if s.tokens[k].kind == WORD]
    if not quotes and not words:
        return
    cue = s.span((hit.first, hit.last)) if hit else None
    speaker = s.span(subject)
    s.used.update(quotes)
    if quotes and (not words or (len(words) == 1 and s.cues.has("that", s.low(words[0])))):
        for k in quotes:
            s.found.append(Found(s.tokens[k].start, s.tokens[k].end, "direct", speaker, cue, rule))
        return
    spoken = rule.startswith(("say", "think", "frame")) or (hit is not None and hit.lemma in _NAMING)
    kind = "mixed" if (spoken and quotes) or any(not _title_marks(s, k) for k in quotes) else "indirect"
    s.found.append(Found(s.tokens[first].start, s.tokens[last].end, kind, speaker, cue, rule))


def _frame(s: Sentence, hit: Hit) -> None:
    """ "According to X, CLAUSE" and "CLAUSE, according to X"."""
    subject = subject_after(s.tokens, hit.last, s.cues)
    if subject is None:
        return
    if hit.first <= 1:
        comma = next((k for k in range(subject[1] + 1, len(s.tokens)) if s.tokens[k].low == ","), subject[1])
        start = comma + 1
        end = _clause_end(s, start, "say") if start < len(s.tokens) else -1
        if start <= end:
            _emit(s, start, end, subject, hit, "frame:after")
            s.taken = max(s.taken, subject[1])
        return
    last = hit.first - 1
    first = _clause_start(s, last)
    while last > first and s.tokens[last].kind == PUNCTUATION and s.tokens[last].low in (",", "—", "–", "-"):
        last -= 1
    rest = _goes_on(s, subject[1] + 1) if s.low(subject[1] + 1) == "," else len(s.tokens)
    end = _clause_end(s, rest, "say", hit) if rest < len(s.tokens) else -1
    if first <= last and not (rest <= end and _adverbial(s, first, last)):
        _emit(s, first, last, subject, hit, "frame:before")
    if rest <= end:
        _emit(s, rest, end, subject, hit, "frame:around")
    s.taken = max(s.taken, subject[1])


def _noun(s: Sentence, hit: Hit) -> None:
    """ "X's claim that CLAUSE"."""
    after = hit.last + 1
    if s.cues.has("that", s.low(after)) and s.low(after) != "if":
        subject = None
        before = s.low(hit.first - 1)
        if before.endswith(("'s", "’s")) or (s.cues.has("determiners", before) and before in ("his", "her", "their", "its", "my", "our")):
            subject = (hit.first - 1, hit.first - 1)
        elif s.subject and s.subject[1] < hit.first:
            subject = s.subject
        end = _clause_end(s, after, "noun")
        if after < end:
            _emit(s, after, end, subject, hit, "noun:that")


def _loose_quotes(s: Sentence) -> None:
    """Marked stretches that no cue governs: by the shape of what follows them, else left to the article's context."""
    for k, token in enumerate(s.tokens):
        if token.kind != QUOTE or k in s.used:
            continue
        stretch = s.marked[token.quote]
        speaker, rule = None, "marks"
        if _comma_inside(s, k) and k + 2 < len(s.tokens) and s.tokens[k + 1].kind == WORD:
            subject = subject_after(s.tokens, k, s.cues) if s.tokens[k + 1].capital else subject_after(s.tokens, k + 1, s.cues)
            if s.cues.has("pronouns", s.low(k + 1)):
                subject = (k + 1, k + 1)
            speaker, rule = s.span(subject), "marks:tail"
        elif s.subject and s.subject[1] < k:
            near = next((p for p in range(k - 1, max(s.subject[1], k - 25), -1) if s.low(p) in ("he", "she")), None)
            speaker, rule = s.span((near, near) if near is not None else s.subject), "marks:subject"
        s.found.append(Found(stretch.start, stretch.end, "direct", speaker, None, rule))
