"""Files: their digests, known from the last run where nothing about them changed, and writing that leaves the old or the new content."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
import uuid
from pathlib import Path
from typing import Any

from corpus_utils.store.fingerprints import file_digest

_SETTLED_NS = 50_000_000  # a file changed within the clock's last 50 ms may change again without a new time stamp


class StoreError(ValueError):
    """A step, key or table cannot be stored; the message names it."""


class FileIndex:
    """Sha256 of source files; content is read only where size, times or inode differ from the last run.

    `cache` is a JSON file of this class's own; a missing or damaged one only costs time. `save` writes nothing when nothing changed.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = Path(cache)
        self._known = _read_cache(self._cache)
        self._seen: dict[str, list[Any]] = {}

    def sha256(self, path: Path) -> str:
        """Hex digest of the file's bytes; for what cannot be read (a pipe, a device, a dead link) a mark that says so.

        What cannot be read is the loader's to report: here it must neither hang nor stop the others.
        """
        try:
            return self._digest(path)
        except OSError as error:
            return f"unreadable: {type(error).__name__} {error.errno}"

    def _digest(self, path: Path) -> str:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "not a file"
        state = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        place = str(path.absolute())  # resolve() would follow links: ten times slower, and another name
        known = self._known.get(place, [])
        if known[:4] == state:
            self._seen[place] = known
            return str(known[4])
        digest = file_digest(path)
        if time.time_ns() - max(state[1], state[2]) > _SETTLED_NS:
            self._seen[place] = [*state, digest]
        return digest

    def save(self) -> None:
        """Remember the files asked for since this object was made, and only those."""
        if self._seen == self._known:
            return
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._cache, json.dumps(self._seen, separators=(",", ":"), sort_keys=True).encode("ascii"))
        except OSError as error:
            raise StoreError(f"{self._cache.parent}: the store cannot be written there: {error.strerror or error}") from error
        self._known = dict(self._seen)


def _read_cache(cache: Path) -> dict[str, list[Any]]:
    try:
        known = json.loads(cache.read_bytes())
    except (OSError, ValueError):
        return {}
    whole = isinstance(known, dict) and all(isinstance(entry, list) and len(entry) == 5 for entry in known.values())
    return known if whole else {}


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that, whatever happens, its old content or `data` is there, and `data` survives a power cut."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.tmp")
    try:
        write_synced(draft, data)
        draft.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder; quietly nothing where the system cannot."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
