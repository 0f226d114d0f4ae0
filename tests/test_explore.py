"""The explorer's views: the same uses as a plain search finds, in the right order, counted honestly; panels that escape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import make_articles
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import explore, schema
from corpus_utils.analyse.words import kwic
from corpus_utils.explore.panels import call, kwic_html
from corpus_utils.lab import Corpus
from corpus_utils.pipeline import Tables
from corpus_utils.project import Project

TEXTS = (
    ("The council met. The Council of cities, a city council, met again.", "A", "2024-01-03", "2024-01-03"),
    ("No meeting here, but councils exist.", "B", "2024-01-20", "2024-01-20"),
    ("Council after council after council.", "A", "2024-02-01", "2024-02-01"),
    ("An undated word of the council", "B", "2024-01-01", "2024-12-31"),
)


def corpus_of(folder: Path, articles: schema.pd.DataFrame | None = None, **tables: object) -> Corpus:
    """A corpus of the texts above; tables not given are empty."""
    rows = [{"text": text, "outlet": outlet, "date_earliest": first, "date_latest": last} for text, outlet, first, last in TEXTS]
    empty = {name: schema.empty(name) for name in Tables.__annotations__}
    given_tables = {"articles": make_articles(*rows) if articles is None else articles, **tables}
    return Corpus(**{**empty, **given_tables}, project=Project(folder, (folder,)), fingerprint="f", gates=None)  # type: ignore[arg-type]


@pytest.fixture
def search(tmp_path: Path) -> explore.Search:
    """The texts above, indexed."""
    return explore.open_search(corpus_of(tmp_path))


@pytest.mark.parametrize("pattern", ["council", "council*", "the council", "*council*", "co*cil", "met again", "nothing"])
def test_uses_are_those_of_a_plain_search(search: explore.Search, pattern: str) -> None:
    """The index finds what reading every text finds."""
    found = explore.find_uses(search, pattern, most=100)
    plain = kwic(search.articles["text"].tolist(), pattern.replace("*", "*"), ids=search.articles["id"].tolist())
    assert (
        found[["article_id", "start", "end", "match"]].to_records(index=False).tolist()
        == plain[["id", "start", "end", "match"]].to_records(index=False).tolist()
    )
    assert found.attrs == {"uses": len(plain), "articles": plain["id"].nunique()}


@pytest.mark.parametrize(
    ("sort", "side"), [("right", ["", "after council", "after council after", "met The Council", "met again", "of cities"])]
)
def test_uses_are_sorted_by_their_neighbours(search: explore.Search, sort: str, side: list[str]) -> None:
    """By the word next to the match, then the one after it; an article's edge comes first."""
    rights = [" ".join(re.findall(r"\w+", right)) for right in explore.find_uses(search, "council", sort=sort)["right"]]
    keys = [tuple(words.lower().split()[:3]) for words in rights]
    assert keys == sorted(keys) and keys[0] == ()
    lefts = [tuple(re.findall(r"\w+", left.lower())[::-1][:3]) for left in explore.find_uses(search, "council", sort="left")["left"]]
    assert lefts == sorted(lefts)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12).map(" ".join), min_size=1, max_size=6), st.integers(1, 5))
def test_the_first_uses_are_the_first_of_all(texts: list[str], most: int) -> None:
    """Few rows are the head of all rows, however they are sorted; owners are counted as one by one."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        search = explore.open_search(corpus_of(Path(folder), make_articles(*[{"text": text} for text in texts])))
        for sort in ("text", "left", "right"):
            every, few = (explore.find_uses(search, "a", sort=sort, most=rows) for rows in (1000, most))
            assert few.equals(every.head(most)) and every.attrs["articles"] == every["article_id"].nunique()


def test_a_trend_counts_only_what_is_dated(search: explore.Search) -> None:
    """A month's articles are those dated to that month; the others are counted as left out."""
    table = explore.count_trend(search, ["council"], by="month")
    assert table[["period", "uses", "articles", "all_articles"]].to_records(index=False).tolist() == [
        ("2024-01", 3, 1, 2),
        ("2024-02", 3, 1, 1),
    ]
    assert table.attrs["undated"] == 1 and (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    assert explore.count_trend(search, ["council"], by="year").loc[0, "all_articles"] == 4  # the whole year is known of all


def test_a_contrast_is_the_formula(search: explore.Search) -> None:
    """G2 and log ratio of the counts shown; an empty group is an error that names those there are."""
    table = explore.contrast_groups(search, "outlet", "A", "B", least=1, language="")
    row = table[table["word"] == "council"].iloc[0]
    assert (row["count"], row["count_rest"]) == (6, 1) and row["g2"] > 0 and row["log_ratio"] > 0
    assert set(table["word"]) >= {"the", "met"} and "the" not in set(explore.contrast_groups(search, "outlet", "A", least=1)["word"])
    with pytest.raises(ValueError, match=r"no article with outlet 'C'; there are: A, B"):
        explore.contrast_groups(search, "outlet", "C")


@pytest.mark.parametrize("bad", [{"pattern": "!!"}, {"pattern": "a", "sort": "up"}])
def test_a_wrong_search_is_said(search: explore.Search, bad: dict) -> None:
    """In words, as an error."""
    with pytest.raises(ValueError, match="holds no word|sort should be"):
        explore.find_uses(search, **bad)


def test_the_index_is_kept_and_mended(tmp_path: Path) -> None:
    """A second opening reads it; half an index is made anew; older ones go."""
    corpus = corpus_of(tmp_path)
    first = explore.open_search(corpus)
    (place,) = (tmp_path / ".store" / "search").iterdir()
    stamp = (place / "vocabulary.arrow").stat().st_mtime_ns
    explore.open_search(corpus)
    assert (place / "vocabulary.arrow").stat().st_mtime_ns == stamp
    (place / "vocabulary.arrow").unlink()
    assert explore.open_search(corpus).index.vocabulary == first.index.vocabulary
    for name in "xyz":
        explore.open_search(Corpus(**corpus.given(), project=corpus.project, fingerprint=name, gates=corpus.gates))  # type: ignore[arg-type]
    assert len(list((tmp_path / ".store" / "search").iterdir())) == 2


@given(st.text(max_size=60), st.text(alphabet="abc*'- ", max_size=8))
def test_any_text_and_pattern(text: str, pattern: str) -> None:
    """Offsets lead to the match; a pattern without words is the only error."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        search = explore.open_search(corpus_of(Path(folder), make_articles({"text": text})))
        try:
            found = explore.find_uses(search, pattern)
        except ValueError:
            return
        for row in found.to_dict("records"):
            assert text[row["start"] : row["end"]] == row["match"]


def test_raw_text_stands_beside_what_was_kept(tmp_path: Path) -> None:
    """Every stretch but the blank ones, in order, with whether it was kept; an unknown document is an error in words."""
    documents = schema.frame("documents", [{"id": "d", "text": "Menu\n\nA title\n\nText."}])
    places = [(0, 4, "navigation"), (4, 6, "blank"), (6, 13, "title"), (13, 15, "blank"), (15, 20, "body")]
    spans = schema.frame("spans", [{"document_id": "d", "start": start, "end": end, "role": role} for start, end, role in places])
    search = explore.open_search(corpus_of(tmp_path, documents=documents, spans=spans))
    table = explore.find_spans(search, "d")
    assert table[["text", "kept"]].to_records(index=False).tolist() == [("Menu", False), ("A title", True), ("Text.", True)]
    with pytest.raises(ValueError, match="no document is called 'x'"):
        explore.find_spans(search, "x")


def test_topics_are_remembered(search: explore.Search) -> None:
    """The model is fitted once a search; few articles have no topics, and the table says so."""
    table = explore.find_topics(search, 2)
    assert len(table) == len(search.articles) and table["topic"].isna().all()
    assert explore.find_topics(search, 2).equals(table)


def test_topics_are_of_one_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Topics of two languages would be the languages: what is in another than most stories has none."""
    given: list[list[str]] = []

    def topic_records(records: pd.DataFrame, **_: Any) -> pd.DataFrame:
        given.append(records["language"].tolist())
        return records[["id"]].assign(topic="one", score=1.0)

    monkeypatch.setattr("corpus_utils.analyse.topics.topic_records", topic_records)
    rows = [{"text": f"Some words {n}.", "language": "es" if n == 1 else "en"} for n in range(4)]
    found = explore.find_topics(explore.open_search(corpus_of(tmp_path, make_articles(*rows))), 2)
    assert given == [["en", "en", "en"]]
    assert found["topic"].isna().tolist() == [False, True, False, False]


def test_panels_escape(tmp_path: Path) -> None:
    """Corpus text and typed text are words, in tables and in the code shown."""
    evil = "<script>x</script>"
    search = explore.open_search(corpus_of(tmp_path, make_articles({"text": f"a {evil} word", "title": evil, "outlet": evil})))
    html = kwic_html(explore.find_uses(search, "word"))
    assert "<script" not in html and "&lt;script&gt;" in html
    assert (
        call("find_uses", pattern="'); import os #")
        == 'from corpus_utils import explore\n\nexplore.find_uses(search, pattern="\'); import os #")'
    )
