"""The lines in which a page says what it is: around the headline, above the text.

Conventions
    A `Row` is a line that is not blank, with the role most of it was given and the story it belongs to. `story_rows` gives the rows
    that may speak about one story: on a page with one story all of them, else those between its first and its last piece.
    `Frame` names the landmarks: the title row and the first and last row of running text (positions in `rows`, -1 where there is none).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np

from corpus_utils.clean.lines import Piece
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.rows import have_role
from corpus_utils.clean.sheet import Sheet
from corpus_utils.schema import ROLES

Array = np.ndarray


class Row(NamedTuple):
    """A line: offsets of its stripped text, the text, its role and story."""

    start: int
    end: int
    text: str
    role: str
    story: int


class PageRows(Sequence[Row]):
    """Rows of one document, cut out of its text only when asked for: most of them nobody reads.

    `marks` (see `line_marks`) and `blanks` are known of every row. `unsound`: places in the text that may need repair, ascending.
    """

    def __init__(self, text: str, columns: Sequence[Array], unsound: Array) -> None:
        """`columns`: start and end, role code and story, marks and number of blanks of each row."""
        self._text, self._columns, self.unsound = text, columns, unsound
        self.marks, self.blanks = columns[4], columns[5]
        self._made: dict[int, Row] = {}
        self._marked: dict[int, list[int]] = {}  # positions by the marks that were asked for

    @cached_property
    def _listed(self) -> list[list[int]]:
        return [column.tolist() for column in self._columns[:4]]

    def __len__(self) -> int:
        return len(self.marks)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> PageRows: ...
    def __getitem__(self, at: int | slice) -> Row | PageRows:
        if isinstance(at, slice):
            return PageRows(self._text, [column[at] for column in self._columns], self.unsound)
        row = self._made.get(at)
        if row is None:
            starts, ends, roles, stories = self._listed
            values = (starts[at], ends[at], self._text[starts[at] : ends[at]], ROLES[roles[at]], stories[at])
            row = self._made[at] = tuple.__new__(Row, values)  # three times as fast as by name
        return row

    def __iter__(self) -> Iterator[Row]:
        return (self[position] for position in range(len(self)))

    def role(self, at: int) -> str:
        """The role of a row, whose text is not asked for."""
        return ROLES[self._listed[2][at]]

    def have(self, roles: tuple[str, ...], which: slice) -> Array:
        """Whether some rows have one of some roles."""
        result: Array = have_role(self._columns[2][which], roles)
        return result

    def having(self, roles: tuple[str, ...], *, story: int = -1) -> Array:
        """Positions of the rows that have one of some roles, and belong to a story where one is asked for."""
        found = have_role(self._columns[2], roles)
        if story >= 0:
            found = found & (self._columns[3] == story)
        positions: Array = found.nonzero()[0]
        return positions

    def marked(self, bits: int, among: range | None = None) -> list[int]:
        """Positions of the rows (of neighbouring ones, where told) that have one of some marks."""
        positions = self._marked.get(bits)
        if positions is None:
            positions = self._marked[bits] = (self.marks & bits).nonzero()[0].tolist()
        if among is None:
            return positions
        return positions[bisect_left(positions, among.start) : bisect_left(positions, among.stop)]

    def holding(self, words: str) -> Iterator[int]:
        """Positions of the rows in which some words stand as they are, one after the other."""
        starts, ends = self._listed[:2]
        at = self._text.find(words, starts[0], ends[-1]) if starts else -1
        while at >= 0:
            position = bisect_right(starts, at) - 1
            if at + len(words) <= ends[position]:
                yield position
                at = ends[position] - 1  # that row is known
            at = self._text.find(words, at + 1, ends[-1])

    def extents(self, positions: Array | Sequence[int]) -> list[tuple[int, int]]:
        """Start and end of some rows."""
        starts, ends = self._listed[:2]
        return [(starts[at], ends[at]) for at in (positions.tolist() if isinstance(positions, np.ndarray) else positions)]

    def texts(self, positions: Array) -> list[str]:
        """The text of some rows."""
        return [self._text[a:b] for a, b in self.extents(positions)]

    def extent(self, story: int) -> tuple[int, int]:
        """First row of a story, and the one after its last; (0, 0) where it has none."""
        own = np.flatnonzero(self._columns[3] == story)
        return (int(own[0]), int(own[-1]) + 1) if len(own) else (0, 0)


@dataclass(frozen=True)
class Frame:
    """The rows that may speak about one story, and where its landmarks are among them."""

    rows: PageRows
    title: int
    first: int
    last: int
    page: PageRows  # all rows of the page, those of other stories, too

    @property
    def alone(self) -> bool:
        """The page holds no other story."""
        return self.rows is self.page

    def header(self, *, above: int = 3, below: int = 2) -> range:
        """Positions around the title, down to where the text really runs (two paragraphs in a row), and a few rows into it."""
        if not len(self.rows):
            return range(0)
        top, running = self._running
        return range(max(0, top - (above if self.alone else 0)), min(len(self.rows), min(running, top + 40) + below))

    @cached_property
    def _running(self) -> tuple[int, int]:
        """Where the head of the story begins, and where its text really runs."""
        first = self.first if self.first >= 0 else len(self.rows)
        top = self.title if 0 <= self.title < first else max(0, first - 8)
        near = slice(first, first + 15)
        running = (self.rows.blanks[near] >= 12) & self.rows.have(("body",), near)
        two = running[:-1] & running[1:]
        return top, first + int(two.argmax()) if two.any() else first


def page_rows(text: str, pieces: Sequence[Piece], numbers: Sequence[int]) -> PageRows:
    """All lines of a page that are not blank; where a line holds several pieces, the longest one decides its role."""
    pages = read_pages([text])
    return sheet_rows(Sheet(pages, np.zeros(len(pages), dtype=np.int8), [list(pieces)]), [tuple(numbers)])(0)


def sheet_rows(sheet: Sheet, numbers: Sequence[tuple[int, ...]]) -> Callable[[int], PageRows]:
    """For each document of a sheet its rows; `numbers` are the stories of its pieces."""
    pages, first = sheet.pages, sheet.pages.first.tolist()
    known = (sheet.roles.astype(np.intp), sheet.lines_of(numbers), sheet.marks, sheet.looks.size - 1)
    places = np.searchsorted(sheet.unsound, pages.offset).tolist()

    def rows(document: int) -> PageRows:
        own, offset = slice(first[document], first[document + 1]), int(pages.offset[document])
        text = pages.text[offset : int(pages.offset[document + 1]) - 1]
        unsound = sheet.unsound[places[document] : places[document + 1]] - offset
        return PageRows(text, (pages.start[own] - offset, pages.stop[own] - offset, *(column[own] for column in known)), unsound)

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
    return Frame(own, title, int(text[0]) if len(text) else -1, int(text[-1]) if len(text) else -1, rows)
