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
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from corpus_utils.annotate.codebook import Codebook, Slot
from corpus_utils.annotate.tokens import Array, Tokens, tokenise_lots

WINDOW = 3  # a negator this many tokens before a cue reverses it
GAP_WORDS = 4  # what "..." in a pattern may stand for
HALF = 0.75  # evidence that scores one half
SHORT = 60  # tokens; longer texts need more evidence

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
        self._plan: _Plan | None = None  # the patterns under the vocabulary met last
        self._frame_of = np.array([f for f, _ in self.groups] or [0])
        self._weight = np.array([group.weight for _, group in self.groups] or [0.0])
        self._keeps = np.array([group.negation == "keeps" for _, group in self.groups] or [False])

    def find(self, tokens: Tokens) -> Matches:
        """All matches that count in `tokens`."""
        if self._plan is None or self._plan.vocabulary is not tokens.vocabulary:
            self._plan = _Plan(self._patterns, tokens, self.language)
        which, first, last = _match_patterns(self._plan, tokens)
        group = self._group_of[which]
        frame = self._frame_of[group] if len(group) else group
        keep = _longest(frame, first, last, len(tokens.ids))
        group, frame, first, last = group[keep], frame[keep], first[keep], last[keep]
        if len(group):
            negated = _negated(tokens, self._plan.negators, first)
            counts = (self._weight[group] > 0) & (~negated | self._keeps[group])
            group, frame, first, last = group[counts], frame[counts], first[counts], last[counts]
        order = np.lexsort((frame, first))
        unit = tokens.units_of(first[order])
        return Matches(unit, frame[order], group[order], first[order], last[order])

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
        scores, lengths = [np.zeros((0, len(self.codebook.frames)))], [np.zeros(0, np.int64)]
        places, before = [np.zeros((4, 0), np.int64)], 0
        for tokens in tokenise_lots(texts):
            found = self.find(tokens)
            scores.append(self.score(tokens, found))
            lengths.append(tokens.lengths)
            places.append(np.stack([found.unit + before, tokens.starts_of(found.first), tokens.ends_of(found.last), found.group]))
            before += tokens.n_texts
        unit, *columns = np.concatenate(places, axis=1)
        bounds = np.searchsorted(unit, np.arange(len(texts) + 1)).tolist()
        reasons = [f"{self.codebook.names[f]}: {cues.why}" for f, cues in self.groups]
        starts, ends, groups = (column.tolist() for column in columns)
        return np.concatenate(scores), Evidence(starts, ends, groups, bounds, reasons), np.concatenate(lengths)


class Evidence(NamedTuple):
    """Why texts were scored: text n has the matches bounds[n]:bounds[n + 1], each from `starts` to `ends`, for reasons[groups]."""

    starts: list[int]
    ends: list[int]
    groups: list[int]
    bounds: list[int]
    reasons: list[str]  # "frame: why"

    def of(self, text: int) -> list[list[Any]]:
        """[start, end, reason] of each match in a text."""
        rows = range(self.bounds[text], self.bounds[text + 1])
        return [[self.starts[row], self.ends[row], self.reasons[self.groups[row]]] for row in rows]

    def as_json(self) -> list[str]:
        """The same for all texts, each list as JSON."""
        written = [json.dumps(reason, ensure_ascii=False) for reason in self.reasons]
        rows = [f"[{start}, {end}, {written[group]}]" for start, end, group in zip(self.starts, self.ends, self.groups)]
        return [f"[{', '.join(rows[low:high])}]" for low, high in pairwise(self.bounds)]


class _Plan:
    """Patterns under the vocabulary of some tokens: by which words they are found, and which word each place of a pattern may be."""

    def __init__(self, patterns: list[tuple[int, tuple[Slot, ...]]], tokens: Tokens, language: str) -> None:
        self.vocabulary = tokens.vocabulary
        lookup, asked = _Lookup(tokens.vocabulary, language), [slots for _, slots in patterns]
        self.size = np.array([len(slots) for slots in asked], np.int64)
        self.anchor = lookup.anchors(asked, np.bincount(tokens.ids, minlength=lookup.words))
        word, self.pattern = lookup.pairs([slots[k] for slots, k in zip(asked, self.anchor.tolist())])
        self.begins = np.searchsorted(word, np.arange(lookup.words))  # patterns that word w finds: pattern[begins[w]:begins[w] + many[w]]
        self.many = np.bincount(word, minlength=lookup.words)
        self.finds = self.many > 0
        places = [[slots[k] if len(slots) > k else Slot(()) for slots in asked] for k in range(int(self.size.max(initial=0)))]
        self.members = [lookup.members(slots) for slots in places]
        self.gaps = [np.array([slot.gap for slot in slots]) for slots in places]
        self.negators = _negators(tokens, language)

    def uses(self, ids: Array) -> tuple[Array, Array]:
        """Every token paired with every pattern that looks for its word: (pattern, token)."""
        tokens = np.flatnonzero(self.finds[ids])
        per_token = self.many[ids[tokens]]
        at = np.repeat(tokens, per_token)
        within = np.arange(len(at)) - np.repeat(np.cumsum(per_token) - per_token, per_token)
        return self.pattern[self.begins[ids[at]] + within], at


def _match_patterns(plan: _Plan, tokens: Tokens) -> tuple[Array, Array, Array]:
    """Pattern, first and last token of every match, in the order of first tokens, then patterns."""
    which, at = plan.uses(tokens.ids)
    first = at - plan.anchor[which]
    which, first = which[first >= 0], first[first >= 0]
    last, alive = first.copy(), np.ones(len(first), bool)
    for k, (member, gaps) in enumerate(zip(plan.members, plan.gaps)):
        rows = np.flatnonzero(alive & (plan.size[which] > k) & ((plan.anchor[which] != k) | (k > 0)))
        if k == 0:  # where the pattern was found by a later word
            alive[rows] = member.has(which[rows], tokens.ids[first[rows]])
            continue
        found = np.full(len(rows), -1)
        for step in range(1, GAP_WORDS + 2):
            open_ = np.flatnonzero((found < 0) & (gaps[which[rows]] | (step == 1)))
            here = rows[open_]
            at = last[here] + step
            open_, here, at = open_[at < len(tokens.ids)], here[at < len(tokens.ids)], at[at < len(tokens.ids)]
            fits = (tokens.sentence[at] == tokens.sentence[first[here]]) & member.has(which[here], tokens.ids[at])
            found[open_[fits]] = at[fits]
        alive[rows[found < 0]] = False
        last[rows] = np.maximum(found, last[rows])
    which, first, last = which[alive], first[alive], last[alive]
    order = np.lexsort((which, first))
    return which[order], first[order], last[order]


class _Members:
    """Pairs (pattern, word) as sorted keys, asked in bulk."""

    def __init__(self, keys: Array, words: int) -> None:
        self.keys, self.words = keys, words

    def has(self, pattern: Array, word: Array) -> Array:
        if not len(self.keys):
            return np.zeros(len(pattern), bool)
        wanted = pattern * self.words + word
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[at] == wanted)


class _Lookup:
    """Which vocabulary words a slot may be: whole words and beginnings by bisection in the sorted forms.

    A word stands under its own form, without an English possessive 's, and without an elided article ("l'église").
    """

    def __init__(self, vocabulary: list[str], language: str) -> None:
        self.words = len(vocabulary)
        parted = sorted((form, number) for number, word in enumerate(vocabulary) if "'" in word for form in _variants(word, language))
        self.tables = (
            (vocabulary, np.arange(self.words)),
            ([form for form, _ in parted], np.array([number for _, number in parted], np.int64)),
        )
        self._found: dict[Slot, list[int]] = {}

    def ids(self, slot: Slot) -> list[int]:
        if slot not in self._found:
            ends = [(form, form + "\0") for form in slot.words] + [(form, form + "\U0010ffff") for form in slot.prefixes]
            found: set[int] = set()
            for forms, numbers in self.tables:
                for low, high in ends:
                    begin = bisect_left(forms, low)
                    found.update(numbers[begin : bisect_left(forms, high, begin)].tolist())
            self._found[slot] = sorted(found)
        return self._found[slot]

    def anchors(self, patterns: list[tuple[Slot, ...]], uses: Array) -> Array:
        """Of each pattern the word by which it is looked for: the rarest of those before the first gap, as "side" of "the other side"."""
        chosen = []
        for slots in patterns:
            fixed = next((k for k, slot in enumerate(slots) if slot.gap), len(slots))
            chosen.append(int(np.argmin([uses[self.ids(slot)].sum() for slot in slots[:fixed]])) if fixed > 1 else 0)
        return np.array(chosen, np.int64)

    def pairs(self, slots: list[Slot]) -> tuple[Array, Array]:
        """(word id, slot number) sorted by word id."""
        found = [(word, number) for number, slot in enumerate(slots) for word in self.ids(slot)]
        table = np.array(sorted(found) or np.zeros((0, 2)), np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def members(self, slots: list[Slot]) -> _Members:
        keys = [number * self.words + word for number, slot in enumerate(slots) for word in self.ids(slot)]
        return _Members(np.array(sorted(keys), np.int64), self.words)


def _variants(word: str, language: str) -> list[str]:
    if language == "en":
        return [word[:-2]] if word.endswith("'s") else []
    return [word[len(elided) :] for elided in _ELISIONS.get(language, ()) if word.startswith(elided) and len(word) > len(elided)]


def _longest(frame: Array, first: Array, last: Array, n_tokens: int) -> Array:
    """True for matches of which no end lies in a longer match of the same frame (of equal ones, the first group in the codebook)."""
    length = last - first + 1
    long = np.flatnonzero(length > 1)
    base = frame * np.int64(n_tokens)  # tokens of each frame's own line
    covered = np.repeat(base[long] + first[long], length[long])
    covered += np.arange(len(covered)) - np.repeat(np.cumsum(length[long]) - length[long], length[long])
    by = np.repeat(length[long], length[long])
    order = np.lexsort((by, covered))
    covered, by = covered[order], by[order]
    most = np.append(covered[1:] != covered[:-1], True) if len(covered) else np.zeros(0, bool)
    covered, by = covered[most], by[most]
    keep = np.ones(len(frame), bool)
    for end in (first, last):
        at = np.searchsorted(covered, base + end)
        inside = at < len(covered)
        inside[inside] = covered[at[inside]] == (base + end)[inside]
        keep[inside] &= by[at[inside]] <= length[inside]
    rows = np.flatnonzero(keep)
    rows = rows[np.lexsort((rows, last[rows], first[rows], frame[rows]))]
    same = (frame[rows][1:] == frame[rows][:-1]) & (first[rows][1:] == first[rows][:-1]) & (last[rows][1:] == last[rows][:-1])
    keep[rows[1:][same]] = False
    return keep


def _negators(tokens: Tokens, language: str) -> Array:
    """Which words of the vocabulary reverse what follows."""
    words = [tokens.index[word] for word in NEGATORS.get(language, ()) if word in tokens.index]
    if language == "fr":  # "n'est": the elided negator is part of the token
        words += [number for number, word in enumerate(tokens.vocabulary) if word.startswith("n'")]
    found = np.zeros(len(tokens.vocabulary), bool)
    found[words] = True
    return found


def _negated(tokens: Tokens, negators: Array, at: Array) -> Array:
    """Which of some tokens have a negator among the three tokens before them in their clause."""
    negated = np.zeros(len(at), bool)
    for step in range(1, WINDOW + 1):
        before = np.maximum(at - step, 0)
        negated |= (at >= step) & negators[tokens.ids[before]] & (tokens.clause[before] == tokens.clause[at])
    return negated
