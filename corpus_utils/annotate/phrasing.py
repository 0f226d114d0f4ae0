"""Wordings that judge or reserve: loaded and hedged language, and which of several competing names is chosen.

The lists are the project's own, one YAML file a language in `cues/phrasing`; every entry states its reason and its source. A cue is
a wording, not a reading: what it does is seen in its sentence, so every hit keeps its place.

Conventions
    Offsets are code points into the unit's own text. Matching ignores case (but where an entry says `small`) and outer punctuation.
    Of cues that begin at one word the longest counts. Loaded and hedged wordings inside a name ("the Patriot Act"), and those that an
    outlet's own words set in quotation marks, are nobody's choice of words there and no hits.
    A language without a list is not supported: no rows, not zero hits.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate.names import opens_sentence
from corpus_utils.annotate.word_types import batch

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "cues" / "phrasing"
LISTS = ("loaded", "hedged", "names")
_OUTER = re.compile(r"^[^\w*]+|[^\w*]+$")
_ELIDED = re.compile(r"^(?:l|d|s|n|j|c|m|t|qu|dell|all|un)['’](?=\w{2})")
_POSSESSIVE = re.compile(r"['’]s?$")
_MARKED = re.compile(r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)|(?<!\w)‘[^’]{0,300}’(?!\w)|(?<!\w)\"[^\"]+\"(?!\w)")
OWN = frozenset({"journalist", "headline", "caption"})  # voices whose quotation marks set a word apart


class Cue(NamedTuple):
    """One wording: its list and kind, the words after the first ("*" at the end: any ending), whether it must be written small."""

    listed: str
    kind: str
    name: str
    rest: tuple[str, ...]
    small: bool


class Phrasing(NamedTuple):
    """The cues of a language by first word; `open_` holds those whose first word may have any ending, `lengths` how long they are."""

    exact: dict[str, tuple[Cue, ...]]
    open_: dict[str, tuple[Cue, ...]]
    lengths: tuple[int, ...]
    longest: int  # words of the longest cue
    known: dict[str, tuple[Cue, ...]]  # words looked up before: a corpus repeats them

    def of(self, word: str) -> tuple[Cue, ...]:
        """Cues that may begin with this word (as `bare` gives it), longest first."""
        if word not in self.known:
            found = list(self.exact.get(word, ()))
            for length in self.lengths:
                if length <= len(word):
                    found += self.open_.get(word[:length], ())
            self.known[word] = tuple(sorted(found, key=lambda cue: -len(cue.rest)))
        return self.known[word]


@lru_cache(maxsize=100_000)
def bare(token: str) -> str:
    """A token as it is looked up: lower case, without outer punctuation, elided article and possessive."""
    word = _OUTER.sub("", token).lower()
    return _POSSESSIVE.sub("", _ELIDED.sub("", word).replace("’", "'"))


def supported() -> frozenset[str]:
    """Languages that have a list."""
    return frozenset(path.stem for path in FOLDER.glob("*.yaml"))


@lru_cache(maxsize=16)
def load_phrasing(language: str) -> Phrasing | None:
    """The cues of a language (ISO 639-1); None where the project has no list. Raises ValueError for an entry that lacks its reason."""
    if language not in supported():
        return None
    exact: dict[str, list[Cue]] = {}
    open_: dict[str, list[Cue]] = {}
    for forms, cue in _entries(language):
        for form in forms:
            first, *rest = form.split("_")
            place, key = (open_, first[:-1]) if first.endswith("*") else (exact, first)
            place.setdefault(key.lower(), []).append(cue._replace(rest=tuple(word.lower() for word in rest)))
    words, stems = ({key: tuple(cues) for key, cues in sorted(place.items())} for place in (exact, open_))
    longest = 1 + max(len(cue.rest) for cues in (*words.values(), *stems.values()) for cue in cues)
    return Phrasing(words, stems, tuple(sorted({len(stem) for stem in stems})), longest, {})


def _entries(language: str) -> Iterator[tuple[list[str], Cue]]:
    data = read_list(language)
    for listed in LISTS:
        for entry in data[listed]:
            if not entry.get("why") or entry.get("source") not in data["sources"]:
                raise ValueError(f"{language}.yaml: an entry of `{listed}` lacks its reason or a listed source: {entry}")
            if listed == "names":
                for name, forms in entry["names"].items():
                    yield forms.split(), Cue(listed, entry["of"], name, (), small=False)
            else:
                forms = entry["cues"].split()
                for form in forms:
                    yield [form], Cue(listed, entry["kind"], form.replace("_", " "), (), small=bool(entry.get("small")))


def read_list(language: str) -> dict:
    """A list as it stands in its file: sources, loaded, hedged, names."""
    import yaml

    return yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def _flags(language: str) -> Callable[[list[str]], list[np.ndarray]]:
    """For `WordTypes.columns`: is a token of this type a cue by itself, may it begin a longer one, may it be the second word of one?"""
    listed = load_phrasing(language)
    assert listed is not None
    seconds = {cue.rest[0] for cues in (*listed.exact.values(), *listed.open_.values()) for cue in cues if cue.rest}
    stems = tuple(word[:-1] for word in seconds if word.endswith("*"))

    def features(tokens: list[str]) -> list[np.ndarray]:
        words = list(map(bare, tokens))
        found = [listed.of(word) if word else () for word in words]
        alone = (any(not cue.rest for cue in cues) for cues in found)
        begins = (any(cue.rest for cue in cues) for cues in found)
        second = (word in seconds or word.startswith(stems) if word else False for word in words)
        return [np.fromiter(column, dtype=bool, count=len(words)) for column in (alone, begins, second)]

    return features


def find_phrasings(units: pd.DataFrame) -> pd.DataFrame:
    """The table `phrasings` of `units` (id, article_id, text, language; `voice` where known): one row a hit, in the order of the units."""
    import pandas as pd

    from corpus_utils import schema

    languages = units["language"].to_numpy(dtype="str")
    rows: list[tuple[int, int, int, Cue]] = []
    whole = units["text"].tolist()
    own = units["voice"].isin(OWN).tolist() if "voice" in units else [False] * len(whole)
    for language in sorted(set(languages.tolist()) & supported()):
        hits = _hits(whole, np.flatnonzero(languages == language), language)
        rows += [hit for hit in hits if not _another_s(whole[hit[0]], hit[1:], language, own=own[hit[0]])]
    rows.sort(key=lambda row: (row[0], row[1], row[2], row[3][:3]))
    at = np.array([row[0] for row in rows], dtype=np.int64)
    ids, articles, texts = (units[name].to_numpy(dtype="object") for name in ("id", "article_id", "text"))
    data = {
        "unit": ids[at],
        "article_id": articles[at],
        "start": np.array([row[1] for row in rows], dtype=np.int64),
        "end": np.array([row[2] for row in rows], dtype=np.int64),
        "list": [row[3].listed for row in rows],
        "kind": [row[3].kind for row in rows],
        "cue": [row[3].name for row in rows],
        "text": [texts[number][start:end] for number, start, end, _ in rows],
    }
    kinds = {name: "int64" if name in ("start", "end") else "str" for name in data}
    return schema.validate("phrasings", pd.DataFrame(data).astype(kinds))


def _another_s(text: str, hit: tuple[int, int, Cue], language: str, *, own: bool) -> bool:
    """Is a loaded or hedged wording part of a name, or set in quotation marks by an outlet's `own` words?"""
    start, end, cue = hit
    if cue.listed == "names":
        return False
    if own:
        starts, ends = _marked(text)
        place = bisect_left(starts, end) - 1  # the last stretch that begins before the wording ends
        if place >= 0 and ends[place] > start:
            return True
    if language == "de" or not text[start].isupper() or opens_sentence(text, start):
        return False  # German writes every noun with a capital
    return not _title_case(text)


@lru_cache(maxsize=16)
def _marked(text: str) -> tuple[list[int], list[int]]:
    """Where the stretches in quotation marks begin and end: found once a text, however many wordings it has."""
    spans = [marked.span() for marked in _MARKED.finditer(text)]
    return [start for start, _ in spans], [end for _, end in spans]


@lru_cache(maxsize=16)
def _title_case(text: str) -> bool:
    """Have most words a capital, as in a title?"""
    long = [word[0].isupper() for word in text.split()[1:] if len(word) > 3 and word[0].isalpha()]
    return sum(long) > 0.7 * len(long)


def _hits(texts: list[str], numbers: np.ndarray, language: str) -> list[tuple[int, int, int, Cue]]:
    """(number of the text, start, end, cue) of every hit in the texts with these numbers."""
    listed = load_phrasing(language)
    assert listed is not None
    words = batch([texts[number] for number in numbers.tolist()])
    alone, first, second = (column[words.ids] for column in words.types.columns(_flags(language)))
    begins = np.flatnonzero(alone | (first & np.append(second[1:], False)))
    kinds, longest, stops = words.types.tokens(), listed.longest, (words.starts + words.lengths).tolist()
    found: list[tuple[int, int, int, Cue]] = []
    current, free = -1, dict[str, int]()
    for place, owner in zip(begins.tolist(), words.text_of(begins).tolist(), strict=True):
        if owner != current:
            current, free = owner, {}
        tokens = [kinds[kind] for kind in words.ids[place : min(place + longest, stops[owner])].tolist()]
        for cue in _whole(listed, tokens):
            group = "names" if cue.listed == "names" else ""
            if place >= free.get(group, 0):
                last = len(cue.rest)
                number, start, end = int(numbers[owner]), int(words.offsets[place]), int(words.offsets[place + last]) + len(tokens[last])
                found.append((number, *_inked(texts[number], start, end), cue))
                free[group] = place + last + 1
    return found


def _whole(listed: Phrasing, tokens: list[str]) -> Iterator[Cue]:
    """Cues that the tokens begin with: at most one of the loaded or hedged ones and one name, the longest."""
    for cue in listed.of(bare(tokens[0])):
        following = list(map(bare, tokens[1 : 1 + len(cue.rest)]))
        if len(following) < len(cue.rest) or (cue.small and not _OUTER.sub("", tokens[0])[:1].islower()):
            continue
        if all(got.startswith(want[:-1]) if want.endswith("*") else got == want for got, want in zip(following, cue.rest, strict=True)):
            yield cue


def _inked(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the punctuation around it."""
    piece = text[start:end]
    return start + len(piece) - len(re.sub(r"^[^\w]+", "", piece)), end - len(piece) + len(re.sub(r"[^\w]+$", "", piece))
