"""Which files make up a source: a folder (recursive), one file, or a glob. Standard library only, nothing is opened but a header.

Conventions
    Every file below a folder is either listed as a document file (readable or not) or left aside with a reason: none is dropped.
    Left aside: hidden files and folders; a data sheet (`README`, with any suffix); `corpus.toml`; `metadata.csv` and `overrides.csv`
    at the top (tables *about* the documents: no text column); leavings of operating systems; a link to what is listed already, or one
    that leads out of the source (name its target as a source instead: a scrape must not publish the reader's own files).
    Links are followed once: a loop ends where it meets a folder already walked.
    Paths are sorted by their path below the source, compared as text.
"""

from __future__ import annotations

import glob as globbing
import os
import re
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from corpus_utils.load.columns import guess_columns
from corpus_utils.load.limits import LoadError

FORMATS = {
    ".txt": "txt", ".text": "txt", ".asc": "txt", ".md": "md", ".markdown": "md",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".parquet": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx", ".docx": "docx",
    ".xml": "rss", ".rss": "rss", ".atom": "rss", ".rdf": "rss", ".warc": "warc", ".wet": "warc", ".zip": "zip",
}  # fmt: skip
RECORD_FORMATS = ("json", "jsonl", "csv", "tsv", "parquet", "xlsx", "rss", "warc")
CONVERT = {
    ".pdf": "save it as text", ".doc": "save it as .docx", ".odt": "save it as .docx", ".rtf": "save it as .docx",
    ".xls": "save it as .xlsx", ".ods": "save it as .xlsx", ".epub": "save it as text", ".tar": "unpack it", ".tgz": "unpack it",
    ".bz2": "unpack it", ".xz": "unpack it", ".zst": "unpack it", ".7z": "unpack it", ".rar": "unpack it",
}  # fmt: skip
DATA_SHEET = re.compile(r"read[ _-]?me(\.\w{1,8}){0,2}", re.I)
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx"}
SIDE_TABLES = {"metadata.csv", "metadata.tsv", "overrides.csv", "overrides.tsv", "actors.csv"}


@dataclass(frozen=True)
class Listing:
    """`root`: the folder paths are relative to; `files`: to be loaded; `aside`: (path, why it is no document)."""

    root: Path
    files: tuple[Path, ...]
    aside: tuple[tuple[Path, str], ...]


def list_source(source: Path | str) -> Listing:
    """Everything a source holds. Raises LoadError where there is no such file or folder and no glob match."""
    path = Path(source)
    if path.is_dir():
        return _walk(path)
    if os.path.lexists(path):
        return Listing(path.parent, (path,), ())
    if not globbing.has_magic(str(source)):
        raise LoadError(f"{source}: there is no such file or folder; check the path (it is taken from the current folder)")
    return _matches(str(source))


def below(path: Path, root: Path) -> str:
    """`path` below `root` with forward slashes, as it stands in `documents.source`; always writable as UTF-8."""
    try:
        relative = path.relative_to(root).as_posix()
    except ValueError:
        relative = path.name
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def format_of(name: str) -> str:
    """Format by suffix (a `.gz` is looked through), "" where unknown."""
    return FORMATS.get(suffixes(name)[0], "")


@lru_cache(maxsize=4096)
def suffixes(name: str) -> tuple[str, str]:
    """(suffix in lower case, compression suffix): `a.TXT.gz` -> (".txt", ".gz"); ("", "") where there is none."""
    pure = PurePosixPath(name.rsplit("!", 1)[-1])
    packed = pure.suffix if pure.suffix.lower() == ".gz" else ""
    if packed:
        pure = pure.with_suffix("")
    return pure.suffix.lower(), packed


def aside_reason(name: str, *, top: bool) -> str:
    """Why a name is no document ("" where it is): for a path component below the source or inside an archive."""
    if name.startswith("."):
        return "hidden"
    if name.lower() in SYSTEM_FILES or name.startswith("~$"):
        return "left by the operating system or an office program"
    if DATA_SHEET.fullmatch(name):
        return "data sheet"
    if top and name == "corpus.toml":
        return "settings"
    return ""


def _walk(root: Path) -> Listing:
    """Real folders first, then folders that are only reached over a link, each folder once."""
    files: list[Path] = []
    aside: list[tuple[Path, str]] = []
    seen: set[tuple[int, int]] = set()
    linked_files: list[Path] = []
    todo = [root]
    linked_folders: list[Path] = []
    while todo or linked_folders:
        folder = todo.pop() if todo else linked_folders.pop(0)
        try:
            status = folder.stat()
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError:
            files.append(folder)  # load_file makes a row with the reason
            continue
        if (status.st_dev, status.st_ino) in seen:
            aside.append((folder, "a link to a folder that is read already"))
            continue
        seen.add((status.st_dev, status.st_ino))
        for entry in entries:
            path = Path(entry.path)
            if why := aside_reason(entry.name, top=folder == root) or (_side_table(path) if folder == root else ""):
                aside.append((path, why))
            elif entry.is_symlink() and _leads_out(path, root):
                aside.append((path, "a link that leads out of the source"))
            elif _is_dir(entry):
                (linked_folders if entry.is_symlink() else todo).append(path)
            else:
                (linked_files if entry.is_symlink() else files).append(path)
    real = {identity for path in files if (identity := _identity(path))}
    for path in sorted(linked_files):
        known = _identity(path)
        if known and known in real:
            aside.append((path, "a link to a file that is read already"))
            continue
        files.append(path)
        if known:
            real.add(known)
    return Listing(root, tuple(sorted(files, key=lambda p: below(p, root))), tuple(sorted(aside)))


def _matches(pattern: str) -> Listing:
    """Files a glob matches (`**` is recursive); matched folders are walked."""
    fixed = Path(re.split(r"[*?\[]", pattern, maxsplit=1)[0] + "x").parent
    files: dict[Path, None] = {}
    aside: dict[tuple[Path, str], None] = {}
    for match in sorted(globbing.glob(pattern, recursive=True)):  # noqa: PTH207 - absolute patterns
        path = Path(match)
        if path.is_symlink() and _leads_out(path, fixed):
            aside[path, "a link that leads out of the source"] = None
        elif not path.is_dir():
            files[path] = None
        elif "**" not in pattern:
            listing = _walk(path)
            files.update(dict.fromkeys(listing.files))
            aside.update(dict.fromkeys(listing.aside))
    if not files:
        raise LoadError(f"{pattern}: no file matches; quote the pattern so that the shell leaves it alone, and check the folder")
    return Listing(fixed, tuple(sorted(files, key=lambda p: below(p, fixed))), tuple(sorted(aside)))


def _leads_out(path: Path, root: Path) -> bool:
    """Whether a link's target lies outside the source: a scrape unpacked from somewhere must not publish the reader's own files."""
    try:
        return not path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False  # a dead link or a loop: load_file makes a row with the reason


def _is_dir(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _side_table(path: Path) -> str:
    """Whether `metadata.csv` or `overrides.csv` is a table about the documents: it is unless its header names a text column."""
    if path.name.lower() not in SIDE_TABLES or not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            header = file.readline(10_000).decode("utf-8-sig", "replace")
    except OSError:
        return ""
    names = [name.strip(" \"'\r\n") for name in re.split(r"[,;\t|]", header)]
    if "text" in guess_columns(names).values():
        return ""
    return "metadata of the documents" if path.name.lower().startswith("metadata") else "decisions about the documents"
