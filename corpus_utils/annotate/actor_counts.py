"""How often actors are mentioned, from what the parts of a corpus tell in numbers: counting under the corpus' names reads no text again.

    part -> cast_part ... all parts, renames -> tally_casts -> tallies, forms -> count_actors -> the table `actors`

Conventions
    A part's own names, spellings, articles and sentences are numbers; what the corpus calls an actor is looked up once a name. So a
    change of a name costs a lookup, not the part.
    `forms`   (of a part) given, text, rule: every different name with its spelling and reason, in the order of the first mention
    `casts`   a row a mention: form, article and sentence (numbers within the part; sentence -1 where it could not be placed), outlet
    `tallies` actor, outlet, mentions, articles, firsts (mentions that may be read for the tone towards the actor), reach (their articles)
    `forms`   (of the corpus) actor, text, times, given (the actor's name in its part), rule (its part's), in the order of parts
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate.actor_parts import Coded, Renames, code_mentions, merge_names, names_of_part, rename
from corpus_utils.annotate.actor_standing import SEVERAL, TITLED

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections

_COUNTS = ("mentions", "articles", "firsts", "reach")
_OUTLETS = np.int64(1 << 31)  # more than there are of anything


def cast_part(mentions: pd.DataFrame, articles: pd.DataFrame, coded: Coded | None = None) -> dict[str, pd.DataFrame]:
    """`forms` and `casts` of one part of `mentions`; `articles` has `id` and `outlet`; `coded`: the mentions as numbers, where known."""
    import pandas as pd

    codes, values, form, first = coded or code_mentions(mentions)
    outlets = pd.Series(values["article_id"], dtype="str").map(articles.set_index("id")["outlet"]).astype("str")
    forms = {given: _taken(values[name], codes[name][first]) for given, name in (("given", "actor"), ("text", "text"), ("rule", "rule"))}
    sentence = np.where(mentions["at"].to_numpy() >= 0, pd.factorize(mentions["sentence_id"])[0], -1)
    numbers = {name: kind.astype(np.int32) for name, kind in (("form", form), ("article", codes["article_id"]), ("sentence", sentence))}
    return {"forms": pd.DataFrame(forms), "casts": pd.DataFrame(numbers | {"outlet": _taken(outlets, codes["article_id"])})}


def tally_casts(forms: Sequence[pd.DataFrame], casts: Iterable[pd.DataFrame], renames: Renames) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`tallies` and `forms` of the corpus from those of all parts, in order, under the names that `renames` gives. One part of `casts`
    is held at a time."""
    import pandas as pd

    every = pd.concat(list(forms), ignore_index=True)
    given, known_as = pd.factorize(every["given"])
    names = known_as.tolist()
    now = [renames[name][0] if name in renames else name for name in names]
    actors = sorted({*names, *now})
    number = {name: place for place, name in enumerate(actors)}
    as_given, renamed = (np.array([number[name] for name in told], dtype=np.int64)[given] for told in (names, now))
    actor = np.where((every["rule"] == SEVERAL).to_numpy(dtype=bool), as_given, renamed)
    starts = np.cumsum([0, *map(len, forms)])
    known: dict[str, int] = {}
    times, told = [], []
    for part, start, end in zip(casts, starts, starts[1:]):
        times.append(np.bincount(part["form"], minlength=end - start))
        told.append(_tallied(part, actor[start:end], known))
    found, group = np.unique(np.concatenate([keys for keys, _ in told]), return_inverse=True)
    outlets = sorted(known)
    sums = [np.bincount(group, np.concatenate(column), len(found)) for column in zip(*(counts for _, counts in told))]
    place = {known[name]: rank for rank, name in enumerate(outlets)}
    outlet = np.array([place[code] for code in range(len(outlets))], dtype=np.int64)[found % _OUTLETS]
    order = np.lexsort((outlet, found // _OUTLETS))
    tallies = pd.DataFrame(
        {"actor": _taken(actors, (found // _OUTLETS)[order]), "outlet": _taken(outlets, outlet[order])}
        | {name: column[order].astype("int64") for name, column in zip(_COUNTS, sums)}
    )
    written = pd.DataFrame({"actor": _taken(actors, actor), "text": every["text"], "times": np.concatenate(times)})
    return tallies, written.assign(given=every["given"], rule=every["rule"])


def _tallied(part: pd.DataFrame, actors: np.ndarray, known: dict[str, int]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Of a part: actor * _OUTLETS + number of the outlet, and for each of these _COUNTS; `known` numbers outlets and takes up new ones."""
    import pandas as pd

    code, outlets = pd.factorize(part["outlet"])
    outlet = np.array([known.setdefault(name, len(known)) for name in outlets], dtype=np.int64)[code]
    actor, article, sentence = actors[part["form"]], part["article"].to_numpy("int64"), part["sentence"].to_numpy("int64")
    key = actor * _OUTLETS + outlet
    found, placed = _distinct(key), sentence >= 0

    def of_units(actor: np.ndarray, unit: np.ndarray, outlet: np.ndarray) -> np.ndarray:
        """Each actor once a unit: how many there are under each of `found`."""
        outlet_of = np.zeros(unit.max(initial=0) + 1, dtype=np.int64)
        outlet_of[unit] = outlet
        both = _distinct(actor * _OUTLETS + unit)
        return np.bincount(np.searchsorted(found, both // _OUTLETS * _OUTLETS + outlet_of[both % _OUTLETS]), minlength=len(found))

    counts = [np.bincount(np.searchsorted(found, key), minlength=len(found)), of_units(actor, article, outlet)]
    return found, counts + [of_units(actor[placed], unit[placed], outlet[placed]) for unit in (sentence, article)]


def _distinct(keys: np.ndarray) -> np.ndarray:
    """Sorted; twice as fast as `np.unique`."""
    keys = np.sort(keys)
    return keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]


def _taken(values: Any, places: np.ndarray) -> Any:
    import pandas as pd

    return pd.array(values, dtype="str").take(places)


def actor_table(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table `actors` of `mentions` under the corpus' names."""
    cast = cast_part(mentions, articles)
    return count_actors(*tally_casts([cast["forms"]], [cast["casts"]], {}), {})


def merge_actors(mentions: pd.DataFrame, articles: pd.DataFrame, *, corrections: Corrections | None = None) -> tuple[Any, Any]:
    """Mentions of all parts with the corpus' names, and the table `actors`: all of the above where the mentions fit into memory."""
    coded = code_mentions(mentions)
    found, cast = names_of_part(coded), cast_part(mentions, articles, coded)
    renames = merge_names([found["names"]], [found["spelt"]], [found["short"]], corrections)
    actors = count_actors(*tally_casts([cast["forms"]], [cast["casts"]], renames), renames)
    return schema.validate("mentions", rename(mentions, renames)), actors


def count_actors(tallies: pd.DataFrame, forms: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """The table `actors` from the summaries of all parts, in order: most mentioned first, then by name."""
    import pandas as pd

    actor, actors = pd.factorize(tallies["actor"], sort=True)
    outlet, outlets = pd.factorize(tallies["outlet"])
    stated = (tallies["outlet"] != "").to_numpy(dtype=bool)
    sums = {name: np.bincount(actor, tallies[name], len(actors)).astype("int64") for name in ("mentions", "articles")}
    known = np.unique(actor[stated] * max(len(outlets), 1) + outlet[stated]) // max(len(outlets), 1)
    names, merges = _spellings(pd.Index(actors).get_indexer(forms["actor"]), len(actors), forms, renames)
    table = pd.DataFrame(
        {"actor": _taken(actors, np.arange(len(actors))), **sums, "outlets": np.bincount(known, minlength=len(actors)).astype("int64")}
        | {"names": pd.Series(names, dtype="object"), "merges": pd.Series(merges, dtype="str")}
    )
    table = table.iloc[np.argsort(-table["mentions"].to_numpy(), kind="stable")].reset_index(drop=True)
    return schema.validate("actors", table[schema.columns("actors")])


def _spellings(actor: np.ndarray, count: int, forms: pd.DataFrame, renames: Renames) -> tuple[list[list[str]], list[str]]:
    """Of actors 0 to count - 1: how they are spelled, most often first, and why the spellings other than the name count for them."""
    import pandas as pd

    text, texts = pd.factorize(forms["text"], sort=True)
    found, at, group = np.unique(actor * max(len(texts), 1) + text, return_index=True, return_inverse=True)
    times = np.bincount(group, forms["times"], len(found)).astype("int64")
    order = np.lexsort((found, -times, found // max(len(texts), 1)))
    at, times = at[order], times[order].tolist()
    spelled, names, given, rules = (forms[name].take(at).tolist() for name in ("text", "actor", "given", "rule"))
    bounds = np.searchsorted(actor[at], np.arange(count + 1)).tolist()
    every, merges = [], []
    for first, last in pairwise(bounds):
        every.append(spelled[first:last])
        told = [
            [spelled[n], renames[given[n]][1] if names[n] != given[n] and rules[n] in ("named so", TITLED) else rules[n], times[n]]
            for n in range(first, last)
            if spelled[n] != names[n]
        ]
        merges.append(json.dumps(told, ensure_ascii=False) if told else "[]")
    return every, merges
