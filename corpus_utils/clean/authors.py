"""Authors of a story: the record's, else the byline near the headline, else the one below the text.

Conventions
    Names as stated, in order, each once; [] where no byline is found. A name that stands alone on a line counts only between
    headline and text, beside a date line or a bare "By".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.date_marks import FULL_DATE
from corpus_utils.clean.header import Frame, PageRows, Row
from corpus_utils.clean.line_marks import BYLINE, WHEN
from corpus_utils.clean.names import is_bare_opening, may_name, normal_case, read_byline, split_names

_AGO = re.compile(
    r"\b\d+\s?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b|\b(?:hace|há|il y a|vor) \d+ |\b\d+ \w+ (?:назад|fa)\b"
    r"|\byesterday\b"
)


def find_authors(frame: Frame, given: str = "") -> list[str]:
    """Names of the authors. `given` is the record's author field, whose parts are taken as stated."""
    if given.strip():
        return _stated(given)
    for names in (_near_title(frame), _byline_rows(frame)):
        if names:
            return list(dict.fromkeys(normal_case(name) for name in names))
    return []


def _stated(given: str) -> list[str]:
    if re.match(r"^\s*https?://", given):
        return []
    names = split_names(re.sub(r"^(?:by|por|par|von)\s+", "", given.strip(), flags=re.I))
    return names or [" ".join(given.split())]


def _near_title(frame: Frame) -> list[str]:
    rows = frame.rows
    for position in rows.marked(BYLINE, frame.header()):
        row = rows[position]
        if len(row.text) > 200 or row.role in ("title", "caption") or not may_name(row.text):
            continue
        if is_bare_opening(row.text):
            if names := _names_below(frame, position + 1):
                return names
        elif names := read_byline(row.text):
            return names + _further_bylines(rows, position)
    return _beside_date(frame)


def _further_bylines(rows: Sequence[Row], position: int) -> list[str]:
    """A second "By ..." within three rows, and a row that goes on with "and ..."."""
    names: list[str] = []
    for row in rows[position + 1 : position + 4]:
        if len(row.text) <= 120 and row.role not in ("body", "title"):
            if re.match(r"(?:and|y|und|et|и|&)\s", row.text):
                names.extend(split_names(re.sub(r"^(?:and|y|und|et|и|&)\s+", "", row.text)))
            else:
                names.extend(read_byline(row.text))
    return names


def _names_below(frame: Frame, start: int) -> list[str]:
    """Names on the rows after a bare "By": one a row, until a row is none; bare "and" and commas are passed over."""
    names: list[str] = []
    for row in frame.rows[start : start + 8]:
        if re.fullmatch(r"(?:and|y|e|et|und|и|&|,|\W)", row.text.strip(), re.I):
            continue
        found = split_names(row.text) if len(row.text) <= 120 and row.role != "title" else []
        if not found or (names and not _joined(frame.rows[start - 1 : start + 8], row.text)):
            break
        names.extend(found)
    return names


def _joined(rows: Sequence[Row], text: str) -> bool:
    """The row before says that another name follows ("and", a comma at its end)."""
    before = next((rows[i - 1].text for i, row in enumerate(rows) if row.text == text and i), "")
    return re.search(r"(?:,|&|(?<!\w)(?:and|y|e|et|und|и))\s*$", before, re.I) is not None


def _beside_date(frame: Frame) -> list[str]:
    """A name at the start of a date line ("Name · Desk · Posted: date") or alone within two rows of one, below the headline."""
    rows = frame.rows
    if frame.title < 0:
        return []
    header = frame.header(above=0, below=1)
    timed = [p for p in rows.marked(WHEN, header) if _may_date(frame, p)]
    dated = [p for p in timed if len(rows[p].text) <= 160 and _says_when(rows, p)]
    for position in dated:
        before = re.split(r"\s[|•·–—-]\s|\s{2,}", rows[position].text)[0]
        names = split_names(before) if not find_dates(before) or find_dates(before)[0].start > 4 else []
        if names and all(_full(name) for name in names):
            return names
    for position in header if dated else ():
        near = any(abs(position - p) <= 2 for p in dated)
        if not near or not _may_date(frame, position) or len(rows[position].text) > 90:
            continue
        if (names := split_names(rows[position].text)) and all(_full(name) for name in names):
            return names
    return []


def _may_date(frame: Frame, position: int) -> bool:
    """A row below the headline that is no text."""
    return position > frame.title and frame.rows.role(position) not in ("body", "caption", "subheading")


def _says_when(rows: PageRows, position: int) -> bool:
    text = rows[position].text
    dated = bool(rows.marks[position] & FULL_DATE) and any(mention.year is not None for mention in find_dates(text))
    return dated or _AGO.search(text.lower()) is not None


def _full(name: str) -> bool:
    return 2 <= len(name.split()) <= 4 and not name.isupper()


def _byline_rows(frame: Frame) -> list[str]:
    for text in frame.rows.texts(frame.rows.having(("byline",))):
        if names := read_byline(text):
            return names
    return []
