"""The methods paragraph says what the tables say, and its limitations are the gate's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils import schema
from corpus_utils.analyse.adequacy import gate
from corpus_utils.analyse.methods_text import methods_paragraph
from corpus_utils.project import Project


def paragraph(articles: pd.DataFrame, *, problems: int = 0, coded: Sequence[str] = (), **settings: str) -> str:
    """The text for some articles of a project with these settings."""
    rows = [{"id": f"d{number}", "problem": "broken" if number < problems else ""} for number in range(5)]
    project = Project(Path(), (), **{"name": "Study", **settings})  # type: ignore[arg-type]
    return methods_paragraph(
        project, schema.frame("documents", rows), articles, gate(articles, kind=project.kind), version="1.2", coded=coded
    )


STORIES = [
    {"outlet": "Gazette", "language": "en", "date_earliest": "2024-01-03", "date_latest": "2024-01-03"},
    {"outlet": "", "language": "es", "date_earliest": "2024-02-01", "date_latest": "2024-02-29"},
    {"outlet": "", "language": "", "family": "d000#1"},
]


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("Of 5 documents read, corpus-utils 1.2 found 3 stories, 2 of them distinct.", {}),
        ("Of 5 documents read, 2 could not be used; corpus-utils", {"problems": 2}),
        ("“Study” is a convenience scrape.", {}),
        (
            "is a probability sample standing for all dailies, selected by “strike*”.",
            {"kind": "sample", "population": "all dailies", "query": "“strike*”"},
        ),
        ("1 outlet stated for 1 of 3 stories: Gazette.", {}),
        ("Languages: not certain (1), English (1), Spanish (1).", {}),
        ("One story is dated to the day.", {}),
        ("- topics: refused, because", {}),
        ("unvalidated in this corpus", {}),
        ("- 1 story carries no date", {}),
    ],
)
def test_each_number_is_counted(said: str, more: dict) -> None:
    """Documents, stories, copies, outlets, languages, dates, kind and query, and what the corpus cannot carry."""
    assert said in paragraph(make_articles(*STORIES), **more)


def test_what_people_coded_is_told() -> None:
    """With a coded sample the reservation is about the other labels."""
    said = paragraph(make_articles(*STORIES), coded=["generic frames (120 of 900 articles)"])
    assert "known only from coded samples of generic frames (120 of 900 articles); all others are unvalidated here" in said
