"""Paragraphs of a text as it is given: divided by blank lines, or by line ends where lines are not merely wrapped.

Conventions: offsets are code points, half open.
"""

from __future__ import annotations

import re

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LONGEST = 20_000  # characters; a longer "paragraph" is a text without line ends and is read in pieces
_LINE = re.compile(r"[^\n]+")
_ENDS = frozenset(".!?…:;\"”»’'*")


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Paragraphs as [start, end): divided by blank lines, and by line ends where lines are not merely wrapped."""
    blocks, start = [], 0
    for gap in _BLANK_LINE.finditer(text):
        blocks.append((start, gap.start()))
        start = gap.end()
    blocks.append((start, len(text)))
    found: list[tuple[int, int]] = []
    if "\n" not in text.strip():
        return _divided(text, [block for block in blocks if text[block[0] : block[1]].strip()])
    for low, high in blocks:
        if text.find("\n", low, high) < 0:  # most are one line
            if not text[low:high].isspace() and low < high:
                found.append((low, high))
            continue
        lines = [m.span() for m in _LINE.finditer(text, low, high) if not m.group().isspace()]
        if len(lines) > 2 and _wrapped(text, lines):
            found.append((lines[0][0], lines[-1][1]))
        else:
            found.extend(lines)
    return _divided(text, found)


def _divided(text: str, blocks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Blocks of at most about `_LONGEST` characters, cut at white space where there is some."""
    if all(high - low <= _LONGEST for low, high in blocks):
        return blocks
    pieces = []
    for low, high in blocks:
        while high - low > _LONGEST:
            space = text.find(" ", low + _LONGEST, low + 2 * _LONGEST)
            cut = space + 1 if space >= 0 else low + _LONGEST
            pieces.append((low, min(cut, high)))
            low = min(cut, high)
        if low < high:
            pieces.append((low, high))
    return pieces


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Lines are wrapped when most of them, the last set aside, stop in mid-sentence at much the same width."""
    inner = lines[:-1]
    width = max(end - start for start, end in inner)
    if width > 130:
        return False
    stops = sum(text[start:end].rstrip()[-1] in _ENDS for start, end in inner)
    full = sum(end - start > 0.6 * width for start, end in inner)
    return stops < 0.5 * len(inner) and full > 0.7 * len(inner)
