"""Do corrected figures cover the truth, and at what cost? Simulated corpora, and real codes.

    python -m benchmarks.validation              1,000 draws of each (a few minutes)
    python -m benchmarks.validation --draws 200  fewer

Simulation: N = 10,000 texts of five outlets, 500 coded; prevalence 5 to 50 % and differing by outlet; a classifier whose sensitivity and
specificity are unequal and differ by outlet; unequal inclusion probabilities, either strata of outlet and score with unequal rates, or drawn
with probability proportional to a size; classifiers from useless to good. For each: how often the 95 % interval holds the truth,
and its mean width beside that of design-weighted coding alone.
Real codes: framing/narrative_frames (folder CORPUS_GOLD), 100 coded of 300, scores of a classifier cross-fitted on the coded ones.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from corpus_utils.stats import wilson
from corpus_utils.validate.estimates import METHODS, estimate_difference, estimate_share, make_sample

GOLD = Path(os.environ.get("CORPUS_GOLD", Path(__file__).resolve().parents[2] / "shared" / "gold")) / "framing"
N, CODED, OUTLETS = 10_000, 500, 5
PREVALENCES = (0.05, 0.2, 0.5)
# sensitivity and specificity at the outlets' ends: from the first outlet to the last they change evenly
CLASSIFIERS = {
    "useless": ((0.5, 0.5), (0.5, 0.5)),
    "fair": ((0.7, 0.9), (0.97, 0.9)),
    "good": ((0.85, 0.97), (0.99, 0.96)),
}


def corpus(prevalence: float, classifier: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Truth, scores, labels and outlets of N texts: a normal margin whose cut gives the outlet's sensitivity and specificity."""
    from scipy.stats import norm

    outlet = rng.integers(0, OUTLETS, N)
    truth = rng.random(N) < np.clip(prevalence * (0.6 + 0.2 * outlet), 0, 0.95)
    (s0, s1), (c0, c1) = CLASSIFIERS[classifier]
    at = outlet / (OUTLETS - 1)
    cut = norm.ppf(c0 + (c1 - c0) * at)
    margin = rng.normal(size=N) + truth * (cut + norm.ppf(s0 + (s1 - s0) * at)) - cut
    return {"truth": truth.astype(float), "score": norm.cdf(margin), "label": (margin > 0).astype(float), "outlet": outlet}


def stratified(data: dict[str, np.ndarray], rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Outlet by label; labelled texts are drawn at up to five times the rate of others: rows, pi, strata."""
    stratum = data["outlet"] * 2 + data["label"].astype(int)
    sizes = np.bincount(stratum, minlength=2 * OUTLETS)
    wish = sizes * np.where(np.arange(2 * OUTLETS) % 2, 3.0, 1.0) * (1 + 0.15 * (np.arange(2 * OUTLETS) // 2))
    take = np.minimum(sizes, np.maximum(2, np.round(CODED * wish / wish.sum()))).astype(int)
    rows = np.concatenate([rng.choice(np.flatnonzero(stratum == h), take[h], replace=False) for h in range(len(sizes))])
    return rows, (take / sizes)[stratum[rows]], stratum[rows]


def proportional(data: dict[str, np.ndarray], rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Probability proportional to a size between 1 and 4 (systematic on a random order): rows, pi, one stratum."""
    size = 1 + 3 * rng.random(N) ** 2
    pi = CODED * size / size.sum()
    order = rng.permutation(N)
    places = np.cumsum(pi[order])
    rows = order[np.searchsorted(places, rng.random() + np.arange(CODED), side="left").clip(0, N - 1)]
    return rows, pi[rows], np.zeros(len(rows), int)


def simulate(draws: int) -> list[dict[str, Any]]:
    """One row per design, classifier and prevalence."""
    out = []
    for design in (stratified, proportional):
        for classifier in CLASSIFIERS:
            for prevalence in PREVALENCES if design is stratified or classifier == "fair" else ():
                rng = np.random.default_rng([int(prevalence * 1000), list(CLASSIFIERS).index(classifier)])
                data = corpus(prevalence, classifier, rng)
                truth, first = data["truth"].mean(), data["outlet"] >= 3
                second = data["outlet"] <= 1
                gap = data["truth"][first].mean() - data["truth"][second].mean()
                naive = wilson(int(data["label"].sum()), N)
                features = np.column_stack([data["score"], data["label"], *[data["outlet"] == o for o in range(OUTLETS - 1)]])
                tally = {name: np.zeros(4) for name in METHODS}
                for draw in range(draws):
                    rows, pi, strata = design(data, rng)
                    sample = make_sample(rows, data["truth"][rows], pi, data["score"], strata=strata, features=features, seed=draw)
                    for name in METHODS:
                        one, two = estimate_share(sample, method=name), estimate_difference(sample, first, second, method=name)
                        tally[name] += [one.low <= truth <= one.high, one.high - one.low, two.low <= gap <= two.high, two.high - two.low]
                row = {
                    "design": design.__name__,
                    "classifier": classifier,
                    "prevalence": prevalence,
                    "naive_covers": bool(naive.low <= truth <= naive.high),
                    "correlation": float(np.corrcoef(data["truth"], data["score"])[0, 1]),
                }
                for name in METHODS:
                    row |= {
                        f"{name}_covers": tally[name][0] / draws,
                        f"{name}_gap_covers": tally[name][2] / draws,
                        f"{name}_width": tally[name][1] / tally["design"][1],
                        f"{name}_gap_width": tally[name][3] / tally["design"][3],
                    }
                out.append(row)
                print(
                    "{design:<13}{classifier:<8} p {prevalence:.2f}  r {correlation:.2f}  naive {naive_covers!s:<6}".format(**row)
                    + "  ".join(
                        f"{name} {row[name + '_covers']:.3f}/{row[name + '_gap_covers']:.3f} w {row[name + '_width']:.3f}/{row[name + '_gap_width']:.3f}"
                        for name in METHODS
                    ),
                    flush=True,
                )
    return out


def narrative(draws: int) -> list[dict[str, Any]]:
    """One row per frame: 100 of 300 hand-coded articles drawn at random, predictions learned on the coded ones by cross-fitting."""
    path = GOLD / "narrative_frames" / "articles.jsonl"
    if not path.is_file():
        print(f"narrative_frames did not run: no {path} (set CORPUS_GOLD)")
        return []
    from corpus_utils.annotate.vectors import pooled

    articles = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][:300]
    vectors = pooled([row["text"][:2000] for row in articles])[:, :512].astype(float)
    vectors = vectors - vectors.mean(axis=0)
    features = np.linalg.svd(vectors, full_matrices=False)[0][:, :20]
    out = []
    for frame in ("RE", "HI", "CO", "MO", "EC"):
        truth, rng = np.array([float(row[frame]) for row in articles]), np.random.default_rng(1)
        tally = {name: np.zeros(2) for name in ("design", "dsl")}
        for draw in range(draws):
            rows = rng.choice(300, 100, replace=False)
            sample = make_sample(rows, truth[rows], np.full(100, 1 / 3), features[:, 0], features=features, seed=draw)
            for name in tally:
                one = estimate_share(sample, method=name)
                tally[name] += [one.low <= truth.mean() <= one.high, one.high - one.low]
        row = {
            "frame": frame,
            "share": truth.mean(),
            **{f"{name}_covers": tally[name][0] / draws for name in tally},
            "width": tally["dsl"][1] / tally["design"][1],
        }
        out.append(row)
        print(
            "narrative {frame}  share {share:.2f}  design covers {design_covers:.3f}  dsl covers {dsl_covers:.3f}  width {width:.3f}".format(
                **row
            ),
            flush=True,
        )
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--only", choices=("simulation", "narrative"))
    options = parser.parse_args()
    if options.only != "simulation":
        narrative(options.draws)
    if options.only != "narrative":
        simulate(options.draws)
