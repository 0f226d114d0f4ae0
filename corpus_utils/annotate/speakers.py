"""The name behind a mention: full names for last names, pronouns and titles, within one article.

Abstains ("") where the article gives no single answer: plural pronouns, unnamed people ("a voter"), two who would fit.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from corpus_utils.annotate.actor_names import given_names
from corpus_utils.annotate.name_parts import Name
from corpus_utils.annotate.names import find_names
from corpus_utils.annotate.reporting_cues import Cues, load_cues

_CLAUSE = re.compile(r"[,.;]")
_SHORT = {"sen": "senator", "rep": "congressman", "gov": "governor", "gen": "general", "prof": "professor"}
_POSSESSIVE = re.compile(r"['’]s?$")


class Speakers:
    """Names of one article and the speaker last named; ask in reading order."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.text, self.cues = text, load_cues(language)
        self.names = find_names(text, language)
        self.starts = [name.start for name in self.names]
        self.full = _full_names(self.names)
        self._last = ""
        self._named_since: list[str] = []  # since then: whether these are persons is only asked where a mention needs to know
        self._genders: dict[str, str] = {}

    @cached_property
    def titles(self) -> dict[str, Counter[str]]:
        """Title word -> people who bear it."""
        return _titles(self.names, self.text, self.full, self.cues)

    def gender(self, person: str) -> str:
        """m or f, where the text or their name tells it; "" where neither does, or both are told."""
        if person not in self._genders:
            self._genders[person] = _gender(person, self.borne.get(person, []), self.text, self.full, self.cues)
        return self._genders[person]

    @cached_property
    def borne(self) -> dict[str, list[Name]]:
        """The names of each person."""
        found: dict[str, list[Name]] = {}
        for name in self.names:
            found.setdefault(self.full.get(name.name, name.name), []).append(name)
        return found

    @cached_property
    def titled(self) -> set[str]:
        """People named with a title."""
        return {self.full.get(name.name, name.name) for name in self.names if name.titles}

    @property
    def last(self) -> str:
        """The person who spoke last."""
        while self._named_since:
            name = self._named_since.pop()
            if self._person(name):
                self._last = name
                self._named_since.clear()
        return self._last

    def resolve(self, mention: tuple[int, int] | None) -> str:
        """The name for a mention, "" where it cannot be told."""
        if mention is None:
            return ""
        start, end = mention
        inside = self.names[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        if not inside:
            words = self.text[start:end].split()
            first = words[0].lower() if words else ""
            name = self._pronoun(first, start) if len(words) <= 2 and self._is_pronoun(words[-1].lower()) else self._role(words)
        else:
            name = self._named(inside, start, end)
        if name:
            self._named_since.append(name)
        return name

    def _is_pronoun(self, word: str) -> bool:
        groups = self.cues.groups.get(word, ())
        return "he" in groups or "she" in groups

    def _is_small(self, word: str) -> bool:
        groups = self.cues.groups.get(word, ())
        return "prepositions" in groups and "determiners" not in groups

    def _is_title(self, word: str) -> bool:
        """May somebody of the article bear it?"""
        return word in self.cues.words["titles"] or word in _SHORT.values() or any(word in name.titles for name in self.names)

    def _named(self, inside: Sequence[Name], start: int, end: int) -> str:
        """The name in a phrase: its last one, unless the phrase goes on to a body or person that is not named."""
        chosen = inside[-1]
        if chosen.start == start and chosen.end == end and self.text[end : end + 2] not in ("'s", "’s"):  # most mentions
            return self.full.get(chosen.name, chosen.name)
        tail = self.text[chosen.end : end].strip()
        if self.text[chosen.end : chosen.end + 2] in ("'s", "’s"):
            return ""
        for earlier in inside[:-1]:  # "Name, title of Body" and "Name of Body": the first name is the head
            between = self.text[earlier.end : chosen.start].strip()
            possessive = self.text[earlier.end : earlier.end + 2] in ("'s", "’s")
            if between and not possessive and (between[0] in ",(" or self.cues.has("prepositions", between.split()[0].lower())):
                chosen, tail = earlier, ""
                break
        if tail and tail[0].isalpha():
            head = re.split(r"[\s,]", tail)[0].lower()
            if head in self.cues.words.get("bodies", ()):
                return f"{chosen.name} {tail.split()[0]}"
            if head not in self.cues.words.get("prepositions", ()) and head not in self.cues.words.get("relatives", ()):
                return ""
        before = self.text[start : chosen.start].lower().split()
        if before and any(map(self._is_small, before[-2:])) and self.cues.words["documents"].isdisjoint(before):
            return ""
        name = " ".join(self.text[chosen.start : min(chosen.end, end)].split())  # a headline's run of capitals may go on
        return self.full.get(name, name)

    def _pronoun(self, word: str, start: int) -> str:
        """he, she: the speaker last named, or the last person named before, if gender allows."""
        wanted = "m" if word in self.cues.words.get("he", ()) else "f"
        if word in self.cues.words.get("he", ()) and word in self.cues.words.get("she", ()):
            wanted = ""
        if self.last and self._fits(self.last, wanted):
            return self.last
        for name in reversed(self.names[: bisect_left(self.starts, start)][-12:]):
            full = self.full.get(name.name, name.name)
            if self._person(full) and self._fits(full, wanted):
                return full
        return ""

    def _fits(self, name: str, wanted: str) -> bool:
        return not wanted or self.gender(name) in ("", wanted)

    def _person(self, name: str) -> bool:
        words = name.lower().split()
        if "of" in words or any(word in self.cues.words.get("bodies", ()) for word in words) or name.isupper():
            return False
        return 2 <= len(words) <= 4 or name in self.titled or self.gender(name) != ""

    def _role(self, words: list[str]) -> str:
        """ "the senator": the one person of the article who was given that title."""
        if not words or words[0].lower() not in self.cues.words.get("definite", ()):
            return ""
        head = words[-1].lower().strip(",")
        if not self._is_title(head):  # "the company": who bears which title need not be found out
            return ""
        people = self.titles.get(head, Counter())
        if len(people) == 1:
            return next(iter(people))
        return self.last if self.last in people else ""


def _full_names(names: Sequence[Name]) -> dict[str, str]:
    """Short form -> the fullest name of the article that ends (or, failing that, begins) with it; only where one fits."""
    counts = Counter(name.name for name in names)
    full = {name: name for name in counts}
    by_last: dict[str, list[str]] = {}
    by_first: dict[str, list[str]] = {}
    for name in counts:
        words = name.split()
        if 2 <= len(words) <= 4 and " of " not in name and " y " not in name:
            by_last.setdefault(words[-1], []).append(name)
            if len(words) == 2:
                by_first.setdefault(words[0], []).append(name)
    given = given_names()
    for short in counts:  # "Peña Vogt" of "Enrique Peña Vogt"
        first, _, last = short.partition(" ")
        if last and len(by_last.get(last, ())) > 1 and first.lower() not in given:
            whole = [name for name in by_last[last] if name.endswith(f" {short}") and name.split()[0].lower() in given]
            if len({name.split()[0] for name in whole}) == 1:
                full[short] = max(sorted(whole), key=lambda name: (counts[name], len(name)))
    declined = [last for last in by_last if last[0] >= "А"]
    for short in counts:
        if " " in short:
            continue
        fits = by_last.get(short, [])
        if not fits and short[0] >= "А":
            fits = [name for last in declined if last[0] == short[0] and _same_case(last, short) for name in by_last[last]]
        fits = fits or ([] if "." in short else by_first.get(short, []))
        if len(fits) < 2:
            full[short] = fits[0] if fits else short
            continue
        people: Counter[tuple[str, str]] = Counter()
        for name in fits:
            people[name.split()[0], name.split()[-1]] += counts[name]
        ranked = sorted(people.items(), key=lambda item: (-item[1], item[0]))
        if ranked and (len(ranked) == 1 or ranked[0][1] >= 3 * ranked[1][1]):
            chosen = [name for name in fits if (name.split()[0], name.split()[-1]) == ranked[0][0]]
            full[short] = max(sorted(chosen), key=lambda name: (counts[name], len(name)))
    return full


_RUSSIAN_CASES = re.compile(r"(?:а|у|ым|ом|е|ой|ою|ю|я|ем|ей|и|ы)?$")


def _same_case(name: str, form: str) -> bool:
    """Is `form` a Russian case form of the surname `name` ("Петрова", "Петровым" of "Петров")?"""
    if not form or form[0] < "А" or len(name) < 4:
        return False
    stem = name[:-1] if name[-1] in "аяйь" else name
    return form.startswith(stem) and _RUSSIAN_CASES.fullmatch(form[len(stem) :]) is not None


def _titles(names: Sequence[Name], text: str, full: dict[str, str], cues: Cues) -> dict[str, Counter[str]]:
    """Title word -> people who bear it, from words in front of the name and from an apposition behind it."""
    known = cues.words.get("titles", frozenset())
    articles = [group for group in ("male_article", "female_article") if cues.words[group]]
    found: dict[str, Counter[str]] = {}
    for name in names:
        words = list(name.titles)
        before = text[max(0, name.start - 40) : name.start].rsplit(maxsplit=3)[-3:]
        if before and not before[-1].endswith((",", ";")):
            words += [low for word in before if (low := word.lower().strip(".")) in known]
        if text[name.end : name.end + 2] == ", ":
            apposition = _CLAUSE.split(text[name.end + 2 : name.end + 80], maxsplit=1)[0].split()
            if apposition and apposition[0].lower() in cues.words.get("determiners", ()):
                words += [w.lower() for w in apposition[1:6] if w.lower() in known]
        if words and before:
            words += [group for group in articles if any(cues.has(group, w.lower()) for w in before)]
        for word in words:
            title = _SHORT.get(word, word)
            if title not in found:
                found[title] = Counter()
            found[title][full.get(name.name, name.name)] += 1
    return found


def _gender(person: str, own: Sequence[Name], text: str, full: dict[str, str], cues: Cues) -> str:
    """m or f by titles that tell it, a given name, and the form of Russian surnames; `own`: the names that are the person's."""
    titles = _titles(own, text, full, cues)
    groups = (("m", "male"), ("f", "female"))
    signs = {sign for sign, group in groups for title in titles if cues.has(group, title) or title == f"{group}_article"}
    if any(" " in name.name for name in own):
        if told := given_names().get(person.split()[0].lower()):
            signs.add(told)
        if cues.language == "ru":
            signs.add("f" if person[-1] in "ая" else "m")
    return signs.pop() if len(signs) == 1 else ""
