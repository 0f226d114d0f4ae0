"""The beginning of a text as one vector: what the transformer says at its pieces, averaged. It reads words in their context, in order.

Its pieces are those of English, French, Portuguese, Spanish and Russian; other languages in Latin or Cyrillic letters fall into small
pieces, which say little. As published it was trained on texts with "query: " before them, so texts are read with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from corpus_utils.annotate.transformer import (
    BEGIN,
    END,
    PLAIN,
    WIDTH,
    Array,
    Transformer,
    batches,
    halves,
    load_transformer,
    read_pieces,
    stored,
)
from corpus_utils.annotate.vectors import one_thread

MOST_PIECES = 160  # read of a text: headline and lead, about 110 words; what follows tells of frames no better
_CHARACTERS = 1600  # more than so many pieces hold
_BEFORE = "query:"


@cache
def plain_transformer() -> Transformer:
    """The transformer as published."""
    return load_transformer(tuned=False)


def opening_pieces(texts: Sequence[str], most: int = MOST_PIECES) -> list[tuple[int, ...]]:
    """The first `most` pieces of each text, as the transformer wants them."""
    pieces = plain_transformer().pieces
    before = pieces.encode(_BEFORE)
    return [(BEGIN, *before, *pieces.encode(text[:_CHARACTERS])[:most], END) for text in texts]


def read_openings(texts: Sequence[str]) -> Array:
    """A vector of the first `MOST_PIECES` pieces of each text, shape (texts, WIDTH), float32; equal texts are read once."""
    model, kind = plain_transformer(), halves(stored(PLAIN), "kind")
    read = opening_pieces(texts)
    order = sorted(set(read), key=lambda ids: (len(ids), ids))
    place = {ids: number for number, ids in enumerate(order)}
    vectors = np.zeros((len(order), WIDTH), np.float32)
    with one_thread():
        for start, end in batches([len(ids) for ids in order]):
            sizes = np.array([len(ids) for ids in order[start:end]])
            states = read_pieces(model, np.concatenate(order[start:end]), sizes, kind)
            vectors[start:end] = np.add.reduceat(states, np.cumsum(sizes) - sizes, axis=0) / sizes[:, None].astype(np.float32)
    return vectors[[place[ids] for ids in read]] if read else vectors
