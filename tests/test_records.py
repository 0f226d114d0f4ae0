"""Records go in and out unchanged, and never half written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from corpus_utils.records import RecordsError, read_records, records_with, to_csv, write_records

ROWS = [{"id": "a", "text": "One.", "mood": ["x", "y"]}, {"id": "b", "text": "", "mood": []}]


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_lossless_round_trip(tmp_path: Path, suffix: str) -> None:
    """Lists, order and empty texts survive."""
    write_records(pd.DataFrame(ROWS), tmp_path / f"out{suffix}")
    back = read_records(tmp_path / f"out{suffix}")
    assert [list(items) for items in back["mood"]] == [["x", "y"], []]
    assert back["text"].tolist() == ["One.", ""]


def test_csv_disarms_formulas() -> None:
    """A cell that a spreadsheet would run is text; a negative number stays a number."""
    text = to_csv(pd.DataFrame({"text": ["=1+1", "+cmd", "@x", "-5 degrees", "plain"], "n": [-1.5, 0, 1, 2, 3]}))
    lines = text.splitlines()
    assert lines[1:4] == ["'=1+1,-1.5", "'+cmd,0.0", "'@x,1.0"]
    assert lines[5] == "plain,3.0"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", '{"text": "x"}\n{oops', "line 2: not valid JSON"),
        ("a.jsonl", '{"text": "x"}\n[1]', "line 2: should be an object"),
        ("a.json", '{"text": "x"}', "should hold an array"),
        ("a.csv", "id,body\n1,x\n", "no column called 'text'; there are: id, body"),
        ("a.xls", "x", "cannot read records from .xls"),
        ("a.parquet", "not parquet", "not readable as parquet"),
    ],
)
def test_unreadable_files_are_explained(tmp_path: Path, name: str, content: str, words: str) -> None:
    """The message names the file and the reason."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(RecordsError, match=words) as caught:
        read_records(tmp_path / name)
    assert name in str(caught.value)


def test_missing_files_and_suffixes(tmp_path: Path) -> None:
    """No file, and a suffix that cannot be written."""
    with pytest.raises(RecordsError, match="no such file"):
        read_records(tmp_path / "nothing.csv")
    with pytest.raises(RecordsError, match=r"cannot write \.txt"):
        write_records(pd.DataFrame(ROWS), tmp_path / "out.txt")


def test_ids_are_file_and_number_where_missing(tmp_path: Path) -> None:
    """Every record has an id, and numbers stay what they look like."""
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n{"text": null}\n', encoding="utf-8")
    table = read_records(tmp_path / "a.jsonl")
    assert table["id"].tolist() == ["a:000001", "a:000002"] and table["text"].tolist() == ["x", ""]


def test_line_separators_inside_strings_do_not_split(tmp_path: Path) -> None:
    """U+2028 is legal inside a JSON string."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "a\u2028b"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_records(tmp_path / "a.jsonl")["text"].tolist() == ["a\u2028b"]


def test_an_unwritable_place_leaves_nothing_behind(tmp_path: Path) -> None:
    """A target below a file cannot be made; the error says so."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RecordsError, match="cannot be written"):
        write_records(pd.DataFrame(ROWS), tmp_path / "file" / "out.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_every_value_stays_what_it_was(tmp_path: Path) -> None:
    """A large number beside a missing one does not lose digits, and a record without an id gets its number."""
    big = 1234567890123456789
    (tmp_path / "a.jsonl").write_text(f'{{"id": {big}, "text": "x", "tweet": {big}}}\n{{"text": "y"}}\n', encoding="utf-8")
    table = read_records(tmp_path / "a.jsonl")
    assert table["id"].tolist() == [str(big), "a:000002"] and table["tweet"].tolist() == [big, None]
    write_records(table, tmp_path / "b.jsonl")
    assert str(big) in (tmp_path / "b.jsonl").read_text(encoding="utf-8").split('"tweet"')[1]


def test_columns_of_mixed_values_can_be_written(tmp_path: Path) -> None:
    """Parquet has one type a column: mixed values become text, and nothing half written stays."""
    write_records(pd.DataFrame({"text": ["a", "b"], "n": pd.Series([1, "x"], dtype=object)}), tmp_path / "out.parquet")
    assert read_records(tmp_path / "out.parquet")["n"].tolist() == ["1", "x"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_numbers_in_csv_stay_numbers(tmp_path: Path) -> None:
    """A table read from CSV and written again keeps its negative figures."""
    (tmp_path / "a.csv").write_text("text,vader\nx,-0.5\n", encoding="utf-8")
    write_records(read_records(tmp_path / "a.csv"), tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[1] == "a:000001,x,-0.5"


def test_input_columns_are_not_overwritten() -> None:
    """A column that is made keeps its name; the input's column of that name moves aside."""
    records = pd.DataFrame({"id": ["a", "b"], "label": ["x", "y"]})
    table = records_with(records, pd.DataFrame({"label": [1, 2, 3]}), [0, 1, 1])
    assert table.to_dict("list") == {"id": ["a", "b", "b"], "label_input": ["x", "y", "y"], "label": [1, 2, 3]}


def test_infinity_and_surrogates_do_not_stop_a_table(tmp_path: Path) -> None:
    """JSON knows no infinity, and an unpaired surrogate would break every later write."""
    (tmp_path / "a.jsonl").write_text('{"text": "a\\ud800", "x": Infinity, "\\udfff": 1}\n', encoding="utf-8")
    write_records(read_records(tmp_path / "a.jsonl"), tmp_path / "b.jsonl")
    row = json.loads((tmp_path / "b.jsonl").read_text(encoding="utf-8"))
    assert row["text"] == "a?" and row["x"] is None and row["?"] == 1


def test_a_folder_is_told_from_a_file_without_suffix(tmp_path: Path) -> None:
    """Who names the folder of the scrape learns which command makes a file of it."""
    with pytest.raises(RecordsError, match=r"this is a folder.*corpus-utils clean .* -o articles\.jsonl"):
        read_records(tmp_path)
