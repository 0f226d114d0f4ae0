"""What a name says by itself, whatever the text: a country, its seat of government, a word made from its name, nothing of the kind."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from corpus_utils.annotate.actor_names import given_names, plain, tables
from corpus_utils.annotate.reporting_cues import load_cues

_DEMONYM = ("n", "ns", "se", "sh", "no", "na", "nos", "nas")  # endings of words made from the names of countries
_ADJECTIVES = ("ian", "ean", "ese", "ish", "can", "kan", "ani", "qi", "eli", "ional")
_SIDES = frozenset("north south east west northern southern eastern western central latin".split())
_CONTINENTAL = frozenset("american african asian european".split())


class Known(NamedTuple):
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


@lru_cache(maxsize=1 << 15)
def read_name(name: str, language: str) -> Known:
    """What a name says in a text of that language."""
    listed, folded = tables(), plain(name)
    country = listed["by_language"].get(language, {}).get(name, "")
    if not country and folded in listed["names"] and not _other_acronym(name):
        country = listed["names"][folded]
    words, low, (first, _, rest) = tuple(name.split()), name.lower(), name.partition(" ")
    lone, seat = " " not in name and not name.isupper(), listed["seats"].get(folded, "")
    joins, nobody, demonym = low in listed["alone_joins"], low in listed["alone_nobody"], _demonym(folded)
    adjective, in_front = _adjectival(name, language), rest != "" and " " not in rest and plain(first) in listed["names"]
    plainly = not (country or seat or joins or nobody or demonym or adjective or in_front)
    return Known(
        words,
        words[0].lower() in given_names(),
        country,
        seat,
        tuple({first.lower(), low.split()[-1]} & listed["alone_joins"]) if rest else (),
        joins,
        nobody,
        lone,
        lone and _common(folded, language),
        low in listed["party_adjectives"],
        demonym,
        adjective,
        in_front,
        always=plainly and not lone,
        inside=plainly and lone,
    )


def _other_acronym(name: str) -> bool:
    """ "IRA" is not "Irã": three capitals that are a country's only without its marks; "Eu" and "Us" are not "EU" and "US"."""
    if not name.isupper() and name.upper() in tables()["acronyms"]:
        return True
    return len(name) == 3 and name.isascii() and name.isupper() and name not in tables()["acronyms"]


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


def _adjectival(name: str, language: str) -> bool:
    """May a name such as "Russian" or "Republican" be an adjective, by its words?"""
    if " " in name:
        return name.split()[-1].lower() in tables()["party_adjectives"]
    low = name.lower()
    return language in ("en", "pt", "es", "fr") and (low in tables()["party_adjectives"] or low.endswith(_ADJECTIVES))
