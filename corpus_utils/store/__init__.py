"""What was computed once is kept: fingerprints of inputs, an index of source files, and a store of tables.

Conventions
    A fingerprint is 64 hex digits (sha256). It depends on values alone: not on the order of a dict's keys, not on where a file
    lies or when it was touched, not on the process. One function serves the store and the reports.
    A part is one step's tables for one key: `DIRECTORY/STEP/KEY/` with one Parquet file a table and `part.json` with their digests.
    The caller makes the key: `fingerprint(inputs, parameters, code_fingerprint("corpus_utils.step"))`.
    Everything is written beside its place and renamed into it, so a killed process leaves the old state or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import time
import uuid
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from corpus_utils.store.files import FileIndex as FileIndex
from corpus_utils.store.files import StoreError as StoreError
from corpus_utils.store.files import sync_folder as sync_folder
from corpus_utils.store.files import write_atomic as write_atomic
from corpus_utils.store.files import write_synced as write_synced
from corpus_utils.store.fingerprints import file_digest as file_digest
from corpus_utils.store.fingerprints import fingerprint as fingerprint
from corpus_utils.store.partition import cut_names as cut_names
from corpus_utils.store.tables import Only, parquet_bytes, read_table
from corpus_utils.store.versions import code_fingerprint as code_fingerprint  # one place to import fingerprints from
from corpus_utils.text import terminal_safe

if TYPE_CHECKING:  # pandas takes half a second to import, and a rerun without changes needs none of it
    import pandas as pd

Tables = dict[str, "pd.DataFrame"]
Made = Tables | Iterable[tuple[str, "pd.DataFrame"]]  # what makes a part may give its tables one by one: few are held at a time
T = TypeVar("T")
_WRITERS = 4  # files of a part that wait for the disk at the same time
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")


class StoreWarning(UserWarning):
    """A stored part was damaged and is computed again."""


class Entry(NamedTuple):
    """One stored part: its step, its key, the bytes of its files."""

    step: str
    key: str
    size: int


_used: dict[Path, set[tuple[str, str]]] = {}


class Store:
    """Tables kept by what they were made from. Safe under several processes: the first to finish a part wins.

    `used` holds the (step, key) this process asked for, through whichever object: after a full run, what `prune` should keep.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory)
        self.used = _used.setdefault(self.directory.absolute(), set())

    def has(self, step: str, key: str) -> bool:
        """Whether a part is there (not whether it is whole: `get` checks that)."""
        return (self._place(step, key) / "part.json").is_file()

    def size(self, step: str, key: str) -> int:
        """Bytes of a part's files; 0 where it is not there."""
        return sum(file.stat().st_size for file in self._place(step, key).glob("*"))

    def get(self, step: str, key: str, make: Callable[[], Made]) -> Tables:
        """The tables of a part, from the store or, where it has none, from `make()`, which are then kept.

        What comes back was always read from Parquet, so the first run and the next give equal tables. A damaged part is
        computed again with a StoreWarning. Raises StoreError for a name that cannot be a file's or a table Parquet cannot hold.
        """
        place = self._place(step, key)
        self.used.add((step, key))
        tables = self._read(place)
        if tables is None:
            self._write(place, make())
            tables = self._read(place)
        if tables is None:
            raise StoreError(f"{place}: written just now and already damaged; is the disk failing?")
        return tables

    def ensure(self, step: str, key: str, make: Callable[[], Made]) -> None:
        """Have a part in the store; it is made where it is missing, and not read: `get` and `table` find out whether it is whole."""
        self.used.add((step, key))
        if not self.has(step, key):
            self._write(self._place(step, key), make())

    def use(self, step: str, keys: Iterable[str]) -> None:
        """Count parts as asked for, where other processes ask for them."""
        self.used.update((step, key) for key in keys)

    def table(
        self,
        step: str,
        key: str,
        name: str,
        make: Callable[[], Made],
        *,
        columns: Sequence[str] | None = None,
        only: Sequence[Only] = (),
    ) -> pd.DataFrame:
        """One table of a part, or some columns of it; as `get`, but nothing else is read. `only`: columns, and the values to keep."""
        file = self._place(step, key) / f"{name}.parquet"
        return self._of_part(step, key, make, lambda digests: read_table(file, digests[name], columns, only))

    def names(self, step: str, key: str, make: Callable[[], Made]) -> list[str]:
        """What the tables of a part are called, in the order they were made; as `get`, but none is read."""
        return self._of_part(step, key, make, list)

    def _of_part(self, step: str, key: str, make: Callable[[], Made], read: Callable[[dict[str, str]], T]) -> T:
        """`read` of a part's digests by table; a part that is missing or damaged is made, once."""
        place = self._place(step, key)
        self.used.add((step, key))
        for _ in range(2):
            if not place.is_dir():
                self._write(place, make())
            try:
                return read(json.loads((place / "part.json").read_text(encoding="utf-8"))["tables"])
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                if place.is_dir():
                    warnings.warn(f"{place}: damaged, computed again ({error})", StoreWarning, stacklevel=4)
                    _remove(place)
        raise StoreError(f"{place}: written just now and already damaged; is the disk failing?")

    def earlier(self, step: str, name: str) -> Iterator[pd.DataFrame]:
        """One table of every whole part of a step, whatever made it: what may be looked up, not what is asked for."""
        for entry in self.entries(step):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                place = self._place(step, entry.key)
                record = json.loads((place / "part.json").read_text(encoding="utf-8"))
                yield read_table(place / f"{name}.parquet", record["tables"][name])

    def damage(self, entry: Entry) -> str:
        """What is wrong with a part; empty where it is whole. Reads every byte of it."""
        place = self._place(entry.step, entry.key)
        try:
            record = json.loads((place / "part.json").read_text(encoding="utf-8"))
            for name, digest in record["tables"].items():
                if file_digest(place / f"{name}.parquet") != digest:
                    return f"{name}.parquet is not what was written"
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            return terminal_safe(f"{type(error).__name__}: {error}")
        return ""

    def remove(self, entry: Entry) -> None:
        """Take a part away."""
        _remove(self._place(entry.step, entry.key))

    def entries(self, step: str = "*") -> list[Entry]:
        """All parts, or those of a step, sorted by step and key."""
        found = []
        for record in sorted(self.directory.glob(f"{step}/*/part.json")):
            step, key = record.parent.parent.name, record.parent.name
            found.append(Entry(step, key, self.size(step, key)))
        return found

    def prune(self, keep: Collection[tuple[str, str]]) -> int:
        """Remove every part but the (step, key) in `keep`, and what killed processes left; the number of parts removed."""
        gone = [entry for entry in self.entries() if (entry.step, entry.key) not in keep]
        for entry in gone:
            _remove(self.directory / entry.step / entry.key)
        hour_ago = time.time() - 3600  # a younger draft may be another process at work
        for draft in self.directory.glob("*/.*"):
            with contextlib.suppress(OSError):
                if draft.stat().st_mtime < hour_ago:
                    shutil.rmtree(draft, ignore_errors=True)
        return len(gone)

    def _place(self, step: str, key: str) -> Path:
        for name in (step, key):
            if not _SAFE_NAME.match(name):
                raise StoreError(f"{name!r} cannot name a part: letters, digits, '_', '-' and '.' only")
        return self.directory / step / key

    def _read(self, place: Path) -> Tables | None:
        if not place.is_dir():
            return None
        try:
            record = json.loads((place / "part.json").read_text(encoding="utf-8"))
            return {name: read_table(place / f"{name}.parquet", digest) for name, digest in record["tables"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            warnings.warn(f"{place}: damaged, computed again ({error})", StoreWarning, stacklevel=4)
            _remove(place)
            return None

    def _write(self, place: Path, tables: Made) -> None:
        draft = place.with_name(f".{place.name}.{uuid.uuid4().hex[:12]}")
        draft.mkdir(parents=True)
        try:
            digests, written = {}, []
            with ThreadPoolExecutor(_WRITERS) as writers:  # waiting for the disk is half of writing: the next table is encoded meanwhile
                for name, table in tables.items() if isinstance(tables, dict) else tables:
                    if not _SAFE_NAME.match(name):
                        raise StoreError(f"{name!r} cannot name a table")
                    data = parquet_bytes(name, table)
                    digests[name] = hashlib.sha256(data).hexdigest()
                    written.append(writers.submit(write_synced, draft / f"{name}.parquet", data))
                    if len(written) > _WRITERS:  # no more wait than are written, and a full disk is told at once
                        written[-_WRITERS - 1].result()
            for one in written:
                one.result()  # raises what went wrong
            write_synced(draft / "part.json", json.dumps({"tables": digests}, indent=1).encode())
            sync_folder(draft)
            try:
                draft.rename(place)
            except OSError:
                if not (place / "part.json").is_file():  # else another process was first: its part holds the same
                    raise
            sync_folder(place.parent)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _remove(place: Path) -> None:
    """Take a folder away in one step, so that nobody reads half of it, then delete it."""
    aside = place.with_name(f".{place.name}.{uuid.uuid4().hex[:12]}")
    with contextlib.suppress(OSError):
        place.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
