"""Lines in title case, found for many texts at once."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate.title_lines import _kinds, title_case, title_lines

WORDS = st.sampled_from(
    ["Harbour", "harbour", "Plan", "plan", "of", "A", "42nd", "Ölpreis", "ölpreis", "Порт", "порт", "\u2003", "😀x", "end."]
)
LINES = st.lists(WORDS, max_size=9).map(" ".join)
TEXTS = st.lists(st.lists(LINES, max_size=6).map("\n".join), max_size=5)


@given(TEXTS)
def test_lines_in_title_case_are_those_found_one_by_one(texts: list[str]) -> None:
    """Counting words in arrays finds what looking at each line finds."""
    wanted: dict[int, list[tuple[int, int]]] = {}
    for number, text in enumerate(texts):
        start = 0
        for line in text.split("\n"):
            if 13 <= len(line) <= 301 and line[-1] not in '.!?…:;,"”»' and title_case(line):
                wanted.setdefault(number, []).append((start, start + len(line)))
            start += len(line) + 1
    assert title_lines(texts) == wanted


def test_letters_are_told_as_strings_tell_them() -> None:
    """Blanks, letters and capitals of every script, code point by code point."""
    chars = [chr(point) for point in range(0, sys.maxunicode + 1, 7)]
    assert _kinds()[::7].tolist() == [char.isspace() + 2 * char.isalpha() + 4 * char.isupper() for char in chars]


def test_a_heading_is_found_and_a_sentence_is_not() -> None:
    """Offsets are into the text; small words do not count."""
    text = "The council met on Friday to vote\nMinister Rejects Plan for New Harbour\nCouncil Backs New Harbour Plan."
    assert title_lines(["", text]) == {1: [(34, 71)]}
