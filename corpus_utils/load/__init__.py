"""Load: a folder, a file or a glob to the `documents` table. Nothing is dropped: what cannot be used is a row that says why.

    load_documents(source)        the table, sorted by id
    find_files(source)            the files it would read (standard library only, fast)
    load_file(path, root)         the rows of one file
    left_aside(source)            files that are no documents (hidden, data sheet, metadata.csv ...) and why
    inspect(source)               one row a file: format, encoding, records, guessed columns, problems
    require_usable(documents, s)  raises LoadError where nothing usable was found

Formats: .txt .md .html .json .jsonl .csv .tsv .parquet .xlsx .docx RSS/Atom .xml .warc, each also in .gz and .zip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.engine import run_parts
from corpus_utils.load.columns import check_mapping
from corpus_utils.load.files import format_of, list_source
from corpus_utils.load.limits import MAX_BYTES, LoadError, Options, Row

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MAX_BYTES", "LoadError", "find_files", "inspect", "left_aside", "list_source", "load_blocks", "load_documents", "load_file",
    "require_usable", "unique_ids",
]  # fmt: skip

FILES_A_PART = 100
BLOCK, BLOCK_SIZE = 1000, 20_000_000  # documents of a block, and characters from which it is closed


def load_documents(
    source: Path | str,
    *,
    columns: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Any = None,
    in_order: bool = False,
) -> pd.DataFrame:
    """All documents of a source, sorted by id; `in_order`: files by path and records as they stand in them.

    columns     input column -> ours, where guessing is not enough ("" leaves one alone)
    max_bytes   limit of one document
    progress    True for stderr, or a function called with one line of text (see `engine.run_parts`)

    Raises LoadError if the source does not exist or the mapping is wrong; everything else that goes wrong is a row with its `problem`.
    """
    options = _options(columns, max_bytes)
    listing = list_source(source)
    parts = [
        _Part(listing.files[first : first + FILES_A_PART], listing.root, options) for first in range(0, len(listing.files), FILES_A_PART)
    ]
    # Reading pages takes a tenth of a second each, so many of them are worth more processes; text is read faster than it is passed on.
    pages = sum(format_of(path.name) in ("html", "zip") for path in listing.files)
    made = run_parts(_part_rows, parts, engine="processes" if pages > FILES_A_PART else "serial", label="files read", progress=progress)
    rows = [row for part in made for row in part]
    table = _table(rows)
    return table if in_order else table.sort_values("id", kind="stable", ignore_index=True)


def load_file(path: Path, root: Path, *, columns: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> pd.DataFrame:
    """Documents of one file, in its order; `source` is relative to `root`. Join several with `unique_ids`."""
    return _table(list(_rows(Path(path), Path(root), _options(columns, max_bytes))))


def load_blocks(paths: Iterable[Path], root: Path, *, columns: Mapping[str, str] | None = None) -> Iterator[pd.DataFrame]:
    """Documents of some files of one source in their order, some hundred at a time, so that a file may hold more than memory does.

    At least one block. Ids are unique in each; `unique_ids` makes them so over all.
    """
    options, rows, size, blocks = _options(columns, MAX_BYTES), list[Row](), 0, 0
    for row in (row for path in paths for row in _rows(Path(path), Path(root), options)):
        rows.append(row)
        size += len(row.text)
        if len(rows) == BLOCK or size > BLOCK_SIZE:
            yield _table(rows)
            rows, size, blocks = [], 0, blocks + 1
    if rows or not blocks:
        yield _table(rows)


def find_files(source: Path | str) -> list[Path]:
    """Files a source is made of, sorted by their path below it. Raises LoadError where there is nothing at that path.

    Not among them, see `left_aside`: hidden files and folders, a data sheet (README, any suffix), corpus.toml, and, at the top,
    metadata.csv and overrides.csv unless they have a text column; links to what is listed already.
    """
    return list(list_source(source).files)


def left_aside(source: Path | str) -> list[tuple[Path, str]]:
    """(path, reason) of what stands in a source and is no document; sorted."""
    return list(list_source(source).aside)


def require_usable(documents: pd.DataFrame, source: Path | str) -> pd.DataFrame:
    """Return `documents` if at least one can be used, else raise LoadError with the first problems."""
    if (documents["problem"] == "").any():
        return documents
    if not len(documents):
        raise LoadError(f"{source}: no documents in it; put text, HTML, CSV or JSON files there (all formats: corpus-utils inspect --help)")
    shown = "\n  ".join(documents["problem"].head(5))
    more = f"\n  and {len(documents) - 5} more" if len(documents) > 5 else ""
    raise LoadError(f"{source}: none of its {len(documents)} documents can be used:\n  {shown}{more}")


def unique_ids(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of `load_file` into one as `load_documents` would: ids made unique, sorted by id."""
    from corpus_utils.load.joining import join_parts

    return join_parts(parts)


def inspect(source: Path | str, *, columns: Mapping[str, str] | None = None, max_bytes: int = MAX_BYTES) -> pd.DataFrame:
    """Preview: one row a file with file, format, encoding, records, usable, columns (JSON: input column -> ours), note."""
    from corpus_utils.load.preview import inspect_source

    return inspect_source(source, _options(columns, max_bytes, extract=False))


def _options(columns: Mapping[str, str] | None, max_bytes: int, *, extract: bool = True) -> Options:
    check_mapping(columns or {})
    if max_bytes < 1:
        raise LoadError(f"max_bytes is {max_bytes}; a positive number of bytes is expected")
    return Options(columns=dict(columns or {}), max_bytes=max_bytes, extract=extract)


@dataclass(frozen=True)
class _Part:
    files: tuple[Path, ...]
    root: Path
    options: Options


def _part_rows(part: _Part) -> list[Row]:
    return [row for path in part.files for row in _rows(path, part.root, part.options)]


def _rows(path: Path, root: Path, options: Options) -> Iterator[Row]:
    from corpus_utils.load.documents import read_blob
    from corpus_utils.load.unpack import read_path

    for blob in read_path(path, root, options):
        if not blob.aside:
            yield from read_blob(blob, options)


def _table(rows: list[Row]) -> pd.DataFrame:
    from corpus_utils import schema
    from corpus_utils.load.documents import table_row
    from corpus_utils.load.documents import unique_ids as names

    table = schema.frame("documents", [table_row(row, *name) for row, name in zip(rows, names(rows), strict=True)])
    return schema.validate("documents", table)
