"""Small stand-ins for tests of the report engine: notebooks made on the spot, and pages without a template."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_utils.report.build import BuildPlan, ReportSpec

PARAMETERS = 'x: int = 1  # how many\nname: str = "a"  # what it is called'


def make_notebook(path: Path, *cells: str, parameters: str | None = PARAMETERS, heading: str = "") -> Path:
    """A notebook of code cells, with a parameters cell and a heading in front where given."""
    made: list[dict[str, Any]] = []
    if heading:
        made.append({"cell_type": "markdown", "metadata": {}, "source": f"# {heading}"})
    if parameters is not None:
        made.append(_code(parameters, ["parameters"]))
    made += [_code(cell, []) for cell in cells]
    for number, cell in enumerate(made):
        cell["id"] = f"c{number}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def _code(source: str, tags: list[str]) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {"tags": tags}, "source": source, "outputs": [], "execution_count": None}


def render(notebook: Mapping[str, Any], *, title: str, meta: Mapping[str, Any]) -> str:
    """All outputs of a notebook, as they are."""
    outputs = [cell.get("outputs", []) for cell in notebook["cells"]]
    if "unrenderable" in str(outputs):
        raise ValueError("cannot make a page of this")
    return f"<html><title>{title}</title><body>{json.dumps(outputs)} {meta['report']}</body></html>\n"


def collect(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """One finding, whose estimate is the number of cells."""
    row = {"id": "f1", "estimate": float(len(notebook["cells"])), "label": "=1+1"}
    return {"question": "Why?", "headline": "So.", "facts": {"a": 1}, "findings": [row], "thumbnail": "", "downloads": []}


def index(cards: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> str:
    """The cards as JSON between two tags."""
    return f"<html><body>{json.dumps(list(cards))}</body></html>\n"


def cards(reports_dir: Path) -> dict[str, dict[str, Any]]:
    """The cards of a published index, by name."""
    text = (reports_dir / "index.html").read_text(encoding="utf-8")
    return {card["name"]: card for card in json.loads(text.partition("<body>")[2].partition("</body>")[0])}


def make_plan(folder: Path, *specs: ReportSpec, inputs: str = "inputs", **more: Any) -> BuildPlan:
    """A plan over `folder/reports` with the stand-ins of this module."""
    environment = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
    return BuildPlan(
        folder / "reports", specs, inputs, environment, render="standins:render", collect="standins:collect", index="standins:index", **more
    )
