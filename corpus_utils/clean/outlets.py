"""Which outlet a page says it is from: only from how pages name themselves, never from a list of outlets.

Conventions
    A name is stated where a line outside the article text has it before a slogan ("NAME – News and opinion about ..."), after a
    copyright sign, or after the title in the page's title line ("Title | NAME"); it counts once a second line outside the text
    repeats it. Spellings the project lists (`outlets` in corpus.toml) need to occur once only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from corpus_utils.clean.agencies import agency_named
from corpus_utils.clean.header import Frame
from corpus_utils.clean.line_marks import CALL, RIGHTS, SLOGAN

OUTSIDE = ("navigation", "interface", "promotion", "boilerplate", "credit", "title", "byline")
_NAME = (
    r"((?:The |El |La |Le |Der |Die |Das )?[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*"
    r"(?: (?:of|de|del|da|do|di|the|and|y|&|[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*)){0,4})"
)
_SLOGAN = re.compile(rf"^{_NAME}\s*[–—|:-]\s+(?=\S+(?: \S+){{2,}})")
_COPYRIGHT = re.compile(rf"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{{4}}(?:\s?[-–]\s?\d{{4}})?\s*)?(?:by )?{_NAME}", re.I)
_PAGE_TITLE = re.compile(rf"\s[|–—·»-]\s{_NAME}\s*$")
_CALLS = (  # the first word of each is among those of `line_marks.CALL`, too
    r"support|stand with|subscribe to|follow|donate to|welcome to|about|contact|join|more from|read more (?:from|on)|apoya(?: a)?"
    r"|suscríbete a|síguenos en|soutenez|abonnez-vous à|unterstützen sie|translation:|traducción:|source:|fuente:"
)
_CALL = re.compile(rf"(?:{_CALLS})\s+{_NAME}", re.I)
_CALL_BEGINS = re.compile(rf"(?=[{''.join(sorted({call[0] for call in _CALLS.split('|')}))}])(?={_CALLS})")


def _find_call(line: str) -> re.Match[str] | None:
    """`_CALL.search(line)`: case matters to what is looked for first, which is many times faster."""
    small = line.lower()
    if len(small) != len(line):  # a letter whose small form is longer
        return _CALL.search(line)
    return next(filter(None, (_CALL.match(line, begin.start()) for begin in _CALL_BEGINS.finditer(small))), None)


_WAYS: tuple[tuple[Callable[[str], re.Match[str] | None], int], ...] = (
    (_SLOGAN.search, 2),
    (_COPYRIGHT.search, 2),
    (_PAGE_TITLE.search, 2),
    (_find_call, 1),
)
HEAD = 40  # characters of the headline with which a title line begins


def find_outlet(frame: Frame, *, spellings: Mapping[str, Sequence[str]] | None = None) -> str:
    """The outlet's name as the page states it, "" where it is not stated twice in independent ways."""
    outside = frame.rows.having(OUTSIDE)
    for name, variants in (spellings or {}).items():
        spelt = "|".join(re.escape(v) for v in sorted({name, *variants}, key=lambda v: (-len(v), v)))
        if re.search(rf"(?<!\w)(?:{spelt})(?!\w)", "\n".join(frame.rows.texts(outside)), re.I):
            return name
    points: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for position, *ways in _possible(frame, outside):
        found = set()
        for (find, weight), possible in zip(_WAYS, ways, strict=True):
            match = find(frame.rows[position].text) if possible else None
            if not match:
                continue
            name = match.group(1).strip(" .-–—|")
            if 3 <= len(name) <= 50 and not agency_named(name) and name not in found:
                found.add(name)
                points[name] += weight
                stated[name] += weight == 2
    lines = frame.rows.texts(outside) if any(stated.values()) else []
    good = [name for name in points if stated[name] and sum(name in line for line in lines) >= 2]
    return max(good, key=lambda name: (points[name], len(name), name)) if good else ""


def _possible(frame: Frame, outside: np.ndarray) -> Iterator[tuple[int, bool, bool, bool, bool]]:
    """Positions of the rows in which an outlet may be named, and whether in each of the `_WAYS`."""
    rows, marks = frame.rows, frame.rows.marks[outside]
    slogan = ((marks & SLOGAN) != 0) & np.isin(outside, rows.having(("boilerplate", "navigation")))
    headed = np.zeros(len(outside), dtype=bool)
    if frame.title >= 0:
        title = rows[frame.title].text
        headed = np.array([line.startswith(title[:HEAD]) and line != title for line in rows.texts(outside)], dtype=bool)
    ways = np.stack([slogan, (marks & RIGHTS) != 0, headed, (marks & CALL) != 0], axis=1)
    some = np.flatnonzero(ways.any(axis=1) & ways[:, :3].any())  # a call alone never names an outlet
    for position, (first, second, third, fourth) in zip(outside[some].tolist(), ways[some].tolist(), strict=True):
        yield position, first, second, third, fourth
