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

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate import lexicon2, vader_arrays, vader_words
from corpus_utils.annotate.languages import resolve_languages
from corpus_utils.annotate.masking import hidden_words
from corpus_utils.annotate.word_types import Batch
from corpus_utils.records import records_with
from corpus_utils.sentences import sentence_bounds

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
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


class _Judged(NamedTuple):
    """One measure over the supported texts: scores per text; per hit its position, text and value; what is behind a compound."""

    scores: np.ndarray
    counts: np.ndarray
    positions: np.ndarray
    texts: np.ndarray
    values: np.ndarray
    emphasis: np.ndarray
    own: np.ndarray  # numbers of the texts whose hits differ from those by `vader`


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
) -> tuple[np.ndarray, dict[str, _Judged], Batch, frozenset[int]]:
    """Numbers of the supported texts, the measures over them, their batch, and which of them hold emojis."""
    if len(texts) != len(languages):
        raise ValueError(f"{len(texts)} texts but {len(languages)} languages; give one language per text")
    supported = np.flatnonzero(np.fromiter((code in SUPPORTED for code in languages), dtype=bool, count=len(texts)))
    words, with_emojis = vader_words.prepare([texts[number] for number in supported.tolist()])
    judged, all_texts = {}, np.arange(len(supported))
    plain = vader_arrays.score(words) if {"vader", "vader_masked"} & set(measures) else None
    for measure in measures:
        if measure == "lexicon2" or plain is None:
            judged[measure] = _Judged(*lexicon2.judge(words), np.zeros(len(supported)), all_texts)
            continue
        scores, own = (plain, all_texts) if measure == "vader" else vader_arrays.score_hidden(words, plain, hidden_words(words))
        counts = np.bincount(scores.hits.texts, minlength=len(supported))
        judged[measure] = _Judged(scores.compound, counts, *scores.hits, scores.emphasis, own)
    return supported, judged, words, with_emojis


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
    _, judged, words, with_emojis = _judge(texts.tolist(), ["en"] * len(texts))
    spans = _hit_spans(texts.tolist(), judged, words, with_emojis)
    measures = len(MEASURES)
    score, kinds = np.full((len(units), measures), np.nan), np.zeros((len(units), measures), dtype=np.int64)
    told, evidence = np.zeros_like(kinds), [pa.array(["[]"], pa.large_string())]
    ends = 1  # of the evidence so far
    for place, measure in enumerate(MEASURES):
        scores, (low, high) = judged[measure].scores, THRESHOLDS[measure]
        score[supported, place] = scores[which]
        kinds[supported, place] = np.where(scores >= high, _POSITIVE, np.where(scores <= low, _NEGATIVE, _NEUTRAL))[which]
        own = judged[measure].own
        row = np.arange(1, 1 + len(texts))  # that of `vader`, which comes first
        row[own] = ends + np.arange(len(own))
        told[supported, place] = row[which]
        evidence.append(_evidence(judged[measure], spans))
        ends += len(own)
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


def _evidence(judged: _Judged, spans: _Spans) -> pa.Array:
    """JSON of the hits of each of the measure's own texts; Arrow writes thousands of small arrays in a quarter of the time Python takes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chosen = np.zeros(len(judged.scores), dtype=bool)
    chosen[judged.own] = True
    kept = chosen[judged.texts]
    at = np.searchsorted(spans.positions, judged.positions[kept])
    values, of_hit = np.unique(judged.values[kept], return_inverse=True)  # few differ
    shown = pa.array([f'{value:+.1f}"' for value in values.tolist()], pa.string()).take(pa.array(of_hit))
    starts, ends = (pc.cast(pa.array(column[at]), pa.string()) for column in (spans.starts, spans.ends))
    items = pc.binary_join_element_wise(starts, ends, pc.binary_join_element_wise(spans.words.take(pa.array(at)), shown, " "), ", ")
    bounds = np.concatenate([[0], np.cumsum(judged.counts[judged.own])])  # the hits of a text stand together
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), items), "], [")
    filled = pc.binary_join_element_wise("[[", joined, "]]", "")
    return pc.if_else(pa.array(bounds[1:] > bounds[:-1]), filled, "[]").cast(pa.large_string())


class _Spans(NamedTuple):
    """Hits of any measure: position in the batch (ascending), start and end in the text as given, `"word` as in JSON."""

    positions: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    words: pa.Array


def _hit_spans(texts: Sequence[str], judged: dict[str, _Judged], words: Batch, with_emojis: frozenset[int]) -> _Spans:
    """Where every hit of any measure stands."""
    import pyarrow as pa

    positions = np.sort(np.concatenate([judged[measure].positions for measure in MEASURES]))
    positions = positions[np.diff(positions, prepend=-1) > 0]
    types, of_hit = np.unique(words.ids[positions], return_inverse=True)
    tokens = words.types.tokens()
    shown = [_shown(tokens[kind]) for kind in types.tolist()]
    offset, length = (np.array([row[column] for row in shown], dtype=np.int64)[of_hit] for column in (0, 1))
    starts = words.offsets[positions] + offset
    ends = starts + length
    owners = words.text_of(positions)
    for number in sorted(with_emojis):
        own, origin = owners == number, np.array(vader_words.replace_emojis(texts[number])[1], dtype=np.int64)
        starts[own], ends[own] = origin[starts[own]], origin[ends[own] - 1] + 1
    return _Spans(positions, starts, ends, pa.array([row[2] for row in shown], pa.string()).take(pa.array(of_hit)))


@lru_cache(maxsize=65536)
def _shown(token: str) -> tuple[int, int, str]:
    """Where the word stands in a token, its length, and the beginning of a text in JSON that holds it."""
    word = vader_words.stripped(token)
    return token.index(word), len(word), json.dumps(word.lower(), ensure_ascii=False)[:-1]


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
