"""Which installed distributions stand behind imported modules, and their versions, without importing anything.

`importlib.metadata` answers the same in a third of a second, which is too long before every run: here file names are read
instead of files wherever they tell enough.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def distributions(modules: Iterable[str]) -> set[str]:
    """`name==version` for the distributions that provide `modules` (top-level names) and for all they require.

    A module that no installed distribution claims stands as its own name: installing it later changes the answer.
    """
    installed = _installed()
    found: set[str] = set()
    queue: list[str] = []
    for module in modules:
        owner = _owner(module)
        if owner is None:
            found.add(f"{module}==?")
        else:
            queue.append(owner)
    seen: set[str] = set()
    while queue:
        name = queue.pop()
        if name in seen or name not in installed:
            continue
        seen.add(name)
        queue += _requirements(installed[name])
    return found | {f"{name}=={_version(installed[name])}" for name in seen}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _installed() -> dict[str, Path]:
    """Normalised distribution name -> its folder of metadata; the first on the path wins, as in an import."""
    found: dict[str, Path] = {}
    for entry in sys.path:
        folder = Path(entry)
        if entry and folder.is_dir():
            for item in sorted(folder.glob("*.dist-info")):
                found.setdefault(_normal(item.name.partition("-")[0]), item)
    return found


def _version(folder: Path) -> str:
    return folder.name.removesuffix(".dist-info").partition("-")[2]


@cache
def _owner(module: str) -> str | None:
    installed = _installed()
    if _normal(module) in installed:
        return _normal(module)
    start, alone = f"{module}/".encode(), f"{module}.py,".encode()
    for name in sorted(installed):
        record = _record(name)
        if record.startswith((start, alone)) or b"\n" + start in record or b"\n" + alone in record:
            return name
    return None


@cache
def _record(name: str) -> bytes:
    try:
        return (_installed()[name] / "RECORD").read_bytes()
    except OSError:
        return b""


@cache
def _requirements(folder: Path) -> list[str]:
    try:
        header = (folder / "METADATA").read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace")
    except OSError:
        return []
    lines = (line.partition(":")[2] for line in header.splitlines() if line.startswith("Requires-Dist:"))
    names = (re.match(r"\s*([A-Za-z0-9._-]+)", line) for line in lines if "extra" not in line.partition(";")[2])
    return [_normal(name[1]) for name in names if name]
