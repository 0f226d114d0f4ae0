"""Story boundaries on pages joined from gold articles: boundary F1, and the share of single-story pages left whole.

    python -m benchmarks.stories            cross-validated by article (model refitted on the other folds), prints a table
    python -m benchmarks.stories --train    writes corpus_utils/clean/weights/{common_stems,stories}.json from all pages

Pages are built by a seeded script from newspaper4k_dataset: one to eight articles with their titles, joined by single newlines, a
third of the pages without the first title; "alike" pages join articles of similar words, "short" ones their first paragraphs only; "alone" is
every article by itself, "again" the same without a title where there was one and spaced the other way; a dump is
the flattened web page of one article with all that surrounds it; "bare" pages are cleaned texts of one to four articles, blank lines
between all paragraphs and no title first, which are only scored. A second set (fundus_parser_tests) brings section headings and other languages.
Articles are dealt into five folds and pages join articles of one fold only, so no article is on both sides. Gold is read from $CORPUS_GOLD
(default ../shared/gold); without it nothing runs. The table of common stems (document frequencies only) is not refitted.
Boundary: the line on which a second or later story begins. Precision, recall and F1 are over all pages of all folds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.clean import stories as room
from corpus_utils.clean import story_words
from corpus_utils.clean.hashing import STEM
from corpus_utils.clean.roles import label_batches
from corpus_utils.clean.sheet import Sheet
from corpus_utils.clean.story_context import CONTEXT, page_context
from corpus_utils.clean.story_features import FALLING, FEATURES, RISING, page_features
from corpus_utils.clean.story_units import Units
from corpus_utils.clean.titles import place_titles
from corpus_utils.clean.trees import Forest, export_forest

GOLD = GOLD_FOLDER
SEED = 20240607
FOLDS = 5
SETTINGS = {"max_iter": 150, "max_depth": 4, "learning_rate": 0.08, "l2_regularization": 1.0, "min_samples_leaf": 20}
SECOND = {**SETTINGS, "max_iter": 80}
THRESHOLD = 0.65  # boundary F1 of joined pages is flat from .55 to .75 (.956 to .959), and so is the share of single articles left whole (.976 to .994)


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


def build_page(articles: list[dict], *, titled: bool, single: bool, bare: bool = False) -> tuple[str, list[int]]:
    """A page and the offsets at which its second and later stories begin. `single`: paragraphs too are joined by one newline.

    `bare`: as a cleaned text, with a blank line between all paragraphs and nothing else.
    """
    text, starts = "", []
    for number, article in enumerate(articles):
        if number:
            text += "\n\n" if bare else "\n"
            starts.append(len(text))
        body = "\n".join(line.strip() for line in article["text"].split("\n") if line.strip()) if single or bare else article["text"]
        title = " ".join(article["title"].split())
        if bare:
            body, title = body.replace("\n", "\n\n"), title + "\n"
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


def shortened(articles: list[dict], seed: int) -> list[dict]:
    """The articles cut after their second to sixth paragraph, as short reports are."""
    rng = random.Random(500 + seed)
    cut = ["\n\n".join([p for p in re.split(r"\n+", a["text"]) if p.strip()][: rng.randint(2, 6)]) for a in articles]
    return [{**article, "text": text} for article, text in zip(articles, cut, strict=True)]


def _neighbours(articles: list[dict]) -> dict[int, list[int]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform([a["text"] for a in articles])
    near = (matrix @ matrix.T).toarray()
    return {i: [int(j) for j in near[i].argsort()[::-1] if j != i][:8] for i in range(len(articles))}


@dataclass
class Pages:
    """Pages read together, ready for the model: kind, fold, units, features and labels of the candidates, boundaries of each page."""

    kind: str
    fold: int
    units: Units
    features: np.ndarray
    labels: np.ndarray
    boundaries: list[int]


def prepare(kind: str, fold: int, pages: list[tuple[str, list[int]]]) -> list[Pages]:
    """Label the pages' lines and compute the candidates' features."""
    out: list[Pages] = []
    done = 0
    for rows, pieces in label_batches([text for text, _ in pages]):
        sheet = Sheet(rows.pages, rows.cue, pieces)
        place_titles(sheet)
        units = Units(sheet)
        offset, here = sheet.pages.offset, [starts for _, starts in pages[done : done + len(pieces)]]
        places = np.array([offset[i] + start for i, starts in enumerate(here) for start in starts], dtype=np.int64)
        lines = units.line[units.candidates]
        labels = np.isin(lines, np.searchsorted(sheet.pages.high, places, side="right"))
        out.append(Pages(kind, fold, units, page_features(units), labels, [len(starts) for starts in here]))
        done += len(pieces)
    return out


def all_pages(articles: list[dict], scale: float = 1.0) -> list[Pages]:
    """Every page of every fold; `scale` multiplies how many joined ones there are."""
    order = sorted(articles, key=lambda a: a["id"])
    random.Random(SEED).shuffle(order)
    dumps = read_dumps()
    pages: list[Pages] = []
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        first, second = ([a for a in held if a["source"] == s] for s in ("newspaper4k", "fundus"))
        pages += prepare("newspaper4k, joined", fold, make_pages(first, count=int(50 * scale), seed=100 + fold))
        pages += prepare("newspaper4k, alike", fold, make_pages(first, count=int(30 * scale), seed=200 + fold, alike=1.0))
        pages += prepare("newspaper4k, alone", fold, [build_page([a], titled=i % 3 > 0, single=i % 2 == 0) for i, a in enumerate(first)])
        pages += prepare("newspaper4k, again", fold, [build_page([a], titled=i % 3 == 0, single=i % 2 > 0) for i, a in enumerate(first)])
        pages += prepare("newspaper4k, short", fold, make_pages(shortened(first, fold), count=int(50 * scale), seed=400 + fold))
        pages += prepare("newspaper4k, dump", fold, [(dumps[a["id"]][i % 3], []) for i, a in enumerate(first) if a["id"] in dumps])
        bare = [
            build_page(held_[i : i + 1 + i % 4], titled=False, single=False, bare=True) for held_ in (first,) for i in range(len(held_))
        ]
        pages += prepare("newspaper4k, bare", fold, bare)
        if second:
            pages += prepare("fundus, joined", fold, make_pages(second, count=int(40 * scale), seed=300 + fold, alike=0.5))
            pages += prepare("fundus, alone", fold, [build_page([a], titled=i % 3 > 0, single=i % 2 == 0) for i, a in enumerate(second)])
    return pages


def read_dumps() -> dict[str, list[str]]:
    """The three whole-page dumps of each newspaper4k page."""
    dumps: dict[str, list[str]] = {}
    with gzip.open(GOLD / "cleaning/newspaper4k_dataset/flat.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["regime"] == "page":
                dumps.setdefault(row["id"], []).append(row["text"])
    return dumps


Forests = tuple[Any, Any]  # the first and the second, fitted


def fit(pages: list[Pages]) -> Forests:
    """Both forests. The second learns from what first ones made of pages of folds they were not fitted on."""
    first: dict[int, np.ndarray] = {}
    for held in {page.fold for page in pages}:
        model = fit_forest([page for page in pages if page.fold != held], {}, SETTINGS)
        first |= {id(page): log_odds(model, page.features) for page in pages if page.fold == held}
    return fit_forest(pages, {}, SETTINGS), fit_forest(pages, first, SECOND)


def log_odds(model: Any, features: np.ndarray) -> np.ndarray:
    """What a fitted forest makes of candidates."""
    return Forest(export_forest(model)).log_odds(features)


def fit_forest(pages: list[Pages], first: dict[int, np.ndarray], settings: dict) -> Any:
    """A boosted forest; features that can only speak for or against a story keep that direction. Dumps weigh half.

    `first`: log-odds that a first forest gives to the candidates of each page, for the second one; empty for the first.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    rows = np.concatenate(
        [np.concatenate([p.features, page_context(p.units, first[id(p)])], axis=1) if first else p.features for p in pages if len(p.labels)]
    )
    labels = np.concatenate([page.labels for page in pages])
    weights = np.concatenate([np.full(len(page.labels), 0.5 if page.kind.endswith("dump") else 1.0) for page in pages])
    rising = (*RISING, "first log-odds")
    signs = [1 if name in rising else -1 if name in FALLING else 0 for name in (*FEATURES, *(CONTEXT if first else ()))]
    return HistGradientBoostingClassifier(monotonic_cst=signs, random_state=0, **settings).fit(rows, labels, sample_weight=weights)


def score(pages: list[Pages], counts: dict[str, Counter[str]]) -> None:
    """Add counts per kind of page, with the forest now in use."""
    for page in pages:
        starts = room.story_starts(page.units, page.features)
        true = set(page.units.candidates[page.labels].tolist())
        count = counts.setdefault(page.kind, Counter())
        for number, boundaries in enumerate(page.boundaries):
            found = {unit for unit, _ in starts.get(number, ())}
            right = len(found & true)
            count.update(right=right, wrong=len(found) - right, missed=boundaries - right)
            if not boundaries:
                count.update(single=1, whole=int(not found))


def figures(counts: Counter[str]) -> dict[str, float]:
    """Precision, recall, F1 and the share of single-story pages that were not split."""
    precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
    recall = counts["right"] / max(1, counts["right"] + counts["missed"])
    return {
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "whole": counts["whole"] / max(1, counts["single"]), "single": counts["single"],
    }  # fmt: skip


def cross_validate(pages: list[Pages]) -> dict[str, dict[str, float]]:
    """Refit on four folds, score on the fifth."""
    counts: dict[str, Counter[str]] = {}
    for fold in range(FOLDS):
        one, two = (Forest(export_forest(model)) for model in fit([p for p in pages if p.fold != fold and not p.kind.endswith("bare")]))
        room.load_weights = lambda one=one, two=two: (one, two, THRESHOLD)  # type: ignore[assignment]  # a cached function is replaced
        score([page for page in pages if page.fold == fold], counts)
    return {kind: figures(count) for kind, count in counts.items()}


def main() -> int:
    """Print the table, or train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--train", action="store_true", help="write the shipped weights")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the number of joined pages")
    options = parser.parse_args()
    if not (GOLD / "cleaning/newspaper4k_dataset/gold.jsonl").exists():
        return did_not_run(GOLD)
    articles = read_articles()
    if options.train:
        write_stems(articles)
    pages = all_pages(articles, options.scale)
    if options.train:
        write_weights(pages)
        return 0
    print(f"{'pages':24} {'precision':>9} {'recall':>7} {'F1':>7} {'whole':>7} {'single':>7}")
    scores = cross_validate(pages)
    for kind, row in scores.items():
        print(f"{kind:24} {row['precision']:9.3f} {row['recall']:7.3f} {row['f1']:7.3f} {row['whole']:7.3f} {row['single']:7.0f}")
    return exit_code({"stories.joined": scores["newspaper4k, joined"]["f1"], "stories.alone": scores["newspaper4k, alone"]["whole"]})


def write_stems(articles: list[dict]) -> None:
    """Inverse document frequencies of the stems in at least four of the articles, for this process too."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({word.lower()[:STEM] for word in re.findall(r"[^\W_]+", article["text"]) if not word[0].isdigit()})
    idf = {stem: round(math.log(len(articles) / n), 2) for stem, n in sorted(counts.items()) if n >= 4}
    card = {
        "what": f"inverse document frequency, log(N/df), of stems (first six letters) found in at least four of {len(articles)} articles",
        "data": "texts of newspaper4k_dataset (Apache-2.0) and fundus_parser_tests (MIT), development parts", "idf": idf,
    }  # fmt: skip
    story_words.COMMON.write_text(json.dumps(card, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    story_words.common_stems.cache_clear()
    story_words._common.cache_clear()
    print(f"wrote {story_words.COMMON}")


def write_weights(pages: list[Pages]) -> None:
    """Fit on everything and write the forests with their card."""
    first, second = fit([page for page in pages if not page.kind.endswith("bare")])
    card = {
        "what": "boosted forests: does a heading-like line open a new story, at first sight and in view of the whole page",
        "data": "newspaper4k_dataset (Apache-2.0), fundus_parser_tests (MIT), development parts; pages joined by benchmarks/stories.py",
        "threshold": THRESHOLD, "features": [*FEATURES, *CONTEXT], "first": export_forest(first), "second": export_forest(second),
    }  # fmt: skip
    room.WEIGHTS.write_text(json.dumps(card, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"wrote {room.WEIGHTS}")


if __name__ == "__main__":
    sys.exit(main())
