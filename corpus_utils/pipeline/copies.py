"""The table `families` of the corpus, from the sketches of all parts, and `articles` with what it says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.parts import Change, StoredTable
from corpus_utils.project import Project
from corpus_utils.store import Store, code_fingerprint, fingerprint

if TYPE_CHECKING:
    import pandas as pd


def store_families(project: Project, articles: StoredTable, parts: Any) -> StoredTable:
    """The families of all parts: a step of its own, from their sketches."""
    key = fingerprint([key for _, key, _ in parts], code_fingerprint("corpus_utils.families"))

    def make() -> dict[str, pd.DataFrame]:
        from corpus_utils.families import SKETCH_TABLES, find_families, merge_sketches, sketches_of

        sketches = [StoredTable(project.store, f"sketch_{name}", parts).each() for name in SKETCH_TABLES]
        merged = merge_sketches([sketches_of(dict(zip(SKETCH_TABLES, tables))) for tables in zip(*sketches)])
        return {"families": find_families(articles(["id", "title", "outlet", "date_latest"]), sketches=merged)}

    Store(project.store).ensure("families", key, make)
    return StoredTable(project.store, "families", (("families", key, make),))


def marked(families: StoredTable) -> Change:
    """What families add to parts of `articles`."""
    return Change(_Marking(families), ("id", "flags"), ("family", "family_role", "flags"))


class _Marking:
    """Marks parts of `articles`; the families are read once, when they are first needed."""

    def __init__(self, families: StoredTable) -> None:
        self.families = families
        self._known: pd.DataFrame | None = None

    def __call__(self, articles: pd.DataFrame) -> pd.DataFrame:
        from corpus_utils.families import mark_families

        if self._known is None:
            self._known = self.families().set_index("id")
        return mark_families(articles, self._known.loc[articles["id"]])
