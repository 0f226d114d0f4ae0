"""Words over time: how often each of a few words is used in each period, with intervals over articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.analyse.keyness_tests import LEAST_USERS
from corpus_utils.analyse.words import kwic
from corpus_utils.stats import cluster_bootstrap
from corpus_utils.tokens import TokenIndex, index_texts

if TYPE_CHECKING:
    import pandas as pd

PERIODS = {"day": 10, "month": 7, "year": 4}  # period -> characters of an ISO date
MILLION = 1_000_000


def word_trend(
    texts: Sequence[str],
    dates: Sequence[str],
    words: Sequence[str],
    *,
    period: str = "month",
    seed: int = 0,
    index: TokenIndex | None = None,
) -> pd.DataFrame:
    """Uses per million words in each period: word, period, count, per_million, low, high, articles (of the period), using (with the word).

    `dates` are ISO dates, "" for an undated article, which is left out; `words` are patterns as in `words.kwic` ("sanction*").
    Periods without articles are left out: no text is not a rate of 0. Intervals resample articles
    (stats.cluster_bootstrap); there is none (NaN) where fewer than five articles use the word.
    `index`: the texts' words, where they are known. Raises ValueError for lengths that differ, an unknown period, or no words.
    """
    import pandas as pd

    if len(texts) != len(dates):
        raise ValueError(f"{len(texts)} texts, but {len(dates)} dates")
    if period not in PERIODS:
        raise ValueError(f"period should be {', '.join(PERIODS)}, not {period!r}")
    if not list(words):
        raise ValueError("no words to trace")
    when = np.array([str(date)[: PERIODS[period]] if len(str(date)) >= PERIODS[period] else "" for date in dates])
    made = index_texts(texts) if index is None else index
    lengths = np.diff(made.bounds).astype(float)
    names, rows = [str(n) for n in range(len(texts))], []
    for word in words:
        found = kwic(texts, word, ids=names, width=0, index=made)["id"].astype(int).to_numpy()
        uses = np.bincount(found, minlength=len(texts)) if len(texts) else np.zeros(0)
        for one in sorted(set(when.tolist()) - {""}):
            here = np.flatnonzero((when == one) & (lengths > 0))
            if not len(here):
                continue
            rate = cluster_bootstrap(uses[here] / lengths[here], here, weights=lengths[here], seed=seed)
            using = int((uses[here] > 0).sum())
            low, high = (rate.low, rate.high) if using >= LEAST_USERS else (np.nan, np.nan)
            rows.append({
                "word": word, "period": one, "count": int(uses[here].sum()), "per_million": rate.estimate * MILLION,
                "low": low * MILLION, "high": high * MILLION, "articles": len(here), "using": using,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["word", "period", "count", "per_million", "low", "high", "articles", "using"])
