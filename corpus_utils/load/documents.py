"""Bytes of a file to rows of `documents`: which reader, what is a record's text, its hash, its problem in words, its id."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from corpus_utils.load import crawls, feeds, office, records
from corpus_utils.load.columns import OURS, as_date, as_extra, as_text, guess_columns
from corpus_utils.load.encoding import decode, looks_binary
from corpus_utils.load.files import FORMATS, format_of, suffixes
from corpus_utils.load.flatten import looks_like_html
from corpus_utils.load.limits import Blob, Options, Row, too_large
from corpus_utils.load.pages import read_page

READERS = {
    "json": records.read_json, "jsonl": records.read_jsonl, "csv": records.read_csv, "tsv": records.read_tsv,
    "parquet": records.read_parquet, "xlsx": records.read_xlsx, "rss": feeds.read_feed,
}  # fmt: skip
GIVEN = ("title", "author", "outlet", "agency", "place", "date", "language", "url")
_HTML_START = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


def read_blob(blob: Blob, options: Options) -> Iterator[Row]:
    """Rows of one file's bytes; at least one. What cannot be used is a row with its problem."""
    kind = format_of(blob.name) or sniff(blob)
    if blob.problem:
        yield Row(blob.name, format_of(blob.name) or "unknown", problem=blob.problem)
        return
    if kind == "rss" and _HTML_START.match(blob.data[:2000]):
        kind = "html"
    row = Row(blob.name, kind or "unknown", sha256=hashlib.sha256(blob.data).hexdigest())
    if not blob.data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        row.problem = f"{blob.name}: the file is empty; put the text in or take the file out"
        yield row
    elif not kind:
        suffix = suffixes(blob.name)[0]
        what = f"{suffix} files are not read" if suffix else "the kind of file could not be told from its content"
        row.problem = f"{blob.name}: {what}; convert it to one of {', '.join(sorted({*FORMATS.values()} - {'rss'}))}, or take it out"
        yield row
    elif kind in READERS:
        yield from _record_rows(blob, kind, options)
    elif kind == "warc":
        yield from _crawl_rows(blob, options)
    else:
        yield _document_row(row, blob.data, options)


def sniff(blob: Blob) -> str:
    """Format of a file whose suffix says nothing: HTML by its start; text only where there is no suffix of letters."""
    if _HTML_START.match(blob.data[:2000]):
        return "html"
    suffix = suffixes(blob.name)[0]
    meaningful = re.fullmatch(r"\.[a-z]\w{0,7}", suffix) is not None
    return "" if meaningful or looks_binary(blob.data) else "txt"


@lru_cache(maxsize=4096)  # a file of records is asked for with each of them
def document_id(source: str, *, with_suffix: bool = False) -> str:
    """Id by path: the source without its suffixes, `!` of archive members read as a folder."""
    parts = source.split("!")
    if not with_suffix:
        parts = [_stem(part) for part in parts]
    return _plain("/".join(parts))


def unique_ids(rows: list[Row]) -> list[tuple[str, str]]:
    """(id, id as given or "") per row. Ids by path get their suffix where two collide; what still collides gets `~2`, `~3` ...

    Depends on the order of rows only where two records claim the same id: the first keeps it. The second element is filled there.
    """
    short = [row.key or _numbered(document_id(row.source), row.number) for row in rows]
    claims: dict[str, set[str]] = {}
    for row, name in zip(rows, short, strict=True):
        claims.setdefault(name, set()).add("" if row.key else row.source)
    ids = []
    taken: set[str] = set()
    for row, name in zip(rows, short, strict=True):
        wanted = name
        if not row.key and len(claims[name]) > 1:
            wanted = _numbered(document_id(row.source, with_suffix=True), row.number)
        final, twice = wanted, 2
        while final in taken or (final != wanted and final in claims):
            final, twice = f"{wanted}~{twice}", twice + 1
        taken.add(final)
        ids.append((final, wanted if final != wanted else ""))
    return ids


def table_row(row: Row, name: str, as_given: str) -> dict[str, str]:
    """The row of `documents`, with its JSON columns written out in one canonical form."""
    extra = {**row.extra, "id_as_given": as_given} if as_given else row.extra
    return {
        "id": name, "source": row.source, "format": row.format, "encoding": row.encoding, "sha256": row.sha256, "text": row.text,
        "given": dump_json(row.given), "hints": dump_json(row.hints), "extra": dump_json(extra), "problem": row.problem,
    }  # fmt: skip


def _document_row(row: Row, data: bytes, options: Options) -> Row:
    if row.format == "docx":
        row.text, row.given, why = office.read_docx(data, options)
    else:
        decoded = decode(data)
        row.encoding, why = decoded.encoding, decoded.problem
        if not why and row.format == "html":
            page = read_page(decoded.text, extract=options.extract)
            row.text, row.given, row.hints = page.text, page.given, page.hints
        elif not why:
            row.text = decoded.text
    if why and not why.startswith("holds binary") and "neither UTF-8" not in why:
        row.problem = f"{row.source}: {why}"
    elif why:
        row.problem = f"{row.source}: {why}; save it as UTF-8 text, or take it out"
    elif not row.text.strip():
        row.problem = f"{row.source}: no text in it; put the text in or take the file out"
    return row


def _record_rows(blob: Blob, kind: str, options: Options) -> Iterator[Row]:
    encoding, found = READERS[kind](blob.data, options)
    empty = True
    for number, record in found:
        empty = False
        row = Row(blob.name, kind, encoding=encoding, number=number)
        if isinstance(record, records.Broken):
            row.sha256 = hashlib.sha256(blob.data).hexdigest() if not number else ""
            row.problem = f"{blob.name}{', ' + record.where if record.where else ''}: {record.why}"
        else:
            fill_row(row, record, options, columns={} if kind == "rss" else options.columns)
        yield row
    if empty:
        yield Row(blob.name, kind, encoding=encoding, problem=f"{blob.name}: no records in it; put some in or take the file out")


def fill_row(row: Row, record: Mapping[str, Any], options: Options, columns: Mapping[str, str]) -> None:
    """Fill a row from a record: our columns to text, html, given and key; the others to `extra`."""
    names = {ours: theirs for theirs, ours in guess_columns(record, columns).items()}
    row.extra = {name: as_extra(value) for name, value in record.items() if name not in names.values()}
    row.sha256 = hashlib.sha256(dump_json({name: as_extra(value) for name, value in record.items()}).encode()).hexdigest()
    values = {ours: record[theirs] for ours, theirs in names.items() if ours in OURS}
    row.key = _plain(as_text(values.get("id")))[:300]
    row.given = {name: text for name in GIVEN if (text := (as_date if name == "date" else as_text)(values.get(name)).strip())}
    text, markup = as_text(values.get("text"), joint="\n\n"), as_text(values.get("html"))
    if not text.strip() and markup.strip():
        text, from_markup = markup, True
    else:
        from_markup = looks_like_html(text)
    where = f"{row.source}, record {row.number}"
    if len(text) > options.max_bytes:
        row.problem = too_large(where, len(text.encode()), options.max_bytes)
    elif from_markup:
        page = read_page(text, url=row.given.get("url", ""), extract=options.extract and "<html" in text[:2000].lower())
        row.text, row.hints = page.text, page.hints
        row.given = {**page.given, **row.given}
    else:
        row.text = text
    if row.problem or row.text.strip():
        return
    if "text" in names or "html" in names:
        row.problem = f"{where}: its text is empty; fill it or delete the record"
    else:
        known = ", ".join(list(record)[:12]) or "none"
        example = next(iter(record), "story")
        row.problem = f'{where}: no text column among its columns ({known}); name it under [columns], as in  {example} = "text"'


def _crawl_rows(blob: Blob, options: Options) -> Iterator[Row]:
    for response in crawls.read_warc(blob.data, options):
        row = Row(blob.name, "warc", number=response.number)
        if response.problem:
            row.problem = f"{blob.name}: {response.problem}" if not response.url else f"{blob.name}, {response.url}: {response.problem}"
        else:
            row.sha256 = hashlib.sha256(response.data).hexdigest()
            decoded = decode(response.data, response.charset)
            row.encoding = decoded.encoding
            if response.kind == "html" and not decoded.problem:
                page = read_page(decoded.text, url=response.url, extract=options.extract)
                row.text, row.given, row.hints = page.text, page.given, page.hints
            row.text = row.text if response.kind == "html" else decoded.text
            row.given["url"] = row.given.get("url") or response.url
            if decoded.problem or not row.text.strip():
                row.problem = f"{blob.name}, {response.url}: {decoded.problem or 'no text in it'}; the other pages are loaded"
        yield row


def _numbered(name: str, number: int) -> str:
    return f"{name}:{number:06d}" if number else name


def _stem(path: str) -> str:
    """`a/b.TXT.gz` -> `a/b`; a suffix that names no format stays (`v1.2`)."""
    pure = PurePosixPath(path)
    for _ in range(2):
        if pure.suffix.lower() in (*FORMATS, ".gz") and pure.stem:
            pure = pure.with_suffix("")
    return str(pure)


def _plain(name: str) -> str:
    """An id on one line: control characters and runs of white space are one blank."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", name).strip()


def dump_json(value: Any) -> str:
    """The one way JSON columns are written: sorted keys, no blanks, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
