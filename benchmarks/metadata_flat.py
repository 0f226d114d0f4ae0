"""Metadata from flat page dumps: title, date and authors of newspaper4k_dataset pages whose HTML is gone.

    python benchmarks/metadata_flat.py [--errors N] [--tool NAME]
    python benchmarks/metadata_flat.py --train     writes corpus_utils/clean/weights/titles.json from all pages

Gold is read from $CORPUS_GOLD (default ../shared/gold); without it nothing runs. The title model is refitted on four fifths of the pages
and scored on the last fifth, the model that ranks dates on all pages of `train_dates` but those; everything else is rules.
Right: title, authors (as a set of names) and day equal the gold after folding case, accents, punctuation and white space. A date is
*given* when it is a single day, or an interval that leaves the gold day out; wrong = given and not right, as a share of all pages. Pages
without a labelled day do not count for dates.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import train_dates
from benchmarks.cleaning_data import metadata_dumps
from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from benchmarks.metadata_html import is_label
from corpus_utils.clean import date_rank, titles
from corpus_utils.clean.body import find_cues
from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.title_features import FEATURES, title_features
from corpus_utils.text import fold

GOLD = GOLD_FOLDER / "cleaning/newspaper4k_dataset"
FOLDS, SEED = 5, 20240607
THRESHOLD = 0.2


def normal(text: str) -> str:
    """Folded words of a text."""
    return " ".join(re.findall(r"\w+", fold(text)))


def names(text: str) -> set[str]:
    """Names of an author field as a set of folded words."""
    return {n for n in map(normal, re.split(r"[,;|]|\band\b|&", text)) if n}


def cleaned(pages: list[dict]) -> Iterator[tuple[dict, dict]]:
    """Each page with the article found on it: the longest, where there are several."""
    from corpus_utils import schema
    from corpus_utils.clean import clean_documents

    rows = [{"id": str(i), "source": "page.txt", "format": "txt", "text": page["text"]} for i, page in enumerate(pages)]
    _, articles = clean_documents(schema.frame("documents", rows))
    found: dict[str, list[dict]] = {}
    for article in sorted(articles.to_dict("records"), key=lambda a: (-len(a["text"]), a["story"])):
        found.setdefault(article["document_id"], []).append(article)
    nothing = {"title": "", "author": "", "date_earliest": "", "date_latest": "", "date_evidence": "[]"}
    for i, page in enumerate(pages):
        yield page, found.get(str(i), [nothing])[0]


def judge(page: dict, article: dict) -> dict[str, bool]:
    """What is right, and whether the date is wrong."""
    first, last = article["date_earliest"], article["date_latest"]
    exact = bool(first) and first == last
    wrong = (exact and first != page["date"]) or (bool(first) and not first <= page["date"] <= last)
    found = names(article["author"])
    return {
        "title": normal(article["title"]) == normal(page["title"]),
        "title given": bool(article["title"]),
        "author": found == names(page["authors"]),
        "author given": bool(found),
    } | (
        {
            "date": exact and first == page["date"],
            "date given": exact,
            "date wrong": wrong,
            "wrong, gold on page": wrong and stands_on(page),
        }
        if is_label(page["date"])
        else {}
    )


def stands_on(page: dict) -> bool:
    """Whether the gold day is written anywhere in the dump: some gold days contradict the page they belong to."""
    return any(day.isoformat() == page["date"] for mention in find_dates(page["text"]) for day in mention.days())


def folds(pages: list[dict]) -> Iterator[tuple[list[dict], list[dict]]]:
    """(train, test) five times, by page."""
    ids = sorted({page["id"] for page in pages})
    random.Random(SEED).shuffle(ids)
    for fold_number in range(FOLDS):
        held = set(ids[fold_number::FOLDS])
        yield [p for p in pages if p["id"] not in held], [p for p in pages if p["id"] in held]


def main() -> int:
    """Print the table, or train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tool", default="", help="only dumps of one tool")
    parser.add_argument("--errors", type=int, default=0, help="print the first N errors of each kind")
    parser.add_argument("--train", action="store_true")
    options = parser.parse_args()
    if not (GOLD / "flat.jsonl.gz").exists():
        return did_not_run(GOLD)
    pages = metadata_dumps(GOLD_FOLDER, options.tool)
    if options.train:
        write_weights(pages)
        return 0
    judged: dict[str, list[dict[str, bool]]] = {}
    dated = train_dates.read_dumps(list(train_dates.flat_texts(GOLD_FOLDER)))
    shown = dict.fromkeys(("title", "author", "date"), 0)
    for train, test in folds(pages):
        prepare(train, [dump for dump in dated if dump.page not in {page["id"] for page in test}])
        for page, article in cleaned(test):
            result = judge(page, article)
            judged.setdefault(page["tool"], []).append(result)
            for kind in shown:
                if not result.get(kind, True) and shown[kind] < options.errors:
                    shown[kind] += 1
                    print_error(kind, page, article)
    kinds = list(max(judged[pages[0]["tool"]], key=len))
    print(f"{'tool':14} {'pages':>5} " + " ".join(f"{kind:>{max(12, len(kind))}}" for kind in kinds))
    for tool, results in [*sorted(judged.items()), ("all", [r for rs in judged.values() for r in rs])]:
        print(f"{tool:14} {len(results):5} " + " ".join(f"{share(results, kind):{max(12, len(kind))}.3f}" for kind in kinds))
    if options.tool:
        return 0
    everything = [r for rs in judged.values() for r in rs]
    figures = {f"metadata_flat.{kind}": share(everything, kind) for kind in ("title", "author", "date")}
    return exit_code({**figures, "metadata_flat.dates_not_wrong": 1 - share(everything, "date wrong")})


def share(results: Sequence[Mapping[str, bool]], kind: str) -> float:
    """Share of the pages that have a label of this kind."""
    told = [result[kind] for result in results if kind in result]
    return sum(told) / max(1, len(told))


def prepare(train: list[dict], dated: Sequence[train_dates.Dump]) -> None:
    """Refit the models of titles and dates, for this process only."""
    fitted = tuple(map(float, train_dates.fit(dated)))
    date_rank.load_weights = lambda: (fitted, train_dates.THRESHOLD)  # type: ignore[assignment]  # a cached function is replaced
    weights, bias = fit_titles(train)
    titles.load_weights = lambda: (tuple(weights), bias, THRESHOLD)  # type: ignore[assignment]  # a cached function is replaced


def fit_titles(pages: list[dict]) -> tuple[list[float], float]:
    """Weights and bias of a logistic model over the rows of the pages: 1 for rows that are the gold title; pages weigh the same."""
    from sklearn.linear_model import LogisticRegression

    values, labels, weights = [], [], []
    for page in pages:
        gold = normal(page["title"])
        lines = page["text"].split("\n")
        without = "\n".join(line for line in lines if gold not in normal(line))
        for text in (without, page["text"]):  # without its headline the page has none
            read = read_pages([text])
            candidates, found = title_features(Looks(read), find_cues(read))
            right = [normal(titles.clean_title(read.string(line))) == gold for line in candidates.tolist()]
            if text is page["text"] and not any(right):
                continue
            values.extend(found)
            labels.extend(map(int, right))
            weights.extend(10 / sum(right) if r else 10 / len(right) for r in right)
    model = LogisticRegression(C=1.0, max_iter=4000).fit(values, labels, sample_weight=weights)
    return [round(float(w), 4) for w in model.coef_[0]], round(float(model.intercept_[0]), 4)


def write_weights(pages: list[dict]) -> None:
    """Fit on all pages and write the weights with their card."""
    weights, bias = fit_titles(pages)
    card = {
        "what": "logistic model of which line of a page is its headline",
        "data": "newspaper4k_dataset (Apache-2.0), development part, flat page dumps",
        "threshold": THRESHOLD, "features": list(FEATURES), "bias": bias, "weights": weights,
    }  # fmt: skip
    titles.WEIGHTS.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {titles.WEIGHTS}")


def print_error(kind: str, page: dict, article: dict) -> None:
    """One error with what was found."""
    if kind == "date":
        print(f"date    {page['tool']:12} {page['id'][:6]} gold {page['date']} found {article['date_earliest']}..{article['date_latest']}")
        for clue in json.loads(article["date_evidence"])[:6]:
            if not clue["source"].startswith("text"):
                print(f"            {clue['source']}: {clue['text']!r} {clue['candidates']} used={clue['used']} {clue['reading']}")
    else:
        gold, found = (page["title"], article["title"]) if kind == "title" else (page["authors"], article["author"])
        print(f"{kind:7} {page['tool']:12} {page['id'][:6]} gold {gold!r} found {found!r}")


if __name__ == "__main__":
    sys.exit(main())
