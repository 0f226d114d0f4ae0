"""Cross-validated figures of the cleaner on flat news text: python -m benchmarks.cleaning [--models GOLD_FOLDER] [--step N] [--workers N]

Every page is cleaned with weights fitted on other pages only (five folds by page; all dumps of a page, in whatever set, share a fold). The
shipped weights are not looked at. What is scored is what `clean` writes: the text of the largest story, body and subheadings.
Fitting takes most of the time (five times `train_cleaner`); `--models` keeps the fold models in a folder, and takes them from there the next time
as long as features, data and trainer are the same.

Measures (see `cleaning_data`): 4-token shingle F1 per regime, set and tool, beside the untouched text; the averages; the cells that lose;
in how many documents cleaning the cleaner's own output changes nothing. Speed is measured by `cleaning_speed`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import cleaning_data, train_cleaner
from benchmarks.cleaning_data import Dump, score, table
from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from benchmarks.workers import fork_map
from corpus_utils.clean import model
from corpus_utils.clean.roles import label_documents
from corpus_utils.schema import ARTICLE_ROLES

TARGETS = {"page": 0.92, "extract": 0.91}
ALLOWED_LOSS = 0.01
PART = 500  # documents cleaned at a time
Scores = dict[str, list[tuple[Dump, tuple[float, float]]]]


def cleaned(texts: Sequence[str]) -> list[str]:
    """Text of the largest story of each document, by the package's own path."""
    from corpus_utils import schema
    from corpus_utils.clean import clean_documents

    result = []
    for first in range(0, len(texts), PART):
        part = {f"d{i:04}": text for i, text in enumerate(texts[first : first + PART])}
        rows = [{"id": name, "source": f"{name}.txt", "format": "txt", "encoding": "utf-8", "text": text} for name, text in part.items()]
        _, articles = clean_documents(schema.frame("documents", rows))
        largest = dict.fromkeys(part, "")
        for name, text in zip(articles["document_id"], articles["text"], strict=True):
            largest[name] = max(largest[name], text, key=len)
        result += largest.values()
    return result


def labelled(texts: Sequence[str]) -> list[str]:
    """Text of all lines given to the article, whatever the story."""
    pairs = zip(texts, label_documents(texts), strict=True)
    return ["".join(text[p.start : p.end] for p in pieces if p.role in ARTICLE_ROLES) for text, pieces in pairs]


def cross_validate(gold: train_cleaner.Gold, models: Path, *, step: int = 1, workers: int = 1) -> Scores:
    """Scores of untouched text, of labelled lines and of cleaned articles for every measured dump of the folds."""
    weights = train_cleaner.fold_models(gold, models, workers)
    parts = [(fold, part) for fold in range(train_cleaner.FOLDS) for part in range(max(1, workers // train_cleaner.FOLDS))]

    def score_part(task: tuple[int, int]) -> Scores:
        fold, part = task
        dumps = [dump for dump, f in zip(gold.dumps, gold.fold, strict=True) if f == fold]
        measured = [d for d in dumps if d.regime != "clean" and d.set in cleaning_data.SETS and d.tool != "flat"][::step]
        shipped = model.WEIGHTS
        use_weights(weights[fold])
        try:
            scores = score_dumps(measured[part :: len(parts) // train_cleaner.FOLDS])
        finally:
            use_weights(shipped)
        print(f"fold {fold} scored", file=sys.stderr)
        return scores

    result: Scores = defaultdict(list)
    for scores in fork_map(score_part, parts, workers):
        for name, pairs in scores.items():
            result[name] += pairs
    return result


def score_dumps(dumps: Sequence[Dump]) -> Scores:
    """The same for some dumps, by the weights in use."""
    result: Scores = defaultdict(list)
    texts = [dump.text for dump in dumps]
    once = cleaned(texts)
    for dump, lines, text, again in zip(dumps, labelled(texts), once, cleaned(once), strict=True):
        for name, given in (("untouched", dump.text), ("lines", lines), ("article", text)):
            result[name].append((dump, score(given, dump.gold)))
        result["again"].append((dump, (float(again == text), 1.0)))
    return result


def use_weights(path: Path) -> None:
    """Let the cleaner read its weights from this file."""
    model.WEIGHTS = path
    model.weights.cache_clear()


def report(result: Scores) -> tuple[str, dict[str, float]]:
    """The table in words, and the figures that have floors."""
    before, lines, after = (table(result[name]) for name in ("untouched", "lines", "article"))
    rows = [f"{'regime':8} {'set':30} {'tool':28} untouched  lines  article"]
    rows += [f"{r:8} {s:30} {t:28} {before[r, s, t]:9.3f} {lines[r, s, t]:6.3f} {after[r, s, t]:8.3f}" for r, s, t in before]
    figures = {}
    for regime, target in TARGETS.items():
        mean = {name: _mean(cells, regime) for name, cells in (("untouched", before), ("lines", lines), ("article", after))}
        figures[f"cleaning.{regime}"] = mean["article"]
        rows.append(f"{regime:8} average: " + ", ".join(f"{name} {value:.4f}" for name, value in mean.items()) + f" (target {target})")
    gains = {key: after[key] - before[key] for key in before}
    figures["cleaning.worst_cell"] = min(gains.values())
    figures["cleaning.again"] = float(np.mean([pair[0] for _, pair in result["again"]]))
    losing = {key: gain for key, gain in gains.items() if gain < -ALLOWED_LOSS}
    rows += [f"loses more than {ALLOWED_LOSS}: {' '.join(key)} {loss:+.3f}" for key, loss in losing.items()] or ["no cell loses"]
    rows.append(f"cleaning its own output changes nothing: {figures['cleaning.again']:.3f} of documents")
    return "\n".join(rows), figures


def _mean(cells: dict[tuple[str, str, str], float], regime: str) -> float:
    return float(np.mean([value for key, value in cells.items() if key[0] == regime]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Exit code 1 where a figure is under its floor, 0 also where there is no gold data (and says so)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", type=Path, help="folder in which the models of the folds are kept")
    parser.add_argument("--step", type=int, default=1, help="score every n-th dump only")
    parser.add_argument("--workers", type=int, default=1, help="cores to use (default: %(default)s)")
    options = parser.parse_args(arguments)
    folder = cleaning_data.gold_folder()
    if folder is None:
        return did_not_run(GOLD_FOLDER)
    gold = train_cleaner.read_gold(train_cleaner.training_dumps(folder))
    with tempfile.TemporaryDirectory() as scratch:
        text, figures = report(cross_validate(gold, options.models or Path(scratch), step=options.step, workers=options.workers))
    print(text)
    return exit_code(figures) if options.step == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
