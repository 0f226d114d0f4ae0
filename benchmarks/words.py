"""Words in contrast: how tests behave where there is nothing, what they find where there is something, intervals, and speed.

    python -m benchmarks words             1,000 draws a simulation, in up to three processes (ten minutes of one core)
    python -m benchmarks words --quick     50 draws

null      real articles, outlets dealt at random: share of keyness tables with any q < .05 (at most .05 and two simulation errors)
power     the same, with 20 words thinned to half in one outlet (a log ratio of 1), 200 articles a side; medium frequency is between a
          third and two thirds of the articles, and rarer and more frequent words are shown beside it
coverage  of the intervals of the log ratio and of a topic's or word's share, against the whole collection as the truth
speed     keyness, collocations and frame cues beside plain pandas and NLTK, same texts, same answers, in the same run
Data: folder CORPUS_GOLD (topics/bbc_news).
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from benchmarks.gold import did_not_run
from benchmarks.topics import GOLD, bbc
from benchmarks.workers import fork_map
from corpus_utils.analyse.counts import Counts, count_words
from corpus_utils.analyse.keyness_tests import LEAST_USERS, log_ratio_ends
from corpus_utils.analyse.word_measures import log_ratio
from corpus_utils.analyse.words import collocations, keyness, keyness_of_counts
from corpus_utils.stats import cluster_bootstrap

SIDE = 200  # articles an outlet
PLANTED = 20
MEDIUM = (1 / 3, 2 / 3)  # share of the articles that use a word of medium frequency
BANDS = {"in_3_to_10": (0.03, 0.1), "in_10_to_33": (0.1, 1 / 3), "medium": MEDIUM, "in_67_to_100": (2 / 3, 1.01)}  # percent of articles
PLAIN = 100  # texts that plain code reads for cues: it takes minutes for all
SHUFFLE_SEED = 10_000
WORKERS = min(3, os.cpu_count() or 1)
SIZES = (30, 100, 400)  # articles of a sample whose interval of a rate is tried
RATES = 5  # words so tried in a draw: of thirty articles most words are in too few


def drawn(counts: Counts, generator: np.random.Generator, size: int) -> Counts:
    """Articles of the collection at random and in random order (the collection's own is by section), without repetition."""
    return Counts(counts.matrix[generator.choice(counts.matrix.shape[0], size, replace=False)], counts.vocabulary)


def null(draws: int) -> dict[str, Any]:
    """Share of tables with any q under .05 when outlets are dealt at random."""
    share = float(np.mean(fork_map(_null, range(draws), WORKERS)))
    return {"share": round(share, 4), "allowed": round(0.05 + 2 * (0.05 * 0.95 / draws) ** 0.5, 4), "draws": draws}


def _null(draw: int) -> bool:
    generator = np.random.default_rng([1, draw])
    outlets = generator.permutation(np.repeat(["a", "b"], SIDE)).tolist()
    return bool((keyness_of_counts(drawn(collection(), generator, 2 * SIDE), outlets, seed=SHUFFLE_SEED + draw)["q"] < 0.05).any())


def power(draws: int) -> dict[str, Any]:
    """Share of planted words found at q < .05, and at p < .05, of words of medium frequency and of others."""
    counts = collection()
    uses = np.asarray(counts.matrix.sum(axis=0)).ravel() / counts.matrix.shape[0] * 2 * SIDE
    out: dict[str, Any] = {"draws": draws, "planted": PLANTED}
    for name in BANDS:
        tried = [(name, draw) for draw in range(draws if name == "medium" else max(5, draws // 5))]
        found = np.mean(fork_map(_power, tried, WORKERS), axis=0)
        band = _band(counts, name)
        out[name] = {"words": len(band), "median_uses": round(float(np.median(uses[band]))), "power": round(float(found[0]), 3),
                     "power_uncorrected": round(float(found[1]), 3)}  # fmt: skip
    return out


def _band(counts: Counts, name: str) -> Any:
    used = counts.document_frequency / counts.matrix.shape[0]
    return np.flatnonzero((used >= BANDS[name][0]) & (used < BANDS[name][1]))


def _power(which: tuple[str, int]) -> tuple[float, float]:
    """Shares found at q and at p of the words planted in one draw: each use in the second outlet's articles is kept by the toss of a coin."""
    name, draw = which
    counts, generator = collection(), np.random.default_rng([2, draw])
    band = _band(counts, name)
    chosen = generator.choice(band, min(PLANTED, len(band) // 2), replace=False)
    part, first = drawn(counts, generator, 2 * SIDE), np.arange(2 * SIDE) < SIDE
    table = part.matrix.tolil()
    table[np.ix_(~first, chosen)] = generator.binomial(part.matrix[~first][:, chosen].toarray(), 0.5)
    outlets = np.where(first, "a", "b").tolist()
    own = keyness_of_counts(Counts(table.tocsr(), part.vocabulary), outlets, seed=draw).query("group == 'a'").set_index("word")
    kept = own.reindex([counts.vocabulary[word] for word in chosen])
    return float((kept["q"] < 0.05).mean()), float((kept["p"] < 0.05).mean())


def coverage(draws: int) -> dict[str, Any]:
    """Share of 95 % intervals that hold the truth of the collection, for samples with repetition."""
    found = fork_map(_coverage, range(draws), WORKERS)
    out: dict[str, Any] = {"log_ratio_200": round(float(np.concatenate([ratios for ratios, _ in found]).mean()), 4)}
    for size in SIZES:
        held = [one for _, rates in found for one in rates[size]]
        out |= {f"rate_{size}": round(float(np.mean(held)), 4), f"rate_{size}_intervals": len(held)}
    return out | {"draws": draws}


def _coverage(draw: int) -> tuple[Any, dict[int, list[bool]]]:
    """Of one draw: whether the interval of each of 40 words' log ratio holds 0, and those of `RATES` words' rates at each size the rate."""
    counts, generator = collection(), np.random.default_rng([3, draw])
    lengths = counts.lengths.astype(float)
    totals = np.asarray(counts.matrix.sum(axis=0)).ravel()
    rate = totals / lengths.sum() * 1e6
    words = np.random.default_rng(3).choice(np.flatnonzero((rate >= 300) & (rate <= 3000)), 40, replace=False)
    rows, inside = generator.integers(0, len(lengths), 2 * SIDE), np.arange(2 * SIDE) < SIDE
    part = counts.matrix[rows][:, words]
    sides = [np.asarray(part[side].sum(axis=0)).ravel() for side in (inside, ~inside)]
    estimate = log_ratio(*sides, lengths[rows][inside].sum(), lengths[rows][~inside].sum())
    low, high = log_ratio_ends(part, lengths[rows], inside, estimate)
    told = np.isfinite(low)
    rates: dict[int, list[bool]] = {size: [] for size in SIZES}
    for size in SIZES:
        for word in words[(RATES * draw + np.arange(RATES)) % len(words)]:
            rows = generator.integers(0, len(lengths), size)
            values = counts.matrix[rows][:, [word]].toarray().ravel() / np.maximum(lengths[rows], 1)
            one = cluster_bootstrap(values, np.arange(size), weights=lengths[rows], seed=draw)
            if one.low == one.low and (values > 0).sum() >= LEAST_USERS:  # as `word_trend` does
                rates[size].append(one.low <= totals[word] / lengths.sum() <= one.high)
    return ((low <= 0) & (high >= 0))[told], rates


@cache
def collection() -> Counts:
    """All words of the collection, counted before processes part."""
    return count_words(bbc()[0], stop=False, shortest=1)


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


def plain_cues(texts: list[str]) -> list[set[str]]:
    """Frames of each text by the codebook's cues in plain Python and NLTK: sentence by sentence, one expression a reason, negators before.

    The rules of `frame_cues`: a longer match takes the place of shorter ones of its frame, and repeated reasons count less and less.
    """
    from nltk.tokenize import RegexpTokenizer

    from corpus_utils.annotate.frame_cues import HALF, NEGATORS, SHORT, WINDOW
    from corpus_utils.annotate.frames import LABEL_AT, load_codebook

    tokenizer, negators = RegexpTokenizer(r"\d+(?:[.,]\d+)+|\w+(?:'\w+)*|[,.;:!?…()\[\]–—]"), set(NEGATORS["en"])
    reasons = [(frame.name, cues, _expression(cues.written)) for frame in load_codebook("generic").frames for cues in frame.cues["en"]]
    out = []
    for text in texts:
        length, times = 0, Counter[int]()
        for sentence in re.split(r"(?<=[.!?…\n])", text.replace("’", "'").lower()):
            tokens = tokenizer.tokenize(sentence)
            length += sum(token[0].isalnum() for token in tokens)
            line, found = " ".join(tokens), []
            for number, (name, cues, expression) in enumerate(reasons):
                found += [(name, match.end() - match.start(), match.span(), number, cues) for match in expression.finditer(line)]
            for name, size, (start, end), number, cues in found:
                before = re.split("[^\\w' ]", line[:start])[-1].split()[-WINDOW:]
                inside = any(n == name and more > size and low < end and high > start for n, more, (low, high), _, _ in found)
                if not inside and (cues.negation == "keeps" or not negators.intersection(before)):
                    times[number] += 1
        sums = Counter[str]()
        for number, uses in times.items():
            sums[reasons[number][0]] += 2 * reasons[number][1].weight * (1 - 0.5**uses)
        scores = {name: 1 - 0.5 ** (total / max(1, length / SHORT) ** 0.5 / HALF) for name, total in sums.items()}
        out.append({name for name, score in scores.items() if round(score, 4) >= LABEL_AT})
    return out


def _expression(written: tuple[str, ...]) -> re.Pattern[str]:
    """The patterns of one reason as an expression over tokens set apart by blanks."""
    plain = [cue.replace("-", " ").replace("’", "'").replace("(", "(?:").replace("*", r"\w*").lower() for cue in written]
    gapped = [re.sub(r"\s*\.\.\.\s*", r" (?:[\\w']+ ){0,4}?", cue) for cue in plain]
    return re.compile(rf"(?<![\w'])(?:{'|'.join(gapped)})(?:'s)?(?![\w'])")


def cue_labels(texts: list[str]) -> list[set[str]]:
    """Frames of each text by this package's coder."""
    import pandas as pd

    from corpus_utils.annotate.frames import label_frames

    units = pd.DataFrame({"id": [str(number) for number in range(len(texts))], "text": texts, "language": "en"})
    return list(map(set, label_frames(units, "generic")["label"]))


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
    cue_labels(texts[:5])
    read: list[list[set[str]]] = []
    coded, loop = seconds(lambda: read.append(cue_labels(texts)), 3), seconds(lambda: read.append(plain_cues(texts[:PLAIN])), 1)
    loop *= len(texts) / PLAIN
    alike = [mine == plain for mine, plain in zip(read[0], read[-1])]
    return {
        "texts": len(texts), "keyness_s": round(ours, 2), "plain_keyness_s": round(plain, 2), "keyness_times": round(plain / ours, 1),
        "collocations_s": round(fast, 2), "nltk_collocations_s": round(slow, 2), "collocations_times": round(slow / fast, 1),
        "cues_s": round(coded, 2), "plain_cues_s": round(loop, 2), "cues_times": round(loop / coded, 1), "same_frames": round(float(np.mean(alike)), 3),
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    if not GOLD.is_dir():
        return did_not_run(GOLD)
    draws = 50 if "--quick" in arguments else 1000
    texts, _ = bbc()
    print(json.dumps({"measure": "speed", **speed(texts)}), flush=True)
    collection()
    for name, part in (("coverage", coverage), ("power", power), ("null", null)):
        simulated = draws if name != "power" else max(10, draws // 20)
        print(json.dumps({"measure": name, **part(simulated)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
