"""Are the coefficients of agreement what other software and print say they are?

    python -m benchmarks.agreement

Random tables of codes, with holes, beside the krippendorff package (alpha: nominal, ordinal, interval), scikit-learn (Cohen's kappa, plain
and weighted) and NLTK (alpha over sets, MASI); and the printed examples of Krippendorff (2011), Fleiss (1971) and Gwet (2014).
The figure is the number of decimals to which the worst pair agrees.
"""

from __future__ import annotations

import math
import sys

import numpy as np

from benchmarks.floors import exit_code
from corpus_utils.validate import coefficients as c

TABLES = 300
# Four observers, twelve units: the example of Krippendorff (2011), also of Gwet (2014, table 2.10).
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]  # fmt: skip
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def of_packages(tables: int = TABLES, seed: int = 0) -> dict[str, float]:
    """Coefficient -> greatest difference from the package that is the reference, over random tables."""
    import krippendorff
    from nltk.metrics import masi_distance
    from nltk.metrics.agreement import AnnotationTask
    from sklearn.metrics import cohen_kappa_score

    rng, worst = np.random.default_rng(seed), {}

    def compare(name: str, ours: float, theirs: float) -> None:
        worst[name] = max(worst.get(name, 0.0), abs(ours - theirs))

    for _ in range(tables):
        units, coders, codes = rng.integers(5, 40), rng.integers(2, 5), int(rng.integers(2, 6))
        truth = rng.integers(0, codes, units)[:, None]
        table = np.where(rng.random((units, coders)) < 0.7, truth, rng.integers(0, codes, (units, coders)))
        both, holed = table[:, :2], np.where(rng.random(table.shape) < 0.15, -1, table)
        counts = c.count_codes(holed, codes)
        for level in ("nominal", "ordinal", "interval"):
            theirs = krippendorff.alpha(np.where(holed < 0, np.nan, holed).T, level_of_measurement=level, value_domain=list(range(codes)))
            compare(f"alpha, {level}", c.krippendorff_alpha(counts, list(range(codes)), level, draws=0).alpha, theirs)
        labels, places = list(range(codes)), np.arange(codes, dtype=float)
        cost = (places[:, None] - places[None, :]) ** 2
        compare("Cohen's kappa", c.cohen_kappa(*both.T), cohen_kappa_score(*both.T, labels=labels))
        compare("weighted kappa", c.cohen_kappa(*both.T, cost), cohen_kappa_score(*both.T, labels=labels, weights="quadratic"))
        sets = sorted({frozenset(np.flatnonzero(rng.random(3) < 0.5).tolist()) or frozenset({0}) for _ in range(6)}, key=sorted)
        cells = both % len(sets)
        if len(np.unique(cells)) > 1:
            task = AnnotationTask(
                [(who, str(n), sets[cell]) for n, row in enumerate(cells) for who, cell in zip("xy", row)], distance=masi_distance
            )
            compare("alpha, sets", c.krippendorff_alpha(c.count_codes(cells, len(sets)), sets, "multi", draws=0).alpha, task.alpha())
    return worst


def of_print() -> dict[str, float]:
    """Coefficient -> difference from the printed figure, which has six decimals (Krippendorff's alphas: three)."""
    four, rounded = c.count_codes(np.array(FOUR).T - 1, 5), 5e-4
    out = {
        "Fleiss (1971)": abs(c.fleiss_kappa(np.array(FLEISS, float)) - 0.209931),
        "Gwet (2014), Fleiss' kappa": abs(c.fleiss_kappa(four) - 0.761169),
        "Gwet (2014), AC1": abs(c.gwet_ac1(four) - 0.775444),
    }
    for level, printed in (("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)):
        off = abs(c.krippendorff_alpha(four, [1, 2, 3, 4, 5], level, draws=0).alpha - printed)
        out[f"Krippendorff (2011), {level}"] = max(0.0, off - rounded)
    return out


def decimals(differences: dict[str, float]) -> float:
    """To how many decimals the worst of them agrees; rounding in the sixth is agreement to six."""
    return -math.log10(max(2 * max(differences.values()), 1e-15))


def main() -> int:
    """Print each difference, compare the worst with its floor."""
    found = of_packages() | of_print()
    for name, off in found.items():
        print(f"{name:<30} {off:.1e}")
    print(f"the worst agrees to {decimals(found):.1f} decimals, over {TABLES} tables")
    return exit_code({"agreement.decimals": decimals(found)})


if __name__ == "__main__":
    sys.exit(main())
