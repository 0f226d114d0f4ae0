"""What all pictures share: numbers and dates in words, labels that fit, SVG that is small, safe and the same every time."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import wording
from corpus_utils.plot import figure, labels, style
from corpus_utils.plot.canvas import Canvas

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.624, "share", "62%"),
        (0.004, "share", "under 1%"),
        (0.0, "share", "0%"),
        (-0.3, "signed", "−0.30"),
        (0.3, "signed", "+0.30"),
        (-0.001, "signed", "0.00"),
        (12345, "count", "12,345"),
        (4, "words", "four"),
        (0, "words", "no"),
        (40, "words", "40"),
        (NAN, "share", ""),
        (math.inf, "decimal", "unlimited"),
        (2.5, ".1f", "2.5"),
        ("ten", "count", "ten"),
    ],
)
def test_number(value: object, form: str, text: str) -> None:
    """A number is written as a reader writes it, and a missing one is empty, never "nan"."""
    assert wording.number(value, form) == text


@pytest.mark.parametrize(
    ("earliest", "latest", "text"),
    [
        ("2024-02-28", "2024-02-28", "28 February 2024"),
        ("2024-12-06", "2025-12-06", "between 6 December 2024 and 6 December 2025"),
        ("", "", "undated"),
        ("", "2024-02-01", "by 1 February 2024"),
        ("2024-02", "2024-02", "February 2024"),
        ("soon", "soon", "soon"),
    ],
)
def test_days(earliest: str, latest: str, text: str) -> None:
    """Publication dates read as sentences do; what is no date comes back unchanged."""
    assert wording.days(earliest, latest) == text


def test_between() -> None:
    """An interval is "between ... and ..."; half an interval is none; ends that would read alike are told more finely."""
    assert wording.between(0.12, 0.4, "share") == "between 12% and 40%"
    assert wording.between(0.002, 0.0071, "share") == "between 0.2% and 0.7%"
    assert wording.between(-0.0049, -0.0012, "signed") == "between \N{MINUS SIGN}0.005 and \N{MINUS SIGN}0.001"
    assert wording.between(0.12, NAN, "share") == ""


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_hold_the_range(low: float, span: float) -> None:
    """Ticks reach at least from the lowest to the highest value, in order, and are few."""
    ticks = wording.ticks(low, low + span)
    assert ticks == sorted(ticks)
    assert ticks[0] <= low + 1e-6 * max(1, abs(low), span)
    assert ticks[-1] >= low + span - 1e-6 * max(1, abs(low), span)
    assert 2 <= len(ticks) <= 12


@given(st.text(max_size=80), st.floats(20, 300))
def test_fit_fits(text: str, room: float) -> None:
    """A fitted label is never wider than its room, and is one line without controls."""
    line = labels.fit(text, room, 13)
    assert labels.width(line, 13) <= max(room, labels.width("…", 13)) + 1e-6
    assert line == labels.plain(line)


def test_wrap_cuts_the_last_line() -> None:
    """Wrapped text keeps its words and ends with an ellipsis where the lines do not suffice."""
    lines = labels.wrap("one two three four five six seven eight nine ten", 80, 13, lines=2)
    assert len(lines) == 2
    assert lines[0].startswith("one two")
    assert lines[1].endswith("…")


@pytest.mark.parametrize("text", ["a\u202eb", "a\x00b", "a\u200bb", "a\nb"])
def test_plain_removes_what_cannot_be_seen(text: str) -> None:
    """Controls, bidi marks and zero-width characters do not reach a picture."""
    assert labels.plain(text) in ("ab", "a b")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_contrast(scheme: int) -> None:
    """In light and dark, text reaches 4.5 to 1 on everything it stands on, and marks 3 to 1 (WCAG 2.1 AA)."""
    colour = {role: pair[scheme] for role, pair in style.COLOURS.items()}
    for ink in ("ink", "muted", "accent", "warn"):
        assert _contrast(colour[ink], colour["paper"]) >= 4.5, ink
    for ground in ("faint", "soft", "heat0", "heat1", "heat2"):
        assert _contrast(colour["ink"], colour[ground]) >= 4.5, ground
    assert _contrast(colour["muted"], colour["faint"]) >= 4.5
    for step in range(style.HEAT_DARK_FROM, style.HEAT_STEPS):
        assert _contrast(colour["paper"], colour[f"heat{step}"]) >= 4.5, step
    for mark in ("context", "accent"):
        assert _contrast(colour[mark], colour["paper"]) >= 3, mark


def _sheet(text: str = "label") -> str:
    sheet = Canvas(200)
    sheet.rect(0, 0, 50, 10, "accent")
    sheet.stripes(60, 0, 50, 10, "context")
    sheet.line([(0, 20), (200, 20)], "grid", dash=(2, 2))
    sheet.dot(10, 20, 4, "paper", line="accent")
    sheet.text(100, 40, text, align="center", bold=True)
    return sheet.finish()


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "]]><svg/onload=alert(1)>", "$x_1$ \\frac", "a\x00b\ud800c",
    "<!-- x -->",
    "style=\"fill: #0101fe\"", "中文 العربية हिन्दी", "%23#&amp;", "-->", "'; </style>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_labels_stay_text(text: str) -> None:
    """Whatever a label says, the picture is well-formed XML with that text in it and nothing else added."""
    root = ET.fromstring(_sheet(text))
    allowed = {"svg", "style", "rect", "path", "text", "g", "defs"}
    assert {element.tag.split("}")[1] for element in root.iter()} <= allowed
    assert [element.text for element in root.iter() if element.tag.endswith("}text")] == [labels.plain(text)]


def test_picture_serves_both_schemes() -> None:
    """Every colour is a variable with a light and a dark value; no sentinel is left."""
    svg = _sheet()
    assert "#01" not in re.sub(r"<style>.*?</style>", "", svg)
    assert "prefers-color-scheme:dark" in svg
    used = set(re.findall(r"var\(--(\w+)\)", svg))
    assert {"accent", "context", "grid", "paper", "ink"} <= used
    for role in used:
        assert svg.count(f"--{role}:#") == 2, role


def test_picture_is_the_same_every_time() -> None:
    """The same marks give the same bytes, without dates, ids or versions."""
    assert _sheet() == _sheet()
    for trace in ("metadata", " id=", "Matplotlib", "2026", "clip"):
        assert trace not in _sheet()


def test_a_users_matplotlibrc_does_not_matter() -> None:
    """Pictures are drawn with our settings, and the caller's come back unchanged."""
    import matplotlib as mpl

    before = _sheet()
    with mpl.rc_context({"font.size": 40, "text.usetex": True, "svg.fonttype": "path", "lines.linewidth": 9}):
        assert _sheet() == before
        assert mpl.rcParams["font.size"] == 40


def _figure(svg: str = "", **more: str) -> figure.Figure:
    given = {"alt": 'He said "no" <b>', "caption": "It & that", "name": "Tone & co", **more}
    return figure.Figure(svg or _sheet(), data=pd.DataFrame({"a": [1]}), **given)


def test_figure_html() -> None:
    """A figure is a `figure` with alt text and caption, escaped, its picture inside it."""
    html = _figure()._repr_html_()
    assert html.startswith('<figure class="cu-figure" id="fig-tone-co">')
    assert 'alt="He said &quot;no&quot; &lt;b&gt;"' in html
    assert "<figcaption>It &amp; that <a " in html
    assert 'download="tone-co.csv"' in html
    assert 'href="data:text/csv;charset=utf-8,a%0D%0A1%0D%0A"' in html
    assert 'src="data:image/svg+xml,' in html
    assert "<script" not in html


def test_figure_data_is_safe_csv() -> None:
    """The numbers behind a figure travel in it, formulas disarmed; large tables do not."""
    data = pd.DataFrame({"=label": ["=cmd()", "b,c"], "list": [["x", "y"], []], "n": [1.5, NAN]})
    drawn = figure.Figure(_sheet(), "alt", "caption", data, "x")
    assert drawn.csv() == '\'=label,list,n\r\n\'=cmd(),"x, y",1.5\r\n"b,c",,\r\n'
    assert "data:text/csv" not in figure.Figure(_sheet(), "a", "c", pd.DataFrame({"n": range(5000)}), "x")._repr_html_()


def test_figure_without_a_picture_says_why() -> None:
    """Where nothing could be drawn, the reason stands there in words."""
    html = figure.nothing("No picture: <too few>.", data=pd.DataFrame(), name="x")._repr_html_()
    assert html == '<p class="cu-nofigure" id="fig-x">No picture: &lt;too few&gt;.</p>'


@given(st.text(max_size=60))
def test_data_uri_needs_no_escaping(text: str) -> None:
    """A data URI can stand in a double-quoted attribute and in `srcset` as it is."""
    assert not set(figure.data_uri(f"<svg><text>{text.strip()}</text></svg>".replace("\n", " "))) & set('"<>#& ')
