"""Training of the models in `targets`, shipped (by `benchmarks/targets.py`) and of the user's own labels: deterministic.

Cross-validation is grouped (by article, in Russian by sentence), stratified, five folds, seeded. The threshold is the probability that
70 % of the cross-validated targets reach; the knots of confidence are their share right in ten equal parts, made to rise.
"""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils.annotate import target_features as features
from corpus_utils.annotate.languages import resolve_languages
from corpus_utils.annotate.target_features import Target
from corpus_utils.annotate.targets import CLASSES, Model, targets_of, weighted

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 20  # records of a class
FOLDS, SEED = 5, 20261122
RIDGE = 1000.0
SHARPNESS = 4.0  # turns ridge scores near 0 and 1 into log-odds
SPARSE_STRENGTH = 5.0  # inverse regularisation of the logistic regression
ROUNDS = 60  # of it: stopped early, which costs nothing on unseen targets
SHARES = (0.5, 0.5)  # of the dense and the sparse model
COVERAGE = 0.7


class Data(NamedTuple):
    """Features of targets with their labels (numbers into CLASSES) and groups that must stay together."""

    dense: np.ndarray
    sparse: Any
    labels: np.ndarray
    groups: Sequence[str]

    def rows(self, chosen: np.ndarray) -> Data:
        """The targets with these numbers."""
        return Data(self.dense[chosen], self.sparse[chosen], self.labels[chosen], [self.groups[n] for n in chosen])


def read_features(targets: Sequence[Target], labels: Sequence[str], groups: Sequence[str], language: str) -> Data:
    """Features of labelled targets of one language."""
    own = [features.narrowed(target, language) for target in targets]
    kinds = np.array([CLASSES.index(label) for label in labels], dtype=np.int64)
    return Data(features.dense(own, language), features.sparse(own), kinds, groups)


def fit(data: Data, *, shares: Sequence[float] = SHARES, dense: np.ndarray | None = None) -> Model:
    """A model without knots and threshold. Classes weigh equally, however many targets they have.

    `dense`: weights of the dense model where they are known already, as the encoder's own are.
    """
    from sklearn.linear_model import LogisticRegression

    weight = len(data.labels) / len(CLASSES) / np.maximum(np.bincount(data.labels, minlength=len(CLASSES)), 1)
    if dense is None:
        dense = SHARPNESS * ridge_weights(data.dense, data.labels, weight, RIDGE)
    buckets = data.sparse.shape[1]
    inverse, sparse, bias = np.zeros(buckets), np.zeros((buckets, len(CLASSES))), np.zeros(len(CLASSES))
    if shares[1]:
        seen = np.asarray((data.sparse > 0).sum(axis=0)).ravel()
        inverse = np.where(seen >= 2, np.log(len(data.labels) / np.maximum(seen, 1)), 0.0)
        used = np.flatnonzero(inverse)
        linear = LogisticRegression(C=SPARSE_STRENGTH, max_iter=ROUNDS, class_weight=dict(enumerate(weight.tolist())))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it stopped before it converged is meant
            linear.fit(weighted(data.sparse, inverse)[:, used], data.labels)
        sparse[used], bias = linear.coef_.T, linear.intercept_
    return Model(dense, inverse, sparse, bias, np.array(shares, dtype=np.float64), np.array([[0.0, 1.0], [0.0, 1.0]]), 0.0)


def ridge_weights(dense: np.ndarray, labels: np.ndarray, weight: np.ndarray, strength: float) -> np.ndarray:
    """Weighted ridge regression of the classes, (features, 3): the normal equations, in double precision."""
    rows = np.sqrt(weight[labels]).astype(np.float32)[:, None]
    wide = dense * rows
    gram = (wide.T @ wide).astype(np.float64)
    gram[np.diag_indices(len(gram))] += strength
    return np.linalg.solve(gram, (wide.T @ (np.eye(len(CLASSES), dtype=np.float32)[labels] * rows)).astype(np.float64))


def odds_weights(width: int) -> np.ndarray:
    """Weights of a dense model that takes the encoder's log-odds as they are."""
    return np.eye(width, len(CLASSES))


def folds(data: Data, seed: int = SEED) -> list[tuple[np.ndarray, np.ndarray]]:
    """(train, test) rows of each fold: grouped, stratified, seeded."""
    from sklearn.model_selection import StratifiedGroupKFold

    return list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(data.labels, data.labels, data.groups))


def cross_validate(data: Data, *, seed: int = SEED) -> np.ndarray:
    """Probabilities of every target by a model that saw nothing of its group, shape (targets, 3)."""
    out = np.zeros((len(data.labels), len(CLASSES)))
    for train, test in folds(data, seed):
        out[test] = fit(data.rows(train)).probabilities(data.dense[test], data.sparse[test])
    return out


def train_targets(records: pd.DataFrame, folder: str | Path, *, language: str = "", seed: int = SEED) -> dict[str, Any]:
    """Train on records with `text`, `start` and `end` or `target`, and `label`; write weights and card into `folder`; return the card.

    All records are of one language. Records with the same `group` (where there is such a column) or the same text stay together in
    cross-validation, whose figures, threshold and confidence stand in the card. Raises ValueError for labels that are not
    positive, neutral or negative, for several languages, and for fewer than 20 records of a class.
    """
    if "label" not in records.columns:
        raise ValueError("training needs a column `label` with positive, neutral or negative; rename yours")
    labels = [str(label).strip().lower() for label in records["label"]]
    if unknown := sorted(set(labels) - set(CLASSES)):
        raise ValueError(f"label {unknown[0]!r} is none of {', '.join(CLASSES)}; recode or drop these records")
    languages = sorted(set(resolve_languages(records, language)))
    if len(languages) != 1:
        raise ValueError(f"records in several languages ({', '.join(languages)}): train one model for each, or say --language XX")
    counts = {name: labels.count(name) for name in CLASSES}
    if min(counts.values()) < FEWEST:
        raise ValueError(f"at least {FEWEST} records of each label are needed; there are {counts}")
    groups = [str(group) for group in (records["group"] if "group" in records.columns else records["text"])]
    data = read_features(targets_of(records), labels, groups, languages[0])
    chances = cross_validate(data, seed=seed)
    knots, threshold = calibration(chances, data.labels)
    model = dataclasses.replace(fit(data), knots=knots, threshold=threshold)
    card = {
        "languages": languages,
        "labels": counts,
        "cross_validated": figures(chances, data.labels, threshold),
        "threshold": round(threshold, 4),
        "folds": f"{FOLDS}, records of one text or group together",
        "seed": seed,
    }
    Path(folder).mkdir(parents=True, exist_ok=True)
    save(model, Path(folder) / "targets.npz")
    Path(folder, "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


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
    np.savez_compressed(path, **half, knots=model.knots, shares=model.shares, threshold=model.threshold)
