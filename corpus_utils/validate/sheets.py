"""Coding sheets read back: unit, coder, code. Tolerant of spreadsheets, strict about codes.

A sheet has a column `unit_id` (or `id`, `unit`) and `code` (or `label`, `codes`, `labels`), or, where several labels may hold at once,
one column per label with yes or no. One sheet is one coder, unless it has a column `coder`. An empty cell is a unit not coded yet.
Codes are compared without case and blanks; the codebook's spelling is kept. Several labels of one unit are separated by ; | or
(where more than one may hold) a comma, or are a JSON list; "none" says that none holds.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.text import fold, fold_space
from corpus_utils.validate.cells import Row, SheetError, column_name, read_cells

if TYPE_CHECKING:
    import pandas as pd

UNIT = ("unit_id", "id", "unit", "unitid")
CODE = ("code", "codes", "label", "labels", "coding", "category")
CODER = ("coder", "coder_id", "annotator", "rater")
YES = frozenset("yes y true t x 1 ja j si s sim oui o да ✓ ✔".split())  # folded: no accents
NO = frozenset("no n false f 0 nein nao non нет".split())
NONE = frozenset({"none", "(none)", "[]", "nothing"})
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")


@dataclass(frozen=True)
class Coded:
    """Codes by unit and coder. `codes` is units x coders: text, or a frozenset of labels where `multi`; None: not coded.

    `order` are the codes in the codebook's order (else sorted, numbers by size), `ordered` whether that order means
    anything; `texts` what the sheets show of a unit, `problems` what was tolerated and should be known.
    """

    codes: pd.DataFrame
    order: tuple[str, ...]
    multi: bool = False
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    ordered: bool = False


def read_sheets(paths: Sequence[str | Path], *, codes: Sequence[str] = (), multi: bool | None = None) -> Coded:
    """The sheets of several coders as one table. `codes`: the codebook's, in order; where given, any other code is an error.

    `multi`: may several labels hold at once? None: as the sheets show. Raises SheetError.
    """
    import pandas as pd

    found: dict[str, dict[str, str]] = {}
    texts: dict[str, dict[str, str]] = {}
    where: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for path in paths:
        for coder, cells in _by_coder(Path(path), codes, problems, texts).items():
            name = coder
            while name in found:
                name = f"{coder} ({sum(other.startswith(coder) for other in found) + 1})"
            found[name] = {unit: cell for unit, (cell, _) in cells.items()}
            where |= {(name, unit): f"{path}, row {row}" for unit, (_, row) in cells.items()}
    several = _several(found) if multi is None else multi
    reader = _Codes(codes, several)
    table = {coder: {unit: reader.read(cell, where[coder, unit]) for unit, cell in cells.items() if cell} for coder, cells in found.items()}
    if reader.unknown:
        more = f"; and {len(reader.unknown) - 5} more" if len(reader.unknown) > 5 else ""
        raise SheetError("\n".join(reader.unknown[:5]) + f"{more}\nThe codes are: {', '.join(codes)}")
    units = sorted({unit for cells in found.values() for unit in cells})
    frame = pd.DataFrame({coder: [cells.get(unit) for unit in units] for coder, cells in table.items()}, index=units, dtype=object)
    order = reader.order()
    ordered = bool(codes) or all(_NUMBER.match(code) for code in order)
    return Coded(frame, order, several, texts, tuple(problems), ordered)


def _by_coder(
    path: Path, codes: Sequence[str], problems: list[str], texts: dict[str, dict[str, str]]
) -> dict[str, dict[str, tuple[str, int]]]:
    """coder -> unit -> (cell, row). A unit twice with the same code is a slip, with two codes an error."""
    labels = [column_name(code) for code in codes]
    try:
        rows = read_cells(path, needs=[UNIT, CODE])
        one_column = True
    except SheetError:
        if not labels:
            raise
        rows, one_column = read_cells(path, needs=[UNIT, *([name] for name in labels)]), False
    unit_name, code_name, coder_name = (_first(rows, options) for options in (UNIT, CODE, CODER))
    touched = [row for row in rows if any(row.get(name) for name in labels)]
    # a coder who fills every column left a blank by mistake; one who marks what holds means no by it
    said_no = 2 * sum(all(row.get(name) for name in labels) for row in touched) > len(touched)
    out: dict[str, dict[str, tuple[str, int]]] = {}
    for row in rows:
        unit = row.get(unit_name, "")
        cell = row.get(code_name, "") if one_column else _marked(row, codes, labels, said_no, path, problems)
        if not unit:
            if cell:
                raise SheetError(f"{path}, row {row.number}: a code without a unit; the column {unit_name!r} is empty")
            continue
        cells = out.setdefault(row.get(coder_name, "") or path.stem, {})
        if unit in cells and cell and cells[unit][0] and fold(cells[unit][0]) != fold(cell):
            raise SheetError(f"{path}, rows {cells[unit][1]} and {row.number}: unit {unit!r} has two codes; keep one")
        if unit in cells:
            problems.append(f"{path.name}, row {row.number}: unit {unit} stands there twice")
        if unit not in cells or cell:
            cells[unit] = (cell, row.number)
        shown = {name: row[name] for name in ("text", "before", "after", "context", "note") if row.get(name)}
        texts.setdefault(unit, {}).update({name: value for name, value in shown.items() if name != "note"})
        if shown.get("note"):
            texts[unit][f"note {row.get(coder_name, '') or path.stem}"] = shown["note"]
    return out


def _first(rows: list[Row], options: Sequence[str]) -> str:
    return next((name for name in options if rows and name in rows[0]), options[0])


def _marked(row: Row, codes: Sequence[str], labels: list[str], said_no: bool, path: Path, problems: list[str]) -> str:
    """The labels marked yes in a row with a column each, as a JSON list; "" where the row is not, or not completely, coded."""
    cells = [fold(row.get(name, "")) for name in labels]
    for cell, code in zip(cells, codes):
        if cell and cell not in YES and cell not in NO:
            raise SheetError(f"{path}, row {row.number}, column {code!r}: {cell!r} is neither yes nor no")
    if not any(cells):
        return ""
    if said_no and not all(cells):
        problems.append(f"{path.name}, row {row.number}: not every label has a yes or no; the unit counts as not coded")
        return ""
    return json.dumps([code for cell, code in zip(cells, codes) if cell in YES], ensure_ascii=False)


def _several(found: dict[str, dict[str, str]]) -> bool:
    """Do the sheets show that a unit may have several labels?"""
    return any(cell.startswith("[") or re.search(r"\w\s*[;|]\s*\w", cell) for cells in found.values() for cell in cells.values())


class _Codes:
    """Turns cells into codes and keeps what is no code."""

    def __init__(self, codes: Sequence[str], multi: bool) -> None:
        self.given, self.multi = tuple(codes), multi
        self.known = {_key(code): code for code in codes}
        self.seen: dict[str, str] = {}
        self.unknown: list[str] = []

    def read(self, cell: str, where: str) -> Any:
        """The code of a cell: text, or a frozenset."""
        if not self.multi:
            return self._one(cell, where)
        if fold(cell) in NONE and _key(cell) not in self.known:
            return frozenset()
        return frozenset(code for code in (self._one(part, where) for part in _parts(cell)) if code)

    def _one(self, text: str, where: str) -> str:
        key = _key(text)
        if self.given:
            if key not in self.known:
                near = difflib.get_close_matches(key, self.known, 1, 0.6)
                self.unknown.append(f"{where}: {text!r} is not a code" + (f"; did you mean {self.known[near[0]]!r}?" if near else ""))
            return self.known.get(key, "")
        return self.seen.setdefault(key, key if _NUMBER.match(key) else fold_space(text))

    def order(self) -> tuple[str, ...]:
        """The codebook's order, or numbers by size, or the alphabet."""
        if self.given:
            return self.given
        try:
            return tuple(sorted(self.seen.values(), key=float))
        except ValueError:
            return tuple(sorted(self.seen.values(), key=lambda code: (fold(code), code)))


def _key(text: str) -> str:
    """What codes are compared by: no case, no blanks around, blanks and underscores alike; 1,50 and 1.5 are one number."""
    plain = fold_space(unicodedata.normalize("NFKC", text).casefold())
    if _NUMBER.match(plain):
        number = float(plain.replace(",", "."))
        return str(int(number)) if number.is_integer() else repr(number)
    return plain.replace("_", " ")


def _parts(cell: str) -> list[str]:
    if cell.startswith("["):
        try:
            listed = json.loads(cell)
            if isinstance(listed, list):
                return [str(item) for item in listed]
        except ValueError:
            pass  # a bracket that opens no JSON is part of a name
    return [part.strip() for part in re.split(r"[;|,\n]", cell) if part.strip()]
