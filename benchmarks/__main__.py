"""`python -m benchmarks [NAME ...]`: run all benchmarks, or those named, one after the other, each in a process of its own.

The data are read from the folder named by CORPUS_GOLD (default ../shared/gold; see benchmarks/README.md). A benchmark whose data are
missing says so and is not counted as passed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = {"__init__", "__main__", "cleaning_data", "floors", "validation_worlds"}


def names() -> list[str]:
    """Every benchmark: the modules of this folder that are not helpers or trainers."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in TOOLS and not path.stem.startswith("train_"))


def main(arguments: list[str]) -> int:
    """Run them; 1 where one of them ended with an error, 2 for an unknown name."""
    if unknown := sorted(set(arguments) - set(names())):
        print(f"no benchmark called {unknown[0]!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    failed = []
    for name in arguments or names():
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False).returncode:
            failed.append(name)
    print(f"\n{len(failed)} ended with an error: {', '.join(failed)}" if failed else "\nAll ran.", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
