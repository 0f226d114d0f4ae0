"""What a heading-like line and the text around it tell about whether a new story begins there.

Conventions
    A page is a list of `Unit`s: its lines that are not blank and not set aside. A candidate is a unit that could be a headline; its
    features are numbers named in `FEATURES`, in that order, each roughly between -1 and 3 so that one set of weights serves.
    The features are about layout, about how words repeat on either side (lexical cohesion, Hearst 1997) and about how news
    begins (full names, weekdays, datelines); none is a word of one language except the weekday and opening-word tables.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .date_forms import find_weekdays

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+")
_CLOSED = re.compile(r"[.!?…。:;,][\"'”’»)\]]*$")
_SENTENCE_CLOSED = re.compile(r"[.!?…。:][\"'”’»)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•·▪◦‣*–—\-]|\(?\d{1,3}[.):]|[a-z]\))\s*")
_CLOCK = re.compile(r"^\W*(?:\d{1,2}[:.h]\d\d|\d{1,2}\s?[ap]\.?m)|\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m|uhr|GMT|CET|ET|UTC|h)\b", re.I)
_PRONOUN = re.compile(
    r"^[\"“«‘']?(?:he|she|it|they|this|these|that|those|but|and|so|also|however|the (?:two|latter|former)|his|her|their|its|we|you|i|"
    r"él|ella|ellos|esto|esta|este|pero|y|además|sin embargo|ele|ela|eles|isso|mas|e|também|il|elle|ils|ce|cette|mais|et|er|sie|es|"
    r"dies\w*|aber|und|auch|он|она|они|это|но|и|также)(?!\w)",
    re.I,
)
_DATELINE = re.compile(r"^[A-ZÀ-ÝА-ЯЁ][\w .,'’\-]{1,40}(?:\([^)]{2,40}\))?\s*(?:[–—]|--|-\s)|^\(?[A-Z]{2,}[\w ]*\)?\s*[–—-]\s")
_BYLINE = re.compile(r"^(?:by|por|par|von|автор|di)\s+[A-ZÀ-ÝА-ЯЁ]", re.I)
_SMALL = frozenset(
    "a an and as at but by for from in into is nor of on or over the to up via with vs how what why who after it its de del la las los el y e o u en con "
    "por para un una do da dos das no na em que le les et ou à au aux des du dans sur pour der die das und von zu im den dem mit auf für "
    "и в на с по о об из за к у от до не что как".split()
)
ROLES = ("title", "body", "subheading", "teaser", "caption", "navigation", "boilerplate", "promotion")  # may turn out to be a headline
TEXT = ("body", "subheading", "title", "teaser")  # what running text may have been labelled


@dataclass
class Unit:
    """A line of the page: offsets, stripped text, role given so far, and its words."""

    start: int
    end: int
    text: str
    role: str
    bag: Counter[str] = field(default_factory=Counter)
    names: frozenset[str] = frozenset()
    tokens: list[str] = field(default_factory=list)

    @property
    def long(self) -> bool:
        """A paragraph of running text rather than a heading."""
        return self.role in TEXT and (len(self.tokens) > 22 or (len(self.tokens) > 8 and bool(_SENTENCE_CLOSED.search(self.text))))


def make_unit(start: int, end: int, text: str, role: str) -> Unit:
    """A unit with its words: a bag of stems (first six letters of longer words) and the words capitalised inside sentences."""
    tokens = _TOKEN.findall(text[:6000])
    bag = Counter(_stem(word) for word in tokens if len(word) > 3 or (word[:1].isupper() and len(word) > 1) or word.isdigit())
    for word in tokens:
        if word.lower() in _SMALL:
            bag.pop(_stem(word), None)
    names = frozenset(
        m.group() for m in re.finditer(r"(?<=[^\W\d_][ ,] )?(?<![.!?:“\"«] )(?<!^)\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,}", text[:6000])
    )
    return Unit(start, end, text, role, bag, names, tokens)


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return word.lower()[:6]


def candidates(units: Sequence[Unit]) -> list[int]:
    """Positions of units that could be headlines of a second or later story: heading-like, below a paragraph and above one."""
    found = []
    seen_text = False
    for position, unit in enumerate(units):
        if seen_text and could_be_headline(unit) and _text_below(units, position):
            found.append(position)
        seen_text = seen_text or unit.long
    return found


def could_be_headline(unit: Unit) -> bool:
    """Heading-like by itself: two to thirty-two words, at most 230 characters, no bullet, not starting in lower case.

    Lines that end in a full stop count while they are short.
    """
    words = len(unit.tokens)
    if unit.role not in ROLES or not 2 <= words <= 36 or len(unit.text) > 260 or unit.text[:1].islower():
        return False
    if unit.text[-1:] in ",;:–—-(" or re.match(r"^\s*[•·▪◦‣*]\s", unit.text):
        return False
    return not _SENTENCE_CLOSED.search(unit.text) or unit.text[-1:] in "?!" or words <= 22


def _text_below(units: Sequence[Unit], position: int) -> bool:
    return any(unit.long for unit in units[position + 1 : position + 6])


COMMON = Path(__file__).parent / "weights" / "common_stems.json"
RAREST = 5.0  # weight of a stem that is not among the common ones


@lru_cache(maxsize=1)
def common_stems() -> dict[str, float]:
    """Inverse document frequency of stems that news uses everywhere, in several languages; all others weigh `RAREST`."""
    return json.loads(COMMON.read_text(encoding="utf-8"))["idf"] if COMMON.exists() else {}


FEATURES = (
    "bias", "words", "few words", "many words", "capitals", "closed", "question", "colon", "quotes", "digit first", "numbered", "clock",
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "depth", "names shared", "names lead", "title right", "title left", "title contrast",
    "lead pronoun", "lead weekday", "lead dateline", "lead full name", "lead length", "byline below", "heading below", "heading above",
    "above closed", "density", "spacing up", "spacing down", "rank cohesion", "like others", "last name alone", "lead in title",
    "rare shared", "rare shared near", "goes on", "resumes", "capitals stand out", "longest near", "title rare right", "title rare left", "first words above",
    "full name again", "opens like news",
)  # fmt: skip


def page_features(units: Sequence[Unit], found: Sequence[int]) -> list[list[float]]:
    """One row of feature values per candidate; `found` are the positions of the page's candidates."""
    texts = [p for p, unit in enumerate(units) if unit.long]
    wide = []
    for position in found:
        cut = bisect_right(texts, position)
        wide.append(cosine(_sum([units[p] for p in texts[max(0, cut - 12) : cut]]), _sum([units[p] for p in texts[cut : cut + 12]])))
    total = sum(wide)
    rows = []
    for number, position in enumerate(found):
        others = (total - wide[number]) / (len(found) - 1) if len(found) > 1 else wide[number]
        rows.append(_features(units, position, found, texts, wide[number], others))
    return rows


def _features(
    units: Sequence[Unit], position: int, found: Sequence[int], texts: Sequence[int], wide: float, others: float
) -> list[float]:
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
    near = [cosine(_sum(left[-size:]), _sum(right[:size])) for size in (1, 3)] + [wide]
    everything = cosine(_sum(left), _sum(own[:40]))
    inner = cosine(_sum(own[::2]), _sum(own[1::2])) if len(own) > 3 else 0.3
    left_names = {name for u in left[-25:] for name in u.names}
    own_names = {name for u in own[:8] for name in u.names}
    lead_names = lead.names
    title_bag = unit.bag
    title_right = _covered(title_bag, _sum(own[:6]))
    title_left = _covered(title_bag, _sum(left[-8:]))
    headings = [p for p in found if p != position]
    return [
        1.0,
        min(words, 24) / 10,
        1.0 if words <= 3 else 0.0,
        1.0 if words > 18 else 0.0,
        _capitals(unit),
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
        _share(own_names, left_names),
        _share(lead_names, left_names),
        title_right,
        title_left,
        title_right - title_left,
        1.0 if _PRONOUN.match(lead.text) else 0.0,
        1.0 if _weekday_in(lead.text) else 0.0,
        1.0 if _DATELINE.match(lead.text) else 0.0,
        1.0 if _new_full_name(lead.text, left) else 0.0,
        min(len(lead.tokens), 60) / 30,
        1.0 if any(_BYLINE.match(u.text) for u in units[position + 1 : position + 3]) else 0.0,
        1.0 if position + 1 < len(units) and not units[position + 1].long else 0.0,
        1.0 if not units[position - 1].long else 0.0,
        1.0 if _SENTENCE_CLOSED.search(units[position - 1].text) else 0.0,
        min(1.0, 3 * len(found) / max(1, len(texts))),
        math.log1p(position - before) / 2,
        math.log1p(until - position) / 2,
        2 * (others - wide),
        _alike(unit, [units[p] for p in headings]),
        1.0 if _surname_alone(lead.text, left) else 0.0,
        _covered(lead.bag, title_bag) if lead.bag else 0.0,
        3 * _rare_shared(_sum(left[-12:]), _sum(own[:12])),
        3 * _rare_shared(_sum(left[-4:]), _sum(right[:4])),
        2 * (cosine(_sum(own[:12]), _sum(beyond)) - cosine(_sum(own[:12]), _sum(left[-12:]))) if beyond else 0.0,
        3 * cosine(_sum(left[-12:]), _sum(beyond)) if beyond else 0.3,
        _capitals(unit) - (sum(_capitals(units[p]) for p in headings[:60]) / len(headings[:60]) if headings else 0.3),
        1.0 if all(len(units[p].tokens) <= words for p in headings if abs(p - position) <= 12) else 0.0,
        _rare_shared(title_bag, _sum(own[:8])),
        _rare_shared(title_bag, _sum(left[-12:])),
        _rare_shared(lead.bag, _sum(left[-25:])),
        1.0 if _full_name_again(lead.text, left) else 0.0,
        1.0 if _OPENING.search(lead.text[:300]) else 0.0,
    ]


def _until(units: Sequence[Unit], position: int, found: Sequence[int]) -> int:
    after = bisect_right(found, position + 1)
    return found[after] if after < len(found) else len(units)


def _since(position: int, found: Sequence[int]) -> int:
    before = bisect_left(found, position)
    return found[before - 1] if before else 0


def _sum(units: Sequence[Unit]) -> Counter[str]:
    total: Counter[str] = Counter()
    for unit in units:
        total.update(unit.bag)
    return total


def cosine(one: Counter[str], two: Counter[str]) -> float:
    """Cosine of two bags: square-root counts times inverse document frequency; 0 where either is empty."""
    idf = common_stems()
    if len(one) > len(two):
        one, two = two, one
    product = sum(math.sqrt(n * two[w]) * idf.get(w, RAREST) ** 2 for w, n in one.items() if w in two)
    if not product:
        return 0.0
    return product / math.sqrt(_size(one, idf) * _size(two, idf))


def _size(bag: Counter[str], idf: dict[str, float]) -> float:
    return sum(n * idf.get(w, RAREST) ** 2 for w, n in bag.items())


def _covered(bag: Counter[str], other: Counter[str]) -> float:
    """Share of a bag's words, by weight, that occur in another."""
    idf = common_stems()
    total = sum(idf.get(w, RAREST) for w in bag)
    return sum(idf.get(w, RAREST) for w in bag if w in other) / total if total else 0.0


def _rare_shared(one: Counter[str], two: Counter[str]) -> float:
    """Share of the rare words of the smaller bag that the other one has too."""
    idf = common_stems()
    first, second = ({w for w in bag if w not in idf and not w.isdigit()} for bag in (one, two))
    return len(first & second) / max(4, min(len(first), len(second)))


def _share(names: set[str] | frozenset[str], known: set[str]) -> float:
    return len(names & known) / len(names) if names else 0.3


def _capitals(unit: Unit) -> float:
    """Share of words that are capitalised although they need not be: headline case. All capitals count as one half."""
    words = [w for w in unit.tokens[1:] if w.lower() not in _SMALL and w[0].isalpha()]
    if not words:
        return 0.3
    share = sum(1 for w in words if w[0].isupper()) / len(words)
    return share / 2 if unit.text.isupper() else share


def _weekday_in(text: str) -> bool:
    return next(find_weekdays(text[:400], "en"), None) is not None


_FULL_NAME = re.compile(r"\b[A-ZÀ-ÝА-ЯЁ][^\W\d_]+ (?:[A-Z]\. )?(?:(?:de|van|von|al|el|bin|da) )?([A-ZÀ-ÝА-ЯЁ][^\W\d_]{2,})")


def _new_full_name(text: str, left: Sequence[Unit]) -> bool:
    return any(not any(m.group() in u.text for u in left[-30:]) for m in _FULL_NAME.finditer(text[:500]))


# A title of office before a full name, or a weekday beside a past verb: what the first sentence of a report has, and a later one lacks.
_OPENING = re.compile(
    r"(?:[A-ZÀ-Ý][\w’'\-]+ ){1,4}(?:President|Minister|Secretary|Chancellor|Governor|Senator|Ambassador|Director|Mayor|Chairman|Leader|Judge|General|"
    r"presidente|presidenta|ministro|ministra|secretario|secretaria|gobernador|senador|premier|kanzler|ministre|président)[\w ’',\-]{0,30}? [A-ZÀ-Ý][\w’'\-]+ [A-ZÀ-Ý]"
    r"|(?:[Oo]n|[Ee]l|[Nn]a|[Nn]o|[Aa]m|[Вв]о?|[Cc]e|this|este|diesen) (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|lunes|martes|miércoles|jueves|viernes|sábado|domingo|"
    r"segunda|terça|quarta|quinta|sexta|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|"
    r"понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)"
)


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
    "depth", "title right", "title contrast", "rank cohesion", "goes on", "title rare right", "opens like news", "lead dateline", "lead weekday",
    "lead full name", "byline below", "words", "capitals",
)  # fmt: skip
FALLING = (
    "cohesion 1", "cohesion 3", "cohesion 12", "cohesion all", "names shared", "names lead", "title left", "rare shared", "rare shared near", "resumes",
    "title rare left", "first words above", "last name alone", "numbered", "closed", "lead pronoun", "full name again", "clock",
)  # fmt: skip


def news_briefs(units: Sequence[Unit], found: Sequence[int]) -> list[int]:
    """Positions of the headlines of a page of short reports on one subject, where vocabulary does not change from story to story.

    Three or more candidates of one style (headline case or sentence case, five to eighteen words, not closed by a full stop, not a
    question) above paragraphs, most of whose first sentences open like news. Elsewhere: [].
    """
    for low, high in ((0.7, 1.01), (-0.01, 0.5)):
        styled = [p for p in found if _headline_style(units, p, low, high)]
        leads = [next(u for u in units[p + 1 :] if u.long) for p in styled]
        opening = sum(1 for lead in leads if _OPENING.search(lead.text[:300]) or _DATELINE.match(lead.text))
        if len(styled) >= 3 and opening >= max(3, 0.6 * len(styled)):
            return styled
    return []


def _headline_style(units: Sequence[Unit], position: int, low: float, high: float) -> bool:
    unit = units[position]
    return (
        5 <= len(unit.tokens) <= 18 and low <= _capitals(unit) < high and not _SENTENCE_CLOSED.search(unit.text) and not unit.text.rstrip("”\"'’)").endswith("?")
        and unit.text[:1] not in "-–—" and position + 1 < len(units) and units[position + 1].long and units[position - 1].long
    )  # fmt: skip
