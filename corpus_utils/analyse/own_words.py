"""Words that set each text apart from the others: what can be said of any number of texts, when they are too few for topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.analyse.counts import count_words
from corpus_utils.analyse.word_measures import PRIOR, log_odds

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.tokens import TokenIndex


def describe_words(articles: pd.DataFrame, *, most: int = 10, index: TokenIndex | None = None) -> pd.DataFrame:
    """Words that set each text apart from the others, for corpora of any size: id, words (list), scores (list), counts (list).

    `articles` has id, text, language. A word's score is its smoothed log odds in the text against all the others together, in standard
    errors (Monroe, Colaresi & Quinn 2008, with the whole corpus as prior); words met once in the text are left out unless there are no
    others. A description of these texts, not a finding about others.
    """
    import pandas as pd

    from corpus_utils.annotate.languages import DEFAULT

    languages = [str(code) or DEFAULT for code in articles["language"]] if "language" in articles.columns else DEFAULT
    counts = count_words(articles["text"].tolist(), languages, index=index)
    rows = []
    totals = np.asarray(counts.matrix.sum(axis=0)).ravel().astype(float)
    prior, n_all = totals * (PRIOR / max(totals.sum(), 1)), totals.sum()
    for name, start, end in zip(articles["id"].tolist(), counts.matrix.indptr[:-1], counts.matrix.indptr[1:]):
        held, here = counts.matrix.indices[start:end], counts.matrix.data[start:end].astype(float)  # the text's own words are enough
        z = log_odds(here, totals[held] - here, prior[held], here.sum(), n_all - here.sum(), prior.sum())
        if here.sum() == n_all:  # nothing to be set apart from: the most frequent words
            z = here
        candidates = np.flatnonzero((here >= 2) & (z > 0))
        if len(candidates) < min(3, most):
            candidates = np.flatnonzero((here >= 1) & (z > 0))
        best = candidates[np.lexsort((held[candidates], -z[candidates].round(9)))][:most]
        rows.append({"id": name, "words": [counts.vocabulary[w] for w in held[best]], "scores": z[best].round(3).tolist(),
                     "counts": here[best].astype(int).tolist()})  # fmt: skip
    return pd.DataFrame(rows, columns=["id", "words", "scores", "counts"])
