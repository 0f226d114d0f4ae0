"""Repair of what encodings, HTML and line breaks did to a text, with a map back to where every character came from.

Repaired are mojibake (ftfy's judgement, applied to the smallest damaged stretch), character references, soft hyphens and
zero-width characters, ligatures of printing, control characters, foreign line ends and spaces, and hard-wrapped lines.

Conventions
    `repair(text)` returns the repaired text and anchors: (offset in the repaired text, offset in the original), both in code
    points, ascending, the first (0, 0). Between two anchors offsets run in parallel; `original_offset` does the arithmetic.
    Repair is idempotent: a repaired text comes back unchanged, with one anchor.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from corpus_utils.clean.characters import LAST
from corpus_utils.clean.lines import split_lines
from corpus_utils.clean.wrapping import MAX_WIDTH, MIN_LINES, may_be_wrapped, wrapped_lines

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Zero-width joiners are letters' business in many scripts: they go only between Latin, Greek or Cyrillic letters, or at a blank.
_JOINERS = r"(?:(?<=[A-Za-z\u00c0-\u052f\s])[\u200c\u200d]+(?=[A-Za-z\u00c0-\u052f\s]))"
_DAMAGE = re.compile(
    rf"(?P<entity>{_ENTITY})|(?P<nothing>[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]+|{_JOINERS})"
    rf"|(?P<ligature>[ﬀ-ﬆ])|(?P<line>\r\n|[\r\x0b\x0c\u2028\u2029])|(?P<space>[{_SPACES}])"
)
# Every character at which `_DAMAGE` can begin: looking for these first is thirty times faster.
_SUSPECT = re.compile(rf"[&\u00ad\u200b-\u200d\u2060\ufeff\x00-\x08\x0b-\x1f\x7fﬀ-ﬆ\u2028\u2029{_SPACES}]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
# ftfy finds fault with characters outside ASCII that stand beside each other, and with few that stand alone (a test holds that).
_BAD_ALONE = "\\x80-\\x9fÂÃŒœ"
_CYRILLIC = "А-Яа-я"  # nor with these letters beside each other
_AROUND = 4  # characters beside such a sign that ftfy's judgement may rest on
MARGIN = 200  # blanks at the ends of a line that might hide how short it is
_ROUNDS = 4  # damage under damage: "&amp;amp;", mojibake of mojibake
Edit = tuple[int, int, str]
Array = np.ndarray


def repair(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Repaired text and anchors back into `text`. A sound text is returned as it is."""
    anchors = [(0, 0)]
    for _ in range(_ROUNDS):
        edits = _edits(text)
        if not edits:
            break
        text, step = _apply(text, edits)
        anchors = _chain(step, anchors)
    return text, anchors


def unsound_places(codes: Array, where: Array | None = None) -> Array:
    """Which code points of a text something may be wrong with, ascending: a quick look that spares `repair` for most texts.

    `where`: places of these code points, if they are not all; plain letters and blanks may be left out. Outside of what is found only line
    ends can be at fault. Characters outside ASCII are under suspicion where they stand beside each other.
    """
    kinds = _kinds()[np.minimum(codes, LAST).astype(np.intp)]
    some = np.flatnonzero(kinds != 0)
    lone, foreign = kinds[some] == _GOOD_ALONE, codes[some] > 127
    found = some if where is None else where[some]
    beside = (np.diff(found) == 1) & foreign[1:] & foreign[:-1]
    lone[1:] &= ~beside
    lone[:-1] &= ~beside
    return found[~lone]


_SUSPICIOUS, _GOOD_ALONE = 1, 2


@cache
def _kinds() -> Array:
    """What may be damaged, and what may be so only beside others of its kind; 0 for all other code points."""
    chars = "".join(map(chr, range(LAST + 1)))
    kinds = np.full(LAST + 1, _GOOD_ALONE, dtype=np.uint8)
    kinds[:128] = 0
    kinds[[match.start() for match in re.finditer(rf"{_SUSPECT.pattern}|[{_BAD_ALONE}]", chars)]] = _SUSPICIOUS
    return kinds


def codes_of(text: str) -> Array:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def has_short_lines(text: str) -> bool:
    """The text has so many lines, none of them long, that it may be hard-wrapped."""
    return text.count("\n") + 1 >= MIN_LINES and max(map(len, text.split("\n"))) <= MAX_WIDTH + MARGIN


def original_offset(anchors: Sequence[tuple[int, int]], offset: int) -> int:
    """Offset in the original of an offset in the repaired text; inside a replacement, the place where it starts."""
    at = bisect_right(anchors, (offset, float("inf"))) - 1
    here, there = anchors[at]
    mapped = there + offset - here
    return min(mapped, anchors[at + 1][1]) if at + 1 < len(anchors) else mapped


def _edits(text: str) -> list[Edit]:
    edits = list(_simple(text)) if _SUSPECT.search(text) else []
    if not text.isascii():
        edits.extend(_mojibake(text))
    edits.sort(key=lambda edit: (edit[0], -edit[1]))
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept or (list(_unwrap(text)) if text.count("\n") + 1 >= MIN_LINES else [])


def _simple(text: str) -> Iterator[Edit]:
    done = 0
    for suspect in _SUSPECT.finditer(text):
        match = _DAMAGE.match(text, suspect.start()) if suspect.start() >= done else None
        if match is None:
            continue
        done = match.end()
        found, kind = match.group(), match.lastgroup
        if kind == "entity":
            new = html.unescape(found)
            if new != found and "\x00" not in new:
                yield match.start(), match.end(), new
        else:
            new = {"nothing": "", "line": "\n", "space": " "}.get(kind or "", "") if kind != "ligature" else _LIGATURES[found]
            yield match.start(), match.end(), new


def _mojibake(text: str) -> Iterator[Edit]:
    """Damaged stretches, line by line: only lines ftfy calls bad are touched, and in them only runs outside ASCII."""
    signs = list(_may_be_bad().finditer(text))
    if not signs:
        return
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    # ftfy reads slowly, and what it finds lies around these signs: it is shown these stretches first
    around = " 0 ".join(text[max(0, sign.start() - _AROUND) : sign.end() + _AROUND] for sign in signs)
    if not is_bad(around) or not is_bad(text):
        return
    for line in split_lines(text):
        if line.text.isascii() or not is_bad(line.text):
            continue
        for match in _NOT_ASCII.finditer(line.text):
            fixed = fix_encoding(match.group())
            if fixed != match.group() and not is_bad(fixed):
                yield line.start + match.start(), line.start + match.end(), fixed


@cache
def _may_be_bad() -> re.Pattern[str]:
    """What every text that ftfy calls bad holds: two neighbours of the characters that its pattern names, or one that is bad alone."""
    from ftfy.badness import BADNESS_RE

    pattern = re.sub(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}", lambda found: chr(int(found.group()[2:], 16)), BADNESS_RE.pattern)
    named = {char for char in pattern if not char.isascii()}
    for first, last in re.findall(r"([^\x00-\x7f])-([^\x00-\x7f])", pattern):
        named.update(map(chr, range(ord(first), ord(last) + 1)))
    letter = re.compile(f"[{_CYRILLIC}]")
    some, other = (re.escape("".join(sorted(chars))) for chars in (named, {char for char in named if not letter.match(char)}))
    # begins with one class of characters: searched several times faster than three ways to begin
    return re.compile(rf"[{some}{_BAD_ALONE}](?:(?<=[{other}])[{some}]|(?<=[{some}])[{other}]|(?<=[{_BAD_ALONE}]))")


def _unwrap(text: str) -> Iterator[Edit]:
    if not may_be_wrapped([len(line) for line in map(str.strip, text.split("\n")) if line]):
        return
    lines = split_lines(text)
    for index in sorted(wrapped_lines(lines)):
        line, below = lines[index], lines[index + 1]
        kept = line.text.rstrip()
        start, end = line.start + len(kept), below.start + len(below.text) - len(below.text.lstrip())
        # a hyphen at the end of a wrapped line may belong to the word: it stays unless letters in lower case stand on both sides
        if kept.endswith("-") and kept[-2:-1].islower() and below.text.lstrip()[:1].islower():
            yield start - 1, end, ""
        else:
            yield start, end, " "


def _apply(text: str, edits: list[Edit]) -> tuple[str, list[tuple[int, int]]]:
    parts: list[str] = []
    anchors, at, length = [(0, 0)], 0, 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        length += start - at
        if len(new) != end - start:
            if new:
                anchors.append((length, start))
            anchors.append((length + len(new), end))
        length += len(new)
        at = end
    parts.append(text[at:])
    return "".join(parts), _tidy(anchors)


def _tidy(anchors: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """One anchor for each offset in the repaired text (the last), and none that its predecessor already implies."""
    tidy: list[tuple[int, int]] = []
    for here, there in anchors:
        if tidy and tidy[-1][0] == here and here:
            tidy.pop()
        if tidy and here and there - here == tidy[-1][1] - tidy[-1][0]:
            continue
        if here == 0 and tidy:
            tidy.pop()
        tidy.append((here, there))
    return tidy


def _chain(step: list[tuple[int, int]], before: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Anchors of two repairs in a row: `step` maps the newest text to the one that `before` maps to the original."""
    if before == [(0, 0)]:
        return step
    chained = [(here, original_offset(before, there)) for here, there in step]
    starts = [here for here, _ in step]
    for middle, there in before:  # every break of the older map shows through
        at = bisect_right([m for _, m in step], middle) - 1
        here = starts[at] + middle - step[at][1]
        if here >= starts[at] and (at + 1 == len(step) or here < starts[at + 1]):
            chained.append((here, there))
    return _tidy(sorted(set(chained)))
