"""Files of records, in and out: JSONL, CSV or Parquet by suffix; `-` is JSONL on standard input or output.

A record needs `text`; it may have `id`, `title`, `outlet`, `date`, `language`, `url`; unknown columns ride along untouched.
JSONL and Parquet are lossless. In CSV a cell that a spreadsheet would run as a formula gets an apostrophe in front.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

READABLE = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
WRITABLE = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")


class RecordsError(ValueError):
    """A file of records cannot be read or written; the message names the file, the reason and what to do."""


def read_records(source: str | Path) -> pd.DataFrame:
    """Records in file order, with `id` (`FILE:000001` where absent) and `text` as text columns.

    Missing ids and texts become "". Raises RecordsError for an unknown suffix, a broken line or a missing `text` column.
    """
    import pandas as pd

    data = _read_standard_input() if str(source) == "-" else _read_file(Path(source))
    if "text" not in data.columns:
        raise RecordsError(f"{source}: no column called 'text'; there are: {', '.join(map(str, data.columns)) or 'none'}. Rename one")
    if "id" not in data.columns:
        data.insert(0, "id", None)
    for name in ("id", "text", "language", "target"):
        if name in data.columns:
            data[name] = pd.Series([_as_text(value) for value in data[name]], index=data.index, dtype="str")
    # a record that states no id is known by its file and number, as in `load`, so that every record can be joined again
    stem = "stdin" if str(source) == "-" else Path(source).stem
    ids = [name or f"{stem}:{number:06d}" for number, name in enumerate(data["id"], start=1)]
    data["id"] = pd.Series(ids, index=data.index, dtype="str")
    return data


def _read_standard_input() -> pd.DataFrame:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordsError(f"standard input is not UTF-8 ({error.reason} at byte {error.start})") from error
    return lossless(_json_lines(text, "standard input"))


def lossless(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table of records in which every value stays what it was: a missing number does not turn its column into floats."""
    import pandas as pd

    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def records_with(records: pd.DataFrame, made: pd.DataFrame, owners: Sequence[int] | None = None) -> pd.DataFrame:
    """The records' own columns with the columns `made` for them to the right; `owners`: the record number of each row of `made`.

    An input column named like one that is made keeps its values as `NAME_input`: nothing is overwritten.
    """
    own = records if owners is None else records.iloc[list(owners)]
    own = own.rename(columns={name: f"{name}_input" for name in own.columns if name in made.columns and name != "id"})
    kept = own.drop(columns=[name for name in ("id",) if name in made.columns]).reset_index(drop=True)
    first = ["id"] if "id" in made.columns else []
    joined = {**{name: made[name] for name in first}, **{name: kept[name] for name in kept.columns}}
    joined |= {name: made[name] for name in made.columns if name not in first}
    import pandas as pd

    return pd.DataFrame({name: values.reset_index(drop=True) for name, values in joined.items()})


def _as_text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate would break every later write


def _read_file(path: Path) -> pd.DataFrame:
    import pandas as pd

    suffix = path.suffix.lower()
    if path.is_dir():
        made = f"corpus-utils clean {path} -o articles.jsonl"
        raise RecordsError(f"{path}: this is a folder, and the step reads one file of records. Make one first: {made}")
    if suffix not in READABLE:
        raise RecordsError(f"{path}: cannot read records from {suffix or 'a file without suffix'}; use one of {', '.join(READABLE)}")
    if not path.is_file():
        raise RecordsError(f"{path}: there is no such file")
    try:
        if suffix == ".parquet":
            return pd.read_parquet(path)
        if suffix in (".csv", ".tsv"):
            return pd.read_csv(path, sep="\t" if suffix == ".tsv" else ",", dtype="str", keep_default_na=False, encoding="utf-8-sig")
        text = path.read_text(encoding="utf-8-sig")
        if suffix == ".json":
            return lossless(_objects(json.loads(text), path))
        return lossless(_json_lines(text, str(path)))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, RecordsError):
            raise
        raise RecordsError(f"{path}: not readable as {suffix[1:]}: {error}") from error


def _objects(data: Any, path: Path) -> list[dict[str, Any]]:
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise RecordsError(f"{path}: should hold an array of objects, one per record")
    return [_writable(row) for row in data]


def _json_lines(text: str, name: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):  # not splitlines: U+2028 may stand inside a JSON string
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise RecordsError(f"{name}, line {number}: not valid JSON ({error})") from error
        if not isinstance(row, dict):
            raise RecordsError(f"{name}, line {number}: should be an object, one record per line")
        rows.append(_writable(row))
    return rows


def _writable(value: Any) -> Any:
    """JSON with unpaired surrogates replaced, in keys too: they would break every later write."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_writable(item) for item in value]
    return {_writable(key): _writable(item) for key, item in value.items()} if isinstance(value, dict) else value


def write_records(data: pd.DataFrame, target: str | Path) -> None:
    """Write a table; lists and objects stay what they are in JSONL and Parquet and become JSON text in CSV.

    The file appears whole or not at all. Raises RecordsError for an unknown suffix or an unwritable place.
    """
    if str(target) == "-":
        sys.stdout.write(to_jsonl(data))
        return
    path = Path(target)
    check_writable(path)
    suffix = path.suffix.lower()
    staged = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordsError(f"{path}: cannot be written: {error.strerror or error}") from error
    try:
        if suffix == ".parquet":
            _parquet_ready(data).to_parquet(staged, index=False)
        elif suffix in (".csv", ".tsv"):
            staged.write_text(to_csv(data, separator="\t" if suffix == ".tsv" else ","), encoding="utf-8", newline="")
        else:
            staged.write_text(to_jsonl(data), encoding="utf-8")
        staged.replace(path)
    except OSError as error:
        raise RecordsError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        staged.unlink(missing_ok=True)


def _parquet_ready(data: pd.DataFrame) -> pd.DataFrame:
    """Parquet has one type a column: a column of mixed values becomes text, of JSON where it holds lists or objects."""
    import pyarrow

    out = data.copy()
    for name in out.columns:
        try:
            pyarrow.array(out[name], from_pandas=True)
        except (pyarrow.ArrowException, OverflowError):
            out[name] = [None if value is None else value if isinstance(value, str) else json.dumps(_plain(value)) for value in out[name]]
    return out


def check_writable(target: str | Path) -> None:
    """Raise RecordsError early, before long work, where the suffix of `target` is not one that can be written."""
    suffix = Path(target).suffix.lower()
    if str(target) != "-" and suffix not in WRITABLE:
        raise RecordsError(f"{target}: cannot write {suffix or 'a file without suffix'}; use one of {', '.join(WRITABLE)}")


def to_jsonl(data: pd.DataFrame) -> str:
    """One JSON object per row, keys in column order; NaN becomes null."""
    names = [str(name) for name in data.columns]
    rows = zip(*(data[name].tolist() for name in data.columns)) if names else ()
    return "".join(json.dumps(dict(zip(names, map(_plain, row))), ensure_ascii=False, allow_nan=False) + "\n" for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON knows neither NaN nor infinity
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if hasattr(value, "tolist"):  # numpy arrays and scalars, as Parquet gives them back
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def to_csv(data: pd.DataFrame, *, separator: str = ",") -> str:
    """CSV text with a header and Unix line ends; text cells that a spreadsheet would run are disarmed."""
    import pandas as pd

    from corpus_utils.text import csv_safe

    def cell(value: Any) -> Any:
        value = _plain(value)
        if isinstance(value, (list, dict)):
            return json.dumps(value, ensure_ascii=False)
        return csv_safe(value) if isinstance(value, str) else value

    # columns of objects: a missing whole number must not turn its column into decimals ("41.0")
    columns = [pd.Series([cell(value) for value in data.iloc[:, place]], dtype=object) for place in range(data.shape[1])]
    safe = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=data.index)
    safe.columns = [csv_safe(str(name)) for name in data.columns]
    return safe.to_csv(index=False, sep=separator, lineterminator="\n")
