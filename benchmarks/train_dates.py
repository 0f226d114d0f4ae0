"""Fit the model that ranks the dates of a page: python -m benchmarks.train_dates [--write]

Reads newspaper4k_dataset, htmldate and fundus_parser_tests (Apache-2.0, Apache-2.0, MIT) from $CORPUS_GOLD; says so and ends without
them. Pages are read as flat text: the dumps that come with newspaper4k_dataset, and for every page of the other sets the package's own
flattening and BeautifulSoup's. All dumps of a page share a fold and count as one page.

Without --write: five-fold cross-validation by page, per set: share of dumps right, wrong, and wrong although the labelled day stands on
the page, by threshold. With it: fits on all pages and writes corpus_utils/clean/weights/dates.json. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cleaning_data import gold_folder, metadata_dumps
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.clean import date_rank
from corpus_utils.clean.date_candidates import find_candidates
from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.date_lines import read_rules
from corpus_utils.clean.header import frame_of, page_rows
from corpus_utils.clean.lines import Piece
from corpus_utils.clean.publication import Page, order_of, read_text, setting_of

Array = np.ndarray
FOLDS, SHRINKAGE, THRESHOLD = 5, 1.0, 0.75
SETS = ("newspaper4k_dataset", "htmldate", "fundus_parser_tests")


@dataclass(frozen=True)
class Dump:
    """One flat text: where it is from, the labelled day, the days of its candidates and their features; whether the label is on it."""

    set: str
    page: str
    gold: date
    days: tuple[date, ...]
    values: Array
    written: bool


def flat_texts(gold: Path) -> Iterator[tuple[str, str, str, str]]:
    """(set, page, labelled day, text) of every dump."""
    import bs4

    from benchmarks import metadata_html
    from corpus_utils.load.flatten import flatten, parse_html

    for page in metadata_dumps(gold):
        if metadata_html.is_label(page["date"]):
            yield SETS[0], page["id"], str(page["date"])[:10], page["text"]
    for name in SETS[1:]:
        folder, fields = metadata_html.SETS[name]
        for number, (markup, labels) in enumerate(metadata_html.read_set(gold / folder, fields)):
            if "date" not in labels:
                continue
            tree = parse_html(markup)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                soup = bs4.BeautifulSoup(markup, "lxml")
            for element in soup(["script", "style", "noscript", "template"]):
                element.decompose()
            for text in (flatten(tree).text if tree is not None else "", soup.get_text("\n")):
                if text.strip():
                    yield name, f"{name}/{number}", str(labels["date"])[:10], text


def read_dumps(texts: Sequence[tuple[str, str, str, str]]) -> list[Dump]:
    """Candidates of the longest story of each flat text, as the shipped cleaner finds it."""
    from corpus_utils import schema
    from corpus_utils.clean import clean_documents

    rows = [{"id": str(i), "source": "page.txt", "format": "txt", "text": text} for i, (*_, text) in enumerate(texts)]
    spans, articles = clean_documents(schema.frame("documents", rows))
    found = {document: list(group.itertuples()) for document, group in articles.groupby("document_id")}
    marked = {document: list(group.itertuples()) for document, group in spans.groupby("document_id")}
    dumps = []
    for i, (name, page, day, text) in enumerate(texts):
        gold = date.fromisoformat(day)
        written = any(gold in mention.days() for mention in find_dates(text))
        stories = found.get(str(i), [])
        days, values = _candidates(text, marked[str(i)], stories) if stories else ((), np.zeros((0, len(date_rank.FEATURES))))
        dumps.append(Dump(name, page, gold, days, values, written))
    return dumps


def _candidates(text: str, spans: Sequence[Any], stories: Sequence[Any]) -> tuple[tuple[date, ...], Array]:
    longest = min(stories, key=lambda story: (-len(story.text), story.story))
    pieces = [Piece(s.start, s.end, s.role, s.rule, s.confidence) for s in spans]
    frame = frame_of(page_rows(text, pieces, [s.story for s in spans]), longest.story, len(stories))
    own = tuple(piece for piece, s in zip(pieces, spans, strict=True) if s.story == longest.story)
    page = Page(text, frame, own, longest.language)
    order = order_of(page)
    candidates = find_candidates(frame, order)
    setting = setting_of(page, order, (read_rules(frame, order), read_text(page, order, None)), candidates, None)
    values = np.array(date_rank.candidate_features(candidates, frame, setting)).reshape(-1, len(date_rank.FEATURES))
    return tuple(c.day for c in candidates if c.label != "updated"), values


def fit(dumps: Sequence[Dump]) -> Array:
    """Weights of the conditional logit with "none of them" at score 0: penalised maximum likelihood, pages weighing the same."""
    from scipy.optimize import minimize

    dumps = [dump for dump in dumps if dump.days]
    copies = Counter(dump.page for dump in dumps)
    weight = np.array([1 / copies[dump.page] for dump in dumps])
    x = np.vstack([dump.values for dump in dumps])
    owner = np.repeat(np.arange(len(dumps)), [len(dump.days) for dump in dumps])
    right = np.concatenate([[float(day == dump.gold) for day in dump.days] for dump in dumps])
    any_right = np.bincount(owner, right) > 0

    def loss(w: Array) -> tuple[float, Array]:
        score = x @ w
        top = np.zeros(len(dumps))
        np.maximum.at(top, owner, score)
        part = np.exp(score - top[owner])
        whole = np.bincount(owner, part) + np.exp(-top)
        good = np.bincount(owner, part * right)
        chosen = np.where(any_right, good, np.exp(-top))
        wanted = np.where(any_right[owner], part * right / np.maximum(good[owner], 1e-300), 0.0)
        gradient = x.T @ (weight[owner] * (part / whole[owner] - wanted))
        shrunk = np.concatenate([[0.0], w[1:]])  # the bias is free
        return float(
            (weight * np.log(whole / np.maximum(chosen, 1e-300))).sum() + SHRINKAGE / 2 * shrunk @ shrunk
        ), gradient + SHRINKAGE * shrunk

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x


def best_day(dump: Dump, weights: Array) -> tuple[date | None, float]:
    """The likeliest day and its probability."""
    if not dump.days:
        return None, 0.0
    score = dump.values @ weights
    top = max(0.0, float(score.max()))
    part = np.exp(score - top)
    days: dict[date, float] = {}
    for day, p in zip(dump.days, part / (part.sum() + np.exp(-top)), strict=True):
        days[day] = days.get(day, 0.0) + float(p)
    best = min(days, key=lambda day: (-days[day], day))
    return best, days[best]


def fold_of(page: str) -> int:
    """Fold of a page, by a hash of its name."""
    return int.from_bytes(blake2b(page.encode(), digest_size=4).digest(), "big") % FOLDS


def cross_validate(dumps: Sequence[Dump]) -> list[tuple[Dump, date | None, float]]:
    """Each dump with the day that a model fitted on other pages finds, and its probability."""
    result = []
    for fold in range(FOLDS):
        weights = fit([dump for dump in dumps if fold_of(dump.page) != fold])
        result += [(dump, *best_day(dump, weights)) for dump in dumps if fold_of(dump.page) == fold]
    return result


def report(judged: Sequence[tuple[Dump, date | None, float]]) -> str:
    """Right, wrong and wrong-though-written per set, at thresholds."""
    lines = [f"{'threshold':>9} " + "".join(f"{name:>30}" for name in SETS), " " * 10 + "   right  wrong  wrong, written" * len(SETS)]
    for threshold in (0.5, 0.6, 0.7, THRESHOLD, 0.8, 0.9):
        cells = []
        for name in SETS:
            mine = [(dump, day) for dump, day, p in judged if dump.set == name for day in [day if p >= threshold else None]]
            wrong = [dump for dump, day in mine if day and day != dump.gold]
            cells.append((sum(day == dump.gold for dump, day in mine), len(wrong), sum(dump.written for dump in wrong), len(mine)))
        lines.append(f"{threshold:9.2f} " + "".join(f"{a / n:8.3f} {b / n:6.3f} {c / n:14.3f} " for a, b, c, n in cells))
    return "\n".join(lines)


def write_weights(dumps: Sequence[Dump]) -> None:
    """Fit on all pages and write the weights with their card."""
    weights = fit(dumps)
    card = {
        "what": "conditional logit: which date of a page is the day of its publication, or none of them",
        "data": "newspaper4k_dataset and htmldate (Apache-2.0), fundus_parser_tests (MIT), development parts, pages as flat text",
        "cite": ["Paraschiv 2024", "Barbaresi 2020, doi 10.21105/joss.02439", "Dallabetta et al. 2024, doi 10.18653/v1/2024.acl-demos.29"],
        "pages": len({dump.page for dump in dumps}), "score": "python -m benchmarks.train_dates (cross-validated by page)",
        "threshold": THRESHOLD, "weights": dict(zip(date_rank.FEATURES, (round(float(w), 3) for w in weights), strict=True)),
    }  # fmt: skip
    date_rank.WEIGHTS.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {date_rank.WEIGHTS}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Cross-validate, or write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="fit on all pages and write the weights that are shipped")
    options = parser.parse_args(arguments)
    gold = gold_folder()
    if gold is None:
        return did_not_run(GOLD_FOLDER)
    dumps = read_dumps(list(flat_texts(gold)))
    if options.write:
        write_weights(dumps)
    else:
        print(report(cross_validate(dumps)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
