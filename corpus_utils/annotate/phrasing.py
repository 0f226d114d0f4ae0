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
from collections.abc import Callable, Iterable, Iterator
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
_FRONT, _BACK = re.compile(r"^[^\w]+"), re.compile(r"[^\w]+$")
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

    codes, languages = pd.factorize(units["language"])
    rows: list[tuple[int, int, int, Cue]] = []
    texts = units["text"].tolist()
    own = units["voice"].isin(OWN).tolist() if "voice" in units else [False] * len(texts)
    for language in sorted(set(languages) & supported()):
        hits = _hits(texts, np.flatnonzero(codes == languages.get_loc(language)), language)
        rows += [hit for hit in hits if not _another_s(texts[hit[0]], hit[1:], language, own=own[hit[0]])]
    rows.sort(key=lambda row: (row[0], row[1], row[2], row[3][:3]))
    numbers, starts, ends, cues = zip(*rows) if rows else ((),) * 4
    at = np.array(numbers, dtype=np.int64)
    listed, kinds, names, _, _ = zip(*cues) if rows else ((),) * 5
    data = {
        "unit": units["id"].array.take(at),
        "article_id": units["article_id"].array.take(at),
        "start": np.array(starts, dtype=np.int64),
        "end": np.array(ends, dtype=np.int64),
        "list": listed,
        "kind": kinds,
        "cue": names,
        "text": [texts[number][start:end] for number, start, end in zip(numbers, starts, ends)],
    }
    made = {name: values if name in ("start", "end") else pd.array(values, dtype="str") for name, values in data.items()}
    return schema.validate("phrasings", pd.DataFrame(made))


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
    owners = words.text_of(begins)
    ends = (words.starts + words.lengths)[owners]
    second = np.where(begins + 1 < ends, words.ids[np.minimum(begins + 1, len(words.ids) - 1)], 0)  # type 0 is the empty token
    found: list[tuple[int, int, int, Cue]] = []
    current, free = -1, dict[str, int]()
    for place, owner, one, two in zip(*(column.tolist() for column in (begins, owners, words.ids[begins], second))):
        if not (cues := _starting(language, kinds[one], kinds[two])):
            continue
        if owner != current:
            current, free = owner, {}
        tokens = [kinds[kind] for kind in words.ids[place : min(place + longest, stops[owner])].tolist()]
        for cue in _whole(cues, tokens):
            group = "names" if cue.listed == "names" else ""
            if place >= free.get(group, 0):
                last = len(cue.rest)
                number, start, end = int(numbers[owner]), int(words.offsets[place]), int(words.offsets[place + last]) + len(tokens[last])
                found.append((number, *_inked(texts[number], start, end), cue))
                free[group] = place + last + 1
    return found


@lru_cache(maxsize=1 << 16)
def _starting(language: str, one: str, two: str) -> tuple[Cue, ...]:
    """Cues that may begin with these two tokens, longest first; `two` is "" at the end of a text. Most pairs begin none."""
    listed, following = load_phrasing(language), bare(two)
    assert listed is not None
    small = _OUTER.sub("", one)[:1].islower()
    cues = (cue for cue in listed.of(bare(one)) if small or not cue.small)
    return tuple(cue for cue in cues if not cue.rest or (two and _is(following, cue.rest[0])))


def _is(word: str, wanted: str) -> bool:
    """Is this the word that a cue wants?"""
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _whole(cues: Iterable[Cue], tokens: list[str]) -> Iterator[Cue]:
    """Those of the cues of `_starting` that the tokens hold whole: at most one of the loaded or hedged ones and one name, the longest."""
    for cue in cues:
        if len(cue.rest) < len(tokens) and all(_is(bare(token), wanted) for token, wanted in zip(tokens[2:], cue.rest[1:])):
            yield cue


def _inked(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without the punctuation around it."""
    piece = text[start:end]
    return start + len(piece) - len(_FRONT.sub("", piece)), end - len(piece) + len(_BACK.sub("", piece))
