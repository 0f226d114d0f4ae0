"""Whose voice a stretch of a sentence is: headline, caption, direct quotation, indirect speech, or the journalist.

Conventions: offsets are code points into `documents.text`. Passages of one sentence touch and cover it; a stretch without a
letter or digit joins its neighbour. A passage's text is its slice of the document, repaired and with white space folded.
Within reported speech, words in quotation marks are direct and the others indirect. Wishes, plans, praise and blame that the
journalist ascribes to somebody (rules `will`, `act`, `seem`) stay in the journalist's voice unless words in marks show that they were said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from corpus_utils.annotate.quote_marks import marked_stretches
from corpus_utils.text import fold_space

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

_INK = re.compile(r"\w")
OWN_VOICE = frozenset({"will", "act", "seem", "noun"})  # rules whose unmarked words the journalist chose

Stretch = tuple[int, int, str, str]  # start, end, voice, speaker


def split_voices(sentences: pd.DataFrame, quotes: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The `passages` table: each sentence of `sentences` tiled by voice, with the help of `quotes` and `documents` (id, text)."""
    import numpy as np

    from corpus_utils import schema

    texts = dict(zip(documents["id"], documents["text"], strict=True))
    voiced = _by_article(quotes, texts)
    repair = _repairer()
    tiles: list[Stretch] = []
    ids: list[str] = []
    words: list[str] = []
    owners: list[int] = []
    wanted = ["id", "article_id", "document_id", "part", "start", "end", "text"]
    columns = (sentences[name].tolist() for name in wanted)
    for row, (sentence, article, document, part, first, last, whole) in enumerate(zip(*columns, strict=True)):
        stretches = _tile(first, last, part, voiced.get(article, _NOBODY), texts.get(document, ""))
        tiles += stretches
        if len(stretches) == 1:
            ids.append(f"{sentence}p0")
            words.append(whole)
            owners.append(row)
            continue
        for number, (start, end, _, _) in enumerate(stretches):
            ids.append(f"{sentence}p{number}")
            words.append(fold_space(repair(texts[document][start:end])))
            owners.append(row)
    starts, ends, voices, speakers = zip(*tiles, strict=True) if tiles else ((), (), (), ())
    held = sentences.take(np.array(owners, dtype=np.intp))
    told = {name: held[name].array for name in ("article_id", "document_id", "language")}
    own = {"id": ids, "sentence_id": held["id"].array, "voice": voices, "speaker": speakers}
    made = schema.from_columns("passages", told | own | {"start": starts, "end": ends, "text": words})
    return schema.validate("passages", made)


def _repairer() -> Callable[[str], str]:
    """The package's own text repair; it stands before this room, so it is there whenever the package is complete."""
    from corpus_utils.clean.repair import repair

    return lambda text: repair(text)[0]


class _Voiced:
    """Voiced stretches of an article."""

    def __init__(self, stretches: list[Stretch]) -> None:
        self.stretches = sorted(stretches, key=itemgetter(0))
        self.starts = [stretch[0] for stretch in self.stretches]
        self.reach = list(accumulate((stretch[1] for stretch in self.stretches), max))

    def near(self, start: int, end: int) -> list[Stretch]:
        """Those that touch [start, end), later ones lying upon earlier ones: reported speech first, words in marks last."""
        first, last = bisect_right(self.reach, start), bisect_left(self.starts, end)
        found = [stretch for stretch in self.stretches[first:last] if stretch[1] > start]
        return sorted(found, key=lambda s: (s[2] == "direct", s[0], -s[1])) if len(found) > 1 else found


_NOBODY = _Voiced([])


def _by_article(quotes: pd.DataFrame, texts: dict[str, str]) -> dict[str, _Voiced]:
    """Voiced stretches of each article."""
    found: dict[str, list[Stretch]] = {}
    columns = ("article_id", "document_id", "start", "end", "kind", "speaker", "rule")
    for article, document, start, end, kind, speaker, rule in zip(*(quotes[name].tolist() for name in columns), strict=True):
        found.setdefault(article, []).extend(_voiced(start, end, kind, speaker, rule, texts.get(document, "")))
    return {article: _Voiced(stretches) for article, stretches in found.items()}


def _voiced(start: int, end: int, kind: str, speaker: str, rule: str, text: str) -> Iterable[Stretch]:
    if kind == "direct":
        yield start, end, "direct", speaker
        return
    if rule.split(":")[0] not in OWN_VOICE:
        yield start, end, "indirect", speaker
    if kind == "mixed":
        content = text[start:end]
        for stretch in marked_stretches(content, [(0, len(content))]):
            yield start + stretch.start, start + stretch.end, "direct", speaker


def _tile(start: int, end: int, part: str, voiced: _Voiced, text: str) -> list[Stretch]:
    """Stretches that cover [start, end): the journalist's where nobody else speaks."""
    if part in ("title", "caption"):
        return [(start, end, "headline" if part == "title" else "caption", "")]
    near = voiced.near(start, end)
    if not near:
        return [(start, end, "journalist", "")]
    if len(near) == 1 and near[0][0] <= start and end <= near[0][1]:
        return [(start, end, *near[0][2:])]
    cuts = sorted({start, end, *(max(start, s[0]) for s in near), *(min(end, s[1]) for s in near)})
    tiles: list[Stretch] = []
    for low, high in pairwise(cuts):
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
