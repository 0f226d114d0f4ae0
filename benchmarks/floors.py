"""Pinned floors: figures that may not fall. `floors.json` holds them, tests and benchmarks ask `check`.

Conventions
    For each name a list of steps, oldest first; the last one counts. A step is {"floor": number, "why": text}. A floor is raised by adding a step;
    one that is lower than the step before it is refused unless its `why` begins with "Lowered:" and says what was given up and what for.
    Steps are never edited or removed: `history` is a hash of all steps but the last of each name, and a test compares it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

FILE = Path(__file__).with_name("floors.json")
Steps = Mapping[str, Sequence[Mapping[str, object]]]


class FloorError(ValueError):
    """A figure lies under its floor, or a floor was lowered silently."""


def read_floors(path: Path = FILE) -> dict[str, float]:
    """The floors in force. Raises FloorError where one was lowered without saying so."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    floors = {}
    for name, steps in stored["floors"].items():
        for before, after in pairwise(steps):
            if after["floor"] < before["floor"] and not str(after["why"]).startswith("Lowered:"):
                raise FloorError(f'{path.name}: {name} went from {before["floor"]} to {after["floor"]} without a reason ("Lowered: ...")')
        floors[name] = float(steps[-1]["floor"])
    if stored["history"] != history(stored["floors"]):
        raise FloorError(f"{path.name}: earlier steps were edited; add a step instead, and put {history(stored['floors'])} under `history`")
    return floors


def history(floors: Steps) -> str:
    """Hash of every step but the last of each name."""
    past = {name: list(steps[:-1]) for name, steps in floors.items() if len(steps) > 1}
    return sha256(json.dumps(past, sort_keys=True).encode()).hexdigest()[:16]


def check(figures: Mapping[str, float], path: Path = FILE) -> None:
    """Raise FloorError naming every figure under its floor. Raises KeyError for a figure that has none."""
    floors = read_floors(path)
    low = [f"{name} is {value:.4f}, its floor {floors[name]:.4f}" for name, value in figures.items() if value < floors[name]]
    if low:
        raise FloorError("; ".join(low))


def exit_code(figures: Mapping[str, float]) -> int:
    """For the end of a benchmark: 0, or 1 after saying on stderr which figures lie under their floors."""
    try:
        check(figures)
    except FloorError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
