"""Views of words: every use in context, use over time, two groups in contrast. Array work on the index; texts are read only where shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.explore.search import Search
from corpus_utils.tokens import find_phrase

if TYPE_CHECKING:
    import pandas as pd

SORTS = ("text", "left", "right")
COLUMNS = ("article_id", "title", "outlet", "date", "start", "end", "left", "match", "right")
_NEIGHBOURS = 3  # words to a side that decide the order


def find_uses(search: Search, pattern: str, *, sort: str = "text", width: int = 60, most: int = 50) -> pd.DataFrame:
    """Every use of a phrase in context (KWIC): article_id, title, outlet, date (where one day is certain), start, end, left, match, right.

    pattern  words in either case, * for any letters ("secur* council")
    sort     "text" as they stand, "left" by the words before (nearest first), "right" by the words after
    most     rows given; `.attrs` says how many uses (`uses`) in how many articles (`articles`) there are in all

    Raises ValueError for a pattern without words or an unknown sort.
    """
    import pandas as pd

    if sort not in SORTS:
        raise ValueError(f"sort should be one of {', '.join(SORTS)}, not {sort!r}")
    begins, length = find_phrase(search.index, pattern)
    owners = search.index.texts_of(begins)
    shown = begins[_order(search, begins, owners, length, sort, most)]
    articles, texts = search.articles, search.articles["text"]
    dates = articles["date_earliest"].where(articles["date_earliest"] == articles["date_latest"], "")
    rows = []
    for begin, owner in zip(shown.tolist(), search.index.texts_of(shown).tolist()):
        start, end, text = int(search.index.starts[begin]), int(search.index.ends[begin + length - 1]), texts.iat[owner]
        left, right = text[max(0, start - width) : start], text[end : end + width]
        about = [column.iat[owner] for column in (articles["id"], articles["title"], articles["outlet"], dates)]
        rows.append((*about, start, end, _flat(left), text[start:end], _flat(right)))
    out = pd.DataFrame(rows, columns=list(COLUMNS))
    out.attrs |= {"uses": len(begins), "articles": int((np.diff(owners, prepend=-1) != 0).sum())}
    return out


def _order(search: Search, begins: np.ndarray, owners: np.ndarray, length: int, sort: str, most: int) -> np.ndarray:
    """Rows of the first `most` uses. The vocabulary is sorted, so word ids are in the order of the alphabet; an article's edge is first."""
    if sort == "text" or not len(begins):
        return np.arange(min(most, len(begins)))
    index = search.index
    first, last = index.bounds[owners], index.bounds[owners + 1]
    rows = np.arange(len(begins))
    keys: list[np.ndarray] = []
    for step in range(1, _NEIGHBOURS + 1):
        place = begins[rows] - step if sort == "left" else begins[rows] + length - 1 + step
        inside = (place >= first[rows]) & (place < last[rows])
        keys.append(np.where(inside, index.ids[np.where(inside, place, 0)], -1))
        if step == 1 and len(rows) > most:  # what cannot be among the first need not be sorted
            near = keys[0] <= np.partition(keys[0], most - 1)[most - 1]
            rows, keys = rows[near], [keys[0][near]]
    return rows[np.lexsort((rows, *keys[::-1]))[:most]]  # lexsort: the last key decides first


def _flat(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ")


PERIODS = {"year": 4, "month": 7, "day": 10}


def count_trend(search: Search, patterns: Sequence[str], *, by: str = "month") -> pd.DataFrame:
    """Use over time: pattern, period, uses, words, per_million, articles, all_articles, share, low, high; one row a pattern and period.

    `share` is the share of the period's articles with the phrase, with a Wilson interval; only articles dated to the period count, and
    `.attrs["undated"]` says how many are not. Raises ValueError for an unknown period or a pattern without words.
    """
    import pandas as pd

    from corpus_utils.stats import wilson

    if by not in PERIODS:
        raise ValueError(f"by should be one of {', '.join(PERIODS)}, not {by!r}")
    names, number = _periods(search, by)
    dated = number >= 0
    words = np.bincount(number[dated], weights=search.lengths[dated], minlength=len(names))
    everything = np.bincount(number[dated], minlength=len(names))
    rows = []
    for pattern in patterns:
        owners = search.index.texts_of(find_phrase(search.index, pattern)[0])
        uses = np.bincount(owners, minlength=len(number))
        for at, name in enumerate(names):
            own = number == at
            held = int((uses[own] > 0).sum())
            interval = wilson(held, int(everything[at]))
            total = int(uses[own].sum())
            rate = 1e6 * total / words[at] if words[at] else float("nan")
            share = held / everything[at]
            rows.append((pattern, name, total, int(words[at]), rate, held, int(everything[at]), share, interval.low, interval.high))
    columns = ["pattern", "period", "uses", "words", "per_million", "articles", "all_articles", "share", "low", "high"]
    out = pd.DataFrame(rows, columns=columns)
    out.attrs["undated"] = int((~dated).sum())
    return out


@lru_cache(maxsize=8)
def _periods(search: Search, by: str) -> tuple[list[str], np.ndarray]:
    """The periods there are, and the number of the one each article is dated to; -1 where it is dated to none."""
    size = PERIODS[by]
    first, last = (search.articles[name].str[:size] for name in ("date_earliest", "date_latest"))
    period = first.where((first == last) & (first.str.len() == size), "")
    names = sorted(set(period) - {""})
    return names, period.map({name: at for at, name in enumerate(names)}).fillna(-1).astype(int).to_numpy()


def contrast_groups(
    search: Search, column: str, first: str, second: str = "", *, most: int = 30, least: int = 5, language: str = "en"
) -> pd.DataFrame:
    """Words that tell two groups of articles apart: word, count, count_rest, per_million, per_million_rest, articles, g2, log_ratio.

    column  of the articles (outlet, language, agency ...);  `second` empty: all articles that are not `first`
    least   uses in both groups together;  `language`: whose function words are left out ("" for none)

    Signed G2 over four cells (Dunning 1993) and log ratio (Hardie 2014); the strongest of each group, by |G2|. For looking, not for
    testing: report 02 permutes articles and corrects for the number of words. Raises ValueError for an empty group.
    """
    import pandas as pd

    from corpus_utils.analyse.function_words import function_words
    from corpus_utils.analyse.word_measures import log_ratio, signed_g2

    values = search.articles[column].astype("str")
    inside = (values == first).to_numpy()
    outside = (values == second).to_numpy() if second else ~inside
    for name, members in ((first, inside), (second or f"not {first}", outside)):
        if not members.any():
            known = ", ".join(sorted(set(values) - {""})[:20])
            raise ValueError(f"no article with {column} {name!r}; there are: {known or 'none'}")
    uses, articles = search.totals
    a = inside.astype(np.int32) @ search.counts
    b = outside.astype(np.int32) @ search.counts if second else uses - a
    sizes = [max(1, int(search.lengths[members].sum())) for members in (inside, outside)]
    rows = np.flatnonzero(a + b >= least)
    stop = function_words(language) if language else frozenset()
    rows = np.array([row for row in rows.tolist() if search.index.vocabulary[row] not in stop], dtype=np.int64)
    g2, ratio = signed_g2(a[rows], b[rows], *sizes), log_ratio(a[rows], b[rows], *sizes)
    chosen = np.lexsort((rows, -np.abs(g2)))[:most]
    rows, g2, ratio = rows[chosen], g2[chosen], ratio[chosen]
    words = [search.index.vocabulary[row] for row in rows.tolist()]
    return pd.DataFrame({
        "word": words, "count": a[rows], "count_rest": b[rows], "per_million": 1e6 * a[rows] / sizes[0],
        "per_million_rest": 1e6 * b[rows] / sizes[1], "articles": articles[rows], "g2": g2, "log_ratio": ratio,
    })  # fmt: skip
