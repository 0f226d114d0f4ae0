"""Words as a reader writes them: their usual capitals, the name they are part of, and which forms are one word.

Counting works on lower case; what is shown should not read "states" where the texts say "United States".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from corpus_utils.annotate.tokens import Array
from corpus_utils.tokens import TokenIndex, index_texts
from corpus_utils.wording import language as language_name

PART_OF_NAME = 0.75  # share of a capitalised word's uses beside one other capitalised word, from which both are shown as a name
MOST_READ = 500  # uses of a word that are looked at
AT_ONCE = 500  # words whose uses are looked at together
STEMMED = {"danish", "dutch", "finnish", "french", "german", "hungarian", "italian", "norwegian", "portuguese", "romanian", "russian",
           "spanish", "swedish"}  # fmt: skip


def as_written(words: Sequence[str], texts: Sequence[str], *, index: TokenIndex | None = None) -> dict[str, str]:
    """Each lower-case word in its most frequent spelling in `texts`: "venezuela" -> "Venezuela". A word they lack stays as it is.

    `index`: the texts' words, where they are known (`tokens.index_texts`).
    """
    made = index_texts(texts) if index is None else index
    rows = _rows(words, made)
    spelt: dict[str, str] = {}
    known = [word for word in words if word in rows]
    for first in range(0, len(known), AT_ONCE):
        some = known[first : first + AT_ONCE]
        uses = [_uses(made, rows[word]) for word in some]
        cut, ends = _cut(np.concatenate(uses), texts, made), np.cumsum([0, *map(len, uses)]).tolist()
        spelt |= {word: _commonest(cut[start:end]) for word, start, end in zip(some, ends, ends[1:])}
    return {word: spelt.get(word, word) for word in words}


def as_names(words: Sequence[str], texts: Sequence[str], *, index: TokenIndex | None = None) -> dict[str, str]:
    """`as_written`, and a word that hardly ever stands outside of a name of two words is shown as that name: "states" -> "United States".

    The other word has to stand beside it in `PART_OF_NAME` of its uses, both with capitals.
    """
    made = index_texts(texts) if index is None else index
    rows, shown = _rows(words, made), as_written(words, texts, index=made)
    for word, row in rows.items():
        if not shown[word][:1].isupper():
            continue
        at = _uses(made, row)
        found = Counter[tuple[int, str]]()
        for step in (-1, 1):
            beside, use = _beside(made, at, step)
            pairs = [(step, text) for text in _cut(beside, texts, made)]
            written = _cut(use, texts, made)
            found.update(pair for pair, own in zip(pairs, written) if pair[1][:1].isupper() and own[:1].isupper())
        if not found:
            continue
        (side, other), count = min(found.items(), key=lambda item: (-item[1], item[0]))
        if count >= PART_OF_NAME * len(at) and count > 1:
            shown[word] = f"{other} {shown[word]}" if side < 0 else f"{shown[word]} {other}"
    return shown


def stem_words(words: list[str], language: str) -> list[str]:
    """One form for all inflections: English plurals (Harman 1991), Snowball stems (Porter 2001) elsewhere, or the words themselves.

    English is left at plurals: its stems put "united" to "unit" and "stated" to "state".
    """
    name = language_name(language).lower()
    if name == "english":
        return [_singular(word) for word in words]
    if name not in STEMMED:
        return words
    from nltk.stem.snowball import SnowballStemmer  # importing nltk takes a second: only where words are stemmed

    stemmer = SnowballStemmer(name)
    return [stemmer.stem(word) for word in words]


def _singular(word: str) -> str:
    """Harman's S stemmer: -ies to -y, -es to -e, -s off; never after the letters named, and "news" is no plural of "new"."""
    if word == "news":
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")) and len(word) > 3:
        return word[:-1]
    return word


def _rows(words: Sequence[str], index: TokenIndex) -> dict[str, int]:
    wanted = set(words)
    return {word: row for row, word in enumerate(index.vocabulary) if word in wanted}


def _uses(index: TokenIndex, row: int) -> Array:
    """Where a word stands, up to `MOST_READ` places evenly over the texts."""
    positions, firsts = index.places
    at = positions[firsts[row] : firsts[row + 1]]
    return at[:: len(at) // MOST_READ + 1]


def _beside(index: TokenIndex, at: Array, step: int) -> tuple[Array, Array]:
    """Places one word before or after, with nothing but one character between, in the same text; and the places they are beside."""
    other = at + step
    inside = (other >= 0) & (other < len(index.ids))
    other, at = other[inside], at[inside]
    first, second = np.minimum(other, at), np.maximum(other, at)
    near = (index.texts_of(other) == index.texts_of(at)) & (index.starts[second] == index.ends[first] + 1)
    return other[near], at[near]


def _cut(at: Array, texts: Sequence[str], index: TokenIndex) -> list[str]:
    owners = index.texts_of(at).tolist()
    return [texts[owner][start:end] for owner, start, end in zip(owners, index.starts[at].tolist(), index.ends[at].tolist())]


def _commonest(spellings: list[str]) -> str:
    counts = Counter(spellings)
    return max(sorted(counts), key=counts.__getitem__)
