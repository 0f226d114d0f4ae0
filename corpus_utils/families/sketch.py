"""What is kept of each text to find its copies: hashed words, and a sample of its shingles that can be joined between parts.

Conventions
    A shingle is SHINGLE words in a row, as a 64-bit hash. A sketch is every shingle whose hash is a multiple of RATE (scaled
    MinHash, Irber et al. 2022): unlike the fixed number of minima of Broder (1997) it tells how much of a short text stands inside
    a long one, and the sketch of a corpus is the sketches of its parts, one after the other.
    A sampled shingle is kept as one number, `text << BITS | upper BITS bits of its hash`, so that sorting and joining is plain sorting
    of integers. Two shingles in 10**12 are taken for one; a pair of texts needs many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.tokens.scan import scan_words

if TYPE_CHECKING:
    import pandas as pd

SHINGLE = 5  # words: shorter ones are shared by chance, longer ones break at every edit
BITS = 40
RATE = 4  # one shingle in four: runs of thirty words in common are missed once in two thousand


class Words:
    """Hashed words (uint32) of texts that lie in parts, each of which is read when one of its texts is first looked at: where a corpus
    grew, few are."""

    def __init__(self, reads: Sequence[Callable[[], np.ndarray]], bounds: Sequence[np.ndarray]) -> None:
        """`reads`: the words of each part; those of its text n are bounds[n] to bounds[n + 1]."""
        self.reads, self.bounds = [*reads], [*bounds]
        self._first = np.cumsum([0, *(len(own) - 1 for own in self.bounds)])
        self._known: dict[int, np.ndarray] = {}

    def of(self, numbers: np.ndarray) -> np.ndarray:
        """The words of some texts (numbers ascend), one after the other."""
        parts, found = np.searchsorted(self._first, numbers, side="right") - 1, [np.zeros(0, dtype=np.uint32)]
        for part in np.unique(parts).tolist():
            if part not in self._known:
                self._known[part] = self.reads[part]()
            own = numbers[parts == part] - self._first[part]
            starts, ends = self.bounds[part][own], self.bounds[part][own + 1]
            found.append(self._known[part][ranges(starts, ends - starts)])
        return np.concatenate(found)


@dataclass(frozen=True)
class Sketches:
    """Texts as numbers; text n has bounds[n + 1] - bounds[n] words."""

    words: Words
    bounds: np.ndarray  # int64, one more than there are texts
    sample: np.ndarray  # uint64, sorted: sampled shingles, each once a text
    exact: np.ndarray  # uint64: hash of all words in order; equal where texts differ in case, punctuation and white space only

    def __len__(self) -> int:
        return len(self.bounds) - 1


def sketch_texts(texts: Sequence[str]) -> Sketches:
    """Sketches of one part."""
    found = scan_words(texts)
    return sketch_words((found.hashes >> np.uint64(32)).astype(np.uint32), found.bounds)


def sketch_tables(sketches: Sketches) -> dict[str, pd.DataFrame]:
    """Sketches as tables the store can keep."""
    import pandas as pd

    return {
        "words": pd.DataFrame({"word": sketches.words.of(np.arange(len(sketches)))}),
        "texts": pd.DataFrame({"end": sketches.bounds[1:], "exact": sketches.exact}),
        "sample": pd.DataFrame({"shingle": sketches.sample}),
    }


def sketches_of(texts: pd.DataFrame, sample: pd.DataFrame, words: Callable[[], pd.DataFrame]) -> Sketches:
    """Sketches back from `sketch_tables`; `words` reads the table of that name."""
    bounds = np.concatenate([[0], texts["end"].to_numpy()]).astype(np.int64)
    read = Words([lambda: words()["word"].to_numpy()], [bounds])
    return Sketches(read, bounds, sample["shingle"].to_numpy(), texts["exact"].to_numpy())


def sketch_words(words: np.ndarray, bounds: np.ndarray) -> Sketches:
    """The same from hashed words."""
    shingles, whole = shingle_words(words, bounds)
    kept = whole & (shingles & np.uint64(RATE - 1) == 0)
    owners = np.repeat(np.arange(len(bounds) - 1, dtype=np.uint64), np.diff(bounds))[kept]
    sample = owners << np.uint64(BITS) | shingles[kept] >> np.uint64(64 - BITS)
    sample.sort()
    first = np.ones(len(sample), dtype=bool)
    first[1:] = sample[1:] != sample[:-1]
    return Sketches(Words([lambda: words], [bounds]), bounds, sample[first], _whole_hashes(words, bounds))


def merge_sketches(parts: Sequence[Sketches]) -> Sketches:
    """The sketches of a corpus from those of its parts, in order."""
    if len(parts) == 1:
        return parts[0]
    texts = np.cumsum([0] + [len(part) for part in parts])
    sizes = np.cumsum([0] + [int(part.bounds[-1]) for part in parts])
    return Sketches(
        words=Words([read for part in parts for read in part.words.reads], [own for part in parts for own in part.words.bounds]),
        bounds=np.concatenate([[0], *[part.bounds[1:] + size for part, size in zip(parts, sizes)]]),
        sample=np.concatenate([part.sample + (np.uint64(first) << np.uint64(BITS)) for part, first in zip(parts, texts.tolist())]),
        exact=np.concatenate([part.exact for part in parts]),
    )


def ranges(starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """start, start + 1, ... of every range, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum()) + np.repeat(starts - before, sizes)


def shingle_words(words: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hash of the SHINGLE words from each word on, and whether they lie in one text."""
    shingles = np.zeros(len(words), dtype=np.uint64)
    count = len(words) - SHINGLE + 1
    if count > 0:
        rolled = np.zeros(count, dtype=np.uint64)
        for step in range(SHINGLE):
            rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + words[step : step + count].astype(np.uint64)
        rolled = (rolled ^ (rolled >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        shingles[:count] = rolled ^ (rolled >> np.uint64(32))
    return shingles, np.arange(len(words)) + SHINGLE <= np.repeat(bounds[1:], np.diff(bounds))


def _whole_hashes(words: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    place = np.arange(len(words), dtype=np.uint64) - np.repeat(bounds[:-1], np.diff(bounds)).astype(np.uint64)
    mixed = (words.astype(np.uint64) ^ (place * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    return sums[bounds[1:]] - sums[bounds[:-1]]
