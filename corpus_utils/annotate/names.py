"""Capitalised names in running text, found without a model.

Conventions: a name run is a sequence of capitalised words, with the small words that names hold ("de", "von", "of the" only
between capitals of organisations). Titles and ranks in front ("Mr.", "President") are kept apart from the name.
A capitalised word that opens a sentence counts only when the text does not also write it small. Offsets are code points.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from corpus_utils.annotate.reporting import Cues, load_cues

_TEXTS = 1024  # remembered with their names: who is quoted and who is mentioned are asked of a part's texts one after the other
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽА-ЯЁЄІЇҐ"
_PART = rf"(?:(?:[{_UPPER}]\.){{1,3}}|(?:al-|el-|O['’]|d['’])?[{_UPPER}][^\W\d_]*(?:['’\-][^\W\d_]+)*)"
_SMALL = (
    r"(?:de|del|de la|de las|de los|da|do|dos|das|di|du|des|van|van der|van den|von|von der|zu|bin|ibn|al|el|la|le|ben|der|y|of|of the)"
)
# the set in front is that of all first characters: nearly every other place is passed over by it
_RUN = re.compile(rf"(?=[{_UPPER}ade])(?<![\w@#]){_PART}(?:[  ](?:{_SMALL}[  ])?{_PART})*")
_SOFT = frozenset(" \t\xa0“\"«„‘'(’")
_HARD = frozenset(".!?…:»”\n—–•*")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?|(?:[^\W\d_]\.)+")


class Name(NamedTuple):
    """A name: offsets of the words without title, the name itself, and the title words in front (lower case)."""

    start: int
    end: int
    name: str
    titles: tuple[str, ...]


@lru_cache(maxsize=_TEXTS)
def find_names(text: str, language: str = "en") -> tuple[Name, ...]:
    """Names of the text in reading order. Language decides which opening words and titles are set apart."""
    cues = load_cues(language)
    small = set(text.split())  # with punctuation at some, which costs little: most words also stand without
    nouns = language == "de"  # German writes every noun with a capital: single words need other evidence
    titles = cues.words.get("titles", frozenset())
    found: list[Name] = []
    known = _known(text) if nouns else frozenset()
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        if language == "fr" and run[1:2] in ("'", "’") and run[0] in "LDSNJCM":  # "L'Union": an article, not a name
            run, start = run[2:], start + 2
            if not run[:1].isupper():
                continue
        if " " not in run and "\xa0" not in run and "'" not in run and "’" not in run:
            low = run.lower()
            if (
                (nouns and run not in known)
                or low in cues.closed
                or low in titles
                or len(run) < 2
                or low in _NO_NAMES
                or (low in small and opens_sentence(text, start))
            ):
                continue
            found.append(Name(start, match.end(), run, ()))
            continue
        words: list[tuple[int, int, str]] = []
        opens = opens_sentence(text, start)
        for m in _WORD.finditer(text, start, match.end()):
            words.append((m.start(), m.end(), m.group()))
            if m.group().endswith(("'s", "’s")):
                found.extend(_split(text, words, opens, small, cues, nouns))
                words, opens = [], False
        found.extend(_split(text, words, opens, small, cues, nouns))
    return tuple(found)


def _known(text: str) -> frozenset[str]:
    """Single words that are names in German too: countries, and last words of names of several words."""
    from corpus_utils.annotate.actor_names import plain, tables

    runs = [match.group().split() for match in _RUN.finditer(text)]
    last = {words[-1] for words in runs if len(words) > 1}
    listed = tables()["names"].keys() | tables()["seats"].keys()
    return frozenset(last | {words[0] for words in runs if len(words) == 1 and plain(words[0]) in listed})


def opens_sentence(text: str, start: int) -> bool:
    """Does a sentence begin at `start`?"""
    at = start - 1
    while at >= 0 and text[at] in _SOFT:
        at -= 1
    return at < 0 or text[at] in _HARD


_CABINET = frozenset("state defense defence education energy labor commerce transportation interior agriculture finance justice".split())
_NO_NAMES = frozenset("there here yes no ok okay tv dvd cd pc pm am mr mrs ms covid".split())
_CONTRACTED = re.compile(
    r"(?:i['’](?:m|ve|ll|d)|(?:you|we|they|he|she|it|who|that|there|what|here|how|where|let)['’](?:s|re|ve|ll|d)|\w+n['’]t)$", re.I
)


def _contraction(word: str) -> bool:
    """ "I'm", "There's", "Don't": never (the beginning of) a name."""
    return _CONTRACTED.match(word) is not None


def _acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper() and word.isalpha()


def _split(text: str, words: list, opens: bool, small: set[str], cues: Cues, nouns: bool) -> list[Name]:
    """Names of one run: function words and titles in front are cut, possessive endings too."""
    # places move and words are taken off the end: a copy for each word would take minutes where a page is one run of capitals
    first = 0
    while first < len(words) and (
        words[first][2].lower() in cues.closed
        or _contraction(words[first][2])
        or (opens and len(words) - first == 1 and words[first][2].lower() in small)
    ):
        first, opens = first + 1, False
    words = words[first:]
    if opens and len(words) > 1 and words[0][2].lower() in small and words[0][2].lower().rstrip(".") not in cues.words.get("titles", ()):
        words = words[1:]
    while len(words) > 1 and words[-1][2].lower() in cues.words.get("offices", ()):
        words.pop()  # "the Venezuelan President"
    titles: list[str] = []
    for place, (_, _, word) in enumerate(words):
        if word.lower().rstrip(".") not in cues.words.get("titles", ()) or not (len(words) - place > 1 or word.endswith(".")):
            break
        titles.append(word.lower().rstrip("."))
    words = words[len(titles) :]
    if len(words) in (3, 4) and cues.language != "en" and _acronym(words[0][2]) and not any(map(_acronym, (w[2] for w in words[1:]))):
        words = words[1:]  # "глава МИД Анна Лунд", "la OTAN Anna Lund": the body that somebody heads, then the name
    ranks = [k for k, word in enumerate(words[:-1]) if word[2].lower().rstrip(".") in cues.words.get("titles", ())]
    if ranks and not any(word[2].islower() for word in words):
        titles.extend(word[2].lower().rstrip(".") for word in words[: ranks[-1] + 1])
        words = words[ranks[-1] + 1 :]
    while len(words) > 1 and (words[0][2] in ("of", "the") or (titles and words[0][2].lower() in _CABINET)):
        words = words[1:]  # "Members of the House", "Secretary of State Joan Hartley"
    while words and (words[-1][2].lower() in cues.words.get("times", ()) or words[-1][2].islower()):
        words.pop()
    if not words or (nouns and len(words) == 1 and not titles):
        return []
    start, end = words[0][0], words[-1][1]
    name = text[start:end]
    bare = re.sub(r"['’]s?$", "", name)
    end -= len(name) - len(bare)
    bare = bare if not bare.endswith(".") or re.search(r"(?:^|[\s.])(?:[^\W\d_]\.|Jr\.|Sr\.)$", bare) else bare[:-1]
    if len(bare.strip(".")) < 2:
        return []
    return [Name(start, start + len(bare), " ".join(bare.split()), tuple(titles))]
