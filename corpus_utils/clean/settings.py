"""What a project says about its corpus, as far as cleaning asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus_utils.clean.overrides import Overrides


@dataclass(frozen=True)
class CleanSettings:
    """What the project says about its corpus.

    `collected`: first and last possible publication date, or None. `outlets`: name -> spellings. `languages`: the corpus's own.
    `overrides`: decisions by a person (see `overrides`).
    """

    collected: tuple[str, str] | None = None
    outlets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: Sequence[str] = ()
    overrides: Overrides = field(default_factory=Overrides)
