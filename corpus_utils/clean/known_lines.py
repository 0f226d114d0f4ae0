"""What the whole corpus says of the lines of one part, settled: small enough to travel, and changed only where an answer changes.

Ten new articles change every count of recurring lines a little, and hardly ever whether a line is boilerplate. Parts are named by the
answers, not by the counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.clean.recurring import LineSummary, portions, read_keys

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
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.strength[at], 0).astype(np.float32)


@dataclass(frozen=True)
class KnownLines:
    """Answers for every outlet of a part; asked as a `recurring.LineSummary` is."""

    groups: dict[str, KnownGroup] = field(default_factory=dict)

    def lines_of(self, group: str = "") -> KnownGroup | None:
        """What is asked when a document of this outlet is cleaned; None where no line of the outlet recurs."""
        return self.groups.get(group)

    def to_table(self) -> pd.DataFrame:
        """Everything it can answer: group, key, strength."""
        import pandas as pd

        groups = sorted(self.groups.items())
        return pd.DataFrame({
            "group": pd.Series([name for name, one in groups for _ in range(len(one.keys))], dtype="str"),
            "key": np.concatenate([np.zeros(0, dtype=np.uint64), *(one.keys for _, one in groups)]),
            "strength": np.concatenate([np.zeros(0, dtype=np.float32), *(one.strength for _, one in groups)]),
        })  # fmt: skip

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> KnownLines:
        """Read back what `to_table` gave."""
        groups = table.groupby("group", sort=True)
        return cls({str(name): KnownGroup(rows["key"].to_numpy(), rows["strength"].to_numpy()) for name, rows in groups})

    def told(self) -> list[tuple[str, list[int], list[int]]]:
        """Everything it can answer, for a fingerprint."""
        return [(name, one.keys.tolist(), one.strength.astype(int).tolist()) for name, one in sorted(self.groups.items())]


def count_lines(texts: Sequence[str], groups: Sequence[str]) -> tuple[LineSummary, pd.DataFrame]:
    """The summary of the lines of some documents, and every different line of every outlet: columns `group` and `key`, sorted."""
    import pandas as pd

    summary, names = LineSummary(), sorted(set(groups))
    codes = {name: code for code, name in enumerate(names)}
    found = [(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))]
    for some, own in portions(texts, groups):
        keys, document = read_keys(some)
        summary.add_keys(keys, document, own)
        found.append((keys, np.array([codes[name] for name in own])[document]))
    keys, group = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((keys, group))
    keys, group = keys[order], group[order]
    new = np.append(True, (keys[1:] != keys[:-1]) | (group[1:] != group[:-1]))[: len(keys)]
    named = pd.Series([names[code] for code in group[new].tolist()], dtype="str")
    return summary, pd.DataFrame({"group": named, "key": keys[new]})


def settle(whole: LineSummary, lines: pd.DataFrame) -> KnownLines:
    """What `whole` says of the lines of a part (as `count_lines` gives them: by group)."""
    import pandas as pd

    (codes, names), keys = pd.factorize(lines["group"]), lines["key"].to_numpy()
    strength = whole.strengths(keys, names.tolist(), codes)
    told = np.flatnonzero(strength)
    keys, strength, ends = keys[told], strength[told], np.searchsorted(codes[told], np.arange(len(names) + 1)).tolist()
    groups = zip(names.tolist(), ends, ends[1:])
    return KnownLines({name: KnownGroup(keys[start:end], strength[start:end]) for name, start, end in groups if end > start})
