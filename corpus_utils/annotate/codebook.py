"""Codebooks: what a frame is, the questions a coder answers, and the cues a program may look for. One YAML file per scheme.

    scheme: generic                  # short name; the measure is called frames.generic
    title: ...   source: ...   note: ...
    frames:
      - name: conflict
        title: Conflict   definition: ...   source: "Author (year)"
        items: [yes/no questions for a human coder]
        examples: {en: [...]}   counter_examples: {en: [...]}
        residual: no                                         # yes: the frame of texts that have none of the others; it has no cues
        cues:
          en:
            - why: parties criticise or accuse each other     # shown as evidence
              weight: 1                                        # 0 to 3; 0: the wording does not count (an exception)
              negation: drops                                  # or keeps: "not fair" is still about fairness
              patterns: [accus(e|es|ed|ing), "blam* ... for"]

Patterns are written in the notation of `cue_patterns`. A longer match takes the place of the shorter ones inside it, so an
exception is a longer pattern of weight 0.

A language in which a frame has no cues is unsupported for that frame; in which no frame has any, for the whole codebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus_utils.annotate.cue_patterns import Slot, compile_pattern
from corpus_utils.annotate.yaml_lines import Fields, Items, Text, YamlError, parse_yaml, read_yaml

FOLDER = Path(__file__).parent / "codebooks"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")


class CodebookError(ValueError):
    """A codebook cannot be used; the message names file, line, field and what was expected."""


@dataclass(frozen=True)
class CueGroup:
    """Cues that stand for the same reason."""

    why: str
    weight: float
    negation: str
    patterns: tuple[tuple[Slot, ...], ...]
    written: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Frame:
    """One frame: how people code it and, per language, which cues speak for it."""

    name: str
    title: str
    definition: str
    source: str
    items: tuple[str, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counter_examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cues: Mapping[str, tuple[CueGroup, ...]] = field(default_factory=dict)
    residual: bool = False


@dataclass(frozen=True)
class Codebook:
    """A scheme of frames. `names` and `languages` are in the order of the file, and sorted."""

    scheme: str
    title: str
    source: str
    note: str
    frames: tuple[Frame, ...]
    path: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(frame.name for frame in self.frames)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which at least one frame has cues."""
        return tuple(sorted({language for frame in self.frames for language in frame.cues}))

    def frame(self, name: str) -> Frame:
        """The frame called `name`. Raises CodebookError with the names there are."""
        for frame in self.frames:
            if frame.name == name:
                return frame
        raise CodebookError(f"{self.scheme}: no frame called {name!r}; there are: {', '.join(self.names)}")

    def uncued(self, language: str) -> tuple[str, ...]:
        """Frames that have no cues in `language`: they get no score there, not a zero."""
        return tuple(frame.name for frame in self.frames if language not in frame.cues and not frame.residual)


def list_codebooks() -> list[str]:
    """Names of the codebooks that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def load_codebook(name_or_path: str | Path) -> Codebook:
    """A shipped codebook by name, or the user's own by path (a name with a suffix or a slash is a path).

    Raises CodebookError: unknown name (with the names there are), or a mistake in the file (with line and field).
    """
    text = str(name_or_path)
    if text in list_codebooks():
        path = FOLDER / f"{text}.yml"
    elif Path(text).suffix in (".yml", ".yaml") or "/" in text or "\\" in text:
        path = Path(text)
        if not path.is_file():
            raise CodebookError(f"{path}: there is no such file")
    else:
        raise CodebookError(f"no codebook called {text!r}; there are: {', '.join(list_codebooks())}, or give the path of a .yml file")
    stat = path.stat()
    return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=32)
def _load(path: Path, _modified: int, _size: int) -> Codebook:
    try:
        return _Reader(path.name).codebook(read_yaml(path), str(path))
    except YamlError as error:
        raise CodebookError(str(error)) from error


def parse_codebook(text: str, *, name: str = "codebook") -> Codebook:
    """A codebook from YAML text; `name` is what error messages call it. Raises CodebookError."""
    try:
        return _Reader(name).codebook(parse_yaml(text, name=name), "")
    except YamlError as error:
        raise CodebookError(str(error)) from error


class _Reader:
    """Turns the parsed file into dataclasses; its only state is the file's name, for messages."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fail(self, line: int, where: str, reason: str) -> CodebookError:
        return CodebookError(f"{self.name} line {line}, {where}: {reason}")

    def codebook(self, data: Any, path: str) -> Codebook:
        top = self.fields(data, "the file", 1, known=("scheme", "title", "source", "note", "frames"), required=("scheme", "frames"))
        entries = self.items(top["frames"], "frames", top.lines["frames"])
        frames: list[Frame] = []
        for number, entry in enumerate(entries):
            frame = self.frame(entry, f"frames[{number}]", getattr(entry, "line", entries.line))
            if frame.name in [other.name for other in frames]:
                raise self.fail(entry.line, f"frames[{number}].name", f"{frame.name!r} is the name of an earlier frame")
            frames.append(frame)
        if not frames:
            raise self.fail(top.lines["frames"], "frames", "there is none")
        if sum(frame.residual for frame in frames) > (0 if len(frames) == 1 else 1):
            raise self.fail(top.lines["frames"], "frames", "one frame may be residual, beside others")
        return Codebook(
            scheme=self.short_name(top, "scheme", "scheme"),
            title=self.text(top, "title", "title"),
            source=self.text(top, "source", "source"),
            note=self.text(top, "note", "note"),
            frames=tuple(frames),
            path=path,
        )

    def frame(self, data: Any, where: str, line: int) -> Frame:
        known = ("name", "title", "definition", "source", "items", "examples", "counter_examples", "cues", "residual")
        entry = self.fields(data, where, line, known=known, required=("name", "definition"))
        name = self.short_name(entry, "name", f"{where}.name")
        where = f"frame {name}"
        residual = self.text(entry, "residual", f"{where}.residual") or "no"
        if residual not in ("yes", "no", "true", "false"):
            raise self.fail(entry.lines["residual"], f"{where}.residual", f"should be yes or no, not {residual!r}")
        if residual in ("yes", "true") and "cues" in entry:
            raise self.fail(
                entry.lines["cues"], f"{where}.cues", "a residual frame has none: it is what is left when no other frame is present"
            )
        return Frame(
            name=name,
            title=self.text(entry, "title", f"{where}.title") or name,
            definition=self.text(entry, "definition", f"{where}.definition"),
            source=self.text(entry, "source", f"{where}.source"),
            items=self.texts(entry.get("items", Items()), f"{where}.items", entry.lines.get("items", line)),
            examples=self.by_language(entry, "examples", where, self.texts),
            counter_examples=self.by_language(entry, "counter_examples", where, self.texts),
            cues=self.by_language(entry, "cues", where, self.groups),
            residual=residual in ("yes", "true"),
        )

    def by_language(self, entry: Fields, key: str, where: str, read: Callable[[Any, str, int], Any]) -> dict[str, Any]:
        if key not in entry:
            return {}
        line = entry.lines[key]
        table = self.fields(entry[key], f"{where}.{key}", line)
        for language in table:
            if not _LANGUAGE.match(language):
                raise self.fail(table.lines[language], f"{where}.{key}", f"{language!r} is not a language code such as en or pt")
        return {language: read(value, f"{where}.{key}.{language}", table.lines[language]) for language, value in table.items()}

    def groups(self, data: Any, where: str, line: int) -> tuple[CueGroup, ...]:
        return tuple(
            self.group(entry, f"{where}[{n}]", getattr(entry, "line", line)) for n, entry in enumerate(self.items(data, where, line))
        )

    def group(self, data: Any, where: str, line: int) -> CueGroup:
        entry = self.fields(data, where, line, known=("why", "weight", "negation", "patterns"), required=("why", "patterns"))
        weight = self.number(entry, "weight", f"{where}.weight", low=0.0, high=3.0, default=1.0)
        negation = self.text(entry, "negation", f"{where}.negation") or "drops"
        if negation not in ("drops", "keeps"):
            raise self.fail(entry.lines["negation"], f"{where}.negation", f"should be drops or keeps, not {negation!r}")
        items = self.items(entry["patterns"], f"{where}.patterns", entry.lines["patterns"])
        if not items:
            raise self.fail(entry.lines["patterns"], f"{where}.patterns", "there is none")
        patterns = tuple(slots for n, item in enumerate(items) for slots in self.pattern(item, f"{where}.patterns[{n}]", line))
        return CueGroup(self.text(entry, "why", f"{where}.why"), weight, negation, patterns, tuple(str(item) for item in items), line)

    def pattern(self, item: Any, where: str, line: int) -> list[tuple[Slot, ...]]:
        if not isinstance(item, Text) or not item.strip():
            raise self.fail(getattr(item, "line", line), where, "a pattern is one to six words")
        try:
            return compile_pattern(item)
        except ValueError as error:
            raise self.fail(item.line, where, f"{str(item)!r}: {error}") from error

    def fields(self, data: Any, where: str, line: int, *, known: tuple[str, ...] = (), required: tuple[str, ...] = ()) -> Fields:
        if not isinstance(data, Fields):
            raise self.fail(getattr(data, "line", line), where, "should hold fields (key: value)")
        for key in data:
            if known and key not in known:
                raise self.fail(data.lines[key], where, f"unknown field {key!r}; there are: {', '.join(known)}")
        for key in required:
            if key not in data or (isinstance(data[key], str) and not data[key].strip()):
                raise self.fail(data.line, where, f"the field {key!r} is missing or empty")
        return data

    def items(self, data: Any, where: str, line: int) -> Items:
        if not isinstance(data, Items):
            raise self.fail(getattr(data, "line", line), where, "should be a list (lines starting with '- ')")
        return data

    def texts(self, data: Any, where: str, line: int) -> tuple[str, ...]:
        found = self.items(data, where, line)
        for item in found:
            if not isinstance(item, Text):
                raise self.fail(getattr(item, "line", line), where, "should be a list of texts")
        return tuple(str(item).strip() for item in found)

    def text(self, entry: Fields, key: str, where: str) -> str:
        value = entry.get(key, "")
        if not isinstance(value, str):
            raise self.fail(entry.lines[key], where, "should be text")
        return str(value).strip()

    def short_name(self, entry: Fields, key: str, where: str) -> str:
        value = self.text(entry, key, where)
        if not _NAME.match(value):
            raise self.fail(entry.lines[key], where, f"{value!r} should be lower-case letters, digits and _, starting with a letter")
        return value

    def number(self, entry: Fields, key: str, where: str, *, low: float, high: float, default: float) -> float:
        if key not in entry:
            return default
        try:
            value = float(self.text(entry, key, where))
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise self.fail(entry.lines[key], where, f"should be a number from {low:g} to {high:g}, not {str(entry[key])!r}")
        return value
