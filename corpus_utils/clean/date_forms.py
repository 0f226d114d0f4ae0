"""How dates are written: explicit dates in many forms and languages, found with their offsets, none of them interpreted.

Conventions
    `find_dates(text)` gives `Mention`s in reading order, not overlapping; offsets are code points into `text`.
    A mention says what is written: a missing year is None, a missing day is None (month and year only). Numeric dates that can be
    read two ways carry both readings, day first and month first; `order` ("dmy" or "mdy") settles them where the language or the
    page does. Two-digit years are read as 1970-2069.
    What a date is a date *of* is decided in `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from corpus_utils.clean.date_patterns import BY_MONTH, NAMED, READERS, SIGN, SIGNS, date_patterns, is_false, month_pattern, read_numeric
from corpus_utils.clean.date_words import WEEKDAYS, fold_text, weekday_numbers

_DIGIT = re.compile(r"\d+")
NEAR = 78  # characters of a line that is searched as a whole
SHORT = 300  # characters of a line whose dates are remembered


class Mention(NamedTuple):
    """A date as written. `readings` holds (year or None, month, day or None), more than one where the order is open."""

    start: int
    end: int
    text: str
    readings: tuple[tuple[int | None, int, int | None], ...]
    form: str
    weekday: int | None = None
    clock: bool = False

    @property
    def year(self) -> int | None:
        """The year, None where none is written."""
        return self.readings[0][0]

    @property
    def exact(self) -> bool:
        """Whether every reading names a single day."""
        return all(year is not None and day is not None for year, _, day in self.readings)

    def days(self) -> list[date]:
        """The days it can mean, sorted; empty where year or day is missing."""
        return sorted({date(y, m, d) for y, m, d in self.readings if y is not None and d is not None})


def find_dates(text: str, *, order: str = "") -> list[Mention]:
    """Dates written in `text`. `order` settles ambiguous numeric dates: "dmy", "mdy" or "" (both readings are kept)."""
    if not _DIGIT.search(text):
        return []
    return list(_found_in(text, order)) if len(text) <= SHORT else _settled(_search(text), text, order)


# Short lines are asked about again and again: by the search for the headline, for the date, for the author.
@lru_cache(maxsize=16384)
def _found_in(text: str, order: str) -> tuple[Mention, ...]:
    return tuple(_settled(_searched(text), text, order))


@lru_cache(maxsize=16384)
def _searched(text: str) -> tuple[Mention, ...]:
    return tuple(_search(text))


def _settled(mentions: Sequence[Mention], text: str, order: str) -> list[Mention]:
    return [_settle(m, order or _zone_order(text, m)) if m.form == "numeric" else m for m in mentions]


def _search(text: str) -> list[Mention]:
    """Dates as written: numeric ones with all their readings."""
    folded = fold_text(text)
    found: list[Mention] = []
    signed = not folded.isascii() or SIGN.search(folded)
    unnamed = [form for form, sign in SIGNS.items() if sign.search(folded)] if signed else []
    patterns = date_patterns()
    for first, last in _near_digits(folded):
        months = [match.start() for match in month_pattern().finditer(folded, first, last)]
        for form in (*unnamed, *NAMED) if months else unnamed:
            pattern = patterns[form]
            # two of the forms begin with the month: they are tried there, and are looked for nowhere else
            named = (pattern.match(folded, at, last) for at in months) if form in BY_MONTH else pattern.finditer(folded, first, last)
            for match in filter(None, named):
                readings = READERS[form](match)
                if readings and not is_false(form, match, text, folded):
                    found.append(Mention(match.start(), match.end(), match.group(), readings, form))
    if not found:
        return []
    chosen: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -_rank(m), -m.end)):
        if chosen and mention.start < chosen[-1].end:
            if _rank(mention) > _rank(chosen[-1]):
                chosen[-1] = mention
            continue
        chosen.append(mention)
    return [_widen(mention, text, folded) for mention in chosen]


_AMERICAN = re.compile(r"[\s,|@–-]{1,4}(?:at )?\d{1,2}:\d\d(?::\d\d)?\s?(?:[AaPp]\.?[Mm]\.?\s)\(?(?:[ECMP][SD]?T)\b")


def _zone_order(text: str, mention: Mention) -> str:
    """A clock with a North American time zone behind a numeric date says that the month comes first."""
    return "mdy" if mention.form == "numeric" and _AMERICAN.match(text, mention.end) else ""


def _near_digits(text: str) -> list[tuple[int, int]]:
    """Stretches around digits: a date is nowhere else, and most of a text is not searched at all."""
    if len(text) <= NEAR:
        return [(0, len(text))]
    windows: list[tuple[int, int]] = []
    for match in _DIGIT.finditer(text):
        first, last = max(0, match.start() - 30), min(len(text), match.end() + 48)
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], last)
        else:
            windows.append((first, last))
    return windows


def page_order(lines: Iterable[str]) -> str:
    """`numeric_order` of the numeric dates in some lines, the only ones that are looked for."""
    found = []
    for match in (match for line in lines for match in date_patterns()["numeric"].finditer(line)):
        readings = read_numeric(match)
        if readings and not is_false("numeric", match, match.string, match.string):
            found.append(_settle(Mention(match.start(), match.end(), match.group(), readings, "numeric"), ""))
    return numeric_order(found)


def numeric_order(mentions: list[Mention]) -> str:
    """The order of numeric dates that the unambiguous ones of a page agree on: "dmy", "mdy" or ""."""
    seen = {m.form for m in mentions if m.form in ("dmy", "mdy")}
    return seen.pop() if len(seen) == 1 else ""


def find_weekdays(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Full weekday names: (start, end, 0 Monday .. 6). In English they must be capitalised; abbreviations do not count."""
    folded = fold_text(text)
    for match in _weekday_pattern(language).finditer(folded):
        if language != "en" or text[match.start()].isupper():
            yield match.start(), match.end(), _full_weekdays(language)[match.group()]


@lru_cache(maxsize=16)
def _full_weekdays(language: str) -> dict[str, int]:
    languages = (language,) if language in WEEKDAYS else ("en",)
    full: dict[str, int] = {}
    for each in languages:
        for number, words in enumerate(WEEKDAYS[each]):
            for word in words.split():
                if len(word) >= (5 if each != "ru" else 4) and not (each == "pt" and "-" not in word and number < 5):
                    full[fold_text(word)] = number
    return full


@lru_cache(maxsize=16)
def _weekday_pattern(language: str) -> re.Pattern[str]:
    words = sorted(_full_weekdays(language), key=lambda w: (-len(w), w))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")


_RANK = {"month": 1, "numeric": 3, "compact": 2, "iso": 5, "cjk": 5}


def _rank(mention: Mention) -> float:
    named = mention.form in ("month first", "day first")
    base = (4 if mention.year is not None else 2.0) if named else float(_RANK[mention.form])
    return base + (mention.end - mention.start) / 100


def _settle(mention: Mention, order: str) -> Mention:
    if mention.form != "numeric":
        return mention
    if len(mention.readings) == 1:  # only one reading is a day at all, or both are the same day: the order is known
        _, month, day = mention.readings[0]
        digits = [int(n) for n in re.findall(r"\d+", mention.text)[:2]]
        if digits and digits[0] != digits[1]:
            return mention._replace(form="dmy" if digits == [day, month] else "mdy")
        return mention
    if order in ("dmy", "mdy"):
        return mention._replace(readings=mention.readings[:1] if order == "dmy" else mention.readings[1:])
    return mention


_CLOCK = re.compile(
    r"[\s,|\-–•·]{0,4}(?:at|a las|as|às|um|в|à|kl\.?|@)?\s{0,2}(?:[01]?\d|2[0-3])(?:[:h.]\d\d)(?::\d\d)?(?!\d)"
    r"|[\s,]{1,3}\d{1,2}\s?[ap]\.?m\b"
)


@lru_cache(maxsize=1)
def _before_date() -> re.Pattern[str]:
    words = sorted(weekday_numbers(), key=lambda w: (-len(w), w))
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, words)) + r")\.?,?\s{0,2}(?:the|den|der|le|el|dia|,)?\s{0,2}$")


def _widen(mention: Mention, text: str, folded: str) -> Mention:
    """Take in a weekday before the date, and note whether a clock time follows (a sign of a publication line)."""
    before = _before_date().search(folded, max(0, mention.start - 24), mention.start)
    weekday = weekday_numbers().get(before.group(1)) if before else None
    start = before.start(1) if before else mention.start
    clock = mention.form == "iso" and ":" in folded[mention.start : mention.end]
    clock = clock or _CLOCK.match(folded, mention.end) is not None
    return Mention(start, mention.end, text[start : mention.end], mention.readings, mention.form, weekday, clock)
