"""The sentences, tables and findings of report 03 about loaded and hedged language and about names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.adequacy import interval_meaning, verdict
from corpus_utils.analyse.findings import finding
from corpus_utils.wording import number

if TYPE_CHECKING:
    import pandas as pd

METHOD = """
**Loaded and hedged language.** The lists are the project's own, in six languages, each entry with its reason and source; they
follow the classes of Hyland (2005), Recasens, Danescu-Niculescu-Mizil & Jurafsky (2013) and Fowler (1991). A wording is not a
reading: "crushed" may be meant as written. Rates are per thousand words; translated stories are left out, since a
translator chose their words. Competing names are counted as words: not every "attack" is the same event.
"""
LEAST_SHARE = 20  # times a subject is named before shares of its names are told
MOST_GROUPS = 4  # outlets side by side; more columns would not be read
MOST_LINKS = 3  # sentences that a cell opens onto
TITLES = {"loaded": "loaded wordings", "hedged": "hedges"}
NAMES = {
    "headline": "headlines", "journalist": "journalists' own words", "direct": "direct quotation", "indirect": "indirect quotation",
    "caption": "picture captions",
}  # fmt: skip


def dots(rates: pd.DataFrame) -> pd.DataFrame:
    """Rows for `plot.plot_dots` from `phrasing.rates`: voices within each list."""
    return rates.assign(label=rates["voice"].map(NAMES), n=rates["hits"], group=rates["list"].map(TITLES))[
        ["label", "estimate", "low", "high", "n", "group"]
    ]


def caption(rates: pd.DataFrame, aside: dict[str, Any]) -> str:
    """What to see in the figure of rates."""
    left = ""
    if aside["translated"]:
        stories = "1 translated story is" if aside["translated"] == 1 else f"{aside['translated']} translated stories are"
        left = f" {stories} left out: a translator chose the words."
    left += f" {aside['unlisted']} stories are in a language without a list." if aside["unlisted"] else ""
    known = rates[rates["list"] == "loaded"].set_index("voice")["estimate"]
    text = known[known.index.isin(["journalist", "direct", "indirect"])]
    if text.empty:
        return f"No passage enters the count.{left}"
    if "journalist" not in text or len(text) < 2:
        return f"Loaded and hedged wordings per thousand words.{left}"
    most = text.idxmax()
    lead = f"Loaded wordings are most frequent in {NAMES[most]} ({number(text[most])} per thousand words"
    own = "" if most == "journalist" else f", {number(text['journalist'])} in the journalists' own words"
    return f"{lead}{own}).{left}"


def cue_table(frequent: pd.DataFrame) -> pd.DataFrame:
    """`phrasing.frequent` in a reader's words."""
    out = frequent.assign(list=frequent["list"].map({"loaded": "loaded", "hedged": "hedge"}), cue=frequent["cue"].str.replace("*", "…"))
    return out.rename(columns={"cue": "wording", "journalists": "by_journalists", "why": "why_it_is_listed"})[
        ["wording", "list", "kind", "times", "stories", "by_journalists", "why_it_is_listed"]
    ]


def bars(opened: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a reader calls each dot of the figure -> its sentences, from `phrasing.opened`."""
    return {f"{TITLES[name]}, {words}": opened.get(f"{name}-{voice}", []) for name in TITLES for voice, words in NAMES.items()}


def wide(table: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """A row per subject, a column per group (the `MOST_GROUPS` of most hits), in the cells (words, sentence ids): the names with counts,
    and with shares where the subject is named `LEAST_SHARE` times or more in the group: of fewer a percentage says less than the count.

    `table` is of `phrasing.competing` (key "of") or `naming.names_of` (key "actor").
    """
    import pandas as pd

    if table.empty:
        return pd.DataFrame(columns=[key])
    groups = table.groupby("group")["times"].sum().sort_values(ascending=False, kind="stable").index.tolist()[:MOST_GROUPS]
    used = table[table["times"] > 0]
    named = zip(used["name"], used["times"], used["share"], used["total"])
    shares = [f" ({number(share, 'share')})" if total >= LEAST_SHARE else "" for _, _, share, total in named]
    told = used.assign(text=[f"{name} {times}{share}" for name, times, share in zip(used["name"], used["times"], shares)])
    cells: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for pair, rows in told.groupby([key, "group"], sort=False):
        cells[pair] = (", ".join(rows["text"]), list(dict.fromkeys(one for ids in rows["evidence"] for one in ids))[:MOST_LINKS])
    return pd.DataFrame(
        [{key: subject, **{group: cells.get((subject, group), ("", [])) for group in groups}} for subject in table[key].drop_duplicates()]
    )


def behind(table: pd.DataFrame, *, key: str) -> dict[str, list[str]]:
    """What a reader calls each cell of `wide` -> its sentences."""
    made = wide(table, key=key)
    return {f"{row[key]}, {group}": row[group][1] for row in made.to_dict("records") for group in made.columns[1:] if row[group][1]}


def findings(rates: pd.DataFrame, *, gates: pd.DataFrame, kind: str, evidence: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Rows of the findings table: rates by list and voice; `evidence` is of `phrasing.opened`."""
    shared = {"gate": verdict(gates, "tone"), "tier": "unvalidated", "interval_kind": interval_meaning(kind), "dedup": "once"}
    return [
        finding(
            f"{row['list']}-{row['voice']}", row["estimate"], measure=f"{TITLES[row['list']]} per thousand words", voice=row["voice"],
            unit="passage", weighting="word", denominator="words, translated text left out", low=row["low"], high=row["high"],
            n_articles=row["articles"], n_families=row["families"], n_units=row["hits"],
            evidence=evidence.get(f"{row['list']}-{row['voice']}", []), **shared,
        )
        for row in rates.to_dict("records")
    ]  # fmt: skip
