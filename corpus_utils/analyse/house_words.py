"""Words that come only from one outlet's boilerplate: found before topics are, and left out of them.

A house word stands in many articles of one outlet, hardly anywhere else, and nearly always between the same neighbours ("subscribe" in
"... subscribe to our ..."). A word that only one outlet uses, but in ever new sentences, is that outlet's subject and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.analyse.collocation import Running, running_words
from corpus_utils.analyse.counts import base_form
from corpus_utils.annotate.tokens import Array

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.tokens import TokenIndex

CHANCE = 0.05  # that any word of the corpus keeps to one outlet this way, if articles were dealt at random
LEAST_ARTICLES = 5  # of the outlet, with the word
OWN = 0.95  # share of the articles with the word that are the outlet's
SAME_PLACE = 0.8  # share of its uses between the same two words
COLUMNS = ["word", "outlet", "articles", "share_of_outlet", "same_place", "context"]


def house_words(texts: Sequence[str], outlets: Sequence[str], *, index: TokenIndex | None = None) -> pd.DataFrame:
    """Words of one outlet's boilerplate: word, outlet, articles (of it with the word), share_of_outlet, same_place, context (three words).

    `outlets`: one per text, "" where not stated; with fewer than two stated outlets there is nothing to tell them by, and none is found.
    `index`: the texts' words, where they are known. Raises ValueError for lengths that differ.
    """
    import pandas as pd

    if len(texts) != len(outlets):
        raise ValueError(f"{len(texts)} texts, but {len(outlets)} outlets")
    names = sorted(set(map(str, outlets)) - {""})
    if len(names) < 2:
        return pd.DataFrame(columns=COLUMNS)
    tokens = running_words(texts, index)
    code = {name: number for number, name in enumerate(names)}
    owner = np.array([code.get(str(outlet), -1) for outlet in outlets])
    pairs = np.sort(tokens.ids * np.int64(tokens.texts) + tokens.unit)
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]  # word and text, once each
    word, of = pairs // tokens.texts, owner[pairs % tokens.texts]
    size = len(tokens.vocabulary)
    stated = np.bincount(word[of >= 0], minlength=size)
    counts = np.bincount((of * np.int64(size) + word)[of >= 0], minlength=len(names) * size).reshape(len(names), size)
    best = counts.argmax(axis=0)
    most = counts.max(axis=0)
    sizes = np.bincount(owner[owner >= 0], minlength=len(names))
    # one outlet's by chance: that share of the articles, as often as the word is met, for one of the words met so often
    chance = np.log(sizes[best] / sizes.sum()) * most + np.log(max(int((stated >= LEAST_ARTICLES).sum()), 1))
    candidates = np.flatnonzero((most >= LEAST_ARTICLES) & (most >= OWN * np.maximum(stated, 1)) & (chance < np.log(CHANCE)))
    rows = []
    for number, (share, context) in _places(tokens, candidates).items():
        # a word of all texts of a tiny outlet says nothing of where it comes from
        if share >= SAME_PLACE and sizes[best[number]] > LEAST_ARTICLES and any(map(str.isalpha, tokens.vocabulary[number])):
            rows.append({
                "word": base_form(tokens.vocabulary[number]), "outlet": names[best[number]], "articles": int(most[number]),
                "share_of_outlet": float(most[number] / sizes[best[number]]), "same_place": share, "context": context,
            })  # fmt: skip
    rows.sort(key=lambda row: (-row["articles"], row["word"]))
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates("word", ignore_index=True)


def _places(tokens: Running, words: Array) -> dict[int, tuple[float, str]]:
    """For each of the words the share of its uses that stand between its commonest neighbours, and these as text."""
    at = np.flatnonzero(np.isin(tokens.ids, words))
    if not len(at):
        return {}
    blank, size = len(tokens.vocabulary), np.int64(len(tokens.vocabulary) + 1)
    padded = np.concatenate(([blank], tokens.ids, [blank]))
    unit = np.concatenate(([-1], tokens.unit, [-1]))
    before = np.where(unit[at] == unit[at + 1], padded[at], blank)
    after = np.where(unit[at + 2] == unit[at + 1], padded[at + 2], blank)
    place = before * size + after
    order = np.lexsort((place, tokens.ids[at]))
    word, place = tokens.ids[at][order], place[order]
    out: dict[int, tuple[float, str]] = {}
    edges = np.flatnonzero(np.r_[True, word[1:] != word[:-1], True])
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist()):
        kinds, count = np.unique(place[start:end], return_counts=True)
        most = int(count.argmax())
        left, right = divmod(int(kinds[most]), int(size))
        shown = [tokens.vocabulary[n] if n < blank else "" for n in (left, int(word[start]), right)]
        out[int(word[start])] = (float(count[most] / (end - start)), " ".join(filter(None, shown)))
    return out
