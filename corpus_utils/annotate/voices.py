"""Whose voice a stretch of a sentence is: headline, caption, direct quotation, indirect speech, or the journalist.

Conventions: offsets are code points into `documents.text`. Passages of one sentence touch and cover it; a stretch without a
letter or digit joins its neighbour. A passage's text is its slice of the document, repaired and with white space folded.
Within reported speech, words in quotation marks are direct and the others indirect. Wishes, plans, praise and blame that the
journalist ascribes to somebody (rules `will`, `act`, `seem`) stay in the journalist's voice unless words in marks show that they were said.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from corpus_utils.annotate.quote_marks import marked_stretches
from corpus_utils.text import fold_space

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_INK = re.compile(r"\w")
_PARTS = {"title": "headline", "caption": "caption"}
OWN_VOICE = frozenset({"will", "act", "seem", "noun"})  # rules whose unmarked words the journalist chose

Stretch = tuple[int, int, str, str]  # start, end, voice, speaker


def split_voices(sentences: pd.DataFrame, quotes: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The `passages` table: each sentence of `sentences` tiled by voice, with the help of `quotes` and `documents` (id, text)."""
    import numpy as np

    from corpus_utils import schema

    texts = dict(zip(documents["id"], documents["text"], strict=True))
    starts, ends = sentences["start"].to_numpy(), sentences["end"].to_numpy()
    voice = sentences["part"].map(_PARTS).fillna("journalist").to_numpy(object)
    spoken = _Voiced(quotes, texts)
    firsts, lasts = spoken.near(sentences["article_id"], starts, ends)
    rows = np.flatnonzero((firsts < lasts) & (voice == "journalist"))  # most sentences are one passage, the journalist's
    told = [sentences[name].take(rows).tolist() for name in ("document_id", "text")]
    places = (column[rows].tolist() for column in (starts, ends, firsts, lasts))
    tiled, words = [], []
    for document, whole, start, end, first, last in zip(*told, *places, strict=True):
        tiles = _tile(start, end, spoken.stretches[first:last], texts.get(document, ""))
        tiled.append(tiles)
        words += [whole] if len(tiles) == 1 else [_shown(texts[document][tile[0] : tile[1]]) for tile in tiles]
    counts = np.ones(len(sentences), dtype=np.intp)
    counts[rows] = [len(tiles) for tiles in tiled]
    owners = np.repeat(np.arange(len(sentences)), counts)
    numbers = np.arange(len(owners)) - (np.cumsum(counts) - counts)[owners]
    held = {name: sentences[name].array.take(owners) for name in ("id", "article_id", "document_id", "language", "text")}
    made = {"start": starts[owners], "end": ends[owners], "voice": voice[owners], "speaker": np.full(len(owners), "", dtype=object)}
    if tiled:
        inside = np.isin(owners, rows)
        for name, values in zip(made, zip(*chain.from_iterable(tiled), strict=True), strict=True):
            made[name][inside] = values
        held["text"][inside] = words
    sentence_ids = held.pop("id")
    ids = [f"{sentence}p{number}" for sentence, number in zip(sentence_ids.tolist(), numbers.tolist(), strict=True)]
    own = {"id": ids, "sentence_id": sentence_ids, "voice": made.pop("voice").tolist(), "speaker": made.pop("speaker").tolist()}
    return schema.validate("passages", schema.from_columns("passages", own | held | made))


def _shown(text: str) -> str:
    """The text repaired, white space folded."""
    if text.isascii() and text.isprintable() and "&" not in text and "  " not in text:  # nothing to repair or fold
        return text.strip(" ")
    from corpus_utils.clean.repair import repair

    return fold_space(repair(text)[0])


class _Voiced:
    """Voiced stretches of all articles, those of an article in the order of their starts."""

    def __init__(self, quotes: pd.DataFrame, texts: dict[str, str]) -> None:
        import numpy as np

        columns = ("article_id", "document_id", "start", "end", "kind", "speaker", "rule")
        self.articles: dict[str, int] = {}
        stretches: list[Stretch] = []
        numbers: list[int] = []
        for article, document, start, end, kind, speaker, rule in zip(*(quotes[name].tolist() for name in columns), strict=True):
            if kind == "direct":
                stretches.append((start, end, "direct", speaker))
            elif rule.partition(":")[0] not in OWN_VOICE:
                stretches.append((start, end, "indirect", speaker))
            if kind == "mixed":
                content = texts.get(document, "")[start:end]
                marked = marked_stretches(content, [(0, len(content))])
                stretches += [(start + stretch.start, start + stretch.end, "direct", speaker) for stretch in marked]
            number = self.articles.setdefault(article, len(self.articles))
            numbers += [number] * (len(stretches) - len(numbers))
        order = sorted(range(len(numbers)), key=lambda place: (numbers[place], stretches[place][0]))
        self.stretches = [stretches[place] for place in order]
        ends = np.array([stretch[1] for stretch in self.stretches], dtype=np.int64)
        self.span = 2 + int(ends.max(initial=0))  # one number for article and place
        own = np.array(numbers, dtype=np.int64)[order] * self.span
        self.starts = own + np.array([stretch[0] for stretch in self.stretches], dtype=np.int64)
        self.reach = np.maximum.accumulate(own + ends)

    def near(self, articles: pd.Series, starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """First and last of the stretches between which lie those that touch each [start, end) of an article."""
        import numpy as np

        own = articles.map(self.articles).fillna(len(self.articles)).to_numpy(np.int64) * self.span
        starts, ends = np.minimum(starts, self.span - 1), np.minimum(ends, self.span - 1)
        return np.searchsorted(self.reach, own + starts, side="right"), np.searchsorted(self.starts, own + ends)


def _tile(start: int, end: int, voiced: list[Stretch], text: str) -> list[Stretch]:
    """Stretches that cover [start, end): the journalist's where nobody else speaks.

    Later ones lie upon earlier ones: reported speech first, words in marks last.
    """
    near = [stretch for stretch in voiced if stretch[1] > start]
    if not near:
        return [(start, end, "journalist", "")]
    if len(near) > 1:
        near.sort(key=lambda s: (s[2] == "direct", s[0], -s[1]))
    if len(near) == 1 and near[0][0] <= start and end <= near[0][1]:
        return [(start, end, *near[0][2:])]
    cuts = {start, end}
    for first, last, _, _ in near:
        cuts.add(max(start, first))
        cuts.add(min(end, last))
    tiles: list[Stretch] = []
    for low, high in pairwise(sorted(cuts)):
        voice, speaker = "journalist", ""
        for s in near:
            if s[0] <= low and high <= s[1] and (s[2] == "direct" or voice != "direct"):
                voice, speaker = s[2], s[3]
        if tiles and (tiles[-1][2:] == (voice, speaker) or not _INK.search(text, low, high)):
            tiles[-1] = (tiles[-1][0], high, *tiles[-1][2:])
        elif tiles and not _INK.search(text, tiles[-1][0], tiles[-1][1]):
            tiles[-1] = (tiles[-1][0], high, voice, speaker)
        else:
            tiles.append((low, high, voice, speaker))
    return tiles
