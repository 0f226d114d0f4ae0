"""What an HTML extractor says of stretches of the flattened page: trafilatura's output aligned to `documents.text`.

Conventions
    A hint is [start, end, role, rule]; offsets are code points of the flattened text; hints are sorted and do not overlap.
    Roles given: title, body, subheading, caption, and navigation for what stands in a `nav`. Whatever else trafilatura left out gets no
    hint: saying what it is, is the cleaner's work.
    Alignment compares characters without white space, so nothing depends on how either side breaks lines.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus_utils.load.flatten import Flat

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Hint = tuple[int, int, str, str]
MIN_PIECE = 12  # characters without blanks: shorter pieces of a block that does not match as a whole are left unaligned
HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class Block:
    """One block of the extractor's output: its text, and whether it is a heading."""

    text: str
    heading: bool = False


def extract_blocks(tree: HtmlElement) -> list[Block]:
    """Blocks of article text by trafilatura, in its order; [] where it finds none. No network, no clock."""
    import trafilatura

    document = trafilatura.bare_extraction(tree, with_metadata=False, include_comments=False, include_tables=True)
    body = getattr(document, "body", None)
    if body is None:
        return []
    blocks: list[Block] = []
    _collect(body, blocks)
    return blocks


def make_hints(flat: Flat, blocks: list[Block], title: str = "") -> list[Hint]:
    """Hints of a page from the extractor's blocks and the page's stated title."""
    stream = _Stream(flat.text)
    spans = _align(stream, blocks)
    hints: list[Hint] = []
    captions = [(start, end) for start, end, tag in flat.blocks if tag == "figcaption"]
    heads = [(start, end) for start, end, tag in flat.blocks if tag in HEADS]
    for (start, end), heading in spans:
        if _inside(start, end, captions):
            hints.append((start, end, "caption", "trafilatura, in a figcaption"))
        elif heading or _inside(start, end, heads):
            hints.append((start, end, "subheading", "trafilatura: heading"))
        else:
            hints.append((start, end, "body", "trafilatura"))
    if found := find_title(flat, title, hints):
        hints = [hint for hint in hints if hint[1] <= found[0] or hint[0] >= found[1]]
        hints.append((*found, "title", "page title, as stated in its metadata"))
    marked = [(start, end, "navigation", "nav element") for start, end, tag in flat.blocks if tag == "nav"]
    marked += [(start, end, "caption", "figcaption element") for start, end in captions]
    return _without_overlaps(sorted([*hints, *(extra for extra in marked if not _overlaps(extra, hints))]))


def find_title(flat: Flat, title: str, hints: list[Hint]) -> tuple[int, int] | None:
    """Where the stated title stands: in a heading if it can be, else a line of its own; nearest before the body."""
    wanted = _squeeze(title)
    if len(wanted) < 3:
        return None
    first = min((start for start, _, role, _ in hints if role == "body"), default=0)
    heads = [(start, end) for start, end, tag in flat.blocks if tag in ("h1", "h2", "h3")]
    same = [(start, end) for start, end in heads if _squeeze(flat.text[start:end]) == wanted]
    if not same:
        same = [(start, end) for start, end in _lines(flat.text) if _squeeze(flat.text[start:end]) == wanted]
    return min(same, key=lambda span: (span[0] > first, abs(first - span[0])), default=None)


def _lines(text: str) -> list[tuple[int, int]]:
    spans, position = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((position, position + len(line)))
        position += len(line) + 1
    return spans


def _collect(element: Any, blocks: list[Block]) -> None:
    """Leaf blocks of trafilatura's XML: p, head, item, cell, quote, code; text beside child blocks counts too."""
    block_tags = {"p", "head", "item", "cell", "quote", "code", "list", "table", "row", "div", "body", "main", "ab", "fw"}

    def walk(node: Any, inherited: bool) -> None:
        heading = inherited or node.tag == "head"
        run: list[str] = [node.text or ""]

        def flush() -> None:
            text = " ".join("".join(run).split())
            if text:
                blocks.append(Block(text, heading))
            run.clear()

        for child in node:
            if child.tag in block_tags:
                flush()
                walk(child, heading)
            elif child.tag == "lb":
                flush()
            elif isinstance(child.tag, str) and child.tag != "graphic":
                run.append("".join(child.itertext()))
            run.append(child.tail or "")
        flush()

    walk(element, False)


def _squeeze(text: str) -> str:
    return "".join(text.split()).casefold()


class _Stream:
    """A text without its white space and case, with the way back to offsets."""

    def __init__(self, text: str) -> None:
        chars: list[str] = []
        self.offsets: list[int] = []
        for offset, char in enumerate(text):
            if not char.isspace():
                lower = char.lower()
                chars.append(lower if len(lower) == 1 else char)
                self.offsets.append(offset)
        self.text = "".join(chars)

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.offsets[start], self.offsets[end - 1] + 1


def _align(stream: _Stream, blocks: list[Block]) -> list[tuple[tuple[int, int], bool]]:
    """Spans of the blocks. Blocks found exactly once fix the order; the others are looked for between their neighbours."""
    texts = [_stream_text(block.text) for block in blocks]
    found: list[list[tuple[int, int]]] = [[] for _ in blocks]
    for index, text in enumerate(texts):
        if len(text) >= MIN_PIECE:
            at = stream.text.find(text)
            if at >= 0 and stream.text.find(text, at + 1) < 0:
                found[index] = [(at, at + len(text))]
    for index, text in enumerate(texts):
        if text and not found[index]:
            low = max((found[i][-1][1] for i in range(index) if found[i]), default=0)
            later = (found[i][0][0] for i in range(index + 1, len(blocks)) if found[i] and found[i][0][0] >= low)
            high = min(later, default=len(stream.text))
            found[index] = _place(stream.text, text, low, high)
    return [(stream.span(start, end), block.heading) for block, places in zip(blocks, found, strict=True) for start, end in places]


def _stream_text(text: str) -> str:
    return "".join(lower if len(lower := char.lower()) == 1 else char for char in text if not char.isspace())


def _place(page: str, text: str, low: int, high: int) -> list[tuple[int, int]]:
    """Where `text` stands in page[low:high], else anywhere; else its longest pieces in order, each of MIN_PIECE characters or more."""
    at = page.find(text, low, high)
    if at < 0 and len(text) >= MIN_PIECE:
        at = page.find(text)
    if at >= 0:
        return [(at, at + len(text))]
    pieces: list[tuple[int, int]] = []
    done, cursor = 0, low
    while done + MIN_PIECE <= len(text):
        at = page.find(text[done : done + MIN_PIECE], cursor, high)
        if at < 0:
            done += 1
            continue
        length = MIN_PIECE
        while done + length < len(text) and at + length < high and page[at + length] == text[done + length]:
            length += 1
        pieces.append((at, at + length))
        done, cursor = done + length, at + length
    if sum(end - start for start, end in pieces) < 0.5 * len(text):
        return []
    return pieces


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether [start, end) lies within one of the sorted spans."""
    at = bisect_left(spans, (start + 1, -1)) - 1
    return any(low <= start and end <= high for low, high in spans[max(0, at - 3) : at + 1])


def _overlaps(hint: Hint, hints: list[Hint]) -> bool:
    return any(start < hint[1] and hint[0] < end for start, end, _, _ in hints)


def _without_overlaps(hints: list[Hint]) -> list[Hint]:
    kept: list[Hint] = []
    for start, end, role, rule in hints:
        start = max(start, kept[-1][1] if kept else 0)
        if start < end:
            kept.append((start, end, role, rule))
    return kept
