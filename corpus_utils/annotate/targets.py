"""Tone towards a target (a person, a body, a country) in its sentence: positive, neutral or negative, or the model abstains.

Two linear models are blended: one over vectors of six windows around the target, VADER and position (weighted ridge on the
three classes), one over words by side of the target (logistic regression). Weights come from `target_training`, with a card
that says on which data and how well; English was trained on NewsMTSC (Hamborg & Donnay 2021, MIT), Russian on RuSentNE-2023
(Golubev et al. 2023, MIT). Spanish has no data that may be shipped: a model of the window vectors of both gives a best guess,
which on Spanish headlines is too often wrong to be a label, so it always abstains.

Conventions
    score = P(positive) - P(negative), -1 to 1. confidence = share of right answers that targets of this probability had in
    cross-validation. Below the threshold of the card the model abstains: the best guess stays in `label`, `abstained` is true.
    A language without a model has no label: label null, score NaN, `abstained` true, status "unsupported".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate import target_features as features
from corpus_utils.annotate.languages import resolve_languages
from corpus_utils.annotate.target_features import Target
from corpus_utils.records import beside

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "target_tone"
CLASSES = ("negative", "neutral", "positive")
FOLDER = Path(__file__).parent / "model" / "targets"
SHARPNESS = 4.0  # turns ridge scores near 0 and 1 into probabilities
_LANGUAGES = {"en": "en", "ru": "ru", "es": "transfer"}  # language -> model


@dataclass(frozen=True)
class Model:
    """Weights of the two linear models, how they are blended, and how sure they are."""

    dense: np.ndarray  # (features, 3)
    inverse: np.ndarray  # (BUCKETS,) inverse document frequency of each bucket; 0: never seen
    sparse: np.ndarray  # (BUCKETS, 3)
    bias: np.ndarray  # (3,)
    share: float  # of the sparse model in the blend
    tone: bool  # whether VADER is among the features
    knots: np.ndarray  # (2, n) probability -> share right in cross-validation
    threshold: float  # probability below which the model abstains

    def probabilities(self, dense: np.ndarray, sparse: Any) -> np.ndarray:
        """P(negative, neutral, positive) of each target, shape (targets, 3)."""
        of_windows = _softmax(dense @ self.dense * SHARPNESS)
        if not self.share:
            return of_windows
        return (1 - self.share) * of_windows + self.share * _softmax(weighted(sparse, self.inverse) @ self.sparse + self.bias)


def weighted(sparse: Any, inverse: np.ndarray) -> Any:
    """Counts times inverse document frequency, each row of length 1."""
    from sklearn.preprocessing import normalize

    return normalize(sparse.multiply(inverse).tocsr())


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@cache
def load_model(name: str) -> Model:
    """The shipped model of that name: en, ru or transfer."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as data:
        arrays = {key: data[key].astype(np.float32) for key in ("dense", "inverse", "sparse", "bias", "knots")}
        return Model(**arrays, share=float(data["share"]), tone=bool(data["tone"]), threshold=float(data["threshold"]))


def model_card() -> dict:
    """Data, licence, citation and cross-validated scores of the shipped models."""
    return json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))


def judge_targets(targets: Sequence[Target], languages: Sequence[str]) -> pd.DataFrame:
    """One row per target, in order: label (None where unsupported), score, confidence, abstained, status.

    Raises ValueError if targets and languages differ in number, VectorsMissingError without the encoder's package.
    """
    import pandas as pd

    if len(targets) != len(languages):
        raise ValueError(f"{len(targets)} targets but {len(languages)} languages; give one language per target")
    label: list[str | None] = [None] * len(targets)
    score, confidence = np.full(len(targets), np.nan), np.full(len(targets), np.nan)
    abstained = np.ones(len(targets), dtype=bool)  # a language without a model judges nothing
    status = ["unsupported"] * len(targets)
    for language, name in _LANGUAGES.items():
        rows = [number for number, code in enumerate(languages) if code == language]
        if not rows:
            continue
        model, own = load_model(name), [features.narrowed(targets[number], language) for number in rows]
        chances = model.probabilities(features.dense(own, tone=model.tone), features.sparse(own) if model.share else None)
        best = chances.max(axis=1)
        score[rows] = np.round((chances[:, 2] - chances[:, 0]).astype(np.float64), 4)
        confidence[rows] = np.round(np.interp(best, *model.knots), 4)
        unsure = best < model.threshold
        abstained[rows] = unsure | np.array([not target.text[target.start : target.end].strip() for target in own])
        for number, kind, silent in zip(rows, chances.argmax(axis=1).tolist(), abstained[rows].tolist(), strict=True):
            label[number], status[number] = CLASSES[kind], "abstained" if silent else "judged"
    columns = {"label": pd.Series(label, dtype="object"), "score": score, "confidence": confidence, "abstained": abstained}
    return pd.DataFrame(columns | {"status": pd.Series(status, dtype="str")})


def target_records(records: pd.DataFrame, *, language: str = "") -> pd.DataFrame:
    """Records with the tone towards their target, for the command line: all columns, then label, score, confidence, abstained.

    A record has `text` and either `start` and `end`, or `target`, whose first occurrence counts (small and capital letters alike
    where there is no exact one). A target that is not found is abstained on. Raises ValueError without such columns.
    """

    if not ({"start", "end"} <= set(records.columns) or "target" in records.columns):
        raise ValueError("targets need columns start and end, or target; there are: " + ", ".join(map(str, records.columns)))
    judged = judge_targets([_target(row) for row in records.to_dict("records")], resolve_languages(records, language))
    judged = judged.rename(columns={"status": "target_status"})
    return beside(records, judged)


def _target(row: dict) -> Target:
    text = row["text"]
    start, end = _offset(row.get("start")), _offset(row.get("end"))
    if 0 <= start < end <= len(text):
        return Target(text, start, end)
    name = row.get("target")
    if isinstance(name, str) and name:
        at = text.find(name)
        if at < 0 and len(text.lower()) == len(text):
            at = text.lower().find(name.lower())
        if at >= 0:
            return Target(text, at, at + len(name))
    return Target(text, 0, 0)


def _offset(value: object) -> int:
    """A code point offset however a file states it (4, "4", "4.0"); -1 for anything else, so that the words of the target decide."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever float() refuses is no offset
    except (TypeError, ValueError):
        return -1
    return int(number) if number.is_integer() else -1


def label_targets(mentions: pd.DataFrame) -> pd.DataFrame:
    """The table `labels`, measure "target_tone": one row per mention (columns id, article_id, text, start, end, language)."""
    places = (mentions[name].tolist() for name in ("text", "start", "end"))
    judged = judge_targets([Target(*place) for place in zip(*places, strict=True)], mentions["language"].tolist())
    rows = []
    for mention, row in zip(
        mentions[["id", "article_id", "text", "start", "end"]].to_dict("records"), judged.to_dict("records"), strict=True
    ):
        known = row["status"] != "unsupported"
        evidence = [[mention["start"], mention["end"], f"target: {row['label']} {row['score']:+.2f}"]] if known else []
        rows.append(
            {
                "unit": mention["id"],
                "article_id": mention["article_id"],
                "measure": MEASURE,
                "status": row["status"],
                "label": [row["label"]] if known else [],
                "score": row["score"],
                "evidence": json.dumps(evidence, ensure_ascii=False),
            }
        )
    return schema.validate("labels", schema.frame("labels", rows))
