"""Every engine gives the same results in the same order, and says which part a worker died of."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corpus_utils.engine import ENVIRONMENT, EngineError, Progress, kept_workers, run_parts, set_environment


def square(number: int) -> int:
    """Later parts end first."""
    time.sleep(max(0.0, 0.05 - number / 100))
    return number * number


def where(number: int) -> int:
    """The process a part ran in."""
    return os.getpid()


def fail(number: int) -> int:
    """The third part fails."""
    if number == 2:
        raise KeyError("no such thing")
    return number


def die(job: tuple[Path, int, int]) -> int:
    """The second part kills its process as often as it is told."""
    folder, number, times = job
    if number == 1 and len(list(folder.iterdir())) < times:
        (folder / str(time.monotonic_ns())).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def unsendable(number: int) -> Any:
    """A result that cannot be pickled."""
    return lambda: number


class OddError(Exception):
    """An exception that cannot be pickled."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def half() -> None:
    """Whoever reads it fails."""
    raise RuntimeError("half read")


class HalfRead:
    """A part that can be sent but not read."""

    def __reduce__(self) -> Any:
        return half, ()


def odd(number: int) -> None:
    """Raise it."""
    raise OddError("very", "odd")


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_results_keep_the_order_of_the_parts(engine: str) -> None:
    """Whatever ends first."""
    assert run_parts(square, list(range(8)), engine=engine) == [number * number for number in range(8)]


def test_parts_run_in_other_processes() -> None:
    """Two workers, neither of them this process; one part alone needs none."""
    pids = set(run_parts(where, [1, 2, 3, 4], engine="processes"))
    assert os.getpid() not in pids and len(pids) <= 2
    assert run_parts(where, [1], engine="processes") == [os.getpid()]
    assert run_parts(where, [], engine="processes") == []


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_an_exception_comes_back_as_itself(engine: str) -> None:
    """With the worker's traceback as a note."""
    with pytest.raises(KeyError, match="no such thing") as caught:
        run_parts(fail, list(range(4)), engine=engine)
    assert engine == "serial" or "in fail" in "".join(caught.value.__notes__)


def test_what_cannot_be_sent_is_said() -> None:
    """Results and exceptions that no pickle holds end in a clear error, not in a hang."""
    with pytest.raises(RuntimeError, match="cannot be sent back"):
        run_parts(unsendable, [1, 2], engine="processes")
    with pytest.raises(RuntimeError, match="OddError: very odd"):
        run_parts(odd, [1, 2], engine="processes")


def test_a_dead_worker_costs_one_retry(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The part is tried again and the run goes on."""
    assert run_parts(die, [(tmp_path, number, 1) for number in range(4)], engine="processes") == [0, 1, 2, 3]
    assert "part 2 of 4: its worker process ended (killed by SIGKILL" in capfd.readouterr().err


def test_a_part_that_kills_twice_is_named(tmp_path: Path) -> None:
    """The error names the part and the signal."""
    with pytest.raises(EngineError, match=r"second: its worker process ended twice \(killed by SIGKILL"):
        run_parts(die, [(tmp_path, number, 9) for number in range(3)], engine="processes", names=["first", "second", "third"])


def test_an_unknown_engine_is_an_error() -> None:
    """It lists those there are."""
    with pytest.raises(ValueError, match="no engine called 'cluster'; there are: serial, processes"):
        run_parts(square, [1], engine="cluster")


def test_settings_of_array_libraries_hold_for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last digits of a sum must not depend on the machine's cores."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, "8")
    set_environment()
    asked = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_DEFAULT_MEMORY_POOL"]
    assert run_parts(os.getenv, asked, engine="processes") == ["1", "1", "system"]


SCRIPTS = {
    "without a guard": "print(run_parts(len, ['a', 'bb', 'ccc'], engine='processes'))",
    "with a function of its own": "print(run_parts(partial(more, by=0), [1, 2, 3], engine='processes'))",
    "with a function of its own inside": "print(run_parts(partial(reduce, more), [[1], [1, 1], [1, 2]], engine='processes'))",
    "with parts of its own": "print(run_parts(len, [Part('a'), Part('bb'), Part('ccc')], engine='processes'))",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_may_have_parts_computed(script: str, tmp_path: Path) -> None:
    """Workers run the script that starts them only where it defines what they compute."""
    path, own = tmp_path / "script.py", "def more(one, by):\n    return one + by\n\nclass Part(list):\n    pass\n\n"
    guarded = script if script == SCRIPTS["without a guard"] else f"if __name__ == '__main__':\n    {script}"
    path.write_text(f"from functools import partial, reduce\nfrom corpus_utils.engine import run_parts\n{own}{guarded}\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == ("[1, 2, 3]\n", "")


def test_threads_may_start_workers() -> None:
    """What this process was started with is in its place again, however many threads start some at a time."""
    program = sys.modules["__main__"]
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda parts: run_parts(square, parts, engine="processes"), [[1, 2, 3]] * 4))
    assert done == [[1, 4, 9]] * 4 and sys.modules["__main__"] is program


def test_a_part_that_a_worker_cannot_read_is_an_error_of_its_own() -> None:
    """Such as one of a class that is defined where workers cannot look: no worker is said to have died."""
    with pytest.raises(RuntimeError, match="half read"):
        run_parts(str, [1, HalfRead()], engine="processes")


def test_progress_is_told_to_a_function() -> None:
    """A line now and then, the last one at the end."""
    lines: list[str] = []
    run_parts(square, list(range(5)), progress=lines.append, label="clean")
    assert lines[-1] == "clean: 5 of 5" and len(lines) == 5
    lines.clear()
    run_parts(len, ["a"] * 1000, progress=lines.append, label="many")
    assert len(lines) <= 21 and lines[-1] == "many: 1000 of 1000"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_lines_in_a_log_and_a_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays free for results."""
    run_parts(square, [1, 2], progress=True, label="clean")
    out, err = capsys.readouterr()
    assert out == "" and err == "clean: 1 of 2, part 1 of 2\nclean: 2 of 2, part 2 of 2\n"
    gone = io.StringIO()
    gone.close()
    quiet = Progress(1, "clean", stream=None)
    quiet._stream = gone
    quiet.advance()
    screen = Terminal()
    bar = Progress(2, "clean", stream=screen)
    bar.advance("a")
    bar.say("a line")
    bar.close()
    assert "\r" in screen.getvalue() and "clean:" in screen.getvalue() and "a line" in screen.getvalue()


def test_workers_are_kept_between_calls(tmp_path: Path) -> None:
    """Within `kept_workers` the same processes serve another function; a part that fails ends them, and the next call has new ones."""
    with kept_workers():
        first = set(run_parts(where, [1, 2, 3, 4], engine="processes"))
        with kept_workers():  # a block inside another ends nothing
            assert run_parts(square, [1, 2, 3], engine="processes") == [1, 4, 9]
        assert set(run_parts(where, [1, 2, 3, 4], engine="processes")) <= first
        with pytest.raises(KeyError):
            run_parts(fail, list(range(4)), engine="processes")
        second = set(run_parts(where, [1, 2, 3, 4], engine="processes"))
        assert second.isdisjoint(first)
        assert run_parts(die, [(tmp_path, number, 1) for number in range(4)], engine="processes") == [0, 1, 2, 3]
        assert run_parts(square, [1, 2, 3], engine="processes") == [1, 4, 9]
    assert set(run_parts(where, [1, 2], engine="processes")).isdisjoint(first | second)
