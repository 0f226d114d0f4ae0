"""What was read, what was set aside and why: the tables behind report 01.

Words are runs of characters between white space in the raw text, so that shares of roles add up to the whole document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.findings import finding, findings_table
from corpus_utils.analyse.lookup import places
from corpus_utils.analyse.sources import published
from corpus_utils.schema import ARTICLE_ROLES, ROLES
from corpus_utils.tokens import count_runs, count_runs_between

if TYPE_CHECKING:
    import pandas as pd

REPORT = "01_corpus"
FACTS = ("id", "source", "format", "problem")  # of documents, what is needed beside their text
CUTS = ("document_id", "start", "end", "role", "story", "confidence")  # of spans


def counted_roles(tables: Any) -> pd.DataFrame:
    """`role_words` of a corpus (`parts.Tables`), part by part: its texts are not held together."""
    import pandas as pd

    both = tables.together(documents=["id", "text"], spans=["document_id", "start", "end", "role"])
    counted = pd.concat([role_words(documents, spans) for documents, spans in both], ignore_index=True)
    return counted.sort_values("document_id", kind="stable", ignore_index=True)


def stories(tables: Any) -> pd.DataFrame:
    """`articles` with the number of their `words` instead of their texts."""
    told: pd.DataFrame = tables.read("articles", keep=_without_texts)
    return told


def _without_texts(articles: pd.DataFrame) -> pd.DataFrame:
    return articles.assign(words=_words(articles)).drop(columns="text")


def _words(articles: pd.DataFrame) -> list[int]:
    return articles["words"].tolist() if "words" in articles else count_runs(articles["text"].tolist()).tolist()


def role_words(documents: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Words per document and role: document_id, role, words, share (of the document's words). Only roles that occur."""
    import numpy as np
    import pandas as pd

    ids, owner = documents["id"].tolist(), places(spans["document_id"], documents["id"])
    ends = (spans["start"].to_numpy(dtype=np.int64), spans["end"].to_numpy(dtype=np.int64))
    words = count_runs_between(documents["text"].tolist(), owner, *ends)
    role = places(spans["role"], pd.Series(ROLES, dtype="str"))
    table = np.zeros((len(ids), len(ROLES)), dtype=np.int64)
    np.add.at(table, (owner, role), words)
    table = table[np.argsort(np.array(ids, dtype=object), kind="stable")] if len(ids) else table
    document, role = np.nonzero(table)
    told, names = table[document, role], sorted(ids)
    share = told / table.sum(axis=1)[document]
    columns = {"document_id": [names[number] for number in document.tolist()], "role": [ROLES[number] for number in role.tolist()]}
    made = pd.DataFrame(columns | {"words": told, "share": share})
    return made.astype({"document_id": "str", "role": "str"})


def set_aside(counted: pd.DataFrame) -> pd.DataFrame:
    """One row per document: document_id, words, article_words, set_aside (share). Of `role_words`."""
    article = counted["role"].isin((*ARTICLE_ROLES, "title"))
    table = counted.groupby("document_id", sort=True)["words"].sum().to_frame("words")
    kept = counted[article].groupby("document_id")["words"].sum()
    table["article_words"] = kept.reindex(table.index, fill_value=0).astype(int)
    table["set_aside"] = 1 - table["article_words"] / table["words"]
    return table.reset_index()


def mostly(counted: pd.DataFrame, document: str) -> str:
    """The roles that took most of what was set aside of a document, with their words."""
    away = counted[(counted["document_id"] == document) & ~counted["role"].isin((*ARTICLE_ROLES, "title"))]
    first = away.sort_values(["words", "role"], ascending=[False, True]).head(3)
    return ", ".join(f"{role} ({words} words)" for role, words in zip(first["role"], first["words"]))


def problems(documents: pd.DataFrame) -> pd.DataFrame:
    """Documents that could not be used: id, source, problem."""
    return documents.loc[documents["problem"] != "", ["id", "source", "problem"]].reset_index(drop=True)


def date_evidence(articles: pd.DataFrame) -> pd.DataFrame:
    """One row per piece of evidence on an article's date: article_id, source, text, reading, candidates, used."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for article_id, evidence in zip(articles["id"], articles["date_evidence"]):
        # the same words may stand twice on a page, as captions do
        for item in {(item.get("source"), item.get("text"), item.get("reading")): item for item in json.loads(evidence)}.values():
            rows.append(
                {
                    "article_id": article_id,
                    "source": item.get("source", ""),
                    "text": item.get("text", ""),
                    "reading": item.get("reading", ""),
                    "candidates": ", ".join(map(str, item.get("candidates") or [])),
                    "used": "dates it" if item.get("used") else "does not date it",
                }
            )
    return pd.DataFrame(rows, columns=["article_id", "source", "text", "reading", "candidates", "used"])


def corpus_findings(documents: pd.DataFrame, counted: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The numbers of report 01: documents, stories, words set aside (`counted`: see `role_words`), metadata stated or missing."""
    aside = set_aside(counted)
    words, kept = int(aside["words"].sum()), int(aside["article_words"].sum())
    usable = int((documents["problem"] == "").sum())
    dated = articles["date_earliest"] != ""
    exact = dated & (articles["date_earliest"] == articles["date_latest"])
    about = {
        "n_articles": len(articles),
        "n_outlets": articles.loc[articles["outlet"] != "", "outlet"].nunique(),
        "gate": "description",
        "n_families": articles["family"].nunique(),
        "dedup": "each",
    }
    rows = [
        finding("documents", len(documents), measure="documents read", unit="document", **about),
        finding("problems", len(documents) - usable, measure="documents that could not be used", unit="document", **about),
        finding("stories", len(articles), measure="stories found", unit="article", **about),
        finding(
            "families",
            articles["family"].nunique(),
            measure="distinct stories, copies counted once",
            unit="article",
            **{**about, "dedup": "once"},
        ),
        finding("words", words, measure="words read", unit="word", n_units=words, **about),
        finding("kept", kept, measure="words of titles and article text", unit="word", n_units=words, **about),
        finding(
            "aside",
            1 - kept / words if words else 0.0,
            measure="share of words set aside",
            unit="word",
            denominator="words read",
            n_units=words,
            **about,
        ),
    ]
    for name in ("outlet", "agency", "author", "place", "language", "title"):
        stated = int((articles[name] != "").sum())
        rows.append(
            finding(
                f"with-{name}", stated, measure=f"stories whose {name} is stated", denominator="stories", n_units=len(articles), **about
            )
        )
    rows.append(finding("outlets", about["n_outlets"], measure="outlets stated", unit="outlet", **about))
    rows.append(
        finding("dated", int(exact.sum()), measure="stories dated to the day", denominator="stories", n_units=len(articles), **about)
    )
    rows.append(
        finding(
            "partly-dated",
            int((dated & ~exact).sum()),
            measure="stories dated to a range",
            denominator="stories",
            n_units=len(articles),
            **about,
        )
    )
    rows.append(
        finding("undated", int((~dated).sum()), measure="stories without a date", denominator="stories", n_units=len(articles), **about)
    )
    return findings_table(REPORT, rows)


def story_table(articles: pd.DataFrame) -> pd.DataFrame:
    """One row per story with what is stated about it: story, title, source, published, words, flags.

    `source` names the outlet, the agency, the author and the place, as far as they are stated; `published` tells of an undated story
    what its text rules out.
    """
    import pandas as pd

    sources = [
        "; ".join(filter(None, [outlet, agency and f"agency {agency}", author and f"by {author}", place]))
        for outlet, agency, author, place in zip(articles["outlet"], articles["agency"], articles["author"], articles["place"])
    ]
    dates = [date or ruled_out(bounds) for date, bounds in zip(published(articles), articles["date_bounds"])]
    return pd.DataFrame(
        {
            "story": articles["id"],
            "title": articles["title"],
            "source": sources,
            "published": dates,
            "words": _words(articles),
            "flags": articles["flags"].map(", ".join).replace("", "none"),
        }
    )


def ruled_out(bounds: str) -> str:
    """What the text of an undated story leaves possible, in words; "" where it says nothing."""
    from corpus_utils.wording import day

    low, high = (json.loads(bounds or "[]") or [None, None])[:2]
    whole = str(low)[4:] == "-01-01" and str(high)[4:] == "-12-31"
    first, last = (str(low)[:4], str(high)[:4]) if whole else (day(low or ""), day(high or ""))
    if low and high:
        return f"undated; by its text between {first} and {last}"
    return f"undated; by its text not before {day(low)}" if low else f"undated; by its text not after {day(high)}" if high else ""


def family_table(articles: pd.DataFrame) -> pd.DataFrame:
    """Families of more than one text, largest first: first_text (title or id), texts, outlets, relations (what the others are to it)."""

    sizes = articles["family"].value_counts()
    told = articles[["family", "family_role", "title", "outlet"]]
    told = told[told["family"].isin(sizes.index[sizes > 1])]
    table = sizes[sizes > 1].sort_index().rename("texts").rename_axis("family").reset_index()
    first = told[told["family_role"] == "original"].drop_duplicates("family").set_index("family")["title"]
    titles = table["family"].map(first).fillna("").astype("str")
    table["first_text"] = titles.where(titles != "", table["family"])
    table["outlets"] = table["family"].map(told[told["outlet"] != ""].groupby("family")["outlet"].nunique()).fillna(0).astype(int)
    others = told[told["family_role"] != "original"].groupby(["family", "family_role"], sort=True).size().reset_index(name="times")
    said = (others["family_role"] + " (" + others["times"].astype("str") + ")").groupby(others["family"]).agg(", ".join)
    table["relations"] = table["family"].map(said).fillna("").astype("str")
    table = table[["first_text", "texts", "outlets", "relations"]]
    return table.sort_values("texts", ascending=False, kind="stable", ignore_index=True)


def outlet_table(articles: pd.DataFrame) -> pd.DataFrame:
    """Outlets as stated, most stories first, the missing ones last: outlet, stories, words, dated (to a day), with_agency, with_author."""
    import pandas as pd

    rows = []
    for outlet, group in articles.assign(words=_words(articles)).groupby("outlet", sort=True):
        exact = (group["date_earliest"] != "") & (group["date_earliest"] == group["date_latest"])
        words = int(group["words"].sum())
        stated = [int((group[name] != "").sum()) for name in ("agency", "author")]
        rows.append((outlet or "not stated", len(group), words, int(exact.sum()), *stated))
    table = pd.DataFrame(rows, columns=["outlet", "stories", "words", "dated", "with_agency", "with_author"])
    order = (table["outlet"] == "not stated").astype(int) * 10**9 - table["stories"]
    return table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)
