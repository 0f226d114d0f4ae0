"""How well frames are coded, on hand-coded news: what `train frames` makes, cross-validated, with bootstrap intervals; cues alone beside it.

    python -m benchmarks frames                    all sets (a quarter of an hour: nested cross-validation on about 4,200 texts)
    python benchmarks/frames.py narrative gvfc     some of them
    python benchmarks/frames.py --ship             train the shipped coder again and write corpus_utils/annotate/model/generic

Data: folder CORPUS_GOLD (default ../shared/gold), see benchmarks/README.md; without it this prints that it did not run.
Nested cross-validation: outer folds keep texts of one article (gvfc: one headline) together; regularisation, probabilities and
thresholds come from inner folds of the training part only.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus_utils.annotate import frame_features, frame_training
from corpus_utils.annotate.codebook import load_codebook
from corpus_utils.annotate.frame_coder import SHIPPED, calibrated, main_language, train_coder
from corpus_utils.annotate.frames import code_texts

GOLD = Path(os.environ.get("CORPUS_GOLD", Path(__file__).resolve().parents[2] / "shared" / "gold")) / "framing"
NARRATIVE = {"RE": "resolution", "HI": "human_interest", "CO": "conflict", "MO": "morality", "EC": "economic"}
TRAINED_ON = (
    "climate news: 300 US articles of 2017-2019 from the Narrative Frames Corpus (Frermann, Li, Khanehzar & Mikolajczak 2023, ACL), "
    "annotations under the MIT licence; the texts are not included"
)
# No runs of letters (they spell names, and long articles have many), and no words that mostly begin with a capital.
SHIPPED_WEIGHTS = (
    frame_training.WEIGHTS[0],
    {"mean": 0.85, "extremes": 0.5, "opening": 0.6, "words": 1.0, "opening_words": 0.6, "cues": 0.3},
)
FLOORS = {"narrative": ("macro_f1", 0.64), "gvfc": ("primary_macro_f1", 0.72), "ccf_en": ("macro_f1", 0.60), "ccf_fr": ("macro_f1", 0.60),
          "framenews_pt": ("accuracy", 0.65)}  # fmt: skip


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines()]


def narrative() -> pd.DataFrame:
    return pd.DataFrame(
        [{"text": r["text"], "labels": [v for k, v in NARRATIVE.items() if r[k]]} for r in rows("narrative_frames/articles.jsonl")]
    )


def gvfc() -> pd.DataFrame:
    """Headline and lead, primary theme."""
    return pd.DataFrame([
        {"text": f"{r['headline']}. {r['lead_3_sentences'] or ''}", "labels": [r["theme1_name"]], "group": r["headline"].lower()}
        for r in rows("gvfc/articles_lead.jsonl")
    ])  # fmt: skip


def ccf(language: str) -> pd.DataFrame:
    return pd.DataFrame([{"text": r["text"], "labels": r["frames"], "group": str(r["doc_id"])}
                         for r in rows("ccf_climate/sentences.jsonl") if r["lang"] == language])  # fmt: skip


def framenews_pt() -> pd.DataFrame:
    return pd.DataFrame([{"text": r["text"], "labels": [r["frame"]]} for r in rows("framenews_pt/articles.jsonl")])


SETS: dict[str, Any] = {
    "narrative": narrative, "gvfc": gvfc, "ccf_en": lambda: ccf("en"), "ccf_fr": lambda: ccf("fr"), "framenews_pt": framenews_pt,
}  # fmt: skip


def evaluate(
    records: pd.DataFrame, cue_language: str, *, repeats: int = 1, names: bool = True, tried: Any = frame_training.WEIGHTS
) -> dict[str, Any]:
    """Nested cross-validation, `repeats` times with other folds: means of the figures, interval of the first repeat."""
    labels, table, groups = frame_training.read_labels(records)
    raw = frame_features.read(records["text"].tolist(), cue_language, least=frame_features.LEAST_DF)
    runs = []
    for repeat in range(repeats):
        fold = frame_training.folds(table, groups, 100 + repeat)
        p, given = np.zeros(table.shape), np.zeros(table.shape, int)
        for number in range(frame_training.FOLDS):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            about = {"cue_language": cue_language, "names": names, "tried": tried}
            coder = frame_training.fit_coder(raw.take(train), labels, table[train], groups[train], **about)
            p[test] = calibrated(coder.margins(raw.take(test)), coder.slopes, coder.offsets, exclusive=coder.exclusive)
            for row in test:
                given[row, coder.given(p[row])] = 1
        runs.append(figures(labels, table, p, given, groups, interval=repeat == 0))
    out = dict(runs[0])
    for name in ("macro_f1", "calibration_error", "accuracy", "primary_macro_f1"):
        if name in out:
            out[name] = round(float(np.mean([run[name] for run in runs])), 3)
    return out


def figures(labels: tuple[str, ...], table: Any, p: Any, given: Any, groups: Any, *, interval: bool) -> dict[str, Any]:
    scores = frame_training.f1_scores(table, given)
    skill = 1 - ((p - table) ** 2).mean(axis=0) / np.maximum(((table.mean(axis=0) - table) ** 2).mean(axis=0), 1e-9)
    out: dict[str, Any] = {
        "macro_f1": float(scores.mean()), "calibration_error": frame_training.calibration_error(p.ravel(), table.ravel().astype(float)),
        "f1": dict(zip(labels, scores.round(3).tolist())), "brier_skill": dict(zip(labels, skill.round(3).tolist())),
    }  # fmt: skip
    if (table.sum(axis=1) == 1).all():
        out["accuracy"] = float((given * table).sum(axis=1).mean())
        out["primary_macro_f1"] = out["macro_f1"]
    if interval:
        generator = np.random.default_rng(0)
        names, owner = np.unique(groups, return_inverse=True)
        members = [np.flatnonzero(owner == n) for n in range(len(names))]
        drawn = []
        for _ in range(400):
            pick = np.concatenate([members[n] for n in generator.integers(0, len(names), len(names))])
            drawn.append(frame_training.f1_scores(table[pick], given[pick]).mean())
        out["macro_f1_interval"] = [round(float(x), 3) for x in np.percentile(drawn, [2.5, 97.5])]
    return out


# Names of framenews_pt and the frames of our policy codebook that mean the same.
POLICY = {
    "economic": "economic", "capacity and resources": "capacity_resources", "morality": "morality", "fairness and equality": "fairness_equality",
    "legality, constitutionality, jurisdiction": "legality", "policy prescription and evaluation": "policy", "crime and punishment": "crime",
    "security and defense": "security", "health and safety": "health", "quality of life": "quality_of_life", "public opinion": "public_opinion",
    "political": "political", "external regulation and reputation": "external_regulation", "other": "other",
}  # fmt: skip
UNTRAINED = {"narrative": ("generic", "en", {name: name for name in NARRATIVE.values()}), "framenews_pt": ("policy", "pt", POLICY)}


def untrained(records: pd.DataFrame, scheme: str, language: str, names: dict[str, str], *, vectors: bool) -> dict[str, Any]:
    """A codebook's cues, alone or with vectors, on a set coded with its frames: F1 at the coders' own thresholds; nothing is fitted."""
    labels, table, _ = frame_training.read_labels(records)
    coded = code_texts(records["text"].tolist(), [language] * len(records), load_codebook(scheme), vectors=vectors)
    given = np.array([[names[label] in row["label"] for label in labels] for row in coded], int)
    f1 = frame_training.f1_scores(table, given)
    out: dict[str, Any] = {"macro_f1": round(float(f1.mean()), 3), "f1": dict(zip(labels, f1.round(3).tolist()))}
    if (table.sum(axis=1) == 1).all():
        first = [[names[label] in row["label"][:1] for label in labels] for row in coded]
        out["accuracy"] = round(float((np.array(first, int) * table).sum(axis=1).mean()), 3)
    return out | {"abstained": sum(row["status"] == "abstained" for row in coded)}


def main(arguments: list[str]) -> int:
    if not GOLD.is_dir():
        print(f"did not run: no hand-coded data in {GOLD} (set CORPUS_GOLD)")
        return 0
    if "--ship" in arguments:
        coder = train_coder(narrative(), cue_language="en", trained_on=TRAINED_ON, names=False, tried=SHIPPED_WEIGHTS)
        nested = evaluate(narrative(), "en", repeats=2, names=False, tried=SHIPPED_WEIGHTS)
        coder.card["nested_cross_validation"] = nested
        coder.save(SHIPPED)
        print(json.dumps(coder.card, indent=1))
        return 0
    missed = 0
    for name in [name for name in SETS if not arguments or name in arguments]:
        records = SETS[name]()
        found = evaluate(records, main_language(records), repeats=2 if len(records) < 500 else 1)
        measure, floor = FLOORS[name]
        missed += found[measure] < floor
        print(json.dumps({"set": name, "texts": len(records), **found, "floor": {measure: floor}}), flush=True)
        if name in UNTRAINED:
            for vectors in (False, True):
                told = {"set": name, "coder": "cues and vectors" if vectors else "cues alone"}
                print(json.dumps(told | untrained(records, *UNTRAINED[name], vectors=vectors)), flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
