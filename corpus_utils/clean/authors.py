"""Authors of a story: the record's, else the byline near the headline, else the one below the text.

Conventions
    Names as stated, in order, each once; [] where no byline is found. A name that stands alone on a line counts only between
    headline and text, beside a date line or a bare "By".
"""

from __future__ import annotations

import re

from .header import Frame
from .names import is_bare_opening, normal_case, read_byline, split_names


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
    for position in frame.header():
        row = frame.rows[position]
        if len(row.text) > 200 or row.role == "title":
            continue
        if is_bare_opening(row.text) and position + 1 < len(frame.rows):
            if names := read_byline(frame.rows[position + 1].text, explicit=True):
                return names
        elif names := read_byline(row.text):
            return names
    return []


def _byline_rows(frame: Frame) -> list[str]:
    for row in frame.rows:
        if row.role == "byline" and (names := read_byline(row.text)):
            return names
    return []
