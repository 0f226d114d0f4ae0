"""Lines and pieces: how a document is cut before anything is said about it.

Conventions
    Offsets are code points, half open [start, end), into the text that was given.
    Lines tile the text: a line's span includes its line end, `Line.text` does not. Pieces tile the text too: every code point
    belongs to exactly one piece, in order, so that labelling never loses anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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


def lower_in_place(text: str) -> str:
    """A text in lower case, one character for one, so that places stay what they were."""
    if len(small := text.lower()) == len(text):
        return small
    return "İ".join(part.lower() for part in text.split("İ"))  # the one letter whose small form is longer


def check_tiling(length: int, pieces: Sequence[Piece]) -> None:
    """Raise ValueError unless the pieces cover [0, length) exactly, in order, without empty ones."""
    at = 0
    for piece in pieces:
        if piece.start != at or piece.end <= piece.start:
            raise ValueError(f"pieces do not tile the text: expected one to start at {at}, found {piece.start}-{piece.end}")
        at = piece.end
    if at != length:
        raise ValueError(f"pieces end at {at}, the text at {length}")
