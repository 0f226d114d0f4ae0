"""The lines in which a page says what it is: around the headline, above the text.

Conventions
    A `Row` is a line that is not blank, with the role most of it was given and the story it belongs to. `story_rows` gives the rows
    that may speak about one story: on a page with one story all of them, else those between its first and its last piece.
    `Frame` names the landmarks: the title row and the first and last row of running text (positions in `rows`, -1 where there is none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
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
            self._made[position] = Row(start, end, self._text[start:end], *self._said(position))
        return self._made[position]

    def __iter__(self) -> Iterator[Row]:
        return (self[position] for position in range(len(self)))

    def _said(self, position: int) -> tuple[str, int]:
        """Role and story of a row."""
        return ROLES[self._places[2][position]], int(self._places[3][position])

    def having(self, roles: tuple[str, ...], *, story: int = -1) -> np.ndarray:
        """Positions of the rows that have one of some roles, and belong to a story where one is asked for."""
        found = _table(roles)[self._places[2]]
        if story >= 0:
            found = found & (self._places[3] == story)
        return np.flatnonzero(found)

    def texts(self, roles: tuple[str, ...]) -> list[tuple[str, str]]:
        """Role and text of the rows that have one of some roles."""
        start, end, role, _ = (column[self.having(roles)].tolist() for column in self._places)
        return [(ROLES[code], self._text[a:b]) for code, a, b in zip(role, start, end, strict=True)]

    def extent(self, story: int) -> tuple[int, int]:
        """First row of a story, and the one after its last; (0, 0) where it has none."""
        own = np.flatnonzero(self._places[3] == story)
        return (int(own[0]), int(own[-1]) + 1) if len(own) else (0, 0)

    def blanks(self, first: int, last: int) -> list[int]:
        """How many blanks each of the rows [first, last) has."""
        return [self._text.count(" ", start, end) for start, end in zip(self.starts[first:last], self.ends[first:last], strict=True)]


@cache
def _table(roles: tuple[str, ...]) -> np.ndarray:
    """For the code of each role whether it is one of some."""
    return np.array([role in roles for role in ROLES])


def starts_of(rows: Sequence[Row]) -> list[int]:
    """Where each row starts."""
    return rows.starts if isinstance(rows, PageRows) else [row.start for row in rows]


def texts_of(rows: Sequence[Row], roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """Role and text of the rows that have one of some roles."""
    return rows.texts(roles) if isinstance(rows, PageRows) else [(row.role, row.text) for row in rows if row.role in roles]


def blanks_of(rows: Sequence[Row], first: int, last: int) -> list[int]:
    """How many blanks each of the rows [first, last) has."""
    return rows.blanks(first, last) if isinstance(rows, PageRows) else [row.text.count(" ") for row in rows[first:last]]


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
        low, high = rows.extent(story)
        own = rows[0 if story == 1 and high else low : high]
    titles = own.having(("title",))
    title = int(titles[0]) if len(titles) else -1
    text = own.having(("body",), story=story if stories > 1 else -1)
    text = text[text > title]
    return Frame(own, title, int(text[0]) if len(text) else -1, int(text[-1]) if len(text) else -1, stories <= 1)
