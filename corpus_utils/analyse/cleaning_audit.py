"""The audit of cleaning behind report 01: what was set aside where, what to look at first, and what it changed in the results.

Conventions
    Words are runs of characters between white space in the raw text. `decision` is the row of overrides.csv that gives a stretch the role
    it has now: a person copies it and changes its last cell. What uncleaned text would have done is computed on at most `MOST_COMPARED`
    documents, evenly spread over the corpus; the captions say so.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils.clean.agencies import find_agency
from corpus_utils.schema import ARTICLE_ROLES, ROLES
from corpus_utils.text import excerpt, fold_space

if TYPE_CHECKING:
    import pandas as pd

KEPT = (*ARTICLE_ROLES, "title")
STATED = 30  # stories of which is told where their metadata stand
MOST_COMPARED = 300  # documents on which results with and without cleaning are compared
COMPARED = ("id", "document_id", "part", "text", "language")  # of their sentences, what is needed
SURE = 0.85  # decisions less certain than this are counted as doubtful


def role_shares(counted: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Words of each role per outlet: outlet, documents, words, set_aside (share), then a column of shares per role that occurs.

    `counted` as `corpus.role_words` gives it. The first row is the whole corpus. A document belongs to the outlets its stories state;
    "" where none does.
    """
    import numpy as np
    import pandas as pd

    pairs = articles.loc[articles["outlet"] != "", ["document_id", "outlet"]].drop_duplicates()
    stated: dict[str, str] = {}  # most documents have one outlet
    for document, name in sorted(zip(pairs["document_id"].tolist(), pairs["outlet"].tolist())):
        stated[document] = f"{stated[document]}; {name}" if document in stated else name
    outlet = np.array([stated.get(document, "") for document in counted["document_id"].tolist()], dtype=object)
    names, of = np.unique(outlet, return_inverse=True) if len(outlet) else (np.array([], dtype=object), np.array([], dtype=int))
    role = pd.Categorical(counted["role"], categories=ROLES).codes
    table = np.zeros((len(names), len(ROLES)), dtype=np.int64)
    np.add.at(table, (of, role), counted["words"].to_numpy())
    first = ~counted["document_id"].duplicated().to_numpy()
    documents = np.bincount(of[first], minlength=len(names))
    occurring = np.isin(np.arange(len(ROLES)), role)
    groups = [("all documents", int(documents.sum()), table.sum(axis=0))]
    if len(names) > 1:
        groups += [(str(name) or "outlet not stated", int(count), row) for name, count, row in zip(names, documents, table)]
    aside = np.array([name not in KEPT for name in ROLES])
    rows = []
    for label, count, words in groups:
        share = words / max(1, int(words.sum()))
        told = {"outlet": label, "documents": count, "words": int(words.sum()), "set_aside": float(share[aside & (words > 0)].sum())}
        rows.append({**told, **{name: float(value) for name, value, there in zip(ROLES, share, occurring) if there}})
    return pd.DataFrame(rows)


def least_certain(documents: pd.DataFrame, spans: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """The decisions a person should look at first: text (its start), confidence, role_and_rule, decision; lowest confidence first.

    Stretches without a word (bullets, rules) are not listed; nor is a second one of the same words, role and document.
    """
    texts = dict(zip(documents["id"], documents["text"]))
    doubtful = spans[spans["role"] != "blank"].sort_values(["confidence", "document_id", "start"], kind="stable")
    columns = ["text", "confidence", "role_and_rule", "decision"]
    rows: list[dict[str, Any]] = []
    seen = set()
    for span in doubtful.head(20 * most).to_dict("records"):
        text = texts[span["document_id"]][span["start"] : span["end"]].strip()
        key = (span["document_id"], text, span["role"])
        if key in seen or not any(char.isalnum() for char in text):
            continue
        seen.add(key)
        row = (excerpt(text, length=90), span["confidence"], f"{span['role']}: {span['rule']}", decision(span))
        rows.append(dict(zip(columns, row, strict=True)))
        if len(rows) == most:
            break
    import pandas as pd

    return pd.DataFrame(rows, columns=columns)


def doubtful_documents(spans: pd.DataFrame, *, most: int = 10) -> list[str]:
    """Ids of the documents that `least_certain` looks at."""
    real = spans[spans["role"] != "blank"]
    lowest = real[real["confidence"] <= real["confidence"].nsmallest(20 * most).max()]
    lowest = lowest.sort_values(["confidence", "document_id", "start"], kind="stable").head(20 * most)
    return sorted(set(lowest["document_id"]))


def decision(span: Mapping[Any, Any]) -> str:
    """The row of overrides.csv for a stretch: document_id,start,end,role."""
    cells = io.StringIO()
    csv.writer(cells, lineterminator="").writerow([span["document_id"], span["start"], span["end"], span["role"]])
    return cells.getvalue()


def doubtful_share(spans: pd.DataFrame) -> tuple[int, int]:
    """(decisions less certain than `SURE`, all decisions), blank stretches not counted."""
    real = spans[spans["role"] != "blank"]
    return int((real["confidence"] < SURE).sum()), len(real)


def metadata_evidence(documents: pd.DataFrame, spans: pd.DataFrame, articles: pd.DataFrame, *, most: int = STATED) -> pd.DataFrame:
    """Where each stated title, outlet, agency, author and place stands: story, what, value, evidence. The first `most` stories."""
    import pandas as pd

    usable = documents.set_index("id")
    by_document = dict(list(spans[spans["role"] != "blank"].groupby("document_id", sort=False)))
    rows = []
    for article in articles.head(most).to_dict("records"):
        document = usable.loc[article["document_id"]]
        given = json.loads(document["given"] or "{}")
        lines = by_document[article["document_id"]].to_dict("records") if article["document_id"] in by_document else []
        lines = [{**row, "text": fold_space(document["text"][row["start"] : row["end"]])} for row in lines]
        for name in ("title", "outlet", "agency", "author", "place"):
            if article[name]:
                evidence = _evidence(name, article, given, [row for row in lines if row["story"] in (article["story"], 0)])
                rows.append({"story": article["id"], "what": name, "value": article[name], "evidence": evidence})
    return pd.DataFrame(rows, columns=["story", "what", "value", "evidence"])


_STANDS_IN = {"title": ("title",), "place": ("dateline",), "agency": ("dateline", "byline", "credit"), "author": ("byline", "credit")}


def _evidence(name: str, article: Mapping[Any, Any], given: Mapping[str, Any], lines: Sequence[Mapping[Any, Any]]) -> str:
    """The line a value stands in, with its role and rule; or the record; or nowhere: then a person decided."""
    if given.get(name):
        return "stated by the record or the page's markup"
    value = str(article[name])
    roles = _STANDS_IN.get(name, ())
    wanted = fold_space(value.split(";")[0]).casefold()
    found = [row for row in lines if wanted in row["text"].casefold() or (name == "agency" and find_agency(row["text"])[0] == value)]
    found = found or [row for row in lines if row["role"] in roles and row["story"]]
    if not found:
        return "decided by a person (metadata.csv)"
    places = {role: place for place, role in enumerate(roles)}
    best = min(found, key=lambda row: (places.get(row["role"], len(roles)), row["story"] == 0, row["start"]))
    quoted = "" if best["text"] == value else f"“{excerpt(best['text'], length=110)}”, "
    return f"{quoted}{best['role']}: {best['rule']}"


def compared(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents on which results are compared: all usable ones, or `MOST_COMPARED` evenly spread over them."""
    usable = documents[documents["problem"] == ""].reset_index(drop=True)
    step = len(usable) / MOST_COMPARED
    return usable if step <= 1 else usable.iloc[[int(step * i) for i in range(MOST_COMPARED)]].reset_index(drop=True)


def raw_sentences(documents: pd.DataFrame, languages: Mapping[str, str]) -> pd.DataFrame:
    """Sentences of whole pages, line by line: document_id, text, language."""
    import pandas as pd

    from corpus_utils.sentences import sentence_bounds

    rows = []
    for document_id, text in zip(documents["id"], documents["text"]):
        language = languages.get(document_id, "")
        for line in text.splitlines():
            rows += [(document_id, line[start:end], language) for start, end in sentence_bounds(line, language)]
    return pd.DataFrame(rows, columns=["document_id", "text", "language"])


def tone_effect(documents: pd.DataFrame, sentences: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """What uncleaned text would have done to tone: document_id, raw, cleaned, difference, added, positive_raw, positive.

    `raw` and `cleaned` are means of VADER over sentences: `raw` over every sentence of the whole page, `cleaned` only over those of
    its articles' texts and titles; `added` counts the sentences that only the raw page has; `positive_raw` and `positive` are
    shares of positive sentences. NaN where a page has nothing to score in a language the lexicon knows.
    """
    import numpy as np
    import pandas as pd

    from corpus_utils.annotate.sentiment import score_texts

    chosen = compared(documents)
    languages = sentences.drop_duplicates("document_id").set_index("document_id")["language"].to_dict()
    raw = raw_sentences(chosen, languages)
    raw["score"] = score_texts(raw["text"].tolist(), raw["language"].tolist())["vader"].to_numpy()
    tone = labels[labels["measure"] == "vader"].set_index("unit")["score"]
    kept = sentences[sentences["part"] != "caption"]
    before = dict(list(raw.dropna(subset="score").groupby("document_id")["score"]))
    after = dict(list(kept["id"].map(tone).dropna().groupby(kept["document_id"])))
    rows = []
    for document_id in chosen["id"]:
        pair = [scores.get(document_id, pd.Series(dtype=float)) for scores in (before, after)]
        means = [float(scores.mean()) if len(scores) else np.nan for scores in pair]
        positive = [float((scores >= 0.05).mean()) if len(scores) else np.nan for scores in pair]
        added = max(0, len(pair[0]) - len(pair[1]))
        rows.append((document_id, *means, means[0] - means[1], added, *positive))
    return pd.DataFrame(rows, columns=["document_id", "raw", "cleaned", "difference", "added", "positive_raw", "positive"])


def frame_effect(documents: pd.DataFrame, sentences: pd.DataFrame, codebook: str | Path) -> pd.DataFrame:
    """What uncleaned text would have done to frame cues: frame, raw, cleaned, difference, documents_raw, documents.

    `raw` and `cleaned` are shares of sentences with a cue of the frame, over whole pages and over the titles and texts of their articles;
    `documents_raw` and `documents` count the pages in which the frame would have been, and is, found in a sentence at all. Sentences in
    languages without cues are not counted.
    """
    import pandas as pd

    from corpus_utils.annotate.frames import code_texts, load_codebook

    book = load_codebook(codebook)
    chosen = compared(documents)
    languages = sentences.drop_duplicates("document_id").set_index("document_id")["language"].to_dict()
    kept = sentences[(sentences["part"] != "caption") & sentences["document_id"].isin(chosen["id"])]
    tables = {"raw": raw_sentences(chosen, languages), "cleaned": kept[["document_id", "text", "language"]]}
    found: dict[str, dict[str, tuple[float, int]]] = {}
    for way, table in tables.items():
        coded = code_texts(table["text"].tolist(), [language or "en" for language in table["language"]], book)
        judged = [(owner, set(row["label"])) for owner, row in zip(table["document_id"], coded) if row["status"] != "unsupported"]
        for name in book.names:
            having = [owner for owner, labels in judged if name in labels]
            share = len(having) / len(judged) if judged else float("nan")
            found.setdefault(name, {})[way] = (share, len(set(having)))
    rows = [
        {
            "frame": name, "raw": ways["raw"][0], "cleaned": ways["cleaned"][0], "difference": ways["raw"][0] - ways["cleaned"][0],
            "documents_raw": ways["raw"][1], "documents": ways["cleaned"][1],
        }
        for name, ways in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["frame", "raw", "cleaned", "difference", "documents_raw", "documents"])
