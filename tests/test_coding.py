"""Coding helpers: what to code next, a machine as one more coder, intrusion tests, and coding with the keyboard."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from test_sampling import MEASURE, code, drawn_sample, made_frame

from corpus_utils.cli import main
from corpus_utils.validate import intrusion, machine
from corpus_utils.validate.batches import handed_out, next_batch, training_records, write_batch
from corpus_utils.validate.cells import SheetError, read_cells
from corpus_utils.validate.corrected import shares
from corpus_utils.validate.folder import load_validation
from corpus_utils.validate.machine import Endpoint, code_sheet, read_answer
from corpus_utils.validate.measures import Measure
from corpus_utils.validate.sampling import Plan, draw_sample, write_sample
from corpus_utils.validate.sheets import read_sheets
from corpus_utils.validate.widget import Coding, code_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sample that two coders have coded."""
    drawn = drawn_sample(tmp_path / "s")
    code(tmp_path / "s", drawn, "coder1", slips=0.01, seed=1)
    code(tmp_path / "s", drawn, "coder2", slips=0.02, seed=2)
    return tmp_path / "s"


def test_the_next_batch_spoils_nothing(folder: Path) -> None:
    """New units only, unlike each other, sheets beside the sample, and corrected figures as they were; all codes go to training."""
    before = load_validation(folder)
    units = made_frame()
    units.loc[:20, "scores"] = [{"conflict": 0.5, "economic": 0.1}] * 21
    batch = next_batch(before, units, 12)
    assert len(batch) == 12 and not set(batch["id"]) & set(before.key["unit"]) and batch["why"].str.len().min() > 0
    assert {f"d{n:03}#1" for n in range(21)} - set(before.key["unit"]) <= set(batch["id"]), "the unsure ones come first"
    target = write_batch(folder, batch)
    assert handed_out(folder) == set(batch["id"]) and not set(next_batch(before, units, 12, taken=handed_out(folder))["id"]) & set(
        batch["id"]
    )
    for coder, said in (("coder1", "yes,no"), ("coder2", "yes,yes")):
        sheet = target / "csv" / f"{coder}.csv"
        sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace(",,,", f",{said},"), encoding="utf-8")
    assert main(["agreement", str(target), "--adjudicate"]) == 0
    decisions = openpyxl.load_workbook(target / "adjudicated.xlsx")
    page = decisions["coding"]
    for row in range(2, page.max_row + 1):
        page.cell(row, page.max_column).value = "conflict"
    decisions.save(target / "adjudicated.xlsx")
    after = load_validation(folder)
    assert shares(after).equals(shares(before))
    records = training_records(folder)
    assert records["labels"].tail(12).tolist() == [["conflict"]] * 12, "what was settled is learned"
    assert len(records) == len(before.usable) + 12 and set(records.columns) == {"text", "labels", "article_id"}


class Model(BaseHTTPRequestHandler):
    """A stand-in for a language model: calls everything a conflict, once wraps its answer in talk, and counts what it is asked."""

    asked: list[dict[str, Any]] = []  # noqa: RUF012  (shared by the handler's instances on purpose)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
        content = 'Sure! ["conflict"]' if body["seed"] == 1 else '["Conflict"]'
        data = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    """The stand-in on a port of this machine."""
    Model.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Model) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}/v1"
        running.shutdown()


def test_a_machine_is_one_more_coder(folder: Path, server: str) -> None:
    """Each unit is asked about k times, with the codebook and without anything the program said; answers are kept; `agreement` reads the sheet."""
    endpoint, sheet = Endpoint(server, "small", key="secret", repeats=2), folder / "csv" / "coder1.csv"
    done = code_sheet(sheet, folder / "machine" / "small.csv", MEASURE, endpoint, folder / "machine" / "answers")
    texts = len({row["text"] for row in read_cells(sheet, needs=[("unit_id",)])})
    assert done == {"units": 160, "asked": 2 * texts, "unanswered": 0}
    first = Model.asked[0]
    assert (
        first["path"] == "/v1/chat/completions"
        and first["key"] == "Bearer secret"
        and "Two sides differ" in first["messages"][0]["content"]
    )
    assert "title" in first["messages"][1]["content"], "the machine sees the context that people see"
    again = code_sheet(sheet, folder / "machine" / "small.csv", MEASURE, endpoint, folder / "machine" / "answers")
    assert again["asked"] == 0
    assert not [path for path in folder.rglob("*") if path.is_file() and b"secret" in path.read_bytes()], "no key lands in a file"
    coded = read_sheets([folder / "coder1.xlsx", folder / "machine" / "small.csv"], codes=MEASURE.codes, multi=True)
    assert set(coded.codes["small"]) == {frozenset({"conflict"})}
    assert "small" not in load_validation(folder).figures["coders"], "a machine is no judge of the program"


def test_the_machine_from_the_command_line(
    folder: Path, server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key comes from the environment and stays out of files and output; its sheet stands beside people's in `agreement`."""
    monkeypatch.setenv("CORPUS_UTILS_MACHINE_KEY", "hush-hush")
    assert main(["machine-code", str(folder), "--url", server, "--model", "Org/Small v1", "--repeats", "1"]) == 0
    said = capsys.readouterr()
    assert "160 of 160 units" in said.err and "one more coder, not the truth" in said.err and Model.asked[0]["key"] == "Bearer hush-hush"
    assert not [path for path in folder.rglob("*") if path.is_file() and b"hush-hush" in path.read_bytes()] and "hush" not in said.err
    assert main(["agreement", str(folder), said.out.strip(), "--draws", "10"]) == 0
    assert "3 coders" in capsys.readouterr().out


def test_answers_that_are_no_codes_are_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Talk, unknown codes and broken JSON leave the unit open; an address that does not answer is an error that says so."""
    assert read_answer('["conflict", "ECONOMIC"]', MEASURE) == ("conflict", "economic") and read_answer("[]", MEASURE) == ()
    assert (
        read_answer("I think this is about war.", MEASURE) is None
        and read_answer('["war"]', MEASURE) is None
        and read_answer("[broken", MEASURE) is None
    )
    with pytest.raises(SheetError, match="should begin with http"):
        code_sheet_of_nothing("file:///etc/passwd")
    monkeypatch.setattr(machine, "WAITS", (0.0,))
    with pytest.raises(SheetError, match="cannot be asked"):
        code_sheet_of_nothing("http://127.0.0.1:9")
    with pytest.raises(SheetError, match="give the key in CORPUS_UTILS_MACHINE_KEY"):
        code_sheet_of_nothing("http://name:word@127.0.0.1:9")


def test_what_answers_are_kept_by(tmp_path: Path, server: str) -> None:
    """Another text, context, codebook, model or one repeat more is asked about; the rest is kept, and a damaged answer is asked for again."""
    sheet = tmp_path / "a.csv"

    def asked(text: str = "Some text", *, before: str = "", model: str = "m", repeats: int = 1, measure: Measure = MEASURE) -> int:
        sheet.write_text(f"unit_id,before,text\nu1,{before},{text}\n", encoding="utf-8")
        return code_sheet(sheet, tmp_path / "b.csv", measure, Endpoint(server, model, repeats=repeats), tmp_path / "answers")["asked"]

    assert asked() == 1 and asked() == 0
    assert asked("Other text") == 1 and asked(before="Context") == 1 and asked(model="n") == 1 and asked(repeats=3) == 2
    other = Measure("frames.test", MEASURE.codes, True, ({"code": "conflict", "definition": "Another."}, MEASURE.page[1]))
    assert asked(measure=other) == 1
    for path in (tmp_path / "answers").glob("*.json"):
        path.write_text("{", encoding="utf-8")
    assert asked() == 1


def test_what_passes_by_itself_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An overloaded server and one that is too slow are asked again; a wrong key is not."""
    replies: list[int] = []

    class Moody(Model):
        def do_POST(self) -> None:
            code = replies.pop(0) if replies else 200
            if code == 200:
                super().do_POST()
            elif code == 0:
                time.sleep(1.5)
            else:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(code)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()

    monkeypatch.setattr(machine, "WAITS", (0.0, 0.0))
    Model.asked.clear()
    (tmp_path / "a.csv").write_text("unit_id,text\nu1,Some text\n", encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        endpoint = Endpoint(f"http://127.0.0.1:{running.server_address[1]}/v1", "m", repeats=1, timeout=0.7)

        def ask(*codes: int) -> dict[str, int]:
            replies[:] = codes
            for path in (tmp_path / "answers").glob("*.json"):
                path.unlink()
            return code_sheet(tmp_path / "a.csv", tmp_path / "b.csv", MEASURE, endpoint, tmp_path / "answers")

        assert ask(503, 429)["unanswered"] == 0 and ask(0)["asked"] == 1
        with pytest.raises(SheetError, match="answered 503"):
            ask(503, 503, 503)
        with pytest.raises(SheetError, match="answered 401"):
            ask(401)
        assert not replies
        running.shutdown()


def code_sheet_of_nothing(url: str) -> None:
    """Ask an endpoint about one unit."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        Path(place, "a.csv").write_text("unit_id,text\nu1,Some text\n", encoding="utf-8")
        code_sheet(Path(place, "a.csv"), Path(place, "b.csv"), MEASURE, Endpoint(url, "m", timeout=2), Path(place, "answers"))


def model(topics: int = 5) -> Any:
    """A topic model with words of its own for each topic."""
    names = [f"topic {n}" for n in range(topics)]
    vocabulary = [f"w{n}_{m}" for n in range(topics) for m in range(8)]
    components = np.full((topics, len(vocabulary)), 0.001)
    for n in range(topics):
        components[n, n * 8 : n * 8 + 8] = np.linspace(1, 0.5, 8)
    weights = pd.DataFrame(np.random.default_rng(0).dirichlet(np.full(topics, 0.4), 30), columns=names)
    weights.insert(0, "id", [f"d{n}#1" for n in range(30)])
    return SimpleNamespace(components=components, vocabulary=vocabulary, topics=pd.DataFrame({"name": names}), weights=weights)


def test_intruders_are_intruders_and_scored(tmp_path: Path) -> None:
    """The stranger is a top word of another topic; perfect coders score 1 and log odds 0, guessers less; unanswered sheets say so."""
    words = intrusion.word_tasks(model())
    assert [task["topic"] for task in words] == [f"topic {n}" for n in range(5) for _ in range(intrusion.EACH)]
    for n, task in zip(np.repeat(range(5), intrusion.EACH), words):
        own = [word for word in task["options"] if word.startswith(f"w{n}_")]
        assert len(task["options"]) == 6 and len(own) == 5 and task["intruder"] not in own
    texts = {f"d{n}#1": f"Text {n}" for n in range(30)}
    tasks = intrusion.topic_tasks(model(), texts, number=10)
    intrusion.write_tasks(tmp_path / "t", tasks, ["anna", "ben"])
    with pytest.raises(SheetError, match="no task is answered yet"):
        intrusion.score_tasks(tmp_path / "t")
    for coder, right in (("anna", True), ("ben", False)):
        rows = read_cells(tmp_path / "t" / "csv" / f"{coder}.csv", needs=[("unit_id",)])
        key = {f"t{n:03}": task for n, task in enumerate(tasks, start=1)}
        lines = []
        for row in rows:
            options = key[row["unit_id"]]["options"]
            place = options.index(key[row["unit_id"]]["intruder"])
            lines.append(f"{row['unit_id']},{(place if right else (place + 1) % 4) + 1}")
        (tmp_path / "t" / "csv" / f"{coder}.csv").write_text("unit_id,code\n" + "\n".join(lines), encoding="utf-8")
    table = intrusion.score_tasks(tmp_path / "t").set_index("name")
    assert table.at["all", "precision"] == 0.5 and table.at["all", "answers"] == 20 and table.at["all", "log_odds"] < 0
    sealed = (tmp_path / "t" / "anna.xlsx").read_bytes()
    assert b"intruder" not in sealed
    with pytest.raises(SheetError, match="4 topics or more"):
        intrusion.topic_tasks(model(3), texts)


def test_the_keyboard_codes_saves_and_resumes(tmp_path: Path) -> None:
    """Digits switch codes, 0 says none, space goes on; the sheet on disk is right after every key; a new start goes on where coding stopped."""
    drawn_sample(tmp_path / "s")
    coding = Coding(tmp_path / "s", "coder1")
    coding.press(" ")
    assert coding.place == 0, "a unit that is not coded is not passed by"
    coding.press("1")
    first = coding.row["unit_id"]
    coding.press("2")
    coding.press("1")
    on_disk = {row["unit_id"]: row for row in read_cells(tmp_path / "s" / "csv" / "coder1.csv", needs=[("unit_id",)])}
    assert (on_disk[first]["conflict"], on_disk[first]["economic"]) == ("no", "yes")
    for key in (" ", "0", " "):
        coding.press(key)
    again = Coding(tmp_path / "s", "coder1")
    assert again.done == 2 and again.place == 2 and again.row["unit_id"] == coding.row["unit_id"]
    for key in ("9", "\N{SUPERSCRIPT TWO}", "c", "\t"):
        again.press(key)
    assert again.place == 2 and not again.is_coded(again.row), "keys that stand for nothing do nothing"
    with pytest.raises(SheetError, match="no coder called 'eve'"):
        Coding(tmp_path / "s", "eve")
    second = Coding(tmp_path / "s", "coder2", double=True)
    assert len(second.order) == 2, "double coding shows what the other coder has coded, not how"


def test_a_redirect_takes_the_key_nowhere(folder: Path, server: str) -> None:
    """An endpoint that sends the program on is no endpoint: the key and the texts stay with the address that was given."""
    sheet, target = folder / "csv" / "coder1.csv", folder / "machine" / "small.csv"

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(302)
            self.send_header("Location", f"{server}/chat/completions")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            Model.asked.append({"key": self.headers.get("Authorization")})

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        endpoint = Endpoint(f"http://127.0.0.1:{running.server_address[1]}/v1", "small", key="secret", repeats=1)
        with pytest.raises(SheetError, match="answered 302"):
            code_sheet(sheet, target, MEASURE, endpoint, folder / "machine" / "answers")
        running.shutdown()
    assert not Model.asked


def test_quick_typing_counts_every_key_once(tmp_path: Path) -> None:
    """A browser sends what stands in the field by then: keys sent in one piece, or with those before them, are pressed once each."""
    drawn_sample(tmp_path / "s")
    shown = code_sample(tmp_path / "s", "coder1")
    field = shown.children[1].children[1]
    for value in ("1", "12", "12 0"):
        field.value = value
    rows = read_cells(tmp_path / "s" / "csv" / "coder1.csv", needs=[("unit_id",)])
    assert [(row["conflict"], row["economic"]) for row in rows[:3]] == [("yes", "yes"), ("no", "no"), ("", "")]
    field.value = "12"
    assert rows == read_cells(tmp_path / "s" / "csv" / "coder1.csv", needs=[("unit_id",)]), "rubbing out is no key"


def test_more_than_nine_codes_have_letters(tmp_path: Path) -> None:
    """The tenth code is given by the letter that stands beside it; letters that move never code."""
    codes = tuple(f"code_{n}" for n in range(1, 13))
    measure = Measure("frames.many", codes, True, tuple({"code": code, "definition": "One."} for code in codes))
    frame, drawn = draw_sample(made_frame(), Plan(number=20))
    write_sample(tmp_path / "s", frame, drawn, unit="article", measure=measure, plan=Plan(number=20))
    coding = Coding(tmp_path / "s", "coder1")
    for key in "9ac":
        coding.press(key)
    assert [code for code in codes if coding.row[code] == "yes"] == ["code_9", "code_10", "code_11"]
    assert "<kbd>c</kbd> <b>code 11</b>" in code_sample(tmp_path / "s", "coder1").children[2].children[0].value
