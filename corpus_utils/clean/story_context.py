"""A second look at possible headlines of stories: what the first forest makes of the other candidates of the page.

Whether a line opens a story depends on whether the page holds several stories at all: one likely headline speaks for the next, and a
page on which none stands out is one story. A second forest reads the features again beside the first one's log-odds and these columns
(stacking, Wolpert 1992); in training they come from forests that have not seen the page.
"""

from __future__ import annotations

import numpy as np

from corpus_utils.clean.story_units import Units

Array = np.ndarray
NONE = -9.0  # log-odds where there is no other candidate
CONTEXT = (
    "first log-odds", "other stories", "other stories a line", "rank", "best other", "above", "below", "candidates on page", "paragraphs",
)  # fmt: skip


def page_context(units: Units, log_odds: Array) -> Array:
    """Matrix with a row per candidate of the units and the columns `CONTEXT`; `log_odds` are those of the first forest."""
    document, pages = units.document[units.candidates], len(units.first) - 1
    chance = 1 / (1 + np.exp(-log_odds))
    many = np.bincount(document, minlength=pages)
    expected = np.bincount(document, weights=chance, minlength=pages)[document] - chance
    order = np.lexsort((-log_odds, document))
    rank = np.empty(len(log_odds))
    rank[order] = np.arange(len(log_odds)) - (np.cumsum(many) - many)[document[order]]
    best, next_best = (np.full(pages, NONE) for _ in range(2))
    best[document[rank == 0]], next_best[document[rank == 1]] = log_odds[rank == 0], log_odds[rank == 1]
    together = document[1:] == document[:-1]
    above, below = np.full(len(log_odds), NONE), np.full(len(log_odds), NONE)
    above[1:][together], below[:-1][together] = log_odds[:-1][together], log_odds[1:][together]
    number = many[document]
    return np.stack(
        [
            log_odds, expected, expected / np.maximum(1, number - 1), rank, np.where(rank == 0, next_best[document], best[document]),
            above, below, np.log1p(number), np.log1p(np.diff(units.first_paragraph)[document]),
        ],
        axis=1,
    )  # fmt: skip
