"""Which lines are the running text of an article: the decision everything else hangs on.

A line's looks, wording and surroundings (`features`), the score of its words and its cue go into a small network (`model`) that sees
seven lines to either side. Where an HTML extractor has spoken (`hints`) its evidence is weighed against the network's.

Conventions
    `decide_lines` gives arrays with one entry per visible line of the documents read. `probability` is that of running text, after all
    evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus_utils.clean import cues, model
from corpus_utils.clean.characters import DIGIT, MARK
from corpus_utils.clean.cue_heads import BYLINES, CREDITS, INSIDE, LONGEST, NOTES, OPENING, trigger_words
from corpus_utils.clean.features import line_features
from corpus_utils.clean.pages import Pages
from corpus_utils.clean.reasons import Reasons
from corpus_utils.clean.recurring import RecurringLines, line_keys

Array = np.ndarray
CUES = ("byline", "credit", "teaser", "navigation", "caption", "interface", "promotion", "boilerplate", "note")
NO_CUE, REFERENCE = -1, len(CUES)  # codes of cues: position in CUES, or one of these
THRESHOLD = 0.5
TEXT_FROM = 0.7  # share of a document's words in lines of twelve and more from which it counts as mostly text
ONLY_TEXT, PARAGRAPH = 0.97, 40  # share from which it counts as nothing but text, and words from which a line is a paragraph of it
PLAIN = 0.5  # log-odds such a paragraph has at least, unless its wording or its recurrence speaks against it
UNFURNISHED, UNKNOWN = 100, 0.5  # words from which, and share of them in text up to which, a document without any cue is kept whole
RECURRING = 4.0  # log-odds taken off a line that recurs in the outlet's other documents, twice that where it stands in most of them
COPIED = 0.5  # share of a document's words in recurring lines beyond which the document is a copy: then recurrence says nothing
# Chosen on cross-validated logits of three sets of pages. An extractor leaves out on purpose, but takes in by the way what is in the same
# part of a page: its silence says more than its word. What the network takes for text beside the extractor's is mostly comments and other
# stories: the extractor is doubted only where it found next to nothing.
EXTRACTED, LEFT_OUT = 3.0, 6.0  # log-odds that an extractor's word for a line and its silence are worth
WEAK_HINT = 1.0  # and where its text is a tiny part of the network's: it missed the article
MISSED = 0.15  # share of the network's text under which the extractor's is tiny
# Where the network takes less than this share of the extractor's text for text, the page is unlike those it knows (a list of winners, say),
# and the extractor's word decides.
AGREED, DECIDING = 0.5, 30.0


@dataclass(frozen=True)
class Decisions:
    """Per visible line: probability of running text, code of its cue, and what the decision rests on."""

    probability: Array
    cue: Array
    reasons: Reasons

    @property
    def body(self) -> Array:
        """Whether the line is running text."""
        return self.probability >= THRESHOLD


@dataclass(frozen=True)
class Evidence:
    """What is known about one document from outside its text."""

    hints: Sequence[Sequence] = ()
    recurring: RecurringLines | None = None

    @property
    def has_article(self) -> bool:
        """An extractor has pointed at text of an article."""
        return any(hint[2] == "body" for hint in self.hints)


def decide_lines(pages: Pages, evidence: Sequence[Evidence] = ()) -> Decisions:
    """Decide about every visible line. `evidence` has one entry per document, or is empty."""
    w = model.weights()
    cue = find_cues(pages)
    columns, names = columns_of(pages, cue, lambda p: model.word_score(p, w["words"], float(w["word_scale"]), float(w["word_bias"])))
    x = columns - w["mean"]
    x *= w["scale"]
    logit = calibrated(model.ensemble(x, pages.first, w), columns, names, w)
    plain = _plain_text(columns, names) & (cue == NO_CUE)
    outside = dict.fromkeys(np.flatnonzero(plain & (logit < PLAIN)).tolist(), "a paragraph among nothing but paragraphs; ")
    logit[plain] = np.maximum(logit[plain], PLAIN)
    unknown = _unfurnished(pages, cue, logit)
    outside |= dict.fromkeys(np.flatnonzero(unknown & (logit < PLAIN)).tolist(), "nothing here is known to stand around an article; ")
    logit[unknown] = np.maximum(logit[unknown], PLAIN)
    keys = line_keys(pages) if any(known.recurring is not None for known in evidence) else np.zeros(len(pages), dtype=np.uint64)
    for number, known in enumerate(evidence):
        if known.recurring is not None or known.hints:
            _weigh(pages, number, known, keys, logit, outside)
    probability = 1 / (1 + np.exp(-np.clip(logit.astype(np.float64), -30, 30)))
    return Decisions(probability, cue, Reasons(x, w["explain"], logit > 0, names, outside))


def calibrated(logit: Array, columns: Array, names: Sequence[str], w: Mapping[str, Array]) -> Array:
    """Log-odds from the networks' logit, which is too sure of itself, the more the longer they learn. The benefit of the doubt goes to long
    lines, since a lost paragraph costs most, and to the lines of a document that is mostly text, since there is little to be taken away."""
    long_line = np.clip(columns[:, names.index("log_words")] - np.log(15), 0, 1.5)
    mostly_text = np.clip((columns[:, names.index("page_prose")] - TEXT_FROM) / (1 - TEXT_FROM), 0, 1)
    return logit * float(w["sureness"]) + float(w["offset"]) + float(w["long_line"]) * long_line + float(w["mostly_text"]) * mostly_text


def _plain_text(columns: Array, names: Sequence[str]) -> Array:
    """Paragraphs of documents that are hardly anything but paragraphs. Nothing stands out there against which the networks could tell what
    is not the article, and in long ones they lose the thread."""
    long_line = columns[:, names.index("log_words")] >= np.log(PARAGRAPH)
    return long_line & (columns[:, names.index("page_prose")] >= ONLY_TEXT)


def _unfurnished(pages: Pages, cue: Array, logit: Array) -> Array:
    """Lines of documents without a page around them of which the network would take most away: lists, results, offers, which it does not
    know as articles. Every flattened web page has some line whose wording tells that it is no text; where not one does, an extractor has
    been there before, and the benefit of the doubt goes to what it left."""
    document, size, documents = pages.document, pages.size, len(pages.first) - 1
    words, kept = (np.bincount(document, weights=weights, minlength=documents) for weights in (size, size * (logit > 0)))
    cued = np.bincount(document[cue != NO_CUE], minlength=documents) > 0
    result: Array = (~cued & (words >= UNFURNISHED) & (kept <= UNKNOWN * words))[document]
    return result


def columns_of(pages: Pages, cue: Array, word_score: Callable[[Pages], tuple[Array, Array]]) -> tuple[Array, list[str]]:
    """Input of the network, not yet standardised: line features, wording, one flag per cue. Also the columns' names."""
    matrix, names = line_features(pages)
    flags = np.zeros((len(pages), len(CUES)), dtype=np.float32)
    known = np.flatnonzero((cue >= 0) & (cue < len(CUES)))
    flags[known, cue[known]] = 1
    columns = np.concatenate([matrix, *(column[:, None] for column in word_score(pages)), flags], axis=1, dtype=np.float32)
    return columns, [*names, "wording", "known_words", *(f"cue {cue}" for cue in CUES)]


# -- cues ----------------------------------------------------------------------------------------------------------------


def find_cues(pages: Pages) -> Array:
    """Code of each line's cue. Patterns are tried only where a word at which they can begin, a mark or a digit speaks for them."""
    n = len(pages)
    found = np.full(n, NO_CUE, dtype=np.int8)
    if not len(pages.word_line):
        return found
    said = trigger_words(pages)
    first, size = pages.first_word[:-1], pages.size
    speaks = np.zeros(n, dtype=np.uint16)
    worded = np.flatnonzero(size)
    speaks[worded] = said[first[worded]] & OPENING
    dated = _with_dates(pages)
    speaks[dated[size[dated] <= 14]] |= BYLINES  # a date may be all there is
    speaks[_with_marks(pages)] |= CREDITS
    hits = np.flatnonzero((said & (NOTES | INSIDE)) != 0)
    np.bitwise_or.at(speaks, pages.word_line[hits], said[hits] & (NOTES | INSIDE))
    for bits, longest in LONGEST.items():
        speaks[pages.stop - pages.start > longest] &= ~np.uint16(bits)
    lines = np.flatnonzero(speaks)
    hits = hits[(said[hits] & INSIDE) != 0]
    where = pages.word_line[hits]
    places = (pages.word_start[hits] - pages.start[where]).tolist()
    low, high = (np.searchsorted(where, lines, side=side).tolist() for side in ("left", "right"))
    bounds = zip(speaks[lines].tolist(), pages.start[lines].tolist(), pages.stop[lines].tolist(), low, high, strict=True)
    text = pages.text
    found[lines] = [CUE_CODES[cues.cue_of(text[start:stop], bits, tuple(places[a:b]))] for bits, start, stop, a, b in bounds]
    return found


def _with_dates(pages: Pages) -> Array:
    """Lines with a number of four digits, a year perhaps, and lines that begin with two numbers."""
    digit = (pages.classes[pages.word_start] & DIGIT) != 0
    numbers = np.flatnonzero(digit)
    line = pages.word_line[numbers]
    second = (numbers == pages.first_word[line] + 1) & digit[numbers - 1]
    return line[second | (pages.word_length[numbers] == 4)]


def _with_marks(pages: Pages) -> Array:
    """Lines with a slash, and lines with a bracket or a sign of copyright before their first word."""
    places = pages.marked[np.flatnonzero((pages.marks[2] & MARK) != 0)]
    line = np.searchsorted(pages.start, places, side="right") - 1
    opens = places < np.append(pages.word_start, len(pages.codes))[pages.first_word[line]]
    return line[opens | (pages.codes[places] == ord("/"))]


CUE_CODES = {"": NO_CUE, "reference": REFERENCE, **{cue: code for code, cue in enumerate(CUES)}}


# -- evidence from outside the text --------------------------------------------------------------------------------------


def _weigh(pages: Pages, number: int, known: Evidence, keys: Array, logit: Array, outside: dict[int, str]) -> None:
    """Shift the log-odds of one document's lines in place, and say why in `outside`."""
    here = slice(pages.first[number], pages.first[number + 1])
    lines = range(here.start, here.stop)
    size = (pages.stop - pages.start)[here]
    if known.recurring is not None:
        strength = known.recurring.strengths(keys[here])
        if size[strength > 0].sum() <= COPIED * size.sum():
            logit[here] -= RECURRING * strength
            outside |= {lines[i]: "recurs in other documents; " for i in np.flatnonzero(strength)}
    said = _hinted(pages, number, known.hints) if known.hints else []
    kept = np.array([role in ("body", "subheading") for role in said], dtype=bool)
    if kept.any():
        text = logit[here] > 0
        by_hint, by_model, by_both = (int(size[chosen].sum()) for chosen in (kept, text, kept & text))
        if by_hint < MISSED * by_model:
            word, silence, verdict = WEAK_HINT, WEAK_HINT, "extractor's text is much shorter than the classifier's"
        elif by_both < AGREED * by_hint:
            word, silence, verdict = DECIDING, LEFT_OUT, "the classifier knows less than half of the extractor's text"
        else:
            compared = "shorter than" if by_hint < by_model else "as long as"
            word, silence, verdict = EXTRACTED, LEFT_OUT, f"extractor's text is {compared} the classifier's"
        logit[here] += np.where(kept, word, -silence)
        for line, role in zip(lines, said, strict=True):
            outside[line] = f"extractor says {role or 'nothing'}, {verdict}; {outside.get(line, '')}"


def _hinted(pages: Pages, number: int, hints: Sequence[Sequence]) -> list[str]:
    """Role of the hint that covers most of each line of a document, "" where hints cover less than half of it."""
    ordered = sorted((int(h[0]), int(h[1]), str(h[2])) for h in hints)
    here = slice(pages.first[number], pages.first[number + 1])
    at, roles = 0, []
    for begin, end, low in zip(*((a[here] - pages.offset[number]).tolist() for a in (pages.start, pages.stop, pages.low)), strict=True):
        while at < len(ordered) and ordered[at][1] <= low:
            at += 1
        share: dict[str, int] = {}
        i = at
        while i < len(ordered) and ordered[i][0] < end:
            share[ordered[i][2]] = share.get(ordered[i][2], 0) + min(end, ordered[i][1]) - max(begin, ordered[i][0])
            i += 1
        best = max(share, key=lambda role: share[role], default="")
        roles.append(best if share and 2 * share[best] >= end - begin else "")
    return roles
