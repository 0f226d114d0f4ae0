"""Shares, means and differences from a coded probability sample, made sharper by the automatic scores, never biased by them.

    design   the coded units alone, weighted by 1 / inclusion probability (Hajek 1971)
    ppi      plus the scores of all units, with a tuned power (PPI++: Angelopoulos, Duchi & Zrnic 2023)
    dsl      plus predictions of the code from the scores, learned on other folds (design-based supervised learning: Egami et al. 2023)
All three are mean(m) over all units + weighted mean(y - m) over the coded ones, m being 0, power * score, or a cross-fitted prediction:
right on average whatever the quality of the scores, because the coded part measures their error. The power minimises the estimated variance
on the other folds; a useless score gets a power near 0 and costs almost nothing.

Conventions
    The target is the mean of the code over the N units of the sampling frame (of a *domain* of them, weighted by `size`): a finite
    population, so a sample that is most of it is almost without error (`finite`).
    Variances are Hajek's (1964) for unequal probabilities, within strata; with equal ones it is the textbook formula.
    Shares and their differences get score intervals: Wilson's (1927), carried over to strata, unequal weights (effective numbers of codes,
    Student's t: Korn & Graubard 1998) and subtracted scores. They hold for rare labels and for rare errors of a good program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
METHODS = ("design", "ppi", "dsl")
FOLDS = 10
RIDGE = 1.0  # penalty per feature, in units of coded texts
LEAST_PER_FOLD = 5
LEAST_IN_GROUP = 15
LEAST = 10  # coded units below which no interval is given


class Corrected(NamedTuple):
    """An estimate with its 95 % interval; `effective` is the number of simple random codes that would be as sure; `n` those coded."""

    estimate: float
    low: float
    high: float
    error: float
    effective: float
    power: float
    n: int


NAN = float("nan")
NOTHING = Corrected(NAN, NAN, NAN, NAN, NAN, NAN, 0)


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
        below = above = float("nan")
    elif share:
        below = _reach([*one.down, *two.up], times, one.extra + two.extra)
        above = _reach([*one.up, *two.down], times, one.extra + two.extra)
    else:
        below = above = times * variance**0.5
    return Corrected(estimate, estimate - below, estimate + above, variance**0.5, float("nan"), float("nan"), count)


class _Group(NamedTuple):
    """Strata taken together: their part of the mean, variance of the residual, its slope, effective number of codes."""

    part: float
    spread: float
    slope: float
    codes: float


class _Part(NamedTuple):
    """What an interval needs of one domain: groups for reaching down and up."""

    estimate: float
    variance: float
    extra: float
    power: float
    coded: int
    times: float
    down: list[_Group]
    up: list[_Group]


def _part(sample: Sample, inside: Array | None, method: str) -> _Part | None:
    domain = np.ones(len(sample.scores), bool) if inside is None else np.asarray(inside, bool)
    chosen = domain[sample.rows]
    if not chosen.any() or not sample.sizes[domain].sum() > 0:
        return None
    estimate, residual, extra, power = _linearised(sample, domain, method)
    weight = np.where(chosen, sample.sizes[sample.rows], 0.0)
    influence = weight * (residual - estimate) / float((weight / sample.pi).sum())
    variance = _form(sample, influence, influence) + extra
    down, up = _reaches(sample, weight, residual, influence)
    return _Part(estimate, variance, extra, power, int(chosen.sum()), _student(sample, chosen), down, up)


def _described(part: _Part | None, share: bool) -> Corrected:
    if part is None:
        return NOTHING
    error = part.variance**0.5
    if part.coded < LEAST:
        return Corrected(part.estimate, float("nan"), float("nan"), error, float("nan"), part.power, part.coded)
    if not share:
        half = part.times * error
        return Corrected(part.estimate, part.estimate - half, part.estimate + half, error, float("nan"), part.power, part.coded)
    shown = float(np.clip(part.estimate, 0, 1))
    low = part.estimate - _reach(part.down, part.times, part.extra)
    high = part.estimate + _reach(part.up, part.times, part.extra)
    effective = shown * (1 - shown) / part.variance if part.variance > 0 else float("nan")
    return Corrected(shown, max(0.0, min(low, shown)), min(1.0, max(high, shown)), error, effective, part.power, part.coded)


def _reaches(sample: Sample, weight: Array, residual: Array, influence: Array) -> tuple[list[_Group], list[_Group]]:
    """Groups of strata as `_reach` takes them, downwards and upwards.

    If the true share is higher by d than the codes show, some 0 would have been 1, and the variance of the residual is
    spread + slope * d - d^2 with slope = 1 - 2 (m + r): m the mean of what was subtracted from codes
    of 0, r the mean residual. Downwards likewise with codes of 1.
    """
    design, groups = weight / sample.pi, _groups(sample, weight)
    total, removed = float(design.sum()), sample.codes - residual
    down: list[_Group] = []
    up: list[_Group] = []
    for number in range(int(groups.max()) + 1):
        here = groups == number
        mass = design[here]
        if not mass.sum() > 0:
            continue
        centre, part = float(np.average(residual[here], weights=mass)), float(mass.sum() / total)
        spread = float(np.average((residual[here] - centre) ** 2, weights=mass))
        among = replace(sample, pi=sample.pi[here], strata=sample.strata[here])
        variance = _form(among, influence[here], influence[here])
        if spread > 1e-9 and variance > 1e-15:
            codes = part**2 * spread / variance
        else:  # all codes alike: as many as weights of this unequalness are worth (Kish 1965), with the finite-population correction
            codes = float(mass.sum() ** 2 / max(1e-300, (mass**2 * (1 - sample.pi[here] if sample.finite else 1)).sum()))
        for value, sign, side in ((0.0, 1.0, up), (1.0, -1.0, down)):
            alike = here & (sample.codes == value) & (design > 0)
            slope = sign * (1 - 2 * (float(np.average(removed[alike], weights=design[alike])) + centre)) if alike.any() else 0.0
            side.append(_Group(part, spread if alike.any() else 0.0, slope, codes))
    return down, up


def _reach(groups: list[_Group], times: float, extra: float) -> float:
    """How far a score interval reaches: the variance is taken at its end, not at the estimate.

    The end is shared among the groups where it is most plausible: d_g = times * part_g * v_g / codes_g / root, with v_g = spread_g +
    slope_g d_g - d_g^2 and root^2 the sum of part_g^2 v_g / codes_g. With one group this is Wilson's (1927) interval; with several in which
    no error was seen, that of all their codes together.
    """
    part, spread, slope, codes = (np.array(column, float) for column in zip(*groups))
    moved = np.full(len(part), times / (1 + codes.min()) ** 0.5)
    for _ in range(40):
        each = np.maximum(spread + slope * moved - moved**2, spread / 1000) * part / codes  # never nought on the way there
        root = float((part * each).sum() + extra) ** 0.5
        if root == 0:
            return 0.0
        before, moved = moved, (moved + np.minimum(times * each / root, 1.0)) / 2
        if np.abs(moved - before).max() < 1e-6:
            break
    return times * root


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


def naive_share(labels: Array, sizes: Array | None = None, inside: Array | None = None) -> float:
    """The mean of the automatic labels, as if they were the truth."""
    domain = np.ones(len(labels), bool) if inside is None else np.asarray(inside, bool)
    weights = (np.ones(len(labels)) if sizes is None else np.asarray(sizes, float))[domain]
    return float((np.asarray(labels, float)[domain] * weights).sum() / weights.sum()) if weights.sum() > 0 else float("nan")


def with_coder_error(point: Corrected, drawn: list[Corrected], *, share: bool = True) -> Corrected:
    """`point` widened by what changes when each unit's code is that of a coder drawn at random (`drawn`: one estimate per draw).

    Rubin's (1987) rules: variance within draws plus (1 + 1/m) times the variance between them, around the mean of the draws.
    """
    known = [one for one in drawn if one.estimate == one.estimate]
    if len(known) < 2 or point.low != point.low:
        return point._replace(low=float("nan"), high=float("nan"))
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


def _linearised(sample: Sample, domain: Array, method: str) -> tuple[float, Array, float, float]:
    """Estimate, residual of each coded unit, the variance of the score's own mean (infinite populations), and the mean power."""
    rows, weight = sample.rows, np.where(domain[sample.rows], sample.sizes[sample.rows], 0.0)
    design, total = weight / sample.pi, float((weight / sample.pi).sum())
    mass = np.where(domain, sample.sizes, 0.0)
    if method == "design":
        residual, power, extra = sample.codes, 0.0, 0.0
    elif method == "ppi":
        centred = sample.scores - float((mass * sample.scores).sum() / mass.sum())
        powers, extra = _powers(sample, centred, design, total, mass)
        residual, power = sample.codes - powers * centred[rows], float((design * powers).sum() / total)
    elif method == "dsl":
        residual, power, extra = sample.codes - _predicted_minus_mean(sample, mass), 1.0, 0.0
    else:
        raise ValueError(f"no method {method!r}; there are: {', '.join(METHODS)}")
    estimate = float((design * residual).sum() / total)
    return estimate, residual, extra, power


def _folds(sample: Sample) -> Array:
    """Fold of each coded unit: spread evenly over every stratum, drawn by the seed."""
    count = max(2, min(FOLDS, len(sample.rows) // LEAST_PER_FOLD))
    order = np.lexsort((np.random.default_rng(sample.seed).random(len(sample.rows)), sample.strata))
    out = np.empty(len(sample.rows), int)
    out[order] = np.arange(len(order)) % count
    return out


def _powers(sample: Sample, centred: Array, design: Array, total: float, mass: Array) -> tuple[Array, float]:
    """The power of each coded unit, tuned on the other folds; and what the score's own mean adds to the variance."""
    fold, rows = _folds(sample), sample.rows
    weight = design * sample.pi
    codes = weight * (sample.codes - (design * sample.codes).sum() / total)
    scores = weight * (centred[rows] - (design * centred[rows]).sum() / total)
    spread = float((mass * centred**2).sum() / mass.sum() / len(centred)) * (0.0 if sample.finite else 1.0)
    powers = np.zeros(len(rows))
    for number in range(int(fold.max()) + 1):
        others = fold != number
        part = replace(sample, pi=sample.pi[others], strata=sample.strata[others])
        # a part's sums stand for the whole's: both forms shrink alike, only the term that does not depend on the codes needs scaling
        bottom = _form(part, scores[others], scores[others]) + spread * (design[others].sum() ** 2)
        powers[fold == number] = _form(part, scores[others], codes[others]) / bottom if bottom > 1e-12 * total**2 / len(rows) else 0.0
    return powers, spread * float(np.mean(powers**2))


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


def _form(sample: Sample, first: Array, second: Array) -> float:
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


def _student(sample: Sample, chosen: Array) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, max(2, int(chosen.sum()) - len(np.unique(sample.strata[chosen])))))


def _wilson(share: float, trials: float, times: float) -> tuple[float, float]:
    scale = 1 + times**2 / trials
    middle = (share + times**2 / (2 * trials)) / scale
    half = times * ((share * (1 - share) / trials + times**2 / (4 * trials**2)) ** 0.5) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
