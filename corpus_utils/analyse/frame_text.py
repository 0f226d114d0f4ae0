"""The sentences of report 04, computed from its tables: answer, captions, method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import LEAST_ARTICLES
from corpus_utils.analyse.contrasts import SAME_EVENTS
from corpus_utils.analyse.findings import anchor, quoted
from corpus_utils.analyse.tone_text import LEAST_DRAWN, VOICE_NAMES
from corpus_utils.wording import day

if TYPE_CHECKING:
    import pandas as pd

SAME = 0.95  # a frame that this share of the stories has, or all but this share, does not tell them apart
FULL_NAMES = {"economic": "economic consequences"}  # what a code is called in a sentence, where its words are not enough
HEAVY = 1 / 3  # a wording that makes a third of all cues of a frame carries it

METHOD = (
    """
**What is coded.** A frame is a way of telling (Entman 1993): as a conflict, as somebody's fate, as gain or loss, as
right or wrong, as somebody's responsibility, as a way out. The codebook gives each frame a definition, questions and
cues: wordings that often go with it, with weights and reasons. A passage is coded by its cues, a whole story by the
coder named below. What cues find are *frame cues*. Whether a text is framed that way is a reading.

**By whom.** Each passage belongs to one voice, so the conflict that a minister speaks of is not the newspaper's.
Cells of the table are shares of a voice's words that stand in passages with cues of the frame.

**Which coder.** Passages are coded by cues, the one coder that can say which words drove a label. So are
stories, unless corpus.toml names another coder first or a coded sample speaks of one. Vectors tell how near the
sentences are to the codebook's definitions and examples; the trained coder learned from climate news (English stories,
generic scheme). All together: where the trained coder knows the frame it decides; else vectors multiply the odds of the
cue score by at most four either way. The coders stand beside each other above.

**Elements.** A frame may also be read as its parts: a problem, a cause, a judgement, a remedy (Entman 1993; Matthes &
Kohring 2008). Quoted are candidate passages: whole sentences with the strongest cues of each that also name it outright
(somebody must do something; something happened because of something). Nobody has checked them.
In a large corpus stories are grouped by the parts they hold together (Ward's method); groups that dissolve under
resampling, or explain no more than chance, are not shown.

**Bias axes** run between seed words (Kwak et al. 2021) and need vectors learned on a million words of the corpus; with
less they are refused.

**Several at once, or none.** A story may carry several frames; shares do not add up to one. Where the cues are weak
the coder abstains: such stories are counted as abstained, and the table says what the share would be if all of them
were no, or all yes.

**Copies.** A story and its copies count once, as their original; where outlets are compared, once in each outlet. Outlets
are tested by permuting whole stories over them, all frames and outlets corrected together (Benjamini & Hochberg 1995); a
difference whose sign could turn if the stories abstained on were all no, or all yes, is refused. Periods are not tested.
A longer story has more room for any frame: beside a difference stands what is left of it within thirds of story length,
averaged by the stories in each. Frames that nearly all stories carry, or nearly none, are not tested.

**Intervals** resample whole stories; they say how far the number hangs on which stories there are, not how far the coder
is right. With fewer than five stories there are none.

**Limits.** The generic frames follow Semetko & Valkenburg (2000), resolution follows Frermann et al. (2023), in this
project's own wording and are not comparable with published prevalence. Topics are not frames, and a list of wordings
may follow the topic. The labels have not been validated on this corpus.
"""
    + SAME_EVENTS
)
WORKS = (
    "Entman, R. (1993). Framing: toward clarification of a fractured paradigm. Journal of Communication 43(4).",
    "Boydstun, A. et al. (2014). Tracking the development of media frames within and across policy issues.",
    "Kwak, H. et al. (2021). FrameAxis: characterizing microframe bias and intensity with word embedding. PeerJ Computer Science 7.",
    "Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis 52(1).",
    "Matthes, J. & Kohring, M. (2008). The content analysis of media frames. Journal of Communication 58(2).",
    "Nicholls, T. & Culpepper, P. (2021). Computational identification of media frames. Political Communication 38(1-2).",
    "Ratner, A. et al. (2017). Snorkel: rapid training data creation with weak supervision. VLDB 11(3).",
    "Frermann, L. et al. (2023). Conflicts, villains, resolutions: towards models of narrative media framing. ACL.",
    "Semetko, H. & Valkenburg, P. (2000). Framing European politics. Journal of Communication 50(2).",
)


def readable(frame: str) -> str:
    """`human_interest` -> "human interest", `economic` -> "economic consequences"."""
    return FULL_NAMES.get(frame, frame.replace("_", " "))


def headline(shares: pd.DataFrame, cues: pd.DataFrame, coder: str = "cues") -> str:
    """The answer, as a template for `blocks.answer`: `frame_report.prevalence` and `frame_passages.cues`; `coder` coded the stories."""
    of_cues = coder == "cues"
    known = shares[shares["n"] > 0]
    present = known[known["estimate"] > 0]
    if known.empty:
        return "No story could be judged: the codebook has no cues for its language, or the coder abstained on all of them."
    if present.empty:
        lacking = "has enough cues of any of the frames" if of_cues else "is given any of the frames"
        return f"None of the {{judged:words}} stories judged {lacking}."
    # a share of a handful of stories would look surer than it is: those are counted
    few = known["n"].max() < LEAST_ARTICLES
    told_apart = present if few else present[present["estimate"].between(1 - SAME, SAME)]
    if told_apart.empty:
        return (
            "Of {stories:words} stories {judged:words} could be judged, but no frame tells them apart: nearly all carry it, or nearly none."
        )
    kind, form = ("stories", "words") if few else ("frame", "share")
    told = [
        f"{{{anchor(f'{kind}-' + row['frame'])}:{form}}} carry {'cues of ' if of_cues else ''}{readable(row['frame'])}"
        for row in told_apart.head(3).to_dict("records")
    ]
    none = [readable(frame) for frame in known.loc[known["estimate"] == 0, "frame"]]
    answer = f"Of {{stories:words}} stories {{judged:words}} could be judged: {', '.join(told)}."
    everywhere = [] if few else [readable(frame) for frame in present.loc[present["estimate"] > SAME, "frame"]]
    if everywhere:
        answer += f" Nearly all carry {'cues of ' if of_cues else ''}{' and '.join(everywhere)}, which does not tell these stories apart."
    answer += (f" None has enough cues of {_listed(none)}." if of_cues else f" None carries {_listed(none)}.") if none else ""
    heavy = cues[cues["frame"].isin(present["frame"]) & (cues["share"] >= HEAVY)]
    if len(heavy):
        top = heavy.iloc[0]
        share = anchor(f"cue-{top['frame']}-{top['cue']}")
        answer += f" The wording {quoted(top['cue'])} alone makes {{{share}:share}} of the cues of {readable(top['frame'])}:"
        answer += " that may be the subject, not a frame."
    return answer


def coder_note(coder: str, scheme: str) -> str:
    """Who coded the stories, where it was not cues alone, for the line under the answer."""
    if coder == "cues":
        return ""
    if scheme == "generic" and coder in ("trained", "combined"):
        return "The coder that decides was trained on climate news and has not been checked on this corpus."
    names = {"vectors": "how near their sentences are to examples", "combined": "cues and by how near their sentences are to examples"}
    return f"Stories are coded by {names.get(coder, coder)}, which has not been checked on this corpus."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def behind_rows(shown: pd.DataFrame) -> dict[str, list[str]]:
    """Row of the heat table -> the quoted passages (`frame_passages.typical`) behind it."""
    return {readable(frame): list(dict.fromkeys(rows["sentence_id"])) for frame, rows in shown.groupby("label", sort=False)}


def heat(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells in a reader's words, for `plot.plot_heat`; no share of fewer than `LEAST_DRAWN` passages."""
    few = cells["n"] < LEAST_DRAWN
    shares = {name: cells[name].mask(few) for name in ("value", "low", "high")}
    names = {"row": cells["row"].map(readable), "column": cells["column"].map(lambda name: VOICE_NAMES.get(name, name))}
    return cells.assign(**names, **shares, note=["too few" if rare else "" for rare in few])


def heat_caption(cells: pd.DataFrame, coder: str = "cues") -> str:
    """What to see in the main figure; `coder` coded the stories of the answer, passages are coded by cues."""
    other = "" if coder == "cues" else " The answer counts whole stories, coded by more than cues, so its shares are others."
    told = cells[cells["n"] >= LEAST_DRAWN]
    if told.empty or told["value"].max() == 0:
        return "Share of each voice's words in passages with cues of a frame." + other
    top = told.loc[told["value"].idxmax()]
    voice = VOICE_NAMES.get(top["column"], top["column"])
    return (
        f"Cues of {readable(top['row'])} stand in passages that make up {top['value']:.0%} of the judged words of {voice}, "
        f"from {top['stories']:,} stories: the highest share among voices with at least five passages. "
        f"Passages on which the coder abstained are left out.{other}"
    )


def shares_table(shares: pd.DataFrame) -> pd.DataFrame:
    """`frame_report.prevalence` as a reader's table: shares with their intervals (value, low, high) and bounds for abstentions."""
    out = shares[["frame", "estimate", "n", "abstained", "least", "most"]].copy()
    out["frame"] = out["frame"].map(readable)
    out["estimate"] = list(zip(shares["estimate"], shares["low"], shares["high"]))
    return out.rename(columns={"estimate": "share", "n": "stories judged", "least": "if abstained are no", "most": "if abstained are yes"})


def cues_table(cues: pd.DataFrame) -> pd.DataFrame:
    """`frame_passages.cues` with frames in a reader's words."""
    return cues.assign(frame=cues["frame"].map(readable))


def time_figure(cells: pd.DataFrame, gates: pd.DataFrame, draw: Callable[..., Any], say: Callable[..., Any]) -> Any:
    """Frames by period where the gate allows a trend, else a notice that says why not; arguments as `outlet_figure`."""
    row = gates.set_index("analysis").loc["trend"]
    if row["verdict"] == "refused" or cells.empty:
        return say(f"{row['have']}; {row['reason']}. It would take {row['enough']}.", "warn", title="Nothing is said of change over time")
    caption = "Share of a period's stories coded with each frame. Differences between periods are not tested."
    dated = cells.assign(column=cells["column"].map(day))
    return draw(heat(dated), name="time", caption=caption, rows="frame", columns="period", unit="stories")


def coders_caption(shares: pd.DataFrame) -> str:
    """Where the coders are furthest apart, in a sentence: `frame_coders.shares_by_coder`."""
    spread = shares.dropna(subset=["estimate"]).groupby("frame", sort=False)["estimate"].agg(["min", "max", "size"])
    spread = spread[spread["size"] > 1]
    if spread.empty:
        return "Share of stories given each frame, by coder."
    frame = (spread["max"] - spread["min"]).idxmax()
    low, high = spread.at[frame, "min"], spread.at[frame, "max"]
    return (
        f"Share of stories given each frame, by coder. They are furthest apart on {readable(frame)}: from {low:.0%} to {high:.0%} of the "
        "stories. Where coders differ that much, the number is the coder's, not the news'."
    )


def pairs_table(table: pd.DataFrame) -> pd.DataFrame:
    """`frames.pairs` as a reader's table: pairs that occur, most frequent first, beside what chance would give; no phi of few stories."""
    out = table[table["together"] > 0].sort_values(["together", "first", "second"], ascending=[False, True, True])
    out = out.assign(first=out["first"].map(readable), second=out["second"].map(readable))
    out = out.assign(phi=out["phi"].where(out["n"] >= LEAST_ARTICLES)).drop(columns="n")
    return out.rename(columns={"first": "frame", "second": "together with", "together": "stories", "expected": "expected by chance"})


def coders_dots(shares: pd.DataFrame) -> pd.DataFrame:
    """`frame_coders.shares_by_coder` for `plot.plot_dots`: coders under each frame, the combination last."""
    return shares.assign(label=shares["coder"], group=shares["frame"].map(readable))


def trained_note(card: dict[str, Any], languages: list[str]) -> str:
    """On what the shipped coder was trained, and that nobody has checked it here."""
    nested = card.get("nested_cross_validation", {})
    ends = nested.get("macro_f1_interval", [])
    sure = f" (95 % interval {ends[0]:.2f} to {ends[1]:.2f})" if len(ends) == 2 else ""
    told = f"The trained coder was trained on {card.get('trained_on', '')}."
    told += f" On news it had not seen, of the same kind, its macro-F1 was {nested['macro_f1']:.2f}{sure}." if nested else ""
    told += " On other news it is unvalidated, and it does not know responsibility."
    return told if "en" in languages or "" in languages else "The trained coder knows English only: it has judged nothing here."


def confound_table(table: pd.DataFrame) -> pd.DataFrame:
    """`frames.topic_confound` as a reader's table: how well topics alone predict a frame."""
    out = table[table["verdict"] != "refused"][["frame", "n", "share", "auc"]].copy()
    out["frame"] = out["frame"].map(readable)
    return out.rename(columns={"n": "stories", "share": "carry it", "auc": "predicted by topics (AUC)"})


def outlet_figure(cells: pd.DataFrame, gates: pd.DataFrame, draw: Callable[..., Any], say: Callable[..., Any]) -> Any:
    """Frames by outlet where the gate allows it (`draw` is plot_heat), else a notice that says why not (`say` is notice)."""
    row = gates.set_index("analysis").loc["compare outlets"]
    if row["verdict"] == "refused" or cells.empty:
        return say(f"{row['have']}; {row['reason']}. It would take {row['enough']}.", "warn", title="Outlets are not compared")
    caption = "Share of an outlet's stories coded with each frame. " + (
        "A description, not a test." if row["verdict"] == "description" else ""
    )
    return draw(heat(cells), name="outlets", caption=caption.strip(), rows="frame", columns="outlet", unit="stories")
