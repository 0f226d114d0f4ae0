"""Files of records, office files, feeds and crawls: what becomes text, what metadata, what rides along."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from corpus_utils.load import LoadError, load_documents
from corpus_utils.load.columns import as_date, as_text, check_mapping, guess_columns

RECORD = {
    "id": "a1",
    "headline": "A title",
    "body": "Some text.",
    "source": {"id": None, "name": "The Paper"},
    "mood": "good",
    "tags": ["x", "y"],
}


def load_one(folder: Path, name: str, data: bytes | str, **options) -> pd.DataFrame:
    """Write one file and load its folder."""
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return load_documents(folder, **options)


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A .zip archive in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["text", "title", "date"], {"text": "text", "title": "title", "date": "date"}),
        (
            ["Headline", "article_text", "Publish-Date", "byline"],
            {"Headline": "title", "article_text": "text", "Publish-Date": "date", "byline": "author"},
        ),
        (["maintext", "date_publish", "source_domain"], {"maintext": "text", "date_publish": "date", "source_domain": "outlet"}),
        (
            ["Überschrift", "Inhalt", "Datum", "Zeitung", "Sprache"],
            {"Überschrift": "title", "Inhalt": "text", "Datum": "date", "Zeitung": "outlet", "Sprache": "language"},
        ),
        (["titre", "texte", "auteur", "lien"], {"titre": "title", "texte": "text", "auteur": "author", "lien": "url"}),
        (
            ["título", "cuerpo", "fecha", "medio", "idioma"],
            {"título": "title", "cuerpo": "text", "fecha": "date", "medio": "outlet", "idioma": "language"},
        ),
        (["manchete", "conteúdo", "veículo"], {"manchete": "title", "conteúdo": "text", "veículo": "outlet"}),
        (["Заголовок", "Текст", "Дата", "Источник"], {"Заголовок": "title", "Текст": "text", "Дата": "date", "Источник": "outlet"}),
        (["content", "text"], {"text": "text"}),
        (["_source.title", "_source.body", "source.name"], {"_source.title": "title", "_source.body": "text", "source.name": "outlet"}),
        (["webTitle", "fields.bodyText", "webUrl"], {"webTitle": "title", "fields.bodyText": "text", "webUrl": "url"}),
        (["mood", "summary", "age"], {}),
    ],
)
def test_usual_names_are_guessed(names: list[str], wanted: dict[str, str]) -> None:
    """Names in several languages and spellings, nested ones among them; unknown names stay unknown."""
    assert guess_columns(names) == wanted


def test_the_users_mapping_comes_first_and_can_switch_a_guess_off() -> None:
    """A named column wins over a guessed one; "" leaves a column alone; wrong names are an error that lists the right ones."""
    assert guess_columns(["text", "summary"], {"summary": "text"}) == {"summary": "text"}
    assert guess_columns(["title", "text"], {"title": ""}) == {"text": "text"}
    with pytest.raises(LoadError, match="'body' is not one of ours; there are: id, text"):
        check_mapping({"x": "body"})
    with pytest.raises(LoadError, match="more than one input column"):
        check_mapping({"x": "text", "y": "text"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (float("nan"), ""), (3.0, "3"), (2.5, "2.5"), (True, "true"), (["Ann", "", "Bo"], "Ann; Bo"), ({"name": "Ann"}, "Ann"),
        (datetime.datetime(2024, 2, 1), "2024-02-01"), (datetime.date(2024, 2, 1), "2024-02-01"),
        (datetime.datetime(2024, 2, 1, 9, 30), "2024-02-01T09:30:00"), ("a\ud800b", "a\ufffdb"), (b"caf\xc3\xa9", "café"),
    ],
)  # fmt: skip
def test_cells_as_text(value: object, text: str) -> None:
    """Every kind of cell has one written form; missing is empty."""
    assert as_text(value) == text


def test_time_stamps_are_dates() -> None:
    """Seconds and milliseconds since 1970 become ISO 8601; other dates stay as stated."""
    assert as_date(1700000000) == as_date("1700000000000") == "2023-11-14T22:13:20+00:00"
    assert as_date("6 December") == "6 December"


JSON_FORMS = [
    [RECORD],
    {"status": "ok", "articles": [RECORD]},
    {"response": {"results": [RECORD]}},
    {"hits": {"hits": [{"_source": RECORD}]}},
    RECORD,
    {"a1": {key: value for key, value in RECORD.items() if key != "id"}},
]


@pytest.mark.parametrize("form", JSON_FORMS, ids=["array", "list inside", "deeper", "search engine", "single", "by id"])
def test_json_in_its_usual_forms(tmp_path: Path, form: object) -> None:
    """An array, a list inside an object, a single record, records by their id."""
    documents = load_one(tmp_path, "r.json", json.dumps(form))
    assert not documents["problem"].any() and documents["text"].tolist() == ["Some text."] and documents["id"].tolist() == ["a1"]
    assert json.loads(documents["given"].iat[0]) == {"outlet": "The Paper", "title": "A title"}
    extra = {name.removeprefix("_source."): value for name, value in json.loads(documents["extra"].iat[0]).items()}
    assert extra == {"mood": "good", "source.id": None, "tags": ["x", "y"]}


def test_a_broken_line_is_one_row_and_the_rest_loads(tmp_path: Path) -> None:
    """The problem tells the line; JSON lines under the name .json load too."""
    lines = [json.dumps({"text": "one"}), '{"text": "tw', "[1]", json.dumps({"text": "four \ud800\u0000"})]
    documents = load_one(tmp_path, "r.jsonl", "\n".join(lines))
    assert documents["id"].tolist() == ["r:000001", "r:000002", "r:000003", "r:000004"]
    assert documents["text"].tolist() == ["one", "", "", "four \ufffd\ufffd"]
    assert "r.jsonl, line 2: not valid JSON" in documents["problem"].iat[1] and "line 3" in documents["problem"].iat[2]
    (tmp_path / "r.jsonl").unlink()
    assert load_one(tmp_path, "r.json", "\n".join(lines[:1] * 2))["text"].tolist() == ["one", "one"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_of_any_separator(tmp_path: Path, separator: str) -> None:
    """The separator is seen in the header; quoted cells hold line ends; a surplus cell is kept."""
    rows = ["title,text,mood", '"T, 1","Line one\nline two",good', "U,Plain text,bad,surplus"]
    data = "\n".join(row.replace(", ", "@").replace(",", separator).replace("@", ", ") for row in rows)
    documents = load_one(tmp_path, "t.csv", data)
    assert documents["text"].tolist() == ["Line one\nline two", "Plain text"]
    assert json.loads(documents["given"].iat[0]) == {"title": "T, 1"}
    assert json.loads(documents["extra"].iat[1]) == {"cells_beyond_header": ["surplus"], "mood": "bad"}


def test_a_long_cell_is_read_and_the_csv_module_left_as_it_was(tmp_path: Path) -> None:
    """Cells over 128 kB are read, without changing the limit for other users of the module."""
    import csv

    before = csv.field_size_limit()
    assert len(load_one(tmp_path, "t.csv", "text\n" + "w" * 200_000)["text"].iat[0]) == 200_000
    assert csv.field_size_limit() == before


def test_parquet_and_excel_with_dates(tmp_path: Path) -> None:
    """Typed columns: dates become ISO 8601, missing cells are empty, numbers as ids lose their .0."""
    table = pd.DataFrame({"id": [1, 2], "text": ["one", "two"], "date": pd.to_datetime(["2024-02-01", None]), "score": [0.5, None]})
    table.to_parquet(tmp_path / "p.parquet")
    table.to_excel(tmp_path / "x.xlsx", index=False)
    documents = load_documents(tmp_path)
    assert documents["id"].tolist() == ["1", "1~2", "2", "2~2"] and documents["text"].tolist() == ["one", "one", "two", "two"]
    assert {json.loads(given).get("date", "") for given in documents["given"]} == {"2024-02-01", ""}
    assert [json.loads(extra)["score"] for extra in documents["extra"]] == [0.5, 0.5, None, None]


def test_record_hash_depends_on_content_not_on_key_order(tmp_path: Path) -> None:
    """sha256 of a record is of its canonical JSON."""
    documents = load_one(tmp_path, "r.jsonl", '{"text": "t", "mood": 1}\n{"mood": 1, "text": "t"}\n{"mood": 2, "text": "t"}')
    assert documents["sha256"].nunique() == 2


def test_a_record_of_html_is_flattened(tmp_path: Path) -> None:
    """A column of markup, and a text that is markup, become text."""
    documents = load_one(
        tmp_path, "r.jsonl", '{"html": "<p>One</p><p>Two</p>"}\n{"text": "<div>Three<br>Four</div>"}\n{"text": "a < b, b > c"}'
    )
    assert documents["text"].tolist() == ["One\n\nTwo\n", "Three\nFour\n", "a < b, b > c"]


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, head: str = "") -> bytes:
    """A Word file of the given body XML."""
    core = '<cp xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A title</dc:title><dc:creator>Ann Lee</dc:creator></cp>'
    return zipped(
        {"word/document.xml": f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>', "docProps/core.xml": core}
    )


def test_word_documents(tmp_path: Path) -> None:
    """Paragraphs and table rows in order; tabs and breaks kept; deleted text gone, inserted kept; title and author stated."""
    body = (
        "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:br/><w:t>line</w:t></w:r></w:p>"
    )
    documents = load_one(tmp_path, "w.docx", docx(body))
    assert documents["text"].tolist() == ["One\ttwo\na\tb\nnew\nline\n"]
    assert json.loads(documents["given"].iat[0]) == {"author": "Ann Lee", "title": "A title"}


RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The Paper</title><language>en-us</language>
<item><title>One &amp; only</title><link>https://example.org/1</link><guid>g1</guid><pubDate>Wed, 28 Feb 2024 10:00:00 GMT</pubDate>
<dc:creator>Ann Lee</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>First.</p><p>Second&nbsp;one.</p>]]></content:encoded>
<category>world</category></item>
<item><title>Two</title><description>Just a&nbsp;summary</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>El Diario</title>
<entry><id>e1</id><title>Uno</title><link rel="alternate" href="https://example.org/uno"/><published>2024-02-28T10:00:00Z</published>
<author><name>Ana Ruiz</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Primero.</p><p>Segundo.</p></div></content></entry></feed>"""


def test_feeds(tmp_path: Path) -> None:
    """RSS and Atom entries are documents with what the feed states of them."""
    (tmp_path / "a.xml").write_text(ATOM, encoding="utf-8")
    documents = load_one(tmp_path, "r.xml", RSS)
    assert documents["id"].tolist() == ["e1", "g1", "r:000002"]
    assert documents["text"].tolist() == ["Primero.\n\nSegundo.\n", "First.\n\nSecond one.\n", "Just a summary\n"]
    assert json.loads(documents["given"].iat[0]) == {
        "author": "Ana Ruiz", "date": "2024-02-28T10:00:00Z", "language": "es", "outlet": "El Diario", "title": "Uno", "url": "https://example.org/uno",
    }  # fmt: skip
    given = json.loads(documents["given"].iat[1])
    assert given["title"] == "One & only" and given["outlet"] == "The Paper" and given["author"] == "Ann Lee"
    assert json.loads(documents["extra"].iat[1])["categories"] == ["world"]


def warc(*responses: tuple[str, str, bytes]) -> bytes:
    """A WARC file of (url, HTTP head without length, body)."""
    parts = []
    for url, head, body in responses:
        block = head.encode() + f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        lines = (
            "WARC/1.0", "WARC-Type: response", f"WARC-Target-URI: {url}", "WARC-Date: 2024-02-28T10:00:00Z",
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{len(parts):012}>", "Content-Type: application/http; msgtype=response",
            f"Content-Length: {len(block)}",
        )  # fmt: skip
        parts.append("\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n")
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def test_crawls(tmp_path: Path) -> None:
    """HTML responses are documents with their address; compressed content is undone; the rest is counted in one row."""
    page = "<html><body><h1>Grüße aus der Stadt</h1><p>Der Rat tagte am Montag.</p></body></html>"
    data = warc(
        ("https://example.org/1", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1", page.encode("latin-1")),
        ("https://example.org/2", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", gzip.compress(page.encode())),
        ("https://example.org/3.png", "HTTP/1.1 200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        ("https://example.org/4", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html", b"gone"),
    )
    documents = load_one(tmp_path, "c.warc.gz", data)
    assert documents["id"].tolist() == ["c:000001", "c:000002", "c:000005"]
    assert documents["text"].tolist()[:2] == ["Grüße aus der Stadt\n\nDer Rat tagte am Montag.\n"] * 2
    assert json.loads(documents["given"].iat[0])["url"] == "https://example.org/1"
    assert "2 records are no pages" in documents["problem"].iat[2] and "1 image/png, 1 with HTTP status 404" in documents["problem"].iat[2]


def test_everything_loads_from_gz_and_zip_alike(tmp_path: Path) -> None:
    """Packed files are looked through, archives in archives too, and a source tells the way."""
    inner = zipped({"b.txt": "bee", "c.csv.gz": gzip.compress(b"text\nsea\n", mtime=0)})
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"ay", mtime=0))
    documents = load_one(tmp_path, "z.zip", zipped({"in.zip": inner, "README.md": "about", "d/e.txt": "dee", "__MACOSX/x": "x"}))
    assert documents["id"].tolist() == ["a", "z/d/e", "z/in/b", "z/in/c:000001"]
    assert documents["source"].tolist() == ["a.txt.gz", "z.zip!d/e.txt", "z.zip!in.zip!b.txt", "z.zip!in.zip!c.csv.gz"]
    assert documents["text"].tolist() == ["ay", "dee", "bee", "sea"]
