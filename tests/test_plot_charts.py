"""Each chart with little, much, missing, foreign and hostile data."""

from __future__ import annotations

import json
import math
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pandas as pd
import pytest

from corpus_utils import plot
from corpus_utils.plot import dates as dates_module
from corpus_utils.plot.figure import Figure

NAN = math.nan
LONG = "A very long headline that goes on and on about <script>alert(1)</script> & $co_2$ until nobody can read it any more, Владимир, 北京"


def spans(documents: int = 3) -> pd.DataFrame:
    """A title, a body, a caption and a promotion in each document."""
    rows = []
    for n in range(documents):
        for start, end, role, story in ((0, 50, "title", 1), (50, 52, "blank", 0), (52, 800, "body", 1), (800, 900, "caption", 1)):
            rows.append({"document_id": f"d{n:03}", "start": start, "end": end, "role": role, "story": story})
        rows.append({"document_id": f"d{n:03}", "start": 900, "end": 1100, "role": "promotion", "story": 0})
    return pd.DataFrame(rows)


def dots(rows: int = 4) -> pd.DataFrame:
    """Estimates, the first without an interval, the last without an estimate."""
    made = [{"label": f"row {n}", "estimate": n / 10, "low": n / 10 - 0.1, "high": n / 10 + 0.1, "n": n + 1} for n in range(rows)]
    made[0] |= {"low": NAN, "high": NAN, "label": LONG}
    made[-1] |= {"estimate": NAN, "low": NAN, "high": NAN, "note": "too few"}
    return pd.DataFrame(made)


def heat(rows: int = 3, columns: int = 3) -> pd.DataFrame:
    """A full table but for one cell."""
    made = [
        {"row": f"frame {r}", "column": f"voice {c}", "value": (r + c) / 40, "low": 0.0, "high": 0.9, "n": 5}
        for r in range(rows)
        for c in range(columns)
    ]
    made[0] |= {"value": NAN, "row": made[0]["row"]}
    return pd.DataFrame(made)


def articles(dated: int = 2, undated: int = 3) -> pd.DataFrame:
    """Articles with a day, one with two candidates, one with bounds, and some without a date."""
    rows = [
        {"id": f"d{n}#1", "title": f"Story {n}", "date_earliest": f"2024-{n % 12 + 1:02}-05", "date_latest": f"2024-{n % 12 + 1:02}-05"}
        for n in range(dated)
    ]
    candidates = json.dumps([{"candidates": ["2024-12-06", "2025-12-06"], "used": True}])
    rows.append({"id": "c#1", "title": "", "date_earliest": "2024-12-06", "date_latest": "2025-12-06", "date_evidence": candidates})
    rows.append({"id": "b#1", "title": LONG, "date_earliest": "", "date_latest": "", "date_bounds": '["2018-01-01", "2024-12-31"]'})
    rows += [{"id": f"u{n}#1", "title": f"Undated {n}", "date_earliest": "", "date_latest": ""} for n in range(undated)]
    return pd.DataFrame(rows)


def topics(rows: int = 3) -> pd.DataFrame:
    """Topics, the last unstable and without an interval."""
    made = [
        {"name": f"Topic {n}", "words": ["peace", LONG, "gas"], "prevalence": 0.1, "low": 0.05, "high": 0.2, "stability": 0.9}
        for n in range(rows)
    ]
    made[-1] |= {"low": NAN, "high": NAN, "stability": 0.3, "outlets": json.dumps({"A": 0.4, "B": 0.0})}
    return pd.DataFrame(made)


def words(rows: int = 20) -> pd.DataFrame:
    """Words with frequencies and log ratios of both signs."""
    return pd.DataFrame(
        {"word": [f"word{n}" for n in range(rows)], "frequency": [3 + n for n in range(rows)], "log_ratio": [n - 9.5 for n in range(rows)]}
    )


def story_words(stories: int = 3) -> pd.DataFrame:
    """Three words for each story."""
    return pd.DataFrame([{"story": f"{n} {LONG}", "word": f"word{w}", "score": 3.0 - w} for n in range(stories) for w in range(3)])


def matrix(rows: int = 3, columns: int = 3) -> pd.DataFrame:
    """Counts for every pair."""
    return pd.DataFrame([{"row": f"speaker {r}", "column": f"outlet {c}", "value": 1 + r * c} for r in range(rows) for c in range(columns)])


CHARTS: dict[str, tuple[Callable[[int], pd.DataFrame], Callable[[pd.DataFrame], Figure]]] = {
    "barcode": (spans, lambda table: plot.plot_barcode(table, name="x", caption="c")),
    "dots": (dots, lambda table: plot.plot_dots(table, name="x", caption="c", form="signed", reference=(0.0, "nought"), unit="sentences")),
    "heat": (heat, lambda table: plot.plot_heat(table, name="x", caption="c", rows="frame", columns="voice", unit="passages")),
    "dates": (articles, lambda table: plot.plot_dates(table, name="x", caption="c")),
    "topics": (topics, lambda table: plot.plot_topics(table, name="x", caption="c")),
    "words": (words, lambda table: plot.plot_words(table, name="x", caption="c", groups=("A", "B"))),
    "story_words": (story_words, lambda table: plot.plot_story_words(table, name="x", caption="c")),
    "matrix": (matrix, lambda table: plot.plot_matrix(table, name="x", caption="c")),
}


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("rows", [1, 3, 200])
def test_every_size(chart: str, rows: int) -> None:
    """One row, three and two hundred give well-formed pictures of bearable size, for page, phone and card, without a warning."""
    make, draw = CHARTS[chart]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw(make(rows))
    for picture in (drawn.svg, drawn.narrow, drawn.mini):
        if not picture:
            continue
        root = ET.fromstring(picture)
        assert 20 < float(root.get("height", 0)) < 3000
        assert len(picture) < 40_000
        assert "nan" not in picture.lower()
    assert drawn.alt
    assert "nan" not in drawn.alt.lower().split()


@pytest.mark.parametrize("chart", CHARTS)
def test_no_data(chart: str) -> None:
    """An empty table gives the reason in words instead of a picture."""
    make, draw = CHARTS[chart]
    drawn = draw(make(3).head(0))
    assert drawn.svg == ""
    assert drawn.caption.startswith("No picture here: ")


@pytest.mark.parametrize("chart", CHARTS)
def test_missing_column(chart: str) -> None:
    """A table of another kind is refused by the name of the chart and of the column it lacks."""
    _, draw = CHARTS[chart]
    with pytest.raises(ValueError, match=r"plot_\w+: the table lacks column"):
        draw(pd.DataFrame({"something": [1]}))


@pytest.mark.parametrize("chart", CHARTS)
def test_same_bytes(chart: str) -> None:
    """The same table gives the same bytes."""
    make, draw = CHARTS[chart]
    assert draw(make(5))._repr_html_() == draw(make(5))._repr_html_()


@pytest.mark.parametrize("chart", CHARTS)
def test_inside_the_sheet(chart: str) -> None:
    """No label begins left of the sheet or right of it, and none ends beyond it by our measure."""
    from corpus_utils.plot import labels

    make, draw = CHARTS[chart]
    drawn = draw(make(14))
    for picture in (drawn.svg, drawn.narrow):
        root = ET.fromstring(picture)
        rules = dict(re.findall(r"\.(s\d+)\{([^}]*)\}", picture))
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            css = rules.get(text.get("class", ""), "") + text.get("style", "")
            size = float(re.search(r"font-size:([\d.]+)", css)[1])  # type: ignore[index]
            wide = labels.width(text.text or "", size, bold="600" in css)
            x = float(text.get("x", 0))
            left = x - wide if "anchor:end" in css else x - wide / 2 if "anchor:middle" in css else x
            assert left >= -8, (text.text, x)
            assert left + wide <= float(root.get("width", 0)) + 8, (text.text, x)


def texts(picture: str) -> list[str]:
    """All labels of a picture."""
    return [text.text or "" for text in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("barcode", "and 188 more documents"),
        ("dots", "and 180 more, in the table"),
        ("topics", "and 185 more topics"),
        ("story_words", "and 185 more stories"),
        ("matrix", "and 185 more"),
    ],
)
def test_the_rest_is_counted(chart: str, said: str) -> None:
    """A chart that cannot draw all rows says how many it leaves out; its data holds them all."""
    make, draw = CHARTS[chart]
    drawn = draw(make(200))
    assert said in texts(drawn.svg)
    assert "more" in drawn.alt


def test_an_estimate_without_interval_is_a_ring() -> None:
    """A missing interval is shown as such: a ring, and no line; a missing estimate says why."""
    drawn = CHARTS["dots"][1](dots(3))
    assert "stroke:var(--paper)" in drawn.svg
    assert "too few" in texts(drawn.svg)
    assert "too few" in drawn.alt


def test_undated_articles_are_not_on_the_line() -> None:
    """Undated stories are listed by title; candidates are named; text bounds are no date."""
    drawn = CHARTS["dates"][1](articles())
    said = texts(drawn.svg)
    assert "Undated, so not on the line: 3" in said
    assert "between 6 December 2024 and 6 December 2025" in said
    assert "undated; by its text, between 2018 and 2024" in said
    assert drawn.alt.startswith("2 of 7 stories are dated to the day.")


def test_many_dates_become_counts() -> None:
    """Above the crowd limit, periods are counted, and what has no day is said not to be drawn."""
    drawn = CHARTS["dates"][1](articles(dated=dates_module.CROWD + 10))
    said = texts(drawn.svg)
    assert any(text.startswith("stories per ") for text in said)
    assert any(text.startswith("Not drawn: ") for text in said)


@pytest.mark.parametrize(
    ("low", "high"),
    [("2024-02-28", "2024-02-28"), ("2024-02-01", "2024-02-09"), ("2023-11-02", "2024-03-01"), ("1999-01-01", "2025-06-01")],
)
def test_time_ticks(low: str, high: str) -> None:
    """Ticks of time are in order, few enough for the room, and name the year somewhere."""
    from datetime import date

    a, b = date.fromisoformat(low).toordinal(), date.fromisoformat(high).toordinal()
    ticks = dates_module._ticks(a, b, 400)
    days = [day for day, _ in ticks]
    assert days == sorted(set(days))
    assert 1 < len(ticks) <= 9
    assert any(re.search(r"\b(19|20)\d\d\b", text) for _, text in ticks)


def test_barcode_tells_roles_apart_without_colour() -> None:
    """Set-aside text has stripes and a label, and the share of article text is written out."""
    drawn = CHARTS["barcode"][1](spans(1))
    said = texts(drawn.svg)
    assert "promotion" in said
    assert "caption" in said
    assert "1 story · 68% article text · 1,100 characters" in said


def test_labels_are_not_clipped_in_the_widest_font() -> None:
    """A row's name and a role at the end of a bar stand inside the figure where the reader's font is as wide as DejaVu."""
    from corpus_utils.plot import labels
    from corpus_utils.plot.style import SMALL, TEXT

    named = heat(2, 5).assign(row=["human interest"] * 5 + ["row"] * 5)
    grid = plot.plot_heat(named, name="x", caption="c").svg
    bar = plot.plot_barcode(
        pd.DataFrame([("d", 0, 900, "body", 1), ("d", 900, 1000, "navigation", 0)], columns=["document_id", "start", "end", "role", "story"]),
        name="x", caption="c",
    ).svg  # fmt: skip
    for svg, label, size, right in ((grid, "human interest", TEXT, True), (bar, "navigation", SMALL, False)):
        root = ET.fromstring(svg)
        text = next(text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text == label)
        wide, x = labels.width(label, size) / labels.NARROWER, float(text.get("x", 0))
        left = x - wide if right else x
        assert 0 <= left <= float(root.get("width", 0)) - wide + 0.01, label


def test_numbers_of_a_large_corpus_leave_room_for_the_figure() -> None:
    """The small number of a cell ends before the figure in its middle begins, however many passages there are."""
    from corpus_utils.plot import labels

    for count, shown in ((9_999, "9,999"), (10_000, "10k"), (999_499, "999k"), (999_500, "1.0M"), (87_654_321, "87.7M")):
        svg = plot.plot_heat(heat(1, 5).assign(n=count), name="x", caption="c", unit="passages").svg
        texts = [text for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text") if text.text == shown]
        assert texts and str(count) not in svg
        assert labels.width(shown, 10) / labels.NARROWER <= 36, shown


def test_words_labels_do_not_collide() -> None:
    """Of two hundred words some are labelled, and no label covers another."""
    from corpus_utils.plot import labels
    from corpus_utils.plot.style import SMALL

    drawn = CHARTS["words"][1](words(200))
    boxes = []
    for text in ET.fromstring(drawn.svg).iter("{http://www.w3.org/2000/svg}text"):
        if (text.text or "").startswith("word"):
            x, y = float(text.get("x", 0)), float(text.get("y", 0))
            boxes.append((x, y - 6, x + labels.width(text.text or "", SMALL), y + 2))
    assert 10 < len(boxes) <= 40
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def test_unknown_chart() -> None:
    """The error for an unknown chart lists those there are."""
    with pytest.raises(AttributeError, match="plot_barcode"):
        plot.plot_pie  # noqa: B018
