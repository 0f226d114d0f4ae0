"""The source line under a quoted sentence: outlet, title and date of its article, as a reader writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.wording import days

if TYPE_CHECKING:
    import pandas as pd


def published(articles: pd.DataFrame) -> list[str]:
    """Per article its date in words, "between ... and ..." where several days are possible; "" where undated."""
    return [days(first, last) if first else "" for first, last in zip(articles["date_earliest"], articles["date_latest"])]


def with_source(rows: pd.DataFrame, owners: pd.Series, articles: pd.DataFrame) -> pd.DataFrame:
    """`rows` with outlet, title and date of the articles whose ids are `owners`, in the same order."""
    by_id = articles.assign(date=published(articles)).set_index("id")
    return rows.assign(**{name: owners.map(by_id[name]).to_numpy() for name in ("outlet", "title", "date")})
