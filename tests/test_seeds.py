"""The first acceptance test: the five seed documents come out as a careful reader finds them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from corpus_utils.clean import CleanSettings, clean_documents
from corpus_utils.load import load_documents

A, B, C, D, E = "000_c408458ca65bad4f", "001_69767b5be754d303", "002_2c9e55a9622e9acf", "003_4d47e728deeafbdd", "004_be4fb8517e337c1b"


@pytest.fixture(scope="module")
def cleaned(seeds: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """documents, spans, articles of the seeds, with the period of corpus.toml."""
    documents = load_documents(seeds)
    return documents, *clean_documents(documents, settings=CleanSettings(collected=("2022-01-01", "2026-12-31")))


@pytest.fixture(scope="module")
def articles(cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Articles by id."""
    return cleaned[2].set_index("id", drop=False)


def role_of(cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], document: str, fragment: str) -> list[str]:
    """Roles of the stretches in which `fragment` occurs."""
    documents, spans, _ = cleaned
    text = documents.set_index("id").at[document, "text"]
    found, at = [], text.find(fragment)
    while at >= 0:
        here = spans[(spans["document_id"] == document) & (spans["start"] <= at) & (spans["end"] > at)]
        found.append(here["role"].iat[0])
        at = text.find(fragment, at + 1)
    return found


def test_the_data_sheet_is_no_document(cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    """Five documents, without a problem."""
    documents = cleaned[0]
    assert documents["id"].tolist() == [A, B, C, D, E] and set(documents["problem"]) == {""}


def test_ten_stories(articles: pd.DataFrame) -> None:
    """One each, and six on one page."""
    assert articles["document_id"].value_counts().to_dict() == {A: 1, B: 1, C: 6, D: 1, E: 1}


def test_titles(articles: pd.DataFrame) -> None:
    """What is stated, and nothing where none is."""
    assert articles["title"].tolist() == [
        "Russia and Venezuela discuss security cooperation and cross-border law enforcement",
        "Maduro offers police cooperation agreements to neighboring countries to combat organized crime",
        "",
        "President Maduro Warns Workers of CIA Sabotage Plot Against Venezuela",
        "Venezuela Is Ready to Export Gas to Colombia: President Maduro",
        "Venezuela Sends 521 Athletes to Bolivarian Games in Peru",
        "Venezuela Opens First Technical-Tactical Civil Protection Training Center",
        "“No Surrender”: Venezuelan VP Says People Ready to Defend Nation",
        "",
        "Venezuela's leader pledges military cooperation with Russia",
    ]


def test_who_published_it(articles: pd.DataFrame) -> None:
    """Outlet stated in one document, agency in two, author in one."""
    assert articles["outlet"].loc[lambda column: column != ""].to_dict() == {f"{D}#1": "Orinoco Tribune"}
    assert articles["agency"].loc[lambda column: column != ""].to_dict() == {f"{B}#1": "Europa Press", f"{E}#1": "AP"}
    assert articles["author"].loc[lambda column: column != ""].to_dict() == {f"{D}#1": "Misión Verdad"}
    assert "translated" in articles.at[f"{D}#1", "flags"]


def test_places(articles: pd.DataFrame) -> None:
    """Datelines give the place."""
    assert articles.at[f"{B}#1", "place"] == "Madrid" and articles.at[f"{E}#1", "place"] == "Caracas"


def test_dates(articles: pd.DataFrame) -> None:
    """One dated to the day, one to two candidate years, the rest undated."""
    assert tuple(articles.loc[f"{D}#1", ["date_earliest", "date_latest"]]) == ("2024-02-28", "2024-02-28")
    assert articles.at[f"{B}#1", "date_earliest"][:4] == "2024" and articles.at[f"{B}#1", "date_latest"][:4] == "2025"
    candidates = {str(day)[:4] for item in json.loads(articles.at[f"{B}#1", "date_evidence"]) for day in item["candidates"]}
    assert candidates == {"2024", "2025"}
    others = articles.drop([f"{D}#1", f"{B}#1"])
    assert set(others["date_earliest"]) == {""} and all("undated" in flags for flags in others["flags"])


def test_a_wider_period_leaves_five_years(seeds: Path) -> None:
    """6 December and a Friday that day or the day before: 2013, 2014, 2019, 2024 or 2025."""
    settings = CleanSettings(collected=("2013-01-01", "2026-12-31"))
    _, table = clean_documents(load_documents(seeds / f"{B}.txt"), settings=settings)
    years = {str(day)[:4] for item in json.loads(table["date_evidence"].iat[0]) for day in item["candidates"]}
    assert years == {"2013", "2014", "2019", "2024", "2025"}
    assert table["date_earliest"].iat[0] != table["date_latest"].iat[0]


@pytest.mark.parametrize(
    ("document", "fragment", "roles"),
    [
        (A, "No time to read?", ["interface", "interface"]),
        (A, "[1]", ["reference"]),
        (A, "Previous Article", ["navigation"]),
        (A, "TM Benidorm Ends", ["navigation"]),
        (A, "England Case Update", ["navigation"]),
        (B, "Venezuelan President Nicolas Maduro\n", ["caption", "caption"]),
        (B, "Europa Press/Contact", ["credit"]),
        (B, "Madrid, December 6", ["dateline"]),
        (C, "What are the training centers for?", ["subheading"]),
        (C, "Venezuela Sends 521", ["title"]),
        (D, "Russian Security Council Secretary Nikolai Patrushev (right)", ["caption", "caption"]),
        (D, "By Misión Verdad", ["byline"]),
        (D, "to Teheran Times", ["teaser"]),
        (D, "Patrushev meets Venezuelan defense official", ["subheading"]),
        (D, "OT/SC/DZ", ["credit"]),
        (D, "Support Groundbreaking", ["promotion"]),
        (D, "Last year’s impact", ["promotion"]),
        (D, "Be the difference", ["promotion"]),
        (E, "Oops!", ["interface"]),
        (E, "Please try again later.", ["interface"]),
        (E, "CARACAS, Venezuela (AP)", ["dateline"]),
    ],
)
def test_roles(cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], document: str, fragment: str, roles: list[str]) -> None:
    """What is not article text is labelled with what it is."""
    assert role_of(cleaned, document, fragment) == roles


def test_more_than_a_quarter_of_one_document_is_set_aside(cleaned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    """29 % of its words are not article text, by the data sheet."""
    from corpus_utils.analyse.corpus import role_words, set_aside

    share = set_aside(role_words(cleaned[0], cleaned[1])).set_index("document_id").at[D, "set_aside"]
    assert share == pytest.approx(0.29, abs=0.03)
