"""The line from sources to labelled tables, computed part by part and kept in the store.

    sources -> load -> clean -> families -> sentences -> annotate

A part is a run of some five hundred documents in the order of their ids, cut where the ids say (`store.partition`). What a part holds
depends only on its documents, the settings, the code of the steps and what the corpus tells about its lines, and that is what names it
in the store: a rerun computes only the parts that changed. Workers read documents from the store and write what they make into it, so
that no process holds more than a part, and on a cluster the store's folder is what machines share.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus_utils import schema
from corpus_utils.parts import Change, only_articles
from corpus_utils.parts import StoredTable as StoredTable
from corpus_utils.parts import Tables as Tables
from corpus_utils.parts import join_tables
from corpus_utils.project import Project, ProjectError
from corpus_utils.store import FileIndex, Store, code_fingerprint, cut_names, fingerprint

if TYPE_CHECKING:
    import pandas as pd

PART = 512  # documents, about: bounds memory and what one changed document costs
FILES = 512  # files read together, about
TARGETS = 2000  # mentions judged at a time: a minute of one core
TABLES = ("documents", "spans", "articles", "sentences", "quotes", "passages", "labels", "mentions", "phrasings")
ARTICLE_FACTS = ("id", "document_id", "outlet", "language", "date_earliest", "date_latest")


def source_files(project: Project) -> list[tuple[Path, Path]]:
    """(source, file) for every file of every source, sorted. Raises ProjectError for a source that is not there."""
    from corpus_utils.load import find_files

    _require_sources(project)
    return [(source, path) for source in project.sources for path in find_files(source)]


def _require_sources(project: Project) -> None:
    for source in project.sources:
        if not any(char in str(source) for char in "*?[") and not source.exists():
            raise ProjectError(f"{source}: there is no such file or folder. Check `sources` in corpus.toml, or the --source given")


def inputs_fingerprint(project: Project) -> str:
    """Hash of every source file's name and content and of the settings; reads only files that changed since last time."""
    index = FileIndex(project.store / "files.json")
    paths = [path for _, path in source_files(project)] + list(filter(None, [*overrides_of(project), actors_file(project)]))
    paths += coded_files(project)
    files = [(_below(project, path), index.sha256(path)) for path in paths]
    index.save()
    return fingerprint(files, project.settings())


def coded_files(project: Project) -> list[Path]:
    """Files of coded samples: what coders hand back changes the reports, not the tables."""
    return sorted(path for path in (project.root / "validation").rglob("*") if path.is_file() and not path.name.startswith((".", "~")))


def source_digests(project: Project) -> dict[str, str]:
    """A short digest of every source file, by its source's name and its path below it: what two runs are compared by."""
    index = FileIndex(project.store / "files.json")
    found = {(Path(source.name) / path.relative_to(source) if path != source and path.is_relative_to(source) else Path(path.name)): path
             for source, path in source_files(project)}  # fmt: skip
    return {name.as_posix(): index.sha256(path)[:16] for name, path in found.items()}


def _below(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.as_posix()


def build_corpus(project: Project, *, progress: Any = None) -> Tables:
    """All tables up to `labels`, from the store where nothing changed; each is read when it is asked for.

    Raises LoadError or ProjectError where there is no usable document. One unreadable file does not stop the corpus: it is
    a row of `documents` with its `problem`.
    """
    keys = _store_documents(project, progress=progress)
    jobs = _name_parts(project, keys, progress=progress)
    _compute("part", _make_part, jobs, project, progress=progress, label="documents read and annotated")
    parts = tuple(("part", job.key, partial(label_job, job)) for job in jobs)
    stored = {name: StoredTable(project.store, name, parts) for name in TABLES[1:]}
    again = tuple(("documents", key, partial(_documents_again, project, key)) for key in keys)
    families = _families(project, stored["articles"], parts)
    actors = name_actors(project, stored, [job.key for job in jobs], progress=progress)
    actors["labels"] = code_articles(project, stored, actors["labels"], jobs, progress=progress)
    marking = Change(_Marking(families), ("id", "flags"), ("family", "family_role", "flags"))
    return Tables(
        **stored
        | {"documents": StoredTable(project.store, "documents", again), "families": families}
        | {"articles": replace(stored["articles"], change=marking)}
        | actors
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


class PartJob(NamedTuple):
    """One part to be made: the project, the documents' key, what is known of its lines, and the key of what is made."""

    project: Project
    documents: str
    recurring: Any
    key: str


def load_sources(project: Project, *, progress: Any = None) -> pd.DataFrame:
    """The `documents` of every source, sorted by id. Raises LoadError where none is usable."""
    from corpus_utils.load import list_source, require_usable, unique_ids

    store, code = Store(project.store), code_fingerprint("corpus_utils.load")
    index = FileIndex(project.store / "files.json")
    _require_sources(project)
    loaded = []
    for source in project.sources:
        listing = list_source(source)
        names = [path.relative_to(listing.root).as_posix() for path in listing.files]
        jobs = []
        for first, last in cut_names(names, FILES):
            files = tuple(listing.files[first:last])
            key = fingerprint([(name, index.sha256(path)) for name, path in zip(names[first:last], files)], project.columns, code)
            jobs.append(ReadJob(project, listing.root, files, key))
        _compute("read", _read_files, jobs, project, progress=progress, label="files read")
        loaded += [unique_ids(store.get("read", job.key, partial(read_job, job))["documents"] for job in jobs)]
    documents = join_tables(loaded).sort_values("id", kind="stable", ignore_index=True)
    if documents["id"].duplicated().any():
        twice = documents.loc[documents["id"].duplicated(), "id"].iat[0]
        raise ProjectError(f"two sources hold a document called {twice!r}: rename one, or give the folder above both as the source")
    require_usable(documents, ", ".join(str(source) for source in project.sources))
    return schema.validate("documents", documents)


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


def _compute(step: str, work: Any, jobs: list[Any], project: Project, *, progress: Any, label: str) -> None:
    """Have every job's part in the store, those that are missing by the project's engine."""
    from corpus_utils.engine import run_parts

    store = Store(project.store)
    missing = [job for job in jobs if not store.has(step, job.key)]
    engine = project.engine if len(missing) > 1 else "serial"
    run_parts(work, missing, engine=engine, workers=project.workers, label=label, progress=progress)
    store.use(step, [job.key for job in jobs])


def _store_documents(project: Project, *, progress: Any = None) -> list[str]:
    """Keys of the parts of `documents`, in order, all of them in the store.

    They are kept as a step of their own: where no file changed, no document is read to know them.
    """
    import pandas as pd

    store = Store(project.store)
    key = fingerprint(inputs_fingerprint(project), PART, FILES, code_fingerprint("corpus_utils.load"))

    def make() -> dict[str, pd.DataFrame]:
        keys = []
        for name, part in _document_parts(project, load_sources(project, progress=progress)):
            store.ensure("documents", name, lambda part=part: {"documents": part})  # type: ignore[misc]  # mypy cannot infer a default
            keys.append(name)
        read = sorted(name for step, name in store.used if step == "read")
        return {"keys": pd.DataFrame({"key": pd.Series(keys, dtype="str")}), "read": pd.DataFrame({"key": pd.Series(read, dtype="str")})}

    found = store.get("corpus", key, make)
    keys = found["keys"]["key"].tolist()
    store.use("documents", keys)
    store.use("read", found["read"]["key"])
    return keys


def _document_parts(project: Project, documents: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    code = code_fingerprint("corpus_utils.load")
    ids, digests, extras = documents["id"].tolist(), documents["sha256"].tolist(), documents["source"].tolist()
    cuts = cut_names(ids, PART)
    keys = [fingerprint(ids[a:b], digests[a:b], extras[a:b], project.columns, code) for a, b in cuts]
    return [(key, documents.iloc[a:b].reset_index(drop=True)) for key, (a, b) in zip(keys, cuts)]


def _documents_again(project: Project, wanted: str) -> dict[str, pd.DataFrame]:
    """A part of `documents` whose stored form was damaged, from the sources."""
    for key, part in _document_parts(project, load_sources(project)):
        if key == wanted:
            return {"documents": part}
    raise ProjectError("the documents changed while they were being read; run the command again")


def documents_of(project: Project, key: str) -> pd.DataFrame:
    """One stored part of `documents`."""
    return Store(project.store).table("documents", key, "documents", partial(_documents_again, project, key))


def _name_parts(project: Project, keys: list[str], *, progress: Any = None) -> list[PartJob]:
    """A job for every part. Lines that recur are evidence from the whole corpus: what it says of a part's lines names the part, too."""
    from corpus_utils.clean.known_lines import settle
    from corpus_utils.clean.recurring import LineSummary, merge

    code, lines_code = code_fingerprint("corpus_utils.pipeline"), code_fingerprint("corpus_utils.clean.known_lines")
    settings = [project.settings(), *overrides_of(project), actors_file(project)]  # a path stands for its content
    jobs = [LinesJob(project, key, fingerprint(key, lines_code)) for key in keys]
    _compute("lines", _make_lines, jobs, project, progress=progress, label="lines counted")
    store = Store(project.store)
    held = [store.get("lines", job.key, partial(lines_job, job)) for job in jobs]
    whole = merge(LineSummary.from_json(made["summary"]["json"].iat[0]) for made in held)
    found = []
    for key, made in zip(keys, held):
        known = settle(whole, made["lines"])
        found.append(PartJob(project, key, known, fingerprint(key, known.told(), settings, code)))
    return found


class LinesJob(NamedTuple):
    """One part of documents whose lines are counted."""

    project: Project
    documents: str
    key: str


def lines_job(job: LinesJob) -> dict[str, pd.DataFrame]:
    """`summary`: how often each line occurs, as JSON; `lines`: the key of every line of the part, by stated outlet."""
    import pandas as pd

    from corpus_utils.clean.known_lines import keys_by_group

    texts, groups = _texts_and_outlets(documents_of(job.project, job.documents))
    summary = pd.DataFrame({"json": pd.Series([_summary(texts, groups).to_json()], dtype="str")})
    return {"summary": summary, "lines": keys_by_group(texts, groups)}


def _make_lines(job: LinesJob) -> None:
    Store(job.project.store).ensure("lines", job.key, partial(lines_job, job))


def label_job(job: PartJob) -> dict[str, pd.DataFrame]:
    """All tables of one part, with what is needed to find its copies elsewhere."""
    from corpus_utils.engine import seldom_collected
    from corpus_utils.families import sketch_tables, sketch_texts

    with seldom_collected():
        made = label_part((job.project, documents_of(job.project, job.documents), job.recurring))
        sketches = sketch_tables(sketch_texts(made["articles"]["text"].tolist()))
    return made | {f"sketch_{name}": table for name, table in sketches.items()}


def _make_part(job: PartJob) -> None:
    Store(job.project.store).ensure("part", job.key, partial(label_job, job))


def _families(project: Project, articles: StoredTable, parts: Any) -> StoredTable:
    """The table `families` of the corpus: a step of its own, from the sketches of all parts."""
    key = fingerprint([key for _, key, _ in parts], code_fingerprint("corpus_utils.families"))

    def make() -> dict[str, pd.DataFrame]:
        from corpus_utils.families import SKETCH_TABLES, find_families, merge_sketches, sketches_of

        sketches = [StoredTable(project.store, f"sketch_{name}", parts).each() for name in SKETCH_TABLES]
        merged = merge_sketches([sketches_of(dict(zip(SKETCH_TABLES, tables))) for tables in zip(*sketches)])
        return {"families": find_families(articles(["id", "title", "outlet", "date_latest"]), sketches=merged)}

    Store(project.store).ensure("families", key, make)
    return StoredTable(project.store, "families", (("families", key, make),))


class _Marking:
    """Parts of `articles` with their families, which are read once."""

    def __init__(self, families: StoredTable) -> None:
        self.families, self._known = families, None

    def __call__(self, articles: pd.DataFrame) -> pd.DataFrame:
        from corpus_utils.families import mark_families

        if self._known is None:
            self._known = self.families().set_index("id")
        return mark_families(articles, self._known.loc[articles["id"]])


def name_actors(project: Project, stored: dict[str, StoredTable], keys: list[str], *, progress: Any = None) -> dict[str, Any]:
    """What needs all parts: `mentions` under the corpus' names, `actors`, and `labels` with the tone towards them.

    The tone of a part's mentions is a step of its own in the store: it reads sentence vectors, and only of the mentions drawn.
    """
    store = Store(project.store)
    code = [code_fingerprint(f"corpus_utils.annotate.{name}") for name in ("actor_table", "target_draw")]
    key = fingerprint(keys, actors_file(project), project.vector_budget, code)

    def make() -> dict[str, pd.DataFrame]:
        from corpus_utils.annotate.actor_table import merge_actors, placed
        from corpus_utils.annotate.target_draw import draw_targets

        articles = stored["articles"](ARTICLE_FACTS)
        mentions, actors = merge_actors(stored["mentions"](), articles, corrections=corrections_of(project))
        # a mention costs more than the vector of a sentence does
        mentions = draw_targets(mentions, articles, budget=project.vector_budget // 2)
        drawn = mentions[mentions["chance"] > 0]
        wanted = set(drawn["sentence_id"])
        sentences = stored["sentences"](keep=lambda part: part[part["id"].isin(wanted)])
        drawn = placed(drawn, sentences)[["id", "article_id", "text", "start", "end", "language"]]
        return {"mentions": mentions, "actors": actors, "drawn": drawn.reset_index(drop=True)}

    store.ensure("actors", key, make)
    entry = (("actors", key, make),)
    drawn = StoredTable(project.store, "drawn", entry)()
    targets = code_fingerprint("corpus_utils.annotate.targets")
    jobs = []
    for first, last in cut_names(drawn["id"].tolist(), TARGETS):  # at places the ids tell, so that new documents move few of them
        part = drawn.iloc[first:last].reset_index(drop=True)
        jobs.append(TargetJob(project, part, fingerprint(part.to_json(orient="values"), targets)))
    _compute("targets", _make_targets, jobs, project, progress=progress, label="tone towards actors")
    judged = tuple(("targets", job.key, partial(judge_part, job.placed)) for job in jobs)
    return {
        "mentions": StoredTable(project.store, "mentions", entry),
        "actors": StoredTable(project.store, "actors", entry),
        "labels": StoredTable(project.store, "labels", stored["labels"].parts + judged),
    }


def code_articles(
    project: Project, stored: dict[str, StoredTable], labels: StoredTable, jobs: list[PartJob], *, progress: Any = None
) -> StoredTable:
    """`labels` with those of whole articles by the frame coders that read sentence vectors; each part is a step of its own.

    Of more sentences than the budget, half the articles are coded, or a quarter, ...: those whose id has a small checksum, so that a
    few new articles change few draws and every article has the same chance.
    """
    count, chance = sum(len(part) for part in stored["sentences"].each(["id"])), 1.0
    while count * chance > project.vector_budget > 0:
        chance /= 2
    if not project.vector_budget:
        return labels
    book, code = codebook_of(project), code_fingerprint("corpus_utils.annotate.frames")
    made = [FrameJob(project, job, chance, fingerprint(job.key, chance, book, code)) for job in jobs]
    _compute("frames", _make_frames, made, project, progress=progress, label="articles coded")
    coded = tuple(("frames", job.key, partial(frame_job, job)) for job in made)
    return StoredTable(project.store, "labels", labels.parts + coded)


class FrameJob(NamedTuple):
    """One part whose articles are coded, each with the same chance."""

    project: Project
    part: PartJob
    chance: float
    key: str


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


class TargetJob(NamedTuple):
    """Some mentions whose tone is judged."""

    project: Project
    placed: pd.DataFrame
    key: str


def _make_targets(job: TargetJob) -> None:
    Store(job.project.store).ensure("targets", job.key, partial(judge_part, job.placed))


def judge_part(placed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tone towards the actors of some mentions: a pure function, so any engine may run it."""
    from corpus_utils.annotate.targets import label_targets

    return {"labels": label_targets(placed)}


def recurring_lines(documents: pd.DataFrame) -> Any:
    """Summary of lines repeated across documents, by the outlet the record states (see `clean.recurring`)."""
    return _summary(*_texts_and_outlets(documents))


def _summary(texts: list[str], outlets: list[str]) -> Any:
    from corpus_utils.clean.recurring import summarise_lines

    return summarise_lines(texts, outlets)


def _texts_and_outlets(documents: pd.DataFrame) -> tuple[list[str], list[str]]:
    usable = documents[documents["problem"] == ""]
    return usable["text"].tolist(), [str(json.loads(given).get("outlet") or "") for given in usable["given"]]


def overrides_of(project: Project) -> tuple[Path | None, Path | None]:
    """The user's own decisions, overrides.csv and metadata.csv: beside corpus.toml, else in the first source that is a folder.

    A file beside corpus.toml goes first: a folder of sources may be filled by others, and what came with it must not undo it.
    """
    folders = [project.root, *[source for source in project.sources if source.is_dir()][:1]]
    found = [next((folder / name for folder in folders if (folder / name).is_file()), None) for name in ("overrides.csv", "metadata.csv")]
    return found[0], found[1]


def actors_file(project: Project) -> Path | None:
    """The user's own joins and splits of names: the file corpus.toml names, else actors.csv or actors.yml where the other decisions are."""
    if project.corrections:
        return project.root / project.corrections
    folders = [*[source for source in project.sources if source.is_dir()][:1], project.root]
    return next((folder / name for name in ("actors.csv", "actors.yml") for folder in folders if (folder / name).is_file()), None)


def corrections_of(project: Project) -> Any:
    """What `actors_file` says, None without one. Raises ProjectError for a broken file."""
    from corpus_utils.annotate.actor_corrections import read_corrections

    path = actors_file(project)
    try:
        return read_corrections(path) if path else None
    except ValueError as error:
        raise ProjectError(str(error)) from error


def clean_settings(project: Project) -> Any:
    """The part of corpus.toml that cleaning needs, with the user's own decisions. Raises OverrideError for a broken file of them."""
    from corpus_utils.clean import CleanSettings, read_overrides

    roles, metadata = overrides_of(project)
    outlets = {name: list(spellings) for name, spellings in project.outlets.items()}
    overrides = read_overrides(roles=roles, metadata=metadata)
    return CleanSettings(collected=project.collected, outlets=outlets, languages=project.languages, overrides=overrides)


def codebook_of(project: Project) -> str | Path:
    """A shipped scheme's name, or the path of the user's own YAML file."""
    return project.root / project.codebook if project.codebook.endswith((".yml", ".yaml")) else project.codebook


def label_part(job: tuple[Project, pd.DataFrame, Any]) -> dict[str, pd.DataFrame]:
    """Everything from `spans` to `labels` for one part of documents: a pure function, so any engine may run it.

    Tone is judged per passage (one voice) and per whole sentence (what is usually done, for comparison); frame cues per passage and
    per article, because a share of sentences and a coded article are different measures.
    """
    project, documents, recurring = job
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
    place = labels["article_id"].map(dict(zip(articles["id"], range(len(articles)))))
    labels = labels.iloc[place.argsort(kind="stable")].reset_index(drop=True)
    engine = "spacy" if project.names == "spacy" else "names"
    mentions = mention_table(articles, sentences, passages, corrections=corrections_of(project), engine=engine)
    made = {"spans": spans, "articles": articles, "sentences": sentences, "quotes": quotes, "passages": passages, "labels": labels}
    return made | {"mentions": mentions, "phrasings": find_phrasings(passages)}
