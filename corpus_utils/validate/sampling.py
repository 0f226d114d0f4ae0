"""`sample`: a probability sample, one blind shuffled sheet a coder, and a sealed key.

validation/NAME/
  CODER.xlsx              to code in: unit, context, drop-down lists, codebook; no model output, no outlet
  csv/CODER.csv           the same for those who prefer it; code in one of the two
  sealed/key.csv          which unit is which, with inclusion probability and what the program said; not for coders
  sealed/frame.parquet    every unit that could have been drawn
  sealed/design.json      what was drawn from what, and the seal: a digest of key and frame, against mishap
  README.txt              what to do next
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.text import csv_safe
from corpus_utils.validate import drawing
from corpus_utils.validate.books import write_book, write_csv
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.measures import Measure

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "validation"
FORMAT = 1
SHOWN = ("unit_id", "title", "before", "text", "after")
YES_NO = ("yes", "no")
KEY = (
    "unit_id",
    "unit",
    "article_id",
    "stratum",
    "pi",
    "outlet",
    "voice",
    "period",
    "language",
    "actor",
    "words",
    "status",
    "label",
    "score",
    "scores",
)
FRAME = ("id", "article_id", "stratum", "outlet", "voice", "period", "language", "actor", "words", "copies", "copies_in_outlet", "weight",
         "digest", "status", "label", "score", "scores")  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What to draw: number of units (0: from the half-width), coders, the share of units that all of them code, and the seed."""

    number: int = 0
    half_width: float = 0.05
    coders: tuple[str, ...] = ("coder1", "coder2")
    overlap: float = 1.0
    seed: int = 0


def draw_sample(frame: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame with `stratum`, and the drawn units with `pi` and a blind `unit_id`. Raises SheetError where nothing can be drawn."""
    if not 0 < plan.half_width < 1:
        raise SheetError(f"--half-width should be between 0 and 1, not {plan.half_width}")
    frame = frame.assign(lean=drawing.lean(frame["status"], frame["label"]))
    frame["half"] = drawing.half(frame["lean"], frame["score"])
    number = plan.number or drawing.enough(len(frame), plan.half_width)
    frame["stratum"] = drawing.make_strata(frame, number)
    if not plan.number:  # once more, with what unequal probabilities cost
        sizes = frame["stratum"].value_counts(sort=False).to_numpy()
        effect = drawing.design_effect(sizes, drawing.allocate(sizes, number))
        number = drawing.enough(len(frame), plan.half_width, effect=effect)
    drawn = drawing.draw(frame, min(number, len(frame)), seed=plan.seed)
    width = len(str(len(drawn)))
    return frame, drawn.assign(unit_id=[f"u{place:0{width}}" for place in range(1, len(drawn) + 1)])


def write_sample(folder: Path, frame: pd.DataFrame, drawn: pd.DataFrame, *, unit: str, measure: Measure, plan: Plan) -> dict[str, Any]:
    """Write sheets, key, frame and design into `folder`, which must not hold a sample yet; the design. Raises SheetError."""
    if (folder / "sealed").exists():
        raise SheetError(f"{folder}: there is a sample already, and coders may be at work. Choose another --name")
    if len(set(plan.coders)) != len(plan.coders) or not plan.coders:
        raise SheetError("coders need names that differ")
    for coder, rows in hand_out(drawn, plan).items():
        write_sheet(folder, coder, rows.to_dict("records"), measure)
    sealed = folder / "sealed"
    write_csv(sealed / "key.csv", _key_rows(drawn), KEY)
    kept = frame[[name for name in FRAME if name in frame]]
    kept.assign(scores=[json.dumps(scores) for scores in kept["scores"]]).to_parquet(sealed / "frame.parquet", index=False)
    design = {
        "format": FORMAT, "measure": measure.name, "unit": unit, "codes": list(measure.codes), "multi": measure.multi,
        "codebook": list(measure.page), "frame": len(frame), "drawn": len(drawn), "coders": list(plan.coders), "overlap": plan.overlap,
        "seed": plan.seed, "half_width": plan.half_width if not plan.number else None, "strata": _strata(frame, drawn),
        "seal": seal(folder),
    }  # fmt: skip
    (sealed / "design.json").write_text(json.dumps(design, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "README.txt").write_text(_readme(folder, plan), encoding="utf-8")
    return design


def hand_out(drawn: pd.DataFrame, plan: Plan) -> dict[str, pd.DataFrame]:
    """The rows of each coder, in an order of their own: the first `overlap` of the units go to all, the others to one coder each."""
    shared = round(len(drawn) * min(1.0, max(0.0, plan.overlap)))
    out = {}
    for place, coder in enumerate(plan.coders):
        own = [n for n in range(len(drawn)) if n < shared or (n - shared) % len(plan.coders) == place]
        order = np.random.default_rng([plan.seed, place + 1]).permutation(len(own))
        out[coder] = drawn.iloc[[own[n] for n in order]]
    return out


def columns_of(measure: Measure) -> tuple[list[str], dict[str, Sequence[str]]]:
    """Columns of a sheet, and what may be chosen in those that are filled."""
    filled: dict[str, Sequence[str]] = dict.fromkeys(measure.codes, YES_NO) if measure.multi else {"code": measure.codes}
    return [*SHOWN, *filled, "note"], filled


def write_sheet(folder: Path, coder: str, rows: Sequence[dict[str, Any]], measure: Measure) -> None:
    """One coder's sheet as XLSX and as CSV."""
    columns, filled = columns_of(measure)
    shown = [{name: row.get(name, "") for name in SHOWN} for row in rows]
    write_book(folder / f"{coder}.xlsx", shown, columns, choices=filled, codebook=measure.page, locked=SHOWN)
    write_csv(folder / "csv" / f"{coder}.csv", shown, columns)


def _key_rows(drawn: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in drawn.sort_values("unit_id").to_dict("records"):
        kept = {name: row.get(name, "") for name in KEY}
        kept |= {"unit": row["id"], "label": json.dumps(list(row["label"]), ensure_ascii=False), "scores": json.dumps(row["scores"])}
        kept["pi"], kept["score"] = repr(float(row["pi"])), "" if row["score"] != row["score"] else repr(float(row["score"]))
        rows.append(kept)
    return rows


def _strata(frame: pd.DataFrame, drawn: pd.DataFrame) -> list[dict[str, Any]]:
    sizes, taken = frame["stratum"].value_counts(), drawn["stratum"].value_counts()
    return [{"stratum": name, "units": int(sizes[name]), "drawn": int(taken.get(name, 0))} for name in sorted(sizes.index)]


def seal(folder: Path) -> str:
    """Digest of key and frame: figures are computed only where it still fits.

    It is not keyed: it tells a mishap (a key sorted, edited or mixed up with another), not malice, for whoever can write the files can seal
    them again. Who wants to prove when a sample was drawn publishes the digest (report 05 prints it) before coding begins.
    """
    digest = hashlib.sha256()
    for name in ("key.csv", "frame.parquet"):
        digest.update((folder / "sealed" / name).read_bytes())
    return digest.hexdigest()


def _readme(folder: Path, plan: Plan) -> str:
    name = csv_safe(folder.name)
    sheets = ", ".join(f"{coder}.xlsx" for coder in plan.coders)
    return (
        f"1. Give each coder one sheet ({sheets}) and nothing from the folder `sealed`. They read the page `codebook`, code alone, save,\n"
        "   and hand it back under the same name. Every unit gets a code; a column of yes and no is filled for each label.\n"
        f"2. corpus-utils agreement {FOLDER}/{name}          how far they agree, what to discuss, what to settle\n"
        f"   corpus-utils agreement {FOLDER}/{name} --adjudicate    writes adjudicated.xlsx, the units in dispute: fill in `code`\n"
        "3. corpus-utils report                            accuracy and corrected figures, in 05_validation and beside every label\n"
    )
