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
RIDGE = 600.0
SPARSE_STRENGTH, LEXICAL_STRENGTH = 5.0, 0.3  # inverse regularisation of the logistic regressions
ROUNDS = 60  # of the sparse regression: stopped early, which costs nothing on unseen targets
SHARES = (0.6, 0.4, 0.0)  # of the dense, the sparse and the lexical model
SHARES_OF_FEW = (0.3, 0.5, 0.2)  # where labels are few, simple features carry more
FEW = 3000  # targets
COVERAGE = 0.7


class Data(NamedTuple):
    """Features of targets with their labels (numbers into CLASSES) and groups that must stay together."""

    dense: np.ndarray
    sparse: Any
    lexical: np.ndarray
    labels: np.ndarray
    groups: Sequence[str]

    def rows(self, chosen: np.ndarray) -> Data:
        """The targets with these numbers."""
        return Data(self.dense[chosen], self.sparse[chosen], self.lexical[chosen], self.labels[chosen], [self.groups[n] for n in chosen])


def read_features(targets: Sequence[Target], labels: Sequence[str], groups: Sequence[str], language: str) -> Data:
    """Features of labelled targets of one language."""
    own = [features.narrowed(target, language) for target in targets]
    kinds = np.array([CLASSES.index(label) for label in labels], dtype=np.int64)
    return Data(features.dense(own, language), features.sparse(own), features.lexical(own, language), kinds, groups)


def shares_for(size: int) -> tuple[float, float, float]:
    """How the three models are blended, by the number of labelled targets."""
    return SHARES_OF_FEW if size < FEW else SHARES


def fit(data: Data, *, shares: Sequence[float] | None = None, ridge: float = RIDGE) -> Model:
    """A model without knots and threshold. Classes weigh equally, however many targets they have."""
    from sklearn.linear_model import LogisticRegression

    blend = np.array(shares_for(len(data.labels)) if shares is None else shares, dtype=np.float64)
    weight = len(data.labels) / len(CLASSES) / np.maximum(np.bincount(data.labels, minlength=len(CLASSES)), 1)
    classes = dict(enumerate(weight.tolist()))
    coefficients = np.zeros((data.dense.shape[1], len(CLASSES)))
    if blend[0]:
        coefficients = ridge_weights(data.dense, data.labels, weight, ridge)
    buckets = data.sparse.shape[1]
    inverse, sparse, bias = np.zeros(buckets), np.zeros((buckets, len(CLASSES))), np.zeros(len(CLASSES))
    if blend[1]:
        seen = np.asarray((data.sparse > 0).sum(axis=0)).ravel()
        inverse = np.where(seen >= 2, np.log(len(data.labels) / np.maximum(seen, 1)), 0.0)
        used = np.flatnonzero(inverse)
        linear = LogisticRegression(C=SPARSE_STRENGTH, max_iter=ROUNDS, class_weight=classes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it stopped before it converged is meant
            linear.fit(weighted(data.sparse, inverse)[:, used], data.labels)
        sparse[used], bias = linear.coef_.T, linear.intercept_
    lexical = np.zeros((data.lexical.shape[1] + 1, len(CLASSES)))
    if blend[2]:
        linear = LogisticRegression(C=LEXICAL_STRENGTH, max_iter=300, class_weight=classes).fit(data.lexical, data.labels)
        lexical = np.vstack([linear.coef_.T, linear.intercept_])
    return Model(coefficients, inverse, sparse, bias, lexical, blend, np.array([[0.0, 1.0], [0.0, 1.0]]), 0.0)


def ridge_weights(dense: np.ndarray, labels: np.ndarray, weight: np.ndarray, strength: float) -> np.ndarray:
    """Weighted ridge regression of the classes, (features, 3): the normal equations, in double precision."""
    rows = np.sqrt(weight[labels]).astype(np.float32)[:, None]
    wide = dense * rows
    gram = (wide.T @ wide).astype(np.float64)
    gram[np.diag_indices(len(gram))] += strength
    return np.linalg.solve(gram, (wide.T @ (np.eye(len(CLASSES), dtype=np.float32)[labels] * rows)).astype(np.float64))


def fit_transfer(parts: Sequence[Data], vectors_of: Data) -> Model:
    """A model for a language without labels: classes of words learned from all `parts` alike, vectors strictly from one of them."""
    from sklearn.linear_model import LogisticRegression

    weights = [len(part.labels) / len(CLASSES) / np.bincount(part.labels, minlength=len(CLASSES)) for part in parts]
    each = np.concatenate([w[part.labels] * (5000.0 / len(part.labels)) for w, part in zip(weights, parts, strict=True)])
    linear = LogisticRegression(C=0.01, max_iter=400)
    linear.fit(np.vstack([part.lexical for part in parts]), np.concatenate([part.labels for part in parts]), sample_weight=each)
    model = fit(vectors_of, shares=(0.3, 0.0, 0.0), ridge=10 * RIDGE)
    lexical = np.vstack([linear.coef_.T, linear.intercept_])
    return dataclasses.replace(model, lexical=lexical, shares=np.array([0.3, 0.0, 0.7]))


def cross_validate(data: Data, *, shares: Sequence[float] | None = None, seed: int = SEED) -> np.ndarray:
    """Probabilities of every target by a model that saw nothing of its group, shape (targets, 3)."""
    from sklearn.model_selection import StratifiedGroupKFold

    out = np.zeros((len(data.labels), len(CLASSES)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    blend = shares_for(len(data.labels)) if shares is None else shares
    for train, test in folds.split(data.labels, data.labels, data.groups):
        model = fit(data.rows(train), shares=blend)
        out[test] = model.probabilities(data.dense[test], data.sparse[test], data.lexical[test])
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
    half = {key: getattr(model, key).astype(np.float16) for key in ("dense", "inverse", "sparse", "bias", "lexical")}
    np.savez_compressed(path, **half, knots=model.knots, shares=model.shares, threshold=model.threshold)
