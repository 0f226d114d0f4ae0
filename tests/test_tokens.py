"""Words as integers: the same words as the rest of the package, in any script, whatever else is in the part."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus_utils.text import words
from corpus_utils.tokens import (
    concordance,
    count_runs,
    count_runs_between,
    count_words,
    find_phrase,
    index_texts,
    merge_vocabularies,
    open_index,
    save_index,
    scan_words,
    spell_words,
    split_pieces,
)


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


@given(st.lists(st.text("aZé-’'\u00ad“ÀµŸж字\u0301\ud800 .\n", max_size=20), max_size=5))
def test_narrow_texts_hold_the_same_words(texts: list[str]) -> None:
    """Texts whose letters have one byte are indexed in their own way; words and places are those of the scan of code points."""
    index, found = index_texts(texts), scan_words(texts)
    assert np.array_equal(index.hashes[index.ids], found.hashes) and len(set(index.hashes.tolist())) == len(index.vocabulary)
    assert all(np.array_equal(getattr(index, name), getattr(found, name)) for name in ("starts", "ends", "bounds"))


def test_batches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are scanned some at a time; where a batch ends changes nothing."""
    texts = ["The council met.", "", "No-one came’s", "Они пришли"] * 5
    whole = scan_words(texts)
    pieces = split_pieces(texts)
    monkeypatch.setattr("corpus_utils.tokens.scan.batches.__defaults__", (10,))
    parts = scan_words(texts)
    assert all(np.array_equal(one, other) for one, other in zip(whole, parts))
    assert all(np.array_equal(one, other) for one, other in zip(pieces[1:], split_pieces(texts)[1:]))


@given(st.lists(st.text("aé.’ \n\t\u00a0\u2009\x1c\0Я\U0001f600\ud800" + "x" * 9, max_size=90), max_size=5))
def test_pieces_are_those_of_split(texts: list[str]) -> None:
    """Texts are cut as `str.split` cuts them, whatever stands in them; each piece has its place."""
    pieces = split_pieces(texts)
    kinds = pieces.kinds()
    assert len(set(kinds)) == len(kinds) == len(pieces.keys) and pieces.kinds(np.arange(len(kinds))[1::2]) == kinds[1::2]
    for number, text in enumerate(texts):
        low, high = pieces.bounds[number], pieces.bounds[number + 1]
        mine = [kinds[kind] for kind in pieces.ids[low:high]]
        assert mine == text.split()
        assert all(text[start : start + len(piece)] == piece for start, piece in zip(pieces.starts[low:high].tolist(), mine))


def test_a_page_without_blanks_costs_no_more() -> None:
    """A piece as long as a book is hashed once, not eight bytes at a time."""
    start = time.process_time()
    assert split_pieces(["x" * 2_000_000, "y " + "x" * 2_000_000]).ids.tolist() == [0, 1, 0]
    assert time.process_time() - start < 2


TEXTS = ["The Security Council met. The council's secretary spoke.", "", "A council of security; SECURITY COUNCIL!", "安全合作"]


@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_counts_are_those_of_a_plain_loop(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """Texts by words, each cell how often, however many are counted together."""
    monkeypatch.setattr("corpus_utils.tokens.index.COUNTED_AT_ONCE", at_once)
    index = index_texts(TEXTS)
    counts = count_words(index).toarray()
    for number, text in enumerate(TEXTS[:3]):
        assert {word: n for word, n in zip(index.vocabulary, counts[number].tolist()) if n} == dict(Counter(words(text)))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("security council", ["Security Council", "SECURITY COUNCIL"]),
        ("secur* coun*", ["Security Council", "SECURITY COUNCIL"]),
        ("*ty", ["Security", "security", "SECURITY"]),
        ("sec*", ["Security", "secretary", "security", "SECURITY"]),
        ("安全", ["安全"]),
        ("spoke a", []),  # a phrase does not run from one text into the next
        ("nowhere", []),
    ],
)
def test_words_and_phrases_are_found(pattern: str, expected: list[str]) -> None:
    """Either case, * for any letters, in reading order, with offsets and context."""
    found = concordance(TEXTS, index_texts(TEXTS), pattern, width=4)
    assert found["match"].tolist() == expected
    for row in found.to_dict("records"):
        text = TEXTS[row["id"]]
        assert text[row["start"] : row["end"]] == row["match"] and text[: row["start"]].endswith(row["left"])


def test_stars_are_tried_once_each() -> None:
    """A word as long as a page costs no more than its length; it would else be parted in every way there is."""
    texts = ["a" * 20_000 + " abxb axxa baba aXab abaab"]
    start = time.process_time()
    found = concordance(texts, index_texts(texts), "a*a*a*b", width=4)
    assert found["match"].tolist() == ["abaab"] and time.process_time() - start < 5


def test_a_pattern_without_words_is_an_error() -> None:
    """It says so instead of finding everything."""
    with pytest.raises(ValueError, match="holds no word"):
        find_phrase(index_texts(TEXTS), " ; ")


def test_an_index_is_kept_in_files_and_parts_share_a_vocabulary(tmp_path: Path) -> None:
    """What was written is what is opened; counts of parts add up under the merged vocabulary."""
    parts = [index_texts(TEXTS[:2]), index_texts(TEXTS[2:])]
    save_index(parts[0], tmp_path / "a")
    again = open_index(tmp_path / "a")
    assert again.vocabulary == parts[0].vocabulary
    assert all(np.array_equal(getattr(again, name), getattr(parts[0], name)) for name in ("ids", "starts", "ends", "bounds", "hashes"))
    vocabulary, rows = merge_vocabularies(parts)
    whole = index_texts(TEXTS)
    assert vocabulary == whole.vocabulary
    total = np.zeros(len(vocabulary), dtype=int)
    for part, place in zip(parts, rows):
        total[place] += np.asarray(count_words(part).sum(axis=0)).ravel()
    assert total.tolist() == np.asarray(count_words(whole).sum(axis=0)).ravel().tolist()


def test_many_texts_are_indexed_in_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a lot ends changes nothing."""
    texts = [*TEXTS, "", "Zebra crossing", "the Zebra’s council"]
    whole = index_texts(texts)
    monkeypatch.setattr("corpus_utils.tokens.index.TEXTS_AT_ONCE", 2)
    parts = index_texts(texts)
    assert parts.vocabulary == whole.vocabulary
    for name in ("ids", "starts", "ends", "bounds", "hashes"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name)) and getattr(parts, name).dtype == getattr(whole, name).dtype


@given(st.lists(st.text(alphabet="aBé Ж’-\n中İΣ1"), max_size=6))
def test_words_spelled_without_an_index_are_those_of_the_index(texts: list[str]) -> None:
    """The same words at the same places, in lower case, in the order of the texts."""
    index, (words, codes, spelled) = index_texts(texts), spell_words(texts)
    assert [spelled[code] for code in codes.tolist()] == [index.vocabulary[number] for number in index.ids.tolist()]
    for name in ("starts", "ends", "bounds"):
        assert getattr(words, name).tolist() == getattr(index, name).tolist()


@given(texts=st.lists(st.text(alphabet="ab \n\t\u00a0\u3000\x1cé中\U0001f600\u2028"), max_size=6), data=st.data())
def test_runs_between_white_space_are_those_of_split(texts: list[str], data: st.DataObject) -> None:
    """Words of texts, and of any stretches of them, are counted as `str.split` cuts them, whatever white space stands between."""
    assert count_runs(texts).tolist() == [len(text.split()) for text in texts]
    places = [(n, *sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))) for n, text in enumerate(texts)][::-1]
    owner, start, end = (np.array([place[i] for place in places], dtype=int) for i in range(3))
    assert count_runs_between(texts, owner, start, end).tolist() == [len(texts[n][a:b].split()) for n, a, b in places]
