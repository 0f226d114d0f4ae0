"""Whole articles coded by the frame coders that read sentence vectors: of a large corpus a sample of them, part by part."""

from __future__ import annotations

import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.parts import StoredTable, join_tables
from corpus_utils.pipeline.inputs import codebook_content, codebook_of
from corpus_utils.pipeline.labelling import PartJob, label_job
from corpus_utils.pipeline.running import compute
from corpus_utils.project import Project
from corpus_utils.store import Store, code_fingerprint, fingerprint

if TYPE_CHECKING:
    import pandas as pd


class FrameJob(NamedTuple):
    """One part whose articles are coded, each with the same chance."""

    project: Project
    part: PartJob
    chance: float
    key: str


def store_coded(project: Project, sentences: StoredTable, jobs: list[PartJob], *, progress: Any = None) -> tuple[Any, ...]:
    """Parts of `labels` with those of whole articles by coders that read vectors; each part is a step of its own.

    Of more sentences than the budget, half the articles are coded, or a quarter, ...: those whose id has a small checksum, so that a
    few new articles change few draws and every article has the same chance.
    """
    if not project.vector_budget:
        return ()
    count, chance = sum(len(part) for part in sentences.each(["position"])), 1.0
    while count * chance > project.vector_budget > 0:
        chance /= 2
    book, code = codebook_content(project), code_fingerprint("corpus_utils.annotate.frames")
    made = [FrameJob(project, job, chance, fingerprint(job.key, chance, book, code)) for job in jobs]
    compute("frames", _make_frames, made, project, progress=progress, label="articles coded")
    return tuple(("frames", job.key, partial(frame_job, job)) for job in made)


def _make_frames(job: FrameJob) -> None:
    Store(job.project.store).ensure("frames", job.key, partial(frame_job, job))


def frame_job(job: FrameJob) -> dict[str, pd.DataFrame]:
    """Articles under a codebook by vectors, by the shipped coder, and by all coders together."""
    from corpus_utils.annotate.frames import label_frames, load_codebook

    book = load_codebook(codebook_of(job.project))
    wanted = ["id", "text", "language"]
    articles = Store(job.project.store).table("part", job.part.key, "articles", partial(label_job, job.part), columns=wanted)
    drawn = articles[[zlib.crc32(name.encode()) < job.chance * 2**32 for name in articles["id"]]].reset_index(drop=True)
    coded = join_tables([label_frames(drawn, book, coder=coder) for coder in ("vectors", "trained", "combined")])
    place = {name: number for number, name in enumerate(drawn["id"])}  # by article, so that how the corpus was cut does not show
    return {"labels": coded.sort_values("unit", key=lambda unit: unit.map(place), kind="stable", ignore_index=True)}
