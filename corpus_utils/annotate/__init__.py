"""Labels on text: voices, quotations, tone, frames. Each measure is a module of its own; nothing is imported until it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "find_quotes": "quotes",
    "quotes_in_text": "quotes",
    "split_voices": "voices",
    "score_texts": "sentiment",
    "label_tone": "sentiment",
    "tone_records": "sentiment",
    "label_targets": "targets",
    "target_records": "targets",
    "find_actors": "actors",
    "place_mentions": "mentions",
    "find_deeds": "deeds",
    "label_frames": "frames",
    "load_codebook": "frames",
    "resolve_languages": "languages",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"no {name!r} in corpus_utils.annotate; there are: {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
