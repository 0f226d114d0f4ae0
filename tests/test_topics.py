"""Topics: found where they were planted, the same on every run, refused where there is too little, and honest about stability."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.analyse import topic_models, topic_select
from corpus_utils.analyse.counts import count_words
from corpus_utils.analyse.own_words import describe_words
from corpus_utils.analyse.topic_consensus import components, match
from corpus_utils.analyse.topic_models import METHODS, cluster_shares
from corpus_utils.analyse.topic_select import coherence, exclusivity, information
from corpus_utils.analyse.topic_space import make_space, unit_rows
from corpus_utils.analyse.topics import LEAST_TEXTS, fit_topics, split_units, topic_records

SUBJECTS = {
    "sea": "harbour ship sailor tide storm wave anchor captain fleet coast".split(),
    "bread": "baker dough oven flour yeast loaf crust bakery wheat recipe".split(),
    "school": "teacher pupil lesson exam class homework school chalk library grade".split(),
}


def planted(n: int = 150, *, seed: int = 0) -> tuple[list[str], list[str]]:
    """Texts on three subjects with shared filler, and the subject of each."""
    draw = random.Random(seed)
    filler = "morning report village official week number plan visit meeting road".split()
    truth = [draw.choice(list(SUBJECTS)) for _ in range(n)]
    return [" ".join(draw.choices(SUBJECTS[name], k=25) + draw.choices(filler, k=12)) + "." for name in truth], truth


@pytest.mark.parametrize("method", METHODS)
def test_planted_topics_come_back(method: str) -> None:
    """Each text lands in its subject's topic; names come from its words; the topics are stable."""
    texts, truth = planted()
    model = fit_topics(texts, k=3, method=method, seed=1, repeats=3)
    assert model.method == method and model.verdict == "inference" and len(model.topics) == 3
    table = pd.crosstab(pd.Series(truth), pd.Series(model.assignment))
    assert table.max(axis=1).sum() == len(texts)
    assert model.topics["stable"].sum() >= (2 if method == "lda" else 3)  # LDA does not find all three in every sample
    assert (model.topics["coherence"] > 0).all()
    for words in model.topics["words"]:
        assert max(len(set(words[:8]) & set(subject)) for subject in SUBJECTS.values()) >= 7
    assert np.allclose(model.weights.drop(columns="id").sum(axis=1), 1, atol=1e-4)
    assert model.topics["prevalence"].is_monotonic_decreasing and model.topics["prevalence"].sum() == pytest.approx(1, abs=1e-4)


def test_the_number_of_topics_is_found() -> None:
    """Three planted subjects score best over the range, which is shown."""
    model = fit_topics(planted(200)[0], method="words", seed=2, repeats=3)
    assert len(model.topics) == 3
    assert model.by_k["chosen"].sum() == 1 and {2, 3, 4, 5} <= set(model.by_k["k"])


def test_of_numbers_that_fit_the_largest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number fits that is no further below the best than runs differ; with no spread only the best does."""
    scores, spread = {2: 0.60, 3: 0.66, 4: 0.65, 5: 0.655, 6: 0.55}, 0.01

    def measured(k: int, *_: object) -> pd.DataFrame:
        return pd.DataFrame([{"k": k, "score": scores.get(k, 0.1), "spread": spread, "twins": k > 20}])

    monkeypatch.setattr(topic_select, "_measured_k", measured)
    space = make_space(count_words(planted(200)[0]))
    table = topic_select.compare(space, topic_models.by_words, seed=0).set_index("k")
    assert table.index[table["fits"]].tolist() == [3, 4, 5] and table.index[table["chosen"]].tolist() == [5]
    spread = 0.0
    table = topic_select.compare(space, topic_models.by_words, seed=0).set_index("k")
    assert table.index[table["fits"]].tolist() == table.index[table["chosen"]].tolist() == [3]


def test_the_same_on_every_run() -> None:
    """Equal tables with the same seed, also when the order of threads could differ."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped,unused-ignore]

    texts, _ = planted()
    first = fit_topics(texts, k=3, seed=5, repeats=3)
    with threadpool_limits(limits=1):
        second = fit_topics(texts, k=3, seed=5, repeats=3)
    assert first.by_method.equals(second.by_method)
    assert first.topics.equals(second.topics) and first.weights.equals(second.weights)


@pytest.mark.parametrize("texts", [[], ["one story"] * 10, [""] * 200, ["the and of"] * 200])
def test_too_little_is_refused(texts: list[str]) -> None:
    """A verdict with a reason instead of a model; tables are empty but whole."""
    model = fit_topics(texts, k=3)
    assert model.verdict == "refused" and str(LEAST_TEXTS) in model.reason
    assert len(model.topics) == 0 and len(model.weights) == len(texts) and model.assignment == [0] * len(texts)


def test_auto_shows_what_it_compared() -> None:
    """Every model stands in the table with its measures; exactly one is chosen, and it is the one that was fitted."""
    model = fit_topics(planted()[0], k=3, seed=1, repeats=2)
    assert set(model.by_method["method"]) == set(METHODS) and model.by_method["chosen"].sum() == 1
    assert model.by_method.loc[model.by_method["chosen"], "method"].iat[0] == model.method


@pytest.mark.parametrize(("chosen", "encoded"), [("nmf", 110), ("vectors", 150)])
def test_openings_are_encoded_only_where_they_are_used(monkeypatch: pytest.MonkeyPatch, chosen: str, encoded: int) -> None:
    """Of many texts those of the sample on which models are compared; of the others for a model that reads vectors. Each once."""
    read: list[str] = []

    def encode(openings: list[str]) -> np.ndarray:
        read.extend(openings)
        return np.random.default_rng(len(openings)).normal(size=(len(openings), 8))

    monkeypatch.setattr("corpus_utils.analyse.topic_space.opening_vectors", encode)
    monkeypatch.setattr(topic_select, "MOST_COMPARED_METHODS", 110)
    monkeypatch.setattr(topic_select, "_measured", lambda name, *_, **__: _row_of(name, float(name == chosen)))
    assert fit_topics(planted(150)[0], k=3, repeats=1).method == chosen
    assert len(read) == encoded


def _row_of(method: str, score: float) -> pd.DataFrame:
    measures = dict.fromkeys(["stability", "coherence", "exclusivity", "information", "score"], score)
    return pd.DataFrame([{"method": method, **measures, "chosen": True}])


def test_samples_give_the_same_topics() -> None:
    """Two different 80 % samples with different seeds find the planted subjects with matched similarity near one."""
    texts, _ = planted(300)
    draw = np.random.default_rng(1)
    models = [fit_topics([texts[n] for n in draw.permutation(300)[:240]], k=3, method="mixture", seed=s, repeats=2) for s in (1, 2)]
    words = sorted({*models[0].vocabulary, *models[1].vocabulary})
    tables = [pd.DataFrame(m.components, columns=m.vocabulary).reindex(columns=words, fill_value=0.0).to_numpy() for m in models]
    assert match(*tables)[1].mean() > 0.95


def test_seed_words_give_topics_their_names() -> None:
    """A seeded topic holds its subject and keeps its name; the rest is free; words nobody uses are an error."""
    texts, truth = planted()
    model = fit_topics(texts, k=3, seeds={"Seafaring": ["harbour", "Ship"], "Baking": ["dough"]}, repeats=2)
    names = dict(zip(model.topics["topic"], model.topics["name"]))
    named = pd.Series([names[number] for number in model.assignment])
    assert (named[np.array(truth) == "sea"] == "Seafaring").all() and (named[np.array(truth) == "bread"] == "Baking").all()
    assert len(set(names.values()) - {"Seafaring", "Baking"}) == 1 and model.method == "seeded"
    with pytest.raises(ValueError, match="no text uses"):
        fit_topics(texts, k=3, seeds={"None": ["zeppelin"]})
    with pytest.raises(ValueError, match="3 seeded"):
        fit_topics(texts, k=2, seeds={"a": ["dough"], "b": ["ship"], "c": ["chalk"]})


def test_an_unknown_method_is_named() -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match="mixture, words"):
        fit_topics(["a"], method="magic")


def test_texts_beyond_the_sample_are_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large corpus a sample is fitted; the others still land in their subject's topic, an empty one in none."""
    monkeypatch.setattr("corpus_utils.analyse.topics.MOST_FITTED", 120)
    texts, truth = planted(300)
    model = fit_topics([*texts, ""], k=3, method="words", repeats=2)
    table = pd.crosstab(pd.Series(truth), pd.Series(model.assignment[:-1]))
    assert table.max(axis=1).sum() == 300 and model.assignment[-1] == 0


def test_paragraphs_as_units() -> None:
    """Paragraphs get ids below their article's; articles stay whole; another unit is an error."""
    assert split_units(["One.\n\nTwo.\n\n", ""], ["a", "b"], "paragraph") == (["One.", "Two."], ["a/p0", "a/p1"], [0, 0])
    assert split_units(["One."], ["a"])[2] == [0]
    with pytest.raises(ValueError, match="article, paragraph"):
        split_units([], [], "book")


def test_components_by_hand() -> None:
    """A topic's words are those above the mean; a text without a topic counts to none; the order of texts does not matter."""
    counts = count_words(["aa bb", "aa", "cc", "cc dd"], stop=False)
    table = make_space(counts).table
    made = components(table, np.array([0, 0, 1, 2]), 2)
    assert made.shape == (2, 4) and made[0, 2] == 0 and made[1, 0] == 0 and np.allclose(np.linalg.norm(made, axis=1), 1)


def test_k_must_make_sense() -> None:
    """One topic is no model, and more topics need more texts."""
    texts, _ = planted(120)
    with pytest.raises(ValueError, match="at least 2"):
        fit_topics(texts, k=1)
    assert fit_topics(texts, k=30).verdict == "refused"


def test_records_in_and_out() -> None:
    """One row per record in input order, other columns kept; a text without words has no topic."""
    texts, _ = planted(130)
    records = pd.DataFrame({"id": [f"r{n}" for n in range(131)], "text": [*texts, ""], "language": "en", "topic": "old"})
    out = topic_records(records, k=3, seed=1)
    assert out["id"].tolist() == records["id"].tolist()
    assert out["topic"].nunique() == 3 and out["topic"].iloc[-1] is None and np.isnan(out["score"].iloc[-1])
    assert out["score"].dropna().between(0, 1).all() and (out["topic_input"] == "old").all()
    small = topic_records(records.head(5), k=2)
    assert small["topic"].isna().all() and small.attrs["note"]


def test_words_of_single_stories() -> None:
    """Each story is described by what the others do not say; function words and numbers never are; any number of stories goes."""
    articles = pd.DataFrame({
        "id": ["a", "b", "c"], "language": ["en", "en", ""],
        "text": ["The pipeline and the pipeline of 2024 leaks oil.", "The choir’s song; the choir sang a song.",
                 "Oil prices and the prices of oil."],
    })  # fmt: skip
    table = describe_words(articles).set_index("id")
    assert table.at["a", "words"][0] == "pipeline" and table.at["b", "words"][:2] == ["choir", "song"]
    assert not {"the", "2024", "of"} & {word for words in table["words"] for word in words}
    assert table.at["b", "counts"][0] == 2
    alone = describe_words(articles.head(1))
    assert "pipeline" in alone["words"][0]
    assert describe_words(articles.iloc[:0]).empty


@given(st.permutations(range(5)))
def test_matching_undoes_a_permutation(order: list[int]) -> None:
    """Topics in another order are matched back with similarity one."""
    topics = unit_rows(np.eye(5) + 0.1)
    columns, similarity = match(topics, topics[order])
    assert [order[c] for c in columns] == list(range(5)) and np.allclose(np.asarray(similarity, float), 1)


def test_shares_of_pure_and_mixed_texts() -> None:
    """A text made of one topic belongs to it; an even mixture is shared; an empty text has none."""
    topics = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    got = cluster_shares(np.array([[1.0, 0, 0], [0.7, 0.7, 0], [0, 0, 0]]), topics)
    assert np.allclose(got, np.array([[1.0, 0], [0.5, 0.5], [0, 0]]), atol=1e-3)


def test_coherence_and_exclusivity_by_hand() -> None:
    """Words always together have coherence one, never together minus one; disjoint topics are exclusive."""
    counts = count_words(["aa bb"] * 3 + ["cc"] * 3 + ["dd"] * 3, stop=False)
    assert coherence(counts, np.array([[1.0, 1.0, 0, 0]])[:, : len(counts.vocabulary)])[0] < 1
    together = counts.keep(np.array([0, 1]))
    assert coherence(together, np.array([[1.0, 1.0]]))[0] == pytest.approx(1.0)
    apart = counts.keep(np.array([2, 3]))
    assert coherence(apart, np.array([[1.0, 1.0]]))[0] == pytest.approx(-1.0)
    assert exclusivity(np.array([[1.0, 0.0], [0.0, 1.0]])).tolist() == [0.5, 0.5]


def test_information_tells_topics_from_chance() -> None:
    """Planted topics foretell the words of other texts; the same topics dealt at random foretell nothing, texts without one do not count."""
    texts, truth = planted()
    counts = count_words(texts)
    codes = pd.factorize(np.array(truth))[0]
    real = information(counts, codes, 3)
    chance = information(counts, np.random.default_rng(0).permutation(codes), 3)
    assert real > 0.2 and abs(chance) < 0.1 * real
    assert information(counts, np.full(len(texts), 3), 3) == 0.0


def test_weights_on_factors_are_those_of_scikit_learn() -> None:
    """Texts are given the same weights on given factors as `NMF.transform` gives them, whether or not it ends early."""
    from scipy import sparse
    from sklearn.decomposition import NMF

    from corpus_utils.analyse.topic_models import factor_weights

    table = sparse.random(80, 60, density=0.1, random_state=1, format="csr")
    for rounds in (3, 200):
        model = NMF(5, init="nndsvda", random_state=1, max_iter=rounds, tol=1e-3).fit(table[:60])
        assert np.allclose(factor_weights(table, model.components_, rounds), model.transform(table), atol=1e-12)
