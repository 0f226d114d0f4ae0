"""A small transformer that reads a target in its sentence: tone towards it as log-odds, and a vector of what is said about it.

Multilingual E5 small (Wang et al. 2024, MIT licence), its first layers and the pieces of English, Russian and Spanish, tuned on the
sets that `targets` names by low-rank updates of its weights (Hu et al. 2022). `benchmarks/train_target_encoder.py` makes the file.

Conventions
    The target stands in its place, marked by a vector added to its pieces. In training half of the targets were replaced by others of
    their kind, so that names tell less: another name in its place changes the label of 8 % of English and 6 % of Russian targets not
    trained on (without replacement: 15 % and 8 %). Up to `REACH` pieces are read on each side.
    Matrices are stored in four bits: rows in blocks of 32 numbers, each block with a scale; number = (nibble - 8) * scale, the low
    nibbles of a block's 16 bytes before the high ones. All arithmetic is float32 on one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.pieces import Pieces
from corpus_utils.annotate.vectors import one_thread

FILE = Path(__file__).parent / "model" / "targets" / "encoder.npz"
WIDTH, HEADS = 384, 12
SIZE = 2 * WIDTH  # of a vector: what stands at the target, beside the mean of the sentence
REACH = 80  # pieces read on each side of the target
LONGEST = 12  # pieces of the target read
_CHARACTERS = 1500  # of the text on each side, more than REACH pieces can hold
_TOGETHER = 600  # pieces computed at once
_BEGIN, _END = 0, 2
_BLOCK = 32
Array = np.ndarray
Read = tuple[tuple[int, ...], int, int]  # pieces, the first of the target, how many it has


class Layer(NamedTuple):
    """Weights of one layer: matrices (in, out), biases, and the two normalisations (scale, shift)."""

    look: tuple[Array, Array]  # queries, keys and values side by side
    gather: tuple[Array, Array]
    widen: tuple[Array, Array]
    narrow: tuple[Array, Array]
    norms: tuple[tuple[Array, Array], tuple[Array, Array]]


class Encoder(NamedTuple):
    """Everything in the file, as it is computed with."""

    pieces: Pieces
    mask: int  # stands for an empty target
    scales: Array  # of the pieces' vectors, (pieces, blocks)
    nibbles: Array  # (pieces, 16 * blocks)
    positions: Array
    kinds: Array  # added to every other piece, added to the target
    first: tuple[Array, Array]
    layers: tuple[Layer, ...]
    head: tuple[Array, Array]


def unpacked(scales: Array, nibbles: Array) -> Array:
    """Four-bit rows as float32 (see the conventions): (rows, blocks) and (rows, 16 * blocks) to (rows, 32 * blocks)."""
    bytes_ = nibbles.reshape(*scales.shape, _BLOCK // 2)
    numbers = np.concatenate([bytes_ & 15, bytes_ >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scales.astype(np.float32)[..., None]).reshape(len(scales), -1)


@cache
def load_encoder() -> Encoder:
    """The shipped weights, read once."""
    with np.load(FILE, allow_pickle=False) as stored:
        data = {name: stored[name] for name in stored.files}

    def plain(name: str) -> Array:
        return data[name].astype(np.float32)

    def matrix(*names: str) -> tuple[Array, Array]:
        """Stored matrices with their updates, transposed and side by side, and their biases."""
        rows = [unpacked(data[f"{name}.scales"], data[f"{name}.nibbles"]) + plain(f"{name}.up") @ plain(f"{name}.down") for name in names]
        return np.ascontiguousarray(np.vstack(rows).T), np.concatenate([plain(f"{name}.bias") for name in names])

    def norm(name: str) -> tuple[Array, Array]:
        return plain(f"{name}.scale"), plain(f"{name}.shift")

    layers = []
    for at in range(int(data["layers"])):
        look = matrix(f"{at}.query", f"{at}.key", f"{at}.value")
        for part in look:
            part[..., :WIDTH] *= (WIDTH // HEADS) ** -0.5
        gather, widen, narrow = (matrix(f"{at}.{part}") for part in ("gather", "widen", "narrow"))
        layers.append(Layer(look, gather, widen, narrow, (norm(f"{at}.norm1"), norm(f"{at}.norm2"))))
    pieces = data["pieces"].tobytes().decode("utf-8").split("\n")
    return Encoder(
        Pieces(pieces, data["piece_scores"].tolist(), float(data["unknown_score"])), len(pieces) - 1,
        data["words.scales"], data["words.nibbles"], plain("positions"), plain("kinds"), norm("first"), tuple(layers),
        (plain("head.weight").T, plain("head.bias")),
    )  # fmt: skip


def read_targets(targets: Sequence[tuple[str, int, int]]) -> tuple[Array, Array]:
    """Log-odds of negative, neutral, positive (targets, 3) and vectors (targets, SIZE) of (text, start, end); float32.

    Targets in the same words are read once, the others in batches of similar length.
    """
    encoder = load_encoder()
    read = [sequence(encoder.pieces, encoder.mask, *target) for target in targets]
    order = sorted(set(read), key=lambda one: (len(one[0]), one))
    place = {one: number for number, one in enumerate(order)}
    vectors = np.zeros((len(order), SIZE), np.float32)
    with one_thread():
        start = 0
        while start < len(order):
            end = start + 1
            while end < len(order) and (end - start + 1) * len(order[end][0]) <= _TOGETHER:
                end += 1
            vectors[start:end] = _vectors(encoder, order[start:end])
            start = end
        vectors = vectors[[place[one] for one in read]] if read else vectors
        return vectors @ encoder.head[0] + encoder.head[1], vectors


def sequence(pieces: Pieces, mask: int, text: str, start: int, end: int) -> Read:
    """Pieces of the text, the first of the target and how many it has; the mask stands for a target without letters."""
    before, behind = text[max(0, start - _CHARACTERS) : start], text[end : end + _CHARACTERS]
    left = pieces.encode(before.rstrip())[-REACH:] if before.strip() else []
    right = pieces.encode(behind.rstrip(), opens=False)[:REACH] if behind.strip() else []
    opens = start == 0 or text[start - 1].isspace()
    here = pieces.encode(text[start:end], opens=opens)[:LONGEST] if text[start:end].strip() else [mask]
    return (_BEGIN, *left, *here, *right, _END), 1 + len(left), len(here)


def _vectors(encoder: Encoder, batch: Sequence[Read]) -> Array:
    sizes = np.array([len(ids) for ids, _, _ in batch])
    ends = np.cumsum(sizes)
    starts = ends - sizes
    ids = np.concatenate([np.array(ids) for ids, _, _ in batch])
    used, where = np.unique(ids, return_inverse=True)
    x = unpacked(encoder.scales[used], encoder.nibbles[used])[where]
    x += encoder.positions[np.arange(len(ids)) - np.repeat(starts, sizes)]
    kind: Array = np.zeros(len(ids), dtype=np.int64)
    for start, (_, at, count) in zip(starts.tolist(), batch):
        kind[start + at : start + at + count] = 1
    x = _normalised(x + encoder.kinds[kind], *encoder.first)
    spans = list(zip(starts.tolist(), ends.tolist()))
    for layer in encoder.layers:
        x = _normalised(x + _attended(layer, x, spans), *layer.norms[0])
        wide = x @ layer.widen[0] + layer.widen[1]
        x = _normalised(x + (_gelu(wide) @ layer.narrow[0] + layer.narrow[1]), *layer.norms[1])
    counts = np.add.reduceat(kind, starts)[:, None].astype(np.float32)
    here = np.add.reduceat(x * kind[:, None].astype(np.float32), starts, axis=0) / counts
    return np.hstack([here, np.add.reduceat(x, starts, axis=0) / sizes[:, None].astype(np.float32)])


def _attended(layer: Layer, x: Array, spans: list[tuple[int, int]]) -> Array:
    """Attention of each sentence's pieces to one another."""
    looked = x @ layer.look[0] + layer.look[1]
    gathered = np.empty_like(x)
    for start, end in spans:
        queries, keys, values = looked[start:end].reshape(end - start, 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)
        weights: Any = queries @ keys.transpose(0, 2, 1)
        weights -= weights.max(axis=2, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=2, keepdims=True)
        gathered[start:end] = (weights @ values).transpose(1, 0, 2).reshape(end - start, WIDTH)
    return gathered @ layer.gather[0] + layer.gather[1]


def _normalised(x: Array, scale: Array, shift: Array) -> Array:
    x -= x.mean(axis=1, keepdims=True)
    x *= scale / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + 1e-12)[:, None]
    x += shift
    return x


def _gelu(x: Array) -> Array:
    """x * Phi(x) by its usual approximation (Hendrycks & Gimpel 2016), written as x * sigmoid."""
    inner = x * x
    inner *= 0.044715
    inner += 1.0
    inner *= x
    inner *= np.float32(-2 * np.sqrt(2 / np.pi))
    np.minimum(inner, 80.0, out=inner)  # beyond it the result is nought
    np.exp(inner, out=inner)
    inner += 1.0
    x /= inner
    return x
