"""Parts in processes of this machine. A worker that dies costs one retry of its part; a second death is an error that names it.

A worker does not run the program that started it, as new processes of Python do, unless the function or the first part is of something
defined there: a script that opens a corpus needs no `if __name__ == "__main__":`.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from corpus_utils.engine.kept import kept
from corpus_utils.engine.process import EngineError, seldom_collected

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


class _Worker:
    """One process and the line to it. It answers each pickled (function, part) with (ok, result or exception)."""

    def __init__(self, program: bool) -> None:
        """`program`: it runs what this process was started with."""
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.line, far_end = context.Pipe()
        self.process = context.Process(target=_work, args=(far_end,), daemon=True)
        with contextlib.nullcontext() if program else _no_program():
            self.process.start()
        far_end.close()  # else the death of the worker would not close the line
        self.number = -1

    def give(self, number: int, function: Callable[[Any], Any], part: Any) -> None:
        self.number = number
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died already: `take` will tell
            self.line.send((function, part))

    def take(self) -> tuple[bool, Any]:
        return self.line.recv()

    def end(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _work(line: Connection) -> None:
    """In the worker: answer parts until the line closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what ends
    with seldom_collected():  # from part to part: each time it ends there is a search of all that is held
        _answer(line)


def _answer(line: Connection) -> None:
    """Compute what comes over the line, and send it back."""
    while True:
        try:
            given = line.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            function, part = pickle.loads(given)
            answer: tuple[bool, Any] = (True, function(part))
        except Exception as error:
            answer = (False, _portable(error))
        try:
            line.send(answer)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            line.send((False, RuntimeError(f"the result cannot be sent back: {error}")))


def _portable(error: Exception) -> Exception:
    """The exception itself, with its traceback as a note, or one that says the same where it cannot be pickled."""
    import traceback

    story = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"In a worker process:\n{story}")
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}\n{story}")
    return error


_starting = threading.Lock()


@contextlib.contextmanager
def _no_program() -> Iterator[None]:
    """A process that is started here is not told what this one was started with."""
    with _starting:  # of two threads the second would keep what the first put in its place
        program = sys.modules["__main__"]
        try:
            sys.modules["__main__"] = ModuleType("__main__")
            yield
        finally:
            sys.modules["__main__"] = program


@contextlib.contextmanager
def _crew() -> Iterator[list[_Worker]]:
    """Workers as they are needed, ended with the block."""
    crew: list[_Worker] = []
    try:
        yield crew
    finally:
        for worker in crew:
            worker.end()


class Pool:
    """Hands parts to workers and knows which worker has which part, so that a death can be laid at its part's door."""

    def __init__(self, function: Callable[[Any], Any], parts: list[Any], titles: list[str], tick: Callable[[str], None]) -> None:
        self.function, self.parts, self.titles, self.tick = function, parts, titles, tick
        self.program = b"__main__" in pickle.dumps((function, parts[:1]))
        self.results: dict[int, Any] = {}
        self.waiting = list(range(len(parts)))[::-1]
        self.deaths: dict[int, int] = {}

    def run(self, workers: int) -> list[Any]:
        with kept(("processes", self.program), _crew) as crew:
            crew += [_Worker(self.program) for _ in range(len(crew), workers)]
            for worker in crew[:workers]:
                self._next(worker)
            while len(self.results) < len(self.parts):
                for worker in self._ready(crew):
                    crew[crew.index(worker)] = self._after(worker)
        return [self.results[number] for number in range(len(self.parts))]

    def _ready(self, crew: list[_Worker]) -> list[_Worker]:
        from multiprocessing.connection import wait

        busy = [worker for worker in crew if worker.number >= 0]
        lines = wait([worker.line for worker in busy])
        return [worker for worker in busy if worker.line in lines]

    def _next(self, worker: _Worker) -> None:
        if self.waiting:
            number = self.waiting.pop()
            worker.give(number, self.function, self.parts[number])
        else:
            worker.number = -1

    def _after(self, worker: _Worker) -> _Worker:
        """Take one answer and hand out the next part; the worker to go on with."""
        number = worker.number
        try:
            done, result = worker.take()
        except (EOFError, OSError):
            return self._bury(worker)
        if not done:
            raise result
        self.results[number] = result
        self.tick(self.titles[number])
        self._next(worker)
        return worker

    def _bury(self, worker: _Worker) -> _Worker:
        number = worker.number
        worker.process.join(5)
        self.deaths[number] = self.deaths.get(number, 0) + 1
        how = _how_it_ended(worker.process.exitcode)
        worker.end()
        if self.deaths[number] > 1:
            raise EngineError(f"{self.titles[number]}: its worker process ended twice ({how})")
        self.tick_death(number, how)
        self.waiting.append(number)
        time.sleep(0.1)  # memory that ran out needs a moment to come back
        fresh = _Worker(self.program)
        self._next(fresh)
        return fresh

    def tick_death(self, number: int, how: str) -> None:
        """A death is told even where progress is not asked for."""
        print(f"{self.titles[number]}: its worker process ended ({how}); trying once more", file=sys.stderr, flush=True)


def _how_it_ended(code: int | None) -> str:
    if code is None:
        return "it does not answer"
    if code < 0:
        name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
        return f"killed by {name}{', often a sign that memory ran out' if -code == signal.SIGKILL else ''}"
    return f"exit code {code}"
