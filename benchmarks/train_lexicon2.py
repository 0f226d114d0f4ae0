"""The second lexicon, induced from sentences about people: `python -m benchmarks.train_lexicon2 [--write]`.

Data: NewsMTSC, train part (Hamborg & Donnay 2021, MIT): news sentences with the tone towards the people in them, read by several people.
Method: a word's polarity is what it adds to the tone of the sentences it stands in, names left out. It has two parts, both by ridge
regression: what follows from its meaning (the sentence encoder's vector of the single word, so that words that mean alike are alike and
rare words borrow from common ones), and what its own sentences say beyond that. No list of anybody's ratings is used, VADER's included.
Vocabulary: words in small letters of the permissively licensed sets (NewsMTSC and the climate narratives), seen three times or more.
Cross-validated by article; scored besides on headlines rated by people (SemEval-2007 task 14), never trained on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.gold import GOLD_FOLDER, did_not_run
from corpus_utils.annotate import lexicon2, vectors
from corpus_utils.annotate.word_types import batch

GOLD = GOLD_FOLDER
OF_MEANING, OF_WORDS = 30.0, 60.0  # ridge strengths
RAREST = 3  # times a word must be seen
LARGEST = 99.0  # percentile of the absolute polarities that becomes 1
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
KINDS = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


def words(text: str) -> list[str]:
    """Words in small letters as the lexicon looks them up: names, openings of sentences and compounds are left out."""
    return [lexicon2.bare(word) for word in WORD.findall(text) if word[0].islower() and len(word) > 2 and "-" not in word]


def sentences() -> tuple[list[list[str]], np.ndarray, np.ndarray]:
    """Words, mean tone towards the people named, and article number of each sentence."""
    path = GOLD / "sentiment/newsmtsc/train.jsonl"
    if not path.is_file():
        raise SystemExit(did_not_run(path))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tone = np.array([np.mean([KINDS[target["polarity"]] for target in row["targets"]]) for row in rows])
    articles = np.unique(["_".join(row["id"].split("_")[:3]) for row in rows], return_inverse=True)[1]
    return [words(row["text"]) for row in rows], tone, articles


def vocabulary(texts: list[list[str]]) -> list[str]:
    """Words of the permissive sets seen often enough, without words that carry no tone by themselves."""
    counts = Counter(word for text in texts for word in text)
    path = GOLD / "framing/narrative_frames/articles.jsonl"
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            counts.update(words(json.loads(line).get("text", "")))
    return sorted(word for word, count in counts.items() if count >= RAREST and lexicon2.may_carry_tone(word))


def induce(texts: list[list[str]], tone: np.ndarray, vocabulary: list[str], meaning: np.ndarray) -> np.ndarray:
    """Polarity of each word of the vocabulary, in the units of tone."""
    places = {word: number for number, word in enumerate(vocabulary)}
    cells = [(row, places[word]) for row, text in enumerate(texts) for word in sorted(set(text)) if word in places]
    rows, columns = np.array(cells).T
    bag = csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(texts), len(vocabulary)))
    centred = tone - tone.mean()
    summed = bag @ meaning
    of_meaning = np.linalg.solve(summed.T @ summed + OF_MEANING * np.eye(meaning.shape[1]), summed.T @ centred)
    rest = centred - summed @ of_meaning
    seen = np.flatnonzero(np.asarray((bag > 0).sum(axis=0)).ravel() >= 2)
    own = bag[:, seen]
    kernel = (own @ own.T).toarray()
    weights = own.T @ np.linalg.solve(kernel + OF_WORDS * np.eye(len(texts)), rest)
    polarity = meaning @ of_meaning
    polarity[seen] += weights
    return polarity


def scaled(vocabulary: list[str], polarity: np.ndarray) -> dict[str, float]:
    """word -> polarity, -1 to 1; words nearer to zero than the lexicon counts are left out."""
    shifted = polarity - np.median(polarity)
    values = np.clip(shifted / np.percentile(np.abs(shifted), LARGEST), -1, 1)
    return {word: round(float(value), 2) for word, value in zip(vocabulary, values, strict=True) if abs(value) >= lexicon2.LEAST_POLARITY}


def correlation(lexicon: dict[str, float], texts: list[str], rated: np.ndarray) -> tuple[float, float]:
    """Pearson's r of the lexicon's scores with ratings, and the share of texts with a hit."""
    found = lexicon2.judge(batch(texts), lexicon2.with_forms(lexicon))
    return float(np.corrcoef(found.scores, rated)[0, 1]), float((found.counts > 0).mean())


def main() -> None:
    """Cross-validate, score on headlines, write where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the lexicon and its card into the package")
    options = parser.parse_args()
    texts, tone, articles = sentences()
    known = vocabulary(texts)
    meaning = vectors.embed(known).astype(np.float64)
    raw = [json.loads(line)["text"] for line in (GOLD / "sentiment/newsmtsc/train.jsonl").read_text(encoding="utf-8").splitlines()]
    held, covered = np.zeros(len(texts)), 0.0
    for fold in range(5):
        test = np.flatnonzero(articles % 5 == fold)
        train = np.flatnonzero(articles % 5 != fold)
        lexicon = scaled(known, induce([texts[n] for n in train], tone[train], known, meaning))
        found = lexicon2.judge(batch([raw[n] for n in test]), lexicon2.with_forms(lexicon))
        held[test] = found.scores
        covered += float((found.counts > 0).sum()) / len(texts)
    scores = {"sentences": len(texts), "r": round(float(np.corrcoef(held, tone)[0, 1]), 3), "coverage": round(covered, 3)}
    print("NewsMTSC, cross-validated by article:", scores)
    lexicon = scaled(known, induce(texts, tone, known, meaning))
    headlines = [
        json.loads(line) for line in (GOLD / "sentiment/semeval2007_affective/trial.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    r, share = correlation(lexicon, [row["headline"] for row in headlines], np.array([row["valence"] for row in headlines], dtype=float))
    print(f"{len(lexicon)} words; rated headlines: r {r:.3f}, coverage {share:.2f}")
    ordered = sorted(lexicon, key=lambda word: lexicon[word])
    print("lowest:", " ".join(ordered[:25]), "\nhighest:", " ".join(ordered[-25:]))
    if options.write:
        card = {
            "lexicon": "corpus-utils news lexicon, English", "words": len(lexicon),
            "data": "NewsMTSC, train part; vocabulary also from the climate narratives (Frermann et al. 2023)", "licence": "MIT",
            "citation": "Hamborg & Donnay 2021, NewsMTSC: (Multi-)Target-dependent Sentiment Classification in News Articles, EACL",
            "method": "ridge regression of the tone towards people on the words of their sentences, by meaning and by word; see the trainer",
            "cross_validated": scores, "headlines": {"r": round(r, 3), "coverage": round(share, 3)}, "polarities": lexicon,
        }  # fmt: skip
        lexicon2.PATH.parent.mkdir(parents=True, exist_ok=True)
        lexicon2.PATH.write_text(json.dumps(card, ensure_ascii=False, indent=0, sort_keys=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
