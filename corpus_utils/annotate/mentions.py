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

    at, places = sentence_places(found, sentences)
    stands = np.flatnonzero(places >= 0)
    own, mentions, starts = sentences.iloc[at[stands]], found.iloc[stands], places[stands]
    ids = own["id"].tolist()
    columns = {
        "id": [f"{sentence}@{start}" for sentence, start in zip(ids, starts.tolist())],
        "actor": mentions["actor"].tolist(),
        "article_id": mentions["article_id"].tolist(),
        "sentence_id": ids,
        "text": own["text"].tolist(),
        "start": starts,
        "end": starts + np.fromiter(map(len, mentions["mention"]), np.int64, len(mentions)),
        "language": own["language"].tolist(),
        "document_start": mentions["start"].tolist(),
        "document_end": mentions["end"].tolist(),
    }
    return pd.DataFrame(columns, columns=COLUMNS, index=mentions.index)


def sentence_places(found: pd.DataFrame, sentences: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Of each mention the position in `sentences` of the one that holds it, and where it stands in that text; -1 where in none."""
    at, places = _sentence_of(found, sentences), np.full(len(found), -1, dtype=np.int64)
    order = np.lexsort((found["start"].to_numpy(), at))
    order = order[at[order] >= 0]
    held, owners = np.unique(at[order], return_inverse=True)
    texts, words = sentences["text"].take(held).tolist(), found["mention"].take(order).tolist()
    firsts, lasts = (sentences[name].to_numpy(np.int64)[held] for name in ("start", "end"))
    unfolded = lasts - firsts == np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    offsets = np.where(unfolded[owners], found["start"].to_numpy()[order] - firsts[owners], -1).tolist()
    seen: dict[tuple[int, str], int] = {}  # how often these words were looked for in this sentence
    places[order] = [
        offset if offset >= 0 and texts[own].startswith(mention, offset) else _next_place(texts[own], mention, seen, own)
        for own, mention, offset in zip(owners.tolist(), words, offsets, strict=True)
    ]
    return at, places


def _sentence_of(found: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Position in `sentences` of the one that holds each mention whole; -1 where none does."""
    import pandas as pd

    if not len(found) or not len(sentences):
        return np.full(len(found), -1, dtype=np.int64)
    owners, articles = pd.factorize(sentences["article_id"])
    told, names = pd.factorize(found["article_id"])
    wanted = articles.get_indexer(names)[told]
    starts, ends = (sentences[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    begin, stop = (found[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    span = int(max(ends.max(), stop.max())) + 2  # one number for article and offset; sentences without a place have -1
    by_place = np.argsort(owners * span + starts + 1, kind="stable")
    place = np.searchsorted((owners * span + starts + 1)[by_place], wanted * span + begin + 1, side="right") - 1
    at = by_place[np.maximum(place, 0)]
    return np.where((place >= 0) & (owners[at] == wanted) & (stop <= ends[at]), at, -1)


def _next_place(text: str, words: str, seen: dict[tuple[int, str], int], sentence: int) -> int:
    """Where the words stand in the sentence's text that is folded: their next occurrence not yet taken; -1 where nowhere."""
    taken = seen.get((sentence, words), 0)
    place = text.find(words, taken)
    if place >= 0:
        seen[sentence, words] = place + len(words)
    return place
