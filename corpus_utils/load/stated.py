"""What a page says of itself in machine-readable form: meta tags and JSON-LD, collected once for the readers of title, people and dates.

Hostile or broken JSON-LD is common; what cannot be parsed is left out, it never stops the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ARTICLE_TYPES = re.compile(r"(?:article|blogposting|report|liveblogposting|posting|review|analysis|newsstory|webpage|videoobject)$", re.I)
WEAK_TYPES = re.compile(r"(?:webpage|videoobject)$", re.I)
MAX_JSON = 2_000_000  # characters of one script
_COMMENT = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_BROKEN_FIELD = re.compile(r'"(headline|datePublished)"\s*:\s*"([^"\\\n]{4,300})"')


@dataclass
class Stated:
    """`meta`: lower-case name, property or itemprop -> contents in page order; `articles`: JSON-LD objects, the page's own first."""

    tree: HtmlElement
    meta: dict[str, list[str]] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The first filled content of the first of these meta names that has one."""
        return next((text for name in names for text in self.meta.get(name, ()) if text), "")

    def resolve(self, value: Any) -> Any:
        """An object that is only a reference (`{"@id": ...}`) becomes what it refers to."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return self.by_id.get(value["@id"], value)
        return value


def read_stated(tree: HtmlElement) -> Stated:
    """Collect meta tags and JSON-LD of a page."""
    stated = Stated(tree)
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            if content and (name := element.get(attribute)):
                stated.meta.setdefault(name.strip().lower(), []).append(content[:2000])
    objects = [item for data in _scripts(tree) for item in _objects(data)]
    for item in objects:
        if isinstance(item.get("@id"), str) and len(item) > len(stated.by_id.get(item["@id"], ())):
            stated.by_id[item["@id"]] = item
    stated.articles = sorted((item for item in objects if ARTICLE_TYPES.search(type_of(item))), key=_rank)
    return stated


def type_of(item: dict[str, Any]) -> str:
    """`@type` as one text; of several, the first that names an article."""
    kinds = item.get("@type")
    kinds = [kind for kind in kinds if isinstance(kind, str)] if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []
    return next((kind for kind in kinds if ARTICLE_TYPES.search(kind)), kinds[0] if kinds else "")


def plain_text(value: Any) -> str:
    """A stated text without markup and entities, white space folded; "" for what is no text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    if not isinstance(value, str):
        return ""
    from html import unescape

    text = unescape(unescape(value)) if "&" in value else value
    if "<" in text:
        text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text)
    return " ".join(text.split())


def _rank(item: dict[str, Any]) -> tuple[bool, bool]:
    """Articles before pages and videos; those with a headline or date before stubs; page order decides the rest (the sort is stable)."""
    return WEAK_TYPES.search(type_of(item)) is not None, not (item.get("headline") or item.get("datePublished"))


def _scripts(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() not in ("application/ld+json", "application/json+ld"):
            continue
        text = _COMMENT.sub("", _COMMENT.sub("", "".join(script.itertext())[:MAX_JSON])).strip()
        for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
            try:
                yield json.loads(attempt, strict=False)
                break
            except (ValueError, RecursionError):
                continue
        else:
            yield {"@type": "Article", **dict(_BROKEN_FIELD.findall(text)[::-1])}


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Objects a page describes, outermost first; lists of other articles (ItemList and the like) are not entered."""
    if isinstance(data, list):
        for item in data[:200]:
            yield from _objects(item, depth)
    elif isinstance(data, dict) and depth < 6:
        yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "author", "publisher", "creator", "review"):
            inner = data.get(name)
            if isinstance(inner, (dict, list)):
                yield from _objects(inner, depth + 1)
