"""Whom a single word names in its article: the person or body that the article names in full, else one that the corpus knows by it.

Conventions
    A cluster is told by its representative. Two words that share a key are the same, in one script or in two.
    What the corpus says of a word is found out once for each word. An article keeps the full names that share a key with a single word
    of the corpus: most share none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from corpus_utils.annotate.actor_names import cross_key, given_names, is_cyrillic, name_key, parts, plain
from corpus_utils.annotate.actor_standing import ABBREVIATION, DOMINANT, SEVERAL, Standing, acronym, generation, initials, is_person

Mention = tuple[int, str, tuple[str, ...]]  # article number, name, titles
Key = tuple[bool, str, str, str]  # Cyrillic?, "name" (in one script) or "cross" (between two), key of the word, "jr" or ""
_ABBREVIATION = re.compile(r"[^\W\d_]{2,6}")


class _Word(NamedTuple):
    """What the corpus says of a single word."""

    word: str
    surname: bool  # may be one
    short: bool  # may be an abbreviation
    spelled: str  # the cluster that other stories write out beside the abbreviation
    first: bool  # may be a first name: no surname that two stories or more name in full, as "Keller" is beside "Keller Harbour"
    untitled: tuple[str, str]  # the cluster of nearly all stories with this surname, and why
    titled: tuple[str, str]  # the same behind a title


class _Article:
    """The mentions of one article, and the clusters of its full names by what a single word may share with them."""

    def __init__(self) -> None:
        self.asked: set[str] = set()  # single words that may name who is named in full here
        self.full: set[str] = set()
        self.surnames: dict[Key, dict[str, int]] = {}  # with the number of the mention that names each first
        self.first: dict[Key, set[str]] = {}
        self.initials: dict[str, set[str]] = {}  # "WHU": World Harbour Union

    def add(self, name: str, line: str, cluster: str, place: int) -> None:
        """Know a full name where it is named first; `line`: "jr" where that tells it from a namesake."""
        self.full.add(name)
        surnames, first, short = _keys_of(name, line)
        for key in surnames:
            self.surnames.setdefault(key, {}).setdefault(cluster, place)
        for key in first:
            self.first.setdefault(key, set()).add(cluster)
        if short:
            self.initials.setdefault(short, set()).add(cluster)


class Singles:
    """The single words of `mentions`. `clusters`: name -> its cluster; `asked`: the words that may name somebody named in full."""

    def __init__(self, mentions: Sequence[Mention], clusters: Mapping[str, str], asked: Sequence[str], known: Standing) -> None:
        self.clusters, self.known = clusters, known
        bearers: dict[str, Counter[str]] = {cross_key(parts(name)[0]): Counter() for name in asked}
        for name in sorted(clusters):
            keys = _behind_first(name)
            if not bearers.keys().isdisjoint(keys) and not known.line(name):
                for key in keys & bearers.keys():
                    bearers[key][clusters[name]] += known.full.get(name, 0)
        self.words = {name: self._word(name, bearers) for name in asked}
        self.mentions, self.articles = mentions, self._articles(mentions)

    def _word(self, name: str, bearers: Mapping[str, Counter[str]]) -> _Word:
        word = parts(name)[0]
        surname, short = self.known.surname(word), word.isupper() and _ABBREVIATION.fullmatch(word) is not None
        fitting = bearers.get(cross_key(word)) if surname and not generation(name) and len(name_key(word)) > 2 else None
        if not fitting:
            return _Word(word, surname, short, self._spelled(word), surname, ("", ""), ("", ""))
        untitled, titled = (_dominant(fitting, titled=titled) for titled in (False, True))
        return _Word(word, surname, short, self._spelled(word), max(fitting.values()) < 2, untitled, titled)

    def _spelled(self, word: str) -> str:
        """The cluster of nearly all names that stories write out beside the abbreviation; "" where there is none."""
        if word not in self.known.spelled:
            return ""
        spelled: Counter[str] = Counter()
        for name, stories in self.known.spelled[word].items():
            if name in self.clusters:
                spelled[self.clusters[name]] += stories
        for body, stories in spelled.most_common(1):
            if stories >= DOMINANT * sum(spelled.values()):
                return body
        return ""

    def _articles(self, mentions: Sequence[Mention]) -> dict[int, _Article]:
        """Articles that hold both single words and full names, with the full names that a single word of the corpus may stand for."""
        asking = {article for article, name, _ in mentions if name in self.words}
        asking &= {article for article, name, _ in mentions if name not in self.words}
        if not asking:  # names of a whole corpus are each in an article of its own
            return {}
        words: dict[Key | str, list[str]] = {}
        keys: tuple[Key | str, ...]
        for name, word in self.words.items():
            keys = (*_keys_of_word(name), word.word)
            for key in keys:
                words.setdefault(key, []).append(name)
        asked: dict[str, list[str]] = {}
        for name in self.clusters:
            if name not in self.words and len(parts(name)) > 1:
                surnames, first, short = _keys_of(name, self.known.line(name))
                keys = (*surnames, *first, short)
                if found := [word for key in keys if key in words for word in words[key]]:
                    asked[name] = found
        found_in: dict[int, _Article] = {}
        for place, (article, name, _) in enumerate(mentions):
            if name in asked and article in asking:
                held = found_in.get(article) or found_in.setdefault(article, _Article())
                if name not in held.full:
                    held.asked.update(asked[name])
                    held.add(name, self.known.line(name), self.clusters[name], place)
        return found_in

    @cached_property
    def names(self) -> dict[int, list[str]]:
        """The names of each article in order, as often as they stand there."""
        found: dict[int, list[str]] = defaultdict(list)
        for article, name, _ in self.mentions:
            found[article].append(name)
        return found

    def elsewhere(self, name: str, *, titled: bool) -> tuple[str, str]:
        """The cluster that a single word belongs to by other stories, and why; ("", "") where there is none."""
        word = self.words[name]
        if word.spelled:
            return word.spelled, f"{ABBREVIATION} that other stories spell out"
        return word.titled if titled else word.untitled

    def bearer(self, name: str, article: int, place: int, titles: tuple[str, ...]) -> tuple[str, str]:
        """The cluster that a single word belongs to that is `asked` of its article, and why; ("", ...) where none or several would fit.

        `place`: number of the mention; whoever was named before it goes before the others.
        """
        word, held, keys = self.words[name], self.articles[article], _keys_of_word(name)
        if word.surname and (named := [held.surnames[key] for key in keys if key in held.surnames]):
            before = {root for roots in named for root, first in roots.items() if first < place}
            people = before or {root for roots in named for root in roots}
            return (people.pop(), "surname") if len(people) == 1 else ("", SEVERAL)
        bodies: Collection[str] = held.initials.get(word.word, ()) if word.short else ()
        if len(bodies) == 1:
            return next(iter(bodies)), ABBREVIATION
        if word.first and (bodies or not word.spelled):
            first = {root for key in keys for root in held.first.get(key, ())}
            if len(first) == 1 and self._called(word.word, min(first), self.names[article]):
                return first.pop(), "first name"
        if bodies:
            return word.titled if titles else word.untitled
        return self.elsewhere(name, titled=bool(titles))

    def _called(self, word: str, root: str, names: list[str]) -> bool:
        """Does the article call the bearer of a first name by it, letter for letter but for marks? A key would find "Meet" in "Mitt".

        Where it is no given name, the bearer is named in full or by another word as often: not "Chirper Day" by "Chirper".
        """
        full = [name for name in names if len(parts(name)) > 1]
        alike = [other for name in full if is_cyrillic(other := parts(name)[0]) == is_cyrillic(word)]  # of its script
        if alike and plain(word) not in map(plain, alike):
            return False
        if word.lower() in given_names():
            return True
        own = [name for name in full if self.clusters[name] == root]
        keys = {key for name in own for key in _keys_of(name, self.known.line(name))[0]}
        alone = Counter(name for name in names if len(parts(name)) == 1)
        surname = max((alone[other] for other in alone if (is_cyrillic(other), "name", name_key(other), "") in keys), default=0)
        return len(own) + surname >= alone[word]


def _dominant(bearers: Counter[str], *, titled: bool) -> tuple[str, str]:
    """Of the people with one surname the one of nearly all stories that name one in full: of two stories at least, or titled here."""
    for person, stories in bearers.most_common(1):
        total = sum(bearers.values())
        if stories >= DOMINANT * total and (stories > 1 or titled):
            only = len(bearers) == 1
            return person, "surname, the only one in the corpus" if only else f"surname, {stories} of {total} stories with a full name"
    return "", ""


@lru_cache(maxsize=1 << 16)
def _behind_first(name: str) -> frozenset[str]:
    """Keys, in any script, of the words of a person's full name behind the first."""
    return frozenset(map(cross_key, parts(name)[1:] if is_person(name) else ()))


@lru_cache(maxsize=1 << 16)
def _keys_of_word(name: str) -> tuple[Key, ...]:
    """Keys of a single word: its own in its script, and the one it shares with the other script."""
    word, line = parts(name)[0], generation(name)
    script, own, cross = is_cyrillic(word), name_key(word), cross_key(word)
    keys = ((script, "name", own, line),) if own else ()
    return (*keys, (not script, "cross", cross, line)) if len(cross) > 1 else keys


@lru_cache(maxsize=1 << 16)
def _keys_of(name: str, line: str) -> tuple[list[Key], list[Key], str]:
    """Of a full name: keys of a person's words behind the first, and of the first; initials, where an abbreviation may stand for it."""
    keys: tuple[list[Key], list[Key]] = ([], [])
    for place, word in enumerate(parts(name) if is_person(name) else ()):
        if not acronym(word) or name.isupper():
            script = is_cyrillic(word)
            keys[place == 0].extend([(script, "name", name_key(word), line), (script, "cross", cross_key(word), line)])
    short = initials(name)
    return *keys, short if len(short) > 2 or not is_person(name) else ""  # "DC" is not Dan Cole
