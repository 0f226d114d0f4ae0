"""The lines in which a page says what it is: around the headline, above the text.

Conventions
    A `Row` is a line that is not blank, with the role most of it was given and the story it belongs to. `story_rows` gives the rows
    that may speak about one story: on a page with one story all of them, else those between its first and its last piece.
    `Frame` names the landmarks: the title row and the first and last row of running text (positions in `rows`, -1 where there is none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np

from corpus_utils.clean.lines import Piece
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.sheet import Sheet
from corpus_utils.schema import ROLES


class Row(NamedTuple):
    """A line: offsets of its stripped text, the text, its role and story."""

    start: int
    end: int
    text: str
    role: str
    story: int


class PageRows(Sequence[Row]):
    """Rows of one document, cut out of its text only when asked for: most of them nobody reads."""

    def __init__(self, text: str, places: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> None:
        """`places`: start and end, role code and story of each row."""
        self._text, self._places = text, places
        self._made: dict[int, Row] = {}

    @cached_property
    def starts(self) -> list[int]:
        """Where each row's visible characters start."""
        return self._places[0].tolist()

    @cached_property
    def ends(self) -> list[int]:
        """Where they end."""
        return self._places[1].tolist()

    @cached_property
    def roles(self) -> list[str]:
        """Their roles."""
        return [ROLES[code] for code in self._places[2].tolist()]

    @cached_property
    def stories(self) -> list[int]:
        """Their stories."""
        return self._places[3].tolist()

    def __len__(self) -> int:
        return len(self._places[0])

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> PageRows: ...
    def __getitem__(self, at: int | slice) -> Row | PageRows:
        if isinstance(at, slice):
            first, last, role, story = (column[at] for column in self._places)
            return PageRows(self._text, (first, last, role, story))
        position = at if at >= 0 else at + len(self)
        if position not in self._made:
            start, end = self.starts[position], self.ends[position]
            self._made[position] = Row(start, end, self._text[start:end], self.roles[position], self.stories[position])
        return self._made[position]

    def __iter__(self) -> Iterator[Row]:
        return (self[position] for position in range(len(self)))

    def texts(self, roles: frozenset[str]) -> list[tuple[str, str]]:
        """Role and text of the rows that have one of some roles."""
        text = self._text
        return [(role, text[a:b]) for role, a, b in zip(self.roles, self.starts, self.ends, strict=True) if role in roles]

    def blanks(self, first: int, last: int) -> list[int]:
        """How many blanks each of the rows [first, last) has."""
        return [self._text.count(" ", start, end) for start, end in zip(self.starts[first:last], self.ends[first:last], strict=True)]


def roles_of(rows: Sequence[Row]) -> list[str]:
    """The role of each row."""
    return rows.roles if isinstance(rows, PageRows) else [row.role for row in rows]


def starts_of(rows: Sequence[Row]) -> list[int]:
    """Where each row starts."""
    return rows.starts if isinstance(rows, PageRows) else [row.start for row in rows]


def texts_of(rows: Sequence[Row], roles: Sequence[str]) -> list[tuple[str, str]]:
    """Role and text of the rows that have one of some roles."""
    if isinstance(rows, PageRows):
        return rows.texts(frozenset(roles))
    return [(row.role, row.text) for row in rows if row.role in roles]


def blanks_of(rows: Sequence[Row], first: int, last: int) -> list[int]:
    """How many blanks each of the rows [first, last) has."""
    return rows.blanks(first, last) if isinstance(rows, PageRows) else [row.text.count(" ") for row in rows[first:last]]


def rows_of(rows: Sequence[Row], *roles: str) -> list[Row]:
    """The rows that have one of some roles."""
    return [rows[position] for position, role in enumerate(roles_of(rows)) if role in roles]


@dataclass(frozen=True)
class Frame:
    """The rows that may speak about one story, and where its landmarks are among them."""

    rows: Sequence[Row]
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


def page_rows(text: str, pieces: Sequence[Piece], numbers: Sequence[int]) -> PageRows:
    """All lines of a page that are not blank; where a line holds several pieces, the longest one decides its role."""
    pages = read_pages([text])
    return sheet_rows(Sheet(pages, np.zeros(len(pages), dtype=np.int8), [list(pieces)]), [tuple(numbers)])(0)


def sheet_rows(sheet: Sheet, numbers: Sequence[tuple[int, ...]]) -> Callable[[int], PageRows]:
    """For each document of a sheet its rows; `numbers` are the stories of its pieces."""
    pages, first = sheet.pages, sheet.pages.first.tolist()
    roles, stories = sheet.roles, sheet.lines_of(numbers)

    def rows(document: int) -> PageRows:
        own, offset = slice(first[document], first[document + 1]), int(pages.offset[document])
        text = pages.text[offset : int(pages.offset[document + 1]) - 1]
        return PageRows(text, (pages.start[own] - offset, pages.stop[own] - offset, roles[own], stories[own]))

    return rows


def frame_of(rows: PageRows, story: int, stories: int) -> Frame:
    """The frame of one story of a page."""
    own = rows
    if stories > 1:
        mine = [i for i, number in enumerate(rows.stories) if number == story]
        own = rows[0 if story == 1 else mine[0] : mine[-1] + 1] if mine else rows[:0]
    roles, numbers = own.roles, own.stories
    title = roles.index("title") if "title" in roles else -1
    text = [i for i, role in enumerate(roles) if role == "body" and i > title and (stories <= 1 or numbers[i] == story)]
    return Frame(own, title, text[0] if text else -1, text[-1] if text else -1, stories <= 1)
