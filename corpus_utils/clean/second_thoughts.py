"""Second thoughts about which lines are running text, where the layout tells more than the classifier saw.

Conventions
    Each function works on `Rows` in place: it takes lines into the body or out of it, and says why. `open_` are the rows it may change.
"""

from __future__ import annotations

import numpy as np

from corpus_utils.clean.body import CUE_CODES
from corpus_utils.clean.characters import CLOSES, is_one
from corpus_utils.clean.pages import stretches
from corpus_utils.clean.rows import Rows, have_role

Array = np.ndarray
COPIED_WORDS = 8  # words of a line from which its copies are set aside


def mend_sentences(rows: Rows, open_: Array) -> None:
    """Dumps break sentences at links: short bits that an open line of the body goes on to, or comes from, belong to it."""
    going_on = rows.body & rows.continues
    near = rows.below(going_on)
    reach = near
    for _ in range(2):
        reach = rows.below(reach)
        near = near | reach
    bits = open_ & near & ~rows.body & rows.uncued & ~rows.ends & (rows.size >= 1) & (rows.size <= 8)
    for row in np.flatnonzero(bits).tolist():
        stop = int(rows.first[rows.document[row] + 1])
        after_open = not rows.top[row] and rows.body[row - 1] and not rows.ends[row - 1] and rows.gap[row] <= 1
        if _goes_on(rows, range(row + 1, min(row + 4, stop)), 1 if after_open else 0):
            rows.body[row] = True
            rows.give(np.array([row]), "body", "short bit of a broken sentence", 0.7)


def _goes_on(rows: Rows, ahead: range, gap: int) -> bool:
    """Whether one of the next lines continues in lower case as body text, with only short open bits before it."""
    for row in ahead:
        if rows.gap[row] > gap:
            return False
        if rows.body[row] and rows.continues[row]:
            return True
        if rows.size[row] > 8 or rows.ends[row]:
            return False
    return False


def set_appeals_aside(rows: Rows, open_: Array) -> None:
    """Towards the end, short lines between two appeals belong to them, also where they are sentences."""
    words = rows.size * rows.body
    before = np.cumsum(words) - words
    total = np.bincount(rows.document, weights=words, minlength=len(rows.first) - 1)[rows.document]
    seen = before - before[rows.first[rows.document]]
    appeals = np.flatnonzero(open_ & (rows.cue == CUE_CODES["promotion"]) & ~rows.body & (seen >= 0.6 * total))
    near = (np.diff(appeals) <= 9) & (np.diff(appeals) > 1) & (np.diff(rows.document[appeals]) == 0)
    start, number = appeals[:-1][near] + 1, np.diff(appeals)[near] - 1
    between, pair = stretches(start, number), np.repeat(np.arange(len(start)), number)
    short = np.bincount(pair[rows.size[between] > 45], minlength=len(start)) == 0
    said = rows.cue[between]
    kept = between[short[pair] & (said != CUE_CODES["navigation"]) & (said != CUE_CODES["credit"]) & (said != CUE_CODES["byline"])]
    rows.body[kept] = False
    rows.give(kept, "promotion", "between two appeals near the end", 0.65)


def set_copies_aside(rows: Rows, open_: Array) -> None:
    """Of a paragraph that a page brings twice, in a preview and in the text, one is the text: that which is surest."""
    again = np.flatnonzero(open_ & rows.body & (rows.size >= COPIED_WORDS) & (rows.copies == 2))
    order = again[np.lexsort((again, -rows.confidence[again], rows.hashes[again]))]
    further = order[1:][rows.hashes[order[1:]] == rows.hashes[order[:-1]]]
    rows.body[further] = False
    rows.give(further, "boilerplate", "copy of a line of the text", 0.7)


def set_headlines_aside(rows: Rows, above_text: Array, heading: Array) -> None:
    """Lines above the first paragraph that read like headlines never stay, nor do bits that nothing goes on from: cleaned again, they would
    head a text that is an article already."""
    headlines = heading & ~rows.below(rows.starts_small, otherwise=True)
    for _ in range(3):  # each line taken away may leave the one above it with nothing to go on to
        open_ = rows.body & have_role(rows.role, ("", "body")) & above_text
        lone = open_ & (headlines | ~may_open(rows, rows.continues & rows.body))
        if not lone.any():
            break
        rows.give(lone, "teaser", "headline-like line above the text that is not its title", 0.5)
        rows.body[lone] = False


def may_open(rows: Rows, continues: Array) -> Array:
    """Lines that open a text rather than head it: sentences, long lines, and lines that go on in the next one."""
    goes_on = is_one(rows.final, ",:;") | rows.below(continues)
    result: Array = rows.ends | (rows.size > 20) | ((rows.closing & CLOSES) != 0) | goes_on
    return result
