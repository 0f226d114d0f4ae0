"""How far two lexicons agree on the same sentences, chance taken off: the check that report 03 puts beside every tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.analyse.lookup import places
from corpus_utils.analyse.tone import LEXICON_NAMES
from corpus_utils.stats import LARGE, LEAST_CLUSTERS, percentile_ends, resample_totals

if TYPE_CHECKING:
    import pandas as pd


def lexicon_agreement(units: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """How pairs of lexicons judge `units` (as `scored` gives them).

    Columns: first, second, n, neutral, one_neutral, same, opposite (counts of units: both neutral, only one of them, the same side,
    opposite sides; only units both lexicons judged), correlation (Pearson's r, NaN where one of them never varies), alpha
    (Krippendorff's, nominal: agreement beyond chance on positive, neutral, negative) with low and high from resampling families.
    """
    import pandas as pd

    rows = []
    for first, second in (("vader", "lexicon2"), ("vader", "vader_masked")):
        both = units[units[first].notna() & units[second].notna()]
        one, two = both[f"{first}_sign"], both[f"{second}_sign"]
        sided = (one != "neutral") & (two != "neutral")
        varies = len(both) > 2 and both[first].std() > 0 and both[second].std() > 0
        alpha, low, high = _alpha(one, two, both["family"], seed)
        rows.append(
            {
                "first": LEXICON_NAMES[first],
                "second": LEXICON_NAMES[second],
                "n": len(both),
                "neutral": int(((one == "neutral") & (two == "neutral")).sum()),
                "one_neutral": int(((one == "neutral") != (two == "neutral")).sum()),
                "same": int((sided & (one == two)).sum()),
                "opposite": int((sided & (one != two)).sum()),
                "correlation": float(np.corrcoef(both[first], both[second])[0, 1]) if varies else np.nan,
                "alpha": alpha,
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def _alpha(one: pd.Series, two: pd.Series, families: pd.Series, seed: int) -> tuple[float, float, float]:
    """Krippendorff's alpha of two coders' signs with the ends of its interval, which resamples families."""
    import pandas as pd

    signs = pd.Series(["negative", "neutral", "positive"])
    first, second = (places(column.astype("str"), signs).astype(float) for column in (one, two))
    known = (first >= 0) & (second >= 0)
    cell = first * 3 + second
    family, names = pd.factorize(families[known], sort=True)
    counts = np.zeros((len(names), 9))
    np.add.at(counts, (family, cell[known].astype(int)), 1)
    if not known.any():
        return float("nan"), float("nan"), float("nan")
    if len(names) > LARGE:  # many families: sums of a few hundred of them at a time vary like the families themselves
        counts, names = _pooled(counts, LARGE), names[:LARGE]
    drawn = resample_totals(counts, seed=seed) if len(names) >= LEAST_CLUSTERS else np.full((1, 9), np.nan)
    low, high = percentile_ends(nominal_alpha(drawn), clusters=len(names))
    return float(nominal_alpha(counts.sum(axis=0, keepdims=True))[0]), low, high


def _pooled(counts: Any, most: int) -> Any:
    """Rows added up in turn until `most` are left: whole families stay together."""
    out = np.zeros((most, counts.shape[1]))
    np.add.at(out, np.arange(len(counts)) % most, counts)
    return out


def nominal_alpha(cells: Any) -> Any:
    """Krippendorff's (2004) nominal alpha of two coders from confusion counts, shape (draws, categories ** 2) -> (draws,).

    1 - observed / expected disagreement, from the coincidence matrix; NaN where only one category occurs.
    """
    size = round(cells.shape[-1] ** 0.5)
    table = np.asarray(cells, dtype=float).reshape(-1, size, size)
    pairs = table + table.transpose(0, 2, 1)
    margins, total = pairs.sum(axis=2), pairs.sum(axis=(1, 2))
    observed = 1 - np.trace(pairs, axis1=1, axis2=2) / total
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 1 - (margins * (margins - 1)).sum(axis=1) / (total * (total - 1))
        return np.where(expected > 0, 1 - observed / expected, np.nan)
