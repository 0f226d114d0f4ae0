"""Names of a corpus from summaries of its parts, so that no table of all mentions is ever held or written.

    part -> names_of_part ... all parts -> merge_names -> renames (names of the corpus)
    part, renames -> rename: the part's mentions under the corpus' names
    part -> cast_part ... all parts, renames -> tally_casts -> count_actors (see `actor_counts`) -> the table `actors`

Every count is of articles or mentions, and no article lies in two parts: what a summary counts may be added up.

Conventions
    `names`   kind, name, count: mentions by actor ("mentions", and "settled" where the list of countries settles the name), articles by
              full name ("full"), by key of a word ("held"), and of those with a bearer or a title ("borne")
    `spelt`   article_id, text, actor of articles with a "Jr." or "Sr.", whose namesakes may have to be told apart
    `short`   text, actor, count: articles by abbreviation and the name that its part took it for
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_standing import (
    ABBREVIATION,
    SEVERAL,
    TITLED,
    Standing,
    bearing,
    generation,
    known_briefly,
    standing_from,
)

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections

MOST_NAMES = 20_000  # distinct names compared with each other, the most mentioned first; rarer ones keep the name their part gave them
SETTLED = ("country name", "seat of government", "body named in several languages")  # rules that do not depend on other names
Renames = Mapping[str, tuple[str, str]]  # name a part gave -> (name in the corpus, reason), for names that change


def names_of_part(mentions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`names`, `spelt` and `short` of one part of `mentions`."""
    import pandas as pd

    settled = mentions["rule"].str.startswith(SETTLED)
    free = mentions[~settled]
    seen = free[["article_id", "text", "actor", "rule"]].drop_duplicates()
    several = seen["text"].str.contains(" ", regex=False)
    single = seen[~several]
    told = single[single["rule"].str.startswith(("surname", "first name", TITLED))]
    full = seen[several].groupby("actor", sort=True)["article_id"].nunique()
    held, borne = (bearing(full.to_dict(), rows.groupby("text", sort=True)["article_id"].nunique().to_dict()) for rows in (single, told))
    counts = {
        "mentions": free.groupby("actor", sort=True).size(),
        "settled": mentions[settled].groupby("actor", sort=True).size(),
        "full": full,
        "held": pd.Series(held, dtype="int64"),
        "borne": pd.Series(borne, dtype="int64"),
    }
    made = [
        pd.DataFrame({"kind": kind, "name": found.index.astype("str"), "count": found.to_numpy("int64")}) for kind, found in counts.items()
    ]
    lines = seen["article_id"].isin(seen.loc[seen["text"].map(generation) != "", "article_id"])
    spelt = seen.loc[lines, ["article_id", "text", "actor"]].reset_index(drop=True)
    brief = single[single["rule"].str.startswith(ABBREVIATION) & (single["text"].str.len() > 2)]
    short = brief.groupby(["text", "actor"], sort=True)["article_id"].nunique().rename("count").reset_index()
    return {"short": short, "spelt": spelt, "names": pd.concat(made, ignore_index=True).astype({"kind": "str", "name": "str"})}


def merge_names(
    names: Iterable[pd.DataFrame], spelt: Iterable[pd.DataFrame], short: Iterable[pd.DataFrame], corrections: Corrections | None = None
) -> Renames:
    """The corpus' names of what all parts named."""
    import pandas as pd

    counted = _summed(pd.concat(list(names), ignore_index=True))
    counts = counted.get("mentions", {})
    chosen = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_NAMES]
    if not chosen:
        return {}
    full, held, borne = (counted.get(kind, {}) for kind in ("full", "held", "borne"))
    told = [pd.concat(list(tables), ignore_index=True) for tables in (spelt, short)]
    known: Standing = standing_from(full, held, borne, *told)
    join, split = (corrections.join, corrections.split) if corrections else ((), ())
    distinct = [(number, name, ()) for number, name in enumerate(chosen)]
    merger = Merger(distinct, join, split, counts={name: counts[name] for name in chosen}, known=known)
    found = dict(zip(chosen, merger.assign(), strict=True))
    articles: dict[tuple[str, str], int] = {}
    for text, actor, count in told[1].itertuples(index=False):
        key = (str(text), found.get(actor, (str(actor), ""))[0])
        articles[key] = articles.get(key, 0) + int(count)
    brief = known_briefly([(*key, count) for key, count in articles.items()], full)
    for name, (actor, why) in found.items():
        if actor in brief and name != brief[actor]:
            found[name] = (brief[actor], f"{ABBREVIATION} is better known: {brief[actor]}" if name == actor else why)
    return {name: new for name, new in found.items() if new[0] != name}


def _summed(names: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Kind -> name -> count, over the rows of all parts."""
    import pandas as pd

    kind, kinds = pd.factorize(names["kind"])
    name, every = pd.factorize(names["name"])
    found, group = np.unique(kind * len(every) + name, return_inverse=True)
    sums = np.bincount(group, names["count"], len(found)).astype("int64")
    bounds = np.searchsorted(found, np.arange(len(kinds) + 1) * len(every))
    listed = every.take(found % max(len(every), 1)).tolist()
    return {kind: dict(zip(listed[first:last], sums[first:last].tolist())) for kind, (first, last) in zip(kinds, pairwise(bounds.tolist()))}


def rename(mentions: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """Mentions of a part under the corpus' names, with the reason where a name changed."""
    import pandas as pd

    given, nothing = mentions["actor"], (None, None)
    codes, written = pd.factorize(given)  # a part has few names of the corpus
    found = [renames.get(name, nothing) for name in written.tolist()]
    names, why = (pd.Series([one[place] for one in found], dtype="object").take(codes).set_axis(mentions.index) for place in (0, 1))
    named = names.where(mentions["rule"] != SEVERAL)
    actor = named.where(named.notna(), given).astype("str")
    changed = (actor != given) & mentions["rule"].isin(["named so", TITLED])
    rule = mentions["rule"].astype("object").where(~changed, why).astype("str")
    return mentions.assign(actor=actor, rule=rule)


def first_mentions(mentions: pd.DataFrame) -> pd.Series:
    """Whether a mention is its actor's first in a sentence: an actor is judged once a sentence."""
    import pandas as pd

    placed = np.flatnonzero(mentions["at"].to_numpy() >= 0)
    sentence, actor = (pd.factorize(mentions[name])[0][placed] for name in ("sentence_id", "actor"))
    first = np.zeros(len(mentions), dtype=bool)
    first[placed] = ~pd.Series(sentence * (len(mentions) + 1) + actor).duplicated().to_numpy()
    return pd.Series(first, index=mentions.index)
