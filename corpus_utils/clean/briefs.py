"""Pages of short reports on one subject, where vocabulary does not change from story to story: split by the way news opens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .story_units import Unit

DATELINE = re.compile(r"^[A-ZÀ-ÝА-ЯЁ][\w .,'’\-]{1,40}(?:\([^)]{2,40}\))?\s*(?:[–—]|--|-\s)|^\(?[A-Z]{2,}[\w ]*\)?\s*[–—-]\s")
# A title of office before a full name, or a weekday beside a past verb: what the first sentence of a report has, and a later one lacks.
OPENING = re.compile(
    r"(?:[A-ZÀ-Ý][\w’'\-]+ ){1,4}(?:President|Minister|Secretary|Chancellor|Governor|Senator|Ambassador|Director|Mayor|Chairman"
    r"|Leader|Judge|General|"
    r"presidente|presidenta|ministro|ministra|secretario|secretaria|gobernador|senador|premier|kanzler|ministre"
    r"|président)[\w ’',\-]{0,30}? [A-ZÀ-Ý][\w’'\-]+ [A-ZÀ-Ý]"
    r"|(?:[Oo]n|[Ee]l|[Nn]a|[Nn]o|[Aa]m|[Вв]о?|[Cc]e|this|este|diesen) (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|lunes|martes"
    r"|miércoles|jueves|viernes|sábado|domingo|"
    r"segunda|terça|quarta|quinta|sexta|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|Montag|Dienstag|Mittwoch|Donnerstag"
    r"|Freitag|Samstag|Sonntag|"
    r"понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье)"
)


def news_briefs(units: Sequence[Unit], found: Sequence[int]) -> list[int]:
    """Positions of the headlines of a page of short reports on one subject, where vocabulary does not change from story to story.

    Three or more candidates of one style (headline case or sentence case, five to eighteen words, not closed by a full stop, not a
    question) above paragraphs, most of whose first sentences open like news. Elsewhere: [].
    """
    for low, high in ((0.7, 1.01), (-0.01, 0.5)):
        styled = [p for p in found if _headline_style(units, p, low, high)]
        if len(styled) < 3:
            continue
        leads = [next(u for u in units[p + 1 :] if u.long) for p in styled]
        opening = sum(1 for lead in leads if OPENING.search(lead.text[:300]) or DATELINE.match(lead.text))
        if opening >= max(3, 0.6 * len(styled)):
            return styled
    return []


def _headline_style(units: Sequence[Unit], position: int, low: float, high: float) -> bool:
    unit = units[position]
    return (
        5 <= unit.size <= 18 and low <= unit.capitals < high
        and not unit.closed and not unit.text.rstrip("”\"'’)").endswith("?")
        and unit.text[:1] not in "-–—" and position + 1 < len(units) and units[position + 1].long and units[position - 1].long
    )  # fmt: skip
