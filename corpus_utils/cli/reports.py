"""`report` and `list`: the site of reports."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus_utils.project import Project


def add(commands: Any) -> None:
    """Declare the two commands."""
    from corpus_utils.cli import at_least, command

    one = command(commands, "report", "make the reports and publish them under reports/", """
        corpus-utils report
        corpus-utils report --only 03_sentiment
        corpus-utils report --source ~/scrape/articles.csv
        corpus-utils report --project ~/studies/venezuela --deadline 600""")  # fmt: skip
    _add_place(one)
    one.add_argument(
        "--only", metavar="NAME", nargs="+", help="make just these reports; the others stay as they are (see `corpus-utils list`)"
    )
    one.add_argument("--workers", type=at_least(1), default=2, metavar="N", help="notebooks run at the same time (default: 2)")
    one.add_argument("--deadline", type=at_least(1), metavar="S", help="seconds for the whole run (default: of corpus.toml)")
    one.set_defaults(run=run_report)

    two = command(commands, "list", "list the reports of a project, what they ask and what parameters they take", """
        corpus-utils list
        corpus-utils list --tables""")  # fmt: skip
    _add_place(two)
    two.add_argument("--tables", action="store_true", help="list the tables instead, with every column and its meaning")
    two.set_defaults(run=run_list)


def _add_place(one: argparse.ArgumentParser) -> None:
    one.add_argument("--project", metavar="DIR", help="folder with a corpus.toml (default: this folder)")
    one.add_argument(
        "--source", metavar="PATH", help="a folder, file or glob of documents instead of the project's; reports go to ./reports"
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
    from corpus_utils.project import folder_project, load_project, with_source

    if options.source:
        return with_source(load_project(options.project), options.source) if options.project else folder_project(options.source)
    return load_project(options.project or Path.cwd())


def run_report(options: argparse.Namespace) -> int:
    """Compute what changed, publish, say where the index is."""
    from corpus_utils.lab import HANDOVER, hand_over
    from corpus_utils.pipeline import build_corpus, inputs_fingerprint, prune_store
    from corpus_utils.report.build import BuildPlan, build_reports
    from corpus_utils.report.plan import load_reports

    project = find_project(options)
    specs = load_reports(notebooks_of(project) / "reports.yml", values=Values(project))

    def prepare() -> dict[str, str]:
        """Called only where something is to be made: the tables first, so that notebooks find them in the store."""
        build_corpus(project)
        prune_store(project)
        return {HANDOVER: str(hand_over(project))}

    plan = BuildPlan(
        reports_dir=project.reports,
        reports=specs,
        inputs_fingerprint=inputs_fingerprint(project),
        prepare=prepare,
        corpus_facts={"name": project.name, "kind": project.kind, "population": project.population, "query": project.query},
        keep=project.keep,
    )
    result = build_reports(plan, only=options.only, workers=options.workers, deadline_s=options.deadline or project.deadline)
    print(result.summary(), file=sys.stderr)
    print(result.index)
    return result.exit_code


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
