"""What a project's tables depend on beside the code: source files, settings, and the user's own decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus_utils.project import Project, ProjectError
from corpus_utils.store import FileIndex, fingerprint


def source_files(project: Project) -> list[tuple[Path, Path]]:
    """(source, file) for every file of every source, sorted. Raises ProjectError for a source that is not there."""
    from corpus_utils.load import find_files

    require_sources(project)
    return [(source, path) for source in project.sources for path in find_files(source)]


def require_sources(project: Project) -> None:
    """Raise ProjectError where a source is not there."""
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
    return fingerprint(files, project.settings(), codebook_content(project))


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


def part_settings(project: Project) -> list[Any]:
    """What of the settings changes the tables of a part; a path stands for its content. A corpus renamed is not computed anew."""
    outlets = {name: list(spellings) for name, spellings in project.outlets.items()}
    stated = [list(project.collected or ()), list(project.languages), outlets, project.names, codebook_content(project)]
    return [stated, *overrides_of(project), actors_file(project)]


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


def codebook_content(project: Project) -> str | Path:
    """As `codebook_of`, for a fingerprint: a file that is not there is the loader's to report."""
    book = codebook_of(project)
    return book if not isinstance(book, Path) or book.is_file() else str(book)
