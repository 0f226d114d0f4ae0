"""Who is mentioned where, in whose voice, doing what: the tables `mentions` (part by part) and `actors` (the corpus).

A part finds mentions and merges names as far as its own articles tell (`actors.find_actors`). Merging over the whole corpus then
looks at distinct names with their counts only, never at the mentions again, so it is a small step however large the corpus is:

    part -> mentions (actor: merged within the part) ... all parts -> merge_actors -> mentions with the corpus' names, actors

Conventions
    Offsets as in the schema: `start`, `end` in the document, `at` in the sentence's text.
    Names told by the list of countries are settled by it and take no part in merging.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_standing import SEVERAL, TITLED, standing_of

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections

MOST_NAMES = 20_000  # distinct names compared with each other, the most mentioned first; rarer ones keep the name their part gave them
SETTLED = ("country name", "seat of government", "body named in several languages")  # rules that do not depend on other names


def mention_table(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    corrections: Corrections | None = None,
    engine: str = "names",
) -> pd.DataFrame:
    """The table `mentions` of one part, sorted by article and position; `chance` is 0 until targets are drawn.

    `engine` as in `actors.find_actors`.
    """
    import pandas as pd

    from corpus_utils.annotate.actors import find_actors
    from corpus_utils.annotate.mentions import place_mentions

    found = find_actors(articles, sentences, corrections=corrections, engine=engine)
    inside = place_mentions(found, sentences).reindex(found.index)
    owners = articles.set_index("id")["document_id"]
    passage = _holder(found, passages, {article: number for number, article in enumerate(owners.index)})
    number = found.groupby("article_id", sort=False).cumcount()
    table = pd.DataFrame(
        {
            "id": found["article_id"] + "m" + number.astype("str"),
            "article_id": found["article_id"],
            "document_id": found["article_id"].map(owners),
            "sentence_id": inside["sentence_id"].fillna(""),
            "start": found["start"].astype("int64"),
            "end": found["end"].astype("int64"),
            "at": inside["start"].fillna(-1).astype("int64"),
            "text": found["mention"],
            "actor": found["actor"],
            "rule": found["rule"],
            "voice": _taken(passages["voice"], passage),
            "speaker": _taken(passages["speaker"], passage),
            "done_by": "",
            "done_to": "",
            "chance": 0.0,
        }
    )
    kinds = {name: "str" for name, column in schema.TABLES["mentions"].items() if column.kind == "text"}
    return schema.validate("mentions", with_deeds(table.astype(kinds), sentences)[schema.columns("mentions")])


def _holder(found: pd.DataFrame, units: pd.DataFrame, order: dict[str, int]) -> np.ndarray:
    """Position in `units` of the passage in which each mention begins; -1 where none does."""
    if not len(units) or not len(found):
        return np.full(len(found), -1, dtype=np.int64)
    span = int(max(units["end"].max(), found["end"].max())) + 1
    base = units["article_id"].map(order).to_numpy(dtype=np.int64) * span
    starts, ends = base + units["start"].to_numpy(), base + units["end"].to_numpy()
    by_start = np.argsort(starts, kind="stable")
    wanted = found["article_id"].map(order).to_numpy(dtype=np.int64) * span
    place = np.searchsorted(starts[by_start], wanted + found["start"].to_numpy(), side="right") - 1
    holder = by_start[np.maximum(place, 0)]
    holds = (place >= 0) & (starts[holder] <= wanted + found["start"].to_numpy()) & (wanted + found["start"].to_numpy() < ends[holder])
    return np.where(holds, holder, -1)


def _taken(column: pd.Series, places: np.ndarray) -> np.ndarray:
    values = np.append(column.to_numpy(dtype="object"), "")
    return values[places]


def placed(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Mentions in their sentences, as `label_targets` and `find_deeds` take them: id, actor, article_id, sentence_id, text (of the
    sentence), start, end (in that text), language. Mentions that could not be placed are left out."""
    known = mentions[mentions["at"] >= 0]
    texts = sentences.set_index("id")[["text", "language"]].reindex(known["sentence_id"])
    out = known[["id", "actor", "article_id", "sentence_id"]].reset_index(drop=True)
    out["text"], out["start"] = texts["text"].to_numpy(), known["at"].to_numpy()
    out["end"] = out["start"] + known["text"].map(lambda text: len(" ".join(text.split()))).to_numpy()
    out["language"] = texts["language"].to_numpy()
    return out


def with_deeds(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Mentions with the verbs their actors do and suffer (see `deeds`): the first of each where there are several."""
    from corpus_utils.annotate.deeds import find_deeds

    deeds = find_deeds(placed(mentions, sentences))
    filled = {}
    for column, role in (("done_by", "by"), ("done_to", "to")):
        found = deeds[deeds["role"] == role].drop_duplicates("mention_id").set_index("mention_id")["lemma"]
        filled[column] = mentions["id"].map(found).astype("object").fillna("").astype("str")
    return mentions.assign(**filled)


def merge_actors(mentions: pd.DataFrame, articles: pd.DataFrame, *, corrections: Corrections | None = None) -> tuple[Any, Any]:
    """Mentions of all parts with the corpus' names, and the table `actors`, most mentioned first."""
    names = _corpus_names(mentions, corrections)
    renamed = mentions["actor"].map(lambda name: names.get(name, ("", ""))[0] or name).where(mentions["rule"] != SEVERAL, mentions["actor"])
    changed = (renamed != mentions["actor"]) & mentions["rule"].isin(["named so", TITLED])
    rules = mentions["rule"].where(~changed, mentions["actor"].map(lambda name: names.get(name, ("", ""))[1]))
    merged = mentions.assign(actor=renamed.astype("str"), rule=rules.astype("str"))
    return schema.validate("mentions", merged), actor_table(merged, articles)


def _corpus_names(mentions: pd.DataFrame, corrections: Corrections | None) -> dict[str, tuple[str, str]]:
    """Name a part gave -> (name in the corpus, reason), for names that change."""
    free = mentions[~mentions["rule"].str.startswith(SETTLED)]
    counts = Counter({str(name): int(count) for name, count in free["actor"].value_counts().items()})
    chosen = sorted(counts, key=lambda name: (-counts[name], name))[:MOST_NAMES]
    if not chosen:
        return {}
    join, split = (corrections.join, corrections.split) if corrections else ((), ())
    distinct = [(number, name, ()) for number, name in enumerate(chosen)]
    merger = Merger(distinct, join, split, counts={name: counts[name] for name in chosen}, known=standing_of(free))
    return {name: found for name, found in zip(chosen, merger.assign(), strict=True) if found[0] != name}


def actor_table(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table `actors` of merged `mentions`: most mentioned first, then by name."""
    import pandas as pd

    outlets = mentions["article_id"].map(articles.set_index("id")["outlet"])
    groups = mentions.assign(outlet=outlets.where(outlets != "")).groupby("actor", sort=True)
    table = groups.agg(mentions=("id", "size"), articles=("article_id", "nunique"), outlets=("outlet", "nunique")).reset_index()
    spelt = mentions.groupby(["actor", "text"], sort=True).agg(times=("id", "size"), rule=("rule", "first")).reset_index()
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
