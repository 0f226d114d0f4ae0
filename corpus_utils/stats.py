"""Intervals, tests and corrections, with articles (or larger clusters) as what varies.

Conventions
    `values` are one number per unit (sentence, passage, article); `clusters` says which units belong together: units of
    one cluster are resampled together, because sentences of one article are not independent draws.
    Intervals are 95 % unless `level` says otherwise; NaN means: no interval can honestly be given.
    Every draw starts from `seed`, so the same input gives the same numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DRAWS = 1999
LARGE = 5_000  # clusters beyond which an interval is computed instead of drawn: the two are the same to the digits shown
LEAST_CLUSTERS = 5  # below five clusters a bootstrap has too few distinct resamples to mean anything


class Interval(NamedTuple):
    """Estimate with the ends of its interval; `low` and `high` are NaN where none can be given."""

    estimate: float
    low: float
    high: float
    clusters: int
    units: int


def cluster_bootstrap(
    values: ArrayLike, clusters: ArrayLike, *, weights: ArrayLike | None = None, draws: int = DRAWS, seed: int = 0, level: float = 0.95
) -> Interval:
    """Weighted mean of `values` with a bootstrap interval from resampling whole clusters (Cameron, Gelbach & Miller 2008).

    The mean is the ratio of two cluster totals, sum(w*x) / sum(w), so each draw costs one matrix product and no loop over
    units. The ends are `bca_ends`: a few articles hold many of the uses of a word, and plain percentiles would sit
    too low. Under `LEAST_CLUSTERS` clusters, or where all values or all clusters are alike, the interval is NaN. NaN values are dropped,
    with their weight. Beyond `LARGE` clusters the interval is the normal one of the linearised ratio.
    """
    import pandas as pd

    x = np.asarray(values, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    labels = clusters if isinstance(clusters, pd.Series) else np.asarray(clusters)  # a column of text is no array of objects
    if not x.shape == w.shape == labels.shape:
        raise ValueError(f"values, clusters and weights should have one length; they have {x.shape}, {labels.shape}, {w.shape}")
    keep = ~np.isnan(x) & (w > 0)
    if not keep.any():
        return Interval(float("nan"), float("nan"), float("nan"), 0, 0)
    x, w = x[keep], w[keep]
    index, names = pd.factorize(labels[keep], sort=True)  # sorts the distinct names only
    tops = np.bincount(index, weights=w * x, minlength=len(names))
    bottoms = np.bincount(index, weights=w, minlength=len(names))
    estimate = float(tops.sum() / bottoms.sum())
    # Units that are all alike resample to themselves: that says nothing about how sure we are.
    if len(names) < LEAST_CLUSTERS or (x == x[0]).all():
        return Interval(estimate, float("nan"), float("nan"), len(names), len(x))
    if len(names) > LARGE:
        half = ratio_error(tops, bottoms) * normal_quantile(level)
        low, high = estimate - half, estimate + half
    else:
        totals = resample_totals(np.column_stack([tops, bottoms]), draws=draws, seed=seed)
        low, high = bca_ends(totals[:, 0] / totals[:, 1], tops, bottoms, level)
    if high - low < 1e-12:  # clusters that are all alike resample to themselves, too
        low = high = float("nan")
    return Interval(estimate, low, high, len(names), len(x))


def ratio_error(tops: ArrayLike, bottoms: ArrayLike) -> float:
    """Standard error of sum(tops) / sum(bottoms) over independent clusters, linearised (Cochran 1977, 6.3)."""
    top, bottom = np.asarray(tops, dtype=float), np.asarray(bottoms, dtype=float)
    count, total = len(top), bottom.sum()
    residuals = top - bottom * (top.sum() / total)
    return float(np.sqrt(count / max(count - 1, 1) * np.sum(residuals**2)) / total)


def normal_quantile(level: float = 0.95) -> float:
    """The number of standard errors that a two-sided normal interval reaches: 1.96 for 95 %."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(1 - (1 - level) / 2)


def resample_totals(totals: NDArray[Any], *, draws: int = DRAWS, seed: int = 0) -> NDArray[Any]:
    """Totals of `draws` resamples of clusters: shape (clusters, columns) -> (draws, columns).

    A resample of n clusters is a multinomial count vector, so all columns share the same resamples: contrasts between
    columns (two voices, two frames) keep their pairing.
    """
    totals = np.asarray(totals, dtype=float)
    return np.concatenate([picks.astype(float) @ totals for picks in _resamples(len(totals), draws, seed)])


@lru_cache(maxsize=8)
def _resamples(count: int, draws: int, seed: int) -> tuple[NDArray[Any], ...]:
    """How often each of `count` clusters is in each resample, in batches: the same for all figures over as many clusters, so made once."""
    generator = np.random.default_rng(seed)
    batch = max(1, 4_000_000 // max(count, 1))  # bounds memory at 32 MB of counts
    sizes = [min(batch, draws - first) for first in range(0, draws, batch)]
    drawn = (generator.multinomial(count, np.full(count, 1 / count), size=size) for size in sizes)
    return tuple(picks.astype(np.uint8 if picks.max(initial=0) < 256 else np.int64) for picks in drawn)


def percentile_ends(samples: ArrayLike, level: float = 0.95, *, clusters: int = 0) -> tuple[float, float]:
    """Lower and upper percentile of bootstrap samples, ignoring draws in which the statistic is undefined.

    With the number of `clusters` the percentiles are those of Hesterberg (2015), "expanded": with few clusters a plain percentile
    interval is too narrow, as a normal interval is beside Student's t with n - 1.
    """
    drawn = np.asarray(samples, dtype=float)
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    if clusters > 1:
        from scipy.special import ndtr, stdtrit  # the normal and Student's t; scipy.stats would take seconds to import

        tail = float(ndtr(-((clusters / (clusters - 1)) ** 0.5) * stdtrit(clusters - 1, 1 - tail)))
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def bca_ends(samples: ArrayLike, tops: ArrayLike, bottoms: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Ends of a bias-corrected and accelerated interval (Efron 1987) of sum(tops) / sum(bottoms) over clusters, from its bootstrap samples.

    The acceleration is a sixth of the skewness of the linearised clusters' influence, divided by the root of their number; Student's t
    with n - 1 degrees and the factor n / (n - 1) stand for the normal, as in `percentile_ends`.
    """
    from scipy.special import ndtr, ndtri, stdtrit

    drawn, top, bottom = (np.asarray(part, dtype=float) for part in (samples, tops, bottoms))
    drawn, count = drawn[np.isfinite(drawn)], len(top)
    if not len(drawn) or count < 2:
        return float("nan"), float("nan")
    estimate = top.sum() / bottom.sum()
    influence = top - bottom * estimate
    squares = float(np.sum(influence**2))
    acceleration = float(np.sum(influence**3)) / (6 * squares**1.5) if squares > 0 else 0.0
    below = (np.mean(drawn < estimate) + np.mean(drawn <= estimate)) / 2  # ties count half
    bias = float(ndtri(np.clip(below, 0.001, 0.999)))
    reach = (count / (count - 1)) ** 0.5 * float(stdtrit(count - 1, (1 + level) / 2))
    shifted = np.array([bias - reach, bias + reach])
    low, high = np.quantile(drawn, ndtr(bias + shifted / np.maximum(1 - acceleration * shifted, 0.1)))
    return float(low), float(high)


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """Share with Wilson's (1927) score interval, for independent units; no interval for no trials."""
    if trials <= 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0, 0)
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    from statistics import NormalDist

    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    share, scale = successes / trials, 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / scale
    half = z * ((share * (1 - share) / trials + z * z / (4 * trials * trials)) ** 0.5) / scale
    low, high = 0.0 if successes == 0 else middle - half, 1.0 if successes == trials else middle + half  # not 1e-17
    return Interval(share, max(0.0, low), min(1.0, high), trials, trials)


def benjamini_hochberg(p: ArrayLike, weights: ArrayLike | None = None) -> NDArray[Any]:
    """q values of Benjamini & Hochberg (1995): for each p the smallest false discovery rate at which it is significant.

    NaN stays NaN and does not count towards the family. `weights`, fixed without looking at what is tested, divide the p values
    (Genovese, Roeder & Wasserman 2006); they are scaled to a mean of 1 over the family, and a weight of 0 gives q = 1.
    """
    values = np.asarray(p, dtype=float)
    if weights is not None:
        given = np.where(np.isnan(values), 0.0, np.asarray(weights, dtype=float))
        share = given / given.sum() * np.count_nonzero(~np.isnan(values)) if given.sum() > 0 else np.ones_like(given)
        values = np.where(np.isnan(values), np.nan, np.minimum(values / np.maximum(share, 1e-12), 1.0))
    out = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    if not len(tested):
        return out
    order = tested[np.argsort(values[tested], kind="stable")]
    scaled = values[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return out


def permutation_p(observed: float, permuted: ArrayLike) -> float:
    """Two-sided permutation p with the observed arrangement counted in: (b + 1) / (B + 1) (Phipson & Smyth 2010)."""
    drawn = np.abs(np.asarray(permuted, dtype=float))
    return float((np.sum(drawn >= abs(observed) - 1e-12) + 1) / (len(drawn) + 1))
