"""The engine on a real Dask cluster of processes: the same results in the same order, also where workers are killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from corpus_utils.engine import EngineError, check_engine, kept_workers, run_parts
from corpus_utils.project import ProjectError, load_project

pytest.importorskip("distributed", reason="the extra dask is not installed")


def square(number: int) -> int:
    """A part."""
    return number * number


def slow_square(number: int) -> int:
    """A part that leaves time to be killed."""
    time.sleep(0.3)
    return number * number


def fails(number: int) -> int:
    """A part that cannot be done."""
    raise ValueError(f"no {number}")


def always_dies(number: int) -> int:
    """A part that takes its worker with it."""
    os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of this machine, and their address as the command line takes it."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as made:
        yield made, made.scheduler_address.replace("tcp://", "dask://")


def test_a_running_cluster_is_joined(cluster) -> None:
    """`dask://HOST:PORT`: every result, in the order of the parts, and progress told."""
    told: list[str] = []
    assert run_parts(square, range(20), engine=cluster[1], progress=told.append) == [n * n for n in range(20)]
    assert told[-1].endswith("20 of 20")


def test_a_kept_cluster_serves_every_call(cluster) -> None:
    """Within `kept_workers` one connection does for many calls, none of which is answered with the results of another."""
    with kept_workers():
        for power in range(12):
            assert run_parts(partial(pow, power), [1, 2, 3], engine=cluster[1]) == [power, power**2, power**3]


def test_an_error_of_a_part_is_its_own(cluster) -> None:
    """The exception the part raised comes out."""
    with pytest.raises(ValueError, match="no "):
        run_parts(fails, range(3), engine=cluster[1])


def test_killed_workers_are_survived(cluster) -> None:
    """Workers are killed while they work; others take over their parts and nothing is missing or doubled."""
    made, address = cluster
    stop = threading.Event()

    def kill() -> None:
        for _ in range(2):
            if stop.wait(0.7):
                return
            pids = [worker.pid for worker in made.workers.values() if worker.pid]
            if pids:
                os.kill(pids[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert run_parts(slow_square, range(12), engine=address) == [n * n for n in range(12)]
    finally:
        stop.set()
        killer.join()


def test_a_part_that_kills_every_worker_ends_the_run(cluster) -> None:
    """The error names the part."""
    import dask

    with dask.config.set({"distributed.scheduler.allowed-failures": 1}), pytest.raises(EngineError, match=r"part \d of 2"):
        cluster[0].scheduler.allowed_failures = 1
        run_parts(always_dies, [1, 2], engine=cluster[1])


def test_a_cluster_that_is_not_there() -> None:
    """A clear error instead of a long wait."""
    with pytest.raises(EngineError, match=r"dask://127\.0\.0\.1:1: no Dask scheduler answers"):
        run_parts(square, [1, 2], engine="dask://127.0.0.1:1")


@pytest.mark.parametrize("name", ["threads", "dask://", "dask://host", "dask://host:port", ""])
def test_names_of_engines(name: str, tmp_path: Path) -> None:
    """What is no engine is answered with those there are, from corpus.toml too."""
    with pytest.raises(ValueError, match="serial, processes, dask"):
        check_engine(name)
    (tmp_path / "corpus.toml").write_text(f'[corpus]\nsources = ["."]\n[engine]\nkind = "{name}"\n', encoding="utf-8")
    with pytest.raises(ProjectError, match=r"kind in \[engine\]: no engine called"):
        load_project(tmp_path)
