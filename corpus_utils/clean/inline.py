"""Pieces inside a line: datelines, reference marks, credits and teasers that share a line with running text.

Conventions
    `split_inline(line, piece)` returns pieces that tile the line. Only lines of the body are cut; white space between an inline
    piece and the text goes with the inline piece, the line end with whatever ends the line.
"""

from __future__ import annotations

import re

from corpus_utils.clean.cues import _UP, REFERENCE
from corpus_utils.clean.lines import Line, Piece

_DASH = r"(?:[–—―]|--|-(?=\s))"
_HAS_DASH = re.compile(r"[–—―-](?:(?<!-)|(?=[\s-]))")  # `_DASH`, found faster
_CITY = rf"[{_UP}][\w.'’\- ]{{1,30}}"
_AGENCY = rf"\((?:[{_UP}][\w.'’&/ \-]{{1,40}}|[a-z]{{2,5}}(?:/[\w/]{{2,20}})?)\)"
_DAY = r"(?:[\w.’']{2,12}\.?\s\d{1,2}|\d{1,2}\.?\s(?:de\s)?[\w.]{3,12})(?:,?\s(?:de\s)?\d{4})?"
_DATELINE = re.compile(
    rf"""^\s*(?:
      (?:{_CITY}(?:,\s?[\w.'’\- ]{{2,30}}){{0,3}}\s*)?{_AGENCY}\s*[.:]?{_DASH}  # Place, Region (AGENCY) -
    | [{_UP}][{_UP}.'’\-]+(?:\s[{_UP}][{_UP}.'’\-]+){{0,3}}(?:,\s?[\w.'’\- ]{{2,24}}){{0,3}}
      \s*(?:\([^)]{{2,40}}\)\s*)?[.]?{_DASH}  # PLACE, Region -
    | {_CITY},\s?{_DAY}\s*(?:\([^)]{{2,40}}\)\s*[.:]?|[.:])?\s*{_DASH}  # Place, day month (Agency) -
    )\s*""",
    re.X,
)
_TAIL_CREDIT = re.compile(
    r"\s*(?:\((?:Reporting|Additional reporting|Writing|Editing|Con información|Com informações|Avec)\b[^()]{3,200}\)"
    r"|[(\[](?:(?:File |AP |AFP |Reuters |EPA |EFE |Handout )?(?:Photo|Picture|Image|Graphic|Foto|Imagen|Imagem|Bild|Crédit photo|Фото)s?"
    r"(?: credit| courtesy(?: of)?| by)?\s?(?:[:/]|\b(?=by|courtesy|via))?\s?|Getty Images|©)[^()\[\]]{0,120}[)\]]"
    r"|\((?:[A-Z]{2,4}/){1,4}[A-Z]{2,4}\))\s*$"
)
# An invitation to read something else at the end of a paragraph, behind a finished sentence or in brackets of its own.
_READ = (
    r"(?:READ|Read) (?:MORE|more|ALSO|also|NEXT|next)|(?:ALSO|Also) (?:READ|read|Read)|Le(?:a|e|er) (?:también|más)|Leia (?:também|mais)"
    r"|Lire aussi"
)
_TAIL_TEASER = re.compile(
    rf"(?:(?<=[.!?…\"”»’])\s+(?:{_READ})\s*[:|>»–—-]\s*\S.{{3,150}}|\s*[(\[](?:{_READ})\b[^()\[\]]{{3,150}}[)\]])\s*$"
)

_INVITING = re.compile(r"R(?:EAD|ead)|read|L(?:e[aei]|ire)")  # one of these is in every teaser


def is_dateline(text: str) -> bool:
    """A line that is nothing but a dateline."""
    match = _DATELINE.match(text) if len(text) <= 120 else None
    return bool(match) and match.end() == len(text)  # type: ignore[union-attr]


def split_inline(line: Line, piece: Piece) -> list[Piece]:
    """Cut a line of the body where it contains a dateline, reference marks, a closing credit or teaser; others come back whole."""
    if piece.role not in ("body", "subheading", "title"):
        return [piece]
    cuts: list[tuple[int, int, str, str, float]] = []
    if piece.role == "body":
        head = line.text[:160]
        dateline = _DATELINE.match(head) if _HAS_DASH.search(head) else None
        if dateline:
            cuts.append((0, dateline.end(), "dateline", "place, agency or day before a dash at the start of a paragraph", 0.9))
        shift = max(0, len(line.text) - 220)
        credit = _TAIL_CREDIT.search(line.text, shift) if line.text.rstrip().endswith((")", "]")) else None
        if credit and credit.start():
            cuts.append((credit.start(), len(line.text), "credit", "credit in brackets at the end of a paragraph", 0.85))
        teaser = _TAIL_TEASER.search(line.text, shift) if _INVITING.search(line.text, shift) else None
        if teaser and teaser.start() and not credit:
            cuts.append((teaser.start(), len(line.text), "teaser", "invitation to read something else at the end of a paragraph", 0.8))
    if "[" in line.text:
        cuts.extend((m.start(), m.end(), "reference", "bracketed note number", 0.9) for m in REFERENCE.finditer(line.text))
    return _cut(line, piece, sorted(cuts)) if cuts else [piece]


def _cut(line: Line, piece: Piece, cuts: list[tuple[int, int, str, str, float]]) -> list[Piece]:
    out, at, length = [], 0, line.end - line.start
    for start, end, role, rule, confidence in cuts:
        if start < at:
            continue
        if not line.text[end:].strip():
            end = length
        if start > at:
            out.append(Piece(line.start + at, line.start + start, piece.role, piece.rule, piece.confidence))
        out.append(Piece(line.start + start, line.start + end, role, rule, confidence))
        at = end
    if at < length:
        out.append(Piece(line.start + at, line.end, piece.role, piece.rule, piece.confidence))
    return out
