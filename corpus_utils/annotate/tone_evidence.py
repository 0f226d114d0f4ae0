"""The words behind scores of tone, as they stand in the texts: JSON of [start, end, "word +1.9"] for the hits of each text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate import vader_words
from corpus_utils.annotate.word_types import Batch

if TYPE_CHECKING:
    import pyarrow as pa


class Judged(NamedTuple):
    """One measure over the supported texts: scores per text; per hit its position, text and value; what is behind a compound."""

    scores: np.ndarray
    counts: np.ndarray
    positions: np.ndarray
    texts: np.ndarray
    values: np.ndarray
    emphasis: np.ndarray
    own: np.ndarray  # numbers of the texts whose hits differ from those by `vader`


class Spans(NamedTuple):
    """Hits of any measure: position in the batch (ascending), start and end in the text as given, `"word` as in JSON."""

    positions: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    words: pa.Array


def hit_spans(texts: Sequence[str], judged: Iterable[Judged], words: Batch, with_emojis: frozenset[int]) -> Spans:
    """Where every hit of any measure stands."""
    import pyarrow as pa

    positions = np.sort(np.concatenate([one.positions for one in judged]))
    positions = positions[np.diff(positions, prepend=-1) > 0]
    types, of_hit = np.unique(words.ids[positions], return_inverse=True)
    tokens = words.types.tokens()
    shown = [_shown(tokens[kind]) for kind in types.tolist()]
    offset, length = (np.array([row[column] for row in shown], dtype=np.int64)[of_hit] for column in (0, 1))
    starts = words.offsets[positions] + offset
    ends = starts + length
    owners = words.text_of(positions) if with_emojis else positions
    for number in sorted(with_emojis):
        own, origin = owners == number, np.array(vader_words.replace_emojis(texts[number])[1], dtype=np.int64)
        starts[own], ends[own] = origin[starts[own]], origin[ends[own] - 1] + 1
    return Spans(positions, starts, ends, pa.array([row[2] for row in shown], pa.string()).take(pa.array(of_hit)))


@lru_cache(maxsize=65536)
def _shown(token: str) -> tuple[int, int, str]:
    """Where the word stands in a token, its length, and the beginning of a text in JSON that holds it."""
    word = vader_words.stripped(token)
    return token.index(word), len(word), json.dumps(word.lower(), ensure_ascii=False)[:-1]


def evidence_of(judged: Judged, texts: np.ndarray, spans: Spans) -> pa.Array:
    """JSON of the hits of some texts, each of which has some; Arrow writes thousands of small arrays in a quarter of the time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    chosen = np.zeros(len(judged.scores), dtype=bool)
    chosen[texts] = True
    kept = chosen[judged.texts]
    at = np.searchsorted(spans.positions, judged.positions[kept])
    values, of_hit = np.unique(judged.values[kept], return_inverse=True)  # few differ
    shown = pa.array([f'{value:+.1f}"' for value in values.tolist()], pa.string()).take(pa.array(of_hit))
    starts, ends = (pc.cast(pa.array(column[at]), pa.string()) for column in (spans.starts, spans.ends))
    items = pc.binary_join_element_wise(starts, ends, pc.binary_join_element_wise(spans.words.take(pa.array(at)), shown, " "), ", ")
    bounds = np.concatenate([[0], np.cumsum(judged.counts[texts])])  # the hits of a text stand together
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), items), "], [")
    return pc.binary_join_element_wise("[[", joined, "]]", "").cast(pa.large_string())
