"""Are the frames more than the topics? And which frames come together more than chance has it?

`frame_report` holds the tables of report 04; here are the two checks a careful reader asks of them.
    topic_confound  how well topics alone predict a frame (Nicholls & Culpepper 2021: topics are not frames). If they do as well as
                    the coder could, the "frame" may be a subject.
    pairs           co-occurrence of frames beside what independence would give, with phi as effect size
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.frame_text import readable

if TYPE_CHECKING:
    import pandas as pd

LEAST_JUDGED = 100  # articles; as for topics themselves
LEAST_CARRYING = 15  # articles with, and without, the frame
FOLDS = 5
SUBJECT = 0.85  # AUC from which the answer mentions it: topics know the frame about as well as a coder could


def confound_in_words(table: pd.DataFrame) -> str:
    """What the test says, in a sentence or two."""
    known = table[table["verdict"] != "refused"]
    if known.empty:
        why = table["reason"].iat[0] if len(table) else "there is no frame"
        return f"Whether the frames are more than the subjects was not tested: {why}."
    low, high = known.loc[known["auc"].idxmin()], known.loc[known["auc"].idxmax()]
    right = f"of two stories, one with it and one without, the topics find the one with it in {100 * high['auc']:.0f} of 100 pairs"
    right += ". The nearer to all of them, the more the frame may be a subject"
    left = f" {len(table) - len(known)} could not be tested: fewer than {LEAST_CARRYING} stories with them, or without." * (
        len(known) < len(table)
    )
    if len(known) == 1:
        return f"The topics alone predict {readable(high['frame'])} at an AUC of {high['auc']:.2f} (.5 is guessing): {right}.{left}"
    return (
        f"The topics alone predict {len(known)} of {len(table)} frames at an AUC of {low['auc']:.2f} ({readable(low['frame'])}) to "
        f"{high['auc']:.2f} ({readable(high['frame'])}); .5 is guessing. For {readable(high['frame'])}, {right}.{left}"
    )


def subject_note(table: pd.DataFrame) -> str:
    """What must stand beside shares of frames that topics predict as well as a coder could; "" where there is none."""
    known = table[(table["verdict"] != "refused") & (table["auc"] >= SUBJECT)]
    if known.empty:
        return ""
    told = [f"{readable(frame)} (AUC {auc:.2f})" for frame, auc in known.sort_values("auc", ascending=False)[["frame", "auc"]].values]
    return f"What the stories are about predicts {' and '.join(told)} nearly by itself: that may be the subject, not a frame."


def topic_confound(labels: pd.DataFrame, weights: pd.DataFrame, frames: Sequence[str], *, seed: int = 0) -> pd.DataFrame:
    """How well topic shares alone predict each frame, cross-validated over articles: frame, n, share, auc, verdict, reason.

    `labels`: `labels` rows of one frame measure for articles; `weights`: `TopicModel.weights` (id, one column per topic). auc: .5 is
    guessing, 1 means that the frame is the topic. verdict is "description", or "refused" (auc NaN) with fewer than 100 judged articles
    in both tables, or fewer than 15 with or without the frame.
    """
    import pandas as pd

    judged = labels[labels["status"] == "judged"].drop_duplicates("unit").set_index("unit")["label"]
    shares = weights.set_index("id") if len(weights.columns) > 1 else weights.set_index("id").iloc[:0]
    ids = sorted(set(judged.index) & set(shares.index))
    table = shares.loc[ids].to_numpy(dtype=float) if len(shares.columns) else np.zeros((len(ids), 0))
    out = []
    for frame in frames:
        y = np.array([frame in judged[unit] for unit in ids], int)
        row: dict[str, Any] = {"frame": frame, "n": len(ids), "share": float(y.mean()) if len(y) else float("nan")}
        if len(ids) < LEAST_JUDGED:
            row |= {"auc": float("nan"), "verdict": "refused", "reason": _too_few(len(ids), bool(len(shares.columns)))}
        elif min(y.sum(), len(y) - y.sum()) < LEAST_CARRYING:
            row |= {"auc": float("nan"), "verdict": "refused", "reason": f"{int(y.sum())} of {len(y)} articles carry it"}
        else:
            row |= {"auc": _auc(table, y, seed), "verdict": "description", "reason": ""}
        out.append(row)
    return pd.DataFrame(out, columns=["frame", "n", "share", "auc", "verdict", "reason"])


def _too_few(count: int, modelled: bool) -> str:
    if not modelled:
        return "there is no topic model of this corpus to compare them with"
    return f"only {count} stories have both topics and judged frames; {LEAST_JUDGED} would be enough"


def _auc(table: Any, y: Any, seed: int) -> float:
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    from corpus_utils.annotate.vectors import one_thread

    p = np.zeros(len(y))
    with one_thread():
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(table, y):
            p[test] = LogisticRegression(C=10.0, max_iter=1000).fit(table[train], y[train]).predict_proba(table[test])[:, 1]
    return round(float(roc_auc_score(y, p)), 4)


def pairs(labels: pd.DataFrame, frames: Sequence[str]) -> pd.DataFrame:
    """Frames on the same unit: first, second, together, expected (by independence), phi (-1 to 1), n (judged units); each pair once."""
    import pandas as pd

    judged = labels.loc[labels["status"] == "judged", "label"]
    table = np.array([[frame in label for frame in frames] for label in judged], float).reshape(len(judged), len(frames))
    n, sums = len(table), table.sum(axis=0)
    rows = []
    for a, first in enumerate(frames):
        for b in range(a + 1, len(frames)):
            both = float((table[:, a] * table[:, b]).sum())
            spread = np.sqrt(sums[a] * (n - sums[a]) * sums[b] * (n - sums[b])) if n else 0.0
            rows.append({"first": first, "second": frames[b], "together": int(both), "expected": float(sums[a] * sums[b] / n) if n else 0.0,
                         "phi": float((n * both - sums[a] * sums[b]) / spread) if spread > 0 else float("nan"), "n": n})  # fmt: skip
    return pd.DataFrame(rows, columns=["first", "second", "together", "expected", "phi", "n"])
