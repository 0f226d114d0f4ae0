"""Text into the pieces of a vocabulary, the unigram model of SentencePiece (Kudo 2018): of all ways to cut a word, the likeliest.

Conventions: a space belongs to the word behind it, written "▁". Text is normalised as that model was trained: NFKC, controls dropped,
runs of spaces as one. A character that no piece holds becomes `UNKNOWN`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SPACE = "\u2581"
UNKNOWN = 3  # after the marks of a beginning, of padding and of an end
_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff\ufffd\u2581]+")
_WORD = re.compile(f"{SPACE}?[^{SPACE}]+|{SPACE}")
_MOST_WORDS = 1 << 17  # remembered with their pieces


class Pieces:
    """A vocabulary: pieces by number and their log probabilities."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], unknown: float) -> None:
        self._known = {piece: (float(score), number) for number, (piece, score) in enumerate(zip(pieces, scores)) if number > UNKNOWN}
        self._longest = max(map(len, self._known))
        self._unknown = unknown
        self._words: dict[str, list[int]] = {}

    def encode(self, text: str, *, opens: bool = True) -> list[int]:
        """Numbers of the pieces. `opens`: the text starts with a word, as if a space stood before it."""
        text = unicodedata.normalize("NFKC", text)
        text = _BLANK.sub(SPACE, "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc"))
        if opens and not text.startswith(SPACE):
            text = SPACE + text
        return [number for word in _WORD.findall(text) for number in self._word(word)]

    def _word(self, word: str) -> list[int]:
        """The likeliest pieces of a word: the best way to each of its characters, read back from the last (Viterbi)."""
        found = self._words.get(word)
        if found is not None:
            return found
        size = len(word)
        best, back = [0.0] + [float("-inf")] * size, [(0, UNKNOWN)] * (size + 1)
        for start in range(size):
            if best[start] + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = best[start] + self._unknown, (start, UNKNOWN)
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._known.get(word[start:end])
                if known and best[start] + known[0] > best[end]:
                    best[end], back[end] = best[start] + known[0], (start, known[1])
        found, end = [], size
        while end:
            end, number = back[end]
            found.append(number)
        found.reverse()
        if len(self._words) < _MOST_WORDS:
            self._words[word] = found
        return found
