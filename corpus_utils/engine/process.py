"""What every process that computes parts shares: settings of array libraries, seldom collection, one kind of error."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator

# One thread: sums over several add up in another order, and the last digits would depend on the machine and on the engine.
# Arrow's memory from the system: its own pool returns memory at every chance and asks for it anew (6 % of a build).
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


class EngineError(RuntimeError):
    """A part could not be computed because its worker died twice; the message names the part and the signal. Exit code 1."""

    exit_code = 1


def set_environment() -> None:
    """Settings of array libraries, here and in every process started from here. Call it before numpy is imported."""
    os.environ.update(ENVIRONMENT)


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Hardly ever look for cyclic garbage: a part makes rows by the million, and no row is in a cycle (the search took 4 % of a build)."""
    before = gc.get_threshold()
    gc.set_threshold(20_000_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
