"""Who coded what, and do the coders agree? The cues, the vectors, the trained coder and their combination side by side.

Every coder's judgements stand in `labels` under a measure of their own (`frames.<scheme>`, `.vectors`, `.trained`, `.combined`). A coder
that does not know a language, or was not asked about an article, has no row for it, which is not the same as a no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.frame_report import coded, prevalence
from corpus_utils.annotate.frames import CODERS, measure_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

COLUMNS = ("unit", "measure", "status", "label", "scores", "evidence")  # of labels, what is needed

# Why a coder has no label for a frame; asked in this order.
_WHY_SILENT = {
    "vectors": "how near a story is to a frame is known, but not from which nearness on it carries the frame. That takes coded news, which "
    "there is for five generic frames in English.",
    "trained": "it was trained on coded news, which has no such frame.",
}
NAMES = {"cues": "cues", "vectors": "vectors", "trained": "trained coder", "combined": "all together"}


def by_coder(articles: pd.DataFrame, labels: pd.DataFrame, scheme: str) -> dict[str, pd.DataFrame]:
    """Coder -> the articles it has a row for, with their code (`frame_report.coded`); coders without any row are left out."""
    whole = articles[["id", "text", "language"]]
    found = {coder: coded(whole, labels, articles, measure_name(scheme, coder)) for coder in CODERS}
    return {coder: table for coder, table in found.items() if len(table)}


def main_coder(coders: dict[str, pd.DataFrame], order: Sequence[str], articles: int) -> str:
    """The first coder of `order` that was asked about all the articles and judged one; else cues."""
    for name in order:
        table = coders.get(name)
        if table is not None and len(table) >= articles and (table["status"] == "judged").any():
            return name
    return "cues"


def silent_in_words(coders: dict[str, pd.DataFrame], frames: list[str]) -> str:
    """Which coder says nothing of which frames, and why; "" where each speaks of all."""
    told = []
    for name, why in _WHY_SILENT.items():
        known = {frame for scores in coders[name]["scores"] for frame in scores} if name in coders else set()
        judged = name in coders and (coders[name]["status"] == "judged").any()
        lacking = [frame.replace("_", " ") for frame in frames if frame not in known or not judged]
        if name in coders and lacking:
            of = "any of the frames" if len(lacking) == len(frames) else " and ".join(lacking)
            told.append(f"The {NAMES[name]} {'say' if name == 'vectors' else 'says'} nothing of {of}: {why}")
    return " ".join(told)


def coder_table(coders: dict[str, pd.DataFrame], frames: list[str]) -> pd.DataFrame:
    """What each coder does with each frame: frame, coder, covered, given, overlap, conflicts.

    covered    articles it judged and knows the frame for        given     of those, how many it gives the frame
    overlap    of those, how many another single coder judged too    conflicts   of those, where one gives it and another does not
    Single coders only (after Ratner et al. 2017, who call these coverage, overlap and conflict of a rule).
    """
    import pandas as pd

    single = {name: _votes(table, frames) for name, table in coders.items() if name != "combined"}
    rows = []
    for frame in frames:
        for name, votes in single.items():
            mine = votes[frame]
            others = [other[frame] for at, other in single.items() if at != name]
            shared = {unit for other in others for unit in other if unit in mine}
            against = sum(any(unit in other and other[unit] != mine[unit] for other in others) for unit in shared)
            knows = any(frame in scores for scores in coders[name]["scores"])
            if knows:
                counts = {"covered": len(mine), "given": sum(mine.values()), "overlap": len(shared), "conflicts": against}
                rows.append({"frame": frame, "coder": NAMES[name], **counts})
    return pd.DataFrame(rows, columns=["frame", "coder", "covered", "given", "overlap", "conflicts"])


def _votes(table: pd.DataFrame, frames: list[str]) -> dict[str, dict[str, bool]]:
    """Frame -> article -> whether the coder gives it, for articles it judged and frames it has a score for."""
    out: dict[str, dict[str, bool]] = {frame: {} for frame in frames}
    for unit, status, label, scores in zip(table["id"], table["status"], table["label"], table["scores"]):
        if status == "judged":
            for frame in frames:
                if frame in scores:
                    out[frame][unit] = frame in label
    return out


def shares_by_coder(coders: dict[str, pd.DataFrame], frames: list[str], *, seed: int = 0) -> pd.DataFrame:
    """Share of the stories given each frame, by coder: frame, coder, estimate, low, high, n, abstained; where it judged any."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for name, table in coders.items():
        known = {frame for scores in table["scores"] for frame in scores}
        shares = prevalence(table, [frame for frame in frames if frame in known], seed=seed) if known else pd.DataFrame()
        rows += [{**row, "coder": NAMES[name]} for row in shares.to_dict("records") if row["n"]]
    out = pd.DataFrame(rows, columns=["frame", "coder", "estimate", "low", "high", "n", "abstained"])
    order = {frame: number for number, frame in enumerate(frames)}
    return out.sort_values("frame", key=lambda column: column.map(order), kind="stable", ignore_index=True)
