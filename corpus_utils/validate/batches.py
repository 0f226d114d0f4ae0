"""What to code next, and the codes as training data.

`next_batch` picks units outside the probability sample: those the program is least sure of, kinds on which coders differed, and no two
alike. They are for training only: they were not drawn at random, so no estimate ever reads them, and the sample stays what it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.text import csv_safe
from corpus_utils.validate.adjudicate import settle
from corpus_utils.validate.books import write_csv
from corpus_utils.validate.cells import SheetError, read_cells
from corpus_utils.validate.drawing import lean
from corpus_utils.validate.folder import BATCHES, Validation, load_validation, read_decisions, read_design, sheets_of
from corpus_utils.validate.measures import measure_of
from corpus_utils.validate.sampling import FOLDER, write_sheet
from corpus_utils.validate.sheets import read_sheets

if TYPE_CHECKING:
    import pandas as pd

POOL = 6  # candidates per unit wanted: the most uncertain, among which the most different are taken


def next_batch(validation: Validation, units: pd.DataFrame, number: int, *, taken: frozenset[str] = frozenset()) -> pd.DataFrame:
    """`number` rows of `units` (a frame of `frame_units`) with `why`, best first; none of the sample, none `taken` before."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    seen = set(validation.key["unit"]) | taken
    pool = units[~units["id"].isin(seen)].copy()
    if pool.empty:
        raise SheetError("every unit is coded or handed out already")
    pool["lean"] = lean(pool["status"], pool["label"])
    pool["unsure"] = [max((1 - abs(2 * value - 1) for value in scores.values()), default=0.0) for scores in pool["scores"]]
    disputed = _disputed(validation)
    pool["disputed"] = [disputed.get(name, 0.0) for name in pool["lean"]]
    pool["worth"] = pool["unsure"] + pool["disputed"]
    pool = pool.sort_values(["worth", "id"], ascending=[False, True]).head(POOL * number).reset_index(drop=True)
    vectors = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b").fit_transform(pool["text"])
    nearest = np.zeros(len(pool))
    picked: list[int] = []
    for _ in range(min(number, len(pool))):
        value = pool["worth"].to_numpy() * (1 - nearest)
        value[picked] = -1.0
        best = int(value.argmax())
        picked.append(best)
        nearest = np.maximum(nearest, np.asarray((vectors @ vectors[best].T).todense()).ravel())
    out = pool.loc[picked].reset_index(drop=True)
    out["why"] = [
        f"the program is unsure ({unsure:.2f})" if unsure >= disputed else f"coders differ on units it calls {name}"
        for unsure, disputed, name in zip(out["unsure"], out["disputed"], out["lean"])
    ]
    return out


def _disputed(validation: Validation) -> dict[str, float]:
    """What the program says of a unit -> share of such units on which coders differed."""
    differ = {row["unit_id"] for row in validation.figures.get("disagreements", [])}
    key = validation.key.assign(lean=lean(validation.key["status"], validation.key["label"]), differ=validation.key.index.isin(differ))
    return {str(name): float(share) for name, share in key.groupby("lean")["differ"].mean().items()}


def write_batch(folder: Path, batch: pd.DataFrame) -> Path:
    """Sheets of a batch for every coder of the sample, in `batches/NUMBER`; the folder."""
    design = read_design(folder)
    number = 1 + sum(path.is_dir() for path in (folder / BATCHES).glob("*"))
    target = folder / BATCHES / str(number)
    measure = measure_of(design)
    rows = batch.assign(unit_id=[f"b{number}-{n:03}" for n in range(1, len(batch) + 1)])
    for place, coder in enumerate(design["coders"]):
        order = np.random.default_rng([number, place]).permutation(len(rows))
        write_sheet(target, coder, rows.iloc[order].to_dict("records"), measure)
    kept = [
        {"unit_id": row["unit_id"], "unit": row["id"], "article_id": row["article_id"], "why": row["why"]}
        for row in rows.to_dict("records")
    ]
    write_csv(target / "sealed" / "key.csv", kept, ("unit_id", "unit", "article_id", "why"))
    (target / "README.txt").write_text(_readme(folder, target, design["coders"]), encoding="utf-8")
    return target


def _readme(folder: Path, target: Path, coders: list[str]) -> str:
    place, sheets = f"{FOLDER}/{csv_safe(folder.name)}", ", ".join(f"{coder}.xlsx" for coder in coders)
    return (
        f"1. Give each coder one sheet ({sheets}), as with the sample. These units were picked, not drawn: they serve training,\n"
        "   and no share or accuracy is ever computed from them.\n"
        f"2. corpus-utils agreement {place}/{BATCHES}/{target.name}    how far they agree; --adjudicate to settle disputes\n"
        f"3. corpus-utils train frames {place} -o my-frames    learns from the codes of the sample and of all its batches\n"
    )


def handed_out(folder: Path) -> frozenset[str]:
    """Units of earlier batches."""
    keys = (folder / BATCHES).glob("*/sealed/key.csv")
    return frozenset(row["unit"] for path in keys for row in read_cells(path, needs=[("unit_id",), ("unit",)]))


def training_records(folder: Path) -> pd.DataFrame:
    """Everything coded in a sample and its batches, as `train` takes it: text, labels (list), article_id. Raises SheetError."""
    import pandas as pd

    design, sample = read_design(folder), load_validation(folder, draws=0)
    rows: list[dict[str, Any]] = [
        {"text": sample.coded.texts.get(str(unit), {}).get("text", ""), "labels": _listed(row["code"]), "article_id": row["article_id"]}
        for unit, row in sample.usable.iterrows()
    ]
    for key in sorted((folder / BATCHES).glob("*/sealed/key.csv")):
        coded = read_sheets(sheets_of(key.parents[1], design["coders"]), codes=design["codes"], multi=design["multi"])
        owner = {row["unit_id"]: row["article_id"] for row in read_cells(key, needs=[("unit_id",), ("unit",)])}
        settled = settle(coded, read_decisions(key.parents[1], design))
        for unit, code in settled.loc[settled["how"] != "open", "code"].items():
            rows.append(
                {"text": coded.texts.get(str(unit), {}).get("text", ""), "labels": _listed(code), "article_id": owner.get(str(unit), "")}
            )
    if not rows:
        raise SheetError(f"{folder}: nothing is coded yet")
    return pd.DataFrame(rows)


def _listed(code: Any) -> list[str]:
    return sorted(code) if isinstance(code, frozenset) else [str(code)]
