"""One fingerprint for inputs, settings and results: it depends on values alone, not on the order of a dict's keys, a place or a time."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def fingerprint(*parts: object) -> str:
    """Hex digest of `parts`: None, bool, int, float, str, bytes, dates, paths, lists, tuples, sets, mappings, dataclasses.

    A path stands for its content (a folder for the names and contents of its files). A list and a tuple of the same items are
    equal, 1 and 1.0 are not. Raises TypeError for anything else, FileNotFoundError for a path that is not there.
    """
    digest = hashlib.sha256()
    _feed(digest.update, parts)
    return digest.hexdigest()


def _feed(add: Callable[[bytes], None], value: Any) -> None:
    """Add one value: a tag for its kind, the length of what follows, then the content, so that no two values look alike."""
    if value is None or isinstance(value, bool):
        add(f"{value};".encode())
    elif isinstance(value, (int, float)):
        add(f"{'i' if isinstance(value, int) else 'f'}{value!r};".encode())
    elif isinstance(value, (str, bytes)):
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        add(f"{'s' if isinstance(value, str) else 'y'}{len(data)}:".encode() + data)
    elif isinstance(value, os.PathLike):
        _feed_path(add, Path(value))
    elif isinstance(value, (datetime.date, datetime.time)):
        add(f"t{value.isoformat()};".encode())
    elif isinstance(value, (list, tuple)):
        add(f"l{len(value)}:".encode())
        for item in value:
            _feed(add, item)
    elif isinstance(value, (set, frozenset)):
        _feed(add, ["set", sorted(fingerprint(item) for item in value)])
    elif isinstance(value, Mapping):
        _feed(add, ["map", sorted((fingerprint(key), fingerprint(item)) for key, item in value.items())])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        _feed(add, ["data", type(value).__name__, fields])
    else:
        raise TypeError(f"no fingerprint for {type(value).__name__}: {value!r:.80}")


def _feed_path(add: Callable[[bytes], None], path: Path) -> None:
    if not path.is_dir():
        _feed(add, ["file", file_digest(path)])
        return
    files = sorted(item for item in path.rglob("*") if item.is_file())
    _feed(add, ["folder", [(item.relative_to(path).as_posix(), file_digest(item)) for item in files]])


def file_digest(path: Path) -> str:
    """Sha256 of a file's bytes, hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
