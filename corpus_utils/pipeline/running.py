"""Have parts in the store: those that are missing are made by the project's engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.engine import run_parts
from corpus_utils.store import Store

if TYPE_CHECKING:
    from corpus_utils.project import Project

BESIDE = range(48, 400)  # parts: of fewer, starting workers costs more than it spares; of more, what both chains hold is too much at once
Chain = tuple[tuple[str, str, Callable[[], Any]], ...]  # steps, each with its key and what makes it


def compute(step: str, work: Any, jobs: list[Any], project: Project, *, progress: Any, label: str) -> None:
    """Have every job's part (`job.key`) in the store; `work(job)` makes one. A single missing part is made here: no worker is started,
    and there is no progress to tell."""
    store = Store(project.store)
    missing = [job for job in jobs if not store.has(step, job.key)]
    several = len(missing) > 1
    run_parts(
        work, missing, engine=project.engine if several else "serial", workers=project.workers, label=label, progress=several and progress
    )
    store.use(step, [job.key for job in jobs])


def compute_beside(project: Project, *chains: Chain, parts: int, progress: Any) -> None:
    """Have steps of the whole corpus in the store: each chain one step after the other, the chains beside each other where the number
    of `parts` is in `BESIDE`."""
    store = Store(project.store)
    missing = [chain for chain in chains if not all(store.has(step, key) for step, key, _ in chain)]
    engine = project.engine if len(missing) > 1 and parts in BESIDE else "serial"
    run_parts(
        partial(_ensure, project.store), missing, engine=engine, workers=project.workers, label="summaries of parts", progress=progress
    )
    store.used.update((step, key) for chain in chains for step, key, _ in chain)


def _ensure(place: Path, chain: Chain) -> None:
    for step, key, make in chain:
        Store(place).ensure(step, key, make)
