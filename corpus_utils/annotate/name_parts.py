"""What of a run of capitalised words is a title, an office, a body, a place or a person's name.

    "Senate Majority Leader Mitch McConnell of Kentucky"     titles, a person, a place
    "Director of National Intelligence James Clapper"        an office with its body, a person
    "Goldman Sachs CEO Lloyd Blankfein"                      a body, a title, a person
    "Justice Department"                                     a body, though "Justice" is a title elsewhere

A person begins at a given name (the project's own list), else where titles end; what an office is of is told by its place, not by a list.
Conventions: a word is (start, end, text), code points into the whole text; a `Name` as in `names`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus_utils.annotate.actor_names import given_names, is_cyrillic, is_occupation, plain, tables
from corpus_utils.annotate.reporting_cues import Cues, load_cues

Word = tuple[int, int, str]

_CABINET = frozenset("state defense defence education energy labor commerce transportation interior agriculture finance justice".split())
_ROLES = frozenset("CEO CFO COO CTO MP MEP MK PM VP".split())  # acronyms of offices, not of bodies
_BRANCHES = ("foreign", "defense")
_HONORIFICS = frozenset("mr mrs ms miss dr sen rep gov gen sir lord lady".split())
_CONTRACTED = re.compile(
    r"(?:i['’](?:m|ve|ll|d)|(?:you|we|they|he|she|it|who|that|there|what|here|how|where|let)['’](?:s|re|ve|ll|d)|\w+n['’]t)$", re.I
)
_OF = frozenset("of de del da do dos das du des".split())
_AND = ("y", "e")
_SHOUTED = 4  # words
_POSSESSIVE = re.compile(r"['’]s?$")
_ENDS_DOTTED = re.compile(r"(?:^|[\s.])(?:[^\W\d_]\.|Jr\.|Sr\.)$")
_NUMERAL = re.compile(r"[IVX]+$")


class Name(NamedTuple):
    """A name: offsets of the words without title, the name itself, and the title words in front (lower case)."""

    start: int
    end: int
    name: str
    titles: tuple[str, ...]


@lru_cache(maxsize=16)
def special_words(language: str) -> frozenset[str]:
    """Words (lower case) that a rule of this module looks for: a run of two others is a name as it stands."""
    cues, known = load_cues(language), tables()
    groups = (cues.words.get(name, frozenset()) for name in ("titles", "offices", "times"))
    roles = {role.lower() for role in _ROLES}
    titles = {f"{title}s" for title in cues.words.get("titles", ())}
    countries = {name.partition(" ")[0] for name in known["names"]} if language == "ru" else set()
    return frozenset().union(cues.closed, known["bodies"], _CABINET, roles, titles, countries, *groups)


def is_acronym(word: str) -> bool:
    """Capitals only, two or more."""
    return len(word) > 1 and word.isupper() and word.isalpha()


def split_run(text: str, words: Sequence[Word], cues: Cues, *, opens: bool, small: Container[str], nouns: bool) -> list[Name]:
    """Names of one run of capitalised words; function words and titles in front are cut, possessive endings too.

    `opens`: a sentence begins with it. `small`: words that the text also writes small. `nouns`: every noun has a capital (German).
    """
    words = _without_opening(list(words), cues, opens=opens, small=small)
    while len(words) > 1 and words[0][2].islower():
        words = words[1:]  # "Parts of Mr. Keller’s home"
    if not words or (len(words) == 1 and _NUMERAL.match(words[0][2])):
        return []
    if len(words) > _SHOUTED and all(word.isupper() for _, _, word in words):
        return []  # a headline in capitals
    if at := _honorific(words):
        words = words[at:]
    if two := _joined_by_and(words):
        return [name for part in two for name in split_run(text, part, cues, opens=False, small=small, nouns=nouns)]
    body = _is_body(words)
    titles, words = _titles(words, cues, body=body)
    if not words:
        return []
    of_what = words[0][2] in _OF and bool(titles)
    words = _without_cabinet(words, titles)
    if of_what:
        return _office(text, words, titles, cues, nouns=nouns)
    if place := _place_behind(words, titles):
        found = _named(text, words[: place - 1], titles, cues, nouns=nouns)
        return found + _named(text, words[place:], [], cues, nouns=nouns)
    if not body and (begin := _person_begins(words, cues, titled=bool(titles))):
        front, person = words[:begin], words[begin:]
        while front and _is_office(front[-1][2], cues):
            titles.append(front.pop()[2].lower())
        return (_named(text, front, [], cues, nouns=nouns) if front else []) + _named(text, person, titles, cues, nouns=nouns)
    return _named(text, words, titles, cues, nouns=nouns)


def _without_opening(words: list[Word], cues: Cues, *, opens: bool, small: Container[str]) -> list[Word]:
    """Without function words in front and offices or a pronoun behind: "But Ann Lee", "the Venezuelan President", "Ted Cruz I"."""
    # places move and words are taken off the end: a copy for each word would take minutes where a page is one run of capitals
    titles, first = cues.words.get("titles", frozenset()), 0
    while first < len(words) and (
        _bare(words[first][2]) in cues.closed
        or _CONTRACTED.match(words[first][2])
        or (opens and len(words) - first == 1 and words[first][2].lower() in small)
    ):
        first, opens = first + 1, False
    words = words[first:]
    if opens and len(words) > 1 and words[0][2].lower() in small and words[0][2].lower().rstrip(".") not in titles:
        words = words[1:]
    if opens and cues.language == "ru" and plain(" ".join(word for _, _, word in words[1:])) in tables()["names"]:
        words = words[1:]  # "Корабли Кубы": Russian puts a country in the genitive behind any noun
    while len(words) > 1 and words[-1][2].lower() in cues.words.get("offices", ()):
        words.pop()
    if len(words) > 1 and words[-1][2] == "I" and words[0][2].lower().rstrip(".") not in titles:
        words.pop()
    return words


def _honorific(words: Sequence[Word]) -> int:
    """Where "Mr." stands behind a small word ("Parts of Mr. Keller"): what it opens is a name of its own; 0 where it does not."""
    small = [place for place, (_, _, word) in enumerate(words) if word.islower()]
    found = [place for place, (_, _, word) in enumerate(words[:-1]) if word.endswith(".") and word.lower().rstrip(".") in _HONORIFICS]
    return found[-1] if small and found and small[0] < found[-1] else 0


def _joined_by_and(words: list[Word]) -> list[list[Word]]:
    """ "Anahí y Manuel Velasco", "Pemex y CFE": two names, where a given name or an acronym follows; [] for "Ortega y Gasset"."""
    for place, (_, _, word) in enumerate(words[1:-1], 1):
        behind = words[place + 1][2]
        if word in _AND and (behind.lower() in given_names() or (is_acronym(behind) and place + 2 == len(words))):
            return [words[:place], words[place + 1 :]]
    return []


def _bare(word: str) -> str:
    """Lower case, without a possessive ending."""
    low = word.lower()
    return low[:-2] if low.endswith(("'s", "’s")) else low


def _is_body(words: Sequence[Word]) -> bool:
    """ "Justice Department", not "Rosa Post": ends in a word of bodies and holds no given name."""
    if len(words) < 2 or words[-1][2].lower() not in tables()["bodies"]:
        return False
    return not any(word.lower() in given_names() or word == "of" for _, _, word in words[:-1])


def _titles(words: list[Word], cues: Cues, *, body: bool) -> tuple[list[str], list[Word]]:
    """Titles in front (lower case) and the words behind them. In front of a body only "Mr." and the like are titles."""
    known = cues.words.get("titles", frozenset())
    titles: list[str] = []
    for place, (_, _, word) in enumerate(words):
        if not _titled(words, place, known) or (body and not word.endswith(".")) or not (len(words) - place > 1 or word.endswith(".")):
            break
        titles.append(word.lower().rstrip("."))
    words = words[len(titles) :]
    if body:
        return titles, words
    if len(words) in (3, 4) and cues.language != "en" and is_acronym(words[0][2]) and not any(is_acronym(w[2]) for w in words[1:]):
        words = words[1:]  # "глава МИД Анна Лунд", "la OTAN Anna Lund": the body that somebody heads, then the name
    ranks = [place for place in range(len(words) - 1) if _titled(words, place, known)]
    lower = next((k for k, word in enumerate(words) if word[2].islower()), len(words))
    if ranks and ranks[-1] < lower - 1:
        titles.extend(word[2].lower().rstrip(".") for word in words[: ranks[-1] + 1])
        words = words[ranks[-1] + 1 :]
    return titles, words


def _titled(words: Sequence[Word], place: int, known: Container[str]) -> bool:
    """Is the word there a title? "President", "presidents"; "Foreign" of "Foreign Minister", not that of "Foreign Relations"."""
    low = words[place][2].lower().rstrip(".")
    if low in _BRANCHES:
        return place + 1 < len(words) and words[place + 1][2].lower() in known
    return low in known or (len(low) > 4 and low.endswith("s") and low[:-1] in known)


def _without_cabinet(words: list[Word], titles: Sequence[str]) -> list[Word]:
    """ "Members of the House", "Secretary of State Joan Hartley": what a title is of, where one word tells it."""
    while len(words) > 1 and (words[0][2].islower() or (titles and words[0][2].lower() in _CABINET)):
        words = words[1:]
    return words


def _office(text: str, words: list[Word], titles: list[str], cues: Cues, *, nouns: bool) -> list[Name]:
    """What an office is of, then who holds it, where a person follows: "National Intelligence", "James Clapper"."""
    begin = next((k for k, (_, _, word) in enumerate(words[:-1]) if word.lower() in given_names()), None)
    if (
        begin is None
        and cues.language == "en"
        and len(words) > 3
        and not any(word.islower() for _, _, word in words)
        and not _is_body(words)
    ):
        begin = len(words) - 2
    if begin is None and len(words) == 1 and words[0][2].lower() in _CABINET:
        return []
    if begin is None and words[0][0] > 0 and text[: words[0][0]].rstrip().endswith(tuple(_CABINET | {c.capitalize() for c in _CABINET})):
        begin = 0  # "Secretary of State Kirstjen Hartley"
    if begin is None:
        return _named(text, words, [], cues, nouns=nouns)
    front, person = words[:begin], words[begin:]
    if place := _place_behind(person, titles):
        person = person[: place - 1]
    if len(front) == 1 and cues.language != "en" and plain(front[0][2]) not in tables()["names"]:
        front = []  # "ministro de Defensa Juan Vogt"
    return (_named(text, front, [], cues, nouns=nouns) if front else []) + _named(text, person, titles, cues, nouns=nouns)


def _place_behind(words: Sequence[Word], titles: Sequence[str]) -> int:
    """Where the place begins in "Mitch McConnell of Kentucky"; 0 where the words name no person of a place."""
    of = next((k for k, (_, _, word) in enumerate(words) if word == "of"), 0)
    if not of or of + 1 >= len(words) or words[of + 1][2].islower():
        return 0
    before = [word.lower() for _, _, word in words[:of]]
    person = bool(titles) or (len(before) > 1 and before[0] in given_names())
    return of + 1 if person and not any(word in tables()["bodies"] for word in before) else 0


def _person_begins(words: Sequence[Word], cues: Cues, *, titled: bool) -> int:
    """Where a person begins behind a body or an office: "Fox News Host Sean Hannity"; 0 where the run is one name.

    In front stand an office, an acronym, a country, or two words of no body's name.
    """
    given = given_names()
    if words[0][2].lower() in given or len(words[0][2].rstrip(".")) == 1:
        return 0
    role = max((k + 1 for k, (_, _, word) in enumerate(words[:-2]) if word in _ROLES), default=0)
    if role:
        return role
    if cues.language == "ru":  # "Венесуэлы Николаса Мадуро": a country in the genitive, then two names
        for place in (1, 2):
            if len(words) - place in (2, 3) and plain(" ".join(word for _, _, word in words[:place])) in tables()["names"]:
                return place
    place = next((k for k, (_, _, word) in enumerate(words[:-1]) if k and word.lower() in given), 0)
    behind = [word for _, _, word in words[place + 1 :]]
    known = tables()
    if not place or len(behind) > 3 or any(word.lower() in known["bodies"] or word.lower() in known["groups"] for word in behind):
        return 0
    front = [word for _, _, word in words[:place]]
    if _is_office(front[-1], cues) or is_acronym(front[-1]) or plain(" ".join(front)) in known["names"]:
        return place
    if cues.language == "ru":
        return place if place > 1 or not is_cyrillic(front[-1]) else 0  # given names are listed in the nominative
    plain_front = (
        cues.language in ("en", "es", "pt", "fr")
        and place > 1
        and not titled
        and not any(word.islower() or word.lower() in known["bodies"] or word.lower() in known["place_first"] for word in front)
    )
    return place if plain_front else 0


def _is_office(word: str, cues: Cues) -> bool:
    """ "Director", "CEO", "Reporter", "Editor-in-Chief": what somebody is."""
    first = word.lower().split("-")[0].rstrip(".")
    if word in _ROLES or first in cues.words.get("titles", ()) or first in cues.words.get("offices", ()):
        return True
    return cues.language == "en" and "-" in word and is_occupation(first)


def _named(text: str, words: Sequence[Word], titles: Sequence[str], cues: Cues, *, nouns: bool) -> list[Name]:
    """The words as a name, without what no name ends in; none where they are an office or nothing is left."""
    words = list(words)
    while words and (words[-1][2].lower() in cues.words.get("times", ()) or words[-1][2].islower()):
        words.pop()
    if not words or (nouns and len(words) == 1 and not titles):
        return []
    if len(words) == 1 and _HONORIFICS.isdisjoint(titles) and _bare(words[0][2]) in cues.words.get("titles", ()):
        return []  # "the President’s plan", "the Chief Justice"; "Mr. King" is one
    start, end = words[0][0], words[-1][1]
    name = text[start:end]
    bare = _POSSESSIVE.sub("", name) if name[-1] in "'’s" else name
    bare = bare if not bare.endswith(".") or _ENDS_DOTTED.search(bare) else bare[:-1]
    if len(bare.strip(".")) < 2:
        return []
    return [Name(start, start + len(bare), " ".join(bare.split()), tuple(titles))]


_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ые|ие|ых|их|ыми|ими)$")
_NEXT = re.compile(r" ([а-яё]+)")


def with_lower_head(text: str, name: Name) -> Name:
    """Russian writes "Исламское государство" with one capital: an adjective takes the noun of bodies that follows it."""
    follows = _NEXT.match(text, name.end)
    if not follows or not _ADJECTIVE.search(name.name) or plain(follows.group(1)) not in tables()["lower_heads"]:
        return name
    return Name(name.start, follows.end(), f"{name.name} {follows.group(1)}", name.titles)
