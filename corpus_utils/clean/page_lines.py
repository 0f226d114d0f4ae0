"""Where the visible lines of documents are, for many documents at once; hard-wrapped paragraphs are one line.

Conventions
    Documents are joined by one line end each; `offset` is where each begins, and where the text would go on behind the last one.
    Lines are five arrays, named as in `pages.Pages`: low, high, start, stop and above.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus_utils.clean.characters import LINE_END, character_tables
from corpus_utils.clean.hashing import are_among
from corpus_utils.clean.lines import Line, split_lines
from corpus_utils.clean.wrapping import MAX_WIDTH, MIN_LINES, MIN_WIDTH, join_wrapped

Array = np.ndarray
Lines = tuple[Array, Array, Array, Array, Array]


def find_lines(codes: Array, space: Array, offset: Array) -> Lines:
    """low, high, start, stop and above (see Pages) of every visible line; `space` is where white space stands.

    Visible lines stand between two runs of white space that hold a line end, or between such a run and an end of the text.
    """
    # most white space is a blank between two words: these are passed over first
    found = codes[space]
    close, kept = np.diff(space) == 1, found != ord(" ")
    kept[1:] |= close
    kept[:-1] |= close
    kept[:1] = kept[-1:] = True  # what stands at the ends of the whole is asked about
    space, found = space[kept], found[kept]
    fresh = np.append(True, np.diff(space) > 1)[: len(space)]  # begins a run
    run = np.cumsum(fresh) - 1
    heads = np.flatnonzero(fresh)
    begins, ends = space[heads], space[np.append(heads[1:], len(space))[: len(heads)] - 1] + 1
    broken = np.flatnonzero(found != ord(" "))
    broken = broken[(character_tables()[2][found[broken]] & LINE_END) != 0]
    at = space[broken]
    pair = np.flatnonzero((codes[at[:-1]] == 13) & (codes[at[1:]] == 10) & (np.diff(at) == 1))
    broken = np.delete(broken, pair[~are_among(at[pair] + 2, offset[1:])])  # "\r\n" is one, unless the "\n" stands between two documents
    at, run = space[broken], run[broken]
    top = ends[0] if len(space) and not space[0] else 0  # white space at the ends of the whole may have no line end
    bottom = begins[-1] if len(space) and ends[-1] == len(codes) else len(codes)
    start, stop = np.append(top, ends[run]), np.append(begins[run], bottom)
    lows, highs = np.append(0, at + 1), np.append(at, len(codes))
    kept = np.flatnonzero(stop > start)
    start, stop = start[kept], stop[kept]
    document = np.searchsorted(offset, start, side="right") - 1
    first = np.searchsorted(lows, offset)[document]  # number of the document's first line
    before = np.concatenate([[-1], kept[:-1]])
    above = kept - np.maximum(before, first - 1) - 1
    return lows[kept], np.minimum(highs[kept] + 1, offset[document + 1] - 1), start, stop, above


def join_wrapped_lines(lines: Lines, texts: Sequence[str], offset: Array) -> Lines:
    """The lines with hard-wrapped paragraphs put together, in the few documents that have some."""
    start, stop = lines[2], lines[3]
    first = np.searchsorted(start, offset)
    counts = np.diff(first)
    live = np.flatnonzero(counts)
    if not len(live):
        return lines
    widest = np.maximum.reduceat(stop - start, first[live])
    parts: list[Sequence[Array]] = []
    done = 0
    for number in live[(counts[live] >= MIN_LINES) & (widest >= MIN_WIDTH) & (widest <= MAX_WIDTH)].tolist():
        split = split_lines(texts[number])
        joined = join_wrapped(texts[number], split)
        if len(joined) == len(split):
            continue
        parts.append([column[done : first[number]] for column in lines])
        parts.append(_placed(joined, int(offset[number])))
        done = first[number + 1]
    if not parts:
        return lines
    parts.append([column[done:] for column in lines])
    low, high, start, stop, above = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return low, high, start, stop, above


def _placed(lines: Sequence[Line], at: int) -> Lines:
    """Lines of one document as arrays, placed at its offset."""
    rows, blank = [], 0
    for line in lines:
        text = line.text.strip()
        if not text:
            blank += 1
            continue
        start = line.start + line.text.index(text)
        rows.append((line.start, line.end, start, start + len(text), blank))
        blank = 0
    array = np.array(rows, dtype=np.int64).reshape(-1, 5)
    array[:, :4] += at
    return array[:, 0], array[:, 1], array[:, 2], array[:, 3], array[:, 4]
