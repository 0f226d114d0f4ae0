"""What the words around a target say of it, by classes that mean the same in each language, and where the target stands.

The lists are the project's own (`cues/classes/valence.yaml`: praise, attack, harm, success, failure, crime, good, bad, build, dispute).
A word counts in the window of its distance from the target, on its side; one that stands within three words behind a negation counts
against its class. With the places (quotation, colon, preposition, question) these are features that carry over between languages.

Conventions: `numbers` gives one row per target, float32, columns as `NAMES`; counts are damped (log(1 + n)), places are 0 or 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus_utils.annotate.reporting_cues import CUES

CLASSES = ("praise", "attack", "harm", "success", "failure", "crime", "good", "bad", "build", "dispute")
LANGUAGES = ("en", "es", "ru")
WINDOWS = ("left far", "left", "left near", "right near", "right", "right far", "quoted")
_NEAR, _MIDDLE = 3, 10  # words
_PREPOSITIONS = {
    "of": "of de del von du", "to": "to a al ante", "against": "against contra против", "for": "for para por за для",
    "with": "with con с со",
    "by": "by por от", "in": "in en on в на", "about": "about over on sobre о об", "and": "and y e и vs",
}  # fmt: skip
PLACES = (
    "opens", "ends", "colon", "comma", "possessive", "behind comma", "inside quotes", "quotes after", "quotes before", "question",
    "exclamation", "asks", *_PREPOSITIONS,
)  # fmt: skip
NAMES = tuple(f"{side} {name}" for side in WINDOWS for name in CLASSES) + PLACES
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_QUOTES = re.compile(r"[\"“”«»„]")
_ASKS = re.compile(
    r"\s*[¿\"“«]?\s*(?:how|why|what|who|when|where|which|cómo|qué|quién|cuál|cuándo|dónde|por qué|как|почему|что|кто|где|когда)\b", re.I
)


@cache
def _stems(language: str) -> tuple[dict[str, int], dict[str, int], frozenset[str], int]:
    """Whole words and stems with the number of their class, negations, and the length of the longest stem."""
    import yaml

    listed = yaml.safe_load((CUES / "classes" / "valence.yaml").read_text(encoding="utf-8"))[language]
    whole: dict[str, int] = {}
    stems: dict[str, int] = {}
    for number, name in enumerate(CLASSES):
        for entry in listed[name].split():
            (whole if entry.endswith("=") else stems).setdefault(entry.rstrip("="), number)
    return whole, stems, frozenset(entry.rstrip("=") for entry in listed["negation"].split()), max(map(len, stems))


@cache
def _class_of(word: str, language: str) -> int:
    """Number of the class of a word, -1: none, -2: a negation."""
    whole, stems, negations, longest = _stems(language)
    if word in negations or word.endswith("n't"):
        return -2
    if word in whole:
        return whole[word]
    return next((stems[word[:size]] for size in range(min(longest, len(word)), 2, -1) if word[:size] in stems), -1)


def numbers(targets: Sequence[tuple[str, int, int]], languages: Sequence[str]) -> np.ndarray:
    """Features of (text, start, end) in one of `LANGUAGES`; zero for the words of another language."""
    out = np.zeros((len(targets), len(NAMES)), dtype=np.float32)
    for row, ((text, start, end), language) in enumerate(zip(targets, languages, strict=True)):
        if language in LANGUAGES:
            _count(out[row], text, start, end, language)
        out[row, len(WINDOWS) * len(CLASSES) :] = _places(text, start, end)
    counts = out[:, : len(WINDOWS) * len(CLASSES)]
    np.copyto(counts, np.sign(counts) * np.log1p(np.abs(counts)))
    return out


def _count(row: np.ndarray, text: str, start: int, end: int, language: str) -> None:
    marks = [match.start() for match in _QUOTES.finditer(text)]
    outside = not _inside(marks, start)
    for side, part in ((-1, text[:start]), (1, text[end:])):
        offset = 0 if side < 0 else end
        found = [(match.start() + offset, match.group().lower().replace("’", "'")) for match in _WORD.finditer(part)]
        sign_until, length = -1, len(found)
        for place, (at, word) in enumerate(found):
            kind = _class_of(word, language)
            if kind == -2:
                sign_until = place + 3
            elif kind >= 0:
                distance = length - place if side < 0 else place + 1
                ring = 0 if distance <= _NEAR else 1 if distance <= _MIDDLE else 2
                window = 2 - ring if side < 0 else 3 + ring
                value = -1.0 if place <= sign_until else 1.0
                row[window * len(CLASSES) + kind] += value
                if outside and _inside(marks, at):
                    row[6 * len(CLASSES) + kind] += value


def _inside(marks: list[int], at: int) -> bool:
    return sum(mark < at for mark in marks) % 2 == 1


@cache
def _preposition(word: str) -> tuple[float, ...]:
    return tuple(float(word in listed.split()) for listed in _PREPOSITIONS.values())


def _places(text: str, start: int, end: int) -> list[float]:
    before, behind = text[:start].rstrip(), text[end:]
    marks = [match.start() for match in _QUOTES.finditer(text)]
    word = re.search(r"[^\W\d_]+$", before)
    told = [
        not before.strip(" \"“«¿¡"), not behind.strip(" .\"”»!?"), behind.lstrip()[:1] == ":", behind[:1] == ",",
        behind[:2] in ("'s", "’s"),
        before[-1:] == ",", _inside(marks, start), any(mark > end for mark in marks), any(mark < start for mark in marks),
        "?" in text, "!" in text, _ASKS.match(text) is not None,
    ]  # fmt: skip
    return [*map(float, told), *(_preposition(word.group().lower()) if word else (0.0,) * len(_PREPOSITIONS))]
