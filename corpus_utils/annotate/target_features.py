"""What a model sees of a target in its sentence: vectors of windows, tone, classes of words by distance, position, and words by side.

Conventions
    A target is [start, end) in a text, code points. In all windows the target is replaced by "X", so that no name is learned. In a text
    of more than 1,000 characters the target's sentence stands for the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate import target_vectors, vader_arrays, valence
from corpus_utils.sentences import sentence_bounds

BUCKETS = 2**17
LONGEST = 1000
PLACEHOLDER = "X"
TONE_WINDOWS = ((7, 9), (0, 12), (8, 0))  # words before and after the target, beside the whole text
_SCALE, _TONE_SCALE, _LEXICAL_SCALE = 4.0, 1.5, 4.0  # bring vectors of length 1, compounds and counts to one size
_STEM = 6  # characters kept of a word: enough to tell words apart, few enough to join inflected forms
_BEGINNING = 4  # and of its beginning, which joins related words
_WORD = re.compile(r"\S+")
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


def window(target: Target, before: int, after: int) -> str:
    """The target replaced by a placeholder, with that many words around it (-1: all)."""
    text, start, end = target
    low, high = 0, len(text)
    if before >= 0:
        words = list(_WORD.finditer(text, 0, start))
        low = start if before == 0 else words[-before].start() if len(words) >= before else 0
    if after >= 0:
        words = list(_WORD.finditer(text, end))
        high = end if after == 0 else words[after - 1].end() if len(words) >= after else len(text)
    return text[low:start] + PLACEHOLDER + text[end:high]


def dense(targets: Sequence[Target], language: str) -> np.ndarray:
    """Window vectors, tone (VADER reads English only: elsewhere 0), classes of words, position, a constant: float32, a row per target."""
    blocks: list[np.ndarray] = [target_vectors.window_vectors(targets) * _SCALE]
    tone: np.ndarray = np.zeros((len(targets), 1 + len(TONE_WINDOWS)), np.float32)
    if language == "en":
        texts = [[target.text for target in targets]]
        texts += [[window(target, before, after) for target in targets] for before, after in TONE_WINDOWS]
        tone = np.stack([_compounds(column) for column in texts], axis=1) * _TONE_SCALE
    places = [
        [start / (len(text) or 1), end / (len(text) or 1), len(text) / 200, float(text[start:end][:1].isupper()), (end - start) / 20, 1.0]
        for text, start, end in targets
    ]
    blocks += [tone, lexical(targets, language) * _LEXICAL_SCALE, np.array(places).reshape(len(targets), 6)]
    return np.hstack(blocks).astype(np.float32)


def lexical(targets: Sequence[Target], language: str) -> np.ndarray:
    """Classes of the words around each target and its place in the sentence (see `valence`)."""
    return valence.numbers(targets, [language] * len(targets))


def _compounds(texts: Sequence[str]) -> np.ndarray:
    return vader_arrays.score(vader_arrays.prepare(texts)[0]).compound


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
    found |= {f"m:{item}" for item in _pieces(text[start:end])}
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
