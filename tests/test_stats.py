"""Intervals and corrections against closed forms, other libraries and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import stats


def test_the_bootstrap_of_single_units_agrees_with_the_normal_interval() -> None:
    """With one unit per cluster the interval is about mean +- 1.96 standard errors."""
    values = np.random.default_rng(1).normal(size=400)
    got = stats.cluster_bootstrap(values, np.arange(400), seed=3)
    half = 1.96 * values.std() / 20
    assert got.low == pytest.approx(values.mean() - half, abs=0.02)
    assert got.high == pytest.approx(values.mean() + half, abs=0.02)


def test_clusters_widen_the_interval() -> None:
    """Ten copies of a sentence in one article are one observation, not ten."""
    base = np.random.default_rng(2).normal(size=40)
    alone = stats.cluster_bootstrap(base, np.arange(40))
    copied = stats.cluster_bootstrap(np.repeat(base, 10), np.repeat(np.arange(40), 10))
    assert copied.low == pytest.approx(alone.low) and copied.high == pytest.approx(alone.high)


def test_few_clusters_give_no_interval() -> None:
    """Under five articles the mean is given, its interval is not."""
    got = stats.cluster_bootstrap([1.0, 2.0, 3.0], ["a", "a", "b"])
    assert got.estimate == 2.0 and np.isnan(got.low) and got.clusters == 2


def test_missing_values_are_left_out() -> None:
    """NaN drops its unit; nothing left gives NaN."""
    assert stats.cluster_bootstrap([1.0, np.nan], ["a", "b"]).units == 1
    assert np.isnan(stats.cluster_bootstrap([np.nan], ["a"]).estimate)


def test_lengths_must_agree() -> None:
    """Misaligned input is an error, not a wrong number."""
    with pytest.raises(ValueError, match="one length"):
        stats.cluster_bootstrap([1.0, 2.0], ["a"])


def test_the_bootstrap_covers_the_truth() -> None:
    """Over 300 simulated corpora of 60 articles the 95 % interval covers the true mean in 90 to 98 %."""
    generator, hits = np.random.default_rng(5), 0
    for draw in range(300):
        levels = generator.normal(size=60)
        values = np.repeat(levels, 5) + generator.normal(size=300)
        got = stats.cluster_bootstrap(values, np.repeat(np.arange(60), 5), draws=399, seed=draw)
        hits += got.low <= 0 <= got.high
    assert 270 <= hits <= 294


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_wilson(successes: int, trials: int, low: float, high: float) -> None:
    """Values of the published formula."""
    got = stats.wilson(successes, trials)
    assert (got.low, got.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_wilson_refuses_impossible_counts() -> None:
    """More successes than trials is somebody's mistake."""
    with pytest.raises(ValueError, match="3 successes in 2 trials"):
        stats.wilson(3, 2)
    assert np.isnan(stats.wilson(0, 0).estimate)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_agree_with_scipy(p: list[float]) -> None:
    """Benjamini-Hochberg as scipy computes it."""
    from scipy.stats import false_discovery_control

    assert stats.benjamini_hochberg(p) == pytest.approx(false_discovery_control(p))


def test_q_values_skip_what_was_not_tested() -> None:
    """NaN is no member of the family."""
    got = stats.benjamini_hochberg([0.01, np.nan, 0.04])
    assert got[0] == pytest.approx(0.02) and np.isnan(got[1]) and got[2] == pytest.approx(0.04)


def test_permutation_p_counts_the_observed_arrangement() -> None:
    """No p value is ever zero."""
    assert stats.permutation_p(5.0, np.zeros(99)) == pytest.approx(0.01)


def test_a_large_interval_is_computed_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond LARGE clusters the linearised interval is the bootstrap's to the digits shown."""
    generator = np.random.default_rng(4)
    clusters = np.repeat(np.arange(400), 3)
    values = generator.normal(size=1200) + np.repeat(generator.normal(size=400), 3)
    drawn = stats.cluster_bootstrap(values, clusters)
    monkeypatch.setattr(stats, "LARGE", 10)
    computed = stats.cluster_bootstrap(values, clusters)
    assert np.allclose(drawn[:3], computed[:3], atol=0.015) and drawn.estimate == computed.estimate


def test_weights_of_the_correction() -> None:
    """Equal weights change nothing; a weight of nothing gives q = 1; more weight gives a smaller q."""
    p = [0.001, 0.02, 0.3, np.nan]
    assert stats.benjamini_hochberg(p, [2, 2, 2, 2])[:3] == pytest.approx(stats.benjamini_hochberg(p)[:3])
    got = stats.benjamini_hochberg(p, [0, 3, 1, 9])
    assert got[0] == 1.0 and got[1] == pytest.approx(0.02 / (3 / 4 * 3) * 3) and np.isnan(got[3])


def test_skewed_rates_are_covered_from_both_sides() -> None:
    """A word that a tenth of the articles use, some of them often: 90 to 98 % of the intervals hold its rate."""
    generator, hits = np.random.default_rng(8), 0
    for draw in range(200):
        uses = (generator.random(150) < 0.1) * generator.geometric(0.4, 150)
        got = stats.cluster_bootstrap(uses, np.arange(150), draws=399, seed=draw)
        hits += got.low <= 0.25 <= got.high
    assert 180 <= hits <= 196
