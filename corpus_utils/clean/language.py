"""Language of a text: the detector's normalised probability, with abstention.

Conventions
    ISO 639-1 codes; "" where the text is too short or the detector is not confident. A language the record states is taken as stated
    (its first two or three letters).
"""

from __future__ import annotations

import re

from corpus_utils.language import identify

MIN_LENGTH = 200  # characters
MIN_PROBABILITY = 0.9
ENOUGH = 1200  # characters that settle the language: reading more costs time and changes nothing


def detect_language(text: str, *, min_length: int = MIN_LENGTH) -> str:
    """The language of a text, "" when it has fewer than `min_length` characters or the probability is under 0.9."""
    plain = re.sub(r"https?://\S+|\s+", " ", text[: 2 * ENOUGH]).strip()
    if len(plain) < min_length:
        return ""
    code, probability = identify(plain[:ENOUGH])
    return code if probability >= MIN_PROBABILITY else ""


def stated_language(code: str) -> str:
    """A stated language ("en-US", "pt_BR", "rus") as an ISO 639-1 code; "" where it is none."""
    match = re.match(r"^\s*([A-Za-z]{2,3})(?:[-_].*)?\s*$", code)
    if not match:
        return ""
    short = match.group(1).lower()
    return short if len(short) == 2 else _THREE_LETTERS.get(short, "")


_THREE_LETTERS = {
    "eng": "en", "spa": "es", "por": "pt", "fra": "fr", "fre": "fr", "rus": "ru", "deu": "de", "ger": "de", "ita": "it", "nld": "nl",
    "dut": "nl", "pol": "pl", "ukr": "uk", "ara": "ar", "zho": "zh", "chi": "zh", "tur": "tr",
}  # fmt: skip
