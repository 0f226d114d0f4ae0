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

from corpus_utils.clean.agencies import agency_named
from corpus_utils.clean.header import Frame, texts_of

OUTSIDE = ("navigation", "interface", "promotion", "boilerplate", "credit", "title", "byline")
_NAME = (
    r"((?:The |El |La |Le |Der |Die |Das )?[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*"
    r"(?: (?:of|de|del|da|do|di|the|and|y|&|[A-ZÀ-ÝА-ЯЁ0-9][\w'’&.\-]*)){0,4})"
)
_SLOGAN = re.compile(rf"^{_NAME}\s*[–—|:-]\s+(?=\S+(?: \S+){{2,}})")
_COPYRIGHT = re.compile(rf"(?:©|\(c\)|copyright)\s*(?:©\s*)?(?:\d{{4}}(?:\s?[-–]\s?\d{{4}})?\s*)?(?:by )?{_NAME}", re.I)
_PAGE_TITLE = re.compile(rf"\s[|–—·»-]\s{_NAME}\s*$")
_CALL = re.compile(  # each beginning is among `_CALLS`, too
    rf"(?:support|stand with|subscribe to|follow|donate to|welcome to|about|contact|join|more from|read more (?:from|on)"
    rf"|apoya(?: a)?|suscríbete a|"
    rf"síguenos en|soutenez|abonnez-vous à|unterstützen sie|translation:|traducción:|source:|fuente:)\s+{_NAME}",
    re.I,
)
_CALLS = (
    "support", "stand with", "subscribe to", "follow", "donate to", "welcome to", "about", "contact", "join", "more from", "read more on",
    "apoya", "suscríbete a", "síguenos en", "soutenez", "abonnez-vous à", "unterstützen sie", "translation:", "traducción:", "source:",
    "fuente:",
)  # fmt: skip
_RIGHTS = ("copyright", "(c)", "©")
_DASHED = ("– ", "— ", "| ", ": ", "- ")  # behind the name in front of a slogan
_WAYS = ((_SLOGAN, 2), (_COPYRIGHT, 2), (_PAGE_TITLE, 2), (_CALL, 1))


def _lines_with(page: str, starts: Sequence[int], words: Sequence[str]) -> set[int]:
    """Which lines of a page hold one of some words: far cheaper than a pattern."""
    found = set()
    for word in words:
        at = page.find(word)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            found.add(number)
            at = page.find(word, starts[number + 1] - 1)  # that line is known
    return found


def find_outlet(frame: Frame, *, spellings: Mapping[str, Sequence[str]] | None = None) -> str:
    """The outlet's name as the page states it, "" where it is not stated twice in independent ways."""
    outside = texts_of(frame.rows, OUTSIDE)
    lines = [text for _, text in outside]
    page = "\n".join(lines)
    for name, variants in (spellings or {}).items():
        spelt = "|".join(re.escape(v) for v in sorted({name, *variants}, key=lambda v: (-len(v), v)))
        if re.search(rf"(?<!\w)(?:{spelt})(?!\w)", page, re.I):
            return name
    title = frame.rows[frame.title].text if frame.title >= 0 else ""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    small = page.lower()
    if len(small) != len(page):  # a letter whose small form is longer: lines are looked up by place
        small = "".join(char.lower() if len(char.lower()) == 1 else char for char in page)
    heads = {number for number in _lines_with(page, starts, (title[:40],)) if lines[number] != title} if title else set()
    dashed = _lines_with(page, starts, _DASHED)
    ways = (
        {number for number in dashed if outside[number][0] in ("boilerplate", "navigation")}, _lines_with(small, starts, _RIGHTS),
        {number for number in heads if lines[number].startswith(title[:40])}, _lines_with(small, starts, _CALLS),
    )  # fmt: skip
    points: Counter[str] = Counter()
    stated: Counter[str] = Counter()
    for number in sorted(set().union(*ways)):
        found = set()
        for (pattern, weight), possible in zip(_WAYS, ways, strict=True):
            match = pattern.search(lines[number]) if number in possible else None
            if not match:
                continue
            name = match.group(1).strip(" .-–—|")
            if 3 <= len(name) <= 50 and not agency_named(name) and name not in found:
                found.add(name)
                points[name] += weight
                stated[name] += weight == 2
    good = [name for name in points if stated[name] and len(_lines_with(page, starts, (name,))) >= 2]
    return max(good, key=lambda name: (points[name], len(name), name)) if good else ""
