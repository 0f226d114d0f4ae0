"""Blocks: what a reader sees, what travels beside it, and that hostile text stays text."""

from __future__ import annotations

import html as html_module
import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.report import blocks as b
from corpus_utils.report.block import MIME, Block, anchor, safe_href
from corpus_utils.report.markdown import to_html

NAN = math.nan
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</details></main><h1>Forged</h1>",
    "<style>body{display:none}</style>",
    "javascript:alert(1)",
    "a\u202egnp.exe\u200b",
    "\x00\x1b[31m\x7f",
    "<!-- -->]]>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
]


class Reader(HTMLParser):
    """Tags, attributes and text of a fragment, and whether its tags nest."""

    VOID = ("img", "br", "hr", "meta", "source", "wbr")

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.nested = True
        self.feed(fragment)
        self.close()
        self.nested = self.nested and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag and its attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last, or note that the fragment does not nest."""
        self.nested = self.nested and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


def harmless(fragment: str) -> Reader:
    """Parse a fragment and check that it nests and that nothing in it can run or load."""
    read = Reader(re.sub(r'<style class="cu-lab">.*?</style>', "", fragment, flags=re.S))
    assert read.nested, fragment
    assert not set(read.tags) & {"script", "style", "iframe", "object", "embed", "form", "link", "base", "meta", "svg"}, read.tags
    for _, name, value in read.attributes:
        assert not name.startswith("on"), name
        assert name != "style"
        if name in ("href", "src", "srcset"):
            assert re.match(r"(#|data:image/|https?:|mailto:|(?![a-z][a-z0-9+.-]*:)[^\s\"<>]*$)", value), value
            assert "javascript" not in value.lower()
    return read


def findings(*rows: dict) -> pd.DataFrame:
    """A findings table from partial rows."""
    return schema.frame(
        "findings", [{"report": "r", "low": NAN, "high": NAN, "gate": "description", "tier": "none needed", **row} for row in rows]
    )


FINDINGS = findings(
    {"id": "stories", "measure": "stories", "unit": "article", "estimate": 10, "n_articles": 10, "n_units": 10},
    {"id": "share", "measure": "share quoted", "unit": "word", "denominator": "all words", "estimate": 0.17,
     "low": 0.11, "high": 0.24, "n_units": 900},
    {"id": "tone", "measure": "vader", "unit": "passage", "voice": "direct", "estimate": 0.42,
     "low": 0.21, "high": 0.6, "evidence": ["a#1s2"]},
    {"id": "tone_own", "measure": "vader", "unit": "passage", "voice": "journalist", "estimate": -0.04, "tier": "unvalidated"},
    {"id": "trend", "measure": "trend", "unit": "article", "estimate": NAN, "gate": "refused"},
)  # fmt: skip


def test_answer_links_its_numbers() -> None:
    """Each placeholder becomes a formatted number that links to the finding's row; the plain text is the headline."""
    block = b.answer("{stories:words} stories; {share} of the words are quoted, {share:interval}; tone {tone}.", FINDINGS)
    assert block.text == "Ten stories; 17% of the words are quoted, between 11% and 24%; tone +0.42."
    assert block.payload == {"headline": block.text}
    assert re.findall(r'href="#([^"]+)"', block.html) == ["f-stories", "f-share", "f-share", "f-tone"]


def test_answer_without_an_estimate_says_so() -> None:
    """A refused or missing number is said in words, never as nan."""
    assert b.answer("A trend was {trend}.", FINDINGS).text == "A trend was not estimated."
    assert b.answer("It lies {stories:interval}.", FINDINGS).text == "It lies without an interval."


def test_answer_names_unknown_findings() -> None:
    """A placeholder without a finding is an error that lists the findings there are."""
    with pytest.raises(ValueError, match="no finding 'nothing'; there are: stories, share"):
        b.answer("{nothing}", FINDINGS)


def test_answer_takes_dicts_and_empty_tables() -> None:
    """Findings may be a list of dicts; an answer without numbers needs none."""
    assert b.answer("{a:count} of them.", [{"id": "a", "estimate": 3}]).text == "3 of them."
    assert b.answer("Nothing was found.", schema.empty("findings")).text == "Nothing was found."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """In every block and every place, hostile text is shown as text: nothing runs, loads, nests wrongly or hides."""
    rows = pd.DataFrame(
        [
            {
                "sentence_id": text, "text": text * 2, "outlet": text, "date": text, "voice": text, "speaker": text, "position": text,
                "title": text, "label": text, "note": text, "language": text, "marks": [[0, 4, text], [2, 900, text]],
            }
        ]
    )  # fmt: skip
    spans = pd.DataFrame([{"start": 0, "end": 3, "role": text, "story": 1, "rule": text}])
    given_findings = [
        {**FINDINGS.iloc[2].to_dict(), "id": text.replace("{", "").replace("}", ""), "measure": text, "label": text, "interval_kind": text}
    ]
    made = [
        b.page_head(text, text, corpus=text, standfirst=text),
        b.answer(text.replace("{", "").replace("}", ""), FINDINGS, qualifier=text.replace("{", "")),
        b.facts({text: text, "note": (text, text), "list": [text]}),
        b.section(text, text),
        b.notice(text, title=text),
        b.definitions({text: text}),
        b.provenance({text: text}),
        b.method(text, [text]),
        b.downloads([{"href": text, "label": text, "note": text}, {"href": "a.csv", "label": text}]),
        b.table(pd.DataFrame({text: [text], "link": [text]}), caption=text, links={text: "link"}, csv_href=text, headers={text: text}),
        b.table(pd.DataFrame(), caption=text, empty=text),
        b.sentences_block(rows, text),
        b.raw_document(text, spans, title=text),
        b.findings_table(given_findings, text),
    ]
    for block in made:
        read = harmless(block.html)
        assert "h1" not in read.tags or block is made[0]
        assert not re.search("[\u202e\u200b\x00\x1b]", block.html)


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=5))
def test_marks_keep_the_sentence(text: str, marks: list[tuple[int, int]]) -> None:
    """Whatever the offsets, the sentence with its marks reads as the sentence itself."""
    from corpus_utils.report.quotations import _marked, _marks
    from corpus_utils.text import strip_controls

    ordered = [(min(pair), max(pair), "why") for pair in marks]
    shown = _marked(text, _marks(ordered, len(text)))
    assert html_module.unescape(re.sub(r"</?mark[^>]*>", "", shown)) == strip_controls(text)


def test_marks_are_where_the_evidence_is() -> None:
    """Evidence offsets become marks, with the reason written below for those who cannot hover."""
    rows = pd.DataFrame(
        [{"sentence_id": "a#1s2", "text": "a powerful peace", "marks": '[[2, 10, "powerful +1.8"], [11, 16, "peace +2.5"]]'}]
    )
    html = b.sentences_block(rows, "Caption").html
    assert '<mark title="powerful +1.8">powerful</mark> <mark title="peace +2.5">peace</mark>' in html
    assert "Marked: powerful +1.8; peace +2.5." in html
    assert 'id="s-a.1s2"' in html


def test_source_lines_say_what_is_missing() -> None:
    """A missing outlet or date is said in words."""
    rows = pd.DataFrame([{"sentence_id": "x", "text": "t", "outlet": "", "date": "", "voice": "direct", "speaker": "Ann", "position": 0}])
    read = harmless(b.sentences_block(rows, "c").html)
    for said in ("outlet not stated", "undated", "direct quotation of Ann", "sentence 1"):
        assert said in read.text


def test_raw_document_shows_everything_once() -> None:
    """The text in the block is the document; spans that overlap, overrun or leave gaps lose nothing."""
    text = "Title\n\nBody one.\nBody two.\nmenu\nend"
    spans = pd.DataFrame(
        [
            {"start": 0, "end": 6, "role": "title", "story": 1, "rule": "first line"},
            {"start": 6, "end": 7, "role": "blank", "story": 0, "rule": ""},
            {"start": 7, "end": 17, "role": "body", "story": 1, "rule": "x"},
            {"start": 16, "end": 27, "role": "body", "story": 1, "rule": "x"},
            {"start": 27, "end": 32, "role": "navigation", "story": 0, "rule": ""},
            {"start": 40, "end": 90, "role": "body", "story": 1, "rule": ""},
        ]
    )
    html = b.raw_document(text, spans).html
    inside = html[html.index('<div class="cu-raw"') :]
    without_tags = re.sub(r'<span class="cu-role">.*?</span>', "", inside)
    assert html_module.unescape(re.sub("<[^>]*>", "", without_tags)) == text
    assert html.count('class="cu-role"') == 4  # title, body, navigation, unlabelled
    harmless(html)


def test_table_scopes_and_sides() -> None:
    """Columns and rows are scoped, numbers stand right, formats and links apply, missing values are said in words."""
    data = pd.DataFrame(
        {
            "name": ["a", "b"], "share": [0.5, NAN], "n": [1200, 3], "tone": [0.0, -0.25], "day": ["2024-02-28", ""],
            "where": ["#s-x", "javascript:alert(1)"], "ok": [True, False],
        }
    )  # fmt: skip
    html = b.table(data, caption="C", formats={"share": "share", "tone": "signed", "day": "date"}, links={"name": "where"}).html
    read = harmless(html)
    assert read.tags.count("th") == 6 + 2
    assert ("th", "scope", "row") in read.attributes
    assert html.count('class="cu-num"') == 3 * 3
    for said in ("50%", "not stated", "1,200", "0.00", "−0.25", "28 February 2024", "yes", "no"):
        assert said in read.text
    assert [value for _, name, value in read.attributes if name == "href"] == ["#s-x"]


@pytest.mark.parametrize(
    ("rows", "in_first", "said"),
    [(12, 12, ""), (30, 10, "Show the other 20 rows"), (200, 10, "The first 10 of 200 rows; all of them are in x.csv.")],
)
def test_long_tables(rows: int, in_first: int, said: str) -> None:
    """Ten rows are shown; some more are folded away; many more are said to be in the file."""
    html = b.table(pd.DataFrame({"n": range(rows)}), caption="C", csv_href="x.csv").html
    assert html.split("</table>")[0].count("<tr>") == in_first + 1
    assert said in re.sub("<[^>]*>", "", html)


def test_long_cells_get_room_and_ids_may_break() -> None:
    """Prose gets a wide column, and a long id in front may break after its joints without becoming another id."""
    html = b.table(pd.DataFrame({"id": ["0_ab#1", "it's_#2"], "text": ["word " * 20, ""]}), caption="C").html
    assert "0_<wbr>ab#1" in html
    assert "it&#x27;s_<wbr>#2" in html
    assert html.count('class="cu-prose"') == 3
    row = "004_be4fb8517e337c1b,0,60,title"
    assert "004_<wbr>be4fb8517e337c1b,<wbr>0" in b.table(pd.DataFrame({"text": ["x"], "row": [row]}), caption="C").html
    assert "<wbr>" not in b.table(pd.DataFrame({"text": ["x"], "row": ["a_b,c"]}), caption="C").html


def test_table_formats_may_be_functions() -> None:
    """A function may format a cell, as text or as a block; what it returns as text is escaped."""
    data = pd.DataFrame({"a": ["x"], "b": ["y"]})
    html = b.table(data, caption="C", formats={"a": lambda v: f"<{v}>", "b": lambda v: Block(f"<code>{v}</code>")}).html
    assert "&lt;x&gt;" in html
    assert "<code>y</code>" in html


def test_findings_table() -> None:
    """Every finding has its anchor, its number as in the answer, its interval in words, its basis and its sentences."""
    block = b.findings_table(FINDINGS, "f.csv")
    read = harmless(block.html)
    ids = [value for tag, name, value in read.attributes if tag == "tr" and name == "id"]
    assert ids == ["f-stories", "f-share", "f-tone", "f-tone_own", "f-trend"]
    for said in ("between 11% and 24%", "+0.42", "between +0.21 and +0.60", "not estimated", "900 words", "label unvalidated", "refused"):
        assert said in read.text
    assert ("a", "href", "#s-a.1s2") in read.attributes
    assert "N/A" not in read.text
    assert block.payload["findings"][4]["estimate"] is None
    assert len(b.findings_table(pd.concat([FINDINGS] * 20, ignore_index=True)).payload["findings"]) == 100


def test_what_most_intervals_mean_is_said_once() -> None:
    """A row says what its interval means only where it means something else than most."""
    kinds = ["varies here", "varies here", "other"]
    rows = [{"id": f"r{n}", "estimate": 0.5, "low": 0.4, "high": 0.6, "interval_kind": kind} for n, kind in enumerate(kinds)]
    assert b.findings_table(rows).html.count("varies here") == 1 == b.findings_table(rows).html.count("other")
    assert "where a row says" not in b.findings_table(rows[1:]).html


def test_no_findings() -> None:
    """A page without numbers says so."""
    assert b.findings_table(schema.empty("findings")).text == "no findings"


def test_payload_travels_beside_the_html() -> None:
    """A block's MIME bundle has HTML, plain text, and JSON that no front end shows."""
    import json

    bundle = b.findings_table(FINDINGS)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", MIME}
    assert "NaN" not in json.dumps(bundle[MIME])
    head = b.page_head("Why?", "03_sentiment").payload
    assert head == {"question": "Why?", "report": "03_sentiment"}
    assert b.facts({"Stories": 10, "Dates": ("2024", "one")}).payload["facts"] == {"Stories": "10", "Dates": "2024"}


def test_publish_shows_nothing() -> None:
    """`publish` has no HTML; a figure gives its small picture."""
    from corpus_utils.plot import plot_dots

    figure = plot_dots(pd.DataFrame({"label": ["a"], "estimate": [1.0]}), name="n", caption="c")
    block = b.publish(thumbnail=figure, headline="H", downloads=[{"href": "a.csv", "label": "A"}])
    assert block.html == ""
    assert block.payload["thumbnail"] == figure.mini
    assert set(block.payload) == {"thumbnail", "headline", "downloads"}


def test_together_keeps_payloads() -> None:
    """Blocks shown together keep what they publish."""
    block = b.together(b.facts({"a": 1}), b.notice("x"))
    assert block.payload["facts"] == {"a": "1"}
    assert block.html.count("<dl") == 1


def test_unknown_notice() -> None:
    """An unknown kind of notice is an error that lists those there are."""
    with pytest.raises(ValueError, match="info, warn, fail, good"):
        b.notice("x", "loud")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("#s-x", "#s-x"),
        ("files/a.csv", "files/a.csv"),
        ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&amp;c=2"),
        ("javascript:alert(1)", ""),
        (" JaVaScRiPt:alert(1)", ""),
        ("java\x00script:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//evil.example", ""),
        ("/etc/passwd", ""),
        ("\\\\host\\share", ""),
        ("vbscript:x", ""),
        ("java\nscript:alert(1)", ""),
    ],
)
def test_safe_href(address: str, kept: str) -> None:
    """Only anchors, paths below the page, http(s) and mail addresses become links."""
    assert safe_href(address) == kept


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_anchors_are_valid_and_distinct(one: str, other: str) -> None:
    """An anchor has no character an id must not have, and different names get different anchors."""
    assert re.fullmatch(r"f-[\w.-]*", anchor("f", one), re.ASCII)
    if one.replace("#", ".", 1) != other.replace("#", ".", 1):
        assert anchor("f", one) != anchor("f", other)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_passes_nothing_through(text: str) -> None:
    """Raw HTML in Markdown is shown as text, bad links lose their address, pictures become their description."""
    harmless(to_html(f"# {text}\n\n{text} [x]({text.strip()}) ![alt]({text})\n\n- {text}\n\n> {text}\n\n`{text}`\n\n<{text}>"))
    assert "<img" not in to_html(f"![a]({text}) ![{text}](x.png)")


def test_links_like_footnotes() -> None:
    """Numbered, named for a screen reader, to the anchors that sentences_block gives; hostile names stay text."""
    rows = pd.DataFrame([{"sentence_id": "d#1s4", "text": "It rained."}])
    made = b.links(["d#1s4"], '"><script>').html
    target = re.search(r'href="#([^"]+)"', made)
    assert target and f'id="{target[1]}"' in b.sentences_block(rows, "All").html and "<script" not in made
    under = b.openers({"headlines": ["d#1s4", "d#1s5"], "<i>none</i>": []})
    assert under.html.count("<a ") == 2 and "none" not in under.html and b.openers({}).html == ""


def test_folded_sentences_are_there_and_opened_by_a_link() -> None:
    """The anchors stand inside details, which browsers open when a link leads into it; no sentence is lost."""
    rows = pd.DataFrame([{"sentence_id": f"d#1s{n}", "text": f"Sentence {n}."} for n in range(3)])
    html = b.sentences_block(rows, "Behind the numbers", folded=True).html
    assert html.startswith("<details") and html.count("<blockquote") == 3 and "3 sentences" in html


def test_estimates_with_their_interval_in_a_cell() -> None:
    """Number above, interval below; without an interval the number alone; a missing one is told in words."""
    cell = b.within("share", missing="too few")
    assert "36%" in cell((0.36, 0.1, 0.57)).html and "10% to 57%" in cell((0.36, 0.1, 0.57)).html
    nan = float("nan")
    assert cell((0.36, nan, nan)).html == "36%" and "too few" in cell((nan, nan, nan)).html


def test_code_between_backticks_is_shown_as_such_and_nothing_else_is_let_through() -> None:
    """A reader must see where a command ends; markup between backticks stays text."""
    html = b.notice("Then: `corpus-utils report`. And `<b>`.").html
    assert "Then: <code>corpus-utils report</code>. And <code>&lt;b&gt;</code>." in html
    strip = b.facts({"Labels": "to start: `corpus-utils sample tone`"})
    assert "<code>corpus-utils sample tone</code>" in strip.html
    assert "`" not in strip.text + str(strip.payload)
