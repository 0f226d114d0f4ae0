"""Comparisons of texts, remembered from one run to the next by what the texts hold: of a corpus that grew only new pairs are compared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.families.candidates import Candidates
from corpus_utils.families.compare import Comparison
from corpus_utils.families.sketch import Sketches

if TYPE_CHECKING:
    import pandas as pd

NOTHING = np.zeros(0, dtype=bool)
_COLUMNS = ("one", "other", "first", "second", "words", "swap")  # hashes of the two contents, then what `Comparison` tells


class Memory:
    """What was found out about pairs of texts: `earlier` are tables that runs before this one left (`table`), and what was left under
    another `version` (a hexadecimal number) is not recalled."""

    def __init__(self, earlier: Iterable[pd.DataFrame] = (), version: str = "0") -> None:
        self._version = np.uint64(int(version[:16], 16))
        self._earlier: dict[tuple[int, int], tuple[float, float, int, int]] = {}
        for table in earlier:
            one, other, *told = (table[name].tolist() for name in _COLUMNS)
            self._earlier.update(zip(zip(one, other), zip(*told)))
        self._asked: dict[tuple[int, int], tuple[float, float, int, int]] = {}
        self._contents: list[int] = []

    def meet(self, sketches: Sketches, found: Candidates) -> None:
        """Know the texts by their numbers: a comparison depends on their words, and on which of them are stock."""
        mixed = _mix(found.stock)
        sums = np.append(np.zeros(1, dtype=np.uint64), np.cumsum(mixed, dtype=np.uint64))
        stock = sums[found.bounds[1:]] - sums[found.bounds[:-1]]
        self._contents = (_mix(sketches.exact + _mix(stock + self._version)) + np.diff(sketches.bounds).astype(np.uint64)).tolist()

    def recall(self, short: int, long: int) -> Comparison | None:
        """What is known of a pair, but for the words that are covered."""
        key = (self._contents[short], self._contents[long])
        told = self._asked.get(key) or self._earlier.get(key)
        if told is None:
            return None
        self._asked[key] = told
        return Comparison(*told, NOTHING)

    def keep(self, short: int, long: int, pair: Comparison) -> Comparison:
        """Remember a pair."""
        self._asked[self._contents[short], self._contents[long]] = pair[:4]
        return pair

    def table(self) -> pd.DataFrame:
        """All that this run asked for, sorted: one, other, first, second, words, swap."""
        import pandas as pd

        kinds = ("uint64", "uint64", "float64", "float64", "int64", "int64")
        columns = zip(*((*key, *told) for key, told in sorted(self._asked.items()))) if self._asked else [()] * len(_COLUMNS)
        return pd.DataFrame({name: np.array(values, dtype=kind) for name, values, kind in zip(_COLUMNS, columns, kinds)})


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread over all 64 bits (the finaliser of splitmix64)."""
    values = (values + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
