"""`clean` on the command line: input order, one rule for ids, the text explained, decisions by a person that come back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corpus_utils.cli import main
from corpus_utils.cli.explain import explained

LEAD = "The council of Easterby voted on Monday to build a new harbour wall, three months after floods damaged forty houses near the quay."
MORE = "Engineer Paula Hartwell told the meeting that the old wall had cracks along half of its length and could not be repaired any more."
PAGE = f"Home\nNews\nSport\nCouncil approves new harbour wall after floods\nBy Ann Lee\nMarch 5, 2021\n{LEAD}\n{MORE}\nSubscribe to our newsletter"


def cleaned(*arguments: str | Path, out: Path) -> list[dict]:
    """Rows that `clean ... -o OUT` wrote."""
    assert main(["clean", *map(str, arguments), "-o", str(out)]) == 0
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_records_come_back_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Ids that sort otherwise do not change the order, nor do records without an id."""
    records = [{"id": "b", "text": LEAD}, {"text": MORE}, {"id": "a", "text": LEAD + " " + MORE}]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, records)) + "\n", encoding="utf-8")
    assert [row["document_id"] for row in cleaned(source, out=tmp_path / "out.jsonl")] == ["b", "in:000002", "a"]


def test_clean_and_annotate_name_a_record_alike(tmp_path: Path) -> None:
    """A record without an id has one name, blank lines or not."""
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"text": LEAD}) + "\n\n" + json.dumps({"text": MORE}) + "\n", encoding="utf-8")
    documents = [row["document_id"] for row in cleaned(source, out=tmp_path / "out.jsonl")]
    assert main(["annotate", "sentiment", str(source), "-o", str(tmp_path / "tone.jsonl")]) == 0
    tone = [json.loads(line)["id"] for line in (tmp_path / "tone.jsonl").read_text(encoding="utf-8").splitlines()]
    assert documents == tone == ["in:000001", "in:000002"]


def test_the_row_that_explain_prints_is_a_decision(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Copied to overrides.csv with another role it changes that stretch and no other; unchanged it changes no role."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / 'odd, "name".txt').write_text(PAGE, encoding="utf-8")
    spans = tmp_path / "spans.jsonl"

    def roles() -> dict[tuple[int, int], str]:
        cleaned(folder, "--spans", spans, out=tmp_path / "out.jsonl")
        rows = map(json.loads, spans.read_text(encoding="utf-8").splitlines())
        return {(row["start"], row["end"]): row["role"] for row in rows}

    before = roles()
    capsys.readouterr()
    assert main(["clean", "--explain", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    header = lines.index("document_id,start,end,role")
    row = lines[header + 1].split("   (")[0]
    overrides = folder / "overrides.csv"
    overrides.write_text(f"document_id,start,end,role\n{row}\n", encoding="utf-8")
    assert roles() == before
    _, start, end, role = next(csv.reader([row]))
    overrides.write_text(f"document_id,start,end,role\n{row.removesuffix(role)}promotion\n", encoding="utf-8")
    assert roles() == {**before, (int(start), int(end)): "promotion"}


def test_metadata_beside_the_documents_is_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """metadata.csv in the folder decides; a row on a document that is not there is told."""
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "metadata.csv").write_text("document_id,outlet,date\na,Easterby Post,2021-03-07\ngone,X,\n", encoding="utf-8")
    (row,) = cleaned(tmp_path, out=tmp_path / "out" / "a.jsonl")
    assert (row["outlet"], row["date_earliest"], row["date_latest"]) == ("Easterby Post", "2021-03-07", "2021-03-07")
    assert "metadata.csv: decides on gone" in capsys.readouterr().err


def test_explain_shows_role_sign_reason_and_certainty_of_every_stretch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is left out, and a role is told by a sign and its name also without colour."""
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    assert main(["clean", "--explain", str(tmp_path / "a.txt")]) == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown and "# Council approves new harbour wall after floods" in shown and "~ Sport" in shown
    flat = " ".join(line.removeprefix("| ") for line in shown.splitlines())
    assert LEAD in flat and MORE in flat
    assert "line of the page that reads most like its headline" in shown


def test_colour_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """FORCE_COLOR colours, NO_COLOR wins over it."""
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["clean", "--explain", str(tmp_path / "a.txt")])
    assert "\x1b[1;34m# Council" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["clean", "--explain", str(tmp_path / "a.txt")])
    assert "\x1b" not in capsys.readouterr().out


def test_hostile_text_cannot_steer_the_terminal() -> None:
    """Escape sequences, carriage returns and marks that reorder text are not printed; the reason is text of the corpus's, too."""
    text = "\x1b]0;owned\x07\x1b[2JClick\r\u202egnp.exe"
    span = {"start": 0, "end": len(text), "role": "body", "story": 1, "rule": "\x1b[31mrule\u202e", "confidence": 0.5}
    out = "\n".join(explained("\x1b[2Jid\u202e", text, [span]))
    assert not set(out) & set("\x1b\x07\r\u202e") and "Click" in out and "gnp.exe" in out


def test_explain_tells_the_date_of_each_story_and_what_speaks_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Below a document's head stand its stories, each with the clues to its date and whether they were used."""
    source = tmp_path / "a.txt"
    source.write_text(PAGE.replace("March 5, 2021", "Published: March 8, 2021 10:15 AM"), encoding="utf-8")
    assert main(["clean", str(source), "--explain"]) == 0
    shown = capsys.readouterr().out.splitlines()
    story = next(i for i, line in enumerate(shown) if line.startswith("++ a#1"))
    assert "2021-03-08" in shown[story] and "+ published line: 'March 8, 2021'" in shown[story + 1]


def test_many_documents_are_cleaned_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the table is cut, spans and articles are those of the whole: what recurs is told by all documents."""
    from corpus_utils import schema
    from corpus_utils.pipeline import cleaning
    from corpus_utils.project import folder_project

    notice = "Stay with us for the whole story of the harbour"
    texts = [
        f"Harbour {name} opens\n\nThe harbour of {name} opened its gates on Monday, the council said in a statement.\n{notice}\n"
        f"It had been closed for {number + 2} years, and nobody in {name} knew when the ships would come back.\n"
        for number, name in enumerate("Aln Brem Corv Dorn Elm Fenn Gart".split())
    ]
    rows = [{"id": f"d{i}", "source": f"d{i}.txt", "format": "txt", "encoding": "utf-8", "text": text} for i, text in enumerate(texts)]
    documents = schema.frame("documents", rows)
    project = folder_project(tmp_path, root=tmp_path)
    whole = cleaning.clean_all(documents, project)
    monkeypatch.setattr(cleaning, "PART", 3)
    assert all(one.equals(two) for one, two in zip(whole, cleaning.clean_all(documents, project), strict=True))
    assert not whole[1]["text"].str.contains(notice).any()
    assert notice in cleaning.clean_all(documents.head(1), project)[1]["text"].iloc[0]  # one document tells nothing of what recurs
