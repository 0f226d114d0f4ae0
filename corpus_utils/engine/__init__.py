"""Run one function over many parts, here or in other processes, with the same results in the same order.

Conventions
    A part is anything; with `processes` the function, the parts and the results must survive a pickle, and the function must be
    importable by name (defined at the top of a module). Workers are started fresh ("spawn"), so nothing leaks into them, and do not
    run the script that starts them unless it defines what they are given.
    The first part that raises ends the run with its own exception. A worker that dies (killed, out of memory) costs one retry of
    its part; a second death is an EngineError that names the part.
    Within `kept_workers` workers serve one call after the other.
    With `dask` the same holds on a Dask cluster, which this module starts, or joins where an address is given (see `engine.dask`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from corpus_utils.engine.kept import kept_workers
from corpus_utils.engine.process import ENVIRONMENT, EngineError, seldom_collected, set_environment
from corpus_utils.engine.progress import Progress, reporter

__all__ = [
    "ENGINES",
    "ENVIRONMENT",
    "EngineError",
    "Progress",
    "check_engine",
    "kept_workers",
    "run_parts",
    "seldom_collected",
    "set_environment",
]

ENGINES = ("serial", "processes", "dask", "dask://HOST:PORT")

P = TypeVar("P")
R = TypeVar("R")


def check_engine(name: str) -> str:
    """The name of an engine, as given. Raises ValueError for one there is not."""
    host, colon, port = name.removeprefix("dask://").rpartition(":")
    if name in ENGINES[:3] or (name.startswith("dask://") and host and colon and port.isdigit()):
        return name
    raise ValueError(f"no engine called {name!r}; there are: {', '.join(ENGINES)}")


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
    with reporter(progress, len(parts), label or getattr(function, "__name__", "parts")) as tick:
        if engine == "serial" or len(parts) < 2 or workers < 1:
            return [_counted(function(part), tick, title) for part, title in zip(parts, titles)]
        if engine.startswith("dask"):
            from corpus_utils.engine.dask import run_on_dask

            address = engine.replace("dask://", "tcp://") if "://" in engine else ""
            return run_on_dask(function, parts, titles, tick, address=address, workers=workers)
        from corpus_utils.engine.pool import Pool

        return Pool(function, list(parts), titles, tick).run(min(workers, len(parts)))


def _counted(result: R, tick: Callable[[str], None], title: str) -> R:
    tick(title)
    return result
