"""The multiverse: every combination once, the deciding choice found, refusals kept, and the figure says what the table says."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.analyse.multiverse import declared, hedge, in_words, multiverse_findings, run_multiverse, summarise_multiverse
from corpus_utils.plot import plot_multiverse
from corpus_utils.project import CHOICES, Project, ProjectError, load_project
from corpus_utils.stats import Interval

CHOSEN = {"cleaning": ("cleaned", "as found"), "lexicon": ("a", "b", "c")}


def effect(*, cleaning: str, lexicon: str) -> float:
    """The lexicon moves the number most; one combination turns its sign."""
    return 0.1 + {"a": 0.0, "b": 0.3, "c": -0.05}[lexicon] - (0.1 if cleaning == "as found" else 0.0)


def test_every_combination_once() -> None:
    """The first row is the main analysis, all others follow in declared order, with their options."""
    table = run_multiverse(CHOSEN, effect)
    assert list(zip(table["cleaning"], table["lexicon"])) == list(product(*CHOSEN.values()))
    assert table["main"].tolist() == [True] + [False] * 5 and table["estimate"].iat[0] == pytest.approx(0.1)


def test_the_summary_by_hand() -> None:
    """Range, share of the same sign, and the choice that decides with its means."""
    told = summarise_multiverse(run_multiverse(CHOSEN, effect))
    assert (told.low, told.high) == (pytest.approx(-0.05), pytest.approx(0.4))
    assert told.same_sign == pytest.approx(4 / 6)  # 0.1 0.4 0.05 against 0.0 0.3 -0.05
    assert told.decides == "lexicon" and dict(told.options)["b"] == pytest.approx(0.35)
    text = in_words(told, "the difference", form="signed")
    assert "keeps its direction in 4 of 6" in text and "the lexicon" in text and "“b”" in text


def test_a_refused_universe_is_a_result() -> None:
    """ValueError becomes the row's problem and is counted; another error is a bug and is raised."""

    def fragile(*, cleaning: str, lexicon: str) -> Interval:
        if lexicon == "b":
            raise ValueError("too few stories")
        return Interval(0.2, 0.1, 0.3, 9, 9)

    table = run_multiverse(CHOSEN, fragile)
    assert table["problem"].tolist().count("too few stories") == 2
    told = summarise_multiverse(table)
    assert (told.estimated, told.same_sign, told.decides) == (4, 1.0, "")
    assert "cannot be computed in 2" in in_words(told, "it") and "None of the choices moves it" in in_words(told, "it")
    with pytest.raises(ZeroDivisionError):
        run_multiverse({"x": (1,)}, lambda x: x / 0)


def test_nothing_to_show_is_said() -> None:
    """No number at all, or one universe only: a sentence and no picture."""
    none = run_multiverse({"lexicon": ("a", "b")}, lambda lexicon: math.nan)
    assert "none of the 2" in in_words(summarise_multiverse(none), "it") and not multiverse_findings(summarise_multiverse(none), "it")
    assert not plot_multiverse(none, name="m", caption="c").svg
    same = run_multiverse({"lexicon": ("a", "b")}, lambda lexicon: 0.5)
    assert "all 2 combinations" in plot_multiverse(same, name="m", caption="c").caption
    close = summarise_multiverse(run_multiverse({"lexicon": ("a", "b")}, lambda lexicon: 0.611 + 0.001 * (lexicon == "b")))
    assert in_words(close, "it", form="share").endswith("it is 61% throughout, but for less than is printed.")
    one = summarise_multiverse(run_multiverse({"lexicon": ("a",)}, lambda lexicon: 1.0))
    assert "Only one set" in in_words(one, "it")
    with pytest.raises(ValueError, match="no options"):
        run_multiverse({"k": ()}, lambda k: 1.0)


def test_universes_that_are_one_are_told_as_one() -> None:
    """Without copies two ways of counting them are one analysis, and the same coder under two names is one coder; a sign counts once."""
    signs = {"cleaned": 0.2, "as found": -0.1}
    choices = {"dedup": ("once", "each"), "cleaning": ("cleaned", "as found"), "coder": ("all", "trained", "all again")}
    table = run_multiverse(choices, lambda dedup, cleaning, coder: signs[cleaning] + (0.05 if coder == "trained" else 0.0))
    told = summarise_multiverse(table)
    assert (told.universes, told.estimated, told.distinct, told.same_sign) == (12, 12, 4, 0.5)
    assert "12 combinations" in in_words(told, "it") and "of which 4 give different numbers" in in_words(told, "it")
    assert "in 2 of 4 that differ" in in_words(told, "it") and multiverse_findings(told, "it")[0]["n_units"] == 4
    once = summarise_multiverse(run_multiverse({"dedup": ("once", "each")}, lambda dedup: 0.5))
    assert (once.distinct, once.same_sign) == (1, 1.0) and "is 0.50 throughout" in in_words(once, "it")


def test_a_choice_beyond_the_interval_is_told_beneath_the_answer() -> None:
    """Only where a number lies outside of the main analysis's interval, and where that has one."""

    def under(other: float, low: float = 0.1) -> str:
        main = Interval(0.2, low, 0.3, 9, 9)
        table = run_multiverse({"cleaning": ("cleaned", "as found")}, lambda cleaning: main if cleaning == "cleaned" else other)
        return hedge(summarise_multiverse(table), "the lead", form="share")

    assert under(0.4) == (
        "A choice moves this more than the interval says: the lead is 20% with an interval from 10% to 30%, but 40% with “as found”."
    )
    assert not under(0.29) and not under(0.4, math.nan) and not under(0.2) and not under(math.nan)


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=2, max_size=6))
def test_the_range_holds_every_estimate(values: list[float]) -> None:
    """Whatever the numbers, all lie in the range and the share is one."""
    told = summarise_multiverse(run_multiverse({"n": range(len(values))}, lambda n: values[n]))
    assert told.low == min(values) and told.high == max(values) and 0 < told.same_sign <= 1


def test_the_figure_tells_the_ends_and_the_main_one() -> None:
    """Alt text names the range, the options at both ends and the main analysis; constant choices are left out; hostile names escaped."""
    table = run_multiverse({**CHOSEN, "dedup": ("<b>once</b>",)}, lambda dedup, **rest: effect(**rest))
    figure = plot_multiverse(table, name="m", caption="What it hangs on.", form="signed", reference=(0.0, "none"), axis="difference")
    assert "6 combinations of cleaning, lexicon" in figure.alt and "+0.40" in figure.alt and "+0.10" in figure.alt
    assert figure.svg.count("main analysis") == 1 and "<b>once" not in figure.svg


def test_findings_of_a_multiverse() -> None:
    """Three rows, linked by stable ids."""
    rows = multiverse_findings(summarise_multiverse(run_multiverse(CHOSEN, effect)), "the difference")
    assert [row["id"] for row in rows] == ["multiverse-lowest", "multiverse-highest", "multiverse-same-direction"]


def test_choices_are_declared_in_corpus_toml(tmp_path) -> None:
    """Declared options replace ours, undeclared ones stay, unknown ones are errors that name those there are."""
    config = tmp_path / "corpus.toml"
    config.write_text('[corpus]\nsources = ["a"]\n[measures]\nlexicon = ["lexicon2"]\nk = [4, 9]\n')
    project = load_project(tmp_path)
    assert declared(project, "lexicon", "k", "dedup") == {"lexicon": ("lexicon2",), "k": (4, 9), "dedup": CHOICES["dedup"]}
    with pytest.raises(ValueError, match="there are: cleaning"):
        declared(Project(root=tmp_path, sources=()), "colour")
    for line, message in (('dedup = ["twice"]', "there are: once, each"), ("k = [1]", "at least 2"), ("cleaning = []", "at least one")):
        config.write_text(f'[corpus]\nsources = ["a"]\n[measures]\n{line}\n')
        with pytest.raises(ProjectError, match=message):
            load_project(tmp_path)
