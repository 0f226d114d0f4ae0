"""Tables: a caption, scoped headers, numbers to the right, ten rows and where the rest is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.report.block import VOICES, Block, anchor, safe_href, shown, sized
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    import pandas as pd

FOLD = 40  # so many rows beyond the first are worth folding into the page; more are for the file

Form = str | Callable[[Any], Any]


def table(
    data: pd.DataFrame,
    *,
    caption: str,
    scope_first: bool = True,
    max_rows: int = 10,
    formats: Mapping[str, Form] | None = None,
    headers: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    csv_href: str = "",
    missing: str = "not stated",
    empty: str = "There is nothing to list.",
) -> Block:
    """A table of at most `max_rows` rows; some more are folded away, many more are said to be in the file.

    formats      column -> one of plot.numbers.FORMATS, "date", a Python format, or a function of the cell giving text or a Block
    headers      column -> heading; otherwise the column's name with blanks for underscores
    links        column -> name of the column that holds its address (that column is then not shown)
    scope_first  the first column names the row
    missing      what a missing value is called; empty: the sentence shown instead of a table without rows
    """
    links, hidden = dict(links or {}), set((links or {}).values())
    columns = [name for name in data.columns if name not in hidden]
    if data.empty:
        return Block(f'<p class="cu-empty"><strong>{escape_html(caption)}</strong> {escape_html(empty)}</p>', empty)
    right = {name for name in columns if _numeric(data[name])}
    sides = {name: _side(name in right, data[name]) for name in columns}
    head = "".join(
        f'<th scope="col"{sides[name]}>{escape_html(str((headers or {}).get(name, str(name).replace("_", " "))))}</th>' for name in columns
    )
    formats = {name: "count" if _whole(data[name]) else "decimal" for name in right} | dict(formats or {})
    records = data.to_dict("records")
    rows = [_row(row, columns, sides, formats, links, scope_first, missing) for row in records]
    if len(rows) <= max_rows + 2:
        max_rows = len(rows)
    name = escape_html(caption)
    html = _frame(name, f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows[:max_rows])}</tbody>")
    rest = rows[max_rows:]
    if rest and len(rest) <= FOLD:
        more = f"{name}: the other {sized(len(rest), 'row')}"
        inner = _frame(more, f'<caption class="cu-hidden">{more}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rest)}</tbody>')
        html += f"<details><summary>Show the other {sized(len(rest), 'row')}</summary>{inner}</details>"
    elif rest:
        html += f'<p class="cu-rest">The first {max_rows} of {len(rows):,} rows{_elsewhere(csv_href)}</p>'
    if csv_href and len(rest) <= FOLD and safe_href(csv_href):
        html += f'<p class="cu-rest"><a href="{safe_href(csv_href)}" download>Download as CSV</a></p>'
    broad = " cu-broad" if len(columns) > 5 else ""
    return Block(f'<div class="cu-tablebox{broad}">{html}</div>', f"{caption}: {sized(len(rows), 'row')}")


def _elsewhere(csv_href: str) -> str:
    address = safe_href(csv_href) if csv_href else ""
    return f'; all of them are in <a href="{address}" download>{address}</a>.' if address else "; the others are not shown here."


def _frame(name: str, inner: str) -> str:
    """A table in a region that scrolls sideways on a phone, reachable by keyboard."""
    return f'<div class="cu-scroll" role="region" aria-label="{name}" tabindex="0"><table class="cu-table">{inner}</table></div>'


def _numeric(column: pd.Series) -> bool:
    from pandas.api import types

    return bool(types.is_numeric_dtype(column) and not types.is_bool_dtype(column))


def _whole(column: pd.Series) -> bool:
    """Whether all numbers of a column are whole: one column has one format."""
    known = column.dropna()
    return bool((known == known.round()).all())


def _side(right: bool, column: pd.Series | None = None) -> str:
    """The class of a column's cells: numbers stand right, long texts get room."""
    if right:
        return ' class="cu-num"'
    longest = 0 if column is None else max((len(cell) for cell in column if isinstance(cell, str)), default=0)
    return ' class="cu-prose"' if longest > 60 else ' class="cu-phrase"' if longest > 24 else ""


def _row(row: Mapping[Any, Any], columns: Sequence[Any], sides: Mapping[Any, str], formats: Mapping[str, Form], links: Mapping[str, str],
         scope_first: bool, missing: str) -> str:  # fmt: skip
    cells = []
    for number, name in enumerate(columns):
        text = _cell(row[name], formats.get(name), missing)
        address = safe_href(row[links[name]]) if name in links and isinstance(row.get(links[name]), str) else ""
        text = f'<a href="{address}">{text}</a>' if address else text
        text = _breakable(text) if number == 0 and isinstance(row[name], str) and " " not in row[name] else text
        tag = 'th scope="row"' if scope_first and number == 0 else "td"
        cells.append(f"<{tag}{sides[name]}>{text}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _breakable(text: str) -> str:
    """An id that may break after its joints."""
    return re.sub(r"([_/]|(?<!&)#)(?![^<]*>)", r"\1<wbr>", text)


def _cell(value: Any, form: Form | None, missing: str) -> str:
    from corpus_utils.plot import numbers

    if callable(form):
        return shown(form(value), missing=missing)
    if form == "date":
        return shown(numbers.day(str(value)) if value else "", missing=missing)
    if isinstance(value, (int, float)) or hasattr(value, "__float__"):
        if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
            return shown(bool(value))
        if math.isnan(float(value)):
            return shown("", missing=missing)
        return numbers.number(value, form or "decimal")
    return shown(value, missing=missing)


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
    """The format of each finding's number, by id. One measure keeps one: if any of its numbers is below nought, all carry a sign."""
    from corpus_utils.plot import numbers

    forms: dict[str, str] = {}
    for row in rows:
        estimate, low, high = _numbers(row)
        forms[str(row.get("id"))] = numbers.guess(estimate, low, high, share=bool(row.get("denominator")) and 0 <= estimate <= 1)
    signed = {str(row.get("measure")) for row in rows if forms[str(row.get("id"))] == "signed"}
    for row in rows:
        name = str(row.get("id"))
        forms[name] = "signed" if forms[name] == "decimal" and str(row.get("measure")) in signed else forms[name]
    return forms


def _numbers(row: Mapping[str, Any]) -> tuple[float, float, float]:
    values = [math.nan if row.get(key) is None else float(row[key]) for key in ("estimate", "low", "high")]
    return values[0], values[1], values[2]


def finding_value(row: Mapping[str, Any], form: str) -> str:
    """A finding's number as text, or its interval ("interval", "interval share", ...); where there is none, why."""
    from corpus_utils.plot import numbers

    estimate, low, high = _numbers(row)
    if math.isnan(estimate):
        return "not estimated" if row.get("gate") == "refused" else "not measured"
    kind, _, rest = form.partition(" ")
    if kind == "interval":
        return numbers.between(low, high, rest or finding_forms([row])[str(row.get("id"))]) or "without an interval"
    return numbers.number(estimate, form)


_GATES = {"inference": "inference", "description": "description only", "refused": "refused"}


def findings_table(findings: pd.DataFrame | Sequence[Mapping[str, Any]], csv_href: str = "", *, max_rows: int = 40) -> Block:
    """Every number of the page in a row of its own, with its anchor, what it is of, its interval, and links to its sentences."""
    rows = finding_rows(findings)
    if not rows:
        return Block('<p class="cu-empty">This page reports no numbers.</p>', "no findings", {"findings": []})
    titles = ("Number", "What was measured", "Estimate", "95% interval", "Basis", "Allows", "Sentences")
    head = "".join(f'<th scope="col"{_side(title == "Estimate")}>{title}</th>' for title in titles)
    # rows beyond the first stay on the page, folded: answers link to them
    forms = finding_forms(rows)
    body = [_finding_row(row, forms[str(row.get("id"))]) for row in rows]
    caption = "Findings: every number on this page"
    html = _frame(caption, f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body[:max_rows])}</tbody>")
    if rest := body[max_rows:]:
        more = f"the other {sized(len(rest), 'finding')}"
        inner = _frame(more, f'<caption class="cu-hidden">{more}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rest)}</tbody>')
        html += f"<details><summary>Show {more}</summary>{inner}</details>"
    if csv_href and safe_href(csv_href):
        html += f'<p class="cu-rest"><a href="{safe_href(csv_href)}" download>Download all findings as CSV</a></p>'
    return Block(f'<div class="cu-tablebox cu-findings">{html}</div>', sized(len(rows), "finding"), {"findings": rows})


def _finding_row(row: Mapping[str, Any], form: str) -> str:
    from corpus_utils.plot import numbers

    name = str(row.get("id", ""))
    _, low, high = _numbers(row)
    interval = numbers.between(low, high, form)
    kind = f'<span class="cu-note">{escape_html(str(row["interval_kind"]))}</span>' if interval and row.get("interval_kind") else ""
    cells = [
        f'<th scope="row"><code>{_breakable(escape_html(name))}</code></th>',
        f"<td>{_described(row)}</td>",
        f'<td class="cu-num">{escape_html(finding_value(row, form))}</td>',
        f"<td>{interval or _said('no interval')}{kind}</td>",
        f"<td>{_basis(row)}</td>",
        f"<td>{escape_html(_GATES.get(str(row.get('gate', '')), str(row.get('gate', ''))))}{_tier(row)}</td>",
        f"<td>{_evidence(row)}</td>",
    ]
    return f'<tr id="{anchor("f", name)}">{"".join(cells)}</tr>'


def _said(text: str) -> str:
    return f'<span class="cu-missing">{text}</span>'


def _described(row: Mapping[str, Any]) -> str:
    """Measure, of what, for whom: one line of words."""
    parts = [str(row.get(key) or "") for key in ("measure", "label", "voice", "group")]
    parts[2] = VOICES.get(parts[2], parts[2])
    text = " · ".join(escape_html(part) for part in parts if part)
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
