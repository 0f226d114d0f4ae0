"""Words as integers: the same words as the rest of the package, in any script, whatever else is in the part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.text import words
from corpus_utils.tokens import index_texts, scan_words


def found(text: str) -> list[str]:
    """The words of one text as the index has them."""
    index = index_texts([text])
    return [index.vocabulary[number] for number in index.ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t it-is -x- U.S. 3,5", ["don't", "it-is", "x", "u", "s", "3", "5"]),
        ("Россия и Ёлка", ["россия", "и", "ёлка"]),
        ("安全合作 ok", ["安", "全", "合", "作", "ok"]),
        ("وقالت الحكومة", ["وقالت", "الحكومة"]),
        ("cafe\u0301 \u0301x", ["cafe\u0301", "x"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("a_b  __ \ud800 c", ["a", "b", "c"]),
        ("日本のNATO", ["日", "本", "の", "nato"]),
        ("", []),
        (" .,;-' ", []),
    ],
)
def test_words_of_any_script(text: str, expected: list[str]) -> None:
    """Latin, Cyrillic, Arabic and Devanagari by runs with their marks; Chinese and Japanese letter by letter."""
    assert found(text) == expected


@given(st.lists(st.text(alphabet="aZ 9é-'’ß.\n_Я", max_size=40), max_size=6))
def test_words_and_places_agree_with_plain_python(texts: list[str]) -> None:
    """Same words as `text.words` (ß apart, which has no single folded letter), at the offsets where they stand."""
    index = index_texts(texts)
    for number, text in enumerate(texts):
        part = slice(index.bounds[number], index.bounds[number + 1])
        mine = [index.vocabulary[row] for row in index.ids[part]]
        assert [word.casefold() for word in mine] == words(text)
        cut = [text[start:end].lower().replace("’", "'") for start, end in zip(index.starts[part], index.ends[part])]
        assert cut == mine


@given(st.lists(st.text(max_size=30), max_size=5), st.integers(0, 5))
def test_a_word_is_the_same_in_every_part(texts: list[str], cut: int) -> None:
    """Hashes depend on the word alone: a corpus scanned in two parts gives the same words."""
    whole = scan_words(texts)
    first, second = scan_words(texts[:cut]), scan_words(texts[cut:])
    assert np.array_equal(whole.hashes, np.concatenate([first.hashes, second.hashes]))
    assert np.array_equal(whole.starts, np.concatenate([first.starts, second.starts]))


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are scanned some at a time; where a batch ends changes nothing."""
    texts = ["The council met.", "", "No-one came’s", "Они пришли"] * 5
    whole = scan_words(texts)
    monkeypatch.setattr("corpus_utils.tokens.scan.BATCH", 10)
    parts = scan_words(texts)
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts))
