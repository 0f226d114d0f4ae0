"""Which mentions are read for the tone towards their actor: all of them, or, above a budget, a stratified sample with known chances.

The model is a small transformer, the dearest step there is. An actor is judged once a sentence, at its first mention there. Where
these are more than the budget, only the actors of the most articles are judged, and their sentences are drawn by outlet: each outlet
has an equal claim to the budget, and what a small one leaves goes to the others. Chances are powers of one half and the draw is by a
checksum of the mention's id, so a few new articles change few draws; means weight a mention by 1 / chance.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

BUDGET = 10_000  # mentions; about two minutes of one core
LEADING = 100  # actors judged where the budget does not do for all


def draw_targets(mentions: pd.DataFrame, articles: pd.DataFrame, *, budget: int = BUDGET) -> pd.DataFrame:
    """`mentions` with `chance` filled in: 0 not drawn, else the chance with which the mention was.

    One mention per actor and sentence can be drawn; mentions that could not be placed in a sentence cannot.
    """
    first = (mentions["at"] >= 0) & ~mentions.assign(placed=mentions["at"] >= 0).duplicated(["sentence_id", "actor", "placed"])
    chance = np.zeros(len(mentions))
    chance[first.to_numpy()] = 1.0
    if not budget:
        chance[:] = 0.0
    elif first.sum() > budget:
        reach = mentions[first].groupby("actor", sort=True)["article_id"].nunique()
        leading = reach.sort_values(ascending=False, kind="stable").head(LEADING).index
        eligible = (first & mentions["actor"].isin(leading)).to_numpy()
        outlets = mentions["article_id"].map(articles.set_index("id")["outlet"]).to_numpy(dtype="str")
        chance = np.where(eligible, _chances(outlets, eligible, budget), 0.0)
        drawn = np.fromiter((zlib.crc32(name.encode()) for name in mentions["id"]), dtype=np.float64, count=len(mentions)) / 2**32
        chance = np.where(drawn < chance, chance, 0.0)
    return mentions.assign(chance=chance)


def _chances(strata: np.ndarray, eligible: np.ndarray, budget: int) -> np.ndarray:
    """Chance of each unit of its stratum: the largest power of one half that keeps the stratum within its claim."""
    names, sizes = np.unique(strata[eligible], return_counts=True)
    chance, left = {}, float(budget)
    for place, number in enumerate(np.argsort(sizes, kind="stable").tolist()):
        claim = max(1.0, left / (len(names) - place))
        halvings = max(0, int(np.ceil(np.log2(sizes[number] / claim))))
        chance[str(names[number])] = 0.5**halvings
        left -= min(float(sizes[number]), sizes[number] * 0.5**halvings)
    return np.array([chance.get(str(name), 0.0) for name in strata])
