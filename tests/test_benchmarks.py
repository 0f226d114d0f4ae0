"""What `make benchmark` runs: every module that has something to run, and none that lacks its data counts as passed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import names
from benchmarks.gold import NOT_RUN

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", names())
def test_a_benchmark_has_something_to_run(name: str) -> None:
    """A helper that is run by itself would do nothing and be told as passed."""
    tree = ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8"))
    assert any(isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body)


@pytest.mark.parametrize("name", ["phrasing", "quotes"])
def test_a_benchmark_without_its_data_is_not_told_as_passed(name: str, tmp_path: Path) -> None:
    """Neither passed nor failed: an exit code of its own, and the runner says which."""
    environment = {**os.environ, "CORPUS_GOLD": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0
    assert f"1 did not run for want of data: {name}" in done.stdout
    assert "All ran" not in done.stdout
    assert NOT_RUN not in (0, 1, 2)
