"""Findings are complete rows with anchors that cannot collide."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.analyse.findings import anchor, finding, findings_table, quoted, slug
from corpus_utils.stats import Interval
from corpus_utils.text import fold_space


@pytest.mark.parametrize(
    ("text", "expected"), [("Coder 1: Ann", "coder-1-ann"), ("  A & b ", "a-b"), ("x_1", "x-1"), ("Вера", "x2b48df58")]
)
def test_names_of_files_are_plain(text: str, expected: str) -> None:
    """Letters, digits and hyphens only."""
    assert slug(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("tone-direct", "tone-direct"), ("outlet-Daily Mail", "outlet-daily.mail"), ("x_1", "x_1")])
def test_anchors_are_readable(text: str, expected: str) -> None:
    """What needs no checksum has none."""
    assert anchor(text) == expected


@given(st.text("aB1é -_.:&ß", max_size=8), st.text("aB1é -_.:&ß", max_size=8))
def test_anchors_tell_texts_apart(one: str, other: str) -> None:
    """Two outlets or cues that differ by a hyphen, a dot or an accent are two findings; blanks at the ends and case are no difference."""
    same = fold_space(one).casefold() == fold_space(other).casefold()
    assert (anchor(one) == anchor(other)) is same
    assert re.fullmatch(r"[a-z0-9._-]+", anchor(one))


def test_anchors_of_other_scripts_stay_apart() -> None:
    """Two Cyrillic names are two anchors."""
    assert anchor("Правда") != anchor("Известия")
    assert anchor("Правда").isascii() and anchor("")


def test_anchors_of_words_that_differ_by_an_accent_stay_apart() -> None:
    """Two spellings are two findings, not a report that fails."""
    assert anchor("cue-economic-economía") != anchor("cue-economic-economia") == "cue-economic-economia"


def test_an_interval_fills_its_row() -> None:
    """Ends and unit counts come from the interval; without ends there is no interval kind."""
    row = finding("a", Interval(0.5, 0.4, 0.6, 7, 90), interval_kind="among these")
    assert (row["low"], row["high"], row["n_units"], row["interval_kind"]) == (0.4, 0.6, 90, "among these")
    bare = finding("b", Interval(0.5, math.nan, math.nan, 2, 3), interval_kind="among these")
    assert bare["interval_kind"] == ""


def test_two_findings_may_not_share_an_anchor() -> None:
    """A number that two rows answer to is linked to neither."""
    with pytest.raises(ValueError, match="two findings of r are called 'a'"):
        findings_table("r", [finding("a", 1), finding("A", 2)])


def test_evidence_is_capped_at_five() -> None:
    """Five sentences show a number; the rest is in the tables."""
    table = findings_table("r", [finding("a", 1, evidence=[f"s{i}" for i in range(9)])])
    assert len(table["evidence"].iat[0]) == 5


def test_corpus_text_cannot_pose_as_a_number() -> None:
    """Braces in a quoted wording are no placeholder of an answer."""
    from corpus_utils.report.blocks import answer

    assert answer(f"The wording {quoted('{stories}')} stands.", []).text == "The wording “(stories)” stands."
