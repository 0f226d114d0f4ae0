"""How the words of a page's paragraphs compare: bags of stems of stretches of paragraphs, as arrays.

Conventions
    `Words` reads the paragraphs of a page into one array of stem numbers; a stretch [first, last) of paragraphs is a slice of it and
    its bag a vector of counts over the page's own stems. Stems that news uses everywhere weigh less (`common_stems`, inverse
    document frequency); all others weigh `RAREST`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from .story_units import Unit

COMMON = Path(__file__).parent / "weights" / "common_stems.json"
RAREST = 5.0
Array = np.ndarray


@lru_cache(maxsize=1)
def common_stems() -> dict[str, float]:
    """Inverse document frequency of stems that news uses everywhere, in several languages; made by benchmarks/stories.py --train."""
    return json.loads(COMMON.read_text(encoding="utf-8"))["idf"]


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

    def bag(self, first: int, last: int) -> Array:
        """Counts of stems in the paragraphs [first, last), as far as there are so many."""
        first, last = max(0, first), min(last, len(self._ends) - 1)
        return np.bincount(self._flat[self._ends[first] : self._ends[max(first, last)]], minlength=len(self.weight))

    def heading(self, unit: Unit) -> Array:
        """Numbers of the stems of a heading, each once."""
        return self._headings[id(unit)]

    def cosine(self, one: Array, two: Array) -> float:
        """Cosine of two bags: square-root counts times inverse document frequency; 0 where either is empty."""
        a, b = np.sqrt(one) * self.weight, np.sqrt(two) * self.weight
        size = float(a @ a) * float(b @ b)
        return float(a @ b) / size**0.5 if size else 0.0

    def covered(self, stems: Array, bag: Array) -> float:
        """Share of stems, by weight, that occur in a bag."""
        weight = self.weight[stems]
        total = float(weight.sum())
        return float(weight[bag[stems] > 0].sum()) / total if total else 0.0

    def rare_shared(self, one: Array, two: Array) -> float:
        """Share of the rare stems of the smaller of two bags that the other one has too."""
        a, b = (one > 0) & self.rare, (two > 0) & self.rare
        return int((a & b).sum()) / max(4, min(int(a.sum()), int(b.sum())))

    def as_bag(self, stems: Array) -> Array:
        """A heading's stems as a bag."""
        return np.bincount(stems, minlength=len(self.weight))
