"""Word documents (.docx): paragraphs and table rows in reading order, with the title and author of the file's properties.

The XML is read directly, without entities or network. Deleted text of tracked changes is left out, inserted text is kept.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from corpus_utils.load.feeds import local_name
from corpus_utils.load.limits import Options
from corpus_utils.load.records import office_problem

if TYPE_CHECKING:
    from lxml.etree import _Element

LEFT_OUT = {"del", "moveFrom", "instrText", "delText", "pict", "drawing", "footnoteReference", "rPr", "pPr", "Fallback"}


def read_docx(data: bytes, options: Options) -> tuple[str, dict[str, str], str]:
    """(text, stated metadata, problem): paragraphs separated by line ends, an empty paragraph stays an empty line."""
    if why := office_problem(data, options):
        return "", {}, why
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = _part(archive, "word/document.xml")
        properties = _part(archive, "docProps/core.xml")
    if main is None:
        return "", {}, "a .docx file without a readable word/document.xml; save it again"
    lines: list[str] = []
    body = next((node for node in main if local_name(node) == "body"), main)
    _blocks(body, lines)
    given = {}
    for node in properties if properties is not None else ():
        name = {"title": "title", "creator": "author", "language": "language"}.get(local_name(node))
        if name and node.text and node.text.strip():
            given[name] = node.text.strip()
    return "\n".join(lines).strip("\n") + "\n" if any(lines) else "", given, ""


def _part(archive: zipfile.ZipFile, name: str) -> _Element | None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(archive.read(name), parser)
    except (KeyError, etree.LxmlError, ValueError, OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return None


def _blocks(parent: _Element, lines: list[str], depth: int = 20) -> None:
    for node in parent:
        kind = local_name(node)
        if kind == "p":
            lines.extend("".join(_runs(node)).split("\n"))
        elif kind == "tr":
            cells: list[str] = []
            for cell in node:
                inner: list[str] = []
                if local_name(cell) == "tc" and depth:
                    _blocks(cell, inner, depth - 1)
                    cells.append(" ".join(filter(None, inner)))
            lines.append("\t".join(cells))
        elif kind in ("tbl", "sdt", "sdtContent", "ins", "customXml", "smartTag") and depth:
            _blocks(node, lines, depth - 1)


def _runs(node: _Element) -> list[str]:
    parts: list[str] = []
    for child in node:
        kind = local_name(child)
        if kind == "t":
            parts.append(child.text or "")
        elif kind == "tab":
            parts.append("\t")
        elif kind in ("br", "cr"):
            parts.append("\n")
        elif kind in ("noBreakHyphen", "softHyphen"):
            parts.append("\u2011" if kind == "noBreakHyphen" else "\u00ad")
        elif kind not in LEFT_OUT:
            parts.extend(_runs(child))
    return parts
