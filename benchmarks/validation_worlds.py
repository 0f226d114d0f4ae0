"""What `validation` draws samples from: invented corpora whose truth is known, and the two ways of drawing unequally."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
N, CODED, OUTLETS = 10_000, 500, 5
PREVALENCES = (0.05, 0.1, 0.2, 0.35, 0.5)
# sensitivity and specificity at the outlets' ends: from the first outlet to the last they change evenly
CLASSIFIERS = {
    "useless": ((0.5, 0.5), (0.5, 0.5)),
    "fair": ((0.7, 0.9), (0.97, 0.9)),
    "good": ((0.85, 0.97), (0.99, 0.96)),
}


def corpus(prevalence: float, classifier: str, rng: np.random.Generator) -> dict[str, Array]:
    """Truth, scores, labels, outlets and features of N texts: a normal margin whose cut gives the outlet's sensitivity and specificity."""
    from scipy.stats import norm

    outlet = rng.integers(0, OUTLETS, N)
    truth = rng.random(N) < np.clip(prevalence * (0.6 + 0.2 * outlet), 0, 0.95)
    (s0, s1), (c0, c1) = CLASSIFIERS[classifier]
    at = outlet / (OUTLETS - 1)
    cut = norm.ppf(c0 + (c1 - c0) * at)
    margin = rng.normal(size=N) + truth * (cut + norm.ppf(s0 + (s1 - s0) * at)) - cut
    score, label = norm.cdf(margin), (margin > 0).astype(float)
    features = np.column_stack([score, label, *[outlet == o for o in range(OUTLETS - 1)]])
    return {"truth": truth.astype(float), "score": score, "label": label, "outlet": outlet, "features": features}


def stratified(data: dict[str, Array], rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Outlet by label; labelled texts are drawn at up to five times the rate of others: rows, pi, strata."""
    stratum = data["outlet"] * 2 + data["label"].astype(int)
    sizes = np.bincount(stratum, minlength=2 * OUTLETS)
    wish = sizes * np.where(np.arange(2 * OUTLETS) % 2, 3.0, 1.0) * (1 + 0.15 * (np.arange(2 * OUTLETS) // 2))
    take = np.minimum(sizes, np.maximum(2, np.round(CODED * wish / wish.sum()))).astype(int)
    rows = np.concatenate([rng.choice(np.flatnonzero(stratum == h), take[h], replace=False) for h in range(len(sizes))])
    return rows, (take / sizes)[stratum[rows]], stratum[rows]


def proportional(data: dict[str, Array], rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Probability proportional to a size between 1 and 4 (systematic on a random order): rows, pi, one stratum."""
    size = 1 + 3 * rng.random(N) ** 2
    pi = CODED * size / size.sum()
    order = rng.permutation(N)
    places = np.cumsum(pi[order])
    rows = order[np.searchsorted(places, rng.random() + np.arange(CODED), side="left").clip(0, N - 1)]
    return rows, pi[rows], np.zeros(len(rows), int)


DESIGNS = {"stratified": stratified, "proportional": proportional}
