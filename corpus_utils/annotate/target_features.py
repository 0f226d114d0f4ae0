"""What a model sees of a target in its sentence: the encoder's reading, classes of words by distance, position, and words by side.

Conventions
    A target is [start, end) in a text, code points. In a text of more than 1,000 characters the target's sentence stands for the text.
    The words of the target itself are no feature of their own (see `target_encoder` for what it does about names).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate import target_encoder, valence
from corpus_utils.sentences import sentence_bounds

BUCKETS = 2**17
LONGEST = 1000
ODDS = 3  # the first columns of `dense`
_PLACES = 6  # the last ones, a constant as the very last
LISTED = slice(-_PLACES - len(valence.NAMES), -_PLACES)  # those of `listed`
_LEXICAL_SCALE = 3.0  # brings damped counts to the size of the vectors
_STEM = 6  # characters kept of a word: enough to tell words apart, few enough to join inflected forms
_BEGINNING = 4  # and of its beginning, which joins related words
_PIECE = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?|\d+|[.,;:!?\"\u201c\u201d\u00ab\u00bb()\u2014-]")


class Target(NamedTuple):
    """A text and the place of the target in it."""

    text: str
    start: int
    end: int


def narrowed(target: Target, language: str) -> Target:
    """The target in its own sentence where the text is long; offsets put inside the text where they are not."""
    start = min(max(0, target.start), len(target.text))
    end = min(max(start, target.end), len(target.text))
    if len(target.text) > LONGEST:
        for low, high in sentence_bounds(target.text, language):
            if low <= start < high:
                return Target(target.text[low : max(high, end)], start - low, end - low)
    return Target(target.text, start, end)


def dense(targets: Sequence[Target], language: str) -> np.ndarray:
    """The encoder's log-odds, its vectors, classes of words, position, a constant as last: float32, a row per target."""
    odds, vectors = target_encoder.read_targets(targets)
    size = np.sqrt((vectors * vectors).mean(axis=1, keepdims=True))
    places = [
        [start / (len(text) or 1), end / (len(text) or 1), len(text) / 200, float(text[start:end][:1].isupper()), (end - start) / 20, 1.0]
        for text, start, end in targets
    ]
    blocks = [odds, vectors / np.maximum(size, 1e-6), listed(targets, language), np.array(places).reshape(len(targets), _PLACES)]
    return np.hstack(blocks).astype(np.float32)


def listed(targets: Sequence[Target], language: str) -> np.ndarray:
    """Classes of listed words by distance, and places (`valence.numbers`), scaled: float32, a row per target."""
    return valence.numbers(targets, [language] * len(targets)) * _LEXICAL_SCALE


def words(target: Target) -> list[str]:
    """Words, pairs and beginnings of words of the sentence, and those beside the target marked by their side; sorted, each once."""
    text, start, end = target
    before, after = _pieces(text[:start])[-40:], _pieces(text[end:])[:40]
    line = [*before, "<target>", *after]
    close = [*before[-3:], "<target>", *after[:4]]
    found = {*line, *_runs(line, 2)} | {f"3:{item}" for item in _runs(close, 3)}
    found |= {f"p:{item[:_BEGINNING]}" for item in (*before, *after) if len(item) > _BEGINNING}
    for side, near in (("l", before[-6:]), ("r", after[:8])):
        found |= {f"{side}:{item}" for item in (*near, *_runs(near, 2))}
        found |= {f"{side}p:{item[:_BEGINNING]}" for item in near if len(item) >= _BEGINNING}
    return sorted(found)


def _pieces(text: str) -> list[str]:
    return ["0" if piece[0].isdigit() else piece.lower().replace("\u2019", "'")[:_STEM] for piece in _PIECE.findall(text)]


def _runs(items: Sequence[str], length: int) -> list[str]:
    return ["_".join(items[at : at + length]) for at in range(len(items) - length + 1)]


def sparse(targets: Sequence[Target]) -> Any:
    """`words` hashed into buckets: a scipy CSR matrix (targets, BUCKETS) of counts."""
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(BUCKETS, input_type="string", alternate_sign=False, dtype=np.float32)
    return hasher.transform([words(target) for target in targets]).tocsr()
