"""Parts of documents to parts of all other tables: the steps from cleaning to labels, which look at nothing beyond their part.

Lines that recur are evidence from the whole corpus, so two rounds are made: lines are counted part by part, and what all counts together
say of a part's own lines travels with it and names it.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.parts import join_tables
from corpus_utils.pipeline.inputs import clean_settings, codebook_of, corrections_of, part_settings
from corpus_utils.pipeline.reading import documents_of
from corpus_utils.pipeline.running import compute
from corpus_utils.project import Project
from corpus_utils.store import Store, code_fingerprint, fingerprint

if TYPE_CHECKING:
    import pandas as pd


class PartJob(NamedTuple):
    """One part to be made: the project, the documents' key, what is known of its lines, and the key of what is made."""

    project: Project
    documents: str
    recurring: Any
    key: str


class LinesJob(NamedTuple):
    """One part of documents whose lines are counted."""

    project: Project
    documents: str
    key: str


def store_labels(project: Project, documents: list[str], *, progress: Any = None) -> list[PartJob]:
    """A job for every part of documents, the tables of all of them in the store."""
    jobs = _name_parts(project, documents, progress=progress)
    store = Store(project.store)
    large_first = sorted(jobs, key=lambda job: -store.size("documents", job.documents))  # else workers wait for the one that got the last
    compute("part", _make_part, large_first, project, progress=progress, label="documents read and annotated")
    return jobs


def _name_parts(project: Project, keys: list[str], *, progress: Any = None) -> list[PartJob]:
    code, lines_code = code_fingerprint("corpus_utils.pipeline.labelling"), code_fingerprint("corpus_utils.clean.known_lines")
    settings = part_settings(project)
    jobs = [LinesJob(project, key, fingerprint(key, lines_code)) for key in keys]
    compute("lines", _make_lines, jobs, project, progress=progress, label="lines counted")
    known = _known_lines(project, jobs, fingerprint([job.key for job in jobs], lines_code))
    return [PartJob(project, key, told, fingerprint(key, told.told(), settings, code)) for key, told in zip(keys, known, strict=True)]


def _known_lines(project: Project, jobs: list[LinesJob], key: str) -> list[Any]:
    """What all parts together say of the lines of each; a step of its own, so that an unchanged corpus is opened without asking again."""
    from corpus_utils.clean.known_lines import KnownLines

    store = Store(project.store)

    def make() -> dict[str, pd.DataFrame]:
        import pandas as pd

        from corpus_utils.clean.known_lines import settle
        from corpus_utils.clean.recurring import LineSummary, merge

        held = [store.get("lines", job.key, partial(lines_job, job)) for job in jobs]
        whole = merge(LineSummary.from_tables(made) for made in held).often()
        told = [settle(whole, made["lines"]).to_table().assign(part=number) for number, made in enumerate(held)]
        return {"known": pd.concat(told, ignore_index=True)}

    table = store.get("known", key, make)["known"]
    parts = dict(list(table.groupby("part", sort=True)))
    return [KnownLines.from_table(parts.get(number, table.head(0))) for number in range(len(jobs))]


def lines_job(job: LinesJob) -> dict[str, pd.DataFrame]:
    """How often each line occurs (see `LineSummary.to_tables`), and `lines`: the key of every line of the part, by stated outlet."""
    from corpus_utils.clean.known_lines import count_lines

    summary, lines = count_lines(*texts_and_outlets(documents_of(job.project, job.documents)))
    return summary.to_tables() | {"lines": lines}


def _make_lines(job: LinesJob) -> None:
    Store(job.project.store).ensure("lines", job.key, partial(lines_job, job))


def recurring_lines(documents: pd.DataFrame) -> Any:
    """Summary of lines repeated across documents, by the outlet the record states (see `clean.recurring`)."""
    from corpus_utils.clean.recurring import summarise_lines

    return summarise_lines(*texts_and_outlets(documents))


def texts_and_outlets(documents: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Texts of the usable documents, and the outlet that each states, "" where none."""
    usable = documents[documents["problem"] == ""]
    return usable["text"].tolist(), [str(json.loads(given).get("outlet") or "") for given in usable["given"]]


def label_job(job: PartJob) -> dict[str, pd.DataFrame]:
    """All tables of one part, with what is needed to find its copies and the names of its actors elsewhere."""
    from corpus_utils.annotate.actor_counts import cast_part
    from corpus_utils.annotate.actor_parts import code_mentions, names_of_part
    from corpus_utils.families import sketch_tables, sketch_texts

    made = label_part((job.project, documents_of(job.project, job.documents), job.recurring))
    sketches = sketch_tables(sketch_texts(made["articles"]["text"].tolist()))
    coded = code_mentions(made["mentions"])
    names = names_of_part(coded) | cast_part(made["mentions"], made["articles"], coded)
    return made | {f"sketch_{name}": table for name, table in sketches.items()} | names


def _make_part(job: PartJob) -> None:
    Store(job.project.store).ensure("part", job.key, partial(label_job, job))


def label_part(job: tuple[Project, pd.DataFrame, Any]) -> dict[str, pd.DataFrame]:
    """Everything from `spans` to `labels` for one part of documents: a pure function, so any engine may run it.

    Tone is judged per passage (one voice) and per whole sentence (what is usually done, for comparison); frame cues per passage and
    per article, because a share of sentences and a coded article are different measures.
    """
    project, documents, recurring = job
    import pyarrow as pa
    import pyarrow.compute as pc

    from corpus_utils.annotate.actor_table import mention_table
    from corpus_utils.annotate.frames import label_frames, load_codebook
    from corpus_utils.annotate.phrasing import find_phrasings
    from corpus_utils.annotate.quotes import find_quotes
    from corpus_utils.annotate.sentiment import label_tone
    from corpus_utils.annotate.voices import split_voices
    from corpus_utils.clean import clean_documents
    from corpus_utils.sentences import split_sentences

    spans, articles = clean_documents(documents, settings=clean_settings(project), recurring=recurring)
    sentences = split_sentences(articles, spans, documents)
    quotes = find_quotes(articles)
    passages = split_voices(sentences, quotes, documents)
    codebook = load_codebook(codebook_of(project))
    wanted = ["id", "article_id", "text", "language"]
    whole = articles.assign(article_id=articles["id"])
    toned = label_tone(join_tables([passages[wanted], sentences[wanted]]))
    coded = label_frames(join_tables([passages[wanted], whole[wanted]]), codebook)
    labels = join_tables([toned, coded])
    # article by article, so that the order of rows does not tell where parts were cut
    place = pc.index_in(pa.array(labels["article_id"]), value_set=pa.array(articles["id"])).to_numpy()
    labels = labels.iloc[place.argsort(kind="stable")].reset_index(drop=True)
    engine = "spacy" if project.names == "spacy" else "names"
    mentions = mention_table(articles, sentences, passages, corrections=corrections_of(project), engine=engine)
    made = {"spans": spans, "articles": articles, "sentences": sentences, "quotes": quotes, "passages": passages, "labels": labels}
    return made | {"mentions": mentions, "phrasings": find_phrasings(passages)}
