"""What follows from how far coders agree: may accuracy be claimed, what to adjudicate, what to code again.

Thresholds are Krippendorff's (2018): alpha of .80 for conclusions, .667 for tentative ones.
"""

from __future__ import annotations

import math
from typing import Any

RELIABLE, TENTATIVE = 0.80, 0.667
VERDICTS = ("reliable", "tentative", "refused")


def verdict(figures: dict[str, Any]) -> tuple[str, str]:
    """What the coders' agreement allows, and why, in words."""
    alpha, low = figures["alpha"], figures["alpha_low"]
    if alpha is None or math.isnan(alpha):
        return "refused", "alpha is not defined: no claim about accuracy can rest on these codes"
    known = low is not None and not math.isnan(low)
    span = f" (95 % interval {low:.2f} to {figures['alpha_high']:.2f})" if known else ""
    text = f"alpha is {alpha:.3f}{span} on {figures['n_units']} units"
    if alpha < TENTATIVE:
        return (
            "refused",
            f"{text}, below {TENTATIVE}: the coders do not agree on what the codes mean, so they cannot say how accurate a program is",
        )
    unsure = f"; the interval reaches below {TENTATIVE}, so code more units" if known and low < TENTATIVE else ""
    if alpha < RELIABLE:
        return "tentative", f"{text}, between {TENTATIVE} and {RELIABLE:.2f}: accuracy may be reported as tentative only{unsure}"
    return "reliable", f"{text}, at or above {RELIABLE:.2f}{unsure}"


def next_steps(figures: dict[str, Any], undecided: int | None = None) -> list[str]:
    """What to do next: weak categories, what they are confused with, units to adjudicate.

    `undecided`: how many disputes nobody has settled yet (None: all of them).
    """
    out = []
    confused = figures["confusion"]
    for name, row in figures["per_category"].items():
        if row["alpha"] is None or math.isnan(row["alpha"]) or row["alpha"] >= TENTATIVE:
            continue
        against = next((cell for cell in confused if name in (cell["first"], cell["second"])), None)
        other = ""
        if against is not None and figures["level"] != "multi":
            rival = against["second"] if against["first"] == name else against["first"]
            other = f", most often against {rival} ({against['n']} time{'s' if against['n'] > 1 else ''})"
        rare = (
            f"; it is rare ({row['share']:.0%} of codes, AC1 {row['ac1']:.2f}), code more units in which it may occur"
            if row["share"] < 0.05 and row["ac1"] is not None
            else ""
        )
        out.append(f"{name}: alpha {row['alpha']:.2f}{other}: sharpen its definition and examples, then code it again{rare}")
    count = len(figures["disagreements"]) if undecided is None else undecided
    if count:
        out.append(f"adjudicate {count} unit{'s' if count > 1 else ''} on which coders differ")
    if figures["verdict"] == "refused":
        out.append("discuss the codebook, then have a fresh set of units coded by all coders independently")
    return out
