"""Voices: every sentence tiled by who speaks."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus_utils import schema
from corpus_utils.annotate.quotes import find_quotes
from corpus_utils.annotate.voices import split_voices

TEXT = (
    "Mayor Carla Stone said that the pier was “a total loss” and that work would start. "
    "“We will rebuild it,” Stone said. The pier is old. Stone praised the crews."
)


def tables(text: str, bounds: list[tuple[int, int]], parts: list[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """One document that is one article, with its sentences."""
    documents = schema.frame("documents", [{"id": "d", "text": text}])
    articles = schema.frame(
        "articles",
        [{"id": "d#1", "document_id": "d", "text": text, "anchors": json.dumps([[0, 0]]), "language": "en", "family_role": "original"}],
    )
    sentences = schema.frame(
        "sentences",
        [
            {
                "id": f"d#1s{i}",
                "article_id": "d#1",
                "document_id": "d",
                "position": i,
                "part": parts[i] if parts else "body",
                "start": start,
                "end": end,
                "text": " ".join(text[start:end].split()),
                "language": "en",
            }
            for i, (start, end) in enumerate(bounds)
        ],
    )
    return sentences, find_quotes(articles), documents


def bounds_of(text: str) -> list[tuple[int, int]]:
    """Sentence bounds of the fixture, cut at ". "."""
    ends = [i + 1 for i in range(len(text)) if text[i] == "." and text[i + 1 : i + 2] in (" ", "")]
    return list(zip([0, *[end + 1 for end in ends[:-1]]], ends, strict=True))


def test_voices_of_a_report() -> None:
    """Indirect speech, words in marks within it, a direct quotation, and the journalist's own words."""
    passages = split_voices(*tables(TEXT, bounds_of(TEXT)))
    assert [(p.voice, p.speaker, p.text) for p in passages.itertuples()] == [
        ("journalist", "", "Mayor Carla Stone said"),
        ("indirect", "Carla Stone", "that the pier was"),
        ("direct", "Carla Stone", "“a total loss”"),
        ("indirect", "Carla Stone", "and that work would start."),
        ("direct", "Carla Stone", "“We will rebuild it,”"),
        ("journalist", "", "Stone said."),
        ("journalist", "", "The pier is old."),
        ("journalist", "", "Stone praised the crews."),
    ]


@pytest.mark.parametrize(("part", "voice"), [("title", "headline"), ("caption", "caption")])
def test_titles_and_captions_have_their_own_voice(part: str, voice: str) -> None:
    """A headline is a headline even where it quotes."""
    text = "Stone says: “We will rebuild it.”"
    passages = split_voices(*tables(text, [(0, len(text))], [part]))
    assert list(passages["voice"]) == [voice]


def test_no_quotes_no_splitting() -> None:
    """Without quotations each sentence is one passage of the journalist; empty tables stay empty."""
    sentences, quotes, documents = tables(TEXT, bounds_of(TEXT))
    passages = split_voices(sentences, quotes.iloc[:0], documents)
    assert list(passages["text"]) == list(sentences["text"])
    assert set(passages["voice"]) == {"journalist"}
    assert split_voices(sentences.iloc[:0], quotes, documents).empty


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["“Yes, we can do it,”", "he said", "that it rains", ".", ",", "—", "Ann Lee", "“", "”", "\n\n", "told"]),
        max_size=14,
    )
)
def test_passages_tile_their_sentence(pieces: list[str]) -> None:
    """Passages touch, cover the sentence and are never mere punctuation when the sentence has words."""
    text = " ".join(pieces)
    if not text.strip():
        return
    passages = split_voices(*tables(text, [(0, len(text))]))
    assert passages["start"].iloc[0] == 0 and passages["end"].iloc[-1] == len(text)
    assert list(passages["start"].iloc[1:]) == list(passages["end"].iloc[:-1])
    if any(c.isalnum() for c in text):
        assert all(any(c.isalnum() for c in text[p.start : p.end]) for p in passages.itertuples())
