"""Labels that fit: corpus text made harmless, measured, cut with an ellipsis, wrapped.

Widths are in px: those of DejaVu Sans, less what the fonts of most readers are narrower.
Characters DejaVu lacks are taken as one em (the reader's own fonts draw them).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus_utils.plot import engine
from corpus_utils.text import strip_controls

NARROWER = 0.92  # Arial, Roboto and Segoe UI are .86 to .90 of DejaVu
WIDEST = 1 / NARROWER  # what a label takes, of its `width`, where DejaVu itself is the reader's font


def plain(text: object) -> str:
    """One line of visible text: white space folded, control, bidi and zero-width characters removed."""
    return strip_controls(str(text), keep_lines=False)


@lru_cache(maxsize=2)
def _font(bold: bool) -> Any:
    mpl = engine.load()  # its own copy of the font, so that every machine measures alike
    font = mpl.font_manager.get_font(str(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' if bold else ''}.ttf")))
    font.set_size(100, 72)
    return font


@lru_cache(maxsize=8192)
def _advance(char: str, bold: bool) -> float:
    """Width of a character in em."""
    if unicodedata.combining(char):
        return 0.0
    font = _font(bold)
    if not font.get_char_index(ord(char)):
        return 1.0
    return float(font.load_char(ord(char)).linearHoriAdvance) / 65536 / 100


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line in px at a font size in px."""
    return sum(_advance(char, bold) for char in text) * size * NARROWER


def fit(text: object, room: float, size: float, *, bold: bool = False) -> str:
    """The text on one line, cut at the end with an ellipsis where it is wider than `room` px."""
    line = plain(text)
    if width(line, size, bold=bold) <= room:
        return line
    room -= width("…", size, bold=bold)
    kept, used = 0, 0.0
    for char in line:
        used += _advance(char, bold) * size * NARROWER
        if used > room:
            break
        kept += 1
    return line[:kept].rstrip(" ,;:-–—") + "…"


def wrap(text: object, room: float, size: float, *, lines: int = 2, bold: bool = False) -> list[str]:
    """The text on at most `lines` lines of `room` px; the last is cut with an ellipsis, a word wider than a line too."""
    out: list[str] = []
    words = plain(text).split()
    while words and len(out) < lines - 1:
        taken = 1
        while taken < len(words) and width(" ".join(words[: taken + 1]), size, bold=bold) <= room:
            taken += 1
        out.append(fit(" ".join(words[:taken]), room, size, bold=bold))
        words = words[taken:]
    if words:
        out.append(fit(" ".join(words), room, size, bold=bold))
    return out or [""]
