"""Markdown to HTML with nothing passed through: raw HTML is shown as text, links are checked, pictures are left out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from corpus_utils.report.block import safe_href
from corpus_utils.text import escape_html, strip_controls


@lru_cache(maxsize=1)
def _parser() -> Any:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        """mistune's renderer with `escape`, our link check and no pictures (a picture needs a `Figure` and its description)."""

        def __init__(self) -> None:
            super().__init__(escape=True)

        def link(self, text: str, url: str, title: str | None = None) -> str:
            address = safe_href(url)
            return f'<a href="{address}">{text}</a>' if address else text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return escape_html(text)

    return mistune.create_markdown(renderer=Renderer(), plugins=["table"])


def to_html(source: str) -> str:
    """Markdown as HTML. Headings carry no ids yet: the page gives them."""
    return str(_parser()(strip_controls(str(source)))).strip()


def inline(source: str) -> str:
    """One paragraph of Markdown without its `<p>`."""
    out = to_html(source)
    return out[3:-4] if out.startswith("<p>") and out.endswith("</p>") and out.count("<p>") == 1 else out
