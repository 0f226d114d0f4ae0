"""Pages of short reports on one subject, where vocabulary does not change from story to story: split by the way news opens."""

from __future__ import annotations

import re

import numpy as np

from corpus_utils.clean.story_units import Units

Array = np.ndarray

DATELINE = re.compile(r"^[A-ZÀ-ÝА-ЯЁ][\w .,'’\-]{1,40}(?:\([^)]{2,40}\))?\s*(?:[–—]|--|-\s)|^\(?[A-Z]{2,}[\w ]*\)?\s*[–—-]\s")
OFFICES = (
    "President Minister Secretary Chancellor Governor Senator Ambassador Director Mayor Chairman Leader Judge General presidente"
    " presidenta ministro ministra secretario secretaria gobernador senador premier kanzler ministre président"
).split()
WEEKDAYS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday lunes martes miércoles jueves viernes sábado domingo segunda terça quarta"
    " quinta sexta lundi mardi mercredi jeudi vendredi samedi dimanche Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"
    " понедельник вторник среду четверг пятницу субботу воскресенье"
).split()
_OFFICE, _WEEKDAY = (re.compile("|".join(words)) for words in (OFFICES, WEEKDAYS))
_BEFORE_OFFICE, _AFTER_OFFICE = re.compile(r"[A-ZÀ-Ý][\w’'\-]+ \Z"), re.compile(r"[\w ’',\-]{0,30}? [A-ZÀ-Ý][\w’'\-]+ [A-ZÀ-Ý]")
_BEFORE_WEEKDAY = tuple(f"{word} " for word in "On on El el Na na No no Am am В в Во во Ce ce this este diesen".split())


def opens_like_news(text: str) -> bool:
    """A title of office between a capital and a full name, or a weekday behind "on": what the first sentence of a report has, and a later
    one lacks."""
    for found in _WEEKDAY.finditer(text):
        if text[: found.start()].endswith(_BEFORE_WEEKDAY):
            return True
    return any(_AFTER_OFFICE.match(text, found.end()) and _BEFORE_OFFICE.search(text, 0, found.start()) for found in _OFFICE.finditer(text))


def news_briefs(units: Units, found: Array, capitals: Array, news: Array) -> Array:
    """Which candidates are headlines of a page of short reports on one subject, where vocabulary does not change from story to story.

    Three or more candidates of one style (headline case or sentence case, five to eighteen words, not closed by a full stop, not a
    question) above paragraphs, most of whose first sentences open like news (`news`, a mask). Elsewhere none.
    """
    looks, line = units.looks, units.line[found]
    size, last = units.size[found], len(units) - 1
    style = (size >= 5) & (size <= 18) & ~units.closed[found] & (looks.mark[line] != ord("?")) & ~looks.begins("-–—")[line]
    style &= units.long[np.minimum(found + 1, last)] & units.long[found - 1]
    document, briefs = units.document[found], np.zeros(len(found), dtype=bool)
    for low, high in ((0.7, 1.01), (-0.01, 0.5)):
        styled = style & (low <= capitals) & (capitals < high)
        number, opening = (np.bincount(document[which], minlength=len(units.first)) for which in (styled, styled & news))
        page = (number >= 3) & (opening >= np.maximum(3, 0.6 * number))
        done = np.bincount(document[briefs], minlength=len(units.first)) > 0
        briefs |= styled & (page & ~done)[document]
    return briefs
