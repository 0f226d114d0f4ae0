"""The vector coder: how near a text's sentences stand to a codebook's definitions and examples, in any language of the encoder.

How a text is scored
    1. nearness of a sentence to a frame: mean of its cosine to the definition and to the nearest example, less half of what a
       counter-example of the frame is nearer than that; then less the mean over all frames, because some sentences are near everything.
    2. nearness of a text: mean over the nearest fifth of its sentences (at least one), frame by frame.
    3. score: logistic of slope x nearness + offset, fitted on the codebook alone: each example is left out in turn and held against the
       rest, with its own frame as yes and the others as no (Platt 1999, with his smoothed targets).
A score says that a text reads more like the examples of this frame than of the others; nobody has measured how often that is right.
A codebook without two frames with examples has no such measure: no scores.

Whole articles: an article is never so near to a frame as a short example is, so such a score is no probability there and reaches no
threshold. For five generic frames in English, coded news tells how often an article of some nearness has the frame (`Measured`): slope,
offset and threshold of each come from there. No other scheme or frame has coded news under a licence that lets its figures be shipped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from corpus_utils.annotate.codebook import Codebook
from corpus_utils.annotate.tokens import Array
from corpus_utils.annotate.vectors import embed, sentence_vectors

# Languages of the encoder (Yang et al. 2020).
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
NEAREST = 0.2  # share of a text's sentences that speak for it
LEAST_FRAMES = 2
MEASURED = Path(__file__).parent / "model" / "generic_vectors.json"


class VectorCoder:
    """The examples of one codebook as vectors. `known[f]` says whether frame f has a definition and an example."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.known = np.array([bool(frame.definition and _all(frame.examples)) and not frame.residual for frame in codebook.frames])
        frames = [frame for frame, known in zip(codebook.frames, self.known) if known]
        self.usable = len(frames) >= LEAST_FRAMES
        if self.usable:
            self._definitions = embed([frame.definition for frame in frames])
            self._examples = [embed(_all(frame.examples)) for frame in frames]
            self._counter = [embed(_all(frame.counter_examples)) if _all(frame.counter_examples) else None for frame in frames]
            self.slope, self.offset = self._calibrate()

    def code(self, texts: Sequence[str]) -> Array:
        """Scores, shape (texts, frames of the codebook), 0 to 1; NaN for frames that are not known, and everywhere if unusable."""
        return np.asarray(1 / (1 + np.exp(-(self.evidence(texts) + (self.offset if self.usable else 0.0)))))

    def evidence(self, texts: Sequence[str]) -> Array:
        """Slope x nearness, shape as `code`: how much nearer a text is to a frame than to the others, in log odds; 0 is as near."""
        out = np.full((len(texts), len(self.codebook.frames)), np.nan)
        if not self.usable or not len(texts):
            return out
        for row, vectors in enumerate(sentence_vectors(texts)):
            block = np.sort(self._near(vectors), axis=0)
            top = block[-max(1, int(np.ceil(NEAREST * len(block)))) :].mean(axis=0)
            out[row, self.known] = self.slope * top
        return out

    def of_articles(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Probabilities of whole articles, shape (texts, frames), and the thresholds of the frames; NaN for frames nobody measured."""
        found = measured(self.codebook)
        slopes, offsets, thresholds = (np.array([found.get(name, _UNKNOWN)[at] for name in self.codebook.names]) for at in range(3))
        if not found:
            return np.full((len(texts), len(thresholds)), np.nan), thresholds
        return np.asarray(1 / (1 + np.exp(-(self.evidence(texts) * slopes + offsets)))), thresholds

    def _near(self, vectors: Array, without: tuple[int, int] | None = None) -> Array:
        """Nearness of sentences to the known frames; `without`: frame and number of an example that is left out."""
        columns = []
        for number, (definition, examples, counter) in enumerate(zip(self._definitions, self._examples, self._counter)):
            if without and without[0] == number:
                examples = np.delete(examples, without[1], axis=0)
            nearest = (vectors @ examples.T).max(axis=1) if len(examples) else vectors @ definition
            near = (vectors @ definition + nearest) / 2
            if counter is not None:
                near = near - np.maximum((vectors @ counter.T).max(axis=1) - nearest, 0) / 2
            columns.append(near)
        table = np.array(columns, float).T
        return np.asarray(table - table.mean(axis=1, keepdims=True))

    def _calibrate(self) -> tuple[float, float]:
        from scipy.optimize import minimize

        near, yes = [], []
        for frame, examples in enumerate(self._examples):
            for number in range(len(examples)):
                row = self._near(examples[number : number + 1], without=(frame, number))[0]
                near += row.tolist()
                yes += [other == frame for other in range(len(row))]
        x, y = np.array(near), np.array(yes)
        target = np.where(y, (y.sum() + 1) / (y.sum() + 2), 1 / ((~y).sum() + 2))

        def loss(parameters: Array) -> float:
            score = np.exp(parameters[0]) * x + parameters[1]
            return float(np.mean(np.logaddexp(0, score) - target * score))

        best = minimize(loss, np.array([2.0, -1.0]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 2000}).x
        return float(np.exp(np.clip(best[0], -3, 5))), float(best[1])


def _all(by_language: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [text for texts in by_language.values() for text in texts]


_UNKNOWN = (float("nan"),) * 3


@dataclass(frozen=True)
class Measured:
    """What coded news says of a codebook's frames: frame -> slope and offset (of `VectorCoder.evidence`) and threshold, with a card."""

    book: str  # fingerprint of the codebook it was measured with
    frames: dict[str, tuple[float, float, float]]
    card: dict[str, Any]

    def save(self, path: Path = MEASURED) -> None:
        about = {"book": self.book, "frames": self.frames, "card": self.card}
        path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


@cache
def shipped_measures() -> Measured:
    """What was measured on coded climate news, for the generic frames; see its card."""
    about = json.loads(MEASURED.read_text(encoding="utf-8"))
    return Measured(about["book"], {name: tuple(values) for name, values in about["frames"].items()}, about["card"])


def measured(codebook: Codebook) -> dict[str, tuple[float, float, float]]:
    """Frame -> slope, offset, threshold for whole articles; empty for a codebook other than the one that was measured."""
    found = shipped_measures()
    return found.frames if found.book == fingerprint(codebook) else {}


def fingerprint(codebook: Codebook) -> str:
    """Hash of what nearness depends on: names, definitions, examples and counter-examples."""
    parts = [[one.name, one.definition, _all(one.examples), _all(one.counter_examples)] for one in codebook.frames]
    return sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]
