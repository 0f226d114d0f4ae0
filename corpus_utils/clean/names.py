"""Who wrote it: names in bylines, and what is not a name.

Conventions
    `read_byline(line)` returns the names a byline states, in order, spelt as stated; [] where it states none. A byline may carry a
    date, a clock, a desk or an agency: those are cut off. A name has one to six words; every word is capitalised or one of the
    particles names are written with. One-word names count only behind an explicit "By".
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from corpus_utils.clean.date_forms import find_dates
from corpus_utils.clean.hashing import are_among
from corpus_utils.clean.lines import lower_in_place
from corpus_utils.clean.looks import prefix_of

_UP = "A-ZÀ-ÖØ-ÞĀ-ŽḀ-ỾА-ЯЁІЇЄҐΑ-Ω"
_BY = re.compile(
    r"^\W*(?:(?:words|story|text|texte|texto|written|reported|report|analysis|opinion|commentary|review|posted|published|article"
    r"|edited and written|"
    r"publicado|escrito|redactado|ecrit|écrit|rédigé|publié|geschrieben|gepostet|veröffentlicht)\s+)?"
    r"(?:by|por|par|von|di|door|av|af|przez)(?:\s*:|\s+|(?=[A-Z][a-z]))",
    re.I,
)
_LABEL = re.compile(
    r"^\W*(?:authors?|writers?|reporters?|byline|autore?s?|autora|auteure?s?|autorin|verfasser(?:in)?|redacción|redactor[a]?"
    r"|автор(?:ы)?|текст|journaliste?|periodista|repórter)\s*[:|–-]\s*",
    re.I,
)
_TITLES = re.compile(r"^(?:dr|prof|professor|mr|mrs|ms|sir|dame|rev|fr|sr|sra|m|mme|herr|frau)\.?\s+", re.I)
_PARTICLES = frozenset(
    "de da do dos das del la las los le van von der den ten ter zu zum bin ben ibn al el di du des della dello y e i san st af av"
    " abu o'".split()
)
_SPLIT = re.compile(r"\s*(?:,|;|&|\+|/|\s(?:and|und|y|e|et|и|und|en|og|och|with)\s)\s*", re.I)
# Read on text in lower case: that is several times faster than patterns for which case does not matter.
_CUT = re.compile(
    r"\s*(?:[|•·–—@©\t]|\s-\s|\s-$|//|>|\||\(|\[|\bfor\b|\bin\b|\bat\b|\bon\b|\bis\b|\bvia\b|\bfrom\b|\bas told\b"
    r"|(?<=[a-zà-ÿ])(?=(?:published|updated|posted|publicado|publié)\b)|\bpublished\b|\bupdated\b|\bposted\b|\bupdate\b"
    r"|\bfollow\b|\bcontributor\b|\bedited\b|"
    r"\breviewed\b|\bphotograph(?:s|y)?\b|\bphotos?\b|\bmedically\b|\blast\b|\bshare\b|\bread\b|\bmore\b|\bto\b|\bmin\b|\bsee\b"
    r"|\bview\b|\babout\b|"
    r"\bpublicado\b|\bactualizado\b|\batualizado\b|\bpublié\b|\bmis à jour\b|\bveröffentlicht\b|\baktualisiert\b|\bопубликовано\b"
    r"|\barchive\b|\bemail\b|\btwitter\b|\bfacebook\b|\d).*$",
)
_ROLES = re.compile(
    r"(?:,?\s+(?:(?:senior|staff|chief|deputy|assistant|associate|contributing|lead|political|national|world|foreign|freelance"
    r"|special|breaking|business|tech(?:nology)?|sports?|science|health|"
    r"entertainment|culture|digital|news|managing|executive|political|economics?|education|crime|features?|royal|social|video"
    r"|white house|investigative|local|junior|international)\s+){0,3}"
    r"(?:staff|writers?|reporters?|editors?|correspondents?|columnists?|contributors?|producers?|journalists?|author|critic"
    r"|analyst|news(?:room)?|team|desk|bureau|redactor[a]?|periodista|redactrice|"
    r"journaliste|redakteur(?:in)?|корреспондент|"
    r"chief|intern|fellow)(?:\s*$|,|\s+(?:at|for|in)\b).*)$",
)
_BODIES = frozenset(
    "University Institute School College Ministry Department Bank Academy Church Society Association Council Office".split()
)
_NOT_NAMES = frozenset(
    "the this that these those our your all any here there read more share follow updated update published posted news staff"
    " editor editors email home menu search subscribe sign "
    "january february march april may june july august september october november december monday tuesday wednesday thursday"
    " friday saturday sunday today yesterday "
    "getty images photo photos video image advertisement comments comment facebook twitter instagram linkedin whatsapp newsletter"
    " breaking exclusive opinion analysis politics business sports "
    "save article articles listen log login register close open print copy link send watch play next previous more about contact"
    " help privacy terms show hide view all "
    "entertainment world health science technology tech lifestyle culture travel review reviews".split()
)  # fmt: skip


_NO_NAME = frozenset('!?:;@#/\\|"“”<>[]{}_=+')
_CAPITALISED = re.compile(rf"(?:[dlDLO]['’])?[{_UP}][\w.'’\-]*$")

_TOLD = re.compile(r"^.{0,60}\bas told to\s+(.{3,60})$", re.I)


def read_byline(line: str, *, explicit: bool = False) -> list[str]:
    """Names in one line. `explicit`: the line above said "By", or a record's author field is read: no opening word is needed."""
    text = " ".join(line.split()).strip(" .,:;|•·–—-")
    if told := _TOLD.match(text):
        return split_names(told.group(1))
    opened = False
    for pattern in (_LABEL, _BY):
        if match := pattern.match(text):
            text, opened = text[match.end() :], True
    if not opened and not explicit:
        return []
    return split_names(text)


_OPENERS = """words story text texte texto written reported report analysis opinion commentary review posted published article edited
    publicado escrito redactado ecrit écrit rédigé publié geschrieben gepostet veröffentlicht por par von door przez
    author writer reporter byline autor verfasser redacción redactor автор текст journalist periodista repórter auteur""".split()
_OPENING_LETTERS = frozenset(word[:3] for word in _OPENERS)
_ANY_THIRD = ("by", "di", "av", "af")  # two letters that another word may follow without a blank


@lru_cache(maxsize=1)
def _opening_prefixes() -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.array(sorted({prefix_of(word) for word in words})) for words in (_OPENERS, _ANY_THIRD))  # type: ignore[return-value]


def may_open(prefixes: np.ndarray) -> np.ndarray:
    """Whether lines can begin like a byline at all, by the first letters of their first words (`looks.Looks.prefix`)."""
    three, two = _opening_prefixes()
    return are_among(prefixes, three) | are_among(prefixes & 0xFFFFFFFF, two)


_FIRST = re.compile(r"\W*(\w{2})(\w?)")


def may_name(line: str) -> bool:
    """Whether a line can be a byline at all (`read_byline`, `is_bare_opening`), by its first letters: most lines cannot."""
    first = _FIRST.match(line)
    if first is None:
        return False
    return first[1].lower() in _ANY_THIRD or first[0].lower()[-3:] in _OPENING_LETTERS or "as told to " in line.lower()


@lru_cache(maxsize=16384)
def has_opening(line: str) -> bool:
    """Whether a line begins like a byline ("By ...", "Autor: ...") or is nothing but that opening."""
    text = " ".join(line.split())
    return bool(_BY.match(text) or _LABEL.match(text)) or is_bare_opening(text)


_BARE = re.compile(r"\W*(?:written |words |story |posted |published )?(?:by|por|par|von|di|authors?|autore?s?|auteure?s?|автор)\W*", re.I)


def is_bare_opening(line: str) -> bool:
    """A line that says only "By" or "Author:"; the name stands on the next one."""
    return _BARE.fullmatch(line.strip()) is not None


def split_names(text: str) -> list[str]:
    """The names at the start of a text: dates, desks and whatever follows are cut off; each part must look like a name."""
    return list(_split_names(" ".join(text.split())))


@lru_cache(maxsize=8192)
def _split_names(text: str) -> tuple[str, ...]:
    dates = find_dates(text)
    if dates:
        text = text[: dates[0].start] if dates[0].start > 2 else text[dates[0].end :]
    text = _before(_CUT, text).strip(" .,:;|•·–—-")
    names: list[str] = []
    joined = False
    for piece in re.split(r"(\s*(?:,|;|&|\+|/)\s*|\s(?:and|AND|und|UND|y|e|et|ET|и|И|en|og|och|with)\s)", text):
        if _SPLIT.fullmatch(piece):
            if joined and "," in piece and not piece.strip(" ,"):
                break  # "A and B, X": X is where they work
            joined = joined or piece.strip().lower() in ("and", "und", "y", "e", "et", "и", "&")
            continue
        part = _before(_ROLES, piece.strip(" .,:;")).strip(" .,:;")
        if names and part != piece.strip(" .,:;"):
            break  # "A, Gazette Staff Writer"
        part = re.sub(r"^(?:by|por|par|von|and|und|et|y)\s+", "", part, flags=re.I)
        if not part:
            continue
        if not is_name(part):
            break
        if part not in names:
            names.append(part)
    return tuple(names)


def _before(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(lower_in_place(text))
    return text[: found.start()] if found else text


@lru_cache(maxsize=8192)
def is_name(text: str) -> bool:
    """One to six words, each capitalised or a particle, at most 60 characters, no word that pages use for something else."""
    plain = _TITLES.sub("", text)
    words = plain.split()
    if not 1 <= len(words) <= 6 or len(plain) > 60 or not _NO_NAME.isdisjoint(plain):
        return False
    if any(word.lower().strip(".,") in _NOT_NAMES for word in words[:1]) or (
        any(w.lower() in _NOT_NAMES for w in words[-1:]) and len(words) > 1
    ):
        return False
    if words[0].lower() in _PARTICLES and len(words) == 1:
        return False
    if words[0] in _BODIES:  # "University of Somewhere"
        words = [word for word in words if word.lower() not in ("of", "for", "and")]
    capital = [_CAPITALISED.match(word) is not None for word in words]
    return any(capital) and all(good or word.lower() in _PARTICLES for good, word in zip(capital, words, strict=True))


def normal_case(name: str) -> str:
    """A name written in capitals in the usual spelling; other names as they are. Initials and particles keep theirs."""
    if not name.isupper() or len(name) <= 3:
        return name
    return " ".join(w.lower() if w.lower() in _PARTICLES else _capital(w) for w in name.split())


def _capital(word: str) -> str:
    if len(word) <= 2 and word.endswith("."):
        return word
    return re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), word)
