"""Rules for dates in the lines around a text: which rows may carry the publication line, and what a date there is a date of.

Conventions
    `read_rules` gives a `dates.Clue` for each day and kind of line; how sure it is, `date_rank` finds out.
    A date beside "updated" is a clue to the latest day only. A date inside running text never dates the story.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from corpus_utils.clean.date_candidates import DATED, PUBLISHED, UPDATED, label_before
from corpus_utils.clean.date_forms import Mention, find_dates
from corpus_utils.clean.date_marks import FULL_DATE
from corpus_utils.clean.date_words import fold_text
from corpus_utils.clean.dates import Clue, clue_of
from corpus_utils.clean.header import Frame, Row
from corpus_utils.clean.names import has_opening

NOT_DATING = ("body", "dateline", "caption", "subheading", "title", "promotion")
MASTHEAD = 6  # rows at the top of a page that belong to the site, where its headline stands far below


def read_rules(frame: Frame, order: str) -> list[Clue]:
    """What rules alone take for the date: one clue for each day and kind of line. `order` settles numeric dates."""
    placed = [(position, clue) for position, near in _header_rows(frame) for clue in _row_clues(frame.rows, position, order, near=near)]
    return list({(clue.source, clue.spans): clue for clue in reversed(_without_changes(placed))}.values())[::-1]


def _without_changes(placed: Sequence[tuple[int, Clue]]) -> list[Clue]:
    """The clues, where two unlabelled days stand side by side the later one as that of a change: "5 May 2023 10:00 6 May 2023 08:15"."""
    out: list[Clue] = []
    before: tuple[int, Clue] | None = None
    for position, clue in placed:
        unlabelled = clue.source in ("date line", "byline", "date nearby") and len(clue.spans) == 1
        if unlabelled and before and position - before[0] <= 1 and clue.spans[0][0] > before[1].spans[0][1]:
            out.append(_not_later(clue, "the later of two days side by side: that of a change"))
            continue
        before = (position, clue) if unlabelled else None
        out.append(clue)
    return out


def _header_rows(frame: Frame) -> list[tuple[int, bool]]:
    """(row, near) of the rows that may carry the publication line: around the headline; failing a date there, a little further off.

    Further off are the next dozen rows below, twenty above the headline, the last ones before the text where the headline stands far
    from it, and those that follow the text; there a row counts only when it says "published" or is hardly more than a date, and
    only if all such rows of a group agree.
    """
    header = frame.header()
    near = [i for i in frame.rows.marked(FULL_DATE, header) if _may_date(frame.rows[i])]
    dated = [i for i in near if _full_dates(frame.rows[i].text)]
    if dated:  # a day above the first paragraph is stronger than one below it, which may stand inside the text
        return [(i, i < frame.first or dated[0] > frame.first) for i in near]
    groups: list[range] = []
    if len(header):
        groups.append(range(header[-1] + 1, min(len(frame.rows), header[-1] + 13)))
        if frame.alone:
            masthead = MASTHEAD if header[0] > 2 * MASTHEAD else 0  # a date up there is the day the page was looked at
            groups.append(range(max(masthead, header[0] - 20), header[0]))
            groups.append(range(max(header[-1] + 1, frame.first - 22), max(frame.first, 0)))
    if frame.last >= 0:
        groups.append(range(frame.last + 1, min(len(frame.rows), frame.last + 16)))
    for rows in groups:
        may = [i for i in frame.rows.marked(FULL_DATE, rows) if _may_date(frame.rows[i])]
        found = [i for i in may if _bare(frame.rows[i].text) or _labelled(frame.rows, i)]
        labelled = [i for i in found if _labelled(frame.rows, i)]
        days = {m.readings for i in found for m in find_dates(frame.rows[i].text) if m.year is not None}
        if len(days) == 1 or len(labelled) == 1:
            return [(i, False) for i in (found if len(days) == 1 else labelled)]
    return []


def _labelled(rows: Sequence[Row], position: int) -> bool:
    """A short line that begins with "published" and holds a full date."""
    row = rows[position]
    return len(row.text) <= 120 and PUBLISHED.match(fold_text(row.text)) is not None and _full_dates(row.text)


def _may_date(row: Row) -> bool:
    """Running text and captions do not date a story, unless they are short and begin with "published" or have a clock behind a date."""
    if row.role not in NOT_DATING:
        return True
    folded = fold_text(row.text[:60])
    return bool(DATED.match(folded)) or (
        row.role in ("body", "caption", "subheading") and len(row.text) <= 140
        and (bool(PUBLISHED.match(folded) or UPDATED.match(folded)) or any(m.clock and m.year is not None for m in find_dates(row.text)))
    )  # fmt: skip


def _bare(line: str) -> bool:
    """The line holds one full date and hardly anything else."""
    dates = [m for m in find_dates(line) if m.year is not None and m.form != "month"]
    return len(line) <= 80 and len(dates) == 1 and len(re.findall(r"[^\W\d_]{2,}", line[: dates[0].start] + line[dates[0].end :])) <= 5


def _full_dates(line: str) -> bool:
    return (len(line) <= 240 or DATED.match(fold_text(line[:40])) is not None) and any(
        m.year is not None and m.form != "month" for m in find_dates(line[:240])
    )


def _row_clues(rows: Sequence[Row], position: int, order: str, *, near: bool) -> list[Clue]:
    """Dates of a short line: published, updated, in a byline, or the line is hardly more than a date."""
    row = rows[position]
    said = DATED.match(fold_text(row.text[:40]))
    if len(row.text) > 240 and not said:
        return []
    clues = []
    for mention in find_dates(row.text[:240], order=order):
        if mention.year is None or mention.form == "month":
            continue
        label = (
            "" if len(row.text) > 240 and not (said and mention.start <= said.end() + 8) else label_before(rows, position, mention.start)
        )
        if label == "updated":
            clues.append(_not_later(clue_of(mention, "updated line", row.start), "not later than this update"))
        elif label == "published":
            clues.append(clue_of(mention, "published line", row.start))
        elif has_opening(row.text) and near:
            clues.append(clue_of(mention, "byline", row.start))
        elif _is_date_line(row.text, mention):
            clues.append(clue_of(mention, "date line" if near and row.role != "teaser" else "date nearby", row.start))
    return clues


def _not_later(clue: Clue, reading: str) -> Clue:
    """A clue to the latest possible day only."""
    spans = ((date.min, clue.spans[-1][1]),) if clue.spans else ()
    return Clue("updated line", clue.text, clue.start, clue.end, spans, reading)


def _is_date_line(line: str, mention: Mention) -> bool:
    rest = line[: mention.start] + line[mention.end :]
    words = re.findall(r"[^\W\d_]{2,}", rest)
    return len(words) <= 6 or mention.clock
