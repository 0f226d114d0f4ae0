"""Who is spoken about, who is given the word, and in what tone: the tables of actors in report 03.

Counts are of the articles given; a report hands over one article of each family, so that copies are no further evidence. Intervals
resample families. The tone towards an actor is a balance: the share of judged mentions that are positive less the share negative, -1 to
+1. Mentions drawn with a chance below 1 weigh 1 / chance. Mentions on which the model abstained are counted, never guessed.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.lookup import joined_key, places, taken
from corpus_utils.annotate.targets import MEASURE
from corpus_utils.stats import LEAST_CLUSTERS, cluster_bootstrap, wilson

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

UNNAMED = "(speaker not named)"
UNSTATED = "outlet not stated"
OWN, QUOTED = "outlets' own words", "what they quote"
LEAST_DRAWN = 3  # mentions judged in a voice before a balance is drawn
GROUPS = {"journalist": OWN, "headline": OWN, "caption": OWN, "direct": QUOTED, "indirect": QUOTED}
SIGNS = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
MOST_EVIDENCE = 5
MOST_VERBS = 4  # told of what an actor does, and of what is done to it


def targets(mentions: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Mentions read for tone towards their actor, with `value` (1, 0, -1; NaN: not judged), `sign`, `score`, `status`, `abstained`,
    `weight` (1 / chance), `family`, `outlet` and `group` (the outlets' own words or what they quote)."""
    judged = labels[labels["measure"] == MEASURE].set_index("unit")
    by_id = articles.set_index("id")
    out = mentions[(mentions["chance"] > 0) & mentions["article_id"].isin(by_id.index)].reset_index(drop=True)
    status = out["id"].map(judged["status"]).fillna("unsupported")
    sign = out["id"].map(judged["label"].str[0]).fillna("").where(status == "judged", "")
    return out.assign(
        status=status.astype("str"),
        sign=sign.astype("str"),
        score=out["id"].map(judged["score"]).astype(float),
        value=sign.map(SIGNS).astype(float),
        abstained=status == "abstained",
        weight=1 / out["chance"],
        family=out["article_id"].map(by_id["family"]),
        outlet=out["article_id"].map(by_id["outlet"]),
        group=out["voice"].map(GROUPS).fillna(""),
    )


def speaking(passages: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Passages of direct and indirect quotation with `actor`: the speaker's name as the corpus lists it, `UNNAMED` where none is told.

    A speaker is looked up among the mentions of the same article, then among names that mean one actor only.
    """
    quoted = passages[passages["voice"].isin(["direct", "indirect"])]
    pairs = mentions[["text", "actor"]].drop_duplicates()
    single = pairs[~pairs["text"].duplicated(keep=False)]
    names, alone = set(mentions["actor"].unique().tolist()), dict(zip(single["text"].tolist(), single["actor"].tolist()))
    at = places(joined_key(quoted["article_id"], quoted["speaker"]), joined_key(mentions["article_id"], mentions["text"]))
    actors = [
        told if there else name if name in names else alone.get(name, name) or UNNAMED
        for there, told, name in zip((at >= 0).tolist(), taken(mentions["actor"], at).tolist(), quoted["speaker"].tolist())
    ]
    return quoted.assign(actor=actors)


def speakers(quoted: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Who is given the word: speaker, direct, indirect (words), share (of both) with low and high, stories, also_as; most words first.

    `quoted` as `speaking` gives it. Words whose speaker could not be told stand last.
    """
    words = quoted.pivot_table(index="actor", columns="voice", values="words", aggfunc="sum", fill_value=0)
    table = words.reindex(columns=["direct", "indirect"], fill_value=0).astype(int).reset_index()
    table["share"] = (table["direct"] + table["indirect"]) / max(1, int(quoted["words"].sum()))
    table["stories"] = table["actor"].map(quoted.groupby("actor")["article_id"].nunique())
    pairs, spelt = quoted[["actor", "speaker"]].drop_duplicates().sort_values("speaker"), dict[str, list[str]]()
    for actor, name in zip(pairs["actor"].tolist(), pairs["speaker"].tolist()):
        spelt.setdefault(actor, []).extend([name] if name not in (actor, "") else [])
    table["also_as"] = [", ".join(spelt[actor]) for actor in table["actor"]]
    table["last"] = table["actor"] == UNNAMED
    table = table.sort_values(["last", "share", "actor"], ascending=[True, False, True], ignore_index=True).drop(columns="last")
    ends = [word_share(quoted, actor, seed=seed) if place < 20 else (np.nan, np.nan) for place, actor in enumerate(table["actor"])]
    table.insert(4, "low", [low for low, _ in ends])
    table.insert(5, "high", [high for _, high in ends])
    return table.rename(columns={"actor": "speaker"})


def word_share(quoted: pd.DataFrame, actor: str, *, seed: int = 0) -> tuple[float, float]:
    """Ends of the interval of an actor's share of the quoted words; NaN where none can be given."""
    spread = cluster_bootstrap((quoted["actor"] == actor).astype(float), quoted["family"], weights=quoted["words"], seed=seed)
    return spread.low, spread.high


def actor_rows(
    mentions: pd.DataFrame, judged: pd.DataFrame, quoted: pd.DataFrame, articles: pd.DataFrame, *, most: int = 12, seed: int = 0
) -> pd.DataFrame:
    """A row per actor, those of the most stories first; named once is not listed.

    Columns: actor, mentions, stories, outlets, share (of stories; low, high as `share_low` ...), quoted (share of the quoted words),
    tone (balance), judged, abstained, unsupported (mentions), done_by, done_to (verbs with counts), evidence (sentence ids), deeds
    (sentences of the verbs told).
    `judged` as `targets`, `quoted` as `speaking` gives it; `mentions` of `articles` only.
    """
    import pandas as pd

    by_id = articles.set_index("id")
    own = mentions[mentions["article_id"].isin(by_id.index)]
    own = own.assign(family=own["article_id"].map(by_id["family"]), outlet=own["article_id"].map(by_id["outlet"]))
    groups = own.groupby("actor", sort=True)
    order = pd.DataFrame({"stories": groups["family"].nunique(), "mentions": groups.size()}).reset_index()
    order = (
        order[order["mentions"] > 1]
        .sort_values(["stories", "mentions", "actor"], ascending=[False, False, True], ignore_index=True)
        .head(most)
    )
    total, rows = int(articles["family"].nunique()), []
    for actor, stories, count in order.itertuples(index=False):
        here, read = own[own["actor"] == actor], judged[judged["actor"] == actor]
        share = wilson(stories, total)
        enough = total >= LEAST_CLUSTERS
        low, high = word_share(quoted, actor, seed=seed)
        words = quoted.loc[quoted["actor"] == actor, "words"].sum()
        rows.append(
            {
                "actor": actor, "mentions": count, "stories": stories, "outlets": here.loc[here["outlet"] != "", "outlet"].nunique(),
                "share": share.estimate, "share_low": share.low if enough else np.nan, "share_high": share.high if enough else np.nan,
                "quoted": words / max(1, int(quoted["words"].sum())), "quoted_low": low, "quoted_high": high,
                **balance(read, seed=seed),
                "done_by": deeds(here["done_by"]), "done_to": deeds(here["done_to"]), "evidence": spread_out(read),
                "deeds": deed_sentences(here),
            }
        )  # fmt: skip
    names = [
        "actor", "mentions", "stories", "outlets", "share", "share_low", "share_high", "quoted", "quoted_low", "quoted_high", "tone",
        "tone_low", "tone_high", "positive", "negative", "judged", "abstained", "unsupported", "done_by", "done_to", "evidence", "deeds",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def balance(read: pd.DataFrame, *, seed: int = 0) -> dict[str, Any]:
    """tone, tone_low, tone_high, positive, negative (weighted shares), judged, abstained, unsupported of mentions (`targets`)."""
    spread = cluster_bootstrap(read["value"], read["family"], weights=read["weight"], seed=seed)
    known = read[read["value"].notna()]
    weight = known["weight"].sum() or float("nan")
    return {
        "tone": spread.estimate,
        "tone_low": spread.low,
        "tone_high": spread.high,
        "positive": known.loc[known["value"] > 0, "weight"].sum() / weight,
        "negative": known.loc[known["value"] < 0, "weight"].sum() / weight,
        "judged": len(known),
        "abstained": int(read["abstained"].sum()),
        "unsupported": int((read["status"] == "unsupported").sum()),
    }


def by_group(judged: pd.DataFrame, actors: list[str], *, seed: int = 0) -> pd.DataFrame:
    """The balance towards each actor in the outlets' own words and in what they quote: actor, group, the columns of `balance`, evidence.

    Only where `LEAST_DRAWN` mentions were judged.
    """
    import pandas as pd

    rows = []
    for actor in actors:
        for group in (OWN, QUOTED):
            read = judged[(judged["actor"] == actor) & (judged["group"] == group)]
            if read["value"].notna().sum() >= LEAST_DRAWN:
                rows.append({"actor": actor, "group": group, **balance(read, seed=seed), "evidence": spread_out(read)})
    names = ["actor", "group", "tone", "tone_low", "tone_high", "positive", "negative", "judged", "abstained", "unsupported", "evidence"]
    return pd.DataFrame(rows, columns=names)


def spread_out(units: pd.DataFrame, *, most: int = MOST_EVIDENCE, by: str = "score", id_: str = "sentence_id") -> list[str]:
    """Sentences over the whole range of a score, both ends and the middle among them: evenly spaced ranks, each sentence once.

    Judged units only, where the units have a `status`.
    """
    known = units.loc[units["status"] == "judged", [by, id_]] if "status" in units else units[[by, id_]]
    known = known[known[by].notna() & (known[id_] != "")]
    if not len(known):
        return []
    code, ids = known[id_].factorize()
    lowest = np.full(len(ids), np.inf)
    np.minimum.at(lowest, code, known[by].to_numpy(dtype=float))
    order = np.argsort(lowest, kind="stable")
    found: list[str] = []
    for rank in np.unique(np.linspace(0, len(ids) - 1, min(most, len(ids))).round().astype(int)).tolist():
        score = lowest[order[rank]]
        first, end = (np.searchsorted(lowest, score, side=side, sorter=order) for side in ("left", "right"))
        found.append(sorted(ids[order[first:end]].tolist())[rank - first])  # of equal scores in the order of ids
    return found


@cache
def _saying() -> frozenset[str]:
    """Verbs of saying: whoever is quoted does them, and how much is said already by the quoted words."""
    from corpus_utils.annotate.reporting_cues import load_cues

    verbs = load_cues("en").verbs.values()
    return frozenset(lemma for entries in verbs for _, lemma, classes, _ in entries if "say" in classes and "act" not in classes)


def deeds(verbs: pd.Series, *, most: int = MOST_VERBS) -> str:
    """The most frequent verbs but those of saying: "accuse (3), meet (2)"; "" where there are none."""
    return ", ".join(f"{verb} ({count})" if count > 1 else verb for verb, count in _frequent(verbs, most))


def deed_sentences(mentions: pd.DataFrame, *, most: int = MOST_EVIDENCE) -> list[str]:
    """Sentences of the verbs that `deeds` tells, one a verb and side, the most frequent first."""
    found: list[str] = []
    for column in ("done_by", "done_to"):
        for verb, _ in _frequent(mentions[column], MOST_VERBS):
            found += mentions.loc[(mentions[column] == verb) & (mentions["sentence_id"] != ""), "sentence_id"].head(1).tolist()
    return list(dict.fromkeys(found))[:most]


def _frequent(verbs: pd.Series, most: int) -> list[tuple[str, int]]:
    counts = Counter(verb for verb in verbs if verb and verb not in _saying())
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


def quoted_where(quoted: pd.DataFrame, *, top: int = 12) -> pd.DataFrame:
    """Who quotes whom: row (speaker), column (outlet), value (quoted words), for the named speakers of the most words."""
    named = quoted[quoted["actor"] != UNNAMED]
    chosen = named.groupby("actor")["words"].sum().sort_values(ascending=False, kind="stable").head(top).index
    cells = named[named["actor"].isin(chosen)].assign(column=lambda table: table["outlet"].replace("", UNSTATED))
    return _cells(cells.rename(columns={"actor": "row"}), cells["words"])


def spoken_of(mentions: pd.DataFrame, quoted: pd.DataFrame, *, top: int = 10) -> pd.DataFrame:
    """Who speaks about whom: row (speaker), column (actor named in the speaker's quoted words), value (mentions)."""
    return _cells(named_in_quotes(mentions, quoted, top=top), 1)


def named_in_quotes(mentions: pd.DataFrame, quoted: pd.DataFrame, *, top: int = 10) -> pd.DataFrame:
    """The mentions behind `spoken_of`, with row (speaker) and column (actor named); of both the `top` most frequent."""
    said = mentions[mentions["voice"].isin(["direct", "indirect"]) & (mentions["speaker"] != "")]
    at = places(joined_key(said["article_id"], said["speaker"]), joined_key(quoted["article_id"], quoted["speaker"]))
    cells = said.assign(row=taken(quoted["actor"], at).to_numpy(dtype="object"), column=said["actor"])
    cells = cells[(at >= 0) & (cells["row"] != UNNAMED) & (cells["row"] != cells["column"])]
    for name in ("column", "row"):
        chosen = cells[name].value_counts(sort=False).reset_index().sort_values(["count", name], ascending=[False, True])[name].head(top)
        cells = cells[cells[name].isin(chosen)]
    return cells


def rows_by_size(cells: pd.DataFrame) -> list[str]:
    """The rows of a matrix in the order they are drawn: largest first."""
    return cells.groupby("row")["value"].sum().sort_values(ascending=False, kind="stable").index.tolist()


def sentences_by(units: pd.DataFrame, names: Sequence[str], *, by: str, most: int = 3) -> dict[str, list[str]]:
    """Name -> the first sentences of its units, from as many stories as there are: what the row of a matrix opens onto."""
    own = units[units[by].isin(names) & (units["sentence_id"] != "")].sort_values(["article_id", "sentence_id"], kind="stable")
    own = own.drop_duplicates([by, "sentence_id"])
    own = own.assign(turn=own.groupby([by, "article_id"], sort=False).cumcount()).sort_values("turn", kind="stable")
    found = own.groupby(by, sort=False)["sentence_id"].agg(lambda ids: list(ids.head(most)))
    return {name: found[name] for name in dict.fromkeys(names) if name in found.index}


def _cells(units: pd.DataFrame, value: Any) -> pd.DataFrame:
    table = units.assign(value=value).groupby(["row", "column"], sort=True)["value"].sum().reset_index()
    order = table.groupby("column")["value"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    return table.sort_values("column", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)
