"""Where sentences begin and end.

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

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus_utils.sentences.words import ABBREVIATIONS, BEFORE_NAMES, BEFORE_NUMBERS, STARTERS, words

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
BLANK_LINE = re.compile(r"[\n\r\u2028\x85\u2029\x0c](?:(?<=[\u2029\x0c])|(?:(?<=\r)\n)?[^\S\n\r]*(?:\r\n|[\n\r\u2028\x85]))\s*")
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
class Model:
    before_names: frozenset[str]
    before_numbers: frozenset[str]
    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    ortho: dict[str, int]
    in_doubt: frozenset[str]  # a longer word that is none of these ends its sentence with a full stop, whatever follows


@cache
def _model(language: str) -> Model:
    names, numbers, own, starters = (words(table, language) for table in (BEFORE_NAMES, BEFORE_NUMBERS, ABBREVIATIONS, STARTERS))
    if language not in MODELS:
        return Model(names, numbers, own, frozenset(), starters, {}, names | numbers | own)
    import punkt  # a tenth of a second, and only where sentences are split

    learned = punkt.load_model(MODELS[language])
    abbreviations, collocations = own | learned.abbrev_types, frozenset(learned.collocations)
    return Model(
        names,
        numbers,
        abbreviations,
        collocations,
        starters | learned.sent_starters,
        learned.ortho_context,
        names.union(numbers, abbreviations, (first for first, _ in collocations)),
    )


@lru_cache(maxsize=256)
def model_of(language: str) -> Model:
    """What is known of a language; of one that is not known, what holds for all."""
    return _model(language.split("-")[0].lower())


def sentence_bounds(text: str, language: str) -> list[tuple[int, int]]:
    """Bounds of the sentences of `text`: (start, end) in reading order, without outer white space; [] for blank text.

    A blank line always ends a sentence. A single line end does, unless the text is hard-wrapped (a quarter or more of its lines
    start with a small letter), where it does before a list mark only. `language` is an ISO 639-1 code; "" is no language.
    """
    return bounds_within(text, _blocks(text), model_of(language))


def bounds_within(text: str, blocks: Iterable[tuple[int, int]], model: Model) -> list[tuple[int, int]]:
    """The same where line ends mean nothing: sentences of stretches of a text that none crosses, with white space between them."""
    bounds: list[tuple[int, int]] = []
    candidates = _CANDIDATE.finditer(text)  # of all blocks: a gap that reaches into the next one ends there as it would with the text
    match = next(candidates, None)
    for block in blocks:
        start, end = _trim(text, *block)
        first = len(bounds)
        while match and match.start() < end:
            stop = match.end()
            if stop < end and (_plainly_ends(text, match, start, model) or _is_boundary(text, match, (start, end), model)):
                _add(bounds, first, text, start, match.start("gap") if match["gap"] else stop)
                start = stop
            match = next(candidates, None)
        if start < end:
            _add(bounds, first, text, start, end)
    return bounds


def _add(bounds: list[tuple[int, int]], first: int, text: str, start: int, end: int) -> None:
    """One more sentence of a block; stray marks belong to the sentence before them."""
    if not text[start].isalnum() and len(bounds) > first and not _WORD_CHARACTER.search(text, start, end):
        start = bounds.pop()[0]
    bounds.append((start, end))


def _blocks(text: str) -> list[tuple[int, int]]:
    """Stretches no sentence crosses: paragraphs, or lines where line ends mean something."""
    if text.isprintable():  # no line end among its characters
        return [(0, len(text))]
    ends = [match.span() for match in _LINE_END.finditer(text)]
    starts = [text[end : end + 1] for _, end in ends]
    wrapped = sum(char.islower() for char in starts) >= max(1, _WRAP_SHARE * sum(not char.isspace() for char in starts))
    if wrapped:
        cuts = {match.span() for match in BLANK_LINE.finditer(text)}
        cuts |= {span for span in ends if _LIST_MARK.match(text, span[1])}
    else:
        cuts = set(ends)
    edges = [0, *(edge for span in sorted(cuts) for edge in span), len(text)]
    return [(start, max(start, end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _plainly_ends(text: str, match: re.Match[str], start: int, model: Model) -> bool:
    """What `_is_boundary` finds most often, at a fraction of the work: a full stop between a longer word and one that begins large."""
    if match.group() != ". " or not (following := text[match.end()]).isalnum() or following.islower():
        return False
    dot = match.start()
    low = max(start, dot - _LONGEST_WORD)
    word = text[max(low, text.rfind(" ", low, dot) + 1) : dot]
    return len(word) > 1 and word.isalpha() and word.lower() not in model.in_doubt


def _is_boundary(text: str, match: re.Match[str], block: tuple[int, int], model: Model) -> bool:
    """Whether the candidate ends a sentence, by its mark, what follows, and for a full stop the word before it."""
    if match.end("glued") > block[1]:  # the blank behind it is not the block's
        return False
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
        return not (match["close"] and _ATTRIBUTION.match(text, match.end(), block[1]))
    if match["close"].strip(")]}"):  # a closing quotation mark and no small letter behind it
        return True
    return _full_stop_ends(text, match.start(), block[0], after, model)


def _full_stop_ends(text: str, dot: int, start: int, after: str, model: Model) -> bool:
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
