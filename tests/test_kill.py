"""Killed at any moment, a run leaves the old site or the new one, complete, and the next run succeeds.

A child process is killed (SIGKILL) at its first, second, third ... act on the reports folder, as the interpreter announces it: opening,
renaming, making and removing files and folders. Pages are made by a stand-in, everything else is the real thing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

SCRIPT = r"""
import json, os, re, shutil, signal, sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from standins import cards, make_notebook, make_plan
from corpus_utils.report import workers
from corpus_utils.report.build import ReportSpec, build_reports
from corpus_utils.report.manifest import is_whole, latest_run, list_runs, read_manifest

ACTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "shutil.rmtree", "os.utime", "os.listdir", "os.scandir"}

def run_jobs(jobs, **options):
    # Pages in no time; the report called `bad` fails where the inputs are new.
    ended = {}
    for job in jobs:
        job.folder.mkdir(parents=True)
        if job.name == "bad" and INPUTS == "new":
            ended[job.name] = workers.Outcome(job.name, "failed", {}, {"kind": "error", "message": "broken", "cell": 1}, 0.1)
            continue
        (job.folder / "page.html").write_text(f"<html>{job.name} {INPUTS}</html>" * 50)
        (job.folder / "findings.json").write_text(json.dumps([{"id": "f", "estimate": 1.0}]))
        ended[job.name] = workers.Outcome(job.name, "ok", {"headline": INPUTS}, {}, 0.1)
    return ended

workers.run_jobs = run_jobs
base = Path(sys.argv[1])
tempfile.tempdir = sys.argv[1]
specs = [ReportSpec(name, make_notebook(base / f"{name}.ipynb", "1")) for name in ("one", "two", "bad")]

def build(site, inputs):
    global INPUTS
    INPUTS = inputs
    return build_reports(make_plan(site, *specs, inputs=inputs, keep=2), progress=False)

def complete(reports):
    # Every address in the index leads to a file that is what its run's manifest says.
    run = latest_run(reports)
    assert run and is_whole(reports, run), run
    assert re.fullmatch(r"<html>.*</html>\n<!-- corpus-utils run \w+ -->\n", (reports / "index.html").read_text(), re.S)
    shown = cards(reports)
    assert set(shown) == {"one", "two", "bad"}
    for card in shown.values():
        assert (reports / card["href"]).is_file(), card
        assert not card["error_href"] or (reports / card["error_href"]).is_file(), card
    inputs = {name: card["headline"] for name, card in shown.items()}
    assert inputs in ({"one": "old", "two": "old", "bad": "old"}, {"one": "new", "two": "new", "bad": "old"}), inputs
    previous = read_manifest(reports, run)["previous"]
    assert not previous or previous not in list_runs(reports) or is_whole(reports, previous)
    return inputs["one"]

old = base / "old"
build(old, "older")
build(old, "oldest")
build(old, "old")
found = {"points": 0, "old": 0, "new": 0}
for point in range(1, 1000):
    site = base / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(old, site)
    child = os.fork()
    if child == 0:
        count = 0
        def hook(event, arguments):
            global count
            if event in ACTS and any(isinstance(a, (str, os.PathLike)) and str(site / "reports") in str(a) for a in arguments):
                count += 1
                if count == point:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        build(site, "new")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        break
    found["points"] += 1
    found[complete(site / "reports")] += 1
    if point % 2:  # every other one, to save time: the next run mends all
        continue
    again = build(site, "new")
    assert again.exit_code == 1 and again.states == {**again.states, "bad": "failed"}, again
    assert complete(site / "reports") == "new"
    assert not (site / "reports" / ".staging").exists() and not list((site / "reports").rglob("*.tmp"))
print(json.dumps(found))
"""


def test_a_run_killed_at_any_moment_leaves_a_whole_site(tmp_path: Path) -> None:
    """At every act of a run on the reports folder, at least fifty of them."""
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path), str(Path(__file__).parent)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    assert found["points"] >= 50 and found["old"] >= 20 and found["new"] >= 5, found
