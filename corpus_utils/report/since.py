"""The page "Since last time": what changed between two runs and why. It names runs, so it stands outside the rule of same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus_utils.report.diff import Change, Difference
from corpus_utils.text import escape_html

FOLDER = "since"
SHOWN = 200  # changed findings on the page; `corpus-utils diff` lists all


def since_name(before: str, after: str) -> str:
    """Path of the page below the reports folder."""
    return f"{FOLDER}/{after}-since-{before}.html"


def clear_since(reports_dir: Path, kept: Sequence[str]) -> None:
    """Remove pages that lead to a run no longer kept."""
    for page in (reports_dir / FOLDER).glob("*-since-*.html"):
        if page.stem.partition("-since-")[0] not in kept:
            page.unlink(missing_ok=True)


def since_page(found: Difference, *, site: str = "") -> str:
    """The page of a difference, in the style of the reports."""
    from corpus_utils.report import blocks
    from corpus_utils.report.render import CSP, style_sheet, template

    title = "What changed since last time?"
    body = [
        blocks.page_head(title, corpus=site).html.partition("</style>")[2],
        f'<div class="cu-answers"><p class="cu-answer">{escape_html(found.sentence())}</p></div>',
        "<h2>Why</h2>",
        _reasons(found.reasons),
        "<h2>What</h2>",
        _changes(found.changes),
    ]
    return str(
        template("page.html.j2").render(
            lang="en", title=title, body="\n".join(body), contents=[], csp=CSP, css=style_sheet(), site=site, home="../index.html",
            description=found.sentence(), footer=f"Run {found.after}, compared with {found.before}.", pages=[],
        )
    )  # fmt: skip


def _reasons(reasons: Sequence[str]) -> str:
    if not reasons:
        return "<p>Documents, settings, notebooks, code and models are the same in both runs.</p>"
    return f"<ul>{''.join(f'<li>{escape_html(reason)}</li>' for reason in reasons)}</ul>"


def _changes(changes: Sequence[Change]) -> str:
    import pandas as pd

    from corpus_utils.report.tables import table

    rows = pd.DataFrame([_shown(change) for change in changes[:SHOWN]], columns=["finding", "report", "before", "after", "note"])
    more = len(changes) - SHOWN
    rest = f"<p>{more:,} more are listed by <code>corpus-utils diff</code>.</p>" if more > 0 else ""
    return table(rows, caption="Findings that are not what they were", max_rows=40, empty="All numbers are the same.").html + rest


def _shown(change: Change) -> dict[str, Any]:
    from corpus_utils.report.findings_block import described

    row = dict(change.after or change.before or {})
    before, after = _values(change)
    return {"finding": described(row) or change.id, "report": change.report, "before": before, "after": after, "note": _note(change)}


def _values(change: Change) -> tuple[str, str]:
    """Both numbers as text, with more digits where they would look the same."""
    from corpus_utils.report.findings_block import finding_forms, finding_value

    form = finding_forms([dict(change.after or change.before or {})])[change.id]
    sides = (change.before, change.after)
    texts = [finding_value(side, form) if side else "" for side in sides]
    if texts[0] == texts[1] and all(side and isinstance(side.get("estimate"), float) for side in sides):
        finer = ".2%" if form == "share" else ".4f"
        texts = [finding_value(side, finer) for side in sides if side]
    return texts[0] or "was not there", texts[1] or "is gone"


def _note(change: Change) -> str:
    if change.before is None or change.after is None:
        return "new" if change.before is None else "no longer reported"
    interval = change.before.get("low") is not None
    notes = ["outside its earlier interval" if change.beyond else "inside its earlier interval" if interval else "has no interval"]
    for key in ("gate", "tier"):
        if change.after.get(key) != change.before.get(key):
            notes.append(f"{key}: {change.before.get(key)} became {change.after.get(key)}")
    return "; ".join(notes)
