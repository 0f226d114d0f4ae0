"""Tokens of a text in which speech is looked for: words, punctuation marks, and each stretch in quotation marks as one token.

A token says what a word is wherever it stands, so that all uses of a word are one object, looked up in the lists of its language once.
Where tokens stand is kept beside them: offsets are code points into the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain
from operator import itemgetter
from typing import NamedTuple

from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting_cues import load_cues

WORD, PUNCTUATION, QUOTE = 0, 1, 2
_GAP = re.compile(r"[\s_]*")
_TOKEN = re.compile(  # with the gap behind it, so that tokens tile a text; most are plain words, and most words no abbreviations
    r"[A-Za-z][a-z]+ (?![\s_])|(?:(?=\w\.)(?:(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.(?=\s?[^\W\d_]))"
    r"|(?=[MDSRGJLCPHги])\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Sr|Lt|Col|Capt|Sgt|Prof|Rev|Hon|Pres|Sra?|Dra?|Mme|Mlle|г|гг|им)\."
    r"|[@#]?[^\W_]+(?:['’.,&/\-][^\W_]+)*|[^\w\s])" + _GAP.pattern
)
_DIVIDED = {  # French: "qu'il", "l'accord" and "a-t-il", "répondit-elle" are two words each
    "fr": re.compile(r"(?:(l'|d'|qu'|n'|s'|j'|c'|m'|t'|jusqu'|lorsqu'|puisqu')(.+)|(.+?)-(?:t-)?(il|elle|ils|elles|on|je|nous|vous))$")
}
_MOST_WORDS = 150_000  # remembered of a language
_MOST_PIECES = 1 << 16


class Token(NamedTuple):
    """A word, a punctuation mark or a quoted stretch."""

    low: str
    capital: bool
    kind: int
    length: int  # characters
    groups: frozenset[str]  # the closed classes it is of ("pronouns", "stops"), as in the cue list of the language
    verb: bool  # a form of a verb that may report
    opens: bool  # a reporting expression may begin with it
    step: int  # characters from its start to that of the next token


_STEP = itemgetter(Token._fields.index("step"))


class Tokens(NamedTuple):
    """Tokens of a sentence, where each of them starts, and the stretches in marks by the place of the token that stands for them."""

    tokens: list[Token]
    starts: list[int]
    quotes: dict[int, Marked]


def tokenize(sentence: str, marked: Sequence[Marked], language: str = "en") -> Tokens:
    """Tokens of a sentence with these stretches in marks, in order."""
    found, words, at = Tokens([], [], {}), _words_of(language), 0
    for stretch in marked:
        _add_words(sentence, at, stretch.start, words, found)
        found.quotes[len(found.tokens)] = stretch
        length = stretch.end - stretch.start
        found.tokens.append(Token("", False, QUOTE, length, frozenset(), False, False, length))
        found.starts.append(stretch.start)
        at = stretch.end
    _add_words(sentence, at, len(sentence), words, found)
    return found


def _add_words(text: str, start: int, end: int, words: _Words, found: Tokens) -> None:
    ink = text[start:end].lstrip(" ")
    if not ink:
        return
    first, ink = end - len(ink), ink.rstrip(" ")
    tokens = [*chain.from_iterable(map(words.pieces.__getitem__, ink.split(" ")))]
    starts = [*accumulate(map(_STEP, tokens), initial=first)]
    if starts.pop() != first + len(ink) + 1:  # where blanks do not tell: see `_Pieces`
        tokens = [token for written in _TOKEN.findall(text, start, end) for token in words.told(written)]
        starts = [*accumulate(map(_STEP, tokens), initial=end - sum(map(_STEP, tokens)))][:-1]  # they reach to the end
    found.tokens.extend(tokens)
    found.starts.extend(starts)


class _Words(dict[str, Token]):
    """Words as written, with the gap behind them -> their token, made once."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.cues = language, load_cues(language)
        self.pieces = _Pieces(self)

    def __missing__(self, written: str) -> Token:
        word = written.rstrip()
        word = word if word[-1] != "_" else re.split(r"[\s_]", word, maxsplit=1)[0]
        first = word[0]
        if first.isalnum():
            token = self.made(word.lower().replace("’", "'"), first.isupper(), WORD, len(word), len(written))
        else:
            kind = WORD if first in "@#" and len(word) > 1 else PUNCTUATION
            token = self.made(word.lower(), first == "@", kind, len(word), len(written))
        if len(self) < _MOST_WORDS:
            self[written] = token
        return token

    def told(self, written: str) -> tuple[Token, ...]:
        """The token of a word, or both of one that is divided."""
        return _parts(written, self.language) if self.language in _DIVIDED else (self[written],)

    def made(self, low: str, capital: bool, kind: int, length: int, step: int) -> Token:
        """The token with what the lists of the language say of it."""
        cues = self.cues
        opens = kind == WORD and low in cues.opening
        return Token(low, capital, kind, length, cues.groups.get(low, frozenset()), low in cues.verbs, opens, step)


class _Pieces(dict[str, tuple[Token, ...]]):
    """What stands between two blanks, with the second of them -> its tokens; most texts are told by their pieces, looked up one by one.

    The steps of tokens add up to less than a text where they cannot: a gap is wider than a blank, or what follows decides on a stop.
    """

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, piece: str) -> tuple[Token, ...]:
        written = _TOKEN.findall(piece + " ")
        if piece.endswith(".") and written != _TOKEN.findall(piece + " a")[:-1]:
            written = []  # "J." is one token before a name
        tokens = tuple(token for word in written for token in self.words.told(word))
        if len(self) < _MOST_PIECES:
            self[piece] = tokens
        return tokens


@lru_cache(maxsize=16)
def _words_of(language: str) -> _Words:
    return _Words(language)


@lru_cache(maxsize=_MOST_WORDS)
def _parts(written: str, language: str) -> tuple[Token, ...]:
    """The token of a word, or both of one that is divided."""
    words = _words_of(language)
    whole = words[written]
    small = whole.low
    match = _DIVIDED[language].match(small) if small[0].isalnum() and ("'" in small or "-" in small) else None
    if match is None:
        return (whole,)
    middle = behind = match.end(1) if match[1] else match.end(3)
    while written[behind : behind + 1] == "-" or written.startswith("t-", behind):
        behind += 1 if written[behind] == "-" else 2
    first, second = written[:middle], written[behind : whole.length]
    return (
        words.made(first.lower().replace("’", "'"), whole.capital, WORD, middle, behind),
        words.made(second.lower(), second[:1].isupper(), WORD, len(second), len(written) - behind),
    )
