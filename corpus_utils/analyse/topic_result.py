"""What fitting topics gives: the tables of a model, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TopicModel:
    """Topics of n texts. With verdict "refused" all tables are empty and `reason` says what would be enough.

    topics     topic (1, 2, ... by prevalence), name, words (list, as the texts write them), prevalence (share of the texts' words),
               stability, stable, coherence (NPMI), exclusivity
    weights    id, then one column per topic, called by its number: shares of the text, summing to 1 (0 throughout for a text
               without known words)
    by_k       k, stability, coherence, exclusivity, score, spread, fits, chosen (`topic_select.compare`): the range that was compared
               (one row, without spread and fits, where k was given)
    by_method  method, stability, coherence, exclusivity, information, score, chosen (`topic_select.compare_methods`): the models that
               were compared (one row, without information, where it was named)
    """

    verdict: str
    reason: str
    topics: pd.DataFrame
    weights: pd.DataFrame
    by_k: pd.DataFrame
    by_method: pd.DataFrame
    components: Array = field(repr=False)
    vocabulary: list[str] = field(repr=False)
    method: str = ""

    @property
    def assignment(self) -> list[int]:
        """The strongest topic of each text; 0: none."""
        table = self.weights.drop(columns="id").to_numpy()
        if not table.size:
            return [0] * len(self.weights)
        return np.where(table.max(axis=1) > 0, table.argmax(axis=1) + 1, 0).tolist()


def refused_model(names: list[str], reason: str) -> TopicModel:
    """A model without topics of the texts called `names`."""
    import pandas as pd

    empty = pd.DataFrame(columns=["topic", "name", "words", "prevalence", "stability", "stable", "coherence", "exclusivity"])
    by_k = pd.DataFrame(columns=["k", "stability", "coherence", "exclusivity", "score", "spread", "fits", "chosen"])
    by_method = pd.DataFrame(columns=["method", "stability", "coherence", "exclusivity", "information", "score", "chosen"])
    return TopicModel("refused", reason, empty, pd.DataFrame({"id": names}), by_k, by_method, np.zeros((0, 0)), [])
