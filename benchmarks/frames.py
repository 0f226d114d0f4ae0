"""How well frames are coded, on hand-coded news: what `train frames` makes, cross-validated, with bootstrap intervals; cues alone beside it.

    python -m benchmarks frames                    all sets (about an hour of one core, most of it for tuning the transformer)
    python benchmarks/frames.py narrative gvfc     some of them
    python benchmarks/frames.py --ship             train the shipped coder again and write corpus_utils/annotate/model/generic

Data: folder CORPUS_GOLD (default ../shared/gold), see benchmarks/README.md; without it this prints that it did not run.
Nested cross-validation: outer folds keep texts of one article (gvfc: one headline) together; regularisation, probabilities and
thresholds come from inner folds of the training part only. English and French sentences of ccf_climate are trained together, with the
titles of their articles, and scored apart. `asked` is what the project set out to reach; what may not fall any more is in floors.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.annotate import frame_features, frame_training
from corpus_utils.annotate.codebook import load_codebook
from corpus_utils.annotate.frame_calibration import best_threshold, calibrate, calibrated, calibration_error, f1_scores
from corpus_utils.annotate.frame_coder import SHIPPED
from corpus_utils.annotate.frame_data import FOLDS, folds, main_language, read_labels, read_titles
from corpus_utils.annotate.frame_training import train_coder
from corpus_utils.annotate.frame_vectors import Measured, VectorCoder, fingerprint
from corpus_utils.annotate.frames import code_texts
from corpus_utils.annotate.tuned_reader import read_below, with_titles

GOLD = GOLD_FOLDER / "framing"
NARRATIVE = {"RE": "resolution", "HI": "human_interest", "CO": "conflict", "MO": "morality", "EC": "economic"}
TRAINED_ON = (
    "climate news: 300 US articles of 2017-2019 from the Narrative Frames Corpus (Frermann, Li, Khanehzar & Mikolajczak 2023, ACL), "
    "annotations under the MIT licence; the texts are not included"
)
# No runs of letters (they spell names, and long articles have many), and no words that mostly begin with a capital.
SHIPPED_WEIGHTS = (
    frame_training.WEIGHTS[0],
    {"mean": 0.85, "extremes": 0.5, "opening": 0.6, "read": 0.7, "words": 1.0, "opening_words": 0.6, "cues": 0.3},
)
ASKED = {"narrative": ("macro_f1", 0.64), "gvfc": ("macro_f1", 0.72), "ccf_en": ("macro_f1", 0.60), "ccf_fr": ("macro_f1", 0.60),
         "framenews_pt": ("accuracy", 0.65)}  # fmt: skip
MEANS = ("macro_f1", "calibration_error", "accuracy")  # of several repeats; the rest is told of the first


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


def ccf() -> pd.DataFrame:
    """Two sentences each, in English and French, with the title of their article."""
    return pd.DataFrame([
        {"text": r["text"], "title": r["title"] or "", "labels": r["frames"], "group": str(r["doc_id"]), "language": r["lang"]}
        for r in rows("ccf_climate/sentences.jsonl")
    ])  # fmt: skip


def framenews_pt() -> pd.DataFrame:
    return pd.DataFrame([{"text": r["text"], "labels": [r["frame"]]} for r in rows("framenews_pt/articles.jsonl")])


SETS: dict[str, Any] = {"narrative": narrative, "gvfc": gvfc, "ccf": ccf, "framenews_pt": framenews_pt}


def evaluate(
    records: pd.DataFrame,
    cue_language: str,
    *,
    repeats: int = 1,
    names: bool = True,
    tried: Any = frame_training.WEIGHTS,
    encoder: str = "auto",
) -> dict[str, dict[str, Any]]:
    """Nested cross-validation, `repeats` times with other folds: figures by language ("" for all records); means, and the interval of
    the first repeat."""
    labels, table, groups = read_labels(records)
    titles = read_titles(records)
    raw = frame_features.read(records["text"].tolist(), cue_language, titles=titles, least=frame_features.LEAST_DF)
    below = read_below(with_titles(records["text"].tolist(), titles)) if frame_training.tunes(encoder, len(records)) else None
    language = records["language"].to_numpy() if "language" in records.columns else np.full(len(records), "")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in sorted(set(language.tolist()))}
    for repeat in range(repeats):
        fold = folds(table, groups, 100 + repeat)
        p, given = np.zeros(table.shape), np.zeros(table.shape, int)
        for number in range(FOLDS):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            about = {"cue_language": cue_language, "titled": any(titles), "names": names, "tried": tried}
            if below is not None:
                about["below"] = below.chosen(train)
            coder = frame_training.fit_coder(raw.take(train), labels, table[train], groups[train], **about)
            margins = coder.margins(raw.take(test))
            if coder.tuned is not None and below is not None:
                margins += coder.tuned_weight * coder.tuned.logits_read(below.chosen(test))
            p[test] = calibrated(margins, coder.slopes, coder.offsets, exclusive=coder.exclusive)
            for row in test:
                given[row, coder.given(p[row])] = 1
        for name, told in runs.items():
            of = np.flatnonzero(language == name)
            told.append(figures(labels, table[of], p[of], given[of], groups[of], interval=repeat == 0))
    return {
        name: told[0] | {key: round(float(np.mean([run[key] for run in told])), 3) for key in MEANS if key in told[0]}
        for name, told in runs.items()
    }


def figures(labels: tuple[str, ...], table: Any, p: Any, given: Any, groups: Any, *, interval: bool) -> dict[str, Any]:
    scores = f1_scores(table, given)
    skill = 1 - ((p - table) ** 2).mean(axis=0) / np.maximum(((table.mean(axis=0) - table) ** 2).mean(axis=0), 1e-9)
    out: dict[str, Any] = {
        "macro_f1": float(scores.mean()), "calibration_error": calibration_error(p.ravel(), table.ravel().astype(float)),
        "f1": dict(zip(labels, scores.round(3).tolist())), "brier_skill": dict(zip(labels, skill.round(3).tolist())),
    }  # fmt: skip
    if (table.sum(axis=1) == 1).all():
        out["accuracy"] = float((given * table).sum(axis=1).mean())
    if interval:
        generator = np.random.default_rng(0)
        names, owner = np.unique(groups, return_inverse=True)
        members = [np.flatnonzero(owner == n) for n in range(len(names))]
        drawn = []
        for _ in range(400):
            pick = np.concatenate([members[n] for n in generator.integers(0, len(names), len(names))])
            drawn.append(f1_scores(table[pick], given[pick]).mean())
        out["macro_f1_interval"] = [round(float(x), 3) for x in np.percentile(drawn, [2.5, 97.5])]
    return out


# Names of framenews_pt and the frames of our policy codebook that mean the same.
POLICY = {
    "economic": "economic", "capacity and resources": "capacity_resources", "morality": "morality", "fairness and equality": "fairness_equality",
    "legality, constitutionality, jurisdiction": "legality", "policy prescription and evaluation": "policy", "crime and punishment": "crime",
    "security and defense": "security", "health and safety": "health", "quality of life": "quality_of_life", "public opinion": "public_opinion",
    "political": "political", "external regulation and reputation": "external_regulation", "other": "other",
}  # fmt: skip
CLIMATE = {"economic": "economic", "health": "health", "political": "political", "justice": "fairness_equality", "security": "security",
           "cultural": "cultural_identity"}  # fmt: skip
GUNS = {"Economic consequences": "economic", "Politics": "political", "Public opinion": "public_opinion"}
# Set -> scheme whose frames mean what some of the set's labels mean, language, label -> frame.
UNTRAINED = {
    "narrative": ("generic", "en", {name: name for name in NARRATIVE.values()}), "framenews_pt": ("policy", "pt", POLICY),
    "gvfc": ("policy", "en", GUNS), "ccf_en": ("policy", "en", CLIMATE), "ccf_fr": ("generic", "fr", {"economic": "economic"}),
}  # fmt: skip


def untrained(records: pd.DataFrame, scheme: str, language: str, names: dict[str, str], *, vectors: bool) -> dict[str, Any]:
    """A codebook's cues, alone or with vectors, on the labels it has frames for: F1 at the coders' own thresholds; nothing is fitted."""
    labels, table, _ = read_labels(records)
    known = [number for number, label in enumerate(labels) if label in names]
    coded = code_texts(records["text"].tolist(), [language] * len(records), load_codebook(scheme), vectors=vectors)
    given = np.array([[names[labels[number]] in row["label"] for number in known] for row in coded], int)
    f1 = f1_scores(table[:, known], given)
    out: dict[str, Any] = {
        "scheme": scheme, "macro_f1": round(float(f1.mean()), 3), "labels": f"{len(known)} of {len(labels)}",
        "f1": {labels[number]: round(float(score), 3) for number, score in zip(known, f1)},
    }  # fmt: skip
    if len(known) == len(labels) and (table.sum(axis=1) == 1).all():
        first = [[names[label] in row["label"][:1] for label in labels] for row in coded]
        out["accuracy"] = round(float((np.array(first, int) * table).sum(axis=1).mean()), 3)
    return out | {"abstained": sum(row["status"] == "abstained" for row in coded)}


def measure_vectors(records: pd.DataFrame) -> Measured:
    """From which nearness on an article has a frame: slope, offset and threshold per frame, and how well they do, cross-validated."""
    labels, table, groups = read_labels(records)
    book = load_codebook("generic")
    near = VectorCoder(book).evidence(records["text"].tolist())[:, [book.names.index(name) for name in labels]]

    def fit(rows: Any) -> tuple[Any, Any, Any]:
        slopes, offsets = calibrate(near[rows], table[rows], exclusive=False)
        p = calibrated(near[rows], slopes, offsets, exclusive=False)
        return slopes, offsets, [best_threshold(p[:, n], table[rows, n]) for n in range(len(labels))]

    fold, p, given = folds(table, groups, 100), np.zeros(table.shape), np.zeros(table.shape, int)
    for number in range(FOLDS):
        test = np.flatnonzero(fold == number)
        slopes, offsets, thresholds = fit(np.flatnonzero(fold != number))
        p[test] = calibrated(near[test], slopes, offsets, exclusive=False)
        given[test] = p[test] >= thresholds
    card = {"trained_on": TRAINED_ON, "texts": len(table), "language": "en"}
    card["cross_validation"] = figures(labels, table, p, given, groups, interval=True)
    everything = zip(labels, *fit(np.arange(len(table))))
    found = {name: (round(float(a), 4), round(float(b), 4), round(float(c), 4)) for name, a, b, c in everything}
    return Measured(fingerprint(book), found, card)


def main(arguments: list[str]) -> int:
    if not GOLD.is_dir():
        return did_not_run(GOLD)
    if "--ship" in arguments:
        coder = train_coder(narrative(), cue_language="en", trained_on=TRAINED_ON, names=False, tried=SHIPPED_WEIGHTS)
        nested = evaluate(narrative(), "en", repeats=2, names=False, tried=SHIPPED_WEIGHTS)[""]
        coder.card["nested_cross_validation"] = nested
        coder.save(SHIPPED)
        measured = measure_vectors(narrative())
        measured.save()
        print(json.dumps({"trained": coder.card, "vectors": measured.card}, indent=1))
        return 0
    reached: dict[str, float] = {}
    for name in [name for name in SETS if not arguments or name in arguments]:
        records = SETS[name]()
        found = evaluate(records, main_language(records), repeats=2 if len(records) < 500 else 1)
        for language, told in found.items():
            reached |= _report(f"{name}_{language}" if language else name, records, language, told)
    return exit_code(reached)


def _report(name: str, records: pd.DataFrame, language: str, told: dict[str, Any]) -> dict[str, float]:
    """Print what was found in a set, trained and untrained; the figures that have floors."""
    measure, asked = ASKED[name]
    part = records[records["language"] == language] if language else records
    print(json.dumps({"set": name, "coder": "trained", "texts": len(part), **told, "asked": {measure: asked}}), flush=True)
    for vectors in (False, True):
        by_codebook = {"set": name, "coder": "cues and vectors" if vectors else "cues alone"}
        print(json.dumps(by_codebook | untrained(part, *UNTRAINED[name], vectors=vectors)), flush=True)
    return {f"frames.{name}": told[measure], f"frames.{name}.calibration": 1 - told["calibration_error"]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
