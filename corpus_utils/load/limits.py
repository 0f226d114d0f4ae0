"""What the loader refuses and why: sizes, depths and the words of a problem. Numbers in bytes unless named otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_BYTES = 20_000_000  # one document: a page or a text of more is not an article
MAX_CONTAINER_BYTES = 1_000_000_000  # one file of records or one archive, unpacked
MAX_DEPTH = 3  # archives inside archives
MAX_MEMBERS = 200_000  # files in one archive
MAX_RATIO = 200  # unpacked to packed size; news text reaches about 10, a zip bomb 1,000 and more
RATIO_FROM = 10_000_000  # a ratio says nothing below this unpacked size


class LoadError(ValueError):
    """The source as a whole cannot be loaded (missing, without a usable document, or a wrong option); the message says what to do."""


@dataclass(frozen=True)
class Options:
    """Settings of one load: column mapping (input column -> ours), size limits, and whether pages are read for hints and metadata."""

    columns: Mapping[str, str] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES
    max_container_bytes: int = MAX_CONTAINER_BYTES
    extract: bool = True

    def container(self) -> int:
        """Limit for a file of records or an archive: never below that of one document."""
        return max(self.max_bytes, self.max_container_bytes)


@dataclass(frozen=True)
class Blob:
    """Bytes under a name: a file, or a member of an archive (`archive.zip!member`). `aside` tells why it is no document."""

    name: str
    data: bytes = b""
    problem: str = ""
    aside: str = ""


@dataclass
class Row:
    """One document before it is given its id. `number`: 1, 2, ... of a record in its file, 0 where the file is the document."""

    source: str
    format: str
    text: str = ""
    encoding: str = ""
    sha256: str = ""
    key: str = ""
    number: int = 0
    given: dict = field(default_factory=dict)
    hints: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)
    problem: str = ""


def size_words(number: int) -> str:
    """`20 MB`, `1.5 GB`: sizes as a person reads them."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= factor:
            return f"{number / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{number} bytes"


def too_large(name: str, size: int, limit: int) -> str:
    """The problem of a document over the limit."""
    return f"{name}: {size_words(size)}, more than the limit of {size_words(limit)} for one document; split it, or raise max_bytes"
