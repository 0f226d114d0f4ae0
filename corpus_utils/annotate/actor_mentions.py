"""Which names of one text are actors: countries and their seats by the list, seats only where they act, no adjectives, no common nouns.

Conventions: offsets are code points into the text; a mention holds the name without title. "The Department" stands for the one
department that the text names, and for nobody where it names none or two.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from corpus_utils.annotate.actor_names import plain, tables
from corpus_utils.annotate.name_parts import Name
from corpus_utils.annotate.name_readings import Known, read_name
from corpus_utils.annotate.names import opens_sentence
from corpus_utils.annotate.reporting_cues import Cues, load_cues

# endings that make a small word behind a name a finite verb, well enough for one place: right behind the name of a capital
_FINITE = {
    "en": ("ed", "es"),
    "es": ("ó", "aron", "ieron", "ará", "erá", "irá", "arán", "erán", "irán", "aba", "aban"),
    "pt": ("ou", "eu", "iu", "aram", "eram", "iram", "ará", "erá", "irá", "ava"),
    "fr": ("era", "ira", "èrent", "irent", "ait", "aient"),
    "de": ("te", "ten"),
    "ru": ("ал", "ала", "али", "ил", "ила", "или", "ел", "ела", "ели", "лся", "лась", "лись",
           "ает", "ают", "яет", "яют", "ует", "уют", "ит", "ят"),
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
ONLY_ONE = "the only one of the story"  # rule of "the Department"
Finder = Callable[[str, str], Sequence[Name]]


class Mention(NamedTuple):
    """A name in an article, before merging; offsets in the article's text."""

    article: int
    start: int
    end: int
    name: str
    titles: tuple[str, ...]
    fixed: str  # the actor, where the name itself tells it (countries); else ""
    rule: str


class _Story:
    """A text and what its names tell of each other, found out where a name asks for it."""

    def __init__(self, text: str, cues: Cues, named: Sequence[Name], read: Sequence[Known]) -> None:
        self.text, self.cues, self.named, self.read = text, cues, named, read

    @cached_property
    def inner(self) -> set[str]:
        """Words that stand with a capital elsewhere than at the opening of a sentence, or in names of several words."""
        inner = {word for known in self.read if len(known.words) > 1 for word in known.words}
        for name, known in zip(self.named, self.read):
            if known.lone and name.name not in inner and not opens_sentence(self.text, name.start):
                inner.add(name.name)
        return inner

    @cached_property
    def surnames(self) -> set[str]:
        """Last words of names of several."""
        return {known.words[-1] for known in self.read if len(known.words) > 1}

    @cached_property
    def people(self) -> set[str]:
        """Last words of names that begin with a given name or stand behind a title."""
        return {known.words[-1] for name, known in zip(self.named, self.read) if known.given or name.titles}

    @cached_property
    def heads(self) -> dict[str, set[str]]:
        """Noun of a body (lower case) -> the names of the text that are headed by it: "the Department" of the Justice Department."""
        heads: dict[str, set[str]] = {}
        for name, known in zip(self.named, self.read):
            for word in known.heads if known.heads and not name.titles else ():
                heads.setdefault(word, set()).add(name.name)
        return heads


def mentions_of(number: int, text: str, language: str, finder: Finder) -> list[Mention]:
    """Names of one text; countries and their seats are told by the list, seats only where they act."""
    listed = tables()
    found: list[Mention] = []
    for match in listed["listed"].finditer(text):
        folded = plain(match.group())
        if country := listed["names"].get(folded) or listed["seats"].get(folded):
            found.append(Mention(number, match.start(), match.end(), match.group(), (), country, _listed(country)))
    named = finder(text, language)
    read = [read_name(name.name, language) for name in named]
    story = _Story(text, load_cues(language), named, read)
    starts, ends, new, by_list = [m.start for m in found], [m.end for m in found], tuple.__new__, len(found)
    for name, known in zip(named, read):
        start, end, written, titles = name
        if known.always or (known.inside and (titles or written in story.inner)):  # nearly all
            found.append(new(Mention, (number, start, end, written, titles, "", "")))
        else:
            for one, kind in _parted(name, known, story, language) if known.country_in_front else ((name, known),):
                if actor := _told(one, kind, story):
                    found.append(new(Mention, (number, one.start, one.end, *actor)))
    if not by_list:
        return found

    def beside(mention: Mention) -> bool:
        place = bisect_left(starts, mention.end)
        return not (place and ends[place - 1] > mention.start)

    return sorted([*found[:by_list], *filter(beside, found[by_list:])], key=itemgetter(1, 2))


def _told(name: Name, known: Known, story: _Story) -> tuple[str, tuple[str, ...], str, str] | None:
    """Name, titles, fixed actor and rule of a mention; None where the name is no actor."""
    if not name.titles:
        if known.country:
            return name.name, (), known.country, _listed(known.country)
        if known.seat:
            acts = _acts(story.text, name.start, name.end, story.cues)
            return (name.name, (), known.seat, f"seat of government for {known.seat}") if acts else None
        if known.joins and len(heads := story.heads.get(name.name.lower(), ())) == 1:
            return next(iter(heads)), (), "", ONLY_ONE
        if known.nobody and name.name not in story.people:
            return None
        if known.lone and name.name not in story.inner and (known.common or not _verb_follows(story.text, name.end, story.cues)):
            return None
        if known.demonym or (known.adjective and _adjective(story.text, name.end, name.name)):
            return (name.name, (), "", "") if name.name in story.surnames and not known.party else None
    return name.name, name.titles, "", ""


def _listed(actor: str) -> str:
    """The rule of a name that the list tells."""
    return "body named in several languages" if actor in tables()["bodies_named"] else "country name"


def _parted(name: Name, known: Known, story: _Story, language: str) -> Iterator[tuple[Name, Known]]:
    """ "In Norland Rivas said": a country that only stands before a surname the text knows is not part of the name."""
    first, _, rest = name.name.partition(" ")
    if rest in story.surnames and sum(n.name == name.name for n in story.named) < 2:
        yield Name(name.start, name.start + len(first), first, ()), read_name(first, language)
        yield Name(name.end - len(rest), name.end, rest, ()), read_name(rest, language)
    else:
        yield name, known


def _acts(text: str, start: int, end: int, cues: Cues) -> bool:
    """Is a capital named as one who acts? Not behind "in"; before a verb, a possessive or another capital joined by "and"."""
    before = text[max(0, start - 14) : start].split()
    if before and before[-1].lower().strip("(") in tables()["place_before"]:
        return False
    if before and any("act" in entry[2] for entry in cues.verbs.get(before[-1].lower(), ())):
        return True  # "thanked Berlin"
    behind = text[end : end + 40]
    if behind[:2] in ("'s", "’s"):
        return True
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[.,;:]", behind)
    if not words or words[0] in ".,;:":
        return bool(before) and before[-1].lower() in (
            "between",
            "with",
            "against",
            "by",
            "from",
            "entre",
            "con",
            "contra",
            "com",
            "avec",
            "mit",
            "gegen",
            "с",
            "против",
        )
    if words[0].lower() in ("and", "y", "e", "et", "und", "и"):
        return len(words) > 1 and words[1][0].isupper()
    return _verbal(words[0], cues)


def _verb_follows(text: str, end: int, cues: Cues) -> bool:
    word = _WORD.search(text, end, end + 30)
    return word is not None and _verbal(word.group(), cues)


def _verbal(word: str, cues: Cues) -> bool:
    low = word.lower()
    if not word[0].islower() or low in cues.words.get("prepositions", ()):
        return False
    if low in cues.verbs or low in cues.words.get("auxiliaries", ()):
        return True
    return low.endswith(_FINITE.get(cues.language, ())) or low in ("has", "will", "wants", "made", "sent")


def _adjective(text: str, end: int, name: str) -> bool:
    """Is a name that may be one an adjective here, before a noun? Then it is no actor."""
    if " " in name:
        return text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    if name.lower() in tables()["party_adjectives"]:
        return name.lower() == "democratic" or (text[end : end + 1] == " " and text[end + 1 : end + 2].isalpha())
    behind = text[end : end + 2]
    return (behind[:1] == " " and behind[1:].islower()) or behind[:1] in "-"
