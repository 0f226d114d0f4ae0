"""What a running text says about its own date: bounds from past and coming events, the weekday of its lead, "today" and the like.

Conventions
    Nothing here dates a story by itself, except a day that the text itself calls today or yesterday. Event dates and historical
    dates become clues "text, past" (the story cannot be older) or "text, to come" (it cannot be younger), and only where the
    wording around them says so; when in doubt a date says nothing.
    Offsets are code points into the text given, plus `at`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from corpus_utils.clean.date_forms import Mention, find_dates, find_weekdays
from corpus_utils.clean.date_words import fold_text
from corpus_utils.clean.dates import Clue, spans_of

# Patterns that begin with one class of characters are searched several times faster.
_YEAR = re.compile(r"[12](?<![\w$€£.,/#+-][12])(?:(?<=1)9[5-9]|(?<=2)0\d)\d(?![\w%€$£]|[.,/-]\d|\s?(?:people|euros?|dollars?|km|votes?))")
_SENTENCE_END = re.compile(r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)['\"”’»)]*\s+(?=[\"“‘«(¿¡]?[A-ZÀ-ÝА-ЯЁ0-9]))")

# Wording that makes a date something still to come, or a plan; folded, whole words. One alternation for all languages.
_TO_COME = re.compile(
    r"(?<!\w)(?:will|would|shall|(?<!in )(?<!of )(?<!on )(?<!since )may(?!,?\s\d)|might|could|should|must|by|until|till|before"
    r"|ahead of|no later than|upcoming|next|future|plans?|planned|planning|"
    r"scheduled|aims?|aiming|seeks?|expected|expects?|forecast|projected|target|targets|goal|deadline|due|going to|set to|hopes?|"
    r"intends?|if|election|elections|vision|agenda|games|world cup|olympics?|"
    r"sera|seran|habra|podria|deberia|antes de|hasta|proxim[oa]s?|preve|prevista?|prevé|previsto|espera|planea|planes|objetivo|agenda|"
    r"sera|serao|havera|ate|antes|previst[oa]|deve|devera|meta|"
    r"seront|aura|auront|d'ici|avant|prochaine?s?|prevue?s?|prevoit|devrait|objectif|jusqu'en|"
    r"будет|будут|до|к|планирует\w*|ожида\w+|намер\w+|предстоящ\w+|следующ\w+|"
    r"wird|werden|bis|soll|sollen|geplant|kommenden?|nachsten?|voraussichtlich|ziel)(?!\w)"
)  # fmt: skip
_DEADLINE = re.compile(
    r"(?<!\w)(?:no later than|by the end of|by|until|before|a mas tardar en|antes de|hasta|ate|o mais tardar em|d'ici(?: a| la fin)?|"
    r"avant|au plus tard en|не позднее|до конца|до|spatestens|bis(?: ende)?)\s+(?:the year |the end of |early |late |mid-?"
    r"|el ano |o ano |"
    r"fin de |fins de |ano |l'annee )?$"
)  # fmt: skip
_OBLIGED = re.compile(
    r"(?<!\w)(?:will|shall|should|must|plans?|planned|aims?|hopes?|expects?|expected|scheduled|deberan?|debe|podran?|preve|planea|"
    r"devera|deve|devem|devrait|devront|doit|должн\w+|будет|будут|планиру\w+|soll|sollen|muss|mussen|werden)(?!\w)"
)  # fmt: skip
_PAST = re.compile(
    r"(?<!\w)(?:in|since|from|of|during|between|early|late|mid|the year|en|desde|de|durante|em|no ano de|depuis|pendant|в|с|im|seit|"
    r"jahr|jahre|nel|dal|back in|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|summer|winter|spring|autumn|fall)\s+$"
)  # fmt: skip
_ENGLISH_PAST = re.compile(
    r"(?<!\w)(?:was|were|had|did|became|began|took|won|made|came|went|said|held|led|left|fell|rose|\w{3,}ed|ago)(?!\w)"
)
_OTHER_PAST = re.compile(
    r"(?<!\w)(?:fue|fueron|era|estaba|habia|tras|foi|foram|havia|etait|ete|avait|furent|был|была|были|было|\w+(?:л|ла|ли|лся|лась|лись)|"
    r"war|waren|wurde|wurden|hatte|hatten|\w{3,}(?:aron|ieron|aram|eram|iram|erent))(?!\w)|\w{2,}(?:o|io|é|ó|ou|eu|iu)(?!\w)"
)  # fmt: skip

TODAY = {
    0: ("today", "hoy", "hoje", "aujourd'hui", "ce jour", "сегодня", "heute", "oggi", "vandaag"),
    1: ("yesterday", "ayer", "ontem", "hier", "вчера", "gestern", "ieri", "gisteren"),
    -1: ("tomorrow", "manana", "amanha", "demain", "завтра", "morgen", "domani"),
}
_TODAY = {
    shift: re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)['’s]{0,2}") for shift, words in TODAY.items()
}  # fmt: skip


def text_clues(text: str, *, at: int = 0, order: str = "", language: str = "", dates: bool = True) -> list[Clue]:
    """Clues from running text: dates of past and of coming events, and a full date the text calls today or yesterday.

    `dates` tells whether more than years can be written in it."""
    mentions = find_dates(text, order=order) if dates else []
    folded = fold_text(text)
    clues = []
    for mention in mentions:
        if mention.year is None:
            continue
        first, last = sentence_around(text, mention.start)
        relative = _relative_to(folded, mention)
        spans = spans_of(mention)
        where = (mention.text, mention.start + at, mention.end + at)
        if relative is not None and mention.exact and len(spans) == 1:
            day = spans[0][0] + timedelta(days=relative)
            clues.append(Clue("relative word", *where, ((day, day),), f"the text calls this day {TODAY[relative][0]}"))
        elif not _TO_COME.search(folded, first, last) and len(spans) == 1:
            clues.append(Clue("text, past", *where, spans, "told as past"))
    taken = [(m.start, m.end) for m in mentions]
    clues.extend(_year_clues(text, folded, taken, at, language))
    return clues


def _relative_to(folded: str, mention: Mention) -> int | None:
    for shift, pattern in _TODAY.items():
        near = folded[max(0, mention.start - 14) : mention.start]
        if (found := pattern.search(near)) and re.fullmatch(r"[\s,(–—\-]*(?:on\s|el\s|le\s|den\s|the\s)?", near[found.end() :]):
            return shift
    return None


def _year_clues(text: str, folded: str, taken: list[tuple[int, int]], at: int, language: str) -> Iterator[Clue]:
    for match in _YEAR.finditer(folded):
        if any(a <= match.start() < b for a, b in taken):
            continue
        first, last = sentence_around(text, match.start())
        year = int(match.group())
        spans = ((date(year, 1, 1), date(year, 12, 31)),)
        where = (match.group(), match.start() + at, match.end() + at)
        before = folded[max(first, match.start() - 40) : match.start()]
        if _DEADLINE.search(before) and _OBLIGED.search(folded, first, last) and not re.search(r"(?<!\w)had(?!\w)", folded[first:last]):
            yield Clue("text, to come", *where, spans, "named as a time still to come")
        elif _PAST.search(before) and not _TO_COME.search(folded, first, last):
            told = _ENGLISH_PAST if language in ("en", "") else _OTHER_PAST
            if told.search(folded, first, last):
                yield Clue("text, past", *where, spans, "told as past")


def sentence_around(text: str, position: int) -> tuple[int, int]:
    """Start and end of the sentence around a position, by punctuation; at most 400 characters each way."""
    low, high = max(0, position - 400), min(len(text), position + 400)
    starts = [m.end() for m in _SENTENCE_END.finditer(text, low, position)]
    after = _SENTENCE_END.search(text, position, high)
    return (starts[-1] if starts else low), (after.start() if after else high)


_AMERICAN = re.compile(
    r"(?:color|favor|honor|labor(?!at)|neighbor|behavior)\w*"
    r"|(?<!\w)(?:centers?|theaters?|defense|programs|traveled|traveling|percent|organiz\w+|gray)(?!\w)"
)
_BRITISH = re.compile(
    r"(?:colour|favour|honour|labour|neighbour|behaviour)\w*"
    r"|(?<!\w)(?:centres?|theatres?|defence|programmes?|travelled|travelling|per cent|organis\w+|grey)(?!\w)"
)


def american_spelling(text: str) -> bool | None:
    """Whether an English text is spelt the American way; None where it does not tell. Settles 03/04/2023 only together with other signs."""
    folded = fold_text(text)
    here, there = len(_AMERICAN.findall(folded)), len(_BRITISH.findall(folded))
    return None if here == there else here > there


def lead_weekday(lead: str, language: str) -> tuple[int, int, int] | None:
    """The weekday the first sentences report on, as (start, end, weekday); None where there is none or more than one.

    A weekday that is still to come, or in the last or next week, says nothing.
    """
    found = []
    folded = fold_text(lead[:420])
    for start, end, number in find_weekdays(lead[:400], language or "en"):
        before = folded[max(0, start - 16) : start]
        after = folded[end : end + 10]
        if re.search(
            r"(?<!\w)(?:next|last|until|by|before|after|every|each|since|proxim\w|pasado|hasta|cada|prochain|chaque|kommenden"
            r"|jeden|следующ\w+|прошл\w+|каждый)\s+(?:the\s)?$",
            before,
        ):
            continue
        if re.match(r"\s(?:proxim|pasado|passad|prochain|dernier)", after):
            continue
        found.append((start, end, number))
    return found[0] if len({number for _, _, number in found}) == 1 else None
