"""Workers that outlive one call: starting them takes seconds, and a corpus is built in several rounds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

T = TypeVar("T")

_stack: ExitStack | None = None  # ends what is kept
_kept: dict[Hashable, Any] = {}


@contextlib.contextmanager
def kept_workers() -> Iterator[None]:
    """Workers that `run_parts` starts inside the block serve its later calls, too, and end with the block. A block inside another
    changes nothing."""
    global _stack
    if _stack is not None:
        yield
        return
    try:
        with ExitStack() as _stack:
            yield
    finally:
        _stack = None
        _kept.clear()


@contextlib.contextmanager
def kept(key: Hashable, start: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    """What `start` gives, and, within `kept_workers`, the same for the same key until the block ends or a use of it fails."""
    if _stack is None:
        with start() as value:
            yield value
        return
    if key not in _kept:
        _kept[key] = _stack.enter_context(start())
    try:
        yield _kept[key]
    except BaseException:  # its workers may be at work for who failed
        _kept.clear()
        _stack.close()
        raise
