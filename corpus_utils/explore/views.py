"""Views of what was labelled: actors, frames and topics, as the reports count them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corpus_utils.explore.search import Search

if TYPE_CHECKING:
    import pandas as pd


def find_actors(search: Search, name: str = "", *, most: int = 30) -> pd.DataFrame:
    """Actors whose name holds `name` (all where empty), most mentioned first: the table `actors`, and `quoted`, attributions they speak."""
    actors, quotes = search.corpus.actors, search.corpus.quotes
    if name:
        wanted = name.casefold()
        holds = [
            any(wanted in spelling.casefold() for spelling in (actor, *names)) for actor, names in zip(actors["actor"], actors["names"])
        ]
        actors = actors[holds]
    spoken = quotes["speaker"].value_counts()
    out = actors.assign(quoted=actors["actor"].map(spoken).fillna(0).astype(int), names=actors["names"].map("; ".join))
    out = out.sort_values(["mentions", "actor"], ascending=[False, True], ignore_index=True)
    return out[["actor", "mentions", "articles", "outlets", "quoted", "names"]].head(most)


def find_frames(search: Search, frame: str = "", *, most: int = 30) -> pd.DataFrame:
    """Passages with frame cues: article_id, title, outlet, voice, frames, text; those with the most frames first. `frame` keeps one."""
    corpus = search.corpus
    labels = corpus.labels[corpus.labels["measure"].str.startswith("frame") & (corpus.labels["status"] == "judged")]
    labels = labels[labels["label"].map(len) > 0]
    if frame:
        labels = labels[[frame in found for found in labels["label"]]]
    table = labels.merge(corpus.passages[["id", "voice", "text"]], left_on="unit", right_on="id")
    table = table.merge(search.articles[["id", "title", "outlet"]], left_on="article_id", right_on="id", suffixes=("", "_article"))
    table = table.assign(frames=table["label"].map(", ".join), how_many=table["label"].map(len))
    table = table.sort_values(["how_many", "unit"], ascending=[False, True], ignore_index=True)
    return table[["article_id", "title", "outlet", "voice", "frames", "text"]].head(most)


def find_spans(search: Search, document: str) -> pd.DataFrame:
    """A document as it came, beside what was kept of it: start, end, role, story, kept, text, rule, confidence, in reading order.

    `kept` is whether the stretch became part of an article's title or text. Raises ValueError for a document that is not there.
    """
    from corpus_utils.schema import ARTICLE_ROLES

    documents = search.corpus.documents
    found = documents.loc[documents["id"] == document, "text"]
    if found.empty:
        raise ValueError(f"no document is called {document!r}; documents have the part of an article's id before the #")
    text, spans = found.iat[0], search.corpus.spans
    spans = spans[(spans["document_id"] == document) & (spans["role"] != "blank")]
    texts = [text[start:end] for start, end in zip(spans["start"], spans["end"])]
    table = spans.assign(kept=spans["role"].isin(("title", *ARTICLE_ROLES)), text=texts)
    return table[["start", "end", "role", "story", "kept", "text", "rule", "confidence"]].reset_index(drop=True)


def find_topics(search: Search, k: int = 10) -> pd.DataFrame:
    """Articles with their topic: article_id, title, outlet, topic, score. The first call fits the model; later ones remember it.

    Topics are those of the language most stories are in; articles in others have none.
    """
    articles = search.articles[["id", "title", "outlet"]].rename(columns={"id": "article_id"})
    topics = _topics(search, k).reindex(articles["article_id"])
    return articles.assign(topic=topics["topic"].tolist(), score=topics["score"].tolist())


@lru_cache(maxsize=4)
def _topics(search: Search, k: int) -> Any:
    from corpus_utils.analyse.one_language import main_language, of_language
    from corpus_utils.analyse.topics import topic_records

    articles = of_language(search.articles, main_language(search.articles))
    return topic_records(articles[["id", "text", "language"]], k=k, seed=search.corpus.project.seed, language="en").set_index("id")
