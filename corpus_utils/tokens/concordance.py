"""Words and phrases found in an index, with their context: nothing is read but the places where they stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.tokens.index import TokenIndex, index_texts

if TYPE_CHECKING:
    import pandas as pd

_PLAIN = re.compile(r"[A-Za-z0-9*]+(?: +[A-Za-z0-9*]+)*")  # what is cut at blanks and nowhere else
MOST_TOP = "\U0010ffff"  # sorts after every word


def find_phrase(index: TokenIndex, pattern: str) -> tuple[np.ndarray, int]:
    """Positions in `index.ids` where the phrase begins, in order, and how many words it has.

    `pattern`: words in either case, * for any letters ("secur* council"); words follow one another, whatever stands between them.
    Raises ValueError for a pattern without words.
    """
    words = _pattern_words(pattern)
    if not words:
        raise ValueError(f"the pattern {pattern!r} holds no word")
    kinds = [_vocabulary_rows(index.vocabulary, word) for word in words]
    positions, firsts = index.places
    sizes = [int((firsts[rows + 1] - firsts[rows]).sum()) for rows in kinds]
    rarest = int(np.argmin(sizes))  # the others are looked up around it
    found = [positions[firsts[row] : firsts[row + 1]] for row in kinds[rarest].tolist()]
    # places of one word stand in order already
    ordered = found[0] if len(found) == 1 else np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    begins = ordered.astype(np.int64) - rarest
    begins = begins[(begins >= 0) & (begins + len(words) <= len(index.ids))]
    for place, rows in enumerate(kinds):
        if place != rarest:
            begins = begins[np.isin(index.ids[begins + place], rows)]
    if len(words) == 1:
        return begins, 1
    inside = index.texts_of(begins) == index.texts_of(begins + len(words) - 1)
    return begins[inside], len(words)


def concordance(
    texts: Sequence[str], index: TokenIndex, pattern: str, *, width: int = 60, ids: Sequence[str] | None = None
) -> pd.DataFrame:
    """Every use with its context: id (number of the text from 0 where none is given), start, end, left, match, right."""
    import pandas as pd

    begins, length = find_phrase(index, pattern)
    owners = index.texts_of(begins).tolist()
    starts, ends = index.starts[begins].tolist(), index.ends[begins + length - 1].tolist()
    found = [texts[owner] for owner in owners]
    return pd.DataFrame({
        "id": [ids[owner] for owner in owners] if ids is not None else owners, "start": starts, "end": ends,
        "left": _flat([text[start - width if start > width else 0 : start] for text, start in zip(found, starts)]),
        "match": [text[start:end] for text, start, end in zip(found, starts, ends)],
        "right": _flat([text[end : end + width] for text, end in zip(found, ends)]),
    }, columns=["id", "start", "end", "left", "match", "right"])  # fmt: skip


def _flat(texts: list[str]) -> list[str]:
    """White space as blanks: one call for all, which are set apart by a character that no text of a record keeps."""
    return "\0".join(texts).replace("\n", " ").replace("\r", " ").replace("\t", " ").split("\0") if texts else []


def _pattern_words(pattern: str) -> list[str]:
    """The words of a pattern as the index would cut them; a * stays with the letters beside it."""
    if _PLAIN.fullmatch(pattern):
        return pattern.lower().split()
    star = "ꙮ"  # a letter nobody uses stands for it while words are cut
    cut = index_texts([pattern.replace("*", star)])
    return [cut.vocabulary[row].replace(star, "*") for row in cut.ids.tolist()]


def _vocabulary_rows(vocabulary: list[str], word: str) -> np.ndarray:
    """Rows of the words a pattern word stands for; a sorted vocabulary needs no look at words that begin otherwise."""
    head, star, _ = word.partition("*")
    low = bisect_left(vocabulary, head)
    if not star:
        return np.array([low] if low < len(vocabulary) and vocabulary[low] == word else [], dtype=np.int64)
    high = bisect_left(vocabulary, head + MOST_TOP)
    first, *inner, last = map(re.escape, word.split("*"))
    # each inner piece is taken where it stands first, and never elsewhere: a word as long as a page costs no more than its length
    fits = re.compile(first + "".join(f"(?>.*?{piece})" for piece in inner) + f".*{last}", re.DOTALL)
    return np.array([row for row in range(low, high) if fits.fullmatch(vocabulary[row])], dtype=np.int64)
