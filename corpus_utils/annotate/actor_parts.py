"""Names of a corpus from summaries of its parts, so that no table of all mentions is ever held or written.

    part -> code_mentions -> names_of_part ... all parts -> merge_names -> renames (names of the corpus)
    part, renames -> rename: the part's mentions under the corpus' names
    part -> code_mentions -> cast_part ... all parts, renames -> tally_casts -> count_actors (see `actor_counts`) -> the table `actors`

Every count is of articles or mentions, and no article lies in two parts: what a summary counts may be added up.

Conventions
    `names`   kind, name, count: mentions by actor ("mentions", and "settled" where the list of countries settles the name), articles by
              full name ("full"), by key of a word ("held"), and of those with a bearer or a title ("borne")
    `spelt`   article_id, text, actor of articles with a "Jr." or "Sr.", whose namesakes may have to be told apart
    `short`   text, actor, count: articles by abbreviation and the name that its part took it for
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import methodcaller
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corpus_utils.annotate.actor_merge import Merger
from corpus_utils.annotate.actor_names import name_key, parts
from corpus_utils.annotate.actor_standing import (
    ABBREVIATION,
    SEVERAL,
    TITLED,
    Standing,
    bearing,
    generation,
    known_briefly,
    standing_from,
)
from corpus_utils.annotate.actor_sums import NameCounts
from corpus_utils.tokens import first_uses

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections

MOST_NAMES = 20_000  # distinct names compared with each other, the most mentioned first; rarer ones keep the name their part gave them
SETTLED = ("country name", "seat of government", "body named in several languages")  # rules that do not depend on other names
BORNE = ("surname", "first name", TITLED)  # rules of single words that somebody bears
Renames = Mapping[str, tuple[str, str]]  # name a part gave -> (name in the corpus, reason), for names that change


class Coded(NamedTuple):
    """Mentions as numbers. `codes`, `values`: of four columns a number a mention, and what the numbers stand for.

    Actors and texts are numbered in alphabetical order, articles and rules in that of their first mention, and so is `form`: which of
    the distinct texts with their actor and rule a mention is; `first`: of each form its first mention.
    """

    codes: dict[str, np.ndarray]
    values: dict[str, list[str]]
    form: np.ndarray
    first: np.ndarray


def code_mentions(mentions: pd.DataFrame) -> Coded:
    """Numbers for what summaries of `mentions` are made of."""
    import pandas as pd

    codes, values = {}, {}
    for column in ("actor", "text", "rule", "article_id"):
        code, found = pd.factorize(mentions[column])
        names = found.tolist()
        if column in ("actor", "text"):
            order = sorted(range(len(names)), key=names.__getitem__)
            code, names = np.argsort(order)[code], [names[number] for number in order]
        codes[column], values[column] = code, names
    texts, rules = (max(len(values[name]), 1) for name in ("text", "rule"))
    form, distinct = pd.factorize((codes["actor"] * texts + codes["text"]) * rules + codes["rule"])
    return Coded(codes, values, form, first_uses(form, len(distinct)))


def names_of_part(coded: Coded) -> dict[str, pd.DataFrame]:
    """`names`, `spelt` and `short` of the mentions of one part: what texts and rules say is found once a form."""
    import pandas as pd

    codes, values, form, first = coded
    texts, actors, ids = values["text"], values["actor"], max(len(values["article_id"]), 1)
    text, actor, rule = (codes[name][first] for name in ("text", "actor", "rule"))
    begins = (methodcaller("startswith", begin) for begin in (SETTLED, BORNE, ABBREVIATION))
    settled, borne, brief = (_holds(values["rule"], told)[rule] for told in begins)
    several = _holds(texts, lambda word: " " in word)[text]
    held, article = np.divmod(np.unique(form * ids + codes["article_id"]), ids)  # each form once an article

    def in_articles(kept: np.ndarray, kind: np.ndarray) -> _Counts:
        """Number of articles with a form that is `kept`, by the form's `kind`."""
        chosen = kept[held]
        return _counts(np.unique(kind[held[chosen]] * ids + article[chosen]) // ids)

    single, several = ~settled & ~several, ~settled & several
    full = _named(in_articles(several, actor), actors)
    bearers = bearing(full, *(_named(in_articles(kept, text), texts) for kept in (single, single & borne)))
    mentions = (_named(_counts(codes["actor"][kept[form]]), actors) for kept in (~settled, settled))
    counts = dict(zip(("mentions", "settled", "full", "held", "borne"), (*mentions, full, *bearers)))
    names = {
        "kind": pd.array(list(counts), dtype="str").take(np.repeat(np.arange(len(counts)), list(map(len, counts.values())))),
        "name": pd.array([name for found in counts.values() for name in found], dtype="str"),
        "count": np.array([count for found in counts.values() for count in found.values()], dtype=np.int64),
    }
    pairs, articles = in_articles(single & brief & _holds(texts, lambda word: len(word) > 2)[text], text * len(actors) + actor)
    short = {
        "text": pd.array(texts, dtype="str").take(pairs // max(len(actors), 1)),
        "actor": pd.array(actors, dtype="str").take(pairs % max(len(actors), 1)),
        "count": articles,
    }
    return {"short": pd.DataFrame(short), "spelt": _spelt(coded, settled), "names": pd.DataFrame(names)}


_Counts = tuple[np.ndarray, np.ndarray]  # numbers, ascending, and how often each stands


def _counts(codes: np.ndarray) -> _Counts:
    codes = np.sort(codes)
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    return codes[first], np.diff(first, append=len(codes))


def _named(counts: _Counts, names: list[str]) -> dict[str, int]:
    return dict(zip(map(names.__getitem__, counts[0].tolist()), counts[1].tolist()))


def _holds(values: list[str], told: Callable[[str], bool]) -> np.ndarray:
    return np.fromiter(map(told, values), dtype=bool, count=len(values))


def _spelt(coded: Coded, settled: np.ndarray) -> pd.DataFrame:
    """The table `spelt`: the forms of articles that hold one with a "Jr." or "Sr."; `settled`: of each form, is it no name of these?"""
    import pandas as pd

    (codes, values, form, first), article, ids = coded, coded.codes["article_id"], max(len(coded.values["article_id"]), 1)
    lined = _holds(values["text"], lambda word: generation(word) != "")[codes["text"][first]] & ~settled
    rows = np.flatnonzero(np.isin(article, article[lined[form]]) & ~settled[form]) if lined.any() else np.zeros(0, dtype=np.int64)
    _, once = np.unique(form[rows] * ids + article[rows], return_index=True)
    rows = rows[np.sort(once)]
    return pd.DataFrame({name: pd.array(values[name], dtype="str").take(codes[name][rows]) for name in ("article_id", "text", "actor")})


def merge_names(
    names: Iterable[pd.DataFrame], spelt: Iterable[pd.DataFrame], short: Iterable[pd.DataFrame], corrections: Corrections | None = None
) -> Renames:
    """The corpus' names of what all parts named."""
    import pandas as pd

    counted = NameCounts(names)
    chosen = counted.most("mentions", MOST_NAMES)
    if not chosen:
        return {}
    told = [pd.concat(list(tables), ignore_index=True) for tables in (spelt, short)]
    join, split = (corrections.join, corrections.split) if corrections else ((), ())
    # of a million counts those of the names that are compared or may be given, and of the words they begin with
    asked = [*chosen, *told[1]["actor"], *(group[0] for group in join), *(name_key(parts(name)[0]) for name in chosen)]
    counts, full, held, borne = counted.of(asked, ("mentions", "full", "held", "borne"))
    known: Standing = standing_from(full, held, borne, *told)
    distinct = [(number, name, ()) for number, name in enumerate(chosen)]
    merger = Merger(distinct, join, split, counts={name: counts[name] for name in chosen}, known=known)
    found = dict(zip(chosen, merger.assign(), strict=True))
    articles: dict[tuple[str, str], int] = {}
    for text, actor, count in told[1].itertuples(index=False):
        key = (str(text), found.get(actor, (str(actor), ""))[0])
        articles[key] = articles.get(key, 0) + int(count)
    brief = known_briefly([(*key, count) for key, count in articles.items()], full)
    for name, (actor, why) in found.items():
        if actor in brief and name != brief[actor]:
            found[name] = (brief[actor], f"{ABBREVIATION} is better known: {brief[actor]}" if name == actor else why)
    return {name: new for name, new in found.items() if new[0] != name}


def rename(mentions: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """Mentions of a part under the corpus' names, with the reason where a name changed."""
    import pandas as pd

    given, nothing = mentions["actor"], (None, None)
    codes, written = pd.factorize(given)  # a part has few names of the corpus
    found = [renames.get(name, nothing) for name in written.tolist()]
    names, why = (pd.Series([one[place] for one in found], dtype="object").take(codes).set_axis(mentions.index) for place in (0, 1))
    named = names.where(mentions["rule"] != SEVERAL)
    actor = named.where(named.notna(), given).astype("str")
    changed = (actor != given) & mentions["rule"].isin(["named so", TITLED])
    rule = mentions["rule"].astype("object").where(~changed, why).astype("str")
    return mentions.assign(actor=actor, rule=rule)


def first_mentions(mentions: pd.DataFrame) -> pd.Series:
    """Whether a mention is its actor's first in a sentence: an actor is judged once a sentence."""
    import pandas as pd

    placed = np.flatnonzero(mentions["at"].to_numpy() >= 0)
    sentence, actor = (pd.factorize(mentions[name])[0][placed] for name in ("sentence_id", "actor"))
    first = np.zeros(len(mentions), dtype=bool)
    first[placed] = ~pd.Series(sentence * (len(mentions) + 1) + actor).duplicated().to_numpy()
    return pd.Series(first, index=mentions.index)
