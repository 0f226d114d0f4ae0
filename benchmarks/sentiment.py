"""Tone against the reference and against gold: `python benchmarks/sentiment.py`.

1. Agreement: the compound of vaderSentiment and ours, to 4 decimals, on every text of the gold sets that hold English (whole texts
   and their sentences), and the time of both in the same run; ours pays there for every word it has not met.
2. What the measures are worth: correlation with rated headlines, macro-F1 on sentences about a person; coverage; agreement of the
   two lexicons.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from benchmarks.floors import exit_code
from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.annotate.sentiment import MEASURES, score_texts, tone_label
from corpus_utils.sentences import sentence_bounds

GOLD = GOLD_FOLDER
SETS = (
    ("newsmtsc", "sentiment/newsmtsc/train.jsonl"),
    ("persent", "sentiment/persent/dev.jsonl"),
    ("persent fixed", "sentiment/persent/fixed_test.jsonl"),
    ("semeval", "sentiment/semeval2007_affective/trial.jsonl"),
    ("basil", "framing/basil/articles.jsonl"),
    ("babe", "framing/babe_bias/sentences.jsonl"),
    ("narrative_frames", "framing/narrative_frames/articles.jsonl"),
    ("ccf_climate", "framing/ccf_climate/sentences.jsonl"),
    ("frac", "framing/frac_sentences/sentences.jsonl"),
    ("gvfc", "framing/gvfc/articles_lead.jsonl"),
    ("gvfc headlines", "framing/gvfc/headlines.jsonl"),
    ("polnear", "quotes/polnear/train.jsonl.gz"),
    ("ud news", "sentences_langid/ud_news_sentences/docs.jsonl"),
)


def rows(path: Path) -> list[dict]:
    """Rows of a gold file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def strings(value: object) -> Iterator[str]:
    """Every string of more than five words inside a row, whatever its field: sentences, articles, headlines."""
    if isinstance(value, str):
        if value.count(" ") > 4:
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def agreement() -> dict[str, float]:
    """Print per set: texts, texts with another compound, seconds of both, ratio; return what has a floor."""
    reference = SentimentIntensityAnalyzer()
    total = {"texts": 0, "other": 0, "reference": 0.0, "ours": 0.0}
    print(f"{'set':18}{'texts':>9}{'differ':>8}{'reference s':>13}{'ours s':>9}{'times faster':>14}")
    for name, file in SETS:
        if not (GOLD / file).is_file():
            print(f"{name:18} did not run: {GOLD / file} is missing")
            continue
        whole = [text for row in rows(GOLD / file) for text in strings(row)]
        texts = whole + [text[start:end] for text in whole for start, end in sentence_bounds(text, "en")]
        start = time.process_time()
        wanted = [reference.polarity_scores(text)["compound"] for text in texts]
        middle = time.process_time()
        got = compounds(texts)
        end = time.process_time()
        other = sum(one != two for one, two in zip(wanted, got, strict=True))
        for key, value in (("texts", len(texts)), ("other", other), ("reference", middle - start), ("ours", end - middle)):
            total[key] += value
        print(f"{name:18}{len(texts):9}{other:8}{middle - start:13.2f}{end - middle:9.2f}{(middle - start) / (end - middle):14.1f}")
    if not total["texts"]:
        return {}
    ratio = total["reference"] / total["ours"]
    print(f"{'all':18}{total['texts']:9}{total['other']:8}{total['reference']:13.2f}{total['ours']:9.2f}{ratio:14.1f}")
    return {"sentiment.equal": 1 - total["other"] / total["texts"], "sentiment.times_faster": ratio}


def compounds(texts: list[str]) -> list[float]:
    """The measure `vader` alone, which is what the reference computes."""
    from corpus_utils.annotate import vader_arrays, vader_words

    return vader_arrays.score(vader_words.prepare(texts)[0]).compound.tolist()


def worth() -> dict[str, float]:
    """Print what each measure says of rated headlines and of sentences about a person; return what has a floor."""
    from sklearn.metrics import f1_score

    headlines, people = GOLD / dict(SETS)["semeval"], GOLD / dict(SETS)["newsmtsc"]
    if not (headlines.is_file() and people.is_file()):
        print("did not run: semeval or newsmtsc is missing (set CORPUS_GOLD)")
        return {}
    rated = rows(headlines)
    scores = score_texts([row["headline"] for row in rated], ["en"] * len(rated))
    coded = [(row["text"], target["polarity"]) for row in rows(people) for target in row["targets"]]
    start = time.process_time()
    toned = score_texts([text for text, _ in coded], ["en"] * len(coded))
    seconds = time.process_time() - start
    labels = [label for _, label in coded]
    print(f"\n{'measure':14}{'headlines r':>12}{'coverage':>10}{'people macro-F1':>17}{'coverage':>10}")
    found = {}
    for measure in MEASURES:
        correlation = np.corrcoef(scores[measure], [row["valence"] for row in rated])[0, 1]
        found[measure] = float(correlation)
        macro = f1_score(labels, [tone_label(score, measure) for score in toned[measure]], average="macro")
        covered = [(frame[f"{measure}_hits"] > 0).mean() for frame in (scores, toned)]
        print(f"{measure:14}{correlation:12.2f}{covered[0]:10.2f}{macro:17.3f}{covered[1]:10.2f}")
    agree, speed = np.corrcoef(toned["vader"], toned["lexicon2"])[0, 1], len(coded) / seconds
    print(f"vader and lexicon2: r {agree:.2f}; all three measures: {speed:,.0f} texts a second")
    return {"sentiment.lexicon2_headlines": found["lexicon2"]}


if __name__ == "__main__":
    sys.exit(exit_code(agreement() | worth()) if GOLD.is_dir() else did_not_run(GOLD))
