"""Reports are made where something changed, taken over where not, and the last good page outlives a failure."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from standins import PARAMETERS, cards, make_notebook, make_plan

from corpus_utils.report import build, workers
from corpus_utils.report.build import BuildPlan, BuildResult, ReportSpec, build_reports, report_fingerprint
from corpus_utils.report.lock import RunLockedError
from corpus_utils.report.manifest import latest_run, list_runs, read_manifest, resolve_run
from corpus_utils.report.plan import PlanError
from corpus_utils.report.workers import Job, Outcome

SHOW = "print('number', x)"


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pages without kernels: the names of the reports that would have been executed. A notebook with `1 / 0` in it fails."""
    names: list[str] = []

    def run_jobs(jobs: list[Job], **options: Any) -> dict[str, Outcome]:
        ended = {}
        for job in jobs:
            names.append(job.name)
            job.folder.mkdir(parents=True)
            if "1 / 0" in job.notebook.read_text():
                error = {"kind": "error", "message": "ZeroDivisionError", "cell": 1, "source": "1 / 0", "traceback": f"in {job.folder}"}
                ended[job.name] = Outcome(job.name, "failed", {}, error, 0.1)
            else:
                (job.folder / "page.html").write_text(f"<html>{job.name} {dict(job.parameters)}</html>")
                (job.folder / "findings.json").write_text(json.dumps([{"id": "f", "report": "?", "estimate": 1.0, "label": "=1"}]))
                card = {"headline": f"About {job.name}", "downloads": [{"href": f"{job.name}.findings.csv"}, {"href": "other.csv"}]}
                ended[job.name] = Outcome(job.name, "ok", card, {}, 0.1)
            options["done"](ended[job.name])
        return ended

    monkeypatch.setattr(workers, "run_jobs", run_jobs)
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return names


def plan_of(folder: Path, *names: str, **more: Any) -> BuildPlan:
    """A plan of reports called `names`, each from a notebook of its own."""
    specs = []
    for name in names:
        notebook = folder / "notebooks" / f"{name}.ipynb"
        if not notebook.exists():
            make_notebook(notebook, SHOW)
        specs.append(ReportSpec(name, notebook, {"x": 3}, f"Title of {name}"))
    return make_plan(folder, *specs, **more)


def quiet(plan: BuildPlan, **more: Any) -> BuildResult:
    """Build without progress."""
    return build_reports(plan, progress=False, **more)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time and content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_a_first_run_makes_everything(tmp_path: Path, executed: list[str]) -> None:
    """Pages, findings of each and of all, manifest, cards that lead to them."""
    result = quiet(plan_of(tmp_path, "one", "two", corpus_facts={"articles": 10}))
    assert (result.exit_code, dict(result.states), result.unchanged) == (0, {"one": "ok", "two": "ok"}, False)
    assert result.summary() == f"run {result.run}: 2 ok" and result.index == tmp_path / "reports" / "index.html"
    folder = resolve_run(tmp_path / "reports", "latest")
    assert sorted(path.name for path in folder.iterdir()) == [
        "findings.columns.csv", "findings.csv", "findings.json", "manifest.json", "one.findings.csv", "one.findings.json", "one.html",
        "two.findings.csv", "two.findings.json", "two.html",
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO((folder / "findings.csv").read_text(encoding="utf-8"))))
    assert [(row["report"], row["id"], row["label"]) for row in rows] == [("one", "f", "'=1"), ("two", "f", "'=1")]
    card = cards(tmp_path / "reports")["one"]
    assert (card["headline"], card["state"], card["title"], card["parameters"]) == ("About one", "current", "Title of one", {"x": 3})
    assert card["href"] == f"runs/{result.run}/one.html" and card["size"] == (folder / "one.html").stat().st_size
    assert card["downloads"] == [{"href": f"runs/{result.run}/one.findings.csv"}]
    manifest = read_manifest(tmp_path / "reports", result.run)
    assert manifest is not None and manifest["inputs"] == "inputs" and manifest["reports"]["one"]["parameters"] == {"x": 3}
    assert str(tmp_path) not in "".join(path.read_text() for path in (tmp_path / "reports").rglob("*.*") if path.is_file())


def test_nothing_changed_means_no_work_and_no_writes(tmp_path: Path, executed: list[str]) -> None:
    """Not even a time stamp; also after a notebook was touched or saved with its outputs."""
    first = quiet(plan_of(tmp_path, "one", "two"))
    before = snapshot(tmp_path / "reports")
    executed.clear()
    again = quiet(plan_of(tmp_path, "one", "two"))
    assert again.unchanged and again.run == first.run and again.summary() == f"unchanged: run {first.run}, 2 reports"
    notebook = tmp_path / "notebooks" / "one.ipynb"
    os.utime(notebook)
    saved = json.loads(notebook.read_text())
    saved["cells"][1] |= {"execution_count": 7, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}]}
    saved["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.write_text(json.dumps(saved))
    assert quiet(plan_of(tmp_path, "one", "two")).unchanged
    assert executed == [] and snapshot(tmp_path / "reports") == before


def test_a_change_remakes_just_what_depends_on_it(tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter or a notebook: one report. The inputs, the code of a page: all. The facts of the index: none."""
    plan = plan_of(tmp_path, "one", "two")
    quiet(plan)
    executed.clear()

    def changed(new: BuildPlan) -> list[str]:
        executed.clear()
        assert not quiet(new).unchanged and quiet(new).unchanged
        return list(executed)

    plan = replace(plan, reports=(replace(plan.reports[0], parameters={"x": 4}), plan.reports[1]))
    assert changed(plan) == ["one"]
    make_notebook(plan.reports[1].notebook, SHOW, "2")
    assert changed(plan) == ["two"]
    plan = replace(plan, corpus_facts={"articles": 11})
    assert changed(plan) == []
    plan = replace(plan, inputs_fingerprint="others")
    assert changed(plan) == ["one", "two"]
    monkeypatch.setattr(build, "imports_fingerprint", lambda code, folder: "new" if "2" in code else "same")
    assert changed(plan) == ["one", "two"]
    monkeypatch.setattr(build, "imports_fingerprint", lambda code, folder: "newer" if "2" in code else "same")
    assert changed(plan) == ["two"]
    assert len(list_runs(plan.reports_dir)) == 5


def test_going_back_takes_the_old_pages(tmp_path: Path, executed: list[str]) -> None:
    """A run that is kept is a store of pages."""
    first = quiet(plan_of(tmp_path, "one"))
    quiet(plan_of(tmp_path, "one", inputs="others"))
    executed.clear()
    back = quiet(plan_of(tmp_path, "one"))
    assert executed == [] and back.run == first.run == latest_run(tmp_path / "reports") and not back.unchanged


def test_a_damaged_page_is_made_again(tmp_path: Path, executed: list[str]) -> None:
    """What is not what was written is not taken over."""
    first = quiet(plan_of(tmp_path, "one", "two"))
    page = tmp_path / "reports" / "runs" / first.run / "one.html"
    good = page.read_text()
    page.write_text("damaged")
    executed.clear()
    again = quiet(plan_of(tmp_path, "one", "two"))
    assert executed == ["one"] and again.run == first.run and page.read_text() == good
    assert quiet(plan_of(tmp_path, "one", "two")).unchanged


def test_a_failed_report_keeps_its_last_good_page(tmp_path: Path, executed: list[str]) -> None:
    """The card says so, the exit code is 1, what is broken lies aside, and the next run tries again."""
    plan = plan_of(tmp_path, "one", "two")
    good = quiet(plan)
    page = (tmp_path / "reports" / "runs" / good.run / "one.html").read_text()
    make_notebook(plan.reports[0].notebook, "1 / 0")
    bad = quiet(plan)
    assert bad.exit_code == 1 and dict(bad.states) == {"one": "failed", "two": "unchanged"} and bad.errors == {"one": "ZeroDivisionError"}
    card = cards(tmp_path / "reports")["one"]
    assert (card["state"], card["error"], card["headline"]) == ("failed", "ZeroDivisionError", "About one")
    assert (tmp_path / "reports" / card["href"]).read_text() == page and card["href"] == f"runs/{bad.run}/one.html"
    assert cards(tmp_path / "reports")["two"]["state"] == "current"
    aside = (tmp_path / "reports" / card["error_href"]).parent
    assert sorted(path.name for path in aside.iterdir()) == ["one.html", "one.ipynb", "one.log"]
    assert "1 / 0" in (aside / "one.html").read_text() and "/tmp" not in (aside / "one.html").read_text()
    before = snapshot(tmp_path / "reports" / "runs")
    executed.clear()
    again = quiet(plan)
    assert executed == ["one"] and again.exit_code == 1 and again.run == bad.run and snapshot(tmp_path / "reports" / "runs") == before
    make_notebook(plan.reports[0].notebook, SHOW)
    mended = quiet(plan)
    assert mended.exit_code == 0 and mended.run == good.run and cards(tmp_path / "reports")["one"]["state"] == "current"


def test_a_finished_report_keeps_nothing_of_a_failure(tmp_path: Path, executed: list[str]) -> None:
    """Where the last word on files is given, it is given on the card, too; a traceback and a broken notebook never got it."""

    def finish(files: Mapping[str, bytes]) -> dict[str, bytes]:
        return {name: data.replace(b"About one", b"Cut") for name, data in files.items()}

    plan = replace(plan_of(tmp_path, "one", "two"), finish=finish)
    make_notebook(plan.reports[1].notebook, "1 / 0")
    result = quiet(plan)
    assert result.exit_code == 1 and cards(tmp_path / "reports")["one"]["headline"] == "Cut"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "reports").rglob("*") if path.is_file())
    assert b"About one" not in kept and b"ZeroDivision" not in kept and not (tmp_path / "reports" / "failed").exists()


def test_a_report_that_never_worked_has_a_placeholder(tmp_path: Path, executed: list[str]) -> None:
    """No link on the site leads into nothing."""
    plan = plan_of(tmp_path, "one", "two")
    make_notebook(plan.reports[0].notebook, "1 / 0")
    result = quiet(plan)
    assert result.exit_code == 1 and result.states["one"] == "failed"
    assert "It failed: ZeroDivisionError" in (tmp_path / "reports" / "runs" / result.run / "one.html").read_text()
    card = cards(tmp_path / "reports")["one"]
    assert (card["href"], card["state"]) == ("", "missing") and (tmp_path / "reports" / card["error_href"]).is_file()


def test_only_some_reports_can_be_built(tmp_path: Path, executed: list[str]) -> None:
    """The others stay as they are, and the index says which are behind."""
    plan = plan_of(tmp_path, "one", "two", "three")
    first = quiet(plan, only=["one"])
    assert dict(first.states) == {"one": "ok", "two": "absent", "three": "absent"} and first.exit_code == 0
    assert "has not been built yet" in (tmp_path / "reports" / "runs" / first.run / "two.html").read_text()
    quiet(plan)
    executed.clear()
    later = quiet(replace(plan, inputs_fingerprint="others"), only=["two"])
    assert executed == ["two"] and dict(later.states) == {"one": "stale", "two": "ok", "three": "stale"}
    assert cards(tmp_path / "reports")["one"]["state_note"] == "not made anew in this run"
    assert quiet(replace(plan, inputs_fingerprint="others"), only=["two"]).unchanged
    with pytest.raises(PlanError, match="no report called 'four'; there are: one, two, three"):
        quiet(plan, only=["four"])


def test_progress_is_lines_or_a_function(tmp_path: Path, executed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr where it is no terminal; nothing where nothing is done."""
    build_reports(plan_of(tmp_path, "one", "two"))
    out, err = capsys.readouterr()
    assert out == "" and err == "reports: 1 of 2, one ok in 0.1 s\nreports: 2 of 2, two ok in 0.1 s\n"
    lines: list[str] = []
    build_reports(plan_of(tmp_path, "one", "two", inputs="others"), progress=lines.append)
    build_reports(plan_of(tmp_path, "one", "two", inputs="others"))
    assert lines == ["one ok in 0.1 s", "two ok in 0.1 s"] and capsys.readouterr() == ("", "")


def test_a_second_run_is_refused(tmp_path: Path, executed: list[str]) -> None:
    """While another process works on the folder; a run without changes needs no lock."""
    plan = plan_of(tmp_path, "one")
    quiet(plan)
    hold = "import sys, time; from pathlib import Path; from corpus_utils.report.lock import run_lock\n"
    hold += "with run_lock(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(600)"
    holder = subprocess.Popen([sys.executable, "-c", hold, str(plan.reports_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        assert quiet(plan).unchanged
        with pytest.raises(RunLockedError, match="another run is at work"):
            quiet(replace(plan, inputs_fingerprint="others"))
    finally:
        holder.kill()
        holder.communicate()


def test_the_fingerprint_of_a_report_is_what_its_page_depends_on(tmp_path: Path) -> None:
    """Parameters, title, inputs, source, tags and the pages beside it; not the environment, not the facts of the index."""
    plan = plan_of(tmp_path, "one", "two")
    spec = plan.reports[0]
    same = [plan, replace(plan, environment={"A": "b"}), replace(plan, corpus_facts={"a": 1}), replace(plan, keep=9)]
    assert len({report_fingerprint(spec, other) for other in same}) == 1
    others = {report_fingerprint(other, plan) for other in (spec, replace(spec, title="T"), replace(spec, parameters={"x": 9}))}
    others |= {report_fingerprint(spec, replace(plan, inputs_fingerprint="o")), report_fingerprint(spec, replace(plan, site="s"))}
    others.add(report_fingerprint(spec, replace(plan, reports=plan.reports[:1])))
    make_notebook(spec.notebook, SHOW + " ")
    others.add(report_fingerprint(spec, plan))
    assert len(others) == 7


QUICK = """
import json, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_build import plan_of
from corpus_utils.report.build import build_reports
heavy = [name for name in sys.argv[3:] if name in sys.modules]
assert build_reports(plan_of(Path(sys.argv[1]), "one", "two")).unchanged
print(json.dumps([name for name in sys.argv[3:] if name in sys.modules and name not in heavy]))
"""


@pytest.mark.slow
def test_real_notebooks_become_a_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With papermill and kernels: two places give the same bytes, a rerun loads nothing heavy, a deadline keeps the old site."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    cells = (SHOW, "import os\nprint(os.getcwd(), sorted({str(n) for n in range(50)}), hash('a'))", "print(object.__module__)")
    for place in ("here", "there/deeper"):
        for name in ("one", "two"):
            make_notebook(tmp_path / place / "notebooks" / f"{name}.ipynb", *cells, parameters=PARAMETERS)
        result = build_reports(plan_of(tmp_path / place, "one", "two"), deadline_s=300, progress=False)
        assert result.exit_code == 0, result.errors
    sites = [
        {name: data for name, (_, data) in snapshot(tmp_path / place / "reports").items() if "manifest" not in name and ".lock" not in name}
        for place in ("here", "there/deeper")
    ]
    assert sites[0] == sites[1] and len(sites[0]) == 10
    heavy = ["pandas", "numpy", "papermill", "nbformat", "nbconvert", "matplotlib", "jupyter_client", "psutil", "filelock", "tqdm"]
    command = [sys.executable, "-c", QUICK, str(tmp_path / "here"), str(Path(__file__).parent), *heavy]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    plan = plan_of(tmp_path / "here", "one", "two")
    make_notebook(plan.reports[0].notebook, "import time\ntime.sleep(600)")
    late = build_reports(plan, deadline_s=3, progress=False)
    assert late.exit_code == 1 and dict(late.states) == {"one": "failed", "two": "unchanged"}
    assert "the deadline of the run, 3 seconds, passed" in late.errors["one"]
    assert "number 3" in (tmp_path / "here" / "reports" / cards(plan.reports_dir)["one"]["href"]).read_text()


def test_tables_are_prepared_only_before_work(tmp_path: Path, executed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and never for a run without changes; what goes wrong there leaves no lock and no half site."""
    calls: list[int] = []

    def prepare() -> dict[str, str]:
        calls.append(1)
        return {"PLACE": "x"}

    def fail() -> dict[str, str]:
        raise KeyError("no documents")

    with pytest.raises(KeyError, match="no documents"):
        quiet(plan_of(tmp_path, "one", prepare=fail))
    assert not (tmp_path / "reports" / "index.html").exists()
    assert quiet(plan_of(tmp_path, "one", "two", prepare=prepare)).exit_code == 0
    assert quiet(plan_of(tmp_path, "one", "two", prepare=fail)).unchanged and calls == [1]
