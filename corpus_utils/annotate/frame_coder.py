"""A trained coder of frames: ridge regressions on words, letters, sentence vectors and the beginning as a transformer reads it.

How it is trained
    One regression per label; where every record has exactly one label, the strongest is given, and only that one.
    Which features count how much, the penalty and the probabilities come from five-fold cross-validation in which texts of one
    `group` (column `group`, `event` or `article_id` where there is one, else equal texts) stay together. Scores are calibrated on
    the held-out folds (Platt 1999). A label is given from the probability that promises the best F1 on such texts (Lipton et al. 2014).
    The last layers of the transformer are tuned to the labels, too (`frame_tuning`), and their logits added with the weight that does
    best on held-out folds; where that is nought, they are left out.
    Where the records have a column `title`, a text is read together with its title; the coder then wants titles when it codes, too.
It is saved as arrays and JSON. A coder knows the news it was trained on. Its card says which; everywhere else it is *unvalidated*.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus_utils.annotate import frame_features
from corpus_utils.annotate.frame_calibration import calibrated
from corpus_utils.annotate.frame_features import Features, Raw
from corpus_utils.annotate.tokens import Array
from corpus_utils.annotate.tuned_reader import Tuned, tuned_from, with_titles

SHIPPED = Path(__file__).parent / "model" / "generic"
FORMAT, READABLE = 5, (3, 5)  # 3: without tuned models; 5: with `tuned_reader.TUNED` layers tuned
BATCH = 500  # texts coded at a time; bounds memory
SURE = 0.6  # mean over labels of max(p, 1 - p) (for one label: the best p): below, abstain
SURE_ONE = 0.35


class CoderError(ValueError):
    """A coder cannot be trained, saved or loaded; the message says what is missing."""


@dataclass(frozen=True)
class FrameCoder:
    """A trained coder. `coefficients` is (features + 1, labels), the last row the intercepts; `thresholds` one per label
    (where labels exclude each other: what its probability is divided by before the strongest is given)."""

    labels: tuple[str, ...]
    exclusive: bool
    features: Features
    coefficients: Array
    slopes: Array
    offsets: Array
    thresholds: Array
    cue_language: str
    titled: bool  # trained on texts with titles beside them
    card: dict[str, Any]
    tuned: Tuned | None = None  # models of the transformer trained on the labels, too
    tuned_weight: float = 0.0  # of their logits, beside the linear margins

    def probabilities(self, texts: Sequence[str], titles: Sequence[str] = ()) -> Array:
        """Calibrated probabilities, shape (texts, labels). `titles` are read only by a coder that was trained with titles."""
        parts = [np.zeros((0, len(self.labels)))]
        for start in range(0, len(texts), BATCH):
            beside = titles[start : start + BATCH] if self.titled else ()
            raw = frame_features.read(texts[start : start + BATCH], self.cue_language, self.features.blocks, titles=beside)
            if raw.cues.shape[1] != len(self.features.cue_mean):
                raise CoderError("the codebook has other groups of cues than the coder was trained with; train it again")
            margins = self.margins(raw)
            if self.tuned is not None:
                margins += self.tuned_weight * self.tuned.logits(with_titles(texts[start : start + BATCH], beside))
            parts.append(calibrated(margins, self.slopes, self.offsets, exclusive=self.exclusive))
        return np.concatenate(parts)

    def margins(self, raw: Raw) -> Array:
        """Linear margins, shape (texts, labels)."""
        blocks = self.features.transform(raw)
        out, row = np.tile(self.coefficients[-1], (len(raw.vectors), 1)), 0
        for name in self.features.blocks:
            out += np.asarray(blocks[name] @ self.coefficients[row : row + self.features.size(name)])
            row += self.features.size(name)
        return out

    def code(self, texts: Sequence[str], titles: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Per text: status, label (most probable first), scores, evidence (none: a regression has no quotable reason)."""
        out = []
        for text, row in zip(texts, self.probabilities(texts, titles)):
            scores = dict(zip(self.labels, row.round(4).tolist()))
            given = self.given(row)
            label = sorted((self.labels[n] for n in given), key=lambda name: -scores[name])
            certain = row.max() >= SURE_ONE if self.exclusive else np.maximum(row, 1 - row).mean() >= SURE
            status = "judged" if certain and text.strip() else "abstained"
            out.append({"status": status, "label": label if text.strip() else [], "scores": scores, "evidence": []})
        return out

    def given(self, row: Array) -> list[int]:
        """Numbers of the labels given for one row of probabilities."""
        if self.exclusive:
            return [int((row / self.thresholds).argmax())]
        return np.flatnonzero(row >= self.thresholds).tolist()

    def save(self, folder: Path) -> None:
        """Write `weights.npz` and `card.json` into `folder`, which is made. Raises CoderError where it cannot be."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            f = self.features
            arrays: dict[str, Any] = {f"idf_{name}": values.astype(np.float32) for name, values in f.idf.items()}
            arrays |= {"coefficients": self.coefficients.astype(np.float32), "center": f.center.astype(np.float32)}
            arrays |= {"cue_mean": f.cue_mean, "cue_scale": f.cue_scale, "slopes": self.slopes, "offsets": self.offsets}
            arrays |= self.tuned.arrays() if self.tuned is not None else {}
            np.savez_compressed(folder / "weights.npz", thresholds=self.thresholds, **arrays)
            about = {"format": FORMAT, "labels": self.labels, "exclusive": self.exclusive, "cue_language": self.cue_language,
                     "titled": self.titled, "tuned_weight": self.tuned_weight,
                     "weights": f.weights, "card": self.card, "vocabulary": f.vocabulary}  # fmt: skip
            (folder / "card.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CoderError(f"{folder}: cannot be written: {error.strerror or error}") from error


def load_coder(folder: Path) -> FrameCoder:
    """A coder saved by `save`. Raises CoderError for a folder that holds none, or a broken one."""
    try:
        about = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as file:
            w = {name: file[name] for name in file.files}
        if about["format"] not in READABLE:
            raise CoderError(f"{folder}: made by another version (format {about['format']}, not {FORMAT}); train it again")
        vocabulary = {name: list(forms) for name, forms in about["vocabulary"].items()}
        features = Features(dict(about["weights"]), w["center"].astype(float), vocabulary,
                            {name: w[f"idf_{name}"].astype(float) for name in vocabulary}, w["cue_mean"], w["cue_scale"])  # fmt: skip
        coder = FrameCoder(
            tuple(about["labels"]), bool(about["exclusive"]), features, w["coefficients"].astype(float), w["slopes"], w["offsets"],
            w["thresholds"], str(about["cue_language"]), bool(about.get("titled", False)), dict(about["card"]),
            tuned_from(w), float(about.get("tuned_weight", 0.0)),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise CoderError(f"{folder}: holds no coder (weights.npz and card.json); make one with `corpus-utils train frames`") from error
    except CoderError:
        raise
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CoderError(f"{folder}: the coder there is damaged ({type(error).__name__}: {error})") from error
    whole = all(len(features.idf[name]) == len(forms) for name, forms in vocabulary.items())
    if not whole or coder.coefficients.shape != (sum(map(features.size, features.blocks)) + 1, len(coder.labels)):
        raise CoderError(f"{folder}: the coder there is damaged (arrays of the wrong size)")
    return coder


@cache
def shipped_coder() -> FrameCoder:
    """The coder that comes with the package: five generic frames, trained on climate news. Raises CoderError."""
    return load_coder(SHIPPED)
