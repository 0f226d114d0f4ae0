"""When two names are spellings of one: keys that fold marks, scripts and transliterations, and the reasons for a match.

Conventions: a key is lower-case ASCII. `name_key` keeps word ends; `cross_key` drops final vowels and is compared only between
names of different scripts, since Russian declines names and drops or adds vowels at the end.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LONG = 7  # letters of a surname from which on one letter may be a slip
_KEPT = 1 << 16  # names whose keys are remembered: each is compared many times
_DATA = Path(__file__).parent / "cues" / "countries.json"
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяієїґў",
        ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
         "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", "i", "e", "i", "g", "u"],
        strict=True,
    )
)  # fmt: skip
_CASES = re.compile(r"(?:ого|его|ому|ему|ыми|ими|ым|им|ом|ем|ой|ей|ою|ею|ую|юю|ая|яя|ый|ий|а|я|у|ю|о|е|ы|и|й|ь)$")
_ARTICLE = re.compile(r"^(?:al|el|as|ar)[-'](?=\w{3})")
# spellings of one sound -> one spelling, in this order; Z stands for the sound of "zh". In front: letters without which there is none
_SOUNDS = [
    (needed, re.compile(pattern), sound)
    for needed, pattern, sound in (
        ("o", "(?<=[a-z]{2})(?:yo|io|jo)(?=[vw]$|ff$)", "e"),
        ("ch", "shch|schtsch|chtch", "sh"), ("t", "tsch|tch|tsj", "ch"), ("sch", "sch", "sh"), ("d", "dsch|dzh|dj", "Z"), ("zh", "zh", "Z"),
        ("kh", "kh", "h"), ("x", "x", "ks"), ("ph", "ph", "f"), ("ck", "ck", "k"), ("gu", "gu(?=[ei])", "g"), ("qu", "qu(?=[ei])", "k"),
        ("q", "q", "k"), ("c", "c(?=[eiy])", "s"), ("c", "c(?!h)", "k"), ("ee", "ee", "i"), ("z", "tz|cz", "ts"), ("w", "w", "v"),
        ("ff", "ff$", "v"), ("o", "ou|oo", "u"), ("ue", "ue", "u"), ("oe", "oe", "o"), ("ae", "ae", "a"), ("z", "z", "s"),
        ("y", "y", "i"), ("j", "j", "i"), ("", r"(.)\1+", r"\1"), ("i", "(?<=[^aeiou])ei$|ii$|iei$", "i"), ("ie", "ie(?=[a-z])", "e"),
        ("h", "(?<=[a-z]{4})h$", ""),
    )
]  # fmt: skip
_PARTICLES = frozenset("de del la las los da do dos das di du des van von der den zu bin ibn al el le ben y e of the".split())
_GIVEN_TOO = ("Ben", "Al")  # in front, these are given names
_LOOKALIKES = str.maketrans("асеорхуіАСЕОРХУІКМТВН", "aceopxyiACEOPXYIKMTBH")
TWO_SURNAMES = "two surnames"
_OCCUPATION = re.compile(r"[a-z]{3}(?:or|er|ist|ian|ician|man|woman|ant|ent)$")
_DOTTED = (
    r"EE\.\s?UU\.", r"EEUU\b", r"U\.S\.(?:A\.)?", r"U\.N\.", r"E\.U\.", r"U\.K\.", r"Бел(?:ый|ого|ому|ым|ом) дом(?:а|у|ом|е)?\b",
)  # fmt: skip
_NUMERAL = re.compile(r"^[IVX]+$")


@lru_cache(maxsize=1)
def tables() -> dict:
    """Countries, short first names and words of bodies, from the project's own list."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    mixed: list[str] = []  # names with small words in them, which no rule for capitals finds
    names: dict[str, str] = {}
    acronyms: set[str] = set()
    seats: dict[str, str] = {}
    for country, (listed, seated) in data["countries"].items():
        for name in [country, *listed.split("|")]:
            names[plain(name)] = country
            acronyms |= {name} if name.isupper() else set()
        for name in filter(None, seated.split("|")):
            seats[plain(name)] = country
        mixed += [name for name in f"{listed}|{seated}".split("|") if " " in name and re.search(r" [a-zà-ÿа-я]", name)]
    for body, listed in data["seated_bodies"].items():  # a part of a government that acts for itself, in every language
        names |= {plain(name): body for name in listed.split("|")}
        mixed += [name for name in listed.split("|") if re.search(r" [a-zà-ÿа-я]", name)]
    short: dict[str, set[int]] = {}
    for number, group in enumerate(data["short_names"]):
        for name in group.split():
            short.setdefault(_sound(name), set()).add(number)
    return {
        "names": names,
        "acronyms": frozenset(acronyms),
        "seats": seats,
        "short": short,
        "stems": frozenset(name[:4] for name in names if " " not in name and len(name) > 4),
        "demonyms": frozenset(data["demonyms"].split()),
        "listed": _any_of(sorted(mixed, key=len, reverse=True)),
        "bodies": frozenset(data["body_words"].split()),
        "bodies_named": frozenset(data["seated_bodies"]),
        "party_adjectives": frozenset(data["party_adjectives"].split()),
        "groups": frozenset(data["groups"].split()),
        "place_first": frozenset(data["place_first"].split()),
        "place_before": frozenset(data["place_before"].split()),
        "alone_joins": frozenset(data["alone_joins"].split()),
        "alone_nobody": frozenset(data["alone_nobody"].split()),
        "by_language": data["by_language"],
        "lower_heads": frozenset(plain(word) for word in data["lower_heads"].split()),
    }


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Given name (lower case) -> m or f, for names that tell."""
    data = json.loads(_DATA.with_name("first_names.json").read_text(encoding="utf-8"))
    return {name: sign for sign in ("m", "f") for name in data[sign].split()}


def _any_of(names: list[str]) -> re.Pattern[str]:
    """A name with stops or one of `names`, as whole words. Every branch begins with a letter, so that other places are passed over fast."""
    branches: dict[str, tuple[list[str], list[str]]] = {}
    for name in _DOTTED:
        branches.setdefault(name[0], ([], []))[0].append(name[1:])
    for name in names:
        branches.setdefault(name[0], ([], []))[1].append(re.escape(name[1:]))
    each = ("|".join([*dotted, *([rf"(?:{'|'.join(listed)})\b"] if listed else [])]) for dotted, listed in branches.values())
    return re.compile("|".join(rf"{letter}(?<!\w.)(?:{rest})" for letter, rest in zip(branches, each)))


@lru_cache(maxsize=_KEPT)
def plain(name: str) -> str:
    """Lower case, no diacritics, one kind of apostrophe, no stops, Russian case endings cut: equal for equal spellings."""
    text = name.replace("’", "'").replace("ё", "е").replace(".", "").casefold()
    if text.isascii():
        return " ".join(text.split())
    text = " ".join(_stem(one_script(word)) for word in text.split())
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def one_script(word: str) -> str:
    """The word with Cyrillic letters that look Latin ("Meаde" with a Cyrillic "а") written as Latin, where it mixes both."""
    if word.isascii() or not is_cyrillic(word) or not any("a" <= letter <= "z" for letter in word.casefold()):
        return word
    return word.translate(_LOOKALIKES)


def _stem(word: str) -> str:
    if "а" <= word[0] <= "я" and len(word) > 3:
        return _CASES.sub("", word)
    return word


@lru_cache(maxsize=_KEPT)
def name_key(word: str) -> str:
    """Key of one word of a name: "Riabkov", "Ryabkov" and "Рябков" (but for its ending) give the same."""
    return _sound(word)


def _sound(word: str) -> str:
    low = one_script(word).replace("’", "'").casefold()
    low = _ARTICLE.sub("", low)
    low = low.replace("ß", "ss")
    if not low.isascii() and any("а" <= c <= "ї" for c in low):
        low = _CASES.sub("", low) if len(low) > 4 else low
        low = "".join(_CYRILLIC.get(c, c) for c in low)
    if not (low.isascii() and low.isalpha()):
        low = re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", low))
    for needed, pattern, sound in _SOUNDS:
        if needed in low:
            low = pattern.sub(sound, low)
    return low


@lru_cache(maxsize=_KEPT)
def cross_key(word: str) -> str:
    """Key for comparison between scripts: without final vowels, one letter for f and v."""
    return name_key(word).rstrip("aeiou").replace("v", "f")


@lru_cache(maxsize=_KEPT)
def is_cyrillic(name: str) -> bool:
    """Does the name hold a Cyrillic letter?"""
    return not name.isascii() and any("Ѐ" <= c <= "ӿ" for c in name)


@lru_cache(maxsize=_KEPT)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name that tell people apart: without particles, regnal numbers, "Jr."."""
    words = name.split()
    kept = [
        word
        for place, word in enumerate(words)
        if not (word.casefold() in _PARTICLES and (place or word not in _GIVEN_TOO))
        and not _NUMERAL.match(word)
        and word.rstrip(".").casefold() not in ("jr", "sr")
    ]
    return tuple(kept or words)


def same_word(a: str, b: str) -> bool:
    """One word of a name in two spellings or scripts."""
    if is_cyrillic(a) != is_cyrillic(b):
        return len(cross_key(a)) > 1 and cross_key(a) == cross_key(b)
    key = name_key(a)
    return key == name_key(b) and key != ""


def is_initial(word: str) -> bool:
    """Is the word a single letter with or without a full stop?"""
    return len(word.rstrip(".")) == 1


def match_people(a: str, b: str) -> str:
    """Why two full names (two words or more each) are one person's, "" where they are not."""
    if plain(a) == plain(b):
        return "spelling"
    x, y = parts(a), parts(b)
    if len(x) < 2 or len(y) < 2:
        return ""
    last = same_word(x[-1], y[-1])
    first = same_word(x[0], y[0])
    if not (first or last):  # most pairs: nothing below but surnames alone can hold
        return "surnames alone" if len(x) != len(y) and _surnames_alone(a, b) else ""
    if len(x) == len(y) and all(same_word(p, q) for p, q in zip(x, y, strict=True)):
        return "transliteration" if plain(a) != plain(b) else "spelling"
    if _occupation(x, y):
        return "occupation left out"
    if first and last and _middles_agree(x[1:-1], y[1:-1]):
        return "middle name"
    if first and len(x) != len(y) and _second_surname(x, y):
        return "second surname"
    if len(x) != len(y) and _surnames_alone(a, b):
        return "surnames alone"
    if last and len(x) != len(y) and _two_surnames(x, y):
        return TWO_SURNAMES
    if last and (is_initial(x[0]) or is_initial(y[0])) and name_key(x[0])[:1] == name_key(y[0])[:1]:
        return "initial"
    if last and short_names(x[0]) & short_names(y[0]) and _middles_agree(x[1:-1], y[1:-1]):
        return "short first name"
    if first and len(x) == len(y) and _one_letter(name_key(x[-1]), name_key(y[-1])):
        return "similar spelling"
    return ""


def _middles_agree(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    """Middle names are left out on one side, or begin alike."""
    return not x or not y or all(name_key(p)[:1] == name_key(q)[:1] for p, q in zip(x, y, strict=False))


def _second_surname(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    """Spanish and Portuguese: "Nicolás Maduro" and "Nicolás Maduro Moros"."""
    shorter, longer = (x, y) if len(x) < len(y) else (y, x)
    if len(shorter) == 2:
        return any(same_word(shorter[1], word) for word in longer[1:])
    return all(same_word(p, q) for p, q in zip(shorter, longer, strict=False))


def _surnames_alone(a: str, b: str) -> bool:
    """ "Ribeiro da Costa" and "Paulo Ribeiro da Costa": a particle inside tells that both words are surnames."""
    shorter, longer = sorted((a.split(), b.split()), key=len)
    return (
        any(word.casefold() in _PARTICLES for word in shorter[1:-1])
        and len(longer) - len(shorter) <= 2
        and [plain(w) for w in longer[len(longer) - len(shorter) :]] == [plain(w) for w in shorter]
    )


def _two_surnames(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    """ "Peña Nieto" and "Enrique Peña Nieto": two words that end a name which begins with a given name."""
    shorter, longer = sorted((x, y), key=len)
    if len(shorter) != 2 or len(longer) > 4 or shorter[0].casefold() in given_names():
        return False
    return longer[0].casefold() in given_names() and all(map(same_word, shorter, longer[-2:]))


@lru_cache(maxsize=_KEPT)
def has_particle_inside(name: str) -> bool:
    """Does a particle stand between two words of the name?"""
    return any(word.casefold() in _PARTICLES for word in name.split()[1:-1])


def is_occupation(word: str) -> bool:
    """Has the word the ending of an English occupation?"""
    return _OCCUPATION.search(word) is not None


def _occupation(x: tuple[str, ...], y: tuple[str, ...]) -> bool:
    """ "Prosecutor Maria Ruiz" and "Maria Ruiz": an English occupation with a capital, opening a sentence or a title."""
    shorter, longer = (x, y) if len(x) < len(y) else (y, x)
    extra = longer[: len(longer) - len(shorter)]
    return bool(extra) and all(map(is_occupation, extra)) and all(map(same_word, shorter, longer[len(extra) :]))


def short_names(word: str) -> set[int]:
    """Numbers of the groups of first names and their short forms that the word belongs to."""
    found: set[int] = tables()["short"].get(name_key(word), set())
    return found


def _one_letter(a: str, b: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    return min(len(a), len(b)) >= LONG and a[0] == b[0] and Levenshtein.distance(a, b, score_cutoff=1) <= 1
