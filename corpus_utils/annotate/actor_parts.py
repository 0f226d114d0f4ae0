"""Actors of a corpus from summaries of its parts, so that no table of all mentions is ever held or written.

    part -> names_of_part ... all parts -> merge_names -> renames (names of the corpus)
    part, renames -> tally_part ... all parts -> count_actors -> the table `actors`
    part, renames -> rename: the part's mentions under the corpus' names

Every count is of articles or mentions, and no article lies in two parts: what a summary counts may be added up.

Conventions
    `names`   kind, name, count: mentions by actor ("mentions", and "settled" where the list of countries settles the name), articles by
              full name ("full"), by key of a word ("held"), and of those with a bearer or a title ("borne")
    `spelt`   article_id, text, actor of articles with a "Jr." or "Sr.", whose namesakes may have to be told apart
    `short`   text, actor, count: articles by abbreviation and the name that its part took it for
    `tallies` actor, outlet, mentions, articles, firsts (mentions that may be read for the tone towards the actor), reach (their articles)
    `forms`   actor, text, times, and of the first of them given (the actor's name in its part) and rule (its part's)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from corpus_utils import schema
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

    together = pd.concat(list(names), ignore_index=True).groupby(["kind", "name"], sort=True)["count"].sum().reset_index()
    counted = {kind: dict(zip(rows["name"], rows["count"].tolist())) for kind, rows in together.groupby("kind", sort=True)}
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


def rename(mentions: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """Mentions of a part under the corpus' names, with the reason where a name changed."""
    given = mentions["actor"]
    names = {name: found[0] for name, found in renames.items()}
    named = given.map(names).astype("object").where(mentions["rule"] != SEVERAL)
    actor = named.where(named.notna(), given).astype("str")
    changed = (actor != given) & mentions["rule"].isin(["named so", TITLED])
    why = {name: found[1] for name, found in renames.items()}
    rule = mentions["rule"].astype("object").where(~changed, given.map(why)).astype("str")
    return mentions.assign(actor=actor, rule=rule)


def first_mentions(mentions: pd.DataFrame) -> pd.Series:
    """Whether a mention is its actor's first in a sentence: an actor is judged once a sentence."""
    placed = mentions["at"] >= 0
    return placed & ~mentions.assign(placed=placed).duplicated(["sentence_id", "actor", "placed"])


def tally_part(mentions: pd.DataFrame, articles: pd.DataFrame, renames: Renames) -> dict[str, pd.DataFrame]:
    """`tallies` and `forms` of one part of `mentions`, which only depend on the names that `renames` gives, not on its reasons; `articles`
    has `id` and `outlet`."""
    known = rename(mentions, renames).assign(
        given=mentions["actor"],
        rule=mentions["rule"],
        outlet=mentions["article_id"].map(articles.set_index("id")["outlet"]).astype("str"),
        first=first_mentions(mentions),
    )
    by = ["actor", "outlet"]
    tallies = known.groupby(by, sort=True).agg(mentions=("id", "size"), articles=("article_id", "nunique"), firsts=("first", "sum"))
    reach = known[known["first"]].groupby(by, sort=True)["article_id"].nunique()
    tallies["reach"] = reach.reindex(tallies.index).fillna(0)
    first = known.groupby(["actor", "text"], sort=True)
    forms = first.agg(times=("id", "size"), given=("given", "first"), rule=("rule", "first"))
    whole = {"firsts": "int64", "reach": "int64", "mentions": "int64", "articles": "int64"}
    return {"tallies": tallies.reset_index().astype(whole), "forms": forms.reset_index()}


def actor_table(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table `actors` of `mentions` under the corpus' names."""
    return count_actors(**tally_part(mentions, articles, {}), renames={})


def merge_actors(mentions: pd.DataFrame, articles: pd.DataFrame, *, corrections: Corrections | None = None) -> tuple[Any, Any]:
    """Mentions of all parts with the corpus' names, and the table `actors`: all of the above where the mentions fit into memory."""
    found = names_of_part(mentions)
    renames = merge_names([found["names"]], [found["spelt"]], [found["short"]], corrections)
    actors = count_actors(**tally_part(mentions, articles, renames), renames=renames)
    return schema.validate("mentions", rename(mentions, renames)), actors


def count_actors(tallies: pd.DataFrame, forms: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """The table `actors` from the summaries of all parts, in order: most mentioned first, then by name."""
    import pandas as pd

    stated = tallies[tallies["outlet"] != ""]
    table = tallies.groupby("actor", sort=True)[["mentions", "articles"]].sum().reset_index()
    table["outlets"] = table["actor"].map(stated.groupby("actor")["outlet"].nunique()).fillna(0).astype("int64")
    spelt = forms.groupby(["actor", "text"], sort=True).agg(times=("times", "sum"), given=("given", "first"), rule=("rule", "first"))
    spelt = spelt.reset_index()
    changed = (spelt["actor"] != spelt["given"]) & spelt["rule"].isin(["named so", TITLED])
    why = {name: found[1] for name, found in renames.items()}
    spelt["rule"] = spelt["rule"].astype("object").where(~changed, spelt["given"].map(why)).astype("str")
    spelt = spelt.drop(columns="given")
    spelt = spelt.sort_values(["actor", "times", "text"], ascending=[True, False, True], kind="stable")
    names: dict[str, list[str]] = {}
    merges: dict[str, list[list[Any]]] = {}
    for actor, text, times, rule in spelt.itertuples(index=False):
        names.setdefault(actor, []).append(text)
        if text != actor:
            merges.setdefault(actor, []).append([text, rule, int(times)])
    table["names"] = pd.Series([names[actor] for actor in table["actor"]], dtype="object")
    table["merges"] = pd.Series([json.dumps(merges.get(actor, []), ensure_ascii=False) for actor in table["actor"]], dtype="str")
    table = table.sort_values(["mentions", "actor"], ascending=[False, True], kind="stable", ignore_index=True)
    return schema.validate("actors", table.astype({"actor": "str"})[schema.columns("actors")])
