"""One sentence as the rules see it: tokens, cues, marked stretches, and what has been found in it.

Conventions: token positions inclusive; offsets are code points into the whole text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus_utils.annotate.quote_marks import Marked
from corpus_utils.annotate.reporting import Hit
from corpus_utils.annotate.reporting_cues import Cues
from corpus_utils.annotate.reporting_tokens import QUOTE, WORD, Token

_MARKS = "“”„‟«»‹›\"‘’‚'`.,!?…:; "
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


class Sentence:
    """Tokens, cues and marked stretches of one sentence, and what has been found in it."""

    def __init__(self, text: str, tokens: list[Token], hits: list[Hit], marked: list[Marked], cues: Cues) -> None:
        self.text, self.tokens, self.hits, self.marked, self.cues = text, tokens, hits, marked, cues
        self.places = [place for place, token in enumerate(tokens) if token.kind == QUOTE]  # of marked stretches
        self.quotes = [tokens[place].start for place in self.places]
        self._dashed = {tokens[place].start for place in self.places if marked[tokens[place].quote].dash}
        self.found: list[Found] = []
        self.used: set[int] = set()  # positions of quote tokens that belong to an attribution
        self.subject: tuple[int, int] | None = None
        self.claims: dict[int, Hit] = {}  # quote position -> the cue right beside it
        self.taken = -1  # last token that belongs to an attribution read so far

    def span(self, phrase: tuple[int, int] | None) -> tuple[int, int] | None:
        """Offsets of a phrase given by its first and last token."""
        return None if phrase is None else (self.tokens[phrase[0]].start, self.tokens[phrase[1]].end)

    def low(self, position: int) -> str:
        """Lower-case word at a position, "" beyond the ends."""
        return self.tokens[position].low if 0 <= position < len(self.tokens) else ""

    def dashed(self, start: int) -> bool:
        """Is the marked stretch that starts at this offset one of dialogue with dashes?"""
        return start in self._dashed

    def quote_before(self, position: int) -> int:
        """Position of the quotation right before `position`, auxiliaries, commas and dashes set aside; -1 where none."""
        at = position - 1
        while at >= 0 and (
            (self.tokens[at].kind == WORD and self.cues.has("auxiliaries", self.low(at))) or self.low(at) in (",", "—", "–", "-", "―")
        ):
            at -= 1
        return at if self.is_quote(at) else -1

    def is_quote(self, position: int) -> bool:
        """Does a marked stretch stand at this position?"""
        return 0 <= position < len(self.tokens) and self.tokens[position].kind == QUOTE
