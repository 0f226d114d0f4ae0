"""Texts as arrays of word types."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

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
