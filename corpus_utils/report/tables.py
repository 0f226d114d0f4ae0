"""Tables: a caption, scoped headers, numbers to the right, ten rows and where the rest is."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.report.block import Block, safe_href, shown, sized
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    import pandas as pd

FOLD = 40  # so many rows beyond the first are worth folding into the page; more are for the file
UNBROKEN = 24  # characters: a longer cell without a space may break, so that the table keeps the width of the text

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

    formats      column -> one of wording.FORMATS, "date", a Python format, or a function of the cell giving text or a Block
    headers      column -> heading; otherwise the column's name with blanks for underscores
    links        column -> name of the column that holds its address (that column is then not shown)
    scope_first  the first column names the row
    missing      what a missing value is called; empty: the sentence shown instead of a table without rows
    """
    links, hidden = dict(links or {}), set((links or {}).values())
    columns = [name for name in data.columns if name not in hidden]
    if data.empty:
        return Block(f'<p class="cu-empty"><strong>{escape_html(caption)}</strong> {escape_html(empty)}</p>', empty)
    count = len(data)
    if count <= max_rows + 2:
        max_rows = count
    folded = count - max_rows if count - max_rows <= FOLD else 0
    whole, data = data, data.head(max_rows + folded)  # what is not on the page is not written
    right = {name for name in columns if _numeric(data[name])}
    sides = {name: _side(name in right, data[name]) for name in columns}
    head = "".join(
        f'<th scope="col"{sides[name]}>{escape_html(str((headers or {}).get(name, str(name).replace("_", " "))))}</th>' for name in columns
    )
    formats = {name: "count" if _whole(whole[name]) else "decimal" for name in right} | dict(formats or {})
    records = data.to_dict("records")
    rows = [_row(row, columns, sides, formats, links, scope_first, missing) for row in records]
    name = escape_html(caption)
    html = framed(name, f"<caption>{name}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows[:max_rows])}</tbody>")
    rest = rows[max_rows:]
    if rest:
        more = f"{name}: the other {sized(len(rest), 'row')}"
        inner = framed(more, f'<caption class="cu-hidden">{more}</caption><thead><tr>{head}</tr></thead><tbody>{"".join(rest)}</tbody>')
        html += f"<details><summary>Show the other {sized(len(rest), 'row')}</summary>{inner}</details>"
    elif count > max_rows:
        html += f'<p class="cu-rest">The first {max_rows} of {count:,} rows{_elsewhere(csv_href)}</p>'
    if csv_href and count - max_rows <= FOLD and safe_href(csv_href):
        html += f'<p class="cu-rest"><a href="{safe_href(csv_href)}" download>Download as CSV</a></p>'
    broad = " cu-broad" if len(columns) > 5 or (len(columns) > 4 and any("cu-prose" in side for side in sides.values())) else ""
    return Block(f'<div class="cu-tablebox{broad}">{html}</div>', f"{caption}: {sized(count, 'row')}")


def within(form: str, *, missing: str = "none") -> Callable[[Any], Block]:
    """A format for cells (value, low, high): the number with its interval in small print below; `missing`: what a missing one is called."""
    from corpus_utils import wording

    def cell(value: Any) -> Block:
        estimate, low, high = value
        if estimate != estimate:
            return Block(shown("", missing=missing), missing)
        span = wording.between(low, high, form).removeprefix("between ").replace(" and ", " to ")
        note = f'<span class="cu-note cu-nowrap">{escape_html(span)}</span>' if span else ""
        return Block(escape_html(wording.number(estimate, form)) + note, wording.number(estimate, form))

    return cell


def _elsewhere(csv_href: str) -> str:
    address = safe_href(csv_href) if csv_href else ""
    return f'; all of them are in <a href="{address}" download>{address}</a>.' if address else "; the others are not shown here."


def framed(name: str, inner: str) -> str:
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
        unbroken = isinstance(row[name], str) and " " not in row[name] and (number == 0 or len(row[name]) > UNBROKEN)
        text = breakable(text) if unbroken else text
        tag = 'th scope="row"' if scope_first and number == 0 else "td"
        cells.append(f"<{tag}{sides[name]}>{text}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def breakable(text: str) -> str:
    """An id, or a row of a CSV file, that may break after its joints."""
    return re.sub(r"([_/,])(?![^<]*>)", r"\1<wbr>", text)


def _cell(value: Any, form: Form | None, missing: str) -> str:
    from corpus_utils import wording

    if callable(form):
        return shown(form(value), missing=missing)
    if form == "date":
        return shown(wording.day(str(value)) if value else "", missing=missing)
    if isinstance(value, (int, float)) or hasattr(value, "__float__"):
        if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
            return shown(bool(value))
        if math.isnan(float(value)):
            return shown("", missing=missing)
        return wording.number(value, form or "decimal")
    return shown(value, missing=missing)
