"""Agreement: equal to the reference packages and to worked examples in print; sheets as people hand them back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import krippendorff
import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from benchmarks.agreement import FLEISS, FOUR
from corpus_utils.validate import coefficients as c
from corpus_utils.validate.adjudicate import settle, write_adjudication
from corpus_utils.validate.agreement import agree
from corpus_utils.validate.books import write_book
from corpus_utils.validate.cells import SheetError
from corpus_utils.validate.sheets import read_sheets


def four() -> np.ndarray:
    """The table of counts of FOUR; 0 is missing."""
    return c.count_codes(np.array(FOUR).T - 1, 5)


@pytest.mark.parametrize(("level", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_equals_the_printed_example(level: str, printed: float) -> None:
    """Krippendorff (2011) prints these three."""
    assert c.krippendorff_alpha(four(), [1, 2, 3, 4, 5], level, draws=0).alpha == pytest.approx(printed, abs=5e-4)


@given(
    st.lists(st.lists(st.integers(-1, 4), min_size=3, max_size=3), min_size=2, max_size=30),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_alpha_equals_the_krippendorff_package(rows: list[list[int]], level: str) -> None:
    """To six decimals, at every level, with missing codes."""
    numbers = np.array(rows)
    ours = c.krippendorff_alpha(c.count_codes(numbers, 5), [0, 1, 2, 3, 4], level, draws=0).alpha
    paired = numbers[(numbers >= 0).sum(axis=1) >= 2]
    if len(np.unique(paired[paired >= 0])) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(np.where(numbers < 0, np.nan, numbers).T, level_of_measurement=level, value_domain=[0, 1, 2, 3, 4])
    assert ours == pytest.approx(theirs, abs=1e-6)


@given(st.lists(st.tuples(*[st.frozensets(st.sampled_from("abcd"), min_size=1)] * 2), min_size=2, max_size=20))
def test_alpha_of_sets_equals_nltk(rows: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    """MASI distance and alpha over sets of labels, as NLTK computes them."""
    from nltk.metrics import masi_distance
    from nltk.metrics.agreement import AnnotationTask

    values = sorted({cell for row in rows for cell in row}, key=sorted)
    if len(values) < 2:
        return
    table = c.count_codes(np.array([[values.index(cell) for cell in row] for row in rows]), len(values))
    task = AnnotationTask([(who, str(n), cell) for n, row in enumerate(rows) for who, cell in zip("xy", row)], distance=masi_distance)
    assert c.krippendorff_alpha(table, values, "multi", draws=0).alpha == pytest.approx(task.alpha(), abs=1e-6)


def test_fleiss_and_ac1_equal_the_printed_examples() -> None:
    """Fleiss (1971), ten subjects and fourteen raters: .210; Gwet (2014), four raters with missing codes: .76117 and .77544."""
    assert c.fleiss_kappa(np.array(FLEISS, float)) == pytest.approx(0.209931, abs=1e-6)
    assert c.fleiss_kappa(four()) == pytest.approx(0.761169, abs=1e-6)
    assert c.gwet_ac1(four()) == pytest.approx(0.775444, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40))
def test_kappa_equals_scikit_learn(rows: list[tuple[int, int]]) -> None:
    """Plain and with squared weights, to six decimals."""
    first, second = np.array(rows).T
    if len(set(first) | set(second)) < 2 or (len(set(first)) == 1 and len(set(second)) == 1 and first[0] == second[0]):
        return
    assert c.cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first, second), abs=1e-6)
    places = np.arange(4.0)
    cost = (places[:, None] - places[None, :]) ** 2
    theirs = cohen_kappa_score(first, second, labels=[0, 1, 2, 3], weights="quadratic")
    assert c.cohen_kappa(first, second, cost) == pytest.approx(theirs, abs=1e-6)


def test_the_interval_resamples_whole_units() -> None:
    """Copying every unit four times narrows the interval and leaves alpha where it was, up to the small-sample term."""
    table = np.array([[2, 0], [0, 2], [1, 1], [2, 0], [0, 2], [1, 1], [2, 0], [0, 2]] * 3, float)
    once, more = c.krippendorff_alpha(table, [0, 1]), c.krippendorff_alpha(np.tile(table, (4, 1)), [0, 1])
    assert once.low < once.alpha < once.high and more.high - more.low < 0.6 * (once.high - once.low)
    assert c.krippendorff_alpha(table, [0, 1]) == once, "the same every time"


def sheet(path: Path, content: str | bytes) -> Path:
    """A file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


PLAIN = "unit_id,code\nu1,low\nu2,high\nu3,low\nu4,1.5\n"
HABITS = {
    "semicolons and a byte order mark": "\ufeffUnit ID;Code\nu1;LOW\nu2; high \nu3;low\nu4;1,5\n;\n;\n".encode(),
    "tabs in UTF-16": "id\tlabel\nu4\t1,50\nu3\tLow\nu2\tHIGH\nu1\tlow\n".encode("utf-16"),
    "another order of rows and columns": b"note,code,unit_id\n,low,u3\nsure?,high,u2\n,1.5,u4\n,low,u1\n",
    "a title above and a sep line": b"sep=;\r\nMy coding;\r\nunit_id;code\r\nu1;low\r\nu2;high\r\nu3;low\r\nu4;1,5\r\n",
    "blanks that do not break": "unit_id,code\nu1,\u00a0low\nu2,high\u00a0\nu3,low\nu4,1.5\n".encode(),
}


@pytest.mark.parametrize("content", HABITS.values(), ids=list(HABITS))
def test_spreadsheet_habits_are_no_errors(tmp_path: Path, content: bytes) -> None:
    """Every way of saving the same codes reads as the same codes."""
    plain, odd = sheet(tmp_path / "a.csv", PLAIN), sheet(tmp_path / "b.csv", content)
    table = read_sheets([plain, odd]).codes
    assert list(table.index) == ["u1", "u2", "u3", "u4"] and (table["a"] == table["b"]).all()


def test_xlsx_and_jsonl_read_like_csv(tmp_path: Path) -> None:
    """Numbers that a spreadsheet turned into numbers, in ids and codes, come back as they were."""
    book = openpyxl.Workbook()
    for row in (["Unit_ID", "CODE "], [1, 2], [2.0, 1.5], [3, None], [None, None]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    sheet(tmp_path / "b.jsonl", '{"id": 1, "label": 2}\n{"id": "2", "label": "1,5"}\n{"id": 3, "label": ""}\n')
    coded = read_sheets([tmp_path / "a.xlsx", tmp_path / "b.jsonl"])
    assert coded.order == ("1.5", "2")
    assert coded.codes.loc["1"].tolist() == ["2", "2"] and coded.codes.loc["2"].tolist() == ["1.5", "1.5"]
    assert coded.codes.loc["3"].isna().all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("unit_id,code\nu1,confict\n", r"a.csv, row 2: 'confict' is not a code; did you mean 'conflict'\?\nThe codes are: conflict, none"),
        ("unit_id,code\nu1,conflict\nu1,none\n", "rows 2 and 3: unit 'u1' has two codes"),
        ("unit_id,code\n,conflict\n", "row 2: a code without a unit"),
        ("text,answer\nx,y\n", "needs a header with columns 'unit_id' and"),
        ("", "needs a header"),
    ],
)  # fmt: skip
def test_codes_are_strict(tmp_path: Path, content: str, words: str) -> None:
    """A code that the codebook does not have, a unit with two codes, a code without a unit: said with file and row."""
    with pytest.raises(SheetError, match=words):
        read_sheets([sheet(tmp_path / "a.csv", content)], codes=["conflict", "none"])


def test_several_labels_a_unit(tmp_path: Path) -> None:
    """Sets in one cell, as JSON, or as a column a label, are the same sets; none is an empty set and an empty cell not coded."""
    one = sheet(tmp_path / "a.csv", "id,labels\nu1,b; a\nu2,none\nu3,\nu4,b\n")
    two = sheet(tmp_path / "b.jsonl", '{"id": "u1", "labels": ["A", "b"]}\n{"id": "u2", "labels": []}\n{"id": "u4", "labels": ["b"]}\n')
    three = sheet(tmp_path / "c.csv", "unit_id,a,b\nu1,x,x\nu2,no,no\nu3,,\nu4,no,yes\n")
    coded = read_sheets([one, two, three], codes=["a", "b"])
    assert coded.multi and coded.codes.loc["u1"].tolist() == [frozenset("ab")] * 3
    assert coded.codes.loc["u2"].tolist() == [frozenset()] * 3 and coded.codes.loc["u3"].isna().all()
    figures = agree(coded)
    assert figures["level"] == "multi" and figures["alpha"] == 1 and set(figures["per_category"]) == {"a", "b"}


def coders(folder: Path, *columns: str) -> list[Path]:
    """A sheet per column of one-letter codes; a blank is not coded."""
    return [
        sheet(folder / f"coder{n}.csv", "unit_id,text,code\n" + "".join(f'u{m:02},"=cmd {m}",{code.strip()}\n' for m, code in enumerate(column)))
        for n, column in enumerate(columns, start=1)
    ]  # fmt: skip


def test_every_figure_stands_under_a_plain_key(tmp_path: Path) -> None:
    """`agreement --json` writes what the reference packages compute, per category and pair too, as plain JSON."""
    first, second, third = "aabbabaabb", "aabbabbabb", "aabbbbaabb"
    paths = coders(tmp_path, first, second, third)
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-m", "corpus_utils", "agreement", *map(str, paths), "--json", str(out)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0 and "TENTATIVE" in done.stdout
    figures = json.loads(out.read_text(encoding="utf-8"))
    data = [["ab".index(code) for code in column] for column in (first, second, third)]
    alpha = krippendorff.alpha(data, level_of_measurement="nominal")
    kappas = [cohen_kappa_score(data[a], data[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert figures["alpha"] == pytest.approx(alpha, abs=1e-6) and figures["alpha_low"] < alpha < figures["alpha_high"]
    assert figures["kappa"] == pytest.approx(np.mean(kappas), abs=1e-6)
    assert [pair["kappa"] for pair in figures["per_pair"]] == pytest.approx(kappas, abs=1e-6)
    assert figures["n_units"] == 10 and set(figures["per_category"]["a"]) >= {"alpha", "alpha_low", "alpha_high", "kappa", "ac1", "n"}
    assert figures["per_category"]["a"]["alpha"] == pytest.approx(alpha, abs=1e-6), "of two categories each says the same"
    assert [row["unit_id"] for row in figures["disagreements"]] == ["u04", "u06"]


def test_below_the_threshold_accuracy_is_refused(tmp_path: Path) -> None:
    """The refusal names alpha, the weak category, what it is confused with, and what to do; AC1 does not rescue it."""
    figures = agree(read_sheets(coders(tmp_path, "aaaaaaaaab", "aaaaaaaaba")))
    assert figures["verdict"] == "refused" and "below 0.667" in figures["why"] and figures["ac1"] > 0.7
    assert any(text.startswith("b: alpha -0.") and "against a (2 times)" in text for text in figures["recode"])


def test_codes_all_alike_are_not_perfect_agreement(tmp_path: Path) -> None:
    """Where nothing varies alpha is not defined: null in the JSON, refused, and said."""
    figures = agree(read_sheets(coders(tmp_path, "aaaa", "aaaa")))
    assert figures["alpha"] is None and figures["verdict"] == "refused" and "not defined" in figures["notes"][0]
    json.dumps(figures, allow_nan=False)


@pytest.mark.parametrize(("columns", "words"), [(("ab",), "two coders"), (("a ", " b"), "no unit is coded by two")])
def test_too_little_for_agreement_is_said(tmp_path: Path, columns: tuple[str, ...], words: str) -> None:
    """One coder, or no unit in common."""
    with pytest.raises(SheetError, match=words):
        agree(read_sheets(coders(tmp_path, *columns)))


def test_a_level_that_codes_do_not_have_is_refused(tmp_path: Path) -> None:
    """Words without an order are neither ordinal nor interval."""
    coded = read_sheets(coders(tmp_path, "ab", "ab"))
    for level, words in (("interval", "not numbers"), ("ordinal", "in their order"), ("multi", "no unit has several")):
        with pytest.raises(SheetError, match=words):
            agree(coded, level)


def test_disagreements_are_settled_in_a_sheet(tmp_path: Path) -> None:
    """The adjudication sheet holds the units in dispute, with what each coder said; filled in, it decides; blank ones stay open."""
    coded = read_sheets(coders(tmp_path, "aabb ", "abbaa"))
    write_adjudication(coded, agree(coded), tmp_path / "settle.xlsx")
    book = openpyxl.load_workbook(tmp_path / "settle.xlsx")
    page = book["coding"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == ("unit_id", "text", "coder coder1", "coder coder2", "code") and [row[0] for row in rows[1:]] == ["u01", "u03"]
    assert page["B2"].data_type == "s" and page["B2"].quotePrefix, "corpus text is never a formula"
    page["E2"] = "B"
    book.save(tmp_path / "settle.xlsx")
    final = settle(coded, read_sheets([tmp_path / "settle.xlsx"], codes=coded.order))
    assert final["how"].tolist() == ["agreed", "decided", "agreed", "open", "single"]
    assert final["code"].tolist()[:3] == ["a", "b", "b"] and final["code"].isna().tolist() == [False, False, False, True, False]


def test_the_same_rows_give_the_same_workbook(tmp_path: Path) -> None:
    """No clock in the file; long lists of choices move to a page of their own."""
    many = [f"a rather long code number {n}" for n in range(40)]
    for name in ("one.xlsx", "two.xlsx"):
        write_book(tmp_path / name, [{"unit_id": "u1", "code": ""}], ["unit_id", "code"], choices={"code": many})
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    assert book["choices"].sheet_state == "hidden" and book["coding"].data_validations.dataValidation[0].formula1 == "choices!$A$1:$A$40"


def test_an_unknown_code_on_the_command_line_is_a_usage_error(tmp_path: Path) -> None:
    """Exit code 2 with the row, and no traceback."""
    paths = coders(tmp_path, "ab", "ax")
    done = subprocess.run(
        [sys.executable, "-m", "corpus_utils", "agreement", *map(str, paths), "--codes", "a,b"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2 and "coder2.csv, row 3: 'x' is not a code" in done.stderr and "Traceback" not in done.stderr


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    """One cell in the last row and column of a workbook makes neither a million rows nor thousands of columns."""
    from test_load_hostile import far_cell

    path = tmp_path / "anna.xlsx"
    path.write_bytes(far_cell([["unit_id", "code"], ["u1", "a"]]))
    start = time.process_time()
    assert read_sheets([path]).codes["anna"].to_dict() == {"u1": "a"}
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    ("change", "said"), [(lambda part: part[:200], "cannot be opened"), (lambda part: b"<!DOCTYPE r []>" + part, "XML entities")]
)
def test_broken_and_trapped_workbooks_are_refused(tmp_path: Path, change: Callable[[bytes], bytes], said: str) -> None:
    """Half a worksheet, or one that declares entities, is an error that names the file."""
    path = tmp_path / "anna.xlsx"
    write_book(path, [{"unit_id": "u1", "code": "a"}], ["unit_id", "code"], choices={})
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, change(part) if name.endswith("sheet1.xml") else part)
    with pytest.raises(SheetError, match=rf"anna\.xlsx: .*{said}"):
        read_sheets([path])
