"""The sentences, tables and findings of report 03 about actors: who is spoken about, by whom, in what tone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import interval_meaning, verdict
from corpus_utils.analyse.findings import anchor, finding, quoted
from corpus_utils.analyse.people import OWN, QUOTED
from corpus_utils.annotate.targets import model_card
from corpus_utils.wording import between, language, number

if TYPE_CHECKING:
    import pandas as pd

LEAST_JUDGED = 10  # mentions judged before a balance is told in the answer
MODEL = "tone towards actors (trained model)"


def headline(rows: pd.DataFrame, overall: dict[str, Any]) -> str:
    """What is told about actors, as a template for `blocks.answer`: `people.actor_rows` and `people.balance` of all mentions."""
    if not overall["judged"]:
        return "" if not overall["abstained"] else "On the tone towards those named the model abstains throughout."
    told = f"Of {{{anchor('towards-judged')}}} mentions of somebody that a trained model judged, {{{anchor('towards-positive')}}} are "
    told += (
        f"positive and {{{anchor('towards-negative')}}} negative towards whom they name; it abstained on {{{anchor('towards-abstained')}}}."
    )
    sure = rows[(rows["judged"] >= LEAST_JUDGED) & ((rows["tone_low"] > 0) | (rows["tone_high"] < 0))]
    if len(sure):
        worst, best = sure.loc[sure["tone"].idxmin()], sure.loc[sure["tone"].idxmax()]
        for words, row in (("least favourable", worst), ("most favourable", best)):
            if (row["tone"] < 0) == (words == "least favourable"):
                told += f" It is {words} towards {quoted(row['actor'])} (balance {{{anchor('towards-' + row['actor'])}:signed}})."
    return told


def dots(groups: pd.DataFrame) -> pd.DataFrame:
    """Rows for `plot.plot_dots` from `people.by_group`: a group per actor, the outlets' own words in colour, what they quote in grey."""
    out = groups.assign(
        label=groups["group"], estimate=groups["tone"], low=groups["tone_low"], high=groups["tone_high"], n=groups["judged"],
        kind=["" if group == OWN else "context" for group in groups["group"]], group=groups["actor"],
    )  # fmt: skip
    return out[["label", "estimate", "low", "high", "n", "kind", "group"]].reset_index(drop=True)


def caption(groups: pd.DataFrame, overall: dict[str, Any]) -> str:
    """What to see in the figure of tone towards actors."""
    silent = overall["abstained"] + overall["unsupported"]
    basis = f"The model judged {overall['judged']} mentions and kept silent on {silent}"
    basis += f", {overall['unsupported']} of them in a language it does not know." if overall["unsupported"] else "."
    scale = "Balance: share of positive mentions less share of negative ones."
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
        f"{'unfavourable' if row['tone'] < 0 else 'favourable'} towards {row['actor']} ({number(row['tone'], 'signed')})"
        for row in own.sort_values("tone").head(3).to_dict("records")
    ]
    return f"In the outlets' own words the coverage is {', '.join(parts)}; the other intervals include nought. {scale} {basis}"


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """`people.actor_rows` in a reader's words; intervals in brackets after their estimates, sentence ids in the last column."""
    shown = {
        "actor": rows["actor"],
        "mentions": rows["mentions"],
        "stories": [f"{row.stories} {_within(row.share, row.share_low, row.share_high, 'share')}" for row in rows.itertuples()],
        "quoted_words": [_within(row.quoted, row.quoted_low, row.quoted_high, "share", bare=True) for row in rows.itertuples()],
        "tone_towards": [_within(row.tone, row.tone_low, row.tone_high, "signed", bare=True) for row in rows.itertuples()],
        "judged": [f"{row.judged} of {row.judged + row.abstained + row.unsupported}" for row in rows.itertuples()],
        "does": rows["done_by"],
        "is_done_to": rows["done_to"],
        "sentences": rows["evidence"],
    }
    import pandas as pd

    return pd.DataFrame(shown)


def _within(value: float, low: float, high: float, form: str, *, bare: bool = False) -> str:
    """ "12% (between 8% and 17%)"; "" for a missing number, no brackets without an interval."""
    if value != value:
        return ""
    text = number(value, form)
    span = between(low, high, form).replace("between ", "").replace(" and ", " to ")
    inner = f"{text}; {span}" if span and not bare else text
    return f"({inner})" if not bare else f"{text} ({span})" if span else text


def findings(rows: pd.DataFrame, groups: pd.DataFrame, overall: dict[str, Any], *, gates: pd.DataFrame, kind: str) -> list[dict[str, Any]]:
    """Rows of the findings table: mentions, share of stories, share of quoted words and tone towards each actor, by voice, too."""
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
    for row in rows.to_dict("records"):
        name, seen = row["actor"], {"group": row["actor"], "evidence": row["evidence"], "n_articles": row["stories"], "dedup": "once"}
        made.append(finding(f"mentions-{name}", row["mentions"], measure="mentions", unit="mention", gate=allowed, **seen))
        ends = {"low": row["share_low"], "high": row["share_high"]}
        of = {"denominator": "stories", "interval_kind": "95 % interval (Wilson 1927), stories taken as independent", "gate": allowed}
        made.append(finding(f"stories-{name}", row["share"], measure="share of stories that mention", **of, **ends, **seen))
        ends = {"low": row["quoted_low"], "high": row["quoted_high"]}
        of = {"denominator": "quoted words", "unit": "word", "weighting": "word", "tier": "unvalidated", **meaning}
        made.append(finding(f"quoted-{name}", row["quoted"], measure="share of quoted words", **of, **ends, **seen))
        made.append(_towards(f"towards-{name}", row, {**seen, **model}))
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
