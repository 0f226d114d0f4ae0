"""What report 05 shows: for each coded sample its agreement, accuracy, cues, disagreements, and naive against corrected figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.validate import corrected
from corpus_utils.validate.accuracy import LEAST_POSITIVE, accuracy, by_group, calibration, cue_health
from corpus_utils.validate.attach import open_samples, spoken_measure
from corpus_utils.validate.folder import Validation

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.parts import Tables
    from corpus_utils.project import Project

REPORT = "05_validation"
GROUPS = ("outlet", "language", "voice")


@dataclass(frozen=True)
class Checked:
    """One sample with its tables, each as the function of that name gives it."""

    sample: Validation
    labels: pd.DataFrame
    shares: pd.DataFrame
    groups: pd.DataFrame
    calibration: pd.DataFrame
    contrasts: pd.DataFrame
    cues: pd.DataFrame

    @property
    def refused(self) -> str:
        """Why nothing may be said of accuracy and no share is corrected: the coders differ too much, or nobody coded twice; else ""."""
        figures = self.sample.figures
        if not figures:
            return "no unit is coded by two people yet"
        return str(figures["why"]) if figures["verdict"] == "refused" else ""

    @property
    def title(self) -> str:
        """ "frames.generic, by article" in a reader's words."""
        return f"{spoken_measure(self.sample.measure)}, by {self.sample.design['unit']}"


def check_samples(project: Project, tables: Tables) -> tuple[list[Checked], list[str]]:
    """Every coded sample of the project with its tables, and what is wrong with those that cannot be used."""
    samples, problems = open_samples(project, tables)
    return [check_sample(sample, project, tables) for sample in samples], problems


def check_sample(sample: Validation, project: Project, tables: Tables) -> Checked:
    """The tables of one sample."""
    import pandas as pd

    finite = project.kind != "sample"
    texts = {unit: text for table in (tables.passages, tables.sentences, tables.articles) for unit, text in zip(table["id"], table["text"])}
    groups = [by_group(sample, column).assign(by=column) for column in GROUPS]
    gaps = [corrected.contrasts(sample, column, finite=finite).assign(by=column) for column in GROUPS]
    joined = [pd.concat(parts, ignore_index=True) for parts in (groups, gaps)]
    return Checked(
        sample, accuracy(sample), corrected.shares(sample, finite=finite), joined[0], calibration(sample), joined[1],
        cue_health(sample, tables.labels, texts),
    )  # fmt: skip


def validation_findings(checked: list[Checked], *, gate: str = "description") -> pd.DataFrame:
    """The numbers of report 05."""
    rows: list[dict[str, Any]] = [finding("samples", len(checked), measure="coded samples", unit="sample")]
    if checked:
        tiers = [tier for one in checked for tier in one.labels["tier"]]
        rows.append(finding("labels", len(tiers), measure="labels in coded samples", unit="label"))
        for tier in ("A", "B", "C", "unvalidated"):
            rows.append(
                finding(f"tier-{tier}", tiers.count(tier), measure=f"labels of tier {tier}", unit="label", denominator="labels coded")
            )
    for one in checked:
        rows += _sample_rows(one, gate)
    return findings_table(REPORT, rows)


def _sample_rows(one: Checked, gate: str) -> list[dict[str, Any]]:
    name, figures, unit = one.sample.name, one.sample.figures, str(one.sample.design["unit"])
    about = {"unit": unit, "gate": gate, "weighting": "unit", "group": ""}
    units = len(one.sample.usable)
    rows = [finding(f"{name}-coded", units, measure=f"units coded, {one.title}", unit=unit, denominator="units drawn")]
    if figures and figures["alpha"] is not None:
        ends: dict[str, Any] = {"low": _number(figures["alpha_low"]), "high": _number(figures["alpha_high"])}
        rows.append(finding(f"{name}-alpha", figures["alpha"], measure=f"Krippendorff's alpha, {one.title}", n_units=figures["n_units"],
                            interval_kind="95 % interval: bootstrap over units coded", denominator="units coded by two",
                            **ends, **about))  # fmt: skip
    if one.refused:
        return rows
    for row in one.labels.to_dict("records"):
        for what, count in (("precision", row["given"]), ("recall", row["coded"]), ("f1", row["n"])):
            if row[what] == row[what]:
                ends = {"low": row[f"{what}_low"], "high": row[f"{what}_high"], "interval_kind": "95 % interval: sample of units coded"}
                rows.append(finding(f"{name}-{row['label']}-{what}", row[what], measure=f"{'F1' if what == 'f1' else what}, {one.title}",
                                    label=row["label"].replace("_", " "), n_units=count, tier=row["tier"], n_abstained=row["abstained"],
                                    denominator=_DENOMINATORS[what], **ends, **about))  # fmt: skip
    tiers = one.labels.set_index("label")["tier"]
    for row in one.shares.to_dict("records"):
        label = {"label": row["label"].replace("_", " "), "tier": tiers[row["label"]], "measure": f"share of units, {one.title}"}
        if row["naive"] == row["naive"]:
            rows.append(
                finding(f"{name}-{row['label']}-naive", row["naive"], **label, denominator="units judged", n_units=_judged(one), **about)
            )
        if row["corrected"] == row["corrected"]:
            kind = {"estimator": "corrected", "interval_kind": "95 % interval: sample of units coded, given the adjudicated codes"}
            ends = {"low": row["low"], "high": row["high"]} if row["low"] < row["high"] else {}
            whole = "all units, abstained ones included" + (", every one coded" if is_census(one.shares) else "")
            rows.append(finding(f"{name}-{row['label']}-corrected", row["corrected"], n_units=row["n"], denominator=whole,
                                **ends, **label, **kind, **about))  # fmt: skip
    return rows


_DENOMINATORS = {"precision": "units the program labels", "recall": "units that carry it by the codes", "f1": "units judged"}


def is_census(shares: pd.DataFrame) -> bool:
    """Is every unit coded, so that nothing is left to sampling and no interval is drawn?"""
    return bool((shares["low"] == shares["high"]).all() and (shares["n"] == shares["frame"]).all())


def _judged(one: Checked) -> int:
    """Units of the frame on which the program did not abstain: those a naive share is of."""
    return int((one.sample.frame["status"] == "judged").sum())


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def accuracy_dots(one: Checked) -> pd.DataFrame:
    """Precision and recall per label, for `plot.plot_dots`; labels that hardly occur are left to the table."""
    import pandas as pd

    rows = []
    for row in one.labels.to_dict("records"):
        if row["coded"] < LEAST_POSITIVE and row["given"] < LEAST_POSITIVE:
            continue
        for what, count in (("precision", row["given"]), ("recall", row["coded"])):
            rows.append({"group": row["label"].replace("_", " "), "label": what, "estimate": row[what], "low": row[f"{what}_low"],
                         "high": row[f"{what}_high"], "n": count, "note": "too few coded"})  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "label", "estimate", "low", "high", "n", "note"])


def share_dots(one: Checked) -> pd.DataFrame:
    """Naive and corrected share per label, for `plot.plot_dots`."""
    import pandas as pd

    rows = []
    for row in one.shares.to_dict("records"):
        group = {"group": row["label"].replace("_", " ")}
        rows.append({**group, "label": "naive", "estimate": row["naive"], "kind": "context", "n": _judged(one)})
        rows.append({**group, "label": "corrected", "estimate": row["corrected"], "low": row["low"], "high": row["high"], "n": row["n"]})
    return pd.DataFrame(rows, columns=["group", "label", "estimate", "low", "high", "n", "kind"])


def disagreements(one: Checked, *, most: int = 6) -> pd.DataFrame:
    """Units on which coders differ, in context, for `blocks.sentences_block`."""
    import pandas as pd

    rows = []
    for entry in (one.sample.figures.get("disagreements") or [])[:most]:
        shown = one.sample.coded.texts.get(entry["unit_id"], {})
        said = "; ".join(f"{coder}: {code.replace('_', ' ').replace('; ', ', ')}" for coder, code in entry["codes"].items())
        how = one.sample.key.at[entry["unit_id"], "how"]
        from corpus_utils.text import excerpt

        rows.append({"sentence_id": f"{one.sample.name}-{entry['unit_id']}", "text": excerpt(shown.get("text", ""), length=400),
                     "note": said, "label": "settled" if how == "decided" else "open"})  # fmt: skip
    return pd.DataFrame(rows, columns=["sentence_id", "text", "note", "label"])
