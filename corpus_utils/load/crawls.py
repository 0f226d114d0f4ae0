"""WARC files of crawlers (`.warc`, `.warc.gz`, and the text records of `.wet`): a successful HTML or text response is a document."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus_utils.load.limits import Options, size_words

TEXT_TYPES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}


@dataclass(frozen=True)
class Response:
    """One page of a crawl: `number` counts all records of the file; `problem` where the page cannot be used."""

    number: int
    url: str = ""
    kind: str = "html"
    charset: str = ""
    data: bytes = b""
    problem: str = ""


def read_warc(data: bytes, options: Options) -> Iterator[Response]:
    """Pages in file order; at the end one Response with a problem that counts what was no page, so that nothing vanishes."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    number, others = 0, Counter[str]()
    try:
        for record in ArchiveIterator(io.BytesIO(data), record_types=wanted, parse_http=True, auto_decode="none"):
            number += 1
            response, why = _response(record, number, options)
            if why:
                others[why] += 1
            else:
                yield response
    except (OSError, ValueError, RuntimeError, EOFError) as error:
        why = f"damaged after record {number} ({str(error)[:80] or type(error).__name__}); fetch it again"
        yield Response(number + 1, problem=why)
        return
    if not number:
        yield Response(0, problem="holds no WARC records; fetch it again")
    elif others:
        counted = ", ".join(f"{count} {why}" for why, count in sorted(others.items()))
        yield Response(number + 1, problem=f"{sum(others.values())} records are no pages and were left aside: {counted}")


def _response(record: Any, number: int, options: Options) -> tuple[Response, str]:
    """(page, "") or (empty, what it is instead)."""
    url = record.headers.get("WARC-Target-URI", "") or ""
    kind, charset = str(record.headers.get("Content-Type", "") or "").split(";")[0].strip().lower(), ""
    encoding = ""
    if record.is_http and record.http_headers is not None:
        status = record.http_headers.status_code
        if status != 200:
            return Response(number), f"with HTTP status {status}"
        kind = (record.http_content_type or "").split(";")[0].strip().lower()
        charset = record.http_charset or ""
        encoding = str(record.http_headers.get("Content-Encoding", "") or "").strip().lower()
        if "chunked" in str(record.http_headers.get("Transfer-Encoding", "") or "").lower():
            encoding = f"chunked {encoding}".strip()
    if kind not in TEXT_TYPES:
        return Response(number), kind or "without a type"
    data = record.reader.read(options.max_bytes + 1)
    try:
        data = _decoded(data, encoding, options.max_bytes + 1)
    except (OSError, zlib.error, ValueError, EOFError, ImportError) as error:
        return Response(number, url, problem=f"its compressed content is damaged ({str(error)[:60]})"), ""
    if len(data) > options.max_bytes:
        return Response(number, url, problem=f"more than the limit of {size_words(options.max_bytes)} for one document"), ""
    return Response(number, url, TEXT_TYPES[kind], charset, data), ""


def _decoded(data: bytes, encoding: str, limit: int) -> bytes:
    """Content without its HTTP encodings, at most `limit` bytes of it. Raises ValueError for an encoding that is not known."""
    for name in encoding.replace(",", " ").split():
        if name == "chunked":
            data = _unchunked(data)
        elif name in ("gzip", "x-gzip"):
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(limit) if data[:2] == b"\x1f\x8b" else data
        elif name == "deflate":
            data = zlib.decompressobj(zlib.MAX_WBITS if data[:1] == b"\x78" else -zlib.MAX_WBITS).decompress(data, limit)
        elif name not in ("identity", "utf-8"):
            raise ValueError(f"content encoding {name} is not read")
    return data


def _unchunked(data: bytes) -> bytes:
    """Body of a chunked transfer; data that is not chunked after all (many crawlers undo it) is returned as it is."""
    parts: list[bytes] = []
    position = 0
    while position < len(data):
        end = data.find(b"\r\n", position)
        try:
            size = int(data[position:end].split(b";")[0], 16) if 0 <= end - position <= 100 else -1
        except ValueError:
            size = -1
        if size < 0:
            return data if not parts else b"".join(parts)
        if size == 0:
            break
        parts.append(data[end + 2 : end + 2 + size])
        position = end + 2 + size + 2
    return b"".join(parts)
