"""How far coders agree, per category and per pair.

Every figure of `agree` is a plain number under a plain key; one that is not defined is None, with the reason in `notes`. AC1 stands beside
alpha where a category is rare; it never rescues an alpha below the threshold. What follows from the figures is said by `advice`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.validate import coefficients as c
from corpus_utils.validate.advice import next_steps, verdict
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.sheets import Coded

if TYPE_CHECKING:
    import pandas as pd

KEYS = {
    "level": "nominal, ordinal, interval, or multi (several labels a unit)",
    "coders": "names of the coders, by file",
    "categories": "codes in their order",
    "n_units": "units with codes of two coders or more: what agreement is computed on",
    "n_units_single": "units with one code only, left out",
    "n_codes": "codes of those units",
    "alpha": "Krippendorff's alpha at `level`; multi: with the MASI distance between sets",
    "alpha_low, alpha_high": "95 % interval, bootstrap over whole units",
    "alpha_nominal, alpha_ordinal, alpha_interval, alpha_multi": "alpha at each level the codes allow",
    "agreement": "share of pairs of codes that are alike",
    "kappa": "Cohen's kappa; with more than two coders the mean over pairs (Light 1971); multi: the mean over labels",
    "kappa_weighted": "Cohen's kappa with squared weights, where codes have an order",
    "fleiss_kappa": "Fleiss' kappa; multi: the mean over labels",
    "ac1": "Gwet's AC1; multi: the mean over labels",
    "per_category": "category -> alpha, alpha_low, alpha_high, kappa, fleiss_kappa, ac1, agreement, share, n: it against all others",
    "per_pair": "list of first, second, n_units, agreement, alpha, kappa, ac1, per_category (category -> kappa), confusion",
    "confusion": "list of first, second, n: codes that stand against each other in pairs of coders, most often first",
    "disagreements": "list of unit_id and the codes given to it",
    "verdict": "reliable, tentative or refused; `why` says it in words",
    "recode": "what to do next, in sentences",
    "undecided": "of a sample's folder only: units in dispute that nobody has settled yet",
}


def agree(coded: Coded, level: str = "", *, draws: int = c.DRAWS, seed: int = 0) -> dict[str, Any]:
    """Every figure of agreement for `coded`, as described in KEYS. `level` "": multi where labels are sets, else nominal.

    Raises SheetError for fewer than two coders, no unit in common, or a level that the codes do not have.
    """
    table, level = coded.codes, level or ("multi" if coded.multi else "nominal")
    _check(coded, level)
    values = _values(coded)
    numbers = _numbers(table, values)
    counts = c.count_codes(numbers, len(values))
    paired = counts.sum(axis=1) >= 2
    alphas = {name: c.krippendorff_alpha(counts, _scale(values, name), name, draws=draws if name == level else 0, seed=seed)
              for name in c.LEVELS if _allows(values, name, coded)}  # fmt: skip
    main = alphas[level]
    categories = {name: _category(coded, name, draws, seed) for name in coded.order}
    pairs = [_pair(coded, values, numbers, one, two, level) for one, two in combinations(range(len(table.columns)), 2)]
    out: dict[str, Any] = {
        "level": level, "coders": [str(name) for name in table.columns], "categories": list(coded.order),
        "n_units": main.units, "n_units_single": int((counts.sum(axis=1) == 1).sum()), "n_codes": main.codes,
        "alpha": main.alpha, "alpha_low": main.low, "alpha_high": main.high,
        **{f"alpha_{name}": value.alpha for name, value in alphas.items()},
        "agreement": c.percent_agreement(counts), **_kappas(coded, counts, categories, pairs),
        "per_category": categories, "per_pair": pairs, "confusion": _confusion(pairs),
        "disagreements": _disagreements(table[paired]),
        "bootstrap": {"draws": draws, "seed": seed, "resampled": "whole units"}, "notes": list(coded.problems),
    }  # fmt: skip
    out["verdict"], out["why"] = verdict(out)
    out["recode"] = next_steps(out)
    if math.isnan(main.alpha):
        out["notes"].append("Every code is the same, so agreement beyond chance is not defined; code units in which the categories vary")
    plain = _plain(out)
    assert isinstance(plain, dict)
    return plain


def _check(coded: Coded, level: str) -> None:
    if level not in c.LEVELS:
        raise SheetError(f"no level {level!r}; there are: {', '.join(c.LEVELS)}")
    if len(coded.codes.columns) < 2:
        raise SheetError("agreement takes two coders or more: give a sheet of each")
    if not (coded.codes.notna().sum(axis=1) >= 2).any():
        raise SheetError("no unit is coded by two coders: are these sheets of the same sample, and is the column of codes filled?")
    if not _allows(_values(coded), level, coded):
        why: dict[str, str] = (
            {}
            if coded.multi
            else {
                "interval": "the codes are not numbers",
                "ordinal": "give the codes in their order with --codes",
                "multi": "no unit has several labels; use nominal",
            }
        )
        raise SheetError(f"level {level}: {why.get(level, 'units have several labels, and only multi compares sets')}")


def _values(coded: Coded) -> list[Any]:
    """Every value a unit can have: the codes, or the sets of labels that occur."""
    if not coded.multi:
        return list(coded.order)
    found = {cell for name in coded.codes for cell in coded.codes[name] if cell is not None}
    return sorted(found, key=lambda labels: (len(labels), sorted(labels)))


def _numbers(table: pd.DataFrame, values: Sequence[Any]) -> c.Array:
    number = {value: n for n, value in enumerate(values)}
    return np.array([[-1 if cell is None or cell != cell else number[cell] for cell in row] for row in table.to_numpy()], dtype=int)


def _scale(values: list[Any], level: str) -> list[Any]:
    return [float(value) for value in values] if level == "interval" else values


def _allows(values: list[Any], level: str, coded: Coded) -> bool:
    """May these codes be read at `level`? Ordinal: their order is the codebook's, or that of numbers."""
    if coded.multi or level == "multi":
        return coded.multi and level == "multi"
    if level == "ordinal":
        return coded.ordered
    if level == "interval":
        try:
            [float(value) for value in values]
        except ValueError:
            return False
    return True


def _category(coded: Coded, name: str, draws: int, seed: int) -> dict[str, Any]:
    """One category against all others."""
    numbers = _yes_or_no(coded, name)
    counts = c.count_codes(numbers, 2)
    alpha = c.krippendorff_alpha(counts, [0, 1], "nominal", draws=draws, seed=seed)
    kappas = [c.cohen_kappa(numbers[:, one], numbers[:, two]) for one, two in combinations(range(numbers.shape[1]), 2)]
    codes = counts.sum()
    return {
        "alpha": alpha.alpha, "alpha_low": alpha.low, "alpha_high": alpha.high, "kappa": _mean(kappas),
        "fleiss_kappa": c.fleiss_kappa(counts), "ac1": c.gwet_ac1(counts), "agreement": c.percent_agreement(counts),
        "share": float(counts[:, 1].sum() / codes) if codes else float("nan"), "n": int(counts[:, 1].sum()),
    }  # fmt: skip


def _yes_or_no(coded: Coded, name: str) -> c.Array:
    def one(cell: Any) -> int:
        return -1 if cell is None or cell != cell else int(name in cell if coded.multi else name == cell)

    return np.array([[one(cell) for cell in row] for row in coded.codes.to_numpy()], dtype=int)


def _pair(coded: Coded, values: list[Any], numbers: c.Array, one: int, two: int, level: str) -> dict[str, Any]:
    both = numbers[:, [one, two]]
    both = both[(both >= 0).all(axis=1)]
    counts = c.count_codes(both, len(values))
    by_label = {name: _yes_or_no(coded, name)[:, [one, two]] for name in coded.order}
    kappas = {name: c.cohen_kappa(pair[:, 0], pair[:, 1]) for name, pair in by_label.items()}
    ac1 = {name: c.gwet_ac1(c.count_codes(pair[(pair >= 0).all(axis=1)], 2)) for name, pair in by_label.items()}
    joint = Counter((a, b) for a, b in both.tolist())
    return {
        "first": str(coded.codes.columns[one]), "second": str(coded.codes.columns[two]), "n_units": len(both),
        "agreement": c.percent_agreement(counts), "alpha": c.krippendorff_alpha(counts, _scale(values, level), level, draws=0).alpha,
        "kappa": _mean(list(kappas.values())) if coded.multi else c.cohen_kappa(both[:, 0], both[:, 1]),
        "kappa_weighted": _weighted(values, both, coded),
        "ac1": _mean(list(ac1.values())) if coded.multi else c.gwet_ac1(counts), "per_category": kappas,
        "confusion": [{"first": _written(values[a]), "second": _written(values[b]), "n": n} for (a, b), n in sorted(joint.items())],
    }  # fmt: skip


def _weighted(values: list[Any], both: c.Array, coded: Coded) -> float:
    if coded.multi or not coded.ordered or len(both) == 0:
        return float("nan")
    places = np.arange(len(values), dtype=float)
    return c.cohen_kappa(both[:, 0], both[:, 1], (places[:, None] - places[None, :]) ** 2)


def _kappas(coded: Coded, counts: c.Array, categories: dict[str, Any], pairs: list[dict[str, Any]]) -> dict[str, float]:
    def over_labels(name: str) -> float:
        return _mean([row[name] for row in categories.values()])

    ordered = {} if coded.multi else {"kappa_weighted": _mean([pair["kappa_weighted"] for pair in pairs])}
    if coded.multi:
        return {"kappa": over_labels("kappa"), "fleiss_kappa": over_labels("fleiss_kappa"), "ac1": over_labels("ac1")}
    kappa = _mean([pair["kappa"] for pair in pairs])
    return {"kappa": kappa, **ordered, "fleiss_kappa": c.fleiss_kappa(counts), "ac1": c.gwet_ac1(counts)}


def _mean(values: list[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else float("nan")


def _confusion(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which codes stand against each other, over all pairs of coders, whoever gave which."""
    tally: Counter[tuple[str, ...]] = Counter()
    for pair in pairs:
        for cell in pair["confusion"]:
            if cell["first"] != cell["second"]:
                tally[tuple(sorted((cell["first"], cell["second"])))] += cell["n"]
    return [{"first": one, "second": two, "n": n} for (one, two), n in sorted(tally.items(), key=lambda item: (-item[1], item[0]))]


def _disagreements(paired: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for unit, row in zip(paired.index, paired.to_numpy()):
        given = {str(coder): cell for coder, cell in zip(paired.columns, row) if cell is not None and cell == cell}
        if len(set(given.values())) > 1:
            rows.append({"unit_id": str(unit), "codes": {coder: _written(cell) for coder, cell in given.items()}})
    return rows


def _written(cell: Any) -> str:
    return "; ".join(sorted(cell)) or "none" if isinstance(cell, frozenset) else str(cell)


def _plain(value: Any) -> Any:
    """NaN becomes None, so that the JSON is JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value
