"""The findings of a page: every number in a row of its own, and each number as text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.report.block import VOICES, Block, anchor, safe_href, sized
from corpus_utils.report.tables import breakable, framed
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    import pandas as pd


def finding_rows(findings: pd.DataFrame | Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """Findings as JSON can hold them: NaN is null, numpy numbers are Python's."""
    if findings is None:
        return []
    import pandas as pd

    rows: Sequence[Mapping[Any, Any]] = findings.to_dict("records") if isinstance(findings, pd.DataFrame) else findings
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def finding_forms(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The format of each finding's number, by id: percent for measures called "share of ...", else guessed.

    A count of something has a denominator too, so the denominator does not tell. One measure keeps one format: if any of its
    numbers is below nought, all carry a sign.
    """
    from corpus_utils import wording

    forms: dict[str, str] = {}
    for row in rows:
        estimate, low, high = _numbers(row)
        forms[str(row.get("id"))] = wording.guess(estimate, low, high, share=_is_share(row))
    signed = {str(row.get("measure")) for row in rows if forms[str(row.get("id"))] == "signed"}
    for row in rows:
        name = str(row.get("id"))
        forms[name] = "signed" if forms[name] == "decimal" and str(row.get("measure")) in signed else forms[name]
    return forms


def _is_share(row: Mapping[str, Any]) -> bool:
    return str(row.get("measure") or "").startswith("share")


def _numbers(row: Mapping[str, Any]) -> tuple[float, float, float]:
    values = [math.nan if row.get(key) is None else float(row[key]) for key in ("estimate", "low", "high")]
    return values[0], values[1], values[2]


def finding_value(row: Mapping[str, Any], form: str) -> str:
    """A finding's number as text, or its interval ("interval", "interval share", ...); where there is none, why."""
    from corpus_utils import wording

    estimate, low, high = _numbers(row)
    if math.isnan(estimate):
        return "not estimated" if row.get("gate") == "refused" else "not measured"
    kind, _, rest = form.partition(" ")
    if kind == "interval":
        return wording.between(low, high, rest or finding_forms([row])[str(row.get("id"))]) or "without an interval"
    return wording.number(estimate, form)


_GATES = {"inference": "inference", "description": "description only", "refused": "refused"}


def findings_table(findings: pd.DataFrame | Sequence[Mapping[str, Any]], csv_href: str = "", *, max_rows: int = 40) -> Block:
    """Every number of the page in a row of its own, with its anchor, what it is of, its interval, and links to its sentences."""
    rows = finding_rows(findings)
    if not rows:
        return Block('<p class="cu-empty">This page reports no numbers.</p>', "no findings", {"findings": []})
    titles = ("Number", "What was measured", "Estimate", "95% interval", "Basis", "Allows", "Sentences")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles).replace(">Estimate", ' class="cu-num">Estimate')
    # rows beyond the first stay on the page, folded: answers link to them
    forms = finding_forms(rows)
    usual = _usual_interval(rows)
    body = [_finding_row(row, forms[str(row.get("id"))], usual) for row in rows]
    caption = "Findings: the numbers of the answer and the figures"
    html = framed(caption, f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body[:max_rows])}</tbody>")
    if rest := body[max_rows:]:
        more = f"the other {sized(len(rest), 'finding')}"
        inner = framed(more, f'<caption class="cu-hidden">{more}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rest)}</tbody>')
        html += f"<details><summary>Show {more}</summary>{inner}</details>"
    if usual:
        html += f'<p class="cu-rest">Intervals, where a row says nothing else: {escape_html(usual)}.</p>'
    if csv_href and safe_href(csv_href):
        html += f'<p class="cu-rest"><a href="{safe_href(csv_href)}" download>Download all findings as CSV</a></p>'
    return Block(f'<div class="cu-tablebox cu-findings">{html}</div>', sized(len(rows), "finding"), {"findings": rows})


def _usual_interval(rows: Sequence[Mapping[str, Any]]) -> str:
    """What most intervals mean: said once below the table instead of in every row; "" where there are fewer than two of a kind."""
    kinds = Counter(str(row["interval_kind"]) for row in rows if row.get("interval_kind"))
    kind, times = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if times > 1 else ""


def _finding_row(row: Mapping[str, Any], form: str, usual: str) -> str:
    from corpus_utils import wording

    name = str(row.get("id", ""))
    _, low, high = _numbers(row)
    interval = wording.between(low, high, form)
    kind = str(row.get("interval_kind") or "") if interval else ""
    note = f'<span class="cu-note">{escape_html(kind)}</span>' if kind and kind != usual else ""
    cells = [
        f'<th scope="row"><code>{breakable(escape_html(name))}</code></th>',
        f"<td>{_described(row)}</td>",
        f'<td class="cu-num">{escape_html(finding_value(row, form))}</td>',
        f"<td>{interval or _said('no interval')}{note}</td>",
        f"<td>{_basis(row)}</td>",
        f"<td>{escape_html(_GATES.get(str(row.get('gate', '')), str(row.get('gate', ''))))}{_tier(row)}</td>",
        f"<td>{_evidence(row)}</td>",
    ]
    return f'<tr id="{anchor("f", name)}">{"".join(cells)}</tr>'


def _said(text: str) -> str:
    return f'<span class="cu-missing">{text}</span>'


def described(row: Mapping[str, Any]) -> str:
    """Measure, of what, for whom: one line of words, not escaped."""
    parts = [str(row.get(key) or "") for key in ("measure", "label", "voice", "group")]
    parts[2] = VOICES.get(parts[2], parts[2])
    return " · ".join(part for part in parts if part)


def _described(row: Mapping[str, Any]) -> str:
    text = escape_html(described(row))
    of = f'<span class="cu-note">of {escape_html(str(row["denominator"]))}</span>' if row.get("denominator") else ""
    corrected = '<span class="cu-note">corrected by a coded sample</span>' if row.get("estimator") == "corrected" else ""
    return text + of + corrected


def _basis(row: Mapping[str, Any]) -> str:
    units = int(row.get("n_units") or 0)
    articles = int(row.get("n_articles") or 0)
    unit = str(row.get("unit") or "unit")
    parts = [sized(units, unit)] if units and unit != "article" else []
    parts += [sized(articles, "article")] if articles else []
    abstained = int(row.get("n_abstained") or 0)
    note = f'<span class="cu-note">not judged: {abstained:,}</span>' if abstained else ""
    return escape_html(", ".join(parts)) + note


def _tier(row: Mapping[str, Any]) -> str:
    tier = str(row.get("tier") or "")
    if not tier or tier == "none needed":
        return ""
    return f'<span class="cu-note">{"label unvalidated" if tier == "unvalidated" else "label accuracy " + escape_html(tier)}</span>'


def _evidence(row: Mapping[str, Any]) -> str:
    ids = [str(item) for item in row.get("evidence") or []]
    return " ".join(
        f'<a href="#{anchor("s", item)}" aria-label="Sentence {number} behind {escape_html(str(row.get("id", "")))}">{number}</a>'
        for number, item in enumerate(ids, 1)
    )
