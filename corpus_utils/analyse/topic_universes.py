"""What the leading topic of report 02 hangs on: its lead when texts are taken, counted and modelled differently (multiverse)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.topics import TopicModel, fit_topics
from corpus_utils.stats import cluster_bootstrap

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.stats import Interval

MOST_REFITTED = 600  # articles of each refitted universe: enough to see whether the leading topic leads


def lead_under(
    articles: pd.DataFrame, documents: pd.DataFrame, model: TopicModel, *, cleaning: str, dedup: str, k: int = 0, seed: int = 0
) -> float:
    """Lead of the corpus's largest topic over the largest other one, when its texts are taken and counted differently.

    cleaning  "cleaned": articles; "as found": whole documents with everything around them
    dedup     "once": one text a family; "each": every copy
    k         number of topics; the model's own where 0
    The topic is found again by its words (highest cosine). A sample of `MOST_REFITTED` texts is fitted, with few repeats; the
    combination that the report uses is read from its model. Raises ValueError where the texts are too few for this k.
    """
    size, shares = k or len(model.topics), _average(model)
    top = int(shares.argmax())
    if cleaning == "cleaned" and dedup == "once" and size == len(model.topics):
        return _lead(shares, top)
    kept = articles.drop_duplicates("family") if dedup == "once" else articles
    if cleaning == "as found":
        kept = kept.drop_duplicates("document_id")
    if len(kept) > MOST_REFITTED:
        kept = kept.iloc[np.sort(np.random.default_rng(seed).choice(len(kept), size=MOST_REFITTED, replace=False))]
    raw = documents.set_index("id")["text"]
    texts = kept["text"].tolist() if cleaning == "cleaned" else raw.loc[kept["document_id"]].tolist()
    languages = [code or "en" for code in kept["language"]]
    again = fit_topics(texts, k=size, method=model.method, seed=seed, languages=languages, repeats=1)
    if again.verdict == "refused":
        raise ValueError(again.reason)
    return _lead(_average(again), _same_topic(model, again, top))


def lead_interval(model: TopicModel, *, seed: int = 0) -> Interval:
    """The lead of the largest topic over the next in the report's own model, with its interval over stories."""
    shares, average = model.weights.drop(columns="id").to_numpy(dtype=float), _average(model)
    first, second = np.argsort(-average, kind="stable")[:2]
    spread = cluster_bootstrap(shares[:, first] - shares[:, second], model.weights["id"].to_numpy(), seed=seed)
    return spread._replace(estimate=_lead(average, int(first)))


def _average(model: TopicModel) -> np.ndarray:
    """Share of the average text that is about each topic: what the report calls the size of a topic."""
    return model.weights.drop(columns="id").to_numpy(dtype=float).mean(axis=0)


def _lead(prevalence: Any, topic: int) -> float:
    return float(prevalence[topic] - np.delete(prevalence, topic).max())


def _same_topic(model: TopicModel, again: TopicModel, topic: int) -> int:
    """Number of the topic of `again` whose words are most like those of one topic of `model`."""
    place = {word: number for number, word in enumerate(again.vocabulary)}
    first = np.zeros(len(again.vocabulary))
    for word, weight in zip(model.vocabulary, model.components[topic]):
        if word in place:
            first[place[word]] = weight
    return int((again.components @ first).round(9).argmax())


def word_lead_under(articles: pd.DataFrame, documents: pd.DataFrame, forms: Sequence[str], *, cleaning: str, dedup: str) -> float:
    """Share of texts that use one of `forms`, with texts taken and counted differently: what a corpus too small for topics finds."""
    from corpus_utils.text import words

    kept = articles.drop_duplicates("family") if dedup == "once" else articles
    if cleaning == "as found":
        kept = kept.drop_duplicates("document_id")
    raw = documents.set_index("id")["text"]
    texts = kept["text"].tolist() if cleaning == "cleaned" else raw.loc[kept["document_id"]].tolist()
    wanted = {form.casefold() for form in forms}
    using = [any(word in wanted or word.removesuffix("'s") in wanted for word in words(text)) for text in texts]
    return float(np.mean(using)) if using else float("nan")


def universes(choices: dict[str, tuple[Any, ...]], corpus: Any, model: TopicModel, common: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """The multiverse of report 02: of the lead of the largest topic, or, without topics, of the share of stories with the commonest word.

    `corpus`: the tables (`parts.Tables`); see `multiverse.run_multiverse` for the columns.
    """
    from functools import partial

    from corpus_utils.analyse.multiverse import run_multiverse

    articles = corpus.articles
    documents = corpus.read("documents", ["id", "text"], id=set(articles["document_id"]))
    if len(model.topics):
        made = run_multiverse(choices, partial(lead_under, articles, documents, model, seed=seed))
        own = lead_interval(model, seed=seed)
        if made["estimate"].iat[0] == own.estimate:
            made.loc[0, ["low", "high"]] = own.low, own.high
        return made
    forms = common["forms"].iat[0] if len(common) else []
    return run_multiverse(choices, partial(word_lead_under, articles, documents, forms))
