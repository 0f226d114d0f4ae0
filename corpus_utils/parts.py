"""Tables that lie in the store in parts, and are read when they are asked for.

    tables.articles                                           # the whole table, read once
    tables.read("labels", ["unit", "score"])                  # only these columns
    tables.read("labels", ["unit", "score"], keep=function)   # only the rows `function` leaves of each part

A table of a hundred thousand articles has millions of rows: an analysis of all of them names the columns it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from corpus_utils.store import Store

if TYPE_CHECKING:
    import pandas as pd

    Made: TypeAlias = dict[str, pd.DataFrame]
    Given: TypeAlias = pd.DataFrame | Callable[[], pd.DataFrame]
    Keep: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class StoredTable:
    """One table over all parts. `parts`: (step, key, function that makes the part anew), in the order of the rows."""

    store: Path
    name: str
    parts: tuple[tuple[str, str, Callable[[], Made]], ...]

    def __call__(self, columns: Sequence[str] | None = None, keep: Keep | None = None) -> pd.DataFrame:
        """The table, or some columns of it; `keep` leaves some rows of each part, before the next is read."""
        return join_tables(list(self.each(columns, keep)))

    def each(self, columns: Sequence[str] | None = None, keep: Keep | None = None) -> Iterator[pd.DataFrame]:
        """The parts one after the other."""
        store = Store(self.store)
        for step, key, make in self.parts:
            table = store.table(step, key, self.name, make, columns=columns)
            yield keep(table) if keep else table


class Tables:
    """What the steps before analysis made: each attribute is the table of that name in `schema`.

    A table is given as such, or as a function that reads it, which is called when the table is first asked for.
    """

    documents: pd.DataFrame
    spans: pd.DataFrame
    articles: pd.DataFrame
    families: pd.DataFrame
    sentences: pd.DataFrame
    quotes: pd.DataFrame
    passages: pd.DataFrame
    labels: pd.DataFrame
    mentions: pd.DataFrame
    phrasings: pd.DataFrame
    actors: pd.DataFrame

    def __init__(self, **tables: Given) -> None:
        self._given: dict[str, Any] = tables

    def __getattr__(self, name: str) -> pd.DataFrame:
        given = self.__dict__.get("_given", {})
        if name not in given:
            raise AttributeError(f"there is no table called {name!r}; there are: {', '.join(given)}")
        if callable(given[name]):
            given[name] = given[name]()
        return given[name]

    def read(self, name: str, columns: Sequence[str] | None = None, *, keep: Keep | None = None) -> pd.DataFrame:
        """Some columns of a table, without reading the others where the table lies in the store and was not read before."""
        given = self._given.get(name)
        if isinstance(given, StoredTable):
            return given(columns, keep)
        table = getattr(self, name)
        if columns is not None:
            table = table[list(columns)]
        return keep(table).reset_index(drop=True) if keep else table

    def changed(self, change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> Tables:
        """The same tables, each passed through `change` (name, table) when it is asked for."""
        return Tables(**{name: partial(_changed, self, name, change) for name in self._given})

    def given(self) -> dict[str, Given]:
        """What the tables were made of, for tables that are the same but for some."""
        return dict(self._given)


def _changed(tables: Tables, name: str, change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    return change(name, getattr(tables, name))


def join_tables(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of parts as one, rows numbered anew."""
    import pandas as pd

    kept = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(kept, ignore_index=True) if len(kept) > 1 else kept[0].reset_index(drop=True)
