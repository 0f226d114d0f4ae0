"""Which language a record is in: as stated, else as asked for, else English unless detection is confident on a long text.

Conventions
    Codes are ISO 639-1 (see `corpus_utils.language`, the detector). A language that cannot be read as a code stays as written: a
    measure that does not know it says "unsupported". Letters that English does not have need no detection: a text mostly in
    Cyrillic is Russian unless the detector is sure of another language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_utils.language import READ, identify, normal_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["detect_language", "normal_code", "resolve_languages"]

DEFAULT = "en"
SHORTEST = 200  # characters below which a detected language is not believed
CONFIDENT = 0.95  # probability the best language must reach
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")


def detect_language(text: str) -> tuple[str, float]:
    """Best language of `text` and its probability; ("", 0.0) for text under 200 characters or without letters."""
    if len(text.strip()) < SHORTEST or not any(char.isalpha() for char in text[:READ]):
        return "", 0.0
    return identify(text)


def resolve_languages(records: pd.DataFrame, default: str = "") -> list[str]:
    """One language code per record, in order.

    `records` has `text` and may have `language`; a record that states none gets `default`, and without a default English, unless
    detection gives another language with a probability of .95 on 200 characters or more, or its letters are Cyrillic.
    """
    stated: Sequence[object] = records["language"].tolist() if "language" in records.columns else [""] * len(records)
    codes = [normal_code(value) if isinstance(value, str) else "" for value in stated]
    fallback = normal_code(default)
    return [code or fallback or _guess(text) for code, text in zip(codes, records["text"].tolist(), strict=True)]


def _guess(text: object) -> str:
    if not isinstance(text, str):
        return DEFAULT
    language, probability = detect_language(text)
    if probability >= CONFIDENT:
        return language
    cyrillic = len(_CYRILLIC.findall(text[:READ]))
    return "ru" if cyrillic > 2 and cyrillic > len(_LATIN.findall(text[:READ])) else DEFAULT
