"""The index of a part: word ids in order, where each word stands, the vocabulary; kept in Arrow files that are mapped, not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.tokens.first_uses import DISTINCT, first_uses
from corpus_utils.tokens.narrow import key_words
from corpus_utils.tokens.scan import Words, hash_words, tables

if TYPE_CHECKING:
    import pyarrow
    from scipy import sparse


TEXTS_AT_ONCE = 20_000
COUNTED_AT_ONCE = 1 << 16  # words: what the processor's cache holds


@dataclass(frozen=True)
class TokenIndex:
    """The words of some texts as arrays."""

    ids: np.ndarray  # int32: row of `vocabulary`, for every word in order
    starts: np.ndarray  # int32: offset of the word in its text
    ends: np.ndarray  # int32
    bounds: np.ndarray  # int64: first word of each text, and the number of words at the end
    vocabulary: list[str]  # sorted, lower case
    hashes: np.ndarray  # uint64: hash of each word of the vocabulary, the same in every part

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @cached_property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """(positions, firsts): word w of the vocabulary stands at positions[firsts[w]:firsts[w + 1]] of `ids`, in order."""
        from scipy import sparse

        size = len(self.ids)
        rows = sparse.csr_matrix((np.arange(size, dtype=np.int32), self.ids, [0, size]), shape=(1, len(self.vocabulary)))
        columns = rows.tocsc()  # a counting sort
        return columns.data, columns.indptr

    def texts_of(self, positions: np.ndarray) -> np.ndarray:
        """Number of the text each position of `ids` belongs to."""
        if len(positions) > len(self.bounds) and (positions[:-1] <= positions[1:]).all():  # fewer texts than positions: look those up
            ends = np.searchsorted(positions, self.bounds[1:])
            return np.repeat(np.arange(len(self)), np.diff(ends, prepend=0))
        return np.searchsorted(self.bounds, positions, side="right") - 1


def index_texts(texts: Sequence[str]) -> TokenIndex:
    """Index `texts`; very many of them in lots, which are merged, so that memory holds little more than the index."""
    lots = [_index(texts[first : first + TEXTS_AT_ONCE]) for first in range(0, max(len(texts), 1), TEXTS_AT_ONCE)]
    return lots[0] if len(lots) == 1 else _merged(lots)


def take_texts(index: TokenIndex, rows: np.ndarray | slice) -> TokenIndex:
    """The index of some of the texts, given by their numbers, in that order; the vocabulary stays whole."""
    numbers = np.arange(len(index))[rows]
    lengths = np.diff(index.bounds)[numbers]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    at = np.arange(bounds[-1]) + np.repeat(index.bounds[numbers] - bounds[:-1], lengths)
    return TokenIndex(index.ids[at], index.starts[at], index.ends[at], bounds, index.vocabulary, index.hashes)


def _merged(lots: list[TokenIndex]) -> TokenIndex:
    """One index of the texts of several, in their order."""
    kinds = sorted({kind for lot in lots for kind in zip(lot.vocabulary, lot.hashes.tolist())})
    rows = {kind: row for row, kind in enumerate(kinds)}
    maps = [np.array([rows[kind] for kind in zip(lot.vocabulary, lot.hashes.tolist())] or [0], dtype=np.int32) for lot in lots]
    ids = np.concatenate([places[lot.ids] for places, lot in zip(maps, lots)])
    starts, ends = np.concatenate([lot.starts for lot in lots]), np.concatenate([lot.ends for lot in lots])
    bounds = np.concatenate([[0], np.cumsum(np.concatenate([np.diff(lot.bounds) for lot in lots]))])
    return TokenIndex(ids, starts, ends, bounds, [word for word, _ in kinds], np.array([value for _, value in kinds], dtype=np.uint64))


def spell_words(texts: Sequence[str]) -> tuple[Words, np.ndarray, list[str]]:
    """All words of the texts, the number of each among the spellings, and these in lower case: an index without order.

    Few spellings have two numbers.
    """
    words, codes, spelled = _spell(texts)
    return words, codes, _lower(spelled)


def _spell(texts: Sequence[str]) -> tuple[Words, np.ndarray, list[str]]:
    import pandas as pd

    words = key_words(texts)
    codes, keys = pd.factorize(words.hashes, size_hint=DISTINCT)
    first = first_uses(codes, len(keys))
    owners = np.searchsorted(words.bounds, first, side="right") - 1
    found = zip(owners.tolist(), words.starts[first].tolist(), words.ends[first].tolist())
    return words, codes, [texts[owner][start:end] for owner, start, end in found]


def _index(texts: Sequence[str]) -> TokenIndex:
    import pandas as pd

    words, codes, spelled = _spell(texts)
    same, hashes = pd.factorize(_hashes(spelled))  # a word may have had two keys
    spelled = _lower([spelled[row] for row in first_uses(same, len(hashes)).tolist()])
    order = _alphabetical(spelled, hashes)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    ids = rank[same].take(codes) if len(codes) else np.zeros(0, dtype=np.int32)
    return TokenIndex(ids, words.starts, words.ends, words.bounds, [spelled[row] for row in order.tolist()], hashes[order])


def _hashes(words: list[str]) -> np.ndarray:
    """The hash of each word as `scan_words` gives it."""
    points = np.frombuffer("\n".join(words).encode("utf-32-le"), dtype=np.int32)
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    ends = np.cumsum(lengths + 1) - 1
    return hash_words(points, ends - lengths, ends, tables()[1])


def _lower(words: list[str]) -> list[str]:
    """All words at once in lower case, with straight apostrophes; no word holds a line break."""
    return "\n".join(words).lower().replace("’", "'").replace("ʼ", "'").split("\n") if words else []


def _alphabetical(spelled: list[str], hashes: np.ndarray) -> np.ndarray:
    """Rows in alphabetical order; of two words of one spelling, which are rare, the smaller hash goes first."""
    order = sorted(range(len(spelled)), key=spelled.__getitem__)
    ordered = [spelled[row] for row in order]
    if len(set(ordered)) < len(ordered):
        order = sorted(order, key=lambda row: (spelled[row], int(hashes[row])))
    return np.array(order, dtype=np.int64)


def count_words(index: TokenIndex) -> sparse.csr_matrix:
    """Texts x vocabulary, how often each word stands in each text."""
    from scipy import sparse

    edges = np.searchsorted(index.bounds, np.arange(0, len(index.ids), COUNTED_AT_ONCE))
    runs = np.unique(np.concatenate([[0], edges, [len(index)]]))
    counted = [_count(index, first, last) for first, last in pairwise(runs.tolist())]
    if not counted:
        return sparse.csr_matrix((len(index), len(index.vocabulary)), dtype=np.int32)
    columns, times, held = (np.concatenate(part) for part in zip(*counted))
    return sparse.csr_matrix((times, columns, np.concatenate([[0], np.cumsum(held)])), shape=(len(index), len(index.vocabulary)))


def _count(index: TokenIndex, first: int, last: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the texts first to last - 1 the words of each in order, how often each stands there, and the number of different words."""
    bounds = index.bounds[first : last + 1]
    owners = np.repeat(np.arange(last - first, dtype=np.uint64) << np.uint64(32), np.diff(bounds))
    cells = owners | index.ids[bounds[0] : bounds[-1]].astype(np.uint64)
    cells.sort()  # one sort of integers: text, then word
    new = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]])) if len(cells) else np.zeros(0, dtype=np.int64)
    times = np.diff(np.append(new, len(cells))).astype(np.int32)
    cells = cells[new]
    held = np.diff(np.searchsorted(cells, np.arange(last - first + 1, dtype=np.uint64) << np.uint64(32)))
    return (cells & np.uint64(0xFFFFFFFF)).astype(np.int32), times, held


def merge_vocabularies(parts: Sequence[TokenIndex]) -> tuple[list[str], list[np.ndarray]]:
    """The sorted vocabulary of all parts, and for each part the row in it of each of its words."""
    words = sorted({word for part in parts for word in part.vocabulary})
    rows = {word: row for row, word in enumerate(words)}
    return words, [np.array([rows[word] for word in part.vocabulary], dtype=np.int64) for part in parts]


def save_index(index: TokenIndex, folder: Path) -> None:
    """Write the index as three Arrow files into a folder, which is made."""
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "words.arrow", pa.table({"id": index.ids, "start": index.starts, "end": index.ends}))
    _write(folder / "texts.arrow", pa.table({"bound": index.bounds}))
    _write(folder / "vocabulary.arrow", pa.table({"word": pa.array(index.vocabulary, pa.string()), "hash": index.hashes}))


def open_index(folder: Path) -> TokenIndex:
    """An index written by `save_index`; its arrays lie in the files and come into memory as they are used."""
    words, vocabulary = _mapped(folder / "words.arrow"), _mapped(folder / "vocabulary.arrow")
    ids, starts, ends = (_column(words, name) for name in ("id", "start", "end"))
    bounds = _column(_mapped(folder / "texts.arrow"), "bound")
    return TokenIndex(ids, starts, ends, bounds, vocabulary["word"].to_pylist(), _column(vocabulary, "hash"))


def _write(path: Path, table: pyarrow.Table) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table.combine_chunks())


def _mapped(path: Path) -> pyarrow.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _column(table: pyarrow.Table, name: str) -> np.ndarray:
    column = table[name]
    if not len(column):
        return column.to_numpy()
    return column.chunk(0).to_numpy(zero_copy_only=True)
