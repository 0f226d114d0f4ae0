"""Corrected figures: right on average whatever the program, sharper where it is good, exact where all is coded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.stats import wilson
from corpus_utils.validate.estimates import estimate_difference, estimate_share, naive_share, with_coder_error
from corpus_utils.validate.probability_sample import Sample, make_sample
from corpus_utils.validate.residuals import METHODS
from corpus_utils.validate.score_intervals import Group, reach


def drawn(rng: np.random.Generator, *, size: int = 2000, coded: int = 200, signal: float = 1.5, share: float = 0.2) -> tuple[Sample, float]:
    """A frame with a program that finds too much, and a simple random sample of it; the true share."""
    truth = (rng.random(size) < share).astype(float)
    score = 1 / (1 + np.exp(-(signal * (2 * truth - 1) + rng.normal(size=size))))
    rows = rng.choice(size, coded, replace=False)
    return make_sample(rows, truth[rows], np.full(coded, coded / size), score, seed=int(rng.integers(1000))), float(truth.mean())


def test_design_without_correction_is_wilson() -> None:
    """One stratum, equal probabilities, a frame without end: the textbook interval but for Student's t."""
    sample, _ = drawn(np.random.default_rng(1), coded=400, size=400_000)
    one = estimate_share(sample, method="design")
    expected = wilson(int(sample.codes.sum()), 400)
    assert one.estimate == pytest.approx(expected.estimate) and (one.low, one.high) == pytest.approx(
        (expected.low, expected.high), abs=4e-4
    )


def test_rare_errors_widen_the_interval_and_frequent_ones_do_not() -> None:
    """Five errors on either side: hardly wider than Wald's; none: the reach of Wilson's interval where no code was seen, z^2 / n."""
    values = np.array([1.0] * 5 + [-1.0] * 5 + [0.0] * 490)
    masses = np.full(500, 1 / 500)
    wald = 1.96 * (values.std() / 500**0.5)
    one = Group(1.0, 500.0, float(values.var()), np.append(values, 1.0), np.append(masses * 500, 1.0) / 501)
    assert wald < reach([one], 1.96, 0.0) < 1.12 * wald
    none = Group(1.0, 500.0, 0.0, np.array([0.0, 1.0]), np.array([500.0, 1.0]) / 501)
    assert reach([none], 1.96, 0.0) == pytest.approx(1.96**2 / 500, rel=0.02)
    assert reach([none, none], 1.96, 0.0) > reach([none], 1.96, 0.0)
    assert reach([Group(1.0, 1e300, 0.1, values, masses)], 1.96, 0.0) < 1e-9, "where every unit is coded nothing is left to chance"


def test_corrected_intervals_cover_and_naive_ones_do_not() -> None:
    """120 draws: each method covers in nine of ten or more, a good program narrows the interval, the naive share is far off."""
    rng, covered, widths = np.random.default_rng(3), dict.fromkeys(METHODS, 0), dict.fromkeys(METHODS, 0.0)
    for _ in range(120):
        sample, truth = drawn(rng, signal=1.2)
        assert naive_share(sample.scores > 0.35) > truth + 0.08
        for method in METHODS:
            one = estimate_share(sample, method=method)
            covered[method] += one.low <= truth <= one.high
            widths[method] += one.high - one.low
    assert min(covered.values()) >= 107
    assert widths["ppi"] < 0.85 * widths["design"] and widths["dsl"] < 0.85 * widths["design"]


def test_a_useless_program_costs_almost_nothing() -> None:
    """The tuned power is near nought, and intervals are as wide as without scores."""
    rng, ratio = np.random.default_rng(4), []
    for _ in range(50):
        sample, _ = drawn(rng, signal=0.0)
        ppi, design = estimate_share(sample), estimate_share(sample, method="design")
        ratio.append((ppi.high - ppi.low) / (design.high - design.low))
    assert np.mean(ratio) < 1.05


def test_unequal_probabilities_are_undone() -> None:
    """Units that the program finds are drawn five times as often; the plain mean of the codes is far off, the weighted one is not."""
    rng, errors, plain = np.random.default_rng(5), [], []
    truth = (rng.random(3000) < 0.2).astype(float)
    score = np.clip(0.2 + 0.6 * truth + rng.normal(0, 0.2, 3000), 0, 1)
    stratum = (score > 0.5).astype(int)
    take = np.array([100, 120])
    for _ in range(60):
        rows = np.concatenate([rng.choice(np.flatnonzero(stratum == h), take[h], replace=False) for h in (0, 1)])
        pi = (take / np.bincount(stratum))[stratum[rows]]
        one = estimate_share(make_sample(rows, truth[rows], pi, score, strata=stratum[rows]))
        errors.append(one.estimate - truth.mean())
        plain.append(truth[rows].mean() - truth.mean())
    assert abs(np.mean(errors)) < 0.006 < 0.2 < np.mean(plain)


def test_rare_labels_that_were_not_seen_may_exist() -> None:
    """No positive code in the sample: the estimate is nought, the upper end is that of Wilson, not nought."""
    one = estimate_share(make_sample(np.arange(100), np.zeros(100), np.full(100, 0.01), np.zeros(10_000)))
    assert one.estimate == 0 and one.low == 0 and 0.02 < one.high < 0.06


def test_domains_and_their_difference() -> None:
    """An outlet's share uses its own units; a domain without coded units has no estimate, one with few no interval."""
    rng = np.random.default_rng(6)
    sample, _ = drawn(rng)
    first = np.arange(2000) < 1000
    one, two, gap = estimate_share(sample, first), estimate_share(sample, ~first), estimate_difference(sample, first, ~first)
    assert gap.estimate == pytest.approx(one.estimate - two.estimate) and gap.low < gap.estimate < gap.high
    assert gap.high - gap.low < (one.high - one.low) + (two.high - two.low)
    nobody = np.ones(2000, bool)
    nobody[sample.rows] = False
    few = nobody.copy()
    few[sample.rows[:4]] = True
    assert estimate_share(sample, nobody).n == 0 and np.isnan(estimate_share(sample, few).low)


def test_sizes_weigh_units() -> None:
    """Shares of words weigh a unit by its words."""
    sizes = np.array([1.0, 9.0] * 50)
    sample = make_sample(np.arange(100), np.array([0.0, 1.0] * 50), np.ones(100), np.zeros(100), sizes=sizes)
    assert estimate_share(sample).estimate == pytest.approx(0.9)


def test_coders_who_differ_widen_the_interval() -> None:
    """Rubin's rules over draws of one coder's code a unit."""
    rng = np.random.default_rng(7)
    sample, _ = drawn(rng)
    point = estimate_share(sample)
    flipped = [
        estimate_share(make_sample(sample.rows, np.where(rng.random(200) < 0.1, 1 - sample.codes, sample.codes), sample.pi, sample.scores))
        for _ in range(30)
    ]
    wide = with_coder_error(point, flipped)
    assert wide.high - wide.low > point.high - point.low


@given(st.integers(0, 200), st.floats(0.01, 1), st.integers(12, 60))
def test_intervals_hold_their_estimate_and_stay_shares(seed: int, rate: float, count: int) -> None:
    """Whatever the codes: 0 <= low <= estimate <= high <= 1."""
    rng = np.random.default_rng(seed)
    sample = make_sample(
        np.arange(count),
        (rng.random(count) < rate).astype(float),
        rng.uniform(0.05, 1, count),
        rng.random(count * 5),
        strata=rng.integers(0, 4, count),
    )
    for method in METHODS:
        one = estimate_share(sample, method=method)
        assert 0 <= one.low <= one.estimate <= one.high <= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_frame_that_is_itself_a_sample_adds_its_own_error(method: str) -> None:
    """With `finite` off the variance of the codes over N comes on top of the design's, whatever the scores explain."""
    sample, _ = drawn(np.random.default_rng(9), size=1000, coded=250)
    fixed, drawn_too = estimate_share(sample, method=method), estimate_share(replace(sample, finite=False), method=method)
    spread = fixed.estimate * (1 - fixed.estimate) / 1000
    assert drawn_too.error**2 - fixed.error**2 == pytest.approx(spread, rel=0.1)


def test_wrong_input_is_refused() -> None:
    """Probabilities outside (0, 1], missing codes, an unknown method."""
    with pytest.raises(ValueError, match="above 0"):
        make_sample(np.arange(2), np.ones(2), np.array([0.0, 1]), np.ones(4))
    with pytest.raises(ValueError, match="codes should be numbers"):
        make_sample(np.arange(2), np.array([np.nan, 1]), np.ones(2), np.ones(4))
    with pytest.raises(ValueError, match="no method 'best'"):
        estimate_share(drawn(np.random.default_rng(8))[0], method="best")


@pytest.mark.parametrize("method", METHODS)
@given(st.integers(0, 10**6), st.integers(10, 40))
def test_a_census_gives_its_codes(method: str, seed: int, size: int) -> None:
    """Where every unit is coded, each estimator is the mean of the codes, whatever the scores say, and nothing is left to chance."""
    rng = np.random.default_rng(seed)
    codes, scores = rng.integers(0, 2, size).astype(float), rng.random(size)
    sample = make_sample(np.arange(size), codes, np.ones(size), scores, strata=np.arange(size) % 3, features=rng.random((size, 3)))
    one = estimate_share(sample, method=method)
    assert one.estimate == pytest.approx(codes.mean()) and one.low == pytest.approx(one.high)
