"""Where a page holds several stories, and which lines are their headlines.

A line that could be a headline starts a story when a small boosted forest says so with enough confidence. It reads layout,
lexical cohesion and the way news begins (`story_features`); the forest and its card are in `weights/stories.json`, and
`benchmarks/stories.py --train` makes them again. Pages of short reports on one subject, where no change of words shows, are split by rule
(`news_briefs`). A page with neither is one story.

Conventions
    Pieces tile the text on entry and on return; on return no piece crosses a story's border. Stories are numbered 1, 2, ... in
    reading order; 0 is for what belongs to no story (menus, appeals, blank lines and whatever has no text).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from .briefs import news_briefs
from .header import lines_with_pieces
from .lines import ALREADY, Piece
from .story_features import FEATURES, page_features
from .story_units import Unit, candidates
from .trees import Forest

OUTSIDE = ("navigation", "interface", "promotion", "boilerplate", "blank")  # belong to the page, not to a story
NOT_STORY = ("interface", "credit", "reference", "blank", "byline", "dateline")  # lines the model does not look at
WEIGHTS = Path(__file__).parent / "weights" / "stories.json"
SHORTEST = 40  # words of running text a story has at least
MUCH_FURNITURE, ON_FURNISHED_PAGES = 0.3, 0.85  # share of menu lines from which the model must be surer, and how sure
BRIEFS = 0.7  # confidence given to headlines of a page of briefs
RULE = "first line of a new story"


@dataclass(frozen=True)
class Stories:
    """Pieces (tiling the text), the story of each, and per story the confidence that it is one (1.0 for a page with one story)."""

    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    confidence: dict[int, float]


def split_stories(text: str, pieces: Sequence[Piece]) -> Stories:
    """Assign every piece to a story. Headlines that open a later story become `title`, whatever they were labelled before."""
    units = page_units(text, pieces)
    starts = story_starts(units, surer=is_bare(pieces))
    if not any(piece.role in ("body", "subheading") for piece in pieces):
        return Stories(tuple(pieces), (0,) * len(pieces), {})
    if not starts:
        return Stories(tuple(pieces), tuple(0 if p.role in OUTSIDE else 1 for p in pieces), {1: 1.0})
    cut = _cut_at(pieces, [(units[p].start, units[p].end, score) for p, score in starts])
    numbers, number = [], 1
    confidence = {1: min(score for _, score in starts)}
    at = {units[p].start: score for p, score in starts}
    for piece in cut:
        if piece.start in at:
            number += 1
            confidence[number] = at[piece.start]
        numbers.append(0 if piece.role in OUTSIDE else number)
    return Stories(tuple(cut), tuple(numbers), confidence)


def is_bare(pieces: Sequence[Piece]) -> bool:
    """A text without a page around it is most often one that was cleaned: as on a page with menus, the model must be surer there."""
    return any(piece.rule.endswith(ALREADY) for piece in pieces)


def page_units(text: str, pieces: Sequence[Piece]) -> list[Unit]:
    """The page's lines that are part of a story or could be a headline, each with the role most of it was given."""
    return [
        Unit(line.start, line.end, stripped, pieces[piece].role)
        for line, _, stripped, piece in lines_with_pieces(text, pieces)
        if pieces[piece].role not in NOT_STORY
    ]


def story_starts(units: Sequence[Unit], *, surer: bool = False) -> list[tuple[int, float]]:
    """Positions of units that open a second or later story, each with the model's probability. `surer`: as on furnished pages."""
    found = candidates(units)
    if not found:
        return []
    forest, threshold = load_weights()
    scores = forest.probabilities(page_features(units, found))
    briefs = set(news_briefs(units, found))
    scores = [max(score, BRIEFS) if position in briefs else score for position, score in zip(found, scores, strict=True)]
    if surer or furniture(units) > MUCH_FURNITURE:
        threshold = max(threshold, ON_FURNISHED_PAGES)
    kept: list[tuple[int, float]] = []
    for position, score in zip(found, scores, strict=True):
        if score < threshold or _words_since_headline(units, position, kept) < SHORTEST:
            continue
        if kept and not any(unit.long for unit in units[kept[-1][0] + 1 : position]):  # two headlines in a row: the likelier one
            if score > kept[-1][1]:
                kept[-1] = (position, round(score, 3))
            continue
        kept.append((position, round(score, 3)))
    return kept


def furniture(units: Sequence[Unit]) -> float:
    """Share of the lines that are menus, notices and appeals: much of it marks the web page of one article."""
    return sum(1 for unit in units if unit.role in OUTSIDE) / max(1, len(units))


def _words_since_headline(units: Sequence[Unit], position: int, kept: Sequence[tuple[int, float]]) -> int:
    """Words of running text since the last headline: a line below a headline is its deck, not the next story."""
    after = kept[-1][0] if kept else -1
    title = next((p for p in range(position - 1, after, -1) if units[p].role == "title"), after)
    return sum(unit.size for unit in units[title + 1 : position] if unit.long)


@lru_cache(maxsize=1)
def load_weights() -> tuple[Forest, float]:
    """The forest over `FEATURES` and the threshold. Raises ValueError where the file does not fit this code."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if stored["features"] != list(FEATURES):
        raise ValueError(f"{WEIGHTS.name} was trained on other features: run benchmarks/stories.py --train")
    return Forest(stored["forest"]), stored["threshold"]


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
