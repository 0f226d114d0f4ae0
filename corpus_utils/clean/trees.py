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
    """A forest laid out as arrays, for many rows at once. `probabilities` equals `probability` of each row."""

    def __init__(self, forest: dict[str, Any]) -> None:
        trees = forest["trees"]
        width = max((len(tree) for tree in trees), default=1)
        self._baseline = float(forest["baseline"])
        self._feature = np.zeros((len(trees), width), dtype=np.intp)
        self._threshold = np.full((len(trees), width), np.inf)
        self._below, self._above = (np.tile(np.arange(width), (len(trees), 1)) for _ in range(2))  # a leaf leads to itself
        self._value = np.zeros((len(trees), width))
        for t, tree in enumerate(trees):
            for n, node in enumerate(tree):
                if len(node) == 1:
                    self._value[t, n] = node[0]
                else:
                    self._feature[t, n], self._threshold[t, n], self._below[t, n], self._above[t, n] = node
        self._next = np.stack([self._above, self._below], axis=2)  # by whether the value is at most the threshold
        self._depth = max((_depth(tree) for tree in trees), default=0)

    def probabilities(self, rows: Sequence[Sequence[float]] | np.ndarray) -> list[float]:
        """Probability the forest gives to each row of feature values."""
        return [1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) for total in self.log_odds(rows).tolist()]

    def log_odds(self, rows: Sequence[Sequence[float]] | np.ndarray) -> np.ndarray:
        """Log-odds the forest gives to each row of feature values."""
        if not len(rows):
            return np.zeros(0)
        x = np.ascontiguousarray(rows, dtype=np.float64)
        trees, width = self._value.shape
        feature, threshold, value = self._feature.ravel(), self._threshold.ravel(), self._value.ravel()
        roots = np.arange(trees) * width
        following = (roots[:, None, None] + self._next).ravel()
        node, row = np.tile(roots, (len(x), 1)), np.arange(len(x))[:, None] * x.shape[1]
        for _ in range(self._depth):
            low = x.ravel().take(row + feature.take(node)) <= threshold.take(node)
            node = following.take(2 * node + low)
        total = np.zeros(len(x))
        for leaves in node.T:  # one after the other, so that sums do not depend on how numpy adds
            total += value.take(leaves)
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
