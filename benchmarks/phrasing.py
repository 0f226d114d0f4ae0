"""Loaded wordings against sentences that trained experts marked as biased by word choice: `python benchmarks/phrasing.py`.

BABE (Spinde et al. 2021) marks US news sentences and the words that bias them. The list was not written from it. Told are, of the
sentences with a loaded wording, the share marked as biased (beside the share in the set), the share of biased sentences the list
reaches, and the share of single hits that touch a word the experts marked. Speed: characters a second, first and second time.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.annotate.phrasing import find_phrasings

GOLD = GOLD_FOLDER / "framing/babe_bias/sentences.jsonl"


def main() -> int:
    """Print the figures; 0 also where the set is missing, which is said."""
    if not GOLD.is_file():
        return did_not_run(GOLD)
    rows = {str(row["id"]): row for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())}
    units = pd.DataFrame({"id": list(rows), "text": [row["text"] for row in rows.values()]}).assign(article_id="", language="en")
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        found = find_phrasings(units)
        seconds.append(time.perf_counter() - start)
    hits = found[found["list"] == "loaded"]
    biased = {name for name, row in rows.items() if row["biased"]}
    reached = set(hits["unit"])
    precision, recall = len(reached & biased) / len(reached), len(reached & biased) / len(biased)
    touching = [
        any(text.lower() in word.lower() or word.lower() in text.lower() for word in rows[unit]["biased_words"])
        for unit, text in zip(hits["unit"], hits["text"])
    ]
    size = units["text"].str.len().sum() / 1e6
    print(f"{len(rows)} sentences, {len(biased) / len(rows):.1%} biased; {len(hits)} loaded wordings in {len(reached)} sentences")
    print(f"sentences with a loaded wording that are biased: {precision:.3f}; biased sentences reached: {recall:.3f}")
    print(f"loaded wordings that touch a marked word: {sum(touching) / len(touching):.3f}")
    print(f"{size / seconds[0]:.2f} MB/s with new words, {size / seconds[1]:.2f} MB/s with known ones")
    by_kind = hits.assign(biased=hits["unit"].isin(biased)).groupby("kind")["biased"].agg(["mean", "size"])
    print(by_kind.round(2).to_string())
    return exit_code({"phrasing.loaded_precision": precision})


if __name__ == "__main__":
    sys.exit(main())
