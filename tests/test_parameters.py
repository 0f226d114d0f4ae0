"""A notebook's parameters cell is a contract, and so is reports.yml: what does not fit is named, with what exists."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest
from standins import make_notebook

from corpus_utils.report.parameters import Parameter, ParameterError, check_parameters, describe_parameters
from corpus_utils.report.plan import PlanError, load_reports, slug

CELL = '''"""What may be set."""
# A comment of its own
outlets: list[str] = []  # leave empty for all
topics: int = 6  # number of topics
share: float = 1  # between 0 and 1
since: "str | None" = None
weights: dict[str, float] = {
    "a": 1.0,  # not the help
}  # weight of each
window: tuple[int, ...] = (1, 2)
'''


def test_parameters_are_read_from_their_cell(tmp_path: Path) -> None:
    """Name, type, default and help of each line; defaults in the type they claim."""
    found = describe_parameters(make_notebook(tmp_path / "n.ipynb", "1", parameters=CELL))
    assert found == [
        Parameter("outlets", "list[str]", [], "leave empty for all"),
        Parameter("topics", "int", 6, "number of topics"),
        Parameter("share", "float", 1.0, "between 0 and 1"),
        Parameter("since", "str | None", None, ""),
        Parameter("weights", "dict[str, float]", {"a": 1.0}, "weight of each"),
        Parameter("window", "tuple[int, ...]", [1, 2], ""),
    ]
    assert describe_parameters(make_notebook(tmp_path / "m.ipynb", "1", parameters=None)) == []


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("x = 1", "line 1 of the parameters cell should be `name: type = value  # help`, not 'x = 1'"),
        ("x: int", "should be `name: type = value"),
        ("import os", "should be `name: type = value"),
        ("x: int = len('a')", "the default of x should be a plain value, not \"len('a')\""),
        ("x: int = 'a'", "the default of x: should be int, not str 'a'"),
        ("x: Path = 'a'", "no type 'Path'; there are: bool, int"),
        ("x: list[Path] = ['a']", "no type 'Path'"),
        ("x: int = 1\nx: int = 2", "parameter x is set twice"),
        ("x: int = = 1", "is not Python"),
        ("x.y: int = 1", "should be `name: type = value"),
    ],
)
def test_a_wrong_cell_is_an_error(tmp_path: Path, cell: str, message: str) -> None:
    """The notebook's author learns which line and why."""
    with pytest.raises(ParameterError) as caught:
        describe_parameters(make_notebook(tmp_path / "n.ipynb", "1", parameters=cell))
    assert message in str(caught.value) and "n.ipynb" in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": 1, "nbformat": 4}', '{"cells": [], "nbformat": 3}', "\x00"])
def test_what_is_no_notebook_is_an_error(tmp_path: Path, content: str) -> None:
    """Not a traceback."""
    (tmp_path / "n.ipynb").write_text(content)
    with pytest.raises(ParameterError, match="not a notebook of format 4"):
        describe_parameters(tmp_path / "n.ipynb")
    with pytest.raises(ParameterError, match="there is no such notebook"):
        describe_parameters(tmp_path / "m.ipynb")


GOOD: list[tuple[str, Any, Any]] = [
    ("int", 3, 3), ("float", 3, 3.0), ("float", 2.5, 2.5), ("str", "a", "a"), ("bool", True, True),
    ("list", [1, "a", None], [1, "a", None]),
    ("list[str]", ["a"], ["a"]), ("list[float]", [1], [1.0]), ("dict", {"a": [1]}, {"a": [1]}), ("dict[str, int]", {"a": 1}, {"a": 1}),
    ("str | None", None, None), ("int | str", "a", "a"), ("tuple[int, str]", [1, "a"], [1, "a"]), ("list[list[int]]", [[1], []], [[1], []]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "kept"), GOOD)
def test_values_of_the_right_type_are_kept(kind: str, value: Any, kept: Any) -> None:
    """A whole number becomes a float where one is wanted."""
    checked = check_parameters([Parameter("x", kind, None, "")], {"x": value}, "report")["x"]
    assert checked == kept and type(checked) is type(kept)


BAD: list[tuple[str, Any]] = [
    ("int", 3.0), ("int", "3"), ("int", True), ("float", True), ("float", "a"), ("str", 1), ("str", None), ("bool", 1), ("bool", "yes"),
    ("list", "ab"), ("list[str]", ["a", 1]), ("dict", []), ("dict[str, int]", {"a": "b"}), ("dict", {1: "a"}), ("str | None", 1),
    ("tuple[int, str]", [1]), ("float", math.nan), ("float", math.inf), ("str", datetime.date(2024, 1, 2)),
    ("list", [datetime.date(2024, 1, 2)]),
    ("list[int]", [[1]]), ("list", [{1, 2}]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_values_of_the_wrong_type_are_refused(kind: str, value: Any) -> None:
    """The error says what is wanted and what was given."""
    with pytest.raises(ParameterError, match="report: parameter x: should"):
        check_parameters([Parameter("x", kind, None, "")], {"x": value}, "report")


def test_an_unknown_parameter_is_refused_with_what_exists() -> None:
    """papermill would only warn."""
    with pytest.raises(ParameterError) as caught:
        check_parameters([Parameter("topics", "int", 6, "how many")], {"topic": 3}, "reports.yml, report 1")
    assert str(caught.value) == "reports.yml, report 1 has no parameter called 'topic'; there are: topics: int = 6  (how many)"
    with pytest.raises(ParameterError, match="there are: none"):
        check_parameters([], {"x": 1}, "report")


def write_yaml(folder: Path, text: str) -> Path:
    """A reports.yml beside two notebooks."""
    make_notebook(folder / "01_a.ipynb", "1", heading="What is there?")
    make_notebook(folder / "02_b.ipynb", "1", parameters="outlets: list = []\noutlet: str = ''")
    (folder / "reports.yml").write_text(text, encoding="utf-8")
    return folder / "reports.yml"


def test_reports_yml_gives_reports(tmp_path: Path) -> None:
    """In its order, with names, titles, checked parameters and absolute paths."""
    text = """
reports:
  - 01_a.ipynb
  - {notebook: 01_a.ipynb, name: finer, title: "Finer", parameters: {x: 20}}
  - {notebook: 02_b.ipynb, for_each: outlet}
  - {notebook: 02_b.ipynb, name: one, title: "About {outlet}", for_each: outlet, parameters: {outlets: ["{outlet}"]}}
  - {notebook: 01_a.ipynb, name: n, for_each: {x: [3, 4]}}
"""
    specs = load_reports(write_yaml(tmp_path, text), values={"outlet": ["Der Tag", "Ö1"]})
    assert [spec.name for spec in specs[:2]] == ["01_a", "finer"]
    assert [(spec.title, dict(spec.parameters)) for spec in specs] == [
        ("What is there?", {}), ("Finer", {"x": 20}), ("02_b (Der Tag)", {"outlet": "Der Tag"}), ("02_b (Ö1)", {"outlet": "Ö1"}),
        ("About Der Tag", {"outlets": ["Der Tag"]}), ("About Ö1", {"outlets": ["Ö1"]}), ("What is there? (3)", {"x": 3}),
        ("What is there? (4)", {"x": 4}),
    ]  # fmt: skip
    assert specs[2].name == "02_b-der-tag" and specs[3].name.startswith("02_b-o1-") and specs[6].name == "n-3"
    assert all(spec.notebook.is_absolute() for spec in specs)
    assert load_reports(write_yaml(tmp_path, text), values={"outlet": []})[-1].name == "n-4"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "should hold one key, `reports`"),
        ("reports: []", "should hold `reports:` with a list below it"),
        ("reports: 01_a.ipynb", "should hold `reports:` with a list below it"),
        ("reports: [", "not valid YAML"),
        ("report: [01_a.ipynb]", "should hold one key, `reports`"),
        ("reports: [1]", "reports.yml, report 1: needs `notebook: FILE.ipynb`"),
        ("reports: [{name: a}]", "needs `notebook: FILE.ipynb`"),
        ("reports: [01_a.ipynb, 09_z.ipynb]", "report 2: there is no notebook 09_z.ipynb"),
        ("reports: [../x.ipynb]", "x.ipynb lies outside"),
        ("reports: [/etc/passwd]", "passwd lies outside"),
        ("reports: [01_a.ipynb, 01_a.ipynb]", "two reports are called '01_a'"),
        ("reports: [{notebook: 01_a.ipynb, paramters: {x: 1}}]", "no key called 'paramters'; there are: notebook, name"),
        ("reports: [{notebook: 01_a.ipynb, parameters: {y: 1}}]", "no parameter called 'y'; there are: x: int = 1  (how many); name: str"),
        ("reports: [{notebook: 01_a.ipynb, parameters: {x: many}}]", "parameter x: should be int, not str 'many'"),
        ("reports: [{notebook: 01_a.ipynb, parameters: {name: 2024-01-31}}]", "write it in quotes"),
        ("reports: [{notebook: 01_a.ipynb, parameters: [x]}]", "`parameters` should map names to values"),
        ("reports: [{notebook: 01_a.ipynb, name: ../up}]", "the name '../up' becomes a file's"),
        ("reports: [{notebook: 01_a.ipynb, name: Report}]", "small letters"),
        ("reports: [{notebook: 01_a.ipynb, title: 3}]", "`title` should be text"),
        ("reports: [{notebook: 01_a.ipynb, for_each: place}]", "for_each has no values for 'place'; there are: outlet"),
        ("reports: [{notebook: 01_a.ipynb, for_each: [a]}]", "for_each should be a name"),
        ("reports: [{notebook: 01_a.ipynb, for_each: {x: [1, a]}}]", "parameter x: should be int"),
        ("a: &a [x]\nreports: [*a, *a]", "aliases"),
        ("reports: !!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_wrong_reports_yml_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    """It says where, what and what exists."""
    with pytest.raises((PlanError, ParameterError)) as caught:
        load_reports(write_yaml(tmp_path, text), values={"outlet": ["a"]})
    assert message in str(caught.value)


def test_a_huge_or_missing_reports_yml_is_an_error(tmp_path: Path) -> None:
    """Neither is parsed."""
    with pytest.raises(PlanError, match="larger than"):
        load_reports(write_yaml(tmp_path, "#" * 1_100_000))
    with pytest.raises(PlanError, match="there is no such file"):
        load_reports(tmp_path / "none.yml")


def test_names_made_of_values_are_safe_and_different() -> None:
    """Whatever an outlet is called, its report has a plain file name of its own."""
    names = ["Der Tag", "Ö1", "O1", "Новости", "Вести", "../../etc", "a/b", "<script>", "", "con", "x" * 300, "x" * 301]
    made = [slug(name) for name in names]
    assert len(set(made)) == len(made) and max(map(len, made)) < 80
    assert all(name and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") for name in made)
