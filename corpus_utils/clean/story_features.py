"""What a heading-like line and the text around it tell about whether a new story begins there.

Conventions
    A page is a list of `Unit`s: its lines that are not blank and not set aside. A candidate is a unit that could be a headline; its
    features are numbers named in `FEATURES`, in that order, each roughly between -1 and 3 so that one set of weights serves.
    The features are about layout, about how words repeat on either side (lexical cohesion, Hearst 1997) and about how news
    begins (full names, weekdays, datelines); none is a word of one language except the weekday and opening-word tables.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from .briefs import DATELINE, OPENING
from .date_forms import find_weekdays
from .story_units import SENTENCE_CLOSED, Unit, add_bags, capitals, cosine, covered, rare_shared, share

_CLOSED = re.compile(r"[.!?…。:;,][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*–—\-]|\(?\d{1,3}[.):]|[a-z]\))\s*")
_CLOCK = re.compile(r"^\W*(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?[ap]\.?m)|\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m|uhr|GMT|CET|ET|UTC|h)\b", re.I)
_PRONOUN = re.compile(
    r"^[\"“«‘']?(?:he|she|it|they|this|these|that|those|but|and|so|also|however|the (?:two|latter|former)|his|her|their|its|we|you|i|"
    r"él|ella|ellos|esto|esta|este|pero|y|además|sin embargo|ele|ela|eles|isso|mas|e|também|il|elle|ils|ce|cette|mais|et|er|sie|es|"
    r"dies\w*|aber|und|auch|он|она|они|это|но|и|также)(?!\w)",
    re.I,
)
_BYLINE = re.compile(r"^(?:by|por|par|von|автор|di)\s+[A-ZÀ-ÝА-ЯЁ]", re.I)
FEATURES = (
    "bias", "words", "few words", "many words", "capitals", "closed", "question", "colon", "quotes", "digit first", "numbered", "clock",
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "depth", "names shared", "names lead", "title right", "title"
    " left", "title contrast",
    "lead pronoun", "lead weekday", "lead dateline", "lead full name", "lead length", "byline below", "heading below", "heading above",
    "above closed", "density", "spacing up", "spacing down", "rank cohesion", "like others", "last name alone", "lead in title",
    "rare shared", "rare shared near", "goes on", "resumes", "capitals stand out", "longest near", "title rare right", "title"
    " rare left", "first words above",
    "full name again", "opens like news",
)  # fmt: skip


def page_features(units: Sequence[Unit], found: Sequence[int]) -> list[list[float]]:
    """One row of feature values per candidate; `found` are the positions of the page's candidates."""
    texts = [p for p, unit in enumerate(units) if unit.long]
    wide = []
    for position in found:
        cut = bisect_right(texts, position)
        wide.append(
            cosine(add_bags([units[p] for p in texts[max(0, cut - 12) : cut]]), add_bags([units[p] for p in texts[cut : cut + 12]]))
        )
    total = sum(wide)
    rows = []
    for number, position in enumerate(found):
        others = (total - wide[number]) / (len(found) - 1) if len(found) > 1 else wide[number]
        rows.append(_features(units, position, found, texts, wide[number], others))
    return rows


def _features(units: Sequence[Unit], position: int, found: Sequence[int], texts: Sequence[int], wide: float, others: float) -> list[float]:
    unit = units[position]
    words = len(unit.tokens)
    cut = bisect_right(texts, position)
    left = [units[p] for p in texts[max(0, cut - 40) : cut]]
    right = [units[p] for p in texts[cut : cut + 12]]
    lead = right[0]
    ahead = [units[p] for p in texts[cut : cut + 30]]
    until = _until(units, position, found)
    own = [u for u in units[position + 1 : until] if u.long] or [lead]
    before = _since(position, found)
    beyond = [u for u in ahead if u.start >= units[until].start][:12] if until < len(units) else []
    near = [cosine(add_bags(left[-size:]), add_bags(right[:size])) for size in (1, 3)] + [wide]
    everything = cosine(add_bags(left), add_bags(own[:40]))
    inner = cosine(add_bags(own[::2]), add_bags(own[1::2])) if len(own) > 3 else 0.3
    left_names = {name for u in left[-25:] for name in u.names}
    own_names = {name for u in own[:8] for name in u.names}
    lead_names = lead.names
    title_bag = unit.bag
    title_right = covered(title_bag, add_bags(own[:6]))
    title_left = covered(title_bag, add_bags(left[-8:]))
    headings = [p for p in found if p != position]
    return [
        1.0,
        min(words, 24) / 10,
        1.0 if words <= 3 else 0.0,
        1.0 if words > 18 else 0.0,
        capitals(unit),
        1.0 if _CLOSED.search(unit.text) and unit.text[-1] not in "?!" else 0.0,
        1.0 if unit.text.rstrip("”\"'’)").endswith("?") else 0.0,
        1.0 if ":" in unit.text[:-1] else 0.0,
        1.0 if re.search(r"[“\"«‘]", unit.text) else 0.0,
        1.0 if unit.text[:1].isdigit() else 0.0,
        1.0 if _BULLET.match(unit.text) else 0.0,
        1.0 if _CLOCK.search(unit.text) else 0.0,
        4 * near[0],
        3 * near[1],
        2 * near[2],
        2 * everything,
        2 * (inner - near[2]),
        share(own_names, left_names),
        share(lead_names, left_names),
        title_right,
        title_left,
        title_right - title_left,
        1.0 if _PRONOUN.match(lead.text) else 0.0,
        1.0 if _weekday_in(lead.text) else 0.0,
        1.0 if DATELINE.match(lead.text) else 0.0,
        1.0 if _new_full_name(lead.text, left) else 0.0,
        min(len(lead.tokens), 60) / 30,
        1.0 if any(_BYLINE.match(u.text) for u in units[position + 1 : position + 3]) else 0.0,
        1.0 if position + 1 < len(units) and not units[position + 1].long else 0.0,
        1.0 if not units[position - 1].long else 0.0,
        1.0 if SENTENCE_CLOSED.search(units[position - 1].text) else 0.0,
        min(1.0, 3 * len(found) / max(1, len(texts))),
        math.log1p(position - before) / 2,
        math.log1p(until - position) / 2,
        2 * (others - wide),
        _alike(unit, [units[p] for p in headings]),
        1.0 if _surname_alone(lead.text, left) else 0.0,
        covered(lead.bag, title_bag) if lead.bag else 0.0,
        3 * rare_shared(add_bags(left[-12:]), add_bags(own[:12])),
        3 * rare_shared(add_bags(left[-4:]), add_bags(right[:4])),
        2 * (cosine(add_bags(own[:12]), add_bags(beyond)) - cosine(add_bags(own[:12]), add_bags(left[-12:]))) if beyond else 0.0,
        3 * cosine(add_bags(left[-12:]), add_bags(beyond)) if beyond else 0.3,
        capitals(unit) - (sum(capitals(units[p]) for p in headings[:60]) / len(headings[:60]) if headings else 0.3),
        1.0 if all(len(units[p].tokens) <= words for p in headings if abs(p - position) <= 12) else 0.0,
        rare_shared(title_bag, add_bags(own[:8])),
        rare_shared(title_bag, add_bags(left[-12:])),
        rare_shared(lead.bag, add_bags(left[-25:])),
        1.0 if _full_name_again(lead.text, left) else 0.0,
        1.0 if OPENING.search(lead.text[:300]) else 0.0,
    ]


def _until(units: Sequence[Unit], position: int, found: Sequence[int]) -> int:
    after = bisect_right(found, position + 1)
    return found[after] if after < len(found) else len(units)


def _since(position: int, found: Sequence[int]) -> int:
    before = bisect_left(found, position)
    return found[before - 1] if before else 0


def _weekday_in(text: str) -> bool:
    return next(find_weekdays(text[:400], "en"), None) is not None


_FULL_NAME = re.compile(r"\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]+ (?:[A-Z]\. )?(?:(?:de|van|von|al|el|bin|da) )?([A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,})")


def _new_full_name(text: str, left: Sequence[Unit]) -> bool:
    return any(not any(m.group() in u.text for u in left[-30:]) for m in _FULL_NAME.finditer(text[:500]))


def _full_name_again(text: str, left: Sequence[Unit]) -> bool:
    """The lead gives a full name that was already given above: within one story the surname would do."""
    return any(any(m.group() in u.text for u in left[-30:]) for m in _FULL_NAME.finditer(text[:400]))


def _surname_alone(text: str, left: Sequence[Unit]) -> bool:
    """The lead uses a bare surname that a full name introduced above: the story goes on."""
    introduced = {m.group(1) for u in left[-30:] for m in _FULL_NAME.finditer(u.text[:3000])}
    full_here = {m.group(1) for m in _FULL_NAME.finditer(text)}
    bare = {m.group() for m in re.finditer(r"(?<![A-ZÀ-ÝА-ЯЁ\w] )(?<!\w)[A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,}(?! [A-ZÀ-ÝА-ЯЁ])", text[:400])}
    return bool((bare & introduced) - full_here)


def _alike(unit: Unit, others: Sequence[Unit]) -> float:
    if not others:
        return 0.0
    mean = sum(len(u.tokens) for u in others) / len(others)
    return max(-1.0, min(1.5, (len(unit.tokens) - mean) / 8))


RISING = (
    "depth", "title right", "title contrast", "rank cohesion", "goes on", "title rare right", "opens like news", "lead dateline",
    "lead weekday",
    "lead full name", "byline below", "words", "capitals",
)  # fmt: skip
FALLING = (
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "names shared", "names lead", "title left", "rare shared", "rare"
    " shared near", "resumes",
    "title rare left", "first words above", "last name alone", "numbered", "closed", "lead pronoun", "full name again", "clock",
)  # fmt: skip
