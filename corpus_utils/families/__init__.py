"""Families of the same report: copies, edited versions and texts inside others are labelled, so that a story can count once.

    sketches = sketch_texts(texts)                      # per part; `merge_sketches` joins parts
    families = find_families(articles)                  # id, family_id, role, of, overlap
    articles = mark_families(articles, families)        # fills `family` and `family_role`
    weights = article_weights(articles, "once")         # what each article counts

Nothing is removed. What makes two texts one report is said in `compare`; how pairs become families in `grouping`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus_utils.families.counting import COUNTINGS as COUNTINGS
from corpus_utils.families.counting import article_weights as article_weights
from corpus_utils.families.edits import copying_table as copying_table
from corpus_utils.families.edits import version_edits as version_edits
from corpus_utils.families.memory import Memory as Memory
from corpus_utils.families.sketch import Sketches
from corpus_utils.families.sketch import merge_sketches as merge_sketches
from corpus_utils.families.sketch import sketch_tables as sketch_tables
from corpus_utils.families.sketch import sketch_texts as sketch_texts
from corpus_utils.families.sketch import sketches_of as sketches_of
from corpus_utils.schema import frame, validate
from corpus_utils.text import words

if TYPE_CHECKING:
    import pandas as pd

NEAR_DAYS = 7  # versions of one report follow within days
LIKE_TITLES = 0.6  # shared share of the titles' distinct words
LEAST_TITLE = 4  # words: "Live updates" is everybody's title


def find_families(articles: pd.DataFrame, *, sketches: Sketches | None = None, memory: Memory | None = None) -> pd.DataFrame:
    """The table `families`, a row an article in the same order.

    articles   `id` and `text`; `title`, `outlet` and `date_latest` (YYYY-MM-DD, "" undated) where known
    sketches   of the texts, where they were made before (part by part)
    memory     of comparisons made before, takes up those made now
    """
    from corpus_utils.families.grouping import group_texts

    count = len(articles)
    days, outlets, titles = (
        articles[name].tolist() if name in articles.columns else [""] * count for name in ("date_latest", "outlet", "title")
    )
    order = sorted(range(count), key=lambda row: (days[row] or "9999", row))
    rank = [0] * count
    for place, row in enumerate(order):
        rank[row] = place
    if sketches is None:
        sketches = sketch_texts(articles["text"].tolist())
    members = group_texts(sketches, rank, outlets, _LikeTitles(titles, days), memory or Memory())
    ids = articles["id"].tolist()
    rows = [
        {"id": name, "family_id": ids[one.family], "role": one.role, "of": ids[one.of] if one.of >= 0 else "", "overlap": one.overlap}
        for name, one in zip(ids, members)
    ]
    return validate("families", frame("families", rows))


class _LikeTitles:
    """Whether two texts have like titles and days that are near, or not both known."""

    def __init__(self, titles: Sequence[str], days: Sequence[str]) -> None:
        self._titles, self._days = titles, days
        self._words = lru_cache(maxsize=4096)(lambda title: frozenset(words(title)))

    def __call__(self, one: int, other: int) -> bool:
        first, second = self._words(self._titles[one]), self._words(self._titles[other])
        if min(len(first), len(second)) < LEAST_TITLE or len(first & second) < LIKE_TITLES * len(first | second):
            return False
        return _days_apart(self._days[one], self._days[other]) <= NEAR_DAYS


def _days_apart(one: str, other: str) -> int:
    from datetime import date

    if not one or not other:
        return 0
    return abs((date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])).days)


def mark_families(articles: pd.DataFrame, families: pd.DataFrame | None = None) -> pd.DataFrame:
    """`articles` with `family` (id of the original), `family_role` and the flag `duplicate` for all but originals.

    `families` has a row an article, in the same order; with it `articles` may lack columns that are not needed.
    """
    if families is None:
        validate("articles", articles)
    found = find_families(articles) if families is None else families
    out = articles.copy()
    out["family"] = found["family_id"].astype("str").to_numpy()
    out["family_role"] = found["role"].astype("str").to_numpy()
    out["flags"] = [
        sorted({*flags, "duplicate"}) if role != "original" else [flag for flag in flags if flag != "duplicate"]
        for flags, role in zip(out["flags"], out["family_role"])
    ]
    for name in ("family", "family_role"):
        out[name] = out[name].astype("str")
    return out


_ISO = re.compile(r"\s*(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")


def family_articles(records: pd.DataFrame) -> pd.DataFrame:
    """Records as `find_families` takes them: id, text, title, outlet, date_latest, found under their usual names."""
    import pandas as pd

    from corpus_utils.load.columns import as_text, guess_columns

    named = {ours: theirs for theirs, ours in guess_columns([str(name) for name in records.columns]).items()}
    columns = {"id": records["id"], "text": records["text"]}
    for ours, name in (("title", "title"), ("outlet", "outlet"), ("date", "date_latest")):
        values = [as_text(value) for value in records[named[ours]]] if ours in named else [""] * len(records)
        columns[name] = pd.Series([_day(value) for value in values] if ours == "date" else values, index=records.index, dtype="str")
    return pd.DataFrame(columns)


def family_records(records: pd.DataFrame) -> pd.DataFrame:
    """What `corpus-utils families` writes: id, family_id, role, of, overlap, a row a record in the order given."""
    return find_families(family_articles(records))


@lru_cache(maxsize=65536)
def _day(stated: str) -> str:
    """A stated date as YYYY-MM-DD; "" where it is not understood."""
    from datetime import date

    from corpus_utils.clean.dates import solve_date
    from corpus_utils.clean.publication import record_clues

    if match := _ISO.match(stated):
        try:
            return date(*map(int, match.groups())).isoformat()
        except ValueError:
            return ""
    return solve_date(record_clues({"date": stated})).latest if stated else ""
