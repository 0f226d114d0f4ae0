"""Topics of a corpus, and how far they can be trusted: the same on every run and on any number of cores.

How they are found
    1. Words are counted (`counts`), those in fewer than three texts or more than half of them left out; the openings of the texts are
       encoded as sentence vectors (`topic_space`).
    2. The model (`topic_models`) is named or chosen: `auto` fits each of them on a sample and compares them by stability, coherence,
       exclusivity and held-out information (`topic_select`), without any labels; scores nearer than `CLOSE_METHODS` to the best
       count as equal, and then the order of `METHODS` decides.
    3. It is fitted to all texts and again, with other seeds, to random 80 % samples; topics are matched one to one; the *consensus* is
       the mean of the matched shares, a topic's *stability* the mean cosine of its word weights with its matches' (`topic_consensus`).
    4. The number of topics, unless given, is chosen over a range by stability, coherence and exclusivity, without any labels.
    5. Topics are named by words that are both frequent in them and rare elsewhere, as the texts write them (`spelling`), and never by
       names alone where they have other words.
    Of a corpus above `MOST_FITTED` texts a random sample of that size is fitted; the others get the posterior of a multinomial model
    of the consensus topics.

Below a stated minimum of texts there is no model but a verdict; `describe_words` says something honest about any number of stories.
Sources: Maier et al. (2018) and Hoyle et al. (2021) on stability and coherence; Bouma (2009) for NPMI; see `topic_models` for models.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.adequacy import LEAST_FOR_TOPICS
from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.analyse.spelling import as_names
from corpus_utils.annotate.tokens import Array
from corpus_utils.records import beside
from corpus_utils.tokens import stands_alone

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.analyse.topic_models import Method
    from corpus_utils.analyse.topic_space import Space
    from corpus_utils.tokens import TokenIndex

LEAST_TEXTS = LEAST_FOR_TOPICS
LEAST_PER_TOPIC = 10  # a topic of fewer texts is a story
REPEATS = 8  # resamples matched against the reference
STABLE = 0.7  # mean similarity from which a topic is called stable
WORDS = 10
SPARE = 5  # more words, for those that turn out to be one name
LEAST_DF = 3
MOST_DF = 0.5
MOST_FITTED = 5000  # texts a model is fitted to: more make it slower and hardly other
UNITS = ("article", "paragraph")


@dataclass(frozen=True)
class TopicModel:
    """Topics of n texts. With verdict "refused" all tables are empty and `reason` says what would be enough.

    topics     topic (1, 2, ... by prevalence), name, words (list, as the texts write them), prevalence (share of the texts' words),
               stability, stable, coherence (NPMI), exclusivity
    weights    id, then one column per topic, called by its number: shares of the text, summing to 1 (0 throughout for a text
               without known words)
    by_k       k, stability, coherence, exclusivity, score, chosen: the range that was compared (one row where k was given)
    by_method  the same with method for k, and information (`topic_select`): the models that were compared (one row, without
               information, where it was named)
    """

    verdict: str
    reason: str
    topics: pd.DataFrame
    weights: pd.DataFrame
    by_k: pd.DataFrame
    by_method: pd.DataFrame
    components: Array = field(repr=False)
    vocabulary: list[str] = field(repr=False)
    method: str = ""

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
    from corpus_utils.analyse.topic_models import METHODS
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
        return _refused(names, f"{usable} usable texts; a topic model of so few shows the words of single stories. About {least} would do")
    if k is not None and k < 2:
        raise ValueError(f"k should be at least 2, not {k}")
    import sklearn.cluster  # noqa: F401  only of libraries that are loaded can threads be limited

    with one_thread():
        wanted = _Wanted(k, method, dict(seeds or {}), seed, repeats)
        rows = _fitted_rows(len(texts), seed)
        space = _space(texts, counts, rows, vectors, wanted)
        return _spelled(_fit(space, counts, rows, names, wanted), [texts[row] for row in rows], wanted)


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


def _refused(names: list[str], reason: str) -> TopicModel:
    import pandas as pd

    empty = pd.DataFrame(columns=["topic", "name", "words", "prevalence", "stability", "stable", "coherence", "exclusivity"])
    by_k = pd.DataFrame(columns=["k", "stability", "coherence", "exclusivity", "score", "chosen"])
    by_method = pd.DataFrame(columns=["method", "stability", "coherence", "exclusivity", "information", "score", "chosen"])
    return TopicModel("refused", reason, empty, pd.DataFrame({"id": names}), by_k, by_method, np.zeros((0, 0)), [])


def _fitted_rows(texts: int, seed: int) -> Array:
    if texts <= MOST_FITTED:
        return np.arange(texts)
    return np.sort(np.random.default_rng(seed).choice(texts, size=MOST_FITTED, replace=False))


def _space(texts: Sequence[str], counts: Counts, rows: Array, vectors: Array | None, wanted: _Wanted) -> Space:
    """The space of the texts that are fitted; with vectors where the method can use them and the encoder is installed."""
    from corpus_utils.analyse.topic_space import make_space, opening_vectors
    from corpus_utils.annotate.vectors import VectorsMissingError

    fitted = Counts(counts.matrix[rows], counts.vocabulary)
    if vectors is not None:
        return make_space(fitted, np.asarray(vectors)[rows], seed=wanted.seed)
    if wanted.seeds or wanted.method in ("words", "nmf", "lda"):
        return make_space(fitted, seed=wanted.seed)
    try:
        return make_space(fitted, opening_vectors([texts[row] for row in rows]), seed=wanted.seed)
    except VectorsMissingError:
        if wanted.method == "vectors":
            raise
        return make_space(fitted, seed=wanted.seed)


def _method(space: Space, wanted: _Wanted) -> tuple[str, Method, pd.DataFrame | None]:
    from corpus_utils.analyse import topic_models, topic_select

    if wanted.seeds:
        return "seeded", topic_models.by_seeds(_seed_columns(space.counts, wanted)), None
    if wanted.method != "auto":
        return wanted.method, topic_models.METHODS[wanted.method], None
    table = topic_select.compare_methods(space, wanted.k, seed=wanted.seed)
    name = str(table.loc[table["chosen"], "method"].iat[0])
    return name, topic_models.METHODS[name], table


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


def _fit(space: Space, counts: Counts, rows: Array, names: list[str], wanted: _Wanted) -> TopicModel:
    import pandas as pd

    from corpus_utils.analyse import topic_models, topic_select
    from corpus_utils.analyse.topic_consensus import consensus

    name, method, by_method = _method(space, wanted)
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


def _spelled(model: TopicModel, texts: Sequence[str], wanted: _Wanted) -> TopicModel:
    """The topics with words as they are written, both words of a name as that name, and named by `_label`."""
    shown = as_names(sorted({word for words in model.topics["words"] for word in words}), texts)
    words = [list(dict.fromkeys(shown[word] for word in row))[:WORDS] for row in model.topics["words"]]
    given = set(wanted.seeds)
    names = [name if name in given else " · ".join(_label(row)) for name, row in zip(model.topics["name"], words)]
    return replace(model, topics=model.topics.assign(words=words, name=_distinct(names)))


def _label(words: list[str]) -> list[str]:
    """The first three words, and where these are all names the next that is none: "Obama · Romney · Clinton · campaign" says more."""
    first = words[:3]
    if not all(word[:1].isupper() for word in first):
        return first
    return first + [word for word in words[3:] if not word[:1].isupper()][:1]


def _distinct(names: list[str]) -> list[str]:
    """Two topics of one name would be one topic to whoever reads the file: the later gets its number."""
    return [name if name not in names[:n] else f"{name} ({n + 1})" for n, name in enumerate(names)]


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
    out = beside(records.drop(columns=["text"]), made)
    out.attrs["note"] = model.reason
    return out


def describe_words(articles: pd.DataFrame, *, most: int = 10, index: TokenIndex | None = None) -> pd.DataFrame:
    """Words that set each text apart from the others, for corpora of any size: id, words (list), scores (list), counts (list).

    `articles` has id, text, language. A word's score is its smoothed log odds in the text against all the others together, in standard
    errors (Monroe, Colaresi & Quinn 2008, with the whole corpus as prior); words met once in the text are left out unless there are no
    others. A description of these texts, not a finding about others.
    """
    import pandas as pd

    from corpus_utils.annotate.languages import DEFAULT

    languages = [str(code) or DEFAULT for code in articles["language"]] if "language" in articles.columns else DEFAULT
    counts = count_words(articles["text"].tolist(), languages, index=index)
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
