"""Tone by voice, by article and by lexicon: the tables behind report 03.

A passage is a stretch of one sentence in one voice, and is what is scored; the *unseparated* figure scores whole sentences and
stands beside the voices to show what mixing them does. Means weight passages (sentences) by their words; intervals resample
families of articles, because sentences of one article, and copies of one text, are not independent. Texts in a language the
lexicon does not know carry no score and are counted as unsupported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import interval_meaning, verdict
from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.analyse.lookup import places, taken
from corpus_utils.schema import VOICES
from corpus_utils.stats import cluster_bootstrap
from corpus_utils.tokens import count_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

REPORT = "03_sentiment"
LEXICONS = ("vader", "vader_masked", "lexicon2")
STORIES_TOLD = 50  # stories whose two means are findings of their own: a page is no list of thousands
SIGNS = ["", "negative", "neutral", "positive"]
LEXICON_NAMES = {"vader": "VADER", "vader_masked": "VADER, names masked", "lexicon2": "news lexicon"}
ALL = "all voices together"
WHOLE = "whole sentences, voices unseparated"  # a group that is no part of the corpus


def by_unit(labels: pd.DataFrame) -> pd.DataFrame:
    """A row per unit that a lexicon was asked about: `unit`, and per lexicon its score (NaN: not scored) and, in `LEXICON_sign`, its label
    ("": none). What `scored` takes, a third of the rows of `labels`; parts of `labels` may be turned one by one."""
    import numpy as np
    import pandas as pd

    units: pd.Series | None = None
    columns: dict[str, pd.Series] = {}
    code, scores = {sign: number for number, sign in enumerate(SIGNS)}, labels["score"].to_numpy(dtype=float)
    signs = np.array([code.get(label[0], -1) if label else 0 for label in labels["label"].tolist()], dtype=np.int8)
    for measure in LEXICONS:
        rows = np.flatnonzero(labels["measure"] == measure)
        sign = pd.Categorical.from_codes(signs[rows], categories=SIGNS)
        told = pd.DataFrame({"unit": labels["unit"].array.take(rows), measure: scores[rows], f"{measure}_sign": sign})
        if units is None:
            units = told["unit"]
        if not told["unit"].equals(units):  # a lexicon that was not asked about all of them
            told = told.drop_duplicates("unit").set_index("unit").reindex(units).reset_index()
            told[f"{measure}_sign"] = told[f"{measure}_sign"].fillna("")
        columns |= {name: told[name] for name in told.columns[1:]}
    return pd.DataFrame({"unit": units, **columns})


def scored(units: pd.DataFrame, scores: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """`units` (passages or sentences) of `articles` with what means need: scores and signs of `by_unit`, `words`, `family`, `outlet`."""
    import numpy as np

    out = of_articles(units, articles)
    sources = {name: out.pop(name) for name in ("family", "outlet")}
    out["words"] = count_runs(out["text"].tolist())
    place = places(out["id"], scores["unit"])
    for measure in LEXICONS:
        score = scores[measure].to_numpy()
        out[measure] = np.where(place >= 0, score[place], np.nan) if len(scores) else np.nan
        out[f"{measure}_sign"] = taken(scores[f"{measure}_sign"], place)
    return out.assign(**sources)


def of_articles(units: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Those of the `scored` units that are of `articles`."""
    at = places(units["article_id"], articles["id"])
    out = units.reset_index(drop=True) if (at >= 0).all() else units[at >= 0].reset_index(drop=True)
    at = at[at >= 0]
    return out.assign(**{name: taken(articles[name], at) for name in ("family", "outlet")})


def tone_by_voice(passages: pd.DataFrame, sentences: pd.DataFrame, *, measure: str = "vader", seed: int = 0) -> pd.DataFrame:
    """Mean tone per voice and of whole sentences: label, estimate, low, high, n, articles, families, positive, negative, words, mixed.

    `passages` and `sentences` as `scored` gives them. Passages count by their words: "he said" is a passage too. `positive` and
    `negative` are the shares of words in passages so labelled. The last row, `mixed` True, is the unseparated score of whole sentences.
    """
    import pandas as pd

    rows = [_voice_row(voice, passages[passages["voice"] == voice], measure, seed) for voice in VOICES]
    rows.append(_voice_row(ALL, sentences, measure, seed) | {"mixed": True})
    # the columns stay where no voice has a score, as in a corpus of languages without a lexicon
    return pd.DataFrame([row for row in rows if row["n"]], columns=list(rows[0])).reset_index(drop=True)


def all_lexicons(passages: pd.DataFrame, sentences: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """`tone_by_voice` for every lexicon, with its name in the column `measure`."""
    import pandas as pd

    passages, sentences = (_in_numbers(units) for units in (passages, sentences))
    tables = [tone_by_voice(passages, sentences, measure=measure, seed=seed).assign(measure=measure) for measure in LEXICONS]
    return pd.concat(tables, ignore_index=True)


def _in_numbers(units: pd.DataFrame) -> pd.DataFrame:
    """What means are made of, without texts; names that repeat themselves as categories, of which some rows are quickly taken."""
    columns = ["voice", "article_id", "family", *(f"{measure}_sign" for measure in LEXICONS)]
    kept = units[[name for name in ("words", *LEXICONS) if name in units]]
    return kept.assign(**{name: units[name].astype("category") for name in columns if name in units})


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
    text = passages[passages["voice"].isin(["journalist", "direct", "indirect"])]
    inside = text["voice"].isin(["direct", "indirect"])
    known = text["words"].where(text[measure].notna(), 0)
    parts = text.assign(known=known, sum=text[measure].fillna(0.0) * known, inside=inside)
    sums = parts.groupby(["article_id", "inside"], sort=True)[["words", "known", "sum"]].sum()
    means = (sums["sum"] / sums["known"].where(sums["known"] > 0)).unstack("inside").reindex(columns=[False, True])
    words = sums["words"].unstack("inside", fill_value=0).reindex(columns=[False, True], fill_value=0)
    titles = articles.set_index("id").reindex(means.index)
    made = titles[["title", "outlet"]].assign(
        journalist=means[False],
        quoted=means[True],
        quoted_words=words[True] / words.sum(axis=1).clip(lower=1),
        sentences=text.groupby("article_id", sort=True)["sentence_id"].nunique(),
    )
    return made.rename_axis("article_id").reset_index()


def widest(stories: pd.DataFrame) -> pd.DataFrame:
    """`tone_by_article` with the stories first in which the quotations differ most from the journalist's words; last those without one."""
    gap = (stories["journalist"] - stories["quoted"]).abs()
    return stories.assign(gap=-gap).sort_values(["gap", "article_id"], kind="stable", ignore_index=True).drop(columns="gap")


def word_mean(units: pd.DataFrame, measure: str) -> float:
    known = units[units[measure].notna()]
    return float((known[measure] * known["words"]).sum() / known["words"].sum()) if len(known) else float("nan")


def voice_gap(units: pd.DataFrame, articles: pd.DataFrame, *, dedup: str = "once", lexicon: str = "vader") -> float:
    """What the multiverse repeats: mean tone of the journalists' own words less that of quotations. `units`: all passages, `scored`.

    Raises ValueError where one of the two was not scored, or for a way of counting copies that is not known.
    """
    import numpy as np

    from corpus_utils.families import article_weights

    at = places(units["article_id"], articles["id"])
    weights = np.where(at >= 0, np.append(np.asarray(article_weights(articles, dedup), dtype=float), 0.0)[at], 0.0)
    counted = units[["voice", lexicon]].assign(words=units["words"].to_numpy() * weights)
    own, other = (word_mean(counted[counted["voice"].isin(voices)], lexicon) for voices in (("journalist",), ("direct", "indirect")))
    if own != own or other != other:
        raise ValueError("there is nothing in one of the two voices to score")
    return own - other


def tone_findings(
    voices: pd.DataFrame,
    agreement: pd.DataFrame,
    stories: pd.DataFrame,
    terms: pd.DataFrame,
    *,
    gates: pd.DataFrame,
    kind: str,
    evidence: dict[str, list[str]],
    more: Sequence[dict[str, Any]] = (),
) -> pd.DataFrame:
    """The numbers of report 03, `more` (rows of `finding`) behind its own.

    From `all_lexicons`, `lexicon_agreement`, `tone_by_article` and `tone_examples.influence`.

    `evidence` maps LEXICON-VOICE to sentence ids (see `tone_examples.opened`).
    """
    allowed, rows = verdict(gates, "tone"), []
    for row in voices.to_dict("records"):
        unit = "sentence" if row["mixed"] else "passage"
        about = {
            "unit": unit,
            "voice": "" if row["mixed"] else row["label"],
            "group": WHOLE if row["mixed"] else "",
            "n_articles": row["articles"],
            "n_families": row["families"],
            "n_units": row["n"],
            "n_abstained": row["unsupported"],
            "gate": allowed,
            "tier": "unvalidated",
            "weighting": "word",
            "dedup": "once",
            "denominator": f"words in {unit}s scored",
            "evidence": evidence.get(f"{row['measure']}-{row['label']}", []),
        }
        name, lexicon = f"{row['measure']}-{row['label']}", LEXICON_NAMES[row["measure"]]
        ends = {"low": row["low"], "high": row["high"], "interval_kind": interval_meaning(kind)}
        rows.append(finding(f"tone-{name}", row["estimate"], measure=f"mean tone, {lexicon}", **about, **ends))
        for side in ("positive", "negative"):
            rows.append(finding(f"{side}-{name}", row[side], measure=f"share {side}, {lexicon}", label=side, **about))
    shared = {"gate": allowed, "tier": "unvalidated"}
    for row in agreement.to_dict("records"):
        pair = f"{row['first']} and {row['second']}"
        of = {"unit": "sentence", "denominator": "sentences in which both take a side", "n_units": row["same"] + row["opposite"]}
        rows.append(finding(f"agreement-{pair}", row["same"], measure=f"sentences given the same side by {pair}", **of, **shared))
        of = {"unit": "sentence", "denominator": "agreement expected by chance taken off; 1 is full agreement", "n_units": row["n"]}
        ends = {"low": row["low"], "high": row["high"], "interval_kind": interval_meaning(kind)}
        rows.append(finding(f"alpha-{pair}", row["alpha"], measure=f"Krippendorff's alpha of {pair}", **of, **ends, **shared))
    rows += _story_findings(stories, shared)
    for row in terms.head(1).to_dict("records"):
        of = {
            "unit": "sentence",
            "denominator": "words in sentences scored",
            "weighting": "word",
            "n_units": row["units"],
            "label": row["term"],
        }
        rows.append(finding("top-term", row["effect"], measure="what one word adds to the mean tone, VADER", **of, **shared))
    return findings_table(REPORT, [*rows, *more])


def _story_findings(stories: pd.DataFrame, shared: dict[str, Any]) -> list[dict[str, Any]]:
    both = stories[stories["journalist"].notna() & stories["quoted"].notna()]
    turned = both[(both["journalist"] < 0) & (both["quoted"] > 0)]
    back = both[(both["journalist"] > 0) & (both["quoted"] < 0)]
    rows = [
        finding("quoting", len(both), measure="stories with both the journalist's words and quotations", denominator="stories", **shared),
        finding("turned", len(turned), measure="stories in which the journalist scores below nought and the quotations above",
                denominator="stories with both", n_articles=len(both), **shared),
        finding("turned-back", len(back), measure="stories in which the journalist scores above nought and the quotations below",
                denominator="stories with both", n_articles=len(both), **shared),
    ]  # fmt: skip
    for row in widest(both).head(STORIES_TOLD).to_dict("records"):
        for name in ("journalist", "quoted"):
            rows.append(
                finding(
                    f"{name}-{row['article_id']}",
                    row[name],
                    measure=f"mean tone, VADER, {name}",
                    group=row["title"] or row["article_id"],
                    denominator="words of the story",
                    n_articles=1,
                    weighting="word",
                    unit="passage",
                    **shared,
                )
            )
    return rows
