"""Decision values of a coder as probabilities, probabilities as labels, and how far either can be trusted.

calibration  logistic of slope x margin + offset per label (Platt 1999, with his smoothed targets), or a softmax of them where labels
             exclude each other (vector scaling, Guo et al. 2017)
threshold    the probability from which giving the label promises the best F1, by the calibrated probabilities themselves
             (Lipton, Elkan & Naryanaswamy 2014), blended with the labels: smoother than cut-offs tried on a few texts; of labels that
             exclude each other the likeliest is given (raising rare ones lost more than it found, on held-out themes of headlines)
Tables are texts x labels; truth is 0 or 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from corpus_utils.annotate.tokens import Array

PULL = 2.0  # how strongly slopes of a softmax are drawn to each other and its offsets to nought, in texts
TRUST = 0.3  # weight of the labels beside the probabilities when thresholds are set


def calibrated(margins: Array, slopes: Array, offsets: Array, *, exclusive: bool) -> Array:
    """Probabilities of margins: logistic per label, or a softmax with one temperature where labels exclude each other."""
    scaled = margins * slopes + offsets
    if exclusive:
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
    return np.asarray(1 / (1 + np.exp(-np.clip(scaled, -30, 30))))


def calibrate(margins: Array, table: Array, *, exclusive: bool) -> tuple[Array, Array]:
    """Slopes and offsets per label."""
    from scipy.optimize import minimize

    n = table.shape[1]
    if exclusive:
        return _scale_softmax(margins, table)
    slopes, offsets = np.ones(n), np.zeros(n)
    for label in range(n):
        y, x = table[:, label], margins[:, label]
        positive, negative = y.sum(), len(y) - y.sum()
        target = np.where(y == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))

        def loss(parameters: Array, x: Array = x, target: Array = target) -> float:
            score = np.exp(parameters[0]) * x + parameters[1]
            return float(np.mean(np.logaddexp(0, score) - target * score))

        best = minimize(loss, np.array([0.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-9, "maxiter": 2000})
        slopes[label], offsets[label] = float(np.exp(np.clip(best.x[0], -6, 6))), float(best.x[1])
    return slopes, offsets


def _scale_softmax(margins: Array, table: Array) -> tuple[Array, Array]:
    """Slope and offset of each label before a softmax (vector scaling, Guo et al. 2017), drawn towards one slope and no offsets."""
    from scipy.optimize import minimize

    n, rows = table.shape[1], len(table)

    def loss(parameters: Array) -> tuple[float, Array]:
        slope, offset = np.exp(parameters[0] + parameters[1 : n + 1]), parameters[n + 1 :]
        p = calibrated(margins, slope, offset, exclusive=True)
        error = (p - table) / rows
        gradient = (error * margins).sum(axis=0) * slope
        pull = PULL / rows * np.concatenate([[0.0], parameters[1:]])
        value = -np.sum(np.log(np.clip(p[table == 1], 1e-12, 1))) / rows + 0.5 * PULL / rows * np.sum(parameters[1:] ** 2)
        return float(value), np.concatenate([[gradient.sum()], gradient, error.sum(axis=0)]) + pull

    best = minimize(loss, np.zeros(2 * n + 1), jac=True, method="L-BFGS-B", bounds=[(-5, 5)] * (2 * n + 1)).x
    return np.exp(best[0] + best[1 : n + 1]), best[n + 1 :]


def log_loss(p: Array, table: Array, *, exclusive: bool) -> float:
    """Mean negative log-likelihood of the table under probabilities p."""
    safe = np.clip(p, 1e-6, 1 - 1e-6)
    if exclusive:
        return float(-np.mean(np.log(safe[table == 1])))
    return float(-np.mean(table * np.log(safe) + (1 - table) * np.log(1 - safe)))


def best_threshold(p: Array, y: Array) -> float:
    """The probability from which giving the label promises the best F1: by the probabilities, and a little by the labels themselves."""
    order = np.argsort(-p, kind="stable")
    worth = (TRUST * y + (1 - TRUST) * p)[order]
    expected = 2 * np.cumsum(worth) / (np.arange(1, len(worth) + 1) + worth.sum())
    at = int(expected.argmax())
    return float(p[order][at : at + 2].mean())  # halfway to the first text without it: where classes lie apart, no text is borderline


def f1_scores(table: Array, given: Array) -> Array:
    """F1 per label of two tables of 0 and 1; 0 where a label is neither given nor true."""
    both = (table * given).sum(axis=0)
    return np.asarray(2 * both / np.maximum(table.sum(axis=0) + given.sum(axis=0), 1))


def calibration_error(p: Any, y: Any, bins: int = 10) -> float:
    """Mean distance of predicted and observed share over `bins` bins of equal numbers of predictions, weighted by size."""
    order = np.argsort(np.asarray(p), kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(np.mean(np.asarray(p)[part]) - np.mean(np.asarray(y)[part])) for part in parts]
    return float(sum(gaps) / max(len(order), 1))
