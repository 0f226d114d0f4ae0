"""Hostile input: bombs, traps and nonsense end as a problem, quickly, without touching disk or network."""

from __future__ import annotations

import gzip
import io
import json
import re
import socket
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_load_formats import WORD, docx, zipped

from corpus_utils.load import load_documents
from corpus_utils.load.documents import read_blob
from corpus_utils.load.files import FORMATS
from corpus_utils.load.limits import Blob, Options
from corpus_utils.load.pages import read_page
from corpus_utils.load.unpack import unpack

BILLION = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this module may open a connection."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def problems(folder: Path, name: str, data: bytes) -> list[str]:
    """Problems of one file's documents."""
    (folder / name).write_bytes(data)
    return load_documents(folder)["problem"].tolist()


@pytest.mark.parametrize("head", [BILLION, EXTERNAL], ids=["expansion", "external"])
@pytest.mark.parametrize("name", ["feed.xml", "file.docx", "page.html"])
def test_xml_entities_do_no_harm(tmp_path: Path, head: str, name: str) -> None:
    """Entity bombs and references to files are neither expanded nor read."""
    entity = "j" if head is BILLION else "x"
    if name == "feed.xml":
        data = f"{head}<rss><channel><item><description>&{entity};</description></item></channel></rss>".encode()
    elif name == "file.docx":
        data = docx(f"<w:p><w:r><w:t>&{entity};</w:t></w:r></w:p>", head)
    else:
        data = f"{head}<html><body><p>Body &{entity}; text</p></body></html>".encode()
    start = time.perf_counter()
    (tmp_path / name).write_bytes(data)
    documents = load_documents(tmp_path)
    assert time.perf_counter() - start < 5
    assert "root:" not in documents["text"].iat[0] and "hahaha" not in documents["text"].iat[0]
    assert name == "page.html" or "declares XML entities" in documents["problem"].iat[0]


def test_zip_bombs_are_not_opened(tmp_path: Path) -> None:
    """A gigabyte of nothing in a .gz or .zip is told by its ratio, before it is unpacked."""
    zeros = bytes(40_000_000)
    packed = gzip.compress(zeros, mtime=0)
    assert "more than" in problems(tmp_path, "bomb.txt.gz", packed)[0]
    (tmp_path / "bomb.txt.gz").unlink()
    assert "zip bomb" in problems(tmp_path, "bomb.jsonl.gz", packed)[0]
    (tmp_path / "bomb.jsonl.gz").unlink()
    assert "zip bomb" in problems(tmp_path, "bomb.zip", zipped({"a.txt": zeros}))[0]


def test_a_member_that_lies_about_its_size_is_cut_off() -> None:
    """The size in an archive's directory is not believed."""
    data = bytearray(zipped({"a.txt": b"x" * 5000}))
    where = data.rindex(b"PK\x01\x02") + 24
    data[where : where + 4] = (10).to_bytes(4, "little")
    found = list(unpack(Blob("z.zip", bytes(data)), Options(max_bytes=1000, max_container_bytes=100_000)))
    assert len(found) == 1 and (found[0].problem or len(found[0].data) <= 1000)


def test_archives_nested_too_deeply_are_told(tmp_path: Path) -> None:
    """Archives inside archives end at a stated depth."""
    data = b"text"
    for _ in range(6):
        data = zipped({"in.zip" if data[:2] == b"PK" else "a.txt": data})
    assert "nested more than 3 deep" in problems(tmp_path, "z.zip", data)[0]


def test_members_that_climb_are_only_names(tmp_path: Path) -> None:
    """`../../evil.txt` is loaded under a tame name, and nothing is written anywhere."""
    (tmp_path / "in").mkdir()
    before = sorted(tmp_path.rglob("*"))
    data = zipped({"../../evil.txt": "one", "/abs.txt": "two", "..\\win.txt": "three", "a!b.txt": "four"})
    (tmp_path / "in" / "z.zip").write_bytes(data)
    documents = load_documents(tmp_path / "in")
    assert documents["id"].tolist() == ["z/a_b", "z/abs", "z/evil", "z/win"]
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "in" / "z.zip"])


def test_a_password_is_told(tmp_path: Path) -> None:
    """An encrypted member is a problem, not an exception."""
    data = bytearray(zipped({"a.txt": b"secret"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert "protected by a password" in problems(tmp_path, "z.zip", bytes(data))[0]


def test_excel_with_a_bomb_inside_is_not_opened(tmp_path: Path) -> None:
    """Workbooks are zips too."""
    assert "unpacks to" in problems(tmp_path, "x.xlsx", zipped({"xl/worksheets/sheet1.xml": bytes(60_000_000)}))[0]


def test_json_nested_a_hundred_thousand_deep(tmp_path: Path) -> None:
    """Deep nesting and endless numbers are a problem, not a crash."""
    assert "not valid JSON" in problems(tmp_path, "d.json", b"[" * 100_000)[0]
    (tmp_path / "d.json").unlink()
    assert problems(tmp_path, "n.jsonl", b'{"text": ' + b"9" * 10_000 + b"}")[0]


def test_html_nested_fifty_thousand_deep() -> None:
    """Depth of markup exhausts neither stack nor time."""
    start = time.perf_counter()
    page = read_page("<div>" * 50_000 + "deep text" + "</div>" * 50_000)
    assert time.perf_counter() - start < 20
    assert page.text in ("deep text\n", "")


def test_a_feed_of_script_is_only_text(tmp_path: Path) -> None:
    """Markup in a title or text stays text for the pages to escape; scripts of flattened HTML are gone."""
    lines = json.dumps({"title": "<script>alert(1)</script>", "html": "<p>Hello</p><script>alert(2)</script>"})
    (tmp_path / "r.jsonl").write_text(lines, encoding="utf-8")
    documents = load_documents(tmp_path)
    assert documents["text"].iat[0] == "Hello\n" and json.loads(documents["given"].iat[0])["title"] == "<script>alert(1)</script>"


KINDS = sorted({*FORMATS, ".gz", ".bin", ""})


@given(st.sampled_from(KINDS), st.binary(max_size=400))
def test_no_bytes_under_any_name_raise(suffix: str, data: bytes) -> None:
    """Whatever stands in a file, there is at least one row, and everything in it can be written as UTF-8."""
    for blob in unpack(Blob(f"file{suffix}", data), Options()):
        rows = list(read_blob(blob, Options()))
        assert rows
        for row in rows:
            json.dumps([row.given, row.extra, row.hints])
            (row.text + row.problem + row.key + json.dumps(row.extra, ensure_ascii=False)).encode()
            assert row.problem or row.text.strip()


TAGS = st.sampled_from(
    ["p", "div", "h1", "td", "tr", "table", "li", "script", "a", "span", "pre", "br", "title", "head", "svg", "figcaption", "nav", "b"]
)
PIECES = st.one_of(
    st.text(max_size=20),
    TAGS.map(lambda tag: f"<{tag}>"),
    TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(["&nbsp;", "&amp;", "&#0;", "&#xD800;", "<!--", "-->", "<![CDATA[", "]]>", "<?x", '<a href="', "\x00", "\ud800"]),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_markup_flattens_and_hints_stay_inside(markup: str) -> None:
    """Hints are sorted, do not overlap, and lie within the text; the same page gives the same result."""
    page = read_page(markup)
    page.text.encode()
    end = 0
    for start, stop, role, rule in page.hints:
        assert end <= start < stop <= len(page.text) and role and rule
        end = stop
    again = read_page(markup)
    assert (again.text, again.hints, again.given) == (page.text, page.hints, page.given)


def test_word_namespace_is_the_real_one() -> None:
    """The fixture's namespace is the one Word writes."""
    assert WORD.endswith("/wordprocessingml/2006/main") and zipfile.is_zipfile(io.BytesIO(docx("")))


def far_cell(rows: list[list[str]]) -> bytes:
    """A workbook with these rows and one cell in the last row and column there can be."""
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    with zipfile.ZipFile(out) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb'(<dimension ref="A1:)[A-Z0-9]+', rb"\1XFD1048576", parts[sheet])
    parts[sheet] = parts[sheet].replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    return zipped(parts)


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    """A million blank rows of thousands of columns are not gone through one by one."""
    start = time.process_time()
    (tmp_path / "x.xlsx").write_bytes(far_cell([["id", "text"], ["a", f"{WORD} of the workbook."]]))
    documents = load_documents(tmp_path)
    assert documents["text"].iat[0] == f"{WORD} of the workbook." and time.process_time() - start < 15


def test_rows_that_reach_the_last_column_keep_their_cells_quickly(tmp_path: Path) -> None:
    """Columns without a header are not named one by one; a cell far to the right rides along under its column's number."""
    import openpyxl

    book = openpyxl.Workbook()
    for number in range(30):
        book.active.append(["id", "text"] if not number else [str(number), f"{WORD} of the workbook."])
        book.active.cell(row=number + 1, column=16384, value="far" if number else None)
    book.save(tmp_path / "x.xlsx")
    start = time.process_time()
    documents = load_documents(tmp_path)
    assert len(documents) == 29 and json.loads(documents["extra"].iat[0]) == {"column_16384": "far"}
    assert time.process_time() - start < 3
