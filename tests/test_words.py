"""Words in contrast and in context, against reference implementations and tables worked out by hand."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from corpus_utils.analyse.counts import base_form, count_words
from corpus_utils.analyse.function_words import function_words, languages
from corpus_utils.analyse.keyness_tests import attainable_p, family_weights
from corpus_utils.analyse.word_measures import dispersion, log_ratio, signed_g2
from corpus_utils.analyse.words import collocations, keyness, kwic, ngrams
from corpus_utils.tokens import index_texts

counts = st.integers(min_value=0, max_value=200)


@given(counts, counts, st.integers(min_value=300, max_value=5000), st.integers(min_value=300, max_value=5000))
def test_g2_is_that_of_scipy(a: int, b: int, n_a: int, n_b: int) -> None:
    """The four-cell log-likelihood equals scipy's G statistic without correction."""
    from scipy.stats import chi2_contingency

    got = abs(float(signed_g2(np.array([a]), np.array([b]), n_a, n_b)[0]))
    expected = chi2_contingency([[a, b], [n_a - a, n_b - b]], correction=False, lambda_="log-likelihood")[0] if a + b else 0.0
    assert got == pytest.approx(expected, abs=1e-6)


def test_log_ratio_by_hand() -> None:
    """Twice as frequent is one; a zero cell stays finite."""
    assert float(log_ratio(199.5, 99.5, 1000, 1000)) == pytest.approx(1.0)
    assert math.isfinite(float(log_ratio(5, 0, 100, 100)))


@pytest.mark.parametrize(
    ("column", "sizes", "expected"),
    [
        ([1, 1, 1, 1], [10, 10, 10, 10], 0.0),
        ([4, 0, 0, 0], [10, 10, 10, 10], 1.0),
        ([2, 2, 0, 0], [10, 10, 10, 10], 2 / 3),
        ([0, 0], [5, 5], None),
    ],
)
def test_dispersion_by_hand(column: list[int], sizes: list[int], expected: float | None) -> None:
    """Even, all in one text, half of the texts, and absent."""
    got = dispersion(sparse.csr_matrix(np.array(column)[:, None]), sizes)[0]
    assert np.isnan(got) if expected is None else got == pytest.approx(expected)


@given(st.lists(st.integers(min_value=0, max_value=9), min_size=2, max_size=8), st.integers(min_value=1, max_value=50))
def test_dispersion_matches_the_definition(column: list[int], size: int) -> None:
    """The sparse computation equals the formula text by text."""
    sizes = np.array([size + n for n in range(len(column))], float)
    got = dispersion(sparse.csr_matrix(np.array(column)[:, None]), sizes)[0]
    if sum(column) == 0:
        assert np.isnan(got)
        return
    share = sizes / sizes.sum()
    plain = np.abs(np.array(column) / sum(column) - share).sum() / 2 / (1 - share.min())
    assert got == pytest.approx(min(plain, 1.0))


def articles(n: int = 40) -> tuple[list[str], list[str]]:
    """Two groups of articles that differ in one word."""
    texts = [f"the river rose and the town {'flooded badly' if n % 2 else 'slept calmly'} on day {n} of the year" for n in range(n)]
    return texts, ["b" if n % 2 else "a" for n in range(n)]


def test_keyness_finds_the_planted_words() -> None:
    """Planted words lead their group's list with a small q; shared ones do not; the table is complete and repeatable."""
    texts, groups = articles()
    table = keyness(texts, groups, permutations=499)
    first = table[table["group"] == "a"].head(2)
    assert set(first["word"]) == {"slept", "calmly"} and (first["q"] < 0.05).all() and (first["log_ratio"] > 3).all()
    shared = table[table["word"].isin(["river", "town"])]
    assert (shared["q"] > 0.5).all() and (shared["g2"].abs() < 1e-6).all()
    mirrored = table[table["word"] == "slept"].set_index("group")
    assert mirrored.at["a", "g2"] == pytest.approx(-mirrored.at["b", "g2"]) and mirrored.at["a", "p"] == mirrored.at["b", "p"]
    assert table.equals(keyness(texts, groups, permutations=499))


def test_one_articles_word_is_not_key() -> None:
    """A word repeated in a single article has a large G2 and no significance: articles are permuted, not words."""
    texts, groups = articles()
    texts = [f"{text} same old" for text in texts]
    texts[0] += " zeppelin" * 30
    texts[2] += " zeppelin"
    texts[1] += " zeppelin"
    row = keyness(texts, groups).query("word == 'zeppelin' and group == 'a'").iloc[0]
    assert row["g2"] > 10 and row["q"] > 0.05 and row["dispersion"] > 0.8


def test_keyness_under_the_null() -> None:
    """With groups dealt at random, tables with any q < .05 stay rare."""
    generator = np.random.default_rng(3)
    words = np.array([f"word{n:c}{m:c}" for n in range(97, 104) for m in range(97, 105)])
    false = 0
    for run in range(12):
        texts = [" ".join(generator.choice(words, 40)) for _ in range(30)]
        table = keyness(texts, ["a", "b"] * 15, permutations=199, seed=run)
        false += bool((table["q"] < 0.05).any())
    assert false <= 3


@pytest.mark.parametrize("groups", [["a", "a"], ["a"], []])
def test_keyness_needs_two_groups(groups: list[str]) -> None:
    """Fewer groups, or a list of another length, is an error that says so."""
    with pytest.raises(ValueError, match="group"):
        keyness(["x y", "z"], groups)


def test_groups_of_one_article_get_no_p() -> None:
    """Nothing can be permuted with one article in a group."""
    table = keyness(["a b c " * 5, "a b d " * 5, "a b d " * 5], ["x", "y", "y"])
    assert table["p"].isna().all() and table["q"].isna().all()


def test_kwic_finds_words_in_context() -> None:
    """Wildcards, white space, typographic apostrophes, word boundaries, offsets and order."""
    texts = ["The security\n council met.", "Insecurity. Secure councils don’t meet; Security  Councils do."]
    table = kwic(texts, "secur* council*", ids=["a", "b"])
    assert table["match"].tolist() == ["security\n council", "Secure councils", "Security  Councils"]
    assert all(texts["ab".index(i)][s:e] == m for i, s, e, m in zip(table["id"], table["start"], table["end"], table["match"]))
    assert kwic(texts, "don't")["match"].tolist() == ["don’t"]
    assert kwic(texts, "secur* council*", sort="right")["right"].tolist()[0].strip().startswith("do")
    assert kwic(texts, "secur* council*", sort="left")["match"].tolist()[-1] == "security\n council"
    assert len(kwic(texts, r"s\w+", regex=True, most=2)) == 2


@pytest.mark.parametrize(
    ("pattern", "options"), [("", {}), (" ", {}), ("(", {"regex": True}), ("a", {"sort": "up"}), ("a", {"ids": ["x", "y"]})]
)
def test_kwic_says_what_is_wrong(pattern: str, options: dict) -> None:
    """An empty or broken pattern, an unknown order, too many ids."""
    with pytest.raises(ValueError):
        kwic(["a"], pattern, **options)


def test_collocations_are_those_of_nltk() -> None:
    """Counts and PMI of adjacent words equal NLTK's on one sentence without punctuation."""
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

    words = ("red fox saw red fox near blue lake and red fox saw blue lake " * 30).split()
    finder = BigramCollocationFinder.from_words(words)
    table = collocations([" ".join(words)], least=1, most=999, stop=False).set_index(["first", "second"])
    assert dict(zip(table.index, table["count"])) == dict(finder.ngram_fd)
    pmi = dict(finder.score_ngrams(BigramAssocMeasures.pmi))
    # NLTK counts words, this counts places in pairs: one more or less at the ends of the text
    assert table["pmi"].to_dict() == pytest.approx(pmi, abs=0.05)
    dice = {pair: 14 + math.log2(score) for pair, score in finder.score_ngrams(BigramAssocMeasures.dice)}
    assert table["log_dice"].to_dict() == pytest.approx(dice, abs=0.05)


def test_collocations_of_a_node_stay_in_the_sentence() -> None:
    """Neighbours behind a full stop do not count; a node that never occurs gives an empty table."""
    texts = ["Cold water. River runs.", "Cold water boils.", "cold water"]
    table = collocations(texts, node="Water", least=1, window=3)
    assert set(table["second"]) == {"cold", "boils"}
    assert collocations(texts, node="desert").empty and collocations([]).empty


def test_ngrams() -> None:
    """Runs inside sentences, most frequent first; n is limited."""
    table = ngrams(["a b c. a b c", "a b. c a"], 2, least=1)
    assert table.iloc[0].tolist() == ["a b", 3, 2]
    assert "c a" in set(table["ngram"]) and table.set_index("ngram").at["c a", "count"] == 1
    with pytest.raises(ValueError):
        ngrams(["a"], 6)
    assert ngrams([], 2).empty


def test_counts_join_apostrophes_and_keep_content() -> None:
    """Possessives and elided articles go, curly or straight; content words stay, function words go by language."""
    table = count_words(["Venezuela’s oil and Venezuela's gas", "l’accord et l'accord", "die Wörter"], ["en", "fr", "de"])
    totals = dict(zip(table.vocabulary, np.asarray(table.matrix.sum(axis=0)).ravel().tolist()))
    assert totals == {"venezuela": 2, "oil": 1, "gas": 1, "accord": 2, "wörter": 1}
    assert "die" in count_words(["they die"], "en").vocabulary
    assert base_form("government's") == "government" and base_form("d'état") == "état" and base_form("don't") == "don't"


def test_function_words_hold_no_content() -> None:
    """Words a news corpus is about are in no list; an unknown language has an empty one."""
    assert not function_words("en") & {"war", "state", "people", "president", "money", "new", "good", "right"}
    assert not function_words("es") & {"guerra", "gobierno"}
    assert not function_words("de") & {"krieg", "staat"} and not function_words("ru") & {"война", "хорошо"}
    assert {"the", "don't"} <= function_words("en") and len(languages()) >= 7
    assert function_words("xx") == frozenset()


def test_attainable_p_is_that_of_counting() -> None:
    """The smallest chance p of a word in k of six articles, against all ways of choosing the group, each article with its own count."""
    from itertools import combinations

    for size, users in [(3, 2), (2, 3), (2, 1), (3, 3), (1, 5), (3, 6), (4, 2)]:
        uses = [10.0**n if n < users else 0.0 for n in range(6)]
        ways = [frozenset(group) for group in combinations(range(6), size)]
        held = [len(group & set(range(users))) for group in ways]
        alone = max(held) < users or users > 6 - size  # not all fit: which articles it is decides
        expected = 1 / len(ways) if alone and len(set(uses[:users])) == users else min(np.mean(np.array(held) == end) for end in (users, 0))
        assert attainable_p(np.array([users]), 6, size)[0] == pytest.approx(expected)


def test_weights_of_the_family_ignore_the_groups() -> None:
    """They average 1, are the same whoever is in the group, and give nothing to a word that could not reach significance."""
    generator = np.random.default_rng(0)
    table = (generator.random((60, 200)) < np.linspace(0.02, 0.9, 200)).astype(int)
    matrix, lengths = sparse.csr_matrix(table), table.sum(axis=1).astype(float)
    first = family_weights(matrix, lengths, np.arange(60) < 30)
    assert first.mean() == pytest.approx(1.0) and np.array_equal(first, family_weights(matrix, lengths, np.arange(60) % 2 == 0))
    assert (first[table.sum(axis=0) < 5] == 0).all() and (first[table.sum(axis=0) > 20] > 0).all()


def test_an_index_gives_the_same_answers() -> None:
    """Words that are indexed once serve keyness, collocations, n-grams, concordance lines and trends, which come out the same."""
    texts, groups = articles(30)
    texts = [f"{text}. Cyber-security councils met; security council don’t agree. L’état, 1,000 people." for text in texts]
    index = index_texts(texts)
    pd.testing.assert_frame_equal(keyness(texts, groups, permutations=99), keyness(texts, groups, permutations=99, index=index))
    pd.testing.assert_frame_equal(collocations(texts), collocations(texts, index=index))
    pd.testing.assert_frame_equal(ngrams(texts, 3), ngrams(texts, 3, index=index))
    for pattern in ("secur* council*", "don't", "l'état", "*security", "1,000", "nowhere", "*"):
        pd.testing.assert_frame_equal(kwic(texts, pattern), kwic(texts, pattern, index=index))


def test_runs_end_at_full_stops_and_numbers() -> None:
    """No run reaches across a sentence mark, a number or the end of a text; letters of scripts without blanks are words."""
    table = ngrams(["sold 1,000 shares. Shares fell", "shares fell", "股票下跌"], 2, least=1).set_index("ngram")
    assert table.index.tolist()[0] == "shares fell" and set(table.index) == {"shares fell", "股 票", "票 下", "下 跌"}
    assert table.at["shares fell", "count"] == 2 and table.at["shares fell", "texts"] == 2


@given(st.lists(st.text(alphabet="ab .!\n", max_size=25), max_size=6), st.integers(1, 3))
def test_pairs_are_those_of_a_plain_loop(texts: list[str], least: int) -> None:
    """Counts of adjacent words and of the texts they stand in, sentence by sentence."""
    expected: dict[tuple[str, str], list[int]] = {}
    for number, text in enumerate(texts):
        for sentence in re.split(r"[.!\n]", text):
            words = sentence.split()
            for pair in pairwise(words):
                expected.setdefault(pair, []).append(number)
    table = collocations(texts, least=least, most=999, stop=False)
    got = {(row["first"], row["second"]): (row["count"], row["per_text"]) for row in table.to_dict("records")}
    assert got == {pair: (len(where), len(set(where))) for pair, where in expected.items() if len(where) >= least}


def test_counts_of_scripts_without_blanks() -> None:
    """Chinese is counted letter by letter, however long words must be elsewhere."""
    assert count_words(["安全合作 a ok"], "zh").vocabulary == ["ok", "作", "全", "合", "安"]


def test_counts_of_lots_are_counts_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many texts are counted some at a time; where a lot ends changes nothing."""
    texts, codes = ["The council's talks", "", "die Kinder", "l'accord et talks", "zebra"], ["en", "en", "de", "fr", "en"]
    whole = count_words(texts, codes)
    monkeypatch.setattr("corpus_utils.analyse.counts.TEXTS_AT_ONCE", 2)
    parts = count_words(texts, codes)
    assert parts.vocabulary == whole.vocabulary and np.array_equal(parts.matrix.toarray(), whole.matrix.toarray())
    assert count_words([]).matrix.shape == (0, 0)
