"""Metadata a page states of itself: title, author, outlet, date, language, url. What is not stated is missing, never guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from corpus_utils.load.flatten import Flat, flatten
from corpus_utils.load.page_dates import read_date
from corpus_utils.load.page_people import read_authors
from corpus_utils.load.page_titles import read_title
from corpus_utils.load.stated import Stated, plain_text, read_stated

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def read_page_metadata(tree: HtmlElement, url: str = "", flat: Flat | None = None) -> dict[str, Any]:
    """title, author (names joined by "; "), outlet, date (YYYY-MM-DD), language (ISO 639-1), url; a key is missing where nothing is stated.

    Where sources of the page give different days, `date_candidates` holds them all as [source, day]; `flat` is the flattened page.

    `url` is where the page was fetched from, if that is known; the page's own canonical address comes first.
    """
    stated = read_stated(tree)
    address = read_url(stated, url)
    outlet = read_outlet(stated)
    title = read_title(stated, outlet or _host(address))
    date, evidence = read_date(stated, address, title, flat or flatten(tree))
    given: dict[str, Any] = {
        "title": title,
        "author": read_authors(stated),
        "outlet": outlet,
        "date": date,
        "date_candidates": evidence if len({day for _, day in evidence}) > 1 else [],
        "language": read_language(stated),
        "url": address,
    }
    return {name: value for name, value in given.items() if value}


def read_outlet(stated: Stated) -> str:
    """The site's name: OpenGraph, the publisher in JSON-LD, application name; a name with a handle's @ or an address is none."""
    found = [stated.first("og:site_name")]
    for article in stated.articles:
        publisher = stated.resolve(article.get("publisher"))
        publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
        found.append(plain_text(publisher.get("name")) if isinstance(publisher, dict) else plain_text(publisher))
    found += [
        stated.first(name)
        for name in ("publisher", "dc.publisher", "application-name", "citation_journal_title", "apple-mobile-web-app-title")
    ]
    names = (plain_text(text) for text in found)
    return next((name for name in names if name and not re.match(r"@|https?:", name) and len(name) < 80), "")


def read_language(stated: Stated) -> str:
    """Two-letter code of the `lang` attribute, else of the content language or OpenGraph locale."""
    for text in (
        stated.tree.get("lang"),
        stated.tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        stated.first("og:locale", "language", "inlanguage"),
    ):
        if text and (match := re.match(r"\s*([a-zA-Z]{2})(?:[-_]|\s*$)", text)):
            return match[1].lower()
    return ""


def read_url(stated: Stated, url: str = "") -> str:
    """The page's own address: canonical link, og:url, else `url`. Only http and https."""
    canonical = [link.get("href") or "" for link in stated.tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for found in (*canonical, stated.first("og:url"), stated.first("twitter:url"), url):
        try:
            address = urljoin(url, found.strip()) if url else found.strip()
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query or found == url):
            return address
    return ""


def _host(address: str) -> str:
    try:
        return re.sub(r"^www\.", "", urlsplit(address).hostname or "")
    except ValueError:
        return ""
