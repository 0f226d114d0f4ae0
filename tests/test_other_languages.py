"""Reports on corpora that are not English, or hardly anything: what has no lexicon or coder is said, and nothing fails."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from benchmarks.scale_reports import REPORTS, run_cells
from corpus_utils.analyse.corpus import role_words
from corpus_utils.analyse.corpus_text import bars
from corpus_utils.clean.outlets import join_spellings
from corpus_utils.pipeline import build_corpus
from corpus_utils.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

SPANISH = [
    (
        "El ministro Tomás Ibarra presenta el plan de vivienda",
        "El ministro Tomás Ibarra presentó este lunes el plan de vivienda. “La economia del barrio crecerá”, dijo Ibarra ante los vecinos. "
        "La oposición criticó duramente el acuerdo y habló de un fracaso. Según la alcaldesa Elena Quiroga, la economía de la ciudad está en crisis.",
    ),
    (
        "Quiroga acusa al gobierno de abandonar los barrios",
        "La alcaldesa Elena Quiroga acusó al gobierno de abandonar los barrios del sur. “Es una vergüenza”, afirmó Quiroga. "
        "El ministro Ibarra respondió que la economía mejora y que el conflicto terminará pronto.",
    ),
    (
        "Un acuerdo pone fin a la huelga del puerto",
        "Los trabajadores del puerto y la empresa firmaron un acuerdo que pone fin a la huelga. Tomás Ibarra celebró la solución del conflicto. "
        "“Hemos encontrado una salida justa para todos”, señaló el ministro.",
    ),
    (
        "La lluvia deja tres barrios sin luz",
        "La lluvia dejó sin luz a tres barrios de la ciudad. La alcaldesa Elena Quiroga visitó a las familias afectadas. "
        "“No vamos a dejar sola a ninguna familia”, prometió Quiroga.",
    ),
]
OTHERS = [
    ("Ministern besöker hamnen", "Ministern besökte hamnen i går. Han sade att arbetet fortsätter och att staden växer. Det finns mycket kvar att göra."),
    ("Министр открыл новый мост", "Министр открыл в понедельник новый мост. «Город ждал этого десять лет», — заявил министр Павел Орлов. Жители поздравили строителей."),
    ("La maire défend son projet", "La maire Claire Vasseur a défendu lundi son projet de tramway. « Nous avons trouvé une solution », a déclaré Mme Vasseur."),
    ("Der Minister lobt den Hafen", "Der Minister Jonas Brandt lobte am Montag den Hafen. „Das ist ein guter Tag“, sagte Brandt. Die Arbeiter waren zufrieden."),
    ("Prefeita anuncia obras no porto", "A prefeita Marina Sales anunciou obras no porto. “A economia da cidade vai crescer”, disse Sales aos jornalistas."),
]  # fmt: skip


FINNISH = [
    ("Ministeri avasi sillan", "Ministeri avasi uuden sillan maanantaina. Hän sanoi, että työ jatkuu. Kaupunki kasvaa nopeasti."),
    ("Satama suljettiin", "Satama suljettiin myrskyn takia. Kapteeni kertoi, että laivat odottavat. Matkustajat palasivat kotiin."),
]


def corpus_of(root: Path, stories: list[tuple[str, str]], outlets: tuple[str, ...]) -> Path:
    """A project whose tables are built from records with a title, a text and an outlet."""
    (root / "articles").mkdir()
    rows = [{"title": title, "text": text, "outlet": outlets[n % len(outlets)]} for n, (title, text) in enumerate(stories)]
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (root / "articles" / "press.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "corpus.toml").write_text('[corpus]\nsources = ["articles"]\n[engine]\nkind = "serial"\n', encoding="utf-8")
    build_corpus(load_project(root))
    return root


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Spanish stories only: no lexicon reads them."""
    return corpus_of(tmp_path_factory.mktemp("es"), SPANISH, ("El Faro", "EL FARO"))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six languages, one of which no coder knows."""
    return corpus_of(tmp_path_factory.mktemp("mixed"), [*SPANISH, *OTHERS], ("Hamnbladet", "El Faro"))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories that nothing can label: a language without lexicon and codebook."""
    return corpus_of(tmp_path_factory.mktemp("fi"), FINNISH, ("Sanomat",))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories of a word or a number, without a sentence to read."""
    return corpus_of(tmp_path_factory.mktemp("bare"), [("Rain", "Rain."), ("1 2 3", "1 2 3. 4 5! 6")], ("",))


@pytest.mark.parametrize(
    ("corpus", "report"), [*product(("spanish", "mixed"), REPORTS), *product(("unknown", "bare"), ("03_sentiment", "04_framing"))]
)
def test_reports_read_other_languages(corpus: str, report: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell of a report runs where there is no English at all, and where there is next to nothing."""
    project: Path = request.getfixturevalue(corpus)
    monkeypatch.chdir(project)
    cells, *_ = run_cells(report, project)
    assert len(cells) > 10


def test_outlets_spelled_in_two_ways_are_one(spanish: Path) -> None:
    """Capitals make no second outlet, in the tables and on the page, which says so."""
    from corpus_utils import lab
    from corpus_utils.analyse.corpus_text import stated_note

    news = lab.open_corpus(spanish)
    assert set(news.articles["outlet"]) == set(news.read("articles", ["id", "outlet"])["outlet"]) == {"EL FARO"}
    assert lab.facts(news)["outlets"].startswith("1, stated for 4 of 4 stories; 1 of them spelled in several ways")
    assert "EL FARO also stands for El Faro" in stated_note(news.spellings)


def test_one_outlet_keeps_its_most_frequent_spelling() -> None:
    """Names that differ in letters stay apart; missing ones stay missing."""
    assert join_spellings(["El País", "El Pais", "El País", "", "EL PAÍS ", "El Paso"]) == {"El Pais": "El País", "EL PAÍS ": "El País"}
    assert join_spellings([]) == {}


def test_records_are_drawn_by_title_and_those_that_lost_most_first() -> None:
    """Of many documents those of which most is set aside are drawn first; few stay in reading order."""
    ids = [f"r{n:02}" for n in range(20)]
    documents = pd.DataFrame({"id": ids, "format": "jsonl", "text": "One two three four five six."})
    spans = pd.DataFrame(
        [
            {"document_id": name, "start": start, "end": end, "role": role, "story": 1}
            for n, name in enumerate(ids)
            for start, end, role in ((0, 13 if n == 7 else 7, "navigation"), (13 if n == 7 else 7, 28, "body"))
        ]
    )
    articles = pd.DataFrame({"document_id": ids, "title": ["Rain" if n < 15 else "" for n in range(20)]})
    drawn = bars(spans, role_words(documents, spans), documents, articles)["document_id"].drop_duplicates().tolist()
    assert drawn[0] == "Rain (r07)" and len(drawn) == 20 and "r19" in drawn
    few = spans[spans["document_id"].isin(ids[:9])]
    drawn = bars(few, role_words(documents, few), documents, articles)
    assert drawn["document_id"].drop_duplicates().tolist() == [f"Rain ({name})" for name in ids[:9]]
