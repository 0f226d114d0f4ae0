"""Records in, records out: what `annotate frames` and `train frames` do. How texts are coded stands in `frames` and `frame_coder`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.annotate.frames import code_texts, load_codebook
from corpus_utils.annotate.languages import resolve_languages
from corpus_utils.records import records_with

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.frame_coder import FrameCoder


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
        from corpus_utils.annotate.frame_data import read_titles

        titles = read_titles(records)
        coded = load_coder(Path(model)).code(texts, [titles[owner] for owner in owners] if titles else ())
    else:
        coded = code_texts(texts, codes, load_codebook(scheme), vectors=True, trained=unit != "sentence")
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
    return records_with(records.drop(columns=["text"]), pd.DataFrame(made), owners)


def train_frames(
    records: pd.DataFrame, out: str | Path, *, seed: int = 0, trained_on: str = "", encoder: str = "auto", progress: bool = False
) -> dict[str, Any]:
    """Train a coder on records with `text` and `labels` (a list of any names, empty: none) and write it to the folder `out`.

    Records may have a `title`, which is then read beside the text, and `group`, `event` or `article_id`, which is kept together.
    `trained_on` says in the card what they are. `encoder`: tune the transformer to the labels (tuned), or not (fixed), or (auto) where
    there are 400 to 5,000 records, which takes some minutes; `progress` tells of it on stderr.

    Returns its card: labels, counts, cross-validated scores. No pickle: arrays (.npz) and JSON. Raises ValueError where the records
    cannot carry a coder, saying what is missing.
    """
    from corpus_utils.annotate.frame_training import train_coder

    coder: FrameCoder = train_coder(records, seed=seed, trained_on=trained_on, encoder=encoder, progress=progress)
    coder.save(Path(out))
    return coder.card
