"""Lines and pieces: how a document is cut before anything is said about it.

Conventions
    Offsets are code points, half open [start, end), into the text that was given.
    Lines tile the text: a line's span includes its line end, `Line.text` does not. Pieces tile the text too: every code point
    belongs to exactly one piece, in order, so that labelling never loses anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

# \x85 and \x1c-\x1e are left out on purpose: in mis-decoded text they are an ellipsis or noise, never a line end.
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\u2028\u2029]")


# In the rule of every line of a document that is the text of an article and nothing else: no title is to be looked for in it.
ALREADY = "the document is an article already"


class Line(NamedTuple):
    """One line: [start, end) includes the line end, `text` does not."""

    start: int
    end: int
    text: str


class Piece(NamedTuple):
    """A stretch of the document with the role it was given, the reason in words, and a confidence from 0 to 1."""

    start: int
    end: int
    role: str
    rule: str
    confidence: float


def split_lines(text: str) -> list[Line]:
    """Cut a text into lines that tile it. An empty text has no lines; a final line end opens no further line."""
    lines, start = [], 0
    for match in _LINE_END.finditer(text):
        lines.append(Line(start, match.end(), text[start : match.start()]))
        start = match.end()
    if start < len(text):
        lines.append(Line(start, len(text), text[start:]))
    return lines


@lru_cache(maxsize=2)
def visible_lines(text: str) -> tuple[Line, ...]:
    """The lines of `split_lines` that are not blank. Several steps ask for those of the document at hand: they are remembered."""
    return tuple(_visible_lines(text))


_ODD_END = re.compile(r"[\r\x0b\x0c\u2028\u2029]")
_VISIBLE = re.compile(r"\S[^\n]*")


def _visible_lines(text: str) -> list[Line]:
    """Faster than filtering `split_lines` where dumps are mostly blank lines."""
    if _ODD_END.search(text):
        return [line for line in split_lines(text) if line.text and not line.text.isspace()]
    lines, below, new = [], 0, tuple.__new__  # half the time of Line(...)
    for match in _VISIBLE.finditer(text):
        start = text.rfind("\n", below, match.start()) + 1 or below
        stop = match.end()
        below = min(stop + 1, len(text))
        lines.append(new(Line, (start, below, text[start:stop])))
    return lines


def check_tiling(length: int, pieces: Sequence[Piece]) -> None:
    """Raise ValueError unless the pieces cover [0, length) exactly, in order, without empty ones."""
    at = 0
    for piece in pieces:
        if piece.start != at or piece.end <= piece.start:
            raise ValueError(f"pieces do not tile the text: expected one to start at {at}, found {piece.start}-{piece.end}")
        at = piece.end
    if at != length:
        raise ValueError(f"pieces end at {at}, the text at {length}")


def merge_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """Join neighbours that were given the same role by the same rule; the lower confidence stays."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and last.role == piece.role and last.rule == piece.rule and last.end == piece.start:
            merged[-1] = last._replace(end=piece.end, confidence=min(last.confidence, piece.confidence))
        else:
            merged.append(piece)
    return merged
