"""The visible lines of a document as rows: what they say, how they stand, and what has been decided about them.

Conventions
    One `Row` per line (per paragraph, where the text is hard-wrapped) that is not blank, in order. Roles are given in place by `roles`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus_utils.clean.body import decide_lines
from corpus_utils.clean.inline import split_inline
from corpus_utils.clean.lines import Line, Piece, split_lines, visible_lines
from corpus_utils.clean.recurring import RecurringLines
from corpus_utils.clean.wrapping import join_wrapped, may_be_wrapped

OPENING, CLOSING = "“\"«„'‘", "”\"»“'’)"
LONGEST = 400  # code points of a line that are read for words
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*–—-]|\d{1,2}[.)])\s+")


@dataclass(slots=True)
class Row:
    """A line that is not blank, with what has been decided about it so far."""

    line: Line
    text: str  # stripped
    gap: int  # blank lines above
    cue: str
    body: bool
    confidence: float
    why: str
    size: int  # words
    role: str = ""

    def give(self, role: str, rule: str, confidence: float) -> None:
        """Set the role; a rule's own confidence replaces the classifier's."""
        self.role, self.why, self.confidence = role, rule, confidence

    @property
    def words(self) -> list[str]:
        """Words, with apostrophes and hyphens inside; of a very long line those of its beginning."""
        return _WORD.findall(self.text[:LONGEST])

    @property
    def ends(self) -> bool:
        """The line ends like a sentence."""
        return bool(_SENTENCE_END.search(self.text[-8:]))

    @property
    def bulleted(self) -> bool:
        """The line is an item of a list."""
        return bool(_BULLET.match(self.text[:8]))


def read_rows(text: str, *, hints: Sequence[Sequence] = (), recurring: RecurringLines | None = None) -> list[Row]:
    """Rows of a text with the body decision made and no role given yet."""
    lines = visible_lines(text)
    if may_be_wrapped([len(line.text.strip()) for line in lines]):
        joined = join_wrapped(text, split_lines(text))
        lines = [line for line in joined if line.text and not line.text.isspace()]
    rows: list[Row] = []
    below = 0
    for line, decision in zip(lines, decide_lines(text, lines, hints=hints, recurring=recurring), strict=True):
        sure = decision.probability if decision.body else 1 - decision.probability
        gap = text.count("\n", below, line.start)
        rows.append(Row(line, line.text.strip(), gap, decision.cue, decision.body, sure, decision.why, decision.size))
        below = line.end
    return rows


def rows_to_pieces(text: str, rows: Sequence[Row]) -> list[Piece]:
    """Pieces that tile the text: rows with their inline pieces, blanks between, neighbours of one role and rule as one."""
    pieces: list[Piece] = []
    at = 0
    for row in rows:
        start, end, _ = row.line
        if start > at:
            pieces.append(Piece(at, start, "blank", "no visible character", 1.0))
        piece = Piece(start, end, row.role, row.why, round(row.confidence, 3))
        last = pieces[-1] if pieces else None
        if row.role in ("body", "subheading", "title"):
            pieces.extend(split_inline(row.line, piece))
        elif last and last.role == piece.role and last.rule == piece.rule:
            pieces[-1] = Piece(last.start, end, last.role, last.rule, min(last.confidence, piece.confidence))
        else:
            pieces.append(piece)
        at = end
    if at < len(text):
        pieces.append(Piece(at, len(text), "blank", "no visible character", 1.0))
    return pieces
