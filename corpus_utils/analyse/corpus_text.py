"""The sentences of report 01, computed from its tables: answer, captions, method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.corpus import mostly, set_aside
from corpus_utils.analyse.lookup import places
from corpus_utils.load.files import RECORD_FORMATS

if TYPE_CHECKING:
    import pandas as pd

MOST_BARS, MOST_SPELLINGS = 12, 6
MOST_NAMED = 40  # documents among which those with any text are drawn
MOST_RAW, MOST_RAW_CHARACTERS = 20, 250_000  # documents shown in full, and their size: a page of hundreds could not be mailed

METHOD = """
**Loading.** Every file of the source becomes a document or a recorded problem; nothing is skipped. Bytes are decoded
by byte order mark, strict UTF-8, Cyrillic detection and then Western Windows encoding, in that order. HTML pages are
read with trafilatura (Barbaresi 2021) beside the page as flat text.

**Cleaning is labelling.** Each document is divided into stretches that tile it exactly; each stretch has a role
(title, body, caption, byline, navigation, promotion and so on), the rule or the features that decided, and a
confidence. Only body and subheading stretches become article text. Everything else stays in the tables and is shown
here. Roles are learned from layout and language, not from the names of outlets, and may be wrong: the least certain
ones are listed first.

**Stories.** A page with several stories is divided where a line that looks like a title is followed by new names, a
new place or weekday and new vocabulary. Subheadings, questions and lists do not divide.

**Dates.** Evidence is collected from bylines, datelines, record fields and file names, and checked against weekdays
and against the period in which the corpus was collected. Dates of events are not used. Candidates that cannot be told
apart are all kept, and a story without evidence stays undated.

**Limits.** What is stated on a page may be wrong; a translated name may hide an agency; cleaning is measured on
public hand-labelled pages, not on this corpus. Outlets, dates and authors that are not stated are counted as missing
and are never guessed.
"""
WORKS = (
    "Barbaresi, A. (2021). Trafilatura: a web scraping library and command-line tool for text discovery"
    " and extraction. ACL system demonstrations.",
)


FRAME_HEADERS = {
    "raw": "raw pages", "cleaned": "their articles", "documents_raw": "documents with it, raw", "documents": "documents with it",
}  # fmt: skip


def headline(findings: pd.DataFrame) -> str:
    """The answer, as a template for `blocks.answer`."""
    numbers = findings.set_index("id")["estimate"]
    one = numbers["stories"] == 1
    found = "{stories:words} " + ("story" if one else "stories")
    documents = "{documents:words} " + ("document" if numbers["documents"] == 1 else "documents")
    answer = f"We read {documents} and found {found} in them. "
    if numbers["problems"]:
        answer = f"We read {documents}, could not use {{problems:words}} of them, and found {found} in the rest. "
    answer += "{aside:share} of the words are not article text: they were set aside, each with a reason."
    if numbers["undated"] and not one:
        answer += " For {undated:words} of the stories no publication date can be told."
    return answer


def stated_note(spellings: pd.DataFrame) -> str:
    """What metadata rest on, and the outlets of which two spellings count as one: `Tables.spellings`."""
    note = (
        "Nothing is looked up or guessed. Each title, outlet, agency, author and place stands in a line of its page, in the record "
        "or in the page's markup."
    )
    if len(spellings):
        pairs = [f"{read_as} also stands for {name}" for name, read_as in zip(spellings["outlet"], spellings["read_as"])]
        more = f"; and {len(pairs) - MOST_SPELLINGS} more" if len(pairs) > MOST_SPELLINGS else ""
        told = "; ".join(pairs[:MOST_SPELLINGS]) + more
        note += f" Spellings of an outlet that differ by capitals, accents or spaces only count as one: {told}."
    return note


def bars(spans: pd.DataFrame, counted: pd.DataFrame, documents: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Spans for `plot.plot_barcode`: in reading order, or of more than `MOST_BARS` documents those of which most is set aside first, and of
    those behind the first `MOST_NAMED` one each.

    Records are named by their title too: their ids tell nobody anything. `counted`: see `corpus.role_words`.
    """
    import pandas as pd

    once = spans.drop_duplicates("document_id")
    if len(once) > MOST_BARS + 1:  # one more is drawn rather than counted
        rank = {name: place for place, name in enumerate(_by_share(counted)["document_id"].head(MOST_NAMED))}
        first = spans[spans["document_id"].isin(rank)]
        first = first.sort_values("document_id", key=lambda ids: ids.map(rank), kind="stable")
        rest = once if len(rank) == MOST_NAMED else spans  # behind so many, documents are only counted
        spans = pd.concat([first, rest[~rest["document_id"].isin(rank)]], ignore_index=True)
    titled = articles[places(articles["document_id"], spans["document_id"]) >= 0].drop_duplicates("document_id", keep=False)
    records = documents.loc[documents["format"].isin(RECORD_FORMATS), "id"]
    titled = titled[(titled["title"] != "") & (places(titled["document_id"], records) >= 0)]
    names = {document: f"{title} ({document})" for document, title in zip(titled["document_id"], titled["title"])}
    return spans.assign(document_id=spans["document_id"].map(names).fillna(spans["document_id"])) if names else spans


def _by_share(counted: pd.DataFrame) -> pd.DataFrame:
    return set_aside(counted).sort_values(["set_aside", "document_id"], ascending=[False, True], ignore_index=True)


def barcode_caption(counted: pd.DataFrame) -> str:
    """What to see in the main figure; `counted`: see `corpus.role_words`."""
    aside = _by_share(counted)
    if aside.empty or not aside["set_aside"].iat[0]:
        return "Each bar is a document in reading order. Nothing had to be set aside."
    top = aside.iloc[0]
    order = " Those of which most is set aside come first." if len(aside) > MOST_BARS + 1 else ""
    return (
        f"Each bar is a document from its first word to its last; the accent colour is article text.{order} "
        f"The largest share set aside is {top['set_aside']:.0%}, in {top['document_id']}: mostly {mostly(counted, top['document_id'])}."
    )


def dates_caption(articles: pd.DataFrame) -> str:
    """What to see in the figure of dates."""
    dated = articles[articles["date_earliest"] != ""]
    exact = int((dated["date_earliest"] == dated["date_latest"]).sum())
    parts = [f"{exact} of {len(articles)} stories can be dated to the day"]
    if len(dated) > exact:
        parts.append(f"{len(dated) - exact} to one of several days, all of which are drawn")
    undated = articles[articles["date_earliest"] == ""]
    bounded = sum(b != "" and "null" not in b for b in undated["date_bounds"])
    if bounded:
        parts.append(f"{bounded} cannot be dated, but the text bounds the day (broken lines)")
    if len(undated) > bounded:
        parts.append(f"{len(undated) - bounded} cannot be dated at all")
    return "; ".join(parts) + "."


EFFECT_HEADERS = {
    "document_id": "document", "raw": "raw page", "cleaned": "its articles", "added": "sentences only on the raw page",
}  # fmt: skip


def effect_table(effect: pd.DataFrame) -> pd.DataFrame:
    """The columns of `cleaning_audit.tone_effect` that a reader compares."""
    return effect[["document_id", "raw", "cleaned", "difference", "added"]]


def raw_documents(documents: pd.DataFrame, spans: pd.DataFrame, show: Callable[..., Any]) -> list[Any]:
    """`show(text, spans, title=...)` for the first documents of the corpus, as many as a page can hold."""
    by_document = dict(list(spans.groupby("document_id", sort=False)))
    return [
        show(text, by_document[document_id], title=f"{document_id}: the raw text with its roles")
        for document_id, text in _shown(documents)
        if document_id in by_document
    ]


def _shown(documents: pd.DataFrame) -> list[tuple[str, str]]:
    usable = documents[documents["problem"] == ""].head(MOST_RAW)
    shown: list[tuple[str, str]] = []
    size = 0
    for document_id, text in zip(usable["id"], usable["text"]):
        size += len(text)
        if size > MOST_RAW_CHARACTERS and shown:
            break
        if len(text) <= 4 * MOST_RAW_CHARACTERS:
            shown.append((document_id, text))
    return shown


def first_usable(documents: pd.DataFrame) -> list[str]:
    """Ids of the documents that may be shown in full."""
    return documents.loc[documents["problem"] == "", "id"].head(MOST_RAW).tolist()


def raw_note(documents: pd.DataFrame, usable: int) -> str:
    """Where the raw texts are that the page does not show, of so many `usable` ones. `documents`: with those of `first_usable`."""
    shown = len(_shown(documents))
    told = "Nothing is deleted: what is not article text is labelled and kept. "
    if shown == usable:
        return told + "Each document can be unfolded; the label before a stretch is its role."
    return told + f"{shown} of {usable:,} documents are here; `corpus-utils clean --explain FILE` shows any other in a terminal."


def doubt_note(doubtful: int, decisions: int, sure: float) -> str:
    """How many decisions are doubtful, and how one is overruled."""
    share = f"{doubtful:,} of {decisions:,} decisions are less certain than {sure:.0%}. " if decisions else ""
    return (
        f"Every stretch of every document has a role, the rule that gave it and a confidence. {share}The least certain ones come first. "
        "To overrule one, copy the row in its last column to `overrides.csv` beside the documents (its first line: "
        "`document_id,start,end,role`) and write the right role in its last cell; the next run applies it. Titles, outlets, authors and "
        "dates are decided in `metadata.csv` in the same place (`document_id` or `article_id`, and any of title, outlet, agency, author, "
        "place, language, date)."
    )


def role_table(shares: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """`cleaning_audit.role_shares` with a row per role and a column per outlet: the whole corpus and the `most` outlets with most words."""
    ordered = [0, *shares.iloc[1:].sort_values("words", ascending=False, kind="stable").index[:most]]
    chosen = shares.loc[ordered]
    table = chosen.drop(columns=["documents", "words"]).set_index("outlet").T
    table.index = [str(name).replace("_", " ") for name in table.index]
    return table.rename_axis("role").reset_index()


def role_caption(shares: pd.DataFrame, *, most: int = 5) -> str:
    """What the table of roles shows, and which outlets it leaves out."""
    outlets = len(shares) - 1
    left = f" The {most} outlets with most words are shown, of {outlets:,}." if outlets > most else ""
    return f"Share of the words of each role, in the whole corpus{' and by outlet' if outlets > 0 else ''}.{left}"


def effect_caption(compared: int, usable: int) -> str:
    """What the two tables of effects compare, and on how many documents."""
    some = f" on {compared:,} of {usable:,} documents, evenly spread" if compared < usable else ""
    return f"Mean sentence tone (VADER) of the raw page and of its articles{some}"


def frame_caption(effect: pd.DataFrame) -> str:
    """The frame that uncleaned text would have changed most, in words."""
    known = effect.dropna(subset="difference")
    if known.empty:
        return "Frame cues: no sentence is in a language with cues."
    top = known.loc[known["difference"].abs().idxmax()]
    word = "more" if top["difference"] > 0 else "less"
    moved = f"{abs(top['difference']) * 100:.1f} points {word} on raw pages" if abs(top["difference"]) >= 0.0005 else "no difference"
    return f"Share of sentences with a cue of each frame, on raw pages and in their articles; the largest change: {top['frame']}, {moved}."
