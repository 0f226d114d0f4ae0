"""How far a reported content reaches: before its cue, behind it, or on both sides.

Conventions: token positions inclusive. A content ends with its clause, before another attribution, or where words in marks
that end with a comma close it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from corpus_utils.annotate.reporting import Hit
from corpus_utils.annotate.reporting_tokens import PUNCTUATION, QUOTE, WORD
from corpus_utils.annotate.sentence_view import Sentence, first_of, is_title
from corpus_utils.annotate.subjects import subject_before


def contents_of(
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
    if closes_left and subject is not None and not inverted and "relatives" in s.groups(subject[1]):
        closes_left = False  # "the fee, which he said ...", "the film, which recounts"
    if closes_left and "that" in s.groups(after) and (tokens[before].kind != QUOTE or title_marks(s, before)):
        closes_left = False
    if quoted >= 0 and closes_left and not inverted and not _detached(s, quoted, left):
        closes_left = False
    stops = after >= count or tokens[after].low in (".", ",", ";", ")", "—", "–", "!", "?") or inverted
    if (
        closes_left
        and (stops or (tokens[before].kind == QUOTE and comma_inside(s, before)))
        and (name in ("say", "think") or (name == "act" and quoted >= 0))
    ):
        first = clause_start(s, before)
        last = before if tokens[before].kind == QUOTE else before - 1
        if last >= first:
            found.append((first, last, "before"))
            if hit in s.claims.values() and _place_or_time(s, first, last):
                found.clear()  # "On ABC's “This Week,” she said: “..."
            follow = after
            while follow < count and tokens[follow].low in (",", ":", "—", "–", "-"):
                follow += 1
            if follow < count and s.is_quote(follow) and not (title_marks(s, follow) and not inverted and follow != right + 2):
                found.append((follow, follow, "around"))
            elif quoted < 0 and s.low(after) == "," and (rest := goes_on(s, after)) <= (end := clause_end(s, rest, name, hit)):
                if adverbial(s, first, last):
                    found.clear()
                found.append((rest, end, "around"))
            elif inverted or not stops:
                mark = _next_comma_quote(s, after)
                if mark is not None and not title_marks(s, mark):
                    found.append((mark, mark, "around"))
            return found
    if inverted and not closes_left:
        return found
    start = _content_start(s, hit, right + 1, name)
    if hit.lemma in ("call", "dub", "entitle") and start == right + 1 and title_marks(s, start) and not inverted:
        return found  # "a series called “Quick Question”": the name of a thing
    end = clause_end(s, start, name, hit)
    if "that" in hit.classes and "act" not in hit.classes and not _clausal(s, start, end):
        return found
    if start <= end:
        found.append((start, end, "after"))
    return found


def _detached(s: Sentence, quoted: int, left: int) -> bool:
    """Is the quotation set off from what follows: by a comma inside or behind it, or because the sentence is nothing else?"""
    between = any(s.tokens[k].kind == PUNCTUATION for k in range(quoted + 1, left))
    return between or comma_inside(s, quoted) or quoted == clause_start(s, quoted)


def _place_or_time(s: Sentence, first: int, last: int) -> bool:
    """An opening phrase that holds no more marks than the title of a work."""
    opens = "prepositions" in s.groups(first) or "openers" in s.groups(first) or "times" in s.groups(first)
    return opens and last - first < 12 and all(title_marks(s, k) for k in range(first, last + 1) if s.is_quote(k))


def goes_on(s: Sentence, comma: int) -> int:
    """First token of a report that goes on behind an inserted cue ("Compaq, she predicted, would come"); beyond the end if none."""
    at = comma + 1
    if at >= len(s.tokens) or s.tokens[at].kind == PUNCTUATION:
        return len(s.tokens)
    low = s.low(at)
    groups = s.groups(at)
    held = "stops" in groups or "prepositions" in groups or "relatives" in groups or low.endswith("ing")
    if held or (s.tokens[at].verb and "finite" not in groups) or low == "according":
        return len(s.tokens)
    return at


def adverbial(s: Sentence, first: int, last: int) -> bool:
    """A short opening phrase such as "In both cases": no report of its own."""
    return last - first < 6 and ("prepositions" in s.groups(first) or "openers" in s.groups(first))


def _clausal(s: Sentence, start: int, end: int) -> bool:
    """Words in marks, or a clause: it opens with "that" or the like, or holds a finite auxiliary near its opening."""
    if start > end:
        return False
    if s.is_quote(start) or "clause" in s.groups(start):
        return True
    last = min(end, start + 10)
    return first_of("finite", s.tokens, start + 1, last + 1) >= 0 or any(start < k <= last for k in s.quotes)


def title_marks(s: Sentence, position: int) -> bool:
    """Is the marked stretch here written like the title of a work?"""
    return s.is_quote(position) and is_title(s.text[s.starts[position] : s.end(position)])


def _next_comma_quote(s: Sentence, start: int) -> int | None:
    for k in range(start, len(s.tokens) - 1):
        if s.tokens[k].kind == QUOTE:
            return None
        if s.tokens[k].low in (",", ":") and s.is_quote(k + 1):
            return k + 1
    return None


def comma_inside(s: Sentence, position: int) -> bool:
    stretch = s.quotes[position]
    return stretch.inner_end > stretch.inner_start and s.text[stretch.inner_end - 1] in ",?!.…—-–"


def _past_adverbials(s: Sentence, position: int) -> int:
    """Skip days and short prepositional phrases behind a cue: "said Tuesday in an interview"."""
    tokens = s.tokens
    at = position
    while at < len(tokens) and tokens[at].kind == WORD and "times" in tokens[at].groups:
        at += 1
    if at < len(tokens) and tokens[at].kind == WORD and ("prepositions" in tokens[at].groups or "receivers" in tokens[at].groups):
        for k in range(at, min(len(tokens), at + 14)):
            if (tokens[k].kind == PUNCTUATION and tokens[k].low in (".", ",", ":", ";")) or tokens[k].kind == QUOTE:
                return k
            if "that" in tokens[k].groups:
                return k
            if tokens[k].kind == WORD and "stops" in tokens[k].groups and tokens[k].low not in ("and", "or"):
                return at
        return at if at + 14 < len(tokens) else len(tokens)
    return at


def clause_start(s: Sentence, before: int) -> int:
    """Where the content before a cue begins: behind the last attribution of this sentence, else at its first word."""
    first = s.taken + 1
    while first < before and s.tokens[first].kind == PUNCTUATION and s.tokens[first].low not in "([$¿¡#":
        first += 1
    return first


def _content_start(s: Sentence, hit: Hit, position: int, name: str) -> int:
    """First token of the content behind a cue: past the person told, past days, at "that" or a quotation if near."""
    tokens = s.tokens
    at = position
    if name in ("say", "think", "show"):
        for k, token in enumerate(tokens[position : position + 14], position):
            if token.kind == QUOTE and (k == position or tokens[k - 1].kind == PUNCTUATION):
                return k
            if "that" in token.groups and k - position < 12 and not (k > position and tokens[k - 1].low == ","):
                return k
            if token.kind == QUOTE or "finite" in token.groups:
                break  # the clause has begun without "that"
            if token.low == ":":
                return k + 1
            if token.low in (".", ";") or (token.verb and k > position + 1):
                break
        while at < len(tokens) and tokens[at].kind == WORD and "times" in tokens[at].groups:
            at += 1
        if hit.lemma in ("tell", "remind", "assure", "inform", "warn", "ask", "advise") and at < len(tokens):
            if "receivers" in tokens[at].groups:
                at += 1
            elif tokens[at].capital:
                while at < len(tokens) and tokens[at].kind == WORD and tokens[at].capital:
                    at += 1
            elif "determiners" in tokens[at].groups:
                at += 2
    while at < len(tokens) and tokens[at].kind == PUNCTUATION and tokens[at].low in (",", ":", "-", "—", "–"):
        at += 1
    return at


def clause_end(s: Sentence, start: int, name: str, hit: Hit | None = None) -> int:
    """Last token of a content that begins at `start`."""
    tokens, cues = s.tokens, s.cues
    last = len(tokens) - 1
    opening = _opening_comma(s)
    claimed = min((k for k, claim in s.claims.items() if k > start and claim is not hit), default=None) if s.claims else None
    if claimed is not None:
        subject = subject_before(tokens, s.claims[claimed].first, cues)
        last = (subject[0] if subject and subject[0] > start else s.claims[claimed].first) - 1
        while last > start and (tokens[last].kind == PUNCTUATION or "stops" in tokens[last].groups):
            last -= 1
    frame = next((h.first for h in s.hits if "frame" in h.classes and start + 1 < h.first <= last), None)
    if frame is not None and not (hit is not None and "frame" in hit.classes):
        last = frame - 1
    bare = start <= last and not _clausal(s, start, last)
    if bare:  # "pledged aid following talks": what follows is the narrator's
        adjunct = first_of("adjuncts", tokens, start + 2, last + 1)
        last = adjunct - 1 if adjunct >= 0 else last
    for k in s.marks[bisect_left(s.marks, start) : bisect_right(s.marks, last)]:
        token = tokens[k]
        if token.kind == QUOTE and k + 1 < len(tokens) and tokens[k + 1].kind == WORD and _ends_clause(s, k):
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
                follow.kind == WORD and follow.verb and follow.low.endswith("ing")
            ):
                last = k - 1
                break
            if name not in ("say", "think", "show") and follow.kind == WORD and ("stops" in follow.groups or follow.low.endswith("ing")):
                last = k - 1
                break
            if _nested(s, hit) and follow.kind == WORD and ("pronouns" in follow.groups or follow.capital):
                last = k - 1
                break
            if follow.low == "and" and k + 2 < len(tokens) and ("pronouns" in tokens[k + 2].groups):
                last = k - 1
                break
    while last > start and tokens[last].kind == PUNCTUATION and tokens[last].low not in ")%":
        last -= 1
    return last if (tokens[last:] and tokens[last].kind != PUNCTUATION) or last > start else start - 1


def _nested(s: Sentence, hit: Hit | None) -> bool:
    """Does the cue stand in a subordinate clause?"""
    return hit is not None and first_of("subordinators", s.tokens, max(0, hit.first - 7), hit.first) >= 0


def _ends_clause(s: Sentence, position: int) -> bool:
    """A quotation that ends with a comma and is followed by a new clause closes the content."""
    stretch = s.quotes[position]
    if s.text[stretch.inner_end - 1 : stretch.inner_end] != ",":
        return False
    follow = s.tokens[position + 1]
    if follow.low in ("according", "according to"):
        return True
    return not (follow.low in ("and", "or", "to") and s.is_quote(position + 2))


def _opening_comma(s: Sentence) -> int:
    """The comma that closes an opening subordinate clause ("When asked about it, ..."); -1 where there is none."""
    tokens = s.tokens
    if not tokens or tokens[0].kind != WORD or not ("openers" in tokens[0].groups or tokens[0].low.endswith("ing")):
        return -1
    return next((k for k in range(1, len(tokens)) if tokens[k].low == ","), -1)
