"""Marks of lines: whatever a reader of metadata would find in a line, the line is marked for it; sound text is not repaired."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean import line_marks
from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.line_marks import find_marks
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.names import may_name
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.repair import codes_of, repair, unsound_places


def _marks(line: str) -> int:
    found = find_marks(Looks(read_pages([line])))
    return int(found[0]) if len(found) else 0


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Posted 5 May 1998", line_marks.YEAR), ("03/04/23", line_marks.YEAR), ("3.12.2021, 10:00", line_marks.NUMERIC),
        ("By Ann Other", line_marks.BYLINE), ("Ann Other, as told to Bo Lee", line_marks.BYLINE), ("Yesterday", line_marks.WHEN),
        ("The Wall – what the harbour says", line_marks.SLOGAN), ("(c) The Wall", line_marks.RIGHTS),
        ("Copyright The Wall", line_marks.RIGHTS), ("Follow The Wall", line_marks.CALL),
    ],
)  # fmt: skip
def test_a_line_is_marked_for_what_it_holds(line: str, mark: int) -> None:
    """One line for each mark; a line of other words has none."""
    assert _marks(line) & mark
    assert _marks("Harbour wall") == 0


@given(st.text("0123456789 ./-:,MayJunde٠٢", max_size=24).map(str.strip).filter(bool))
@settings(max_examples=300, deadline=None)
def test_no_full_date_goes_unmarked(line: str) -> None:
    """A date with its year stands only in marked lines: no other line is read for one."""
    if any(mention.year is not None for mention in find_dates(line)):
        assert _marks(line) & line_marks.YEAR


@given(st.sampled_from(["By", "by:", "Por", "Автор:", "Written by", "“Text:", "1. By", "Bypass"]), st.text(" .AnOther-é", max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_byline_goes_unmarked(opening: str, rest: str) -> None:
    """What may be a byline by its first letters is marked."""
    if may_name(f"{opening}{rest}"):
        assert _marks(f"{opening}{rest}") & line_marks.BYLINE


@given(st.text("ab \n’“”é&;\u00ad\u00a0\x85Ã©\r", max_size=30))
@settings(max_examples=300, deadline=None)
def test_what_is_sound_needs_no_repair(text: str) -> None:
    """Where no place is under suspicion, repair changes nothing."""
    if not len(unsound_places(codes_of(text))):
        assert repair(text)[0] == text
