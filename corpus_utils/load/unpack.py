"""Files to named bytes: reads a path, looks through `.gz` and `.zip` (nested), and keeps hostile archives harmless.

Conventions
    Nothing is ever written to disk: a member called `../../etc/passwd` is only a name, and is shown without its dots.
    What is refused comes back as a Blob with its problem in words; what is no document (hidden, data sheet) with `aside`.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from corpus_utils.load.files import CONVERT, RECORD_FORMATS, aside_reason, below, format_of, suffixes
from corpus_utils.load.limits import MAX_DEPTH, MAX_MEMBERS, MAX_RATIO, RATIO_FROM, Blob, Options, size_words, too_large


def read_path(path: Path, root: Path, options: Options) -> Iterator[Blob]:
    """The documents' bytes in one file: itself, or what it holds packed. Never raises for what is on disk."""
    name = below(path, root)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder that cannot be listed" if stat.S_ISDIR(status.st_mode) else "a pipe, socket or device"
            yield Blob(name, problem=f"{name}: {kind}, not a file; check its permissions or take it out of the source")
            return
        if status.st_size > _limit(name, options):
            yield Blob(name, problem=too_large(name, status.st_size, _limit(name, options)))
            return
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(_limit(name, options) + 1)
    except OSError as error:
        yield Blob(name, problem=f"{name}: cannot be read ({error.strerror or 'input error'}); check the link or its permissions")
        return
    yield from unpack(Blob(name, data), options)


def unpack(blob: Blob, options: Options, depth: int = 0) -> Iterator[Blob]:
    """`blob` itself, or what it holds if it is a `.gz` or `.zip`."""
    name, data = blob.name, blob.data
    if suffixes(name)[1] and data[:2] == b"\x1f\x8b" and format_of(name) != "warc":
        data, why = gunzip(data, _limit(name, options))
        if why:
            yield Blob(name, problem=f"{name}: {why}")
            return
    suffix = suffixes(name)[0]
    if suffix in CONVERT:
        yield Blob(name, problem=f"{name}: {suffix} files are not read; {CONVERT[suffix]}")
    elif format_of(name) == "zip":
        if depth >= MAX_DEPTH:
            yield Blob(name, problem=f"{name}: archives are nested more than {MAX_DEPTH} deep; unpack it yourself")
        else:
            yield from _members(Blob(name, data), options, depth)
    else:
        yield Blob(name, data)


def gunzip(data: bytes, limit: int) -> tuple[bytes, str]:
    """(unpacked bytes, "") or (b"", why not). Stops as soon as the size or the ratio is beyond the limit."""
    parts, size, rest = [], 0, data
    try:
        while rest[:2] == b"\x1f\x8b":
            stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            while not stream.eof:
                part = stream.decompress(rest, 1 << 20)
                rest = stream.unconsumed_tail
                size += len(part)
                parts.append(part)
                if why := _bomb(len(data), size, limit):
                    return b"", why
                if not part and not rest and not stream.eof:
                    return b"", "a .gz file that ends too early; fetch it again"
            rest = stream.unused_data.lstrip(b"\x00")
    except zlib.error:
        return b"", "a damaged .gz file; fetch it again"
    return b"".join(parts), ""


def _limit(name: str, options: Options) -> int:
    holds_many = format_of(name) in (*RECORD_FORMATS, "zip")
    return options.container() if holds_many else options.max_bytes


def _bomb(packed: int, unpacked: int, limit: int) -> str:
    if unpacked > limit:
        return f"unpacks to more than the limit of {size_words(limit)}; split it, or raise max_bytes"
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed:
        return f"unpacks to more than {MAX_RATIO} times its size, as a zip bomb does; it is not opened"
    return ""


def _members(blob: Blob, options: Options, depth: int) -> Iterator[Blob]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(blob.data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        yield Blob(blob.name, problem=f"{blob.name}: not a readable .zip archive; fetch it again")
        return
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        total = sum(info.file_size for info in infos)
        why = _bomb(len(blob.data), total, options.container())
        if not infos:
            why = "an empty archive; take it out of the source"
        elif len(infos) > MAX_MEMBERS:
            why = f"holds more than {MAX_MEMBERS:,} files; split it"
        if why:
            yield Blob(blob.name, problem=f"{blob.name}: {why}")
            return
        for info in sorted(infos, key=lambda info: info.filename):
            yield from _member(archive, info, blob.name, options, depth)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, parent: str, options: Options, depth: int) -> Iterator[Blob]:
    parts = [part for part in re.split(r"[/\\]", info.filename) if part not in ("", ".", "..")]
    shown = "/".join(parts).replace("!", "_").encode("utf-8", "replace").decode("utf-8") or "unnamed"
    name = f"{parent}!{shown}"
    if why := next((why for part in parts if (why := aside_reason(part, top=False))), ""):
        yield Blob(name, aside=why)
        return
    limit = _limit(name, options)
    if info.file_size > limit:
        yield Blob(name, problem=too_large(name, info.file_size, limit))
        return
    if info.flag_bits & 1:
        yield Blob(name, problem=f"{name}: protected by a password; unpack the archive yourself")
        return
    try:
        with archive.open(info) as file:
            data = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        yield Blob(name, problem=f"{name}: damaged inside the archive ({str(error)[:80] or type(error).__name__}); fetch it again")
        return
    if len(data) > limit:
        yield Blob(name, problem=too_large(name, len(data), limit))
        return
    yield from unpack(Blob(name, data), options, depth + 1)
