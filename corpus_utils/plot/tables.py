"""What every chart does with its table first: check the columns, make numbers numbers, keep the first rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def prepare(table: pd.DataFrame, *, required: Sequence[str], numeric: Sequence[str], chart: str, text: Sequence[str] = ()) -> pd.DataFrame:
    """A copy with the required columns checked and optional ones added (numbers NaN, text ""). ValueError names what is missing."""
    import pandas as pd

    missing = [name for name in required if name not in table.columns]
    if missing:
        has = ", ".join(map(str, table)) or "none"
        raise ValueError(f"{chart}: the table lacks column {missing[0]!r}; it needs {', '.join(required)}, it has {has}")
    out = table.reset_index(drop=True).copy()
    for name in numeric:
        out[name] = pd.to_numeric(out[name], errors="coerce").astype(float) if name in out else float("nan")
    for name in text:
        if name in out and out[name].dtype == "str":
            out[name] = out[name].fillna("")
            continue
        out[name] = out[name].map(lambda value: "" if value is None or value != value else str(value)) if name in out else ""
    return out


def first(table: pd.DataFrame, top: int) -> tuple[pd.DataFrame, int]:
    """The first `top` rows and how many more there are; one row more than `top` is not worth cutting."""
    if len(table) <= top + 1:
        return table, 0
    return table.head(top), len(table) - top


def loads(value: Any) -> Any:
    """JSON text, or the object it would have been; {} where it is neither."""
    if not isinstance(value, str):
        return value if isinstance(value, (dict, list, tuple)) else {}
    try:
        return json.loads(value)
    except ValueError:
        return {}
