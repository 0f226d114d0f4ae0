"""Numbers, dates, intervals and languages as a reader writes them; scales and their ticks.

A format is one of FORMATS or a Python format spec. A missing number is never "N/A" or "nan": `number` then returns "",
and the caller says why it is missing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

FORMATS = ("share", "points", "signed", "decimal", "count", "words", "ratio")
MINUS = "\N{MINUS SIGN}"
_FINER = {"share": ".1%", "signed": "+.3f", "decimal": ".3f", "ratio": "+.2f"}
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: object, form: str = "decimal") -> str:
    """A number as text: share 0.62 -> "62%", signed -0.3 -> "\N{MINUS SIGN}0.30", count 12345 -> "12,345", words 4 -> "four".

    A difference of shares is told in points: points 0.62 -> "+62 points".
    """
    if not isinstance(value, (int, float)) and not hasattr(value, "__float__"):
        return str(value)
    x = float(value)
    if math.isnan(x):
        return ""
    if math.isinf(x):
        return "unlimited" if x > 0 else "\N{MINUS SIGN}unlimited"
    if form == "words" and x == int(x) and 0 <= x < len(_WORDS):
        return _WORDS[int(x)]
    if form == "points":
        text = number(100 * x, "+.0f")
        return f"{text} point{'' if text.lstrip('+' + MINUS) == '1' else 's'}"
    specs = {"signed": "+.2f", "decimal": ".2f", "count": ",.0f", "words": ",.0f", "ratio": "+.1f"}
    if form == "share":
        text = f"{100 * x:.0f}%" if abs(x) >= 0.0095 or x == 0 else "under 1%" if x > 0 else f"{100 * x:.1f}%"
    else:
        text = format(x, specs.get(form, form))
    if text.lstrip("+-").strip("0.,%") == "":
        text = text.lstrip("+-")  # neither plus nor minus zero
    return text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text


def guess(estimate: float, low: float = math.nan, high: float = math.nan, *, share: bool = False) -> str:
    """The format a number most likely wants: whole numbers are counts, parts of something are shares."""
    if not math.isnan(estimate) and estimate == int(estimate) and math.isnan(low) and not share:
        return "count"
    if share and all(math.isnan(x) or 0 <= x <= 1 for x in (estimate, low, high)):
        return "share"
    return "signed" if any(x < 0 for x in (estimate, low, high) if not math.isnan(x)) else "decimal"


def between(low: float, high: float, form: str = "decimal") -> str:
    """An interval in words: "between 12% and 40%"; empty where there is none. Ends that would read alike get one more decimal."""
    if math.isnan(low) or math.isnan(high):
        return ""
    ends = [number(low, form), number(high, form)]
    if ends[0] == ends[1] and low < high and form in _FINER:
        ends = [number(low, _FINER[form]), number(high, _FINER[form])]
    return f"between {ends[0]} and {ends[1]}"


@lru_cache(maxsize=4096)
def day(iso: str) -> str:
    """ "2024-02-28" -> "28 February 2024", "2024-02" -> "February 2024"; anything else comes back as it is."""
    parts = str(iso)[:10].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3 or len(parts[0]) != 4:
        return str(iso)
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return str(iso)
    words = [str(int(parts[2]))] if len(parts) == 3 else []
    words += [_MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []
    return " ".join([*words, parts[0]])


def days(earliest: str, latest: str) -> str:
    """A publication date as far as it is known: one day, "between ... and ...", or "undated"."""
    if not earliest and not latest:
        return "undated"
    if earliest == latest or not latest:
        return day(earliest)
    if not earliest:
        return f"by {day(latest)}"
    return f"between {day(earliest)} and {day(latest)}"


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values from at most `low` to at least `high`, about `count` of them."""
    if not (math.isfinite(low) and math.isfinite(high)) or high < low:
        low, high = 0.0, 1.0
    span = high - low or abs(high) or 1.0
    rough = span / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]


def tick_labels(values: Sequence[float], form: str) -> list[str]:
    """Labels of ticks, with no more decimals than they need."""
    if form == "share":
        return [f"{100 * v:g}%".replace("-", "\N{MINUS SIGN}") for v in values]
    values = [100 * v for v in values] if form == "points" else values
    sign = "+" if form in ("signed", "ratio", "points") else ""
    return [(f"{v:{sign},g}" if v else "0").replace("-", "\N{MINUS SIGN}") for v in values]


_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "nb": "Norwegian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def language(code: str) -> str:
    """ "en" -> "English"; a code not listed stays as it is, and none is "not certain"."""
    return _LANGUAGES.get(code, code) or "not certain"
