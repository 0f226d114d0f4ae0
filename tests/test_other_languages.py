"""All four reports on corpora that are not English: what has no lexicon or coder is said, and nothing fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.scale_reports import REPORTS, run_cells
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


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("corpus", ["spanish", "mixed"])
def test_reports_read_other_languages(corpus: str, report: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell of every report runs where there is no English at all."""
    project: Path = request.getfixturevalue(corpus)
    monkeypatch.chdir(project)
    cells, *_ = run_cells(report, project)
    assert len(cells) > 10
