"""The forms in which dates are written, as patterns over folded text, and what each match says; what only looks like a date.

Conventions
    A match is read as `Readings`: (year or None, month, day or None) each, more than one where the order of day and month is open. Years
    are those of `YEARS`; years of two digits are 1970-2069.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from corpus_utils.clean.date_words import month_numbers

YEARS = (1500, 2099)
NAMED = ("month first", "day first", "month")  # forms that name the month
BY_MONTH = ("month first", "month")  # those of them that begin with it
# Forms that do not, and what is in each of them: cheaper to look for than the form itself.
SIGNS = {
    "iso": re.compile(r"\d[-/.]\d"), "compact": re.compile(r"\d{8}"), "numeric": re.compile(r"\d[-/.]\d"), "cjk": re.compile(r"[年년]"),
}  # fmt: skip
SIGN = re.compile(r"[0-9](?:[-/.][0-9]|[0-9]{7})")  # one of them in ASCII


@lru_cache(maxsize=1)
def _month() -> str:
    """A month's name as a whole word, whose first letter is settled first."""
    words: dict[str, list[str]] = {}
    for word in sorted(month_numbers(), key=lambda w: (-len(w), w)):
        words.setdefault(word[0], []).append(re.escape(word[1:]))
    branches = "|".join(f"{re.escape(initial)}(?:{'|'.join(rest)})" for initial, rest in sorted(words.items()))
    return rf"(?=[{''.join(sorted(words))}])(?<![^\W\d_])(?P<month>{branches})(?![^\W\d_])"


@lru_cache(maxsize=1)
def month_pattern() -> re.Pattern[str]:
    return re.compile(_month())


@lru_cache(maxsize=1)
def date_patterns() -> dict[str, re.Pattern[str]]:
    # Forms that begin with a number begin with one class of characters, and look back behind it: they are found three times faster.
    month = _month()
    day = r"(?P<day>0?[1-9]|[12]\d|3[01])"
    first_day = r"(?P<day>[0-9](?<![\d.,:/].)(?:(?<=0)[1-9]|(?<=[12])\d?|(?<=3)[01]?|(?<=[4-9])))"
    year = r"(?P<year>1[5-9]\d\d|20\d\d)(?!\d)"
    clock = r"(?:[t ]\d{1,2}:\d\d(?::\d\d)?)?"
    forms = {
        "iso": r"(?P<year>[12](?<!\d.)(?<!\d[/.\-].)(?:(?<=1)[89]|(?<=2)0)\d\d)(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)"
        + day
        + r"(?!\d|[-/.]\d)"
        + clock,
        "compact": r"(?P<year>[12](?<!\d.)(?:(?<=1)9|(?<=2)0)\d\d)(?P<m>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        "numeric": r"(?P<a>\d(?<![\d/.,:\-].)\d?)(?P<sep>[./\-])(?P<b>\d{1,2})(?P=sep)(?P<year>\d{4}|\d\d)(?![\d%]|[-/.,:]\d)",
        "month first": month
        + r"\.?\s{0,3}"
        + day
        + r"(?:st|nd|rd|th)?(?![\d:%€$£]|[.,]\d|\s?[ap]\.?m\b)"
        + r"(?:\s{0,2}[,.]?\s{0,3}"
        + year
        + r"(?!:))?",
        "day first": first_day
        + r"(?:st|nd|rd|th|er|º|ª|°|\.)?[\s\-/]{0,3}(?:(?:of|de|d'|day of)\s+)?"
        + month
        + r"\.?(?:[\s,\-/]{0,3}(?:(?:de|del|of|г)\s+)?"
        + year
        + r"(?!:))?",
        "month": month + r"\.?,?\s{1,2}(?:(?:de|del|of)\s+)?" + year,
        "cjk": r"(?P<year>20\d\d|19\d\d)\s?[年년]\s?(?P<m>1[0-2]|0?[1-9])\s?[月월]\s?" + day + r"\s?[日일]",
    }
    return {form: re.compile(pattern) for form, pattern in forms.items()}


Readings = tuple[tuple[int | None, int, int | None], ...]


def _checked(readings: list[tuple[int | None, int, int | None]]) -> Readings:
    kept = []
    for year, month, day in readings:
        try:
            date(year if year is not None else 2000, month, day or 1)
        except ValueError:
            continue
        if year is None or YEARS[0] <= year <= YEARS[1]:
            kept.append((year, month, day))
    return tuple(dict.fromkeys(kept))


def _read_ymd(match: re.Match[str]) -> Readings:
    return _checked([(int(match["year"]), int(match["m"]), int(match["day"]))])


def read_numeric(match: re.Match[str]) -> Readings:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    first, second = int(match["a"]), int(match["b"])
    return _checked([(year, second, first), (year, first, second)])  # day first, month first


def _read_named(match: re.Match[str]) -> Readings:
    year = match["year"]
    return _checked([(int(year) if year else None, month_numbers()[match["month"]], int(match["day"]))])


def _read_month(match: re.Match[str]) -> Readings:
    return _checked([(int(match["year"]), month_numbers()[match["month"]], None)])


READERS = {
    "iso": _read_ymd, "compact": _read_ymd, "cjk": _read_ymd, "numeric": read_numeric, "month first": _read_named,
    "day first": _read_named, "month": _read_month,
}  # fmt: skip

_LOWER_MONTHS = frozenset({"may", "march", "mar", "set", "sept", "sie", "lis", "mag", "mai", "mars", "jan", "sep", "august", "aug", "dec"})


def is_false(form: str, match: re.Match[str], text: str, folded: str) -> bool:
    """Things that only look like dates: verbs and names that are spelt like months, version numbers, bare digit runs."""
    if form == "month first" and text[match.start("month")].islower() and match["month"] in _LOWER_MONTHS:
        return True
    if form == "compact":  # eight digits are a date in a name or address, seldom in running text
        before, after = folded[: match.start()][-1:], folded[match.end() :][:1]
        return not ((before in "/_-" and before) or (after in "/_-" and after))
    if form == "numeric" and match["sep"] in ".-" and len(match["year"]) == 2:
        return match["sep"] == "-" or int(match["b"]) > 12
    if form == "month first" and match["year"] is None:  # "May 10 percent", "March 20 people" have no date; "June 14-year-old"
        return re.match(r"\s?(?:percent|per cent|%|-year|million|billion)", folded[match.end() :]) is not None
    return (
        form == "day first"
        and match["month"] in ("set", "mar", "mag", "sie", "lis", "may")
        and match["year"] is None
        and (text[match.start("month")].islower() and "de" not in match.group())
    )
