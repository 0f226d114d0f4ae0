"""How the words of a page's paragraphs compare, for many pages at once: which stems come again where.

A stem links the paragraph it stands in with the next one that has it. The stems two neighbouring stretches of paragraphs share are
then the links from one into the other, and a stretch's own stems are its entries less the links inside it; both are sums over a table
of links (lexical chains, cf. Galley et al. 2003). Likeness of stretches is the cosine of their stems, each counted once per paragraph
and weighted by inverse document frequency: sums over a table of pairs of paragraphs (cohesion, Hearst 1997).

Conventions
    Paragraphs are numbered over all documents; a stretch is [first, last), and no stretch reaches into another document. Tables are banded:
    [p, k] is about paragraph p and the one k further on; `REACH` is how far they go, some only half as far. Stems that news uses
    everywhere weigh less (`common_stems`); all others weigh `RAREST`.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from corpus_utils.clean.looks import NUMBERS
from corpus_utils.clean.pages import hash_words, stretches

COMMON = Path(__file__).parent / "weights" / "common_stems.json"
RAREST = 5.0
REACH = 80
_LOW = np.uint32(0xFFFF)
Array = np.ndarray


@lru_cache(maxsize=1)
def common_stems() -> dict[str, float]:
    """Inverse document frequency of stems that news uses everywhere, in several languages; made by benchmarks/stories.py --train."""
    return json.loads(COMMON.read_text(encoding="utf-8"))["idf"]


@cache
def _common() -> tuple[Array, Array, Array, Array]:
    """Numbers of the common stems, sorted, and their inverse document frequencies; for the low half of each number, where to look for it,
    and whether it is that of several."""
    words = list(common_stems())
    numbers = hash_words(words) & (NUMBERS - np.uint32(1))
    order = np.argsort(numbers, kind="stable")
    numbers = numbers[order]
    place = np.zeros(1 << 16, dtype=np.int64)
    place[numbers & _LOW] = np.arange(len(numbers))
    several = np.bincount(numbers & _LOW, minlength=1 << 16) > 1
    return numbers, np.array(list(common_stems().values()))[order], place, several


def weigh(stems: Array) -> tuple[Array, Array]:
    """Weight of each stem, and whether it is one that news uses everywhere."""
    numbers, idf, place, several = _common()
    low = stems & _LOW
    at = place[low]
    again = np.flatnonzero(several[low])
    at[again] = np.searchsorted(numbers, stems[again]).clip(max=len(numbers) - 1)
    known = numbers[at] == stems
    return np.where(known, idf[at], RAREST), known


class Band:
    """A table over pairs of paragraphs at most `REACH` apart, ready for sums over stretches: each is the difference of few of its entries.

    First the row of each paragraph p is summed up to each q behind it, then these sums over all paragraphs up to p. Laid end to end, a row
    has its q - p places further on than it begins: the sums for one q stand `reach + 1` places from each other.
    """

    def __init__(self, paragraph: Array, step: Array, value: Array, paragraphs: int, *, reach: int) -> None:
        """`value` is added at [paragraph, step]; no step is larger than `reach`."""
        self._apart = (width := reach + 2) - 1
        table = np.bincount(paragraph * width + step + 1, weights=value, minlength=(paragraphs + 2) * width)
        rows = np.cumsum(table.reshape(-1, width), axis=1).ravel()
        size = (paragraphs + 1) * width // (width - 1) + 1
        sums = np.zeros((size + 1, width - 1))
        np.cumsum(rows[: size * (width - 1)].reshape(size, width - 1), axis=0, out=sums[1:])
        self._sums = sums.ravel()

    def within(self, stretch: tuple[Array, Array]) -> Array:
        """Sums over pairs of a paragraph of a stretch and a later one of it."""
        return self._below(stretch, np.maximum(stretch[1], stretch[0]))

    def between(self, one: tuple[Array, Array], two: tuple[Array, Array]) -> Array:
        """Sums over pairs of a paragraph of one stretch and a paragraph of one behind it. Nowhere are they more than `reach` apart."""
        return self._below(one, np.maximum(two[1], two[0])) - self._below(one, two[0])

    def _below(self, one: tuple[Array, Array], stop: Array) -> Array:
        """Sums over pairs of a paragraph of a stretch and a later one before `stop`."""
        low, high = one[0], np.maximum(one[1], one[0])
        result: Array = self._sums[high * self._apart + stop] - self._sums[low * self._apart + stop]
        return result


class Entries:
    """Which stems (or names) stand in which paragraphs, each once: sorted by stem, then paragraph."""

    def __init__(self, stem: Array, paragraph: Array) -> None:
        keys = np.sort((stem.astype(np.uint64) << np.uint64(32)) | paragraph.astype(np.uint64))
        self._set(keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]])

    def _set(self, keys: Array) -> None:
        self._keys = keys
        self.stem = (keys >> np.uint64(32)).astype(np.uint32)
        self.paragraph = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)

    def some(self, which: Array) -> Entries:
        """Those of a mask."""
        few = Entries.__new__(Entries)
        few._set(self._keys[which])  # in order already
        return few

    def around(self, stem: Array, cut: Array, low: Array, high: Array) -> tuple[Array, Array]:
        """Last paragraph of [low, cut) and first one of [cut, high) with a stem; -1 and `high` where there is none."""
        at = np.searchsorted(self._keys, (stem.astype(np.uint64) << np.uint64(32)) | cut.astype(np.uint64))
        if not len(self._keys):
            return np.full(len(stem), -1), high
        after, before = at.clip(max=len(self._keys) - 1), np.maximum(at - 1, 0)
        ahead = (self.stem[after] == stem) & (self.paragraph[after] >= cut)
        behind = (self.stem[before] == stem) & (self.paragraph[before] < cut) & (self.paragraph[before] >= low)
        return np.where(behind, self.paragraph[before], -1), np.where(ahead, np.minimum(self.paragraph[after], high), high)

    def pairs(self, document: Array, *, next_only: bool, reach: int = REACH) -> tuple[Array, Array]:
        """Entries (by number) of one stem in two paragraphs of one document, `reach` apart at most; only neighbours if `next_only`."""
        here, number = self.paragraph, np.arange(len(self.stem))
        same = (self.stem[1:] == self.stem[:-1]) & (document[here[1:]] == document[here[:-1]])
        if next_only:
            one = np.flatnonzero(same & (np.diff(here) <= reach))
            return one, one + 1
        ends = np.append(np.flatnonzero(~same) + 1, len(number))  # of the entries of one stem in one document
        end = np.repeat(ends, np.diff(ends, prepend=0))
        far = np.flatnonzero(here[end - 1] - here > reach)
        end[far] = np.searchsorted(self._keys, self._keys[far] + np.uint64(reach), side="right")
        return np.repeat(number, end - number - 1), stretches(number + 1, end - number - 1)


class Chains:
    """The links of some entries: what neighbouring stretches share, and how many entries a stretch has without repeats. Stretches asked
    about are half of `REACH` long at most, together with their neighbour."""

    def __init__(self, entries: Entries, document: Array) -> None:
        self._number = np.append(0, np.cumsum(np.bincount(entries.paragraph, minlength=len(document))))
        one, two = entries.pairs(document, next_only=True, reach=REACH // 2)
        here = entries.paragraph[one]
        self._links = Band(here, entries.paragraph[two] - here, np.ones(len(one)), len(document), reach=REACH // 2)

    def distinct(self, stretch: tuple[Array, Array]) -> Array:
        """How many different ones a stretch has."""
        return self._number[np.maximum(stretch[1], stretch[0])] - self._number[stretch[0]] - self._links.within(stretch)

    def shared(self, one: tuple[Array, Array], two: tuple[Array, Array]) -> Array:
        """How many a stretch and the one that begins where it ends have in common."""
        return self._links.between(one, two)


class Likeness:
    """Cosines of stretches of paragraphs."""

    def __init__(self, entries: Entries, weight: Array, document: Array) -> None:
        one, two = entries.pairs(document, next_only=False)
        here = entries.paragraph[one]
        square = np.round(1e4 * weight**2)  # whole numbers: sums do not depend on what else is summed
        step, value = entries.paragraph[two] - here, square[one]
        self._own = np.append(0.0, np.cumsum(np.bincount(entries.paragraph, weights=square, minlength=len(document))))
        self._pairs = Band(here, step, value, len(document), reach=REACH)
        odd = (step % 2 == 1) & (step <= REACH // 2)
        self._odd = Band(here[odd], step[odd], value[odd], len(document), reach=REACH // 2)

    def length(self, stretch: tuple[Array, Array]) -> Array:
        """Square of the length of a stretch's vector."""
        result: Array = self._own[np.maximum(stretch[1], stretch[0])] - self._own[stretch[0]] + 2 * self._pairs.within(stretch)
        return result

    def cosine(self, one: tuple[Array, Array], two: tuple[Array, Array]) -> Array:
        """Cosine of a stretch and a later one; 0 where either is empty."""
        size = np.sqrt(self.length(one) * self.length(two))
        return np.where(size > 1e-9, self._pairs.between(one, two) / np.maximum(size, 1e-9), 0.0)

    def inner(self, stretch: tuple[Array, Array]) -> Array:
        """How alike the even and the odd paragraphs of a stretch (half of `REACH` at most) are: twice their product by the sum of their
        squares."""
        product = self._odd.within(stretch)
        squares = self.length(stretch) - 2 * product
        return np.where(squares > 1e-9, 2 * product / np.maximum(squares, 1e-9), 0.0)
