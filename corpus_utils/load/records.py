"""Files of records: JSON, JSON lines, CSV, TSV, Parquet, Excel. Each gives (number, record or Broken); record number 1 is the first.

A record is a dict of input columns. A line, row or file that cannot be read is `Broken` with the reason in words; the rest loads.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus_utils.load.columns import flatten_record, guess_columns
from corpus_utils.load.encoding import decode, decode_lines
from corpus_utils.load.limits import Options, size_words


@dataclass(frozen=True)
class Broken:
    """A record that cannot be read: where in the file (`line 7`), why, and what to do."""

    where: str
    why: str


Record = tuple[int, "dict[str, Any] | Broken"]
_NEWLINE, _ANY_NEWLINE = re.compile("\n"), re.compile("\r\n?|\n")
LIST_NAMES = ("articles", "documents", "docs", "items", "records", "results", "data", "entries", "news", "stories", "hits", "rows")


def read_json(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """An array, an object with a list of records in it, one record, or (a common misnomer) JSON lines. Returns (encoding, records)."""
    decoded = decode(data)
    if decoded.problem:
        return decoded.encoding, iter([(0, Broken("", decoded.problem))])
    value, why = _parse(decoded.text)
    if why:
        first, second = (*[line for line in decoded.text.split("\n", 3) if line.strip()][:2], "", "")[:2]
        if not _parse(first)[1] and second.lstrip()[:1] == "{":
            return decoded.encoding, _json_lines(iter([decoded.text]))
        return decoded.encoding, iter([(0, Broken("", f"not valid JSON ({why}); mend or export the file again"))])
    return decoded.encoding, _json_records(value, options)


def read_jsonl(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """One JSON object a line; a line that is broken is told with its number, the others load."""
    decoded, pieces = decode_lines(data)
    if decoded.problem:
        return decoded.encoding, iter([(0, Broken("", decoded.problem))])
    return decoded.encoding, _json_lines(pieces)


def read_csv(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """Comma, semicolon, tab or bar separated, by what the header line holds most of; the first row names the columns."""
    return _delimited(data, "")


def read_tsv(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """Tab separated; the first row names the columns."""
    return _delimited(data, "\t")


def read_parquet(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """Parquet, in batches; refused where its own figures say it unpacks to more than the limit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        size = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
    except (pa.ArrowException, OSError, ValueError) as error:
        return "", iter([(0, Broken("", f"not a readable Parquet file ({_brief(error)}); export it again"))])
    if size > options.container():
        return "", iter([(0, Broken("", f"unpacks to {size_words(size)}, more than the limit; split it"))])

    def rows() -> Iterator[Record]:
        number = 0
        try:
            for batch in file.iter_batches(batch_size=500):
                for record in batch.to_pylist():
                    number += 1
                    yield number, flatten_record(record)
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            yield number + 1, Broken(f"row {number + 1} on", f"unreadable ({_brief(error)}); export the file again")

    return "", rows()


def read_xlsx(data: bytes, options: Options) -> tuple[str, Iterator[Record]]:
    """Every sheet whose first filled row names columns; values as stored (formulas by their last result)."""
    if why := office_problem(data, options):
        return "", iter([(0, Broken("", why))])

    def rows() -> Iterator[Record]:
        import openpyxl

        number = 0
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                names: list[str] = []
                blank: object = None
                for cells in sheet.iter_rows(values_only=True):
                    # one cell far below makes a million blank rows, all the same tuple: looked at once
                    if cells is blank or not any(cell is not None and str(cell).strip() for cell in cells):
                        blank = cells
                        continue
                    if not names:
                        filled = max(i for i, cell in enumerate(cells, 1) if cell is not None)  # rows are padded to the widest one
                        names = column_names([str(cell or "") for cell in cells[:filled]])
                        continue
                    number += 1
                    beyond = {f"column_{i}": cell for i, cell in enumerate(cells[len(names) :], len(names) + 1) if cell is not None}
                    yield number, {**dict(zip(names, cells, strict=False)), **beyond}
        except Exception as error:  # openpyxl raises whatever its XML, zip and date code raises
            yield number + 1, Broken(f"row {number + 1} on", f"not a readable workbook ({_brief(error)}); save it again as .xlsx or .csv")

    return "", rows()


def office_problem(data: bytes, options: Options) -> str:
    """Why an Office file (a zip of XML) is not opened: no zip, unpacks to too much, or declares XML entities; "" where it is sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > min(options.container(), max(50_000_000, 200 * len(data))):
                return f"unpacks to {size_words(size)}, more than the limit; split it"
            for info in archive.infolist():
                if info.filename.endswith((".xml", ".rels")):
                    with archive.open(info) as part:
                        if b"<!DOCTYPE" in part.read(2000):
                            return "declares XML entities, which no office program writes; it is not opened"
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError) as error:
        return f"not a readable Office file ({_brief(error)}); save it again"
    return ""


def column_names(header: list[str]) -> list[str]:
    """Names of columns, stripped; an empty one is `column_3`, a second `x` is `x_2`."""
    names: dict[str, None] = {}  # in order, and quick to ask
    for position, cell in enumerate(header, 1):
        name = base = cell.strip().lstrip("\ufeff") or f"column_{position}"
        twice = 2
        while name in names:
            name, twice = f"{base}_{twice}", twice + 1
        names[name] = None
    return list(names)


def _parse(text: str) -> tuple[Any, str]:
    """(value, "") or (None, why it is not JSON)."""
    try:
        return json.loads(text), ""
    except RecursionError:
        return None, "nested too deeply"
    except ValueError as error:
        return None, _brief(error)


def _json_lines(pieces: Iterable[str]) -> Iterator[Record]:
    lines = ((at, line) for at, line in enumerate(_lines(pieces, _NEWLINE), 1) if line.strip())  # one by one: there may be a gigabyte
    for number, (at, line) in enumerate(lines, 1):
        value, why = _parse(line.removesuffix("\n"))  # the reason tells a place in the line
        if not why and not isinstance(value, dict):
            why = f"a JSON object is expected, this is a {type(value).__name__}"
        yield number, Broken(f"line {at}", f"not valid JSON ({why}); mend or delete the line") if why else flatten_record(value)


def _lines(pieces: Iterable[str], ends: re.Pattern[str]) -> Iterator[str]:
    """Lines with what ends them, one by one."""
    for piece in pieces:
        start = 0
        for end in ends.finditer(piece):
            yield piece[start : end.end()]
            start = end.end()
        if start < len(piece):
            yield piece[start:]


def _json_records(value: Any, options: Options) -> Iterator[Record]:
    if isinstance(value, dict):
        records = [value] if _is_record(value, options) else _list_inside(value)
        if not records and any(isinstance(item, dict) for item in value.values()):
            inner = [item for item in value.values() if isinstance(item, dict)]
            records = [{"id": key, **item} for key, item in value.items() if isinstance(item, dict)]
            records = records if len(inner) == len(value) and any(_is_record(item, options) for item in inner) else [value]
        records = records or [value]
    elif isinstance(value, list):
        records = value
    else:
        yield 0, Broken("", f"holds a single {type(value).__name__}, not records; an array of objects with a text is expected")
        return
    for number, record in enumerate(records, 1):
        if isinstance(record, str):
            record = {"text": record}
        if isinstance(record, dict):
            yield number, flatten_record(record)
        else:
            yield number, Broken(f"record {number}", f"a {type(record).__name__} where an object is expected; mend or delete it")


def _is_record(value: dict, options: Options) -> bool:
    return bool({"text", "html"} & set(guess_columns(flatten_record(value), options.columns).values())) and not any(
        isinstance(value.get(name), list) and value[name] and isinstance(value[name][0], dict) for name in LIST_NAMES
    )


def _list_inside(value: dict, depth: int = 3) -> list:
    """The list of objects in an object: by the usual names first, else the longest; looked for three levels down."""
    filled = [(name, item) for name, item in value.items() if isinstance(item, list) and item and isinstance(item[0], dict)]
    lists = [(name in LIST_NAMES, len(item), item) for name, item in filled]
    if lists:
        return max(lists, key=lambda entry: entry[:2])[2]
    for name in (*LIST_NAMES, *value):
        inner = value.get(name)
        if depth and isinstance(inner, dict) and (found := _list_inside(inner, depth - 1)):
            return found
    return []


def _delimited(data: bytes, separator: str) -> tuple[str, Iterator[Record]]:
    decoded, pieces = decode_lines(data)
    if decoded.problem:
        return decoded.encoding, iter([(0, Broken("", decoded.problem))])
    header = decoded.text.split("\n", 1)[0]
    separator = separator or max(",;\t|", key=lambda sign: (header.count(sign), -",;\t|".index(sign)))

    def rows() -> Iterator[Record]:
        before = csv.field_size_limit(len(data) + 1)  # the default refuses cells over 128 kB; restored below
        number = 0
        try:
            reader = csv.reader(_lines(pieces, _ANY_NEWLINE), delimiter=separator)  # a StringIO takes four bytes a character
            names: list[str] = []
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if not names:
                    names = column_names(cells)
                    continue
                number += 1
                record: dict[str, Any] = dict(zip(names, cells, strict=False))
                if len(cells) > len(names):
                    record["cells_beyond_header"] = cells[len(names) :]
                yield number, record
        except csv.Error as error:
            yield number + 1, Broken(f"row {number + 1} on", f"not readable as a table ({_brief(error)}); check quotes and separators")
        finally:
            csv.field_size_limit(before)

    return decoded.encoding, rows()


def _brief(error: BaseException) -> str:
    """An error in at most 120 characters of one line, without machine addresses."""
    text = re.sub(r"\s+", " ", re.sub(r"0x[0-9a-f]+", "", str(error))).strip()
    return (text or type(error).__name__)[:120]
