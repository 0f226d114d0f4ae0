"""What a piece of Python source imports, found without running it, and remembered from one process to the next.

Conventions
    An import is a pair: the module, and the names taken from it; a whole module has no names.
    Those under `if TYPE_CHECKING` do not count. Those inside functions are told apart: they happen later, or never.
    Parsing this package takes a third of a second, so what was found is kept beside the compiled modules.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import re
import sys
import time
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, NamedTuple

PACKAGE = "corpus_utils"
_NAMED = re.compile(rf"[\"']({PACKAGE}(?:\.[A-Za-z_]\w*)+)(?::\w+)?[\"']")
_SETTLED_NS = 2_000_000_000  # a file changed within the last two seconds may change again without a new time stamp

Import = tuple[str, tuple[str, ...]]


class Imports(NamedTuple):
    """What one source imports: when it is loaded, and later, from inside its functions."""

    loaded: tuple[Import, ...]
    later: tuple[Import, ...]
    any_of_package: bool  # it imports by names unknown before it runs


_parsed: dict[str, list[Any]] = {}  # file -> [size, mtime_ns, ctime_ns, digest, loaded, later, any_of_package]
_remembered: dict[str, list[Any]] | None = None  # the same, as the last process left it


def read_source(file: Path, package: str) -> tuple[str, Imports]:
    """Digest and imports of a source file of `package`; it is read again only when it changed. One that is no Python imports nothing."""
    entry = _entry(file, package)
    return entry[3], Imports(entry[4], entry[5], entry[6])


def _entry(file: Path, package: str) -> list[Any]:
    global _remembered
    if _remembered is None:
        _remembered = _read_memory()
    status = file.stat()
    state, place = [status.st_size, status.st_mtime_ns, status.st_ctime_ns], str(file)
    for memory in (_parsed, _remembered):
        if memory.get(place, [])[:3] == state:
            _parsed[place] = memory[place]
            return memory[place]
    data = file.read_bytes()
    try:
        found = imports_of(data.decode("utf-8", "replace"), package)
    except (SyntaxError, ValueError):
        found = Imports((), (), False)
    _parsed[place] = [*state, hashlib.sha256(data).hexdigest(), *found]
    return _parsed[place]


def _memory() -> Path:
    """Beside the compiled modules, which are kept for the same reason."""
    return Path(cache_from_source(__file__)).parent / f"imports-{sys.implementation.cache_tag}.json"


def _read_memory() -> dict[str, list[Any]]:
    try:
        memory = json.loads(_memory().read_bytes())
        return {file: entry for file, entry in memory.items() if len(entry) == 7}
    except (OSError, ValueError, TypeError, AttributeError, NotImplementedError):
        return {}


def remember() -> None:
    """Keep what was parsed for the next process; quietly nothing where that cannot be written. Files just changed are left out."""
    old = _remembered or {}
    settled = time.time_ns() - _SETTLED_NS
    new = {file: entry for file, entry in _parsed.items() if max(entry[1], entry[2]) < settled and old.get(file) != entry}
    if not new or sys.dont_write_bytecode:
        return
    with contextlib.suppress(OSError, NotImplementedError):
        place = _memory()
        draft = place.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({**old, **new}), encoding="utf-8")
        draft.replace(place)


def imports_of(source: str, package: str) -> Imports:
    """Imports of a piece of source. Raises SyntaxError where it is none.

    Only statements are walked, expressions are searched as text: three quarters of the time would go into their nodes.
    """
    loaded: list[tuple[str, tuple[str, ...]]] = []
    later: list[tuple[str, tuple[str, ...]]] = []
    tree = ast.parse(source)
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, inside = stack.pop()
        found = later if inside else loaded
        if isinstance(node, ast.Import):
            found += [(alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((_absolute(node.module or "", node.level, package), tuple(alias.name for alias in node.names)))
        inside = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        checker = isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING"
        for block in ("orelse",) if checker else ("body", "orelse", "handlers", "finalbody", "cases"):
            stack += [(child, inside) for child in getattr(node, block, ()) if isinstance(child, ast.AST)]
    # A module named in a string ("corpus_utils.report.render:render_page") is imported by whoever reads the string.
    for name in _NAMED.findall(source):
        package_of, _, last = name.rpartition(".")
        later.append((package_of, (last,)))
    calls = _dynamic(tree) if "import_module" in source or "__import__" in source else []
    later += [(_absolute(name.lstrip("."), len(name) - len(name.lstrip(".")), package), ()) for name in calls if name]
    return Imports(tuple(dict.fromkeys(loaded)), tuple(dict.fromkeys(later)), "" in calls)


def _dynamic(tree: ast.AST) -> list[str]:
    """Names given to `import_module` and `__import__`; "" for one put together at run time."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__")]
    given = [call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else "" for call in calls]
    return [name if isinstance(name, str) else "" for name in given]


def _name(node: ast.expr) -> str:
    """`a` for `a` and for `b.a`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _absolute(module: str, level: int, package: str) -> str:
    if not level:
        return module
    parts = package.split(".")
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, module] if module else base)
