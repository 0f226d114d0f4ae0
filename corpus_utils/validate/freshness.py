"""A sample drawn some time ago, held against the labels of today: programs, cleaning and documents change, adjudicated codes stay.

A unit is still the same where its id and its text are. Then its label of today counts, in the sample and in the frame. A unit that is gone,
or reads otherwise, keeps the label it had when the sample was drawn; where that are more than MOST_GONE of the frame, codes and labels no
longer speak of the same texts, and no figure is given. Units that came later are in no figure: they could not be drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.folder import Changes, Validation
from corpus_utils.validate.measures import TOPICS, measure_of
from corpus_utils.validate.units import frame_units

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.parts import Tables
    from corpus_utils.project import Project

MOST_GONE = 0.1
SAID = ["status", "label", "score", "scores"]


def bring_up_to_date(sample: Validation, tables: Tables, project: Project) -> Validation:
    """The sample with the labels of today and its `changes`. Raises SheetError where it no longer fits the corpus."""
    frame, unit = sample.frame, str(sample.design["unit"])
    again = f"draw a new sample under another --name, and keep {sample.name} for the figures it gave"
    now = frame_units(tables, unit, measure_of(sample.design), project).set_index("id")
    if sample.measure == TOPICS:
        _same_topics(sample, now, again)
    same = _same(frame, now)
    gone = int((~same).sum())
    if gone > MOST_GONE * len(frame):
        raise SheetError(
            f"{gone} of the {len(frame)} {unit}s it was drawn from are no longer in the corpus as they were (other documents, other "
            f"cleaning); its codes and today's labels speak of different texts: {again}"
        )
    today = now.reindex(frame.loc[same, "id"])
    fresh = frame.copy()
    other = _differ(frame.loc[same], today)
    for name in SAID:
        fresh[name] = fresh[name].astype(object)
        fresh.loc[same, name] = today[name].astype(object).to_numpy()
    fresh["score"] = fresh["score"].astype(float)
    by_unit = fresh.set_index("id")
    key = sample.key.assign(**{name: sample.key["unit"].map(by_unit[name]) for name in SAID})
    added = int((~now.index.isin(frame["id"])).sum())
    return replace(sample, frame=fresh, key=key, changes=Changes(len(frame), other, gone, added))


def _same(frame: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """Which units of the frame are there with the text they had; a frame without digests is compared by ids."""
    digest = frame["id"].map(now["digest"])
    return digest.notna() & ((digest == frame["digest"]) | (frame["digest"] == ""))


def _differ(before: pd.DataFrame, now: pd.DataFrame) -> int:
    """Units whose label or status is another; an abstention's best guess does not count."""

    def said(table: pd.DataFrame) -> list[tuple[str, tuple[str, ...]]]:
        return [(status, tuple(label) if status == "judged" else ()) for status, label in zip(table["status"], table["label"])]

    return sum(one != two for one, two in zip(said(before), said(now), strict=True))


def _same_topics(sample: Validation, now: pd.DataFrame, again: str) -> None:
    """Topics are found anew with each corpus: codes that name other topics than today's are of no use."""
    lost = sorted({name for names in now["label"] for name in names} - set(sample.codes))
    if lost:
        raise SheetError(f"the topics are others than those that were coded ({lost[0]!r} was not among them): {again}")


def changes_in_words(changes: Changes | None, unit: str) -> str:
    """What changed since the sample was drawn, as a sentence; "" where nothing did."""
    if changes is None or not (changes.other or changes.gone or changes.added):
        return ""
    told = []
    if changes.other:
        told.append(f"{changes.other} of {changes.frame} {unit}s have another label than when the sample was drawn: today's counts")
    if changes.gone:
        told.append(f"{changes.gone} are no longer in the corpus as they were, and keep the label they had")
    if changes.added:
        told.append(f"{changes.added} came later and are in no figure: they could not be drawn")
    return "; ".join(told) + "."
