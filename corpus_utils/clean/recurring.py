"""Lines that recur: what stands in many documents of one outlet, or of all, is boilerplate whatever it says.

A summary counts in how many documents each line occurs, per group (outlet) and overall. It streams, its memory is bounded, and
merging the summaries of parts gives exactly the summary of the whole, however the parts were cut.

How
    A line is known by a 64-bit hash of its words (case apart, numbers as one word, marks and blanks left out), so that "3 min read" and
    "12 min read" are one line. Below `LIMIT` distinct (group, line) pairs the counts are exact: two sorted arrays. Beyond it they move
    into a count-min sketch (Cormode & Muthukrishnan 2005): counts can then only be too high, by about e * total / width, which
    `strengths` takes off again before it believes a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.clean.characters import DIGIT
from corpus_utils.clean.pages import BATCH, Pages, line_hashes, read_pages

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray
LIMIT = 2_000_000  # distinct (group, line) pairs counted exactly: 32 MB
ROWS, WIDTH = 4, 1 << 20  # sketch: 32 MB of 64-bit counts
_TOGETHER = 1 << 15  # keys put into a sketch at a time: what is made of them stays in a processor's memory
LONGEST = 600  # longer lines are paragraphs: copies of articles, not boilerplate
MIN_DOCUMENTS = 3
MIN_SHARE = 0.2
SURE_DOCUMENTS, SURE_SHARE = 5, 0.5  # beyond these a line is boilerplate whatever it looks like
_ALL = "\x00"  # group key of the whole corpus; no outlet is called that
_NUMBER = np.uint32(0x5BD1E995)  # hash of every word that begins with a digit


def line_keys(pages: Pages) -> Array:
    """Key of every visible line; 0 for lines that are not counted: without words, or too long."""
    digits = (pages.classes[pages.word_start] & DIGIT) != 0
    keys = line_hashes(pages, np.where(digits, _NUMBER, pages.word_hash))
    keys[(pages.size == 0) | (pages.stop - pages.start > LONGEST)] = 0
    return keys


def read_keys(texts: Sequence[str]) -> tuple[Array, Array]:
    """Key and document of every line that is counted, each once per document."""
    pages = read_pages(texts)
    keys, document = line_keys(pages), pages.document
    once = np.unique(keys + document.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15), return_index=True)[1]
    once = once[keys[once] != 0]
    return keys[once], document[once]


@dataclass
class LineSummary:
    """In how many documents lines occur: `keys` (sorted) and `counts` while exact, `sketch` (ROWS x WIDTH) after that."""

    documents: dict[str, int] = field(default_factory=dict)
    keys: Array = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    counts: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    sketch: Array | None = None

    def add(self, texts: list[str], groups: list[str]) -> None:
        """Count the lines of some documents, each once per document, for its group and for the whole."""
        self.add_keys(*read_keys(texts), groups)

    def add_keys(self, keys: Array, document: Array, groups: Sequence[str]) -> None:
        """The same from what `read_keys` gives for these documents."""
        named = np.array([_group_key(name) for name in groups], dtype=np.uint64)
        stated = np.array([name != "" for name in groups], dtype=bool)
        own = stated[document]
        for name in [*([_ALL] * len(groups)), *filter(None, groups)]:
            self.documents[name] = self.documents.get(name, 0) + 1
        both = np.concatenate([_mixed(keys ^ np.uint64(_group_key(_ALL))), _mixed(keys[own] ^ named[document[own]])])
        found, counts = np.unique(both, return_counts=True)
        self.count(found, counts.astype(np.int64))

    def count(self, keys: Array, counts: Array) -> None:
        """Add counts of (group, line) keys; move into the sketch beyond LIMIT."""
        if self.sketch is None:
            keys, counts = np.concatenate([self.keys, keys]), np.concatenate([self.counts, counts])
            found = np.sort(keys)  # ten times faster than what `np.unique` does of late
            found = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
            if len(found) <= LIMIT:
                self.keys = found
                self.counts = np.bincount(np.searchsorted(found, keys), counts, len(found)).astype(np.int64)
                return
            self.keys, self.counts = np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
            self.sketch = np.zeros((ROWS, WIDTH), dtype=np.int64)
        self.__dict__.pop("surplus", None)
        for start in range(0, len(keys), _TOGETHER):
            some, added = keys[start : start + _TOGETHER], counts[start : start + _TOGETHER]
            for number, row in enumerate(self.sketch):
                np.add.at(row, _column(some, number), added)

    def lookup(self, keys: Array, group: str = "") -> Array:
        """Numbers of documents of the group ("" for the whole corpus) that contain lines with these keys; never too low."""
        return self._told(_mixed(keys ^ np.uint64(_group_key(group or _ALL))), np.zeros(len(keys)))

    def strengths(self, keys: Array, groups: Sequence[str], codes: Array) -> Array:
        """How strongly recurrence speaks against lines, each of the group of that number: 0 not at all, 1 by MIN_DOCUMENTS and MIN_SHARE,
        2 by the SURE limits."""
        sizes = np.array([self.documents.get(group or _ALL, 0) for group in groups], dtype=np.int64)[codes]
        salts = np.array([_group_key(group or _ALL) for group in groups], dtype=np.uint64)[codes]
        documents = self._told(_mixed(keys ^ salts), np.maximum(MIN_DOCUMENTS, MIN_SHARE * sizes))
        share = np.maximum(documents - self.surplus, 0) / np.maximum(sizes, 1)
        some = (documents >= MIN_DOCUMENTS) & (share >= MIN_SHARE) & (keys != 0)
        sure = (documents >= SURE_DOCUMENTS) & (share >= SURE_SHARE)
        return (some * (1 + sure)).astype(np.float32)

    def _told(self, asked: Array, least: Array) -> Array:
        """Counts of (group, line) keys; one below its `least` is only known to be below it."""
        if self.sketch is not None:
            found: Array = self.sketch[0][_column(asked, 0)]
            for row in range(1, ROWS):  # only where those before left it open
                likely = np.flatnonzero(found >= least)
                found[likely] = np.minimum(found[likely], self.sketch[row][_column(asked[likely], row)])
            return found
        if not len(self.keys):
            return np.zeros(len(asked), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)
        return np.where(self.keys[at] == asked, self.counts[at], 0)

    @cached_property
    def surplus(self) -> int:
        """What a sketch may have added to a count, about; 0 where counts are exact."""
        return int(2.8 * float(self.sketch[0].sum()) / WIDTH) if self.sketch is not None else 0

    def often(self) -> LineSummary:
        """The same without lines of fewer than MIN_DOCUMENTS documents, where counts are exact: what `strengths` says of any line stays."""
        kept = self.counts >= MIN_DOCUMENTS
        return LineSummary(self.documents, self.keys[kept], self.counts[kept], self.sketch)

    def lines_of(self, group: str = "") -> RecurringLines:
        """What is asked when a document of this group is cleaned."""
        return RecurringLines(self, group)

    def to_tables(self) -> dict[str, pd.DataFrame]:
        """`documents` (group, count), `counts` (key, count; exact) and `cells` (row, column, count; those of a sketch that are not 0)."""
        import pandas as pd

        groups = sorted(self.documents.items())
        documents = pd.DataFrame({"group": pd.Series([name for name, _ in groups], dtype="str"), "count": [count for _, count in groups]})
        rows, columns = self.sketch.nonzero() if self.sketch is not None else (np.zeros(0, dtype=np.int64),) * 2
        counts = self.sketch[rows, columns] if self.sketch is not None else rows
        return {
            "documents": documents.astype({"count": "int64"}),
            "counts": pd.DataFrame({"key": self.keys, "count": self.counts}),
            "cells": pd.DataFrame({"row": rows, "column": columns, "count": counts}),
        }

    @classmethod
    def from_tables(cls, made: Mapping[str, pd.DataFrame]) -> LineSummary:
        """Read back what `to_tables` gave."""
        documents, counts, cells = made["documents"], made["counts"], made["cells"]
        groups = dict(zip(documents["group"], documents["count"].tolist()))
        summary = cls(groups, counts["key"].to_numpy(np.uint64), counts["count"].to_numpy(np.int64))
        if len(cells):
            summary.sketch = np.zeros((ROWS, WIDTH), dtype=np.int64)
            summary.sketch[cells["row"], cells["column"]] = cells["count"]
        return summary


@dataclass(frozen=True)
class RecurringLines:
    """A summary seen from one group: how often lines recur there, and whether that makes them boilerplate."""

    summary: LineSummary
    group: str = ""

    def documents(self, keys: Array) -> Array:
        """Documents of the group that contain the lines; of the whole corpus where the document has no group."""
        return self.summary.lookup(keys, self.group)

    def share(self, keys: Array) -> Array:
        """Shares of the group's documents that contain the lines, from 0 to 1, less what the sketch may have added."""
        counts, whole = self.documents(keys), self.summary.documents.get(self.group or _ALL, 0)
        return np.maximum(counts - self.summary.surplus, 0) / max(whole, 1)

    def strengths(self, keys: Array) -> Array:
        """As `LineSummary.strengths`, for lines of this group."""
        return self.summary.strengths(keys, [self.group], np.zeros(len(keys), dtype=np.int64))


def summarise_lines(texts: Iterable[str], groups: Iterable[str] | None = None) -> LineSummary:
    """Summary of a stream of documents; `groups` names the outlet of each, "" where it is not known."""
    summary = LineSummary()
    for some, named in portions(texts, groups):
        summary.add(some, named)
    return summary


def portions(texts: Iterable[str], groups: Iterable[str] | None) -> Iterator[tuple[list[str], list[str]]]:
    """Documents and their groups as they are read together."""
    some: list[str] = []
    named: list[str] = []
    pairs = ((text, "") for text in texts) if groups is None else zip(texts, groups, strict=True)
    size = 0
    for text, group in pairs:
        some.append(text)
        named.append(group)
        size += len(text)
        if size > BATCH:
            yield some, named
            some, named, size = [], [], 0
    if some:
        yield some, named


def merge(summaries: Iterable[LineSummary]) -> LineSummary:
    """Summary of all documents of the parts: the same for every way of cutting the corpus into parts."""
    whole, exact = LineSummary(), list[LineSummary]()
    for part in summaries:
        for group, number in part.documents.items():
            whole.documents[group] = whole.documents.get(group, 0) + number
        if part.sketch is None:
            exact.append(part)
        else:
            whole.sketch = part.sketch.copy() if whole.sketch is None else whole.sketch + part.sketch
        if sum(len(one.keys) for one in exact) > 4 * LIMIT:  # bounds memory: counted together before more are read
            exact = [_joined(exact, whole)]
    if exact:
        _joined(exact, whole, last=True)
    return whole


def _joined(exact: list[LineSummary], whole: LineSummary, *, last: bool = False) -> LineSummary:
    """Exact counts of several parts as one, which `whole` takes over where they are the `last` or too many."""
    keys, counts = (np.concatenate([getattr(one, name) for one in exact]) for name in ("keys", "counts"))
    if whole.sketch is not None:
        whole.count(keys, counts)
        return LineSummary()
    joined = LineSummary()
    joined.count(keys, counts)
    if joined.sketch is None and not last:
        return joined
    whole.keys, whole.counts, whole.sketch = joined.keys, joined.counts, joined.sketch
    return LineSummary()


def _group_key(group: str) -> int:
    return int.from_bytes(blake2b(group.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _mixed(keys: Array) -> Array:
    """Spread over all 64 bits (the finaliser of splitmix64)."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def _column(keys: Array, row: int) -> Array:
    """Column of each key in a row of the sketch."""
    return (_mixed(keys + np.uint64((row + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)) & np.uint64(WIDTH - 1)).astype(np.int64)
