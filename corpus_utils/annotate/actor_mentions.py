"""Which names of one text are actors: countries and their seats by the list, seats only where they act, no adjectives, no common nouns.

Conventions: offsets are code points into the text; a mention holds the name without title. "The Department" stands for the one
department that the text names, and for nobody where it names none or two.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import NamedTuple

from corpus_utils.annotate.actor_names import given_names, plain, tables
from corpus_utils.annotate.name_parts import Name
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
_DEMONYM = ("n", "ns", "se", "sh", "no", "na", "nos", "nas")  # endings of words made from the names of countries
_ADJECTIVES = ("ian", "ean", "ese", "ish", "can", "kan", "ani", "qi", "eli", "ional")


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


class _Known(NamedTuple):
    """What a name says by itself in a language, whatever the text."""

    words: tuple[str, ...]
    given: bool  # begins with a given name
    country: str  # the country or seated body that it is
    seat: str  # the country whose seat of government it is
    heads: tuple[str, ...]  # nouns of bodies that a name of several words begins or ends with
    joins: bool  # "Department": stands for the one department of the text
    nobody: bool  # or, alone, for no actor
    lone: bool  # a single word that is not all capitals: a sentence that opens with it may be its only reason for one
    common: bool  # a noun of persons, bodies, titles ..., or a plural
    party: bool
    demonym: bool
    adjective: bool  # may be one, by what follows
    country_in_front: bool  # two words, the first a country
    always: bool  # none of the above but given: a mention, whatever the text
    inside: bool  # none but given and lone: one where the text writes it inside a sentence


class _Story:
    """A text and what its names tell of each other, found out where a name asks for it."""

    def __init__(self, text: str, cues: Cues, named: Sequence[Name], read: Sequence[_Known]) -> None:
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


@lru_cache(maxsize=1 << 15)
def _read_name(name: str, language: str) -> _Known:
    listed, folded = tables(), plain(name)
    country = listed["by_language"].get(language, {}).get(name, "")
    if not country and folded in listed["names"] and not _other_acronym(name):
        country = listed["names"][folded]
    first, _, rest = name.partition(" ")
    lone = " " not in name and not name.isupper()
    words, low = tuple(name.split()), name.lower()
    known = _Known(
        words,
        words[0].lower() in given_names(),
        country,
        listed["seats"].get(folded, ""),
        tuple({first.lower(), low.split()[-1]} & listed["alone_joins"]) if rest else (),
        low in listed["alone_joins"],
        low in listed["alone_nobody"],
        lone,
        lone and _common(folded, language),
        low in listed["party_adjectives"],
        _demonym(folded),
        _adjectival(name, language),
        rest != "" and " " not in rest and plain(first) in listed["names"],
        always=False,
        inside=False,
    )
    told = (known.country, known.seat, known.joins, known.nobody, known.demonym, known.adjective, known.country_in_front)
    return known._replace(always=not any(told) and not lone, inside=not any(told) and lone)


def mentions_of(number: int, text: str, language: str, finder: Finder) -> list[Mention]:
    """Names of one text; countries and their seats are told by the list, seats only where they act."""
    listed = tables()
    found: list[Mention] = []
    for match in listed["listed"].finditer(text):
        folded = plain(match.group())
        if country := listed["names"].get(folded) or listed["seats"].get(folded):
            found.append(Mention(number, match.start(), match.end(), match.group(), (), country, _listed(country)))
    named = finder(text, language)
    read = [_read_name(name.name, language) for name in named]
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


def _told(name: Name, known: _Known, story: _Story) -> tuple[str, tuple[str, ...], str, str] | None:
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


def _other_acronym(name: str) -> bool:
    """ "IRA" is not "Irã": three capitals that are a country's only without its marks; "Eu" and "Us" are not "EU" and "US"."""
    if not name.isupper() and name.upper() in tables()["acronyms"]:
        return True
    return len(name) == 3 and name.isascii() and name.isupper() and name not in tables()["acronyms"]


def _parted(name: Name, known: _Known, story: _Story, language: str) -> Iterator[tuple[Name, _Known]]:
    """ "In Norland Rivas said": a country that only stands before a surname the text knows is not part of the name."""
    first, _, rest = name.name.partition(" ")
    if rest in story.surnames and sum(n.name == name.name for n in story.named) < 2:
        yield Name(name.start, name.start + len(first), first, ()), _read_name(first, language)
        yield Name(name.end - len(rest), name.end, rest, ()), _read_name(rest, language)
    else:
        yield name, known


_SIDES = frozenset("north south east west northern southern eastern western central latin".split())
_CONTINENTAL = frozenset("american african asian european".split())


def _demonym(folded: str) -> bool:
    """ "Venezuelan", "South American": a word made from the name of a country or a part of the world."""
    region, _, rest = folded.partition(" ")
    if rest:
        return region in _SIDES and (rest in _CONTINENTAL or _demonym(rest))
    if len(folded) < 5:
        return False
    known = tables()
    return folded in known["demonyms"] or (folded[:4] in known["stems"] and folded.endswith(_DEMONYM))


def _common(folded: str, language: str) -> bool:
    """ "Critics", "Police": a word that opens a sentence and is none of a name, a plural or a person, body or title by its noun."""
    return folded in _nouns(language) or (language == "en" and folded.endswith("s") and not folded.endswith("ss"))


@lru_cache(maxsize=16)
def _nouns(language: str) -> frozenset[str]:
    groups = ("persons", "bodies", "titles", "documents", "offices")
    return frozenset().union(*(load_cues(language).words[group] for group in groups))


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


def _adjectival(name: str, language: str) -> bool:
    """May a name such as "Russian" or "Republican" be an adjective, by its words?"""
    if " " in name:
        return name.split()[-1].lower() in tables()["party_adjectives"]
    low = name.lower()
    return language in ("en", "pt", "es", "fr") and (low in tables()["party_adjectives"] or low.endswith(_ADJECTIVES))


def _adjective(text: str, end: int, name: str) -> bool:
    """Is a name that may be one an adjective here, before a noun? Then it is no actor."""
    if " " in name:
        return text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    if name.lower() in tables()["party_adjectives"]:
        return name.lower() == "democratic" or (text[end : end + 1] == " " and text[end + 1 : end + 2].isalpha())
    behind = text[end : end + 2]
    return (behind[:1] == " " and behind[1:].islower()) or behind[:1] in "-"
