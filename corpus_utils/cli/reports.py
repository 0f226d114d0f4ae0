"""`report` and `list`: the site of reports."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.text import terminal_safe

if TYPE_CHECKING:
    from corpus_utils.project import Project
    from corpus_utils.report.build import BuildPlan
    from corpus_utils.schedule import RunNote


def add(commands: Any) -> None:
    """Declare the two commands."""
    from corpus_utils.cli import at_least, command

    one = command(commands, "report", "make the reports and publish them under reports/", """
        corpus-utils report
        corpus-utils report --only 03_sentiment
        corpus-utils report --source ~/scrape/articles.csv
        corpus-utils report --project ~/studies/venezuela --deadline 600
        corpus-utils report --share
        corpus-utils report --notify ./tell-me.sh""")  # fmt: skip
    add_place(one)
    one.add_argument(
        "--only", metavar="NAME", nargs="+", help="make just these reports; the others stay as they are (see `corpus-utils list`)"
    )
    one.add_argument("--workers", type=at_least(1), default=2, metavar="N", help="notebooks run at the same time (default: 2)")
    add_engine(one)
    one.add_argument("--deadline", type=at_least(1), metavar="S", help="seconds for the whole run (default: of corpus.toml)")
    one.add_argument(
        "--share", action="store_true", help="make a site that may be sent to anyone, in reports/shared: short quotations, no ids"
    )
    one.add_argument("--words", type=at_least(5), metavar="N", help="longest quotation of --share, in words (default: of corpus.toml, 25)")
    one.add_argument("--pdf", action="store_true", help="print every page to reports/pdf, too; needs Chromium")
    one.add_argument("--notify", metavar="CMD", help="shell command told of a failure or alert: a line of JSON on its standard input")
    one.add_argument("--webhook", metavar="URL", help="address of your own told the same by a POST of JSON")
    one.set_defaults(run=run_report)

    two = command(commands, "list", "list the reports of a project, what they ask and what parameters they take", """
        corpus-utils list
        corpus-utils list --tables""")  # fmt: skip
    add_place(two)
    two.add_argument("--tables", action="store_true", help="list the tables instead, with every column and its meaning")
    two.set_defaults(run=run_list)


def add_place(one: argparse.ArgumentParser) -> None:
    """The two ways to say which project is meant."""
    one.add_argument("--project", metavar="DIR", help="folder with a corpus.toml (default: this folder)")
    one.add_argument(
        "--source", metavar="PATH", help="a folder, file or glob of documents instead of the project's; reports go to ./reports"
    )


def add_engine(one: argparse.ArgumentParser) -> None:
    """What computes the parts of a corpus."""
    one.add_argument(
        "--engine",
        metavar="NAME",
        help="what computes the parts: serial, processes, dask (a cluster of this machine) or dask://HOST:PORT (default: of corpus.toml, "
        "else processes)",
    )


class Values(Mapping[str, Sequence[Any]]):
    """What `for_each` in reports.yml may run over. The corpus is read only where it is asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def __getitem__(self, name: str) -> Sequence[Any]:
        from corpus_utils.pipeline import build_corpus

        if name != "outlet":
            raise KeyError(name)
        return sorted(set(build_corpus(self.project).articles["outlet"]) - {""})

    def __iter__(self) -> Iterator[str]:
        return iter(("outlet",))

    def __len__(self) -> int:
        return 1


def find_project(options: argparse.Namespace) -> Project:
    """The project meant by --project and --source."""
    from corpus_utils.engine import check_engine
    from corpus_utils.project import ProjectError, folder_project, load_project, with_source

    if options.source:
        project = with_source(load_project(options.project), options.source) if options.project else folder_project(options.source)
    else:
        project = load_project(options.project or Path.cwd())
    if not getattr(options, "engine", None):
        return project
    try:
        return replace(project, engine=check_engine(options.engine))
    except ValueError as error:
        raise ProjectError(str(error)) from error


def plan_of(project: Project, *, reports_dir: Path | None = None, salt: str = "") -> BuildPlan:
    """What to build for a project: its reports, what they depend on, and how its tables come about; `salt` where ids are hidden."""
    from corpus_utils.lab import HANDOVER, hand_over
    from corpus_utils.pipeline import build_corpus, prune_store
    from corpus_utils.pipeline.inputs import inputs_fingerprint, source_digests
    from corpus_utils.report.build import BuildPlan
    from corpus_utils.report.plan import load_reports

    def prepare() -> dict[str, str]:
        """Called only where something is to be made: the tables first, so that notebooks find them in the store."""
        build_corpus(project, progress=True)
        prune_store(project)
        return {HANDOVER: str(hand_over(project, salt=salt))}

    return BuildPlan(
        reports_dir=reports_dir or project.reports,
        reports=load_reports(notebooks_of(project) / "reports.yml", values=Values(project)),
        inputs_fingerprint=inputs_fingerprint(project),
        prepare=prepare,
        corpus_facts={"name": project.name, "kind": project.kind, "population": project.population, "query": project.query},
        documents=lambda: source_digests(project),
        settings=project.settings(),
        alerts=project.alerts,
        keep=project.keep,
    )


def shared_plan(project: Project, words: int) -> BuildPlan:
    """The same reports as they may be sent to anyone, in a site of their own: `reports/shared`."""
    from corpus_utils.pipeline import build_corpus
    from corpus_utils.report.share import Sharing, read_key, share_files
    from corpus_utils.store import fingerprint
    from corpus_utils.store.versions import code_fingerprint

    sharing = Sharing(words, read_key(project.root))

    def texts() -> Iterator[str]:
        tables = build_corpus(project)
        yield from tables.documents["text"]
        for column in ("text", "title", "author", "place", "outlet", "agency"):  # a record may state a whole text as its author
            yield from tables.articles[column]

    plan = plan_of(project, reports_dir=project.reports / "shared", salt=sharing.salt)
    return replace(
        plan,
        # a page cut by other code is made anew
        inputs_fingerprint=fingerprint(
            plan.inputs_fingerprint, "shared", sharing.words, sharing.salt, code_fingerprint(share_files.__module__)
        ),
        finish=lambda files: share_files(files, texts(), sharing),
        footer=sharing.note,
        documents=None,
        keep=1,  # the folder is sent as it is: no older pages in it that were cut less, but those compared with
    )


def run_report(options: argparse.Namespace) -> int:
    """Compute what changed, publish, say where the index is; write the log and tell whoever asked to be told."""
    from corpus_utils.report.build import build_reports
    from corpus_utils.schedule import LOCKED, RunNote

    start, project = time.monotonic(), None

    def note(exit_code: int, summary: str, **more: Any) -> RunNote:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return RunNote(now, project.name if project else "", exit_code=exit_code, summary=summary, seconds=seconds(start), **more)

    try:
        project = find_project(options)
        note_decisions(project)
        plan = shared_plan(project, options.words or project.share_words) if options.share else plan_of(project)
        result = build_reports(plan, only=options.only, workers=options.workers, deadline_s=options.deadline or project.deadline)
    except Exception as error:
        code = int(getattr(error, "exit_code", 2))
        tell(note(code, str(error) or type(error).__name__, run=""), project, options, trouble=code != LOCKED)
        raise
    print(result.summary(), file=sys.stderr)
    for line in result.alerts:
        print(f"alert: {terminal_safe(line)}", file=sys.stderr)
    done = note(
        result.exit_code, result.summary(), run=result.run, states=result.states, errors=result.errors, alerts=result.alerts,
        since=result.since,
    )  # fmt: skip
    tell(done, project, options, trouble=bool(result.exit_code or result.alerts))
    if options.pdf:
        from corpus_utils.report.pdf import print_pages

        pages = sorted((plan.reports_dir / "runs" / result.run).glob("*.html"))
        print(f"{len(print_pages(plan.reports_dir, result.run, pages))} PDFs in {plan.reports_dir / 'pdf' / result.run}", file=sys.stderr)
    print(result.index)
    return result.exit_code


def note_decisions(project: Project) -> None:
    """Say which files of decisions are applied: they may have come with a scraped folder, and nobody's hand wrote them."""
    from corpus_utils.pipeline.inputs import overrides_of

    for file in filter(None, overrides_of(project)):
        print(f"note: the decisions in {terminal_safe(str(file))} are applied", file=sys.stderr)


def seconds(start: float) -> float:
    """Since `start`, to a tenth."""
    return round(time.monotonic() - start, 1)


def tell(note: RunNote, project: Project | None, options: argparse.Namespace, *, trouble: bool) -> None:
    """Write the log; where something is wrong, tell the command and address given. That they cannot be told stops nothing."""
    from corpus_utils.schedule import notify, write_log

    problems = []
    if project is not None:
        try:
            write_log(project.store, note)
        except OSError as error:
            problems.append(f"the log: {error}")
    if trouble:
        problems += notify(note, command=options.notify or "", address=options.webhook or "")
    for problem in problems:
        print(terminal_safe(problem), file=sys.stderr)


def notebooks_of(project: Project) -> Path:
    """The project's own notebooks, or those that came with the package where it has none."""
    from corpus_utils.cli.init import shipped_notebooks

    own = project.root / "notebooks"
    return own if (own / "reports.yml").is_file() else shipped_notebooks()


def run_list(options: argparse.Namespace) -> int:
    """Print reports with their parameters, or the data dictionary."""
    if options.tables:
        from corpus_utils.schema import TABLES, data_dictionary

        for table in TABLES:
            print(table)
            for row in data_dictionary(table):
                choices = f" ({row['one_of']})" if row["one_of"] else ""
                print(f"  {row['column']:<16}{row['kind']:<7}{row['meaning']}{choices}")
        return 0
    from corpus_utils.report.parameters import describe_parameters
    from corpus_utils.report.plan import load_reports

    project = find_project(options)
    for spec in load_reports(notebooks_of(project) / "reports.yml", values=Values(project)):
        print(f"{spec.name}  {spec.title}")
        for one in describe_parameters(spec.notebook):
            print(f"    {one.name}: {one.type} = {one.default!r}  {one.help}")
    index = project.reports / "index.html"
    print(f"Published: {index}" if index.is_file() else "Nothing is published yet: corpus-utils report", file=sys.stderr)
    return 0
