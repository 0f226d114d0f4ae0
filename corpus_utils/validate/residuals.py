"""What is left of each code once the automatic scores have said what they can, learned on other folds than it is used on.

    design   nothing is subtracted: the coded units alone, weighted by 1 / inclusion probability (Hajek 1971)
    ppi      power * score, the power tuned to the smallest variance (PPI++: Angelopoulos, Duchi & Zrnic 2023)
    dsl      a prediction of the code from scores and features (design-based supervised learning: Egami et al. 2023)
What is subtracted is centred over the whole frame, so that the weighted mean of the residuals is the estimate itself:
mean(m) over all units + weighted mean(y - m) over the coded ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corpus_utils.validate.probability_sample import Array, Sample, covariance

METHODS = ("design", "ppi", "dsl")
FOLDS = 10
RIDGE = 1.0  # penalty per feature, in units of coded texts
LEAST_PER_FOLD = 5


def residuals(sample: Sample, domain: Array, method: str) -> tuple[float, Array, float]:
    """Estimate, residual of each coded unit, and the mean power. Raises ValueError for an unknown method."""
    rows, weight = sample.rows, np.where(domain[sample.rows], sample.sizes[sample.rows], 0.0)
    design, total = weight / sample.pi, float((weight / sample.pi).sum())
    mass = np.where(domain, sample.sizes, 0.0)
    if method == "design":
        residual, power = sample.codes, 0.0
    elif method == "ppi":
        centred = sample.scores - float((mass * sample.scores).sum() / mass.sum())
        powers = _powers(sample, centred, design, total)
        residual, power = sample.codes - powers * centred[rows], float((design * powers).sum() / total)
    elif method == "dsl":
        residual, power = sample.codes - _predicted_minus_mean(sample, mass), 1.0
    else:
        raise ValueError(f"no method {method!r}; there are: {', '.join(METHODS)}")
    estimate = float((design * residual).sum() / total)
    return estimate, residual, power


def _folds(sample: Sample) -> Array:
    """Fold of each coded unit: spread evenly over every stratum, drawn by the seed."""
    count = max(2, min(FOLDS, len(sample.rows) // LEAST_PER_FOLD))
    order = np.lexsort((np.random.default_rng(sample.seed).random(len(sample.rows)), sample.strata))
    out = np.empty(len(sample.rows), int)
    out[order] = np.arange(len(order)) % count
    return out


def _powers(sample: Sample, centred: Array, design: Array, total: float) -> Array:
    """The power of each coded unit, tuned on the other folds."""
    fold, rows = _folds(sample), sample.rows
    weight = design * sample.pi
    codes = weight * (sample.codes - (design * sample.codes).sum() / total)
    scores = weight * (centred[rows] - (design * centred[rows]).sum() / total)
    powers = np.zeros(len(rows))
    for number in range(int(fold.max()) + 1):
        others = fold != number
        part = replace(sample, pi=sample.pi[others], strata=sample.strata[others])
        bottom = covariance(part, scores[others], scores[others])
        powers[fold == number] = covariance(part, scores[others], codes[others]) / bottom if bottom > 1e-12 * total**2 / len(rows) else 0.0
    return powers


def _predicted_minus_mean(sample: Sample, mass: Array) -> Array:
    """For each coded unit the prediction by a ridge regression learned on the other folds, less the predictions' mean over the domain.

    A coded unit stands in that mean with its own prediction, the others with that of all folds' regressions together: where every unit is
    coded, predictions cancel and the estimate is the mean of the codes.
    """
    drawn = sample.features[sample.rows]
    scale = np.where(drawn.std(axis=0) > 0, drawn.std(axis=0), 1.0)
    fold, out = _folds(sample), np.zeros(len(sample.rows))
    centred = (drawn - mass @ sample.features / mass.sum()) / scale
    inside, slopes = drawn / scale, []
    for number in range(int(fold.max()) + 1):
        others = fold != number
        weight = 1 / sample.pi[others]
        weight = weight / weight.mean()
        x, y = inside[others], sample.codes[others]
        x_mean, y_mean = np.average(x, axis=0, weights=weight), np.average(y, weights=weight)
        x = x - x_mean
        slope = np.linalg.solve(
            (x * weight[:, None]).T @ x + RIDGE * x.shape[1] * np.eye(x.shape[1]), (x * weight[:, None]).T @ (y - y_mean)
        )
        out[fold == number] = centred[fold == number] @ slope
        slopes.append(slope)
    return out - float(mass[sample.rows] @ (out - centred @ np.mean(slopes, axis=0)) / mass.sum())
