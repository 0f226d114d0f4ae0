"""Tone by voice, by article and by lexicon: the tables behind report 03.

A passage is a stretch of one sentence in one voice, and is what is scored; the *unseparated* figure scores whole sentences and
stands beside the voices to show what mixing them does. Means weight passages (sentences) by their words; intervals resample
families of articles, because sentences of one article, and copies of one text, are not independent. Texts in a language the
lexicon does not know carry no score and are counted as unsupported.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import interval_meaning, verdict
from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.analyse.sources import with_source
from corpus_utils.schema import VOICES
from corpus_utils.stats import cluster_bootstrap
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

REPORT = "03_sentiment"
LEXICONS = ("vader", "vader_masked", "lexicon2")
LEXICON_NAMES = {"vader": "VADER", "vader_masked": "VADER, names masked", "lexicon2": "Pattern lexicon"}
ALL = "all voices together"
UNNAMED = "(speaker not named)"


def scored(units: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """`units` (passages or sentences) with what the means need.

    Per lexicon its score (NaN: not scored) and, in `LEXICON_sign`, its label ("": none); `words`, `family` and `outlet`.
    """
    out = units.copy()
    out["words"] = out["text"].str.split().str.len().astype(int)
    for measure in LEXICONS:
        chosen = labels[labels["measure"] == measure].set_index("unit")
        out[measure] = out["id"].map(chosen["score"]).astype(float)
        signs = {unit: label[0] if label else "" for unit, label in zip(chosen.index, chosen["label"])}
        out[f"{measure}_sign"] = out["id"].map(lambda unit, signs=signs: signs.get(unit, "")).astype("str")
    for name in ("family", "outlet"):
        out[name] = out["article_id"].map(articles.set_index("id")[name])
    return out


def tone_by_voice(passages: pd.DataFrame, sentences: pd.DataFrame, *, measure: str = "vader", seed: int = 0) -> pd.DataFrame:
    """Mean tone per voice and of whole sentences: label, estimate, low, high, n, articles, families, positive, negative, words, mixed.

    `passages` and `sentences` as `scored` gives them. Passages count by their words: "he said" is a passage too. `positive` and
    `negative` are the shares of words in passages so labelled. The last row, `mixed` True, is the unseparated score of whole sentences.
    """
    import pandas as pd

    rows = [_voice_row(voice, passages[passages["voice"] == voice], measure, seed) for voice in VOICES]
    rows.append(_voice_row(ALL, sentences, measure, seed) | {"mixed": True})
    return pd.DataFrame([row for row in rows if row["n"]]).reset_index(drop=True)


def all_lexicons(passages: pd.DataFrame, sentences: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """`tone_by_voice` for every lexicon, with its name in the column `measure`."""
    import pandas as pd

    tables = [tone_by_voice(passages, sentences, measure=measure, seed=seed).assign(measure=measure) for measure in LEXICONS]
    return pd.concat(tables, ignore_index=True)


def _voice_row(label: str, units: pd.DataFrame, measure: str, seed: int) -> dict[str, Any]:
    known = units[units[measure].notna()]
    spread = cluster_bootstrap(known[measure], known["family"], weights=known["words"], seed=seed)
    shares = {
        sign: known.loc[known[f"{measure}_sign"] == sign, "words"].sum() / max(1, known["words"].sum()) for sign in ("positive", "negative")
    }
    return {
        "label": label,
        "estimate": spread.estimate,
        "low": spread.low,
        "high": spread.high,
        "n": len(known),
        "articles": known["article_id"].nunique(),
        "families": spread.clusters,
        **shares,
        "words": int(known["words"].sum()),
        "mixed": False,
        "unsupported": len(units) - len(known),
    }


def tone_by_article(passages: pd.DataFrame, articles: pd.DataFrame, *, measure: str = "vader") -> pd.DataFrame:
    """Tone per article, in and out of quotations: article_id, title, outlet, journalist, quoted, quoted_words, sentences.

    `quoted_words` is the share of the text's words that stand in direct or indirect quotation. NaN: nothing to score.
    """
    import pandas as pd

    text = passages[passages["voice"].isin(["journalist", "direct", "indirect"])]
    quoted = text["voice"].isin(["direct", "indirect"])
    titles = articles.set_index("id")
    rows = []
    for article_id, group in text.groupby("article_id", sort=True):
        inside, outside = group[quoted[group.index]], group[~quoted[group.index]]
        rows.append(
            {
                "article_id": article_id,
                "title": titles.at[article_id, "title"],
                "outlet": titles.at[article_id, "outlet"],
                "journalist": _word_mean(outside, measure),
                "quoted": _word_mean(inside, measure),
                "quoted_words": inside["words"].sum() / max(1, group["words"].sum()),
                "sentences": group["sentence_id"].nunique(),
            }
        )
    return pd.DataFrame(rows, columns=["article_id", "title", "outlet", "journalist", "quoted", "quoted_words", "sentences"])


def _word_mean(units: pd.DataFrame, measure: str) -> float:
    known = units[units[measure].notna()]
    return float((known[measure] * known["words"]).sum() / known["words"].sum()) if len(known) else float("nan")


def lexicon_agreement(units: pd.DataFrame) -> pd.DataFrame:
    """How pairs of lexicons judge `units` (as `scored` gives them): first, second, same, opposite, correlation, n.

    `same` and `opposite` are shares of units whose labels have the same or opposite sign.

    Only units both lexicons judged; correlation is Pearson's r, NaN where one of them never varies.
    """
    import numpy as np
    import pandas as pd

    rows = []
    for first, second in (("vader", "lexicon2"), ("vader", "vader_masked")):
        both = units[units[first].notna() & units[second].notna()]
        one, two = both[f"{first}_sign"], both[f"{second}_sign"]
        opposite = ((one == "positive") & (two == "negative")) | ((one == "negative") & (two == "positive"))
        varies = len(both) > 2 and both[first].std() > 0 and both[second].std() > 0
        rows.append(
            {
                "first": LEXICON_NAMES[first],
                "second": LEXICON_NAMES[second],
                "same": float((one == two).mean()) if len(both) else np.nan,
                "opposite": float(opposite.mean()) if len(both) else np.nan,
                "correlation": float(np.corrcoef(both[first], both[second])[0, 1]) if varies else np.nan,
                "n": len(both),
            }
        )
    return pd.DataFrame(rows)


def examples(
    passages: pd.DataFrame, labels: pd.DataFrame, articles: pd.DataFrame, *, measure: str = "vader", each: int = 3
) -> pd.DataFrame:
    """Passages at both ends and in the middle of the scale: sentence_id, text, voice, speaker, score, where, marks and source.

    Spread over articles: an article gives at most one example per end. `marks` are [start, end, why] of the words that drove the score.
    """
    import pandas as pd

    evidence = labels[labels["measure"] == measure].set_index("unit")["evidence"]
    usable = passages[passages[measure].notna() & (passages["text"].str.split().str.len() >= 6)]
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


def merged_names(articles: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, str]:
    """Name as it stands in a text -> the actor it belongs to, over spellings, titles and surnames (see `annotate.actors`).

    A name that stands for several actors is left as it is.
    """
    from corpus_utils.annotate.actors import find_actors

    mentions = find_actors(articles, sentences).drop_duplicates(["mention", "actor"])
    counts = mentions["mention"].value_counts()
    return {mention: actor for mention, actor in zip(mentions["mention"], mentions["actor"]) if counts[mention] == 1}


def speakers(quotes: pd.DataFrame, documents: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Who is given the word: speaker, quotes, words, articles, share (of quoted words), also_as (other spellings found).

    `names` as `merged_names` gives it. Unnamed speakers are counted as such.
    """
    texts = dict(zip(documents["id"], documents["text"]))
    table = quotes.assign(
        actor=[names.get(name, name) or UNNAMED for name in quotes["speaker"]],
        words=[len(texts[d][s:e].split()) for d, s, e in zip(quotes["document_id"], quotes["start"], quotes["end"])],
    )
    grouped = table.groupby("actor").agg(quotes=("id", "size"), words=("words", "sum"), articles=("article_id", "nunique"))
    grouped = grouped.reset_index().rename(columns={"actor": "speaker"})
    grouped["share"] = grouped["words"] / max(1, grouped["words"].sum())
    found = {actor: sorted(set(group) - {actor, ""}) for actor, group in table.groupby("actor")["speaker"]}
    grouped["also_as"] = [", ".join(found[actor]) for actor in grouped["speaker"]]
    return grouped.sort_values(["words", "speaker"], ascending=[False, True], ignore_index=True)


def tone_findings(
    voices: pd.DataFrame, agreement: pd.DataFrame, *, gates: pd.DataFrame, kind: str, evidence: dict[str, list[str]]
) -> pd.DataFrame:
    """The numbers of report 03. `voices` is `tone_by_voice`, with a column `measure`; `evidence` maps a voice to sentence ids."""
    allowed, rows = verdict(gates, "tone"), []
    for row in voices.to_dict("records"):
        about = {
            "unit": "sentence" if row["mixed"] else "passage",
            "voice": "" if row["mixed"] else row["label"],
            "n_articles": row["articles"],
            "n_units": row["n"],
            "n_abstained": row["unsupported"],
            "gate": allowed,
            "tier": "unvalidated",
            "weighting": "word",
            "dedup": "each",
            "evidence": evidence.get(row["label"], []),
            "n_families": row["families"],
        }
        name = f"{row['measure']}-{row['label']}"
        ends = {"low": row["low"], "high": row["high"], "interval_kind": interval_meaning(kind)}
        rows.append(
            finding(
                f"tone-{name}",
                row["estimate"],
                measure=f"mean tone, {LEXICON_NAMES[row['measure']]}",
                denominator=f"{about['unit']}s scored",
                **about,
                **ends,
            )
        )
        for side in ("positive", "negative"):
            rows.append(
                finding(
                    f"{side}-{name}",
                    row[side],
                    measure=f"share {side}, {LEXICON_NAMES[row['measure']]}",
                    label=side,
                    denominator=f"{about['unit']}s scored",
                    **about,
                )
            )
    for row in agreement.to_dict("records"):
        rows.append(
            finding(
                f"agreement-{row['first']}-{row['second']}",
                row["same"],
                measure=f"share judged alike by {row['first']} and {row['second']}",
                unit="sentence",
                denominator="sentences both judged",
                n_units=row["n"],
                gate=allowed,
                tier="unvalidated",
            )
        )
    return findings_table(REPORT, rows)


def influence(sentences: pd.DataFrame, *, measure: str = "vader", most: int = 10) -> pd.DataFrame:
    """The terms without which the unseparated mean would differ most: term, n, units, mean, without, effect (see `term_influence`)."""
    from corpus_utils.annotate.sentiment import term_influence

    return term_influence(sentences, measure=measure, weights=sentences["text"].str.split().str.len().tolist()).head(most)
