"""Stretches between quotation marks.

Conventions
    Offsets are code points into the text given, half open. A `Marked` stretch includes its marks.
    Marks of en, es, pt, fr, ru and de are known: “ ” „ ‟ « » ‹ › " ‘ ’ ‚ ' `` '' and dialogue dashes.
    Pairing is done paragraph by paragraph, so that one missing mark spoils one paragraph at most. A quotation that goes
    on over paragraphs is found by the habit of printers: no closing mark, and an opening mark at each further paragraph.
    Only outermost stretches are returned; marks inside them belong to the content.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

# `` and '' are one mark; the set in front lets all other places be passed over fast
MARK = re.compile(r"[“”„‟«»‹›\"‘’‚'`](?:(?<=`)`|(?<=')'(?!')|(?<!`))")
_NO_APOSTROPHE = re.compile(r"[“”„‟«»‹›\"‘’‚'`](?:(?<![‘’'])|(?<![^\W_].)|(?![^\W_]))", re.DOTALL)
_INVISIBLE = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u2060\ufeff")
_AHEAD = 60  # marks looked ahead: more in one paragraph is no prose
_APOSTROPHES = re.compile(r"(?:\d|em\b|til\b|tis\b|twas\b|cause\b|bout\b|n\b|round\b|cuz\b|ere\b|s\b|t\b|ll\b|re\b|ve\b)")
_DASH_START = re.compile(r"[—–―](?=\s?[\w¿¡«“\"…(])|-(?=\s[\w¿¡«“\"…(])")

# opening mark -> marks that close it
PAIRS = {
    "“": ("”", "“", '"'),
    "”": ("”",),
    "„": ("“", "”", "‟", "„"),
    "‟": ("”",),
    "«": ("»",),
    "»": ("«", "»"),
    "‹": ("›",),
    "›": ("‹",),
    '"': ('"', "”"),
    "``": ("''", '"', "``"),
    "''": ("''",),
    "‘": ("’", "‘"),
    "‚": ("‘", "’"),
    "'": ("'",),
}

SINGLE = frozenset("‘’‚'‹›")


class Marked(NamedTuple):
    """A stretch in marks: [start, end) with the marks, [inner_start, inner_end) without."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool
    dash: bool

    def moved(self, by: int) -> Marked:
        """The same with all offsets `by` more."""
        return Marked(self.start + by, self.end + by, self.inner_start + by, self.inner_end + by, self.closed, self.dash)


def marked_stretches(
    text: str, blocks: list[tuple[int, int]], *, dashes: bool = False, insert: re.Pattern[str] | None = None
) -> list[Marked]:
    """All outermost stretches in marks, in order.

    `dashes`: a dash that opens a paragraph opens speech (es, fr, ru, pt); `insert`: where the narrator steps in without a dash.
    """
    found: list[Marked] = []
    reverse = _reversed_guillemets(text)
    places = [match.start() for match in _NO_APOSTROPHE.finditer(text)]
    for position, (low, high) in enumerate(blocks):
        at = bisect_left(places, low)
        some = (at < len(places) and places[at] < high) or _cuts_word(text, low) or _cuts_word(text, high)
        stretches = _paragraph(text, blocks, position, reverse) if some else []
        if found and stretches and not found[-1].closed and stretches[0].start == _first_ink(text, low, high):
            last, first = found.pop(), stretches.pop(0)
            stretches.insert(0, Marked(last.start, first.end, last.inner_start, first.inner_end, first.closed, False))
        if dashes and not stretches and (opening := _DASH_START.match(text, low)):
            stretches = _dialogue(text, opening.end(), low, high, insert)
        found.extend(stretches)
    return found


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()


def _first_ink(text: str, low: int, high: int) -> int:
    while low < high and text[low].isspace():
        low += 1
    return low


def _opening(text: str, blocks: list[tuple[int, int]], position: int) -> str:
    """The mark with which paragraph number `position` opens, or ""."""
    if position >= len(blocks):
        return ""
    match = MARK.match(text, _first_ink(text, *blocks[position]))
    return match.group() if match else ""


def _reversed_guillemets(text: str) -> bool:
    """German print sets »so«: true where the first guillemet of the text points right and opens a word."""
    right, left = text.find("»"), text.find("«")
    if right < 0 or (0 <= left < right):
        return False
    return right + 1 < len(text) and not text[right + 1].isspace() and (right == 0 or not text[right - 1].isalnum())


def _paragraph(text: str, blocks: list[tuple[int, int]], position: int, reverse: bool) -> list[Marked]:
    """Stretches of one paragraph; the last is left open where the opening mark of the next paragraph carries it on."""
    low, high = blocks[position]
    tokens = list(_tokens(text, low, high, reverse))
    stack: list[tuple[str, int, int]] = []
    found: list[Marked] = []
    for number, (mark, at, after, may_open, may_close) in enumerate(tokens):
        level = next((i for i in range(len(stack) - 1, -1, -1) if mark in PAIRS[stack[i][0]]), None)
        closes = level is not None and may_close
        if closes and may_open and stack and stack[-1][0] != mark and mark not in ('"', "''"):
            closes = mark not in PAIRS or mark in ("“", "”")
        if closes and level is not None:
            opener = stack[level]
            del stack[level:]
            if not stack:
                found.append(Marked(opener[1], after, opener[2], at, True, False))
        elif may_open or (level is None and not stack and _displaced(tokens, number)):
            if stack and mark == stack[0][0] and mark in ('"', "“", "''", "«") and not _nests(tokens, number, len(stack)):
                cut = _last_stop(text, stack[0][2], at)
                found.append(Marked(stack[0][1], cut, stack[0][2], cut, True, False))
                stack = []
            if mark in PAIRS:
                stack.append((mark, at, after))
    if stack:
        mark, at, after = stack[0]
        end = _last_ink(text, after, high)
        if mark in SINGLE:  # an apostrophe, not a quotation without an end; what stands behind it was lost in it
            found.extend(_inner(tokens, at))
            return found
        following = _opening(text, blocks, position + 1)
        carries = bool(following) and following in (mark, "»", "”")
        if end > after:
            found.append(Marked(at, end, after, end, not carries, False))
    return found


def _inner(tokens: list, at: int) -> list[Marked]:
    """Double-marked stretches behind a single mark that turned out to be an apostrophe."""
    found, opener = [], None
    for mark, start, end, may_open, may_close in tokens:
        if start <= at or mark in SINGLE:
            continue
        if opener and mark in PAIRS[opener[0]] and may_close:
            found.append(Marked(opener[1], end, opener[2], start, True, False))
            opener = None
        elif not opener and may_open and mark in PAIRS:
            opener = (mark, start, end)
    return found


def _last_ink(text: str, low: int, high: int) -> int:
    while high > low and text[high - 1].isspace():
        high -= 1
    return high


def _last_stop(text: str, low: int, high: int) -> int:
    """Where an unclosed quotation is taken to end: behind the last sentence end before `high`, or before white space."""
    for at in range(high - 1, low, -1):
        if text[at] in ".!?…":
            return at + 1
    return _last_ink(text, low, high)


def _nests(tokens: list, number: int, depth: int) -> bool:
    """Does a second opening mark of a kind nest? Only where enough closing marks follow for both."""
    mark = tokens[number][0]
    if mark in ('"', "''"):
        return False
    rest = tokens[number : number + _AHEAD]
    return sum(token[0] in PAIRS[mark] and token[0] != mark for token in rest) >= sum(token[0] == mark for token in rest) + depth


def _displaced(tokens: list, number: int) -> bool:
    """A closing-looking mark that must open, since the next of its kind closes too: `He says," so it is."`."""
    mark = tokens[number][0]
    if mark not in ('"', "''"):
        return False
    rest = [token for token in tokens[number + 1 : number + _AHEAD] if token[0] == mark]
    return bool(rest) and not rest[0][3] and rest[0][4]


def _tokens(text: str, low: int, high: int, reverse: bool) -> Iterator[tuple[str, int, int, bool, bool]]:
    """Marks of a paragraph with what each may do: (mark, start, end, may_open, may_close)."""
    for match in MARK.finditer(text, low, high):
        mark, at, after = match.group(), match.start(), match.end()
        before = text[at - 1] if at > low else " "
        if before in _INVISIBLE:
            before = " "
        behind = text[after] if after < high else " "
        if mark in "‘’'":
            if before.isalnum() and behind.isalnum():
                continue
            if mark != "’" and not before.isalnum() and behind.isalnum() and not _APOSTROPHES.match(text, after):
                yield mark, at, after, not _stops(before), False
            elif not before.isspace() and not _possessive(text, at, after, high):
                yield mark, at, after, False, True
            continue
        opens = (before.isspace() or before in "([{—–-/‘'“«„¿¡…:") and not behind.isspace()
        shuts = not before.isspace()
        if mark in "«»":
            usual = (mark == "«") != reverse
            yield mark, at, after, usual, not usual
        elif mark == "“":
            yield mark, at, after, not behind.isspace() or not shuts, shuts and not behind.isalnum()
        elif mark == "”":
            yield mark, at, after, opens, True
        elif mark in ("„", "‚", "‹", "``"):
            yield mark, at, after, True, mark == "``" and shuts and not opens
        elif mark in ("›", "‟"):
            yield mark, at, after, False, True
        elif mark == '"' and before.isdigit() and not _open_before(text, low, at):
            continue  # inches, seconds of arc
        else:
            strict_open = opens and (behind.isalnum() or before.isspace())
            yield mark, at, after, strict_open or not shuts, shuts or not strict_open


def _possessive(text: str, at: int, after: int, high: int) -> bool:
    """ "the workers’ turn,’": an apostrophe behind an s, with a likelier closing mark further on."""
    if text[at - 1] not in "sz" or not text[after + 1 : after + 2].islower():
        return False
    mark = text[at:after]
    return any(text.find(stop + mark, after, high) >= 0 for stop in ",.!?")


def _open_before(text: str, low: int, at: int) -> bool:
    return text.count('"', low, at) % 2 == 1


def _stops(before: str) -> bool:
    return before.isalnum() or before in ".,;!?"


_CUT = re.compile(r"(?<=[\s,.!?…])[—–―](?=\s?\w)|(?<=[,.!?…]\s)-(?=\s\w)|(?<=\w)[—–―](?=[.,;:…]*(?:\s|$))")


def _dialogue(text: str, start: int, low: int, high: int, insert: re.Pattern[str] | None) -> list[Marked]:
    """Speech of a paragraph that opens with a dash; stretches between further dashes alternate with the narrator."""
    end = _last_ink(text, start, high)
    cuts = [m.start() for m in _CUT.finditer(text, start, end)]
    if insert is not None and not cuts and (step := insert.search(text, start, end)):
        cuts = [step.start()]
    points = [start, *cuts, end]
    found = []
    for number in range(0, len(points) - 1, 2):
        first = points[number]
        while number and first < points[number + 1] and text[first] in "—–―-.,;:… ":
            first += 1
        inner_start = _first_ink(text, first, points[number + 1])
        inner_end = _last_ink(text, inner_start, points[number + 1])
        if inner_end > inner_start:
            found.append(Marked(low if number == 0 else inner_start, inner_end, inner_start, inner_end, True, True))
    return found
