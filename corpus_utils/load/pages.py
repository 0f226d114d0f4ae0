"""One HTML page to text, metadata and hints. Extractor libraries run on hostile markup here, so their failures are contained here too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from corpus_utils.load.flatten import flatten, parse_html
from corpus_utils.load.hints import extract_blocks, make_hints

T = TypeVar("T")


@dataclass
class Page:
    """A flattened page; `hints` and `given` are empty where nothing was asked for or found."""

    text: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    hints: list[list] = field(default_factory=list)


def read_page(markup: str, *, url: str = "", extract: bool = True) -> Page:
    """Flatten `markup`; with `extract`, also read its metadata and let trafilatura point out the article. Never raises."""
    tree = parse_html(markup)
    if tree is None:
        return Page()
    flat = flatten(tree)
    page = Page(flat.text)
    if extract and flat.text:
        from corpus_utils.load.page_metadata import read_page_metadata

        page.given = _contained(read_page_metadata, tree, url, flat) or {}
        blocks = _contained(extract_blocks, tree) or []
        page.hints = [list(hint) for hint in make_hints(flat, blocks, page.given.get("title", ""))]
    return page


def _contained(function: Callable[..., T], *arguments: Any) -> T | None:
    """The function's result, or None if it breaks: lxml, trafilatura and htmldate raise many kinds of errors on broken pages.

    Nothing is lost by that: the page's whole text is kept, it only gets no hints or no stated metadata.
    """
    try:
        return function(*arguments)
    except Exception:
        return None
