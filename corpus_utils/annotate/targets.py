"""Tone towards a target (a person, a body, a country) in its sentence: positive, neutral or negative, or the model abstains.

A small transformer reads the target in its sentence (`target_encoder`); in English a logistic regression over words by side of the
target is blended in, in Russian one over the classes of listed words (`valence`) is added to its log-odds. They were trained, with a
card that says on which data and how well, on NewsMTSC (English; Hamborg & Donnay 2021, MIT) and RuSentNE-2023 (Russian; Golubev et
al. 2023, MIT). Spanish has no data that may be shipped: what the transformer learned from the other two is a best guess there, too
often wrong to be a label, so it always abstains.
`corpus-utils train targets` makes a model from the user's own labels, from the transformer's vectors and from words (`target_training`);
it goes before the shipped one of its language.

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
from corpus_utils.records import records_with

if TYPE_CHECKING:
    import pandas as pd

MEASURE = "target_tone"
CLASSES = ("negative", "neutral", "positive")
FOLDER = Path(__file__).parent / "model" / "targets"
BATCH = 5000  # targets whose features are held in memory at once
_LANGUAGES = {"en": "en", "ru": "ru", "es": "transfer"}  # language -> model


@dataclass(frozen=True)
class Model:
    """Weights on what is read of a target, how the two models are blended, and how sure they are."""

    dense: np.ndarray  # (features, 3), to log-odds
    inverse: np.ndarray  # (BUCKETS,) inverse document frequency of each bucket; 0: never seen
    sparse: np.ndarray  # (BUCKETS, 3)
    bias: np.ndarray  # (3,)
    shares: np.ndarray  # (2,) of the dense and the sparse model in the blend
    knots: np.ndarray  # (2, n) probability -> share right in cross-validation
    threshold: float  # probability below which the model abstains

    def probabilities(self, dense: np.ndarray, sparse: Any) -> np.ndarray:
        """P(negative, neutral, positive) of each target, shape (targets, 3)."""
        found = self.shares[0] * softmax(dense @ self.dense)
        if self.shares[1]:
            found = found + self.shares[1] * softmax(weighted(sparse, self.inverse) @ self.sparse + self.bias)
        return found


def weighted(sparse: Any, inverse: np.ndarray) -> Any:
    """Counts times inverse document frequency, each row of length 1."""
    from sklearn.preprocessing import normalize

    return normalize(sparse.multiply(inverse).tocsr())


def softmax(scores: np.ndarray) -> np.ndarray:
    """Log-odds as probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@cache
def load_model(name: str) -> Model:
    """The shipped model of that name: en, ru or transfer."""
    return read_model(FOLDER / f"{name}.npz")


def read_model(path: Path) -> Model:
    """A model that `target_training.save` wrote."""
    with np.load(path, allow_pickle=False) as data:
        arrays = {key: data[key].astype(np.float32) for key in ("dense", "inverse", "sparse", "bias", "shares", "knots")}
        return Model(**arrays, threshold=float(data["threshold"]))


def _models(folder: str | Path | None) -> dict[str, Model]:
    """language -> model: the shipped ones, and before them the user's own. Raises ValueError where the folder holds none."""
    found = {language: load_model(name) for language, name in _LANGUAGES.items()}
    if folder is None:
        return found
    try:
        card = json.loads((Path(folder) / "card.json").read_text(encoding="utf-8"))
        own = read_model(Path(folder) / "targets.npz")
        return found | dict.fromkeys(card["languages"], own)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder}: no model of targets here ({error}); make one with `corpus-utils train targets`") from error


def model_card() -> dict:
    """Data, licence, citation and cross-validated scores of the shipped models."""
    return json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))


def judge_targets(targets: Sequence[Target], languages: Sequence[str], *, model: str | Path | None = None) -> pd.DataFrame:
    """One row per target, in order: label (None where unsupported), score, confidence, abstained, status.

    `model`: folder of a model of the user's own, used for its languages. Raises ValueError if targets and languages differ in
    number or the folder holds no model.
    """
    import pandas as pd

    if len(targets) != len(languages):
        raise ValueError(f"{len(targets)} targets but {len(languages)} languages; give one language per target")
    label: list[str | None] = [None] * len(targets)
    score, confidence = np.full(len(targets), np.nan), np.full(len(targets), np.nan)
    abstained = np.ones(len(targets), dtype=bool)  # a language without a model judges nothing
    status = ["unsupported"] * len(targets)
    for language, weights in _models(model).items():
        rows = [number for number, code in enumerate(languages) if code == language]
        if not rows:
            continue
        own = [features.narrowed(targets[number], language) for number in rows]
        chances = np.vstack([_chances(weights, own[at : at + BATCH], language) for at in range(0, len(own), BATCH)])
        best = chances.max(axis=1)
        score[rows] = np.round((chances[:, 2] - chances[:, 0]).astype(np.float64), 4)
        confidence[rows] = np.round(np.interp(best, *weights.knots), 4)
        unsure = best < weights.threshold
        abstained[rows] = unsure | np.array([not target.text[target.start : target.end].strip() for target in own])
        for number, kind, silent in zip(rows, chances.argmax(axis=1).tolist(), abstained[rows].tolist(), strict=True):
            label[number], status[number] = CLASSES[kind], "abstained" if silent else "judged"
    columns = {"label": pd.Series(label, dtype="object"), "score": score, "confidence": confidence, "abstained": abstained}
    return pd.DataFrame(columns | {"status": pd.Series(status, dtype="str")})


def _chances(model: Model, targets: list[Target], language: str) -> np.ndarray:
    sparse = features.sparse(targets) if model.shares[1] else None
    return model.probabilities(features.dense(targets, language), sparse)


def target_records(records: pd.DataFrame, *, language: str = "", model: str | Path | None = None) -> pd.DataFrame:
    """Records with the tone towards their target, for the command line: all columns, then label, score, confidence, abstained.

    A record has `text` and either `start` and `end`, or `target`, whose first occurrence counts (small and capital letters alike
    where there is no exact one). A target that is not found is abstained on. Raises ValueError without such columns.
    """

    judged = judge_targets(targets_of(records), resolve_languages(records, language), model=model)
    judged = judged.rename(columns={"status": "target_status"})
    return records_with(records, judged)


def targets_of(records: pd.DataFrame) -> list[Target]:
    """The target of each record. Raises ValueError without columns `start` and `end`, or `target`."""
    if not ({"start", "end"} <= set(records.columns) or "target" in records.columns):
        raise ValueError("targets need columns start and end, or target; there are: " + ", ".join(map(str, records.columns)))
    return [_target(row) for row in records.to_dict("records")]


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
