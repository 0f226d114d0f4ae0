"""Marks of lines: whatever a reader of metadata would find in a line, the line is marked for it; sound text is not repaired."""

from __future__ import annotations

import re

import numpy as np
import pytest
from ftfy.badness import is_bad
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean import date_marks, line_marks
from corpus_utils.clean import repair as repair_module
from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.hashing import are_among
from corpus_utils.clean.line_marks import find_marks
from corpus_utils.clean.lines import split_lines
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.names import may_name
from corpus_utils.clean.pages import Words, hash_words, read_pages
from corpus_utils.clean.repair import codes_of, repair, unsound_places


def _marks(line: str) -> int:
    found = find_marks(Looks(read_pages([line])))
    return int(found[0]) if len(found) else 0


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Posted 5 May 1998", date_marks.FULL_DATE), ("03/04/23", date_marks.YEAR), ("3.12.2021, 10:00", date_marks.NUMERIC),
        ("By Ann Other", line_marks.BYLINE), ("Ann Other, as told to Bo Lee", line_marks.BYLINE), ("Yesterday", line_marks.WHEN),
        ("The Wall – what the harbour says", line_marks.SLOGAN), ("(c) The Wall", line_marks.RIGHTS),
        ("Copyright The Wall", line_marks.RIGHTS), ("Follow The Wall", line_marks.CALL),
    ],
)  # fmt: skip
def test_a_line_is_marked_for_what_it_holds(line: str, mark: int) -> None:
    """One line for each mark; a line of other words has none."""
    assert _marks(line) & mark
    assert _marks("Harbour wall") == 0


@given(st.text("0123456789 ./-:,MayJundeéфевр年月日٠٢", max_size=24).map(str.strip).filter(bool))
@settings(max_examples=300, deadline=None)
def test_no_full_date_goes_unmarked(line: str) -> None:
    """A date with its year stands only in marked lines: no other line is read for one."""
    if any(mention.year is not None for mention in find_dates(line)):
        assert _marks(line) & date_marks.YEAR
        assert _marks(line) & date_marks.FULL_DATE


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


def test_characters_alone_between_ascii_are_sound() -> None:
    """What the judgement of single characters rests on: ftfy finds fault with none of them, beside whatever of ASCII, but those listed."""
    listed = re.compile(f"[{repair_module._BAD_ALONE}]")
    around = [(before, after) for before in ("", "a", "A", "0", ".", " ", "a ", "?") for after in ("", "a", "A", "0", "-", ".", " ")]
    for first in range(0x80, 0x10000, 64):
        chars = [char for char in map(chr, range(first, first + 64)) if not listed.match(char) and not 0xD800 <= ord(char) < 0xE000]
        text = "\n".join(f"{before}{char}{after}" for char in chars for before, after in around)
        assert not is_bad(text), [char for char in chars if is_bad("\n".join(f"{a}{char}{b}" for a, b in around))]


def test_lines_are_found_as_line_ends_tell() -> None:
    """White space at the ends of a document, two documents one after the other, and foreign line ends: every visible line, and no other."""
    texts = ["", "  one  \n\n two\r\n\tthree\x0b ", " ", "four\r", "\n\nfive", "six\u2028\xa0", "\r\n"]
    pages_read = read_pages(texts)
    assert [pages_read.string(line) for line in range(len(pages_read))] == ["one", "two", "three", "four", "five", "six"]
    assert pages_read.document.tolist() == [1, 1, 1, 3, 4, 5]
    assert pages_read.above.tolist() == [0, 1, 0, 0, 2, 0]
    for text, low, high in zip(
        [texts[d] for d in pages_read.document], pages_read.low - pages_read.offset[pages_read.document],
        pages_read.high - pages_read.offset[pages_read.document], strict=True,
    ):  # fmt: skip
        assert len([line for line in split_lines(text[low:high]) if line.text.strip()]) == 1


@given(st.lists(st.integers(0, 300), max_size=40), st.lists(st.integers(0, 300), max_size=40), st.sampled_from([np.uint32, np.uint64]))
@settings(max_examples=100, deadline=None)
def test_numbers_among_others_are_found(keys: list[int], known: list[int], kind: type) -> None:
    """The quick look tells the same as a set."""
    spread = np.array(keys, dtype=kind) * kind(2654435761), np.array(known, dtype=kind) * kind(2654435761)
    assert are_among(*spread).tolist() == [key in set(known) for key in keys]


@given(st.lists(st.integers(0, 4000)), st.sets(st.integers(0, 4000), min_size=1))
@settings(max_examples=40, deadline=None)
def test_words_are_known_by_one_look(asked: list[int], known: set[int]) -> None:
    """Of many words exactly the listed ones are found, also where a list is long enough for two of them to end in the same bits."""

    def spelt(numbers: list[int]) -> list[str]:
        return ["w" + "".join(chr(ord("a") + int(digit)) for digit in str(number)) for number in numbers]

    words = Words(spelt(sorted(known)))
    assert words.among(hash_words(spelt(asked))).tolist() == [number in known for number in asked]


@given(st.text("aвГРСЂў„“”«»’—Ãé©€œ \x85\xa0ßШжΒΞ™", max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_ftfy_finds_fault_with_is_shown_to_it(text: str) -> None:
    """The quick look before ftfy lets every text through that ftfy calls bad."""
    if is_bad(text):
        assert repair_module._may_be_bad().search(text)


def test_cyrillic_letters_beside_each_other_are_sound() -> None:
    """What the quick look passes over in Russian: no pair of letters is at fault by itself."""
    letters = [chr(code) for code in range(ord("А"), ord("я") + 1)]
    assert not is_bad("\n".join(f"a{one}{two}a {one}{two} " for one in letters for two in letters))


@pytest.mark.parametrize(
    "line", ["7" * 5000, "1,234 " * 3000, '"' * 600 + "." * 600, "A" * 20_000 + ", 5.", "Plain text, 7 words “here”. Yes!"]
)
def test_characters_are_counted_exactly_in_lines_of_any_length(line: str) -> None:
    """Beside other lines, whose counts a line of thousands of digits or dots leaves alone."""
    pages = read_pages([f"One, two.\n{line}\n9 more"])
    upper, digits, _, commas, quotes, stops = pages.class_counts
    told = [[count.tolist()[row] for count in (upper, digits, commas, stops)] for row in range(3)]
    exact = [[sum(map(str.isupper, text)), sum(map(str.isdigit, text)), text.count(","), text.count(".") + text.count("!")]
             for text in ("One, two.", line, "9 more")]  # fmt: skip
    assert told == exact
    assert quotes[1] == sum(text in '"“”' for text in line)
