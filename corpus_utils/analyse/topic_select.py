"""How many topics, how coherent, how exclusive, and which words name them.

coherence    mean NPMI of a topic's top ten words over the corpus's own texts (Bouma 2009; Roeder et al. 2015 use windows, this uses
             texts): -1 never together, 0 independent, 1 always together
exclusivity  share of a top word's weight over all topics that this topic holds, mean over its top ten words
stability    see `topics`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.counts import Counts
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd

TOP = 10
QUICK_REPEATS = 4  # repeats per k while comparing; the chosen k is fitted with all
RANGE = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30)
LEAST_TEXTS_PER_TOPIC = 25
MOST_COMPARED = 1500  # texts used to compare numbers of topics; all are used for the chosen one
CLOSE = 0.005  # scores nearer than this to the best count as equal; the largest such k is taken, because it tells more


def compare(table: Any, counts: Counts, *, seed: int) -> pd.DataFrame:
    """One row per k: k, stability, coherence, exclusivity, score (their mean, each scaled over the range), chosen."""
    import pandas as pd

    from corpus_utils.analyse import topic_models
    from corpus_utils.analyse.topics import SAMPLE

    if table.shape[0] > MOST_COMPARED:
        rows_used = np.sort(np.random.default_rng(seed).choice(table.shape[0], size=MOST_COMPARED, replace=False))
        table, counts = table[rows_used], Counts(counts.matrix[rows_used], counts.vocabulary)
    most = max(2, min(RANGE[-1], table.shape[0] // LEAST_TEXTS_PER_TOPIC, min(table.shape) - 1))
    rows = []
    for k in (k for k in RANGE if k <= most):
        found = topic_models.consensus(table, k, seed=seed, repeats=QUICK_REPEATS, sample=SAMPLE)
        rows.append(row(k, found.stability, coherence(counts, found.components), exclusivity(found.components)))
    out = pd.concat(rows, ignore_index=True)
    out["score"] = (out["stability"] + out["coherence"].clip(lower=0) + out["exclusivity"]) / 3
    near = out["score"] >= out["score"].max() - CLOSE
    out["chosen"] = out["k"] == out.loc[near, "k"].max()
    return out


def row(k: int, stability: Array, coherent: Array, exclusive: Array) -> pd.DataFrame:
    """One row of the comparison, as a table."""
    import pandas as pd

    values = [round(float(np.mean(part)), 6) for part in (stability, coherent, exclusive)]
    return pd.DataFrame(
        [{"k": k, "stability": values[0], "coherence": values[1], "exclusivity": values[2], "score": np.nan, "chosen": True}]
    )


def top_words(components: Array, most: int) -> Array:
    """Columns of the `most` heaviest words of each topic (ties: alphabetical), shape (topics, most)."""
    return np.argsort(-components.round(12), axis=1, kind="stable")[:, :most]


def coherence(counts: Counts, components: Array) -> Array:
    """Mean NPMI of each topic's top words."""
    present = (counts.matrix > 0).astype(float).tocsc()
    n = present.shape[0]
    out = np.zeros(len(components))
    for topic, columns in enumerate(top_words(components, TOP)):
        chosen = present[:, columns]
        together = np.asarray((chosen.T @ chosen).todense()) / n
        single = np.diag(together)
        upper = np.triu_indices(len(columns), 1)
        joint, product = together[upper], np.outer(single, single)[upper]
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(joint / product) / -np.log(joint)
        npmi = np.where(joint <= 0, -1.0, np.where(joint >= 1, 1.0, npmi))
        out[topic] = npmi.mean()
    return out


def exclusivity(components: Array) -> Array:
    """Mean share of their total weight that a topic's top words have in it."""
    share = components / np.maximum(components.sum(axis=0, keepdims=True), 1e-12)
    return np.array([share[topic, columns].mean() for topic, columns in enumerate(top_words(components, TOP))])


def distinctive(components: Array, vocabulary: list[str], most: int) -> list[list[str]]:
    """Words naming each topic: weight times the square root of exclusivity, best first."""
    share = components / np.maximum(components.sum(axis=0, keepdims=True), 1e-12)
    return [[vocabulary[w] for w in columns] for columns in top_words(components * np.sqrt(share), most)]
