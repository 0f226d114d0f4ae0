"""Words of any texts, one call a question, for a notebook cell: each gives a `View`, which shows a figure over its table.

    from corpus_utils import lab
    from corpus_utils.explore import figures
    news = lab.open_corpus("..")
    figures.contrast_words(news.articles["text"], news.articles["outlet"])      # .table, .figure
    figures.find_uses(news.articles["text"], "secur* council", ids=news.articles["id"])
    figures.find_collocations(news.articles["text"], "sanctions")
    figures.count_ngrams(news.articles["text"], 3)
    figures.trace_words(news.articles["text"], news.articles["date_earliest"], ["sanction*", "talks"])

The words of a corpus are indexed once and kept in its store; `index=explore.search.open_search(news).index` saves reading them again.

Columns and measures are those of `analyse.words` and `analyse.trends`, which need no notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus_utils import plot
from corpus_utils.wording import day, number

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.plot.figure import Figure
    from corpus_utils.tokens import TokenIndex

SHOWN = 20  # marks drawn and rows shown; the table holds all
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class View:
    """An answer: its `table`, whole, and a `figure` of its first rows."""

    table: pd.DataFrame = field(repr=False)
    figure: Figure

    def _repr_html_(self) -> str:
        from corpus_utils.report.blocks import lab_style
        from corpus_utils.report.tables import table

        formats = {"p": ".3g", "q": ".3g"}
        return lab_style() + self.figure._repr_html_() + table(self.table, caption="The numbers", formats=formats, max_rows=SHOWN).html


def contrast_words(texts: Sequence[str], groups: Sequence[str], group: str = "", *, languages: Sequence[str] | str = "en", seed: int = 0,
                   stop: bool = True) -> View:  # fmt: skip
    """Words `group` (default: the largest) uses more or less than the other groups together; texts without a group are left out.

    `stop` leaves function words out. The table is that of `analyse.words.keyness`. ValueError: fewer than two groups, unknown group.
    """
    from corpus_utils.analyse.words import keyness

    kept = [n for n, name in enumerate(groups) if str(name)]
    names = [str(list(groups)[n]) for n in kept]
    codes = languages if isinstance(languages, str) else [list(languages)[n] for n in kept]
    table = keyness([list(texts)[n] for n in kept], names, languages=codes, seed=seed, stop=stop)
    group = group or max(sorted(set(names)), key=names.count)
    if group not in set(names):
        raise ValueError(f"no group called {group!r}; there are: {', '.join(sorted(set(names)))}")
    others = sorted(set(names) - {group})
    rest = others[0] if len(others) == 1 else "all others"
    return View(table, contrast_figure(table, group, rest))


def contrast_figure(table: pd.DataFrame, group: str, rest: str, *, name: str = "contrast") -> Figure:
    """The scatter of a keyness table: frequency by log ratio of `group` (right) against `rest` (left)."""
    own = table[table["group"] == group]
    sure = own["q"] < SIGNIFICANT
    drawn = own.assign(frequency=own["count"] + own["count_rest"], marked=sure)[["word", "frequency", "log_ratio", "marked", "q"]]
    told = f"{number(int(sure.sum()), 'count')} of {number(len(own), 'count')} words differ at q < .05 and are marked"
    caption = f"To the right words more frequent in {group}, to the left in {rest}; {told}."
    return plot.plot_words(drawn, name=name, caption=caption, groups=(rest, group))


def find_collocations(texts: Sequence[str], node: str = "", *, window: int = 5, least: int = 5, languages: str = "en",
                      index: TokenIndex | None = None) -> View:  # fmt: skip
    """Words that stand near `node`, or pairs of neighbours without one, by logDice. The table is that of `analyse.words.collocations`."""
    from corpus_utils.analyse.words import collocations

    table = collocations(texts, node=node, window=window, least=least, languages=languages, index=index)
    pairs = (table["first"] + " " + table["second"]) if not node else table["second"]
    drawn = table.assign(label=pairs, estimate=table["log_dice"], n=table["count"])[["label", "estimate", "n"]]
    what = f"near “{node}”" if node else "that stand together"
    caption = f"The words {what} most exclusively; 14 would be: never one without the other."
    return View(table, plot.plot_dots(drawn, name="collocations", caption=caption, axis="logDice", unit="uses", top=SHOWN))


def find_uses(texts: Sequence[str], pattern: str, *, ids: Sequence[str] | None = None, width: int = 60, sort: str = "text",
              index: TokenIndex | None = None) -> View:  # fmt: skip
    """Every use of a pattern in context, and the texts that use it most. The table is that of `analyse.words.kwic`."""
    from corpus_utils.analyse.words import kwic

    table = kwic(texts, pattern, ids=ids, width=width, sort=sort, index=index)
    counts = table["id"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    drawn = counts.rename_axis("label").reset_index(name="estimate")
    caption = f"“{pattern}” is used {number(len(table), 'count')} times, in {len(counts)} of {len(texts)} texts."
    return View(table, plot.plot_dots(drawn, name="uses", caption=caption, form="count", axis="uses in a text", top=SHOWN))


def count_ngrams(texts: Sequence[str], n: int = 2, *, least: int = 3, most: int = 50, index: TokenIndex | None = None) -> View:
    """The most frequent runs of `n` words inside sentences. The table is that of `analyse.words.ngrams`."""
    from corpus_utils.analyse.words import ngrams

    table = ngrams(texts, n, least=least, most=most, index=index)
    drawn = table.rename(columns={"ngram": "label", "count": "estimate", "texts": "n"})
    caption = f"The most frequent runs of {number(n, 'words')} words."
    return View(table, plot.plot_dots(drawn, name="ngrams", caption=caption, form="count", axis="uses", unit="texts", top=SHOWN))


def trace_words(texts: Sequence[str], dates: Sequence[str], words: Sequence[str], *, period: str = "month", seed: int = 0,
                index: TokenIndex | None = None) -> View:  # fmt: skip
    """How often words are used over time, per million words. The table is that of `analyse.trends.word_trend`."""
    from corpus_utils.analyse.trends import word_trend

    table = word_trend(list(texts), list(dates), words, period=period, seed=seed, index=index)
    drawn = table.rename(columns={"period": "label", "per_million": "estimate", "word": "group", "articles": "n"})
    drawn["label"] = drawn["label"].map(day)
    undated = sum(1 for date in dates if not str(date))
    caption = "Uses per million words, by period, with intervals over articles."
    caption += f" {undated} undated texts are left out." if undated else ""
    figure = plot.plot_dots(drawn, name="trend", caption=caption, form="count", axis="uses per million words", unit="texts", top=3 * SHOWN)
    return View(table, figure)
