"""From a document and its pieces to rows of `spans` and `articles`.

Conventions
    Spans tile the document exactly. `articles.text` is the body and subheading pieces of a story, repaired, paragraphs separated by a
    blank line; `anchors` are [offset in text, offset in the document], ascending: a position maps by its last anchor before it.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import chain, compress
from operator import attrgetter
from typing import Any

import numpy as np

from corpus_utils import schema
from corpus_utils.clean.dates import Clue
from corpus_utils.clean.header import PageRows, frame_of
from corpus_utils.clean.language import detect_languages, stated_language
from corpus_utils.clean.lines import Piece
from corpus_utils.clean.metadata import Story, find_metadata
from corpus_utils.clean.overrides import FIELDS
from corpus_utils.clean.repair import has_short_lines, repair
from corpus_utils.clean.settings import CleanSettings
from corpus_utils.clean.stories import Stories
from corpus_utils.clean.wrapping import MIN_LINES, may_be_wrapped
from corpus_utils.schema import ARTICLE_ROLES, ROLES

SHORT = 60  # words: under this a text is flagged short
PARAGRAPHS = "\n\n"
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
Array = np.ndarray
_ROLE, _RULE, _CONFIDENCE = attrgetter("role"), attrgetter("rule"), attrgetter("confidence")
_IS_TEXT = frozenset(ARTICLE_ROLES).__contains__


def assemble(
    documents: Sequence[Mapping[str, Any]], split: Sequence[Stories], pages: Sequence[PageRows], *, settings: CleanSettings
) -> list[dict]:
    """Rows of `articles` of some usable documents, from the stories and the rows of each."""
    told: list[tuple[int, int, tuple[Piece, ...], str, list[tuple[int, int]]]] = []
    for position, (document, stories) in enumerate(zip(documents, split, strict=True)):
        for number in sorted(set(stories.numbers) - {0}):
            own = tuple(compress(stories.pieces, map(number.__eq__, stories.numbers)))
            told.append((position, number, own, *join_text(document["text"], own, pages[position].unsound)))
    given = [_given(document) for document in documents]
    stated = [bool(stated_language(each.get("language", ""))) for each in given]
    languages = detect_languages(["" if stated[position] else body for position, *_, body, _ in told])  # what is stated is believed
    articles = []
    for (position, number, own, body, anchors), language in zip(told, languages, strict=True):
        document, stories = documents[position], split[position]
        frame = frame_of(pages[position], number, len(stories.confidence))
        story = Story(document["source"], given[position], document["text"], frame, own, body, language)
        found = find_metadata(story, settings=settings)
        articles.append(_article_row(document, number, body, anchors, found, stories, settings))
    return articles


def span_columns(ids: Sequence[str], documents: Sequence[Stories], columns: Sequence[tuple[Array, Array]]) -> dict[str, Any]:
    """Columns of `spans` from the pieces of documents with these ids; `columns`: of each, where its pieces end and codes of their roles."""
    pieces = list(chain.from_iterable(stories.pieces for stories in documents))
    if not pieces:
        return {}
    sizes = [len(stories.pieces) for stories in documents]
    end, role = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    start = np.append(0, end[:-1])
    start[np.cumsum(sizes[:-1], dtype=np.intp)] = 0  # where one document ends, the next begins
    return {
        "document_id": schema.named(np.repeat(np.arange(len(ids), dtype=np.int32), sizes), ids),
        "start": start, "end": end, "role": schema.named(role, ROLES), "rule": list(map(_RULE, pieces)),
        "confidence": np.array(list(map(_CONFIDENCE, pieces))),
        "story": np.fromiter(chain.from_iterable(stories.numbers for stories in documents), dtype=np.int64, count=len(pieces)),
    }  # fmt: skip


def _article_row(
    document: Mapping[str, Any],
    number: int,
    body: str,
    anchors: list[tuple[int, int]],
    found: dict,
    stories: Stories,
    settings: CleanSettings,
) -> dict[str, Any]:
    row = {
        "id": f"{document['id']}#{number}", "document_id": document["id"], "story": number, "text": body,
        "anchors": _JSON(anchors), "extra": document["extra"], **found,
        "family": f"{document['id']}#{number}", "family_role": "original",  # its own family until copies are looked for
    }  # fmt: skip
    for key in (document["id"], row["id"]):
        row.update(_decided(settings.overrides.metadata.get(key, {}), row))
    flags = set(found["flags"])
    flags |= {"undated"} if not row["date_earliest"] else set()
    flags |= {"untitled"} if not row["title"] else set()
    flags |= {"short"} if len(body.split(None, SHORT)) < SHORT else set()
    flags |= {"split"} if len(stories.confidence) > 1 else set()
    flags |= {"wire"} if row["agency"] else set()
    return {**row, "flags": sorted(flags)}


def _decided(values: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, str]:
    """Columns a person has decided; a decided date is added to the evidence."""
    out = {name: values[name] for name in FIELDS if name in values and name != "date"}
    if stated := values.get("date", ""):
        first, _, last = stated.partition("/")
        evidence = [{**clue, "used": False} for clue in json.loads(row["date_evidence"])]
        decided = Clue("metadata file", stated, -1, -1, (), "decided by a person", used=True).row()
        out |= {"date_earliest": first, "date_latest": last or first}
        out["date_evidence"] = json.dumps([{**decided, "candidates": [stated]}, *evidence], ensure_ascii=False)
    return out


def _given(document: Mapping[str, Any]) -> dict[str, str]:
    """What the record or page states, as texts: lists of names joined, lists of lists as JSON."""
    try:
        stated = json.loads(document["given"] or "{}")
    except ValueError:
        return {}
    return {name: _as_text(value) for name, value in stated.items() if value} if isinstance(stated, dict) else {}


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if any(isinstance(v, list) for v in value) else "; ".join(map(str, value))
    return value if isinstance(value, str) else str(value)


def join_text(text: str, pieces: Sequence[Piece], unsound: np.ndarray) -> tuple[str, list[tuple[int, int]]]:
    """The repaired text of body and subheading pieces, and its anchors into `text`; `unsound` are `repair.unsound_places` of the text.

    Neighbouring pieces of one paragraph (a reference mark cut out between them) are joined; lines become paragraphs, unless the
    repair finds that they are one hard-wrapped paragraph.
    """
    paragraphs: list[str] = []
    anchors: list[tuple[int, int]] = []
    length, before = 0, -200  # where the next paragraph begins; where the piece before ended
    doubtful: list[int] = unsound.tolist()
    for begin, stop in _runs(pieces):
        raw = text[begin:stop]
        good = not doubtful or bisect_left(doubtful, begin) == bisect_left(doubtful, stop)
        # whether it goes on in the line in which the piece before it ends; most begin behind a line end
        joined = (
            begin - before < 200 and text[begin - 1] != "\n" and "\n" not in text[before - 1 : begin] and "\r" not in text[before:begin]
        )
        before = stop
        lines = raw.split("\n")
        visible = list(map(str.strip, lines))
        wrapped = len(lines) >= MIN_LINES and may_be_wrapped(list(map(len, filter(None, visible)))) and has_short_lines(raw)
        if good and not joined and not wrapped:  # sound lines, as most are
            for line, paragraph in zip(lines, visible, strict=True):
                if paragraph:
                    there = begin if line[0] == paragraph[0] else begin + len(line) - len(line.lstrip())
                    if not anchors or there - length != anchors[-1][1] - anchors[-1][0]:
                        anchors.append((length, there))
                    paragraphs.append(paragraph)
                    length += len(paragraph) + len(PARAGRAPHS)
                begin += len(line) + 1
            continue
        repaired, steps = (raw, [(0, 0)]) if good and not wrapped else repair(raw)
        low = 0
        for line in repaired.split("\n"):
            kept = line.rstrip()
            paragraph = kept if joined else kept.lstrip()
            start, low = low + len(kept) - len(paragraph), low + len(line) + 1
            if not paragraph:
                continue
            if joined and paragraphs:
                joiner = "" if paragraph[0].isspace() or paragraph[0] in ".,;:!?)’”\"'" else " "
                length += len(joiner) - len(PARAGRAPHS)
                paragraphs[-1] += joiner + paragraph
            else:
                paragraphs.append(paragraph)
            anchors.extend(_shift(steps, start, start + len(paragraph), length, begin))
            length += len(paragraph) + len(PARAGRAPHS)
            joined = False
    return PARAGRAPHS.join(paragraphs), _thin(anchors)


def _runs(pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """[start, end) of the neighbouring pieces of one role that are text of the article."""
    runs: list[tuple[int, int]] = []
    last = ""
    for start, end, role, _, _ in compress(pieces, map(_IS_TEXT, map(_ROLE, pieces))):
        if runs and role == last and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
        last = role
    return runs


def _shift(steps: Sequence[tuple[int, int]], start: int, end: int, at: int, offset: int) -> list[tuple[int, int]]:
    """Anchors of the part [start, end) of a repaired piece, placed at `at` in the article and moved to the document."""
    last = max((s for s in steps if s[0] <= start), default=(0, 0))
    out = [(at, offset + last[1] + (start - last[0]))]
    out.extend((at + a - start, offset + b) for a, b in steps if start < a < end)
    return out


def _thin(anchors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for a, b in anchors:
        if not kept or b - a != kept[-1][1] - kept[-1][0]:
            if kept and kept[-1][0] == a:
                kept[-1] = (a, b)
            else:
                kept.append((a, b))
    return kept
