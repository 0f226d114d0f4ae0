"""The line from sources to labelled tables, computed part by part and kept in the store.

    sources -> load -> clean -> families -> sentences -> annotate

A part is a run of some five hundred documents in the order of their ids, cut where the ids say (`store.partition`). What a part holds
depends only on its documents, the settings, the code of the steps and what the corpus tells about its lines, and that is what names it
in the store: a rerun computes only the parts that changed. Workers read documents from the store and write what they make into it, so
that no process holds more than a part, and on a cluster the store's folder is what machines share.

    inputs      what the tables depend on beside the code          naming   actors of the corpus, from summaries of parts
    reading     files to parts of `documents`                      copies   families, from the sketches of parts
    labelling   a part of `documents` to a part of all the others  coding   articles coded by coders that read vectors
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from corpus_utils.engine import kept_workers, seldom_collected
from corpus_utils.parts import StoredTable, Tables, only_articles
from corpus_utils.pipeline.coding import store_coded
from corpus_utils.pipeline.copies import families_table, marked, spellings_of
from corpus_utils.pipeline.labelling import label_job, store_labels
from corpus_utils.pipeline.naming import actor_tables, store_actors
from corpus_utils.pipeline.reading import documents_again, store_documents
from corpus_utils.pipeline.running import compute_beside
from corpus_utils.project import Project
from corpus_utils.store import Store, fingerprint

TABLES = ("documents", "spans", "articles", "sentences", "quotes", "passages", "labels", "mentions", "phrasings")


@seldom_collected()
def build_corpus(project: Project, *, progress: Any = None) -> Tables:
    """All tables up to `labels`, from the store where nothing changed; each is read when it is asked for.

    Raises LoadError or ProjectError where there is no usable document. One unreadable file does not stop the corpus: it is
    a row of `documents` with its `problem`.
    """
    with kept_workers():
        keys = store_documents(project, progress=progress)
        jobs = store_labels(project, keys, progress=progress)
    parts = tuple(("part", job.key, partial(label_job, job)) for job in jobs)
    stored = {name: StoredTable(project.store, name, parts) for name in TABLES[1:]}
    again = tuple(("documents", key, partial(documents_again, project, key)) for key in keys)
    families, (naming, actors) = families_table(stored["articles"]), actor_tables(project, stored["mentions"])
    compute_beside(project, families.parts, naming.parts + actors.parts, parts=len(parts), progress=progress)
    with kept_workers():  # others: what those have in memory is of no use here
        mentions, judged = store_actors(project, stored["mentions"], (naming, actors), jobs, progress=progress)
        coded = store_coded(project, stored["sentences"], jobs, progress=progress)
    return Tables(
        **stored
        | {"documents": StoredTable(project.store, "documents", again), "families": families, "spellings": spellings_of(families)}
        | {"articles": replace(stored["articles"], change=marked(families)), "mentions": mentions, "actors": actors}
        | {"labels": replace(stored["labels"], parts=parts + judged + coded)}
    )


def draw_stories(tables: Tables, most: int, *, seed: int = 0) -> tuple[Tables, float]:
    """The tables of about `most` stories drawn at random where there are more, and the chance of each; 0: all of them.

    What is drawn are families, each with all its articles and with the same chance, by a hash of its id: a story more or less changes
    few draws, and a larger sample holds the smaller. Every share and mean of the sample estimates that of the corpus.
    """
    families = tables.families
    stories = families["family_id"].unique().tolist()
    if not 0 < most < len(stories):
        return tables, 1.0
    chance, salt = most / len(stories), f"{seed} "
    drawn = {name for name in stories if int(fingerprint(salt + name)[:16], 16) < chance * 2**64}
    return only_articles(tables, frozenset(families.loc[families["family_id"].isin(drawn), "id"])), chance


def prune_store(project: Project) -> int:
    """Remove what this process did not ask for: parts of older inputs, settings or code. How many were removed."""
    store = Store(project.store)
    return store.prune(store.used)
