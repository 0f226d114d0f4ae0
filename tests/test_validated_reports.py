"""Coded sheets reach the findings of reports 02 and 03: tone, tone towards actors, topics; and what changed since the sample was drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from test_coding import model as topic_model

from corpus_utils.cli import main
from corpus_utils.parts import Tables
from corpus_utils.pipeline import build_corpus
from corpus_utils.project import Project, load_project
from corpus_utils.schema import frame
from corpus_utils.validate import drawing, intrusion, page_start
from corpus_utils.validate.attach import corrected_pairs, how_to_start, open_samples, tiers, tiers_in_words, with_validation
from corpus_utils.validate.cells import read_cells
from corpus_utils.validate.freshness import changes_in_words
from corpus_utils.validate.measures import find_measure
from corpus_utils.validate.topic_tiers import lowest, topic_tiers, with_topic_tiers

NAN = float("nan")
SENTENCES = (
    ("positive", "Residents of the district praised the wonderful new park and thanked Jane Miller for a great success."),
    ("negative", "Critics condemned the terrible failure and accused Jane Miller of a shameful and corrupt betrayal."),
    ("neutral", "Jane Miller, the mayor, opened the meeting of the council on Friday at nine."),
)


def side_of(text: str) -> str:
    """What a person would say of a text of the small corpus."""
    found = {side for side, _ in SENTENCES if ("praised" if side == "positive" else "condemned" if side == "negative" else "\0") in text}
    return found.pop() if len(found) == 1 else "neutral"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Forty-five stories by two outlets, and samples of tone and of tone towards actors that two people have coded alike."""
    folder = tmp_path_factory.mktemp("study")
    rows = [
        {"id": f"a{n:02}", "title": f"Story {n} of that week", "outlet": ("Herald", "Post")[n % 2], "date": f"2024-0{3 + n // 30}-{n % 30 + 1:02}",
         "language": "en", "text": f"{SENTENCES[n % 3][1]} The office of the city gave {n} as the figure of that week."}
        for n in range(45)
    ]  # fmt: skip
    (folder / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "corpus.toml").write_text('[corpus]\nname = "Parks"\nsources = ["news.jsonl"]\nlanguages = ["en"]\n', encoding="utf-8")
    for measure, number in (("tone", "110"), ("targets", "36")):
        assert main(["sample", measure, "--project", str(folder), "--coders", "anna,ben", "-n", number]) == 0
    for name in ("vader-passage", "target-tone-mention"):
        code_all(folder / "validation" / name)
    return load_project(folder)


def code_all(folder: Path) -> None:
    """Both coders fill in their workbooks and agree."""
    for coder in ("anna", "ben"):
        book = openpyxl.load_workbook(folder / f"{coder}.xlsx")
        page = book["coding"]
        head = {cell.value: cell.column for cell in page[1]}
        for row in range(2, page.max_row + 1):
            page.cell(row, head["code"]).value = side_of(page.cell(row, head["text"]).value)
        book.save(folder / f"{coder}.xlsx")


@pytest.fixture(scope="module")
def tables(project: Project) -> Tables:
    """The corpus of today."""
    return build_corpus(project)


def found(*rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of findings, all else blank."""
    blank = {"report": "03_sentiment", "weighting": "word", "dedup": "once", "estimator": "naive", "gate": "description", "tier": "unvalidated",
             "estimate": 0.5, "low": NAN, "high": NAN, "effect": NAN, "p": NAN, "q": NAN}  # fmt: skip
    return frame("findings", [{**blank, "id": f"f{n}", **row} for n, row in enumerate(rows)])


def test_tone_has_tiers_and_corrected_shares(project: Project, tables: Tables) -> None:
    """A share of passages is corrected in its voice and by its words; a mean has the lowest tier of its labels; other lexicons have none."""
    findings = found(
        {"measure": "share positive, VADER", "unit": "passage", "label": "positive", "voice": "journalist"},
        {"measure": "mean tone, VADER", "unit": "passage", "voice": "journalist"},
        {"measure": "share positive, VADER, names masked", "unit": "passage", "label": "positive"},
        {"measure": "share positive, VADER", "unit": "sentence", "label": "positive"},
        {"measure": "loaded wordings per thousand words", "unit": "passage"},
    )
    out = with_validation(findings, project, "vader", tables).set_index("id")
    known = tiers(project, "vader", tables)
    assert known["positive", "passage"] in ("A", "B", "C")
    assert out.at["f0", "tier"] == known["positive", "passage"] and list(out.loc[["f2", "f3", "f4"], "tier"]) == ["unvalidated"] * 3
    assert out.at["f1", "tier"] == max(known.values(), key=["A", "B", "C", "unvalidated"].index)
    made = out.loc["f0-corrected"]
    passages = tables.passages[tables.passages["voice"] == "journalist"]
    words = passages["text"].str.split().str.len()
    truth = words[passages["text"].map(side_of) == "positive"].sum() / words.sum()
    assert made["low"] - 0.01 <= truth <= made["high"] + 0.01 and "words of all passages" in made["denominator"]
    assert "f1-corrected" not in out.index
    both = corrected_pairs(out.reset_index()).iloc[0]
    assert (
        both["of"] == "journalist"
        and both["naive"][0] == 0.5
        and both["corrected"][0] == made["estimate"]
        and len(corrected_pairs(findings)) == 0
    )


def test_tone_towards_actors_is_corrected_as_a_balance(project: Project, tables: Tables) -> None:
    """Of all mentions and of one actor; what is measured by outlet is left alone, for its actor is not told."""
    balance = {"measure": "balance of tone towards actors (trained model)", "unit": "mention", "weighting": "none", "group": "Jane Miller"}
    findings = found(
        {"measure": "share negative towards the actor", "unit": "mention", "label": "negative", "weighting": "none"},
        balance,
        {"measure": "share negative towards Jane Miller", "unit": "mention", "group": "Herald", "id": "outlet-x"},
    )
    out = with_validation(findings, project, "target_tone", tables).set_index("id")
    sample = next(one for one in open_samples(project, tables)[0] if one.measure == "target_tone")
    of_miller = sample.frame["actor"] == "Jane Miller"
    assert of_miller.sum() >= 20
    assert 0.1 < out.at["f0-corrected", "estimate"] < 0.6
    codes = sample.usable["code"].map({"positive": 1, "neutral": 0, "negative": -1})
    assert out.at["f1-corrected", "estimate"] == pytest.approx(codes[sample.usable["actor"] == "Jane Miller"].mean(), abs=0.25)
    assert "outlet-x-corrected" not in out.index and "[[Jane Miller]]" in next(iter(sample.coded.texts.values()))["text"]


def test_labels_of_today_count(project: Project, tables: Tables) -> None:
    """Another program judges the passages now: its labels are rated, and the page says how many are others."""

    def turned(name: str, table: pd.DataFrame) -> pd.DataFrame:
        if name != "labels":
            return table
        mirror = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
        ours = table["measure"] == "vader"
        return table.assign(label=[[mirror[one] for one in names] if own else names for names, own in zip(table["label"], ours)])

    other = tables.changed(turned)
    sample = next(one for one in open_samples(project, other)[0] if one.measure == "vader")
    assert sample.changes is not None and sample.changes.other > 10 and sample.changes.gone == 0
    assert "have another label than when the sample was drawn" in changes_in_words(sample.changes, "passage")
    assert tiers(project, "vader", other)["positive", "passage"] == "C" and tiers(project, "vader", tables)["positive", "passage"] != "C"
    before = next(one for one in open_samples(project, tables)[0] if one.measure == "vader")
    assert changes_in_words(before.changes, "passage") == ""


def test_a_sample_of_other_texts_is_refused(project: Project, tables: Tables) -> None:
    """Where cleaning gives other passages, codes and labels speak of different texts: no figure, and the reason."""
    other = tables.changed(lambda name, table: table.assign(text=table["text"] + " More.") if name == "passages" else table)
    samples, problems = open_samples(project, other)
    assert [one.measure for one in samples] == ["target_tone"]
    assert "no longer in the corpus as they were" in problems[0] and "draw a new sample" in problems[0]


def test_the_command_that_starts_a_sample_is_told(project: Project, tables: Tables) -> None:
    """One a measure, in the unit that the report labels."""
    assert how_to_start("vader") == "corpus-utils sample tone" and how_to_start("target_tone") == "corpus-utils sample targets"
    assert how_to_start("frames.generic", "passage") == "corpus-utils sample frames --unit passage"
    assert how_to_start("frames.generic.combined") == "corpus-utils sample frames.generic.combined"
    told = tiers_in_words(project, ["vader", "frames.generic"], tables)
    assert "generic frames unvalidated: no coded sample yet. To start one: `corpus-utils sample frames`" in told and told.startswith(
        "tone (VADER) "
    )
    both = tiers_in_words(project, ["frames.generic", "frames.generic.combined"], tables)
    assert both == (
        "unvalidated: no coded sample yet. To start one: `corpus-utils sample frames` or `corpus-utils sample frames.generic.combined`"
    )


def test_frames_are_drawn_for_the_coder_that_leads(project: Project) -> None:
    """The first coder of [measures] for articles; smaller units are coded by cues; a coder named outright stays."""
    other = replace(project, choices={**project.choices, "coder": ("combined", "cues")})
    assert find_measure("frames", project).name == "frames.generic"
    assert find_measure("frames", other).name == find_measure("frames", other, unit="article").name == "frames.generic.combined"
    assert find_measure("frames", other, unit="passage").name == "frames.generic"
    assert find_measure("frames.generic.trained", other).name == "frames.generic.trained"


def test_the_page_without_a_sample_says_what_it_takes(project: Project, tables: Tables) -> None:
    """Units there are, how many to code for which precision, and the command; what has a sample is left out."""
    waiting = page_start.plan(tables, project, done=["target_tone"]).set_index("what")
    assert list(waiting.index) == ["generic frames", "tone (VADER)"] and waiting.at["generic frames", "units"] == len(tables.articles)
    assert waiting.at["tone (VADER)", "within ±10 points"] == str(drawing.enough(len(tables.passages), 0.1))
    assert waiting.at["tone (VADER)", "command"] == "corpus-utils sample tone"
    assert "45 articles" in page_start.waiting_in_words(waiting.reset_index())
    half = page_start.widths(tables)
    assert half["label"].iat[-1] == "all 45 coded" and half["low"].isna().iat[-1] and (half["high"] > 0.5).iloc[:-1].all()
    assert page_start.known_elsewhere(["en"])["figure"].str.contains("macro-F1 0").sum() == 2


def answered(folder: Path, tasks: list[dict[str, Any]], wrong: set[str], **options: Any) -> None:
    """Tasks written and answered by two people, who miss the stranger in the topics `wrong`."""
    intrusion.write_tasks(folder, tasks, ["anna", "ben"], **options)
    key = {f"t{n:03}": task for n, task in enumerate(tasks, start=1)}
    for coder in ("anna", "ben"):
        lines = ["unit_id,code"]
        for row in read_cells(folder / "csv" / f"{coder}.csv", needs=[("unit_id",)]):
            task = key[row["unit_id"]]
            place = task["options"].index(task["intruder"])
            lines.append(f"{row['unit_id']},{(place + 1) % len(task['options']) + 1 if task.get('topic') in wrong else place + 1}")
        (folder / "csv" / f"{coder}.csv").write_text("\n".join(lines), encoding="utf-8")


def test_intrusion_sets_the_tiers_of_topics(tmp_path: Path) -> None:
    """Words alone give B at best, words and texts A; a topic in which nobody finds the stranger gets C; one with other words is unvalidated."""
    model = topic_model()
    model.topics["words"] = [[f"w{n}_{m}" for m in range(8)] for n in range(5)]
    project = SimpleNamespace(root=tmp_path, kind="found")
    findings = found(*[{"measure": "share of the average story", "label": name, "report": "02_topics"} for name in model.topics["name"]])
    assert set(topic_tiers(project, model)["tier"]) == {"unvalidated"}
    folder = tmp_path / "validation"
    answered(folder / intrusion.WORDS, intrusion.word_tasks(model), {"topic 2"}, topics=intrusion.top_words(model))
    assert topic_tiers(project, model)["tier"].tolist() == ["B", "B", "C", "B", "B"]
    texts = {f"d{n}#1": f"Text {n}" for n in range(30)}
    answered(folder / intrusion.TOPICS, intrusion.topic_tasks(model, texts), set())
    out = with_topic_tiers(findings, project, model, Tables())
    assert out["tier"].tolist() == ["A", "A", "C", "A", "A"] and lowest(out) == "C"
    model.topics["words"] = [["other", "words"], *model.topics["words"][1:]]
    rated = topic_tiers(project, model)
    assert rated["tier"].iat[0] == "unvalidated" and "not those that people judged" in rated["why"].iat[0]
