"""Helpers on text: tables of (input, output), and properties where every input must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import text

HIDDEN = "a\u202eb\u200bc\x00d\ue000\U000e0041"


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("<b>\"x\" & 'y'</b>", "&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;&lt;/b&gt;"),
        ("safe\u202e<txt", "safe&lt;txt"),
        ("", ""),
    ],
)
def test_escape_html(given_text: str, wanted: str) -> None:
    """Markup becomes text and reordering marks vanish."""
    assert text.escape_html(given_text) == wanted


def test_strip_controls_keeps_lines_and_visible_text() -> None:
    """Invisible characters go; tab, line ends, letters and private use signs stay."""
    assert text.strip_controls(HIDDEN) == "abcd\ue000"
    assert text.strip_controls("a\tb\r\nc\x1b") == "a\tb\r\nc"
    assert text.strip_controls("a\tb\r\nc", keep_lines=False) == "a b c"
    assert text.strip_controls("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Nicolás  Maduro", "nicolas maduro"),
        ("don’t", "don't"),
        ("«да»", '"да"'),
        ("Straße", "STRASSE"),
        ("ﬁn", "fin"),
        ("co\u00adoperate", "cooperate"),
        ("semi–final", "semi-final"),
    ],
)
def test_fold_makes_spellings_alike(left: str, right: str) -> None:
    """Case, accents, marks, ligatures, soft hyphens and dashes do not tell two spellings apart."""
    assert text.fold(left) == text.fold(right)


def test_tokens_carry_offsets() -> None:
    """Every token stands where it says."""
    line = "The U.S.-based man’s 2.5 km, Iñaki!"
    found = text.tokens(line)
    assert [token.text for token in found] == ["The", "U", "S", "based", "man’s", "2", "5", "km", "Iñaki"]
    assert all(line[token.start : token.end] == token.text for token in found)
    assert text.words("Man’s CO-OP") == ["man's", "co-op"]


def test_terminal_safe_strips_escape_sequences() -> None:
    """A headline cannot recolour, retitle or clear the terminal."""
    assert text.terminal_safe("\x1b[31mred\x1b[0m \x1b]0;title\x07news\nline") == "red news line"
    assert text.terminal_safe("one two three four", width=10) == "one two…"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("=1+1", "'=1+1"), (" =cmd", "' =cmd"), ("-5 degrees", "'-5 degrees"), ("@x", "'@x"), ("plain", "plain"), (-5, -5), ("", "")],
)
def test_csv_safe_prefixes_formulas(cell: object, wanted: object) -> None:
    """Text that a spreadsheet would run gets an apostrophe; numbers stay numbers."""
    assert text.csv_safe(cell) == wanted


def test_excerpt_cuts_at_blanks_and_around_a_place() -> None:
    """An excerpt is short, marks its cuts and contains the place asked for."""
    line = "one two three four five six seven eight nine ten"
    assert text.excerpt(line, length=12) == "one two…"
    assert text.excerpt("short", length=12) == "short"
    assert "six" in text.excerpt(line, length=16, around=line.index("six"))


@given(st.text(), st.integers(0, 40), st.integers(0, 40))
def test_excerpt_never_exceeds_its_length(line: str, length: int, around: int) -> None:
    """Whatever the text, the excerpt fits."""
    assert len(text.excerpt(line, length=length, around=around)) <= length


@given(st.text())
def test_helpers_are_idempotent_and_total(line: str) -> None:
    """Cleaning twice changes nothing more, and nothing raises."""
    for helper in (text.strip_controls, text.fold_space, text.terminal_safe):
        assert helper(helper(line)) == helper(line)
    once = text.csv_safe(line)
    assert text.csv_safe(once) == once
    assert all(line[token.start : token.end] == token.text for token in text.tokens(line))
