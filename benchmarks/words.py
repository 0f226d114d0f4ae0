"""Words in contrast: how tests behave where there is nothing, what they find where there is something, intervals, and speed.

    python -m benchmarks words             1,000 draws a simulation (half an hour on one core)
    python -m benchmarks words --quick     50 draws

null      real articles, outlets dealt at random: share of keyness tables with any q < .05 (at most .05 and two simulation errors)
power     the same, with words of medium frequency thinned to half in one outlet (a log ratio of 1), 200 articles a side
coverage  of the intervals of the log ratio and of a topic's or word's share, against the whole collection as the truth
speed     keyness and collocations beside plain pandas and NLTK, same texts, same answers, in the same run
Data: folder CORPUS_GOLD (topics/bbc_news).
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.topics import GOLD, bbc
from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.analyse.keyness_tests import log_ratio_ends
from corpus_utils.analyse.words import collocations, keyness, keyness_of_counts, log_ratio
from corpus_utils.stats import cluster_bootstrap

SIDE = 200  # articles an outlet
PLANTED = 20
MEDIUM = (100.0, 1000.0)  # uses per million words of a word of medium frequency
SHUFFLE_SEED = 10_000


def drawn(counts: Counts, generator: np.random.Generator, size: int) -> Counts:
    """Articles of the collection at random, without repetition."""
    return Counts(counts.matrix[np.sort(generator.choice(counts.matrix.shape[0], size, replace=False))], counts.vocabulary)


def null(counts: Counts, draws: int) -> dict[str, Any]:
    """Share of tables with any q under .05 when outlets are dealt at random."""
    generator, wrong = np.random.default_rng(1), 0
    for draw in range(draws):
        part = drawn(counts, generator, 2 * SIDE)
        outlets = generator.permutation(np.repeat(["a", "b"], SIDE)).tolist()
        wrong += bool((keyness_of_counts(part, outlets, seed=SHUFFLE_SEED + draw)["q"] < 0.05).any())
    share = wrong / draws
    return {"share": round(share, 4), "allowed": round(0.05 + 2 * (0.05 * 0.95 / draws) ** 0.5, 4), "draws": draws}


def power(counts: Counts, draws: int) -> dict[str, Any]:
    """Share of planted words found at q < .05, and at p < .05."""
    generator, found, nominal, planted = np.random.default_rng(2), 0, 0, 0
    rate = np.asarray(counts.matrix.sum(axis=0)).ravel() / counts.lengths.sum() * 1e6
    medium = np.flatnonzero((rate >= MEDIUM[0]) & (rate <= MEDIUM[1]))
    for draw in range(draws):
        part = drawn(counts, generator, 2 * SIDE)
        chosen = generator.choice(medium, PLANTED, replace=False)
        table = part.matrix.tolil()
        first = np.arange(2 * SIDE) < SIDE
        table[np.ix_(~first, chosen)] = generator.binomial(part.matrix[~first][:, chosen].toarray(), 0.5)
        outlets = np.where(first, "a", "b").tolist()
        own = keyness_of_counts(Counts(table.tocsr(), part.vocabulary), outlets, seed=draw).query("group == 'a'").set_index("word")
        kept = own.reindex([counts.vocabulary[word] for word in chosen])
        found, nominal, planted = found + int((kept["q"] < 0.05).sum()), nominal + int((kept["p"] < 0.05).sum()), planted + PLANTED
    return {"power_q": round(found / planted, 3), "power_p": round(nominal / planted, 3), "planted": planted, "draws": draws}


def coverage(counts: Counts, draws: int) -> dict[str, Any]:
    """Share of 95 % intervals that hold the truth of the collection, for samples with repetition."""
    generator = np.random.default_rng(3)
    lengths = counts.lengths.astype(float)
    totals = np.asarray(counts.matrix.sum(axis=0)).ravel()
    rate = totals / lengths.sum() * 1e6
    words = generator.choice(np.flatnonzero((rate >= 300) & (rate <= 3000)), 40, replace=False)
    matrix, hits, tried = counts.matrix[:, words], 0, 0
    shares: dict[int, list[bool]] = {30: [], 100: [], 400: []}
    column = (matrix[:, 0] > 0).toarray().ravel().astype(float)
    rates = np.asarray(matrix.todense(), float)
    for draw in range(draws):
        rows = generator.integers(0, len(lengths), 2 * SIDE)
        part, inside = matrix[rows], np.arange(2 * SIDE) < SIDE
        sides = [np.asarray(part[side].sum(axis=0)).ravel() for side in (inside, ~inside)]
        estimate = log_ratio(*sides, lengths[rows][inside].sum(), lengths[rows][~inside].sum())
        low, high = log_ratio_ends(part, lengths[rows], inside, estimate)
        hits, tried = hits + int(((low <= 0) & (high >= 0)).sum()), tried + int(np.isfinite(low).sum())
        for size, held in shares.items():
            rows = generator.integers(0, len(lengths), size)
            word = draw % rates.shape[1]
            values = rates[rows, word] / np.maximum(lengths[rows], 1)
            one = cluster_bootstrap(values, np.arange(size), weights=lengths[rows], draws=999, seed=draw)
            if one.low == one.low and column[rows].sum() >= 5:
                truth = totals[words[word]] / lengths.sum()
                held.append(one.low <= truth <= one.high)
    return {
        "log_ratio_200": round(hits / max(tried, 1), 4),
        **{f"rate_{size}": round(float(np.mean(held)), 4) for size, held in shares.items() if held}, "draws": draws,
    }  # fmt: skip


def plain_keyness(texts: list[str], groups: list[str], permutations: int) -> Any:
    """G2, log ratio and permutation p in plain pandas and NLTK: a table of counts, and a loop over permutations."""
    import pandas as pd
    from nltk.tokenize import wordpunct_tokenize

    rows = [Counter(word.lower() for word in wordpunct_tokenize(text) if word.isalpha()) for text in texts]
    table = pd.DataFrame(rows).fillna(0)
    table = table.loc[:, (table.sum() >= 5) & ((table > 0).sum() >= 3)]
    labels = pd.Series(groups)

    def ratio(labels: pd.Series) -> pd.Series:
        sums = table.groupby(labels.to_numpy()).sum() + 0.5
        return np.log2(sums.iloc[0] / sums.iloc[0].sum()) - np.log2(sums.iloc[1] / sums.iloc[1].sum())

    observed, larger = ratio(labels).abs(), 0
    for draw in range(permutations):
        larger = larger + (ratio(labels.sample(frac=1, random_state=draw)).abs() >= observed)
    return (larger + 1) / (permutations + 1)


def plain_collocations(texts: list[str]) -> Any:
    """Pairs of neighbours by Dice with NLTK."""
    from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder
    from nltk.tokenize import wordpunct_tokenize

    finder = BigramCollocationFinder.from_documents([[w.lower() for w in wordpunct_tokenize(text) if w.isalpha()] for text in texts])
    finder.apply_freq_filter(5)
    return finder.score_ngrams(BigramAssocMeasures.dice)


def seconds(call: Callable[[], Any], repeats: int) -> float:
    """Best processor time of some calls: other work on the machine does not count."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def speed(texts: list[str]) -> dict[str, Any]:
    """How many times faster than plain code, in processor seconds."""
    import nltk  # noqa: F401  the import is not what is measured

    groups = ["a" if number % 2 else "b" for number in range(len(texts))]
    ours, plain = seconds(lambda: keyness(texts, groups, permutations=199), 3), seconds(lambda: plain_keyness(texts, groups, 199), 1)
    fast, slow = seconds(lambda: collocations(texts), 3), seconds(lambda: plain_collocations(texts), 1)
    return {
        "texts": len(texts), "keyness_s": round(ours, 2), "plain_keyness_s": round(plain, 2), "keyness_times": round(plain / ours, 1),
        "collocations_s": round(fast, 2), "nltk_collocations_s": round(slow, 2), "collocations_times": round(slow / fast, 1),
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    if not GOLD.is_dir():
        print(f"did not run: no data in {GOLD} (set CORPUS_GOLD)")
        return 0
    draws = 50 if "--quick" in arguments else 1000
    texts, _ = bbc()
    print(json.dumps({"measure": "speed", **speed(texts)}), flush=True)
    counts = count_words(texts, stop=False, shortest=1)
    for name, part in (("coverage", coverage), ("power", power), ("null", null)):
        simulated = draws if name != "power" else max(20, draws // 20)
        print(json.dumps({"measure": name, **part(counts, simulated)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
