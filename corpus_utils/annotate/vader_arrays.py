"""VADER (Hutto & Gilbert 2014) over many texts at once: the compound the reference computes, to all four decimals.

Lexicon, boosters, negations and idioms are read from the package `vaderSentiment` (MIT), which stays the reference; only the
loop over words is replaced. Every distinct token is examined once; the rules then run over the positions of lexicon words of all
texts together, in the order in which the reference applies them to one word.

Kept exactly, odd or not: the sum adds in the order and with the compensation of Python's own `sum`; "but" looks its sentiment
up by *value*, so two words of equal valence can be taken for one another; idioms need three words before them.

Conventions
    A *hit* is a lexicon word that the reference gives a valence of its own; its value is what it adds to the sum.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.vader_words import BITS, QUESTION, features, phrases, tables
from corpus_utils.annotate.word_types import Batch

ALPHA = 15.0  # of the normalisation score / sqrt(score² + alpha)
POSITIVE, NEGATIVE = 0.05, -0.05  # published thresholds of the compound


class Hits(NamedTuple):
    """Lexicon words of a batch: position in `Batch.ids`, number of the text, and value after all rules but punctuation."""

    positions: np.ndarray
    texts: np.ndarray
    values: np.ndarray


class Scores(NamedTuple):
    """Compounds (rounded to 4 decimals), sums before punctuation, emphasis by punctuation, and the hits behind them."""

    compound: np.ndarray
    sums: np.ndarray
    emphasis: np.ndarray
    hits: Hits


def score(words: Batch, *, hidden: np.ndarray | None = None) -> Scores:
    """Compounds of a batch made by `prepare`.

    `hidden` marks positions that are to count as words without any meaning (their capitals and marks still count); with None
    the compound is the reference's.
    """
    hits, emphasis = _find_hits(words, hidden)
    sums = np.bincount(hits.texts, weights=hits.values, minlength=len(words.lengths))
    if sys.version_info >= (3, 12):  # where Python's `sum` makes up for rounding, so must we: it shows with three summands or more
        present = np.bincount(hits.texts, minlength=len(words.lengths))
        values, ends = hits.values.tolist(), np.cumsum(present)
        for number in np.flatnonzero(present > 2).tolist():
            sums[number] = sum(values[ends[number] - present[number] : ends[number]])
    return Scores(compound(sums, emphasis), sums, emphasis, hits)


def score_hidden(words: Batch, known: Scores, hidden: np.ndarray) -> tuple[Scores, np.ndarray]:
    """What `score` gives with the words at the positions `hidden` hidden, and the numbers of the texts that hold some.

    The others, which are most, keep what is `known`: their scores with nothing hidden.
    """
    texts = np.unique(words.text_of(hidden))
    some, at = words.take(texts)
    out = np.zeros(len(words.ids), dtype=bool)
    out[hidden] = True
    new = score(some, hidden=out[at])
    changed = np.zeros(len(words.lengths), dtype=bool)
    changed[texts] = True
    compounds, sums, emphasis = (column.copy() for column in known[:3])
    for column, values in zip((compounds, sums, emphasis), new[:3], strict=True):
        column[texts] = values
    kept = ~changed[known.hits.texts]
    placed = (at[new.hits.positions], texts[new.hits.texts], new.hits.values)
    joined = [np.concatenate([old[kept], more]) for old, more in zip(known.hits, placed, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return Scores(compounds, sums, emphasis, Hits(*(column[order] for column in joined))), texts


def compound(sums: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """score / sqrt(score² + 15), with the emphasis added away from zero, rounded to 4 decimals as Python rounds."""
    total = sums + np.sign(sums) * emphasis
    exact = np.clip(total / np.sqrt(total * total + ALPHA), -1.0, 1.0)
    rounded = np.round(exact, 4)
    near_tie = np.abs(np.abs(exact * 1e4 % 1) - 0.5) < 1e-6  # numpy rounds a product: decide ties on the number itself
    rounded[near_tie] = [round(value, 4) for value in exact[near_tie].tolist()]
    return rounded


def _emphasis(marks: np.ndarray) -> np.ndarray:
    """What the exclamation and question marks of each text add."""
    exclamations, questions = marks % QUESTION, marks // QUESTION
    asked = np.where(questions < 2, 0.0, np.where(questions <= 3, questions * 0.18, 0.96))
    return np.minimum(exclamations, 4) * 0.292 + asked


def _find_hits(words: Batch, hidden: np.ndarray | None) -> tuple[Hits, np.ndarray]:
    """All lexicon words with their values (the reference's `sentiment_valence` over all positions at once), and the emphasis."""
    columns = words.types.columns(features)
    flags, lexicon, own = columns[0], columns[1], columns[5]
    marked = np.flatnonzero(columns[6][words.ids])  # the few words any rule starts from
    kinds = words.ids[marked]
    signs = columns[4][kinds]
    signed = np.flatnonzero(signs)
    counted = np.bincount(words.text_of(marked[signed]), weights=signs[signed], minlength=len(words.lengths))
    emphasis = _emphasis(counted.astype(np.int64))
    shouting = words.tally(marked[(flags[kinds] & BITS["upper"]) > 0])
    mixed = (shouting > 0) & (shouting < words.lengths)  # capitals emphasise only where not all words have them
    seen = words
    if hidden is not None:
        seen = words._replace(ids=np.where(hidden, 0, words.ids))
        kinds = seen.ids[marked]
    at = marked[own[kinds]]
    texts = seen.text_of(at)
    if len(at):
        following = seen.neighbour(at, texts, 1)
        this = flags[seen.ids[at]]
        keep = ~(((this & BITS["kind"]) > 0) & ((flags[following] & BITS["of"]) > 0))
        at, texts = at[keep], texts[keep]
    if not len(at):
        return Hits(at, texts, np.zeros(0)), emphasis
    values = _values(seen, Hits(at, texts, lexicon[seen.ids[at]]), mixed[texts], columns)
    return _apply_but(seen, marked[(flags[kinds] & BITS["but"]) > 0], Hits(at, texts, values)), emphasis


def _values(words: Batch, hits: Hits, mixed: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    """Values of lexicon words from their valences: negation, capitals, the three words before, idioms, "least"."""
    (at, texts, base), constants = hits, tables()
    flags, lexicon, boosts, codes = columns[:4]
    near = {offset: words.neighbour(at, texts, offset) for offset in (-3, -2, -1, 1, 2)}
    near[0] = words.ids[at]
    place, left = at - words.starts[texts], (words.starts + words.lengths)[texts] - at - 1
    asked = {offset: flags[near[offset]] for offset in (-3, -2, -1, 0)}

    def has(offset: int, name: str) -> np.ndarray:
        return (asked[offset] & BITS[name]) > 0

    value = np.where(has(0, "no") & ~np.isnan(lexicon[near[1]]), 0.0, base)
    denied = has(-1, "no") | has(-2, "no") | (has(-3, "no") & has(-1, "or"))
    value = np.where(denied, base * constants.N_SCALAR, value)
    loud = has(0, "upper") & mixed
    value = np.where(loud, np.where(value > 0, value + constants.C_INCR, value - constants.C_INCR), value)
    for distance, damping in ((1, 1.0), (2, 0.95), (3, 0.9)):
        before = near[-distance]
        active = (place >= distance) & np.isnan(lexicon[before])
        scalar = np.where(value < 0, -boosts[before], boosts[before])
        cries = has(-distance, "booster") & has(-distance, "upper") & mixed
        scalar = np.where(cries, np.where(value > 0, scalar + constants.C_INCR, scalar - constants.C_INCR), scalar) * damping
        changed = _negate(value + scalar, distance, has)
        if distance == 3:
            changed = _idioms(changed, {offset: codes[types] for offset, types in near.items()}, left)
        value = np.where(active, changed, value)
    least = has(-1, "least") & np.isnan(lexicon[near[-1]]) & ((place == 1) | ~has(-2, "at"))
    return np.where(least, value * constants.N_SCALAR, value)


def _negate(value: np.ndarray, distance: int, has: Any) -> np.ndarray:
    """The reference's negation check for the word `distance` before the hit."""
    turned = np.where(has(-distance, "negation"), value * tables().N_SCALAR, value)
    if distance == 1:
        return turned
    if distance == 2:
        stressed, doubtless = has(-2, "never") & has(-1, "so"), has(-2, "without") & has(-1, "doubt")
    else:
        stressed = (has(-3, "never") & has(-2, "so")) | has(-1, "so")
        doubtless = has(-3, "without") & (has(-2, "doubt") | has(-1, "doubt"))
    return np.where(stressed, value * 1.25, np.where(doubtless, value, turned))


def _idioms(value: np.ndarray, codes: dict[int, np.ndarray], left: np.ndarray) -> np.ndarray:
    """Special cases set the value, the first of those before the word, then those after it; two-word dampeners add to it."""
    two, three = phrases("SPECIAL_CASES", 2), phrases("SPECIAL_CASES", 3)
    sequences = (
        two[codes[-1], codes[0]],
        three[codes[-2], codes[-1], codes[0]],
        two[codes[-2], codes[-1]],
        three[codes[-3], codes[-2], codes[-1]],
        two[codes[-3], codes[-2]],
    )
    found = np.full(len(value), np.nan)
    for sequence in sequences:
        found = np.where(np.isnan(found), sequence, found)
    for later, room in ((two[codes[0], codes[1]], 1), (three[codes[0], codes[1], codes[2]], 2)):
        found = np.where(np.isnan(later) | (left < room), found, later)
    value = np.where(np.isnan(found), value, found)
    pairs, triples = phrases("BOOSTER_DICT", 2), phrases("BOOSTER_DICT", 3)
    for extra in (triples[codes[-3], codes[-2], codes[-1]], pairs[codes[-3], codes[-2]], pairs[codes[-2], codes[-1]]):
        value = np.where(np.isnan(extra), value, value + extra)
    return value


def _apply_but(words: Batch, buts: np.ndarray, hits: Hits) -> Hits:
    """Halve what stands before the first "but" of a text and raise what stands after it by half, as the reference does."""
    if not len(buts):
        return hits
    texts, first = np.unique(words.text_of(buts), return_index=True)
    values = hits.values.copy()
    edges = np.searchsorted(hits.texts, texts), np.searchsorted(hits.texts, texts, side="right")
    for but, start, end in zip(buts[first].tolist(), edges[0].tolist(), edges[1].tolist(), strict=True):
        own, places = values[start:end].tolist(), hits.positions[start:end].tolist()
        for number in range(len(own)):
            value = own[number]
            looked_up = own.index(value)  # by value, as the reference: not always `number`
            own[looked_up] = value * (0.5 if places[looked_up] < but else 1.5) if value else value
        values[start:end] = own
    return hits._replace(values=values)
