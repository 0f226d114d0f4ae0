"""The sentences of report 03, computed from its tables: answer, captions, method; and its tables in a reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus_utils.analyse.findings import anchor
from corpus_utils.analyse.tone import ALL, LEXICON_NAMES

if TYPE_CHECKING:
    import pandas as pd

VOICE_NAMES = {
    "headline": "headlines",
    "journalist": "journalists' own words",
    "direct": "direct quotation",
    "indirect": "indirect quotation",
    "caption": "picture captions",
    ALL: "unseparated: whole sentences",
}

METHOD = """
**What is scored.** Each sentence is divided into passages by who speaks: the headline, the journalist, a direct or an
indirect quotation, a caption. Each passage is scored by itself, so praise inside a quotation is not counted as the
outlet's. The grey dot scores whole sentences, as is usual, for comparison.

**Lexicons.** VADER (Hutto & Gilbert 2014) adds up word valences with rules for negation, emphasis and contrast, on a
scale from -1 to +1. The same rules with names and bodies masked show what names contribute: a council of that name is
not "secure". The second lexicon rates adjectives and adverbs by sense and was built in another way; where the two
disagree, neither should be quoted alone. Passages in a language without a lexicon get no score, not a zero.

**Means and intervals.** Means weight each passage by its words. Intervals resample whole articles with their copies, because
sentences of one article resemble each other; with fewer than five articles none is given.

**Limits.** Word lists do not know irony, context or whom a word is about; on news headlines published dictionaries
reach an agreement of about .34 with coders (van Atteveldt, van der Velden & Boukes 2021). These labels have not been
validated on this corpus. Quotations are found by rules: a quotation that is missed is counted in the journalist's
voice.
"""
WORKS = (
    "Hutto, C. & Gilbert, E. (2014). VADER: a parsimonious rule-based model for sentiment analysis of social media text. ICWSM.",
    "De Smedt, T. & Daelemans, W. (2012). Pattern for Python. Journal of Machine Learning Research 13.",
    "van Atteveldt, W., van der Velden, M. & Boukes, M. (2021). The validity of sentiment analysis. Comm. Methods and Measures 15(2).",
    "Cameron, A. C., Gelbach, J. & Miller, D. (2008). Bootstrap-based improvements for inference with clustered errors."
    " Rev. Econ. Stat. 90(3).",
)


def headline(voices: pd.DataFrame) -> str:
    """The answer, as a template for `blocks.answer`; `voices` is `tone.tone_by_voice` of VADER."""
    present = set(voices["label"])
    if ALL not in present:
        return "No sentence is in a language for which a tone lexicon is at hand, so nothing is said about tone."
    named = {"journalist": "the journalists' own words", "direct": "what they quote", "indirect": "what they report others saying"}
    told = [f"{words} score {{{anchor('tone-vader-' + voice)}:signed}}" for voice, words in named.items() if voice in present]
    whole = f"{{{anchor('tone-vader-' + ALL)}:signed}}"
    if not told:
        return f"Only headlines and captions could be scored; together they score {whole}."
    first = told[0][0].upper() + told[0][1:]
    rest = "".join(f", {text}" for text in told[1:-1]) + (f" and {told[-1]}" if len(told) > 1 else "")
    return f"{first}{rest}, on a scale from \N{MINUS SIGN}1 to +1. Unseparated, the sentences would score {whole}."


def dots(voices: pd.DataFrame, *, by_lexicon: bool = False) -> pd.DataFrame:
    """Rows for `plot.plot_dots`: voices of one lexicon, or the voices of every lexicon in groups."""
    out = voices.assign(
        kind=["context" if mixed else "" for mixed in voices["mixed"]],
        group=voices["measure"].map(LEXICON_NAMES) if by_lexicon else "",
        label=voices["label"].map(VOICE_NAMES),
    )
    return out[["label", "estimate", "low", "high", "n", "kind", "group"]].reset_index(drop=True)


def voices_caption(voices: pd.DataFrame) -> str:
    """What to see in the main figure."""
    text = voices[voices["label"].isin(["journalist", "direct", "indirect"])]
    if len(text) < 2:
        return "Mean tone per voice. With one voice there is nothing to compare."
    high, low = (text.loc[text["estimate"].idxmax()], text.loc[text["estimate"].idxmin()])
    told = f"{VOICE_NAMES[high['label']]} is the most positive voice, {VOICE_NAMES[low['label']]} the least"
    overlap = low["high"] >= high["low"]
    sure = " Their intervals overlap: this order may not hold for other articles." if overlap else ""
    sure = " There are too few articles for intervals." if overlap != overlap or high["low"] != high["low"] else sure
    return f"{told[0].upper()}{told[1:]}. The grey dot is the usual score, which mixes them.{sure}"


def lexicons_caption(agreement: pd.DataFrame) -> str:
    """What to see in the comparison of lexicons."""
    row = agreement.iloc[0]
    if row["same"] != row["same"]:
        return "No sentence was judged by both lexicons."
    alike, opposed = f"{row['same']:.0%}", f"{row['opposite']:.0%}"
    return f"{row['first']} and the {row['second']} give {alike} of the sentences the same sign and {opposed} the opposite one."


def evidence(shown: pd.DataFrame) -> dict[str, list[str]]:
    """Sentences on the page per voice, and for the unseparated score: what the numbers of a voice are linked to."""
    by_voice = {voice: list(dict.fromkeys(group["sentence_id"])) for voice, group in shown.groupby("voice", sort=True)}
    return {**by_voice, ALL: list(dict.fromkeys(shown["sentence_id"]))}
