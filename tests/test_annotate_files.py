"""What `annotate` writes, to the letter: columns, ids, order, empty text, unknown languages, JSONL and CSV, whole and in batches."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corpus_utils.cli import main, steps

ROWS = [
    {"id": "b", "text": '"We won," said Anna Lund. Critics accused Lund of fraud.', "start": 41, "end": 45, "desk": "x"},
    {"id": "a", "text": "", "start": 0, "end": 0, "desk": "y"},
    {"id": "c", "text": "Anna Lund kazandı.", "start": 0, "end": 9, "language": "tr", "desk": "z"},
    {"id": 7, "text": "Critics accused Anna Lund of fraud.", "target": "Anna Lund", "desk": "w"},
]


def run(folder: Path, measure: str, *more: str, suffix: str = ".jsonl") -> list[dict]:
    """Rows that `annotate` writes for ROWS."""
    source, target = folder / "in.jsonl", folder / f"out{suffix}"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    assert main(["annotate", measure, str(source), "-o", str(target), *more]) == 0
    if suffix == ".csv":
        with target.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]


def test_targets(tmp_path: Path) -> None:
    """label, score, abstained per record, in input order; a guess beside an abstention; null only where unsupported."""
    rows = run(tmp_path, "targets")
    assert [row["id"] for row in rows] == ["b", "a", "c", "7"]
    assert [row["desk"] for row in rows] == ["x", "y", "z", "w"]
    for row in (rows[0], rows[1], rows[3]):
        assert row["label"] in ("positive", "neutral", "negative")
        assert -1 <= row["score"] <= 1
    assert (rows[2]["label"], rows[2]["score"], rows[2]["abstained"]) == (None, None, True)
    assert rows[1]["abstained"] is True
    assert rows[3]["label"] == "negative"
    table = run(tmp_path, "targets", suffix=".csv")
    assert [(row["label"], row["abstained"]) for row in table] == [(row["label"] or "", str(row["abstained"])) for row in rows]
    assert [row["start"] for row in table] == ["41", "0", "0", ""]


def test_quotes(tmp_path: Path) -> None:
    """One row per attribution with the record's id: start, end, kind, speaker, speaker_start, speaker_end, cue."""
    rows = run(tmp_path, "quotes")
    first = rows[0]
    text = ROWS[0]["text"]
    assert first["id"] == "b"
    assert text[first["start"] : first["end"]] == '"We won,"'
    assert (first["kind"], first["speaker"], first["cue"]) == ("direct", "Anna Lund", "said")
    assert text[first["speaker_start"] : first["speaker_end"]] == "Anna Lund"
    assert first["start_input"] == 41
    assert {row["id"] for row in rows} <= {"b", "a", "c", "7"}
    assert [row["start"] for row in run(tmp_path, "quotes", suffix=".csv")] == [str(row["start"]) for row in rows]


@pytest.mark.parametrize("unit", ["text", "sentence"])
def test_sentiment(tmp_path: Path, unit: str) -> None:
    """vader, vader_masked and lexicon2 per record, or per sentence with start and end; null where unsupported."""
    rows = run(tmp_path, "sentiment", "--unit", unit)
    assert {"vader", "vader_masked", "lexicon2"} <= rows[0].keys()
    wanted = ["b", "a", "c", "7"] if unit == "text" else ["b", "b", "c", "7"]
    assert [row["id"] for row in rows] == wanted
    assert rows[2]["vader"] is None
    if unit == "sentence":
        text = ROWS[0]["text"]
        assert [text[row["start"] : row["end"]] for row in rows[:2]] == [text[:25], text[26:]]


def test_actors(tmp_path: Path) -> None:
    """One row per mention with offsets, actor and the reason; corrections from a table."""
    rows = run(tmp_path, "actors")
    assert {row["actor"] for row in rows if row["id"] == "b"} == {"Anna Lund"}
    (tmp_path / "actors.csv").write_text("name,actor\nLund,\n", encoding="utf-8")
    again = run(tmp_path, "actors", "--corrections", str(tmp_path / "actors.csv"))
    assert {row["actor"] for row in again if row["id"] == "b"} == {"Anna Lund", "Lund"}


@pytest.mark.parametrize("measure", ["quotes", "sentiment"])
def test_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measure: str) -> None:
    """A long file goes in batches, with the same rows."""
    whole = run(tmp_path, measure)
    monkeypatch.setattr(steps, "BATCH", 1)
    assert run(tmp_path, measure) == whole


def test_errors_name_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model that is none, a file of corrections that is none, and labels that are none end with 2 and a message."""
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "Ann won", "target": "Ann", "label": "glad"}\n', encoding="utf-8")
    out = str(tmp_path / "o.jsonl")
    assert main(["annotate", "targets", str(source), "-o", out, "--model", str(tmp_path)]) == 2
    assert "train targets" in capsys.readouterr().err
    assert main(["annotate", "actors", str(source), "-o", out, "--corrections", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err
    assert main(["train", "targets", str(source), "-o", str(tmp_path / "m")]) == 2
    assert "'glad'" in capsys.readouterr().err
