"""The transformer tuned to a user's labels: a few models, each of which has not seen one fold of the texts, and their mean.

Only the last layers are trained (`transformer_tuning`), with a logistic or softmax regression on the mean of a text's pieces; what the
layers below say of a text is computed once (`tuned_reader`). Every text has a model that was trained without its fold, so the logits
of those say what tuning is worth; new texts are read by all models, and the logits averaged (bagging, Breiman 1996).
Optimiser: AdamW (Loshchilov & Hutter 2019) with a warm-up and a cosine. Draws start at a seed, arithmetic is on one thread.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.frame_calibration import calibrate, calibrated, log_loss
from corpus_utils.annotate.frame_data import folds
from corpus_utils.annotate.opening_vectors import plain_transformer
from corpus_utils.annotate.tokens import Array
from corpus_utils.annotate.transformer import WIDTH
from corpus_utils.annotate.transformer_tuning import Pass, Updates, start_updates, updated
from corpus_utils.annotate.tuned_reader import TUNED, Texts, Tuned, logits_of
from corpus_utils.annotate.vectors import one_thread
from corpus_utils.engine import run_parts

BATCH, RATE, HEAD_RATE, DECAY, WARM = 16, 1.1e-3, 2e-3, 0.01, 0.1  # texts a step; WARM: share of the steps
MODELS = 4  # folds, and so models
READINGS = 3600  # of texts in training, all epochs together, within `EPOCHS`
EPOCHS = (3, 15)
SMOOTHING, HEAD_DROPOUT, STRETCH, LONGEST_STEP = 0.05, 0.1, 3.0, 1.0  # STRETCH: of the loss of labels that do not exclude each other
WEIGHTS = (0.0, 0.15, 0.3, 0.45, 0.6)  # of the tuned models, tried
FEW = 30_000  # pieces: fewer are sooner read than processes started
SECONDS_A_PIECE = 5e-4  # in training, on one core (measured with three layers tuned)
MOMENTA, EPSILON = (0.9, 0.98), 1e-8


class Task(NamedTuple):
    """A model to be trained."""

    texts: Texts
    table: Array  # texts x labels
    exclusive: bool
    seed: int
    others: Texts  # to be read by the model


def tune(texts: Texts, table: Array, groups: Array, *, exclusive: bool, seed: int = 0, progress: bool = False) -> tuple[Tuned, Array]:
    """A model without each fold, and the logits that each says of the fold it has not seen, shape (texts, labels)."""
    fold = folds(table, groups, seed, MODELS)
    parts = []
    for number in range(MODELS):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        parts.append(Task(texts.chosen(train), table[train], exclusive, seed + number, texts.chosen(test)))
    work = int(texts.sizes.sum()) * epochs_of(len(table)) * (MODELS - 1)  # pieces read in training
    if progress:
        minutes = max(1, round(work * SECONDS_A_PIECE / 60))
        told = f"tuning the encoder to the labels: about {minutes} min of one core (--encoder fixed leaves it out)"
        print(told, file=sys.stderr, flush=True)
    workers = min(os.cpu_count() or 1, MODELS)
    engine = "processes" if work > FEW and workers > 1 else "serial"
    done = run_parts(tune_one, parts, engine=engine, workers=workers, label="models tuned", progress=progress)
    logits = np.zeros(table.shape)
    for number, (_, own) in enumerate(done):
        logits[fold == number] = own
    return Tuned(tuple(model for model, _ in done)), logits


def mixed(held: Array, logits: Array, truth: Array, *, exclusive: bool) -> tuple[float, Array]:
    """How much the logits of tuned models count beside calibrated margins, both of texts not trained on; and the two together."""
    tried = [(weight, (1 - weight) * held + weight * logits) for weight in WEIGHTS]
    losses = []
    for _, margins in tried:
        slopes, offsets = calibrate(margins, truth, exclusive=exclusive)
        losses.append(round(log_loss(calibrated(margins, slopes, offsets, exclusive=exclusive), truth, exclusive=exclusive), 9))
    return tried[int(np.argmin(losses))]


def epochs_of(texts: int) -> int:
    """How often each text is read in training."""
    return int(np.clip(round(READINGS / max(texts, 1)), *EPOCHS))


def tune_one(task: Task) -> tuple[Updates, Array]:
    """Train one model; it and its logits of the other texts."""
    with one_thread():
        model = _train(task)
        return model, logits_of(model, task.others)


def _train(task: Task) -> Updates:
    sizes, generator = task.texts.sizes, np.random.default_rng(task.seed)
    layers = plain_transformer().layers[-TUNED:]
    model = start_updates(layers, generator)
    model["head.weight"] = (0.3 * generator.standard_normal((WIDTH, task.table.shape[1])) / np.sqrt(WIDTH)).astype(np.float32)
    model["head.bias"] = np.zeros(task.table.shape[1], np.float32)
    epochs = epochs_of(len(sizes))
    optimiser = _Optimiser(model, -(-len(sizes) // BATCH) * epochs)
    for _ in range(epochs):
        order = generator.permutation(len(sizes))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            change = _gradient(model, layers, task.texts.read(rows), sizes[rows], task.table[rows], generator, exclusive=task.exclusive)
            optimiser.step(change)
    return model


def _gradient(
    model: Updates, layers: Sequence[Any], x: Array, sizes: Array, table: Array, generator: np.random.Generator, *, exclusive: bool
) -> Updates:
    """How the mean loss of some texts changes with the model."""
    ends = np.cumsum(sizes)
    spans, passes, found = list(zip((ends - sizes).tolist(), ends.tolist())), [], {}
    for layer in updated(layers, model):
        passes.append(Pass(layer, x, spans, generator))
        x = passes[-1].out
    mean = np.add.reduceat(x, ends - sizes, axis=0) / sizes[:, None].astype(np.float32)
    kept = (generator.random(mean.shape, np.float32) >= HEAD_DROPOUT) / np.float32(1 - HEAD_DROPOUT)
    logits = (mean * kept) @ model["head.weight"] + model["head.bias"]
    n = table.shape[1]
    target = table * (1 - SMOOTHING) + SMOOTHING / (n if exclusive else 2)
    p = calibrated(logits, np.ones(n), np.zeros(n), exclusive=exclusive)
    change = ((p - target) / len(table) * (1 if exclusive else STRETCH / n)).astype(np.float32)
    found["head.weight"], found["head.bias"] = (mean * kept).T @ change, change.sum(axis=0)
    back = np.repeat((change @ model["head.weight"].T) * kept / sizes[:, None].astype(np.float32), sizes, axis=0)
    for at in reversed(range(len(passes))):
        back = passes[at].back(back, model, at, found)
    return found


class _Optimiser:
    """AdamW with gradients of bounded length; changes the model's arrays in place."""

    def __init__(self, model: Updates, steps: int) -> None:
        self.model, self.steps, self.done = model, steps, 0
        self.means, self.squares = ({name: np.zeros_like(values) for name, values in model.items()} for _ in range(2))

    def step(self, gradient: Updates) -> None:
        length = float(np.sqrt(sum(float((values * values).sum()) for values in gradient.values())))
        shrink, done = np.float32(min(1.0, LONGEST_STEP / max(length, 1e-9))), self.done + 1
        pace = min(1.0, done / (WARM * self.steps)) * (0.5 + 0.5 * np.cos(np.pi * self.done / self.steps))
        first, second = MOMENTA
        for name, values in self.model.items():
            own, mean, square = gradient[name] * shrink, self.means[name], self.squares[name]
            rate = pace * (HEAD_RATE if name.startswith("head") else RATE)
            mean += (1 - first) * (own - mean)
            square += (1 - second) * (own * own - square)
            if values.ndim > 1:
                values *= np.float32(1 - rate * DECAY)
            values -= np.float32(rate / (1 - first**done)) * mean / (np.sqrt(square / np.float32(1 - second**done)) + np.float32(EPSILON))
        self.done = done
