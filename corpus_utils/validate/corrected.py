"""Naive and corrected figures side by side: shares, and differences between groups, for every label of a sample.

naive is the share of units the program labels, among those it judges. The corrected ones are over all units of the frame, also those on
which the program abstained: `corrected` (PPI++), `dsl`, and `codes_alone`; conditional on the adjudicated codes. `coder_low` and
`coder_high` draw each unit's code from one coder at random instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.validate.accuracy import carries, sample_for
from corpus_utils.validate.estimates import Corrected, estimate_difference, estimate_share, naive_share, with_coder_error
from corpus_utils.validate.folder import Validation
from corpus_utils.validate.probability_sample import Array, Sample

if TYPE_CHECKING:
    import pandas as pd

CODER_DRAWS = 50
LEAST_IN_GROUP = 15
SHARES = ("label", "naive", "corrected", "low", "high", "dsl", "dsl_low", "dsl_high", "codes_alone", "alone_low", "alone_high",
          "coder_low", "coder_high", "n", "frame")  # fmt: skip


def unit_weights(frame: pd.DataFrame, *, weighting: str = "unit", dedup: str = "each") -> Array:
    """What each unit of a frame weighs in a mean, as findings count.

    `weighting` "word": by its words; `dedup` "once" or "per outlet": one over the copies of its article.
    """
    weight = frame["weight"].to_numpy(float) * (frame["words"].to_numpy(float) if weighting == "word" else 1.0)
    copies = {"once": "copies", "per outlet": "copies_in_outlet"}.get(dedup)
    return weight / frame[copies].to_numpy(float) if copies else weight


def shares(validation: Validation, *, inside: Array | None = None, finite: bool = True) -> pd.DataFrame:
    """A row per label with SHARES, in the domain `inside` (booleans over the frame; None: all)."""
    import pandas as pd

    return pd.DataFrame(
        [share_of(validation, label, inside=inside, finite=finite) for label in validation.codes], columns=list(SHARES)
    )  # fmt: skip


def share_of(
    validation: Validation, label: str, *, inside: Array | None = None, finite: bool = True, sizes: Array | None = None
) -> dict[str, Any]:
    """One label's row of `shares`; `sizes` None: every unit counts as what it stands for."""
    frame = validation.frame
    sample = sample_for(validation, label, finite=finite, sizes=unit_weights(frame) if sizes is None else sizes)
    domain = np.ones(len(frame), bool) if inside is None else inside
    judged = (frame["status"] == "judged").to_numpy() & domain
    given = np.array([label in names for names in frame["label"]], float)
    ppi, dsl, alone = (estimate_share(sample, domain, method=method) for method in ("ppi", "dsl", "design"))
    wide = with_coder_error(ppi, coder_draws(validation, sample, label, domain))
    return {
        "label": label, "naive": naive_share(given, sample.sizes, judged), "corrected": ppi.estimate, "low": ppi.low, "high": ppi.high,
        "dsl": dsl.estimate, "dsl_low": dsl.low, "dsl_high": dsl.high, "codes_alone": alone.estimate, "alone_low": alone.low,
        "alone_high": alone.high, "coder_low": wide.low, "coder_high": wide.high, "n": ppi.n, "frame": int(domain.sum()),
    }  # fmt: skip


def balance_of(validation: Validation, inside: Array, *, finite: bool = True, sizes: Array | None = None) -> Corrected:
    """Share of the code "positive" less that of "negative" in the domain `inside`: the mean of +1, 0 and -1."""
    frame = validation.frame
    positive, negative = (
        sample_for(validation, side, finite=finite, sizes=unit_weights(frame) if sizes is None else sizes)
        for side in ("positive", "negative")
    )
    sample = replace(positive, codes=positive.codes - negative.codes, scores=positive.scores - negative.scores)
    one = estimate_share(sample, inside, share=False)
    estimate, low, high = (float(np.clip(end, -1, 1)) for end in (one.estimate, one.low, one.high))
    return one._replace(estimate=estimate, low=low, high=high)


def coder_draws(validation: Validation, sample: Sample, label: str, domain: Array) -> list[Corrected]:
    """Estimates in each of which every unit has the code of one of its coders, drawn at random."""
    table = validation.coded.codes.reindex(validation.usable.index)
    if len(table.columns) < 2:
        return []
    known = [[carries(cell, label) for cell in row if cell is not None and cell == cell] for row in table.to_numpy()]
    generator, out = np.random.default_rng(sample.seed), []
    for _ in range(CODER_DRAWS):
        picks = generator.random(len(known))
        codes = np.array([float(cells[int(pick * len(cells))]) if cells else own for cells, pick, own in zip(known, picks, sample.codes)])
        out.append(estimate_share(replace(sample, codes=codes), domain))
    return out


def contrasts(validation: Validation, column: str, *, finite: bool = True) -> pd.DataFrame:
    """Differences between the two groups of `column` (outlet, voice, language) with most units coded: label, first, second, naive,
    corrected, low, high, dsl, dsl_low, dsl_high, n. Empty where fewer than two groups have LEAST_IN_GROUP coded units."""
    import pandas as pd

    names = ["label", "first", "second", "naive", "corrected", "low", "high", "dsl", "dsl_low", "dsl_high", "n"]
    counts = validation.usable[column].value_counts()
    groups = sorted((name for name, count in counts.items() if name and count >= LEAST_IN_GROUP), key=lambda name: (-counts[name], name))[
        :2
    ]
    if len(groups) < 2:
        return pd.DataFrame(columns=names)
    frame = validation.frame
    one, two = ((frame[column] == name).to_numpy() for name in groups)
    judged, sizes = (frame["status"] == "judged").to_numpy(), unit_weights(frame)
    rows = []
    for label in validation.codes:
        sample = sample_for(validation, label, finite=finite, sizes=sizes)
        given = np.array([label in labels for labels in frame["label"]], float)
        gap, other = estimate_difference(sample, one, two), estimate_difference(sample, one, two, method="dsl")
        naive = naive_share(given, sizes, one & judged) - naive_share(given, sizes, two & judged)
        rows.append([label, *groups, naive, gap.estimate, gap.low, gap.high, other.estimate, other.low, other.high, gap.n])
    return pd.DataFrame(rows, columns=names)
