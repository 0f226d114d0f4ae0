"""Two runs compared: which findings changed, which left their interval, and why; the page that says so; alerts on findings."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from standins import make_notebook, make_plan

from corpus_utils.cli import main
from corpus_utils.project import ProjectError, load_project
from corpus_utils.report import workers
from corpus_utils.report.alerts import check_alerts
from corpus_utils.report.build import ReportSpec, build_reports
from corpus_utils.report.diff import Record, diff_findings, diff_reasons, diff_runs, read_record
from corpus_utils.report.manifest import latest_run
from corpus_utils.report.since import since_page

ROW: dict[str, Any] = {
    "report": "03", "id": "tone", "measure": "mean tone", "estimate": 0.2, "low": 0.1, "high": 0.3, "gate": "description", "tier": "A",
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "kind", "beyond"),
    [
        ({}, {"estimate": 0.2 + 1e-12}, None, False),
        ({}, {"estimate": 0.25}, "changed", False),
        ({}, {"estimate": 0.31}, "changed", True),
        ({}, {"estimate": None}, "changed", False),
        ({"estimate": None}, {"estimate": None}, None, False),
        ({}, {"high": 0.4}, "changed", False),
        ({}, {"gate": "refused"}, "changed", False),
        ({"low": None, "high": None}, {"estimate": 9.0, "low": None, "high": None}, "changed", False),
        ({}, {"estimate": float("nan")}, "changed", False),
    ],
)
def test_a_finding_has_changed_where_its_numbers_or_standing_have(before: dict, after: dict, kind: str | None, beyond: bool) -> None:
    """Rounding is no change; a number that left its interval is told apart."""
    changes, compared = diff_findings([ROW | before], [ROW | after])
    assert compared == 1
    assert [(change.kind, change.beyond) for change in changes] == ([(kind, beyond)] if kind else [])


def test_new_and_gone_findings_are_changes() -> None:
    """The same id in another report is another finding."""
    changes, compared = diff_findings([ROW, ROW | {"id": "b"}], [ROW, ROW | {"report": "04"}])
    assert compared == 3 and {(change.report, change.id, change.kind) for change in changes} == {("04", "tone", "new"), ("03", "b", "gone")}


def record(run: str = "a", **more: Any) -> Record:
    """A run with one report, as the manifest describes it."""
    manifest = {
        "python": "3.12", "reports": {"03": {"parameters": {"k": 5}, "source": "n1"}},
        "made_from": {"settings": {"seed": 1}, "code": "c1", "models": {"m.npz": "1"}, "libraries": {"numpy": "2.0"}},
    }  # fmt: skip
    made = manifest["made_from"] | more.get("made_from", {})
    return Record(
        run, more.get("findings", [ROW]), manifest | more.get("manifest", {}) | {"made_from": made}, more.get("inputs", {"x.txt": "1"})
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, []),
        ({"inputs": {"x.txt": "1", "y.txt": "2"}}, ["1 document new: y.txt"]),
        ({"inputs": {"x.txt": "9"}}, ["1 document changed: x.txt"]),
        ({"inputs": {}}, ["1 document gone: x.txt"]),
        ({"inputs": None}, ["which documents were read is known of one of the two runs only"]),
        ({"made_from": {"settings": {"seed": 2}}}, ["setting seed: 1 became 2"]),
        ({"made_from": {"code": "c2"}}, ["the code of corpus-utils changed"]),
        ({"made_from": {"models": {"m.npz": "2"}}}, ["model or word list m.npz changed"]),
        ({"made_from": {"libraries": {"numpy": "2.1"}}}, ["library numpy: 2.0 became 2.1"]),
        ({"manifest": {"reports": {"03": {"parameters": {"k": 6}, "source": "n1"}}}}, ["parameter k: 5 became 6 of 03"]),
        ({"manifest": {"reports": {"03": {"parameters": {"k": 5}, "source": "n2"}}}}, ["the notebook of 03 changed"]),
        ({"manifest": {"reports": {}}}, ["report 03 is gone"]),
        ({"manifest": {"python": "3.13"}}, ["Python version: 3.12 became 3.13"]),
    ],
)
def test_reasons_name_what_changed(more: dict, said: list[str]) -> None:
    """Documents, settings, code, models, libraries, parameters, notebooks: each by its name."""
    assert diff_reasons(record(), record("b", **more)) == said


def test_many_documents_are_counted_not_listed() -> None:
    """A thousand new files are one line."""
    (line,) = diff_reasons(record(), record("b", inputs={"x.txt": "1"} | {f"d{n:04}": "1" for n in range(1000)}))
    assert line.startswith("1,000 documents new: d0000,") and line.endswith("and 980 more") and len(line) < 300


def test_the_page_escapes_what_it_names() -> None:
    """File names and labels come from strangers."""
    evil = "<script>alert(1)</script>"
    page = since_page(diff_runs(record(), record("b", findings=[ROW | {"estimate": 0.9, "label": evil}], inputs={evil: "1"})), site=evil)
    assert "<script" not in page and "&lt;script&gt;" in page and "outside its earlier interval" in page


def run_jobs(inputs: str) -> Any:
    """Pages in no time, with one finding that depends on the inputs."""

    def run(jobs: Any, **options: Any) -> dict[str, workers.Outcome]:
        for job in jobs:
            job.folder.mkdir(parents=True)
            (job.folder / "page.html").write_text(f"<html>{inputs}</html>")
            (job.folder / "findings.json").write_text(json.dumps([{"id": "length", "measure": "length", "estimate": float(len(inputs))}]))
        return {job.name: workers.Outcome(job.name, "ok", {}, {}, 0.1) for job in jobs}

    return run


def test_the_index_leads_to_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the second run on there is a page of differences, kept as long as its run; coming back to an old state needs no new run."""
    from corpus_utils.site import render_index

    assert render_index([], {"name": "x", "since": "changed", "since_href": "since/a.html"}).count('href="since/a.html"') == 1
    spec = ReportSpec("one", make_notebook(tmp_path / "one.ipynb", "1"))
    reports, runs = tmp_path / "reports", []
    for inputs in ("a", "bb", "ccc", "dddd", "a"):
        monkeypatch.setattr(workers, "run_jobs", run_jobs(inputs))
        done = build_reports(
            make_plan(tmp_path, spec, inputs=inputs, keep=3, documents=lambda inputs=inputs: {"x": inputs}), progress=False
        )
        runs.append(latest_run(reports))
        pages = sorted(page.name for page in (reports / "since").glob("*")) if len(runs) > 1 else []
        assert (f"{runs[-1]}-since-{runs[-2]}.html" in pages) if len(runs) > 1 else not pages
        assert done.since == ("" if len(runs) == 1 else "Of 1 findings: 1 changed.")
        assert all((reports / "runs" / page.partition("-since-")[0]).is_dir() for page in pages)
    assert diff_runs(read_record(reports, runs[-2]), read_record(reports, runs[-1])).reasons == ["1 document changed: x"]


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`diff` says what and why with exit code 1, 0 where nothing differs, 2 for a run that is not there; cells are safe."""
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["x"]\n')
    spec = ReportSpec("one", make_notebook(tmp_path / "one.ipynb", "1"))
    for inputs in ("a", "bb"):
        monkeypatch.setattr(workers, "run_jobs", run_jobs(inputs))
        build_reports(make_plan(tmp_path, spec, inputs=inputs, documents=lambda inputs=inputs: {"=1+1": inputs}), progress=False)
    place = ["--project", str(tmp_path)]
    assert main(["diff", *place, "-o", str(tmp_path / "out.csv")]) == 1
    out = capsys.readouterr().out
    assert "Of 1 findings: 1 changed." in out and "1 document changed: =1+1" in out and "1 -> 2" in out
    (row,) = csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines())
    assert (row["id"], row["before"], row["after"], row["difference"]) == ("length", "1.0", "2.0", "1.0")
    assert main(["diff", "latest", "latest", *place]) == 0
    assert main(["diff", "nonesuch", "latest", *place]) == 2 and "there are:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"measure": "mean*", "above": 0.15}, ["A: mean tone is 0.20 (03)"]),
        ({"measure": "mean*", "above": 0.15, "sure": True}, []),
        ({"measure": "mean*", "above": 0.05, "sure": True}, ["A: mean tone is 0.20 (03)"]),
        ({"id": "tone", "below": 0.5}, ["A: mean tone is 0.20 (03)"]),
        ({"id": "tone", "below": 0.1}, []),
        ({"id": "tine", "below": 0.1}, ["A: no finding is picked by this rule; findings.csv lists what there is"]),
        ({"id": "none", "above": 0.0}, []),
    ],
)
def test_alerts(rule: dict, said: list[str]) -> None:
    """A rule holds, does not hold, or picks nothing and says so; a missing number is beyond nothing."""
    findings = [ROW, ROW | {"id": "none", "measure": "other", "estimate": None, "low": None, "high": None}]
    assert [alert.line for alert in check_alerts([{"name": "A", **rule}], findings)] == said


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('[[alerts]]\nlable = "x"\nabove = 1', "no key called 'lable'; there are: name, report"),
        ('[[alerts]]\nlabel = "x"', "needs `above` or `below`"),
        ('[[alerts]]\nabove = "1"', "above of alert 1 cannot be '1'"),
        ("[[alerts]]\nabove = true", "cannot be True"),
        ("[alerts]\nabove = 1", "one section a rule"),
    ],
)
def test_a_wrong_rule_is_an_error_with_its_place(tmp_path: Path, text: str, error: str) -> None:
    """A misspelt key would be an alert that never comes."""
    (tmp_path / "corpus.toml").write_text(f'[corpus]\nsources = ["x"]\n{text}\n')
    with pytest.raises(ProjectError, match=error.replace("(", r"\(")):
        load_project(tmp_path)
