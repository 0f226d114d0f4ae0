"""Which names of one text are actors: countries and their seats by the list, seats only where they act, no adjectives, no common nouns.

Conventions: offsets are code points into the text; a mention holds the name without title. "The Department" stands for the one
department that the text names, and for nobody where it names none or two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from corpus_utils.annotate.actor_names import given_names, plain, tables
from corpus_utils.annotate.name_parts import Name
from corpus_utils.annotate.names import opens_sentence
from corpus_utils.annotate.reporting_cues import Cues, load_cues

_SPECIAL = re.compile(
    r"(?=[EUБ])(?:\bEE\.\s?UU\.|\bEEUU\b|\bU\.S\.(?:A\.)?|\bU\.N\.|\bE\.U\.|\bU\.K\.|\bБел(?:ый|ого|ому|ым|ом) дом(?:а|у|ом|е)?\b)"
)

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


class _Story(NamedTuple):
    """A text and what its names tell of each other."""

    text: str
    cues: Cues
    surnames: set[str]  # last words of names of several
    people: set[str]  # of those that begin with a given name or stand behind a title
    inner: set[str]  # words that stand with a capital elsewhere than at the opening of a sentence
    heads: dict[str, set[str]]


def mentions_of(number: int, text: str, language: str, finder: Finder) -> list[Mention]:
    """Names of one text; countries and their seats are told by the list, seats only where they act."""
    known = tables()
    found: list[Mention] = []
    for match in sorted([*_SPECIAL.finditer(text), *known["mixed"].finditer(text)], key=lambda m: m.span()):
        name = plain(match.group())
        country = known["names"].get(name) or known["seats"].get(name)
        if country and not (found and match.start() < found[-1].end):
            found.append(Mention(number, match.start(), match.end(), match.group(), (), country, _listed(country)))
    taken = [(mention.start, mention.end) for mention in found]
    named = finder(text, language)
    story = _Story(
        text,
        load_cues(language),
        {name.name.split()[-1] for name in named if " " in name.name},
        {name.name.split()[-1] for name in named if name.titles or name.name.split()[0].lower() in given_names()},
        {word for name in named for word in name.name.split() if " " in name.name or not opens_sentence(text, name.start)},
        _heads(named),
    )
    for part in _parted(named, story.surnames):
        if not any(start < part.end and part.start < end for start, end in taken) and (told := _told(part, story)):
            found.append(Mention(number, part.start, part.end, *told))
    return sorted(found, key=lambda m: (m.start, m.end))


def _told(name: Name, story: _Story) -> tuple[str, tuple[str, ...], str, str] | None:
    """Name, titles, fixed actor and rule of a mention; None where the name is no actor."""
    known, cues, folded, low = tables(), story.cues, plain(name.name), name.name.lower()
    if not name.titles:
        country = known["by_language"].get(cues.language, {}).get(name.name)
        if not country and folded in known["names"] and not _other_acronym(name.name):
            country = known["names"][folded]
        if country:
            return name.name, (), country, _listed(country)
        if folded in known["seats"]:
            seat = known["seats"][folded]
            acts = _acts(story.text, name.start, name.end, cues)
            return (name.name, (), seat, f"seat of government for {seat}") if acts else None
        if low in known["alone_joins"] and len(story.heads.get(low, ())) == 1:
            return next(iter(story.heads[low])), (), "", ONLY_ONE
        if low in known["alone_nobody"] and name.name not in story.people:
            return None
    if _only_opens(name, story.inner) and (_common(folded, cues) or not _verb_follows(story.text, name.end, cues)):
        return None
    surname = name.name in story.surnames and low not in known["party_adjectives"]
    if not (name.titles or surname) and (_demonym(folded) or _adjective(story.text, name.end, name.name, cues)):
        return None
    return name.name, name.titles, "", ""


def _heads(named: Sequence[Name]) -> dict[str, set[str]]:
    """Noun of a body (lower case) -> the names of the text that are headed by it: "the Department" of the Justice Department."""
    heads: dict[str, set[str]] = {}
    for name in named:
        words = name.name.lower().split()
        for word in {words[0], words[-1]} if len(words) > 1 and not name.titles else ():
            heads.setdefault(word, set()).add(name.name)
    return heads


def _listed(actor: str) -> str:
    """The rule of a name that the list tells."""
    return "body named in several languages" if actor in tables()["bodies_named"] else "country name"


def _other_acronym(name: str) -> bool:
    """ "IRA" is not "Irã": three capitals that are a country's only without its marks; "Eu" and "Us" are not "EU" and "US"."""
    if not name.isupper() and name.upper() in tables()["acronyms"]:
        return True
    return len(name) == 3 and name.isascii() and name.isupper() and name not in tables()["acronyms"]


def _parted(named: Sequence[Name], surnames: set[str]) -> list[Name]:
    """ "In Norland Rivas said": a country that only stands before a surname the text knows is not part of the name."""
    parted: list[Name] = []
    for name in named:
        first, _, rest = name.name.partition(" ")
        if (
            rest
            and " " not in rest
            and rest in surnames
            and plain(first) in tables()["names"]
            and sum(n.name == name.name for n in named) < 2
        ):
            parted += [Name(name.start, name.start + len(first), first, ()), Name(name.end - len(rest), name.end, rest, ())]
        else:
            parted.append(name)
    return parted


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


def _only_opens(name: Name, inner: set[str]) -> bool:
    """A single word whose only reason for a capital is that a sentence begins; `inner`: words seen with one elsewhere."""
    return not (name.titles or name.name in inner or " " in name.name or name.name.isupper())


def _common(folded: str, cues: Cues) -> bool:
    """ "Critics", "Police": a word that opens a sentence and is none of a name, a plural or a person, body or title by its noun."""
    if any(cues.has(group, folded) for group in ("persons", "bodies", "titles", "documents", "offices")):
        return True
    return cues.language == "en" and folded.endswith("s") and not folded.endswith("ss")


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
    words = re.findall(r"[^\W\d_]+", text[end : end + 30])
    return bool(words) and _verbal(words[0], cues)


def _verbal(word: str, cues: Cues) -> bool:
    low = word.lower()
    if not word[0].islower() or low in cues.words.get("prepositions", ()):
        return False
    if low in cues.verbs or low in cues.words.get("auxiliaries", ()):
        return True
    return low.endswith(_FINITE.get(cues.language, ())) or low in ("has", "will", "wants", "made", "sent")


def _adjective(text: str, end: int, name: str, cues: Cues) -> bool:
    """A single word such as "Russian" or "Republican" before a noun is no actor."""
    if " " in name:
        return name.split()[-1].lower() in tables()["party_adjectives"] and text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
    if cues.language not in ("en", "pt", "es", "fr"):
        return False
    if name.lower() in tables()["party_adjectives"]:
        return name.lower() == "democratic" or (text[end : end + 1] == " " and text[end + 1 : end + 2].isalpha())
    if not name.lower().endswith(("ian", "ean", "ese", "ish", "can", "kan", "ani", "qi", "eli", "ional")):
        return False
    behind = text[end : end + 2]
    return (behind[:1] == " " and behind[1:].islower()) or behind[:1] in "-"
