"""Which names are one actor's: full names over all articles, then surnames, first names and abbreviations article by article."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from corpus_utils.annotate.actor_names import cross_key, is_cyrillic, is_initial, match_people, name_key, parts, plain, tables
from corpus_utils.annotate.actor_pairs import candidate_pairs

_ABBREVIATION = re.compile(r"[^\W\d_]{2,6}")


class Merger:
    """Clusters of names. `mentions` are (article number, name, titles) in reading order."""

    def __init__(
        self,
        mentions: Sequence[tuple[int, str, tuple[str, ...]]],
        join: Sequence[Sequence[str]],
        split: Sequence[str],
        *,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.mentions = mentions
        # `counts`: how often each name stands in the corpus, where `mentions` hold every distinct name once
        self.counts = Counter(counts) if counts is not None else Counter(name for _, name, _ in mentions)
        self.split = {plain(name) for name in split}
        self.parent: dict[str, str] = {name: name for name in self.counts}
        self.reasons: dict[str, str] = {}  # name -> why it was merged
        self.shown: dict[str, str] = {}  # a name of a group joined by hand -> the group's first, under which it is listed
        self._join(join)
        self.full = [name for name in sorted(self.counts) if len(parts(name)) > 1 and plain(name) not in self.split]
        self._spellings()
        self._people()

    def find(self, name: str) -> str:
        """The representative of a name's cluster."""
        while self.parent[name] != name:
            self.parent[name] = self.parent[self.parent[name]]
            name = self.parent[name]
        return name

    def _merge(self, a: str, b: str, reason: str) -> None:
        x, y = self.find(a), self.find(b)
        if x == y:
            return
        if (self.counts[y], len(y), y) > (self.counts[x], len(x), x):
            x, y = y, x
        self.parent[y] = x
        for name, other in ((a, b), (b, a)):
            self.reasons.setdefault(name, f"{reason}: {other}")

    def _join(self, groups: Sequence[Sequence[str]]) -> None:
        for group in groups:
            folded = {plain(wanted) for wanted in group}
            known = [name for name in sorted(self.counts) if plain(name) in folded]
            self.shown |= dict.fromkeys(known, group[0])
            for other in known[1:]:
                self._merge(known[0], other, "joined by hand")

    def _spellings(self) -> None:
        """Names that differ in marks, case and stops only, whatever they name."""
        seen: dict[str, str] = {}
        for name in sorted(self.counts):
            if plain(name) in self.split:
                continue
            for folded, why in ((plain(name), "spelling"), (plain(" ".join(parts(name))), "number left out")):
                if folded in seen:
                    self._merge(seen[folded], name, why)
                seen.setdefault(folded, name)

    def _people(self) -> None:
        """Full names of people: compared within blocks that share a key of first or last word."""
        found = candidate_pairs(name for name in self.full if not _body(name))
        pairs = {pair: why for pair in sorted(found) if (why := match_people(*pair))}
        for (a, b), why in pairs.items():
            if why != "initial":
                self._merge(a, b, why)
        self._initials([pair for pair, why in pairs.items() if why == "initial"])

    def _initials(self, pairs: list[tuple[str, str]]) -> None:
        """ "J. Keller" joins the one person it fits; where it fits two, it stays."""
        fits: dict[str, set[str]] = defaultdict(set)
        for a, b in pairs:
            short, long = (a, b) if is_initial(parts(a)[0]) else (b, a)
            if not is_initial(parts(long)[0]):
                fits[short].add(self.find(long))
        for short, people in sorted(fits.items()):
            if len(people) == 1:
                self._merge(short, next(iter(people)), "initial")

    def _label(self) -> dict[str, str]:
        """Cluster -> the name it is listed under: the user's own, else the fullest common one, in Latin script where there is one."""
        members: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.counts):
            members[self.find(name)].append(name)

        def weight(name: str) -> tuple[bool, bool, int, int, str]:
            words = parts(name)
            return (name.isascii() or name[0] < "Ѐ", len(words) > 1 and not is_initial(words[0]), self.counts[name], -len(name), name)

        labels = {root: max(names, key=weight) for root, names in members.items()}
        return labels | {self.find(name): own for name, own in sorted(self.shown.items())}

    def assign(self) -> Iterator[tuple[str, str]]:
        """(actor, rule) for each mention, in order."""
        labels = self._label()
        self.named_in_full = Counter[str]()
        for name, count in self.counts.items():
            if len(parts(name)) > 1:
                self.named_in_full[self.find(name)] += count
        by_last: dict[str, set[str]] = defaultdict(set)  # corpus: key of a surname -> clusters of people
        for name in self.full:
            if not _body(name):
                for word in parts(name)[1:]:
                    by_last[cross_key(word)].add(self.find(name))
        everywhere: dict[int, _Named] = defaultdict(_Named)
        for article, name, _ in self.mentions:
            if len(parts(name)) > 1:
                everywhere[article].add(name, self.find(name))
        before: dict[int, _Named] = defaultdict(_Named)
        for article, name, titles in self.mentions:
            root, rule = self.find(name), self.reasons.get(name, "named so")
            if len(parts(name)) == 1 and plain(name) not in self.split and not rule.startswith("joined"):
                chosen, why = self._single(name, titles, before[article], everywhere[article], by_last)
                if chosen:
                    root, rule = chosen, f"{why}: {labels[chosen]}"
            else:
                before[article].add(name, root)
            yield labels[root], rule

    def _single(
        self, name: str, titles: tuple[str, ...], before: _Named, everywhere: _Named, by_last: dict[str, set[str]]
    ) -> tuple[str, str]:
        """The cluster that a single word belongs to in its article, and why; ("", "") where none or several would fit."""
        word = parts(name)[0]
        for named in (before, everywhere):
            people = named.by(named.surnames, word)
            if len(people) == 1:
                return people.pop(), "surname"
            if len(people) > 1:
                return "", ""
        bodies = everywhere.initials.get(word, ()) if _ABBREVIATION.fullmatch(word) and word.isupper() else ()
        if len(bodies) == 1:
            return next(iter(bodies)), "abbreviation"
        first = everywhere.by(everywhere.first, word)
        if len(first) == 1:
            return first.pop(), "first name"
        fitting = by_last.get(cross_key(word), set()) if len(name_key(word)) > 2 else set()
        if len(fitting) == 1 and (titles or self._unmistakable(word, fitting)):
            return next(iter(fitting)), "surname, the only one in the corpus"
        return "", ""

    def _unmistakable(self, word: str, people: set[str]) -> bool:
        """A surname that stands for its bearer outside their articles: the bearer is named in full at least twice."""
        return self.named_in_full[next(iter(people))] >= 2


@lru_cache(maxsize=1 << 16)
def _body(name: str) -> bool:
    """Is this a body (union, ministry ...) rather than a person?"""
    words = [word.casefold() for word in name.split()]
    return any(word in tables()["bodies"] for word in words) or "of" in words[1:-1]


@lru_cache(maxsize=1 << 16)
def _keys_of(name: str) -> tuple[str, list[tuple[int, tuple[bool, str, str]]]]:
    """Initials of a full name, and of people place and keys of each word: its own in its script, and the one between scripts."""
    keys = []
    for place, word in enumerate(() if _body(name) else parts(name)):
        script = is_cyrillic(word)
        keys += [(place, (script, "name", name_key(word))), (place, (script, "cross", cross_key(word)))]
    return "".join(word[0] for word in name.split() if word[0].isupper()), keys


class _Named:
    """Clusters of the full names of an article, found by a single word: what `same_word` says of every pair, looked up at once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.surnames: dict[tuple[bool, str, str], set[str]] = defaultdict(set)
        self.first: dict[tuple[bool, str, str], set[str]] = defaultdict(set)
        self.initials: dict[str, set[str]] = defaultdict(set)  # "WHU": World Harbour Union

    def add(self, name: str, root: str) -> None:
        """Know a full name and its cluster."""
        if name in self.seen:
            return
        self.seen.add(name)
        initials, keys = _keys_of(name)
        self.initials[initials].add(root)
        for place, key in keys:
            (self.surnames if place else self.first)[key].add(root)

    @staticmethod
    def by(kept: dict[tuple[bool, str, str], set[str]], word: str) -> set[str]:
        """Clusters kept under a word that is the same, in this script or the other."""
        script, found = is_cyrillic(word), set[str]()
        if key := name_key(word):
            found |= kept.get((script, "name", key), set())
        if len(key := cross_key(word)) > 1:
            found |= kept.get((not script, "cross", key), set())
        return found
