"""What a story says about itself: title, outlet, agency, author, place, language and date.

Conventions
    Everything is as stated, "" where nothing is stated; nothing is looked up or inferred from the subject matter. What the record or
    the page's HTML states (`given`) comes first, what the text states second; both are kept as evidence where they are dates.
    `given` speaks for a page with one story only; on a page with several it dates and names them all by outlet, language and date,
    but gives none of them its title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter

from corpus_utils.clean.agencies import agency_named, find_agency
from corpus_utils.clean.authors import find_authors
from corpus_utils.clean.dates import Clue, Solution, solve_date
from corpus_utils.clean.header import Frame
from corpus_utils.clean.language import stated_language
from corpus_utils.clean.lines import Piece
from corpus_utils.clean.outlets import find_outlet
from corpus_utils.clean.publication import Page, address_clues, header_clues, record_clues
from corpus_utils.clean.settings import CleanSettings
from corpus_utils.clean.titles import clean_title

_ROLE = attrgetter("role")
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_PLACE = re.compile(r"^\W*([^\W\d_][\w.'’\- ]*?)\s*(?:,|\(|[–—―]|--|\s-\s|\.\s*-|\d|/|$)")
_TRANSLATED = re.compile(
    r"^\W*(?:translat(?:ion|ed)|traducci[oó]n|tradu(?:cido|zido|it|ction|ção|cao)|[üu]bersetz\w*|traduzione|tradotto|перевод\w*)\b", re.I
)


@dataclass(frozen=True)
class Story:
    """Everything `find_metadata` looks at: the document's stated metadata, the story's frame, pieces and repaired text."""

    source: str
    given: Mapping[str, str]
    text: str  # documents.text
    frame: Frame
    pieces: tuple[Piece, ...]  # of this story
    body: str  # articles.text
    detected: str  # language of the body, "" where that is open


def find_metadata(story: Story, *, settings: CleanSettings) -> dict[str, object]:
    """Columns of `articles` from title to date_evidence, and "translated" and "wire" among the flags."""
    given = story.given
    language = find_language(story, settings.languages)
    dateline = " ".join(story.text[p.start : p.end] for p in _having(story.pieces, "dateline"))[:200]
    title = find_title(story)
    authors = find_authors(story.frame, given.get("author", ""))
    agency = find_story_agency(story, dateline, authors)
    authors = [name for name in authors if not agency_named(name)]
    solution = find_date(story, language, settings)
    outlet = given.get("outlet", "").strip() or find_outlet(story.frame, spellings=settings.outlets)
    flags = [flag for flag, holds in (("wire", bool(agency)), ("translated", is_translated(story))) if holds]
    return {
        "title": title, "outlet": _canonical(outlet, settings.outlets), "agency": agency, "author": "; ".join(authors),
        "place": given.get("place", "").strip() or place_of(dateline), "language": language,
        "date_earliest": solution.earliest, "date_latest": solution.latest,
        "date_bounds": json.dumps(solution.bounds), "date_evidence": _JSON([c.row() for c in solution.evidence]),
        "flags": flags,
    }  # fmt: skip


def find_language(story: Story, allowed: Sequence[str]) -> str:
    """The record's language, else the detected one; a corpus that names its one language settles short texts."""
    if stated := stated_language(story.given.get("language", "")):
        return stated
    if story.detected:
        return story.detected
    return allowed[0] if len(allowed) == 1 and len(story.body) < 200 else ""


def find_title(story: Story) -> str:
    """The stated title (pages with one story), else the title lines of the story; "" where it has none."""
    if story.frame.alone and (stated := " ".join(story.given.get("title", "").split())):
        return stated
    piece = next(_having(story.pieces, "title"), None)
    return clean_title(story.text[piece.start : piece.end]) if piece else ""


def _having(pieces: Sequence[Piece], role: str) -> Iterator[Piece]:
    return compress(pieces, map(role.__eq__, map(_ROLE, pieces)))


def find_story_agency(story: Story, dateline: str, authors: Sequence[str]) -> str:
    """The agency of the record, of the dateline, of the byline, or of a credit for the text (not for a photograph)."""
    if stated := story.given.get("agency", "").strip():
        return agency_named(stated) or stated
    rows = story.frame.rows
    lead = "".join(rows.texts(rows.having(("body",))[:1]))[:120]
    lines = tuple(text for text in rows.texts(rows.having(("byline", "credit"))) if len(text) < 120)
    name, _ = find_agency(dateline or _opening(lead), lines=(*authors, *lines))
    return name


def _opening(lead: str) -> str:
    """The start of a paragraph up to its first dash: where a dateline stands that was not recognised as one."""
    match = re.match(r"^[^–—]{0,80}[–—]|^[^-]{0,80} -{1,2} ", lead)
    return match.group() if match and "(" in match.group() else ""


def place_of(dateline: str) -> str:
    """The place of a dateline, in usual spelling: "EASTERBY, Norland (AP) —" -> "Easterby"."""
    match = _PLACE.match(dateline)
    if not match:
        return ""
    place = match.group(1).strip(" .")
    if agency_named(place) or len(place) < 3:
        return ""
    return " ".join(word.capitalize() if word.isupper() and len(word) > 2 else word for word in place.split())


def is_translated(story: Story) -> bool:
    """A line of the story says that the text is a translation."""
    rows = story.frame.rows
    return any(len(text) < 120 and _TRANSLATED.match(text) for text in rows.texts(rows.having(("credit", "byline", "boilerplate"))))


def find_date(story: Story, language: str, settings: CleanSettings) -> Solution:
    """The date solver on every clue there is: record, address, file name, header lines, dateline, text."""
    clues: list[Clue] = record_clues(story.given, language)
    clues += address_clues(story.given.get("url", ""), story.source if story.frame.alone else "")
    page = Page(story.text, story.frame, story.pieces, language)
    clues += header_clues(page, collected=settings.collected, weigh=not any(clue.spans for clue in clues))
    return solve_date(clues, collected=settings.collected)


def _canonical(outlet: str, spellings: Mapping[str, Sequence[str]]) -> str:
    folded = outlet.casefold()
    for name, variants in spellings.items():
        if folded in {name.casefold(), *(v.casefold() for v in variants)}:
            return name
    return outlet
