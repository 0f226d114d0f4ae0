"""Which of the days around a text stay clues to its publication: those that the ranking is sure enough of.

Conventions
    What is not chosen keeps its place in the evidence as source "other date", with its probability in words; it dates nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus_utils.clean import date_rank
from corpus_utils.clean.date_candidates import Candidate, form_of
from corpus_utils.clean.dates import Clue, clue_of
from corpus_utils.clean.header import Frame

OTHER = "other date"
SIDE_BY_SIDE = 1  # rows apart
NEAR_HEADLINE = ("header", "above headline")
Ranked = Sequence[tuple[Candidate, float]]


def choose_clues(ruled: Sequence[Clue], ranked: Ranked, frame: Frame) -> list[Clue]:
    """The clues of the rules, reordered by what the ranking is sure of: those of the chosen day stay, the others become "other date".

    A day that no rule has read becomes a clue of its own. Two readings of one date are chosen together where neither is sure by itself,
    and so are two days side by side of which neither is said to be that of a change.
    """
    chosen, sure = choose_days(ranked)
    if not ranked:
        return list(ruled)
    clues, read = [], False
    for clue in ruled:
        days = {a for a, b in clue.spans if a == b}
        if clue.source == "updated line":
            clues.append(clue)
        elif days & chosen:
            read = True
            spans = tuple((day, day) for day in sorted(chosen))
            clues.append(clue._replace(spans=spans, reading=f"{clue.reading}; probability {sure:.2f}"))
        else:
            share = sum(p for candidate, p in ranked if candidate.day in days)
            clues.append(clue._replace(source=OTHER, reading=f"{clue.reading}; not sure enough, probability {share:.2f}"))
    if chosen and not read:
        best = max((c for c in ranked if c[0].day in chosen), key=lambda c: (c[1], -c[0].row))[0]
        clues.insert(0, _own_clue(best, frame, chosen, sure))
    return clues


def choose_days(ranked: Ranked) -> tuple[frozenset[date], float]:
    """The day that is sure enough, or two that are so together, and the probability; none where nothing is."""
    _, threshold = date_rank.load_weights()
    days: dict[date, float] = {}
    for candidate, p in ranked:
        days[candidate.day] = days.get(candidate.day, 0.0) + p
    if not days:
        return frozenset(), 0.0
    best = min(days, key=lambda day: (-days[day], day))
    rivals = _side_by_side(ranked, best) | (set() if days[best] >= threshold else _other_reading(ranked, best))
    together = frozenset({best, *rivals})
    sure = sum(days[day] for day in sorted(together))
    return (together, sure) if sure >= threshold else (frozenset(), sure)


def _other_reading(ranked: Ranked, best: date) -> set[date]:
    """Other days that the same written date can mean."""
    mentions = {id(c.mention) for c, _ in ranked if c.day == best}
    return {c.day for c, _ in ranked if id(c.mention) in mentions}


def _side_by_side(ranked: Ranked, best: date) -> set[date]:
    """Days beside the best one that may as well be the publication: neither is labelled, so one is of a change and nobody says which."""
    if any(c.label for c, _ in ranked if c.day == best):
        return set()
    rows = {c.row for c, _ in ranked if c.day == best and c.zone in NEAR_HEADLINE}
    others = [c for c, _ in ranked if not c.label and c.zone in NEAR_HEADLINE and any(abs(c.row - row) <= SIDE_BY_SIDE for row in rows)]
    return {c.day for c in others}


def _own_clue(best: Candidate, frame: Frame, chosen: frozenset[date], sure: float) -> Clue:
    row = frame.rows[best.row]
    form = form_of(best, row)
    near = best.zone in NEAR_HEADLINE
    source = {"published": "published line", "by": "byline"}.get(form, "date line") if near else "date nearby"
    clue = clue_of(best.mention, source, row.start)
    return clue._replace(spans=tuple((day, day) for day in sorted(chosen)), reading=f"{clue.reading}; probability {sure:.2f}")
