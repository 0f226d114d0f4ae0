"""`python -m benchmarks [NAME ...]`: run all benchmarks, or those named, one after the other, each in a process of its own.

The data are read from the folder named by CORPUS_GOLD (default ../shared/gold; see benchmarks/README.md). A benchmark whose data are
missing says so and is not counted as passed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.gold import NOT_RUN

HERE = Path(__file__).resolve().parent
TOOLS = {"__init__", "__main__", "cleaning_data", "floors", "gold", "scale_reports", "validation_worlds", "workers"}


def names() -> list[str]:
    """Every benchmark: the modules of this folder that are not helpers or trainers."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in TOOLS and not path.stem.startswith("train_"))


def main(arguments: list[str]) -> int:
    """Run them; 1 where one of them ended with an error or under a floor, 2 for an unknown name."""
    if unknown := sorted(set(arguments) - set(names())):
        print(f"no benchmark called {unknown[0]!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    ended: dict[str, int] = {}
    for name in arguments or names():
        print(f"\n== {name}", flush=True)
        ended[name] = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False).returncode
    missing = [name for name, code in ended.items() if code == NOT_RUN]
    failed = [name for name, code in ended.items() if code not in (0, NOT_RUN)]
    told = [("ended with an error or under a floor", failed), ("did not run for want of data", missing)]
    lines = [f"{len(which)} {what}: {', '.join(which)}" for what, which in told if which]
    print("\n" + ("\n".join(lines) or "All ran."), flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
