"""Texts as arrays of word types."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.annotate import word_types
from corpus_utils.annotate.sentiment import score_texts
from corpus_utils.annotate.word_types import Batch, batch

WORDS = st.sampled_from(["Rivas", "the", "port,", "Straße", "\u00a0", "порт", "a\u2003b"])
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=8)


def as_words(words: Batch) -> list[list[tuple[str, int]]]:
    """Tokens of each text with their offsets."""
    kinds = words.types.tokens()
    ends = (words.starts + words.lengths).tolist()
    spans = zip(words.starts.tolist(), ends, strict=True)
    return [[(kinds[kind], at) for kind, at in zip(words.ids[a:b].tolist(), words.offsets[a:b].tolist(), strict=True)] for a, b in spans]


@given(TEXTS, st.data())
def test_texts_that_were_kept_are_the_same_when_asked_for_again(texts: list[str], data: st.DataObject) -> None:
    """Some of them, in any order, as often as one likes; texts that were not kept are cut anew."""
    some = data.draw(st.lists(st.sampled_from(texts), max_size=10))
    fresh = [as_words(batch([f"{text} new{number}"]))[0][:-1] for number, text in enumerate(some)]
    batch(texts, keep=True)
    assert as_words(batch(some)) == fresh
    assert [[word for word, _ in one] for one in as_words(batch([*some, "not kept"]))] == [text.split() for text in [*some, "not kept"]]


@pytest.mark.parametrize("before", ["", " ".join(f"w{number}" for number in range(38))])
def test_tone_is_the_same_where_the_table_of_types_begins_anew(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts with an emoji are spelled out under the types of their batch, whether it was cut now or is remembered from before."""
    texts = ["This is a great and wonderful result 😀", "A horrible, terrible war"]
    wanted = score_texts(texts, ["en"] * 2)
    monkeypatch.setattr(word_types, "_MOST_TYPES", 40)
    monkeypatch.setattr(word_types, "_shared", word_types.WordTypes())
    monkeypatch.setattr(word_types, "_kept", ({}, batch([])))
    batch([before])
    for _ in range(3):
        pd.testing.assert_frame_equal(score_texts(texts, ["en"] * 2), wanted)
        for other in (" ".join(f"x{number}" for number in range(60)), "love hate good bad kill awful nice war peace joy death happy sad"):
            batch([other])
