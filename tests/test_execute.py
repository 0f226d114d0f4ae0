"""Notebooks run in guarded processes: only what ran to its end counts, and nothing outlives its run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from standins import make_notebook, make_plan

from corpus_utils.report.execute import ExecutionError, hide_paths, require_complete, tidy
from corpus_utils.report.workers import Job, Outcome, run_jobs

CASES = {
    "good": (
        "import os, sys, json\nprint(json.dumps([x, name, os.path.basename(os.getcwd())]))",
        "steady = [os.environ[key] for key in ('PYTHONHASHSEED', 'OMP_NUM_THREADS', 'TZ', 'CORPUS_UTILS_REPORT')]",
        "connection = json.load(open(get_ipython().kernel.config['IPKernelApp']['connection_file']))",
        "print(json.dumps([steady, connection['transport'], os.getpgrp() == os.getpgid(os.getppid()), 'PLACE' in os.environ]))",
        "",
        "print(sys.executable, os.getcwd(), '/etc/hosts')",
    ),
    "raises": ("1 / 0", "2"),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "2"),
    "leaves": ("import sys\nsys.exit(0)", "2"),
    "allowed": ("# tagged below\nundefined", "2"),
    "kernel_of_another": ("1",),
    "unrenderable": ("'unrenderable'",),
    "worker_killed": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", "2"),
}
LINGERING = "import subprocess\nsubprocess.Popen(['sleep', '4321'], start_new_session=True, stdin=-3, stdout=-3, stderr=-3)\n"


def make_job(folder: Path, name: str, *cells: str, parameters: Mapping[str, object] | None = None) -> Job:
    """A job with the stand-ins for pages."""
    notebook = make_notebook(folder / "notebooks" / f"{name}.ipynb", *cells)
    return Job(name, notebook, parameters or {}, name, folder / "out" / name, "standins:render", "standins:collect", {"report": name})


def sleepers() -> list[int]:
    """Processes that a notebook of these tests left behind."""
    return [process.pid for process in psutil.process_iter(["cmdline"]) if (process.info["cmdline"] or []) == ["sleep", "4321"]]


def scratches(place: Path) -> list[Path]:
    """Socket folders left behind."""
    return list(place.glob("corpus-*"))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Outcome]]:
    """All cases, run once, two at a time; the scratch folders in a place of their own."""
    folder = tmp_path_factory.mktemp("execute")
    jobs = [make_job(folder, name, *cells) for name, cells in CASES.items()]
    jobs[0] = make_job(folder, "good", *CASES["good"], parameters={"x": 5, "name": 'a"b\\n{x} <é>'})
    allowed = json.loads(jobs[4].notebook.read_text())
    allowed["cells"][1]["metadata"]["tags"] = ["raises-exception"]
    jobs[4].notebook.write_text(json.dumps(allowed))
    other = json.loads(jobs[5].notebook.read_text())
    other["metadata"]["kernelspec"] = {"name": "no-such-kernel", "display_name": "R", "language": "R"}
    jobs[5].notebook.write_text(json.dumps(other))
    jobs.append(make_job(folder, "lingers", LINGERING + "1"))
    environment = {**make_plan(folder).environment, "PLACE": "here", "JUPYTER_PATH": "", "JUPYTER_NO_CONFIG": "1"}
    return folder, run_jobs(jobs, deadline_s=400, environment=environment)


@pytest.mark.slow
def test_a_good_notebook_becomes_a_page(outcomes: tuple[Path, dict[str, Outcome]]) -> None:
    """Parameters arrive, the kernel is this Python in the notebook's folder, steady, over files, in the worker's group."""
    folder, ended = outcomes
    assert ended["good"].state == "ok", ended["good"].error
    assert ended["good"].card == {"question": "Why?", "headline": "So.", "facts": {"a": 1}, "thumbnail": "", "downloads": []}
    page = (folder / "out" / "good" / "page.html").read_text(encoding="utf-8")
    outputs = [output[0]["text"] for output in json.loads(page.partition("<body>")[2].partition(" good</body>")[0]) if output]
    assert json.loads(outputs[0]) == [5, 'a"b\\n{x} <é>', "notebooks"]
    assert json.loads(outputs[1]) == [["0", "1", "UTC", "good"], "ipc", True, True]
    assert outputs[2] == f"python{sys.executable.removeprefix(sys.prefix)} notebooks /etc/hosts\n"
    assert json.loads((folder / "out" / "good" / "findings.json").read_text()) == [{"id": "f1", "estimate": 8.0, "label": "=1+1"}]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "message", "cell"),
    [
        ("raises", "error", "ZeroDivisionError: division by zero", 2),
        ("killed", "kernel died", "the kernel died", 2),
        ("leaves", "error", "SystemExit: 0 (a cell may not end the notebook", 2),
        ("allowed", "error", "NameError: name 'undefined' is not defined", 2),
        ("unrenderable", "page", "ValueError: cannot make a page of this", 0),
        ("worker_killed", "worker died", "the worker process ended without a result (killed by signal 9)", 2),
    ],
)
def test_a_broken_notebook_fails_with_a_reason(
    outcomes: tuple[Path, dict[str, Outcome]], name: str, kind: str, message: str, cell: int
) -> None:
    """Where papermill says "completed", too; the broken notebook is there to look at."""
    folder, ended = outcomes
    error = ended[name].error
    assert ended[name].state == "failed" and error["kind"] == kind and message in error["message"] and error["cell"] == cell
    assert "\x1b" not in error["traceback"] and (name == "worker_killed" or error["traceback"])
    assert error["source"] == (CASES[name][0] if cell else "")
    assert (folder / "out" / name / "notebook.ipynb").is_file() and not (folder / "out" / name / "page.html").exists()


@pytest.mark.slow
def test_the_kernel_is_this_interpreter_whatever_the_notebook_names(outcomes: tuple[Path, dict[str, Outcome]]) -> None:
    """A notebook saved with another kernel's name runs all the same."""
    assert outcomes[1]["kernel_of_another"].state == "ok"


@pytest.mark.slow
def test_nothing_outlives_its_job(outcomes: tuple[Path, dict[str, Outcome]]) -> None:
    """A process that a cell started in a session of its own ends with the job."""
    assert outcomes[1]["lingers"].state == "ok" and sleepers() == []


@pytest.mark.slow
def test_one_deadline_ends_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that hangs is killed with what it started; what waited has failed as well; no process or socket stays."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    hang = LINGERING + "import time\nwhile True: time.sleep(1)"
    jobs = [make_job(tmp_path, "hangs", hang), make_job(tmp_path, "waits", "1")]
    start = time.monotonic()
    ended = run_jobs(jobs, workers=1, deadline_s=10, environment=make_plan(tmp_path).environment)
    assert time.monotonic() - start < 20
    assert ended["hangs"].error["message"] == "the deadline of the run, 10 seconds, passed while it ran"
    assert ended["hangs"].error["cell"] in (0, 2)  # 0 where a busy machine had not come to it
    assert ended["waits"].error["message"] == "the deadline of the run, 10 seconds, passed before it started"
    assert sleepers() == [] and scratches(tmp_path) == []
    assert {process.pid for process in psutil.Process().children(recursive=True)} == before


PARENT = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # what was started in the background ignores it
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_execute import LINGERING, make_job
from standins import make_plan
from corpus_utils.report.workers import run_jobs
folder = Path(sys.argv[1])
job = make_job(folder, "hangs", LINGERING + "import os, time\\nopen('started', 'w').write(str(os.getpid()))\\ntime.sleep(900)")
run_jobs([job], environment=make_plan(folder).environment)
"""  # its own TMPDIR, to see what it leaves there


@pytest.mark.slow
def test_a_killed_run_takes_its_kernels_along(tmp_path: Path) -> None:
    """Nobody is left to tidy up after `kill -9`: the workers notice and end themselves, with their kernels."""
    parents = {}
    place = tmp_path / "t"
    place.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(place)}
    for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        script = [sys.executable, "-c", PARENT, str(tmp_path / how.name), str(Path(__file__).parent)]
        parents[how] = subprocess.Popen(script, cwd=ROOT, stderr=subprocess.DEVNULL, env=environment)
    for how, parent in parents.items():
        started = tmp_path / how.name / "notebooks" / "started"
        wait_for(lambda started=started: started.is_file() and started.read_text() != "", 120)
        kernel = psutil.Process(int(started.read_text()))
        worker = psutil.Process(kernel.ppid())
        os.kill(parent.pid, how)
        parent.wait(60)
        wait_for(lambda kernel=kernel, worker=worker: not kernel.is_running() and not worker.is_running(), 60)
    left = sleepers()  # started in sessions of their own: only the run that could still tidy up has ended its one
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert len(left) <= 2 and scratches(place) == []


def wait_for(condition: object, seconds: float) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def notebook(*cells: dict) -> dict:
    """An executed notebook."""
    return {"cells": [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": 1} | cell for cell in cells]}


ERROR = {"output_type": "error", "ename": "E", "evalue": "bad", "traceback": ["\x1b[31mred\x1b[0m"]}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([{}, {"execution_count": None}], "code cell 2 was never executed"),
        ([{"metadata": {"tags": ["injected-parameters"]}}, {"execution_count": None}], "code cell 1 was never executed"),
        ([{"metadata": {"tags": ["skip-execution"]}, "execution_count": None}], "code cell 1 was never executed"),
        ([{"outputs": [ERROR]}], "E: bad"),
        ([{"outputs": [ERROR], "metadata": {"tags": ["raises-exception"]}}], "E: bad"),
    ],
)
def test_what_is_incomplete_does_not_count(cells: list[dict], message: str) -> None:
    """Every cell with something in it ran, and nothing went wrong, allowed or not."""
    with pytest.raises(ExecutionError, match=message):
        require_complete(notebook(*cells))


def test_what_is_complete_counts() -> None:
    """Empty cells and text need not run."""
    require_complete(notebook({}, {"source": " \n", "execution_count": None}, {"cell_type": "markdown", "execution_count": None}))


def test_paths_ids_and_clocks_are_taken_out() -> None:
    """What differs between two runs or two machines is not in what is published; text that only looks alike stays."""
    text = "/home/ann/project/notebooks/a.csv /home/ann/projects x/home/ann 'file:/home/ann'"
    made = notebook({"id": "random", "outputs": [{"text": text}]})
    made["metadata"] = {"papermill": {"start_time": "now"}, "language_info": {}}
    made["cells"][0]["metadata"] = {"papermill": {"duration": 1}, "execution": {}, "tags": ["a"]}
    done = tidy(made, {"/home/ann": "home", "/home/ann/project": "project", "/home/ann/project/notebooks": "notebooks", "/": "root"})
    assert done["metadata"] == {"language_info": {}}
    assert done["cells"][0]["metadata"] == {"tags": ["a"]} and done["cells"][0]["id"] == "cell-0"
    assert done["cells"][0]["outputs"][0]["text"] == "notebooks/a.csv home/projects x/home/ann 'file:home'"
    assert hide_paths("/tmp/ipykernel_123/456.py:3: note", {"/x/y": "y"}) == "cell:3: note"
