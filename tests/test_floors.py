"""Figures that may not fall, and floors that may not be lowered in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.agreement import decimals, of_packages, of_print
from benchmarks.cleaning_data import gold_folder
from benchmarks.cleaning_fixtures import read_fixture, score_fixtures, score_segments
from benchmarks.floors import FloorError, check, history, read_floors


def test_the_cleaner_keeps_its_floor_on_pages_written_for_the_project() -> None:
    """Article lines of invented pages, by the shipped weights."""
    check({"cleaning.fixtures": score_fixtures()})


def test_the_cleaner_keeps_its_floor_on_pages_no_weights_were_trained_on() -> None:
    """Where the gold data are present: segments that must and must not be in the article."""
    folder = gold_folder()
    if folder is None or not (folder / "cleaning/trafilatura_segments").is_dir():
        pytest.skip("no gold data")
    check({"cleaning.segments": score_segments(folder / "cleaning/trafilatura_segments")})


def test_coefficients_of_agreement_keep_their_floor() -> None:
    """To six decimals those of krippendorff, scikit-learn, NLTK and of print; coverage is measured by `benchmarks.validation`."""
    check({"agreement.decimals": decimals(of_packages(tables=15) | of_print())})


def test_fixtures_read_as_they_are_marked(tmp_path: Path) -> None:
    """Marks are taken off, empty lines stay."""
    (tmp_path / "page.txt").write_text("-|Menu\n\n+|A line.\n+| and\n", encoding="utf-8")
    assert read_fixture(tmp_path / "page.txt") == ("Menu\n\nA line.\n and", [(False, "Menu"), (True, "A line."), (True, " and")])


def _file(path: Path, steps: list[dict], past: object = None) -> Path:
    floors = {"x": steps}
    path.write_text(json.dumps({"history": history(floors) if past is None else past, "floors": floors}), encoding="utf-8")
    return path


def test_the_last_step_counts(tmp_path: Path) -> None:
    """A raised floor holds; what lies on it passes, what lies under it does not."""
    path = _file(tmp_path / "floors.json", [{"floor": 0.5, "why": "first"}, {"floor": 0.6, "why": "better"}])
    assert read_floors(path) == {"x": 0.6}
    check({"x": 0.6}, path)
    with pytest.raises(FloorError, match=r"x is 0\.5900, its floor 0\.6000"):
        check({"x": 0.59}, path)
    with pytest.raises(KeyError):
        check({"y": 1.0}, path)


def test_lowering_in_silence_is_refused(tmp_path: Path) -> None:
    """A lower step needs its reason; with one it holds."""
    lower = [{"floor": 0.5, "why": "first"}, {"floor": 0.4, "why": "hm"}]
    with pytest.raises(FloorError, match="without a reason"):
        read_floors(_file(tmp_path / "a.json", lower))
    lower[1]["why"] = "Lowered: a stricter measure"
    assert read_floors(_file(tmp_path / "b.json", lower)) == {"x": 0.4}


def test_editing_an_earlier_step_is_noticed(tmp_path: Path) -> None:
    """The history is hashed."""
    with pytest.raises(FloorError, match="earlier steps were edited"):
        read_floors(_file(tmp_path / "floors.json", [{"floor": 0.3, "why": "first"}, {"floor": 0.4, "why": "better"}], past="0" * 16))
