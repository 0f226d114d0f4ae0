"""Where lines stand: what is above and below them, the paragraph they are part of, the words they share with their page.

Conventions
    As in `features`: arrays with an entry per visible line, bounded values, nothing that depends on the documents around.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corpus_utils.clean.hashing import PLACE, PLACES, sort_keys
from corpus_utils.clean.pages import Pages

Array = np.ndarray
Columns = dict[str, Array]


@dataclass(frozen=True)
class Layout:
    """Where documents begin and end, for documents that have lines: `group` numbers them per line."""

    begin: Array
    lines: Array
    group: Array
    at: Array  # place of each line in its document

    def edges(self) -> tuple[Array, Array]:
        """First line of each line's document, and the one after its last."""
        first = self.begin[self.group]
        return first, first + self.lines[self.group]

    def totals(self, values: Array) -> Array:
        """Sums over documents."""
        return np.bincount(self.group, weights=values, minlength=len(self.begin))


def layout_of(pages: Pages) -> Layout:
    lines = np.diff(pages.first)
    begin, lines = pages.first[:-1][lines > 0], lines[lines > 0]
    group = np.repeat(np.arange(len(begin)), lines)
    return Layout(begin, lines, group, np.arange(len(pages)) - begin[group])


def position(prose: Array, layout: Layout) -> Columns:
    n = layout.lines[layout.group]
    before = np.cumsum(prose) - prose
    seen = before - before[layout.begin][layout.group] if len(prose) else prose
    total = layout.totals(prose)[layout.group]
    wide = smooth(prose, 8, layout)
    away = layout.at - _first_highest(wide, layout)[layout.group]
    return {
        "line_share": layout.at / n,
        "prose_before": seen / np.maximum(total, 1),
        "log_prose_before": np.log1p(seen) / 3,
        "log_prose_after": np.log1p(total - seen - prose) / 3,
        "from_core": np.sign(away) * np.log1p(np.abs(away)) / 3,
        "log_line": np.log1p(layout.at) / 3,
        "log_line_end": np.log1p(n - 1 - layout.at) / 3,
        "density_2": smooth(prose, 2, layout) / 10,
        "density_8": wide / 10,
        "density_up": np.log1p(_decay(prose, 0.7, layout.group)),
        "density_down": np.log1p(_decay(prose[::-1], 0.7, layout.group[::-1])[::-1]),
    }


def _first_highest(values: Array, layout: Layout) -> Array:
    """Place of the first highest value in each document."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    top = np.flatnonzero(values == np.maximum.reduceat(values, layout.begin)[layout.group])
    group = layout.group[top]
    return layout.at[top[np.append(True, group[1:] != group[:-1])]]


def smooth(values: Array, reach: int, layout: Layout) -> Array:
    """Mean over a window of `reach` lines to either side (fewer at the ends are not made up for) of whole numbers."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    here = np.arange(len(values))
    first, last = layout.edges()
    return (sums[np.minimum(here + reach + 1, last)] - sums[np.maximum(here - reach, first)]) / (2 * reach + 1)


def _decay(values: Array, keep: float, group: Array) -> Array:
    """Sum of the values before each line of a document, each line further away counting `keep` times as much."""
    part = np.zeros(len(values))
    part[1:] = values[:-1] * (group[1:] == group[:-1])
    factor, shift = keep, 1
    for _ in range(5):  # doubling: 32 lines back are enough at any `keep` used here
        if len(part) <= shift:
            break
        out = part.copy()
        out[shift:] += factor * part[:-shift] * (group[shift:] == group[:-shift])
        part, factor, shift = out, factor * factor, shift * 2
    return part


def paragraphs(pages: Pages, own: Columns, layout: Layout) -> Columns:
    """Dumps break lines inside sentences: what the line is part of, when broken pieces are read as one paragraph."""
    top = layout.at == 0
    block = np.cumsum((pages.above > 0) | top) - 1
    opens = own["starts_lower"] | own["starts_stop"]
    joins = np.zeros(len(pages), dtype=bool)
    above = {name: own[name][:-1] for name in ("ends_sentence", "starts_lower", "ends_comma")}
    joins[1:] = ~above["ends_sentence"] & (pages.above[1:] <= 1) & (opens[1:] | above["starts_lower"] | above["ends_comma"])
    joins &= ~top
    para = np.cumsum(~joins) - 1
    sizes = np.bincount(para)
    last = np.cumsum(sizes) - 1
    return {
        "block_words": np.log1p(np.bincount(block, weights=pages.size)[block]),
        "block_lines": np.log1p(np.bincount(block)[block]),
        "para_words": np.log1p(np.bincount(para, weights=pages.size)[para]),
        "para_ends": own["ends_sentence"][last][para],
        "para_parts": np.log1p(sizes[para] - 1),
        "continues": joins,
        "goes_on": np.append(joins[1:], False),
    }


def shared_words(pages: Pages, layout: Layout) -> Columns:
    """How much of a line's longer words the page's long lines use too, the line itself left out."""
    n = len(pages)
    heavy = pages.size >= 20
    chosen = np.flatnonzero(pages.word_length >= 4)
    if not len(chosen):
        return {name: np.zeros(n) for name in ("shared", "rare_shared", "shared_much")}
    place = sort_keys(layout.group, np.zeros(n, dtype=np.uint64), layout.at)
    key = np.sort(place[pages.word_line[chosen]] | (pages.word_hash[chosen].astype(np.uint64) << PLACE))
    new_pair = np.append(True, key[1:] != key[:-1])
    pairs = key[new_pair]
    repeat = np.diff(np.append(np.flatnonzero(new_pair), len(key)))
    line = layout.begin[(pairs >> np.uint64(52)).astype(np.int64)] + (pairs & PLACES).astype(np.int64)
    word = pairs >> PLACE
    heads = np.flatnonzero(np.append(True, word[1:] != word[:-1]))
    own_uses = repeat * heavy[line]
    others = np.repeat(np.add.reduceat(own_uses, heads), np.diff(np.append(heads, len(word)))) - own_uses
    size = np.maximum(np.bincount(line, minlength=n), 1)
    found = np.flatnonzero(others > 0)
    line, others = line[found], others[found]
    return {
        "shared": np.bincount(line, minlength=n) / size,
        "rare_shared": np.bincount(line, weights=1 / np.sqrt(others), minlength=n) / size,
        "shared_much": np.bincount(line[others > 2], minlength=n) / size,
    }


def page_level(pages: Pages, own: Columns, layout: Layout) -> Columns:
    words = pages.size
    total, lines = layout.totals(words), layout.lines
    values = {
        "page_lines": np.log1p(lines) / 3,
        "page_words": np.log1p(total) / 3,
        "page_prose": layout.totals(words * (words >= 12)) / np.maximum(total, 1),
        "page_long_lines": layout.totals(words >= 12) / lines,
        "page_gap": layout.totals(own["gap_above"]) / lines,
        "page_tight": layout.totals(pages.above == 0) / lines,
        "page_indent": layout.totals(pages.start > pages.low) / lines,
        "page_open_lines": layout.totals(~own["ends_sentence"]) / lines,
    }
    return {name: value[layout.group] for name, value in values.items()}
