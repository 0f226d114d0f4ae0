"""Small pure helpers on text that every room shares; standard library only.

Conventions
    Offsets are code points, half open [start, end).
    Corpus text is hostile: what goes to HTML, a terminal or a spreadsheet passes `escape_html`, `terminal_safe` or `csv_safe`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

# Marks that reorder the text around them (bidi) or cannot be seen at all: they hide or forge what a reader sees.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f\ufeff"
)

_CONTROLS = "".join(chr(code) for code in (*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)))
_TAGS = "".join(chr(code) for code in range(0xE0000, 0xE0080))  # "tag" characters: invisible text inside text
_SURROGATES = "\ud800-\udfff"
_STRIPPED = re.compile(f"[{re.escape(_CONTROLS + BIDI + ZERO_WIDTH + _TAGS)}{_SURROGATES}]")
_UNSEEN = str.maketrans(dict.fromkeys(BIDI + ZERO_WIDTH + _TAGS))
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_WORD = re.compile(r"[^\W_]+(?:[-'’ʼ][^\W_]+)*", re.UNICODE)
_QUOTES = str.maketrans("‘’ʼ‛′´`“”„‟″«»‹›‐‑‒–—―−", "'''''''\"\"\"\"\"\"\"''-------")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\N{MINUS SIGN}")  # spreadsheets fold full width forms


class Token(NamedTuple):
    """A word and where it stands."""

    start: int
    end: int
    text: str


def escape_html(text: str) -> str:
    """Text for an HTML element or a quoted attribute: `& < > " '` escaped, invisible and reordering characters removed."""
    return html.escape(strip_controls(text), quote=True)


def strip_controls(text: str, *, keep_lines: bool = True) -> str:
    """Remove control, bidi, zero-width, tag and unpaired surrogate characters; keep tab and line ends (or blank them)."""
    out = _STRIPPED.sub("", text)
    return out if keep_lines else fold_space(out)


def fold_space(text: str) -> str:
    """Every run of white space becomes one blank; none at the ends."""
    return " ".join(text.split())


def blank_tags(text: str) -> str:
    """Left-over markup says nothing: its tags become blanks, one for each character, so that offsets stay."""
    return _TAG.sub(lambda tag: " " * len(tag.group()), text) if "<" in text else text


def fold(text: str) -> str:
    """Fold for matching: compatibility forms, accents, case, quotation marks, dashes and white space made alike.

    The length may change: for offsets, match on `tokens`. Cyrillic й and ё fold to и and е, as do other composed letters.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_QUOTES).translate(_UNSEEN))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return fold_space(bare.casefold().translate(_QUOTES))


def tokens(text: str) -> list[Token]:
    """Words with offsets: runs of letters and digits, joined by single inner hyphens and apostrophes."""
    return [Token(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """The words of `text`, case-folded, without offsets; a curly apostrophe becomes a straight one."""
    return [word.casefold().replace("’", "'").replace("ʼ", "'") for word in _WORD.findall(text)]


def terminal_safe(text: str, *, width: int = 0) -> str:
    """One line for a terminal: no escape sequences, controls or bidi marks, and at most `width` characters (0: any)."""
    line = fold_space(_STRIPPED.sub("", _ANSI.sub("", text)))
    return excerpt(line, length=width) if width else line


_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def csv_safe(cell: object) -> object:
    """A cell no spreadsheet takes for a formula: text starting like one gets an apostrophe before it; numbers stay numbers.

    Text that is a number and nothing else stays too: a table that is read from CSV and written again keeps its figures.
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    # a lone carriage return ends a row for many readers and is not quoted by many writers: what follows would be a cell of its own
    clean = strip_controls(cell).replace("\r\n", "\n").replace("\r", "\n")
    # spreadsheets fold wide and small forms, and may look past blanks and variation selectors
    head = unicodedata.normalize("NFKC", _SELECTORS.sub("", clean[:40])).lstrip()
    return "'" + clean if head.startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


def excerpt(text: str, *, length: int = 80, around: int = 0) -> str:
    """At most `length` characters of `text` on one line, cut at blanks where possible, with … where something was cut.

    `around` is an offset into `text` that should be inside the excerpt (0: the start).
    """
    flat, at = fold_space(text), len(fold_space(text[:around]))
    if len(flat) <= length:
        return flat
    if length < 3:
        return "…"[:length]
    room = length - 2
    start = max(0, min(at - room // 2, len(flat) - room)) if around else 0
    if start and (blank := flat.find(" ", start, start + room // 3)) >= 0:
        start = blank + 1
    room = length - 1 - bool(start)
    end = min(len(flat), start + room)
    if end < len(flat) and (blank := flat.rfind(" ", start + room // 2, end + 1)) > start:
        end = blank
    return ("…" if start else "") + flat[start:end].strip() + ("…" if end < len(flat) else "")
