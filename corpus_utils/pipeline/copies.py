"""The table `families` of the corpus, from the sketches of all parts; one spelling of each outlet; and `articles` with what they say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from corpus_utils.parts import Change, StoredTable
from corpus_utils.store import Store, code_fingerprint, fingerprint

if TYPE_CHECKING:
    import pandas as pd


def families_table(articles: StoredTable) -> StoredTable:
    """The families of all parts, and `spellings` of outlets: a step of its own, from their sketches."""
    version = code_fingerprint("corpus_utils.families")
    key = fingerprint([key for _, key, _ in articles.parts], [version, code_fingerprint("corpus_utils.clean.outlets")])
    return StoredTable(articles.store, "families", (("families", key, partial(make_families, articles, version)),))


def make_families(articles: StoredTable, version: str) -> dict[str, pd.DataFrame]:
    """`families` and `spellings` of all parts of `articles`; `compared` is for the next time, under the `version` of the code."""
    import pandas as pd
    import pyarrow as pa

    from corpus_utils.clean.outlets import join_spellings
    from corpus_utils.families import Memory, find_families, merge_sketches, sketches_of

    texts, samples = (replace(articles, name=f"sketch_{name}").each() for name in ("texts", "sample"))
    words = [replace(articles, name="sketch_words", parts=(part,)) for part in articles.parts]
    merged = merge_sketches([sketches_of(*tables) for tables in zip(texts, samples, words, strict=True)])
    pa.default_memory_pool().release_unused()  # what the parts took, which the system would keep for this process
    known = articles(["id", "title", "outlet", "date_latest"])
    read_as = join_spellings(known["outlet"].tolist())
    known["outlet"] = known["outlet"].replace(read_as)
    spellings = pd.DataFrame({"outlet": list(read_as), "read_as": list(read_as.values())}, dtype="str")
    memory = Memory(Store(articles.store).earlier("families", "compared"), version)
    return {"families": find_families(known, sketches=merged, memory=memory), "spellings": spellings, "compared": memory.table()}


def marked(families: StoredTable) -> Change:
    """What families and spellings of outlets change in parts of `articles`."""
    return Change(_Marking(families), ("id", "flags", "outlet"), ("family", "family_role", "flags", "outlet"))


def spellings_of(families: StoredTable) -> StoredTable:
    """The outlets that are read as another: outlet, read_as."""
    return replace(families, name="spellings")


class _Marking:
    """Marks parts of `articles`; families and spellings are read once, when they are first needed."""

    def __init__(self, families: StoredTable) -> None:
        self.families = families
        self._known: pd.DataFrame | None = None
        self._read_as: dict[str, str] = {}

    def __call__(self, articles: pd.DataFrame) -> pd.DataFrame:
        from corpus_utils.families import mark_families

        if self._known is None:
            self._known = self.families().set_index("id")
            spellings = spellings_of(self.families)()
            self._read_as = dict(zip(spellings["outlet"], spellings["read_as"]))
        known = mark_families(articles, self._known.loc[articles["id"]])
        return known.assign(outlet=known["outlet"].replace(self._read_as)) if self._read_as else known
