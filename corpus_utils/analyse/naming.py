"""How each outlet, or each voice where outlets are too few, calls the same actor.

An actor's names are the forms under which its mentions stand in the text ("Keller", "Marta Keller", "Washington" for a government).
Titles are no part of a mention; the words right before a name in the same sentence are looked at apart (`epithets`).
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from corpus_utils.analyse.contrasts import compare_outlets
from corpus_utils.analyse.phrasing import several
from corpus_utils.annotate.phrasing import read_list, supported
from corpus_utils.annotate.reporting_cues import load_cues
from corpus_utils.text import fold

if TYPE_CHECKING:
    import pandas as pd

OTHER = "other forms"
NO_ROLE = frozenset("one ones former late ex chief many others".split())  # say nothing of somebody by themselves
FORMER = frozenset("former late ex acting ousted exiled vice prime interim self-proclaimed socialist opposition".split())
_BEFORE = re.compile(r"((?:[^\W\d_]+(?:[-’'][^\W\d_]+)*[ \xa0]){1,2})$")


@cache
def person_words(language: str) -> frozenset[str]:
    """Words that say what somebody is: titles and kinds of people, and the labels of the project's list of loaded words."""
    words = load_cues(language).words
    named = {word for group in ("titles", "persons") for word in words.get(group, ())}
    if language in supported():
        listed = read_list(language)
        named |= {cue.lower() for entry in listed["loaded"] if entry["kind"] == "label" for cue in entry["cues"].split()}
        named |= {cue.lower() for entry in listed["names"] for cues in entry["names"].values() for cue in cues.split()}
    return frozenset(word for word in named if word.isalpha())


def names_of(mentions: pd.DataFrame, actors: list[str], *, forms: int = 4) -> pd.DataFrame:
    """The forms of each actor by group: actor, name, group, times, share (of its mentions in the group), total, evidence (sentences).

    `mentions` has a column `group`; empty groups are left out. Only actors called by two names or more; rarer forms are summed up.
    """
    import pandas as pd

    own = one_spelling(mentions[mentions["actor"].isin(actors) & (mentions["group"] != "")])
    rows = []
    for actor in actors:
        here = own[own["actor"] == actor]
        counts = here["text"].value_counts(sort=False).reset_index().sort_values(["count", "text"], ascending=[False, True])
        if len(counts) < 2:
            continue
        kept = counts["text"].head(forms).tolist()
        named = here["text"].where(here["text"].isin(kept), OTHER)
        table = pd.crosstab(named, here["group"])
        for name in [*kept, *([OTHER] if OTHER in table.index else [])]:
            for group in table.columns:
                total = int(table[group].sum())
                times = int(table.at[name, group])
                seen = several(here.loc[(named == name) & (here["group"] == group), "sentence_id"], most=1)
                row = {"actor": actor, "name": name, "group": group, "times": times, "share": times / total, "total": total}
                rows.append(row | {"evidence": seen})
    return pd.DataFrame(rows, columns=["actor", "name", "group", "times", "share", "total", "evidence"])


def one_spelling(mentions: pd.DataFrame) -> pd.DataFrame:
    """`mentions` with `text` in the most frequent spelling of the same name: accents, stops and case choose no name."""
    keys = mentions["text"].map(lambda text: re.sub(r"[\W_]+", "", fold(text)))
    counts = mentions.assign(key=keys).groupby(["key", "text"], sort=True).size().reset_index(name="n")
    best = counts.sort_values(["n", "text"], ascending=[False, True], kind="stable").drop_duplicates("key").set_index("key")["text"]
    return mentions.assign(text=keys.map(best).astype("str"))


def epithets(mentions: pd.DataFrame, sentences: pd.DataFrame, actors: list[str], *, most: int = 4) -> pd.DataFrame:
    """What an actor is called beside the name: actor, words ("President (9), dictator (2)"), stories.

    The word right before a name, where it says what somebody is (`person_words`), with an adjective of one word in front of it.
    Spellings in capitals and small letters are one, and what is said less than a tenth as often as the most frequent is left out.
    """
    import pandas as pd

    own = mentions[mentions["actor"].isin(actors) & (mentions["at"] > 0)]
    told = sentences.loc[sentences["id"].isin(own["sentence_id"]), ["id", "text", "language"]]
    texts = dict(zip(told["id"].tolist(), zip(told["text"].tolist(), told["language"].tolist())))
    found: dict[str, dict[str, set[str]]] = {}
    counts: dict[str, dict[str, Counter[str]]] = {}
    for actor, sentence, at, article in zip(*(own[name].tolist() for name in ("actor", "sentence_id", "at", "article_id"))):
        text, language = texts.get(sentence, ("", "en"))
        before = _BEFORE.search(text[max(0, at - 60) : at])
        words = before.group().split() if before else []
        known = person_words(language or "en")
        if not words or words[-1].lower() not in known or words[-1].lower() in NO_ROLE:
            continue
        first = words[0].lower()
        telling = (words[0][0].isupper() and first not in load_cues(language or "en").closed) or first in known or first in FORMER
        if len(words) > 1 and not telling:
            words = words[1:]
        phrase = " ".join(words)
        key = phrase.casefold()
        counts.setdefault(actor, {}).setdefault(key, Counter())[phrase] += 1
        found.setdefault(actor, {}).setdefault(key, set()).add(article)
    rows = []
    for actor in actors:
        chosen = sorted(counts.get(actor, {}).items(), key=lambda item: (-item[1].total(), item[0]))[:most]
        chosen = [(key, spelt) for key, spelt in chosen if 10 * spelt.total() >= chosen[0][1].total()]
        if chosen:
            stories = {article for key, _ in chosen for article in found[actor][key]}
            shown = [(min(spelt, key=lambda phrase: (-spelt[phrase], phrase)), spelt.total()) for _, spelt in chosen]
            called = ", ".join(f"{phrase} ({count})" if count > 1 else phrase for phrase, count in shown)
            rows.append({"actor": actor, "words": called, "stories": len(stories)})
    return pd.DataFrame(rows, columns=["actor", "words", "stories"])


def compare_names(mentions: pd.DataFrame, actors: list[str], *, test: bool, seed: int = 0) -> dict[str, pd.DataFrame]:
    """ "ACTOR called NAME" -> `compare_outlets` of the share of the actor's mentions that use its most frequent name."""
    out = {}
    mentions = one_spelling(mentions)
    for actor in actors:
        here = mentions[mentions["actor"] == actor]
        counts = here["text"].value_counts(sort=False).reset_index().sort_values(["count", "text"], ascending=[False, True])
        if len(counts) < 2:
            continue
        name = str(counts["text"].iat[0])
        units = here.assign(value=(here["text"] == name).astype(float), weight=1.0)
        out[f"{actor} called “{name}”"] = compare_outlets(units, test=test, seed=seed)
    return {key: table for key, table in out.items() if len(table)}
