"""The one language detector of the package, and one spelling of language codes. What probability to believe is each caller's own rule.

Conventions: codes are ISO 639-1, lower case, without region ("en", never "en-US"). The model is loaded on first use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

READ = 2000  # characters read for detection: more changes nothing but the time
_CODES = {
    "english": "en", "eng": "en", "spanish": "es", "spa": "es", "español": "es", "espanol": "es", "castellano": "es",
    "portuguese": "pt", "por": "pt", "português": "pt", "portugues": "pt", "french": "fr", "fra": "fr", "fre": "fr",
    "français": "fr", "francais": "fr", "german": "de", "deu": "de", "ger": "de", "deutsch": "de", "russian": "ru", "rus": "ru",
    "русский": "ru", "italian": "it", "ita": "it", "italiano": "it", "dutch": "nl", "nld": "nl", "dut": "nl", "polish": "pl", "pol": "pl",
    "ukrainian": "uk", "ukr": "uk", "arabic": "ar", "ara": "ar", "chinese": "zh", "zho": "zh", "chi": "zh", "japanese": "ja", "jpn": "ja",
    "turkish": "tr", "tur": "tr",
}  # fmt: skip


def normal_code(language: str) -> str:
    """ISO 639-1 code of a code or name as people write them: "EN-us", "eng" and "English" are "en"; "" stays ""."""
    key = language.strip().lower()
    if key in _CODES:
        return _CODES[key]
    base = key.replace("_", "-").split("-")[0]
    return _CODES.get(base, base)


def identify(text: str) -> tuple[str, float]:
    """Most likely language of the text's first characters and its probability among all the model knows."""
    language, probability = _identifier().classify(text[:READ])
    return str(language), float(probability)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy and a model: only where detection is needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
