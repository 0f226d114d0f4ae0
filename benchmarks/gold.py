"""The folder of labelled data, and how a benchmark ends that has no data.

The data are read from the folder named by the environment variable CORPUS_GOLD; where it is not set, from `../shared/gold` beside the
project. See benchmarks/README.md for what lies in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

GOLD_FOLDER = Path(os.environ.get("CORPUS_GOLD") or Path(__file__).resolve().parents[2] / "shared" / "gold")
NOT_RUN = 3  # exit code of a benchmark whose data are missing: neither passed nor failed


def did_not_run(missing: object) -> int:
    """Say what is missing; the exit code to end with."""
    print(f"did not run: {missing} is missing (set CORPUS_GOLD to the folder of labelled data)", file=sys.stderr)
    return NOT_RUN


def gold(*parts: str) -> Path:
    """A file or folder of the data. Ends the benchmark where it is missing."""
    path = GOLD_FOLDER.joinpath(*parts)
    if not path.exists():
        raise SystemExit(did_not_run(path))
    return path
