"""A process that makes one report: execute the notebook, check it, render its page, collect its findings.

Started by `workers` as `python -m corpus_utils.report.worker JOB.json`, in a process group of its own that its kernel joins. It lives
as long as its standard input is open: when the process that started it ends, however it ends, the group kills itself.
Results lie in the job's folder; `result.json` is written last and by a rename, so that it is there only where all else is.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import Any


def main(job_file: str) -> int:
    """Do one job; the exit code is 0 even for a failed report, whose story is in `result.json`."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    folder = Path(job["folder"])
    threading.Thread(target=_die_with_parent, args=([folder, Path(job["scratch"])],), daemon=True).start()
    try:
        result = make_report(job, folder)
    except Exception as error:
        result = {"state": "failed", "error": _story(error)}
    draft = folder / "result.json.tmp"
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(folder / "result.json")
    return 0


def make_report(job: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Page and findings of one report, written to `folder`; what the index and the manifest need of it."""
    from corpus_utils.report.execute import execute_notebook, machine_paths, tidy

    notebook, scratch = Path(job["notebook"]), Path(job["scratch"])
    executed = execute_notebook(notebook, folder / "notebook.ipynb", job["parameters"], scratch)
    tidy(executed, machine_paths(notebook, scratch))
    payload = dict(resolve_name(job["collect"])(executed))
    page = resolve_name(job["render"])(executed, title=job["title"], meta=job["meta"])
    findings = records(payload.pop("findings", None))
    (folder / "page.html").write_text(page, encoding="utf-8", newline="\n")
    (folder / "findings.json").write_text(json.dumps(findings, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")
    return {"state": "ok", "card": plain_data(payload)}


def records(findings: Any) -> list[dict[str, Any]]:
    """Rows of findings as plain dicts, whether they came as a table, a list or not at all."""
    if findings is None:
        return []
    if hasattr(findings, "to_dict"):
        findings = findings.to_dict("records")
    return [plain_data(dict(row)) for row in findings]


def plain_data(value: Any) -> Any:
    """What JSON can hold: numbers that are none become null, arrays lists, anything else its text."""
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(item) for item in value]
    return str(value)


def _story(error: Exception) -> dict[str, Any]:
    from corpus_utils.report.execute import ExecutionError

    if isinstance(error, ExecutionError):
        return error.report
    return {"kind": "page", "message": f"{type(error).__name__}: {error}", "cell": 0, "source": "", "traceback": traceback.format_exc()}


def _die_with_parent(folders: list[Path]) -> None:
    """Wait for the end of standard input, then end the whole group: nobody is left who wants the result, or who would tidy up."""
    while os.read(0, 4096):
        pass
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
