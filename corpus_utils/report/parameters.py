"""The parameters of a notebook, read from its own cell and checked before anything runs.

A notebook has one code cell tagged `parameters`, whose lines are

    outlets: list[str] = []  # leave empty for all
    topics: int = 6  # number of topics

papermill only warns when it is given a name the cell does not have, and takes any value: a misspelt parameter would give a wrong
report. Here the cell is the contract: unknown or mistyped is an error that lists what exists.
Types: bool, int, float, str, list, dict, `list[...]`, `dict[str, ...]`, `tuple[...]` (given as a list), and any of them `| None`.
"""

from __future__ import annotations

import ast
import io
import json
import math
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TAG = "parameters"
_PLAIN = {"bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict, "tuple": list, "None": type(None)}


class ParameterError(ValueError):
    """A parameters cell or a given parameter is wrong; the message says which and lists what exists. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell."""

    name: str
    type: str
    default: Any
    help: str


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook file as plain JSON. Raises ParameterError where it is not one."""
    try:
        notebook = json.loads(path.read_bytes())
        if not isinstance(notebook["cells"], list) or notebook.get("nbformat") != 4:
            raise KeyError
    except FileNotFoundError:
        raise ParameterError(f"{path}: there is no such notebook") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParameterError(f"{path}: not a notebook of format 4 ({error or 'no cells'})") from error
    return notebook


def cell_source(cell: Mapping[str, Any]) -> str:
    """Text of a cell, which the format keeps as one string or as lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def code_cells(notebook: Mapping[str, Any]) -> list[str]:
    """Text of the code cells, in order."""
    return [cell_source(cell) for cell in notebook["cells"] if cell.get("cell_type") == "code"]


def describe_parameters(path: Path) -> list[Parameter]:
    """The parameters of a notebook, in the order of its cell; none where no cell is tagged.

    Raises ParameterError for a line that is not `name: type = value`, an unknown type, or a default that does not keep its type.
    """
    return parameters_of(read_notebook(path), str(path.name))


def parameters_of(notebook: Mapping[str, Any], called: str) -> list[Parameter]:
    """The same for a notebook already read; `called` names it in errors."""
    tagged = [cell for cell in notebook["cells"] if TAG in (cell.get("metadata") or {}).get("tags", [])]
    if not tagged:
        return []
    if len(tagged) > 1:
        raise ParameterError(f"{called}: {len(tagged)} cells are tagged {TAG!r}; there should be one")
    source = cell_source(tagged[0])
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ParameterError(f"{called}: line {error.lineno} of the parameters cell is not Python: {error.msg}") from error
    comments = _comments(source)
    found = [_parameter(node, comments, called) for node in tree.body if not _is_prose(node)]
    names = [parameter.name for parameter in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ParameterError(f"{called}: parameter {twice[0]} is set twice in the parameters cell")
    return found


def _is_prose(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _comments(source: str) -> dict[int, str]:
    """Line number -> comment on that line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT}


def _parameter(node: ast.stmt, comments: Mapping[int, str], called: str) -> Parameter:
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
        raise ParameterError(
            f"{called}: line {node.lineno} of the parameters cell should be `name: type = value  # help`, not {ast.unparse(node)!r}"
        )
    name, kind = node.target.id, ast.unparse(node.annotation).strip("'\"")
    try:
        default = ast.literal_eval(node.value)
    except ValueError as error:
        raise ParameterError(f"{called}: the default of {name} should be a plain value, not {ast.unparse(node.value)!r}") from error
    try:
        default = _keep(kind, default)
    except ParameterError as error:
        raise ParameterError(f"{called}: the default of {name}: {error}") from error
    return Parameter(name, kind, default, comments.get(node.end_lineno or node.lineno, ""))


def check_parameters(known: list[Parameter], given: Mapping[str, Any], called: str) -> dict[str, Any]:
    """`given`, checked and in the types of `known` (a whole number becomes a float where one is wanted).

    Raises ParameterError that names `called`, the parameter, and all that exist.
    """
    by_name = {parameter.name: parameter for parameter in known}
    listing = "; ".join(f"{p.name}: {p.type} = {p.default!r}{f'  ({p.help})' if p.help else ''}" for p in known) or "none"
    checked = {}
    for name, value in given.items():
        if name not in by_name:
            raise ParameterError(f"{called} has no parameter called {name!r}; there are: {listing}")
        try:
            checked[name] = _keep(by_name[name].type, value)
        except ParameterError as error:
            raise ParameterError(f"{called}: parameter {name}: {error}; there are: {listing}") from error
    return checked


def _keep(kind: str, value: Any) -> Any:
    """The value if it is of the type written as `kind`. A float takes an int; a bool is never a number."""
    try:
        node = ast.parse(kind, mode="eval").body
    except SyntaxError as error:
        raise ParameterError(f"no type {kind!r}; there are: {', '.join(_PLAIN)}") from error
    return _keep_node(node, value)


def _keep_node(node: ast.expr, value: Any) -> Any:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        for side in (node.left, node.right):
            try:
                return _keep_node(side, value)
            except ParameterError:
                continue
        raise ParameterError(f"should be {ast.unparse(node)}, not {_shown(value)}")
    if isinstance(node, ast.Subscript):
        return _keep_items(node, _keep_node(node.value, value))
    name = "None" if isinstance(node, ast.Constant) and node.value is None else getattr(node, "id", "")
    if name not in _PLAIN:
        raise ParameterError(f"no type {ast.unparse(node)!r}; there are: {', '.join(_PLAIN)}")
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if name in ("tuple", "list") and isinstance(value, (list, tuple)):
        value = list(value)
    wanted = _PLAIN[name]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise ParameterError(f"should be {name}, not {_shown(value)}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(f"should be a finite number, not {value}")
    if wanted in (list, dict):
        _plain_inside(value)
    return value


def _keep_items(node: ast.Subscript, value: Any) -> Any:
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if isinstance(value, dict):
        return {_keep_node(inner[0], key): _keep_node(inner[-1], item) for key, item in value.items()}
    fixed = getattr(node.value, "id", "") == "tuple" and not _is_open(inner)
    if fixed and len(inner) != len(value):
        raise ParameterError(f"should have {len(inner)} items, not {len(value)}")
    return [_keep_node(inner[place] if fixed else inner[0], item) for place, item in enumerate(value)]


def _is_open(inner: list[ast.expr]) -> bool:
    """`tuple[str, ...]`: any number of the first."""
    return isinstance(inner[-1], ast.Constant) and inner[-1].value is Ellipsis


def _plain_inside(value: Any) -> None:
    """Only what a notebook's cell can be written with: no dates, which YAML makes of unquoted 2024-01-31."""
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        raise ParameterError("should have text as keys")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            _plain_inside(item)
        elif item is not None and not isinstance(item, (bool, int, float, str)):
            raise ParameterError(f"should hold plain values, not {_shown(item)}")


def _shown(value: Any) -> str:
    kind = type(value).__name__
    hint = ' (YAML reads an unquoted date as a date: write it in quotes, "2024-01-31")' if kind in ("date", "datetime") else ""
    return f"{kind} {value!r:.60}{hint}"
