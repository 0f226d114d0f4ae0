"""What code a result depends on: the package's own source reached by imports, and the versions of what that imports.

Conventions
    The reach of a module is found without running it: `import` lines anywhere in it, those inside functions included, those
    under `if TYPE_CHECKING` not. A package that is only on the way to a module (`corpus_utils.a` in `import corpus_utils.a.b`)
    counts with what its `__init__` imports when it is loaded, not with what its functions might import.
    Where a module imports by a name put together at run time, every module of its package counts.
    Data files count for every module of the folder they lie in or below: a changed codebook is changed code.
    Standard library only: a rerun without changes is decided here.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from corpus_utils.store.imports import PACKAGE, Import, imports_of, read_source, remember
from corpus_utils.store.installed import distributions

_NOT_DATA = {".py", ".pyc", ".pyo", ".tmp", ".swp"}


def code_fingerprint(module: str) -> str:
    """Hex digest of the code reachable from a module of this package: its sources, data files, and installed versions.

    Raises ModuleNotFoundError where the package has no such module.
    """
    if _source(module) is None:
        raise ModuleNotFoundError(f"{PACKAGE} has no module {module}")
    return _digest(reach([(module, ())]))


def imports_fingerprint(code: Iterable[str], *, folder: Path | None = None) -> str:
    """The same for pieces of code that stand outside the package, such as a notebook's cells; those that do not parse are left out.

    A module that lies in `folder` (the notebook's own) counts with its content.
    """
    wanted: list[Import] = []
    for piece in code:
        plain = "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in piece.splitlines())
        try:
            found = imports_of(plain, "")
        except (SyntaxError, ValueError, RecursionError):
            continue
        wanted += found.loaded + found.later
    beside = [folder / f"{module.partition('.')[0]}.py" for module, _ in wanted] if folder else []
    local = sorted({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in beside if file.is_file()}.items())
    return hashlib.sha256(f"{_digest(reach(wanted))} {local}".encode()).hexdigest()


class Reach(NamedTuple):
    """Modules of the package reached, each with its file, and the outside modules they import."""

    modules: dict[str, Path]
    outside: frozenset[str]


def reach(wanted: Iterable[Import]) -> Reach:
    """Follow imports from `wanted`, pairs of a module and the names taken from it."""
    modules: dict[str, Path] = {}
    outside: set[str] = set()
    whole: set[str] = set()  # modules followed with their functions; the others only as they load
    queue: list[tuple[str, bool]] = []

    def want(pairs: Iterable[Import]) -> None:
        for module, names in pairs:
            top = module.partition(".")[0]
            if top != PACKAGE:
                outside.add(top)
                continue
            inner = [f"{module}.{name}" for name in names]
            submodules = [name for name in inner if _source(name) is not None]
            queue.extend((name, True) for name in submodules)
            queue.append((module, len(submodules) < len(inner) or not inner))

    want(wanted)
    while queue:
        module, fully = queue.pop()
        file = _source(module)
        if file is None or module in whole or (module in modules and not fully):
            continue
        first = module not in modules
        modules[module] = file
        found = read_source(file, _package(module, file))[1]
        if first:
            want(found.loaded)
            queue.extend((parent, False) for parent in _parents(module))
        if fully:
            whole.add(module)
            want(found.later)
            if found.any_of_package:
                queue.extend((name, True) for name in _modules_in(file.parent, _package(module, file)))
    return Reach(modules, frozenset(outside))


def package_digests() -> tuple[str, dict[str, str]]:
    """One digest of every module of the package, and a short one of each data file (models, word lists, codebooks) by its path."""
    modules = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(ROOT.rglob("*.py"))]
    data = {file.relative_to(ROOT).as_posix(): digest[:16] for file, digest in _data_files(ROOT)}
    return hashlib.sha256("".join(modules).encode()).hexdigest()[:16], data


def _parent(module: str) -> str:
    return module.rpartition(".")[0]


def _package(module: str, file: Path) -> str:
    """What relative imports in a module start from."""
    return module if file.name == "__init__.py" else _parent(module)


def _parents(module: str) -> Iterator[str]:
    while module := _parent(module):
        yield module


ROOT = Path(__file__).parent.parent  # the folder of the package


@lru_cache(maxsize=4096)
def _source(module: str) -> Path | None:
    """The file of a module of this package, None where there is none."""
    top, _, rest = module.partition(".")
    if top != PACKAGE:
        return None
    place = ROOT.joinpath(*rest.split(".")) if rest else ROOT
    if (place / "__init__.py").is_file():
        return place / "__init__.py"
    file = place.with_name(f"{place.name}.py")
    return file if rest and file.is_file() else None


def _modules_in(folder: Path, package: str) -> Iterator[str]:
    for file in sorted(folder.rglob("*.py")):
        names = file.relative_to(folder).with_suffix("").parts
        yield ".".join([package, *(name for name in names if name != "__init__")])


def _digest(found: Reach) -> str:
    root = ROOT
    lines = [f"python {platform.python_version()}"]
    lines += [f"{module} {read_source(file, _package(module, file))[0]}" for module, file in sorted(found.modules.items())]
    folders = {file.parent for file in found.modules.values()}
    lines += [f"{file.relative_to(root).as_posix()} {digest}" for file, digest in _data_files(root) if _home(file) in folders]
    lines += sorted(distributions(found.outside - set(sys.stdlib_module_names)))
    remember()
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _home(file: Path) -> Path:
    """The package a data file belongs to: the nearest folder above it with an `__init__.py`."""
    folder = file.parent
    while not (folder / "__init__.py").is_file() and folder != ROOT:
        folder = folder.parent
    return folder


_data: dict[Path, tuple[tuple[int, int], str]] = {}


def _data_files(root: Path) -> list[tuple[Path, str]]:
    """Every file of the package that is not Python, with the digest of its content, sorted."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix in _NOT_DATA or name.startswith("."):
                continue
            status = file.stat()
            state = (status.st_size, status.st_mtime_ns)
            if file not in _data or _data[file][0] != state:
                _data[file] = (state, hashlib.sha256(file.read_bytes()).hexdigest())
            found.append((file, _data[file][1]))
    return found
