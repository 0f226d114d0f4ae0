"""One sentence as the rules see it: tokens, cues, marked stretches, and what has been found in it.

Conventions: token positions inclusive; offsets are code points into the sentence.
"""

from __future__ import annotations

import re
from itertools import compress
from operator import itemgetter
from typing import NamedTuple

from corpus_utils.annotate.reporting import Hit
from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import QUOTE, WORD, Token, Tokens
from corpus_utils.annotate.subjects import main_subject

_MARKS = "“”„‟«»‹›\"‘’‚'`.,!?…:; "
_SET_ASIDE = frozenset([",", "—", "–", "-", "―"])
_LINKS = frozenset(
    re.findall(
        r"\w+", "of the a an and in on to for with is at by from or as de la el los las y del en le les des du et u и в на der die das und"
    )
)


def is_title(text: str) -> bool:
    """Is this written like the title of a work: every word with a capital but for small ones?"""
    words = text.strip(_MARKS).split()
    if not words or len(words) > 12 or not words[0][:1].isupper():
        return False
    return all(not w[0].isalpha() or w[0].isupper() or w.lower() in _LINKS for w in words)


class Found(NamedTuple):
    """One attribution: content, kind, mention of the speaker, cue (offset pairs, None where there is none), rule."""

    start: int
    end: int
    kind: str
    speaker: tuple[int, int] | None
    cue: tuple[int, int] | None
    rule: str

    def moved(self, by: int) -> Found:
        """The same with all offsets `by` more."""
        return Found(self.start + by, self.end + by, self.kind, moved(self.speaker, by), moved(self.cue, by), self.rule)


def moved(stretch: tuple[int, int] | None, by: int) -> tuple[int, int] | None:
    """A stretch whose offsets are `by` more; None stays None."""
    return stretch and (stretch[0] + by, stretch[1] + by)


_KIND = itemgetter(Token._fields.index("kind"))  # WORD is 0
_NONE: frozenset[str] = frozenset()
_UNREAD = (-1, -1)


def first_of(group: str, tokens: list[Token], start: int, stop: int) -> int:
    """Where the first token of a closed class stands among tokens start to stop - 1, -1 where none does."""
    for place, token in enumerate(tokens[start:stop], start):
        if group in token.groups:
            return place
    return -1


class Sentence:
    """Tokens, cues and marked stretches of one sentence, and what has been found in it."""

    def __init__(self, text: str, tokens: Tokens, hits: list[Hit], cues: Cues) -> None:
        self.text, self.hits, self.cues = text, hits, cues
        self.tokens, self.starts, self.quotes = tokens
        self.marks = [*compress(range(len(self.tokens)), map(_KIND, self.tokens))]  # punctuation and words in marks
        self._subject: tuple[int, int] | None = _UNREAD
        self.found: list[Found] = []
        self.used: set[int] = set()  # positions of quote tokens that belong to an attribution
        self.claims: dict[int, Hit] = {}  # quote position -> the cue right beside it
        self.taken = -1  # last token that belongs to an attribution read so far

    @property
    def subject(self) -> tuple[int, int] | None:
        """The noun phrase that opens the sentence."""
        if self._subject is _UNREAD:
            self._subject = main_subject(self.tokens, self.cues)
        return self._subject

    def span(self, phrase: tuple[int, int] | None) -> tuple[int, int] | None:
        """Offsets of a phrase given by its first and last token."""
        return None if phrase is None else (self.starts[phrase[0]], self.end(phrase[1]))

    def end(self, position: int) -> int:
        """Offset behind the token at a position."""
        return self.starts[position] + self.tokens[position].length

    def low(self, position: int) -> str:
        """Lower-case word at a position, "" beyond the ends."""
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def groups(self, position: int) -> frozenset[str]:
        """Closed classes of the word at a position, none beyond the ends."""
        return self.tokens[position].groups if 0 <= position < len(self.tokens) else _NONE

    def quote_before(self, position: int) -> int:
        """Position of the quotation right before `position`, auxiliaries, commas and dashes set aside; -1 where none."""
        tokens = self.tokens
        if not self.quotes:
            return -1
        for at in range(min(position, len(tokens)) - 1, -1, -1):
            token = tokens[at]
            if token.kind == QUOTE:
                return at
            if not ((token.kind == WORD and "auxiliaries" in token.groups) or token.low in _SET_ASIDE):
                break
        return -1

    def is_quote(self, position: int) -> bool:
        """Does a marked stretch stand at this position?"""
        return position in self.quotes
