"""The gold data for cleaning: pages, their flat dumps, what each line of a dump should be, and the measure.

Conventions
    Read from the folder named by the environment variable CORPUS_GOLD (default ../shared/gold); nothing of it is written anywhere.
    A line is gold by alignment: a token counts as article text where a run of four tokens stands in the gold text too. Where a page repeats a
    passage more often than the gold text does, the copies in the densest surroundings are taken first.
    The measure: shingles of four tokens as multisets; precision and recall per dump, their means over the pages of a tool and set, and the
    harmonic mean of the two means.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gold import GOLD_FOLDER

SETS = ("article_extraction_benchmark", "newspaper4k_dataset", "fundus_evaluation")
TOKEN = re.compile(r"\w+")
SHINGLE = 4


@dataclass(frozen=True)
class Dump:
    """One flat text of one page. `page` is the same for all dumps of a page, in whatever set it occurs."""

    set: str
    page: str
    regime: str
    tool: str
    text: str
    gold: str
    id: str = ""  # of the page in its set


def gold_folder() -> Path | None:
    """The folder of gold data, or None where there is none."""
    return GOLD_FOLDER if (GOLD_FOLDER / "cleaning").is_dir() else None


def load_dumps(folder: Path) -> list[Dump]:
    """All dumps of the three sets, sorted by set, page, regime and tool."""
    dumps = []
    for name in SETS:
        here = folder / "cleaning" / name
        gold = {row["id"]: row for row in _jsonl(here / "gold.jsonl")}
        pages = {key: _page_key(row) for key, row in gold.items()}
        for row in _jsonl(here / "flat.jsonl.gz"):
            answer = gold[row["id"]]
            text = answer["text"] if "text" in answer else "\n\n".join(answer["paragraphs"])
            dumps.append(Dump(name, pages[row["id"]], row["regime"], row["tool"], row["text"], text, row["id"]))
    return sorted(dumps, key=lambda d: (d.set, d.page, d.regime, d.tool))


def metadata_dumps(folder: Path, tool: str = "") -> list[dict]:
    """Whole-page dumps of newspaper4k_dataset with what their pages are labelled with: {id, tool, text, title, authors, date}."""
    here = folder / "cleaning" / "newspaper4k_dataset"
    gold = {row["id"]: {name: row[name] for name in ("title", "authors", "date")} for row in _jsonl(here / "gold.jsonl")}
    rows = [row for row in _jsonl(here / "flat.jsonl.gz") if row["regime"] == "page" and row["id"] in gold and tool in row["tool"]]
    return [{**row, **gold[row["id"]]} for row in rows]


def _jsonl(path: Path) -> Iterator[dict]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _page_key(row: dict) -> str:
    """The address without protocol and trailing marks: the same page in two sets must fall into one fold."""
    url = re.sub(r"^https?://(?:www\.)?|[?#].*$", "", row.get("url") or row["id"]).rstrip("/").lower()
    return url or row["id"]


def shingles(text: str) -> Counter:
    """Multiset of runs of four tokens; of the whole text where it is shorter; empty without tokens."""
    tokens = TOKEN.findall(text)
    return Counter(tuple(tokens[i : i + SHINGLE]) for i in range(max(1, len(tokens) - SHINGLE + 1))) if tokens else Counter()


def score(predicted: str, gold: str) -> tuple[float, float]:
    """Precision and recall of shingles; both 1 where both texts are the same, 0 where one has none."""
    p, g = shingles(predicted), shingles(gold)
    both = sum((p & g).values())
    if p == g:
        return 1.0, 1.0
    return both / max(sum(p.values()), 1), both / max(sum(g.values()), 1)


def table(scores: Sequence[tuple[Dump, tuple[float, float]]]) -> dict[tuple[str, str, str], float]:
    """F1 per (regime, set, tool): harmonic mean of mean precision and mean recall over pages."""
    cells: dict[tuple[str, str, str], list[tuple[float, float]]] = defaultdict(list)
    for dump, pair in scores:
        cells[dump.regime, dump.set, dump.tool].append(pair)
    result = {}
    for key, pairs in sorted(cells.items()):
        precision, recall = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
        result[key] = 2 * precision * recall / max(precision + recall, 1e-9)
    return result


def gold_lines(lines: Sequence[str], gold: str) -> list[float]:
    """Share of each line's tokens that belong to the gold text, from 0 to 1; lines without tokens get 0."""
    tokens = [TOKEN.findall(line) for line in lines]
    flat = [(word, index) for index, words in enumerate(tokens) for word in words]
    left = shingles(gold)
    starts = [i for i in range(max(len(flat) - SHINGLE + 1, 0)) if tuple(w for w, _ in flat[i : i + SHINGLE]) in left]
    near = [0] * (len(lines) + 1)
    for i in starts:
        near[flat[i][1]] += 1
    around = [sum(near[max(0, i - 12) : i + 13]) for i in range(len(lines))]
    hit = [False] * len(flat)
    for i in sorted(starts, key=lambda i: (-(around[flat[i][1]] // 40), i)):
        run = tuple(w for w, _ in flat[i : i + SHINGLE])
        if left[run] > 0:
            left[run] -= 1
            hit[i : i + SHINGLE] = [True] * SHINGLE
    share = [0] * len(lines)
    for (_, index), yes in zip(flat, hit, strict=True):
        share[index] += yes
    return [n / len(words) if words else 0.0 for n, words in zip(share, tokens, strict=True)]


def folds(dumps: Sequence[Dump], number: int) -> list[int]:
    """Fold of each dump, by page: pages are dealt out in the order of a hash of their address."""
    from hashlib import blake2b

    order = sorted({d.page for d in dumps}, key=lambda page: blake2b(page.encode(), digest_size=8).digest())
    fold = {page: i % number for i, page in enumerate(order)}
    return [fold[d.page] for d in dumps]


def page_dumps(folder: Path) -> list[Dump]:
    """More dumps made here from page markup: the package's own flattening of every gold page, and three dumps of each page in the parser
    tests of many countries (`metadata/fundus_parser_tests`). For training only; the measures are taken on `load_dumps`."""
    import bs4
    import trafilatura

    from corpus_utils.load.flatten import flatten, parse_html

    dumps = []
    for name, where in (("fundus_parser_tests", "metadata"), *((name, "cleaning") for name in SETS)):
        here = folder / where / name
        for row in _jsonl(here / "gold.jsonl"):
            gold = row["text"] if "text" in row else "\n\n".join(row["paragraphs"])
            markup = _decoded(gzip.decompress((here / row["html"]).read_bytes()))
            tree = parse_html(markup)
            if not gold.strip() or tree is None:
                continue
            made = {("page", "flat"): flatten(tree).text}
            if name not in SETS:
                soup = bs4.BeautifulSoup(markup, "lxml")
                for element in soup(["script", "style", "noscript", "template"]):
                    element.decompose()
                made["page", "beautifulsoup"] = soup.get_text("\n")
                made["extract", "trafilatura-recall"] = trafilatura.extract(markup, favor_recall=True, include_comments=True) or ""
            dumps += [Dump(name, _page_key(row), regime, tool, text, gold) for (regime, tool), text in made.items() if text.strip()]
    return dumps


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
