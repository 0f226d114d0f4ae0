"""Title, author and date read from HTML pages, scored against hand-made labels; with --hints, the body hints against gold article texts.

    CORPUS_GOLD=../shared/gold python -m benchmarks.metadata_html [--wrong | --hints]

Reads the public sets named in benchmarks/README.md from the folder CORPUS_GOLD; says so and ends where they are missing. The page
alone is read: the address it was fetched from is not given to the reader.

Measures, per field, over the pages whose label is filled:
    right    exact after normalising, of all of them
    wrong    something else was given, of all of them; the rest was left empty
    absent   dates only: wrong, but the labelled day stands on the page in no form at all, so no reader could have given it
    --hints  shingles of four tokens as multisets; precision and recall are means over pages, F their harmonic mean

Normalising: NFKC, case folded, letters and digits only; authors as a set of names; dates as YYYY-MM-DD (UTC offsets ignored).
"""

from __future__ import annotations

import datetime
import gzip
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.load.encoding import decode
from corpus_utils.load.flatten import parse_html
from corpus_utils.load.page_metadata import read_page_metadata
from corpus_utils.load.pages import read_page

SETS = {
    "newspaper4k_dataset": ("cleaning/newspaper4k_dataset", {"title": "title", "author": "authors", "date": "date"}),
    "htmldate": ("metadata/htmldate", {"date": "date"}),
    "fundus_parser_tests": ("metadata/fundus_parser_tests", {"title": "title", "author": "authors", "date": "publishing_date"}),
}
PINNED = {("newspaper4k_dataset", "title"), ("newspaper4k_dataset", "author"), ("newspaper4k_dataset", "date"), ("htmldate", "date")}


def main(arguments: list[str]) -> int:
    """Print the table; 0 where every pinned floor holds or the data are missing, 1 where one does not."""
    gold = GOLD_FOLDER
    if not gold.is_dir():
        return did_not_run(gold)
    if "--hints" in arguments:
        return score_hints(gold)
    print(f"{'set':22} {'field':7} {'pages':>5} {'right':>6} {'wrong':>6} {'empty':>6} {'absent':>6}")
    figures: dict[str, float] = {}
    for name, (folder, fields) in SETS.items():
        if not (gold / folder / "gold.jsonl").is_file():
            print(f"{name:22} not there")
            continue
        counts = {field: Counter[str]() for field in fields}
        for page, wanted in read_set(gold / folder, fields):
            given = read_page_metadata(parse_html(page))
            for field, label in wanted.items():
                outcome = judge(field, given.get(field, ""), label)
                if field == "date" and outcome == "wrong" and not written(page, str(label)[:10]):
                    counts[field]["absent"] += 1
                counts[field][outcome] += 1
                if outcome == "wrong" and "--wrong" in arguments:
                    print(f"    {field}: {given.get(field, '')!r} instead of {label!r}")
        for field, count in counts.items():
            total = count["right"] + count["wrong"] + count["empty"]
            shares = " ".join(f"{count[outcome] / total:6.3f}" for outcome in ("right", "wrong", "empty", "absent"))
            print(f"{name:22} {field:7} {total:5} {shares}")
            if (name, field) in PINNED:
                figures[f"metadata_html.{name}.{field}"] = count["right"] / total
            if (name, field) in PINNED and field == "date":
                figures[f"metadata_html.{name}.dates_not_wrong"] = 1 - count["wrong"] / total
    return exit_code(figures)


def score_hints(gold: Path) -> int:
    """Print precision, recall and F of trafilatura's own text and of the text under body and subheading hints; 1 where hints are worse."""
    import trafilatura

    worse = False
    print(f"{'set':30} {'pages':>5}  {'trafilatura P R F':20}  hints P R F")
    for name in ("article_extraction_benchmark", "newspaper4k_dataset", "fundus_evaluation"):
        scores: dict[str, list[tuple[float, float]]] = {"trafilatura": [], "hints": []}
        folder = gold / "cleaning" / name
        for row in map(json.loads, (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()):
            markup = decode(gzip.decompress((folder / row["html"]).read_bytes())).text
            wanted = shingles(row.get("text") or "\n".join(row["paragraphs"]))
            page = read_page(markup)
            hinted = "\n".join(page.text[start:end] for start, end, role, _ in page.hints if role in ("body", "subheading"))
            extracted = trafilatura.extract(markup, include_comments=False) or ""
            for way, text in (("trafilatura", extracted), ("hints", hinted)):
                found = shingles(text)
                shared = (found & wanted).total()
                scores[way].append((shared / max(1, found.total()), shared / max(1, wanted.total())))
        means = {way: [sum(column) / len(pairs) for column in zip(*pairs, strict=True)] for way, pairs in scores.items()}
        f = {way: 2 * p * r / (p + r) for way, (p, r) in means.items()}
        worse |= f["hints"] < f["trafilatura"]
        print(f"{name:30} {len(scores['hints']):5}", *(f"{p:.3f} {r:.3f} {f[way]:.4f}   " for way, (p, r) in means.items()))
    return int(worse)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four tokens, as a multiset."""
    tokens = re.findall(r"\w+", text.lower())
    return Counter(tuple(tokens[start : start + 4]) for start in range(max(1, len(tokens) - 3) if tokens else 0))


def read_set(folder: Path, fields: dict[str, str]) -> Iterator[tuple[str, dict]]:
    """(page as text, our field -> label) for every page; fields without a label are left out."""
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            labels = {ours: row[theirs] for ours, theirs in fields.items() if is_label(row[theirs])}
            yield decode(gzip.decompress((folder / row["html"]).read_bytes())).text, labels


def is_label(value: object) -> bool:
    """Whether a page is labelled at all: the sets write a missing label as empty, NaN or NaT."""
    return bool(value) and str(value).lower() not in ("nan", "nat", "none")


def judge(field: str, given: str, label: str | list[str]) -> str:
    """right, wrong or empty."""
    if not given:
        return "empty"
    if field == "author":
        wanted = label if isinstance(label, list) else re.split(r",|;|\band\b|&", label)
        return "right" if names(re.split(";", given)) == names(wanted) else "wrong"
    if field == "date":
        return "right" if given[:10] == str(label)[:10] else "wrong"
    return "right" if plain(given) == plain(str(label)) else "wrong"


def written(page: str, day: str) -> bool:
    """Whether a day stands on a page in one of the usual forms."""
    date = datetime.date.fromisoformat(day)
    forms = (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y%m%d",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%B %d, %Y",
        "%b %d, %Y",
        "%b. %d, %Y",
        "%d %B %Y",
        "%d %b %Y",
    )
    texts = {date.strftime(form) for form in forms}
    texts |= {re.sub(r"\b0(?=\d)", "", text) for text in texts}
    return any(text.casefold() in page.casefold() for text in texts)


def names(parts: list[str]) -> set[str]:
    """Names as a set of normalised texts; a `By` in front is not part of a name."""
    return {plain(re.sub(r"^\s*by\s+", "", part, flags=re.I)) for part in parts} - {""}


def plain(text: str) -> str:
    """Letters and digits only, case folded."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
