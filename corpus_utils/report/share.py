"""Pages that may leave the house: excerpts capped, full texts and sentence ids left out, and a check that nothing longer slipped through.

Conventions
    A *run* is a stretch of words that stands, in the same order, in a source text; case, accents, quotation marks and markup do not count,
    a character of a script without blanks counts as a word. No run on a shared page or in its files is longer than the cap.
    Pages are cut after they are made, whatever made them, so a user's own notebook is covered too.
    Ids are replaced before a notebook sees them (`lab.open_corpus`), by digests salted with the project's key file: the same in every
    run of the project, of no use to anybody without the key.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from corpus_utils.text import fold, strip_controls

KEY_FILE = ".share-key"
WORDS = 25
NOTE = "Shared version: quotations are cut to {words} words, documents are named by codes, full texts are left out."
_GONE = "The full text is left out of a shared report."
_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_HEAD = 4  # words looked up before a whole run is


class ShareError(RuntimeError):
    """A page holds more of a source text than may be shared; the message says which page and what. Exit code 1."""

    exit_code = 1


@dataclass(frozen=True)
class Sharing:
    """How a project shares: `words` is the cap of a run, `salt` the content of its key file."""

    words: int = WORDS
    salt: str = ""

    @property
    def note(self) -> str:
        """What every shared page says of itself."""
        return NOTE.format(words=self.words)


def read_key(root: Path) -> str:
    """The project's key, made on first use and readable by its owner only."""
    file = root / KEY_FILE
    if not file.is_file():
        file.touch(mode=0o600, exist_ok=True)
        file.write_text(secrets.token_hex(16) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def code_of(document_id: str, salt: str) -> str:
    """The code that stands for a document: the same for the same key, and no way back without it."""
    return "doc-" + hashlib.blake2b(document_id.encode("utf-8", "replace"), key=salt.encode()[:64], digest_size=6).hexdigest()


class _Token(NamedTuple):
    place: int  # which piece of text
    start: int
    end: int
    word: str


def _tokens(text: str, place: int = 0) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        yield _Token(place, found.start(), found.end(), fold(found.group()))


def _words(text: str) -> list[str]:
    return [token.word for token in _tokens(strip_controls(text))]


def share_files(files: Mapping[str, bytes], texts: Iterable[str], sharing: Sharing) -> dict[str, bytes]:
    """A report's files as they may be shared: pages cut, findings without the ids of sentences.

    texts  every source text, as it came and as it was repaired; gone through once
    Raises ShareError where a file still holds a run longer than the cap.
    """
    from lxml import html as parser

    pages = {name: parser.document_fromstring(data.decode("utf-8")) for name, data in files.items() if name.endswith(".html")}
    for page in pages.values():
        _drop_documents(page)
    streams = {name: _pieces(page) for name, page in pages.items()}
    plain = {name: _without_evidence(name, data) for name, data in files.items() if name not in pages}
    everything = [[_words_of(piece) for piece in pieces] for pieces in streams.values()]
    everything += [[_words(_readable(data.decode("utf-8", "replace")))] for data in plain.values()]
    known = _known_runs([[word for piece in stream for word in piece] for stream in everything], texts, sharing.words + 1)
    for pieces in streams.values():
        _cut(pieces, known, sharing.words)
    out = {name: parser.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8") + b"\n" for name, page in pages.items()} | plain
    for name, data in out.items():
        _check(name, data, known, sharing.words + 1)
    return {name: out[name] for name in files}


def _drop_documents(page: Any) -> None:
    """Whole texts with their roles marked are no excerpt: a sentence says that they are left out."""
    for block in page.xpath("//*[contains(concat(' ', @class, ' '), ' cu-document ')]"):
        for child in list(block):
            block.remove(child)
        block.tag, block.text = "p", _GONE
        block.attrib.clear()


class _Piece(NamedTuple):
    """One text of a page: `owner.text`, `owner.tail` or an attribute. Attributes stand apart; the others follow each other."""

    owner: Any
    where: str
    apart: bool

    def get(self) -> str:
        value = getattr(self.owner, self.where) if self.where in ("text", "tail") else self.owner.get(self.where)
        return value or ""

    def put(self, text: str) -> None:
        if self.where in ("text", "tail"):
            setattr(self.owner, self.where, text)
        else:
            self.owner.set(self.where, text)


_ATTRIBUTES = ("title", "alt", "aria-label", "content", "src")


def _pieces(page: Any) -> list[_Piece]:
    apart: list[_Piece] = []
    flow: list[_Piece] = []

    def walk(element: Any) -> None:
        if isinstance(element.tag, str):
            apart.extend(_Piece(element, name, True) for name in _ATTRIBUTES if element.get(name))
            if element.tag not in ("style", "script"):
                flow.append(_Piece(element, "text", False))
                for child in element:
                    walk(child)
        flow.append(_Piece(element, "tail", False))

    walk(page)
    return flow + apart


def _words_of(piece: _Piece) -> list[str]:
    text = piece.get()
    if piece.where == "src":
        text = _readable(text)
    return [token.word for token in _tokens(text)]


def _readable(text: str) -> str:
    """Text with what an address hides made plain, and without markup."""
    return re.sub(r"<[^<>]*>", " ", unquote(text)) if "%" in text else text


def _known_runs(streams: Sequence[Sequence[str]], texts: Iterable[str], size: int) -> set[tuple[str, ...]]:
    """The runs of `size` words that stand both on a page and in a source text. The pages are few, so they are what is looked up."""
    on_page = {tuple(stream[at : at + size]) for stream in streams for at in range(len(stream) - size + 1)}
    heads = {run[:_HEAD] for run in on_page}
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = _words(text)
        for at, head in enumerate(zip(*(words[shift:] for shift in range(min(_HEAD, size))), strict=False)):
            if head in heads and (run := tuple(words[at : at + size])) in on_page:
                found.add(run)
    return found


def _cut(pieces: Sequence[_Piece], known: set[tuple[str, ...]], words: int) -> None:
    """Keep the first `words` words of every run, and mark where something was left out."""
    flow = [piece for piece in pieces if not piece.apart]
    for group in (flow, *([piece] for piece in pieces if piece.apart and piece.where != "src")):
        tokens = [token for place, piece in enumerate(group) for token in _tokens(piece.get(), place)]
        covered = _covered([token.word for token in tokens], known, words + 1)
        for first, last in reversed(covered):
            _blank(group, tokens, first + words, last)


def _covered(words: Sequence[str], known: set[tuple[str, ...]], size: int) -> list[tuple[int, int]]:
    """Stretches [first, last) of words that stand in a source text."""
    out: list[tuple[int, int]] = []
    for at in range(len(words) - size + 1):
        if tuple(words[at : at + size]) in known:
            if out and at < out[-1][1]:
                out[-1] = (out[-1][0], at + size)
            else:
                out.append((at, at + size))
    return out


def _blank(group: Sequence[_Piece], tokens: Sequence[_Token], first: int, last: int) -> None:
    """Take the words first..last out of their texts; "…" stands where the first was."""
    begin, end = tokens[first], tokens[last - 1]
    for place in range(end.place, begin.place - 1, -1):
        piece = group[place]
        text = piece.get()
        start = begin.start if place == begin.place else 0
        stop = end.end if place == end.place else len(text)
        piece.put(text[:start] + ("…" if place == begin.place else "") + text[stop:])


def _without_evidence(name: str, data: bytes) -> bytes:
    """Findings without the ids of the sentences behind them."""
    import json

    from corpus_utils.report.findings_files import findings_csv, findings_json

    if not name.endswith((".findings.json", ".findings.csv")):
        return data
    if name.endswith(".json"):
        return findings_json([{**row, "evidence": []} for row in json.loads(data)])
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
    return findings_csv([{**row, "evidence": "[]"} for row in rows])


def _check(name: str, data: bytes, known: set[tuple[str, ...]], size: int) -> None:
    text = data.decode("utf-8", "replace")
    if name.endswith(".html"):
        from lxml import html as parser

        pieces = _pieces(parser.document_fromstring(text))
        streams = [[word for piece in pieces if not piece.apart for word in _words_of(piece)]]
        streams += [_words_of(piece) for piece in pieces if piece.apart]
    else:
        streams = [_words(_readable(text))]
    for stream in streams:
        if held := _covered(stream, known, size):
            first, last = held[0]
            start = " ".join(stream[first : first + 8])
            raise ShareError(f"{name}: {last - first} words in a row stand in a source text, more than may be shared: {start} …")
