"""Tables that lie in the store in parts, and are read when they are asked for.

    tables.articles                                           # the whole table, read once
    tables.read("labels", ["unit", "score"])                  # only these columns
    tables.read("labels", ["unit", "score"], measure={"vader"})   # only the rows with these values, which others are not decoded for
    tables.read("labels", ["unit", "score"], keep=function)   # only the rows `function` leaves of each part
    only_articles(tables, ids)                                # the tables of some articles; others are not decoded

A table of a hundred thousand articles has millions of rows: an analysis of all of them names the columns it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from corpus_utils.store import Store

if TYPE_CHECKING:
    import pandas as pd

    Made: TypeAlias = dict[str, pd.DataFrame]
    Given: TypeAlias = pd.DataFrame | Callable[[], pd.DataFrame]
    Keep: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]


class Change(NamedTuple):
    """What the whole corpus adds to the parts of a table as they are read: `function` needs some columns and fills others."""

    function: Callable[[pd.DataFrame], pd.DataFrame]
    needs: tuple[str, ...]
    fills: tuple[str, ...]


@dataclass(frozen=True)
class StoredTable:
    """One table over all parts. `parts`: (step, key, function that makes the part anew), in the order of the rows.

    change   applied to every part that is read, where it fills a column that is asked for
    only     columns, each with the values whose rows are read
    """

    store: Path
    name: str
    parts: tuple[tuple[str, str, Callable[[], Made]], ...]
    change: Change | None = None
    only: tuple[tuple[str, frozenset[str]], ...] = ()

    def __call__(self, columns: Sequence[str] | None = None, keep: Keep | None = None) -> pd.DataFrame:
        """The table, or some columns of it; `keep` leaves some rows of each part, before the next is read."""
        return join_tables(list(self.each(columns, keep)))

    def each(self, columns: Sequence[str] | None = None, keep: Keep | None = None) -> Iterator[pd.DataFrame]:
        """The parts one after the other."""
        store = Store(self.store)
        change = self.change if self.change and (columns is None or set(columns) & set(self.change.fills)) else None
        read = columns if columns is None or change is None else list(dict.fromkeys([*columns, *change.needs]))
        for step, key, make in self.parts:
            table = store.table(step, key, self.name, make, columns=read, only=self.only)
            table = change.function(table) if change else table
            table = table if columns is None or read is columns else table[list(columns)]
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
    spellings: pd.DataFrame

    def __init__(self, **tables: Given) -> None:
        self._given: dict[str, Any] = tables

    def __getattr__(self, name: str) -> pd.DataFrame:
        given = self.__dict__.get("_given", {})
        if name not in given:
            raise AttributeError(f"there is no table called {name!r}; there are: {', '.join(given)}")
        if callable(given[name]):
            given[name] = given[name]()
        return given[name]

    def read(self, name: str, columns: Sequence[str] | None = None, *, keep: Keep | None = None, **only: Collection[str]) -> pd.DataFrame:
        """Some columns of a table, without reading the others where the table lies in the store and was not read before.

        only   columns with the values whose rows are read: `read("labels", measure={"vader"})`
        keep   called with each part, leaves some of its rows
        """
        given = self._given.get(name)
        chosen = tuple((column, frozenset(values)) for column, values in only.items())
        if isinstance(given, StoredTable):
            return replace(given, only=(*given.only, *chosen))(columns, keep)
        table = getattr(self, name)
        for column, values in chosen:
            table = table[table[column].isin(values)].reset_index(drop=True)
        if columns is not None:
            table = table[list(columns)]
        return keep(table).reset_index(drop=True) if keep else table

    def together(self, **columns: Sequence[str]) -> Iterator[tuple[pd.DataFrame, ...]]:
        """Some columns of several tables side by side, part by part where all lie in the store: `together(documents=["text"], ...)`.

        For what is told of each document by itself: no more than a part is held.
        """
        given = [self._given.get(name) for name in columns]
        stored = [one for one in given if isinstance(one, StoredTable)]
        if len(stored) == len(given) and len({len(one.parts) for one in stored}) == 1:
            yield from zip(*(one.each(chosen) for one, chosen in zip(stored, columns.values())))
        else:
            yield tuple(self.read(name, chosen) for name, chosen in columns.items())

    def changed(self, change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> Tables:
        """The same tables, each passed through `change` (name, table) when it is asked for."""
        return Tables(**{name: partial(_changed, self, name, change) for name in self._given})

    def given(self) -> dict[str, Given]:
        """What the tables were made of, for tables that are the same but for some."""
        return dict(self._given)


_KEYS = {"articles": "id", "families": "id", "documents": "", "spans": "", "actors": "", "spellings": ""}  # else `article_id`


def only_articles(tables: Tables, ids: frozenset[str]) -> Tables:
    """The tables with the rows of some articles. Documents and spans stay, because what was read does not depend on a choice of
    articles; so do `actors`, which whoever chooses counts again."""
    chosen: dict[str, Given] = {}
    for name, given in tables.given().items():
        column = _KEYS.get(name, "article_id")
        if isinstance(given, StoredTable) and column:
            chosen[name] = replace(given, only=(*given.only, (column, ids)))
        else:
            chosen[name] = partial(_rows_of, tables, name, column, ids) if column else given
    return Tables(**chosen)


def _rows_of(tables: Tables, name: str, column: str, ids: frozenset[str]) -> pd.DataFrame:
    table = getattr(tables, name)
    return table[table[column].isin(ids)].reset_index(drop=True)


def _changed(tables: Tables, name: str, change: Callable[[str, pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    return change(name, getattr(tables, name))


def join_tables(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of parts as one, rows numbered anew."""
    import pandas as pd

    kept = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(kept, ignore_index=True) if len(kept) > 1 else kept[0].reset_index(drop=True)
