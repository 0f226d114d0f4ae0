"""Which lines are the running text of an article: the decision everything else hangs on.

A line's looks, wording and surroundings (`features`), the score of its words and its cue go into a small network (`model`) that sees
fourteen lines around each. Where an HTML extractor has spoken (`hints`) its evidence is weighed against the network's.

Conventions
    One `Decision` per line that is not blank, in order. `probability` is that of running text, after all evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from corpus_utils.clean import cues, model
from corpus_utils.clean.features import DIGIT, HEAD, Page, hash_word, line_features, read_page
from corpus_utils.clean.lines import Line
from corpus_utils.clean.recurring import RecurringLines

Array = np.ndarray
_LOW = np.uint32(0xFFFF)
CUES = ("byline", "credit", "teaser", "navigation", "caption", "interface", "promotion", "boilerplate", "note")
THRESHOLD = 0.5
RECURRING = 4.0  # log-odds taken off a line that recurs in the outlet's other documents, twice that where it stands in most of them
COPIED = 0.5  # share of a document's words in recurring lines beyond which the document is a copy: then recurrence says nothing
HINTED = 4.0  # log-odds an extractor's word is worth where its text is at least as long as the network's
WEAK_HINT = 1.0  # and where it is much shorter: extractors then usually missed the article

# What the largest contribution of a column to a decision is called, for a high and for a low value.
_PHRASES = {
    "log_chars": ("long line", "short line"), "log_words": ("many words", "few words"),
    "ends_sentence": ("ends like a sentence", "does not end like a sentence"),
    "wording": ("wording of running text", "wording of page furniture"), "known_words": ("familiar wording", "unfamiliar wording"),
    "small_words": ("many small words", "hardly a small word"), "capital_share": ("many capitals", "few capitals"),
    "commas": ("commas", "no comma"), "stops": ("several sentences", "not one full sentence"),
    "copies": ("repeated in the document", "stands once"), "para_words": ("part of a long paragraph", "part of a short block"),
    "para_ends": ("paragraph ends like a sentence", "paragraph is left open"),
    "block_words": ("in a block of much text", "in a block of little text"),
    "density_2": ("text close by", "no text close by"), "density_8": ("dense text around", "little text around"),
    "density_up": ("text above", "no text above"), "density_down": ("text below", "no text below"),
    "shared": ("shares the page's words", "shares few of the page's words"),
    "rare_shared": ("shares rare words with the page", "shares no rare word with the page"),
    "from_core": ("below the main text", "above the main text"), "prose_before": ("late in the text", "early in the text"),
    "gap_above": ("set apart above", "close to the line above"), "gap_below": ("set apart below", "close to the line below"),
    "page_prose": ("page is mostly text", "page is mostly furniture"), "page_long_lines": ("page of long lines", "page of short lines"),
}  # fmt: skip


class Decision(NamedTuple):
    """Whether a line is running text, how probable that is, its cue (as `cues.cue_of`), why, and its number of words."""

    body: bool
    probability: float
    cue: str
    why: str
    size: int


def decide_lines(
    text: str, lines: Sequence[Line], *, hints: Sequence[Sequence] = (), recurring: RecurringLines | None = None
) -> list[Decision]:
    """Decide about the lines given (none of them blank). Returns one Decision each."""
    if not lines:
        return []
    page = read_page(text, np.array([line.start for line in lines]), np.array([line.start + len(line.text) for line in lines]))
    found = find_cues(page, lines)
    w = model.weights()
    columns, names = columns_of(page, found, lambda p: model.word_score(p, w["words"], float(w["word_scale"]), float(w["word_bias"])))
    x = (columns - w["mean"]) * w["scale"]
    logit = calibrated(model.ensemble(x, w), columns[:, names.index("log_words")], w)
    again = _recurrence(lines, recurring) if recurring is not None else np.zeros(len(lines))
    logit = logit - RECURRING * again
    reasons = _reasons(x, w["explain"], logit > 0, names)
    if again.any():
        reasons = [f"recurs in other documents; {reason}" if n else reason for n, reason in zip(again, reasons, strict=True)]
    if hints:
        logit, said = _weigh_hints(lines, hints, logit)
        reasons = [f"{word}; {reason}" if word else reason for word, reason in zip(said, reasons, strict=True)]
    probability = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    sizes = np.bincount(page.word_line, minlength=len(page)).tolist()
    return [
        Decision(p >= THRESHOLD, p, cue, why, size) for p, cue, why, size in zip(probability.tolist(), found, reasons, sizes, strict=True)
    ]


def _recurrence(lines: Sequence[Line], recurring: RecurringLines) -> Array:
    """Strength of each line's recurrence; none at all for a document that mostly consists of recurring lines: a copy."""
    strength = np.array([recurring.strength(line.text) for line in lines], dtype=np.float32)
    size = np.array([len(line.text.strip()) for line in lines])
    return strength if size[strength > 0].sum() <= COPIED * size.sum() else np.zeros(len(lines), dtype=np.float32)


def find_cues(page: Page, lines: Sequence[Line]) -> list[str]:
    """Cue of each line. Patterns are tried only where a word at which they can begin, a mark or a digit speaks for them."""
    n = len(page)
    said = _triggers()[page.head_hash & _LOW]
    size = np.bincount(page.word_line, minlength=n)
    speaks = np.zeros(n, dtype=np.uint8)
    with_words = np.flatnonzero(size > 0)
    speaks[with_words] = said[page.first_word[with_words]] & cues.OPENING
    digits = np.bincount(page.word_line, weights=(page.classes[page.word_start] & DIGIT) != 0, minlength=n) > 0
    speaks[digits & (size <= 14)] |= cues.OPENING
    hits = np.flatnonzero(said & (cues.NOTING | cues.INSIDE))
    np.bitwise_or.at(speaks, page.word_line[hits], said[hits] & (cues.NOTING | cues.INSIDE))
    hits = hits[(said[hits] & cues.INSIDE) != 0]
    where = page.word_line[hits]
    places: dict[int, list[int]] = {}
    for line, place in zip(where.tolist(), (page.word_start[hits] - page.start[where]).tolist(), strict=True):
        places.setdefault(line, []).append(place)
    found = []
    for i, (bits, line) in enumerate(zip(speaks.tolist(), lines, strict=True)):
        if len(line.text) > 1000:
            found.append("")
            continue
        if not bits & cues.OPENING and any(mark in line.text for mark in cues.MARKS):
            bits |= cues.OPENING
        found.append(cues.cue_of(line.text.strip(), bits, tuple(places.get(i, ()))) if bits else "")
    return found


@cache
def _triggers() -> Array:
    """Bits of the pattern groups at the low half of each trigger word's hash; a chance hit only costs a look."""
    table = np.zeros(int(_LOW) + 1, dtype=np.uint8)
    for bit, words in ((cues.OPENING, cues.OPENERS), (cues.NOTING, cues.NOTE_WORDS), (cues.INSIDE, cues.TRIGGERS)):
        for word in words:
            table[hash_word(word[:HEAD]) & int(_LOW)] |= bit
    return table


def calibrated(logit: Array, log_words: Array, w: Mapping[str, Array]) -> Array:
    """Log-odds from the network's logit: long lines are given the benefit of the doubt, since a lost paragraph costs most."""
    long_line = np.clip(log_words - np.log(15), 0, 1.5)
    return (logit + float(w["offset"]) + float(w["long_line"]) * long_line) * float(w["temperature"])


def columns_of(page: Page, found: Sequence[str], word_score: Callable[[Page], tuple[Array, Array]]) -> tuple[Array, list[str]]:
    """Input of the network, not yet standardised: line features, wording, one flag per cue. Also the columns' names."""
    matrix, names = line_features(page)
    wording, known = word_score(page)
    flags = np.zeros((len(page), len(CUES)), dtype=np.float32)
    for i, cue in enumerate(found):
        if cue in CUES:
            flags[i, CUES.index(cue)] = 1
    columns = np.concatenate([matrix, wording[:, None], known[:, None], flags], axis=1).astype(np.float32)
    return columns, [*names, "wording", "known_words", *(f"cue {cue}" for cue in CUES)]


# -- reasons -------------------------------------------------------------------------------------------------------------


def _reasons(x: Array, explain: Array, body: Array, names: Sequence[str]) -> list[str]:
    """The two columns that speak loudest for the decision, by a linear reading of the network (`explain`: its weights)."""
    share = x * explain[: x.shape[1]]
    share = np.where(body[:, None], share, -share)
    first = share.argmax(axis=1)
    rows = np.arange(len(x))
    share[rows, first] = -np.inf
    second = share.argmax(axis=1)
    high, low = x[rows, first] > 0, x[rows, second] > 0
    return [
        _reason(names[a], bool(b), names[c], bool(d))
        for a, b, c, d in zip(first.tolist(), high.tolist(), second.tolist(), low.tolist(), strict=True)
    ]


@cache
def _reason(first: str, first_high: bool, second: str, second_high: bool) -> str:
    return f"classifier: {_phrase(first, first_high)}, {_phrase(second, second_high)}"


def _phrase(name: str, high: bool) -> str:
    if name in _PHRASES:
        return _PHRASES[name][0 if high else 1]
    if name.startswith("cue "):
        return name if high else f"no {name}"
    return ("high " if high else "low ") + name.replace("_", " ")


# -- an extractor's word -------------------------------------------------------------------------------------------------


def _weigh_hints(lines: Sequence[Line], hints: Sequence[Sequence], logit: Array) -> tuple[Array, list[str]]:
    """Shift the log-odds by what an HTML extractor kept; the longer of the two texts is believed more."""
    said = _hinted(lines, hints)
    sizes = np.array([len(line.text.strip()) for line in lines])
    kept = np.array([role in ("body", "subheading") for role in said])
    by_hint, by_model = int(sizes[kept].sum()), int(sizes[logit > 0].sum())
    if not by_hint:
        return logit, [""] * len(lines)
    strong = by_hint >= 0.6 * by_model
    weight = HINTED if strong else WEAK_HINT
    verdict = "extractor's text is as long as the classifier's" if strong else "extractor's text is much shorter than the classifier's"
    words = [f"extractor says {role or 'nothing'}, {verdict}" for role in said]
    return logit + np.where(kept, weight, -weight), words


def _hinted(lines: Sequence[Line], hints: Sequence[Sequence]) -> list[str]:
    """Role of the hint that covers most of each line, "" where hints cover less than half of it."""
    ordered = sorted((int(h[0]), int(h[1]), str(h[2])) for h in hints)
    roles, at = [], 0
    for line in lines:
        stop = line.start + len(line.text)
        while at < len(ordered) and ordered[at][1] <= line.start:
            at += 1
        share: dict[str, int] = {}
        i = at
        while i < len(ordered) and ordered[i][0] < stop:
            share[ordered[i][2]] = share.get(ordered[i][2], 0) + min(stop, ordered[i][1]) - max(line.start, ordered[i][0])
            i += 1
        best = max(share, key=lambda role: share[role], default="")
        roles.append(best if share and 2 * share[best] >= len(line.text.strip()) else "")
    return roles
