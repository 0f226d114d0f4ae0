"""The multiverse: one finding under every combination of choices declared beforehand, so that a reader sees what it hangs on.

The choices (cleaning, dedup, lexicon, k, coder) stand in `corpus.toml`, section [measures], before anything is computed; the first option
of each is the one the report uses. Every combination is one universe (Steegen et al. 2016; Simonsohn, Simmons & Nelson 2020).
The universes are not independent studies, so no p value is made of them: the range, the share with the same sign and the choice
that moves the number most are what is told. An option that changes nothing (copies counted once or each, where there are none) is no
second analysis: its universes count as one with those they equal.

    choices = declared(project, "cleaning", "dedup")
    table = run_multiverse(choices, partial(headline_under, tables))      # headline_under(tables, cleaning=..., dedup=...) -> number
    told = summarise_multiverse(table)
    in_words(told, "the lead of the largest topic", form="share")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.analyse.findings import finding
from corpus_utils.analyse.tone import LEXICON_NAMES
from corpus_utils.project import CHOICES, Project
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.stats import Interval

OWN = ("universe", "main", "estimate", "low", "high", "problem")
EVEN = 1e-9  # differences below this are rounding


class Multiverse(NamedTuple):
    """What a multiverse says: `same_sign` is a share of the universes that differ; `decides` is "" where nothing moves it.

    `distinct` universes gave a number and differ (`distinct_universes`), of `estimated` that gave one. `interval` is that of `main`.
    """

    universes: int
    estimated: int
    distinct: int
    main: float
    low: float
    high: float
    same_sign: float
    decides: str
    moves: float
    options: tuple[tuple[str, float], ...]  # option of the deciding choice -> mean estimate under it
    interval: tuple[float, float] = (float("nan"), float("nan"))


def declared(project: Project, *names: str) -> dict[str, tuple[Any, ...]]:
    """The declared options of the choices a report can make. Raises ValueError naming the choices there are."""
    for name in names:
        if name not in CHOICES:
            raise ValueError(f"no choice called {name!r}; there are: {', '.join(CHOICES)}")
    return {name: tuple(project.choices.get(name, CHOICES[name])) for name in names}


def run_multiverse(choices: Mapping[str, Sequence[Any]], estimate: Callable[..., float | Interval]) -> pd.DataFrame:
    """One row per combination: universe (1, 2, ...), main, one column per choice (text), estimate, low, high, problem.

    `estimate(**options)` gives a number or a `stats.Interval`, NaN where this universe has none; a ValueError it raises is kept as
    the row's `problem`, because a combination that cannot be computed is a result too. The first row is the main analysis.
    Raises ValueError for a choice without options.
    """
    import pandas as pd

    if empty := [name for name, options in choices.items() if not options]:
        raise ValueError(f"the choice {empty[0]!r} has no options")
    rows = []
    for n, options in enumerate(product(*choices.values()), start=1):
        chosen = dict(zip(choices, options))
        value, low, high, problem = float("nan"), float("nan"), float("nan"), ""
        try:
            found = estimate(**chosen)
            value, low, high = (found.estimate, found.low, found.high) if isinstance(found, tuple) else (float(found), low, high)
        except ValueError as error:
            problem = str(error)
        shown = {name: str(option) for name, option in chosen.items()}
        rows.append({"universe": n, "main": n == 1, **shown, "estimate": value, "low": low, "high": high, "problem": problem})
    return pd.DataFrame(rows, columns=["universe", "main", *choices, "estimate", "low", "high", "problem"])


def choice_columns(table: pd.DataFrame) -> list[str]:
    """The columns of a multiverse that are choices."""
    return [str(name) for name in table.columns if name not in OWN]


def distinct_universes(table: pd.DataFrame) -> pd.DataFrame:
    """`table` without the universes of an option that equals an earlier option of its choice in every combination with the others."""
    for name in choice_columns(table):
        seen, repeats = set(), []
        for option, rows in table.groupby(name, sort=False):
            found = tuple(None if value != value else round(value, 9) for value in rows["estimate"])
            if found in seen:
                repeats.append(option)
            seen.add(found)
        table = table[~table[name].isin(repeats)]
    return table


def summarise_multiverse(table: pd.DataFrame, *, reference: float = 0.0) -> Multiverse:
    """Range, share with the sign of the main estimate, and the choice whose options differ most in their mean estimate.

    A sign is that of the estimate less `reference` (0 for a difference).
    """
    import numpy as np

    known = table[table["estimate"].notna()]
    main = float(table["estimate"].iat[0]) if len(table) else float("nan")
    if known.empty:
        nan = float("nan")
        return Multiverse(len(table), 0, 0, main, nan, nan, nan, "", nan, ())
    differing = distinct_universes(table)["estimate"].dropna()
    signs = np.sign((differing - reference).to_numpy().round(9))
    agree = float(np.mean(signs == np.sign(round(main - reference, 9)))) if main == main else float("nan")
    low, high = float(known["estimate"].min()), float(known["estimate"].max())
    decides, moves = "", 0.0
    options: tuple[tuple[str, float], ...] = ()
    for name in choice_columns(table):
        means = known.groupby(name, sort=False)["estimate"].mean()
        spread = float(means.max() - means.min())
        if spread > moves + EVEN:
            decides, moves, options = name, spread, tuple((str(key), float(value)) for key, value in means.items())
    own = (float(table["low"].iat[0]), float(table["high"].iat[0])) if {"low", "high"} <= set(table.columns) else (float("nan"),) * 2
    return Multiverse(len(table), len(known), len(differing), main, low, high, agree, decides, moves, options, own)


_NAMES = {
    "cleaning": "cleaning",
    "dedup": "how copies are counted",
    "lexicon": "the lexicon",
    "k": "the number of topics",
    "coder": "the coder",
}


def in_words(told: Multiverse, what: str, *, form: str = "decimal") -> str:
    """The multiverse in two sentences; `what` is the finding as a noun ("the lead of the largest topic")."""
    if told.estimated == 0:
        return f"Under none of the {told.universes} combinations of choices declared beforehand can {what} be computed."
    if told.universes == 1:
        return f"Only one set of choices was declared, so nothing shows what {what} hangs on."
    of = f"{told.universes} combinations of choices declared beforehand"
    lost = f" It cannot be computed in {told.universes - told.estimated} of them." if told.estimated < told.universes else ""
    low, high = number(told.low, form), number(told.high, form)
    if told.distinct > 1 and low == high and told.main == told.main:
        return f"Over {of}, {what} is {low} throughout, but for less than is printed.{lost}"
    if told.distinct == 1:
        return f"Over {of}, {what} is {low} throughout.{lost} None of the choices moves it."
    differ = " that differ" if told.distinct < told.estimated else ""
    of += f", of which {told.distinct} give different numbers" if differ else ""
    span = f"between {low} and {high}"
    if told.main != told.main:
        return f"Over {of}, {what} lies {span}; the main one gives none.{lost}"
    same = round(told.same_sign * told.distinct)
    held = f"all {told.distinct}{differ}" if same == told.distinct else f"{same} of {told.distinct}{differ}"
    first = f"Over {of}, {what} lies {span} and keeps its direction in {held}.{lost}"
    if not told.decides:
        return first + " None of the choices moves it."
    means = ", ".join(f"{number(value, form)} with {_option(told.decides, option)}" for option, value in told.options)
    return f"{first} What moves it most is {_NAMES.get(told.decides, told.decides)}: on average {means}."


def hedge(told: Multiverse, what: str, *, form: str = "decimal") -> str:
    """A sentence for beneath the answer where a declared choice moves the number beyond the interval of the main analysis; else "".

    The number under the option of the deciding choice that is farthest from the main analysis has to lie outside its interval.
    """
    low, high = told.interval
    if not told.decides or not low <= told.main <= high:
        return ""
    option, value = max(told.options, key=lambda item: abs(item[1] - told.main))
    if low <= value <= high:
        return ""
    span = f"{number(told.main, form)} with an interval from {number(low, form)} to {number(high, form)}"
    other = f"{number(value, form)} with {_option(told.decides, option)}"
    return f"A choice moves this more than the interval says: {what} is {span}, but {other}."


def _option(choice: str, option: str) -> str:
    return f"{option} topics" if choice == "k" else f"“{LEXICON_NAMES.get(option, option)}”"


def multiverse_findings(told: Multiverse, what: str, *, form: str = "decimal", **about: Any) -> list[dict[str, Any]]:
    """Rows for the findings table: lowest, highest and share of universes with the same sign. `about` as in `findings.finding`."""
    if not told.estimated:
        return []
    lead = "share, " if form == "share" else ""
    shared = {**about, "label": what, "unit": "combination", "n_units": told.distinct}
    rows = [
        finding("multiverse-lowest", told.low, measure=f"{lead}lowest over the combinations of choices", **shared),
        finding("multiverse-highest", told.high, measure=f"{lead}highest over the combinations of choices", **shared),
    ]
    if told.same_sign == told.same_sign:
        of = {"measure": "share of combinations with the same direction", "denominator": "combinations of choices that differ"}
        rows.append(finding("multiverse-same-direction", told.same_sign, **shared, **of))
    return rows
