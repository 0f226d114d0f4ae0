"""Tone towards targets, cross-validated, and training of what is shipped: `python benchmarks/targets.py [--write] [--cache FOLDER]`.

English and Russian are cross-validated on their own sets and, with `--write`, trained on all of them into the package with their card.
The Spanish headlines have no licence that allows shipping: the model `transfer`, trained on the other two, is only scored on them;
beside it stands what `corpus-utils train targets` makes of them, cross-validated. `--cache` keeps the features between runs (encoding takes minutes).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
from pathlib import Path

import numpy as np

from corpus_utils.annotate import target_features as features
from corpus_utils.annotate import target_training as training
from corpus_utils.annotate.target_features import Target
from corpus_utils.annotate.targets import CLASSES, FOLDER

GOLD = Path(os.environ.get("CORPUS_GOLD", "../shared/gold"))
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
    path = None
    if cache:
        code = Path(features.__file__).read_bytes() + Path(features.__file__).with_name("target_vectors.py").read_bytes()
        path = cache / f"{language}-{hashlib.sha256(repr(targets).encode() + code).hexdigest()[:16]}.npy"
    if path and path.is_file():
        own = [features.narrowed(target, language) for target in targets]
        kinds = np.array([CLASSES.index(label) for label in labels])
        return training.Data(np.load(path), features.sparse(own), features.lexical(own, language), kinds, groups)
    found = training.read_features(targets, labels, groups, language)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, found.dense)
    return found


def report(name: str, found: dict[str, float]) -> None:
    """Print one line of figures."""
    print(f"{name:34}" + "  ".join(f"{key} {value:g}" for key, value in found.items()), flush=True)


def main() -> None:
    """Cross-validate, score the transfer, and write the models where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="train on all rows and write the models of the package")
    parser.add_argument("--cache", type=Path, help="folder for features between runs")
    options = parser.parse_args()
    card: dict[str, dict] = {}
    found = {language: data(language, options.cache) for language in ("en", "ru", "es")}
    for language in ("en", "ru", "es"):
        own = found[language]
        chances = training.cross_validate(own)
        knots, threshold = training.calibration(chances, own.labels)
        scores = training.figures(chances, own.labels, threshold)
        report(f"{language}, cross-validated" + " (not shipped)" * (language == "es"), scores)
        if language == "es":
            break
        card[language] = SOURCES[language] | {"cross_validated": scores, "threshold": round(threshold, 4)}
        if options.write:
            FOLDER.mkdir(parents=True, exist_ok=True)
            training.save(dataclasses.replace(training.fit(own), knots=knots, threshold=threshold), FOLDER / f"{language}.npz")
    model = training.fit_transfer([found["en"], found["ru"]], found["ru"])
    spanish = found["es"]
    chances = model.probabilities(spanish.dense, None, spanish.lexical)
    knots, _ = training.calibration(chances, spanish.labels)
    scores = training.figures(chances, spanish.labels, ALWAYS_ABSTAIN / 4)
    report("es, transferred from en and ru", scores)
    card["transfer"] = {
        "data": "both sets above: classes of words from both, vectors from the Russian one",
        "licence": "MIT",
        "scored_on": "Spanish political headlines (Alves Salgueiro et al. 2022), not trained on; how much each part counts was chosen there",
        "scores": scores,
        "threshold": ALWAYS_ABSTAIN,
        "note": "not accurate enough to be judged by: always abstains, with its best guess beside it",
    }
    if options.write:
        training.save(dataclasses.replace(model, knots=knots, threshold=ALWAYS_ABSTAIN), FOLDER / "transfer.npz")
        (FOLDER / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
