"""How right the program is, against the adjudicated codes: precision, recall, F1, calibration, tiers.

Every unit weighs 1 / its inclusion probability, so the figures are those of the whole corpus, not of the sample. Units on which the program
abstained are left out and counted. All intervals are score intervals (`estimates`), which hold where few units carry a label and no error
was seen; a bootstrap would resample five right ones to themselves. F1 is 2 J / (1 + J), J the share of units given the label by both among
those given it by either (Jaccard 1901); kappa's lower end follows from J's, the units that neither gives it held as they are.
Tiers follow the *lower* bounds: A: F1 >= .80 and kappa >= .60; C: F1 < .60 or kappa < .40; B between. No tier where the coders' alpha is
below .667, or with fewer than LEAST_POSITIVE units that carry the label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.stats import wilson
from corpus_utils.validate.estimates import LEAST, estimate_share
from corpus_utils.validate.folder import Validation
from corpus_utils.validate.probability_sample import Array, Sample, make_sample

if TYPE_CHECKING:
    import pandas as pd

A, C = (0.80, 0.60), (0.60, 0.40)  # F1 and kappa
LEAST_POSITIVE = 5
LEAST_IN_GROUP = 10
BINS = 5
COLUMNS = (
    "label", "tier", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high", "f1", "f1_low", "f1_high",
    "kappa", "kappa_low", "n", "coded", "given", "abstained", "why",
)  # fmt: skip


def carries(code: Any, label: str) -> bool:
    """Does a code say that the label holds?"""
    return label in code if isinstance(code, frozenset) else code == label


def sample_for(validation: Validation, label: str, *, sizes: Array | None = None, finite: bool = True) -> Sample:
    """The coded sample as `estimates` takes it. `sizes`: what each unit of the frame weighs (`corrected.unit_weights`)."""
    frame, key = validation.frame, validation.usable
    place = {unit: n for n, unit in enumerate(frame["id"])}
    scores = np.array([float(row.get(label, 0.0)) for row in frame["scores"]])
    given = np.array([label in names for names in frame["label"]], float)
    outlets = [name for name, count in frame["outlet"].value_counts().items() if count >= 30][:8]
    features = np.column_stack([scores, given, *[(frame["outlet"] == name).to_numpy(float) for name in outlets[1:]]])
    return make_sample(
        np.array([place[unit] for unit in key["unit"]], int), np.array([carries(code, label) for code in key["code"]], float),
        key["pi"].to_numpy(), scores, strata=key["stratum"].to_numpy(), features=features, finite=finite,
        sizes=sizes, seed=int(validation.design["seed"]),
    )  # fmt: skip


def accuracy(validation: Validation, *, where: tuple[str, str] | None = None) -> pd.DataFrame:
    """A row per label with COLUMNS; `where` keeps the units with a value in a column: ("outlet", "The Example")."""
    import pandas as pd

    return pd.DataFrame([_row(validation, label, where) for label in validation.codes], columns=list(COLUMNS))


def _row(validation: Validation, label: str, where: tuple[str, str] | None) -> dict[str, Any]:
    sample, key = sample_for(validation, label), validation.usable
    judged = (key["status"] == "judged").to_numpy()
    chosen = judged & (key[where[0]] == where[1]).to_numpy() if where else judged
    given = np.array([label in names for names in key["label"]])
    coded = sample.codes == 1
    row: dict[str, Any] = {
        "label": label,
        "n": int(chosen.sum()),
        "coded": int((coded & chosen).sum()),
        "given": int((given & chosen).sum()),
    }
    row["abstained"] = int((~judged).sum())
    row |= dict(zip(("precision", "precision_low", "precision_high"), _among(sample, chosen & given, coded)))
    row |= dict(zip(("recall", "recall_low", "recall_high"), _among(sample, chosen & coded, given)))
    row |= _agreement(sample, chosen, coded, given)
    row["tier"], row["why"] = tier(row, validation)
    return row


def _among(sample: Sample, within: Array, what: Array) -> tuple[float, float, float]:
    """Weighted share of `what` among the coded units `within`, with its interval."""
    mask = np.zeros(len(sample.scores), bool)
    mask[sample.rows[within]] = True
    counted = make_sample(sample.rows, what.astype(float), sample.pi, sample.scores, strata=sample.strata, finite=sample.finite)
    one = estimate_share(counted, mask, method="design")
    return one.estimate, one.low, one.high


def _agreement(sample: Sample, chosen: Array, coded: Array, given: Array) -> dict[str, float]:
    """F1 and Cohen's kappa of program and codes, and their ends."""
    weight = np.where(chosen, 1 / sample.pi, 0.0)
    both, over, missed, neither = (float(weight[cell].sum()) for cell in (coded & given, ~coded & given, coded & ~given, ~coded & ~given))
    alike, low, high = _among(sample, chosen & (coded | given), coded & given)
    either, wrong = both + over + missed, over + missed
    of_over = over / wrong if wrong > 0 else 0.5
    at_low = (low * either, (1 - low) * either * of_over, (1 - low) * either * (1 - of_over), neither)
    return {
        "f1": _f1(alike),
        "f1_low": _f1(low),
        "f1_high": _f1(high),
        "kappa": _kappa(both, over, missed, neither),
        "kappa_low": _kappa(*at_low),
    }


def _f1(alike: float) -> float:
    return 2 * alike / (1 + alike)


def _kappa(both: float, over: float, missed: float, neither: float) -> float:
    total = both + over + missed + neither
    chance = ((both + over) * (both + missed) + (neither + over) * (neither + missed)) / total**2 if total > 0 else 1.0
    return ((both + neither) / total - chance) / (1 - chance) if chance < 1 else float("nan")


def tier(row: dict[str, Any], validation: Validation) -> tuple[str, str]:
    """A, B, C or unvalidated, and why."""
    figures = validation.figures
    if not figures:
        return "unvalidated", "no unit is coded by two coders yet"
    if figures["verdict"] == "refused":
        return "unvalidated", figures["why"]
    by_label = figures["per_category"][row["label"]]["alpha"]
    if by_label is not None and by_label < 0.667:
        return "unvalidated", f"the coders' alpha on this label is {by_label:.2f}, below .667"
    if row["coded"] < LEAST_POSITIVE:
        return "unvalidated", f"only {row['coded']} of the units coded carry it; {LEAST_POSITIVE} are needed, some dozens would do"
    if row["f1_low"] != row["f1_low"]:
        return "unvalidated", f"fewer than {LEAST} units carry it by the codes or by the program: some dozens would do"
    unsure = "; tentative, for alpha is below .80" if figures["verdict"] == "tentative" else ""
    known_kappa = row["kappa_low"] if row["kappa_low"] == row["kappa_low"] else 0.0
    bounds = f"lower bounds: F1 {row['f1_low']:.2f}, kappa {known_kappa:.2f}{unsure}"
    if row["f1_low"] >= A[0] and known_kappa >= A[1]:
        return "A", bounds
    return ("C", bounds) if row["f1_low"] < C[0] or known_kappa < C[1] else ("B", bounds)


def by_group(validation: Validation, column: str) -> pd.DataFrame:
    """`accuracy` for each value of outlet, voice or language with enough units coded: group, then COLUMNS; labels with codes only."""
    import pandas as pd

    key = validation.usable
    values = [value for value, count in sorted(key[column].value_counts().items()) if value and count >= LEAST_IN_GROUP]
    parts = [accuracy(validation, where=(column, value)).assign(group=value) for value in values] if len(values) > 1 else []
    out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "group"])
    return out[(out["coded"] > 0) | (out["given"] > 0)][["group", *COLUMNS]].reset_index(drop=True)


def calibration(validation: Validation) -> pd.DataFrame:
    """Per label and stretch of score: label, bin, score (mean), share (weighted, of units that carry it), low, high, n."""
    import pandas as pd

    rows = []
    key = validation.usable
    for label in validation.codes:
        sample = sample_for(validation, label)
        score = sample.scores[sample.rows]
        place = np.clip((score * BINS).astype(int), 0, BINS - 1)
        for number in np.unique(place[(key["status"] != "").to_numpy()]):
            here = place == number
            share, low, high = _among(sample, here, sample.codes == 1)
            rows.append({"label": label, "bin": f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}", "score": float(score[here].mean()),
                         "share": share, "low": low, "high": high, "n": int(here.sum())})  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "bin", "score", "share", "low", "high", "n"])


def cue_health(validation: Validation, labels: pd.DataFrame, texts: dict[str, str]) -> pd.DataFrame:
    """Precision of each cue: label, cue, units (coded units in which it spoke for the label), right, precision, low, high; worst first.

    `labels`: rows of the table with `evidence`; `texts`: unit -> the text it points into.
    """
    import json

    import pandas as pd

    key = validation.usable.set_index("unit")["code"]
    rows = labels[(labels["measure"] == validation.measure) & labels["unit"].isin(key.index)]
    hits: dict[tuple[str, str], dict[str, bool]] = {}
    for unit, evidence in zip(rows["unit"], rows["evidence"]):
        for start, end, why in json.loads(evidence):
            label = str(why).split(":")[0]
            cue = texts.get(unit, "")[start:end].casefold()
            if label in validation.codes and cue:
                hits.setdefault((label, cue), {})[unit] = carries(key[unit], label)
    out = []
    for (label, cue), units in hits.items():
        spread = wilson(sum(units.values()), len(units))
        out.append({"label": label, "cue": cue, "units": len(units), "right": sum(units.values()), "precision": spread.estimate,
                    "low": spread.low, "high": spread.high})  # fmt: skip
    table = pd.DataFrame(out, columns=["label", "cue", "units", "right", "precision", "low", "high"])
    return table.sort_values(["high", "units", "label", "cue"], ascending=[True, False, True, True], ignore_index=True)
