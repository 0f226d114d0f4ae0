"""What a person has decided: roles in `overrides.csv`, metadata in `metadata.csv`. Both win over everything else.

Conventions
    overrides.csv: document_id, start, end, role - offsets into documents.text; every piece inside gets the role.
    metadata.csv: document_id or article_id, and any of title, outlet, agency, author, place, language, date (YYYY-MM-DD, or
    YYYY-MM-DD/YYYY-MM-DD); a row with a document_id speaks for all stories of the document; empty cells say nothing.
    A file that cannot be applied raises `OverrideError`, naming the line: a decision that is silently lost is worse than a stop.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

from corpus_utils.clean.lines import Piece
from corpus_utils.schema import ROLES

FIELDS = ("title", "outlet", "agency", "author", "place", "language", "date")
RULE = "decided by a person (overrides)"
_DATE = re.compile(r"^\d{4}-\d\d-\d\d(?:/\d{4}-\d\d-\d\d)?$")


class OverrideError(ValueError):
    """A row of an overrides file does not say what it must; the message names file and line."""


@dataclass(frozen=True)
class Overrides:
    """`roles`: document id -> [(start, end, role)]; `metadata`: document or article id -> {field: value}."""

    roles: Mapping[str, Sequence[tuple[int, int, str]]] = field(default_factory=dict)
    metadata: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_overrides(*, roles: Path | None = None, metadata: Path | None = None) -> Overrides:
    """Read both files; a path that is None or does not exist is no decision. Raises OverrideError for a row that is wrong."""
    return Overrides(
        _read_roles(roles) if roles and roles.exists() else {},
        _read_metadata(metadata) if metadata and metadata.exists() else {},
    )


def _read_roles(path: Path) -> dict[str, list[tuple[int, int, str]]]:
    found: dict[str, list[tuple[int, int, str]]] = {}
    for number, row in _rows(path, ("document_id", "start", "end", "role")):
        if row["role"] not in ROLES:
            raise OverrideError(f"{path.name}, line {number}: {row['role']!r} is no role; roles are {', '.join(ROLES)}")
        try:
            start, end = int(row["start"]), int(row["end"])
        except ValueError:
            raise OverrideError(f"{path.name}, line {number}: start and end must be whole numbers") from None
        if not 0 <= start < end:
            raise OverrideError(f"{path.name}, line {number}: start must be before end")
        found.setdefault(row["document_id"], []).append((start, end, row["role"]))
    return found


def _read_metadata(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for number, row in _rows(path, ()):
        key = row.get("article_id", "") or row.get("document_id", "")
        if not key:
            raise OverrideError(f"{path.name}, line {number}: neither document_id nor article_id")
        values = {name: row[name] for name in FIELDS if row.get(name, "")}
        if "date" in values and not _is_date(values["date"]):
            raise OverrideError(f"{path.name}, line {number}: date {values['date']!r} is not YYYY-MM-DD or YYYY-MM-DD/YYYY-MM-DD")
        found.setdefault(key, {}).update(values)
    return found


def _is_date(text: str) -> bool:
    """A day there is, or two of them in order."""
    try:
        days = [date.fromisoformat(part) for part in text.split("/")] if _DATE.match(text) else []
    except ValueError:
        return False
    return bool(days) and days == sorted(days)


def _rows(path: Path, wanted: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OverrideError(f"{path.name}: cannot be read as UTF-8 text ({error})") from error
    reader = csv.DictReader(text.splitlines())
    try:
        names = reader.fieldnames or []
        if missing := [name for name in wanted if name not in names]:
            raise OverrideError(f"{path.name}: no column {missing[0]!r}; it has {', '.join(names)}")
        return [
            (reader.line_num, {k: (v or "").strip() for k, v in row.items() if isinstance(k, str) and not isinstance(v, list)})
            for row in reader
        ]
    except csv.Error as error:
        raise OverrideError(f"{path.name}, line {reader.line_num}: not readable as CSV ({error})") from error


def idle_decisions(overrides: Overrides, documents: Iterable[str]) -> list[str]:
    """In words, the decisions on documents that are not there: somebody decided something that has no effect."""
    known = set(documents)
    notes = []
    for name, ids in (("overrides.csv", overrides.roles), ("metadata.csv", overrides.metadata)):
        idle = sorted(key for key in ids if key not in known and key.rpartition("#")[0] not in known)
        if idle:
            more = f" and {len(idle) - 3} more" if len(idle) > 3 else ""
            notes.append(f"{name}: decides on {', '.join(idle[:3])}{more}, of which there is no document")
    return notes


def apply_roles(pieces: Sequence[Piece], decided: Sequence[tuple[int, int, str]]) -> list[Piece]:
    """Pieces with the decided roles, cut where a decision begins or ends; later rows win. Tiling is kept."""
    out = list(pieces)
    for start, end, role in decided:
        cut: list[Piece] = []
        for piece in out:
            edges = sorted({piece.start, piece.end, *(e for e in (start, end) if piece.start < e < piece.end)})
            for a, b in pairwise(edges):
                cut.append(Piece(a, b, role, RULE, 1.0) if start <= a and b <= end else piece._replace(start=a, end=b))
        out = cut
    return out
