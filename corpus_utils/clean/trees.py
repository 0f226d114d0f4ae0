"""Gradient-boosted trees as plain data: evaluating a small forest without the library that grew it.

Conventions
    A forest is {"baseline": float, "trees": [tree]}; a tree is a list of nodes, node 0 its root; an inner node is
    [feature, threshold, left, right] (left where the value is at most the threshold), a leaf is [value]. The sum of the leaves and the
    baseline is the log-odds (Friedman 2001).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np


def probability(forest: dict[str, Any], row: Sequence[float]) -> float:
    """Probability that a forest gives to one row of feature values."""
    total = float(forest["baseline"])
    for tree in forest["trees"]:
        node = tree[0]
        while len(node) > 1:
            node = tree[node[2]] if row[node[0]] <= node[1] else tree[node[3]]
        total += node[0]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


class Forest:
    """A forest laid out as arrays, for many rows at once. `probabilities` equals `probability` of each row.

    Every tree is filled up to the depth of the deepest, a leaf becoming a subtree of leaves alike. All questions are asked at once, feature
    by feature, and the answers on the way down are then chosen by bits: nothing is looked up but the leaf that is reached.
    """

    def __init__(self, forest: dict[str, Any]) -> None:
        trees = forest["trees"]
        self._baseline = float(forest["baseline"])
        self._depth = max((_depth(tree) for tree in trees), default=0)
        leaves = 1 << self._depth
        feature, threshold = np.zeros((leaves - 1, len(trees)), dtype=np.intp), np.zeros((leaves - 1, len(trees)))
        value = np.zeros((len(trees), leaves))
        for number, tree in enumerate(trees):
            below = [0]  # nodes of the tree at the places of one level, from left to right
            for level in range(self._depth):
                for place, node in enumerate(below):
                    if len(tree[node]) > 1:
                        at = (1 << level) - 1 + place
                        feature[at, number], threshold[at, number] = tree[node][:2]
                below = [child for node in below for child in (tree[node][2:] if len(tree[node]) > 1 else (node, node))]
            value[number] = [tree[node][0] for node in below]
        asked, which = np.unique(np.stack([feature.ravel(), threshold.ravel()]), axis=1, return_inverse=True)  # many nodes ask the same
        self._features, first = np.unique(asked[0].astype(np.intp), return_index=True)
        self._bounds = [*first.tolist(), asked.shape[1]]
        self._threshold = asked[1][:, None]
        self._asked = which.reshape(feature.shape)  # by place in the tree and tree
        self._value, self._begin = value.ravel(), (np.arange(len(trees)) * leaves)[:, None]

    def probabilities(self, rows: Sequence[Sequence[float]] | np.ndarray) -> list[float]:
        """Probability the forest gives to each row of feature values."""
        return [1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) for total in self.log_odds(rows).tolist()]

    def log_odds(self, rows: Sequence[Sequence[float]] | np.ndarray) -> np.ndarray:
        """Log-odds the forest gives to each row of feature values."""
        if not len(rows):
            return np.zeros(0)
        columns = np.ascontiguousarray(np.asarray(rows, dtype=np.float64).T)
        low = np.empty((len(self._threshold), len(rows)), dtype=bool)  # by question and row: the value is at most the threshold
        for number, a, b in zip(self._features.tolist(), self._bounds, self._bounds[1:], strict=False):
            np.less_equal(columns[number], self._threshold[a:b], out=low[a:b])
        answers = low.view(np.uint8)
        leaf = np.zeros((len(self._begin), len(rows)), dtype=np.uint8 if self._depth <= 8 else np.intp)
        turns: list[np.ndarray] = []  # at each level above, by tree and row
        for level in range(self._depth):
            told = [answers[nodes] for nodes in self._asked[(1 << level) - 1 : (2 << level) - 1]]
            for turn in reversed(turns):  # of two neighbours the one that the level above leads to
                told = [right ^ (turn & (left ^ right)) for left, right in zip(told[::2], told[1::2], strict=True)]
            turns.append(told[0])
            leaf += (1 - told[0]) << (self._depth - 1 - level)
        total = np.zeros(len(rows))
        for values in self._value.take(leaf + self._begin):  # one after the other, so that sums do not depend on how numpy adds
            total += values
        return total + self._baseline


def _depth(tree: Sequence[Sequence[float]], node: int = 0) -> int:
    return 0 if len(tree[node]) == 1 else 1 + max(_depth(tree, int(tree[node][2])), _depth(tree, int(tree[node][3])))


def export_forest(model: Any) -> dict[str, Any]:
    """The forest of a fitted scikit-learn HistGradientBoostingClassifier with two classes and no categories."""
    trees = []
    for (predictor,) in model._predictors:
        nodes = []
        for node in predictor.nodes:
            if node["is_leaf"]:
                nodes.append([round(float(node["value"]), 5)])
            else:
                nodes.append([int(node["feature_idx"]), round(float(node["num_threshold"]), 9), int(node["left"]), int(node["right"])])
        trees.append(nodes)
    return {"baseline": round(float(model._baseline_prediction.ravel()[0]), 5), "trees": trees}
