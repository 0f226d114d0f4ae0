"""Frames in outlets side by side, and the multiverse of report 04: what hangs on the outlet, on the coder and on the copies.

An outlet answers for what it prints: one article of a family counts in each outlet (`contrasts.per_outlet`). Tests of all frames and
outlets are corrected together; a difference that abstentions could turn is refused (`contrasts.compare_outlets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_utils.analyse.adequacy import verdict
from corpus_utils.analyse.contrasts import compare_outlets, corrected
from corpus_utils.analyse.frame_coders import NAMES
from corpus_utils.families import article_weights

if TYPE_CHECKING:
    import pandas as pd


def compare(
    stories: pd.DataFrame, frames: Sequence[str], *, gates: pd.DataFrame, coder: str = "cues", seed: int = 0
) -> dict[str, pd.DataFrame]:
    """What is measured -> `contrasts.compare_outlets`, one entry a frame; empty where the gate refuses the comparison.

    `stories`: `frame_report.coded` of one article a family and outlet. A frame that no story carries is left out.
    """
    allowed = verdict(gates, "compare outlets")
    if allowed == "refused":
        return {}
    units = stories[["outlet", "family"]].assign(article_id=stories["id"], weight=1.0, abstained=stories["status"] == "abstained")
    judged, tables = stories["status"] == "judged", {}
    for frame in frames:
        carries = stories["label"].map(lambda label, frame=frame: float(frame in label)).astype(float)
        if carries[judged].any():
            found = compare_outlets(units.assign(value=carries.where(judged)), test=allowed == "inference", seed=seed)
            if len(found):
                tables[f"share of {_stories(frame, coder)}"] = found
    return dict(zip(tables, corrected(list(tables.values()))))


def lead_words(first: str, second: str, coder: str = "cues") -> str:
    """What `lead_under` computes, as a noun for `multiverse.in_words`."""
    names = [frame.replace("_", " ") for frame in (first, second)]
    what = " cues" if coder == "cues" else ""
    return f"the lead of {names[0]} over {names[1]}{what}" if second else f"the share of {_stories(first, coder)}"


def _stories(frame: str, coder: str) -> str:
    name = frame.replace("_", " ")
    return f"stories with {name} cues" if coder == "cues" else f"stories given {name}"


def lead_under(
    coders: dict[str, pd.DataFrame], articles: pd.DataFrame, first: str, second: str, *, dedup: str = "once", coder: str = "cues"
) -> float:
    """Share of the stories judged that carry `first` less the share that carry `second` ("": nothing), copies counted one way.

    `coders`: `frame_coders.by_coder` of all `articles`. Raises ValueError where the coder judged no story or does not know the frames.
    """
    if coder not in coders or not (coders[coder]["status"] == "judged").any():
        raise ValueError(f"{NAMES.get(coder, coder)}: no story judged")
    table = coders[coder]
    known = {frame for scores in table["scores"] for frame in scores}
    if lacking := [frame for frame in (first, second) if frame and frame not in known]:
        raise ValueError(f"{NAMES.get(coder, coder)} does not know {lacking[0].replace('_', ' ')}")
    counted = dict(zip(articles["id"], article_weights(articles, dedup)))
    judged = table[table["status"] == "judged"]
    weights = judged["id"].map(counted).fillna(0.0)
    if not weights.sum():
        raise ValueError(f"{NAMES.get(coder, coder)}: no story judged")
    gap = judged["label"].map(lambda label: float(first in label) - float(second in label))
    return float((gap * weights).sum() / weights.sum())
