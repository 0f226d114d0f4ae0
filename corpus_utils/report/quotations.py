"""Corpus text on the page: quoted sentences with the words that drove a label, and whole documents with their roles marked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.report.block import VOICES, Block, anchor, attributes, safe_href, shown, sized
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    import pandas as pd


def sentences_block(rows: pd.DataFrame, caption: str, *, empty: str = "No sentence was singled out.", folded: bool = False) -> Block:
    """Quotations, each with its anchor, its source line and the driving words marked.

    rows   `sentence_id`, `text`; optional `outlet`, `date` (ISO), `voice`, `speaker`, `position` (0, 1, ... in the article), `title`,
           `document`, `label`, `note`, `language`, and `marks`: a list or JSON array of [start, end, why], offsets into `text`
    folded the list opens on a click, and by itself when a link leads into it
    """
    items = [_quotation(row) for row in rows.to_dict("records")]
    if not items:
        return Block(f'<p class="cu-empty"><strong>{escape_html(caption)}</strong> {escape_html(empty)}</p>', empty)
    if folded:
        summary = f'<summary>{escape_html(caption)} <span class="cu-note">{sized(len(items), "sentence")}</span></summary>'
        html = f'<details class="cu-fold">{summary}<div class="cu-quotes"><ol>{"".join(items)}</ol></div></details>'
        return Block(html, f"{caption}: {sized(len(items), 'sentence')}")
    head = f'<p class="cu-label">{escape_html(caption)}</p>'
    return Block(f'<div class="cu-quotes">{head}<ol>{"".join(items)}</ol></div>', f"{caption}: {sized(len(items), 'sentence')}")


def links(ids: Sequence[str], about: str = "") -> Block:
    """Numbered links to sentences on the page, like footnotes; `about` is what they are behind, for a screen reader."""
    of = f" behind {escape_html(about)}" if about else ""
    marks = [f'<a href="{safe_href("#" + anchor("s", item))}" aria-label="Sentence {n}{of}">{n}</a>' for n, item in enumerate(ids, 1)]
    return Block(f'<span class="cu-footnotes">{" ".join(marks)}</span>', ", ".join(map(str, ids)))


def with_links(*, missing: str = "none") -> Callable[[tuple[str, Sequence[str]]], Block]:
    """A format for cells (words, sentence ids): the words, then the links; `missing`: what a cell without words is called."""

    def cell(value: tuple[str, Sequence[str]]) -> Block:
        words, ids = value
        return Block(f"{escape_html(words)} {links(ids, words).html}" if words and len(ids) else shown(words, missing=missing), words)

    return cell


def openers(bars: Mapping[str, Sequence[str]], lead: str = "Sentences behind each dot:") -> Block:
    """Under a figure: for each bar or dot by name the links to its sentences, which stand elsewhere on the page."""
    parts = [f"<li>{escape_html(bar)} {links(ids, bar).html}</li>" for bar, ids in bars.items() if len(ids)]
    if not parts:
        return Block("", "")
    html = f'<div class="cu-openers"><span>{escape_html(lead)}</span><ul>{"".join(parts)}</ul></div>'
    return Block(html, f"{lead} " + "; ".join(f"{bar}: {len(ids)}" for bar, ids in bars.items()))


def _quotation(row: Mapping[Any, Any]) -> str:
    from corpus_utils.wording import day

    def given(key: str) -> str:
        value = row.get(key, "")
        return "" if value is None or value != value else str(value)

    text, marks = given("text"), _marks(row.get("marks"), len(given("text")))
    voice = VOICES.get(given("voice"), given("voice"))
    voice += f" of {given('speaker')}" if given("speaker") else ""
    place = given("position")
    # both the outlet and its absence are facts about the source
    source = [given("outlet") or ("outlet not stated" if "outlet" in row else ""), given("title"), given("document")]
    source += [(day(given("date")) if given("date") else "undated") if "date" in row else "", voice]
    source += [_place(place)] if place else []
    line = " · ".join(f"<span>{escape_html(part)}</span>" for part in source if part)
    label = f'<span class="cu-tag">{escape_html(given("label"))}</span> ' if given("label") else ""
    why = list(dict.fromkeys(re.sub(r"(?<=\s)-(?=\d)", "\N{MINUS SIGN}", mark[2]) for mark in marks if mark[2]))
    reasons = f'<span class="cu-why">Marked: {escape_html("; ".join(why))}.</span>' if why else ""
    note = f'<span class="cu-why">{escape_html(given("note"))}</span>' if given("note") else ""
    language = attributes(lang=given("language"), dir="auto")
    quote = f"<blockquote{language}><p>{_marked(text, marks)}</p></blockquote>"
    return f'<li id="{anchor("s", given("sentence_id"))}">{quote}<p class="cu-source">{label}{line}{reasons}{note}</p></li>'


def _place(position: str) -> str:
    """Position 0 is the first sentence."""
    try:
        return f"sentence {int(float(position)) + 1}"
    except ValueError:
        return position


def _marks(value: Any, length: int) -> list[tuple[int, int, str]]:
    """Evidence as sorted, separate stretches inside the text; what lies outside is cut, what overlaps is joined."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "[]")
        except ValueError:
            value = []
    found: list[tuple[int, int, str]] = []
    items = value if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else []
    for item in sorted((tuple(item) for item in items), key=lambda item: (int(item[0]), int(item[1]))):
        start, end, why = max(0, int(item[0])), min(length, int(item[1])), str(item[2]) if len(item) > 2 else ""
        if start >= end:
            continue
        if found and start < found[-1][1]:
            before = found[-1]
            joined = before[2] if why in ("", before[2]) else f"{before[2]}; {why}" if before[2] else why
            found[-1] = (before[0], max(before[1], end), joined)
        else:
            found.append((start, end, why))
    return found


def _marked(text: str, marks: Sequence[tuple[int, int, str]]) -> str:
    out, last = [], 0
    for start, end, why in marks:
        out.append(f"{escape_html(text[last:start])}<mark{attributes(title=why)}>{escape_html(text[start:end])}</mark>")
        last = end
    return "".join(out) + escape_html(text[last:])


def raw_document(text: str, spans: pd.DataFrame, *, title: str = "The raw text with its roles marked", open_: bool = False) -> Block:
    """The whole document as it came, each stretch labelled with its role; folded away.

    spans   rows of the table `spans` for this document: `start`, `end`, `role`, optional `story`, `rule`, `confidence`
    Roles are told apart by a label and an edge or pattern, not by colour alone. Nothing is left out: the text of the block is the document.
    """
    pieces = []
    for start, end, role, story, rule in _stretches(text, spans):
        if role == "blank":
            pieces.append(escape_html(text[start:end]))
            continue
        number = f" {story}" if role == "title" and story else ""
        tag = f'<span class="cu-role">{escape_html(role)}{number}</span>'
        pieces.append(f'<span class="cu-r cu-r-{_group(role)}"{attributes(title=rule)}>{tag}{escape_html(text[start:end])}</span>')
    body = f'<div class="cu-raw" dir="auto">{"".join(pieces)}</div>'
    counted = f"{len(text):,} characters"
    summary = f'<summary>{escape_html(title)} <span class="cu-note">{counted}</span></summary>'
    html = f'<details class="cu-document"{" open" if open_ else ""}>{summary}{body}</details>'
    return Block(html, f"{title}: {counted}")


GROUPS = {
    "body": "body", "subheading": "heading", "title": "heading", "caption": "about", "byline": "about", "dateline": "about",
    "credit": "about", "blank": "blank",
}  # fmt: skip


def _group(role: str) -> str:
    """Article text, its headings, what is said about the article, and what is none of it."""
    return GROUPS.get(role, "aside")


def _stretches(text: str, spans: pd.DataFrame) -> list[tuple[int, int, str, int, str]]:
    """Spans in reading order, neighbours of one role and story joined (blank lines between them too), gaps shown as unlabelled."""
    out: list[tuple[int, int, str, int, str]] = []
    rows = spans.sort_values(["start", "end"]).to_dict("records") if len(spans) else []
    at = 0
    for row in rows:
        start, end = min(len(text), max(at, int(row["start"]))), min(len(text), int(row["end"]))
        if end <= start:
            continue
        if start > at:
            out.append((at, start, "unlabelled", 0, ""))
        role, story, rule = str(row["role"]), int(row.get("story") or 0), str(row.get("rule") or "")
        blank_between = len(out) > 1 and out[-1][2] == "blank" and out[-2][2:4] == (role, story)
        if out and out[-1][2:4] == (role, story):
            out[-1] = (out[-1][0], end, role, story, out[-1][4] if rule == out[-1][4] else "")
        elif blank_between:
            out.pop()
            out[-1] = (out[-1][0], end, role, story, out[-1][4] if rule == out[-1][4] else "")
        else:
            out.append((start, end, role, story, rule))
        at = end
    if at < len(text):
        out.append((at, len(text), "unlabelled", 0, ""))
    return out
