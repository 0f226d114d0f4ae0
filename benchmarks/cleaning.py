"""Cross-validated figures of the cleaner on flat news text: python -m benchmarks.cleaning [--folds N] [--quick]

Every page is cleaned with weights fitted on other pages only (five folds by page; all dumps of a page, in whatever set, share a fold). The
shipped weights are not looked at. What is scored is what `clean` writes: the text of the largest story, body and subheadings.

Measures (see `cleaning_data`): 4-token shingle F1 per regime, set and tool, beside the untouched text; the averages; the cells that lose;
how many clean texts come back unchanged; speed in MB of text per second of one core.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import cleaning_data, train_cleaner
from benchmarks.cleaning_data import Dump, score, table
from corpus_utils.clean import model
from corpus_utils.clean.roles import label_pieces
from corpus_utils.schema import ARTICLE_ROLES

TARGETS = {"page": 0.92, "extract": 0.91}
ALLOWED_LOSS = 0.01


def cleaned(text: str) -> str:
    """Text of the largest story of a document, by the package's own path."""
    from corpus_utils import schema
    from corpus_utils.clean import clean_documents

    row = {"id": "d", "source": "d.txt", "format": "txt", "encoding": "utf-8", "text": text, "given": "{}", "hints": "[]", "extra": "{}"}
    _, articles = clean_documents(schema.frame("documents", [row]))
    return max(articles["text"], key=len, default="")


def labelled(text: str) -> str:
    """Text of all lines given to the article, whatever the story."""
    return "".join(text[p.start : p.end] for p in label_pieces(text) if p.role in ARTICLE_ROLES)


def cross_validate(gold: train_cleaner.Gold, folds: Sequence[int], *, step: int = 1) -> dict[str, list[tuple[Dump, tuple[float, float]]]]:
    """Scores of untouched text, of labelled lines and of cleaned articles for every measured dump of the folds."""
    result: dict[str, list[tuple[Dump, tuple[float, float]]]] = defaultdict(list)
    shipped = model.WEIGHTS
    try:
        for fold in folds:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "weights.npz"
                np.savez(path, **train_cleaner.fit_model(gold, {fold}))  # type: ignore[arg-type]
                use_weights(path)
                for dump in [d for d, f in zip(gold.dumps, gold.fold, strict=True) if f == fold][::step]:
                    _measure(dump, result)
            print(f"fold {fold} done", file=sys.stderr)
    finally:
        use_weights(shipped)
    return result


def _measure(dump: Dump, result: dict[str, list[tuple[Dump, tuple[float, float]]]]) -> None:
    if dump.regime == "clean":
        text = cleaned(dump.text)
        result["unchanged"].append((dump, (float(text.split() == dump.text.split()), score(text, dump.gold)[1])))
        return
    if dump.set not in cleaning_data.SETS or dump.tool == "flat":
        return
    started = time.process_time()
    lines = labelled(dump.text)
    seconds = time.process_time() - started
    text = cleaned(dump.text)
    result["untouched"].append((dump, score(dump.text, dump.gold)))
    result["lines"].append((dump, score(lines, dump.gold)))
    result["article"].append((dump, score(text, dump.gold)))
    result["again"].append((dump, (float(cleaned(text) == text), 1.0)))
    result["seconds"].append((dump, (seconds, len(dump.text) / 1e6)))


def use_weights(path: Path) -> None:
    """Let the cleaner read its weights from this file."""
    model.WEIGHTS = path
    model.weights.cache_clear()


def report(result: dict[str, list[tuple[Dump, tuple[float, float]]]]) -> tuple[str, bool]:
    """The table in words, and whether every target is met."""
    before, lines, after = (table(result[name]) for name in ("untouched", "lines", "article"))
    rows = [f"{'regime':8} {'set':30} {'tool':28} untouched  lines  article"]
    rows += [f"{r:8} {s:30} {t:28} {before[r, s, t]:9.3f} {lines[r, s, t]:6.3f} {after[r, s, t]:8.3f}" for r, s, t in before]
    good = True
    for regime, target in TARGETS.items():
        mean = {name: _mean(cells, regime) for name, cells in (("untouched", before), ("lines", lines), ("article", after))}
        good &= mean["article"] >= target
        rows.append(f"{regime:8} average: " + ", ".join(f"{name} {value:.4f}" for name, value in mean.items()) + f" (target {target})")
    losing = {key: after[key] - before[key] for key in before if after[key] < before[key] - ALLOWED_LOSS}
    good &= not losing
    rows += [f"loses more than {ALLOWED_LOSS}: {' '.join(key)} {loss:+.3f}" for key, loss in losing.items()] or ["no cell loses"]
    rows.append(f"cleaning its own output changes nothing: {np.mean([pair[0] for _, pair in result['again']]):.3f} of documents")
    rows.append(f"gold texts that come back unchanged: {np.mean([pair[0] for _, pair in result['unchanged']]):.3f}")
    seconds, size = (sum(pair[i] for _, pair in result["seconds"]) for i in (0, 1))
    rows.append(f"labelling: {size / seconds:.1f} million characters a second ({size:.1f} million)")
    return "\n".join(rows), good


def _mean(cells: dict[tuple[str, str, str], float], regime: str) -> float:
    return float(np.mean([value for key, value in cells.items() if key[0] == regime]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Exit code 1 where a target is missed, 0 also where there is no gold data (and says so)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folds", type=int, default=train_cleaner.FOLDS, help="how many of the five folds to run")
    parser.add_argument("--step", type=int, default=1, help="score every n-th dump only")
    options = parser.parse_args(arguments)
    folder = cleaning_data.gold_folder()
    if folder is None:
        print("not run: no gold data (set CORPUS_GOLD to its folder)")
        return 0
    gold = train_cleaner.read_gold(train_cleaner.training_dumps(folder))
    text, good = report(cross_validate(gold, range(options.folds), step=options.step))
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
