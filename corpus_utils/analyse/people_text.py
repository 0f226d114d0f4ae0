"""The sentences, tables and findings of report 03 about actors: who is spoken about, by whom, in what tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import interval_meaning, small_together, verdict
from corpus_utils.analyse.contrasts import SAME_EVENTS
from corpus_utils.analyse.findings import anchor, finding, quoted
from corpus_utils.analyse.people import GROUPS, LEAST_DRAWN, OWN, QUOTED
from corpus_utils.annotate.targets import model_card
from corpus_utils.wording import language, number

if TYPE_CHECKING:
    import pandas as pd

METHOD = (
    """
**Actors.** Names are found by their capitals and merged over spellings, transliterations, titles, surnames and capitals
that stand for governments. A word is a surname only where the stories use it as one; alone, it counts for a person named in full in the
story, else for the one whom nine in ten stories with such a name mean, else for nobody. Each merge has its reason in the table
`actors`, and a file `actors.csv` beside the documents joins, splits or relabels names by hand. What an actor does and suffers is
read from the verb beside the name, in English only; verbs of saying are left out, because the quoted words tell them.

**Tone towards actors.** A trained model reads each mention in its sentence and says positive, neutral or negative, or
abstains below a calibrated confidence: a sentence may name somebody and be about something else. {accuracy}. It sees
the name, too: another one in its place changes 8% of its English labels and 6% of the Russian ones. Other languages get
no label. The balance is the share of positive less the share of negative among the mentions judged; what
was not judged is counted, and a difference between outlets whose sign would turn if the abstained were all counted no,
or all yes, is refused.

**Outlets.** Copies count once in each outlet. Intervals resample stories within an outlet, p values permute whole stories
over the outlets, and all tests of this page are corrected together (Benjamini & Hochberg 1995). "Shared stories only"
repeats a difference among texts that several outlets print: what remains there is not the choice of stories.
"""
    + SAME_EVENTS
)
_WITH_ARTICLE = frozenset(
    "states kingdom nations union emirates netherlands philippines house senate republic department ministry committee commission council "
    "court agency party government bank federation administration".split()
)  # last words of names that take an article
LEAST_SHARE = 20  # mentions judged before they are told as percentages
LEAST_JUDGED = 10  # mentions judged before a balance is told in the answer
MODEL = "tone towards actors (trained model)"


def called(actor: str) -> str:
    """The name as it stands in a sentence: "the United States", "the Justice Department", "Joan Hartley"."""
    last = actor.rpartition(" ")[2].lower()
    return f"the {actor}" if last in _WITH_ARTICLE and not actor.lower().startswith("the ") else actor


def headline(groups: pd.DataFrame, overall: dict[str, Any], gates: pd.DataFrame) -> str:
    """What is told about actors, as a template for `blocks.answer`: `people.by_group`, which is the figure, and `people.balance` of all.

    Single actors are named only where the gate allows more than description, and by the outlets' own words, not by what they quote.
    """
    if not overall["judged"]:
        return "" if not overall["abstained"] else "On the tone towards those named the model abstains throughout."
    if overall["judged"] < LEAST_SHARE:
        return "{towards-judged:count} mentions of people and bodies could be judged, too few to say how favourable they are."
    told = "Of {towards-judged:count} mentions of people and bodies that could be judged, in the outlets' words or others', "
    told += "{towards-positive} are favourable to them and {towards-negative} unfavourable."
    if verdict(gates, "tone") != "inference":
        return told
    own = groups[(groups["group"] == OWN) & (groups["judged"] >= LEAST_JUDGED)]
    sure = own[(own["tone_low"] > 0) | (own["tone_high"] < 0)]
    if len(sure):
        worst, best = sure.loc[sure["tone"].idxmin()], sure.loc[sure["tone"].idxmax()]
        for words, row in (("least favourable", worst), ("most favourable", best)):
            if (row["tone"] < 0) == (words == "least favourable"):
                balance = f"{{{anchor('towards-own-' + row['actor'])}:signed}} over {int(row['judged'])} mentions"
                towards = quoted(called(row["actor"]))
                told += f" In their own words the outlets are {words} to {towards} of the actors shown (balance {balance})."
    return told


def dots(groups: pd.DataFrame) -> pd.DataFrame:
    """Rows for `plot.plot_dots` from `people.by_group`: a group per actor, the outlets' own words in colour, what they quote in grey."""
    out = groups.assign(
        label=groups["group"], estimate=groups["tone"], low=groups["tone_low"], high=groups["tone_high"], n=groups["judged"],
        kind=["" if group == OWN else "context" for group in groups["group"]], group=groups["actor"],
    )  # fmt: skip
    return out[["label", "estimate", "low", "high", "n", "kind", "group"]].reset_index(drop=True)


def caption(groups: pd.DataFrame, overall: dict[str, Any], gates: pd.DataFrame) -> str:
    """What to see in the figure of tone towards actors; without more than a description allowed, no more than the ends are told."""
    silent = overall["abstained"] + overall["unsupported"]
    basis = f"The model judged {overall['judged']:,} mentions and kept silent on {silent:,}"
    basis += f", {overall['unsupported']} of them in a language it does not know." if overall["unsupported"] else "."
    scale = "Balance: share of positive mentions less share of negative ones."
    told = groups[groups["group"] == OWN].sort_values(["tone", "actor"])
    if verdict(gates, "tone") != "inference":
        if len(told) < 2:
            return f"{scale} {basis}"
        low, high = (f"{called(row['actor'])} ({number(row['tone'], 'signed')})" for row in told.iloc[[0, -1]].to_dict("records"))
        lead = f"In the outlets' own words the balance of these few stories is lowest towards {low} and highest towards {high}."
        return f"{lead} {scale} {basis}"
    clear = groups[(groups["tone_low"] > 0) | (groups["tone_high"] < 0)]
    own = clear[clear["group"] == OWN]
    if own.empty:
        steady = (
            "No balance in the outlets' own words is clearly off nought"
            if groups["tone_low"].notna().any()
            else "Too few stories for intervals"
        )
        return f"{steady}. {scale} {basis}"
    parts = [
        f"{'unfavourable' if row['tone'] < 0 else 'favourable'} towards {called(row['actor'])} ({number(row['tone'], 'signed')})"
        for row in own.sort_values("tone").to_dict("records")
    ]
    looked = int(told["tone_low"].notna().sum())
    lead = f"In the outlets' own words the coverage is {', '.join(parts)}; the other intervals include nought."
    return f"{lead} {looked} intervals were looked at and are not corrected for that. {scale} {basis}"


def bars(groups: pd.DataFrame) -> dict[str, list[str]]:
    """What a reader calls each dot of the figure -> its sentences."""
    return {f"{row['actor']}, {row['group']}": row["evidence"] for row in groups.to_dict("records")}


def rows(opened: dict[str, list[str]], what: str) -> dict[str, list[str]]:
    """What a reader calls each row of a matrix -> its sentences, from `people.sentences_by`."""
    return {f"{name}, {what}": ids for name, ids in opened.items()}


def quoting_caption(cells: pd.DataFrame) -> str:
    """What to see in the matrix of `people.quoted_where`."""
    if cells.empty:
        return "Nobody named is quoted."
    totals = cells.groupby("row")["value"].sum().sort_values(ascending=False, kind="stable")
    share = totals.iloc[0] / totals.sum()
    return f"Who quotes whom, in words quoted or reported: {totals.index[0]} has {number(share, 'share')} of the words shown."


def speaking_caption(cells: pd.DataFrame) -> str:
    """What to see in the matrix of `people.spoken_of`."""
    if cells.empty:
        return "Inside quotations nobody else is named."
    top = cells.sort_values(["value", "row", "column"], ascending=[False, True, True]).iloc[0]
    often = f"{top['row']} names {called(top['column'])} most often ({top['value']} {'time' if top['value'] == 1 else 'times'})"
    return f"Whom the quoted speak about: {often}. Mentions inside quotations."


def grouping(gates: pd.DataFrame) -> str:
    """By what names are told apart: outlets where the gate allows to compare them, else voices."""
    return "voice" if verdict(gates, "compare outlets") == "refused" else "outlet"


def grouped(mentions: pd.DataFrame, articles: pd.DataFrame, gates: pd.DataFrame) -> pd.DataFrame:
    """Mentions of untranslated `articles` with `group`: their outlet (small ones together) or voice (`grouping`)."""
    kept = small_together(articles, articles)
    kept = kept[~kept["flags"].map(lambda flags: "translated" in flags)].set_index("id")
    own = mentions[mentions["article_id"].isin(kept.index)]
    voices = own["voice"].map(GROUPS).fillna("")
    return own.assign(group=voices if grouping(gates) == "voice" else own["article_id"].map(kept["outlet"]))


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """`people.actor_rows` in a reader's words; estimates as (value, low, high), sentence ids in the last column.

    A balance of fewer than `LEAST_DRAWN` mentions is left out: one mention is no tone. Outlets are counted where there are several, and
    nothing is said of tone where no mention was read for it.
    """
    import pandas as pd

    tone = rows["tone"].where(rows["judged"] >= LEAST_DRAWN)
    read = rows["judged"] + rows["abstained"] + rows["unsupported"]
    made = pd.DataFrame(
        {
            "actor": rows["actor"],
            "mentions": rows["mentions"],
            "stories": list(zip(rows["share"], rows["share_low"], rows["share_high"])),
            "quoted_words": list(zip(rows["quoted"], rows["quoted_low"], rows["quoted_high"])),
            "tone_towards": list(zip(tone, rows["tone_low"], rows["tone_high"])),
            "judged": [f"{judged} of {all_read}" for judged, all_read in zip(rows["judged"], read)],
            "sentences": rows["evidence"],
        }
    )
    if not read.any():
        made = made.drop(columns=["tone_towards", "judged"])
    if len(rows) and rows["outlets"].max() > 1:
        made.insert(3, "outlets", rows["outlets"])
    return made


def deeds_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What the actors do and what is done to them, where a verb was found: actor, does, is_done_to, sentences (ids)."""
    known = rows[(rows["done_by"] != "") | (rows["done_to"] != "")]
    named = {"done_by": "does", "done_to": "is_done_to", "deeds": "sentences"}
    return known[["actor", *named]].rename(columns=named)


def speaker_table(speakers: pd.DataFrame) -> pd.DataFrame:
    """`people.speakers` in a reader's words; the share as (value, low, high)."""
    share = list(zip(speakers["share"], speakers["low"], speakers["high"]))
    return speakers.drop(columns=["low", "high"]).assign(share=share)


def findings(rows: pd.DataFrame, groups: pd.DataFrame, overall: dict[str, Any], *, gates: pd.DataFrame, kind: str) -> list[dict[str, Any]]:
    """Rows of the findings table: mentions, share of stories, share of quoted words and tone towards each actor, by voice, too (tone only
    where mentions were read for it)."""
    allowed = verdict(gates, "tone")
    meaning = {"interval_kind": interval_meaning(kind), "gate": allowed}
    model = {"tier": "unvalidated", "unit": "mention", "dedup": "once", **meaning}
    silent = overall["abstained"] + overall["unsupported"]
    asked = {"denominator": "mentions judged", "n_units": overall["judged"], "n_abstained": silent, **model}
    made = [
        finding("towards-judged", overall["judged"], measure="mentions judged for tone towards their actor", **model, n_abstained=silent),
        finding("towards-abstained", overall["abstained"], measure="mentions on which the model abstained", **model),
        finding("towards-positive", overall["positive"], measure="share positive towards the actor", label="positive", **asked),
        finding("towards-negative", overall["negative"], measure="share negative towards the actor", label="negative", **asked),
    ]
    read = overall["judged"] + silent > 0
    made = made if read else []
    for row in rows.to_dict("records"):
        name, seen = row["actor"], {"group": row["actor"], "evidence": row["evidence"], "n_articles": row["stories"], "dedup": "once"}
        made.append(finding(f"mentions-{name}", row["mentions"], measure="mentions", unit="mention", gate=allowed, **seen))
        ends = {"low": row["share_low"], "high": row["share_high"]}
        of = {"denominator": "stories", "interval_kind": "95 % interval (Wilson 1927), stories taken as independent", "gate": allowed}
        made.append(finding(f"stories-{name}", row["share"], measure="share of stories that mention", **of, **ends, **seen))
        ends = {"low": row["quoted_low"], "high": row["quoted_high"]}
        of = {"denominator": "quoted words", "unit": "word", "weighting": "word", "tier": "unvalidated", **meaning}
        made.append(finding(f"quoted-{name}", row["quoted"], measure="share of quoted words", **of, **ends, **seen))
        made += [_towards(f"towards-{name}", row, {**seen, **model})] if read else []
    for row in groups.to_dict("records"):
        voice = "own" if row["group"] == OWN else "quoted"
        about = {"group": row["actor"], "label": OWN if voice == "own" else QUOTED, "evidence": row["evidence"], **model}
        made.append(_towards(f"towards-{voice}-{row['actor']}", row, about))
    return made


def _towards(name: str, row: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    return finding(
        name, row["tone"], measure=f"balance of {MODEL}", denominator="mentions judged", low=row["tone_low"], high=row["tone_high"],
        n_units=row["judged"], n_abstained=row["abstained"] + row["unsupported"], **about,
    )  # fmt: skip


def model_words() -> str:
    """What is known of the model's accuracy, from its card; for the method section."""
    parts = []
    for code, card in model_card().items():
        measured = card.get("cross_validated")
        if measured:
            parts.append(
                f"{language(code)}: macro-F1 {number(measured['macro_f1'])}, {number(measured['macro_f1_covered'])} on the "
                f"{number(measured['coverage'], 'share')} it is surest of (cross-validated on {card['data']})"
            )
    return "; ".join(parts)


def drawn_words(mentions: pd.DataFrame, judged: pd.DataFrame) -> str:
    """Whether all mentions were read, or how many of which."""
    if not len(judged):
        return "No mention was read for tone towards its actor."
    if (judged["chance"] == 1).all():
        return "Every mention was read, once per actor and sentence."
    return (
        f"Of {len(mentions):,} mentions, {len(judged):,} were read: of the actors in most stories, drawn by outlet with known chances, "
        "once per actor and sentence. Shares and balances weigh each by one over its chance."
    )
