"""Who is mentioned where, in whose voice, doing what: the table `mentions`, part by part.

A part finds mentions and merges names as far as its own articles tell (`actors.find_actors`). Merging over the whole corpus then
looks at distinct names with their counts only (`actor_parts`), so it is a small step however large the corpus is.

Conventions
    Offsets as in the schema: `start`, `end` in the document, `at` in the sentence's text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils import schema

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.annotate.actor_corrections import Corrections


def mention_table(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    passages: pd.DataFrame,
    *,
    corrections: Corrections | None = None,
    engine: str = "names",
) -> pd.DataFrame:
    """The table `mentions` of one part, sorted by article and position; `chance` is 0 until targets are drawn.

    `engine` as in `actors.find_actors`.
    """
    import pandas as pd

    from corpus_utils.annotate.actors import find_actors
    from corpus_utils.annotate.mentions import sentence_places

    found = find_actors(articles, sentences, corrections=corrections, engine=engine)
    at, places = sentence_places(found, sentences)
    owners = articles.set_index("id")["document_id"]
    passage = _holder(found, passages, {article: number for number, article in enumerate(owners.index)})
    number = found.groupby("article_id", sort=False).cumcount()
    table = pd.DataFrame(
        {
            "id": found["article_id"] + "m" + number.astype("str"),
            "article_id": found["article_id"],
            "document_id": found["article_id"].map(owners),
            "sentence_id": _taken(sentences["id"], np.where(places >= 0, at, -1)),
            "start": found["start"].astype("int64"),
            "end": found["end"].astype("int64"),
            "at": places,
            "text": found["mention"],
            "actor": found["actor"],
            "rule": found["rule"],
            "voice": _taken(passages["voice"], passage),
            "speaker": _taken(passages["speaker"], passage),
            "done_by": "",
            "done_to": "",
            "chance": 0.0,
        }
    )
    kinds = {name: "str" for name, column in schema.TABLES["mentions"].items() if column.kind == "text"}
    return schema.validate("mentions", with_deeds(table.astype(kinds), sentences, at)[schema.columns("mentions")])


def _holder(found: pd.DataFrame, units: pd.DataFrame, order: dict[str, int]) -> np.ndarray:
    """Position in `units` of the passage in which each mention begins; -1 where none does."""
    if not len(units) or not len(found):
        return np.full(len(found), -1, dtype=np.int64)
    span = int(max(units["end"].max(), found["end"].max())) + 1
    base, wanted = (_numbers(column, order) * span for column in (units["article_id"], found["article_id"]))
    starts, ends = base + units["start"].to_numpy(), base + units["end"].to_numpy()
    by_start = np.argsort(starts, kind="stable")
    place = np.searchsorted(starts[by_start], wanted + found["start"].to_numpy(), side="right") - 1
    holder = by_start[np.maximum(place, 0)]
    holds = (place >= 0) & (starts[holder] <= wanted + found["start"].to_numpy()) & (wanted + found["start"].to_numpy() < ends[holder])
    return np.where(holds, holder, -1)


def _numbers(column: pd.Series, order: dict[str, int]) -> np.ndarray:
    import pandas as pd

    codes, names = pd.factorize(column)
    return np.array([order[name] for name in names], dtype=np.int64)[codes]


def _taken(column: pd.Series, places: np.ndarray) -> np.ndarray:
    values = np.append(column.to_numpy(dtype="object"), "")
    return values[places]


def placed(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Mentions in their sentences, as `label_targets` and `find_deeds` take them: id, actor, article_id, sentence_id, text (of the
    sentence), start, end (in that text), language. Mentions that could not be placed are left out.
    """
    import pandas as pd

    known = mentions[mentions["at"].to_numpy() >= 0]
    at = pd.Index(sentences["id"]).get_indexer(known["sentence_id"])
    out = known[["id", "actor", "article_id", "sentence_id"]].reset_index(drop=True)
    out["text"], out["start"] = sentences["text"].array.take(at, allow_fill=True), known["at"].to_numpy()
    out["end"] = out["start"] + list(map(_folded_length, known["text"].tolist()))
    out["language"] = sentences["language"].array.take(at, allow_fill=True)
    return out


@lru_cache(maxsize=1 << 16)
def _folded_length(text: str) -> int:
    """How long a mention is in its sentence, whose white space is folded."""
    return len(" ".join(text.split()))


def with_deeds(mentions: pd.DataFrame, sentences: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    """Mentions with the verbs their actors do and suffer (see `deeds`): the first of each where there are several.

    `at`: the position in `sentences` of the one of each mention.
    """
    import pandas as pd

    from corpus_utils.annotate.deeds import SUPPORTED, deed_rows

    starts = mentions["at"].to_numpy()
    read = np.append(sentences["language"].isin(SUPPORTED), False)
    rows = np.flatnonzero((starts >= 0) & read[at])
    owners, held = pd.factorize(at[rows])
    ends = starts[rows] + np.fromiter(map(_folded_length, mentions["text"].array.take(rows)), dtype=np.int64, count=len(rows))
    found, deeds = deed_rows(sentences["text"].array.take(held).tolist(), owners, starts[rows], ends)
    done = {role: np.full(len(mentions), "", dtype=object) for role in ("by", "to")}
    for row, (_, lemma, role) in zip(reversed(rows[found].tolist()), reversed(deeds)):
        done[role][row] = lemma
    return mentions.assign(**{f"done_{role}": pd.array(lemmas, dtype="str") for role, lemmas in done.items()})
