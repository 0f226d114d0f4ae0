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


def probability(forest: dict[str, Any], row: Sequence[float]) -> float:
    """Probability that a forest gives to one row of feature values."""
    total = float(forest["baseline"])
    for tree in forest["trees"]:
        node = tree[0]
        while len(node) > 1:
            node = tree[node[2]] if row[node[0]] <= node[1] else tree[node[3]]
        total += node[0]
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


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
