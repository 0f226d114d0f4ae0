"""Topics against known sections, beside scikit-learn's NMF, LDA and k-means, and their stability between random samples.

    python -m benchmarks topics             both sets, ten seeds (many minutes)
    python -m benchmarks.topics --quick     three seeds of the others

NMI (normalised mutual information) of the strongest topic with the section: this package with two seeds, the
others for each seed; "best" is the best method's mean over seeds, "luckiest" the best single run. Data: folder CORPUS_GOLD.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus_utils.analyse.topic_consensus import match
from corpus_utils.analyse.topic_space import opening_vectors
from corpus_utils.analyse.topics import TopicModel, fit_topics

GOLD = Path(os.environ.get("CORPUS_GOLD", Path(__file__).resolve().parents[2] / "shared" / "gold")) / "topics"


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


def others(texts: list[str], truth: list[str], k: int, seeds: int, places: Any) -> dict[str, list[float]]:
    """NMI of each baseline for each seed."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import NMF, LatentDirichletAllocation
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.metrics import normalized_mutual_info_score as nmi

    options: dict[str, Any] = {"stop_words": "english", "min_df": 3, "max_df": 0.5}
    tfidf, counts = TfidfVectorizer(**options).fit_transform(texts), CountVectorizer(**options).fit_transform(texts)
    out: dict[str, list[float]] = {"nmf": [], "lda": [], "k-means": []}
    for seed in range(seeds):
        out["nmf"].append(nmi(truth, NMF(k, init="random", random_state=seed, max_iter=300).fit_transform(tfidf).argmax(axis=1)))
        lda = LatentDirichletAllocation(k, random_state=seed, learning_method="online", max_iter=10)
        out["lda"].append(nmi(truth, lda.fit_transform(counts).argmax(axis=1)))
        out["k-means"].append(nmi(truth, KMeans(k, random_state=seed, n_init=1).fit_predict(places)))
    return out


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
        print(f"did not run: no data in {GOLD} (set CORPUS_GOLD)")
        return 0
    seeds = 3 if "--quick" in arguments else 10
    for name, make, k in (("bbc_news", bbc, 5), ("reuters21578", reuters, 10)):
        texts, truth = make()
        start = time.perf_counter()
        vectors = opening_vectors(texts)
        model = fit_topics(texts, k=k, seed=1, vectors=vectors)
        seconds = time.perf_counter() - start
        generator = np.random.default_rng(0)
        parts = [np.sort(generator.choice(len(texts), round(0.8 * len(texts)), replace=False)) for _ in range(2)]
        halves = [fit_topics([texts[n] for n in part], k=k, seed=seed, vectors=vectors[part]) for seed, part in enumerate(parts)]
        again = fit_topics(texts, k=k, seed=2, vectors=vectors)
        print(json.dumps({
            "set": name, "texts": len(texts), "k": k, "nmi": round(float(nmi(truth, model.assignment)), 3), "seconds": round(seconds, 1),
            "similarity_80": round(similarity(*halves), 3), "similarity_seed": round(similarity(model, again), 3),
            "method": model.method, "nmi_other_seed": round(float(nmi(truth, again.assignment)), 3),
            "topics": model.topics["name"].tolist(),
        }), flush=True)  # fmt: skip
        found = others(texts, truth, k, seeds, vectors)
        print(json.dumps({"set": name, "seeds": seeds, "best": round(max(float(np.mean(v)) for v in found.values()), 3),
                          "luckiest": round(max(max(v) for v in found.values()), 3),
                          "mean": {key: round(float(np.mean(v)), 3) for key, v in found.items()}}), flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
