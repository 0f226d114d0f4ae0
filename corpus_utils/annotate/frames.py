"""Frame labels for texts: what the reports, the pipeline and `annotate frames` call.

Three coders, one kind of result
    cues     wordings of a codebook, in context (`frame_cues`); any scheme, any language that has cues; *unvalidated*
    trained  for whole articles in English under the generic scheme: words and sentence vectors, trained on climate news
             (`frame_coder`; its card says on what and how well); responsibility, which its data lack, comes from cues
    model    the user's own, made by `train frames`; no language gate

Conventions
    Offsets are code points into the unit's own text. `score` is the highest of the `scores`, 0 to 1.
    judged       label holds the frames found (none: no frame is present)
    abstained    too short to tell, or only hints: some evidence, too little for a label; scores are given all the same
    unsupported  no cues in the language: no label and no score, which is not the same as zero
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.annotate.codebook import Codebook, CodebookError, list_codebooks, load_codebook
from corpus_utils.annotate.languages import DEFAULT, normal_code, resolve_languages
from corpus_utils.records import beside

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.frame_coder import FrameCoder

__all__ = ["CodebookError", "code_texts", "frame_records", "label_frames", "list_codebooks", "load_codebook", "train_frames"]

LABEL_AT = 0.5  # a cue score from here on is a label
HINT_FROM = 0.35  # the best cue score lies between this and LABEL_AT: abstain
LEAST_TOKENS = 4  # fewer words without a cue cannot be judged
TRAINED_SCHEME = "generic"  # the scheme the shipped coder knows
TRAINED_LANGUAGES = ("en",)


def label_frames(units: pd.DataFrame, codebook: Codebook | str | Path, *, coder: str = "cues") -> pd.DataFrame:
    """`labels` for units (sentences, passages, articles) under measure `frames.<scheme>`.

    `units` has id, text, language and, unless the units are articles, article_id; language "" is read as English. `coder`: "cues", or
    "trained" for whole articles under the generic scheme (measure `frames.<scheme>.trained`). Raises CodebookError for an unknown codebook.
    """
    from corpus_utils.schema import frame, validate

    book = codebook if isinstance(codebook, Codebook) else load_codebook(codebook)
    if coder not in ("cues", "trained"):
        raise ValueError(f"no coder called {coder!r}; there are: cues, trained")
    languages = [normal_code(str(language)) or DEFAULT for language in units["language"]]
    coded = code_texts(units["text"].tolist(), languages, book, trained=coder == "trained")
    articles = units["article_id"] if "article_id" in units.columns else units["id"]
    measure = f"frames.{book.scheme}" + (".trained" if coder == "trained" else "")
    rows = [
        {
            "unit": unit, "article_id": article, "measure": measure, "status": row["status"], "label": row["label"],
            "score": max(row["scores"].values(), default=float("nan")),
            "scores": json.dumps(row["scores"]), "evidence": json.dumps(row["evidence"], ensure_ascii=False),
        }
        for unit, article, row in zip(units["id"].tolist(), articles.tolist(), coded)
    ]  # fmt: skip
    return validate("labels", frame("labels", rows))


def code_texts(texts: Sequence[str], languages: Sequence[str], codebook: Codebook, *, trained: bool = False) -> list[dict[str, Any]]:
    """Per text a dict: status, label (best first), scores (frame -> 0 to 1), evidence ([start, end, why]).

    `languages` are ISO codes. `trained` adds the shipped coder where it knows scheme and language.
    """
    out: list[dict[str, Any]] = [{} for _ in texts]
    for language in sorted(set(languages)):
        rows = [number for number, code in enumerate(languages) if code == language]
        for number, coded in zip(rows, _code_by_cues([texts[number] for number in rows], language, codebook)):
            out[number] = coded
    if trained and codebook.scheme == TRAINED_SCHEME:
        rows = [n for n, code in enumerate(languages) if code in TRAINED_LANGUAGES and out[n]["scores"]]
        _add_trained([out[n] for n in rows], [texts[n] for n in rows], codebook)
    return out


def _code_by_cues(texts: list[str], language: str, codebook: Codebook) -> list[dict[str, Any]]:
    from corpus_utils.annotate.frame_cues import CueCoder

    coder = CueCoder(codebook, language)
    if not coder.supported.any():
        return [{"status": "unsupported", "label": [], "scores": {}, "evidence": []} for _ in texts]
    scores, evidence, lengths = coder.code(texts)
    names = [name for name, known in zip(codebook.names, coder.supported) if known]
    rounded = scores[:, coder.supported].round(4).tolist()
    out = []
    for row, why, length in zip(rounded, evidence, lengths.tolist()):
        named = dict(zip(names, row))
        best = max(row)
        status = "abstained" if best < LABEL_AT and (length < LEAST_TOKENS or best >= HINT_FROM) else "judged"
        out.append({"status": status, "label": ranked(named, LABEL_AT), "scores": named, "evidence": why})
    return out


def ranked(scores: dict[str, float], at: float) -> list[str]:
    """Names whose score reaches `at`, highest first (equal ones in the codebook's order)."""
    return sorted((name for name, score in scores.items() if score >= at), key=lambda name: -scores[name])


def _add_trained(coded: list[dict[str, Any]], texts: list[str], codebook: Codebook) -> None:
    """Replace, in place, scores and labels of the frames the shipped coder knows; the others stay with the cues."""
    from corpus_utils.annotate.frame_coder import shipped_coder

    coder = shipped_coder()
    judged = coder.code(texts)
    for row, by_model in zip(coded, judged):
        by_cues = [name for name in row["label"] if name not in coder.labels]
        known = {name: by_model["scores"].get(name, row["scores"].get(name, 0.0)) for name in codebook.names}
        row["scores"] = {**row["scores"], **known}
        row["label"] = sorted(by_model["label"] + by_cues, key=lambda name: -known[name])
        row["status"] = by_model["status"]


def frame_records(
    records: pd.DataFrame, *, scheme: str = "generic", unit: str = "article", model: str | Path | None = None, language: str = ""
) -> pd.DataFrame:
    """What `annotate frames` writes: the records' other columns, `frames`, `scores`, `abstained`; by sentence also `start`, `end`.

    One row per record in input order (by sentence: as many as it has sentences). `frames` is null and `scores` empty where the
    language is unsupported. `records` has id, text and may have language; `language` is for records that state none.
    Raises CodebookError for an unknown scheme, ValueError for an unknown unit or unusable model folder.
    """
    if unit not in ("article", "text", "sentence"):
        raise ValueError(f"unit should be article or sentence, not {unit!r}")
    languages = resolve_languages(records, language)
    owners, texts, bounds = _units(records["text"].tolist(), languages, by_sentence=unit == "sentence")
    codes = [languages[owner] for owner in owners]
    if model is not None:
        from corpus_utils.annotate.frame_coder import load_coder

        coded = load_coder(Path(model)).code(texts)
    else:
        coded = code_texts(texts, codes, load_codebook(scheme), trained=unit != "sentence")
    return _beside(records, owners, texts, coded, bounds if unit == "sentence" else None)


def _units(texts: list[str], languages: list[str], *, by_sentence: bool) -> tuple[list[int], list[str], list[tuple[int, int]]]:
    """Number of the record, text and bounds of every unit."""
    if not by_sentence:
        return list(range(len(texts))), texts, [(0, len(text)) for text in texts]
    from corpus_utils.sentences import sentence_bounds

    owners, pieces, bounds = [], [], []
    for number, (text, language) in enumerate(zip(texts, languages)):
        for start, end in sentence_bounds(text, language):
            owners.append(number)
            pieces.append(text[start:end])
            bounds.append((start, end))
    return owners, pieces, bounds


def _beside(
    records: pd.DataFrame, owners: list[int], texts: list[str], coded: list[dict[str, Any]], bounds: list[tuple[int, int]] | None
) -> pd.DataFrame:
    """The records' columns, repeated per unit, then the result; of the text only the sentence, where sentences are coded."""
    import pandas as pd

    made: dict[str, Any] = {}
    if bounds is not None:
        made |= {"start": [start for start, _ in bounds], "end": [end for _, end in bounds], "text": texts}
    made["frames"] = pd.Series([None if row["status"] == "unsupported" else row["label"] for row in coded], dtype="object")
    made["scores"] = pd.Series([row["scores"] for row in coded], dtype="object")
    made["abstained"] = pd.Series([row["status"] == "abstained" for row in coded], dtype="bool")
    return beside(records.drop(columns=["text"]), pd.DataFrame(made), owners)


def train_frames(records: pd.DataFrame, out: str | Path, *, seed: int = 0) -> dict[str, Any]:
    """Train a coder on records with `text` and `labels` (a list of any names, empty: none) and write it to the folder `out`.

    Returns its card: labels, counts, cross-validated scores. No pickle: arrays (.npz) and JSON. Raises ValueError where the records
    cannot carry a coder, saying what is missing.
    """
    from corpus_utils.annotate.frame_coder import train_coder

    coder: FrameCoder = train_coder(records, seed=seed)
    coder.save(Path(out))
    return coder.card
