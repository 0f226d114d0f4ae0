"""What report 04 shows: frames by story, frame cues by voice, their sentences, and which frames come together.

Two measures that are not the same stand side by side: the share of *stories* coded as carrying a frame, and the share of *words*
in passages with its cues, by voice. Stories may be coded by any coder (`frame_coders`), passages are coded by cues. Frames are
multi-label: shares do not sum to one. A unit on which the coder abstains is counted, not
guessed; `least` and `most` say what the share would be if all of them were no, or yes.

The report gives these tables one article of each family (`contrasts.once`), or one a family and outlet where outlets are compared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import LEAST_PER_PERIOD, interval_meaning, verdict
from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.analyse.lookup import places, taken
from corpus_utils.analyse.sources import with_source
from corpus_utils.schema import VOICES
from corpus_utils.stats import Interval, cluster_bootstrap
from corpus_utils.tokens import count_runs

if TYPE_CHECKING:
    import pandas as pd

REPORT = "04_framing"
MOST_PERIODS = 12  # columns of the heat table over time
LEAST_PER_OUTLET = 5  # stories of an outlet before it has a column of its own


def coded(units: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame, measure: str) -> pd.DataFrame:
    """`units` (articles, passages) of `articles`, with their code.

    Columns beside those of `units`: status, label (list), scores (dict), evidence (list), family, outlet, words.
    """
    chosen = labels.loc[labels["measure"] == measure, ["unit", "status", "label", "scores", "evidence"]]
    at, of = places(units["id"], chosen["unit"]), places(units["article_id"] if "article_id" in units else units["id"], articles["id"])
    kept = (at >= 0) & (of >= 0)
    out, at, of = units[kept].reset_index(drop=True), at[kept], of[kept]
    own = chosen.take(at)
    out["status"], out["label"] = own["status"].array, own["label"].array
    out["scores"], out["evidence"] = read_scores(own["scores"].tolist()), read_evidence(own["evidence"].tolist())
    out["family"] = taken(articles["family"], of)
    owner = out["article_id"] if "article_id" in out else out["id"]
    out = with_source(out, owner, articles)
    out["article"] = owner
    out["words"] = count_runs(out["text"].tolist())
    return out


def read_scores(texts: Sequence[str]) -> list[dict[str, float]]:
    """Scores from JSON. Most units share theirs, because they have no cue: equal ones are one object, which nobody may change."""
    told = {text: json.loads(text) for text in set(texts)}
    return [told[text] for text in texts]


def read_evidence(texts: Sequence[str]) -> list[list[Any]]:
    """Evidence from JSON; equal ones are one object, which nobody may change."""
    none: list[Any] = []
    return [none if text == "[]" else _evidence(text) for text in texts]


@lru_cache(maxsize=1 << 15)
def _evidence(text: str) -> list[Any]:
    found: list[Any] = json.loads(text)
    return found


def prevalence(stories: pd.DataFrame, frames: list[str], *, seed: int = 0) -> pd.DataFrame:
    """Share of stories coded with each frame: frame, estimate, low, high, n, abstained, least, most; largest first.

    `n` is the stories judged. Copies of one text share one weight, in the share and in its bounds.
    """
    import pandas as pd

    asked = stories[stories["status"].isin(["judged", "abstained"])]
    weights = 1 / asked.groupby("family")["id"].transform("size")
    open_to_both = asked["status"] == "abstained"
    judged, abstained = asked[~open_to_both], int(open_to_both.sum())
    everything, unknown = float(weights.sum()) or 1.0, float(weights[open_to_both].sum())
    rows = []
    for frame in frames:
        spread = _share(judged, frame, weights=None, seed=seed)
        yes = float(weights[carrying(asked, frame) & ~open_to_both].sum())
        rows.append({"frame": frame, "estimate": spread.estimate, "low": spread.low, "high": spread.high, "n": spread.units,
                     "abstained": abstained, "least": yes / everything, "most": (yes + unknown) / everything})  # fmt: skip
    return pd.DataFrame(rows).sort_values(["estimate", "frame"], ascending=[False, True], ignore_index=True)


def by_voice(passages: pd.DataFrame, frames: list[str], *, seed: int = 0) -> pd.DataFrame:
    """Share of the judged words of a voice that stand in passages with cues of a frame.

    Columns: row (frame), column (voice), value, low, high, n (passages judged), stories, abstained (passages not judged).
    """
    return share_cells(passages, frames, [(voice, passages["voice"] == voice) for voice in VOICES], seed)


def by_outlet(stories: pd.DataFrame, frames: list[str], *, seed: int = 0) -> pd.DataFrame:
    """Share of an outlet's stories coded with a frame, for outlets with enough of them; columns as `by_voice`."""
    counts = stories.loc[stories["outlet"] != ""].groupby("outlet")["family"].nunique()
    named = sorted(counts[counts >= LEAST_PER_OUTLET].index)
    return share_cells(stories.assign(words=1), frames, [(outlet, stories["outlet"] == outlet) for outlet in named], seed)


def over_time(stories: pd.DataFrame, frames: list[str], *, seed: int = 0) -> pd.DataFrame:
    """Share of a period's stories coded with a frame: months, or years where there would be more than a dozen; columns as `by_voice`.

    Stories whose month (year) is not certain are left out, and so are periods with fewer than `LEAST_PER_PERIOD` of them.
    """
    for size in (7, 4):
        known = stories["date_earliest"].str[:size].where(stories["date_earliest"].str[:size] == stories["date_latest"].str[:size], "")
        counts = stories[known != ""].groupby(known)["family"].nunique()
        periods = sorted(counts[counts >= LEAST_PER_PERIOD].index)
        if len(periods) <= MOST_PERIODS:
            break
    return share_cells(stories.assign(words=1), frames, [(period, known == period) for period in periods[-MOST_PERIODS:]], seed)


def share_cells(units: pd.DataFrame, frames: list[str], columns: list[tuple[str, pd.Series]], seed: int) -> pd.DataFrame:
    """A row per frame and column (a name and a mask over `units`) that has judged units; columns as `by_voice`."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    units = units[["id", "status", "label", "words"]].assign(family=units["family"].astype("category"))  # texts need not be taken along
    for name, chosen in columns:  # column by column: its resamples are the same for all frames
        judged = units[chosen & (units["status"] == "judged")]
        abstained = int((chosen & (units["status"] != "judged")).sum())
        for place, frame in enumerate(frames if len(judged) else []):
            spread = _share(judged, frame, weights=judged["words"], seed=seed)
            told = {"value": spread.estimate, "low": spread.low, "high": spread.high, "n": spread.units, "stories": spread.clusters}
            rows.append({"row": frame, "column": name, **told, "abstained": abstained, "place": place})
    out = pd.DataFrame(rows, columns=["row", "column", "value", "low", "high", "n", "stories", "abstained", "place"])
    return out.sort_values("place", kind="stable", ignore_index=True).drop(columns="place")


def _share(judged: pd.DataFrame, frame: str, *, weights: pd.Series | None, seed: int) -> Interval:
    present = [float(frame in label) for label in judged["label"].tolist()]
    if weights is None:  # every family weighs one, however many copies it has
        weights = 1 / judged.groupby("family")["id"].transform("size")
    return cluster_bootstrap(present, judged["family"], weights=weights, seed=seed)


def carrying(units: pd.DataFrame, frame: str) -> pd.Series:
    """A mask over `units`: those coded with the frame."""
    import pandas as pd

    # a plain list would select columns where there are no rows
    return pd.Series([frame in label for label in units["label"].tolist()], index=units.index, dtype=bool)


def stories_with(frame: str, coder: str = "cues") -> str:
    """What a share counts: cues find wordings; the other coders give a frame."""
    return f"stories with cues of {frame}" if coder == "cues" else f"stories given {frame}"


def frame_findings(
    shares: pd.DataFrame,
    voices: pd.DataFrame,
    cues: pd.DataFrame,
    shown: pd.DataFrame,
    stories: pd.DataFrame,
    *,
    gates: pd.DataFrame,
    kind: str,
    coder: str = "cues",
    more: Sequence[dict[str, Any]] = (),
) -> pd.DataFrame:
    """The numbers of report 04, from `prevalence`, `by_voice` and `cues`, `more` (rows of `finding`) behind them.

    `shown` are the quoted passages they are linked to, `coder` is who coded the stories.
    """
    named = stories_with("the frame", coder)
    allowed, families = verdict(gates, "frames"), stories["family"].nunique()
    evidence = {frame: list(dict.fromkeys(group["sentence_id"])) for frame, group in shown.groupby("label")}
    about = {"gate": allowed, "tier": "unvalidated", "interval_kind": interval_meaning(kind)}
    judged = int((stories["status"] == "judged").sum())
    whole = {"n_articles": len(stories), "n_families": families, "gate": allowed}
    rows = [
        finding("stories", len(stories), measure="stories", **whole),
        finding("judged", judged, measure="stories judged", denominator="stories", **whole),
    ]
    for row in shares.to_dict("records"):
        counts = {"n_articles": row["n"], "n_units": row["n"], "n_families": families, "n_abstained": row["abstained"], "dedup": "once"}
        ends = {"low": row["low"], "high": row["high"], "label": row["frame"].replace("_", " "), "evidence": evidence.get(row["frame"], [])}
        what = {"measure": f"share of {named}", "denominator": "stories judged", "weighting": "article"}
        rows.append(finding(f"frame-{row['frame']}", row["estimate"], **what, **counts, **ends, **about))
        carrying = sum(row["frame"] in label for label in stories["label"])
        number = {"measure": named, "label": ends["label"], "evidence": ends["evidence"], "gate": allowed}
        rows.append(finding(f"stories-{row['frame']}", carrying, **number, **counts, tier="unvalidated"))
    for row in voices.to_dict("records"):
        linked = shown[(shown["label"] == row["row"]) & (shown["voice"] == row["column"])]["sentence_id"]
        ends = {
            "low": row["low"],
            "high": row["high"],
            "label": row["row"].replace("_", " "),
            "voice": row["column"],
            "evidence": list(dict.fromkeys(linked)),
        }
        cell = {"n_units": row["n"], "n_articles": row["stories"], "n_families": row["stories"], "n_abstained": row["abstained"]}
        what = {"measure": "share of words in passages with cues of the frame", "weighting": "word"}
        what["denominator"] = "words of the voice in passages judged"
        rows.append(finding(f"{row['row']}-{row['column']}", row["value"], **what, unit="passage", dedup="once", **cell, **ends, **about))
    for row in cues.to_dict("records"):
        of = {
            "denominator": f"cues of {row['frame'].replace('_', ' ')}",
            "label": row["cue"],
            "n_units": row["hits"],
            "n_articles": row["stories"],
        }
        rows.append(
            finding(
                f"cue-{row['frame']}-{row['cue']}", row["share"], measure="share of one wording among cues", unit="word", gate=allowed, **of
            )
        )
    return findings_table(REPORT, [*rows, *more])
