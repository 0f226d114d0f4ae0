"""Entries that a system takes as they are, a log that stays small, somebody told, and a folder watched."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from conftest import ROOT

from corpus_utils import schedule as schedules
from corpus_utils.cli import main
from corpus_utils.schedule import LOG, RunNote, Schedule, ScheduleError, notify, print_schedule, read_days, write_log

ODD = "a b%c'd$e\"f"  # a folder as somebody may call one


@pytest.fixture
def odd(tmp_path: Path) -> Schedule:
    """A schedule whose folder and interpreter have every difficult character in their names; the interpreter writes what it was given."""
    root = tmp_path / ODD
    root.mkdir()
    python = root / "py thon"
    python.write_text(f'#!{sys.executable}\nimport json, os, sys\njson.dump([os.getcwd(), sys.argv[1:]], open("ran.json", "w"))\n')
    python.chmod(0o755)
    return Schedule(root, str(python), "05:07", "1-5", 1800, ("--notify", "mail -s '50%' x"))


def expected(schedule: Schedule) -> list:
    """What the command should have been called with."""
    return [str(schedule.root), ["-m", "corpus_utils", "report", *schedule.options]]


def test_cron(odd: Schedule) -> None:
    """The line, as cron hands it to the shell, runs the command in the folder; it catches up after a restart."""
    lines = [line for line in print_schedule("cron", odd).splitlines() if not line.startswith("#")]
    assert lines[0].startswith("7 5 * * 1-5 ") and lines[1].startswith("@reboot sleep 120; ")
    assert "%" not in lines[0].replace(r"\%", "")
    command = lines[0].removeprefix("7 5 * * 1-5 ").replace(r"\%", "%")  # what cron does before it calls the shell
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
    assert json.loads((odd.root / "ran.json").read_text()) == expected(odd)
    assert (odd.root / ".store" / "schedule.log").exists()


def test_systemd(odd: Schedule) -> None:
    """Two units with catch-up and a limit over the run's own; the command unquotes to what it was."""
    text = print_schedule("systemd", odd)
    service, timer = text.split("# Save as ~/.config/systemd/user/corpus-utils.timer", 1)
    parsed = configparser.ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals
    parsed.read_string(service)
    assert parsed["Service"]["WorkingDirectory"] == str(odd.root).replace("%", "%%")
    plain = parsed["Service"]["ExecStart"].replace("%%", "%").replace("$$", "$")
    # systemd's quoting of double quotes and backslashes is the shell's, but for the dollar, which was doubled
    assert shlex.split(plain) == odd.command
    assert int(parsed["Service"]["TimeoutStartSec"]) > odd.deadline and parsed["Service"]["SuccessExitStatus"] == "3"
    assert "OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 05:07:00" in timer and "Persistent=true" in timer


def test_github(odd: Schedule) -> None:
    """A workflow that parses, at the time asked for, keeping the store between runs and the reports of a failed one."""
    flow = yaml.safe_load(print_schedule("github", odd))
    assert flow[True]["schedule"] == [{"cron": "7 5 * * 1-5"}]  # YAML reads `on` as true
    steps = flow["jobs"]["report"]["steps"]
    (run,) = [step["run"] for step in steps if step.get("run", "").startswith("corpus-utils")]
    assert shlex.split(run) == ["corpus-utils", "report", *odd.options]
    assert steps[-1]["if"] == "always()" and any(".store" in str(step.get("with")) for step in steps)


def test_a_workflow_holds_no_address(odd: Schedule) -> None:
    """The webhook's address is a secret of the repository, not a word in a file that is published."""
    text = print_schedule("github", replace(odd, options=("--webhook", "https://example.org/token")))
    assert "example.org" not in text
    (step,) = [step for step in yaml.safe_load(text)["jobs"]["report"]["steps"] if "env" in step]
    assert step["run"] == 'corpus-utils report --webhook "$CORPUS_UTILS_WEBHOOK"'
    assert step["env"] == {"CORPUS_UTILS_WEBHOOK": "${{ secrets.CORPUS_UTILS_WEBHOOK }}"}


@pytest.mark.parametrize(
    ("change", "said"),
    [({"at": "25:00"}, "HH:MM"), ({"at": "noon"}, "HH:MM"), ({"at": "²:00"}, "HH:MM"), ({"days": "١-٥"}, "days of the week"), ({"days": "mon"}, "days of the week"), ({"days": "5-1"}, "days of the week"),
     ({"root": Path("a\nb")}, "line end"), ({"options": ("--notify", "x\n* * * * * rm")}, "line end")],
)  # fmt: skip
def test_what_cannot_be_scheduled_is_said(odd: Schedule, change: dict, said: str) -> None:
    """Among it a line end, which would be a line of its own in a crontab."""
    with pytest.raises(ScheduleError, match=said):
        print_schedule("cron", Schedule(**{**odd.__dict__, **change}))


def test_days() -> None:
    """Sunday is 0 and 7."""
    assert read_days("*") == set(range(7)) and read_days("1-3,7") == {0, 1, 2, 3}


NOTE = RunNote("2024-02-28T06:30:00+00:00", "study", "abc", 1, "1 failed", 3.2, {"one": "failed"}, {"one": "broken\nline"})


def test_the_log_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line of JSON a run, the oldest dropped."""
    monkeypatch.setattr(schedules, "LOG_LINES", 5)
    for _ in range(40):
        write_log(tmp_path, NOTE)
    lines = (tmp_path / LOG).read_text().splitlines()
    assert 5 <= len(lines) <= 10 and json.loads(lines[-1])["errors"] == {"one": "broken\nline"}


class Hook(BaseHTTPRequestHandler):
    """Keeps what it is sent."""

    got: ClassVar[list[dict]] = []

    def do_POST(self) -> None:
        """Read, keep, answer."""
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204 if self.path == "/ok" else 500)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Silence."""


def test_whoever_is_told_gets_the_note(tmp_path: Path) -> None:
    """A command on its standard input, an address by POST; what cannot be told is said, and raises nothing."""
    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        assert notify(NOTE, command=f"cat > {shlex.quote(str(tmp_path / 'told'))}", address=f"{address}/ok") == []
        assert json.loads((tmp_path / "told").read_text())["run"] == "abc" and Hook.got[-1]["exit_code"] == 1
        said = notify(NOTE, command="exit 7", address=f"{address}/broken")
        assert "exit code 7" in said[0] and "500" in said[1]
    finally:
        server.shutdown()
        server.server_close()
    assert "should start with http" in notify(NOTE, address="file:///etc/passwd")[0]
    assert notify(NOTE, address=f"{address}/gone")[0].startswith("--webhook")


def test_a_failure_before_the_run_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that cannot be read is just what a person wants to hear of in the morning."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.toml").write_text("[corpus]\nsauces = []\n")
    assert main(["report", "--notify", "cat > told.json"]) == 2
    assert "sauces" in json.loads((tmp_path / "told.json").read_text())["summary"]


def test_schedule_prints_for_this_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line, from the project's folder."""
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["x"]\n')
    monkeypatch.chdir(tmp_path)
    assert main(["schedule", "print", "cron", "--at", "23:59"]) == 0
    assert f"cd {shlex.quote(str(tmp_path.resolve()))} " in capsys.readouterr().out
    assert main(["schedule", "print", "systemd", "--at", "24:00"]) == 2


def test_watch_runs_again_when_a_document_arrives(tmp_path: Path) -> None:
    """A new file in the folder starts a second run; a run that fails (here: no usable document at first) ends nothing."""
    folder = tmp_path / "in"
    folder.mkdir()
    command = [sys.executable, "-m", "corpus_utils", "watch", str(folder), "--interval", "1", "--settle", "0", "--rounds", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}) as watch:
        assert watch.stderr is not None
        said = []
        for line in watch.stderr:
            said.append(line)
            if "corpus-utils:" in line and not (folder / "a.txt").exists():  # the first run said what is wrong
                (folder / "a.txt").write_text("\0")  # no usable document either, so the second run is short
        assert watch.wait(timeout=60) == 0
    assert sum("corpus-utils:" in line for line in said) == 2, said
