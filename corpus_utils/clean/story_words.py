"""How the words of a page's paragraphs compare: bags of stems of stretches of paragraphs, as arrays.

Conventions
    `Words` reads the paragraphs of a page into one array of stem numbers; a stretch [first, last) of paragraphs is a slice of it and
    its bag a vector of counts over the page's own stems. Stems that news uses everywhere weigh less (`common_stems`, inverse
    document frequency); all others weigh `RAREST`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from .story_units import Unit

COMMON = Path(__file__).parent / "weights" / "common_stems.json"
RAREST = 5.0
KEPT = 96  # bags of a page that are remembered: neighbouring candidates ask for the same, and on a long page one is large
Array = np.ndarray


@lru_cache(maxsize=1)
def common_stems() -> dict[str, float]:
    """Inverse document frequency of stems that news uses everywhere, in several languages; made by benchmarks/stories.py --train."""
    return json.loads(COMMON.read_text(encoding="utf-8"))["idf"]


class Bag:
    """Counts of a page's stems in one stretch, and what comparing it needs: found out when first asked for."""

    def __init__(self, counts: Array, weight: Array, rare: Array) -> None:
        self.counts = counts
        self._weight, self._rare = weight, rare

    @cached_property
    def scaled(self) -> Array:
        """Square-root counts times weight."""
        return np.sqrt(self.counts) * self._weight

    @cached_property
    def size(self) -> float:
        """Square of the length of `scaled`."""
        return float(self.scaled @ self.scaled)

    @cached_property
    def rare(self) -> tuple[Array, int]:
        """Which rare stems are in it, and how many."""
        found = (self.counts > 0) & self._rare
        return found, int(np.count_nonzero(found))


class Words:
    """Stems of paragraphs and of headings, numbered; `weight` is each stem's, `rare` whether it is neither common nor a number."""

    def __init__(self, paragraphs: Sequence[Unit], wanted: Iterable[int], headings: Iterable[Unit]) -> None:
        """`wanted`: which paragraphs (by number) are read at all; the others count as empty."""
        ids: dict[str, int] = {}
        read = set(wanted)
        flat: list[int] = []
        ends = [0]
        for number, unit in enumerate(paragraphs):
            if number in read:
                flat.extend([ids.setdefault(stem, len(ids)) for stem in unit.stems])
            ends.append(len(flat))
        self._headings = {id(unit): np.array(sorted({ids.setdefault(s, len(ids)) for s in unit.stems}), dtype=np.intp) for unit in headings}
        self._flat, self._ends = np.array(flat, dtype=np.intp), ends
        idf = common_stems()
        self.weight = np.array([idf.get(stem, RAREST) for stem in ids], dtype=np.float64)
        self.rare = np.array([stem not in idf and not stem.isdigit() for stem in ids], dtype=bool)
        self._bags: dict[tuple[int, int], Bag] = {}

    def bag(self, first: int, last: int) -> Bag:
        """Counts of stems in the paragraphs [first, last), as far as there are so many."""
        first, last = max(0, first), min(last, len(self._ends) - 1)
        bag = self._bags.get((first, last))
        if bag is None:
            stems = self._flat[self._ends[first] : self._ends[max(first, last)]]
            if len(self._bags) >= KEPT:
                self._bags.clear()
            bag = self._bags[first, last] = self.as_bag(stems)
        return bag

    def sum_of(self, bags: Sequence[Bag]) -> Bag:
        """The bag of several stretches together; at least one."""
        return Bag(np.sum([bag.counts for bag in bags], axis=0), self.weight, self.rare)

    def heading(self, unit: Unit) -> Array:
        """Numbers of the stems of a heading, each once."""
        return self._headings[id(unit)]

    def cosine(self, one: Bag, two: Bag) -> float:
        """Cosine of two bags: square-root counts times inverse document frequency; 0 where either is empty."""
        size = one.size * two.size
        return float(one.scaled @ two.scaled) / size**0.5 if size else 0.0

    def covered(self, stems: Array, bag: Bag) -> float:
        """Share of stems, by weight, that occur in a bag."""
        weight = self.weight[stems]
        total = float(weight.sum())
        return float(weight[bag.counts[stems] > 0].sum()) / total if total else 0.0

    def rare_shared(self, one: Bag, two: Bag) -> float:
        """Share of the rare stems of the smaller of two bags that the other one has too."""
        (a, many), (b, few) = one.rare, two.rare
        return int(np.count_nonzero(a & b)) / max(4, min(many, few))

    def as_bag(self, stems: Array) -> Bag:
        """Stems as a bag: those of a heading, or of a stretch."""
        return Bag(np.bincount(stems, minlength=len(self.weight)), self.weight, self.rare)
