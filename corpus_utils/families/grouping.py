"""From compared pairs to families: who belongs together, which text came first, what each text derives from.

How
    Texts equal but for case, punctuation and white space are one. Pairs that are one report in both directions join their families at
    once. Pairs where a short text stands inside a long one join last, the largest share of the long text first: a round-up of several
    reports belongs to the family of its largest, and the others stay stories of their own, so that a digest does not make one story of
    all it holds.
    The original is the earliest by day, undated texts last, then the first in the order given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from corpus_utils.families.candidates import find_candidates
from corpus_utils.families.compare import LEAST_SHARE, LEAST_WORDS, Comparison, compare_texts, is_republished, texts_of
from corpus_utils.families.memory import NOTHING, Memory
from corpus_utils.families.sketch import Sketches

ENOUGH = 12  # members after which a family needs no more pairs to hold together
SAME = 0.9  # of both texts' words: a copy; less is an edited version
UNCHANGED = 0.98  # the same within one outlet, which has no reason to publish a text again but its changes
WHOLE = 0.95  # of a text's words: all of it
_BLOCK = 4_000  # pairs whose texts are made ready together: some 200 MB
HALF = 0.5  # of an item's words in a long text lie where another item lies: they are one


class Member(NamedTuple):
    """One text in its family: numbers of the original and of the text it derives from (-1: none), role, and overlap with that text."""

    family: int
    of: int
    role: str
    overlap: float


def group_texts(
    sketches: Sketches, rank: Sequence[int], outlets: Sequence[str], titled: Callable[[int, int], bool], memory: Memory
) -> list[Member]:
    """The place of every text in its family.

    rank     order in time, 0 first      outlets  who published each, "" where not known
    titled   whether two texts have like titles and near days
    memory   comparisons known before; takes up those made
    """
    order = np.asarray(rank, dtype=np.int64)
    lead = _exact_leads(sketches, order)
    alive = (lead == np.arange(len(lead))) & (np.diff(sketches.bounds) >= LEAST_WORDS)
    found = find_candidates(sketches, alive)

    memory.meet(sketches, found)
    families, sizes = _Families(len(sketches)), np.diff(sketches.bounds).tolist()
    inside: list[tuple[int, int, Comparison]] = []
    edges: dict[int, dict[int, Comparison]] = {}
    one_text = lru_cache(maxsize=4096)(lambda number: texts_of(sketches, np.array([number]), found)[number])

    def compare(one: int, other: int) -> Comparison:
        return memory.recall(one, other) or memory.keep(one, other, compare_texts(one_text(one), one_text(other)))

    for start in range(0, len(found.first), _BLOCK):
        block = zip(found.first[start : start + _BLOCK].tolist(), found.second[start : start + _BLOCK].tolist())
        pairs = [(one, other) if sizes[one] <= sizes[other] else (other, one) for one, other in block if not families.enough(one, other)]
        new = [pair for pair in pairs if not memory.recall(*pair)]
        texts = texts_of(sketches, np.unique(np.array(new, dtype=np.int64)), found)
        for short, long in pairs:
            if families.enough(short, long):
                continue
            pair = memory.recall(short, long) or memory.keep(short, long, compare_texts(texts[short], texts[long]))
            if not is_republished(pair, partial(titled, min(short, long), max(short, long))):
                continue
            edges.setdefault(short, {})[long] = pair._replace(covered=NOTHING)
            edges.setdefault(long, {})[short] = Comparison(pair.second, pair.first, pair.words, pair.swap, NOTHING)
            if min(pair.first, pair.second) >= HALF:
                families.join(short, long)
            else:
                whole = pair if len(pair.covered) else compare_texts(one_text(short), one_text(long))
                inside.append((short, long, whole))
    _join_contained(families, inside)
    roots = [families.find(int(lead[number])) for number in range(len(sketches))]
    originals: dict[int, int] = {}
    for number in np.argsort(order, kind="stable").tolist():
        originals.setdefault(roots[number], number)
    place = _Placing(order, lead, outlets, edges, lambda one, other: edges.get(one, {}).get(other) or compare(one, other))
    return [place(number, originals[root]) for number, root in enumerate(roots)]


def _exact_leads(sketches: Sketches, order: np.ndarray) -> np.ndarray:
    """For each text the earliest one with the same words; itself where it is short."""
    lead = np.arange(len(sketches))
    sizes = np.diff(sketches.bounds)
    rows = np.flatnonzero(sizes >= LEAST_WORDS)
    if not len(rows):
        return lead
    rows = rows[np.lexsort((order[rows], sizes[rows], sketches.exact[rows]))]
    same = np.concatenate([[False], (sketches.exact[rows][1:] == sketches.exact[rows][:-1]) & (sizes[rows][1:] == sizes[rows][:-1])])
    lead[rows] = rows[~same][np.cumsum(~same) - 1]
    return lead


def _join_contained(families: _Families, inside: list[tuple[int, int, Comparison]]) -> None:
    taken: dict[int, np.ndarray] = {}
    for short, long, pair in sorted(inside, key=lambda item: (-item[2].second, item[0], item[1])):
        covered = pair.covered
        if long not in taken:
            families.join(short, long)
            taken[long] = covered
        elif families.find(short) == families.find(long) or (covered & taken[long]).sum() >= HALF * covered.sum():
            families.join(short, long)
            taken[long] = taken[long] | covered


class _Families:
    """Disjoint sets of text numbers."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._size = [1] * count

    def find(self, number: int) -> int:
        """The family's number."""
        root = number
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[number] != root:
            self._parent[number], number = root, self._parent[number]
        return root

    def size(self, number: int) -> int:
        """How many belong to the family."""
        return self._size[self.find(number)]

    def enough(self, one: int, other: int) -> bool:
        """Whether both belong to one family that needs no more pairs to hold together."""
        return self.size(one) > ENOUGH and self.find(one) == self.find(other)

    def join(self, one: int, other: int) -> None:
        """Make two families one."""
        small, large = sorted((self.find(one), self.find(other)), key=lambda root: (self._size[root], -root))
        if small != large:
            self._parent[small] = large
            self._size[large] += self._size[small]


class _Placing:
    """What a text derives from, and how."""

    def __init__(
        self,
        order: np.ndarray,
        lead: np.ndarray,
        outlets: Sequence[str],
        edges: Mapping[int, Collection[int]],
        compare: Callable[[int, int], Comparison],
    ) -> None:
        self.order, self.lead, self.outlets, self.edges, self.compare = order, lead, outlets, edges, compare

    def __call__(self, number: int, original: int) -> Member:
        if number == original:
            return Member(original, -1, "original", float("nan"))
        lead = int(self.lead[number])
        if lead != number:  # word for word: of the earliest text with these words
            return Member(original, lead, "copy", 1.0)
        earlier = [other for other in self.edges.get(number, ()) if self.order[other] < self.order[number]]
        source, pair = original, self.compare(number, int(self.lead[original]))
        for other in sorted(earlier, key=lambda one: self.order[one]):
            if other != original and (found := self.compare(number, other)).first + found.second > pair.first + pair.second + 1e-9:
                source, pair = other, found
        return Member(original, source, self._role(number, source, pair), pair.shorter)

    def _role(self, number: int, source: int, pair: Comparison) -> str:
        low, high = sorted((pair.first, pair.second))
        one, other = self.outlets[number], self.outlets[source]
        stated = bool(one and other)
        own = stated and one == other
        if low >= (UNCHANGED if own else SAME):
            return "copy"
        if high >= LEAST_SHARE and (low < HALF or (low < LEAST_SHARE and high >= WHOLE and not own)):
            return "contained" if pair.first >= pair.second else "contains"
        return "copy" if stated and one != other else "update"
