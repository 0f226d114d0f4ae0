"""Roles for every line of a document, and for the parts of a line.

Two decisions, in this order. First, which lines are the running text of an article (`body.decide_lines`: a learned classifier
over sequences of lines). Then, by rules, what the other lines are, and which pieces inside a line are something else
(datelines, reference marks, credits). Rules read layout and wording; none knows an outlet. They are masks over the rows of all
documents that are cleaned together.

Conventions
    Input is the documents' unrepaired text. Output is a list of `Piece` per document that tile it. Blank lines are pieces too, unless
    they stand between lines of one role and rule that are no text.
    A rule is written so that a person can read it: "short line directly above a photo credit".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from corpus_utils.clean.body import CUES, Evidence, decide_lines
from corpus_utils.clean.characters import CLOSES, DASH, LOOSE, is_one
from corpus_utils.clean.hashing import are_among
from corpus_utils.clean.headline import find_titles
from corpus_utils.clean.inline import is_dateline
from corpus_utils.clean.lines import ALREADY, Piece
from corpus_utils.clean.names import read_byline
from corpus_utils.clean.pages import batches, read_pages
from corpus_utils.clean.reasons import with_article
from corpus_utils.clean.recurring import RecurringLines
from corpus_utils.clean.rows import CODE, NONE, Rows, have_role, opens_and_closes, rows_to_pieces
from corpus_utils.clean.second_thoughts import may_open, mend_sentences, set_appeals_aside, set_copies_aside, set_headlines_aside

Array = np.ndarray
CLEAN_SHARE = 0.7  # share of a document's words that the classifier must take for text
_CUE = {name: code for code, name in enumerate((*CUES, "reference"))}
_HEADLINE_ALONE = "headline directly above a subheading, with no text of its own"


def label_pieces(text: str, *, hints: Sequence[Sequence] = (), recurring: RecurringLines | None = None) -> list[Piece]:
    """Label every stretch of a document: pieces that tile `text`, each with role, rule and confidence.

    `hints` are [start, end, role, rule] of an HTML extractor, offsets into `text`; `recurring` tells how often a line occurs in
    other documents of the outlet. An empty text has no pieces.
    """
    return next(label_documents([text], [Evidence(hints, recurring)]))


def label_documents(texts: Sequence[str], evidence: Sequence[Evidence] = ()) -> Iterator[list[Piece]]:
    """`label_pieces` for many documents, in their order: many times faster. `evidence` has one entry per document, or is empty."""
    for _, pieces in label_batches(texts, evidence):
        yield from pieces


def label_batches(texts: Sequence[str], evidence: Sequence[Evidence] = ()) -> Iterator[tuple[Rows, list[list[Piece]]]]:
    """The rows of documents that are read together, and the pieces of each: what further steps need to read no line again."""
    for a, b in batches([len(text) for text in texts]):
        pages = read_pages(texts[a:b])
        rows = Rows(pages, decide_lines(pages, evidence[a:b]))
        if len(rows):
            _label_rows(rows)
        yield rows, rows_to_pieces(rows)


def _label_rows(rows: Rows) -> None:
    clean = _clean_documents(rows)[rows.document]
    rows.body |= clean
    _give_datelines(rows, ~clean)
    mend_sentences(rows, ~clean)
    set_appeals_aside(rows, ~clean)
    set_copies_aside(rows, ~clean)
    first, last = _extent(rows)
    place = np.arange(len(rows))
    first, last = first[rows.document], last[rows.document]
    _give_titles(rows, first, clean)
    heading = _heading_words(rows)
    set_headlines_aside(rows, ~clean & (place < first), heading)
    _label_in_body(rows, rows.body & (rows.role == NONE), heading, clean)
    _label_outside(rows, (rows.role == NONE) & ~rows.body, (place < first, place > last))
    _label_neighbours(rows, (place < first, place > last), ~clean)
    settled = np.flatnonzero(clean & (rows.rule == 0))
    for row, reason in zip(settled.tolist(), rows.reasons.of(settled), strict=True):
        rows.give(np.array([row]), "body", f"{reason}; {ALREADY}", rows.confidence[row])


def _clean_documents(rows: Rows) -> Array:
    """Which documents are articles already: bare paragraphs with one blank line between them, hardly one that is doubted, and no
    headline on top. Cleaning its own output must change nothing; what such a text says in every line is then taken as meant."""
    pages, documents = rows.pages, len(rows.first) - 1
    odd = np.where(rows.top, pages.low != pages.offset[rows.document], rows.gap != 1) | (pages.start != pages.low)
    bottom = rows.below(np.ones(len(rows), dtype=np.int8)) == 0
    behind = pages.high - pages.stop
    windows = (behind == 2) & (pages.codes[pages.stop.clip(max=len(pages.codes) - 1)] == 13)
    odd |= np.where(bottom, pages.high != pages.stop, (behind != 1) & ~windows)
    odd |= bottom & (pages.stop != pages.offset[rows.document + 1] - 1)
    odd |= rows.top & ~may_open(rows, rows.continues)
    wrong = np.bincount(rows.document, weights=odd, minlength=documents)
    total, text = (np.bincount(rows.document, weights=rows.size * mask, minlength=documents) for mask in (1, rows.body))
    result: Array = (np.diff(rows.first) > 0) & (wrong == 0) & (text >= CLEAN_SHARE * total)
    return result


def _give_datelines(rows: Rows, which: Array) -> None:
    dashed = np.flatnonzero(which & ((rows.closing & DASH) != 0)).tolist()
    datelines = np.array([row for row in dashed if is_dateline(rows.pages.string(row))], dtype=np.int64)
    rows.body[datelines] = False
    rows.give(datelines, "dateline", "place, day or agency before a dash, alone on its line", 0.85)


def _extent(rows: Rows) -> tuple[Array, Array]:
    """Per document the first and the last line of the body that is a paragraph rather than a heading; (end, start - 1) if none."""
    full_first, full_last = rows.ranges(rows.body & (rows.ends | (rows.size > 20)))
    any_first, any_last = rows.ranges(rows.body)
    none = full_last < full_first
    return np.where(none, any_first, full_first), np.where(none, any_last, full_last)


def _give_titles(rows: Rows, first: Array, clean: Array) -> None:
    title = find_titles(rows, first, ~clean & (rows.role == NONE))
    rule = "headline-like line nearest above the text, sharing its words"
    rows.give(title, "title", rule, np.where(rows.body[title], 0.6, 0.8))


# -- lines the classifier keeps --------------------------------------------------------------------------------------------


def _label_in_body(rows: Rows, which: Array, heading: Array, settled: Array) -> None:
    cue, open_end = rows.cue, ~rows.ends
    strong = (cue == _CUE["reference"]) | (cue == _CUE["teaser"]) | (((cue == _CUE["credit"]) | (cue == _CUE["navigation"])) & open_end)
    strong |= (cue == _CUE["byline"]) & open_end & (rows.size <= 14)
    strong |= (cue == _CUE["interface"]) & (rows.size <= 8) & (rows.confidence < 0.9) & ~settled
    for name, code in _CUE.items():
        if name != "note":
            rows.give(which & strong & (cue == code), name, f"wording of {with_article(name)} line", 0.8)
    above_text = is_heading(rows, heading)
    rows.give(which & ~strong & above_text, "subheading", "short line without a full stop, above a paragraph of the text", 0.7)
    alone = which & ~strong & ~above_text & ~settled & heading & rows.below(above_text)
    rows.give(alone, "teaser", _HEADLINE_ALONE, 0.6)
    rows.role[which & (rows.role == NONE)] = CODE["body"]


def is_heading(rows: Rows, heading: Array) -> Array:
    """Lines that stand above a paragraph and read like a heading, not like a part of a broken sentence."""
    paragraph = rows.body & (rows.size >= 8) & (rows.ends | (rows.size > 20)) & ~rows.starts_small
    return heading & rows.below(paragraph)


def _heading_words(rows: Rows) -> Array:
    """The line itself could be a heading: short, no full stop, no loose end, and no unfinished sentence above it."""
    asks = is_one(rows.final, "?!")
    good = (rows.size >= 1) & (rows.size <= 20) & (rows.chars <= 160) & ~rows.starts_small & ~rows.bulleted & (~rows.ends | asks)
    good &= ((rows.closing & LOOSE) == 0) & ~opens_and_closes(rows)
    finished = rows.ends | ((rows.closing & CLOSES) != 0)
    alike = (rows.above(rows.size) <= 20) & (rows.gap == rows.above(rows.gap)) & ~rows.above(rows.loose)
    return good & (~rows.above(rows.body) | rows.above(finished) | alike)


# -- lines the classifier sets aside ---------------------------------------------------------------------------------------


def _label_outside(rows: Rows, which: Array, where: tuple[Array, Array]) -> None:
    before, after = where
    inside = ~before & ~after
    cue = rows.cue
    rows.give(which & after & (cue == _CUE["note"]), "credit", "note about the writer below the text", 0.8)
    for name, code in _CUE.items():
        if name != "note":
            rows.give(which & (rows.role == NONE) & (cue == code), name, f"wording of {with_article(name)} line", 0.85)
    which &= rows.role == NONE
    repeated = (rows.copies > 1) & (rows.size <= 5) & ~inside
    outside = which & ~repeated & ~inside
    for chosen, role, rule in (  # as sure as the classifier is that the line is no text: that is what was decided
        (which & repeated, "interface", "very short line repeated in the document"),
        (which & ~repeated & inside, "teaser", "line inside the text that does not continue it"),
        (outside & (rows.size <= 14), "navigation", "short line outside the text"),
        (outside & (rows.size > 14), "boilerplate", "line outside the text"),
    ):
        rows.give(chosen, role, rule, rows.confidence[chosen])


def _label_neighbours(rows: Rows, where: tuple[Array, Array], open_: Array) -> None:
    """Captions above credits, outlet slogans, bits of an interface that stand together, teasers above subheadings."""
    before, after = where
    was = rows.role.copy()
    above, below = rows.above(was, otherwise=NONE), rows.below(was, otherwise=NONE)
    cued_above = rows.above(~rows.uncued)
    weak = open_ & rows.uncued & have_role(was, ("navigation", "boilerplate", "interface", "teaser"))
    captions = weak & (below == CODE["credit"]) & (rows.size > 1) & ~after & ~_last_row(rows, after)
    named = np.array([row for row in np.flatnonzero(captions).tolist() if read_byline(rows.pages.string(row))], dtype=np.int64)
    captions[named] = False  # "By", a name and a date
    rows.give(named, "byline", "names who wrote it, directly above a photo credit", 0.75)
    rows.give(captions, "caption", "line directly above a photo credit", 0.75)
    linked = weak & (above == CODE["navigation"]) & cued_above & after
    rows.give(linked, "navigation", "line under a link to other articles", 0.75)
    slogan = weak & (above == CODE["boilerplate"]) & cued_above & (rows.gap == 0) & before
    rows.give(slogan, "boilerplate", "line directly under an outlet's name and slogan", 0.6)
    on_subheading = open_ & (below == CODE["subheading"])
    rows.give(on_subheading & (was == CODE["subheading"]), "teaser", _HEADLINE_ALONE, 0.6)
    rows.give(on_subheading & ~rows.body & have_role(rows.role, ("teaser", "subheading")), "teaser", _HEADLINE_ALONE, 0.7)
    known = np.unique(rows.hashes[rows.role == CODE["caption"]])
    if len(known):
        again = open_ & (rows.copies > 1) & (rows.size > 2) & are_among(rows.hashes, known)
        again &= have_role(rows.role, ("navigation", "boilerplate", "interface", "body", "teaser"))
        rows.give(again, "caption", "same words as a caption elsewhere in the document", 0.75)
    part = (rows.role == CODE["interface"]) & ~rows.uncued
    short = open_ & have_role(rows.role, ("navigation", "boilerplate")) & rows.uncued & (rows.size <= 6) & before & rows.ends
    close = rows.gap <= 1
    beside = (rows.above(part) & rows.above(close) & close) | (rows.below(part & close) & close)
    rows.give(short & beside, "interface", "short sentence beside other parts of an interface", 0.6)


def _last_row(rows: Rows, after: Array) -> Array:
    """The last row of the text itself: the one above the first row after it."""
    return ~after & rows.below(after, otherwise=True)
