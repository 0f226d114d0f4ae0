"""Quotations against the gold sets: `python benchmarks/quotes.py [--half 0|1] [--set polnear|wikinews] [--rules]`.

A match: the hulls of two contents (first start to last end) overlap by at least half of the shorter. Direct stands for direct
and mixed: gold whose content touches a quotation mark, predictions of kind direct or mixed. A predicted direct attribution is right
if it matches direct gold; all attributions are matched with all. Speaker: share of direct gold with a source for which the
best matching direct prediction's mention overlaps a source span. Exact: F1 over equal hulls (marks set aside).
`--half` takes the articles whose id hashes to an even (0: development) or odd number (1: report).
"""

from __future__ import annotations

import argparse
import collections
import gzip
import hashlib
import json
import sys
import time

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.annotate.quotes import Quote, quotes_in_text

Span = tuple[int, int]
FLOORED = ("direct_precision", "direct_recall", "speaker", "all_precision", "all_recall")  # of polnear, whole
MARKS = "“”„‟«»‹›\"‘’‚'` "


def load(name: str, half: int | None) -> list[dict]:
    """Gold articles as {id, text, gold: [(hull, source spans, quoted)]}."""
    folder = GOLD_FOLDER / "quotes" / name
    path = folder / "train.jsonl.gz"
    if not path.is_file():
        raise SystemExit(did_not_run(path))
    articles = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if half is not None and int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 != half:
                continue
            items = row.get("attributions")
            if items is not None:
                gold = [(hull(a["content"]), [tuple(p) for p in a["source"]], a["quoted"]) for a in items if a["content"]]
            else:
                gold = [
                    (hull(a["quote"]), [tuple(p) for p in a["speaker"]], a["type"] == "Direct") for a in row["quotations"] if a["quote"]
                ]
            articles.append({"id": row["id"], "text": row["text"], "gold": gold})
    return articles


def hull(spans: list[list[int]]) -> Span:
    """First start to last end."""
    return min(s for s, _ in spans), max(e for _, e in spans)


def match(a: Span, b: Span) -> bool:
    """Overlap of at least half of the shorter."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared > 0 and 2 * shared >= min(a[1] - a[0], b[1] - b[0])


def bare(text: str, span: Span) -> Span:
    """The span without marks and white space around it."""
    start, end = span
    while start < end and text[start] in MARKS:
        start += 1
    while end > start and text[end - 1] in MARKS + ".,":
        end -= 1
    return start, end


def evaluate(articles: list[dict], predictions: list[list[Quote]]) -> dict[str, float]:
    """All figures named in the module's head."""
    n: collections.Counter[str] = collections.Counter()
    for article, found in zip(articles, predictions, strict=True):
        gold, text = article["gold"], article["text"]
        marked = [q for q in found if q.kind != "indirect"]
        quoted = [g for g in gold if g[2]]
        n["direct found"] += len(marked)
        n["direct gold"] += len(quoted)
        n["direct right"] += sum(any(match((q.start, q.end), g[0]) for g in quoted) for q in marked)
        n["all found"] += len(found)
        n["all gold"] += len(gold)
        n["all right"] += sum(any(match((q.start, q.end), g[0]) for g in gold) for q in found)
        n["all hit"] += sum(any(match((q.start, q.end), g[0]) for q in found) for g in gold)
        for content, sources, _ in quoted:
            matching = [q for q in marked if match((q.start, q.end), content)]
            n["direct hit"] += bool(matching)
            if sources:
                n["sourced"] += 1
                best = max(matching, key=lambda q: min(q.end, content[1]) - max(q.start, content[0]), default=None)
                n["speaker right"] += best is not None and any(min(best.speaker_end, e) > max(best.speaker_start, s) for s, e in sources)
                n["speaker any"] += any(min(q.speaker_end, e) > max(q.speaker_start, s) for s, e in sources for q in matching)
        exact_gold = {bare(text, g[0]) for g in gold}
        exact_found = {bare(text, (q.start, q.end)) for q in found}
        n["exact gold"] += len(exact_gold)
        n["exact found"] += len(exact_found)
        n["exact right"] += len(exact_gold & exact_found)
        pairs = one_to_one([(q.start, q.end) for q in found], [g[0] for g in gold])
        n["pairs"] += pairs

    def share(part: str, whole: str) -> float:
        return n[part] / n[whole] if n[whole] else float("nan")

    return {
        "direct_precision": share("direct right", "direct found"),
        "direct_recall": share("direct hit", "direct gold"),
        "speaker": share("speaker right", "sourced"),
        "speaker_any": share("speaker any", "sourced"),
        "all_precision": share("all right", "all found"),
        "all_recall": share("all hit", "all gold"),
        "all_precision_1to1": share("pairs", "all found"),
        "all_recall_1to1": share("pairs", "all gold"),
        "exact_f1": 2 * n["exact right"] / max(1, n["exact gold"] + n["exact found"]),
        "found": float(n["all found"]),
        "gold": float(n["all gold"]),
    }


def one_to_one(found: list[Span], gold: list[Span]) -> int:
    """Greedy pairs, largest overlap first."""
    pairs = sorted(
        ((min(f[1], g[1]) - max(f[0], g[0]), i, j) for i, f in enumerate(found) for j, g in enumerate(gold) if match(f, g)),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return len(left)


def by_rule(articles: list[dict], predictions: list[list[Quote]], key: str) -> list[tuple[str, int, float, float]]:
    """(rule or cue, predictions, share matched, share of matched whose mention overlaps a source) - largest first."""
    n: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for article, found in zip(articles, predictions, strict=True):
        for q in found:
            entry = n[(q.rule if key == "rule" else q.rule.split(":")[0] + " " + q.cue.lower()) + (" +" if q.kind != "indirect" else "")]
            entry[0] += 1
            hits = [g for g in article["gold"] if match((q.start, q.end), g[0]) and (g[2] or q.kind == "indirect")]
            entry[1] += bool(hits)
            entry[2] += any(min(q.speaker_end, e) > max(q.speaker_start, s) for g in hits for s, e in g[1])
    return sorted(((k, a, b / a, c / max(1, b)) for k, (a, b, c) in n.items()), key=lambda row: (-row[1], row[0]))


def main() -> int:
    """Print the figures as JSON, one line a set; 1 where one lies under its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=("polnear", "wikinews_quotes_de"), action="append")
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--cues", action="store_true")
    options = parser.parse_args()
    floored: dict[str, float] = {}
    for name in options.set or ("polnear", "wikinews_quotes_de"):
        articles = load(name, options.half)
        language = "en" if name == "polnear" else "de"
        quotes_in_text("", language)
        began = time.process_time()
        predictions = [quotes_in_text(article["text"], language) for article in articles]
        seconds = time.process_time() - began
        figures = {key: round(value, 4) for key, value in evaluate(articles, predictions).items()}
        if name == "polnear" and options.half is None:
            floored = {f"quotes.{key}": figures[key] for key in FLOORED}
        megabytes = sum(len(article["text"].encode()) for article in articles) / 1e6
        print(json.dumps({"set": name, "articles": len(articles), **figures, "mb_per_s": round(megabytes / seconds, 2)}))
        for key in ["rule"] * options.rules + ["cue"] * options.cues:
            for rule, count, right, speaker in by_rule(articles, predictions, key)[:150]:
                print(f"{count:6d} {right:.2f} speaker {speaker:.2f}  {rule}", file=sys.stderr)
    return exit_code(floored)


if __name__ == "__main__":
    sys.exit(main())
