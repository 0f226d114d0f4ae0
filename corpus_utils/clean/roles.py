"""Roles for every line of a document, and for the parts of a line.

Two decisions, in this order. First, which lines are the running text of an article (`body.decide_lines`: a learned classifier
decoded as a sequence). Then, by rules, what the other lines are, and which pieces inside a line are something else
(datelines, reference marks, credits). Rules read layout and wording; none knows an outlet.

Conventions
    Input is the document's unrepaired text. Output is a list of `Piece` that tile it. Blank lines are pieces too.
    A rule is written so that a person can read it: "short line directly above a photo credit".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus_utils.clean.inline import DASHES, is_dateline
from corpus_utils.clean.lines import ALREADY, Piece
from corpus_utils.clean.recurring import RecurringLines
from corpus_utils.clean.rows import CLOSING, OPENING, Row, read_rows, rows_to_pieces


def label_pieces(text: str, *, hints: Sequence[Sequence] = (), recurring: RecurringLines | None = None) -> list[Piece]:
    """Label every stretch of a document: pieces that tile `text`, each with role, rule and confidence.

    `hints` are [start, end, role, rule] of an HTML extractor, offsets into `text`; `recurring` tells how often a line occurs in
    other documents of the outlet. An empty text has no pieces.
    """
    rows = read_rows(text, hints=hints, recurring=recurring)
    _label_rows(rows)
    return rows_to_pieces(text, rows)


def _label_rows(rows: list[Row]) -> None:
    if _is_clean(rows):
        for position, row in enumerate(rows):
            row.body = True
            row.why = f"{row.why}; {ALREADY}"
            _label_in_body(rows, position, settled=True)
        return
    counts = Counter(row.text for row in rows)
    _mend_sentences(rows)
    _set_appeals_aside(rows)
    first, last = _extent(rows)
    title = _find_title(rows, first, counts)
    for position, row in enumerate(rows):
        if row.role:
            continue
        if position == title:
            row.give("title", "headline-like line nearest above the text, sharing its words", 0.6 if row.body else 0.8)
        elif row.body and position < first and _heads_text(rows, position):
            row.give("teaser", "headline-like line above the text that is not its title", 0.5)
        elif row.body:
            _label_in_body(rows, position)
        else:
            _label_outside(rows, position, first, last, counts)
    _label_neighbours(rows, first, last)


CLEAN_SHARE = 0.7  # share of a document's words that the classifier must take for text


def _is_clean(rows: Sequence[Row]) -> bool:
    """Whether the document is an article already: bare paragraphs with one blank line between them, hardly one that is doubted, and no
    headline on top. Cleaning its own output must change nothing; what such a text says in every line is then taken as meant."""
    if not rows or rows[0].line.start or any(row.gap != 1 for row in rows[1:]):
        return False
    if any(len(row.line.text) != len(row.text) for row in rows) or rows[-1].line.end != rows[-1].line.start + len(rows[-1].text):
        return False
    first = rows[0]
    goes_on = len(rows) > 1 and (rows[1].text[0].islower() or rows[1].text[0] in ",.;:)")
    runs_on = first.text[-1] in CLOSING or first.text[-1] in ",:;" or goes_on
    if not (first.ends or first.size > 20 or runs_on):
        return False
    total = sum(row.size for row in rows)
    return sum(row.size for row in rows if row.body) >= CLEAN_SHARE * total


def _heads_text(rows: Sequence[Row], position: int) -> bool:
    """A heading of its own rather than the first bit of a broken sentence."""
    below = rows[position + 1] if position + 1 < len(rows) else None
    return _heading_words(list(rows), position) and below is not None and not below.text[:1].islower()


def _extent(rows: list[Row]) -> tuple[int, int]:
    """Positions of the first and the last line of the body that is a paragraph rather than a heading; (len, -1) if none."""
    full = [i for i, row in enumerate(rows) if row.body and (row.ends or row.size > 20)]
    any_body = [i for i, row in enumerate(rows) if row.body]
    if not any_body:
        return len(rows), -1
    return (full or any_body)[0], (full or any_body)[-1]


# -- title ---------------------------------------------------------------------------------------------------------------


def _find_title(rows: list[Row], first: int, counts: Counter) -> int:
    """Position of the title, -1 if no line above the text deserves it. Only lines above the first paragraph are considered."""
    if first >= len(rows):
        return -1
    content = Counter(w.lower() for row in rows[first : first + 15] if row.body for w in row.words if len(w) > 3)
    best, best_score = -1, 0.0
    for position in range(max(0, first - 60), first):
        row = rows[position]
        if row.cue or not 2 <= row.size <= 32 or len(row.text) > 260 or row.bulleted:
            continue
        if row.ends and not row.text.endswith(("?", "!", "…", "?”", "!”", "”", '"', "’", "'", "»")) and not row.text[-4:].count(".") > 1:
            continue
        if row.body and (row.text[-1:] in ",;-–—(" or rows[position + 1].text[:1].islower()):
            continue  # the first part of a broken sentence
        score = _title_score(rows, position, first, content, counts)
        if score > best_score:
            best, best_score = position, score
    return best if best_score >= 1.0 else -1


def _title_score(rows: list[Row], position: int, first: int, content: Counter, counts: Counter) -> float:
    row = rows[position]
    known = [w.lower() for w in row.words if len(w) > 3]
    shared = sum(1 for w in known if content[w]) / len(known) if known else 0.0
    score = 1.2 * shared + min(row.size, 10) / 12 - 0.03 * min(first - position, 20)
    if row.text[:1].islower() or row.size < 4:
        score -= 0.5
    if position == 0:
        score += 0.3
    above = rows[position - 1] if position else None
    if above and row.gap == 0 and above.cue == "boilerplate":
        score -= 1.0
    if position > 0 and any(other.text.startswith(row.text) for other in rows[: min(position, 3)]):
        score += 0.5
    if counts[row.text] > 2 or re.search(r"\s[|»]\s", row.text):
        score -= 0.3
    below = rows[position + 1] if position + 1 < len(rows) else None
    if below and below.cue == "credit":
        score -= 0.6
    return score


# -- lines the classifier keeps --------------------------------------------------------------------------------------------


def _label_in_body(rows: list[Row], position: int, *, settled: bool = False) -> None:
    row = rows[position]
    strong = row.cue if row.cue in ("reference", "teaser") or (row.cue in ("credit", "navigation") and not row.ends) else ""
    if row.cue == "byline" and not row.ends and row.size <= 14:
        strong = "byline"
    if not settled and row.cue == "interface" and row.size <= 8 and row.confidence < 0.9:
        strong = "interface"
    if strong:
        row.give(strong, f"wording of a {strong} line", 0.8)
    elif is_heading(rows, position):
        row.give("subheading", "short line without a full stop, above a paragraph of the text", 0.7)
    elif not settled and position + 1 < len(rows) and _heading_words(rows, position) and is_heading(rows, position + 1):
        row.give("teaser", "headline directly above a subheading, with no text of its own", 0.6)
    else:
        row.role = "body"


def is_heading(rows: list[Row], position: int) -> bool:
    """A line that stands above a paragraph and reads like a heading, not like a part of a broken sentence."""
    if not _heading_words(rows, position) or position + 1 >= len(rows):
        return False
    below = rows[position + 1]
    return below.body and below.size >= 8 and (below.ends or below.size > 20) and not below.text[:1].islower()


def _heading_words(rows: list[Row], position: int) -> bool:
    """The line itself could be a heading: short, no full stop, no loose end, and no unfinished sentence above it."""
    row = rows[position]
    if not 1 <= row.size <= 20 or len(row.text) > 160 or row.text[:1].islower() or row.bulleted:
        return False
    if row.ends and not row.text.endswith(("?", "!")):
        return False
    if row.text.endswith((",", ";", ":", "-", "–", "—", "(")) or (row.text[:1] in OPENING and row.text[-1:] in CLOSING):
        return False
    above = rows[position - 1] if position else None
    if above is None or not above.body:
        return True
    return above.ends or above.text[-1:] in CLOSING or (above.size <= 20 and _gap_free(above, row))


def _gap_free(above: Row, row: Row) -> bool:
    return row.gap == above.gap and not above.text.endswith((",", ";", "-", "–", "—", "("))


# -- lines the classifier sets aside ---------------------------------------------------------------------------------------


def _label_outside(rows: list[Row], position: int, first: int, last: int, counts: Counter) -> None:
    row = rows[position]
    if position > last and row.cue == "note":
        row.give("credit", "note about the writer below the text", 0.8)
    elif row.text[-1] in DASHES and is_dateline(row.text):
        row.give("dateline", "place, day or agency before a dash, alone on its line", 0.85)
    elif row.cue and row.cue != "note":
        row.give(row.cue, f"wording of a {row.cue} line", 0.85)
    elif counts[row.text] > 1 and row.size <= 5 and not first < position < last:
        row.give("interface", "very short line repeated in the document", 0.6)
    elif first < position < last:
        row.give("teaser", "line inside the text that does not continue it", 0.6)
    elif row.size <= 14:
        row.give("navigation", "short line outside the text", 0.6)
    else:
        row.give("boilerplate", "line outside the text", 0.5)


def _label_neighbours(rows: list[Row], first: int, last: int) -> None:
    """Captions above credits, outlet slogans, bits of an interface that stand together, teasers above subheadings."""
    counts = Counter(row.text for row in rows if row.size > 2)
    for position, row in enumerate(rows):
        below = rows[position + 1] if position + 1 < len(rows) else None
        above = rows[position - 1] if position else None
        weak = not row.cue and row.role in ("navigation", "boilerplate", "interface", "teaser")
        if weak and below and below.role == "credit" and row.size > 1 and position < last:
            row.give("caption", "line directly above a photo credit", 0.75)
        if weak and above and above.role == "navigation" and above.cue and position > last:
            row.give("navigation", "line under a link to other articles", 0.75)
        if weak and above and above.role == "boilerplate" and above.cue and row.gap == 0 and position < first:
            row.give("boilerplate", "line directly under an outlet's name and slogan", 0.6)
        if row.role == "subheading" and below and below.role == "subheading":
            row.give("teaser", "headline directly above a subheading, with no text of its own", 0.6)
        if row.role in ("teaser", "subheading") and below and below.role == "subheading" and not row.body:
            row.give("teaser", "headline directly above a subheading, with no text of its own", 0.7)
    captions = {row.text for row in rows if row.role == "caption"}
    for row in rows:
        if row.role in ("navigation", "boilerplate", "interface", "body", "teaser") and counts[row.text] > 1 and row.text in captions:
            row.give("caption", "same words as a caption elsewhere in the document", 0.75)
    _spread_interface(rows, first)


def _spread_interface(rows: list[Row], first: int) -> None:
    for position, row in enumerate(rows):
        if row.role in ("navigation", "boilerplate") and not row.cue and row.size <= 6 and position < first:
            near = [rows[p] for p in (position - 1, position + 1) if 0 <= p < len(rows)]
            if any(r.role == "interface" and r.cue and max(r.gap, row.gap) <= 1 for r in near) and row.ends:
                row.give("interface", "short sentence beside other parts of an interface", 0.6)


def _mend_sentences(rows: list[Row]) -> None:
    """Dumps break sentences at links: short bits that an open line of the body goes on to, or comes from, belong to it."""
    for position, row in enumerate(rows):
        if row.body or row.cue or row.ends or not 1 <= row.size <= 8:
            continue
        above = rows[position - 1] if position else None
        after_open = above is not None and above.body and not above.ends and row.gap <= 1
        if _goes_on(rows[position + 1 : position + 4], 1 if after_open else 0):
            row.body = True
            row.give("body", "short bit of a broken sentence", 0.7)


def _goes_on(ahead: Sequence[Row], gap: int) -> bool:
    """Whether one of the next lines continues in lower case as body text, with only short open bits before it."""
    for row in ahead:
        if row.gap > gap or not row.text:
            return False
        if row.body and (row.text[0].islower() or row.text[0] in ",.;:)"):
            return True
        if row.size > 8 or row.ends:
            return False
    return False


def _set_appeals_aside(rows: list[Row]) -> None:
    """Towards the end, short lines between two appeals belong to them, also where they are sentences."""
    size = [row.size if row.body else 0 for row in rows]
    total, seen, tail = sum(size), 0, len(rows)
    for position, words in enumerate(size):
        if seen >= 0.6 * total and _appeals(rows[position]):
            tail = position
            break
        seen += words
    appeals = [p for p in range(tail, len(rows)) if _appeals(rows[p])]
    for start, end in pairwise(appeals):
        between = rows[start + 1 : end]
        if len(between) <= 8 and all(row.size <= 45 for row in between):
            for row in between:
                if row.cue not in ("navigation", "credit", "byline"):
                    row.body = False
                    row.give("promotion", "between two appeals near the end", 0.65)


def _appeals(row: Row) -> bool:
    return row.cue == "promotion" and not row.body
