"""The four elements of a frame, story by story, with the words that carry them (Entman 1993; Matthes & Kohring 2008).

An element is a passage: a problem named, a cause, a judgement, a remedy. The table quotes, per story and element, the passage in which
the cues of the element weigh most and no other element weighs more, if it names the element outright (`element_markers`); an empty cell
says that no passage does. Headlines are no sentences and are left out. Whose words it is, the outlet's or a speaker's, stands beside it.
Nobody has checked them: they are *candidate passages*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from corpus_utils.analyse.element_markers import is_candidate
from corpus_utils.analyse.frame_report import read_evidence, read_scores
from corpus_utils.analyse.lookup import places
from corpus_utils.annotate.codebook import load_codebook
from corpus_utils.annotate.frame_rows import code_units

if TYPE_CHECKING:
    import pandas as pd

SCHEME = "elements"
MOST_STORIES = 12
COLUMNS = ["story", "outlet", "element", "quotation", "voice", "score", "article_id", "sentence_id"]
VOICE = {
    "journalist": "the outlet's own words",
    "direct": "quoted",
    "indirect": "reported speech",
    "caption": "caption",
}


def code_elements(passages: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Passages of the stories (one article a family; captions left out), coded for the elements: the columns of `passages`, and label
    (list), scores (dict), evidence (list)."""
    import pandas as pd

    once = articles.drop_duplicates("family")
    mine = passages[(places(passages["article_id"], once["id"]) >= 0) & (passages["voice"] != "caption").to_numpy()]
    told = code_units(mine, load_codebook(SCHEME))  # what many passages share is read once
    kinds, evidence = list(zip(*told.kinds)), read_evidence(told.evidence.to_pylist())
    scores, out = read_scores(kinds[3]), mine.reset_index(drop=True)
    out["label"] = pd.Series([kinds[1][kind] for kind in told.kind], index=out.index, dtype="object")
    out["scores"], out["evidence"] = [scores[kind] for kind in told.kind], [evidence[why] for why in told.why]
    return out


def find_elements(coded: pd.DataFrame, articles: pd.DataFrame, *, most: int = MOST_STORIES) -> pd.DataFrame:
    """One row per story and element that has a passage, `COLUMNS`; the `most` stories with the most elements, longest first.

    `coded` as `code_elements` makes it of passages and `articles`.
    """
    import pandas as pd

    once = articles.drop_duplicates("family")
    codebook = load_codebook(SCHEME)
    rows = []
    needed = ["article_id", "sentence_id", "text", "language", "voice", "speaker", "label", "scores", "evidence"]
    for passage in coded.loc[[len(label) > 0 for label in coded["label"].tolist()], needed].to_dict("records"):
        scores = passage["scores"]
        best = max(scores, key=lambda name: scores[name]) if scores else ""
        told = best in passage["label"] and passage["voice"] != "headline"
        if told and is_candidate(best, passage["text"], passage["language"], passage["evidence"]):
            rows.append({"element": best, "score": scores[best], **{name: passage[name] for name in ("article_id", "sentence_id", "text")},
                         "voice": _voice(passage)})  # fmt: skip
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.DataFrame(rows).sort_values(["score", "sentence_id"], ascending=[False, True], kind="stable")
    found = found.drop_duplicates(["article_id", "element"])
    about = once.set_index("id")
    found["story"] = [about.at[article, "title"] or _shortened(about.at[article, "text"], 12) for article in found["article_id"]]
    found["outlet"] = found["article_id"].map(about["outlet"])
    found["quotation"] = [text.strip("“”„«»\"' ") for text in found["text"]]
    size = found.groupby("article_id")["element"].transform("size")
    length = found["article_id"].map(about["text"].str.len())
    place = {name: number for number, name in enumerate(codebook.names)}
    found = found.assign(size=size, length=length, place=found["element"].map(place))
    found = found.sort_values(["size", "length", "article_id", "place"], ascending=[False, False, True, True], kind="stable")
    kept = found["article_id"].drop_duplicates().head(most)
    return found[found["article_id"].isin(kept)][COLUMNS].reset_index(drop=True)


def element_blocks(found: pd.DataFrame, head: Callable[..., Any], define: Callable[..., Any]) -> list[Any]:
    """Per story a heading and its elements, quoted, with whose words they are: `head` is blocks.section, `define` blocks.definitions."""
    out = []
    for _, group in found.groupby("article_id", sort=False):
        story, outlet = group["story"].iat[0], group["outlet"].iat[0]
        told = {row["element"]: f"“{row['quotation']}” ({row['voice']})" for row in group.to_dict("records")}
        out += [head(f"{story} ({outlet})" if outlet else story, level=3), define(told)]
    return out


def elements_in_words(found: pd.DataFrame, stories: int) -> str:
    """What the candidate passages are, and how many of the stories shown have one for each element."""
    shown = found["article_id"].nunique()
    if not shown:
        return "No passage names a problem, a cause, a judgement or a remedy outright enough to be quoted as a candidate."
    counts = found.groupby("element")["article_id"].nunique()
    told = ", ".join(f"a {name} in {int(counts.get(name, 0))}" for name in load_codebook(SCHEME).names)
    picked = f" They are the {shown} of {stories} stories with the most of them, so this says nothing of how often stories have them."
    where = "the story shown" if shown == 1 else f"the {shown} stories shown"
    return (
        f"Candidate passages, found by wordings; nobody has checked them. In {where} they may name {told}. "
        "Where no passage names an element outright, nothing is quoted." + (picked if shown == MOST_STORIES else "")
    )


def _voice(passage: dict[str, str]) -> str:
    told = VOICE.get(passage["voice"], passage["voice"])
    return f"{told}, {passage['speaker']}" if passage["speaker"] else told


def _shortened(text: str, most: int) -> str:
    words = text.strip("“”„«»\"' ").split()
    return " ".join(words[:most]) + (" …" if len(words) > most else "")
