"""What a corpus says of its names before any are merged: who could lend a surname, and which surnames a corpus treats as ones.

A word is a surname by how the stories use it: in enough of those that hold it a full name bears it, or a title stands in front
("Mr. Keller"). "Twitter" behind one "Harbour Twitter" is none.

Conventions
    A name of several words is a full name. `Standing` counts stories, not mentions, and is small however large the corpus is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from corpus_utils.annotate.actor_names import name_key, parts, plain, tables

if TYPE_CHECKING:
    import pandas as pd

TITLED = "named so, with a title"  # rule of a surname that stands alone behind a title
ABBREVIATION = "abbreviation"  # rule of one whose words the story holds
SEVERAL = "surname of several in the story"  # rule of a surname that more than one person of the story bears
LEAST_BORNE = 0.25  # of the stories with a word: below it the word is no surname
IN_FRONT = 3  # times as many stories as write a word in front of a full name ("Attacking Ivo Keller") name it without: no part of it
BRIEF = 3  # times as many articles with the abbreviation as with the name written out: the body is listed under it
DOMINANT = 0.9  # of the stories that name a bearer of a surname in full: whom a surname alone stands for elsewhere
_ACRONYM = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?|[^\W\d_]{2,}")
_GENERATION = re.compile(r"(?:jr|sr|i{2,3}|iv)$")
_NAMESAKES = ("jr", "sr")


class Standing(NamedTuple):
    """Stories by full name; by key of a word, those that hold it and those of them in which a person bears it; names kept apart;
    by abbreviation the full names that stories write beside it, with their number."""

    full: Mapping[str, int]
    held: Mapping[str, int]
    borne: Mapping[str, int]
    apart: frozenset[str]
    spelled: Mapping[str, Mapping[str, int]]

    def surname(self, word: str) -> bool:
        """Do the stories use the word as a name of people? One never seen may be."""
        key = name_key(word)
        return self.borne.get(key, 0) >= LEAST_BORNE * self.held.get(key, 0)

    def line(self, name: str) -> str:
        """ "jr" of a Jr. whom the corpus tells apart from the namesake; else ""."""
        return generation(name) if name in self.apart else ""


def acronym(word: str) -> bool:
    """ "FBI", "F.B.I.": capitals only."""
    return word.isupper() and _ACRONYM.fullmatch(word) is not None


@lru_cache(maxsize=1 << 16)
def is_body(name: str) -> bool:
    """Is this a body (union, ministry ...) rather than a person?"""
    words = [word.casefold() for word in name.split()]
    return not tables()["bodies"].isdisjoint(words) or "of" in words[1:-1]


@lru_cache(maxsize=1 << 16)
def is_person(name: str) -> bool:
    """May a full name be a person's? Not that of a body or a place ("New York"), nor one that ends in a party, a title or an acronym."""
    words = name.split()
    if is_body(name) or plain(words[0]) in tables()["place_first"] or plain(parts(name)[-1]) in tables()["groups"]:
        return False
    return name.isupper() or not acronym(parts(name)[-1])


@lru_cache(maxsize=1 << 16)
def generation(name: str) -> str:
    """ "jr", "sr", "ii", "iii" or "iv" at the end of a name, else ""."""
    *words, last = name.split()
    found = _GENERATION.match(last.rstrip(".").casefold())
    return found.group() if found and words else ""


def standing(mentions: Sequence[tuple[int, str, tuple[str, ...]]]) -> Standing:
    """Of mentions (article number, name, titles)."""
    stories: dict[str, set[int]] = defaultdict(set)
    titled: dict[str, set[int]] = defaultdict(set)
    for article, name, titles in mentions:
        stories[name].add(article)
        if titles:
            titled[name].add(article)
    full: dict[str, set[int]] = {}
    alone: dict[str, set[int]] = defaultdict(set)
    borne: dict[str, set[int]] = defaultdict(set)
    for name, articles in stories.items():
        words = parts(name)
        if len(words) > 1:
            full[name] = articles
            for word in words if is_person(name) else ():
                borne[name_key(word)] |= articles
        else:
            alone[name_key(words[0])] |= articles
            if name in titled:
                borne[name_key(words[0])] |= titled[name]
    held = {key: len(articles) for key, articles in borne.items()}
    held |= {key: len(articles | borne[key]) if key in borne else len(articles) for key, articles in alone.items()}
    apart = told_apart((article, name) for name, articles in stories.items() for article in articles)
    counted = ({key: len(articles) for key, articles in kept.items()} for kept in (full, borne))
    whole, bearing = counted
    return Standing(whole, held, bearing, apart, _spelled_out(stories, full))


def initials(name: str) -> str:
    """ "WHU" of "World Harbour Union": the capitals that its words begin with."""
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _spelled_out(stories: Mapping[str, set[int]], full: Mapping[str, set[int]]) -> dict[str, dict[str, int]]:
    """Abbreviation of three letters or more -> full names with these initials in the same stories -> number of these stories."""
    short = {name: articles for name, articles in stories.items() if len(name) > 2 and name.isupper() and name.isalpha()}
    spelled: dict[str, dict[str, int]] = defaultdict(dict)
    for name, articles in sorted(full.items()) if short else ():
        if both := articles & short.get(first := initials(name), set()):
            spelled[first][name] = len(both)
    return spelled


def standing_from(
    full: Mapping[str, int], held: Mapping[str, int], borne: Mapping[str, int], spelt: pd.DataFrame, short: pd.DataFrame
) -> Standing:
    """Of counts of stories by full name and by key of a word (see `bearing`), and of the tables `spelt` and `short` (see `actor_parts`)."""
    alike = spelt[spelt["text"].isin(_alike(spelt["text"].unique().tolist()))]
    lines = told_apart(zip(alike["article_id"], alike["text"]))
    apart = lines | set(spelt.loc[spelt["text"].isin(lines), "actor"])
    spelled: dict[str, dict[str, int]] = defaultdict(dict)
    for text, actor, count in short.itertuples(index=False):
        spelled[text][actor] = spelled[text].get(actor, 0) + int(count)
    return Standing(full, held, borne, frozenset(apart), {text: dict(sorted(names.items())) for text, names in spelled.items()})


@lru_cache(maxsize=1 << 16)
def person_keys(name: str) -> tuple[str, ...]:
    """Keys of the words of a full name that may be a person's; none of a body's."""
    return tuple(map(name_key, parts(name))) if is_person(name) else ()


def bearing(full: Mapping[str, int], *single: Mapping[str, int]) -> list[dict[str, int]]:
    """Counts of stories by the key of a word: those of single words, and of people's full names with it; spellings are added up.

    One dict for each count of single words.
    """
    people: dict[str, int] = defaultdict(int)
    for name, count in full.items():
        for key in person_keys(name):
            people[key] += count
    found = []
    for counts in single:
        summed: dict[str, int] = defaultdict(int)
        for word, count in counts.items():
            summed[name_key(parts(word)[0])] += count
        for key, count in people.items():
            summed[key] += count
        found.append(summed)
    return found


def known_briefly(short: Iterable[tuple[str, str, int]], full: Mapping[str, int]) -> dict[str, str]:
    """Body -> the abbreviation it is listed under: that of three times as many articles as write the name out ("GOP").

    `short`: (abbreviation, body, articles); `full`: articles by name written out.
    """
    found: dict[str, tuple[int, str]] = {}
    for text, body, articles in sorted(short):
        if articles >= BRIEF * max(full.get(body, 0), 1) and articles > found.get(body, (0, ""))[0]:
            found[body] = (articles, text)
    return {body: text for body, (_, text) in found.items()}


def told_apart(named: Iterable[tuple[object, str]]) -> frozenset[str]:
    """Names with "Jr.", "Sr." or a number whose bearer is another than the namesake; `named`: (article, name).

    So it is where the surname stands with the addition alone ("Keller Jr.", "Keller III"), or a story names both, which with a number
    proves nothing: stories call "Ivo Keller III" "Ivo Keller", too. "Ivo Keller Jr." whom other stories call "Ivo Keller" is one person.
    """
    told = list(named)
    alike = _alike({name for _, name in told})
    with_line: dict[tuple[str, str, str], set[object]] = defaultdict(set)
    without: dict[tuple[str, str], set[object]] = defaultdict(set)
    names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    alone: set[tuple[str, str]] = set()
    for article, name in told:
        if name not in alike:
            continue
        words, line = parts(name), generation(name)
        last = name_key(words[-1])
        if line and len(words) == 1:
            alone.add((last, line))
        elif line:
            with_line[name_key(words[0]), last, line].add(article)
            names[name_key(words[0]), last, line].add(name)
        elif len(words) > 1:
            without[name_key(words[0]), last].add(article)
    apart = {
        key for key, articles in with_line.items() if key[1:] in alone or (key[2] in _NAMESAKES and articles & without.get(key[:2], set()))
    }
    return frozenset(name for key in apart for name in names[key])


def _alike(names: Collection[str]) -> set[str]:
    """Those of the names with the last word of one that has a "Jr.", "Sr." or a number."""
    lasts = {name_key(parts(name)[-1]) for name in names if generation(name)}
    return {name for name in names if name_key(parts(name)[-1]) in lasts} if lasts else set()
