"""The table of sentences of a corpus; `bounds` tells where they begin and end.

    sentences = split_sentences(articles, spans, documents)

Sentences are found article by article. Where they stand in their documents is computed for all of them at once.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import sub
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils import schema
from corpus_utils.clean.repair import repair
from corpus_utils.schema import PARTS
from corpus_utils.sentences.bounds import BLANK_LINE, MODELS, bounds_within, model_of, sentence_bounds
from corpus_utils.text import fold, fold_space

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MODELS", "sentence_bounds", "split_sentences"]

Array = np.ndarray
_Sentence = tuple[int, int, int, str]
_BETWEEN = "\n\n"  # paragraphs of a cleaned article
_FAR = 1 << 40  # more than the length of any text: keeps the places of one text apart from those of the next


class _Part(NamedTuple):
    """A stretch of an article to be split: its anchors map `text` to the document, -1 where it does not stand there."""

    article: int
    part: str
    text: str
    anchors: list[list[int]]


def split_sentences(articles: pd.DataFrame, spans: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The table `sentences`: of each article the title first, then its captions, then its text by paragraph.

    `start` and `end` are offsets into the document. A title stated by the record and standing nowhere in its text has -1.
    Raises SchemaError where a table does not keep its contract.
    """
    for name, table in (("articles", articles), ("spans", spans), ("documents", documents)):
        schema.validate(name, table)
    texts = dict(zip(documents["id"], documents["text"], strict=True))
    beside = _titles_and_captions(spans)
    parts: list[_Part] = []
    found: list[list[_Sentence]] = []
    for number, article in enumerate(articles[["document_id", "story", "title", "text", "anchors", "language"]].to_dict("records")):
        document = article["document_id"]
        for part in _parts(number, article, beside.get((document, article["story"]), []), texts.get(document, "")):
            parts.append(part)
            found.append(_sentences_of(part.text, article["language"]))
    if not any(found):
        return schema.empty("sentences")
    return schema.validate("sentences", schema.from_columns("sentences", _columns(articles, spans, parts, found)))


def _titles_and_captions(spans: pd.DataFrame) -> dict[tuple[str, int], list[tuple[str, int, int]]]:
    """By document and story: (role, start, end) of those spans."""
    found: dict[tuple[str, int], list[tuple[str, int, int]]] = {}
    some = spans.loc[spans["role"].isin(("title", "caption")), ["document_id", "story", "role", "start", "end"]]
    for document, story, *span in zip(*(some[name].tolist() for name in some), strict=True):
        found.setdefault((document, story), []).append(tuple(span))
    return found


def _parts(number: int, article: Mapping[str, Any], beside: Sequence[tuple[str, int, int]], document: str) -> Iterable[_Part]:
    """Title, captions and text of an article; a title or caption printed twice counts once."""
    for role in ("title", "caption"):
        seen: set[str] = set()
        for _, start, end in (span for span in beside if span[0] == role):
            repaired, anchors = repair(document[start:end])
            if (key := fold(repaired)) and key not in seen:
                seen.add(key)
                yield _Part(number, role, repaired, [[at, start + raw] for at, raw in anchors])
        if role == "title" and not seen and article["title"]:
            yield _Part(number, role, article["title"], [])
    yield _Part(number, "body", article["text"], json.loads(article["anchors"]))


def _sentences_of(text: str, language: str) -> list[_Sentence]:
    """The sentences of a part: paragraph, [start, end) in it, and their text with folded white space."""
    found: list[_Sentence] = []
    paragraphs = text.split(_BETWEEN)
    # as cleaned articles are: paragraphs in one line each, and no white space but blanks
    if "".join(paragraphs).isprintable() and "\n " not in f"\n{text}" and all(paragraphs):
        sizes = list(map(len, paragraphs))
        ends = [end + len(_BETWEEN) * number for number, end in enumerate(accumulate(sizes))]
        bounds = bounds_within(text, zip(map(sub, ends, sizes), ends), model_of(language))
        single = "  " not in text  # every blank: no white space to fold
        shown = [text[start:end] if single else fold_space(text[start:end]) for start, end in bounds]
        return [(bisect_left(ends, end), start, end, sentence) for (start, end), sentence in zip(bounds, shown, strict=True)]
    for number, (first, last) in enumerate(_paragraphs(text)):
        block = text[first:last]
        bounds = sentence_bounds(block, language)
        found += [(number, first + start, first + end, fold_space(block[start:end])) for start, end in bounds]
    return found


def _paragraphs(text: str) -> list[tuple[int, int]]:
    edges = [0, *(edge for match in BLANK_LINE.finditer(text) for edge in match.span()), len(text)]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip()]


def _columns(articles: pd.DataFrame, spans: pd.DataFrame, parts: Sequence[_Part], found: Sequence[Sequence[_Sentence]]) -> dict[str, Any]:
    """Columns of the table from the sentences of each part."""
    import pyarrow as pa
    import pyarrow.compute as pc

    part = np.repeat(np.arange(len(parts)), [len(sentences) for sentences in found])  # of each sentence
    article = np.array([part.article for part in parts])[part]
    role = np.array([PARTS.index(part.part) for part in parts])[part]
    position = np.arange(len(part)) - np.searchsorted(article, article)
    paragraph, first, last, text = zip(*chain.from_iterable(found), strict=True)
    start, end = _to_document(parts, part, np.array(first), np.array(last))
    body = role == PARTS.index("body")
    role[body & _under_subheadings(articles, spans, article, start)] = PARTS.index("subheading")
    names = {name: schema.named(article, articles[name].tolist()) for name in ("id", "document_id", "language")}
    numbered = pc.binary_join_element_wise(names["id"], pa.array(position).cast(pa.large_string()), pa.scalar("s", pa.large_string()))
    return {
        "id": numbered, "article_id": names["id"], "document_id": names["document_id"], "position": position,
        "part": schema.named(role, PARTS), "paragraph": np.where(body, np.array(paragraph), -1), "start": start, "end": end,
        "text": list(text), "language": names["language"],
    }  # fmt: skip


def _to_document(parts: Sequence[_Part], part: Array, start: Array, end: Array) -> tuple[Array, Array]:
    """Offsets in their documents of some [start, end) in parts, each by the last anchor at or before it; -1 in parts without anchors.

    `part`: the part of each.
    """
    sizes = np.array([len(each.anchors) for each in parts])
    flat = chain.from_iterable(chain.from_iterable(each.anchors for each in parts))
    anchors = np.fromiter(flat, dtype=np.int64, count=2 * int(sizes.sum())).reshape(-1, 2)
    there = anchors[:, 1] - anchors[:, 0]
    places = anchors[:, 0] + np.repeat(np.arange(len(parts)) * _FAR, sizes)
    lowest = (np.cumsum(sizes) - sizes)[part]

    def mapped(at: Array) -> Array:
        return there[np.maximum(np.searchsorted(places, at + part * _FAR, side="right") - 1, lowest)]

    known = np.flatnonzero(sizes[part])
    part, lowest, begin, stop = part[known], lowest[known], start[known], end[known]
    first, last = np.full(len(start), -1), np.full(len(start), -1)
    first[known] = begin + mapped(begin)
    last[known] = np.maximum(first[known], stop + mapped(stop - 1))
    return first, last


def _under_subheadings(articles: pd.DataFrame, spans: pd.DataFrame, article: Array, start: Array) -> Array:
    """Which places in documents lie in a subheading; `article`: the article of each."""
    import pyarrow as pa
    import pyarrow.compute as pc

    result, heading = np.zeros(len(start), dtype=bool), (spans["role"] == "subheading").to_numpy()
    known = pa.array(spans.loc[heading, "document_id"].unique(), type=pa.large_string())

    def number(documents: pd.Series) -> Array:
        found: Array = pc.index_in(pa.array(documents, type=pa.large_string()), value_set=known).fill_null(-1).to_numpy().astype(np.int64)
        return found

    asked = number(articles["document_id"])[article]
    where = np.flatnonzero(asked >= 0)
    if not len(where):
        return result
    of = number(spans["document_id"])
    held = np.flatnonzero(of >= 0)
    places = of[held] * _FAR + spans["start"].to_numpy()[held]
    order = np.argsort(places, kind="stable")
    lowest = np.searchsorted(of[held][order], asked[where])
    at = np.searchsorted(places[order], asked[where] * _FAR + start[where], side="right") - 1
    result[where] = heading[held][order][np.maximum(at, lowest)]
    return result
