"""Tiers and corrected figures for the findings of any report: one line where findings are made.

    findings = attach.with_validation(findings, news.project, measure)

Without a sample nothing changes: labels stay *unvalidated*, and `how_to_start` gives the one command that changes it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.text import fold
from corpus_utils.validate.accuracy import accuracy
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.corrected import share_of
from corpus_utils.validate.folder import Validation, find_samples, load_validation

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.project import Project

NAN = float("nan")
BEST = ("A", "B", "C", "unvalidated")


def open_samples(project: Project) -> tuple[list[Validation], list[str]]:
    """Every sample of a project that coders have begun, and what is wrong with those that cannot be used."""
    samples, problems = [], []
    for folder in find_samples(project.root):
        try:
            sample = _load(folder, _state(folder))
            if len(sample.usable):
                samples.append(sample)
            else:
                problems.append(f"{folder.name}: drawn, and not coded yet")
        except SheetError as error:
            problems.append(f"{folder.name}: {str(error).replace(str(folder.parent) + '/', '')}")
    return samples, problems


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=16)
def _load(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> Validation:
    return load_validation(folder)


def how_to_start(measure: str, unit: str = "article") -> str:
    """The one command that starts a sample of a measure."""
    if measure == "topics":
        return "corpus-utils intrusion"
    name = "frames" if measure.startswith("frames.") and not measure.endswith(".trained") else "tone" if measure == "vader" else measure
    return f"corpus-utils sample {name}" + ("" if unit == "article" else f" --unit {unit}")


def tiers(project: Project, measure: str) -> dict[tuple[str, str], str]:
    """(label, unit) -> tier, for every label of `measure` that a sample speaks of."""
    out: dict[tuple[str, str], str] = {}
    for sample in open_samples(project)[0]:
        if sample.measure == measure:
            for row in accuracy(sample).to_dict("records"):
                key = (fold(row["label"].replace("_", " ")), str(sample.design["unit"]))
                out[key] = min(out.get(key, "unvalidated"), row["tier"], key=BEST.index)
    return out


def worst_tier(project: Project, measure: str) -> str:
    """The strip of facts says one tier: the worst of the labels, "unvalidated" without a sample."""
    found = list(tiers(project, measure).values())
    return max(found, key=BEST.index) if found else "unvalidated"


def with_validation(findings: pd.DataFrame, project: Project, measure: str, *, ending: str = "") -> pd.DataFrame:
    """`findings` with `tier` filled, and a row `ID-corrected` after every share of units that a sample of the same unit corrects.

    A finding is of the sample when its unit is the sample's and its label one of the codes. Corrected rows are over all units of the
    frame, in
    the finding's voice and group; their denominator says so. Shares of words weigh units by their words.
    `ending`: only findings whose measure ends so, where several programs give the same labels (", VADER").
    """
    import pandas as pd

    from corpus_utils.schema import validate

    samples = [sample for sample in open_samples(project)[0] if sample.measure == measure]
    if not samples:
        return findings
    known = tiers(project, measure)
    rows: list[dict[str, Any]] = []
    for row in findings.to_dict("records"):
        found = known.get((fold(row["label"]), row["unit"]))
        if row["tier"] != "unvalidated" or found is None or not row["measure"].endswith(ending):
            rows.append(row)
            continue
        rows.append({**row, "tier": found})
        for sample in samples:
            if sample.design["unit"] == row["unit"] and row["measure"].startswith("share") and row["estimator"] == "naive":
                rows += _corrected_row(row, sample, found, project)
    return validate("findings", pd.DataFrame(rows, columns=list(findings.columns)).astype(dict(findings.dtypes)))


def _corrected_row(row: dict[str, Any], sample: Validation, tier: str, project: Project) -> list[dict[str, Any]]:
    label = next(code for code in sample.codes if fold(code.replace("_", " ")) == fold(row["label"]))
    frame = sample.frame
    inside = np.ones(len(frame), bool)
    if row["voice"]:
        inside &= (frame["voice"] == row["voice"]).to_numpy()
    if row["group"]:
        inside &= (frame["outlet"] == row["group"]).to_numpy()
    weigh = "words" if row["weighting"] == "word" else ""
    if not inside.any() or not sample.figures or sample.figures["verdict"] == "refused":
        return []
    made = share_of(sample, label, inside=inside, finite=project.kind != "sample", sizes=weigh)
    if made["corrected"] != made["corrected"]:
        return []
    kind = f"95 % interval: error of the program and of a sample of {made['n']}, given the adjudicated codes"
    what = f"{'words of ' if weigh else ''}all {row['unit']}s of the sampled corpus, abstained ones included"
    if made["low"] == made["high"]:  # every unit is coded: nothing is left to sampling
        made, what = {**made, "low": NAN, "high": NAN}, f"{what}, every one coded"
    fitting = {"id": f"{row['id']}-corrected", "estimator": "corrected",
               "estimate": made["corrected"], "low": made["low"], "high": made["high"],
               "interval_kind": kind if made["low"] == made["low"] else "", "denominator": what, "n_units": made["n"], "tier": tier,
               "effect": NAN, "p": NAN, "q": NAN, "family_size": 0, "n_abstained": 0, "evidence": []}  # fmt: skip
    return [{**row, **fitting}]
