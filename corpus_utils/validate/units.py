"""The units of a sampling frame: what may be drawn, with its context, what it is stratified by, and what the program says of it.

    unit     sentence, passage (one voice), paragraph, article, quote
    measure  `frames` (the project's codebook), `tone` (VADER), any measure of the table `labels`, or a name of your own with `codes`
A frame is a table with a row a unit: id, article_id, text, title, before, after, outlet, period, voice, language, words, status,
label (list), score (the highest), scores (label -> score). Where a unit has no label in the tables yet it is judged here, by the same
functions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus_utils.text import fold_space
from corpus_utils.validate.cells import SheetError

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.pipeline import Tables
    from corpus_utils.project import Project

UNITS = ("sentence", "passage", "paragraph", "article", "quote")
PERIODS = 4  # stretches of time with about as many articles each
TONE = {
    "negative": "Taken as a whole, the words present what they speak of as bad, harmful, wrong or failing.",
    "neutral": "The words take no side for the better or the worse, or good and bad balance.",
    "positive": "Taken as a whole, the words present what they speak of as good, useful, right or succeeding.",
}
TONE_MEASURES = ("vader", "vader_masked", "lexicon2")


@dataclass(frozen=True)
class Measure:
    """What is coded: codes in order, whether several may hold at once, and the codebook page (code, definition, questions, examples)."""

    name: str
    codes: tuple[str, ...]
    multi: bool
    page: tuple[dict[str, str], ...]


def find_measure(name: str, project: Project, codes: tuple[str, ...] = ()) -> Measure:
    """The measure called `name`. Raises SheetError with the names there are; `codes` make a measure of any name."""
    from corpus_utils.annotate.codebook import load_codebook
    from corpus_utils.pipeline import codebook_of

    if codes:
        return Measure(name, codes, False, tuple({"code": code, "definition": ""} for code in codes))
    if name in ("tone", "sentiment", *TONE_MEASURES):
        measure = "vader" if name in ("tone", "sentiment") else name
        return Measure(measure, tuple(TONE), False, tuple({"code": code, "definition": text} for code, text in TONE.items()))
    if name == "frames" or name.startswith("frames."):
        book = load_codebook(codebook_of(project) if name == "frames" else name.split(".")[1])
        page = tuple(
            {
                "code": frame.name,
                "definition": fold_space(frame.definition),
                "questions": "\n".join(frame.items),
                "examples": "\n".join(text for texts in frame.examples.values() for text in texts),
                "not": "\n".join(text for texts in frame.counter_examples.values() for text in texts),
            }
            for frame in book.frames
        )
        return Measure(f"frames.{book.scheme}" if name == "frames" else name, book.names, True, page)
    raise SheetError(
        f"no measure called {name!r}; there are: frames, tone, {', '.join(TONE_MEASURES)}; or give --codes A,B,... of your own"
    )


def frame_units(tables: Tables, unit: str, measure: Measure, project: Project) -> pd.DataFrame:
    """The sampling frame of `unit`, sorted by id. Raises SheetError for an unknown unit or where there is none."""
    makers = {"sentence": _sentences, "passage": _passages, "paragraph": _paragraphs, "article": _articles, "quote": _quotes}
    if unit not in makers:
        raise SheetError(f"no unit called {unit!r}; there are: {', '.join(UNITS)}")
    frame = makers[unit](tables)
    frame = frame[frame["text"].str.contains(r"\w", regex=True)].sort_values("id", ignore_index=True)
    if frame.empty:
        raise SheetError(f"the corpus has no unit of the kind {unit}")
    articles = tables.articles.set_index("id")
    for name in ("title", "outlet", "language", "family"):
        frame[name] = frame["article_id"].map(articles[name]).astype("str")
    frame["period"] = frame["article_id"].map(_periods(tables.articles)).astype("str")
    frame["words"] = frame["text"].str.split().str.len().astype(int)
    return _judged(frame, tables, measure, project)


def _sentences(tables: Tables) -> pd.DataFrame:
    """Sentences, in the voice that has most of their characters."""
    s = tables.sentences
    size = tables.passages.assign(size=tables.passages["end"] - tables.passages["start"])
    voice = size.sort_values(["size", "id"], ascending=[False, True]).drop_duplicates("sentence_id").set_index("sentence_id")["voice"]
    out = s[["id", "article_id", "text"]].assign(voice=s["id"].map(voice).fillna("journalist").astype("str"))
    return _with_neighbours(out, s)


def _passages(tables: Tables) -> pd.DataFrame:
    """Passages, within their sentence and its neighbours."""
    p = tables.passages
    sentence = _with_neighbours(tables.sentences[["id", "article_id", "text"]].copy(), tables.sentences).set_index("id")
    out = p[["id", "article_id", "text", "voice"]].copy()
    whole = p["sentence_id"].map(sentence["text"])
    out["before"] = p["sentence_id"].map(sentence["before"]).astype("str")
    follows = p["sentence_id"].map(sentence["after"]).astype("str")
    # the sentence itself is context where the passage is only part of it
    out["after"] = [f"[{sent}] {after}".strip() if sent != text else after for sent, text, after in zip(whole, p["text"], follows)]
    return out


def _with_neighbours(out: pd.DataFrame, order: pd.DataFrame) -> pd.DataFrame:
    same = order["article_id"].eq(order["article_id"].shift()).to_numpy()
    before = order["text"].shift().where(same, "").fillna("")
    next_same = order["article_id"].eq(order["article_id"].shift(-1)).to_numpy()
    after = order["text"].shift(-1).where(next_same, "").fillna("")
    return out.assign(before=before.astype("str"), after=after.astype("str"))


def _paragraphs(tables: Tables) -> pd.DataFrame:
    s = tables.sentences[tables.sentences["paragraph"] >= 0]
    grouped = s.groupby(["article_id", "paragraph"], sort=False)["text"].agg(" ".join).reset_index()
    grouped["id"] = grouped["article_id"] + "¶" + grouped["paragraph"].astype("str")
    return _with_neighbours(grouped[["id", "article_id", "text"]].assign(voice=""), grouped)


def _articles(tables: Tables) -> pd.DataFrame:
    a = tables.articles
    return a[["id", "text"]].assign(article_id=a["id"], voice="", before="", after="")


def _quotes(tables: Tables) -> pd.DataFrame:
    texts = tables.documents.set_index("id")["text"]
    q = tables.quotes
    cut = [(texts[d], s, e) for d, s, e in zip(q["document_id"], q["start"], q["end"])]
    out = q[["id", "article_id"]].assign(voice=["direct" if kind != "indirect" else kind for kind in q["kind"]])
    out["text"] = [fold_space(text[s:e]) for text, s, e in cut]
    out["before"] = [fold_space(text[max(0, s - 250) : s]) for text, s, e in cut]
    out["after"] = [fold_space(text[e : e + 250]) for text, s, e in cut]
    return out.astype({"text": "str", "before": "str", "after": "str"})


def _periods(articles: pd.DataFrame) -> pd.Series:
    """Article id -> stretch of time; "undated" for those without a date."""
    import pandas as pd

    dated = articles.loc[articles["date_earliest"] != ""].sort_values(["date_earliest", "id"])
    days = sorted(dated["date_earliest"].unique())
    names = {day: f"period {1 + place * min(PERIODS, len(days)) // len(days)}" for place, day in enumerate(days)}
    periods = [names.get(day, "undated") for day in articles["date_earliest"]]
    return pd.Series(periods, index=articles["id"])


def _judged(frame: pd.DataFrame, tables: Tables, measure: Measure, project: Project) -> pd.DataFrame:
    """`frame` with what the program says: status, label, score, scores; status "" where no program knows the measure."""
    known = tables.labels[tables.labels["measure"] == measure.name]
    known = known[known["unit"].isin(frame["id"])]
    missing = frame[~frame["id"].isin(known["unit"])]
    if len(missing):
        made = _judge(missing, measure, project)
        if made is not None:
            import pandas as pd

            known = pd.concat([known, made], ignore_index=True)
    by_unit = known.drop_duplicates("unit").set_index("unit")
    blank: dict[str, Any] = {"status": "", "label": [], "score": float("nan"), "scores": "{}"}
    for name, default in blank.items():
        values = by_unit[name].to_dict()
        frame[name] = [values.get(unit, default) for unit in frame["id"]]
    frame["scores"] = [_scores(text, label, score, measure) for text, label, score in zip(frame["scores"], frame["label"], frame["score"])]
    return frame


def _judge(units: pd.DataFrame, measure: Measure, project: Project) -> pd.DataFrame | None:
    if measure.name.startswith("frames."):
        from corpus_utils.annotate.frames import label_frames
        from corpus_utils.pipeline import codebook_of

        trained = measure.name.endswith(".trained")
        return label_frames(units, codebook_of(project), coder="trained" if trained else "cues")
    if measure.name in TONE_MEASURES:
        from corpus_utils.annotate.sentiment import label_tone

        made = label_tone(units)
        return made[made["measure"] == measure.name]
    return None


def _scores(text: str, label: list[str], score: float, measure: Measure) -> dict[str, float]:
    """A score per code, higher where the program leans to it: its own, or for a tone its distance on the scale."""
    given = json.loads(text) if text else {}
    if set(measure.codes) & set(given):
        return {code: float(given.get(code, 0.0)) for code in measure.codes}
    if measure.codes == tuple(TONE) and score == score:
        return {"negative": max(0.0, -score), "neutral": 1 - abs(score), "positive": max(0.0, score)}
    return {code: float(code in label) for code in measure.codes}
