"""A coded sample from drawing to figures, as a new user would go about it, with real spreadsheet files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.cli import main
from corpus_utils.pipeline import build_corpus, draw_stories
from corpus_utils.project import load_project
from corpus_utils.validate import drawing
from corpus_utils.validate.accuracy import accuracy, by_group, calibration
from corpus_utils.validate.attach import open_samples, tiers, with_validation
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.corrected import contrasts, shares
from corpus_utils.validate.folder import load_validation
from corpus_utils.validate.measures import TOPICS, Measure
from corpus_utils.validate.sampling import Plan, draw_sample, hand_out, write_sample
from corpus_utils.validate.units import frame_units

MEASURE = Measure(
    "frames.test",
    ("conflict", "economic"),
    True,
    ({"code": "conflict", "definition": "=Two sides differ."}, {"code": "economic", "definition": "Money."}),
)


def made_frame(size: int = 400, *, seed: int = 1) -> pd.DataFrame:
    """A frame with a program that errs; column `truth` is what people would say."""
    rng = np.random.default_rng(seed)
    truth = [frozenset(name for name, share in (("conflict", 0.4), ("economic", 0.2)) if rng.random() < share) for _ in range(size)]
    label = [[name for name in MEASURE.codes if (name in codes) != (rng.random() < 0.1)] for codes in truth]
    return pd.DataFrame(
        {
            "id": [f"d{n:03}#1" for n in range(size)], "article_id": [f"d{n:03}#1" for n in range(size)],
            "text": [f"=cmd|' /C calc'!A{n}" if n % 7 == 0 else f"Text number {n}." for n in range(size)], "title": "@SUM(A1)", "before": "", "after": "-2+3",
            "outlet": [("Herald", "Post")[n % 2] for n in range(size)], "period": "period 1", "voice": "", "language": "en", "words": 3,
            "status": "judged", "label": label, "score": 0.5, "scores": [{name: 0.8 * (name in names) + 0.1 for name in MEASURE.codes} for names in label],
            "truth": truth,
        }
    )  # fmt: skip


def drawn_sample(folder: Path, plan: Plan | None = None) -> pd.DataFrame:
    """A sample of the made frame in `folder`; the drawn rows."""
    plan = plan or Plan(number=160)
    frame, drawn = draw_sample(made_frame(), plan)
    write_sample(folder, frame, drawn, unit="article", measure=MEASURE, plan=plan)
    return drawn


def code(folder: Path, drawn: pd.DataFrame, coder: str, *, slips: float, seed: int) -> None:
    """Fill in a coder's workbook as a person does: yes and no in the columns, a slip here and there, the rows sorted by another column."""
    truth, rng = drawn.set_index("unit_id")["truth"], np.random.default_rng(seed)
    book = openpyxl.load_workbook(folder / f"{coder}.xlsx")
    page = book["coding"]
    head = [cell.value for cell in page[1]]
    for row in range(2, page.max_row + 1):
        for name in MEASURE.codes:
            holds = (name in truth[page.cell(row, head.index("unit_id") + 1).value]) != (rng.random() < slips)
            page.cell(row, head.index(name) + 1).value = ("yes", "Yes ")[row % 2] if holds else "no"
    page.append([None] * len(head))
    book.save(folder / f"{coder}.xlsx")


@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.integers(2, 400))
def test_allocation_adds_up(sizes: list[int], number: int) -> None:
    """Never more than a stratum has, two of each at least, and as many as asked for where the strata allow it."""
    take = drawing.allocate(sizes, number)
    least = sum(min(size, 2) for size in sizes)
    assert (take <= sizes).all() and (take >= np.minimum(sizes, 2)).all()
    assert take.sum() == max(least, min(number, sum(sizes)))


def test_inclusion_probabilities_are_known_and_kept() -> None:
    """Every stratum gives what its probability says, so weights add up to the frame; the same seed draws the same units."""
    frame, drawn = draw_sample(made_frame(), Plan(number=120))
    assert len(drawn) == 120 and drawn["id"].is_unique
    assert (1 / drawn["pi"]).sum() == pytest.approx(len(frame))
    counts = frame["stratum"].value_counts()
    assert (drawn.groupby("stratum").size() / counts).dropna().to_dict() == pytest.approx(drawn.groupby("stratum")["pi"].first().to_dict())
    assert {name.split(" | ")[1] for name in counts.index} == {"Herald", "Post"}, "outlets are strata where they are large enough"
    again = draw_sample(made_frame(), Plan(number=120))[1]
    assert again["id"].tolist() == drawn["id"].tolist()


def test_strata_part_high_scores_from_low_ones() -> None:
    """Within what the program says, the upper half of its scores from the lower; not where all are alike or missing."""
    assert drawing.half(["a"] * 4 + ["b"] * 2 + ["c"], [0.1, 0.2, 0.7, 0.9, 0.5, 0.5, float("nan")]) == [
        "lower half", "lower half", "upper half", "upper half", "one score", "one score", "one score",
    ]  # fmt: skip
    units = made_frame()
    units["score"] = np.linspace(0, 1, len(units))
    frame, drawn = draw_sample(units, Plan(number=300))
    assert frame["stratum"].str.contains("upper half").any() and (1 / drawn["pi"]).sum() == pytest.approx(len(frame))


@pytest.mark.parametrize(("total", "half_width", "expected"), [(10**9, 0.05, 385), (400, 0.05, 196), (10, 0.05, 10), (10**9, 0.1, 97)])
def test_the_number_comes_from_the_wanted_precision(total: int, half_width: float, expected: int) -> None:
    """Cochran's (1977) figures: 385 for five points either way, fewer from a small frame."""
    assert drawing.enough(total, half_width) == expected


def test_sheets_are_blind_shuffled_and_harmless(tmp_path: Path) -> None:
    """No outlet, label, score or order gives anything away; no cell is a formula; codes are chosen from a list; the codebook is beside them."""
    drawn = drawn_sample(tmp_path / "s")
    orders = []
    for coder in ("coder1", "coder2"):
        book = openpyxl.load_workbook(tmp_path / "s" / f"{coder}.xlsx")
        rows = list(book["coding"].iter_rows())
        assert [cell.value for cell in rows[0]] == ["unit_id", "title", "before", "text", "after", "conflict", "economic", "note"]
        assert all(
            (cell.data_type in ("s", "n") and not (cell.value or "").startswith("=")) or cell.quotePrefix for row in rows for cell in row
        )
        assert {rule.formula1 for rule in book["coding"].data_validations.dataValidation} == {'"yes,no"'}
        assert [cell.value for cell in book["codebook"]["A"]] == ["code", "conflict", "economic"]
        orders.append([row[0].value for row in rows[1:]])
    text = (tmp_path / "s" / "csv" / "coder1.csv").read_text(encoding="utf-8-sig")
    assert "Herald" not in text and "d00" not in text and "'=cmd" in text and ",=" not in text and ",-2" not in text and ",@" not in text
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1]) == sorted(drawn["unit_id"])


def test_only_part_is_coded_twice(tmp_path: Path) -> None:
    """With an overlap of a quarter, the others go to one coder each."""
    _, drawn = draw_sample(made_frame(), Plan(number=100))
    rows = hand_out(drawn, Plan(coders=("a", "b", "c"), overlap=0.25))
    sets = [set(part["unit_id"]) for part in rows.values()]
    assert len(sets[0] & sets[1] & sets[2]) == 25 and len(sets[0] | sets[1] | sets[2]) == 100 and sum(map(len, sets)) == 150


def test_codes_become_accuracy_tiers_and_corrected_shares(tmp_path: Path) -> None:
    """Two coders fill in real workbooks; agreement, accuracy, tiers and corrected shares follow, and the truth lies inside the intervals."""
    folder = tmp_path / "validation" / "test"
    drawn = drawn_sample(folder)
    code(folder, drawn, "coder1", slips=0.01, seed=1)
    code(folder, drawn, "coder2", slips=0.02, seed=2)
    sample = load_validation(folder)
    assert sample.figures["verdict"] == "reliable" and sample.figures["level"] == "multi"
    assert (sample.key["how"] == "open").sum() == len(sample.figures["disagreements"]) > 0
    table = accuracy(sample).set_index("label")
    row = table.loc["conflict"]
    assert row["tier"] in ("A", "B") and row["f1_low"] < row["f1"] < 1 and row["precision_low"] < row["precision"] < row["precision_high"]
    made = shares(sample).set_index("label")
    truth = {name: np.mean([name in codes for codes in made_frame()["truth"]]) for name in MEASURE.codes}
    for name in MEASURE.codes:
        assert made.at[name, "low"] <= truth[name] <= made.at[name, "high"]
        assert made.at[name, "coder_low"] <= made.at[name, "low"] + 0.01 and made.at[name, "high"] - made.at[name, "low"] < 0.2
    assert made.at["economic", "naive"] > truth["economic"] + 0.03
    assert set(by_group(sample, "outlet")["group"]) == {"Herald", "Post"} and len(contrasts(sample, "outlet")) == 2
    assert calibration(sample).groupby("label")["n"].sum().tolist() == [len(sample.usable)] * 2


def test_coders_who_disagree_earn_no_tier(tmp_path: Path) -> None:
    """Below .667 the label stays unvalidated, and says why."""
    folder = tmp_path / "test"
    drawn = drawn_sample(folder)
    code(folder, drawn, "coder1", slips=0.3, seed=1)
    code(folder, drawn, "coder2", slips=0.3, seed=2)
    table = accuracy(load_validation(folder))
    assert set(table["tier"]) == {"unvalidated"} and "below 0.667" in table["why"].iat[0]


def test_what_is_sealed_stays_sealed(tmp_path: Path) -> None:
    """A changed key is noticed, a second draw refused, and codes in both forms of a sheet are not mixed."""
    folder = tmp_path / "s"
    drawn = drawn_sample(folder)
    with pytest.raises(SheetError, match="a sample already"):
        drawn_sample(folder)
    code(folder, drawn, "coder1", slips=0, seed=1)
    csv = folder / "csv" / "coder1.csv"
    csv.write_text(csv.read_text(encoding="utf-8-sig").replace(",,,\r\n", ",yes,no,\r\n").replace(",,,\n", ",yes,no,\n"), encoding="utf-8")
    with pytest.raises(SheetError, match="both hold codes of coder1"):
        load_validation(folder)
    key = folder / "sealed" / "key.csv"
    key.write_text(key.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    with pytest.raises(SheetError, match="changed after the sample was drawn"):
        load_validation(folder)


def corpus(folder: Path, size: int = 24) -> None:
    """A small project of short stories, every second of which tells of a dispute."""
    (folder / "articles").mkdir(parents=True)
    rows = []
    for n in range(size):
        told = (
            "The minister accused the opposition of sabotage, and its leader threatened to retaliate."
            if n % 2
            else "The council opened a new park on Friday."
        )
        rows.append({"id": f"a{n:02}", "title": f"Story number {n} of the week", "outlet": ("Herald", "Post")[n % 3 > 0], "date": f"2024-03-{n + 1:02}",
                     "language": "en", "text": f"{told} Residents of the district said that they had expected it. Work number {n} goes on as planned, the office said."})  # fmt: skip
    (folder / "articles" / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "corpus.toml").write_text('[corpus]\nname = "Parks"\nsources = ["articles"]\nlanguages = ["en"]\n', encoding="utf-8")


def settled_sample(project: Path, number: int) -> Path:
    """`number` units of the small project drawn, coded by two in their workbooks, and the one dispute settled; the folder of the sample."""
    corpus(project)
    assert main(["sample", "frames", "--project", str(project), "--coders", "anna,ben", "-n", str(number)]) == 0
    folder = project / "validation" / "frames-generic-article"
    key = pd.read_csv(folder / "sealed" / "key.csv", encoding="utf-8-sig").set_index("unit_id")
    for coder, slip in (("anna", ""), ("ben", key.index[0])):
        book = openpyxl.load_workbook(folder / f"{coder}.xlsx")
        page = book["coding"]
        head = {cell.value: cell.column for cell in page[1]}
        for row in range(2, page.max_row + 1):
            disputed = "accused" in page.cell(row, head["text"]).value
            page.cell(row, head["conflict"]).value = "x" if disputed else None
            page.cell(row, head["morality"]).value = "x" if page.cell(row, 1).value == slip else None
            page.cell(row, head["economic"]).value = "x" if not disputed else None
        book.save(folder / f"{coder}.xlsx")
    out = project / "agreement.json"
    assert main(["agreement", str(folder), "--json", str(out), "--adjudicate"]) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["n_units"] == number and len(figures["disagreements"]) == 1
    book = openpyxl.load_workbook(folder / "adjudicated.xlsx")
    page = book["coding"]
    page.cell(2, page.max_column).value = "economic"
    book.save(folder / "adjudicated.xlsx")
    return folder


def test_the_round_trip_of_a_new_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """sample, code in a workbook, agreement with a sheet for disputes, settle them, figures for the reports: with the commands of the README."""
    folder = settled_sample(tmp_path, 20)
    said = capsys.readouterr()
    assert (
        said.out.splitlines()[0] == str(folder)
        and "20 of 24 units" in said.err
        and "next: adjudicate 1 unit on which coders differ" in said.out
    )
    assert main(["agreement", str(folder)]) == 0
    settled = capsys.readouterr().out
    assert "adjudicate" not in settled and "next: every dispute is settled; corpus-utils report" in settled
    assert main(["agreement", str(folder), "--adjudicate"]) == 2 and "may hold decisions" in capsys.readouterr().err
    sample = load_validation(folder)
    assert sample.key["how"].value_counts().get("decided") == 1 and (sample.key["how"] == "open").sum() == 0

    from corpus_utils.project import load_project

    project = load_project(tmp_path)
    assert len(open_samples(project)[0]) == 1
    known = tiers(project, "frames.generic")
    assert ("conflict", "article") in known
    row = {"id": "frame-conflict", "report": "04_framing", "measure": "share of stories with cues of the frame", "unit": "article", "label": "conflict",
           "weighting": "article", "dedup": "once", "estimator": "naive", "estimate": 0.5, "low": float("nan"), "high": float("nan"), "gate": "description",
           "tier": "unvalidated", "effect": float("nan"), "p": float("nan"), "q": float("nan")}  # fmt: skip
    from corpus_utils.schema import frame

    out = with_validation(frame("findings", [row]), project, "frames.generic")
    assert out["tier"].iat[0] == known["conflict", "article"] and out["estimator"].tolist() == ["naive", "corrected"]
    assert out["low"].iat[1] <= 0.5 <= out["high"].iat[1] and out["id"].iat[1] == "frame-conflict-corrected"


@pytest.mark.slow
def test_sheets_survive_libreoffice(tmp_path: Path) -> None:
    """Saved again by LibreOffice: the same codes are read, and the drop-down lists are still there."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path / "s"
    drawn = drawn_sample(folder, Plan(number=40))
    code(folder, drawn, "coder1", slips=0.02, seed=1)
    code(folder, drawn, "coder2", slips=0.02, seed=2)
    before = load_validation(folder)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    for coder in ("coder1", "coder2"):
        command = [
            office,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "again"),
            str(folder / f"{coder}.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        (tmp_path / "again" / f"{coder}.xlsx").replace(folder / f"{coder}.xlsx")
    after = load_validation(folder)
    assert after.coded.codes.equals(before.coded.codes) and after.figures == before.figures
    rules = openpyxl.load_workbook(folder / "coder1.xlsx")["coding"].data_validations.dataValidation
    assert rules and all("yes" in rule.formula1 for rule in rules)


@pytest.mark.slow
def test_codes_reach_the_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tiers and corrected shares that hold the truth stand in 04 and 05 of a real run; what is settled is shown so, and asked for no more."""
    folder = settled_sample(tmp_path, 20)
    assert main(["report", "--project", str(tmp_path), "--only", "04_framing", "05_validation"]) == 0, capsys.readouterr().err
    made = next((tmp_path / "reports" / "runs").glob("*/05_validation.html")).parent
    known = accuracy(load_validation(folder)).set_index("label")["tier"]
    assert known["conflict"] != "unvalidated" and known["morality"] == "unvalidated"
    for report, corrected in (("04_framing", "frame-conflict-corrected"), ("05_validation", "frames-generic-article-conflict-corrected")):
        found = pd.read_csv(made / f"{report}.findings.csv", encoding="utf-8-sig").set_index("id")
        row = found.loc[corrected]
        assert row["tier"] == known["conflict"] and row["estimator"] == "corrected" and row["low"] <= 0.5 <= row["high"], report
        assert row["n_units"] == 20
    page = (made / "05_validation.html").read_text(encoding="utf-8")
    assert "How sure are we?" in page and re.search(r"anna: (\w+); ben: \1, morality", page) and "settled" in page
    assert "adjudicate 1 unit" not in page, "what is settled is no next step"


def test_topics_are_coded_in_the_stories_that_have_one(tmp_path: Path) -> None:
    """Report 02 reads one language and, of a large corpus, a sample of stories: only these are drawn to be coded by topic."""
    corpus(tmp_path)
    words = [f"{first}{last}" for first in ("har", "mel", "tor", "vin") for last in ("bour", "ting", "lock", "sand", "ford", "wick")]
    rows = [
        {"id": f"a{n:02}", "outlet": "Herald", "language": "es" if n == 3 else "en", "text": " ".join(f"{word}{n}" for word in words) + "."}
        for n in range(24)
    ]
    (tmp_path / "articles" / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with (tmp_path / "corpus.toml").open("a", encoding="utf-8") as file:
        file.write("[measures]\nstories = 12\n")
    project = load_project(tmp_path)
    tables = build_corpus(project)
    drawn = draw_stories(tables, 12, seed=project.seed)[0].articles
    assert 0 < len(drawn) < len(tables.articles)
    units = frame_units(tables, "article", Measure(TOPICS, ("a", "b"), False, ()), project)
    assert set(units["article_id"]) == set(drawn.loc[drawn["language"].isin(["en", ""]), "id"])
    assert len(frame_units(tables, "article", MEASURE, project)) == len(tables.articles)
