"""`schedule` and `watch`: reports made without anybody asking."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus_utils.project import Project


def add(commands: Any) -> None:
    """Declare the two commands."""
    from corpus_utils.cli import at_least, command

    one = command(commands, "schedule", "print an entry that makes the reports every day: for cron, systemd or GitHub", """
        corpus-utils schedule print cron
        corpus-utils schedule print systemd --at 05:45 --days 1-5
        corpus-utils schedule print cron --notify ./tell-me.sh
        corpus-utils schedule print github --webhook https://example.org/hook""")  # fmt: skip
    one.add_argument("what", choices=("print",))
    one.add_argument("kind", choices=("cron", "systemd", "github"))
    one.add_argument("--project", metavar="DIR", help="folder with a corpus.toml (default: this folder)")
    one.add_argument("--at", metavar="HH:MM", default="06:30", help="time of day (default: 06:30)")
    one.add_argument("--days", metavar="DAYS", default="*", help='days of the week as cron counts them, such as "1-5" (default: every day)')
    one.add_argument("--notify", metavar="CMD", help="shell command told of a failure or alert")
    one.add_argument("--webhook", metavar="URL", help="address of your own told of a failure or alert")
    one.set_defaults(run=run_schedule)

    two = command(commands, "watch", "make the reports anew whenever documents arrive; Ctrl-C ends it", """
        corpus-utils watch
        corpus-utils watch ~/scrape --interval 60""")  # fmt: skip
    two.add_argument("source", metavar="DIR", nargs="?", help="a folder of documents instead of the project's sources")
    two.add_argument("--project", metavar="DIR", help="folder with a corpus.toml (default: this folder)")
    two.add_argument("--interval", type=at_least(1), default=10, metavar="S", help="seconds between looks (default: 10)")
    two.add_argument("--settle", type=at_least(0), default=5, metavar="S", help="seconds without change before a run starts (default: 5)")
    two.add_argument("--rounds", type=at_least(1), metavar="N", help="end after N runs (default: go on)")
    two.set_defaults(run=run_watch, only=None)


def run_schedule(options: argparse.Namespace) -> int:
    """Print the entry."""
    from corpus_utils.project import load_project
    from corpus_utils.schedule import Schedule, print_schedule

    project = load_project(options.project or Path.cwd())
    told = [*(["--notify", options.notify] if options.notify else []), *(["--webhook", options.webhook] if options.webhook else [])]
    schedule = Schedule(project.root.resolve(), sys.executable, options.at, options.days, project.deadline, told)
    print(print_schedule(options.kind, schedule), end="")
    return 0


def run_watch(options: argparse.Namespace) -> int:
    """Make the reports, then again after each change; each run is a process of its own, and a failed one ends nothing."""
    from corpus_utils.cli.reports import find_project

    project = find_project(options)
    command = [sys.executable, "-m", "corpus_utils", "report"]
    command += ["--project", options.project] if options.project else []
    command += ["--source", options.source] if options.source else []
    seen: Any = None
    rounds = 0
    print("Watching; Ctrl-C ends it.", file=sys.stderr)
    while options.rounds is None or rounds < options.rounds:
        now = state_of(project)
        if now == seen:
            time.sleep(options.interval)
            continue
        while options.settle:  # documents that are still being written
            time.sleep(options.settle)
            later = state_of(project)
            if later == now:
                break
            now = later
        seen = now
        subprocess.run(command, check=False)
        rounds += 1
    return 0


def state_of(project: Project) -> list[tuple[str, int, int]]:
    """Name, size and time of every source file and of corpus.toml, as far as they can be seen now."""
    from corpus_utils.pipeline.inputs import source_files
    from corpus_utils.project import CONFIG

    found = []
    for path in [*(path for _, path in source_files(project)), project.root / CONFIG]:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return found
