"""Units coded by cues as cells of `labels`: each distinct text is coded once, each distinct row of scores read once.

What the cells mean is told in `frames`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils.annotate.codebook import Codebook
from corpus_utils.annotate.frame_cues import CueCoder
from corpus_utils.annotate.languages import DEFAULT, normal_code
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LABEL_AT = 0.5  # a cue score from here on is a label
HINT_FROM = 0.35  # the best cue score lies between this and LABEL_AT: abstain
LEAST_TOKENS = 4  # fewer words without a cue cannot be judged

Kind = tuple[str, list[str], float, str]  # status, label, score, and scores as JSON
Row = tuple[str, list[str], float, str, str]  # the same with evidence as JSON


class Coded(NamedTuple):
    """Units as coded. Most share their kind with many others, those without a cue; `why` is the row of `evidence` that a unit has."""

    kinds: list[Kind]
    kind: Sequence[int] | Array
    evidence: pa.Array
    why: Sequence[int] | Array


def code_units(units: pd.DataFrame, book: Codebook) -> Coded:
    """Units coded by cues: each distinct text once, each distinct row of scores read once."""
    import pandas as pd
    import pyarrow as pa

    stated, languages = pd.factorize(units["language"], use_na_sentinel=False)
    codes = [normal_code(str(language)) or DEFAULT for language in languages]
    kinds: list[Kind] = [("unsupported", [], float("nan"), "{}")]
    kind, why, evidence = np.zeros(len(units), np.int64), np.zeros(len(units), np.int64), [pa.array(["[]"], pa.large_string())]
    for language in sorted(set(codes)):
        coder = CueCoder(book, language)
        if not coder.supported.any():
            continue
        rows = np.flatnonzero(np.isin(stated, [number for number, code in enumerate(codes) if code == language]))
        which, texts = pd.factorize(units["text"].array.take(rows))
        scores, reasons, lengths = coder.code(texts.tolist())
        found = np.flatnonzero(np.diff(reasons.bounds))
        kind[rows] = _kinds_of(scores.round(4), lengths < LEAST_TOKENS, found, book, kinds)[which]
        place = np.zeros(len(texts), np.int64)
        place[found] = sum(map(len, evidence)) + np.arange(len(found))
        why[rows] = place[which]
        evidence.append(reasons.as_json(found))
    return Coded(kinds, kind, pa.concat_arrays(evidence), why)


def _kinds_of(scores: Array, short: Array, found: Array, book: Codebook, kinds: list[Kind]) -> Array:
    """The kind of each text, by its scores and whether it is short; new ones are put behind `kinds`. Only the texts `found` hold a cue."""
    none = np.ones(len(scores), bool)
    none[found] = False
    first = np.concatenate([np.flatnonzero(none & (short == one))[:1] for one in (False, True)])  # the others without a cue are like these
    asked = np.concatenate([first, found])
    cells = np.column_stack([scores[asked], short[asked]])
    known: dict[object, int] = {}  # the bytes of a row
    rows = cells.view(np.dtype((np.void, cells.itemsize * cells.shape[1]))).ravel().tolist()
    like = [known.setdefault(row, number) for number, row in enumerate(rows)]
    kind, out = np.zeros(len(asked), np.int64), np.empty(len(scores), np.int64)
    for number in known.values():
        judged = judge_scores(named(book.names, scores[asked[number]].tolist()), bool(short[asked[number]]))
        add_residual(judged, book)
        kind[number] = len(kinds)
        kinds.append(row_of(judged)[:4])
    out[asked] = kind[like]
    for one in first.tolist():
        out[none & (short == short[one])] = out[one]
    return out


def row_of(coded: dict[str, Any]) -> Row:
    """A dict of `code_texts` as cells of `labels`."""
    scores, evidence = coded["scores"], coded["evidence"]
    written = ", ".join([f"{_quoted(name)}: {score!r}" for name, score in scores.items()])  # as `json` writes it, in a third of the time
    best = max(scores.values(), default=float("nan"))
    return coded["status"], coded["label"], best, f"{{{written}}}", json.dumps(evidence, ensure_ascii=False) if evidence else "[]"


_quoted = cache(json.dumps)  # names of frames


def add_residual(row: dict[str, Any], book: Codebook) -> None:
    """The score of a residual frame, where the others have one; its label, where they have none."""
    for frame in book.frames:
        if frame.residual and row["scores"]:
            row["scores"][frame.name] = round(1 - max(row["scores"].values()), 4)
            if row["status"] == "judged" and not row["label"]:
                row["label"] = [frame.name]


def named(names: Sequence[str], scores: Sequence[float]) -> dict[str, float]:
    """The scores of all frames by name, without those of frames that have no cues in the language."""
    return {name: score for name, score in zip(names, scores) if score == score}


def judge_scores(scores: dict[str, float], short: bool) -> dict[str, Any]:
    """What scores amount to, without evidence; `short`: the text has too few words to be judged by a missing cue."""
    best = max(scores.values())
    status = "abstained" if best < LABEL_AT and (short or best >= HINT_FROM) else "judged"
    return {"status": status, "label": ranked(scores, LABEL_AT) if best >= LABEL_AT else [], "scores": scores, "evidence": []}


def ranked(scores: dict[str, float], at: float) -> list[str]:
    """Names whose score reaches `at`, highest first (equal ones in the codebook's order)."""
    return sorted((name for name, score in scores.items() if score >= at), key=lambda name: -scores[name])
