"""Reporting expressions by language: the cue lists of `annotate/cues/*.yaml`, with all forms of their verbs.

A cue belongs to a class: say (speech), think (belief), act (praise, blame, demand ...), will (wish, plan), show (documents, polls),
seem (appearance), noun (a statement named by a noun), frame ("according to"). A language without a list has no cues.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

CUES = Path(__file__).parent / "cues"
_CLOSED = ("pronouns", "determiners", "prepositions", "stops", "auxiliaries", "times", "relatives", "months", "never_names")


@dataclass(frozen=True)
class Cues:
    """Cue list and closed-class words of one language."""

    language: str
    verbs: dict[str, tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...]] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()
    frames: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)  # phrases by their first word
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
    def form(self) -> dict[str, str]:
        """What each verb form is taken for."""
        return {form: next(kind for kind in ("fin", "base", "ing", "part") if kind in kinds) for form, kinds in self.kinds.items()}

    @cached_property
    def bare(self) -> dict[str, tuple[str, frozenset[str]]]:
        """Lemma and classes of each verb form without particles, "" and none where it reports only with some."""
        alone = {form: [entry for entry in entries if not entry[3]] for form, entries in self.verbs.items()}
        return {form: (own[0][1] if own else "", frozenset().union(*(entry[2] for entry in own))) for form, own in alone.items()}

    @cached_property
    def phrasal(self) -> dict[str, tuple[tuple[str, str, frozenset[str], tuple[str, ...]], ...]]:
        """The entries with particles of each verb form that has some, those with most first."""
        found = {form: tuple(entry for entry in entries if entry[3]) for form, entries in self.verbs.items()}
        return {form: entries for form, entries in found.items() if entries}

    @cached_property
    def nouns_too(self) -> frozenset[str]:
        """Verb forms whose plural is a noun."""
        also = self.words["also_nouns"]
        return frozenset(form for form in self.verbs if not also.isdisjoint((form + "s", form + "es", form[:-1] + "ies")))

    @cached_property
    def opening(self) -> frozenset[str]:
        """First words of all cues."""
        return frozenset(self.verbs) | self.others

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """Closed-class word -> the groups that it is in."""
        found: dict[str, set[str]] = {}
        for group, listed in self.words.items():
            for word in listed:
                found.setdefault(word, set()).add(group)
        return {word: frozenset(groups) for word, groups in found.items()}

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
    nouns = frozenset(word.lower() for group in data.get("nouns") or [] for word in group["forms"].split())  # German has capitals
    frames: dict[str, list[tuple[str, ...]]] = {}
    for phrase in (tuple(phrase.split()) for group in data.get("frames") or [] for phrase in group.get("before", [])):
        frames.setdefault(phrase[0], []).append(phrase)
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
        others=nouns | adverbs | behind | frames.keys(),
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
        return english_forms(head, irregular)
    return _by_endings(head, irregular, language)


def english_forms(head: str, irregular: list[str] | None) -> list[tuple[str, str]]:
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
