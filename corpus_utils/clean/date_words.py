"""Words of the calendar in eleven languages: months, weekdays, labels of publication lines, relative words.

Purpose: one table each, shared by `date_forms` (how a date is written) and `dates` (what it is a date of). Spellings are folded:
lower case, no accents, no full stop. Abbreviations stand beside the full forms. Spelt from the calendar, not collected from pages.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "january jan", "february feb febr", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sept sep", "october oct", "november nov", "december dec",
    ),
    "es": (
        "enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
        "septiembre setiembre sept sep set", "octubre oct", "noviembre nov", "diciembre dic",
    ),
    "pt": (
        "janeiro jan", "fevereiro fev", "marco mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago",
        "setembro set", "outubro out", "novembro nov", "dezembro dez",
    ),
    "fr": (
        "janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
        "septembre sept sep", "octobre oct", "novembre nov", "decembre dec",
    ),
    "ru": (
        "января январь янв", "февраля февраль фев февр", "марта март мар", "апреля апрель апр", "мая май", "июня июнь июн",
        "июля июль июл", "августа август авг", "сентября сентябрь сен сент", "октября октябрь окт", "ноября ноябрь ноя нояб",
        "декабря декабрь дек",
    ),
    "de": (
        "januar janner jan", "februar feber feb", "marz maerz mrz", "april apr", "mai", "juni jun", "juli jul", "august aug",
        "september sept sep", "oktober okt", "november nov", "dezember dez",
    ),
    "it": (
        "gennaio gen", "febbraio feb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug", "agosto ago",
        "settembre sett set", "ottobre ott", "novembre nov", "dicembre dic",
    ),
    "nl": (
        "januari jan", "februari feb", "maart mrt", "april apr", "mei", "juni jun", "juli jul", "augustus aug", "september sep",
        "oktober okt", "november nov", "december dec",
    ),
    "pl": (
        "stycznia sty", "lutego lut", "marca mar", "kwietnia kwi", "maja", "czerwca cze", "lipca lip", "sierpnia sie",
        "wrzesnia wrz", "pazdziernika paz", "listopada lis", "grudnia gru",
    ),
    "ar": ("يناير", "فبراير", "مارس", "ابريل", "مايو", "يونيو", "يوليو", "اغسطس", "سبتمبر", "اكتوبر", "نوفمبر", "ديسمبر"),
    "uk": (
        "сiчня", "лютого", "березня", "квiтня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
    ),
}  # fmt: skip

WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": ("monday mon", "tuesday tues tue", "wednesday wed", "thursday thurs thur thu", "friday fri", "saturday sat", "sunday sun"),
    "es": ("lunes lun", "martes mar", "miercoles mie", "jueves jue", "viernes vie", "sabado sab", "domingo dom"),
    "pt": (
        "segunda-feira segunda seg", "terca-feira terca ter", "quarta-feira quarta qua", "quinta-feira quinta qui",
        "sexta-feira sexta sex", "sabado sab", "domingo dom",
    ),
    "fr": ("lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam", "dimanche dim"),
    "ru": (
        "понедельник пн", "вторник вт", "среда среду ср", "четверг чт", "пятница пятницу пт", "суббота субботу сб",
        "воскресенье вс",
    ),
    "de": ("montag mo", "dienstag di", "mittwoch mi", "donnerstag do", "freitag fr", "samstag sonnabend sa", "sonntag so"),
    "it": ("lunedi lun", "martedi mar", "mercoledi mer", "giovedi gio", "venerdi ven", "sabato sab", "domenica dom"),
}  # fmt: skip

# "published", "posted", "updated" ...: what a page says before the date it was put out, or changed
UPDATED_WORDS = (
    "updated", "update", "modified", "corrected", "last updated", "last modified", "edited", "revised", "actualizado", "actualizada",
    "ultima actualizacion", "atualizado", "atualizada", "mis a jour", "modifie", "обновлено", "aktualisiert", "geandert",
    "aggiornato", "bijgewerkt", "zaktualizowano", "modificado", "اخر تحديث", "تحديث", "更新时间", "更新",
)  # fmt: skip
PUBLISHED_WORDS = (
    "published", "posted", "first published", "date published", "publication date", "released", "filed", "issued", "created",
    "publicado", "publicada", "fecha de publicacion", "data de publicacao", "publie", "publiee", "mis en ligne", "date de publication",
    "опубликовано", "опубликована", "дата публикации", "veroffentlicht", "erschienen", "erstellt", "stand",
    "pubblicato", "gepubliceerd", "geplaatst", "opublikowano", "originally published", "air date", "posted on", "نشر في", "نشر",
    "تاريخ النشر", "发布时间", "发布",
)  # fmt: skip


def fold_word(word: str) -> str:
    """Lower case, without accents and full stops, so that `Févr.` and `fevr` are one word."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("й", "\0"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain.replace("\0", "й").replace(".", "").replace("і", "i").strip()


def fold_text(text: str) -> str:
    """Fold accents and case and keep every offset: one character in, one character out."""
    return text.lower() if text.isascii() else _fold_foreign(text)


@lru_cache(maxsize=64)  # paragraphs are folded by one reader after the other
def _fold_foreign(text: str) -> str:
    return _NOT_ASCII.sub(_fold_match, text).lower()


def _fold_match(match: re.Match[str]) -> str:
    return match.group().translate(_FOLDED)


class _Folds(dict[int, int]):
    """Code point -> folded code point, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        self[code] = folded = ord(_fold_char(chr(code)))
        return folded


_FOLDED = _Folds()
_NOT_ASCII = re.compile(r"[^\x00-\x7f‘’“”–—…•«»\xa0]+")  # nor one of the marks most texts hold, which have nothing to fold


def _fold_char(char: str) -> str:
    low = char.lower()
    low = low if len(low) == 1 else char
    if low == "й":
        return low
    base = unicodedata.normalize("NFD", low)
    marked = all(unicodedata.combining(c) for c in base[1:])  # Hangul syllables fall apart into letters: they stay whole
    return "i" if base[0] == "і" else base[0] if marked else low


def _numbers(table: dict[str, tuple[str, ...]], languages: tuple[str, ...]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for language in languages:
        for position, words in enumerate(table.get(language, ())):
            for word in words.split():
                found.setdefault(fold_word(word), set()).add(position)
    return {word: frozenset(positions) for word, positions in found.items()}


@lru_cache(maxsize=1)
def month_numbers() -> dict[str, int]:
    """Folded spelling -> 1..12. Spellings that name different months in different languages are left out (there are none above)."""
    return {word: min(found) + 1 for word, found in _numbers(MONTHS, tuple(MONTHS)).items() if len(found) == 1}


@lru_cache(maxsize=32)
def weekday_numbers(language: str = "") -> dict[str, int]:
    """Folded spelling -> 0 (Monday) .. 6, for one language or for all; spellings that clash are left out."""
    languages = (language,) if language in WEEKDAYS else tuple(WEEKDAYS)
    return {word: min(found) for word, found in _numbers(WEEKDAYS, languages).items() if len(found) == 1}
