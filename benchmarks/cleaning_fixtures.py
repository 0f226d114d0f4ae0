"""What the shipped cleaner reaches on pages it was not trained on: python -m benchmarks.cleaning_fixtures

Two sets, both cheap enough for every test run, each with a floor in `floors.json`:
    fixtures: flat pages written for the project (`tests/fixtures/flat_pages`), F1 over characters of article lines
    segments: `cleaning/trafilatura_segments` where CORPUS_GOLD has it, whose pages no weights are trained on: every n-th page is flattened and
        labelled from its flat text alone; F1 over segments that must and must not be in the article
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.cleaning_data import gold_folder
from benchmarks.floors import exit_code
from corpus_utils.clean.roles import label_documents
from corpus_utils.schema import ARTICLE_ROLES

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "flat_pages"
EVERY = 4  # page of the segment set
Marked = list[tuple[bool, str]]


def read_fixture(path: Path) -> tuple[str, Marked]:
    """The flat text of a fixture, and (belongs to the article, line) of its visible lines."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    marked = [(line.startswith("+|"), line[2:]) for line in lines if line]
    return "\n".join(line[2:] for line in lines), marked


def article_texts(texts: Sequence[str]) -> Iterator[str]:
    """Text of the lines labelled as article, with inline pieces."""
    for text, pieces in zip(texts, label_documents(texts), strict=True):
        yield "".join(text[p.start : p.end] for p in pieces if p.role in (*ARTICLE_ROLES, "dateline", "reference"))


def score_fixtures() -> float:
    """F1 over characters of whole lines, all fixtures together."""
    pages = [read_fixture(path) for path in sorted(FIXTURES.glob("*.txt"))]
    right = given = wanted = 0
    for (_, marked), kept in zip(pages, article_texts([text for text, _ in pages]), strict=True):
        lines = {line.strip() for line in kept.split("\n")}
        for article, line in marked:
            size, found = len(line.strip()), line.strip() in lines
            right += size * (article and found)
            given += size * found
            wanted += size * article
    return 2 * right / max(given + wanted, 1)


def score_segments(folder: Path, every: int = EVERY) -> float:
    """F1 over segments: precision and recall of what must be, against what must not be in the article."""
    from corpus_utils.load.flatten import flatten, parse_html

    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()][::every]
    texts = []
    for row in rows:
        data = gzip.decompress((folder / row["html"]).read_bytes())
        tree = parse_html(data.decode("utf-8", "replace"))
        texts.append(flatten(tree).text if tree is not None else "")
    right = wrong = missed = 0
    for row, kept in zip(rows, article_texts(texts), strict=True):
        folded = " ".join(kept.split())
        found = [" ".join(segment.split()) in folded for segment in row["must_contain"]]
        right, missed = right + sum(found), missed + len(found) - sum(found)
        wrong += sum(" ".join(segment.split()) in folded for segment in row["must_not_contain"])
    return 2 * right / max(2 * right + wrong + missed, 1)


def main() -> int:
    """Print both figures; 1 where one is under its floor."""
    figures = {"cleaning.fixtures": score_fixtures()}
    gold = gold_folder()
    if gold is not None and (gold / "cleaning/trafilatura_segments").is_dir():
        figures["cleaning.segments"] = score_segments(gold / "cleaning/trafilatura_segments")
    else:
        print("segments: not run, no gold data (set CORPUS_GOLD to its folder)")
    for name, value in figures.items():
        print(f"{name}: {value:.4f}")
    return exit_code(figures)


if __name__ == "__main__":
    sys.exit(main())
