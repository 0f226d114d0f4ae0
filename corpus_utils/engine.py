"""Run one function over many parts, here or in other processes, with the same results in the same order.

Conventions
    A part is anything; with `processes` the function, the parts and the results must survive a pickle, and the function must be
    importable by name (defined at the top of a module). Workers are started fresh ("spawn"), so nothing leaks into them.
    The first part that raises ends the run with its own exception. A worker that dies (killed, out of memory) costs one retry of
    its part; a second death is an EngineError that names the part.
    With `dask` the same holds on a Dask cluster, which this module starts, or joins where an address is given (see `engine_dask`).
    Progress goes to stderr: a bar where that is a terminal, plain lines where it is a file or a pipe.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ENGINES = ("serial", "processes", "dask", "dask://HOST:PORT")
_LINES = 20  # plain progress lines of a long run: a log should show that it moves, not every part

# Sums over several threads add up in another order: the last digits would depend on the machine and on the engine.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)

P = TypeVar("P")
R = TypeVar("R")


def check_engine(name: str) -> str:
    """The name of an engine, as given. Raises ValueError for one there is not."""
    host, colon, port = name.removeprefix("dask://").rpartition(":")
    if name in ENGINES[:3] or (name.startswith("dask://") and host and colon and port.isdigit()):
        return name
    raise ValueError(f"no engine called {name!r}; there are: {', '.join(ENGINES)}")


class EngineError(RuntimeError):
    """A part could not be computed because its worker died twice; the message names the part and the signal. Exit code 1."""

    exit_code = 1


def use_one_thread() -> None:
    """Keep array libraries to one thread, here and in every process started from here. Call it before numpy is imported."""
    os.environ.update(ONE_THREAD)


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cyclic garbage a hundred times less often: a part makes rows by the hundred thousand, and no row is in a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def time_left(start: float, done: int, total: int) -> str:
    """ ", about 3 min left" by the pace since `start` (time.monotonic); empty where it would be seconds, or nothing is left."""
    seconds = (time.monotonic() - start) / done * (total - done) if done else 0.0
    return "" if seconds < 20 else f", about {seconds / 60:.0f} min left" if seconds >= 90 else f", about {seconds:.0f} s left"


class Progress:
    """A counter on stderr: a bar on a terminal, plain lines elsewhere. `advance` counts, `close` ends it."""

    def __init__(self, total: int, label: str, *, stream: TextIO | None = None, every: int | None = None) -> None:
        self.total, self.label, self.done = total, label, 0
        self._stream: TextIO | None = stream or sys.stderr  # None where a service has closed it
        self._every = every or max(1, -(-total // _LINES))
        self._start = time.monotonic()
        self._bar: Any = None
        if total and self._stream is not None and self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc=label, file=self._stream, leave=False, dynamic_ncols=True)

    def advance(self, what: str = "") -> None:
        """One more is done; `what` says which."""
        self.done += 1
        left = time_left(self._start, self.done, self.total)
        if self._bar is not None:
            self._bar.set_postfix_str(what, refresh=False)
            self._bar.update()
        elif self.done % self._every == 0 or self.done == self.total:
            self.say(f"{self.label}: {self.done} of {self.total}{f', {what}' if what else ''}{left}")

    def say(self, line: str) -> None:
        """A line of its own, above the bar where there is one. A reader that went away (`| head`) ends no run."""
        with contextlib.suppress(OSError, ValueError):
            if self._bar is not None:
                self._bar.write(line, file=self._stream)
            elif self._stream is not None:
                print(line, file=self._stream, flush=True)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.close()


def run_parts(
    function: Callable[[P], R],
    parts: Sequence[P],
    *,
    engine: str = "serial",
    workers: int = 2,
    label: str = "",
    progress: Any = None,
    names: Sequence[str] | None = None,
) -> list[R]:
    """`[function(part) for part in parts]`, in order, computed by `engine` (see ENGINES) with that many `workers`.

    progress  shown under `label`: True for stderr, a function called with one line of text, None or False for silence
    names     what the parts are called in progress and errors; "part 3 of 12" by default

    Raises ValueError for an unknown engine, EngineError for a part whose worker died twice, and whatever `function` raises.
    """
    check_engine(engine)
    titles = list(names or (f"part {number} of {len(parts)}" for number in range(1, len(parts) + 1)))
    with _reporter(progress, len(parts), label or getattr(function, "__name__", "parts")) as tick:
        if engine == "serial" or len(parts) < 2 or workers < 1:
            return [_counted(function(part), tick, title) for part, title in zip(parts, titles)]
        if engine.startswith("dask"):
            from corpus_utils.engine_dask import run_on_dask

            address = engine.replace("dask://", "tcp://") if "://" in engine else ""
            return run_on_dask(function, parts, titles, tick, address=address, workers=min(workers, len(parts)))
        pool = _Pool(function, list(parts), titles, tick)
        return pool.run(min(workers, len(parts)))


def _counted(result: R, tick: Callable[[str], None], title: str) -> R:
    tick(title)
    return result


@contextlib.contextmanager
def _reporter(progress: Any, total: int, label: str) -> Iterator[Callable[[str], None]]:
    if not progress or not total:
        yield lambda title: None
    elif callable(progress):
        done, start = 0, time.monotonic()

        def tell(title: str) -> None:
            nonlocal done
            done += 1
            if total > 1 and (done == total or done % max(1, total // _LINES) == 0):
                progress(f"{label}: {done} of {total}{time_left(start, done, total)}")

        yield tell
    else:
        bar = Progress(total, label)
        try:
            yield bar.advance
        finally:
            bar.close()


class _Worker:
    """One process and the line to it. It answers each pickled part with (ok, result or exception)."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.line, far_end = context.Pipe()
        self.process = context.Process(target=_work, args=(far_end, function), daemon=True)
        self.process.start()
        far_end.close()  # else the death of the worker would not close the line
        self.number = -1

    def give(self, number: int, part: Any) -> None:
        self.number = number
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died already: `take` will tell
            self.line.send(part)

    def take(self) -> tuple[bool, Any]:
        return self.line.recv()

    def end(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _work(line: Connection, function: Callable[[Any], Any]) -> None:
    """In the worker: answer parts until the line closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides what ends
    while True:
        try:
            part = line.recv()
        except (EOFError, OSError):
            return
        try:
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


class _Pool:
    """Hands parts to workers and knows which worker has which part, so that a death can be laid at its part's door."""

    def __init__(self, function: Callable[[Any], Any], parts: list[Any], titles: list[str], tick: Callable[[str], None]) -> None:
        self.function, self.parts, self.titles, self.tick = function, parts, titles, tick
        self.results: dict[int, Any] = {}
        self.waiting = list(range(len(parts)))[::-1]
        self.deaths: dict[int, int] = {}

    def run(self, workers: int) -> list[Any]:
        crew = [_Worker(self.function) for _ in range(workers)]
        try:
            for worker in crew:
                self._next(worker)
            while len(self.results) < len(self.parts):
                for worker in self._ready(crew):
                    crew[crew.index(worker)] = self._after(worker)
            return [self.results[number] for number in range(len(self.parts))]
        finally:
            for worker in crew:
                worker.end()

    def _ready(self, crew: list[_Worker]) -> list[_Worker]:
        from multiprocessing.connection import wait

        busy = [worker for worker in crew if worker.number >= 0]
        lines = wait([worker.line for worker in busy])
        return [worker for worker in busy if worker.line in lines]

    def _next(self, worker: _Worker) -> None:
        if self.waiting:
            number = self.waiting.pop()
            worker.give(number, self.parts[number])
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
        fresh = _Worker(self.function)
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
