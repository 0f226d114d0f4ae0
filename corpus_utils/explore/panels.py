"""The views behind widgets: type, choose, look; and under each table the code that gives it.

Everything shown is escaped, as on the pages; nothing is loaded from elsewhere. A wrong entry is answered in words, in the table's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from corpus_utils.explore.search import Search
from corpus_utils.explore.views import find_actors, find_frames, find_topics
from corpus_utils.explore.words import PERIODS, SORTS, contrast_groups, count_trend, find_uses
from corpus_utils.text import escape_html

if TYPE_CHECKING:
    import pandas as pd

View = Callable[..., "tuple[str, str]"]  # values of the controls -> HTML, code

GROUPED = ("outlet", "language", "agency", "author", "place")


def show_explorer(search: Search) -> Any:
    """Tabs: words in context, trend, contrast, actors, frames, topics, raw against cleaned. The search box comes first."""
    import ipywidgets as w

    from corpus_utils.report.blocks import lab_style

    box = {"layout": w.Layout(width="22em"), "style": {"description_width": "initial"}}
    column, first = _groups_of(search)
    tabs = {
        "Words": _panel(_uses(search), {
            "pattern": w.Text(placeholder="a word or phrase; * for any letters", description="Search", continuous_update=False, **box),
            "sort": w.Dropdown(options=SORTS, description="sorted by", **box),
        }),
        "Over time": _panel(_trend(search), {
            "patterns": w.Text(placeholder="words, separated by commas", description="Search", continuous_update=False, **box),
            "by": w.Dropdown(options=list(PERIODS), value="month", description="by", **box),
        }),
        "Contrast": _panel(_contrast(search), {
            "column": w.Dropdown(options=GROUPED, value=column, description="groups", **box),
            "first": w.Text(value=first, description="this one", continuous_update=False, **box),
            "second": w.Text(placeholder="all others", description="against", continuous_update=False, **box),
        }),
        "Actors": _panel(_actors(search), {
            "name": w.Text(placeholder="part of a name; empty for all", description="Search", continuous_update=False, **box),
        }),
        "Frames": _panel(_frames(search), {
            "frame": w.Text(placeholder="name of a frame; empty for all", description="Frame", continuous_update=False, **box),
        }),
        "Topics": _panel(_topics(search), {"k": w.BoundedIntText(value=0, min=0, max=100, description="topics", **box)}),
        "Raw text": _panel(_raw(search), {
            "document": w.Combobox(options=search.corpus.documents["id"].head(1000).tolist(), placeholder="id of a document",
                                   description="Document", continuous_update=False, **box),
        }),
    }  # fmt: skip
    shown = w.Tab(children=list(tabs.values()), titles=list(tabs))
    return w.VBox([w.HTML(lab_style() + _STYLE), shown])


_STYLE = (
    "<style>.cu-kwic{border-collapse:collapse;width:100%;font-size:.8125rem;line-height:1.5}"
    ".cu-kwic td{padding:.1rem .35rem;vertical-align:top;white-space:nowrap}"
    ".cu-kwic td:first-child{text-align:right;width:40%}.cu-kwic td:nth-child(2){font-weight:700;width:1%}"
    ".cu-kwic td:last-child{color:var(--jp-ui-font-color2,#666);width:20%;white-space:normal}</style>"
)
_CONTEXT = 45  # characters to a side: a line of a notebook


def _panel(view: View, controls: Mapping[str, Any]) -> Any:
    """Controls above, the table below, the code under it; every change is answered at once."""
    import ipywidgets as w

    answer = w.HTML()
    code = w.Textarea(disabled=False, rows=3, layout=w.Layout(width="98%"), placeholder="the code of this view")
    below = w.Accordion(children=[code], titles=["Code of this view: copy it into a cell"])

    def update(_: Any = None) -> None:
        values = {name: control.value for name, control in controls.items()}
        try:
            answer.value, code.value = view(**values)
        except ValueError as error:
            answer.value = f'<p class="cu-empty">{escape_html(str(error))}</p>'

    for control in controls.values():
        control.observe(update, names="value")
    update()
    return w.VBox([w.HBox(list(controls.values())), answer, below])


def call(function: str, **values: Any) -> str:
    """The code of a view: its call with the values as Python writes them."""
    given = ", ".join([f"{name}={value!r}" for name, value in values.items() if value not in ("", None)])
    return f"from corpus_utils import explore\n\nexplore.{function}(search, {given})"


def kwic_html(table: pd.DataFrame) -> str:
    """Uses in context as three columns around the match, with where they stand; cells escaped."""
    rows = "".join(
        f"<tr><td dir='auto'>{escape_html(row['left'])}</td><td dir='auto'>{escape_html(row['match'])}</td>"
        f"<td dir='auto'>{escape_html(row['right'])}</td><td>{_place(row)}</td></tr>"
        for row in table.to_dict("records")
    )
    counted = f"{table.attrs.get('uses', len(table)):,} uses in {table.attrs.get('articles', 0):,} articles"
    more = f"; the first {len(table)} are shown" if table.attrs.get("uses", 0) > len(table) else ""
    return f'<p class="cu-label">{counted}{more}</p><table class="cu-kwic">{rows}</table>'


def _place(row: Mapping[Any, Any]) -> str:
    from corpus_utils.text import excerpt
    from corpus_utils.wording import day

    parts = [row["outlet"], excerpt(row["title"] or row["article_id"], length=32), day(row["date"]) if row["date"] else ""]
    return escape_html(" · ".join(part for part in parts if part))


def _table(data: pd.DataFrame, caption: str, **more: Any) -> str:
    from corpus_utils.report.tables import table

    return table(data, caption=caption, max_rows=30, **more).html


_START = '<p class="cu-empty">Type something above.</p>'


def _uses(search: Search) -> View:
    def view(pattern: str, sort: str) -> tuple[str, str]:
        code = call("find_uses", pattern=pattern or "word", sort=sort)
        return (kwic_html(find_uses(search, pattern, sort=sort, width=_CONTEXT)) if pattern.strip() else _START), code

    return view


def _trend(search: Search) -> View:
    def view(patterns: str, by: str) -> tuple[str, str]:
        wanted = [part.strip() for part in patterns.split(",") if part.strip()]
        code = call("count_trend", patterns=wanted or ["word"], by=by)
        if not wanted:
            return _START, code
        data = count_trend(search, wanted, by=by)
        note = f"Share of the dated articles of each {by} that use it; {data.attrs['undated']:,} articles are not dated to the {by}"
        forms = dict.fromkeys(("share", "low", "high"), "share")
        return _table(data, note, formats=forms, empty=f"No article is dated to the {by}."), code

    return view


def _groups_of(search: Search) -> tuple[str, str]:
    """The first column that has two groups, and its largest group."""
    for name in GROUPED:
        sizes = search.articles.loc[search.articles[name] != "", name].value_counts()
        if len(sizes) > 1:
            return name, str(sizes.index[0])
    return GROUPED[0], ""


_FORMS = {"g2": "+.1f", "log_ratio": "ratio", "per_million": "count", "per_million_rest": "count"}


def _contrast(search: Search) -> View:
    def view(column: str, first: str, second: str) -> tuple[str, str]:
        code = call("contrast_groups", column=column, first=first, second=second)
        if not first:
            return _START, code
        data = contrast_groups(search, column, first, second)
        return _table(data, f"Words of {first} against {second or 'all others'}", formats=_FORMS), code

    return view


def _actors(search: Search) -> View:
    def view(name: str) -> tuple[str, str]:
        return _table(find_actors(search, name), "Actors by mentions", empty="No actor has this in its name."), call(
            "find_actors", name=name
        )

    return view


def _frames(search: Search) -> View:
    def view(frame: str) -> tuple[str, str]:
        data = find_frames(search, frame.strip())
        return _table(data, "Passages with frame cues (unvalidated)", empty="No passage has cues of it."), call("find_frames", frame=frame)

    return view


def _topics(search: Search) -> View:
    def view(k: int) -> tuple[str, str]:
        code = call("find_topics", k=k or 10)
        if k < 2:
            return '<p class="cu-empty">How many topics? The first look fits the model and takes a while.</p>', code
        data = find_topics(search, k)
        named = data[data["topic"].notna()]
        sizes = named.groupby("topic").agg(articles=("article_id", "size"), score=("score", "mean")).reset_index()
        sizes = sizes.sort_values(["articles", "topic"], ascending=[False, True], ignore_index=True)
        return _table(sizes, "Topics by articles", empty="These articles are too few for topics."), code

    return view


def _raw(search: Search) -> View:
    from corpus_utils.report.quotations import raw_document

    def view(document: str) -> tuple[str, str]:
        code = call("find_spans", document=document or "...")
        documents, spans = search.corpus.documents, search.corpus.spans
        found = documents[documents["id"] == document]
        if found.empty:
            return (_START if not document else f'<p class="cu-empty">No document is called {escape_html(document)}.</p>'), code
        return raw_document(found["text"].iat[0], spans[spans["document_id"] == document], title=document, open_=True).html, code

    return view
