"""Documents to spans and articles without a store, as `corpus-utils clean` needs them: part by part where there are many.

Articles are the same however the parts are cut: what the whole corpus says of a part's lines is settled before the part is cleaned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.engine import run_parts
from corpus_utils.parts import join_tables
from corpus_utils.pipeline.inputs import clean_settings
from corpus_utils.pipeline.labelling import recurring_lines, texts_and_outlets
from corpus_utils.project import Project

if TYPE_CHECKING:
    import pandas as pd

PART = 1000  # documents
ALONE = 4  # parts up to which one process is as quick as starting more


def clean_all(documents: pd.DataFrame, project: Project, *, progress: Any = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`spans` and `articles` of a table of documents, in its order; with the settings and, for many documents, the engine of a project."""
    from corpus_utils.clean import clean_documents
    from corpus_utils.clean.known_lines import count_lines, settle
    from corpus_utils.clean.recurring import merge

    if len(documents) <= PART:
        return clean_documents(documents, settings=clean_settings(project), recurring=recurring_lines(documents))
    parts = [documents.iloc[first : first + PART].reset_index(drop=True) for first in range(0, len(documents), PART)]
    counted = [count_lines(*texts_and_outlets(part)) for part in parts]
    whole = merge(summary for summary, _ in counted)
    jobs = [(project, part, settle(whole, lines)) for part, (_, lines) in zip(parts, counted, strict=True)]
    engine = project.engine if len(parts) > ALONE else "serial"
    made = run_parts(_clean_part, jobs, engine=engine, workers=project.workers, label="documents cleaned", progress=progress)
    return join_tables([spans for spans, _ in made]), join_tables([articles for _, articles in made])


def _clean_part(job: tuple[Project, pd.DataFrame, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    from corpus_utils.clean import clean_documents

    project, documents, known = job
    return clean_documents(documents, settings=clean_settings(project), recurring=known)
