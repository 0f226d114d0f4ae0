"""Texts as tuned models of the transformer read them: what the layers below say of a text is computed once, the rest by each model.

A model is a mapping of arrays: updates of the last `TUNED` layers (`transformer_tuning`), and a regression on the mean of a text's
pieces, `head.weight` (WIDTH, labels) and `head.bias`. `frame_tuning` trains them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from corpus_utils.annotate.opening_vectors import opening_pieces, plain_transformer
from corpus_utils.annotate.transformer import PLAIN, WIDTH, Array, batches, halves, read_on, read_pieces, stored
from corpus_utils.annotate.transformer_tuning import Updates, updated
from corpus_utils.annotate.vectors import one_thread

TUNED = 3  # layers, the last ones
PIECES = 100  # read of a text


class Texts(NamedTuple):
    """What the layers below the tuned ones say at each piece of texts, one behind the other, and pieces per text."""

    states: Array  # (pieces, WIDTH), half precision
    sizes: Array

    def chosen(self, rows: Array) -> Texts:
        """Those with these numbers."""
        return Texts(self.states[self._at(rows)], self.sizes[rows])

    def read(self, rows: Array) -> Array:
        """The states of these texts, one behind the other."""
        return self.states[self._at(rows)].astype(np.float32)

    def _at(self, rows: Array) -> Array:
        starts = np.cumsum(self.sizes) - self.sizes
        parts = [np.arange(starts[row], starts[row] + self.sizes[row]) for row in rows.tolist()]
        return np.concatenate([np.zeros(0, np.int64), *parts])


@dataclass(frozen=True)
class Tuned:
    """Models whose mean counts, each with updates of layers (`transformer_tuning`), `head.weight` (WIDTH, labels) and `head.bias`."""

    models: tuple[Updates, ...]

    def logits(self, texts: Sequence[str]) -> Array:
        """Mean of the models' logits, shape (texts, labels)."""
        return self.logits_read(read_below(texts))

    def logits_read(self, texts: Texts) -> Array:
        """The same, of texts that the layers below have read."""
        with one_thread():
            return np.asarray(np.mean([logits_of(model, texts) for model in self.models], axis=0))

    def arrays(self) -> dict[str, Array]:
        """Everything under one name each, half precision."""
        return {f"tuned.{n}.{name}": values.astype(np.float16) for n, own in enumerate(self.models) for name, values in own.items()}


def tuned_from(arrays: Mapping[str, Array]) -> Tuned | None:
    """What `arrays` gave, or None where nothing was tuned."""
    models: dict[int, Updates] = {}
    for name, values in arrays.items():
        if name.startswith("tuned."):
            _, number, own = name.split(".", 2)
            models.setdefault(int(number), {})[own] = values.astype(np.float32)
    return Tuned(tuple(models[number] for number in sorted(models))) if models else None


def with_titles(texts: Sequence[str], titles: Sequence[str]) -> list[str]:
    """Texts behind their titles, where there are any."""
    return [f"{title}. {text}" if title.strip() else text for text, title in zip_longest(texts, titles, fillvalue="")]


def read_below(texts: Sequence[str]) -> Texts:
    """Texts as the layers below the tuned ones read them."""
    model, kind = plain_transformer(), halves(stored(PLAIN), "kind")
    below = model._replace(layers=model.layers[:-TUNED])
    read = opening_pieces(texts, PIECES)
    order = sorted(range(len(read)), key=lambda n: (len(read[n]), read[n]))
    sizes = np.array([len(ids) for ids in read], np.int64)
    starts, states = np.cumsum(sizes) - sizes, np.zeros((int(sizes.sum()), WIDTH), np.float16)
    with one_thread():
        for first, last in batches([len(read[n]) for n in order]):
            rows = order[first:last]
            at = np.concatenate([np.arange(starts[n], starts[n] + sizes[n]) for n in rows])
            states[at] = read_pieces(below, np.concatenate([read[n] for n in rows]), sizes[rows], kind)
    return Texts(states, sizes)


def logits_of(model: Updates, texts: Texts) -> Array:
    """What one model says of texts, shape (texts, labels)."""
    layers = updated(plain_transformer().layers[-TUNED:], model)
    order = np.argsort(texts.sizes, kind="stable")
    out = np.zeros((len(texts.sizes), len(model["head.bias"])))
    for first, last in batches(texts.sizes[order].tolist()):
        rows = order[first:last]
        sizes = texts.sizes[rows]
        x = read_on(layers, texts.read(rows), sizes)
        means = np.add.reduceat(x, np.cumsum(sizes) - sizes, axis=0) / sizes[:, None].astype(np.float32)
        out[rows] = means @ model["head.weight"] + model["head.bias"]
    return out
