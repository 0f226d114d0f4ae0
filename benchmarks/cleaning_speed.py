"""Speed and memory of the cleaner on flat text: python -m benchmarks.cleaning_speed [--megabytes N] [--rounds N]

Measured in one process on one core: megabytes (UTF-8) of flat gold text per second of processor time through `clean_documents` as a whole
(spans, stories, articles, metadata), through the labelling of lines alone, and through the summary of recurring lines; the whole in several
rounds, the regimes in turns: the quickest says what the code takes, the median what else the machine was doing. In the same run, on the same pages: trafilatura (Barbaresi 2021) extracting from their HTML, per megabyte of the flat text of those pages. Memory: the highest resident size of a
process that cleans N and one that cleans 4 N documents in parts of a thousand, less that of one that cleans ten.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import cleaning_data
from benchmarks.cleaning_data import Dump
from benchmarks.gold import GOLD_FOLDER, did_not_run

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"  # one core: read when the array library is first imported, which is later than this

PART = 1000
REGIMES = ("page", "extract")


def seconds(action: Callable[..., object], *arguments: object) -> float:
    """Processor time of one call."""
    started = time.process_time()
    action(*arguments)
    return time.process_time() - started


def megabytes(texts: Sequence[str]) -> float:
    """Size in UTF-8."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) / 1e6


def sample(dumps: Sequence[Dump], size: float) -> list[Dump]:
    """Dumps spread over all pages and tools, about `size` megabytes of them."""
    step = max(1, round(megabytes([dump.text for dump in dumps]) / size))
    return list(dumps[::step])


def clean(texts: Sequence[str]) -> None:
    """All of `clean_documents`, in parts as the pipeline makes them."""
    from corpus_utils import schema
    from corpus_utils.clean import clean_documents

    for first in range(0, len(texts), PART):
        rows = [
            {"id": f"d{first + i}", "source": f"d{first + i}.txt", "format": "txt", "encoding": "utf-8", "text": text}
            for i, text in enumerate(texts[first : first + PART])
        ]
        clean_documents(schema.frame("documents", rows))


def peer(folder: Path, texts: dict[str, str]) -> tuple[float, float]:
    """Megabytes of flat text of some pages, and trafilatura's seconds for the HTML of the same pages."""
    import json

    import trafilatura

    pages = {json.loads(line)["id"]: json.loads(line)["html"] for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()}
    markup = [gzip.decompress((folder / pages[name]).read_bytes()).decode("utf-8", "replace") for name in texts]
    trafilatura.extract(markup[0])
    return megabytes(list(texts.values())), seconds(lambda: [trafilatura.extract(page) for page in markup])


def peak(texts: int) -> float:
    """Highest resident size, in MB, of a process of its own that cleans this many made-up documents."""
    code = (
        "import resource, sys\nfrom benchmarks.cleaning_speed import PART, clean, made_up\n"
        f"for first in range(0, {texts}, PART): clean([made_up(i) for i in range(first, min(first + PART, {texts}))])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == 'darwin' else 1e3))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def made_up(number: int) -> str:
    """A small page of its own, for the memory test."""
    words = " ".join(f"word{(number * 31 + i * 7) % 997}" for i in range(60))
    return f"Home\nNews\n\nHeadline number {number} of the day\nBy Ann Other\n\nThe council said that {words}.\n\nIt added: {words}.\n\nShare\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 0 also where there is no gold data (and says so)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=3.0, help="how much flat text to clean per regime (default 3)")
    parser.add_argument("--rounds", type=int, default=8, help="how often it is cleaned (default 8)")
    options = parser.parse_args(arguments)
    small, one, four = peak(10), peak(500), peak(2000)
    print(f"memory over that of ten documents: {one - small:.0f} MB for 500, {four - small:.0f} MB for 2,000")
    folder = cleaning_data.gold_folder()
    if folder is None:
        return did_not_run(GOLD_FOLDER)
    from corpus_utils.clean.recurring import summarise_lines
    from corpus_utils.clean.roles import label_documents

    dumps = cleaning_data.load_dumps(folder)
    regimes = {name: [dump.text for dump in sample([d for d in dumps if d.regime == name], options.megabytes)] for name in REGIMES}
    clean(regimes["page"][:5])
    whole = [{name: seconds(clean, texts) for name, texts in regimes.items()} for _ in range(options.rounds)]
    for regime, texts in regimes.items():
        size, taken = megabytes(texts), sorted(one[regime] for one in whole)
        lines, recurring = seconds(lambda some: list(label_documents(some)), texts), seconds(summarise_lines, texts)
        told = f"whole {size / taken[0]:.2f} at best, {size / taken[len(taken) // 2]:.2f} at the median of {len(taken)}"
        print(f"{regime}: {size:.1f} MB; {told}, lines {size / lines:.2f}, recurring lines {size / recurring:.2f} MB/s")
    pages = {d.id: d.text for d in dumps if d.set == "newspaper4k_dataset" and d.tool == "html-text"}
    chosen = dict(list(pages.items())[::6])
    size, taken = peer(folder / "cleaning" / "newspaper4k_dataset", chosen)
    own = seconds(lambda: clean(list(chosen.values())))
    print(
        f"same {len(chosen)} pages: ours {size / own:.2f} MB/s of flat text, trafilatura on their HTML {size / taken:.2f}; ratio {taken / own:.1f}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
