"""What the whole corpus says of the lines of one part, settled: small enough to travel, and changed only where an answer changes.

Ten new articles change every count of recurring lines a little, and hardly ever whether a line is boilerplate. Parts are named by the
answers, not by the counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.clean.pages import read_pages
from corpus_utils.clean.recurring import LineSummary, line_keys

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray


@dataclass(frozen=True)
class KnownGroup:
    """Lines of one outlet that recur: `keys` (sorted) and how strongly that speaks against each."""

    keys: Array
    strength: Array

    def strengths(self, keys: Array) -> Array:
        """As `recurring.RecurringLines.strengths`: 0, 1 or 2 for each line."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.float32)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.strength[at], 0).astype(np.float32)


@dataclass(frozen=True)
class KnownLines:
    """Answers for every outlet of a part; asked as a `recurring.LineSummary` is."""

    groups: dict[str, KnownGroup] = field(default_factory=dict)

    def lines_of(self, group: str = "") -> KnownGroup:
        """What is asked when a document of this outlet is cleaned."""
        nothing = np.zeros(0, dtype=np.uint64)
        return self.groups.get(group) or KnownGroup(nothing, nothing)

    def told(self) -> list[tuple[str, list[int], list[int]]]:
        """Everything it can answer, for a fingerprint."""
        return [(name, one.keys.tolist(), one.strength.astype(int).tolist()) for name, one in sorted(self.groups.items())]


def keys_by_group(texts: Sequence[str], groups: Sequence[str]) -> pd.DataFrame:
    """Columns `group` and `key`: every different line of every outlet among some documents."""
    import pandas as pd

    pages = read_pages(list(texts))
    table = pd.DataFrame({"group": np.array(groups, dtype=object)[pages.document], "key": line_keys(pages)})
    table = table[table["key"] != 0].drop_duplicates().sort_values(["group", "key"], ignore_index=True)
    return table.astype({"group": "str"})


def settle(whole: LineSummary, lines: pd.DataFrame) -> KnownLines:
    """What `whole` says of the lines of a part (as `keys_by_group` gives them)."""
    found = {}
    for name, keys in lines.groupby("group", sort=True)["key"]:
        strength = whole.lines_of(str(name)).strengths(keys.to_numpy())
        if strength.any():
            found[str(name)] = KnownGroup(keys.to_numpy()[strength > 0], strength[strength > 0])
    return KnownLines(found)
