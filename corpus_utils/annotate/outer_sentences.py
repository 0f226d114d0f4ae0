"""Sentences as the narrator builds them: a quotation is one element of its sentence.

Conventions: offsets are code points into the whole text, half open.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting_cues import Cues

_STOP = re.compile(r"[.!?…][.!?…]*[)\]]*(?=\s+[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁ“\"«„‘'`—–¿¡(\[@#\d]|\s*$|[“„«])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Lt|Col|Capt|Sgt|Prof|Rev|Hon|Pres|Sens|Reps|No|Inc|vs|Sra?|Dra?|Mme|Adm|Maj|Cmdr"
    r"|Jan|Feb|Aug|Sept|Oct|Nov|Dec|D|Nr|bzw|ca|Hr|Fr|im|г|гг|тыс|млн|млрд|руб|стр|ул|им|т)|\b[^\W\d_]|(?<![^\W\d_])(?:[^\W\d_]\.)+[^\W\d_])$"
)
_SHORT = 4  # letters of the longest abbreviation
_LONGEST = 3000  # characters of a sentence
_TERMINAL = frozenset(".!?…")


def outer_sentences(text: str, low: int, high: int, marked: list[Marked], cues: Cues) -> list[tuple[int, int, list[Marked]]]:
    """Sentences of text[low:high], which holds these stretches in marks, as (start, end, the stretches inside)."""
    cuts: list[int] = []
    at = low
    for number, stretch in enumerate(marked, start=1):
        cuts.extend(_gap_cuts(text, at, stretch.start))
        at = stretch.end
        follows = marked[number].start if number < len(marked) else high
        if _ends_sentence(text, stretch, follows, high, cues):
            cuts.append(at)
    cuts.extend(_gap_cuts(text, at, high))
    cuts = [cut for cut in cuts if cut < high]  # they ascend
    if high - low > _LONGEST:
        cuts = _shortened(text, [low, *cuts, high], marked)[1:-1]
    sentences = []
    start, first = low, 0
    for cut in [*cuts, high]:
        last = first
        while last < len(marked) and marked[last].start < cut:
            last += 1
        if start < cut and not text[start:cut].isspace():
            sentences.append((start, cut, marked[first:last]))
        start, first = cut, last
    return sentences


def _shortened(text: str, cuts: list[int], marked: list[Marked]) -> list[int]:
    """More cuts, at white space outside quotations, where two lie further apart than any sentence is long."""
    more = list(cuts)
    for low, high in pairwise(cuts):
        while high - low > _LONGEST:
            low = text.find(" ", low + _LONGEST, high)
            if low < 0:
                break
            if all(not stretch.start < low < stretch.end for stretch in marked):
                more.append(low)
    return sorted(more)


def _gap_cuts(text: str, start: int, end: int) -> list[int]:
    cuts = []
    for match in _STOP.finditer(text, start, end):
        at, behind = match.span()
        if behind - at == 1 and text[at] == ".":
            word = text[max(start, at - _SHORT - 1) : at]
            if not (len(word) > _SHORT and word.isalpha()) and word[-1:].isalpha():  # most words are longer
                found = _abbreviation(text[max(start, at - 12) : at].split()[-1])
                if found and not (len(found) > 2 and "." in found and _fresh(text, behind)):
                    continue
        cuts.append(behind)
    return cuts


@lru_cache(maxsize=1 << 14)
def _abbreviation(word: str) -> str:
    """The abbreviation that a word ends with, "" where it is none."""
    found = _ABBREVIATED.search(word)
    return found.group() if found else ""


def _fresh(text: str, at: int) -> bool:
    """Behind "U.S." a new sentence begins where a function word with a capital follows."""
    return (
        re.match(r"\s+(?:The|A|An|He|She|It|They|But|And|In|On|At|We|I|That|This|As|If|When|While|For)\b", text[at : at + 12]) is not None
    )


def _ends_sentence(text: str, stretch: Marked, follows: int, high: int, cues: Cues) -> bool:
    """Does the outer sentence end with this quotation? Its last mark of punctuation and what follows decide."""
    if stretch.dash:
        return False
    inner_end = stretch.inner_end
    last = text[inner_end - 1] if inner_end > stretch.inner_start else ""
    tail = text[stretch.end : follows]
    ink = tail.lstrip()
    if not ink:
        return last in _TERMINAL and follows < high
    if last not in _TERMINAL and not (len(ink) > 1 and ink[0] in _TERMINAL):
        return False
    if last not in _TERMINAL:
        return False  # the gap's own full stop cuts
    if not (ink[0].isupper() or ink[0] in "@—–([¿¡" or ink[0].isdigit()):
        return False
    if tail and not tail[0].isspace():
        return False
    return last == "." or not _attribution_tail(ink[:120], cues)


def _attribution_tail(tail: str, cues: Cues) -> bool:
    """Does the text behind “...?” begin with "Name asked" rather than with a new sentence?"""
    words = re.split(r"[.!?:;“\"«„]", tail, maxsplit=1)[0].split()[:8]
    for position, word in enumerate(words):
        entries = cues.verbs.get(word.strip(",").lower())
        if entries and any("say" in entry[2] for entry in entries):
            rest = words[position + 1 :]
            closed = word.endswith(",") or not rest
            return closed or rest[0].lower() in cues.words.get("prepositions", ()) or rest[0].lower() in cues.words.get("times", ())
    return False
