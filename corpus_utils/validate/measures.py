"""What may be coded, and what the program says of a unit: frames, tone, tone towards actors, topics, or codes of your own.

frames         the project's codebook (or `frames.NAME`), several codes a unit
tone           VADER's three sides; vader_masked and lexicon2 the other lexicons'
target_tone    tone towards an actor, of mentions
topics         the topic that an article is mainly about, of the model of report 02
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from corpus_utils.parts import Tables
from corpus_utils.text import fold_space
from corpus_utils.validate.cells import SheetError

if TYPE_CHECKING:
    import pandas as pd

    from corpus_utils.analyse.topics import TopicModel
    from corpus_utils.project import Project

TONE = {
    "negative": "Taken as a whole, the words present what they speak of as bad, harmful, wrong or failing.",
    "neutral": "The words take no side for the better or the worse, or good and bad balance.",
    "positive": "Taken as a whole, the words present what they speak of as good, useful, right or succeeding.",
}
TOWARDS = {
    "negative": "The sentence puts the actor in [[brackets]] in a bad light: blames, doubts, mocks, threatens, or tells of a failure.",
    "neutral": "The sentence names the actor without taking a side, or good and bad balance.",
    "positive": "The sentence puts the actor in [[brackets]] in a good light: praises, supports, trusts, or tells of a success.",
}
TONE_MEASURES = ("vader", "vader_masked", "lexicon2")
TARGETS = "target_tone"
TOPICS = "topics"
OTHER = "none of these"  # the code of an article that none of the topics fits
SPOKEN = {"tone": "vader", "sentiment": "vader", "targets": TARGETS}  # what people say -> measure in the table of labels
UNIT = {**dict.fromkeys(TONE_MEASURES, "passage"), TARGETS: "mention"}  # what reports label by it; else articles
MODELS: WeakKeyDictionary[Tables, TopicModel] = WeakKeyDictionary()


@dataclass(frozen=True)
class Measure:
    """What is coded: codes in order, whether several may hold at once, and the codebook page (code, definition, questions, examples)."""

    name: str
    codes: tuple[str, ...]
    multi: bool
    page: tuple[dict[str, str], ...]


def find_measure(name: str, project: Project, codes: tuple[str, ...] = (), *, unit: str = "") -> Measure:
    """The measure called `name`; `codes` make a measure of any name. Codes of topics are known only with the tables: `topic_measure`.

    `frames` of articles ("": articles) are those of the coder that leads report 04, of any smaller `unit` those of cues.
    Raises SheetError with the names there are.
    """
    from corpus_utils.annotate.codebook import load_codebook
    from corpus_utils.pipeline.inputs import codebook_of

    name = SPOKEN.get(name, name)
    if codes:
        return Measure(name, codes, False, tuple({"code": code, "definition": ""} for code in codes))
    if name in (*TONE_MEASURES, TARGETS):
        page = TOWARDS if name == TARGETS else TONE
        return Measure(name, tuple(page), False, tuple({"code": code, "definition": text} for code, text in page.items()))
    if name == TOPICS:
        return Measure(TOPICS, (), False, ())
    if name == "frames" or name.startswith("frames."):
        book = load_codebook(codebook_of(project) if name == "frames" else name.split(".")[1])
        page_of_book = tuple(
            {
                "code": frame.name,
                "definition": fold_space(frame.definition),
                "questions": "\n".join(frame.items),
                "examples": "\n".join(text for texts in frame.examples.values() for text in texts),
                "not": "\n".join(text for texts in frame.counter_examples.values() for text in texts),
            }
            for frame in book.frames
        )
        told = _leading(book.scheme, project, unit) if name == "frames" else name
        return Measure(told, book.names, True, page_of_book)
    known = ", ".join(("frames", "tone", *TONE_MEASURES, "targets", TOPICS))
    raise SheetError(f"no measure called {name!r}; there are: {known}; or give --codes A,B,... of your own")


def _leading(scheme: str, project: Project, unit: str) -> str:
    from corpus_utils.annotate.frames import measure_name

    return measure_name(scheme, project.choices["coder"][0] if unit in ("", "article") else "cues")


def measure_of(design: dict[str, Any]) -> Measure:
    """The measure that a sample was drawn for, from its design."""
    return Measure(str(design["measure"]), tuple(design["codes"]), bool(design["multi"]), tuple(design["codebook"]))


def topic_measure(tables: Tables, project: Project) -> Measure:
    """The topics of report 02 as codes, and one for none of them. Raises SheetError where there are no topics."""
    model = reported_topics(tables, project)
    if not len(model.topics):
        raise SheetError(f"there are no topics to code: {model.reason}")
    rows = [(name, f"The story is mainly about what these words tell of: {', '.join(words[:10])}.") for name, words in
            zip(model.topics["name"], model.topics["words"])]  # fmt: skip
    rows.append((OTHER, "The story is mainly about something else."))
    return Measure(TOPICS, tuple(name for name, _ in rows), False, tuple({"code": name, "definition": text} for name, text in rows))


def reported_topics(tables: Tables, project: Project, *, k: int = 0) -> TopicModel:
    """The topic model as report 02 finds it when its parameters are as shipped, but for `k`; fitted once for the same tables."""
    from corpus_utils.analyse.adequacy import gate
    from corpus_utils.analyse.house_words import house_words
    from corpus_utils.analyse.topic_report import find_topics

    if tables not in MODELS:
        articles = articles_of_topics(tables, project)
        house = house_words(articles["text"].tolist(), articles["outlet"].tolist())["word"].tolist()
        MODELS[tables] = find_topics(articles, gate(articles, kind=project.kind), k=k, house=house, seed=project.seed)
    return MODELS[tables]


def articles_of_topics(tables: Tables, project: Project) -> pd.DataFrame:
    """The articles report 02 reads: of one language and, of a large corpus, a random sample (`pipeline.draw_stories`)."""
    from corpus_utils.analyse.one_language import main_language, of_language
    from corpus_utils.pipeline import draw_stories

    articles = draw_stories(tables, project.stories, seed=project.seed)[0].articles
    return of_language(articles, main_language(articles))


def judge(frame: pd.DataFrame, tables: Tables, measure: Measure, project: Project) -> pd.DataFrame:
    """`frame` with what the program says: status, label, score, scores; status "" where no program knows the measure."""
    import pandas as pd

    if measure.name == TOPICS:
        known = _topic_labels(frame, tables, measure, project)
    else:
        columns = ["unit", "measure", "status", "label", "score", "scores"]
        wanted = set(frame["id"])
        known = tables.read("labels", columns, measure=[measure.name], unit=wanted)
        missing = frame[~frame["id"].isin(known["unit"])]
        made = _judge_now(missing, measure, project) if len(missing) else None
        if made is not None:
            known = pd.concat([known, made], ignore_index=True)
    by_unit = known.drop_duplicates("unit").set_index("unit")
    blank: dict[str, Any] = {"status": "", "label": [], "score": float("nan"), "scores": "{}"}
    for name, default in blank.items():
        values = by_unit[name].to_dict()
        frame[name] = [values.get(unit, default) for unit in frame["id"]]
    frame["scores"] = [_scores(text, label, score, measure) for text, label, score in zip(frame["scores"], frame["label"], frame["score"])]
    return frame


def _judge_now(units: pd.DataFrame, measure: Measure, project: Project) -> pd.DataFrame | None:
    if measure.name.startswith("frames."):
        from corpus_utils.annotate.frames import CODERS, label_frames
        from corpus_utils.pipeline.inputs import codebook_of

        coder = measure.name.rpartition(".")[2]
        if units["id"].equals(units["article_id"]):
            units = units.drop(columns="article_id")  # which tells the coders that these are whole articles
        return label_frames(units, codebook_of(project), coder=coder if coder in CODERS else "cues")
    if measure.name in TONE_MEASURES:
        from corpus_utils.annotate.sentiment import label_tone

        made = label_tone(units)
        return made[made["measure"] == measure.name]
    return None


def _topic_labels(frame: pd.DataFrame, tables: Tables, measure: Measure, project: Project) -> pd.DataFrame:
    """The strongest topic of each article, and its shares of all; abstained where a text has no known words."""
    import pandas as pd

    model = reported_topics(tables, project)
    names = model.topics["name"].tolist()
    shares = model.weights.set_index("id")[model.topics["topic"].tolist()] if names else pd.DataFrame()
    rows = []
    for unit, family in zip(frame["id"], frame["family"]):
        row = shares.loc[family].to_numpy() if family in shares.index else None
        if row is None or not row.sum() > 0:
            rows.append({"unit": unit, "status": "abstained", "label": [], "score": float("nan"), "scores": "{}"})
            continue
        scores = {name: float(share) for name, share in zip(names, row)} | {OTHER: 0.0}
        rows.append({"unit": unit, "status": "judged", "label": [names[int(row.argmax())]], "score": float(row.max()),
                     "scores": json.dumps(scores, ensure_ascii=False)})  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "status", "label", "score", "scores"])


def _scores(text: str, label: list[str], score: float, measure: Measure) -> dict[str, float]:
    """A score per code, higher where the program leans to it: its own, or for a tone its distance on the scale."""
    given = json.loads(text) if text else {}
    if set(measure.codes) & set(given):
        return {code: float(given.get(code, 0.0)) for code in measure.codes}
    if measure.codes == tuple(TONE) and score == score:
        return {"negative": max(0.0, -score), "neutral": 1 - abs(score), "positive": max(0.0, score)}
    return {code: float(code in label) for code in measure.codes}
