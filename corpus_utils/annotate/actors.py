"""Actors: people, bodies and governments named in the articles, their names merged, with the reason for each merge.

Conventions
    A mention is [start, end) in the document (code points), without title. `actor` is the name the actor is listed under.
    `rule` says why the mention counts for that actor: named so, or the reason of the merge and the name it was merged with.
    Merging is careful: a surname that two people of the article share stays on its own. `corrections` (a file, see
    `actor_corrections`) joins and splits names by hand and goes before every rule.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus_utils.annotate.actor_corrections import Corrections
from corpus_utils.annotate.actor_mentions import Finder, Mention, mentions_of
from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_names import plain
from corpus_utils.annotate.actor_standing import ABBREVIATION, known_briefly
from corpus_utils.annotate.names import find_names
from corpus_utils.annotate.title_lines import title_case, title_lines
from corpus_utils.records import records_with
from corpus_utils.text import blank_tags

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.quotes import Anchors

COLUMNS = ["actor", "article_id", "start", "end", "mention", "rule"]


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
    from corpus_utils.annotate.quotes import Anchors

    texts, languages, ids, anchors = (articles[name].tolist() for name in ("text", "language", "id", "anchors"))
    places = list(map(Anchors, anchors))
    body = len(texts)
    others = sentences[sentences["part"].isin(["title", "caption"])] if len(sentences) else sentences
    for text, start, end, language, article in zip(*(others[name].tolist() for name in ("text", "start", "end", "language", "article_id"))):
        if end - start == len(text):
            texts.append(text)
            languages.append(language)
            places.append(Anchors(f"[[0, {start}]]"))
            ids.append(article)
    texts = list(map(blank_tags, texts))
    first: dict[str, int] = {}
    groups = [first.setdefault(article, number) for number, article in enumerate(ids)]
    found = _resolve(
        texts,
        [language or "en" for language in languages],
        groups,
        corrections or Corrections(),
        headings=frozenset(range(body, len(texts))),
        finder=_finder(engine),
    )
    return _in_documents(found, texts, ids, places)


def _in_documents(found: list[tuple[Mention, str, str]], texts: list[str], ids: list[str], places: list[Anchors]) -> pd.DataFrame:
    """Mentions with offsets in their documents, in order; `ids` and `places` of the article of each text."""
    import numpy as np
    import pandas as pd

    from corpus_utils.annotate.quotes import document_offsets

    if not found:
        return pd.DataFrame({name: pd.Series((), dtype="int64" if name in ("start", "end") else "str") for name in COLUMNS})
    mentions, actors, rules = zip(*found, strict=True)
    number, start, end = (np.array([mention[place] for mention in mentions], dtype=np.int64) for place in range(3))
    made = {
        "actor": pd.array(actors, dtype="str"),
        "article_id": pd.array(ids, dtype="str").take(number),
        "start": document_offsets(places, number, start),
        "end": document_offsets(places, number, np.maximum(end - 1, 0)) + (end > 0),
        "mention": pd.array([texts[mention[0]][mention[1] : mention[2]] for mention in mentions], dtype="str"),
        "rule": pd.array(rules, dtype="str"),
    }
    rank = np.unique(np.array(ids, dtype=object), return_inverse=True)[1][number]
    order = np.lexsort((made["end"], made["start"], rank))
    place = np.stack([rank, made["start"], made["end"]])[:, order]
    if (place[:, 1:] == place[:, :-1]).all(axis=0).any():  # of two names at one place, which is rare, the first by the actor goes first
        order = np.lexsort((np.unique(np.array(actors, dtype=object), return_inverse=True)[1], made["end"], made["start"], rank))
    return pd.DataFrame({name: made[name].take(order) for name in COLUMNS})


def actor_records(records: pd.DataFrame, *, corrections: Corrections | None = None, engine: str = "names") -> pd.DataFrame:
    """Records' other columns with start, end, actor, mention, rule, one row a mention; names merged over all records."""
    import pandas as pd

    texts = [blank_tags(text) for text in records["text"].tolist()]
    languages = [language or "en" for language in records["language"]] if "language" in records else ["en"] * len(texts)
    found = _resolve(texts, languages, list(range(len(texts))), corrections or Corrections(), finder=_finder(engine))
    brief = _brief_names(found)
    found = [(m, brief.get(actor, actor), rule) for m, actor, rule in found]
    rows = [(m.start, m.end, actor, texts[m.article][m.start : m.end], rule) for m, actor, rule in found]
    made = pd.DataFrame(rows, columns=["start", "end", "actor", "mention", "rule"])
    return records_with(records.drop(columns="text"), made, [m.article for m, _, _ in found])


def _brief_names(found: Sequence[tuple[Mention, str, str]]) -> dict[str, str]:
    """Bodies that the texts know by their abbreviation ("GOP") -> the abbreviation."""
    short: dict[tuple[str, str], set[int]] = {}
    full: dict[str, set[int]] = {}
    for m, actor, rule in found:
        if rule.startswith(ABBREVIATION):
            short.setdefault((m.name, actor), set()).add(m.article)
        elif m.name == actor:
            full.setdefault(actor, set()).add(m.article)
    counts = [(*key, len(articles)) for key, articles in short.items()]
    return known_briefly(counts, {name: len(articles) for name, articles in full.items()})


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
        mentions.extend(mentions_of(number, text, language, finder))
    mentions = _without_headlines(mentions, texts, headings)
    merger = Merger([(groups[m.article], m.name, m.titles) for m in mentions if not m.fixed], corrections.join, corrections.split)
    free = iter(merger.assign())
    by_hand = {plain(name): group[0] for group in corrections.join for name in group}
    apart = {plain(name) for name in corrections.split}
    found = []
    for m in mentions:
        actor, rule = _settled(m, by_hand, apart) if m.fixed else next(free)
        found.append((m, actor, f"{m.rule}: {actor}" if m.rule and not m.fixed else rule))
    return found


def _settled(mention: Mention, by_hand: dict[str, str], apart: set[str]) -> tuple[str, str]:
    """Actor and rule of a country or its seat of government, where the user's file does not say otherwise."""
    name = plain(mention.name)
    if name in by_hand:
        return by_hand[name], "joined by hand"
    if name in apart:
        return mention.name, "kept apart by hand"
    return by_hand.get(plain(mention.fixed), mention.fixed), mention.rule


def _without_headlines(mentions: list[Mention], texts: Sequence[str], headings: frozenset[int]) -> list[Mention]:
    """In headings and lines that write most words with a capital, only names that stand elsewhere, too, are names."""
    bodies = [number for number in range(len(texts)) if number not in headings]
    lines = {bodies[place]: spans for place, spans in title_lines([texts[number] for number in bodies]).items()}
    lines |= {number: [(0, len(texts[number]))] for number in headings if title_case(texts[number])}
    if not lines:
        return mentions
    at = [(m.article, m.start) for m in mentions]  # in order
    spans = [(bisect_left(at, (text, start)), bisect_left(at, (text, end))) for text, found in lines.items() for start, end in found]
    inside = {n for first, last in spans for n in range(first, last)}
    elsewhere = {m.name for n, m in enumerate(mentions) if n not in inside}
    known = {folded for name in elsewhere for folded in _whole_and_last(name)}
    nobody = {n for n in inside if not mentions[n].fixed and plain(mentions[n].name) not in known}
    return [m for n, m in enumerate(mentions) if n not in nobody]


@lru_cache(maxsize=1 << 16)
def _whole_and_last(name: str) -> tuple[str, str]:
    """The name and its last word, folded."""
    return plain(name), plain(name.split()[-1])
