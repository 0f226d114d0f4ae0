"""Which names are one actor's: full names over all articles, then surnames, first names and abbreviations article by article."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from corpus_utils.annotate.actor_names import (
    TWO_SURNAMES,
    cross_key,
    given_names,
    is_cyrillic,
    is_initial,
    match_people,
    name_key,
    parts,
    plain,
)
from corpus_utils.annotate.actor_pairs import candidate_pairs
from corpus_utils.annotate.actor_standing import (
    ABBREVIATION,
    DOMINANT,
    IN_FRONT,
    SEVERAL,
    TITLED,
    Standing,
    acronym,
    generation,
    initials,
    is_person,
    standing,
)

_IF_ONE_FITS = ("initial", TWO_SURNAMES)  # reasons that tell nothing where a short form fits two people
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
        known: Standing | None = None,
    ) -> None:
        self.mentions = mentions
        self.known = known or standing(mentions)
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
        names = [name for name in sorted(self.counts) if plain(name) not in self.split]
        for why in ("spelling", "number left out"):
            seen: dict[str, str] = {}
            for name in names:
                folded = plain(name if why == "spelling" else " ".join(parts(name)))
                first = seen.setdefault(f"{folded} {self.known.line(name)}", name)
                self._merge(first, name, why)

    def _people(self) -> None:
        """Full names of people: compared within blocks that share a key of first or last word."""
        found = candidate_pairs(name for name in self.full if is_person(name))
        alike = (pair for pair in sorted(found) if self.known.line(pair[0]) == self.known.line(pair[1]))
        pairs = {pair: why for pair in alike if (why := match_people(*pair))}
        for (a, b), why in pairs.items():
            if why not in _IF_ONE_FITS:
                self._merge(a, b, why)
        for name in self.full:
            if rest := self._without_front(name):
                own = self.reasons.get(rest, "named so")
                self._merge(rest, name, "word in front")
                self.reasons[rest] = own
        for reason in _IF_ONE_FITS:
            self._short_forms([pair for pair, why in pairs.items() if why == reason], reason)

    def _without_front(self, name: str) -> str:
        """ "Ivo Brandt" of "Attacking Ivo Brandt", where stories name him so far more often; "" elsewhere."""
        rest, stories = name.partition(" ")[2], self.known.full
        if rest not in self.parent or len(parts(rest)) < 2 or self.known.line(name) or not (is_person(name) and is_person(rest)):
            return ""
        return rest if stories.get(rest, 0) >= IN_FRONT * stories.get(name, 0) > 0 else ""

    def _short_forms(self, pairs: list[tuple[str, str]], reason: str) -> None:
        """ "J. Keller" and "Keller Ruiz" join the one person they fit; where they fit two, they stay."""
        fits: dict[str, set[str]] = defaultdict(set)
        for a, b in pairs:
            short, long = sorted((a, b), key=lambda name: (len(parts(name)), not is_initial(parts(name)[0])))
            if not is_initial(parts(long)[0]):
                fits[short].add(self.find(long))
        for short, people in sorted(fits.items()):
            if len(people) == 1:
                self._merge(short, next(iter(people)), reason)

    def _label(self) -> dict[str, str]:
        """Cluster -> the name it is listed under: the user's own, else the fullest common one, in Latin script where there is one."""
        members: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.counts):
            members[self.find(name)].append(name)

        def weight(name: str) -> tuple[bool, bool, bool, int, int, int, str]:
            words, often = parts(name), self.counts[name]
            full = len(words) > 1 and not is_initial(words[0])
            if is_cyrillic(name):  # the nominative has the shortest ending, and "а" or a consonant for it
                return (False, full, False, -len(name), -(name[-1] in "ыуеюои"), often, name)
            return (True, full, words[0].casefold() in given_names(), often, -len(name), 0, name)

        labels = {root: max(names, key=weight) for root, names in members.items()}
        return labels | {self.find(name): own for name, own in sorted(self.shown.items())}

    def assign(self) -> Iterator[tuple[str, str]]:
        """(actor, rule) for each mention, in order."""
        labels = self._label()
        bearers: dict[str, Counter[str]] = defaultdict(Counter)  # key of a surname -> clusters of people -> stories that name them in full
        for name in self.full:
            if is_person(name) and not self.known.line(name):
                for key in {cross_key(word) for word in parts(name)[1:]}:
                    bearers[key][self.find(name)] += self.known.full.get(name, 0)
        everywhere: dict[int, _Named] = defaultdict(_Named)
        for article, name, _ in self.mentions:
            if len(parts(name)) > 1:
                everywhere[article].add(name, self.find(name), self.known.line(name))
                everywhere[article].told[self.find(name)] += 1
            else:
                everywhere[article].alone[name] += 1
        before: dict[int, _Named] = defaultdict(_Named)
        for article, name, titles in self.mentions:
            root, rule = self.find(name), self.reasons.get(name, "named so")
            if len(parts(name)) == 1 and plain(name) not in self.split and not rule.startswith("joined"):
                chosen, why = self._single(name, titles, before[article], everywhere[article], bearers)
                if chosen:
                    root, rule = chosen, f"{why}: {labels[chosen]}"
                else:
                    rule = why or (TITLED if titles and rule == "named so" else rule)
            else:
                before[article].add(name, root, self.known.line(name))
            yield labels[root], rule

    def _single(
        self, name: str, titles: tuple[str, ...], before: _Named, everywhere: _Named, bearers: dict[str, Counter[str]]
    ) -> tuple[str, str]:
        """The cluster that a single word belongs to in its article, and why; ("", ...) where none or several would fit."""
        word, line = parts(name)[0], generation(name)
        surname = self.known.surname(word)
        for named in (before, everywhere) if surname else ():
            people = named.by(named.surnames, word, line)
            if len(people) == 1:
                return people.pop(), "surname"
            if len(people) > 1:
                return "", SEVERAL
        bodies = everywhere.initials.get(word, ()) if _ABBREVIATION.fullmatch(word) and word.isupper() else ()
        if len(bodies) == 1:
            return next(iter(bodies)), ABBREVIATION
        if not bodies and (body := self._spelled(word)):
            return body, f"{ABBREVIATION} that other stories spell out"
        fitting = bearers.get(cross_key(word), Counter()) if surname and not line and len(name_key(word)) > 2 else Counter[str]()
        # a surname that two stories or more name in full is no first name: "Keller" beside "Keller Harbour"
        first = everywhere.by(everywhere.first, word, line) if surname and max(fitting.values(), default=0) < 2 else set()
        if len(first) == 1 and everywhere.called(word) and (word.lower() in given_names() or everywhere.rather_full(word, *first)):
            return first.pop(), "first name"
        return self._dominant(fitting, titles)

    def _spelled(self, word: str) -> str:
        """The cluster of nearly all names that stories write out beside the abbreviation; "" where there is none."""
        spelled: Counter[str] = Counter()
        for name, stories in self.known.spelled.get(word, {}).items():
            if name in self.parent:
                spelled[self.find(name)] += stories
        for body, stories in spelled.most_common(1):
            if stories >= DOMINANT * sum(spelled.values()):
                return body
        return ""

    @staticmethod
    def _dominant(fitting: Counter[str], titles: tuple[str, ...]) -> tuple[str, str]:
        """Of the people with one surname the one of nearly all stories that name one in full: of two stories at least, or titled here."""
        for person, stories in fitting.most_common(1):
            total = sum(fitting.values())
            if stories >= DOMINANT * total and (stories > 1 or titles):
                only = len(fitting) == 1
                return person, "surname, the only one in the corpus" if only else f"surname, {stories} of {total} stories with a full name"
        return "", ""


@lru_cache(maxsize=1 << 16)
def _keys_of(name: str) -> tuple[str, list[tuple[int, tuple[bool, str, str]]]]:
    """Initials of a full name, and of people place and keys of each word: its own in its script, and the one between scripts."""
    keys = []
    for place, word in enumerate(parts(name) if is_person(name) else ()):
        if acronym(word) and not name.isupper():
            continue
        script = is_cyrillic(word)
        keys += [(place, (script, "name", name_key(word))), (place, (script, "cross", cross_key(word)))]
    return initials(name), keys


class _Named:
    """Clusters of the full names of an article, found by a single word: what `same_word` says of every pair, looked up at once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.words: set[str] = set()  # the first of each name
        self.surnames: dict[tuple[bool, str, str, str], set[str]] = defaultdict(set)
        self.first: dict[tuple[bool, str, str, str], set[str]] = defaultdict(set)
        self.initials: dict[str, set[str]] = defaultdict(set)  # "WHU": World Harbour Union
        self.told: Counter[str] = Counter()  # mentions in full by cluster
        self.alone: Counter[str] = Counter()  # mentions of single words

    def add(self, name: str, root: str, line: str) -> None:
        """Know a full name, its cluster, and "jr" where that tells it from a namesake."""
        if name in self.seen:
            return
        self.seen.add(name)
        self.words.add(parts(name)[0])
        short, keys = _keys_of(name)
        if len(short) > 2 or not is_person(name):  # "DC" is not Dan Cole
            self.initials[short].add(root)
        for place, key in keys:
            (self.surnames if place else self.first)[*key, line].add(root)

    def rather_full(self, word: str, root: str) -> bool:
        """Does the article name the bearer in full or by another word as often as by this one? Not "Chirper Day" by "Chirper"."""
        keys = {key for key, roots in self.surnames.items() if root in roots}
        surname = max((count for other, count in self.alone.items() if self._keys(other) & keys), default=0)
        return self.told[root] + surname >= self.alone[word]

    @staticmethod
    def _keys(word: str) -> set[tuple[bool, str, str, str]]:
        return {(is_cyrillic(word), "name", name_key(word), "")}

    def called(self, word: str) -> bool:
        """Is the word a first name of the article, letter for letter but for marks, where one is written in its script?

        A key would find "Meet" in "Mitt".
        """
        alike = [other for other in self.words if is_cyrillic(other) == is_cyrillic(word)]
        return not alike or plain(word) in map(plain, alike)

    @staticmethod
    def by(kept: dict[tuple[bool, str, str, str], set[str]], word: str, line: str) -> set[str]:
        """Clusters kept under a word that is the same, in this script or the other."""
        script, found = is_cyrillic(word), set[str]()
        if key := name_key(word):
            found |= kept.get((script, "name", key, line), set())
        if len(key := cross_key(word)) > 1:
            found |= kept.get((not script, "cross", key, line), set())
        return found
