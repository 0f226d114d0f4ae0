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
import html
import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from corpus_utils.report.entries import CARD
from corpus_utils.text import fold, strip_controls

KEY_FILE = ".share-key"
LEAST_KEY = 16  # characters
WORDS = 25
NOTE = "Shared version: quotations are cut to {words} words, documents are named by codes, full texts are left out."
_GONE = "Full texts are left out of a shared report."
_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_INSIDE_WORDS = ("mark", "b", "i", "em", "strong", "u", "s", "wbr")
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
    """The project's key, made on first use and readable by its owner only. Raises ShareError for one too short to hide anything."""
    file = root / KEY_FILE
    if not file.is_file():
        file.touch(mode=0o600, exist_ok=True)
        file.write_text(secrets.token_hex(16) + "\n", encoding="utf-8")
    key = file.read_text(encoding="utf-8").strip()
    if len(key) < LEAST_KEY:  # without a key, ids would be left as they are
        raise ShareError(f"{file}: holds no key (at least {LEAST_KEY} characters); remove it, and the next shared report makes a new one")
    return key


def code_of(document_id: str, salt: str) -> str:
    """The code that stands for a document: the same for the same key, and no way back without it."""
    return "doc-" + hashlib.blake2b(document_id.encode("utf-8", "replace"), key=salt.encode()[:64], digest_size=6).hexdigest()


class _Token(NamedTuple):
    place: int  # which piece of text it begins in
    start: int
    last: int  # which piece it ends in: a mark may begin or end inside a word
    end: int
    word: str


def _tokens(text: str, place: int = 0) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        yield _Token(place, found.start(), place, found.end(), fold(found.group()))


def _plain(text: str) -> str:
    """Composed letters, and nothing that cannot be seen: such marks would split words and hide a run."""
    return unicodedata.normalize("NFC", strip_controls(text))


def _words(text: str) -> list[str]:
    return [token.word for token in _tokens(_plain(text))]


def _readings(text: str) -> list[list[str]]:
    """The words of a text as it is and, where it may hold an address or markup, as those are read."""
    out = [_words(text)]
    if re.search("[%<&]", text):
        out.append(_words(html.unescape(re.sub(r"<[^<>]*>", " ", unquote(text)))))
    return out


def share_files(files: Mapping[str, bytes], texts: Iterable[str], sharing: Sharing) -> dict[str, bytes]:
    """A report's files as they may be shared: pages and what the index says of them cut, findings without the ids of sentences.

    texts  every source text, as it came and as it was repaired; gone through once
    Raises ShareError where a file still holds a run longer than the cap.
    """
    from lxml import html as parser

    pages = {name: parser.document_fromstring(data.decode("utf-8")) for name, data in files.items() if name.endswith(".html")}
    for page in pages.values():
        _drop_documents(page)
    cards = {name: json.loads(data) for name, data in files.items() if name == CARD}
    pieces = {name: _pieces(page) for name, page in pages.items()} | {name: _leaves(card) for name, card in cards.items()}
    for piece in (piece for some in pieces.values() for piece in some):
        if (plain := _plain(piece.get())) != piece.get():
            piece.put(plain)
    rest = {name: _without_evidence(name, data) for name, data in files.items() if name not in pieces}
    streams = [stream for some in pieces.values() for stream in _streams(some)]
    streams += [stream for name, data in rest.items() for stream in _streams_of_file(name, data)]
    known = _known_runs(streams, texts, sharing.words + 1)
    for some in pieces.values():
        _cut(some, known, sharing.words)
    out = {name: parser.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8") + b"\n" for name, page in pages.items()}
    out |= {name: json.dumps(card, ensure_ascii=False).encode("utf-8", "backslashreplace") for name, card in cards.items()} | rest
    for name, data in out.items():
        _check(name, data, known, sharing.words + 1)
    return {name: out[name] for name in files}


def _drop_documents(page: Any) -> None:
    """Whole texts with their roles marked are no excerpt: a sentence says once that they are left out. What no reader sees goes, too."""
    for unseen in page.xpath("//comment() | //processing-instruction() | //script | //template"):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    blocks = page.xpath("//*[contains(concat(' ', @class, ' '), ' cu-document ')]")
    for block in blocks[1:]:
        block.drop_tree()
    for block in blocks[:1]:
        for child in list(block):
            block.remove(child)
        block.tag, block.text = "p", _GONE
        block.attrib.clear()


class _Piece(NamedTuple):
    """One text of a page: `owner.text`, `owner.tail` or an attribute. Attributes stand apart; the others follow each other."""

    owner: Any
    where: Any
    apart: bool

    def get(self) -> str:
        value = getattr(self.owner, self.where) if not self.apart else self.owner.get(self.where)
        return value or ""

    def put(self, text: str) -> None:
        if not self.apart:
            setattr(self.owner, self.where, text)
        else:
            self.owner.set(self.where, text)

    def drop(self) -> None:
        """Take out what cannot be cut; a link that led to it leads nowhere. A picture stays, and stops the page."""
        if self.where not in ("src", "srcset"):
            del self.owner.attrib[self.where]
            if self.where == "href":
                self.owner.attrib.clear()
                self.owner.text = ""

    @property
    def is_shown(self) -> bool:
        """Whether it is text that a reader is shown, or hears."""
        return not self.apart or self.where in ("title", "alt", "aria-label", "content")


class _Leaf(_Piece):
    """A text in plain data: `owner[where]`."""

    def get(self) -> str:
        return str(self.owner[self.where])

    def put(self, text: str) -> None:
        self.owner[self.where] = text

    def drop(self) -> None:
        self.owner[self.where] = ""

    @property
    def is_shown(self) -> bool:
        return "<" not in self.get()  # markup, such as a picture's, cannot be cut


def _pieces(page: Any) -> list[_Piece]:
    apart: list[_Piece] = []
    flow: list[_Piece] = []

    def walk(element: Any) -> None:
        if isinstance(element.tag, str):
            apart.extend(_Piece(element, name, True) for name in element.attrib if name not in ("class", "style"))
            if element.tag != "style":
                flow.append(_Piece(element, "text", False))
                for child in element:
                    walk(child)
        flow.append(_Piece(element, "tail", False))

    walk(page)
    return flow + apart


def _tokens_of(pieces: Sequence[_Piece]) -> list[_Token]:
    """The words of pieces that follow each other. Where only a mark begins or ends between two letters, they are of one word."""
    out: list[_Token] = []
    touching = False  # whether nothing but such marks stands between the last word and here
    for place, piece in enumerate(pieces):
        text = piece.get()
        touching = touching and getattr(piece.owner, "tag", "") in _INSIDE_WORDS
        found = list(_tokens(text, place))
        if touching and found and found[0].start == 0 and _TOKEN.fullmatch(out[-1].word[-1:] + text[0]):
            before, first = out.pop(), found[0]
            found[0] = _Token(before.place, before.start, place, first.end, before.word + first.word)
        out += found
        touching = bool(out) and (out[-1].end == len(text) if found else touching and not text)
    return out


def _leaves(value: Any) -> list[_Piece]:
    """Every text in plain data."""
    out: list[_Piece] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        out += [_Leaf(value, key, True)] if isinstance(item, str) else _leaves(item)
    return out


def _streams(pieces: Sequence[_Piece]) -> list[list[str]]:
    """Words that follow each other: those of the text, and those of each text apart."""
    flow = [token.word for token in _tokens_of([piece for piece in pieces if not piece.apart])]
    return [flow, *(words for piece in pieces if piece.apart for words in _readings(piece.get()))]


def _streams_of_file(name: str, data: bytes) -> list[list[str]]:
    text = data.decode("utf-8", "replace")
    if name.endswith(".json"):  # escapes such as \\n would hide words
        return _streams(_leaves([json.loads(text)]))
    return _readings(text)


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
    for group in (flow, *([piece] for piece in pieces if piece.apart and piece.is_shown)):
        tokens = _tokens_of(group)
        covered = _covered([token.word for token in tokens], known, words + 1)
        for first, last in reversed(covered):
            _blank(group, tokens, first + words, last)
    for piece in pieces:
        if piece.apart and any(_covered(stream, known, words + 1) for stream in _readings(piece.get())):
            piece.drop()


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
    for place in range(end.last, begin.place - 1, -1):
        piece = group[place]
        text = piece.get()
        start = begin.start if place == begin.place else 0
        stop = end.end if place == end.last else len(text)
        piece.put(text[:start] + ("…" if place == begin.place else "") + text[stop:])


def _without_evidence(name: str, data: bytes) -> bytes:
    """Findings without the ids of the sentences behind them."""
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
    if name.endswith(".html"):
        from lxml import html as parser

        streams = _streams(_pieces(parser.document_fromstring(data.decode("utf-8"))))
    else:
        streams = _streams_of_file(name, data)
    for stream in streams:
        if held := _covered(stream, known, size):
            first, last = held[0]
            start = " ".join(stream[first : first + 8])
            raise ShareError(f"{name}: {last - first} words in a row stand in a source text, more than may be shared: {start} …")
