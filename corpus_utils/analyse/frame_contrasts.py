"""Frames in outlets side by side, and the multiverse of report 04: what hangs on the outlet, on the coder and on the copies.

An outlet answers for what it prints: one article of a family counts in each outlet (`contrasts.per_outlet`). Tests of all frames and
outlets are corrected together; a difference that abstentions could turn is refused (`contrasts.compare_outlets`). A longer story has
more room for any frame, so beside each difference stands what is left of it among stories of like length (`same_length`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus_utils.analyse.adequacy import LEAST_ARTICLES, LEAST_PER_OUTLET, verdict
from corpus_utils.analyse.contrasts import compare_outlets, corrected
from corpus_utils.analyse.frame_coders import NAMES
from corpus_utils.analyse.frame_text import SAME, readable
from corpus_utils.analyse.outlets import SIGNIFICANT
from corpus_utils.analyse.outlets import table as outlets_table
from corpus_utils.families import article_weights
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

THIRDS = 3


def compare(
    stories: pd.DataFrame, frames: Sequence[str], *, gates: pd.DataFrame, coder: str = "cues", seed: int = 0
) -> dict[str, pd.DataFrame]:
    """What is measured -> `contrasts.compare_outlets`, one entry a frame; empty where the gate refuses the comparison.

    `stories`: `frame_report.coded` of one article a family and outlet. Columns beside those of `compare_outlets`: frame, same_length (the
    difference within thirds of story length, NaN where there is none), longer (how much more often the longest third carries the frame
    than the shortest). A frame that all stories carry or none, or nearly so, tells no outlets apart and is not compared.
    """
    allowed = verdict(gates, "compare outlets")
    if allowed == "refused":
        return {}
    units = stories[["outlet", "family"]].assign(article_id=stories["id"], weight=1.0, abstained=stories["status"] == "abstained")
    judged, tables = stories["status"] == "judged", {}
    for frame in frames:
        carries = stories["label"].map(lambda label, frame=frame: float(frame in label)).astype(float)
        if _varies(carries[judged]):
            found = compare_outlets(units.assign(value=carries.where(judged)), test=allowed == "inference", seed=seed)
            if len(found):
                lengths = within_lengths(stories[judged], carries[judged], found["outlet"].tolist())
                tables[f"share of {_stories(frame, coder)}"] = found.assign(frame=frame, **lengths)
    return dict(zip(tables, corrected(list(tables.values()))))


def _varies(carries: pd.Series) -> bool:
    """Whether a frame (1: carried) tells stories apart at all; of a handful of stories, whether they differ."""
    share = carries.mean()
    return bool(1 - SAME < share < SAME) if len(carries) >= LEAST_ARTICLES else bool(0 < share < 1)


def within_lengths(judged: pd.DataFrame, carries: pd.Series, outlets: Sequence[str]) -> dict[str, list[float] | float]:
    """same_length: of each outlet, its share less the others', within thirds of story length, averaged by how many stories a third has.

    Thirds in which the outlet or the others have no story are left out (direct standardisation, Rothman, Greenland & Lash 2008); NaN
    where fewer than two are left. longer: share of the longest third less that of the shortest.
    """
    stated = judged["outlet"] != ""
    length, value, outlet = judged.loc[stated, "words"], carries[stated], judged.loc[stated, "outlet"]
    third = (length.rank(method="average", pct=True) * THIRDS).clip(upper=THIRDS - 1e-9).astype(int)
    left = []
    for name in outlets:
        parts = []
        for level in range(THIRDS):
            here, others = value[(third == level) & (outlet == name)], value[(third == level) & (outlet != name)]
            if len(here) and len(others):
                parts.append((float(here.mean() - others.mean()), len(here) + len(others)))
        total = sum(weight for _, weight in parts)
        left.append(sum(gap * weight for gap, weight in parts) / total if len(parts) > 1 else float("nan"))
    ends = value[third == THIRDS - 1].mean() - value[third == 0].mean()
    return {"same_length": left, "longer": float(ends)}


def contrasts_table(compared: dict[str, pd.DataFrame], *, most: int = 4) -> pd.DataFrame:
    """`outlets.table`, with the difference among stories of like length; `compared` is not empty."""
    made = outlets_table(compared, most=most)
    left = [row for found in compared.values() for row in found.head(most).to_dict("records")]
    made.insert(5, "among stories of like length", ["" if row["problem"] else number(row["same_length"], "points") for row in left])
    tried = any(found["p"].notna().any() for found in compared.values())
    few = f"fewer than {LEAST_PER_OUTLET} stories judged" if tried else "described, not tested"
    made["q"] = [number(row["q"], ".3f") or ("refused" if row["problem"] else few) for row in left]
    return made


def sure_gaps(compared: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The differences that hold at a false discovery rate of 5 %, largest effect first: columns as `compare` gives them, and measured."""
    import pandas as pd

    if not compared:
        return pd.DataFrame(columns=["outlet", "frame", "difference", "same_length", "longer", "q", "measured"])
    every = pd.concat([found.assign(measured=name) for name, found in compared.items()], ignore_index=True)
    order = every["effect"].abs().sort_values(ascending=False, kind="stable").index
    return every.loc[order][lambda table: table["q"] < SIGNIFICANT].reset_index(drop=True)


def lengths_in_words(compared: dict[str, pd.DataFrame]) -> str:
    """Which sure differences turn or lose more than half among stories of like length, and why that may be; "" where none does."""
    told = []
    for row in sure_gaps(compared).to_dict("records"):
        whole, left = row["difference"], row["same_length"]
        if left == left and (left * whole < 0 or abs(left) < abs(whole) / 2):
            size = "longer" if row["longer"] > 0 else "shorter"
            told.append(
                f"{row['outlet']}, {row['measured']}: {number(whole, 'points')} in all, {number(left, 'points')} among stories of like "
                f"length; {size} stories get this label more often."
            )
    return " ".join(told)


def gap_words(outlet: str, frame: str, coder: str = "cues") -> str:
    """What `gap_under` computes, as a noun for `multiverse.in_words`."""
    return f"the difference of {outlet} from the other outlets in the share of {_stories(frame, coder)}"


def gap_under(
    coders: dict[str, pd.DataFrame], articles: pd.DataFrame, outlet: str, frame: str, *, dedup: str = "once", coder: str = "cues"
) -> float:
    """Share of the stories judged of `outlet` that carry `frame` less that of the other stated outlets, copies counted one way.

    Arguments and errors as `lead_under`; ValueError also where one side has no story judged.
    """
    judged, weights = _weighed(coders, articles, [frame], dedup, coder)
    where = judged["id"].map(dict(zip(articles["id"], articles["outlet"])))
    carries = judged["label"].map(lambda label: float(frame in label)).astype(float)
    shares: list[float] = []
    for side in (where == outlet, (where != outlet) & (where != "")):
        if not weights[side].sum():
            raise ValueError(f"{NAMES.get(coder, coder)}: no story judged of {outlet if not shares else 'the other outlets'}")
        shares.append(float((carries[side] * weights[side]).sum() / weights[side].sum()))
    return shares[0] - shares[1]


def lead_words(first: str, second: str, coder: str = "cues") -> str:
    """What `lead_under` computes, as a noun for `multiverse.in_words`."""
    what = "cues of " if coder == "cues" else ""
    return f"the lead of {what}{readable(first)} over {what}{readable(second)}" if second else f"the share of {_stories(first, coder)}"


def _stories(frame: str, coder: str) -> str:
    name = readable(frame)
    return f"stories with cues of {name}" if coder == "cues" else f"stories given {name}"


def lead_under(
    coders: dict[str, pd.DataFrame], articles: pd.DataFrame, first: str, second: str, *, dedup: str = "once", coder: str = "cues"
) -> float:
    """Share of the stories judged that carry `first` less the share that carry `second` ("": nothing), copies counted one way.

    `coders`: `frame_coders.by_coder` of all `articles`. Raises ValueError where the coder judged no story or does not know the frames.
    """
    judged, weights = _weighed(coders, articles, [frame for frame in (first, second) if frame], dedup, coder)
    gap = judged["label"].map(lambda label: float(first in label) - float(second in label))
    return float((gap * weights).sum() / weights.sum())


def _weighed(
    coders: dict[str, pd.DataFrame], articles: pd.DataFrame, frames: Sequence[str], dedup: str, coder: str
) -> tuple[pd.DataFrame, pd.Series]:
    """The stories a coder judged and what each counts. Raises ValueError where it judged none or does not know the frames."""
    if coder not in coders or not (coders[coder]["status"] == "judged").any():
        raise ValueError(f"{NAMES.get(coder, coder)}: no story judged")
    table = coders[coder]
    known = {frame for scores in table["scores"] for frame in scores}
    if lacking := [frame for frame in frames if frame not in known]:
        raise ValueError(f"{NAMES.get(coder, coder)} does not know {lacking[0].replace('_', ' ')}")
    counted = dict(zip(articles["id"], article_weights(articles, dedup)))
    judged = table[table["status"] == "judged"]
    weights = judged["id"].map(counted).fillna(0.0)
    if not weights.sum():
        raise ValueError(f"{NAMES.get(coder, coder)}: no story judged")
    return judged, weights
