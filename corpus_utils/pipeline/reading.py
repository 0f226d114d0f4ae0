"""Documents from files to stored parts: files are read in groups, ids are given over a whole source, parts are cut by ids.

Only ids, sources and digests of all documents are held together. Texts are read where a part is missing: ten new documents among a
hundred thousand read the files they came in, and those of their part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils import schema
from corpus_utils.engine import run_parts
from corpus_utils.parts import join_tables
from corpus_utils.pipeline.inputs import require_sources
from corpus_utils.pipeline.running import compute
from corpus_utils.project import Project, ProjectError
from corpus_utils.store import FileIndex, Store, code_fingerprint, cut_names, fingerprint

if TYPE_CHECKING:
    import pandas as pd

PART = 512  # documents, about: bounds memory and what one changed document costs
FILES = 512  # files read together, about
TOGETHER = 8  # parts cut from what was read at a time: files whose order is not that of the ids are read once for all of them
LARGE = 1 << 20  # bytes of a file that is read alone
FACTS = ("id", "source", "sha256", "extra", "problem")  # of every document


class ReadJob(NamedTuple):
    """Some files of one source, and the key of what is read from them."""

    project: Project
    root: Path
    files: tuple[Path, ...]
    key: str


def read_job(job: ReadJob) -> dict[str, pd.DataFrame]:
    """The rows of some files."""
    from corpus_utils.load import load_files

    return {"documents": load_files(job.files, job.root, columns=job.project.columns)}


def _read_files(job: ReadJob) -> None:
    Store(job.project.store).ensure("read", job.key, partial(read_job, job))


def store_documents(project: Project, *, progress: Any = None) -> list[str]:
    """Keys of the parts of `documents`, in order, all of them in the store.

    They are kept as a step of their own: where no file changed, no document is read to know them. Raises LoadError where no document is
    usable.
    """
    import pandas as pd

    store = Store(project.store)
    jobs = _read_jobs(project)
    read = [job.key for found in jobs for job in found]
    key = fingerprint(read, PART, code_fingerprint("corpus_utils.load"))

    def make() -> dict[str, pd.DataFrame]:
        for found in jobs:
            compute("read", _read_files, found, project, progress=progress, label="files read")
        keys = _store_parts(project, jobs, progress=progress)
        return {"keys": pd.DataFrame({"key": pd.Series(keys, dtype="str")})}

    keys = store.get("corpus", key, make)["keys"]["key"].tolist()
    store.use("documents", keys)
    store.use("read", read)
    return keys


def documents_of(project: Project, key: str) -> pd.DataFrame:
    """One stored part of `documents`."""
    return Store(project.store).table("documents", key, "documents", partial(documents_again, project, key))


def documents_again(project: Project, wanted: str) -> dict[str, pd.DataFrame]:
    """A part of `documents` whose stored form was damaged, from the sources."""
    jobs = _read_jobs(project)
    for found in jobs:
        compute("read", _read_files, found, project, progress=None, label="files read")
    facts = _facts(project, jobs)
    for key, rows in _cut(project, facts):
        if key == wanted:
            return {"documents": _with_texts(project, _numbered(jobs), rows)}
    raise ProjectError("the documents changed while they were being read; run the command again")


def _read_jobs(project: Project) -> list[list[ReadJob]]:
    """Of each source the groups of files that are read together."""
    from corpus_utils.load import list_source

    require_sources(project)
    index, code = FileIndex(project.store / "files.json"), code_fingerprint("corpus_utils.load")
    jobs = []
    for source in project.sources:
        listing = list_source(source)
        names = [path.relative_to(listing.root).as_posix() for path in listing.files]
        groups = [(listing.files[first:last], names[first:last]) for first, last in _groups(listing.files, names)]
        keyed = [(files, fingerprint([(name, index.sha256(path)) for name, path in zip(own, files)], project.columns, code))
                 for files, own in groups]  # fmt: skip
        jobs.append([ReadJob(project, listing.root, tuple(files), key) for files, key in keyed])
    return jobs


def _groups(files: Sequence[Path], names: list[str]) -> list[tuple[int, int]]:
    """Ranges of files that are read together: large ones alone, the small ones between them in runs."""
    large = [number for number, path in enumerate(files) if path.is_file() and path.stat().st_size >= LARGE]
    runs = zip([0, *(number + 1 for number in large)], [*large, len(files)])
    small = [(start + first, start + last) for start, end in runs for first, last in cut_names(names[start:end], FILES)]
    return sorted([*small, *((number, number + 1) for number in large)])


def _facts(project: Project, jobs: list[list[ReadJob]]) -> pd.DataFrame:
    """`FACTS` of every document, sorted by id, with where its text is: `group`, the number of the read part, and `row` in it."""
    from corpus_utils.load import require_usable, unique_ids

    store, loaded, group = Store(project.store), [], 0
    for found in jobs:
        parts = []
        for job in found:
            part = store.table("read", job.key, "documents", partial(read_job, job), columns=FACTS)
            parts.append(part.assign(group=group, row=range(len(part))))
            group += 1
        loaded.append(unique_ids(parts))
    facts = join_tables(loaded).sort_values("id", kind="stable", ignore_index=True)
    if facts["id"].duplicated().any():
        twice = facts.loc[facts["id"].duplicated(), "id"].iat[0]
        raise ProjectError(f"two sources hold a document called {twice!r}: rename one, or give the folder above both as the source")
    return require_usable(facts, ", ".join(str(source) for source in project.sources))


def _cut(project: Project, facts: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """(key, rows of `facts`) of every part."""
    code = code_fingerprint("corpus_utils.load")
    ids, digests, sources = facts["id"].tolist(), facts["sha256"].tolist(), facts["source"].tolist()
    cuts = cut_names(ids, PART)
    return [(fingerprint(ids[a:b], digests[a:b], sources[a:b], project.columns, code), facts.iloc[a:b]) for a, b in cuts]


class CutJob(NamedTuple):
    """Some parts of `documents` in a row: their keys and rows of `_facts`, and the groups of files they lie in, by their numbers."""

    project: Project
    groups: dict[int, ReadJob]
    parts: list[tuple[str, pd.DataFrame]]


def _store_parts(project: Project, jobs: list[list[ReadJob]], *, progress: Any) -> list[str]:
    """Have all parts of `documents` in the store; their keys."""
    store, parts, groups = Store(project.store), _cut(project, _facts(project, jobs)), _numbered(jobs)
    missing = [(key, rows) for key, rows in parts if not store.has("documents", key)]
    runs = [missing[first : first + TOGETHER] for first in range(0, len(missing), TOGETHER)]
    made = [CutJob(project, {group: groups[group] for _, rows in run for group in rows["group"].unique().tolist()}, run) for run in runs]
    engine = project.engine if len(made) > 1 else "serial"
    run_parts(_make_parts, made, engine=engine, workers=project.workers, label="documents put in order", progress=progress)
    return [key for key, _ in parts]


def _make_parts(job: CutJob) -> None:
    import pandas as pd

    store = Store(job.project.store)
    texts, at = _with_texts(job.project, job.groups, pd.concat([rows for _, rows in job.parts])), 0
    for key, rows in job.parts:
        part = texts.iloc[at : at + len(rows)].reset_index(drop=True)
        store.ensure("documents", key, lambda part=part: {"documents": part})  # type: ignore[misc]  # mypy cannot infer a default
        at += len(rows)


def _numbered(jobs: list[list[ReadJob]]) -> dict[int, ReadJob]:
    """Groups of files by their numbers, as `_facts` tells them."""
    return dict(enumerate(job for found in jobs for job in found))


def _with_texts(project: Project, groups: Mapping[int, ReadJob], facts: pd.DataFrame) -> pd.DataFrame:
    """Whole rows of `documents` for rows of `_facts`, in their order."""
    import numpy as np

    store = Store(project.store)
    wanted = facts.assign(place=np.arange(len(facts)))
    found = []
    for group, rows in wanted.groupby("group", sort=True):
        job = groups[group]
        table = store.table("read", job.key, "documents", partial(read_job, job)).iloc[rows["row"]]
        found.append(table.assign(id=rows["id"].to_numpy(), extra=rows["extra"].to_numpy(), place=rows["place"].to_numpy()))
    joined = join_tables(found).sort_values("place", ignore_index=True).drop(columns="place")
    return schema.validate("documents", joined.astype({"id": "str", "extra": "str"}))
