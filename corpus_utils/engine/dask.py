"""The engine on a Dask cluster: one of this machine, started for the run, or one that is running already.

A task whose worker dies is given to another; a part that takes several workers with it ends the run (see `distributed`,
`allowed-failures`). A cluster elsewhere needs this package in the same version, and the project's folder at the same path.
"""

from __future__ import annotations

import contextlib
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from corpus_utils.engine.kept import kept
from corpus_utils.engine.process import EngineError, seldom_collected, set_environment

# Of a cluster on this machine. Workers compute in a thread, which glibc gives memory of its own, and Dask has them return memory at every
# chance: together five times the page faults. With one arena and the thresholds that glibc reaches by itself there are no more than usual.
_LOCAL = {
    **{f"distributed.worker.memory.{step}": False for step in ("pause", "spill", "target")},
    "distributed.worker.profile.enabled": False,  # nobody looks at it
    "distributed.nanny.pre-spawn-environ.MALLOC_ARENA_MAX": 1,
    "distributed.nanny.pre-spawn-environ.MALLOC_MMAP_THRESHOLD_": 2**25,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 2**26,
}
AHEAD = 3  # parts handed out for each worker: enough that none waits, few enough that little lies about


def run_on_dask(
    function: Callable[[Any], Any], parts: Sequence[Any], titles: Sequence[str], tick: Callable[[str], None], *, address: str, workers: int
) -> list[Any]:
    """`[function(part) for part in parts]` on the cluster at `address` ("": a local one with `workers` processes).

    Raises EngineError where the extra is not installed, no cluster answers, its workers run other code, or a part kills its workers.
    """
    try:
        from distributed import KilledWorker, as_completed
    except ImportError as error:
        raise EngineError("the engine dask needs an extra: pip install 'corpus-utils[dask]'") from error
    results: dict[int, Any] = {}
    with kept(("dask", address, workers), partial(_client, address, workers)) as client:
        waiting = iter(range(len(parts)))
        running: dict[Any, int] = {}
        call = uuid.uuid4().hex  # a kept cluster may still know the results of another call

        def submit(count: int) -> list[Any]:
            new = []
            for _, number in zip(range(count), waiting):
                future = client.submit(_alone, function, parts[number], pure=False, key=f"corpus-utils-{call}-{number}")
                running[future] = number
                new.append(future)
            return new

        room = AHEAD * max(1, sum(client.nthreads().values()))
        done = as_completed(submit(room))
        for future in done:
            number = running.pop(future)
            try:
                results[number] = future.result()
            except KilledWorker as error:
                raise EngineError(f"{titles[number]}: its worker ended several times ({error})") from error
            tick(titles[number])
            for new in submit(1):
                done.add(new)
    return [results[number] for number in range(len(parts))]


def _alone(function: Callable[[Any], Any], part: Any) -> Any:
    """In the worker: array libraries keep to one thread, as everywhere."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), seldom_collected():
        return function(part)


@contextlib.contextmanager
def _client(address: str, workers: int) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    if address:
        try:
            client = Client(address, timeout="10s")
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineError(f"dask://{address.removeprefix('tcp://')}: no Dask scheduler answers there ({error})") from error
        with client:
            _check_workers(client)
            yield client
        return
    set_environment()  # workers inherit it
    with (
        dask.config.set(_LOCAL),
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(workers, timeout=120)
        _check_workers(client)
        yield client


def _check_workers(client: Any) -> None:
    """A worker with another version would give other results without a word."""
    here = _code_here()
    for worker, there in client.run(_code_here).items():
        if there != here:
            raise EngineError(
                f"worker {worker} runs corpus-utils {there[0]} on Python {there[1]}; here it is {here[0]} on Python {here[1]}. "
                "The code must be the same: install this version on the cluster"
            )


def _code_here() -> tuple[str, str, str]:
    from corpus_utils import __version__
    from corpus_utils.store import code_fingerprint

    return __version__, ".".join(map(str, sys.version_info[:2])), code_fingerprint("corpus_utils.pipeline")
