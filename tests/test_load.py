"""Load: what counts as a document, what it is called, and that nothing vanishes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_utils import load
from corpus_utils.load import LoadError, find_files, inspect, left_aside, load_blocks, load_documents, load_file, require_usable, unique_ids

TEXT = "The council met on Monday.\nIt decided nothing.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_seeds_are_five_documents_byte_for_byte(seeds: Path) -> None:
    """The default corpus loads as its five files, unchanged, and its data sheet is told but not counted."""
    documents = load_documents(seeds)
    assert len(documents) == 5 and not documents["problem"].any()
    for row in documents.itertuples():
        assert (seeds / row.source).read_bytes().decode("utf-8") == row.text
        assert row.id == Path(row.source).stem and row.encoding == "utf-8"
    assert [path.name for path, _ in left_aside(seeds)] == ["README.md"]
    assert "left aside: data sheet" in inspect(seeds)["note"].tolist()


def test_ids_are_paths_without_suffix_and_with_it_where_two_collide(tmp_path: Path) -> None:
    """Suffixes are dropped unless that makes two documents the same; versions in names are no suffixes."""
    write(tmp_path, {"a.txt": TEXT, "a.md": TEXT, "deep/b.TXT": TEXT, "v1.2.txt": TEXT, "draft v1.2": TEXT})
    assert load_documents(tmp_path)["id"].tolist() == ["a.md", "a.txt", "deep/b", "draft v1.2", "v1.2"]


def test_records_keep_their_ids_and_twins_are_told_apart_visibly(tmp_path: Path) -> None:
    """Two records with one id both load: the second gets ~2 and carries the id as given."""
    lines = [{"id": "x", "text": "one"}, {"id": "x", "text": "two"}, {"id": 7.0, "text": "three"}, {"text": "four"}]
    write(tmp_path, {"r.jsonl": "\n".join(map(json.dumps, lines))})
    documents = load_documents(tmp_path)
    assert documents["id"].tolist() == ["7", "r:000004", "x", "x~2"]
    assert json.loads(documents["extra"].iat[3]) == {"id_as_given": "x"}
    assert "1 ids occur more than once" in inspect(tmp_path)["note"].iat[0]


def test_a_disambiguated_id_never_takes_one_that_is_given(tmp_path: Path) -> None:
    """`x~2` as a real id stays with its record."""
    lines = [{"id": name, "text": "t"} for name in ("x", "x", "x~2")]
    write(tmp_path, {"r.jsonl": "\n".join(map(json.dumps, lines))})
    assert load_documents(tmp_path)["id"].tolist() == ["x", "x~2", "x~3"]


def test_files_one_by_one_join_to_the_same_table(tmp_path: Path) -> None:
    """load_file on each file and unique_ids give what load_documents gives."""
    same = json.dumps({"id": "x", "text": "one"})
    write(tmp_path, {"a.txt": TEXT, "a.md": TEXT, "r.jsonl": same, "s.jsonl": same, "t.csv": "text\nhello\n", "t.tsv": "text\nbye\n"})
    whole = load_documents(tmp_path)
    parts = [load_file(path, tmp_path) for path in reversed(find_files(tmp_path))]
    assert unique_ids(parts).equals(whole)
    assert whole["id"].is_unique


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("binary.txt", bytes(range(256)) * 20, "binary"),
        ("picture.jpg", b"\xff\xd8\xff\xe0" + bytes(50), ".jpg files are not read"),
        ("paper.pdf", b"%PDF-1.4", "save it as text"),
        ("script.py", b"print()", ".py files are not read"),
        ("noise", bytes(range(32)) * 50, "could not be told"),
        ("broken.json", b'{"text": ', "not valid JSON"),
        ("number.json", b"42", "not records"),
        ("empty.json", b"[]", "no records"),
        ("none.csv", b"name,age\nAnn,3\n", "no text column among its columns (name, age)"),
        ("header.csv", b"text\n", "no records"),
        ("blank.csv", b"id,text\n1,\n", "its text is empty"),
        ("bad.parquet", b"PAR1 not really", "not a readable Parquet file"),
        ("bad.xlsx", b"PK nothing", "not a readable Office file"),
        ("bad.docx", b"PK nothing", "not a readable Office file"),
        ("bad.zip", b"PK nothing", "not a readable .zip"),
        ("bad.txt.gz", b"\x1f\x8b nothing", "damaged .gz"),
        ("bad.warc", b"no warc here", "WARC"),
        ("page.html", b"<html><script>x</script></html>", "no text in it"),
        ("other.xml", b"<tei><p>x</p></tei>", "not an RSS or Atom feed"),
        ("feed.xml", b"<rss><channel><title>t</title></channel></rss>", "a feed without entries"),
    ],
)
def test_what_cannot_be_used_is_a_row_that_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """One bad file: one row, its problem naming the file and the reason; the good one beside it loads."""
    write(tmp_path, {name: content, "good.txt": TEXT})
    documents = load_documents(tmp_path)
    bad = documents[documents["source"] == name]
    assert len(bad) == 1 and name in bad["problem"].iat[0] and words in bad["problem"].iat[0], bad["problem"].tolist()
    assert "Traceback" not in bad["problem"].iat[0]
    assert (documents["problem"] == "").sum() == 1
    assert require_usable(documents, tmp_path) is documents


def test_oversized_documents_are_told_and_the_limit_can_be_raised(tmp_path: Path) -> None:
    """The limit holds for a file and for a record of a file."""
    write(tmp_path, {"long.txt": "word " * 500, "r.jsonl": json.dumps({"id": "r", "text": "word " * 500})})
    low = load_documents(tmp_path, max_bytes=1000)
    assert low["problem"].str.contains("more than the limit of 1 kB for one document").all()
    assert not load_documents(tmp_path, max_bytes=10_000)["problem"].any()


@pytest.mark.parametrize("source", ["nothing/here", "nothing/*.txt"])
def test_a_source_that_is_not_there_is_an_error(tmp_path: Path, source: str) -> None:
    """A missing path and a glob without match raise LoadError naming it."""
    with pytest.raises(LoadError, match="nothing"):
        load_documents(tmp_path / source)


def test_nothing_usable_is_an_error_with_the_first_problems(tmp_path: Path) -> None:
    """require_usable tells an empty folder from one whose files cannot be used."""
    with pytest.raises(LoadError, match="no documents in it"):
        require_usable(load_documents(tmp_path), tmp_path)
    write(tmp_path, {f"{n}.txt": "" for n in range(7)})
    with pytest.raises(LoadError, match=r"none of its 7 documents(.|\n)*0\.txt: the file is empty(.|\n)*and 2 more"):
        require_usable(load_documents(tmp_path), tmp_path)


def test_a_glob_and_a_single_file_are_sources(tmp_path: Path) -> None:
    """Paths are relative to the fixed part of a glob, and to the folder of a file."""
    write(tmp_path, {"x/a.txt": TEXT, "x/b.md": TEXT, "y/c.txt": TEXT})
    assert load_documents(str(tmp_path / "**" / "*.txt"))["id"].tolist() == ["x/a", "y/c"]
    assert load_documents(tmp_path / "x" / "*.md")["id"].tolist() == ["b"]
    assert load_documents(tmp_path / "y" / "c.txt")["id"].tolist() == ["c"]


def test_left_aside_is_told_and_not_loaded(tmp_path: Path) -> None:
    """Hidden files, data sheets, settings and tables about the documents are no documents."""
    names = [".hidden.txt", ".git/config", "README", "readme.txt", "deep/README.md", "corpus.toml", "Thumbs.db", "overrides.csv"]
    write(
        tmp_path,
        {**dict.fromkeys(names, "x"), "metadata.csv": "id,outlet\na,The Paper\n", "a.txt": TEXT, "deep/overrides.csv": "text\nt\n"},
    )
    assert load_documents(tmp_path)["id"].tolist() == ["a", "deep/overrides:000001"]
    told = {path.relative_to(tmp_path).as_posix(): why for path, why in left_aside(tmp_path)}
    assert set(told) == {
        ".hidden.txt",
        ".git",
        "README",
        "readme.txt",
        "deep/README.md",
        "corpus.toml",
        "Thumbs.db",
        "overrides.csv",
        "metadata.csv",
    }
    assert told["README"] == "data sheet" and told["metadata.csv"] == "metadata of the documents" and told[".git"] == "hidden"
    assert len(inspect(tmp_path)) == len(told) + 2


def test_metadata_csv_with_texts_is_a_corpus(tmp_path: Path) -> None:
    """A metadata.csv that has a text column is data, not a table about other files."""
    write(tmp_path, {"metadata.csv": "id;headline;body\n1;T;Some text\n"})
    assert load_documents(tmp_path)["text"].tolist() == ["Some text"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a thing of Unix")
def test_loops_pipes_and_broken_links_do_not_hang(tmp_path: Path) -> None:
    """A link to the folder above, a pipe and a dangling link end as a note or a problem."""
    write(tmp_path, {"deep/a.txt": TEXT})
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    (tmp_path / "same.txt").symlink_to(tmp_path / "deep" / "a.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    documents = load_documents(tmp_path).set_index("source")
    assert documents.index.tolist() == ["deep/a.txt", "gone.txt", "pipe.txt"]
    assert "a pipe, socket or device" in documents.loc["pipe.txt", "problem"]
    assert "cannot be read" in documents.loc["gone.txt", "problem"]
    assert {why for _, why in left_aside(tmp_path)} == {"a link to a folder that is read already", "a link to a file that is read already"}


def test_links_out_of_the_source_are_left_aside(tmp_path: Path) -> None:
    """A scrape unpacked from somewhere must not publish the reader's own files; the folder itself can be named as a source."""
    write(tmp_path, {"store/a.txt": TEXT})
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "l").symlink_to(tmp_path / "store")
    assert load_documents(tmp_path / "corpus")["id"].tolist() == []
    assert [why for _, why in left_aside(tmp_path / "corpus")] == ["a link that leads out of the source"]


def test_files_without_permission_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable file is a row. The refusal is acted: the superuser of a container may read everything."""

    def refuse(*arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    write(tmp_path, {"a.txt": TEXT})
    monkeypatch.setattr("corpus_utils.load.unpack.os.open", refuse)
    assert load_documents(tmp_path)["problem"].tolist() == ["a.txt: cannot be read (Permission denied); check the link or its permissions"]


def test_loading_is_the_same_twice_and_in_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many pages are read by more processes; the table does not show it."""
    page = "<html><body><h1>Town {n} decides</h1><p>The council of town {n} met on Monday and decided nothing at all.</p></body></html>"
    write(tmp_path, {f"{n:03}.html": page.format(n=n) for n in range(8)})
    monkeypatch.setattr("corpus_utils.load.FILES_A_PART", 4)
    told: list[str] = []
    documents = load_documents(tmp_path, progress=told.append)
    assert documents["text"].tolist() == [load_file(path, tmp_path)["text"].iat[0] for path in find_files(tmp_path)]
    assert told


def test_find_files_needs_no_heavy_library(tmp_path: Path) -> None:
    """Listing a source imports neither pandas nor lxml: the command line answers at once."""
    write(tmp_path, {"a.txt": TEXT})
    code = (
        "import sys; from corpus_utils.load import find_files as f; f(sys.argv[1]); print({'pandas', 'lxml', 'numpy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_inspect_tells_formats_columns_and_problems(tmp_path: Path) -> None:
    """One row a file: what it is, how many records, what each column is taken for."""
    write(tmp_path, {"a.csv": "Headline,Body,mood\nT,Some text,good\nU,,bad\n", "b.txt": "caf\xe9".encode("cp1252")})
    table = inspect(tmp_path).set_index("file")
    assert table.loc["a.csv", ["format", "records", "usable"]].tolist() == ["csv", 2, 1]
    assert json.loads(table.loc["a.csv", "columns"]) == {"Headline": "title", "Body": "text", "mood": ""}
    assert "record 2: its text is empty" in table.loc["a.csv", "note"]
    assert table.loc["b.txt", "encoding"] == "cp1252"


def test_a_large_file_comes_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined, the blocks are what one load gives: ids claimed twice, lines that are broken, records without an id."""
    lines = [json.dumps({"text": f"{TEXT}{number}", **({"id": f"a{number % 7}"} if number % 3 else {})}) for number in range(40)]
    lines[11], lines[23] = '{"text": "half', ""
    write(tmp_path, {"all.jsonl": "\n".join(lines), "all.csv": "id,text\n" + "".join(f'a{n},"{TEXT}\r{n}"\r\n' for n in range(9))})
    monkeypatch.setattr(load, "BLOCK", 8)
    monkeypatch.setattr(load, "BLOCK_SIZE", 300)
    blocks = list(load_blocks(find_files(tmp_path), tmp_path))
    whole = load_documents(tmp_path)
    assert len(blocks) > 6 and max(map(len, blocks)) <= 8
    assert unique_ids(blocks).equals(whole) and len(whole) == 39 + 9 and whole["problem"].str.contains("line 12").sum() == 1


def test_no_files_are_one_block(tmp_path: Path) -> None:
    """A source that holds no document still has a table."""
    assert [len(block) for block in load_blocks([], tmp_path)] == [0]
