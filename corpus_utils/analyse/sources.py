"""The source line under a quoted sentence: outlet, title and date of its article, as a reader writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.lookup import places, taken
from corpus_utils.wording import day, days

if TYPE_CHECKING:
    import pandas as pd


def published(articles: pd.DataFrame) -> list[str]:
    """Per article its date in words: a day, "one day or another" of few candidates, "between ... and ..." of many; "" where undated."""
    rows = zip(*(articles[name].tolist() for name in ("date_earliest", "date_latest", "date_evidence")))
    return [_told(first, last, json.loads(evidence) if first != last else []) if first else "" for first, last, evidence in rows]


def _told(first: str, last: str, evidence: list[dict[str, Any]]) -> str:
    used = [item.get("candidates") or [] for item in evidence if item.get("used")]
    candidates = sorted(set(map(str, min(used, key=len)))) if used else []
    if first != last and 2 <= len(candidates) <= 3 and candidates[0] == first and candidates[-1] == last:
        return " or ".join(day(candidate) for candidate in candidates)
    return days(first, last)


def with_source(rows: pd.DataFrame, owners: pd.Series, articles: pd.DataFrame) -> pd.DataFrame:
    """`rows` with outlet, title and date of the articles whose ids are `owners`, in the same order."""
    import pandas as pd

    at = places(owners, articles["id"])
    dates = pd.Series(published(articles), dtype="str", index=articles.index)
    told = {"outlet": articles["outlet"], "title": articles["title"], "date": dates}
    return rows.assign(**{name: taken(column, at).to_numpy() for name, column in told.items()})
