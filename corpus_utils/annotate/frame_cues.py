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
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.codebook import Codebook, Slot
from corpus_utils.annotate.tokens import Array, Tokens, tokenise

WINDOW = 3  # a negator this many tokens before a cue reverses it
GAP_WORDS = 4  # what "..." in a pattern may stand for
HALF = 0.75  # evidence that scores one half
SHORT = 60  # tokens; longer texts need more evidence
_SAMPLED = 8  # every eighth token tells which words are rare

# Function words that reverse what follows. Closed classes, written down from grammars, not from any corpus.
NEGATORS: dict[str, tuple[str, ...]] = {
    "en": (
        "not", "no", "never", "neither", "nor", "without", "hardly", "barely", "cannot", "nobody", "nothing", "none", "don't", "doesn't",
        "didn't", "isn't", "aren't", "wasn't", "weren't", "won't", "wouldn't", "can't", "couldn't", "shouldn't", "hasn't",
        "haven't", "hadn't",
    ),
    "es": ("no", "nunca", "jamás", "ni", "sin", "tampoco", "nadie", "nada", "ningún", "ninguna", "ninguno"),
    "fr": ("ne", "n", "pas", "jamais", "sans", "ni", "aucun", "aucune", "non", "personne"),
    "pt": ("não", "nunca", "jamais", "nem", "sem", "tampouco", "ninguém", "nenhum", "nenhuma"),
    "de": ("nicht", "kein", "keine", "keinen", "keiner", "keinem", "keines", "nie", "niemals", "ohne", "weder", "noch"),
    "ru": ("не", "нет", "ни", "никогда", "без", "нельзя", "никто", "ничто"),
}  # fmt: skip
# French n' is not here: it negates, so "n'accuse" is no cue.
_ELISIONS = {"fr": ("l'", "d'", "s'", "qu'", "j'", "m'", "t'", "c'"), "pt": ("d'",), "it": ("l'", "d'", "un'", "dell'", "all'")}


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
        self._patterns: list[tuple[int, tuple[Slot, ...]]] = [
            (g, pattern) for g, (_, group) in enumerate(self.groups) for pattern in group.patterns
        ]
        self._group_of = np.array([g for g, _ in self._patterns], np.int64)
        self._frame_of = np.array([f for f, _ in self.groups] or [0])
        self._weight = np.array([group.weight for _, group in self.groups] or [0.0])
        self._keeps = np.array([group.negation == "keeps" for _, group in self.groups] or [False])

    def find(self, tokens: Tokens) -> Matches:
        """All matches that count in `tokens`."""
        plan = _Plan(self._patterns, tokens, self.language)
        which, first, last = _match_patterns(plan, tokens)
        group = self._group_of[which]
        keep = _longest(self._frame_of[group], group, first, last, len(tokens.ids))
        group, first, last = group[keep], first[keep], last[keep]
        counts = (self._weight[group] > 0) & (self._keeps[group] | ~_negated(tokens, plan.negators, first))
        group, first, last = group[counts], first[counts], last[counts]
        frame = self._frame_of[group]
        order = np.argsort(first * len(self.codebook.frames) + frame)
        first = first[order]
        return Matches(tokens.units_of(first), frame[order], group[order], first, last[order])

    def score(self, tokens: Tokens, matches: Matches) -> Array:
        """Scores, shape (texts, frames), 0 to 1; NaN for frames without cues in the language."""
        size = max(1, len(self.groups))
        cells = np.bincount(matches.unit * size + matches.group, minlength=tokens.n_texts * size)
        counts = cells.reshape(tokens.n_texts, size)
        evidence = 2 * self._weight * (1 - 0.5**counts)
        sums = np.zeros((tokens.n_texts, len(self.codebook.frames)))
        for f in range(len(self.codebook.frames)):
            sums[:, f] = evidence[:, self._frame_of == f].sum(axis=1) if self.supported[f] else np.nan
        sums /= np.sqrt(np.maximum(1.0, tokens.lengths / SHORT))[:, None]
        return 1 - 0.5 ** (sums / HALF)

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

    def as_json(self) -> list[str]:
        """The same for all texts, each list as JSON."""
        import pyarrow as pa
        import pyarrow.compute as pc

        written = pa.array([json.dumps(reason, ensure_ascii=False) for reason in self.reasons], pa.string())
        columns = [pc.cast(pa.array(column), pa.string()) for column in (self.starts, self.ends)]
        rows = pc.binary_join_element_wise(*columns, written.take(pa.array(self.groups)), ", ")
        lists = pc.binary_join(pa.ListArray.from_arrays(pa.array(self.bounds, pa.int32()), rows), "], [").to_pylist()
        return [f"[[{row}]]" if row else "[]" for row in lists]


class _Plan:
    """Patterns under the vocabulary of some tokens: by which words they are found, and which word each place of a pattern may be."""

    def __init__(self, patterns: list[tuple[int, tuple[Slot, ...]]], tokens: Tokens, language: str) -> None:
        lookup, asked = _Lookup(tokens.vocabulary, language), [slots for _, slots in patterns]
        words = [[lookup.ids(slot) for slot in slots] for slots in asked]
        self.size = np.array([len(slots) for slots in asked], np.int64)
        self.anchor = _anchors(asked, words, np.bincount(tokens.ids[::_SAMPLED], minlength=lookup.words).tolist())
        finding = _Members([slots[k] for slots, k in zip(words, self.anchor.tolist())], lookup.words)
        word, self.pattern = (column[np.lexsort((finding.pattern, finding.word))] for column in (finding.word, finding.pattern))
        self.begins = np.searchsorted(word, np.arange(lookup.words))  # patterns that word w finds: pattern[begins[w]:begins[w] + many[w]]
        self.many = np.bincount(word, minlength=lookup.words)
        self.finds = finding.met
        longest = int(self.size.max(initial=0))
        self.members = [_Members([slots[k] if len(slots) > k else [] for slots in words], lookup.words) for k in range(longest)]
        self.gaps = [np.array([len(slots) > k and slots[k].gap for slots in asked], bool) for k in range(longest)]
        self.negators = _negators(tokens.vocabulary, language)

    def uses(self, ids: Array) -> tuple[Array, Array]:
        """Every token paired with every pattern that looks for its word: (pattern, token)."""
        tokens = np.flatnonzero(self.finds[ids])
        words = ids[tokens]
        per_token = self.many[words]
        shift = self.begins[words] - np.cumsum(per_token) + per_token
        return self.pattern[np.arange(per_token.sum()) + np.repeat(shift, per_token)], np.repeat(tokens, per_token)


def _anchors(patterns: list[tuple[Slot, ...]], words: list[list[list[int]]], uses: list[int]) -> Array:
    """Of each pattern the word by which it is looked for: the rarest of those before the first gap, as "side" of "the other side"."""
    chosen = []
    for slots, places in zip(patterns, words):
        fixed = next((k for k, slot in enumerate(slots) if slot.gap), len(slots))
        found = [sum(map(uses.__getitem__, ids)) for ids in places[:fixed]] if fixed > 1 else [0]
        chosen.append(found.index(min(found)))
    return np.array(chosen, np.int64)


def _match_patterns(plan: _Plan, tokens: Tokens) -> tuple[Array, Array, Array]:
    """Pattern, first and last token of every match."""
    which, at = plan.uses(tokens.ids)
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
            here, at = here[at < len(tokens.ids)], at[at < len(tokens.ids)]
            fits = member.has(many[here], tokens.ids[at])
            found[here[fits]] = at[fits]
        alive = found >= 0
        many, first, last = many[alive], first[alive], found[alive]
    alive = tokens.same_sentence(first, last)
    return np.concatenate((alone, many[alive])), np.concatenate((single, first[alive])), np.concatenate((single, last[alive]))


class _Members:
    """Words that stand for patterns, as pairs (pattern, word), asked in bulk."""

    def __init__(self, words: list[list[int]], vocabulary: int) -> None:
        self.pattern = np.repeat(np.arange(len(words)), np.fromiter(map(len, words), np.int64, len(words)))
        self.word = np.fromiter(chain.from_iterable(words), np.int64, len(self.pattern))
        self.met = np.zeros(vocabulary, bool)
        self.met[self.word] = True
        self._words = vocabulary
        self._keys = np.sort(self.pattern * vocabulary + self.word)

    def has(self, pattern: Array, word: Array) -> Array:
        rows = np.flatnonzero(self.met[word])  # few words stand for anything
        wanted = pattern[rows] * self._words + word[rows]
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = np.zeros(len(pattern), bool)
        found[rows] = self._keys[at] == wanted
        return found


class _Lookup:
    """Which vocabulary words a slot may be: whole words and beginnings by bisection in the sorted forms.

    A word stands under its own form, without an English possessive 's, and without an elided article ("l'église").
    """

    def __init__(self, vocabulary: list[str], language: str) -> None:
        self.words = len(vocabulary)
        parted = sorted((form, number) for number, word in enumerate(vocabulary) if "'" in word for form in _variants(word, language))
        self.tables = (vocabulary, range(self.words)), ([form for form, _ in parted], [number for _, number in parted])

    def ids(self, slot: Slot) -> list[int]:
        ends = [(form, form + "\0") for form in slot.words] + [(form, form + "\U0010ffff") for form in slot.prefixes]
        found: set[int] = set()
        for forms, numbers in self.tables:
            for low, high in ends:
                begin = bisect_left(forms, low)
                found.update(numbers[begin : bisect_left(forms, high, begin)])
        return sorted(found)


def _variants(word: str, language: str) -> list[str]:
    if language == "en":
        return [word[:-2]] if word.endswith("'s") else []
    return [word[len(elided) :] for elided in _ELISIONS.get(language, ()) if word.startswith(elided) and len(word) > len(elided)]


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


def _negators(vocabulary: list[str], language: str) -> Array:
    """Which words of the vocabulary reverse what follows."""
    found = np.zeros(len(vocabulary), bool)
    for word in NEGATORS.get(language, ()):
        place = bisect_left(vocabulary, word)
        found[place : bisect_left(vocabulary, word + "\0", place)] = True
    if language == "fr":  # "n'est": the elided negator is part of the token
        found[bisect_left(vocabulary, "n'") : bisect_left(vocabulary, "n'\U0010ffff")] = True
    return found


def _negated(tokens: Tokens, negators: Array, at: Array) -> Array:
    """Which of some tokens have a negator among the three tokens before them in their clause."""
    negated = np.zeros(len(at), bool)
    for step in range(1, WINDOW + 1):
        rows = np.flatnonzero(at >= step)
        rows = rows[negators[tokens.ids[at[rows] - step]]]
        negated[rows] |= tokens.same_clause(at[rows] - step, at[rows])
    return negated
