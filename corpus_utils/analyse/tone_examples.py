"""The sentences behind report 03: both ends and the middle of the scale, and for every bar the sentences it opens onto.

What a bar opens onto is spread over the whole range of its scores (`people.spread_out`), not chosen for effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from corpus_utils.analyse.people import spread_out
from corpus_utils.analyse.sources import with_source
from corpus_utils.analyse.tone import ALL, LEXICONS
from corpus_utils.schema import VOICES
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

FEWEST_WORDS = 6  # shorter passages ("he said") show nothing


def examples(
    passages: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame, *, measure: str = "vader", each: int = 3
) -> pd.DataFrame:
    """Passages at both ends and in the middle of the scale: sentence_id, text, voice, speaker, score, where, marks and source.

    Spread over articles: an article gives at most one example per end. `marks` are [start, end, why] of the words that drove the score.
    """
    import pandas as pd

    evidence = labels[labels["measure"] == measure].set_index("unit")["evidence"]
    usable = passages[passages[measure].notna() & (passages["words"] >= FEWEST_WORDS)]
    marked = usable[usable["id"].map(lambda unit: evidence.get(unit, "[]") != "[]").astype(bool)]
    picks = []
    orders = {
        "most negative": marked.sort_values([measure, "id"]),
        "most positive": marked.sort_values([measure, "id"], ascending=[False, True]),
        "middle": marked.assign(far=marked[measure].abs()).sort_values(["far", "id"]),
    }
    for where in ("most negative", "middle", "most positive"):
        picks.append(orders[where].drop_duplicates("article_id").head(each).assign(where=where))
    out = pd.concat(picks) if picks else usable
    rows = pd.DataFrame(
        {
            "sentence_id": out["sentence_id"],
            "text": out["text"],
            "voice": out["voice"],
            "speaker": out["speaker"],
            "score": out[measure],
            "where": out["where"],
            "label": [number(score, "signed") for score in out[measure]],
            "marks": [json.loads(evidence.get(unit, "[]")) for unit in out["id"]],
        }
    )
    return with_source(rows, out["article_id"], articles).drop_duplicates(["sentence_id", "text"]).reset_index(drop=True)


def opened(passages: pd.DataFrame, sentences: pd.DataFrame, *, most: int = 5) -> dict[str, list[str]]:
    """LEXICON-VOICE, and LEXICON-`ALL` for whole sentences -> sentence ids spread over the range of the bar's scores."""
    found = {}
    long, whole = passages[passages["words"] >= FEWEST_WORDS], sentences[sentences["words"] >= FEWEST_WORDS]
    for measure in LEXICONS:
        for voice in VOICES:
            found[f"{measure}-{voice}"] = spread_out(long[long["voice"] == voice], by=measure, most=most)
        found[f"{measure}-{ALL}"] = spread_out(whole, by=measure, id_="id", most=most)
    return found


def behind(
    bars: Mapping[str, Sequence[str]], sentences: pd.DataFrame, passages: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame,
    *, shown: Sequence[str] = (), measure: str = "vader",
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
    chosen = labels[(labels["measure"] == measure) & labels["unit"].isin(rows["id"])].set_index("unit")["evidence"]
    made = pd.DataFrame(
        {
            "sentence_id": rows["id"].tolist(),
            "text": rows["text"].tolist(),
            "voice": rows["id"].map(voices).fillna("").tolist(),
            "position": rows["position"].tolist(),
            "marks": [json.loads(chosen.get(sentence, "[]")) for sentence in rows["id"]],
            "note": ["Behind: " + "; ".join(dict.fromkeys(users[sentence])) for sentence in rows["id"]],
        }
    )
    return with_source(made, rows["article_id"].reset_index(drop=True), articles)


def influence(sentences: pd.DataFrame, *, measure: str = "vader", most: int = 10) -> pd.DataFrame:
    """The terms without which the unseparated mean would differ most: term, n, units, mean, without, effect (see `term_influence`)."""
    from corpus_utils.annotate.sentiment import term_influence

    return term_influence(sentences, measure=measure, weights=sentences["text"].str.split().str.len().tolist()).head(most)
