"""Cleaning end to end: the seeds, exact tiling, anchors, decisions by a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.clean import CleanSettings, OverrideError, clean_documents, read_overrides
from corpus_utils.clean.articles import join_text
from corpus_utils.clean.lines import Piece, check_tiling
from corpus_utils.clean.overrides import apply_roles
from corpus_utils.clean.repair import codes_of, unsound_places
from corpus_utils.clean.roles import label_pieces

TEXT = "\n".join(
    [
        "The council of Easterby voted on Monday to build a new harbour wall, three months after floods damaged forty houses near the quay.",
        "Engineer Paula Hartwell told the meeting that the old wall had cracks along half of its length and could not be repaired any more.",
        "Fishermen asked for a wider entrance, which the engineers promised to include in the plans before work on the quay begins in spring.",
    ]
)
SEEDS = Path(__file__).parent.parent / "seeds"
COLLECTED = ("2022-01-01", "2026-12-31")


def _documents(texts: dict[str, str], **columns: str) -> schema.pd.DataFrame:  # type: ignore[name-defined]
    return schema.frame(
        "documents", [{"id": k, "source": f"{k}.txt", "format": "txt", "text": v, **columns} for k, v in sorted(texts.items())]
    )


@pytest.fixture(scope="module")
def seeds() -> tuple:
    """Documents, spans and articles of the five seed documents."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("0*.txt"))}
    if len(texts) < 5:
        pytest.skip("the seed texts are not part of this distribution")
    documents = _documents(texts)
    return documents, *clean_documents(documents, settings=CleanSettings(collected=COLLECTED, languages=("en",)))


def test_the_seeds_hold_ten_stories(seeds: tuple) -> None:
    """One story each, six in the third document, whose first has no headline."""
    articles = seeds[2]
    assert [(a[:3], n) for a, n in articles.groupby("document_id").size().items()] == [
        ("000", 1),
        ("001", 1),
        ("002", 6),
        ("003", 1),
        ("004", 1),
    ]
    assert [title != "" for title in articles["title"]] == [True, True, False, True, True, True, True, True, False, True]


def test_a_record_with_its_own_title_is_one_story(seeds: tuple) -> None:
    """The same text is six stories as a flat page, and one where a record states the title it stands under."""
    text = {"002": next(text for name, text in zip(seeds[0]["id"], seeds[0]["text"]) if name.startswith("002"))}
    record = _documents(text).assign(format="jsonl", given=json.dumps({"title": "A title of its own"}))
    assert clean_documents(record)[1]["title"].tolist() == ["A title of its own"]
    assert len(clean_documents(record.assign(given="{}"))[1]) == 6
    assert len(clean_documents(record.assign(format="html"))[1]) == 6  # a page's title may be the site's


def test_the_seeds_metadata(seeds: tuple) -> None:
    """Agency, outlet, author, place and date as a careful reader finds them; undated stays undated."""
    found = {a["id"][:3]: a for a in seeds[2].to_dict("records") if a["story"] == 1}
    wanted = {
        "000": ("", "", "", "", "", ""),
        "001": ("", "Europa Press", "", "Madrid", "2024-12-06", "2025-12-06"),
        "002": ("", "", "", "", "", ""),
        "003": ("Orinoco Tribune", "", "Misión Verdad", "", "2024-02-28", "2024-02-28"),
        "004": ("", "AP", "", "Caracas", "", ""),
    }
    columns = ("outlet", "agency", "author", "place", "date_earliest", "date_latest")
    assert {k: tuple(a[c] for c in columns) for k, a in found.items()} == wanted
    assert json.loads(found["004"]["date_bounds"]) == ["2018-01-01", "2024-12-31"]
    assert "translated" in found["003"]["flags"] and "wire" in found["001"]["flags"]


def test_the_spans_of_the_seeds_tile_them(seeds: tuple) -> None:
    """The raw text can be rebuilt from the spans."""
    documents, spans, _ = seeds
    for document in documents.to_dict("records"):
        own = spans[spans["document_id"] == document["id"]]
        check_tiling(len(document["text"]), [Piece(r.start, r.end, r.role, r.rule, r.confidence) for r in own.itertuples()])


def test_anchors_lead_from_the_article_back_to_the_document(seeds: tuple) -> None:
    """Every letter of the repaired text stands at its anchor's place in the document, for text that needed no repair."""
    documents, _, articles = seeds
    texts = dict(zip(documents["id"], documents["text"], strict=True))
    for article in articles.to_dict("records"):
        _check_anchors(article["text"], json.loads(article["anchors"]), texts[article["document_id"]])


def _check_anchors(text: str, anchors: list, raw: str) -> None:
    assert [a for a, _ in anchors] == sorted({a for a, _ in anchors})
    at = -1
    for offset, char in enumerate(text):
        while at + 1 < len(anchors) and anchors[at + 1][0] <= offset:
            at += 1
        if not char.isspace():
            assert raw[anchors[at][1] + offset - anchors[at][0]] == char


@given(
    st.lists(
        st.tuples(st.sampled_from(["body", "subheading", "navigation", "reference"]), st.text("abc d\n.,", min_size=1, max_size=30)),
        max_size=8,
    )
)
@settings(max_examples=150, deadline=None)
def test_anchors_hold_for_any_pieces(parts: list[tuple[str, str]]) -> None:
    """Whatever is cut out between them, the pieces that stay map back exactly."""
    raw, pieces = "", []
    for role, text in parts:
        pieces.append(Piece(len(raw), len(raw) + len(text), role, "", 1.0))
        raw += text
    text, anchors = join_text(raw, pieces, unsound_places(codes_of(raw)))
    _check_anchors(text, anchors, raw)
    assert not text.startswith("\n") and not text.endswith("\n") and "\n\n\n" not in text


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_hostile_documents_are_cleaned_without_a_traceback(text: str) -> None:
    """Any text gives tables that keep their contract, with spans that tile it."""
    spans, articles = clean_documents(_documents({"d": text}))
    assert "".join(text[r.start : r.end] for r in spans.itertuples()) == text
    assert list(articles.columns) == schema.columns("articles")


def test_documents_with_a_problem_give_nothing() -> None:
    """A document that could not be read has no spans and no article."""
    spans, articles = clean_documents(_documents({"d": "Some text that was read only in part."}, problem="cut off"))
    assert len(spans) == len(articles) == 0


def test_broken_metadata_is_no_metadata() -> None:
    """A `given` that is no object is passed over."""
    _, articles = clean_documents(_documents({"d": TEXT}, given="[1, 2]"))
    assert list(articles["title"]) == [""]


# -- decisions by a person -------------------------------------------------------------------------------------------------


def test_decided_roles_and_metadata_win(tmp_path: Path) -> None:
    """overrides.csv changes roles where it says so; metadata.csv changes columns and is named in the evidence."""
    text = "A first sentence that is long enough to be read as running text by anybody.\nA second sentence that is also long enough to be text.\n"
    (tmp_path / "overrides.csv").write_text("document_id,start,end,role\nd,0,76,promotion\n", encoding="utf-8")
    (tmp_path / "metadata.csv").write_text('document_id,title,date,outlet\nd,"A ""title""",2021-03-05,\n', encoding="utf-8")
    decided = read_overrides(roles=tmp_path / "overrides.csv", metadata=tmp_path / "metadata.csv")
    spans, articles = clean_documents(_documents({"d": text}), settings=CleanSettings(overrides=decided))
    assert spans.iloc[0]["role"] == "promotion" and "person" in spans.iloc[0]["rule"]
    (article,) = articles.to_dict("records")
    assert (article["title"], article["date_earliest"], article["date_latest"]) == ('A "title"', "2021-03-05", "2021-03-05")
    assert json.loads(article["date_evidence"])[0]["source"] == "metadata file"
    assert "undated" not in article["flags"] and "first sentence" not in article["text"]


def test_missing_override_files_decide_nothing(tmp_path: Path) -> None:
    """A file that is not there is no decision."""
    assert read_overrides(roles=tmp_path / "no.csv", metadata=None) == read_overrides()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("document_id,start,end\nd,0,1\n", "no column 'role'"),
        ("document_id,start,end,role\nd,0,1,advert\n", "line 2: 'advert' is no role"),
        ("document_id,start,end,role\nd,x,1,body\n", "whole numbers"),
        ("document_id,start,end,role\nd,5,5,body\n", "start must be before end"),
        (f'document_id,start,end,role\n"{"d" * 200_000}",0,1,body\n', "not readable as CSV"),
    ],
)
def test_wrong_role_files_are_errors(tmp_path: Path, content: str, message: str) -> None:
    """The message names the file, the line and what is wrong."""
    (tmp_path / "overrides.csv").write_text(content, encoding="utf-8")
    with pytest.raises(OverrideError, match=message):
        read_overrides(roles=tmp_path / "overrides.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title\nx\n", "neither document_id nor article_id"),
        ("document_id,date\nd,5 March\n", "is not YYYY-MM-DD"),
        ("document_id,date\nd,2024-02-30\n", "is not YYYY-MM-DD"),
        ("document_id,date\nd,2024-02-03/2024-02-01\n", "is not YYYY-MM-DD"),
    ],
)
def test_wrong_metadata_files_are_errors(tmp_path: Path, content: str, message: str) -> None:
    """Rows that name no document, and dates in other forms, stop the run."""
    (tmp_path / "metadata.csv").write_text(content, encoding="utf-8")
    with pytest.raises(OverrideError, match=message):
        read_overrides(metadata=tmp_path / "metadata.csv")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5))
@settings(max_examples=100, deadline=None)
def test_applied_roles_keep_the_tiling(edges: list[tuple[int, int]]) -> None:
    """Decisions may overlap pieces and each other; the pieces still cover the text."""
    pieces = [Piece(0, 10, "body", "", 1.0), Piece(10, 25, "caption", "", 1.0), Piece(25, 30, "body", "", 1.0)]
    decided = [(min(a, b), max(a, b) + 1, "credit") for a, b in edges]
    check_tiling(30, apply_roles(pieces, decided))


def test_cleaning_what_was_cleaned_changes_little() -> None:
    """The article text of a plain article is all body when cleaned again."""
    text = "\n\n".join(
        f"Sentence number {n} says something about the harbour wall of Easterby, which the council wants to build." for n in "12345"
    )
    _, articles = clean_documents(_documents({"d": text}))
    again, _ = clean_documents(_documents({"d": articles.iloc[0]["text"]}))
    assert set(again["role"]) <= {"body", "blank"} and label_pieces(text)
