"""Codebooks: what is shipped is complete, and a mistake in the user's own file is named with its line and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.annotate.codebook import CodebookError, Slot, compile_pattern, list_codebooks, load_codebook, parse_codebook

GOOD = """\
scheme: mine
title: My frames
frames:
  - name: water
    definition: Who gets the water.
    cues:
      en:
        - why: water named
          weight: 0.9
          patterns: [water(|s), river bank]
"""


def test_the_generic_scheme_is_complete() -> None:
    """Six frames, each with a definition, questions, an example, a counter-example, a source and English cues."""
    book = load_codebook("generic")
    assert book.names == ("conflict", "human_interest", "economic", "morality", "responsibility", "resolution")
    for frame in book.frames:
        assert frame.definition and frame.source and frame.items
        assert frame.examples["en"] and frame.counter_examples["en"]
        assert frame.cues["en"]
    assert set(book.languages) == {"de", "en", "es", "fr", "pt", "ru"}


def test_what_is_shipped() -> None:
    """The generic frames, Entman's elements, the roles of narrative analysis, and fourteen policy frames with Other."""
    assert list_codebooks() == ["elements", "generic", "policy", "roles"]
    assert load_codebook("elements").names == ("problem", "cause", "judgement", "remedy")
    assert load_codebook("roles").names == ("hero", "villain", "victim")
    policy = load_codebook("policy")
    assert len(policy.names) == 15 and [frame.name for frame in policy.frames if frame.residual] == ["other"]


@pytest.mark.parametrize("name", list_codebooks())
def test_every_shipped_codebook_loads(name: str) -> None:
    """Each shipped file is valid, states its source, and gives a reason for every group of cues."""
    book = load_codebook(name)
    assert book.source and book.frames
    for one in book.frames:
        assert one.definition and one.source and one.items and one.counter_examples["en"]
        assert one.residual or (one.examples["en"] and one.cues["en"])
    assert all(group.why and group.patterns for frame in book.frames for groups in frame.cues.values() for group in groups)


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("weight: 0.9", "weight: heavy"), 9, "weight: should be a number"),
        (("weight: 0.9", "weight: 9"), 9, "from 0 to 3"),
        (("why: water named", "because: x"), 8, "unknown field 'because'"),
        (("definition: Who gets the water.", "definition: "), 4, "'definition' is missing or empty"),
        (("river bank", "wat(er"), 10, "is not a word"),
        (("river bank", "... bank"), 10, "stands between two words"),
        (("en:", "English:"), 7, "not a language code"),
        (("scheme: mine", "scheme: My Scheme"), 1, "lower-case letters"),
        (("name: water", "name: water\n    name: fire"), 5, "given twice"),
        (("[water(|s), river bank]", "water"), 10, "should be a list"),
        (("definition: Who gets the water.", "definition: Who gets it.\n    residual: maybe"), 6, "should be yes or no"),
        (("definition: Who gets the water.", "definition: Who gets it.\n    residual: yes"), 7, "a residual frame has none"),
    ],
)
def test_mistakes_are_named_with_line_and_field(change: tuple[str, str], line: int, words: str) -> None:
    """The message says where the mistake stands and what was expected."""
    with pytest.raises(CodebookError) as caught:
        parse_codebook(GOOD.replace(*change), name="mine.yml")
    assert f"mine.yml line {line}" in str(caught.value)
    assert words in str(caught.value)


def test_unknown_names_list_what_there_is(tmp_path: Path) -> None:
    """A name that is not shipped, and a path that does not exist."""
    with pytest.raises(CodebookError, match="there are: .*generic"):
        load_codebook("nonsense")
    with pytest.raises(CodebookError, match="no such file"):
        load_codebook(tmp_path / "mine.yml")


def test_a_file_of_ones_own_loads_and_reloads(tmp_path: Path) -> None:
    """A changed file is read again."""
    path = tmp_path / "mine.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_codebook(path).names == ("water",)
    path.write_text(GOOD.replace("name: water", "name: waters"), encoding="utf-8")
    assert load_codebook(path).names == ("waters",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &a [x, x]\nb: [*a, *a]", "aliases"),
        ("[" * 200, "nested deeper"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("", "is empty"),
        ("a: [1, 2", "not YAML"),
        ("!!python/object/apply:os.system ['true']", "should hold fields"),
        ("- just\n- a list", "should hold fields"),
        ("scheme: x\nframes: []", "there is none"),
        ("x\ty: \x00", "not YAML"),
    ],
)
def test_hostile_files_are_refused(text: str, words: str) -> None:
    """Bombs, tags that would run code and other documents end in a clear error."""
    with pytest.raises(CodebookError, match=words):
        parse_codebook(text, name="bad.yml")


def test_a_codebook_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8, and a huge file."""
    (tmp_path / "a.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CodebookError, match="not UTF-8"):
        load_codebook(tmp_path / "a.yml")
    (tmp_path / "b.yml").write_bytes(b"#" * 3_000_000)
    with pytest.raises(CodebookError, match="larger than"):
        load_codebook(tmp_path / "b.yml")


@pytest.mark.parametrize(
    ("pattern", "slots"),
    [
        ("accus(e|es|ed)", [(Slot(("accuse", "accused", "accuses")),)]),
        ("Cross-Border", [(Slot(("cross",)), Slot(("border",)))]),
        ("blam* ... for", [(Slot((), ("blam",)), Slot(("for",), (), True))]),
        ("it’s", [(Slot(("it's",)),)]),
        ("protest(s)?", [(Slot(("protest", "protests")),)]),
        ("is (bad|not good)", [(Slot(("is",)), Slot(("bad",))), (Slot(("is",)), Slot(("not",)), Slot(("good",)))]),
    ],
)
def test_patterns_compile_to_slots(pattern: str, slots: list[tuple[Slot, ...]]) -> None:
    """Alternatives, beginnings, gaps, hyphens, apostrophes and alternatives of several words."""
    assert compile_pattern(pattern) == slots


@pytest.mark.parametrize("pattern", ["a*", "(a|b", "one two three four five six seven", "... x", "x ...", "(a|b)" * 9, "a.b", "$"])
def test_patterns_that_cannot_be(pattern: str) -> None:
    """Too short a beginning, too many words or alternatives, signs that mean nothing."""
    with pytest.raises(ValueError):
        compile_pattern(pattern)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab(|)?*. -'é", max_size=30))
def test_any_pattern_compiles_or_says_why(pattern: str) -> None:
    """Nothing but ValueError, and quickly."""
    try:
        assert all(1 <= len(slots) <= 6 for slots in compile_pattern(pattern))
    except ValueError as error:
        assert str(error)
