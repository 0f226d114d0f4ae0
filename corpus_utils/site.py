"""The index of a site of reports: what is in the corpus, what was found, in which state each report is.

The index is the one page that may carry clocks and run names; report pages may not. It uses their style sheet, loads nothing and runs
nothing. Everything handed in is escaped; addresses must be below the index's folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus_utils.text import escape_html

STATES = {
    "current": "up to date",
    "unchanged": "unchanged since the last run",
    "new": "new",
    "failed": "the last run failed; this is the last good report",
    "missing": "could not be made",
}


def render_index(cards: Sequence[Mapping[str, Any]], corpus_facts: Mapping[str, Any]) -> str:
    """The index page.

    cards         one dict per report, in order: `question`, `headline` (the answer, plain text), `href` ("" where there is no page);
                  optional `report` (id), `thumbnail` (SVG text), `state` (a key of STATES), `state_note` ("report of 3 May 2024"),
                  `error_href`, `size` (bytes), `dates` (of the data, in words), `since` (what changed since last time),
                  `downloads` (of {href, label})
    corpus_facts  `name`; optional `description`, `facts` (label -> value or (value, note)), `downloads` (of {href, label, note}),
                  `made` (when, in words), `since` (text), `since_href`, `alerts` (sentences), `lang`, `footer`
    ValueError for an unknown state.
    """
    from corpus_utils.report import blocks
    from corpus_utils.report.assets import read
    from corpus_utils.report.render import CSP, style_sheet, template

    known = [_card(card) for card in cards]
    facts = corpus_facts.get("facts") or {}
    return str(
        template("index.html.j2").render(
            lang=corpus_facts.get("lang") or "en",
            name=corpus_facts.get("name") or "Reports",
            description=corpus_facts.get("description") or "",
            facts=blocks.facts(facts).html if facts else "",
            cards=known,
            downloads=blocks.downloads(corpus_facts.get("downloads") or ()).html if corpus_facts.get("downloads") else "",
            made=corpus_facts.get("made") or "",
            since=_since(corpus_facts),
            alerts=list(corpus_facts.get("alerts") or ()),
            footer=corpus_facts.get("footer") or "",
            failed=sum(card["state"] in ("failed", "missing") for card in known),
            csp=CSP,
            css=style_sheet() + read("site.css"),
        )
    )


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    from corpus_utils.plot.figure import data_uri
    from corpus_utils.report.block import safe_href

    state = str(card.get("state") or "current")
    if state not in STATES:
        raise ValueError(f"index: no state {state!r}; there are: {', '.join(STATES)}")
    thumbnail = str(card.get("thumbnail") or "")
    return {
        "question": card.get("question") or card.get("report") or "Untitled report",
        "headline": card.get("headline") or "",
        "href": safe_href(card.get("href") or ""),
        "state": state,
        "state_text": STATES[state],
        "state_note": card.get("state_note") or "",
        "error_href": safe_href(card.get("error_href") or ""),
        "size": file_size(card.get("size")),
        "dates": card.get("dates") or "",
        "since": card.get("since") or "",
        "picture": data_uri(thumbnail) if thumbnail.startswith("<svg") else "",
        "downloads": [
            {"href": address, "label": str(file.get("label") or file.get("href"))}
            for file in card.get("downloads") or ()
            if (address := safe_href(file.get("href") or ""))
        ],
    }


def _since(corpus_facts: Mapping[str, Any]) -> str:
    """What changed since last time, as HTML."""
    from corpus_utils.report.block import safe_href

    text, address = escape_html(str(corpus_facts.get("since") or "")), safe_href(corpus_facts.get("since_href") or "")
    if text and address:
        return f'{text} <a href="{address}">See what changed</a>'
    return text


def file_size(size: Any) -> str:
    """Bytes as a reader says it: "44 kB", "1.2 MB"; empty where unknown."""
    if not size:
        return ""
    kilobytes = float(size) / 1000
    return f"{max(1, round(kilobytes))} kB" if kilobytes < 1000 else f"{kilobytes / 1000:.1f} MB"
