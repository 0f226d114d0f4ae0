"""Documents from files to stored parts: files are read in groups, ids are given over a whole source, parts are cut by ids.

Only ids, sources and digests of all documents are held together. Texts are read where a part is missing: ten new documents among a
hundred thousand read the files they came in, and those of their part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
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


class Block(NamedTuple):
    """A table of what was read from some files."""

    job: ReadJob
    name: str

    def read(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The table, or some columns of it."""
        return Store(self.job.project.store).table("read", self.job.key, self.name, partial(read_job, self.job), columns=columns)


def read_job(job: ReadJob) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of some files: `block0`, `block1`, ..., one at a time."""
    from corpus_utils.load import load_blocks

    return ((f"block{number}", block) for number, block in enumerate(load_blocks(job.files, job.root, columns=job.project.columns)))


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
    blocks = _blocks(jobs)
    for key, rows in _cut(project, _facts(project, blocks)):
        if key == wanted:
            return {"documents": _with_texts(_numbered(blocks), rows)}
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


def _blocks(jobs: list[list[ReadJob]]) -> list[list[Block]]:
    """Of each source the blocks that were read."""
    return [
        [Block(job, name) for job in found for name in Store(job.project.store).names("read", job.key, partial(read_job, job))]
        for found in jobs
    ]


def _facts(project: Project, blocks: list[list[Block]]) -> pd.DataFrame:
    """`FACTS` of every document, sorted by id, with where its text is: the number of the `block`, and the `row` in it."""
    from corpus_utils.load import require_usable, unique_ids

    loaded, numbers = [], count()
    for found in blocks:
        parts = [block.read(FACTS) for block in found]
        loaded.append(unique_ids(part.assign(block=next(numbers), row=range(len(part))) for part in parts))
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
    """Some parts of `documents` in a row: their keys and rows of `_facts`, and the blocks they lie in, by their numbers."""

    project: Project
    blocks: dict[int, Block]
    parts: list[tuple[str, pd.DataFrame]]


def _store_parts(project: Project, jobs: list[list[ReadJob]], *, progress: Any) -> list[str]:
    """Have all parts of `documents` in the store; their keys."""
    found = _blocks(jobs)
    store, parts, blocks = Store(project.store), _cut(project, _facts(project, found)), _numbered(found)
    missing = [(key, rows) for key, rows in parts if not store.has("documents", key)]
    runs = [missing[first : first + TOGETHER] for first in range(0, len(missing), TOGETHER)]
    made = [CutJob(project, {number: blocks[number] for _, rows in run for number in rows["block"].unique().tolist()}, run) for run in runs]
    engine = project.engine if len(made) > 1 else "serial"
    run_parts(_make_parts, made, engine=engine, workers=project.workers, label="documents put in order", progress=progress)
    return [key for key, _ in parts]


def _make_parts(job: CutJob) -> None:
    import pandas as pd

    store = Store(job.project.store)
    texts, at = _with_texts(job.blocks, pd.concat([rows for _, rows in job.parts])), 0
    for key, rows in job.parts:
        part = texts.iloc[at : at + len(rows)].reset_index(drop=True)
        store.ensure("documents", key, lambda part=part: {"documents": part})  # type: ignore[misc]  # mypy cannot infer a default
        at += len(rows)


def _numbered(blocks: list[list[Block]]) -> dict[int, Block]:
    """Blocks by their numbers, as `_facts` tells them."""
    return dict(enumerate(block for found in blocks for block in found))


def _with_texts(blocks: Mapping[int, Block], facts: pd.DataFrame) -> pd.DataFrame:
    """Whole rows of `documents` for rows of `_facts`, in their order."""
    import numpy as np

    wanted = facts.assign(place=np.arange(len(facts)))
    found = []
    for number, rows in wanted.groupby("block", sort=True):
        table = blocks[number].read().iloc[rows["row"]]
        found.append(table.assign(id=rows["id"].to_numpy(), extra=rows["extra"].to_numpy(), place=rows["place"].to_numpy()))
    joined = join_tables(found).sort_values("place", ignore_index=True).drop(columns="place")
    return schema.validate("documents", joined.astype({"id": "str", "extra": "str"}))
