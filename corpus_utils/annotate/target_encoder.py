"""A small transformer that reads a target in its sentence: tone towards it as log-odds, and a vector of what is said about it.

The `transformer` of this package, tuned on the sets that `targets` names by low-rank updates of its weights (Hu et al. 2022);
`benchmarks/train_target_encoder.py` makes the file. Its pieces are those of English, Russian and Spanish.

Conventions
    The target stands in its place, marked by a vector added to its pieces. In training half of the targets were replaced by others of
    their kind, so that names tell less: another name in its place changes the label of 8 % of English and 6 % of Russian targets not
    trained on (without replacement: 15 % and 8 %). Up to `REACH` pieces are read on each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from corpus_utils.annotate.pieces import Pieces
from corpus_utils.annotate.transformer import (
    BEGIN,
    END,
    FILE,
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

SIZE = 2 * WIDTH  # of a vector: what stands at the target, beside the mean of the sentence
REACH = 80  # pieces read on each side of the target
LONGEST = 12  # pieces of the target read
_CHARACTERS = 1500  # of the text on each side, more than REACH pieces can hold
Read = tuple[tuple[int, ...], int, int]  # pieces, the first of the target, how many it has


class Encoder(NamedTuple):
    """Everything in the file, as it is computed with."""

    transformer: Transformer
    mask: int  # stands for an empty target
    kinds: Array  # added to every other piece, added to the target
    head: tuple[Array, Array]


@cache
def load_encoder() -> Encoder:
    """The shipped weights, read once."""
    data, transformer = stored(FILE), load_transformer(tuned=True)
    return Encoder(transformer, transformer.size - 1, halves(data, "kinds"), (halves(data, "head.weight").T, halves(data, "head.bias")))


def read_targets(targets: Sequence[tuple[str, int, int]]) -> tuple[Array, Array]:
    """Log-odds of negative, neutral, positive (targets, 3) and vectors (targets, SIZE) of (text, start, end); float32.

    Targets in the same words are read once, the others in batches of similar length.
    """
    encoder = load_encoder()
    read = [sequence(encoder.transformer.pieces, encoder.mask, *target) for target in targets]
    order = sorted(set(read), key=lambda one: (len(one[0]), one))
    place = {one: number for number, one in enumerate(order)}
    vectors = np.zeros((len(order), SIZE), np.float32)
    with one_thread():
        for start, end in batches([len(ids) for ids, _, _ in order]):
            vectors[start:end] = _vectors(encoder, order[start:end])
        vectors = vectors[[place[one] for one in read]] if read else vectors
        return vectors @ encoder.head[0] + encoder.head[1], vectors


def sequence(pieces: Pieces, mask: int, text: str, start: int, end: int) -> Read:
    """Pieces of the text, the first of the target and how many it has; the mask stands for a target without letters."""
    before, behind = text[max(0, start - _CHARACTERS) : start], text[end : end + _CHARACTERS]
    left = pieces.encode(before.rstrip())[-REACH:] if before.strip() else []
    right = pieces.encode(behind.rstrip(), opens=False)[:REACH] if behind.strip() else []
    opens = start == 0 or text[start - 1].isspace()
    here = pieces.encode(text[start:end], opens=opens)[:LONGEST] if text[start:end].strip() else [mask]
    return (BEGIN, *left, *here, *right, END), 1 + len(left), len(here)


def _vectors(encoder: Encoder, batch: Sequence[Read]) -> Array:
    sizes = np.array([len(ids) for ids, _, _ in batch])
    starts = np.cumsum(sizes) - sizes
    ids = np.concatenate([np.array(ids) for ids, _, _ in batch])
    kind: Array = np.zeros(len(ids), dtype=np.int64)
    for start, (_, at, count) in zip(starts.tolist(), batch):
        kind[start + at : start + at + count] = 1
    x = read_pieces(encoder.transformer, ids, sizes, encoder.kinds[kind])
    counts = np.add.reduceat(kind, starts)[:, None].astype(np.float32)
    here = np.add.reduceat(x * kind[:, None].astype(np.float32), starts, axis=0) / counts
    return np.hstack([here, np.add.reduceat(x, starts, axis=0) / sizes[:, None].astype(np.float32)])
