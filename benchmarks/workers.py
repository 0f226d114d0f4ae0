"""Long measures on several cores: the same function for every item, in processes forked from this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Item, Result = TypeVar("Item"), TypeVar("Result")
_tasks: list[Callable[[Any], Any]] = []  # the functions being mapped, innermost last; forked processes see what was read before


def fork_map(function: Callable[[Item], Result], items: Iterable[Item], workers: int) -> list[Result]:
    """[function(item) for item in items], on `workers` cores where there are more than one. Only results travel: the function may be a
    closure over data of any size. May be nested. Needs fork (Linux, macOS)."""
    todo = list(items)
    if workers < 2 or len(todo) < 2:
        return [function(item) for item in todo]
    _tasks.append(function)
    try:
        with ProcessPoolExecutor(min(workers, len(todo)), mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_run, todo))
    finally:
        _tasks.pop()


def _run(item: Any) -> Any:
    return _tasks[-1](item)
