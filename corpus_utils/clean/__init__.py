"""Cleaning is labelling: every stretch of a document gets a role, nothing is deleted, the raw text can be rebuilt.

    spans, articles = clean_documents(documents, settings=CleanSettings(collected=("2022-01-01", "2026-12-31")))

Conventions
    Documents with a problem give no spans and no article. Spans of every other document tile it exactly.
    `CleanSettings` carries what the project knows: collection period, outlets' spellings, languages, and a person's decisions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpus_utils.clean.overrides import OverrideError, Overrides, read_overrides
from corpus_utils.clean.settings import CleanSettings
from corpus_utils.engine import seldom_collected

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from corpus_utils.clean.body import Evidence
    from corpus_utils.clean.header import PageRows
    from corpus_utils.clean.recurring import LineSummary
    from corpus_utils.clean.stories import Stories

__all__ = ["CleanSettings", "OverrideError", "Overrides", "clean_documents", "read_overrides"]


ONE_STORY_FORMATS = ("json", "jsonl", "csv", "tsv", "parquet", "xlsx", "rss")  # an entry of these holds one article


@seldom_collected()
def clean_documents(
    documents: pd.DataFrame, *, settings: CleanSettings | None = None, recurring: LineSummary | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Label the documents: validated tables `spans` and `articles`, in the order of the documents.

    `recurring` is a summary of the lines of the whole corpus (`recurring.summarise_lines`), grouped by stated outlet.
    Raises SchemaError where `documents` does not keep its contract.
    """
    from corpus_utils import schema
    from corpus_utils.clean.articles import assemble, span_columns
    from corpus_utils.clean.header import sheet_rows
    from corpus_utils.clean.overrides import apply_roles
    from corpus_utils.clean.roles import label_batches
    from corpus_utils.clean.sheet import Sheet
    from corpus_utils.clean.stories import split_stories
    from corpus_utils.clean.titles import place_titles

    settings = settings or CleanSettings()
    cleaned: list[Stories] = []
    pages: list[PageRows] = []
    columns: list[tuple[np.ndarray, np.ndarray]] = []
    told = {name: column.to_numpy(dtype=object).tolist() for name, column in schema.validate("documents", documents).items()}
    records = (dict(zip(told, values, strict=True)) for values in zip(*told.values(), strict=True))
    usable = [row for row in records if row["text"] and not row["problem"]]
    evidence = [_evidence(row, recurring) for row in usable]
    for rows, labelled in label_batches([row["text"] for row in usable], evidence):
        here = slice(len(cleaned), len(cleaned) + len(labelled))
        read = usable[here]
        decided = [settings.overrides.roles.get(row["id"], ()) for row in read]
        pieces = [apply_roles(before, each) if each else before for before, each in zip(labelled, decided, strict=True)]
        sheet = Sheet(rows.pages, rows.cue, pieces, rows.columns)
        place_titles(sheet)
        whole = [number for number, row in enumerate(read) if _is_one_story(row)]
        split = split_stories(sheet, whole=whole, extracted=[n for n, known in enumerate(evidence[here]) if known.has_article])
        cleaned.extend(split)
        columns.extend(sheet.ends_and_roles())
        pages.extend(map(sheet_rows(sheet, [stories.numbers for stories in split]), range(len(split))))
    articles = assemble(usable, cleaned, pages, settings=settings)
    return (
        schema.validate("spans", schema.from_columns("spans", span_columns([row["id"] for row in usable], cleaned, columns))),
        schema.validate("articles", schema.frame("articles", articles)),
    )


def _evidence(document: dict, recurring: LineSummary | None) -> Evidence:
    from corpus_utils.clean.body import Evidence

    lines = recurring.lines_of(_outlet(document)) if recurring is not None else None
    return Evidence(json.loads(document["hints"] or "[]"), lines)


def _is_one_story(document: dict) -> bool:
    """A record that brings its own title is the article of that title, whatever its text looks like. A page's title may be the site's."""
    return document["format"] in ONE_STORY_FORMATS and bool(_stated(document, "title"))


def _outlet(document: dict) -> str:
    return _stated(document, "outlet")


def _stated(document: dict, name: str) -> str:
    try:
        return str(json.loads(document["given"] or "{}").get(name, "") or "")
    except (ValueError, AttributeError):
        return ""
