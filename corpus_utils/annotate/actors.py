"""Actors: people, bodies and governments named in the articles, their names merged, with the reason for each merge.

Conventions
    A mention is [start, end) in the document (code points), without title. `actor` is the name the actor is listed under.
    `rule` says why the mention counts for that actor: named so, or the reason of the merge and the name it was merged with.
    Merging is careful: a surname that two people of the article share stays on its own. `corrections` (a YAML file, see
    `read_corrections`) joins and splits names by hand and goes before every rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_names import name_key, plain, tables
from corpus_utils.annotate.names import Name, find_names, opens_sentence
from corpus_utils.annotate.reporting import Cues, load_cues
from corpus_utils.records import beside

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Corrections", "actor_records", "find_actors", "merge_evidence", "name_key", "read_corrections"]

COLUMNS = ["actor", "article_id", "start", "end", "mention", "rule"]
_SPECIAL = re.compile(
    r"(?=[EUБ])(?:\bEE\.\s?UU\.|\bEEUU\b|\bU\.S\.(?:A\.)?|\bU\.N\.|\bE\.U\.|\bU\.K\.|\bБел(?:ый|ого|ому|ым|ом) дом(?:а|у|ом|е)?\b)"
)

# endings that make a small word behind a name a finite verb, well enough for one place: right behind the name of a capital
_FINITE = {
    "en": ("ed", "es"),
    "es": ("ó", "aron", "ieron", "ará", "erá", "irá", "arán", "erán", "irán", "aba", "aban"),
    "pt": ("ou", "eu", "iu", "aram", "eram", "iram", "ará", "erá", "irá", "ava"),
    "fr": ("era", "ira", "èrent", "irent", "ait", "aient"),
    "de": ("te", "ten"),
    "ru": ("ал", "ала", "али", "ил", "ила", "или", "ел", "ела", "ели", "лся", "лась", "лись",
           "ает", "ают", "яет", "яют", "ует", "уют", "ит", "ят"),
}  # fmt: skip
_DEMONYM = ("n", "ns", "se", "sh", "no", "na", "nos", "nas")  # endings of words made from the names of countries


Finder = Callable[[str, str], Sequence[Name]]


class Corrections(NamedTuple):
    """What the user knows better: names to join, names never to merge with anything."""

    join: tuple[tuple[str, ...], ...] = ()
    split: tuple[str, ...] = ()


class Mention(NamedTuple):
    """A name in an article, before merging; offsets in the article's text."""

    article: int
    start: int
    end: int
    name: str
    titles: tuple[str, ...]
    fixed: str  # the actor, where the name itself tells it (countries); else ""
    rule: str


def read_corrections(path: Path) -> Corrections:
    """Corrections from CSV (columns `name`, `actor`) or YAML (`join: [[name, name], ...]`, `split: [name, ...]`).

    In CSV a row says that `name` is listed as `actor`, whether or not a text writes the actor so; a name with an empty actor is never
    merged with another. In YAML a list is listed under its first name. Raises ValueError for anything else.
    """
    if path.suffix.lower() == ".csv":
        return _listed_corrections(path)
    import yaml

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: cannot be read as YAML ({error})") from error
    if not isinstance(data, dict) or data.keys() - {"join", "split"}:
        raise ValueError(f"{path}: expected `join:` (lists of names) and `split:` (names)")
    join, split = data.get("join") or [], data.get("split") or []
    if not all(isinstance(g, list) and len(g) > 1 and all(isinstance(n, str) for n in g) for g in join):
        raise ValueError(f"{path}: each entry of `join` is a list of two names or more")
    if not all(isinstance(name, str) for name in split):
        raise ValueError(f"{path}: `split` is a list of names")
    return Corrections(tuple(tuple(group) for group in join), tuple(split))


def _listed_corrections(path: Path) -> Corrections:
    import csv

    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if missing := sorted({"name", "actor"} - set(rows.fieldnames or ())):
                raise ValueError(f"{path}: no column called {missing[0]!r}; expected the columns name and actor")
            pairs = [((row["name"] or "").strip(), (row["actor"] or "").strip()) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: cannot be read as CSV ({error})") from error
    groups: dict[str, list[str]] = {}
    for name, actor in pairs:
        if name and actor:
            groups.setdefault(actor, [actor]).append(name)
    return Corrections(tuple(map(tuple, groups.values())), tuple(name for name, actor in pairs if name and not actor))


def _finder(engine: str) -> Finder:
    """The recogniser of that name: "names" (capitals, needs no model) or "spacy" (the extra `ner`)."""
    if engine == "names":
        return find_names
    if engine == "spacy":
        from corpus_utils.annotate.actor_spacy import spacy_names

        return spacy_names
    raise ValueError(f"no engine {engine!r} for names; there are: names, spacy")


def find_actors(
    articles: pd.DataFrame, sentences: pd.DataFrame, *, corrections: Corrections | None = None, engine: str = "names"
) -> pd.DataFrame:
    """Mentions of actors in articles (and in titles and captions of `sentences` whose text stands unfolded in the document).

    Columns: actor, article_id, start, end (in the document), mention, rule. Sorted by article, then position.
    """
    import pandas as pd

    from corpus_utils.annotate.quotes import Anchors

    rows: list[tuple[str, str, int, int, str, str]] = []
    texts, languages, places, ids = [], [], [], []
    for article in articles[["id", "text", "anchors", "language"]].itertuples(index=False):
        texts.append(article.text)
        languages.append(article.language or "en")
        places.append(Anchors(article.anchors))
        ids.append(article.id)
    body = len(texts)
    for s in sentences[sentences["part"].isin(["title", "caption"])].itertuples(index=False) if len(sentences) else ():
        if s.end - s.start == len(s.text):
            texts.append(s.text)
            languages.append(s.language or "en")
            places.append(Anchors(f"[[0, {s.start}]]"))
            ids.append(s.article_id)
    first: dict[str, int] = {}
    groups = [first.setdefault(article, number) for number, article in enumerate(ids)]
    for mention, actor, rule in _resolve(
        texts, languages, groups, corrections or Corrections(), headings=frozenset(range(body, len(texts))), finder=_finder(engine)
    ):
        place = places[mention.article]
        text = texts[mention.article][mention.start : mention.end]
        rows.append((actor, ids[mention.article], place.start(mention.start), place.end(mention.end), text, rule))
    rows.sort(key=lambda row: (row[1], row[2], row[3], row[0]))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"actor": "str", "article_id": "str", "mention": "str", "rule": "str"})


def actor_records(records: pd.DataFrame, *, corrections: Corrections | None = None, engine: str = "names") -> pd.DataFrame:
    """Records' other columns with start, end, actor, mention, rule, one row a mention; names merged over all records."""
    import pandas as pd

    texts = list(records["text"])
    languages = [language or "en" for language in records["language"]] if "language" in records else ["en"] * len(texts)
    found = _resolve(texts, languages, list(range(len(texts))), corrections or Corrections(), finder=_finder(engine))
    rows = [(m.start, m.end, actor, texts[m.article][m.start : m.end], rule) for m, actor, rule in found]
    made = pd.DataFrame(rows, columns=["start", "end", "actor", "mention", "rule"])
    return beside(records.drop(columns="text"), made, [m.article for m, _, _ in found])


def merge_evidence(mentions: pd.DataFrame) -> pd.DataFrame:
    """Which spellings were counted for an actor, by which rule, how often: actor, mention, rule, mentions - largest first."""
    counted = mentions.groupby(["actor", "mention", "rule"], sort=True).size().rename("mentions").reset_index()
    return counted.sort_values(["actor", "mentions", "mention"], ascending=[True, False, True], kind="stable").reset_index(drop=True)


def _resolve(
    texts: Sequence[str],
    languages: Sequence[str],
    groups: Sequence[int],
    corrections: Corrections,
    *,
    headings: frozenset[int] = frozenset(),
    finder: Finder = find_names,
) -> list[tuple[Mention, str, str]]:
    """Mentions with their actor and rule, in reading order. `groups`: number of the article that a text belongs to.

    `headings`: numbers of the texts that are titles or captions.
    """
    mentions: list[Mention] = []
    for number, (text, language) in enumerate(zip(texts, languages, strict=True)):
        mentions.extend(_mentions(number, text, language, finder))
    mentions = _without_headlines(mentions, texts, headings)
    merger = Merger([(groups[m.article], m.name, m.titles) for m in mentions if not m.fixed], corrections.join, corrections.split)
    free = iter(merger.assign())
    by_hand = {plain(name): group[0] for group in corrections.join for name in group}
    apart = {plain(name) for name in corrections.split}
    return [(m, *(_settled(m, by_hand, apart) if m.fixed else next(free))) for m in mentions]


def _settled(mention: Mention, by_hand: dict[str, str], apart: set[str]) -> tuple[str, str]:
    """Actor and rule of a country or its seat of government, where the user's file does not say otherwise."""
    name = plain(mention.name)
    if name in by_hand:
        return by_hand[name], "joined by hand"
    if name in apart:
        return mention.name, "kept apart by hand"
    return by_hand.get(plain(mention.fixed), mention.fixed), mention.rule


def _without_headlines(mentions: list[Mention], texts: Sequence[str], headings: frozenset[int]) -> list[Mention]:
    """In headings that write most words with a capital, only names that other texts also hold are names."""
    capitals = [number in headings and _title_case(text) for number, text in enumerate(texts)]
    if not any(capitals):
        return mentions
    known = {plain(m.name) for m in mentions if not capitals[m.article]}
    known |= {plain(m.name.split()[-1]) for m in mentions if not capitals[m.article]}
    return [m for m in mentions if m.fixed or not capitals[m.article] or plain(m.name) in known]


def _title_case(text: str) -> bool:
    long = [word[0].isupper() for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) > 2 and len(text) < 400 and sum(long) > 0.7 * len(long)


def _mentions(number: int, text: str, language: str, finder: Finder) -> list[Mention]:
    """Names of one text; countries and their seats are told by the list, seats only where they act."""
    cues = load_cues(language)
    known = tables()
    found: list[Mention] = []
    taken: list[tuple[int, int]] = []
    for match in sorted([*_SPECIAL.finditer(text), *known["mixed"].finditer(text)], key=lambda m: m.span()):
        if taken and match.start() < taken[-1][1]:
            continue
        name = plain(match.group())
        country = known["names"].get(name) or known["seats"].get(name)
        if country:
            found.append(Mention(number, match.start(), match.end(), match.group(), (), country, _listed(country)))
            taken.append(match.span())
    named = finder(text, language)
    surnames = {name.name.split()[-1] for name in named if " " in name.name}
    inner = {word for name in named for word in name.name.split() if " " in name.name or not opens_sentence(text, name.start)}
    for found_name in _parted(named, surnames):
        if any(start < found_name.end and found_name.start < end for start, end in taken):
            continue
        folded = plain(found_name.name)
        if not found_name.titles and folded in known["names"] and not _other_acronym(found_name.name):
            country = known["names"][folded]
            found.append(Mention(number, found_name.start, found_name.end, found_name.name, (), country, _listed(country)))
        elif not found_name.titles and folded in known["seats"]:
            if _acts(text, found_name.start, found_name.end, cues):
                rule = f"seat of government for {known['seats'][folded]}"
                found.append(Mention(number, found_name.start, found_name.end, found_name.name, (), known["seats"][folded], rule))
        elif _only_opens(found_name, inner) and (_common(folded, cues) or not _verb_follows(text, found_name.end, cues)):
            continue
        elif (
            found_name.titles
            or (found_name.name in surnames and found_name.name.lower() not in known["party_adjectives"])
            or not (_demonym(folded) or _adjective(text, found_name.end, found_name.name, cues))
        ):
            found.append(Mention(number, found_name.start, found_name.end, found_name.name, found_name.titles, "", ""))
    return sorted(found, key=lambda m: (m.start, m.end))


def _listed(actor: str) -> str:
    """The rule of a name that the list tells."""
    return "body named in several languages" if actor in tables()["bodies_named"] else "country name"


def _other_acronym(name: str) -> bool:
    """ "IRA" is not "Irã": three capitals that are a country's only without its marks."""
    return len(name) == 3 and name.isascii() and name.isupper() and name not in tables()["acronyms"]


def _parted(named: Sequence[Name], surnames: set[str]) -> list[Name]:
    """ "In Norland Rivas said": a country that only stands before a surname the text knows is not part of the name."""
    parted: list[Name] = []
    for name in named:
        first, _, rest = name.name.partition(" ")
        if (
            rest
            and " " not in rest
            and rest in surnames
            and plain(first) in tables()["names"]
            and sum(n.name == name.name for n in named) < 2
        ):
            parted += [Name(name.start, name.start + len(first), first, ()), Name(name.end - len(rest), name.end, rest, ())]
        else:
            parted.append(name)
    return parted


_SIDES = frozenset("north south east west northern southern eastern western central latin".split())
_CONTINENTAL = frozenset("american african asian european".split())


def _demonym(folded: str) -> bool:
    """ "Venezuelan", "South American": a word made from the name of a country or a part of the world."""
    region, _, rest = folded.partition(" ")
    if rest:
        return region in _SIDES and (rest in _CONTINENTAL or _demonym(rest))
    if len(folded) < 5:
        return False
    known = tables()
    return folded in known["demonyms"] or (folded[:4] in known["stems"] and folded.endswith(_DEMONYM))


def _only_opens(name: Name, inner: set[str]) -> bool:
    """A single word whose only reason for a capital is that a sentence begins; `inner`: words seen with one elsewhere."""
    return not (name.titles or name.name in inner or " " in name.name or name.name.isupper())


def _common(folded: str, cues: Cues) -> bool:
    """ "Critics", "Police": a word that opens a sentence and is none of a name, a plural or a person, body or title by its noun."""
    if any(cues.has(group, folded) for group in ("persons", "bodies", "titles", "documents", "offices")):
        return True
    return cues.language == "en" and folded.endswith("s") and not folded.endswith("ss")


def _acts(text: str, start: int, end: int, cues: Cues) -> bool:
    """Is a capital named as one who acts? Not behind "in"; before a verb, a possessive or another capital joined by "and"."""
    before = text[max(0, start - 14) : start].split()
    if before and before[-1].lower().strip("(") in tables()["place_before"]:
        return False
    if before and any("act" in entry[2] for entry in cues.verbs.get(before[-1].lower(), ())):
        return True  # "thanked Berlin"
    behind = text[end : end + 40]
    if behind[:2] in ("'s", "’s"):
        return True
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[.,;:]", behind)
    if not words or words[0] in ".,;:":
        return bool(before) and before[-1].lower() in (
            "between",
            "with",
            "against",
            "by",
            "from",
            "entre",
            "con",
            "contra",
            "com",
            "avec",
            "mit",
            "gegen",
            "с",
            "против",
        )
    if words[0].lower() in ("and", "y", "e", "et", "und", "и"):
        return len(words) > 1 and words[1][0].isupper()
    return _verbal(words[0], cues)


def _verb_follows(text: str, end: int, cues: Cues) -> bool:
    words = re.findall(r"[^\W\d_]+", text[end : end + 30])
    return bool(words) and _verbal(words[0], cues)


def _verbal(word: str, cues: Cues) -> bool:
    low = word.lower()
    if not word[0].islower() or low in cues.words.get("prepositions", ()):
        return False
    if low in cues.verbs or low in cues.words.get("auxiliaries", ()):
        return True
    return low.endswith(_FINITE.get(cues.language, ())) or low in ("has", "will", "wants", "made", "sent")


def _adjective(text: str, end: int, name: str, cues: Cues) -> bool:
    """A single word such as "Russian" or "Republican" before a noun is no actor."""
    if " " in name or cues.language not in ("en", "pt", "es", "fr"):
        return False
    if name.lower() in tables()["party_adjectives"]:
        return name.lower() == "democratic" or (text[end : end + 1] == " " and text[end + 1 : end + 2].isalpha())
    if not name.lower().endswith(("ian", "ean", "ese", "ish", "can", "kan", "ani", "qi", "eli")):
        return False
    behind = text[end : end + 2]
    return (behind[:1] == " " and behind[1:].islower()) or behind[:1] in "-"
