"""One notebook, executed by papermill and believed only where everything says it ran to its end.

papermill's own record is not enough: after a killed kernel it says "completed", and `sys.exit(0)` ends with success. A run counts
when no exception was raised, no output is an error, and every code cell with something in it has an execution count.
Imported by workers only (papermill takes a second to import).
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

START_TIMEOUT = 120  # seconds for a kernel to answer: a loaded machine is slow, and the deadline of the run holds anyway
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_CELL_FILE = re.compile(r"[^\s\"'<>]*ipykernel_\d+/\d+\.py")


class ExecutionError(RuntimeError):
    """A notebook did not run to its end. `report` holds what a person needs: kind, message, cell, source, traceback."""

    def __init__(self, kind: str, message: str, *, cell: int = 0, source: str = "", story: str = "") -> None:
        super().__init__(message)
        self.report = {"kind": kind, "message": plain(message), "cell": cell, "source": source, "traceback": plain(story)}


def plain(text: str) -> str:
    """Text without terminal colours."""
    return _ANSI.sub("", text)


def execute_notebook(notebook: Path, output: Path, parameters: Mapping[str, Any], scratch: Path) -> NotebookNode:
    """Execute `notebook` in its own folder with `parameters` (checked already) and return it, complete.

    output   where papermill keeps it while it runs, so that a killed run leaves what it had
    scratch  a short path for sockets and the kernel's own files

    Raises ExecutionError, and leaves the broken notebook at `output`.
    """
    with _slow_imports_left_out():
        import nbformat
        import papermill

    from corpus_utils.report.kernel import KERNEL_NAME, manager_class

    node = nbformat.read(notebook, as_version=4)
    try:
        executed = papermill.execute_notebook(
            node,
            str(output).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces of a path
            parameters=dict(parameters),
            kernel_name=KERNEL_NAME,
            language="python",
            progress_bar=False,
            start_timeout=START_TIMEOUT,
            cwd=str(notebook.parent),
            kernel_manager_class=manager_class(scratch),
            iopub_timeout=START_TIMEOUT,  # papermill raises where output is late; 4 seconds is short on a loaded machine
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
        )
    except Exception as error:
        left = _read_back(output)
        if left is not None:
            require_complete(left, partial=True)  # names the cell that failed, where one did
        name = type(error).__name__
        kind = "kernel died" if name == "DeadKernelError" else "error"
        raise ExecutionError(kind, _message(error), story=traceback.format_exc(), **running_cell(left)) from error
    require_complete(executed)
    return executed


def _message(error: Exception) -> str:
    if type(error).__name__ == "DeadKernelError":
        return "the kernel died: it was killed, crashed, or ran out of memory"
    return f"{type(error).__name__}: {error}"


def require_complete(notebook: Mapping[str, Any], *, partial: bool = False) -> None:
    """Raise ExecutionError unless no output is an error and, if not `partial`, every non-empty code cell was executed."""
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += not _injected(cell)
        source = _source(cell)
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                message = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}".rstrip(": ")
                if output.get("ename") == "SystemExit":
                    message += " (a cell may not end the notebook: everything after it would be missing)"
                raise ExecutionError("error", message, cell=number, source=source, story="\n".join(output.get("traceback", [])))
        if not partial and source.strip() and cell.get("execution_count") is None:
            raise ExecutionError("incomplete", f"code cell {number} was never executed", cell=number, source=source)


def _injected(cell: Mapping[str, Any]) -> bool:
    """papermill's cell of parameters: no cell a person would count."""
    return "injected-parameters" in cell["metadata"].get("tags", [])


def _source(cell: Mapping[str, Any]) -> str:
    return cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])


def _read_back(output: Path) -> Any:
    """What papermill left: it writes in place, so a killed run may leave half a file."""
    import nbformat

    try:
        return nbformat.read(output, as_version=4)
    except Exception:
        return None


def running_cell(notebook: Mapping[str, Any] | None) -> dict[str, Any]:
    """`cell` and `source` of the code cell that was started last, {} where none was: where a kernel died or time ran out."""
    number, found = 0, dict[str, Any]()
    for cell in notebook["cells"] if notebook else ():
        if cell["cell_type"] == "code" and not _injected(cell):
            number += 1
            if cell["metadata"].get("papermill", {}).get("start_time"):
                found = {"cell": number, "source": _source(cell)}
    return found


@contextmanager
def _slow_imports_left_out() -> Iterator[None]:
    """Leave out of papermill's import what it does without: 1.9 of 3 seconds, for every report.

    jsonschema builds a grammar of addresses (rfc3987_syntax) and of durations that notebooks have no use for, papermill loads pyarrow for
    Hadoop. Both take an ImportError for an answer.
    """
    left_out = [name for name in ("rfc3987_syntax", "isoduration", "pyarrow") if name not in sys.modules]
    for name in left_out:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in left_out:
            if sys.modules.get(name, 0) is None:
                del sys.modules[name]


def tidy(notebook: NotebookNode, hidden: Mapping[str, str]) -> NotebookNode:
    """Take out of an executed notebook, in place, what differs between runs or machines: clocks, random ids, paths.

    hidden  path -> what stands for it in all outputs
    """
    notebook["metadata"].pop("papermill", None)
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        if "outputs" in cell:
            cell["outputs"] = hide_paths(cell["outputs"], hidden)
    return notebook


def hide_paths(value: Any, hidden: Mapping[str, str]) -> Any:
    """Text, or all text in lists and dicts, with the machine's paths replaced, longest first; dicts are changed in place."""
    longest = sorted((path for path in hidden if len(Path(path).parts) > 1), key=len, reverse=True)
    if not longest:
        return value
    pattern = re.compile(r"(?<![\w.~/-])(" + "|".join(re.escape(path) for path in longest) + r")(?![\w-])")
    return _replaced(value, pattern, hidden)


def _replaced(value: Any, pattern: re.Pattern[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        value = _CELL_FILE.sub("cell", value) if "ipykernel_" in value else value
        return pattern.sub(lambda match: names[match[0]], value)
    if isinstance(value, list):
        return [_replaced(item, pattern, names) for item in value]
    if isinstance(value, dict):
        for key in value:  # in place: a NotebookNode stays one
            value[key] = _replaced(value[key], pattern, names)
    return value


def machine_paths(notebook: Path, scratch: Path) -> dict[str, str]:
    """The paths of this machine that a notebook's output may hold, and what is shown for them."""
    return {
        str(Path.home()): "home", sys.base_prefix: "python", sys.prefix: "python", str(Path(__file__).parent.parent.parent): "package",
        str(notebook.parent.parent): "project", str(notebook.parent): "notebooks", str(scratch): "scratch",
    }  # fmt: skip
