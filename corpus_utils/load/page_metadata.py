"""Metadata a page states of itself (first version: trafilatura's reading)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def read_page_metadata(tree: HtmlElement, url: str = "") -> dict[str, str]:
    """title, author, outlet, date, language, url as the page states them; keys are missing where it does not."""
    from trafilatura.metadata import extract_metadata

    dates = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01", "min_date": "1990-01-01"}
    found = extract_metadata(tree, default_url=url or None, date_config=dates, extensive=False)
    given = {
        "title": found.title, "author": found.author, "outlet": found.sitename, "date": found.date, "url": found.url,
        "language": (tree.get("lang") or "")[:2].lower(),
    }  # fmt: skip
    return {key: value for key, value in given.items() if value}
