"""Tokens of a text in which speech is looked for: words, punctuation marks, and each stretch in quotation marks as one token.

Token offsets are code points into the whole text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WORD, PUNCTUATION, QUOTE = 0, 1, 2
_TOKEN = re.compile(  # what an abbreviation begins with is looked at first: most words are none
    r"(?=\w\.)(?:(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.(?=\s?[^\W\d_]))"
    r"|(?=[MDSRGJLCPHги])\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Sr|Lt|Col|Capt|Sgt|Prof|Rev|Hon|Pres|Sra?|Dra?|Mme|Mlle|г|гг|им)\."
    r"|[@#]?[^\W_]+(?:['’.,&/\-][^\W_]+)*|[^\w\s]"
)


class Token(NamedTuple):
    """A word, a punctuation mark or a quoted stretch."""

    start: int
    end: int
    low: str
    capital: bool
    kind: int
    quote: int  # number of the marked stretch; -1 for words and punctuation


def tokenize(text: str, start: int, end: int, quotes: list[tuple[int, int, int]], language: str = "en") -> list[Token]:
    """Tokens of text[start:end]; `quotes` are (start, end, number) of marked stretches inside, in order."""
    tokens: list[Token] = []
    split = _SPLIT.get(language)
    at = start
    for quote_start, quote_end, number in quotes:
        _words(text, at, quote_start, tokens, split)
        tokens.append(Token(quote_start, quote_end, "", False, QUOTE, number))
        at = quote_end
    _words(text, at, end, tokens, split)
    return tokens


# French: "qu'il", "l'accord" and "a-t-il", "répondit-elle" are two words each
_SPLIT = {
    "fr": re.compile(r"(?:(l'|d'|qu'|n'|s'|j'|c'|m'|t'|jusqu'|lorsqu'|puisqu')(.+)|(.+?)-(?:t-)?(il|elle|ils|elles|on|je|nous|vous))$")
}


class _Forms(dict[str, tuple[str, bool, int]]):
    """Word as written -> lower case, capital, kind: what a token says apart from its place, found out once for each word."""

    def __missing__(self, word: str) -> tuple[str, bool, int]:
        first = word[0]
        if first.isalnum():
            form = word.lower().replace("’", "'"), first.isupper(), WORD
        else:
            form = word.lower(), first == "@", WORD if first in "@#" and len(word) > 1 else PUNCTUATION
        if len(self) < _MOST_FORMS:
            self[word] = form
        return form


_MOST_FORMS = 200_000
_FORMS = _Forms()


def _words(text: str, start: int, end: int, tokens: list[Token], split: re.Pattern[str] | None) -> None:
    new, append, forms = tuple.__new__, tokens.append, _FORMS  # half the time of Token(...), and this is the innermost loop
    for match in _TOKEN.finditer(text, start, end):
        low, high = match.span()
        small, capital, kind = forms[match.group()]
        if split is not None and ("'" in small or "-" in small) and small[0].isalnum() and (parts := split.match(small)):
            middle = low + (parts.end(1) if parts.group(1) else parts.end(3))
            append(new(Token, (low, middle, text[low:middle].lower().replace("’", "'"), capital, WORD, -1)))
            while text[middle] == "-" or text.startswith("t-", middle):
                middle += 1 if text[middle] == "-" else 2
            append(new(Token, (middle, high, text[middle:high].lower(), text[middle].isupper(), WORD, -1)))
            continue
        append(new(Token, (low, high, small, capital, kind, -1)))
