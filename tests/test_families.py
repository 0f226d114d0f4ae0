"""Copies are found and counted once; nothing is removed."""

from __future__ import annotations

from conftest import make_articles

from corpus_utils.families import mark_families

LONG = "The council met on the bridge and agreed that the toll would rise next spring, which nobody in the valley had asked for at all."


def test_the_earliest_copy_is_the_original() -> None:
    """Case, punctuation and quotation marks do not make a new story; the earliest date leads."""
    table = mark_families(
        make_articles(
            {"text": LONG.upper(), "date_latest": "2024-02-02"},
            {"text": LONG, "date_latest": "2024-02-01"},
            {"text": LONG + " Or had they?"},
        )
    )
    assert table["family"].tolist() == ["d001#1", "d001#1", "d002#1"]
    assert table["family_role"].tolist() == ["copy", "original", "original"]
    assert table["flags"].tolist() == [["duplicate"], [], []]


def test_short_texts_are_nobody_s_copy() -> None:
    """Two empty articles, or two one-line notices, agree by chance."""
    table = mark_families(make_articles({"text": ""}, {"text": ""}, {"text": "No news."}, {"text": "No news."}))
    assert table["family"].nunique() == 4


def test_marking_twice_changes_nothing() -> None:
    """The step is idempotent."""
    once = mark_families(make_articles({"text": LONG}, {"text": LONG}))
    assert once.equals(mark_families(once))
