"""All reports of a plan, made or taken over, and published as one run.

Each report has a fingerprint: inputs, notebook source, parameters, and the code its notebook imports and its page is made with. A page
with the same fingerprint in a run that is kept is taken over; the others are executed. Nothing new to show means nothing is written.
This module imports nothing heavy: a rerun without changes is over before pandas or papermill would be loaded.
"""

from __future__ import annotations

import contextlib
import json
import platform
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from corpus_utils.report import manifest as runs
from corpus_utils.report.alerts import check_alerts
from corpus_utils.report.diff import INPUTS, Record, diff_runs, read_record
from corpus_utils.report.entries import CARD, Entry, Kept, card_of, index_facts, site_state, take_over
from corpus_utils.report.errorpage import error_page, missing_page
from corpus_utils.report.findings_files import columns_csv, findings_csv, findings_json
from corpus_utils.report.made_from import made_from
from corpus_utils.report.parameters import cell_source, code_cells, read_notebook
from corpus_utils.report.plan import PlanError, ReportSpec, load_reports
from corpus_utils.report.since import since_name, since_page
from corpus_utils.store import fingerprint
from corpus_utils.store.versions import PACKAGE, code_fingerprint, imports_fingerprint
from corpus_utils.text import terminal_safe

__all__ = ["BuildPlan", "BuildResult", "ReportSpec", "build_reports", "load_reports", "report_fingerprint"]

# The page of a report depends on these besides what its notebook imports.
_MAKING = ("corpus_utils.report.execute", "corpus_utils.report.kernel", "corpus_utils.report.findings_files")

_PUBLISHING = ("corpus_utils.report.entries", "corpus_utils.report.errorpage", "corpus_utils.report.findings_files")


@dataclass(frozen=True)
class BuildPlan:
    """What to build and where. `site` is the name of the corpus, shown on every page.

    `render`, `collect` and `index` name functions as "module:function"; tests put their own there.
    """

    reports_dir: Path
    reports: tuple[ReportSpec, ...]
    inputs_fingerprint: str
    environment: Mapping[str, str] = field(default_factory=dict)  # of the kernels; not part of any fingerprint
    prepare: Callable[[], Mapping[str, str]] | None = None  # called once, only before something is executed; adds to `environment`
    corpus_facts: Mapping[str, Any] = field(default_factory=dict)  # for the index, plain data
    documents: Callable[[], Mapping[str, str]] | None = None  # document -> digest, for what changed between runs
    settings: Mapping[str, Any] = field(default_factory=dict)  # told in the manifest; their effect is in `inputs_fingerprint`
    alerts: tuple[Mapping[str, Any], ...] = ()  # rules on findings, see `report.alerts`
    site: str = ""
    footer: str = ""  # a sentence at the end of every page
    # the last word on a report's files and its card (`entries.CARD`), such as what is shared; what failed is then not kept
    finish: Callable[[Mapping[str, bytes]], dict[str, bytes]] | None = None
    keep: int = 5
    render: str = "corpus_utils.report.render:render_page"
    collect: str = "corpus_utils.report.render:collect_payload"
    index: str = "corpus_utils.site:render_index"


@dataclass(frozen=True)
class BuildResult:
    """What was done: `states` of the reports are ok, unchanged, failed, stale (left as it was by `only`) or absent."""

    run: str
    states: Mapping[str, str]
    exit_code: int
    unchanged: bool
    index: Path
    errors: Mapping[str, str] = field(default_factory=dict)
    alerts: tuple[str, ...] = ()
    since: str = ""

    def summary(self) -> str:
        """One line for people and logs."""
        if self.unchanged and not self.errors:
            return f"unchanged: run {self.run}, {len(self.states)} reports"
        counts = [f"{list(self.states.values()).count(state)} {state}" for state in dict.fromkeys(self.states.values())]
        alerts = f"; {len(self.alerts)} {'alert' if len(self.alerts) == 1 else 'alerts'}" if self.alerts else ""
        return f"run {self.run}: {', '.join(counts)}{alerts}"


def report_fingerprint(spec: ReportSpec, plan: BuildPlan) -> str:
    """What the page of a report depends on. Outputs, execution counts and times of the notebook are not among it."""
    notebook = read_notebook(spec.notebook)
    cells = [(cell.get("cell_type"), cell_source(cell), (cell.get("metadata") or {}).get("tags", [])) for cell in notebook["cells"]]
    making = [_code(reference.partition(":")[0]) for reference in (*_MAKING, plan.render, plan.collect)]
    return fingerprint(
        plan.inputs_fingerprint, cells, spec.parameters, spec.title, spec.name,
        imports_fingerprint(code_cells(notebook), folder=spec.notebook.parent), making, [plan.render, plan.collect],
        _meta(spec, plan),
    )  # fmt: skip


def _meta(spec: ReportSpec, plan: BuildPlan) -> dict[str, Any]:
    """What a page says of the site around it: the way home and to the other reports, which lie beside it."""
    pages = [{"href": f"{other.name}.html", "title": other.title, "current": other.name == spec.name} for other in plan.reports]
    return {"report": spec.name, "site": plan.site, "home": "../../index.html", "pages": pages, "footer": plan.footer}


def _code(module: str) -> str:
    return code_fingerprint(module) if module.partition(".")[0] == PACKAGE else ""


def build_reports(
    plan: BuildPlan,
    *,
    only: Collection[str] | None = None,
    workers: int = 2,
    deadline_s: float = 1800,
    progress: Callable[[str], None] | bool = True,
) -> BuildResult:
    """Bring the site up to date and say how it went; exit code 1 where a report failed.

    only      names of the reports to build; the others stay as they are
    progress  True for stderr (a bar on a terminal, plain lines elsewhere), a function called with lines, False for silence

    Raises PlanError for an unknown name in `only`, RunLockedError where another run is at work, PublishError where the disk refuses.
    """
    names = [spec.name for spec in plan.reports]
    if unknown := sorted(set(only or ()) - set(names)):
        raise PlanError(f"no report called {unknown[0]!r}; there are: {', '.join(names)}")
    entries = [Entry(spec, report_fingerprint(spec, plan)) for spec in plan.reports]
    kept = Kept(plan.reports_dir)
    for entry in entries:
        take_over(entry, kept, chosen=only is None or entry.spec.name in only)
    if not any(entry.state == "absent" for entry in entries if only is None or entry.spec.name in only):
        run = _run_name(entries, plan)
        if kept.latest.partition("-")[0] == run and runs.is_whole(plan.reports_dir, kept.latest):
            _sweep(plan)
            return _result(plan, kept.latest, entries, unchanged=True)
    from corpus_utils.report.lock import run_lock

    with run_lock(plan.reports_dir):
        kept = Kept(plan.reports_dir)  # another run may have ended since
        for entry in entries:
            take_over(entry, kept, chosen=only is None or entry.spec.name in only)
        todo = [entry for entry in entries if entry.state == "absent" and (only is None or entry.spec.name in only)]
        _execute(todo, plan, kept, workers, deadline_s, progress)
        return _publish(entries, plan, kept)


def _sweep(plan: BuildPlan) -> None:
    """A run that has nothing to write still removes what a killed one left, unless another is at work."""
    from corpus_utils.report.publish import clear_leftovers, clear_old, leftovers

    if leftovers(plan.reports_dir):
        from corpus_utils.report.lock import RunLockedError, run_lock

        with contextlib.suppress(RunLockedError, OSError), run_lock(plan.reports_dir):
            clear_leftovers(plan.reports_dir)
            clear_old(plan.reports_dir, plan.keep)


def _execute(
    todo: list[Entry], plan: BuildPlan, kept: Kept, workers: int, deadline_s: float, progress: Callable[[str], None] | bool
) -> None:
    """Execute what is to be built; a report that fails keeps its last good page."""
    if not todo:
        return
    from corpus_utils.engine import Progress
    from corpus_utils.report.workers import Job, Outcome, run_jobs

    start = time.monotonic()
    prepared = plan.prepare() if plan.prepare else {}
    bar = Progress(len(todo), "reports", every=1) if progress is True else None

    def done(outcome: Outcome) -> None:
        why = f": {terminal_safe(str(outcome.error['message']), width=300)}" if outcome.error else ""
        line = f"{outcome.name} {outcome.state} in {outcome.seconds:.1f} s{why}"
        if bar is not None:
            bar.advance(line)
        elif callable(progress):
            progress(line)

    with tempfile.TemporaryDirectory(prefix="corpus-utils-", ignore_cleanup_errors=True) as scratch:
        jobs = [
            Job(
                entry.spec.name, entry.spec.notebook, entry.spec.parameters, entry.spec.title, Path(scratch, entry.spec.name),
                plan.render, plan.collect, _meta(entry.spec, plan),
            )
            for entry in todo
        ]  # fmt: skip
        try:
            environment = {**plan.environment, **prepared}
            outcomes = run_jobs(jobs, workers=workers, deadline_s=deadline_s, start=start, environment=environment, done=done)
        finally:
            if bar is not None:
                bar.close()
        planned = _run_name(todo, plan)
        for entry, job in zip(todo, jobs):
            _settle(entry, outcomes[job.name], job.folder, kept, "" if plan.finish else planned)
            if plan.finish is not None and entry.state == "ok":
                card = {key: value for key, value in entry.card.items() if key != "warnings"}
                files = plan.finish({**entry.files, CARD: json.dumps(card, ensure_ascii=False).encode("utf-8", "backslashreplace")})
                entry.card = json.loads(files.pop(CARD))
                entry.files = files


def _settle(entry: Entry, outcome: Any, folder: Path, kept: Kept, planned: str) -> None:
    """Take what a report's run gave. What a failed one left is kept below `planned`; "": nowhere."""
    entry.seconds = outcome.seconds
    if outcome.state == "ok":
        name = entry.spec.name
        rows = [{**row, "report": name} for row in json.loads((folder / "findings.json").read_text(encoding="utf-8"))]
        entry.state, entry.shown, entry.card = "ok", entry.wanted, dict(outcome.card)
        entry.files = {
            f"{name}.html": (folder / "page.html").read_bytes(),
            f"{name}.findings.csv": findings_csv(rows),
            f"{name}.findings.json": findings_json(rows),
        }
        return
    take_over(entry, kept, chosen=False)
    if not planned:  # a traceback and the notebook hold what may not leave the house
        entry.state, entry.error = "failed", {"kind": "shared", "message": "it could not be made"}
        return
    entry.state, entry.error = "failed", {**outcome.error, "page": f"failed/{planned}/{entry.spec.name}.html"}
    _keep_failed(entry, folder, kept.reports_dir, planned)


def _keep_failed(entry: Entry, folder: Path, reports_dir: Path, planned: str) -> None:
    """Keep aside what a failed report left, with the machine's paths taken out of what a person reads."""
    from corpus_utils.report.execute import hide_paths, machine_paths
    from corpus_utils.report.publish import keep_failed

    spec = entry.spec
    hidden = machine_paths(spec.notebook, folder)
    error = hide_paths(dict(entry.error), hidden)
    entry.error = error
    files = {f"{spec.name}.html": error_page(spec.name, spec.title, spec.parameters, error).encode("utf-8", "replace")}
    broken = folder / "notebook.ipynb"
    files[f"{spec.name}.ipynb"] = (broken if broken.is_file() else spec.notebook).read_bytes()
    log = folder / "log.txt"
    files[f"{spec.name}.log"] = log.read_bytes() if log.is_file() else b""
    keep_failed(reports_dir, planned, files)


def _run_name(entries: list[Entry], plan: BuildPlan) -> str:
    """RUN: what the site shows depends on the pages it has, their states, the facts and the code of the site."""
    pages = [(e.spec.name, e.spec.title, e.shown or e.wanted, site_state(e), e.error.get("message", "")) for e in entries]
    code = [_code(module) for module in (*_PUBLISHING, plan.index.partition(":")[0])]
    return fingerprint(pages, plan.corpus_facts, plan.alerts, plan.index, code)[:12]


def _publish(entries: list[Entry], plan: BuildPlan, kept: Kept) -> BuildResult:
    from corpus_utils.report.publish import free_name, publish

    files = {name: data for entry in entries for name, data in entry.files.items()}
    for entry in entries:  # the other pages lead here
        if not entry.files:
            missing = missing_page(entry.spec.title or entry.spec.name, str(entry.error.get("message", "")))
            files[f"{entry.spec.name}.html"] = missing.encode("utf-8", "replace")
    rows = [row for entry in entries if entry.files for row in json.loads(entry.files[f"{entry.spec.name}.findings.json"])]
    files |= {"findings.csv": findings_csv(rows), "findings.json": findings_json(rows), "findings.columns.csv": columns_csv()}
    inputs = dict(sorted(plan.documents().items())) if plan.documents else None
    if inputs is not None:
        files[INPUTS] = json.dumps(inputs, ensure_ascii=False, indent=0).encode("utf-8", "backslashreplace")
    run = free_name(plan.reports_dir, _run_name(entries, plan), files)
    if run == kept.latest and runs.is_whole(plan.reports_dir, run):
        _sweep(plan)
        return _result(plan, run, entries, unchanged=True)
    reports = {entry.spec.name: entry.record() for entry in entries}
    facts = {"inputs": plan.inputs_fingerprint, "python": platform.python_version(), "corpus": plan.corpus_facts}
    facts["made_from"] = made_from(plan.settings)
    since, beside = _since(plan, kept.latest, Record(run, rows, {**facts, "reports": reports}, inputs))
    alerts = tuple(alert.line for alert in check_alerts(plan.alerts, rows))
    cards = [card_of(entry, run) for entry in entries]
    index = resolve_name(plan.index)(cards, index_facts(plan.corpus_facts, cards, run) | since | {"alerts": alerts, "footer": plan.footer})
    publish(plan.reports_dir, run, files, index=index, reports=reports, facts=facts, beside=beside, keep=plan.keep)
    return replace(_result(plan, run, entries, unchanged=False), alerts=alerts, since=since.get("since", ""))


def _since(plan: BuildPlan, before: str, made: Record) -> tuple[dict[str, str], dict[str, bytes]]:
    """What the index says of the last run, and the page it leads to; nothing where this is the first."""
    if not before or before == made.run or runs.read_manifest(plan.reports_dir, before) is None:
        return {}, {}
    found, name = diff_runs(read_record(plan.reports_dir, before), made), since_name(before, made.run)
    page = since_page(found, site=plan.site)
    return {"since": found.sentence(), "since_href": name}, {name: page.encode("utf-8", "xmlcharrefreplace")}


def _result(plan: BuildPlan, run: str, entries: list[Entry], *, unchanged: bool) -> BuildResult:
    errors = {entry.spec.name: str(entry.error["message"]) for entry in entries if entry.error}
    states = {entry.spec.name: entry.state for entry in entries}
    return BuildResult(run, states, int(bool(errors)), unchanged, plan.reports_dir / "index.html", errors)
