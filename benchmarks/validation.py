"""Do corrected figures cover the truth, and at what cost? Simulated corpora, and real codes.

    python -m benchmarks.validation --workers 4     1,000 draws of each cell (about ten minutes of processor time)
    python -m benchmarks.validation --draws 100     fewer, to look

Simulation: N = 10,000 texts of five outlets, 500 coded; prevalence 5 to 50 % and differing by outlet; a classifier whose sensitivity and
specificity are unequal and differ by outlet; unequal inclusion probabilities, either strata of outlet and label with unequal rates, or drawn
with probability proportional to a size; classifiers from useless to good. For each: how often the 95 % interval holds the truth,
and its mean width beside that of design-weighted coding alone; for the share, and for the difference between two pairs of outlets.
Real codes: framing/narrative_frames (folder CORPUS_GOLD), 100 coded of 300, scores of a classifier cross-fitted on the coded ones.
A cell's coverage over 1,000 draws has a standard error of .007. Results are the same whatever the number of workers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER
from benchmarks.validation_worlds import CLASSIFIERS, DESIGNS, PREVALENCES, Array, N, corpus
from corpus_utils.stats import wilson
from corpus_utils.validate.estimates import estimate_difference, estimate_share
from corpus_utils.validate.probability_sample import make_sample
from corpus_utils.validate.residuals import METHODS

GOLD = GOLD_FOLDER / "framing"
FRAMES = ("RE", "HI", "CO", "MO", "EC")
BLOCK = 125  # draws done by one worker at a time, from a seed of their own
CORRELATED = 0.5  # of score and code; above it corrected intervals should be narrower than those of codes alone
Cell = tuple[str, str, float]
Task = tuple[Cell, int, int, int]  # cell, number of the block, its draws, seed


def cells() -> list[Cell]:
    """Design, classifier, prevalence."""
    return [(design, classifier, prevalence) for design in DESIGNS for classifier in CLASSIFIERS for prevalence in PREVALENCES]


def world(cell: Cell, seed: int) -> dict[str, Any]:
    """The corpus of a cell with what is to be estimated in it."""
    _, classifier, prevalence = cell
    data: dict[str, Any] = corpus(
        prevalence, classifier, np.random.default_rng([seed, int(prevalence * 1000), list(CLASSIFIERS).index(classifier)])
    )
    data["first"], data["second"] = data["outlet"] >= 3, data["outlet"] <= 1
    return data


def gap(data: dict[str, Any], what: str) -> float:
    """Difference between the two pairs of outlets."""
    return float(data[what][data["first"]].mean() - data[what][data["second"]].mean())


def simulate(task: Task) -> Array:
    """Sums over the draws of a block: methods x (share covered, its width, difference covered, its width)."""
    cell, block, draws, seed = task
    data = world(cell, seed)
    rng = np.random.default_rng([seed, block, *map(ord, "".join(cell[:2])), int(cell[2] * 1000)])
    share, difference, tally = float(data["truth"].mean()), gap(data, "truth"), np.zeros((len(METHODS), 4))
    for draw in range(draws):
        rows, pi, strata = DESIGNS[cell[0]](data, rng)
        sample = make_sample(
            rows, data["truth"][rows], pi, data["score"], strata=strata, features=data["features"], seed=block * BLOCK + draw
        )
        for place, method in enumerate(METHODS):
            one = estimate_share(sample, method=method)
            two = estimate_difference(sample, data["first"], data["second"], method=method)
            tally[place] += one.low <= share <= one.high, one.high - one.low, two.low <= difference <= two.high, two.high - two.low
    return tally


def cell_row(cell: Cell, tally: Array, draws: int, seed: int) -> dict[str, Any]:
    """Figures of one cell."""
    data = world(cell, seed)
    naive, labels = wilson(int(data["label"].sum()), N), [data["label"][data[side]] for side in ("first", "second")]
    reach = 1.959964 * sum(side.var() / len(side) for side in labels) ** 0.5
    row: dict[str, Any] = {
        "drawn": cell[0], "classifier": cell[1], "prevalence": cell[2], "correlation": float(np.corrcoef(data["truth"], data["score"])[0, 1]),
        "naive": bool(naive.low <= data["truth"].mean() <= naive.high),
        "naive_gap": bool(abs(gap(data, "label") - gap(data, "truth")) <= reach),
    }  # fmt: skip
    for method, (share, width, difference, gap_width) in zip(METHODS, tally):
        row |= {method: share / draws, f"{method}_gap": difference / draws,
                f"{method}_width": width / tally[0, 1], f"{method}_gap_width": gap_width / tally[0, 3]}  # fmt: skip
    return row


def told(row: dict[str, Any]) -> str:
    """One line of a cell."""
    head = "{drawn:<13}{classifier:<8} p {prevalence:.2f}  r {correlation:5.2f}  naive holds: {naive!s:<5}/{naive_gap!s:<5}".format(**row)
    return head + "".join(
        f"  {name} {row[name]:.3f}/{row[name + '_gap']:.3f} w {row[name + '_width']:.3f}/{row[name + '_gap_width']:.3f}" for name in METHODS
    )


def real_codes() -> tuple[Array, Array] | None:
    """Codes (300 x frames) and 20 features of the texts; None without the data."""
    path = GOLD / "narrative_frames" / "articles.jsonl"
    if not path.is_file():
        print(f"narrative_frames did not run: no {path} (set CORPUS_GOLD)")
        return None
    from corpus_utils.annotate.vectors import pooled

    articles = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][:300]
    vectors = pooled([row["text"][:2000] for row in articles])[:, :512].astype(float)
    features = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)[0][:, :20]
    return np.array([[float(row[frame]) for frame in FRAMES] for row in articles]), features


def resample(task: tuple[int, int, int, int], codes: Array, features: Array) -> Array:
    """Sums over the draws of a block for one frame: (design, dsl) x (covered, width); predictions are learned on the coded by cross-fitting."""
    frame, block, draws, seed = task
    truth, rng, tally = codes[:, frame], np.random.default_rng([seed, block, frame]), np.zeros((2, 2))
    for draw in range(draws):
        rows = rng.choice(300, 100, replace=False)
        sample = make_sample(rows, truth[rows], np.full(100, 1 / 3), features[:, 0], features=features, seed=block * BLOCK + draw)
        for place, method in enumerate(("design", "dsl")):
            one = estimate_share(sample, method=method)
            tally[place] += one.low <= truth.mean() <= one.high, one.high - one.low
    return tally


def blocks(draws: int) -> list[int]:
    """Sizes of the blocks that make up `draws`."""
    return [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]


def run(draws: int, workers: int, seed: int, only: str = "") -> dict[str, list[dict[str, Any]]]:
    """Rows of both parts; cells are printed as they are done."""
    out: dict[str, list[dict[str, Any]]] = {"simulation": [], "narrative": []}
    sizes = blocks(draws)
    with ProcessPoolExecutor(workers) as pool:
        each: Callable[..., Iterable[Any]] = pool.map if workers > 1 else map
        real = real_codes() if only != "simulation" else None
        if real is not None:
            tasks = [(frame, block, size, seed) for frame in range(len(FRAMES)) for block, size in enumerate(sizes)]
            done = list(each(partial(resample, codes=real[0], features=real[1]), tasks))
            for frame, name in enumerate(FRAMES):
                tally = np.sum(done[frame * len(sizes) : (frame + 1) * len(sizes)], axis=0)
                row = {"frame": name, "share": float(real[0][:, frame].mean()), "design": tally[0, 0] / draws, "dsl": tally[1, 0] / draws,
                       "width": tally[1, 1] / tally[0, 1]}  # fmt: skip
                out["narrative"].append(row)
                print(
                    "narrative {frame}  share {share:.2f}  codes alone {design:.3f}  dsl {dsl:.3f}  width {width:.3f}".format(**row),
                    flush=True,
                )
        if only != "narrative":
            found = iter(each(simulate, [(cell, block, size, seed) for cell in cells() for block, size in enumerate(sizes)]))
            for cell in cells():
                row = cell_row(cell, np.sum([next(found) for _ in sizes], axis=0), draws, seed)
                out["simulation"].append(row)
                print(told(row), flush=True)
    return out


def figures(rows: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    """The figures that have floors: what is too high is given with its sign turned."""
    out: dict[str, float] = {}
    if simulated := rows["simulation"]:
        for method in ("ppi", "dsl"):
            for kind in ("", "_gap"):
                shares = [row[method + kind] for row in simulated]
                out |= {f"validation.{method}{kind}_least": min(shares), f"validation.{method}{kind}_most": -max(shares)}
        out["validation.ppi_width"] = -max(row["ppi_width"] for row in simulated)
        out["validation.ppi_width_correlated"] = -max(row["ppi_width"] for row in simulated if row["correlation"] > CORRELATED)
    if real := rows["narrative"]:
        out |= {
            "validation.narrative_least": min(row["dsl"] for row in real),
            "validation.narrative_most": -max(row["dsl"] for row in real),
        }
    return out


def summary(rows: dict[str, list[dict[str, Any]]], draws: int) -> str:
    """What the issue asks for, in lines."""
    lines, error = [], (0.95 * 0.05 / draws) ** 0.5
    if simulated := rows["simulation"]:
        strong = [row for row in simulated if row["correlation"] > CORRELATED]
        lines.append(f"{len(simulated)} cells of {draws} draws; a cell's coverage has a standard error of {error:.4f}")
        for kind, what in (("", "shares"), ("_gap", "differences")):
            lines.append(
                f"naive intervals hold the truth in {sum(row['naive' + kind] for row in simulated)} of {len(simulated)} cells, {what}"
            )
            for method in METHODS:
                found = [row[method + kind] for row in simulated]
                inside = sum(0.93 <= one <= 0.97 for one in found)
                lines.append(f"{method:<7}{what:<12} cover {min(found):.3f} to {max(found):.3f}, mean {np.mean(found):.3f}; {inside} of {len(found)} within .93 to .97; "
                             f"width at most {max(row[f'{method}{kind}_width'] for row in simulated):.3f} of codes alone, "
                             f"{max(row[f'{method}{kind}_width'] for row in strong):.3f} where r > {CORRELATED}")  # fmt: skip
    if real := rows["narrative"]:
        lines.append(f"narrative_frames: dsl covers {min(row['dsl'] for row in real):.3f} to {max(row['dsl'] for row in real):.3f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run, print, compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0, help="of corpora and draws; other seeds are other corpora (default: 0)")
    parser.add_argument("--only", choices=("simulation", "narrative"), default="")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every figure")
    options = parser.parse_args(arguments)
    rows = run(options.draws, options.workers, options.seed, options.only)
    print(summary(rows, options.draws))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if options.draws < 1000:
        return 0  # too few to hold against a floor
    return exit_code(figures(rows))


if __name__ == "__main__":
    sys.exit(main())
