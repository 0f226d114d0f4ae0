"""Names of all parts as numbers, and counts added up by number, as parts come: what is held grows with the names, not with the parts.

Known ones are looked at again with each batch of new ones. So a batch is as large as what is known, and the work stays in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 1 << 20  # rows of a batch, at least


class Numbers:
    """Texts as numbers, in the order in which they were first given; `texts`: an Arrow array, what the numbers stand for."""

    def __init__(self) -> None:
        import pyarrow as pa

        self.texts = pa.array([], pa.large_string())

    def of(self, texts: Any) -> np.ndarray:
        """The number of each text (a list or a column); new texts get the next numbers."""
        import pyarrow as pa

        given, known = pa.array(texts, pa.large_string()), len(self.texts)
        chunks = given.chunks if isinstance(given, pa.ChunkedArray) else [given]
        coded = pa.chunked_array([self.texts, *chunks], pa.large_string()).dictionary_encode().chunks  # an empty chunk gives none
        self.texts = coded[0].dictionary if coded else self.texts  # one for all chunks, and the known texts first
        return np.concatenate([np.zeros(0, dtype=np.int32), *(chunk.indices.to_numpy() for chunk in coded)])[known:]

    def find(self, texts: Sequence[str]) -> np.ndarray:
        """The number of each text, -1 for one that was never given."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found: np.ndarray = pc.index_in(pa.array(texts, pa.large_string()), value_set=self.texts).fill_null(-1).to_numpy()
        return found

    def batches(self, tables: Iterable[pd.DataFrame]) -> Iterator[list[pd.DataFrame]]:
        """The tables in batches, to be given numbers together."""
        held: list[pd.DataFrame] = []
        for table in tables:
            held.append(table)
            if sum(map(len, held)) >= max(AT_ONCE, len(self.texts)):
                yield held
                held = []
        if held:
            yield held


class Sums:
    """Counts added up by key. `keys`: int64, ascending; `counts`: int32, a row a kind of count, a column a key; both once settled."""

    def __init__(self, kinds: int) -> None:
        self.keys, self.counts = np.zeros(0, dtype=np.int64), np.zeros((kinds, 0), dtype=np.int32)
        self._waiting: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, keys: np.ndarray, counts: np.ndarray) -> None:
        """Add counts (a row a kind, a column a key) of keys in any order."""
        self._waiting.append((keys, counts.astype(np.int32)))
        if sum(len(keys) for keys, _ in self._waiting) >= max(AT_ONCE, len(self.keys)):
            self.settle()

    def settle(self) -> Sums:
        """Add up what waits."""
        keys = np.concatenate([self.keys, *(keys for keys, _ in self._waiting)])
        order = np.argsort(keys)
        keys = keys[order]
        first = np.flatnonzero(begins(keys))
        kinds = zip(self.counts, *(counts for _, counts in self._waiting))
        self.counts = np.array([np.add.reduceat(np.concatenate(count)[order], first, dtype=np.int32) for count in kinds])
        self.keys, self._waiting = keys[first], []
        return self


def begins(*keys: np.ndarray) -> np.ndarray:
    """Whether a row is the first, or differs from the one before it in one of several columns."""
    new = np.ones(len(keys[0]), dtype=bool)
    new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in keys])
    return new


def places(order: np.ndarray) -> np.ndarray:
    """The place of each number in an order of all of them."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


class NameCounts:
    """The table `names` (see `actor_parts`) over all parts: counts of names by kind."""

    def __init__(self, names: Iterable[pd.DataFrame]) -> None:
        import pandas as pd

        self.numbers, self._sums = Numbers(), dict[str, np.ndarray]()
        for batch in self.numbers.batches(names):
            table = pd.concat(batch, ignore_index=True)
            number, count = self.numbers.of(table["name"]), table["count"].to_numpy()
            code, kinds = pd.factorize(table["kind"])
            for place, kind in enumerate(kinds):
                rows = np.flatnonzero(code == place)
                self._sums[kind] = self._counts(kind) + np.bincount(number[rows], count[rows], len(self.numbers.texts) + 1).astype(np.int64)

    def _counts(self, kind: str) -> np.ndarray:
        """By the number of a name, with 0 at the end, where unknown names (-1) find it."""
        sums = self._sums.get(kind, np.zeros(1, dtype=np.int64))
        return np.pad(sums, (0, len(self.numbers.texts) + 1 - len(sums)))

    def most(self, kind: str, number: int) -> list[str]:
        """The names of the highest counts, of equal ones the first in the alphabet."""
        import pyarrow as pa
        import pyarrow.compute as pc

        counts = self._counts(kind)
        counted = np.flatnonzero(counts)
        table = pa.table({"name": self.numbers.texts.take(pa.array(counted)), "count": counts[counted]})
        chosen = pc.select_k_unstable(table, min(number, len(counted)), [("count", "descending"), ("name", "ascending")])
        names: list[str] = table["name"].take(chosen).to_pylist()
        return names

    def of(self, names: Iterable[str], kinds: Iterable[str]) -> list[dict[str, int]]:
        """For each kind the counts of those of some names that have one."""
        asked = list(dict.fromkeys(names))
        number = self.numbers.find(asked)
        return [{name: count for name, count in zip(asked, self._counts(kind)[number].tolist()) if count} for kind in kinds]
