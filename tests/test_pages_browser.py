"""Pages in a real Chromium: nothing runs, nothing is requested, nothing overflows, nothing is hard to read, at every size and scheme."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat import v4

from corpus_utils import plot, schema
from corpus_utils.report import blocks as b
from corpus_utils.report.render import render_page
from corpus_utils.site import render_index

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM} (set CHROMIUM)"),
]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
SIZES = [(1360, 900, "light"), (1360, 900, "dark"), (820, 1100, "light"), (390, 844, "light"), (390, 844, "dark")]
NAN = float("nan")
HOSTILE = [
    "<script>document.title='taken'</script>",
    "\"><img src='https://evil.example/x.png' onerror=\"document.title='taken'\">",
    "<iframe src='https://evil.example/'></iframe><meta http-equiv='refresh' content='0;url=https://evil.example/'>",
    "</style></title></main><link rel='stylesheet' href='https://evil.example/x.css'><base href='https://evil.example/'>",
    "[x](javascript:document.title='taken') ![y](https://evil.example/y.png)",
    "<svg><animate onbegin=\"document.title='taken'\" attributeName=x></svg>",
    "\u202etxet desrever\u202c \u200b" + "W" * 300,
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of this module."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def report(texts: list[str]) -> str:
    """A page with every kind of block and chart, fed with the given texts wherever text comes from a corpus or a parameter."""
    text, rows = texts[0], range(len(texts))
    findings = schema.frame(
        "findings",
        [
            {
                "id": f"f{n}", "report": "r", "measure": texts[n], "unit": "passage", "denominator": texts[n], "estimate": 0.4, "low": 0.3,
                "high": 0.5, "interval_kind": texts[n], "n_articles": 3, "n_units": 9, "gate": "description", "tier": "unvalidated",
                "evidence": [f"a#1s{n}", "gone#1s1"],
            }
            for n in rows
        ],
    )  # fmt: skip
    sentences = pd.DataFrame(
        [
            {
                "sentence_id": f"a#1s{n}", "text": texts[n] * 2, "outlet": texts[n], "date": "2024-02-28", "voice": "direct", "position": n,
                "speaker": texts[n], "label": "+0.4", "marks": [[0, 6, texts[n]]], "language": "en",
            }
            for n in rows
        ]
    )  # fmt: skip
    spans = pd.DataFrame(
        [
            {"document_id": t, "start": 0, "end": 9, "role": "title", "story": 1, "rule": t} for t in texts
        ]
        + [
            {"document_id": t, "start": 9, "end": 90, "role": role, "story": 1, "rule": t}
            for t, role in zip(texts, ["body", "promotion"] * 9)
        ]
    )  # fmt: skip
    cells = [
        {"row": t, "column": u, "value": (i + j) / 14, "low": 0.0, "high": 0.9, "n": 4}
        for i, t in enumerate(texts)
        for j, u in enumerate(texts)
    ]
    dots = pd.DataFrame([{"label": t, "estimate": n / 10, "low": n / 10 - 0.1, "high": n / 10 + 0.1, "n": 4} for n, t in enumerate(texts)])
    dates = pd.DataFrame([{"id": t, "title": t, "date_earliest": f"2024-0{n + 1}-01", "date_latest": ""} for n, t in enumerate(texts)])
    topics = pd.DataFrame(
        [{"name": t, "words": [t, t], "prevalence": 0.2, "low": 0.1, "high": 0.3, "stability": 0.5, "outlets": {t: 0.4}} for t in texts]
    )
    words = pd.DataFrame([{"word": t, "frequency": n + 1, "log_ratio": n - 3, "story": t, "score": n + 1} for n, t in enumerate(texts)])
    table = pd.DataFrame([{text: t, "share": 0.5, "n": 12, "link": t} for t in texts] * 5)
    shown: list[Any] = [
        b.page_head(text, "03_sentiment", corpus=text),
        b.answer("The tone is {f0} there, {f1} here: " + texts[-1].replace("{", ""), findings, qualifier="It lies {f0:interval}."),
        b.facts({"Stories": 10, "Outlets": (text, text), "Dates": "28 February 2024"}),
        plot.plot_dots(dots, name="dots", caption=text, form="signed", reference=(0, text), unit="passages", ends=(text, text), axis=text),
        b.section("How sure are we?", text),
        b.notice(text, "warn"),
        plot.plot_barcode(spans, name="barcode", caption=text),
        plot.plot_heat(pd.DataFrame(cells), name="heat", caption=text, rows=text, columns=text, unit=text),
        plot.plot_dates(dates, name="dates", caption=text),
        plot.plot_topics(topics, name="topics", caption=text),
        plot.plot_words(words, name="words", caption=text, groups=(text, text)),
        plot.plot_story_words(words, name="story-words", caption=text),
        plot.plot_matrix(pd.DataFrame(cells), name="matrix", caption=text),
        b.section("The sentences behind it"),
        b.sentences_block(sentences, text),
        b.raw_document(text * 9, pd.DataFrame([{"start": 0, "end": 9, "role": "title", "story": 1, "rule": text}]), title=text, open_=True),
        b.section("Tables"),
        b.table(table, caption=text, formats={"share": "share"}, links={text: "link"}),
        b.method(text, [text]),
        b.findings_table(findings, "x.csv"),
        b.provenance({text: text}),
        b.definitions({text: text}),
    ]
    made = [v4.new_code_cell("pass", outputs=[v4.new_output("display_data", data=item._repr_mimebundle_())]) for item in shown]
    made.append(v4.new_markdown_cell(f"## A heading\n\n{text}"))
    pages = [{"href": "a.html", "title": "Corpus"}, {"href": "b.html", "title": "Tone", "current": True}]
    return render_page(
        v4.new_notebook(cells=made), title="Report", meta={"home": "index.html", "site": "Corpus", "pages": pages, "description": text}
    )


def index(texts: list[str]) -> str:
    """An index in all states, with pictures."""
    figure = plot.plot_dots(pd.DataFrame({"label": texts, "estimate": [0.1] * len(texts)}), name="x", caption="c")
    states = ["current", "unchanged", "new", "failed", "missing"]
    cards = [
        {
            "question": texts[n % len(texts)], "headline": texts[0], "href": "a.html", "state": state, "size": 1000,
            "thumbnail": figure.mini,
            "since": texts[0], "dates": texts[0], "downloads": [{"href": texts[0], "label": texts[0]}],
        }
        for n, state in enumerate(states)
    ]  # fmt: skip
    return render_index(cards, {"name": "Report", "facts": {texts[0]: texts[0]}, "since": texts[0], "description": texts[0]})


ORDINARY = [
    "Security talks",
    "Гуманитарный аспект",
    "Économie et société",
    "安全合作",
    "Responsibility for the conflict in the Caribbean",
    "A",
    "B",
]
PAGES = {
    "report": lambda: report(ORDINARY),
    "index": lambda: index(ORDINARY),
    "hostile": lambda: report(HOSTILE),
    "hostile index": lambda: index(HOSTILE),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages on disk."""
    folder = tmp_path_factory.mktemp("pages")
    out = {}
    for name, make in PAGES.items():
        out[name] = folder / f"{name.replace(' ', '_')}.html"
        out[name].write_text(make(), encoding="utf-8")
    return out


@pytest.mark.parametrize("name", PAGES)
def test_page_in_every_size_and_scheme(chromium: Any, files: dict[str, Path], name: str) -> None:
    """No request, dialog, console message or changed title; no sideways scrolling; pictures load; links within have targets."""
    for width, height, scheme in SIZES:
        page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        requests: list[str] = []
        trouble: list[str] = []
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.on("console", lambda message, seen=trouble: seen.append(message.text))
        page.on("pageerror", lambda error, seen=trouble: seen.append(str(error)))
        page.on("dialog", lambda dialog, seen=trouble: (seen.append(dialog.message), dialog.dismiss()))
        page.goto(files[name].as_uri())
        page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        at = (name, width, scheme)
        assert [url for url in requests if not url.startswith("data:image/svg+xml")] == [files[name].as_uri()], at
        assert not trouble, at
        assert "taken" not in page.title(), at
        assert page.title().startswith("Report"), at
        assert page.evaluate("document.scripts.length") == 0, at
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), at
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)"), at
        assert page.evaluate("document.querySelectorAll('h1').length") == 1, at
        inner = "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash.slice(1)))"
        assert page.evaluate(f"{inner}.filter(name => !document.getElementById(name))") == [], at
        page.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1360, "light"), (1360, "dark"), (390, "light")])
def test_accessibility(chromium: Any, files: dict[str, Path], name: str, width: int, scheme: str) -> None:
    """axe-core finds nothing, serious or otherwise."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(files[name].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(element => element.open = true)")
    found = axe.run(page).response
    page.close()
    assert len(found["passes"]) > 20
    assert [(rule["impact"], rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_follow_the_scheme(chromium: Any, files: dict[str, Path], scheme: str) -> None:
    """The paper of a picture has the colour of the page around it, in light and in dark: no box is seen."""
    import io

    from PIL import Image

    page = chromium.new_page(viewport={"width": 1360, "height": 900}, color_scheme=scheme)
    page.goto(files["report"].as_uri())
    box = page.locator("#fig-dots img").bounding_box()
    shot = page.screenshot(clip={"x": box["x"] - 4, "y": box["y"] + 2, "width": 8, "height": 3})
    page.close()
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    assert picture.getpixel((0, 1)) == picture.getpixel((7, 1))


def test_phones_get_the_narrow_picture(chromium: Any, files: dict[str, Path]) -> None:
    """On a phone a figure shows its narrow drawing, so that its text is as large as the page's."""
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(files["report"].as_uri())
    natural = page.evaluate("[...document.querySelectorAll('.cu-figure img')].map(image => image.naturalWidth)")
    page.close()
    assert set(natural) == {360}


def test_number_leads_to_its_row_and_on_to_its_sentence(chromium: Any, files: dict[str, Path]) -> None:
    """Two clicks lead from a number in the answer to its row and from there to its sentence, without script."""
    page = chromium.new_page(viewport={"width": 1360, "height": 900}, java_script_enabled=False)
    page.goto(files["report"].as_uri())
    page.click(".cu-answer a.cu-number >> nth=0")
    assert page.url.endswith("#f-f0")
    page.click("#f-f0 td:last-child a >> nth=0")
    assert page.url.endswith("#s-a.1s0")
    page.close()


def test_print(chromium: Any, files: dict[str, Path]) -> None:
    """A page prints: pages of A4, light also where the screen is dark."""
    page = chromium.new_page(color_scheme="dark")
    page.goto(files["report"].as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('nav.site')).display") == "none"
    assert len(page.pdf(format="A4")) > 20_000
    page.close()
