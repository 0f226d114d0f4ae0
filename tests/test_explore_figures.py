"""Words for a notebook cell: table and figure agree, and the trend and the tests behind them are right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from corpus_utils.analyse.keyness_tests import log_ratio_ends, permutation_p, permutations_for
from corpus_utils.analyse.trends import word_trend
from corpus_utils.analyse.word_measures import log_ratio
from corpus_utils.explore import figures as explore

TEXTS = [f"The river rose. Cold water {'floods' if n % 2 else 'spares'} the old town <b>again</b>." for n in range(30)]
GROUPS = ["east" if n % 2 else "west" for n in range(30)]


def test_a_contrast_is_a_table_and_a_figure() -> None:
    """The planted words are marked on the right sides; texts without a group are left out; an unknown group is named."""
    view = explore.contrast_words([*TEXTS, "river"], [*GROUPS, ""], "east")
    first = view.table[view.table["group"] == "east"].iloc[0]
    assert first["word"] == "floods" and first["q"] < 0.05 and "More in east: floods" in view.figure.alt
    assert "spares" in view.figure.alt.split("More in east")[0] and "2 of" in view.figure.caption
    html = view._repr_html_()
    assert "<figure" in html and "<table" in html and "<b>again" not in html
    with pytest.raises(ValueError, match="east, west"):
        explore.contrast_words(TEXTS, GROUPS, "north")


def test_the_other_views() -> None:
    """Collocations, uses, n-grams and trends each give their table and a figure that names its first row; none of nothing fails."""
    near = explore.find_collocations(TEXTS, "water")
    assert near.table.iloc[0]["second"] in near.figure.alt
    uses = explore.find_uses(TEXTS, "cold water", ids=[f"t{n}" for n in range(30)])
    assert len(uses.table) == 30 and "30 times, in 30 of 30" in uses.figure.caption
    runs = explore.count_ngrams(TEXTS, 2)
    assert runs.table.iloc[0]["count"] == 30 and runs.table.iloc[0]["ngram"] in runs.figure.alt
    assert explore.find_uses(TEXTS, "desert").figure.svg == "" and explore.count_ngrams([], 2).table.empty
    traced = explore.trace_words(TEXTS, ["2024-01-05"] * 15 + [""] * 15, ["floods"])
    assert traced.table["articles"].tolist() == [15] and "15 undated" in traced.figure.caption


def test_a_trend_by_hand() -> None:
    """Uses per million words of each period that has articles; wildcards count; undated articles do not."""
    texts = ["sanctions and talks", "no sanction here today", "talks talks", "sanctions"]
    table = word_trend(texts, ["2024-01-03", "2024-01-09", "2024-03-01", ""], ["sanction*"])
    assert table["period"].tolist() == ["2024-01", "2024-03"] and table["count"].tolist() == [2, 0]
    assert table["per_million"].iat[0] == pytest.approx(2 / 7 * 1e6) and table["using"].tolist() == [2, 0]
    for wrong in ({"dates": ["2024-01-01"], "words": ["a"]}, {"dates": [""] * 4, "words": []}):
        with pytest.raises(ValueError):
            word_trend(texts, **wrong)
    with pytest.raises(ValueError, match="day, month, year"):
        word_trend(texts, [""] * 4, ["a"], period="week")


def test_permutations_are_enough_for_the_correction() -> None:
    """One word that no permutation beats can pass; a planted word in a large table gets a p small enough."""
    assert 3000 / (permutations_for(3000, 400) + 1) <= 0.05 and permutations_for(10, 400) == 999
    assert permutations_for(10**6, 40_000) < 10_000
    draw = np.random.default_rng(3)
    matrix = draw.poisson(1.0, size=(60, 400))
    matrix[:30, 0] += 4
    inside = np.arange(60) < 30
    p = permutation_p(sparse.csr_matrix(matrix), matrix.sum(axis=1).astype(float), inside, seed=1)
    assert p[0] * 400 < 0.06 and 0.2 < np.median(p[1:]) < 0.8 and p.min() > 0


def test_log_ratio_intervals_match_a_bootstrap() -> None:
    """The linearised interval is that of resampling articles; too few users, no interval."""
    draw = np.random.default_rng(5)
    matrix = draw.poisson(draw.gamma(2.0, 1.0, size=(240, 1)), size=(240, 3))
    matrix[:, 2] = 0
    matrix[:3, 2] = 1
    lengths, inside = matrix.sum(axis=1) + 50.0, np.arange(240) < 120

    def ratio(rows: np.ndarray) -> float:
        a, b = rows[rows < 120], rows[rows >= 120]
        return float(log_ratio(matrix[a, 0].sum(), matrix[b, 0].sum(), lengths[a].sum(), lengths[b].sum()))

    drawn = [ratio(np.r_[draw.integers(0, 120, 120), draw.integers(120, 240, 120)]) for _ in range(800)]
    estimate = ratio(np.arange(240))
    low, high = log_ratio_ends(sparse.csr_matrix(matrix), lengths, inside, np.full(3, estimate))
    assert (high[0] - low[0]) / (np.quantile(drawn, 0.975) - np.quantile(drawn, 0.025)) == pytest.approx(1, abs=0.15)
    assert math.isnan(low[2])
