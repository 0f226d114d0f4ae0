"""The command line as people and other programs meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

COMMANDS = [
    "report",
    "list",
    "inspect",
    "clean",
    "annotate",
    "keyness",
    "kwic",
    "train",
    "sample",
    "agreement",
    "next-batch",
    "machine-code",
    "intrusion",
    "init",
]


def run(*arguments: str, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m corpus_utils ...` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "corpus_utils", *arguments], cwd=cwd, input=stdin, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_examples(command: str) -> None:
    """Each command says what it does and shows how it is used."""
    done = run(command, "--help")
    assert done.returncode == 0 and "examples:\n  corpus-utils " in done.stdout


def test_help_imports_nothing_heavy() -> None:
    """--help answers at once because it imports the standard library only."""
    code = (
        "import sys; from corpus_utils.cli import parser; parser().format_help();"
        "print([name for name in ('pandas', 'numpy', 'sklearn', 'nltk', 'matplotlib', 'papermill', 'lxml', 'yaml') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def cpu_seconds(*command: str) -> float:
    """Processor time of the best of three runs: a busy machine stretches the clock, not this."""
    times = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, *command], capture_output=True, check=True, cwd=ROOT)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(times)


def test_help_is_quick() -> None:
    """It costs a few times what Python and argparse cost by themselves; importing pandas would cost thirty times that."""
    assert cpu_seconds("-m", "corpus_utils", "--help") < 8 * cpu_seconds("-c", "import argparse, dataclasses, tomllib")


def test_version() -> None:
    """--version prints the package's version."""
    from corpus_utils import __version__

    assert run("--version").stdout.strip() == f"corpus-utils {__version__}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clean", "no-such-folder", "-o", "x.jsonl"], "no-such-folder"),
        (["clean", ".", "-o", "x.docx"], "cannot write .docx"),
        (["annotate", "sentiment", "missing.jsonl", "-o", "x.csv"], "no such file"),
        (["annotate", "mood", "x.jsonl", "-o", "x.csv"], "invalid choice: 'mood'"),
        (["report"], "no corpus.toml"),
        (["report", "--source", "nowhere"], "nowhere"),
        (["report", "--source", "."], "no"),
        (["inspect", "nowhere"], "nowhere"),
        (["annotate", "topics", "x.jsonl", "-o", "y.csv", "-k", "1"], "at least 2"),
        (["annotate", "topics", "x.jsonl", "-o", "y.csv", "--seed", "-1"], "at least 0"),
        (["annotate", "quotes", "x.jsonl", "-o", "y.csv", "--unit", "sentence"], "--unit is for sentiment and frames, not for quotes"),
        (["clean", ".", "-o", "x.jsonl", "--spans", "s.txt"], "cannot write .txt"),
        (["report", "--workers", "0"], "at least 1"),
        ([], "required: COMMAND"),
    ],
)
def test_bad_input_is_explained_with_exit_code_2(tmp_path: Path, arguments: list[str], words: str) -> None:
    """One line that says what is wrong; never a traceback."""
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr


def test_a_folder_without_a_usable_document_ends_with_exit_code_2(tmp_path: Path) -> None:
    """The problem of each file is said, and the whole ends with an error."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"")
    (tmp_path / "in" / "b.bin").write_bytes(bytes(range(256)) * 9)
    done = run("clean", "in", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_clean_writes_one_record_per_article(tmp_path: Path, seeds: Path) -> None:
    """The columns of the issue, spans that tile, ten stories."""
    done = run("clean", str(seeds), "-o", "articles.jsonl", "--spans", "spans.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    articles = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(articles) == 10
    assert list(articles[0])[:14] == [
        "id", "document_id", "title", "text", "outlet", "agency", "author", "place", "date_earliest", "date_latest",
        "date_bounds", "date_evidence", "language", "flags",
    ]  # fmt: skip
    spans = [json.loads(line) for line in (tmp_path / "spans.jsonl").read_text(encoding="utf-8").splitlines()]
    for path in sorted(seeds.glob("*.txt")):
        text, at = path.read_text(encoding="utf-8"), 0
        for span in (span for span in spans if span["document_id"] == path.stem):
            assert span["start"] == at
            at = span["end"]
        assert at == len(text)


def test_unknown_columns_ride_along(tmp_path: Path) -> None:
    """A record's own columns come out again beside ours."""
    rows = [
        {"id": "r1", "text": "The council met on Monday to discuss the bridge. It agreed to build it.", "coder": "anna", "place": "Oslo"}
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run("clean", "in.jsonl", "-o", "out.jsonl", cwd=tmp_path).returncode == 0
    (article,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert article["document_id"] == "r1" and article["coder"] == "anna"


@pytest.mark.parametrize("measure", ["sentiment", "frames"])
def test_annotate_returns_every_id_in_order(tmp_path: Path, measure: str) -> None:
    """Empty texts and other languages come back too, in the order they came."""
    rows = [
        {"id": "b", "text": "The minister praised a wonderful agreement.", "note": 1},
        {"id": "a", "text": ""},
        {"id": "c", "text": "Der Minister lobte das Abkommen.", "language": "de"},
    ]
    stdin = "".join(json.dumps(row) + "\n" for row in rows)
    done = run("annotate", measure, "-", "-o", "-", cwd=tmp_path, stdin=stdin)
    assert done.returncode == 0, done.stderr
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in out] == ["b", "a", "c"] and out[0]["note"] == 1


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, seeds: Path) -> None:
    """`corpus-utils clean seeds | head -1` ends quietly."""
    command = f'"{sys.executable}" -m corpus_utils clean "{seeds}" -o - | head -c 10'
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert "Traceback" not in done.stderr


def test_init_makes_a_project_that_runs(tmp_path: Path) -> None:
    """A new project has everything but documents, and says so until they are put in."""
    assert run("init", "study", cwd=tmp_path).returncode == 0
    study = tmp_path / "study"
    assert (study / "corpus.toml").is_file() and (study / "notebooks" / "reports.yml").is_file()
    again = run("init", "study", cwd=tmp_path)
    assert again.returncode == 2 and "nothing was changed" in again.stderr
    empty = run("report", cwd=study)
    assert empty.returncode == 2 and "Traceback" not in empty.stderr
    listed = run("list", cwd=study)
    assert listed.returncode == 0 and "01_corpus" in listed.stdout and "corpus: str = '..'" in listed.stdout
    assert "Nothing is published yet" in listed.stderr


def test_list_prints_the_data_dictionary() -> None:
    """Every table with every column."""
    from corpus_utils.schema import TABLES

    done = run("list", "--tables")
    assert all(table in done.stdout for table in TABLES)


ROWS = [
    {"id": str(n), "text": text, "outlet": outlet}
    for n, (outlet, text) in enumerate([("a", "The bridge fell."), ("b", "The dam held.")] * 6)
]


def test_keyness_contrasts_groups(tmp_path: Path) -> None:
    """Words of one outlet come out with its group."""
    stdin = "".join(json.dumps(row) + "\n" for row in ROWS)
    done = run("keyness", "-", "--group", "outlet", "-o", "-", stdin=stdin)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["word"] for row in rows if row["group"] == "a" and row["log_ratio"] > 1} >= {"bridge", "fell"}
    assert run("keyness", "-", "--group", "tone", "-o", "-", stdin=stdin).returncode == 2


def test_kwic_shows_words_in_context(tmp_path: Path) -> None:
    """Each use on a line with its record."""
    stdin = "".join(json.dumps(row) + "\n" for row in ROWS)
    done = run("kwic", "bridg*", "-", stdin=stdin)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 6 and "bridge" in done.stdout
    assert run("kwic", "", "-", stdin=stdin).returncode == 2


def test_actors_are_rows(tmp_path: Path) -> None:
    """Two spellings of a man are one actor."""
    row = {"id": "x", "text": "Deputy Foreign Minister Sergei Ryabkov spoke. Later Ryabkov left. Riabkov came back."}
    done = run("annotate", "actors", "-", "-o", "-", stdin=json.dumps(row) + "\n")
    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["actor"] for line in done.stdout.splitlines() if "kov" in line} == {"Sergei Ryabkov"}


def test_clean_reads_standard_input() -> None:
    """`clean -` fits into a pipe."""
    row = {"id": "r1", "text": "The council met on Monday to discuss the bridge. It agreed to build it."}
    done = run("clean", "-", "-o", "-", stdin=json.dumps(row) + "\n")
    assert done.returncode == 0 and json.loads(done.stdout)["document_id"] == "r1"


def test_odd_entries_do_not_stop_a_report(tmp_path: Path) -> None:
    """A pipe, a dead link and a link to a private file: the report is made of the rest, and the private file is not in it."""
    source, private = tmp_path / "src", tmp_path / "private.txt"
    source.mkdir()
    private.write_text("Secret words of the reader that nobody asked for. " * 9, encoding="utf-8")
    text = "Bridge reopens\n\nThe bridge was reopened on Monday. The mayor thanked the workers for two years of repairs.\n"
    (source / "good.txt").write_text(text, encoding="utf-8")
    os.mkfifo(source / "pipe.txt")
    (source / "dead.txt").symlink_to(source / "gone.txt")
    (source / "link.txt").symlink_to(private)
    done = run("report", "--source", "src", "--only", "01_corpus", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    published = b"".join(path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file())
    assert b"Secret words" not in published and b"dead.txt" in published


def test_file_names_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """Escapes and line ends of a hostile name are shown harmlessly."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("The council met on Monday to discuss the bridge. It agreed.", encoding="utf-8")
    (tmp_path / "in" / "\x1b[31mbad\nname.txt").write_bytes(bytes(range(256)))
    done = run("clean", "in", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0 and "\x1b" not in done.stderr and len(done.stderr.splitlines()) == 2
