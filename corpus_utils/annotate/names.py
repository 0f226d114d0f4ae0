"""Capitalised names in running text, found without a model.

Conventions: a name run is a sequence of capitalised words, with the small words that names hold ("de", "von", "of the" only
between capitals of organisations). Titles and ranks in front ("Mr.", "President") are kept apart from the name.
A capitalised word that opens a sentence counts only when the text does not also write it small. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from corpus_utils.annotate.name_parts import Name, special_words, split_run, with_lower_head
from corpus_utils.annotate.reporting_cues import load_cues

_TEXTS = 1024  # remembered with their names: who is quoted and who is mentioned are asked of a part's texts one after the other
_RUNS = 1 << 16  # runs of capitalised words remembered with what they say
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽА-ЯЁЄІЇҐ"
_DOTTED = "Mr|Mrs|Ms|Messrs|Dr|Dra|Sra|Sens?|Reps?|Govs?|Gen|Lt|Col|Capt|Sgt|Cmdr|Maj|Adm|Prof|Rev|Hon|Pres|Mme|Mlle"
_LETTERS = r"[^\W\d_]*(?:['’\-][^\W\d_]+)*"
_PART = rf"(?:(?:[{_UPPER}]\.){{1,3}}|(?:{_DOTTED})\.(?=[ \xa0][{_UPPER}])|(?:al-|el-|O['’]|d['’])?[{_UPPER}]{_LETTERS})"
_SMALL = (
    r"(?:de|del|de la|de las|de los|da|do|dos|das|di|du|des|van|van der|van den|von|von der|zu|bin|ibn|al|el|la|le|ben|der|y|of|of the)"
)
# The first capital is taken before anything is asked of it: all other places are passed over by one set, and what may stand in front of
# it ("al-") is looked for behind
_SHORTENED = "|".join(rf"(?<={word[0]}){word[1:]}" for word in _DOTTED.split("|"))
_BARE = r"(?<!(?<![\w@#])[ae]l-.)(?<!(?<![\w@#])d['’].)"
_FIRST = (
    rf"[{_UPPER}](?<![\w@#].)(?:(?=\.){_BARE}\.(?:[{_UPPER}]\.){{0,2}}"
    rf"|(?=[a-z]{{1,5}}\.[ \xa0][{_UPPER}]){_BARE}(?:{_SHORTENED})\.|{_LETTERS})"
)
_RUN = re.compile(rf"{_FIRST}(?:[ \xa0](?:{_SMALL}[ \xa0])?{_PART})*", re.DOTALL)
_BEFORE = re.compile(r"(?<![\w@#])(?:al-|el-|d['’])\Z")
_SOFT = frozenset(" \t\xa0“\"«„‘'(’")
_HARD = frozenset(".!?…:»”\n—–•*")
_NO_NAMES = frozenset("there here yes no ok okay tv dvd cd pc pm am mr mrs ms covid".split())
_PURPOSE = (" for ", " on ", " for the ", " on the ")
_GAP = max(map(len, _PURPOSE))
_NUMERAL = re.compile(r"[IVX]+$")
_DATE = re.compile(r"[^\W\d_]{2,5}\. \d")  # "Sept. 11", "No. 2": no name
_PARTY = re.compile(rf"(?:[ (]\(|, )[{_UPPER}]-")  # "(R-Ky.", ", D-Calif.": party and state of a member of parliament
# "*NUMBER*", "<URL>": what stands for something that was taken out
_PLACEHOLDER = re.compile(r"[*<\[{](?:NUMBER|NUM|URL|LINK|E?MAIL|PHONE|USER(?:NAME)?|DATE|TIME|NAME|PERSON|ORG|LOC(?:ATION)?)[*>\]}]")
_TWO = re.compile(rf"([{_UPPER}][^\W\d_]+\.?)[ \xa0]([{_UPPER}][^\W\d_]+)")
_SEVERAL = re.compile(r"[ \xa0'’]")  # in a run of several words, or of one that needs a closer look
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*\.?|(?:[^\W\d_]\.)+")


class _Run(NamedTuple):
    """What a run of capitalised words says wherever it stands; offsets in the run."""

    names: tuple[Name, ...]  # where no sentence opens with it
    words: tuple[str, ...]  # in lower case: where the text writes none of them small, a sentence that opens with it changes nothing
    single: bool
    marked: bool  # may be part of a date, a placeholder or a party by what stands around it


@lru_cache(maxsize=_TEXTS)
def find_names(text: str, language: str = "en") -> tuple[Name, ...]:
    """Names of the text in reading order. Language decides which opening words and titles are set apart."""
    small = frozenset(text.split())  # with punctuation at some, which costs little: most words also stand without
    # German writes every noun with a capital: single words need other evidence
    known = _known(text) if language == "de" else None
    found: list[Name] = []
    new, append = tuple.__new__, found.append
    for start, run in _runs(text):
        if language == "fr" and run[1:2] in ("'", "’") and run[0] in "LDSNJCM":  # "L'Union": an article, not a name
            run, start = run[2:], start + 2
            if not run[:1].isupper():
                continue
        told = _read_run(run, language)
        names = told.names
        if told.single and ((known is not None and run not in known) or (told.marked and _no_name(text, start, run))):
            continue
        if (language == "ru" or not small.isdisjoint(told.words)) and opens_sentence(text, start):
            names = _opening_names(run, language, small.intersection(told.words))
        for first, last, name, titles in names:
            append(new(Name, (start + first, start + last, name, titles)))
    if language == "ru":
        return tuple(with_lower_head(text, name) for name in found)
    return tuple(_with_purpose(text, found) if language == "en" else found)


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Start and words of every run of capitalised words."""
    for match in _RUN.finditer(text):
        start = match.start()
        if start > 1 and text[start - 1] in "-'’" and (before := _BEFORE.search(text, max(0, start - 3), start)):
            yield before.start(), before.group() + match.group()
        else:
            yield start, match.group()


@lru_cache(maxsize=_RUNS)
def _read_run(run: str, language: str) -> _Run:
    """What the run says wherever it stands; the runs of a corpus are much the same from text to text."""
    single = not _SEVERAL.search(run)
    words = (run.lower(),) if single else tuple([word.lower() for word in (_WORD.findall(run) if "." in run else run.split())])
    marked = single and (len(run) < 7 or run.isupper() or run[1:2] == "-")
    return _Run(_names_of_run(run, language), words, single, marked)


@lru_cache(maxsize=_RUNS)
def _opening_names(run: str, language: str, small: frozenset[str]) -> tuple[Name, ...]:
    """Names of a run that opens a sentence; `small`: its words that the text also writes small."""
    return _names_of_run(run, language, opens=True, small=small)


def _names_of_run(run: str, language: str, *, opens: bool = False, small: frozenset[str] = frozenset()) -> tuple[Name, ...]:
    """Names of a run, offsets in it; `opens` and `small` as in `split_run`."""
    cues = load_cues(language)
    titles, special = cues.words.get("titles", frozenset()), special_words(language)
    if not _SEVERAL.search(run):
        low = run.lower()
        none = low in cues.closed or low in titles or len(run.rstrip(".")) < 2 or low in _NO_NAMES or _NUMERAL.match(run)
        return () if none or (opens and low in small) else (Name(0, len(run), run, ()),)
    if two := _TWO.fullmatch(run):  # most runs: "Ann Lee" and "Mr. Lee" need no further look
        first, last = two.groups()
        dotted, low, other = first.endswith("."), first.lower().rstrip("."), last.lower()
        if other not in special and other != "i" and dotted == (low in titles) and (dotted or low not in special):
            if dotted:
                return (Name(len(run) - len(last), len(run), last, (low,)),)
            if not (opens and (low in small or language == "ru")):
                return (Name(0, len(run), f"{first} {last}", ()),)
    found: list[Name] = []
    words: list[tuple[int, int, str]] = []
    nouns = language == "de"
    for match in _WORD.finditer(run):
        word = match.group()
        words.append((match.start(), match.end(), word))
        if word.endswith(("'s", "’s")):
            found.extend(split_run(run, words, cues, opens=opens, small=small, nouns=nouns))
            words, opens = [], False
    found.extend(split_run(run, words, cues, opens=opens, small=small, nouns=nouns))
    return tuple(found)


def _no_name(text: str, start: int, run: str) -> bool:
    """ "Sept" of "Sept. 11", "NUMBER" of "*NUMBER*", "R-Ky" of "(R-Ky.)": capitals that what stands around them explains."""
    if _DATE.match(text, start) or (run.isupper() and _PLACEHOLDER.match(text, start - 1)):
        return True
    return run[1:2] == "-" and _PARTY.match(text, start - 2) is not None


def _with_purpose(text: str, found: list[Name]) -> list[Name]:
    """ "Council on Foreign Relations", "Center for Harbour Safety": a body's noun and what it is for are one name."""
    from corpus_utils.annotate.actor_names import tables

    heads, joined = tables()["alone_joins"], list[Name]()
    for name in found:
        last = joined[-1] if joined else None
        if (
            last
            and name.start - last.end <= _GAP
            and text[last.end : name.start] in _PURPOSE
            and last.name.rpartition(" ")[2].lower() in heads
            and not name.titles
        ):
            joined[-1] = Name(last.start, name.end, " ".join(text[last.start : name.end].split()), last.titles)
        else:
            joined.append(name)
    return joined


def _known(text: str) -> frozenset[str]:
    """Single words that are names in German too: countries, and last words of names of several words."""
    from corpus_utils.annotate.actor_names import plain, tables

    runs = [run.split() for _, run in _runs(text)]
    last = {words[-1] for words in runs if len(words) > 1}
    listed = tables()["names"].keys() | tables()["seats"].keys()
    return frozenset(last | {words[0] for words in runs if len(words) == 1 and plain(words[0]) in listed})


def opens_sentence(text: str, start: int) -> bool:
    """Does a sentence begin at `start`?"""
    at = start - 1
    while at >= 0 and text[at] in _SOFT:
        at -= 1
    return at < 0 or text[at] in _HARD
