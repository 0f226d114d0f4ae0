"""HTML to plain text, once: what a reader sees, one line a block, in page order. What is built here is `documents.text` for good.

Conventions
    Paragraphs, headings, lists, quotes, tables, figures and sections stand between blank lines; list items, table rows, `div`s and `br`
    start a new line; cells of a row are separated by a tab. No bullets, no link targets, no alternative texts are added.
    White space folds to one blank, except in `pre`. Scripts, styles, `noscript`, `template`, embedded objects and the head are left out.
    `Flat.blocks` holds [start, end, tag] of the blocks whose tag says what they are (h1-h6, figcaption, nav, footer, aside, time ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus_utils.load.encoding import writable

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def _tags(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Text for screen readers only, by the class names of the common style sheets; and the same done by hand in a style attribute.
UNSEEN_CLASSES = _tags("sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only u-visually-hidden assistive-text")
_UNSEEN_STYLE = re.compile(r"clip\s*:\s*rect\(\s*[01](?:px)?\b")

SKIPPED = _tags("script style noscript template head title iframe object embed applet svg math canvas audio video map select textarea")
PARAGRAPHS = _tags(
    "p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table figure figcaption section article aside header footer nav main form fieldset "
    "hr address details body html menu"
)
LINES = _tags("div li dt dd tr br caption thead tbody tfoot legend summary center dir hgroup")
SEPARATE = _tags("a button label time input")  # neighbours without a blank between them are not one word
HEADS = _tags("h1 h2 h3 h4 h5 h6")
TOLD = HEADS | _tags("figcaption nav footer aside header time blockquote caption li pre button form")
_SPACE = re.compile(r"[ \t\n\r\f\xa0\u2028\u2029\x0b\x85]+")
_MARKUP = re.compile(r"</(?:p|div|li|h[1-6]|span|article|blockquote)\s*>|<br\s*/?>", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass
class Flat:
    """Text of a page, and where its telling blocks are: [start, end, tag]."""

    text: str
    blocks: list[tuple[int, int, str]] = field(default_factory=list)


def parse_html(markup: str) -> HtmlElement | None:
    """The page as a tree, or None where there is nothing to parse. No network, no entities beyond HTML's own, no comments."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    data = _DECLARATION.sub("", writable(markup), count=1).replace("\x00", "").encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree.tag, str) else None


def looks_like_html(text: str) -> bool:
    """Whether the text of a record is markup: at least one closing block tag or line break."""
    return "<" in text and _MARKUP.search(text) is not None


def flatten(tree: HtmlElement) -> Flat:
    """Text and telling blocks of a parsed page; iterative, so depth of nesting does no harm."""
    from lxml import etree

    out = _Writer()
    blocks: list[tuple[int, int, str]] = []
    starts: list[tuple[int, str]] = []
    skipping = preformatted = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "!"
        opens = event == "start"
        if tag in SKIPPED or tag == "!" or (tag not in HEADS and _unseen(element)):
            skipping += 1 if opens else -1
        elif not skipping:
            out.boundary(tag, opens)
            if tag == "pre":
                preformatted += 1 if opens else -1
            if tag in TOLD:
                if opens:
                    starts.append((len(out), tag))
                elif starts:
                    start, _ = starts.pop()
                    blocks.append((start, len(out), tag))
        if not skipping:
            text = element.text if opens else element.tail
            if text and not (opens and tag == "!"):
                out.write(text, keep=preformatted > 0)
    text, shift = out.finish()
    told = ((max(0, start - shift), min(end - shift, len(text)), tag) for start, end, tag in blocks)
    return Flat(text, sorted(_tightened(text, told)))


def _unseen(element: HtmlElement) -> bool:
    names, style = element.get("class"), element.get("style")
    return (names is not None and not UNSEEN_CLASSES.isdisjoint(names.split())) or (
        style is not None and _UNSEEN_STYLE.search(style) is not None
    )


def _tightened(text: str, blocks: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept = []
    for start, end, tag in blocks:
        piece = text[start:end]
        start, end = start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
        if start < end:
            kept.append((start, end, tag))
    return kept


class _Writer:
    """Collects text; knows what white space is owed before the next visible character."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.owed = ""  # "", " ", "\t", "\n" or "\n\n"

    def __len__(self) -> int:
        return self.length

    def boundary(self, tag: str, opens: bool) -> None:
        if tag in PARAGRAPHS:
            self.owe("\n\n")
        elif tag in ("td", "th"):
            self.owe("\t" if not opens else "")
        elif tag in LINES:
            self.owe("\n")
        elif tag in SEPARATE:
            self.owe(" ")

    def owe(self, space: str) -> None:
        if (space.count("\n"), len(space), space == "\t") > (self.owed.count("\n"), len(self.owed), self.owed == "\t"):
            self.owed = space

    def write(self, text: str, *, keep: bool) -> None:
        folded = text.replace("\r\n", "\n") if keep else _SPACE.sub(" ", text)
        if not keep:
            if folded[:1] == " ":
                self.owe(" ")
                folded = folded[1:]
            trailing = folded[-1:] == " "
            folded = folded[:-1] if trailing else folded
        else:
            trailing = False
        if folded:
            owed = self.owed if self.length else ""
            self.parts += [owed, folded]
            self.length += len(owed) + len(folded)
            self.owed = ""
        if trailing:
            self.owe(" ")

    def finish(self) -> tuple[str, int]:
        """The text, stripped, and how many characters were cut at its start."""
        text = "".join(self.parts)
        left = len(text) - len(text.lstrip())
        return text.strip() + ("\n" if text.strip() else ""), left
