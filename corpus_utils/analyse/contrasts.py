"""One outlet against the others: differences with intervals, tests and the checks a careful reader asks for.

Any number per unit (a tone, a count, a label as 1 and 0) is compared as a weighted mean. What varies is the story, not the sentence:

    intervals   resample families of near-duplicates within each outlet (a percentile cluster bootstrap)
    p           permutes whole stories over the outlets, two-sided, (b + 1) / (B + 1) (Phipson & Smyth 2010)
                (beyond `stats.LARGE` stories both are computed from their normal limits instead of drawn)
    q           Benjamini & Hochberg (1995) over everything compared together (`corrected`)
    shared      the same difference among families that the outlet shares with another: what is left where the event is the same
    bounds      where a measure abstained: the difference with all abstained counted no, and counted yes. A difference whose sign
                either of them turns is refused: it may be nothing but a difference in abstaining

Units are a DataFrame with `value` (NaN: abstained or unsupported), `weight`, `article_id`, `family`, `outlet`, and optionally
`abstained` (bool). Units without a stated outlet are left out, and outlets of fewer than `LEAST_COMPARED` families. One article of a
family counts per outlet (`per_outlet`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils import stats
from corpus_utils.analyse.adequacy import LEAST_COMPARED, LEAST_PER_OUTLET
from corpus_utils.analyse.lookup import places
from corpus_utils.families import article_weights
from corpus_utils.stats import LEAST_CLUSTERS, bca_ends, benjamini_hochberg, percentile_ends, permutation_p, resample_totals

if TYPE_CHECKING:
    import pandas as pd

DRAWS = 1999
SAME_EVENTS = """
**One event in several outlets.** Where several outlets report the same events, their stories are not independent of each other, though
only near-copies are counted as one: intervals and tests treat them as independent, so they may be too narrow for shares and too wide
for differences between these outlets.
"""
MOST_OUTLETS = 12  # the outlets of the most stories; the others are counted among "the others"
COLUMNS = [
    "outlet", "estimate", "low", "high", "others", "difference", "difference_low", "difference_high", "effect", "p", "q", "articles",
    "families", "units", "abstained", "if_no", "if_yes", "shared", "shared_families", "problem",
]  # fmt: skip


def once(articles: pd.DataFrame) -> pd.DataFrame:
    """One article of each family: copies of a text are no further evidence."""
    return articles[article_weights(articles, "once") > 0].reset_index(drop=True)


def per_outlet(articles: pd.DataFrame) -> pd.DataFrame:
    """One article of each family in each outlet: an outlet answers for what it prints, whoever wrote it."""
    stated = articles[articles["outlet"] != ""]
    return stated[article_weights(stated, "per outlet") > 0].reset_index(drop=True)


def compare_outlets(units: pd.DataFrame, *, test: bool = True, seed: int = 0, draws: int = DRAWS) -> pd.DataFrame:
    """A row per outlet, most stories first: its mean, that of the others, the difference and what is said of it (`COLUMNS`).

    Empty where fewer than two outlets have `LEAST_COMPARED` families. With `test` False, or for an outlet of fewer than
    `LEAST_PER_OUTLET` families, p is NaN. `problem` says why a difference is refused; it and its p are then NaN. `effect` is the
    difference in standard deviations of story means. Raises ValueError where a column is missing.
    """
    import pandas as pd

    if missing := {"value", "weight", "article_id", "family", "outlet"} - set(units.columns):
        raise ValueError(f"units to compare lack the column {sorted(missing)[0]!r}")
    needed = [name for name in ("value", "weight", "article_id", "family", "outlet", "abstained") if name in units]
    stated = units.loc[units["outlet"] != "", needed]  # texts need not be taken along
    cells = _cells(stated)
    sizes = cells.groupby("outlet")["family"].nunique().sort_values(ascending=False, kind="stable")
    names = sizes.index[sizes >= LEAST_COMPARED].tolist()
    if len(names) < 2:
        return pd.DataFrame(columns=COLUMNS)
    stated, cells = stated[stated["outlet"].isin(names)], cells[cells["outlet"].isin(names)].reset_index(drop=True)
    codes = pd.Categorical(cells["outlet"], categories=names).codes.astype(np.int64)
    sums = cells[["top", "bottom"]].to_numpy()
    drawn = None if len(sums) > stats.LARGE else _drawn(sums, codes, len(names), draws=draws, seed=seed, test=test)
    spread = float(np.std((cells["top"] / cells["bottom"]).to_numpy())) if len(cells) > 1 else 0.0
    shared = cells[cells.groupby("family")["outlet"].transform("nunique") > 1]
    told = [_told(sums, codes, k, drawn, test=test) for k in range(min(len(names), MOST_OUTLETS))]
    rows = [_row(*pair, spread) for pair in zip(told, _counted(stated, shared, names[: len(told)]))]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(q=benjamini_hochberg(table["p"]))


def _cells(units: pd.DataFrame) -> pd.DataFrame:
    """Weighted sum and weight of each family in each outlet, judged units only, in a stable order."""
    known = units[units["value"].notna() & (units["weight"] > 0)]
    weighed = known.assign(top=known["value"] * known["weight"], bottom=known["weight"])
    return weighed.groupby(["outlet", "family"], sort=True)[["top", "bottom"]].sum().reset_index()


class _Drawn(NamedTuple):
    """Resampled sums and weights of each outlet, (outlets, draws, 2), and permuted differences, (draws, outlets); None: no test."""

    resampled: np.ndarray
    permuted: np.ndarray | None


def _drawn(sums: np.ndarray, codes: np.ndarray, count: int, *, draws: int, seed: int, test: bool) -> _Drawn:
    resampled = np.stack([resample_totals(sums[codes == k], draws=draws, seed=seed + k) for k in range(count)])
    return _Drawn(resampled, _permuted(sums, codes, count, draws=draws, seed=seed) if test else None)


def _permuted(sums: np.ndarray, codes: np.ndarray, count: int, *, draws: int, seed: int) -> np.ndarray:
    """Differences (outlet less the others) under random assignment of stories: (draws, outlets)."""
    generator = np.random.default_rng(seed)
    sizes = np.bincount(codes, minlength=count)
    starts = np.cumsum(sizes) - sizes
    total = sums.sum(axis=0)
    out = np.empty((draws, count))
    for number in range(draws):
        own = np.add.reduceat(sums[generator.permutation(len(sums))], starts, axis=0)
        out[number] = _difference(own, total)
    return out


def _difference(own: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Mean of `own` less mean of the rest, from sums and weights in the last axis; NaN where one side is empty."""
    rest = total - own
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(own[..., 0] / own[..., 1] - rest[..., 0] / np.where(rest[..., 1] > 1e-12, rest[..., 1], np.nan))


class _Told(NamedTuple):
    """What is said of one outlet before abstentions are looked at."""

    estimate: float
    low: float
    high: float
    others: float
    difference: float
    difference_low: float
    difference_high: float
    p: float
    families: int


def _told(sums: np.ndarray, codes: np.ndarray, k: int, drawn: _Drawn | None, *, test: bool) -> _Told:
    inside = codes == k
    own, total, families = sums[inside].sum(axis=0), sums.sum(axis=0), int(inside.sum())
    rest = total - own
    estimate, others, difference = own[0] / own[1], rest[0] / rest[1], float(_difference(own, total))
    nan = float("nan")
    ends, apart, p = (nan, nan), (nan, nan), nan
    fewest = min(families, len(sums) - families)
    if drawn is None:
        error = stats.ratio_error(*sums[inside].T), stats.ratio_error(*sums[~inside].T)
        half, both = stats.normal_quantile() * error[0], stats.normal_quantile() * float(np.hypot(*error))
        ends, apart = (estimate - half, estimate + half), (difference - both, difference + both)
        p = _normal_p(sums, inside, difference) if test else nan
    else:
        mine, everything = drawn.resampled[k], drawn.resampled.sum(axis=0)
        ends = bca_ends(mine[:, 0] / mine[:, 1], *sums[inside].T)
        apart = percentile_ends(_difference(mine, everything), clusters=fewest)
        p = permutation_p(difference, drawn.permuted[:, k]) if drawn.permuted is not None else nan
    low, high = ends if families >= LEAST_CLUSTERS else (nan, nan)
    first, last = apart if fewest >= LEAST_CLUSTERS else (nan, nan)
    return _Told(float(estimate), low, high, float(others), difference, first, last, p, families)


def _normal_p(sums: np.ndarray, inside: np.ndarray, difference: float) -> float:
    """The limit of the permutation test for many stories: the difference over its standard deviation under permutation."""
    from statistics import NormalDist

    count, own = len(sums), int(inside.sum())
    residuals = sums[:, 0] - sums[:, 1] * (sums[:, 0].sum() / sums[:, 1].sum())
    scale = 1 / sums[inside, 1].sum() + 1 / sums[~inside, 1].sum()
    spread = float(np.sqrt(own * (count - own) / count * residuals.var(ddof=1)) * scale)
    return 2 * (1 - NormalDist().cdf(abs(difference) / spread)) if spread else 1.0


def _counted(units: pd.DataFrame, shared: pd.DataFrame, names: list[str]) -> Iterator[dict[str, Any]]:
    """Of each outlet what is counted in its units, and the difference among the families that it shares with another."""
    import pandas as pd

    outlets = pd.Series(names, dtype="str")
    of, judged = places(units["outlet"], outlets), units["value"].notna().to_numpy()
    article, _ = pd.factorize(units["article_id"])
    family, families = pd.factorize(shared["family"])
    owner, top, bottom = places(shared["outlet"], outlets), shared["top"].to_numpy(), shared["bottom"].to_numpy()
    for k, name in enumerate(names):
        here, own = of == k, owner == k
        theirs = np.zeros(len(families), dtype=bool)
        theirs[family[own]] = True
        both = theirs[family]
        sums = (np.array([top[rows].sum(), bottom[rows].sum()]) for rows in (own, both))
        if_no, if_yes = abstention_bounds(units, here)
        yield {
            "outlet": name,
            "articles": int((np.bincount(article[here & judged]) > 0).sum()),
            "units": int((here & judged).sum()),
            "abstained": int(units["abstained"].to_numpy()[here].sum()) if "abstained" in units else 0,
            "if_no": if_no,
            "if_yes": if_yes,
            "shared": float(_difference(*sums)) if theirs.sum() >= LEAST_CLUSTERS else np.nan,
            "shared_families": int(theirs.sum()),
        }


def _row(told: _Told, counted: dict[str, Any], spread: float) -> dict[str, Any]:
    problem = _turned(told.difference, counted["if_no"], counted["if_yes"])
    row: dict[str, Any] = (
        told._asdict()
        | counted
        | {
            "effect": told.difference / spread if spread else np.nan,
            "p": told.p if told.families >= LEAST_PER_OUTLET else np.nan,
            "problem": problem,
        }
    )
    return row | (dict.fromkeys(("difference", "difference_low", "difference_high", "effect", "p"), np.nan) if problem else {})


def abstention_bounds(units: pd.DataFrame, chosen: Any) -> tuple[float, float]:
    """The difference in means between the chosen units and the others with all abstained counted no (0), and counted yes (1).

    NaN where the units have no column `abstained` or nothing abstained.
    """
    if "abstained" not in units or not units["abstained"].any():
        return float("nan"), float("nan")
    asked = units[units["value"].notna() | units["abstained"]]
    inside = np.asarray(chosen)[(units["value"].notna() | units["abstained"]).to_numpy()]
    ends = []
    for counted in (0.0, 1.0):
        values, weights = asked["value"].fillna(counted).to_numpy(), asked["weight"].to_numpy()
        sums = np.array([[(values * weights)[side].sum(), weights[side].sum()] for side in (inside, np.ones(len(asked), dtype=bool))])
        ends.append(float(_difference(sums[0], sums[1])))
    return ends[0], ends[1]


def _turned(difference: float, if_no: float, if_yes: float) -> str:
    """Why a difference is refused: "" where it is not."""
    turned = [words for value, words in ((if_no, "no"), (if_yes, "yes")) if value == value and value * difference < 0]
    if not turned:
        return ""
    return f"its sign turns when all the measure abstained on are counted {' or '.join(turned)}"


def corrected(tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The same tables with q over all their tests together: what is looked at together is corrected together."""
    q = benjamini_hochberg(np.concatenate([table["p"].to_numpy(dtype=float) for table in tables])) if tables else np.zeros(0)
    out, at = [], 0
    for table in tables:
        out.append(table.assign(q=q[at : at + len(table)]))
        at += len(table)
    return out
