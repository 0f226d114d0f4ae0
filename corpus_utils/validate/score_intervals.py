"""Intervals for a weighted mean of residuals that hold for rare labels, and for rare errors of a good program.

A score interval takes the variance at its end, not at the estimate (Wilson 1927): how would the residuals spread if their mean were
higher by d? Here: as those seen, tilted, p_i * exp(t * r_i), the least favourable family of distributions (Stein 1956; Efron 1981). For
codes of 0 and 1 that is Wilson's interval itself; residuals lend it their skewness. So that errors nobody has seen yet are possible, each
group of strata is lent one unit more in which the code is the other one.

Conventions
    A `Group` is strata taken together. Its values are residuals less their mean, its masses add up to 1. Down is up with all signs turned.
    The distance is shared among groups where it is likeliest: each is tilted by t * part / codes.
    Unequal weights count as fewer codes, and t quantiles stand for normal ones (Korn & Graubard 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from corpus_utils.validate.probability_sample import Array, Sample, covariance

LEAST_IN_GROUP = 15
PRIOR = 12.0  # units carrying the variance for which its estimate counts as much as what the weights say
STEEPEST = 500.0  # exponent of the steepest tilt looked at


class Group(NamedTuple):
    """`part` of the mean; `codes`: how many simple random ones it is worth; `spread`: variance without the unit lent."""

    part: float
    codes: float
    spread: float
    values: Array
    masses: Array


def make_groups(sample: Sample, weight: Array, residual: Array, influence: Array) -> tuple[list[Group], list[Group]]:
    """Groups for reaching down and up from the weighted mean of `residual` (n); `weight` is 0 outside the domain, `influence` each unit's
    part in the estimate's error."""
    design, groups = weight / sample.pi, _groups(sample, weight)
    total, removed = float(design.sum()), sample.codes - residual
    down: list[Group] = []
    up: list[Group] = []
    for number in range(int(groups.max()) + 1):
        here = groups == number
        mass = design[here]
        if not mass.sum() > 0:
            continue
        part, codes = float(mass.sum() / total), _worth(sample, here, design, residual, influence)
        for value, sign, side in ((0.0, 1.0, up), (1.0, -1.0, down)):
            alike = here & (sample.codes == value) & (design > 0)
            lent = sign * (1 - value - float(np.average(removed[alike], weights=design[alike]))) if alike.any() else None
            side.append(_group(part, codes, sign * residual[here], mass / mass.sum(), lent))
    return down, up


def _worth(sample: Sample, here: Array, design: Array, residual: Array, influence: Array) -> float:
    """How many simple random codes those `here` are worth, with the finite-population correction: by the variance of their residuals, drawn
    towards what their weights alone say (Kish 1965) where so few units carry that variance that it is itself a matter of chance."""
    mass = design[here]
    parts = mass * (residual[here] - np.average(residual[here], weights=mass)) ** 2
    by_weights = float(mass.sum() ** 2 / max(1e-300, (mass**2 * (1 - sample.pi[here] if sample.finite else 1)).sum()))
    among = replace(sample, pi=sample.pi[here], strata=sample.strata[here])
    variance, spread = covariance(among, influence[here], influence[here]), float(parts.sum() / mass.sum())
    if not (spread > 1e-9 and variance > 1e-15):
        return by_weights
    by_variance = float((mass.sum() / design.sum()) ** 2 * spread / variance)
    carriers = float(parts.sum() ** 2 / (parts**2).sum())
    return (carriers + PRIOR) / (carriers / by_variance + PRIOR / by_weights)


def _group(part: float, codes: float, residuals: Array, masses: Array, lent: float | None) -> Group:
    """A group with the residual of the unit lent (None: there is none)."""
    centre = float(masses @ residuals)
    values = residuals - centre
    spread = float(masses @ values**2)
    if lent is not None:
        values, masses = np.append(values, lent - centre), np.append(masses * codes, 1.0) / (codes + 1)
    return Group(part, codes, spread, values, masses)


def reach(groups: Sequence[Group], times: float, extra: float) -> float:
    """The distance d = times * sqrt(variance at d), upwards. `extra`: variance that is the same everywhere."""
    from scipy.optimize import brentq

    values, masses = np.concatenate([one.values for one in groups]), np.concatenate([one.masses for one in groups])
    part, codes, spread = (np.array([one[n] for one in groups]) for n in range(3))
    sizes = [len(one.values) for one in groups]
    starts, rate = np.cumsum([0, *sizes[:-1]]), part / codes
    highest = np.maximum.reduceat(values, starts)
    mean = np.add.reduceat(masses * values, starts)
    lent = np.add.reduceat(masses * values**2, starts) - mean**2 - spread
    rates, over = np.repeat(rate, sizes), values - np.repeat(highest, sizes)

    def ends(tilt: float) -> tuple[float, float]:
        """How far the means move, and how far the interval would reach with the variance there."""
        weight = masses * np.exp(tilt * rates * over)
        total = np.add.reduceat(weight, starts)
        moved = np.add.reduceat(weight * values, starts) / total
        there = np.add.reduceat(weight * values**2, starts) / total - moved**2 - lent
        variance = float((part * rate * np.maximum(there, 0.0)).sum() + extra)
        return float(part @ (moved - mean)), times * variance**0.5

    def short(tilt: float) -> float:
        moved, wanted = ends(tilt)
        return moved - wanted

    fastest = float((rate * highest).max())
    if not fastest > 1e-100:  # every unit is coded, or all codes are alike
        return ends(0.0)[1]
    steepest = STEEPEST / fastest
    least = steepest * 1e-9  # where no residual was seen to spread, no tilt solves it, too, but is not what is looked for
    if short(least) >= 0:
        return ends(0.0)[1]
    if short(steepest) <= 0:  # no residual lies so far up
        return ends(steepest)[1]
    return ends(float(brentq(short, least, steepest, xtol=steepest * 1e-12, rtol=1e-6)))[1]


def _groups(sample: Sample, weight: Array) -> Array:
    """Strata taken together by their mean score, low, middle and high: where the program says no, errors are rare, and a share of few
    codes has no shape. A group with fewer than LEAST_IN_GROUP codes of the domain joins its neighbour."""
    if not sample.strata.max():
        return sample.strata
    score = sample.scores[sample.rows]
    means = np.bincount(sample.strata, score) / np.bincount(sample.strata)
    ends = sample.scores.min(), sample.scores.max()
    third = np.clip(((means - ends[0]) / max(ends[1] - ends[0], 1e-12) * 3).astype(int), 0, 2)
    counts = np.bincount(third[sample.strata], weight > 0, 3)
    if counts[1] < LEAST_IN_GROUP:
        third[third == 1] = 0 if counts[0] >= counts[2] else 2
        counts = np.bincount(third[sample.strata], weight > 0, 3)
    if min(counts[0], counts[2]) < LEAST_IN_GROUP:
        third[third == int(counts[0] >= counts[2]) * 2] = 1 if counts[1] else 2 - int(counts[0] >= counts[2]) * 2
    return np.asarray(third[sample.strata])
