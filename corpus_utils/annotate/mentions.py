"""Mentions of actors placed in the sentences they stand in, the unit of tone towards an actor and of what an actor does.

Conventions: `find_actors` counts in the document, a target model in the sentence's text, which is repaired and folded. A mention whose
words are not found in its sentence's text (a word broken over two lines) is left out, and the caller can count how many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["id", "actor", "article_id", "sentence_id", "text", "start", "end", "language", "document_start", "document_end"]


def place_mentions(found: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """One row per mention that stands in a sentence, in the order and with the index of `found`.

    `found` as `actors.find_actors` gives it. Columns: id ("SENTENCE@START", unique), actor, article_id, sentence_id, text (of the
    sentence), start, end (code points in that text), language, document_start, document_end. Ready for `targets.label_targets`.
    """
    import pandas as pd

    at, labels = _sentence_of(found, sentences), found.index.to_numpy()
    order = np.lexsort((found["start"].to_numpy(), found["article_id"].to_numpy(dtype=object).astype(str)))
    order = order[at[order] >= 0]
    own = sentences.iloc[at[order]]
    columns = [found[name].to_numpy(dtype=object)[order].tolist() for name in ("actor", "article_id", "mention", "start", "end")]
    texts, ids, firsts, lasts = (own[name].to_numpy(dtype=object).tolist() for name in ("text", "id", "start", "end"))
    seen: dict[tuple[str, str], int] = {}  # how often these words were looked for in this sentence
    places = [
        _place(text, words, start - first, last - first == len(text), seen, sentence)
        for text, sentence, first, last, words, start in zip(texts, ids, firsts, lasts, columns[2], columns[3], strict=True)
    ]
    actors, articles, mentions, starts, ends = columns
    rows = list(zip(
        [f"{sentence}@{place}" for sentence, place in zip(ids, places)], actors, articles, ids, texts, places,
        [place + len(words) for place, words in zip(places, mentions)], own["language"].tolist(), starts, ends,
    ))  # fmt: skip
    kept = np.array([number for number, place in enumerate(places) if place >= 0], dtype=np.int64)
    kept = kept[np.argsort(order[kept], kind="stable")]  # in the order they came
    index = pd.Index(labels[order[kept]], dtype=found.index.dtype if len(kept) else None)
    return pd.DataFrame([rows[number] for number in kept.tolist()], columns=COLUMNS, index=index)


def _sentence_of(found: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Position in `sentences` of the one that holds each mention whole; -1 where none does."""
    if not len(found) or not len(sentences):
        return np.full(len(found), -1, dtype=np.int64)
    articles: dict[str, int] = {}
    owners = np.array([articles.setdefault(name, len(articles)) for name in sentences["article_id"].tolist()], dtype=np.int64)
    wanted = np.array([articles.get(name, -1) for name in found["article_id"].tolist()], dtype=np.int64)
    starts, ends = (sentences[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    begin, stop = (found[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    span = int(max(ends.max(), stop.max())) + 2  # one number for article and offset; sentences without a place have -1
    by_place = np.argsort(owners * span + starts + 1, kind="stable")
    place = np.searchsorted((owners * span + starts + 1)[by_place], wanted * span + begin + 1, side="right") - 1
    at = by_place[np.maximum(place, 0)]
    return np.where((place >= 0) & (owners[at] == wanted) & (stop <= ends[at]), at, -1)


def _place(text: str, words: str, offset: int, unfolded: bool, seen: dict[tuple[str, str], int], sentence: str) -> int:
    """Where the words stand in the sentence's text: at their offset, else their next occurrence not yet taken; -1 where nowhere."""
    if unfolded and text.startswith(words, offset):
        return offset
    taken = seen.get((sentence, words), 0)
    place = text.find(words, taken)
    if place >= 0:
        seen[sentence, words] = place + len(words)
    return place
