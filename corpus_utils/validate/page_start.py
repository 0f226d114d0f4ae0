"""What report 05 says before anything is coded: what can be checked here, how many units it takes, and what is known elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.validate.attach import how_to_start, spoken_measure
from corpus_utils.validate.drawing import enough
from corpus_utils.validate.measures import TARGETS, TOPICS
from corpus_utils.wording import language, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corpus_utils.parts import Tables
    from corpus_utils.project import Project

WIDTHS = (0.10, 0.07, 0.05, 0.03)
STEPS = (50, 100, 200, 400, 800)
USED_IN = {"vader": "03", TARGETS: "03", TOPICS: "02"}


def plan(tables: Tables, project: Project, *, done: Sequence[str] = ()) -> pd.DataFrame:
    """A row per measure that can be sampled and is not `done`: what, report, unit, units, a column of units to code for each of WIDTHS,
    command."""
    import pandas as pd

    from corpus_utils.annotate.codebook import load_codebook
    from corpus_utils.pipeline.inputs import codebook_of

    frames = f"frames.{load_codebook(codebook_of(project)).scheme}"
    mentions = tables.read("mentions", ["chance", "at"])
    sizes = {
        frames: ("article", len(tables.articles)),
        "vader": ("passage", len(tables.read("passages", ["id"]))),
        TARGETS: ("mention", int(((mentions["chance"] > 0) & (mentions["at"] >= 0)).sum())),
    }
    rows = []
    for measure, (unit, size) in sizes.items():
        if size and measure not in done:
            needed = {f"within ±{width * 100:.0f} points": _needed(size, width) for width in WIDTHS}
            rows.append({"what": spoken_measure(measure), "report": USED_IN.get(measure, "04"), "unit": unit, "units": size, **needed,
                         "command": how_to_start(measure)})  # fmt: skip
    return pd.DataFrame(rows)


def _needed(size: int, width: float) -> str:
    count = enough(size, width)
    return "all" if count >= size else f"{count:,}"


def waiting_in_words(waiting: pd.DataFrame) -> str:
    """What the first sample would take, as a sentence."""
    if waiting.empty:
        return ""
    first = waiting.iloc[0]
    needed = first[f"within ±{WIDTHS[0] * 100:.0f} points"]
    if needed == "all":
        return f"The {first['units']} {first['unit']}s are few enough to be coded all: `{first['command']}`."
    some = f"{needed} of the {first['units']:,} {first['unit']}s"
    return f"{some}, coded by two people, would tell every share of {first['what']} within ten points."


def widths(tables: Tables) -> pd.DataFrame:
    """For `plot.plot_dots`: a share of a half as it would come out when so many articles are coded; the last row is all of them."""
    import pandas as pd

    size = len(tables.articles)
    counts = [count for count in (*([5] if size <= STEPS[0] else []), *STEPS) if count < size]
    rows: list[dict[str, Any]] = []
    for count in counts:
        half = 1.959964 * (0.25 / count * (1 - count / size)) ** 0.5
        rows.append({"label": f"{count} coded", "estimate": 0.5, "low": max(0.0, 0.5 - half), "high": min(1.0, 0.5 + half)})
    return pd.DataFrame([*rows, {"label": f"all {size} coded", "estimate": 0.5, "low": float("nan"), "high": float("nan")}])


def widths_caption(tables: Tables) -> str:
    """What to see in that figure, for this corpus."""
    size = len(tables.articles)
    if size <= STEPS[0]:
        return (
            f"How sure a share of a half would be after coding so many of the {size} stories. So few are best coded all: then nothing is "
            "left to chance, and what the program gets wrong is counted, not estimated."
        )
    count = enough(size, 0.1)
    return (
        f"How sure a share of a half would be after coding so many of the {size:,} stories, if the program were of no help; other shares "
        f"come out surer, and a good program narrows them more. {count} are enough for ten points either way."
    )


def known_elsewhere(languages: Sequence[str]) -> pd.DataFrame:
    """What the programs' own cards say: program, figure, measured on. It holds there; here it is a hope."""
    import pandas as pd

    from corpus_utils.annotate import lexicon2
    from corpus_utils.annotate.frame_coder import shipped_coder
    from corpus_utils.annotate.targets import model_card

    rows = []
    for code, card in model_card().items():
        if code in languages and (scores := card.get("cross_validated")):
            figure = f"macro-F1 {number(scores['macro_f1'])}"
            rows.append({"program": f"tone towards actors, {language(code)}", "figure": figure, "measured_on": card["data"]})
    card = shipped_coder().card
    figure = f"macro-F1 {number(card.get('nested_cross_validation', card)['macro_f1'])}"
    rows.append({"program": "frames, trained coder", "figure": figure, "measured_on": card["trained_on"]})
    card = lexicon2.card()
    scores = card["cross_validated"]
    rows.append({"program": "tone, news lexicon", "figure": f"correlation {number(scores['r'])} with people", "measured_on": card["data"]})
    rows.append({"program": "tone, VADER; frame cues; topics", "figure": "none", "measured_on": "nothing that is shipped with them"})
    return pd.DataFrame(rows)
