"""Hard-wrapped text: paragraphs that were cut into lines of one width, as in mail, old wires and printed pages.

Conventions
    Works on `Line`s. `wrapped_lines` returns the indexes of lines that go on in the next line. A text is wrapped only if nearly
    every break can be explained by the width: the first word of the next line would not have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus_utils.clean.lines import Line

MIN_LINES, MIN_WIDTH, MAX_WIDTH = 6, 38, 120
MIN_EXPLAINED = 0.7  # share of line breaks without a blank line that the width must explain
_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")


def wrapped_lines(lines: Sequence[Line]) -> set[int]:
    """Indexes of lines that continue in the next one; empty for a text that is not hard-wrapped."""
    full = [line.text.strip() for line in lines]
    lengths = [len(text) for text in full if text]
    if not may_be_wrapped(lengths):
        return set()
    width = max(lengths)
    pairs = [i for i in range(len(full) - 1) if full[i] and full[i + 1]]
    joined = {i for i in pairs if len(full[i]) + 1 + len(full[i + 1].split(None, 1)[0]) > width}
    unfinished = sum(1 for i in joined if not _END.search(full[i]))
    if not pairs or len(joined) < MIN_EXPLAINED * len(pairs) or unfinished < 0.6 * len(joined) or len(joined) < 3:
        return set()
    return joined


def may_be_wrapped(lengths: Sequence[int]) -> bool:
    """Whether lines of these lengths (of visible lines) can be a hard-wrapped text at all: most of them about as long as the longest."""
    ordered = sorted(lengths)
    return len(ordered) >= MIN_LINES and MIN_WIDTH <= ordered[-1] <= MAX_WIDTH and ordered[len(ordered) // 2] >= 0.6 * ordered[-1]


def join_wrapped(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines with wrapped paragraphs put together: such a line's text keeps its line ends inside. Tiles what `lines` tiled."""
    wrapped = wrapped_lines(lines)
    if not wrapped:
        return list(lines)
    joined: list[Line] = []
    first = 0
    for index, line in enumerate(lines):
        if index not in wrapped:
            start = lines[first].start
            joined.append(Line(start, line.end, text[start : line.start + len(line.text)]))
            first = index + 1
    return joined
