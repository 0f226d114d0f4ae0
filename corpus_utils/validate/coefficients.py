"""Agreement between coders: Krippendorff's alpha, Cohen's and Fleiss' kappa, Gwet's AC1.

Conventions
    A *table* counts codes: shape (units, values), entry [u, v] = how many coders gave unit u the value v. Coders may differ from unit to
    unit; a unit with fewer than two codes cannot be paired and does not enter observed agreement.
    *pairs* are two arrays of value numbers, one per coder, for the units that both coded; -1 is missing.
    A coefficient that is not defined (no paired unit, one value only) is NaN: agreement is then not shown; it is not perfect.
    1 is perfect agreement, 0 what chance would give, below 0 worse than chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus_utils.stats import percentile_ends

Array = NDArray[Any]
LEVELS = ("nominal", "ordinal", "interval", "multi")
DRAWS = 1000
BATCH = 100  # resamples worked on at a time; bounds memory


class Alpha(NamedTuple):
    """Alpha with its 95 % interval; `units` is how many have two codes or more, `codes` how many codes they have."""

    alpha: float
    low: float
    high: float
    units: int
    codes: int


def count_codes(numbers: Array, values: int) -> Array:
    """Table (units, values) of coded numbers, shape (units, coders), -1 where missing."""
    table = np.zeros((len(numbers), values), dtype=float)
    rows, columns = np.nonzero(numbers >= 0)
    np.add.at(table, (rows, numbers[rows, columns]), 1.0)
    return table


def squared_differences(values: Sequence[Any], level: str) -> Array:
    """What disagreement between two values costs, shape (values, values). Ordinal costs depend on the counts: see `ordinal_differences`.

    nominal   1 for different values
    interval  squared difference of the numbers
    multi     1 - MASI for sets of labels (Passonneau 2006): Jaccard's index times 1, 2/3, 1/3 or 0 by how the sets include each other
    """
    if level == "interval":
        numbers = np.array([float(value) for value in values])
        return (numbers[:, None] - numbers[None, :]) ** 2
    if level == "multi":
        return np.array([[masi_distance(frozenset(a), frozenset(b)) for b in values] for a in values]).reshape(len(values), len(values))
    return 1.0 - np.eye(len(values))


def masi_distance(first: frozenset[Any], second: frozenset[Any]) -> float:
    """1 - MASI of two sets (Passonneau 2006). Two empty sets are alike."""
    if first == second:
        return 0.0
    both, either = len(first & second), len(first | second)
    kept = 2 / 3 if first <= second or second <= first else 1 / 3 if both else 0.0
    return 1.0 - both / either * kept


def ordinal_differences(totals: Array) -> Array:
    """Krippendorff's (2011) ordinal costs from the counts of the values in their order, shape (..., values) -> (..., values, values)."""
    sums = np.cumsum(totals, axis=-1) - totals / 2  # the middle rank of each value
    return np.asarray((sums[..., :, None] - sums[..., None, :]) ** 2)


def krippendorff_alpha(table: Array, values: Sequence[Any], level: str = "nominal", *, draws: int = DRAWS, seed: int = 0) -> Alpha:
    """Krippendorff's alpha (2011) with a percentile interval from resampling whole units.

    alpha = 1 - observed / expected disagreement, over pairable codes. `values` are the table's columns: numbers for interval, in their
    order for ordinal, sets for multi. Raises ValueError for an unknown level.
    """
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}; there are: {', '.join(LEVELS)}")
    table = table[table.sum(axis=1) >= 2]
    if not len(table):
        return Alpha(float("nan"), float("nan"), float("nan"), 0, 0)
    counted = (len(table), int(table.sum()))
    estimate = float(_alphas(table, np.ones((1, len(table))), values, level)[0])
    if not draws or len(table) < 2 or estimate != estimate:
        return Alpha(estimate, float("nan"), float("nan"), *counted)
    generator, drawn = np.random.default_rng(seed), []
    for first in range(0, draws, BATCH):
        size = min(BATCH, draws - first)
        picks = generator.multinomial(len(table), np.full(len(table), 1 / len(table)), size=size).astype(float)
        drawn.append(_alphas(table, picks, values, level))
    low, high = percentile_ends(np.concatenate(drawn))
    return Alpha(estimate, low, high, *counted)


def _alphas(table: Array, weights: Array, values: Sequence[Any], level: str) -> Array:
    """Alpha of each weighting of the units, shape (draws,). NaN where only one value is left."""
    totals, size = weights @ table, table.sum(axis=1)
    n = totals.sum(axis=1)
    if level == "ordinal":
        # coincidences of values within units: ordered pairs of different codes, each unit's weighted by 1 / (codes - 1)
        share, cost = weights / (size - 1), ordinal_differences(totals)
        within = np.stack([(table * row[:, None]).T @ table - np.diag(row @ table) for row in share])
        observed, expected = (within * cost).sum(axis=(1, 2)), np.einsum("bi,bij,bj->b", totals, cost, totals)
    else:
        cost = squared_differences(values, level)
        observed = weights @ (((table @ cost) * table).sum(axis=1) / (size - 1))
        expected = ((totals @ cost) * totals).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1.0 - (n - 1) * observed / expected, np.nan)


def fleiss_kappa(table: Array) -> float:
    """Fleiss' (1971) kappa; with unequal numbers of codes in Gwet's (2014) form, in which every unit weighs the same."""
    observed, shares = _observed(table), _shares(table)
    return _corrected(observed, float((shares**2).sum()))


def gwet_ac1(table: Array) -> float:
    """Gwet's (2008) AC1: chance agreement from how hard the values are to tell apart. `table` has a column for every possible value."""
    if table.shape[1] < 2:
        return float("nan")
    shares = _shares(table)
    return _corrected(_observed(table), float((shares * (1 - shares)).sum() / (table.shape[1] - 1)))


def percent_agreement(table: Array) -> float:
    """Share of pairs of codes of a unit that are alike, averaged over units with two codes or more."""
    return _observed(table)


def _observed(table: Array) -> float:
    paired = table[table.sum(axis=1) >= 2]
    if not len(paired):
        return float("nan")
    size = paired.sum(axis=1)
    return float(((paired * (paired - 1)).sum(axis=1) / (size * (size - 1))).mean())


def _shares(table: Array) -> Array:
    coded = table[table.sum(axis=1) >= 1]
    return np.asarray((coded / coded.sum(axis=1, keepdims=True)).mean(axis=0)) if len(coded) else np.full(table.shape[1], np.nan)


def _corrected(observed: float, chance: float) -> float:
    return float("nan") if not chance < 1 else (observed - chance) / (1 - chance)


def cohen_kappa(first: Array, second: Array, cost: Array | None = None) -> float:
    """Cohen's (1960) kappa of two coders from value numbers (-1: missing); weighted by `cost` (1968), shape (values, values)."""
    both = (first >= 0) & (second >= 0)
    if not both.any():
        return float("nan")
    size = int(max(first.max(), second.max())) + 1 if cost is None else len(cost)
    weight = 1.0 - np.eye(size) if cost is None else cost
    joint = np.zeros((size, size))
    np.add.at(joint, (first[both], second[both]), 1.0)
    expected = np.outer(joint.sum(axis=1), joint.sum(axis=0)) / joint.sum()
    bottom = float((weight * expected).sum())
    return 1.0 - float((weight * joint).sum()) / bottom if bottom > 0 else float("nan")
