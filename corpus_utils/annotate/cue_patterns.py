"""Wordings a program may look for, as patterns: the notation, and what it means in words and beginnings of words.

A pattern is one to six words. `word*` stands for any ending, `(a|b|)` for alternatives inside a word (an empty one means
"or nothing"), `...` for up to four words of the same sentence. Hyphens count as blanks, letters in either case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MAX_WORDS = 6
MAX_FORMS = 200  # alternatives of one word of a pattern, multiplied out
GAP = "..."
_GROUP = re.compile(r"\(([^()]*)\)(\?)?")
_FORM = re.compile(r"[\w'\u0300-\u036f]+\*?\Z")


@dataclass(frozen=True)
class Slot:
    """One word of a pattern: whole words and beginnings of words it may be; `gap`: other words may stand before it."""

    words: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    gap: bool = False


def compile_pattern(pattern: str) -> list[tuple[Slot, ...]]:
    """The slots of a pattern in the notation described above; several where alternatives hold more than one word.

    Raises ValueError with the reason.
    """
    phrases = list(islice(_phrases(re.sub(r"[-‐‑]", " ", pattern)), MAX_FORMS + 1))
    if len(phrases) > MAX_FORMS:
        raise ValueError(f"more than {MAX_FORMS} alternatives")
    return [_slots(phrase) for phrase in phrases]


def _phrases(pattern: str) -> Iterator[str]:
    """Write out the brackets whose alternatives hold several words; the others are alternatives of one word."""
    for match in _GROUP.finditer(pattern):
        options = match.group(1).split("|")
        long = [option for option in options if " " in option.strip()]
        if long:
            short = [option for option in options if option not in long]
            for option in ([f"({'|'.join(short)})"] if short else []) + long + ([""] if match.group(2) else []):
                yield from _phrases(pattern[: match.start()] + option + pattern[match.end() :])
            return
    yield pattern


def _slots(pattern: str) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    gap = False
    for word in _split_words(pattern):
        if word == GAP:
            if gap or not slots:
                raise ValueError("'...' stands between two words")
            gap = True
            continue
        slots.append(_slot(word, gap))
        gap = False
    if gap:
        raise ValueError("'...' stands between two words")
    if not 1 <= len(slots) <= MAX_WORDS:
        raise ValueError(f"a pattern has one to {MAX_WORDS} words")
    return tuple(slots)


def _split_words(pattern: str) -> list[str]:
    plain = re.sub(r"[-‐‑]", " ", pattern.replace("…", GAP).replace("’", "'").lower())
    return plain.replace(GAP, f" {GAP} ").split()


def _slot(word: str, gap: bool) -> Slot:
    forms = list(islice(_expand(word), MAX_FORMS + 1))
    if len(forms) > MAX_FORMS:
        raise ValueError(f"more than {MAX_FORMS} alternatives")
    for form in forms:
        if not _FORM.match(form):
            raise ValueError(f"{form!r} is not a word (letters, digits, apostrophes, a * at the end, alternatives in brackets)")
        if form.endswith("*") and len(form) < 3:
            raise ValueError(f"{form!r}: a beginning needs at least two letters")
    whole = sorted({form for form in forms if not form.endswith("*")})
    return Slot(tuple(whole), tuple(sorted({form[:-1] for form in forms if form.endswith("*")})), gap)


def _expand(word: str) -> Iterator[str]:
    match = _GROUP.search(word)
    if match is None:
        yield word
        return
    options = match.group(1).split("|") + ([""] if match.group(2) else [])
    for option in dict.fromkeys(options):
        yield from _expand(word[: match.start()] + option + word[match.end() :])
