"""Which reports there are: `reports.yml` maps notebooks and parameters to reports, strictly.

    reports:
      - notebook: 01_corpus.ipynb
      - notebook: 02_topics.ipynb
        name: topics_fine            # the file's name; the notebook's by default
        title: Topics, finely cut    # the notebook's first heading by default
        parameters: {topics: 20}
      - notebook: 03_sentiment.ipynb
        for_each: outlet             # one report per outlet ...
        parameters: {outlets: ["{outlet}"]}   # ... given here; without a place for it, as a parameter called `outlet`
      - notebook: 04_framing.ipynb
        for_each: {codebook: [generic, policy]}

A key that does not exist, a notebook that is not there or a parameter the notebook does not have is an error that says what exists.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus_utils.report.parameters import ParameterError, cell_source, check_parameters, parameters_of, read_notebook

_KEYS = ("notebook", "name", "title", "parameters", "for_each")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\Z")
_DEEPEST = 20
_LARGEST = 1_000_000  # bytes of a reports.yml; more is a mistake or an attack


class PlanError(ValueError):
    """reports.yml, or what it names, cannot be used; the message says where, what is wrong and what exists. Exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class ReportSpec:
    """One report: `NAME.html` from a notebook (absolute path) with parameters, checked already."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


def load_reports(path: Path, *, values: Mapping[str, Sequence[Any]] | None = None) -> tuple[ReportSpec, ...]:
    """The reports of a `reports.yml`, in its order. Paths in it start from its own folder.

    values  what `for_each: NAME` runs over, such as {"outlet": [...]}; an empty list gives no report, an unknown name an error

    Raises PlanError for the file and ParameterError (a ValueError like it) for a notebook's parameters.
    """
    data = _read(path)
    entries = data.get("reports")
    if not isinstance(entries, list) or not entries:
        raise PlanError(f"{path}: should hold `reports:` with a list below it")
    specs: list[ReportSpec] = []
    for number, entry in enumerate(entries, start=1):
        specs += _specs(entry, f"{path.name}, report {number}", path.parent.absolute(), values or {})
    names = [spec.name for spec in specs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise PlanError(f"{path}: two reports are called {twice[0]!r}; give one of them another `name`")
    return tuple(specs)


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise PlanError(f"{path}: larger than {_LARGEST} bytes; this is no list of reports")
        text = data.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise PlanError(f"{path}: YAML aliases (*name) are not used here; write the value out")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise PlanError(f"{path}: nested more than {_DEEPEST} deep; this is no list of reports")
        loaded = yaml.safe_load(text)
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise PlanError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(loaded, dict) or set(loaded) - {"reports"}:
        raise PlanError(f"{path}: should hold one key, `reports`")
    return loaded


def _specs(entry: Any, where: str, folder: Path, values: Mapping[str, Sequence[Any]]) -> list[ReportSpec]:
    entry = {"notebook": entry} if isinstance(entry, str) else entry
    if not isinstance(entry, dict) or not isinstance(entry.get("notebook"), str):
        raise PlanError(f"{where}: needs `notebook: FILE.ipynb`")
    if unknown := [key for key in entry if key not in _KEYS]:
        raise PlanError(f"{where}: no key called {unknown[0]!r}; there are: {', '.join(_KEYS)}")
    notebook = (folder / entry["notebook"]).resolve()
    content = _notebook(notebook, where, folder)
    parameters = entry.get("parameters") or {}
    if not isinstance(parameters, dict) or not all(isinstance(key, str) for key in parameters):
        raise PlanError(f"{where}: `parameters` should map names to values")
    known = parameters_of(content, notebook.name)
    stem = entry.get("name", slug(notebook.stem))
    title = entry.get("title", first_heading(content) or notebook.stem)
    for key, value in (("name", stem), ("title", title)):
        if not isinstance(value, str):
            raise PlanError(f"{where}: `{key}` should be text, not {value!r}")
    if not _NAME.match(stem):
        raise PlanError(f"{where}: the name {stem!r} becomes a file's: small letters, digits, '-' and '_' only")
    specs = []
    for tail, more in _each(entry.get("for_each"), where, values):
        filled = _filled(parameters, more)
        checked = check_parameters(known, filled if filled != parameters else {**parameters, **more}, where)
        shown = _filled(title, more)
        if more and shown == title:
            shown = f"{title} ({next(iter(more.values()))})"
        specs.append(ReportSpec(stem + tail, notebook, checked, shown))
    return specs


def _filled(value: Any, more: Mapping[str, Any]) -> Any:
    """`value` with every "{name}" in it replaced; a text that is nothing else becomes the value itself, a number a number."""
    if isinstance(value, str):
        for name, item in more.items():
            value = item if value == f"{{{name}}}" else str(value).replace(f"{{{name}}}", str(item))
        return value
    if isinstance(value, list):
        return [_filled(item, more) for item in value]
    return {key: _filled(item, more) for key, item in value.items()} if isinstance(value, dict) else value


def _notebook(path: Path, where: str, folder: Path) -> dict[str, Any]:
    if not path.is_relative_to(folder.resolve()):
        raise PlanError(f"{where}: {path.name} lies outside {folder.name}")
    if not path.is_file():
        there = ", ".join(sorted(item.name for item in folder.glob("*.ipynb"))) or "none"
        raise PlanError(f"{where}: there is no notebook {path.name} in {folder}; there are: {there}")
    try:
        return read_notebook(path)
    except ParameterError as error:
        raise PlanError(f"{where}: {error}") from error


def _each(wanted: Any, where: str, values: Mapping[str, Sequence[Any]]) -> list[tuple[str, dict[str, Any]]]:
    """(what is added to the name, the value under its name) for each report of an entry."""
    if wanted is None:
        return [("", {})]
    if isinstance(wanted, str):
        if wanted not in values:
            raise PlanError(f"{where}: for_each has no values for {wanted!r}; there are: {', '.join(values) or 'none'}")
        wanted = {wanted: list(values[wanted])}
    if not isinstance(wanted, dict) or len(wanted) != 1 or not isinstance(next(iter(wanted.values())), list):
        raise PlanError(f"{where}: for_each should be a name, or one name with a list of values")
    name, items = next(iter(wanted.items()))
    return [(f"-{slug(str(item))}", {str(name): item}) for item in items]


def slug(text: str) -> str:
    """Text as part of a file's name; what letters cannot show is told apart by a digest, so that no two texts share one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:60]
    if plain and plain == re.sub(r"[ -]+", "-", text.lower()):
        return plain
    return f"{plain}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}".strip("-")


def first_heading(notebook: Mapping[str, Any]) -> str:
    """The first top heading of the Markdown cells: the question a notebook answers."""
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "markdown":
            for line in cell_source(cell).splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    return ""
