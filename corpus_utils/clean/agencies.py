"""The world's news agencies: a short general-knowledge list, with the ways their names are spelt and translated.

Conventions
    `find_agency(text)` looks for an agency as a *credit*: in brackets after a place, alone on a line, after "source:" or as the
    whole of a byline. A mention inside a sentence ("told Reuters") is no credit and is not looked at.
    Short capital forms (AP, DPA) count only in capitals; a translated name counts like the name itself, since machine translation
    turns names into words ("Prensa" into "Press").
"""

from __future__ import annotations

import re
from functools import lru_cache

# name -> spellings; public names of national and international news agencies, no outlets
AGENCIES: dict[str, tuple[str, ...]] = {
    "AP": ("AP", "Associated Press", "The Associated Press", "A.P."),
    "Reuters": ("Reuters", "Thomson Reuters", "Рейтер", "Рейтерс"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "АФП"),
    "EFE": ("EFE", "Agencia EFE", "Efe", "ЭФЕ"),
    "Europa Press": ("Europa Press", "European Press", "Europe Press", "EP", "EUROPA PRESS"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur", "German Press Agency"),
    "ANSA": ("ANSA", "Ansa"),
    "TASS": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "Interfax": ("Interfax", "Интерфакс"),
    "RIA Novosti": ("RIA Novosti", "RIA", "РИА Новости", "РИА"),
    "Xinhua": ("Xinhua", "Xinhua News Agency", "新华社", "新华网"),
    "UPI": ("UPI", "United Press International"),
    "PA Media": ("PA", "PA Media", "Press Association"),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "AAP": ("AAP", "Australian Associated Press"),
    "Canadian Press": ("The Canadian Press", "Canadian Press", "CP"),
    "Kyodo": ("Kyodo", "Kyodo News", "共同通信"),
    "Jiji": ("Jiji", "Jiji Press", "時事通信"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스"),
    "PTI": ("PTI", "Press Trust of India"),
    "ANI": ("ANI", "Asian News International"),
    "IANS": ("IANS",),
    "Antara": ("Antara", "ANTARA"),
    "Bernama": ("Bernama", "BERNAMA"),
    "Anadolu": ("AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı"),
    "IRNA": ("IRNA",),
    "WAFA": ("WAFA",),
    "SANA": ("SANA",),
    "MENA": ("MENA",),
    "APA": ("APA", "Austria Presse Agentur"),
    "Keystone-SDA": ("Keystone-SDA", "SDA", "ATS", "Keystone-ATS"),
    "Belga": ("Belga", "BELGA"),
    "ANP": ("ANP",),
    "NTB": ("NTB",),
    "TT": ("TT",),
    "Ritzau": ("Ritzau",),
    "STT": ("STT",),
    "PAP": ("PAP",),
    "CTK": ("CTK", "ČTK"),
    "MTI": ("MTI",),
    "Lusa": ("Lusa", "LUSA", "Agência Lusa"),
    "Agência Brasil": ("Agência Brasil",),
    "Agência Estado": ("Agência Estado", "Estadão Conteúdo"),
    "Folhapress": ("Folhapress",),
    "Télam": ("Télam", "Telam"),
    "Notimex": ("Notimex",),
    "Prensa Latina": ("Prensa Latina", "Latin Press"),
    "AVN": ("AVN", "Agencia Venezolana de Noticias"),
    "BTA": ("BTA",),
    "Agerpres": ("Agerpres",),
    "Tanjug": ("Tanjug",),
    "Hina": ("Hina", "HINA"),
    "Ukrinform": ("Ukrinform", "Укринформ"),
    "Interfax-Ukraine": ("Interfax-Ukraine", "Интерфакс-Украина"),
    "UNN": ("UNN", "УНН"),
    "BelTA": ("BelTA", "БелТА", "БЕЛТА"),
    "Kazinform": ("Kazinform",),
    "IPS": ("Inter Press Service",),
}  # fmt: skip

# two capitals that are often something else than an agency: only in the brackets of a dateline
_WEAK = frozenset({"EP", "PA", "CP", "AA", "TT", "RIA", "ATS", "SANA", "MENA", "ANI", "APA", "UNN", "PAP", "STT"})
_INTRODUCES = re.compile(r"[:\-–]")
_CREDIT_WORDS = r"(?:source|fuente|fonte|quelle|источник|agency|agencia|agência|agence|agentur)"


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    return {spelling: name for name, spellings in AGENCIES.items() for spelling in spellings}


@lru_cache(maxsize=1)
def _folded_spellings() -> dict[str, str]:
    """Case-folded spellings of more than three letters; the first agency of a spelling has it."""
    return {spelling.casefold(): name for spelling, name in reversed(_spellings().items()) if len(spelling) > 3}


@lru_cache(maxsize=2)
def _alternation(weak: bool) -> str:
    words = [word for word in _spellings() if weak or word not in _WEAK]
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


@lru_cache(maxsize=1)
def _bracketed() -> re.Pattern[str]:
    return re.compile(rf"[(\[]\s*({_alternation(True)})(?:\s*[/,;|–-]\s*[\w .]+)?\s*[)\]]")


@lru_cache(maxsize=1)
def _alone() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{_CREDIT_WORDS}\s*[:\-–]\s*)?({_alternation(False)})\W*$", re.IGNORECASE)


@lru_cache(maxsize=1)
def _credited() -> re.Pattern[str]:
    return re.compile(rf"(?i:{_CREDIT_WORDS})\s*[:\-–]\s*({_alternation(False)})(?!\w)")


@lru_cache(maxsize=1)
def _slashed() -> re.Pattern[str]:
    """ "MADRID, 6 Dic. (EUROPA PRESS) -", "Caracas, 5 mar (EFE).-", "PARIS, AFP -", "MOSCOW, March 5. /TASS/."""
    return re.compile(rf"(?:[,.]\s*|/\s*)({_alternation(False)})\s*(?:/|[.\s]*[–—-])")


def find_agency(dateline: str, *, lines: tuple[str, ...] = ()) -> tuple[str, str]:
    """(name, spelling) of the agency credited in a dateline, else alone on one of the lines (bylines, credits); else ("", "")."""
    for pattern in (_bracketed(), _slashed()):
        if match := pattern.search(dateline):
            return _spellings()[match.group(1)], match.group(1)
    return next(filter(None, map(_credited_on, lines)), ("", ""))


@lru_cache(maxsize=4096)  # credits come again on page after page
def _credited_on(line: str) -> tuple[str, str] | None:
    match = _alone().match(line) or (_credited().search(line) if _INTRODUCES.search(line) else None)
    return (name, match.group(1)) if match and (name := agency_named(match.group(1))) else None


def agency_named(text: str) -> str:
    """The agency a text names as a whole, by any of its spellings; "" where it names none."""
    plain = text.strip(" .,:;|-–—()[]")
    if plain in _spellings():
        return _spellings()[plain]
    return _folded_spellings().get(plain.casefold(), "")
