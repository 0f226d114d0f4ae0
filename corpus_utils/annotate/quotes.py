"""Quotations and reported speech: who is quoted, where, with which cue.

Conventions
    `quotes_in_text` works on one text; offsets are code points into it, half open, quotation marks included.
    `find_quotes` works on articles and maps offsets into the document through `articles.anchors`.
    kind: direct (all in marks), mixed (words in marks inside reported speech), indirect (no marks).
    Abstaining: a speaker who cannot be named is "", a mention that is not there is -1.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.annotate.attributions import read_sentence
from corpus_utils.annotate.context import Context
from corpus_utils.annotate.cue_places import CuePlaces, find_cue_places
from corpus_utils.annotate.outer_sentences import outer_sentences
from corpus_utils.annotate.paragraphs import paragraphs
from corpus_utils.annotate.quote_marks import Marked, marked_stretches
from corpus_utils.annotate.reporting_cues import load_cues, speech_insert
from corpus_utils.annotate.sentence_view import Found
from corpus_utils.annotate.speakers import Speakers
from corpus_utils.records import records_with
from corpus_utils.text import blank_tags

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DASH_LANGUAGES = frozenset({"es", "fr", "ru", "pt", "uk"})


class Quote(NamedTuple):
    """One attribution in a text; offsets in the text, -1 where there is no mention."""

    start: int
    end: int
    kind: str
    speaker: str
    speaker_start: int
    speaker_end: int
    cue: str
    rule: str


def quotes_in_text(text: str, language: str = "en", *, places: CuePlaces | None = None) -> list[Quote]:
    """All attributions of `text` in reading order; an unknown language is read by its quotation marks alone.

    `places`: what `find_cue_places` says of the text, where it was asked about many texts at once.
    """
    cues = load_cues(language)
    places = places or find_cue_places([text], [language])[0]
    text = blank_tags(text)
    blocks = paragraphs(text)
    marked = marked_stretches(text, blocks, dashes=language in DASH_LANGUAGES, insert=speech_insert(language))
    found: list[Found] = []
    context = Context(text, cues, marked)
    for low, high, inside in _regions(blocks, marked):
        context.paragraph()
        if not inside and not places.any_in(low, high):
            context.pass_over(low, high, whole=True)
            continue
        for start, end, quotes in outer_sentences(text, low, high, inside, cues):
            reading = None
            if quotes or places.any_in(start, end):
                reading = read_sentence(text[start:end], tuple([stretch.moved(-start) for stretch in quotes]), language)
            if reading:
                found.extend(context.settle(reading, start, quotes))
            else:
                context.pass_over(start, end)
    speakers = Speakers(text, language) if found else None
    return [
        Quote(
            f.start,
            f.end,
            f.kind,
            speakers.resolve(f.speaker) if speakers else "",
            *(f.speaker or (-1, -1)),
            text[f.cue[0] : f.cue[1]] if f.cue else "",
            f.rule,
        )
        for f in found
    ]


def _regions(blocks: list[tuple[int, int]], marked: list[Marked]) -> list[tuple[int, int, list[Marked]]]:
    """Paragraphs, joined where a quotation runs over several, with the marked stretches inside."""
    regions: list[tuple[int, int, list[Marked]]] = []
    position = 0
    reach = -1
    for low, high in blocks:
        if low < reach:
            regions[-1] = (regions[-1][0], max(high, regions[-1][1]), regions[-1][2])
        else:
            regions.append((low, high, []))
        while position < len(marked) and marked[position].start < high:
            regions[-1][2].append(marked[position])
            reach = max(reach, marked[position].end)
            position += 1
    return regions


def find_quotes(articles: pd.DataFrame) -> pd.DataFrame:
    """The `quotes` table of an `articles` table, offsets in the documents."""
    import numpy as np

    from corpus_utils import schema

    texts, languages = articles["text"].tolist(), [language or "en" for language in articles["language"].tolist()]
    quoted = [
        quotes_in_text(text, language, places=places)
        for text, language, places in zip(texts, languages, find_cue_places(texts, languages), strict=True)
    ]
    counts = [len(quotes) for quotes in quoted]
    owners = np.repeat(np.arange(len(quoted)), counts)
    made: dict[str, Any] = {}
    if len(owners):
        made = dict(zip(Quote._fields, zip(*chain.from_iterable(quoted), strict=True), strict=True))
        anchors = [Anchors(given) for given in articles["anchors"].tolist()]
        for first, last in (("start", "end"), ("speaker_start", "speaker_end")):
            starts, ends = (np.array(made[name], dtype=np.int64) for name in (first, last))
            mentioned = starts >= 0
            made[first] = np.where(mentioned, document_offsets(anchors, owners, np.maximum(starts, 0)), -1)
            behind = document_offsets(anchors, owners, np.maximum(ends - 1, 0)) + (ends > 0)
            made[last] = np.where(mentioned, behind, -1)
    ids = articles["id"].tolist()
    numbered = [f"{article}q{number}" for article, count in zip(ids, counts) for number in range(count)]
    held = {"article_id": articles["id"].take(owners).array, "document_id": articles["document_id"].take(owners).array}
    return schema.validate("quotes", schema.from_columns("quotes", {"id": numbered} | held | made))


class Anchors:
    """Positions of an article's text in its document."""

    def __init__(self, anchors: str) -> None:
        pairs = sorted((int(a), int(b)) for a, b in json.loads(anchors or "[]")) or [(0, 0)]
        self.texts = [pair[0] for pair in pairs]
        self.documents = [pair[1] for pair in pairs]

    def start(self, position: int) -> int:
        """Document offset of the character at `position`."""
        at = max(0, bisect_right(self.texts, position) - 1)
        return self.documents[at] + position - self.texts[at]

    def end(self, position: int) -> int:
        """Document offset behind the character before `position`."""
        return self.start(position - 1) + 1 if position > 0 else self.start(0)


def document_offsets(anchors: Sequence[Anchors], texts: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """`Anchors.start` of many positions at once, each in the text of that number."""
    import numpy as np

    own = np.concatenate([one.texts for one in anchors])
    documents = np.concatenate([one.documents for one in anchors])
    counts = np.array([len(one.texts) for one in anchors])
    span = 1 + max(int(own.max()), int(positions.max()))  # one number for text and position
    at = np.searchsorted(np.repeat(np.arange(len(anchors)), counts) * span + own, texts * span + positions, side="right") - 1
    at = np.maximum(at, (np.cumsum(counts) - counts)[texts])
    return documents[at] + positions - own[at]


def quote_records(records: pd.DataFrame) -> pd.DataFrame:
    """One row per attribution in records with id, text, language: the records' other columns, then what was found.

    That is start, end, kind, speaker, speaker_start, speaker_end, cue, and the words themselves: quote, mention (beside the cue).
    """
    import pandas as pd

    names = ["start", "end", "kind", "speaker", "speaker_start", "speaker_end", "cue", "quote", "mention"]
    languages = records["language"] if "language" in records else ["en"] * len(records)
    owners, rows = [], []
    texts, codes = records["text"].tolist(), [language or "en" for language in languages]
    for number, (text, language, places) in enumerate(zip(texts, codes, find_cue_places(texts, codes), strict=True)):
        for q in quotes_in_text(text, language, places=places):
            owners.append(number)
            mention = text[q.speaker_start : q.speaker_end] if q.speaker_start >= 0 else ""
            rows.append((q.start, q.end, q.kind, q.speaker, q.speaker_start, q.speaker_end, q.cue, text[q.start : q.end], mention))
    return records_with(records.drop(columns="text"), pd.DataFrame(rows, columns=names), owners)
