"""The lines in which a page says what it is: around the headline, above the text.

Conventions
    A `Row` is a line that is not blank, with the role most of it was given and the story it belongs to. `story_rows` gives the rows
    that may speak about one story: on a page with one story all of them, else those between its first and its last piece.
    `Frame` names the landmarks: the title row and the first and last row of running text (positions in `rows`, -1 where there is none).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .lines import Line, Piece, visible_lines


class Row(NamedTuple):
    """A line: offsets of its stripped text, the text, its role and story."""

    start: int
    end: int
    text: str
    role: str
    story: int


@dataclass(frozen=True)
class Frame:
    """The rows that may speak about one story, and where its landmarks are among them."""

    rows: tuple[Row, ...]
    title: int
    first: int
    last: int
    alone: bool  # the page holds no other story

    def header(self, *, above: int = 3, below: int = 2) -> range:
        """Positions around the title, down to where the text really runs (two paragraphs in a row), and a few rows into it."""
        if not self.rows:
            return range(0)
        first = self.first if self.first >= 0 else len(self.rows)
        top = self.title if 0 <= self.title < first else max(0, first - 8)
        near = range(first, min(first + 14, len(self.rows) - 1))
        running = next((i for i in near if _paragraph(self.rows[i]) and _paragraph(self.rows[i + 1])), first)
        return range(max(0, top - (above if self.alone else 0)), min(len(self.rows), min(max(first, running), top + 40) + below))


def _paragraph(row: Row) -> bool:
    return row.role == "body" and row.text.count(" ") >= 12


def page_rows(text: str, pieces: Sequence[Piece], numbers: Sequence[int]) -> list[Row]:
    """All lines of a page that are not blank; where a line holds several pieces, the longest one decides its role."""
    new, roles = tuple.__new__, [piece.role for piece in pieces]  # half the time of Row(...): there are as many as lines
    return [
        new(Row, (start, start + len(stripped), stripped, roles[piece], numbers[piece]))
        for _, start, stripped, piece in lines_with_pieces(text, pieces)
    ]


def lines_with_pieces(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[Line, int, str, int]]:
    """Each line that is not blank, where its stripped text starts, that text, and the number of the piece that covers most of it; the
    first of equals."""
    at, last, ends = 0, len(pieces) - 1, [piece.end for piece in pieces]
    for line, start, stripped in _stripped_lines(text):
        end = start + len(stripped)
        while at < last and ends[at] <= start:
            at += 1
        best = at
        if ends[at] < end:  # the line goes on in further pieces
            most, probe = ends[at] - start, at + 1
            while probe <= last and pieces[probe].start < end:
                covered = min(ends[probe], end) - pieces[probe].start
                if covered > most:
                    best, most = probe, covered
                probe += 1
        yield line, start, stripped, best


@lru_cache(maxsize=2)
def _stripped_lines(text: str) -> tuple[tuple[Line, int, str], ...]:
    """The lines that are not blank, each with its stripped text and where that starts: titles, stories and metadata ask for the same."""
    found = []
    for line in visible_lines(text):
        stripped = line.text.strip()
        found.append((line, line.start if line.text[0] == stripped[0] else line.start + line.text.index(stripped), stripped))
    return tuple(found)


def frame_of(rows: Sequence[Row], story: int, stories: int) -> Frame:
    """The frame of one story of a page."""
    if stories <= 1:
        own = list(rows)
    else:
        mine = [i for i, row in enumerate(rows) if row.story == story]
        own = list(rows[mine[0] : mine[-1] + 1]) if mine else []
        if story == 1 and mine:
            own = list(rows[: mine[-1] + 1])
    title = next((i for i, row in enumerate(own) if row.role == "title"), -1)
    text = [i for i, row in enumerate(own) if i > title and row.role == "body" and (row.story == story or stories <= 1)]
    return Frame(tuple(own), title, text[0] if text else -1, text[-1] if text else -1, stories <= 1)
