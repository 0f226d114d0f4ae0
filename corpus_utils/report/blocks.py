"""Blocks of a report page, in the order every page keeps. How a notebook uses them:

    from corpus_utils.report import blocks as b
    from corpus_utils.plot import plot_dots

    b.page_head("In what tone, in whose voice?", "03_sentiment", corpus="Russia and Venezuela")        # the only h1
    b.answer("The quotations are {tone_direct:signed}, the journalists' words {tone_journalist:signed}.", findings)
    b.facts({"stories": 10, "outlets": "stated for 1 of 5 documents", "dates": "28 February 2024 to ..."})
    plot_dots(table, name="voices", caption="What to see, in a sentence.", form="signed")   # a Figure shows itself
    b.section("How sure are we?")                                                       # or a Markdown cell: ## How sure are we?
    b.sentences_block(rows, "The sentences behind it")
    b.table(frame, caption="...", csv_href="03_sentiment.csv")
    b.method("What was measured ...", citations=["Hutto & Gilbert (2014) ..."])
    b.findings_table(findings, csv_href="03_sentiment.findings.csv")
    b.provenance({"corpus": fingerprint, "settings": "...", "versions": "..."})
    b.publish(thumbnail=figure, downloads=[{"href": "03_sentiment.findings.csv", "label": "Findings (CSV)"}])

Each call is the last line of its own cell, or is handed to `display`. The first screen is head, answer, facts and main figure.

- Numbers in an answer are `{finding_id}` or `{finding_id:format}` (wording.FORMATS, `interval`, or a Python format); each links to
  its row in the findings table, each row to its sentences. The page drops a link whose target it does not show, so nothing dangles.
- The answer is also the headline on the index. Question, headline, facts and findings travel beside the HTML: nothing to do.
- All text is escaped: hand over corpus text and parameters as they are. Text may be Markdown in `method` only; `code` between backticks is
  shown as such in notices, sections, facts and answers.
- Dates as ISO text; they are written as "28 February 2024".
- Markdown cells become part of the page; code is hidden. Other outputs (a bare DataFrame, prints) are shown as plain text, standard error
  is left out (and reported beside the page), an error stops the page: use the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.report.block import Block, anchor, report_name, safe_href, shown, worded
from corpus_utils.report.findings_block import finding_forms, finding_rows, finding_value, findings_table
from corpus_utils.report.quotations import links, openers, raw_document, sentences_block, with_links
from corpus_utils.report.tables import table, within
from corpus_utils.text import escape_html, fold_space, strip_controls

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.plot.figure import Figure

__all__ = [
    "Block", "answer", "definitions", "downloads", "facts", "findings_table", "links", "method", "notice", "openers", "page_head",
    "provenance", "publish", "raw_document", "section", "sentences_block", "table", "together", "with_links", "within",
]  # fmt: skip

NOTICES = {"info": "Note", "warn": "Caution", "fail": "Failed", "good": "Checked"}


def page_head(question: str, report: str = "", *, corpus: str = "", standfirst: str = "") -> Block:
    """The title of the page: a question. `report` is the report's id ("03_sentiment"), `corpus` its name, `standfirst` one more sentence.

    In JupyterLab it also brings the style of all other blocks; a published page has its own and drops this one.
    """
    over = " · ".join(part for part in (corpus, report_name(report)) if part)
    kicker = f'<p class="cu-kicker">{escape_html(over)}</p>' if over else ""
    stand = f'<p class="cu-standfirst">{escape_html(standfirst)}</p>' if standfirst else ""
    html = f'{lab_style()}<header class="cu-head">{kicker}<h1>{escape_html(question)}</h1>{stand}</header>'
    return Block(html, question, {"question": fold_space(strip_controls(question)), "report": report})


def lab_style() -> str:
    """The style of blocks for notebooks: one element the page template removes."""
    from corpus_utils.report.assets import read

    return f'<style class="cu-lab">{read("lab.css")}{read("blocks.css")}</style>'


_PLACE = re.compile(r"\{([^{}:]+)(?::([^{}]*))?\}")


def answer(template: str, findings: pd.DataFrame | Sequence[Mapping[str, Any]], *, qualifier: str = "") -> Block:
    """The computed answer: `{finding_id}` or `{finding_id:format}` becomes that finding's number, linked to its row.

    A format is one of wording.FORMATS, "interval" ("between 0.05 and 0.31") or a Python format; without one it is guessed.
    `qualifier` is a second, smaller sentence with the same placeholders: how sure we are. ValueError names an unknown finding.
    """
    rows = {str(row["id"]): row for row in finding_rows(findings)}
    main_html, main_text = _fill(template, rows)
    html, text = f'<p class="cu-answer">{main_html}</p>', main_text
    if qualifier:
        more_html, more_text = _fill(qualifier, rows)
        html += f'<p class="cu-qualifier">{more_html}</p>'
        text += " " + more_text
    return Block(f'<div class="cu-answers">{html}</div>', text, {"headline": main_text})


def _fill(template: str, rows: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """The template with its numbers, as HTML and as plain text."""
    html, text, last = [], [], 0
    forms = finding_forms(list(rows.values()))
    for place in _PLACE.finditer(template):
        name, form = place[1].strip(), (place[2] or "").strip()
        if name not in rows:
            raise ValueError(f"answer: no finding {name!r}; there are: {', '.join(rows) or 'none'}")
        value = finding_value(rows[name], f"interval {forms[name]}" if form == "interval" else form or forms[name])
        before = strip_controls(template[last : place.start()])
        if form == "words" and re.search(r"(^|[.!?]\s+)$", template[: place.start()]):
            value = value[:1].upper() + value[1:]
        html.append(f'{worded(before)}<a class="cu-number" href="#{anchor("f", name)}">{escape_html(value)}</a>')
        text.append(before + value)
        last = place.end()
    rest = strip_controls(template[last:])
    return "".join(html) + worded(rest), fold_space("".join(text) + rest)


def facts(mapping: Mapping[str, Any]) -> Block:
    """The strip of facts: label -> value, or (value, note). Values may be blocks; missing ones are said to be "not stated"."""
    cells, plain = [], {}
    for label, value in mapping.items():
        value, note = value if isinstance(value, tuple) and len(value) == 2 else (value, "")
        small = f'<span class="cu-note">{escape_html(str(note))}</span>' if note else ""
        told = worded(value) if isinstance(value, str) and value else shown(value)
        cells.append(f"<div><dt>{escape_html(label)}</dt><dd>{told}{small}</dd></div>")
        plain[str(label)] = value.text if isinstance(value, Block) else str(value).replace("`", "")
    text = "; ".join(f"{label}: {value}" for label, value in plain.items())
    columns = len(cells) if len(cells) <= 5 else 3 if len(cells) == 6 else 4 if len(cells) <= 8 else 5
    return Block(f'<dl class="cu-facts cu-of-{columns}">{"".join(cells)}</dl>', text, {"facts": plain})


def section(title: str, intro: str = "", *, level: int = 2) -> Block:
    """A heading (2 or 3) with a paragraph; the page gives it an anchor and a line in the contents."""
    body = f"<p>{worded(intro)}</p>" if intro else ""
    return Block(f"<h{level}>{escape_html(title)}</h{level}>{body}", title)


def notice(text: str, kind: str = "info", *, title: str = "") -> Block:
    """A boxed remark: info, warn, fail or good."""
    if kind not in NOTICES:
        raise ValueError(f"notice: no kind {kind!r}; there are: {', '.join(NOTICES)}")
    lead = escape_html(title or NOTICES[kind])
    return Block(f'<div class="cu-notice cu-{kind}" role="note"><p><strong>{lead}.</strong> {worded(text)}</p></div>', text)


def definitions(mapping: Mapping[str, Any]) -> Block:
    """Terms and what they mean."""
    rows = "".join(f"<dt>{escape_html(term)}</dt><dd>{shown(meaning)}</dd>" for term, meaning in mapping.items())
    return Block(f'<dl class="cu-definitions">{rows}</dl>', "; ".join(f"{term}: {meaning}" for term, meaning in mapping.items()))


def method(text: str, citations: Sequence[str] = ()) -> Block:
    """Method and limits in plain words (Markdown; raw HTML is shown as text), and the works cited."""
    from corpus_utils.report.markdown import inline, to_html

    works = "".join(f"<li>{inline(work)}</li>" for work in citations)
    cited = f'<p class="cu-label">Works cited</p><ul class="cu-works">{works}</ul>' if works else ""
    return Block(f'<div class="cu-method">{to_html(text)}{cited}</div>', text)


def provenance(mapping: Mapping[str, Any]) -> Block:
    """Where the numbers come from: fingerprint, settings, versions. No clocks and no paths of this machine."""
    rows = "".join(f"<dt>{escape_html(key)}</dt><dd>{shown(value)}</dd>" for key, value in mapping.items())
    return Block(f'<dl class="cu-provenance">{rows}</dl>', "; ".join(f"{key}: {value}" for key, value in mapping.items()))


def downloads(files: Iterable[Mapping[str, str]]) -> Block:
    """Links to files beside the page: dicts of `href`, `label`, optional `note`."""
    kept = [dict(file) for file in files if safe_href(file.get("href", ""))]
    items = "".join(
        f'<li><a href="{safe_href(file["href"])}" download>{escape_html(file.get("label") or file["href"])}</a>'
        + (f' <span class="cu-note">{escape_html(file["note"])}</span>' if file.get("note") else "")
        + "</li>"
        for file in kept
    )
    return Block(f'<ul class="cu-downloads">{items}</ul>', ", ".join(f["href"] for f in kept), {"downloads": kept})


def together(*blocks: Any, columns: int = 1) -> Block:
    """Several blocks or figures as one, side by side where there is room and `columns` is 2."""
    html = "".join(part._repr_html_() for part in blocks)
    payload: dict[str, Any] = {}
    for part in blocks:
        payload |= getattr(part, "payload", {})
    return Block(f'<div class="cu-together cu-columns-{int(columns)}">{html}</div>', "\n".join(str(part) for part in blocks), payload)


def publish(
    *, question: str = "", headline: str = "", facts: Mapping[str, Any] | None = None, findings: pd.DataFrame | None = None,
    thumbnail: Figure | str = "", downloads: Sequence[Mapping[str, str]] = (),
) -> Block:  # fmt: skip
    """What the index and other programs learn of this page, beyond what its blocks tell by themselves; shows nothing.

    `thumbnail` is a Figure (its small form is taken) or SVG text.
    """
    payload: dict[str, Any] = {"question": question, "headline": headline, "thumbnail": getattr(thumbnail, "mini", thumbnail)}
    payload |= {"facts": {key: str(value) for key, value in facts.items()}} if facts else {}
    payload |= {"findings": finding_rows(findings)} if findings is not None else {}
    payload |= {"downloads": [dict(file) for file in downloads]} if downloads else {}
    return Block("", "Published beside the page.", {key: value for key, value in payload.items() if value})
