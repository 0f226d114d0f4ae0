"""What VADER's tables (package `vaderSentiment`) say of each distinct token: valence, boost, idioms, and what the rules ask of a word.

Conventions: a token's flags are bits (`BITS`); its marks are one number, exclamation marks and `QUESTION` times the question marks.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from corpus_utils.annotate.word_types import Batch, batch

QUESTION = 1_000_000  # a token's marks are one number: exclamation marks, and question marks times this
# Bits of a token's flags: each is one question the rules ask of a word.
BITS = {name: 1 << place for place, name in enumerate(
    ("upper", "negation", "no", "or", "kind", "of", "so", "never", "without", "doubt", "least", "at", "but", "booster")
)}  # fmt: skip
_WORDS = {"no": "no", "or": "or", "nor": "or", "kind": "kind", "of": "of", "so": "so", "this": "so", "never": "never", "without": "without",
          "doubt": "doubt", "least": "least", "at": "at", "very": "at", "but": "but"}  # fmt: skip


@cache
def reference() -> Any:
    """The reference's analyser: its lexicon and emoji table are read from here."""
    from vaderSentiment import vaderSentiment

    return vaderSentiment.SentimentIntensityAnalyzer()


@cache
def tables() -> Any:
    """The module of the reference, which holds its boosters, negations and idioms."""
    from vaderSentiment import vaderSentiment

    return vaderSentiment


@cache
def _negations() -> frozenset[str]:
    return frozenset(tables().NEGATE)


def stripped(token: str) -> str:
    """The token as the reference looks it up: without outer punctuation, unless fewer than three characters would be left."""
    bare = token.strip(string.punctuation)
    return token if len(bare) <= 2 else bare


def features(tokens: list[str]) -> list[np.ndarray]:
    """Of each token: flags, valence (NaN: none), what it boosts by, number among the words of idioms, marks; and whether it may be a
    hit, whether any rule starts from it, and whether it would mean anything less were it hidden."""
    punctuation = string.punctuation
    inner = [token.strip(punctuation) for token in tokens]
    words = [word if len(word) > 2 else token for word, token in zip(inner, tokens, strict=True)]  # `stripped`, for many
    lows = list(map(str.lower, words))
    flags = np.fromiter(map(str.isupper, words), dtype=np.int64, count=len(words)) * BITS["upper"]
    flags[[number for number, low in enumerate(lows) if "n't" in low]] |= BITS["negation"]
    valences, boosts, idioms = np.full(len(words), np.nan), np.zeros(len(words)), np.zeros(len(words), dtype=np.int64)
    known = _known_words()
    for number in [number for number, low in enumerate(lows) if low in known]:
        flag, valences[number], boosts[number], idioms[number] = known[lows[number]]
        flags[number] |= flag
    marks = np.zeros(len(words), dtype=np.int64)
    for number in [number for number, token in enumerate(tokens) if "!" in token or "?" in token]:
        marks[number] = tokens[number].count("!") + QUESTION * tokens[number].count("?")
    own = ~np.isnan(valences) & ((flags & BITS["booster"]) == 0)
    starts = own | ((flags & (BITS["upper"] | BITS["but"])) > 0) | (marks > 0)
    meant = ~np.isnan(valences) | ((flags & ~BITS["upper"]) > 0) | (boosts != 0) | (idioms > 0)
    return [flags, valences, boosts, idioms, marks, own, starts, meant]


def _emoji_features(tokens: list[str]) -> list[np.ndarray]:
    """Whether each token holds an emoji."""
    found = np.zeros(len(tokens), dtype=bool)
    unusual = [number for number, plain in enumerate(map(str.isascii, tokens)) if not plain]
    emojis = frozenset(emoji for emoji in reference().emojis if len(emoji) == 1)
    found[[number for number in unusual if not emojis.isdisjoint(tokens[number])]] = True
    return [found]


@cache
def _known_words() -> dict[str, tuple[int, float, float, int]]:
    """Every word that any rule knows, with its flags, valence, boost and idiom number."""
    lexicon, boosts, idioms, negations = _lexicon(), _boosts(), _idiom_words(), _negations()
    known = {}
    for word in {*lexicon, *boosts, *idioms, *negations, *_WORDS}:
        flag = BITS["negation"] * (word in negations) | BITS["booster"] * (word in boosts)
        flag |= BITS[_WORDS[word]] if word in _WORDS else 0
        known[word] = (flag, lexicon.get(word, np.nan), boosts.get(word, 0.0), idioms.get(word, 0))
    return known


@cache
def _lexicon() -> dict[str, float]:
    return reference().lexicon


@cache
def _boosts() -> dict[str, float]:
    return tables().BOOSTER_DICT


@cache
def _idiom_words() -> dict[str, int]:
    phrases = [*tables().SPECIAL_CASES, *tables().BOOSTER_DICT]
    words = sorted({word for phrase in phrases if " " in phrase for word in phrase.split(" ")})
    return {word: number for number, word in enumerate(words, start=1)}


@cache
def phrases(table: str, length: int) -> np.ndarray:
    """Value of each phrase of `length` idiom words, by their codes; NaN where there is none."""
    codes = _idiom_words()
    values = np.full((len(codes) + 1,) * length, np.nan)
    for phrase, value in getattr(tables(), table).items():
        words = phrase.split(" ")
        if len(words) == length:
            values[tuple(codes[word] for word in words)] = value
    return values


def replace_emojis(text: str) -> tuple[str, list[int]]:
    """The text with emojis replaced (not yet stripped), and for each of its characters the offset it comes from."""
    emojis, out, origin, after_space = reference().emojis, [], [], True
    for offset, char in enumerate(text):
        piece = char if char not in emojis else emojis[char] if after_space else " " + emojis[char]
        after_space = char == " "
        out.append(piece)
        origin += [offset] * len(piece)
    return "".join(out), origin


def prepare(texts: Sequence[str]) -> tuple[Batch, frozenset[int]]:
    """The texts as a batch with emojis replaced by their descriptions, and the numbers of the texts that have some.

    In these, offsets are into the text that `replace_emojis` gives.
    """
    words = batch(texts, keep=True)  # whoever reads a part after its tone was judged asks for the same texts
    found = np.flatnonzero(words.types.columns(_emoji_features)[0][words.ids])
    numbers = np.unique(words.text_of(found)).tolist()
    if not numbers:
        return words, frozenset()
    described = words.others([replace_emojis(texts[number])[0] for number in numbers])

    def spliced(all_: np.ndarray, new: np.ndarray) -> np.ndarray:  # emojis are rare in news: the few texts that have one are replaced
        parts, at = [], 0
        for place, number in enumerate(numbers):
            parts += [all_[at : words.starts[number]], new[described.starts[place] :][: described.lengths[place]]]
            at = int(words.starts[number] + words.lengths[number])
        return np.concatenate([*parts, all_[at:]])

    ids, offsets, lengths = spliced(words.ids, described.ids), spliced(words.offsets, described.offsets), words.lengths.copy()
    lengths[numbers] = described.lengths
    return Batch(described.types, ids, offsets, np.cumsum(lengths) - lengths, lengths), frozenset(numbers)
