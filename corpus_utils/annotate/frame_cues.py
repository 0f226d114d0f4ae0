"""Find cues in many texts at once: array work on token ids, no loop over cues and texts.

How a text is scored, for one frame
    1. Cues are matched on word boundaries; a longer match takes the place of shorter ones inside it (of the same frame).
    2. A match is dropped where a negator of the language stands within three words before it in the same clause, unless the
       codebook says that negation keeps it ("not fair" is still about fairness).
    3. Each group of cues (one reason) gives weight x (1 - 1/2^n) x 2 for n matches: repeating one reason counts less and less.
    4. The sum over groups is divided by sqrt(max(1, tokens / 60)), because a long text meets any cue sooner or later.
    5. score = 1 - 2^(-sum / 0.75): one cue of weight 0.75 in a short text scores one half, one of less weight is a hint that
       needs a second; no cue scores zero.
A score is not a probability: nobody has measured how often such a text carries the frame in the corpus at hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils.annotate.codebook import Codebook
from corpus_utils.annotate.cue_words import Numbers, Plan, cue_words
from corpus_utils.annotate.tokens import Array, Tokens, tokenise

if TYPE_CHECKING:
    import pyarrow as pa

WINDOW = 3  # a negator this many tokens before a cue reverses it
GAP_WORDS = 4  # what "..." in a pattern may stand for
HALF = 0.75  # evidence that scores one half
SHORT = 60  # tokens; longer texts need more evidence


@dataclass(frozen=True)
class Matches:
    """Cue matches that count, sorted by text, start and frame. One entry per match in every array."""

    unit: Array
    frame: Array  # number of the frame in the codebook
    group: Array  # number of the cue group, see CueCoder.groups
    first: Array  # first and last token of the match
    last: Array


class CueCoder:
    """The cues of one codebook in one language, compiled. `supported[f]` says whether frame f has any."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self.codebook, self.language = codebook, language
        self.groups = [(f, group) for f, frame in enumerate(codebook.frames) for group in frame.cues.get(language, ())]
        self.supported = np.array([language in frame.cues for frame in codebook.frames], bool)
        self._words = cue_words(tuple(pattern for _, group in self.groups for pattern in group.patterns), language)
        self._group_of = np.array([g for g, (_, group) in enumerate(self.groups) for _ in group.patterns], np.int64)
        self._frame_of = np.array([f for f, _ in self.groups] or [0])
        self._weight = np.array([group.weight for _, group in self.groups] or [0.0])
        self._keeps = np.array([group.negation == "keeps" for _, group in self.groups] or [False])

    def find(self, tokens: Tokens) -> Matches:
        """All matches that count in `tokens`."""
        words, plan = self._words.read(tokens)
        which, first, last = _match_patterns(plan, words, tokens)
        group = self._group_of[which]
        keep = _longest(self._frame_of[group], group, first, last, len(tokens.codes))
        group, first, last = group[keep], first[keep], last[keep]
        counts = (self._weight[group] > 0) & (self._keeps[group] | ~_negated(tokens, words, plan.negators, first))
        group, first, last = group[counts], first[counts], last[counts]
        frame = self._frame_of[group]
        order = np.argsort(first * len(self.codebook.frames) + frame)
        first = first[order]
        return Matches(tokens.units_of(first), frame[order], group[order], first, last[order])

    def score(self, tokens: Tokens, matches: Matches) -> Array:
        """Scores, shape (texts, frames), 0 to 1; NaN for frames without cues in the language."""
        found, of_match = np.unique(matches.unit, return_inverse=True)  # most texts have no match
        size = max(1, len(self.groups))
        counts = np.bincount(of_match * size + matches.group, minlength=len(found) * size).reshape(len(found), size)
        evidence = 2 * self._weight * (1 - 0.5 ** np.arange(counts.max(initial=0) + 1))[counts]
        shorter = np.sqrt(np.maximum(1.0, tokens.lengths[found] / SHORT))
        scores = np.zeros((tokens.n_texts, len(self.codebook.frames)))
        scores[:, ~self.supported] = np.nan
        for f in np.flatnonzero(self.supported).tolist():
            scores[found, f] = 1 - 0.5 ** (evidence[:, self._frame_of == f].sum(axis=1) / shorter / HALF)
        return scores

    def code(self, texts: Sequence[str]) -> tuple[Array, Evidence, Array]:
        """Scores (texts, frames), evidence, and number of tokens per text."""
        tokens = tokenise(texts)
        found = self.find(tokens)
        scores = self.score(tokens, found)
        bounds = np.searchsorted(found.unit, np.arange(len(texts) + 1))
        reasons = [f"{self.codebook.names[f]}: {cues.why}" for f, cues in self.groups]
        begins = tokens.scan.begins[found.unit]
        starts, ends = tokens.scan.starts[found.first] - begins, tokens.scan.ends[found.last] - begins
        return scores, Evidence(starts, ends, found.group, bounds, reasons), tokens.lengths


class Evidence(NamedTuple):
    """Why texts were scored: text n has the matches bounds[n]:bounds[n + 1], each from `starts` to `ends`, for reasons[groups]."""

    starts: Array
    ends: Array
    groups: Array
    bounds: Array
    reasons: list[str]  # "frame: why"

    def of(self, text: int) -> list[list[Any]]:
        """[start, end, reason] of each match in a text."""
        rows = slice(self.bounds[text], self.bounds[text + 1])
        found = zip(self.starts[rows].tolist(), self.ends[rows].tolist(), self.groups[rows].tolist())
        return [[start, end, self.reasons[group]] for start, end, group in found]

    def as_json(self, texts: Array) -> pa.Array:
        """The same for some texts in order, those between them having no match, each list as JSON."""
        import pyarrow as pa
        import pyarrow.compute as pc

        written = pa.array([json.dumps(reason, ensure_ascii=False) for reason in self.reasons], pa.string())
        columns = [pc.cast(pa.array(column), pa.string()) for column in (self.starts, self.ends)]
        rows = pc.binary_join_element_wise(*columns, written.take(pa.array(self.groups)), ", ")
        bounds = pa.array(np.append(self.bounds[texts], len(self.starts)), pa.int32())
        lists = pc.binary_join(pa.ListArray.from_arrays(bounds, rows), "], [")
        return pc.binary_join_element_wise("[[", lists, "]]", "").cast(pa.large_string())


def _match_patterns(plan: Plan, words: Numbers, tokens: Tokens) -> tuple[Array, Array, Array]:
    """Pattern, first and last token of every match."""
    which, at = plan.uses(words)
    one = plan.size[which] == 1
    alone, many, at, single = which[one], which[~one], at[~one], at[one]
    first = at - plan.anchor[many]
    many, first = many[first >= 0], first[first >= 0]
    last = first
    for k, (member, gaps) in enumerate(zip(plan.members, plan.gaps)):
        ended, by = plan.size[many] <= k, plan.anchor[many] == k
        found = np.where(ended, last, np.where(by, first + k, -1))
        asked = np.flatnonzero(found < 0)
        for step in range(1, GAP_WORDS + 2) if k else (0,):
            here = asked if step <= 1 else asked[(found[asked] < 0) & gaps[many[asked]]]
            at = last[here] + step
            here, at = here[at < len(words.codes)], at[at < len(words.codes)]
            fits = member.has(many[here], words.of(at))
            found[here[fits]] = at[fits]
        alive = found >= 0
        many, first, last = many[alive], first[alive], found[alive]
    alive = tokens.same_sentence(first, last)
    return np.concatenate((alone, many[alive])), np.concatenate((single, first[alive])), np.concatenate((single, last[alive]))


def _longest(frame: Array, group: Array, first: Array, last: Array, n_tokens: int) -> Array:
    """Numbers of the matches of which no end lies in a longer match of the same frame (of equal ones, the first group in the codebook)."""
    starts, ends = frame * n_tokens + first, frame * n_tokens + last  # tokens of each frame's own line
    order = np.argsort(starts)
    meets = starts[order][1:] <= np.maximum.accumulate(ends[order])[:-1]  # most matches meet no other
    meets = np.concatenate(([False], meets, [False]))
    some = order[(meets[1:] | meets[:-1])[: len(order)]]
    keep = np.ones(len(frame), bool)
    keep[some] = _longest_of(starts[some], ends[some], group[some])
    return np.flatnonzero(keep)


def _longest_of(starts: Array, ends: Array, group: Array) -> Array:
    """True for stretches of which no end lies in a longer one (of equal ones, that of the first group)."""
    length = ends - starts + 1
    before = np.cumsum(length) - length
    covered = np.repeat(starts - before, length) + np.arange(length.sum())
    by = np.repeat(length, length)
    order = np.lexsort((by, covered))
    covered, by = covered[order], by[order]
    most = np.append(covered[1:] != covered[:-1], True)[: len(covered)]
    covered, by = covered[most], by[most]
    keep = (by[np.searchsorted(covered, starts)] <= length) & (by[np.searchsorted(covered, ends)] <= length)
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((group[rows], ends[rows], starts[rows]))]
    same = (starts[rows][1:] == starts[rows][:-1]) & (ends[rows][1:] == ends[rows][:-1])
    keep[rows[1:][same]] = False
    return np.asarray(keep)


def _negated(tokens: Tokens, words: Numbers, negators: Array, at: Array) -> Array:
    """Which of some tokens have a negator among the three tokens before them in their clause."""
    negated = np.zeros(len(at), bool)
    for step in range(1, WINDOW + 1):
        rows = np.flatnonzero(at >= step)
        rows = rows[negators[words.of(at[rows] - step)]]
        negated[rows] |= tokens.same_clause(at[rows] - step, at[rows])
    return negated
