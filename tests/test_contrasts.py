"""Outlets against each other: what differs is found, what does not is not, and what abstaining could explain is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import contrasts, frame_text, people_text, topic_text
from corpus_utils.analyse.contrasts import compare_outlets
from corpus_utils.stats import benjamini_hochberg


def units(means: dict[str, float], *, stories: int = 60, each: int = 4, seed: int = 1, spread: float = 0.3) -> pd.DataFrame:
    """Units of so many stories an outlet: a story has its own level, so its units resemble each other."""
    generator = np.random.default_rng(seed)
    rows = []
    for outlet, mean in means.items():
        for story in range(stories):
            level = mean + generator.normal(0, spread)
            name = f"{outlet}-{story:03}"
            rows += [
                {"outlet": outlet, "article_id": name, "family": name, "weight": 1.0, "value": level + generator.normal(0, spread)}
                for _ in range(each)
            ]
    return pd.DataFrame(rows)


def test_a_difference_is_found_with_its_size() -> None:
    """Half a unit apart, sixty stories each: tested, significant, the interval holds the truth."""
    table = compare_outlets(units({"A": 0.5, "B": 0.0})).set_index("outlet")
    assert table.loc["A", "q"] < 0.05 and table.loc["A", "difference_low"] < 0.5 < table.loc["A", "difference_high"]
    assert table.loc["A", "difference"] == pytest.approx(-table.loc["B", "difference"])
    assert table.loc["A", "effect"] > 0.8


def test_no_difference_is_seldom_found() -> None:
    """Of sixty corpora without any difference about one in twenty is called one, though sentences of a story resemble each other."""
    found = sum(compare_outlets(units({"A": 0.0, "B": 0.0}, seed=seed), draws=199)["p"].min() < 0.05 for seed in range(60))
    assert found <= 8


def test_few_stories_are_described_not_tested() -> None:
    """Under fifty stories there is no p; under five an outlet is not there; one outlet is no comparison."""
    few = compare_outlets(units({"A": 1.0, "B": 0.0}, stories=10))
    assert few["p"].isna().all() and few["difference_low"].notna().all()
    assert compare_outlets(units({"A": 1.0, "B": 0.0}, stories=4)).empty
    small = units({"tiny": 9.0}, stories=4)
    pd.testing.assert_frame_equal(compare_outlets(pd.concat([units({"A": 1.0, "B": 0.0}, stories=10), small])), few)
    assert compare_outlets(units({"A": 1.0})).empty and compare_outlets(units({"A": 1.0, "B": 0.0}), test=False)["p"].isna().all()


def test_a_sign_that_abstaining_turns_is_refused() -> None:
    """A's judged units say yes more often, but A abstained on most: counted no, the difference turns."""
    judged = {"A": [1.0] * 60 + [np.nan] * 240, "B": [1.0] * 90 + [0.0] * 210}
    rows = [
        {"outlet": outlet, "article_id": f"{outlet}{n // 5}", "family": f"{outlet}{n // 5}", "weight": 1.0, "value": value}
        for outlet, values in judged.items()
        for n, value in enumerate(values)
    ]
    table = pd.DataFrame(rows)
    table = compare_outlets(table.assign(abstained=table["value"].isna())).set_index("outlet")
    assert "no" in table.loc["A", "problem"] and np.isnan(table.loc["A", "difference"]) and np.isnan(table.loc["A", "p"])
    assert table.loc["A", "if_no"] < 0 < table.loc["A", "if_yes"] and table.loc["A", "abstained"] == 240


def test_shared_stories_show_what_is_left() -> None:
    """Outlets that print the same texts with the same tone do not differ in these, whatever else they choose."""
    shared = units({"A": 0.0}, stories=20)
    shared["family"] = "both " + shared["family"]
    copies = pd.concat([shared, shared.assign(outlet="B", article_id=shared["article_id"] + "b")], ignore_index=True)
    table = compare_outlets(pd.concat([copies, units({"A": 0.8, "B": 0.0})], ignore_index=True)).set_index("outlet")
    assert table.loc["A", "shared"] == pytest.approx(0) and table.loc["A", "shared_families"] >= 20
    assert table.loc["A", "difference"] > 0.3


def test_copies_count_once() -> None:
    """One article of a family; one in each outlet where outlets answer for what they print."""
    articles = make_articles(
        {"outlet": "A", "family": "x"}, {"outlet": "A", "family": "x", "family_role": "copy"},
        {"outlet": "B", "family": "x", "family_role": "copy"}, {"outlet": "", "family": "y"},
    )  # fmt: skip
    assert contrasts.once(articles)["family"].tolist() == ["x", "y"]
    assert contrasts.per_outlet(articles)["outlet"].tolist() == ["A", "B"]


def test_everything_looked_at_is_corrected_together() -> None:
    """q over two tables is that of one table of both."""
    tables = [compare_outlets(units({"A": gap, "B": 0.0, "C": 0.0}, seed=3), draws=199) for gap in (0.1, 0.2)]
    together = contrasts.corrected(tables)
    every = benjamini_hochberg(pd.concat(tables)["p"])
    assert np.allclose(pd.concat(together)["q"], every) and not np.isnan(every).any()
    assert [len(table) for table in together] == [3, 3] and contrasts.corrected([]) == []


def test_the_same_units_give_the_same_numbers() -> None:
    """Order of rows and repetition change nothing."""
    table = units({"A": 0.2, "B": 0.0, "C": 0.1})
    first, again = compare_outlets(table, draws=199), compare_outlets(table.sample(frac=1, random_state=1), draws=199)
    pd.testing.assert_frame_equal(first, again)


def test_many_stories_are_computed_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The normal limits give what drawing gives, to a few hundredths."""
    table = units({"A": 0.06, "B": 0.0, "C": 0.0}, stories=150)
    drawn = compare_outlets(table)
    monkeypatch.setattr(contrasts.stats, "LARGE", 10)
    computed = compare_outlets(table)
    for name in ("low", "high", "difference_low", "difference_high", "p"):
        assert np.allclose(drawn[name], computed[name], atol=0.03), name
    assert drawn["difference"].equals(computed["difference"])


def test_stories_of_one_event_are_told_as_dependent() -> None:
    """The method texts of reports 02 to 04 say the same sentence about it."""
    assert all(contrasts.SAME_EVENTS in module.METHOD for module in (topic_text, people_text, frame_text))


def test_a_missing_column_is_named() -> None:
    """The error says which."""
    with pytest.raises(ValueError, match="family"):
        compare_outlets(units({"A": 0.0}).drop(columns="family"))
