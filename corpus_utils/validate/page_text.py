"""The sentences and tables of report 05, computed from its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.findings import anchor
from corpus_utils.validate import page
from corpus_utils.validate.advice import next_steps as after_agreement
from corpus_utils.validate.freshness import changes_in_words
from corpus_utils.validate.page import Checked

if TYPE_CHECKING:
    import pandas as pd

START = (
    "Draw a sample: `corpus-utils sample frames`. It writes one blind workbook for each of two coders (`--coders anna,ben`), with a "
    "codebook, and a README that says what to do.",
    "Let them code alone, in a spreadsheet or with the keyboard in JupyterLab (`corpus_utils.validate.widget.code_sample`). Then: "
    "`corpus-utils agreement validation/frames-generic-article`. It says how far they agree and what to settle (`--adjudicate`).",
    "Make the reports again: `corpus-utils report`. Accuracy, tiers and corrected figures appear here and beside every label.",
)
METHOD = """
**Why.** A program that is right nine times out of ten still gives shares that are off by several points, and off by different amounts in
different outlets. What a label is worth in *this* corpus is known only from codes that people gave to a sample of it (van Atteveldt et
al. 2021).

**The sample** is drawn at random within strata of what the program says, its score, outlet, voice and time. The chance of each unit is
known, and every figure here weighs a unit by its inverse. Coders saw neither the program's label nor the outlet.

**Agreement** comes first. Krippendorff's alpha (1 perfect, 0 chance) has an interval from resampling units; under .667 no accuracy is
claimed, under .80 it is tentative. Gwet's AC1 stands beside it for rare labels and rescues nothing.

**Accuracy.** Precision: of what the program labels, the part that carries the label. Recall: of what carries it, the part the program
finds. Tier A: the lower bounds of F1 and kappa are at least .80 and .60; C: one of them is under .60 or .40; B: between.

**Corrected figures** join the scores of all units with the codes of some: prediction-powered inference with a tuned power, and design-based
supervised learning. They are right on average however bad the program is; a good program makes them sharper. Their intervals
hold the adjudicated codes to be true; those beside them also let each unit's code be that of one coder at random.

**Limits.** The figures hold for the units that could be drawn when the sample was drawn, not for texts added since; labels are those of
today. What coders settle in discussion is a convention, not the truth. The seal of a sample tells a mishap (a sheet sorted, a key edited
or mixed up), not malice: whoever can write the files can seal them again.
"""
WORKS = (
    "Angelopoulos, A., Duchi, J. & Zrnic, T. (2023). PPI++: efficient prediction-powered inference. arXiv 2311.01453.",
    "Egami, N., Hinck, M., Stewart, B. & Wei, H. (2023). Using imperfect surrogates for downstream inference. NeurIPS.",
    "Gwet, K. (2008). Computing inter-rater reliability in the presence of high agreement. BJMSP 61(1).",
    "Krippendorff, K. (2018). Content analysis. 4th ed. Sage.",
    "van Atteveldt, W., van der Velden, M. & Boukes, M. (2021). The validity of sentiment analysis. CMM 15(2).",
)


def headline(checked: list[Checked]) -> str:
    """The answer, as a template for `blocks.answer`."""
    if not checked:
        return "Nobody has checked the labels of these reports yet: all of them are unvalidated, {samples:words} coded sample exists."
    rated = [one for one in checked if not one.refused]
    text = "People checked {labels:words} labels: {tier-a:count} reach tier A, {tier-b:count} B and {tier-c:count} C; "
    text += "{tier-unvalidated:count} cannot be rated yet."
    far = _furthest(rated[0]) if rated else ""
    return text + (f" {far}" if far else "")


def _furthest(one: Checked) -> str:
    """The label whose naive share is furthest outside the corrected interval."""
    s = one.shares.dropna(subset=["naive", "low", "high"])
    off = s.assign(off=(s["low"] - s["naive"]).clip(lower=0) + (s["naive"] - s["high"]).clip(lower=0))
    if off.empty or off["off"].max() <= 0:
        return ""
    label = str(off.loc[off["off"].idxmax(), "label"])
    name = one.sample.name
    naive, right = anchor(f"{name}-{label}-naive"), anchor(f"{name}-{label}-corrected")
    what = label.replace("_", " ")
    sure = "" if page.is_census(s) else f" ({{{right}:interval}})"
    return f"The program gives {what} {{{naive}:share}}, the codes {{{right}:share}}{sure}."


def qualifier(checked: list[Checked]) -> str:
    """How far the coders agree, as a template."""
    told = []
    for one in checked:
        figures = one.sample.figures
        if figures and figures["alpha"] is not None:
            told.append(f"{one.title}: alpha {{{anchor(one.sample.name + '-alpha')}:decimal}}, {figures['verdict']}")
        else:
            told.append(f"{one.title}: not coded by two people yet, so no accuracy is claimed")
    return "Agreement of the coders: " + "; ".join(told) + "." if told else ""


def facts(strip: dict[str, str], checked: list[Checked]) -> dict[str, str]:
    """The strip of facts, with what was coded in the place of the labels."""
    coded = [f"{len(one.sample.usable)} of {len(one.sample.frame)} units, {one.title}" for one in checked]
    tiers = [tier for one in checked for tier in one.labels["tier"]]
    rated = ", ".join(f"{tiers.count(tier)} {tier}" for tier in ("A", "B", "C", "unvalidated") if tiers.count(tier))
    return strip | {"labels": rated or "unvalidated: no coded sample yet", "coded": "; ".join(coded) or "nothing yet"}


def next_steps(checked: list[Checked], say: Callable[..., Any], together: Callable[..., Any]) -> Any:
    """What the figures say should be done; the steps of a first sample where there is none (`say` is blocks.notice)."""
    if not checked:
        return together(*[say(line, title=f"Step {place}") for place, line in enumerate(START, start=1)])
    notes = [say(text.replace("_", " "), title=one.title) for one in checked for text in _open_steps(one)]
    return together(*notes) if notes else say("Every step of the coded samples is done.", "good")


def _open_steps(one: Checked) -> list[str]:
    """What the agreement of a sample asks for, less what is done."""
    if not one.sample.figures:
        return ["have a second person code the sample"]
    return after_agreement(one.sample.figures, one.sample.disputed)


def refusals(checked: list[Checked], say: Callable[..., Any]) -> list[Any]:
    """Samples on which no claim of accuracy can rest, and why."""
    return [
        say(f"{one.refused[:1].upper()}{one.refused[1:]}.", "warn", title=f"No accuracy claimed: {one.title}")
        for one in checked
        if one.refused
    ]


def unusable(problems: list[str], say: Callable[..., Any]) -> list[Any]:
    """What is wrong with samples that cannot be used."""
    return [say(problem, "warn", title="A sample that cannot be used") for problem in problems]


def changes(checked: list[Checked], say: Callable[..., Any]) -> list[Any]:
    """What changed in the corpus since samples were drawn."""
    told = [(one.title, changes_in_words(one.sample.changes, str(one.sample.design["unit"]))) for one in checked]
    return [say(text, title=title) for title, text in told if text]


def figure_caption(one: Checked) -> str:
    """What to see in the main figure."""
    rated = one.labels.dropna(subset=["precision_low", "recall_low"])
    if rated.empty:
        return f"Precision and recall of {one.title}; an interval needs ten coded units that carry the label, and ten that are given it."
    best = rated.loc[rated["f1"].idxmax()]
    weak = rated.loc[rated["f1"].idxmin()]
    text = f"Of {one.title}, {best['label'].replace('_', ' ')} is found best (F1 {best['f1']:.2f})"
    text += f", {weak['label'].replace('_', ' ')} worst ({weak['f1']:.2f})" if len(rated) > 1 else ""
    return text + ". Whiskers are 95 % intervals; a label needs whiskers right of the line to be trusted alone."


def figures(checked: list[Checked], draw: Callable[..., Any]) -> list[Any]:
    """The main figure of each sample that has enough coded to draw one (`draw` is plot_dots)."""
    line, drawn = (0.8, "tier A"), [(one, page.accuracy_dots(one)) for one in checked]
    return [
        draw(dots, name=f"accuracy-{one.sample.name}", caption=figure_caption(one), form="share", reference=line,
             axis=f"precision and recall, {one.title}", unit="units", top=24)
        for one, dots in drawn if len(dots)
    ]  # fmt: skip


def share_figures(checked: list[Checked], draw: Callable[..., Any]) -> list[Any]:
    """Naive beside corrected shares."""
    return [
        draw(page.share_dots(one), name=f"shares-{one.sample.name}", form="share", top=24, unit="units",
             axis=f"share of units, {one.title}", caption=f"Shares as the program has them (grey) and corrected by the codes, {one.title}. "
             + ("Every unit is coded, so nothing is left to sampling: the difference is the program's error." if page.is_census(one.shares)
                else "Where the grey ring lies outside the whiskers, the program misleads."))
        for one in checked
    ]  # fmt: skip


def tier_table(one: Checked) -> pd.DataFrame:
    """Labels with tier, F1, kappa and why (which names the lower bounds); precision and recall are in the figure."""
    out = one.labels[["label", "tier", "f1", "kappa", "coded", "why"]].copy()
    out["label"] = out["label"].str.replace("_", " ")
    return out


def agreement_table(one: Checked) -> pd.DataFrame:
    """Alpha, kappa and AC1 per category."""
    import pandas as pd

    wanted = ("alpha", "alpha_low", "alpha_high", "kappa", "ac1", "share", "n")
    rows = [{"label": name.replace("_", " "), **{key: row[key] for key in wanted}}
            for name, row in (one.sample.figures.get("per_category") or {}).items()]  # fmt: skip
    out = pd.DataFrame(rows, columns=["label", *wanted])
    return out.astype({name: float for name in out.columns if name not in ("label", "n")})


def share_table(one: Checked) -> pd.DataFrame:
    """All estimators side by side."""
    s = one.shares
    rows = {"label": s["label"].str.replace("_", " "), "naive": s["naive"], "corrected (PPI++)": _cell(s, "corrected", "low", "high"),
            "DSL": _cell(s, "dsl", "dsl_low", "dsl_high"), "codes alone": _cell(s, "codes_alone", "alone_low", "alone_high"),
            "with coders drawn": [span or "no interval" for span in _span(s, "coder_low", "coder_high")]}  # fmt: skip
    import pandas as pd

    return pd.DataFrame(rows)


def contrast_table(one: Checked) -> pd.DataFrame:
    """Differences between two groups, naive and corrected, in points."""
    import pandas as pd

    c = one.contrasts
    return pd.DataFrame(
        {"label": c["label"].astype("str").str.replace("_", " "),
         "difference": c["first"].astype("str") + " − " + c["second"].astype("str"),
         "naive": c["naive"].astype(float), "corrected": c["corrected"].astype(float), "between": _span(c, "low", "high", signed=True)}
    )  # fmt: skip


def group_table(one: Checked) -> pd.DataFrame:
    """Accuracy by outlet, language and voice."""
    g = one.groups
    counts = {name: g[name].astype(int) for name in ("coded", "n")}
    return g.assign(label=g["label"].astype("str").str.replace("_", " "), **counts)[
        ["by", "group", "label", "precision", "recall", "f1", "coded", "n"]
    ]


def cue_table(one: Checked) -> pd.DataFrame:
    """Precision of each cue."""
    return one.cues.assign(label=one.cues["label"].astype("str").str.replace("_", " "))


def calibration_table(one: Checked) -> pd.DataFrame:
    """Scores against shares, for labels that occur."""
    c = one.calibration
    return c.assign(label=c["label"].astype("str").str.replace("_", " ")).rename(columns={"bin": "scores", "score": "mean score"})


def _cell(table: pd.DataFrame, estimate: str, low: str, high: str) -> list[str]:
    """Estimates with their intervals in brackets, where there is one."""
    from corpus_utils.wording import number

    spans = zip(table[estimate], _span(table, low, high), table[low] < table[high])
    return [f"{number(value, 'share')}{f' ({span})' if real else ''}" for value, span, real in spans]


def _span(table: pd.DataFrame, low: str, high: str, *, signed: bool = False) -> list[str]:
    """Both ends, or one where they read alike; empty without an interval."""
    from corpus_utils.wording import number

    form = "signed" if signed else "share"
    ends = [(number(a, form), number(b, form)) if a == a else ("", "") for a, b in zip(table[low], table[high])]
    return [a if a == b else f"{a} to {b}" for a, b in ends]


def sections(
    checked: list[Checked], blocks: Any, make: Callable[[Checked], pd.DataFrame], caption: str, *, quiet: bool = False, **options: Any
) -> Any:
    """The table that `make` gives for every sample, one below the other (`blocks` is report.blocks); a notice, or nothing where `quiet`,
    where there is none."""
    if not checked:
        return blocks.together() if quiet else blocks.notice(f"Empty until a sample is coded. Then: {caption[:1].lower()}{caption[1:]}.")
    return blocks.together(*[blocks.table(make(one), caption=f"{caption}: {one.title}", **options) for one in checked])


def disputes(checked: list[Checked], blocks: Any, most: int) -> Any:
    """Units on which coders differ, in context."""
    caption = "Units on which coders differ"
    if not checked:
        return blocks.together()
    shown = [(page.disagreements(one, most=most), f"{caption}: {one.title}") for one in checked]
    return blocks.together(*[blocks.sentences_block(rows, title, empty="The coders differ on none.") for rows, title in shown])
