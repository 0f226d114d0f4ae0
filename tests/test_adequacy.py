"""The gate refuses what the corpus cannot carry, and says how much would be enough."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import adequacy


def corpus(**counts: int) -> pd.DataFrame:
    """Articles by outlet, one every other day from 1 January 2024; `none` for those without an outlet."""
    rows = []
    for outlet, count in counts.items():
        for number in range(count):
            day = (pd.Timestamp("2024-01-01") + pd.Timedelta(days=number * 2)).date().isoformat()
            rows.append(
                {
                    "document_id": f"{outlet}{number:04}",
                    "outlet": "" if outlet == "none" else outlet,
                    "date_earliest": day,
                    "date_latest": day,
                }
            )
    return make_articles(*rows)


@pytest.mark.parametrize(
    ("counts", "analysis", "verdict"),
    [
        ({"none": 10}, "tone", "description"),
        ({"none": 30}, "tone", "inference"),
        ({"none": 99}, "topics", "refused"),
        ({"none": 100}, "topics", "inference"),
        ({"a": 60}, "compare outlets", "refused"),
        ({"a": 60, "b": 4, "c": 4}, "compare outlets", "refused"),
        ({"a": 60, "b": 5, "c": 4}, "compare outlets", "description"),
        ({"a": 60, "b": 40}, "compare outlets", "description"),
        ({"a": 60, "b": 50}, "compare outlets", "inference"),
        ({"a": 60, "b": 50, "none": 60}, "compare outlets", "description"),
        ({"a": 20}, "trend", "refused"),
        ({"a": 100}, "trend", "inference"),
    ],
)
def test_verdicts(counts: dict[str, int], analysis: str, verdict: str) -> None:
    """Each threshold from both sides."""
    assert adequacy.verdict(adequacy.gate(corpus(**counts)), analysis) == verdict


def test_small_outlets_are_counted_not_shown() -> None:
    """Under five stories, copies once, an outlet loses its name; how many do is said."""
    articles = corpus(a=5, b=4, c=1, none=2)
    assert adequacy.small_outlets(articles) == ["b", "c"] and adequacy.small_outlets(articles.assign(family="x")) == ["a", "b", "c"]
    assert adequacy.left_out_words(articles) == "2 outlets with fewer than 5 stories each are left out of comparisons"
    assert adequacy.left_out_words(corpus(a=5, b=1)).startswith("1 outlet with fewer than 5 stories is") and not adequacy.left_out_words(
        corpus(a=5)
    )
    assert adequacy.small_together(articles, articles)["outlet"].value_counts().to_dict() == {"a": 5, adequacy.SMALL: 5, "": 2}


def test_an_empty_corpus_is_refused_everywhere() -> None:
    """No articles: nothing to describe, in every analysis."""
    assert set(adequacy.gate(make_articles())["verdict"]) == {"refused"}


def test_copies_count_once() -> None:
    """Forty copies of one story are one story."""
    table = corpus(none=40).assign(family="x")
    assert adequacy.verdict(adequacy.gate(table), "describe") == "description"


def test_unknown_analyses_are_named() -> None:
    """The error lists what can be asked."""
    with pytest.raises(ValueError, match="describe, tone"):
        adequacy.verdict(adequacy.gate(corpus(a=1)), "mood")
