"""The visible lines of documents as rows: what they say, how they stand, and what has been decided about them.

Conventions
    `Rows` holds one entry per visible line of the documents read together, as arrays. Roles are given in place by `roles`; `rows_to_pieces`
    turns them into pieces that tile each document. Row numbers count over all documents; `first[d]:first[d + 1]` are those of document d.
"""

from __future__ import annotations

from functools import cache, cached_property
from itertools import pairwise, repeat

import numpy as np

from corpus_utils.clean.body import NO_CUE, Decisions
from corpus_utils.clean.characters import BULLET, CLOSES, DASH, DIGIT, LOOSE, OPENS, SMALL, SPACE, STOP, is_one
from corpus_utils.clean.inline import split_inline
from corpus_utils.clean.lines import Line, Piece
from corpus_utils.clean.pages import Pages, Words
from corpus_utils.schema import ROLES

Array = np.ndarray
PieceColumns = tuple[list[Piece], Array, Array]  # pieces of a document, where they end in the joined text, codes of their roles
NONE = -1  # no role yet
CODE = {role: code for code, role in enumerate(ROLES)}
TEXT = ("title", "body", "subheading")  # every line of these is a piece of its own


def have_role(codes: Array, roles: tuple[str, ...]) -> Array:
    """Which of some codes of roles (`NONE` among them) are those of some roles."""
    return _table(roles)[codes]


@cache
def _table(roles: tuple[str, ...]) -> Array:
    return np.array([role in roles for role in (*ROLES, "")])  # the last one is `NONE`, "" among the roles


class Rows:
    """Rows of some documents, with what has been decided about them so far: `body`, `role`, `confidence` and the rule."""

    def __init__(self, pages: Pages, decisions: Decisions) -> None:
        self.pages, self.first, self.reasons = pages, pages.first, decisions.reasons
        self.document = pages.document
        self.size, self.gap, self.cue = pages.size, pages.above, decisions.cue
        self.chars = pages.stop - pages.start
        self.body = decisions.body
        self.confidence = np.where(self.body, decisions.probability, 1 - decisions.probability)
        self.role = np.full(len(pages), NONE, dtype=np.int8)
        self.rules = [""]  # rule 0: the classifier's own reason
        self.rule = np.zeros(len(pages), dtype=np.int32)
        self.columns: dict[int, PieceColumns] = {}  # what `rows_to_pieces` knows of pieces, by document

    def __len__(self) -> int:
        return len(self.size)

    def give(self, which: Array, role: str, rule: str, confidence: float | Array) -> None:
        """Set the role of some rows (a mask or row numbers); a rule's own confidence replaces the classifier's."""
        if rule not in self.rules:
            self.rules.append(rule)
        self.role[which] = CODE[role]
        self.rule[which] = self.rules.index(rule)
        self.confidence[which] = confidence

    # -- what a line looks like

    @cached_property
    def uncued(self) -> Array:
        """The wording says nothing."""
        return self.cue == NO_CUE

    @cached_property
    def ends(self) -> Array:
        """The line ends like a sentence: a stop, perhaps with marks behind it."""
        result: Array = (self.pages.classes[self.pages.mark] & STOP) != 0
        return result

    @cached_property
    def opening(self) -> Array:
        """Traits of the first character."""
        return self.pages.traits(self.pages.start)

    @cached_property
    def closing(self) -> Array:
        """Traits of the last character."""
        return self.pages.traits(self.pages.stop - 1)

    @cached_property
    def final(self) -> Array:
        """Code point of the last character."""
        return self.pages.codes[self.pages.stop - 1]

    @cached_property
    def starts_small(self) -> Array:
        """The line begins in lower case."""
        return (self.opening & SMALL) != 0

    @cached_property
    def continues(self) -> Array:
        """The line begins in lower case or with a mark that follows a word."""
        return self.starts_small | is_one(self.pages.codes[self.pages.start], ",.;:)")

    @cached_property
    def loose(self) -> Array:
        """The line ends with a comma, a dash or an opening bracket: it goes on."""
        return ((self.closing & LOOSE) != 0) & (self.final != ord(":"))

    @cached_property
    def bulleted(self) -> Array:
        """The line is an item of a list: a bullet, or one or two digits and a point or bracket, before a blank."""
        (codes, c), start = self.pages.ahead, self.pages.start
        mark = ((self.opening & BULLET) != 0) & ((c[start + 1] & SPACE) != 0)
        digit = (c[start] & DIGIT) != 0
        at = start + 1 + (digit & ((c[start + 1] & DIGIT) != 0))
        number = digit & is_one(codes[at], ".)") & ((c[at + 1] & SPACE) != 0)
        return (mark | number) & (self.chars > 2)

    @cached_property
    def copies(self) -> Array:
        """How often the line stands in its document."""
        return self.pages.copies

    @cached_property
    def hashes(self) -> Array:
        """A number for the words of each line and its document."""
        return self.pages.line_hash ^ (self.document.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))

    # -- neighbours

    @cached_property
    def top(self) -> Array:
        """First row of its document."""
        result = np.zeros(len(self), dtype=bool)
        result[self.first[:-1][np.diff(self.first) > 0]] = True
        return result

    def above(self, values: Array, *, otherwise: object = 0) -> Array:
        """The value of the row above in the same document."""
        result = np.full(len(values), otherwise, dtype=values.dtype)
        result[1:] = values[:-1]
        result[self.top] = otherwise
        return result

    def below(self, values: Array, *, otherwise: object = 0) -> Array:
        """The value of the row below in the same document."""
        result = np.full(len(values), otherwise, dtype=values.dtype)
        result[:-1] = np.where(self.top[1:], np.array(otherwise, dtype=values.dtype), values[1:])
        return result

    def ranges(self, which: Array) -> tuple[Array, Array]:
        """Per document the first and the last row of a mask; (end of the document, start - 1) where there is none."""
        rows = np.flatnonzero(which)
        low, high = np.searchsorted(rows, self.first[:-1]), np.searchsorted(rows, self.first[1:])
        padded = np.append(rows, 0)
        some = high > low
        return np.where(some, padded[np.minimum(low, len(rows))], self.first[1:]), np.where(some, padded[high - 1], self.first[:-1] - 1)


def rows_to_pieces(rows: Rows) -> list[list[Piece]]:
    """Per document the pieces that tile it: lines of text with inline pieces, other neighbours of one role and rule as one, blanks.

    Of documents without inline pieces the columns of their pieces are kept, so that nobody has to read them again."""
    pages, n, documents = rows.pages, len(rows), len(rows.first) - 1
    text_like = have_role(rows.role, TEXT)
    same = (rows.role[1:] == rows.role[:-1]) & (rows.rule[1:] == rows.rule[:-1]) & ~text_like[1:]
    heads = np.flatnonzero(rows.top | np.append(True, ~same)[:n]) if n else np.zeros(0, dtype=np.int64)
    tails = np.append(heads[1:], n)[: len(heads)] - 1
    document = rows.document[heads]
    start, stop = pages.low[heads] - pages.offset[document], pages.high[tails] - pages.offset[document]
    length = np.diff(pages.offset) - 1
    opens = rows.top[heads]
    gap = start > np.where(opens, 0, np.append(0, stop)[:-1])  # blank lines above
    bottom = np.zeros(documents, dtype=np.int64)
    bottom[document] = stop  # the last one of a document stays
    rest = length > bottom
    place = np.arange(len(heads)) + np.cumsum(gap) + (np.cumsum(rest) - rest)[document]
    ends = np.cumsum(np.bincount(document, minlength=documents) + np.bincount(document[gap], minlength=documents) + rest)
    total = int(ends[-1]) if documents else 0
    role, rule, sure = np.full(total, CODE["blank"]), np.full(total, "no visible character", dtype=object), np.ones(total)
    high = np.empty(total, dtype=np.int64)
    role[place], sure[place], high[place] = rows.role[heads], np.round(np.minimum.reduceat(rows.confidence, heads), 3) if n else 1.0, stop
    high[place[gap] - 1], high[ends[rest] - 1] = start[gap], length[rest]
    low = np.append(0, high)[:total]
    low[(ends - np.diff(ends, prepend=0))[np.diff(ends, prepend=0) > 0]] = 0
    rule[place] = np.array(rows.rules, dtype=object)[rows.rule[heads]]
    own = np.flatnonzero(rows.rule[heads] == 0)
    rule[place[own]] = rows.reasons.of(heads[own])
    columns = zip(low.tolist(), high.tolist(), map(ROLES.__getitem__, role.tolist()), rule.tolist(), sure.tolist(), strict=True)
    pieces = list(map(tuple.__new__, repeat(Piece), columns))  # three times as fast as by name
    bounds = list(pairwise([0, *ends.tolist()]))
    result = [pieces[a:b] for a, b in bounds]
    high, codes = high + np.repeat(pages.offset[:-1], np.diff(ends, prepend=0)), role.astype(np.int8)
    rows.columns = {number: (result[number], high[a:b], codes[a:b]) for number, (a, b) in enumerate(bounds)}
    for at in np.flatnonzero((text_like & _may_be_cut(rows))[heads])[::-1].tolist():  # from the last one on: places before it stay
        whole, number, offset = pieces[place[at]], int(document[at]), int(pages.offset[document[at]])
        cut = split_inline(Line(whole.start, whole.end, pages.text[offset + whole.start : pages.stop[heads[at]]]), whole)
        if len(cut) > 1:
            here = int(place[at]) - (int(ends[number - 1]) if number else 0)
            result[number][here : here + 1] = cut
            rows.columns.pop(number, None)
    return result


def _may_be_cut(rows: Rows) -> Array:
    """Lines in which an inline piece can stand: a dash near the start, a square bracket, a bracket at the end, or an invitation to read."""
    pages = rows.pages
    codes, _, traits = pages.marks
    dashes = np.flatnonzero((traits & DASH) != 0)
    next_codes, next_classes = (ahead[pages.marked[dashes] + 1] for ahead in pages.ahead)
    # a hyphen inside a word is no dash
    dashes = dashes[(codes[dashes] != ord("-")) | (next_codes == ord("-")) | ((next_classes & SPACE) != 0)]
    dashed = pages.holds(pages.marked[dashes], pages.start, np.minimum(pages.stop, pages.start + 160))
    inviting = np.zeros(len(rows), dtype=bool)
    inviting[pages.word_line[_inviting().among(pages.word_hash)]] = True
    bracketed = pages.with_marks(np.flatnonzero(codes == ord("[")))
    return dashed | inviting | bracketed | (rows.final == ord(")"))


@cache
def _inviting() -> Words:
    return Words(["read", "lea", "lee", "leer", "leia", "lire"])


def opens_and_closes(rows: Rows) -> Array:
    """The line stands in quotation marks or brackets as a whole."""
    result: Array = ((rows.opening & OPENS) != 0) & ((rows.closing & CLOSES) != 0)
    return result
