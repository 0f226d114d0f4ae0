"""Read a YAML file that a stranger wrote: values with their line numbers, and no way to make the reader run or swell.

Only the safe loader's event stream is used: no objects are constructed, aliases are refused (a few lines of them can stand
for billions of entries), and size, depth and number of values are limited.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
MAX_VALUES = 60_000


class YamlError(ValueError):
    """The file is not usable; the message names file, line and reason."""


class Text(str):
    """A scalar that remembers its line (from 1)."""

    __slots__ = ("line",)
    line: int


class Items(list[Any]):
    """A list that remembers its line."""

    line: int


class Fields(dict[str, Any]):
    """A mapping that remembers its line, and the line of each key."""

    line: int
    lines: dict[str, int]


def read_yaml(path: Path) -> Any:
    """The document in `path` as Fields, Items and Text (every scalar is text, as written). Raises YamlError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise YamlError(f"{path.name}: larger than {MAX_BYTES:,} bytes; a codebook is a short file")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise YamlError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise YamlError(f"{path.name}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    return parse_yaml(text, name=path.name)


def parse_yaml(text: str, *, name: str = "codebook") -> Any:
    """Like `read_yaml`, for text. `name` is what errors call it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = _guarded(yaml.parse(text, Loader=loader), name)
    try:
        for event in events:
            if isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent):
                value = _build(event, events, name)
                if any(isinstance(rest, yaml.DocumentStartEvent) for rest in events):
                    raise YamlError(f"{name}: holds more than one document (a line '---'); keep the first")
                return value
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark is not None else ""
        raise YamlError(f"{name}{where}: not YAML: {getattr(error, 'problem', None) or error}") from error
    raise YamlError(f"{name}: is empty")


def _guarded(events: Iterator[Any], name: str) -> Iterator[Any]:
    import yaml

    depth = values = 0
    for event in events:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(f"{name} line {line}: aliases (*{event.anchor}) are not allowed in a codebook; write the value out")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        values += isinstance(event, yaml.ScalarEvent)
        if depth > MAX_DEPTH:
            raise YamlError(f"{name} line {line}: nested deeper than {MAX_DEPTH} levels")
        if values > MAX_VALUES:
            raise YamlError(f"{name} line {line}: more than {MAX_VALUES:,} values")
        yield event


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _build(event: Any, events: Iterator[Any], name: str) -> Any:
    import yaml

    line = _line(event)
    if isinstance(event, yaml.ScalarEvent):
        text = Text(event.value)
        text.line = line
        return text
    if isinstance(event, yaml.SequenceStartEvent):
        items = Items()
        items.line = line
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_build(event, events, name))
        return items
    fields = Fields()
    fields.line, fields.lines = line, {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        at = _line(key)
        if not isinstance(key, yaml.ScalarEvent):
            raise YamlError(f"{name} line {at}: a key must be a plain word")
        if key.value in fields:
            raise YamlError(f"{name} line {at}: {key.value!r} is given twice (first in line {fields.lines[key.value]})")
        fields.lines[key.value] = at
        fields[key.value] = _build(next(events), events, name)
    return fields
