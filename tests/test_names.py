"""Names: what a run of capitalised words says is read once for all texts, which must be what each text would say of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate import names
from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_names import parts, same_word
from corpus_utils.annotate.actor_standing import SEVERAL, is_person
from corpus_utils.annotate.name_parts import Name, split_run
from corpus_utils.annotate.names import find_names
from corpus_utils.annotate.reporting_cues import load_cues

LANGUAGES = ("en", "es", "pt", "fr", "de", "ru")
WORDS = (
    "Mr. President Secretary of State Defense Director CEO Senate The But Fox News Maria Marta Keller Rivas Harbour Department Minister"
    " Foreign Council In of the y de NATO I Jr. II Keller's Norland’s Ministro Президент Венесуэлы Анна Лунд Кубы Dr. D'Arcy King Monday"
).split()
RUNS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@given(RUNS, st.sampled_from(LANGUAGES), st.sampled_from(["", "He said. ", "of State ", "and Defense, "]), st.booleans(), st.data())
def test_what_a_run_says_does_not_depend_on_the_text(run: str, language: str, before: str, opens: bool, data: st.DataObject) -> None:
    """Split inside a text, a run gives the names it gives alone."""
    small = frozenset(data.draw(st.sets(st.sampled_from([word.lower() for word in WORDS]))))
    told = []
    for text in (run, f"{before}{run} and more of it"):
        at = len(text) and text.index(run)
        words = [(m.start(), m.end(), m.group()) for m in names._WORD.finditer(text, at, at + len(run))]
        found = split_run(text, words, load_cues(language), opens=opens, small=small, nouns=language == "de")
        told.append([Name(name.start - at, name.end - at, name.name, name.titles) for name in found])
    assert told[0] == told[1]


@given(RUNS, st.sampled_from(LANGUAGES), st.data())
def test_only_words_written_small_tell_openings_apart(run: str, language: str, data: st.DataObject) -> None:
    """Where the text writes none of the words of a run small, it is read in an opening as elsewhere (Russian looks closer)."""
    own = set(names._read_run(run, language).words)
    small = frozenset(data.draw(st.sets(st.sampled_from([word.lower() for word in WORDS])))) - own
    if language != "ru":
        assert names._names_of_run(run, language, opens=True, small=small) == names._names_of_run(run, language)


def test_names_of_a_run_are_placed_in_its_text() -> None:
    """Offsets, titles, openings and what stands around a run, in one text after another."""
    text = "Keller said no. Later President Marta Keller met Mr. Rivas; trade grew. Trade fell on Sept. 11 (R-Ky.)."
    for _ in range(2):
        found = find_names(text)
        assert [(text[n.start : n.end], n.titles) for n in found] == [("Keller", ()), ("Marta Keller", ("president",)), ("Rivas", ("mr",))]
    assert [name.name for name in find_names("Trade grew.")] == ["Trade"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("as al-Rivas said", ["al-Rivas"]),
        ("as (d’Arco) and d'Arco J. Lee", ["d’Arco", "d'Arco J. Lee"]),
        ("Val-Rivas, mal-Rivas, #al-Rivas", ["Val-Rivas", "Rivas", "Rivas"]),
        ("d'J. Lee", ["d'J", "Lee"]),
        ("U.S. Sen. Lee, Sen.", ["U.S. Sen. Lee", "Sen"]),
    ],
)
def test_runs_begin_with_a_capital_or_what_stands_before_it(text: str, runs: list[str]) -> None:
    """A small article before a capital opens a run where it is a word of its own."""
    assert [run for _, run in names._runs(text)] == runs
    assert all(text.startswith(run, start) for start, run in names._runs(text))


PEOPLE = "Marta Keller|Ivo Keller|Ivo Brandt|Keller Harbour|Iwo Brandt|Марта Келлер|Anna de la Cruz|Keller|Brandt|Ivo|Келлер|Cruz|Marta|Ivo Keller Jr."
MENTIONS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(PEOPLE.split("|")), st.sampled_from([(), ("mr",)])), max_size=14)


@given(MENTIONS)
def test_a_surname_is_whose_name_the_article_gives_first(mentions: list[tuple[int, str, tuple[str, ...]]]) -> None:
    """Looked up by key or compared with every full name of the article: the same people, those named before going before the others."""
    merger = Merger(mentions, (), ())
    for place, ((article, name, _), (actor, rule)) in enumerate(zip(mentions, merger.assign(), strict=True)):
        if len(parts(name)) > 1 or not merger.known.surname(name):
            continue
        people: list[set[str]] = []
        for others in (mentions[:place], mentions):
            full = [other for number, other, _ in others if number == article and len(parts(other)) > 1 and is_person(other)]
            full = [other for other in full if not merger.known.line(other)]  # "Keller" is not the Jr. who is told apart
            people.append({merger.find(other) for other in full if any(same_word(name, word) for word in parts(other)[1:])})
        fitting = people[0] or people[1]
        if len(fitting) == 1:
            assert rule == f"surname: {actor}"
        else:
            assert (rule == SEVERAL) == (len(fitting) > 1)


def test_a_blank_that_does_not_break_joins_a_name() -> None:
    """French and German pages write "M. Lenoir" and "Anna Berg" with one."""
    assert [name.name for name in find_names("She met Anna\u00a0Berg and Dr.\u00a0Lee\u00a0Ahn there.")] == ["Anna Berg", "Lee Ahn"]
