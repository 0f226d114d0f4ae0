"""Who is mentioned where, in whose voice, doing what: the table `mentions`, part by part.

A part finds mentions and merges names as far as its own articles tell (`actors.find_actors`). Merging over the whole corpus then
looks at distinct names with their counts only (`actor_parts`), so it is a small step however large the corpus is.

Conventions
    Offsets as in the schema: `start`, `end` in the document, `at` in the sentence's text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus_utils import schema

if TYPE_CHECKING:
    import pandas as pd
    from pandas.api.extensions import ExtensionArray

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
    order = {article: number for number, article in enumerate(articles["id"].tolist())}
    passage = _holder(found, passages, order)
    ids, article = found["article_id"].array, _numbers(found["article_id"], order)
    opens = np.flatnonzero(np.diff(article, prepend=-1))  # mentions of an article stand together
    number = np.arange(len(found)) - np.repeat(opens, np.diff(opens, append=len(found)))
    marks = pd.array([f"m{place}" for place in range(int(number.max(initial=-1)) + 1)], dtype="str")
    columns = {
        "id": ids + marks.take(number),
        "article_id": ids,
        "document_id": _taken(articles["document_id"], article),
        "sentence_id": _taken(sentences["id"], np.where(places >= 0, at, -1)),
        "start": found["start"].to_numpy("int64"),
        "end": found["end"].to_numpy("int64"),
        "at": places,
        "text": found["mention"].array,
        "actor": found["actor"].array,
        "rule": found["rule"].array,
        "voice": _taken(passages["voice"], passage),
        "speaker": _taken(passages["speaker"], passage),
        "chance": np.zeros(len(found)),
    }
    columns = with_deeds(columns, sentences, at)
    return schema.validate("mentions", pd.DataFrame(columns)[schema.columns("mentions")])


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


def _taken(column: pd.Series, places: np.ndarray) -> ExtensionArray:
    """Values at these places; "" at -1."""
    import pandas as pd

    values = pd.array(column, dtype="str")
    return values.take(places) if (places >= 0).all() else values.take(places, allow_fill=True, fill_value="")


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


def with_deeds(columns: dict[str, Any], sentences: pd.DataFrame, at: np.ndarray) -> dict[str, Any]:
    """Columns of mentions with `done_by` and `done_to`: the verbs that actors do and suffer (see `deeds`), the first of each.

    `at`: the position in `sentences` of the one of each mention.
    """
    import pandas as pd

    from corpus_utils.annotate.deeds import SUPPORTED, read_deeds

    mentions, starts = columns["text"].tolist(), columns["at"]
    english = np.append(sentences["language"].isin(SUPPORTED), False)
    rows = np.flatnonzero((starts >= 0) & english[at])
    owners, held = pd.factorize(at[rows])
    ends = starts + np.fromiter(map(_folded_length, mentions), dtype=np.int64, count=len(mentions))
    found = read_deeds(sentences["text"].array.take(held).tolist(), owners, starts[rows], ends[rows])
    done = {role: [""] * len(mentions) for role in ("by", "to")}
    for row, lemma, role in zip(reversed(rows[found.names].tolist()), reversed(found.lemmas), reversed(found.roles)):
        done[role][row] = lemma
    return columns | {f"done_{role}": pd.array(lemmas, dtype="str") for role, lemmas in done.items()}
