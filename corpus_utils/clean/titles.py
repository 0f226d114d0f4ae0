"""The headline of a page: a small logistic model over its lines, and what surrounds a headline in its line.

The headline stands nearest above the text, shares its words, is often repeated in the page's title line ("Headline | Name"), and has
the byline and the date below it. The model reads exactly that; weights and card are in `weights/titles.json`, made again by
`benchmarks/metadata_flat.py --train`.

Conventions
    Rows are the page's lines that are not blank (`header.Row`). `rank_titles` gives (row position, probability), best first.
    Nothing here uses the roles of the rows, so that a page whose lines were labelled badly still gets its headline.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import mul
from pathlib import Path

from . import cues
from .date_forms import find_dates
from .header import Row, page_rows
from .lines import ALREADY, Piece
from .names import has_opening

LABELS = ("title", "body", "subheading", "teaser", "navigation", "boilerplate")  # what a headline may have been taken for
READ = 600  # code points of a row that are read for words
WINDOW = 60  # rows above the text in which the headline is looked for
WEIGHTS = Path(__file__).parent / "weights" / "titles.json"
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ENDED = re.compile(r"[.!?…。:][\"'”’»)\]]*$")
_SEPARATOR = re.compile(r"\s[|–—·»•:~-]+\s|[|]")  # no \s+: a line of blanks would be looked at once for each of them
_BULLET = re.compile(r"^\s*[•·▪◦‣*+#o○–-]+\s")

FEATURES = (
    "bias", "words", "few words", "many words", "ended", "capitals", "lower start", "first row", "repeated", "in first row",
    "extended above",
    "extended anywhere", "share of lead", "share of text", "distance", "after text", "byline below", "date below", "just above"
    " date", "byline above",
    "longest near", "menu", "cue", "is date", "is byline", "bulleted", "digits", "separator", "next is long", "nearest long",
    "crowd", "share above", "share below", "line above",
)  # fmt: skip


def clean_title(line: str) -> str:
    """A headline on one line, without a bullet before it and without white space around it."""
    return re.sub(r"^[•·▪◦‣*#]+\s+", "", " ".join(line.split()))


def rank_titles(rows: Sequence[Row]) -> list[tuple[int, float]]:
    """(position, probability) of the rows that could be the page's headline, best first; only rows above the end of the text."""
    weights, _ = load_weights()
    scored = [
        (position, 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(map(mul, weights, values))))))) for position, values in title_features(rows)
    ]
    return sorted(scored, key=lambda item: (-item[1], item[0]))


def place_title(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces with the headline the model finds labelled `title`; a line labelled so before that is not it becomes `boilerplate`.

    Where the model finds none, no line above the text keeps the role. Tiling is kept; a person's decision is never touched.
    """
    if any(piece.rule.startswith("decided by a person") and piece.role == "title" for piece in pieces):
        return list(pieces)
    if any(piece.rule.endswith(ALREADY) for piece in pieces):
        return list(pieces)  # text without a page around it: its first paragraph is no headline
    rows = page_rows(text, pieces, [1] * len(pieces))
    ranked = [(p, score) for p, score in rank_titles(rows) if rows[p].role in LABELS and score >= _needed(rows[p])]
    found = ranked[0] if ranked else None
    row = rows[found[0]] if found else None
    out: list[Piece] = []
    for piece in pieces:
        if row is None or piece.end <= row.start or piece.start >= row.end:
            out.append(_demoted(piece) if piece.role == "title" else piece)
            continue
        stop = _line_end(text, row.end)
        for start, end, inside in ((piece.start, row.start, False), (row.start, stop, True), (stop, piece.end, False)):
            a, b = max(start, piece.start), min(end, piece.end)
            if a < b and inside and piece.role not in ("reference", "dateline"):
                rule = "line of the page that reads most like its headline"
                out.append(Piece(a, b, "title", rule, round(found[1], 3) if found else 0.0))
            elif a < b:
                out.append(_demoted(piece._replace(start=a, end=b)) if piece.role == "title" else piece._replace(start=a, end=b))
    return out


def _needed(row: Row) -> float:
    """How sure the model must be: more for a line that was taken for running text, most when it also ends like a sentence."""
    if row.role != "body":
        return load_weights()[1]
    return 0.9 if _ENDED.search(row.text) and row.text[-1] not in "?!" else 0.6


def _demoted(piece: Piece) -> Piece:
    return piece._replace(role="boilerplate", rule="headline-like, but another line is the headline", confidence=0.5)


def _line_end(text: str, end: int) -> int:
    """The end of the line that `end` stands on, its line break included."""
    match = re.compile(r"[^\S\n\r]*(?:\r\n|\n|\r|\Z)").match(text, end)
    return match.end() if match else end


@lru_cache(maxsize=1)
def load_weights() -> tuple[tuple[float, ...], float]:
    """Weights in the order of `FEATURES` and the probability under which no headline is named."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if stored["features"] != list(FEATURES):
        raise ValueError(f"{WEIGHTS.name} was trained on other features: run benchmarks/metadata_flat.py --train")
    return tuple(stored["weights"]), stored["threshold"]


def title_features(rows: Sequence[Row]) -> list[tuple[int, list[float]]]:
    """Feature values of every row that could be a headline: the rows above the text, a few of its first, and the page's first."""
    sizes = [row.text.count(" ") + 1 for row in rows]
    long = [size >= 30 or (size >= 14 and bool(_ENDED.search(row.text))) for size, row in zip(sizes, rows, strict=True)]
    first, last = text_extent(long, sizes)
    if first < 0:
        return []
    head = range(max(0, first - WINDOW), min(len(rows), first + 12))
    view = {i: _View(row, long[i]) for i, row in enumerate(rows) if i in head or i < 3 or (long[i] and first <= i <= last)}
    lead = Counter(w for i in view if long[i] and first <= i <= first + 12 for w in set(view[i].content))
    text = Counter(w for i in view if long[i] and first <= i <= last for w in set(view[i].content))
    short = [_folded(row, view.get(i)) for i, row in enumerate(rows) if sizes[i] < 40]
    for each in view.values():
        each.known = sum(1 for w in each.content if w in text)
    page = _Page(view, first, lead, Counter(short), "\n".join(sorted(set(short))))
    return [(i, _values(page, i)) for i in sorted(view) if (i < 3 or i in head) and i <= first + 3 and _usable(view[i])]


def _usable(each: _View) -> bool:
    return (1 < each.count <= 40 and len(each.row.text) <= 280) or (each.count == 1 and len(each.row.text) > 7)


def _folded(row: Row, each: _View | None) -> str:
    """The words of a row in lower case, all of them."""
    return each.folded if each is not None and len(row.text) <= READ else " ".join(_WORD.findall(row.text)).lower()


@dataclass(frozen=True)
class _Page:
    """The rows looked at and the words of the page: of its lead, and its short lines (counted, and as one text)."""

    view: dict[int, _View]
    first: int
    lead: Counter[str]
    folded: Counter[str]
    short: str


class _View:
    """What the features need of one row."""

    def __init__(self, row: Row, long: bool) -> None:
        self.row = row
        self.long = long
        self.words = _WORD.findall(row.text[:READ])
        self.count = len(self.words)
        self.folded = " ".join(self.words).lower()
        self.content = [low[:7] for w, low in zip(self.words, self.folded.split(" "), strict=False) if len(w) > 3]
        self.known = 0  # how many of its content words the text has
        self.short = len(row.text) <= 200

    @cached_property
    def cue(self) -> str:
        return cues.cue_of(self.row.text) if self.short else ""

    @cached_property
    def date(self) -> bool:
        return self.short and any(m.year is not None for m in find_dates(self.row.text))

    @cached_property
    def by(self) -> bool:
        return self.short and has_opening(self.row.text)

    @cached_property
    def rival(self) -> bool:
        """It could be a headline as well."""
        return 5 <= self.count <= 25 and not (self.long or self.cue or self.date or self.by)

    @property
    def shared(self) -> float:
        """Share of its content words that the text has; 0 for a part of the text."""
        return 0.0 if self.long else self.known / max(3, len(self.content))


def text_extent(long: Sequence[bool], sizes: Sequence[int]) -> tuple[int, int]:
    """First and last row of the running text, by length of rows alone: the stretch with the most words in long rows per row."""
    best, best_sum, first, total = (-1, -1), 0.0, -1, 0.0
    for position, (is_long, size) in enumerate(zip(long, sizes, strict=True)):
        gain = float(min(size, 80)) if is_long else -6.0
        if first < 0:
            if not is_long:
                continue
            first, total = position, 0.0
        total += gain
        if total > best_sum:
            best, best_sum = (first, position), total
        if total < 0:
            first = -1
    return best


def _values(page: _Page, position: int) -> list[float]:
    view, each, first = page.view, page.view[position], page.first
    count = each.count
    below = [view[p] for p in range(position + 1, position + 9) if p in view]
    above = [view[p] for p in range(max(0, position - 4), position) if p in view]
    near = [view[p] for p in range(position - 6, position + 7) if p in view]
    longer = count > 2 and f"\n{each.folded} " in page.short
    anywhere = count > 2 and page.short.count(each.folded) > 1
    crowd = sum([v.rival for v in near]) - each.rival
    distance = first - position
    return [
        1.0,
        min(count, 16) / 8,
        float(count <= 3),
        float(count > 20),
        float(bool(_ENDED.search(each.row.text)) and each.row.text[-1] not in "?!"),
        _capitals(each.words),
        float(each.row.text[:1].islower()),
        float(position == 0),
        float(page.folded[each.folded] > 1),
        float(position > 0 and count > 2 and each.folded in view[0].folded),
        float(longer),
        float(anywhere),
        sum(1 for w in each.content if w in page.lead) / max(3, len(each.content)),
        each.known / max(3, len(each.content)),
        math.log1p(abs(distance)) / 2,
        float(distance < 0),
        float(any(v.by for v in below)),
        float(any(v.date for v in below)),
        float(bool(below) and (below[0].date or below[0].by)),
        float(any(v.by for v in above)),
        float(max([v.count for v in near if not v.long], default=0) <= count),
        float(sum([v.count <= 3 for v in above]) >= 3),
        float(bool(each.cue)),
        float(each.date),
        float(each.by),
        float(bool(_BULLET.match(each.row.text))),
        min(1.0, sum(map(str.isdigit, each.row.text)) / 6),
        float(bool(_SEPARATOR.search(each.row.text))),
        float(bool(below) and below[0].long),
        float(0 < distance <= 12),
        crowd / 6,
        above[-1].shared if above else 0.0,
        below[0].shared if below else 0.0,
        float(
            bool(above) and not above[-1].long and above[-1].count >= 4 and not above[-1].cue and not above[-1].by and not above[-1].date
        ),
    ]


def _capitals(words: Sequence[str]) -> float:
    rest = [w for w in words[1:] if len(w) > 3]
    return sum(1 for w in rest if w[0].isupper()) / len(rest) if rest else 0.5
