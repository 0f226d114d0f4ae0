"""What leaves the house: no long run of a source text, no document id, no full text, whatever made the page."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.lab import hide_documents
from corpus_utils.pipeline import Tables
from corpus_utils.report.entries import CARD
from corpus_utils.report.share import ShareError, Sharing, code_of, read_key, share_files

SOURCE = " ".join(f"word{number}" for number in range(100))
SHARING = Sharing(10, "key")


def page(body: str) -> bytes:
    """A page around `body`."""
    return f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>T</title></head><body>{body}</body></html>'.encode()


def shared(body: str, source: str = SOURCE, sharing: Sharing = SHARING) -> str:
    """The body as it is shared."""
    data = share_files({"a.html": page(body)}, [source], sharing)["a.html"].decode()
    return re.sub(r".*<body>(.*)</body>.*", r"\1", data, flags=re.S).strip()


def words(first: int, last: int) -> str:
    """Words first to last of the source."""
    return " ".join(f"word{number}" for number in range(first, last))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"<p>{words(3, 13)}</p>", f"<p>{words(3, 13)}</p>"),
        (f"<p>{words(3, 14)}</p>", f"<p>{words(3, 13)} …</p>"),
        (f"<p>He said {words(0, 30)} and went.</p>", f"<p>He said {words(0, 10)} … and went.</p>"),
        (f"<p>{words(0, 5)} <mark>{words(5, 20)}</mark> {words(20, 25)}</p>", f"<p>{words(0, 5)} <mark>{words(5, 10)} …</mark></p>"),
        (f"<p>{words(0, 20).upper()}</p>", f"<p>{words(0, 10).upper()} …</p>"),
        (f'<p title="{words(0, 20)}">x</p>', f'<p title="{words(0, 10)} …">x</p>'),
        (f"<ul><li>{words(0, 9)}</li><li>{words(9, 18)}</li></ul>", f"<ul><li>{words(0, 9)}</li><li>word9 …</li></ul>"),
        (f"<p>{words(0, 10)}</p><p>{words(50, 60)}</p>", f"<p>{words(0, 10)}</p><p>{words(50, 60)}</p>"),
        (f"<p>{words(0, 20)} between {words(40, 60)}</p>", f"<p>{words(0, 10)} … between {words(40, 50)} …</p>"),
        ("<p>nothing of it, and for as many words as you like, in any order whatever</p>",) * 2,
        (f'<details class="cu-document"><summary>Raw</summary><div>{SOURCE}</div></details>', "<p>Full texts are left out of a shared report.</p>"),
        (f'<p>a</p><details class="cu-document">{SOURCE}</details><details class="cu-document">{SOURCE}</details><p>b</p>',
         "<p>a</p><p>Full texts are left out of a shared report.</p><p>b</p>"),
    ],
)  # fmt: skip
def test_pages_are_cut(before: str, after: str) -> None:
    """A run keeps its first words, across markup and in attributes; what is short or not of the source stays as it is."""
    assert shared(before) == after


@pytest.mark.parametrize(
    ("source", "shown"),
    [("“Naïve” readers — they’d say — co\u00adope\u00adrate gladly with the old press", '"naive" readers - they\'d say - cooperate gladly with the old press'),
     ("委内瑞拉总统周三与俄罗斯代表会面讨论军事合作", "委内瑞拉总统周三与俄罗斯代表会面讨论军事合作")],
)  # fmt: skip
def test_a_run_is_found_through_its_dress(source: str, shown: str) -> None:
    """Quotation marks, accents, soft hyphens and scripts without blanks do not hide one."""
    out = shared(f"<p>{shown}</p>", source, Sharing(5, "key"))
    assert "…" in out and len(out) < len(shown)


def test_what_cannot_be_cut_is_not_published() -> None:
    """A picture that spells out a source text stops the page."""
    picture = quote(f"<svg><text>{SOURCE}</text></svg>")
    with pytest.raises(ShareError, match="100 words in a row"):
        share_files({"a.html": page(f'<img src="data:image/svg+xml,{picture}">')}, [SOURCE], SHARING)
    with pytest.raises(ShareError, match=r"b\.findings\.json"):
        share_files({"b.findings.json": json.dumps([{"id": "x", "label": words(0, 11)}]).encode()}, [SOURCE], SHARING)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f'<p>a <a download="x.csv" href="data:text/csv,{quote(SOURCE)}">Data (CSV)</a> b</p>', "<p>a <a></a> b</p>"),
        (f"<p>a<!-- {SOURCE} --> b</p>", "<p>a b</p>"),
        (f'<p>a<script type="application/json">"{SOURCE}"</script> b</p>', "<p>a b</p>"),
        (f'<p data-text="{SOURCE}" id="{SOURCE.replace(" ", "-")}">a</p>', "<p>a</p>"),
        ("<p>" + SOURCE.replace("word", "wo\u00adr\u200bd") + "</p>", f"<p>{words(0, 10)} …</p>"),
        (f"<p>{words(0, 3)} wo<mark>rd3</mark> {words(4, 9)} <b>wo</b><i>rd9</i> {words(10, 20)} b</p>",
         f"<p>{words(0, 3)} wo<mark>rd3</mark> {words(4, 9)} <b>wo</b><i>rd9</i> … b</p>"),
        (f"<p>{words(0, 10)} w<mark>ord1</mark>0 b</p>", f"<p>{words(0, 10)} … b</p>".replace("… b", "…<mark></mark> b")),
        ("<p>" + SOURCE.replace("word", "wo&shy;rd") + "</p>", f"<p>{words(0, 10)} …</p>"),
    ],
)  # fmt: skip
def test_nothing_is_carried_out_unseen(body: str, left: str) -> None:
    """Links that hold their data, comments, scripts, attributes nobody reads and marks nobody sees hide no run."""
    assert shared(body) == left


def test_narrow_pictures_are_looked_at_too() -> None:
    """The picture for a phone is one more picture, whatever stands in for its letters."""
    for picture in (
        quote(f"<svg><text>{SOURCE}</text></svg>"),
        quote("<svg><text>" + SOURCE.replace("word", "&#119;ord") + "</text></svg>"),
    ):
        with pytest.raises(ShareError, match="100 words in a row"):
            share_files({"a.html": page(f'<picture><source srcset="data:image/svg+xml,{picture}"></picture>')}, [SOURCE], SHARING)


def test_what_files_hide_is_found() -> None:
    """Escaped line ends of JSON and signs that look like markup hide no run."""
    from corpus_utils.report.findings_files import findings_csv, findings_json

    for label in (words(0, 20).replace(" ", "\n"), f"90 % < {words(0, 20)} > 5"):
        for name, data in (("b.findings.json", findings_json([{"id": "x", "label": label}])),
                           ("b.findings.csv", findings_csv([{"id": "x", "label": label}]))):  # fmt: skip
            with pytest.raises(ShareError, match="20 words in a row"):
                share_files({name: data}, [SOURCE], SHARING)


def test_what_the_index_says_is_cut() -> None:
    """A headline and facts keep their first words; a picture that spells out a text is left out."""
    card = {"headline": f"So: {words(0, 30)}", "facts": {"a": [words(5, 40)]}, "thumbnail": f"<svg><text>{SOURCE}</text></svg>", "size": 3}
    out = json.loads(share_files({CARD: json.dumps(card).encode()}, [SOURCE], SHARING)[CARD])
    assert out == {"headline": f"So: {words(0, 10)} …", "facts": {"a": [f"{words(5, 15)} …"]}, "thumbnail": "", "size": 3}


def test_findings_lose_the_ids_of_sentences() -> None:
    """Numbers stay."""
    from corpus_utils.report.findings_files import findings_csv, findings_json

    rows = [{"id": "f", "estimate": 0.25, "evidence": ["d#1s4"]}]
    out = share_files({"a.findings.json": findings_json(rows), "a.findings.csv": findings_csv(rows)}, [SOURCE], SHARING)
    assert json.loads(out["a.findings.json"]) == [{"id": "f", "estimate": 0.25, "evidence": []}]
    assert b"d#1s4" not in out["a.findings.csv"] and b"0.25" in out["a.findings.csv"]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 40), st.sampled_from(["{}", "<b>{}</b>", "<i>{}</i> other"])), max_size=6))
def test_no_run_is_left(stretches: list[tuple[int, int, str]]) -> None:
    """Whatever stretches of a source a page strings together, none longer than the cap remains."""
    out = shared("<p>" + " ".join(dress.format(words(first, min(100, first + length))) for first, length, dress in stretches) + "</p>")
    left = re.sub(r"<[^>]*>", " ", out).split()
    numbers = [int(word.strip("…")[4:]) if re.fullmatch(r"word\d+…?", word) else -5 for word in left]
    run = longest = 1
    for first, last in itertools.pairwise(numbers):
        run = run + 1 if last == first + 1 and first >= 0 else 1
        longest = max(longest, run)
    assert longest <= SHARING.words


def test_codes_need_the_key(tmp_path: Path) -> None:
    """The same key gives the same code; the key is made once, for its owner's eyes only."""
    key = read_key(tmp_path)
    assert read_key(tmp_path) == key and len(key) == 32
    assert (tmp_path / ".share-key").stat().st_mode & 0o077 == 0
    (tmp_path / ".share-key").write_text("\n")
    with pytest.raises(ShareError, match="holds no key"):
        read_key(tmp_path)
    assert code_of("a", key) == code_of("a", key) != code_of("a", "other") and code_of("a", key) != code_of("b", key)


def test_tables_name_no_document() -> None:
    """Ids in every table go, those inside them too; texts, titles and numbers that look like an id stay."""
    from conftest import make_articles

    articles = make_articles({"document_id": "7", "title": "7", "text": "The 7 of them", "extra": '{"url": "secret"}'})
    documents = schema.frame(
        "documents",
        [
            {
                "id": "7",
                "source": "dir/7.txt",
                "text": "7",
                "given": '{"url": "secret", "outlet": "The Paper"}',
                "sha256": "ab",
                "problem": "dir/7.txt, https://example.org/7: odd",
            }
        ],
    )
    sentences = schema.frame("sentences", [{"id": "7#1s0", "article_id": "7#1", "document_id": "7", "text": "7"}])
    given_ = {name: schema.empty(name) for name in Tables.__annotations__ if name in schema.TABLES}
    hidden = hide_documents(Tables(**given_ | {"documents": documents, "articles": articles, "sentences": sentences}), "key")
    code = code_of("7", "key")
    assert hidden.sentences.loc[0, ["id", "article_id", "document_id", "text"]].tolist() == [f"{code}#1s0", f"{code}#1", code, "7"]
    assert hidden.articles.loc[0, ["id", "family", "title", "text", "extra"]].tolist() == [
        f"{code}#1",
        f"{code}#1",
        "7",
        "The 7 of them",
        "{}",
    ]
    assert hidden.documents.loc[0, ["source", "given", "sha256", "problem"]].tolist() == [
        code,
        '{"outlet": "stated"}',
        "",
        "the file, the page: odd",
    ]
    schema.validate("articles", hidden.articles)


def test_the_shared_site_keeps_no_history(tmp_path: Path) -> None:
    """Its folder is sent as it is: pages cut at another length, and what names documents, are not in it; another cap makes new pages."""
    from corpus_utils.cli.reports import shared_plan
    from corpus_utils.project import folder_project

    (tmp_path / "a.txt").write_text(SOURCE)
    project = folder_project(tmp_path, root=tmp_path)
    plan, other = shared_plan(project, 10), shared_plan(project, 20)
    assert plan.keep == 1 and plan.documents is None and plan.reports_dir.name == "shared"
    assert plan.inputs_fingerprint != other.inputs_fingerprint
