"""Retrain the line classifier that the package ships: python -m benchmarks.train_cleaner [--out FILE] [--workers N]

Reads the gold data (see `cleaning_data`), writes `corpus_utils/clean/model/weights.npz`. Deterministic on one machine: everything is seeded.
Needs scikit-learn, BeautifulSoup and trafilatura; takes about ten minutes on one core. `benchmarks/cleaning.py` cross-validates the same code.

How
    1. Every dump becomes lines with columns (`features`, cues) and a target (`cleaning_data.gold_lines`).
    2. Words: logistic regression on hashed words and pairs of words, kept only where they occur on at least MIN_PAGES pages, so that no
       site's own vocabulary is learned; weights are rounded to 8 bits. The network is trained on scores of words fitted to *other* pages.
    3. Network: `train_cleaner_network`. Each page counts about the same; within a page lines count by their length.
    4. Clean texts (gold articles, whole and cut short) are added as documents in which every line is text: cleaning must leave them alone.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import cleaning_data, train_cleaner_network
from benchmarks.cleaning_data import TOKEN, Dump, gold_lines
from benchmarks.workers import fork_map
from corpus_utils.clean import model
from corpus_utils.clean.body import columns_of, find_cues
from corpus_utils.clean.pages import batches, read_pages

MIN_PAGES = 6
FOLDS = 5
WIDTH, EPOCHS, SEED = 80, 14, 0
MEMBERS = 2  # networks, averaged
# By cross-validated cross-entropy .50 would be best; .77 leaves the networks as sure, beside evidence from outside the text (recurring lines,
# an extractor's word), as those were against which that evidence was weighed.
SURENESS = 0.77
OFFSET, LONG_LINE, MOSTLY_TEXT = 0.25, 0.7, 0.55  # chosen on cross-validated logits, once, for all folds together
WORDING = ("wording", "known_words")
BUCKETS = 1 << model.BITS
Array = np.ndarray
Words = tuple[Array, float, float]  # table (int8), scale, bias


@dataclass(frozen=True)
class Gold:
    """All lines of all dumps, end to end: `bounds[i]:bounds[i + 1]` are those of dump i."""

    dumps: list[Dump]
    fold: Array
    bounds: Array
    columns: Array
    names: list[str]
    target: Array
    tokens: Array
    words: Any  # scipy sparse (lines, BUCKETS), rows scaled by one over the root of their number of entries
    once: Array  # lines to fit words on: each text once per page

    def line_folds(self) -> Array:
        """Fold of every line."""
        return np.repeat(self.fold, np.diff(self.bounds))


def training_dumps(folder: Path) -> list[Dump]:
    """The flat sets, more pages from parser tests in many languages, and clean texts."""
    dumps = cleaning_data.load_dumps(folder) + cleaning_data.page_dumps(folder)
    return dumps + clean_texts(dumps)


def clean_texts(dumps: Sequence[Dump]) -> list[Dump]:
    """Each gold text whole, cut after some paragraphs, and a few paragraphs of it."""
    rng = random.Random(SEED)
    gold = {dump.page: dump for dump in dumps if dump.gold.strip()}
    made = []
    for page, dump in sorted(gold.items()):
        paragraphs = [p for p in re.split(r"\n+", dump.gold) if p.strip()]
        first = rng.randint(0, max(0, len(paragraphs) - 3))
        cuts = {
            "whole": "\n\n".join(paragraphs),
            "start": "\n".join(paragraphs[: rng.randint(1, len(paragraphs))]),
            "part": "\n\n".join(paragraphs[first : first + rng.randint(1, 4)]),
        }
        made += [Dump(dump.set, page, "clean", tool, text, text) for tool, text in cuts.items()]
    return made


def read_gold(dumps: Sequence[Dump]) -> Gold:
    """Columns and targets of every line. Dumps without a visible line are left out."""
    from scipy import sparse

    kept: list[Dump] = []
    columns, targets, tokens, rows, buckets, sizes = [], [], [], [], [], []
    names: list[str] = []
    once: dict[tuple[str, str, bool], int] = {}
    at = 0
    for first, last in batches([len(dump.text) for dump in dumps]):
        pages = read_pages([dump.text for dump in dumps[first:last]])
        matrix, names = columns_of(pages, find_cues(pages), lambda p: (np.zeros(len(p)), np.zeros(len(p))))
        line, bucket = model.word_buckets(pages)
        columns.append(matrix)
        rows.append(line + at)
        buckets.append(bucket)
        for dump, a, b in zip(dumps[first:last], pages.first[:-1].tolist(), pages.first[1:].tolist(), strict=True):
            texts = [pages.string(i) for i in range(a, b)]
            target = np.ones(b - a) if dump.regime == "clean" else np.array(gold_lines(texts, dump.gold))
            targets.append(target)
            tokens.append(np.array([len(TOKEN.findall(text)) for text in texts], dtype=np.int64))
            for i, text in enumerate(texts):
                once.setdefault((dump.page, text, bool(target[i] >= 0.5)), at + a + i)
            if texts:
                kept.append(dump)
                sizes.append(b - a)
        at += len(pages)
    row, column = np.concatenate(rows), np.concatenate(buckets)
    entries = (1 / np.sqrt(np.maximum(np.bincount(row, minlength=at), 1)))[row].astype(np.float32)
    words = sparse.csr_matrix((entries, (row, column)), shape=(at, BUCKETS))
    return Gold(
        kept, np.array(cleaning_data.folds(kept, FOLDS)), np.concatenate([[0], np.cumsum(sizes)]), np.vstack(columns), names,
        (np.concatenate(targets) >= 0.5).astype(np.float32), np.concatenate(tokens), words, np.array(sorted(once.values())),
    )  # fmt: skip


# -- words -----------------------------------------------------------------------------------------------------------------


def fit_words(gold: Gold, left_out: Collection[int]) -> Words:
    """Word weights from all folds but those left out."""
    from sklearn.linear_model import LogisticRegression

    lines = gold.once[~np.isin(gold.line_folds()[gold.once], list(left_out))]
    pages = np.unique([dump.page for dump in gold.dumps], return_inverse=True)[1]
    page = np.repeat(pages, np.diff(gold.bounds))[lines]
    counts = gold.words[lines]
    entries = counts.tocoo()
    seen = np.unique(page[entries.row].astype(np.int64) * BUCKETS + entries.col)
    common = np.flatnonzero(np.bincount(seen % BUCKETS, minlength=BUCKETS) >= MIN_PAGES)
    importance = np.sqrt(np.minimum(gold.tokens[lines], 40) + 1) / 3
    fitted = LogisticRegression(C=0.3, solver="liblinear", max_iter=20, tol=2e-2, random_state=SEED)
    fitted.fit(counts[:, common], gold.target[lines], sample_weight=importance)
    scale = float(np.abs(fitted.coef_).max()) / 127
    table = np.zeros(BUCKETS, dtype=np.int8)
    table[common] = np.round(fitted.coef_[0] / scale).astype(np.int8)
    return table, scale, float(fitted.intercept_[0])


def wording(gold: Gold, words: Words, lines: Array) -> Array:
    """Columns WORDING of some lines, as `model.word_score` gives them."""
    table, scale, bias = words
    part = gold.words[lines].copy()
    score = part @ (table.astype(np.float32) * scale)
    part.data = np.ones_like(part.data)
    size = np.maximum(np.asarray(part.sum(axis=1)).ravel(), 1)
    part.data = (table[part.indices] != 0).astype(np.float32)
    known = np.asarray(part.sum(axis=1)).ravel()
    return np.column_stack([np.where(known > 0, score + bias, 0.0), known / size])


def outside_wording(gold: Gold, left_out: Collection[int], workers: int) -> Array:
    """Columns WORDING of all lines, those of each fold scored by words fitted without that fold and without those left out."""
    folds = gold.line_folds()
    result = np.zeros((len(gold.target), 2), dtype=np.float32)
    others = sorted(set(range(FOLDS)) - set(left_out))
    for fold, words in zip(others, fork_map(lambda fold: fit_words(gold, {fold, *left_out}), others, workers), strict=True):
        lines = np.flatnonzero(folds == fold)
        result[lines] = wording(gold, words, lines)
    return result


# -- network -----------------------------------------------------------------------------------------------------------------


def line_weights(gold: Gold) -> Array:
    """What each line counts: by length, so that each page counts about the same; less for sets not made by hand."""
    weights = np.zeros(len(gold.target), dtype=np.float32)
    for i, dump in enumerate(gold.dumps):
        here = slice(gold.bounds[i], gold.bounds[i + 1])
        size = np.minimum(gold.tokens[here], 150) + 3.0
        whole = max(float((gold.tokens[here] * gold.target[here]).sum()), 120.0)
        share = 0.7 if dump.regime == "clean" else 1.0 if dump.set in cleaning_data.SETS else 0.6
        weights[here] = np.minimum(size / whole, 0.3) * share
    return weights


def fit_model(gold: Gold, left_out: Collection[int] = (), *, workers: int = 1) -> dict[str, Array]:
    """All arrays of `weights.npz`, fitted without the folds left out; the same for any number of workers."""
    columns = gold.columns.copy()
    at = [gold.names.index(name) for name in WORDING]
    columns[:, at] = outside_wording(gold, left_out, workers)
    train = ~np.isin(gold.line_folds(), list(left_out))
    mean, spread = columns[train].mean(axis=0), columns[train].std(axis=0) + 1e-3
    x = ((columns - mean) / spread).astype(np.float32)
    weights = line_weights(gold)
    documents = [
        (x[a:b], gold.target[a:b], weights[a:b])
        for a, b, fold in zip(gold.bounds, gold.bounds[1:], gold.fold, strict=False)
        if fold not in left_out
    ]

    def member(number: int) -> dict[str, Array]:
        return train_cleaner_network.train_network(documents, wording=at, width=WIDTH, epochs=EPOCHS, seed=SEED + number)

    members = fork_map(member, range(MEMBERS), workers)
    arrays = {name: np.stack([member[name] for member in members]) for name in members[0]}
    table, scale, bias = fit_words(gold, left_out)
    result = {name: array.astype(np.float16) for name, array in arrays.items()}
    result.update(words=table, word_scale=np.float32(scale), word_bias=np.float32(bias), mean=mean.astype(np.float32))
    result.update(scale=(1 / spread).astype(np.float32), explain=_explain(x[train], arrays))
    result.update(
        sureness=np.float32(SURENESS), offset=np.float32(OFFSET), long_line=np.float32(LONG_LINE), mostly_text=np.float32(MOSTLY_TEXT)
    )
    return result


def fold_models(gold: Gold, folder: Path, workers: int) -> list[Path]:
    """`fold_model` of every fold, several at a time."""
    return fork_map(lambda fold: fold_model(gold, fold, folder, workers=workers // FOLDS), range(FOLDS), min(workers, FOLDS))


def fold_model(gold: Gold, fold: int, folder: Path, *, workers: int = 1) -> Path:
    """File with the weights fitted without one fold: made here, unless the folder holds it for the same data, columns and trainer."""
    key = blake2b(digest_size=8)
    for part in (
        gold.columns.tobytes(),
        gold.target.tobytes(),
        gold.fold.tobytes(),
        repr((WIDTH, EPOCHS, SEED, MEMBERS, SURENESS, OFFSET, LONG_LINE, MOSTLY_TEXT)),
    ):
        key.update(part if isinstance(part, bytes) else part.encode())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"fold{fold}-{key.hexdigest()}.npz"
    if not path.exists():
        np.savez(path, **fit_model(gold, {fold}, workers=workers))  # type: ignore[arg-type]  # of numpy: names given as keywords
    return path


def _explain(x: Array, arrays: dict[str, Array]) -> Array:
    """A linear reading of the network: ridge regression of its logit (bounded) on its input."""
    some = x[:: max(1, len(x) // 60_000)]
    logit = np.clip(model.ensemble(some, np.array([0, len(some)]), arrays), -6, 6)
    square = some.T @ some + 0.01 * len(some) * np.eye(some.shape[1], dtype=np.float32)
    return np.linalg.solve(square, some.T @ (logit - logit.mean())).astype(np.float32)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on everything and write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=model.WEIGHTS, help="file to write (default: the one the package ships)")
    parser.add_argument("--workers", type=int, default=1, help="cores to use (default: %(default)s)")
    options = parser.parse_args(arguments)
    folder = cleaning_data.gold_folder()
    if folder is None:
        print("no gold data: set CORPUS_GOLD to its folder", file=sys.stderr)
        return 2
    arrays = fit_model(read_gold(training_dumps(folder)), workers=options.workers)
    np.savez_compressed(options.out, **arrays)  # type: ignore[arg-type]  # of numpy: names given as keywords
    print(f"{options.out}: {options.out.stat().st_size} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
