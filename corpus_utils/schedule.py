"""Reports on a schedule: entries for cron, systemd and GitHub, a log of runs, and somebody told when something is wrong.

Conventions
    Entries are text for the user to install; nothing here touches the system's own schedule.
    A run that finds nothing new costs a second, so an entry may run more often than documents arrive; catch-up after a machine was off is
    part of each entry.
    `RunNote` is what the log holds, and what a command or web address of the user's own is told.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

LOG = "log.jsonl"  # below the store
LOG_LINES = 1000
TIMEOUT = 30  # seconds for whoever is told
MARGIN = 300  # seconds over the run's own deadline before the system ends it
LOCKED = 3  # exit code where another run is at work: no trouble
WEBHOOK = "CORPUS_UTILS_WEBHOOK"  # name of the secret that holds the address in a repository
KINDS = ("cron", "systemd", "github")


class ScheduleError(ValueError):
    """A schedule that cannot be written; the message says why. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class Schedule:
    """When and for what: `root` is the project (absolute), `at` "HH:MM", `days` cron's days of the week ("*", "1-5")."""

    root: Path
    python: str
    at: str = "06:30"
    days: str = "*"
    deadline: int = 1800
    options: Sequence[str] = ()  # further arguments of `report`, such as --notify

    @property
    def command(self) -> list[str]:
        """The command an entry runs, in the project's folder."""
        return [self.python, "-m", "corpus_utils", "report", *self.options]


def read_time(at: str) -> tuple[int, int]:
    """ "06:30" as (6, 30). Raises ScheduleError."""
    hour, _, minute = at.partition(":")
    if not (at.isascii() and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise ScheduleError(f"the time should be written HH:MM, between 00:00 and 23:59, not {at!r}")
    return int(hour), int(minute)


def read_days(days: str) -> set[int]:
    """Cron's days of the week as numbers, Sunday 0: "*", "1-5", "1,3,5". Raises ScheduleError."""
    found: set[int] = set()
    for part in ("0-6" if days == "*" else days).split(","):
        first, _, last = part.partition("-")
        if not (days.isascii() and first.isdecimal() and (last or first).isdecimal() and int(first) <= int(last or first) <= 7):
            raise ScheduleError(f'days should be "*" or days of the week as cron counts them, such as "1-5" or "1,3", not {days!r}')
        found |= {day % 7 for day in range(int(first), int(last or first) + 1)}
    return found


def print_schedule(kind: str, schedule: Schedule) -> str:
    """The entry for cron, systemd or github. Raises ScheduleError for an unknown kind, time, days, or a path cron cannot hold."""
    if kind not in KINDS:
        raise ScheduleError(f"no schedule called {kind!r}; there are: {', '.join(KINDS)}")
    if any(char in str(part) for part in (schedule.root, *schedule.command) for char in "\n\r\0"):
        raise ScheduleError("a path or option with a line end cannot stand in a schedule")
    read_time(schedule.at), read_days(schedule.days)
    return {"cron": _cron, "systemd": _systemd, "github": _github}[kind](schedule)


def _cron(schedule: Schedule) -> str:
    hour, minute = read_time(schedule.at)
    log = f">> {shlex.quote(str(schedule.root / '.store' / 'schedule.log'))} 2>&1"
    folder = shlex.quote(str(schedule.root))
    # cron takes % for a line end, within quotes too
    line = f"cd {folder} && mkdir -p .store && {shlex.join(schedule.command)} {log}".replace("%", r"\%")
    return (
        "# corpus-utils: add both lines with `crontab -e`. The second catches up after the machine was off.\n"
        f"{minute} {hour} * * {schedule.days} {line}\n"
        f"@reboot sleep 120; {line}\n"
    )


def _systemd(schedule: Schedule) -> str:
    hour, minute = read_time(schedule.at)
    names = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
    days = read_days(schedule.days)
    when = "" if len(days) == 7 else ",".join(names[day] for day in sorted(days)) + " "
    command = " ".join(_systemd_quoted(part) for part in schedule.command)
    folder = str(schedule.root).replace("%", "%%")
    return (
        "# Save as ~/.config/systemd/user/corpus-utils.service\n"
        "[Unit]\nDescription=corpus-utils: make the reports anew\n\n"
        f"[Service]\nType=oneshot\nWorkingDirectory={folder}\nExecStart={command}\n"
        # Nothing changed is success; another run at work is no failure either.
        f"SuccessExitStatus=3\nTimeoutStartSec={schedule.deadline + MARGIN}\nNice=10\n\n"
        "# Save as ~/.config/systemd/user/corpus-utils.timer, then: systemctl --user enable --now corpus-utils.timer\n"
        "[Unit]\nDescription=corpus-utils: when the reports are made\n\n"
        f"[Timer]\nOnCalendar={when}*-*-* {hour:02}:{minute:02}:00\n"
        "Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )


def _systemd_quoted(part: str) -> str:
    text = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"'


def _github(schedule: Schedule) -> str:
    hour, minute = read_time(schedule.at)
    command, secret = _with_secret(["corpus-utils", "report", *schedule.options])
    minutes = max(10, (schedule.deadline + MARGIN) // 60)
    return (
        "# Save as .github/workflows/reports.yml in the repository of the project. Times are UTC. A run that the service skips is made up\n"
        "# for by the next one, which computes whatever is new.\n"
        "name: reports\n"
        "on:\n"
        f"  schedule:\n    - cron: {json.dumps(f'{minute} {hour} * * {schedule.days}')}\n"
        "  workflow_dispatch:\n"
        "concurrency:\n  group: reports\n"
        "jobs:\n"
        "  report:\n"
        "    runs-on: ubuntu-latest\n"
        f"    timeout-minutes: {minutes}\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - uses: actions/setup-python@v5\n"
        '        with: {python-version: "3.12"}\n'
        "      - uses: actions/cache@v4\n"
        "        with: {path: .store, key: 'corpus-store-${{ github.run_id }}', restore-keys: corpus-store-}\n"
        "      - run: pip install corpus-utils  # or: pip install . where the repository is a checkout of the package\n"
        f"      - run: {json.dumps(command)}\n{secret}"
        "      - uses: actions/upload-artifact@v4\n"
        "        if: always()\n"
        "        with: {name: reports, path: reports}\n"
    )


def _with_secret(command: list[str]) -> tuple[str, str]:
    """The command as a shell line, and the setting that gives it its address: a webhook's address is a secret, a workflow is published."""
    if "--webhook" not in command:
        return shlex.join(command), ""
    at = command.index("--webhook") + 1
    parts = [*map(shlex.quote, command[:at]), f'"${WEBHOOK}"', *map(shlex.quote, command[at + 1 :])]
    return " ".join(parts), f"        env: {{{WEBHOOK}: '${{{{ secrets.{WEBHOOK} }}}}'}}\n"


@dataclass(frozen=True)
class RunNote:
    """How a run ended, for the log and for whoever is told."""

    time: str
    project: str
    run: str
    exit_code: int
    summary: str
    seconds: float
    states: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    alerts: Sequence[str] = ()
    since: str = ""

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def write_log(store: Path, note: RunNote) -> None:
    """Append to the log below the store; beyond LOG_LINES the oldest lines go."""
    store.mkdir(parents=True, exist_ok=True)
    file = store / LOG
    with file.open("a", encoding="utf-8", errors="backslashreplace") as log:
        log.write(note.line() + "\n")
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    if len(lines) > 2 * LOG_LINES:
        draft = file.with_suffix(".part")
        draft.write_text("".join(lines[-LOG_LINES:]), encoding="utf-8")
        draft.replace(file)


def notify(note: RunNote, *, command: str = "", address: str = "") -> list[str]:
    """Tell a command (the note on its standard input) and a web address (as a POST of JSON); what went wrong in that, in words."""
    data = note.line().encode("utf-8", "backslashreplace")
    problems = []
    if command:
        try:
            done = subprocess.run(command, shell=True, input=data, timeout=TIMEOUT, check=False)
            problems += [f"--notify: the command ended with exit code {done.returncode}"] if done.returncode else []
        except (OSError, subprocess.SubprocessError) as error:
            problems.append(f"--notify: {error}")
    if address:
        if not address.startswith(("http://", "https://")):
            return [*problems, f"--webhook: {address!r} should start with http:// or https://"]
        request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                answer.read(1)
        except (OSError, ValueError) as error:
            problems.append(f"--webhook: {error}")
    return problems
