"""A coded sample read back from its folder: design, key, codes, agreement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.validate.adjudicate import settle
from corpus_utils.validate.agreement import agree
from corpus_utils.validate.cells import SheetError, read_cells
from corpus_utils.validate.sampling import FOLDER, FORMAT, seal
from corpus_utils.validate.sheets import Coded, read_sheets
from corpus_utils.validate.units import UNWEIGHTED

if TYPE_CHECKING:
    import pandas as pd

ADJUDICATED = "adjudicated"
BATCHES = "batches"  # folder of units coded for training only, inside a sample's


class Changes(NamedTuple):
    """What became of a frame's units: how many there are, have another label today, are gone; and how many came later."""

    frame: int
    other: int
    gone: int
    added: int


@dataclass(frozen=True)
class Validation:
    """A sample. `key`: the drawn units by unit_id, with `code` (text or frozenset; None: open), `how`, `n`, pi, stratum and what the
    program said; `frame`: all units, scores as dicts; `figures`: of `agree`, {} before two coders have coded a unit; `changes`: since it
    was drawn, where it was held against the corpus of today (`freshness`)."""

    name: str
    design: dict[str, Any]
    key: pd.DataFrame
    frame: pd.DataFrame
    coded: Coded
    figures: dict[str, Any]
    changes: Changes | None = None

    @property
    def measure(self) -> str:
        return str(self.design["measure"])

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.design["codes"])

    @property
    def usable(self) -> pd.DataFrame:
        """The key's rows that have a code."""
        return self.key[self.key["how"].isin(("agreed", "decided", "single"))]

    @property
    def disputed(self) -> int:
        """Units on which coders differ and nobody has decided."""
        return count_disputed(self.coded, self.key["how"])


def count_disputed(coded: Coded, how: pd.Series) -> int:
    """Units with codes that differ and are still open. `how`: by unit, as `settle` gives it."""
    twice = coded.codes.notna().sum(axis=1) >= 2
    return int((twice & how.reindex(coded.codes.index).eq("open")).sum())


def find_samples(root: Path) -> list[Path]:
    """Folders of samples below a project's `validation`, by name."""
    return sorted(path.parents[1] for path in (root / FOLDER).glob("*/sealed/design.json"))


def sheets_of(folder: Path, coders: list[str]) -> list[Path]:
    """Each coder's sheet: the one of XLSX and CSV that holds codes. Raises SheetError where both do and differ in time no more."""
    found = []
    for coder in coders:
        choices = [path for path in (folder / f"{coder}.xlsx", folder / f"{coder}.csv", folder / "csv" / f"{coder}.csv") if path.is_file()]
        filled = [path for path in choices if _has_codes(path)]
        if len(filled) > 1:
            raise SheetError(f"{filled[0]} and {filled[1].name}: both hold codes of {coder}; keep the codes in one of them")
        found += filled or choices[:1]
    if not found:
        raise SheetError(f"{folder}: no sheet of {', '.join(coders)}; put the coders' files back under their names")
    return found


def _has_codes(path: Path) -> bool:
    from corpus_utils.validate.sheets import UNIT

    shown = {"unit_id", "title", "before", "text", "after", "note", *UNIT}
    return any(value for row in read_cells(path, needs=[UNIT]) for name, value in row.items() if name not in shown)


def read_design(folder: Path) -> dict[str, Any]:
    """The design of a sample. Raises SheetError where there is none or the seal is broken."""
    try:
        design = json.loads((folder / "sealed" / "design.json").read_text(encoding="utf-8"))
        if design["format"] != FORMAT:
            raise SheetError(f"{folder}: the sample was drawn by another version (format {design['format']}, not {FORMAT})")
        if design["seal"] != seal(folder):
            raise SheetError(
                f"{folder}: the sealed key or frame was changed after the sample was drawn; restore them, or draw a new sample"
            )
    except FileNotFoundError as error:
        raise SheetError(
            f"{folder}: no sample in there ({Path(error.filename).name} is missing); `corpus-utils sample` draws one"
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, SheetError):
            raise
        raise SheetError(f"{folder}: sealed/design.json is not readable: {error}") from error
    return dict(design)


def read_decisions(folder: Path, design: dict[str, Any]) -> Coded | None:
    """What was adjudicated; None where there is no such sheet. Raises SheetError."""
    sheet = next((path for path in (folder / f"{ADJUDICATED}.xlsx", folder / f"{ADJUDICATED}.csv") if path.is_file()), None)
    return read_sheets([sheet], codes=design["codes"], multi=design["multi"]) if sheet else None


def read_design_of(folder: Path) -> dict[str, Any]:
    """The design of a sample, or of the sample that a batch belongs to. Raises SheetError."""
    from corpus_utils.validate.intrusion import TOPICS, WORDS

    if folder.name in (WORDS, TOPICS):
        raise SheetError(f"{folder}: an intrusion test has right answers, not agreement: corpus-utils intrusion --score {folder}")
    return read_design(folder.parents[1] if folder.resolve().parent.name == BATCHES else folder)


def load_validation(folder: Path, *, draws: int = 1000) -> Validation:
    """The sample in `folder` with the codes there are so far. Raises SheetError."""
    import pandas as pd

    design = read_design(folder)
    coded = read_sheets(sheets_of(folder, design["coders"]), codes=design["codes"], multi=design["multi"])
    settled = settle(coded, read_decisions(folder, design))
    key = pd.DataFrame(read_cells(folder / "sealed" / "key.csv", needs=[("unit_id",), ("unit",)])).set_index("unit_id")
    key = key.assign(pi=key["pi"].astype(float), words=key["words"].astype(int))
    key["label"], key["scores"] = [json.loads(text) for text in key["label"]], [json.loads(text) for text in key["scores"]]
    stray = sorted(set(coded.codes.index) - set(key.index))
    if stray:
        raise SheetError(f"{folder}: unit {stray[0]!r} is not of this sample; are these its sheets?")
    key["code"] = pd.Series([settled["code"].get(unit) for unit in key.index], index=key.index, dtype=object)
    key["how"] = [settled["how"].get(unit, "open") for unit in key.index]
    frame = pd.read_parquet(folder / "sealed" / "frame.parquet")
    frame["scores"] = [json.loads(text) for text in frame["scores"]]
    frame["label"] = [list(names) for names in frame["label"]]
    frame = frame.assign(**{name: value for name, value in UNWEIGHTED.items() if name not in frame})
    twice = len(coded.codes.columns) > 1 and bool((coded.codes.notna().sum(axis=1) >= 2).any())
    figures = agree(coded, draws=draws) if twice else {}
    return Validation(folder.name, design, key, frame, coded, figures)
