"""Stories of one language: words of two languages never stand together, so topics and contrasts of both would only tell them apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from corpus_utils.language import normal_code
from corpus_utils.wording import language as in_english

if TYPE_CHECKING:
    import pandas as pd


def stories_by_language(articles: pd.DataFrame) -> dict[str, int]:
    """Distinct stories of each known language, most first, of equally many by code. `articles` has language and family."""
    counts = articles[articles["language"] != ""].groupby("language")["family"].nunique()
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0])))


def main_language(articles: pd.DataFrame, language: str = "") -> str:
    """The code of `language` (a code or a name), or of the one most distinct stories are in; "" where none is known.

    Raises ValueError for a language that no story is in.
    """
    known = stories_by_language(articles)
    if not language:
        return next(iter(known), "")
    code = normal_code(language)
    if code not in known:
        raise ValueError(f"no story is in {language!r}; there are stories in: {', '.join(known) or 'no known language'}")
    return code


def of_language(articles: pd.DataFrame, code: str) -> pd.DataFrame:
    """The articles in one language, with those whose language could not be told: these are short, and left out they would be lost."""
    return articles[articles["language"].isin((code, ""))]


def left_out_words(code: str, others: Mapping[str, int]) -> str:
    """What was left out and why, for the page; "" where nothing was. `others`: language code -> distinct stories."""
    if not others:
        return ""
    counts = [f"{count:,} {'story' if count == 1 else 'stories'} in {in_english(other)}" for other, count in others.items()]
    told = ", ".join(counts[:-1]) + " and " + counts[-1] if len(counts) > 1 else counts[0]
    return (
        f"This page reads the stories in {in_english(code)}. Left out: {told}. Words of two languages never stand together, so their "
        "topics would be the languages, and an outlet's language would pass for its choice of words. The notebook's parameter “language” "
        "names another."
    )
