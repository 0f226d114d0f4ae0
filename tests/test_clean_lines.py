"""Lines and pieces: nothing of a text is lost by cutting it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.clean.lines import Line, Piece, check_tiling, split_lines
from corpus_utils.clean.wrapping import join_wrapped, wrapped_lines

WRAPPED = (
    "The council of the small town voted on Tuesday to\nkeep the old bridge open for another two years and\n"
    "asked the region for money to repair it before the\nwinter sets in.\n\n"
    "Engineers had warned in spring that the supports of\nthe bridge would not carry lorries for much longer,\n"
    "and that the river has washed away part of the bank\nsince then.\n"
)
LIST = "Home\nNews\nSport\nWeather\nTravel\nCulture\nOpinion\nShop\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one", ["one"]),
        ("one\n", ["one"]),
        ("one\r\ntwo\rthree\u2028four", ["one", "two", "three", "four"]),
        ("\n\nx", ["", "", "x"]),
        ("wait\x85 for it", ["wait\x85 for it"]),
    ],
)
def test_lines_are_cut_at_line_ends_only(text: str, lines: list[str]) -> None:
    """Every kind of line end cuts; the control character that mis-decoding makes of an ellipsis does not."""
    assert [line.text for line in split_lines(text)] == lines


@given(st.text(alphabet=st.sampled_from("ab \n\r\t\x0c\u2028é😀"), max_size=60))
def test_lines_tile_the_text(text: str) -> None:
    """Put together again, the lines are the text."""
    lines = split_lines(text)
    assert "".join(text[line.start : line.end] for line in lines) == text
    assert all(text[line.start : line.start + len(line.text)] == line.text for line in lines)


def test_gaps_and_overlaps_are_reported() -> None:
    """Pieces that leave something out, or say it twice, are an error."""
    a, b = Piece(0, 2, "body", "r", 1.0), Piece(3, 4, "body", "r", 1.0)
    for length, pieces in ((4, [a, b]), (3, [a]), (2, [a, a]), (0, [a])):
        with pytest.raises(ValueError, match="pieces"):
            check_tiling(length, pieces)
    check_tiling(2, [a])


def test_hard_wrapped_paragraphs_are_recognised() -> None:
    """Breaks that the width explains join lines; a menu, whose breaks it does not explain, is left alone."""
    assert wrapped_lines(split_lines(WRAPPED)) == {0, 1, 2, 5, 6, 7}
    assert wrapped_lines(split_lines(LIST)) == set()
    joined = join_wrapped(WRAPPED, split_lines(WRAPPED))
    assert [line.text.split()[0] for line in joined if line.text] == ["The", "Engineers"]
    assert "".join(WRAPPED[line.start : line.end] for line in joined) == WRAPPED


@given(st.lists(st.text(alphabet="ab .", max_size=50), max_size=12))
def test_joining_keeps_the_tiling(parts: list[str]) -> None:
    """Whatever is joined, the lines still tile the text."""
    text = "\n".join(parts)
    joined: list[Line] = join_wrapped(text, split_lines(text))
    assert "".join(text[line.start : line.end] for line in joined) == text
