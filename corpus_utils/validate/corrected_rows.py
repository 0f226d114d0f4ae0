"""A finding once more, corrected by a coded sample: the same domain, weights and copies, another estimator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.validate.accuracy import sample_for
from corpus_utils.validate.corrected import balance_of, share_of, unit_weights
from corpus_utils.validate.estimates import Corrected, estimate_difference
from corpus_utils.validate.measures import TARGETS, TOPICS

if TYPE_CHECKING:
    from corpus_utils.validate.folder import Validation
    from corpus_utils.validate.probability_sample import Array

NAN = float("nan")


def corrected_row(row: dict[str, Any], sample: Validation, code: str, tier: str, *, finite: bool) -> list[dict[str, Any]]:
    """The corrected row of a naive one, in a list; empty where it is no share, balance or difference of shares of this sample's codes, its
    group is no group of the frame, or the coders' agreement forbids it."""
    if row["estimator"] != "naive" or row["gate"] == "refused" or not sample.figures or sample.figures["verdict"] == "refused":
        return []
    inside = _domain(row, sample)
    if inside is None or not inside.any():
        return []
    sizes = unit_weights(sample.frame, weighting=row["weighting"], dedup=row["dedup"])
    made = _estimate(row, sample, code, inside, finite, sizes)
    if made is None or made.estimate != made.estimate or made.low != made.low:
        return []  # too few coded for an interval: a figure without one would be taken for sure
    what = f"{'words of ' if row['weighting'] == 'word' else ''}all {row['unit']}s of the sampled corpus, abstained ones included"
    kind = f"95 % interval: error of the program and of a sample of {made.n}, given the adjudicated codes"
    if made.low == made.high:  # every unit is coded: nothing is left to sampling
        made, what = made._replace(low=NAN, high=NAN), f"{what}, every one coded"
    fitting = {"id": f"{row['id']}-corrected", "estimator": "corrected", "estimate": made.estimate, "low": made.low, "high": made.high,
               "interval_kind": kind if made.low == made.low else "", "denominator": what, "n_units": made.n, "tier": tier,
               "effect": NAN, "p": NAN, "q": NAN, "family_size": 0, "n_abstained": 0, "evidence": []}  # fmt: skip
    if sample.measure == TOPICS:
        fitting["measure"] = "share of stories mainly about it, by the codes"
    return [{**row, **fitting}]


def _estimate(
    row: dict[str, Any], sample: Validation, code: str, inside: Array, finite: bool, sizes: Array
) -> Corrected | None:  # fmt: skip
    measure = str(row["measure"])
    if code and measure.startswith("share"):
        made = share_of(sample, code, inside=inside, finite=finite, sizes=sizes)
        return Corrected(made["corrected"], made["low"], made["high"], NAN, NAN, NAN, made["n"])
    if measure.startswith("balance of") and {"positive", "negative"} <= set(sample.codes):
        return balance_of(sample, inside, finite=finite, sizes=sizes)
    if code and measure.startswith("difference in share") and row["group"]:
        others = ((sample.frame["outlet"] != row["group"]) & (sample.frame["outlet"] != "")).to_numpy()
        return estimate_difference(sample_for(sample, code, finite=finite, sizes=sizes), inside, others)
    return None


def _domain(row: dict[str, Any], sample: Validation) -> Array | None:
    """The units of the frame that a finding is about: of its voice, and of its outlet or actor; None where its group is something else."""
    from corpus_utils.analyse.people import GROUPS, OWN, QUOTED
    from corpus_utils.analyse.tone import WHOLE

    frame, group = sample.frame, str(row["group"])
    inside = np.ones(len(frame), bool)
    if row["voice"]:
        inside &= (frame["voice"] == row["voice"]).to_numpy()
    if row["label"] in (OWN, QUOTED):
        inside &= (frame["voice"].map(GROUPS) == row["label"]).to_numpy()
    if group in ("", WHOLE):
        return inside
    by_outlet = str(row["id"]).startswith(("outlet-", "difference-"))
    if sample.measure == TARGETS and by_outlet:
        return None  # of one actor in one outlet, and only the outlet is told
    return np.asarray(inside & (frame["actor" if sample.measure == TARGETS else "outlet"] == group).to_numpy())
