"""Which date of a page is its publication: candidates, their probabilities, and what is given up where nothing is sure."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.clean import CleanSettings, clean_documents, date_choice, date_rank
from corpus_utils.clean.date_candidates import Candidate, find_candidates
from corpus_utils.clean.date_context import american_spelling
from corpus_utils.clean.header import Frame, frame_of, page_rows
from corpus_utils.clean.lines import Piece

PARAGRAPHS = [
    "The council of Easterby voted for a new harbour wall on Friday, after three winters in which storms had flooded the old town.",
    "Engineer Paula Hartwell told the meeting that the wall had cracks along half of its length and could not be repaired any more.",
    "Fishermen asked for a wider entrance, which the council promised to include in the plans before the work begins in the spring.",
]
TITLE = "Council approves new harbour wall after winter floods"


def _frame(lines: list[tuple[str, str]]) -> Frame:
    """The frame of a page with one story from (role, line) pairs."""
    pieces, at = [], 0
    for role, line in lines:
        pieces.append(Piece(at, at + len(line) + 1, role, "", 1.0))
        at += len(line) + 1
    return frame_of(page_rows("".join(f"{line}\n" for _, line in lines), pieces, [1] * len(pieces)), 1, 1)


def _page(*header: str, after: tuple[str, ...] = ()) -> Frame:
    lines = [("title", TITLE), *(("byline", line) for line in header), *(("body", p) for p in PARAGRAPHS)]
    return _frame([*lines, *(("navigation", line) for line in after)])


def _rank(page: Frame, setting: date_rank.Setting | None = None) -> list[tuple[Candidate, float]]:
    return date_rank.rank_dates(find_candidates(page, ""), page, setting or date_rank.Setting())


def _ranked(page: Frame, setting: date_rank.Setting | None = None) -> dict[date, float]:
    days: dict[date, float] = {}
    for candidate, p in _rank(page, setting):
        days[candidate.day] = days.get(candidate.day, 0.0) + p
    return days


def _article(text: str, **options: object) -> dict:
    row = {"id": "d", "source": "page.txt", "format": "txt", "text": text}
    _, articles = clean_documents(schema.frame("documents", [row]), settings=CleanSettings(**options))  # type: ignore[arg-type]
    return dict(articles.to_dict("records")[0])


def test_the_date_line_below_the_headline_is_likelier_than_dates_of_other_stories() -> None:
    """Days in a list below the text get little, the day under the headline most of the probability."""
    page = _page("Friday, March 5, 2021 10:15 AM", after=("Harbour fees rise", "March 9, 2021", "Bridge reopens", "March 8, 2021"))
    days = _ranked(page)
    assert max(days, key=lambda day: days[day]) == date(2021, 3, 5)
    assert days[date(2021, 3, 5)] > 5 * days[date(2021, 3, 9)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["byline", "body", "navigation", "title"]), st.text("0123456789/-.: March20T", max_size=40)), max_size=30
    )
)
@settings(max_examples=100, deadline=None)
def test_probabilities_are_shares_of_one(lines: list[tuple[str, str]]) -> None:
    """Whatever the page, probabilities are positive and leave a rest for "none of them"."""
    ranked = _rank(_frame([(role, line.replace("\n", " ")) for role, line in lines if line.strip()]))
    assert all(0 < p < 1 for _, p in ranked)
    assert sum(p for _, p in ranked) < 1


def test_the_day_of_a_change_is_no_candidate_for_publication() -> None:
    """Updated lines are company for other dates, and never chosen."""
    page = _page("Updated: March 9, 2021")
    assert [c.label for c in find_candidates(page, "")] == ["updated"]
    assert _rank(page) == []


def test_days_outside_the_collection_period_are_not_weighed() -> None:
    """The window takes candidates away before they share the probability."""
    page = _page("March 5, 2021", "March 5, 2001")
    window = (date(2020, 1, 1), date(2022, 1, 1))
    assert set(_ranked(page, date_rank.Setting(window=window))) == {date(2021, 3, 5)}


@pytest.mark.parametrize(
    ("line", "found"), [("no year here, 5 March", 0), ("12/11/21", 2), ("25/11/21", 1), ("x" * 150 + " 5 March 2021", 1)]
)
def test_candidates_are_full_dates_in_short_lines(line: str, found: int) -> None:
    """A date without a year is none; one that reads two ways is two."""
    assert len(find_candidates(_page(line), "")) == found


def test_long_paragraphs_hold_no_candidate() -> None:
    """A date inside running text never dates the story."""
    assert (
        find_candidates(_frame([("body", f"{PARAGRAPHS[0]} It had been planned since March 5, 2019, when the first wall broke.")]), "")
        == []
    )


def test_an_open_order_of_day_and_month_keeps_both_readings() -> None:
    """Two readings of one date are given together where neither is sure by itself."""
    first, second = find_candidates(_page("12/11/21"), "")
    chosen, sure = date_choice.choose_days([(first, 0.48), (second, 0.44)])
    assert chosen == {date(2021, 11, 12), date(2021, 12, 11)} and sure == pytest.approx(0.92)


def test_what_is_not_sure_enough_is_kept_as_evidence_and_dates_nothing() -> None:
    """A page with many days and no line beside its headline stays undated, and says what it saw."""
    others = "\n".join(f"Story number {n}\nMarch {n}, 2021" for n in range(1, 9))
    article = _article("\n".join([TITLE, *PARAGRAPHS]) + "\n" + others)
    assert (article["date_earliest"], article["date_latest"]) == ("", "")
    assert "undated" in article["flags"]
    for clue in json.loads(article["date_evidence"]):
        assert clue["source"].startswith("text") or (clue["source"] == "other date" and "not sure enough" in clue["reading"])


def test_a_stated_date_needs_no_ranking() -> None:
    """Where the record has a date, lines that disagree are in conflict with it rather than unsure."""
    row = {"id": "d", "source": "page.txt", "format": "txt", "text": "\n".join([TITLE, "March 9, 2021", *PARAGRAPHS])}
    documents = schema.frame("documents", [{**row, "given": json.dumps({"date": "2021-03-05"})}])
    _, articles = clean_documents(documents)
    clues = json.loads(articles["date_evidence"].iloc[0])
    assert articles["date_earliest"].iloc[0] == "2021-03-05"
    assert any("in conflict with stronger evidence" in clue["reading"] for clue in clues)


@pytest.mark.parametrize(
    ("given", "interval"),
    [
        ({"date": "2021-03-05", "date_candidates": [["json-ld", "2021-03-05"], ["markup", "2021-03-09"]]}, ("2021-03-05", "2021-03-05")),
        ({"date_candidates": [["meta", "2021-03-05"], ["beside the title", "2021-09-09"]]}, ("2021-03-05", "2021-09-09")),
        ({"date": "2021-03-05", "date_candidates": "not understood"}, ("2021-03-05", "2021-03-05")),
    ],
)
def test_days_that_a_page_states_of_itself_are_kept(given: dict, interval: tuple[str, str]) -> None:
    """A day that was not chosen stays in the evidence; days of which none was chosen give the interval that holds them all."""
    row = {"id": "d", "source": "page.html", "format": "html", "text": "\n".join([TITLE, *PARAGRAPHS]), "given": json.dumps(given)}
    _, articles = clean_documents(schema.frame("documents", [row]))
    assert (articles["date_earliest"].iloc[0], articles["date_latest"].iloc[0]) == interval
    clues = json.loads(articles["date_evidence"].iloc[0])
    told = {day for clue in clues for day in clue["candidates"]}
    assert told >= ({day for _, day in given["date_candidates"]} if isinstance(given["date_candidates"], list) else set())


@pytest.mark.parametrize(
    ("text", "american"),
    [("The color of the theater", True), ("The colour of the theatre", False), ("The wall", None), ("a colour, a color", None)],
)
def test_spelling_tells_where_a_page_is_from(text: str, american: bool | None) -> None:
    """American and British spellings are told apart; where there is neither, or both, nothing is said."""
    assert american_spelling(text) is american


def test_the_shipped_weights_name_every_feature_and_their_data() -> None:
    """The card beside the weights lists what they were made from; each feature of the model has a weight."""
    card = json.loads(date_rank.WEIGHTS.read_text(encoding="utf-8"))
    assert set(card["weights"]) == set(date_rank.FEATURES) and len(set(date_rank.FEATURES)) == len(date_rank.FEATURES)
    assert "Apache-2.0" in card["data"] and 0.5 < card["threshold"] < 1


def test_a_date_with_its_own_label_is_not_doubted_for_standing_behind_another() -> None:
    """ "Updated" before "first published" in one row says as much as two rows do."""
    one = _ranked(_page("Last updated: March 9, 2021 at 6:33 a.m. First published: March 5, 2021 at 4:12 p.m."))
    assert one[date(2021, 3, 5)] > date_rank.load_weights()[1]
    assert date(2021, 3, 9) not in one
