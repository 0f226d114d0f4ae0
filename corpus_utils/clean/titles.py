"""The headline of a page: a small logistic model over its lines (`title_features`), and the place it takes among the page's pieces.

Weights and card are in `weights/titles.json`, made again by `benchmarks/metadata_flat.py --train`.

Conventions
    Lines are those of `sheet.Sheet`. On return a page has at most one line of its head labelled `title`; tiling is kept.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

import numpy as np

from corpus_utils.clean.lines import Piece
from corpus_utils.clean.looks import Looks
from corpus_utils.clean.rows import CODE, have_role
from corpus_utils.clean.sheet import Sheet
from corpus_utils.clean.title_features import FEATURES, title_features

Array = np.ndarray
LABELS = ("title", "body", "subheading", "teaser", "navigation", "boilerplate")  # what a headline may have been taken for
RUNNING, SENTENCE = 0.6, 0.9  # how sure the model must be of a line taken for running text, and of one that also ends like a sentence
_START, _END = attrgetter("start"), attrgetter("end")
WEIGHTS = Path(__file__).parent / "weights" / "titles.json"


def clean_title(line: str) -> str:
    """A headline on one line, without a bullet before it and without white space around it."""
    return re.sub(r"^[•·▪◦‣*#]+\s+", "", " ".join(line.split()))


def rank_titles(looks: Looks, cue: Array, *, without: Collection[int] = ()) -> tuple[Array, Array]:
    """Lines that could be their page's headline, and the probability of each; only lines above the end of the text."""
    weights, bias, _ = load_weights()
    lines, values = title_features(looks, cue, without=without)
    total = np.full(len(lines), bias)
    for weight, column in zip(weights, values.T, strict=True):  # one after the other: sums do not depend on how numpy adds
        total += weight * column
    return lines, 1 / (1 + np.exp(-np.clip(total, -30.0, 30.0)))


def place_titles(sheet: Sheet) -> None:
    """Label `title` the headline the model finds on each page; a line labelled so before that is not it becomes `boilerplate`.

    Where the model finds none, no line above the text keeps the role. A person's decision is never touched, nor is text without a
    page around it: its first paragraph is no headline.
    """
    lines, sure = rank_titles(sheet.looks, sheet.cue, without=[number for number, bare in enumerate(sheet.bare) if bare])
    roles = sheet.roles
    needed = np.where(roles[lines] == CODE["body"], RUNNING, load_weights()[2])
    sentence = (roles[lines] == CODE["body"]) & sheet.looks.closed[lines] & ~sheet.looks.asks[lines]
    possible = have_role(roles[lines], LABELS) & (sure >= np.where(sentence, SENTENCE, needed))
    lines, sure = lines[possible], sure[possible]
    documents = sheet.looks.document[lines]
    order = np.lexsort((lines, -sure, documents))
    best = order[np.append(True, documents[order][1:] != documents[order][:-1])[: len(order)]]
    headline = dict(zip(documents[best].tolist(), zip(lines[best].tolist(), sure[best].tolist(), strict=True), strict=True))
    for number, (pieces, _, codes) in enumerate(sheet.columns()):
        titles = [pieces[at] for at in np.flatnonzero(codes == CODE["title"]).tolist()]
        decided = any(piece.rule.startswith("decided by a person") for piece in titles)
        if (titles or number in headline) and not (sheet.bare[number] or decided):
            sheet.pieces[number] = _placed(sheet, number, *headline.get(number, (-1, 0.0)))
    sheet.forget()


def _placed(sheet: Sheet, number: int, line: int, sure: float) -> list[Piece]:
    """The pieces of a document with the headline on that line (-1: no line)."""
    low, high = sheet.extent(line, number) if line >= 0 else (0, 0)
    pieces = sheet.pieces[number]
    first, last = bisect_right(pieces, low, key=_END), bisect_left(pieces, high, key=_START)  # those the headline is in
    out = [_demoted(piece) if piece.role == "title" else piece for piece in pieces[:first]]
    for piece in pieces[first:last]:
        for start, end, inside in ((piece.start, low, False), (low, high, True), (high, piece.end, False)):
            a, b = max(start, piece.start), min(end, piece.end)
            if a < b and inside and piece.role not in ("reference", "dateline"):
                out.append(Piece(a, b, "title", "line of the page that reads most like its headline", round(sure, 3)))
            elif a < b:
                out.append(_demoted(piece._replace(start=a, end=b)) if piece.role == "title" else piece._replace(start=a, end=b))
    return out + [_demoted(piece) if piece.role == "title" else piece for piece in pieces[max(first, last) :]]


def _demoted(piece: Piece) -> Piece:
    return piece._replace(role="boilerplate", rule="headline-like, but another line is the headline", confidence=0.5)


@lru_cache(maxsize=1)
def load_weights() -> tuple[tuple[float, ...], float, float]:
    """Weights in the order of `FEATURES`, their bias, and the probability under which no headline is named."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if stored["features"] != list(FEATURES):
        raise ValueError(f"{WEIGHTS.name} was trained on other features: run benchmarks/metadata_flat.py --train")
    return tuple(stored["weights"]), stored["bias"], stored["threshold"]
