"""What needs all parts of `mentions`: the corpus' names, the table `actors`, and which mentions are read for the tone towards them.

Every step here is of a part, or of the summaries of parts, which were made with the part: `mentions` lies in the store under the names
its part gave, and is read under those of the corpus. Where ten articles are new, the summaries are added up again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils.parts import Change, StoredTable
from corpus_utils.pipeline.inputs import actors_file, corrections_of
from corpus_utils.pipeline.labelling import PartJob, label_job
from corpus_utils.pipeline.running import compute
from corpus_utils.project import Project
from corpus_utils.store import Store, StoreError, code_fingerprint, cut_names, fingerprint

if TYPE_CHECKING:
    import pandas as pd

TARGETS = 2000  # mentions judged at a time: a minute of one core


def store_actors(
    project: Project, mentions: StoredTable, named: tuple[StoredTable, StoredTable], jobs: list[PartJob], *, progress: Any = None
) -> tuple[StoredTable, tuple[Any, ...]]:
    """`mentions` under the corpus' names, and the parts of `labels` with the tone towards their actors; `named` is `actor_tables`.

    The tone of some mentions is a step of its own in the store: it reads sentence vectors, and only of the mentions drawn.
    """
    naming, actors = named
    drawn = _store_drawn(project, actors, naming, replace(mentions, name="forms"), jobs, progress=progress)
    change = Change(_Naming(naming, drawn), ("id", "actor", "rule"), ("actor", "rule", "chance"))
    return replace(mentions, change=change), _store_targets(project, drawn, progress=progress)


def actor_tables(project: Project, mentions: StoredTable) -> tuple[StoredTable, StoredTable]:
    """`renames` (name, actor, rule) and, made from them, `actors`: steps of their own, from the summaries of all parts of `mentions`."""
    keys = [key for _, key, _ in mentions.parts]
    key = fingerprint(keys, actors_file(project), code_fingerprint("corpus_utils.annotate.actor_parts"))
    naming = StoredTable(project.store, "renames", (("names", key, partial(make_names, project, mentions)),))
    budget = project.vector_budget // 2  # a mention costs more than the vector of a sentence does
    codes = [code_fingerprint(f"corpus_utils.annotate.{module}") for module in ("actor_counts", "target_draw")]
    make = partial(make_actors, mentions, naming, budget)
    return naming, StoredTable(project.store, "actors", (("actors", fingerprint(keys, key, budget, codes), make),))


def make_names(project: Project, mentions: StoredTable) -> dict[str, pd.DataFrame]:
    """`renames` of all parts."""
    import pandas as pd
    import pyarrow as pa

    from corpus_utils.annotate.actor_parts import merge_names

    names, spelt, short = (replace(mentions, name=name).each() for name in ("names", "spelt", "short"))
    renames = merge_names(names, spelt, short, corrections_of(project))
    pa.default_memory_pool().release_unused()  # else the process keeps what the tables of all parts took
    rows = [(name, actor, rule) for name, (actor, rule) in sorted(renames.items())]
    return {"renames": pd.DataFrame(rows, columns=["name", "actor", "rule"]).astype("str")}


def make_actors(mentions: StoredTable, naming: StoredTable, budget: int) -> dict[str, pd.DataFrame]:
    """`actors`, and with it `leading` (actors) and `chances` (outlet, chance; empty where everyone is judged) of the draw."""
    import pandas as pd

    from corpus_utils.annotate.actor_counts import count_actors, tally_casts
    from corpus_utils.annotate.target_draw import plan_draw

    forms, casts = (replace(mentions, name=name).each() for name in ("forms", "casts"))
    tally = tally_casts(forms, casts, _as_renames(naming()))
    draw = plan_draw(tally, budget)
    return {
        "actors": count_actors(tally),
        "leading": pd.DataFrame({"actor": pd.Series(sorted(draw.leading), dtype="str")}),
        "chances": pd.DataFrame([*draw.chances.items()], columns=["outlet", "chance"]).astype({"outlet": "str", "chance": "float64"}),
        "plan": pd.DataFrame({"everyone": [draw.everyone]}),
    }


def _mentions(part: PartJob) -> pd.DataFrame:
    """The mentions of a part under its own names, with the columns that drawing needs."""
    return _of_part(part, "mentions", ["id", "article_id", "sentence_id", "at", "text", "actor", "rule"])


def _renames(job: DrawJob) -> dict[str, tuple[str, str]]:
    def lost() -> dict[str, pd.DataFrame]:
        raise StoreError(f"{project.store}: names of actors were damaged or removed while they were in use; run the command again")

    project = job.part.project
    return _as_renames(Store(project.store).table("names", job.names, "renames", lost))


def _of_part(part: PartJob, name: str, columns: list[str]) -> pd.DataFrame:
    return Store(part.project.store).table("part", part.key, name, partial(label_job, part), columns=columns)


def _as_renames(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    return dict(zip(table["name"], zip(table["actor"], table["rule"])))


class DrawJob(NamedTuple):
    """One part whose mentions are drawn by a plan, under the corpus' names, which lie in the store under `names`."""

    part: PartJob
    names: str
    draw: Any
    key: str


def _draw_jobs(naming: StoredTable, forms: StoredTable, jobs: list[PartJob], draw: Any) -> list[DrawJob]:
    """A job a part, named by the names that may change what is drawn of it: rare ones change with every new article."""
    code = code_fingerprint("corpus_utils.annotate.target_draw")
    known = {name: actor for name, (actor, _) in _as_renames(naming()).items()}
    if not draw.everyone:
        known = {name: actor for name, actor in known.items() if not draw.leading.isdisjoint((name, actor))}
    plan = (draw.everyone, sorted(draw.leading), dict(draw.chances))
    ((_, names, _),) = naming.parts
    made, named = [], replace(forms, only=(("given", frozenset(known)),))
    for job, part in zip(jobs, named.each(["given"]), strict=True):
        own = sorted(set(part["given"]))
        made.append(DrawJob(job, names, draw, fingerprint(job.key, [(name, known[name]) for name in own], plan, code)))
    return made


def _store_drawn(
    project: Project, actors: StoredTable, naming: StoredTable, forms: StoredTable, jobs: list[PartJob], *, progress: Any
) -> StoredTable:
    """The mentions that are judged, with their sentences, in order: id, chance, article_id, text, start, end, language."""
    from corpus_utils.annotate.target_draw import Draw

    leading, chances, plan = (StoredTable(project.store, name, actors.parts)() for name in ("leading", "chances", "plan"))
    draw = Draw(bool(plan["everyone"].iat[0]), frozenset(leading["actor"]), dict(zip(chances["outlet"], chances["chance"].tolist())))
    made = _draw_jobs(naming, forms, jobs, draw) if draw.everyone or draw.leading else []
    compute("draw", _make_draw, made, project, progress=progress, label="mentions drawn")
    parts = tuple(("draw", job.key, partial(draw_job, job)) for job in made)
    key = fingerprint([job.key for job in made], code_fingerprint("corpus_utils.annotate.target_draw"))

    def make() -> dict[str, pd.DataFrame]:
        import pandas as pd

        empty = {"id": "str", "chance": "float64", "article_id": "str", "text": "str", "start": "int64", "end": "int64", "language": "str"}
        found = StoredTable(project.store, "drawn", parts)() if parts else pd.DataFrame(columns=list(empty))
        return {"drawn": found.astype(empty)}

    Store(project.store).ensure("drawn", key, make)
    return StoredTable(project.store, "drawn", (("drawn", key, make),))


def draw_job(job: DrawJob) -> dict[str, pd.DataFrame]:
    """The mentions of a part that are judged, placed in their sentences."""
    from corpus_utils.annotate.actor_parts import rename
    from corpus_utils.annotate.actor_table import placed
    from corpus_utils.annotate.target_draw import draw_part

    part = job.part
    drawn = draw_part(rename(_mentions(part), _renames(job)), _of_part(part, "articles", ["id", "outlet"]), job.draw)
    drawn = drawn[drawn["chance"] > 0]
    told = placed(drawn, _of_part(part, "sentences", ["id", "text", "language"])).assign(chance=drawn["chance"].to_numpy())
    return {"drawn": told[["id", "chance", "article_id", "text", "start", "end", "language"]].reset_index(drop=True)}


def _make_draw(job: DrawJob) -> None:
    Store(job.part.project.store).ensure("draw", job.key, partial(draw_job, job))


class _Naming:
    """Gives parts of `mentions` the corpus' names and the chance with which each was drawn; both are read once."""

    def __init__(self, naming: StoredTable, drawn: StoredTable) -> None:
        self.naming, self.drawn = naming, drawn
        self._known: tuple[dict[str, tuple[str, str]], dict[str, float]] | None = None

    def __call__(self, mentions: pd.DataFrame) -> pd.DataFrame:
        import numpy as np

        from corpus_utils.annotate.actor_parts import rename

        if self._known is None:
            drawn = self.drawn(["id", "chance"])
            self._known = _as_renames(self.naming()), dict(zip(drawn["id"], drawn["chance"]))
        renames, chances = self._known
        chance = np.array([chances.get(name, 0.0) for name in mentions["id"].tolist()], dtype=float)
        return rename(mentions, renames).assign(chance=chance)


class TargetJob(NamedTuple):
    """Some mentions whose tone is judged."""

    project: Project
    placed: pd.DataFrame
    key: str


def _store_targets(project: Project, drawn: StoredTable, *, progress: Any) -> tuple[Any, ...]:
    """Parts of `labels` with the tone towards the actors of the mentions drawn."""
    told = drawn().drop(columns="chance")
    code = code_fingerprint("corpus_utils.annotate.targets")
    jobs = []
    for first, last in cut_names(told["id"].tolist(), TARGETS):  # at places the ids tell, so that new documents move few of them
        part = told.iloc[first:last].reset_index(drop=True)
        jobs.append(TargetJob(project, part, fingerprint(part.to_json(orient="values"), code)))
    compute("targets", _make_targets, jobs, project, progress=progress, label="tone towards actors")
    return tuple(("targets", job.key, partial(judge_part, job.placed)) for job in jobs)


def _make_targets(job: TargetJob) -> None:
    Store(job.project.store).ensure("targets", job.key, partial(judge_part, job.placed))


def judge_part(placed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tone towards the actors of some mentions: a pure function, so any engine may run it."""
    from corpus_utils.annotate.targets import label_targets

    return {"labels": label_targets(placed)}
