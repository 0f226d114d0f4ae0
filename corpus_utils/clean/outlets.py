"""Which outlet a page says it is from: only from how pages name themselves, never from a list of outlets.

Conventions
    A name is stated where a line outside the article text has it before a slogan ("NAME – News and opinion about ..."), after a
    copyright sign, or after the title in the page's title line ("Title | NAME"); it counts once a second line outside the text
    repeats it. Spellings the project lists (`outlets` in corpus.toml) need to occur once only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from corpus_utils.clean.agencies import agency_named
from corpus_utils.clean.header import Frame
from corpus_utils.clean.line_marks import CALL, RIGHTS, SLOGAN
from corpus_utils.text import fold

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
# Patterns that begin with one class of characters are searched several times faster.
_CALL_BEGINS = re.compile(rf"[{''.join(sorted({call[0] for call in _CALLS.split('|')}))}](?<=(?={_CALLS}).)")


def _find_call(line: str) -> re.Match[str] | None:
    """`_CALL.search(line)`: case matters to what is looked for first, which is many times faster."""
    small = line.lower()
    if len(small) != len(line):  # a letter whose small form is longer
        return _CALL.search(line)
    return next(filter(None, (_CALL.match(line, begin.start()) for begin in _CALL_BEGINS.finditer(small))), None)


HEAD = 40  # characters of the headline with which a title line begins


def join_spellings(outlets: Sequence[str]) -> dict[str, str]:
    """Names of outlets that are to be read as another: those that differ by capitals, accents or spaces only, as the most frequent one.

    `outlets`: that of each article of the corpus, "" where none is stated. Of equally frequent spellings the first by alphabet is kept.
    """
    often = sorted(Counter(filter(None, outlets)).items(), key=lambda item: (-item[1], item[0]))
    first: dict[str, str] = {}
    return {name: kept for name, _ in often if (kept := first.setdefault(fold(name), name)) != name}


def find_outlet(frame: Frame, *, spellings: Mapping[str, Sequence[str]] | None = None) -> str:
    """The outlet's name as the page states it, "" where it is not stated twice in independent ways."""
    outside = frame.rows.having(OUTSIDE)
    for name, variants in (spellings or {}).items():
        spelt = "|".join(re.escape(v) for v in sorted({name, *variants}, key=lambda v: (-len(v), v)))
        if re.search(rf"(?<!\w)(?:{spelt})(?!\w)", "\n".join(frame.rows.texts(outside)), re.I):
            return name
    found = _named(frame, outside)
    stated = Counter(name for names in found.values() for name in names)
    if not stated:
        return ""
    good = [name for name in stated if _stands_twice(frame, name)]
    if len(good) > 1:  # a call alone names no outlet, but speaks for one of several
        points = Counter({name: 2 * stated[name] for name in good})
        calls = outside[(frame.rows.marks[outside] & CALL) != 0]
        for position, text in zip(calls.tolist(), frame.rows.texts(calls), strict=True):
            name = _name(_find_call(text))
            points[name] += name not in found.get(position, ())
        good.sort(key=lambda name: (points[name], len(name), name))
    return good[-1] if good else ""


def _stands_twice(frame: Frame, name: str) -> bool:
    """Two lines outside the text hold the name."""
    holding = (position for position in frame.rows.holding(name) if frame.rows.role(position) in OUTSIDE)
    return len(list(islice(holding, 2))) == 2


def _named(frame: Frame, outside: np.ndarray) -> dict[int, set[str]]:
    """Per position of a row the names that it states: before a slogan, behind a copyright sign, behind the headline."""
    rows, marks = frame.rows, frame.rows.marks[outside]
    furniture = rows.having(("boilerplate", "navigation"))
    slogans = furniture[(rows.marks[furniture] & SLOGAN) != 0]
    headed: list[int] = []
    if frame.title >= 0:
        title = rows[frame.title].text
        headed = [p for p in rows.holding(title[:HEAD]) if rows.role(p) in OUTSIDE and rows[p].text != title]
        headed = [p for p in headed if rows[p].text.startswith(title[:HEAD])]
    ways = (
        (_SLOGAN.match, slogans), (_COPYRIGHT.search, outside[(marks & RIGHTS) != 0]),
        (_PAGE_TITLE.search, np.array(headed, dtype=np.intp)),
    )  # fmt: skip
    found: dict[int, set[str]] = {}
    for look, positions in ways:
        for position, text in zip(positions.tolist(), rows.texts(positions), strict=True):
            if name := _name(look(text)):
                found.setdefault(position, set()).add(name)
    return found


def _name(match: re.Match[str] | None) -> str:
    """The name in what was found, "" where it can be no outlet's."""
    name = match.group(1).strip(" .-–—|") if match else ""
    return name if 3 <= len(name) <= 50 and not agency_named(name) else ""
