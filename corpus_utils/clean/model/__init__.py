"""The shipped classifier: a table of word weights and small convolutional networks over lines, in NumPy.

`weights.npz` holds plain arrays only (see CARD.md for what they were trained on and how they score):
    words       int8 (2 ** BITS,): weight of each hashed word or word pair for running text, times `word_scale`
    word_scale, word_bias
    mean, scale (columns,): standardisation of the input columns
    w_in (M, columns, H), b_in (M, H); per level l: w_l (M, 3 H, H), b_l (M, H); w_out (M, H), b_out (M,): M networks
    explain (columns,): a linear reading of the networks, for naming reasons
    sureness: factor on the logit
    offset, long_line, mostly_text: what is then added for every line, for long lines, for lines in documents that are mostly text

A network: h = relu(x w_in + b_in); then, for the distances 1, 2, 4, ..., h = h + relu([h above, h, h below] w_l + b_l);
the logit is h w_out + b_out. Lines beyond the ends of the document count as zeros. The M networks' logits are averaged where the first
is in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus_utils.clean.hashing import mix
from corpus_utils.clean.pages import Pages

BITS = 18
DISTANCES = (1, 2, 4)
PAD, REACH = max(DISTANCES), sum(DISTANCES)  # empty rows between documents; how far a line is seen from
STRETCH = 768  # rows worked on at a time: what is made of them stays in the processor's cache
DOUBT = 4.0  # log-odds below which the first network is in doubt: more than evidence from outside the text mostly shifts
WEIGHTS = Path(__file__).with_name("weights.npz")
Array = np.ndarray


@cache
def weights() -> Mapping[str, Array]:
    """The shipped arrays as float32; read once."""
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        return {name: stored[name] if name == "words" else stored[name].astype(np.float32) for name in stored.files}


def word_buckets(pages: Pages) -> tuple[Array, Array]:
    """(line, bucket) of everything lexical about lines: words, pairs of words, first and last words, short lines as a whole."""
    hashes, lines, size = pages.word_hash, pages.word_line, pages.size
    with_words = np.flatnonzero(size)
    first, last = pages.first_word[:-1][with_words], pages.first_word[1:][with_words] - 1
    inside = lines[1:] == lines[:-1]
    short = np.flatnonzero((size > 0) & (size <= 6))
    whole = (pages.line_hash[short] >> np.uint64(20)).astype(np.uint32)
    pairs = mix((hashes[:-1] * np.uint32(31) + hashes[1:])[inside])
    rows = np.concatenate([lines, lines[1:][inside], with_words, with_words, short])
    openings, endings = mix(hashes[first] ^ np.uint32(0xABCD1234)), mix(hashes[last] ^ np.uint32(0x5555AAAA))
    keys = np.concatenate([hashes, pairs, openings, endings, mix(whole)])
    return rows, (keys >> np.uint32(32 - BITS)).astype(np.int64)


def word_score(pages: Pages, table: Array, scale: float, bias: float) -> tuple[Array, Array]:
    """Score of each line's wording (0: says nothing, or no known word) and the share of its words that the table knows."""
    n = len(pages)
    rows, buckets = word_buckets(pages)
    size = np.where(pages.size > 0, 2 * pages.size + 1 + (pages.size <= 6), 1)  # buckets of a line: words, pairs, both ends, the whole
    # two sums of whole numbers in one: how many are known, in steps of `high`, and their weights
    high = float(1 << 30)
    both = np.bincount(rows, weights=np.where(table != 0, table + high, 0.0)[buckets], minlength=n)
    known = np.rint(both / high)
    score = scale * (both - known * high) / np.sqrt(size)
    return np.where(known > 0, score + bias, 0.0), known / size


def ensemble(x: Array, first: Array, w: Mapping[str, Array]) -> Array:
    """Logit by the networks, calibrated by nothing yet: x is (lines, columns), standardised; document d has the lines
    `first[d]:first[d + 1]`, and no line sees another document's.

    A cascade (Viola & Jones 2001): where the first network is in doubt, the mean of all; elsewhere none of the others would turn it."""
    counts = np.diff(first)
    place = np.arange(len(x)) + np.repeat(np.arange(len(counts)), counts) * PAD + PAD
    laid = np.zeros((len(x) + (len(counts) + 1) * PAD, x.shape[1]), dtype=np.float32)
    laid[place] = x
    empty = np.ones(len(laid), dtype=bool)
    empty[place] = False
    members = [{name: w[name][m] for name in w if name[:2] in ("w_", "b_")} for m in range(len(w["b_out"]))]
    # products of matrices this small are many times slower on several threads than on one
    with _threads().limit(limits=1):
        logit = _whole(laid, empty, members[0])
        doubtful = np.flatnonzero((np.abs(logit) < DOUBT) & ~empty)
        seen = np.zeros(len(laid), dtype=bool)  # by the lines in doubt
        for step in range(-REACH, REACH + 1):
            seen[(doubtful + step).clip(0, len(laid) - 1)] = True
        near = laid[seen], empty[seen]
        at = (np.cumsum(seen) - 1)[doubtful]
        others = [_whole(*near, member)[at] for member in members[1:]]
    logit[doubtful] = np.mean([logit[doubtful], *others], axis=0)
    result: Array = logit[place]
    return result


def _whole(x: Array, empty: Array, w: Mapping[str, Array]) -> Array:
    """Logits by one network of many rows, some at a time: few enough to stay in the processor's cache."""
    logit, gaps = np.zeros(len(x), dtype=np.float32), np.flatnonzero(empty)
    for a in range(0, len(x), STRETCH):
        b = min(a + STRETCH, len(x))
        low, high = max(0, a - REACH), min(len(x), b + REACH)
        between = gaps[slice(*np.searchsorted(gaps, (low, high)))] - low
        logit[a:b] = network(x[low:high], between, w)[a - low : b - low]
    return logit


@cache
def _threads() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def network(x: Array, gaps: Array, w: Mapping[str, Array]) -> Array:
    """Logit of running text for each row, by one network: x is (rows, columns), standardised; `gaps` are the rows
    between documents."""
    h = x @ w["w_in"]
    _bounded(h, w["b_in"], gaps)
    width = h.shape[1]
    for level, distance in enumerate(DISTANCES):
        above, own, below = (w[f"w_{level}"][i * width : (i + 1) * width] for i in range(3))
        out = h @ own
        out[distance:] += h[:-distance] @ above
        out[:-distance] += h[distance:] @ below
        _bounded(out, w[f"b_{level}"], gaps)
        h += out
    return h @ w["w_out"] + w["b_out"]


def _bounded(values: Array, bias: Array, gaps: Array) -> None:
    """Bias and rectifier, in place; 0 in the gaps, where nothing is to be seen."""
    values += bias
    np.maximum(values, 0, out=values)
    values[gaps] = 0
