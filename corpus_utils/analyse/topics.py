"""Topics of a corpus, and how far they can be trusted: the same on every run and on any number of cores.

How they are found
    1. Words are counted (`counts`), those in fewer than three texts or more than half of them left out; the openings of the texts are
       encoded as sentence vectors (`topic_space`).
       Of many texts those of a sample are encoded, the others only for a model that uses the vectors.
    2. The model (`topic_models`) is named or chosen: `auto` fits each of them on a sample and compares them by stability, coherence,
       exclusivity and held-out information (`topic_select`), without any labels; scores nearer than `CLOSE_METHODS` to the best
       count as equal, and then the order of `METHODS` decides.
    3. It is fitted to all texts and again, with other seeds, to random 80 % samples; topics are matched one to one; the *consensus* is
       the mean of the matched shares, a topic's *stability* the mean cosine of its word weights with its matches' (`topic_consensus`).
    4. The number of topics, unless given, is chosen over a range, without any labels: the largest whose stability and coherence are
       within what resampling changes of the best.
    5. Topics are named by words that are both frequent in them and rare elsewhere, as the texts write them (`spelling`), and never by
       names alone where they have other words.
    Of a corpus above `MOST_FITTED` texts a random sample of that size is fitted; the others get the posterior of a multinomial model
    of the consensus topics.

Below a stated minimum of texts there is no model but a verdict; `own_words` says something honest about any number of stories.
Sources: Maier et al. (2018) and Hoyle et al. (2021) on stability and coherence; Bouma (2009) for NPMI; see `topic_models` for models.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.analyse.adequacy import LEAST_FOR_TOPICS
from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.analyse.topic_consensus import STABLE
from corpus_utils.analyse.topic_names import SPARE, WORDS, name_topics
from corpus_utils.analyse.topic_result import TopicModel, refused_model
from corpus_utils.annotate.tokens import Array
from corpus_utils.records import records_with
from corpus_utils.tokens import stands_alone

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.analyse.topic_models import Method
    from corpus_utils.analyse.topic_space import Openings, Space
    from corpus_utils.tokens import TokenIndex

LEAST_TEXTS = LEAST_FOR_TOPICS
LEAST_PER_TOPIC = 10  # a topic of fewer texts is a story
REPEATS = 8  # resamples matched against the reference
LEAST_DF = 3
MOST_DF = 0.5
MOST_FITTED = 5000  # texts a model is fitted to: more make it slower and hardly other
UNITS = ("article", "paragraph")


def fit_topics(
    texts: Sequence[str],
    *,
    k: int | None = None,
    method: str = "auto",
    seeds: Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    languages: Sequence[str] | str = "en",
    ids: Sequence[str] | None = None,
    vectors: Array | None = None,
    leave_out: Collection[str] = (),
    repeats: int = REPEATS,
    index: TokenIndex | None = None,
) -> TopicModel:
    """Fit topics to texts, whatever unit they are (see `split_units` for paragraphs).

    k          number of topics; None: chosen
    method     auto, or one of `topic_models.METHODS`
    seeds      name -> seed words: topics that start from your words and keep your names; the others (up to k) are free
    languages  one code, or one per text, for the function words left out
    vectors    sentence vectors of the texts, where they are known already; None: their openings are encoded
    leave_out  words that must not make topics, such as an outlet's boilerplate (`house_words`)
    index      the texts' words, where they are known (`tokens.index_texts`)
    Returns a model with verdict "refused" under `LEAST_TEXTS` texts with words, or under `LEAST_PER_TOPIC` per topic.
    Raises ValueError for an unknown method, k under 2 or under the number of seeded topics, or seed words that no text uses.
    """
    from corpus_utils.analyse.topic_models import METHODS, NEED_NO_POINTS
    from corpus_utils.analyse.topic_space import Openings, make_space
    from corpus_utils.annotate.vectors import one_thread

    if method != "auto" and method not in METHODS:
        raise ValueError(f"no topic method called {method!r}; there are: auto, {', '.join(METHODS)}")
    names = list(ids) if ids is not None else [str(number) for number in range(1, len(texts) + 1)]
    counts = count_words(texts, languages, index=index)
    dropped = set(leave_out)
    counts = counts.keep(topic_words(counts) & np.array([word not in dropped for word in counts.vocabulary], bool))
    usable = int((counts.lengths > 0).sum()) if counts.vocabulary else 0
    least = max(LEAST_TEXTS, LEAST_PER_TOPIC * (k or 2))
    if usable < least:
        return refused_model(
            names, f"{usable} usable texts; a topic model of so few shows the words of single stories. About {least} would do"
        )
    if k is not None and k < 2:
        raise ValueError(f"k should be at least 2, not {k}")
    import sklearn.cluster  # noqa: F401  only of libraries that are loaded can threads be limited

    with one_thread():
        wanted = _Wanted(k, method, dict(seeds or {}), seed, repeats)
        rows = _fitted_rows(len(texts), seed)
        own = Counts(counts.matrix[rows], counts.vocabulary)
        points = bool(seeds) or method not in NEED_NO_POINTS
        fitted = make_space(own, None if vectors is None else np.asarray(vectors)[rows], seed=seed, points=points)
        model = _fit(fitted, counts, rows, names, wanted, Openings([texts[row] for row in rows]))
        return replace(model, topics=name_topics(model.topics, [texts[row] for row in rows], wanted.seeds))


@dataclass(frozen=True)
class _Wanted:
    """What was asked for."""

    k: int | None
    method: str
    seeds: dict[str, Sequence[str]]
    seed: int
    repeats: int


def topic_words(counts: Counts) -> Array:
    """Mask of the words a topic model may use: in three texts or more, in at most half of them, and of three letters or more
    where words are set apart."""
    df = counts.document_frequency
    long = np.array([len(word) > 2 or stands_alone(word) for word in counts.vocabulary], bool)
    return (df >= LEAST_DF) & (df <= max(MOST_DF * counts.matrix.shape[0], LEAST_DF)) & long


def split_units(texts: Sequence[str], ids: Sequence[str], unit: str = "article") -> tuple[list[str], list[str], list[int]]:
    """Texts, ids and owners (numbers of the article) of the units: articles as they are, or their paragraphs (id `a/p0`, `a/p1`, ...).

    Paragraphs are separated by blank lines. Raises ValueError for an unknown unit.
    """
    if unit not in UNITS:
        raise ValueError(f"no unit called {unit!r}; there are: {', '.join(UNITS)}")
    if unit == "article":
        return list(texts), list(ids), list(range(len(texts)))
    found = [
        (piece.strip(), f"{name}/p{number}", owner)
        for owner, (name, text) in enumerate(zip(ids, texts))
        for number, piece in enumerate(text.split("\n\n"))
        if piece.strip()
    ]
    return [text for text, _, _ in found], [name for _, name, _ in found], [owner for _, _, owner in found]


def _fitted_rows(texts: int, seed: int) -> Array:
    if texts <= MOST_FITTED:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).choice(texts, size=MOST_FITTED, replace=False))


def _method(space: Space, wanted: _Wanted, openings: Openings) -> tuple[str, Method, pd.DataFrame | None]:
    """Name, method and comparison of the model asked for; openings are encoded for a sample where models are compared."""
    from corpus_utils.analyse import topic_models, topic_select
    from corpus_utils.annotate.vectors import VectorsMissingError

    if wanted.seeds:
        return "seeded", topic_models.by_seeds(_seed_columns(space.counts, wanted)), None
    if wanted.method != "auto":
        return wanted.method, topic_models.METHODS[wanted.method], None
    try:
        table = topic_select.compare_methods(space, wanted.k, seed=wanted.seed, openings=openings if space.vectors is None else None)
    except VectorsMissingError:
        table = topic_select.compare_methods(space, wanted.k, seed=wanted.seed)
    name = str(table.loc[table["chosen"], "method"].iat[0])
    return name, topic_models.METHODS[name], table


def _with_openings(space: Space, name: str, openings: Openings) -> Space:
    """The space with vectors where the model uses them and the encoder is installed."""
    from corpus_utils.analyse.topic_models import NEED_VECTORS, USE_VECTORS
    from corpus_utils.analyse.topic_space import with_vectors
    from corpus_utils.annotate.vectors import VectorsMissingError

    if space.vectors is not None or name not in USE_VECTORS:
        return space
    try:
        return with_vectors(space, openings(np.arange(space.table.shape[0])))
    except VectorsMissingError:
        if name in NEED_VECTORS:
            raise
        return space


def _seed_columns(counts: Counts, wanted: _Wanted) -> list[list[int]]:
    index = {word: number for number, word in enumerate(counts.vocabulary)}
    columns = []
    for name, words in wanted.seeds.items():
        found = [index[word.casefold()] for word in words if word.casefold() in index]
        if not found:
            raise ValueError(f"no text uses the seed words of {name!r} often enough: {', '.join(words)}")
        columns.append(found)
    if wanted.k is not None and wanted.k < len(columns):
        raise ValueError(f"k is {wanted.k}, but there are {len(columns)} seeded topics")
    return columns


def _fit(space: Space, counts: Counts, rows: Array, names: list[str], wanted: _Wanted, openings: Openings) -> TopicModel:
    import pandas as pd

    from corpus_utils.analyse import topic_models, topic_select
    from corpus_utils.analyse.topic_consensus import consensus

    name, method, by_method = _method(space, wanted, openings)
    space = _with_openings(space, name, openings)
    least_k = max(2, len(wanted.seeds))
    by_k = topic_select.compare(space, method, seed=wanted.seed, least=least_k) if wanted.k is None else None
    k = int(by_k.loc[by_k["chosen"], "k"].iat[0]) if by_k is not None else int(wanted.k or 2)
    found = consensus(space, method, k, seed=wanted.seed, repeats=wanted.repeats)
    if len(rows) < counts.matrix.shape[0]:
        everyone = topic_models.posterior_shares(counts.matrix, rows, found.shares)
        everyone[rows] = found.shares
        found = replace(found, shares=everyone)
    coherence = topic_select.coherence(space.counts, found.components)
    exclusive = topic_select.exclusivity(found.components)
    mass = (found.shares * counts.lengths[:, None]).sum(axis=0)
    order = np.lexsort((np.arange(k), -mass.round(9)))
    words = topic_select.distinctive(found.components, counts.vocabulary, WORDS + SPARE)
    given = dict(enumerate(wanted.seeds))
    topics = pd.DataFrame({
        "topic": range(1, k + 1), "name": [given.get(t, "") for t in order], "words": [words[t] for t in order],
        "prevalence": (mass / mass.sum())[order].round(6), "stability": found.stability[order].round(6),
        "stable": found.stability[order] >= STABLE, "coherence": coherence[order].round(6), "exclusivity": exclusive[order].round(6),
    })  # fmt: skip
    weights = pd.DataFrame(found.shares[:, order].round(6), columns=range(1, k + 1))
    weights.insert(0, "id", names)
    measures = (found.stability, coherence, exclusive)
    by_k = by_k if by_k is not None else topic_select.row("k", k, *measures)
    by_method = by_method if by_method is not None else topic_select.row("method", name, *measures)
    return TopicModel("inference", "", topics, weights, by_k, by_method, found.components[order], counts.vocabulary, name)


def topic_records(records: pd.DataFrame, *, k: int | None = None, seed: int = 0, language: str = "", method: str = "auto") -> pd.DataFrame:
    """What `annotate topics` writes: the records' other columns, `topic` (the name), `score` (its share of the text), `abstained`.

    One row per record in input order; `topic` is null where the text has no known words, and throughout where the model is refused
    (`attrs["note"]` of the result says why).
    """
    import pandas as pd

    from corpus_utils.annotate.languages import resolve_languages

    languages = resolve_languages(records, language)
    model = fit_topics(records["text"].tolist(), k=k, method=method, seed=seed, languages=languages, ids=records["id"].tolist())
    names = dict(zip(model.topics["topic"], model.topics["name"]))
    assigned = model.assignment
    best = model.weights.drop(columns="id").max(axis=1) if len(model.topics) else pd.Series(np.nan, index=model.weights.index)
    made = pd.DataFrame({"topic": pd.Series([names.get(number) for number in assigned], dtype="object")})
    made["score"] = best.where(np.array(assigned) > 0).to_numpy(dtype=float)
    made["abstained"] = made["topic"].isna()
    out = records_with(records.drop(columns=["text"]), made)
    out.attrs["note"] = model.reason
    return out
