"""How dates are written in six and more languages, and what the solver concludes from them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils.clean.date_context import lead_weekday, text_clues
from corpus_utils.clean.date_forms import find_dates, find_weekdays, numeric_order
from corpus_utils.clean.date_words import MONTHS, fold_text
from corpus_utils.clean.dates import Clue, clue_of, open_year_clue, parse_window, solve_date
from corpus_utils.clean.publication import address_clues, record_clues

WRITTEN = [
    # English
    ("March 5, 2021", (2021, 3, 5)), ("Mar. 5th, 2021", (2021, 3, 5)), ("5 March 2021", (2021, 3, 5)), ("the 5th of March 2021", (2021, 3, 5)),
    ("Fri, 05 Mar 2021 10:00", (2021, 3, 5)), ("Sept. 9, 2020, 4:15 p.m.", (2020, 9, 9)), ("9-Sep-2020", (2020, 9, 9)),
    # Spanish
    ("5 de marzo de 2021", (2021, 3, 5)), ("viernes, 5 de marzo del 2021", (2021, 3, 5)), ("5 mar. 2021", (2021, 3, 5)), ("1 de enero de 1999", (1999, 1, 1)),
    # Portuguese
    ("5 de março de 2021", (2021, 3, 5)), ("sexta-feira, 5 de março de 2021", (2021, 3, 5)), ("05 fev 2021", (2021, 2, 5)), ("1º de maio de 2020", (2020, 5, 1)),
    # French
    ("5 mars 2021", (2021, 3, 5)), ("le vendredi 5 mars 2021", (2021, 3, 5)), ("1er août 2020", (2020, 8, 1)), ("12 févr. 2020", (2020, 2, 12)),
    # Russian
    ("5 марта 2021 г.", (2021, 3, 5)), ("в пятницу, 5 марта 2021 года", (2021, 3, 5)), ("9 мая 2020", (2020, 5, 9)), ("31 дек. 2019", (2019, 12, 31)),
    # German
    ("5. März 2021", (2021, 3, 5)), ("Freitag, den 5. März 2021", (2021, 3, 5)), ("3. Jänner 2022", (2022, 1, 3)), ("24. Dez. 2021", (2021, 12, 24)),
    # others, and numbers
    ("5 marzo 2021", (2021, 3, 5)), ("5 maart 2021", (2021, 3, 5)), ("5 березня 2021", (2021, 3, 5)), ("2021年3月5日", (2021, 3, 5)), ("2021년 3월 5일", (2021, 3, 5)),
    ("12 مارس 2024", (2024, 3, 12)), ("نشر في 5 أبريل 2021", (2021, 4, 5)),
    ("2021-03-05", (2021, 3, 5)), ("2021-03-05T10:00:00Z", (2021, 3, 5)), ("2021/03/05", (2021, 3, 5)), ("25.03.2021", (2021, 3, 25)), ("03/25/21", (2021, 3, 25)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), WRITTEN)
def test_written_dates_are_read(text: str, day: tuple[int, int, int]) -> None:
    """A full date is found once, with its day, wherever it stands in a line."""
    for line in (text, f"Published: {text} by the desk", f"({text})"):
        assert [m.readings for m in find_dates(line)] == [((*day,),)]


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("December 6", 12, 6),
        ("6 de diciembre", 12, 6),
        ("6 dic.", 12, 6),
        ("6 de dezembro", 12, 6),
        ("6 décembre", 12, 6),
        ("6 декабря", 12, 6),
        ("6. Dezember", 12, 6),
    ],
)
def test_dates_without_a_year(text: str, month: int, day: int) -> None:
    """A day and month without a year keeps the year open."""
    assert [m.readings for m in find_dates(f"Place, {text} (AGENCY) -")] == [((None, month, day),)]


@pytest.mark.parametrize(
    "text",
    [
        "we may 10 times",
        "version 1.2.3",
        "a score of 3-2-1",
        "$2021.03",
        "call 555-10-2021-33",
        "30 percent in 12",
        "32 March 2021",
        "2021-13-05",
        "30 February 2021",
    ],
)
def test_things_that_are_no_dates(text: str) -> None:
    """Verbs, versions, scores and impossible days are not dates."""
    assert [m for m in find_dates(text) if m.exact] == []


@pytest.mark.parametrize(("order", "days"), [("", 2), ("dmy", 1), ("mdy", 1)])
def test_ambiguous_numbers_keep_both_readings(order: str, days: int) -> None:
    """05/06/2021 is two days until the order is known."""
    (mention,) = find_dates("05/06/2021", order=order)
    assert len(mention.days()) == days
    if order:
        assert mention.days() == [date(2021, 6, 5) if order == "dmy" else date(2021, 5, 6)]


def test_a_page_settles_its_own_numeric_order() -> None:
    """One unambiguous numeric date tells how the others are to be read."""
    assert numeric_order(find_dates("23/06/2021 05/06/2021")) == "dmy"
    assert numeric_order(find_dates("06/23/2021 05/06/2021")) == "mdy"
    assert numeric_order(find_dates("05/06/2021")) == ""


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("on Friday", "en", 4),
        ("el viernes", "es", 4),
        ("na sexta-feira", "pt", 4),
        ("vendredi", "fr", 4),
        ("в пятницу", "ru", 4),
        ("am Freitag", "de", 4),
    ],
)
def test_weekdays(text: str, language: str, number: int) -> None:
    """Full weekday names are found in each language."""
    assert [n for _, _, n in find_weekdays(text, language)] == [number]


@given(st.dates(date(1950, 1, 1), date(2069, 12, 31)), st.sampled_from(sorted(MONTHS)))
@settings(max_examples=150, deadline=None)
def test_any_day_in_any_language_is_read_back(day: date, language: str) -> None:
    """The first spelling of each month, written day first, gives the day back."""
    word = MONTHS[language][day.month - 1].split()[0]
    assert [m.days() for m in find_dates(f"x {day.day} {word} {day.year} y")] == [[day]]


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_hostile_text_never_breaks_the_finder(text: str) -> None:
    """Mentions lie inside the text, in order, without overlap, and folding keeps every offset."""
    assert len(fold_text(text)) == len(text)
    at = 0
    for mention in find_dates(text):
        assert at <= mention.end and mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        at = mention.end


# -- the solver ------------------------------------------------------------------------------------------------------------


def _clue(source: str, *days: str) -> Clue:
    return Clue(
        source, "", -1, -1, tuple((date.fromisoformat(d.split("/")[0]), date.fromisoformat(d.split("/")[-1])) for d in days), "test"
    )


@pytest.mark.parametrize(
    ("clues", "expected"),
    [
        ([], ("", "")),
        ([_clue("byline", "2021-03-05")], ("2021-03-05", "2021-03-05")),
        ([_clue("address", "2021-03-01/2021-03-31"), _clue("byline", "2021-03-05")], ("2021-03-05", "2021-03-05")),
        ([_clue("byline", "2021-05-06", "2021-06-05"), _clue("address", "2021-06-01/2021-06-30")], ("2021-06-05", "2021-06-05")),
        ([_clue("record", "2021-03-07"), _clue("byline", "2021-03-05")], ("2021-03-07", "2021-03-07")),
        ([_clue("byline", "2021-03-07"), _clue("date line", "2021-03-05")], ("2021-03-05", "2021-03-07")),
        ([_clue("published line", "2021-03-07"), _clue("dateline", "2021-03-06")], ("2021-03-07", "2021-03-07")),
        ([_clue("text, past", "2021-03-07")], ("", "")),
        ([_clue("updated line", "0001-01-01/2021-03-07")], ("", "")),
    ],
)
def test_clues_are_combined(clues: list[Clue], expected: tuple[str, str]) -> None:
    """Agreement narrows, equal conflict widens, stronger sources win, bounds never date."""
    solution = solve_date(clues)
    assert (solution.earliest, solution.latest) == expected
    assert len(solution.evidence) == len(clues)


def test_conflicts_stay_in_the_evidence() -> None:
    """A weaker clue that disagrees is kept, unused, and says so."""
    weak = solve_date([_clue("record", "2021-03-07"), _clue("byline", "2020-03-05")]).evidence[1]
    assert not weak.used and "conflict" in weak.reading


@pytest.mark.parametrize(("source", "dated"), [("record", True), ("byline", False)])
def test_the_collection_period_rules_out_what_the_text_says_but_not_the_record(source: str, dated: bool) -> None:
    """`collected` is about what can be read from texts; a stated date outside it is kept and marked."""
    solution = solve_date([_clue(source, "2010-01-01")], collected=("2022-01-01", "2026-12-31"))
    assert bool(solution.earliest) is dated
    assert "outside the collection period" in solution.evidence[0].reading


def test_day_and_month_with_a_weekday_leave_the_years_that_fit() -> None:
    """9 May and a lead that speaks of Monday: the years in which 9 May is a Monday or a Tuesday."""
    (mention,) = find_dates("9 May")
    clue = open_year_clue(mention, "dateline", 0, lead_weekday=0, collected=("2015-01-01", "2024-12-31"))
    assert [a.year for a, _ in clue.spans] == [2016, 2017, 2022, 2023]
    assert open_year_clue(mention, "dateline", 0, lead_weekday=0, collected=None).spans == ()


def test_a_weekday_beside_the_date_is_exact() -> None:
    """ "Monday, 9 May" leaves only years in which it is that very day."""
    (mention,) = find_dates("Monday, 9 May")
    clue = open_year_clue(mention, "dateline", 0, lead_weekday=None, collected=("2015-01-01", "2024-12-31"))
    assert [a.year for a, _ in clue.spans] == [2016, 2022]


def test_a_weekday_that_disagrees_is_said() -> None:
    """A full date with the wrong weekday keeps its day; the reading names the disagreement."""
    (mention,) = find_dates("Sunday, March 5, 2021")
    clue = clue_of(mention, "byline")
    assert clue.spans == ((date(2021, 3, 5),) * 2,) and "disagrees" in clue.reading


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("The bridge was closed in 2018.", "en", "2018-01-01", None),
        ("The army sent two ships there on May 3, 2019.", "en", "2019-05-03", None),
        ("A vote must be held no later than 2030.", "en", None, "2030-12-31"),
        ("El puente fue cerrado en 2018.", "es", "2018-01-01", None),
        ("Le pont avait fermé en 2018.", "fr", "2018-01-01", None),
        ("Мост был закрыт в 2018 году.", "ru", "2018-01-01", None),
        ("Die Brücke wurde im Jahr 2018 gesperrt.", "de", "2018-01-01", None),
        ("A ponte foi fechada em 2018.", "pt", "2018-01-01", None),
        ("The games will take place in 2032.", "en", None, None),
        ("They plan to build it by May 3, 2031.", "en", None, None),
        ("It cost 2018 dollars.", "en", None, None),
    ],
)
def test_what_the_text_rules_out(text: str, language: str, low: str | None, high: str | None) -> None:
    """Past events bound publication below, deadlines above; plans and amounts say nothing, and nothing dates the story."""
    solution = solve_date(text_clues(text, language=language))
    assert solution.bounds == (low, high)
    assert solution.earliest == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Today, March 5, 2021, the council met.", "2021-03-05"), ("Hoy, 5 de marzo de 2021, se reunió.", "2021-03-05"),
        ("Yesterday (March 4, 2021) the council met.", "2021-03-05"), ("Сегодня, 5 марта 2021 года, совет", "2021-03-05"),
    ],
)  # fmt: skip
def test_a_day_the_text_calls_today(text: str, day: str) -> None:
    """A full date beside "today" or "yesterday" dates the story, weakly."""
    assert solve_date(text_clues(text)).earliest == day


@pytest.mark.parametrize(
    ("lead", "language", "number"),
    [
        ("On Friday, the minister said", "en", 4), ("The minister said next Friday", "en", None), ("Between Monday and Friday", "en", None),
        ("El ministro dijo el viernes", "es", 4), ("Le ministre a dit vendredi", "fr", 4), ("Nothing here", "en", None),
    ],
)  # fmt: skip
def test_the_weekday_of_the_lead(lead: str, language: str, number: int | None) -> None:
    """One weekday that is told as past counts; a coming one, or two of them, do not."""
    found = lead_weekday(lead, language)
    assert (found[2] if found else None) == number


@pytest.mark.parametrize(
    ("url", "source", "days"),
    [
        ("https://example.org/2021/03/05/some-story", "", ["2021-03-05"]), ("https://example.org/news/some-story-20210305.html", "", ["2021-03-05"]),
        ("https://example.org/2021/03/some-story", "", ["2021-03-01/2021-03-31"]), ("", "texts/2021-03-05_story.txt", ["2021-03-05"]),
        ("https://example.org/story-12345678", "", []),
    ],
)  # fmt: skip
def test_addresses_and_file_names(url: str, source: str, days: list[str]) -> None:
    """A date in an address or file name is a clue; other digits are not."""
    assert [day for clue in address_clues(url, source) for day in clue.row()["candidates"]] == days


def test_record_dates() -> None:
    """A record's date is read in its language's order; what is no date is kept as evidence without candidates."""
    assert record_clues({"date": "05/06/2021"}, "es")[0].row()["candidates"] == ["2021-06-05"]
    assert record_clues({"date": "05/06/2021"}, "en")[0].row()["candidates"] == ["2021-05-06", "2021-06-05"]
    assert record_clues({"date": "last week"})[0].spans == ()


def test_a_collection_period_the_wrong_way_round_is_an_error() -> None:
    """The message names both ends."""
    with pytest.raises(ValueError, match="2024-01-01 is after 2020-01-01"):
        parse_window(("2024-01-01", "2020-01-01"))
