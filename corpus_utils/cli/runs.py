"""`diff` and `verify`: published runs compared with each other, and with what is computed anew."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.text import csv_safe, terminal_safe

if TYPE_CHECKING:
    from corpus_utils.report.diff import Change

SHOWN = 20  # changed findings printed; all of them go to -o


def add(commands: Any) -> None:
    """Declare the two commands."""
    from corpus_utils.cli import command
    from corpus_utils.cli.reports import add_place

    one = command(commands, "diff", "what changed in the findings between two runs, and why", """
        corpus-utils diff
        corpus-utils diff previous latest -o changes.csv
        corpus-utils diff 3f2a 91bc""")  # fmt: skip
    one.add_argument("before", metavar="RUN", nargs="?", default="previous", help="a run, its first letters, previous or latest")
    one.add_argument("after", metavar="RUN", nargs="?", default="latest", help="the run to compare it with (default: latest)")
    one.add_argument("-o", "--output", metavar="OUT", help="write every changed finding: .csv or .json")
    add_place(one)
    one.set_defaults(run=run_diff)

    two = command(commands, "verify", "make a run's reports anew and compare: the same findings, the same pages?", """
        corpus-utils verify
        corpus-utils verify previous --tolerance 0.001""")  # fmt: skip
    two.add_argument("name", metavar="RUN", nargs="?", default="latest", help="a run, its first letters, previous or latest")
    two.add_argument(
        "--tolerance", type=float, default=1e-9, metavar="T", help="how far numbers may be apart, relative above 1 (default: 1e-9)"
    )
    two.add_argument("-o", "--output", metavar="OUT", help="write every finding that differs: .csv or .json")
    add_place(two)
    two.set_defaults(run=run_verify)


def run_diff(options: argparse.Namespace) -> int:
    """Print the difference; exit code 1 where there is one."""
    from corpus_utils.cli.reports import find_project
    from corpus_utils.report.diff import diff_runs, read_record
    from corpus_utils.report.manifest import resolve_run

    folder = find_project(options).reports
    before, after = (resolve_run(folder, name).name for name in (options.before, options.after))
    found = diff_runs(read_record(folder, before), read_record(folder, after))
    print(f"{before} -> {after}: {found.sentence()}")
    for reason in found.reasons:
        print(f"  why: {terminal_safe(reason)}")
    _show(found.changes, options.output)
    return int(bool(found.changes))


def run_verify(options: argparse.Namespace) -> int:
    """Execute the reports in a folder of their own and compare their findings with the published ones; 1 where they differ."""
    from corpus_utils.cli.reports import find_project, plan_of
    from corpus_utils.report.build import build_reports
    from corpus_utils.report.diff import diff_findings, diff_reasons, read_record
    from corpus_utils.report.manifest import resolve_run

    project = find_project(options)
    run = resolve_run(project.reports, options.name).name
    old = read_record(project.reports, run)
    with tempfile.TemporaryDirectory(prefix="corpus-utils-") as scratch:
        made = build_reports(plan_of(project, reports_dir=Path(scratch)), deadline_s=project.deadline)
        new = read_record(Path(scratch), made.run)
        reasons = diff_reasons(old, new)
        pages = _same_pages(old.manifest, new.manifest)
    changes, compared = diff_findings(old.findings, new.findings, tolerance=options.tolerance)
    failed = [f"{name}: {why}" for name, why in made.errors.items()]
    print(f"{run}: {compared - len(changes)} of {compared} findings come out the same; {pages}.")
    for line in [*failed, *(f"made from something else: {reason}" for reason in reasons)]:
        print(f"  {terminal_safe(line)}")
    _show(changes, options.output)
    return int(bool(changes or failed))


def _same_pages(old: Any, new: Any) -> str:
    first, last = ({name: digest for name, digest in made.get("files", {}).items() if name.endswith(".html")} for made in (old, new))
    same = sum(last.get(name) == digest for name, digest in first.items())
    return f"{same} of {len(first)} pages are the same bytes"


def _show(changes: Any, output: str | None) -> None:
    for change in changes[:SHOWN]:
        print(f"  {terminal_safe(_line(change))}")
    if len(changes) > SHOWN:
        print(f"  and {len(changes) - SHOWN} more" + ("" if output else "; -o FILE.csv writes all"))
    if output:
        _write([change.row() for change in changes], Path(output))


def _line(change: Change) -> str:
    row = change.row()
    what = " · ".join(str(row[key]) for key in ("measure", "label", "voice", "group") if row[key])
    values = [_said(row["before"]), _said(row["after"])]
    middle = {"new": f"is new: {values[1]}", "gone": f"is gone: {values[0]}"}.get(change.kind, f"{values[0]} -> {values[1]}")
    return f"{change.report} {change.id} ({what}): {middle}{', out of its interval' if change.beyond else ''}"


def _said(value: float | None) -> str:
    return "no number" if value is None else f"{value:.4g}"


def _write(rows: list[dict[str, Any]], output: Path) -> None:
    import csv

    if output.suffix == ".json":
        output.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    elif output.suffix == ".csv":
        with output.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle)
            names = ("report", "id", "kind", "measure", "label", "voice", "group", "before", "after", "difference", "beyond_interval")
            writer.writerow(names)
            writer.writerows([csv_safe(row[name]) for name in names] for row in rows)
    else:
        from corpus_utils.project import ProjectError

        raise ProjectError(f"{output}: write to a file ending in .csv or .json")
    print(f"{len(rows)} findings written to {output}", file=sys.stderr)
