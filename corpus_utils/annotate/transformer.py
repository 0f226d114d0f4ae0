"""A small transformer in plain arrays: Multilingual E5 small (Wang et al. 2024, MIT licence), its first layers and a part of its pieces.

Two read with it: `target_encoder`, with the updates that were trained for tone towards a target, and `opening_vectors`, without them.

Conventions
    Matrices are stored in four bits: rows in blocks of 32 numbers, each block with a scale; number = (nibble - 8) * scale, the low
    nibbles of a block's 16 bytes before the high ones. Biases, norms and positions are half precision. All arithmetic is float32 on
    one thread. A sequence is a tuple of numbers of pieces between `BEGIN` and `END`; sequences are computed without padding, one
    behind the other, and only attention looks at each alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.pieces import Pieces

FILE = Path(__file__).parent / "model" / "targets" / "encoder.npz"
PLAIN = FILE.with_name("encoder_plain.npz")  # more pieces, and biases and norms before they were trained
WIDTH, HEADS = 384, 12
BEGIN, END = 0, 2
_TOGETHER = 600  # pieces computed at once
_BLOCK = 32
Array = np.ndarray


class Layer(NamedTuple):
    """Weights of one layer: matrices (in, out), biases, and the two normalisations (scale, shift)."""

    look: tuple[Array, Array]  # queries, keys and values side by side
    gather: tuple[Array, Array]
    widen: tuple[Array, Array]
    narrow: tuple[Array, Array]
    norms: tuple[tuple[Array, Array], tuple[Array, Array]]


class Transformer(NamedTuple):
    """Everything that is computed with."""

    pieces: Pieces
    size: int  # of the vocabulary
    scales: Array  # of the pieces' vectors, (pieces, blocks)
    nibbles: Array  # (pieces, 16 * blocks)
    positions: Array
    first: tuple[Array, Array]
    layers: tuple[Layer, ...]


def unpacked(scales: Array, nibbles: Array) -> Array:
    """Four-bit rows as float32 (see the conventions): (rows, blocks) and (rows, 16 * blocks) to (rows, 32 * blocks)."""
    bytes_ = nibbles.reshape(*scales.shape, _BLOCK // 2)
    numbers = np.concatenate([bytes_ & 15, bytes_ >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scales.astype(np.float32)[..., None]).reshape(len(scales), -1)


@cache
def stored(path: Path) -> Mapping[str, Array]:
    """The arrays of a file, read once."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def halves(data: Mapping[str, Array], name: str) -> Array:
    return data[name].astype(np.float32)


def norm(data: Mapping[str, Array], name: str) -> tuple[Array, Array]:
    """Scale and shift of a normalisation."""
    return halves(data, f"{name}.scale"), halves(data, f"{name}.shift")


def load_transformer(*, tuned: bool) -> Transformer:
    """The shipped weights: with what was trained for targets, or (not `tuned`) as published, with the pieces of more languages."""
    data = stored(FILE)
    own = data if tuned else stored(PLAIN)

    def matrix(*names: str) -> tuple[Array, Array]:
        """Stored matrices, transposed and side by side, and their biases."""
        rows = [unpacked(data[f"{name}.scales"], data[f"{name}.nibbles"]) for name in names]
        if tuned:
            rows = [plain + halves(data, f"{name}.up") @ halves(data, f"{name}.down") for plain, name in zip(rows, names)]
        return np.ascontiguousarray(np.vstack(rows).T), np.concatenate([halves(own, f"{name}.bias") for name in names])

    layers = []
    for at in range(int(data["layers"])):
        look = matrix(f"{at}.query", f"{at}.key", f"{at}.value")
        for part in look:
            part[..., :WIDTH] *= (WIDTH // HEADS) ** -0.5
        gather, widen, narrow = (matrix(f"{at}.{part}") for part in ("gather", "widen", "narrow"))
        layers.append(Layer(look, gather, widen, narrow, (norm(own, f"{at}.norm1"), norm(own, f"{at}.norm2"))))
    of = [data] if tuned else [data, own]
    pieces = [piece for each in of for piece in each["pieces"].tobytes().decode("utf-8").split("\n")]
    scores = [score for each in of for score in each["piece_scores"].tolist()]
    scales, nibbles = (np.concatenate([each[f"words.{name}"] for each in of]) for name in ("scales", "nibbles"))
    return Transformer(
        Pieces(pieces, scores, float(data["unknown_score"])), len(pieces), scales, nibbles, halves(data, "positions"),
        norm(own, "first"), tuple(layers),
    )  # fmt: skip


def batches(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of the sequences that are computed together; `sizes` in rising order."""
    start = 0
    while start < len(sizes):
        end = start + 1
        while end < len(sizes) and (end - start + 1) * sizes[end] <= _TOGETHER:
            end += 1
        yield start, end
        start = end


def read_pieces(model: Transformer, ids: Array, sizes: Array, kinds: Array) -> Array:
    """What the last layer says at each piece, (pieces, WIDTH), of sequences of these sizes one behind the other.

    `kinds` is added to the pieces' vectors: one vector, or one for each piece.
    """
    ends = np.cumsum(sizes)
    starts = ends - sizes
    used, where = np.unique(ids, return_inverse=True)
    x = unpacked(model.scales[used], model.nibbles[used])[where]
    x += model.positions[np.arange(len(ids)) - np.repeat(starts, sizes)]
    return read_on(model.layers, _normalised(x + kinds, *model.first), sizes)


def read_on(layers: Sequence[Layer], x: Array, sizes: Array) -> Array:
    """What the last of these layers says at each piece, given what the one before the first says; may change `x`."""
    ends = np.cumsum(sizes)
    spans = list(zip((ends - sizes).tolist(), ends.tolist()))
    for layer in layers:
        x = _normalised(x + _attended(layer, x, spans), *layer.norms[0])
        wide = x @ layer.widen[0] + layer.widen[1]
        x = _normalised(x + (_gelu(wide) @ layer.narrow[0] + layer.narrow[1]), *layer.norms[1])
    return x


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
