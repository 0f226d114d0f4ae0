"""Outlets side by side in report 03: only as far as the gate allows, all tests corrected together.

Measured in each outlet, copies counted once an outlet: the tone of the journalists' own words, loaded and hedged wordings in them, the
share of mentions that are negative towards the actors of most stories, and how these actors are called.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from corpus_utils.analyse import naming, phrasing
from corpus_utils.analyse.adequacy import interval_meaning, verdict
from corpus_utils.analyse.contrasts import compare_outlets, corrected
from corpus_utils.analyse.findings import finding
from corpus_utils.analyse.people import OWN
from corpus_utils.wording import number

TONE, LOADED, HEDGED = "tone of the journalists' words", "loaded wordings per 1,000 words", "hedges per 1,000 words"
SIGNIFICANT = 0.05
ACTORS = 3  # actors compared: each more costs power


def compare(units: pd.DataFrame, judged: pd.DataFrame, actors: list[str], *, gates: pd.DataFrame, seed: int = 0) -> dict[str, pd.DataFrame]:
    """What is measured -> `contrasts.compare_outlets`; empty where the gate refuses the comparison.

    `units`: passages (`phrasing.counted`), `judged`: mentions (`people.targets`), both of one article a family and outlet.
    """
    allowed = verdict(gates, "compare outlets")
    if allowed == "refused":
        return {}
    test = allowed == "inference"
    own = units.loc[(units["voice"] == "journalist") & (units["words"] > 0), ["article_id", "family", "outlet", "words", "vader"]]
    tables = {TONE: compare_outlets(own.assign(value=own["vader"], weight=own["words"].astype(float)), test=test, seed=seed)}
    for name, title in (("loaded", LOADED), ("hedged", HEDGED)):
        tables[title] = compare_outlets(phrasing.outlet_units(units, name), test=test, seed=seed)
    for actor in actors[:ACTORS]:
        read = judged[(judged["actor"] == actor) & (judged["group"] == OWN)]
        negative = (read["value"] < 0).astype(float).where(read["value"].notna())
        tables[f"share negative towards {actor}"] = compare_outlets(read.assign(value=negative), test=test, seed=seed)
    tables |= naming.compare_names(judged[judged["group"] == OWN], actors[:ACTORS], test=test, seed=seed)
    kept = {name: table for name, table in tables.items() if len(table)}
    return dict(zip(kept, corrected(list(kept.values()))))


def table(compared: dict[str, pd.DataFrame], *, most: int = 4) -> pd.DataFrame:
    """The comparisons in a reader's words, the outlets of most stories: measure, outlet, here, others, difference, q, shared."""
    rows = []
    for name, found in compared.items():
        form = _form(name)
        for row in found.head(most).to_dict("records"):
            ends = [number(row[end], _signed(form)).partition(" point")[0] for end in ("difference_low", "difference_high")]
            span = f" ({ends[0]} to {ends[1]})"
            difference = number(row["difference"], _signed(form)) + (span if row["difference_low"] == row["difference_low"] else "")
            rows.append(
                {
                    "measured": name,
                    "outlet": row["outlet"],
                    "here": number(row["estimate"], form),
                    "others": number(row["others"], form),
                    "difference": f"refused: {row['problem']}" if row["problem"] else difference,
                    "q": row["q"],
                    "shared_stories_only": number(row["shared"], _signed(form)),
                }
            )
    columns = ["measured", "outlet", "here", "others", "difference", "q", "shared_stories_only"]
    made = pd.DataFrame(rows, columns=columns)
    return made if made["shared_stories_only"].astype(bool).any() else made.drop(columns="shared_stories_only")


def _form(name: str) -> str:
    return "share" if name.startswith("share") or " called " in name else "decimal" if "1,000" in name else "signed"


def _signed(form: str) -> str:
    return {"share": "points", "decimal": "signed"}.get(form, form)


def dots(compared: dict[str, pd.DataFrame], name: str = TONE) -> pd.DataFrame:
    """Rows for `plot.plot_dots`: one measure by outlet."""
    found = compared.get(name, pd.DataFrame(columns=["outlet", "estimate", "low", "high", "units"]))
    return found.rename(columns={"outlet": "label", "units": "n"})[["label", "estimate", "low", "high", "n"]]


def caption(compared: dict[str, pd.DataFrame], gates: pd.DataFrame) -> str:
    """What the comparison shows, in a sentence; where it was not made, why."""
    gate = gates.set_index("analysis").loc["compare outlets"]
    if not compared:
        return f"Outlets are not compared: {gate['reason']} ({gate['have']}). Enough would be {gate['enough']}."
    if gate["verdict"] != "inference":
        return f"Described, not tested: {gate['reason']} ({gate['have']}). Enough for tests would be {gate['enough']}."
    every = pd.concat([found.assign(measured=name) for name, found in compared.items()], ignore_index=True)
    sure = every[every["q"] < SIGNIFICANT].sort_values("effect", key=np.abs, ascending=False, kind="stable")
    tests = int(every["p"].notna().sum())
    refused = int((every["problem"] != "").sum())
    tail = f" {refused} differences are refused because abstentions could turn them." if refused else ""
    if sure.empty:
        if not tests:
            return f"No difference could be tested.{tail}"
        none = f"None of {tests} differences tested together can be told from chance (false discovery rate 5%)"
        return f"{none}, which does not show that the outlets are alike.{tail}"
    top = sure.iloc[0]
    form = _form(top["measured"])
    lead = f"{len(sure)} of {tests} differences tested together hold at a false discovery rate of 5%"
    side = f"{number(top['estimate'], form)} against {number(top['others'], form)} in the others"
    return f"{lead}; the largest: {top['outlet']}, {top['measured']}, {side}.{tail}"


def figure(compared: dict[str, pd.DataFrame], plot: Any, notice: Any, *, caption: str, **how: Any) -> Any:
    """The tone of the journalists' words by outlet, drawn by `plot` (plot_dots); without a comparison the caption, as a `notice`."""
    shown = dots(compared)
    return plot(shown, name="outlets", caption=caption, **how) if len(shown) else notice(caption)


def findings(
    compared: dict[str, pd.DataFrame], *, gates: pd.DataFrame, kind: str, most: int = 4, unit: str = "mention", denominator: str = ""
) -> list[dict[str, Any]]:
    """Rows of the findings table: each outlet's figure and its difference from the others.

    `unit` is what was measured, other than passages, and `denominator` what shares are shares of.
    """
    if not compared:
        return []
    tests = int(sum(found["p"].notna().sum() for found in compared.values()))
    shared = {
        "gate": verdict(gates, "compare outlets"),
        "tier": "unvalidated",
        "dedup": "per outlet",
        "interval_kind": interval_meaning(kind),
    }
    made = []
    for name, found in compared.items():
        for row in found.head(most).to_dict("records"):
            basis = {"n_articles": row["articles"], "n_families": row["families"], "n_units": row["units"], "n_abstained": row["abstained"]}
            ends = {"low": row["low"], "high": row["high"]}
            key = f"{name}-{row['outlet']}"
            about = {"group": row["outlet"], "unit": "passage" if "1,000" in name or name == TONE else unit, **basis, **shared}
            about["denominator"] = denominator
            made.append(finding(f"outlet-{key}", row["estimate"], measure=name, **ends, **about))
            ends = {"low": row["difference_low"], "high": row["difference_high"], "p": row["p"], "q": row["q"], "effect": row["effect"]}
            refused = {"gate": "refused", "denominator": row["problem"]} if row["problem"] else {}
            against = {"label": "less the other outlets", "family_size": tests, **ends, **about, **refused}
            made.append(finding(f"difference-{key}", row["difference"], measure=f"difference in {name}", **against))
    return made
