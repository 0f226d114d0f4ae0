"""Tiers and corrected figures for the findings of any report: one line where findings are made.

    findings = lab.validated(findings, news, "vader", "target_tone")

Without a sample nothing changes: labels stay *unvalidated*, and `how_to_start` gives the one command that changes it. A finding is about a
label where its own label is one of the codes, or its measure names just one of them; one about several labels or none in particular, such
as a mean tone, has the lowest of their tiers. The unit has to be the sample's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from corpus_utils.parts import Tables
from corpus_utils.text import fold
from corpus_utils.validate.accuracy import accuracy
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.corrected_rows import corrected_row
from corpus_utils.validate.folder import Validation, find_samples, load_validation
from corpus_utils.validate.freshness import bring_up_to_date
from corpus_utils.validate.measures import TARGETS, TOPICS, UNIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corpus_utils.project import Project

BEST = ("A", "B", "C", "unvalidated")
NAMES = {
    "vader": "tone (VADER)",
    "vader_masked": "tone (VADER, names masked)",
    "lexicon2": "tone (news lexicon)",
    TARGETS: "tone towards actors",
    TOPICS: "topics",
}
_State = tuple[tuple[str, int, int], ...]
_CURRENT: WeakKeyDictionary[Tables, dict[tuple[Path, _State], Validation | str]] = WeakKeyDictionary()


def spoken_measure(measure: str) -> str:
    """A measure in a reader's words: "frames.generic" -> "generic frames"."""
    return NAMES.get(measure, f"{measure.partition('.')[2]} frames" if measure.startswith("frames.") else measure)


def sample_in_words(sample: Validation) -> str:
    """ "generic frames (120 of 900 articles)"."""
    return f"{spoken_measure(sample.measure)} ({len(sample.usable)} of {len(sample.frame)} {sample.design['unit']}s)"


def open_samples(project: Project, tables: Tables | None = None) -> tuple[list[Validation], list[str]]:
    """Every sample of a project that coders have begun, and what is wrong with those that cannot be used.

    With `tables` (of the whole corpus) samples have the labels of today, else those they were drawn with.
    """
    samples, problems = [], []
    for folder in find_samples(project.root):
        sample = _current(folder, tables, project)
        if isinstance(sample, str):
            problems.append(f"{folder.name}: {sample.replace(str(folder) + ': ', '').replace(str(folder.parent) + '/', '')}")
        elif len(sample.usable):
            samples.append(sample)
        else:
            problems.append(f"{folder.name}: drawn, and not coded yet")
    return samples, problems


def _current(folder: Path, tables: Tables | None, project: Project) -> Validation | str:
    """The sample, or why it cannot be used; read and held against the corpus once."""
    state = _state(folder)
    kept = _CURRENT.setdefault(tables, {}) if tables is not None else {}
    if (folder, state) not in kept:
        try:
            sample = _load(folder, state)
            kept[folder, state] = bring_up_to_date(sample, tables, project) if tables is not None and len(sample.usable) else sample
        except SheetError as error:
            kept[folder, state] = str(error)
    return kept[folder, state]


def _state(folder: Path) -> _State:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=16)
def _load(folder: Path, _state: _State) -> Validation:
    return load_validation(folder)


def how_to_start(measure: str, unit: str = "") -> str:
    """The one command that starts a sample of a measure."""
    if measure == TOPICS:
        return "corpus-utils intrusion"
    frames = measure.startswith("frames.") and measure.count(".") == 1  # another coder than cues is named
    name = {"vader": "tone", TARGETS: "targets"}.get(measure, "frames" if frames else measure)
    return f"corpus-utils sample {name}" + ("" if unit in ("", UNIT.get(measure, "article")) else f" --unit {unit}")


def tiers(project: Project, measure: str, tables: Tables | None = None) -> dict[tuple[str, str], str]:
    """(label, unit) -> tier, for every label of `measure` that a sample speaks of."""
    out: dict[tuple[str, str], str] = {}
    for sample in open_samples(project, tables)[0]:
        if sample.measure == measure:
            for row in accuracy(sample).to_dict("records"):
                key = (_plain(row["label"]), str(sample.design["unit"]))
                out[key] = min(out.get(key, "unvalidated"), row["tier"], key=BEST.index)
    return out


def worst_tier(project: Project, measure: str, tables: Tables | None = None) -> str:
    """The strip of facts says one tier: the worst of the labels, "unvalidated" without a sample."""
    found = list(tiers(project, measure, tables).values())
    return max(found, key=BEST.index) if found else "unvalidated"


def tiers_in_words(project: Project, measures: Sequence[str], tables: Tables, tier: str = "unvalidated") -> str:
    """What the strip of facts says of labels: the lowest tier of each of `measures` (or `tier`, where it is known), and how to start."""
    if tier == "unvalidated" and len(measures) > 1 and not any(tiers(project, measure, tables) for measure in measures):
        return f"unvalidated: no coded sample yet. To start one: {' or '.join(f'`{how_to_start(measure)}`' for measure in measures)}"
    told = []
    for measure in measures:
        found = tier if tier != "unvalidated" else worst_tier(project, measure, tables)
        name = f"{spoken_measure(measure)} " if len(measures) > 1 else ""
        if found == "unvalidated" and not tiers(project, measure, tables):
            found = f"unvalidated: no coded sample yet. To start one: `{how_to_start(measure)}`"
        elif found == "unvalidated":
            found = "unvalidated in part: the coders differ too much or coded too little, see the validation report"
        else:
            found = f"tier {found}, the lowest of its labels"
        told.append(f"{name}{found}")
    return "; ".join(told) or f"{tier}: no coded sample yet"


def _plain(label: str) -> str:
    return fold(label.replace("_", " "))


def findings_of(measure: str) -> re.Pattern[str]:
    """What the `measure` of a finding looks like where it rests on the labels of this program."""
    from corpus_utils.analyse.tone import LEXICON_NAMES

    if measure in LEXICON_NAMES:
        return re.compile(rf", {re.escape(LEXICON_NAMES[measure])}(, journalist|, quoted)?$")
    return re.compile("towards|^mentions on which" if measure == TARGETS else "")


def with_validation(findings: pd.DataFrame, project: Project, measure: str, tables: Tables | None = None) -> pd.DataFrame:
    """`findings` with `tier` filled, and a row `ID-corrected` after every share, balance or difference of shares that a sample corrects.

    Corrected rows are over all units of the frame, abstained ones included, in the finding's voice and group, weighted and rid of copies as
    the finding is; their denominator says so.
    """
    import pandas as pd

    from corpus_utils.schema import validate

    samples = [sample for sample in open_samples(project, tables)[0] if sample.measure == measure]
    if not samples:
        return findings
    known, ours = tiers(project, measure, tables), findings_of(measure)
    worst = {unit: max((tier for (_, of), tier in known.items() if of == unit), key=BEST.index) for _, unit in known}
    rows: list[dict[str, Any]] = []
    for row in findings.to_dict("records"):
        if row["tier"] != "unvalidated" or row["unit"] not in worst or not ours.search(row["measure"]):
            rows.append(row)
            continue
        label = _label_of(row, [code for code, unit in known if unit == row["unit"]])
        tier = known[label, row["unit"]] if label else worst[row["unit"]]
        rows.append({**row, "tier": tier})
        for sample in samples:
            if sample.design["unit"] == row["unit"]:
                code = next((code for code in sample.codes if _plain(code) == label), "")
                rows += corrected_row(row, sample, code, tier, finite=project.kind != "sample")
    return validate("findings", pd.DataFrame(rows, columns=list(findings.columns)).astype(dict(findings.dtypes)))


def corrected_pairs(findings: pd.DataFrame) -> pd.DataFrame:
    """Naive and corrected side by side, a row per finding that a sample corrects; empty without one.

    Columns: measure, label, of (voice or group), naive and corrected (value, low, high), tier.
    """
    import pandas as pd

    by_id, rows = findings.set_index("id"), []
    for name, row in by_id[by_id["estimator"] == "corrected"].iterrows():
        before = by_id.loc[str(name).removesuffix("-corrected")]
        naive, right = ((one["estimate"], one["low"], one["high"]) for one in (before, row))
        of = ", ".join(part for part in (row["voice"], row["group"]) if part)
        what = before["measure"] + ("" if row["measure"] == before["measure"] else f"; corrected: {row['measure']}")
        rows.append([what, row["label"], of or "all", naive, right, row["tier"]])
    return pd.DataFrame(rows, columns=["measure", "label", "of", "naive", "corrected", "tier"])


def _label_of(row: dict[str, Any], labels: list[str]) -> str:
    """The label that a finding is about; "" where it is about several, or none in particular."""
    if _plain(row["label"]) in labels:
        return _plain(row["label"])
    named = [label for label in labels if re.search(rf"\b{re.escape(label)}\b", fold(row["measure"]))]
    return named[0] if len(named) == 1 else ""
