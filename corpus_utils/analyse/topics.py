"""Topics of a corpus, and how far they can be trusted: the same on every run and on any number of cores.

How they are found
    1. Words are counted (`counts`), those in fewer than three texts or more than half of them left out, and weighted by TF-IDF.
    2. Texts are clustered by latent semantic analysis (`topic_models`), all of them, and again several random 80 % samples with
       other seeds. A topic's word weights are the mean TF-IDF of its texts above that of all texts.
    3. Each repeat's topics are matched to the reference one to one (Hungarian algorithm on cosine similarity). A topic's
       *stability* is the mean cosine of its word weights with its matches'; the *consensus* is the mean of the matched centres.
    4. The number of topics, unless given, is chosen over a range by stability, coherence and exclusivity, without any labels.
    5. Topics are named by words that are both frequent in them and rare elsewhere.

Below a stated minimum of texts there is no model but a verdict; `describe_words` says something honest about any number of stories.
Sources: Maier et al. (2018) and Hoyle et al. (2021) on stability and coherence; Deerwester et al. (1990) for latent semantic
analysis; Bouma (2009) for NPMI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.adequacy import LEAST_FOR_TOPICS
from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.annotate.tokens import Array
from corpus_utils.records import beside

if TYPE_CHECKING:
    import pandas as pd

LEAST_TEXTS = LEAST_FOR_TOPICS
LEAST_PER_TOPIC = 10  # a topic of fewer texts is a story
REPEATS = 8  # resamples matched against the reference
SAMPLE = 0.8
STABLE = 0.7  # mean similarity from which a topic is called stable
WORDS = 10
LEAST_DF = 3
MOST_DF = 0.5


@dataclass(frozen=True)
class TopicModel:
    """Topics of n texts. With verdict "refused" all tables are empty and `reason` says what would be enough.

    topics   topic (1, 2, ... by prevalence), name, words (list), prevalence (share of the texts' words), stability, stable,
             coherence (NPMI), exclusivity
    weights  id, then one column per topic, called by its number: shares of the text, summing to 1 (0 throughout for a text
             without known words)
    by_k     k, stability, coherence, exclusivity, score, chosen: the range that was compared (one row where k was given)
    """

    verdict: str
    reason: str
    topics: pd.DataFrame
    weights: pd.DataFrame
    by_k: pd.DataFrame
    components: Array = field(repr=False)
    vocabulary: list[str] = field(repr=False)

    @property
    def assignment(self) -> list[int]:
        """The strongest topic of each text; 0: none."""
        table = self.weights.drop(columns="id").to_numpy()
        if not table.size:
            return [0] * len(self.weights)
        return np.where(table.max(axis=1) > 0, table.argmax(axis=1) + 1, 0).tolist()


def fit_topics(
    texts: Sequence[str],
    *,
    k: int | None = None,
    seed: int = 0,
    languages: Sequence[str] | str = "en",
    ids: Sequence[str] | None = None,
    repeats: int = REPEATS,
) -> TopicModel:
    """Fit topics to texts. `k` None: chosen; `languages`: one code, or one per text, for the function words left out.

    Returns a model with verdict "refused" under `LEAST_TEXTS` texts with words, or under `LEAST_PER_TOPIC` per topic.
    """
    from corpus_utils.analyse.topic_models import one_thread

    names = list(ids) if ids is not None else [str(number) for number in range(1, len(texts) + 1)]
    counts = count_words(texts, languages)
    counts = counts.keep(topic_words(counts))
    usable = int((counts.lengths > 0).sum()) if counts.vocabulary else 0
    least = max(LEAST_TEXTS, LEAST_PER_TOPIC * (k or 2))
    if usable < least:
        return _refused(names, f"{usable} usable texts; a topic model of so few shows the words of single stories. About {least} would do")
    if k is not None and k < 2:
        raise ValueError(f"k should be at least 2, not {k}")
    with one_thread():
        return _fit(counts, names, k, seed, repeats)


def topic_words(counts: Counts) -> Array:
    """Mask of the words a topic model may use: in three texts or more, in at most half of them, and of three letters or more."""
    df = counts.document_frequency
    long = np.array([len(word) > 2 for word in counts.vocabulary], bool)
    return (df >= LEAST_DF) & (df <= max(MOST_DF * counts.matrix.shape[0], LEAST_DF)) & long


def _refused(names: list[str], reason: str) -> TopicModel:
    import pandas as pd

    empty = pd.DataFrame(columns=["topic", "name", "words", "prevalence", "stability", "stable", "coherence", "exclusivity"])
    by_k = pd.DataFrame(columns=["k", "stability", "coherence", "exclusivity", "score", "chosen"])
    return TopicModel("refused", reason, empty, pd.DataFrame({"id": names}), by_k, np.zeros((0, 0)), [])


def _fit(counts: Counts, names: list[str], k: int | None, seed: int, repeats: int) -> TopicModel:
    import pandas as pd

    from corpus_utils.analyse import topic_models, topic_select

    table = topic_models.weigh(counts)
    by_k = topic_select.compare(table, counts, seed=seed) if k is None else None
    k = int(by_k.loc[by_k["chosen"], "k"].iat[0]) if by_k is not None else int(k or 2)
    found = topic_models.consensus(table, k, seed=seed, repeats=repeats, sample=SAMPLE)
    coherence = topic_select.coherence(counts, found.components)
    exclusive = topic_select.exclusivity(found.components)
    mass = (found.shares * counts.lengths[:, None]).sum(axis=0)
    order = np.lexsort((np.arange(k), -mass.round(9)))
    words = topic_select.distinctive(found.components, counts.vocabulary, WORDS)
    topics = pd.DataFrame({
        "topic": range(1, k + 1), "name": [" · ".join(words[t][:3]) for t in order], "words": [words[t] for t in order],
        "prevalence": (mass / mass.sum())[order].round(6), "stability": found.stability[order].round(6),
        "stable": found.stability[order] >= STABLE, "coherence": coherence[order].round(6), "exclusivity": exclusive[order].round(6),
    })  # fmt: skip
    weights = pd.DataFrame(found.shares[:, order].round(6), columns=range(1, k + 1))
    weights.insert(0, "id", names)
    if by_k is None:
        by_k = topic_select.row(k, found.stability, coherence, exclusive)
    return TopicModel("inference", "", topics, weights, by_k, found.components[order], counts.vocabulary)


def topic_records(records: pd.DataFrame, *, k: int | None = None, seed: int = 0, language: str = "") -> pd.DataFrame:
    """What `annotate topics` writes: the records' other columns, `topic` (the name), `score` (its share of the text), `abstained`.

    One row per record in input order; `topic` is null where the text has no known words, and throughout where the model is refused
    (`attrs["note"]` of the result says why).
    """
    import pandas as pd

    from corpus_utils.annotate.languages import resolve_languages

    model = fit_topics(records["text"].tolist(), k=k, seed=seed, languages=resolve_languages(records, language), ids=records["id"].tolist())
    names = dict(zip(model.topics["topic"], model.topics["name"]))
    assigned = model.assignment
    best = model.weights.drop(columns="id").max(axis=1) if len(model.topics) else pd.Series(np.nan, index=model.weights.index)
    made = pd.DataFrame({"topic": pd.Series([names.get(number) for number in assigned], dtype="object")})
    made["score"] = best.where(np.array(assigned) > 0).to_numpy(dtype=float)
    made["abstained"] = made["topic"].isna()
    out = beside(records.drop(columns=["text"]), made)
    out.attrs["note"] = model.reason
    return out


def describe_words(articles: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """Words that set each text apart from the others, for corpora of any size: id, words (list), scores (list), counts (list).

    `articles` has id, text, language. A word's score is its smoothed log odds in the text against all the others together, in standard
    errors (Monroe, Colaresi & Quinn 2008, with the whole corpus as prior); words met once in the text are left out unless there are no
    others. A description of these texts, not a finding about others.
    """
    import pandas as pd

    from corpus_utils.annotate.languages import DEFAULT

    languages = [str(code) or DEFAULT for code in articles["language"]] if "language" in articles.columns else DEFAULT
    counts = count_words(articles["text"].tolist(), languages)
    rows = []
    totals = np.asarray(counts.matrix.sum(axis=0)).ravel().astype(float)
    prior, n_all = totals * (500 / max(totals.sum(), 1)), totals.sum()
    for number, name in enumerate(articles["id"].tolist()):
        here = np.asarray(counts.matrix[number].todense()).ravel().astype(float)
        z = log_odds(here, totals - here, prior, here.sum(), n_all - here.sum())
        if here.sum() == n_all:  # nothing to be set apart from: the most frequent words
            z = here
        candidates = np.flatnonzero((here >= 2) & (z > 0))
        if len(candidates) < min(3, most):
            candidates = np.flatnonzero((here >= 1) & (z > 0))
        best = candidates[np.lexsort((candidates, -z[candidates].round(9)))][:most]
        rows.append({"id": name, "words": [counts.vocabulary[w] for w in best], "scores": z[best].round(3).tolist(),
                     "counts": here[best].astype(int).tolist()})  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "words", "scores", "counts"])


def log_odds(first: Array, second: Array, prior: Array, n_first: Any, n_second: Any) -> Array:
    """z of the difference in log odds of each word, with a Dirichlet prior (Monroe, Colaresi & Quinn 2008, equations 16 and 22)."""
    total = prior.sum()
    a, b = first + prior, second + prior
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.log(a / (n_first + total - a)) - np.log(b / (n_second + total - b))
        z = delta / np.sqrt(1 / a + 1 / b)
    return np.where(prior > 0, np.nan_to_num(z), 0.0)
