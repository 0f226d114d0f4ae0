"""Time and memory of the four reports on a project whose tables are built: the notebooks' own cells, without a kernel.

    python -m benchmarks.scale_reports PROJECT              all four, each in a process of its own
    python -m benchmarks.scale_reports PROJECT 03 --slow 8  one of them, with its eight slowest cells

Seconds are of the wall and of the processor, memory is the highest of the process. What a kernel and writing HTML cost (some
seconds a report, whatever the corpus) is not in it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ("01_corpus", "02_topics", "03_sentiment", "04_framing")


def run_cells(name: str, project: Path) -> tuple[list[tuple[float, str]], float, float, float]:
    """(processor seconds, first line) of each cell, and seconds of the wall, of the processor, and gigabytes at most."""
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    space: dict[str, Any] = {"__name__": "__main__"}
    cells, begun = [], time.perf_counter()
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source, start = "".join(cell["source"]), time.process_time()
        tree = ast.parse(source)
        shown = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), space)  # the project's own notebook
        if shown is not None:
            value = eval(compile(ast.Expression(shown.value), name, "eval"), space)  # the same
            for form in ("_repr_html_", "_repr_mimebundle_"):
                if hasattr(value, form):
                    getattr(value, form)()
                    break
        if "parameters" in cell["metadata"].get("tags", []):
            space["corpus"] = str(project)
        cells.append((time.process_time() - start, source.split("\n")[0][:100]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return cells, time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def report_rows(project: Path, names: tuple[str, ...] = REPORTS, *, slow: int = 0) -> list[tuple[str, ...]]:
    """(report, seconds, processor seconds, peak GB) of each, the slowest cells printed."""
    rows = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.scale_reports", str(project.resolve()), name, "--here", "--slow", str(slow)]
            done = subprocess.run(
                command, cwd=folder, env=environment() | {"MPLBACKEND": "Agg"}, capture_output=True, text=True, check=False
            )
        if done.returncode:
            rows.append((name, "failed: " + done.stderr.strip().split("\n")[-1][:200], "", ""))
            continue
        *told, last = done.stdout.strip().split("\n")
        print("\n".join(told), flush=True) if told else None
        rows.append((name, *last.split()))
    return rows


def environment() -> dict[str, str]:
    """That of a process which uses this tree, with the settings of all that compute."""
    from corpus_utils.engine import ENVIRONMENT

    return {**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.scale_reports")
    options.add_argument("project", type=Path)
    options.add_argument("reports", nargs="*", help="01, 02, 03, 04; all where none is given")
    options.add_argument("--slow", type=int, default=0, metavar="N", help="print the N slowest cells of each")
    options.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    names = tuple(name for name in REPORTS if not chosen.reports or name.startswith(tuple(chosen.reports)))
    if not chosen.here:
        rows = report_rows(chosen.project, names, slow=chosen.slow)
        print("\n".join(" ".join(row) for row in rows))
        return int(any("failed:" in cell for row in rows for cell in row))
    cells, wall, cpu, peak = run_cells(names[0], chosen.project)
    for seconds, source in sorted(cells, reverse=True)[: chosen.slow]:
        print(f"    {seconds:6.1f} s  {source}")
    print(f"{wall:.1f} {cpu:.1f} {peak:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
