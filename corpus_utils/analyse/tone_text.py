"""The sentences of report 03, computed from its tables: answer, captions, method; and its tables in a reader's words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from corpus_utils.analyse.findings import anchor, quoted
from corpus_utils.analyse.tone import ALL, LEXICON_NAMES, LEXICONS
from corpus_utils.wording import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

VOICE_NAMES = {
    "headline": "headlines",
    "journalist": "journalists' own words",
    "direct": "direct quotation",
    "indirect": "indirect quotation",
    "caption": "picture captions",
    ALL: "unseparated sentences",
}

LEAST_DRAWN = 5  # passages of a voice before its mean or share is drawn: two captions would set the scale for all others
LARGE_EFFECT = 0.05  # as much as separates a neutral from a positive text in VADER

METHOD = """
**What is scored.** Each sentence is divided into passages by who speaks: the headline, the journalist, a direct or an
indirect quotation, a caption. Each passage is scored by itself, so praise inside a quotation is not counted as the
outlet's. The grey dot scores whole sentences, as is usual, for comparison.

**Lexicons.** VADER (Hutto & Gilbert 2014) adds up word valences with rules for negation, emphasis and contrast, on a
scale from -1 to +1. The same rules with names and bodies masked show what names contribute: a council of that name is
not "secure". The second, the news lexicon, is the project's own: a word's polarity is what it adds to the tone of
news sentences towards the people in them (induced from NewsMTSC, Hamborg & Donnay 2021). Where the two disagree, neither
should be quoted alone. Passages in a language without a lexicon get no score, not a zero.

**Means and intervals.** Means weight each passage by its words. Intervals resample whole stories with their copies (a
percentile cluster bootstrap), because sentences of one story resemble each other; with fewer than five stories none
is given. Intervals of two voices that overlap or not are no test of their difference.

**Limits.** Word lists do not know irony, context or whom a word is about; the best dictionary tried on Dutch economic
headlines reached an agreement of .34 with coders (van Atteveldt, van der Velden & Boukes 2021). These labels have not
been validated on this corpus. Quotations are found by rules: a quotation that is missed is counted in the
journalist's voice, and narration can be taken for indirect speech.
"""
WORKS = (
    "Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B 57(1).",
    "Fowler, R. (1991). Language in the News: discourse and ideology in the press. Routledge.",
    "Hamborg, F. & Donnay, K. (2021). NewsMTSC: (multi-)target-dependent sentiment classification in news articles. EACL.",
    "Hutto, C. & Gilbert, E. (2014). VADER: a parsimonious rule-based model for sentiment analysis of social media text. ICWSM.",
    "Hyland, K. (2005). Metadiscourse: exploring interaction in writing. Continuum.",
    "Krippendorff, K. (2004). Content Analysis: an introduction to its methodology. Sage.",
    "Phipson, B. & Smyth, G. (2010). Permutation p-values should never be zero. Stat. Appl. in Genetics and Molecular Biology 9(1).",
    "Recasens, M., Danescu-Niculescu-Mizil, C. & Jurafsky, D. (2013). Linguistic models for analyzing and detecting biased language. ACL.",
    "van Atteveldt, W., van der Velden, M. & Boukes, M. (2021). The validity of sentiment analysis. Comm. Methods and Measures 15(2).",
)


SPOKEN = {"journalist": "the journalists' own words", "direct": "what they quote", "indirect": "what they report others saying"}
SCORES = {"journalist": "score", "direct": "scores", "indirect": "scores"}  # the verb behind each


def headline(voices: pd.DataFrame) -> str:
    """The answer, as a template for `blocks.answer`: `all_lexicons`.

    VADER's means are told where the other lexicons find the same sign; a voice whose sign turns is told as one that cannot be told from
    neutral, and of the order of voices only what all lexicons share.
    """
    vader = voices[voices["measure"] == "vader"] if "measure" in voices else voices
    if ALL not in set(vader["label"]):
        return "No sentence is in a language for which a tone lexicon is at hand, so nothing is said about tone."
    row = vader.loc[vader["label"] == ALL].iloc[0]
    left = f" {row['unsupported']:,} of {row['n'] + row['unsupported']:,} sentences have no score: no tone lexicon knows their language."
    left = left if row["unsupported"] else ""
    present = [voice for voice in SPOKEN if voice in set(vader["label"])]
    whole = f"{{{anchor('tone-vader-' + ALL)}:signed}}"
    if not present:
        return f"Only headlines and captions could be scored; together they score {whole}.{left}"
    turned = [voice for voice in present if sign_turns(voices, voice)]
    if turned:
        return _agreed(voices, present, turned) + left
    told = _listed([f"{SPOKEN[voice]} {SCORES[voice]} {{{anchor('tone-vader-' + voice)}:signed}}" for voice in present])
    return f"{_opened(told)}, on a scale from \N{MINUS SIGN}1 to +1; unseparated, the sentences would score {whole}.{left}"


def sign_turns(voices: pd.DataFrame, voice: str) -> bool:
    """Is a voice's mean, as it is printed, above nought by one lexicon and below it by another, or by VADER without the names?"""
    means = voices.loc[voices["label"] == voice, "estimate"].round(2)
    return bool((means > 0).any() and (means < 0).any())


def _agreed(voices: pd.DataFrame, present: list[str], turned: list[str]) -> str:
    """What all lexicons agree on: the order of quotation and the journalists' words, the voices of one sign; then those that turn."""
    table = voices.set_index(["measure", "label"])[["estimate", "low", "high"]].unstack("label")
    parts = []
    if {"journalist", "direct"} <= set(present):
        gap = table["estimate"]["direct"] - table["estimate"]["journalist"]
        apart = (table["low"]["direct"] > table["high"]["journalist"]) | (table["low"]["journalist"] > table["high"]["direct"])
        if (gap > 0).all() or (gap < 0).all():
            hedge = "" if apart.all() else ", though not by all of them beyond their intervals"
            more = "more positive" if gap.iloc[0] > 0 else "more negative"
            parts.append(f"By every lexicon, with names or without, quoted speech is {more} than the journalists' own words{hedge}.")
    if kept := [voice for voice in present if voice not in turned]:
        told = _listed([f"{SPOKEN[voice]} {SCORES[voice]} {{{anchor('tone-vader-' + voice)}:signed}}" for voice in kept])
        parts.append(f"{_opened(told)} by VADER, on a scale from \N{MINUS SIGN}1 to +1, and no lexicon turns that sign.")
    ends_of = []
    for voice in turned:
        own = voices[voices["label"] == voice].sort_values("estimate", kind="stable")
        ends = [f"{{{anchor(f'tone-{measure}-{voice}')}:signed}}" for measure in (own["measure"].iat[0], own["measure"].iat[-1])]
        ends_of.append(f"{SPOKEN[voice]} ({' to '.join(ends)})")
    parts.append(f"{_opened(_listed(ends_of))} cannot be told from neutral: the sign turns with the lexicon, or with the names masked.")
    return " ".join(parts)


def _listed(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]


def _opened(text: str) -> str:
    return text[0].upper() + text[1:]


def supporting_answer(terms: pd.DataFrame, stories: pd.DataFrame) -> str:
    """What a reader must know beside the answer, as a template: `tone_examples.influence`, `tone_by_article`."""
    answer = ""
    both = stories[stories["journalist"].notna() & stories["quoted"].notna()]
    if ((both["journalist"] < 0) & (both["quoted"] > 0)).any():
        answer += (
            "In {turned:words} of {quoting:words} stories with quotations the journalist is negative and the quoted words are positive, "
            "in {turned-back:words} it is the other way round."
        )
    if len(terms) and abs(terms["effect"].iat[0]) >= LARGE_EFFECT:
        top = terms.iloc[0]
        answer += f" The single word {quoted(top['term'])} moves the unseparated score by {{top-term:signed}}."
    return answer.strip()


def dots(voices: pd.DataFrame, *, by_lexicon: bool = False) -> pd.DataFrame:
    """Rows for `plot.plot_dots`: voices of one lexicon, or the voices of every lexicon in groups. Of fewer than `LEAST_DRAWN` passages
    no mean is drawn."""
    few = voices["n"] < LEAST_DRAWN
    out = voices.assign(
        **{name: voices[name].mask(few) for name in ("estimate", "low", "high")},
        note=[f"{number(n, 'count')} passage{'s' if n > 1 else ''}: too few" if rare else "" for n, rare in zip(voices["n"], few)],
        kind=["context" if mixed else "" for mixed in voices["mixed"]],
        group=voices["measure"].map(LEXICON_NAMES) if by_lexicon else "",
        label=voices["label"].map(VOICE_NAMES),
    )
    return out[["label", "estimate", "low", "high", "n", "kind", "group", "note"]].reset_index(drop=True)


def voices_caption(voices: pd.DataFrame, passages: pd.DataFrame) -> str:
    """What to see in the main figure; an order of voices is told only where no single story turns it."""
    text = voices[voices["label"].isin(["journalist", "direct", "indirect"])]
    grey = "The grey dot is the usual score of whole sentences, which mixes them."
    if len(text) < 2:
        return f"Mean tone per voice. With one voice there is nothing to compare. {grey}"
    order = text.sort_values("estimate", ascending=False)["label"].tolist()
    if order_holds(passages, order):
        ends = text.set_index("label")
        first = not ends.at[order[0], "low"] <= ends.at[order[1], "high"]  # no interval (NaN) forbids nothing
        last = not ends.at[order[-1], "high"] >= ends.at[order[-2], "low"]
        told = [f"{VOICE_NAMES[order[0]]} is the most positive voice"] * first + [f"{VOICE_NAMES[order[-1]]} the least positive"] * last
        if told:
            return f"Inside the stories, {', '.join(told) if first else told[0].replace(' the least', ' is the least')}. {grey}"
        return f"Inside the stories, the intervals of the voices overlap: none is told to be the most positive. {grey}"
    return f"Inside the stories no voice is steadily the most positive: leaving out one story changes their order. {grey}"


def order_holds(passages: pd.DataFrame, order: list[str], *, measure: str = "vader") -> bool:
    """Whether the voices keep this order whichever one story is left out; `passages` as `tone.scored` gives them."""
    kept = passages[passages["voice"].isin(order) & passages[measure].notna()]
    weighted = kept.assign(product=kept[measure] * kept["words"])
    sums = weighted.groupby(["family", "voice"])[["product", "words"]].sum().unstack(fill_value=0)
    total = sums.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        left = [(total["product", voice] - sums["product", voice]) / (total["words", voice] - sums["words", voice]) for voice in order]
    falling = np.logical_and.reduce([(first >= second).to_numpy() for first, second in pairwise(left)]) if len(order) > 1 else True
    if np.all(falling):  # where a voice is left without words, nothing compares
        return True
    for family in sums.index[~falling]:
        rest = total - sums.loc[family]
        means = [rest["product", voice] / rest["words", voice] if rest["words", voice] else float("nan") for voice in order]
        if means != sorted(means, reverse=True):
            return False
    return True


def lexicons_caption(agreement: pd.DataFrame) -> str:
    """What to see in the comparison of lexicons."""
    row = agreement.iloc[0]
    sided = row["same"] + row["opposite"]
    if not row["n"]:
        return "No sentence was judged by both lexicons."
    return (
        f"Of {row['n']:,} sentences, {row['first']} and the {row['second']} both find {row['neutral']:,} neutral and disagree on whether "
        f"there is any tone in {row['one_neutral']:,}. Where both take a side, they take the same one in {row['same']:,} of {sided:,}. "
        f"{chance_corrected(row['alpha'])}"
    )


def chance_corrected(alpha: float) -> str:
    """Krippendorff's alpha in words, by his own marks."""
    if alpha != alpha:
        return "Agreement beyond chance cannot be told: only one judgement occurs."
    marks = ((0.8, "enough to rely on"), (0.667, "enough for tentative conclusions"), (-1.0, "too little to rely on either"))
    grade = next(words for mark, words in marks if alpha >= mark)
    return f"Beyond chance they agree by {number(alpha)} (Krippendorff's alpha), which is {grade}."


def agreement_table(agreement: pd.DataFrame) -> pd.DataFrame:
    """`tone.lexicon_agreement` in a reader's words; `alpha` holds (value, low, high)."""
    cells = list(zip(agreement["alpha"], agreement["low"], agreement["high"]))
    heads = {"n": "sentences", "neutral": "both neutral", "one_neutral": "one neutral", "same": "same side", "opposite": "opposite"}
    named = agreement.rename(columns=heads | {"correlation": "Pearson r"}).drop(columns=["first", "second", "alpha", "low", "high"])
    named.insert(0, "lexicons", agreement["first"] + " and " + agreement["second"].str.removeprefix("VADER, "))
    return named.assign(alpha=cells)


def bars(opened: Mapping[str, Sequence[str]], lexicons: Sequence[str] = LEXICONS) -> dict[str, list[str]]:
    """What a reader calls each dot -> its sentences, from `tone_examples.opened`; one lexicon needs no naming."""
    named = {}
    for lexicon in lexicons:
        for voice, words in VOICE_NAMES.items():
            lead = f"{LEXICON_NAMES[lexicon]}, " if len(lexicons) > 1 else ""
            named[lead + words] = list(opened.get(f"{lexicon}-{voice}", ()))
    return named


def story_table(stories: pd.DataFrame) -> pd.DataFrame:
    """`tone.tone_by_article` in a reader's words: a story by its title, or its id where it has none."""
    title = stories["title"].where(stories["title"] != "", stories["article_id"])
    return stories.drop(columns=["article_id", "title", "outlet"]).assign(story=title)[
        ["story", "journalist", "quoted", "quoted_words", "sentences"]
    ]
