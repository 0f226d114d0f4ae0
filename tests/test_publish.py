"""A run is shown as a whole or not at all, and can be found again by its name."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from corpus_utils.report import publish as publishing
from corpus_utils.report.errorpage import error_page, missing_page
from corpus_utils.report.findings_files import cell, findings_csv, findings_json
from corpus_utils.report.lock import RunLockedError, run_lock
from corpus_utils.report.manifest import (
    RunError,
    is_whole,
    latest_run,
    list_runs,
    read_files,
    read_manifest,
    resolve_run,
)
from corpus_utils.report.publish import PublishError, free_name, keep_failed, publish

A, B, C, D = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd"


def put(folder: Path, run: str, text: str = "", keep: int = 5) -> str:
    """Publish a run of two pages whose text is its name."""
    files = {"one.html": (text or run).encode(), "two.html": (text or run).encode() * 2}
    name = free_name(folder, run, files)
    index = f"<html><a href='runs/{name}/one.html'>one</a></html>"
    publish(folder, name, files, index=index, reports={"one": {"state": "ok"}}, facts={"inputs": "x"}, keep=keep)
    return name


def test_a_run_is_published_under_its_name(tmp_path: Path) -> None:
    """Files, manifest and index are there, and nothing else."""
    put(tmp_path, A)
    assert latest_run(tmp_path) == A and is_whole(tmp_path, A)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "runs"]
    assert sorted(path.name for path in (tmp_path / "runs" / A).iterdir()) == ["manifest.json", "one.html", "two.html"]
    manifest = read_manifest(tmp_path, A)
    assert (
        manifest is not None
        and manifest["previous"] == ""
        and manifest["inputs"] == "x"
        and manifest["reports"] == {"one": {"state": "ok"}}
    )
    assert read_files(tmp_path, A, manifest["files"]) == {"one.html": A.encode(), "two.html": A.encode() * 2}
    assert str(tmp_path) not in (tmp_path / "runs" / A / "manifest.json").read_text()


def test_runs_have_names(tmp_path: Path) -> None:
    """RUN, the start of one, latest and previous name a run; anything else is an error that lists them."""
    with pytest.raises(RunError, match="there are: none yet"):
        resolve_run(tmp_path, "latest")
    put(tmp_path, A)
    with pytest.raises(RunError, match="there is no run called 'previous'"):
        resolve_run(tmp_path, "previous")
    put(tmp_path, B)
    put(tmp_path, C)
    names = {name: resolve_run(tmp_path, name).name for name in ("latest", "previous", A, "bb", "c")}
    assert names == {"latest": C, "previous": B, A: A, "bb": B, "c": C}
    for name in ("x", "", "../runs", "/etc", ".", "latest/..", "LATEST"):
        with pytest.raises(RunError, match=f"there are: {C}, {B}, {A}"):
            resolve_run(tmp_path, name)


def test_going_back_is_a_run_as_well(tmp_path: Path) -> None:
    """What was there is shown again, and what was shown last is the previous one."""
    for run in (A, B, A):
        assert put(tmp_path, run) == run
    assert latest_run(tmp_path) == A and resolve_run(tmp_path, "previous").name == B
    assert is_whole(tmp_path, A) and is_whole(tmp_path, B) and list_runs(tmp_path) == [A, B]


def test_a_published_run_never_changes(tmp_path: Path) -> None:
    """Other bytes under the same name become another run; the same bytes are the same run."""
    assert put(tmp_path, A) == A
    assert put(tmp_path, A, "other") == f"{A}-2"
    assert put(tmp_path, A, "third") == f"{A}-3"
    assert put(tmp_path, A, "other") == f"{A}-2"
    assert (tmp_path / "runs" / A / "one.html").read_text() == A and latest_run(tmp_path) == f"{A}-2"


@pytest.mark.parametrize("damage", ["one.html", "manifest.json", "index.html"])
def test_a_damaged_run_is_put_right(tmp_path: Path, damage: str) -> None:
    """Damage is noticed, and publishing the run again mends it."""
    put(tmp_path, A)
    file = tmp_path / damage if damage == "index.html" else tmp_path / "runs" / A / damage
    file.write_text(file.read_text().replace("one", "eno").replace("aaa", "bbb", 1))
    assert not is_whole(tmp_path, A) or latest_run(tmp_path) != A
    assert put(tmp_path, A) == A
    assert is_whole(tmp_path, A) and latest_run(tmp_path) == A
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "runs"]


def test_old_runs_go_and_those_in_use_stay(tmp_path: Path) -> None:
    """The newest are kept, latest and previous always."""
    for run in (A, B, C, D):
        put(tmp_path, run, keep=3)
    assert list_runs(tmp_path) == [D, C, B]
    put(tmp_path, B, keep=2)
    assert set(list_runs(tmp_path)) == {B, D} and resolve_run(tmp_path, "previous").name == D
    put(tmp_path, C, keep=0)
    assert set(list_runs(tmp_path)) == {C, B}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "runs"]


def test_failed_runs_are_kept_aside(tmp_path: Path) -> None:
    """As many as runs; a name cannot lead out of the folder."""
    for number in range(4):
        folder = keep_failed(tmp_path, f"run{number}", {"../one.html": b"broken"})
        os.utime(folder, (number, number))
    put(tmp_path, A, keep=2)
    assert sorted(path.name for path in (tmp_path / "failed").iterdir()) == ["run2", "run3"]
    assert (tmp_path / "failed" / "run3" / "one.html").read_text() == "broken"


@pytest.mark.parametrize("content", ["", "<html></html>", "<!-- corpus-utils run ../.. -->", "<!-- corpus-utils run A -->\n", "x" * 1000])
def test_an_index_of_someone_else_names_no_run(tmp_path: Path, content: str) -> None:
    """Nothing is read from where it points."""
    (tmp_path / "index.html").write_text(content)
    assert latest_run(tmp_path) == ""
    put(tmp_path, A)
    assert latest_run(tmp_path) == A


@pytest.mark.parametrize("call", range(1, 9))
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, number: int) -> None:
    """Whichever write fails, the old site is complete, the error says why, and the next try succeeds."""
    put(tmp_path, A)
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(1)
        if len(calls) == call:
            raise OSError(number, os.strerror(number))
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        try:
            put(tmp_path, B)
        except PublishError as error:
            assert "the site is as it was" in str(error) and ("the disk is full" in str(error)) == (number != errno.EIO)
    assert latest_run(tmp_path) in (A, B) and is_whole(tmp_path, latest_run(tmp_path))
    assert not (tmp_path / ".staging").exists()
    put(tmp_path, C)
    assert latest_run(tmp_path) == C and is_whole(tmp_path, C)


def test_what_cannot_be_removed_does_not_fail_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is published; old ones go next time."""

    def refuse(reports_dir: Path, folder: Path) -> None:
        raise PermissionError("in use")

    put(tmp_path, A, keep=2)
    put(tmp_path, B, keep=2)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_drop", refuse)
        put(tmp_path, C, keep=2)
    assert latest_run(tmp_path) == C and len(list_runs(tmp_path)) == 3
    put(tmp_path, D, keep=2)
    assert len(list_runs(tmp_path)) == 2


HOLD = """
import sys, time
from pathlib import Path
from corpus_utils.report.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """Another process is refused at once and told who holds the lock; a killed holder holds nothing."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    start = time.monotonic()
    with pytest.raises(RunLockedError, match=rf"process {holder.pid} on .*, for \d+ seconds") as caught, run_lock(tmp_path):
        pass
    assert time.monotonic() - start < 5 and caught.value.exit_code == 3
    holder.send_signal(signal.SIGKILL)
    holder.wait(30)
    holder.stdout.close()
    with run_lock(tmp_path), run_lock(tmp_path):  # a process may hold it several times
        owner = json.loads((tmp_path / ".lock.json").read_text())
        assert owner["pid"] == os.getpid()
    assert not (tmp_path / ".lock.json").exists()
    with run_lock(tmp_path):
        pass


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\n=1"),
        ("\n=1", "'\n=1"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("-0.5", "-0.5"), ("+3", "+3"), ("-1e-05", "-1e-05"), (3, "3"),
        (-0.5, "-0.5"), (None, ""), ("", ""), ("plain", "plain"), ("a=b", "a=b"), (["=x"], '["=x"]'),
        (True, "True"), ("-", "'-"), ("-1-1", "'-1-1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(value: object, written: str) -> None:
    """What a spreadsheet would run gets an apostrophe, numbers stay numbers."""
    assert cell(value) == written


def test_findings_are_written_for_people_and_programs() -> None:
    """Columns of the schema first; the same rows as JSON; text that cannot be encoded does no harm."""
    rows = [{"id": "f1", "estimate": 0.5, "label": '=1,"2"\nx', "low": None, "own": "\ud800"}]
    lines = findings_csv(rows).decode().splitlines()
    assert lines[0].startswith("id,report,measure,") and lines[0].endswith(",own")
    assert '"\'=1,""2""' in lines[1] and lines[2].endswith(",")
    assert json.loads(findings_json(rows[:0])) == [] and json.loads(findings_json([{"id": "ä"}])) == [{"id": "ä"}]
    assert findings_csv([]).decode().startswith("id,report")


def test_the_error_page_is_harmless_and_readable() -> None:
    """Hostile text is shown as text; nothing runs or loads."""
    bad = "<script>alert(1)</script>"
    page = error_page(bad, bad, {bad: bad}, {"kind": "deadline", "message": bad, "cell": 3, "source": bad, "traceback": bad})
    assert "<script" not in page and page.count("&lt;script&gt;") >= 6 and "in code cell 3" in page and "deadline" in page
    assert "default-src 'none'" in page and "<script" not in missing_page(bad, bad)
    assert "has not been built yet" in missing_page("Title", "")
