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

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus_utils.annotate.codebook import Codebook, Slot
from corpus_utils.annotate.tokens import Array, Tokens, tokenise

WINDOW = 3  # a negator this many tokens before a cue reverses it
GAP_WORDS = 4  # what "..." in a pattern may stand for
HALF = 0.75  # evidence that scores one half
SHORT = 60  # tokens; longer texts need more evidence
TEXTS_AT_ONCE = 20_000

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
        self._frame_of = np.array([f for f, _ in self.groups] or [0])
        self._weight = np.array([group.weight for _, group in self.groups] or [0.0])
        self._keeps = np.array([group.negation == "keeps" for _, group in self.groups] or [False])

    def find(self, tokens: Tokens) -> Matches:
        """All matches that count in `tokens`."""
        group, first, last = _match_patterns(self._patterns, tokens, self.language)
        frame = self._frame_of[group] if len(group) else group
        keep = _longest(frame, first, last, len(self.codebook.frames), len(tokens.ids))
        group, frame, first, last = group[keep], frame[keep], first[keep], last[keep]
        if len(group):
            negated = _negated(tokens, self.language)[first]
            counts = (self._weight[group] > 0) & (~negated | self._keeps[group])
            group, frame, first, last = group[counts], frame[counts], first[counts], last[counts]
        order = np.lexsort((frame, first))
        unit = tokens.unit[first[order]] if len(order) else first
        return Matches(unit, frame[order], group[order], first[order], last[order])

    def score(self, tokens: Tokens, matches: Matches) -> Array:
        """Scores, shape (texts, frames), 0 to 1; NaN for frames without cues in the language."""
        counts = np.zeros((tokens.n_texts, max(1, len(self.groups))))
        np.add.at(counts, (matches.unit, matches.group), 1)
        evidence = 2 * self._weight * (1 - 0.5**counts)
        sums = np.zeros((tokens.n_texts, len(self.codebook.frames)))
        for f in range(len(self.codebook.frames)):
            sums[:, f] = evidence[:, self._frame_of == f].sum(axis=1) if self.supported[f] else np.nan
        sums /= np.sqrt(np.maximum(1.0, tokens.lengths / SHORT))[:, None]
        return 1 - 0.5 ** (sums / HALF)

    def code(self, texts: Sequence[str]) -> tuple[Array, list[list[list[object]]], Array]:
        """Scores (texts, frames), evidence per text as [start, end, "frame: why"], and number of tokens per text."""
        scores, evidence, lengths = [np.zeros((0, len(self.codebook.frames)))], [], [np.zeros(0, np.int64)]
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            tokens = tokenise(texts[start : start + TEXTS_AT_ONCE])
            matches = self.find(tokens)
            scores.append(self.score(tokens, matches))
            evidence += self._evidence(tokens, matches)
            lengths.append(tokens.lengths)
        return np.concatenate(scores), evidence, np.concatenate(lengths)

    def _evidence(self, tokens: Tokens, matches: Matches) -> list[list[list[object]]]:
        rows: list[list[list[object]]] = [[] for _ in range(tokens.n_texts)]
        names = self.codebook.names
        reasons = [f"{names[f]}: {group.why}" for f, group in self.groups]
        starts, ends = tokens.starts[matches.first].tolist(), tokens.ends[matches.last].tolist()
        for unit, group, start, end in zip(matches.unit.tolist(), matches.group.tolist(), starts, ends):
            rows[unit].append([start, end, reasons[group]])
        return rows


def _match_patterns(patterns: list[tuple[int, tuple[Slot, ...]]], tokens: Tokens, language: str) -> tuple[Array, Array, Array]:
    """Group, first and last token of every match of every pattern."""
    if not len(tokens.ids) or not patterns:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    lookup = _Lookup(tokens.vocabulary, language)
    word, pattern = lookup.pairs([slots[0] for _, slots in patterns])
    # every token paired with every pattern that its word may begin
    table_start = np.searchsorted(word, np.arange(len(tokens.vocabulary) + 1))
    per_token = np.diff(table_start)[tokens.ids]
    first = np.repeat(np.arange(len(tokens.ids)), per_token)
    within = np.arange(len(first)) - np.repeat(np.cumsum(per_token) - per_token, per_token)
    which = pattern[table_start[tokens.ids[first]] + within] if len(first) else first
    last, alive = first.copy(), np.ones(len(first), bool)
    size = np.array([len(slots) for _, slots in patterns])
    for k in range(1, int(size.max())):
        rows = np.flatnonzero(alive & (size[which] > k))
        if not len(rows):
            break
        slots_k = [slots[k] if len(slots) > k else None for _, slots in patterns]
        member = lookup.members([slot or Slot(()) for slot in slots_k])
        gaps = np.array([bool(slot and slot.gap) for slot in slots_k])
        found = np.full(len(rows), -1)
        for step in range(1, GAP_WORDS + 2):
            at = np.minimum(last[rows] + step, len(tokens.ids) - 1)
            fits = (last[rows] + step < len(tokens.ids)) & (tokens.sentence[at] == tokens.sentence[first[rows]])
            fits &= member.has(which[rows], tokens.ids[at]) & (found < 0) & (gaps[which[rows]] | (step == 1))
            found[fits] = at[fits]
        alive[rows[found < 0]] = False
        last[rows] = np.maximum(found, last[rows])
    group_of = np.array([g for g, _ in patterns])
    return group_of[which[alive]], first[alive], last[alive]


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
    """Which vocabulary words a slot may be: whole words by dictionary, beginnings by bisection in the sorted forms.

    A word stands under its own form, without an English possessive 's, and without an elided article ("l'église").
    """

    def __init__(self, vocabulary: list[str], language: str) -> None:
        pairs = [(word, number) for number, word in enumerate(vocabulary)]
        for number, word in enumerate(vocabulary):
            if "'" in word:
                pairs += [(form, number) for form in _variants(word, language)]
        pairs.sort()
        self.forms, self.numbers = [form for form, _ in pairs], np.array([number for _, number in pairs])
        self.words = len(vocabulary)

    def ids(self, slot: Slot) -> list[int]:
        found: set[int] = set()
        for form in slot.words:
            found.update(self.numbers[bisect_left(self.forms, form) : bisect_left(self.forms, form + "\0")].tolist())
        for form in slot.prefixes:
            found.update(self.numbers[bisect_left(self.forms, form) : bisect_left(self.forms, form + "\U0010ffff")].tolist())
        return sorted(found)

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


def _longest(frame: Array, first: Array, last: Array, n_frames: int, n_tokens: int) -> Array:
    """True for matches not inside a longer match of the same frame (of equal ones, the first group in the codebook)."""
    keep = np.ones(len(frame), bool)
    length = last - first + 1
    for f in range(n_frames):
        rows = np.flatnonzero(frame == f)
        if not len(rows):
            continue
        cover = np.zeros(n_tokens, np.int64)
        for offset in range(int(length[rows].max())):
            inside = rows[length[rows] > offset]
            np.maximum.at(cover, first[inside] + offset, length[inside])
        keep[rows] = (cover[first[rows]] <= length[rows]) & (cover[last[rows]] <= length[rows])
        order = rows[keep[rows]]
        order = order[np.lexsort((order, last[order], first[order]))]
        if len(order) > 1:
            same = (first[order][1:] == first[order][:-1]) & (last[order][1:] == last[order][:-1])
            keep[order[1:][same]] = False
    return keep


def _negated(tokens: Tokens, language: str) -> Array:
    """True for tokens with a negator among the three tokens before them in their clause."""
    words = [tokens.index[word] for word in NEGATORS.get(language, ()) if word in tokens.index]
    if language == "fr":  # "n'est": the elided negator is part of the token
        words += [number for number, word in enumerate(tokens.vocabulary) if word.startswith("n'")]
    is_negator = np.zeros(len(tokens.vocabulary), bool)
    is_negator[words] = True
    here = np.flatnonzero(is_negator[tokens.ids])
    negated = np.zeros(len(tokens.ids), bool)
    for step in range(1, WINDOW + 1):
        at = here[here + step < len(tokens.ids)]
        at = at[tokens.clause[at + step] == tokens.clause[at]]
        negated[at + step] = True
    return negated
