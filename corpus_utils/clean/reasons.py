"""Why a line was taken for running text or not, in words.

The network has no reasons of its own; a linear reading of it (`explain` in the weights) says which columns spoke loudest. Columns that are
the same for all lines of a page say nothing about one of them and are never named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

Array = np.ndarray
OF_THE_PAGE = "page_"  # how the names of columns begin that are the same for all lines of a page

# What the contribution of a column to a decision is called, for a high and for a low value.
PHRASES = {
    "log_chars": ("long line", "short line"), "log_words": ("many words", "few words"),
    "word_length": ("long words", "short words"), "upper_share": ("much in capital letters", "little in capital letters"),
    "digit_share": ("many digits", "hardly a digit"), "symbol_share": ("many symbols", "hardly a symbol"),
    "capital_share": ("many capitals", "few capitals"), "small_words": ("many small words", "hardly a small word"),
    "commas": ("commas", "no comma"), "stops": ("several sentences", "not one full sentence"),
    "quotes": ("quotation marks", "no quotation mark"),
    "ends_sentence": ("ends like a sentence", "does not end like a sentence"),
    "ends_comma": ("ends in a comma", "does not end in a comma"), "ends_word": ("ends in a word", "ends in a mark"),
    "starts_upper": ("begins with a capital", "does not begin with a capital"),
    "starts_lower": ("begins in lower case", "does not begin in lower case"),
    "starts_digit": ("begins with a digit", "does not begin with a digit"),
    "starts_symbol": ("begins with a symbol", "does not begin with a symbol"),
    "starts_quote": ("begins with a quotation mark", "does not begin with a quotation mark"),
    "starts_stop": ("begins with a stop or comma", "does not begin with a stop or comma"),
    "indent": ("indented", "not indented"),
    "gap_above": ("set apart above", "close to the line above"), "gap_below": ("set apart below", "close to the line below"),
    "copies": ("repeated in the document", "stands once"),
    "line_share": ("late in the page", "early in the page"), "prose_before": ("late in the text", "early in the text"),
    "log_prose_before": ("much text before it", "little text before it"), "log_prose_after": ("much text after it", "little text after it"),
    "from_core": ("below the main text", "above the main text"),
    "log_line": ("far from the top of the page", "near the top of the page"),
    "log_line_end": ("far from the end of the page", "near the end of the page"),
    "density_2": ("text close by", "no text close by"), "density_8": ("dense text around", "little text around"),
    "density_up": ("text above", "no text above"), "density_down": ("text below", "no text below"),
    "block_words": ("in a block of much text", "in a block of little text"),
    "block_lines": ("in a block of many lines", "in a block of few lines"),
    "para_words": ("part of a long paragraph", "part of a short block"),
    "para_ends": ("paragraph ends like a sentence", "paragraph is left open"),
    "para_parts": ("part of a broken paragraph", "not part of a broken paragraph"),
    "continues": ("goes on from the line above", "does not go on from the line above"),
    "goes_on": ("the line below goes on from it", "the line below does not go on from it"),
    "shared": ("shares the page's words", "shares few of the page's words"),
    "rare_shared": ("shares rare words with the page", "shares no rare word with the page"),
    "shared_much": ("shares the words the page comes back to", "shares none of the words the page comes back to"),
    "wording": ("wording of running text", "wording of page furniture"), "known_words": ("familiar wording", "unfamiliar wording"),
}  # fmt: skip
_CUE = "cue "


@dataclass(frozen=True)
class Reasons:
    """What the decisions rest on, by line: the columns of the classifier, and evidence from outside the text."""

    x: Array  # (lines, columns), standardised
    explain: Array  # weight of each column for running text
    body: Array  # which lines were taken for it
    names: Sequence[str]
    outside: Mapping[int, str]  # what else was weighed

    def of(self, lines: Array) -> list[str]:
        """The reason for each of some lines, in words: the two columns that speak loudest for the decision, and whether each is high."""
        x = self.x[lines]
        share = x * self.explain
        share[~self.body[lines]] *= -1
        share[:, [name.startswith(OF_THE_PAGE) for name in self.names]] = -np.inf
        rows = np.arange(len(x))
        loudest = []
        for _ in range(2):
            column = share.argmax(axis=1) if len(x) else rows
            share[rows, column] = -np.inf
            loudest += [column.tolist(), (x[rows, column] > 0).tolist()]
        return [
            self.outside.get(line, "") + _reason(self.names[a], a_high, self.names[b], b_high)
            for line, a, a_high, b, b_high in zip(lines.tolist(), *loudest, strict=True)
        ]


@cache
def _reason(first: str, first_high: bool, second: str, second_high: bool) -> str:
    return f"classifier: {_phrase(first, first_high)}, {_phrase(second, second_high)}"


def _phrase(name: str, high: bool) -> str:
    if name.startswith(_CUE):
        return f"{'has the' if high else 'has not the'} wording of {with_article(name.removeprefix(_CUE))}"
    return PHRASES[name][0 if high else 1]


def with_article(name: str) -> str:
    """A noun with its indefinite article."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
