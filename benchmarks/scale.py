"""Speed and memory against corpus size, beside named peers in the same run; writes its tables into benchmarks/RESULTS.md.

    python -m benchmarks.scale                        peers, and builds of 300 and 1,000 articles
    python -m benchmarks.scale --sizes 1000 10000     other sizes; 100,000 make 550 MB of text
    python -m benchmarks.scale --engine dask          the builds on a local Dask cluster
    python -m benchmarks.scale --reports              the four reports on each corpus, too (see `scale_reports`)

The articles are synthetic: sentences of the gold topics texts (CORPUS_GOLD) in new combinations of some 5.5 KB, with invented names so that the
vocabulary grows with the corpus as in news, and a quarter of them edited copies of earlier ones. They measure cost, not quality.
CPU seconds of one process for the peers, wall clock and the sum of all processes' memory for builds. "Bound" is what cannot be
avoided: reading the bytes, decoding them and cutting them into words once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks.gold import GOLD_FOLDER, did_not_run  # noqa: E402  # the line above lets a script find it
from benchmarks.scale_reports import environment, report_rows  # noqa: E402  # the line above lets a script find it

GOLD = GOLD_FOLDER / "topics"
RESULTS = Path(__file__).with_name("RESULTS.md")
LENGTH, COPIES, NAMES = 5500, 0.25, 0.3  # characters of an article, share of copies, share of capitalised words that are renamed
Row = tuple[str, ...]


def sentences() -> list[list[str]]:
    """Sentences of the gold articles."""
    found = []
    for name in ("bbc_news/articles.jsonl.gz", "reuters21578/modapte_train.jsonl.gz"):
        with gzip.open(GOLD / name, "rt", encoding="utf-8") as file:
            found += [re.split(r"(?<=[.!?])\s+", json.loads(line)["text"] or "") for line in file]
    return [article for article in found if len(article) > 4]


def articles(count: int) -> Iterator[dict[str, str]]:
    """`count` synthetic articles, the same for the same count."""
    source, draw = sentences(), random.Random(20220101)
    syllables = "ba co di fu ge ha ji ko la mi no pu re sa ti vo wen xar yul zor".split()
    invented = 50
    kept: list[str] = []

    def rename(match: re.Match[str]) -> str:
        nonlocal invented
        if draw.random() > NAMES:
            return match.group()
        if draw.random() < 0.03:  # a name nobody had
            invented += 1
        number = int(invented * draw.random() ** 3)
        return "".join(syllables[number // 20**place % 20] for place in range(1 + (number > 19) + (number > 399) + (number > 7999))).title()

    for number in range(count):
        if kept and draw.random() < COPIES:
            words = draw.choice(kept).split(" ")
            at = draw.randrange(len(words))
            text = " ".join([*words[:at], "it", "was", "said", *words[at + draw.randrange(12) :]])
        else:
            pieces: list[str] = []
            while sum(map(len, pieces)) < LENGTH:
                some = draw.choice(source)
                first = draw.randrange(max(1, len(some) - 6))
                pieces.append(" ".join(some[first : first + draw.randint(3, 8)]))
            text = re.sub(r"(?<=[a-z,] )[A-Z][a-z]{2,}", rename, "\n\n".join(pieces))
            kept = [*kept[-400:], text]
        title = " ".join(text.split()[:8])
        yield {
            "id": f"a{number:07}", "title": title, "outlet": f"Outlet {number % 17}", "text": text,
            "date": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
        }  # fmt: skip


def cpu(work: Callable[[], Any], times: int = 2) -> float:
    """CPU seconds of the quickest run: what a process remembers of words from earlier texts counts, as in any part but the first."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def peers(count: int) -> list[Row]:
    """Rows of (what, megabytes a second, peer, megabytes a second, ratio)."""
    from nltk.text import Text
    from nltk.tokenize import wordpunct_tokenize
    from sklearn.feature_extraction.text import CountVectorizer
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from corpus_utils.annotate.frames import label_frames, load_codebook
    from corpus_utils.annotate.sentiment import MEASURES, score_texts
    from corpus_utils.annotate.word_types import batch
    from corpus_utils.tokens import concordance, count_words, index_texts, scan_words

    texts = [row["text"] for row in articles(count)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    scan_words(texts[:10])
    # four times each: the first runs of a process pay for memory that the machine has not given out before
    vectorizer = cpu(lambda: CountVectorizer().fit_transform(texts), 4)
    rows = [line("counting words (index and counts)", size, cpu(lambda: count_words(index_texts(texts)), 4), "CountVectorizer", vectorizer)]
    import pandas as pd

    some = texts[:2000]
    part = sum(len(text.encode()) for text in some) / 1e6
    units = pd.DataFrame({"id": [str(n) for n in range(len(some))], "text": some, "language": "en"})
    units["article_id"] = units["id"]
    book = load_codebook("generic")
    label_frames(units.head(5), book)
    peer = cpu(lambda: CountVectorizer().fit_transform(some), 4)
    rows.append(line("coding frame cues", part, cpu(lambda: label_frames(units, book), 4), "CountVectorizer", peer))
    queries = [word for word in index_texts(texts[:200]).vocabulary if len(word) > 4][:5000:50]

    def ours() -> None:
        index = index_texts(texts)
        for query in queries:
            concordance(texts, index, query)

    def theirs() -> None:
        text = Text([word.lower() for one in texts for word in wordpunct_tokenize(one)])
        for query in queries:
            text.concordance_list(query, lines=10**9)

    rows.append(line("KWIC: index and 100 queries", size, cpu(ours), "nltk.Text", cpu(theirs, 1)))
    lines = [piece for text in texts[:200] for piece in re.split(r"(?<=[.!?])\s+", text)]
    bytes_of = sum(len(piece.encode()) for piece in lines) / 1e6
    analyzer = SentimentIntensityAnalyzer()
    reference = cpu(lambda: [analyzer.polarity_scores(piece) for piece in lines], 1)
    # texts that were just cut into words are remembered: other texts are, so that each run cuts them
    for what, measures in (("tone by VADER's rules", MEASURES[:1]), ("tone, all three measures", MEASURES)):
        taken = cpu(lambda: (batch([""], keep=True), score_texts(lines, ["en"] * len(lines), measures=measures)), 3)  # noqa: B023  # called at once
        rows.append(line(what, bytes_of, taken, "vaderSentiment", reference))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts")
        path.write_bytes("\x00".join(texts).encode())
        bound = cpu(lambda: scan_words(path.read_bytes().decode().split("\x00")))
    return [*rows, ("bound: read, decode, cut into words", f"{size / bound:.1f}", "", "", "")]


def line(what: str, size: float, ours: float, peer: str, theirs: float) -> Row:
    """One row of the table of ratios."""
    return (what, f"{size / ours:.1f}", peer, f"{size / theirs:.1f}", f"{theirs / ours:.1f}")


def build(count: int, engine: str, workers: int, *, reports: bool = False) -> tuple[Row, list[Row]]:
    """Build a corpus of `count` articles in processes of its own: seconds, per article, peak memory, again with ten more; its reports."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [json.dumps(row, ensure_ascii=False) for row in articles(count + 10)]
        root = Path(folder)
        source = root / "articles"
        source.mkdir()
        for first in range(0, count, 500):
            (source / f"{first:07}.jsonl").write_text("\n".join(rows[first : min(count, first + 500)]) + "\n", encoding="utf-8")
        settings = '[corpus]\nsources = ["articles"]\n[measures]\nvector_budget = 0\n'
        (root / "corpus.toml").write_text(f'{settings}[engine]\nkind = "{engine}"\nworkers = {workers}\n')
        seconds, cpu_seconds, peak = run(root)
        told = report_rows(root, slow=3) if reports else []
        (source / "new.jsonl").write_text("\n".join(rows[count:]) + "\n", encoding="utf-8")
        more, cpu_more, _ = run(root)
    size = sum(len(row.encode()) for row in rows[:count]) / 1e6
    built = (
        f"{count:,}",
        f"{size:.0f}",
        f"{engine}, {workers}",
        f"{seconds:.0f}",
        f"{1000 * seconds / count:.1f}",
        f"{1000 * cpu_seconds / count:.1f}",
        f"{cpu_seconds / size:.2f}",
        f"{peak / 1e9:.2f}",
        f"{more:.1f}",
        f"{100 * cpu_more / cpu_seconds:.0f} %",
    )
    return built, [(f"{count:,}", *row) for row in told]


def run(root: Path) -> tuple[float, float, float]:
    """Seconds of `build_corpus` by the wall and of all its processes, and the highest sum of their memory (shared pages count in each)."""
    import resource

    import psutil

    code = "import sys; from corpus_utils.engine import set_environment; set_environment()\nfrom corpus_utils.pipeline import build_corpus\nfrom corpus_utils.project import load_project\nif __name__ == '__main__': build_corpus(load_project(sys.argv[1]))"
    script = root / "build.py"
    script.write_text(code, encoding="utf-8")
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen([sys.executable, str(script), str(root)], env=environment())
    peak, over = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        parent = psutil.Process(process.pid)
        while not over.wait(0.2):
            used = 0
            for one in [parent, *children(parent)]:
                try:
                    used += one.memory_info().rss
                except psutil.Error:
                    continue
            peak = max(peak, used)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code_of = process.wait()
    over.set()
    watcher.join()
    if code_of:
        raise SystemExit(f"the build of {root} ended with {code_of}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, used, peak


def children(parent: Any) -> list[Any]:
    """Processes below one, none where it has gone."""
    import psutil

    try:
        return parent.children(recursive=True)
    except psutil.Error:
        return []


def table(head: Row, rows: list[Row]) -> str:
    """A Markdown table, numbers to the right."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, tuple(marks), *rows])


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    options.add_argument("--sizes", type=int, nargs="*", default=[300, 1000])
    options.add_argument("--peers", type=int, default=10_000, metavar="N", help="articles the peers are compared on; 0: not at all")
    options.add_argument("--engine", default="processes")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--reports", action="store_true", help="make the four reports, too")
    options.add_argument("--out", type=Path, default=RESULTS, metavar="FILE", help="where the tables are written (default: RESULTS.md)")
    chosen = options.parse_args(arguments)
    if not GOLD.is_dir():
        return did_not_run(GOLD)
    load = os.getloadavg()[0]
    busy = f"{os.cpu_count()} cores, load {load:.1f} at the start" + (
        ": other work was running, so wall clock is too long" if load > 2 else ""
    )
    parts = [
        "# Results of `python -m benchmarks.scale`\n",
        f"Written by the command itself. Python {sys.version.split()[0]}, {busy}. The articles are synthetic (see the script): they measure cost, not quality.\n",
    ]
    if chosen.peers:
        head = ("what", "MB/s", "peer", "MB/s", "ratio")
        parts += [f"## Beside peers, {chosen.peers:,} articles, CPU time of one process\n", table(head, peers(chosen.peers)), ""]
        print(parts[-2], flush=True)
    head = (
        "articles",
        "MB",
        "engine, workers",
        "s",
        "ms an article",
        "of all cores",
        "core s a MB",
        "peak GB",
        "ten more, s",
        "of the cores' time",
    )
    rows, reports = [], []
    for count in chosen.sizes:
        row, told = build(count, chosen.engine, chosen.workers, reports=chosen.reports)
        rows.append(row)
        reports += told
        print("\n".join(map(" ".join, [row, *told])), flush=True)
    if rows:
        parts += ["## From flat text to all tables, without sentence vectors\n", table(head, rows), ""]
    if reports:
        parts += ["## The reports after it, without a kernel\n", table(("articles", "report", "s", "core s", "peak GB"), reports), ""]
    chosen.out.write_text("\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
