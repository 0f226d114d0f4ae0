"""Tuning the last layers of the transformer: low-rank updates of their matrices (Hu et al. 2022), and how a loss changes with them.

Conventions
    What is trained is a mapping from name to array, all of it added to the published weights: for each tuned layer, counted from 0,
    `0.look.down` (in, RANK), `0.look.up` (RANK, out) and `0.look.bias` for each of `MATRICES`, `0.norm1.scale` and `0.norm1.shift` for
    both normalisations. A matrix becomes matrix + SCALE * down @ up. Texts go through behind one another, without padding, as in
    `transformer`; `spans` are their first and last (exclusive) rows. All arithmetic is float32 on one thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from corpus_utils.annotate.transformer import HEADS, WIDTH, Array, Layer

RANK, SCALE = 16, np.float32(2.0)
MATRICES = ("look", "gather", "widen", "narrow")
NORMS = ("norm1", "norm2")
DROPOUT = 0.1  # of what a layer adds, in training
# Queries are stored divided by the root of a head's width; so are their updates.
_COLUMNS = np.concatenate([np.full(WIDTH, (WIDTH // HEADS) ** -0.5), np.ones(2 * WIDTH)]).astype(np.float32)
Updates = dict[str, Array]
Spans = Sequence[tuple[int, int]]


def start_updates(layers: Sequence[Layer], generator: np.random.Generator) -> Updates:
    """Updates that change nothing yet: one side of each product is drawn, the other is nought."""
    out: Updates = {}
    for at, layer in enumerate(layers):
        for name in MATRICES:
            inside, outside = getattr(layer, name)[0].shape
            out[f"{at}.{name}.down"] = (generator.standard_normal((inside, RANK)) / np.sqrt(inside)).astype(np.float32)
            out[f"{at}.{name}.up"] = np.zeros((RANK, outside), np.float32)
            out[f"{at}.{name}.bias"] = np.zeros(outside, np.float32)
        out |= {f"{at}.{name}.{part}": np.zeros(WIDTH, np.float32) for name in NORMS for part in ("scale", "shift")}
    return out


def updated(layers: Sequence[Layer], updates: Mapping[str, Array]) -> list[Layer]:
    """The layers with the updates in their weights."""
    out = []
    for at, layer in enumerate(layers):
        new: dict[str, Any] = {}
        for name in MATRICES:
            matrix, bias = getattr(layer, name)
            down, up, shift = (updates[f"{at}.{name}.{part}"].astype(np.float32) for part in ("down", "up", "bias"))
            if name == "look":
                up, shift = up * _COLUMNS, shift * _COLUMNS
            new[name] = (matrix + SCALE * (down @ up), bias + shift)
        pairs = zip(NORMS, layer.norms)
        norms = [(a + updates[f"{at}.{name}.scale"], b + updates[f"{at}.{name}.shift"]) for name, (a, b) in pairs]
        out.append(Layer(**new, norms=((norms[0][0], norms[0][1]), (norms[1][0], norms[1][1]))))
    return out


class Pass:
    """One layer on its way forward; it keeps what the way back needs."""

    def __init__(self, layer: Layer, x: Array, spans: Spans, generator: np.random.Generator | None) -> None:
        self.layer, self.x, self.spans = layer, x, spans
        self.looked = x @ layer.look[0] + layer.look[1]
        self.gathered, self.attention = np.empty_like(x), []
        for start, end in spans:
            queries, keys, values = _heads(self.looked[start:end])
            weights = queries @ keys.transpose(0, 2, 1)
            weights -= weights.max(axis=2, keepdims=True)
            np.exp(weights, out=weights)
            weights /= weights.sum(axis=2, keepdims=True)
            self.attention.append(weights)
            self.gathered[start:end] = (weights @ values).transpose(1, 0, 2).reshape(end - start, WIDTH)
        self.middle, self.norm1 = _normalise(x + self.gathered @ layer.gather[0] + layer.gather[1], layer.norms[0])
        self.wide = self.middle @ layer.widen[0] + layer.widen[1]
        self.gate = _gate(self.wide)
        added = (self.wide * self.gate) @ layer.narrow[0] + layer.narrow[1]
        self.kept = np.float32(1)
        if generator is not None:
            self.kept = (generator.random(added.shape, np.float32) >= DROPOUT) / np.float32(1 - DROPOUT)
        self.out, self.norm2 = _normalise(self.middle + added * self.kept, layer.norms[1])

    def back(self, change: Array, updates: Mapping[str, Array], at: int, found: Updates) -> Array:
        """From how the loss changes with `out` to how it changes with `x`; how it changes with the updates is put into `found`."""
        change = _back_through_norm(change, self.norm2, self.layer.norms[1], f"{at}.norm2", found)
        inner = self._linear("narrow", self.wide * self.gate, change * self.kept, updates, at, found)
        square = self.wide * self.wide
        slope = self.gate * (1 + self.wide * (1 - self.gate) * _GELU * (1 + np.float32(3 * 0.044715) * square))
        change = change + self._linear("widen", self.middle, inner * slope, updates, at, found)
        change = _back_through_norm(change, self.norm1, self.layer.norms[0], f"{at}.norm1", found)
        gathered = self._linear("gather", self.gathered, change, updates, at, found)
        looked = np.empty_like(self.looked)
        for (start, end), weights in zip(self.spans, self.attention):
            queries, keys, values = _heads(self.looked[start:end])
            above = gathered[start:end].reshape(end - start, HEADS, -1).transpose(1, 0, 2)
            spread = above @ values.transpose(0, 2, 1)
            scores = weights * (spread - (spread * weights).sum(axis=2, keepdims=True))
            parts = (scores @ keys, scores.transpose(0, 2, 1) @ queries, weights.transpose(0, 2, 1) @ above)
            for number, part in enumerate(parts):
                looked[start:end, number * WIDTH : (number + 1) * WIDTH] = part.transpose(1, 0, 2).reshape(end - start, WIDTH)
        return change + self._linear("look", self.x, looked, updates, at, found)

    def _linear(self, name: str, x: Array, change: Array, updates: Mapping[str, Array], at: int, found: Updates) -> Array:
        own = change * _COLUMNS if name == "look" else change
        down, up = updates[f"{at}.{name}.down"], updates[f"{at}.{name}.up"]
        found[f"{at}.{name}.bias"] = own.sum(axis=0)
        found[f"{at}.{name}.up"] = SCALE * ((x @ down).T @ own)
        found[f"{at}.{name}.down"] = SCALE * (x.T @ (own @ up.T))
        return np.asarray(change @ getattr(self.layer, name)[0].T)


_GELU = np.float32(2 * np.sqrt(2 / np.pi))


def _gate(x: Array) -> Array:
    """What the usual approximation of x * Phi(x) multiplies x by (see `transformer`)."""
    return np.asarray(1 / (1 + np.exp(np.minimum(-_GELU * x * (1 + np.float32(0.044715) * x * x), 80))))


def _heads(looked: Array) -> Any:
    """Queries, keys and values of one text, each (heads, pieces, width of a head)."""
    return looked.reshape(len(looked), 3, HEADS, WIDTH // HEADS).transpose(1, 2, 0, 3)


def _normalise(x: Array, norm: tuple[Array, Array]) -> tuple[Array, tuple[Array, Array]]:
    """Rows normalised; before scale and shift; and what they were divided by, inverted."""
    x = x - x.mean(axis=1, keepdims=True)
    inverse = 1 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + np.float32(1e-12))[:, None]
    x *= inverse
    return x * norm[0] + norm[1], (x, inverse)


def _back_through_norm(change: Array, kept: tuple[Array, Array], norm: tuple[Array, Array], name: str, found: Updates) -> Array:
    straight, inverse = kept
    found[f"{name}.scale"], found[f"{name}.shift"] = (change * straight).sum(axis=0), change.sum(axis=0)
    change = change * norm[0]
    inner = np.einsum("ij,ij->i", change, straight)[:, None] / change.shape[1]
    return np.asarray(inverse * (change - change.mean(axis=1, keepdims=True) - straight * inner))
