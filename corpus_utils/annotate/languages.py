"""Which language a record is in: as stated, else as asked for, else English unless detection is confident on a long text.

Conventions
    Codes are ISO 639-1, lower case, without region ("en", never "en-US"). A language that cannot be read as a code stays as
    written: a measure that does not know it says "unsupported".
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DEFAULT = "en"
SHORTEST = 200  # characters below which a detected language is not believed
CONFIDENT = 0.95  # probability the best language must reach
_READ = 2000  # characters read for detection
_CODES = {
    "english": "en", "eng": "en", "spanish": "es", "spa": "es", "español": "es", "espanol": "es", "castellano": "es",
    "portuguese": "pt", "por": "pt", "português": "pt", "portugues": "pt", "french": "fr", "fra": "fr", "fre": "fr",
    "français": "fr", "francais": "fr", "german": "de", "deu": "de", "ger": "de", "deutsch": "de", "russian": "ru", "rus": "ru",
    "русский": "ru", "italian": "it", "ita": "it", "italiano": "it", "dutch": "nl", "nld": "nl", "polish": "pl", "pol": "pl",
    "ukrainian": "uk", "ukr": "uk", "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "japanese": "ja", "jpn": "ja",
    "turkish": "tr", "tur": "tr",
}  # fmt: skip


def normal_code(language: str) -> str:
    """ISO 639-1 code of a code or name as people write them: "EN-us", "eng" and "English" are "en"; "" stays ""."""
    key = language.strip().lower()
    if key in _CODES:
        return _CODES[key]
    base = key.replace("_", "-").split("-")[0]
    return _CODES.get(base, base)


def detect_language(text: str) -> tuple[str, float]:
    """Best language of `text` and its probability; ("", 0.0) for text under 200 characters or without letters."""
    if len(text.strip()) < SHORTEST or not any(char.isalpha() for char in text[:_READ]):
        return "", 0.0
    language, probability = _identifier().classify(text[:_READ])
    return str(language), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy and a model: only where detection is needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def resolve_languages(records: pd.DataFrame, default: str = "") -> list[str]:
    """One language code per record, in order.

    `records` has `text` and may have `language`; a record that states none gets `default`, and without a default English, unless
    detection gives another language with a probability of .95 on 200 characters or more.
    """
    stated: Sequence[object] = records["language"].tolist() if "language" in records.columns else [""] * len(records)
    codes = [normal_code(value) if isinstance(value, str) else "" for value in stated]
    fallback = normal_code(default)
    return [code or fallback or _guess(text) for code, text in zip(codes, records["text"].tolist(), strict=True)]


def _guess(text: object) -> str:
    language, probability = detect_language(text) if isinstance(text, str) else ("", 0.0)
    return language if probability >= CONFIDENT else DEFAULT
