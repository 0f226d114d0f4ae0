"""Strata, numbers and draws: who is asked about, with which probability, and how many it takes.

Strata cross what the program says, outlet, how high it scores, voice and period; a cell too small to be drawn from loses its last trait
and joins its neighbours. Numbers follow the square root of a stratum's size (power allocation: Bankier 1988), between equal ones, which
serve rare labels, and proportional ones, which serve the whole. Within a stratum every unit has the same chance: the inclusion probability
is n / N.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

TRAITS = ("lean", "outlet", "half", "voice", "period")
LEAST_DRAWN = 4  # units a stratum should give; a cell that would give fewer joins its neighbours
ALL = "*"


def lean(status: Sequence[str], label: Sequence[list[str]]) -> list[str]:
    """What the program says, as one word: its first label, "none", or why it does not judge."""
    return [(names[0] if names else "none") if state == "judged" else state or "not judged" for state, names in zip(status, label)]


def half(lean: Sequence[str], score: Sequence[float]) -> list[str]:
    """The upper or lower half of those of which the program says the same, by score; "one score" where they do not differ."""
    import pandas as pd

    table = pd.DataFrame({"lean": list(lean), "score": list(score)})
    groups = table.groupby("lean")["score"]
    middle, lowest = groups.transform("median"), groups.transform("min")
    alike = table["score"].isna() | (groups.transform("max") == lowest)
    upper = (table["score"] > middle) | ((table["score"] == middle) & (middle > lowest))
    return ["one score" if same else "upper half" if above else "lower half" for same, above in zip(alike, upper)]


def make_strata(frame: pd.DataFrame, number: int) -> pd.Series:
    """The stratum of each unit as text, "conflict | The Example | upper half | journalist | *", for a sample of `number`."""
    import pandas as pd

    cells = [[str(value) or "not stated" for value in frame[name]] for name in TRAITS]
    keys = list(zip(*cells))
    wanted = max(1.0, len(frame) * LEAST_DRAWN / max(1, number))  # units a cell needs so that its proportional share is LEAST_DRAWN
    for depth in range(len(TRAITS), 1, -1):
        counts: dict[tuple[str, ...], int] = {}
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
        keys = [_shorter(key, depth) if counts[key] < wanted and key[depth - 1] != ALL else key for key in keys]
        counts = {}
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
        # what is left of a trait after its large cells were taken out may itself be small: it then loses one trait more
        keys = [_shorter(key, depth - 1) if depth > 2 and counts[key] < wanted and key[depth - 1] == ALL else key for key in keys]
    return pd.Series([" | ".join(key) for key in keys], index=frame.index, dtype="str")


def _shorter(key: tuple[str, ...], depth: int) -> tuple[str, ...]:
    """The key without its traits from `depth` on."""
    return (*key[: depth - 1], *([ALL] * (len(key) - depth + 1)))


def allocate(sizes: ArrayLike, number: int) -> NDArray[np.int64]:
    """How many units each stratum gives: by the square root of its size, two at least, never more than it has; they add up to `number`
    wherever the strata allow it."""
    have = np.asarray(sizes, dtype=np.int64)
    least = np.minimum(have, 2)
    take, weight = least.astype(float), np.sqrt(have.astype(float))
    room = max(0.0, min(float(number), float(have.sum())) - take.sum())
    while room > 1e-9:
        open_ = take < have
        if not open_.any():
            break
        step = np.where(open_, weight, 0.0)
        added = np.minimum(step / step.sum() * room, have - take)
        take, room = take + added, room - float(added.sum())
    whole = np.floor(take + 1e-9)
    left = round(float(take.sum() - whole.sum()))
    for place in np.lexsort((np.arange(len(take)), -(take - whole)))[:left]:
        whole[place] += 1
    return np.asarray(np.minimum(whole, have), dtype=np.int64)


def draw(frame: pd.DataFrame, number: int, *, seed: int = 0) -> pd.DataFrame:
    """The drawn rows of `frame` (which has `stratum`) with `pi`, in a random order that says nothing."""
    import pandas as pd

    generator = np.random.default_rng(seed)
    groups = frame.groupby("stratum", sort=True).groups
    take = allocate([len(rows) for rows in groups.values()], number)
    parts = []
    for (_, rows), count in zip(groups.items(), take):
        if count:
            picked = generator.choice(np.asarray(rows), size=int(count), replace=False)
            parts.append(frame.loc[np.sort(picked)].assign(pi=count / len(rows)))
    drawn = pd.concat(parts)
    return drawn.iloc[generator.permutation(len(drawn))]


def enough(total: int, half_width: float, *, share: float = 0.5, effect: float = 1.0) -> int:
    """Units to code so that a share comes out within +- `half_width` in 95 of 100 samples, at the true share `share`.

    n0 = z^2 p (1 - p) / h^2, times the design `effect` (Kish 1965), with the finite-population correction n0 / (1 + n0 / N) (Cochran 1977).
    """
    if not 0 < half_width < 1 or not 0 < share < 1:
        raise ValueError("half_width and share should be between 0 and 1")
    first = 1.959964**2 * share * (1 - share) / half_width**2 * effect
    return max(1, min(total, int(np.ceil(first / (1 + first / total)))))


def design_effect(sizes: ArrayLike, take: ArrayLike) -> float:
    """Kish's (1965) loss from unequal probabilities, for a trait spread evenly over the strata: n * sum(w^2) / sum(w)^2."""
    have, n = np.asarray(sizes, float), np.asarray(take, float)
    weight = np.divide(have, n, out=np.zeros_like(have), where=n > 0)
    return float(n.sum() * (n * weight**2).sum() / max(1e-12, (n * weight).sum() ** 2))
