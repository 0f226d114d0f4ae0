"""Lines that recur: counted in bounded memory, the same however the corpus is cut."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean import recurring
from corpus_utils.clean.recurring import LineSummary, merge, summarise_lines

FOOTER = "Ring us on 555 0100 with a tip"


def _corpus(number: int) -> tuple[list[str], list[str]]:
    texts = [
        f"Headline number {i} of its own\n\nA paragraph that only document {'x' * i} has.\n{FOOTER if i % 2 else 'See you'}"
        for i in range(number)
    ]
    return texts, ["North Post" if i % 2 else "South Post" for i in range(number)]


def test_lines_of_an_outlet_are_told_from_lines_of_articles() -> None:
    """A line in most documents of one outlet is boilerplate there, and seen from the whole corpus too."""
    summary = summarise_lines(*_corpus(20))
    north, south, whole = (summary.lines_of(group) for group in ("North Post", "South Post", ""))
    assert north.is_boilerplate(FOOTER) and not south.is_boilerplate(FOOTER) and whole.is_boilerplate(FOOTER)
    assert north.share(FOOTER) == 1.0 and south.documents(FOOTER) == 0 and whole.documents(FOOTER) == 10
    assert not whole.is_boilerplate("A paragraph that only document xxx has.")


def test_digits_blanks_and_case_do_not_make_another_line() -> None:
    """ "3 min read" and "12 MIN  READ" are one line."""
    summary = summarise_lines(["3 min read", "12 MIN  READ", " 5 min read "])
    assert summary.lines_of().documents("7 min read") == 3


def test_a_line_counts_once_per_document() -> None:
    """Repetition inside one document is no evidence, and few documents are none either."""
    summary = summarise_lines(["again\nagain\nagain\nagain"])
    assert summary.lines_of().documents("again") == 1
    assert not summary.lines_of().is_boilerplate("again")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4).map("\n".join), max_size=9), st.integers(0, 9))
def test_merging_parts_is_counting_the_whole(texts: list[str], cut: int) -> None:
    """Any cut of the corpus gives the same summary."""
    groups = [f"g{len(text) % 2}" for text in texts]
    parts = [summarise_lines(texts[:cut], groups[:cut]), summarise_lines(texts[cut:], groups[cut:])]
    assert merge(parts).to_json() == summarise_lines(texts, groups).to_json()


def test_beyond_the_limit_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more lines than the limit the counts move into a sketch: bounded, mergeable in any order, never too low."""
    monkeypatch.setattr(recurring, "LIMIT", 50)
    monkeypatch.setattr(recurring, "WIDTH", 1 << 10)
    texts, groups = _corpus(60)
    whole = summarise_lines(texts, groups)
    assert whole.sketch is not None and not whole.counts
    cuts = [summarise_lines(texts[i::4], groups[i::4]) for i in range(4)]
    random.Random(1).shuffle(cuts)
    assert merge(cuts).to_json() == whole.to_json()
    assert whole.lookup(FOOTER, "North Post") >= 30
    assert whole.lines_of("North Post").is_boilerplate(FOOTER)
    assert not whole.lines_of("North Post").is_boilerplate("A line that never was")


def test_a_summary_survives_storage() -> None:
    """What is written as JSON reads back the same."""
    summary = summarise_lines(*_corpus(5))
    assert LineSummary.from_json(summary.to_json()).to_json() == summary.to_json()
