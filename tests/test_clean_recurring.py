"""Lines that recur: counted in bounded memory, the same however the corpus is cut."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean import recurring
from corpus_utils.clean.known_lines import KnownLines, count_lines, settle
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.recurring import Array, LineSummary, line_keys, merge, summarise_lines


def key(line: str) -> Array:
    """Key of one line."""
    return line_keys(read_pages([line]))


def told(summary: LineSummary) -> dict[str, list]:
    """All that a summary says."""
    return {name: table.to_numpy().tolist() for name, table in summary.to_tables().items()}


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
    assert north.strengths(key(FOOTER))[0] > 0 and south.strengths(key(FOOTER))[0] == 0 and whole.strengths(key(FOOTER))[0] > 0
    assert north.share(key(FOOTER))[0] == 1.0 and south.documents(key(FOOTER))[0] == 0 and whole.documents(key(FOOTER))[0] == 10
    assert whole.strengths(key("A paragraph that only document xxx has."))[0] == 0


def test_digits_blanks_and_case_do_not_make_another_line() -> None:
    """ "3 min read" and "12 MIN  READ" are one line."""
    summary = summarise_lines(["3 min read", "12 MIN  READ", " 5 min read "])
    assert summary.lines_of().documents(key("7 min read"))[0] == 3


def test_a_line_counts_once_per_document() -> None:
    """Repetition inside one document is no evidence, and few documents are none either."""
    summary = summarise_lines(["again\nagain\nagain\nagain"])
    assert summary.lines_of().documents(key("again"))[0] == 1
    assert summary.lines_of().strengths(key("again"))[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4).map("\n".join), max_size=9), st.integers(0, 9))
def test_merging_parts_is_counting_the_whole(texts: list[str], cut: int) -> None:
    """Any cut of the corpus gives the same summary."""
    groups = [f"g{len(text) % 2}" for text in texts]
    parts = [summarise_lines(texts[:cut], groups[:cut]), summarise_lines(texts[cut:], groups[cut:])]
    assert told(merge(parts)) == told(summarise_lines(texts, groups))


def test_beyond_the_limit_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more lines than the limit the counts move into a sketch: bounded, mergeable in any order, never too low."""
    monkeypatch.setattr(recurring, "LIMIT", 50)
    monkeypatch.setattr(recurring, "WIDTH", 1 << 10)
    texts, groups = _corpus(60)
    whole = summarise_lines(texts, groups)
    assert whole.sketch is not None and not len(whole.keys)
    cuts = [summarise_lines(texts[i::4], groups[i::4]) for i in range(4)]
    random.Random(1).shuffle(cuts)
    assert told(merge(cuts)) == told(whole)
    assert whole.lookup(key(FOOTER), "North Post")[0] >= 30
    assert whole.lines_of("North Post").strengths(key(FOOTER))[0] > 0
    assert whole.lines_of("North Post").strengths(key("A line that never was"))[0] == 0


def test_a_summary_survives_storage() -> None:
    """What is written as tables reads back the same."""
    summary = summarise_lines(*_corpus(5))
    assert told(LineSummary.from_tables(summary.to_tables())) == told(summary)


def test_long_and_wordless_lines_are_not_counted() -> None:
    """Paragraphs that recur are copies of articles, and a line of marks says nothing."""
    summary = summarise_lines(["* * *\n" + "word " * 200] * 9)
    assert len(summary.keys) == 0 and summary.lines_of().strengths(key("* * *"))[0] == 0


def test_memory_does_not_grow_with_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many documents are added, a summary holds at most LIMIT counts or one sketch."""
    monkeypatch.setattr(recurring, "LIMIT", 500)
    monkeypatch.setattr(recurring, "WIDTH", 1 << 8)
    summary = LineSummary()
    for number in range(40):
        summary.add([f"line {'abcdefgh'[n % 8]} {'x' * n} of document {'y' * number}" for n in range(40)], [""] * 40)
        assert len(summary.keys) <= 500 and (summary.sketch is None or summary.sketch.size == recurring.ROWS << 8)


def test_lines_are_counted_and_named_in_one_reading() -> None:
    """The summary is that of the same documents; every line stands once for its outlet, in order."""
    texts, groups = ["Menu\nA story of its own.\nMenu", "Menu\n\nAnother one", "Menu", ""], ["b", "", "b", "a"]
    summary, lines = count_lines(texts, groups)
    assert {name: table.to_dict("list") for name, table in summary.to_tables().items()} == {
        name: table.to_dict("list") for name, table in summarise_lines(texts, groups).to_tables().items()
    }
    assert lines["group"].value_counts().to_dict() == {"b": 2, "": 2}
    assert lines.equals(lines.drop_duplicates().sort_values(["group", "key"], ignore_index=True))
    assert len(count_lines([], [])[1]) == 0


@pytest.mark.parametrize(("limit", "width"), [(10, recurring.WIDTH), (10, 1 << 9), (recurring.LIMIT, recurring.WIDTH)])
def test_what_is_said_of_a_line_needs_no_rare_lines(limit: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of a document or two may be left out, and rows of a sketch need not be asked for what cannot recur: every answer stays."""
    monkeypatch.setattr(recurring, "LIMIT", limit)
    monkeypatch.setattr(recurring, "WIDTH", width)
    monkeypatch.setattr(recurring, "_TOGETHER", 7)  # of many more lines
    texts, groups = _corpus(40)
    summary, lines = count_lines(texts, groups)
    assert (summary.sketch is None) == (limit > 10) and (summary.surplus > 0) == (width < 1000)
    if width > 1000:  # then no two lines fall together, and the counts are exact
        monkeypatch.setattr(recurring, "LIMIT", 10_000)
        exact, every = summarise_lines(texts, groups), lines["key"].unique()
        for group in ("", "North Post"):
            assert summary.lookup(every, group).tolist() == exact.lookup(every, group).tolist()
    keys = lines["key"].unique()
    for group in ("", "North Post", "South Post"):
        asked, plain = summary.lines_of(group), summary.lookup(keys, group)
        some = (plain >= recurring.MIN_DOCUMENTS) & (asked.share(keys) >= recurring.MIN_SHARE)
        sure = (plain >= recurring.SURE_DOCUMENTS) & (asked.share(keys) >= recurring.SURE_SHARE)
        assert asked.strengths(keys).tolist() == summary.often().lines_of(group).strengths(keys).tolist() == (some * (1 + sure)).tolist()
        assert 0 < some.sum() < len(keys)


@pytest.mark.parametrize("limit", [10, recurring.LIMIT])
def test_lines_of_a_part_are_settled_for_every_outlet(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a part answers for its lines as the whole corpus does, outlet by outlet; where none recurs nothing is kept."""
    monkeypatch.setattr(recurring, "LIMIT", limit)
    texts, groups = _corpus(40)
    groups = [group if number % 5 else "" for number, group in enumerate(groups)]
    whole, (_, lines) = summarise_lines(texts, groups), count_lines(texts[:7], groups[:7])
    known = KnownLines.from_table(settle(whole.often(), lines).to_table())
    asked = {str(name): rows.to_numpy() for name, rows in lines.groupby("group")["key"]}
    assert len(asked) == 3 and set(known.groups) == {name for name, keys in asked.items() if whole.lines_of(name).strengths(keys).any()}
    for name, keys in asked.items():
        lines_of = known.lines_of(name)
        assert lines_of is not None and lines_of.strengths(keys).tolist() == whole.lines_of(name).strengths(keys).tolist()
    assert not settle(whole, lines.head(0)).groups and not settle(LineSummary(), lines).groups
