"""Records to train a coder on, as tables: labels, groups, titles, their language, and folds that keep groups whole."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.annotate.frame_coder import CoderError
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd

FOLDS = 5
LEAST_POSITIVE = 8  # texts with a label; fewer cannot be cross-validated
LEAST_TEXTS = 40
GROUP_COLUMNS = ("group", "event", "article_id")


def read_labels(records: pd.DataFrame) -> tuple[tuple[str, ...], Array, Array]:
    """Label names (sorted), a table texts x labels of 0 and 1, and a group number per text.

    `labels` is a list of names, the JSON text of one, or names separated by ";". Raises CoderError where a column is missing or
    a label has too few texts.
    """
    for column in ("text", "labels"):
        if column not in records.columns:
            raise CoderError(f"records to train on need a column {column!r}; there are: {', '.join(map(str, records.columns))}")
    given = [_names(value, row) for row, value in enumerate(records["labels"].tolist(), 1)]
    counts: dict[str, int] = {}
    for names in given:
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    labels = tuple(sorted(counts))
    if len(records) < LEAST_TEXTS or not any(count >= LEAST_POSITIVE for count in counts.values()):
        have = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "no labels"
        raise CoderError(
            f"{len(records)} texts ({have}) cannot carry a coder: it takes {LEAST_TEXTS} texts and a label with {LEAST_POSITIVE} of them"
        )
    table = np.array([[label in names for label in labels] for names in given], int)
    if len(labels) == 1 and table.all():
        raise CoderError(f"every text has the label {labels[0]!r}; there is nothing to tell apart")
    column = next((name for name in GROUP_COLUMNS if name in records.columns), "text")
    keys = [str(value) for value in records[column].tolist()]
    number = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return labels, table, np.array([number[key] for key in keys])


def _names(value: Any, row: int) -> list[str]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except ValueError as error:
                raise CoderError(f"record {row}: `labels` is not a list: {text[:60]!r}") from error
        else:
            value = [part.strip() for part in text.split(";") if part.strip()]
    if value is None or (isinstance(value, float) and value != value):
        return []
    try:
        return sorted({str(name) for name in value if str(name).strip()})
    except TypeError as error:
        raise CoderError(f"record {row}: `labels` should be a list of names, not {value!r}") from error


def folds(table: Array, groups: Array, seed: int, count: int = FOLDS) -> Array:
    """Fold number of each text, of so many: groups whole, rare labels spread first (greedy, after Sechidis et al. 2011)."""
    generator = np.random.default_rng(seed)
    names, owner = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), table.shape[1]))
    np.add.at(sums, owner, table)
    sizes = np.bincount(owner).astype(float)
    load, held, fold = np.zeros((count, table.shape[1])), np.zeros(count), np.zeros(len(names), int)
    rarity = np.where(sums > 0, 1 / np.maximum(table.sum(axis=0), 1), 0).max(axis=1)
    order = np.lexsort((generator.random(len(names)), -rarity))
    for group in order:
        rarest = int(np.argmax(np.where(sums[group] > 0, 1 / np.maximum(table.sum(axis=0), 1), -1)))
        mine = load[:, rarest] if sums[group].any() else np.zeros(count)
        chosen = int(np.lexsort((held, mine))[0])
        fold[group] = chosen
        load[chosen] += sums[group]
        held[chosen] += sizes[group]
    return fold[owner]


def read_titles(records: pd.DataFrame) -> list[str]:
    """The records' titles, "" where a record has none; empty where they have no column `title`."""
    if "title" not in records.columns:
        return []
    return [value.strip() if isinstance(value, str) else "" for value in records["title"].tolist()]


def main_language(records: pd.DataFrame) -> str:
    """The language of at least nine in ten records, where the generic codebook has cues in it; else ""."""
    from corpus_utils.annotate.codebook import load_codebook
    from corpus_utils.annotate.languages import resolve_languages

    language, count = Counter(resolve_languages(records)).most_common(1)[0]
    return language if count >= 0.9 * len(records) and language in load_codebook("generic").languages else ""
