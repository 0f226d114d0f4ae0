"""The line from sources to labelled tables, computed part by part and kept in the store.

    sources -> load -> clean -> families -> sentences -> annotate

A part is a run of about a thousand documents. What a part holds depends only on its documents, the settings and the code of
the steps, and that is what names it in the store: a rerun computes only the parts that changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus_utils import schema
from corpus_utils.project import Project, ProjectError
from corpus_utils.store import FileIndex, Store, code_fingerprint, fingerprint

if TYPE_CHECKING:
    import pandas as pd

PART = 1000  # documents; bounds memory and what one changed document costs
TARGETS = 2000  # mentions judged at a time: a minute of one core
TABLES = ("documents", "spans", "articles", "sentences", "quotes", "passages", "labels", "mentions", "phrasings")


@dataclass(frozen=True)
class Tables:
    """What the steps before analysis made; each attribute is the table of that name in `schema`."""

    documents: pd.DataFrame
    spans: pd.DataFrame
    articles: pd.DataFrame
    families: pd.DataFrame
    sentences: pd.DataFrame
    quotes: pd.DataFrame
    passages: pd.DataFrame
    labels: pd.DataFrame
    mentions: pd.DataFrame
    phrasings: pd.DataFrame
    actors: pd.DataFrame


def source_files(project: Project) -> list[tuple[Path, Path]]:
    """(source, file) for every file of every source, sorted. Raises ProjectError for a source that is not there."""
    from corpus_utils.load import find_files

    found = []
    for source in project.sources:
        if not any(char in str(source) for char in "*?[") and not source.exists():
            raise ProjectError(f"{source}: there is no such file or folder. Check `sources` in corpus.toml, or the --source given")
        found += [(source, path) for path in find_files(source)]
    return found


def inputs_fingerprint(project: Project) -> str:
    """Hash of every source file's name and content and of the settings; reads only files that changed since last time."""
    index = FileIndex(project.store / "files.json")
    paths = [path for _, path in source_files(project)] + list(filter(None, [*overrides_of(project), actors_file(project)]))
    files = [(_below(project, path), index.sha256(path)) for path in paths]
    index.save()
    return fingerprint(files, project.settings())


def source_digests(project: Project) -> dict[str, str]:
    """A short digest of every source file, by its source's name and its path below it: what two runs are compared by."""
    index = FileIndex(project.store / "files.json")
    found = {(Path(source.name) / path.relative_to(source) if path != source and path.is_relative_to(source) else Path(path.name)): path
             for source, path in source_files(project)}  # fmt: skip
    return {name.as_posix(): index.sha256(path)[:16] for name, path in found.items()}


def _below(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.as_posix()


def build_corpus(project: Project, *, progress: Any = None) -> Tables:
    """All tables up to `labels`, from the store where nothing changed.

    Raises LoadError or ProjectError where there is no usable document. One unreadable file does not stop the corpus: it is
    a row of `documents` with its `problem`.
    """
    documents = load_sources(project, progress=progress)
    tables = _label(project, documents, progress=progress)
    return Tables(documents=documents, **tables)


def prune_store(project: Project) -> int:
    """Remove what this process did not ask for: parts of older inputs, settings or code. How many were removed."""
    store = Store(project.store)
    return store.prune(store.used)


def load_sources(project: Project, *, progress: Any = None) -> pd.DataFrame:
    """The `documents` of every source, sorted by id. Raises LoadError where none is usable."""
    import pandas as pd

    from corpus_utils.load import load_documents, require_usable

    store, inputs, code = Store(project.store), inputs_fingerprint(project), code_fingerprint("corpus_utils.load")
    loaded = []
    for source in project.sources:
        key = fingerprint(inputs, _below(project, source), project.columns, code)

        def read(source: Path = source) -> dict[str, pd.DataFrame]:
            return {"documents": load_documents(source, columns=project.columns, progress=progress)}

        loaded.append(store.get("documents", key, read)["documents"])
    documents = pd.concat(loaded, ignore_index=True) if len(loaded) > 1 else loaded[0]
    documents = documents.sort_values("id", kind="stable", ignore_index=True)
    if documents["id"].duplicated().any():
        twice = documents.loc[documents["id"].duplicated(), "id"].iat[0]
        raise ProjectError(f"two sources hold a document called {twice!r}: rename one, or give the folder above both as the source")
    require_usable(documents, ", ".join(str(source) for source in project.sources))
    return schema.validate("documents", documents)


def _label(project: Project, documents: pd.DataFrame, *, progress: Any) -> dict[str, pd.DataFrame]:
    from corpus_utils.engine import run_parts
    from corpus_utils.families import find_families, mark_families

    store, code = Store(project.store), code_fingerprint("corpus_utils.pipeline")
    settings = [project.settings(), *overrides_of(project), actors_file(project)]  # a path stands for its content
    # Lines that recur are evidence from the whole corpus, so they belong to the name of every part.
    recurring = recurring_lines(documents)
    repeated = fingerprint(recurring.to_json())
    jobs = {}
    for first in range(0, len(documents), PART):
        part = documents.iloc[first : first + PART].reset_index(drop=True)
        key = fingerprint(part["id"].tolist(), part["sha256"].tolist(), repeated, settings, code)
        jobs[key] = (project, part, recurring)
    missing = [key for key in jobs if not store.has("part", key)]
    engine = "processes" if len(missing) > 1 else "serial"
    for key, made in zip(missing, run_parts(label_part, [jobs[key] for key in missing], engine=engine, progress=progress)):
        store.get("part", key, partial(dict, made))
    held = [store.get("part", key, partial(label_part, job)) for key, job in jobs.items()]
    tables = {name: _join([part[name] for part in held]) for name in TABLES[1:]}
    tables["families"] = find_families(tables["articles"])
    tables["articles"] = mark_families(tables["articles"], tables["families"])
    return tables | name_actors(project, tables, progress=progress)


def name_actors(project: Project, tables: dict[str, pd.DataFrame], *, progress: Any = None) -> dict[str, pd.DataFrame]:
    """What needs all parts: `mentions` under the corpus' names, `actors`, and `labels` with the tone towards them.

    The tone of a part's mentions is a step of its own in the store: it reads sentence vectors, and only of the mentions drawn.
    """
    from corpus_utils.annotate.actor_table import merge_actors, placed
    from corpus_utils.annotate.target_draw import draw_targets
    from corpus_utils.engine import run_parts

    mentions, actors = merge_actors(tables["mentions"], tables["articles"], corrections=corrections_of(project))
    mentions = draw_targets(mentions, tables["articles"], budget=project.vector_budget)
    drawn = placed(mentions[mentions["chance"] > 0], tables["sentences"])[["id", "article_id", "text", "start", "end", "language"]]
    store, code = Store(project.store), code_fingerprint("corpus_utils.annotate.targets")
    jobs = {}
    for first in range(0, len(drawn), TARGETS):
        part = drawn.iloc[first : first + TARGETS].reset_index(drop=True)
        jobs[fingerprint(part.to_json(orient="values"), code)] = part
    missing = [key for key in jobs if not store.has("targets", key)]
    engine = "processes" if len(missing) > 1 else "serial"
    for key, made in zip(missing, run_parts(judge_part, [jobs[key] for key in missing], engine=engine, progress=progress)):
        store.get("targets", key, partial(dict, made))
    judged = [store.get("targets", key, partial(judge_part, part))["labels"] for key, part in jobs.items()]
    return {"mentions": mentions, "actors": actors, "labels": _join([tables["labels"], *judged])}


def judge_part(placed: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tone towards the actors of some mentions: a pure function, so any engine may run it."""
    from corpus_utils.annotate.targets import label_targets

    return {"labels": label_targets(placed)}


def recurring_lines(documents: pd.DataFrame) -> Any:
    """Summary of lines repeated across documents, by the outlet the record states (see `clean.recurring`)."""
    from corpus_utils.clean.recurring import summarise_lines

    usable = documents[documents["problem"] == ""]
    return summarise_lines(usable["text"].tolist(), [str(json.loads(given).get("outlet") or "") for given in usable["given"]])


def overrides_of(project: Project) -> tuple[Path | None, Path | None]:
    """The user's own decisions, overrides.csv and metadata.csv: in the first source that is a folder, or beside corpus.toml."""
    folders = [*[source for source in project.sources if source.is_dir()][:1], project.root]
    found = [next((folder / name for folder in folders if (folder / name).is_file()), None) for name in ("overrides.csv", "metadata.csv")]
    return found[0], found[1]


def actors_file(project: Project) -> Path | None:
    """The user's own joins and splits of names, actors.csv or actors.yml: where the other decisions are."""
    folders = [*[source for source in project.sources if source.is_dir()][:1], project.root]
    return next((folder / name for name in ("actors.csv", "actors.yml") for folder in folders if (folder / name).is_file()), None)


def corrections_of(project: Project) -> Any:
    """What `actors_file` says, None without one. Raises ValueError for a broken file."""
    from corpus_utils.annotate.actors import read_corrections

    path = actors_file(project)
    return read_corrections(path) if path else None


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
    whole = articles[["id", "text", "language"]].assign(article_id=articles["id"])
    labels = _join([label_tone(passages), label_tone(sentences), label_frames(passages, codebook), label_frames(whole, codebook)])
    mentions = mention_table(articles, sentences, passages, corrections=corrections_of(project))
    made = {"spans": spans, "articles": articles, "sentences": sentences, "quotes": quotes, "passages": passages, "labels": labels}
    return made | {"mentions": mentions, "phrasings": find_phrasings(passages)}


def _join(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    kept = [table for table in tables if len(table)] or tables[:1]
    return pd.concat(kept, ignore_index=True) if len(kept) > 1 else kept[0].reset_index(drop=True)
