"""Which mentions are read for the tone towards their actor: all of them, or, above a budget, a stratified sample with known chances.

The model is a small transformer, the dearest step there is. An actor is judged once a sentence, at its first mention there. Where
these are more than the budget, only the actors of the most articles are judged, and their sentences are drawn by outlet: each outlet
has an equal claim to the budget, and what a small one leaves goes to the others. Chances are powers of one half and the draw is by a
checksum of the mention's id, so a few new articles change few draws; means weight a mention by 1 / chance.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate.actor_counts import Tally, cast_part, tally_casts
from corpus_utils.annotate.actor_parts import first_mentions

if TYPE_CHECKING:
    import pandas as pd

BUDGET = 10_000  # mentions; about two minutes of one core
LEADING = 100  # actors judged where the budget does not do for all


class Draw(NamedTuple):
    """Who is judged: `everyone`, or the mentions of the `leading` actors with a chance by outlet."""

    everyone: bool
    leading: frozenset[str] = frozenset()
    chances: Mapping[str, float] = MappingProxyType({})


def plan_draw(tally: Tally, budget: int = BUDGET) -> Draw:
    """How to draw about `budget` mentions, from what all parts tell (see `actor_counts`)."""
    tallies = tally.tallies
    if not budget:
        return Draw(everyone=False)
    if tallies["firsts"].sum() <= budget:
        return Draw(everyone=True)
    told = tallies[tallies["firsts"] > 0]
    reach = told.groupby("actor", sort=True)["reach"].sum()
    leading = reach.sort_values(ascending=False, kind="stable").head(LEADING).index
    sizes = told[told["actor"].isin(leading)].groupby("outlet", sort=True)["firsts"].sum()
    names = tally.texts.take(leading.to_numpy()).to_pylist()
    return Draw(False, frozenset(names), _chances(sizes.set_axis([tally.outlets[number] for number in sizes.index]), budget))


def draw_part(mentions: pd.DataFrame, articles: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Mentions of a part with `chance` filled in: 0 not drawn, else the chance with which the mention was; `articles` has id and outlet.

    One mention per actor and sentence can be drawn; mentions that could not be placed in a sentence cannot.
    """
    first = first_mentions(mentions).to_numpy()
    if draw.everyone:
        return mentions.assign(chance=first.astype(float))
    eligible = first & mentions["actor"].isin(draw.leading).to_numpy()
    outlets = mentions["article_id"].map(articles.set_index("id")["outlet"])
    chance = np.where(eligible, outlets.map(dict(draw.chances)).fillna(0.0).to_numpy(dtype=float), 0.0)
    drawn = np.fromiter((zlib.crc32(name.encode()) for name in mentions["id"]), dtype=np.float64, count=len(mentions)) / 2**32
    return mentions.assign(chance=np.where(drawn < chance, chance, 0.0))


def draw_targets(mentions: pd.DataFrame, articles: pd.DataFrame, *, budget: int = BUDGET) -> pd.DataFrame:
    """The same for mentions that fit into memory."""
    cast = cast_part(mentions, articles)
    return draw_part(mentions, articles, plan_draw(tally_casts([cast["forms"]], [cast["casts"]], {}), budget))


def _chances(sizes: pd.Series, budget: int) -> dict[str, float]:
    """Chance of each unit of its stratum, by its name: the largest power of one half that keeps the stratum within its claim."""
    chance, left = {}, float(budget)
    for place, (name, size) in enumerate(sizes.sort_values(kind="stable").items()):
        claim = max(1.0, left / (len(sizes) - place))
        halvings = max(0, int(np.ceil(np.log2(size / claim))))
        chance[str(name)] = 0.5**halvings
        left -= min(float(size), size * 0.5**halvings)
    return chance
