"""The units of a sampling frame: what may be drawn, with its context, what it is stratified by, and what the program says of it.

    unit     sentence, passage (one voice), paragraph, article, quote, mention (of an actor, in its sentence)
A frame is a table with a row a unit: id, article_id, text, title, before, after, outlet, period, voice, language, actor, words, and
    status, label (list), score (the highest), scores (label -> score): what the program says (`measures.judge`); where a unit has no label
                              in the tables yet it is judged then and there, by the same functions
    copies, copies_in_outlet  articles of the same family, in all and in the outlet: one over it counts copies once
    weight                    what the unit stands for: 1, or 1 / chance for mentions of which only a part were read
    digest                    of the text: tells whether a unit is still what it was
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from corpus_utils.text import fold_space
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.measures import TARGETS, TOPICS, Measure, articles_of_topics, judge

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.parts import Tables
    from corpus_utils.project import Project

UNITS = ("sentence", "passage", "paragraph", "article", "quote", "mention")
PERIODS = 4  # stretches of time with about as many articles each
UNWEIGHTED = {"weight": 1.0, "copies": 1, "copies_in_outlet": 1, "actor": "", "digest": ""}


def frame_units(tables: Tables, unit: str, measure: Measure, project: Project) -> pd.DataFrame:
    """The sampling frame of `unit`, sorted by id. Raises SheetError for an unknown unit or where there is none."""
    makers = {"sentence": _sentences, "passage": _passages, "paragraph": _paragraphs, "article": _articles, "quote": _quotes,
              "mention": _mentions}  # fmt: skip
    if unit not in makers:
        raise SheetError(f"no unit called {unit!r}; there are: {', '.join(UNITS)}")
    if (unit == "mention") != (measure.name == TARGETS):
        raise SheetError(
            "tone towards actors is coded by mention, and mentions for nothing else: corpus-utils sample targets --unit mention"
        )
    frame = makers[unit](tables)
    if measure.name == TOPICS:  # no others have a topic
        frame = frame[frame["article_id"].isin(articles_of_topics(tables, project)["id"])]
    frame = frame[frame["text"].str.contains(r"\w", regex=True)].sort_values("id", ignore_index=True)
    if frame.empty:
        raise SheetError(f"the corpus has no unit of the kind {unit}")
    articles = tables.articles.set_index("id")
    for name in ("title", "outlet", "language", "family"):
        frame[name] = frame["article_id"].map(articles[name]).astype("str")
    frame["period"] = frame["article_id"].map(_periods(tables.articles)).astype("str")
    frame["words"] = frame["text"].str.split().str.len().astype(int)
    for name, value in UNWEIGHTED.items():
        if name not in frame:
            frame[name] = value
    frame["copies"] = frame["article_id"].map(articles.groupby("family")["family"].transform("size")).astype(int)
    frame["copies_in_outlet"] = frame["article_id"].map(articles.groupby(["family", "outlet"])["family"].transform("size")).astype(int)
    frame["digest"] = [hashlib.sha256(fold_space(text).encode("utf-8", "surrogatepass")).hexdigest()[:16] for text in frame["text"]]
    return judge(frame, tables, measure, project)


def _sentences(tables: Tables) -> pd.DataFrame:
    """Sentences, in the voice that has most of their characters."""
    s = tables.sentences
    size = tables.passages.assign(size=tables.passages["end"] - tables.passages["start"])
    voice = size.sort_values(["size", "id"], ascending=[False, True]).drop_duplicates("sentence_id").set_index("sentence_id")["voice"]
    out = s[["id", "article_id", "text"]].assign(voice=s["id"].map(voice).fillna("journalist").astype("str"))
    return _with_neighbours(out, s)


def _passages(tables: Tables) -> pd.DataFrame:
    """Passages, within their sentence and its neighbours."""
    p = tables.passages
    sentence = _with_neighbours(tables.sentences[["id", "article_id", "text"]].copy(), tables.sentences).set_index("id")
    out = p[["id", "article_id", "text", "voice"]].copy()
    whole = p["sentence_id"].map(sentence["text"])
    out["before"] = p["sentence_id"].map(sentence["before"]).astype("str")
    follows = p["sentence_id"].map(sentence["after"]).astype("str")
    # the sentence itself is context where the passage is only part of it
    out["after"] = [f"[{sent}] {after}".strip() if sent != text else after for sent, text, after in zip(whole, p["text"], follows)]
    return out


def _with_neighbours(out: pd.DataFrame, order: pd.DataFrame) -> pd.DataFrame:
    same = order["article_id"].eq(order["article_id"].shift()).to_numpy()
    before = order["text"].shift().where(same, "").fillna("")
    next_same = order["article_id"].eq(order["article_id"].shift(-1)).to_numpy()
    after = order["text"].shift(-1).where(next_same, "").fillna("")
    return out.assign(before=before.astype("str"), after=after.astype("str"))


def _paragraphs(tables: Tables) -> pd.DataFrame:
    s = tables.sentences[tables.sentences["paragraph"] >= 0]
    grouped = s.groupby(["article_id", "paragraph"], sort=False)["text"].agg(" ".join).reset_index()
    grouped["id"] = grouped["article_id"] + "¶" + grouped["paragraph"].astype("str")
    return _with_neighbours(grouped[["id", "article_id", "text"]].assign(voice=""), grouped)


def _articles(tables: Tables) -> pd.DataFrame:
    a = tables.articles
    return a[["id", "text"]].assign(article_id=a["id"], voice="", before="", after="")


def _quotes(tables: Tables) -> pd.DataFrame:
    texts = tables.documents.set_index("id")["text"]
    q = tables.quotes
    cut = [(texts[d], s, e) for d, s, e in zip(q["document_id"], q["start"], q["end"])]
    out = q[["id", "article_id"]].assign(voice=["direct" if kind != "indirect" else kind for kind in q["kind"]])
    out["text"] = [fold_space(text[s:e]) for text, s, e in cut]
    out["before"] = [fold_space(text[max(0, s - 250) : s]) for text, s, e in cut]
    out["after"] = [fold_space(text[e : e + 250]) for text, s, e in cut]
    return out.astype({"text": "str", "before": "str", "after": "str"})


def _mentions(tables: Tables) -> pd.DataFrame:
    """Mentions that are read for tone, in their sentence; the name stands in [[brackets]]."""
    columns = ["id", "article_id", "sentence_id", "at", "text", "actor", "voice", "chance"]
    m = tables.read("mentions", columns, keep=lambda part: part[(part["chance"] > 0) & (part["at"] >= 0)])
    sentence = _with_neighbours(tables.sentences[["id", "article_id", "text"]].copy(), tables.sentences).set_index("id")
    m = m[m["sentence_id"].isin(sentence.index)]
    whole = m["sentence_id"].map(sentence["text"])
    out = m[["id", "article_id", "actor", "voice"]].assign(weight=1 / m["chance"])
    out["text"] = [f"{text[:at]}[[{name}]]{text[at + len(name) :]}" for text, at, name in zip(whole, m["at"], m["text"])]
    for side in ("before", "after"):
        out[side] = m["sentence_id"].map(sentence[side]).astype("str")
    return out.astype({"text": "str", "actor": "str"})


def _periods(articles: pd.DataFrame) -> pd.Series:
    """Article id -> stretch of time; "undated" for those without a date."""
    import pandas as pd

    dated = articles.loc[articles["date_earliest"] != ""].sort_values(["date_earliest", "id"])
    days = sorted(dated["date_earliest"].unique())
    names = {day: f"period {1 + place * min(PERIODS, len(days)) // len(days)}" for place, day in enumerate(days)}
    periods = [names.get(day, "undated") for day in articles["date_earliest"]]
    return pd.Series(periods, index=articles["id"])
