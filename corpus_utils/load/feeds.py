"""RSS and Atom feeds (RSS 0.9-2.0, RDF, Atom): an entry is a record. XML is parsed without entities, network or DTD."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, Any

from corpus_utils.load.encoding import decode
from corpus_utils.load.limits import Options
from corpus_utils.load.records import Broken, Record

if TYPE_CHECKING:
    from lxml.etree import _Element

FIELDS = {
    "id": ("guid", "id"), "title": ("title",), "date": ("pubDate", "published", "issued", "date", "created", "updated", "modified"),
    "author": ("creator", "author"), "language": ("language",), "html": ("encoded", "content", "fulltext", "description", "summary"),
}  # fmt: skip
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}


def read_feed(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """Entries of a feed as records with id, title, date, author, html, url, outlet (the feed's title), language, and `categories`."""
    decoded = decode(data)
    if decoded.problem:
        return decoded.encoding, iter([(0, Broken("", decoded.problem))])
    root, why = parse_xml(decoded.text)
    if root is None:
        return decoded.encoding, iter([(0, Broken("", why))])
    entries = [node for node in root.iter() if local_name(node) in ("item", "entry")]
    if local_name(root) not in ("rss", "feed", "RDF", "channel") and not entries:
        why = f"XML with the root <{local_name(root)}>, not an RSS or Atom feed; convert it to JSON lines or CSV"
        return decoded.encoding, iter([(0, Broken("", why))])
    if not entries:
        return decoded.encoding, iter([(0, Broken("", "a feed without entries; take it out of the source"))])
    return decoded.encoding, _entries(root, entries)


def parse_xml(text: str) -> tuple[_Element | None, str]:
    """(root, "") or (None, why). Entities stay unexpanded, so neither expansion bombs nor external files do harm."""
    from lxml import etree

    if re.search(r"<!ENTITY", text[:100_000]):
        return None, "declares XML entities of its own, which can hide an expansion bomb; it is not opened"
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    data = _NAMED_ENTITY.sub(_numeric, text).encode("utf-8", "replace")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        return None, f"not readable as XML ({str(error)[:100]}); fetch it again"
    return (None, "not readable as XML; fetch it again") if root is None else (root, "")


def local_name(node: _Element) -> str:
    """Tag without its namespace; "" for what is not an element."""
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def _numeric(match: re.Match[str]) -> str:
    name = match[1]
    char = html5.get(name + ";", "")
    return match[0] if name in _XML_ENTITIES or not char else "".join(f"&#{ord(c)};" for c in char)


def _entries(root: _Element, entries: list[_Element]) -> Iterator[Record]:
    channel = root if local_name(root) in ("feed", "channel") else next((node for node in root if local_name(node) == "channel"), root)
    outlet = _child(channel, ("title",))
    language = _child(channel, ("language",)) or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    for number, entry in enumerate(entries, 1):
        record: dict[str, Any] = {name: _child(entry, tags) for name, tags in FIELDS.items()}
        record["url"] = _link(entry)
        record["outlet"] = _source(entry) or outlet
        record["language"] = record["language"] or language
        categories = [node.get("term") or _content(node) for node in entry if local_name(node) == "category"]
        record["categories"] = [category for category in categories if category]
        yield number, {name: value for name, value in record.items() if value}


def _child(node: _Element, tags: tuple[str, ...]) -> str:
    """Content of the first filled child among `tags`, in their order; an Atom person is its name."""
    for tag in tags:
        texts = []
        for child in node:
            if local_name(child) == tag and "search.yahoo.com/mrss" not in str(child.tag):
                name = next((_content(inner) for inner in child if local_name(inner) == "name"), "")
                texts.append(name or _content(child))
        if filled := [text for text in texts if text]:
            return "; ".join(filled) if tag in ("creator", "author") else max(filled, key=len)
    return ""


def _content(node: _Element) -> str:
    """Text of a node; child elements (XHTML content of Atom) are kept as markup."""
    if len(node) and any(isinstance(child.tag, str) for child in node):
        from lxml import etree

        markup = (node.text or "") + "".join(etree.tostring(child, encoding="unicode", method="html") for child in node)
        return re.sub(r"(</?)\w+:(?=\w)", r"\1", markup).strip()
    return "".join(node.itertext()).strip()


def _link(entry: _Element) -> str:
    links = [node for node in entry if local_name(node) == "link"]
    for node in sorted(links, key=lambda node: node.get("rel", "alternate") != "alternate"):
        if url := (node.get("href") or "".join(node.itertext()).strip()):
            return url
    guid = next((node for node in entry if local_name(node) == "guid"), None)
    text = "".join(guid.itertext()).strip() if guid is not None else ""
    return text if text.startswith("http") else ""


def _source(entry: _Element) -> str:
    node = next((node for node in entry if local_name(node) == "source"), None)
    return "" if node is None else _child(node, ("title",)) or (node.text or "").strip()
