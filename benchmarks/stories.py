"""Story boundaries on pages joined from gold articles: boundary F1, and the share of single-story pages left whole.

    python benchmarks/stories.py            cross-validated by article (weights refitted on the other folds), prints a table
    python benchmarks/stories.py --train    writes corpus_utils/clean/weights/stories.json from all pages

Pages are built by a seeded script from newspaper4k_dataset: one to eight articles with their titles, joined by single newlines, a
third of the pages without the first title. Half of the training pages join articles with similar words, so that the model does
not live on a change of topic alone. Gold is read from $CORPUS_GOLD (default ../shared/gold); without it nothing runs.
Boundary: the line on which a second or later story begins. Precision, recall and F1 are over all pages of all folds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from corpus_utils.clean import stories as room
from corpus_utils.clean.roles import label_pieces
from corpus_utils.clean.story_features import FEATURES, candidates, page_features

GOLD = Path(os.environ.get("CORPUS_GOLD", Path(__file__).resolve().parent.parent / "../shared/gold"))
SEED = 20240607
FOLDS = 5


def read_articles() -> list[dict]:
    """Gold articles as {id, title, text, source}; the second set brings section headings and other languages."""
    rows = []
    path = GOLD / "cleaning/newspaper4k_dataset/gold.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows.append({"id": row["id"], "title": row["title"].strip(), "text": row["text"].strip(), "source": "newspaper4k"})
    path = GOLD / "metadata/fundus_parser_tests/gold.jsonl"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.append({"id": row["id"], "title": row["title"].strip(), "text": "\n\n".join(row["paragraphs"]), "source": "fundus"})
    return [row for row in rows if row["text"]]


def build_page(articles: list[dict], *, titled: bool, single: bool) -> tuple[str, list[int]]:
    """A page and the offsets at which its second and later stories begin. `single`: paragraphs too are joined by one newline."""
    text, starts = "", []
    for number, article in enumerate(articles):
        if number:
            text += "\n"
            starts.append(len(text))
        body = "\n".join(line.strip() for line in article["text"].split("\n") if line.strip()) if single else article["text"]
        title = " ".join(article["title"].split())
        text += body if number == 0 and not titled else f"{title}\n{body}"
    return text, starts


def make_pages(articles: list[dict], *, count: int, seed: int, alike: float = 0.0) -> list[tuple[str, list[int]]]:
    """Seeded pages of one to eight articles; a share `alike` of them is filled with articles of similar words."""
    rng = random.Random(seed)
    near = _neighbours(articles) if alike else {}
    pages = []
    for _ in range(count):
        size = min(rng.randint(1, 8), len(articles))
        if alike and rng.random() < alike:
            first = rng.randrange(len(articles))
            chosen = [first, *near[first][: size - 1]]
            rng.shuffle(chosen)
        else:
            chosen = rng.sample(range(len(articles)), size)
        pages.append(build_page([articles[i] for i in chosen], titled=rng.random() >= 1 / 3, single=rng.random() < 0.5))
    return pages


def _neighbours(articles: list[dict]) -> dict[int, list[int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform([a["text"] for a in articles])
    near = (matrix @ matrix.T).toarray()
    return {i: [int(j) for j in near[i].argsort()[::-1] if j != i][:8] for i in range(len(articles))}


def table_of(pages: list[tuple[str, list[int]]]) -> tuple[list[list[float]], list[int], list[int]]:
    """Feature rows, 0/1 labels and the page number of every candidate."""
    rows, labels, groups = [], [], []
    for number, (text, starts) in enumerate(pages):
        units = room.page_units(text, label_pieces(text))
        found = candidates(units)
        for position, row in zip(found, page_features(units, found), strict=True):
            rows.append(row)
            labels.append(int(_begins(units[position], starts)))
            groups.append(number)
    return rows, labels, groups


def _begins(unit: object, starts: list[int]) -> bool:
    return any(unit.start <= start < unit.end for start in starts)  # type: ignore[attr-defined]


def fit(pages: list[tuple[str, list[int]]]) -> list[float]:
    """Weights of a logistic model (the first one is the intercept)."""
    from sklearn.linear_model import LogisticRegression

    rows, labels, _ = table_of(pages)
    model = LogisticRegression(C=1.0, max_iter=4000, fit_intercept=False)
    model.fit(rows, labels)
    return [round(float(w), 4) for w in model.coef_[0]]


def score(pages: list[tuple[str, list[int]]]) -> dict[str, float]:
    """Counts over pages, with the weights now in use."""
    counts = dict.fromkeys(("right", "wrong", "missed", "single", "whole"), 0)
    for text, starts in pages:
        units = room.page_units(text, label_pieces(text))
        found = [units[p] for p, _ in room.story_starts(units)]
        right = sum(1 for unit in found if _begins(unit, starts))
        counts["right"] += right
        counts["wrong"] += len(found) - right
        counts["missed"] += len(starts) - right
        if not starts:
            counts["single"] += 1
            counts["whole"] += not found
    return counts


def figures(counts: dict[str, float]) -> dict[str, float]:
    """Precision, recall, F1 and the share of single-story pages that were not split."""
    precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
    recall = counts["right"] / max(1, counts["right"] + counts["missed"])
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "whole": counts["whole"] / max(1, counts["single"]), "single": counts["single"],
    }  # fmt: skip


def use(weights: list[float], threshold: float) -> None:
    """Put refitted weights in the place of the shipped ones, for this process only."""
    room.load_weights = lambda: (tuple(weights), threshold)  # type: ignore[assignment]


def training_pages(articles: list[dict], seed: int) -> list[tuple[str, list[int]]]:
    """Pages to learn from: random ones, alike ones, and every article alone (with and without its title)."""
    by_source = [[a for a in articles if a["source"] == s] for s in ("newspaper4k", "fundus")]
    pages = make_pages(by_source[0], count=250, seed=seed, alike=0.5)
    if by_source[1]:
        pages += make_pages(by_source[1], count=120, seed=seed + 1, alike=0.5)
    return pages + [build_page([a], titled=i % 3 > 0, single=i % 2 == 0) for i, a in enumerate(articles)]


def cross_validate(articles: list[dict], *, threshold: float, count: int) -> dict[str, dict[str, float]]:
    """Refit on four fifths of the articles, score on pages built from the last fifth."""
    rng = random.Random(SEED)
    order = sorted(articles, key=lambda a: a["id"])
    rng.shuffle(order)
    results: dict[str, dict[str, float]] = {}
    for fold in range(FOLDS):
        train = [a for i, a in enumerate(order) if i % FOLDS != fold]
        test = [a for i, a in enumerate(order) if i % FOLDS == fold]
        use(fit(training_pages(train, SEED + fold)), threshold)
        for source in ("newspaper4k", "fundus"):
            held = [a for a in test if a["source"] == source]
            if held:
                sets = {
                    f"{source}, joined": make_pages(held, count=count, seed=SEED + 100 + fold),
                    f"{source}, joined, alike": make_pages(held, count=count, seed=SEED + 200 + fold, alike=1.0),
                    f"{source}, alone": [build_page([a], titled=t, single=s) for a in held for t in (True, False) for s in (True, False)],
                }
                for name, pages in sets.items():
                    for key, value in score(pages).items():
                        results.setdefault(name, {}).setdefault(key, 0)
                        results[name][key] += value
    return {name: figures(counts) for name, counts in results.items()}


def main() -> int:
    """Print the table, or train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--train", action="store_true", help="write the shipped weights")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--pages", type=int, default=40, help="pages per fold and kind")
    options = parser.parse_args()
    if not (GOLD / "cleaning/newspaper4k_dataset/gold.jsonl").exists():
        print(f"stories: did not run, no gold data at {GOLD} (set CORPUS_GOLD)")
        return 0
    articles = read_articles()
    if options.train:
        write_weights(articles, options.threshold)
        return 0
    print(f"{'pages':34} {'precision':>9} {'recall':>7} {'F1':>7} {'whole':>7} {'single':>7}")
    for name, row in cross_validate(articles, threshold=options.threshold, count=options.pages).items():
        print(f"{name:34} {row['precision']:9.3f} {row['recall']:7.3f} {row['f1']:7.3f} {row['whole']:7.3f} {row['single']:7.0f}")
    return 0


def write_weights(articles: list[dict], threshold: float) -> None:
    """Fit on everything and write weights with their card."""
    card = {
        "what": "logistic model of whether a heading-like line opens a new story",
        "data": "newspaper4k_dataset (Apache-2.0), fundus_parser_tests (MIT), development parts; pages joined by benchmarks/stories.py",
        "threshold": threshold, "features": list(FEATURES), "weights": fit(training_pages(articles, SEED)),
    }  # fmt: skip
    room.WEIGHTS.parent.mkdir(exist_ok=True)
    room.WEIGHTS.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {room.WEIGHTS}")


if __name__ == "__main__":
    sys.exit(main())
