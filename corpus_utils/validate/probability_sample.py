"""A coded probability sample of a frame of N units, as arrays; and the variance of what is estimated from it.

Conventions
    The target is a mean over the N units of the frame (of a *domain* of them, weighted by `sizes`): a finite population, so a sample that
    is most of it is almost without error (`finite`).
    Variances are Hajek's (1964) for unequal probabilities, within strata; with equal ones it is the textbook formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Sample:
    """A coded sample of a frame of N units. Arrays of length n: `rows` (place in the frame), `codes` (0, 1 or any number), `pi` (inclusion
    probability), `strata` (numbers). Of length N: `scores` (of the program), `sizes` (weight in the mean), `features` (N, k; for dsl)."""

    rows: Array
    codes: Array
    pi: Array
    scores: Array
    strata: Array
    sizes: Array
    features: Array
    finite: bool = True
    seed: int = 0


def make_sample(
    rows: Array, codes: Array, pi: Array, scores: Array, *, strata: Array | None = None, sizes: Array | None = None,
    features: Array | None = None, finite: bool = True, seed: int = 0,
) -> Sample:  # fmt: skip
    """A `Sample` with checked arrays. Raises ValueError where lengths differ, a probability is not in (0, 1] or a code is missing."""
    rows, scores = np.asarray(rows, dtype=int), np.nan_to_num(np.asarray(scores, dtype=float))
    codes, pi = np.asarray(codes, dtype=float), np.asarray(pi, dtype=float)
    strata = np.zeros(len(rows), int) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    sizes = np.ones(len(scores)) if sizes is None else np.asarray(sizes, dtype=float)
    features = scores[:, None] if features is None else np.asarray(features, dtype=float)
    if not len(rows) == len(codes) == len(pi) == len(strata) or not len(scores) == len(sizes) == len(features):
        raise ValueError("rows, codes, pi and strata should have one length, scores, sizes and features another")
    if np.isnan(codes).any() or not ((pi > 0) & (pi <= 1)).all():
        raise ValueError("codes should be numbers, inclusion probabilities above 0 and at most 1")
    return Sample(rows, codes, pi, scores, _merged(strata), sizes, features, finite, seed)


def _merged(strata: Array) -> Array:
    """Strata with one coded unit have no variance of their own: they are taken together."""
    counts = np.bincount(strata) if len(strata) else np.zeros(0, int)
    out = np.where(counts[strata] < 2, counts.size, strata)
    if (out == counts.size).sum() == 1 and len(out) > 1:  # one left over joins its neighbour
        out = np.where(out == counts.size, np.delete(strata, np.argmax(out == counts.size))[0], out)
    return np.unique(out, return_inverse=True)[1]


def covariance(sample: Sample, first: Array, second: Array) -> float:
    """Hajek's covariance of the weighted totals of two variables, summed over strata."""
    left = 1 - sample.pi if sample.finite else np.ones(len(sample.pi))
    one, two = first / sample.pi, second / sample.pi
    size = int(sample.strata.max()) + 1 if len(sample.strata) else 0
    mass, n = np.bincount(sample.strata, left, size), np.bincount(sample.strata, minlength=size)
    safe = np.where(mass > 0, mass, 1.0)
    one = one - (np.bincount(sample.strata, left * one, size) / safe)[sample.strata]
    two = two - (np.bincount(sample.strata, left * two, size) / safe)[sample.strata]
    small = np.where(n > 1, n / np.maximum(n - 1, 1), 0.0)
    return float((small[sample.strata] * left * one * two).sum())
