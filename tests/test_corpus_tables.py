"""Tables behind report 01: words add up, problems are listed, doubtful decisions come first."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import make_articles

from corpus_utils.analyse import cleaning_audit, corpus, corpus_text
from corpus_utils.analyse.lookup import joined_key, places, taken
from corpus_utils.parts import Tables
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


def test_a_corpus_is_counted_without_its_texts(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Part by part the same words of roles; of stories the number of words stays; only documents with doubtful stretches are opened."""
    tables = Tables(documents=documents, spans=spans, articles=make_articles({"text": "one two three", "outlet": "A"}, {"text": "four"}))
    pd.testing.assert_frame_equal(corpus.counted_roles(tables), corpus.role_words(documents, spans))
    told = corpus.stories(tables)
    assert "text" not in told and corpus.outlet_table(told)["words"].tolist() == [3, 1]
    assert corpus.story_table(told).equals(corpus.story_table(tables.articles))
    assert cleaning_audit.doubtful_documents(spans, most=1) == ["a"]


def test_what_was_set_aside(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Two words of navigation and four of promotion, of nine."""
    counted = corpus.role_words(documents, spans)
    row = corpus.set_aside(counted).iloc[0]
    assert (row["words"], row["article_words"]) == (9, 3)
    assert corpus.mostly(counted, row["document_id"]) == "promotion (4 words), navigation (2 words)"
    assert row["set_aside"] == pytest.approx(6 / 9)


def test_doubtful_decisions_come_first(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Lowest confidence first, with the text it was about."""
    table = cleaning_audit.least_certain(documents, spans, most=2)
    assert table["text"].tolist() == ["The mayor spoke.", "Subscribe now to read"]
    assert table["decision"].tolist() == ["a,10,27,body", f"a,27,{len(TEXT)},promotion"]


def test_problems_are_listed(documents: pd.DataFrame) -> None:
    """A document that could not be used is named with the reason."""
    assert corpus.problems(documents).to_dict("records") == [{"id": "b", "source": "b.pdf", "problem": "b.pdf is a PDF: save it as text"}]


def test_the_answer_counts_problems_and_undated(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """What could not be used and what could not be dated is said in the first sentences."""
    articles = make_articles({"text": "x", "flags": ["undated"]}, {"text": "y", "date_earliest": "2024-01-01", "date_latest": "2024-01-01"})
    findings = corpus.corpus_findings(documents, corpus.role_words(documents, spans), articles)
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


def test_shares_of_roles_by_outlet(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """The whole corpus first, then each outlet; shares of a row add up to one, and the title is not set aside."""
    more = pd.concat([documents, frame("documents", [{"id": "c", "source": "c.txt", "text": "Rain falls"}])], ignore_index=True)
    cuts = pd.concat([spans, frame("spans", [{"document_id": "c", "start": 0, "end": 10, "role": "title", "story": 1}])], ignore_index=True)
    articles = make_articles({"id": "c#1", "document_id": "c", "outlet": "Post"})
    shares = cleaning_audit.role_shares(corpus.role_words(more, cuts), articles)
    assert shares["outlet"].tolist() == ["all documents", "outlet not stated", "Post"]
    assert shares["set_aside"].tolist() == pytest.approx([6 / 11, 6 / 9, 0])
    assert shares[["title", "body", "navigation", "promotion"]].sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    table = corpus_text.role_table(shares, most=1)
    assert table.columns.tolist() == ["role", "all documents", "outlet not stated"] and table["role"].iat[0] == "set aside"


def test_where_metadata_stand(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """In a line of the page with its role and rule, in the record, or nowhere: then a person decided."""
    articles = make_articles({"id": "a#1", "document_id": "a", "title": "mayor  spoke", "outlet": "Post", "place": "Easterby"})
    given = documents.assign(given=['{"outlet": "Post"}', "{}"])
    table = cleaning_audit.metadata_evidence(given, spans, articles).set_index("what")
    assert table.loc["outlet", "evidence"].startswith("stated by the record")
    assert table.loc["place", "evidence"].startswith("decided by a person")
    found = cleaning_audit.metadata_evidence(documents, spans, articles.assign(title="The mayor")).set_index("what")
    assert found.loc["title", "evidence"] == "“The mayor spoke.”, body: r"


def test_what_uncleaned_text_would_have_done(documents: pd.DataFrame, spans: pd.DataFrame) -> None:
    """Raw pages have sentences that their articles lack: tone and frames are told for both."""
    text = "Great wonderful prizes for you!\nThe two parties clash over the budget as the dispute between them grows."
    page = frame("documents", [{"id": "a", "source": "a.txt", "text": text}])
    second = text.split("\n")[1]
    sentences = frame(
        "sentences", [{"id": "a#1s0", "article_id": "a#1", "document_id": "a", "part": "body", "text": second, "language": "en"}]
    )
    labels = frame("labels", [{"unit": "a#1s0", "article_id": "a#1", "measure": "vader", "status": "judged", "score": -0.5}])
    tone = cleaning_audit.tone_effect(page, sentences, labels).iloc[0]
    assert tone["raw"] > tone["cleaned"] == -0.5 and tone["added"] == 1
    frames = cleaning_audit.frame_effect(page, sentences, "generic").set_index("frame")
    assert frames.loc["conflict", ["documents_raw", "documents"]].tolist() == [1, 1]
    assert frames.loc["conflict", "cleaned"] > frames.loc["conflict", "raw"]


def test_effects_are_compared_on_a_bounded_sample() -> None:
    """A large corpus is compared on documents spread over it, the first among them."""
    many = frame("documents", [{"id": f"{n:05}", "source": "x", "text": "y"} for n in range(1000)])
    chosen = cleaning_audit.compared(many)["id"].tolist()
    assert len(chosen) == cleaning_audit.MOST_COMPARED and chosen[0] == "00000" and chosen[-1] > "00990"


def test_raw_texts_are_shown_as_far_as_a_page_can_hold(documents: pd.DataFrame) -> None:
    """Above the limit the note says how to see the others."""
    many = frame("documents", [{"id": str(n), "source": "x", "text": "word " * 10_000} for n in range(30)])
    shown = corpus_text.raw_documents(
        many, frame("spans", [{"document_id": str(n), "end": 9} for n in range(30)]), lambda text, *_, title: text
    )
    assert sum(map(len, shown)) <= corpus_text.MOST_RAW_CHARACTERS and "--explain" in corpus_text.raw_note(many, len(many))
    assert "--explain" not in corpus_text.raw_note(documents, 1)


def test_families_and_outlets() -> None:
    """A family of three is one row; outlets are counted as stated, the missing one too."""
    articles = make_articles(
        {"id": "a#1", "family": "a#1", "title": "Floods", "outlet": "Post"},
        {"id": "b#1", "family": "a#1", "family_role": "copy", "outlet": "Echo"},
        {"id": "c#1", "family": "a#1", "family_role": "update", "outlet": ""},
        {"id": "d#1", "family": "d#1", "outlet": "Post"},
    )
    (row,) = corpus.family_table(articles).to_dict("records")
    assert row == {"first_text": "Floods", "texts": 3, "outlets": 2, "relations": "copy (1), update (1)"}
    assert corpus.outlet_table(articles)[["outlet", "stories"]].values.tolist() == [["Post", 2], ["Echo", 1], ["not stated", 1]]


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ('["2018-01-01", "2024-12-31"]', "undated; by its text between 2018 and 2024"),
        ('["2018-03-05", null]', "undated; by its text not before 5 March 2018"),
        ('[null, "2020-12-31"]', "undated; by its text not after 31 December 2020"),
        ("[null, null]", ""),
    ],
)
def test_an_undated_story_tells_what_its_text_rules_out(bounds: str, told: str) -> None:
    """The table of stories never shows a bound as a date."""
    articles = make_articles(
        {"text": "x", "date_bounds": bounds}, {"text": "y", "date_earliest": "2024-01-01", "date_latest": "2024-01-01"}
    )
    assert corpus.story_table(articles)["published"].tolist() == [told, "1 January 2024"]


def test_rows_are_found_by_their_ids() -> None:
    """A key's place is that of the first row with its id; without one it is -1, and the value is what stands for a missing one."""
    ids = pd.Series(["b", "a", "b", "ç"], dtype="str")
    at = places(pd.Series(["ç", "b", "x", "a"], dtype="str"), ids)
    assert at.tolist() == [3, 0, -1, 1]
    assert taken(pd.Series(["B", "A", "C", "D"], dtype="str"), at).tolist() == ["D", "B", "", "A"]
    assert taken(ids, at[[0, 3]]).tolist() == ["ç", "a"]
    none = places(ids, ids.head(0))
    assert none.tolist() == [-1] * 4
    assert taken(ids.head(0), none, missing="none").tolist() == ["none"] * 4
    assert joined_key(pd.Series(["a", "ab"], dtype="str"), pd.Series(["bc", "c"], dtype="str")).nunique() == 2
