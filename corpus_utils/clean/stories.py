"""Where a page holds several stories, and which lines are their headlines.

A line that could be a headline starts a story when two small boosted forests say so with enough confidence. The first reads layout,
lexical cohesion and the way news begins (`story_features`), the second also what the first makes of the rest of the page
(`story_context`). Forests and card are in `weights/stories.json`, and `benchmarks/stories.py --train` makes them again. Pages of short
reports on one subject, where no change of words shows, are split by rule (`news_briefs`). A page with neither is one story.

Conventions
    Pieces tile the text on entry and on return; on return no piece crosses a story's border. Stories are numbered 1, 2, ... in
    reading order; 0 is for what belongs to no story (menus, appeals, blank lines and whatever has no text).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import numpy as np

from corpus_utils.clean.briefs import news_briefs
from corpus_utils.clean.lines import Piece
from corpus_utils.clean.rows import CODE, have_role
from corpus_utils.clean.sheet import Sheet
from corpus_utils.clean.story_context import CONTEXT, page_context
from corpus_utils.clean.story_features import FEATURES, page_features
from corpus_utils.clean.story_units import Units
from corpus_utils.clean.trees import Forest
from corpus_utils.schema import ARTICLE_ROLES, ROLES

Array = np.ndarray

OUTSIDE = ("navigation", "interface", "promotion", "boilerplate", "blank")  # belong to the page, not to a story
ARTICLE = frozenset(ARTICLE_ROLES)
_INSIDE = {role: int(role not in OUTSIDE) for role in ROLES}
_ROLE = attrgetter("role")
WEIGHTS = Path(__file__).parent / "weights" / "stories.json"
SHORTEST = 40  # words of running text a story has at least
MUCH_FURNITURE, ON_FURNISHED_PAGES = 0.3, 0.85  # share of menu lines from which the model must be surer, and how sure
ON_EXTRACTED_PAGES = 0.97  # how sure where an extractor has read the page's markup and pointed at one article
BRIEFS = 0.7  # confidence given to headlines of a page of briefs
NEWS = ("opens like news", "lead dateline")
RULE = "first line of a new story"


@dataclass(frozen=True)
class Stories:
    """Pieces (tiling the text), the story of each, and per story the confidence that it is one (1.0 for a page with one story)."""

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    confidence: dict[int, float]


def split_stories(sheet: Sheet, *, whole: Collection[int] = (), extracted: Collection[int] = ()) -> list[Stories]:
    """Assign every piece of every document to a story. Headlines that open a later story become `title`, whatever they were before.

    `whole`: numbers of documents known to be one story; `extracted`: of those in which an HTML extractor has pointed at one article. The
    sheet has the new pieces on return.
    """
    units = Units(sheet, whole=whole)
    opened = story_starts(units, page_features(units), extracted)
    offset = sheet.pages.offset.tolist()
    result = []
    for document, pieces in enumerate(sheet.pieces):
        heads = [(*sheet.whole(int(units.line[unit])), sure) for unit, sure in opened.get(document, ())]
        result.append(_stories(pieces, [(start - offset[document], end - offset[document], sure) for start, end, sure in heads]))
    if split := [document for document, heads in opened.items() if heads]:
        for document in split:
            sheet.pieces[document] = list(result[document].pieces)
        sheet.forget()
    return result


def _stories(pieces: Sequence[Piece], starts: Sequence[tuple[int, int, float]]) -> Stories:
    """Pieces with the headlines of later stories at these offsets, each with the confidence that it is one."""
    if ARTICLE.isdisjoint(map(_ROLE, pieces)):
        return Stories(tuple(pieces), (0,) * len(pieces), {})
    if not starts:
        return Stories(tuple(pieces), tuple(map(_INSIDE.__getitem__, map(_ROLE, pieces))), {1: 1.0})
    cut = _cut_at(pieces, starts)
    numbers, number = [], 1
    confidence = {1: min(sure for *_, sure in starts)}
    at = {start: sure for start, _, sure in starts}
    for piece in cut:
        if piece.start in at:
            number += 1
            confidence[number] = at[piece.start]
        numbers.append(0 if piece.role in OUTSIDE else number)
    return Stories(tuple(cut), tuple(numbers), confidence)


def story_starts(units: Units, features: Array, extracted: Collection[int] = ()) -> dict[int, list[tuple[int, float]]]:
    """Per document that has some, the units that open a second or later story, each with the model's probability."""
    found = units.candidates
    if not len(found):
        return {}
    first, second, threshold = load_weights()
    context = page_context(units, first.log_odds(features))
    scores: Array = np.array(second.probabilities(np.concatenate([features, context], axis=1)))
    capitals, news = features[:, FEATURES.index("capitals")], np.any(features[:, [FEATURES.index(name) for name in NEWS]], axis=1)
    scores = np.where(news_briefs(units, found, capitals, np.asarray(news)), np.maximum(scores, BRIEFS), scores)
    # a text without a page around it is most often one that was cleaned: as on a page with menus, the model must be surer
    surer = (furniture(units) > MUCH_FURNITURE) | np.array(units.sheet.bare)
    needed = np.where(surer, max(threshold, ON_FURNISHED_PAGES), threshold)
    needed[list(extracted)] = max(threshold, ON_EXTRACTED_PAGES)
    needed = needed[units.document[found]]
    starts: dict[int, list[tuple[int, float]]] = {}
    for position in np.flatnonzero(scores >= needed).tolist():
        unit, score = int(found[position]), round(float(scores[position]), 3)
        kept = starts.setdefault(int(units.document[unit]), [])
        if _words_since_headline(units, unit, kept) < SHORTEST:
            continue
        if kept and units.above[kept[-1][0] + 1] == units.above[unit]:  # two headlines in a row: the likelier one
            if score > kept[-1][1]:
                kept[-1] = (unit, score)
            continue
        kept.append((unit, score))
    return {document: kept for document, kept in starts.items() if kept}


def furniture(units: Units) -> Array:
    """Per document, the share of the lines that are menus, notices and appeals: much of it marks the web page of one article."""
    documents = len(units.first) - 1
    outside = np.bincount(units.document[have_role(units.role, OUTSIDE)], minlength=documents)
    result: Array = outside / np.maximum(1, np.diff(units.first))
    return result


def _words_since_headline(units: Units, unit: int, kept: Sequence[tuple[int, float]]) -> int:
    """Words of running text since the last headline: a line below a headline is its deck, not the next story."""
    first = kept[-1][0] if kept else int(units.first[units.document[unit]]) - 1
    titles = np.flatnonzero(units.role[first + 1 : unit] == CODE["title"])
    if len(titles):
        first += 1 + int(titles[-1])
    told = slice(first + 1, unit)
    return int((units.size[told] * units.long[told]).sum())


@lru_cache(maxsize=1)
def load_weights() -> tuple[Forest, Forest, float]:
    """The forest over `FEATURES`, the one over `FEATURES` and `CONTEXT`, the threshold. Raises ValueError if the file is for others."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if stored["features"] != [*FEATURES, *CONTEXT]:
        raise ValueError(f"{WEIGHTS.name} was trained on other features: run benchmarks/stories.py --train")
    return Forest(stored["first"]), Forest(stored["second"]), stored["threshold"]


def _cut_at(pieces: Sequence[Piece], titles: Sequence[tuple[int, int, float]]) -> list[Piece]:
    """Cut pieces at the borders of headline lines and give those lines the role title; inline pieces inside them stay."""
    borders = sorted({edge for start, end, _ in titles for edge in (start, end)})
    inside = [(start, end, score) for start, end, score in titles]
    out = []
    for piece in pieces:
        edges = [piece.start, *(edge for edge in borders if piece.start < edge < piece.end), piece.end]
        for start, end in pairwise(edges):
            opened = next((score for a, b, score in inside if a <= start and end <= b), None)
            if opened is not None and piece.role not in ("reference", "credit"):
                out.append(Piece(start, end, "title", RULE, opened))
            else:
                out.append(piece._replace(start=start, end=end))
    return out
