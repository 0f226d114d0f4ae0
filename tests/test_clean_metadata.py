"""Title, author, agency, place, outlet and language, each from what a page states and from nothing else."""

from __future__ import annotations

import json
import time

import pytest

from corpus_utils import schema
from corpus_utils.clean import CleanSettings, clean_documents
from corpus_utils.clean.agencies import agency_named, find_agency
from corpus_utils.clean.language import detect_language, detect_languages, stated_language
from corpus_utils.clean.metadata import place_of
from corpus_utils.clean.names import is_name, normal_case, read_byline, split_names
from corpus_utils.language import identify, identify_all

LEAD = "The town council of Easterby voted on Monday to build a new harbour wall, three months after winter floods damaged forty houses."
TEXT = "\n".join(
    [
        LEAD,
        "Engineer Paula Hartwell told the meeting that the old harbour wall had cracks along half of its length and could not be repaired.",
        "Fishermen asked for a wider harbour entrance, which the council promised to include in the plans before work begins in the spring.",
        "The wall will be paid for by the county and by a fee on boats that use the harbour of Easterby during the summer season.",
    ]
)
TITLE = "Council approves new harbour wall after winter floods"


def _article(text: str, *, settings: CleanSettings | None = None, given: dict | None = None, source: str = "page.txt") -> dict:
    row = {"id": "d", "source": source, "format": "txt", "text": text, "given": json.dumps(given or {})}
    _, articles = clean_documents(schema.frame("documents", [row]), settings=settings)
    assert len(articles) == 1
    return articles.to_dict("records")[0]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("by ann lee", []),
        ("BY ANN LEE AND BOB STONE", ["ANN LEE", "BOB STONE"]),
        ("By Ann Lee and Bob Stone, Valley Gazette", ["Ann Lee", "Bob Stone"]),
        ("By Ann Lee, Gazette Staff Writer", ["Ann Lee"]),
        ("By Ann Lee | March 5, 2021", ["Ann Lee"]),
        ("By Ann Lee - 03/05/21 11:35 AM ET", ["Ann Lee"]),
        ("Por Ana María de la Cruz", ["Ana María de la Cruz"]),
        ("Par Jean-Luc Petit et Anne Durand", ["Jean-Luc Petit", "Anne Durand"]),
        ("Von Karl von Stein", ["Karl von Stein"]),
        ("Автор: Анна Лебедева", ["Анна Лебедева"]),
        ("Pat Moor as told to Ann Lee", ["Ann Lee"]),
        ("By University of Easterby", ["University of Easterby"]),
        ("By the end of the year", []),
        ("By 2021 the wall was old", []),
        ("Ann Lee", []),
        ("Share this article", []),
    ],
)
def test_bylines(line: str, names: list[str]) -> None:
    """A byline gives its names and cuts off dates, desks and outlets; other lines give none."""
    assert read_byline(line) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ann Lee", True), ("Ludwig van Bergen", True), ("Sign In", False), ("What now?", False), ("Read More", False), ("a b", False)],
)
def test_what_looks_like_a_name(text: str, expected: bool) -> None:
    """Capitalised words and particles are a name; interface words are not."""
    assert is_name(text) is expected


def test_names_in_capitals_are_written_as_usual() -> None:
    """Only names wholly in capitals change."""
    assert normal_case("ANN VAN LEE") == "Ann van Lee" and normal_case("Ann McLee") == "Ann McLee"
    assert split_names("Ann Lee & Bob Stone") == ["Ann Lee", "Bob Stone"]


@pytest.mark.parametrize(
    ("dateline", "agency", "place"),
    [
        ("EASTERBY, Norland (AP) — ", "AP", "Easterby"),
        ("Madrid, 5 mar. (EUROPA PRESS) - ", "Europa Press", "Madrid"),
        ("Madrid, March 5 (European Press) –", "Europa Press", "Madrid"),
        ("PARIS (Reuters) - ", "Reuters", "Paris"),
        ("МОСКВА, 5 марта. /ТАСС/. ", "TASS", "Москва"),
        ("Berlin (dpa) - ", "dpa", "Berlin"),
        ("Lisboa, 05 mar (Lusa) – ", "Lusa", "Lisboa"),
        ("EASTERBY — ", "", "Easterby"),
        ("New York, March 5 – ", "", "New York"),
    ],
)
def test_datelines_give_agency_and_place(dateline: str, agency: str, place: str) -> None:
    """Agency in any of its spellings, place in usual spelling."""
    assert find_agency(dateline)[0] == agency
    assert place_of(dateline) == place


@pytest.mark.parametrize("line", ["He told Reuters on Monday", "AP courses for students", "a press release", ""])
def test_a_mention_is_no_credit(line: str) -> None:
    """An agency inside a sentence is not the agency of the text."""
    assert find_agency("", lines=(line,)) == ("", "") and agency_named("Easterby Gazette") == ""


def test_title_author_and_date_of_a_flat_page() -> None:
    """The headline above the text, the byline and the date line below it."""
    menu = "Home\nNews\nSport\nOpinion\nWeather\n"
    article = _article(f"{menu}{TITLE}\nBy Ann Lee\nMarch 5, 2021 10:15 AM\n{TEXT}\nPrivacy policy\n")
    assert (article["title"], article["author"]) == (TITLE, "Ann Lee")
    assert (article["date_earliest"], article["date_latest"]) == ("2021-03-05", "2021-03-05")


def test_what_the_record_states_comes_first() -> None:
    """`given` wins over the text; the text's date stays in the evidence."""
    given = {"title": "Stated title", "author": "Bob Stone; Cy Young", "date": "2021-03-06", "outlet": "Stated Outlet", "language": "en-GB"}
    article = _article(f"{TITLE}\nBy Ann Lee\nMarch 4, 2021\n{TEXT}", given=given)
    assert (article["title"], article["author"], article["outlet"], article["language"]) == (
        "Stated title",
        "Bob Stone; Cy Young",
        "Stated Outlet",
        "en",
    )
    assert article["date_earliest"] == "2021-03-06"
    assert any("conflict" in clue["reading"] and not clue["used"] for clue in json.loads(article["date_evidence"]))


def test_an_update_is_not_the_publication() -> None:
    """A date behind "updated" bounds publication above and does not date it."""
    article = _article(f"{TITLE}\nLast updated: March 9, 2021\n{TEXT}")
    assert article["date_earliest"] == "" and json.loads(article["date_bounds"])[1] == "2021-03-09"
    article = _article(f"{TITLE}\nPublished: March 5, 2021 | Updated: March 9, 2021\n{TEXT}")
    assert article["date_earliest"] == article["date_latest"] == "2021-03-05"


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("By Ann Lee\nMarch 5, 2021 10:15 AM March 9, 2021 8:00 PM", "2021-03-05/2021-03-09"),  # nobody says which of them is a change
        ("By Ann Lee\nMarch 5, 2021\nCorrected March 9, 2021", "2021-03-05/2021-03-05"),
    ],
)
def test_the_day_of_a_change_does_not_blur_the_day_of_publication(header: str, day: str) -> None:
    """Of two days beside the headline one is of a change: where that is said, the other dates the story; else both are kept."""
    article = _article(f"{TITLE}\n{header}\n{TEXT}")
    assert f"{article['date_earliest']}/{article['date_latest']}" == day


def test_the_day_at_the_top_of_a_site_is_not_a_publication_date() -> None:
    """A bare day above the menu, far above the headline, is the day somebody looked at the page."""
    menu = "".join(
        f"Section {name}\n" for name in ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven")
    )
    article = _article(f"Skip to content\n24 December 2023\n{menu}{menu.lower()}{TITLE}\n{TEXT}")
    assert article["date_earliest"] == ""


def test_a_day_between_paragraphs_does_not_compete_with_the_date_line() -> None:
    """The line beside the headline is stronger than a bare day that stands inside the running text."""
    lead, rest = TEXT.split("\n", 1)  # the lead says Monday
    article = _article(f"{TITLE}\nBy Ann Lee\nMarch 8, 2021\n{lead}\nOct. 14, 2025\n{rest}")
    assert (article["date_earliest"], article["date_latest"]) == ("2021-03-08", "2021-03-08")


def test_dates_in_the_text_do_not_date_it() -> None:
    """Event dates and history leave a story undated."""
    article = _article(
        f"{TITLE}\n{TEXT}\nThe first harbour wall was built on May 3, 1911, and the games will take place from June 1 to June 9."
    )
    assert article["date_earliest"] == "" and "undated" in article["flags"]


def test_a_dateline_without_a_year_keeps_every_possible_year() -> None:
    """Day, month and the weekday of the lead leave the years that fit, inside the collection period only."""
    text = f"{TITLE}\nEASTERBY, March 5 (AP) — {TEXT}"  # the lead says Monday
    article = _article(text, settings=CleanSettings(collected=("2015-01-01", "2024-12-31")))
    (clue,) = [c for c in json.loads(article["date_evidence"]) if c["source"] == "dateline"]
    assert clue["candidates"] == ["2018-03-05", "2019-03-05", "2024-03-05"]
    assert (article["date_earliest"], article["date_latest"]) == ("2018-03-05", "2024-03-05")
    assert _article(text)["date_earliest"] == ""


def test_an_outlet_is_named_only_where_the_page_names_itself_twice() -> None:
    """A slogan line and an appeal name the outlet; one mention does not; listed spellings need one."""
    slogan = "Lenn Valley Courier – News and opinion from the valley\n"
    page = f"{slogan}{TITLE}\nBy Ann Lee\n{TEXT}\nSupport independent journalism: subscribe to Lenn Valley Courier today!\n"
    assert _article(page)["outlet"] == "Lenn Valley Courier"
    assert _article(f"{TITLE}\n{TEXT}")["outlet"] == ""
    listed = CleanSettings(outlets={"The Courier": ["Lenn Valley Courier"]})
    assert _article(page, settings=listed)["outlet"] == "The Courier"


def test_translations_are_flagged() -> None:
    """A credit line that says so marks the text as translated."""
    assert "translated" in _article(f"{TITLE}\n{TEXT}\nTranslation: Pat Moor\n")["flags"]


@pytest.mark.parametrize(("code", "short"), [("en-US", "en"), ("pt_BR", "pt"), ("rus", "ru"), ("English", ""), ("", ""), ("xx1", "")])
def test_stated_languages(code: str, short: str) -> None:
    """Codes in usual forms become ISO 639-1; anything else is not a language."""
    assert stated_language(code) == short


def test_language_needs_enough_text() -> None:
    """Short texts are not guessed; longer ones are recognised."""
    assert detect_language("Hello there") == ""
    assert detect_language(TEXT) == "en"
    assert (
        detect_language(
            "El ayuntamiento decidió el lunes construir un muro nuevo en el puerto después de las inundaciones del invierno. " * 3
        )
        == "es"
    )


def test_a_line_of_blanks_ends_at_once() -> None:
    """A scraped line of a hundred thousand blanks between two words is looked at once."""
    start = time.process_time()
    article = _article(f"{TITLE}\n\nSee{' ' * 100_000}more\n\n{TEXT}")
    assert article["title"] == TITLE and time.process_time() - start < 5


def test_languages_of_many_texts_are_those_of_each():
    """Reading texts in step gives what reading them alone gives, for texts of any length and script."""
    texts = [TEXT * 3, "Le conseil a voté le budget de la ville. " * 12, "Совет города принял бюджет на будущий год. " * 9, "1 2", ""] * 3
    together = identify_all(texts)
    for text, (code, probability) in zip(texts, together, strict=True):
        assert (code, pytest.approx(probability, abs=1e-4)) == identify(text)
    assert detect_languages(texts) == [detect_language(text) for text in texts]
    assert detect_languages(texts)[:2] == ["en", "fr"]
