"""Frames as packages of elements: which problems, causes, judgements and remedies stories hold together (Matthes & Kohring 2008).

How packages are found
    1. A story has a part (a problem named, somebody held to be behind it, ...) where a passage of it is labelled with the element and has
       cues of the part. Stories with parts of fewer than two elements are left out: one element is no frame.
    2. Parts that under 5 % or over 95 % of the stories have tell nothing apart and are left out.
    3. Stories are grouped by Ward's method (1963) on squared Euclidean distance, which for parts that are there or not is the number of
       parts in which two stories differ.
    4. The number of packages is the largest whose packages all come back when stories are resampled: their mean Jaccard similarity with
       the nearest package of a resample is at least .6 (Hennig 2007, who calls less than that dissolved).
    5. There must be something to find: the packages explain more of the differences between stories than in any of 19 tables in which
       every part is dealt anew over the stories (p = .05).
Refused with fewer than 100 such stories, or fewer than six parts. A package is what goes together in this corpus; its name lists its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LEAST_STORIES = 100
LEAST_PARTS = 6
MOST_STORIES = 2000  # grouping takes memory that grows with the square of them; more are thinned evenly
MOST_PACKAGES = 6
RARE = 0.05
STABLE = 0.6
RESAMPLES = 30
DEALS = 19
TOLD = 4  # parts that name a package
COLUMNS = ["package", "parts", "stories", "share", "low", "high", "stability", "typical"]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Packages:
    """`table` has COLUMNS, largest first, and is empty where `reason` says why; `stories` took part, `left_out` had one element or none."""

    table: pd.DataFrame
    reason: str
    stories: int
    left_out: int


def story_parts(coded: pd.DataFrame) -> pd.DataFrame:
    """Stories by parts, 0 or 1, from `frame_elements.code_elements`; index: article ids, columns: "element: part"."""
    import pandas as pd

    pairs = sorted({
        (article, str(mark[2]))
        for article, label, evidence in zip(*(coded[name].tolist() for name in ("article_id", "label", "evidence")))
        for mark in evidence if str(mark[2]).partition(":")[0] in label
    })  # fmt: skip
    held = pd.DataFrame(pairs, columns=["article", "part"])
    return pd.crosstab(held["article"], held["part"]).clip(upper=1)


def main_packages(coded: pd.DataFrame, articles: pd.DataFrame, *, seed: int = 0) -> Packages:
    """Packages of the stories in the language that most of them have: parts have other cues in each language, so they are not mixed.

    `coded` as `frame_elements.code_elements` makes it of `articles`.
    """
    once = articles.drop_duplicates("family")
    language = once["language"].value_counts().sort_index().idxmax() if len(once) else ""
    mine = once[once["language"] == language]
    parts = story_parts(coded[coded["article_id"].isin(mine["id"])])
    return find_packages(parts, dict(zip(mine["id"], mine["title"])), stories=len(mine), seed=seed)


def find_packages(parts: pd.DataFrame, titles: dict[str, str], *, stories: int, seed: int = 0) -> Packages:
    """Packages of `story_parts` of one language; `stories` were looked at, `titles` by article id."""
    import pandas as pd

    elements = parts.columns.str.partition(":").get_level_values(0) if len(parts.columns) else []
    several = parts[[len(set(elements[row > 0])) >= 2 for row in parts.to_numpy()]]
    left_out, nothing = stories - len(several), pd.DataFrame(columns=COLUMNS)
    several = several.iloc[:: max(1, -(-len(several) // MOST_STORIES))]
    if len(several) < LEAST_STORIES:
        why = f"{len(several)} stories have cues of two elements or more; it takes {LEAST_STORIES}"
        return Packages(nothing, why, len(several), left_out)
    shares = several.mean()
    kept = several.loc[:, (shares >= RARE) & (shares <= 1 - RARE)]
    if len(kept.columns) < LEAST_PARTS:
        why = f"{len(kept.columns)} parts are in some of the stories and not in nearly all; it takes {LEAST_PARTS}"
        return Packages(nothing, why, len(several), left_out)
    group, stability = _stable_groups(kept.to_numpy(float), seed)
    if not len(stability):
        why = "no two groups of stories come back when stories are resampled, or explain more than chance: parts combine freely here"
        return Packages(nothing, why, len(several), left_out)
    rows = [_row(kept, group == number, stability[number], titles, seed) for number in range(len(stability))]
    table = pd.DataFrame(rows).sort_values(["stories", "parts"], ascending=[False, True], ignore_index=True)
    return Packages(table.assign(package=range(1, len(table) + 1))[COLUMNS], "", len(several), left_out)


def _row(kept: pd.DataFrame, mine: Array, stability: float, titles: dict[str, str], seed: int) -> dict[str, Any]:
    """A package: the parts it has more often than the other stories, and the story nearest to its centre."""
    from corpus_utils.stats import cluster_bootstrap

    values = kept.to_numpy(float)
    ahead = values[mine].mean(axis=0) - values[~mine].mean(axis=0)
    order = [number for number in np.argsort(-ahead, kind="stable")[:TOLD].tolist() if ahead[number] > RARE]
    told = [f"{kept.columns[number].partition(': ')[2]} ({values[mine, number].mean():.0%})" for number in order]
    distance = ((values - values[mine].mean(axis=0)) ** 2).sum(axis=1)
    nearest = kept.index[int(np.where(mine, distance, np.inf).argmin())]
    spread = cluster_bootstrap(mine.astype(float), np.arange(len(mine)), seed=seed)
    return {
        "parts": "; ".join(told) or "fewer parts than the others", "stories": int(mine.sum()), "share": spread.estimate, "low": spread.low,
        "high": spread.high, "stability": stability, "typical": titles.get(str(nearest), ""),
    }  # fmt: skip


def _stable_groups(values: Array, seed: int) -> tuple[Array, Array]:
    """Group of each story and stability of each group, for the largest number of groups that holds; empty where none does."""
    generator = np.random.default_rng(seed)
    numbers = range(2, MOST_PACKAGES + 1)
    groups = _ward(values, numbers)
    back = {k: np.zeros(k) for k in numbers}
    for _ in range(RESAMPLES):
        drawn = np.sort(generator.integers(0, len(values), len(values)))
        for k, again in _ward(values[drawn], numbers).items():
            back[k] += _nearest_jaccard(groups[k][drawn], again, k) / RESAMPLES
    dealt = [_ward(table, numbers) | {0: table} for table in (generator.permuted(values, axis=0) for _ in range(DEALS))]
    for k in reversed(numbers):
        chance = max(_explained(deal[0], deal[k]) for deal in dealt)
        if (back[k] >= STABLE).all() and _explained(values, groups[k]) > chance:
            return groups[k], back[k]
    return np.zeros(0, int), np.zeros(0)


def _ward(values: Array, numbers: range) -> dict[int, Array]:
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(values, "ward")
    return {k: fcluster(tree, k, "maxclust") - 1 for k in numbers}


def _nearest_jaccard(first: Array, second: Array, k: int) -> Array:
    """For each group of `first` its Jaccard similarity with the most similar group of `second`; 0 for one that was not drawn."""
    both = np.zeros((k, k))
    np.add.at(both, (first, second), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))


def _explained(values: Array, group: Array) -> float:
    """Share of the squared distances from the mean that lies between groups."""
    spread = ((values - values.mean(axis=0)) ** 2).sum()
    within = sum(((values[group == number] - values[group == number].mean(axis=0)) ** 2).sum() for number in np.unique(group))
    return float(1 - within / max(spread, 1e-12))


def packages_in_words(found: Packages) -> str:
    """What was found, or why nothing is said."""
    if found.reason:
        return f"Elements are not grouped into frames: {found.reason}."
    lead = found.table.iloc[0]
    return (
        f"{len(found.table)} packages of elements come back when stories are resampled. The largest, {lead['share']:.0%} of "
        f"{found.stories} stories, has more than the others: {lead['parts']}. {found.left_out} stories have cues of one element "
        "or none and are left out."
    )


def packages_table(found: Packages) -> pd.DataFrame:
    """`Packages.table` as a reader's table: shares with their intervals."""
    out = found.table[["package", "parts", "stories", "share", "stability", "typical"]].copy()
    out["share"] = list(zip(found.table["share"], found.table["low"], found.table["high"]))
    return out.rename(columns={"parts": "has more often than the other stories", "typical": "most typical story"})
