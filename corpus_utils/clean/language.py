"""Language of a text: the detector's normalised probability, with abstention.

Conventions
    ISO 639-1 codes; "" where the text is too short or the detector is not confident. A language the record states is taken as stated
    (its first two or three letters).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus_utils.language import identify_all

MIN_LENGTH = 200  # characters
MIN_PROBABILITY = 0.9
ENOUGH = 400  # characters that settle the language of nearly every text; where they do not, MORE are read
MORE = 1200
_NO_WORDS = re.compile(r"https?://\S+|\s+")


def detect_language(text: str, *, min_length: int = MIN_LENGTH) -> str:
    """The language of a text, "" when it has fewer than `min_length` characters or the probability is under 0.9."""
    return detect_languages([text], min_length=min_length)[0]


def detect_languages(texts: Sequence[str], *, min_length: int = MIN_LENGTH) -> list[str]:
    """`detect_language` of each of many texts, in their order: many times faster."""
    found = [""] * len(texts)
    open_ = list(range(len(texts)))
    for read in (ENOUGH, MORE):
        plain = [_plain(texts[i][: 2 * read])[:read] for i in open_]
        identified = iter(identify_all([text for text in plain if len(text) >= min_length]))
        unsettled = []
        for i, text in zip(open_, plain, strict=True):
            code, probability = next(identified) if len(text) >= min_length else ("", 0.0)
            if probability >= MIN_PROBABILITY:
                found[i] = code
            elif len(texts[i]) > read:
                unsettled.append(i)
        open_ = unsettled
    return found


def _plain(text: str) -> str:
    """Without addresses and superfluous white space."""
    return _NO_WORDS.sub(" ", text).strip() if "http" in text else " ".join(text.split())


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
