"""Training of the line network in NumPy: forward, gradient, Adam. Inference lives in `corpus_utils.clean.model`.

Conventions
    A document is (x, y, weight): standardised columns (lines, F), targets from 0 to 1, and what each line counts in the loss. Documents are
    laid end to end with `PAD` empty rows between them, so that no line sees its neighbour's document.
    The loss is weighted cross-entropy. Dropout, weight decay, cropped pages and documents with their wording hidden keep a few hundred pages from being
    learned by heart. Everything is seeded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from corpus_utils.clean.model import DISTANCES

PAD = 2 * max(DISTANCES)
BATCH = 2000  # lines
CROP = (80, 250)  # lines of a long page seen at a time
RATE, WARMUP, DECAY = 3e-3, 60, 0.02
DROP, HIDDEN_WORDING = 0.2, 0.12  # shares: of activations dropped, of documents whose wording columns are blanked
Array = np.ndarray
Document = tuple[Array, Array, Array]


def train_network(documents: Sequence[Document], *, wording: Sequence[int], width: int, epochs: int, seed: int) -> dict[str, Array]:
    """Weights after `epochs` passes; `wording` are the columns to hide at times. Averages the weights of the last third of the steps."""
    rng = np.random.default_rng(seed)
    w = _initial(documents[0][0].shape[1], width, rng)
    mean = {k: np.zeros_like(v) for k, v in w.items()}
    square = {k: np.zeros_like(v) for k, v in w.items()}
    average = {k: np.zeros_like(v) for k, v in w.items()}
    steps = max(1, epochs * sum(min(len(d[0]), sum(CROP) // 2) + PAD for d in documents) // BATCH)
    taken = averaged = 0
    for _ in range(epochs):
        for x, mask, y, weight in _batches(documents, wording, rng):
            gradient = _gradient(w, x, mask, y, weight / max(weight.sum(), 1e-6), rng)
            taken += 1
            progress = min(1.0, taken / steps)
            rate = RATE * min(1.0, taken / WARMUP) * (0.5 * (1 + np.cos(np.pi * progress)) + 0.03)
            for k, g in gradient.items():
                mean[k] = 0.9 * mean[k] + 0.1 * g
                square[k] = 0.999 * square[k] + 0.001 * g * g
                move = (mean[k] / (1 - 0.9**taken)) / (np.sqrt(square[k] / (1 - 0.999**taken)) + 1e-8)
                w[k] = ((w[k] - rate * move) * (1 - rate * DECAY if k.startswith("w") else 1)).astype(np.float32)
            if progress > 2 / 3:
                averaged += 1
                for k in w:
                    average[k] += (w[k] - average[k]) / averaged
    return average if averaged else w


def _initial(columns: int, width: int, rng: np.random.Generator) -> dict[str, Array]:
    def normal(rows: int, scale: float) -> Array:
        return (rng.standard_normal((rows, width)) * scale * np.sqrt(2 / rows)).astype(np.float32)

    w = {"w_in": normal(columns, 1.0), "b_in": np.zeros(width, np.float32)}
    for level in range(len(DISTANCES)):
        w[f"w_{level}"], w[f"b_{level}"] = normal(3 * width, 0.5), np.zeros(width, np.float32)
    w["w_out"], w["b_out"] = (rng.standard_normal(width) * 0.1).astype(np.float32), np.zeros((), np.float32)
    return w


def _batches(
    documents: Sequence[Document], wording: Sequence[int], rng: np.random.Generator
) -> Iterator[tuple[Array, Array, Array, Array]]:
    parts: list[Document] = []
    size = 0
    for i in rng.permutation(len(documents)):
        x, y, weight = documents[i]
        if len(x) > CROP[1]:  # most of a page is menus: a stretch of it is enough at a time, mostly one that touches text
            length = int(rng.integers(*CROP))
            text = np.flatnonzero(y)
            middle = int(rng.choice(text)) if len(text) and rng.random() < 0.7 else int(rng.integers(0, len(x)))
            a = min(max(0, middle - int(rng.integers(0, length))), len(x) - length)
            x, y, weight = x[a : a + length], y[a : a + length], weight[a : a + length]
        if rng.random() < HIDDEN_WORDING:  # a language the words of which are not known
            x = x.copy()
            x[:, list(wording)] = 0
        parts.append((x, y, weight))
        size += len(x) + PAD
        if size >= BATCH:
            yield _laid_out(parts)
            parts, size = [], 0
    if parts:
        yield _laid_out(parts)


def _laid_out(parts: Sequence[Document]) -> tuple[Array, Array, Array, Array]:
    empty = np.zeros((PAD, parts[0][0].shape[1]), np.float32)
    none = np.zeros(PAD, np.float32)
    x = np.concatenate([piece for part in parts for piece in (part[0], empty)])
    mask = np.concatenate([piece for part in parts for piece in (np.ones(len(part[0]), np.float32), none)])
    y = np.concatenate([piece for part in parts for piece in (part[1], none)])
    weight = np.concatenate([piece for part in parts for piece in (part[2], none)])
    return x, mask[:, None], y, weight


def _gradient(w: dict[str, Array], x: Array, mask: Array, y: Array, weight: Array, rng: np.random.Generator) -> dict[str, Array]:
    """Gradient of the loss for one batch, with dropout after every layer."""
    width = w["w_out"].shape[0]

    def kept() -> Array:
        return (rng.random((len(x), width), dtype=np.float32) > DROP).astype(np.float32) / (1 - DROP)

    keep = kept()
    h = np.maximum(x @ w["w_in"] + w["b_in"], 0) * mask * keep
    first, layers = h, []
    for level, distance in enumerate(DISTANCES):
        both = _with_neighbours(h, distance)
        out = np.maximum(both @ w[f"w_{level}"] + w[f"b_{level}"], 0) * mask
        dropped = kept()
        layers.append((both, out, dropped))
        h = h + out * dropped
    z = h @ w["w_out"] + w["b_out"]
    dz = weight * (1 / (1 + np.exp(-z)) - y)
    g = {"w_out": h.T @ dz, "b_out": dz.sum()}
    dh = np.outer(dz, w["w_out"])
    for level in reversed(range(len(DISTANCES))):
        distance = DISTANCES[level]
        both, out, dropped = layers[level]
        d_out = dh * dropped * (out > 0)
        g[f"w_{level}"], g[f"b_{level}"] = both.T @ d_out, d_out.sum(axis=0)
        d_both = d_out @ w[f"w_{level}"].T
        dh = dh + d_both[:, width : 2 * width]
        dh[:-distance] += d_both[distance:, :width]
        dh[distance:] += d_both[:-distance, 2 * width :]
    d_in = dh * keep * (first > 0)
    g["w_in"], g["b_in"] = x.T @ d_in, d_in.sum(axis=0)
    return g


def _with_neighbours(h: Array, distance: int) -> Array:
    wide = np.zeros((len(h) + 2 * distance, h.shape[1]), dtype=h.dtype)
    wide[distance : distance + len(h)] = h
    return np.concatenate([wide[: len(h)], h, wide[2 * distance :]], axis=1)
