"""Tables behind report 01: words add up, problems are listed, doubtful decisions come first."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import corpus, corpus_text
from corpus_utils.schema import frame

TEXT = "Home News\nThe mayor spoke.\nSubscribe now to read\n"


@pytest.fixture
def documents() -> pd.DataFrame:
    """One document that was read and one that was not."""
    rows = [{"id": "a", "source": "a.txt", "text": TEXT}, {"id": "b", "source": "b.pdf", "problem": "b.pdf is a PDF: save it as text"}]
    return frame("documents", rows)


@pytest.fixture
def spans() -> pd.DataFrame:
    """Three roles that tile document a."""
    cuts = [(0, 10, "navigation", 0, 0.9), (10, 27, "body", 1, 0.6), (27, len(TEXT), "promotion", 0, 0.7)]
    return frame(
        "spans", [{"document_id": "a", "start": s, "end": e, "role": r, "story": n, "rule": "r", "confidence": c} for s, e, r, n, c in cuts]
    )


def test_words_of_roles_add_up(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Shares of one document sum to one, and its words are all its words."""
    table = corpus.role_words(documents, spans)
    assert table["words"].sum() == len(TEXT.split()) and table["share"].sum() == pytest.approx(1)


def test_what_was_set_aside(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Two words of navigation and four of promotion, of nine."""
    row = corpus.set_aside(documents, spans).iloc[0]
    assert (row["words"], row["article_words"], row["mostly"]) == (9, 3, "promotion (4 words), navigation (2 words)")
    assert row["set_aside"] == pytest.approx(6 / 9)


def test_doubtful_decisions_come_first(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Lowest confidence first, with the text it was about."""
    table = corpus.least_certain(documents, spans, most=2)
    assert table["text"].tolist() == ["The mayor spoke.", "Subscribe now to read"]


def test_problems_are_listed(documents: pd.DataFrame) -> None:
    """A document that could not be used is named with the reason."""
    assert corpus.problems(documents).to_dict("records") == [{"id": "b", "source": "b.pdf", "problem": "b.pdf is a PDF: save it as text"}]


def test_the_answer_counts_problems_and_undated(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """What could not be used and what could not be dated is said in the first sentences."""
    articles = make_articles({"text": "x", "flags": ["undated"]}, {"text": "y", "date_earliest": "2024-01-01", "date_latest": "2024-01-01"})
    findings = corpus.corpus_findings(documents, spans, articles)
    assert findings.set_index("id")["estimate"]["problems"] == 1
    template = corpus_text.headline(findings)
    assert "could not use {problems:words}" in template and "{undated:words}" in template


def test_date_evidence_is_a_row_each(documents: pd.DataFrame) -> None:
    """Candidates are listed, used evidence is marked."""
    evidence = [
        {"source": "dateline", "text": "6 December", "reading": "day and month", "candidates": ["2024-12-06", "2025-12-05"], "used": True}
    ]
    table = corpus.date_evidence(make_articles({"date_evidence": json.dumps(evidence)}))
    assert table.loc[0, ["candidates", "used"]].tolist() == ["2024-12-06, 2025-12-05", "dates it"]
