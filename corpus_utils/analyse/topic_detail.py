"""Topics by outlet and over time, words in contrast between outlets, and what the leading topic hangs on: the second half of report 02."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.adequacy import LEAST_COMPARED, LEAST_PER_PERIOD, interval_meaning, verdict
from corpus_utils.analyse.contrasts import compare_outlets, corrected, per_outlet
from corpus_utils.analyse.findings import finding
from corpus_utils.analyse.keyness_tests import LEAST_USERS
from corpus_utils.analyse.topics import TopicModel
from corpus_utils.stats import cluster_bootstrap

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.tokens import TokenIndex

SIGNIFICANT = 0.05  # q below which a difference is told from chance
MOST_REFITTED = 600  # articles of each refitted universe: enough to see whether the leading topic leads


def topics_by_outlet(model: TopicModel, articles: pd.DataFrame, gates: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Prevalence of each topic in each outlet, against the others: topic, name, and the columns of `contrasts.compare_outlets`.

    A copy takes the shares of its family's text and counts once in each outlet. Tested only where the gate allows it; q over all rows.
    """
    import pandas as pd

    if not len(model.topics) or verdict(gates, "compare outlets") == "refused":
        return pd.DataFrame(columns=["topic", "name"])
    printed = per_outlet(articles)
    shares = model.weights.set_index("id")
    printed = printed[printed["family"].isin(shares.index)]
    units = printed[["id", "family", "outlet"]].rename(columns={"id": "article_id"}).assign(weight=1.0)
    able = verdict(gates, "compare outlets") == "inference"
    tables = [
        compare_outlets(units.assign(value=shares[topic].reindex(units["family"]).to_numpy()), test=able, seed=seed)
        for topic in model.topics["topic"]
    ]
    named = zip(corrected(tables), model.topics["topic"], model.topics["name"])
    return pd.concat([table.assign(topic=topic, name=name) for table, topic, name in named], ignore_index=True)


def with_strongest(table: pd.DataFrame, by_outlet: pd.DataFrame) -> pd.DataFrame:
    """`topic_report.topic_table` with `outlets` only where the test says that a topic's largest share is above the others'."""

    def told(topic: int, shares: dict[str, float]) -> bool:
        here = by_outlet[(by_outlet["topic"] == topic) & (by_outlet["q"] < SIGNIFICANT) & (by_outlet["difference"] > 0)]
        return bool(shares) and max(shares, key=lambda outlet: shares[outlet]) in set(here["outlet"])

    if not len(by_outlet):
        return table.assign(outlets=[{} for _ in range(len(table))])
    kept = [shares if told(topic, shares) else {} for topic, shares in zip(table["topic"], table["outlets"])]
    return table.assign(outlets=kept)


def topics_over_time(model: TopicModel, articles: pd.DataFrame, gates: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Prevalence of each topic by month: topic, name, period, estimate, low, high, n (stories). Empty where the gate refuses a trend.

    Only stories dated to the day count, and months with `LEAST_PER_PERIOD` of them.
    """
    import pandas as pd

    columns = ["topic", "name", "period", "estimate", "low", "high", "n"]
    if not len(model.topics) or verdict(gates, "trend") == "refused":
        return pd.DataFrame(columns=columns)
    once = articles.drop_duplicates("family")
    dated = once[(once["date_earliest"] != "") & (once["date_earliest"] == once["date_latest"]) & once["family"].isin(model.weights["id"])]
    months = dated["date_earliest"].str[:7]
    shares, rows = model.weights.set_index("id"), []
    for month, families in dated.groupby(months, sort=True)["family"]:  # month by month: its resamples are the same for all topics
        if len(families) >= LEAST_PER_PERIOD:
            of_month, names = shares.loc[families], families.to_numpy()
            for place, (topic, name) in enumerate(zip(model.topics["topic"], model.topics["name"])):
                one = cluster_bootstrap(of_month[topic], names, seed=seed)
                ends = {"estimate": one.estimate, "low": one.low, "high": one.high, "n": one.units}
                rows.append({"topic": topic, "name": name, "period": month, **ends, "place": place})
    out = pd.DataFrame(rows, columns=[*columns, "place"])
    return out.sort_values(["place", "period"], kind="stable", ignore_index=True)[columns]


def outlet_words(
    articles: pd.DataFrame, gates: pd.DataFrame, house: Sequence[str] = (), *, seed: int = 0, index: TokenIndex | None = None
) -> pd.DataFrame:
    """Keyness between outlets (`words.keyness`), as the texts write words, without function words and `house` words; empty where the
    gate refuses a comparison.

    Translated articles are left out: their words are the translator's. p and q are blank unless the gate allows inference.
    """
    import pandas as pd

    from corpus_utils.analyse.counts import count_words
    from corpus_utils.analyse.spelling import as_written
    from corpus_utils.analyse.topic_report import index_of
    from corpus_utils.analyse.words import COLUMNS, keyness_of_counts
    from corpus_utils.tokens import index_texts

    empty = pd.DataFrame(columns=list(COLUMNS))
    if verdict(gates, "compare outlets") == "refused":
        return empty
    own = per_outlet(articles)
    own = own[~own["flags"].map(lambda flags: "translated" in flags)]
    sizes = own["outlet"].value_counts()
    own = own[own["outlet"].isin(sizes.index[sizes >= LEAST_COMPARED])]
    if own["outlet"].nunique() < 2:
        return empty
    texts = own["text"].tolist()
    made = index_of(own, articles, index) or index_texts(texts)
    counts = count_words(texts, [code or "en" for code in own["language"]], index=made)
    dropped = set(house)
    counts = counts.keep(np.array([word not in dropped for word in counts.vocabulary], bool))
    table = keyness_of_counts(counts, own["outlet"].tolist(), seed=seed)
    table["word"] = table["word"].map(as_written(sorted(set(table["word"])), texts, index=made))
    if verdict(gates, "compare outlets") != "inference":
        table = table.assign(p=float("nan"), q=float("nan"))
    return table


def leading_words(table: pd.DataFrame, *, each: int = 6) -> pd.DataFrame:
    """The words each outlet uses more: outlet, word, log_ratio (value, low, high), count, count_rest, articles, dispersion, q.

    Where words were tested only those that pass the correction; else by z, and words in fewer than `LEAST_USERS` of an outlet's articles
    only where it has no others.
    """
    import pandas as pd

    columns = ["outlet", "word", "log_ratio", "count", "count_rest", "articles", "dispersion", "q"]
    more = table[(table["log_ratio"] > 0) & (table["articles"] > 1)] if len(table) else table
    if len(table) and table["q"].notna().any():
        more = more[more["q"] < SIGNIFICANT]
    else:
        few = more["articles"] < LEAST_USERS
        more = more[~few | (more.groupby("group")["articles"].transform("max") < LEAST_USERS)] if len(more) else more
    if more.empty:
        return pd.DataFrame(columns=columns)
    ranked = more.sort_values(["group", "z", "word"], ascending=[True, False, True])
    top = ranked.groupby("group", sort=False).head(each)
    ends = list(zip(top["log_ratio"], top["low"], top["high"]))
    return top.assign(outlet=top["group"], log_ratio=pd.Series(ends, index=top.index, dtype=object))[columns].reset_index(drop=True)


def detail_findings(outlets: pd.DataFrame, words: pd.DataFrame, *, gates: pd.DataFrame, kind: str) -> list[dict[str, Any]]:
    """Rows for the findings table: the surest differences between outlets in topics (ten) and in words (ten)."""
    rows = []
    about = {"gate": verdict(gates, "compare outlets"), "interval_kind": interval_meaning(kind), "dedup": "per outlet"}
    if len(outlets):
        told = outlets[outlets["difference"].notna()]
        told = told.reindex(told["difference"].abs().sort_values(ascending=False, kind="stable").index).head(10)
        for row in told.to_dict("records"):
            ends = {"low": row["difference_low"], "high": row["difference_high"], "p": row["p"], "q": row["q"], "effect": row["effect"]}
            of = {"measure": "difference in a topic's share from the other outlets", "label": row["name"], "group": row["outlet"]}
            size = {"n_articles": row["articles"], "n_units": row["articles"], "n_families": row["families"], "family_size": len(outlets)}
            shared = {**about, **ends, **of, **size, "tier": "unvalidated", "weighting": "article"}
            rows.append(finding(f"topic-{row['topic']}-in-{row['outlet']}", row["difference"], **shared))
    if len(words):
        top = leading_words(words, each=3).head(10)
        family = int(words["q"].notna().sum())
        for row in top.to_dict("records"):
            value, low, high = row["log_ratio"]
            of = {"measure": "log ratio of a word to the other outlets", "label": row["word"], "group": row["outlet"], "unit": "word"}
            size = {"n_articles": row["articles"], "n_units": row["count"], "family_size": family}
            shared = {**about, **of, **size, "low": low, "high": high, "q": row["q"], "weighting": "word"}
            rows.append(finding(f"word-{row['word']}-in-{row['outlet']}", value, **shared))
    return rows
