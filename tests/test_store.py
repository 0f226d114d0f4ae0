"""Fingerprints depend on values alone; what is stored comes back as it was, or is made again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.store import (
    FileIndex,
    Store,
    StoreError,
    StoreWarning,
    code_fingerprint,
    cut_names,
    fingerprint,
    imports,
    versions,
    write_atomic,
)
from corpus_utils.store.installed import distributions

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@dataclass
class Settings:
    """Something a caller may fingerprint."""

    name: str
    size: int


@given(PLAIN)
def test_a_fingerprint_is_stable(value: object) -> None:
    """The same value gives the same 64 hex digits."""
    assert fingerprint(value) == fingerprint(value)
    assert len(fingerprint(value)) == 64 and set(fingerprint(value)) <= set("0123456789abcdef")


@given(st.dictionaries(st.text(max_size=5), st.integers(), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_count(value: dict[str, int]) -> None:
    """A dict is its items, however they were put in."""
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["ab", "c"], ["a", "bc"]), ([["a"], []], [["a", []]]), (1, 1.0), (1, True), (1, "1"), ("a", b"a"), (None, "None"), ([], {}),
        ({"a": None}, {}), ({"a": "b"}, [("a", "b")]), ({1, 2}, [1, 2]), (date(2024, 1, 2), "2024-01-02"),
        (Settings("a", 1), Settings("a", 2)), (0.1 + 0.2, 0.3), ("", None), ([""], []), ("é", "e\u0301"),
    ],
)  # fmt: skip
def test_different_values_differ(one: object, other: object) -> None:
    """No two of these may share a fingerprint."""
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_is_the_same_in_another_process() -> None:
    """Hash seeds and addresses do not enter."""
    code = "from corpus_utils.store import fingerprint; print(fingerprint({'b': [1, 2.5, None], 'a': {'x', 'y'}}))"
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == fingerprint({"a": {"x", "y"}, "b": [1, 2.5, None]})


def test_a_path_stands_for_its_content(tmp_path: Path) -> None:
    """Where a file lies and when it was touched does not count; what is in it does."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub" / "file.txt").write_text("text")
    before = fingerprint(one)
    os.utime(one / "sub" / "file.txt", (1, 1))
    assert fingerprint(one) == before == fingerprint(other)
    (one / "sub" / "file.txt").write_text("other")
    assert fingerprint(one) != before
    (other / "sub" / "file.txt").rename(other / "sub" / "moved.txt")
    assert fingerprint(other) != before
    with pytest.raises(FileNotFoundError):
        fingerprint(tmp_path / "missing")


def test_what_has_no_fingerprint_is_an_error() -> None:
    """An address in memory would be a new fingerprint every time."""
    with pytest.raises(TypeError, match="no fingerprint for object"):
        fingerprint([object()])


def settle(path: Path) -> None:
    """Give a file times far enough back to be trusted."""
    os.utime(path, (1_700_000_000, 1_700_000_000))
    time.sleep(0.06)


def test_the_index_reads_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second run reads no content; a changed file is read; a rewritten one of the same size as well."""
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    for file in files:
        file.write_text(file.name)
        settle(file)
    index = FileIndex(tmp_path / "cache" / "files.json")
    first = [index.sha256(file) for file in files]
    index.save()
    saved = (tmp_path / "cache" / "files.json").stat()

    def refuse(path: Path) -> str:
        raise AssertionError(f"{path} was read")

    with monkeypatch.context() as patch:
        patch.setattr("corpus_utils.store.file_digest", refuse)
        again = FileIndex(tmp_path / "cache" / "files.json")
        assert [again.sha256(file) for file in files] == first
        again.save()
    assert (tmp_path / "cache" / "files.json").stat().st_mtime_ns == saved.st_mtime_ns
    files[1].write_text("x.txt")
    assert FileIndex(tmp_path / "cache" / "files.json").sha256(files[1]) != first[1]


def test_touching_a_file_changes_no_digest(tmp_path: Path) -> None:
    """A touched file is read again and found the same."""
    file = tmp_path / "a.txt"
    file.write_text("a")
    settle(file)
    index = FileIndex(tmp_path / "files.json")
    first = index.sha256(file)
    index.save()
    os.utime(file)
    assert FileIndex(tmp_path / "files.json").sha256(file) == first


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"a": 1}', '{"a": [1]}', "\x00\xff"])
def test_a_damaged_index_only_costs_time(tmp_path: Path, damage: str) -> None:
    """Whatever the cache holds, digests are right."""
    (tmp_path / "files.json").write_text(damage, encoding="latin-1")
    (tmp_path / "a.txt").write_text("a")
    index = FileIndex(tmp_path / "files.json")
    assert index.sha256(tmp_path / "a.txt") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    index.save()


def tables() -> dict[str, pd.DataFrame]:
    """Tables with every kind of column."""
    row = {"id": "a#1", "title": "Ž — “x”", "flags": ["wire", "short"], "anchors": "[[0, 1]]", "family_role": "original"}
    labels = [("u", float("nan"), []), ("v", 0.5, ["x"])]
    return {
        "articles": schema.frame("articles", [row, {"id": "b#1", "family_role": "copy"}]),
        "labels": schema.frame("labels", [{"unit": unit, "status": "judged", "score": n, "label": label} for unit, n, label in labels]),
        "spans": schema.empty("spans"),
        "numbers": pd.DataFrame({"n": np.arange(3), "yes": [True, False, True]}, index=pd.Index(["a", "b", "c"], name="key")),
    }


def test_tables_come_back_as_they_were(tmp_path: Path) -> None:
    """Types, lists, missing numbers, empty tables and named rows survive, and the first answer equals the second."""
    store, calls = Store(tmp_path), []

    def make() -> dict[str, pd.DataFrame]:
        calls.append(1)
        return tables()

    first, second = store.get("clean", "k1", make), Store(tmp_path).get("clean", "k1", make)
    assert len(calls) == 1 and list(first) == list(second) == list(tables())
    for name, table in tables().items():
        pd.testing.assert_frame_equal(first[name], table)
        pd.testing.assert_frame_equal(second[name], table)
        if name in schema.TABLES:
            schema.validate(name, first[name])
    assert isinstance(first["labels"]["label"].iat[1], list)


def test_the_same_tables_are_the_same_bytes(tmp_path: Path) -> None:
    """Parts can be compared by their files."""
    for name in ("one", "other"):
        Store(tmp_path / name).get("s", "k", tables)
    files = [sorted(file for file in (tmp_path / name).rglob("*") if file.is_file()) for name in ("one", "other")]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]


@pytest.mark.parametrize("file", ["articles.parquet", "part.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "empty"])
def test_a_damaged_part_is_made_again(tmp_path: Path, file: str, damage: str) -> None:
    """A warning, and the right tables."""
    store = Store(tmp_path)
    store.get("s", "k", tables)
    target = tmp_path / "s" / "k" / file
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    changed = {"flip": bytes(data), "cut": bytes(data[: len(data) // 2]), "empty": b""}
    if damage == "remove":
        target.unlink()
    else:
        target.write_bytes(changed[damage])
    with pytest.warns(StoreWarning, match="damaged, computed again"):
        again = store.get("s", "k", tables)
    pd.testing.assert_frame_equal(again["articles"], tables()["articles"])
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["k"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", "a b", "ä", ".hidden", "a\n"])
def test_names_stay_inside_the_store(tmp_path: Path, name: str) -> None:
    """A step, key or table cannot lead out of the folder."""
    with pytest.raises(StoreError):
        Store(tmp_path).get(name, "k", tables)
    with pytest.raises(StoreError):
        Store(tmp_path).get("s", name, tables)
    with pytest.raises(StoreError):
        Store(tmp_path).get("s", "k", lambda: {name: tables()["spans"]})
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_failed_step_leaves_nothing(tmp_path: Path) -> None:
    """Neither an exception in the step nor a table Parquet cannot hold leaves a part or a draft."""
    store = Store(tmp_path)
    with pytest.raises(ZeroDivisionError):
        store.get("s", "k", lambda: {"a": 1 / 0})  # type: ignore[dict-item]
    with pytest.raises(StoreError, match="cannot be kept as Parquet"):
        store.get("s", "k", lambda: {"a": pd.DataFrame({"mixed": [1, "a", object()]})})
    assert not store.has("s", "k") and not store.entries()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_prune_keeps_what_it_is_told(tmp_path: Path) -> None:
    """Parts in use stay, the others go."""
    store = Store(tmp_path)
    for key in ("a", "b", "c"):
        store.get("s", key, tables)
    assert [entry.key for entry in store.entries()] == ["a", "b", "c"] and all(entry.size > 1000 for entry in store.entries())
    assert Store(tmp_path).used == {("s", "a"), ("s", "b"), ("s", "c")}  # by whichever object of this process
    Store(tmp_path).used.clear()
    Store(tmp_path).get("s", "b", tables)
    fresh = Store(tmp_path)
    assert fresh.prune(fresh.used) == 2
    assert [entry.key for entry in fresh.entries()] == ["b"]


RACE = """
import sys, time
from pathlib import Path
import pandas as pd
from corpus_utils.store import Store
def make():
    time.sleep(0.05)
    return {"t": pd.DataFrame({"a": range(1000)})}
store = Store(Path(sys.argv[1]))
for key in range(8):
    assert len(store.get("s", f"k{key}", make)["t"]) == 1000
"""


def test_two_processes_share_a_store(tmp_path: Path) -> None:
    """Both get whole tables, whoever is first; no draft stays."""
    crew = [subprocess.Popen([sys.executable, "-c", RACE, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [process.wait(120) for process in crew] == [0, 0]
    assert len(Store(tmp_path).entries()) == 8
    assert not list(tmp_path.glob("*/.*"))


def test_a_file_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing fails the old content stays and no draft is left."""
    file = tmp_path / "a.json"
    write_atomic(file, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(file, b"new")
    assert file.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package in the place of this one."""
    folder = tmp_path / versions.PACKAGE
    sources = {
        "__init__.py": "",
        "low.py": "import json\nimport numpy",
        "alone.py": "X = 1",
        "room/__init__.py": "def f():\n    from corpus_utils.room import left, right\n",
        "room/left.py": "from corpus_utils import low",
        "room/right.py": "from .left import x\n",
        "room/words.yml": "a: 1",
        "lazy.py": "def f():\n    import corpus_utils.alone\n",
        "typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corpus_utils import alone\n",
        "named.py": 'PAGE = "corpus_utils.alone:render"',
        "dynamic/__init__.py": "import importlib\ndef f(name):\n    return importlib.import_module(name)\n",
        "dynamic/one.py": "",
        "dynamic/two.py": "import pandas",
    }
    for name, text in sources.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(versions, "ROOT", folder)
    versions._source.cache_clear()
    yield folder
    versions._source.cache_clear()


REACHED = [
    ("low", {"low"}, {"numpy"}),
    ("room.left", {"room", "room.left", "low"}, {"numpy"}),
    ("room.right", {"room", "room.left", "room.right", "low"}, {"numpy"}),
    ("room", {"room", "room.left", "room.right", "low"}, {"numpy"}),
    ("lazy", {"lazy", "alone"}, set()),
    ("typed", {"typed"}, set()),
    ("named", {"named", "alone"}, set()),
    ("dynamic.one", {"dynamic", "dynamic.one"}, set()),
    ("dynamic", {"dynamic", "dynamic.one", "dynamic.two"}, {"pandas"}),
]


@pytest.mark.parametrize(("module", "inside", "outside"), REACHED)
def test_imports_are_followed(package: Path, module: str, inside: set[str], outside: set[str]) -> None:
    """Lazy imports count, imports for the type checker do not, a package on the way counts as it loads."""
    found = versions.reach([(f"corpus_utils.{module}", ())])
    assert set(found.modules) - {"corpus_utils"} == {f"corpus_utils.{name}" for name in inside}
    assert found.outside - set(sys.stdlib_module_names) == outside


@pytest.mark.parametrize(
    ("changed", "affected"),
    [
        ("low.py", {"low", "room", "room.left", "room.right"}),
        ("alone.py", {"alone", "lazy", "named"}),
        ("room/words.yml", {"room", "room.left", "room.right"}),
        ("room/right.py", {"room", "room.right"}),
        ("dynamic/two.py", {"dynamic", "dynamic.two"}),
    ],
)
def test_a_change_reaches_just_what_depends_on_it(package: Path, changed: str, affected: set[str]) -> None:
    """The modules whose fingerprint moves are those that import the changed file, or lie in the folder of the changed data."""
    names = ["low", "alone", "room", "room.left", "room.right", "lazy", "typed", "named", "dynamic", "dynamic.one", "dynamic.two"]
    before = {name: code_fingerprint(f"corpus_utils.{name}") for name in names}
    with (package / changed).open("a") as file:
        file.write("\n# more\n")
    assert {name for name in names if code_fingerprint(f"corpus_utils.{name}") != before[name]} == affected


def test_a_version_counts_only_where_it_is_imported(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new numpy changes what imports numpy."""
    before = {name: code_fingerprint(f"corpus_utils.{name}") for name in ("low", "alone")}
    monkeypatch.setattr(versions, "distributions", lambda modules: {f"{name}==99" for name in modules})
    assert code_fingerprint("corpus_utils.low") != before["low"] and code_fingerprint("corpus_utils.alone") == before["alone"]


def test_code_of_a_notebook_counts_what_it_imports(package: Path, tmp_path: Path) -> None:
    """Magics and broken cells do no harm; a module beside the notebook counts with its content."""
    code = ["%matplotlib inline\nfrom corpus_utils import alone", "!ls\nimport helper", "this is not Python"]
    before = versions.imports_fingerprint(code, folder=tmp_path)
    assert versions.imports_fingerprint(code, folder=tmp_path) == before
    (tmp_path / "helper.py").write_text("X = 1")
    beside = versions.imports_fingerprint(code, folder=tmp_path)
    (package / "alone.py").write_text("X = 2")
    assert len({before, beside, versions.imports_fingerprint(code, folder=tmp_path)}) == 3
    with pytest.raises(ModuleNotFoundError):
        code_fingerprint("corpus_utils.nowhere")


def test_what_was_parsed_is_remembered(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next process parses nothing; a damaged memory costs time only; a changed file is parsed."""
    memory = package.parent / "memory.json"
    monkeypatch.setattr(imports, "_memory", lambda: memory)
    monkeypatch.setattr(imports, "_SETTLED_NS", 0)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def next_process() -> str:
        monkeypatch.setattr(imports, "_parsed", {})
        monkeypatch.setattr(imports, "_remembered", None)
        return code_fingerprint("corpus_utils.room")

    first = next_process()
    assert len(json.loads(memory.read_text())) == 5  # the package, the room and its two modules, and what one of them imports
    with monkeypatch.context() as patch:
        patch.setattr(imports, "imports_of", lambda source, package: 1 / 0)
        assert next_process() == first
    for damage in ("", "[]", '{"a": 1}', "{"):
        memory.write_text(damage)
        assert next_process() == first
    (package / "low.py").write_text("import pandas")
    assert next_process() != first


def test_installed_versions_are_found_by_module_name() -> None:
    """Also where the distribution has another name, with what it requires; an unknown module is named as such."""
    found = {item.partition("==")[0] for item in distributions(["yaml", "sklearn", "pandas", "nowhere"])}
    assert {"pyyaml", "scikit-learn", "scipy", "numpy", "pandas", "nowhere"} <= found and "papermill" not in found


def test_the_fingerprint_of_the_whole_package_is_quick() -> None:
    """It is computed before every run, so it may take a fraction of a second (ten times that is allowed on a busy machine)."""
    code = (
        "import time; from corpus_utils.store import code_fingerprint; t = time.process_time();"
        "code_fingerprint('corpus_utils.report.build'); code_fingerprint('corpus_utils.engine'); print(time.process_time() - t)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 3
    loaded = "import sys; import corpus_utils.store, corpus_utils.engine; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"import json; {loaded}"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"pandas", "numpy", "pyarrow", "tqdm"} & set(json.loads(done.stdout))


@pytest.mark.parametrize("kind", ["fifo", "dead link", "loop", "socket", "device", "folder"])
def test_what_is_no_file_neither_hangs_nor_raises(tmp_path: Path, kind: str) -> None:
    """The index marks it; what it is is the loader's to say."""
    import socket

    path = tmp_path / "odd"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "dead link":
        path.symlink_to(tmp_path / "gone")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path)[:100])
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    assert FileIndex(tmp_path / "files.json").sha256(path)[:3] in ("unr", "not")


def test_reading_some_columns_notices_damage_in_them(tmp_path: Path) -> None:
    """Pages carry checksums: a flipped byte in a column that is read is found, told and made good without reading the whole file."""
    table = pd.DataFrame({"name": [f"n{number * 7919 % 1000}" for number in range(500)], "value": range(500)})
    store = Store(tmp_path)
    store.ensure("step", "key", lambda: {"table": table})
    file = tmp_path / "step" / "key" / "table.parquet"
    assert store.table("step", "key", "table", lambda: pytest.fail("made again"), columns=["value"])["value"].tolist() == list(range(500))
    data = bytearray(file.read_bytes())
    data[60] ^= 0xFF
    file.write_bytes(data)
    with pytest.warns(StoreWarning, match="damaged"):
        again = store.table("step", "key", "table", lambda: {"table": table}, columns=["name"])
    assert again["name"].tolist() == table["name"].tolist()


def test_only_the_rows_asked_for_are_read(tmp_path: Path) -> None:
    """`only` keeps the rows with the given values of every column named, also of one that is not asked for; lists stay lists."""
    table = pd.DataFrame({"a": list("xyxz"), "b": [1, 2, 3, 4], "c": pd.Series([["p"], [], ["q", "r"], ["s"]], dtype="object")})
    store = Store(tmp_path)
    read = store.table("step", "key", "table", lambda: {"table": table}, columns=["c"], only=[("a", {"x", "z"}), ("b", {1, 3, 4})])
    assert list(read.columns) == ["c"] and read["c"].tolist() == [["p"], ["q", "r"], ["s"]] and read.index.tolist() == [0, 1, 2]
    none = store.table("step", "key", "table", lambda: {"table": table}, only=[("a", {"no such value"})])
    assert none.empty
    assert none.columns.tolist() == table.columns.tolist()
    whole = store.table("step", "key", "table", lambda: {"table": table}, only=[("a", {"x"})])
    assert whole.dtypes.equals(none.dtypes)
    assert whole.to_dict("list") == table[table["a"] == "x"].to_dict("list")


def test_rows_written_by_measure_come_back_in_their_order(tmp_path: Path) -> None:
    """`labels` comes back as it was, whole and in part, though each measure lies in a row group of its own and others are not read."""
    import pyarrow.parquet as pq

    measures = ["b", "a", "b", "c", "a", "b"]
    table = pd.DataFrame({"unit": list("uvwxyz"), "measure": measures, "label": [["p"], [], ["q", "p"], [], ["p"], []], "score": range(6)})
    store = Store(tmp_path)
    pd.testing.assert_frame_equal(store.get("step", "key", lambda: {"labels": table})["labels"], table)
    read = partial(store.table, "step", "key", "labels", lambda: {"labels": table})
    pd.testing.assert_frame_equal(read(columns=["label", "unit"]), table[["label", "unit"]])
    for wanted in ({"a"}, {"a", "b"}, {"b", "none"}, {"none"}):
        chosen = table[table["measure"].isin(wanted)].reset_index(drop=True)
        pd.testing.assert_frame_equal(read(only=[("measure", wanted)]), chosen, check_dtype=len(chosen) > 0)
        few = chosen[chosen["unit"].isin(set("uvyz"))].reset_index(drop=True)
        some = read(columns=["unit", "score"], only=[("measure", wanted), ("unit", set("uvyz"))])
        pd.testing.assert_frame_equal(some, few[["unit", "score"]], check_dtype=len(few) > 0)
    with pq.ParquetFile(tmp_path / "step" / "key" / "labels.parquet") as file:
        assert file.num_row_groups == len(set(measures))
    empty = table.head(0)
    assert list(Store(tmp_path / "none").get("step", "key", lambda: {"labels": empty})["labels"].columns) == list(table.columns)


def test_a_part_that_cannot_have_a_value_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least and the greatest id of a part tell that none of those wanted is in it, except where many are wanted."""
    import pyarrow.parquet as pq

    store, decoded = Store(tmp_path), []
    table = pd.DataFrame({"id": ["d3", "d5"], "text": ["x", "y"]})
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda self, *a, f=pq.ParquetFile.read_row_groups, **k: (decoded.append(k), f(self, *a, **k))[1]
    )
    for wanted, rows, asked in (({"d1", "d9"}, 0, 0), ({"d4"}, 0, 1), ({"d5", "a"}, 1, 2), ({f"e{n}" for n in range(2000)}, 0, 1)):
        decoded.clear()
        found = store.table("step", "key", "table", lambda: {"table": table}, only=[("id", wanted)])
        assert (len(found), len(decoded)) == (rows, asked)
        assert list(found.columns) == ["id", "text"]


@pytest.mark.parametrize("rows", [9, 9000])
def test_wanted_rows_are_those_of_the_whole_table(tmp_path: Path, rows: int) -> None:
    """Whether columns of few values are read as numbers or as they are: the same rows, values and kinds, in the order of the table."""
    store, numbers = Store(tmp_path), range(rows)
    table = pd.DataFrame({
        "unit": [f"u{n}" for n in numbers], "article_id": [f"a{n % 7}" for n in numbers], "measure": [f"m{n % 3}" for n in numbers],
        "label": [["x"] if n % 2 else ["y", "x"] if n % 5 else [] for n in numbers], "score": [n / 2 for n in numbers],
        "status": [None if n % 4 else "judged" for n in numbers], "evidence": [f"{n} words" for n in numbers],
    })  # fmt: skip
    store.ensure("step", "key", lambda: {"labels": table})
    whole = store.table("step", "key", "labels", dict)
    wanted = ({"article_id": ["a1", "a5"]}, {"measure": ["m2", "m0"], "article_id": ["a3"]}, {"status": ["judged"]}, {"unit": ["u8", "u3"]},
              {"score": [1.0, 3.5], "measure": ["m1"]}, {"measure": ["other"]})  # fmt: skip
    for only in wanted:
        kept = whole[np.logical_and.reduce([whole[name].isin(values) for name, values in only.items()])].reset_index(drop=True)
        for columns in (None, ["label", "status"], ["measure"], ["article_id", "unit", "score"]):
            found = store.table("step", "key", "labels", dict, columns=columns, only=list(only.items()))
            pd.testing.assert_frame_equal(found, kept if columns is None else kept[columns])


@given(st.lists(st.text(max_size=6), max_size=300, unique=True).map(sorted), st.integers(1, 20))
def test_parts_are_at_least_half_and_at_most_twice_their_size(names: list[str], size: int) -> None:
    """Parts follow each other without a gap; only the last may be shorter."""
    cuts = cut_names(names, size)
    assert [name for start, end in cuts for name in names[start:end]] == names
    assert all(end - start <= 2 * size for start, end in cuts) and all(end - start >= max(1, size // 2) for start, end in cuts[:-1])


def test_what_earlier_parts_hold_can_be_looked_up(tmp_path: Path) -> None:
    """One table of every whole part of a step; damaged ones and those without it are passed over, and nothing counts as asked for."""
    store = Store(tmp_path)
    for key, number in (("a", 1), ("b", 2), ("c", 3)):
        store.ensure("s", key, lambda number=number: {"t": pd.DataFrame({"n": [number]})})
    store.ensure("s", "d", lambda: {"other": pd.DataFrame({"n": [4]})})
    store.ensure("else", "a", lambda: {"t": pd.DataFrame({"n": [5]})})
    (tmp_path / "s" / "b" / "t.parquet").write_bytes(b"x")
    store.used.clear()
    assert [table["n"].tolist() for table in store.earlier("s", "t")] == [[1], [3]] and not store.used
    assert store.size("s", "a") > 0 == store.size("s", "nowhere")


def test_tables_may_come_one_by_one(tmp_path: Path) -> None:
    """A part whose tables are made one after the other has them all, in order, and is made again where it is damaged."""
    store, made = Store(tmp_path), []

    def make() -> Iterator[tuple[str, pd.DataFrame]]:
        for number in range(12):
            made.append(number)
            yield f"block{number}", pd.DataFrame({"n": [number]})

    assert store.names("read", "key", make) == [f"block{number}" for number in range(12)] == store.names("read", "key", make)
    assert made == list(range(12)) and store.table("read", "key", "block11", make)["n"].tolist() == [11]
    (tmp_path / "read" / "key" / "part.json").write_text("{}", encoding="utf-8")
    with pytest.warns(StoreWarning, match="damaged"):
        assert len(store.names("read", "key", make)) == 12


def test_a_part_that_fails_half_way_is_not_there(tmp_path: Path) -> None:
    """The tables made before the failure leave nothing behind."""

    def make() -> Iterator[tuple[str, pd.DataFrame]]:
        yield "block0", pd.DataFrame({"n": [0]})
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        Store(tmp_path).ensure("read", "key", make)
    assert not Store(tmp_path).has("read", "key") and not list((tmp_path / "read").glob("*"))
