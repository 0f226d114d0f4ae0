"""Frame labels for texts: what the reports, the pipeline and `annotate frames` (through `frame_records`) call.

Three coders, one kind of result
    cues     wordings of a codebook, in context (`frame_cues`); any scheme, any language that has cues; *unvalidated*
    vectors  nearness to the codebook's definitions and examples (`frame_vectors`); any scheme, the encoder's languages; *unvalidated*;
             of whole articles it labels only generic frames in English, for which coded news tells from which nearness on
    trained  for whole articles in English under the generic scheme: words, sentence vectors and a transformer, trained on climate news
             (`frame_coder`; its card says on what and how well)
    model    the user's own, made by `train frames`; no language gate

How they are combined, frame by frame
    1. where the trained coder knows the frame, language and unit, its probability and its threshold decide
    2. else the odds of the cue score are multiplied by e^(vector evidence), at most by 4 either way; from one half on it is a label
    3. where the language has no cues, vectors give scores and never a label: the coder abstains
    4. a residual frame (Other) has what is left: 1 - the highest score of the others, and a label where no other has one

Conventions
    Offsets are code points into the unit's own text. `score` is the highest of the `scores`, 0 to 1.
    judged       label holds the frames found (none: no frame is present)
    abstained    too short to tell, or only hints: some evidence, too little for a label; scores are given all the same
    unsupported  neither cues nor vectors in the language: no label and no score, which is not the same as zero
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.annotate.codebook import Codebook, CodebookError, list_codebooks, load_codebook
from corpus_utils.annotate.frame_rows import (
    HINT_FROM,
    LABEL_AT,
    LEAST_TOKENS,
    Coded,
    add_residual,
    code_units,
    judge_scores,
    named,
    ranked,
    row_of,
)
from corpus_utils.annotate.languages import DEFAULT, normal_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodebookError", "code_texts", "label_frames", "list_codebooks", "load_codebook"]

NEAR_AT = 0.7  # a vector score from here on is a label: of few frames one is always nearest
MOST_SHIFT = 4.0  # what vector evidence may multiply or divide the odds of a cue score by
CLIP = 0.02  # cue scores are taken to lie this far from 0 and 1, so that odds exist
CODERS = ("cues", "vectors", "trained", "combined")
TRAINED_SCHEME = "generic"  # the scheme the shipped coder knows
TRAINED_LANGUAGES = ("en",)


def label_frames(units: pd.DataFrame, codebook: Codebook | str | Path, *, coder: str = "cues") -> pd.DataFrame:
    """`labels` for units (sentences, passages, articles) under measure `frames.<scheme>` (cues) or `frames.<scheme>.<coder>`.

    `units` has id, text, language and, unless the units are articles, article_id; language "" is read as English. `coder`: one of
    CODERS; "trained" has rows in English under the generic scheme only; it and "combined" are for whole articles. Raises
    CodebookError for an unknown codebook. Rows with the same scores may share the list of their labels: nobody may change it.
    """
    import pandas as pd
    import pyarrow as pa

    from corpus_utils.schema import from_columns, validate

    book = codebook if isinstance(codebook, Codebook) else load_codebook(codebook)
    if coder not in CODERS:
        raise ValueError(f"no coder called {coder!r}; there are: {', '.join(CODERS)}")
    if coder == "cues":
        coded = code_units(units, book)
    else:
        found = _code_by(coder, *_read(units), book, whole="article_id" not in units.columns)
        units = units[np.array(found, dtype=bool)]  # a coder may have nothing to say
        rows = [row_of(one) for one in found if one]
        coded = Coded([row[:4] for row in rows], range(len(rows)), pa.array([row[4] for row in rows], pa.large_string()), range(len(rows)))
    status, label, score, scores = zip(*coded.kinds) if coded.kinds else ((),) * 4
    kind, articles = np.asarray(coded.kind, dtype=np.int64), units["article_id"] if "article_id" in units.columns else units["id"]
    table = {
        "unit": units["id"].array, "article_id": articles.array,
        "measure": pd.array([measure_name(book.scheme, coder)], dtype="str").repeat(len(units)),
        "status": pd.array(status, dtype="str").take(kind), "label": pd.array(label, dtype="object").take(kind),
        "score": np.array(score, float)[kind], "scores": pd.array(scores, dtype="str").take(kind),
        "evidence": coded.evidence.take(pa.array(coded.why, pa.int64())),
    }  # fmt: skip
    return validate("labels", from_columns("labels", table))


def _read(units: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Texts and languages of units."""
    stated = units["language"].tolist()
    code_of = {language: normal_code(str(language)) or DEFAULT for language in set(stated)}
    return units["text"].tolist(), [code_of[language] for language in stated]


def measure_name(scheme: str, coder: str = "cues") -> str:
    """The name under which a coder's `labels` stand."""
    return f"frames.{scheme}" + ("" if coder == "cues" else f".{coder}")


def _code_by(coder: str, texts: list[str], languages: list[str], book: Codebook, *, whole: bool) -> list[dict[str, Any]]:
    if coder == "trained":
        rows = [n for n, code in enumerate(languages) if book.scheme == TRAINED_SCHEME and code in TRAINED_LANGUAGES]
        out: list[dict[str, Any]] = [{} for _ in texts]
        for number, row in zip(rows, _by_shipped_coder(tuple(texts[n] for n in rows)) if rows else []):
            out[number] = row
        return out
    if coder == "vectors":
        return _code_by_vectors(texts, languages, book, whole=whole)
    return code_texts(texts, languages, book, vectors=coder == "combined", trained=coder == "combined")


def code_texts(
    texts: Sequence[str], languages: Sequence[str], codebook: Codebook, *, vectors: bool = False, trained: bool = False
) -> list[dict[str, Any]]:
    """Per text a dict: status, label (best first), scores (frame -> 0 to 1), evidence ([start, end, why]).

    `languages` are ISO codes. By cues; `vectors` and `trained` combine them with the other coders by the rule above.
    """
    out: list[dict[str, Any]] = [{} for _ in texts]
    for language in sorted(set(languages)):
        rows = [number for number, code in enumerate(languages) if code == language]
        for number, coded in zip(rows, _code_by_cues([texts[number] for number in rows], language, codebook)):
            out[number] = coded
    if vectors:
        _add_vectors(out, texts, languages, codebook)
    if trained and codebook.scheme == TRAINED_SCHEME:
        rows = [n for n, code in enumerate(languages) if code in TRAINED_LANGUAGES and out[n]["scores"]]
        _add_trained([out[n] for n in rows], [texts[n] for n in rows], codebook)
    for row in out:
        add_residual(row, codebook)
    return out


def _code_by_vectors(texts: list[str], languages: list[str], book: Codebook, *, whole: bool) -> list[dict[str, Any]]:
    """By vectors alone. `whole`: the texts are articles; those in a language and under a codebook that were measured get probabilities."""
    from corpus_utils.annotate.frame_vectors import LANGUAGES, VectorCoder, measured

    out: list[dict[str, Any]] = [{"status": "unsupported", "label": [], "scores": {}, "evidence": []} for _ in texts]
    coder = VectorCoder(book)
    rows = [n for n, code in enumerate(languages) if code in LANGUAGES and coder.usable]
    known = [n for n in rows if whole and languages[n] in TRAINED_LANGUAGES and measured(book)]
    chances, thresholds = coder.of_articles([texts[n] for n in known])
    for number, row in zip(known, chances.round(4).tolist()):
        scores = {name: score for name, score in zip(book.names, row) if score == score}
        label = [name for name, score, at in zip(book.names, row, thresholds) if score >= at] if texts[number].strip() else []
        label.sort(key=lambda name: -scores[name])
        out[number] |= {"status": "judged" if texts[number].strip() else "abstained", "label": label, "scores": scores}
    decided = set(known)
    others = [n for n in rows if n not in decided]
    for number, row in zip(others, coder.code([texts[n] for n in others]).round(4).tolist()):
        scores = {name: score for name, score, stated in zip(book.names, row, coder.known) if stated}
        label = ranked(scores, NEAR_AT) if texts[number].strip() else []
        # nearer to one frame's examples than to the others' says little of a text that may be near none: without a label, no judgement
        out[number] |= {"status": "judged" if label else "abstained", "label": label, "scores": scores}
    return out


def _add_vectors(out: list[dict[str, Any]], texts: Sequence[str], languages: Sequence[str], book: Codebook) -> None:
    """Move, in place, the odds of the cue scores by what the vectors say; where there are no cues, scores without a label."""
    from corpus_utils.annotate.frame_vectors import LANGUAGES, VectorCoder

    coder = VectorCoder(book)
    rows = [n for n, code in enumerate(languages) if code in LANGUAGES and coder.usable and texts[n].strip()]
    evidence = coder.evidence([texts[n] for n in rows])
    for number, found in zip(rows, evidence):
        row, cued = out[number], bool(out[number]["scores"])
        for name, shift, known in zip(book.names, found.tolist(), coder.known):
            if known and name in row["scores"]:
                cue = min(max(row["scores"][name], CLIP), 1 - CLIP)
                odds = cue / (1 - cue) * min(max(float(np.exp(shift)), 1 / MOST_SHIFT), MOST_SHIFT)
                row["scores"][name] = round(odds / (1 + odds), 4)
            elif known:
                row["scores"][name] = round(float(1 / (1 + np.exp(-(shift + coder.offset)))), 4)
        if not cued:
            row["status"] = "abstained"
            continue
        cues_of = {name for name in book.names if languages[number] in book.frame(name).cues}
        scores = {name: score for name, score in row["scores"].items() if name in cues_of}
        row["label"], best = ranked(scores, LABEL_AT), max(scores.values())
        if best >= LABEL_AT:
            row["status"] = "judged"
        elif best >= HINT_FROM:
            row["status"] = "abstained"


def _code_by_cues(texts: list[str], language: str, codebook: Codebook) -> list[dict[str, Any]]:
    from corpus_utils.annotate.frame_cues import CueCoder

    coder = CueCoder(codebook, language)
    if not coder.supported.any():
        return [{"status": "unsupported", "label": [], "scores": {}, "evidence": []} for _ in texts]
    scores, evidence, lengths = coder.code(texts)
    names = codebook.names
    judged = (judge_scores(named(names, row), length < LEAST_TOKENS) for row, length in zip(scores.round(4).tolist(), lengths.tolist()))
    return [row | {"evidence": evidence.of(number)} for number, row in enumerate(judged)]


@lru_cache(maxsize=1)
def _by_shipped_coder(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    """What the shipped coder says of whole articles, not to be changed; remembered, since it is asked twice: alone and with the others."""
    from corpus_utils.annotate.frame_coder import shipped_coder

    return shipped_coder().code(texts)


def _add_trained(coded: list[dict[str, Any]], texts: list[str], codebook: Codebook) -> None:
    """Replace, in place, scores and labels of the frames the shipped coder knows; the others stay with the cues."""
    for row, by_model in zip(coded, _by_shipped_coder(tuple(texts))):
        by_cues = [name for name in row["label"] if name not in by_model["scores"]]
        known = {name: by_model["scores"].get(name, row["scores"].get(name, 0.0)) for name in codebook.names}
        row["scores"] = {**row["scores"], **known}
        row["label"] = sorted(by_model["label"] + by_cues, key=lambda name: -known[name])
        row["status"] = by_model["status"]
