"""Lines that recur: what stands in many documents of one outlet, or of all, is boilerplate whatever it says.

A summary counts in how many documents each line occurs, per group (outlet) and overall. It streams, its memory is bounded, and
merging the summaries of parts gives exactly the summary of the whole, however the parts were cut.

How
    Below `LIMIT` distinct (group, line) pairs the counts are exact, keyed by a 64-bit hash of the line. Beyond it they move into
    a count-min sketch (Cormode & Muthukrishnan 2005): counts can then only be too high, by about e * total / width, which
    `RecurringLines` takes off again before it believes a count.
    Digits are folded to 0 and white space to blanks, so that "3 min read" and "5 min read" are one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from corpus_utils.clean.lines import split_lines

if TYPE_CHECKING:
    import numpy as np

LIMIT = 400_000  # distinct (group, line) pairs counted exactly
ROWS, WIDTH = 4, 1 << 20  # sketch: 16 MB of 32-bit counts
LONGEST = 600  # longer lines are paragraphs: copies of articles, not boilerplate
MIN_DOCUMENTS = 3
MIN_SHARE = 0.2
SURE_DOCUMENTS, SURE_SHARE = 5, 0.5  # beyond these a line is boilerplate whatever it looks like
_DIGITS = re.compile(r"\d+")
_ALL = "\x00"  # group key of the whole corpus; no outlet is called that


@dataclass
class LineSummary:
    """In how many documents lines occur. `counts` while exact, `sketch` (ROWS x WIDTH) after that."""

    documents: dict[str, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    sketch: np.ndarray | None = None

    def add(self, text: str, group: str = "") -> None:
        """Count the lines of one document, each once, for its group and for the whole."""
        keys = {_fold(line.text) for line in split_lines(text)} - {""}
        groups = (_ALL, group) if group else (_ALL,)
        for name in groups:
            self.documents[name] = self.documents.get(name, 0) + 1
            for line in keys:
                self._count(_key(name, line), 1)
        self._shrink()

    def _count(self, key: int, times: int) -> None:
        if self.sketch is None:
            self.counts[key] = self.counts.get(key, 0) + times
        else:
            for row, column in enumerate(_columns(key)):
                self.sketch[row, column] += times

    def _shrink(self) -> None:
        if self.sketch is None and len(self.counts) > LIMIT:
            import numpy as np

            exact, self.counts = self.counts, {}
            self.sketch = np.zeros((ROWS, WIDTH), dtype=np.uint32)
            for key, times in exact.items():
                self._count(key, times)

    def lookup(self, line: str, group: str = "") -> int:
        """Number of documents of the group ("" for the whole corpus) that contain the line; never too low."""
        key = _key(group or _ALL, _fold(line))
        if self.sketch is None:
            return self.counts.get(key, 0)
        return int(min(self.sketch[row, column] for row, column in enumerate(_columns(key))))

    def lines_of(self, group: str = "") -> RecurringLines:
        """What `label_pieces` asks when it cleans a document of this group."""
        return RecurringLines(self, group)

    def to_json(self) -> str:
        """The exact counts as JSON, sorted; a sketch as its non-zero cells."""
        cells = []
        if self.sketch is not None:
            cells = [[int(r), int(c), int(self.sketch[r, c])] for r, c in zip(*self.sketch.nonzero(), strict=True)]
        data = {"documents": self.documents, "counts": sorted(self.counts.items()), "sketch": cells, "exact": self.sketch is None}
        return json.dumps(data, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> LineSummary:
        """Read back what `to_json` wrote."""
        data = json.loads(text)
        summary = cls(dict(data["documents"]), {int(k): int(n) for k, n in data["counts"]})
        if not data["exact"]:
            import numpy as np

            summary.sketch = np.zeros((ROWS, WIDTH), dtype=np.uint32)
            for row, column, times in data["sketch"]:
                summary.sketch[row, column] = times
        return summary


@dataclass(frozen=True)
class RecurringLines:
    """A summary seen from one group: how often a line recurs there, and whether that makes it boilerplate."""

    summary: LineSummary
    group: str = ""

    def documents(self, line: str) -> int:
        """Documents of the group that contain the line; of the whole corpus where the document has no group."""
        return self.summary.lookup(line, self.group)

    def share(self, line: str) -> float:
        """Share of the group's documents that contain the line, from 0 to 1, less what the sketch may have added."""
        total = self.summary.documents.get(self.group or _ALL, 0)
        count = self.documents(line)
        if self.summary.sketch is not None:
            count -= int(2.8 * float(self.summary.sketch[0].sum()) / WIDTH)
        return max(0, count) / total if total else 0.0

    def is_boilerplate(self, line: str) -> bool:
        """At least MIN_DOCUMENTS documents and MIN_SHARE of the group's documents contain the line."""
        return self.strength(line) > 0

    def strengths(self, lines: Iterable[str]) -> np.ndarray:
        """`strength` of many lines."""
        import numpy as np

        return np.array([self.strength(line) for line in lines], dtype=np.float32)

    def strength(self, line: str) -> int:
        """How strongly the line's recurrence speaks against it: 0 not at all, 1 by MIN_DOCUMENTS and MIN_SHARE, 2 by the SURE limits."""
        if not line.strip() or len(line) > LONGEST:
            return 0
        documents, share = self.documents(line), self.share(line)
        if documents < MIN_DOCUMENTS or share < MIN_SHARE:
            return 0
        return 2 if documents >= SURE_DOCUMENTS and share >= SURE_SHARE else 1


def summarise_lines(texts: Iterable[str], groups: Iterable[str] | None = None) -> LineSummary:
    """Summary of a stream of documents; `groups` names the outlet of each, "" where it is not known."""
    summary = LineSummary()
    if groups is None:
        for text in texts:
            summary.add(text)
    else:
        for text, group in zip(texts, groups, strict=True):
            summary.add(text, group)
    return summary


def merge(summaries: Iterable[LineSummary]) -> LineSummary:
    """Summary of all documents of the parts: the same for every way of cutting the corpus into parts."""
    whole = LineSummary()
    for part in summaries:
        for group, number in part.documents.items():
            whole.documents[group] = whole.documents.get(group, 0) + number
        if part.sketch is not None:
            if whole.sketch is None:
                exact, whole.counts = whole.counts, {}
                whole.sketch = part.sketch.copy()
                for key, times in exact.items():
                    whole._count(key, times)
            else:
                whole.sketch = whole.sketch + part.sketch
        for key, times in part.counts.items():
            whole._count(key, times)
        whole._shrink()
    return whole


def _fold(line: str) -> str:
    text = line.strip()
    return _DIGITS.sub("0", " ".join(text.split())).lower() if len(text) <= LONGEST else ""


def _key(group: str, line: str) -> int:
    return int.from_bytes(blake2b(f"{group}\n{line}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _columns(key: int) -> list[int]:
    # 64 bits give four columns of 16 bits at most; stretch them to the width by mixing (splitmix64's constants)
    columns = []
    for row in range(ROWS):
        mixed = (key + (row + 1) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        columns.append((mixed ^ (mixed >> 27)) % WIDTH)
    return columns
