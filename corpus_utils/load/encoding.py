"""Bytes to text: byte-order mark, UTF-8, a declared charset, Cyrillic by letter statistics, then Windows-1252.

Conventions
    The order is fixed and the first that holds wins; the encoding used is reported by its Python name.
    `utf-8 (N bytes replaced)` means a UTF-8 file with a little damage: each unreadable byte became U+FFFD.
    Text is never changed beyond decoding, but for what could not be written as UTF-8 again: a NUL and a lone surrogate become U+FFFD.
    Where no reading is plausible (binary data, a code page that is not covered), `problem` says so: nothing is guessed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import log

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CYRILLIC_ENCODINGS = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
MAX_CONTROL_SHARE = 0.02  # of all characters; ordinary text has none besides tab and line ends
MAX_REPLACED_SHARE = 0.05  # of the non-ASCII bytes: above, the file is not damaged UTF-8 but something else
MAX_WESTERN_SHARE = 0.4  # of the letters: no Western European language writes so many of them with accents
SAMPLE = 200_000  # bytes looked at for statistics
PIECE = 1 << 24  # bytes decoded at a time where a file of records is large

# Letters of Russian per thousand (rounded from the usual published tables); other Cyrillic languages are close enough to
# tell one code page from another.
_RUSSIAN = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (110, 84, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 1),
        strict=True,
    )
)
_CONTROL = bytes((*range(9), *range(14, 27), *range(28, 32), 127))
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.I)


@dataclass(frozen=True)
class Decoded:
    """Text, the encoding it was read in, and why it cannot be used (empty where it can)."""

    text: str
    encoding: str
    problem: str = ""


def decode(data: bytes, declared: str = "") -> Decoded:
    """Text of `data`; `declared` is a charset that a header names, tried after UTF-8. Never raises."""
    for mark, name in BOMS:
        if data.startswith(mark):
            return _checked(data.decode(name, errors="replace"), name)
    if wide := _wide_encoding(data):
        return _checked(data.decode(wide, errors="replace"), wide)
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    for name in (declared, _declared_inside(data)):
        if (text := _strictly(data, name)) is not None:
            return _checked(text, codecs.lookup(name).name)
    if replaced := _damaged_utf8(data):
        return _checked(data.decode("utf-8", errors="replace"), f"utf-8 ({replaced} bytes replaced)", damaged=True)
    if name := _cyrillic_encoding(data):
        return _checked(data.decode(name, errors="replace"), name)
    return _western(data)


def decode_lines(data: bytes) -> tuple[Decoded, Iterator[str]]:
    """`decode` of much text, and the text in pieces of whole lines, of which one at a time is held where all of it is UTF-8.

    The text of the first answer is the first piece.
    """
    ends = [*_piece_ends(data)]
    pieces = list(zip([0, *ends], ends))
    head = decode(data[: ends[0]]) if ends else decode(data)
    if len(pieces) < 2 or head.problem or head.encoding not in ("utf-8", "utf-8-sig") or not all(_is_utf8(data[a:b]) for a, b in pieces):
        whole = decode(data)
        return whole, iter([whole.text])
    return head, chain([head.text], (writable(data[a:b].decode("utf-8")) for a, b in pieces[1:]))


def _piece_ends(data: bytes) -> Iterator[int]:
    """Places behind a line end, some ten megabytes apart, and the end."""
    at = 0
    while at < len(data):
        at = data.find(b"\n", at + PIECE) + 1 or len(data)
        yield at


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def writable(text: str) -> str:
    """`text` with what UTF-8 cannot hold replaced by U+FFFD; surrogate pairs are joined first. NUL is replaced as well."""
    try:
        text.encode("utf-8")  # much faster than looking for what it refuses
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "\ufffd")


def looks_binary(data: bytes) -> bool:
    """Whether the first bytes hold NULs or many control bytes, and no wide encoding explains them."""
    head = data[:4096]
    if any(head.startswith(mark) for mark, _ in BOMS) or _wide_encoding(head):
        return False
    control = sum(head.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    return b"\x00" * 2 in head or control > len(head) * MAX_CONTROL_SHARE


def _checked(text: str, encoding: str, *, damaged: bool = False) -> Decoded:
    sample = text[:SAMPLE]
    data = sample.encode("utf-8", "replace")
    unreadable = len(data) - len(data.translate(None, _CONTROL)) + sample.count("\ufffd")
    text = writable(text)
    if not damaged and unreadable > max(2, len(sample) * MAX_CONTROL_SHARE):
        return Decoded(text, encoding, "holds binary data or control characters, not text")
    return Decoded(text, encoding)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: every second (or three of four) bytes of Latin text are NUL."""
    head = data[:4000]
    head = head[: len(head) // 4 * 4]
    if len(head) < 8 or b"\x00" not in head:
        return ""
    nul = [head[i::4].count(0) / (len(head) / 4) for i in range(4)]
    patterns = {"utf-32-le": (0, 1, 1, 1), "utf-32-be": (1, 1, 1, 0), "utf-16-le": (0, 1, 0, 1), "utf-16-be": (1, 0, 1, 0)}
    for name, wanted in patterns.items():
        if all(share > 0.7 if one else share < 0.05 for share, one in zip(nul, wanted, strict=True)):
            return name
    return ""


def _declared_inside(data: bytes) -> str:
    head = data[:4096]
    if head.lstrip()[:1] != b"<":
        return ""
    match = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    return match[1].decode("ascii", "ignore") if match else ""


def _strictly(data: bytes, name: str) -> str | None:
    """`data` in the named charset, or None; Latin-1 is read as Windows-1252, as browsers do; text codecs only."""
    try:
        info = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return None
    if info is None or not getattr(info, "_is_text_encoding", True):
        return None
    if info.name in ("iso8859-1", "ascii", "utf-8", "utf-7", "cp1252") or info.name.startswith(("utf-16", "utf-32")):
        return None
    try:
        return data.decode(info.name)
    except (UnicodeDecodeError, ValueError):
        return None


def _damaged_utf8(data: bytes) -> int:
    """Number of unreadable bytes if the file is UTF-8 but for a few of them, else 0."""
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    text = data.decode("utf-8", errors="replace")
    replaced = text.count("\ufffd") - data.count("\ufffd".encode())
    return replaced if 0 < replaced <= max(1, high * MAX_REPLACED_SHARE) and high > 3 * replaced else 0


def _cyrillic_encoding(data: bytes) -> str:
    """The Cyrillic code page under which the letters look like a Cyrillic language, or "".

    Cyrillic words are runs of high bytes; accents of Western languages stand alone between ASCII letters.
    """
    sample = data[:SAMPLE]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    high = sum(map(len, runs))
    if high < 6 or sum(len(run) for run in runs if len(run) > 2) < 0.6 * high:
        return ""
    score, best = max((_cyrillic_score(sample.decode(name, errors="replace")), name) for name in CYRILLIC_ENCODINGS)
    return best if score > log(25) else ""


def _cyrillic_score(text: str) -> float:
    """Mean log frequency (per thousand) of the non-ASCII characters; a capital inside a word costs as much as a rare letter."""
    total, count, before = 0.0, 0, " "
    for char in text:
        if char > "\x7f":
            lower = char.lower()
            natural = char == lower or not before.isalpha() or before.isupper()
            total += log(_RUSSIAN.get(lower, 1.0 if lower.isalpha() else 0.5)) if natural else log(0.5)
            count += 1
        before = char
    return total / max(1, count)


def _western(data: bytes) -> Decoded:
    """Windows-1252; its five undefined bytes become the C1 controls of the same number, as browsers read them."""
    text = data.decode("cp1252", errors="surrogateescape")
    text = re.sub("[\udc80-\udcff]", lambda match: chr(ord(match[0]) - 0xDC00), text)
    sample = text[:SAMPLE]
    letters = sum(map(str.isalpha, sample))
    foreign = sum(1 for char in sample if char >= "\xaa" and char.isalpha())
    if foreign > 4 and foreign > MAX_WESTERN_SHARE * max(1, letters):
        return Decoded(writable(text), "cp1252", "is neither UTF-8 nor in an encoding that could be recognised")
    return _checked(text, "cp1252")
