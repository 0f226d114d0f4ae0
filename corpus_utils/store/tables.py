"""Tables as Parquet: written with a checksum a page, and read whole, by columns, or only the rows with some values.

The rows of `labels` are written measure by measure, each in a row group of its own, so that those of one measure are read without
decoding the others; the column `#row` says where each stood, and they come back in that order. Other rows are left as they are.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.store.files import StoreError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_LARGEST_DICTIONARY = 1 << 17  # bytes; a column with more distinct values is better written as it is

_DISTINCT = ("id", "unit")  # columns of which nearly every row has a value of its own
_APART = {"labels": "measure"}  # tables whose rows are kept apart by a column of few values
_ROW = "#row"
_BOUNDED = ("id", "document_id", "measure")  # columns whose least and greatest value are written: parts without a wanted one are not read
_MANY = 5000  # rows, from which it is worth to look which columns have few values
_FEW = 1000  # values wanted, of which it is worth to look whether a part can have one

Only = tuple[str, Collection[str]]  # a column, and the values whose rows are read


def parquet_bytes(name: str, table: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        arrow = pa.Table.from_pandas(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise StoreError(f"table {name!r} cannot be kept as Parquet: {error}") from error
    groups = [arrow] if _APART.get(name) not in arrow.column_names else _groups(arrow, _APART[name])
    sink, schema = pa.BufferOutputStream(), groups[0].schema
    few = [field for field in schema if field.name not in (*_DISTINCT, _ROW)]
    options: dict[str, Any] = {
        "use_dictionary": [f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in few],
        "dictionary_pagesize_limit": _LARGEST_DICTIONARY,
        "column_encoding": {_ROW: "DELTA_BINARY_PACKED"} if _ROW in schema.names else None,
        "write_statistics": [column for column in _BOUNDED if column in schema.names] or False,
    }
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True, **options) as writer:
        for group in groups:
            writer.write_table(group)
    return bytes(sink.getvalue())


def _groups(arrow: pa.Table, column: str) -> list[pa.Table]:
    """The rows by the value of a column, in order of first appearance, each with where it stood."""
    import numpy as np
    import pyarrow as pa

    codes = arrow.column(column).combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
    order = np.argsort(codes, kind="stable").astype(np.int32)
    sorted_ = arrow.append_column(_ROW, pa.array(np.arange(len(codes), dtype=np.int32))).take(order)
    ends = np.cumsum(np.bincount(codes)).tolist() or [0]
    return [sorted_.slice(start, end - start) for start, end in zip([0, *ends], ends)]


def read_table(file: Path, digest: str, columns: Sequence[str] | None = None, only: Sequence[Only] = ()) -> pd.DataFrame:
    """A table as it was written. Read whole it is held against its digest; of some of it the checksums of its pages are enough.

    Lists in its cells may be one object in many rows: whoever wants another makes a new one.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if columns is None and not only:
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{file.name} is not what was written")
        with pq.ParquetFile(pa.BufferReader(data)) as opened:
            columns = [field for field in opened.schema_arrow.names if field != _ROW]
            arrow = _rows_with(opened, columns, ())
    else:
        known = pq.read_metadata(file) if only else None
        coded = _coded(known, only) if only else None
        with pq.ParquetFile(file, metadata=known, page_checksum_verification=True, read_dictionary=coded) as opened:
            columns = [field for field in opened.schema_arrow.names if field != _ROW] if columns is None else columns
            arrow = _rows_with(opened, list(columns), only)
    if columns is not None:
        arrow = arrow.select(list(columns))
    lists = [field.name for field in arrow.schema if pa.types.is_list(field.type)]
    table = arrow.drop_columns(lists).to_pandas() if len(lists) < arrow.num_columns else _no_columns(arrow.num_rows)
    for name in lists:  # they would come back as arrays, which no comparison or json.dumps takes
        table.insert(arrow.schema.get_field_index(name), name, _objects(_lists(arrow.column(name)), table.index))
    return table


def _coded(known: Any, only: Sequence[Only]) -> list[str]:
    """Columns that are read as numbers of distinct values, which are looked up instead of every row, and of which few rows are taken
    before they are texts again: those that are wanted by value, and those small enough to have been written so throughout."""
    names = {column for column, _ in only if column not in _DISTINCT}
    groups = [known.row_group(number) for number in range(known.num_row_groups)]
    for number in range(known.num_columns if known.num_rows > _MANY else 0):
        chunks = [group.column(number) for group in groups]
        if all(chunk.has_dictionary_page and chunk.total_uncompressed_size < _LARGEST_DICTIONARY for chunk in chunks):
            names |= {chunk.path_in_schema for chunk in chunks if chunk.physical_type == "BYTE_ARRAY"}
    return sorted(names)


def _rows_with(opened: Any, columns: list[str], only: Sequence[Only]) -> pa.Table:
    """Some columns of the rows with some values; where no row has them nothing else is decoded."""
    import pyarrow as pa
    import pyarrow.compute as pc

    groups = [number for number in range(opened.num_row_groups) if _may_have(opened.metadata.row_group(number), only)]
    in_order = [_ROW] if len(groups) > 1 and _ROW in opened.schema_arrow.names else []
    if not only and groups:
        table = opened.read_row_groups(groups, columns=[*columns, *in_order])
        return table.take(pc.sort_indices(table.column(_ROW))) if in_order else table
    found = [table for group in groups if (table := _of_group(opened, group, [*columns, *in_order], only)) is not None]
    if not found:
        return _plain(opened.schema_arrow.empty_table().select(columns))
    table = pa.concat_tables(found)
    return table.take(pc.sort_indices(table.column(_ROW))) if in_order else table


def _of_group(opened: Any, group: int, columns: list[str], only: Sequence[Only]) -> pa.Table | None:
    """Some columns of the rows of a row group with some values; None where no row has them. No column is read twice."""
    rows, read = None, dict[str, Any]()
    for column, values in only:
        read[column] = read[column] if column in read else opened.read_row_groups([group], columns=[column]).column(column)
        here = _with_one_of(read[column] if rows is None else read[column].take(rows), frozenset(values))
        rows = here if rows is None else rows[here]
        if not len(rows):
            return None
    table = opened.read_row_groups([group], columns=[column for column in columns if column not in read])
    for column in read.keys() & set(columns):
        table = table.append_column(column, read[column])
    return _plain(table.select(columns).take(rows))


def _may_have(group: Any, only: Sequence[Only]) -> bool:
    """Whether rows of a row group can have the values wanted, by the least and the greatest that it has."""
    wanted = {column: values for column, values in only if column in _BOUNDED and len(values) <= _FEW}
    for number in range(group.num_columns) if wanted else ():
        chunk = group.column(number)
        known = chunk.statistics if chunk.path_in_schema in wanted else None
        if known is not None and known.has_min_max and not any(known.min <= value <= known.max for value in wanted[chunk.path_in_schema]):
            return False
    return True


def _no_columns(rows: int) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(index=pd.RangeIndex(rows))


def _with_one_of(column: pa.ChunkedArray, values: frozenset[Any]) -> Any:
    """Rows of a column with one of the values; of one that is read as numbers of distinct values these are looked up."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return np.flatnonzero(pc.is_in(column, value_set=_value_set(values, column.type)))
    masks = [np.zeros(0, dtype=bool)]
    for chunk in column.chunks:
        wanted = np.array([value in values for value in [*chunk.dictionary.to_pylist(), None]])  # the last stands for no value
        masks.append(wanted[chunk.indices.fill_null(len(wanted) - 1).to_numpy()])
    return np.flatnonzero(np.concatenate(masks))


def _plain(arrow: pa.Table) -> pa.Table:
    """The table with texts where it has numbers of distinct texts, those in lists too."""
    import pyarrow as pa

    for place, field in enumerate(arrow.schema):
        inside = field.type.value_type if pa.types.is_list(field.type) else field.type
        if pa.types.is_dictionary(inside):
            kind = pa.list_(inside.value_type) if inside is not field.type else inside.value_type
            arrow = arrow.set_column(place, pa.field(field.name, kind), arrow.column(field.name).cast(kind))
    return arrow


@lru_cache(maxsize=8)
def _value_set(values: frozenset[Any], kind: pa.DataType) -> pa.Array:
    """Values whose rows are wanted: of a sample of stories they are the same for every part of every table."""
    import pyarrow as pa

    return pa.array(values, type=kind)


def _lists(column: pa.ChunkedArray) -> list[Any]:
    """Lists of plain values. Those of one text, and those of none, are one object each: there are millions, and nobody changes them."""
    import numpy as np
    import pyarrow as pa

    found: list[Any] = []
    for chunk in column.chunks:
        flat, lengths = chunk.flatten(), chunk.value_lengths().fill_null(0).to_numpy()
        ends = lengths.cumsum()
        if flat.null_count or not (pa.types.is_string(flat.type) or pa.types.is_large_string(flat.type)):
            values = flat.to_pylist()
            with _uncollected():
                found += [values[start:end] for start, end in zip([0, *ends.tolist()], ends.tolist())]
            continue
        coded = flat.dictionary_encode()
        texts, codes = np.array([*coded.dictionary.to_pylist(), None], dtype=object), np.append(coded.indices.to_numpy(), 0)
        shared = np.empty(len(texts), dtype=object)
        shared[:] = [[text] for text in texts]
        shared[-1] = []
        lists = shared[np.where(lengths == 1, codes[ends - lengths], len(texts) - 1)]
        with _uncollected():
            for row in np.flatnonzero(lengths > 1).tolist():
                lists[row] = texts[codes[ends[row] - lengths[row] : ends[row]]].tolist()
        found += lists.tolist()
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of lists are made without a search for cycles, which plain values have none of: it would take four fifths of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _objects(values: list[Any], index: pd.Index) -> pd.Series:
    import pandas as pd

    return pd.Series(values, index=index, dtype="object")
