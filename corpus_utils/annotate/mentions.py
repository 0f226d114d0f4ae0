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

    by_article = dict(iter(sentences.groupby("article_id", sort=False)))
    rows: list[tuple] = []
    kept: list[object] = []
    seen: dict[tuple[str, str], int] = {}  # how often these words were looked for in this sentence
    for article, group in found.groupby("article_id", sort=False):
        own = by_article.get(article)
        if own is None:
            continue
        own = own.sort_values("start", kind="stable")
        starts, ends = own["start"].to_numpy(), own["end"].to_numpy()
        ids, texts, languages = own["id"].tolist(), own["text"].tolist(), own["language"].tolist()
        ordered = group.sort_values("start", kind="stable")
        for label, actor, start, end, words in zip(
            ordered.index, ordered["actor"], ordered["start"], ordered["end"], ordered["mention"], strict=True
        ):
            at = int(np.searchsorted(starts, start, side="right")) - 1
            if at < 0 or end > ends[at]:
                continue
            place = _place(texts[at], words, int(start - starts[at]), ends[at] - starts[at] == len(texts[at]), seen, ids[at])
            if place >= 0:
                rows.append(
                    (f"{ids[at]}@{place}", actor, article, ids[at], texts[at], place, place + len(words), languages[at], start, end)
                )
                kept.append(label)
    frame = pd.DataFrame(rows, columns=COLUMNS, index=pd.Index(kept, dtype=found.index.dtype if len(kept) else None))
    placed = set(kept)
    return frame.reindex([label for label in found.index if label in placed]) if kept else frame


def _place(text: str, words: str, offset: int, unfolded: bool, seen: dict[tuple[str, str], int], sentence: str) -> int:
    """Where the words stand in the sentence's text: at their offset, else their next occurrence not yet taken; -1 where nowhere."""
    if unfolded and text.startswith(words, offset):
        return offset
    taken = seen.get((sentence, words), 0)
    place = text.find(words, taken)
    if place >= 0:
        seen[sentence, words] = place + len(words)
    return place
