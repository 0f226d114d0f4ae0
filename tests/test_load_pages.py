"""HTML pages: flattening, hints, and the metadata a page states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus_utils.load import load_documents
from corpus_utils.load.flatten import flatten, looks_like_html, parse_html
from corpus_utils.load.hints import Block, make_hints
from corpus_utils.load.page_dates import parse_day
from corpus_utils.load.page_metadata import read_page_metadata
from corpus_utils.load.page_people import is_person, split_names
from corpus_utils.load.page_titles import strip_site
from corpus_utils.load.pages import read_page

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Council keeps the old bridge | The Valley Paper</title>
<meta property="og:site_name" content="The Valley Paper">
<meta property="og:title" content="Council keeps the old bridge | The Valley Paper">
<link rel="canonical" href="https://example.org/2024/02/28/bridge"><style>p {color: red}</style>
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Council keeps the old bridge",
"datePublished": "2024-02-28T23:30:00Z",
"author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Ek"}]}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>Council keeps the old bridge</h1><div class="byline">By Ann Lee and Bo Ek</div><time>28 February 2024</time>
<figure><img src="b.jpg" alt="a bridge"><figcaption>The bridge in winter. Photo: Cy Dow</figcaption></figure>
<p>The council decided on Wednesday to keep the <a href="/x">old bridge</a>, which has carried the road to the mill since 1871.</p>
<p>“We could not do without it,” said the mayor, who had first asked for a new one.
The vote was nine to two, after a debate of four hours.</p>
<h2>What it will cost</h2>
<p>Repairs will take two summers and cost about three million, most of which the county has promised to pay by the end of next year.</p>
<p>Work begins in May. Until then lorries over ten tonnes must take the road through the valley, which adds twenty minutes.</p>
</article></main><aside><h3>Most read</h3><ul><li>Ten walks for spring</li></ul></aside>
<footer>About us</footer><script>track()</script></body></html>"""


def flat(markup: str) -> str:
    """Text of markup."""
    tree = parse_html(markup)
    return "" if tree is None else flatten(tree).text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
        ("<div>One<br>Two</div><div>Three</div>", "One\nTwo\nThree\n"),
        ("<ul><li>a</li><li>b <b>c</b></li></ul>", "a\nb c\n"),
        ("<p>T<span>he</span> <i>end</i>.</p>", "The end.\n"),
        ("<p>  much \n\t white&nbsp;space </p>", "much white space\n"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc\n"),
        ("<pre>a\n  b</pre>", "a\n  b\n"),
        ("<p>a</p><script>x()</script><style>y</style><noscript>z</noscript><template>t</template><p>b</p>", "a\n\nb\n"),
        ("<a>Home</a><a>Sport</a>", "Home Sport\n"),
        ("<p>a<!-- no -->b</p>", "ab\n"),
        ('<p>Link<span class="sr-only">, opens new tab</span> here</p>', "Link here\n"),
        ("<p>a &amp; b &lt;i&gt;</p>", "a & b <i>\n"),
        ("<html><head><title>T</title></head><body>x</body></html>", "x\n"),
        ('<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>é</p></body></html>', "é\n"),
        ("", ""),
        ("<script>only</script>", ""),
    ],
)
def test_flattening(markup: str, text: str) -> None:
    """One line a block, blank lines between paragraphs, nothing a reader does not see."""
    assert flat(markup) == text


@pytest.mark.parametrize(("text", "verdict"), [("<p>a</p>", True), ("a<br>b", True), ("a < b > c", False), ("use <b> for bold", False)])
def test_markup_is_told_from_text(text: str, verdict: bool) -> None:
    """A sign of less is no markup."""
    assert looks_like_html(text) is verdict


def test_a_page_gives_text_hints_and_metadata(tmp_path: Path) -> None:
    """The hints point at title, body, subheading, caption and navigation; what is stated stands in `given`."""
    (tmp_path / "bridge.html").write_text(PAGE, encoding="utf-8")
    row = load_documents(tmp_path).iloc[0]
    hints = [(row["text"][start:end], role) for start, end, role, _ in json.loads(row["hints"])]
    assert ("Council keeps the old bridge", "title") in hints
    assert ("What it will cost", "subheading") in hints
    assert ("Home\nSport", "navigation") in hints
    assert ("The bridge in winter. Photo: Cy Dow", "caption") in hints
    body = [text for text, role in hints if role == "body"]
    assert sum(text.startswith(("The council", "“We could", "Repairs", "Work begins")) for text in body) == 4
    assert not any("Ten walks" in text for text in body)
    assert json.loads(row["given"]) == {
        "author": "Ann Lee; Bo Ek", "date": "2024-02-28", "language": "en", "outlet": "The Valley Paper",
        "title": "Council keeps the old bridge", "url": "https://example.org/2024/02/28/bridge",
    }  # fmt: skip


def test_blocks_are_found_whatever_breaks_their_lines() -> None:
    """Alignment ignores white space and case, keeps order, and bridges what the extractor dropped inside a block."""
    tree = parse_html(
        "<p>Share</p><p>The first\nparagraph of the page.</p><p>It says more than the <i>advertisement</i> first one did.</p>"
    )
    assert tree is not None
    page = flatten(tree)
    blocks = [
        Block("The first paragraph of the page."),
        Block("It says more than the first one did."),
        Block("Nowhere to be found at all."),
    ]
    found = [page.text[start:end] for start, end, _, _ in make_hints(page, blocks)]
    assert found == ["The first paragraph of the page.", "It says more than the", "first one did."]


@pytest.mark.parametrize(
    ("title", "outlet", "wanted"),
    [
        ("Rain at last | The Valley Paper", "The Valley Paper", "Rain at last"),
        ("The Valley Paper - Rain at last", "The Valley Paper", "Rain at last"),
        ("Rain at last | Weather | The Valley Paper", "The Valley Paper", "Rain at last | Weather"),
        ("Rain at last - valleypaper.org", "", "Rain at last"),
        ("Rain - or snow?", "The Valley Paper", "Rain - or snow?"),
        ("Valley Paper wins prize", "The Valley Paper", "Valley Paper wins prize"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(title: str, outlet: str, wanted: str) -> None:
    """Only what is the site's name, or an address, is cut."""
    assert strip_site(title, outlet) == wanted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("By ANN LEE and Bo Ek, Senior Writer", ["Ann Lee", "Bo Ek"]),
        ("Von Jürgen Öztürk", ["Jürgen Öztürk"]),
        ("Por Ana Ruiz y Luis de la Cruz", ["Ana Ruiz", "Luis de la Cruz"]),
        ("Ann Lee; Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Written by Ann Lee | 28 February 2024", ["Ann Lee"]),
        ("https://example.org/ann", []),
        ("ann@example.org", []),
        ("@annlee", []),
        ("", []),
    ],
)
def test_bylines_are_reduced_to_names(text: str, names: list[str]) -> None:
    """Openings, roles, dates and addresses are no names."""
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("Ann Lee", True), ("Luis de la Cruz", True), ("Valley Paper Staff", False), ("Ann", False), ("the Lee family", False)],
)
def test_persons_are_told_from_organisations(name: str, verdict: bool) -> None:
    """Two to five capitalised words without a word for an organisation."""
    assert is_person(name) is verdict


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-02-28T23:30:00Z", "", "2024-02-28"),
        ("20240228", "", "2024-02-28"),
        ("28 February 2024, 10:00", "", "2024-02-28"),
        ("Wednesday, Feb. 28, 2024", "", "2024-02-28"),
        ("28. Februar 2024", "", "2024-02-28"),
        ("28 de febrero de 2024", "", "2024-02-28"),
        ("1er février 2024", "", "2024-02-01"),
        ("28 февраля 2024", "", "2024-02-28"),
        ("2024年2月28日", "", "2024-02-28"),
        ("28.02.2024", "", "2024-02-28"),
        ("28/02/2024", "", "2024-02-28"),
        ("02/28/2024", "", "2024-02-28"),
        ("03/04/2024", "", ""),
        ("03/04/2024", "dmy", "2024-04-03"),
        ("03/04/2024", "mdy", "2024-03-04"),
        ("1709078400", "", "2024-02-28"),
        ("2024-02-31", "", ""),
        ("February", "", ""),
        ("Friday", "", ""),
        ("call 555-2024", "", ""),
    ],
)
def test_days_are_read_in_many_forms_or_not_at_all(text: str, order: str, day: str) -> None:
    """An ambiguous or impossible day is left unread."""
    assert parse_day(text, order) == day


def dated(head: str = "", beside: str = "", path: str = "/a") -> dict:
    """Metadata of a page with the given head and line under the title."""
    start = f'<html lang="en-us"><head><link rel="canonical" href="https://example.org{path}">{head}</head>'
    body = f"<body><h1>Rain falls at last on the valley</h1><div>{beside}</div><p>{'It rained. ' * 80}</p>"
    tree = parse_html(f"{start}{body}<footer>© 2019 <span class='date'>1 May 2019</span></footer></body></html>")
    assert tree is not None
    return read_page_metadata(tree)


@pytest.mark.parametrize(
    ("head", "beside", "path", "day"),
    [
        ('<meta property="article:published_time" content="2024-02-28T10:00:00Z">', "", "/a", "2024-02-28"),
        ("", "February 28, 2024", "/a", "2024-02-28"),
        ("", "February 28, 2024 at 08:45 AM | filed under weather, valley, agriculture and water", "/a", "2024-02-28"),
        ("", "", "/2024/02/28/rain", "2024-02-28"),
        ("", "", "/2024/feb/28/rain", "2024-02-28"),
        ("", '<time datetime="2024-02-28">yesterday</time>', "/a", "2024-02-28"),
        ("", "Updated February 29, 2024", "/a", ""),
        ('<meta property="article:modified_time" content="2024-02-28">', "", "/a", ""),
        ('<meta property="article:published_time" content="2024-02-29T03:00:00Z">', "February 28, 2024", "/a", "2024-02-28"),
        ('<meta property="article:published_time" content="2024-02-28T03:00:00Z">', "", "/2024/02/28/rain", "2024-02-28"),
        ('<script type="application/ld+json">{"@type": "Article", "datePublished": "2024-02-28", broken}</script>', "", "/a", "2024-02-28"),
        ("", "", "/a", ""),
    ],
)
def test_the_day_of_publication(head: str, beside: str, path: str, day: str) -> None:
    """Stated, printed, or in the address; dates of change and of the footer are not taken; a UTC stamp yields to the printed day."""
    assert dated(head, beside, path).get("date", "") == day


def test_two_days_far_apart_are_both_told_and_none_is_given() -> None:
    """A page that states one day and prints another, months later, was made anew: which of them is the publication stays open."""
    given = dated('<meta property="article:published_time" content="2021-08-23">', "March 7, 2022")
    assert "date" not in given
    assert [day for _, day in given["date_candidates"]] == ["2021-08-23", "2022-03-07"]


def test_conflicting_dates_are_kept_with_their_sources() -> None:
    """Where the page states two days, both are told."""
    given = dated('<meta property="article:published_time" content="2024-02-20">', "February 28, 2024")
    assert given["date_candidates"] == [["meta", "2024-02-20"], ["beside the title", "2024-02-28"]]


@pytest.mark.parametrize(
    "data",
    ["[]", "null", '{"@type": 5}', '{"@graph": [null, 1, {"@type": ["Article", 3], "author": {"name": {"x": 1}}}]}',
     '{"@type": "Article", "author": [[[["a"]]]]}',
     '{"@id": "a", "@type": "Article", "author": {"@id": "a"}}', "[" * 5000, '{"@type": "Article", "headline": {"a": 1}, "publisher": []}'],
)  # fmt: skip
def test_strange_json_ld_does_no_harm(data: str) -> None:
    """Stated data of any shape is read or left out."""
    markup = f'<html><head><script type="application/ld+json">{data}</script></head><body><h1>Rain falls at last</h1><p>It did.</p></body>'
    assert read_page(markup).given == {"title": "Rain falls at last"} or data.startswith('{"@type": "Article", "author": [[')
