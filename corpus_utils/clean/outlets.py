"""Which outlet a page says it is from: only from how pages name themselves, never from a list of outlets.

Conventions
    A name is stated where a line outside the article text has it before a slogan ("NAME – News and opinion about ..."), after a
    copyright sign, or after the title in the page's title line ("Title | NAME"); it counts once a second line outside the text
    repeats it. Spellings the project lists (`outlets` in corpus.toml) need to occur once only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

from .agencies import agency_named
from .header import Frame, Row

OUTSIDE = ("navigation", "interface", "promotion", "boilerplate", "credit", "title", "byline")
_NAME = (
    r"((?:The |El |La |Le |Der |Die |Das )?[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*"
    r"(?: (?:of|de|del|da|do|di|the|and|y|&|[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*)){0,4})"
)
_SLOGAN = re.compile(rf"^{_NAME}\s*[–—|:-]\s+(?=\S+(?: \S+){{2,}})")
_COPYRIGHT = re.compile(rf"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{{4}}(?:\s?[-–]\s?\d{{4}})?\s*)?(?:by )?{_NAME}", re.I)
_PAGE_TITLE = re.compile(rf"\s[|–—·»-]\s{_NAME}\s*$")
_CALL = re.compile(  # each beginning that is ASCII is among `_CALLS`, too
    rf"(?:support|stand with|subscribe to|follow|donate to|welcome to|about|contact|join|more from|read more (?:from|on)"
    rf"|apoya(?: a)?|suscríbete a|"
    rf"síguenos en|soutenez|abonnez-vous à|unterstützen sie|translation:|traducción:|source:|fuente:)\s+{_NAME}",
    re.I,
)
_CALLS = (
    "support", "stand with", "subscribe to", "follow", "donate to", "welcome to", "about", "contact", "join", "more from", "read more on",
    "apoya", "soutenez", "translation:", "source:", "fuente:",
)  # fmt: skip


_WAYS = ((_SLOGAN, 2), (_COPYRIGHT, 2), (_PAGE_TITLE, 2), (_CALL, 1))


def _rows_with(rows: Sequence[Row], words: Sequence[str]) -> set[int]:
    """Positions of the rows that hold one of some words, large or small, and of all that are not ASCII: far cheaper than a pattern."""
    plain = [row.text.lower() if row.text.isascii() else "" for row in rows]  # outside ASCII, letters have more than one small form
    starts = list(accumulate((len(text) + 1 for text in plain), initial=0))
    page, found = "\n".join(plain), {position for position, row in enumerate(rows) if not row.text.isascii()}
    for word in words:
        at = page.find(word)
        while at >= 0:
            found.add(bisect_right(starts, at) - 1)
            at = page.find(word, at + 1)
    return found


def find_outlet(frame: Frame, *, spellings: Mapping[str, Sequence[str]] | None = None) -> str:
    """The outlet's name as the page states it, "" where it is not stated twice in independent ways."""
    outside = [row for row in frame.rows if row.role in OUTSIDE]
    for name, variants in (spellings or {}).items():
        spelt = "|".join(re.escape(v) for v in sorted({name, *variants}, key=lambda v: (-len(v), v)))
        if any(re.search(rf"(?<!\w)(?:{spelt})(?!\w)", row.text, re.I) for row in outside):
            return name
    title = frame.rows[frame.title].text if frame.title >= 0 else ""
    points: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    rights, calls = _rows_with(outside, ("copyright", "(c)")), _rows_with(outside, _CALLS)
    for position, row in enumerate(outside):
        found = set()
        may_head = bool(title) and row.text.startswith(title[:40]) and row.text != title
        may = (row.role in ("boilerplate", "navigation"), position in rights, may_head, position in calls)
        for (pattern, weight), possible in zip(_WAYS, may, strict=True):
            match = pattern.search(row.text) if possible else None
            if not match:
                continue
            name = match.group(1).strip(" .-–—|")
            if 3 <= len(name) <= 50 and not agency_named(name) and name not in found:
                found.add(name)
                points[name] += weight
                stated[name] += weight == 2
    good = [name for name in points if stated[name] and _repeated(name, outside) >= 2]
    return max(good, key=lambda name: (points[name], len(name), name)) if good else ""


def _repeated(name: str, rows: Sequence[Row]) -> int:
    return sum(1 for row in rows if name in row.text)
