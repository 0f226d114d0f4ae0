"""From an executed notebook to one page: what is shown, what is not, and that the same notebook gives the same bytes."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode, v4

from corpus_utils.plot import plot_dots
from corpus_utils.report import blocks as b
from corpus_utils.report.block import MIME
from corpus_utils.report.render import RenderError, collect_payload, render_page
from corpus_utils.site import file_size, render_index


def shown(*objects: Any) -> NotebookNode:
    """A code cell whose outputs are what the objects display."""
    return v4.new_code_cell("secret_code()", outputs=[v4.new_output("display_data", data=item._repr_mimebundle_()) for item in objects])


def notebook(*cells: NotebookNode | str) -> NotebookNode:
    """A notebook; text is a Markdown cell."""
    return v4.new_notebook(cells=[v4.new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells])


def page(*cells: NotebookNode | str, title: str = "Title", **meta: Any) -> str:
    """The page of such a notebook."""
    return render_page(notebook(*cells), title=title, meta=meta)


def main_of(html: str) -> str:
    """What is between the tags of the main element."""
    return html.partition('<main id="main" tabindex="-1">')[2].partition("</main>")[0]


def test_page_is_one_file_that_loads_and_runs_nothing() -> None:
    """The page has its security policy, a language, a title, one h1, landmarks and a skip link; no script and no outside address."""
    html = page(shown(b.page_head("Why?", "01_corpus")), "## A", "## B", lang="de", site="Corpus & co")
    assert '<html lang="de">' in html
    assert "default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;" in html
    assert "<title>Title · Corpus &amp; co</title>" in html
    assert html.count("<h1") == 1
    assert '<a class="skip" href="#main">' in html
    for mark in ("<nav", "<main", "<footer"):
        assert mark in html
    assert "<script" not in html
    assert not re.search(r"""(src|href)=["'](https?:)?//""", html)
    assert "url(" not in html
    assert "@import" not in html


def test_code_and_metadata_stay_behind() -> None:
    """Sources of code cells, raw cells, execution counts and metadata are not in the page."""
    cell = shown(b.notice("Seen."))
    cell.execution_count = 7351
    cell.metadata["papermill"] = {"start_time": "2031-01-01", "path": "/home/somebody"}
    html = page(cell, v4.new_raw_cell("raw text"))
    assert "Seen." in html
    for hidden in ("secret_code", "7351", "2031", "somebody", "raw text"):
        assert hidden not in html


def test_same_notebook_same_bytes() -> None:
    """Times, counts, cell ids and memory addresses make no difference."""

    def made(seed: str) -> str:
        cell = shown(b.facts({"a": 1}))
        cell.outputs.append(v4.new_output("execute_result", data={"text/plain": f"<object at 0x7f{seed}>"}, execution_count=int(seed)))
        cell.metadata["execution"] = {"iopub.execute_input": seed}
        cell.id = f"id-{seed}"
        return page("# Q", cell)

    assert made("1111") == made("2222")


def test_contents_and_stable_ids() -> None:
    """Headings get ids from their words, equal ones are numbered, and the contents lists them in order."""
    html = page("## How sure are we?\n\ntext\n\n## Größe & Maß\n\n### More\n\n## How sure are we?", shown(b.section("By block", "intro")))
    assert re.findall(r"<h[23] id=\"([^\"]+)\"", html) == ["how-sure-are-we", "größe-maß", "more", "how-sure-are-we-2", "by-block"]
    narrow = html.partition('aria-labelledby="contents-title"')[2].partition("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', narrow) == ["how-sure-are-we", "größe-maß", "more", "how-sure-are-we-2", "by-block"]
    assert "Größe &amp; Maß" in narrow


@pytest.mark.parametrize(
    ("cells", "headings"),
    [
        (["# Q?", "## A"], ["h1 Q?", "h2 A"]),
        (["## A"], ["h1 Title", "h2 A"]),
        (["# Q?", "HEAD Q?", "## A"], ["h1 Q?", "h2 A"]),
        (["HEAD Q?", "# Q?", "# Other"], ["h1 Q?", "h2 Other"]),
        (["# One", "# Two", "# One"], ["h1 One", "h2 Two"]),
        (["# Before", "HEAD Q?"], ["h2 Before", "h1 Q?"]),
    ],
)
def test_exactly_one_h1(cells: list[str], headings: list[str]) -> None:
    """The page head is the title, else the first Markdown title, else the given title; others become h2, repetitions go."""
    made = [shown(b.page_head(cell[5:])) if cell.startswith("HEAD ") else cell for cell in cells]
    found = re.findall(r"<(h[12])[^>]*>(.*?)</h[12]>", main_of(page(*made)))
    assert [f"{tag} {text}" for tag, text in found] == headings


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    """A sentence shown twice keeps its anchor once; a link to what the page does not show becomes plain text."""
    rows = pd.DataFrame([{"sentence_id": "a#1s1", "text": "One."}])
    findings = [{"id": "x", "estimate": 1.0, "measure": "m", "evidence": ["a#1s1", "gone#1s1"]}]
    html = page(shown(b.sentences_block(rows, "A"), b.sentences_block(rows, "B"), b.answer("{x}", findings), b.findings_table(findings)))
    assert html.count('id="s-a.1s1"') == 1
    assert 'href="#s-a.1s1"' in html
    assert 'href="#s-gone.1s1"' not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_links_are_unwrapped_when_their_table_is_missing() -> None:
    """An answer on a page without a findings table keeps its numbers but not its links."""
    html = main_of(page(shown(b.answer("{x:count} of them.", [{"id": "x", "estimate": 3.0}]))))
    assert '<span class="cu-unlinked">3</span> of them.' in html


def test_lab_style_is_dropped() -> None:
    """The style that page_head brings for JupyterLab is not in the page twice."""
    head = b.page_head("Q?")
    assert '<style class="cu-lab">' in head.html
    assert page(shown(head)).count("<style") == 1


def test_lab_style_follows_the_theme_of_the_lab() -> None:
    """In JupyterLab blocks take the colours of its theme, and the page's own rules stay out."""
    style = b.lab_style()
    assert "body[data-jp-theme-light=false]{" in style
    assert "color-scheme" not in style
    assert "prefers-color-scheme" not in style


def test_errors_stop_the_page() -> None:
    """A notebook with an error output cannot become a page; the message says which cell."""
    broken = v4.new_code_cell("x", outputs=[v4.new_output("error", ename="ValueError", evalue="no", traceback=["secret"])])
    with pytest.raises(RenderError, match="cell 2 ended with an error: ValueError: no"):
        page("text", broken)


def test_standard_error_is_reported_not_shown() -> None:
    """What a cell writes to standard error is not in the page but among the warnings of the payload."""
    cell = v4.new_code_cell("x", outputs=[v4.new_output("stream", name="stderr", text="Warning: at 0x7f12 odd\nmore\n")])
    made = notebook(cell)
    assert "odd" not in render_page(made, title="T")
    assert collect_payload(made)["warnings"] == ["Warning: odd", "more"]


@pytest.mark.parametrize(
    ("data", "seen", "unseen"),
    [
        ({"text/html": "<script>alert(1)</script><b>x</b>", "text/plain": "x <b>"}, "x &lt;b&gt;", "<b>x"),
        ({"application/javascript": "alert(1)", "text/plain": "js"}, "js", "alert"),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Box()"}, "An interactive view", "Box"),
        ({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}, "A picture that the notebook does not describe", "&lt;Figure"),
        ({"image/png": '"><script>', "text/plain": ""}, "data:image/png;base64,script", "<script"),
        ({"image/svg+xml": "<svg onload='alert(1)'/>", "text/plain": ""}, "data:image/svg+xml,%3Csvg", "<svg"),
        ({"text/latex": "$x$", "text/plain": "x at 0x7fabc0"}, "x", "0x7f"),
    ],
)
def test_other_outputs(data: dict[str, Any], seen: str, unseen: str) -> None:
    """Results of other objects are shown as plain text or as a picture; their HTML and scripts are not."""
    html = main_of(page(v4.new_code_cell("x", outputs=[v4.new_output("display_data", data=data)])))
    assert seen in html
    assert unseen not in html


def test_markdown_is_escaped() -> None:
    """Raw HTML in a Markdown cell, where a parameter may have put it, is shown as text."""
    html = main_of(page("Hello <script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"))
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript" not in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7 }}", '"><b>'])
def test_titles_and_meta_are_escaped(text: str) -> None:
    """Nothing given as title, site, footer or page name is markup."""
    html = page("x", title=text, site=text, footer=text, description=text, home="index.html", pages=[{"href": "a.html", "title": text}])
    assert "<script" not in html
    assert "49" not in re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    assert "<b>" not in html


def test_way_to_other_reports() -> None:
    """Long titles are shortened to the report's name; bad addresses are left out; many reports are left to the index."""
    pages = [{"href": "01_corpus.html", "title": "What did we read, and what did we set aside?", "current": True}, {"href": "javascript:x"}]
    html = page("x", home="../../index.html", pages=pages)
    assert '<a href="01_corpus.html" aria-current="page">Corpus</a>' in html
    assert 'href="../../index.html"' in html
    assert "javascript" not in html
    assert "r7.html" not in page("x", pages=[{"href": f"r{n}.html", "title": str(n)} for n in range(40)])


def test_collect_payload() -> None:
    """Question, headline, facts, findings, thumbnail and downloads are gathered over cells; a finding counts once."""
    rows = [{"id": "x", "measure": "share", "estimate": 0.5, "denominator": "all", "low": float("nan")}]
    figure = plot_dots(pd.DataFrame({"label": ["a"], "estimate": [1.0]}), name="n", caption="c")
    made = notebook(
        shown(b.page_head("Q?", "02_topics"), b.answer("{x} of all.", rows), b.facts({"Stories": 10})),
        shown(b.findings_table(rows), b.findings_table(rows), figure),
        shown(b.publish(thumbnail=figure, downloads=[{"href": "a.csv", "label": "A"}])),
    )
    made = nbformat.reads(nbformat.writes(made), as_version=4)  # as it comes back from disk
    assert collect_payload(made) == {
        "question": "Q?",
        "report": "02_topics",
        "headline": "50% of all.",
        "facts": {"Stories": "10"},
        "findings": [{"id": "x", "measure": "share", "estimate": 0.5, "denominator": "all", "low": None}],
        "thumbnail": figure.mini,
        "downloads": [{"href": "a.csv", "label": "A"}],
        "warnings": [],
    }
    assert MIME not in render_page(made, title="T")


def test_empty_notebook() -> None:
    """A notebook without cells gives a page with its title."""
    html = page(title="Nothing")
    assert '<h1 id="nothing">Nothing</h1>' in html
    assert collect_payload(notebook())["question"] == ""


CARD = {"question": "Q?", "headline": "A.", "href": "runs/1/a.html", "state": "current", "size": 44_000}


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({}, ['<a href="runs/1/a.html">Q?</a>', "A.", "up to date", "44 kB"]),
        (
            {"state": "failed", "error_href": "failed/a.html", "state_note": "report of 3 May 2024"},
            ["last good report (report of 3 May 2024)", "Why it failed", "1 of 1 reports"],
        ),
        ({"state": "missing", "href": ""}, ["<h2>Q?</h2>", "could not be made"]),
        ({"state": "unchanged", "since": "nothing new"}, ["unchanged since the last run", "Since last time:</strong> nothing new"]),
        ({"thumbnail": "<svg></svg>"}, ['<img class="thumb" alt="" src="data:image/svg+xml,%3Csvg']),
        ({"thumbnail": "<b>"}, ['<article class="card">']),
        (
            {"downloads": [{"href": "a.csv", "label": "Findings"}, {"href": "javascript:x", "label": "Bad"}]},
            ['<a href="a.csv" download>Findings</a>'],
        ),
    ],
)  # fmt: skip
def test_cards(card: dict[str, Any], said: list[str]) -> None:
    """A card says question, answer, state and size, and shows its picture; bad addresses and pictures are left out."""
    html = render_index([{**CARD, **card}], {"name": "Corpus"})
    for text in said:
        assert text in html
    assert "javascript" not in html


def test_index_is_escaped_and_counts_facts() -> None:
    """Hostile names, answers and facts are text; facts, downloads and what changed are shown."""
    bad = "<script>alert(1)</script>"
    facts = {
        "name": bad,
        "description": bad,
        "facts": {bad: bad},
        "since": bad,
        "since_href": "c.html",
        "made": bad,
        "downloads": [{"href": "f.csv", "label": bad}],
    }
    html = render_index([{**CARD, "question": bad, "headline": bad, "since": bad, "dates": bad, "state_note": bad}], facts)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 10
    assert '<a href="c.html">See what changed</a>' in html


def test_index_without_reports() -> None:
    """An empty index says so; an unknown state is an error that lists those there are."""
    assert "No report has been made yet." in render_index([], {})
    with pytest.raises(ValueError, match="no state 'odd'; there are: current"):
        render_index([{**CARD, "state": "odd"}], {})


@pytest.mark.parametrize(("size", "text"), [(None, ""), (0, ""), (300, "1 kB"), (44_123, "44 kB"), (1_234_567, "1.2 MB")])
def test_file_size(size: int | None, text: str) -> None:
    """Sizes are written as readers know them."""
    assert file_size(size) == text
