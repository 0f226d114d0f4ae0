"""Which names are one actor's: full names over all articles, then surnames, first names and abbreviations article by article."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from corpus_utils.annotate.actor_names import cross_key, is_initial, match_people, name_key, parts, plain, same_word, tables


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
            known = [name for name in sorted(self.counts) if plain(name) in {plain(wanted) for wanted in group}]
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
        blocks: dict[str, list[str]] = defaultdict(list)
        for name in self.full:
            if self._body(name):
                continue
            words = parts(name)
            for key in sorted({f"l{cross_key(word)}" for word in words[1:]} | {f"f{cross_key(words[0])}"}):
                blocks[key].append(name)
        pairs: dict[tuple[str, str], str] = {}
        for names in blocks.values():
            for i, a in enumerate(names[:200]):  # a block beyond two hundred names is one of a very common word
                for b in names[i + 1 : 200]:
                    if (a, b) not in pairs:
                        pairs[a, b] = match_people(a, b)
        strong = [(pair, why) for pair, why in sorted(pairs.items()) if why and why != "initial"]
        for (a, b), why in strong:
            self._merge(a, b, why)
        self._initials([pair for pair, why in sorted(pairs.items()) if why == "initial"])

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

    @staticmethod
    def _body(name: str) -> bool:
        """Is this a body (union, ministry ...) rather than a person?"""
        words = [word.casefold() for word in name.split()]
        return any(word in tables()["bodies"] for word in words) or "of" in words[1:-1]

    def _label(self) -> dict[str, str]:
        """Cluster -> the name it is listed under: the fullest common one, in Latin script where there is one."""
        members: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.counts):
            members[self.find(name)].append(name)

        def weight(name: str) -> tuple[bool, bool, int, int, str]:
            words = parts(name)
            return (name.isascii() or name[0] < "Ѐ", len(words) > 1 and not is_initial(words[0]), self.counts[name], -len(name), name)

        return {root: max(names, key=weight) for root, names in members.items()}

    def assign(self) -> Iterator[tuple[str, str]]:
        """(actor, rule) for each mention, in order."""
        labels = self._label()
        by_last: dict[str, set[str]] = defaultdict(set)  # corpus: key of a surname -> clusters of people
        for name in self.full:
            if not self._body(name):
                for word in parts(name)[1:]:
                    by_last[cross_key(word)].add(self.find(name))
        article_full: dict[int, list[str]] = defaultdict(list)
        for article, name, _ in self.mentions:
            if len(parts(name)) > 1:
                article_full[article].append(name)
        before: dict[int, list[str]] = defaultdict(list)
        for article, name, titles in self.mentions:
            root, rule = self.find(name), self.reasons.get(name, "named so")
            if len(parts(name)) == 1 and plain(name) not in self.split and not rule.startswith("joined"):
                chosen, why = self._single(name, titles, before[article], article_full[article], by_last)
                if chosen:
                    root, rule = chosen, f"{why}: {labels[chosen]}"
            else:
                before[article].append(name)
            yield labels[root], rule

    def _single(
        self, name: str, titles: tuple[str, ...], before: list[str], everywhere: list[str], by_last: dict[str, set[str]]
    ) -> tuple[str, str]:
        """The cluster that a single word belongs to in its article, and why; ("", "") where none or several would fit."""
        word = parts(name)[0]
        for names in (before, everywhere):
            people = {self.find(n) for n in names if not self._body(n) and any(same_word(word, w) for w in parts(n)[1:])}
            if len(people) == 1:
                return people.pop(), "surname"
            if len(people) > 1:
                return "", ""
        bodies = {self.find(n) for n in everywhere if _abbreviates(word, n)}
        if len(bodies) == 1:
            return bodies.pop(), "abbreviation"
        first = {self.find(n) for n in everywhere if not self._body(n) and same_word(word, parts(n)[0])}
        if len(first) == 1:
            return first.pop(), "first name"
        corpus = by_last.get(cross_key(word), set())
        fitting = {root for root in corpus if len(name_key(word)) > 2}
        if len(fitting) == 1 and (titles or self._unmistakable(word, fitting)):
            return next(iter(fitting)), "surname, the only one in the corpus"
        return "", ""

    def _unmistakable(self, word: str, people: set[str]) -> bool:
        """A surname that stands for its bearer outside their articles: the bearer is named in full at least twice."""
        person = next(iter(people))
        return sum(count for name, count in self.counts.items() if self.find(name) == person and len(parts(name)) > 1) >= 2


def _abbreviates(word: str, name: str) -> bool:
    """ "WHU" and "World Harbour Union"."""
    if not re.fullmatch(r"[^\W\d_]{2,6}", word) or not word.isupper():
        return False
    initials = "".join(w[0] for w in name.split() if w[0].isupper())
    return initials == word
