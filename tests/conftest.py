"""Shared fixtures: the repository, the seed corpus, and small articles made for the tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from corpus_utils.schema import frame

# Machines that run this are shared and slow at times: no example fails for being slow. Examples are the same on every run.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The default corpus."""
    return ROOT / "seeds"


def make_articles(*rows: dict) -> pd.DataFrame:
    """A valid `articles` table from partial rows; ids, families and roles are filled in."""
    filled = []
    for number, row in enumerate(rows):
        base = {"document_id": f"d{number:03}", "story": 1, "text": "", "family_role": "original", "date_bounds": "[null, null]"}
        base |= row
        base.setdefault("id", f"{base['document_id']}#{base['story']}")
        base.setdefault("family", base["id"])
        filled.append(base)
    return frame("articles", filled)
