"""Training of the models in `targets`: deterministic, from the gold sets whose licence allows shipping what is learned from them.

Cross-validation is grouped (by article, in Russian by sentence), stratified, five folds, seeded. The threshold is the probability that
70 % of the cross-validated targets reach; the knots of confidence are their share right in ten equal parts, made to rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.targets import CLASSES, Model, weighted

FOLDS, SEED = 5, 20261122
RIDGE = 600.0
SPARSE_STRENGTH = 5.0  # inverse regularisation of the logistic regression
SHARE = 0.45  # of the sparse model in the blend
COVERAGE = 0.7


class Data(NamedTuple):
    """Features of targets with their labels (numbers into CLASSES) and groups that must stay together."""

    dense: np.ndarray
    sparse: Any
    labels: np.ndarray
    groups: Sequence[str]


def fit(dense: np.ndarray, sparse: Any, labels: np.ndarray, *, tone: bool, balance: float, share: float = SHARE) -> Model:
    """A model without knots and threshold. `balance` 1 weights classes equally, 0 as they come."""
    weight = (len(labels) / len(CLASSES) / np.bincount(labels, minlength=len(CLASSES))) ** balance
    rows = weight[labels].astype(np.float64)[:, None]
    wide = dense.astype(np.float64)
    gram = wide.T @ (wide * rows)
    gram[np.diag_indices(len(gram))] += RIDGE
    ridge = np.linalg.solve(gram, wide.T @ (np.eye(len(CLASSES))[labels] * rows))
    buckets = sparse.shape[1]
    inverse, coefficients, bias = np.zeros(buckets), np.zeros((buckets, len(CLASSES))), np.zeros(len(CLASSES))
    if share:
        from sklearn.linear_model import LogisticRegression

        seen = np.asarray((sparse > 0).sum(axis=0)).ravel()
        inverse = np.where(seen >= 2, np.log(len(labels) / np.maximum(seen, 1)), 0.0)
        weights = dict(enumerate(weight.tolist()))
        linear = LogisticRegression(C=SPARSE_STRENGTH, max_iter=150, class_weight=weights).fit(weighted(sparse, inverse), labels)
        coefficients, bias = linear.coef_.T, linear.intercept_
    return Model(ridge, inverse, coefficients, bias, share, tone, np.array([[0.0, 1.0], [0.0, 1.0]]), 0.0)


def cross_validate(data: Data, *, tone: bool, balance: float, share: float = SHARE) -> np.ndarray:
    """Probabilities of every target by a model that saw nothing of its group, shape (targets, 3)."""
    from sklearn.model_selection import StratifiedGroupKFold

    out = np.zeros((len(data.labels), len(CLASSES)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for train, test in folds.split(data.labels, data.labels, data.groups):
        model = fit(data.dense[train], data.sparse[train], data.labels[train], tone=tone, balance=balance, share=share)
        out[test] = model.probabilities(data.dense[test], data.sparse[test])
    return out


def calibration(probabilities: np.ndarray, labels: np.ndarray, coverage: float = COVERAGE) -> tuple[np.ndarray, float]:
    """Knots (probability, share right) and the threshold that leaves `coverage` of the targets judged."""
    best, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    order = np.argsort(best, kind="stable")
    parts = np.array_split(order, 10)
    knots = np.array([[best[part].mean() for part in parts], np.maximum.accumulate([right[part].mean() for part in parts])])
    return knots, float(np.quantile(best, 1 - coverage))


def figures(probabilities: np.ndarray, labels: np.ndarray, threshold: float) -> dict[str, float]:
    """Macro-F1 and F1 over positive and negative, of all targets and of those above the threshold; coverage."""
    from sklearn.metrics import f1_score

    guess, sure = probabilities.argmax(axis=1), probabilities.max(axis=1) >= threshold
    return {
        "targets": float(len(labels)),
        "macro_f1": round(float(f1_score(labels, guess, average="macro")), 4),
        "f1_pn": round(float(f1_score(labels, guess, average="macro", labels=[0, 2])), 4),
        "coverage": round(float(sure.mean()), 4),
        "macro_f1_covered": round(float(f1_score(labels[sure], guess[sure], average="macro")), 4),
    }


def save(model: Model, path: Path) -> None:
    """Write the weights, halved in precision, which changes no fourth decimal of a probability."""
    half = {key: getattr(model, key).astype(np.float16) for key in ("dense", "inverse", "sparse", "bias")}
    np.savez_compressed(path, **half, knots=model.knots, share=model.share, tone=model.tone, threshold=model.threshold)
