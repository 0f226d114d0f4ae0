"""How each outlet, or each voice where outlets are too few, calls the same actor.

An actor's names are the forms under which its mentions stand in the text ("Keller", "Marta Keller", "Washington" for a government).
Titles are no part of a mention; the words right before a name in the same sentence are looked at apart (`epithets`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus_utils.analyse.contrasts import compare_outlets

if TYPE_CHECKING:
    import pandas as pd

OTHER = "other forms"
_BEFORE = re.compile(r"(?:[^\W\d_]+(?:[-’'][^\W\d_]+)*[  ]){1,2}$")
_SMALL = frozenset(
    "the a an of in on by to and or for with from that this as at is was were be has had his her its their el la los las de del y o en con"
    " por para que un una le les du des et ou dans par pour avec der die das den dem des und oder mit von im zu ein eine o os a e da do dos"
    " em com um uma в на с к по из от для и или о об не said says told but while when if after before against between also than about"
    " into over under".split()
)


def names_of(mentions: pd.DataFrame, actors: list[str], *, forms: int = 4) -> pd.DataFrame:
    """The forms of each actor by group: actor, name, group, times, share (of the actor's mentions in the group), total.

    `mentions` has a column `group`; empty groups are left out. Only actors called by two names or more; rarer forms are summed up.
    """
    import pandas as pd

    own = mentions[mentions["actor"].isin(actors) & (mentions["group"] != "")]
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
                rows.append({"actor": actor, "name": name, "group": group, "times": times, "share": times / total, "total": total})
    return pd.DataFrame(rows, columns=["actor", "name", "group", "times", "share", "total"])


def epithets(mentions: pd.DataFrame, sentences: pd.DataFrame, actors: list[str], *, most: int = 4) -> pd.DataFrame:
    """Words that stand right before an actor's names: actor, words ("President (9), dictator (2)"), stories.

    One or two words with no grammatical word among the last; the first reads "former" in "former President Keller".
    """
    import pandas as pd

    texts = sentences.set_index("id")["text"]
    own = mentions[mentions["actor"].isin(actors) & (mentions["at"] > 0)]
    found: dict[str, dict[str, set[str]]] = {}
    counts: dict[str, dict[str, int]] = {}
    for actor, sentence, at, article in zip(own["actor"], own["sentence_id"], own["at"], own["article_id"]):
        before = _BEFORE.search(texts.get(sentence, "")[:at])
        words = before.group().split() if before else []
        while words and words[0].lower() in _SMALL:
            words = words[1:]
        if not words or words[-1].lower() in _SMALL:
            continue
        words = words[-1:] if words[0].lower() in _SMALL else words
        phrase = " ".join(words)
        counts.setdefault(actor, {})[phrase] = counts.get(actor, {}).get(phrase, 0) + 1
        found.setdefault(actor, {}).setdefault(phrase, set()).add(article)
    rows = []
    for actor in actors:
        chosen = sorted(counts.get(actor, {}).items(), key=lambda item: (-item[1], item[0]))[:most]
        if chosen:
            stories = {article for phrase, _ in chosen for article in found[actor][phrase]}
            told = ", ".join(f"{phrase} ({count})" if count > 1 else phrase for phrase, count in chosen)
            rows.append({"actor": actor, "words": told, "stories": len(stories)})
    return pd.DataFrame(rows, columns=["actor", "words", "stories"])


def compare_names(mentions: pd.DataFrame, actors: list[str], *, test: bool, seed: int = 0) -> dict[str, pd.DataFrame]:
    """ "ACTOR called NAME" -> `compare_outlets` of the share of the actor's mentions that use its most frequent name."""
    out = {}
    for actor in actors:
        here = mentions[mentions["actor"] == actor]
        counts = here["text"].value_counts(sort=False).reset_index().sort_values(["count", "text"], ascending=[False, True])
        if len(counts) < 2:
            continue
        name = str(counts["text"].iat[0])
        units = here.assign(value=(here["text"] == name).astype(float), weight=1.0)
        out[f"{actor} called “{name}”"] = compare_outlets(units, test=test, seed=seed)
    return {key: table for key, table in out.items() if len(table)}
