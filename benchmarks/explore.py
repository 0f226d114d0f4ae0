"""How long the explorer takes to answer: opening an index, then each view, on a synthetic corpus of many articles.

    python -m benchmarks.explore                 10,000 articles
    python -m benchmarks.explore --size 100000   the size the views are meant for; some minutes and about 4 GB

The articles are those of `benchmarks.scale` (sentences of the gold topics texts in new combinations). Only the index and the views
are measured, not the line from files to tables. Wall clock; "first" is a view's first answer (it builds what it needs once), "later" the
median of the next ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.gold import did_not_run
from benchmarks.scale import GOLD, articles

TARGET = 0.3  # seconds of an interaction after the first


def corpus_of(size: int, folder: Path) -> Any:
    """A corpus whose articles are given; every other table is empty."""
    import pandas as pd

    from corpus_utils import schema
    from corpus_utils.lab import Corpus
    from corpus_utils.pipeline import Tables
    from corpus_utils.project import Project

    rows = pd.DataFrame(articles(size))
    kept = rows.rename(columns={"id": "document_id"}).assign(id=rows["id"] + "#1", date_earliest=rows["date"], date_latest=rows["date"])
    table = kept.reindex(columns=schema.columns("articles"), fill_value="").assign(language="en", family=kept["id"], family_role="original")
    given = {name: schema.empty(name) for name in Tables.__annotations__} | {"articles": table}
    return Corpus(**given, project=Project(folder, (folder,)), fingerprint=str(size), gates=pd.DataFrame())


def timed(work: Callable[[], Any]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(arguments: list[str]) -> int:
    """Measure and print; 1 where a later answer takes longer than the target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=10_000, metavar="N", help="articles (default: 10,000)")
    size = parser.parse_args(arguments).size
    if not GOLD.is_dir():
        return did_not_run(GOLD)
    from corpus_utils import explore

    with tempfile.TemporaryDirectory() as folder:
        corpus = corpus_of(size, Path(folder))
        print(f"{size:,} articles, {corpus.articles['text'].str.len().sum() / 1e6:.0f} MB")
        print(f"index made and kept: {timed(lambda: explore.open_search(corpus)):.1f} s")
        start = time.perf_counter()
        search = explore.open_search(corpus)
        print(f"index opened again:  {time.perf_counter() - start:.2f} s")
        patterns = ("government", "govern*", "prime minister", "of the", "the", "nothingatall", "bank of england")
        late = 0
        for name, calls in {
            "find_uses": [lambda word=word: explore.find_uses(search, word) for word in patterns],
            "find_uses, sorted": [lambda word=word: explore.find_uses(search, word, sort="right") for word in patterns],
            "count_trend": [lambda word=word: explore.count_trend(search, [word]) for word in patterns],
            "contrast_groups": [lambda n=n: explore.contrast_groups(search, "outlet", f"Outlet {n}") for n in range(5)],
        }.items():
            first, *later = [timed(call) for call in calls]
            late += max(later) > TARGET
            print(
                f"{name:<20} first {first * 1000:8.0f} ms, later median {median(later) * 1000:6.0f} ms, slowest {max(later) * 1000:6.0f} ms"
            )
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
