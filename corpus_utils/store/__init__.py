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
import dataclasses
import datetime
import hashlib
import json
import os
import re
import shutil
import stat
import time
import uuid
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.store.partition import cut_names as cut_names
from corpus_utils.store.versions import code_fingerprint as code_fingerprint  # one place to import fingerprints from
from corpus_utils.text import terminal_safe

if TYPE_CHECKING:  # pandas takes half a second to import, and a rerun without changes needs none of it
    import pandas as pd
    import pyarrow as pa

Tables = dict[str, "pd.DataFrame"]
Only = tuple[str, Collection[str]]  # a column, and the values whose rows are read
_SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
_SETTLED_NS = 50_000_000  # a file changed within the clock's last 50 ms may change again without a new time stamp


class StoreError(ValueError):
    """A step, key or table cannot be stored; the message names it."""


class StoreWarning(UserWarning):
    """A stored part was damaged and is computed again."""


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

    def get(self, step: str, key: str, make: Callable[[], Tables]) -> Tables:
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

    def ensure(self, step: str, key: str, make: Callable[[], Tables]) -> None:
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
        make: Callable[[], Tables],
        *,
        columns: Sequence[str] | None = None,
        only: Sequence[Only] = (),
    ) -> pd.DataFrame:
        """One table of a part, or some columns of it; as `get`, but nothing else is read. `only`: columns, and the values to keep."""
        place = self._place(step, key)
        self.used.add((step, key))
        for _ in range(2):
            if not place.is_dir():
                self._write(place, make())
            try:
                record = json.loads((place / "part.json").read_text(encoding="utf-8"))
                return _read_table(place / f"{name}.parquet", record["tables"][name], columns, only)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                if place.is_dir():
                    warnings.warn(f"{place}: damaged, computed again ({error})", StoreWarning, stacklevel=3)
                    _remove(place)
        raise StoreError(f"{place}: written just now and already damaged; is the disk failing?")

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

    def entries(self) -> list[Entry]:
        """All parts, sorted by step and key."""
        found = []
        for record in sorted(self.directory.glob("*/*/part.json")):
            size = sum(file.stat().st_size for file in record.parent.iterdir())
            found.append(Entry(record.parent.parent.name, record.parent.name, size))
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
            return {name: _read_table(place / f"{name}.parquet", digest) for name, digest in record["tables"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            warnings.warn(f"{place}: damaged, computed again ({error})", StoreWarning, stacklevel=4)
            _remove(place)
            return None

    def _write(self, place: Path, tables: Tables) -> None:
        draft = place.with_name(f".{place.name}.{uuid.uuid4().hex[:12]}")
        draft.mkdir(parents=True)
        try:
            digests = {}
            for name, table in tables.items():
                if not _SAFE_NAME.match(name):
                    raise StoreError(f"{name!r} cannot name a table")
                data = _parquet(name, table)
                digests[name] = hashlib.sha256(data).hexdigest()
                write_synced(draft / f"{name}.parquet", data)
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


def _parquet(name: str, table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        arrow = pa.Table.from_pandas(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise StoreError(f"table {name!r} cannot be kept as Parquet: {error}") from error
    sink = pa.BufferOutputStream()
    pq.write_table(arrow, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())


def _read_table(file: Path, digest: str, columns: Sequence[str] | None = None, only: Sequence[Only] = ()) -> pd.DataFrame:
    """A table as it was written. Read whole it is held against its digest; of some columns the checksums of their pages are enough."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = None if columns is None else list(dict.fromkeys([*columns, *(column for column, _ in only)]))
    if names is None:
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{file.name} is not what was written")
        arrow = pq.ParquetFile(pa.BufferReader(data)).read()
    else:
        with pq.ParquetFile(file, page_checksum_verification=True) as opened:
            arrow = opened.read(columns=names)
    for column, values in only:
        import pyarrow.compute as pc

        arrow = arrow.filter(pc.is_in(arrow.column(column), value_set=pa.array(values, type=arrow.schema.field(column).type)))
    if columns is not None:
        arrow = arrow.select(list(columns))
    table = arrow.to_pandas()
    for field in arrow.schema:
        if pa.types.is_list(field.type):  # lists come back as arrays, which no comparison or json.dumps takes
            table[field.name] = _objects(_lists(arrow.column(field.name)), table.index)
    return table


def _lists(column: pa.ChunkedArray) -> list[Any]:
    """Lists of plain values, cut from one list of all of them."""
    found: list[Any] = []
    for chunk in column.chunks:
        values, ends = chunk.flatten().to_pylist(), chunk.value_lengths().fill_null(0).to_numpy().cumsum().tolist()
        found += [values[start:end] for start, end in zip([0, *ends], ends)]
    return found


def _objects(values: list[Any], index: pd.Index) -> pd.Series:
    import pandas as pd

    return pd.Series(values, index=index, dtype="object")
