"""Tone towards targets, cross-validated, and training of what is shipped: `python benchmarks/targets.py [--write] [--cache FOLDER]`.

English and Russian are cross-validated on their own sets and, with `--write`, trained on all of them into the package with their card.
The Spanish headlines have no licence that allows shipping: the model `transfer`, trained on the other two, is only scored on them;
what training on them would give is printed beside it. `--cache` keeps the features between runs (encoding takes minutes).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
from pathlib import Path

import numpy as np
from scipy.sparse import vstack

from corpus_utils.annotate import target_features as features
from corpus_utils.annotate import target_training as training
from corpus_utils.annotate.target_features import Target
from corpus_utils.annotate.targets import CLASSES, FOLDER

GOLD = Path(os.environ.get("CORPUS_GOLD", "../shared/gold"))
BALANCE = {"en": 1.0, "ru": 1.0, "es": 1.0}
ALWAYS_ABSTAIN = 2.0  # no probability reaches it
SOURCES = {
    "en": {
        "data": "NewsMTSC, train part (US news sentences, tone towards persons)",
        "licence": "MIT",
        "citation": "Hamborg & Donnay 2021, NewsMTSC: (Multi-)Target-dependent Sentiment Classification in News Articles, EACL",
    },
    "ru": {
        "data": "RuSentNE-2023, 70 % of the labelled part (Russian news sentences, tone towards named entities)",
        "licence": "MIT",
        "citation": "Golubev, Rusnachenko & Loukachevitch 2023, RuSentNE-2023: Evaluating Entity-Oriented Sentiment Analysis, Dialogue",
    },
}


def lines(path: Path) -> list[dict]:
    """Rows of a gold file; the benchmark says so and stops where it is missing."""
    if not path.is_file():
        raise SystemExit(f"did not run: {path} is missing (set CORPUS_GOLD)")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def load(language: str) -> tuple[list[Target], list[str], list[str]]:
    """Targets, labels and groups of a language's set."""
    rows: list[tuple[Target, str, str]] = []
    if language == "en":
        for row in lines(GOLD / "sentiment/newsmtsc/train.jsonl"):
            article = "_".join(row["id"].split("_")[:3])
            rows += [(Target(row["text"], t["start"], t["end"]), t["polarity"], article) for t in row["targets"]]
    elif language == "ru":
        for row in lines(GOLD / "multilingual/rusentne_ru/train.jsonl"):
            rows.append((Target(row["text"], row["start"], row["end"]), row["label"], row["text"]))
    else:
        for row in lines(GOLD / "multilingual/headlines_targets_es/headlines.jsonl"):
            for target in row["targets"]:
                at = max(0, row["headline"].find(target["target"]))
                rows.append((Target(row["headline"], at, at + len(target["target"])), target["polarity"], str(row["id"])))
    targets, labels, groups = zip(*rows, strict=True)
    return list(targets), list(labels), list(groups)


def data(language: str, cache: Path | None) -> training.Data:
    """Features of a language's set; dense ones from the cache where it has them."""
    targets, labels, groups = load(language)
    targets = [features.narrowed(target, language) for target in targets]
    key = hashlib.sha256(repr((targets, features.WINDOWS, language)).encode()).hexdigest()[:16]
    path = cache / f"{language}-{key}.npy" if cache else None
    if path and path.is_file():
        dense = np.load(path)
    else:
        dense = features.dense(targets, tone=language == "en")
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, dense)
    return training.Data(dense, features.sparse(targets), np.array([CLASSES.index(label) for label in labels]), groups)


def report(name: str, found: dict[str, float]) -> None:
    """Print one line of figures."""
    print(f"{name:34}" + "  ".join(f"{key} {value:g}" for key, value in found.items()), flush=True)


def without_tone(found: training.Data) -> np.ndarray:
    """Dense features without VADER, so that English and other languages have the same columns."""
    size = 6 * 512
    return np.hstack([found.dense[:, :size], found.dense[:, -6:]])


def main() -> None:
    """Cross-validate, score the transfer, and write the models where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="train on all rows and write the models of the package")
    parser.add_argument("--cache", type=Path, help="folder for features between runs")
    options = parser.parse_args()
    card: dict[str, dict] = {}
    found = {language: data(language, options.cache) for language in ("en", "ru", "es")}
    for language in ("en", "ru"):
        own, tone = found[language], language == "en"
        chances = training.cross_validate(own, tone=tone, balance=BALANCE[language])
        knots, threshold = training.calibration(chances, own.labels)
        scores = training.figures(chances, own.labels, threshold)
        report(f"{language}, cross-validated", scores)
        card[language] = SOURCES[language] | {"cross_validated": scores, "threshold": round(threshold, 4)}
        if options.write:
            model = training.fit(own.dense, own.sparse, own.labels, tone=tone, balance=BALANCE[language])
            FOLDER.mkdir(parents=True, exist_ok=True)
            training.save(dataclasses.replace(model, knots=knots, threshold=threshold), FOLDER / f"{language}.npz")
    both = training.Data(
        np.vstack([without_tone(found["en"]), found["ru"].dense]),
        vstack([found["en"].sparse, found["ru"].sparse]).tocsr(),
        np.concatenate([found["en"].labels, found["ru"].labels]),
        [*found["en"].groups, *found["ru"].groups],
    )
    model = training.fit(both.dense, both.sparse, both.labels, tone=False, balance=1.0, share=0.0)
    crossed = training.cross_validate(both, tone=False, balance=1.0, share=0.0)
    knots, _ = training.calibration(crossed, both.labels)
    threshold = ALWAYS_ABSTAIN
    spanish = found["es"]
    chances = model.probabilities(spanish.dense, None)
    scores = training.figures(chances, spanish.labels, 0.0)
    report("es, transferred from en and ru", scores)
    own_scores = training.cross_validate(spanish, tone=False, balance=1.0)
    report(
        "es, cross-validated (not shipped)",
        training.figures(own_scores, spanish.labels, training.calibration(own_scores, spanish.labels)[1]),
    )
    card["transfer"] = {
        "data": "both sets above",
        "licence": "MIT",
        "scored_on": "Spanish political headlines (Alves Salgueiro et al. 2022), not trained on",
        "scores": scores,
        "threshold": threshold,
        "note": "not accurate enough to be judged by: always abstains, with its best guess beside it",
    }
    if options.write:
        training.save(dataclasses.replace(model, knots=knots, threshold=threshold), FOLDER / "transfer.npz")
        (FOLDER / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
