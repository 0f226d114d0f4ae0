"""What the user knows better about actors: names to join under one, names never to merge, read from CSV or YAML."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import NamedTuple


class Corrections(NamedTuple):
    """What the user knows better: names to join, names never to merge with anything."""

    join: tuple[tuple[str, ...], ...] = ()
    split: tuple[str, ...] = ()


def read_corrections(path: Path) -> Corrections:
    """Corrections from CSV (columns `name`, `actor`) or YAML (`join: [[name, name], ...]`, `split: [name, ...]`).

    In CSV a row says that `name` is listed as `actor`, whether or not a text writes the actor so; a name with an empty actor is never
    merged with another. In YAML a list is listed under its first name. Raises ValueError for anything else.
    """
    if path.suffix.lower() == ".csv":
        return _listed_corrections(path)
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: cannot be read as YAML ({error})") from error
    if not isinstance(data, dict) or data.keys() - {"join", "split"}:
        raise ValueError(f"{path}: expected `join:` (lists of names) and `split:` (names)")
    join, split = data.get("join") or [], data.get("split") or []
    if not all(isinstance(g, list) and len(g) > 1 and all(isinstance(n, str) for n in g) for g in join):
        raise ValueError(f"{path}: each entry of `join` is a list of two names or more")
    if not all(isinstance(name, str) for name in split):
        raise ValueError(f"{path}: `split` is a list of names")
    for name in [*split, *chain.from_iterable(join)]:
        if any("\ud800" <= letter <= "\udfff" for letter in name):
            raise ValueError(f"{path}: {name!a} holds half a character (a lone surrogate), which no text can hold; write it anew")
    return Corrections(tuple(tuple(group) for group in join), tuple(split))


def _listed_corrections(path: Path) -> Corrections:
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := sorted({"name", "actor"} - set(rows.fieldnames or ())):
                raise ValueError(f"{path}: no column called {missing[0]!r}; expected the columns name and actor")
            pairs = [((row["name"] or "").strip(), (row["actor"] or "").strip()) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: cannot be read as CSV ({error})") from error
    groups: dict[str, list[str]] = {}
    for name, actor in pairs:
        if name and actor:
            groups.setdefault(actor, [actor]).append(name)
    return Corrections(tuple(map(tuple, groups.values())), tuple(name for name, actor in pairs if name and not actor))
