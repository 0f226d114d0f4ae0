"""`store`: what is kept between runs: list it, check it, throw away what is not needed."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import Any


def add(commands: Any) -> None:
    """Declare the command."""
    from corpus_utils.cli import command
    from corpus_utils.cli.reports import add_place

    one = command(
        commands,
        "store",
        "list, verify or prune the tables kept between runs",
        """
        corpus-utils store list
        corpus-utils store verify
        corpus-utils store prune --project ~/studies/venezuela""",
    )
    one.add_argument(
        "action",
        choices=("list", "verify", "prune"),
        help="list: parts and bytes of each step; verify: read every byte, take damaged parts away (they are made again when needed); "
        "prune: remove what the documents, settings and code of today do not use",
    )
    add_place(one)
    one.set_defaults(run=run_store)


def run_store(options: argparse.Namespace) -> int:
    """Do it; 1 where `verify` found damage."""
    from corpus_utils.cli.reports import find_project
    from corpus_utils.store import Store

    project = find_project(options)
    store = Store(project.store)
    if options.action == "list":
        return _list(store)
    if options.action == "verify":
        return _verify(store)
    from corpus_utils.pipeline import build_corpus, prune_store

    build_corpus(project, progress=True)
    print(f"{prune_store(project)} parts removed, {len(store.entries())} kept")
    return 0


def _list(store: Any) -> int:
    parts, size = Counter[str](), Counter[str]()
    for entry in store.entries():
        parts[entry.step] += 1
        size[entry.step] += entry.size
    for step in sorted(parts):
        print(f"{step:<12}{parts[step]:>8} parts{size[step] / 1e6:>12.1f} MB")
    print(f"{'all':<12}{sum(parts.values()):>8} parts{sum(size.values()) / 1e6:>12.1f} MB")
    return 0


def _verify(store: Any) -> int:
    entries = store.entries()
    damaged = 0
    for entry in entries:
        if why := store.damage(entry):
            damaged += 1
            print(f"{entry.step}/{entry.key}: {why}; taken away, it is made again when it is needed", file=sys.stderr)
            store.remove(entry)
    print(f"{len(entries) - damaged} of {len(entries)} parts are what was written")
    return int(damaged > 0)
