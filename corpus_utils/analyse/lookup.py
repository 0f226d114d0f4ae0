"""Rows found by their ids without making a Python object of each: tables of a report have half a million of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


def places(keys: pd.Series, ids: pd.Series) -> NDArray[np.int64]:
    """For each key the number of the first row whose id it is; -1: of none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(ids):
        return np.full(len(keys), -1, dtype=np.int64)
    kind = pa.large_string()
    found = pc.index_in(pa.array(keys, kind), value_set=pa.array(ids, kind))
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def taken(column: pd.Series, at: NDArray[Any], *, missing: Any = "") -> pd.Series:
    """The values of a column at the places that `places` gives, rows numbered anew; `missing` where there is none."""
    import pandas as pd

    if len(column) and (at >= 0).all():
        return pd.Series(column.array.take(at), name=column.name)
    filled = column.array.take(at, allow_fill=True) if len(column) else pd.Series([None] * len(at), dtype=column.dtype).array
    return pd.Series(filled, name=column.name).fillna(missing)


def joined_key(*columns: pd.Series) -> pd.Series:
    """Several columns of text as one key."""
    first, *others = columns
    for column in others:
        first = first + "\x00" + column
    return first
