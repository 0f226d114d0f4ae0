"""Tone of texts by three measures: `vader`, `vader_masked` and `lexicon2`, with the words behind every score.

    vader         the compound of VADER (Hutto & Gilbert 2014), exactly as the package vaderSentiment computes it
    vader_masked  the same with the words of names and bodies taken out (rule: `masking`)
    lexicon2      mean polarity by a lexicon of another make (rules and licence: `lexicon2`)

Conventions
    All scores lie in -1 to 1. English only: another language has NaN and the status "unsupported", never 0. An English text
    without a known word is judged 0 with 0 hits, so that coverage can be reported.
    Articles are described by the mean over their sentences and by shares, never by the compound of the whole text.
    Labels: positive from .05 and negative from -.05 for VADER (as published), .1 and -.1 for lexicon2, else neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate import lexicon2, vader_arrays, vader_words
from corpus_utils.annotate.languages import resolve_languages
from corpus_utils.annotate.masking import hidden_words
from corpus_utils.annotate.tone_evidence import Judged, evidence_of, hit_spans
from corpus_utils.annotate.word_types import Batch
from corpus_utils.records import records_with
from corpus_utils.sentences import sentence_bounds

if TYPE_CHECKING:
    import pandas as pd
    from pandas.api.extensions import ExtensionArray

MEASURES = ("vader", "vader_masked", "lexicon2")
SUPPORTED = frozenset({"en"})
THRESHOLDS = {
    "vader": (vader_arrays.NEGATIVE, vader_arrays.POSITIVE),
    "vader_masked": (vader_arrays.NEGATIVE, vader_arrays.POSITIVE),
    "lexicon2": (lexicon2.NEGATIVE, lexicon2.POSITIVE),
}
_LABELS: tuple[list[str], ...] = ([], ["negative"], ["neutral"], ["positive"])  # the first: unsupported
_NEGATIVE, _NEUTRAL, _POSITIVE = 1, 2, 3


def score_texts(texts: Sequence[str], languages: Sequence[str], *, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
    """Scores of each text, in order: vader, vader_masked, lexicon2 (float, NaN where unsupported), the number of lexicon words
    behind each (`vader_hits`, `vader_masked_hits`, `lexicon2_hits`; 0 where unsupported), and `status`.

    `languages` holds an ISO 639-1 code per text; `measures`: only some of them. Raises ValueError if texts and languages differ in length.
    """
    import pandas as pd

    supported, judged, *_ = _judge(texts, languages, measures)
    data: dict[str, np.ndarray] = {}
    for measure in measures:
        data[measure] = _spread(judged[measure].scores, supported, len(texts), np.nan)
    for measure in measures:
        data[f"{measure}_hits"] = _spread(judged[measure].counts, supported, len(texts), 0)
    frame = pd.DataFrame(data)
    status = np.full(len(texts), "unsupported", dtype=object)
    status[supported] = "judged"
    frame["status"] = pd.Series(status, dtype="str")
    return frame


def _spread(values: np.ndarray, at: np.ndarray, length: int, otherwise: float) -> np.ndarray:
    out = np.full(length, otherwise, dtype=np.int64 if otherwise == 0 else np.float64)
    out[at] = values
    return out


def _judge(
    texts: Sequence[str], languages: Sequence[str], measures: Sequence[str] = MEASURES
) -> tuple[np.ndarray, dict[str, Judged], Batch, frozenset[int]]:
    """Numbers of the supported texts, the measures over them, their batch, and which of them hold emojis."""
    if len(texts) != len(languages):
        raise ValueError(f"{len(texts)} texts but {len(languages)} languages; give one language per text")
    supported = np.flatnonzero(np.fromiter((code in SUPPORTED for code in languages), dtype=bool, count=len(texts)))
    return supported, *_judge_english([texts[number] for number in supported.tolist()], measures)


def _judge_english(texts: list[str], measures: Sequence[str]) -> tuple[dict[str, Judged], Batch, frozenset[int]]:
    words, with_emojis = vader_words.prepare(texts)
    judged, all_texts = {}, np.arange(len(texts))
    plain = vader_arrays.score(words) if {"vader", "vader_masked"} & set(measures) else None
    for measure in measures:
        if measure == "lexicon2" or plain is None:
            judged[measure] = Judged(*lexicon2.judge(words), np.zeros(len(texts)), all_texts)
            continue
        scores, own = (plain, all_texts) if measure == "vader" else vader_arrays.score_hidden(words, plain, hidden_words(words))
        counts = np.bincount(scores.hits.texts, minlength=len(texts))
        judged[measure] = Judged(scores.compound, counts, *scores.hits, scores.emphasis, own)
    return judged, words, with_emojis


def label_tone(units: pd.DataFrame) -> pd.DataFrame:
    """The table `labels`: three rows per unit, one per measure, in the order of the units.

    `units` has id, article_id, text and language. `label` is [positive], [negative] or [neutral]; `evidence` holds
    [start, end, "word +1.9"] of every lexicon word that counted: offsets into the unit's text and the value after all rules.
    Rows with the same label share its list: nobody may change it.
    """
    import pandas as pd
    import pyarrow as pa

    supported = np.flatnonzero(units["language"].isin(SUPPORTED))
    # a sentence that one voice speaks is a passage, too: each text is judged once
    which, texts = pd.factorize(units["text"].take(supported))
    english = texts.tolist()
    judged, words, with_emojis = _judge_english(english, MEASURES)
    spans = hit_spans(english, judged.values(), words, with_emojis)
    measures = len(MEASURES)
    score, kinds = np.full((len(units), measures), np.nan), np.zeros((len(units), measures), dtype=np.int64)
    told, evidence = np.zeros_like(kinds), [pa.array(["[]"], pa.large_string())]
    row, ends = np.zeros(len(texts), dtype=np.int64), 1  # that of a text's evidence by the last measure; of the evidence so far
    for place, measure in enumerate(MEASURES):
        scores, (low, high) = judged[measure].scores, THRESHOLDS[measure]
        score[supported, place] = scores[which]
        kinds[supported, place] = np.where(scores >= high, _POSITIVE, np.where(scores <= low, _NEGATIVE, _NEUTRAL))[which]
        own = judged[measure].own
        hit = own[judged[measure].counts[own] > 0]
        row[own] = 0
        row[hit] = ends + np.arange(len(hit))
        told[supported, place] = row[which]
        evidence.append(evidence_of(judged[measure], hit, spans))
        ends += len(hit)
    rows = np.repeat(np.arange(len(units)), measures)
    labels = np.empty(len(_LABELS), dtype=object)
    labels[:] = list(map(list, _LABELS))  # lists of this table's own

    def taken(values: Sequence[str], at: np.ndarray) -> ExtensionArray:  # each text once, however many rows have it
        return pd.array(values, dtype="str").take(at.ravel())

    table: dict[str, Any] = {
        "unit": units["id"].array.take(rows),
        "article_id": units["article_id"].array.take(rows),
        "measure": taken(MEASURES, np.tile(np.arange(measures), len(units))),
        "status": taken(("unsupported", "judged"), np.minimum(kinds, 1)),
        "label": labels[kinds.ravel()],
        "score": score.ravel(),
        "evidence": pa.concat_arrays(evidence).take(pa.array(told.ravel())),
    }
    return schema.validate("labels", schema.from_columns("labels", table))


def tone_label(score: float, measure: str) -> str:
    """positive, negative or neutral by the thresholds of the measure."""
    low, high = THRESHOLDS[measure]
    return "positive" if score >= high else "negative" if score <= low else "neutral"


def tone_records(records: pd.DataFrame, *, unit: str = "text", language: str = "") -> pd.DataFrame:
    """Records with their tone, for the command line: all columns of the input, then those of `score_texts`.

    unit "text": one row per record, in input order, also for empty text, on which the measures abstain. unit "sentence": one row
    per sentence with `start` and `end` into the record's text, `text` being the sentence; a record without text has none. An
    input column of the same name gets `_input`. `language` counts where a record states none. Raises ValueError for another unit.
    """
    import pandas as pd

    if unit not in ("text", "sentence"):
        raise ValueError(f"unit {unit!r} is not known; there are: text, sentence")
    codes, texts, owners, made = resolve_languages(records, language), records["text"].tolist(), None, {}
    if unit == "sentence":
        bounds = [sentence_bounds(text, code) for text, code in zip(texts, codes, strict=True)]
        owners = [number for number, found in enumerate(bounds) for _ in found]
        flat = [bound for found in bounds for bound in found]
        texts = [texts[number][start:end] for number, (start, end) in zip(owners, flat, strict=True)]
        codes = [codes[number] for number in owners]
        made = {"start": np.array([start for start, _ in flat], dtype=np.int64), "end": np.array([end for _, end in flat], dtype=np.int64)}
        records = records.drop(columns="text")
        made["text"] = pd.Series(texts, dtype="str")
    scores = score_texts(texts, codes).rename(columns={"status": "tone_status"})
    empty = np.array([not text.strip() for text in texts], dtype=bool)
    scores["tone_status"] = scores["tone_status"].mask(empty & (scores["tone_status"] == "judged").to_numpy(), "abstained")
    return records_with(records, pd.concat([pd.DataFrame(made), scores], axis=1), owners)


def term_influence(units: pd.DataFrame, *, measure: str = "vader", weights: Sequence[float] | None = None) -> pd.DataFrame:
    """What each lexicon term does to the mean score: leave one out, most influential first.

    `units` has text and language. Returns term, n (occurrences), units (with the term), mean (of all supported units),
    without (the mean had the term added nothing, all else as it was) and effect = mean - without. `weights` (one per unit, e.g.
    1 / sentences of the article) make it a weighted mean. Raises ValueError for an unknown measure.
    """
    import pandas as pd

    if measure not in MEASURES:
        raise ValueError(f"no measure {measure!r}; there are: {', '.join(MEASURES)}")
    supported, found, words, _ = _judge(units["text"].tolist(), units["language"].tolist())
    judged = found[measure]
    weight = np.ones(len(units)) if weights is None else np.asarray(weights, dtype=float)
    weight = weight[supported] / weight[supported].sum() if len(supported) else weight[supported]
    mean = float((judged.scores * weight).sum())
    as_word = lexicon2.bare if measure == "lexicon2" else lambda token: vader_words.stripped(token).lower()
    types, of_hit = np.unique(words.ids[judged.positions], return_inverse=True)
    tokens = words.types.tokens()
    terms, of_type = np.unique(np.array([as_word(tokens[kind]) for kind in types.tolist()], dtype="str"), return_inverse=True)
    term_of_hit = of_type[of_hit] if len(of_hit) else of_hit
    pairs, of_pair = np.unique(judged.texts * max(1, len(terms)) + term_of_hit, return_inverse=True)
    text, term = pairs // max(1, len(terms)), pairs % max(1, len(terms))
    taken = np.bincount(of_pair, weights=judged.values, minlength=len(pairs))
    number = np.bincount(of_pair, minlength=len(pairs))
    sums = np.bincount(judged.texts, weights=judged.values, minlength=len(supported))
    left = np.where(np.abs(sums[text] - taken) < 1e-9, 0.0, sums[text] - taken)
    if measure == "lexicon2":
        new = left / np.maximum(judged.counts[text] - number, 1)
    else:
        new = vader_arrays.compound(left, judged.emphasis[text])
    change = np.bincount(term, weights=(judged.scores[text] - new) * weight[text], minlength=len(terms))
    frame = pd.DataFrame(
        {
            "term": pd.Series(terms.tolist(), dtype="str"),
            "n": np.bincount(term, weights=number, minlength=len(terms)).astype(np.int64),
            "units": np.bincount(term, minlength=len(terms)).astype(np.int64),
            "mean": np.full(len(terms), mean),
            "without": mean - change,
            "effect": change,
        }
    )
    order = np.lexsort((frame["term"].to_numpy(dtype="str"), -frame["effect"].abs().to_numpy()))
    return frame.iloc[order].reset_index(drop=True)
