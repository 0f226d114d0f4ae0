"""Which words of an English text are part of a name or a body, so that "Security Council" is not praise. Needs no model.

A word is masked if one of these holds; nothing else is.
    1. It is capitalised inside a sentence: not its first word, not the first after a colon or an opening quotation mark. Words in
       capitals throughout stay (VADER reads them as emphasis), and so does everything where capitals say nothing: in a text
       without one small content word, such as a headline in title case.
    2. It is the first word of a sentence and a capitalised word follows that ends a body's or a state's name (Council, Nations).
    3. It is a given name or title that is also a word of tone (Hope, Justice), at the start of a sentence before a capitalised word,
       where capitals say something.
    4. Also in title case or small letters: a field of state (security, justice, defence ...) before or, with "of" or "for", after a word
       that ends a body's name (council, ministry, department ...).
Masked words keep their place and their capitals; they carry no valence, boost and negate nothing.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus_utils.annotate.vader_words import features as vader_features
from corpus_utils.annotate.word_types import Batch


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BODIES = _set(
    "academy administration agency alliance assembly association authority bank board brigade bureau caucus center centre"
    " chamber coalition college command commission committee conference congress corps council court department directorate"
    " embassy federation force forces foundation front fund guard institute institution league ministry movement office"
    " organisation organization parliament party police senate service services society tribunal university"
)
_STATES = _set("states nations kingdom emirates union republic republics britain")
_FIELDS = _set(
    "security justice defense defence peace peacekeeping energy welfare freedom trust war crime fraud terrorism"
    " counterterrorism intelligence ethics health integrity safety interior emergency homeland relief rescue disaster"
    " refugee truth reconciliation torture treasury liberation resistance solidarity care aid child labor labour victims"
    " abuse drug corruption"
)
_GIVEN = _set(
    "amity bliss charity chastity clement constance dick ernest faith felicity grace hope joy justice mercy patience"
    " prudence randy serenity verity victor"
)
_SMALL_WORDS = _set(
    "a an the and or nor but yet so as at by for from in into of off on onto over per than that to up upon via vs with"
    " within without after before against between about around amid among during under through across behind beyond like"
    " near since until toward towards is are was were be been has have had do does did will would can could may might must"
    " shall should it its he his she her they their we our you your i my not no if when while who which what where how why"
    " this these those de la el del van von al bin le y e et"
)
_ABBREVIATED = _set("mr mrs ms dr prof gen col lt sgt capt cmdr adm maj gov sen rep rev hon st sr jr messrs mt no vs pres amb")
_OPENING, _CLOSING = "\"'\u201c\u2018\u00ab([", "\"'\u201d\u2019\u00bb)]"
_CAPITAL, _SMALL_CONTENT, _ENDS, _OPENS, _BODY, _STATE, _FIELD, _GIVEN_NAME, _OF = (1 << place for place in range(9))


def features(tokens: list[str]) -> list[np.ndarray]:
    """Of each token: the bits above; whether it is a small content word; whether it may be masked anywhere."""
    special = _special()
    # Most words are small letters and nothing else: what they are is one look-up.
    plain = [token.isalpha() and token.islower() for token in tokens]
    bits = [
        special.get(token, _SMALL_CONTENT if len(token) > 2 else 0) if small else _bits(token)
        for token, small in zip(tokens, plain, strict=True)
    ]
    held = np.array(bits, dtype=np.int64)
    return [held, (held & _SMALL_CONTENT) > 0, (held & (_CAPITAL | _GIVEN_NAME | _FIELD)) > 0]


@cache
def _special() -> dict[str, int]:
    """Bits of every small word that is not simply a content word."""
    return {word: _bits(word) for word in _BODIES | _STATES | _FIELDS | _GIVEN | _SMALL_WORDS | {"of", "for"}}


@cache
def _listed() -> dict[str, int]:
    """Bits of the listed words, whatever their capitals."""
    groups = ((_BODIES, _BODY), (_STATES, _STATE), (_FIELDS, _FIELD), ({"of", "for"}, _OF))
    return {word: sum(bit for group, bit in groups if word in group) for group, _ in groups for word in group}


def _bits(token: str) -> int:
    start, end = 0, len(token)
    if token[:-1].isalnum():  # most words have at most one mark, at their end
        end -= not token[-1].isalnum()
    else:
        while start < end and not token[start].isalnum():
            start += 1
        while end > start and not token[end - 1].isalnum():
            end -= 1
    core = token[start:end]
    low = core.lower().replace("\u2019", "'").removesuffix("'s")
    bits = _listed().get(low, 0)
    if start > 0 and token[0] in _OPENING:
        bits |= _OPENS
    if (end < len(token) or not core) and _ends_sentence(token[end:], low, core):
        bits |= _ENDS
    if core[:1].isupper():
        bits |= _CAPITAL * (len(core) == 1 or not core.isupper()) | _GIVEN_NAME * (low in _GIVEN)
    elif core.islower() and len(core) > 2 and low not in _SMALL_WORDS:
        bits |= _SMALL_CONTENT
    return bits


def _ends_sentence(tail: str, low: str, core: str) -> bool:
    marks = tail.strip(_CLOSING)
    if not core:
        return bool(marks) and marks[0] in ".!?:…"
    if marks == ".":
        return not (low in _ABBREVIATED or len(low) == 1 or "." in low)
    return bool(marks) and marks[-1] in ".!?:…"


def masked(words: Batch) -> np.ndarray:
    """A boolean per position of `words.ids`: whether the word is masked by the rules above."""
    return masked_at(words, np.arange(len(words.ids)))


def hidden_words(words: Batch) -> np.ndarray:
    """Positions of the masked words that mean something to the rules of VADER: only these change a score when they are hidden."""
    meant, maskable = words.types.columns(vader_features)[7], words.types.columns(features)[2]
    at = np.flatnonzero((meant & maskable)[words.ids])
    return at[masked_at(words, at)]


def masked_at(words: Batch, at: np.ndarray) -> np.ndarray:
    """The same for some positions, which ascend."""
    bits, small, maskable = words.types.columns(features)
    out = maskable[words.ids[at]]
    at = at[out]
    texts = words.text_of(at)
    own, following, before, second = (bits[words.neighbour(at, texts, offset)] for offset in (0, 1, -1, -2))
    first = (at == words.starts[texts]) | ((before & _ENDS) > 0) | ((own & _OPENS) > 0)
    content = np.concatenate([[0], np.cumsum(small[words.ids], dtype=np.int32)])
    told = (content[words.starts + words.lengths] > content[words.starts])[texts]
    joined = (own & _ENDS) == 0
    capital, next_capital = (own & _CAPITAL) > 0, ((following & _CAPITAL) > 0) & joined
    inside = capital & ~first & told
    starting = capital & next_capital & ((following & (_BODY | _STATE)) > 0)
    given = ((own & _GIVEN_NAME) > 0) & next_capital & told
    field = ((own & _FIELD) > 0) & ((((following & _BODY) > 0) & joined) | (((before & _OF) > 0) & ((second & _BODY) > 0)))
    out[out] = inside | starting | given | field
    return out
