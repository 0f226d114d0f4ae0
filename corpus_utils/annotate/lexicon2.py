"""A second sentiment lexicon, built differently from VADER's: induced from the tone of news sentences towards the people in them.

Source: the project's own lexicon, induced from NewsMTSC (Hamborg & Donnay 2021, MIT) by `benchmarks/train_lexicon2.py`, which
states the method; the card with its cross-validated scores stands in the same file (`model/lexicon2/en.json`). VADER's words were
rated one by one by crowds for social media; here nobody rated a word: its polarity is what it adds to the tone of the news
sentences it stands in, shared among words of like meaning. What the two agree on does not hang on the taste of one lexicon.

Rules (the project's own, stated so that they can be repeated)
    A word counts as a *hit* if its polarity is .2 or more away from zero, and it is no word of quantity, comparison or order (`more`,
    `many`, `new`, `first`). Adverbs in -ly, and -ed, -ing, -s and -ness forms take the polarity of a listed stem.
    A degree word right before a hit multiplies its polarity (very 1.3, slightly .6), up to 1. A negation within the three words
    before it, in the same clause, multiplies it by -.5.
    The score of a text is the mean polarity of its hits, -1 to 1; 0 with no hits, and the number of hits says so.
    Labels: positive from .1, negative from -.1, a twentieth of the scale, which leaves out texts whose hits balance.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus_utils.annotate.word_types import Batch

SOURCE = "the project's own lexicon, induced from NewsMTSC (Hamborg & Donnay 2021), MIT"
PATH = Path(__file__).parent / "model" / "lexicon2" / "en.json"
POSITIVE, NEGATIVE = 0.1, -0.1
LEAST_POLARITY = 0.2
NEGATED = -0.5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DEGREES = {
    "very": 1.3, "really": 1.3, "especially": 1.3, "seriously": 1.3, "extremely": 1.5, "highly": 1.3, "deeply": 1.3, "most": 1.3,
    "so": 1.2, "too": 1.2, "more": 1.2, "particularly": 1.3, "utterly": 1.5, "totally": 1.4, "completely": 1.4, "absolutely": 1.4,
    "incredibly": 1.5, "increasingly": 1.2, "deadly": 1.3, "slightly": 0.6, "somewhat": 0.7, "rather": 0.8, "fairly": 0.8, "partly": 0.7,
    "a-bit": 0.7, "less": 0.5, "least": 0.5, "relatively": 0.8, "marginally": 0.6, "mildly": 0.7, "almost": 0.8, "nearly": 0.8,
}  # fmt: skip
_NEGATIONS = _set("not no never none nobody nothing neither nor without cannot hardly barely scarcely rarely seldom")
# Words of quantity, order, size, time, place, colour, people and field: their senses carry polarity, their use in news does not.
_NO_TONE = _set(
    "able above absolute actual actually adequate all another any apparent available average back base basic behind big"
    " black blue bottom broad brown business certain common complete concrete considerable current dark deep definitely"
    " different direct domestic double due early eastern economic elected enough entire especially even exact expected extra"
    " far few final financial first flat foreign former forward frequent full fully further gay general german global"
    " gradual grand gray green grey half hard heavy high higher huge human immediate independent individual inner instant"
    " international irish kind large last late later latest latin least left less light like likely little live local long"
    " loud low lower main major male many married max mean medium middle military minimal minor mobile modern more most much"
    " multiple narrow national native natural near necessary new next northern nuclear numerous obvious off official old"
    " only open opposite orange ordinary original other outer outside overall own partial particular past personal pink"
    " political possible potential present previous primary private probable professional prominent public purple quick"
    " quiet quite rare raw ready real really recent red regular related relative religious responsible right rose round"
    " royal russian same second secret senior separate several sexual sharp short significant silent similar simple single"
    " slight slow small so social sole some soon southern special specific square standard still straight subject such"
    " sudden sure thick thin third tight tiny top total traditional typical ultimate under universal unknown upper urban"
    " used usual various vast very virtual warm western whole wide wild willing wooden worth yellow young"
)
_ENDINGS = (("ily", "y"), ("ically", "ic"), ("ly", ""), ("ly", "le"), ("ness", ""), ("iness", "y"), ("ies", "y"), ("es", "e"), ("s", ""),
            ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))  # fmt: skip
_FLAG_NEGATION, _FLAG_END = 1, 2
_PUNCTUATION = string.punctuation + "\u2018\u2019\u201c\u201d\u00ab\u00bb\u2013\u2014\u2026\u2022\u00bf\u00a1"
_INSIDE = "'\u2019\"\u201d-%"  # marks at the end of a word that end no clause


class Judgement(NamedTuple):
    """Per text: score and number of hits; per hit: position in `Batch.ids`, number of the text, polarity after all rules."""

    scores: np.ndarray
    counts: np.ndarray
    positions: np.ndarray
    texts: np.ndarray
    values: np.ndarray


def card() -> dict:
    """Data, licence, method, citation and cross-validated scores of the lexicon."""
    return {name: value for name, value in json.loads(PATH.read_text(encoding="utf-8")).items() if name != "polarities"}


@cache
def lexicon() -> dict[str, float]:
    """word -> polarity, -1 to 1, of the words that count as hits."""
    listed = json.loads(PATH.read_text(encoding="utf-8"))["polarities"]
    return {word: polarity for word, polarity in listed.items() if may_carry_tone(word)}


def may_carry_tone(word: str) -> bool:
    """Not a word of quantity, order, size, time, degree or negation."""
    return not (word in _NO_TONE or word in _DEGREES or word in _NEGATIONS or word.endswith("n't"))


@cache
def _polarities() -> dict[str, float]:
    return with_forms(lexicon())


def with_forms(known: Mapping[str, float]) -> dict[str, float]:
    """The lexicon with the forms its words take; a listed word keeps its own polarity, a form takes the first rule that makes it."""
    forms: dict[str, float] = {}
    for ending, instead in _ENDINGS:
        for word, polarity in known.items():
            form = word[: len(word) - len(instead)] + ending
            if word.endswith(instead) and len(word) > 2 and len(form) > 4 and may_carry_tone(form):
                forms.setdefault(form, polarity)
    return forms | dict(known)


def bare(token: str) -> str:
    """The token as it is looked up: lower case, straight apostrophe, no outer punctuation, no possessive."""
    return token.lower().replace("\u2019", "'").strip(_PUNCTUATION).removesuffix("'s")


def features(tokens: list[str]) -> list[np.ndarray]:
    """Of each token: its flags (negation, end of a clause), its polarity (NaN: none) and its degree (1: none)."""
    words = [token.lower() if token.isalpha() else bare(token) for token in tokens]  # letters alone need no more
    flags = np.zeros(len(tokens), dtype=np.int64)
    flags[[number for number, word in enumerate(words) if word in _NEGATIONS or word[-3:] == "n't"]] |= _FLAG_NEGATION
    inside = [token[-1:].isalnum() or (token[-1:] in _INSIDE and word != "") for token, word in zip(tokens, words, strict=True)]
    flags |= _FLAG_END * ~np.array(inside, dtype=bool)
    known, degrees = _polarities(), _DEGREES
    polarity = np.array([known.get(word, np.nan) for word in words])
    return [flags, polarity, np.array([degrees.get(word, 1.0) for word in words])]


def judge(words: Batch, polarities: Mapping[str, float] | None = None) -> Judgement:
    """Scores of a batch of English texts by the rules above; `polarities`: another lexicon than the shipped one (see `with_forms`)."""
    flags, polarity, degree = words.types.columns(features)
    if polarities is not None:
        polarity = np.array([polarities.get(bare(token), np.nan) for token in words.types.tokens()])
    at = np.flatnonzero(~np.isnan(polarity)[words.ids])
    texts_of = words.text_of(at)
    value = polarity[words.ids[at]]
    open_clause = np.ones(len(at), dtype=bool)
    negated = np.zeros(len(at), dtype=bool)
    for distance in (1, 2, 3):
        before = words.neighbour(at, texts_of, -distance)
        open_clause &= (flags[before] & _FLAG_END) == 0
        if distance == 1:
            value = np.clip(np.where(open_clause, value * degree[before], value), -1.0, 1.0)
        negated |= open_clause & ((flags[before] & _FLAG_NEGATION) > 0)
    value = np.where(negated, value * NEGATED, value)
    counts = np.bincount(texts_of, minlength=len(words.lengths))
    sums = np.bincount(texts_of, weights=value, minlength=len(words.lengths))
    return Judgement(np.round(sums / np.maximum(counts, 1), 4), counts, at, texts_of, value)
