"""One run at a time: a lock that says who holds it and for how long.

The lock is the system's own (it ends with its holder, however that ends), so a stale lock file stops nobody; `.lock.json` beside it
only tells a person whom to wait for.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from corpus_utils.store import write_atomic

_held: dict[Path, int] = {}  # folders this process has locked, and how many times


class RunLockedError(RuntimeError):
    """Another run holds the lock; the message says which process on which machine and since when. Exit code 3."""

    exit_code = 3


@contextlib.contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of a reports folder (made if missing). A process may hold it several times over. Raises RunLockedError at once."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder.resolve()
    if place in _held:
        _held[place] += 1
        try:
            yield
        finally:
            _held[place] -= 1
        return
    from filelock import FileLock, Timeout

    lock = FileLock(place / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunLockedError(f"another run is at work on {folder}: {_owner(place)}") from None
    try:
        _held[place] = 1
        owner = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
        write_atomic(place / ".lock.json", json.dumps(owner).encode())
        yield
    finally:
        _held.pop(place, None)
        with contextlib.suppress(OSError):
            (place / ".lock.json").unlink(missing_ok=True)
        lock.release()


def _owner(place: Path) -> str:
    try:
        owner = json.loads((place / ".lock.json").read_text(encoding="utf-8"))
        seconds = max(0, int(time.time() - float(owner["since"])))
        return f"process {owner['pid']} on {owner['host']}, for {_age(seconds)}"
    except (OSError, ValueError, KeyError, TypeError):
        return "just started"


def _age(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"
