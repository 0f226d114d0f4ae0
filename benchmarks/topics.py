"""Topics against known sections, beside scikit-learn's NMF, LDA and k-means, and their stability between random samples.

    python -m benchmarks topics                both sets, ten seeds (ten minutes of one core)
    python -m benchmarks.topics --workers 4    the same in four processes; --quick: three seeds of the others

NMI (normalised mutual information) of the strongest topic with the section: this package with two seeds, the
others for each seed; "best" is the best method's mean over seeds, "luckiest" the best single run. `ahead` is the lower of this
package's two less that best. Data: folder CORPUS_GOLD.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from benchmarks.workers import fork_map
from corpus_utils.analyse.topic_consensus import match
from corpus_utils.analyse.topic_space import opening_vectors
from corpus_utils.analyse.topics import TopicModel, fit_topics

GOLD = GOLD_FOLDER / "topics"


def rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(GOLD / name, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def bbc() -> tuple[list[str], list[str]]:
    found = rows("bbc_news/articles.jsonl.gz")
    return [f"{row['title']}. {row['text']}" for row in found], [row["topic"] for row in found]


def reuters() -> tuple[list[str], list[str]]:
    """Items with one topic, of the ten largest."""
    found = [row for row in rows("reuters21578/modapte_train.jsonl.gz") if len(row["topics"]) == 1]
    largest = {name for name, _ in Counter(row["topics"][0] for row in found).most_common(10)}
    found = [row for row in found if row["topics"][0] in largest]
    return [f"{row['title'] or ''}. {row['text'] or ''}" for row in found], [row["topics"][0] for row in found]


def others(texts: list[str], truth: list[str], k: int, seeds: int, places: Any, workers: int) -> dict[str, list[float]]:
    """NMI of each baseline for each seed."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF, LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.metrics import normalized_mutual_info_score as nmi

    options: dict[str, Any] = {"stop_words": "english", "min_df": 3, "max_df": 0.5}
    tfidf, counts = TfidfVectorizer(**options).fit_transform(texts), CountVectorizer(**options).fit_transform(texts)

    def score(which: tuple[str, int]) -> float:
        name, seed = which
        if name == "nmf":
            found = NMF(k, init="random", random_state=seed, max_iter=300).fit_transform(tfidf).argmax(axis=1)
        elif name == "lda":
            found = (
                LatentDirichletAllocation(k, random_state=seed, learning_method="online", max_iter=10).fit_transform(counts).argmax(axis=1)
            )
        else:
            found = KMeans(k, random_state=seed, n_init=1).fit_predict(places)
        return float(nmi(truth, found))

    asked = [(name, seed) for name in ("lda", "nmf", "k-means") for seed in range(seeds)]
    scores = fork_map(score, asked, workers)
    return {name: [value for (one, _), value in zip(asked, scores) if one == name] for name in ("nmf", "lda", "k-means")}


def similarity(first: TopicModel, second: TopicModel) -> float:
    """Mean cosine of matched topics' word weights, over the words either model knows."""
    words = sorted({*first.vocabulary, *second.vocabulary})
    place = {word: number for number, word in enumerate(words)}
    tables = []
    for model in (first, second):
        table = np.zeros((len(model.components), len(words)))
        table[:, [place[word] for word in model.vocabulary]] = model.components
        tables.append(table)
    return float(match(*tables)[1].mean())


def main(arguments: list[str]) -> int:
    from sklearn.metrics import normalized_mutual_info_score as nmi

    if not GOLD.is_dir():
        return did_not_run(GOLD)
    seeds = 3 if "--quick" in arguments else 10
    workers = int(arguments[arguments.index("--workers") + 1]) if "--workers" in arguments else 1
    figures: dict[str, float] = {}
    for name, make, k in (("bbc_news", bbc, 5), ("reuters21578", reuters, 10)):
        texts, truth = make()
        vectors = opening_vectors(texts)
        generator = np.random.default_rng(0)
        parts = [np.sort(generator.choice(len(texts), round(0.8 * len(texts)), replace=False)) for _ in range(2)]
        everything = np.arange(len(texts))

        def fitted(which: tuple[Any, int], texts: list[str] = texts, k: int = k, vectors: Any = vectors) -> tuple[TopicModel, float]:
            part, seed = which
            start = time.process_time()
            model = fit_topics([texts[n] for n in part], k=k, seed=seed, vectors=vectors[part])
            return model, time.process_time() - start

        models = fork_map(fitted, [(everything, 1), (everything, 2), (parts[0], 0), (parts[1], 1)], workers)
        (model, seconds), (again, _), (first, _), (second, _) = models
        found = others(texts, truth, k, seeds, vectors, workers)
        own, best = float(nmi(truth, model.assignment)), max(float(np.mean(values)) for values in found.values())
        alike, reseeded = similarity(first, second), similarity(model, again)
        figures |= {f"topics.{name}.ahead": min(own, float(nmi(truth, again.assignment))) - best}
        if name == "bbc_news":
            figures |= {"topics.bbc_news.similarity_80": alike, "topics.bbc_news.similarity_seed": reseeded}
        print(json.dumps({
            "set": name, "texts": len(texts), "k": k, "method": model.method, "nmi": round(own, 3),
            "nmi_other_seed": round(float(nmi(truth, again.assignment)), 3), "similarity_80": round(alike, 3),
            "similarity_seed": round(reseeded, 3), "processor_seconds": round(seconds, 1), "topics": model.topics["name"].tolist(),
        }), flush=True)  # fmt: skip
        print(json.dumps({"set": name, "seeds": seeds, "best": round(best, 3), "luckiest": round(max(max(v) for v in found.values()), 3),
                          "mean": {key: round(float(np.mean(v)), 3) for key, v in found.items()}}), flush=True)  # fmt: skip
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
