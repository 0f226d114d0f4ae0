"""How many topics, how coherent, how exclusive, and which words name them.

coherence    mean NPMI of a topic's top ten words over the corpus's own texts (Bouma 2009; Roeder et al. 2015 use windows, this uses
             texts): -1 never together, 0 independent, 1 always together
exclusivity  share of a top word's weight over all topics that this topic holds, mean over its top ten words
stability    see `topics`
information  how much better a text's words are foretold by those of the other texts of its topic than by the corpus's, in nats a word
             (held-out likelihood, as Wallach et al. 2009 compare topic models; words enter as log(1 + count))

Numbers of topics are compared by the mean of stability and coherence: exclusivity falls and information grows with their number, whatever
the texts. Runs of one number with other seeds and samples differ, too: numbers no further below the best than that (the standard deviation
of a run, over all numbers) fit as well as it does, and of these the largest is taken, because it tells more. A number does not fit that
makes two topics as alike as two versions of one topic are.

Models of one number of topics are compared by the mean of all four, with topics weighted by size, or one odd topic of a few texts would
decide, and information as a share of the most informative model's.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.counts import Counts
from corpus_utils.analyse.topic_consensus import STABLE
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from corpus_utils.analyse.topic_models import Method
    from corpus_utils.analyse.topic_space import Space

TOP = 10
FOLDS = 5  # of `information`
QUICK_ROUNDS = 20  # of latent Dirichlet allocation while models are compared: a quarter of the time, 3 % more perplexity
QUICK_FACTORS = 25  # rounds of matrix factorisation while numbers of topics are compared: half the time, the same number chosen
QUICK_REPEATS = 3  # repeats per k while comparing; the chosen k is fitted with all
RANGE = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30)
LEAST_TEXTS_PER_TOPIC = 25
MOST_COMPARED = 1500  # texts used to compare numbers of topics: of 1,000, runs differ more, and larger numbers fit
MOST_COMPARED_METHODS = 1000  # to compare models: the same were chosen as of 1,500, on eight draws of two sets of news
USUAL_K = 8
# One model varies that much between seeds; within it the order of METHODS decides. That order was made on labelled news of two sets; on
# two that were looked at afterwards (short English items, Spanish articles) its first was the second best and the best of five.
CLOSE_METHODS = 0.05


def compare(space: Space, method: Method, *, seed: int, least: int = 2) -> pd.DataFrame:
    """One row per k from `least`: k, stability, coherence, exclusivity, score (the mean of the first two), spread (standard deviation of
    that mean over runs), fits (no further below the best than runs differ, and no two topics are one), chosen (the largest that fits)."""
    import pandas as pd

    part = _sample(space, MOST_COMPARED, seed)
    texts = part.table.shape[0]
    most = max(2, least, min(RANGE[-1], texts // LEAST_TEXTS_PER_TOPIC, min(part.table.shape) - 1))
    tried = [k for k in RANGE if least <= k <= most] or [least]
    out = pd.concat([_measured_k(k, part, method, seed) for k in tried], ignore_index=True)
    twins = out.pop("twins")
    apart = ~twins if not twins.all() else twins  # where every number has some, they tell nothing
    out["fits"] = apart & (out["score"] >= out.loc[apart, "score"].max() - float(np.sqrt((out["spread"] ** 2).mean())))
    out["chosen"] = out["k"] == out.loc[out["fits"], "k"].max()
    return out


def _measured_k(k: int, space: Space, method: Method, seed: int) -> pd.DataFrame:
    from corpus_utils.analyse.topic_consensus import consensus, match
    from corpus_utils.analyse.topic_models import by_factors

    quick = partial(method, rounds=QUICK_FACTORS) if method is by_factors else method
    found = consensus(space, quick, k, seed=seed, repeats=QUICK_REPEATS)
    out = row("k", k, found.stability, coherence(space.counts, found.components), exclusivity(found.components))
    scores = []
    for number, run in enumerate(found.runs):
        others = [match(run, other)[1].mean() for at, other in enumerate(found.runs) if at != number]
        scores.append((float(np.mean(others)) + max(float(coherence(space.counts, run).mean()), 0.0)) / 2)
    score = round((out["stability"].iat[0] + max(out["coherence"].iat[0], 0.0)) / 2, 6)
    nearest = float(np.triu(found.components @ found.components.T, 1).max())
    return out.drop(columns="chosen").assign(score=score, spread=round(float(np.std(scores, ddof=1)), 6), twins=nearest >= STABLE)


def compare_methods(space: Space, k: int | None, *, seed: int, openings: Callable[[Array], Array] | None = None) -> pd.DataFrame:
    """One row per model, fitted to a sample: method, stability, coherence, exclusivity, information, score, chosen. `k` None: `USUAL_K`.

    `openings`: gives the sample sentence vectors where the space has none. The first of `METHODS` whose score is within `CLOSE_METHODS`
    of the best is chosen.
    """
    import pandas as pd

    from corpus_utils.analyse.topic_models import METHODS, NEED_VECTORS, by_allocation
    from corpus_utils.analyse.topic_space import take, with_vectors

    rows = _sampled(space, MOST_COMPARED_METHODS, seed)
    part = space if len(rows) == space.table.shape[0] else take(space, rows)
    if openings is not None:
        part = with_vectors(part, openings(rows))
    k = min(k or USUAL_K, max(2, part.table.shape[0] // LEAST_TEXTS_PER_TOPIC)) if k is None else k
    quick = METHODS | {"lda": partial(by_allocation, rounds=QUICK_ROUNDS)}
    fitting = {name: method for name, method in quick.items() if part.vectors is not None or name not in NEED_VECTORS}
    out = pd.concat([_measured(name, part, method, k, seed) for name, method in fitting.items()], ignore_index=True)
    relative = out["information"].clip(lower=0) / max(out["information"].max(), 1e-9)
    out["score"] = ((3 * out["score"] + relative) / 4).round(6)
    out["chosen"] = False
    out.loc[(out["score"] >= out["score"].max() - CLOSE_METHODS).idxmax(), "chosen"] = True
    return out


def _sample(space: Space, most: int, seed: int) -> Space:
    from corpus_utils.analyse.topic_space import take

    return space if space.table.shape[0] <= most else take(space, _sampled(space, most, seed))


def _sampled(space: Space, most: int, seed: int) -> Array:
    """Numbers of the texts of a sample, in order."""
    texts = space.table.shape[0]
    return np.arange(texts) if texts <= most else np.sort(np.random.default_rng(seed).choice(texts, size=most, replace=False))


def _measured(name: str, space: Space, method: Method, k: int, seed: int) -> pd.DataFrame:
    from corpus_utils.analyse.topic_consensus import assign, consensus

    found = consensus(space, method, k, seed=seed, repeats=QUICK_REPEATS)
    measures = (found.stability, coherence(space.counts, found.components), exclusivity(found.components))
    out = row("method", name, *measures, sizes=found.shares.sum(axis=0))
    out.insert(4, "information", round(information(space.counts, assign(found.shares), k, seed=seed), 6))
    return out


def row(column: str, value: Any, stability: Array, coherent: Array, exclusive: Array, sizes: Array | None = None) -> pd.DataFrame:
    """One row of a comparison, as a table: means over topics (weighted by `sizes`); the score is their mean, coherence being 0 or more."""
    import pandas as pd

    values = [round(float(np.average(part, weights=sizes)), 6) for part in (stability, coherent, exclusive)]
    score = round((values[0] + max(values[1], 0.0) + values[2]) / 3, 6)
    return pd.DataFrame(
        [{column: value, "stability": values[0], "coherence": values[1], "exclusivity": values[2], "score": score, "chosen": True}]
    )


def top_words(components: Array, most: int) -> Array:
    """Columns of the `most` heaviest words of each topic (ties: alphabetical), shape (topics, most)."""
    return np.argsort(-components.round(12), axis=1, kind="stable")[:, :most]


def coherence(counts: Counts, components: Array) -> Array:
    """Mean NPMI of each topic's top words."""
    present, n = counts.present, counts.matrix.shape[0]
    out = np.zeros(len(components))
    for topic, columns in enumerate(top_words(components, TOP)):
        chosen = present[:, columns]
        together = np.asarray((chosen.T @ chosen).todense()) / n
        single = np.diag(together)
        upper = np.triu_indices(len(columns), 1)
        joint, product = together[upper], np.outer(single, single)[upper]
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(joint / product) / -np.log(joint)
        npmi = np.where(joint <= 0, -1.0, np.where(joint >= 1, 1.0, npmi))
        out[topic] = npmi.mean()
    return out


def exclusivity(components: Array) -> Array:
    """Mean share of their total weight that a topic's top words have in it."""
    share = components / np.maximum(components.sum(axis=0, keepdims=True), 1e-12)
    return np.array([share[topic, columns].mean() for topic, columns in enumerate(top_words(components, TOP))])


def information(counts: Counts, assignment: Array, k: int, *, seed: int = 0) -> float:
    """Mean gain in log likelihood a word, over `FOLDS` folds of texts; `assignment`: the topic of each text (k: none).

    A word is expected half as often as in the topic's texts and half as in all (Jelinek & Mercer 1980), those of its own fold left out.
    """
    damped = counts.matrix.astype(float)
    damped.data = np.log1p(damped.data)
    fold = np.random.default_rng(seed).integers(0, FOLDS, damped.shape[0])
    gain = size = 0.0
    for number in range(FOLDS):
        known, held = fold != number, (fold == number) & (assignment < k)
        words = np.asarray((damped[known].T @ np.eye(k + 1)[assignment[known]]).T)
        overall = words.sum(axis=0)
        seen = overall > 0
        shares = words[:k, seen] / np.maximum(words[:k, seen].sum(axis=1, keepdims=True), 1e-9)
        logs = np.log(0.5 + 0.5 * shares / (overall[seen] / overall.sum()))
        table = damped[held][:, seen]
        gain += float(np.asarray(table @ logs.T)[np.arange(int(held.sum())), assignment[held]].sum())
        size += float(table.sum())
    return gain / max(size, 1.0)


def distinctive(components: Array, vocabulary: list[str], most: int) -> list[list[str]]:
    """Words naming each topic: weight times the square root of exclusivity, best first."""
    share = components / np.maximum(components.sum(axis=0, keepdims=True), 1e-12)
    return [[vocabulary[w] for w in columns] for columns in top_words(components * np.sqrt(share), most)]
