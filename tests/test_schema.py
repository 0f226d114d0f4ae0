"""Tables keep their contract, and say in words where they do not."""

from __future__ import annotations

import pytest

from corpus_utils import schema


@pytest.mark.parametrize("table", list(schema.TABLES))
def test_an_empty_table_is_valid(table: str) -> None:
    """Every table can be empty: a corpus without quotations is a corpus."""
    assert len(schema.validate(table, schema.empty(table))) == 0


def span(**changes: object) -> dict:
    """A valid span with `changes`."""
    return {"document_id": "d", "start": 0, "end": 3, "role": "body", "story": 1, "rule": "r", "confidence": 1.0, **changes}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "prose"}, "'prose' is not one of title, body"),
        ({"start": 4}, "row 0 ends before it starts"),
    ],
)
def test_a_broken_row_is_named(change: dict, words: str) -> None:
    """The error says which column and what was expected."""
    with pytest.raises(schema.SchemaError, match=words):
        schema.validate("spans", schema.frame("spans", [span(**change)]))


def test_missing_and_surplus_columns_are_named() -> None:
    """A table of another shape is refused at the border."""
    table = schema.frame("spans", [span()]).drop(columns="role").assign(colour="red")
    with pytest.raises(schema.SchemaError, match=r"missing \['role'\], surplus \['colour'\]"):
        schema.validate("spans", table)


def test_none_is_not_a_text() -> None:
    """Missing text is an empty string, so that nobody counts the word None."""
    table = schema.frame("spans", [span()])
    table.loc[0, "rule"] = None
    with pytest.raises(schema.SchemaError, match="missing text is an empty string"):
        schema.validate("spans", table)


def test_numbers_are_not_texts() -> None:
    """A column of another kind is refused."""
    table = schema.frame("spans", [span()]).assign(start="0")
    with pytest.raises(schema.SchemaError, match=r"spans\.start should hold int"):
        schema.validate("spans", table)


def test_flags_are_a_closed_list() -> None:
    """Items of list columns are checked one by one."""
    row = {"id": "d#1", "document_id": "d", "story": 1, "family_role": "original", "flags": ["wire", "odd"]}
    with pytest.raises(schema.SchemaError, match="'odd' is not one of"):
        schema.validate("articles", schema.frame("articles", [row]))


def test_unknown_names_list_those_that_exist() -> None:
    """A misspelt table or column is answered with the choices."""
    with pytest.raises(schema.SchemaError, match="there are: documents, spans"):
        schema.columns("span")
    with pytest.raises(schema.SchemaError, match="unknown column 'rolle'"):
        schema.frame("spans", [{"rolle": "body"}])
