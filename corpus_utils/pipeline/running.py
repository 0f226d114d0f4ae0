"""Have parts in the store: those that are missing are made by the project's engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.engine import run_parts
from corpus_utils.store import Store

if TYPE_CHECKING:
    from corpus_utils.project import Project


def compute(step: str, work: Any, jobs: list[Any], project: Project, *, progress: Any, label: str) -> None:
    """Have every job's part (`job.key`) in the store; `work(job)` makes one. A single missing part is made here: no worker is started."""
    store = Store(project.store)
    missing = [job for job in jobs if not store.has(step, job.key)]
    engine = project.engine if len(missing) > 1 else "serial"
    run_parts(work, missing, engine=engine, workers=project.workers, label=label, progress=progress)
    store.use(step, [job.key for job in jobs])
