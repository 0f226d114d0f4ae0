"""Where sentences begin and end, and the table of sentences of a corpus.

The statistics are Punkt's (Kiss & Strunk 2006): abbreviations, collocations, sentence starters and orthographic contexts as
the package `punkt` ships them for twenty languages. The scan is our own: one expression finds every candidate, and only a full
stop needs the statistics. It differs from Punkt where news needs it: closing quotation marks, no sentence starts with a small
letter, titles never end a sentence, a number that opens a line is a list mark, line ends may end a sentence, and marks of scripts
without a model (。 ؟ । ։) always do.

Conventions
    Offsets are code points, half open. Bounds are sorted, do not overlap, hold no white space at their ends, and leave out
    only white space. A language code without a model is split by the rules that need no statistics.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from corpus_utils import schema
from corpus_utils.sentences.words import ABBREVIATIONS, BEFORE_NAMES, BEFORE_NUMBERS, STARTERS, words
from corpus_utils.text import fold, fold_space

if TYPE_CHECKING:
    import pandas as pd

MODELS = {
    "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "it": "italian", "ml": "malayalam", "nb": "norwegian", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ru": "russian", "sl": "slovene", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

_OPENERS = "\"'“‘«‹„‚»([{¿¡—–-*•`"
_CLOSERS = "\"'”’»›)\\]}“«‹`"
_STOPS = ".!?…؟।॥։۔።‼⁇⁈⁉"
_CANDIDATE = re.compile(
    rf"""(?P<mark>[。！？｡{_STOPS}]                        # a set in front: every other place is passed over fast
      (?: (?<=[。！？｡])[。！？｡]* | (?<=[{_STOPS}])[{_STOPS}]* (?:[ \u00a0]\.(?![\w.]))* ))
    (?:\[\d{{1,3}}\])*                                  # a reference glued to the full stop
    (?P<close>[{_CLOSERS}]* (?:[ \u00a0\u202f]»(?=\s|[,.;:]|\Z))?)
    (?:(?P<gap>\s+)|\Z|(?<=[。！？｡”」』）])(?=\S)|(?<=[^\W\d_]{{3}}[.!?])(?=[“«"(¿¡]?(?P<glued>[A-ZÀ-ÖØ-ÞА-ЯЁ][a-zß-öø-ÿа-яё]*[ ,])))
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(r"\S+")
_LINE_END = re.compile(r"[\n\r\u2028\u2029\x0b\x0c\x85](?:(?<=\r)\n)?")
_BLANK_LINE = re.compile(r"[\n\r\u2028\x85\u2029\x0c](?:(?<=[\u2029\x0c])|(?:(?<=\r)\n)?[^\S\n\r]*(?:\r\n|[\n\r\u2028\x85]))\s*")
_LIST_MARK = re.compile(r"(?:[•▪◦●‣*–—-]|\(?\d{1,2}[.)])\s")
_INITIALISM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_JOINT = re.compile(r"[-–/(]")
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*")
_WORD_CHARACTER = re.compile(r"\w")
# "Never!" Jane Roe said: the attribution belongs to the sentence it reports.
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.\u2019'-]*\s+){1,4}(?:said|says|asked|asks|added|adds|told|tells|wrote|writes|replied|answered|warned|insisted|cried|shouted"
    r"|tweeted|declared|exclaimed|recalled|wondered|responded)\b"
)
_LOWER_EVIDENCE, _MID_UPPER = 16 | 32 | 64, 4  # bits of Punkt's orthographic contexts
_WRAP_SHARE = 0.25  # share of lines starting with a small letter from which a line end is taken for a hard wrap
_LONGEST_WORD = 60


@dataclass(frozen=True)
class _Model:
    before_names: frozenset[str]
    before_numbers: frozenset[str]
    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    ortho: dict[str, int]
    in_doubt: frozenset[str]  # a longer word that is none of these ends its sentence with a full stop, whatever follows


class _Part(NamedTuple):
    """A stretch of an article to be split: its anchors map `text` to the document, -1 where it does not stand there."""

    part: str
    text: str
    anchors: list[list[int]]
    in_paragraphs: bool


@cache
def _model(language: str) -> _Model:
    names, numbers, own, starters = (words(table, language) for table in (BEFORE_NAMES, BEFORE_NUMBERS, ABBREVIATIONS, STARTERS))
    if language not in MODELS:
        return _Model(names, numbers, own, frozenset(), starters, {}, names | numbers | own)
    import punkt  # a tenth of a second, and only where sentences are split

    learned = punkt.load_model(MODELS[language])
    abbreviations, collocations = own | learned.abbrev_types, frozenset(learned.collocations)
    return _Model(
        names,
        numbers,
        abbreviations,
        collocations,
        starters | learned.sent_starters,
        learned.ortho_context,
        names.union(numbers, abbreviations, (first for first, _ in collocations)),
    )


def sentence_bounds(text: str, language: str) -> list[tuple[int, int]]:
    """Bounds of the sentences of `text`: (start, end) in reading order, without outer white space; [] for blank text.

    A blank line always ends a sentence. A single line end does, unless the text is hard-wrapped (a quarter or more of its lines
    start with a small letter), where it does before a list mark only. `language` is an ISO 639-1 code; "" is no language.
    """
    model = _model(language.split("-")[0].lower())
    bounds: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        first = len(bounds)
        for bound in _split_block(text, start, end, model):
            if len(bounds) > first and not _WORD_CHARACTER.search(text, *bound):
                bounds[-1] = (bounds[-1][0], bound[1])  # stray marks belong to the sentence before them
            else:
                bounds.append(bound)
    return bounds


def _blocks(text: str) -> list[tuple[int, int]]:
    """Stretches no sentence crosses: paragraphs, or lines where line ends mean something."""
    ends = [match.span() for match in _LINE_END.finditer(text)]
    if not ends:
        return [(0, len(text))]
    starts = [text[end : end + 1] for _, end in ends]
    wrapped = sum(char.islower() for char in starts) >= max(1, _WRAP_SHARE * sum(not char.isspace() for char in starts))
    if wrapped:
        cuts = {match.span() for match in _BLANK_LINE.finditer(text)}
        cuts |= {span for span in ends if _LIST_MARK.match(text, span[1])}
    else:
        cuts = set(ends)
    edges = [0, *(edge for span in sorted(cuts) for edge in span), len(text)]
    return [(start, max(start, end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _split_block(text: str, start: int, end: int, model: _Model) -> Iterable[tuple[int, int]]:
    start, end = _trim(text, start, end)
    for match in _CANDIDATE.finditer(text, start, end):
        if match.end() < end and _is_boundary(text, match, (start, end), model):
            cut = match.start("gap") if match["gap"] else match.end()
            yield start, cut
            start = match.end()
    if start < end:
        yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_boundary(text: str, match: re.Match[str], block: tuple[int, int], model: _Model) -> bool:
    """Whether the candidate ends a sentence, by its mark, what follows, and for a full stop the word before it."""
    mark = match["mark"]
    if mark[0] in "。！？｡":
        return True
    following = _TOKEN.match(text, match.end(), block[1])
    token = following.group() if following else ""
    if token[0] in ",;:":
        return False
    after = token.lstrip(_OPENERS)
    if not after and (further := _TOKEN.match(text, _skip_space(text, match.end() + len(token)), block[1])):
        after = further.group().lstrip(_OPENERS)  # "— Yes. — he said": the word behind the dash decides
    if after[:1].islower() and not after[1:2].isupper() and token[0] not in "¿¡":
        return False
    if mark != ".":
        return not (match["close"] and _ATTRIBUTION.match(text, match.end()))
    if match["close"].strip(")]}"):  # a closing quotation mark and no small letter behind it
        return True
    return _full_stop_ends(text, match.start(), block[0], after, model)


def _full_stop_ends(text: str, dot: int, start: int, after: str, model: _Model) -> bool:
    """Punkt's decision for a full stop at `dot`, in a sentence from `start`, followed by the word `after`."""
    before = text[max(start, dot - _LONGEST_WORD) : dot]
    whole = before.rsplit(maxsplit=1)[-1] if before and not before[-1].isspace() else ""
    if len(whole) > 1 and whole.isalpha() and whole.lower() not in model.in_doubt:
        return True
    begin, word = dot - len(whole), whole.lstrip(_OPENERS)
    kind, next_kind = word.lower(), after.rstrip(".,;:!?…\"'”’»)]").lower()
    last = _JOINT.split(kind)[-1]
    if _NUMBER.fullmatch(kind):
        return not (begin == start and len(kind) <= 2) and ("##number##", next_kind) not in model.collocations
    number_next = after[:1].isdigit()
    if (kind, "##number##" if number_next else next_kind) in model.collocations:
        return False
    if (last in model.before_numbers and number_next) or (last in model.before_names and after[:1].isupper()):
        return False
    evidence = model.ortho.get(next_kind, 0)
    starts = next_kind in model.starters or bool(evidence & _LOWER_EVIDENCE and not evidence & _MID_UPPER)
    if len(last) == 1 and last.isalpha():  # an initial: a name follows, unless a word that starts sentences does
        return starts and last not in model.abbreviations
    if last in model.abbreviations or kind in model.abbreviations or _INITIALISM.fullmatch(last):
        return after[:1].isupper() and starts
    return True


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def split_sentences(articles: pd.DataFrame, spans: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """The table `sentences`: of each article the title first, then its captions, then its text by paragraph.

    `start` and `end` are offsets into the document. A title stated by the record and standing nowhere in its text has -1.
    Raises SchemaError where a table does not keep its contract.
    """
    for name, table in (("articles", articles), ("spans", spans), ("documents", documents)):
        schema.validate(name, table)
    texts = dict(zip(documents["id"], documents["text"], strict=True))
    by_document: dict[str, list[tuple[int, int, str, int]]] = {}
    columns = (spans[name] for name in ("document_id", "start", "end", "role", "story"))
    for document, start, end, role, story in zip(*(column.tolist() for column in columns), strict=True):
        by_document.setdefault(document, []).append((start, end, role, story))
    rows: list[tuple] = []
    for article in articles[["id", "document_id", "story", "title", "text", "anchors", "language"]].to_dict("records"):
        rows += _article_rows(article, by_document.get(article["document_id"], []), texts.get(article["document_id"], ""))
    return schema.validate("sentences", schema.from_rows("sentences", rows))


def _article_rows(article: dict, spans: Sequence[tuple[int, int, str, int]], document: str) -> list[tuple]:
    own = [span for span in spans if span[3] == article["story"]]
    starts = [span[0] for span in spans] if any(span[2] == "subheading" for span in spans) else []
    identity, source, language = article["id"], article["document_id"], article["language"]
    rows: list[tuple] = []
    for part in _parts(article, own, document):
        places = [anchor[0] for anchor in part.anchors]
        for paragraph, (first, last) in enumerate(_paragraphs(part.text)):
            block, name, number = part.text[first:last], part.part, paragraph if part.in_paragraphs else -1
            for begin, stop in sentence_bounds(block, language):
                start, end = _to_document(part.anchors, places, first + begin, first + stop)
                if part.in_paragraphs and starts:
                    name = "subheading" if spans[max(0, bisect_right(starts, start) - 1)][2] == "subheading" else part.part
                text = fold_space(block[begin:stop])
                rows.append((f"{identity}s{len(rows)}", identity, source, len(rows), name, number, start, end, text, language))
    return rows


def _parts(article: dict, own: Sequence[tuple[int, int, str, int]], document: str) -> Iterable[_Part]:
    """Title, captions and text of an article; a title or caption printed twice counts once."""
    from corpus_utils.clean.repair import repair

    for role in ("title", "caption"):
        seen: set[str] = set()
        for start, end, span_role, _ in own:
            if span_role != role:
                continue
            repaired, anchors = repair(document[start:end])
            if (key := fold(repaired)) and key not in seen:
                seen.add(key)
                yield _Part(role, repaired, [[at, start + raw] for at, raw in anchors], False)
        if role == "title" and not seen and article["title"]:
            yield _Part(role, article["title"], [], False)
    yield _Part("body", article["text"], json.loads(article["anchors"]), True)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    edges = [0, *(edge for match in _BLANK_LINE.finditer(text) for edge in match.span()), len(text)]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip()]


def _to_document(anchors: list[list[int]], places: list[int], start: int, end: int) -> tuple[int, int]:
    """Offsets in the document of [start, end) of a part, each by the last anchor at or before it; (-1, -1) without anchors.

    `places`: those of the anchors in the part.
    """
    if not anchors:
        return -1, -1
    first = anchors[max(0, bisect_right(places, start) - 1)]
    last = anchors[max(0, bisect_right(places, end - 1) - 1)]
    begin = first[1] + start - first[0]
    return begin, max(begin, last[1] + end - last[0])
