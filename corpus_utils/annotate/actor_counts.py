"""How often actors are mentioned, from what the parts of a corpus tell in numbers: counting under the corpus' names reads no text again.

    part -> cast_part ... all parts, renames -> tally_casts -> Tally -> count_actors -> the table `actors`

Conventions
    A part's own names, spellings, articles and sentences are numbers; what the corpus calls an actor is looked up once a name. So a
    change of a name costs a lookup, not the part.
    `forms`   (of a part) given, text, rule: every different name with its spelling and reason, in the order of the first mention
    `casts`   a row a mention: form, article and sentence (numbers within the part; sentence -1 where it could not be placed), outlet
    What the corpus tells is in numbers, too, which are in alphabetical order; so are the rows.
    `tallies` actor, outlet, mentions, articles, firsts (mentions that may be read for the tone towards the actor), reach (their articles)
    `forms`   (of the corpus) actor, text, times, reason (of the first mention; -1 where the text is the name)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corpus_utils import schema
from corpus_utils.annotate.actor_parts import Coded, Renames, code_mentions, merge_names, names_of_part, rename
from corpus_utils.annotate.actor_standing import SEVERAL, TITLED
from corpus_utils.annotate.actor_sums import Numbers, Sums, begins, places

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections

_COUNTS = ("mentions", "articles", "firsts", "reach")
_BITS = 32  # two numbers are kept as one, the second in the lower half
_LAST = (1 << _BITS) - 1


def cast_part(mentions: pd.DataFrame, articles: pd.DataFrame, coded: Coded | None = None) -> dict[str, pd.DataFrame]:
    """`forms` and `casts` of one part of `mentions`; `articles` has `id` and `outlet`; `coded`: the mentions as numbers, where known."""
    import pandas as pd

    codes, values, form, first = coded or code_mentions(mentions)
    outlets = pd.Series(values["article_id"], dtype="str").map(articles.set_index("id")["outlet"]).astype("str")
    forms = {given: _taken(values[name], codes[name][first]) for given, name in (("given", "actor"), ("text", "text"), ("rule", "rule"))}
    sentence = np.where(mentions["at"].to_numpy() >= 0, pd.factorize(mentions["sentence_id"])[0], -1)
    numbers = {name: kind.astype(np.int32) for name, kind in (("form", form), ("article", codes["article_id"]), ("sentence", sentence))}
    return {"forms": pd.DataFrame(forms), "casts": pd.DataFrame(numbers | {"outlet": _taken(outlets, codes["article_id"])})}


class Tally(NamedTuple):
    """`tallies` and `forms` of a corpus, and what their numbers stand for: `texts`, an Arrow array (actor, text, reason), and `outlets`."""

    texts: Any
    outlets: list[str]
    tallies: pd.DataFrame
    forms: pd.DataFrame


def tally_casts(forms: Iterable[pd.DataFrame], casts: Iterable[pd.DataFrame], renames: Renames) -> Tally:
    """What `forms` and `casts` of all parts, in order, tell under the names that `renames` gives; a batch of parts is held at a time."""
    return _Added(forms, iter(casts), renames).told()


class _Added:
    """All parts added up, in numbers in the order of first use; `reasons`: by actor and text, where the text is not the name."""

    def __init__(self, forms: Iterable[pd.DataFrame], casts: Iterator[pd.DataFrame], renames: Renames) -> None:
        self.numbers, self.outlets, self.reasons = Numbers(), dict[str, int](), dict[int, int]()
        self.tallies, self.spellings = Sums(len(_COUNTS)), Sums(1)
        self.several, *self.plain = self.numbers.of([SEVERAL, "named so", TITLED])
        self.renamed = self.numbers.of(list(renames))
        self.become = [self.numbers.of([new[place] for new in renames.values()]) for place in (0, 1)]
        for batch in self.numbers.batches(forms):
            self._add(batch, casts)

    def _add(self, forms: list[pd.DataFrame], casts: Iterator[pd.DataFrame]) -> None:
        """Add some parts; as many are taken from `casts`."""
        import pandas as pd

        columns = [form[name] for name in ("given", "text", "rule") for form in forms]
        given, text, rule = np.split(self.numbers.of(pd.concat(columns, ignore_index=True)), 3)
        names, reasons = np.arange(len(self.numbers.texts)), np.arange(len(self.numbers.texts))
        names[self.renamed], reasons[self.renamed] = self.become
        actor = np.where(rule == self.several, given, names[given])  # as `rename` does
        reason = np.where((actor != given) & np.isin(rule, self.plain), reasons[given], rule)
        times, bounds = [], np.cumsum([0, *map(len, forms)]).tolist()
        for (start, end), part in zip(pairwise(bounds), casts):
            times.append(np.bincount(part["form"], minlength=end - start))
            self.tallies.add(*_tallied(part, actor[start:end], self.outlets))
        keys, other = actor << _BITS | text, actor != text
        self.spellings.add(keys, np.concatenate(times)[None])
        for key, number in zip(keys[other].tolist(), reason[other].tolist()):
            self.reasons.setdefault(key, number)

    def told(self) -> Tally:
        """What they tell, with numbers in alphabetical order."""
        import pyarrow as pa
        import pyarrow.compute as pc

        pa.default_memory_pool().release_unused()  # of the parts
        order, named = pc.array_sort_indices(self.numbers.texts), sorted(self.outlets)
        rank, tallies, spellings = places(order.to_numpy()), self.tallies.settle(), self.spellings.settle()
        outlet = places(np.array([self.outlets[name] for name in named], dtype=np.int64))[tallies.keys & _LAST]
        counts = {"actor": rank[tallies.keys >> _BITS], "outlet": outlet} | dict(zip(_COUNTS, tallies.counts))
        actor, text = rank[spellings.keys >> _BITS], rank[spellings.keys & _LAST]
        reason, other = np.full(len(text), -1), actor != text
        reason[other] = rank[[self.reasons[key] for key in spellings.keys[other].tolist()]]
        forms = {"actor": actor, "text": text, "times": spellings.counts[0], "reason": reason}
        return Tally(self.numbers.texts.take(order), named, _sorted(counts), _sorted(forms))


def _sorted(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """By the first two columns."""
    import pandas as pd

    first, second, *_ = columns.values()
    order = np.argsort(first << _BITS | second)
    return pd.DataFrame({name: column[order].astype(np.int32) for name, column in columns.items()})


def _tallied(part: pd.DataFrame, actors: np.ndarray, known: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Of a part: actor and outlet as one number, and for each of these _COUNTS; `known` numbers outlets and takes up new ones.

    A unit is a sentence, or what an article has outside of its sentences. Units are numbered by outlet and article, sentences first: one
    sort by actor and unit puts together all that is counted.
    """
    import pandas as pd

    code, names = pd.factorize(part["outlet"])
    article, sentence = part["article"].to_numpy("int64"), part["sentence"].to_numpy("int64")
    sentences, articles = sentence.max(initial=-1) + 1, article.max(initial=-1) + 1
    unit = np.where(sentence >= 0, sentence, sentences + article)
    outlet_of, article_of = np.zeros(articles, dtype=np.int64), np.zeros(sentences + articles, dtype=np.int64)
    outlet_of[article] = np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)[code]
    article_of[unit] = article
    order = np.argsort(places(np.argsort(outlet_of, kind="stable"))[article_of], kind="stable")
    keys = np.sort(actors[part["form"]] << _BITS | places(order)[unit])
    new = begins(keys)
    actor, unit = keys[new] >> _BITS, order[keys[new] & _LAST]
    outlet = outlet_of[article_of[unit]]
    times, in_article = np.diff(np.flatnonzero(new), append=len(keys)), begins(actor, article_of[unit])
    placed = unit < sentences
    first = np.flatnonzero(begins(actor, outlet))
    counts = np.add.reduceat(np.array([times, in_article, placed, in_article & placed]), first, axis=1)
    return actor[first] << _BITS | outlet[first], counts


def _taken(values: Any, places: np.ndarray) -> Any:
    import pandas as pd

    return pd.array(values, dtype="str").take(places)


def actor_table(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table `actors` of `mentions` under the corpus' names."""
    cast = cast_part(mentions, articles)
    return count_actors(tally_casts([cast["forms"]], [cast["casts"]], {}))


def merge_actors(mentions: pd.DataFrame, articles: pd.DataFrame, *, corrections: Corrections | None = None) -> tuple[Any, Any]:
    """Mentions of all parts with the corpus' names, and the table `actors`: all of the above where the mentions fit into memory."""
    coded = code_mentions(mentions)
    found, cast = names_of_part(coded), cast_part(mentions, articles, coded)
    renames = merge_names([found["names"]], [found["spelt"]], [found["short"]], corrections)
    actors = count_actors(tally_casts([cast["forms"]], [cast["casts"]], renames))
    return schema.validate("mentions", rename(mentions, renames)), actors


def count_actors(tally: Tally) -> pd.DataFrame:
    """The table `actors` of what all parts tell: most mentioned first, then by name."""
    import pandas as pd

    actor, outlet, *counts = (tally.tallies[name].to_numpy() for name in ("actor", "outlet", "mentions", "articles"))
    stated = np.array([name != "" for name in tally.outlets], dtype=bool)[outlet]
    first = np.flatnonzero(begins(actor))
    mentions, articles, outlets = (np.add.reduceat(count, first, dtype=np.int64) for count in (*counts, stated))
    order = np.argsort(-mentions, kind="stable")
    names, merges = _spellings(tally, actor[first[order]])
    columns = {
        "actor": pd.array(tally.texts.take(actor[first[order]]), dtype="str"),
        "names": pd.Series(names, dtype="object"),
        "mentions": mentions[order],
        "articles": articles[order],
        "outlets": outlets[order],
        "merges": pd.array(merges, dtype="str"),
    }
    return schema.validate("actors", pd.DataFrame({name: columns[name] for name in schema.columns("actors")}))


def _spellings(tally: Tally, actors: np.ndarray) -> tuple[list[list[str]], list[str]]:
    """Of some actors: how they are spelled, most often first, and why the spellings other than the name count for them."""
    texts = np.array(tally.texts.to_pylist(), dtype=object)
    actor, text, times, reason = (tally.forms[name].to_numpy() for name in ("actor", "text", "times", "reason"))
    row = np.zeros(len(texts), dtype=np.int64)
    row[actors] = np.arange(len(actors))
    order = np.lexsort((-times, row[actor]))  # forms are in alphabetical order
    spelled, bounds = texts[text[order]].tolist(), np.cumsum([0, *np.bincount(row[actor], minlength=len(actors))]).tolist()
    told: dict[int, list[Any]] = {}
    other = order[actor[order] != text[order]]
    for place, *why in zip(row[actor[other]].tolist(), texts[text[other]].tolist(), texts[reason[other]].tolist(), times[other].tolist()):
        told.setdefault(place, []).append(why)
    merges, write = ["[]"] * len(actors), json.JSONEncoder(ensure_ascii=False).encode
    for place, listed in told.items():
        merges[place] = write(listed)
    return [spelled[first:last] for first, last in pairwise(bounds)], merges
