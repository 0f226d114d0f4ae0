"""Every table that travels between steps, defined once: column, type, unit, meaning.

Tables are plain pandas DataFrames. A step validates what it is given and what it returns with `validate`, so a mistake
is reported at the border where it was made, in the words of this file, and not three rooms later as a KeyError.

Conventions
    Offsets are code points, half open [start, end), into `documents.text` unless a column says otherwise.
    Missing is missing: text columns hold "" never None (a missing outlet is ""); float columns hold NaN.
    `json` columns hold JSON text, so that a table survives Parquet, CSV and a pickle unchanged.
    Ids are built from their parent's: document `d`, article `d#1`, sentence `d#1s4`, passage `d#1s4p0`, quote `d#1q2`.
    Rows are sorted in reading order of the documents, which are sorted by id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pandas takes half a second to import: only for the type checker here
    import numpy as np
    import pandas as pd

ROLES = (
    "title", "body", "subheading", "caption", "byline", "dateline", "credit", "teaser",
    "navigation", "interface", "promotion", "reference", "boilerplate", "blank",
)  # fmt: skip
ARTICLE_ROLES = ("body", "subheading")  # what becomes `articles.text`; everything else is labelled and set aside
VOICES = ("headline", "journalist", "direct", "indirect", "caption")
PARTS = ("title", "body", "subheading", "caption")
QUOTE_KINDS = ("direct", "mixed", "indirect")
STATUSES = ("judged", "abstained", "unsupported")
VERDICTS = ("inference", "description", "refused")
FLAGS = ("wire", "translated", "undated", "untitled", "short", "split", "duplicate")


@dataclass(frozen=True)
class Column:
    """One column: `kind` is text, int, float, bool, list (of text) or json."""

    kind: str
    meaning: str
    one_of: tuple[str, ...] = ()
    required: bool = True


def _text(meaning: str, one_of: tuple[str, ...] = ()) -> Column:
    return Column("text", meaning, one_of)


def _int(meaning: str) -> Column:
    return Column("int", meaning)


def _float(meaning: str) -> Column:
    return Column("float", meaning)


def _json(meaning: str) -> Column:
    return Column("json", meaning)


def _list(meaning: str, one_of: tuple[str, ...] = ()) -> Column:
    return Column("list", meaning, one_of)


TABLES: dict[str, dict[str, Column]] = {
    "documents": {
        "id": _text("the record's id, or the path below the source without suffix (with it where two would collide)"),
        "source": _text("path of the file below the source folder, with `!member` for a file inside an archive"),
        "format": _text("txt, md, html, json, jsonl, csv, tsv, parquet, xlsx, docx, rss, warc, ... or unknown"),
        "encoding": _text("encoding the bytes were decoded with; empty where the format needs none"),
        "sha256": _text("hex digest of the raw bytes (of the record's canonical JSON, for record files)"),
        "text": _text("decoded and otherwise untouched; HTML is flattened to text here, once"),
        "given": _json("object: metadata stated by the record or page: title, author, outlet, agency, place, date, language, url"),
        "hints": _json("array of [start, end, role, rule]: what an HTML extractor says of stretches of `text`"),
        "extra": _json("object: input columns the package does not know; they ride along to the output"),
        "problem": _text("why the document cannot be used; empty where it can"),
    },
    "spans": {
        "document_id": _text("documents.id"),
        "start": _int("offset"),
        "end": _int("offset; spans of a document are sorted, touch, and cover it exactly"),
        "role": _text("what the stretch is", ROLES),
        "story": _int("1, 2, ... the story it belongs to; 0 where it belongs to none"),
        "rule": _text("the rule or the features that decided, readable by a person"),
        "confidence": _float("0 to 1"),
    },
    "articles": {
        "id": _text("document_id#story"),
        "document_id": _text("documents.id"),
        "story": _int("spans.story"),
        "title": _text("headline, empty where none is stated"),
        "text": _text("body and subheading spans, repaired; paragraphs separated by a blank line"),
        "anchors": _json("array of [offset in text, offset in the document]: a position maps by its last anchor before it"),
        "outlet": _text("who published it, as stated; empty where not stated"),
        "agency": _text("news agency credited; empty where none"),
        "author": _text("byline names, separated by '; '"),
        "place": _text("place of the dateline"),
        "language": _text("ISO 639-1 code; empty where detection was not confident"),
        "date_earliest": _text("YYYY-MM-DD, earliest possible publication date by the evidence; empty: undated"),
        "date_latest": _text("YYYY-MM-DD, latest possible publication date by the evidence; empty: undated"),
        "date_bounds": _json("[earliest, latest] dates outside which the text itself rules publication out; null where open"),
        "date_evidence": _json("array of {source, text, start, end, reading, candidates, used}"),
        "family": _text("id of the near-duplicate family: its earliest article's id"),
        "family_role": _text("role in the family", ("original", "copy", "update", "contains", "contained")),
        "flags": _list("what a reader must know", FLAGS),
        "extra": _json("documents.extra, carried along"),
    },
    "families": {
        "id": _text("articles.id"),
        "family_id": _text("id of the family: its earliest article's id"),
        "role": _text("role in the family", ("original", "copy", "update", "contains", "contained")),
        "of": _text("id of the article it derives from; empty for the original"),
        "overlap": _float("share, 0 to 1, of the words of the shorter of the two that stand in the other; NaN for the original"),
    },
    "spellings": {
        "outlet": _text("an outlet as some records or pages state it"),
        "read_as": _text("the outlet it counts as: the most frequent of the spellings that differ by capitals, accents or spaces only"),
    },
    "sentences": {
        "id": _text("article_id + s + position"),
        "article_id": _text("articles.id"),
        "document_id": _text("documents.id"),
        "position": _int("0, 1, ... within the article, title first, then captions, then the text"),
        "part": _text("what it is a sentence of", PARTS),
        "paragraph": _int("0, 1, ... paragraph of the text; -1 for title and captions"),
        "start": _int("offset"),
        "end": _int("offset"),
        "text": _text("the sentence, repaired, white space folded to single blanks"),
        "language": _text("articles.language"),
    },
    "quotes": {
        "id": _text("article_id + q + number"),
        "article_id": _text("articles.id"),
        "document_id": _text("documents.id"),
        "start": _int("offset of the quoted or reported content, with its marks"),
        "end": _int("offset"),
        "kind": _text("direct: all in marks; mixed: words in marks inside reported speech; indirect: none", QUOTE_KINDS),
        "speaker": _text("resolved name; empty where unknown"),
        "speaker_start": _int("offset of the mention beside the cue; -1 where none"),
        "speaker_end": _int("offset; -1 where none"),
        "cue": _text("the reporting expression; empty where none"),
        "rule": _text("how it was found"),
    },
    "passages": {
        "id": _text("sentence_id + p + number"),
        "sentence_id": _text("sentences.id"),
        "article_id": _text("articles.id"),
        "document_id": _text("documents.id"),
        "voice": _text("who speaks: passages of one sentence tile it", VOICES),
        "speaker": _text("quotes.speaker for direct and indirect; empty for the others"),
        "start": _int("offset"),
        "end": _int("offset"),
        "text": _text("the stretch, repaired, white space folded"),
        "language": _text("articles.language"),
    },
    "labels": {
        "unit": _text("id of the sentence, passage or article that was judged"),
        "article_id": _text("articles.id"),
        "measure": _text("vader, vader_masked, lexicon2, frames.generic, topics, ..."),
        "status": _text("judged, or why not", STATUSES),
        "label": _list("labels given; empty with status judged: none is present"),
        "score": _float("the measure's main number; NaN where there is none"),
        "scores": _json("object: label -> score; {} where the measure has one score only"),
        "evidence": _json("array of [start, end, why]: offsets into the unit's own text"),
    },
    "mentions": {
        "id": _text("article_id + m + number"),
        "article_id": _text("articles.id"),
        "document_id": _text("documents.id"),
        "sentence_id": _text("sentences.id; empty where the mention stands in no sentence"),
        "start": _int("offset"),
        "end": _int("offset"),
        "at": _int("offset of the mention in its sentence's text; -1 where it could not be placed there"),
        "text": _text("as it is written"),
        "actor": _text("name the actor is listed under"),
        "rule": _text("why the mention counts for this actor"),
        "voice": _text("voice of the passage it stands in; empty where none", (*VOICES, "")),
        "speaker": _text("passages.speaker"),
        "done_by": _text("lemma of the verb the actor is the doer of here; empty where none was found"),
        "done_to": _text("lemma of the verb the actor suffers here; empty where none was found"),
        "chance": _float("chance with which the mention was drawn for the tone towards its actor; 0: not drawn, 1: all were"),
    },
    "actors": {
        "actor": _text("mentions.actor"),
        "names": _list("spellings counted for the actor, the most frequent first"),
        "merges": _json("array of [name, reason, mentions] for every spelling that was merged"),
        "mentions": _int("mentions"),
        "articles": _int("articles that mention the actor"),
        "outlets": _int("stated outlets that do"),
    },
    "phrasings": {
        "unit": _text("id of the passage"),
        "article_id": _text("articles.id"),
        "start": _int("offset in the passage's text"),
        "end": _int("offset in the passage's text"),
        "list": _text("loaded or hedged language, or one of several competing names", ("loaded", "hedged", "names")),
        "kind": _text("kind of wording; for names, what they are names of"),
        "cue": _text("entry of the list; for names, the name chosen"),
        "text": _text("as it is written"),
    },
    "findings": {
        "id": _text("short and stable, unique within the report: it is the anchor of the row"),
        "report": _text("report the number stands in"),
        "measure": _text("what was measured"),
        "unit": _text("what was counted: article, sentence, passage, word, document"),
        "denominator": _text("of what the estimate is a share or mean, in words"),
        "group": _text("outlet, topic, period ...; empty for the whole corpus"),
        "label": _text("label the number is about"),
        "voice": _text("voice, or empty for all"),
        "weighting": _text("how articles were weighted", ("article", "unit", "word", "none")),
        "dedup": _text("how copies were counted", ("once", "each", "per outlet", "weighted", "none")),
        "estimator": _text("naive, or corrected by a coded sample", ("naive", "corrected")),
        "estimate": _float("the number"),
        "low": _float("lower end of the 95 % interval; NaN: no interval"),
        "high": _float("upper end"),
        "interval_kind": _text("what the interval means, in words; empty where there is none"),
        "effect": _float("effect size of a contrast; NaN otherwise"),
        "p": _float("p value; NaN where not tested"),
        "q": _float("p after Benjamini-Hochberg"),
        "family_size": _int("number of tests corrected together; 0: none"),
        "n_articles": _int("articles behind the number"),
        "n_units": _int("units behind the number"),
        "n_outlets": _int("outlets behind the number"),
        "n_families": _int("near-duplicate families behind the number"),
        "n_abstained": _int("units on which the measure abstained or which it does not support"),
        "gate": _text("what the corpus can carry", VERDICTS),
        "tier": _text("measured accuracy of the label", ("A", "B", "C", "unvalidated", "none needed")),
        "evidence": _list("up to five sentence ids"),
    },
}  # fmt: skip


class SchemaError(ValueError):
    """A table does not keep its contract; the message names table, column, row and what was expected."""


def columns(table: str) -> list[str]:
    """Column names of a table, in order. Raises SchemaError with the known names for an unknown table."""
    if table not in TABLES:
        raise SchemaError(f"no table called {table!r}; there are: {', '.join(TABLES)}")
    return list(TABLES[table])


def empty(table: str) -> pd.DataFrame:
    """A table without rows, with the right columns and types."""
    return frame(table, [])


def frame(table: str, rows: list[dict]) -> pd.DataFrame:
    """Build a table from dicts: missing keys become "", NaN, 0, [] or {}; unknown keys are an error."""
    wanted = TABLES[table] if table in TABLES else TABLES[columns(table)[0]]
    known = wanted.keys()
    for row in rows:
        if not row.keys() <= known:
            raise SchemaError(f"{table}: unknown column {sorted(row.keys() - known)[0]!r}; there are: {', '.join(wanted)}")
    data: dict[str, list] = {}
    for name, column in wanted.items():
        default = _default(name, column)
        # a list of its own for each row: somebody may add to one
        data[name] = [row.get(name, []) for row in rows] if column.kind == "list" else [row.get(name, default) for row in rows]
    return from_columns(table, data)


def from_columns(table: str, data: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """The same from whole columns of equal length, much faster where there are many rows. Missing columns are blank."""
    import pandas as pd

    wanted = TABLES[table] if table in TABLES else TABLES[columns(table)[0]]
    if unknown := sorted(data.keys() - wanted.keys()):
        raise SchemaError(f"{table}: unknown column {unknown[0]!r}; there are: {', '.join(wanted)}")
    length = max((len(values) for values in data.values()), default=0)
    made = {}
    for name, column in wanted.items():
        if name not in data and column.kind in ("text", "json"):
            made[name] = pd.Series(pd.array([_default(name, column)], dtype="str").repeat(length))
            continue
        values = data[name] if name in data else _blank(name, column, length)
        if len(values) != length:
            raise SchemaError(f"{table}.{name} has {len(values)} values, other columns have {length}")
        made[name] = _series(values, _DTYPES[column.kind])
    return pd.DataFrame(made, columns=list(wanted), copy=False)


def named(numbers: Sequence[int] | np.ndarray, names: Sequence[str]) -> Any:
    """A name for each number, as a column for `from_columns`: much faster than a list, where names repeat."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(names, type=pa.large_string())).cast(pa.large_string())


def _series(values: Sequence[object], dtype: str) -> pd.Series:
    import pandas as pd
    import pyarrow as pa

    if isinstance(values, pa.Array):
        return pd.Series(values, dtype=dtype)
    if dtype == "str" and isinstance(values, list):
        with suppress(pa.ArrowTypeError):  # not all are texts: pandas makes them so, three times more slowly
            return pd.Series(pa.array(values, type=pa.large_string()), dtype="str")
    return pd.Series(values, dtype=dtype)


_DTYPES = {"text": "str", "json": "str", "int": "int64", "float": "float64", "bool": "bool", "list": "object"}
_JSON_ARRAYS = {"hints", "anchors", "date_bounds", "date_evidence", "evidence", "merges"}


def _default(name: str, column: Column) -> object:
    blank = {"text": "", "int": 0, "float": float("nan"), "bool": False, "list": []}
    return blank.get(column.kind, "[]" if name in _JSON_ARRAYS else "{}")


def from_rows(table: str, rows: Sequence[tuple]) -> pd.DataFrame:
    """The same from rows that hold every column of the table, in the schema's order."""
    names = columns(table)
    return from_columns(table, dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {})


def _blank(name: str, column: Column, length: int) -> list:
    return [[] for _ in range(length)] if column.kind == "list" else [_default(name, column)] * length


def validate(table: str, data: pd.DataFrame) -> pd.DataFrame:
    """Return `data` unchanged if it keeps the contract of `table`, else raise SchemaError.

    Checks columns and their order, kinds, closed vocabularies, absence of None, and that `start` <= `end`.
    """
    wanted = TABLES[table] if table in TABLES else TABLES[columns(table)[0]]
    if list(data.columns) != list(wanted):
        missing, surplus = wanted.keys() - set(data.columns), set(data.columns) - wanted.keys()
        raise SchemaError(
            f"{table}: columns are not those of the schema (missing {sorted(missing)}, surplus {sorted(surplus)}, or in another order)"
        )
    for name, column in wanted.items():
        _validate_column(table, name, column, data[name])
    if {"start", "end"} <= wanted.keys() and (data["start"] > data["end"]).any():
        row = data[data["start"] > data["end"]].index[0]
        raise SchemaError(f"{table}: row {row} ends before it starts")
    return data


def _validate_column(table: str, name: str, column: Column, values: pd.Series) -> None:
    from pandas.api import types

    kind_holds = {
        "text": types.is_string_dtype,
        "json": types.is_string_dtype,
        "int": types.is_integer_dtype,
        "float": types.is_float_dtype,
        "bool": types.is_bool_dtype,
        "list": lambda series: all(issubclass(kind, (list, tuple)) for kind in set(map(type, series.tolist()))),
    }[column.kind]
    if len(values) and not kind_holds(values):
        raise SchemaError(f"{table}.{name} should hold {column.kind} ({column.meaning}); it holds {values.dtype}")
    if column.kind in ("text", "json") and values.isna().any():
        raise SchemaError(f"{table}.{name}: row {values.index[values.isna()][0]} is None; missing text is an empty string")
    if not column.one_of or not len(values):
        return
    found = set(values.unique()) if column.kind == "text" else {item for items in values.tolist() for item in items}
    if stray := sorted(found - set(column.one_of)):
        raise SchemaError(f"{table}.{name}: {stray[0]!r} is not one of {', '.join(column.one_of)}")


def data_dictionary(table: str) -> list[dict[str, str]]:
    """Rows of {column, kind, meaning, one_of}: printed in reports, the README and `corpus_utils list`."""
    return [
        {"column": name, "kind": c.kind, "meaning": c.meaning, "one_of": ", ".join(c.one_of)}
        for name, c in ((name, TABLES[table][name]) for name in columns(table))
    ]
