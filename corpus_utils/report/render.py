"""An executed notebook as one page: a single HTML file that needs nothing else and runs nothing.

nbconvert walks the cells with the template in `template/page.html.j2` (its own templates load scripts from elsewhere and drop alt text).
Then the page is finished here: one h1, headings with stable ids, contents, no id twice, no link into nothing.

What is shown: Markdown cells (raw HTML as text), HTML of `Block` and `Figure` objects (they escape what they were given), other results as
plain text, pictures as pictures. Never shown: code, widgets, scripts, raw cells, standard error (which `collect_payload` hands on as
`warnings`). For an error output `render_page` raises `RenderError`, because a page with a hole in it must not be published.
The same notebook gives the same bytes: no clock, no random id, no path; execution counts and times are not part of a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.plot.figure import MIME, slug
from corpus_utils.report.assets import FOLDER, read
from corpus_utils.report.block import report_name, safe_href
from corpus_utils.report.cells import cells_html, without_address
from corpus_utils.text import escape_html, strip_controls

if TYPE_CHECKING:
    from nbformat import NotebookNode

CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


NEIGHBOURS = 8  # reports that fit on the line above a page


class RenderError(ValueError):
    """The notebook cannot become a page; the message says which cell and why."""


def render_page(notebook: NotebookNode, *, title: str, meta: Mapping[str, Any] | None = None) -> str:
    """The page of an executed notebook.

    title  of the browser window, and the h1 where the notebook has none
    meta   optional: `lang` ("en"), `site` (name of the corpus), `home` (address of the index), `description`,
           `pages` (list of {href, title, current} for the way between reports), `footer` (a sentence)
    Raises RenderError for a notebook with an error output.
    """
    meta = dict(meta or {})
    _refuse_errors(notebook)
    body = _finish(cells_html(notebook), title)
    body, contents = _contents(body)
    description = meta.get("description") or collect_payload(notebook).get("headline", "")
    return template("page.html.j2").render(
        lang=meta.get("lang", "en"), title=title, body=body, contents=contents, csp=CSP, css=style_sheet(), site=meta.get("site", ""),
        home=safe_href(meta.get("home", "")), description=description, footer=meta.get("footer", ""),
        pages=_neighbours(meta.get("pages") or []),
    )  # fmt: skip


def collect_payload(notebook: NotebookNode) -> dict[str, Any]:
    """What the notebook publishes beside its page: question, report, headline, facts, findings, thumbnail, downloads; in cell order.

    `warnings` lists what cells wrote to standard error, which no page shows: its first lines, without addresses in memory.
    Later cells win; findings and downloads add up (a finding id counts once).
    """
    out: dict[str, Any] = {"question": "", "report": "", "headline": "", "facts": {}, "findings": [], "thumbnail": "", "downloads": []}
    out["warnings"] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.get("name") == "stderr":
                lines = [line.strip() for line in strip_controls("".join(output.get("text", ""))).splitlines() if line.strip()]
                out["warnings"] += [without_address(line)[:300] for line in lines[:3]]
            payload = output.get("data", {}).get(MIME, {})
            for key in ("question", "report", "headline", "thumbnail"):
                out[key] = str(payload.get(key) or out[key])
            out["facts"] |= payload.get("facts", {})
            for key, name in (("findings", "id"), ("downloads", "href")):
                known = {row.get(name) for row in out[key]}
                out[key] += [dict(row) for row in payload.get(key, []) if row.get(name) not in known]
    return out


def _neighbours(pages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The way to the other reports, by their short names: "03_sentiment.html" is "Sentiment". Too many for a line are left to the index."""
    known = [
        {"href": safe_href(page.get("href", "")), "current": bool(page.get("current")), "title": _short_name(page)}
        for page in pages
        if safe_href(page.get("href", ""))
    ]
    return known if len(known) <= NEIGHBOURS else []


def _short_name(page: Mapping[str, Any]) -> str:
    name = report_name(str(page["href"]).rsplit("/", 1)[-1].removesuffix(".html"))
    given = str(page.get("title") or "")
    given = report_name(given) if re.match(r"\d+[_-]", given) else given
    return given if given and len(given) <= 16 else name or given


def style_sheet() -> str:
    """All the style of a page."""
    return read("colours.css") + read("page.css") + read("blocks.css")


def _refuse_errors(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise RenderError(f"cell {number} ended with an error: {output.get('ename', '')}: {output.get('evalue', '')}")


_HEADING = re.compile(r"<h([1-4])((?: [^<>]*)?)>(.*?)</h\1>", re.S)
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r' id="([^"]*)"')


def _finish(body: str, title: str) -> str:
    """Exactly one h1, no id twice, no link to an anchor the page does not have."""
    seen_h1 = False

    def heading(found: re.Match[str]) -> str:
        nonlocal seen_h1
        level, rest, inner = found[1], found[2], found[3]
        if level != "1":
            return found[0]
        text = _words(inner)
        if seen_h1:
            return "" if text == first_h1 else f"<h2{rest}>{inner}</h2>"
        seen_h1 = True
        return found[0]

    in_head = re.search(r'<header class="cu-head">.*?<h1>(.*?)</h1>', body, re.S)
    every = re.search(r"<h1[^<>]*>(.*?)</h1>", body, re.S)
    first_h1 = _words((in_head or every)[1]) if in_head or every else ""  # type: ignore[index]
    if in_head:  # the page head is the title wherever a Markdown cell repeats it
        before, after = body[: in_head.start()], body[in_head.start() :]
        before = _HEADING.sub(lambda f: f[0] if f[1] != "1" else "" if _words(f[3]) == first_h1 else f"<h2{f[2]}>{f[3]}</h2>", before)
        body = before + _HEADING.sub(heading, after)
    else:
        body = _HEADING.sub(heading, body)
        if not seen_h1:
            body = f'<header class="cu-head"><h1>{escape_html(title)}</h1></header>' + body
    return body


def _words(inner: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", inner)).split())


def _contents(body: str) -> tuple[str, list[dict[str, Any]]]:
    """The body with ids on its headings, each id once, dangling links unwrapped; and the contents: {id, text, level}."""
    used = set(_ID.findall("".join(_TAG.findall(body))))
    contents: list[dict[str, Any]] = []

    def named(found: re.Match[str]) -> str:
        level, rest, inner = int(found[1]), found[2], found[3]
        given = _ID.search(rest)
        if given:
            name = given[1]
        else:
            base = name = slug(_words(inner))
            number = 2
            while name in used:
                name, number = f"{base}-{number}", number + 1
            used.add(name)
            rest += f' id="{name}"'
        if level in (2, 3):
            contents.append({"id": name, "text": _words(inner), "level": level})
        return f"<h{level}{rest}>{inner}</h{level}>"

    body = _HEADING.sub(named, body)
    seen: set[str] = set()

    def once(found: re.Match[str]) -> str:
        given = _ID.search(found[0])
        if not given:
            return found[0]
        if given[1] in seen:
            return _ID.sub("", found[0], count=1)
        seen.add(given[1])
        return found[0]

    body = _TAG.sub(once, body)

    def linked(found: re.Match[str]) -> str:
        return found[0] if found[1] in seen or found[1] == "top" else f'<span class="cu-unlinked">{found[2]}</span>'

    return re.sub(r'<a [^<>]*?href="#([^"]*)"[^<>]*>(.*?)</a>', linked, body, flags=re.S), contents


def template(name: str) -> Any:
    """A page template of ours, with escaping on."""
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(FOLDER)
    return Environment(loader=loader, autoescape=True, finalize=_shown, trim_blocks=True, lstrip_blocks=True).get_template(name)


def _shown(value: Any) -> Any:
    """Text without controls and reordering marks; what is markup already has been through the same."""
    return strip_controls(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
