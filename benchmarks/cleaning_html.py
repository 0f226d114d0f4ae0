"""Cleaning with the HTML at hand: the articles `clean` makes of a page, beside trafilatura's own text of the same page.

    python -m benchmarks.cleaning_html [--folds N] [--step N]

Reads the three sets of `cleaning_data` from $CORPUS_GOLD; says so and ends without them. The line classifier is refitted without the
fold a page is in. `clean`: text of the longest story of the page, read with `load.read_page` (trafilatura's text as hints) and
cleaned; `flat`: the same without the hints; `overruled`: share of pages where the classifier's text was much longer than trafilatura's,
so that trafilatura's word counted for less.
Measure: 4-token shingles; precision and recall are means over pages, F their harmonic mean. Exit code 1 where `clean` is below trafilatura.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import train_cleaner
from benchmarks.cleaning import use_weights
from benchmarks.cleaning_data import SETS, Dump, gold_folder, score
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.clean import model


def read_pages(folder: Path) -> list[tuple[Dump, str]]:
    """(page with its gold text, markup) of all sets."""
    from benchmarks.cleaning_data import _decoded, _jsonl, _page_key

    pages = []
    for name in SETS:
        here = folder / "cleaning" / name
        for row in _jsonl(here / "gold.jsonl"):
            gold = row["text"] if "text" in row else "\n\n".join(row["paragraphs"])
            pages.append(
                (
                    Dump(name, _page_key(row), "html", "html", "", gold, row["id"]),
                    _decoded(gzip.decompress((here / row["html"]).read_bytes())),
                )
            )
    return pages


def texts(markup: str) -> Iterator[tuple[str, str]]:
    """(way, text) of one page, and ("overruled", "1") where the extractor's word counted for less."""
    import trafilatura

    from corpus_utils import schema
    from corpus_utils.clean import clean_documents
    from corpus_utils.load.pages import read_page

    yield "trafilatura", trafilatura.extract(markup, include_comments=False) or ""
    page = read_page(markup)
    for way, hints in (("clean", page.hints), ("flat", [])):
        row = {"id": "d", "source": "d.html", "format": "html", "text": page.text, "hints": json.dumps(hints)}
        spans, articles = clean_documents(schema.frame("documents", [row]))
        yield way, max(articles["text"], key=len, default="")
        if way == "clean" and spans["rule"].str.contains("much shorter than the classifier's", regex=False).any():
            yield "overruled", "1"


def report(scores: dict[tuple[str, str], list[tuple[float, float]]], overruled: dict[str, int]) -> tuple[str, bool]:
    """The table in words, and whether `clean` is nowhere below trafilatura."""
    lines, good = [f"{'set':30} {'pages':>5}  trafilatura P R F      clean P R F            flat P R F             overruled"], True
    for name in SETS:
        cells = {}
        for way in ("trafilatura", "clean", "flat"):
            pairs = scores.get((name, way), [])
            p, r = (sum(column) / max(1, len(pairs)) for column in zip(*pairs, strict=True)) if pairs else (0.0, 0.0)
            cells[way] = (p, r, 2 * p * r / max(1e-9, p + r))
        good &= cells["clean"][2] >= cells["trafilatura"][2]
        pages = len(scores.get((name, "clean"), []))
        shown = "   ".join(f"{p:.3f} {r:.3f} {f:.4f}" for p, r, f in cells.values())
        lines.append(f"{name:30} {pages:5}  {shown}   {overruled.get(name, 0) / max(1, pages):.3f}")
    return "\n".join(lines), good


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table. Exit code 1 where `clean` is below trafilatura on a set, 0 also where there is no gold data (and says so)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folds", type=int, default=train_cleaner.FOLDS, help="how many of the five folds to run")
    parser.add_argument("--step", type=int, default=1, help="read every n-th page only")
    parser.add_argument("--models", type=Path, help="folder that keeps the fitted models for the next run")
    options = parser.parse_args(arguments)
    folder = gold_folder()
    if folder is None:
        return did_not_run(GOLD_FOLDER)
    gold = train_cleaner.read_gold(train_cleaner.training_dumps(folder))
    fold_of = dict(zip([dump.page for dump in gold.dumps], gold.fold, strict=True))
    pages = read_pages(folder)
    scores: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    overruled: dict[str, int] = defaultdict(int)
    shipped = model.WEIGHTS
    try:
        for fold in range(options.folds):
            with tempfile.TemporaryDirectory() as there:
                use_weights(train_cleaner.fold_model(gold, fold, options.models or Path(there)))
                for page, markup in [(p, m) for p, m in pages if fold_of.get(p.page) == fold][:: options.step]:
                    for way, text in texts(markup):
                        if way == "overruled":
                            overruled[page.set] += 1
                        else:
                            scores[page.set, way].append(score(text, page.gold))
            print(f"fold {fold} done", file=sys.stderr)
    finally:
        use_weights(shipped)
    text, good = report(scores, overruled)
    print(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
