"""Worker processes under one deadline: started, watched, and ended with everything they started.

Conventions
    Each job runs `corpus_utils.report.worker` in a process group of its own, with its kernel in it. When a job is over, on time or not,
    its group is killed, and after it every process that still carries the job's mark in its environment: a cell may have started some.
    The deadline is for all jobs together. Jobs that are running or waiting when it passes have failed by it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus_utils.engine import ENVIRONMENT

REPORT = "CORPUS_UTILS_REPORT"  # in a kernel: the name of the report, which is what its files are called
_MARK = "CORPUS_UTILS_JOB"
_SOCKET_PATH = 90  # bytes: sockets take 104 on macOS and 108 on Linux, and names are added
_POLL = 0.05

# The same numbers on every machine and at every run: no random hash order, no threads that add up in another order.
STEADY = {
    "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1", **ENVIRONMENT,
}  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook (absolute), its checked parameters, and the functions that make a page of it."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any]
    title: str
    folder: Path  # for results: page.html, findings.json, notebook.ipynb, log.txt, result.json
    render: str
    collect: str
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a job ended: state "ok" or "failed", `card` for the index or `error` (kind, message, cell, source, traceback)."""

    name: str
    state: str
    card: Mapping[str, Any]
    error: Mapping[str, Any]
    seconds: float


def run_jobs(
    jobs: Sequence[Job],
    *,
    workers: int = 2,
    deadline_s: float = 1800,
    start: float | None = None,
    environment: Mapping[str, str] | None = None,
    done: Callable[[Outcome], None] = lambda outcome: None,
) -> dict[str, Outcome]:
    """Run all jobs, `workers` at a time, and return how each ended. Whatever ends this function ends its workers.

    deadline_s  seconds for all of them, counted from `start` (of `time.monotonic()`; now by default)
    """
    ends = (time.monotonic() if start is None else start) + deadline_s
    outcomes: dict[str, Outcome] = {}
    waiting, running = list(jobs)[::-1], list[_Running]()
    try:
        while waiting or running:
            late = time.monotonic() >= ends
            while waiting and len(running) < max(1, workers) and not late:
                running.append(_Running(waiting.pop(), environment or {}))
            over = running if late else [worker for worker in running if worker.ended()]
            for worker in list(over):
                running.remove(worker)
                outcomes[worker.job.name] = worker.finish(deadline_s if late else None)
                done(outcomes[worker.job.name])
            for job in waiting if late else ():
                outcomes[job.name] = Outcome(job.name, "failed", {}, _late(deadline_s, "before it started"), 0.0)
                done(outcomes[job.name])
            if late:
                break
            if running and not over:
                time.sleep(_POLL)
    finally:
        for worker in running:
            worker.kill()
            worker.clear()
    return {job.name: outcomes[job.name] for job in jobs}


def _late(deadline_s: float, when: str) -> dict[str, Any]:
    return _error("deadline", f"the deadline of the run, {deadline_s:g} seconds, passed {when}")


def _error(kind: str, message: str, story: str = "") -> dict[str, Any]:
    return {"kind": kind, "message": message, "cell": 0, "source": "", "traceback": story}


class _Running:
    """A worker at its job."""

    def __init__(self, job: Job, environment: Mapping[str, str]) -> None:
        self.job = job
        self.mark = uuid.uuid4().hex
        self.started = time.monotonic()
        job.folder.mkdir(parents=True, exist_ok=True)
        self.scratch = _short_folder()
        order = job.folder / "job.json"
        order.write_text(json.dumps(_order(job, self.scratch)), encoding="utf-8")
        self.log = (job.folder / "log.txt").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "corpus_utils.report.worker", str(order)],
            stdin=subprocess.PIPE, stdout=self.log, stderr=self.log, cwd=self.scratch, start_new_session=True,
            env=_environment({**environment, REPORT: job.name}, self.scratch, self.mark),
        )  # fmt: skip

    def ended(self) -> bool:
        """Whether the worker is over; it is not reaped yet, so that its number still names its group and no other's."""
        if self.process.returncode is not None:
            return True
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self.process.poll() is not None
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def finish(self, late: float | None) -> Outcome:
        """Kill what is left, read the result and tidy up. `late` is the deadline where that ended it."""
        self.kill()
        seconds = time.monotonic() - self.started
        try:
            result = json.loads((self.job.folder / "result.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            error = _late(late, "while it ran") if late is not None else self._death()
            result = {"state": "failed", "error": {**error, **self._where()}}
        self.clear()
        return Outcome(self.job.name, result["state"], result.get("card", {}), result.get("error", {}), seconds)

    def _death(self) -> dict[str, Any]:
        code = self.process.returncode
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        log = (self.job.folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-4000:]
        return _error("worker died", f"the worker process ended without a result ({how})", log)

    def _where(self) -> dict[str, Any]:
        """The cell that was running, as far as papermill had written it down."""
        from corpus_utils.report.execute import running_cell

        try:
            return running_cell(json.loads((self.job.folder / "notebook.ipynb").read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def kill(self) -> None:
        """End the worker, its kernel and all they started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        _kill_marked(self.mark)
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        self.log.close()

    def clear(self) -> None:
        """Remove sockets and the kernel's own files."""
        shutil.rmtree(self.scratch, ignore_errors=True)


def _order(job: Job, scratch: Path) -> dict[str, Any]:
    return {
        "name": job.name, "notebook": str(job.notebook), "parameters": dict(job.parameters), "title": job.title, "folder": str(job.folder),
        "scratch": str(scratch), "render": job.render, "collect": job.collect, "meta": dict(job.meta),
    }  # fmt: skip


def _short_folder() -> Path:
    """A new folder whose sockets have names short enough for the system."""
    folder = Path(tempfile.mkdtemp(prefix="corpus-"))
    if len(os.fsencode(folder)) > _SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="corpus-", dir="/tmp"))
    return folder


def _environment(given: Mapping[str, str], scratch: Path, mark: str) -> dict[str, str]:
    """The environment of a worker and its kernel: this one, made steady, with this package to be found and no user's IPython profile."""
    environment = {**os.environ, **STEADY, **given, _MARK: mark, "IPYTHONDIR": str(scratch / "ipython")}
    root = Path(__file__).parent.parent.parent
    paths = environment.get("PYTHONPATH", "").split(os.pathsep)
    if root.name not in ("site-packages", "dist-packages"):  # not installed: run from its checkout
        paths.insert(0, str(root))
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(path for path in paths if path))
    environment.pop("PYTHONSTARTUP", None)
    return environment


def _kill_marked(mark: str) -> None:
    """End processes that left the group: their environment still names the job. A process cannot outrun a few rounds."""
    import psutil

    for _ in range(5):
        found = [process for process in _own_processes(psutil) if _environ(process).get(_MARK) == mark]
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)


def _own_processes(psutil: Any) -> Iterator[Any]:
    user = os.getuid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.uids().real == user and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _environ(process: Any) -> Mapping[str, str]:
    try:
        environment: Mapping[str, str] = process.environ()
    except Exception:  # gone, or not ours to look at
        return {}
    return environment
