"""Fitting a coder: features and penalty chosen over folds that keep texts of one group together, and the card.

margins      out-of-fold decision values: what the coder would have said of texts it had not seen
regressions  one for each of a few sets of block weights, with the penalty whose calibrated margins have the smallest log loss on
             those texts (where labels exclude each other it is also chosen whether rare ones are weighted up); the coder is the mean
             of those that do best together

tuned models  of the transformer (`frame_tuning`): their logits are mixed with the calibrated margins, by the weight with the smallest
             log loss, both of texts not trained on; left out where it is nought

Margins become probabilities and labels as `frame_calibration` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.annotate import frame_features
from corpus_utils.annotate.frame_calibration import (
    best_threshold,
    calibrate,
    calibrated,
    calibration_error,
    f1_scores,
    log_loss,
)
from corpus_utils.annotate.frame_coder import CoderError, FrameCoder
from corpus_utils.annotate.frame_data import FOLDS, folds, main_language, read_labels, read_titles
from corpus_utils.annotate.frame_features import Raw
from corpus_utils.annotate.frame_tuning import mixed, tune
from corpus_utils.annotate.tokens import Array
from corpus_utils.annotate.tuned_reader import Texts, read_below, with_titles
from corpus_utils.annotate.vectors import one_thread

if TYPE_CHECKING:
    import pandas as pd

STRENGTHS = (0.3, 1.0, 3.0)  # penalties tried, relative to the mean squared length of a text's features
# How much each block of features counts, found on sets of headlines, sentences and articles.
WEIGHTS: tuple[Mapping[str, float], ...] = (
    {"mean": 0.85, "extremes": 0.85, "lead": 0.4, "read": 0.7, "words": 1.0, "cues": 0.5},
    {"mean": 1.0, "opening": 1.0, "read": 1.0, "heading": 1.0, "words": 0.7, "opening_words": 0.7, "letters": 0.7},
    {"mean": 1.0, "extremes": 0.4, "opening": 0.4, "read": 1.0, "words": 0.7, "letters": 0.7, "cues": 0.3},
)
ENCODERS = ("auto", "fixed", "tuned")
TUNABLE = (400, 5000)  # texts for which auto tunes the transformer: of fewer it learns too little, of more it takes long
INTERCEPT = 0.2  # weight of the constant feature
SCALE = 4.0  # stretches least-squares values to the range of log odds; calibration does the rest


def train_coder(
    records: pd.DataFrame, *, seed: int = 0, cue_language: str | None = None, trained_on: str = "", names: bool = True,
    tried: tuple[Mapping[str, float], ...] = WEIGHTS, encoder: str = "auto", progress: bool = False,
) -> FrameCoder:  # fmt: skip
    """Train on records with `text`, `labels` and perhaps `title`. `trained_on` goes to the card; `names=False` keeps names out of the
    features; `tried`: other sets of block weights than `WEIGHTS`.

    `encoder`: whether the transformer is tuned to the labels (tuned), or not (fixed), or (auto) where there are enough texts to learn
    from and not so many that it takes long; `progress` tells of it on stderr.
    `cue_language`: the language whose cues of the generic codebook are features, too; "" for none, None for the language of the records.
    Raises CoderError where the records cannot carry a coder.
    """
    labels, table, groups = read_labels(records)
    language = main_language(records) if cue_language is None else cue_language
    titles = read_titles(records)
    raw: Raw = frame_features.read(records["text"].tolist(), language, titles=titles, least=frame_features.LEAST_DF)
    about: dict[str, Any] = {
        "cue_language": language,
        "titled": any(titles),
        "trained_on": trained_on,
        "names": names,
        "tried": tried,
        "progress": progress,
    }
    if tunes(encoder, len(records)):
        about["below"] = read_below(with_titles(records["text"].tolist(), titles))
    return fit_coder(raw, labels, table, groups, seed=seed, **about)


def fit_coder(
    raw: Raw, labels: tuple[str, ...], table: Array, groups: Array, *, seed: int = 0, cue_language: str = "", titled: bool = False,
    trained_on: str = "", names: bool = True, tried: tuple[Mapping[str, float], ...] = WEIGHTS, below: Texts | None = None,
    progress: bool = False,
) -> FrameCoder:  # fmt: skip
    """Train on raw numbers of texts and a table texts x labels of 0 and 1. `names=False`: no names among the features; `tried`: sets
    of block weights to choose from; `below`: the texts as the transformer's lower layers read them, to tune those above."""
    exclusive = len(labels) > 1 and bool((table.sum(axis=1) == 1).all())
    rounds, plans = rounds_for(len(table)), penalties(exclusive)
    margins = np.zeros((len(tried), len(plans), rounds, *table.shape))
    deals = [folds(table, groups, seed + turn) for turn in range(rounds)]
    with one_thread():  # sums in another order differ in their last bits
        features = frame_features.fit(raw, together(tried), names=names)  # reads no label, so once for all folds
        blocks = features.transform(raw)
        for which, weights in enumerate(tried):
            products = _products(blocks, weights)
            for turn, fold in enumerate(deals):
                for number in range(FOLDS):
                    train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
                    gram, beside = _centred(products[np.ix_(train, train)], products[np.ix_(test, train)])
                    for at, plan in enumerate(plans):
                        margins[which, at, turn, test] = SCALE * (beside @ _dual(gram, table[train], *plan))
    truth = np.tile(table, (rounds, 1))
    best, chosen, held = _choose(margins.reshape(len(tried), len(plans), *truth.shape), truth, exclusive=exclusive)
    tuned, weight, linear = None, 0.0, (np.ones(len(labels)), np.zeros(len(labels)))
    if below is not None:
        linear = calibrate(held, truth, exclusive=exclusive)
        tuned, logits = tune(below, table, groups, exclusive=exclusive, seed=seed, progress=progress)
        weight, held = mixed(held * linear[0] + linear[1], np.tile(logits, (rounds, 1)), truth, exclusive=exclusive)
    slopes, offsets = calibrate(held, truth, exclusive=exclusive)
    held_out = calibrated(held, slopes, offsets, exclusive=exclusive)
    thresholds = np.array([1.0 if exclusive else best_threshold(held_out[:, n], truth[:, n]) for n in range(len(labels))])
    with one_thread():
        features = frame_features.fit(raw, together(tuple(tried[which] for which in chosen)), names=names)
        coefficients = _solve(features, raw, table, [(tried[which], *plans[best[which]]) for which in chosen])
    coefficients *= (1 - weight) * linear[0]
    coefficients[-1] += (1 - weight) * linear[1]
    card = make_card(labels, truth, held_out, thresholds, exclusive, trained_on=trained_on, rounds=rounds)
    card["regressions"] = [{"blocks": dict(tried[which]), "penalty": plans[best[which]][0]} for which in chosen]
    card["tuned_models"] = {"count": len(tuned.models), "weight": weight} if tuned and weight else "none"
    about = (cue_language, titled, card, tuned if weight else None, weight)
    return FrameCoder(labels, exclusive, features, coefficients, slopes, offsets, thresholds, *about)


def tunes(encoder: str, texts: int) -> bool:
    """Whether the transformer is tuned to the labels of so many texts. Raises CoderError for an unknown `encoder`."""
    if encoder not in ENCODERS:
        raise CoderError(f"no encoder {encoder!r}; there are: {', '.join(ENCODERS)}")
    return encoder == "tuned" or (encoder == "auto" and TUNABLE[0] <= texts <= TUNABLE[1])


def together(tried: tuple[Mapping[str, float], ...]) -> dict[str, float]:
    """All blocks of several sets of weights; the weight itself goes into the coefficients."""
    return {name: 1.0 for weights in tried for name in weights}


def _choose(margins: Array, truth: Array, *, exclusive: bool) -> tuple[list[int], tuple[int, ...], Array]:
    """Of margins (sets of weights, plans, texts, labels): the plan of each set, the sets whose mean does best, and that mean."""

    def loss(one: Array) -> float:
        slopes, offsets = calibrate(one, truth, exclusive=exclusive)
        return round(log_loss(calibrated(one, slopes, offsets, exclusive=exclusive), truth, exclusive=exclusive), 9)

    best = [int(np.argmin([loss(one) for one in each])) for each in margins]
    alone = [each[at] for each, at in zip(margins, best)]
    mixtures = [chosen for size in range(1, len(alone) + 1) for chosen in combinations(range(len(alone)), size)]
    means = [np.mean([alone[which] for which in chosen], axis=0) for chosen in mixtures]
    at = int(np.argmin([loss(one) for one in means]))
    return best, mixtures[at], means[at]


def rounds_for(texts: int) -> int:
    """Times the folds are dealt anew: thresholds of rare labels depend on few texts, and many texts take long."""
    return 3 if texts <= 600 else 2 if texts <= 1200 else 1


def _products(blocks: Mapping[str, Any], weights: Mapping[str, float]) -> Array:
    """Inner products of texts with each other, shape (texts, texts)."""
    return np.asarray(np.sum([weight**2 * _dense(blocks[name] @ blocks[name].T) for name, weight in weights.items()], axis=0))


def _centred(gram: Array, beside: Array) -> tuple[Array, Array]:
    """Inner products of texts with each other, and of other texts with them, about the mean of the former and scaled to mean length one."""
    middle = gram.mean(axis=0)
    beside = beside + (middle.mean() - middle - beside.mean(axis=1, keepdims=True))
    gram = gram + (middle.mean() - middle - middle[:, None])
    size = max(float(np.trace(gram)) / len(gram), 1e-12)
    return gram / size + INTERCEPT, beside / size + INTERCEPT


def _dense(matrix: Any) -> Array:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix)


def penalties(exclusive: bool) -> list[tuple[float, bool]]:
    """Penalties tried, and whether rare labels are weighted up, which needs a strong one."""
    return [(strength, False) for strength in STRENGTHS] + [(strength, True) for strength in STRENGTHS if exclusive and strength >= 1]


def _dual(gram: Array, table: Array, strength: float, balanced: bool) -> Array:
    """Ridge regressions of the labels (-1 or 1) on texts known by their inner products: a weight per text and label.

    (Hoerl & Kennard 1970; Rifkin & Klautau 2004 on classes.) `balanced`: the texts with a label weigh as much as those without.
    """
    from scipy.linalg import cho_factor, cho_solve

    n, target = len(table), 2.0 * table - 1
    if not balanced:
        return np.asarray(cho_solve(cho_factor(gram + strength * np.eye(n)), target))
    out = np.zeros(target.shape)
    for label in range(table.shape[1]):
        with_it = table[:, label].sum()
        weight = np.where(table[:, label] == 1, n / 2 / max(with_it, 1), n / 2 / max(n - with_it, 1))
        out[:, label] = cho_solve(cho_factor(gram + np.diag(strength * weight.mean() / weight)), target[:, label])
    return out


def _solve(features: frame_features.Features, raw: Raw, table: Array, plans: list[tuple[Mapping[str, float], float, bool]]) -> Array:
    """Coefficients (features + 1, labels) of the mean of several regressions, the last row the intercepts."""
    blocks = features.transform(raw)
    out = np.zeros((sum(map(features.size, features.blocks)) + 1, table.shape[1]))
    for weights, strength, balanced in plans:
        gram = _products(blocks, weights)
        middle = gram.mean(axis=0)
        gram = gram + (middle.mean() - middle - middle[:, None])
        size = max(float(np.trace(gram)) / len(gram), 1e-12)
        dual = _dual(gram / size + INTERCEPT, table, strength, balanced)
        centred, row = (dual - dual.mean(axis=0)) * SCALE / size / len(plans), 0
        out[-1] += SCALE * INTERCEPT * dual.sum(axis=0) / len(plans)
        for name in features.blocks:
            if name in weights:
                part = weights[name] ** 2 * _dense(blocks[name].T @ centred)
                out[row : row + len(part)] += part
                out[-1] -= np.asarray(blocks[name].mean(axis=0)).ravel() @ part
            row += features.size(name)
    return out


def make_card(
    labels: tuple[str, ...], table: Array, p: Array, thresholds: Array, exclusive: bool, *, trained_on: str, rounds: int
) -> dict[str, Any]:
    """What the coder was trained on and how well it did on held-out folds."""
    given = np.eye(len(labels), dtype=int)[(p / thresholds).argmax(axis=1)] if exclusive else (p >= thresholds).astype(int)
    base = table.mean(axis=0)
    scores = f1_scores(table, given)
    skill = 1 - ((p - table) ** 2).mean(axis=0) / np.maximum(((base - table) ** 2).mean(axis=0), 1e-9)
    return {
        "trained_on": trained_on, "texts": len(table) // rounds, "one_label_each": exclusive,
        "macro_f1": round(float(scores.mean()), 3), "calibration_error": round(calibration_error(p.ravel(), table.ravel()), 3),
        "labels": {name: {"texts": int(table[:, n].sum()) // rounds, "f1": round(float(scores[n]), 3),
                          "brier_skill": round(float(skill[n]), 3), "threshold": round(float(thresholds[n]), 3)}
                   for n, name in enumerate(labels)},
        "note": "cross-validated; thresholds and probabilities fitted on the same held-out folds, so slightly hopeful. "
                "Unvalidated on any other news.",
    }  # fmt: skip
