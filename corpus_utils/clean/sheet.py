"""Documents that were read and labelled together: their lines as arrays, their pieces as lists, and the role of every line.

Titles, stories and metadata work on a `Sheet`, so that no line is cut out of its text or looked at again unless a step asks for it.

Conventions
    Line numbers count over all documents of a sheet; `pages.first[d]:pages.first[d + 1]` are those of document d. Offsets of pieces are
    into their own document, those of `pages` into the joined text: `extent` translates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter, methodcaller

import numpy as np

from corpus_utils.clean.line_marks import find_marks
from corpus_utils.clean.lines import ALREADY, Piece
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.pages import Pages
from corpus_utils.clean.repair import unsound_places
from corpus_utils.clean.rows import CODE, PieceColumns

Array = np.ndarray
_END, _ROLE, _RULE = attrgetter("end"), attrgetter("role"), attrgetter("rule")
_SAYS_ALREADY = methodcaller("endswith", ALREADY)


class Sheet:
    """Labelled documents: `pieces[d]` tile document d and may be replaced; `forget` is called when they were."""

    def __init__(self, pages: Pages, cue: Array, pieces: list[list[Piece]], columns: Mapping[int, PieceColumns] | None = None) -> None:
        """`cue`: what the wording of each line speaks for (`body.find_cues`); `columns`: what is known of pieces, by document."""
        self.pages, self.cue, self.pieces = pages, cue, pieces
        self.looks = Looks(pages)
        self._read = dict(columns or {})

    def forget(self) -> None:
        """The pieces have changed: the roles of lines are found anew."""
        self.__dict__.pop("_covering", None)
        self.__dict__.pop("roles", None)

    @cached_property
    def _covering(self) -> Array:
        """Per line, the piece that covers most of it (numbered over all documents); the first of equals."""
        pages = self.pages
        ends = np.concatenate([np.zeros(0, dtype=np.int64), *(ends for _, ends, _ in self.columns())])
        at = np.searchsorted(ends, pages.start, side="right")
        for line in np.flatnonzero(ends[at] < pages.stop).tolist() if len(at) else []:  # the line goes on in further pieces
            start, stop, most = int(pages.start[line]), int(pages.stop[line]), 0
            for piece in range(int(at[line]), len(ends)):
                covered = min(int(ends[piece]), stop) - start
                if covered > most:
                    most, at[line] = covered, piece
                start = int(ends[piece])
                if start >= stop:
                    break
        return at

    @cached_property
    def roles(self) -> Array:
        """Code of each line's role: that of the piece which covers most of it."""
        codes = np.concatenate([np.zeros(0, dtype=np.int8), *(codes for *_, codes in self.columns())])
        return codes[self._covering] if len(codes) else codes

    def columns(self) -> list[PieceColumns]:
        """Of each document its pieces, where they end in the joined text, and the codes of their roles; read again where changed."""
        for number, pieces in enumerate(self.pieces):
            if number not in self._read or self._read[number][0] is not pieces:
                ends = np.array(list(map(_END, pieces)), dtype=np.int64) + self.pages.offset[number]
                self._read[number] = pieces, ends, np.array(list(map(CODE.__getitem__, map(_ROLE, pieces))), dtype=np.int8)
        return [self._read[number] for number in range(len(self.pieces))]

    def ends_and_roles(self) -> list[tuple[Array, Array]]:
        """Of each document where its pieces end in it, and the codes of their roles."""
        return [(ends - offset, codes) for (_, ends, codes), offset in zip(self.columns(), self.pages.offset.tolist(), strict=False)]

    @cached_property
    def bare(self) -> list[bool]:
        """Per document: it is the text of an article already, without a page around it."""
        body = ([pieces[at] for at in np.flatnonzero(codes == CODE["body"]).tolist()] for pieces, _, codes in self.columns())
        return [any(map(_SAYS_ALREADY, set(map(_RULE, pieces)))) for pieces in body]

    @cached_property
    def marks(self) -> Array:
        """Per line what readers of metadata may find in it (`line_marks`)."""
        return find_marks(self.looks)

    @cached_property
    def unsound(self) -> Array:
        """Places in the joined text that may need repair, ascending."""
        return unsound_places(self.pages.marks[0], self.pages.marked)

    def lines_of(self, numbers: Sequence[tuple[int, ...]]) -> Array:
        """Per line the number that its piece was given; `numbers[d]` has one for each piece of document d."""
        flat = np.array([number for each in numbers for number in each], dtype=np.int64)
        return flat[self._covering] if len(flat) else flat

    def whole(self, line: int) -> tuple[int, int]:
        """A line with its line break, in the joined text."""
        return int(self.pages.low[line]), int(self.pages.high[line])

    def extent(self, line: int, document: int) -> tuple[int, int]:
        """A line in its own document: where its visible characters begin, and where it ends with its line break."""
        offset = int(self.pages.offset[document])
        return int(self.pages.start[line]) - offset, int(self.pages.high[line]) - offset
