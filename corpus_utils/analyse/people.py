"""Who is given the word and who is spoken about: the tables of people and bodies in report 03."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus_utils.analyse.tone import word_mean

if TYPE_CHECKING:
    import pandas as pd

UNNAMED = "(speaker not named)"


def merged_names(articles: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, str]:
    """Name as it stands in a text -> the actor it belongs to, over spellings, titles and surnames (see `annotate.actors`).

    A name that stands for several actors is left as it is.
    """
    from corpus_utils.annotate.actors import find_actors

    mentions = find_actors(articles, sentences).drop_duplicates(["mention", "actor"])
    counts = mentions["mention"].value_counts()
    return {mention: actor for mention, actor in zip(mentions["mention"], mentions["actor"]) if counts[mention] == 1}


def speakers(passages: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Who is given the word: speaker, direct, indirect (words), share (of both), stories, also_as (other spellings); most words first.

    Counts the passages that are scored as quotation, so it agrees with the voices. `names` as `merged_names` gives it; words whose
    speaker could not be told stand last.
    """
    quoted = passages[passages["voice"].isin(["direct", "indirect"])]
    quoted = quoted.assign(actor=[names.get(name, name) or UNNAMED for name in quoted["speaker"]])
    words = quoted.pivot_table(index="actor", columns="voice", values="words", aggfunc="sum", fill_value=0)
    table = words.reindex(columns=["direct", "indirect"], fill_value=0).astype(int).reset_index()
    table["share"] = (table["direct"] + table["indirect"]) / max(1, int(quoted["words"].sum()))
    table["stories"] = table["actor"].map(quoted.groupby("actor")["article_id"].nunique())
    found = {actor: sorted(set(group) - {actor, ""}) for actor, group in quoted.groupby("actor")["speaker"]}
    table["also_as"] = [", ".join(found[actor]) for actor in table["actor"]]
    table = table.assign(last=table["actor"] == UNNAMED).sort_values(
        ["last", "share", "actor"], ascending=[True, False, True], ignore_index=True
    )
    return table.drop(columns="last").rename(columns={"actor": "speaker"})


def actors(
    passages: pd.DataFrame, sentences: pd.DataFrame, articles: pd.DataFrame, *, measure: str = "vader", most: int = 12
) -> pd.DataFrame:
    """Who is spoken about: actor, mentions, stories, tone (word mean of the journalists' passages in sentences that name them), passages.

    Not tone *towards* them: a sentence may name somebody and be about something else. NaN where no such passage was scored.
    """
    import pandas as pd

    from corpus_utils.annotate.actors import find_actors

    mentions = find_actors(articles, sentences)
    own = passages[passages["voice"] == "journalist"]
    rows = []
    for actor, group in mentions.groupby("actor", sort=True):
        naming = own[own["article_id"].isin(group["article_id"]) & _names(own, group["mention"])]
        rows.append(
            {
                "actor": actor,
                "mentions": len(group),
                "stories": group["article_id"].nunique(),
                "tone": word_mean(naming, measure),
                "passages": len(naming),
            }
        )
    table = pd.DataFrame(rows, columns=["actor", "mentions", "stories", "tone", "passages"])
    return table.sort_values(["mentions", "actor"], ascending=[False, True], ignore_index=True).head(most)


def _names(units: pd.DataFrame, mentions: pd.Series) -> pd.Series:
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in sorted(set(mentions), key=len, reverse=True))
    return units["text"].str.contains(pattern, regex=True)
