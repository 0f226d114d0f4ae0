"""Reporting expressions: the cue lists of `annotate/cues/*.yaml`, tokens, and where cues stand among them.

Conventions
    A cue belongs to a class: say (speech), think (belief), act (praise, blame, demand ...), will (wish, plan), show (documents,
    polls), seem (appearance), noun (a statement named by a noun), frame ("according to").
    Token offsets are code points into the whole text. A stretch in quotation marks is one token of kind QUOTE.
    A language without a list has no cues: its quotations are found by their marks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

CUES = Path(__file__).parent / "cues"
WORD, PUNCTUATION, QUOTE = 0, 1, 2
_NOUN = frozenset({"noun"})
_CLOSED = ("pronouns", "determiners", "prepositions", "stops", "auxiliaries", "times", "relatives", "months", "never_names")
_TOKEN = re.compile(  # what an abbreviation begins with is looked at first: most words are none
    r"(?=\w\.)(?:(?:[^\W\d_]\.){2,}|\b[^\W\d_]\.(?=\s?[^\W\d_]))"
    r"|(?=[MDSRGJLCPHги])\b(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|St|Jr|Sr|Lt|Col|Capt|Sgt|Prof|Rev|Hon|Pres|Sra?|Dra?|Mme|Mlle|г|гг|им)\."
    r"|[@#]?[^\W_]+(?:['’.,&/\-][^\W_]+)*|[^\w\s]"
)


class Token(NamedTuple):
    """A word, a punctuation mark or a quoted stretch."""

    start: int
    end: int
    low: str
    capital: bool
    kind: int
    quote: int  # number of the marked stretch; -1 for words and punctuation


class Hit(NamedTuple):
    """A cue among tokens first..last (inclusive): `form` is fin, ing or part for verbs, else the class."""

    first: int
    last: int
    classes: frozenset[str]
    form: str
    lemma: str


@dataclass(frozen=True)
class Cues:
    """Cue list and closed-class words of one language."""

    language: str
    verbs: dict[str, tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...]] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()
    frames: tuple[tuple[str, ...], ...] = ()
    behind_comma: frozenset[str] = frozenset()  # frames of one word that count only behind a comma or words in marks
    adverbs: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()  # first words of all cues that are not verbs
    closed: frozenset[str] = frozenset()  # words that begin no name
    words: dict[str, frozenset[str]] = field(default_factory=lambda: _Groups())

    @cached_property
    def kinds(self) -> dict[str, frozenset[str]]:
        """What each verb form may be: fin, ing, part, base."""
        return {form: frozenset(entry[0] for entry in entries) for form, entries in self.verbs.items()}

    @cached_property
    def nouns_too(self) -> frozenset[str]:
        """Verb forms whose plural is a noun."""
        also = self.words["also_nouns"]
        return frozenset(form for form in self.verbs if not also.isdisjoint((form + "s", form + "es", form[:-1] + "ies")))

    @cached_property
    def opening(self) -> frozenset[str]:
        """First words of all cues."""
        return frozenset(self.verbs) | self.others

    def has(self, group: str, word: str) -> bool:
        """Is `word` (lower case) among the closed-class words `group`?"""
        return word in self.words[group]


class _Groups(dict[str, frozenset[str]]):
    """Closed-class words by group; a group that a language does not have is empty."""

    def __missing__(self, group: str) -> frozenset[str]:
        return frozenset()


@lru_cache(maxsize=16)
def load_cues(language: str) -> Cues:
    """The cue list of a language (ISO 639-1), empty where the project has none. Raises ValueError for a broken list."""
    import yaml

    path = CUES / f"{language}.yaml"
    if not re.fullmatch(r"[a-z]{2}", language) or not path.is_file():
        return Cues(language)
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if data.get("language") != language:
        raise ValueError(f"{path.name}: says it is for language {data.get('language')!r}")
    verbs: dict[str, dict[tuple[str, tuple[str, ...]], tuple[str, set[str]]]] = {}
    irregular = {lemma: forms.split() for lemma, forms in (data.get("irregular") or {}).items()}
    for group in data["verbs"]:
        if not group.get("why"):
            raise ValueError(f"{path.name}: the group {group.get('class')!r} does not say why")
        for lemma in group["lemmas"].split():
            head, *particles = lemma.split("_")
            for form, kind in _forms(head, irregular.get(head), language):
                entry = verbs.setdefault(form, {}).setdefault((kind, tuple(particles)), (lemma.replace("_", " "), set()))
                entry[1].update(group["class"].split())
    nouns = frozenset(word for group in data.get("nouns") or [] for word in group["forms"].split())
    frames = tuple(tuple(phrase.split()) for group in data.get("frames") or [] for phrase in group.get("before", []))
    behind = frozenset(word for group in data.get("frames") or [] for word in group.get("behind_comma", []))
    adverbs = frozenset(word for group in data.get("frames") or [] for word in group.get("adverbs", "").split())
    words = _Groups({name: frozenset(listed.split()) for name, listed in data["grammar"].items()})
    return Cues(
        language,
        verbs={form: _longest_first(entries) for form, entries in verbs.items()},
        nouns=nouns,
        frames=frames,
        behind_comma=behind,
        adverbs=adverbs,
        others=nouns | adverbs | behind | {phrase[0] for phrase in frames},
        closed=frozenset().union(*(words.get(name, frozenset()) for name in _CLOSED)),
        words=words,
    )


@lru_cache(maxsize=16)
def speech_insert(language: str) -> re.Pattern[str] | None:
    """Where a French narrator steps into speech after a dash: ", dit Paul", ", répondit-elle"; None for other languages."""
    if language != "fr":
        return None
    forms = sorted(form for form, entries in load_cues("fr").verbs.items() if any("say" in entry[2] for entry in entries))
    return re.compile(r"(?<=[,?!…])\s(?=(?:a-t-(?:il|elle|on)\s)?(?:" + "|".join(map(re.escape, forms)) + r")(?:-|\s[^\W\d_]))")


def _longest_first(entries: dict) -> tuple:
    rows = [(kind, lemma, frozenset(classes), particles) for (kind, particles), (lemma, classes) in entries.items()]
    return tuple(sorted(rows, key=lambda row: (-len(row[3]), row[0], row[1])))


def _forms(head: str, irregular: list[str] | None, language: str) -> Iterable[tuple[str, str]]:
    """(form, kind) of a verb; English regular verbs by rule, other languages by their endings."""
    if language == "en":
        return _english(head, irregular)
    return _by_endings(head, irregular, language)


def _english(head: str, irregular: list[str] | None) -> list[tuple[str, str]]:
    if irregular:
        third, past, participle, gerund = irregular
    else:
        stem = head[:-1] if head.endswith("e") else head
        y = head.endswith("y") and head[-2] not in "aeiou"
        third = head[:-1] + "ies" if y else head + ("es" if head.endswith(("s", "sh", "ch", "x")) else "s")
        past = participle = head[:-1] + "ied" if y else stem + "ed"
        gerund = stem + "ing"
    return list(dict.fromkeys([(head, "base"), (third, "fin"), (past, "fin"), (participle, "part"), (gerund, "ing")]))


# endings that replace `~` of a stem: (finite, gerund, participle)
_ENDINGS = {
    ("es", "ar"): ("a an ó aron aba aban ará arán aría o e en", "ando", "ado ada ados adas"),
    ("es", "er"): ("e en ió ieron ía ían erá erán ería o a an", "iendo", "ido ida"),
    ("es", "ir"): ("e en ió ieron ía ían irá irán iría o a an", "iendo", "ido ida"),
    ("pt", "ar"): ("a am ou aram ava avam ará arão aria e em", "ando", "ado ada ados adas"),
    ("pt", "er"): ("e em eu eram ia iam erá erão eria", "endo", "ido ida"),
    ("pt", "ir"): ("e em iu iram ia iam irá irão iria", "indo", "ido ida"),
    ("fr", "er"): ("e ent a èrent ait aient era eront erait", "ant", "é ée és ées"),
    ("fr", "ir"): ("it issent it irent issait issaient ira iront irait", "issant", "i ie is ies"),
    ("de", "en"): ("t te ten en e", "end", ""),
}


def _by_endings(head: str, irregular: list[str] | None, language: str) -> list[tuple[str, str]]:
    """Irregular verbs list their forms; a form behind `+` is a participle, behind `*` a gerund."""
    if irregular:
        kinds = {"+": "part", "*": "ing"}
        return [(form.lstrip("+*"), kinds.get(form[0], "fin")) for form in irregular]
    rule = _ENDINGS.get((language, head[-2:]))
    if rule is None:
        return [(head, "fin")]
    stem = head[:-2]
    found = [(stem + ending, kind) for endings, kind in zip(rule, ("fin", "ing", "part"), strict=True) for ending in endings.split()]
    if language == "de":
        prefix = "" if stem.startswith(("be", "er", "ver", "ent", "miss")) or stem.endswith("ier") else "ge"
        found.append((prefix + stem + "t", "part"))
    return list(dict.fromkeys([*found, (head, "base")]))


def tokenize(text: str, start: int, end: int, quotes: list[tuple[int, int, int]], language: str = "en") -> list[Token]:
    """Tokens of text[start:end]; `quotes` are (start, end, number) of marked stretches inside, in order."""
    tokens: list[Token] = []
    split = _SPLIT.get(language)
    at = start
    for quote_start, quote_end, number in quotes:
        _words(text, at, quote_start, tokens, split)
        tokens.append(Token(quote_start, quote_end, "", False, QUOTE, number))
        at = quote_end
    _words(text, at, end, tokens, split)
    return tokens


# French: "qu'il", "l'accord" and "a-t-il", "répondit-elle" are two words each
_SPLIT = {
    "fr": re.compile(r"(?:(l'|d'|qu'|n'|s'|j'|c'|m'|t'|jusqu'|lorsqu'|puisqu')(.+)|(.+?)-(?:t-)?(il|elle|ils|elles|on|je|nous|vous))$")
}


class _Forms(dict[str, tuple[str, bool, int]]):
    """Word as written -> lower case, capital, kind: what a token says apart from its place, found out once for each word."""

    def __missing__(self, word: str) -> tuple[str, bool, int]:
        first = word[0]
        if first.isalnum():
            form = word.lower().replace("’", "'"), first.isupper(), WORD
        else:
            form = word.lower(), first == "@", WORD if first in "@#" and len(word) > 1 else PUNCTUATION
        if len(self) < _MOST_FORMS:
            self[word] = form
        return form


_MOST_FORMS = 200_000
_FORMS = _Forms()


def _words(text: str, start: int, end: int, tokens: list[Token], split: re.Pattern[str] | None) -> None:
    new, append, forms = tuple.__new__, tokens.append, _FORMS  # half the time of Token(...), and this is the innermost loop
    for match in _TOKEN.finditer(text, start, end):
        low, high = match.span()
        small, capital, kind = forms[match.group()]
        if split is not None and ("'" in small or "-" in small) and small[0].isalnum() and (parts := split.match(small)):
            middle = low + (parts.end(1) if parts.group(1) else parts.end(3))
            append(new(Token, (low, middle, text[low:middle].lower().replace("’", "'"), capital, WORD, -1)))
            while text[middle] == "-" or text.startswith("t-", middle):
                middle += 1 if text[middle] == "-" else 2
            append(new(Token, (middle, high, text[middle:high].lower(), text[middle].isupper(), WORD, -1)))
            continue
        append(new(Token, (low, high, small, capital, kind, -1)))


def find_hits(tokens: list[Token], cues: Cues) -> list[Hit]:
    """All cues among the tokens, verbs before nouns, left to right, not overlapping."""
    opening = cues.opening
    places = [place for place, token in enumerate(tokens) if token.low in opening and token.kind == WORD]
    hits: list[Hit] = []
    if not places:
        return hits
    free = 0
    for position in places:
        if position < free:
            continue
        low = tokens[position].low
        entries = cues.verbs.get(low)
        hit = None
        if entries is not None and (not _name_part(tokens, position) or _headline(tokens)):
            hit = _verb(tokens, position, entries, cues)
        if hit is None and low in cues.nouns:
            hit = Hit(position, position, _NOUN, "noun", low)
        if hit is None:
            hit = _frame(tokens, position, cues)
        if hit is not None:
            hits.append(hit)
            free = hit.last + 1
    return hits


def _headline(tokens: list[Token]) -> bool:
    """Most long words with a capital: a headline, whose verbs have capitals too."""
    long = [token.capital for token in tokens if token.kind == WORD and len(token.low) > 3]
    return len(long) > 2 and sum(long) > 0.7 * len(long)


def _name_part(tokens: list[Token], position: int) -> bool:
    """A capital in mid-sentence makes "Post" or "States" part of a name."""
    return position > 0 and tokens[position].capital and tokens[position - 1].kind == WORD


def _frame(tokens: list[Token], position: int, cues: Cues) -> Hit | None:
    low = tokens[position].low
    if low in cues.adverbs:
        return Hit(position, position, frozenset({"adverb"}), "adverb", low)
    if (
        low in cues.behind_comma
        and 0 < position < len(tokens) - 1
        and (tokens[position - 1].kind == QUOTE or tokens[position - 1].low == ",")
    ):
        follows = tokens[position + 1]
        if follows.capital or cues.has("determiners", follows.low):
            return Hit(position, position, frozenset({"frame"}), "frame", low)
    for phrase in cues.frames:
        if phrase[0] == low and all(position + k < len(tokens) and tokens[position + k].low == word for k, word in enumerate(phrase)):
            return Hit(position, position + len(phrase) - 1, frozenset({"frame"}), "frame", " ".join(phrase))
    return None


def _verb(tokens: list[Token], position: int, entries: tuple, cues: Cues) -> Hit | None:
    """The verb reading of a form, unless its left neighbour makes it a noun or an adjective."""
    kinds = cues.kinds[tokens[position].low]
    if not _verbal(tokens, position, kinds, cues):
        return None
    particles_best: tuple[str, ...] = ()
    classes: set[str] = set()
    lemma = ""
    for _kind, name, groups, particles in entries:
        if len(particles) < len(particles_best) or not _follow(tokens, position, particles):
            continue
        if not lemma or len(particles) > len(particles_best):
            lemma, particles_best, classes = name, particles, set()
        classes |= groups
    if not lemma:
        return None
    if cues.language == "en" and kinds == {"part"} and not _assisted(tokens, position, cues):
        return None
    form = "fin" if "fin" in kinds else "base" if "base" in kinds else "ing" if "ing" in kinds else "part"
    return Hit(position, position + len(particles_best), frozenset(classes), form, lemma)


def _assisted(tokens: list[Token], position: int, cues: Cues) -> bool:
    """Does an auxiliary stand close before this participle?"""
    near = tokens[max(0, position - 4) : position]
    return any(cues.has("auxiliaries", token.low) and token.low not in ("now", "then", "also", "to") for token in near)


def _likely_subject(before: Token, cues: Cues) -> bool:
    """A word before "claims" that makes it a verb: a name, a person, a body, a document, an adverb."""
    low = before.low
    if before.capital or any(cues.has(group, low) for group in ("auxiliaries", "titles", "bodies", "documents", "persons")):
        return True
    return low.endswith(("er", "or", "ist", "ian", "ant", "man", "ly"))


def _plural(tokens: list[Token], position: int, cues: Cues) -> bool:
    """Can the base form here be a verb: behind "to", an auxiliary, a plural, or at the opening of a clause?"""
    before = tokens[position - 1]
    low = before.low
    if before.kind != WORD or cues.has("auxiliaries", low) or cues.has("pronouns", low) or cues.has("relatives", low):
        return True
    if low in ("people", "police", "men", "women", "media", "and", "or", "n't", "who") or low.endswith("ly"):
        return True
    if low.endswith("s") and not low.endswith(("'s", "’s", "ss")):
        return True
    return any(tokens[k].low == "and" for k in range(max(0, position - 4), position - 1))


def _follow(tokens: list[Token], position: int, particles: tuple[str, ...]) -> bool:
    return all(position + 1 + k < len(tokens) and tokens[position + 1 + k].low == particle for k, particle in enumerate(particles))


def _verbal(tokens: list[Token], position: int, kinds: frozenset[str], cues: Cues) -> bool:
    """Not a noun ("his claim", "of reports") nor an attribute ("the alleged plot"): judged by the word before."""
    if position == 0:
        return tokens[0].capital is False or "ing" in kinds or cues.language != "en"
    before = tokens[position - 1]
    if before.kind != WORD:
        return True
    low = before.low
    if cues.has("pronouns", low) or cues.has("relatives", low):
        return True
    if cues.has("also_nouns", tokens[position].low) and not _likely_subject(before, cues):
        return False
    if low.endswith(("'s", "’s", "s'", "s’")) and tokens[position].low not in ("said", "told"):
        return False
    if cues.has("determiners", low):
        return False
    if tokens[position].low in cues.nouns_too and kinds <= {"base", "part"} and not _plural(tokens, position, cues):
        return False
    return not (cues.has("prepositions", low) and not cues.has("to", low) and "ing" not in kinds)
