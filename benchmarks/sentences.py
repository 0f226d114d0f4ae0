"""Sentence bounds against gold: `python benchmarks/sentences.py`.

Boundary F1 per treebank of `ud_news_sentences` (a boundary is right if the sentence ends at the same character; titles and
captions of the treebanks' running text carry no mark, so no method finds them all), beside the tokenizer of the package `punkt`,
whose statistics we share; how often the two agree on a boundary; and speed. Then exact lists of `golden_rules`.
"""

from __future__ import annotations

import collections
import json
import time
from collections.abc import Callable

import punkt

from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.sentences import MODELS, sentence_bounds

Bounds = list[tuple[int, int]]


def load(name: str, file: str) -> list[dict]:
    """Rows of a gold file; the benchmark says so and stops where it is missing."""
    path = GOLD_FOLDER / "sentences_langid" / name / file
    if not path.is_file():
        raise SystemExit(did_not_run(path))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ours(row: dict) -> Bounds:
    """Bounds by the package."""
    return sentence_bounds(row["text"], row["lang"])


def theirs(row: dict) -> Bounds:
    """Bounds by `punkt`, told that a blank line ends a sentence."""
    return list(punkt.tokenizer_for(MODELS[row["lang"]], line_breaks="paragraph").span_tokenize(row["text"]))


def timed(method: Callable[[dict], Bounds], rows: list[dict]) -> tuple[list[Bounds], float]:
    """Bounds of every row and megabytes a second, models loaded before."""
    for row in rows:
        method({"text": "One. Two.", "lang": row["lang"]})
    start = time.perf_counter()
    bounds = [method(row) for row in rows]
    return bounds, sum(len(row["text"].encode()) for row in rows) / 1e6 / (time.perf_counter() - start)


def main() -> None:
    """Print the tables."""
    rows = load("ud_news_sentences", "docs.jsonl")
    found = {"ours": timed(ours, rows), "punkt": timed(theirs, rows)}
    print(f"{'treebank':26}{'sentences':>10}" + "".join(f"{name + ' ' + part:>12}" for name in found for part in ("P", "R", "F1")))
    for treebank in sorted({row["treebank"] for row in rows}):
        cells = []
        for bounds, _ in found.values():
            right = guessed = wanted = 0
            for row, own in zip(rows, bounds, strict=True):
                if row["treebank"] == treebank:
                    gold, ends = {end for _, end in row["sentences"]}, {end for _, end in own}
                    right, guessed, wanted = right + len(gold & ends), guessed + len(ends), wanted + len(gold)
            cells += [right / guessed, right / wanted, 2 * right / (guessed + wanted)]
        print(f"{treebank:26}{wanted:10}" + "".join(f"{cell:12.3f}" for cell in cells))
    pairs = list(zip(found["ours"][0], found["punkt"][0], strict=True))
    both, either = (sum(len(op({e for _, e in a}, {e for _, e in b})) for a, b in pairs) for op in (set.intersection, set.union))
    print(f"boundaries both methods set, of those either sets: {both / either:.3f}")
    print("megabytes a second: " + ", ".join(f"{name} {speed:.1f}" for name, (_, speed) in found.items()))
    cases = collections.defaultdict(list)
    for row in load("golden_rules", "cases.jsonl"):
        cut = [row["text"][start:end] for start, end in ours(row)]
        cases[(row["lang"], row["golden"])].append(cut == [sentence.strip() for sentence in row["sentences"]])
    print(
        "golden rules, whole list right: "
        + ", ".join(f"{lang} {sum(hits)}/{len(hits)}" for (lang, golden), hits in sorted(cases.items()) if golden)
    )


if __name__ == "__main__":
    main()
