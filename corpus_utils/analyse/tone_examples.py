"""The sentences behind report 03: both ends and the middle of the scale, and for every bar the sentences it opens onto.

What a bar opens onto is spread over the whole range of its scores (`people.spread_out`), not chosen for effect.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.people import spread_out
from corpus_utils.analyse.sources import with_source
from corpus_utils.analyse.tone import ALL, LEXICONS
from corpus_utils.schema import VOICES
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

FEWEST_WORDS = 6  # shorter passages ("he said") show nothing


def pick(passages: pd.DataFrame, *, measure: str = "vader", each: int = 3) -> pd.DataFrame:
    """Passages (as `tone.scored` gives them) at both ends and in the middle of the scale, with `where`.

    Spread over articles: an article gives at most one example per end. In the middle stand scores next to nought, not texts without
    any word of the lexicon.
    """
    import pandas as pd

    usable = passages[passages[measure].notna() & (passages["words"] >= FEWEST_WORDS) & (passages[measure] != 0)]
    scores = usable[measure]
    orders = {"most negative": scores, "middle": scores.abs(), "most positive": -scores}
    picks = [_first(usable, order, each).assign(where=where) for where, order in orders.items()]
    return pd.concat(picks).drop_duplicates("id").reset_index(drop=True)


def _first(units: pd.DataFrame, order: pd.Series, each: int) -> pd.DataFrame:
    """The units that come first, those of the same place by id, one an article."""
    last = order.groupby(units["article_id"], sort=False).min().nsmallest(each).max()  # those behind it need not be sorted
    near = units.assign(order=order)[(order <= last).to_numpy()].sort_values(["order", "id"])
    return near.drop(columns="order").drop_duplicates("article_id").head(each)


def marks_of(labels: pd.DataFrame, units: Collection[str], *, measure: str = "vader") -> dict[str, list[Any]]:
    """unit -> [start, end, why] of the words that drove its score; `labels` need unit, measure and evidence."""
    chosen = labels[(labels["measure"] == measure) & labels["unit"].isin(units)]
    return {unit: json.loads(evidence) for unit, evidence in zip(chosen["unit"], chosen["evidence"])}


def examples(picked: pd.DataFrame, marks: Mapping[str, list[Any]], articles: pd.DataFrame, *, measure: str = "vader") -> pd.DataFrame:
    """What was picked, for `blocks.sentences_block`: sentence_id, text, voice, speaker, score, where, label, marks and source."""
    import pandas as pd

    rows = pd.DataFrame(
        {
            "sentence_id": picked["sentence_id"],
            "text": picked["text"],
            "voice": picked["voice"],
            "speaker": picked["speaker"],
            "score": picked[measure],
            "where": picked["where"],
            "label": [number(score, "signed") for score in picked[measure]],
            "marks": [marks.get(unit, []) for unit in picked["id"]],
        }
    )
    return with_source(rows, picked["article_id"], articles).drop_duplicates(["sentence_id"]).reset_index(drop=True)


def opened(passages: pd.DataFrame, sentences: pd.DataFrame, *, most: int = 5) -> dict[str, list[str]]:
    """LEXICON-VOICE, and LEXICON-`ALL` for whole sentences -> sentence ids spread over the range of the bar's scores."""
    found = {}
    long = _numbered(passages.loc[passages["words"] >= FEWEST_WORDS, ["sentence_id", "voice", *LEXICONS]], "sentence_id")
    whole = _numbered(sentences.loc[sentences["words"] >= FEWEST_WORDS, ["id", *LEXICONS]], "id")
    for measure in LEXICONS:
        for voice in VOICES:
            found[f"{measure}-{voice}"] = spread_out(long[long["voice"] == voice], by=measure, most=most)
        found[f"{measure}-{ALL}"] = spread_out(whole, by=measure, id_="id", most=most)
    return found


def _numbered(units: pd.DataFrame, column: str) -> pd.DataFrame:
    """With a column of ids as categories, which are told apart once for all that is asked of them."""
    import pandas as pd

    codes, ids = pd.factorize(units[column])
    return units.assign(**{column: pd.Categorical.from_codes(codes, categories=ids)})


def behind(
    bars: Mapping[str, Sequence[str]], sentences: pd.DataFrame, passages: pd.DataFrame, marks: Mapping[str, list[Any]],
    articles: pd.DataFrame, *, shown: Sequence[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """The sentences that the bars open onto, for `blocks.sentences_block`, in reading order, each once.

    `bars` maps what a reader calls a bar to sentence ids; what is in `shown` already has its place on the page and is left out.
    """
    import pandas as pd

    users: dict[str, list[str]] = {}
    for bar, ids in bars.items():
        for sentence in ids:
            users.setdefault(sentence, []).append(bar)
    rows = sentences[sentences["id"].isin(users.keys() - set(shown))]
    own = passages[passages["sentence_id"].isin(rows["id"])]
    voices = own.groupby("sentence_id", sort=False)["voice"].agg(lambda kinds: " and ".join(dict.fromkeys(kinds)))
    made = pd.DataFrame(
        {
            "sentence_id": rows["id"].tolist(),
            "text": rows["text"].tolist(),
            "voice": rows["id"].map(voices).fillna("").tolist(),
            "position": rows["position"].tolist(),
            "marks": [marks.get(sentence, []) for sentence in rows["id"]],
            "note": ["Behind: " + "; ".join(dict.fromkeys(users[sentence])) for sentence in rows["id"]],
        }
    )
    return with_source(made, rows["article_id"].reset_index(drop=True), articles)


MOST_SENTENCES = 50_000  # read anew to leave single words out


def influence(sentences: pd.DataFrame, *, measure: str = "vader", most: int = 10) -> pd.DataFrame:
    """The terms without which the unseparated mean would differ most: term, n, units, mean, without, effect (see `term_influence`).

    Of more than `MOST_SENTENCES` sentences every second, third ... is read.
    """
    from corpus_utils.annotate.sentiment import term_influence

    read = sentences.iloc[:: 1 + len(sentences) // (MOST_SENTENCES + 1)].reset_index(drop=True)
    return term_influence(read, measure=measure, weights=read["words"].tolist()).head(most)
