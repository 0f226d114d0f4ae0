"""Shares, means and differences from a coded probability sample, made sharper by the automatic scores, never biased by them.

Each is mean(m) over all units + weighted mean(y - m) over the coded ones, m being what `residuals` subtracts by one of METHODS: right on
average whatever the quality of the scores, because the coded part measures their error. A useless score costs almost nothing.
Shares and their differences get score intervals (`score_intervals`), other means Student's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corpus_utils.validate.probability_sample import Array, Sample, covariance
from corpus_utils.validate.residuals import residuals
from corpus_utils.validate.score_intervals import Group, make_groups, reach

LEAST = 10  # coded units below which no interval is given
NAN = float("nan")


class Corrected(NamedTuple):
    """An estimate with its 95 % interval; `effective` is the number of simple random codes that would be as sure; `n` those coded."""

    estimate: float
    low: float
    high: float
    error: float
    effective: float
    power: float
    n: int


NOTHING = Corrected(NAN, NAN, NAN, NAN, NAN, NAN, 0)


def estimate_share(sample: Sample, inside: Array | None = None, *, method: str = "ppi", share: bool = True) -> Corrected:
    """The mean code of the domain `inside` (N booleans; None: all). `share`: codes are 0 or 1, so the interval is a score interval.

    NaN without coded units there, without an interval under LEAST of them. Raises ValueError for an unknown method.
    """
    return _described(_part(sample, inside, method), share)


def estimate_difference(sample: Sample, first: Array, second: Array, *, method: str = "ppi", share: bool = True) -> Corrected:
    """Mean code of the domain `first` minus that of `second`; the domains share no unit. See `estimate_share`."""
    one, two = _part(sample, first, method), _part(sample, second, method)
    if one is None or two is None:
        return NOTHING
    estimate, variance, count = one.estimate - two.estimate, one.variance + two.variance, min(one.coded, two.coded)
    times = max(one.times, two.times)
    if count < LEAST:
        below = above = NAN
    elif share:
        below = reach([*one.down, *two.up], times, one.extra + two.extra)
        above = reach([*one.up, *two.down], times, one.extra + two.extra)
    else:
        below = above = times * variance**0.5
    return Corrected(estimate, estimate - below, estimate + above, variance**0.5, NAN, NAN, count)


class _Part(NamedTuple):
    """What an interval needs of one domain."""

    estimate: float
    variance: float
    extra: float
    power: float
    coded: int
    times: float
    down: list[Group]
    up: list[Group]


def _part(sample: Sample, inside: Array | None, method: str) -> _Part | None:
    domain = np.ones(len(sample.scores), bool) if inside is None else np.asarray(inside, bool)
    chosen = domain[sample.rows]
    if not chosen.any() or not sample.sizes[domain].sum() > 0:
        return None
    estimate, residual, power = residuals(sample, domain, method)
    weight = np.where(chosen, sample.sizes[sample.rows], 0.0)
    influence = weight * (residual - estimate) / float((weight / sample.pi).sum())
    extra = 0.0 if sample.finite else _beyond(sample, domain, weight / sample.pi, residual)
    variance = covariance(sample, influence, influence) + extra
    down, up = make_groups(sample, weight, residual, influence)
    return _Part(estimate, variance, extra, power, int(chosen.sum()), _student(sample, chosen), down, up)


def _beyond(sample: Sample, domain: Array, design: Array, residual: Array) -> float:
    """What the frame's own mean adds where the frame is itself a draw from more: (variance of the codes less that of the residuals) / N.

    Variance = that of the residuals' mean without finite-population correction + this: together (1 - n / N) V(residual) / n + V(code) / N.
    """
    mass = np.where(domain, sample.sizes, 0.0)
    spreads = [float(np.average((x - np.average(x, weights=design)) ** 2, weights=design)) for x in (sample.codes, residual)]
    return max(0.0, (spreads[0] - spreads[1]) * float((mass**2).sum() / mass.sum() ** 2))


def _described(part: _Part | None, share: bool) -> Corrected:
    if part is None:
        return NOTHING
    error = part.variance**0.5
    if part.coded < LEAST:
        return Corrected(part.estimate, NAN, NAN, error, NAN, part.power, part.coded)
    if not share:
        half = part.times * error
        return Corrected(part.estimate, part.estimate - half, part.estimate + half, error, NAN, part.power, part.coded)
    shown = float(np.clip(part.estimate, 0, 1))
    low = part.estimate - reach(part.down, part.times, part.extra)
    high = part.estimate + reach(part.up, part.times, part.extra)
    effective = shown * (1 - shown) / part.variance if part.variance > 0 else NAN
    return Corrected(shown, max(0.0, min(low, shown)), min(1.0, max(high, shown)), error, effective, part.power, part.coded)


def naive_share(labels: Array, sizes: Array | None = None, inside: Array | None = None) -> float:
    """The mean of the automatic labels, as if they were the truth."""
    domain = np.ones(len(labels), bool) if inside is None else np.asarray(inside, bool)
    weights = (np.ones(len(labels)) if sizes is None else np.asarray(sizes, float))[domain]
    return float((np.asarray(labels, float)[domain] * weights).sum() / weights.sum()) if weights.sum() > 0 else NAN


def with_coder_error(point: Corrected, drawn: list[Corrected], *, share: bool = True) -> Corrected:
    """`point` widened by what changes when each unit's code is that of a coder drawn at random (`drawn`: one estimate per draw).

    Rubin's (1987) rules: variance within draws plus (1 + 1/m) times the variance between them, around the mean of the draws.
    """
    known = [one for one in drawn if one.estimate == one.estimate]
    if len(known) < 2 or point.low != point.low:
        return point._replace(low=NAN, high=NAN)
    centre = float(np.mean([one.estimate for one in known]))
    between = float(np.var([one.estimate for one in known], ddof=1)) * (1 + 1 / len(known))
    variance = float(np.mean([one.error**2 for one in known])) + between
    if variance == 0 and point.low == point.high:  # every unit is coded, and the coders agree
        return point._replace(estimate=centre, low=centre, high=centre)
    if not share:
        half = 1.959964 * variance**0.5
        return point._replace(estimate=centre, low=centre - half, high=centre + half, error=variance**0.5)
    inner = float(np.clip(centre, 0.5 / point.n, 1 - 0.5 / point.n))
    low, high = _wilson(float(np.clip(centre, 0, 1)), inner * (1 - inner) / variance if variance > 0 else point.n, 1.959964)
    return point._replace(estimate=centre, low=low, high=high, error=variance**0.5)


def _student(sample: Sample, chosen: Array) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(2, int(chosen.sum()) - len(np.unique(sample.strata[chosen]))), 0.975))


def _wilson(share: float, trials: float, times: float) -> tuple[float, float]:
    scale = 1 + times**2 / trials
    middle = (share + times**2 / (2 * trials)) / scale
    half = times * ((share * (1 - share) / trials + times**2 / (4 * trials**2)) ** 0.5) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
