"""Bias axes between seed words (FrameAxis: Kwak, An, Jing & Ahn 2021), from vectors learned on the corpus itself.

    vectors    positive pointwise mutual information of words within five words of each other, with context counts to the power .75,
               reduced by singular values (Levy & Goldberg 2014; Levy, Goldberg & Dagan 2015); rows of length one
    axis       mean vector of the seeds of one pole less that of the other
    bias       mean cosine of a group's words to the axis, weighted by use: towards which pole its words lean; its interval resamples the
               group's texts and takes the vectors as they are
    intensity  mean squared distance of these cosines from the bias of the whole corpus: how much its words use the axis at all

Such vectors need text by the million words: with less they follow single articles, and so would the axis. Under `LEAST_TOKENS` words, or
where a seed is used fewer than `LEAST_USES` times, the measure is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils.annotate.tokens import Array, Tokens, tokenise
from corpus_utils.annotate.vectors import one_thread
from corpus_utils.stats import cluster_bootstrap

if TYPE_CHECKING:
    import pandas as pd

LEAST_TOKENS = 1_000_000
LEAST_USES = 50  # of each seed word
WINDOW = 5
MOST_WORDS = 20_000
SIZE = 100
COLUMNS = ["group", "bias", "low", "high", "intensity", "words", "verdict", "reason"]


def frame_axis(
    texts: Sequence[str], groups: Sequence[str], low: Sequence[str], high: Sequence[str], *, least_tokens: int = LEAST_TOKENS, seed: int = 0
) -> pd.DataFrame:
    """Bias and intensity of each group of texts on the axis from the seed words `low` to those of `high`: `COLUMNS`.

    bias is between -1 (pole `low`) and 1 (`high`), low and high the ends of its 95 % interval (NaN where the group has too few texts);
    words: tokens behind it. verdict is "description", or "refused" with the reason and
    NaN. Raises ValueError where a pole has no seeds or groups and texts are not of one length.
    """
    import pandas as pd

    if not low or not high:
        raise ValueError("an axis needs seed words for both its poles")
    if len(texts) != len(groups):
        raise ValueError(f"{len(texts)} texts and {len(groups)} groups: there should be one for each text")
    tokens = tokenise(texts)
    names = sorted(set(groups))
    if reason := _refusal(tokens, [*low, *high], least_tokens):
        empty = {**dict.fromkeys(("bias", "low", "high", "intensity"), np.nan), "words": 0, "verdict": "refused", "reason": reason}
        return pd.DataFrame([{"group": name, **empty} for name in names], columns=COLUMNS)
    vectors, kept = word_vectors(tokens, seed=seed)
    place = {tokens.vocabulary[word]: row for row, word in enumerate(kept.tolist())}
    poles = [np.mean([vectors[place[word]] for word in pole], axis=0) for pole in (_lower(low), _lower(high))]
    axis = poles[1] - poles[0]
    cosine = np.full(len(tokens.vocabulary), np.nan)
    cosine[kept] = vectors @ axis / max(float(np.linalg.norm(axis)), 1e-12)
    cosine[[tokens.index[word] for word in _lower([*low, *high])]] = np.nan  # the poles themselves say nothing of the text
    value = cosine[tokens.ids]
    known = ~np.isnan(value)
    middle = float(value[known].mean())
    uses = np.bincount(tokens.unit[known], minlength=len(texts))
    sums = np.bincount(tokens.unit[known], weights=value[known], minlength=len(texts))
    own = np.array([names.index(name) for name in groups])
    squares = np.bincount(own[tokens.unit[known]], weights=(value[known] - middle) ** 2, minlength=len(names))
    rows = []
    for at, name in enumerate(names):
        texts_of = np.flatnonzero((own == at) & (uses > 0))
        spread = cluster_bootstrap(sums[texts_of] / uses[texts_of], texts_of, weights=uses[texts_of], seed=seed)
        words = int(uses[texts_of].sum())
        rows.append({
            "group": name, "bias": spread.estimate, "low": spread.low, "high": spread.high,
            "intensity": float(squares[at]) / words if words else np.nan, "words": words, "verdict": "description", "reason": "",
        })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def axis_block(articles: pd.DataFrame, axis: Sequence[str], table: Callable[..., Any], say: Callable[..., Any], *, seed: int = 0) -> Any:
    """The axis by outlet as a table, or why there is none. `axis`: two strings of seed words; `table`, `say`: blocks.table, .notice."""
    if axis and len(axis) != 2:
        raise ValueError('axis: two strings of seed words, such as ["danger threat", "chance hope"]')
    poles = [text.replace(",", " ").split() for text in axis] or [[], []]
    once = articles.drop_duplicates("family")
    words = sum(len(text.split()) for text in once["text"].tolist())
    if words < LEAST_TOKENS:
        return say(f"The stories have {words:,} words; vectors of words need {LEAST_TOKENS:,}.", "warn", title="No bias axis is computed")
    if not all(poles):
        return say("Name seed words for its two poles in the parameter `axis`.", title="No bias axis was asked for")
    found = frame_axis(once["text"].tolist(), once["outlet"].replace("", "not stated").tolist(), *poles, seed=seed)
    if set(found["verdict"]) == {"refused"}:
        return say(found["reason"].iat[0], "warn", title="No bias axis is computed")
    caption = (
        f"Leaning of each outlet's words from “{' '.join(poles[0])}” (-1) to “{' '.join(poles[1])}” (1), with 95 % intervals over its "
        "stories, and how much they use the axis. Vectors of words are taken as they are: the intervals are rather too short"
    )
    formats = {**dict.fromkeys(("bias", "low", "high"), ".3f"), "intensity": ".4f"}
    return table(found[["group", "bias", "low", "high", "intensity", "words"]], caption=caption, formats=formats, missing="too few stories")


def _lower(words: Sequence[str]) -> list[str]:
    return [word.lower() for word in words]


def _refusal(tokens: Tokens, seeds: Sequence[str], least: int) -> str:
    if len(tokens.ids) < least:
        return f"{len(tokens.ids):,} words; vectors of words need {least:,} of the corpus' own, or they follow single articles"
    uses = np.bincount(tokens.ids, minlength=len(tokens.vocabulary))
    for word in _lower(seeds):
        count = int(uses[tokens.index[word]]) if word in tokens.index else 0
        if count < LEAST_USES:
            return f"the seed word {word!r} is used {count} times; it takes {LEAST_USES}"
    return ""


def word_vectors(tokens: Tokens, *, seed: int = 0) -> tuple[Array, Array]:
    """Vectors of length one, shape (words kept, size), and the ids of the words kept: the most used, `LEAST_USES` times or more."""
    from scipy import sparse
    from scipy.sparse.linalg import svds

    uses = np.bincount(tokens.ids, minlength=len(tokens.vocabulary))
    kept = np.sort(np.argsort(-uses, kind="stable")[:MOST_WORDS])
    kept = kept[uses[kept] >= LEAST_USES]
    row = np.full(len(uses), -1)
    row[kept] = np.arange(len(kept))
    ids = row[tokens.ids]
    counts: Any = sparse.csr_matrix((len(kept), len(kept)))
    for step in range(1, WINDOW + 1):
        left, right = ids[:-step], ids[step:]
        near = (left >= 0) & (right >= 0) & (tokens.sentence[:-step] == tokens.sentence[step:])
        pairs = sparse.coo_matrix((np.ones(int(near.sum())), (left[near], right[near])), shape=counts.shape).tocsr()
        counts = counts + pairs + pairs.T
    total = np.asarray(counts.sum(axis=1)).ravel()
    context = total**0.75 / max(float((total**0.75).sum()), 1e-12)
    table = counts.tocoo()
    information = np.log(np.maximum(table.data / np.maximum(total[table.row], 1) / context[table.col], 1e-12))
    positive = information > 0
    ppmi = sparse.csr_matrix((information[positive], (table.row[positive], table.col[positive])), shape=counts.shape)
    size = min(SIZE, len(kept) - 1)
    start = np.random.default_rng(seed).standard_normal(len(kept))
    with one_thread():
        left_vectors, values, _ = svds(ppmi, k=size, v0=start)
    vectors = left_vectors * np.sqrt(np.maximum(values, 0))
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), kept
