"""The adequacy gate: what this corpus can carry, said before any analysis and in words a reader understands.

Verdicts
    inference    intervals (and, where announced, tests) are printed
    description  counts, quotations and examples; no test, and intervals only within the articles at hand
    refused      the number would mislead: it is not computed

Why the thresholds are what they are stands beside each. They count families (copies once), not files. What an interval
means depends on `kind` in corpus.toml: *sample* (sampling), *census* (measurement error only), *found* (variation among
these articles; nothing generalises).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from corpus_utils.schema import SchemaError

if TYPE_CHECKING:
    import pandas as pd

# A share near one half, from n independent articles, has a 95 % interval of +- .18 at 30: wider says nothing.
LEAST_ARTICLES = 30
# Two outlets' shares can then be told apart where they differ by .2: twice (1.96 * .5 / .2)^2, rounded up.
LEAST_PER_OUTLET = 50
# An outlet of fewer stories is not shown as an outlet: its figures would be those of single stories (and have no interval, see `stats`).
LEAST_COMPARED = 5
SMALL = "smaller outlets"
# Below a hundred articles the words of single articles make the topics (Maier et al. 2018 prune at .5 % of documents).
LEAST_FOR_TOPICS = 100
# A trend needs points to run through, and each point articles behind it.
LEAST_PERIODS, LEAST_PER_PERIOD = 5, 10
# With more of the articles missing their outlet or date than this, whoever states it is a selection.
MOST_MISSING = 0.2

NEEDED = {"family", "outlet", "date_earliest", "date_latest"}
ANALYSES = ("describe", "tone", "frames", "topics", "compare outlets", "trend")


def gate(articles: pd.DataFrame, *, kind: str = "found") -> pd.DataFrame:
    """One row per analysis: analysis, verdict, have, enough, reason. Of `articles` the columns `NEEDED` are read.

    `have` and `enough` are sentences ("10 stories"; "about 50 per outlet"); `reason` says why this verdict.
    """
    import pandas as pd

    if missing := NEEDED - set(articles.columns):
        raise SchemaError(f"articles: missing {sorted(missing)}")
    rows = [_size(articles, analysis, kind) for analysis in ("describe", "tone", "frames")]
    rows += [_topics(articles), _outlets(articles), _trend(articles)]
    return pd.DataFrame(rows, columns=["analysis", "verdict", "have", "enough", "reason"])


def verdict(gates: pd.DataFrame, analysis: str) -> str:
    """The verdict on one analysis. Raises ValueError naming the analyses there are."""
    if analysis not in set(gates["analysis"]):
        raise ValueError(f"no analysis called {analysis!r}; there are: {', '.join(gates['analysis'])}")
    return str(gates.loc[gates["analysis"] == analysis, "verdict"].iat[0])


def small_outlets(articles: pd.DataFrame) -> list[str]:
    """The stated outlets of fewer than `LEAST_COMPARED` distinct stories, which no comparison shows; sorted."""
    counts = articles[articles["outlet"] != ""].groupby("outlet")["family"].nunique()
    return sorted(counts.index[counts < LEAST_COMPARED])


def small_together(table: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """`table` with the small outlets of its column `outlet` under one name, `SMALL`, for tables of a column an outlet."""
    return table.assign(outlet=table["outlet"].mask(table["outlet"].isin(small_outlets(articles)), SMALL))


def left_out_words(articles: pd.DataFrame) -> str:
    """How many outlets are left out of comparisons: "3 outlets with fewer than 5 stories each are left out of comparisons"; "" if none."""
    count = len(small_outlets(articles))
    if not count:
        return ""
    each, verb = (" each", "are") if count > 1 else ("", "is")
    return f"{_count(count, 'outlet')} with fewer than {LEAST_COMPARED} stories{each} {verb} left out of comparisons"


def interval_meaning(kind: str) -> str:
    """What a 95 % interval stands for, by what the corpus stands for."""
    return {
        "sample": "95 % interval: sampling of articles from the stated population",
        "census": "no sampling error: every article is here; measurement error remains",
        "found": "95 % interval: variation among these articles; it generalises to no others",
    }[kind]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun[:-1] + 'ies' if noun.endswith('y') and number != 1 else noun + ('' if number == 1 else 's')}"


def _row(analysis: str, outcome: str, have: str, enough: str, reason: str) -> dict[str, str]:
    return {"analysis": analysis, "verdict": outcome, "have": have, "enough": enough, "reason": reason}


def _size(articles: pd.DataFrame, analysis: str, kind: str) -> dict[str, str]:
    families = articles["family"].nunique()
    have, enough = _count(families, "distinct story"), f"{LEAST_ARTICLES} distinct stories"
    if not families:
        return _row(analysis, "refused", have, enough, "there is nothing to describe")
    if families < LEAST_ARTICLES:
        return _row(analysis, "description", have, enough, "with so few stories one of them can turn any share or mean")
    return _row(analysis, "inference", have, enough, interval_meaning(kind))


def _topics(articles: pd.DataFrame) -> dict[str, str]:
    families = articles["family"].nunique()
    have, enough = _count(families, "distinct story"), f"{LEAST_FOR_TOPICS} distinct stories"
    if families < LEAST_FOR_TOPICS:
        return _row("topics", "refused", have, enough, "a topic model of so few stories shows the words of single stories, not themes")
    return _row("topics", "inference", have, enough, "enough for a model; each topic carries its own stability")


def _outlets(articles: pd.DataFrame) -> dict[str, str]:
    stated = articles[articles["outlet"] != ""]
    counts = stated.groupby("outlet")["family"].nunique()
    missing = 1 - len(stated) / len(articles) if len(articles) else 1.0
    have = f"{_count(len(counts), 'outlet')} stated, for {len(stated)} of {_count(len(articles), 'story')}"
    enough = f"two outlets with about {LEAST_PER_OUTLET} stories each"
    if len(counts) < 2:
        return _row("compare outlets", "refused", have, enough, "a comparison needs two stated outlets")
    if counts.nlargest(2).iat[1] < LEAST_COMPARED:
        reason = f"with fewer than {LEAST_COMPARED} stories an outlet, outlet and story cannot be told apart"
        return _row("compare outlets", "refused", have, enough, reason)
    if missing > MOST_MISSING:
        return _row("compare outlets", "description", have, enough, f"the outlet is not stated for {missing:.0%} of the stories")
    if counts.nlargest(2).iat[1] < LEAST_PER_OUTLET:
        return _row("compare outlets", "description", have, enough, "differences under a fifth would drown in the spread between stories")
    return _row("compare outlets", "inference", have, enough, "stories are resampled within outlets and permuted over them")


def _trend(articles: pd.DataFrame) -> dict[str, str]:
    dated = articles[(articles["date_earliest"] != "") & (articles["date_earliest"] == articles["date_latest"])]
    months = dated["date_earliest"].str[:7].value_counts()
    full = int((months >= LEAST_PER_PERIOD).sum())
    missing = 1 - len(dated) / len(articles) if len(articles) else 1.0
    have = f"{len(dated)} of {_count(len(articles), 'story')} dated to the day, {_count(full, 'month')} with {LEAST_PER_PERIOD} or more"
    enough = f"{LEAST_PERIODS} months with {LEAST_PER_PERIOD} dated stories each"
    if full < LEAST_PERIODS:
        return _row("trend", "refused", have, enough, "a line through fewer points would be a drawing, not a finding")
    if missing > MOST_MISSING:
        return _row("trend", "description", have, enough, f"{missing:.0%} of the stories cannot be placed in time")
    return _row("trend", "inference", have, enough, "months are compared by resampling their articles")


_WORTH = {"topics": "finding topics", "compare outlets": "comparing outlets", "trend": "drawing a trend"}
# Only a sample generalises; figures of other corpora can at best be steady: not turned by a story more or less.
_STEADY = {"sample": "generalising", "census": "steady figures", "found": "figures that one story more could not turn"}


def gates_in_words(gates: pd.DataFrame, analyses: tuple[str, ...] = ANALYSES, *, kind: str = "found") -> str:
    """What the corpus can and cannot carry, in a sentence or two with the numbers that would be enough, as a rule of thumb."""
    chosen = gates[gates["analysis"].isin(analyses)]
    lacking = chosen[chosen["verdict"] != "inference"]
    able = chosen[chosen["verdict"] == "inference"]
    if not len(chosen) or verdict(gates, "describe") == "refused":
        return "There is nothing to describe."
    parts = []
    if len(able):
        parts.append("Enough for " + _listed(_worth(able["analysis"], kind)) + ".")
    else:
        parts.append("Enough to describe and to quote.")
    if len(lacking):
        needs: dict[str, list[str]] = {}
        for name, enough in zip(lacking["analysis"], lacking["enough"]):
            needs.setdefault(enough, []).extend(_worth([name], kind))
        first, *others = (f"{_listed(names)} ({{}}{enough})" for enough, names in needs.items())
        told = ", or for ".join([first.format("rule of thumb: "), *(other.format("") for other in others)])
        parts.append(f"Not enough for {told}.")
    return " ".join(parts)


def _worth(analyses: Iterable[str], kind: str) -> list[str]:
    return list(dict.fromkeys(_WORTH.get(name, _STEADY[kind]) for name in analyses))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]
